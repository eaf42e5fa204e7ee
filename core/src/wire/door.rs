//! Plain data in: every mistake with its path, its code and what would be allowed.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::reader::{self, Fault, Step};
use crate::error::{Code, Error, Result};

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
pub(super) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T> {
    reader::read(value).map_err(|fault| explained(&fault))
}

/// Reads a text as a request.
pub(super) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T> {
    from_value(serde_json::from_str(text).map_err(|fault| malformed(&fault))?)
}

/// Reads a text that may be long: where it stands is looked for only where something is wrong.
pub(super) fn from_long_text<T: DeserializeOwned>(text: &str) -> Result<T> {
    match serde_json::from_str(text) {
        Ok(read) => Ok(read),
        Err(fault) if fault.is_data() => {
            // What only the text has, such as a key twice, has no place.
            let words = fault.to_string();
            let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words).to_owned();
            from_text(text).and_then(|_: T| Err(explained(&Fault { words, steps: Vec::new() })))
        }
        Err(fault) => Err(malformed(&fault)),
    }
}

/// Names of the fields that a type reads: what it answers to a field that no type has.
pub(super) fn fields<T: DeserializeOwned>() -> Vec<String> {
    let asked = Value::Object([("?".to_owned(), Value::Null)].into_iter().collect());
    let Err(error) = from_value::<T>(asked) else { return Vec::new() };
    error.hint().map(|hint| quoted(hint).map(str::to_owned).collect()).unwrap_or_default()
}

/// Names of the variants of an enum; `tag` is the key under which an answer has them.
pub(super) fn variants<T: DeserializeOwned>(tag: Option<&str>) -> Vec<String> {
    let asked = match tag {
        Some(tag) => Value::Object([(tag.to_owned(), "?".into())].into_iter().collect()),
        None => Value::Object([("?".to_owned(), Value::Null)].into_iter().collect()),
    };
    let Err(error) = from_value::<T>(asked) else { return Vec::new() };
    error.hint().map(|hint| quoted(hint).map(str::to_owned).collect()).unwrap_or_default()
}

fn malformed(fault: &serde_json::Error) -> Error {
    let words = format!("not JSON, at line {} column {}", fault.line(), fault.column());
    Error::new(Code::MalformedJson, words)
}

/// Serde's words as an error of ours. Values never become part of it: they may be personal.
fn explained(fault: &Fault) -> Error {
    let words = fault.words.as_str();
    let is_data = matches!(fault.steps.last(), Some(Step::Key(key)) if TABLES.contains(&key.as_str()));
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
        let expected = words.rsplit_once("expected ").map_or(words, |(_, expected)| expected);
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
    fault.steps.iter().fold(error, |error, step| match step {
        Step::Row(row) => error.at_row(*row),
        Step::Key(key) => error.at(key),
    })
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
            let other = from_value::<Asked>(serde_json::from_str(text).unwrap()).unwrap_err();
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
