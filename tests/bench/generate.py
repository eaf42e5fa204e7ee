#!/usr/bin/env python3
"""Synthetic CRM data set for the report benchmarks.

Writes into BENCH_DATA (default: ./data beside this file):

  messages.parquet           N messages in sent_at order (append order)
  messages_shuffled.parquet  the same rows in random order (only with --shuffled)
  contacts.parquet           contact id, name
  events.parquet             contact events (added/connected/deleted/merged)
  raw/                       the same columns as flat little-endian arrays, texts and dictionaries; with
                             --shuffled also order.bin, the row numbers of messages_shuffled in its order

Everything is drawn from one fixed seed, so two machines get the same rows, with and without --shuffled.

  python generate.py                       # 10 M messages, 1 M contacts, 1.2 M events
  python generate.py --messages 200000 --contacts 20000 --events 24000 --edge      # what the rules' edges need
"""
import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAY = 86_400_000
# data covers [END - 400 d, END); END is local midnight of 2026-11-01 in America/Guayaquil (UTC-5)
END = 1_793_509_200_000
DAYS = 400
CAP = 30 * DAY

CHANNELS = ["wa_ventas", "wa_soporte", "fb_page", "ig_main", "wa_cobranza", "tg_bot",
            "web_chat", "fb_promo", "email_info", "ig_promo", "email_ventas", "tg_noticias"]
KIND_OF = ["whatsapp", "whatsapp", "facebook", "instagram", "whatsapp", "telegram",
           "web_chat", "facebook", "email", "instagram", "email", "telegram"]
SOURCES = ["User", "Workflow", "Broadcast", "Bot", "API", "Echo Message", "Zapier", "Make", "Click-to-Chat Ads"]
SOURCE_P = [.35, .25, .15, .10, .07, .04, .02, .01, .01]
TYPES = ["session", "facebook_message_tag", "whatsapp_template"]
FB_TAGS = ["POST_PURCHASE_UPDATE", "CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "HUMAN_AGENT"]
WA_TEMPLATES = [f"plantilla_{i:02d}" for i in range(36)]
SUBTYPES = FB_TAGS + WA_TEMPLATES
TEAMS = [f"team_{i}" for i in range(8)]
USERS = [f"user_{i:02d}" for i in range(50)]
BROADCASTS = [f"broadcast_{i:03d}" for i in range(100)]
STATUS = ["sent", "delivered", "read", "failed"]
ERRORS = [f"error {c}: message could not be delivered" for c in
          (131026, 131047, 131049, 131051, 131053, 132000, 132001, 132015, 133010, 470, 471, 368)]
EV_KINDS = ["added", "connected", "deleted", "merged"]
EV_SOURCES = ["User", "Contact Import", "API", "Incoming Message", "Echo Message", "Zapier", "Make",
              "Click-to-Chat Ads", "Broadcast"]


def zipf_p(n, s):
    w = 1.0 / np.arange(1, n + 1) ** s
    return w / w.sum()


def draw(rng, n, p):
    """n draws from a discrete distribution, by inverse CDF."""
    return np.searchsorted(np.cumsum(p)[:-1], rng.random(n)).astype(np.int32)


def instants(rng, n):
    """Sorted instants with weekday, hour-of-day and growth shape."""
    d = np.arange(DAYS)
    w = (0.6 + 0.8 * d / DAYS) * np.where((d % 7) >= 5, 0.45, 1.0) * (0.85 + 0.3 * rng.random(DAYS))
    day = draw(rng, n, w / w.sum())
    hour_w = np.array([1, .6, .4, .3, .3, .6, 1.5, 3, 6, 8, 9, 9, 8, 7.5, 8, 8.5, 8.5, 8, 7, 6, 5, 4, 3, 2])
    hour = draw(rng, n, hour_w / hour_w.sum())
    ts = END - DAYS * DAY + day.astype(np.int64) * DAY + hour.astype(np.int64) * 3_600_000
    ts += rng.integers(0, 3_600_000, n)
    ts.sort()
    return ts


def dict_col(codes, values, null):
    """Dictionary column; codes < 0 (or mask null) are null."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8), mask=null),
                                          pa.array(values, pa.string()))


def ts_col(ms, null=None):
    return pa.array(ms, pa.int64(), mask=null).cast(pa.timestamp("ms", "UTC"))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--messages", type=int, default=10_000_000)
    ap.add_argument("--contacts", type=int, default=1_000_000)
    ap.add_argument("--events", type=int, default=1_200_000)
    ap.add_argument("--shuffled", action="store_true", help="also the rows in random order")
    ap.add_argument("--edge", action="store_true",
                    help="for checks, not for timing: failures days after sending, failed beside delivered or read (K5), "
                         "read without delivered, many equal times")
    ap.add_argument("--seed", type=int, default=20260717)
    ap.add_argument("--out", default=os.environ.get("BENCH_DATA", str(Path(__file__).parent / "data")))
    a = ap.parse_args()
    out = Path(a.out)
    (out / "raw").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(a.seed)
    n, nc = a.messages, a.contacts
    t0 = time.time()

    # ---- contacts -------------------------------------------------------------------------
    first = ["Ana", "Luis", "María", "Carlos", "José", "Lucía", "Diego", "Sofía", "Jorge", "Elena", "Pablo",
             "Valeria", "Andrés", "Camila", "Miguel", "Paola", "Juan", "Gabriela", "Pedro", "Daniela"]
    last = ["Vera", "Mora", "Cedeño", "Zambrano", "Paredes", "Ruiz", "Quiroz", "Salazar", "Torres", "Andrade",
            "Castro", "Ponce", "Ramos", "Silva", "Ortega", "León", "Vélez", "Bravo", "Macías", "Reyes"]
    fi, la = rng.integers(0, len(first), nc), rng.integers(0, len(last), nc)
    names = [f"{first[x]} {last[y]} {k % 9973}" for k, (x, y) in enumerate(zip(fi.tolist(), la.tolist()))]
    contacts = pa.table({"contact_id": pa.array(np.arange(1, nc + 1, dtype=np.int32)), "name": pa.array(names)})
    pq.write_table(contacts, out / "contacts.parquet", row_group_size=200_000)

    # ---- messages -------------------------------------------------------------------------
    sent = instants(rng, n)
    mid = np.arange(1, n + 1, dtype=np.int64)
    perm = rng.permutation(nc).astype(np.int32)
    contact = perm[draw(rng, n, zipf_p(nc, 1.05))] + 1
    channel = draw(rng, n, zipf_p(12, 1.1))
    outgoing = rng.random(n) < 0.55
    src = draw(rng, n, SOURCE_P)
    kind = np.array([{"whatsapp": 1, "facebook": 2}.get(k, 0) for k in KIND_OF])[channel]
    r = rng.random(n)
    typ = np.zeros(n, np.int32)
    typ[(kind == 1) & ((src == 2) | (r < 0.20))] = 2
    typ[(kind == 2) & (r < 0.15)] = 1
    sub = np.full(n, -1, np.int32)
    m = typ == 1
    sub[m] = draw(rng, int(m.sum()), [.4, .3, .2, .1])
    m = typ == 2
    sub[m] = 4 + draw(rng, int(m.sum()), zipf_p(36, 1.0))
    user = draw(rng, n, zipf_p(50, 0.9))
    # D9 holds in the data: an outgoing row has a user only where its source is User (the same for events below)
    has_user = np.where(outgoing, src == 0, rng.random(n) < 0.70)
    bcast = draw(rng, n, zipf_p(100, 0.8))
    has_bcast = outgoing & (src == 2)

    outcome = draw(rng, n, [.08, .28, .60, .04])           # sent, delivered, read, failed
    d_ms = (rng.lognormal(9.0, 2.0, n)).astype(np.int64)   # seconds to hours
    late = rng.random(n) < 0.01
    d_ms[late] = CAP + rng.integers(1, 20 * DAY, int(late.sum()))
    r_ms = d_ms + rng.lognormal(14.0, 2.2, n).astype(np.int64)
    late = rng.random(n) < 0.02
    r_ms[late] = CAP + rng.integers(1, 40 * DAY, int(late.sum()))
    f_ms = rng.lognormal(8.0, 1.5, n).astype(np.int64)
    late = rng.random(n) < 0.005
    f_ms[late] = CAP + rng.integers(1, 10 * DAY, int(late.sum()))
    # a few callbacks land exactly on the 30-day bound (they count)
    r_ms[::9973] = CAP
    has_d = outgoing & ((outcome == 1) | (outcome == 2)) & (sent + d_ms < END)
    has_r = outgoing & (outcome == 2) & (sent + r_ms < END)
    has_f = outgoing & (outcome == 3) & (sent + f_ms < END)
    if a.edge:
        edge = np.random.default_rng(a.seed + 1)
        sent -= sent % 60_000
        f_ms = edge.integers(0, 40 * 1440, n) * 60_000
        f_ms[::7] = CAP
        has_f = outgoing & ((outcome == 3) | (edge.random(n) < 0.1)) & (sent + f_ms < END)
        has_d &= edge.random(n) < 0.9
    delivered, read, failed = sent + d_ms, sent + r_ms, sent + f_ms
    status = np.where(has_f, 3, np.where(has_r, 2, np.where(has_d, 1, 0))).astype(np.int32)  # as last reported
    err = draw(rng, n, zipf_p(len(ERRORS), 1.0))

    words = ("hola gracias por su compra el pedido llegará mañana confirme dirección entrega pago transferencia "
             "factura precio disponible talla color envío gratis promoción horario atención soporte agente "
             "reclamo garantía cambio cita reserva código descuento tienda sucursal").split()
    pool = []
    for _ in range(50_000):
        k = int(rng.integers(2, 14))
        pool.append(" ".join(words[i] for i in rng.integers(0, len(words), k)))
    content_code = draw(rng, n, zipf_p(len(pool), 0.6))
    content = pa.array(pool).take(pa.array(content_code))

    def build(order=None):
        g = (lambda x: x) if order is None else (lambda x: x[order])
        c = content if order is None else content.take(pa.array(order))
        return pa.table({
            "id": pa.array(g(mid)),
            "contact_id": pa.array(g(contact)),
            "sent_at": ts_col(g(sent)),
            "direction": dict_col(g(outgoing.astype(np.int8)), ["in", "out"], None),
            "channel": dict_col(g(channel), CHANNELS, None),
            "source": dict_col(g(src), SOURCES, g(~outgoing)),
            "type": dict_col(g(typ), TYPES, g(~outgoing)),
            "subtype": dict_col(g(np.maximum(sub, 0)), SUBTYPES, g(~outgoing | (sub < 0))),
            "team": dict_col(g(user % 8), TEAMS, g(~has_user)),
            "user": dict_col(g(user), USERS, g(~has_user)),
            "broadcast": dict_col(g(bcast), BROADCASTS, g(~has_bcast)),
            "status": dict_col(g(status), STATUS, g(~outgoing)),
            "delivered_at": ts_col(g(delivered), g(~has_d)),
            "read_at": ts_col(g(read), g(~has_r)),
            "failed_at": ts_col(g(failed), g(~has_f)),
            "error": dict_col(g(err), ERRORS, g(~has_f)),
            "content": c,
        })

    pq.write_table(build(), out / "messages.parquet", row_group_size=500_000)
    order = rng.permutation(n)
    if a.shuffled:
        pq.write_table(build(order), out / "messages_shuffled.parquet", row_group_size=500_000)

    # ---- raw columns ------------------------------------------------------------------------
    raw = out / "raw"
    NULL64 = np.iinfo(np.int64).min

    def dump(name, arr):
        np.ascontiguousarray(arr).tofile(raw / f"{name}.bin")

    dump("m_id", mid)
    dump("m_contact", contact.astype(np.uint32))
    dump("m_sent", sent)
    dump("m_dir", outgoing.astype(np.uint8))
    dump("m_channel", channel.astype(np.uint8))
    dump("m_source", np.where(outgoing, src, 255).astype(np.uint8))
    dump("m_type", np.where(outgoing, typ, 255).astype(np.uint8))
    dump("m_subtype", np.where(outgoing & (sub >= 0), sub, 255).astype(np.uint8))
    dump("m_user", np.where(has_user, user, 255).astype(np.uint8))
    dump("m_team", np.where(has_user, user % 8, 255).astype(np.uint8))
    dump("m_broadcast", np.where(has_bcast, bcast, 255).astype(np.uint8))
    dump("m_delivered", np.where(has_d, delivered, NULL64))
    dump("m_read", np.where(has_r, read, NULL64))
    dump("m_failed", np.where(has_f, failed, NULL64))
    dump("m_error", np.where(has_f, err, 255).astype(np.uint8))
    dump("m_content", content_code.astype(np.uint32))
    if a.shuffled:
        dump("order", order.astype(np.uint32))
    (raw / "pool.txt").write_text("\n".join(pool), encoding="utf-8")
    (raw / "names.txt").write_text("\n".join(names), encoding="utf-8")

    # ---- contact events ----------------------------------------------------------------------
    ne = a.events
    ets = instants(rng, ne)
    ek = draw(rng, ne, [.42, .40, .10, .08])
    es = draw(rng, ne, [.10, .22, .12, .40, .05, .04, .03, .04])          # added
    es_conn = np.array([0, 2, 3, 4, 5, 6, 7, 8])[draw(rng, ne, [.12, .08, .50, .06, .04, .02, .05, .13])]
    es = np.where(ek == 0, es, np.where(ek == 1, es_conn, 0))
    ech = draw(rng, ne, zipf_p(12, 1.1))
    has_ch = (ek == 1) | ((ek == 0) & ((es == 3) | (es == 4) | (es == 7)))
    eu = draw(rng, ne, zipf_p(50, 0.9))
    has_eu = es == 0
    ec = (rng.integers(0, nc, ne) + 1).astype(np.int32)
    ev = pa.table({
        "id": pa.array(np.arange(1, ne + 1, dtype=np.int64)), "ts": ts_col(ets),
        "kind": dict_col(ek, EV_KINDS, None), "contact_id": pa.array(ec),
        "source": dict_col(es, EV_SOURCES, None), "channel": dict_col(ech, CHANNELS, ~has_ch),
        "user": dict_col(eu, USERS, ~has_eu),
    })
    pq.write_table(ev, out / "events.parquet", row_group_size=200_000)
    dump("e_id", np.arange(1, ne + 1, dtype=np.int64))
    dump("e_at", ets)
    dump("e_kind", ek.astype(np.uint8))
    dump("e_contact", ec.astype(np.uint32))
    dump("e_source", es.astype(np.uint8))
    dump("e_channel", np.where(has_ch, ech, 255).astype(np.uint8))
    dump("e_user", np.where(has_eu, eu, 255).astype(np.uint8))
    dicts = {"channel": CHANNELS, "source": SOURCES, "type": TYPES, "subtype": SUBTYPES, "user": USERS, "team": TEAMS,
             "broadcast": BROADCASTS, "status": STATUS, "error": ERRORS, "ev_kind": EV_KINDS, "ev_source": EV_SOURCES,
             "messages": n, "contacts": nc, "events": ne}
    (raw / "dicts.json").write_text(json.dumps(dicts, indent=1))
    sizes = {p.name: p.stat().st_size for p in out.glob("*.parquet")}
    print(f"generated in {time.time() - t0:.1f} s:", {k: f"{v / 1e6:.0f} MB" for k, v in sizes.items()})


if __name__ == "__main__":
    main()
