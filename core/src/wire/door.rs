//! Plain data in: every mistake with its path, its code and what would be allowed.

use serde::de::{Deserialize, DeserializeOwned};
use serde_json::Value;

use super::reader::{self, Fault, Step};
use super::shape;
use crate::error::{Code, Error, Result};
use crate::import::{self, ImportOptions};
use crate::message::Message;

/// Keys under which rows stand: what is wrong below them is wrong data, not a wrong option.
const TABLES: &[&str] = &[
    "message",
    "messages",
    "event",
    "events",
    "history",
    "contacts",
    "channels",
    "users",
    "teams",
    "broadcasts",
    "merges",
];

/// Reads a value as a request.
pub(super) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T> {
    reader::read_value(&value.to_string()).map_err(|fault| explained(&fault))
}

/// Reads a text as a request.
pub(super) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T> {
    reader::read(text).map_err(|fault| refused(text, &fault))
}

/// Reads a text as a request that keeps pieces of it.
pub(super) fn from_borrowed_text<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T> {
    reader::read(text).map_err(|fault| refused(text, &fault))
}

/// Reads the rows of a table.
pub(super) fn rows_of<T: DeserializeOwned>(table: &str, text: &str) -> Result<Vec<T>> {
    reader::read(text).map_err(|fault: Fault| match not_json(text) {
        Some(error) => error.at(table),
        None => explained(&fault.inside(Step::Key(table.to_owned()))),
    })
}

/// Reads message rows, with nested keys or with the flat ones of a file (D28).
///
/// Rows of the nested shape are read as requests are. What that reader does not know goes to the one of files; where
/// neither can read them, the error is that of the reader that knows the keys.
pub(super) fn messages_of(text: &str) -> Result<Vec<Message>> {
    let nested = match rows_of("messages", text) {
        Err(error) if error.code() != Code::MalformedJson => error,
        read => return read,
    };
    import::message_rows(text, &ImportOptions::default()).map_err(|fault| match nested.code() {
        Code::UnknownColumn => fault.at("messages"),
        _ => nested,
    })
}

/// What is wrong with a text: first whether it is JSON at all.
#[cold]
fn refused(text: &str, fault: &Fault) -> Error {
    not_json(text).unwrap_or_else(|| explained(fault))
}

fn not_json(text: &str) -> Option<Error> {
    let fault = serde_json::from_str::<Value>(text).err()?;
    let words = format!("not JSON, at line {} column {}", fault.line(), fault.column());
    Some(Error::new(Code::MalformedJson, words))
}

/// Names of the fields that a type reads.
pub(super) fn fields<T: DeserializeOwned>() -> Vec<String> {
    shape::names::<T>().iter().map(|&name| name.to_owned()).collect()
}

/// Names of the variants of an enum; `tag` is the key under which an answer has them.
pub(super) fn variants<T: DeserializeOwned>(tag: Option<&str>) -> Vec<String> {
    let Some(tag) = tag else { return fields::<T>() };
    let Err(error) = from_text::<T>(&format!(r#"{{"{tag}":"?"}}"#)) else { return Vec::new() };
    error.hint().map(|hint| quoted(hint).map(str::to_owned).collect()).unwrap_or_default()
}

/// Serde's words as an error of ours. Values never become part of it: they may be personal.
fn explained(fault: &Fault) -> Error {
    let words = fault.words();
    let is_data = matches!(fault.steps().last(), Some(Step::Key(key)) if TABLES.contains(&key.as_str()));
    let choose = |option: Code, data: Code| if is_data { data } else { option };
    let mut missing = None;
    let error = if let Some(error) = Error::of_serde(words) {
        // A wrong label or date in a row is a wrong value, as it is in a column.
        match error.code() {
            code @ (Code::UnknownLabel | Code::InvalidDate) => error.with_code(choose(code, Code::InvalidValue)),
            _ => error,
        }
    } else if let Some((name, allowed)) = words.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        let noun = if is_data { "column" } else { "key" };
        let error = Error::new(choose(Code::UnknownKey, Code::UnknownColumn), format!("unknown {noun} `{name}`"));
        error.with_allowed(quoted(allowed))
    } else if let Some((name, allowed)) = words.strip_prefix("unknown variant `").and_then(|rest| rest.split_once('`'))
    {
        let error = Error::new(choose(Code::UnknownLabel, Code::InvalidValue), format!("unknown word `{name}`"));
        error.with_allowed(quoted(allowed))
    } else if let Some(name) = words.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        missing = Some(name);
        Error::new(choose(Code::MissingOption, Code::MissingValue), format!("`{name}` is missing"))
    } else {
        let expected = in_words(words.rsplit_once("expected ").map_or(words, |(_, expected)| expected));
        if is_data && words.starts_with("invalid type: null") {
            Error::new(Code::MissingValue, format!("the value is missing, expected {expected}"))
        } else {
            let found = words.split_once(": ").map_or("", |(_, found)| found);
            let found = found.split(['`', '"', ',']).next().unwrap_or_default().trim();
            let found = if found.is_empty() { "something else" } else { found };
            Error::new(choose(Code::MalformedValue, Code::InvalidValue), format!("expected {expected}, found {found}"))
        }
    };
    let error = missing.into_iter().fold(error, Error::at);
    fault.steps().iter().fold(error, |error, step| match step {
        Step::Row(row) => error.at_row(*row),
        Step::Key(key) => error.at(key),
    })
}

/// What serde expects, without the names that types have in Rust.
fn in_words(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged enum ") => "an object",
        _ if expected.starts_with("enum ") => "a word",
        _ => expected,
    }
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::message::Message;
    use crate::time::{Granularity, Instant};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        #[serde(rename = "zone")]
        _zone: String,
        #[serde(rename = "now")]
        _now: Option<Instant>,
        #[serde(rename = "granularity")]
        _granularity: Option<Granularity>,
        #[serde(rename = "inner")]
        _inner: Option<Inner>,
        messages: Option<Vec<Message>>,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Inner {
        #[serde(rename = "channel")]
        _channel: Vec<String>,
    }

    #[track_caller]
    fn refused(text: &str, code: Code, path: &str) -> Error {
        let error = from_text::<Asked>(text).unwrap_err();
        assert_eq!((error.code(), error.path()), (code, path), "{error:?}");
        if code != Code::MalformedJson {
            let other = from_value::<Asked>(&serde_json::from_str(text).unwrap()).unwrap_err();
            assert_eq!(format!("{other:?}"), format!("{error:?}"));
        }
        error
    }

    #[test]
    fn mistakes_say_where_and_what_is_allowed() {
        let error = refused(r#"{"zone": "UTC", "inner": {"chanel": []}}"#, Code::UnknownKey, "inner.chanel");
        assert_eq!(error.hint(), Some("allowed: `channel`"));
        let error = refused(r#"{"zone": "UTC", "nwo": 1}"#, Code::UnknownKey, "nwo");
        assert_eq!(error.hint(), Some("allowed: `zone`, `now`, `granularity`, `inner`, `messages`"));
        refused("{}", Code::MissingOption, "zone");
        refused(r#"{"zone": 7}"#, Code::MalformedValue, "zone");
        refused(r#"{"zone": "UTC", "inner": {"channel": null}}"#, Code::MalformedValue, "inner.channel");
        refused(r#"{"zone": "UTC", "inner": {"channel": ["a", 1]}}"#, Code::MalformedValue, "inner.channel[1]");
        refused(r#"{"zone": "UTC", "now": -1}"#, Code::InstantOutOfRange, "now");
        refused(r#"{"zone": "UTC", "now": "2026-07-01T00:00:00"}"#, Code::InvalidDate, "now");
        let error = refused(r#"{"zone": "UTC", "granularity": "minute"}"#, Code::UnknownLabel, "granularity");
        assert!(error.hint().unwrap().starts_with("allowed: `hour`"));
        refused(r#"{"zone": "UTC""#, Code::MalformedJson, "");
    }

    #[test]
    fn what_is_expected_is_said_without_names_of_rust() {
        let message = |text: &str| from_text::<Asked>(text).unwrap_err().message().to_owned();
        assert_eq!(message(r#"{"zone": "UTC", "inner": 7}"#), "expected an object, found integer");
        let counted = |text: &str| from_text::<Vec<usize>>(text).unwrap_err().message().to_owned();
        assert_eq!(counted(r#"["6"]"#), "expected a whole number that is not negative, found string");
        assert_eq!(from_text::<Vec<f64>>("[[]]").unwrap_err().message(), "expected a number, found sequence");
    }

    #[test]
    fn what_is_wrong_in_rows_is_wrong_data() {
        let row = |fields: &str| format!(r#"{{"zone": "UTC", "messages": [{{{fields}}}]}}"#);
        let text = row(r#""id": 1, "sent_at": 1, "direction": "sideways", "contact": 1"#);
        refused(&text, Code::InvalidValue, "messages[0].direction");
        refused(&row(r#""id": 1, "sent_at": 1, "direction": "incoming""#), Code::MissingValue, "messages[0].contact");
        let text = row(r#""id": 1, "sent_at": null, "direction": "incoming", "contact": 1"#);
        refused(&text, Code::MissingValue, "messages[0].sent_at");
        refused(&row(r#""id": 1, "sent": 1"#), Code::UnknownColumn, "messages[0].sent");
        let error =
            refused(&row(r#""id": 1, "content": {"+593991234567": 1}"#), Code::InvalidValue, "messages[0].content");
        assert!(!error.to_string().contains("593"), "{error}");
        let error =
            refused(&row(r#""id": 1, "delivery": "+593991234567""#), Code::InvalidValue, "messages[0].delivery");
        assert_eq!(error.message(), "expected a sequence, found string");
    }

    #[test]
    fn an_id_may_be_a_uuid() {
        let text = r#"{"zone": "UTC", "messages": [{"id": {"uuid": "018f4e3c-0000-7000-8000-000000000001"}, "sent_at": 1,
            "direction": "incoming", "contact": 18446744073709551615}]}"#;
        let message = from_text::<Asked>(text).unwrap().messages.unwrap().remove(0);
        assert!(matches!(message.id, crate::ForeignId::Uuid(_)));
        assert_eq!(message.contact, u64::MAX.into());
    }
}
