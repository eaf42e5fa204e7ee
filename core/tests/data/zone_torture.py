"""Writes zone_torture.csv: where local days begin on the dates that hurt, worked out without this library.

Needs only Python and the PyPI package `tzdata` of the wanted zone database (2026.5 is IANA 2026e):

    pip install tzdata==2026.5
    python zone_torture.py > zone_torture.csv

The start of a date is found by looking at the wall clock of every single second around its midnight.
"""

import csv
import datetime
import sys
import zoneinfo

import tzdata

UTC = datetime.timezone.utc
REACH = 26 * 3600

DATES = {
    "America/Sao_Paulo": "2015-10-18 2016-10-16 2017-10-15 2018-02-17 2018-11-04",
    "America/Asuncion": "2017-10-01 2023-10-01 2024-10-06",
    "Africa/Casablanca": "2008-06-01 2009-06-01",
    "Asia/Karachi": "2008-06-01",
    "Asia/Amman": "2005-04-01 2005-09-30 2006-03-31 2008-10-31 2011-04-01 2014-10-31 2016-04-01 2017-03-31",
    "Asia/Damascus": "2000-04-01 2001-04-01 2002-04-01 2003-04-01 2004-04-01 2005-04-01 2006-04-01 2011-04-01 2017-03-31",
    "Asia/Khandyga": "2003-12-31 2004-01-01",
    "Africa/Cairo": "2004-04-30 2010-04-30 2014-08-01 2024-04-26 2025-04-25 2026-04-24 2027-04-30 2032-04-30",
    "Asia/Beirut": "2002-03-31 2013-03-31 2019-03-31 2024-03-31 2030-03-31",
    "Atlantic/Azores": "2002-03-31 2013-03-31 2019-03-31 2024-03-31 2030-03-31"
    " 2004-10-31 2010-10-31 2021-10-31 2027-10-31 2032-10-31",
    "America/Havana": "2010-10-31 2015-11-01 2020-11-01 2025-11-02 2026-11-01 2037-11-01",
    "America/Managua": "2006-10-01",
    "Asia/Gaza": "2004-10-01",
    "Asia/Hebron": "2004-10-01",
    "America/Santiago": "2024-09-08 2025-04-05 2025-09-07 2026-04-04 2026-09-06 2027-09-05",
    "Pacific/Apia": "2011-12-29 2011-12-30 2011-12-31",
    "Pacific/Fakaofo": "2011-12-29 2011-12-30 2011-12-31",
    "Pacific/Kwajalein": "1993-08-20 1993-08-21 1993-08-22",
    "America/St_Johns": "2000-10-29 2001-10-28 2002-10-27 2003-10-26 2004-10-30 2004-10-31 2005-10-30 2006-10-29"
    " 2007-11-04 2008-11-02 2009-10-31 2009-11-01 2009-11-02 2010-11-07",
    "America/Goose_Bay": "2004-10-31 2009-10-31 2009-11-01 2009-11-02 2010-11-07",
    "America/Moncton": "2004-10-31",
    "Antarctica/Casey": "2010-03-04 2010-03-05 2010-03-06",
    "Australia/Lord_Howe": "2026-04-05 2026-10-04",
    "America/Caracas": "2016-05-01",
    "Asia/Pyongyang": "2018-05-04 2018-05-05",
    "Europe/Paris": "2019-03-31 2021-10-31",
    "America/Guayaquil": "1992-11-28 1993-02-05 2024-02-29 2026-07-01",
    "America/Vancouver": "2026-11-01 2027-01-15 2027-03-14",
    "Europe/Chisinau": "2022-03-27 2022-10-30",
    "Africa/Monrovia": "1972-01-06 1972-01-07 1972-01-08",
    "Asia/Kathmandu": "1986-01-01 2026-07-01",
    "Pacific/Kiritimati": "1994-12-30 1994-12-31 1995-01-01 9999-12-31",
    "Etc/GMT+12": "1970-01-01 9999-12-30",
    "UTC": "1970-01-01 2000-02-29 2100-02-28 9999-12-30",
    "America/New_York": "2026-03-08 2026-11-01 2400-02-29 9999-12-30",
}


def start(zone, date):
    """The first second whose local date is `date` or later."""
    midnight = int(datetime.datetime(date.year, date.month, date.day, tzinfo=UTC).timestamp())
    for second in range(midnight - REACH, midnight + REACH):
        try:
            shown = (datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=second)).astimezone(zone)
        except OverflowError:  # the wall clock is in year 10000, which Python does not have
            return second
        if shown.date() >= date:
            return second
    raise AssertionError("not found")


def day_after(zone, date):
    if date == datetime.date.max:  # in the zone of this row the clock is never changed by then
        return start(zone, date) + 86_400
    return start(zone, date + datetime.timedelta(days=1))


def text(second):
    return (datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=second)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )


def main():
    zoneinfo.reset_tzpath([])  # never the machine's own database
    version = tzdata.IANA_VERSION
    out = sys.stdout
    out.write(f"# Local days of IANA {version}, from Python's zoneinfo by zone_torture.py; not made with this library.\n")
    out.write("# start, next_start: first instant (UTC) whose local date is `date` or later, and the same for the date\n")
    out.write("# after it; minutes, seconds: length of the day. An empty date starts where the next one does.\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["database", "zone", "date", "start", "next_start", "minutes", "seconds"])
    for name, dates in DATES.items():
        zone = zoneinfo.ZoneInfo(name)
        for day in sorted(dates.split()):
            date = datetime.date.fromisoformat(day)
            first, second = start(zone, date), day_after(zone, date)
            minutes, seconds = divmod(second - first, 60)
            writer.writerow([version, name, day, text(first), text(second), minutes, seconds])


main()
