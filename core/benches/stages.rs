//! Every stage on the way of a report, by itself: `cargo bench --bench stages`.
#![expect(clippy::unwrap_used, reason = "a bench may stop at the first failure")]

use std::sync::OnceLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use omnicontact::export::Table;
use omnicontact::export::csv::{self, CsvOptions};
use omnicontact::export::html::{self, PageOptions};
use omnicontact::import::{self, ImportOptions};
use omnicontact::sample::{SampleOptions, Workspace};
use omnicontact::{
    Buckets, Component, Dataset, Granularity, Partial, PeriodPolicy, PeriodSpec, ReportOptions, classify, report,
};

const MESSAGES: u64 = 200_000;

fn main() {
    divan::main();
}

fn options() -> SampleOptions {
    SampleOptions::default().messages(MESSAGES).contacts(20_000).days(400)
}

fn workspace() -> &'static Workspace {
    static WORKSPACE: OnceLock<Workspace> = OnceLock::new();
    WORKSPACE.get_or_init(|| Workspace::generate(&options()).unwrap())
}

fn file() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let mut bytes = Vec::new();
        workspace().write_file("messages.csv", &mut bytes).unwrap();
        bytes
    })
}

fn dataset() -> &'static Dataset<'static> {
    static DATASET: OnceLock<Dataset<'static>> = OnceLock::new();
    DATASET.get_or_init(|| {
        let workspace = workspace();
        Dataset::builder()
            .messages(&workspace.messages)
            .events(&workspace.events)
            .directory(workspace.directory.clone())
            .build()
            .unwrap()
    })
}

fn question(period: &str) -> ReportOptions {
    let options = options();
    ReportOptions::new(options.zone, options.end, PeriodSpec::parse(period).unwrap())
}

#[divan::bench]
fn buckets_of_400_days(bencher: Bencher<'_, '_>) {
    let options = options();
    let policy = PeriodPolicy::default();
    let spec = PeriodSpec::parse("2025-05-27..2026-06-30").unwrap();
    let period = spec.resolve(&options.zone, options.end, None, &policy).unwrap();
    bencher.bench(|| Buckets::new(&period, Granularity::Day, &options.zone, &policy).unwrap());
}

#[divan::bench]
fn import_csv(bencher: Bencher<'_, '_>) {
    let options = ImportOptions::default();
    bencher.counter(divan::counter::BytesCount::of_slice(file())).bench(|| {
        let mut rows = 0_usize;
        import::each_message(file(), &options, |message| {
            black_box(message);
            rows += 1;
            Ok(())
        })
        .unwrap();
        rows
    });
}

#[divan::bench]
fn classify_rows(bencher: Bencher<'_, '_>) {
    let policy = classify::ClassifyPolicy::default();
    let rows = &workspace().messages;
    bencher.counter(ItemsCount::new(rows.len())).bench(|| {
        for row in rows {
            black_box(classify::outgoing(row, None, &policy));
            black_box(classify::delivery(row.sent_at, row.delivery.as_deref(), policy.untracked));
        }
    });
}

#[divan::bench]
fn fold_repeated_rows(bencher: Bencher<'_, '_>) {
    let rows = &workspace().messages;
    bencher.counter(ItemsCount::new(rows.len())).bench(|| classify::fold_slice(rows).len());
}

#[divan::bench]
fn build_from_rows(bencher: Bencher<'_, '_>) {
    let workspace = workspace();
    bencher.counter(ItemsCount::new(workspace.messages.len())).bench(|| {
        Dataset::builder().messages(&workspace.messages).directory(workspace.directory.clone()).build().unwrap()
    });
}

#[divan::bench(args = ["last_30_days", "all_time"])]
fn messages_report(bencher: Bencher<'_, '_>, period: &str) {
    let (data, question) = (dataset(), question(period));
    bencher.bench(|| report::messages(data, &question).unwrap());
}

#[divan::bench(args = ["last_30_days", "all_time"])]
fn contacts_report(bencher: Bencher<'_, '_>, period: &str) {
    let (data, question) = (dataset(), question(period));
    bencher.bench(|| report::contacts(data, &question).unwrap());
}

#[divan::bench]
fn distinct_contacts(bencher: Bencher<'_, '_>) {
    let (data, question) = (dataset(), question("all_time").distinct_contacts(true));
    bencher.bench(|| report::messages(data, &question).unwrap());
}

#[divan::bench]
fn partial_to_bytes_and_back(bencher: Bencher<'_, '_>) {
    let partial = report::messages_partial(dataset(), &question("all_time")).unwrap();
    bencher.bench(|| Partial::from_bytes(&partial.to_bytes()).unwrap());
}

#[divan::bench]
fn partial_merge(bencher: Bencher<'_, '_>) {
    let partial = report::messages_partial(dataset(), &question("all_time")).unwrap();
    bencher.with_inputs(|| (partial.clone(), partial.clone())).bench_values(|(a, b)| a.merge(b).unwrap());
}

#[divan::bench]
fn finish(bencher: Bencher<'_, '_>) {
    let partial = report::messages_partial(dataset(), &question("all_time")).unwrap();
    bencher.with_inputs(|| partial.clone()).bench_values(Partial::finish);
}

#[divan::bench]
fn outgoing_log_as_csv(bencher: Bencher<'_, '_>) {
    let report = report::messages(dataset(), &question("all_time")).unwrap();
    let table = Table::from_part(&report, Component::OutgoingLog).unwrap();
    let options = CsvOptions::for_report(&report);
    bencher.counter(ItemsCount::new(table.len())).bench(|| {
        let mut bytes = Vec::new();
        csv::write(&table, &options, &mut bytes).unwrap();
        bytes
    });
}

#[divan::bench]
fn html_page(bencher: Bencher<'_, '_>) {
    let report = report::messages(dataset(), &question("last_30_days")).unwrap();
    bencher.bench(|| html::page(&[&report], &PageOptions::default()));
}
