"""Omnichannel contacts and messages: exact reports over any table that speaks Arrow, and the contacts themselves.

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
* `Workspace` holds contacts: quota, merges that can be undone, resets, roles; commands in, events out.
* `plan_merge`, `apply_merge`, `admit_units` and the like do the same for contacts that live in your database.
* Every mistake is an `OmnicontactError` with `kind`, `code`, `path` and `hint`.
"""

from __future__ import annotations

from ._actor import Actor
from ._contact import Contact
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
from ._files import ContactImport, ImportedRow, find_fonts
from ._find import (
    check_segment,
    contact_columns,
    contact_file,
    contacts_page,
    explain_segment,
    export_contacts,
    judge_texts,
    profile_figures,
    read_contacts,
    search_contacts,
    select_contacts,
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
from ._outcomes import (
    Access,
    Admission,
    CountedUnit,
    MergePlan,
    Outcome,
    Outcomes,
    Purge,
    Quota,
    QuotaMonth,
    Refusal,
    ResetPlan,
    Suggestion,
)
from ._pure import (
    AppliedMerge,
    Normalised,
    UndoneMerge,
    Usage,
    admit_units,
    apply_merge,
    check_access,
    check_custom_value,
    check_format,
    describe_contact,
    edit_contact,
    erased_events,
    foreign_contact_id,
    mint_contact_id,
    month_of,
    month_usage,
    new_contact,
    normalise_email,
    normalise_phone,
    plan_merge,
    plan_reset,
    resolve_ids,
    schedule_reset,
    suggest_merges,
    undo_merge,
)
from ._report import Component, Log, Partial, Report, VegaLite
from ._reports import contacts_partial, contacts_report, messages_partial, messages_report
from ._table import Table
from ._webhooks import Journal, journal, read_webhooks
from ._workspace import Workspace

__version__: str = vocabulary()["version"]
RULES_VERSION: int = vocabulary()["rules_version"]

__all__ = [
    "RULES_VERSION",
    "Access",
    "Actor",
    "Admission",
    "AppliedMerge",
    "CancelledError",
    "Component",
    "ConflictError",
    "Contact",
    "ContactImport",
    "CorruptError",
    "CountedUnit",
    "Dataset",
    "ForbiddenError",
    "ImportedRow",
    "InternalError",
    "InvalidArgumentError",
    "InvalidDataError",
    "Journal",
    "Log",
    "MergePlan",
    "Normalised",
    "OmnicontactError",
    "Outcome",
    "Outcomes",
    "Partial",
    "Period",
    "Purge",
    "Quota",
    "QuotaMonth",
    "Refusal",
    "Report",
    "ResetPlan",
    "Suggestion",
    "Table",
    "UndoneMerge",
    "Usage",
    "VegaLite",
    "Workspace",
    "__version__",
    "admit_units",
    "apply_merge",
    "buckets",
    "call",
    "check_access",
    "check_custom_value",
    "check_format",
    "check_segment",
    "choices",
    "classify_message",
    "connections",
    "contact_columns",
    "contact_file",
    "contacts_page",
    "contacts_partial",
    "contacts_report",
    "day_of",
    "delivery_status",
    "describe_contact",
    "edit_contact",
    "erased_events",
    "explain_segment",
    "export_contacts",
    "find_fonts",
    "fold_messages",
    "foreign_contact_id",
    "journal",
    "judge_texts",
    "messages_partial",
    "messages_report",
    "mint_contact_id",
    "month_of",
    "month_usage",
    "new_contact",
    "normalise_email",
    "normalise_phone",
    "plan_merge",
    "plan_reset",
    "profile_figures",
    "provider_status",
    "read_contacts",
    "read_webhooks",
    "resolve_ids",
    "resolve_period",
    "sample",
    "sample_end",
    "schedule_reset",
    "search_contacts",
    "select_contacts",
    "start_of_day",
    "suggest_merges",
    "undo_merge",
    "vocabulary",
]
