//! What a report says about itself, in words.

use super::Shown;
use crate::id::ForeignId;
use crate::report::{
    Change, Column, ComponentData, Delivery, Filter, Key, LogValues, NoData, Outcome, Report, ReportKind,
};
use crate::time::Preset;

impl Shown {
    /// Title of a report.
    pub(in crate::export) fn report_title(&self, report: ReportKind) -> &'static str {
        self.word(match report {
            ReportKind::Contacts => "shown.contacts_report",
            ReportKind::Messages => "shown.messages_report",
        })
    }

    /// The period with its preset's name.
    pub(in crate::export) fn period_text(&self, report: &Report) -> String {
        let period = self.period(report);
        match report.period.preset {
            Preset::Custom => period,
            preset => {
                let name = self.word(&format!("period.{preset}"));
                if name == period { period } else { format!("{name} · {period}") }
            }
        }
    }

    /// The zone, and where its rules come from (T6).
    pub(in crate::export) fn zone_text(&self, report: &Report) -> String {
        let database = match report.tzdb_version.as_str() {
            "host" => self.word("shown.database_host").to_owned(),
            version => self.fill("shown.database", &[("version", version)]),
        };
        format!("{} ({database})", report.zone)
    }

    /// The filters that are set, by name, with their values by name where the report knows one.
    pub(in crate::export) fn filters(&self, report: &Report) -> Vec<(&'static str, String)> {
        let filters = &report.filters;
        let ids = |column: Column, ids: &[ForeignId]| {
            ids.iter().map(|id| name_of(report, column, id).unwrap_or_else(|| id.to_string())).collect()
        };
        let plain = |ids: &[ForeignId]| ids.iter().map(ToString::to_string).collect();
        let words = |group: &str, keys: &[String]| {
            keys.iter().map(|key| self.label(&format!("{group}.{key}")).unwrap_or(key).to_owned()).collect()
        };
        filters
            .set()
            .into_iter()
            .map(|filter| {
                let values: Vec<String> = match filter {
                    Filter::Channel => ids(Column::Channel, &filters.channel),
                    Filter::Contact => {
                        let mut values: Vec<String> = plain(&filters.contact);
                        values.extend(filters.contact_text.iter().map(|text| format!("“{text}”")));
                        if let Some(among) = &filters.among {
                            let words = self.label("shown.segment").unwrap_or("{count}");
                            values.push(words.replace("{count}", &among.len().to_string()));
                        }
                        values
                    }
                    Filter::Source => words("source", &filters.source),
                    Filter::Type => words("type", &filters.message_type),
                    Filter::Team => plain(&filters.team),
                    Filter::User => ids(Column::User, &filters.user),
                    Filter::Broadcast => plain(&filters.broadcast),
                };
                (self.filter(filter), values.join(", "))
            })
            .collect()
    }

    /// How the report's own policy was set.
    pub(in crate::export) fn policy(&self, report: &Report) -> String {
        let (key, is_set) = match report.report {
            ReportKind::Contacts => ("policy.added_has_channel", report.policies.added_has_channel),
            ReportKind::Messages => ("policy.count_all_attempts", report.policies.count_all_attempts),
        };
        self.named(self.word(key), self.word(if is_set { "shown.yes" } else { "shown.no" }))
    }

    /// A change, absolute and relative: `+12 (+3.4%)`.
    pub(in crate::export) fn change(&self, change: Change) -> String {
        let absolute = self.signed(change.absolute);
        match change.relative {
            Some(relative) if change.absolute != 0 => format!("{absolute} ({})", self.relative(relative)),
            _ => absolute,
        }
    }

    /// What channels cannot tell, so that 0 % and "not supported" differ (K7).
    pub(in crate::export) fn not_supported(&self, delivery: &Delivery) -> Vec<String> {
        let untold = delivery.not_supported;
        [(untold.delivered, "shown.not_supported_delivered"), (untold.read, "shown.not_supported_read")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, key)| self.fill(key, &[("count", &self.number(count))]))
            .collect()
    }

    /// What a reader should know about the numbers.
    pub(in crate::export) fn notes(&self, report: &Report) -> impl Iterator<Item = &'static str> {
        report.notes.iter().map(|note| self.word(&format!("note.{note}")))
    }

    /// Why a part has no data.
    pub(in crate::export) fn missing(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::NotApplicable { filters } => {
                let names: Vec<&str> = filters.iter().map(|filter| self.filter(*filter)).collect();
                self.fill("shown.not_applicable", &[("filters", &names.join(", "))])
            }
            Outcome::NoData(NoData::BeforeFirstRecord { date }) => {
                self.fill("shown.before_first_record", &[("date", &self.date(*date))])
            }
            Outcome::NoData(NoData::Outside { first, last, suspicious_times }) => {
                let key = if *suspicious_times { "shown.outside_suspicious" } else { "shown.outside" };
                self.fill(key, &[("first", &self.day_of(*first)), ("last", &self.day_of(*last))])
            }
            Outcome::NoData(NoData::NoRecords) => self.word("shown.no_records").to_owned(),
            Outcome::NoData(NoData::NothingMatched) | Outcome::Data(_) => self.word("shown.no_data").to_owned(),
        }
    }
}

/// The name that some part of the report shows for an id.
fn name_of(report: &Report, column: Column, id: &ForeignId) -> Option<String> {
    report.components.iter().find_map(|part| match part.outcome.data()? {
        ComponentData::Breakdown(breakdown) if column == Column::Channel => {
            breakdown.rows.iter().find(|row| matches!(&row.key, Key::Id(key) if key == id)).map(|row| row.label.clone())
        }
        ComponentData::Log(page) => match page.column(column)? {
            LogValues::Coded { entries, .. } => entries.iter().find(|entry| entry.key == *id)?.label.clone(),
            _ => None,
        },
        _ => None,
    })
}
