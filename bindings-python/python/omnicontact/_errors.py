"""Exceptions: one class a kind of error, each also the builtin that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._files import ContactImport
    from ._outcomes import Outcomes


class OmnicontactError(Exception):
    """Whatever this library raises on its own.

    >>> import omnicontact as oc
    >>> try:
    ...     oc.day_of("2026-07-01T00:00:00Z", zone="america/guayaquil")
    ... except oc.OmnicontactError as error:
    ...     print(error.kind, error.code, error.path)
    invalid_argument unknown_zone zone
    """

    kind: str = "internal"
    """What went wrong, coarsely: the same word in every language."""
    code: str = "internal"
    """What went wrong, exactly: stable, meant for programs."""
    message: str = ""
    """What went wrong, for people; without path and hint."""
    path: str = ""
    """Where in the input: `messages[17].sent_at`, `filters.channel`."""
    hint: str | None = None
    """What would be allowed, or what to do."""


class InvalidArgumentError(OmnicontactError, ValueError):
    """An option, filter or argument that is not allowed."""

    kind = "invalid_argument"


class InvalidDataError(OmnicontactError, ValueError):
    """A row, column, cell or payload that cannot be read."""

    kind = "invalid_data"


class ConflictError(OmnicontactError, RuntimeError):
    """A state that forbids what was asked."""

    kind = "conflict"


class ForbiddenError(OmnicontactError, PermissionError):
    """A role or restriction that forbids what was asked."""

    kind = "forbidden"


class CorruptError(OmnicontactError, ValueError):
    """Bytes of this library that are damaged or of another version."""

    kind = "corrupt"


class CancelledError(OmnicontactError, InterruptedError):
    """The work was asked to stop; raise it in a `progress` of your own to end it there.

    >>> import omnicontact as oc
    >>> def watch(done, total):
    ...     if done >= 500:
    ...         raise oc.CancelledError("enough")
    >>> ws = oc.Workspace("UTC")
    >>> try:
    ...     ws.import_contacts([{"name": "Ana"}] * 1000, progress=watch)
    ... except oc.CancelledError as error:
    ...     print(len(error.answer), error.answer.stopped["code"], len(ws))
    512 cancelled 512
    """

    kind = "cancelled"
    answer: Outcomes | ContactImport | None = None
    """What was done of many before: outcomes, or the rows of a file. Any exception that a `progress` raises, and that of
    Ctrl-C, carries it."""


class InternalError(OmnicontactError, RuntimeError):
    """A fault of this library, never of the input."""

    kind = "internal"


CLASSES: dict[str, type[OmnicontactError]] = {
    error.kind: error
    for error in (
        InvalidArgumentError,
        InvalidDataError,
        ConflictError,
        ForbiddenError,
        CorruptError,
        CancelledError,
        InternalError,
    )
}


def of(kind: str, code: str, message: str, path: str, hint: str | None) -> OmnicontactError:
    """The exception for an error of the core."""
    text = f"{path}: {message}" if path else message
    error = CLASSES.get(kind, OmnicontactError)(f"{text} ({hint})" if hint else text)
    error.kind, error.code, error.message, error.path, error.hint = kind, code, message, path, hint
    return error


def missing_package(name: str, extra: str, wanted: str) -> ImportError:
    """The error of a package that is needed and not there."""
    return ImportError(f"{wanted} needs {name}: pip install 'omnicontact[{extra}]'", name=name)
