"""Threads, the interpreter lock, Ctrl-C, pickling, progress."""

from __future__ import annotations

import concurrent.futures as futures
import os
import pickle
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import omnicontact as oc

NOW = oc.sample_end()
ZONE = "America/Guayaquil"


def frame(rows: int) -> pl.DataFrame:
    end = int(NOW.timestamp() * 1000)
    number = pl.int_range(rows, eager=True)
    return pl.DataFrame(
        {
            "id": number,
            "sent_at": end - (rows - number) * (86_400_000 * 60 // rows),
            "direction": (number % 2).replace_strict({0: "incoming", 1: "outgoing"}, return_dtype=pl.String),
            "contact": number % 977,
            "channel": (number % 5).cast(pl.String),
        }
    )


@pytest.fixture(scope="module")
def data() -> oc.Dataset:
    return oc.Dataset(**oc.sample(contacts=200, messages=2000, days=60))


def test_threads_share_a_dataset(data: oc.Dataset) -> None:
    questions: list[dict[str, Any]] = [
        {"period": period, "granularity": granularity, "compare": compare, "distinct_contacts": not compare}
        for period in ("last_30_days", "this_month", "all_time")
        for granularity in ("day", "week")
        for compare in (True, False)
    ]
    reports = (oc.messages_report, oc.contacts_report)
    expected = [[report(data, zone=ZONE, now=NOW, **asked).to_dict() for asked in questions] for report in reports]

    def hammer(seed: int) -> int:
        generator = random.Random(seed)
        for _ in range(20):
            kind, place = generator.randrange(2), generator.randrange(len(questions))
            found = reports[kind](data, zone=ZONE, now=NOW, **questions[place])
            assert found.to_dict() == expected[kind][place]
            found.components[next(iter(found.components))].to_arrow()
        return seed

    with futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(hammer, range(16))) == list(range(16))


def test_the_interpreter_goes_on_during_work() -> None:
    table = frame(400_000)
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before, start = ticks, time.perf_counter()
        built = oc.Dataset(table)
        oc.messages_report(built, zone=ZONE, now=NOW, period="all_time", distinct_contacts=True)
        took = time.perf_counter() - start
    finally:
        done.set()
        ticker.join()
    # With the lock held there would be none.
    assert ticks - before > took * 100


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_the_reading_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    with path.open("w") as file:
        file.write("id,sent_at,direction,contact\n")
        file.writelines(f"{row},{row},incoming,c{row % 99}\n" for row in range(300_000))

    def interrupt(table: str, bytes_read: int, rows: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        oc.Dataset(path, progress=interrupt)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_a_long_log() -> None:
    data = oc.Dataset(frame(120_000))
    log = oc.messages_report(data, zone=ZONE, now=NOW, period="all_time").incoming_log
    assert len(log.all()) == 60_000
    # A signal that is pending when the work begins, as one that comes during the work is seen between pages.
    threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        while True:
            log.all()


def test_a_bar_shows_progress(tmp_path: Path) -> None:
    class Bar:
        n = 0

        def update(self, count: int) -> None:
            self.n += count

    path = tmp_path / "messages.csv"
    path.write_text("id,sent_at,direction,contact\n" + "1,0,incoming,a\n")
    bar = Bar()
    oc.Dataset(path, progress=bar)
    assert bar.n == path.stat().st_size


def test_pickling(data: oc.Dataset) -> None:
    partial = oc.messages_partial(data, zone=ZONE, now=NOW, distinct_contacts=True)
    again = pickle.loads(pickle.dumps(partial))
    assert again == partial
    assert again.finish().to_dict() == partial.finish().to_dict()
    assert again != oc.messages_partial(data, zone=ZONE, now=NOW)
    with pytest.raises(TypeError, match="partials"):
        pickle.dumps(data)
    with pytest.raises(oc.OmnicontactError) as raised:
        oc.day_of(-1, zone="UTC")
    error = pickle.loads(pickle.dumps(raised.value))
    assert (type(error), error.code, error.path) == (oc.InvalidArgumentError, "instant_out_of_range", "at")


def part(rows: tuple[int, int]) -> oc.Partial:
    return oc.messages_partial(frame(10_000).slice(*rows), zone=ZONE, now=NOW, period="2026-05-01..2026-06-30")


def test_parts_in_other_processes() -> None:
    import multiprocessing

    whole = oc.messages_report(frame(10_000), zone=ZONE, now=NOW, period="2026-05-01..2026-06-30")
    context = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        parts = list(pool.map(part, [(5000, 5000), (0, 2500), (2500, 2500)]))
    merged = parts[0].merge(*parts[1:])
    assert merged.finish().to_dict() == whole.to_dict()
    with pytest.raises(oc.InvalidArgumentError):
        next(merged.finish().incoming_log.pages().__iter__()).all()


def test_logs_page_by_page_and_whole(data: oc.Dataset) -> None:
    for component in ("incoming_log", "outgoing_log", "failed_log"):
        first = oc.messages_report(data, zone=ZONE, now=NOW, period="all_time", log_limit=97)[component]
        assert isinstance(first, oc.Log)
        pages = [page.to_polars() for page in first.pages()]
        assert sum(map(len, pages)) == first.total_rows
        whole = first.all().to_polars()
        pages = [page.cast(whole.schema) for page in pages]
        assert pl.concat(pages).equals(whole)
    chosen = oc.messages_report(data, zone=ZONE, now=NOW, log_columns=["contact_id", "timestamp"])
    assert chosen.incoming_log.to_polars().columns == ["contact_id", "timestamp"]
    assert chosen.incoming_log.all().columns == ["contact_id", "timestamp"]
