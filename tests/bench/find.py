"""A million contacts in the peers: segment, search, page of the table, CSV out and in.

    python find.py --dump DIR [--reps 7] [--only segment,search,page,csv]
    FIND_DATA=DIR cargo bench -p omnicontact --bench find

The segment, ascending ids: (name contains "mar" in any case OR has tag vip or lead) AND country is EC or PE AND last
incoming message older than 7 days AND NOT has tag blocked. Rows without a last incoming message are not older.
The search, ascending ids: a text in name, e-mail, phone or a tag, in any case. Equal digests, or the time does not count.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import sqlite3
import statistics
import time
from collections.abc import Callable
from typing import Any

parser = argparse.ArgumentParser()
parser.add_argument("--dump", default="")
parser.add_argument("--reps", type=int, default=7)
parser.add_argument("--rows", type=int, default=1_000_000)
parser.add_argument("--only", default="segment,search,page,csv")
arguments = parser.parse_args()
os.environ["POLARS_MAX_THREADS"] = "1"

import duckdb  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402

N, NOW = arguments.rows, 1_793_509_200_000
LIMIT = NOW - 7 * 86_400_000
random = np.random.default_rng(7)
first = "Ana Luis María Carlos José Lucía Diego Sofía Jorge Elena Pablo Valeria Andrés Camila Miguel Paola Juan Marta Pedro Daniela".split()
last = "Vera Mora Cedeño Zambrano Paredes Ruiz Quiroz Salazar Torres Andrade Castro Ponce Ramos Silva Ortega Marín Vélez Bravo Macías Reyes".split()
f_, l_ = random.integers(0, 20, N), random.integers(0, 20, N)
names = [f"{first[x]} {last[y]}" for x, y in zip(f_.tolist(), l_.tolist(), strict=True)]
TAGS = ["vip", "lead", "blocked"] + [f"tag_{i}" for i in range(17)]
chance = np.array([0.03, 0.12, 0.02] + [0.08 / (1 + i / 4) for i in range(17)])
bits = np.zeros(N, np.uint32)
for i in range(20):
    bits |= (random.random(N) < chance[i]).astype(np.uint32) << i
COUNTRIES = "EC CO PE MX US ES AR CL BR VE PA DO".split()
weight = 1 / np.arange(1, 13) ** 1.2
country = np.searchsorted(np.cumsum(weight / weight.sum())[:-1], random.random(N)).astype(np.int8)
seen = random.random(N) < 0.85
last_in = NOW - (random.exponential(45.0, N) * 86_400_000).astype(np.int64)
ids = np.arange(1, N + 1, dtype=np.int32)
if arguments.dump:
    os.makedirs(arguments.dump, exist_ok=True)
    bits.tofile(arguments.dump + "/s_tags.bin")
    country.tofile(arguments.dump + "/s_country.bin")
    np.where(seen, last_in, np.iinfo(np.int64).min).tofile(arguments.dump + "/s_last.bin")
    with open(arguments.dump + "/s_names.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(names))
tags = [[TAGS[i] for i in range(20) if b >> i & 1] for b in bits.tolist()]
table = pa.table(
    {
        "id": ids,
        "name": pa.array(names),
        "tags": pa.array(tags, pa.list_(pa.string())),
        "country": pa.DictionaryArray.from_arrays(pa.array(country), pa.array(COUNTRIES)),
        "last_incoming": pa.array(last_in, mask=~seen),
        "email": pa.array([f"user{i}@example.com" for i in range(N)]),
        "phone": pa.array([f"+5939{i:08}" for i in range(N)]),
    }
)
frame = pl.from_arrow(table)
assert isinstance(frame, pl.DataFrame)
plain = table.drop_columns(["tags"]).to_pandas()
con = duckdb.connect()
con.execute("SET threads=1")
con.register("t", table)
con.execute("CREATE TABLE c AS SELECT * REPLACE (country::VARCHAR AS country) FROM t")


def report(what: str, peer: str, run: Callable[[], Any], told: Callable[[Any], str], reps: int = arguments.reps) -> None:
    run()
    times = []
    for _ in range(reps):
        start = time.perf_counter()
        found = run()
        times.append((time.perf_counter() - start) * 1e3)
    print(f"{what:<28} {peer:<14} med {statistics.median(times):9.2f} ms  min {min(times):9.2f}  {told(found)}", flush=True)


def digest(found: Any) -> str:
    rows = np.sort(np.asarray(found, dtype=np.int32))
    return f"rows {len(rows)}  {hashlib.sha1(rows.tobytes()).hexdigest()[:10]}"


def segments() -> None:
    def staged() -> Any:
        few = frame.filter(pl.col("country").is_in(["EC", "PE"]) & (pl.col("last_incoming") < LIMIT))
        wanted = pl.lit(["vip", "lead"], dtype=pl.List(pl.String))
        named = pl.col("name").str.contains("(?i)mar")
        tagged = pl.col("tags").list.set_intersection(wanted).list.len() > 0
        return few.filter((named | tagged) & ~pl.col("tags").list.contains("blocked"))["id"].to_numpy()

    report("segment", "polars", staged, digest)
    query = f"""SELECT id FROM c WHERE (name ILIKE '%mar%' OR list_has_any(tags, ['vip','lead'])) AND country IN ('EC','PE')
        AND last_incoming < {LIMIT} AND NOT list_contains(tags, 'blocked') ORDER BY id"""
    report("segment", "duckdb", lambda: con.sql(query).fetchnumpy()["id"], digest)
    lite = sqlite3.connect(":memory:")
    lite.execute("CREATE TABLE c(id INTEGER PRIMARY KEY, name TEXT, country TEXT, last_incoming INTEGER)")
    lite.execute("CREATE TABLE ct(tag TEXT, id INTEGER, PRIMARY KEY(tag, id)) WITHOUT ROWID")
    at = [None if not s else int(x) for s, x in zip(seen, last_in, strict=True)]
    rows = zip(ids.tolist(), names, [COUNTRIES[i] for i in country], at, strict=True)
    lite.executemany("INSERT INTO c VALUES(?,?,?,?)", rows)
    pairs = ((t, i) for i, ts in zip(ids.tolist(), tags, strict=True) for t in ts)
    lite.executemany("INSERT INTO ct VALUES(?,?)", pairs)
    lite.execute("ANALYZE")
    sql = f"""SELECT id FROM c WHERE (name LIKE '%mar%'
        OR EXISTS(SELECT 1 FROM ct WHERE ct.tag IN ('vip','lead') AND ct.id=c.id)) AND country IN ('EC','PE')
        AND last_incoming < {LIMIT} AND NOT EXISTS(SELECT 1 FROM ct WHERE ct.tag='blocked' AND ct.id=c.id) ORDER BY id"""
    report("segment", "sqlite", lambda: [row[0] for row in lite.execute(sql)], digest)


def searches() -> None:
    for what, text in [("search_mar", "mar"), ("search_phone", "991234"), ("search_rare", "user77777@"), ("search_none", "zzzz")]:
        columns = [pl.col(name).str.to_lowercase().str.contains(text, literal=True) for name in ("name", "email", "phone")]
        tagged = pl.col("tags").list.eval(pl.element().str.contains(text, literal=True)).list.any()
        report(what, "polars", lambda w=[*columns, tagged]: frame.filter(pl.any_horizontal(w))["id"].to_numpy(), digest, 3)
        report(what, "polars no tags", lambda w=columns: frame.filter(pl.any_horizontal(w))["id"].to_numpy(), digest, 3)
        query = f"""SELECT id FROM c WHERE contains(lower(name), '{text}') OR contains(lower(email), '{text}') OR contains(phone, '{text}')
            OR len(list_filter(tags, lambda x: contains(x, '{text}'))) > 0"""
        report(what, "duckdb", lambda q=query: con.sql(q).fetchnumpy()["id"], digest, 3)


def pages() -> None:
    def count(found: Any) -> str:
        return f"rows {len(found)}"

    report("page_by_name", "polars", lambda: frame.sort(["name", "id"]).head(100), count, 3)
    report("page_by_name", "duckdb", lambda: con.sql("SELECT * FROM c ORDER BY name, id LIMIT 100").fetchall(), count)
    best = frame.lazy().bottom_k(100, by=["last_incoming", "id"], reverse=[True, False])
    report("page_by_last", "polars", lambda: best.collect(), count)
    query = "SELECT * FROM c ORDER BY last_incoming DESC NULLS LAST, id LIMIT 100"
    report("page_by_last", "duckdb", lambda: con.sql(query).fetchall(), count)


RUN = re.compile(r"^[=+\-@\t\r\n]")
PHONE = re.compile(r"^\+[1-9]\d{6,14}$")
EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$")


def files() -> None:
    out = plain[["name", "phone", "email", "country", "last_incoming"]].copy()
    out["tags"] = [";".join(t) for t in tags]

    def export() -> str:
        shown = out.copy()
        for name in ("name", "phone", "email", "country", "tags"):
            run = shown[name].astype(str).str.match(RUN)
            shown.loc[run, name] = "'" + shown.loc[run, name].astype(str)
        at = pd.to_datetime(shown["last_incoming"], unit="ms", utc=True).dt.tz_convert("America/Guayaquil")
        shown["last_incoming"] = at.dt.strftime("%Y-%m-%dT%H:%M:%S.%f%z")
        return shown.to_csv(index=False)

    report("csv_export", "pandas", export, lambda text: f"bytes {len(text.encode())}", 1)
    text = export()

    def load() -> int:
        read = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        for name in ("name", "phone", "email", "country", "tags"):
            guarded = read[name].str.match(r"^'[=+\-@]")
            read.loc[guarded, name] = read.loc[guarded, name].str[1:]
        good = read["phone"].str.match(PHONE) & read["email"].str.match(EMAIL) & read["country"].isin(COUNTRIES)
        read["tags"] = [[tag.strip() for tag in cell.split(";") if tag.strip()] for cell in read["tags"]]
        return int((good & (read["tags"].map(lambda ts: all(len(t) <= 255 for t in ts)))).sum())

    report("csv_import", "pandas", load, lambda rows: f"rows {rows}", 1)


for name, run in {"segment": segments, "search": searches, "page": pages, "csv": files}.items():
    if name in arguments.only.split(","):
        run()
