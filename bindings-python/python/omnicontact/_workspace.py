"""A whole workspace in memory: commands in, events out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from . import _native
from ._actor import Actor
from ._commands import Commands
from ._contact import Contact
from ._files import ContactImport, File, contents, import_of, name_of
from ._instant import now as system_clock
from ._outcomes import Outcomes, outcomes_of
from ._plain import ContactId, ForeignKeys, Time, present, profile, rows_of, text_id
from ._plain import edits as plain_edits
from ._questions import Progress, progress_call

Many = TypeVar("Many")

if TYPE_CHECKING:
    from ._dataset import Source
    from ._report import Report
    from ._reports import Period


class Workspace(Commands):
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
        clock_tolerance: How far ahead of the clock an `at` may lie: a `timedelta`, or milliseconds.
        now: When the workspace begins.
        clock: Gives the present: what a command without `at` takes, and what no `at` may lie ahead of.
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
        clock_tolerance: timedelta | int = timedelta(minutes=10),
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
            "clock_tolerance": clock_tolerance if isinstance(clock_tolerance, int) else clock_tolerance // timedelta(milliseconds=1),
        }
        opened = {"at": clock() if now is None else now, "random": list(random(10)), "settings": settings}
        self._native = _native.Workspace.open(opened)
        self._clock, self._random = clock, random
        self._actor = self._source = None

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

    # Many at once

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
    ) -> Outcomes:
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
            progress: Called with (done, total), or a tqdm bar. Where it answers False, the rest is left, and `stopped` says so; what
                it raises, or Ctrl-C, goes on, with the outcomes so far as its `answer`. What was done stays.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes.
        """
        options = {**self._call(at, actor, source, random), "rows": [_row(row) for row in rows_of(rows)]}
        if origin is not None:
            options["origin"] = {"source": "contact_import", "name": origin} if isinstance(origin, str) else dict(origin)
        return self._many("import_contacts", options, progress, outcomes_of)

    def import_file(
        self,
        file: File,
        *,
        dry_run: bool = False,
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
        progress: Progress = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
        random: bytes | None = None,
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
            file_name: Shown as the origin of new contacts; that of the file where left out.
            progress: Called with (done, total) bytes, or a tqdm bar. Where it answers False, the rest is left, and `stopped` says
                so; what it raises, or Ctrl-C, goes on, with the import so far as its `answer`. The rows before stay.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
            random: Ten random bytes.
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
            file_name=name_of(file) if file_name is None else file_name,
        )
        asked = {**self._call(at, actor, source, random), **contents(file), "import": options}
        if dry_run:
            return import_of(self._read("try_contact_file", asked))
        return self._many("import_contact_file", asked, progress, import_of)

    def edit_contacts(
        self,
        contacts: Iterable[ContactId],
        set: Mapping[str, object] | None = None,
        *,
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
        progress: Progress = None,
        at: Time | None = None,
        actor: Actor | None = None,
        source: str | None = None,
    ) -> Outcomes:
        """Makes the same changes on many contacts; see `edit`.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> found = ws.import_contacts([{"name": "Ana"}, {"name": "Eva"}])
        >>> [done.kind for done in ws.edit_contacts([one.contact for one in found], add_tags=["vip"])]
        ['edited', 'edited']

        Args:
            contacts: The contacts.
            set: Field to value; None empties. `assignee` takes `{"user": id}` or `{"team": id}`.
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
            progress: Called with (done, total), or a tqdm bar. Where it answers False, the rest is left, and `stopped` says so; what
                it raises, or Ctrl-C, goes on, with the outcomes so far as its `answer`. What was done stays.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
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
        action = {"edit": changes}
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
    ) -> Outcomes:
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
            progress: Called with (done, total), or a tqdm bar. Where it answers False, the rest is left, and `stopped` says so; what
                it raises, or Ctrl-C, goes on, with the outcomes so far as its `answer`. What was done stays.
            at: When.
            actor: Who asks.
            source: Where the command comes from.
        """
        selection = {"contacts": [text_id(contact) for contact in contacts], "action": action}
        return self._many("bulk", {**self._call(at, actor, source, None), **selection}, progress, outcomes_of)

    def _many(self, operation: str, options: dict[str, object], progress: Progress, read: Callable[[Any], Many]) -> Many:
        try:
            return read(json.loads(self._native.call(operation, options, progress_call(progress))))
        except BaseException as error:
            # What was done stays: whoever ended the work is told of it.
            answer = vars(error).pop("_answer", None)
            if answer is not None:
                error.answer = read(json.loads(answer))  # type: ignore[attr-defined]
            raise

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

    def contacts_report(
        self,
        messages: Source = None,
        *,
        zone: str | None = None,
        period: Period = "last_30_days",
        now: Time | None = None,
        granularity: str = "auto",
        channel: Iterable[object] | None = None,
        contact: Iterable[object] | None = None,
        contact_text: Iterable[str] | None = None,
        among: Iterable[object] | None = None,
        source: Iterable[str] | None = None,
        user: Iterable[object] | None = None,
        compare: bool = False,
        distinct_contacts: bool = False,
        components: Sequence[str] | None = None,
        log_limit: int | None = None,
        log_columns: Sequence[str] | None = None,
        policies: Mapping[str, object] | None = None,
        locale: str = "en",
    ) -> Report:
        """The Contacts report of the workspace; arguments as in `contacts_report`, the zone is the workspace's.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC", now="2025-07-01T00:00:00Z")
        >>> _ = ws.receive("web", "1", name="Ana", at="2025-07-03T00:00:00Z")
        >>> report = ws.contacts_report(now="2025-07-04T00:00:00Z", period="this_month")
        >>> report.added_log.to_dict()["outcome"]["columns"]["contact_name"]
        ['Ana']
        """
        from ._dataset import Dataset
        from ._reports import contacts_report

        return contacts_report(
            Dataset(messages, workspace=self),
            zone=self.settings["zone"] if zone is None else zone,
            now=self._clock() if now is None else now,
            period=period,
            granularity=granularity,
            channel=channel,
            contact=contact,
            contact_text=contact_text,
            among=among,
            source=source,
            user=user,
            compare=compare,
            distinct_contacts=distinct_contacts,
            components=components,
            log_limit=log_limit,
            log_columns=log_columns,
            policies=policies,
            locale=locale,
        )

    def messages_report(
        self,
        messages: Source,
        *,
        zone: str | None = None,
        period: Period = "last_30_days",
        now: Time | None = None,
        granularity: str = "auto",
        channel: Iterable[object] | None = None,
        contact: Iterable[object] | None = None,
        contact_text: Iterable[str] | None = None,
        among: Iterable[object] | None = None,
        source: Iterable[str] | None = None,
        type: Iterable[str] | None = None,
        team: Iterable[object] | None = None,
        user: Iterable[object] | None = None,
        broadcast: Iterable[object] | None = None,
        compare: bool = False,
        distinct_contacts: bool = False,
        components: Sequence[str] | None = None,
        log_limit: int | None = None,
        log_columns: Sequence[str] | None = None,
        policies: Mapping[str, object] | None = None,
        locale: str = "en",
    ) -> Report:
        """The Messages report over message rows whose contacts are the workspace's; arguments as in `messages_report`.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC", now="2025-07-01T00:00:00Z")
        >>> ana = ws.receive("web", "1", name="Ana", at="2025-07-03T00:00:00Z").contact
        >>> row = {"id": 1, "sent_at": "2025-07-03T00:00:00Z", "direction": "incoming", "contact": str(ana), "channel": "web"}
        >>> ws.messages_report([row], now="2025-07-04T00:00:00Z", period="this_month").incoming_by_channel.total
        1
        """
        from ._dataset import Dataset
        from ._reports import messages_report

        return messages_report(
            Dataset(messages, workspace=self),
            zone=self.settings["zone"] if zone is None else zone,
            now=self._clock() if now is None else now,
            period=period,
            granularity=granularity,
            channel=channel,
            contact=contact,
            contact_text=contact_text,
            among=among,
            source=source,
            type=type,
            team=team,
            user=user,
            broadcast=broadcast,
            compare=compare,
            distinct_contacts=distinct_contacts,
            components=components,
            log_limit=log_limit,
            log_columns=log_columns,
            policies=policies,
            locale=locale,
        )


def _restored(snapshot: bytes, events: Sequence[Mapping[str, Any]]) -> Workspace:
    return Workspace.restore(snapshot, events)


def _row(row: object) -> object:
    return profile(row) if isinstance(row, Mapping) else row
