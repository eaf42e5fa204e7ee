//! Columns out of plain values, for hosts whose columns are lists.

use std::sync::Arc;

use serde_json::Value;

use super::door;
use crate::dataset::{IdColumn, NULL_TIME, TextColumn, Texts, TimeColumn};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::time::{Instant, Zone};

/// Reads every value; what is wrong is wrong data, at `[row].field`.
fn each<T>(values: Vec<Value>, field: &str, read: impl Fn(Value) -> Result<T>) -> Result<Vec<T>> {
    let at = |(row, value)| read(value).map_err(|error| wrong(&error).at(field).at_row(row));
    values.into_iter().enumerate().map(at).collect()
}

fn wrong(error: &Error) -> Error {
    let code = match error.code() {
        code @ (Code::InstantOutOfRange | Code::MissingValue) => code,
        _ => Code::InvalidValue,
    };
    let wrong = Error::new(code, error.message());
    error.hint().into_iter().fold(wrong, Error::with_hint)
}

fn instant(text: &str, zone: Option<&Zone>) -> Result<i64> {
    let at = match zone {
        Some(zone) => Instant::parse_in(text, zone),
        None => Instant::parse(text),
    };
    at.map(Instant::as_millis)
}

/// A column of instants: epoch milliseconds or ISO 8601 texts, null where missing.
///
/// # Errors
/// `invalid_value` or `instant_out_of_range` at `[row].field`.
pub fn time_values<'a>(values: Vec<Value>, zone: Option<&Zone>, field: &str) -> Result<TimeColumn<'a>> {
    let read = |value: Value| match &value {
        Value::Null => Ok(NULL_TIME),
        Value::String(text) => instant(text, zone),
        _ => door::from_value::<Instant>(&value).map(Instant::as_millis),
    };
    Ok(each(values, field, read)?.into())
}

/// A column of instants out of ISO 8601 texts.
///
/// # Errors
/// `invalid_value` or `instant_out_of_range` at `[row].field`.
pub fn time_texts<'a>(texts: &dyn Texts, zone: Option<&Zone>, field: &str) -> Result<TimeColumn<'a>> {
    let read = |row| match texts.get(row).filter(|text| !text.is_empty()) {
        None => Ok(NULL_TIME),
        Some(text) => instant(text, zone).map_err(|error| wrong(&error).at(field).at_row(row)),
    };
    Ok((0..texts.len()).map(read).collect::<Result<Vec<i64>>>()?.into())
}

/// A column of instants out of local times, as milliseconds since 1970-01-01T00:00 on the zone's clock;
/// [`NULL_TIME`] where missing.
///
/// # Errors
/// `invalid_value` at `field` without a zone.
pub fn local_times<'a>(mut walls: Vec<i64>, zone: Option<&Zone>, field: &str) -> Result<TimeColumn<'a>> {
    let Some(zone) = zone else {
        return Err(Error::new(Code::InvalidValue, "the times do not say their offset from UTC")
            .with_hint("say in which zone they are local times (`zone`), or use a column with a time zone")
            .at(field));
    };
    zone.instants_of(&mut walls);
    Ok(walls.into())
}

/// A column of ids or labels: integers and texts, null or the empty text where missing.
///
/// # Errors
/// `invalid_value` at `[row].field`.
pub fn id_values<'a>(values: Vec<Value>, field: &str) -> Result<IdColumn<'a>> {
    let read = |value: Value| match &value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.as_str().into())),
        _ => match value.as_i64() {
            Some(number) => Ok(Some(number.into())),
            None => door::from_value::<ForeignId>(&value).map(Some),
        },
    };
    Ok(IdColumn::rows(Arc::new(each(values, field, read)?)))
}

/// A column of texts, null where missing.
///
/// # Errors
/// `invalid_value` at `[row].field`.
pub fn text_values<'a>(values: Vec<Value>, field: &str) -> Result<TextColumn<'a>> {
    Ok(Arc::new(each(values, field, |value| match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        other => door::from_value::<Option<String>>(&other),
    })?))
}

/// A column of yes and no; null is no.
///
/// # Errors
/// `invalid_value` at `[row].field`.
pub fn flag_values(values: Vec<Value>, field: &str) -> Result<Vec<bool>> {
    each(values, field, |value| Ok(door::from_value::<Option<bool>>(&value)?.unwrap_or(false)))
}
