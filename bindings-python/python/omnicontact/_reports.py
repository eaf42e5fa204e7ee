"""The two reports, and their partials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

from ._dataset import Dataset, Source
from ._instant import now as clock
from ._report import Partial, Report

Period: TypeAlias = str | tuple[object, object] | Mapping[str, object]
"""A preset's word, `"2026-07-01..2026-07-31"`, a pair of dates (both included) or of datetimes (the end excluded)."""
Ids: TypeAlias = Iterable[object]
Time: TypeAlias = datetime | str | int


def messages_report(
    data: Dataset | Source,
    *,
    zone: str,
    period: Period = "last_30_days",
    now: Time | None = None,
    granularity: str = "auto",
    channel: Ids | None = None,
    contact: Ids | None = None,
    contact_text: Iterable[str] | None = None,
    among: Ids | None = None,
    source: Iterable[str] | None = None,
    type: Iterable[str] | None = None,
    team: Ids | None = None,
    user: Ids | None = None,
    broadcast: Ids | None = None,
    compare: bool = False,
    distinct_contacts: bool = False,
    components: Sequence[str] | None = None,
    log_limit: int | None = None,
    log_columns: Sequence[str] | None = None,
    policies: Mapping[str, object] | None = None,
    locale: str = "en",
) -> Report:
    """The Messages report: messages in and out by channel, source, type and subtype, their delivery, and logs.

    >>> import omnicontact as oc
    >>> rows = [{"id": 1, "sent_at": "2026-07-01T12:00:00Z", "direction": "incoming", "contact": "ana", "channel": "web"}]
    >>> report = oc.messages_report(rows, zone="UTC", now="2026-07-01T13:00:00Z", period="today")
    >>> report.incoming_by_channel.total
    1
    >>> report.outgoing_by_type.why
    'there are no records of this kind'

    Args:
        data: A `Dataset`, or messages in any form that it takes.
        zone: IANA time zone of periods, days and buckets: `America/Guayaquil`.
        period: `today`, `yesterday`, `last_7_days`, `this_month`, ... (see `vocabulary()["labels"]["period"]`), a text
            `2026-07-01..2026-07-31`, a pair of dates (the last one included), or a pair of datetimes (the end excluded).
        now: The present; by default the clock is read here.
        granularity: Width of the time buckets: `hour`, `day`, `week`, `month`, `quarter`, `year`, `auto`.
        channel: Ids of channels; so `contact`, `team`, `user`, and `broadcast`, which takes names, too. Values of one filter
            are alternatives.
        contact_text: Texts in names or ids of contacts, whatever their case and accents.
        among: Ids of the contacts of a segment, which narrow all other filters; an empty list is nobody.
        source: Keys of sources of outgoing messages; so `type`.
        compare: Compare with the period before.
        distinct_contacts: Count distinct contacts in each row.
        components: Parts to compute; all by default.
        log_limit: Rows of a log's page, at most 10,000.
        log_columns: Columns of the logs; all by default.
        policies: `count_all_attempts`, `include_today`, `week_start`, `whole_unit`, `to_today`.
        locale: Language of labels: `en`, `es`, `fr`, `pt`.
    """
    filters = {
        "channel": channel,
        "contact": contact,
        "contact_text": contact_text,
        "among": among,
        "source": source,
        "type": type,
        "team": team,
        "user": user,
        "broadcast": broadcast,
    }
    request = _request(
        zone, period, now, granularity, filters, compare, distinct_contacts, components, log_limit, log_columns, policies, locale
    )
    dataset = data if isinstance(data, Dataset) else Dataset(data)
    return Report(dataset._native.report("messages", request), "messages", dataset, request)


def contacts_report(
    data: Dataset | Source,
    *,
    zone: str,
    period: Period = "last_30_days",
    now: Time | None = None,
    granularity: str = "auto",
    channel: Ids | None = None,
    contact: Ids | None = None,
    contact_text: Iterable[str] | None = None,
    among: Ids | None = None,
    source: Iterable[str] | None = None,
    user: Ids | None = None,
    compare: bool = False,
    distinct_contacts: bool = False,
    components: Sequence[str] | None = None,
    log_limit: int | None = None,
    log_columns: Sequence[str] | None = None,
    policies: Mapping[str, object] | None = None,
    locale: str = "en",
) -> Report:
    """The Contacts report: contacts added, connected, deleted and merged, and their logs.

    >>> import omnicontact as oc
    >>> events = [{"kind": "added", "at": "2026-07-01T12:00:00Z", "contact": "ana", "source": "user", "user": "lucia"}]
    >>> report = oc.contacts_report(events, zone="UTC", now="2026-07-01T13:00:00Z", period="today")
    >>> report.added_by_source.to_dict()["outcome"]["rows"][0]["label"]
    'User'
    >>> oc.contacts_report(events, zone="UTC", now="2026-07-01T13:00:00Z", channel=["web"]).overview.why
    'filters that do not apply: channel'

    Args:
        data: A `Dataset`, or contact events in any form that it takes.
        zone: See `messages_report`, also for the other arguments.
    """
    filters = {
        "channel": channel,
        "contact": contact,
        "contact_text": contact_text,
        "among": among,
        "source": source,
        "user": user,
    }
    request = _request(
        zone, period, now, granularity, filters, compare, distinct_contacts, components, log_limit, log_columns, policies, locale
    )
    dataset = data if isinstance(data, Dataset) else Dataset(events=data)
    return Report(dataset._native.report("contacts", request), "contacts", dataset, request)


def messages_partial(
    data: Dataset | Source,
    *,
    zone: str,
    now: Time,
    period: Period = "last_30_days",
    granularity: str = "auto",
    channel: Ids | None = None,
    contact: Ids | None = None,
    contact_text: Iterable[str] | None = None,
    among: Ids | None = None,
    source: Iterable[str] | None = None,
    type: Iterable[str] | None = None,
    team: Ids | None = None,
    user: Ids | None = None,
    broadcast: Ids | None = None,
    compare: bool = False,
    distinct_contacts: bool = False,
    components: Sequence[str] | None = None,
    log_limit: int | None = None,
    log_columns: Sequence[str] | None = None,
    policies: Mapping[str, object] | None = None,
    locale: str = "en",
) -> Partial:
    """The Messages report of a part of the rows, to be merged with those of the other parts.

    Every part needs the same arguments, `now` among them; message ids are unique across the parts.

    >>> import omnicontact as oc
    >>> def part(ids):
    ...     row = {"sent_at": "2026-07-01T12:00:00Z", "direction": "incoming", "contact": "ana"}
    ...     return oc.messages_partial([{"id": id, **row} for id in ids], zone="UTC", now="2026-07-01T13:00:00Z")
    >>> part([1, 2]).merge(part([3])).finish().incoming_by_channel.total
    3

    Args:
        data: A `Dataset`, or messages in any form that it takes.
        zone: Time zone.
        now: The present: the same for every part.
        period: See `messages_report`, also for the other arguments.
    """
    filters = {
        "channel": channel,
        "contact": contact,
        "contact_text": contact_text,
        "among": among,
        "source": source,
        "type": type,
        "team": team,
        "user": user,
        "broadcast": broadcast,
    }
    request = _request(
        zone, period, now, granularity, filters, compare, distinct_contacts, components, log_limit, log_columns, policies, locale
    )
    # No messages report reads a connection.
    dataset = data if isinstance(data, Dataset) else Dataset(data, derive_connections=False)
    return Partial(dataset._native.partial("messages", request), "messages")


def contacts_partial(
    data: Dataset | Source,
    *,
    zone: str,
    now: Time,
    period: Period = "last_30_days",
    granularity: str = "auto",
    channel: Ids | None = None,
    contact: Ids | None = None,
    contact_text: Iterable[str] | None = None,
    among: Ids | None = None,
    source: Iterable[str] | None = None,
    user: Ids | None = None,
    compare: bool = False,
    distinct_contacts: bool = False,
    components: Sequence[str] | None = None,
    log_limit: int | None = None,
    log_columns: Sequence[str] | None = None,
    policies: Mapping[str, object] | None = None,
    locale: str = "en",
) -> Partial:
    """The Contacts report of a part of the events; see `messages_partial`.

    >>> import omnicontact as oc
    >>> event = {"kind": "added", "at": "2026-07-01T12:00:00Z", "contact": "ana", "source": "user"}
    >>> part = oc.contacts_partial([event], zone="UTC", now="2026-07-01T13:00:00Z", period="today")
    >>> part.finish().added_by_source.total
    1
    """
    filters = {
        "channel": channel,
        "contact": contact,
        "contact_text": contact_text,
        "among": among,
        "source": source,
        "user": user,
    }
    request = _request(
        zone, period, now, granularity, filters, compare, distinct_contacts, components, log_limit, log_columns, policies, locale
    )
    dataset = data if isinstance(data, Dataset) else Dataset(events=data)
    return Partial(dataset._native.partial("contacts", request), "contacts")


def _request(
    zone: str,
    period: Period,
    now: Time | None,
    granularity: str,
    filters: Mapping[str, Iterable[object] | None],
    compare: bool,
    distinct_contacts: bool,
    components: Sequence[str] | None,
    log_limit: int | None,
    log_columns: Sequence[str] | None,
    policies: Mapping[str, object] | None,
    locale: str,
) -> dict[str, object]:
    """The request as plain data: what is wrong in it, the core says."""
    logs: dict[str, object] = {}
    if log_limit is not None:
        logs["limit"] = log_limit
    if log_columns is not None:
        logs["columns"] = list(log_columns)
    request: dict[str, object] = {
        "zone": zone,
        "now": clock() if now is None else now,
        "period": plain_period(period),
        "granularity": granularity,
        "filters": {name: _values(values) for name, values in filters.items() if values is not None},
        "policies": dict(policies or {}),
        "compare": compare,
        "distinct_contacts": distinct_contacts,
        "logs": logs,
        "locale": locale,
    }
    if components is not None:
        request["components"] = list(components)
    return request


def _values(values: Iterable[object]) -> object:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        return values
    return list(values)


def plain_period(period: Period) -> object:
    """The period as plain data."""
    if isinstance(period, tuple) and len(period) == 2:
        first, last = period
        if isinstance(first, datetime) and isinstance(last, datetime):
            return {"start": first, "end": last}
        if isinstance(first, (date, str)) and isinstance(last, (date, str)):
            return {"from": str(first), "to": str(last)}
    return period
