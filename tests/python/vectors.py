"""The shared vectors, and how an answer is compared with what they expect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "vectors"
Vector = dict[str, Any]
KEYS = {"name", "rules", "why", "given", "call", "expect", "expect_error"}


def vectors(*rooms: str) -> Iterator[Vector]:
    """The vectors of some folders; an unknown key is a mistake."""
    for room in rooms:
        for path in sorted((FOLDER / room).glob("*.json")):
            for vector in json.loads(path.read_text(encoding="utf-8")):
                assert set(vector) <= KEYS, f"{path}: unknown keys {set(vector) - KEYS}"
                yield vector


def names(found: list[Vector]) -> list[str]:
    return [vector["name"] for vector in found]


def shown(report: dict[str, Any]) -> dict[str, Any]:
    """What expectations of reports speak of: the components by name, and the report around them."""
    parts = {part["component"]: {**part["outcome"], "title": part["title"]} for part in report["components"]}
    return {**parts, "report": {**report, "components": list(parts)}}


def difference(expected: Any, found: Any, path: str = "") -> str | None:
    """Where the found value does not say what is expected: objects may have more keys, instants may be texts."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if key not in found:
                if value is None:
                    continue
                return f"{path}.{key} is missing"
            if wrong := difference(value, found[key], f"{path}.{key}"):
                return wrong
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for row, (one, other) in enumerate(zip(expected, found, strict=True)):
            if wrong := difference(one, other, f"{path}[{row}]"):
                return wrong
        return None
    if isinstance(expected, str) and isinstance(found, int) and not isinstance(found, bool):
        at = datetime.fromisoformat(expected.replace("Z", "+00:00"))
        epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
        return None if (at - epoch).total_seconds() * 1000 == found else f"{path}: {expected} is not {found}"
    if isinstance(expected, bool) != isinstance(found, bool) or expected != found:
        return f"{path}: expected {expected!r}, found {found!r}"
    return None
