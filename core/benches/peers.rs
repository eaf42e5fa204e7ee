//! The two reports on the data of `tests/bench`, timed side by side with the peers there and checked by digest.
//!
//! `BENCH_DATA=… cargo bench --bench peers -- --queries m30,m400 --reps 11`; `tests/bench/README.md` says what is
//! computed. `--variant one_shot` builds the dataset anew for every report.
#![expect(clippy::unwrap_used, reason = "a bench may stop at the first wrong file")]

mod peers_support;

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Instant as Clock;

use omnicontact::{
    Dataset, Filters, Granularity, Instant, PeriodSpec, ReportKind, ReportOptions, ReportPolicies, Zone, report,
};
use peers_support::{Arguments, Raw, canonical};

struct Query {
    name: &'static str,
    report: ReportKind,
    days: u64,
    zone: &'static str,
    channels: &'static [&'static str],
    users: &'static [&'static str],
}

const fn query(name: &'static str, report: ReportKind, days: u64, zone: &'static str) -> Query {
    Query { name, report, days, zone, channels: &[], users: &[] }
}

const GUAYAQUIL: &str = "America/Guayaquil";
const USERS: &[&str] = &["user_01", "user_07", "user_19"];
const QUERIES: &[Query] = &[
    query("m30", ReportKind::Messages, 30, GUAYAQUIL),
    query("m400", ReportKind::Messages, 400, GUAYAQUIL),
    query("m400_berlin", ReportKind::Messages, 400, "Europe/Berlin"),
    Query {
        channels: &["wa_ventas", "ig_main", "web_chat"],
        ..query("m400_ch3", ReportKind::Messages, 400, GUAYAQUIL)
    },
    Query { users: USERS, ..query("m400_u3", ReportKind::Messages, 400, GUAYAQUIL) },
    query("c30", ReportKind::Contacts, 30, GUAYAQUIL),
    query("c400", ReportKind::Contacts, 400, GUAYAQUIL),
    Query { users: USERS, ..query("c400_u3", ReportKind::Contacts, 400, GUAYAQUIL) },
];

fn options(query: &Query) -> ReportOptions {
    let last = chrono::NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
    let first = last.checked_sub_days(chrono::Days::new(query.days - 1)).unwrap();
    let now = Instant::parse("2026-11-01T12:00:00Z").unwrap();
    let policies = ReportPolicies::default().count_all_attempts(true);
    ReportOptions::new(Zone::new(query.zone).unwrap(), now, PeriodSpec::dates(first, last))
        .granularity(Granularity::Day)
        .policies(policies)
        .filters(Filters::default().channel(query.channels.iter().copied()).user(query.users.iter().copied()))
}

fn run(data: &Dataset<'_>, query: &Query, options: &ReportOptions) -> omnicontact::Report {
    match query.report {
        ReportKind::Messages => report::messages(data, options).unwrap(),
        ReportKind::Contacts => report::contacts(data, options).unwrap(),
    }
}

fn main() {
    let arguments = Arguments::read();
    let loading = Clock::now();
    let raw = Raw::load(&arguments.data, arguments.file.contains("shuffled"));
    println!("loaded {} messages, {} events in {:.1} s", raw.messages(), raw.events(), loading.elapsed().as_secs_f64());
    let building = Clock::now();
    let built = (arguments.variant == "dataset").then(|| raw.dataset());
    if let Some(data) = &built {
        println!(
            "dataset built in {:.0} ms; index {} bytes a message",
            building.elapsed().as_secs_f64() * 1e3,
            data.index_bytes() / raw.messages().max(1)
        );
    }
    for query in QUERIES.iter().filter(|query| arguments.queries.iter().any(|name| name == query.name)) {
        let options = options(query);
        let mut last = None;
        let mut wall = Vec::new();
        for repetition in 0..=arguments.reps {
            let start = Clock::now();
            let result = match &built {
                Some(data) => run(data, query, &options),
                None => run(&raw.dataset_for(query.report), query, &options),
            };
            let seconds = start.elapsed().as_secs_f64();
            if repetition > 0 {
                wall.push(seconds);
            }
            last = Some(result);
        }
        let parts = canonical(&last.unwrap(), &raw);
        if let Some(dump) = &arguments.dump {
            std::fs::create_dir_all(dump).unwrap();
            for (part, text) in &parts {
                std::fs::write(format!("{dump}/{}.{part}.txt", query.name), text).unwrap();
            }
        }
        let sha1 = |text: &str, digits: usize| sha1_smol::Sha1::from(text).digest().to_string()[..digits].to_owned();
        let parts: BTreeMap<String, String> = parts.into_iter().map(|(part, text)| (part, sha1(&text, 10))).collect();
        let listed: Vec<String> = parts.iter().map(|(part, hash)| format!("\"{part}\": \"{hash}\"")).collect();
        let digest = sha1(&format!("{{{}}}", listed.join(", ")), 12);
        let mut sorted = wall.clone();
        sorted.sort_by(f64::total_cmp);
        let (low, median, high) = (sorted[0], sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
        println!(
            "omnicontact {:9} t1 {:12} med {:9.2} ms  min {:9.2}  {digest}",
            arguments.variant,
            query.name,
            median * 1e3,
            low * 1e3
        );
        if let Some(out) = &arguments.out {
            let line = serde_json::json!({
                "peer": "omnicontact", "variant": arguments.variant, "mode": "mem", "threads": 1, "query": query.name,
                "file": arguments.file, "wall": wall, "wall_med": median, "wall_min": low, "wall_max": high,
                "digest": digest, "parts": parts,
            });
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(out).unwrap();
            writeln!(file, "{line}").unwrap();
        }
    }
}
