"""Partials on a real Spark: counted where the rows are, merged in any order to exactly the report of the whole.

Run with the Python of an environment that holds `omnicontact[spark]`, and Java.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

import pyarrow as pa
from pyspark.sql import SparkSession

import omnicontact as oc

QUESTION = {
    "zone": "America/Guayaquil",
    "now": "2026-07-01T05:00:00Z",
    "period": "last_30_days",
    "distinct_contacts": True,
}


def partials(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each batch of rows becomes one binary value."""
    for batch in batches:
        if batch.num_rows:
            partial = oc.messages_partial(pa.table(batch), **QUESTION)
            yield pa.RecordBatch.from_pydict({"partial": pa.array([partial.to_bytes()], pa.binary())})


def main() -> None:
    rows = oc.fold_messages(oc.sample(contacts=200, messages=4000, days=60)["messages"])
    columns = ["id", "sent_at", "direction", "contact", "channel"]
    table = pa.table(
        {
            name: pa.array([row.get(name) for row in rows], pa.timestamp("ms", "UTC") if name == "sent_at" else None)
            for name in columns
        }
    )
    whole = oc.messages_report(table, **QUESTION)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
        .getOrCreate()
    )
    try:
        spark.sparkContext.setLogLevel("ERROR")
        frame = spark.createDataFrame(table.to_pandas()).repartition(7)
        found = frame.mapInArrow(partials, "partial binary").collect()
        parts = [oc.Partial.from_bytes(bytes(row["partial"])) for row in found]
        assert len(parts) >= 7, len(parts)
        merged = parts[0].merge(*reversed(parts[1:])).finish()
        assert merged.to_dict() == whole.to_dict()
        # A frame of Spark as one Arrow table; its own Arrow stream does not take columns of instants (PySpark 4).
        again = oc.messages_report(frame.toArrow(), **QUESTION)
        assert again.incoming_by_channel.to_dict() == whole.incoming_by_channel.to_dict()
    finally:
        spark.stop()
    print(f"{len(parts)} parts of {len(rows)} messages on Spark {spark.version}")


if __name__ == "__main__":
    main()
