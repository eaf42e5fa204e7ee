"""What breaks others: texts that are no UTF-8, values without end, code of the host that asks for commands."""

from __future__ import annotations

import threading
from typing import Any

import pyarrow as pa
import pytest

import omnicontact as oc

BROKEN = pa.array([b"good", b"\xff\xfe abc"], pa.binary())
GOOD: dict[str, Any] = {"id": [1, 2], "sent_at": [0, 1], "direction": ["incoming"] * 2, "contact": ["a", "b"]}


def coded(codes: Any, entries: Any) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), entries, safe=False)


def broken(code: str) -> list[Any]:
    if code == "invalid_utf8":
        large = BROKEN.cast(pa.large_binary()).view(pa.large_string())
        texts = BROKEN.view(pa.string())
        view = BROKEN.cast(pa.binary_view()).view(pa.string_view())
        short = pa.array([b"good", b"\xff"], pa.binary_view()).view(pa.string_view())
        return [texts, large, view, short, coded([0, 1], texts), coded([0, 1], view)]
    return [coded([0, 7], pa.array(["x"])), coded([0, -1], pa.array(["x"]))]


@pytest.mark.parametrize("code", ["invalid_utf8", "code_out_of_range"])
@pytest.mark.parametrize("column", ["id", "direction", "contact", "channel", "content", "sent_at"])
def test_arrays_are_looked_through_before_they_are_believed(code: str, column: str) -> None:
    for values in broken(code):
        with pytest.raises(oc.InvalidDataError) as raised:
            oc.Dataset(pa.table({**GOOD, column: values}))
        assert (raised.value.code, raised.value.path) == (code, f"messages[1].{column}"), values.type
        assert "abc" not in str(raised.value)


def test_what_stands_under_a_missing_value_is_nobodys() -> None:
    values = BROKEN.view(pa.string())
    masked = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x01"), *values.buffers()[1:]])
    assert oc.Dataset(pa.table({**GOOD, "content": masked})).message_count == 2


def test_places_of_texts_that_run_backwards_or_away() -> None:
    tried = []
    for places in ([0, 3, 1], [0, 900, 4], [0, 2, 900], [-4, 2, 4]):
        offsets = pa.py_buffer(pa.array(places, pa.int32()).buffers()[1])
        try:
            values = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"abcd")])
        except pa.ArrowInvalid:  # what pyarrow looks at itself
            continue
        tried.append(places)
        with pytest.raises(oc.InvalidDataError):
            oc.Dataset(pa.table({**GOOD, "content": values}))
    assert tried


def test_values_without_end() -> None:
    deep: Any = []
    for _ in range(9_000):
        deep = [deep]
    itself: list[Any] = []
    itself.append(itself)

    class Other:
        def item(self) -> Any:
            return type("More", (Other,), {})()

    for value in (deep, itself, Other()):
        for ask in (
            lambda value=value: oc.call("day_of", {"zone": "UTC", "at": value}),
            lambda value=value: oc.Dataset([{"id": value}]),
            lambda value=value: oc.Workspace("UTC").call("contact", {"contact": value}),
        ):
            with pytest.raises(oc.OmnicontactError) as raised:
                ask()
            assert raised.value.code == "too_large"


def test_half_a_surrogate_pair_is_the_replacement_character() -> None:
    assert oc.Workspace("UTC").add_contact("hola \ud83d").contact is not None
    ws = oc.Workspace("UTC")
    ws.add_contact("hola \ud83d")
    ws.add_contact("hola \ud83d\udc4b")
    assert [contact.name for contact in ws] == ["hola \ufffd", "hola 👋"]


def inside(ws: oc.Workspace, seen: list[Any]) -> Any:
    def progress(done: int, total: int) -> None:
        seen.append((len(ws), ws.sequence, ws.quota().used, repr(ws)))
        with pytest.raises(oc.ConflictError) as raised:
            ws.add_contact("no")
        assert raised.value.code == "busy"

    return progress


def test_a_progress_reads_the_state_so_far_and_gives_no_commands() -> None:
    ws, seen = oc.Workspace("UTC"), []
    done = ws.import_contacts([{"name": str(row)} for row in range(600)], progress=inside(ws, seen))
    assert [one[0] for one in seen] == [256, 512, 600]
    assert len(ws) == 600
    assert [event["sequence"] for event in ws.events(since=2)] == list(range(2, 602))
    people = [one.contact for one in done]
    ws.edit_contacts(people, add_tags=["vip"], progress=inside(ws, seen))
    file = "name\n" + "".join(f"row {row}\n" for row in range(2_100))
    ws.import_file(file.encode(), progress=inside(ws, seen))
    assert len(ws) == 2_700
    assert oc.Workspace.replay(ws.events()).snapshot() == ws.snapshot()


def test_other_threads_read_during_an_import_and_none_waits_for_ever() -> None:
    ws, found = oc.Workspace("UTC"), []

    def progress(done: int, total: int) -> None:
        def other() -> None:
            found.append(ws.sequence)
            try:
                ws.add_contact("no")
            except oc.ConflictError as error:
                found.append(error.code)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(30)
        assert not thread.is_alive()

    ws.import_contacts([{"name": "Ana"}] * 300, progress=progress)
    assert found == [257, "busy", 301, "busy"]


def test_what_ends_in_logs_holds_no_personal_data() -> None:
    ws = oc.Workspace("UTC")
    profile = {"name": "Ana", "phones": ["+593991234567"], "identities": [{"channel": "whatsapp", "external": "593991234567"}]}
    contact = ws.contact(ws.import_contacts([profile])[0].ok().contact)
    assert contact is not None
    assert repr(contact) == f"Contact(id='{contact.id}')"
    taken = ws.import_contacts([{**profile, "name": "Eva", "phones": []}])[0]
    assert taken.refusal is not None and taken.refusal.code == "identity_conflict"
    assert taken.refusal.details["identity"]["external"] == "593991234567"
    with pytest.raises(oc.ConflictError) as raised:
        taken.ok()
    assert "593991234567" not in str(raised.value)
    assert str(contact.id) in str(raised.value)
