//! P4 and P5 on the sample that ships, over periods, filters and policies.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[path = "support/sums.rs"]
mod sums;

use omnicontact::import::{self, ImportOptions};
use omnicontact::sample::{self, SampleOptions};
use omnicontact::{Component, Dataset, Directory, Filters, Instant, PeriodSpec, ReportOptions, ReportPolicies, report};

fn file(name: &str) -> &'static [u8] {
    sample::files().iter().find(|(file, _)| *file == name).unwrap().1.as_bytes()
}

fn shipped() -> Dataset<'static> {
    let options = ImportOptions::default();
    let mut directory = Directory::default();
    directory.contacts = import::named(file("contacts.csv"), &options).unwrap().rows;
    directory.channels = import::channels(file("channels.csv"), &options).unwrap().rows;
    directory.users = import::named(file("users.csv"), &options).unwrap().rows;
    Dataset::builder()
        .owned_messages(import::messages(file("messages.csv"), &options).unwrap().rows)
        .owned_events(import::events(file("events.csv"), &options).unwrap().rows)
        .directory(directory)
        .build()
        .unwrap()
}

#[test]
fn the_sums_hold_on_the_shipped_sample() {
    let data = shipped();
    let SampleOptions { zone, end, .. } = SampleOptions::default();
    let now = Instant::from_millis(end.as_millis() - 1).unwrap();
    let mut seen = 0;
    for period in ["today", "last_7_days", "last_30_days", "last_month", "this_quarter", "all_time"] {
        for all_attempts in [false, true] {
            for filters in [
                Filters::default(),
                Filters::default().channel(["wa-ventas", "sms"]),
                Filters::default().source(["user", "broadcast"]),
                Filters::default().user(["13"]),
                Filters::default().contact_text("ana"),
            ] {
                let options = ReportOptions::new(zone.clone(), now, PeriodSpec::parse(period).unwrap())
                    .policies(ReportPolicies::default().count_all_attempts(all_attempts))
                    .filters(filters.clone())
                    .distinct_contacts(true)
                    .compare(true);
                let report = report::messages(&data, &options).unwrap();
                sums::messages(&report).unwrap_or_else(|wrong| panic!("{period} {filters:?}: {wrong}"));
                let contacts = report::contacts(&data, &options).unwrap();
                sums::contacts(&contacts).unwrap_or_else(|wrong| panic!("{period} {filters:?}: {wrong}"));
                seen += report.component(Component::OutgoingByChannel).breakdown().map_or(0, |part| part.total);
            }
        }
    }
    assert!(seen > 10_000, "the sample has something to add up: {seen}");
}

#[test]
fn all_messages_of_the_sample_are_counted_once() {
    let data = shipped();
    let SampleOptions { zone, end, messages, .. } = SampleOptions::default();
    assert_eq!(data.message_count() as u64, messages);
    let options = ReportOptions::new(zone, end, PeriodSpec::parse("all_time").unwrap());
    let report = report::messages(&data, &options).unwrap();
    let incoming = report.component(Component::IncomingByChannel).breakdown().unwrap().total;
    let outgoing = report.component(Component::Delivery).delivery().unwrap().total;
    assert_eq!(incoming + outgoing, messages);
    // The same count, made on the text of the file: distinct ids of each direction.
    let text = std::str::from_utf8(file("messages.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut directions = std::collections::BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        directions.insert(record[0].to_owned(), record[2].to_owned());
    }
    let count = |direction: &str| directions.values().filter(|found| *found == direction).count() as u64;
    assert_eq!((incoming, outgoing), (count("incoming"), count("outgoing")));
}
