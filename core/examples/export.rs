//! Both reports of a made-up workspace as a page, images, specifications, tables and text, in four languages.
//!
//! `cargo run --example export -- some/folder`

use std::fs::{File, create_dir_all, write};
use std::path::PathBuf;

use omnicontact::Component;
use omnicontact::export::{Table, charts, csv, html, svg, terminal, vega};

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/export/data.rs"]
mod data;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "report".to_owned()));
    create_dir_all(&folder)?;
    for locale in data::LOCALES {
        let [contacts, messages] = data::reports(&data::options().locale(locale).compare(true).distinct_contacts(true));
        let page = html::page(&[&contacts, &messages], &html::PageOptions::default().owner("Café Andino"));
        write(folder.join(format!("page.{locale}.html")), page)?;
        for report in [&contacts, &messages] {
            let text = terminal::text(report, &terminal::TextOptions::default().width(100));
            write(folder.join(format!("{}.{locale}.txt", report.report)), text)?;
            for part in &report.components {
                let name = |end: &str| folder.join(format!("{}.{locale}.{end}", part.component));
                for &kind in charts(part.component) {
                    if let Some(image) = svg::chart(report, part.component, kind, &svg::SvgOptions::default()) {
                        write(name(&format!("{kind}.svg")), image)?;
                    }
                    if let Some(spec) = vega::chart(report, part.component, kind) {
                        write(name(&format!("{kind}.vl.json")), serde_json::to_string_pretty(&spec)?)?;
                    }
                }
                if let Some(table) = Table::from_part(report, part.component) {
                    csv::write(&table, &csv::CsvOptions::for_report(report), File::create(name("csv"))?)?;
                }
                if let Some(table) = Table::buckets(report, part.component) {
                    csv::write(&table, &csv::CsvOptions::for_report(report), File::create(name("buckets.csv"))?)?;
                }
            }
            for component in [Component::Delivery] {
                if report.component(component).delivery().is_some()
                    && let (Some(funnel), Some(failures)) = (Table::funnel(report), Table::failures(report))
                {
                    let options = csv::CsvOptions::for_report(report);
                    csv::write(&funnel, &options, File::create(folder.join(format!("funnel.{locale}.csv")))?)?;
                    csv::write(&failures, &options, File::create(folder.join(format!("failures.{locale}.csv")))?)?;
                }
            }
        }
    }
    println!("{}", folder.display());
    Ok(())
}
