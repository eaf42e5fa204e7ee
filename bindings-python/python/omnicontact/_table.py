"""Tables of reports, and what they become."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from . import _native
from ._errors import missing_package

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Table:
    """A table of a report: anything that reads Arrow streams reads it, without a copy.

    >>> import omnicontact as oc
    >>> report = oc.messages_report([], zone="UTC", now="2026-07-01T00:00:00Z")
    >>> report.delivery.table().columns
    ['key', 'label', 'count', 'share', 'percent']
    """

    def __init__(self, native: _native.Table) -> None:
        self._native = native

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The table as an Arrow stream, for `polars.DataFrame(table)`, `pyarrow.table(table)` and the like."""
        return self._native.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._native)

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    @property
    def columns(self) -> list[str]:
        """Names of the columns: the same in every language."""
        return self._native.columns

    @property
    def titles(self) -> list[str]:
        """Titles of the columns, in the report's language."""
        return self._native.titles

    def to_arrow(self) -> pyarrow.Table:
        """The table for pyarrow."""
        try:
            import pyarrow
        except ImportError:
            raise missing_package("pyarrow", "arrow", "to_arrow") from None
        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """The table for pandas."""
        try:
            import pandas  # noqa: F401
            import pyarrow
        except ImportError as error:
            raise missing_package(error.name or "pandas", "pandas", "to_pandas") from None
        frame: pandas.DataFrame = pyarrow.table(self).to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The table for polars."""
        try:
            import polars
        except ImportError:
            raise missing_package("polars", "polars", "to_polars") from None
        return polars.DataFrame(self)


def iframe(page: str, height: int) -> str:
    """A page inside a page, as notebooks show it."""
    return (
        f'<iframe srcdoc="{html.escape(page)}" style="width: 100%; height: {height}px; border: 0" '
        'sandbox="allow-same-origin"></iframe>'
    )
