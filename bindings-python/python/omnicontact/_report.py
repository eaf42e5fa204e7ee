"""Reports, their parts, and partial reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _native
from ._errors import of
from ._instant import to_datetime
from ._plain import present
from ._table import Table, iframe

if TYPE_CHECKING:
    import os

    import pandas
    import polars
    import pyarrow

    from ._dataset import Dataset


class Report:
    """A report: what was asked, and every part as an attribute. In a notebook it shows itself as a page to read.

    >>> import omnicontact as oc
    >>> report = oc.messages_report([], zone="UTC", now="2026-07-01T00:00:00Z")
    >>> report
    <Report messages, 2026-06-02T00:00:00+00:00 to 2026-07-02T00:00:00+00:00: 0 of 9 parts have data>
    >>> [part.name for part in report][:2]
    ['incoming_by_channel', 'outgoing_by_channel']
    """

    def __init__(
        self,
        native: _native.Report,
        kind: str,
        dataset: Dataset | None = None,
        request: dict[str, object] | None = None,
    ) -> None:
        self._native = native
        self._dataset = dataset
        self._request = request
        about, heads = native.about()
        self._about: dict[str, Any] = json.loads(about)
        self.kind = kind
        self.components: dict[str, Component] = {}
        for head in json.loads(heads):
            part = Log if head["component"].endswith("_log") else Component
            self.components[head["component"]] = part(self, head)

    def __getattr__(self, name: str) -> Component:
        try:
            return self.__dict__["components"][name]  # type: ignore[no-any-return]
        except KeyError:
            parts = ", ".join(self.__dict__.get("components", ()))
            raise AttributeError(f"the report has no `{name}`; its parts: {parts}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.components]

    def __iter__(self) -> Iterator[Component]:
        return iter(self.components.values())

    def __getitem__(self, name: str) -> Component:
        return self.components[name]

    def __repr__(self) -> str:
        full = sum(part.state == "data" for part in self)
        return f"<Report {self.kind}, {self.start.isoformat()} to {self.end.isoformat()}: {full} of {len(self.components)} parts have data>"

    def _repr_html_(self) -> str:
        return iframe(self.to_html(), 900)

    def __str__(self) -> str:
        return self.to_text()

    @property
    def start(self) -> datetime:
        """First instant of the period."""
        return to_datetime(self._about["period"]["start"])

    @property
    def end(self) -> datetime:
        """First instant after the period."""
        return to_datetime(self._about["period"]["end"])

    @property
    def dates(self) -> tuple[date, date] | None:
        """First and last local date, both included; none for a period of exact instants."""
        dates = self._about["period"]["dates"]
        return dates and (date.fromisoformat(dates[0]), date.fromisoformat(dates[1]))

    @property
    def zone(self) -> str:
        """Time zone."""
        return str(self._about["zone"])

    @property
    def now(self) -> datetime:
        """The present that the report was made for."""
        return to_datetime(self._about["now"])

    @property
    def notes(self) -> list[str]:
        """What a reader should know about the numbers: `suspicious_times`, `templates_without_channels`."""
        return list(self._about["notes"])

    @property
    def about(self) -> dict[str, Any]:
        """What was asked and how it was read: period, zone and its database, filters, policies, buckets, versions."""
        return {key: value for key, value in self._about.items() if key != "components"}

    def to_dict(self) -> dict[str, Any]:
        """The whole report as plain data, the same in every language; times are epoch milliseconds."""
        report: dict[str, Any] = json.loads(self._show("json") or "{}")
        return report

    def to_html(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        owner: str | None = None,
        log_rows: int | None = None,
        rows: int | None = None,
    ) -> str:
        """The report as one page to read, with nothing to load; written to `path` if there is one.

        >>> import omnicontact as oc
        >>> report = oc.messages_report([], zone="UTC", now="2026-07-01T00:00:00Z")
        >>> "ACME" in report.to_html(owner="ACME")
        True

        Args:
            path: File to write.
            owner: Shown above the title.
            log_rows: How many rows each log shows.
            rows: How many rows each breakdown shows.
        """
        page = self._show("html", **present(owner=owner, log_rows=log_rows, rows=rows)) or ""
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def to_text(
        self, *, width: int | None = None, colours: bool | None = None, log_rows: int | None = None, rows: int | None = None
    ) -> str:
        """The report as text for a terminal.

        >>> import omnicontact as oc
        >>> report = oc.messages_report([], zone="UTC", now="2026-07-01T00:00:00Z")
        >>> max(map(len, report.to_text(width=60).splitlines())) <= 60
        True

        Args:
            width: Columns of the terminal.
            colours: Whether it shows colours.
            log_rows: How many rows each log shows.
            rows: How many rows each breakdown shows.
        """
        return self._show("text", **present(width=width, colours=colours, log_rows=log_rows, rows=rows)) or ""

    def _show(self, format: str, **options: object) -> str | None:
        return self._native.show(json.dumps({"format": format, **options}))


class Component:
    """A part of a report: `data`, `not_applicable` or `no_data`.

    Anything that reads Arrow streams reads it: `polars.DataFrame(report.delivery)`.

    >>> import omnicontact as oc
    >>> report = oc.messages_report([], zone="UTC", now="2026-07-01T00:00:00Z")
    >>> report.delivery
    <Component delivery: no_data, there are no records of this kind>
    """

    def __init__(self, report: Report, head: dict[str, Any]) -> None:
        self._report = report
        self._head = head

    @property
    def name(self) -> str:
        """Its name, the same in every language."""
        return str(self._head["component"])

    @property
    def title(self) -> str:
        """Its title in the report's language."""
        return str(self._head["title"])

    @property
    def state(self) -> str:
        """`data`, `not_applicable` or `no_data`."""
        return str(self._head["state"])

    @property
    def filters(self) -> list[str]:
        """Filters that were set and do not apply to it."""
        return list(self._head.get("filters", ()))

    @property
    def reason(self) -> str | None:
        """Why there is no data: `no_records`, `outside`, `before_first_record` or `nothing_matched`."""
        return self._head.get("reason")

    @property
    def first_date(self) -> date | None:
        """Date of the first record, where the period lies before it."""
        found = self._head.get("date")
        return found and date.fromisoformat(found)

    @property
    def records(self) -> tuple[datetime, datetime] | None:
        """First and last record of the kind that it shows, where all lie outside the period."""
        if "first" not in self._head:
            return None
        return to_datetime(self._head["first"]), to_datetime(self._head["last"])

    @property
    def why(self) -> str | None:
        """Why there is nothing to show, in words; none where there is data."""
        if self.state == "not_applicable":
            return f"filters that do not apply: {', '.join(self.filters)}"
        if self.state == "no_data":
            if self.first_date is not None:
                return f"the period lies before the first record, of {self.first_date}"
            if self.records is not None:
                first, last = self.records
                doubt = "; were seconds read as milliseconds?" if self._head.get("suspicious_times") else ""
                return f"all records lie outside the period, from {first} to {last}{doubt}"
            if self.reason == "no_records":
                return "there are no records of this kind"
            return "nothing in the period matches the filters"
        return None

    @property
    def total(self) -> int | None:
        """Sum of the rows of a breakdown."""
        return self._head.get("total")

    def __repr__(self) -> str:
        why = self.why
        return f"<{type(self).__name__} {self.name}: {self.state}{', ' + why if why else ''}>"

    def _repr_html_(self) -> str:
        return iframe(self._show("html") or "", 480)

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.table().__arrow_c_stream__(requested_schema)

    def to_dict(self) -> dict[str, Any]:
        """The part as plain data, the same in every language; times are epoch milliseconds."""
        part: dict[str, Any] = json.loads(self._show("json") or "{}")
        return part

    def table(self, table: str = "rows", *, labels: bool = False) -> Table:
        """A table of the part; without data it has columns and no rows.

        Args:
            table: `rows`; `buckets`, the counts by time bucket in long form; of delivery also `funnel` and `failures`.
            labels: Names and words instead of keys, where several rows share a value.
        """
        asked = json.dumps({"component": self.name, "table": table})
        return Table(self._report._native.table(asked, labels))

    def to_arrow(self, table: str = "rows", *, labels: bool = False) -> pyarrow.Table:
        """`table(...)` for pyarrow."""
        return self.table(table, labels=labels).to_arrow()

    def to_pandas(self, table: str = "rows", *, labels: bool = False) -> pandas.DataFrame:
        """`table(...)` for pandas."""
        return self.table(table, labels=labels).to_pandas()

    def to_polars(self, table: str = "rows", *, labels: bool = False) -> polars.DataFrame:
        """`table(...)` for polars."""
        return self.table(table, labels=labels).to_polars()

    def to_csv(
        self,
        table: str = "rows",
        *,
        header: str | None = None,
        values: str | None = None,
        delimiter: str | None = None,
        bom: bool | None = None,
        harmless: bool | None = None,
    ) -> str:
        """A table of the part as CSV.

        >>> import omnicontact as oc
        >>> row = {"id": 1, "sent_at": 0, "direction": "incoming", "contact": "ana", "channel": "web"}
        >>> part = oc.messages_report([row], zone="UTC", now=1, period="today").incoming_by_channel
        >>> part.to_csv(delimiter="semicolon").splitlines()[1].split(";")[:3]
        ['web', 'web', '1']

        Args:
            table: As in `table`.
            header: `names` (the stable keys), `titles`, or `absent`.
            values: Values of closed sets: `keys` or `labels`.
            delimiter: `comma`, `semicolon`, `tab` or `pipe`.
            bom: Whether a byte order mark comes first, as old spreadsheets want it.
            harmless: Whether cells that a spreadsheet would run are made harmless; they are unless you say no.
        """
        options = present(header=header, values=values, delimiter=delimiter, bom=bom, harmless=harmless)
        return self._show("csv", table=table, **options) or ""

    @property
    def charts(self) -> list[str]:
        """Kinds of charts that it has."""
        return list(self._head.get("charts", ()))

    def chart(self, kind: str | None = None) -> Any:
        """A chart: an `altair.Chart` where altair is installed, else a `VegaLite` dict, which notebooks draw.

        None where there is nothing to draw; `kind` is one of `charts`, the first by default.
        """
        options = {} if kind is None else {"chart": kind}
        text = self._show("vega", **options)
        if text is None:
            return None
        specification = json.loads(text)
        try:
            import altair
        except ImportError:
            chart = VegaLite(specification)
            chart.svg = self.svg(kind)
            return chart
        return altair.Chart.from_dict(specification)

    def svg(self, kind: str | None = None, *, width: int | None = None) -> str | None:
        """A chart as an SVG image; none for a part without charts."""
        asked = {"chart": kind, "width": width}
        return self._show("svg", **{name: value for name, value in asked.items() if value is not None})

    def _show(self, format: str, **options: object) -> str | None:
        return self._report._show(format, component=self.name, **options)


class Log(Component):
    """A log: rows newest first, page by page and whole.

    >>> import omnicontact as oc
    >>> row = {"sent_at": "2026-07-01T12:00:00Z", "direction": "incoming", "contact": "ana"}
    >>> data = oc.Dataset([{"id": id, **row} for id in range(5)])
    >>> log = oc.messages_report(data, zone="UTC", now="2026-07-01T13:00:00Z", log_limit=2).incoming_log
    >>> log.total_rows, log.truncated, len(log.table()), len(log.next().table())
    (5, True, 2, 2)
    >>> [len(page.table()) for page in log.pages()]
    [2, 2, 1]
    >>> len(log.all())
    5
    """

    @property
    def total_rows(self) -> int:
        """Rows of the whole log, whatever the page shows."""
        return int(self._head.get("total_rows", 0))

    @property
    def truncated(self) -> bool:
        """Whether older rows follow."""
        return self.cursor is not None

    @property
    def cursor(self) -> str | None:
        """Where the next page starts."""
        return self._head.get("cursor")

    def next(self) -> Log | None:
        """The page of older rows; none after the last."""
        if self.cursor is None:
            return None
        dataset, request = self._source()
        logs = {**request["logs"], "cursor": self.cursor}
        request = {**request, "logs": logs, "components": [self.name]}
        native = dataset._native.report(self._report.kind, request)
        page = Report(native, self._report.kind, dataset, request).components[self.name]
        return page if isinstance(page, Log) else None

    def pages(self) -> Iterator[Log]:
        """This page and all older ones."""
        page: Log | None = self
        while page is not None:
            yield page
            page = page.next()

    def all(self, *, labels: bool = False) -> Table:
        """The whole log as one table, without the cap of a page; Ctrl-C ends it between pages."""
        dataset, request = self._source()
        logs = {key: value for key, value in request["logs"].items() if key == "columns"}
        return Table(dataset._native.log(self.name, {**request, "logs": logs}, labels))

    def to_csv(
        self,
        table: str = "rows",
        *,
        header: str | None = None,
        values: str | None = None,
        delimiter: str | None = None,
        bom: bool | None = None,
        harmless: bool | None = None,
    ) -> str:
        """The whole log as CSV, whatever a page shows.

        >>> import omnicontact as oc
        >>> rows = [{"id": id, "sent_at": 0, "direction": "incoming", "contact": "ana"} for id in range(5)]
        >>> log = oc.messages_report(rows, zone="UTC", now=1, period="today", log_limit=2).incoming_log
        >>> len(log.to_csv().splitlines())
        6

        Args: as those of any part; `table` is `rows`.
        """
        options = present(values=values, delimiter=delimiter, harmless=harmless)
        first = present(header=header, bom=bom)
        if not self.truncated and not self._is_later():
            return self._show("csv", table=table, **options, **first) or ""
        dataset, request = self._source()
        logs = {key: value for key, value in request["logs"].items() if key == "columns"}
        pieces: list[str] = []
        while True:
            asked = {**request, "logs": logs, "components": [self.name]}
            page = Report(dataset._native.report(self._report.kind, asked), self._report.kind, dataset, asked).components[self.name]
            pieces.append(page._show("csv", table=table, **options, **first) or "")
            first = {"header": "absent"}
            cursor = page.cursor if isinstance(page, Log) else None
            if cursor is None:
                return "".join(pieces)
            logs = {**logs, "cursor": cursor}

    def _is_later(self) -> bool:
        request = self._report._request
        logs = None if request is None else request["logs"]
        return isinstance(logs, dict) and "cursor" in logs

    def _source(self) -> tuple[Dataset, dict[str, Any]]:
        report = self._report
        if report._dataset is None or report._request is None:
            raise of(
                "invalid_argument",
                "missing_option",
                "a report that was merged from partials has only the first page of its logs",
                "",
                "make the report of the whole Dataset for more",
            )
        return report._dataset, report._request


class Partial:
    """A report of a part of the rows: merge those of all parts, then `finish`. Pickles, and travels as bytes.

    >>> import omnicontact as oc, pickle
    >>> rows = [{"id": 1, "sent_at": "2026-07-01T12:00:00Z", "direction": "incoming", "contact": "ana"}]
    >>> partial = oc.messages_partial(rows, zone="UTC", now="2026-07-01T13:00:00Z")
    >>> pickle.loads(pickle.dumps(partial)) == partial == oc.Partial.from_bytes(partial.to_bytes())
    True
    """

    def __init__(self, native: _native.Partial, kind: str) -> None:
        self._native = native
        self.kind = kind

    def merge(self, *others: Partial) -> Partial:
        """The partial of the rows of all of them; their order and grouping do not matter."""
        native = self._native
        for other in others:
            native = native.merge(other._native)
        return Partial(native, self.kind)

    def finish(self) -> Report:
        """The report."""
        return Report(self._native.finish(), self.kind)

    def to_bytes(self) -> bytes:
        """The partial as bytes, with a version and a checksum."""
        return self._native.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Partial:
        """Reads what `to_bytes` wrote."""
        native = _native.Partial.from_bytes(bytes(data))
        return cls(native, native.kind)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Partial) and self._native == other._native

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return Partial.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        return f"<Partial {self.kind}>"


class VegaLite(dict[str, Any]):
    """A Vega-Lite specification, which notebooks draw; where they cannot, they show the same chart as an image."""

    svg: str | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"application/vnd.vegalite.v5+json": dict(self), "text/plain": "<VegaLite>"}
        if self.svg is not None:
            bundle["image/svg+xml"] = self.svg
        return bundle
