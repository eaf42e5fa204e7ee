//! How a vector of a report is read: the same in every language that runs `tests/vectors/reports/*.json`.
//!
//! - `given`: rows as the library takes them, lists of names, and `merges` as `[merged away, into]`; the Merged and
//!   Unmerged events tell where `merges` is not given.
//! - `call.options`: `zone` and `now` are required; a period is a word, `{"from", "to"}` in dates or `{"start", "end"}`
//!   in instants; `policies` are those of periods, of counting and of classification together.
//! - `expect`: component → what its JSON says among other things; `report` → the same of the report around them. The
//!   JSON of a component is its outcome with its `title`. Every key that is expected must be there and equal; lists
//!   have the same length. An instant may be expected as text where the report has milliseconds.
//! - A vector that cites P12 is also run in parts: rows are dealt to three of them in turn.

use omnicontact::classify::{ClassifyPolicy, Untracked};
use omnicontact::report::{Column, contacts_partial, messages_partial};
use omnicontact::{
    Channel, Code, Component, ContactEvent, Dataset, DatasetOptions, Directory, Error, Filters, ForeignId, Granularity,
    Instant, Locale, Message, Named, Partial, PeriodPolicy, PeriodSpec, Report, ReportOptions, ReportPolicies, Result,
    Weekday, Zone,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A case of the contract.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) rules: Vec<String>,
    #[serde(default, rename = "why")]
    _why: Option<String>,
    #[serde(default)]
    pub(crate) given: Given,
    pub(crate) call: Call,
    pub(crate) expect: Option<Map<String, Value>>,
    pub(crate) expect_error: Option<Value>,
}

/// A workspace.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Given {
    messages: Vec<Message>,
    events: Vec<ContactEvent>,
    channels: Vec<Channel>,
    contacts: Vec<Named>,
    users: Vec<Named>,
    teams: Vec<Named>,
    broadcasts: Vec<Named>,
    merges: Option<Vec<(ForeignId, ForeignId)>>,
}

#[derive(Deserialize)]
#[serde(tag = "operation", content = "options", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Call {
    MessagesReport(Options),
    ContactsReport(Options),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    zone: Option<String>,
    now: Option<Value>,
    period: Option<Period>,
    granularity: Option<String>,
    #[serde(default)]
    filters: Map<String, Value>,
    #[serde(default)]
    policies: Policies,
    #[serde(default)]
    compare: bool,
    #[serde(default)]
    distinct_contacts: bool,
    #[serde(default)]
    logs: Logs,
    components: Option<Vec<String>>,
    locale: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Period {
    Word(String),
    Dates(Dates),
    Instants(Instants),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instants {
    start: String,
    end: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policies {
    count_all_attempts: Option<bool>,
    added_has_channel: Option<bool>,
    include_today: Option<bool>,
    week_start: Option<String>,
    whole_unit: Option<bool>,
    to_today: Option<bool>,
    untracked: Option<String>,
    own_app_ids: Option<Vec<String>>,
    instagram_tags: Option<bool>,
    human_agent_as_session: Option<bool>,
    derive_connections: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Logs {
    limit: Option<usize>,
    cursor: Option<String>,
    columns: Option<Vec<String>>,
}

fn missing(option: &str) -> Error {
    Error::new(Code::MissingOption, format!("`{option}` is missing")).at(option)
}

fn malformed(wanted: &str) -> Error {
    Error::new(Code::MalformedValue, format!("{wanted} is wanted"))
}

/// A word of each list, with the path of a wrong one.
fn labels<T>(words: &[String], path: &str, read: impl Fn(&str) -> Result<T>) -> Result<Vec<T>> {
    let read = |(row, word): (usize, &String)| read(word).map_err(|error| error.at_row(row).at(path));
    words.iter().enumerate().map(read).collect()
}

/// D6: an empty list is no filter; null, a wrong type and what is no list are malformed.
fn filters(given: &Map<String, Value>) -> Result<Filters> {
    fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>> {
        let values = value.as_array().ok_or_else(|| malformed("a list"))?;
        let read = |(row, value): (usize, &Value)| read(value).ok_or_else(|| malformed("a value").at_row(row));
        values.iter().enumerate().map(read).collect()
    }
    fn ids(value: &Value) -> Result<Vec<ForeignId>> {
        list(value, |value| match value {
            // The report itself tells that it is empty.
            Value::String(text) => Some(ForeignId::from(text.as_str())),
            Value::Number(number) => number.as_i64().map(ForeignId::from),
            _ => None,
        })
    }
    fn texts(value: &Value) -> Result<Vec<String>> {
        list(value, |value| value.as_str().map(str::to_owned))
    }
    let mut filters = Filters::default();
    for (key, value) in given {
        match key.as_str() {
            "channel" => ids(value).map(|ids| filters.channel = ids),
            "among" => ids(value).map(|ids| filters.among = Some(ids)),
            "contact" => ids(value).map(|ids| filters.contact = ids),
            "contact_text" => texts(value).map(|texts| filters.contact_text = texts),
            "source" => texts(value).map(|keys| filters.source = keys),
            "type" => texts(value).map(|keys| filters.message_type = keys),
            "team" => ids(value).map(|ids| filters.team = ids),
            "user" => ids(value).map(|ids| filters.user = ids),
            "broadcast" => ids(value).map(|ids| filters.broadcast = ids),
            _ => Err(Error::new(Code::UnknownKey, format!("unknown filter `{key}`"))),
        }
        .map_err(|error| error.at(key).at("filters"))?;
    }
    Ok(filters)
}

impl Options {
    fn report(&self) -> Result<ReportOptions> {
        let zone = Zone::new(self.zone.as_deref().ok_or_else(|| missing("zone"))?)?;
        let now = match self.now.as_ref().ok_or_else(|| missing("now"))? {
            Value::String(text) => Instant::parse(text),
            Value::Number(number) => number.as_i64().map_or_else(|| Err(malformed("an instant")), Instant::from_millis),
            _ => Err(malformed("an instant")),
        };
        let period = match self.period.as_ref() {
            None => PeriodSpec::parse("last_30_days")?,
            Some(Period::Word(word)) => PeriodSpec::parse(word)?,
            Some(Period::Dates(dates)) => PeriodSpec::parse(&format!("{}..{}", dates.from, dates.to))?,
            Some(Period::Instants(ends)) => PeriodSpec::parse(&format!("{}..{}", ends.start, ends.end))?,
        };
        let Policies { include_today, week_start, whole_unit, to_today, .. } = &self.policies;
        let mut policy = PeriodPolicy::default();
        policy.include_today = include_today.unwrap_or(policy.include_today);
        policy.whole_unit = whole_unit.unwrap_or(policy.whole_unit);
        policy.to_today = to_today.unwrap_or(policy.to_today);
        if let Some(word) = week_start {
            policy.week_start = Weekday::parse(word).map_err(|error| error.at("week_start").at("policies"))?;
        }
        let mut counting = ReportPolicies::default();
        counting.count_all_attempts = self.policies.count_all_attempts.unwrap_or(counting.count_all_attempts);
        counting.added_has_channel = self.policies.added_has_channel.unwrap_or(counting.added_has_channel);
        let mut options = ReportOptions::new(zone, now.map_err(|error| error.at("now"))?, period)
            .filters(filters(&self.filters)?)
            .period_policy(policy)
            .policies(counting)
            .compare(self.compare)
            .distinct_contacts(self.distinct_contacts);
        if let Some(word) = &self.granularity {
            options.granularity = Granularity::parse(word).map_err(|error| error.at("granularity"))?;
        }
        if let Some(word) = &self.locale {
            options.locale = Locale::parse(word).map_err(|error| error.at("locale"))?;
        }
        if let Some(words) = &self.components {
            options.components = Some(labels(words, "components", Component::parse)?);
        }
        if let Some(words) = &self.logs.columns {
            options.logs.columns = Some(labels(words, "columns", Column::parse).map_err(|error| error.at("logs"))?);
        }
        options.logs.limit = self.logs.limit.unwrap_or(options.logs.limit);
        options.logs.cursor.clone_from(&self.logs.cursor);
        Ok(options)
    }

    fn dataset(&self) -> Result<DatasetOptions> {
        let policies = &self.policies;
        let mut classify = ClassifyPolicy::default();
        if let Some(word) = &policies.untracked {
            classify.untracked = Untracked::parse(word).map_err(|error| error.at("untracked").at("policies"))?;
        }
        classify.instagram_tags = policies.instagram_tags.unwrap_or(classify.instagram_tags);
        classify.human_agent_as_session = policies.human_agent_as_session.unwrap_or(classify.human_agent_as_session);
        classify.own_app_ids = policies.own_app_ids.clone().unwrap_or_default();
        let options = DatasetOptions::default().classify(classify);
        Ok(match policies.derive_connections {
            Some(derive) => options.derive_connections(derive),
            None => options,
        })
    }
}

impl Given {
    fn dataset(&self, options: DatasetOptions) -> Result<Dataset<'_>> {
        let mut directory = Directory::default();
        directory.contacts.clone_from(&self.contacts);
        directory.channels.clone_from(&self.channels);
        directory.users.clone_from(&self.users);
        directory.teams.clone_from(&self.teams);
        directory.broadcasts.clone_from(&self.broadcasts);
        let builder = Dataset::builder().messages(&self.messages).events(&self.events);
        let builder = builder.directory(directory).options(options);
        match &self.merges {
            Some(merges) => builder.merges(merges.clone()).build(),
            None => builder.build(),
        }
    }

    /// The rows dealt in turn, with the names and merges of all.
    fn parts(&self, count: usize) -> Vec<Self> {
        let part = |part: usize| Self {
            messages: self.messages.iter().skip(part).step_by(count).cloned().collect(),
            events: self.events.iter().skip(part).step_by(count).cloned().collect(),
            ..self.clone()
        };
        (0..count).map(part).collect()
    }
}

impl Vector {
    /// The report of all rows.
    pub(crate) fn run(&self) -> Result<Report> {
        let (Call::MessagesReport(options) | Call::ContactsReport(options)) = &self.call;
        let data = self.given.dataset(options.dataset()?)?;
        match &self.call {
            Call::MessagesReport(_) => omnicontact::report::messages(&data, &options.report()?),
            Call::ContactsReport(_) => omnicontact::report::contacts(&data, &options.report()?),
        }
    }

    /// The same through partial reports (P12).
    pub(crate) fn run_in_parts(&self) -> Result<Report> {
        let (Call::MessagesReport(options) | Call::ContactsReport(options)) = &self.call;
        let mut merged: Option<Partial> = None;
        for part in self.given.parts(3) {
            let data = part.dataset(options.dataset()?)?;
            let partial = match &self.call {
                Call::MessagesReport(_) => messages_partial(&data, &options.report()?)?,
                Call::ContactsReport(_) => contacts_partial(&data, &options.report()?)?,
            };
            let partial = Partial::from_bytes(&partial.to_bytes())?;
            merged = Some(match merged {
                None => partial,
                Some(other) => partial.merge(other)?,
            });
        }
        merged.map(Partial::finish).ok_or_else(|| Error::new(Code::Internal, "no parts"))
    }
}

/// The JSON that expectations speak of: the components by name, and the report around them.
pub(crate) fn shown(report: &Report) -> Value {
    let mut around = serde_json::to_value(report).unwrap_or_default();
    let mut shown = Map::new();
    for part in &report.components {
        let mut outcome = serde_json::to_value(&part.outcome).unwrap_or_default();
        outcome["title"] = json!(part.title);
        shown.insert(part.component.to_string(), outcome);
    }
    around["components"] = report.components.iter().map(|part| part.component.as_str()).collect();
    shown.insert("report".to_owned(), around);
    Value::Object(shown)
}

/// Where the found value does not say what is expected.
pub(crate) fn difference(expected: &Value, found: Option<&Value>, path: &str) -> Option<String> {
    let wrong = || Some(format!("{path}: expected {expected}, found {}", found.unwrap_or(&Value::Null)));
    match (expected, found) {
        (Value::Object(expected), Some(Value::Object(found))) => {
            expected.iter().find_map(|(key, value)| difference(value, found.get(key), &format!("{path}.{key}")))
        }
        (Value::Array(expected), Some(Value::Array(found))) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found).enumerate();
            { pairs }.find_map(|(row, (expected, found))| difference(expected, Some(found), &format!("{path}[{row}]")))
        }
        (Value::String(text), Some(Value::Number(number))) => {
            let at = Instant::parse(text).ok().map(Instant::as_millis);
            if at.is_some() && at == number.as_i64() { None } else { wrong() }
        }
        (Value::Number(expected), Some(Value::Number(number))) if expected.as_f64() == number.as_f64() => None,
        (expected, Some(found)) if expected == found => None,
        _ => wrong(),
    }
}
