"""The contact, as Python sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ._instant import to_datetime
from ._outcomes import time_of


@dataclass(frozen=True, repr=False)
class Contact:
    """A contact. `data` is the same as plain data: what is stored, and what the functions without a workspace take.

    >>> import omnicontact as oc
    >>> ana = oc.new_contact("Ana Pérez", phones=["099 123 4567"], country="EC", custom={"size": 3})
    >>> (ana.shown_name, ana.initials, ana.phones, ana.custom)
    ('Ana Pérez', 'AP', ['+593991234567'], {'size': 3})
    """

    id: UUID
    shown_name: str
    """The name, else phone, else e-mail address, else the id."""
    initials: str
    """For the avatar, where there is no picture."""
    created_at: datetime
    origin: dict[str, Any]
    """How it entered: `source`, and what goes with it."""
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phones: list[str] = field(default_factory=list)
    """In E.164, the main one first."""
    emails: list[str] = field(default_factory=list)
    language: str | None = None
    country: str | None = None
    locale: str | None = None
    picture: str | None = None
    company: str | None = None
    department: str | None = None
    lifecycle: str | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    """Custom fields by name, each a plain value."""
    tags: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    identities: list[tuple[Any, str]] = field(default_factory=list)
    """Pairs (channel, external id there)."""
    connections: dict[Any, datetime] = field(default_factory=dict)
    """First success by channel."""
    subscriptions: dict[Any, str] = field(default_factory=dict)
    """`subscribed` or `unsubscribed` by channel, where somebody said so."""
    foreign_keys: list[tuple[str, Any]] = field(default_factory=list)
    """Pairs (system, what it calls the contact)."""
    assignee: dict[str, Any] | None = None
    """`{"user": id}` or `{"team": id}`."""
    conversation: dict[str, Any] | None = None
    blocked: bool = False
    last_interaction: datetime | None = None
    last_channel: Any = None
    last_incoming: datetime | None = None
    last_outgoing: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        # Logs and tracebacks show it: no personal data.
        return f"Contact(id={str(self.id)!r})"

    def __str__(self) -> str:
        return self.shown_name

    def row(self) -> dict[str, Any]:
        """The contact as a flat row, custom fields included: for a frame.

        >>> import omnicontact as oc, polars as pl
        >>> ws = oc.Workspace("UTC")
        >>> _ = ws.import_contacts([{"name": "Ana", "tags": ["vip"], "custom": {"size": 3}}, {"name": "Eva"}])
        >>> pl.DataFrame(contact.row() for contact in ws).select("shown_name", "tags", "size").rows()
        [('Ana', ['vip'], 3), ('Eva', [], None)]
        """
        plain = ("first_name", "last_name", "language", "country", "locale", "company", "department", "lifecycle")
        times = ("created_at", "last_interaction", "last_incoming", "last_outgoing", "last_channel", "blocked")
        return {
            "id": str(self.id),
            "shown_name": self.shown_name,
            "phone": self.phones[0] if self.phones else None,
            "email": self.emails[0] if self.emails else None,
            **{name: getattr(self, name) for name in plain},
            "tags": self.tags,
            "lists": self.lists,
            "channels": list(dict.fromkeys(channel for channel, _ in self.identities)),
            "source": self.origin["source"],
            **{name: getattr(self, name) for name in times},
            **self.custom,
        }


_SAME = (
    "origin", "name", "first_name", "last_name", "phones", "emails", "language", "country", "locale", "picture", "company",
    "department", "lifecycle", "tags", "lists", "assignee", "blocked",
)  # fmt: skip


def _custom(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def contact_of(card: Mapping[str, Any]) -> Contact:
    """A contact out of `{contact, shown_name, initials}`."""
    data: dict[str, Any] = card["contact"]
    last = data["last_interaction"] or {}
    conversation = data["conversation"]
    return Contact(
        id=UUID(data["id"]),
        shown_name=card["shown_name"],
        initials=card["initials"],
        created_at=to_datetime(data["created_at"]),
        custom={name: _custom(next(iter(value.values()))) for name, value in data["custom"].items()},
        identities=[(one["channel"], one["external"]) for one in data["identities"]],
        connections={one["channel"]: to_datetime(one["at"]) for one in data["connections"]},
        subscriptions={one["channel"]: one["status"] for one in data["subscriptions"]},
        foreign_keys=[(one["system"], one["key"]) for one in data["foreign_keys"]],
        conversation=conversation
        and {key: time_of(value) if key.endswith("_at") else value for key, value in conversation.items()},
        last_interaction=time_of(last.get("at")),
        last_channel=last.get("channel"),
        last_incoming=time_of(data["last_incoming"]),
        last_outgoing=time_of(data["last_outgoing"]),
        data=data,
        **{name: data[name] for name in _SAME},
    )


def plain_contact(contact: Contact | Mapping[str, Any]) -> dict[str, Any]:
    """A contact as plain data."""
    return contact.data if isinstance(contact, Contact) else dict(contact)
