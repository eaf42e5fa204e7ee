"""Webhooks in, rows out: every sample payload of the core, by bytes, by dicts, in any order."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import omnicontact as oc

SAMPLES = sorted((Path(__file__).parent.parent.parent / "core" / "tests" / "payloads").glob("*/*.json"))
POLICY = {"own_app_ids": ["4242"]}


def test_there_are_samples() -> None:
    assert len(SAMPLES) > 150


def test_bytes_texts_and_dicts_are_the_same() -> None:
    bodies = [path.read_bytes() for path in SAMPLES]
    expected = oc.read_webhooks(bodies, policy=POLICY)
    assert len(expected) == len(SAMPLES)
    assert not [reading["errors"] for reading in expected if reading["errors"]]
    assert oc.read_webhooks([body.decode() for body in bodies], policy=POLICY) == expected
    assert oc.read_webhooks([json.loads(body) for body in bodies], policy=POLICY) == expected


def test_order_and_repetition_do_not_matter() -> None:
    bodies = [path.read_bytes() for path in SAMPLES]
    expected = oc.journal(bodies, policy=POLICY)
    random.Random(1).shuffle(bodies)
    assert oc.journal(bodies + bodies[:50], policy=POLICY) == expected
    facts = [fact for reading in oc.read_webhooks(bodies, policy=POLICY) for fact in reading["facts"]]
    assert oc.journal(facts=reversed(facts), policy=POLICY) == expected


def test_rows_make_a_report() -> None:
    rows = oc.journal((path.read_bytes() for path in SAMPLES), policy=POLICY)
    report = oc.messages_report(rows.dataset(), zone="UTC", now="2026-06-22T00:00:00Z", period="all_time")
    assert report.incoming_by_channel.total == sum(row["direction"] == "incoming" for row in rows.messages)
    assert {row["key"] for row in report.outgoing_by_type.to_dict()["outcome"]["rows"]} >= {"session", "whatsapp_message_template"}


def test_errors_are_data() -> None:
    bodies: list[Any] = ["{", b"\xff", {"hello": 1}, SAMPLES[0].read_bytes()]
    codes = [[error["code"] for error in reading["errors"]] for reading in oc.read_webhooks(bodies)]
    assert codes == [["malformed_json"], ["invalid_utf8"], ["unknown_payload"], []]
    paths = [error["path"] for error in oc.journal(bodies).errors]
    assert paths == ["webhooks[0].body", "webhooks[1].body", "webhooks[2].body"]


def test_ids_beyond_a_float() -> None:
    token = 9007199254740993
    callback = {"event": "seen", "timestamp": 1782000000000, "message_token": token, "user_id": "v"}
    [reading] = oc.read_webhooks([callback])
    assert reading["facts"][0]["id"] == token


def test_what_the_host_knows_beside() -> None:
    form = "MessageSid=SM1&From=%2B1&To=%2B2&Body=hi&SmsStatus=received"
    assert oc.read_webhooks([form])[0]["errors"][0]["path"] == "received_at"
    [reading] = oc.read_webhooks([form], provider="twilio", received_at="2026-06-21T00:00:00Z")
    assert reading["facts"][0]["at"] == 1782000000000
    with pytest.raises(ValueError) as caught:
        oc.read_webhooks([form], provider="pigeon")
    assert isinstance(caught.value, oc.OmnicontactError)
    assert (caught.value.code, caught.value.path) == ("unknown_label", "webhooks[0].provider")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_that_are_no_text_are_told(kind: Any) -> None:
    good = b'{"update_id": 1, "message": {"message_id": 7, "date": 1782000000, "text": "caf\xc3\xa9", "chat": {"id": 4}}}'
    readings = oc.read_webhooks([kind(good), kind(good.replace(b"\xc3\xa9", b"\xe9"))])
    assert readings[0]["facts"][0]["content"] == "café"
    assert readings[1]["facts"] == [] and readings[1]["errors"][0]["code"] == "invalid_utf8"


def test_a_journal_says_what_it_ignored() -> None:
    changes = [{"field": "email", "value": "a@b.example"}]
    rows = oc.journal([{"object": "user", "entry": [{"id": "0", "changes": changes}]}] * 2)
    assert rows.ignored == [{"provider": "messenger", "reason": "account", "name": "email"}]
