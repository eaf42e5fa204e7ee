"""The same reports as SQL in DuckDB, on random data."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

import omnicontact as oc

NOW = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)
DAY = 86_400_000
WINDOW = 30 * DAY


def random_messages(seed: int, rows: int = 4000) -> pl.DataFrame:
    generator = np.random.default_rng(seed)
    end = int(NOW.timestamp() * 1000)
    sent = end - generator.integers(0, 60 * DAY, rows)

    def sometimes(values: Any, share: float) -> pl.Series:
        return pl.Series(values).scatter(np.flatnonzero(generator.random(rows) > share), None)

    def after(share: float) -> pl.Series:
        return sometimes(sent + generator.integers(0, 40 * DAY, rows), share)

    def word(words: list[str]) -> np.ndarray[Any, Any]:
        return np.array(words)[generator.integers(0, len(words), rows)]

    return pl.DataFrame(
        {
            "id": pl.Series(generator.permutation(rows)),
            "sent_at": sent,
            "direction": word(["incoming", "outgoing"]),
            "contact": generator.integers(0, 300, rows),
            "channel": sometimes(word(["wa", "web", "fb", "sms"]), 0.97),
            "source": word(["user", "broadcast", "workflow", "zapier", "an app of ours"]),
            "type": word(["session", "whatsapp_message_template"]),
            "user": sometimes(generator.integers(1, 9, rows), 0.7),
            "accepted_at": after(0.9),
            "delivered_at": after(0.6),
            "read_at": after(0.3),
            "failed_at": after(0.2),
        }
    )


CAPPED = """
create or replace view capped as
select *, case
    when read_at - sent_at <= {window} then 'read'
    when delivered_at - sent_at <= {window} then 'delivered'
    when failed_at - sent_at <= {window} then 'failed'
    when accepted_at - sent_at <= {window} then 'sent'
    when coalesce(accepted_at, delivered_at, read_at, failed_at) is null then 'sent'
    else 'pending' end as status,
  coalesce(read_at - sent_at <= {window}, false) or coalesce(delivered_at - sent_at <= {window}, false)
    or coalesce(accepted_at - sent_at <= {window}, false)
    or coalesce(accepted_at, delivered_at, read_at, failed_at) is null as accepted,
  epoch_ms(sent_at - 5 * 3600000)::date as day
from messages where sent_at >= {start} and sent_at < {end} {filters}
"""


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("filters", "sql"),
    [({}, ""), ({"channel": ["wa", "sms"]}, "and channel in ('wa', 'sms')"), ({"user": [3, 4]}, "and source = 'user' and \"user\" in (3, 4)")],
)  # fmt: skip
def test_messages(seed: int, filters: dict[str, Any], sql: str) -> None:
    messages = random_messages(seed)
    report = oc.messages_report(
        messages, zone="America/Guayaquil", now=NOW, period="last_30_days", granularity="day", distinct_contacts=True, **filters
    )
    start, end = (int(at.timestamp() * 1000) for at in (report.start, report.end))
    database = duckdb.connect()
    database.register("messages", messages.to_arrow())
    database.execute(CAPPED.format(window=WINDOW, start=start, end=end, filters=sql))

    def rows(component: str, *columns: str) -> list[tuple[Any, ...]]:
        found = report[component].to_dict()["outcome"]["rows"]
        return sorted((tuple(row[column] for column in columns) for row in found if row["count"]), key=repr)

    def ask(text: str) -> list[tuple[Any, ...]]:
        return sorted(database.execute(text).fetchall(), key=repr)

    if "user" not in filters:
        assert rows("incoming_by_channel", "key", "count", "contacts") == ask(
            "select channel, count(*), count(distinct contact) from capped where direction = 'incoming' group by 1"
        )
    else:
        assert report.incoming_by_channel.state == "not_applicable"
    outgoing = "from capped where direction = 'outgoing' and accepted group by 1"
    assert rows("outgoing_by_channel", "key", "count", "contacts") == ask(f"select channel, count(*), count(distinct contact) {outgoing}")
    assert rows("outgoing_by_source", "key", "count") == ask(f"select source, count(*) {outgoing}")
    assert rows("outgoing_by_type", "key", "count") == ask(f"select type, count(*) {outgoing}")
    assert rows("delivery", "key", "count") == ask(
        "select status, count(*) from capped where direction = 'outgoing' group by 1"
    )
    # Every cell of the days of delivery.
    cells = report.delivery.to_polars("buckets").filter(pl.col("count") > 0)
    assert sorted(cells.select("bucket", "key", "count").rows()) == sorted(
        (str(day), status, count)
        for day, status, count in ask(
            "select day, status, count(*) from capped where direction = 'outgoing' group by all"
        )
    )
    # The whole log, row by row.
    log = report.outgoing_log.all().to_polars()
    assert log.select(pl.col("timestamp").dt.epoch("ms"), "contact_id").rows() == database.execute(
        "select sent_at, contact from capped where direction = 'outgoing' and accepted order by sent_at desc, id desc"
    ).fetchall()


@pytest.mark.parametrize("seed", range(4))
def test_contacts(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows = 2000
    end = int(NOW.timestamp() * 1000)
    events = pl.DataFrame(
        {
            "sequence": np.arange(rows),
            "at": end - generator.integers(0, 60 * DAY, rows),
            "kind": np.array(["added", "connected", "deleted"])[generator.integers(0, 3, rows)],
            "contact": generator.integers(0, 300, rows),
            "source": np.array(["user", "contact_import", "incoming_message"])[generator.integers(0, 3, rows)],
            "channel": np.array(["wa", "web"])[generator.integers(0, 2, rows)],
        }
    )
    report = oc.contacts_report(events, zone="UTC", now=NOW, period="last_30_days", source=["user", "contact_import"])
    database = duckdb.connect()
    database.register("events", events.to_arrow())
    start, end = (int(at.timestamp() * 1000) for at in (report.start, report.end))
    database.execute(
        f"create view chosen as from events where \"at\" >= {start} and \"at\" < {end} and source in ('user', 'contact_import')"
    )

    def ask(text: str) -> dict[Any, Any]:
        return dict(database.execute(text).fetchall())

    def counts(part: oc.Component) -> dict[Any, Any]:
        return {row["key"]: row["count"] for row in part.to_dict()["outcome"]["rows"] if row["count"]}

    assert counts(report.overview) == ask("select kind, count(*) from chosen where kind <> 'connected' group by 1")
    assert counts(report.added_by_source) == ask("select source, count(*) from chosen where kind = 'added' group by 1")
    assert counts(report.connected_by_channel) == ask(
        "select channel, count(*) from chosen where kind = 'connected' group by 1"
    )
    log = report.added_log.all().to_polars()
    assert log["contact_id"].to_list() == [
        row[0]
        for row in database.execute(
            "select contact from chosen where kind = 'added' order by \"at\" desc, sequence desc"
        ).fetchall()
    ]
