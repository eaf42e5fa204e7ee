//! What the program shows and writes.

use std::fs;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use omnicontact::export::Table;
use omnicontact::export::csv::{self, CsvOptions};
use omnicontact::export::html::{self, PageOptions};
use omnicontact::export::terminal::{self, TextOptions};
use omnicontact::{Component, Report};

use crate::arguments::Arguments;

/// Prints a line; a reader that has had enough, as `head` has, is no error.
pub(crate) fn say(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Both reports as text.
pub(crate) fn terminal(arguments: &Arguments, reports: &[&Report]) {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(120);
    let colours = std::io::stdout().is_terminal();
    let options = TextOptions::default().width(width).colours(colours).log_rows(arguments.log_rows.unwrap_or(10));
    for report in reports {
        say(terminal::text(report, &options));
    }
}

/// Both reports as one HTML page.
pub(crate) fn page(arguments: &Arguments, reports: &[&Report]) -> Result<(), String> {
    let path = arguments.out.clone().unwrap_or_else(|| std::env::temp_dir().join("workspace_report.html"));
    let options = PageOptions::default().log_rows(arguments.log_rows.unwrap_or(100)).zone(arguments.zone()?);
    fs::write(&path, html::page(reports, &options)).map_err(|error| format!("{}: {error}", path.display()))?;
    say(format_args!("HTML page: {}", path.display()));
    Ok(())
}

/// Every part as CSV files, if asked for.
pub(crate) fn tables(arguments: &Arguments, reports: &[&Report]) -> Result<(), String> {
    let Some(folder) = &arguments.csv else { return Ok(()) };
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut written = 0;
    for report in reports {
        for component in Component::of(report.report) {
            let tables = [
                (component.as_str().to_owned(), Table::from_part(report, component)),
                (format!("{component}_by_bucket"), Table::buckets(report, component)),
            ];
            for (name, table) in tables {
                let Some(table) = table else { continue };
                write(&folder.join(format!("{name}.csv")), &table, &CsvOptions::new(arguments.zone()?))?;
                written += 1;
            }
        }
    }
    say(format_args!("CSV files: {written} in {}", folder.display()));
    Ok(())
}

fn write(path: &PathBuf, table: &Table, options: &CsvOptions) -> Result<(), String> {
    let place = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let file = fs::File::create(path).map_err(|error| place(path, error))?;
    let mut out = BufWriter::new(file);
    csv::write(table, options, &mut out).and_then(|()| out.flush()).map_err(|error| place(path, error))
}
