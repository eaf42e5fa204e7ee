"""Contacts found: segments, searches, pages, files, over contacts from anywhere; a `Workspace` has the same as methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from ._contact import Contact, plain_contact
from ._instant import now as clock
from ._operations import call
from ._plain import ContactId, Time, text_id

Contacts = Iterable[Contact | Mapping[str, Any]]


def _given(
    contacts: Contacts, channels: Iterable[Mapping[str, object]], custom_fields: Mapping[str, str] | None
) -> dict[str, object]:
    return {
        "contacts": [plain_contact(contact) for contact in contacts],
        "channels": [dict(channel) for channel in channels],
        "custom_fields": dict(custom_fields or {}),
    }


def _when(zone: str, now: Time | None, options: Mapping[str, object]) -> dict[str, object]:
    return {"zone": zone, "now": clock() if now is None else now, **options}


def select_contacts(
    contacts: Contacts,
    segment: Mapping[str, object],
    *,
    zone: str,
    now: Time | None = None,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
    policies: Mapping[str, object] | None = None,
) -> list[UUID]:
    """The contacts in a segment, a tree of conditions.

    >>> import omnicontact as oc
    >>> contacts = [oc.new_contact("Ana", country="EC"), oc.new_contact("Eva", country="PE")]
    >>> segment = {"not": {"field": "country", "operator": "equal", "value": "EC"}}
    >>> oc.select_contacts(contacts, segment, zone="UTC") == [contacts[1].id]
    True
    """
    options = _when(zone, now, {"segment": dict(segment), "policies": dict(policies or {})})
    found = call("select_contacts", options, _given(contacts, channels, custom_fields))
    return [UUID(contact) for contact in found["contacts"]]


def explain_segment(
    contacts: Contacts,
    segment: Mapping[str, object],
    contact: ContactId,
    *,
    zone: str,
    now: Time | None = None,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
    policies: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Which conditions of a segment a contact meets: `met`, and every group and condition in `nodes`.

    >>> import omnicontact as oc
    >>> ana = oc.new_contact("Ana", country="EC")
    >>> oc.explain_segment([ana], {"field": "country", "operator": "equal", "value": "PE"}, ana.id, zone="UTC")["met"]
    False
    """
    asked = {"segment": dict(segment), "contact": text_id(contact), "policies": dict(policies or {})}
    found: dict[str, Any] = call("explain_segment", _when(zone, now, asked), _given(contacts, channels, custom_fields))
    return found


def check_segment(
    segment: Mapping[str, object],
    *,
    zone: str,
    now: Time | None = None,
    custom_fields: Mapping[str, str] | None = None,
    policies: Mapping[str, object] | None = None,
) -> list[Any]:
    """The fields that a segment speaks of; what is wrong in it is an error with the path inside the tree.

    >>> import omnicontact as oc
    >>> oc.check_segment({"field": "country", "operator": "exists"}, zone="UTC")
    ['country']
    """
    asked = {"segment": dict(segment), "custom_fields": dict(custom_fields or {}), "policies": dict(policies or {})}
    found: list[Any] = call("check_segment", _when(zone, now, asked))["fields"]
    return found


def search_contacts(
    contacts: Contacts,
    query: str,
    *,
    limit: int = 100,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The contacts that hold a text, the best first: `total`, and `hits` with where it was found.

    >>> import omnicontact as oc
    >>> oc.search_contacts([oc.new_contact("Ana Pérez"), oc.new_contact("Eva")], "perez")["total"]
    1
    """
    found: dict[str, Any] = call("search_contacts", {"query": query, "limit": limit}, _given(contacts, channels, custom_fields))
    return found


def contacts_page(
    contacts: Contacts,
    *,
    zone: str,
    now: Time | None = None,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """A page of the table of contacts: `total`, `contacts`, `table`, `cursor`.

    >>> import omnicontact as oc
    >>> page = oc.contacts_page([oc.new_contact("Ana"), oc.new_contact("Eva")], zone="UTC", limit=1)
    >>> (page["total"], len(page["contacts"]), page["cursor"] is None)
    (2, 1, False)

    Args:
        contacts: The contacts.
        zone: Zone of relative times.
        now: The present.
        channels: Channels, with names and kinds.
        custom_fields: Types of custom fields by name.
        **options: `segment`, `search`, `columns`, `sort`, `limit`, `cursor`, `locale`, `policies`.
    """
    found: dict[str, Any] = call("contacts_page", _when(zone, now, options), _given(contacts, channels, custom_fields))
    return found


def export_contacts(
    contacts: Contacts,
    *,
    zone: str,
    now: Time | None = None,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
    **options: Any,
) -> str:
    """Contacts as CSV.

    >>> import omnicontact as oc
    >>> oc.export_contacts([oc.new_contact("=1+1")], zone="UTC", columns=["name"]).splitlines()[1]
    "'=1+1"

    Args:
        contacts: The contacts.
        zone: Zone of times.
        now: The present.
        channels: Channels, with names and kinds.
        custom_fields: Types of custom fields by name.
        **options: `segment`, `search`, `columns`, `sort`, `header`, `values`, `delimiter`, `bom`, `harmless`, `locale`.
    """
    found = call("export_contacts", _when(zone, now, options), _given(contacts, channels, custom_fields))
    return str(found["text"])
