//! Tables as few large pieces, for hosts to which every single value would be a call: JavaScript.

use serde_json::json;

use super::export::{TableKind, TableRequest, empty_table, table};
use crate::dataset::NULL_TIME;
use crate::error::Result;
use crate::export::{Table, Values};
use crate::id::ForeignId;
use crate::report::{ComponentData, Entry, LogPage, LogValues, NO_ENTRY, Report};

/// Integers up to here are exact as floats.
const EXACT: u64 = 1 << 53;

/// A column in few pieces; which of them it has, the kind tells.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct PackedColumn {
    /// Stable key, the same in every language.
    pub name: String,
    /// Header in the report's language.
    pub title: String,
    /// `time`, `int` and `float` have `numbers`; `text` has `text` and `ends`; `category` has `codes` and, as a list of
    /// entries, `text`; `bool` has `codes`; `json` is a list in `text`.
    pub kind: &'static str,
    /// Numbers; NaN where missing.
    pub numbers: Vec<f64>,
    /// Codes; the largest where missing.
    pub codes: Vec<u32>,
    /// All texts behind one another.
    pub text: String,
    /// Where each text ends, in UTF-16 units; with the highest bit set, it is missing.
    pub ends: Vec<u32>,
}

const MISSING: u32 = 1 << 31;

/// The columns of a table of a part, empty where there is no data; after those of a log's page, `ids`.
///
/// # Errors
/// As [`table`].
///
/// # Example
/// ```
/// use omnicontact::wire::{self, TableRequest};
/// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![Message::new(7, now, Direction::Incoming, "ana").through("web").saying("¡Olé!")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today))?;
/// let columns = wire::packed(&report, &TableRequest::rows(Component::IncomingLog))?;
/// let content = columns.iter().find(|column| column.name == "content").unwrap();
/// assert_eq!((content.text.as_str(), &content.ends[..]), ("¡Olé!", &[5][..]));
/// assert_eq!(columns.last().unwrap().numbers, [7.0]);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn packed(report: &Report, request: &TableRequest) -> Result<Vec<PackedColumn>> {
    let data = report.components.iter().find(|part| part.component == request.component);
    let data = data.and_then(|part| part.outcome.data());
    if let (Some(ComponentData::Log(page)), TableKind::Rows) = (data, request.table) {
        return Ok(log(page, report));
    }
    let found = if data.is_some() { table(report, request)? } else { None };
    let found = found.unwrap_or_else(|| empty_table(request));
    Ok(found.columns.into_iter().map(|column| of_values(column.name, column.title, &column.values)).collect())
}

/// A page of a log without a detour over single texts.
fn log(page: &LogPage, report: &Report) -> Vec<PackedColumn> {
    let title = |name: &str| crate::label::word(&format!("column.{name}"), report.locale).unwrap_or(name).to_owned();
    let each = |column: &crate::report::LogColumn| {
        let (name, title) = (column.name.as_str().to_owned(), title(column.name.as_str()));
        let named = |packed: PackedColumn| PackedColumn { name: name.clone(), title: title.clone(), ..packed };
        named(match &column.values {
            LogValues::Times(values) => numbers("time", values.iter().map(|&at| (at != NULL_TIME).then_some(at))),
            LogValues::Ids(values) => ids(values.iter().map(Some)),
            LogValues::Texts(values) => match values.ascii() {
                Some((text, ends)) => PackedColumn {
                    kind: "text",
                    text: text.to_owned(),
                    ends: ends.map(|(end, is_there)| if is_there { end } else { end | MISSING }).collect(),
                    ..PackedColumn::default()
                },
                None => texts((0..values.len()).map(|row| values.get(row))),
            },
            LogValues::Coded { codes, entries } => category(codes.clone(), entries),
        })
    };
    let mut columns: Vec<PackedColumn> = page.columns.iter().map(each).collect();
    columns.push(PackedColumn { name: "ids".to_owned(), ..ids(page.ids.iter().map(Option::as_ref)) });
    columns
}

fn of_values(name: String, title: String, values: &Values) -> PackedColumn {
    let packed = match values {
        Values::Text(values) => texts(values.iter().map(Option::as_deref)),
        Values::Int(values) => numbers("int", values.iter().copied()),
        Values::Time(values) => numbers("time", values.iter().copied()),
        Values::Float(values) => {
            let numbers = values.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
            PackedColumn { kind: "float", numbers, ..PackedColumn::default() }
        }
        Values::Bool(values) => {
            let codes = values.iter().map(|value| value.map_or(NO_ENTRY, u32::from)).collect();
            PackedColumn { kind: "bool", codes, ..PackedColumn::default() }
        }
        Values::Id(values) => ids(values.iter().map(Option::as_ref)),
        Values::Category { codes, entries } => {
            category(codes.iter().map(|code| code.unwrap_or(NO_ENTRY)).collect(), entries)
        }
    };
    PackedColumn { name, title, ..packed }
}

#[expect(clippy::cast_precision_loss, reason = "instants and counts are exact up to 2^53 at the border")]
fn numbers(kind: &'static str, values: impl Iterator<Item = Option<i64>>) -> PackedColumn {
    let numbers = values.map(|value| value.map_or(f64::NAN, |value| value as f64)).collect();
    PackedColumn { kind, numbers, ..PackedColumn::default() }
}

fn texts<'t>(values: impl Iterator<Item = Option<&'t str>>) -> PackedColumn {
    let mut packed = PackedColumn { kind: "text", ..PackedColumn::default() };
    let mut end = 0;
    for value in values {
        let Some(value) = value else {
            packed.ends.push(end | MISSING);
            continue;
        };
        let units = if value.is_ascii() { value.len() } else { value.encode_utf16().count() };
        end += u32::try_from(units).unwrap_or(u32::MAX);
        packed.text.push_str(value);
        packed.ends.push(end);
    }
    packed
}

fn category(codes: Vec<u32>, entries: &[Entry]) -> PackedColumn {
    PackedColumn { kind: "category", codes, text: json!(entries).to_string(), ..PackedColumn::default() }
}

/// Numbers where all are whole and exact, texts where all are texts, else a list of both.
#[expect(clippy::cast_precision_loss, reason = "they are compared with what is exact")]
fn ids<'i>(values: impl Iterator<Item = Option<&'i ForeignId>> + Clone) -> PackedColumn {
    let exact = |id: Option<&ForeignId>| match id {
        None => Some(f64::NAN),
        Some(ForeignId::Int(value)) => {
            i64::try_from(*value).ok().filter(|value| value.unsigned_abs() <= EXACT).map(|value| value as f64)
        }
        Some(_) => None,
    };
    if let Some(numbers) = values.clone().map(exact).collect() {
        return PackedColumn { kind: "int", numbers, ..PackedColumn::default() };
    }
    if values.clone().flatten().all(|id| matches!(id, ForeignId::Text(_))) {
        return texts(values.map(|id| match id? {
            ForeignId::Text(text) => Some(&**text),
            _ => None,
        }));
    }
    let list: Vec<Option<&ForeignId>> = values.collect();
    PackedColumn { kind: "json", text: json!(list).to_string(), ..PackedColumn::default() }
}

impl PackedColumn {
    /// The columns of a table that is no part of a report, or of the pages of a whole log.
    pub fn of_table(table: &Table) -> Vec<Self> {
        table
            .columns
            .iter()
            .map(|column| of_values(column.name.clone(), column.title.clone(), &column.values))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_in_utf16_units() {
        let packed = texts([Some("añ"), None, Some("😀"), Some("")].into_iter());
        assert_eq!(packed.text, "añ😀");
        assert_eq!(packed.ends, [2, 2 | MISSING, 4, 4]);
    }

    #[test]
    fn ids_keep_their_kind() {
        let (one, big, text) = (ForeignId::from(1), ForeignId::from(u64::MAX), ForeignId::from("a"));
        assert_eq!(ids([Some(&one), None].into_iter()).kind, "int");
        assert_eq!(ids([Some(&text), None].into_iter()).kind, "text");
        let packed = ids([Some(&big), None, Some(&text)].into_iter());
        assert_eq!((packed.kind, packed.text.as_str()), ("json", r#"[18446744073709551615,null,"a"]"#));
    }
}
