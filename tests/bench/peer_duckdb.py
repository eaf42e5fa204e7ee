"""DuckDB peer.
variants  idiomatic  VARCHAR columns, TIMESTAMPTZ, AT TIME ZONE, GROUPING SETS
          tuned      ENUM columns, BIGINT ms, local day by offset arithmetic from the zone's transitions, newest row ids
                     first and wide rows after, a user's rows picked once into a narrow table, the failed log's scan cut
                     to sent_at in [lo - 30 d, hi)
"""
from dataclasses import dataclass

import duckdb
import pyarrow as pa

import common
from common import CAP, DATA, KINDS, LOG_ROWS, Query

ENUMS = ("direction", "channel", "source", "type", "subtype", "team", "user", "broadcast", "status", "error")
PLAIN = ("id", "contact_id", "content")
TIMES = ("sent_at", "delivered_at", "read_at", "failed_at")
BREAKDOWNS = (("in_channel", "in", "channel"), ("out_channel", "channel", "channel"), ("out_source", "source", "source"),
              ("out_type", "type", "type"), ("out_subtype", "type", "type, subtype"), ("out_status", "st", "st"))


@dataclass
class State:
    con: duckdb.DuckDBPyConnection
    tuned: bool

    def arrow(self, sql: str) -> pa.Table:
        return self.con.sql(sql).to_arrow_table()

    def instant(self, ms: int) -> str:
        return str(ms) if self.tuned else f"make_timestamptz({ms * 1000})"

    def between(self, column: str, lo: int, hi: int) -> str:
        return f"{column} >= {self.instant(lo)} AND {column} < {self.instant(hi)}"

    def within(self, column: str) -> str:
        return f"({column} IS NOT NULL AND {column} - sent_at <= {CAP if self.tuned else 'INTERVAL 720 HOUR'})"

    def day(self, column: str, q: Query) -> str:
        if not self.tuned:
            return f"({column} AT TIME ZONE '{q.tz}')::DATE"
        offset = str(q.trans[-1][1])
        if len(q.trans) > 1:
            steps = (f"WHEN {column} < {t} THEN {before}" for (_, before), (t, _) in zip(q.trans, q.trans[1:]))
            offset = f"CASE {' '.join(steps)} ELSE {offset} END"
        return f"(({column} + {offset}) // {common.DAY})::INT"


def load(variant: str, threads: int, file: str) -> State:
    con = duckdb.connect()
    con.execute(f"SET threads={threads}; SET TimeZone='UTC'; SET enable_progress_bar=false")
    con.execute("SET late_materialization_max_rows=20000")
    messages, contacts, events = (f"read_parquet('{DATA / f}')" for f in (file, "contacts.parquet", "events.parquet"))
    con.execute(f"CREATE TABLE contacts AS SELECT * FROM {contacts}")
    if variant == "idiomatic":
        con.execute(f"CREATE TABLE messages AS SELECT * FROM {messages}")
        con.execute(f"CREATE TABLE events AS SELECT * FROM {events}")
        return State(con, False)
    for c in ENUMS:
        con.execute(f'CREATE TYPE e_{c} AS ENUM (SELECT DISTINCT "{c}" FROM {messages} WHERE "{c}" IS NOT NULL ORDER BY 1)')
    for c in ("kind", "source"):
        con.execute(f"CREATE TYPE ev_{c} AS ENUM (SELECT DISTINCT {c} FROM {events} ORDER BY 1)")
    columns = [*PLAIN, *(f"epoch_ms({c}) AS {c}" for c in TIMES), *(f'"{c}"::e_{c} AS "{c}"' for c in ENUMS)]
    con.execute(f"CREATE TABLE messages AS SELECT {', '.join(columns)} FROM {messages}")
    con.execute(f"""CREATE TABLE events AS SELECT id, epoch_ms(ts) AS ts, kind::ev_kind AS kind, contact_id,
        source::ev_source AS source, channel::e_channel AS channel, "user"::e_user AS "user" FROM {events}""")
    return State(con, True)


def filters(q: Query) -> list[str]:
    one_of = lambda column, names: [f'"{column}" IN ({", ".join(map(repr, names))})'] if names else []
    return one_of("channel", q.channels) + one_of("user", q.users)


def breakdown(st: State, out: dict, name: str, keys: str, where: str) -> None:
    """Totals with percent, and per day, from the grouped counts in table g."""
    out[name] = st.arrow(f"""SELECT {keys}, sum(n)::BIGINT AS n,
        100.0::DOUBLE * sum(n)::DOUBLE / sum(sum(n)) OVER ()::DOUBLE AS pct FROM g WHERE {where} GROUP BY {keys}""")
    out[name + "_daily"] = st.arrow(f"SELECT d, {keys}, sum(n)::BIGINT AS n FROM g WHERE {where} GROUP BY ALL")


def messages(st: State, q: Query) -> dict[str, pa.Table]:
    src, rowid, conds = "messages", "rowid", filters(q)
    recent = st.between("sent_at", q.lo - CAP, q.hi)  # P8: a failure in the period may belong to an earlier message
    if st.tuned and q.users:  # few rows are left; for a channel filter the copy costs more than it saves
        pick = " AND ".join([recent, *conds, "direction = 'out'"])
        st.con.execute(f"""CREATE OR REPLACE TEMP TABLE picked AS SELECT rowid AS rid, id, sent_at, direction, channel,
            source, type, subtype, delivered_at, read_at, failed_at FROM messages WHERE {pick}""")
        src, rowid, conds = "picked", "rid", []
    period = " AND ".join([st.between("sent_at", q.lo, q.hi), *conds])
    good = f"{st.within('read_at')} OR {st.within('delivered_at')}"
    failed = f"{st.within('failed_at')} AND NOT ({good})"
    status = (f"CASE WHEN {st.within('read_at')} THEN 'read' WHEN {st.within('delivered_at')} THEN 'delivered' "
              f"WHEN {st.within('failed_at')} THEN 'failed' ELSE 'sent' END")
    day = st.day("sent_at", q)
    incoming = f"""SELECT 'in' AS dim, {day} AS d, channel, count(*) AS n FROM {src}
        WHERE {period} AND direction = 'in' GROUP BY ALL UNION ALL BY NAME"""
    st.con.execute(f"""CREATE OR REPLACE TEMP TABLE g AS
        WITH f AS (SELECT {day} AS d, channel, source, type, subtype, {status} AS st FROM {src}
                   WHERE {period} AND direction = 'out')
        {incoming if q.incoming else ''}
        SELECT CASE GROUPING_ID(channel, source, type, st)
                    WHEN 7 THEN 'channel' WHEN 11 THEN 'source' WHEN 13 THEN 'type' ELSE 'st' END AS dim,
               d, channel, source, type, subtype, st, count(*) AS n
        FROM f GROUP BY GROUPING SETS ((d, channel), (d, source), (d, type, subtype), (d, st))""")
    out: dict[str, pa.Table] = {}
    for name, dim, keys in BREAKDOWNS[0 if q.incoming else 1:]:
        only = " AND subtype IS NOT NULL" if name == "out_subtype" else ""
        breakdown(st, out, name, keys, f"dim = '{dim}'{only}")

    def log(name: str, ts: str, where: str, columns: str) -> None:
        newest = f"FROM {src} WHERE {where} ORDER BY {ts} DESC, id DESC LIMIT {LOG_ROWS}"
        if st.tuned:  # the second limit tells the planner how few rows are joined
            newest = f"FROM messages WHERE rowid IN (SELECT {rowid} {newest}) LIMIT {LOG_ROWS}"
        out[name] = st.arrow(f"""WITH w AS MATERIALIZED (SELECT * {newest})
            SELECT {columns} FROM w JOIN contacts USING (contact_id) ORDER BY {ts} DESC, id DESC""")

    counted = lambda c: f"CASE WHEN {st.within(c)} THEN {c} END AS {c[:2]}"
    if q.incoming:
        log("log_in", "sent_at", f"{period} AND direction = 'in'", "sent_at, id, contact_id, name, channel, content")
    log("log_out", "sent_at", f"{period} AND direction = 'out'",
        f"""sent_at, id, source, "user", contact_id, name, {counted('delivered_at')}, {counted('read_at')},
        channel, type, subtype, content""")
    failures = [st.between("failed_at", q.lo, q.hi), *([recent] if st.tuned else []), failed, "direction = 'out'", *conds]
    log("log_failed", "failed_at", " AND ".join(failures),
        'failed_at, id, source, "user", contact_id, name, channel, type, subtype, content, error')
    return out


def contacts(st: State, q: Query) -> dict[str, pa.Table]:
    where = " AND ".join([st.between("ts", q.lo, q.hi), *filters(q)])
    st.con.execute(f"""CREATE OR REPLACE TEMP TABLE g AS
        SELECT {st.day('ts', q)} AS d, kind, CASE WHEN kind = 'added' THEN source END AS source,
               CASE WHEN kind = 'connected' THEN channel END AS channel, count(*) AS n
        FROM events WHERE {where} GROUP BY ALL""")
    out: dict[str, pa.Table] = {}
    for name, columns in (("totals", "kind"), ("totals_daily", "d, kind")):
        out[name] = st.arrow(f"SELECT {columns}, sum(n)::BIGINT FROM g WHERE kind <> 'connected' GROUP BY ALL")
    breakdown(st, out, "added_source", "source", "kind = 'added'")
    breakdown(st, out, "connected_channel", "channel", "kind = 'connected'")
    for kind in KINDS:
        out["log_" + kind] = st.arrow(f"""WITH w AS MATERIALIZED (
                SELECT * FROM events WHERE {where} AND kind = '{kind}' ORDER BY ts DESC, id DESC LIMIT {LOG_ROWS})
            SELECT ts, id, contact_id, name, source, {"channel, " if kind == "connected" else ""}"user"
            FROM w JOIN contacts USING (contact_id)
            ORDER BY ts DESC, id DESC""")
    return out


def run(st: State, q: Query) -> dict[str, pa.Table]:
    return messages(st, q) if q.report == "messages" else contacts(st, q)


if __name__ == "__main__":
    common.main("duckdb", common.parse_args(["idiomatic", "tuned"]), load, run, lambda table: table)
