"""Polars peer.
variants  idiomatic  Categorical columns from Parquet, lazy group-bys in one collect_all, convert_time_zone().dt.date()
          tuned      Enum columns, local day by offset arithmetic, range by binary search on the sorted column, newest rows
                     by tail(), row numbers first and wide rows last, one packed integer key per group-by
"""
import os
from dataclasses import dataclass

import common

ARGS = common.parse_args(["idiomatic", "tuned"])
os.environ["POLARS_MAX_THREADS"] = str(ARGS.threads)  # read when polars is imported
import polars as pl  # noqa: E402

from common import CAP, DATA, KINDS, LOG_ROWS, Query  # noqa: E402

ENUMS = ["direction", "channel", "source", "type", "subtype", "team", "user", "broadcast", "status", "error"]
STATUS = ["sent", "failed", "delivered", "read"]
N = pl.len().cast(pl.Int64).alias("n")
LOG_IN = ["sent_at", "id", "contact_id", "name", "channel", "content"]
LOG_OUT = ["sent_at", "id", "source", "user", "contact_id", "name", "delivered_at", "read_at", "channel", "type", "subtype",
           "content"]
LOG_FAILED = ["failed_at", "id", "source", "user", "contact_id", "name", "channel", "type", "subtype", "content", "error"]
LOG_EVENTS = ["ts", "id", "contact_id", "name", "source", "user"]
LOG_CONNECTED = [*LOG_EVENTS[:5], "channel", "user"]
Frames = dict[str, pl.DataFrame]


@dataclass
class State:
    messages: pl.DataFrame
    events: pl.DataFrame
    contacts: pl.DataFrame
    tuned: bool
    sorted: bool


def load(variant: str, threads: int, file: str) -> State:
    m, e, c = (pl.read_parquet(DATA / f).rechunk() for f in (file, "events.parquet", "contacts.parquet"))
    in_order = "shuffled" not in file
    if variant == "tuned":
        as_enum = lambda s: s.cast(pl.Enum(s.drop_nulls().unique().cast(pl.String).sort()))
        m = m.with_columns(as_enum(m[x]) for x in ENUMS)
        e = e.with_columns(as_enum(e[x]) for x in ("kind", "source", "channel", "user"))
    if in_order:
        m = m.with_columns(pl.col("sent_at").set_sorted())
    return State(m, e.with_columns(pl.col("ts").set_sorted()), c, variant == "tuned", in_order)


# ---- expressions -------------------------------------------------------------------------------
def instant(ms: int) -> pl.Expr:
    return pl.lit(ms).cast(pl.Datetime("ms", "UTC"))


def between(column: str, q: Query) -> pl.Expr:
    return (pl.col(column) >= instant(q.lo)) & (pl.col(column) < instant(q.hi))


def within(column: str) -> pl.Expr:
    return (pl.col(column) - pl.col("sent_at")) <= pl.duration(milliseconds=CAP)


def filters(q: Query) -> list[pl.Expr]:
    return [pl.col(c).is_in(names) for c, names in (("channel", q.channels), ("user", q.users)) if names]


def local_day_idiomatic(column: str, q: Query) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(q.tz).dt.date()


def local_day(column: str, q: Query) -> pl.Expr:
    ms = pl.col(column).dt.timestamp("ms")
    offset = pl.lit(q.trans[-1][1], pl.Int64)
    for (_, before), (start, _) in reversed(list(zip(q.trans, q.trans[1:]))):
        offset = pl.when(ms < start).then(pl.lit(before, pl.Int64)).otherwise(offset)
    return ((ms + offset) // common.DAY).cast(pl.Int32)


FAILED = within("failed_at") & ~within("read_at").fill_null(False) & ~within("delivered_at").fill_null(False)
STATUS_CODE = (pl.when(within("read_at")).then(3).when(within("delivered_at")).then(2).when(within("failed_at")).then(1)
               .otherwise(0).cast(pl.UInt8))


# ---- shared by both variants -------------------------------------------------------------------
def breakdown(out: Frames, name: str, daily: pl.DataFrame, *keys: str) -> None:
    """Totals with percent, and per day, from counts per day."""
    total = daily.group_by(keys).agg(pl.col("n").sum())
    out[name] = total.with_columns(pct=100.0 * pl.col("n").cast(pl.Float64) / pl.col("n").sum().cast(pl.Float64))
    out[name + "_daily"] = daily.select("d", *keys, "n")


def breakdowns(incoming: pl.DataFrame | None, channel: pl.DataFrame, source: pl.DataFrame, types: pl.DataFrame,
               status: pl.DataFrame) -> Frames:
    out: Frames = {}
    if incoming is not None:
        breakdown(out, "in_channel", incoming, "channel")
    breakdown(out, "out_channel", channel, "channel")
    breakdown(out, "out_source", source, "source")
    breakdown(out, "out_type", types.group_by("d", "type").agg(pl.col("n").sum()), "type")
    breakdown(out, "out_subtype", types.filter(pl.col("subtype").is_not_null()), "type", "subtype")
    breakdown(out, "out_status", status, "st")
    return out


def add_logs(st: State, out: Frames, logs: list[tuple[str, pl.DataFrame, list]]) -> None:
    """(name, rows, columns): the rows with contact names, newest first; the first column is the log's time."""
    ids = pl.concat([rows.select("contact_id") for _, rows, _ in logs]).unique()
    names = st.contacts.join(ids, on="contact_id", how="semi")
    for name, rows, columns in logs:
        rows = rows.join(names, on="contact_id", how="left").sort([columns[0], "id"], descending=True)
        out[name] = rows.select(columns)


def message_logs(st: State, out: Frames, sent: pl.DataFrame, failed: pl.DataFrame, incoming: pl.DataFrame | None) -> None:
    late_null = [pl.when(within(c)).then(pl.col(c)).alias(c) if c in ("delivered_at", "read_at") else c for c in LOG_OUT]
    logs = [("log_out", sent, late_null), ("log_failed", failed, LOG_FAILED)]
    add_logs(st, out, logs if incoming is None else [("log_in", incoming, LOG_IN), *logs])


# ---- the reports -------------------------------------------------------------------------------
def messages_idiomatic(st: State, q: Query) -> Frames:
    m = st.messages.lazy()
    rows = m.filter(between("sent_at", q), *filters(q)).with_columns(d=local_day_idiomatic("sent_at", q))
    i = rows.filter(pl.col("direction") == "in")
    o = rows.filter(pl.col("direction") == "out").with_columns(st=STATUS_CODE)
    failures = m.filter(pl.col("direction") == "out", between("failed_at", q), FAILED, *filters(q))
    by_day = lambda lf, *keys: lf.group_by("d", *keys).agg(N)
    plans = [by_day(o, "channel"), by_day(o, "source"), by_day(o, "type", "subtype"), by_day(o, "st"),
             o.top_k(LOG_ROWS, by=["sent_at", "id"]), failures.top_k(LOG_ROWS, by=["failed_at", "id"])]
    if q.incoming:
        plans += [by_day(i, "channel"), i.top_k(LOG_ROWS, by=["sent_at", "id"])]
    channel, source, types, status, log_out, log_failed, *rest = pl.collect_all(plans, engine="in-memory")
    incoming, log_in = rest or (None, None)
    status = status.with_columns(st=pl.Series(STATUS).gather(status["st"]))
    out = breakdowns(incoming, channel, source, types, status)
    message_logs(st, out, log_out, log_failed, log_in)
    return out


def messages_tuned(st: State, q: Query) -> Frames:
    m, conds = st.messages, filters(q)
    if st.sorted:
        bounds = pl.select(pl.concat([instant(q.lo - CAP), instant(q.lo), instant(q.hi)])).to_series()
        early, a, b = m["sent_at"].search_sorted(bounds, side="left")
        period, recent, in_period = m.slice(a, b - a), m.slice(early, b - early), conds
    else:
        period, recent, in_period = m, m, [between("sent_at", q), *conds]
    out_rows, in_rows = pl.col("direction") == "out", pl.col("direction") == "in"

    code = lambda c: pl.col(c).to_physical().cast(pl.UInt32)
    day = local_day("sent_at", q).cast(pl.UInt32) * 256
    rows = period.lazy().filter(*in_period)
    o = rows.filter(out_rows).select(
        channel=day + code("channel"), source=day + code("source"), st=day + STATUS_CODE.cast(pl.UInt32),
        type=(day + code("type")) * 256 + code("subtype").fill_null(255))
    plans = [o.group_by(k).agg(N) for k in ("channel", "source", "type", "st")]

    ri, rf = period.lazy().with_row_index("r"), recent.lazy().with_row_index("r")
    top = lambda lf, ts: lf.select("r", ts, "id").top_k(LOG_ROWS, by=[ts, "id"]).select("r")
    newest = lambda lf: lf.select("r").tail(LOG_ROWS) if st.sorted else top(lf, "sent_at")
    plans += [newest(ri.filter(*in_period, out_rows)), rf.select("r", "failed_at").filter(between("failed_at", q))]
    if q.incoming:
        plans += [rows.filter(in_rows).select(channel=day + code("channel")).group_by("channel").agg(N),
                  newest(ri.filter(*in_period, in_rows))]
    channel, source, types, status, pick_out, failures, *rest = pl.collect_all(plans, engine="in-memory")

    # the few rows with a failure in the period, then the costlier conditions on them alone
    narrow = recent.select("id", "direction", "channel", "user", "sent_at", "delivered_at", "read_at")[failures["r"]]
    narrow = narrow.with_columns(failures).filter(out_rows, FAILED, *conds)
    pick_failed = narrow.top_k(LOG_ROWS, by=["failed_at", "id"])

    def unpack(counts: pl.DataFrame, c: str) -> pl.DataFrame:
        names = pl.Series(STATUS) if c == "st" else m[c].dtype.categories
        return pl.DataFrame({"d": (counts[c] // 256).cast(pl.Int32), c: names.gather(counts[c] % 256), "n": counts["n"]})

    subtype = types["type"] % 256
    types = unpack(types.with_columns(pl.col("type") // 256), "type").with_columns(
        subtype=m["subtype"].dtype.categories.gather(pl.select(pl.when(subtype != 255).then(subtype)).to_series()))
    incoming = unpack(rest[0], "channel") if rest else None
    out = breakdowns(incoming, unpack(channel, "channel"), unpack(source, "source"), types, unpack(status, "st"))
    message_logs(st, out, period[pick_out["r"]], recent[pick_failed["r"]], period[rest[1]["r"]] if rest else None)
    return out


def contacts(st: State, q: Query) -> Frames:
    e = st.events.lazy().filter(between("ts", q), *filters(q))
    e = e.with_columns(d=local_day("ts", q) if st.tuned else local_day_idiomatic("ts", q))
    kind = lambda k: e.filter(pl.col("kind") == k)
    plans = [e.group_by("d", "kind").agg(N), kind("added").group_by("d", "source").agg(N),
             kind("connected").group_by("d", "channel").agg(N), *(kind(k).top_k(LOG_ROWS, by=["ts", "id"]) for k in KINDS)]
    totals, source, channel, *logs = pl.collect_all(plans, engine="in-memory")
    totals = totals.filter(pl.col("kind") != "connected")
    out = {"totals": totals.group_by("kind").agg(pl.col("n").sum()), "totals_daily": totals.select("d", "kind", "n")}
    breakdown(out, "added_source", source, "source")
    breakdown(out, "connected_channel", channel, "channel")
    add_logs(st, out, [("log_" + k, rows, LOG_CONNECTED if k == "connected" else LOG_EVENTS)
                          for k, rows in zip(KINDS, logs)])
    return out


def run(st: State, q: Query) -> Frames:
    if q.report == "contacts":
        return contacts(st, q)
    return messages_tuned(st, q) if st.tuned else messages_idiomatic(st, q)


if __name__ == "__main__":
    common.main("polars", ARGS, load, run, pl.DataFrame.to_arrow)
