//! A million contacts: segment, search, page of the table, CSV out and in (BENCH S1, S2, X1).
//!
//! `python tests/bench/find.py --dump DIR` writes the contacts that the peers use, and times them; then
//! `FIND_DATA=DIR cargo bench -p omnicontact --bench find` prints the same lines with the same digests.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is missing")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Clock;

use omnicontact::export::csv::{self, CsvOptions};
use omnicontact::import::{ContactImportOptions, each_contact, import_contacts};
use omnicontact::segment::{
    Ago, ContactField, ContactTable, CustomTypes, FieldRef, Operator, PageOptions, Segment, SegmentOptions, Sort,
};
use omnicontact::workspace::{Call, Command, Settings, TableIndex, Workspace};
use omnicontact::{Contact, ContactId, Edit, Email, Instant, Locale, Origin, Phone, Source, Zone};

const NOW: i64 = 1_793_509_200_000;
const COUNTRIES: [&str; 12] = ["EC", "CO", "PE", "MX", "US", "ES", "AR", "CL", "BR", "VE", "PA", "DO"];

fn contacts(folder: &Path) -> Vec<Contact> {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (tags, countries, last) = (read("s_tags.bin"), read("s_country.bin"), read("s_last.bin"));
    let names = String::from_utf8(read("s_names.txt")).unwrap();
    let at = Instant::from_millis(NOW - 400 * 86_400_000).unwrap();
    let all = names.lines().zip(tags.chunks_exact(4)).zip(countries).zip(last.chunks_exact(8)).enumerate();
    all.map(|(row, (((name, tags), country), last))| {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(row as u64).to_be_bytes());
        let mut contact = Contact::new(ContactId::mint(at, random), at, Origin::new(Source::User));
        let bits = u32::from_le_bytes(tags.try_into().unwrap());
        let word = |tag: u32| match tag {
            0 => "vip".into(),
            1 => "lead".into(),
            2 => "blocked".into(),
            other => format!("tag_{}", other - 3).into(),
        };
        contact.name = Some(name.into());
        contact.tags = (0..20).filter(|tag| bits >> tag & 1 == 1).map(word).collect();
        contact.country = Some(COUNTRIES[usize::from(country)].into());
        contact.last_incoming = Instant::from_millis(i64::from_le_bytes(last.try_into().unwrap())).ok();
        contact.phones = vec![Phone::parse(&format!("+5939{row:08}"), None).unwrap()];
        contact.emails = vec![Email::parse(&format!("user{row}@example.com")).unwrap()];
        contact
    })
    .collect()
}

/// Milliseconds that this thread has been on a processor; other work on the machine does not count. None but on Linux.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

/// Median and least milliseconds of some runs, after one that does not count.
fn time<T>(what: &str, runs: usize, mut run: impl FnMut() -> T, told: impl Fn(&T) -> String) {
    let mut result = run();
    let mut millis: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Clock::now();
            result = black_box(run());
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    println!("{what:<28} omnicontact med {:>9.2} ms  min {:>9.2}  {}", millis[runs / 2], millis[0], told(&result));
}

fn digest(rows: impl Iterator<Item = usize>) -> String {
    let mut sha = sha1_smol::Sha1::new();
    let mut count = 0;
    for row in rows {
        sha.update(&i32::try_from(row + 1).unwrap().to_le_bytes());
        count += 1;
    }
    format!("rows {count}  {}", &sha.digest().to_string()[..10])
}

#[expect(clippy::too_many_lines, reason = "one measurement after the other")]
fn main() {
    let Ok(folder) = std::env::var("FIND_DATA") else {
        println!("FIND_DATA is not set: `python tests/bench/find.py --dump DIR` writes the data");
        return;
    };
    let contacts = contacts(Path::new(&folder));
    let zone = Zone::new("America/Guayaquil").unwrap();
    let options = SegmentOptions::new(zone.clone(), Instant::from_millis(NOW).unwrap());
    let table = ContactTable::new(&contacts);
    let tag = |operator, tags: &[&str]| {
        Segment::on(
            ContactField::Tags,
            operator,
            tags.iter().map(|tag| (*tag).into()).collect::<Vec<omnicontact::segment::Operand>>(),
        )
    };
    let segment = Segment::all_of([
        Segment::any_of([
            Segment::on(ContactField::Name, Operator::Contains, "mar"),
            tag(Operator::AnyOf, &["vip", "lead"]),
        ]),
        Segment::on(ContactField::Country, Operator::AnyOf, ["EC", "PE"]),
        Segment::on(ContactField::LastIncoming, Operator::OlderThan, Ago::days(7)),
        Segment::not(tag(Operator::AnyOf, &["blocked"])),
    ]);

    let start = Clock::now();
    let first = table.select(&segment, &options).unwrap();
    println!(
        "{:<28} omnicontact {:>13.2} ms  (columns built, first answer)",
        "index",
        start.elapsed().as_secs_f64() * 1e3
    );
    time("segment", 15, || table.select(&segment, &options).unwrap(), |found| digest(found.rows()));
    for (what, query) in
        [("search_mar", "mar"), ("search_phone", "0991234"), ("search_rare", "user77777@"), ("search_none", "zzzz")]
    {
        time(what, 9, || table.matching(query).unwrap(), |found| digest(found.rows()));
    }
    let all = table.everybody();
    time("search_ranked", 9, || table.search("mar", &all, 100).unwrap(), |found| format!("rows {}", found.total));
    let by_name = PageOptions::default().sort(Sort::by(ContactField::ShownName));
    time(
        "page_by_name",
        9,
        || table.page(&all, &by_name).unwrap(),
        |page| format!("rows {} of {}", page.rows.len(), page.total),
    );
    let by_last = PageOptions::default().sort(Sort::descending(ContactField::LastIncoming));
    time(
        "page_by_last",
        9,
        || table.page(&all, &by_last).unwrap(),
        |page| format!("rows {} of {}", page.rows.len(), page.total),
    );
    let cursor = table.page(&all, &by_last).unwrap().cursor.unwrap();
    time(
        "page_2_by_last",
        9,
        || table.page(&all, &by_last.clone().cursor(cursor.clone())).unwrap(),
        |page| format!("rows {}", page.rows.len()),
    );
    time(
        "page_of_segment",
        9,
        || table.page(&first, &by_last).unwrap(),
        |page| format!("rows {} of {}", page.rows.len(), page.total),
    );

    let columns: Vec<FieldRef> = [
        ContactField::Name,
        ContactField::Phones,
        ContactField::Emails,
        ContactField::Country,
        ContactField::Tags,
        ContactField::LastIncoming,
    ]
    .map(Into::into)
    .to_vec();
    let rows: Vec<usize> = (0..contacts.len()).collect();
    let csv_options = CsvOptions::new(zone);
    let mut file = Vec::new();
    time(
        "csv_export",
        3,
        || {
            file.clear();
            csv::write_contacts(&table, &rows, &columns, Locale::En, options.now, &csv_options, &mut file).unwrap();
            file.len()
        },
        |bytes| format!("bytes {bytes}"),
    );
    let mut file = Vec::new();
    csv::write_contacts(&table, &rows, &columns, Locale::En, options.now, &csv_options, &mut file).unwrap();
    let import = ContactImportOptions::default();
    time(
        "csv_import",
        3,
        || {
            let mut good = 0;
            each_contact(file.as_slice(), &import, &CustomTypes::new(), &[], |_, _, row| {
                good += usize::from(row?.profile.check(None).is_ok());
                Ok(())
            })
            .unwrap();
            good
        },
        |rows| format!("rows {rows}"),
    );
    // Once, as it needs some gigabytes; what is made is given back after the time is taken.
    let (mut workspace, _) = Workspace::open(Settings::new("America/Guayaquil"), options.now).unwrap();
    let mut events = Vec::new();
    let (start, processor) = (Clock::now(), on_processor());
    let call = Call::new(options.now, [1; 10]);
    let done = import_contacts(&mut workspace, &call, file.as_slice(), &import, &mut events).unwrap();
    println!(
        "{:<28} omnicontact     {:>9.2} ms  on a processor {:>9.2}  rows {}",
        "csv_import_workspace",
        start.elapsed().as_secs_f64() * 1e3,
        on_processor().zip(processor).map_or(f64::NAN, |(after, before)| after - before),
        done.counts.created
    );
    // Questions to a workspace in which something changes in between.
    let index = TableIndex::default();
    let start = Clock::now();
    workspace.table_with(&index, &events).select(&segment, &options).unwrap();
    println!("{:<28} omnicontact {:>13.2} ms", "handle_first_question", start.elapsed().as_secs_f64() * 1e3);
    time(
        "handle_segment",
        9,
        || workspace.table_with(&index, &events).select(&segment, &options).unwrap(),
        |found| format!("rows {}", found.count()),
    );
    let contact = workspace.contacts().next().unwrap().id;
    let mut turn = 0;
    time(
        "handle_after_an_edit",
        5,
        || {
            turn += 1;
            let edits = vec![Edit::tag(&format!("turn {turn}"))];
            workspace.execute_into(&call, Command::Edit { contact, edits }, &mut events).unwrap();
            workspace.table_with(&index, &events).select(&segment, &options).unwrap()
        },
        |found| format!("rows {}", found.count()),
    );
}
