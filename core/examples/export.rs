//! Both reports of the sample workspace as a page, images, specifications, tables and text, in four languages.
//!
//! `cargo run --example export -- some/folder`

use std::fs::{File, create_dir_all, write};
use std::path::PathBuf;

use omnicontact::export::{Table, charts, csv, html, svg, terminal, vega};
use omnicontact::sample::{SampleOptions, Workspace};
use omnicontact::{Dataset, Locale, Preset, Report, ReportOptions, report};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "report".to_owned()));
    create_dir_all(&folder)?;
    let sample = SampleOptions::default();
    let workspace = Workspace::generate(&sample)?;
    let data = Dataset::builder()
        .owned_messages(workspace.messages)
        .owned_events(workspace.events)
        .directory(workspace.directory)
        .build()?;
    let options = ReportOptions::new(sample.zone, sample.end, Preset::LastMonth).compare(true).distinct_contacts(true);
    for &locale in Locale::ALL {
        let options = options.clone().locale(locale);
        let (contacts, messages) = (report::contacts(&data, &options)?, report::messages(&data, &options)?);
        let page = html::page(&[&contacts, &messages], &html::PageOptions::default().owner("Tienda Andina"));
        write(folder.join(format!("page.{locale}.html")), page)?;
        for report in [&contacts, &messages] {
            parts(report, &folder)?;
            let text = terminal::text(report, &terminal::TextOptions::default().width(100));
            write(folder.join(format!("{}.{locale}.txt", report.report)), text)?;
        }
    }
    println!("{}", folder.display());
    Ok(())
}

/// Charts and tables of every part.
fn parts(report: &Report, folder: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    let options = csv::CsvOptions::for_report(report).header(csv::CsvHeader::Titles).bom(true);
    for part in &report.components {
        let name = |end: &str| folder.join(format!("{}.{}.{end}", part.component, report.locale));
        for &kind in charts(part.component) {
            if let Some(image) = svg::chart(report, part.component, kind, &svg::SvgOptions::default()) {
                write(name(&format!("{kind}.svg")), image)?;
            }
            if let Some(spec) = vega::chart(report, part.component, kind) {
                write(name(&format!("{kind}.vl.json")), serde_json::to_string_pretty(&spec)?)?;
            }
        }
        let tables = [
            ("csv", Table::from_part(report, part.component)),
            ("buckets.csv", Table::buckets(report, part.component)),
        ];
        for (end, table) in tables {
            if let Some(table) = table {
                csv::write(&table, &options, File::create(name(end))?)?;
            }
        }
    }
    let beside = [("funnel.csv", Table::funnel(report)), ("failures.csv", Table::failures(report))];
    for (name, table) in beside {
        if let Some(table) = table {
            csv::write(&table, &options, File::create(folder.join(format!("{}.{name}", report.locale)))?)?;
        }
    }
    Ok(())
}
