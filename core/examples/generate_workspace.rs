//! Writes a sample workspace as CSV files:
//! `cargo run --release -p omnicontact --example generate_workspace -- --out DIR [--messages N] [--contacts N] [--days N]
//! [--seed S] [--end INSTANT] [--zone NAME]`

use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Instant as Clock;

use omnicontact::sample::{FILE_NAMES, SampleOptions, Workspace};
use omnicontact::{Instant, Zone};

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = SampleOptions::default();
    let mut contacts = None;
    let mut out = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--out" => out = Some(PathBuf::from(value)),
            "--messages" => options = options.messages(value.parse()?),
            "--contacts" => contacts = Some(value.parse()?),
            "--days" => options = options.days(value.parse()?),
            "--seed" => options = options.seed(value.parse()?),
            "--end" => options = options.end(Instant::parse(&value)?),
            "--zone" => options = options.zone(Zone::new(&value)?),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    let out = out.ok_or("--out DIR is missing")?;
    // As many contacts to a message as in the sample that ships.
    let contacts = contacts.unwrap_or_else(|| u32::try_from(options.messages * 7 / 40).unwrap_or(u32::MAX));
    let clock = Clock::now();
    let workspace = Workspace::generate(&options.contacts(contacts))?;
    let rows = (workspace.messages.len(), workspace.events.len());
    println!("{} rows of messages and {} events made in {:.1?}", rows.0, rows.1, clock.elapsed());
    fs::create_dir_all(&out)?;
    for name in FILE_NAMES {
        workspace.write_file(name, BufWriter::new(File::create(out.join(name))?))?;
    }
    Ok(())
}
