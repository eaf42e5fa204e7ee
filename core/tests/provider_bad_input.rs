//! Payloads that are wrong: a clear error with its path, and everything else goes through, once.
#![expect(clippy::needless_pass_by_value, reason = "payloads are written where they are used")]

use omnicontact::classify::provider::{Fact, IgnoredReason, Journal, ReadOptions, Reading, Webhook, read};
use omnicontact::classify::{ClassifyPolicy, Provider};
use omnicontact::{Code, Instant};
use serde_json::{Value, json};

fn reading(body: &[u8]) -> Reading {
    read(&Webhook::new(body), &ReadOptions::default())
}

fn said(payload: &Value) -> Reading {
    reading(payload.to_string().as_bytes())
}

/// The one error of a payload, as code and path.
fn refused(reading: &Reading) -> (Code, &str) {
    assert_eq!(reading.errors.len(), 1, "{:?}", reading.errors);
    (reading.errors[0].code(), reading.errors[0].path())
}

fn message(id: Value, from: Value, timestamp: Value) -> Value {
    json!({"id": id, "from": from, "timestamp": timestamp, "type": "text", "text": {"body": "hi"}})
}

fn whatsapp(messages: Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "B", "changes": [{"field": "messages",
        "value": {"metadata": {"phone_number_id": "N"}, "messages": messages}}]}]})
}

const IN: &str = "entry[0].changes[0].value.messages";

#[test]
fn what_is_no_json_says_where() {
    for (body, place) in [
        ("{\"object\": \"page\",\n \"entry\": [}", "line 2 column 12"),
        ("{", "line 1 column 2"),
        ("nonsense", "line 1 column 1"),
        ("{} {}", "line 1 column 4"),
    ] {
        let reading = reading(body.as_bytes());
        assert_eq!(refused(&reading), (Code::MalformedJson, ""));
        assert!(reading.errors[0].message().contains(place), "{}", reading.errors[0]);
    }
    assert_eq!(refused(&reading(b"\xff\xfe{")).0, Code::InvalidUtf8);
    assert_eq!(refused(&reading(b" \n")).0, Code::EmptyInput);
}

#[test]
fn a_wrong_root_is_nobodys_payload() {
    for body in [
        "[]",
        "[{\"update_id\": 1}]",
        "1",
        "null",
        "\"text\"",
        "true",
        "{}",
        "{\"object\": \"user\"}",
        "{\"entry\": []}",
    ] {
        assert_eq!(refused(&reading(body.as_bytes())).0, Code::UnknownPayload, "{body}");
    }
    assert_eq!(refused(&said(&json!({"object": "page"}))), (Code::MissingValue, "entry"));
    assert_eq!(refused(&said(&json!({"object": "page", "entry": {}}))), (Code::InvalidValue, "entry"));
    assert_eq!(refused(&said(&json!({"object": "page", "entry": [7]}))), (Code::InvalidValue, "entry[0]"));
    let change =
        json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": []}]}]});
    assert_eq!(refused(&said(&change)), (Code::InvalidValue, "entry[0].changes[0].value"));
}

#[test]
fn a_missing_id_fails_its_message_and_no_other() {
    let payload = whatsapp(json!([
        message(json!("w1"), json!("593"), json!("1782000000")),
        {"from": "593", "timestamp": "1782000000", "type": "text"},
        message(json!("w3"), Value::Null, json!("1782000000")),
        message(json!(""), json!("593"), json!("1782000000")),
        message(json!("w5"), json!("593"), Value::Null),
        message(json!("w6"), json!("593"), json!("1782000001")),
    ]));
    let reading = said(&payload);
    let found: Vec<String> = reading.errors.iter().map(|error| format!("{} {}", error.code(), error.path())).collect();
    assert_eq!(
        found,
        [
            format!("missing_value {IN}[1].id"),
            format!("missing_value {IN}[2].from"),
            format!("missing_value {IN}[3].id"),
            format!("missing_value {IN}[4].timestamp"),
        ]
    );
    assert_eq!(reading.facts.len(), 2);
    // Delivered again, put right: nothing counts twice.
    let mut journal = Journal::default();
    journal.extend(reading.facts);
    let whole = whatsapp(json!([
        message(json!("w1"), json!("593"), json!("1782000000")),
        message(json!("w5"), json!("593"), json!("1782000000")),
    ]));
    journal.extend(said(&whole).facts);
    assert_eq!(journal.rows(&ClassifyPolicy::default()).messages.len(), 3);
}

#[test]
fn the_wrong_type_is_named_at_its_place() {
    for (bad, path) in [
        (message(json!({}), json!("593"), json!("1782000000")), ".id"),
        (message(json!(1.5), json!("593"), json!("1782000000")), ".id"),
        (message(json!("w"), json!([]), json!("1782000000")), ".from"),
        (message(json!("w"), json!("593"), json!(true)), ".timestamp"),
        (message(json!("w"), json!("593"), json!("yesterday")), ".timestamp"),
        (message(json!("w"), json!("593"), json!("1782000000000")), ".timestamp"),
        (message(json!("w"), json!("593"), json!(-5)), ".timestamp"),
        (json!([]), ""),
    ] {
        let found = said(&whatsapp(json!([bad])));
        assert_eq!(refused(&found), (Code::InvalidValue, format!("{IN}[0]{path}").as_str()), "{bad}");
        // Values may be personal.
        assert!(!found.errors[0].to_string().contains("yesterday"));
    }
    let unknown_word = json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {
        "metadata": {"phone_number_id": "N"}, "statuses": [{"id": "w", "status": "teleported", "timestamp": "1782000000"}]}}]}]});
    let found = said(&unknown_word);
    assert_eq!(refused(&found), (Code::InvalidValue, "entry[0].changes[0].value.statuses[0].status"));
    assert!(found.errors[0].hint().unwrap().contains("`delivered`"));
}

#[test]
fn numbers_as_texts_and_texts_as_numbers_are_the_same() {
    let number = said(&whatsapp(json!([message(json!(7), json!(593_990_000_001_i64), json!(1_782_000_000))])));
    let text = said(&whatsapp(json!([message(json!("7"), json!("593990000001"), json!("1782000000"))])));
    assert_eq!(number.facts, text.facts);
    let mut journal = Journal::default();
    journal.extend(number.facts);
    journal.extend(text.facts);
    assert_eq!(journal.rows(&ClassifyPolicy::default()).messages.len(), 1);
    let respond = |id: Value| {
        let payload = json!({"messageId": id, "contactId": id, "channelId": id, "traffic": "incoming", "timestamp": 1_782_000_000});
        said(&payload).facts
    };
    assert_eq!(respond(json!(1_782_000_000_000_000_i64)), respond(json!("1782000000000000")));
}

#[test]
fn nulls_are_missing() {
    let event = json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": 1_782_000_000_000_i64, "postback": null,
        "delivery": null, "message": {"mid": "m", "text": null, "is_echo": null, "attachments": null}});
    let found = said(&json!({"object": "page", "entry": [{"id": "P", "messaging": [event], "standby": null}]}));
    assert!(found.errors.is_empty(), "{:?}", found.errors);
    assert!(matches!(&found.facts[..], [Fact::Message(fact)] if fact.content.is_none()));
    let found = said(&json!({"object": "page", "entry": null}));
    assert_eq!(refused(&found), (Code::MissingValue, "entry"));
}

#[test]
fn unknown_kinds_and_versions_are_told_by_name() {
    for (payload, name) in [
        (
            json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "teleports", "value": {}}]}]}),
            "teleports",
        ),
        (
            json!({"object": "page", "entry": [{"messaging": [{"sender": {"id": "1"}, "timestamp": 1, "hologram": {}}]}]}),
            "hologram",
        ),
        (json!({"update_id": 1, "hologram": {"id": 1}}), "hologram"),
        (json!({"destination": "U", "events": [{"type": "hologram"}]}), "hologram"),
        (json!({"event": "hologram", "timestamp": 1, "message_token": 2}), "hologram"),
        (json!({"event_type": "hologram.sent", "event_id": "1"}), "hologram.sent"),
        (json!({"event": "message_teleported", "id": 1}), "message_teleported"),
    ] {
        let found = said(&payload);
        assert!(found.errors.is_empty(), "{:?}", found.errors);
        let [Fact::Ignored(fact)] = &found.facts[..] else { unreachable!("{:?}", found.facts) };
        assert_eq!((fact.name.as_str(), fact.reason), (name, IgnoredReason::UnknownKind));
    }
    // A message of a kind that nobody knows yet is a message.
    let mut hologram = message(json!("w"), json!("593"), json!("1782000000"));
    hologram["type"] = json!("hologram");
    assert!(matches!(&said(&whatsapp(json!([hologram]))).facts[..], [Fact::Message(_)]));
}

#[test]
fn a_payload_of_another_provider_is_refused_by_name() {
    let telegram = br#"{"update_id": 1, "message": {"message_id": 1}}"#;
    for provider in Provider::ALL.iter().filter(|provider| **provider != Provider::Telegram) {
        let found = read(&Webhook::new(telegram).of(*provider), &ReadOptions::default());
        assert_eq!(refused(&found).0, Code::UnknownPayload, "{provider}");
        let words = found.errors[0].message();
        assert!(words.contains("`telegram`") && words.contains(provider.as_str()), "{words}");
        assert!(found.facts.is_empty());
    }
    let envelope = json!({"provider": "viber", "body": {"update_id": 1, "message": {}}});
    assert_eq!(refused(&said(&envelope)), (Code::UnknownPayload, "body"));
    let envelope = json!({"provider": "pigeon", "body": {}});
    assert_eq!(refused(&said(&envelope)), (Code::UnknownLabel, "provider"));
    let envelope = json!({"provider": "viber", "bodi": 1, "body": {}});
    assert_eq!(refused(&said(&envelope)), (Code::UnknownKey, "bodi"));
}

#[test]
fn a_hundred_thousand_entries_are_read_and_each_mistake_is_told() {
    let many: Vec<Value> =
        (0..100_000)
            .map(|n| {
                if n % 1000 == 7 {
                    json!(n)
                } else {
                    message(json!(format!("w{n}")), json!("593"), json!("1782000000"))
                }
            })
            .collect();
    let found = said(&whatsapp(json!(many)));
    assert_eq!((found.facts.len(), found.errors.len()), (99_900, 100));
    assert_eq!(found.errors[99].path(), format!("{IN}[99007]"));
    // All of them wrong, and as many people beside them: no more than twice the work.
    let wrong: Vec<Value> = (0..100_000).map(|n| json!({"from": n.to_string()})).collect();
    let people: Vec<Value> = (0..100_000).map(|n| json!({"wa_id": n.to_string()})).collect();
    let mut payload = whatsapp(json!(wrong));
    payload["entry"][0]["changes"][0]["value"]["contacts"] = json!(people);
    let found = said(&payload);
    assert_eq!((found.facts.len(), found.errors.len()), (0, 100_000));
    assert_eq!(found.errors[99_999].path(), format!("{IN}[99999].timestamp"));
    let many: Vec<Value> =
        (0..100_000).map(|n| message(json!(format!("w{n}")), json!(n.to_string()), json!("1782000000"))).collect();
    payload["entry"][0]["changes"][0]["value"]["messages"] = json!(many);
    assert_eq!(said(&payload).facts.len(), 100_000);
    let entries: Vec<Value> = (0..100_000).map(|_| json!({"changes": []})).collect();
    let found = said(&json!({"object": "whatsapp_business_account", "entry": entries}));
    // Nothing in them, and nothing wrong: one word about the whole.
    assert!(matches!(&found.facts[..], [Fact::Ignored(fact)] if fact.name == "empty") && found.errors.is_empty());
}

#[test]
fn ids_beyond_what_a_float_holds_stay_apart() {
    let callback = |token: &str| {
        format!(r#"{{"event": "seen", "timestamp": 1782000000000, "message_token": {token}, "user_id": "v"}}"#)
    };
    let mut journal = Journal::default();
    for token in ["9007199254740992", "9007199254740993", "\"9007199254740993\"", "18446744073709551615"] {
        let found = reading(callback(token).as_bytes());
        assert!(found.errors.is_empty(), "{:?}", found.errors);
        journal.extend(found.facts);
    }
    let ids: Vec<String> =
        journal.rows(&ClassifyPolicy::default()).messages.iter().map(|row| row.id.to_string()).collect();
    assert_eq!(ids, ["9007199254740992", "9007199254740993", "18446744073709551615"]);
    let found = reading(callback("9.007199254740993e15").as_bytes());
    assert_eq!(refused(&found), (Code::InvalidValue, "message_token"));
}

#[test]
fn what_the_payload_does_not_say_is_asked_for() {
    let form = b"MessageSid=SM1&From=%2B1&To=%2B2&Body=hi&SmsStatus=received";
    let found = reading(form);
    assert_eq!(refused(&found), (Code::MissingValue, "received_at"));
    let found = read(&Webhook::new(form).received_at(Instant::MIN), &ReadOptions::default());
    assert!(matches!(&found.facts[..], [Fact::Message(_)]));
    let request = json!({"provider": "whatsapp", "received_at": 0, "request": {"to": "1", "type": "text"}});
    assert_eq!(refused(&said(&request)), (Code::MissingValue, "channel"));
    let nobody = json!({"object": "page", "entry": [{"messaging": [{"sender": {"id": "U"}, "timestamp": 1, "message": {"mid": "m"}}]}]});
    assert_eq!(refused(&said(&nobody)), (Code::MissingValue, "entry[0].messaging[0].recipient"));
}

#[test]
fn an_id_as_long_as_a_book_is_refused() {
    let long = "x".repeat(2000);
    let found = said(&whatsapp(json!([message(json!("w"), json!(long), json!("1782000000"))])));
    assert_eq!(refused(&found), (Code::InvalidValue, format!("{IN}[0].from").as_str()));
}
