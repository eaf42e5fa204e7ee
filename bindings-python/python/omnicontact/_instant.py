"""Times: aware datetimes in Python, epoch milliseconds below."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def to_datetime(millis: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return EPOCH + timedelta(milliseconds=millis)


def now() -> datetime:
    """The present: read here, and nowhere below."""
    return datetime.now(timezone.utc)
