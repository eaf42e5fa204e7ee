//! Specifications hold the report's numbers, and every encoding names a field that is there.

use std::collections::BTreeSet;

use omnicontact::export::{ChartKind, charts, vega};
use omnicontact::{
    Channel, ChannelKind, Component, Dataset, Direction, Directory, Filters, Instant, Locale, Message, Preset,
    ReportOptions, Zone, report,
};
use serde_json::Value;

use crate::data::{LOCALES, options, reports};

fn values(spec: &Value) -> &Vec<Value> {
    spec["data"]["values"].as_array().unwrap()
}

#[test]
fn every_chart_has_a_specification_with_the_reports_numbers() {
    for locale in LOCALES {
        for report in &reports(&options().locale(locale)) {
            for part in &report.components {
                for &kind in charts(part.component) {
                    let spec = vega::chart(report, part.component, kind).unwrap();
                    check(&spec, kind);
                    assert_eq!(spec["title"]["text"], part.title.as_str());
                    let table = omnicontact::export::Table::from_part(report, part.component).unwrap();
                    let Some(omnicontact::export::Values::Int(counts)) = table.column("count") else { panic!() };
                    let total: i64 = counts.iter().flatten().sum();
                    let drawn: i64 = values(&spec).iter().map(|datum| datum["count"].as_i64().unwrap()).sum();
                    assert_eq!(drawn, total, "{} {kind}", part.component);
                    if kind != ChartKind::Pie {
                        let series: BTreeSet<i64> =
                            values(&spec).iter().map(|datum| datum["series"].as_i64().unwrap()).collect();
                        assert_eq!(values(&spec).len(), series.len() * report.buckets.len(), "zeros included");
                    }
                }
            }
        }
    }
}

fn check(spec: &Value, kind: ChartKind) {
    assert_eq!(spec["$schema"], "https://vega.github.io/schema/vega-lite/v6.json");
    let mark = match kind {
        ChartKind::Bar => "bar",
        ChartKind::Pie => "arc",
        ChartKind::Line => "line",
    };
    assert_eq!(spec["mark"]["type"], mark);
    let first = &values(spec)[0];
    let encoding = spec["encoding"].as_object().unwrap();
    for (channel, definition) in encoding {
        let definitions = definition.as_array().cloned().unwrap_or_else(|| vec![definition.clone()]);
        for definition in definitions {
            let field = definition["field"].as_str().unwrap();
            assert!(first.get(field).is_some(), "{channel}: {field}");
            if channel == "tooltip" {
                assert!(!definition["title"].as_str().unwrap().is_empty());
            }
        }
    }
    let (domain, range) = (&encoding["color"]["scale"]["domain"], &encoding["color"]["scale"]["range"]);
    let distinct: BTreeSet<&str> = domain.as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect();
    assert_eq!(distinct.len(), domain.as_array().unwrap().len(), "no two series are called alike");
    assert_eq!(distinct.len(), range.as_array().unwrap().len());
    if kind == ChartKind::Pie {
        let hundredths: f64 =
            values(spec).iter().map(|datum| (datum["percent"].as_f64().unwrap() * 100.0).round()).sum();
        assert_eq!(hundredths, 10_000.0);
    } else {
        assert!(!encoding["x"]["title"].as_str().unwrap().is_empty());
        assert!(!encoding["y"]["title"].as_str().unwrap().is_empty());
        let labels: BTreeSet<&str> = values(spec).iter().map(|datum| datum["bucket"].as_str().unwrap()).collect();
        let keys: BTreeSet<&str> = values(spec).iter().map(|datum| datum["bucket_key"].as_str().unwrap()).collect();
        assert_eq!(labels.len(), keys.len(), "no two buckets are called alike");
    }
}

#[test]
fn stacks_are_for_parts_of_a_whole_only() {
    let [contacts, messages] = reports(&options());
    let stacked = vega::chart(&messages, Component::IncomingByChannel, ChartKind::Bar).unwrap();
    assert_eq!(stacked["encoding"]["y"]["stack"], "zero");
    let grouped = vega::chart(&contacts, Component::Overview, ChartKind::Bar).unwrap();
    assert_eq!(grouped["encoding"]["y"]["stack"], Value::Null);
    assert_eq!(grouped["encoding"]["xOffset"]["field"], "label");
}

#[test]
fn there_is_no_chart_without_data_or_of_another_kind() {
    let [_, report] = reports(&options().filters(Filters::default().channel(["nowhere"])));
    assert_eq!(vega::chart(&report, Component::IncomingByChannel, ChartKind::Bar), None);
    let [contacts, messages] = reports(&options());
    assert_eq!(vega::chart(&contacts, Component::Overview, ChartKind::Pie), None);
    assert_eq!(vega::chart(&messages, Component::IncomingLog, ChartKind::Bar), None);
    assert_eq!(vega::chart(&contacts, Component::Delivery, ChartKind::Line), None, "the other report's part");
}

#[test]
fn many_series_are_folded_and_namesakes_told_apart() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let rows: Vec<_> = (0..30_u32)
        .flat_map(|channel| {
            (0..=channel).map(move |at| {
                Message::new(channel * 100 + at, now, Direction::Incoming, 1).through(format!("channel-{channel}"))
            })
        })
        .collect();
    let mut directory = Directory::default();
    directory.channels =
        [29, 28].map(|channel| Channel::new(format!("channel-{channel}"), ChannelKind::WebChat).named("Web")).to_vec();
    let data = Dataset::builder().messages(&rows).directory(directory).build().unwrap();
    let options = ReportOptions::new(Zone::utc(), now, Preset::Last7Days).locale(Locale::Es);
    let report = report::messages(&data, &options).unwrap();
    for kind in [ChartKind::Bar, ChartKind::Pie] {
        let spec = vega::chart(&report, Component::IncomingByChannel, kind).unwrap();
        check(&spec, kind);
        let labels: BTreeSet<&str> = values(&spec).iter().map(|datum| datum["label"].as_str().unwrap()).collect();
        assert!(labels.contains("Web (channel-29)") && labels.contains("Otros (22)"), "{labels:?}");
        assert_eq!(labels.len(), 9);
        let drawn: u64 = values(&spec).iter().map(|datum| datum["count"].as_u64().unwrap()).sum();
        assert_eq!(drawn, rows.len() as u64);
    }
}
