#!/usr/bin/env python3
"""Runs the peers in turn and prints ratio tables, with a check that all digests of a query are equal.

  python run.py --out results.jsonl                            # in memory, one thread
  python run.py --base 'COMMAND' --out results.jsonl           # with the library under test (README.md: the contract)
  python run.py --tables results.jsonl                         # only print
"""
import argparse
import collections
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ALL = "m30,m400,m400_berlin,m400_ch3,m400_u3,c30,c400,c400_u3"
PEERS = [("duckdb", "idiomatic"), ("duckdb", "tuned"), ("polars", "idiomatic"), ("polars", "tuned"), ("pandas", "numpy")]
# suite -> (message file, variants left out, queries)
SUITES = {"mem": ("messages.parquet", (), ALL), "shuffled": ("messages_shuffled.parquet", ("idiomatic",), "m30,m400")}


def tables(path: str) -> bool:
    """Times of several rounds are pooled; the ratio is to the fastest row. False if digests differ."""
    walls, last = collections.defaultdict(list), {}
    with open(path) as fh:
        for r in map(json.loads, fh):
            key = (r["mode"], r["file"], r["threads"], r["query"], r["peer"], r["variant"])
            walls[key] += r["wall"]
            last[key] = r
    groups = collections.defaultdict(list)
    for key, wall in walls.items():
        groups[key[:4]].append((statistics.median(wall), key))
    order = lambda g: (g[1], g[2], ALL.split(",").index(g[3]))
    agree = True
    for group in sorted(groups, key=order):
        rows = sorted(groups[group])
        by_digest = collections.defaultdict(list)
        for _, key in rows:
            by_digest[last[key]["digest"]].append(" ".join(key[4:]))
        agree &= len(by_digest) == 1
        verdict = f"all equal {next(iter(by_digest))}" if len(by_digest) == 1 else f"DIFFERENT {dict(by_digest)}"
        print(f"\n## {group[3]}  {group[1]}  mode={group[0]}  threads={group[2]}   digests: {verdict}")
        print(f"{'peer':28} {'median ms':>10} {'min':>9} {'max':>9} {'ratio':>7} {'n':>3} {'rss MB':>14}")
        for med, key in rows:
            wall, m = walls[key], last[key]
            rss = f"{m['rss_base_mb']:6.0f}>{m['rss_peak_mb']:6.0f}" if "rss_peak_mb" in m else ""
            print(f"{key[4] + ' ' + key[5]:28} {med * 1e3:10.2f} {min(wall) * 1e3:9.2f} {max(wall) * 1e3:9.2f} "
                  f"{med / rows[0][0]:7.1f} {len(wall):3d} {rss:>14}")
    return agree


def main() -> int:
    ap = argparse.ArgumentParser()
    ap.add_argument("--suite", default="mem", choices=SUITES)
    ap.add_argument("--threads", default="1", help="comma separated; pandas takes part in 1 only")
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--reps", type=int, default=5)
    ap.add_argument("--only", default="", help="peers, comma separated (NAME or NAME:VARIANT); - for none")
    ap.add_argument("--queries", default="", help="restrict to these queries")
    ap.add_argument("--out", default="results.jsonl")
    ap.add_argument("--base", action="append", default=[], help="command of the library under test, first in every round")
    ap.add_argument("--tables", default="", metavar="FILE", help="only print the tables of this result file")
    a = ap.parse_args()
    if a.tables:
        return 0 if tables(a.tables) else 1
    file, without, queries = SUITES[a.suite]
    only = set(filter(None, a.only.split(",")))
    peers = [[sys.executable, str(HERE / f"peer_{peer}.py"), "--variant", variant] for peer, variant in PEERS
             if variant not in without and (not only or only & {peer, f"{peer}:{variant}"})]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    pin = [shutil.which("taskset"), "-c", str(max(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
    failed = False
    for _ in range(a.rounds):
        for threads in a.threads.split(","):
            for command in [*map(shlex.split, a.base), *peers]:
                if threads != "1" and str(HERE / "peer_pandas.py") in command:
                    continue
                options = ["--threads", threads, "--reps", str(a.reps), "--queries", a.queries or queries,
                           "--file", file, "--out", a.out]
                done = subprocess.run([*(pin if threads == "1" else []), *command, *options], env=env)
                if done.returncode:
                    failed = True
                    print("FAILED", shlex.join(command), file=sys.stderr)
    return 0 if tables(a.out) and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
