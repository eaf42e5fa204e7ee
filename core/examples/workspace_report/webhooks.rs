//! From raw webhooks to rows.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use omnicontact::classify::ClassifyPolicy;
use omnicontact::classify::provider::{Fact, Journal, JournalRows, ReadOptions, Reader, Webhook};
use omnicontact::{Error, Instant};

use crate::arguments::Arguments;
use crate::output::say;

/// So many errors are shown, the others counted.
const SHOWN: usize = 20;

/// The rows of a folder or file of payloads; what cannot be read is told, file by file, and stops nothing.
pub(crate) fn read(arguments: &Arguments, policy: &ClassifyPolicy) -> Result<JournalRows, String> {
    let Some(path) = &arguments.webhooks else { return Ok(JournalRows::default()) };
    let mut files = Vec::new();
    collect(path, &mut files)?;
    files.sort();
    let mut found = Found {
        reader: Reader::new(ReadOptions::default().classify(policy.clone())),
        journal: Journal::default(),
        received_at: arguments.received_at()?,
        payloads: 0,
        kinds: BTreeMap::new(),
        errors: 0,
    };
    for file in &files {
        found.file(file)?;
    }
    if found.errors > SHOWN {
        eprintln!("… and {} more errors", found.errors - SHOWN);
    }
    let kinds: Vec<String> = found.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let rows = found.journal.rows(policy);
    say(format_args!(
        "{} payloads in {} files: {}; {} errors",
        found.payloads,
        files.len(),
        kinds.join(", "),
        found.errors
    ));
    if rows.unmatched > 0 {
        say(format_args!("{} statuses of messages that no payload told of, to nobody named", rows.unmatched));
    }
    Ok(rows)
}

/// The files in a folder and in those below it, or the file itself.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(failed)? {
        collect(&entry.map_err(failed)?.path(), files)?;
    }
    Ok(())
}

struct Found {
    reader: Reader,
    journal: Journal,
    received_at: Option<Instant>,
    payloads: usize,
    kinds: BTreeMap<&'static str, usize>,
    errors: usize,
}

impl Found {
    /// One payload a line in `.ndjson` and `.jsonl`, else one a file.
    fn file(&mut self, path: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let is_lines = path.extension().is_some_and(|kind| kind == "ndjson" || kind == "jsonl");
        if !is_lines {
            let body = std::fs::read(path).map_err(failed)?;
            self.payload(&body, &path.display().to_string());
            return Ok(());
        }
        let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?);
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                break;
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.payload(&line, &format!("{}, line {number}", path.display()));
            }
        }
        Ok(())
    }

    fn payload(&mut self, body: &[u8], place: &str) {
        let mut webhook = Webhook::new(body);
        webhook.received_at = self.received_at;
        let reading = self.reader.read(&webhook);
        self.payloads += 1;
        for error in &reading.errors {
            self.errors += 1;
            if self.errors <= SHOWN {
                eprintln!("{}", located(place, error));
            }
        }
        for fact in reading.facts {
            *self.kinds.entry(plural(&fact)).or_default() += 1;
            self.journal.add(fact);
        }
    }
}

fn plural(fact: &Fact) -> &'static str {
    match fact {
        Fact::Message(_) => "messages",
        Fact::Status(_) => "statuses",
        Fact::Watermark(_) => "watermarks",
        Fact::IdentityChange(_) => "identity changes",
        Fact::ContactEvent(_) => "contact events",
        Fact::Ignored(_) => "ignored",
        _ => "others",
    }
}

fn located(place: &str, error: &Error) -> String {
    let path = Some(error.path()).filter(|path| !path.is_empty()).map(|path| format!(", {path}")).unwrap_or_default();
    let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{place}{path}: {}{hint}", error.message())
}
