//! Tables hold what the report holds (P4, P5, P6, P8, P11).

use omnicontact::export::{Table, Values, log_pages};
use omnicontact::report::{Column, log_columns};
use omnicontact::{Code, Component, Filters, LogOptions, Report, Status};

use crate::data::{dataset, options, reports};

fn of(reports: &[Report; 2], component: Component) -> &Report {
    reports.iter().find(|report| report.report == component.report()).unwrap()
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn ints(table: &Table, name: &str) -> Vec<i64> {
    match table.column(name) {
        Some(Values::Int(values)) => values.iter().map(|value| value.unwrap()).collect(),
        other => panic!("{name}: {other:?}"),
    }
}

fn floats(table: &Table, name: &str) -> Vec<f64> {
    match table.column(name) {
        Some(Values::Float(values)) => values.iter().map(|value| value.unwrap()).collect(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn every_part_is_a_table_with_the_columns_of_its_kind() {
    let reports = reports(&options());
    for &component in Component::ALL {
        let table = Table::from_part(of(&reports, component), component).unwrap();
        let columns = names(&table);
        match component {
            Component::Overview => assert_eq!(columns, ["key", "label", "count"]),
            Component::OutgoingBySubtype => {
                assert_eq!(columns, ["type", "subtype", "label", "count", "share", "percent"]);
            }
            component if component.is_log() => {
                assert_eq!(columns, log_columns(component).iter().map(Column::as_str).collect::<Vec<_>>());
            }
            _ => assert_eq!(columns, ["key", "label", "count", "share", "percent"]),
        }
        assert!(table.columns.iter().all(|column| column.values.len() == table.len() && !column.title.is_empty()));
        let read: Table = serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap();
        // The reader of JSON may miss a fraction by its last bit.
        let rounded = |table: &Table| {
            let mut table = table.clone();
            for column in &mut table.columns {
                if let Values::Float(values) = &mut column.values {
                    values.iter_mut().flatten().for_each(|value| *value = (*value * 1e12).round());
                }
            }
            table
        };
        assert_eq!(rounded(&read), rounded(&table), "{component}");
    }
}

#[test]
fn shares_are_exact_and_percentages_add_to_a_hundred() {
    let reports = reports(&options());
    for &component in Component::ALL.iter().filter(|part| !part.is_log() && **part != Component::Overview) {
        let table = Table::from_part(of(&reports, component), component).unwrap();
        let counts = ints(&table, "count");
        let total: i64 = counts.iter().sum();
        for (count, share) in counts.iter().zip(floats(&table, "share")) {
            assert_eq!(share, f64::from(i32::try_from(*count).unwrap()) / f64::from(i32::try_from(total).unwrap()));
        }
        let hundredths: f64 = floats(&table, "percent").iter().map(|percent| (percent * 100.0).round()).sum();
        assert_eq!(hundredths, 10_000.0, "{component}");
    }
}

#[test]
fn comparison_and_contacts_are_columns_only_when_asked_for() {
    let [_, plain] = reports(&options());
    let [_, asked] = reports(&options().compare(true).distinct_contacts(true));
    let component = Component::OutgoingByChannel;
    let wanted = ["contacts", "previous", "change", "relative"];
    let (plain, asked) = (Table::from_part(&plain, component).unwrap(), Table::from_part(&asked, component).unwrap());
    assert!(wanted.iter().all(|name| plain.column(name).is_none()));
    assert!(wanted.iter().all(|name| asked.column(name).is_some()));
    let (count, previous) = (ints(&asked, "count"), ints(&asked, "previous"));
    for (row, change) in ints(&asked, "change").into_iter().enumerate() {
        assert_eq!(change, count[row] - previous[row]);
    }
}

#[test]
fn every_bucket_of_every_row_is_there_and_adds_up() {
    let reports = reports(&options());
    for &component in Component::ALL.iter().filter(|part| !part.is_log()) {
        let report = of(&reports, component);
        let (rows, buckets) =
            (Table::from_part(report, component).unwrap(), Table::buckets(report, component).unwrap());
        assert_eq!(buckets.len(), rows.len() * report.buckets.len(), "{component}");
        assert_eq!(ints(&buckets, "count").iter().sum::<i64>(), ints(&rows, "count").iter().sum::<i64>());
        let Some(Values::Time(starts)) = buckets.column("bucket_start") else { panic!("no starts") };
        assert_eq!(starts[..report.buckets.len()].iter().flatten().count(), report.buckets.len());
    }
    assert_eq!(Table::buckets(&reports[1], Component::IncomingLog), None);
}

#[test]
fn the_funnel_narrows_and_failures_are_the_failed() {
    let [_, report] = reports(&options());
    let delivery = report.component(Component::Delivery).delivery().unwrap();
    let funnel = ints(&Table::funnel(&report).unwrap(), "count");
    assert!(funnel[0] >= funnel[1] && funnel[1] >= funnel[2]);
    let failures = Table::failures(&report).unwrap();
    assert_eq!(ints(&failures, "count").iter().sum::<i64>().cast_unsigned(), delivery.count(Status::Failed));
    let Some(Values::Text(codes)) = failures.column("code") else { panic!("no codes") };
    assert!(codes.contains(&None), "a failure without a code keeps none");
}

#[test]
fn a_part_without_data_is_no_table() {
    let [_, report] = reports(&options().filters(Filters::default().source(["user"])));
    assert_eq!(Table::from_part(&report, Component::IncomingByChannel), None, "not applicable");
    let [_, report] = reports(&options().filters(Filters::default().channel(["nowhere"])));
    assert_eq!(Table::from_part(&report, Component::IncomingByChannel), None, "no data");
    assert_eq!(Table::funnel(&report), None);
    assert_eq!(Table::failures(&report), None);
}

#[test]
fn log_pages_are_the_whole_log() {
    let data = dataset(3_000);
    let whole = options();
    let paged = options().logs(LogOptions::default().limit(97));
    for component in [Component::OutgoingLog, Component::AddedLog] {
        let all: Vec<Report> = log_pages(&data, &whole, component).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(all.len(), 1);
        let all = Table::from_part(&all[0], component).unwrap();
        let mut rows = 0;
        for report in log_pages(&data, &paged, component).unwrap() {
            let page = Table::from_part(&report.unwrap(), component).unwrap();
            let (Some(Values::Time(page)), Some(Values::Time(all))) =
                (page.column("timestamp"), all.column("timestamp"))
            else {
                panic!("no timestamps")
            };
            assert_eq!(page[..], all[rows..rows + page.len()]);
            rows += page.len();
        }
        assert_eq!(rows, all.len());
    }
    let filtered = options().filters(Filters::default().source(["user"]));
    let outcomes = log_pages(&data, &filtered, Component::IncomingLog).unwrap().count();
    assert_eq!(outcomes, 1, "the outcome is seen once");
    let error = log_pages(&data, &whole, Component::Delivery).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::MalformedValue, "component"));
}
