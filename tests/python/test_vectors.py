"""All vectors: as plain data, through handles, as columns, in parts."""

from __future__ import annotations

import pickle
from typing import Any

import pyarrow as pa
import pytest
from vectors import Vector, difference, names, shown, vectors

import omnicontact as oc

PLAIN = list(vectors("time", "classify", "wire", "find"))
REPORTS = list(vectors("reports"))
OF_DATASET = {"untracked", "own_app_ids", "instagram_tags", "human_agent_as_session"}


def error_of(error: oc.OmnicontactError) -> dict[str, str]:
    return {"kind": error.kind, "code": error.code, "path": error.path}


def check(vector: Vector, run: Any) -> None:
    if "expect_error" in vector:
        with pytest.raises(oc.OmnicontactError) as raised:
            run()
        assert error_of(raised.value) == vector["expect_error"]
        return
    found = run()
    if vector["call"]["operation"].endswith("s_report"):
        found = shown(found)
    assert difference(vector["expect"], found) is None


@pytest.mark.parametrize("vector", PLAIN + REPORTS, ids=names(PLAIN + REPORTS))
def test_plain_data(vector: Vector) -> None:
    call = vector["call"]
    check(vector, lambda: oc.call(call["operation"], call["options"], vector.get("given")))


def keywords(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keyword arguments of the dataset and of the report."""
    options = dict(options)
    policies = dict(options.pop("policies", {}))
    dataset: dict[str, Any] = {"classify": {key: policies.pop(key) for key in OF_DATASET & set(policies)}}
    if "derive_connections" in policies:
        dataset["derive_connections"] = policies.pop("derive_connections")
    report = {**options, **options.pop("filters", {}), "policies": policies}
    report.pop("filters", None)
    logs = report.pop("logs", {})
    report |= {f"log_{key}": value for key, value in logs.items()}
    return dataset, report


HANDLES = [
    vector
    for vector in REPORTS
    # What keyword arguments cannot say wrongly: missing ones, unknown filters, cursors.
    if "zone" in vector["call"]["options"]
    and "now" in vector["call"]["options"]
    and "cursor" not in vector["call"]["options"].get("logs", {})
    and None not in vector["call"]["options"].get("filters", {}).values()
    and set(vector["call"]["options"].get("filters", {})) <= {"channel", "contact", "contact_text", "source", "user"}
    | ({"type", "team", "broadcast"} if vector["call"]["operation"] == "messages_report" else set())
]
REPORT = {"messages_report": oc.messages_report, "contacts_report": oc.contacts_report}
PARTIAL = {"messages_report": oc.messages_partial, "contacts_report": oc.contacts_partial}


@pytest.mark.parametrize("vector", HANDLES, ids=names(HANDLES))
def test_rows(vector: Vector) -> None:
    dataset, options = keywords(vector["call"]["options"])
    report = REPORT[vector["call"]["operation"]]
    check(vector, lambda: report(oc.Dataset(**vector.get("given", {}), **dataset), **options).to_dict())


IN_PARTS = [vector for vector in HANDLES if "P12" in vector["rules"]]


@pytest.mark.parametrize("vector", IN_PARTS, ids=names(IN_PARTS))
def test_parts(vector: Vector) -> None:
    dataset, options = keywords(vector["call"]["options"])
    given = vector.get("given", {})
    operation = PARTIAL[vector["call"]["operation"]]

    def part(place: int) -> oc.Partial:
        tables = {**given, **{name: given.get(name, [])[place::3] for name in ("messages", "events")}}
        partial: oc.Partial = pickle.loads(pickle.dumps(operation(oc.Dataset(**tables, **dataset), **options)))
        return partial

    check(vector, lambda: part(2).merge(part(0), part(1)).finish().to_dict())


def message_columns(rows: list[dict[str, Any]], kinds: dict[Any, str], policy: dict[str, Any]) -> pa.Table:
    """The rows as columns: folded and classified before, as whoever hands over columns does."""
    columns: dict[str, list[Any]] = {name: [] for name in oc.vocabulary()["columns"]["messages"]}
    for row in oc.fold_messages(rows):
        found = {key: row.get(key) for key in ("id", "sent_at", "direction", "contact", "channel", "broadcast", "content")}
        if row["direction"] == "outgoing":
            found |= {key: row.get(key) for key in ("user", "team")}
            sort = oc.classify_message(row, channel_kind=kinds.get(row.get("channel")), policy=policy)
            found |= {key: sort[key] for key in ("source", "type", "subtype")}
            life = oc.call(
                "delivery_status",
                {
                    "sent_at": row["sent_at"],
                    "history": row.get("delivery"),
                    "untracked": policy.get("untracked", "sent"),
                },
            )
            found["status"] = life["status"]
            accepted = life.get("sent_at") or (row["sent_at"] if life["accepted"] else None)
            found |= {"accepted_at": accepted, "error_code": life.get("error_code"), "error": life.get("error")}
            found |= {key: life.get(key) for key in ("delivered_at", "read_at", "failed_at")}
        for name, values in columns.items():
            values.append(found.get(name))
    return table(columns, {"sent_at", "accepted_at", "delivered_at", "read_at", "failed_at"})


def event_columns(rows: list[dict[str, Any]]) -> pa.Table:
    names_of = oc.vocabulary()["columns"]["events"]
    columns = {name: [row.get(name) for row in rows] for name in names_of}
    if all(value is None for value in columns["sequence"]):
        del columns["sequence"]
    return table(columns, {"at"})


def table(columns: dict[str, list[Any]], times: set[str]) -> pa.Table:
    arrays = {
        name: pa.array(values, pa.timestamp("ms", "UTC")) if name in times else pa.array(values)
        for name, values in columns.items()
    }
    return pa.table(arrays)



def same_kinds(rows: list[dict[str, Any]]) -> bool:
    """Whether each column holds ids of one kind: Arrow has no mixed columns."""
    for key in ("id", "contact", "channel", "user", "team", "broadcast", "secondary", "sequence"):
        if len({type(row.get(key)) for row in rows} - {type(None)}) > 1:
            return False
    return True


COLUMNS = [
    vector
    for vector in HANDLES
    if "expect" in vector
    and same_kinds(vector.get("given", {}).get("messages", []))
    and same_kinds(vector.get("given", {}).get("events", []))
    # How many rows were folded is not asked of columns, nor are facts, of which a note speaks.
    and "D10" not in vector["rules"]
    and "templates_without_channels" not in vector["expect"].get("report", {}).get("notes", [])
]


@pytest.mark.parametrize("vector", COLUMNS, ids=names(COLUMNS))
def test_columns(vector: Vector) -> None:
    dataset, options = keywords(vector["call"]["options"])
    given = dict(vector.get("given", {}))
    kinds = {channel["id"]: channel["kind"] for channel in given.get("channels", [])}
    messages, events = given.pop("messages", []), given.pop("events", [])
    rows = oc.fold_messages(messages)
    tables: dict[str, Any] = {}
    if messages:
        tables["messages"] = message_columns(rows, kinds, dataset["classify"])
    if events:
        at = {"at": [oc.resolve_period({"start": row["at"], "end": row["at"]}, zone="UTC", now=0).start for row in events]}
        plain_events = [{**row, "at": at["at"][place]} for place, row in enumerate(events)]
        tables["events"] = event_columns(plain_events)
    report = REPORT[vector["call"]["operation"]]
    data = oc.Dataset(**given, **tables, **dataset)
    check(vector, lambda: report(data, **options).to_dict())


def test_every_operation_has_a_vector() -> None:
    of_contacts = [vector for vector in vectors("contacts", "workspace") if "given" not in vector]
    called = {vector["call"]["operation"] for vector in PLAIN + REPORTS + of_contacts}
    assert set(oc.vocabulary()["operations"]) <= called


def test_there_are_many() -> None:
    assert len(PLAIN) > 200
    assert len(REPORTS) > 150
    assert len(HANDLES) > 120
    assert len(COLUMNS) > 80
