//! Newline-delimited JSON.

use proptest::prelude::*;

use crate::{Direction, Facts, ForeignId, Instant, MessageType, Source, Status, StatusUpdate};

use super::*;

const LINE: &str = r#"{"id":1,"sent_at":1000,"direction":"incoming","contact":"c"}"#;

/// The line with one more key.
fn with_key(key: &str, value: &str) -> String {
    LINE.replace('}', &format!(r#","{key}":{value}}}"#))
}

#[test]
fn lines_are_rows_and_blank_ones_are_counted() {
    let file = format!("\n{LINE}\r\n  \n{LINE}");
    let read = read(file).unwrap();
    assert_eq!((read.counts.rows, read.counts.blank_lines), (2, 2));
    let options = ImportOptions::default().format(Format::Ndjson);
    assert_eq!(messages("".as_bytes(), &options).unwrap().counts.rows, 0);
    assert_eq!(messages(" \n".as_bytes(), &options).unwrap().counts.blank_lines, 1);
    assert_eq!(messages("\u{feff}{}".as_bytes(), &options).unwrap_err().code(), Code::MissingValue);
    let csv = ImportOptions::default().format(Format::Csv);
    assert_eq!(messages(LINE.as_bytes(), &csv).unwrap_err().code(), Code::MalformedCsv);
}

#[test]
fn a_line_that_is_no_object_is_named() {
    for line in ["[1]", "3", "\"x\"", "null", "true"] {
        refused(format!("{LINE}\n\n{line}\n"), Code::MalformedJson, "line[3]");
    }
    for line in
        ["{", "{\"id\":1", "{\"id\":1}}", "{\"id\":1} {}", "{\"id\":NaN}", "{'id':1}", "{\"id\":\"\u{1}\"}", "x"]
    {
        refused(format!("{LINE}\n{line}\n"), Code::MalformedJson, "line[2]");
    }
    let error = refusal("[{\"id\":1}]");
    assert_eq!(error.code(), Code::MalformedJson);
    assert!(error.hint().unwrap().contains("one a line"));
    let mut file = LINE.as_bytes().to_vec();
    file.extend(b"\n{\"id\":\"\xff\"}");
    refused(file, Code::InvalidUtf8, "line[2]");
}

#[test]
fn an_unknown_key_is_refused_or_ignored() {
    refused(with_key("canal", "1"), Code::UnknownColumn, "line[1].canal");
    refused(with_key("facts", r#"{"shoe_size":1}"#), Code::UnknownColumn, "line[1].facts.shoe_size");
    let all = ImportOptions::default().ignore_unknown();
    let one = ImportOptions::default().ignore(["canal"]);
    for options in [all, one] {
        let read = messages(with_key("canal", r#"{"a":[1,{"b":2}]}"#).as_bytes(), &options);
        assert_eq!(read.unwrap().counts.rows, 1);
    }
}

#[test]
fn a_key_twice_is_refused() {
    refused(with_key("id", "2"), Code::DuplicateColumn, "line[1].id");
    let both = with_key("is_echo", r#"true,"facts":{"is_echo":true}"#);
    refused(both, Code::DuplicateColumn, "line[1].facts.is_echo");
}

#[test]
fn null_and_empty_text_are_missing() {
    for value in ["null", "\"\""] {
        let row = one(with_key("channel", value));
        assert_eq!(row.channel, None);
        refused(LINE.replace("\"c\"", value), Code::MissingValue, "line[1].contact");
    }
    refused(LINE.replace(r#","contact":"c""#, ""), Code::MissingValue, "line[1].contact");
    assert_eq!(one(with_key("facts", "null")).facts, None);
    assert_eq!(one(with_key("delivery", "null")).delivery, None);
}

#[test]
fn numbers_stay_integers_and_texts_stay_texts() {
    let row = one(LINE.replace("\"id\":1", "\"id\":18446744073709551615").replace("\"c\"", "\"42\""));
    assert_eq!(row.id, ForeignId::Int(18_446_744_073_709_551_615));
    assert_eq!(row.contact, ForeignId::from("42"));
    assert_eq!(one(LINE.replace("\"id\":1", "\"id\":-9007199254740993")).id, (-9_007_199_254_740_993_i64).into());
    for number in ["18446744073709551616", "1.5", "1e3"] {
        refused(LINE.replace("\"id\":1", &format!("\"id\":{number}")), Code::InvalidValue, "line[1].id");
    }
}

#[test]
fn a_value_of_another_type_is_named_with_both_types() {
    for (key, value, words) in [
        ("channel", "true", "expected an id (an integer or a text), found a boolean"),
        ("channel", "[1]", "expected an id (an integer or a text), found a list"),
        ("channel", "{\"id\":1}", "expected an id (an integer or a text), found an object"),
        ("content", "5", "expected a text, found a number"),
        ("content", "[\"a\"]", "expected a text, found a list"),
        ("source", "1", "expected a text, found a number"),
        ("read_at", "{}", "expected a time (a whole number or a text), found an object"),
        ("is_echo", "[]", "expected a boolean, found a list"),
        ("delivery", "1", "expected a list, found a number"),
        ("delivery", "{}", "expected a list, found an object"),
        ("facts", "[]", "expected an object, found a list"),
        ("facts", "1", "expected an object, found a number"),
    ] {
        let error = refusal(with_key(key, value));
        assert_eq!((error.code(), error.message()), (Code::InvalidValue, words));
        assert_eq!(error.path(), format!("line[1].{key}"));
    }
}

#[test]
fn times_may_be_whole_numbers_of_any_kind() {
    let at = |value: &str| one(LINE.replace("1000", value)).sent_at.as_millis();
    assert_eq!(at("1772460900000.0"), 1_772_460_900_000);
    assert_eq!(at("\"1772460900000\""), 1_772_460_900_000);
    assert_eq!(at("\"2026-03-02T14:15:00Z\""), 1_772_460_900_000);
    for value in ["1.5", "1e300", "9223372036854775808", "-1", "true", "\"2026-02-30T00:00:00Z\""] {
        refused(LINE.replace("1000", value), Code::InvalidValue, "line[1].sent_at");
    }
}

#[test]
fn codes_and_flags_may_be_numbers() {
    let row = one(with_key("error_code", "131026"));
    assert_eq!(row.delivery.unwrap()[0].error_code.as_deref(), Some("131026"));
    assert_eq!(one(with_key("facts", r#"{"app_id":123,"is_echo":1}"#)).facts.unwrap().app_id.as_deref(), Some("123"));
    refused(with_key("error_code", "1.5"), Code::InvalidValue, "line[1].error_code");
}

#[test]
fn keys_below_keys_are_mapped_by_their_path() {
    let line = r#"{"messageId":7,"contact":{"id":3,"name":"Ana"},"traffic":"incoming","meta":{"at":{"ms":5}}}"#;
    let options = ImportOptions::default()
        .map("id", "messageId")
        .map("contact", "contact.id")
        .map("direction", "traffic")
        .map("sent_at", "meta.at.ms");
    let error = messages(line.as_bytes(), &options).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::UnknownColumn, "line[1].contact.name"));
    for options in [options.clone().ignore(["contact.name"]), options.ignore(["contact"])] {
        let row = messages(line.as_bytes(), &options).unwrap().rows.remove(0);
        assert_eq!((row.id, row.contact, row.sent_at.as_millis()), (7.into(), 3.into(), 5));
    }
}

#[test]
fn a_long_line_is_bounded() {
    let options = ImportOptions::default().max_cell_bytes(100);
    let line = with_key("content", &format!("\"{}\"", "x".repeat(2000)));
    let error = messages(line.as_bytes(), &options).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[1]"));
    assert!(read(with_key("content", &format!("\"{}\"", "\\u00f1".repeat(1_000_000)))).is_ok());
}

fn id() -> impl Strategy<Value = ForeignId> {
    prop_oneof![
        any::<i64>().prop_map(ForeignId::from),
        any::<u64>().prop_map(ForeignId::from),
        ".+".prop_map(ForeignId::from)
    ]
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(".+")
}

prop_compose! {
    fn update()(status in 0..Status::ALL.len(), at in proptest::option::of(0..253_402_300_799_999_i64), error_code in text(), error in text())
        -> StatusUpdate
    {
        let at = at.map(|millis| Instant::from_millis(millis).unwrap());
        StatusUpdate { error_code, error, ..StatusUpdate::new(Status::ALL[status], at) }
    }
}

prop_compose! {
    fn facts()(is_echo in any::<bool>(), is_api in any::<bool>(), app_id in text(), bot in proptest::option::of(id()),
        other_type in text(), template_name in text(), workflow in proptest::option::of(id())) -> Facts
    {
        Facts { is_echo, app_id, workflow, bot, is_api, template_name, other_type, ..Facts::default() }
    }
}

prop_compose! {
    fn message()(
        (id, contact, channel, user) in (id(), id(), proptest::option::of(id()), proptest::option::of(id())),
        sent_at in 0..253_402_300_799_999_i64,
        outgoing in any::<bool>(),
        (source, kind, subtype, content) in (text(), text(), text(), text()),
        delivery in proptest::option::of(proptest::collection::vec(update(), 0..4)),
        facts in facts(),
    ) -> Message {
        let direction = if outgoing { Direction::Outgoing } else { Direction::Incoming };
        let mut message = Message::new(id, Instant::from_millis(sent_at).unwrap(), direction, contact);
        message.channel = channel;
        message.user = user;
        message.source = source.map(|word| Source::parse(&word).unwrap());
        message.message_type = kind.map(|word| MessageType::parse(&word).unwrap());
        message.subtype = subtype;
        message.content = content;
        message.delivery = delivery;
        message.facts = (facts != Facts::default()).then(|| Box::new(facts));
        message
    }
}

proptest! {
    /// What serde writes, one message a line, is read back as it was.
    #[test]
    fn written_messages_are_read_back(written in proptest::collection::vec(message(), 1..4)) {
        let lines: Vec<String> = written.iter().map(|message| serde_json::to_string(message).unwrap()).collect();
        prop_assert_eq!(read(lines.join("\n")).unwrap().rows, written);
    }

    /// Whatever comes in, no panic comes out.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200), brace in any::<bool>()) {
        let mut file = if brace { b"{".to_vec() } else { b"id,sent_at,direction,contact\n".to_vec() };
        file.extend(bytes);
        let _ = read(&file);
        let _ = named(file.as_slice(), &ImportOptions::default().ignore_unknown());
    }
}
