"""Contacts, merges, counting and resets without a workspace, for hosts whose contacts live in a database."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from ._actor import Actor
from ._contact import Contact, contact_of, plain_contact
from ._instant import now as clock
from ._instant import to_datetime
from ._operations import call
from ._outcomes import (
    Access,
    Admission,
    MergePlan,
    QuotaMonth,
    Refusal,
    ResetPlan,
    Suggestion,
    access_of,
    admission_of,
    merge_plan_of,
    refusal_of,
    reset_plan_of,
    suggestion_of,
)
from ._plain import ContactId, ForeignKeys, Id, Identities, Time, choices, identity, profile, text_id
from ._plain import edits as plain_edits


class Normalised(NamedTuple):
    """A phone or an e-mail address as it is stored, and what other spellings of the same share with it."""

    value: str
    match_key: str
    """For look-ups and suggestions only."""


def normalise_phone(text: str, *, country: str | None = None) -> Normalised:
    """A phone in E.164; national numbers take the calling code of the country.

    >>> import omnicontact as oc
    >>> oc.normalise_phone("099 123 4567", country="EC").value
    '+593991234567'
    """
    found = call("normalise_phone", {"text": text, "country": country})
    return Normalised(found["phone"], found["match_key"])


def normalise_email(text: str) -> Normalised:
    """An e-mail address in its stored form.

    >>> import omnicontact as oc
    >>> oc.normalise_email(" Ana@Bücher.example ")
    Normalised(value='Ana@bücher.example', match_key='ana@bücher.example')
    """
    found = call("normalise_email", {"text": text})
    return Normalised(found["email"], found["match_key"])


def check_format(format: str, text: str) -> str:
    """A text in its stored form: `language`, `country`, `locale`, `tag` or `custom_field_name`.

    >>> import omnicontact as oc
    >>> oc.check_format("locale", "zh-hant-tw")
    'zh-Hant-TW'
    """
    return str(call("check_format", {"format": format, "text": text})["value"])


def check_custom_value(type: str, text: str) -> dict[str, Any]:
    """The value of a custom field, under its type.

    >>> import omnicontact as oc
    >>> oc.check_custom_value("date", "2024-02-29")
    {'date': '2024-02-29'}
    """
    found: dict[str, Any] = call("check_custom_value", {"type": type, "text": text})["value"]
    return found


def mint_contact_id(at: Time | None = None, *, random: bytes | None = None) -> UUID:
    """A new contact id (version 7); the system's clock and randomness where they are left out.

    >>> import omnicontact as oc
    >>> oc.mint_contact_id("2025-07-01T12:00:00Z", random=bytes(range(10)))
    UUID('0197c5db-b600-7001-8203-040506070809')
    """
    options = {"at": clock() if at is None else at, "random": list(os.urandom(10) if random is None else random)}
    return UUID(call("mint_contact_id", options)["contact"])


def foreign_contact_id(system: str, key: Id) -> UUID:
    """The id of a contact that another system has (version 5), the same on every machine.

    >>> import omnicontact as oc
    >>> oc.foreign_contact_id("respond.io", 4711)
    UUID('dbae4603-c5bc-54ab-be66-b526f2af1bbd')
    """
    return UUID(call("foreign_contact_id", {"system": system, "key": text_id(key)})["contact"])


def new_contact(
    name: str | None = None,
    *,
    id: ContactId | None = None,
    at: Time | None = None,
    random: bytes | None = None,
    default_country: str | None = None,
    origin: Mapping[str, object] | None = None,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    identities: Identities = (),
    tags: Iterable[str] = (),
    custom: Mapping[str, object] | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    language: str | None = None,
    country: str | None = None,
    locale: str | None = None,
    picture: str | None = None,
    company: str | None = None,
    department: str | None = None,
    lifecycle: str | None = None,
    lists: Iterable[str] = (),
    subscriptions: Mapping[Any, str] | Iterable[Mapping[str, object]] | None = None,
    assignee: Mapping[str, object] | None = None,
    blocked: bool = False,
    foreign_keys: ForeignKeys = (),
) -> Contact:
    """A contact out of what is known, every format checked.

    >>> import omnicontact as oc
    >>> oc.new_contact("Ana", emails=["ana@example.org"], foreign_keys=[("respond.io", 4711)]).id
    UUID('dbae4603-c5bc-54ab-be66-b526f2af1bbd')

    Args:
        name: The name.
        id: Its id, where there is one; else it follows from the first foreign key, or is minted.
        at: When it is created.
        random: Ten random bytes for the id.
        default_country: Country whose calling code national phones take where the contact has no `country` of its own.
        origin: How it enters: `{"source": "user"}`.
        phones: Phones, the main one first.
        emails: E-mail addresses, the main one first.
        identities: Pairs (channel, external id there).
        tags: Tags.
        custom: Custom fields; texts, numbers, booleans, dates and times are taken as such.
        first_name: First name.
        last_name: Last name.
        language: ISO 639-1.
        country: ISO 3166-1, two letters.
        locale: BCP 47.
        picture: Address of a picture.
        company: Company.
        department: Department.
        lifecycle: Lifecycle.
        lists: Lists that it is on.
        subscriptions: Channel to `subscribed` or `unsubscribed`.
        assignee: `{"user": id}` or `{"team": id}`.
        blocked: Whether it is blocked.
        foreign_keys: Pairs (system, what it calls the contact); the id follows from the first.
    """
    given = {
        "name": name,
        "phones": phones,
        "emails": emails,
        "identities": identities,
        "tags": tags,
        "custom": custom,
        "first_name": first_name,
        "last_name": last_name,
        "language": language,
        "country": country,
        "locale": locale,
        "picture": picture,
        "company": company,
        "department": department,
        "lifecycle": lifecycle,
        "lists": lists,
        "subscriptions": subscriptions,
        "assignee": assignee,
        "blocked": blocked,
        "foreign_keys": foreign_keys,
    }
    options: dict[str, Any] = {
        "profile": profile(given),
        "at": clock() if at is None else at,
        "id": text_id(id),
        "random": list(os.urandom(10) if random is None else random),
        "country": default_country,
    }
    if origin is not None:
        options["origin"] = dict(origin)
    return contact_of(call("new_contact", options))


def edit_contact(
    contact: Contact | Mapping[str, Any],
    set: Mapping[str, object] | None = None,
    *,
    country: str | None = None,
    custom: Mapping[str, object] | None = None,
    add_tags: Iterable[str] = (),
    remove_tags: Iterable[str] = (),
    add_to_lists: Iterable[str] = (),
    remove_from_lists: Iterable[str] = (),
    add_phones: Iterable[str] = (),
    remove_phones: Iterable[str] = (),
    add_emails: Iterable[str] = (),
    remove_emails: Iterable[str] = (),
    add_foreign_keys: ForeignKeys = (),
    subscribe: Mapping[Any, str] | None = None,
    block: bool | None = None,
    open_conversation: Time | None = None,
    close_conversation: Time | None = None,
    reason: str | None = None,
    edits: Iterable[object] = (),
) -> Contact:
    """A contact with changes: all of them or none.

    >>> import omnicontact as oc
    >>> oc.edit_contact(oc.new_contact("Ana"), {"language": "ES"}, add_tags=["vip"]).language
    'es'

    Args:
        contact: The contact.
        set: Field to value; None empties. `assignee` takes `{"user": id}` or `{"team": id}`.
        country: Country whose calling code national phones take.
        custom: Custom field to value; None empties.
        add_tags: Tags to add.
        remove_tags: Tags to remove.
        add_to_lists: Lists to add it to.
        remove_from_lists: Lists to take it off.
        add_phones: Phones to add.
        remove_phones: Phones to remove.
        add_emails: E-mail addresses to add.
        remove_emails: E-mail addresses to remove.
        add_foreign_keys: Pairs (system, what it calls the contact).
        subscribe: Channel to `subscribed` or `unsubscribed`.
        block: Whether it is blocked.
        open_conversation: Since when a conversation is open.
        close_conversation: When it was closed.
        reason: Why it was closed.
        edits: Further edits as plain data.
    """
    changes = plain_edits(
        {
            "set": set,
            "custom": custom,
            "add_tags": add_tags,
            "remove_tags": remove_tags,
            "add_to_lists": add_to_lists,
            "remove_from_lists": remove_from_lists,
            "add_phones": add_phones,
            "remove_phones": remove_phones,
            "add_emails": add_emails,
            "remove_emails": remove_emails,
            "add_foreign_keys": add_foreign_keys,
            "subscribe": subscribe,
            "block": block,
            "open_conversation": open_conversation,
            "close_conversation": close_conversation,
            "reason": reason,
            "edits": edits,
        }
    )
    options = {"contact": plain_contact(contact), "edits": changes, "country": country}
    return _shown(call("edit_contact", options)["contact"])


def describe_contact(contact: Contact | Mapping[str, Any], channels: Iterable[Mapping[str, object]] = ()) -> dict[str, Any]:
    """What is shown of a stored contact: `shown_name`, `initials`, and state and subscription on channels.

    >>> import omnicontact as oc
    >>> ana = oc.new_contact("Ana", phones=["+593991234567"])
    >>> oc.describe_contact(ana, [{"id": "sms", "kind": "twilio"}])["channels"]
    [{'channel': 'sms', 'state': 'inactive', 'subscription': 'subscribed'}]
    """
    options = {"contact": plain_contact(contact), "channels": [dict(channel) for channel in channels]}
    found: dict[str, Any] = call("describe_contact", options)
    return found


def _shown(data: Mapping[str, Any]) -> Contact:
    told = call("describe_contact", {"contact": dict(data)})
    return contact_of({"contact": data, "shown_name": told["shown_name"], "initials": told["initials"]})


def plan_merge(
    primary: Contact | Mapping[str, Any],
    secondary: Contact | Mapping[str, Any],
    *,
    choose: Mapping[str, object] | None = None,
    choose_custom: Mapping[str, object] | None = None,
    created_at: str = "primary",
    country: str | None = None,
) -> MergePlan:
    """The preview of a merge; nothing is changed.

    >>> import omnicontact as oc
    >>> plan = oc.plan_merge(oc.new_contact("Ana"), oc.new_contact("Anita", company="ACME", tags=["vip"]))
    >>> ([(one["field"], one["taken"]) for one in plan], plan.tags_gained)
    ([('name', 'primary'), ('company', 'secondary')], ['vip'])
    """
    return merge_plan_of(call("plan_merge", _sides(primary, secondary, choose, choose_custom, created_at, country)))


def _sides(
    primary: Contact | Mapping[str, Any],
    secondary: Contact | Mapping[str, Any],
    choose: Mapping[str, object] | None,
    choose_custom: Mapping[str, object] | None,
    created_at: str,
    country: str | None,
) -> dict[str, Any]:
    return {
        "primary": plain_contact(primary),
        "secondary": plain_contact(secondary),
        "choices": choices(choose, choose_custom),
        "created_at": created_at,
        "country": country,
    }


class AppliedMerge(NamedTuple):
    """A merge that was made: what to store."""

    survivor: Contact
    record: dict[str, Any]
    """What it takes to undo the merge, years later: plain data."""


def apply_merge(
    primary: Contact | Mapping[str, Any],
    secondary: Contact | Mapping[str, Any],
    merge: int,
    *,
    at: Time | None = None,
    choose: Mapping[str, object] | None = None,
    choose_custom: Mapping[str, object] | None = None,
    created_at: str = "primary",
    country: str | None = None,
) -> AppliedMerge | Refusal:
    """Merges two contacts; `merge` is the number of the merge, and later ones have larger ones.

    >>> import omnicontact as oc
    >>> ana, twin = oc.new_contact("Ana", tags=["a"]), oc.new_contact("Anita", tags=["b"])
    >>> merged = oc.apply_merge(ana, twin, 1)
    >>> merged.survivor.tags
    ['a', 'b']
    >>> undone = oc.undo_merge(merged.survivor, merged.record)
    >>> (undone.primary == ana, undone.secondary == twin)
    (True, True)
    """
    options = _sides(primary, secondary, choose, choose_custom, created_at, country)
    found = call("apply_merge", {**options, "merge": merge, "at": clock() if at is None else at})
    return refusal_of(found) or AppliedMerge(_shown(found["survivor"]), found["record"])


class UndoneMerge(NamedTuple):
    """Both contacts after an undo."""

    primary: Contact
    secondary: Contact
    later: list[dict[str, Any]]
    """The later merges, rewritten as if this one had not happened: store them."""


def undo_merge(
    survivor: Contact | Mapping[str, Any],
    record: Mapping[str, Any],
    *,
    later: Iterable[Mapping[str, Any]] = (),
    held: Mapping[tuple[Id, str], ContactId] | None = None,
) -> UndoneMerge | Refusal:
    """Undoes a merge, field by field: what was edited since stays.

    Args:
        survivor: The contact that the merge made, as it is now.
        record: The record of the merge.
        later: Records of later merges into the same contact that are in force, in order.
        held: Who holds an identity (channel, external id) now, where anybody but the survivor does.
    """
    options = {
        "survivor": plain_contact(survivor),
        "record": dict(record),
        "later": [dict(one) for one in later],
        "held": [{"identity": identity(one), "contact": text_id(contact)} for one, contact in (held or {}).items()],
    }
    found = call("undo_merge", options)
    return refusal_of(found) or UndoneMerge(_shown(found["primary"]), _shown(found["secondary"]), found["later"])


def resolve_ids(merges: Iterable[tuple[Id, Id]], ids: Iterable[Id]) -> list[Any]:
    """The survivors of ids, through chains of pairs (merged-away id, the id it went into).

    >>> import omnicontact as oc
    >>> oc.resolve_ids([("b", "a"), ("a", "c")], ["b", "z"])
    ['c', 'z']
    """
    pairs = [[text_id(one) for one in pair] for pair in merges]
    found: list[Any] = call("resolve_ids", {"merges": pairs, "ids": [text_id(one) for one in ids]})["survivors"]
    return found


def suggest_merges(
    contacts: Iterable[Contact | Mapping[str, Any]], *, dismissed: Iterable[tuple[ContactId, ContactId]] = ()
) -> list[Suggestion]:
    """Pairs that share a phone or an e-mail address, but those dismissed.

    >>> import omnicontact as oc
    >>> found = oc.suggest_merges([oc.new_contact(name, phones=["+52 55 1234 5678"]) for name in ("Ana", "Anita")])
    >>> found[0].reasons
    [('phone', '+525512345678')]
    """
    options = {
        "contacts": [plain_contact(contact) for contact in contacts],
        "dismissed": [[text_id(one) for one in pair] for pair in dismissed],
    }
    return [suggestion_of(one) for one in call("suggest_merges", options)["suggestions"]]


def admit_units(limit: int | None, used: int, units: int = 1) -> Admission:
    """Whether new units fit a quota.

    >>> import omnicontact as oc
    >>> (bool(oc.admit_units(3, used=2)), bool(oc.admit_units(3, used=3)))
    (True, False)
    """
    return admission_of(call("admit_units", {"limit": limit, "used": used, "units": units}))


class Usage(NamedTuple):
    """The usage of a month."""

    carried: int
    new: int
    used: int


def erased_events(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stored events without what was erased: as many, with their numbers, times, ids, sources and channels, and they replay to
    the same state. Give all of them, from the first; see `Workspace.erase`."""
    found: list[dict[str, Any]] = call("erased_events", {"events": list(events)})["events"]
    return found


def month_usage(units: Iterable[Mapping[str, object]], month: str, *, zone: str) -> Usage:
    """The usage of a month, straight from when which unit was held.

    >>> import omnicontact as oc
    >>> unit = {"identity": {"channel": "web", "external": "1"}}
    >>> oc.month_usage([{"unit": unit, "from": "2025-07-02T00:00:00Z"}], "2025-07", zone="UTC")
    Usage(carried=0, new=1, used=1)

    Args:
        units: Mappings with `unit` (`{"identity": ...}` or `{"contact": ...}`), `from`, and `until` if it was given up.
        month: The month.
        zone: The workspace's zone.
    """
    return Usage(**call("month_usage", {"units": [dict(unit) for unit in units], "month": month, "zone": zone}))


def month_of(at: Time, *, zone: str) -> QuotaMonth:
    """The quota month of an instant, with its ends and the deadline for asking for a reset.

    >>> import omnicontact as oc
    >>> month = oc.month_of("2025-07-01T04:59:59Z", zone="America/Guayaquil")
    >>> (month.month, str(month.deadline))
    ('2025-06', '2025-06-28')
    """
    found = call("month_of", {"at": at, "zone": zone})
    return QuotaMonth(found["month"], to_datetime(found["start"]), to_datetime(found["end"]), date.fromisoformat(found["deadline"]))


def schedule_reset(requests: Iterable[tuple[str, Time]], month: str, *, zone: str, done: Sequence[str] = ()) -> dict[str, Any]:
    """Which reset is due: `from` (first month in force, of each request), `due`, and its `mode`.

    >>> import omnicontact as oc
    >>> oc.schedule_reset([("all", "2025-07-30T12:00:00Z")], "2025-09", zone="UTC")
    {'due': '2025-08', 'from': ['2025-08'], 'mode': 'all'}

    Args:
        requests: Pairs (mode, when it was asked for), in order.
        month: The current month.
        zone: The workspace's zone.
        done: Months whose reset was run.
    """
    asked = [{"mode": mode, "at": at} for mode, at in requests]
    found: dict[str, Any] = call("schedule_reset", {"requests": asked, "month": month, "zone": zone, "done": list(done)})
    return found


def plan_reset(
    contacts: Iterable[Contact | Mapping[str, Any] | tuple[Contact | Mapping[str, Any], Time]],
    month: str,
    mode: str,
    *,
    zone: str,
    tag: str | None = None,
) -> ResetPlan:
    """Who would go at the reset of a month; nothing is changed.

    >>> import omnicontact as oc
    >>> contacts = [oc.new_contact("Ana", tags=["borrar"], at=0), oc.new_contact("Eva", at=0)]
    >>> [one["name"] for one in oc.plan_reset(contacts, "2025-07", "only_tagged", zone="UTC").going]
    ['Ana']

    Args:
        contacts: Contacts, or pairs (contact, when it was added).
        month: The month that the reset closes.
        mode: `all`, `only_tagged`, `all_or_tagged`, `off`.
        zone: The workspace's zone.
        tag: The tag; `Borrar` where left out.
    """

    def added(one: Any) -> dict[str, object]:
        if isinstance(one, tuple):
            return {"contact": plain_contact(one[0]), "added_at": one[1]}
        return {"contact": plain_contact(one)}

    options = {"contacts": [added(one) for one in contacts], "month": month, "mode": mode, "zone": zone, "tag": tag}
    return reset_plan_of(call("plan_reset", options))


def check_access(actor: Actor, action: str, *, owner: Mapping[str, object] | None = None) -> Access:
    """Whether somebody may do something; `owner` (`{"user": id}` or `{"team": id}`) says whose contact it is about.

    >>> import omnicontact as oc
    >>> bool(oc.check_access(oc.Actor(1, "admin"), "merge_contacts"))
    True
    """
    return access_of(call("check_access", {"actor": actor.plain(), "action": action, "owner": owner}))
