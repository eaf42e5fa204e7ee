//! Runs `tests/vectors/time/*.json`: the part of the contract that rules T1 to T6 and D1 to D4 make.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use omnicontact::{Buckets, Code, Error, Granularity, Instant, Period, PeriodPolicy, PeriodSpec, Result, Zone};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    rules: Vec<String>,
    #[serde(default, rename = "why")]
    _why: Option<String>,
    call: Call,
    expect: Option<Value>,
    expect_error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(tag = "operation", content = "options", rename_all = "snake_case", deny_unknown_fields)]
enum Call {
    ResolvePeriod(PeriodOptions),
    Buckets(BucketsOptions),
    DayOf(DayOfOptions),
    StartOfDay(StartOfDayOptions),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodOptions {
    zone: String,
    now: i64,
    period: SpecOption,
    #[serde(default)]
    policies: PeriodPolicy,
    records: Option<[i64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BucketsOptions {
    zone: String,
    now: i64,
    period: SpecOption,
    granularity: String,
    #[serde(default)]
    policies: PeriodPolicy,
    records: Option<[i64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayOfOptions {
    zone: String,
    at: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StartOfDayOptions {
    zone: String,
    date: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SpecOption {
    Text(String),
    Dates(DatesOption),
    Instants(InstantsOption),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatesOption {
    from: NaiveDate,
    to: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstantsOption {
    start: Instant,
    end: Instant,
}

impl SpecOption {
    fn read(&self) -> Result<PeriodSpec> {
        match self {
            Self::Text(text) => PeriodSpec::parse(text),
            Self::Dates(dates) => Ok(PeriodSpec::dates(dates.from, dates.to)),
            Self::Instants(instants) => Ok(PeriodSpec::between(instants.start, instants.end)),
        }
    }
}

fn instant(millis: i64, path: &str) -> Result<Instant> {
    Instant::from_millis(millis).map_err(|error| error.at(path))
}

fn records(ends: Option<[i64; 2]>) -> Result<Option<(Instant, Instant)>> {
    ends.map(|[first, last]| Ok((instant(first, "records")?, instant(last, "records")?))).transpose()
}

fn ends(period: &Period) -> Value {
    json!({ "start": period.start().as_millis(), "end": period.end().as_millis() })
}

fn run(call: &Call) -> Result<Value> {
    match call {
        Call::ResolvePeriod(options) => {
            let zone = Zone::new(&options.zone)?;
            let (now, spec) = (instant(options.now, "now")?, options.period.read()?);
            let records = records(options.records)?;
            let period = spec.resolve(&zone, now, records, &options.policies)?;
            let previous = spec.previous(&zone, now, records, &options.policies)?;
            let mut answer = ends(&period);
            answer["dates"] = json!(period.dates());
            answer["previous"] = previous.as_ref().map_or(Value::Null, ends);
            Ok(answer)
        }
        Call::Buckets(options) => {
            let zone = Zone::new(&options.zone)?;
            let granularity = Granularity::parse(&options.granularity).map_err(|error| error.at("granularity"))?;
            let (now, spec) = (instant(options.now, "now")?, options.period.read()?);
            let period = spec.resolve(&zone, now, records(options.records)?, &options.policies)?;
            let buckets = Buckets::new(&period, granularity, &zone, &options.policies)?;
            Ok(json!({ "granularity": buckets.granularity(), "edges": buckets.edges(), "keys": buckets.keys() }))
        }
        Call::DayOf(options) => {
            let day = Zone::new(&options.zone)?.day_of(instant(options.at, "at")?);
            Ok(json!({ "date": day }))
        }
        Call::StartOfDay(options) => {
            let zone = Zone::new(&options.zone)?;
            let date = NaiveDate::parse_from_str(&options.date, "%Y-%m-%d").ok().filter(|_| options.date.len() == 10);
            let date = date.ok_or_else(|| Error::new(Code::InvalidDate, "not a date").at("date"))?;
            Ok(json!({ "start": zone.start_of_day(date)?.as_millis() }))
        }
    }
}

#[test]
fn every_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/time");
    let (mut names, mut rules) = (BTreeSet::new(), BTreeSet::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let vectors: Vec<Vector> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for vector in vectors {
            let name = &vector.name;
            match (run(&vector.call), &vector.expect, &vector.expect_error) {
                (Ok(answer), Some(expected), None) => assert_eq!(&answer, expected, "{name}"),
                (Err(error), None, Some(expected)) => {
                    let answer = json!({ "kind": error.kind(), "code": error.code().as_str(), "path": error.path() });
                    assert_eq!(&answer, expected, "{name}");
                }
                (answer, _, _) => panic!("{name}: {answer:?}"),
            }
            assert!(names.insert(vector.name), "a name twice");
            rules.extend(vector.rules);
        }
    }
    assert!(names.len() >= 90, "only {} vectors were found", names.len());
    for rule in ["T1", "T2", "T3", "T4", "T5", "T6", "D1", "D2", "D3", "D4"] {
        assert!(rules.contains(rule), "no vector is about {rule}");
    }
}
