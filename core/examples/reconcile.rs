//! Generates a workspace of any size and checks that its reports reconcile: the sums of P4 and P5, and that parts of the
//! rows merge to the report of the whole (P12).
//!
//! ```text
//! cargo run --release --example reconcile -- 10000000
//! ```
#![expect(clippy::unwrap_used, reason = "a check stops at the first failure")]

#[path = "../tests/support/sums.rs"]
mod sums;

use std::time::Instant as Clock;

use omnicontact::sample::{SampleOptions, Workspace};
use omnicontact::{Dataset, DatasetOptions, PeriodSpec, ReportOptions, report};

fn main() {
    let messages: u64 = std::env::args().nth(1).map_or(1_000_000, |count| count.parse().unwrap());
    let options =
        SampleOptions::default().messages(messages).contacts(u32::try_from((messages / 10).max(50)).unwrap()).days(400);
    let clock = Clock::now();
    let Workspace { messages: rows, events, directory, .. } = Workspace::generate(&options).unwrap();
    println!("{} message rows, {} events in {:.1} s", rows.len(), events.len(), clock.elapsed().as_secs_f64());

    let clock = Clock::now();
    let build = |derive: bool| Dataset::builder().options(DatasetOptions::default().derive_connections(derive));
    let data = build(true).messages(&rows).events(&events).directory(directory.clone()).build().unwrap();
    println!("dataset of {} messages in {:.1} s", data.message_count(), clock.elapsed().as_secs_f64());

    let question = ReportOptions::new(options.zone.clone(), options.end, PeriodSpec::parse("last_year").unwrap());
    for period in ["today", "last_30_days", "this_year", "last_year", "all_time"] {
        let mut question = question.clone();
        question.period = PeriodSpec::parse(period).unwrap();
        let clock = Clock::now();
        let report = report::messages(&data, &question).unwrap();
        let millis = clock.elapsed().as_secs_f64() * 1e3;
        sums::messages(&report).unwrap();
        sums::contacts(&report::contacts(&data, &question).unwrap()).unwrap();
        println!("{period}: the sums hold ({millis:.1} ms)");
    }
    drop(data);

    // Parts of unique ids: the rows that update an earlier one are folded first.
    let clock = Clock::now();
    let unique = omnicontact::classify::fold_messages(rows).messages;
    let whole = build(false).messages(&unique).directory(directory.clone()).build().unwrap();
    let merged = unique
        .chunks(unique.len().div_ceil(3))
        .map(|part| {
            let data = build(false).messages(part).directory(directory.clone()).build().unwrap();
            report::messages_partial(&data, &question).unwrap()
        })
        .reduce(|a, b| a.merge(b).unwrap())
        .unwrap();
    assert_eq!(merged.finish(), report::messages(&whole, &question).unwrap());
    println!("three parts merge to the whole ({:.1} s)", clock.elapsed().as_secs_f64());
}
