//! The command line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use omnicontact::sample::SampleOptions;
use omnicontact::{
    Filter, Filters, ForeignId, Granularity, Instant, Locale, LogOptions, PeriodSpec, ReportKind, ReportOptions,
    ReportPolicies, Zone,
};

pub(crate) const HELP: &str = "\
Both reports of a workspace, on the terminal and as one HTML page.
Without arguments: the sample that ships with the library.

Input, CSV or newline-delimited JSON (core/sample/README.md documents the columns)
  --messages FILE          messages
  --events FILE            contact events
  --contacts FILE          names of contacts; likewise --channels, --users, --teams, --broadcasts
  --map FIELD=COLUMN       a field that has another header, e.g. sent_at=created; for other tables events.at=when
  --ignore COLUMN          a column that nobody needs; likewise events.COLUMN
  --webhooks PATH          raw webhooks of channels and products: a folder of payloads, or a file with one a line
                           (.ndjson); docs/PROVIDERS.md says of which providers
  --own-app ID             app id of ours: its echoes are our own messages; may be repeated
  --received-at INSTANT    when the payloads came that do not say when (Twilio)
  --mapping FILE           all of that and more as JSON: {\"messages\": {\"mapping\": {\"sent_at\": \"created\"}}}
Question
  --zone NAME              time zone, e.g. America/Guayaquil (default: the sample's, else UTC)
  --period PERIOD          today, last_30_days, this_month, all_time, 2026-01-01..2026-01-31, ...
  --granularity WORD       hour, day, week, month, quarter, year, auto
  --filter NAME=VALUE      channel, contact, contact_text, source, type, team, user, broadcast; may be repeated
  --policy NAME            count_all_attempts, added_has_channel
  --now INSTANT            the present, ISO 8601 (default: the clock; for the sample its last day)
  --compare                compare with the previous period
  --distinct               count distinct contacts
Output
  --locale en|es|fr|pt     language of labels
  --out FILE               HTML page (default: workspace_report.html in the temporary folder)
  --csv FOLDER             every part as a CSV file, too
  --log-rows N             rows of each log on the terminal and the page (default 10 and 100)
  --help                   this text";

/// What was asked for on the command line.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) help: bool,
    /// Table → file.
    pub(crate) files: BTreeMap<&'static str, PathBuf>,
    /// (table, field, column)
    pub(crate) maps: Vec<(String, String, String)>,
    /// (table, column)
    pub(crate) ignored: Vec<(String, String)>,
    pub(crate) mapping: Option<PathBuf>,
    pub(crate) webhooks: Option<PathBuf>,
    pub(crate) own_apps: Vec<String>,
    received_at: Option<String>,
    zone: Option<String>,
    period: Option<String>,
    granularity: Option<String>,
    filters: Vec<(String, String)>,
    policies: Vec<String>,
    now: Option<String>,
    compare: bool,
    distinct: bool,
    locale: Option<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) csv: Option<PathBuf>,
    pub(crate) log_rows: Option<usize>,
}

/// The tables that files can be given for.
pub(crate) const TABLES: [&str; 7] = ["messages", "events", "contacts", "channels", "users", "teams", "broadcasts"];

impl Arguments {
    pub(crate) fn read() -> Result<Self, String> {
        let mut read = Self::default();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let (word, inline) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
                _ => (word, None),
            };
            let mut value =
                || inline.clone().or_else(|| words.next()).ok_or_else(|| format!("`{word}` needs a value; see --help"));
            match word.as_str() {
                "--help" | "-h" => read.help = true,
                "--compare" => read.compare = true,
                "--distinct" => read.distinct = true,
                "--map" => {
                    let (field, column) = pair(&value()?, "--map", "FIELD=COLUMN")?;
                    let (table, field) = table_of(&field);
                    read.maps.push((table, field, column));
                }
                "--ignore" => read.ignored.push(table_of(&value()?)),
                "--webhooks" => read.webhooks = Some(value()?.into()),
                "--own-app" => read.own_apps.push(value()?),
                "--received-at" => read.received_at = Some(value()?),
                "--mapping" => read.mapping = Some(value()?.into()),
                "--zone" => read.zone = Some(value()?),
                "--period" => read.period = Some(value()?),
                "--granularity" => read.granularity = Some(value()?),
                "--filter" => read.filters.push(pair(&value()?, "--filter", "NAME=VALUE")?),
                "--policy" => read.policies.push(value()?),
                "--now" => read.now = Some(value()?),
                "--locale" => read.locale = Some(value()?),
                "--out" => read.out = Some(value()?.into()),
                "--csv" => read.csv = Some(value()?.into()),
                "--log-rows" => {
                    let rows = value()?;
                    let rows = rows.parse().map_err(|_| format!("--log-rows: `{rows}` is no number of rows"))?;
                    read.log_rows = Some(rows);
                }
                other => match TABLES.iter().find(|table| other.strip_prefix("--") == Some(table)) {
                    Some(table) => {
                        read.files.insert(table, value()?.into());
                    }
                    None => return Err(format!("unknown argument `{other}`; see --help")),
                },
            }
        }
        Ok(read)
    }

    /// Whether the user gave files.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty() || self.webhooks.is_some()
    }

    pub(crate) fn zone(&self) -> Result<Zone, String> {
        match &self.zone {
            Some(name) => Zone::new(name).map_err(|error| format!("--{error}")),
            None if self.has_files() => Ok(Zone::utc()),
            None => Ok(SampleOptions::default().zone),
        }
    }

    /// The present: as given, else the default.
    pub(crate) fn now(&self, default: Instant) -> Result<Instant, String> {
        match &self.now {
            Some(text) => Instant::parse_in(text, &self.zone()?).map_err(|error| format!("--now: {error}")),
            None => Ok(default),
        }
    }

    /// When the payloads came that do not say when.
    pub(crate) fn received_at(&self) -> Result<Option<Instant>, String> {
        let read =
            |text: &String| Instant::parse_in(text, &self.zone()?).map_err(|error| format!("--received-at: {error}"));
        self.received_at.as_ref().map(read).transpose()
    }

    pub(crate) fn locale(&self) -> Result<Locale, String> {
        self.locale.as_deref().map_or(Ok(Locale::En), Locale::parse).map_err(|error| format!("--locale: {error}"))
    }

    pub(crate) fn report_options(&self, now: Instant) -> Result<ReportOptions, String> {
        let default = if self.has_files() { "all_time" } else { "last_30_days" };
        let period = PeriodSpec::parse(self.period.as_deref().unwrap_or(default));
        let period = period.map_err(|error| format!("--period: {error}"))?;
        let granularity = self.granularity.as_deref().map_or(Ok(Granularity::Auto), Granularity::parse);
        let mut policies = ReportPolicies::default();
        for policy in &self.policies {
            policies = match policy.as_str() {
                "count_all_attempts" => policies.count_all_attempts(true),
                "added_has_channel" => policies.added_has_channel(true),
                other => return Err(format!("--policy: unknown policy `{other}`; see --help")),
            };
        }
        Ok(ReportOptions::new(self.zone()?, now, period)
            .granularity(granularity.map_err(|error| format!("--granularity: {error}"))?)
            .policies(policies)
            .compare(self.compare)
            .distinct_contacts(self.distinct)
            .logs(LogOptions::default())
            .locale(self.locale()?))
    }

    /// The filters that a report has; a filter that neither has is an error.
    pub(crate) fn filters_of(&self, report: &str) -> Result<Filters, String> {
        let report = ReportKind::parse(report).map_err(|error| error.to_string())?;
        let mut filters = Filters::default();
        for (name, value) in &self.filters {
            let known = if name == "contact_text" {
                Filter::Contact
            } else {
                Filter::parse(name).map_err(|error| format!("--filter: {error}"))?
            };
            if !Filter::of(report).contains(&known) {
                continue;
            }
            // Ids may be numbers in the file: an id that is not there matches nothing, so both forms are asked for.
            let ids = || {
                let number = value.parse::<i64>().ok().map(ForeignId::from);
                number.into_iter().chain([ForeignId::from(value.as_str())])
            };
            match name.as_str() {
                "channel" => filters.channel.extend(ids()),
                "contact" => filters.contact.extend(ids()),
                "contact_text" => filters.contact_text.push(value.clone()),
                "source" => filters.source.push(value.clone()),
                "type" => filters.message_type.push(value.clone()),
                "team" => filters.team.extend(ids()),
                "user" => filters.user.extend(ids()),
                _ => filters.broadcast.extend(ids()),
            }
        }
        Ok(filters)
    }
}

fn pair(text: &str, argument: &str, form: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("{argument}: `{text}` is not {form}")),
    }
}

/// `events.at` is field `at` of the events; without a table it is one of the messages.
fn table_of(text: &str) -> (String, String) {
    match text.split_once('.') {
        Some((table, field)) if TABLES.contains(&table) => (table.to_owned(), field.to_owned()),
        _ => ("messages".to_owned(), text.to_owned()),
    }
}
