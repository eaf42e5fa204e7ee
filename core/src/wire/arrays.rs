//! A host's table without Arrow: typed arrays as bytes, codes with their values, lists as JSON.

use std::sync::Arc;

use serde_json::Value;

use super::columns::HostTable;
use super::{door, values};
use crate::dataset::{Buffer, Codes, IdColumn, NULL_TIME, TextColumn, Texts, TimeColumn, Validity};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;

/// Whole numbers up to here are exact as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Number types of typed arrays.
const TYPES: [&str; 10] = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"];

/// Columns that a host hands over as typed arrays and lists; each is copied once.
///
/// # Example
/// ```
/// use omnicontact::wire::{ArrayTable, ColumnOptions, DatasetInput, DatasetRequest};
/// let mut table = ArrayTable::default();
/// table.add_numbers("sent_at", "f64", &1_782_907_200_000_f64.to_le_bytes())?;
/// table.add_codes("direction", "u8", &[0], r#"["incoming", "outgoing"]"#)?;
/// table.add_list("contact", r#"["ana"]"#);
/// let mut input = DatasetInput::new(DatasetRequest::default());
/// input.add_table("messages", &table, &ColumnOptions::default())?;
/// assert_eq!(input.build()?.message_count(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ArrayTable {
    names: Vec<String>,
    columns: Vec<Column>,
}

#[derive(Debug)]
enum Column {
    Int32(Buffer<'static, i32>),
    Int64(Buffer<'static, i64>),
    Unsigned(Buffer<'static, u64>),
    Float(Vec<f64>),
    Codes(Coded),
    /// Texts behind one another in UTF-8, and where each ends.
    Packed(Arc<PackedTexts>),
    /// A list as JSON: read when it is known what it is for.
    List(String),
}

/// Codes, which of them have a value, and the values.
#[derive(Debug, Clone)]
struct Coded {
    codes: Codes<'static>,
    rows: usize,
    validity: Option<Validity<'static>>,
    values: Arc<[ForeignId]>,
}

impl ArrayTable {
    /// Adds a column of numbers: the bytes of a typed array, in little-endian order.
    ///
    /// # Errors
    /// `unknown_label` for the type, one of `i8` to `u64`, `f32`, `f64`.
    pub fn add_numbers(&mut self, name: &str, of: &str, bytes: &[u8]) -> Result<()> {
        let column = match of {
            "i8" => Column::Int32(widened(bytes, i8::from_le_bytes)),
            "u8" => Column::Int32(widened(bytes, u8::from_le_bytes)),
            "i16" => Column::Int32(widened(bytes, i16::from_le_bytes)),
            "u16" => Column::Int32(widened(bytes, u16::from_le_bytes)),
            "i32" => Column::Int32(numbers(bytes, i32::from_le_bytes).into()),
            "u32" => Column::Int64(widened(bytes, u32::from_le_bytes)),
            "i64" => Column::Int64(numbers(bytes, i64::from_le_bytes).into()),
            "u64" => Column::Unsigned(numbers(bytes, u64::from_le_bytes).into()),
            "f32" => Column::Float(numbers(bytes, f32::from_le_bytes).into_iter().map(f64::from).collect()),
            "f64" => Column::Float(numbers(bytes, f64::from_le_bytes)),
            _ => return Err(unknown_type(of, name)),
        };
        self.push(name, column);
        Ok(())
    }

    /// Adds a column of codes, each the place of its value in a list (JSON). The code −1, the largest of its type, and
    /// places of null say that the value is missing; another code without a value is refused when the column is used.
    ///
    /// # Errors
    /// `unknown_label` for the type, one of `i8` to `u32`; `invalid_value` in the list.
    pub fn add_codes(&mut self, name: &str, of: &str, bytes: &[u8], list: &str) -> Result<()> {
        let at = |error: Error| error.at("values").at(name);
        let given: Vec<Value> = door::from_text(list).map_err(at)?;
        let mut values: Vec<ForeignId> = Vec::with_capacity(given.len());
        let mut missing = Vec::with_capacity(given.len());
        for (place, value) in given.into_iter().enumerate() {
            missing.push(matches!(&value, Value::Null) || value == "");
            values.push(match value {
                _ if missing[place] => ForeignId::from(0),
                value => door::from_value(&value)
                    .map_err(|error| at(Error::new(Code::InvalidValue, error.message()).at_row(place)))?,
            });
        }
        macro_rules! codes {
            ($kind:ident, $type:ty) => {{
                let codes = numbers(bytes, <$type>::from_le_bytes);
                let is_missing = |code: $type| match usize::try_from(code).ok().and_then(|place| missing.get(place)) {
                    Some(missing) => *missing,
                    None => code == <$type>::MAX || i64::from(code) == -1,
                };
                (codes.len(), validity(codes.iter().map(|&code| is_missing(code))), Codes::$kind(codes.into()))
            }};
        }
        let (rows, validity, codes) = match of {
            "i8" => codes!(I8, i8),
            "u8" => codes!(U8, u8),
            "i16" => codes!(I16, i16),
            "u16" => codes!(U16, u16),
            "i32" => codes!(I32, i32),
            "u32" => codes!(U32, u32),
            _ => return Err(unknown_type(of, name)),
        };
        self.push(name, Column::Codes(Coded { codes, rows, validity, values: values.into() }));
        Ok(())
    }

    /// Adds a column of texts that stand behind one another in UTF-8, with the byte at which each ends (`u32` in
    /// little-endian order).
    ///
    /// # Errors
    /// `invalid_utf8`; `invalid_value` where the ends are not in order, or not between letters.
    pub fn add_texts(&mut self, name: &str, bytes: &[u8], ends: &[u8]) -> Result<()> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Error::new(Code::InvalidUtf8, "the texts are not UTF-8").at(name))?
            .to_owned();
        let ends = numbers(ends, u32::from_le_bytes);
        if !ends.is_sorted() || ends.iter().any(|&end| !text.is_char_boundary(end as usize)) {
            let words = "the ends of the texts are not in order, or not between letters";
            return Err(Error::new(Code::InvalidValue, words).at(name));
        }
        self.push(name, Column::Packed(Arc::new(PackedTexts { text, ends })));
        Ok(())
    }

    /// Adds a column of anything: a list as JSON, null where missing.
    pub fn add_list(&mut self, name: &str, list: impl Into<String>) {
        self.push(name, Column::List(list.into()));
    }

    fn push(&mut self, name: &str, column: Column) {
        self.names.push(name.to_owned());
        self.columns.push(column);
    }
}

fn unknown_type(of: &str, name: &str) -> Error {
    Error::new(Code::UnknownLabel, format!("unknown type of numbers `{of}`")).with_allowed(TYPES).at(name)
}

fn numbers<const N: usize, T>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().map(|bytes| read(*bytes)).collect()
}

fn widened<const N: usize, T, W: From<T> + Send + Sync + 'static>(
    bytes: &[u8],
    read: impl Fn([u8; N]) -> T,
) -> Buffer<'static, W> {
    numbers(bytes, |bytes| W::from(read(bytes))).into()
}

/// Bits of what is there; none where nothing is missing.
fn validity(missing: impl ExactSizeIterator<Item = bool> + Clone) -> Option<Validity<'static>> {
    if !missing.clone().any(|missing| missing) {
        return None;
    }
    let mut bits = vec![0_u8; missing.len().div_ceil(8)];
    for (row, missing) in missing.enumerate() {
        bits[row / 8] |= u8::from(!missing) << (row % 8);
    }
    Some(Validity::new(bits, 0))
}

fn list(text: &str, field: &str) -> Result<Vec<Value>> {
    door::from_text(text).map_err(|error| error.at(field))
}

/// The numbers, or where one of them is no whole number; NaN is missing.
#[expect(clippy::cast_possible_truncation, reason = "whole and within the range in which floats are exact")]
fn whole_floats(values: &[f64], field: &str) -> Result<Vec<i64>> {
    let read = |(row, &value): (usize, &f64)| match value {
        value if value.is_nan() => Ok(NULL_TIME),
        value if value.fract() == 0.0 && value.abs() <= EXACT => Ok(value as i64),
        _ => Err(Error::new(Code::InvalidValue, "the number is not whole, or not exact")
            .with_hint("missing numbers are NaN; integers beyond 2^53 go into a BigInt64Array")
            .at(field)
            .at_row(row)),
    };
    values.iter().enumerate().map(read).collect()
}

fn unfit(wanted: &str, field: &str) -> Error {
    Error::new(Code::InvalidValue, format!("a column of numbers holds no {wanted}")).at(field)
}

/// Texts behind one another.
#[derive(Debug)]
struct PackedTexts {
    text: String,
    ends: Vec<u32>,
}

impl Texts for PackedTexts {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)? as usize;
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        // An empty text is a missing one, as in CSV.
        self.text.get(start..end).filter(|text| !text.is_empty())
    }
}

/// Texts of a list of values.
impl Texts for Coded {
    fn len(&self) -> usize {
        self.rows
    }

    fn get(&self, row: usize) -> Option<&str> {
        if row >= self.rows || self.validity.as_ref().is_some_and(|validity| !validity.is_valid(row)) {
            return None;
        }
        match self.values.get(usize::try_from(self.codes.get(row)).ok()?)? {
            ForeignId::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Coded {
    fn column(&self) -> IdColumn<'static> {
        IdColumn::default().coded_chunk(self.codes.clone(), self.validity.clone(), Arc::clone(&self.values))
    }
}

impl HostTable<'static> for ArrayTable {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn times(&self, column: usize, field: &str) -> Result<TimeColumn<'static>> {
        Ok(match &self.columns[column] {
            Column::Int64(values) => TimeColumn::default().chunk(values.clone()),
            Column::Int32(values) => values.iter().map(|&value| value.into()).collect::<Vec<_>>().into(),
            Column::Unsigned(values) => {
                values.iter().map(|&value| i64::try_from(value).unwrap_or(i64::MAX)).collect::<Vec<_>>().into()
            }
            Column::Float(values) => whole_floats(values, field)?.into(),
            Column::Codes(coded) => values::time_texts(coded, None, field)?,
            Column::Packed(texts) => values::time_texts(texts.as_ref(), None, field)?,
            Column::List(text) => values::time_values(list(text, field)?, None, field)?,
        })
    }

    fn ids(&self, column: usize, field: &str) -> Result<IdColumn<'static>> {
        Ok(match &self.columns[column] {
            Column::Int32(values) => IdColumn::default().i32_chunk(values.clone(), None),
            Column::Int64(values) => IdColumn::default().i64_chunk(values.clone(), None),
            Column::Unsigned(values) => IdColumn::default().u64_chunk(values.clone(), None),
            Column::Float(values) => {
                let there = validity(values.iter().map(|value| value.is_nan()));
                IdColumn::default().i64_chunk(whole_floats(values, field)?, there)
            }
            Column::Codes(coded) => coded.column(),
            Column::Packed(texts) => IdColumn::texts(Arc::clone(texts) as TextColumn<'static>),
            Column::List(text) => values::id_values(list(text, field)?, field)?,
        })
    }

    fn texts(&self, column: usize, field: &str) -> Result<TextColumn<'static>> {
        Ok(match &self.columns[column] {
            Column::Codes(coded) => Arc::new(coded.clone()),
            Column::Packed(texts) => Arc::clone(texts) as TextColumn<'static>,
            Column::List(text) => values::text_values(list(text, field)?, field)?,
            _ => return Err(unfit("texts", field)),
        })
    }

    fn flags(&self, column: usize, field: &str) -> Result<Vec<bool>> {
        match &self.columns[column] {
            Column::Int32(values) if values.iter().all(|value| matches!(value, 0 | 1)) => {
                Ok(values.iter().map(|&value| value == 1).collect())
            }
            Column::List(text) => values::flag_values(list(text, field)?, field),
            _ => Err(unfit("truth values", field)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{ColumnOptions, DatasetInput, DatasetRequest};

    fn bytes<const N: usize, T: Copy>(values: &[T], write: impl Fn(T) -> [u8; N]) -> Vec<u8> {
        values.iter().flat_map(|&value| write(value)).collect()
    }

    fn messages(change: impl FnOnce(&mut ArrayTable) -> Result<()>) -> Result<crate::Dataset<'static>> {
        let mut table = ArrayTable::default();
        table.add_numbers("sent_at", "f64", &bytes(&[1e12, 2e12], f64::to_le_bytes))?;
        table.add_codes("direction", "u8", &[0, 1], r#"["incoming", "outgoing"]"#)?;
        table.add_numbers("contact", "i32", &bytes(&[1, 2], i32::to_le_bytes))?;
        change(&mut table)?;
        let mut input = DatasetInput::new(DatasetRequest::default());
        input.add_table("messages", &table, &ColumnOptions::default())?;
        input.build()
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut ArrayTable) -> Result<()>, code: Code, path: &str) {
        let error = messages(change).unwrap_err();
        assert_eq!((error.code(), error.path()), (code, path), "{error:?}");
    }

    #[test]
    fn columns_of_every_kind_are_read() {
        let data = messages(|table| {
            table.add_numbers("id", "u64", &bytes(&[u64::MAX, 1], u64::to_le_bytes))?;
            table.add_codes("channel", "i8", &[0, 0xff], r#"["web"]"#)?;
            table.add_codes("user", "u16", &bytes(&[0, 1], u16::to_le_bytes), "[null, 7]")?;
            table.add_texts("content", "olá!".as_bytes(), &bytes(&[4, 5], u32::to_le_bytes))?;
            table.add_numbers("team", "f64", &bytes(&[f64::NAN, 3.0], f64::to_le_bytes))?;
            table.add_list("source", r#"[null, "user"]"#);
            Ok(())
        });
        assert_eq!(data.unwrap().message_count(), 2);
    }

    #[test]
    fn what_is_wrong_says_where() {
        let halves = bytes(&[1.5, f64::INFINITY], f64::to_le_bytes);
        refused(|table| table.add_numbers("team", "f64", &halves), Code::InvalidValue, "messages[0].team");
        refused(
            |table| table.add_numbers("delivered_at", "f64", &halves),
            Code::InvalidValue,
            "messages[0].delivered_at",
        );
        refused(|table| table.add_numbers("team", "i32", &[1, 0, 0, 0]), Code::LengthMismatch, "messages.team");
        refused(|table| table.add_numbers("content", "u8", &[1, 2]), Code::InvalidValue, "messages.content");
        refused(|table| table.add_codes("team", "u8", &[0, 7], "[1]"), Code::CodeOutOfRange, "messages[1].team");
        refused(|table| table.add_codes("team", "u8", &[0, 0], "[true]"), Code::InvalidValue, "team.values[0]");
        refused(|table| table.add_codes("team", "u64", &[], "[]"), Code::UnknownLabel, "team");
        refused(|table| table.add_texts("content", &[0xff], &[1, 0, 0, 0]), Code::InvalidUtf8, "content");
        let ends = bytes(&[1, 2], u32::to_le_bytes);
        refused(|table| table.add_texts("content", "é".as_bytes(), &ends), Code::InvalidValue, "content");
        refused(
            |table| {
                table.add_list("user", "[1, {}]");
                Ok(())
            },
            Code::InvalidValue,
            "messages[1].user",
        );
    }
}
