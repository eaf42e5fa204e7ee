//! Tables of log pages.

use super::table::{Table, TableColumn, Values};
use crate::dataset::NULL_TIME;
use crate::label::{Locale, word};
use crate::report::{Column, Component, LogPage, LogValues};

/// The columns of a log page, under their names (D12).
pub(super) fn of(page: &LogPage, component: Component, locale: Locale) -> Table {
    let columns = page
        .columns
        .iter()
        .map(|column| {
            TableColumn::new(column.name.as_str(), title(column.name, component, locale), values(&column.values))
        })
        .collect();
    Table { columns }
}

/// Header of a log column in a language. A merge has two contacts: its log shows the primary (P8).
pub(super) fn title(column: Column, component: Component, locale: Locale) -> &'static str {
    let name = match (component, column) {
        (Component::MergedLog, Column::ContactId) => "primary_contact_id",
        _ => column.as_str(),
    };
    word(&format!("column.{name}"), locale).unwrap_or_default()
}

fn values(values: &LogValues) -> Values {
    match values {
        LogValues::Times(times) => Values::Time(times.iter().map(|&at| (at != NULL_TIME).then_some(at)).collect()),
        LogValues::Ids(ids) => Values::Id(ids.iter().cloned().map(Some).collect()),
        LogValues::Texts(texts) => {
            Values::Text((0..texts.len()).map(|row| texts.get(row).map(str::to_owned)).collect())
        }
        LogValues::Coded { codes, entries } => Values::Category {
            codes: codes.iter().map(|&code| ((code as usize) < entries.len()).then_some(code)).collect(),
            entries: entries.clone(),
        },
    }
}
