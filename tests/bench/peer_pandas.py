"""pandas peer.
variant  numpy  a pandas frame with categorical columns, the report written by a numpy expert: codes and bincount, local day
                by offset arithmetic, range by binary search on the sorted column, row numbers first and wide rows last
"""
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import common
from common import CAP, DATA, DAY, KINDS, LOG_ROWS, Query

NAT = np.iinfo(np.int64).min
CATS = ["direction", "channel", "source", "type", "subtype", "user", "error", "kind"]
STATUS = ["sent", "failed", "delivered", "read"]
LOG_IN = ["sent_at", "id", "contact_id", "name", "channel", "content"]
LOG_OUT = ["sent_at", "id", "source", "user", "contact_id", "name", "delivered_at", "read_at", "channel", "type", "subtype",
           "content"]
LOG_FAILED = ["failed_at", "id", "source", "user", "contact_id", "name", "channel", "type", "subtype", "content", "error"]
LOG_EVENTS = ["ts", "id", "contact_id", "name", "source", "user"]
LOG_CONNECTED = [*LOG_EVENTS[:5], "channel", "user"]
M_COLS = ["id", "contact_id", "sent_at", "direction", "channel", "source", "type", "subtype", "user", "delivered_at",
          "read_at", "failed_at", "error", "content"]


@dataclass
class State:
    messages: pd.DataFrame
    events: pd.DataFrame
    names: pd.Series
    sorted: bool


def read(file: str, columns: list[str] | None = None) -> pd.DataFrame:
    table = pq.read_table(DATA / file, columns=columns, read_dictionary=CATS)
    # one dictionary for all row groups; strings stay Arrow-backed
    return table.unify_dictionaries().combine_chunks().to_pandas(
        types_mapper=lambda t: pd.ArrowDtype(t) if pa.types.is_string(t) else None)


def load(variant: str, threads: int, file: str) -> State:
    pa.set_cpu_count(threads)
    return State(read(file, M_COLS), read("events.parquet"), read("contacts.parquet").set_index("contact_id")["name"],
                 "shuffled" not in file)


def ms(column: pd.Series) -> np.ndarray:
    return column.array.asi8


def local_days(instants: np.ndarray, q: Query) -> tuple[np.ndarray, int, int]:
    """(day of each instant counted from the period's first day, first day, number of days)"""
    if len(q.trans) == 1:
        offset = q.trans[0][1]
    else:
        starts, offsets = zip(*q.trans)
        offset = np.array(offsets)[np.searchsorted(starts[1:], instants, side="right")]
    first = (q.lo + q.trans[0][1]) // DAY
    last = (q.hi - 1 + q.trans[-1][1]) // DAY
    return ((instants + offset) // DAY - first).astype(np.int32), first, last - first + 1


def breakdown(out: dict, name: str, first: int, h: np.ndarray, keys: list[tuple], pct: bool = True) -> None:
    """h[day, key] -> totals with percent, and per day."""
    total = h.sum(0)
    k = np.flatnonzero(total)
    parts = [np.array(part, dtype=object) for part in zip(*keys)]
    columns = lambda ix: {f"k{j}": part[ix] for j, part in enumerate(parts)}
    share = {"pct": 100.0 * total[k].astype(float) / float(total.sum())} if pct else {}
    out[name] = pd.DataFrame({**columns(k), "n": total[k], **share})
    d, k = np.nonzero(h)
    out[name + "_daily"] = pd.DataFrame({"d": d + first, **columns(k), "n": h[d, k]})


def hist(day: np.ndarray, days: int, key: np.ndarray, keys: int) -> np.ndarray:
    return np.bincount(day * np.int32(keys) + key, minlength=days * keys).reshape(days, keys)


def members(frame: pd.DataFrame, column: str, names: list[str]) -> np.ndarray:
    """Table over code + 1 (0 is null): is the value among the names?"""
    return np.isin(np.array([None, *frame[column].cat.categories], dtype=object), names)


def with_names(frame: pd.DataFrame, rows: np.ndarray, names: pd.Series, columns: list[str]) -> pd.DataFrame:
    wide = frame[[c for c in columns if c != "name"]].iloc[rows]
    return wide.assign(name=names.reindex(wide["contact_id"]).array)[columns]


def messages(st: State, q: Query) -> dict[str, pd.DataFrame]:
    m, out = st.messages, {}
    sent, ids = ms(m["sent_at"]), m["id"].to_numpy()
    code = lambda c: m[c].cat.codes.to_numpy()
    cats = lambda c: list(m[c].cat.categories)
    chosen = [(code(c), members(m, c, names)) for c, names in (("channel", q.channels), ("user", q.users)) if names]
    out_code = cats("direction").index("out")
    early, a, b = np.searchsorted(sent, [q.lo - CAP, q.lo, q.hi]) if st.sorted else (0, 0, len(m))
    part = slice(a, b)

    s, is_out = sent[part], code("direction")[part] == out_code
    keep = np.ones(b - a, bool) if st.sorted else (s >= q.lo) & (s < q.hi)
    for codes, table in chosen:
        keep &= table[codes[part] + 1]
    one = lambda xs: [(x,) for x in xs]

    def count(name: str, rows: np.ndarray, day: np.ndarray, column: str) -> None:
        breakdown(out, name, first, hist(day, days, code(column)[part][rows], len(cats(column))), one(cats(column)))

    def within(column: str, rows: np.ndarray, sent_at: np.ndarray) -> np.ndarray:
        t = ms(m[column])[rows]
        return (t != NAT) & (t - sent_at <= CAP)

    o = np.flatnonzero(keep & is_out)
    so = s[o]
    day, first, days = local_days(so, q)
    if q.incoming:
        i = np.flatnonzero(keep & ~is_out)
        count("in_channel", i, local_days(s[i], q)[0], "channel")
    count("out_channel", o, day, "channel")
    count("out_source", o, day, "source")
    read, delivered, failed = (within(c, o + a, so) for c in ("read_at", "delivered_at", "failed_at"))
    status = np.where(read, np.int8(3), np.where(delivered, np.int8(2), failed.view(np.int8)))
    breakdown(out, "out_status", first, hist(day, days, status, 4), one(STATUS))
    types, subtypes = cats("type"), cats("subtype")
    nt, ns = len(types), len(subtypes) + 1
    key = code("type")[part][o].astype(np.int32) * ns + code("subtype")[part][o] + 1
    h = hist(day, days, key, nt * ns).reshape(days, nt, ns)
    breakdown(out, "out_type", first, h.sum(2), one(types))
    breakdown(out, "out_subtype", first, h[:, :, 1:].reshape(days, -1), [(t, x) for t in types for x in subtypes])

    def newest(rows: np.ndarray, key: np.ndarray) -> np.ndarray:
        if len(rows) > LOG_ROWS:
            k = key[rows]
            rows = rows[k >= np.partition(k, len(k) - LOG_ROWS)[len(k) - LOG_ROWS]]
        return rows[np.lexsort((ids[rows], key[rows]))[::-1][:LOG_ROWS]]

    last = lambda rows: rows[-LOG_ROWS:][::-1] + a if st.sorted else newest(rows, sent)
    if q.incoming:
        out["log_in"] = with_names(m, last(i), st.names, LOG_IN)
    rows = last(o)
    log = with_names(m, rows, st.names, LOG_OUT)
    out["log_out"] = log.assign(**{c: log[c].where(within(c, rows, sent[rows])) for c in ("delivered_at", "read_at")})

    failed_at = ms(m["failed_at"])
    f = failed_at[early:b]  # P8: failures of the period, whenever the message was sent
    f = np.flatnonzero((f >= q.lo) & (f < q.hi)) + early
    f = f[code("direction")[f] == out_code]
    for codes, table in chosen:
        f = f[table[codes[f] + 1]]
    sf = sent[f]
    f = f[within("failed_at", f, sf) & ~within("read_at", f, sf) & ~within("delivered_at", f, sf)]
    out["log_failed"] = with_names(m, newest(f, failed_at), st.names, LOG_FAILED)
    return out


def contacts(st: State, q: Query) -> dict[str, pd.DataFrame]:
    e, out = st.events, {}
    code = lambda c: e[c].cat.codes.to_numpy()
    cats = lambda c: list(e[c].cat.categories)
    ts = ms(e["ts"])
    a, b = np.searchsorted(ts, [q.lo, q.hi])
    rows = np.arange(a, b)
    if q.users:
        rows = rows[members(e, "user", q.users)[code("user")[a:b] + 1]]
    day, first, days = local_days(ts[rows], q)
    kind, kinds = code("kind")[rows], cats("kind")
    totals = hist(day, days, kind, len(kinds))
    totals[:, kinds.index("connected")] = 0
    breakdown(out, "totals", first, totals, [(k,) for k in kinds], pct=False)
    for name, k, key in (("added_source", "added", "source"), ("connected_channel", "connected", "channel")):
        at = np.flatnonzero(kind == kinds.index(k))
        h = hist(day[at], days, code(key)[rows[at]], len(cats(key)))
        breakdown(out, name, first, h, [(x,) for x in cats(key)])
    for k in KINDS:
        newest = rows[kind == kinds.index(k)][-LOG_ROWS:][::-1]
        out["log_" + k] = with_names(e, newest, st.names, LOG_CONNECTED if k == "connected" else LOG_EVENTS)
    return out


def run(st: State, q: Query) -> dict[str, pd.DataFrame]:
    return messages(st, q) if q.report == "messages" else contacts(st, q)


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


if __name__ == "__main__":
    common.main("pandas", common.parse_args(["numpy"]), load, run, to_arrow)
