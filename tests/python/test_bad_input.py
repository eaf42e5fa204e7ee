"""Bad input: the right class, code, path and hint; never an abort."""

from __future__ import annotations

import gc
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import omnicontact as oc

GOOD: dict[str, list[Any]] = {"id": [1, 2], "sent_at": [0, 1], "direction": ["incoming"] * 2, "contact": [1, 2]}
AWARE = datetime(2026, 7, 1, tzinfo=timezone.utc)


def table(**changes: Any) -> pa.Table:
    return pa.table({**GOOD, **changes})


def records(**changes: Any) -> list[dict[str, Any]]:
    return [{"id": 1, "sent_at": 0, "direction": "incoming", "contact": 1, **changes}]


BAD: dict[str, tuple[Any, str, str]] = {
    "times that are truth values": (table(sent_at=[True, False]), "invalid_value", "messages.sent_at"),
    "times that are floats": (table(sent_at=[0.5, 1.5]), "invalid_value", "messages.sent_at"),
    "times that are dates": (table(sent_at=pa.array([0, 1], pa.date32())), "invalid_value", "messages.sent_at"),
    "times that are no times": (table(sent_at=["2026-07-01T00:00:00Z", "soon"]), "invalid_value", "messages[1].sent_at"),
    "a missing time": (table(sent_at=pa.array([0, None])), "missing_value", "messages[1].sent_at"),
    "a time before 1970": (table(sent_at=[0, -1]), "instant_out_of_range", "messages[1].sent_at"),
    "ids that are lists": (table(contact=[[1], [2]]), "invalid_value", "messages.contact"),
    "ids that are fractions": (table(contact=[1.0, 1.5]), "invalid_value", "messages[1].contact"),
    "ids that are infinite": (table(contact=[1.0, float("inf")]), "invalid_value", "messages[1].contact"),
    "ids that are huge": (
        table(contact=pa.array([Decimal(1), Decimal(2) ** 100], pa.decimal128(38, 0))), "invalid_value", "messages[1].contact"),
    "ids with fractions of decimals": (
        table(contact=pa.array([Decimal("1.5")] * 2, pa.decimal128(10, 1))), "invalid_value", "messages.contact"),
    "a missing contact": (table(contact=[1, None]), "missing_value", "messages[1].contact"),
    "a contact that is NaN": (table(contact=[1.0, float("nan")]), "missing_value", "messages[1].contact"),
    "a contact that is empty": (table(contact=["a", ""]), "missing_value", "messages[1].contact"),
    "a direction that nobody knows": (table(direction=["incoming", "sideways"]), "invalid_value", "messages[1].direction"),
    "a missing direction": (table(direction=["incoming", None]), "missing_value", "messages[1].direction"),
    "contents that are numbers": (table(content=[1, 2]), "invalid_value", "messages.content"),
    "a column that is missing": (table().drop_columns(["contact"]), "missing_column", "messages.contact"),
    "a column that nobody knows": (table(score=[1, 2]), "unknown_column", "messages.score"),
    "a column that comes twice": (
        pa.Table.from_arrays([pa.array([1])] * 2, ["id", "id"]), "duplicate_column", "messages.id"),
    "no columns": (pa.table({}), "missing_column", "messages.sent_at"),
    "columns of different lengths": ({**GOOD, "contact": [1]}, "length_mismatch", "messages.contact"),
    "mixed objects": ({**GOOD, "sent_at": ["2026-07-01T00:00:00Z", 5.5]}, "invalid_value", "messages[1].sent_at"),
    "objects of a strange type": ({**GOOD, "contact": [1, object()]}, "invalid_value", "messages[1].contact"),
    "an integer of a column too long": ({**GOOD, "contact": [1, 2**70]}, "invalid_value", "messages[1].contact"),
    "an object column of pandas": (
        pd.DataFrame({**GOOD, "contact": [1, 2]}).assign(sent_at=[True, False]), "invalid_value", "messages.sent_at"),
    "NaT in pandas": (
        pd.DataFrame({**GOOD, "sent_at": pd.to_datetime([0, None], utc=True)}), "missing_value", "messages[1].sent_at"),
    "a naive time in a row": (records(sent_at=datetime(2026, 7, 1)), "invalid_value", "messages[0].sent_at"),
    "NaT in a row": (records(sent_at=pd.NaT), "missing_value", "messages[0].sent_at"),
    "NaN in a row": (records(contact=float("nan")), "missing_value", "messages[0].contact"),
    "NA in a row": (records(contact=pd.NA), "missing_value", "messages[0].contact"),
    "an integer of a row too long": (records(contact=2**70), "invalid_value", "messages[0].contact"),
    "an object in a row": (records(contact=object()), "invalid_value", "messages[0].contact"),
    "a field of a row that nobody knows": (records(score=1), "unknown_column", "messages[0].score"),
    "a field of a row that is missing": ([{"id": 1}], "missing_value", "messages[0].sent_at"),
    "a row that is no dict": ([1], "invalid_value", "messages[0]"),
    "a key of a row that is no text": ([{1: 2}], "invalid_value", "messages[0]"),
    "a time of a row out of range": (records(sent_at=2**60), "instant_out_of_range", "messages[0].sent_at"),
    "bytes": (b"id,sent_at", "malformed_value", "messages"),
    "a number": (7, "malformed_value", "messages"),
    "a single column": (pl.Series([1, 2]), "malformed_value", "messages"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_tables(name: str) -> None:
    source, code, path = BAD[name]
    with pytest.raises(oc.OmnicontactError) as raised:
        oc.Dataset(source)
    error = raised.value
    assert (error.code, error.path) == (code, path)
    assert isinstance(error, ValueError)
    kinds = {known["code"]: known["kind"] for known in oc.vocabulary()["codes"]}
    assert error.kind == kinds[code]
    assert str(error).startswith(f"{path}: {error.message}")


def test_empty_tables_have_no_data() -> None:
    for empty in ([], table().slice(0, 0), pl.DataFrame(GOOD).clear(), pd.DataFrame(GOOD).iloc[:0], None):
        report = oc.messages_report(oc.Dataset(empty), zone="UTC", now=AWARE)
        assert {part.state for part in report} == {"no_data"}
        assert report.incoming_log.to_polars().is_empty()


OPTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "zone": ({"zone": "Mars/Olympus"}, "unknown_zone", "zone"),
    "zone of another type": ({"zone": 7}, "malformed_value", "zone"),
    "period": ({"period": "last_90_days"}, "unknown_label", "period"),
    "period reversed": ({"period": ("2026-07-02", "2026-07-01")}, "period_reversed", "period.to"),
    "now without offset": ({"now": datetime(2026, 7, 1)}, "invalid_date", "now"),
    "granularity": ({"granularity": "minute"}, "unknown_label", "granularity"),
    "filter that is no list": ({"channel": "web"}, "malformed_value", "filters.channel"),
    "filter with an empty value": ({"channel": [""]}, "malformed_value", "filters.channel[0]"),
    "filter with null": ({"source": [None]}, "malformed_value", "filters.source[0]"),
    "component": ({"components": ["outgoing"]}, "unknown_label", "components[0]"),
    "policy": ({"policies": {"today": 1}}, "unknown_key", "policies.today"),
    "policy of the dataset": ({"policies": {"untracked": "sent"}}, "unknown_key", "policies.untracked"),
    "locale": ({"locale": "de"}, "unknown_label", "locale"),
    "log limit": ({"log_limit": 10_001}, "too_large", "logs.limit"),
    "log limit below zero": ({"log_limit": -1}, "malformed_value", "logs.limit"),
    "log column": ({"log_columns": ["phone"]}, "unknown_label", "logs.columns[0]"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_bad_options(name: str) -> None:
    options, code, path = OPTIONS[name]
    with pytest.raises(oc.InvalidArgumentError) as raised:
        oc.messages_report([], **{"zone": "UTC", "now": AWARE, **options})
    assert (raised.value.code, raised.value.path) == (code, path)
    with pytest.raises(oc.InvalidArgumentError) as raised:
        oc.messages_partial([], **{"zone": "UTC", "now": AWARE, **options})
    assert (raised.value.code, raised.value.path) == (code, path)


def test_dataset_options() -> None:
    for options, path in (
        ({"duplicates": "drop"}, "options.duplicates"),
        ({"classify": {"untraked": 1}}, "options.classify.untraked"),
        ({"zone": "utc"}, "zone"),
        ({"merges": [(1, 2), (2, 1)]}, "merges"),
        ({"columns": {"sent": "at"}}, "columns.sent"),
    ):
        with pytest.raises(oc.OmnicontactError) as raised:
            oc.Dataset(table(), **options)
        assert raised.value.path.startswith(path), raised.value


def test_files(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        oc.Dataset(tmp_path / "nothing.csv")
    path = tmp_path / "messages.csv"
    path.write_text("id,sent_at,direction,contact\n1,soon,incoming,a\n")
    with pytest.raises(oc.InvalidDataError) as raised:
        oc.Dataset(path)
    assert raised.value.path == "messages.line[2].sent_at"


def test_a_callback_that_raises(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text("id,sent_at,direction,contact\n1,0,incoming,a\n")

    def fails(table: str, bytes_read: int, rows: int) -> None:
        raise LookupError(table)

    with pytest.raises(LookupError, match="messages"):
        oc.Dataset(path, progress=fails)
    heard: list[tuple[str, int, int]] = []
    oc.Dataset(path, progress=lambda *told: heard.append(told))
    assert heard[-1] == ("messages", path.stat().st_size, 1)


def test_an_object_that_fails_on_the_way() -> None:
    class Fails:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise LookupError("no stream")

    with pytest.raises(LookupError):
        oc.Dataset(Fails())

    class Lies:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return 7

    with pytest.raises(TypeError):
        oc.Dataset(Lies())

    def batches() -> Any:
        yield table().to_batches()[0]
        raise LookupError("the source is gone")

    reader = pa.RecordBatchReader.from_batches(table().schema, batches())
    with pytest.raises((ValueError, LookupError), match="the source is gone"):
        oc.Dataset(reader)


def test_a_stream_is_read_once() -> None:
    reader = table().to_reader()
    assert oc.Dataset(reader).message_count == 2
    assert oc.Dataset(reader).message_count == 0


def test_memory_that_changes_underneath_is_an_error_at_worst() -> None:
    at = np.arange(1000, dtype=np.int64) * 60_000
    columns = {
        "id": pa.array(range(1000)),
        "sent_at": pa.Array.from_buffers(pa.int64(), 1000, [None, pa.py_buffer(at)]),
        "direction": pa.array(["incoming"] * 1000),
        "contact": pa.array(range(1000)),
    }
    data = oc.Dataset(pa.table(columns))
    generator = np.random.default_rng(1)
    for _ in range(50):
        at[:] = generator.integers(-(2**62), 2**62, 1000)
        try:
            oc.messages_report(data, zone="UTC", now=0, period="1970-01-01..1970-01-03").to_dict()
        except oc.InternalError as error:
            assert error.hint


def test_sources_may_go_away() -> None:
    data = oc.Dataset(pl.DataFrame(GOOD))
    gc.collect()
    assert oc.messages_report(data, zone="UTC", now=10, period="today").incoming_log.total_rows == 2


def test_bytes_of_partials() -> None:
    partial = oc.messages_partial(table(), zone="UTC", now=AWARE)
    good = partial.to_bytes()
    for bad in (b"", good[:-1], b"x" + good[1:], good[:12] + bytes([good[12] ^ 1]) + good[13:]):
        with pytest.raises(oc.CorruptError) as raised:
            oc.Partial.from_bytes(bad)
        assert raised.value.path == "partial"
    other = oc.messages_partial(table(), zone="Europe/Paris", now=AWARE)
    with pytest.raises(oc.InvalidArgumentError) as raised:
        partial.merge(other)
    assert raised.value.code == "incompatible_partials"
