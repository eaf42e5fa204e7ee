//! Local days on the dates that hurt (T3), against a table that Python made (`data/zone_torture.py`).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use chrono::{Days, NaiveDate};
use omnicontact::{Buckets, Granularity, Instant, PeriodPolicy, PeriodSpec, Zone};

struct Row {
    zone: Zone,
    date: NaiveDate,
    start: Instant,
    next_start: Instant,
    length: i64,
}

fn table() -> Vec<Row> {
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(include_str!("data/zone_torture.csv").as_bytes());
    assert_eq!(
        reader.headers().unwrap(),
        &["database", "zone", "date", "start", "next_start", "minutes", "seconds"][..]
    );
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let zone = Zone::new(&row[1]).unwrap();
            assert_eq!(zone.database_version(), &row[0], "make the table anew with the same database");
            let number = |index: usize| row[index].parse::<i64>().unwrap();
            Row {
                zone,
                date: row[2].parse().unwrap(),
                start: Instant::parse(&row[3]).unwrap(),
                next_start: Instant::parse(&row[4]).unwrap(),
                length: (number(5) * 60 + number(6)) * 1000,
            }
        })
        .collect()
}

#[test]
fn days_start_where_python_says() {
    let table = table();
    assert!(table.len() > 120);
    for Row { zone, date, start, next_start, length } in &table {
        let label = format!("{} {date}", zone.name());
        assert_eq!(zone.start_of_day(*date).unwrap(), *start, "{label}");
        assert_eq!(zone.start_of_day(*date + Days::new(1)).unwrap(), *next_start, "{label}");
        assert_eq!(next_start.as_millis() - start.as_millis(), *length, "{label}");
    }
}

#[test]
fn a_day_is_between_its_start_and_the_next() {
    for Row { zone, date, start, next_start, length } in table() {
        let label = format!("{} {date}", zone.name());
        let day = |millis: i64| zone.day_of(Instant::from_millis(millis).unwrap());
        if length == 0 {
            assert!(day(start.as_millis()) > date, "{label}");
        } else {
            assert_eq!(day(start.as_millis()), date, "{label}");
            assert_eq!(day(next_start.as_millis() - 1), date, "{label}");
        }
        if start > Instant::MIN {
            assert!(day(start.as_millis() - 1) < date, "{label}");
        }
        assert!(day(next_start.as_millis()) > date, "{label}");
    }
}

#[test]
fn a_date_is_one_bucket_or_none() {
    let policy = PeriodPolicy::default();
    for Row { zone, date, start, next_start, length } in table() {
        let period = PeriodSpec::dates(date, date).resolve(&zone, Instant::MIN, None, &policy).unwrap();
        let buckets = Buckets::new(&period, Granularity::Day, &zone, &policy).unwrap();
        if length == 0 {
            assert!(period.is_empty() && buckets.is_empty());
            assert!(buckets.edges().is_empty());
        } else {
            assert_eq!(buckets.edges(), [start.as_millis(), next_start.as_millis()]);
            assert_eq!(buckets.keys(), [date.to_string()]);
        }
    }
}
