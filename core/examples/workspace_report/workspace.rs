//! From files to a dataset.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Cursor, IsTerminal, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Instant as Clock, SystemTime, UNIX_EPOCH};

use omnicontact::classify::ClassifyPolicy;
use omnicontact::import::{self, ImportOptions, Imported, Rule};
use omnicontact::sample::{self, SampleOptions};
use omnicontact::{Dataset, DatasetOptions, Directory, Error, ForeignId, Instant};

use crate::arguments::{Arguments, TABLES};
use crate::output::say;
use crate::webhooks;

/// A dataset and the present that it is read in.
pub(crate) struct Workspace {
    pub(crate) data: Dataset<'static>,
    pub(crate) now: Instant,
}

pub(crate) fn load(arguments: &Arguments) -> Result<Workspace, String> {
    let options = import_options(arguments)?;
    let mut directory = Directory::default();
    let read_named = |table: &'static str| read(arguments, &options, table, import::named);
    let mut messages = read(arguments, &options, "messages", import::messages)?;
    let mut events = read(arguments, &options, "events", import::events)?;
    directory.contacts = read_named("contacts")?;
    directory.channels = read(arguments, &options, "channels", import::channels)?;
    directory.users = read_named("users")?;
    directory.teams = read_named("teams")?;
    directory.broadcasts = read_named("broadcasts")?;
    let policy = ClassifyPolicy::default().own_app_ids(arguments.own_apps.iter().cloned());
    let told = webhooks::read(arguments, &policy)?;
    messages.extend(told.messages);
    events.extend(told.events);
    unite(&mut directory, told.directory);
    let builder = Dataset::builder().owned_messages(messages).owned_events(events).directory(directory);
    let data =
        builder.options(DatasetOptions::default().classify(policy)).build().map_err(|error| error.to_string())?;
    say(format_args!(
        "{} messages ({} rows updated an earlier one), {} contact events",
        data.message_count(),
        data.folded_count(),
        data.event_count()
    ));
    let now = arguments.now(if arguments.has_files() { clock()? } else { end_of_sample()? })?;
    Ok(Workspace { data, now })
}

/// Names and kinds that files give win over those in webhooks.
fn unite(directory: &mut Directory, told: Directory) {
    let channels: HashSet<ForeignId> = directory.channels.iter().map(|channel| channel.id.clone()).collect();
    directory.channels.extend(told.channels.into_iter().filter(|channel| !channels.contains(&channel.id)));
    let contacts: HashSet<ForeignId> = directory.contacts.iter().map(|contact| contact.id.clone()).collect();
    directory.contacts.extend(told.contacts.into_iter().filter(|contact| !contacts.contains(&contact.id)));
}

/// The last instant of the sample.
fn end_of_sample() -> Result<Instant, String> {
    let end = SampleOptions::default().end.as_millis();
    Instant::from_millis(end - 1).map_err(|error| error.to_string())
}

/// The library never reads a clock; this program does, once.
fn clock() -> Result<Instant, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    Instant::from_millis(i64::try_from(since.as_millis()).map_err(|error| error.to_string())?)
        .map_err(|error| error.to_string())
}

/// What the mapping file, `--map` and `--ignore` say about each table.
fn import_options(arguments: &Arguments) -> Result<BTreeMap<String, ImportOptions>, String> {
    let mut tables: BTreeMap<String, ImportOptions> = match &arguments.mapping {
        None => BTreeMap::new(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    if let Some(table) = tables.keys().find(|table| !TABLES.contains(&table.as_str())) {
        return Err(format!("--mapping: unknown table `{table}` (allowed: {})", TABLES.join(", ")));
    }
    for (table, field, column) in &arguments.maps {
        let options = tables.entry(table.clone()).or_default();
        options.mapping.entry(field.clone()).or_default().push(Rule::column(column));
    }
    for (table, column) in &arguments.ignored {
        tables.entry(table.clone()).or_default().ignored_columns.insert(column.clone());
    }
    let zone = arguments.zone()?;
    for table in TABLES {
        // Times without an offset are the workspace's own.
        tables.entry(table.to_owned()).or_default().zone.get_or_insert_with(|| zone.clone());
    }
    Ok(tables)
}

fn read<T>(
    arguments: &Arguments,
    options: &BTreeMap<String, ImportOptions>,
    table: &'static str,
    import: impl Fn(Box<dyn Read>, &ImportOptions) -> Result<Imported<T>, Error>,
) -> Result<Vec<T>, String> {
    let options = options.get(table).cloned().unwrap_or_default();
    let (name, size, reader): (String, u64, Box<dyn Read>) = match arguments.files.get(table) {
        Some(path) => {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let size = file.metadata().map_or(0, |meta| meta.len());
            (path.display().to_string(), size, Box::new(BufReader::with_capacity(1 << 20, file)))
        }
        None if arguments.has_files() => return Ok(Vec::new()),
        None => {
            let name = format!("{table}.csv");
            let Some((_, text)) = sample::files().iter().find(|(file, _)| *file == name) else {
                return Ok(Vec::new());
            };
            (format!("core/sample/{name}"), text.len() as u64, Box::new(Cursor::new(*text)))
        }
    };
    let imported = import(reader, &with_progress(options, &name, size)).map_err(|error| located(&name, &error))?;
    if imported.counts.blank_lines > 0 {
        say(format_args!("{name}: {} blank lines", imported.counts.blank_lines));
    }
    Ok(imported.rows)
}

/// File, line and column of an error, as a person would say them.
fn located(name: &str, error: &Error) -> String {
    let mut place = name.to_owned();
    let path = error.path();
    match path.strip_prefix("line[").and_then(|rest| rest.split_once(']')) {
        Some((line, column)) => {
            place = format!("{place}, line {line}");
            if let Some(column) = column.strip_prefix('.') {
                place = format!("{place}, column {column}");
            }
        }
        None if !path.is_empty() => place = format!("{place}, {path}"),
        None => {}
    }
    let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{place}: {}{hint}", error.message())
}

/// Says on the terminal how far the reading of a large file is.
fn with_progress(options: ImportOptions, name: &str, size: u64) -> ImportOptions {
    const LARGE: u64 = 32 << 20;
    if size < LARGE || !std::io::stderr().is_terminal() {
        return options;
    }
    let name = Path::new(name).file_name().map_or_else(|| name.to_owned(), |name| name.to_string_lossy().into_owned());
    let last = Mutex::new(Clock::now());
    options.on_progress(move |progress| {
        if let Ok(mut last) = last.lock()
            && last.elapsed().as_millis() >= 200
        {
            *last = Clock::now();
            eprint!("\r{name}: {} % ({} rows)", progress.bytes * 100 / size.max(1), progress.rows);
        }
        if progress.bytes >= size {
            eprintln!("\r{name}: 100 % ({} rows)", progress.rows);
        }
        ControlFlow::Continue(())
    })
}
