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
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    collect(path, &mut files, &mut skipped)?;
    files.sort();
    tell_skipped(path, &mut skipped);
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
    if !rows.ignored.is_empty() {
        let names: Vec<String> = rows
            .ignored
            .iter()
            .map(|ignored| format!("{} {} ({})", ignored.provider, ignored.name, ignored.reason))
            .collect();
        say(format_args!("ignored by name: {}", names.join(", ")));
    }
    if rows.unmatched > 0 {
        say(format_args!("{} statuses of messages that no payload told of, to nobody named", rows.unmatched));
    }
    Ok(rows)
}

/// The payloads in a folder and in those below it, or the file itself, whatever its name; and what is passed over.
fn collect(path: &Path, files: &mut Vec<PathBuf>, skipped: &mut Vec<(PathBuf, &'static str)>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        match rule(&path) {
            Some(rule) => skipped.push((path, rule)),
            None => collect(&path, files, skipped)?,
        }
    }
    Ok(())
}

/// Why something in a folder of payloads is none; nothing for folders and payloads.
fn rule(path: &Path) -> Option<&'static str> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if name.starts_with('.') {
        return Some("its name begins with a dot");
    }
    if path.is_dir() {
        return None;
    }
    if name.starts_with("readme") {
        return Some("a README");
    }
    if name == "expected.json" {
        return Some("what is expected of the payloads");
    }
    let is_payload = ["json", "ndjson", "jsonl", "txt", "form"].iter().any(|kind| name.ends_with(&format!(".{kind}")));
    (!is_payload).then_some("payloads end in .json, .ndjson, .jsonl, .txt or .form")
}

fn tell_skipped(folder: &Path, skipped: &mut [(PathBuf, &'static str)]) {
    skipped.sort();
    for (path, rule) in skipped.iter().take(SHOWN) {
        say(format_args!("skipped {}: {rule}", path.strip_prefix(folder).unwrap_or(path).display()));
    }
    if skipped.len() > SHOWN {
        say(format_args!("skipped {} more files", skipped.len() - SHOWN));
    }
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
