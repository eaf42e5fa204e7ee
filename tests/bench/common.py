"""What every peer shares: the queries, the timing loop, the canonical digest of a result."""
import argparse
import datetime as dt
import gc
import hashlib
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

DATA = Path(os.environ.get("BENCH_DATA", Path(__file__).parent / "data"))
DAY = 86_400_000
CAP = 30 * DAY  # K6: an update later than this after sent_at does not count
END_DAY = dt.date(2026, 11, 1)  # exclusive
LOG_ROWS = 10_000  # P8
KINDS = ("added", "connected", "deleted", "merged")


@dataclass(frozen=True)
class Query:
    """One report over the instants [lo, hi) (ms); `trans` is [(first instant, UTC offset)] covering them."""
    report: str
    tz: str
    lo: int
    hi: int
    trans: list[tuple[int, int]]
    channels: list[str]
    users: list[str]

    @property
    def incoming(self) -> bool:
        """P3: under a user filter the incoming parts are not applicable."""
        return not self.users


def transitions(tz: str, lo: int, hi: int) -> list[tuple[int, int]]:
    zone = ZoneInfo(tz)

    def offset(ms: int) -> int:
        return dt.datetime.fromtimestamp(ms // 1000, zone).utcoffset() // dt.timedelta(milliseconds=1)

    out = [(lo, offset(lo))]
    for start in range(lo, hi, 6 * 3_600_000):
        a, b = start, min(start + 6 * 3_600_000, hi)
        if offset(b) != out[-1][1]:
            while b - a > 1:
                mid = (a + b) // 2
                a, b = (mid, b) if offset(mid) == out[-1][1] else (a, mid)
            out.append((b, offset(b)))
    return out


def query(report: str, days: int, tz: str = "America/Guayaquil", channels: list[str] | None = None,
          users: list[str] | None = None) -> Query:
    # P2 gives the channel filter of the Contacts report to connected only; no query uses it
    assert report == "messages" or not channels
    midnight = lambda day: int(dt.datetime.combine(day, dt.time(), ZoneInfo(tz)).timestamp()) * 1000
    lo, hi = midnight(END_DAY - dt.timedelta(days=days)), midnight(END_DAY)
    return Query(report, tz, lo, hi, transitions(tz, lo, hi), channels or [], users or [])


CH3 = ["wa_ventas", "ig_main", "web_chat"]
U3 = ["user_01", "user_07", "user_19"]
QUERIES = {
    "m30": query("messages", 30),
    "m400": query("messages", 400),
    "m400_berlin": query("messages", 400, tz="Europe/Berlin"),
    "m400_ch3": query("messages", 400, channels=CH3),
    "m400_u3": query("messages", 400, users=U3),
    "c30": query("contacts", 30),
    "c400": query("contacts", 400),
    "c400_u3": query("contacts", 400, users=U3),
}


# ---- canonical text (README.md specifies it) ---------------------------------------------------
def values(column: pa.ChunkedArray) -> list:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ms", column.type.tz)).cast(pa.int64())
    elif pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return column.to_pylist()


def cell(v: Any) -> str:
    if v is None:
        return "\\N"
    return f"{v:.6f}" if isinstance(v, float) else str(v)


def canonical(name: str, table: pa.Table) -> str:
    lines = ["|".join(map(cell, row)) for row in zip(*map(values, table.columns))]
    if not name.startswith("log_"):
        lines.sort()
    return "\n".join(lines)


def sha1(text: str, digits: int) -> str:
    return hashlib.sha1(text.encode()).hexdigest()[:digits]


# ---- memory and time ---------------------------------------------------------------------------
def memory_mb(key: str) -> float:
    with open("/proc/self/status") as fh:
        return next((int(line.split()[1]) / 1024 for line in fh if line.startswith(key)), 0.0)


def reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def cpu() -> float:
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


def measure(fn: Callable[[], Any], reps: int, warmup: int) -> tuple[Any, dict]:
    out = None
    for _ in range(warmup):
        out = fn()
    out = None
    gc.collect()
    base = memory_mb("VmRSS")
    reset_peak()
    wall, cpus = [], []
    gc.disable()
    for _ in range(reps):
        c0, t0 = cpu(), time.perf_counter()
        out = fn()
        wall.append(time.perf_counter() - t0)
        cpus.append(cpu() - c0)
    gc.enable()
    return out, {"wall": [round(x, 5) for x in wall], "wall_med": statistics.median(wall), "wall_min": min(wall),
                 "wall_max": max(wall), "cpu_med": statistics.median(cpus), "rss_base_mb": round(base, 1),
                 "rss_peak_mb": round(memory_mb("VmHWM"), 1)}


def parse_args(variants: list[str]) -> argparse.Namespace:
    ap = argparse.ArgumentParser()
    ap.add_argument("--variant", default=variants[0], choices=variants)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--queries", default=",".join(QUERIES))
    ap.add_argument("--reps", type=int, default=5)
    ap.add_argument("--warmup", type=int, default=1)
    ap.add_argument("--file", default="messages.parquet")
    ap.add_argument("--out", default="", help="append one JSON line per query")
    ap.add_argument("--dump", default="", help="write the canonical text to DUMP/QUERY.PART.txt")
    return ap.parse_args()


def main(peer: str, a: argparse.Namespace, load: Callable, run: Callable, to_arrow: Callable) -> None:
    """load(variant, threads, file) -> state; run(state, query) -> {part: native table};
    to_arrow(native table) -> pyarrow.Table (not timed)."""
    t0 = time.perf_counter()
    state = load(a.variant, a.threads, a.file)
    load_s = time.perf_counter() - t0
    for name in a.queries.split(","):
        native, m = measure(lambda: run(state, QUERIES[name]), a.reps, a.warmup)
        texts = {part: canonical(part, to_arrow(native[part])) for part in sorted(native)}
        if a.dump:
            Path(a.dump).mkdir(parents=True, exist_ok=True)
            for part, text in texts.items():
                (Path(a.dump) / f"{name}.{part}.txt").write_text(text, encoding="utf-8")
        parts = {part: sha1(text, 10) for part, text in texts.items()}
        rec = {"peer": peer, "variant": a.variant, "mode": "mem", "threads": a.threads, "query": name, "file": a.file,
               "load_s": round(load_s, 3), "load1": round(os.getloadavg()[0], 2), **m,
               "digest": sha1(json.dumps(parts), 12), "parts": parts}
        if a.out:
            with open(a.out, "a") as fh:
                fh.write(json.dumps(rec) + "\n")
        print(f"{peer:8} {a.variant:10} t{a.threads} {name:12} med {m['wall_med'] * 1e3:9.1f} ms  "
              f"min {m['wall_min'] * 1e3:9.1f}  cpu {m['cpu_med'] * 1e3:9.1f}  "
              f"rss {m['rss_base_mb']:.0f} -> {m['rss_peak_mb']:.0f} MB  {rec['digest']}", flush=True)
