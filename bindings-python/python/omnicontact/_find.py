"""Contacts found: segments, searches, pages, files, over contacts from anywhere; a `Workspace` has the same as methods."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from ._contact import Contact, plain_contact
from ._files import File, contents, file_request, written
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
    >>> oc.export_contacts([oc.new_contact("=1+1")], zone="UTC", columns=["name"]).splitlines()[1].split(",")
    ["'=1+1", "'=1+1"]

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


def contact_file(
    contacts: Contacts,
    path: str | os.PathLike[str] | None = None,
    *,
    zone: str,
    now: Time | None = None,
    format: str | None = None,
    fonts: Sequence[File] | None = None,
    title: str | None = None,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
    **options: Any,
) -> bytes:
    """Contacts as a file: CSV, PDF or XLSX.

    >>> import omnicontact as oc
    >>> oc.contact_file([oc.new_contact("Ana")], format="csv", zone="UTC", columns=["country"])
    b'shown_name,country\\r\\nAna,\\r\\n'

    Args:
        contacts: The contacts.
        path: Where to write it; its suffix says the format.
        zone: Zone of times.
        now: The present.
        format: `csv`, `pdf` or `xlsx`.
        fonts: Fonts of a PDF, the preferred one first: paths or bytes; those of `find_fonts` where left out.
        title: What stands above the table of a PDF.
        channels: Channels, with names and kinds.
        custom_fields: Types of custom fields by name.
        **options: Those of `export_contacts`.
    """
    request = file_request(format, path, fonts, title, _when(zone, now, options))
    return written(call("contact_file", request, _given(contacts, channels, custom_fields)), path)


def _text(text: str | bytes) -> dict[str, str]:
    return {"text": text} if isinstance(text, str) else contents(text)


def contact_columns(text: str | bytes, **options: Any) -> list[dict[str, Any]]:
    """Which column of a CSV would be read as which field of a contact, and why.

    >>> import omnicontact as oc
    >>> [(column["header"], column["target"]) for column in oc.contact_columns("Nombre;Teléfono\\n")]
    [('Nombre', 'shown_name'), ('Teléfono', 'phones')]

    Args:
        text: The CSV, as text or as bytes in any encoding; its first line is enough.
        **options: Those of `read_contacts`.
    """
    columns: list[dict[str, Any]] = call("contact_columns", {**_text(text), "import": options})["columns"]
    return columns


def read_contacts(text: str | bytes, **options: Any) -> dict[str, Any]:
    """The contacts of a CSV, row by row: `columns`, `rows`, `blank_lines`. A row that cannot be read has an `error`;
    phones and e-mail addresses are checked by whoever adds the contact.

    >>> import omnicontact as oc
    >>> found = oc.read_contacts("name,email\\nAna,ana@example.com\\nEva\\n")
    >>> [row["profile"] and row["profile"]["name"] for row in found["rows"]]
    ['Ana', None]
    >>> found["rows"][1]["line"], found["rows"][1]["error"]["code"]
    (3, 'malformed_csv')

    Args:
        text: The CSV, as text or as bytes in any encoding, its first line the header.
        **options: `mapping`, `unknown_columns`, `mode`, `match_by`, `separator`, `delimiter`, `encoding`, `custom_fields`,
            `ids`, `harmless`, `max_cell_bytes`, `file_name`.
    """
    found: dict[str, Any] = call("read_contacts", {**_text(text), "import": options})
    return found


def profile_figures(
    messages: Iterable[Mapping[str, Any]],
    *,
    zone: str,
    now: Time | None = None,
    contacts: Contacts = (),
    channels: Iterable[Mapping[str, object]] = (),
    clicked: Iterable[int | str] = (),
    policies: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Rates of a contact, or of all: `engagement` by channel, `interaction`, `base`, `tickets`, each with its counts.

    >>> import omnicontact as oc
    >>> sent = {"id": 1, "sent_at": "2026-07-01T12:00:00Z", "direction": "outgoing", "contact": "ana", "channel": "wa",
    ...         "source": "broadcast", "delivery": [{"status": "read"}]}
    >>> figures = oc.profile_figures([sent], zone="UTC", now="2026-07-15T12:00:00Z",
    ...                              channels=[{"id": "wa", "kind": "whatsapp_cloud"}])
    >>> figures["engagement"]["total"]["open"]
    {'count': 1, 'of': 1, 'rate': 1.0}

    Args:
        messages: Messages as rows.
        zone: Zone of days.
        now: The present.
        contacts: The contacts that the figures are about; for tickets and the base.
        channels: Channels, with their kinds.
        clicked: Ids of messages in which somebody clicked.
        policies: `days`, `answer_hours`, `untracked`.
    """
    given = {
        "messages": [dict(message) for message in messages],
        "contacts": [plain_contact(contact) for contact in contacts],
        "channels": [dict(channel) for channel in channels],
    }
    options = _when(zone, now, {"clicked": list(clicked), "policies": dict(policies or {})})
    found: dict[str, Any] = call("profile_figures", options, given)
    return found


def judge_texts(texts: Iterable[str], *, language: str | None = None) -> dict[str, Any]:
    """What texts say of who wrote them: `judgements`, one a text, their `satisfaction`, and what the `model` says of itself.

    >>> import omnicontact as oc
    >>> found = oc.judge_texts(["¡Excelente atención, muchas gracias!", "nadie me responde", "ok"])
    >>> [judgement["mood"] for judgement in found["judgements"]]
    ['satisfied', 'dissatisfied', 'unknown']
    >>> found["satisfaction"]["index"]
    {'count': 1, 'of': 2, 'rate': 0.5}

    Args:
        texts: Texts of a contact's incoming messages.
        language: The contact's, `en`, `es` or `pt`; found by each text's words where absent.
    """
    options: dict[str, object] = {"texts": list(texts)}
    if language is not None:
        options["language"] = language
    found: dict[str, Any] = call("judge_texts", options)
    return found
