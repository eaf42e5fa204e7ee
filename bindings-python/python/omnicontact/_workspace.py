"""A whole workspace in memory: commands in, events out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from . import _native
from ._actor import Actor
from ._contact import Contact
from ._files import ContactImport, File, contents, import_of, name_of
from ._instant import now as system_clock
from ._outcomes import (
    Outcome,
    outcome_of,
)
from ._plain import ContactId, Id, Identities, Time, choices, edits, profile, rows_of, text_id
from ._questions import Progress, Questions, progress_call

if TYPE_CHECKING:
    from ._report import Report


class Workspace(Questions):
    """Contacts, what they count, merges and resets of one workspace.

    Every command answers with an `Outcome`, whose `events` are what to store; `Workspace.replay` makes the same state of
    them again, and `snapshot` shortens that. A refusal (quota full, role not enough, merge superseded) is an outcome, not an
    exception; bad input is one, and changes nothing.

    >>> import omnicontact as oc
    >>> ws = oc.Workspace("America/Guayaquil", country="EC", now="2025-07-01T12:00:00Z")
    >>> ana = ws.receive("whatsapp", "593991234567", name="Ana Pérez", at="2025-07-09T12:00:00Z").contact
    >>> eva = ws.receive("facebook", "77", name="Eva", at="2025-07-09T12:05:00Z").contact
    >>> ws.quota("2025-07-10T00:00:00Z").used
    2
    >>> [one["field"] for one in ws.plan_merge(ana, eva)]
    ['name']
    >>> ws.merge(ana, eva, at="2025-07-10T12:00:00Z").kind
    'merged'
    >>> (ws.resolve(eva) == ana, len(ws), ws.contact(eva).identities)
    (True, 1, [('whatsapp', '593991234567'), ('facebook', '77')])
    >>> ws.unmerge(ana, eva, at="2025-07-11T12:00:00Z").kind
    'unmerged'
    >>> ws.contact(eva).shown_name
    'Eva'

    The clock and the randomness for new ids are the system's unless you give your own: `clock` and `random` here, `at` and
    `random` on every command.

    Args:
        zone: IANA time zone of everything: months, resets, reports.
        country: Country whose calling code national phones take, as `EC`.
        unit: What is counted: `per_channel_identity`, `per_contact` or `monthly_active`.
        release_on_delete: Whether deletion releases units at once.
        created_at: When a survivor was created: `primary` or `earliest`.
        reset_tag: The tag of the reset.
        late_reset_releases: Whether a late reset releases what its month should not have handed on.
        erase_names: Whether the names of deleted contacts are blanked.
        undefined_fields: What becomes of custom fields that nobody defined: `accept` or `refuse`.
        now: When the workspace begins.
        clock: Gives the present where a command does not say `at`.
        random: Gives that many random bytes.
    """

    def __init__(
        self,
        zone: str,
        *,
        country: str | None = None,
        unit: str = "per_channel_identity",
        release_on_delete: bool = False,
        created_at: str = "primary",
        reset_tag: str = "Borrar",
        late_reset_releases: bool = True,
        erase_names: bool = False,
        undefined_fields: str = "accept",
        now: Time | None = None,
        clock: Callable[[], Time] = system_clock,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        settings = {
            "zone": zone,
            "country": country,
            "unit": unit,
            "release_on_delete": release_on_delete,
            "created_at": created_at,
            "reset_tag": reset_tag,
            "late_reset_releases": late_reset_releases,
            "erase_names": erase_names,
            "undefined_fields": undefined_fields,
        }
        self._native = _native.Workspace.open({"at": clock() if now is None else now, "settings": settings})
        self._clock, self._random = clock, random
        self._actor: Actor | None = None
        self._source: str | None = None

    @classmethod
    def _of(cls, native: _native.Workspace, clock: Callable[[], Time], random: Callable[[int], bytes]) -> Workspace:
        workspace = cls.__new__(cls)
        workspace._native, workspace._clock, workspace._random = native, clock, random
        workspace._actor = workspace._source = None
        return workspace

    @classmethod
    def replay(
        cls,
        events: Iterable[Mapping[str, Any]],
        *,
        clock: Callable[[], Time] = system_clock,
        random: Callable[[int], bytes] = os.urandom,
    ) -> Workspace:
        """The workspace that stored events give.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.add_contact("Ana")
        >>> oc.Workspace.replay(ws.events()).snapshot() == ws.snapshot()
        True
        """
        text = json.dumps({"events": list(events)})
        return cls._of(_native.Workspace.replay(text), clock, random)

    @classmethod
    def restore(
        cls,
        snapshot: bytes,
        events: Iterable[Mapping[str, Any]] = (),
        *,
        clock: Callable[[], Time] = system_clock,
        random: Callable[[int], bytes] = os.urandom,
    ) -> Workspace:
        """The workspace of a snapshot, and of the stored events after it (earlier ones are remembered only)."""
        text = json.dumps({"events": list(events)})
        return cls._of(_native.Workspace.restore(snapshot, text), clock, random)

    def snapshot(self) -> bytes:
        """The whole state as bytes, with version and checksum; equal states give equal bytes."""
        return self._native.snapshot()

    def copy(self) -> Workspace:
        """A workspace of its own in the same state: to rehearse something."""
        return self._of(_native.Workspace.restore(self.snapshot(), json.dumps({"events": list(self.events())})), self._clock, self._random)

    def __reduce__(self) -> Any:
        return _restored, (self.snapshot(), list(self.events()))

    def __repr__(self) -> str:
        return f"<Workspace: {len(self)} contacts, event {self.sequence}>"

    def __len__(self) -> int:
        return int(self._read("about", {})["contacts"])

    def __iter__(self) -> Iterator[Contact]:
        return self.contacts()

    def __contains__(self, contact: object) -> bool:
        return isinstance(contact, (UUID, str)) and self.resolve(contact) is not None

    @contextmanager
    def acting(self, actor: Actor | None = None, *, source: str | None = None) -> Iterator[Workspace]:
        """The workspace with somebody at the keyboard: commands in the block are theirs, and roles are checked.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana = ws.add_contact("Ana").contact
        >>> with ws.acting(oc.Actor(7, "agent")) as desk:
        ...     str(desk.delete(ana).refusal)
        'forbidden: action delete_contacts, role agent'
        """
        view = self._of(self._native, self._clock, self._random)
        view._actor, view._source = actor, source
        yield view

    # Commands

    def _call(self, at: Time | None, actor: Actor | None, source: str | None, random: bytes | None) -> dict[str, object]:
        actor = self._actor if actor is None else actor
        source = self._source if source is None else source
        call: dict[str, object] = {
            "at": self._clock() if at is None else at,
            "random": list(self._random(10) if random is None else random),
        }
        if actor is not None:
            call["actor"] = actor.plain()
        if source is not None:
            call["source"] = source
        return call

    def execute(
        self,
        command: Mapping[str, object] | str,
        *,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> Outcome:
        """Carries out a command given as plain data, as every language has it; the other methods are made of it.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ws.execute({"add_contact": {"profile": {"name": "Ana"}}}).kind
        'added'

        Args:
            command: The command, see `vocabulary()["labels"]["command_kind"]`.
            at: When; the workspace's clock where left out.
            actor: Who asks; without an actor the host itself does, and roles are not checked.
            source: Where it comes from; `user` with an actor, else `developer_api`.
            random: Ten random bytes for the id of a new contact.
        """
        reply = json.loads(self._native.call("execute", {**self._call(at, actor, source, random), "command": command}))
        return outcome_of(reply["outcome"], reply["events"])

    def add_contact(
        self,
        name: str | None = None,
        *,
        phones: Iterable[str] = (),
        emails: Iterable[str] = (),
        identities: Identities = (),
        tags: Iterable[str] = (),
        custom: Mapping[str, object] | None = None,
        origin: Mapping[str, object] | None = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
        **fields: Any,
    ) -> Outcome:
        """Adds a contact.

        >>> import datetime as dt, omnicontact as oc
        >>> ws = oc.Workspace("America/Guayaquil", country="EC")
        >>> done = ws.add_contact(
        ...     "Ana", phones=["099 123 4567"], identities=[("whatsapp", "593991234567")], company="ACME",
        ...     foreign_keys=[("shop", 9)], custom={"born": dt.date(1990, 7, 1), "site": {"url": "https://example.org"}},
        ... )
        >>> ws.contact(done.contact).custom
        {'born': '1990-07-01', 'site': 'https://example.org'}
        >>> ws.add_contact("Ana again", foreign_keys=[("shop", 9)]).kind
        'exists'

        Args:
            name: The name.
            phones: Phones, the main one first.
            emails: E-mail addresses, the main one first.
            identities: Pairs (channel, external id there).
            tags: Tags.
            custom: Custom fields; texts, numbers, booleans, dates and times are taken as such.
            origin: How it enters: `{"source": "campaign", "name": "July"}`.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes for the id.
            **fields: `first_name`, `last_name`, `language`, `country`, `locale`, `picture`, `company`, `department`,
                `lifecycle`, `lists`, `subscriptions`, `assignee`, `blocked`, `foreign_keys`.
        """
        given = {"name": name, "phones": phones, "emails": emails, "identities": identities, "tags": tags, "custom": custom}
        body: dict[str, object] = {"profile": profile({**given, **fields})}
        if origin is not None:
            body["origin"] = dict(origin)
        return self.execute({"add_contact": body}, at=at, actor=actor, source=source, random=random)

    def edit(
        self,
        contact: ContactId,
        set: Mapping[str, object] | None = None,
        *,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        **changes: Any,
    ) -> Outcome:
        """Changes a contact: all changes or none.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana = ws.add_contact("Ana", tags=["new"]).contact
        >>> done = ws.edit(ana, {"company": "ACME"}, add_tags=["vip"], remove_tags=["new"], custom={"size": 3})
        >>> found = ws.contact(ana)
        >>> (found.company, found.tags, found.custom)
        ('ACME', ['vip'], {'size': 3})

        Args:
            contact: The contact; a merged-away id acts on the survivor.
            set: Field to value; None empties. `assignee` takes `{"user": id}` or `{"team": id}`.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            **changes: `custom` (name to value), `add_tags`, `remove_tags`, `add_to_lists`, `remove_from_lists`, `add_phones`,
                `remove_phones`, `add_emails`, `remove_emails`, `add_foreign_keys`, `subscribe` (channel to status),
                `block`, `open_conversation` (since when), `close_conversation` (when) and `reason`, `edits` (plain data).
        """
        body = {"contact": text_id(contact), "edits": _edits(set, changes)}
        return self.execute({"edit": body}, at=at, actor=actor, source=source)

    def tag(self, contact: ContactId, *tags: str, **call: Any) -> Outcome:
        """Adds tags; `call` as in `execute`."""
        return self.edit(contact, add_tags=tags, **call)

    def untag(self, contact: ContactId, *tags: str, **call: Any) -> Outcome:
        """Removes tags; `call` as in `execute`."""
        return self.edit(contact, remove_tags=tags, **call)

    def add_identity(self, contact: ContactId, channel: Id, external: str, **call: Any) -> Outcome:
        """Gives a contact a further identity; it may be refused at the quota. `call` as in `execute`."""
        body = {"contact": text_id(contact), "identity": {"channel": channel, "external": external}}
        return self.execute({"add_identity": body}, **call)

    def remove_identity(self, channel: Id, external: str, **call: Any) -> Outcome:
        """Takes an identity off whoever holds it; `call` as in `execute`."""
        return self.execute({"remove_identity": {"identity": {"channel": channel, "external": external}}}, **call)

    def receive(
        self, channel: Id, external: str, *, name: str | None = None, phone: str | None = None, email: str | None = None, **call: Any
    ) -> Outcome:
        """Tells of a message that came in; an unknown sender becomes a contact, unless the quota is full.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> done = ws.receive("web", "visitor-1", name="Ana")
        >>> (done.is_new, done.connected, [next(iter(event["change"])) for event in done.events])
        (True, True, ['added', 'connected', 'told'])

        Args:
            channel: The channel.
            external: What the channel calls the sender.
            name: Name that the channel gives, for a new contact.
            phone: Phone that the channel gives, for a new contact.
            email: E-mail address that the channel gives, for a new contact.
            **call: `at`, `actor`, `source`, `random`, as in `execute`.
        """
        told = {"direction": "incoming", "source": "incoming_message", "accepted": True, "name": name, "phone": phone, "email": email}
        return self.execute({"tell": {"identity": {"channel": channel, "external": external}, **told}}, **call)

    def send(
        self, channel: Id, external: str, *, contact: ContactId | None = None, message_source: str = "user", accepted: bool = True, **call: Any
    ) -> Outcome:
        """Tells of a message that went out.

        Args:
            channel: The channel.
            external: What the channel calls the person.
            contact: Whom it is for; an identity that nobody holds is added to it.
            message_source: Where the message comes from: `user`, `broadcast`, `workflow`, `bot`, ...
            accepted: Whether the provider accepted it; tell it again when it is.
            **call: As in `execute`.
        """
        told = {"direction": "outgoing", "source": message_source, "accepted": accepted, "contact": text_id(contact)}
        return self.execute({"tell": {"identity": {"channel": channel, "external": external}, **told}}, **call)

    def tell(self, tellings: Iterable[Mapping[str, Any]]) -> list[Outcome]:
        """Tells of messages as a `journal` of webhooks has them, each at its own time.

        >>> import omnicontact as oc
        >>> chat = {"id": 42, "type": "private", "first_name": "Ana"}
        >>> message = {"message_id": 7, "date": 1782000000, "text": "hola", "chat": chat, "from": chat}
        >>> rows = oc.journal([{"update_id": 1, "message": message}])
        >>> ws = oc.Workspace("UTC", now=0)
        >>> [done.is_new for done in ws.tell(rows.tellings)]
        [True]
        """
        told = [dict(telling) for telling in tellings]
        return [self.execute({"tell": one}, at=one.pop("at")) for one in told]

    def merge(
        self,
        primary: ContactId,
        *secondaries: ContactId,
        choose: Mapping[str, object] | None = None,
        choose_custom: Mapping[str, object] | None = None,
        **call: Any,
    ) -> Outcome:
        """Merges contacts into the primary, one after the other, all or none; see `plan_merge` for the preview.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana, twin = (ws.add_contact(name).contact for name in ("Ana", "Anita"))
        >>> _ = ws.merge(ana, twin, choose={"name": "secondary", "company": "ACME"})
        >>> (ws.contact(ana).name, ws.contact(ana).company)
        ('Anita', 'ACME')

        Args:
            primary: The contact that stays.
            *secondaries: The contacts that are merged in.
            choose: Field to `primary`, `secondary`, or a third value.
            choose_custom: The same for custom fields.
            **call: As in `execute`.
        """
        body = {"primary": text_id(primary), "secondaries": [text_id(one) for one in secondaries], "choices": choices(choose, choose_custom)}
        return self.execute({"merge": body}, **call)

    def unmerge(self, primary: ContactId, secondary: ContactId, **call: Any) -> Outcome:
        """Takes a merged-in contact out again: both come back, and what was edited since stays. `call` as in `execute`."""
        return self.execute({"unmerge": {"primary": text_id(primary), "secondary": text_id(secondary)}}, **call)

    def delete(self, contact: ContactId, **call: Any) -> Outcome:
        """Deletes a contact with everything merged in; `purge` lists what the host must purge. `call` as in `execute`."""
        return self.execute({"delete": {"contact": text_id(contact)}}, **call)

    def dismiss(self, one: ContactId, other: ContactId, **call: Any) -> Outcome:
        """Remembers that two contacts are no duplicates; `call` as in `execute`."""
        return self.execute({"dismiss": {"a": text_id(one), "b": text_id(other)}}, **call)

    def set_limit(self, limit: int | None, **call: Any) -> Outcome:
        """Sets the quota; None is no limit. `call` as in `execute`."""
        return self.execute({"set_limit": {"limit": limit}}, **call)

    def set_reset(self, mode: str, **call: Any) -> Outcome:
        """Asks for a reset mode: `off`, `all`, `only_tagged`, `all_or_tagged`; `month` says from when. `call` as in `execute`."""
        return self.execute({"set_reset": {"mode": mode}}, **call)

    def run_reset(self, **call: Any) -> Outcome:
        """Runs the earliest reset that is due; `purge` lists what to purge. `call` as in `execute`."""
        return self.execute("run_reset", **call)

    def set_channel(self, id: Id, kind: str, name: str | None = None, *, removed: bool = False, **call: Any) -> Outcome:
        """Describes a channel, new or known; `call` as in `execute`."""
        return self.execute({"set_channel": {"channel": {"id": text_id(id), "kind": kind, "name": name, "removed": removed}}}, **call)

    def delete_tag(self, tag: str, **call: Any) -> Outcome:
        """Deletes a tag: it goes from every contact, and an undo does not bring it back. `call` as in `execute`."""
        return self.execute({"delete_tag": {"tag": tag}}, **call)

    def delete_department(self, department: str, **call: Any) -> Outcome:
        """Deletes a department: nobody is in it any more. `call` as in `execute`."""
        return self.execute({"delete_department": {"department": department}}, **call)

    def set_custom_field(self, name: str, type: str, *, options: Iterable[str] = (), **call: Any) -> Outcome:
        """Defines a custom field, or changes the options of a list; the type stays.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.set_custom_field("plan", "list", options=["basic", "pro"])
        >>> _ = ws.add_contact("Ana", custom={"plan": {"list": "pro"}})
        >>> [field["name"] for field in ws.custom_fields()]
        ['plan']

        Args:
            name: Its name.
            type: `text`, `list`, `checkbox`, `email`, `number`, `url`, `date`, `time`.
            options: What a list may hold.
            **call: As in `execute`.
        """
        return self.execute({"set_custom_field": {"field": {"name": name, "type": type, "options": list(options)}}}, **call)

    def delete_custom_field(self, name: str, **call: Any) -> Outcome:
        """Deletes a custom field with its values on every contact; `call` as in `execute`."""
        return self.execute({"delete_custom_field": {"name": name}}, **call)

    def import_contacts(
        self,
        rows: Any,
        *,
        origin: Mapping[str, object] | str | None = None,
        progress: Progress = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
    ) -> list[Outcome]:
        """Adds many contacts, in order; a bad or refused row does not stop the others.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("America/Guayaquil", country="EC")
        >>> rows = [{"name": "Ana", "phone": "099 123 4567"}, {"name": "Eva", "phone": "?"}, {"name": "Luz", "tags": ["vip"]}]
        >>> done = ws.import_contacts(rows, origin="customers.csv")
        >>> [(one.kind, one.error and one.error["path"]) for one in done]
        [('added', None), ('error', 'rows[1].phones[0]'), ('added', None)]
        >>> [event["sequence"] for event in ws.events(since=2)]  # what to store
        [2, 3]

        Args:
            rows: A frame, or mappings with the fields of `add_contact`; `phone`, `email` and `tag` stand for lists of one.
            origin: The file's name, or how they enter.
            progress: Called with (done, total), or a tqdm bar. What it raises, or Ctrl-C, ends the import; the rows before
                stay.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes.
        """
        options = {**self._call(at, actor, source, random), "rows": [_row(row) for row in rows_of(rows)]}
        if origin is not None:
            options["origin"] = {"source": "contact_import", "name": origin} if isinstance(origin, str) else dict(origin)
        return self._bulk("import_contacts", options, progress)

    def import_file(
        self,
        file: File,
        *,
        dry_run: bool = False,
        progress: Progress = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
        **options: Any,
    ) -> ContactImport:
        """Imports the contacts of a CSV file, row by row; a bad or refused row does not stop the others.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("America/Guayaquil", country="EC")
        >>> file = "Nombre,Correo,Año\\nAna,ana@example.com,1990\\n".encode("latin-1")
        >>> [column["target"] for column in oc.contact_columns(file)]
        ['shown_name', 'emails', None]
        >>> options = {"mapping": {"Año": "custom.year"}, "custom_fields": {"year": "number"}}
        >>> ws.import_file(file, dry_run=True, **options).counts["created"], len(ws)
        (1, 0)
        >>> done = ws.import_file(file, **options)
        >>> (done.encoding, done.rows[0].outcome, ws.contact(done.rows[0].contact).custom)
        ('windows-1252', 'created', {'year': 1990})

        Args:
            file: A path, bytes, or a file open for reading bytes.
            dry_run: Rehearse it: the same answers, and nothing is changed.
            progress: Called with (done, total) bytes, or a tqdm bar. What it raises, or Ctrl-C, ends the import; the rows
                before stay, and their events tell which.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes.
            **options: Those of `read_contacts`.
        """
        name = name_of(file)
        if name is not None:
            options.setdefault("file_name", name)
        asked = {**self._call(at, actor, source, random), **contents(file), "import": options}
        if dry_run:
            return import_of(self._read("try_contact_file", asked))
        return import_of(json.loads(self._native.call("import_contact_file", asked, progress_call(progress))))

    def edit_contacts(
        self,
        contacts: Iterable[ContactId],
        set: Mapping[str, object] | None = None,
        *,
        progress: Progress = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        **changes: Any,
    ) -> list[Outcome]:
        """Makes the same changes on many contacts; the changes are those of `edit`.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> found = ws.import_contacts([{"name": "Ana"}, {"name": "Eva"}])
        >>> [done.kind for done in ws.edit_contacts([one.contact for one in found], add_tags=["vip"])]
        ['edited', 'edited']
        """
        action = {"edit": _edits(set, changes)}
        return self.bulk(contacts, action, progress=progress, at=at, actor=actor, source=source)

    def bulk(
        self,
        contacts: Iterable[ContactId],
        action: Mapping[str, object] | str,
        *,
        progress: Progress = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> list[Outcome]:
        """Does the same with every contact of a selection, each by itself: one outcome for each, in order.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.import_contacts([{"name": "Ana", "tags": ["old"]}, {"name": "Eva"}])
        >>> found = ws.select({"field": "tags", "operator": "any_of", "value": ["old"]})
        >>> [done.kind for done in ws.bulk(found, "delete")]
        ['deleted']

        Args:
            contacts: The selection.
            action: `{"tag": [...]}`, `{"untag": [...]}`, `{"assign": {"user": id}}`, `{"edit": [...]}`, or `"delete"`.
            progress: Called with (done, total), or a tqdm bar.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
        """
        selection = {"contacts": [text_id(contact) for contact in contacts], "action": action}
        return self._bulk("bulk", {**self._call(at, actor, source, None), **selection}, progress)

    def _bulk(self, operation: str, options: dict[str, object], progress: Progress) -> list[Outcome]:
        answer = json.loads(self._native.call(operation, options, progress_call(progress)))
        return [outcome_of(item) for item in answer["items"]]

    # Events and reports

    def events(self, since: int = 1) -> Iterator[dict[str, Any]]:
        """The events from a number on, as plain data to be stored: `sequence`, `at`, `change`."""
        number: int | None = since
        while number is not None:
            page = self._read("events", {"from": number})
            yield from page["events"]
            number = page["next"]

    def forget_events(self, to: int) -> int:
        """Forgets events that are stored, up to a number; reports then need them back. Gives how many."""
        return int(json.loads(self._native.call("forget_events", {"to": to}))["forgotten"])

    def report_tables(self, events: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """What reports take of the workspace, as lists of dicts that `Dataset(**tables)` takes: event rows, names,
        channels, merges. `Dataset(messages, workspace=ws)` takes the same without the detour.

        Args:
            events: Earlier events, which were forgotten or lie before a snapshot.
        """
        found: dict[str, Any] = self._read("report_tables", {"events": list(events)})
        return found

    def contacts_report(self, messages: Any = None, **options: Any) -> Report:
        """The Contacts report of the workspace; options as in `contacts_report`, the zone is the workspace's.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC", now="2025-07-01T00:00:00Z")
        >>> _ = ws.receive("web", "1", name="Ana", at="2025-07-03T00:00:00Z")
        >>> report = ws.contacts_report(now="2025-07-04T00:00:00Z", period="this_month")
        >>> report.added_log.to_dict()["outcome"]["columns"]["contact_name"]
        ['Ana']
        """
        from ._dataset import Dataset
        from ._reports import contacts_report

        return contacts_report(Dataset(messages, workspace=self), **self._report_options(options))

    def messages_report(self, messages: Any, **options: Any) -> Report:
        """The Messages report over message rows whose contacts are the workspace's; options as in `messages_report`."""
        from ._dataset import Dataset
        from ._reports import messages_report

        return messages_report(Dataset(messages, workspace=self), **self._report_options(options))

    def _report_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"zone": self.settings["zone"], "now": self._clock(), **options}


def _restored(snapshot: bytes, events: Sequence[Mapping[str, Any]]) -> Workspace:
    return Workspace.restore(snapshot, events)


_CHANGES = frozenset(
    ("custom", "add_tags", "remove_tags", "add_to_lists", "remove_from_lists", "add_phones", "remove_phones", "add_emails",
     "remove_emails", "add_foreign_keys", "subscribe", "block", "open_conversation", "close_conversation", "reason", "edits")
)  # fmt: skip


def _edits(fields: Mapping[str, object] | None, changes: Mapping[str, object]) -> list[object]:
    unknown = sorted(key for key in changes if key not in _CHANGES)
    if unknown:
        raise TypeError(f"unknown change {unknown[0]!r}; there are: {', '.join(sorted(_CHANGES))}")
    return edits({"set": fields, **changes})


def _row(row: object) -> object:
    return profile(row) if isinstance(row, Mapping) else row
