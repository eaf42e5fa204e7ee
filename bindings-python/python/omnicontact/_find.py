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
from ._plain import ContactId, Segment, Sort, Time, present, text_id

Contacts = Iterable[Contact | Mapping[str, Any]]


def _given(contacts: Contacts, channels: Iterable[Mapping[str, object]], custom_fields: Mapping[str, str] | None) -> dict[str, object]:
    return {
        "contacts": [plain_contact(contact) for contact in contacts],
        "channels": [dict(channel) for channel in channels],
        "custom_fields": dict(custom_fields or {}),
    }


def _when(zone: str, now: Time | None, options: Mapping[str, object]) -> dict[str, object]:
    return {"zone": zone, "now": clock() if now is None else now, **options}


def select_contacts(
    contacts: Contacts,
    segment: Segment,
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
    segment: Segment,
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
    segment: Segment,
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
    segment: Segment | None = None,
    search: str | None = None,
    columns: Sequence[str] | None = None,
    sort: Sort | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    locale: str | None = None,
    policies: Mapping[str, object] | None = None,
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
        segment: Only the contacts in it.
        search: Only those that hold this text.
        columns: Fields, `custom.NAME` among them; the shown name always comes first.
        sort: By what, as `{"field": "created_at", "descending": True}`.
        limit: Rows of the page.
        cursor: That of the page before.
        locale: Language of titles: `en`, `es`, `fr`, `pt`.
        policies: `letters`, `max_depth`, `max_conditions`.
    """
    options = present(
        segment=segment, search=search, columns=columns, sort=sort, limit=limit, cursor=cursor, locale=locale, policies=policies
    )
    found: dict[str, Any] = call("contacts_page", _when(zone, now, options), _given(contacts, channels, custom_fields))
    return found


def export_contacts(
    contacts: Contacts,
    *,
    zone: str,
    now: Time | None = None,
    channels: Iterable[Mapping[str, object]] = (),
    custom_fields: Mapping[str, str] | None = None,
    segment: Segment | None = None,
    search: str | None = None,
    columns: Sequence[str] | None = None,
    sort: Sort | None = None,
    header: str | None = None,
    values: str | None = None,
    delimiter: str | None = None,
    bom: bool | None = None,
    harmless: bool | None = None,
    locale: str | None = None,
    policies: Mapping[str, object] | None = None,
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
        segment: Only the contacts in it.
        search: Only those that hold this text.
        columns: Fields, `custom.NAME` among them; the shown name always comes first.
        sort: By what, as `{"field": "created_at", "descending": True}`.
        header: `names` (the stable keys), `titles`, or `absent`.
        values: Values of closed sets: `keys` or `labels`.
        delimiter: `comma`, `semicolon`, `tab` or `pipe`.
        bom: Whether a byte order mark comes first, as old spreadsheets want it.
        harmless: Whether cells that a spreadsheet would run are made harmless; they are unless you say no.
        locale: Language of titles and words: `en`, `es`, `fr`, `pt`.
        policies: `letters`, `max_depth`, `max_conditions`.
    """
    options = present(
        segment=segment,
        search=search,
        columns=columns,
        sort=sort,
        header=header,
        values=values,
        delimiter=delimiter,
        bom=bom,
        harmless=harmless,
        locale=locale,
        policies=policies,
    )
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
    segment: Segment | None = None,
    search: str | None = None,
    columns: Sequence[str] | None = None,
    sort: Sort | None = None,
    header: str | None = None,
    values: str | None = None,
    delimiter: str | None = None,
    bom: bool | None = None,
    harmless: bool | None = None,
    locale: str | None = None,
    policies: Mapping[str, object] | None = None,
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
        segment: Only the contacts in it.
        search: Only those that hold this text.
        columns: Fields, `custom.NAME` among them; the shown name always comes first.
        sort: By what, as `{"field": "created_at", "descending": True}`.
        header: `names` (the stable keys), `titles`, or `absent`.
        values: Values of closed sets: `keys` or `labels`.
        delimiter: `comma`, `semicolon`, `tab` or `pipe`.
        bom: Whether a byte order mark comes first, as old spreadsheets want it.
        harmless: Whether cells that a spreadsheet would run are made harmless; they are unless you say no.
        locale: Language of titles and words: `en`, `es`, `fr`, `pt`.
        policies: `letters`, `max_depth`, `max_conditions`.
    """
    options = present(
        segment=segment,
        search=search,
        columns=columns,
        sort=sort,
        header=header,
        values=values,
        delimiter=delimiter,
        bom=bom,
        harmless=harmless,
        locale=locale,
        policies=policies,
    )
    request = file_request(format, path, fonts, title, _when(zone, now, options))
    return written(call("contact_file", request, _given(contacts, channels, custom_fields)), path)


def _text(text: str | bytes) -> dict[str, str]:
    return {"text": text} if isinstance(text, str) else contents(text)


def contact_columns(
    text: str | bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    unknown_columns: str | None = None,
    mode: str | None = None,
    match_by: Sequence[str] | None = None,
    separator: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    custom_fields: Mapping[str, str] | None = None,
    ids: str | None = None,
    harmless: bool | None = None,
    max_cell_bytes: int | None = None,
    file_name: str | None = None,
) -> list[dict[str, Any]]:
    """Which column of a CSV would be read as which field of a contact, and why.

    >>> import omnicontact as oc
    >>> [(column["header"], column["target"]) for column in oc.contact_columns("Nombre;Teléfono\\n")]
    [('Nombre', 'shown_name'), ('Teléfono', 'phones')]

    Args:
        text: The CSV, as text or as bytes in any encoding; its first line is enough.
        mapping: Header to field, where the guess is wrong.
        unknown_columns: What becomes of columns that nobody knows: `refuse`, `ignore`, `custom`.
        mode: `create`, `update` or `both`.
        match_by: What makes a row an update, in this order: `id`, `phone`, `email`.
        separator: Between several values in a cell.
        delimiter: `comma`, `semicolon`, `tab`, or `auto`.
        encoding: Of the bytes, as `windows-1252`; found where left out.
        custom_fields: Type of each custom field: `text`, `number`, ...
        ids: How ids of users, teams, channels and other systems are read: `text` or `integer`.
        harmless: Whether the apostrophe of a cell that was made harmless is taken off again.
        max_cell_bytes: The longest cell.
        file_name: Shown as the origin of new contacts.
    """
    options = present(
        mapping=mapping,
        unknown_columns=unknown_columns,
        mode=mode,
        match_by=match_by,
        separator=separator,
        delimiter=delimiter,
        encoding=encoding,
        custom_fields=custom_fields,
        ids=ids,
        harmless=harmless,
        max_cell_bytes=max_cell_bytes,
        file_name=file_name,
    )
    columns: list[dict[str, Any]] = call("contact_columns", {**_text(text), "import": options})["columns"]
    return columns


def read_contacts(
    text: str | bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    unknown_columns: str | None = None,
    mode: str | None = None,
    match_by: Sequence[str] | None = None,
    separator: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    custom_fields: Mapping[str, str] | None = None,
    ids: str | None = None,
    harmless: bool | None = None,
    max_cell_bytes: int | None = None,
    file_name: str | None = None,
) -> dict[str, Any]:
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
        mapping: Header to field, where the guess is wrong.
        unknown_columns: What becomes of columns that nobody knows: `refuse`, `ignore`, `custom`.
        mode: `create`, `update` or `both`.
        match_by: What makes a row an update, in this order: `id`, `phone`, `email`.
        separator: Between several values in a cell.
        delimiter: `comma`, `semicolon`, `tab`, or `auto`.
        encoding: Of the bytes, as `windows-1252`; found where left out.
        custom_fields: Type of each custom field: `text`, `number`, ...
        ids: How ids of users, teams, channels and other systems are read: `text` or `integer`.
        harmless: Whether the apostrophe of a cell that was made harmless is taken off again.
        max_cell_bytes: The longest cell.
        file_name: Shown as the origin of new contacts.
    """
    options = present(
        mapping=mapping,
        unknown_columns=unknown_columns,
        mode=mode,
        match_by=match_by,
        separator=separator,
        delimiter=delimiter,
        encoding=encoding,
        custom_fields=custom_fields,
        ids=ids,
        harmless=harmless,
        max_cell_bytes=max_cell_bytes,
        file_name=file_name,
    )
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
    language: str | None = None,
    satisfaction: Mapping[str, int | str | None] | None = None,
    policies: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Figures of a contact, or of all: `engagement` by channel, `interaction`, `base`, `satisfaction`, `tickets`, each with
    its counts. Rows with one message id are one message.

    >>> import omnicontact as oc
    >>> sent = {"id": 1, "sent_at": "2026-07-01T12:00:00Z", "direction": "outgoing", "contact": "ana", "channel": "wa",
    ...         "source": "broadcast", "delivery": [{"status": "read"}]}
    >>> figures = oc.profile_figures([sent], zone="UTC", now="2026-07-15T12:00:00Z",
    ...                              channels=[{"id": "wa", "kind": "whatsapp_cloud"}])
    >>> figures["engagement"]["total"]["open"]
    {'count': 1, 'of': 1, 'rate': 1.0}

    How content people are is read from the texts of incoming messages, unless you know better; `origin` says which:

    >>> said = {"id": 2, "sent_at": "2026-07-02T12:00:00Z", "direction": "incoming", "contact": "ana",
    ...         "content": "Third broken chair in a row, this is ridiculous"}
    >>> found = oc.profile_figures([said], zone="UTC", now="2026-07-15T12:00:00Z")["satisfaction"]
    >>> found["origin"], found["figures"]["mood"]
    ('texts', 'dissatisfied')
    >>> survey = {"satisfied": 3, "neutral": 0, "dissatisfied": 1, "model": "survey"}
    >>> found = oc.profile_figures([said], zone="UTC", now="2026-07-15T12:00:00Z", satisfaction=survey)["satisfaction"]
    >>> found["origin"], found["figures"]["index"]["rate"]
    ('host', 0.75)

    Args:
        messages: Messages as rows.
        zone: Zone of days.
        now: The present.
        contacts: The contacts that the figures are about; for tickets and the base.
        channels: Channels, with their kinds.
        clicked: Ids of messages in which somebody clicked.
        language: Language of the texts, ISO 639-1; where left out, each text's words tell it. Only English is judged: the
            others are `unknown`, and `unknown_reasons` counts why.
        satisfaction: What you know of it, instead of what texts would say: `satisfied`, `neutral`, `dissatisfied`, `unknown`
            (how many), and `model` (what counted them).
        policies: `days`, `answer_hours`, `untracked`.
    """
    given = {
        "messages": [dict(message) for message in messages],
        "contacts": [plain_contact(contact) for contact in contacts],
        "channels": [dict(channel) for channel in channels],
        "satisfaction": None if satisfaction is None else dict(satisfaction),
    }
    options = _when(zone, now, {"clicked": list(clicked), "language": language, "policies": dict(policies or {})})
    found: dict[str, Any] = call("profile_figures", options, given)
    return found


def judge_texts(texts: Iterable[str], *, language: str | None = None) -> dict[str, Any]:
    """What texts say of who wrote them: `judgements`, one a text, their `satisfaction`, and what the `model` says of itself.

    >>> import omnicontact as oc
    >>> found = oc.judge_texts(["This is ridiculous, worst service ever", "Where is my order?", "ok", "¿Dónde está?"])
    >>> [judgement["mood"] for judgement in found["judgements"]]
    ['dissatisfied', 'neutral', 'unknown', 'unknown']
    >>> found["satisfaction"]["unknown_reasons"]
    {'too_little': 1, 'unsupported_language': 1}

    The model never says `satisfied`, which was too rare in what it was measured on; `model` has the figures.

    Args:
        texts: Texts of a contact's incoming messages.
        language: The contact's, ISO 639-1; found by each text's words where absent. Only English is judged.
    """
    options: dict[str, object] = {"texts": list(texts)}
    if language is not None:
        options["language"] = language
    found: dict[str, Any] = call("judge_texts", options)
    return found
