"""The workspace as Python has it: ids, clocks, frames, progress, Ctrl-C, threads, pickling, reports."""

from __future__ import annotations

import concurrent.futures as futures
import datetime as dt
import json
import os
import pickle
import random
import signal
import sys
import threading
import time
import uuid
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tqdm

import omnicontact as oc

ZONE = "America/Guayaquil"
AT = dt.datetime(2025, 7, 9, 12, tzinfo=dt.timezone.utc)


def workspace(**settings: Any) -> oc.Workspace:
    return oc.Workspace(ZONE, country="EC", now="2025-07-01T12:00:00Z", clock=lambda: AT, **settings)


def test_ids_are_uuids_or_their_texts() -> None:
    ws = workspace()
    ana = ws.add_contact("Ana").contact
    assert isinstance(ana, uuid.UUID)
    assert ws.contact(ana) == ws.contact(str(ana))
    assert ana in ws and str(ana) in ws and uuid.uuid4() not in ws
    with pytest.raises(oc.InvalidArgumentError) as raised:
        ws.contact("ana")
    assert raised.value.path == "contact"


def test_ids_of_the_host_may_be_uuids() -> None:
    channel, user = uuid.uuid4(), uuid.uuid4()
    ws = workspace()
    ana = ws.receive(channel, "1").contact
    assert ana is not None
    assert ws.holder(channel, "1") == ws.holder(str(channel), "1") == ana
    again = oc.Workspace.replay(json.loads(json.dumps(list(ws.events()))))
    assert again.holder(channel, "1") == ana
    assert ws.edit(ana, {"assignee": {"user": user}})
    assert ws.check_access(oc.Actor(user, "operator", restrictions=["own_contacts"]), "edit_profile", ana)


def test_clock_and_randomness_are_those_that_are_given() -> None:
    ticks = iter(range(100))
    give = {"clock": lambda: AT + dt.timedelta(minutes=next(ticks)), "random": lambda count: bytes(range(count))}

    def story() -> oc.Workspace:
        nonlocal ticks
        ticks = iter(range(100))
        ws = oc.Workspace(ZONE, **give)  # type: ignore[arg-type]
        for name in ("Ana", "Eva", "Luz"):
            ws.add_contact(name)
        return ws

    assert story().snapshot() == story().snapshot()
    assert len({contact.id for contact in story()}) == 3, "the same randomness gives free ids"
    by_itself = oc.Workspace(ZONE)
    one, two = by_itself.add_contact("Ana").contact, by_itself.add_contact("Ana").contact
    assert one != two
    assert abs((next(iter(by_itself)).created_at - dt.datetime.now(dt.timezone.utc)).total_seconds()) < 60


def test_naive_times_are_refused() -> None:
    with pytest.raises(oc.OmnicontactError) as raised:
        workspace().add_contact("Ana", at=dt.datetime(2025, 7, 9))
    assert raised.value.path == "at"


ROWS: dict[str, list[Any]] = {
    "name": ["Ana", "Eva", "Luz"],
    "phone": ["099 111 1111", None, "0993333333"],
    "company": [None, "ACME", None],
}


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(ROWS),
        pd.DataFrame(ROWS),
        pd.DataFrame({**ROWS, "company": [np.nan, "ACME", pd.NA]}),
        pa.table(ROWS),
        [dict(zip(ROWS, row, strict=True)) for row in zip(*ROWS.values(), strict=True)],
        (dict(zip(ROWS, row, strict=True)) for row in zip(*ROWS.values(), strict=True)),
    ],
    ids=["polars", "pandas", "pandas NA", "pyarrow", "list", "generator"],
)
def test_frames_are_imported(frame: Any) -> None:
    ws = workspace()
    done = ws.import_contacts(frame, origin="customers.csv")
    assert [one.kind for one in done] == ["added"] * 3
    found = list(ws)
    assert [contact.phones for contact in found] == [["+593991111111"], [], ["+593993333333"]]
    assert [contact.company for contact in found] == [None, "ACME", None]
    assert found[0].origin["source"] == "contact_import" and found[0].origin["name"] == "customers.csv"


def test_progress_and_bars() -> None:
    rows = [{"name": f"c{row}"} for row in range(1000)]
    heard: list[tuple[int, int]] = []
    workspace().import_contacts(rows, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(256, 1000), (512, 1000), (768, 1000), (1000, 1000)]
    with tqdm.tqdm(file=open(os.devnull, "w")) as bar:
        workspace().import_contacts(rows, progress=bar)
    assert (bar.n, bar.total) == (1000, 1000)


def test_a_callback_that_raises_ends_the_import_and_what_was_done_stays() -> None:
    ws = workspace()

    def fails(done: int, total: int) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough") as raised:
        ws.import_contacts([{"name": "Ana"}] * 1000, progress=fails)
    assert len(ws) == 256
    done: oc.Outcomes = getattr(raised.value, "answer")  # noqa: B009
    assert [one.contact for one in done] == [contact.id for contact in ws]
    assert done.stopped == {"code": "cancelled", "message": "stopped after 256 of 1000", "path": ""}
    assert oc.Workspace.replay(ws.events()).snapshot() == ws.snapshot()


def test_a_callback_that_raises_with_the_last_row_lost_nothing() -> None:
    ws = workspace()

    def fails(done: int, total: int) -> None:
        if done == total:
            raise oc.CancelledError("too late")

    with pytest.raises(oc.CancelledError) as raised:
        ws.import_contacts([{"name": "Ana"}] * 300, progress=fails)
    assert isinstance(raised.value.answer, oc.Outcomes)
    assert (len(raised.value.answer), raised.value.answer.stopped, len(ws)) == (300, None, 300)


def test_an_exception_that_stops_nothing_has_no_answer() -> None:
    with pytest.raises(oc.OmnicontactError) as raised:
        workspace().bulk(["nobody"], "delete")
    assert not hasattr(raised.value, "answer") and not hasattr(raised.value, "_answer")


@pytest.mark.parametrize("answer", [None, True, 0, "", []])
def test_only_false_stops(answer: object) -> None:
    done = workspace().import_contacts([{"name": "Ana"}] * 600, progress=lambda *_: answer)
    assert (len(done), done.stopped) == (600, None)


def test_a_bulk_that_is_stopped_tells_what_was_done_and_can_go_on() -> None:
    ws = workspace()
    everybody = [one.contact for one in ws.import_contacts([{"name": f"c{row}"} for row in range(1000)])]
    ids = [one for one in everybody if one is not None]
    done = ws.edit_contacts(ids, add_tags=["vip"], progress=lambda done, total: done < 500)
    assert ({one.kind for one in done}, len(done)) == ({"edited"}, 512)
    assert done.stopped is not None and done.stopped["code"] == "cancelled"
    assert ws.tags() == {"vip": 512}
    assert [contact.id for contact in ws if contact.tags] == ids[:512]
    rest = ws.bulk(ids[len(done) :], {"tag": ["vip"]})
    assert (len(rest), rest.stopped, ws.tags()) == (488, None, {"vip": 1000})
    gone = ws.bulk(ids, "delete", progress=lambda *_: False)
    assert ({one.kind for one in gone}, len(gone), len(ws)) == ({"deleted"}, 256, 744)
    assert oc.Workspace.replay(ws.events()).snapshot() == ws.snapshot()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_an_import() -> None:
    ws = workspace()
    with pytest.raises(KeyboardInterrupt) as raised:
        ws.import_contacts([{"name": "Ana"}] * 5000, progress=lambda *_: os.kill(os.getpid(), signal.SIGINT))
    assert 0 < len(ws) < 5000
    assert len(getattr(raised.value, "answer")) == len(ws)  # noqa: B009
    assert ws.add_contact("Eva"), "and it goes on"


def test_edits_of_many_and_their_refusals() -> None:
    ws = workspace()
    found = [one.contact for one in ws.import_contacts([{"name": "Ana"}, {"name": "Eva"}])]
    gone = found[1]
    assert gone is not None and ws.delete(gone)
    done = ws.edit_contacts([one for one in found if one], {"lifecycle": "customer"}, add_tags=["vip"])
    assert [one.kind for one in done] == ["edited", "refused"]
    assert done[1].refusal is not None and done[1].refusal.code == "contact_deleted"
    assert not done[1]
    with pytest.raises(TypeError, match="add_tag"):
        ws.edit(gone, add_tag=["vip"])  # type: ignore[call-arg]


def test_refusals_are_values_that_can_be_raised() -> None:
    ws = workspace()
    ws.set_limit(0)
    done = ws.receive("web", "1")
    assert (done.kind, bool(done), done.contact) == ("refused", False, None)
    assert done.refusal == oc.Refusal("quota_exceeded", {"limit": 0, "used": 0})
    with pytest.raises(oc.ConflictError) as raised:
        done.ok()
    assert raised.value.code == "quota_exceeded"
    with ws.acting(oc.Actor(7, "agent")) as desk:
        with pytest.raises(PermissionError) as forbidden:
            desk.set_limit(5).ok()
    assert isinstance(forbidden.value, oc.ForbiddenError) and forbidden.value.code == "forbidden"
    assert ws.quota().refused == 1


def test_a_refused_or_failed_command_changes_nothing() -> None:
    ws = workspace()
    ana = ws.add_contact("Ana").contact
    assert ana is not None
    before = ws.snapshot()
    assert not ws.merge(ana, ana)
    assert not ws.unmerge(ana, uuid.uuid4())
    for wrong in (
        lambda: ws.add_contact("Eva", phones=["?"]),
        lambda: ws.edit(ana, {"country": "Ecuador"}),
        lambda: ws.execute({"add_contact": {"profile": {"name": "Eva", "nickname": "Evi"}}}),
        lambda: ws.set_reset("sometimes"),
        lambda: ws.execute({"fly": {}}),
        lambda: ws.set_limit(-1),
        lambda: ws.set_limit(10**30),
        lambda: ws.add_contact("Eva", random=b"short"),
        lambda: ws.add_contact("Eva", identities=["web"]),
        lambda: ws.add_contact("Eva", custom={"x" * 51: 1}),
        lambda: ws.receive("web", " "),
    ):
        with pytest.raises(oc.OmnicontactError) as raised:
            wrong()
        assert raised.value.code and raised.value.path
    assert ws.snapshot() == before


def test_undo_years_later_through_a_store() -> None:
    ws = workspace()
    ana = ws.add_contact("Ana", phones=["0991111111"], tags=["x"], identities=[("wa", "1")]).contact
    eva = ws.add_contact("Eva", emails=["e@b.co"], tags=["y"], identities=[("fb", "2")]).contact
    assert ana and eva
    before = ws.contact(ana), ws.contact(eva)
    ws.merge(ana, eva)
    stored = json.dumps(list(ws.events()))
    later = oc.Workspace.replay(json.loads(stored), clock=lambda: "2035-01-01T00:00:00Z")
    assert later.unmerge(ana, eva, at="2035-01-01T00:00:00Z").kind == "unmerged"
    assert (later.contact(ana), later.contact(eva)) == before
    # The same without a workspace, from contacts and a record in a table.
    record = json.loads(json.dumps(ws.merged_into(ana)[0]))
    survivor = ws.contact(ana)
    assert survivor is not None
    undone = oc.undo_merge(survivor, record)
    assert isinstance(undone, oc.UndoneMerge)
    assert (undone.primary, undone.secondary) == before


def test_pickling() -> None:
    ws = workspace()
    done = ws.add_contact("Ana", tags=["x"])
    again = pickle.loads(pickle.dumps(ws))
    assert again.snapshot() == ws.snapshot() and list(again.events()) == list(ws.events())
    assert pickle.loads(pickle.dumps(done)) == done
    assert pickle.loads(pickle.dumps(done.events)) == done.events
    assert pickle.loads(pickle.dumps(ws.contact(done.contact or ""))) == ws.contact(done.contact or "")
    assert pickle.loads(pickle.dumps(ws.quota())) == ws.quota()


def test_snapshots_and_the_events_after_them() -> None:
    ws = workspace()
    ws.add_contact("Ana")
    snapshot = ws.snapshot()
    ws.add_contact("Eva")
    assert oc.Workspace.restore(snapshot, ws.events()).snapshot() == ws.snapshot()
    assert oc.Workspace.restore(snapshot, list(ws.events(since=3))).snapshot() == ws.snapshot()
    for data in (b"", snapshot[:-1], snapshot[:40] + b"\0" + snapshot[41:]):
        with pytest.raises(oc.CorruptError):
            oc.Workspace.restore(data)
    with pytest.raises(oc.InvalidDataError) as raised:
        oc.Workspace.restore(snapshot, [{**event, "sequence": 9} for event in ws.events(since=3)])
    assert (raised.value.code, raised.value.path) == ("invalid_event", "events[0]")
    with pytest.raises(oc.InvalidDataError):
        oc.Workspace.replay([])
    assert ws.forget_events(2) == 2
    assert [event["sequence"] for event in ws.events()] == [3]


def test_the_units_of_a_month_are_as_many_as_its_quota_says() -> None:
    ws = oc.Workspace(ZONE, now="2025-07-01T12:00:00Z")
    ws.receive("wa", "1", at="2025-07-09T12:00:00Z")
    ws.delete(ws.receive("wa", "2", at="2025-07-10T12:00:00Z").contact, at="2025-07-10T12:00:00Z")
    ws.receive("wa", "3", at="2025-08-09T12:00:00Z")
    # A closed month, the present one, and one that nothing has happened in.
    for at, reasons in [
        ("2025-07-31T12:00:00Z", ["incoming_message", "incoming_message"]),
        ("2025-08-31T12:00:00Z", ["carried", "incoming_message"]),
        ("2025-09-10T12:00:00Z", ["carried", "carried"]),
    ]:
        units = ws.units(at)
        assert [unit.reason for unit in units] == reasons
        assert len(units) == ws.quota(at).used
    ws.forget_events(ws.sequence)
    with pytest.raises(oc.ConflictError) as error:
        ws.units("2025-07-31T12:00:00Z")
    assert (error.value.code, error.value.path) == ("month_closed", "at")
    assert len(ws.units("2025-08-31T12:00:00Z")) == 2


def test_a_copy_is_its_own() -> None:
    ws = workspace()
    ana = ws.add_contact("Ana").contact
    rehearsal = ws.copy()
    assert ana and rehearsal.delete(ana)
    assert len(ws) == 1 and len(rehearsal) == 0


def test_threads_change_one_workspace() -> None:
    ws = workspace()
    ws.set_limit(500)

    def write(place: int) -> int:
        generator = random.Random(place)
        refused = 0
        for turn in range(100):
            refused += not ws.receive(f"c{place % 3}", f"{place}-{turn}")
            quota = ws.quota()
            assert quota.used <= 500
            if generator.random() < 0.1:
                assert ws.sequence >= len(ws)
        return refused

    with futures.ThreadPoolExecutor(8) as pool:
        refused = sum(pool.map(write, range(8)))
    assert (ws.quota().used, refused) == (500, 300)
    assert [event["sequence"] for event in ws.events()] == list(range(1, ws.sequence + 1))
    assert oc.Workspace.replay(ws.events()).snapshot() == ws.snapshot()


def test_the_interpreter_goes_on_during_an_import() -> None:
    ws = workspace()
    rows = [{"name": f"c{row}", "phones": [f"+59399{row:07}"]} for row in range(30_000)]
    ticks, done = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    ws.import_contacts(rows)
    done.set()
    ticker.join()
    assert ticks > 10
    assert len(ws) == 30_000


def july(ws: oc.Workspace, messages: Any) -> tuple[oc.Report, oc.Report]:
    options: dict[str, Any] = {"now": "2025-08-02T12:00:00Z", "period": "last_month"}
    return ws.contacts_report(messages, **options), ws.messages_report(messages, distinct_contacts=True, **options)


@pytest.mark.parametrize("kind", ["rows", "polars texts", "uuids"])
def test_reports_see_merge_undo_and_reset(kind: str) -> None:
    present = [AT]
    ws = oc.Workspace(ZONE, country="EC", now="2025-07-01T12:00:00Z", clock=lambda: present[-1])
    ws.set_channel("wa", "whatsapp_cloud", "Sales")
    ana = ws.receive("wa", "1", name="Ana").contact
    eva = ws.receive("fb", "2", name="Eva").contact
    assert ana and eva
    table: dict[str, list[Any]] = {
        "id": [1, 2, 3],
        "sent_at": [AT] * 3,
        "direction": ["incoming"] * 3,
        "contact": [str(ana), str(eva), str(eva)],
        "channel": ["wa", "fb", "fb"],
    }
    if kind == "rows":
        messages: Any = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    elif kind == "polars texts":
        messages = pl.DataFrame(table)
    else:
        binary = pa.array([uuid.UUID(one).bytes for one in table["contact"]], pa.binary(16))
        messages = pa.table({**table, "contact": binary})
    ws.merge(ana, eva)
    contacts, report = july(ws, messages)
    assert [row["count"] for row in contacts.overview.to_dict()["outcome"]["rows"]] == [2, 0, 1]
    rows = report.incoming_by_channel.to_dict()["outcome"]["rows"]
    assert [(row["label"], row["count"], row["contacts"]) for row in rows] == [("fb", 2, 1), ("Sales", 1, 1)]
    of_ana = ws.messages_report(messages, now="2025-08-02T12:00:00Z", period="last_month", contact=[ana if kind == "uuids" else str(ana)])
    assert of_ana.incoming_by_channel.total == 3
    assert set(of_ana.incoming_log.to_polars()["contact_name"]) == {"Ana"}
    ws.unmerge(ana, eva)
    _, report = july(ws, messages)
    assert set(report.incoming_log.to_polars()["contact_name"]) == {"Ana", "Eva"}
    ws.set_reset("all", at=AT)
    present.append("2025-08-01T12:00:00Z")
    done = ws.run_reset()
    assert (done.kind, done.month, len(done.purge)) == ("reset_run", "2025-07", 2)
    contacts, _ = july(ws, messages)
    assert [row["count"] for row in contacts.overview.to_dict()["outcome"]["rows"]] == [2, 2, 1]
    # Plain tables say the same.
    tables = ws.report_tables()
    plain = oc.contacts_report(oc.Dataset(**tables), zone=ZONE, now="2025-08-02T12:00:00Z", period="last_month")
    assert plain.overview.to_dict() == contacts.overview.to_dict()
    # And so does a workspace that has forgotten, with the events given back.
    events = list(ws.events())
    ws.forget_events(ws.sequence)
    data = oc.Dataset(workspace=ws, workspace_events=events)
    again = oc.contacts_report(data, zone=ZONE, now="2025-08-02T12:00:00Z", period="last_month")
    assert again.overview.to_dict() == contacts.overview.to_dict()


def test_events_come_from_the_workspace_or_from_columns() -> None:
    with pytest.raises(oc.InvalidArgumentError) as raised:
        oc.Dataset(events=pa.table({"kind": ["added"], "at": [0], "contact": ["a"]}), workspace=workspace())
    assert raised.value.path == "events"


def test_shown_in_notebooks() -> None:
    ws = workspace()
    ana = ws.add_contact("<b>Ana</b>", tags=["borrar"]).contact
    eva = ws.add_contact("Eva", company="ACME", identities=[("fb", "1")], custom={"size": 3}).contact
    assert ana and eva
    page = ws.plan_merge(ana, eva)._repr_html_()
    assert "ACME" in page and "fb 1" in page and "size" in page and "<b>Ana" not in page
    assert "same_contact" in ws.plan_merge(ana, ana)._repr_html_()
    assert "2025-07" in ws.quota()._repr_html_()
    ws.set_reset("only_tagged")
    assert "1 contacts" in ws.plan_reset()._repr_html_()
    assert repr(ws) == "<Workspace: 2 contacts, event 4>"
