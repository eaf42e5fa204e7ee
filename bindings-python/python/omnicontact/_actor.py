"""Who asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ._plain import Id


@dataclass(frozen=True)
class Actor:
    """A user with a role, and what is taken from it.

    >>> import omnicontact as oc
    >>> lucia = oc.Actor(7, "agent", restrictions=["own_contacts"])
    >>> oc.check_access(lucia, "export_contacts")
    Access(allowed=False, role='agent', action='export_contacts', restriction=None)
    """

    user: Id
    role: str
    """`owner`, `admin`, `operator`, `agent`."""
    teams: Sequence[Id] = ()
    restrictions: Sequence[str] = ()
    """See `vocabulary()["labels"]["restriction"]`."""

    def plain(self) -> dict[str, object]:
        """As plain data."""
        return {"user": self.user, "role": self.role, "teams": list(self.teams), "restrictions": list(self.restrictions)}
