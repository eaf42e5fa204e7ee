"""Every layout in which tables really arrive gives the same report; fixed-width columns are not copied."""

from __future__ import annotations

import csv
import json
import uuid
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import omnicontact as oc

START = datetime(2026, 7, 1, tzinfo=timezone.utc)
ROWS = 40
AT = [1_782_907_200_000 + 60_000 * row for row in range(ROWS)]
NOW = AT[-1] + 1
PLAIN: dict[str, list[Any]] = {
    "id": list(range(1, ROWS + 1)),
    "sent_at": AT,
    "direction": ["incoming" if row % 3 else "outgoing" for row in range(ROWS)],
    "contact": [100 + row % 7 for row in range(ROWS)],
    "channel": ["web" if row % 2 else "wa" for row in range(ROWS)],
    "source": [None if row % 3 else ("user" if row % 2 else "bot") for row in range(ROWS)],
    "user": [7 if row % 3 == 0 and row % 2 else None for row in range(ROWS)],
    "content": [f"text {row}" if row % 5 else None for row in range(ROWS)],
}


def report(table: Any, **options: Any) -> dict[str, Any]:
    data = oc.Dataset(table, channels=[{"id": "wa", "kind": "whatsapp", "name": "Sales"}], **options)
    found = oc.messages_report(data, zone="UTC", now=NOW, period="today", distinct_contacts=True).to_dict()
    return found


def rows() -> list[dict[str, Any]]:
    return [{name: values[row] for name, values in PLAIN.items()} for row in range(ROWS)]


EXPECTED = report(pa.table(PLAIN))
assert EXPECTED["components"][0]["outcome"]["total"] == sum(row["direction"] == "incoming" for row in rows())


def arrow(**changes: Any) -> pa.Table:
    table = pa.table(PLAIN)
    for name, column in changes.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def dictionary(name: str, keys: pa.DataType, values: pa.DataType) -> pa.Array:
    return pa.array(PLAIN[name]).cast(values).dictionary_encode().cast(pa.dictionary(keys, values))


def timestamps(unit: str, zone: str | None) -> pa.Array:
    factor = {"s": 1, "ms": 1, "us": 1000, "ns": 1_000_000}[unit]
    values = [at // 1000 for at in AT] if unit == "s" else [at * factor for at in AT]
    return pa.array(values, pa.int64()).cast(pa.timestamp(unit, zone))


LAYOUTS: dict[str, pa.Table] = {
    "large strings": arrow(**{name: pa.array(PLAIN[name], pa.large_string()) for name in ("direction", "channel", "content")}),
    "string views": arrow(**{name: pa.array(PLAIN[name], pa.string_view()) for name in ("direction", "channel", "content")}),
    "chunks": pa.concat_tables([arrow().slice(0, 7), arrow().slice(7, 1), arrow().slice(8)]),
    "empty chunks": pa.concat_tables([arrow().slice(0, 0), arrow(), arrow().slice(0, 0)]),
    "dictionaries that differ by chunk": pa.concat_tables(
        [
            arrow(channel=dictionary("channel", pa.int32(), pa.string())).slice(1, 0),
            arrow(channel=dictionary("channel", pa.int32(), pa.string())),
        ]
    ),
    "decimal ids": arrow(contact=pa.array([Decimal(value) for value in PLAIN["contact"]], pa.decimal128(38, 0))),
    "float ids with NaN": arrow(user=pa.array([float("nan") if v is None else float(v) for v in PLAIN["user"]])),
    "float ids with nulls": arrow(user=pa.array([v and float(v) for v in PLAIN["user"]], pa.float64())),
    "sliced": pa.concat_tables([arrow(), arrow()]).slice(ROWS),
    **{f"ids of {kind}": arrow(contact=pa.array(PLAIN["contact"], kind)) for kind in
       (pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64(), pa.float32())},
    **{f"keys of {keys}, values of {values}": arrow(channel=dictionary("channel", keys, values), direction=dictionary("direction", keys, values))
       for keys in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64())
       for values in (pa.string(), pa.large_string())},
    **{f"times in {unit} of {zone}": arrow(sent_at=timestamps(unit, zone))
       for unit in ("s", "ms", "us", "ns") for zone in ("UTC", "Etc/UTC", "America/Guayaquil")},
    "times as texts": arrow(sent_at=pa.array([datetime.fromtimestamp(at / 1000, timezone.utc).isoformat() for at in AT])),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_arrow_layouts(layout: str) -> None:
    assert report(LAYOUTS[layout]) == EXPECTED


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_naive_times_need_a_zone(unit: str) -> None:
    table = arrow(sent_at=timestamps(unit, None))
    assert report(table, zone="UTC") == EXPECTED
    with pytest.raises(oc.InvalidDataError) as raised:
        report(table)
    assert (raised.value.code, raised.value.path) == ("invalid_value", "messages.sent_at")
    assert "zone" in (raised.value.hint or "")
    local = pa.array([at - 5 * 3_600_000 for at in AT], pa.int64()).cast(pa.timestamp("ms")).cast(pa.timestamp(unit))
    assert report(arrow(sent_at=local), zone="America/Guayaquil") == EXPECTED


def frames() -> dict[str, Any]:
    frame = pl.DataFrame(PLAIN)
    pandas = pd.DataFrame(PLAIN)
    at = pl.from_epoch("sent_at", "ms").dt.replace_time_zone("UTC")
    connection = duckdb.connect()
    connection.register("plain", arrow())
    return {
        "pyarrow table": arrow(),
        "pyarrow batch": arrow().to_batches()[0],
        "pyarrow reader": arrow().to_reader(7),
        "polars": frame,
        "polars categorical": frame.with_columns(pl.col("channel", "direction", "source").cast(pl.Categorical)),
        "polars enum": frame.with_columns(pl.col("direction").cast(pl.Enum(["outgoing", "incoming"]))),
        "polars times": frame.with_columns(at),
        "polars times in ns": frame.with_columns(at.dt.cast_time_unit("ns")),
        "polars rechunked": pl.concat([frame.slice(0, 9), frame.slice(9)], rechunk=False),
        "pandas": pandas,
        "pandas times": pandas.assign(sent_at=pd.to_datetime(pandas["sent_at"], unit="ms", utc=True)),
        "pandas category": pandas.assign(channel=pandas["channel"].astype("category")),
        "pandas arrow": pandas.convert_dtypes(dtype_backend="pyarrow"),
        "duckdb": connection.sql("from plain"),
        "duckdb enums and hugeints": connection.sql(
            "select * replace (contact::hugeint as contact, make_timestamptz(sent_at * 1000) as sent_at,"
            " channel::enum ('wa', 'web') as channel) from plain"
        ),
        "rows": rows(),
        "rows of numpy": [{**row, "id": np.int64(row["id"]), "contact": np.int32(row["contact"])} for row in rows()],
        "rows of pandas": pandas.astype({"source": object, "content": object}).to_dict("records"),
        "rows of datetimes": [
            {**row, "sent_at": datetime.fromtimestamp(row["sent_at"] / 1000, timezone.utc)} for row in rows()
        ],
        "dict of lists": PLAIN,
        "dict of numpy": {name: np.array(values) if name in ("id", "sent_at", "contact") else values for name, values in PLAIN.items()},
        "dict of objects": {name: np.array(values, dtype=object) for name, values in PLAIN.items()},
        "dict of arrow": {name: pa.array(values) for name, values in PLAIN.items()},
        "dict of series": {name: pl.Series(values) for name, values in PLAIN.items()},
        "dict of pandas": {name: pandas[name] for name in PLAIN},
    }  # fmt: skip


@pytest.mark.parametrize("name", frames())
def test_frames(name: str) -> None:
    assert report(frames()[name]) == EXPECTED


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns", "m"])
def test_numpy_times_are_naive(unit: str) -> None:
    table = {**PLAIN, "sent_at": np.array(AT, dtype="M8[ms]").astype(f"M8[{unit}]")}
    assert report(table, zone="UTC") == EXPECTED
    with pytest.raises(oc.InvalidDataError):
        report(table)
    scalars = [{**row, "sent_at": table["sent_at"][place]} for place, row in enumerate(rows())]
    assert report(scalars, zone="UTC") == EXPECTED


def test_uuids() -> None:
    ids = [uuid.UUID(int=value) for value in PLAIN["contact"]]
    raw = pa.array([id.bytes for id in ids], pa.binary(16))
    texts = report(arrow(contact=pa.array([str(id) for id in ids])))
    for table in (
        arrow(contact=raw),
        arrow(contact=pa.ExtensionArray.from_storage(pa.uuid(), raw)),
        [{**row, "contact": ids[place]} for place, row in enumerate(rows())],
    ):
        assert report(table) == texts
        found = oc.messages_report(table, zone="UTC", now=NOW, period="today", contact=[ids[0]])
        assert found.incoming_by_channel.total == sum(
            row["direction"] == "incoming" and row["contact"] == 100 for row in rows()
        )


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(PLAIN))
        writer.writeheader()
        writer.writerows(rows())
    assert report(path, file_options={"ids": "integer"}) == EXPECTED
    lines = tmp_path / "messages.ndjson"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows()))
    assert report(str(lines)) == EXPECTED
    parquet = tmp_path / "messages.parquet"
    pq.write_table(arrow(), parquet)
    assert report(parquet) == EXPECTED


def test_a_mapping_names_columns() -> None:
    mapping = {"sent_at": "created", "contact": "customer"}
    renamed = arrow().rename_columns([{v: v for v in PLAIN} | mapping][0])
    assert report(renamed, columns=mapping) == EXPECTED
    assert report(renamed, columns={"messages": mapping}) == EXPECTED
    old = [{mapping.get(key, key): value for key, value in row.items()} for row in rows()]
    assert report(old, columns=mapping) == EXPECTED
    extra = renamed.append_column("score", pa.array(range(ROWS)))
    assert report(extra, columns=mapping, ignored_columns=["score"]) == EXPECTED
    assert report(extra, columns=mapping, ignore_unknown=True) == EXPECTED
    more = [{**row, "score": 1} for row in old]
    assert report(more, columns=mapping, ignored_columns=["score"]) == EXPECTED
    assert report(more, columns=mapping, ignore_unknown=True) == EXPECTED


def test_names_as_frames() -> None:
    data = oc.Dataset(
        arrow(),
        contacts=pl.DataFrame({"id": [100, 101], "name": ["Ana", None]}),
        channels=pl.DataFrame({"id": ["wa", "web"], "kind": ["whatsapp", "web_chat"], "name": ["Sales", "Shop"]}),
        users=pa.table({"id": [7], "name": ["Lucía"], "removed": [False]}),
        teams={"id": [1], "name": ["North"]},
        broadcasts=pd.DataFrame({"id": [1], "name": ["Offer"]}),
    )
    assert [choice["label"] for choice in data.choices("channel")] == ["Sales", "Shop"]
    assert [choice["label"] for choice in data.choices("user")] == ["Lucía"]
    log = oc.messages_report(data, zone="UTC", now=NOW, period="today").incoming_log.to_polars()
    assert set(log.filter(pl.col("contact_id") == 100)["contact_name"]) == {"Ana"}


def writable(values: np.ndarray[Any, Any], kind: pa.DataType) -> pa.Array:
    """An Arrow array over memory that the test can still write to."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


@pytest.mark.parametrize("through", ["pyarrow", "polars"])
def test_fixed_width_columns_are_not_copied(through: str) -> None:
    # What is read from a column after the index was built shows whose memory it is: nobody else could have changed it.
    user = np.full(ROWS, 7, dtype=np.int64)
    delivered = np.array(AT, dtype=np.int64)
    kind = pa.timestamp("us", "UTC")
    delivered *= 1000
    table = arrow(
        user=writable(user, pa.int64()),
        direction=pa.array(["outgoing"] * ROWS),
        source=pa.array(["user"] * ROWS),
    ).append_column("delivered_at", writable(delivered, kind))
    address = table.column("user").chunk(0).buffers()[1].address
    assert address == user.__array_interface__["data"][0]
    source = pl.from_arrow(table) if through == "polars" else table
    data = oc.Dataset(source, users=[{"id": 7, "name": "Ana"}])
    before = oc.messages_report(data, zone="UTC", now=NOW, period="today").outgoing_log.to_polars()
    assert before["delivered_at"][0] == before["timestamp"][0]
    delivered += 1_000_000
    after = oc.messages_report(data, zone="UTC", now=NOW, period="today").outgoing_log.to_polars()
    assert (after["delivered_at"] - before["delivered_at"]).to_list() == [pl.Series([1000], dtype=pl.Duration("ms"))[0]] * ROWS


def test_columns_of_pandas_are_copied() -> None:
    frame = pd.DataFrame(PLAIN)
    data = oc.Dataset(frame)
    before = oc.messages_report(data, zone="UTC", now=NOW, period="today").to_dict()
    frame["sent_at"].to_numpy(copy=False).flags.writeable = True
    frame.loc[:, "sent_at"] = 0
    frame.loc[:, "contact"] = 1
    assert oc.messages_report(data, zone="UTC", now=NOW, period="today").to_dict() == before


def test_results_go_anywhere() -> None:
    found = oc.messages_report(arrow(), zone="UTC", now=NOW, period="today", compare=True, distinct_contacts=True)
    part = found.incoming_by_channel
    assert part.to_arrow().column_names == [
        "key", "label", "count", "share", "percent", "contacts", "previous", "change", "relative"
    ]  # fmt: skip
    assert part.to_pandas()["count"].sum() == part.to_polars()["count"].sum() == part.total
    assert pl.DataFrame(part).equals(part.to_polars())
    assert duckdb.connect().from_arrow(part.to_arrow()).sum("count").fetchall() == [(part.total,)]
    assert pd.DataFrame.from_arrow(part)["count"].sum() == part.total
    buckets = part.to_polars("buckets")
    assert buckets["count"].sum() == part.total
    log = found.outgoing_log
    keys, labels = log.to_polars(), log.to_polars(labels=True)
    assert set(keys["source"]) == {"user", "bot"}
    assert set(labels["source"]) == {"User", "Bot"}
    assert keys["contact_id"].dtype == pl.Int64
    assert keys["timestamp"].dtype == pl.Datetime("ms", "UTC")
    assert keys["user"].drop_nulls().dtype == pl.Int64
    assert found.failed_log.to_polars().is_empty()
    assert "error" in found.failed_log.to_polars().columns
    assert found.delivery.to_polars("funnel")["step"].to_list() == ["sent", "delivered", "read"]
    assert found.delivery.to_csv("failures").splitlines() == ["code,error,count"]
