"""The library through its Python package, beside the peers (README.md: the contract).

variants  built   the dataset is built before; timed: the report with every part, series and log as Arrow tables
          whole   timed: building the dataset from the loaded Arrow tables, and the same report

    python run.py --base 'python tests/bench/python_frames.py' --out results.jsonl
    python run.py --base 'python tests/bench/python_frames.py --variant whole' --out results.jsonl
"""
import datetime as dt
from dataclasses import dataclass
from typing import Any

import common
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from common import DATA, Query

import omnicontact as oc

THEIRS = {
    "in": "incoming", "out": "outgoing", "User": "user", "Workflow": "workflow", "Broadcast": "broadcast", "Bot": "bot",
    "API": "developer_api", "Echo Message": "echo_message", "Zapier": "zapier", "Make": "make",
    "Click-to-Chat Ads": "click_to_chat_ads", "Contact Import": "contact_import", "Incoming Message": "incoming_message",
    "whatsapp_template": "whatsapp_message_template",
}  # fmt: skip
OURS = {ours: theirs for theirs, ours in THEIRS.items() if theirs not in ("in", "out")}
PARTS = {
    "incoming_by_channel": ("in_channel", ["channel"]), "outgoing_by_channel": ("out_channel", ["channel"]),
    "outgoing_by_source": ("out_source", ["source"]), "outgoing_by_type": ("out_type", ["type"]),
    "outgoing_by_subtype": ("out_subtype", ["type", "subtype"]), "delivery": ("out_status", ["status"]),
    "overview": ("totals", ["kind"]), "added_by_source": ("added_source", ["source"]),
    "connected_by_channel": ("connected_channel", ["channel"]),
}  # fmt: skip
LOGS = {
    "incoming_log": ("log_in", ["timestamp", "id", "contact_id", "contact_name", "channel", "content"]),
    "outgoing_log": ("log_out", ["timestamp", "id", "source", "user", "contact_id", "contact_name", "delivered_at", "read_at",
                                 "channel", "type", "subtype", "content"]),
    "failed_log": ("log_failed", ["timestamp", "id", "source", "user", "contact_id", "contact_name", "channel", "type",
                                  "subtype", "content", "error"]),
    "added_log": ("log_added", ["timestamp", "id", "contact_id", "contact_name", "source", "user"]),
    "deleted_log": ("log_deleted", ["timestamp", "id", "contact_id", "contact_name", "source", "user"]),
    "merged_log": ("log_merged", ["timestamp", "id", "contact_id", "contact_name", "source", "user"]),
    "connected_log": ("log_connected", ["timestamp", "id", "contact_id", "contact_name", "source", "channel", "user"]),
}  # fmt: skip


def words(table: pa.Table, mapping: dict[str, str]) -> pa.Table:
    """Other words in the dictionaries; codes stay where they are."""
    def chunk(array: pa.DictionaryArray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(array.indices, [mapping.get(word, word) for word in array.dictionary.to_pylist()])

    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            column = table.column(place)
            table = table.set_column(place, field.name, pa.chunked_array([chunk(part) for part in column.chunks]))
    return table


@dataclass
class State:
    messages: pa.Table
    events: pa.Table
    contacts: pa.Table
    data: dict[str, oc.Dataset]


def dataset(state: State, report: str) -> oc.Dataset:
    contacts = state.contacts
    if report == "contacts":
        columns = {"events": {"sequence": "id", "at": "ts", "contact": "contact_id"}, "contacts": {"id": "contact_id"}}
        return oc.Dataset(events=state.events, contacts=contacts, columns=columns)
    # `status` is what the peers make of the times; the library makes it itself.
    columns = {"messages": {"contact": "contact_id"}, "contacts": {"id": "contact_id"}}
    return oc.Dataset(state.messages, contacts=contacts, columns=columns, ignored_columns=["status"])


def load(variant: str, threads: int, file: str) -> State:
    pa.set_cpu_count(threads)
    messages, events, contacts = (pq.read_table(DATA / name) for name in (file, "events.parquet", "contacts.parquet"))
    state = State(words(messages, THEIRS), words(events, THEIRS), contacts, {})
    if variant == "built":
        state.data = {report: dataset(state, report) for report in ("messages", "contacts")}
    return state


def run(state: State, query: Query) -> dict[str, Any]:
    data = state.data.get(query.report) or dataset(state, query.report)
    report = oc.messages_report if query.report == "messages" else oc.contacts_report
    instant = lambda millis: dt.datetime.fromtimestamp(millis / 1000, dt.timezone.utc)
    policies = {"count_all_attempts": True} if query.report == "messages" else {}
    found = report(data, zone=query.tz, now=instant(query.hi), period=(instant(query.lo), instant(query.hi)), granularity="day",
                   channel=query.channels, user=query.users, policies=policies)
    out = {}
    for part in found:
        if part.state == "not_applicable":
            continue
        if isinstance(part, oc.Log):
            out[LOGS[part.name][0]] = (part, part.to_arrow(), LOGS[part.name][1])
        else:
            name, keys = PARTS[part.name]
            out[name] = (part, part.to_arrow(), keys)
            out[name + "_daily"] = (part, part.to_arrow("buckets"), ["d", *keys])
    return out


def renamed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not pa.types.is_string(column.type):
        return column
    return pa.chunked_array([[OURS.get(word, word) for word in column.to_pylist()]], pa.string())


def to_arrow(native: Any) -> pa.Table:
    """The canonical shape: not timed."""
    part, table, names = native
    if isinstance(part, oc.Log):
        ids = part.to_dict()["outcome"].get("ids", [])
        columns = {name: pa.chunked_array([ids]) if name == "id" else table.column(name) for name in names}
        words_of = ("source", "type")
        return pa.table({name: renamed(column) if name in words_of else column for name, column in columns.items()})
    table = table.filter(pc.greater(table["count"], 0))
    keys = [name for name in names if name != "d"]
    columns = {}
    if "d" in names:
        days = [(dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days for day in table["bucket"].to_pylist()]
        columns["d"] = pa.array(days, pa.int32())
    for name in keys:
        columns[name] = renamed(table.column(name if len(keys) > 1 else "key"))
    columns["n"] = table["count"]
    if "d" not in names and keys != ["kind"]:
        total = sum(table["count"].to_pylist())
        columns["pct"] = pa.array([100.0 * count / total for count in table["count"].to_pylist()], pa.float64())
    return pa.table(columns)


if __name__ == "__main__":
    common.main("omnicontact", common.parse_args(["built", "whole"]), load, run, to_arrow)
