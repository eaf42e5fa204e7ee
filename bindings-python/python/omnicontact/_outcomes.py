"""What contacts and workspaces answer, as typed values."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ._errors import of
from ._instant import to_datetime


def uuid_of(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def time_of(millis: int | None) -> datetime | None:
    return None if millis is None else to_datetime(millis)


def table_html(header: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    """A small table for a notebook."""

    def cells(tag: str, values: tuple[object, ...]) -> str:
        return "".join(f"<{tag} style='text-align:left'>{html.escape(_shown(value))}</{tag}>" for value in values)

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', header)}</tr></thead><tbody>{body}</tbody></table>"


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    return str(value)


@dataclass(frozen=True)
class Refusal:
    """Why something was refused; nothing was changed. It is a value, not an error."""

    code: str
    """`quota_exceeded`, `superseded`, `forbidden`, ...; see `vocabulary()["labels"]["refusal_kind"]`."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the way: `limit` and `used`, `contact`, `holder`, `role` and `action`, ..."""

    def __str__(self) -> str:
        told = ", ".join(f"{key} {value}" for key, value in self.details.items() if value is not None)
        return f"{self.code}: {told}" if told else self.code

    def throw(self) -> None:
        """Raises it: a `ForbiddenError` where a role forbids it, else a `ConflictError`."""
        # Errors end in logs: the identity, which is a number or an address, stays here in `details`.
        told = Refusal(self.code, {key: value for key, value in self.details.items() if key != "identity"})
        raise of("forbidden" if self.code == "forbidden" else "conflict", self.code, f"refused: {told}", "", None)


def refusal_of(answer: Mapping[str, Any]) -> Refusal | None:
    if "refusal" not in answer:
        return None
    return Refusal(answer["refusal"], {key: value for key, value in answer.items() if key not in ("refusal", "kind")})


@dataclass(frozen=True)
class Purge:
    """What the host must purge from its own store after a deletion."""

    contact: UUID
    merged: list[UUID]
    """The contacts merged into it, however deep."""
    identities: list[tuple[Any, str]]
    """The identities that it held: their messages go too."""


@dataclass(frozen=True, repr=False)
class Outcome:
    """What a command did. True unless it was refused.

    >>> import omnicontact as oc
    >>> ws = oc.Workspace("America/Guayaquil", country="EC")
    >>> done = ws.add_contact("Ana", phones=["099 123 4567"])
    >>> (bool(done), done.kind, [next(iter(event["change"])) for event in done.events])
    (True, 'added', ['added'])
    """

    kind: str
    """`added`, `exists`, `edited`, `told`, `merged`, `unmerged`, `deleted`, `refused`, ..."""
    contact: UUID | None = None
    """The contact that it was about, the survivor where it was merged away."""
    given: UUID | None = None
    """The merged-away id that was given, if it was one."""
    is_new: bool = False
    """Whether a message made the contact."""
    connected: bool = False
    """Whether a message connected the contact on the channel."""
    primary: UUID | None = None
    secondary: UUID | None = None
    merges: list[int] = field(default_factory=list)
    """The merges that were made, by the numbers of their events."""
    purge: list[Purge] = field(default_factory=list)
    """What to purge after deletions."""
    contacts: int | None = None
    """How many contacts had the tag, department or custom field that was deleted."""
    subscription: str | None = None
    """For messages that went out: whether the contact takes messages on the channel."""
    month: str | None = None
    """The month whose reset was run, or the first one in which a reset mode is in force."""
    refusal: Refusal | None = None
    """Why it was refused."""
    error: Mapping[str, Any] | None = None
    """What is wrong with one item of many: `kind`, `code`, `message`, `path`, `hint`."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """What happened: store it before you answer anybody."""

    def __bool__(self) -> bool:
        return self.refusal is None and self.error is None

    def __repr__(self) -> str:
        # What says nothing is left out; the events are many words.
        told = [one for one in fields(self) if one.name != "events"]
        shown = [f"{one.name}={getattr(self, one.name)!r}" for one in told if getattr(self, one.name) not in (None, False, [])]
        return f"Outcome({', '.join(shown)})"

    def ok(self) -> Outcome:
        """Itself, or the refusal as an exception.

        >>> import omnicontact as oc
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.set_limit(0)
        >>> ws.add_contact("Ana").ok()
        Traceback (most recent call last):
            ...
        omnicontact._errors.ConflictError: refused: quota_exceeded: limit 0, used 0
        """
        if self.refusal is not None:
            self.refusal.throw()
        if self.error is not None:
            raise of(*(self.error[key] for key in ("kind", "code", "message", "path", "hint")))
        return self


class Outcomes(list[Outcome]):
    """One outcome for each of many items, in order, as far as they were reached.

    >>> import omnicontact as oc
    >>> ws = oc.Workspace("UTC")
    >>> rows = [{"name": f"c{row}"} for row in range(1000)]
    >>> done = ws.import_contacts(rows, progress=lambda done, total: done < 500)
    >>> len(done), done.stopped["code"], done.stopped["message"]
    (512, 'cancelled', 'stopped after 512 of 1000')
    >>> ws.import_contacts(rows[len(done):]).stopped is None, len(ws)
    (True, 1000)
    """

    stopped: dict[str, str] | None = None
    """Why the items after these were not reached: `code`, `message`, `path`; None where all were."""


def outcomes_of(answer: Mapping[str, Any]) -> Outcomes:
    outcomes = Outcomes(outcome_of(item) for item in answer["items"])
    outcomes.stopped = answer["stopped"]
    return outcomes


def outcome_of(answer: Mapping[str, Any], events: list[dict[str, Any]] | None = None) -> Outcome:
    purge = [
        Purge(
            UUID(one["contact"]),
            [UUID(merged) for merged in one["merged"]],
            [(identity["channel"], identity["external"]) for identity in one["identities"]],
        )
        for one in answer.get("purge", ())
    ]
    is_refused = answer["kind"] == "refused"
    return Outcome(
        answer["kind"],
        None if is_refused else uuid_of(answer.get("contact") or answer.get("survivor") or answer.get("primary")),
        uuid_of(answer.get("given")),
        answer.get("is_new", False),
        answer.get("connected", False),
        uuid_of(answer.get("primary")),
        uuid_of(answer.get("secondary")),
        answer.get("merges", []),
        purge,
        answer.get("contacts"),
        answer.get("subscription"),
        answer.get("month") or answer.get("from"),
        refusal_of(answer) if is_refused else None,
        answer.get("error"),
        events or [],
    )


@dataclass(frozen=True)
class Quota:
    """The quota of a month, explained."""

    month: str
    decides: str
    """The month that decides what a command at that instant may: a later one, where something happened in it already."""
    unit: str
    """What is counted: `per_channel_identity`, `per_contact`, `monthly_active`."""
    limit: int | None
    """Units that may be used; none is no limit."""
    used: int
    """Units used: carried and new."""
    carried: int
    """Units that existed at the first instant of the month."""
    new: int
    """Units first seen in the month."""
    refused: int
    """Attempts refused."""
    remaining: int | None
    """Units left."""

    def _repr_html_(self) -> str:
        return table_html(("", self.month), [(name, getattr(self, name)) for name in self.__dataclass_fields__ if name != "month"])


@dataclass(frozen=True)
class CountedUnit:
    """A unit of the month's usage, with when and why it was counted."""

    contact: UUID | None
    """The contact, where contacts are counted, or where it has no identity."""
    channel: Any
    """The channel of the identity; no channel and no contact where the identity was erased in the month."""
    external: str | None
    at: datetime
    reason: str
    """`carried`, `incoming_message`, `added`, `imported`, ..."""


def unit_of(line: Mapping[str, Any]) -> CountedUnit:
    unit, at = line["unit"], to_datetime(line["at"])
    if "erased" in unit:
        return CountedUnit(None, None, None, at, line["reason"])
    if "contact" in unit:
        return CountedUnit(UUID(unit["contact"]), None, None, at, line["reason"])
    identity = unit["identity"]
    return CountedUnit(None, identity["channel"], identity["external"], at, line["reason"])


@dataclass(frozen=True)
class Admission:
    """Whether new units fit. True where they do."""

    admitted: bool
    limit: int | None = None
    used: int | None = None

    def __bool__(self) -> bool:
        return self.admitted


def admission_of(answer: Mapping[str, Any]) -> Admission:
    return Admission(answer["kind"] == "admitted", answer.get("limit"), answer.get("used"))


@dataclass(frozen=True, repr=False)
class MergePlan:
    """The preview of a merge; nothing is changed. In a notebook it shows itself as a table. True unless it is refused."""

    primary: dict[str, Any]
    secondary: dict[str, Any]
    fields: list[dict[str, Any]]
    """Every field: `field`, the value of `primary` and of `secondary`, the `default` side, what is `taken`, the `value`."""
    custom: list[dict[str, Any]]
    tags_gained: list[str]
    lists_gained: list[str]
    identities_moved: list[tuple[Any, str]]
    closes_conversation: bool
    merged: dict[str, Any]
    """The contact that would come out."""
    refusal: Refusal | None = None

    def __bool__(self) -> bool:
        return self.refusal is None

    def __repr__(self) -> str:
        if self.refusal is not None:
            return f"<MergePlan: refused: {self.refusal}>"
        differ = ", ".join(one["field"] for one in self) or "nothing"
        return f"<MergePlan: {self.primary['id']} takes in {self.secondary['id']}; they differ in {differ}>"

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The fields on which the two differ."""
        return (one for one in self.fields if one["primary"] != one["secondary"])

    def _repr_html_(self) -> str:
        if self.refusal is not None:
            return f"<p>refused: {html.escape(str(self.refusal))}</p>"
        rows: list[tuple[object, ...]] = [(one["field"], one["primary"], one["secondary"], one["value"], one["taken"]) for one in self]
        rows += [(one["name"], *(_custom(one[key]) for key in ("primary", "secondary", "value")), one["default"]) for one in self.custom]
        moved = ", ".join(f"{channel} {external}" for channel, external in self.identities_moved)
        gained = [("tags gained", ", ".join(self.tags_gained)), ("identities moved", moved)]
        rows += [(name, None, value, value, "secondary") for name, value in gained if value]
        return table_html(("field", "primary", "secondary", "after the merge", "taken from"), rows)


def _custom(value: Mapping[str, Any] | None) -> object:
    return None if value is None else next(iter(value.values()))


def merge_plan_of(answer: Mapping[str, Any]) -> MergePlan:
    if (refusal := refusal_of(answer)) is not None:
        return MergePlan({}, {}, [], [], [], [], [], False, {}, refusal)
    return MergePlan(
        answer["primary"],
        answer["secondary"],
        answer["fields"],
        answer["custom"],
        answer["tags_gained"],
        answer["lists_gained"],
        [(one["channel"], one["external"]) for one in answer["identities_moved"]],
        answer["closes_conversation"],
        answer["merged"],
    )


@dataclass(frozen=True)
class Suggestion:
    """Two contacts that may be one person."""

    pair: tuple[UUID, UUID]
    reasons: list[tuple[str, str]]
    """Pairs (`phone` or `email`, the shared value)."""
    automatic: bool
    """False where one system has different ids for them: such a pair is never merged without asking."""


def suggestion_of(one: Mapping[str, Any]) -> Suggestion:
    first, second = (UUID(text) for text in one["pair"])
    return Suggestion((first, second), [next(iter(reason.items())) for reason in one["reasons"]], one["automatic"])


@dataclass(frozen=True, repr=False)
class ResetPlan:
    """Who would go at the reset of a month; nothing is changed."""

    month: str
    mode: str
    boundary: datetime
    """First instant of the next month: only contacts added before it go."""
    going: list[dict[str, Any]]
    """`contact`, `name`, `channels`, `tags` of each."""
    by_channel: dict[Any, int]
    by_tag: dict[str, int]

    def __len__(self) -> int:
        return len(self.going)

    def __repr__(self) -> str:
        return f"<ResetPlan: {len(self)} contacts go at the end of {self.month} ({self.mode})>"

    def _repr_html_(self) -> str:
        rows: list[tuple[object, ...]] = [
            (one["name"], ", ".join(map(str, one["channels"])), ", ".join(one["tags"])) for one in self.going[:50]
        ]
        more = f"<p>and {len(self) - 50} more</p>" if len(self) > 50 else ""
        return (
            f"<p>{len(self)} contacts go at the end of {self.month} ({self.mode})</p>"
            + table_html(("name", "channels", "tags"), rows)
            + more
        )


def reset_plan_of(answer: Mapping[str, Any]) -> ResetPlan:
    return ResetPlan(
        answer["month"],
        answer["mode"],
        to_datetime(answer["boundary"]),
        [{**one, "contact": UUID(one["contact"])} for one in answer["going"]],
        {channel: count for channel, count in answer["by_channel"]},
        {tag: count for tag, count in answer["by_tag"]},
    )


@dataclass(frozen=True)
class Access:
    """Whether somebody may do something. True where it is allowed."""

    allowed: bool
    role: str | None = None
    action: str | None = None
    restriction: str | None = None
    """The restriction that stands against it, if the role alone would do."""

    def __bool__(self) -> bool:
        return self.allowed


def access_of(answer: Mapping[str, Any]) -> Access:
    return Access(answer["allowed"], **(answer["forbidden"] or {}))


@dataclass(frozen=True)
class QuotaMonth:
    """A quota month in a zone."""

    month: str
    start: datetime
    end: datetime
    deadline: date
    """Last date on which a reset can be asked for."""
