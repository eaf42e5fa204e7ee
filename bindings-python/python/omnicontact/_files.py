"""Files of contacts: CSV in, CSV, PDF and XLSX out."""

from __future__ import annotations

import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from ._outcomes import Refusal, refusal_of, uuid_of

File = str | os.PathLike[str] | bytes | IO[bytes]
"""A path, the bytes themselves, or something open for reading bytes."""


@dataclass(frozen=True)
class ImportedRow:
    """A row of a file and what became of it."""

    row: int
    """Place among the rows, from 1; the header is none."""
    line: int
    """Line of the file on which it begins, from 1."""
    outcome: str
    """`created`, `updated`, `unchanged`, `skipped`, `refused` or `failed`."""
    contact: UUID | None = None
    """Whom it made, changed, found as it is, or met."""
    reason: str | None = None
    """Why it was skipped: `exists` or `not_found`."""
    refusal: Refusal | None = None
    """Why it, or an identity of it, was refused."""
    code: str | None = None
    """What is wrong with a failed row, as a stable code."""
    message: str | None = None
    path: str | None = None
    """Where: `line[4].phones[0]`."""


@dataclass(frozen=True)
class ContactImport:
    """An import of contacts, row by row; iterating gives the rows.

    >>> import omnicontact as oc
    >>> ws = oc.Workspace("America/Guayaquil", country="EC")
    >>> done = ws.import_file(b"Nombre;Celular\\nAna;099 123 4567\\nEva;12\\n")
    >>> [(row.line, row.outcome, row.path) for row in done]
    [(2, 'created', None), (3, 'failed', 'line[3].phones[0]')]
    >>> done.counts["created"], done.counts["failed"], done.stopped
    (1, 1, None)
    """

    counts: dict[str, int]
    """How many rows came to what: `rows`, `created`, `updated`, `unchanged`, `skipped`, `refused`, `failed`,
    `blank_lines`."""
    columns: list[dict[str, Any]]
    """What each column became: `header`, `target`, `by`."""
    encoding: str
    """Name of the encoding."""
    rows: list[ImportedRow]
    """Every row that was reached."""
    stopped: dict[str, str] | None
    """Why the rows after these were not reached; None where the file was read to its end."""

    def __iter__(self) -> Iterator[ImportedRow]:
        return iter(self.rows)


def _row_of(answer: Mapping[str, Any]) -> ImportedRow:
    refusal = answer.get("refusal") or answer.get("refused")
    return ImportedRow(
        answer["row"],
        answer["line"],
        answer["outcome"],
        uuid_of(answer.get("contact")),
        answer.get("reason"),
        None if refusal is None else refusal_of(refusal),
        answer.get("code"),
        answer.get("message"),
        answer.get("path"),
    )


def import_of(answer: Mapping[str, Any]) -> ContactImport:
    rows = [_row_of(row) for row in answer["rows"]]
    return ContactImport(answer["counts"], answer["columns"], answer["encoding"], rows, answer["stopped"])


def contents(file: File) -> dict[str, str]:
    """A file as the operations take it."""
    if isinstance(file, (bytes, bytearray, memoryview)):
        data = bytes(file)
    elif isinstance(file, (str, os.PathLike)):
        data = Path(file).read_bytes()
    else:
        data = file.read()
        if not isinstance(data, bytes):
            raise TypeError("open the file for reading bytes, as `open(path, 'rb')`")
    return {"base64": b64encode(data).decode("ascii")}


def name_of(file: File) -> str | None:
    if isinstance(file, (str, os.PathLike)):
        return Path(file).name
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) else None


_FAMILIES = (
    ("NotoSans-Regular", "DejaVuSans", "LiberationSans-Regular", "segoeui", "Arial", "arial", "Helvetica"),
    ("NotoSansArabic-Regular", "NotoNaskhArabic-Regular", "GeezaPro"),
    ("NotoSansHebrew-Regular", "SFHebrew"),
    ("NotoSansThai-Regular", "Thonburi", "leelawui"),
    ("NotoSansDevanagari-Regular", "NotoSansBengali-Regular", "Nirmala"),
    ("NotoSansCJK-Regular", "NotoSansCJKsc-Regular", "PingFang", "msyh", "msgothic", "malgun", "DroidSansFallbackFull"),
    ("DejaVuSans", "Arial Unicode", "seguisym"),
    ("NotoColorEmoji", "seguiemj"),
)


def _folders() -> list[Path]:
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/Library/Fonts"), Path("/System/Library/Fonts"), Path.home() / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts", Path.home() / ".fonts"]


def find_fonts(folders: Iterable[str | os.PathLike[str]] | None = None) -> list[Path]:
    """Fonts of this machine for a PDF, the preferred one first: for Latin, Cyrillic and Greek, then Arabic, Hebrew, Thai,
    Devanagari, Chinese, Japanese and Korean, symbols, emoji; of each the first that is found. Another machine has others:
    name your own fonts where files must be the same everywhere.

    Args:
        folders: Where to look; the usual folders of the system where left out.
    """
    found: dict[str, Path] = {}
    for folder in _folders() if folders is None else folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
                found.setdefault(path.stem, path)
    chosen = [next((found[name] for name in names if name in found), None) for names in _FAMILIES]
    return list(dict.fromkeys(path for path in chosen if path is not None))


def file_request(
    format: str | None, path: str | os.PathLike[str] | None, fonts: Sequence[File] | None, title: str | None, options: dict[str, Any]
) -> dict[str, Any]:
    """The options of `contact_file`."""
    if format is None:
        format = "csv" if path is None else Path(path).suffix.lower().lstrip(".")
    request: dict[str, Any] = {"format": format, "export": options, "title": title}
    if format == "pdf":
        chosen: Sequence[File] = find_fonts() if fonts is None else fonts
        request["fonts"] = [contents(font)["base64"] for font in chosen]
    return request


def written(answer: Mapping[str, Any], path: str | os.PathLike[str] | None) -> bytes:
    data = b64decode(answer["base64"])
    if path is not None:
        Path(path).write_bytes(data)
    return data
