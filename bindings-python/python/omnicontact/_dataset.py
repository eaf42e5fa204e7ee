"""Data in: whatever holds messages and contact events."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from . import _native
from ._errors import missing_package, of
from ._instant import to_datetime

if TYPE_CHECKING:
    from ._workspace import Workspace

Source: TypeAlias = Any
"""An Arrow table or frame, a list of dicts, a dict of columns, or a path to CSV, NDJSON or Parquet."""


class Dataset:
    """Messages and contact events, checked and indexed once, read by any number of reports and threads.

    Each table is one of: anything with the Arrow PyCapsule interface (polars, pyarrow, DuckDB, DataFusion, pandas), a
    list of dicts, a dict of columns (numpy arrays, Arrow arrays, lists), or a path to CSV, NDJSON or Parquet. Columns of
    numbers and times are read where they are, without a copy; those of pandas are copied once, as pandas may write into
    them. Columns: see `vocabulary()["columns"]`.

    >>> import omnicontact as oc
    >>> data = oc.Dataset(
    ...     [{"id": 1, "created": "2026-07-01T12:00:00Z", "direction": "incoming", "contact": "ana", "channel": "web"}],
    ...     channels=[{"id": "web", "kind": "web_chat", "name": "Shop"}],
    ...     columns={"sent_at": "created"},
    ... )
    >>> data
    <Dataset: 1 messages, 1 events>

    Args:
        messages: Messages: `id`, `sent_at`, `direction`, `contact`, and more.
        events: Contact events: `kind`, `at`, `contact`, and more. Connections that follow from message rows are added.
        contacts: Names of contacts: `id`, `name`.
        channels: Channels: `id`, `kind`, `name`, `removed`.
        users: Users: `id`, `name`, `removed`.
        teams: Teams, as users.
        broadcasts: Broadcasts, as users.
        merges: Pairs (merged-away id, the id it went into); without it the events tell.
        workspace: Brings its event rows, names, channels and merges; contact ids in rows are UUIDs or their texts.
        workspace_events: Earlier events of the workspace, which it does not remember.
        columns: Field to column name, where they differ: `{"sent_at": "created"}` for messages, or by table:
            `{"messages": {...}, "events": {...}}`.
        ignored_columns: Columns that nobody needs.
        ignore_unknown: Ignore all columns that nobody knows; otherwise they are errors.
        zone: Zone of times that do not say their offset from UTC; otherwise they are errors.
        duplicates: `fold` rows that share a message id, or `trust` that there are none, which saves a look at the ids.
        derive_connections: Whether connected events follow from message rows where the events have none.
        index: When what not every report needs is made: `on_demand`, when one asks, or `ahead`.
        classify: Policies of classification: `own_app_ids`, `instagram_tags`, `human_agent_as_session`, `untracked`.
        file_options: How to read CSV and NDJSON: `ids`, `time_format`, `delimiter`, `values`, and more.
        progress: Called with (table, bytes, rows) while files are read, or a tqdm bar. What it raises ends the reading.
    """

    def __init__(
        self,
        messages: Source = None,
        events: Source = None,
        *,
        contacts: Source = None,
        channels: Source = None,
        users: Source = None,
        teams: Source = None,
        broadcasts: Source = None,
        merges: Iterable[tuple[object, object]] | None = None,
        workspace: Workspace | None = None,
        workspace_events: Iterable[Mapping[str, object]] = (),
        columns: Mapping[str, str] | Mapping[str, Mapping[str, str]] | None = None,
        ignored_columns: Collection[str] = (),
        ignore_unknown: bool = False,
        zone: str | None = None,
        duplicates: str = "fold",
        derive_connections: bool = True,
        index: str = "on_demand",
        classify: Mapping[str, object] | None = None,
        file_options: Mapping[str, object] | None = None,
        progress: Any = None,
    ) -> None:
        given = {
            "messages": messages,
            "events": events,
            "contacts": contacts,
            "channels": channels,
            "users": users,
            "teams": teams,
            "broadcasts": broadcasts,
        }
        mappings = _by_table(columns)
        plan = _Plan(mappings, list(ignored_columns), ignore_unknown, zone, dict(file_options or {}))
        tables = [plan.table(name, source) for name, source in given.items() if source is not None]
        if workspace is not None:
            tables.append(("workspace", "workspace", workspace._native, json.dumps({"events": list(workspace_events)})))
        settings: dict[str, object] = {
            "options": {
                "duplicates": duplicates,
                "derive_connections": derive_connections,
                "index": index,
                "classify": dict(classify or {}),
            }
        }
        if merges is not None:
            settings["merges"] = [list(pair) for pair in merges]
        self._native = _native.Dataset(tables, settings, zone, _progress(progress))

    def __repr__(self) -> str:
        return f"<Dataset: {self.message_count} messages, {self.event_count} events>"

    def __reduce__(self) -> Any:
        raise TypeError("a Dataset holds borrowed columns and cannot be pickled; pickle partials of it, or its options")

    @property
    def message_count(self) -> int:
        """Number of messages, after duplicates were folded."""
        return self._native.message_count

    @property
    def event_count(self) -> int:
        """Number of contact events, those derived from messages included."""
        return self._native.event_count

    @property
    def folded_count(self) -> int:
        """Number of message rows that were folded into an earlier row of the same id."""
        return self._native.folded_count

    @property
    def suspicious_times(self) -> list[str]:
        """Tables all of whose instants lie before 1990, as seconds do that are read as milliseconds."""
        return self._native.suspicious_times

    @property
    def index_bytes(self) -> int:
        """Bytes that the index adds to the columns."""
        return self._native.index_bytes

    @property
    def message_span(self) -> tuple[datetime, datetime] | None:
        """Times of the first and the last message."""
        span = self._native.message_span
        return span and (to_datetime(span[0]), to_datetime(span[1]))

    @property
    def event_span(self) -> tuple[datetime, datetime] | None:
        """Times of the first and the last contact event."""
        span = self._native.event_span
        return span and (to_datetime(span[0]), to_datetime(span[1]))

    def choices(self, filter: str, *, report: str | None = None, locale: str = "en") -> list[dict[str, Any]]:
        """What a filter offers to choose from: `key` and `label` of each value.

        Args:
            filter: `channel`, `contact`, `source`, `type`, `team`, `user` or `broadcast`.
            report: `messages` or `contacts`: whose sources they are; the former where there are messages.
            locale: Language of words.

        >>> import omnicontact as oc
        >>> data = oc.Dataset(channels=[{"id": "wa", "kind": "whatsapp", "name": "Sales"}])
        >>> data.choices("channel")
        [{'key': 'wa', 'label': 'Sales'}]
        """
        asked = {"filter": filter, "report": report, "locale": locale}
        found: list[dict[str, Any]] = json.loads(self._native.choices(asked))
        return found


def _by_table(columns: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    if not columns:
        return {}
    if all(isinstance(name, str) for name in columns.values()):
        return {"messages": dict(columns)}
    return {table: dict(mapping) for table, mapping in columns.items()}


def _progress(progress: Any) -> Callable[[str, int, int], object] | None:
    if progress is None or not hasattr(progress, "update"):
        return progress  # type: ignore[no-any-return]

    # A tqdm bar counts bytes of all files together.
    done: dict[str, int] = {}

    def update(table: str, bytes_read: int, _rows: int) -> None:
        progress.update(bytes_read - done.get(table, 0))
        done[table] = bytes_read

    return update


class _Plan:
    """How the tables of a dataset are read."""

    def __init__(
        self,
        columns: dict[str, dict[str, str]],
        ignored: list[str],
        ignore_unknown: bool,
        zone: str | None,
        file_options: dict[str, object],
    ) -> None:
        self.columns = columns
        self.ignored = ignored
        self.ignore_unknown = ignore_unknown
        self.zone = zone
        self.file_options = file_options

    def table(self, name: str, source: Any) -> tuple[str, str, object, str]:
        """Name, form, object and options of a table, as the native module takes them."""
        mapping = self.columns.get(name, {})
        if isinstance(source, (str, os.PathLike)):
            path = os.fspath(source)
            if not str(path).lower().endswith((".parquet", ".pq")):
                return name, "file", path, json.dumps(self._file(mapping))
            source = _parquet(path)
        options = json.dumps(
            {"columns": mapping, "ignored_columns": self.ignored, "ignore_unknown": self.ignore_unknown}
        )
        if isinstance(source, Mapping):
            source = dict(source)
            mutable = any(_is_pandas(column) for column in source.values())
            return name, "copied" if mutable else "shared", source, options
        if hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__"):
            return name, "copied" if _is_pandas(source) else "shared", source, options
        if isinstance(source, Iterable) and not isinstance(source, bytes):
            return name, "rows", self._rows(name, source, mapping), options
        raise of(
            "invalid_argument",
            "malformed_value",
            f"`{type(source).__name__}` is no table",
            name,
            "pass an Arrow table, a frame, a list of dicts, a dict of columns, or a path",
        )

    def _file(self, mapping: dict[str, str]) -> dict[str, object]:
        options: dict[str, object] = {"ignored_columns": self.ignored, "ignore_unknown": self.ignore_unknown}
        if mapping:
            options["mapping"] = mapping
        if self.zone is not None:
            options["zone"] = self.zone
        return options | self.file_options

    def _rows(self, name: str, rows: Iterable[object], mapping: dict[str, str]) -> list[object]:
        rows = list(rows)
        if not mapping and not self.ignored and not self.ignore_unknown:
            return rows
        theirs = {column: field for field, column in mapping.items()}
        known = set(_known(name)) | set(theirs) if self.ignore_unknown else None
        ignored = set(self.ignored) - set(theirs)

        def row(found: Any) -> object:
            if not isinstance(found, Mapping):
                return found
            return {
                theirs.get(key, key): value
                for key, value in found.items()
                if key not in ignored and (known is None or key in known)
            }

        return [row(found) for found in rows]


def _known(table: str) -> list[str]:
    from ._operations import vocabulary

    fields: dict[str, list[str]] = vocabulary()["row_fields"]
    return fields[table if table in fields else "named"]


def _is_pandas(source: object) -> bool:
    return type(source).__module__.partition(".")[0] == "pandas"


def _parquet(path: Any) -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        try:
            import polars
        except ImportError:
            raise missing_package("pyarrow or polars", "arrow", "reading Parquet") from None
        return polars.read_parquet(path)
    return pyarrow.parquet.read_table(path)
