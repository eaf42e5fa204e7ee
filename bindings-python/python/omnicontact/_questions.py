"""What a workspace can be asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from . import _native
from ._actor import Actor
from ._contact import Contact, contact_of
from ._files import File, file_request, written
from ._outcomes import (
    Access,
    Admission,
    CountedUnit,
    MergePlan,
    Quota,
    ResetPlan,
    Suggestion,
    access_of,
    admission_of,
    merge_plan_of,
    reset_plan_of,
    suggestion_of,
    unit_of,
    uuid_of,
)
from ._plain import ContactId, Id, Segment, Sort, Time, choices, present

Progress = Any
"""Called with (done, total), or a tqdm bar. Where it answers False, the work ends there, and the answer says so in `stopped`;
what it raises goes on, and carries the same as its attribute `answer`. What was done before stays."""


def progress_call(progress: Any) -> Callable[[int, int], object] | None:
    if progress is None or not hasattr(progress, "update"):
        return progress  # type: ignore[no-any-return]
    before = 0

    def update(done: int, total: int) -> None:
        nonlocal before
        progress.total = total
        progress.update(done - before)
        before = done

    return update


class Questions:
    """The questions of a `Workspace`; none of them changes anything."""

    _native: _native.Workspace
    _clock: Callable[[], Time]

    @property
    def sequence(self) -> int:
        """Number of the last event."""
        return self._native.sequence

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, fixed when the workspace began."""
        found: dict[str, Any] = self._read("about", {})["settings"]
        return found

    def call(self, operation: str, options: Mapping[str, object] | None = None, *, progress: Progress = None) -> Any:
        """Runs an operation of a workspace on plain data, as every language has it; see `vocabulary()["workspace_reads"]`
        and `vocabulary()["workspace_changes"]`. Here the clock and the randomness are yours.

        >>> import omnicontact as oc
        >>> oc.Workspace("UTC").call("quota", {"at": 0})["used"]
        0
        """
        return json.loads(self._native.call(operation, dict(options or {}), progress_call(progress)))

    def _read(self, operation: str, options: Mapping[str, object]) -> Any:
        return json.loads(self._native.call(operation, dict(options)))

    def contact(self, contact: ContactId) -> Contact | None:
        """The contact of an id; a merged-away id gives the survivor, whose own id says so. None if unknown or deleted."""
        found = self._read("contact", {"contact": contact})
        return None if found["contact"] is None else contact_of(found)

    def contacts(self) -> Iterator[Contact]:
        """Every contact that is there by its own id, in the order in which they were added.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.import_contacts([{"name": "Ana"}, {"name": "Eva"}])
        >>> [contact.shown_name for contact in ws.contacts()]
        ['Ana', 'Eva']
        """
        offset: int | None = 0
        while offset is not None:
            page = self._read("contacts", {"offset": offset, "limit": 5000})
            yield from map(contact_of, page["contacts"])
            offset = page["next"]

    def resolve(self, contact: ContactId) -> UUID | None:
        """The survivor of an id, the id itself if it was not merged away; None if it is unknown or deleted."""
        return uuid_of(self._read("resolve", {"contact": contact}).get("survivor"))

    def holder(self, channel: Id, external: str) -> UUID | None:
        """Who holds an identity."""
        return uuid_of(self._read("holder", {"identity": {"channel": channel, "external": external}})["contact"])

    def merged_into(self, contact: ContactId) -> list[dict[str, Any]]:
        """Records of the merges into a contact that are in force: the candidates of an unmerge."""
        found: list[dict[str, Any]] = self._read("merged_into", {"contact": contact})["records"]
        return found

    def channels(self) -> dict[Any, dict[str, Any] | None]:
        """The channels by id, with their descriptions where there are some."""
        return {one["id"]: one["channel"] for one in self._read("channels", {})["channels"]}

    def tags(self) -> dict[str, int]:
        """How many contacts carry each tag."""
        found: dict[str, int] = self._read("tags", {})["tags"]
        return found

    def custom_fields(self) -> list[dict[str, Any]]:
        """The custom fields that were defined: `name`, `type`, `options`."""
        found: list[dict[str, Any]] = self._read("custom_fields", {})["custom_fields"]
        return found

    def _when(self, options: Mapping[str, object]) -> dict[str, object]:
        return {"zone": self.settings["zone"], "now": self._clock(), **options}

    def select(self, segment: Segment, *, now: Time | None = None, policies: Mapping[str, object] | None = None) -> list[UUID]:
        """The contacts in a segment, a tree of conditions; `policies` are `letters`, `max_depth`, `max_conditions`.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.import_contacts([{"name": "Ana", "country": "EC"}, {"name": "Eva", "country": "PE"}])
        >>> [ws.contact(one).name for one in ws.select({"field": "country", "operator": "equal", "value": "EC"})]
        ['Ana']
        """
        options = present(segment=segment, now=now, policies=policies)
        return [UUID(one) for one in self._read("select_contacts", self._when(options))["contacts"]]

    def explain(
        self, segment: Segment, contact: ContactId, *, now: Time | None = None, policies: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """Which conditions of a segment a contact meets: `met`, and every group and condition in `nodes`.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> ana = ws.add_contact("Ana", country="EC").contact
        >>> ws.explain({"field": "country", "operator": "equal", "value": "PE"}, ana)["met"]
        False
        """
        asked = present(segment=segment, contact=contact, now=now, policies=policies)
        found: dict[str, Any] = self._read("explain_segment", self._when(asked))
        return found

    def search(self, query: str, *, limit: int = 100) -> list[UUID]:
        """The contacts that hold a text in name, phone, e-mail address, tag, channel or custom field, the best first.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.add_contact("Ana Pérez")
        >>> len(ws.search("perez"))
        1
        """
        return [UUID(hit["contact"]) for hit in self._read("search_contacts", {"query": query, "limit": limit})["hits"]]

    def page(
        self,
        *,
        now: Time | None = None,
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
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.import_contacts([{"name": "Ana"}, {"name": "Eva"}])
        >>> first = ws.page(limit=1, sort={"field": "name"})
        >>> rest = ws.page(limit=1, sort={"field": "name"}, cursor=first["cursor"])
        >>> [page["contacts"] == [str(one.id)] for page, one in zip((first, rest), ws)], rest["cursor"]
        ([True, True], None)

        Args:
            now: The present, for relative times.
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
            now=now,
            segment=segment,
            search=search,
            columns=columns,
            sort=sort,
            limit=limit,
            cursor=cursor,
            locale=locale,
            policies=policies,
        )
        found: dict[str, Any] = self._read("contacts_page", self._when(options))
        return found

    def export_csv(
        self,
        *,
        now: Time | None = None,
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
        """The contacts as CSV.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.add_contact("Ana", country="EC"), ws.add_contact("Eva", country="PE")
        >>> ws.export_csv(search="eva", columns=["country"], delimiter="semicolon").splitlines()
        ['shown_name;country', 'Eva;PE']

        Args:
            now: The present, for relative times.
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
            now=now,
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
        return str(self._read("export_contacts", self._when(options))["text"])

    def export_file(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        format: str | None = None,
        fonts: Sequence[File] | None = None,
        title: str | None = None,
        now: Time | None = None,
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
        """The contacts as a file: CSV, PDF or XLSX.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.add_contact("Ana", tags=["vip"])
        >>> ws.export_file(format="csv", columns=["tags"]).decode().splitlines()
        ['shown_name,tags', 'Ana,vip']
        >>> ws.export_file(format="xlsx", columns=["tags"])[:2]
        b'PK'

        Args:
            path: Where to write it; its suffix says the format.
            format: `csv`, `pdf` or `xlsx`.
            fonts: Fonts of a PDF, the preferred one first: paths or bytes of TrueType or OpenType; those of `find_fonts`
                where left out.
            title: What stands above the table of a PDF.
            now: The present, for relative times.
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
            now=now,
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
        request = file_request(format, path, fonts, title, self._when(options))
        return written(self._read("contact_file", request), path)

    def channel_states(self, contact: ContactId) -> dict[Any, tuple[str, str]]:
        """State (`active`, `inactive`, `unavailable`) and subscription of every described channel on a contact."""
        found = self._read("channel_states", {"contact": contact})["channels"]
        return {one["channel"]: (one["state"], one["subscription"]) for one in found}

    def quota(self, at: Time | None = None) -> Quota:
        """The quota of the month of an instant, explained: what is used, carried over, new, refused, left.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC", now="2025-07-01T12:00:00Z")
        >>> _ = ws.set_limit(1, at="2025-07-02T00:00:00Z"), ws.receive("web", "1", at="2025-07-03T00:00:00Z")
        >>> ws.receive("web", "2", at="2025-07-04T00:00:00Z").refusal.code
        'quota_exceeded'
        >>> quota = ws.quota("2025-07-05T00:00:00Z")
        >>> (quota.used, quota.new, quota.refused, quota.remaining)
        (1, 1, 1, 0)
        """
        return Quota(**self._read("quota", {"at": self._clock() if at is None else at}))

    def units(self, at: Time | None = None) -> list[CountedUnit]:
        """The very list of the units of the month of an instant, with when and why each was counted.

        A month that is closed is told by its events: `ConflictError` where they were forgotten.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.receive("web", "1"), ws.add_contact("Ana")
        >>> sorted((unit.channel, unit.external, unit.reason) for unit in ws.units() if unit.channel)
        [('web', '1', 'incoming_message')]
        """
        return [unit_of(line) for line in self._read("units", {"at": self._clock() if at is None else at})["units"]]

    def admit(self, units: int = 1, *, at: Time | None = None) -> Admission:
        """Whether so many new units would fit."""
        return admission_of(self._read("admit", {"at": self._clock() if at is None else at, "units": units}))

    def plan_merge(
        self,
        primary: ContactId,
        secondary: ContactId,
        *,
        choose: Mapping[str, object] | None = None,
        choose_custom: Mapping[str, object] | None = None,
    ) -> MergePlan:
        """The preview of a merge; nothing is changed."""
        options = {"primary": primary, "secondary": secondary, "choices": choices(choose, choose_custom)}
        return merge_plan_of(self._read("plan_merge", options))

    def suggest_merges(self) -> list[Suggestion]:
        """Pairs that share a phone or an e-mail address, but those dismissed.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.add_contact("Ana", emails=["ana@example.org"]), ws.add_contact("Anita", emails=["ANA@example.org"])
        >>> ws.suggest_merges()[0].reasons
        [('email', 'ana@example.org')]
        """
        return [suggestion_of(one) for one in self._read("suggest_merges", {})["suggestions"]]

    def plan_reset(self, month: str | None = None) -> ResetPlan:
        """Who would go at the reset of a month (`2025-07`; the current one where left out); nothing is changed."""
        month = self.reset_status()["month"] if month is None else month
        return reset_plan_of(self._read("plan_reset", {"month": month}))

    def reset_status(self, at: Time | None = None) -> dict[str, Any]:
        """`month`, the `mode` in force for it, and the earliest month whose reset is `due`."""
        found: dict[str, Any] = self._read("reset_status", {"at": self._clock() if at is None else at})
        return found

    def check_access(self, actor: Actor, action: str, contact: ContactId | None = None) -> Access:
        """Whether somebody may do something, to a contact or in general."""
        return access_of(self._read("check_access", {"actor": actor.plain(), "action": action, "contact": contact}))
