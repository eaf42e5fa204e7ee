//! Who and what is the same, provider by provider: what an id is unique within, and a person with two ids (C4, D29, D40).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]
#![expect(clippy::needless_pass_by_value, reason = "payloads are written where they are used")]

use std::collections::{BTreeMap, BTreeSet};

use omnicontact::classify::provider::{ContactEventKind, Fact, Journal, JournalRows, ReadOptions, Reader, Webhook};
use omnicontact::classify::{ClassifyPolicy, Provider};
use omnicontact::{Code, Instant};
use proptest::prelude::*;
use serde_json::{Value, json};

const T0: i64 = 1_782_000_000;

fn reading(payload: &Value) -> omnicontact::classify::provider::Reading {
    let text = payload.to_string();
    let at = Instant::from_millis(T0 * 1000).unwrap();
    Reader::new(ReadOptions::default()).read(&Webhook::new(text.as_bytes()).received_at(at))
}

fn facts(payload: &Value) -> Vec<Fact> {
    let found = reading(payload);
    assert!(found.errors.is_empty(), "{:?}: {payload}", found.errors);
    found.facts
}

fn rows(payloads: &[Value]) -> JournalRows {
    let mut journal = Journal::default();
    for payload in payloads {
        journal.extend(facts(payload));
    }
    let rows = journal.rows(&ClassifyPolicy::default());
    let mut other = Journal::default();
    for payload in payloads.iter().rev().chain(payloads) {
        other.extend(facts(payload).into_iter().rev());
    }
    assert_eq!(other.rows(&ClassifyPolicy::default()), rows, "order and repetition");
    rows
}

fn contacts(rows: &JournalRows) -> BTreeSet<String> {
    rows.messages.iter().map(|row| row.contact.to_string()).collect()
}

fn meta(object: &str, account: &str, event: Value) -> Value {
    json!({"object": object, "entry": [{"id": account, "time": T0, "messaging": [event]}]})
}

fn change(account: &str, field: &str, mut value: Value) -> Value {
    value["metadata"] = json!({"phone_number_id": account});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "B", "changes": [{"field": field, "value": value}]}]})
}

/// A kind of payload, by the fields that make its message another one; everything else is the same.
type Kind = (&'static str, usize, fn(&[String]) -> Value);

const KINDS: &[Kind] = &[
    ("whatsapp", 2, |f| {
        change(
            &f[0],
            "messages",
            json!({"messages": [{"id": f[1], "from": "593", "timestamp": T0.to_string(), "type": "text", "text": {"body": "x"}}]}),
        )
    }),
    ("whatsapp status", 2, |f| {
        change(
            &f[0],
            "messages",
            json!({"statuses": [{"id": f[1], "status": "sent", "timestamp": T0.to_string(), "recipient_id": "593"}]}),
        )
    }),
    ("whatsapp echo", 2, |f| {
        change(
            &f[0],
            "smb_message_echoes",
            json!({"message_echoes": [{"id": f[1], "to": "593", "timestamp": T0.to_string(), "type": "text"}]}),
        )
    }),
    ("messenger", 2, |f| {
        meta(
            "page",
            &f[0],
            json!({"sender": {"id": "U"}, "recipient": {"id": f[0]}, "timestamp": T0 * 1000, "message": {"mid": f[1], "text": "x"}}),
        )
    }),
    ("messenger echo", 2, |f| {
        meta(
            "page",
            &f[0],
            json!({"sender": {"id": f[0]}, "recipient": {"id": "U"}, "timestamp": T0 * 1000, "message": {"mid": f[1], "is_echo": true}}),
        )
    }),
    ("messenger postback", 5, |f| {
        meta(
            "page",
            &f[0],
            json!({"sender": {"id": f[1]}, "recipient": {"id": f[0]}, "timestamp": T0 * 1000,
            "postback": {"title": f[2], "payload": f[3], "referral": {"ref": f[4], "source": "SHORTLINK"}}}),
        )
    }),
    ("instagram", 2, |f| {
        meta(
            "instagram",
            &f[0],
            json!({"sender": {"id": "U"}, "recipient": {"id": f[0]}, "timestamp": T0 * 1000, "message": {"mid": f[1], "text": "x"}}),
        )
    }),
    ("telegram", 3, |f| {
        json!({"provider": "telegram", "channel": f[0], "body": {"update_id": 1, "message": {"message_id": f[2], "date": T0, "text": "x",
            "chat": {"id": f[1], "type": "private"}, "from": {"id": f[1], "is_bot": false}}}})
    }),
    ("telegram business", 4, |f| {
        json!({"provider": "telegram", "channel": f[0], "body": {"update_id": 1, "business_message": {"business_connection_id": f[1],
            "message_id": f[3], "date": T0, "text": "x", "chat": {"id": f[2], "type": "private"}, "from": {"id": f[2], "is_bot": false}}}})
    }),
    ("twilio", 1, |f| {
        let body = format!("MessageSid=SM{}&From=%2B1&To=%2B2&Body=x&SmsStatus=received", f[0].replace('%', "%25"));
        json!({"provider": "twilio", "body": body, "received_at": T0 * 1000})
    }),
    (
        "viber",
        1,
        |f| json!({"event": "message", "timestamp": T0 * 1000, "message_token": f[0], "sender": {"id": "v"}, "message": {"type": "text", "text": "x"}}),
    ),
    ("line", 2, |f| {
        json!({"destination": f[0], "events": [{"type": "message", "timestamp": T0 * 1000, "source": {"userId": "U"},
            "message": {"id": f[1], "type": "text", "text": "x"}}]})
    }),
    (
        "respond_io",
        2,
        |f| json!({"messageId": f[1], "contactId": f[0], "channelId": 3, "traffic": "incoming", "timestamp": T0, "message": {"type": "text", "text": "x"}}),
    ),
    (
        "respond_io custom channel",
        3,
        |f| json!({"channelId": f[0], "contactId": f[1], "events": [{"type": "message", "mId": f[2], "timestamp": T0 * 1000, "message": {"text": "x"}}]}),
    ),
    ("chatwoot", 2, |f| {
        json!({"id": f[1], "message_type": "incoming", "inbox_id": f[0], "conversation_id": 2, "created_at": T0, "content": "x",
            "sender": {"id": 5, "type": "contact"}})
    }),
    ("zenvia", 1, |f| {
        json!({"type": "MESSAGE", "id": "e", "timestamp": "2026-06-21T00:00:00Z", "message": {"id": f[0], "direction": "IN",
            "channel": "sms", "from": "1", "to": "2", "contents": []}})
    }),
    ("zenvia without an id", 1, |f| {
        json!({"type": "MESSAGE", "id": f[0], "timestamp": "2026-06-21T00:00:00Z", "message": {"direction": "IN",
            "channel": "sms", "from": "1", "to": "2", "contents": []}})
    }),
];

/// Short, so that they meet; with the marks that ids are joined by.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![Just("1"), Just("2"), Just("a"), Just("a%2F"), Just("%")].prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_that_differ_where_it_counts_are_different(
        kind in 0..KINDS.len(), fields in prop::collection::vec(prop::collection::vec(field(), 5), 1..6),
    ) {
        let (name, width, make) = KINDS[kind];
        let fields: BTreeSet<Vec<String>> = fields.into_iter().map(|mut fields| { fields.truncate(width); fields }).collect();
        // `rows` tells them in order, backwards and twice.
        let found = rows(&fields.iter().map(|fields| make(fields)).collect::<Vec<_>>());
        prop_assert_eq!(found.messages.len(), fields.len(), "{} {:?}", name, fields);
        let ids: BTreeSet<String> = found.messages.iter().map(|row| row.id.to_string()).collect();
        prop_assert_eq!(ids.len(), fields.len(), "{} {:?}", name, ids);
    }
}

#[test]
fn every_provider_has_a_kind() {
    for provider in Provider::ALL {
        assert!(KINDS.iter().any(|(name, ..)| name.split(' ').next() == Some(provider.as_str())), "{provider}");
    }
}

#[test]
fn a_message_of_one_business_account_is_not_that_of_another() {
    // The same bot, person, number: two owners connected it.
    let wrote = |connection: &str, text: &str| {
        json!({"update_id": 1, "business_message": {"business_connection_id": connection, "message_id": 9, "date": T0, "text": text,
            "chat": {"id": 42, "type": "private"}, "from": {"id": 42, "is_bot": false}}})
    };
    let found = rows(&[wrote("one", "first"), wrote("two", "second")]);
    let texts: BTreeSet<_> = found.messages.iter().map(|row| row.content.clone().unwrap()).collect();
    assert_eq!(texts.len(), 2);
    assert_eq!(found.messages[0].id, "telegram/one/42/9".into());
}

#[test]
fn a_press_is_the_same_press_however_often_it_is_told() {
    let press = |at: i64, title: &str| {
        meta(
            "page",
            "P",
            json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": at, "postback": {"title": title, "payload": "go"}}),
        )
    };
    let found = rows(&[press(T0 * 1000, "Sí"), press(T0 * 1000, "No"), press(T0 * 1000 + 1, "Sí")]);
    assert_eq!(found.messages.len(), 3);
    // The id is made from the payload alone: the same in every process and version.
    assert_eq!(facts(&press(T0 * 1000, "Sí")), facts(&press(T0 * 1000, "Sí")));
    assert!(found.messages[0].id.to_string().starts_with("postback/P/U/1782000000000/"), "{}", found.messages[0].id);
}

#[test]
fn a_record_under_the_hosts_own_name_is_still_the_message_that_the_provider_tells_of() {
    let sent = json!({"provider": "whatsapp", "channel": "shop", "received_at": T0 * 1000, "request": {"to": "593", "type": "text", "text": {"body": "x"}},
        "response": {"messages": [{"id": "w1"}]}});
    let status = change(
        "N",
        "messages",
        json!({"statuses": [{"id": "w1", "status": "delivered", "timestamp": (T0 + 3).to_string(), "recipient_id": "593"}]}),
    );
    assert_eq!(rows(&[sent, status]).messages.len(), 1);
}

fn twilio(body: &str) -> Value {
    json!({"provider": "twilio", "body": body, "received_at": T0 * 1000})
}

fn answered(sid: &str, to: &str, service: &str) -> Value {
    json!({"provider": "twilio", "received_at": T0 * 1000, "request": format!("To={}&MessagingServiceSid={service}&Body=x", to.replace('+', "%2B")),
        "response": {"sid": sid, "account_sid": "AC", "from": null, "to": to, "messaging_service_sid": service, "status": "accepted",
            "direction": "outbound-api", "date_created": "Sun, 21 Jun 2026 00:00:00 +0000"}})
}

fn only_channel(rows: &JournalRows) -> String {
    assert_eq!(rows.directory.channels.len(), 1, "{:?}", rows.directory.channels);
    rows.directory.channels[0].id.to_string()
}

#[test]
fn a_messaging_service_and_its_number_are_one_channel_and_one_contact() {
    let callback = twilio("MessageSid=SM1&MessageStatus=delivered&From=%2B1555&To=%2B593");
    let incoming = twilio("MessageSid=SM2&SmsStatus=received&From=%2B593&To=%2B1555&Body=hola");
    let found = rows(&[answered("SM1", "+593", "MG1"), callback.clone(), incoming.clone()]);
    assert_eq!((found.messages.len(), contacts(&found).len(), only_channel(&found).as_str()), (2, 1, "+1555"));
    assert_eq!(found.events.len(), 1);
    // Before its callback: by the number that the service used for somebody, or that it is known to have.
    let found = rows(&[answered("SM1", "+593", "MG1"), callback, incoming, answered("SM3", "+594", "MG1")]);
    assert_eq!((contacts(&found).len(), only_channel(&found).as_str()), (2, "+1555"));
    let named = twilio("MessageSid=SM2&SmsStatus=received&From=%2B593&To=%2B1555&Body=hola&MessagingServiceSid=MG1");
    assert_eq!(only_channel(&rows(&[answered("SM1", "+593", "MG1"), named.clone()])), "+1555");
    // Two numbers: the person's own, where there is one; else nobody knows, and the service stays.
    let other = twilio("MessageSid=SM4&SmsStatus=received&From=%2B595&To=%2B1666&Body=hola&MessagingServiceSid=MG1");
    let found = rows(&[answered("SM1", "+593", "MG1"), named, other, answered("SM5", "+596", "MG1")]);
    let by_id: BTreeMap<String, String> =
        found.messages.iter().map(|row| (row.id.to_string(), row.channel.as_ref().unwrap().to_string())).collect();
    assert_eq!((by_id["SM1"].as_str(), by_id["SM5"].as_str()), ("+1555", "MG1"));
    // Nothing told but the answer.
    assert_eq!(only_channel(&rows(&[answered("SM1", "+593", "MG1")])), "MG1");
}

#[test]
fn a_person_on_whatsapp_through_twilio_may_have_no_phone() {
    let wrote = |sid: &str, from: &str, more: &str| {
        twilio(&format!("MessageSid={sid}&SmsStatus=received&To=whatsapp%3A%2B1555&Body=hola{from}{more}"))
    };
    let phone = "&From=whatsapp%3A%2B593";
    let user = "&ExternalUserId=EC.1";
    for nameless in [user.to_owned(), format!("&From=whatsapp%3AEC.1{user}"), format!("&From={user}")] {
        let found = rows(&[
            wrote("SM1", phone, user),
            wrote("SM2", "", &nameless),
            twilio("MessageSid=SM3&MessageStatus=read&From=whatsapp%3A%2B1555&To=whatsapp%3AEC.1"),
        ]);
        assert_eq!((found.messages.len(), contacts(&found).len()), (3, 1), "{nameless}: {:?}", contacts(&found));
        assert_eq!(found.events.len(), 1);
    }
    let found = rows(&[wrote("SM1", phone, user), wrote("SM2", "&From=whatsapp%3A%2B594", "&ExternalUserId=EC.2")]);
    assert_eq!(contacts(&found).len(), 2);
    let reading = reading(&wrote("SM1", "", ""));
    assert_eq!((reading.errors[0].code(), reading.errors[0].path()), (Code::MissingValue, "body.From"));
}

#[test]
fn a_plug_ins_visitor_is_the_person_who_writes_then() {
    let optin = json!({"object": "page", "entry": [{"id": "P", "messaging": [{"recipient": {"id": "P"}, "timestamp": T0 * 1000,
        "optin": {"ref": "r", "user_ref": "V1"}}]}]});
    let sent = json!({"provider": "messenger", "channel": "P", "received_at": T0 * 1000 + 1, "request": {"recipient": {"user_ref": "V1"},
        "message": {"text": "hi"}}, "response": {"message_id": "m1"}});
    let wrote = meta(
        "page",
        "P",
        json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": T0 * 1000 + 2,
        "message": {"mid": "m2", "text": "yo"}, "prior_message": {"source": "checkbox_plugin", "identifier": "V1"}}),
    );
    let found = rows(&[optin, sent, wrote.clone()]);
    assert_eq!((found.messages.len(), contacts(&found).len(), found.events.len()), (2, 1, 1));
    // A page's text is no id of Meta's: whoever writes somebody's id into it is not that person.
    let forged = json!({"provider": "messenger", "channel": "P", "received_at": T0 * 1000, "request": {"recipient": {"user_ref": "U"},
        "message": {"text": "hi"}}, "response": {"message_id": "m3"}});
    assert_eq!(contacts(&rows(&[forged, wrote])).len(), 2);
}

#[test]
fn an_earlier_user_id_that_only_the_line_says_is_followed() {
    let system = |line: &str| {
        change(
            "N",
            "messages",
            json!({"messages": [{"id": "s", "timestamp": (T0 + 5).to_string(), "type": "system",
            "system": {"type": "user_changed_user_id", "user_id": "EC.2", "body": line}}]}),
        )
    };
    let wrote = |id: &str, user: &str, at: i64| {
        change(
            "N",
            "messages",
            json!({"messages": [{"id": id, "from_user_id": user, "timestamp": (T0 + at).to_string(), "type": "text"}]}),
        )
    };
    // The name is the person's to choose, and stands before.
    for line in ["User Ana changed from EC.1 to EC.2", "User x from EC.9 to EC.2 changed from EC.1 to EC.2"] {
        let found = rows(&[wrote("a", "EC.1", 1), system(line), wrote("b", "EC.2", 9), wrote("c", "EC.9", 2)]);
        assert_eq!(contacts(&found), BTreeSet::from(["N/EC.1".to_owned(), "N/EC.9".to_owned()]), "{line}");
    }
    for line in
        ["User Ana changed", "from EC.1", "EC.1 to EC.2", "changed from EC.2 to EC.2", "changed from ana to EC.2"]
    {
        let found = reading(&system(line));
        assert!(found.facts.is_empty() && found.errors.len() == 1, "{line}: {:?}", found.facts);
        assert_eq!(found.errors[0].code(), Code::MissingValue);
    }
}

#[test]
fn a_time_that_its_unit_puts_before_2005_names_its_field() {
    let page = |event: Value| meta("page", "P", event);
    let at = T0;
    for (payload, path) in [
        (
            page(json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": at, "message": {"mid": "m"}})),
            "entry[0].messaging[0].timestamp",
        ),
        (
            page(
                json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": T0 * 1000, "read": {"watermark": at}}),
            ),
            "entry[0].messaging[0].read.watermark",
        ),
        (
            meta(
                "instagram",
                "P",
                json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": at, "message": {"mid": "m"}}),
            ),
            "entry[0].messaging[0].timestamp",
        ),
        (
            change(
                "N",
                "messages",
                json!({"messages": [{"id": "w", "from": "1", "timestamp": "1104537599", "type": "text"}]}),
            ),
            "entry[0].changes[0].value.messages[0].timestamp",
        ),
        (
            change(
                "N",
                "messages",
                json!({"statuses": [{"id": "w", "status": "sent", "timestamp": 1, "recipient_id": "1"}]}),
            ),
            "entry[0].changes[0].value.statuses[0].timestamp",
        ),
        (
            json!({"update_id": 1, "message": {"message_id": 1, "date": 0, "text": "x", "chat": {"id": 1, "type": "private"}}}),
            "message.date",
        ),
        (
            json!({"event": "message", "timestamp": at, "message_token": 1, "sender": {"id": "v"}, "message": {"text": "x"}}),
            "timestamp",
        ),
        (json!({"event": "seen", "timestamp": at, "message_token": 1, "user_id": "v"}), "timestamp"),
        (
            json!({"destination": "D", "events": [{"type": "message", "timestamp": at, "source": {"userId": "U"}, "message": {"id": "1"}}]}),
            "events[0].timestamp",
        ),
        (json!({"messageId": 1, "contactId": 2, "channelId": 3, "traffic": "incoming", "timestamp": 1}), "timestamp"),
        (
            json!({"id": 1, "message_type": 0, "inbox_id": 4, "conversation_id": 2, "created_at": 1, "sender": {"id": 5, "type": "contact"}}),
            "created_at",
        ),
        (
            json!({"id": 1, "message_type": 0, "inbox_id": 4, "conversation_id": 2, "created_at": "1970-01-01T00:00:00Z", "sender": {"id": 5, "type": "contact"}}),
            "created_at",
        ),
        (
            json!({"type": "MESSAGE", "id": "e", "timestamp": "1999-01-01T00:00:00Z", "message": {"id": "z", "direction": "IN", "channel": "sms", "from": "1", "to": "2"}}),
            "timestamp",
        ),
        (
            json!({"sid": "SM1", "account_sid": "AC", "from": "+1", "to": "+2", "direction": "inbound", "date_created": "Thu, 01 Jan 1970 00:00:00 +0000"}),
            "date_created",
        ),
    ] {
        let found = reading(&payload);
        assert!(found.facts.is_empty(), "{payload}: {:?}", found.facts);
        let errors: Vec<_> = found.errors.iter().map(|error| (error.code(), error.path())).collect();
        assert_eq!(errors, [(Code::TimeOutOfRange, path)], "{payload}");
        assert!(found.errors[0].hint().is_some());
    }
    // What happened stays, without its time, where no row needs it.
    let found = reading(&page(
        json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": T0, "optin": {"ref": "r"}}),
    ));
    assert_eq!((found.facts.len(), found.errors[0].code()), (1, Code::TimeOutOfRange));
}

#[test]
fn a_reaction_that_is_taken_back_is_no_message() {
    let reaction = |emoji: Value| {
        let mut reaction = json!({"message_id": "w0"});
        if !emoji.is_null() {
            reaction["emoji"] = emoji;
        }
        json!({"id": "w1", "from": "593", "to": "593", "timestamp": T0.to_string(), "type": "reaction", "reaction": reaction})
    };
    let ways: &[fn(Value) -> Value] = &[
        |message| change("N", "messages", json!({"messages": [message]})),
        |message| change("N", "standby", json!({"messages": [message]})),
        |message| change("N", "smb_message_echoes", json!({"message_echoes": [message]})),
        |message| change("N", "history", json!({"history": [{"threads": [{"id": "593", "messages": [message]}]}]})),
    ];
    for way in ways {
        assert_eq!(rows(&[way(reaction(json!("👍")))]).messages.len(), 1);
        for emoji in [json!(""), json!(" "), Value::Null] {
            let payload = way(reaction(emoji));
            assert!(matches!(&facts(&payload)[..], [Fact::Ignored(fact)] if fact.name == "reaction"), "{payload}");
            assert!(rows(&[payload]).messages.is_empty());
        }
    }
    // Ours, with the id that the answer gave it and what is told of that.
    let sent = json!({"provider": "whatsapp", "channel": "N", "received_at": T0 * 1000, "request": {"to": "593", "type": "reaction",
        "reaction": {"message_id": "w0", "emoji": ""}}, "response": {"messages": [{"id": "w1"}]}});
    let status = change(
        "N",
        "messages",
        json!({"statuses": [{"id": "w1", "status": "delivered", "timestamp": T0.to_string(), "recipient_id": "593"}]}),
    );
    assert!(rows(&[sent, status]).messages.is_empty());
    // Of other providers a reaction has no id, taken back or not.
    for action in ["react", "unreact"] {
        for object in ["page", "instagram"] {
            let payload = meta(
                object,
                "P",
                json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": T0 * 1000, "reaction": {"mid": "m", "action": action}}),
            );
            assert!(matches!(&facts(&payload)[..], [Fact::Ignored(_)]));
        }
    }
    for new in [json!([]), json!([{"type": "emoji", "emoji": "👍"}])] {
        let payload = json!({"update_id": 1, "message_reaction": {"chat": {"id": 1}, "message_id": 1, "date": T0, "old_reaction": [], "new_reaction": new}});
        assert!(matches!(&facts(&payload)[..], [Fact::Ignored(_)]));
    }
}

#[test]
fn what_is_none_of_ours_is_ignored_by_name() {
    for (payload, name) in [
        (
            json!({"object": "user", "entry": [{"id": "0", "time": T0, "changes": [{"field": "email", "value": "a@b.example"}]}]}),
            "email",
        ),
        (json!({"object": "user", "entry": [{"id": "0", "time": T0, "changed_fields": ["likes"]}]}), "likes"),
        (
            json!({"object": "permissions", "entry": [{"id": "0", "changes": [{"field": "connected", "verb": "granted"}]}]}),
            "connected",
        ),
        (
            json!({"destination": "D", "events": [{"type": "messageEdited", "timestamp": T0 * 1000, "source": {"userId": "U"}, "message": {"id": "1"}}]}),
            "messageEdited",
        ),
        (
            json!({"event": "message_created", "id": 1, "message_type": "incoming", "created_at": T0, "conversation": {}, "sender": {"id": 5, "type": "contact"}}),
            "message_created",
        ),
        (json!({"destination": "D", "events": []}), "events"),
        (json!({"object": "page", "entry": []}), "empty"),
        (json!({"object": "page", "entry": [{"id": "P", "time": T0}]}), "entry"),
        (change("N", "messages", json!({})), "messages"),
        (change("N", "messages", json!({"holograms": [{}]})), "holograms"),
    ] {
        let found = facts(&payload);
        assert!(matches!(&found[..], [Fact::Ignored(fact)] if fact.name == name), "{payload}: {found:?}");
    }
}

#[test]
fn a_message_of_the_older_chatwoot_names_its_contact_beside_it() {
    let found = rows(&[
        json!({"event": "message_created", "id": "1", "content": "Hi", "created_at": "2020-03-03 13:05:57 UTC",
        "message_type": "incoming", "sender": {"id": "1", "name": "Agent", "email": "agent@example.com"},
        "contact": {"id": "7", "name": "Ana"}, "conversation": {"display_id": "1"}, "account": {"id": "1"}}),
    ]);
    assert_eq!((found.messages.len(), found.messages[0].contact.clone()), (1, 7.into()));
}

#[test]
fn preferences_are_events() {
    for (value, kind) in [
        ("stop", ContactEventKind::Unsubscribed),
        ("resume", ContactEventKind::Subscribed),
        ("signup", ContactEventKind::Subscribed),
    ] {
        let found = facts(&change(
            "N",
            "user_preferences",
            json!({"user_preferences": [{"wa_id": "593", "category": "marketing_messages",
            "value": value, "timestamp": T0}]}),
        ));
        let [Fact::ContactEvent(fact)] = &found[..] else { panic!("{value}: {found:?}") };
        assert_eq!(fact.kind, kind);
    }
}

#[test]
fn an_update_that_has_null_for_other_kinds_is_read() {
    let found = rows(&[
        json!({"update_id": 1, "edited_message": null, "inline_query": null, "message": {"message_id": 9, "date": T0,
        "text": "x", "chat": {"id": 42, "type": "private"}, "from": {"id": 42, "is_bot": false}}, "poll": null}),
    ]);
    assert_eq!(found.messages.len(), 1);
}

#[test]
fn a_journal_says_what_it_ignored() {
    let mut journal = Journal::default();
    let typing = json!({"event": "conversation_typing_on", "id": 1});
    for payload in [typing.clone(), typing, json!({"object": "user", "entry": [{"changes": [{"field": "email"}]}]})] {
        journal.extend(facts(&payload));
    }
    let rows = journal.rows(&ClassifyPolicy::default());
    let found: Vec<_> = rows.ignored.iter().map(|ignored| (ignored.provider, ignored.name.as_str())).collect();
    assert_eq!(found, [(Provider::Messenger, "email"), (Provider::Chatwoot, "conversation_typing_on")]);
}

#[test]
fn what_strangers_write_moves_no_terminal_and_repeats_no_value() {
    let odd = "\u{1b}[2J\n\u{202e}Ana";
    let mut status = json!({"id": "w", "timestamp": T0.to_string(), "recipient_id": "593"});
    status["status"] = json!(odd);
    let mut envelope = json!({"provider": "viber", "body": {}});
    envelope[odd] = json!(1);
    for payload in [
        change("N", "messages", json!({"statuses": [status]})),
        envelope,
        json!({"provider": odd, "body": {}}),
        json!({"update_id": 1, odd: {"id": 1}}),
        json!({"destination": "D", "events": [{"type": odd}]}),
        json!({"object": "whatsapp_business_account", "entry": [{"changes": [{"field": odd, "value": {}}]}]}),
    ] {
        let found = reading(&payload);
        let errors = found.errors.iter().map(ToString::to_string);
        let ignored = found.facts.iter().filter_map(|fact| match fact {
            Fact::Ignored(fact) => Some(format!("{} {}", fact.name, fact.path)),
            _ => None,
        });
        let said: Vec<String> = errors.chain(ignored).collect();
        assert!(!said.is_empty(), "{payload}");
        assert!(said.iter().all(|words| !words.contains(['\u{1b}', '\n', '\u{202e}'])), "{said:?}");
    }
    let status = change(
        "N",
        "messages",
        json!({"statuses": [{"id": "w", "status": "Ana Vera", "timestamp": T0, "recipient_id": "1"}]}),
    );
    assert!(!reading(&status).errors[0].to_string().contains("Ana"));
}

#[test]
fn facts_take_memory_in_proportion_to_their_payload() {
    // Each message is of somebody whose name is a book: it is not copied a thousand times.
    let book = "x".repeat(1 << 20);
    let messages: Vec<Value> =
        (0..1000).map(|id| json!({"id": id, "from": "1", "timestamp": T0, "type": "text"})).collect();
    let payload =
        change("N", "messages", json!({"contacts": [{"wa_id": "1", "profile": {"name": book}}], "messages": messages}));
    let found = facts(&payload);
    let written: usize = found.iter().map(|fact| serde_json::to_string(fact).unwrap().len()).sum();
    assert!(found.len() == 1000 && written < 2 << 20, "{written}");
    // As many mistakes as there is text: they are counted, not all told.
    let body = format!(r#"{{"object":"page","entry":[{}7]}}"#, "7,".repeat(150_000));
    let found = Reader::new(ReadOptions::default()).read(&Webhook::new(body.as_bytes()));
    assert_eq!(found.errors.len(), 100_001);
    assert_eq!(found.errors[100_000].message(), "50001 more parts could not be read");
}
