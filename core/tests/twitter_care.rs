//! Customer care on Twitter, in the layout of the public data set, read as it is: by a mapping, not by a converter.
//!
//! The excerpt here is made up. With `OMNICONTACT_TWITTER_CARE=FILE` the same checks run on a real file.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::{BTreeMap, BTreeSet};

use omnicontact::import::{self, ImportOptions};
use omnicontact::{Component, Dataset, Instant, PeriodSpec, ReportOptions, Zone, report};

const EXCERPT: &str = "\
tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id
1,115712,True,Tue Oct 31 21:45:10 +0000 2017,@sprintcare and how do you propose we do that,2,3
2,sprintcare,False,Tue Oct 31 22:10:47 +0000 2017,\"@115712 I understand.
I would like to assist you, \"\"today\"\".\",,1
4,115713,True,Tue Oct 31 22:14:54 +0000 2017,@AppleSupport my phone 😡,5,
5,AppleSupport,False,Tue Oct 31 22:20:00 +0000 2017,@115713 We are here to help.,,4
5,AppleSupport,False,Tue Oct 31 22:20:00 +0000 2017,@115713 We are here to help.,,4
6,115714,True,Wed Nov 01 03:00:00 +0000 2017,no company at all: mail me at me@example.com,,
";

fn options() -> ImportOptions {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/mappings/twitter_care.json");
    let mut tables: BTreeMap<String, ImportOptions> =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    tables.remove("messages").unwrap()
}

/// The totals of the report against a count made on the file by another reader.
fn check(text: &str) {
    let read = import::messages(text.as_bytes(), &options()).unwrap();
    let mut directions: BTreeMap<String, bool> = BTreeMap::new();
    let mut companies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rows = 0;
    let mut other = csv::Reader::from_reader(text.as_bytes());
    for record in other.records() {
        let record = record.unwrap();
        rows += 1;
        let incoming = &record[2] == "True";
        directions.insert(record[0].to_owned(), incoming);
        if !incoming {
            companies.entry(record[1].to_owned()).or_default().insert(record[0].to_owned());
        }
    }
    assert_eq!(read.counts.rows, rows);

    let data = Dataset::builder().owned_messages(read.rows).build().unwrap();
    assert_eq!(data.message_count(), directions.len());
    assert_eq!(data.folded_count() as u64, rows - directions.len() as u64);
    let now = Instant::parse("2018-01-01T00:00:00Z").unwrap();
    let question = ReportOptions::new(Zone::utc(), now, PeriodSpec::parse("all_time").unwrap());
    let report = report::messages(&data, &question).unwrap();
    let total = |component: Component| report.component(component).breakdown().unwrap().total;
    let incoming = directions.values().filter(|incoming| **incoming).count() as u64;
    assert_eq!(total(Component::IncomingByChannel), incoming);
    assert_eq!(total(Component::OutgoingByChannel), directions.len() as u64 - incoming);
    let by_channel: BTreeMap<String, u64> = report
        .component(Component::OutgoingByChannel)
        .breakdown()
        .unwrap()
        .rows
        .iter()
        .map(|row| (row.label.clone(), row.count))
        .collect();
    let expected: BTreeMap<String, u64> = companies.into_iter().map(|(name, ids)| (name, ids.len() as u64)).collect();
    assert_eq!(by_channel, expected);
}

#[test]
fn every_row_is_counted_as_it_stands() {
    check(EXCERPT);
    if let Ok(file) = std::env::var("OMNICONTACT_TWITTER_CARE") {
        check(&std::fs::read_to_string(file).unwrap());
    }
}
