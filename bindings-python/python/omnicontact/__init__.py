"""Omnichannel contacts and messages: exact reports over any table that speaks Arrow.

>>> import omnicontact as oc
>>> data = oc.Dataset(**oc.sample(contacts=50, messages=300, days=30))
>>> report = oc.messages_report(data, zone="America/Guayaquil", now=oc.sample_end(), period="last_30_days")
>>> report.outgoing_by_source.state
'data'

* `Dataset` takes frames (polars, pandas, pyarrow, DuckDB, ...), lists of dicts, dicts of arrays, CSV, NDJSON and Parquet
  files, and indexes them once.
* `messages_report` and `contacts_report` count; a `Report` shows itself in a notebook, and each of its parts becomes a
  frame, a chart or a dict.
* `messages_partial` and `contacts_partial` count a part of the rows, for data that does not fit on one machine.
* Every mistake is an `OmnicontactError` with `kind`, `code`, `path` and `hint`.
"""

from __future__ import annotations

from ._dataset import Dataset
from ._errors import (
    CancelledError,
    ConflictError,
    CorruptError,
    ForbiddenError,
    InternalError,
    InvalidArgumentError,
    InvalidDataError,
    OmnicontactError,
)
from ._operations import (
    Period,
    buckets,
    call,
    choices,
    classify_message,
    connections,
    day_of,
    delivery_status,
    fold_messages,
    provider_status,
    resolve_period,
    sample,
    sample_end,
    start_of_day,
    vocabulary,
)
from ._report import Component, Log, Partial, Report, VegaLite
from ._reports import contacts_partial, contacts_report, messages_partial, messages_report
from ._table import Table
from ._webhooks import Journal, journal, read_webhooks

__version__: str = vocabulary()["version"]
RULES_VERSION: int = vocabulary()["rules_version"]

__all__ = [
    "RULES_VERSION",
    "CancelledError",
    "Component",
    "ConflictError",
    "CorruptError",
    "Dataset",
    "ForbiddenError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidDataError",
    "Journal",
    "Log",
    "OmnicontactError",
    "Partial",
    "Period",
    "Report",
    "Table",
    "VegaLite",
    "__version__",
    "buckets",
    "call",
    "choices",
    "classify_message",
    "connections",
    "contacts_partial",
    "contacts_report",
    "day_of",
    "delivery_status",
    "fold_messages",
    "journal",
    "messages_partial",
    "messages_report",
    "provider_status",
    "read_webhooks",
    "resolve_period",
    "sample",
    "sample_end",
    "start_of_day",
    "vocabulary",
]
