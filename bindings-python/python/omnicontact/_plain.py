"""From what Python has to plain data: ids, profiles, edits, choices."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

ContactId: TypeAlias = UUID | str
"""Id of a contact."""
Id: TypeAlias = str | int | UUID
"""Id of anything else: what the host calls it."""
Time: TypeAlias = dt.datetime | str | int
"""A datetime with a zone, ISO 8601 with an offset, or epoch milliseconds."""
Identities: TypeAlias = Iterable[tuple[Id, str] | Mapping[str, object]]
"""Pairs (channel, external id there)."""
ForeignKeys: TypeAlias = Iterable[tuple[str, Id] | Mapping[str, object]]
"""Pairs (system, what it calls the contact)."""
Segment: TypeAlias = Mapping[str, object]
"""A tree of conditions: `{"field": ..., "operator": ..., "value": ...}`, `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}`."""
Sort: TypeAlias = Mapping[str, object]
"""`{"field": "created_at", "descending": True}`."""

PROFILE = (
    "foreign_keys", "name", "first_name", "last_name", "phones", "emails", "language", "country", "locale", "picture",
    "company", "department", "lifecycle", "custom", "tags", "lists", "identities", "subscriptions", "assignee", "blocked",
)  # fmt: skip


def present(**options: object) -> dict[str, object]:
    """The options that were given: None is left to the core."""
    return {name: value for name, value in options.items() if value is not None}


def text_id(value: object) -> object:
    """A UUID as its text; anything else as it is."""
    return str(value) if isinstance(value, UUID) else value


def identity(value: object) -> object:
    """A pair (channel, external id) as plain data."""
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return {"channel": value[0], "external": value[1]}
    return value


def _foreign_key(value: object) -> object:
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return {"system": value[0], "key": value[1]}
    return value


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in ("NAType", "NaTType")


def custom_value(value: object) -> object:
    """A value of a custom field under its type; `{"url": ...}` and the like are taken as they are."""
    if isinstance(value, bool):
        return {"checkbox": value}
    if isinstance(value, (int, float)):
        return {"number": value}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return {"date": value.isoformat()}
    if isinstance(value, dt.time):
        return {"time": value.strftime("%H:%M")}
    return value


def _subscriptions(value: object) -> object:
    if isinstance(value, Mapping):
        return [{"channel": channel, "status": status} for channel, status in value.items()]
    return value


def _list(value: object) -> object:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return value
    return list(value)


def profile(given: Mapping[str, Any]) -> dict[str, object]:
    """A profile: what is missing is left out, `phone`, `email`, `tag` stand for lists of one."""
    found: dict[str, object] = {}
    for key, value in given.items():
        if _missing(value):
            continue
        if key in ("phone", "email", "tag"):
            found[f"{key}s"] = [value, *_items(found.get(f"{key}s"))]
        elif key == "identities" and not isinstance(value, str):
            found[key] = [identity(item) for item in value]
        elif key == "foreign_keys" and not isinstance(value, str):
            found[key] = [_foreign_key(item) for item in value]
        elif key == "subscriptions":
            found[key] = _subscriptions(value)
        elif key == "custom" and isinstance(value, Mapping):
            found[key] = {name: custom_value(item) for name, item in value.items() if not _missing(item)}
        elif key in ("phones", "emails", "tags", "lists"):
            found[key] = [*_items(found.get(key)), *_items(value)] if key in found else _list(value)
        else:
            found[key] = value
    return found


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [] if value is None else [value]


def rows_of(source: Any) -> list[dict[str, object]]:
    """Rows of a frame or of an iterable of mappings."""
    for method, arguments in (("to_dicts", ()), ("to_pylist", ()), ("fetch_arrow_table", ())):
        if hasattr(source, method):
            found = getattr(source, method)(*arguments)
            return list(found) if isinstance(found, list) else rows_of(found)
    if hasattr(source, "to_dict") and hasattr(source, "columns"):
        return list(source.to_dict("records"))
    return list(source)


def field_value(field: str, value: object) -> object:
    """The value of a field in an edit or a choice."""
    if _missing(value):
        return None
    return {"assignee": value} if field == "assignee" else {"text": value}


def edits(given: Mapping[str, Any]) -> list[object]:
    """Edits out of keyword arguments, in a fixed order."""
    found: list[object] = []
    for field, value in (given.get("set") or {}).items():
        found.append({"set": {"field": field, "value": field_value(field, value)}})
    for name, value in (given.get("custom") or {}).items():
        found.append({"set_custom": {"name": name, "value": None if _missing(value) else custom_value(value)}})
    for key in ("add_tags", "remove_tags", "add_to_lists", "remove_from_lists"):
        if values := _items(given.get(key)):
            found.append({key: values})
    for key in ("add_phone", "remove_phone", "add_email", "remove_email"):
        found.extend({key: value} for value in _items(given.get(f"{key}s")))
    found.extend({"add_foreign_key": _foreign_key(key)} for key in given.get("add_foreign_keys") or ())
    for channel, status in (given.get("subscribe") or {}).items():
        found.append({"subscribe": {"channel": channel, "status": status}})
    if given.get("block") is not None:
        found.append({"block": given["block"]})
    if given.get("open_conversation") is not None:
        found.append({"open_conversation": {"at": given["open_conversation"]}})
    if given.get("close_conversation") is not None:
        found.append({"close_conversation": {"at": given["close_conversation"], "reason": given.get("reason")}})
    return [*found, *(given.get("edits") or ())]


def choices(fields: Mapping[str, object] | None, custom: Mapping[str, object] | None) -> dict[str, object]:
    """Choices of a merge: a side's word, or a third value."""

    def of_field(field: str, value: object) -> object:
        return {"side": value} if value in ("primary", "secondary") else {"value": field_value(field, value)}

    def of_custom(value: object) -> object:
        return {"side": value} if value in ("primary", "secondary") else {"value": custom_value(value)}

    return {
        "fields": {field: of_field(field, value) for field, value in (fields or {}).items()},
        "custom": {name: of_custom(value) for name, value in (custom or {}).items()},
    }
