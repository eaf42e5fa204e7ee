"""Single questions: time, classification, words of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _native
from ._instant import now as clock
from ._instant import to_datetime
from ._plain import Time, present

if TYPE_CHECKING:
    from ._dataset import Dataset
    from ._reports import Period as AnyPeriod


def call(operation: str, options: Mapping[str, Any] | None = None, given: Mapping[str, Any] | None = None) -> Any:
    """Runs an operation on plain data, as every language has it; see `vocabulary()["operations"]`.

    >>> import omnicontact as oc
    >>> oc.call("day_of", {"zone": "Pacific/Apia", "at": "2011-12-30T10:00:00Z"})
    {'date': '2011-12-31'}
    """
    return json.loads(_native.call(operation, dict(options or {}), given))


def vocabulary(locale: str | None = None) -> dict[str, Any]:
    """The words of the contract: operations, codes, labels, columns, versions; with a locale also what is shown.

    >>> import omnicontact as oc
    >>> oc.vocabulary()["labels"]["locale"]
    ['en', 'es', 'fr', 'pt']
    >>> oc.vocabulary("es")["words"]["status.delivered"]
    'Entregado'
    """
    words: dict[str, Any] = call("vocabulary", {} if locale is None else {"locale": locale})
    return words


class Period(NamedTuple):
    """A period, resolved."""

    start: datetime
    """First instant."""
    end: datetime
    """First instant after it."""
    dates: tuple[date, date] | None
    """First and last local date, both included; none for exact instants."""
    previous: tuple[datetime, datetime] | None
    """The period to compare with; none for `all_time`."""


def resolve_period(
    period: AnyPeriod,
    *,
    zone: str,
    now: Time | None = None,
    policies: Mapping[str, object] | None = None,
    records: tuple[int, int] | None = None,
) -> Period:
    """The instants of a period, and of the one to compare it with.

    >>> import omnicontact as oc
    >>> found = oc.resolve_period("yesterday", zone="America/Sao_Paulo", now="2018-11-05T12:00:00Z")
    >>> (found.end - found.start).total_seconds() / 3600  # clocks were put forward
    23.0
    """
    from ._reports import plain_period

    options: dict[str, Any] = {"zone": zone, "now": clock() if now is None else now, "period": plain_period(period)}
    if policies is not None:
        options["policies"] = dict(policies)
    if records is not None:
        options["records"] = list(records)
    found = call("resolve_period", options)
    dates, previous = found["dates"], found["previous"]
    return Period(
        to_datetime(found["start"]),
        to_datetime(found["end"]),
        dates and (date.fromisoformat(dates[0]), date.fromisoformat(dates[1])),
        previous and (to_datetime(previous["start"]), to_datetime(previous["end"])),
    )


def buckets(
    period: AnyPeriod,
    *,
    zone: str,
    now: Time | None = None,
    granularity: str = "auto",
    policies: Mapping[str, object] | None = None,
) -> list[tuple[str, datetime, datetime]]:
    """The time buckets of a period: key, first instant, first instant after it.

    >>> import omnicontact as oc
    >>> [key for key, _, _ in oc.buckets("2026-01-01..2026-12-31", zone="UTC", now=0, granularity="quarter")]
    ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']
    """
    from ._reports import plain_period

    options: dict[str, Any] = {
        "zone": zone,
        "now": clock() if now is None else now,
        "period": plain_period(period),
        "granularity": granularity,
    }
    if policies is not None:
        options["policies"] = dict(policies)
    found = call("buckets", options)
    edges = [to_datetime(edge) for edge in found["edges"]]
    return list(zip(found["keys"], edges[:-1], edges[1:], strict=True))


def day_of(at: Time, *, zone: str) -> date:
    """The local day of an instant.

    >>> import omnicontact as oc
    >>> oc.day_of("2026-07-01T02:00:00Z", zone="America/Guayaquil")
    datetime.date(2026, 6, 30)
    """
    return date.fromisoformat(call("day_of", {"zone": zone, "at": at})["date"])


def start_of_day(day: date | str, *, zone: str) -> datetime:
    """The first instant of a local date, also where its midnight was skipped.

    >>> import omnicontact as oc
    >>> oc.start_of_day("2018-11-04", zone="America/Sao_Paulo").isoformat()
    '2018-11-04T03:00:00+00:00'
    """
    return to_datetime(call("start_of_day", {"zone": zone, "date": str(day)})["start"])


def classify_message(
    message: Mapping[str, object], *, channel_kind: str | None = None, policy: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Source, type and subtype of an outgoing message, and which rule decided.

    >>> import omnicontact as oc
    >>> message = {"id": 1, "sent_at": 0, "direction": "outgoing", "contact": 7, "facts": {"template_name": "hello"}}
    >>> oc.classify_message(message, channel_kind="whatsapp_cloud")["type"]
    'whatsapp_message_template'
    """
    options: dict[str, Any] = {"message": dict(message), "policy": dict(policy or {})}
    if channel_kind is not None:
        options["channel_kind"] = channel_kind
    found: dict[str, Any] = call("classify_message", options)
    return found


def delivery_status(sent_at: Time, history: Iterable[Mapping[str, object]] | None, *, untracked: str = "sent") -> dict[str, Any]:
    """The current status of a message, from whatever was reported of it in any order; times are datetimes.

    >>> import omnicontact as oc
    >>> oc.delivery_status(0, [{"status": "read", "at": 5000}, {"status": "sent", "at": 1000}])["status"]
    'read'
    """
    updates = None if history is None else [dict(update) for update in history]
    found: dict[str, Any] = call("delivery_status", {"sent_at": sent_at, "history": updates, "untracked": untracked})
    return {key: to_datetime(value) if key.endswith("_at") and isinstance(value, int) else value for key, value in found.items()}


def fold_messages(messages: Iterable[Mapping[str, object]]) -> list[dict[str, Any]]:
    """One message per id: later rows update earlier ones.

    >>> import omnicontact as oc
    >>> row = {"id": 1, "sent_at": 0, "direction": "outgoing", "contact": 7}
    >>> len(oc.fold_messages([row, {**row, "content": "Hello"}]))
    1
    """
    found: list[dict[str, Any]] = call("fold_messages", {"messages": [dict(row) for row in messages]})["messages"]
    return found


def connections(
    messages: Iterable[Mapping[str, object]],
    events: Iterable[Mapping[str, object]] = (),
    *,
    policy: Mapping[str, object] | None = None,
) -> list[dict[str, Any]]:
    """The connected events that follow from messages, beyond those that there are.

    >>> import omnicontact as oc
    >>> row = {"id": 1, "sent_at": 0, "direction": "incoming", "contact": 7, "channel": "web"}
    >>> oc.connections([row])[0]["kind"]
    'connected'
    """
    options = {
        "messages": [dict(row) for row in messages],
        "events": [dict(row) for row in events],
        "policy": dict(policy or {}),
    }
    found: list[dict[str, Any]] = call("connections", options)["events"]
    return found


def provider_status(provider: str, word: str) -> Any:
    """What a provider's word for a delivery status means.

    >>> import omnicontact as oc
    >>> oc.provider_status("twilio", "undelivered")
    {'outcome': 'status', 'status': 'failed'}
    """
    return call("provider_status", {"provider": provider, "word": word})


def choices(
    data: Dataset, filter: str, *, report: str | None = None, locale: str = "en"
) -> list[dict[str, Any]]:
    """What a filter offers to choose from; see `Dataset.choices`."""
    return data.choices(filter, report=report, locale=locale)


def sample(
    *,
    seed: int | None = None,
    contacts: int | None = None,
    messages: int | None = None,
    days: int | None = None,
    end: Time | None = None,
    zone: str | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """A made-up workspace, the same on every machine: tables that `Dataset(**tables)` takes.

    >>> import omnicontact as oc
    >>> sorted(oc.sample(contacts=20, messages=100, days=10))
    ['broadcasts', 'channels', 'contacts', 'events', 'messages', 'teams', 'users']

    Args:
        seed: Another number is another workspace.
        contacts: How many contacts.
        messages: How many messages.
        days: Over how many days.
        end: When they end; `sample_end()` where left out.
        zone: The workspace's time zone.
    """
    options = present(seed=seed, contacts=contacts, messages=messages, days=days, end=end, zone=zone)
    found: dict[str, list[dict[str, Any]]] = call("sample", options)
    return found


def sample_end() -> datetime:
    """When the sample ends by default: a `now` for its reports.

    >>> import omnicontact as oc
    >>> oc.sample_end().isoformat()
    '2026-07-01T05:00:00+00:00'
    """
    return to_datetime(1_782_882_000_000)
