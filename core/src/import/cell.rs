//! Cells of a row as values: the same readers for CSV and JSON.

use std::borrow::Cow;

use super::csv::Record;
use super::ndjson::Slot;
use super::options::{Ids, ImportOptions};
use super::plan::{Plan, Source, TakeAt, shown};
use super::rule::first_mention;
use super::when;
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::time::Instant;

/// A row, in either format.
pub(super) enum Row<'r> {
    Csv(Record<'r>),
    Json(&'r [Slot<'r>]),
}

/// A value that is there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'r> {
    Text(&'r str),
    Slot(&'r Slot<'r>),
}

/// A cell with the column that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'r> {
    pub(super) cell: Cell<'r>,
    pub(super) column: &'r str,
}

/// A row's fields.
pub(super) struct Cells<'r> {
    pub(super) plan: &'r Plan,
    pub(super) options: &'r ImportOptions,
    pub(super) row: Row<'r>,
}

impl<'r> Cell<'r> {
    /// Null, and the empty text, are missing.
    fn of_slot(slot: &'r Slot<'r>) -> Option<Self> {
        match slot {
            Slot::Missing => None,
            Slot::Text(text) => Self::of_text(text),
            slot => Some(Self::Slot(slot)),
        }
    }

    fn of_text(text: &'r str) -> Option<Self> {
        (!text.is_empty()).then_some(Self::Text(text))
    }

    /// The value as a text, as conditions and value mappings compare it; lists and objects have none.
    fn to_text(self) -> Option<Cow<'r, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Slot(Slot::Bool(value)) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Self::Slot(Slot::Int(value)) => Some(Cow::Owned(value.to_string())),
            Self::Slot(Slot::Float(value)) => Some(Cow::Owned(value.to_string())),
            Self::Slot(_) => None,
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Slot(slot) => slot.kind(),
        }
    }
}

impl Placed<'_> {
    /// An error of the cell.
    pub(super) fn fault(&self, message: impl Into<String>) -> Error {
        Error::new(Code::InvalidValue, message).at(self.column)
    }

    /// The error of a cell of another type.
    pub(super) fn mistyped(&self, wanted: &str) -> Error {
        self.fault(format!("expected {wanted}, found {}", self.cell.kind()))
    }
}

impl<'r> Cells<'r> {
    /// The field's value and where it came from, by the first rule that gives one.
    pub(super) fn get(&self, field: usize) -> Option<Placed<'r>> {
        let plan = &self.plan.fields[field];
        let placed = plan.sources.iter().find_map(|source| self.take(field, source))?;
        if plan.values.is_empty() {
            return Some(placed);
        }
        match placed.cell.to_text().and_then(|theirs| plan.values.get(theirs.as_ref())) {
            Some(ours) => Some(Placed { cell: Cell::of_text(ours)?, column: placed.column }),
            None => Some(placed),
        }
    }

    fn take(&self, field: usize, source: &'r Source) -> Option<Placed<'r>> {
        if let Some((other, wanted)) = &source.when {
            let value = self.get(*other)?.cell.to_text()?;
            if value != wanted.as_str() {
                return None;
            }
        }
        let (cell, column) = match &source.take {
            TakeAt::Column(slot) => (self.cell(*slot)?, self.plan.columns[*slot].as_str()),
            TakeAt::Constant(value) => (Cell::of_text(value)?, self.plan.table[field].name),
            TakeAt::Mention(slot, among) => match self.cell(*slot)? {
                Cell::Text(text) => (Cell::of_text(first_mention(text, among)?)?, self.plan.columns[*slot].as_str()),
                Cell::Slot(_) => return None,
            },
        };
        Some(Placed { cell, column })
    }

    fn cell(&self, slot: usize) -> Option<Cell<'r>> {
        match &self.row {
            Row::Csv(record) => Cell::of_text(record.cell(*self.plan.positions.get(slot)?)),
            Row::Json(slots) => Cell::of_slot(slots.get(slot)?),
        }
    }

    /// The error of a required field without a value.
    fn missing(&self, field: usize) -> Error {
        let name = self.plan.table[field].name;
        Error::new(Code::MissingValue, format!("`{name}` is missing")).at(name)
    }

    /// An id.
    pub(super) fn id(&self, field: impl Into<usize>) -> Result<Option<ForeignId>> {
        let Some(placed) = self.get(field.into()) else { return Ok(None) };
        match placed.cell {
            Cell::Text(text) => match (&self.row, self.options.ids) {
                (Row::Csv(_), Ids::Integer) => Ok(Some(plain_integer(text).unwrap_or_else(|| text.into()))),
                _ => Ok(Some(text.into())),
            },
            Cell::Slot(Slot::Int(value)) => Ok(Some(ForeignId::Int(*value))),
            Cell::Slot(Slot::Id(id)) => Ok(Some(id.clone())),
            Cell::Slot(Slot::Float(_)) => Err(placed.fault("the number is no 64-bit integer")),
            Cell::Slot(_) => Err(placed.mistyped("an id (an integer or a text)")),
        }
    }

    /// An id that must be there.
    pub(super) fn required_id(&self, field: impl Into<usize>) -> Result<ForeignId> {
        let field = field.into();
        self.id(field)?.ok_or_else(|| self.missing(field))
    }

    /// A text.
    pub(super) fn text(&self, field: impl Into<usize>) -> Result<Option<String>> {
        match self.get(field.into()) {
            None => Ok(None),
            Some(Placed { cell: Cell::Text(text), .. }) => Ok(Some(text.to_owned())),
            Some(placed) => Err(placed.mistyped("a text")),
        }
    }

    /// A text, or an integer as one.
    pub(super) fn code(&self, field: impl Into<usize>) -> Result<Option<String>> {
        match self.get(field.into()) {
            None => Ok(None),
            Some(Placed { cell: Cell::Text(text), .. }) => Ok(Some(text.to_owned())),
            Some(Placed { cell: Cell::Slot(Slot::Int(value)), .. }) => Ok(Some(value.to_string())),
            Some(placed) => Err(placed.mistyped("a text or an integer")),
        }
    }

    /// An instant.
    pub(super) fn time(&self, field: impl Into<usize>) -> Result<Option<Instant>> {
        self.get(field.into()).map(|placed| when::instant(placed, self.options)).transpose()
    }

    /// An instant that must be there.
    pub(super) fn required_time(&self, field: impl Into<usize>) -> Result<Instant> {
        let field = field.into();
        self.time(field)?.ok_or_else(|| self.missing(field))
    }

    /// A label.
    pub(super) fn label<T>(&self, field: impl Into<usize>, parse: impl Fn(&str) -> Result<T>) -> Result<Option<T>> {
        let field = field.into();
        let Some(placed) = self.get(field) else { return Ok(None) };
        let Cell::Text(word) = placed.cell else { return Err(placed.mistyped("a text")) };
        parse(word).map(Some).map_err(|refusal| {
            let fault = placed.fault(format!("unknown {} {}", self.plan.table[field].name, shown(word)));
            match refusal.hint() {
                Some(hint) => fault.with_hint(hint),
                None => fault,
            }
        })
    }

    /// A label that must be there.
    pub(super) fn required_label<T>(&self, field: impl Into<usize>, parse: impl Fn(&str) -> Result<T>) -> Result<T> {
        let field = field.into();
        self.label(field, parse)?.ok_or_else(|| self.missing(field))
    }

    /// True or false.
    pub(super) fn flag(&self, field: impl Into<usize>) -> Result<Option<bool>> {
        let Some(placed) = self.get(field.into()) else { return Ok(None) };
        match placed.cell {
            Cell::Slot(Slot::Bool(value)) => Ok(Some(*value)),
            Cell::Text("true" | "True" | "TRUE" | "1") | Cell::Slot(Slot::Int(1)) => Ok(Some(true)),
            Cell::Text("false" | "False" | "FALSE" | "0") | Cell::Slot(Slot::Int(0)) => Ok(Some(false)),
            Cell::Text(word) => Err(placed
                .fault(format!("{} is neither true nor false", shown(word)))
                .with_allowed(["true", "false", "True", "False", "TRUE", "FALSE", "1", "0"])),
            Cell::Slot(_) => Err(placed.mistyped("a boolean")),
        }
    }

    /// A whole number, zero or more.
    pub(super) fn number(&self, field: impl Into<usize>) -> Result<Option<u64>> {
        let Some(placed) = self.get(field.into()) else { return Ok(None) };
        let number = match placed.cell {
            Cell::Text(text) if is_digits(text) => text.parse().ok(),
            Cell::Slot(Slot::Int(value)) => u64::try_from(*value).ok(),
            Cell::Text(text) => return Err(placed.fault(format!("{} is no whole number", shown(text)))),
            Cell::Slot(_) => return Err(placed.mistyped("a whole number")),
        };
        let words = format!("the number is not between 0 and {}", u64::MAX);
        number.map(Some).ok_or_else(|| placed.fault(words))
    }
}

/// Whether a text is nothing but digits.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An integer, if a text is written the way that the integer itself would be.
fn plain_integer(text: &str) -> Option<ForeignId> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !is_digits(digits) || (digits.starts_with('0') && text != "0") {
        return None;
    }
    let unsigned = || text.parse().ok().map(<ForeignId as From<u64>>::from);
    text.parse().ok().map(<ForeignId as From<i64>>::from).or_else(unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_integer_becomes_one() {
        for (text, value) in [
            ("0", 0),
            ("42", 42),
            ("-7", -7),
            ("9223372036854775808", 9_223_372_036_854_775_808),
            ("18446744073709551615", 18_446_744_073_709_551_615),
            ("-9223372036854775808", -9_223_372_036_854_775_808),
        ] {
            assert_eq!(plain_integer(text), Some(ForeignId::Int(value)), "{text}");
        }
        for text in ["", "-", "00", "007", "-0", "+1", "1.0", " 1", "1e3", "18446744073709551616", "٣", "a1"] {
            assert_eq!(plain_integer(text), None, "{text}");
        }
    }
}
