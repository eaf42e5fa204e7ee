//! The delivery history of a message: from columns of times, or whole as JSON (K5, D5, D11).

use serde_json::{Map, Value};

use super::cell::{Cell, Cells, Placed};
use super::field::MessageField as F;
use super::ndjson::Slot;
use super::plan::shown;
use super::when;
use crate::error::{Code, Error, Result};
use crate::message::{Status, StatusUpdate};

/// The history that a row tells; `None` where it tells nothing.
pub(super) fn read(cells: &Cells<'_>) -> Result<Option<Vec<StatusUpdate>>> {
    let history = from_columns(cells)?;
    let Some(placed) = cells.get(F::Delivery.into()) else { return Ok(history) };
    if history.is_some() {
        let words = "the delivery history stands here and in columns of its own";
        return Err(placed.fault(words).with_hint("leave out `delivery`, or the columns from `status` to `error`"));
    }
    let parsed;
    let value = match placed.cell {
        Cell::Slot(Slot::Tree(value)) => value,
        Cell::Text(text) => {
            parsed = serde_json::from_str(text).map_err(|_| placed.fault("the text is no JSON"))?;
            &parsed
        }
        Cell::Slot(_) => return Err(placed.mistyped("a list")),
    };
    let Value::Array(entries) = value else { return Err(placed.mistyped("a list")) };
    let entries = entries.iter().enumerate();
    let read = entries.map(|(position, value)| {
        entry(value, cells).map_err(|fault| fault.at(format!("[{position}]")).at(placed.column))
    });
    read.collect::<Result<_>>().map(Some)
}

/// One entry for each time, one without a time for a status whose time is missing.
fn from_columns(cells: &Cells<'_>) -> Result<Option<Vec<StatusUpdate>>> {
    let status = cells.label(F::Status, Status::parse)?;
    let times = [
        (Status::Pending, None),
        (Status::Sent, cells.time(F::AcceptedAt)?),
        (Status::Delivered, cells.time(F::DeliveredAt)?),
        (Status::Read, cells.time(F::ReadAt)?),
        (Status::Failed, cells.time(F::FailedAt)?),
    ];
    let mut history: Vec<StatusUpdate> = times
        .into_iter()
        .filter(|(step, at)| at.is_some() || status == Some(*step))
        .map(|(step, at)| StatusUpdate::new(step, at))
        .collect();
    let error_code = cells.code(F::ErrorCode)?;
    let error = cells.text(F::Error)?;
    if error_code.is_some() || error.is_some() {
        // A status that a failure would outrank keeps the error to itself, so that the row's own word stands.
        let bearer = match status {
            Some(status @ (Status::Pending | Status::Sent)) if !history.iter().any(|e| e.status == Status::Failed) => {
                status
            }
            _ => Status::Failed,
        };
        if !history.iter().any(|entry| entry.status == bearer) {
            history.push(StatusUpdate::new(bearer, None));
        }
        if let Some(entry) = history.iter_mut().find(|entry| entry.status == bearer) {
            entry.error_code = error_code;
            entry.error = error;
        }
    }
    Ok((!history.is_empty()).then_some(history))
}

/// One entry of a history in JSON.
fn entry(value: &Value, cells: &Cells<'_>) -> Result<StatusUpdate> {
    let Value::Object(keys) = value else {
        return Err(Error::new(Code::InvalidValue, format!("expected an object, found {}", slot(value).kind())));
    };
    if let Some(key) = keys.keys().find(|key| !["status", "at", "error_code", "error"].contains(&key.as_str())) {
        let fault = Error::new(Code::UnknownColumn, format!("unknown key {}", shown(key)));
        return Err(fault.with_allowed(["status", "at", "error_code", "error"]));
    }
    let Some(word) = text(keys, "status", false)? else {
        return Err(Error::new(Code::MissingValue, "`status` is missing").at("status"));
    };
    let status = Status::parse(&word).map_err(|_| {
        let fault = Error::new(Code::InvalidValue, format!("unknown status {}", shown(&word)));
        fault.with_allowed(Status::ALL.iter().map(Status::as_str)).at("status")
    })?;
    let at = match keys.get("at").map(slot) {
        None | Some(Slot::Missing) => None,
        Some(Slot::Text(text)) => Some(when::instant(Placed { cell: Cell::Text(&text), column: "at" }, cells.options)?),
        Some(slot) => Some(when::instant(Placed { cell: Cell::Slot(&slot), column: "at" }, cells.options)?),
    };
    Ok(StatusUpdate { status, at, error_code: text(keys, "error_code", true)?, error: text(keys, "error", false)? })
}

/// A text of an entry, or an integer as one; empty is missing.
fn text(keys: &Map<String, Value>, key: &str, or_integer: bool) -> Result<Option<String>> {
    match keys.get(key).map(slot) {
        None | Some(Slot::Missing) => Ok(None),
        Some(Slot::Text(text)) => Ok((!text.is_empty()).then(|| text.into_owned())),
        Some(Slot::Int(value)) if or_integer => Ok(Some(value.to_string())),
        Some(other) => Err(Error::new(Code::InvalidValue, format!("expected a text, found {}", other.kind())).at(key)),
    }
}

fn slot(value: &Value) -> Slot<'_> {
    match value {
        Value::Null => Slot::Missing,
        Value::Bool(value) => Slot::Bool(*value),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Slot::Int(value.into()),
            (_, Some(value)) => Slot::Int(value.into()),
            _ => Slot::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Slot::Text(text.as_str().into()),
        Value::Array(_) => Slot::List,
        Value::Object(_) => Slot::Object,
    }
}
