//! From a partial to a report: order, shares, comparison, labels, pages.

use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::breakdown::{Breakdown, Change, Delivery, Key, Overview, Row};
use super::component::{Component, ComponentData, NoData, Note, Outcome, ReportKind};
use super::filter::Filters;
use super::options::ReportPolicies;
use super::page::{Cursor, LogColumn, LogPage, LogValues, NO_ENTRY};
use super::partial::{BreakdownCounts, Counted, DeliveryCounts, Given, LogCounts, Partial, Question, read_set};
use super::share::hundredths;
use crate::arrange::arrange;
use crate::dataset::{SUSPICIOUS_BEFORE, is_derived, is_own_id};
use crate::event::EventKind;
use crate::id::ForeignId;
use crate::label::{Locale, word};
use crate::message::Status;
use crate::time::{Granularity, Instant, Preset, Zone};

/// A time bucket of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Bucket {
    /// Stable key: `2026-07-01`, `2026-07`, `2026-Q3`.
    pub key: String,
    /// First instant, epoch milliseconds.
    pub start: i64,
    /// First instant after it, epoch milliseconds.
    pub end: i64,
}

/// The period of a report, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReportPeriod {
    /// The preset asked for; `custom` for dates or instants.
    pub preset: Preset,
    /// First instant, epoch milliseconds.
    pub start: i64,
    /// First instant after it, epoch milliseconds.
    pub end: i64,
    /// First and last local date, both included; none for exact instants.
    pub dates: Option<(NaiveDate, NaiveDate)>,
    /// The period compared with, as first instant and first instant after it.
    pub previous: Option<(i64, i64)>,
}

/// A report: what was asked, how it was read, and every part.
///
/// # Example
/// ```
/// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("web")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today))?;
/// let incoming = report.component(Component::IncomingByChannel).breakdown().unwrap();
/// assert_eq!((incoming.total, incoming.rows[0].percent), (1, Some(100.0)));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Which report.
    pub report: ReportKind,
    /// The period.
    pub period: ReportPeriod,
    /// Time zone.
    pub zone: String,
    /// Version of the zone database (T6).
    pub tzdb_version: String,
    /// Version of the counting rules.
    pub rules_version: u32,
    /// The present, as it was passed in; epoch milliseconds.
    pub now: i64,
    /// Size of the buckets; `auto` is resolved.
    pub granularity: Granularity,
    /// Time buckets that every breakdown is split by.
    pub buckets: Vec<Bucket>,
    /// The filters.
    pub filters: Filters,
    /// The policies.
    pub policies: ReportPolicies,
    /// What a reader should know about the numbers.
    pub notes: Vec<Note>,
    /// Language of labels.
    pub locale: Locale,
    /// The parts that were asked for, in the order of the report.
    pub components: Vec<Part>,
}

/// A part of a report under its name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// Which part.
    pub component: Component,
    /// Its title in the report's language.
    pub title: String,
    /// What it is.
    pub outcome: Outcome,
}

const ABSENT: &Outcome = &Outcome::NoData(NoData::NoRecords);

impl Report {
    /// A part; one that was not asked for has no data.
    pub fn component(&self, component: Component) -> &Outcome {
        self.components.iter().find(|part| part.component == component).map_or(ABSENT, |part| &part.outcome)
    }
}

impl Partial {
    /// The report.
    pub fn finish(self) -> Report {
        let Self {
            question,
            span,
            given,
            names,
            mut notes,
            breakdowns,
            delivery,
            logs,
            contacts: _,
            alone: _,
            known: _,
        } = self;
        if span.is_some_and(|(_, last)| last < SUSPICIOUS_BEFORE) {
            notes.insert(0, Note::SuspiciousTimes);
        }
        let names: FxHashMap<&ForeignId, &str> = names
            .iter()
            .filter(|told| !is_own_id(Some(&told.contact), &told.name))
            .map(|told| (&told.contact, &*told.name))
            .collect();
        let mut given = given.into_iter();
        let mut breakdowns = breakdowns.into_iter();
        let mut logs = logs.into_iter();
        let mut delivery = delivery;
        let mut outgoing_total = 0;
        let mut components = Vec::with_capacity(question.components.len());
        for &component in &question.components {
            let given = given.next().unwrap_or_default();
            let against = question.filters.not_applicable(component, question.policies.added_has_channel);
            let outcome = if against.is_empty() {
                let found = if component.is_log() {
                    logs.next().and_then(|log| page(&question, log, &names)).map(ComponentData::Log)
                } else {
                    breakdowns.next().and_then(|counts| {
                        if component == Component::OutgoingBySubtype {
                            outgoing_total = counts.without.unwrap_or(0);
                        }
                        part(&question, counts, delivery.take_if(|_| component == Component::Delivery), outgoing_total)
                    })
                };
                found.map_or_else(|| Outcome::NoData(no_data(&question, span, given)), Outcome::Data)
            } else {
                Outcome::NotApplicable { filters: against }
            };
            let title = title(component, question.locale);
            components.push(Part { component, title, outcome });
        }
        let buckets = question
            .bucket_keys
            .iter()
            .zip(question.edges.windows(2))
            .map(|(key, edges)| Bucket { key: key.clone(), start: edges[0], end: edges[1] })
            .collect();
        Report {
            report: question.report,
            period: ReportPeriod {
                preset: question.preset,
                start: question.start,
                end: question.end,
                dates: question.dates,
                previous: question.previous,
            },
            zone: question.zone,
            tzdb_version: question.tzdb,
            rules_version: question.rules_version,
            now: question.now,
            granularity: question.granularity,
            buckets,
            filters: question.filters,
            policies: question.policies,
            notes,
            locale: question.locale,
            components,
        }
    }
}

/// Title of a part in a language.
fn title(component: Component, locale: Locale) -> String {
    word(&format!("component.{component}"), locale).unwrap_or(component.as_str()).to_owned()
}

/// Why a part without data has none (D6, D29).
fn no_data(question: &Question, span: Option<(i64, i64)>, given: Given) -> NoData {
    match (span, given.span) {
        (Some((first, _)), _) if question.end <= first => {
            // The zone's name was resolved before; bytes handed in by a host are not at hand any more, so its dates
            // come from the offset of the period's own days where the name is unknown here.
            let zone = Zone::new(&question.zone).unwrap_or_else(|_| Zone::utc());
            match Instant::from_millis(first) {
                Ok(first) => NoData::BeforeFirstRecord { date: zone.day_of(first) },
                Err(_) => NoData::NoRecords,
            }
        }
        (None, _) | (_, None) => NoData::NoRecords,
        _ if given.inside => NoData::NothingMatched,
        (Some((_, last)), Some((first, last_of_kind))) => {
            NoData::Outside { first, last: last_of_kind, suspicious_times: last < SUSPICIOUS_BEFORE }
        }
    }
}

fn part(
    question: &Question,
    counts: BreakdownCounts,
    delivery: Option<DeliveryCounts>,
    without_subtype: u64,
) -> Option<ComponentData> {
    let component = counts.component;
    let change = |count, previous| question.previous.map(|_| Change::between(count, previous));
    let previous: u64 = counts.rows.iter().map(|row| row.previous).sum();
    let mut rows: Vec<Row> = counts.rows.into_iter().map(|row| shown(question, component, row)).collect();
    match component {
        Component::Overview => {
            let rows: Vec<Row> = [EventKind::Added, EventKind::Deleted, EventKind::Merged]
                .into_iter()
                .map(|kind| listed(question, component, &mut rows, kind.as_str()))
                .collect();
            rows.iter().any(|row| row.count > 0).then_some(ComponentData::Overview(Overview { rows }))
        }
        Component::Delivery => {
            let rows: Vec<Row> =
                Status::ALL.iter().map(|status| listed(question, component, &mut rows, status.as_str())).collect();
            let (total, rows) = ordered(rows);
            if total == 0 {
                return None;
            }
            let DeliveryCounts { funnel, not_supported, mut failures } = delivery.unwrap_or_default();
            arrange(&mut failures, |a, b| {
                b.count.cmp(&a.count).then_with(|| (&a.code, &a.error).cmp(&(&b.code, &b.error)))
            });
            let change = change(total, previous);
            Some(ComponentData::Delivery(Delivery { total, rows, funnel, failures, not_supported, change }))
        }
        _ => {
            rows.retain(|row| row.count > 0);
            let (total, rows) = ordered(rows);
            if total == 0 && without_subtype == 0 {
                return None;
            }
            let change = change(total, previous);
            Some(ComponentData::Breakdown(Breakdown { total, rows, without_subtype: counts.without, change }))
        }
    }
}

/// The row of a key that is listed even without a count.
fn listed(question: &Question, component: Component, rows: &mut Vec<Row>, key: &str) -> Row {
    if let Some(place) = rows.iter().position(|row| matches!(&row.key, Key::Label(label) if label == key)) {
        rows.swap_remove(place)
    } else {
        let buckets = vec![0; question.bucket_keys.len().max(1)];
        let contacts = question.distinct.then(|| super::partial::write_set(&roaring::RoaringBitmap::new()));
        let counted = Counted { key: Key::Label(key.to_owned()), name: None, buckets, previous: 0, contacts };
        shown(question, component, counted)
    }
}

fn shown(question: &Question, component: Component, counted: Counted) -> Row {
    let Counted { key, name, buckets, previous, contacts } = counted;
    let count = buckets.iter().sum();
    let label = match (&key, name) {
        (_, Some(name)) => name,
        (Key::None, None) => word("shown.none", question.locale).unwrap_or_default().to_owned(),
        (Key::Label(label), None) => {
            let group = match component {
                Component::Overview => "event",
                Component::Delivery => "status",
                Component::OutgoingByType => "type",
                _ => "source",
            };
            word(&format!("{group}.{label}"), question.locale).unwrap_or(label).to_owned()
        }
        (key, None) => key.as_text().unwrap_or_default().into_owned(),
    };
    Row {
        key,
        label,
        count,
        share: None,
        percent: None,
        contacts: contacts.and_then(|set| Some(read_set(&set).ok()?.len())),
        buckets,
        change: question.previous.map(|_| Change::between(count, previous)),
    }
}

/// Count descending, then key; with shares (P4).
#[expect(clippy::cast_precision_loss, reason = "counts are exact up to 2^53 at the border")]
fn ordered(mut rows: Vec<Row>) -> (u64, Vec<Row>) {
    arrange(&mut rows, |a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
    let counts: Vec<u64> = rows.iter().map(|row| row.count).collect();
    let total: u64 = counts.iter().sum();
    for (row, part) in rows.iter_mut().zip(hundredths(&counts)) {
        row.share = (total > 0).then(|| row.count as f64 / total as f64);
        row.percent = part.map(|part| f64::from(part) / 100.0);
    }
    (total, rows)
}

fn page(question: &Question, log: LogCounts, names: &FxHashMap<&ForeignId, &str>) -> Option<LogPage> {
    let LogCounts { component, total, mut rows, more: truncated } = log;
    if total == 0 {
        return None;
    }
    rows.name_contacts(names);
    // A part of the rows may have brought the ids along for their names alone.
    rows.columns.retain(|column| question.log_columns.as_ref().is_none_or(|chosen| chosen.contains(&column.name)));
    let shown = rows.len();
    let cursor = match (truncated, shown.checked_sub(1)) {
        (true, Some(last)) => {
            let (at, tie) = (rows.at[last], rows.tie[last].clone());
            let same = (0..shown).rev().take_while(|&row| rows.at[row] == at && rows.tie[row] == tie).count();
            let before = question.cursor.as_ref().filter(|before| before.component == component);
            let before = before.filter(|before| before.at == at && before.tie == tie).map_or(0, |before| before.shown);
            Some(Cursor { component, at, tie, shown: same + before }.to_text())
        }
        _ => None,
    };
    let ids = rows.tie.into_iter().map(|tie| (!is_derived(&tie)).then_some(tie)).collect();
    let columns = rows
        .columns
        .into_iter()
        .map(|LogColumn { name, values }| LogColumn { name, values: labelled(name, used(values), question.locale) })
        .collect();
    Some(LogPage::new(total, truncated, cursor, ids, columns))
}

/// Only entries of rows on the page, in their order.
fn used(values: LogValues) -> LogValues {
    match values {
        LogValues::Coded { mut codes, entries } => {
            // Only entries of rows on the page, in their order: how the rows were split must not show (P12).
            let mut places = vec![NO_ENTRY; entries.len()];
            let mut shown = Vec::new();
            for code in &mut codes {
                let Some(place) = places.get_mut(*code as usize) else { continue };
                if *place == NO_ENTRY {
                    *place = u32::try_from(shown.len()).unwrap_or(NO_ENTRY);
                    shown.push(entries[*code as usize].clone());
                }
                *code = *place;
            }
            LogValues::Coded { codes, entries: shown }
        }
        other => other,
    }
}

/// Words for the labels of sources and types, and of our own failure.
fn labelled(name: super::page::Column, mut values: LogValues, locale: Locale) -> LogValues {
    let group = match name {
        super::page::Column::Source => "source",
        super::page::Column::Type => "type",
        super::page::Column::Error => "failure",
        _ => return values,
    };
    if let LogValues::Coded { entries, .. } = &mut values {
        for entry in entries {
            entry.label = word(&format!("{group}.{}", entry.key.to_text()), locale).map(str::to_owned);
        }
    }
    values
}
