"""A million rows as a notebook has them: the whole report as frames, beside one group-by of pandas.

    python tests/bench/python_million.py
"""
import statistics
import time

import numpy as np
import pandas as pd
import pyarrow as pa

import omnicontact as oc

ROWS, DAYS, END = 1_000_000, 90, 1_782_882_000_000


def timed(what: str, work, repeats: int = 7) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    median = statistics.median(times)
    print(f"{what:55} {median * 1e3:9.1f} ms")
    return median


def main() -> None:
    random = np.random.default_rng(7)
    channels = pa.array([f"channel-{number}" for number in range(12)])
    table = pa.table(
        {
            "id": np.arange(ROWS),
            "sent_at": pa.array(np.sort(random.integers(END - DAYS * 86_400_000, END, ROWS)), pa.timestamp("ms", "UTC")),
            "direction": pa.DictionaryArray.from_arrays(random.integers(0, 2, ROWS, dtype=np.int8), ["incoming", "outgoing"]),
            "contact": random.integers(0, 100_000, ROWS),
            "channel": pa.DictionaryArray.from_arrays(random.integers(0, 12, ROWS, dtype=np.int8), channels),
        }
    )
    frame = table.to_pandas()
    question = {"zone": "America/Guayaquil", "now": END, "period": "all_time", "granularity": "day", "log_limit": 100}
    data = oc.Dataset(table)

    def whole() -> None:
        report = oc.messages_report(data, **question)
        for part in report:
            if part.state == "data" and not isinstance(part, oc.Log):
                part.to_pandas(), part.to_pandas("buckets")

    def group() -> pd.Series:
        day = frame["sent_at"].dt.tz_convert("America/Guayaquil").dt.floor("D")
        return frame.groupby([day, "channel"], observed=True).size()

    assert int(group().sum()) == ROWS
    ours = timed("the report, every breakdown and series as frames", whole)
    build = timed("building the dataset", lambda: oc.Dataset(table))
    theirs = timed("pandas: one group-by, by day and channel", group)
    print(f"{theirs / ours:.1f} times; with building {theirs / (ours + build):.1f} times")


if __name__ == "__main__":
    main()
