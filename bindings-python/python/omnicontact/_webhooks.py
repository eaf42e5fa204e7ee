"""Payloads of channels and products: to facts, and to rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ._dataset import Dataset, Source
from ._operations import call

Payload = Mapping[str, Any] | str | bytes | bytearray | memoryview


def _request(payload: Payload, beside: Mapping[str, object]) -> dict[str, Any]:
    if isinstance(payload, (bytes, bytearray, memoryview)):
        found = bytes(payload)
        try:
            return {"body": found.decode(), **beside}
        except UnicodeDecodeError:
            # They are no payload: the core says so, in the same words everywhere.
            return {"bytes": list(found), **beside}
    return {"body": dict(payload) if isinstance(payload, Mapping) else payload, **beside}


def _beside(provider: str | None, channel: object, received_at: Any) -> dict[str, object]:
    given = {"provider": provider, "channel": channel, "received_at": received_at}
    return {key: value for key, value in given.items() if value is not None}


def read_webhooks(
    webhooks: Iterable[Payload],
    *,
    provider: str | None = None,
    channel: Any = None,
    received_at: Any = None,
    policy: Mapping[str, object] | None = None,
) -> list[dict[str, Any]]:
    """What payloads say: for each one its facts, and an error for each part that could not be read.

    >>> import omnicontact as oc
    >>> chat = {"id": 42, "type": "private"}
    >>> update = {"update_id": 1, "message": {"message_id": 7, "date": 1782000000, "text": "hola", "chat": chat}}
    >>> [reading] = oc.read_webhooks([update])
    >>> reading["facts"][0]["fact"], reading["facts"][0]["content"], reading["errors"]
    ('message', 'hola', [])

    Args:
        webhooks: Bodies as they came: JSON as dicts, texts or bytes, forms as texts or bytes; or envelopes
            `{"provider": ..., "received_at": ..., "body": ...}` and `{"provider": ..., "request": ..., "response": ...}`.
        provider: Who sent them all; recognised by their shape where absent.
        channel: The channel, where payloads do not name it (Telegram, Viber).
        received_at: When they came, where payloads do not say when (Twilio).
        policy: Policies of classification, above all `own_app_ids`.
    """
    beside = _beside(provider, channel, received_at)
    options = {"webhooks": [_request(payload, beside) for payload in webhooks], "policy": dict(policy or {})}
    found: list[dict[str, Any]] = call("read_webhooks", options)["readings"]
    return found


class Journal(NamedTuple):
    """Rows that follow from webhooks, whatever their order and however often they came; see `journal`.

    `ignored` names what was told and is in no row: `provider`, `reason`, `name`.
    """

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    channels: list[dict[str, Any]]
    tellings: list[dict[str, Any]]
    unmatched: int
    ignored: list[dict[str, Any]]
    errors: list[dict[str, Any]]

    def dataset(
        self,
        *,
        users: Source = None,
        teams: Source = None,
        broadcasts: Source = None,
        merges: Iterable[tuple[object, object]] | None = None,
        derive_connections: bool = True,
        index: str = "on_demand",
        classify: Mapping[str, object] | None = None,
    ) -> Dataset:
        """The rows as a `Dataset`.

        >>> import omnicontact as oc
        >>> chat = {"id": 42, "type": "private", "first_name": "Ana"}
        >>> message = {"message_id": 7, "date": 1782000000, "text": "hola", "chat": chat, "from": chat}
        >>> oc.journal([{"update_id": 1, "message": message}]).dataset().message_count
        1

        Args:
            users: Users: `id`, `name`, `removed`; payloads do not name them.
            teams: Teams, as users.
            broadcasts: Broadcasts, as users.
            merges: Pairs (merged-away id, the id it went into).
            derive_connections: Whether connected events follow from message rows.
            index: When what not every report needs is made: `on_demand` or `ahead`.
            classify: Policies of classification, above all `own_app_ids`.
        """
        return Dataset(
            self.messages,
            self.events,
            contacts=self.contacts,
            channels=self.channels,
            users=users,
            teams=teams,
            broadcasts=broadcasts,
            merges=merges,
            derive_connections=derive_connections,
            index=index,
            classify=classify,
        )


def journal(
    webhooks: Iterable[Payload] = (),
    *,
    facts: Iterable[Mapping[str, object]] = (),
    provider: str | None = None,
    channel: Any = None,
    received_at: Any = None,
    policy: Mapping[str, object] | None = None,
) -> Journal:
    """The rows that follow from payloads, and from facts that were read before.

    >>> import omnicontact as oc
    >>> chat = {"id": 42, "type": "private"}
    >>> update = {"update_id": 1, "message": {"message_id": 7, "date": 1782000000, "text": "hola", "chat": chat}}
    >>> rows = oc.journal([update, update])
    >>> [(row["contact"], row["content"]) for row in rows.messages]
    [('telegram/42', 'hola')]
    >>> report = oc.messages_report(rows.dataset(), zone="UTC", now="2026-06-21T12:00:00Z", period="today")
    >>> report.incoming_by_channel.total
    1

    Args:
        webhooks: Payloads, as for `read_webhooks`.
        facts: Facts of `read_webhooks`.
        provider: Who sent the payloads; recognised by their shape where absent.
        channel: The channel, where payloads do not name it.
        received_at: When they came, where payloads do not say when.
        policy: Policies of classification, above all `own_app_ids`.
    """
    beside = _beside(provider, channel, received_at)
    options = {
        "webhooks": [_request(payload, beside) for payload in webhooks],
        "facts": [dict(fact) for fact in facts],
        "policy": dict(policy or {}),
    }
    return Journal(**call("journal", options))
