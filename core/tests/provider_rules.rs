//! What payloads become, rule by rule: echoes, receipts, identities, contacts (K1 to K8, C4, C7, M5).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]
#![expect(clippy::needless_pass_by_value, reason = "payloads are written where they are used")]

use omnicontact::classify::provider::{Fact, Journal, JournalRows, ReadOptions, Reader, Webhook, read};
use omnicontact::classify::{self, ClassifyPolicy, Untracked};
use omnicontact::workspace::{Call, Command, Outcome, Settings, Told, Workspace};
use omnicontact::{Code, Direction, EventKind, Instant, Message, MessageType, Source, Status};
use serde_json::{Value, json};

const T0: i64 = 1_782_000_000;

fn at(seconds: i64) -> Instant {
    Instant::from_millis((T0 + seconds) * 1000).unwrap()
}

fn policy() -> ClassifyPolicy {
    ClassifyPolicy::default().own_app_ids(["4242"])
}

fn facts(payload: &Value) -> Vec<Fact> {
    let text = payload.to_string();
    let reading = Reader::new(ReadOptions::default().classify(policy())).read(&Webhook::new(text.as_bytes()));
    assert!(reading.errors.is_empty(), "{:?} in {text}", reading.errors);
    reading.facts
}

/// The rows of payloads, which are the same backwards and twice.
fn rows(payloads: &[Value]) -> JournalRows {
    let mut journal = Journal::default();
    for payload in payloads {
        journal.extend(facts(payload));
    }
    let rows = journal.rows(&policy());
    let mut backwards = Journal::default();
    for payload in payloads.iter().rev().chain(payloads) {
        backwards.extend(facts(payload).into_iter().rev());
    }
    assert_eq!(backwards.rows(&policy()), rows);
    rows
}

fn only(rows: &JournalRows) -> &Message {
    let [row] = &rows.messages[..] else { panic!("{} rows: {:?}", rows.messages.len(), rows.messages) };
    row
}

fn source(row: &Message) -> String {
    classify::outgoing(row, None, &policy()).source.unwrap().as_str().to_owned()
}

fn status(row: &Message) -> (Status, Option<Instant>, Option<Instant>) {
    let found = classify::delivery(row.sent_at, row.delivery.as_deref(), Untracked::Pending);
    (found.status, found.delivered_at, found.read_at)
}

fn page(event: Value) -> Value {
    json!({"object": "page", "entry": [{"id": "P", "time": T0, "messaging": [event]}]})
}

fn echo(mid: &str, seconds: i64, app: Value) -> Value {
    page(json!({"sender": {"id": "P"}, "recipient": {"id": "U"}, "timestamp": (T0 + seconds) * 1000,
        "message": {"mid": mid, "is_echo": true, "app_id": app, "text": "hi"}}))
}

fn messenger_sent(mid: &str, seconds: i64, sender: Value) -> Value {
    json!({"provider": "messenger", "channel": "P", "received_at": at(seconds).to_string(), "sender": sender,
        "request": {"recipient": {"id": "U"}, "message": {"text": "hi"}},
        "response": {"recipient_id": "U", "message_id": mid}})
}

fn read_up_to(person: &str, page_id: &str, up_to: i64, said: i64) -> Value {
    page(json!({"sender": {"id": person}, "recipient": {"id": page_id}, "timestamp": (T0 + said) * 1000,
        "read": {"watermark": (T0 + up_to) * 1000}}))
}

fn whatsapp(value: Value) -> Value {
    let mut value = value;
    value["metadata"] = json!({"display_phone_number": "1", "phone_number_id": "N"});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "B", "changes": [{"field": "messages", "value": value}]}]})
}

fn wrote(id: &str, seconds: i64, from: Value) -> Value {
    let mut message =
        json!({"id": id, "timestamp": (T0 + seconds).to_string(), "type": "text", "text": {"body": "hola"}});
    message.as_object_mut().unwrap().extend(from.as_object().unwrap().clone());
    whatsapp(json!({"messages": [message]}))
}

fn receipt(id: &str, word: &str, seconds: i64, more: Value) -> Value {
    let mut status = json!({"id": id, "status": word, "timestamp": (T0 + seconds).to_string(), "recipient_id": "593"});
    status.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    whatsapp(json!({"statuses": [status]}))
}

#[test]
fn our_own_echo_is_the_message_that_we_sent() {
    // K1: ours by the app id, without one, or with a foreign one: the same id is the same message.
    for app in [json!("4242"), json!(4242), Value::Null, json!("263902037430900")] {
        let found = rows(&[messenger_sent("m1", 1, json!({"user": 7, "team": 1})), echo("m1", 2, app)]);
        let row = only(&found);
        assert_eq!((source(row).as_str(), row.user.clone(), row.sent_at), ("user", Some(7.into()), at(1)));
        assert_eq!(status(row).0, Status::Sent);
    }
}

#[test]
fn an_echo_alone_is_an_echo_unless_the_app_is_ours() {
    for (app, expected) in [
        (json!("4242"), "unknown"),
        (json!(4242), "unknown"),
        (Value::Null, "echo_message"),
        (json!("1"), "echo_message"),
    ] {
        let found = rows(&[echo("m1", 2, app)]);
        assert_eq!(source(only(&found)), expected);
        assert_eq!(only(&found).delivery.as_ref().unwrap()[0].status, Status::Sent);
    }
}

#[test]
fn a_watermark_reaches_what_went_to_that_person_up_to_it() {
    let sent = |mid: &str, seconds| echo(mid, seconds, json!("1"));
    let found = rows(&[
        sent("early", 10),
        sent("at", 20),
        sent("after", 21),
        read_up_to("U", "P", 20, 25),
        read_up_to("U", "P", 15, 40),
        read_up_to("V", "P", 99, 26),
        read_up_to("U", "Q", 99, 27),
    ]);
    let read: Vec<_> = found.messages.iter().map(|row| status(row).2).collect();
    // The earliest receipt that covers a message counts (K5).
    assert_eq!(read, [Some(at(25)), Some(at(25)), None]);
}

#[test]
fn a_watermark_does_not_deliver_what_was_refused() {
    let refused = json!({"provider": "messenger", "channel": "P", "received_at": at(1).to_string(),
        "request": {"recipient": {"id": "U"}, "message": {"text": "hi"}},
        "response": {"error": {"code": 10, "message": "outside of allowed window", "fbtrace_id": "x"}}});
    let found = rows(&[refused, read_up_to("U", "P", 50, 60)]);
    let row = only(&found);
    assert_eq!(status(row).0, Status::Failed);
    assert_eq!(row.delivery.as_ref().unwrap()[0].error_code.as_deref(), Some("10"));
}

#[test]
fn incoming_messages_get_no_receipts() {
    let wrote = page(json!({"sender": {"id": "U"}, "recipient": {"id": "P"}, "timestamp": (T0 + 1) * 1000,
        "message": {"mid": "m1", "text": "hi"}}));
    let found = rows(&[wrote, read_up_to("U", "P", 50, 60)]);
    assert_eq!(only(&found).delivery, None);
}

#[test]
fn statuses_come_late_twice_and_in_any_order() {
    let found = rows(&[
        receipt("w1", "read", 9, json!({})),
        receipt("w1", "failed", 8, json!({"errors": [{"code": 131_026, "title": "Message undeliverable"}]})),
        receipt("w1", "sent", 2, json!({})),
        receipt("w1", "sent", 3, json!({})),
        receipt("w1", "delivered", 4, json!({})),
    ]);
    let found = classify::delivery(only(&found).sent_at, only(&found).delivery.as_deref(), Untracked::Sent);
    assert_eq!(
        (found.status, found.sent_at, found.delivered_at, found.read_at),
        (Status::Read, Some(at(2)), Some(at(4)), Some(at(9)))
    );
    assert_eq!((found.error_code, found.error), (Some("131026"), Some("Message undeliverable")));
}

#[test]
fn a_status_of_an_unseen_message_proves_one() {
    let priced = |model: &str, category: &str| json!({"pricing": {"pricing_model": model, "category": category, "billable": true}});
    let found = rows(&[receipt("w1", "delivered", 4, priced("PMP", "marketing")), receipt("w1", "sent", 3, json!({}))]);
    let row = only(&found);
    assert_eq!((row.direction, row.sent_at, row.contact.clone()), (Direction::Outgoing, at(3), "N/593".into()));
    assert_eq!(row.message_type, Some(MessageType::WhatsappMessageTemplate));
    // Priced by conversation, or for service: nothing says template.
    for pricing in [priced("CBP", "marketing"), priced("PMP", "service"), json!({})] {
        let found = rows(&[receipt("w1", "sent", 3, pricing)]);
        assert_eq!(only(&found).message_type, None);
    }
    // To nobody named: counted as unmatched, not dropped in silence.
    let zenvia = json!({"id": "e", "timestamp": "2026-06-21T00:00:00Z", "type": "MESSAGE_STATUS", "subscriptionId": "s",
        "channel": "sms", "messageId": "z1", "messageStatus": {"timestamp": "2026-06-21T00:00:00Z", "code": "SENT"}});
    let found = rows(&[zenvia]);
    assert_eq!((found.messages.len(), found.unmatched), (0, 1));
}

#[test]
fn what_was_called_back_before_it_went_is_no_message() {
    let callback = |word: &str| {
        json!({"provider": "twilio", "received_at": T0 * 1000,
        "body": format!("MessageSid=SM1&MessageStatus={word}&From=%2B1&To=%2B2")})
    };
    assert!(rows(&[callback("scheduled"), callback("canceled")]).messages.is_empty());
    assert!(rows(&[callback("canceled")]).messages.is_empty());
    // What went cannot have been called back.
    assert_eq!(status(only(&rows(&[callback("sent"), callback("canceled")]))).0, Status::Sent);
}

#[test]
fn a_person_without_a_phone_is_a_contact() {
    let found =
        rows(&[wrote("w1", 1, json!({"from_user_id": "EC.1"})), wrote("w2", 2, json!({"from_user_id": "EC.1"}))]);
    assert!(found.messages.iter().all(|row| row.contact == "N/EC.1".into()));
    assert_eq!(found.events.len(), 1);
}

#[test]
fn ids_that_come_together_are_one_person() {
    let found = rows(&[
        wrote("w1", 1, json!({"from": "593"})),
        wrote("w2", 2, json!({"from_user_id": "EC.1"})),
        wrote("w3", 3, json!({"from": "593", "from_user_id": "EC.1"})),
    ]);
    let contacts: Vec<String> = found.messages.iter().map(|row| row.contact.to_string()).collect();
    assert_eq!(contacts, ["N/593", "N/593", "N/593"]);
    assert_eq!(found.events.iter().filter(|event| event.kind == EventKind::Added).count(), 1);
}

fn moved(id: &str, seconds: i64, from: &str, to: &str) -> Value {
    whatsapp(json!({"messages": [{"from": from, "id": id, "timestamp": (T0 + seconds).to_string(), "type": "system",
        "system": {"type": "user_changed_number", "wa_id": to, "body": "…"}}]}))
}

#[test]
fn a_changed_number_is_followed_and_a_number_given_away_is_not() {
    let found = rows(&[
        wrote("w1", 1, json!({"from": "593"})),
        moved("s1", 5, "593", "594"),
        wrote("w2", 6, json!({"from": "594"})),
        // Somebody else has the old number now, and moves on as well.
        wrote("w3", 9, json!({"from": "593"})),
        moved("s2", 12, "593", "595"),
        wrote("w4", 13, json!({"from": "595"})),
    ]);
    let contacts: Vec<String> = found.messages.iter().map(|row| row.contact.to_string()).collect();
    assert_eq!(contacts, ["N/593", "N/593", "N/593#2", "N/593#2"]);
    assert_eq!(found.events.len(), 2);
}

#[test]
fn a_changed_user_id_leaves_the_phone() {
    let update = json!({"object": "whatsapp_business_account", "entry": [{"id": "B", "changes": [{"field": "user_id_update",
        "value": {"metadata": {"phone_number_id": "N"}, "user_id_update": [{"wa_id": "593", "timestamp": (T0 + 5).to_string(),
            "user_id": {"previous": "EC.1", "current": "EC.2"}}]}}]}]});
    let found = rows(&[
        wrote("w1", 1, json!({"from_user_id": "EC.1"})),
        update,
        wrote("w2", 6, json!({"from_user_id": "EC.2"})),
        wrote("w3", 7, json!({"from": "593"})),
    ]);
    let contacts: Vec<String> = found.messages.iter().map(|row| row.contact.to_string()).collect();
    assert_eq!(contacts, ["N/EC.1", "N/EC.1", "N/EC.1"]);
}

#[test]
fn one_person_on_two_channels_is_two_contacts() {
    let mut other = wrote("w2", 2, json!({"from": "593"}));
    other["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("N2");
    let found = rows(&[wrote("w1", 1, json!({"from": "593"})), other]);
    let contacts: Vec<String> = found.messages.iter().map(|row| row.contact.to_string()).collect();
    assert_eq!(contacts, ["N/593", "N2/593"]);
}

#[test]
fn the_first_message_adds_the_contact_from_where_it_came() {
    let ad = json!({"from": "593", "referral": {"source_type": "ad", "source_id": "1"}});
    let post = json!({"from": "594", "referral": {"source_type": "post", "source_id": "1"}});
    let found = rows(&[
        wrote("w2", 2, json!({"from": "593"})),
        wrote("w1", 1, ad),
        wrote("w3", 3, post),
        echo("m1", 4, Value::Null),
    ]);
    let added: Vec<_> =
        found.events.iter().map(|event| (event.contact.to_string(), event.source.clone().unwrap())).collect();
    assert_eq!(
        added,
        [
            ("N/593".to_owned(), Source::ClickToChatAds),
            ("N/594".to_owned(), Source::IncomingMessage),
            ("P/U".to_owned(), Source::EchoMessage),
        ]
    );
}

#[test]
fn a_product_says_itself_when_a_contact_was_created() {
    let message = json!({"event_type": "message.received", "event_id": "e", "contact": {"id": 5, "firstName": "Ana"},
        "message": {"messageId": 1, "contactId": "5", "channelId": 3, "traffic": "incoming", "timestamp": T0 + 9,
            "message": {"type": "text", "text": "hi"}}});
    let created = |seconds: i64| {
        json!({"event_type": "contact.created", "event_id": "f",
        "contact": {"id": "5", "firstName": "Ana", "created_at": T0 + seconds}})
    };
    assert!(rows(std::slice::from_ref(&message)).events.is_empty());
    let found = rows(&[message, created(3), created(4)]);
    assert_eq!(found.events.len(), 1);
    assert_eq!((found.events[0].at, found.events[0].contact.clone()), (at(3), 5.into()));
    assert_eq!(found.messages[0].contact, 5.into());
    assert_eq!(found.directory.contacts[0].name.as_deref(), Some("Ana"));
}

#[test]
fn an_id_that_two_providers_use_gets_their_names() {
    let respond = |id: i64| {
        json!({"messageId": id, "contactId": 5, "channelId": 3, "traffic": "incoming", "timestamp": T0,
        "message": {"type": "text", "text": "hi"}})
    };
    let chatwoot = json!({"id": 1, "message_type": 0, "inbox_id": 4, "conversation_id": 2, "created_at": T0 + 1,
        "content": "yo", "sender": {"id": 5, "type": "contact", "name": "B"}});
    let viber = json!({"event": "message", "timestamp": (T0 + 2) * 1000, "message_token": 1, "sender": {"id": "v"},
        "message": {"type": "text", "text": "eh"}});
    let alone = rows(&[respond(1)]);
    assert_eq!((only(&alone).id.clone(), only(&alone).contact.clone()), ("5/1".into(), 5.into()));
    let all = rows(&[respond(1), chatwoot, respond(2), viber]);
    let ids: Vec<String> =
        all.messages.iter().map(|row| format!("{} {} {:?}", row.id, row.contact, row.channel)).collect();
    assert_eq!(
        ids,
        [
            "5/1 respond_io:5 Some(3)",
            "5/2 respond_io:5 Some(3)",
            "chatwoot:1 chatwoot:5 Some(4)",
            "viber:1 viber/v Some(\"viber\")"
        ]
    );
}

#[test]
fn a_deletion_told_twice_is_one() {
    let deleted = |seconds: i64| {
        json!({"provider": "respond_io", "received_at": at(seconds).to_string(),
            "body": {"event_type": "contact.deleted", "event_id": "e", "contact": {"id": 5, "firstName": "Ana"}}})
    };
    let found = rows(&[deleted(9), deleted(7)]);
    assert_eq!(found.events.len(), 1);
    assert_eq!((found.events[0].kind, found.events[0].at), (EventKind::Deleted, at(7)));
}

#[test]
fn telegram_ids_are_unique_in_a_chat_only() {
    let update = |chat: i64, n: i64| {
        json!({"update_id": n, "message": {"message_id": 1, "date": T0 + n, "text": "x",
        "chat": {"id": chat, "type": "private"}, "from": {"id": chat, "is_bot": false, "first_name": "A"}}})
    };
    assert_eq!(rows(&[update(1, 1), update(2, 2)]).messages.len(), 2);
}

#[test]
fn what_is_sent_without_an_answer_is_pending() {
    let request = json!({"provider": "whatsapp", "channel": "N", "received_at": T0 * 1000, "id": "mine-1",
        "request": {"messaging_product": "whatsapp", "to": "593", "type": "text", "text": {"body": "x"}}});
    assert_eq!(status(only(&rows(&[request]))).0, Status::Pending);
}

#[test]
fn rows_feed_a_workspace() {
    let found = rows(&[
        wrote("w1", 1, json!({"from": "593", "from_user_id": "EC.1"})),
        wrote("w2", 6, json!({"from_user_id": "EC.1"})),
        receipt("w3", "sent", 8, json!({})),
    ]);
    let (mut workspace, _) = Workspace::open(Settings::new("UTC"), at(0)).unwrap();
    let mut contacts = std::collections::BTreeSet::new();
    for (place, telling) in found.tellings.iter().enumerate() {
        let call = Call::new(telling.at, [u8::try_from(place).unwrap(); 10]);
        let reply = workspace.execute(&call, Command::Tell(Box::new(Told::from(telling)))).unwrap();
        let Outcome::Told { contact, .. } = reply.outcome else { panic!("{:?}", reply.outcome) };
        contacts.insert(contact);
    }
    assert_eq!((contacts.len(), found.tellings.len()), (1, 3));
    assert_eq!(workspace.quota(at(9)).used, 1);
}

#[test]
fn what_the_provider_refused_is_a_failed_message_under_our_id() {
    let line = |more: Value| {
        let mut sent = json!({"provider": "line", "received_at": 1_782_000_000_000_i64, "channel": "U1", "request": {"to": "U2",
            "messages": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]}, "response": {"message": "no"}});
        sent.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        sent
    };
    let refused = rows(&[line(json!({"id": "x"}))]);
    let found: Vec<_> = refused.messages.iter().map(|row| (row.id.to_text().into_owned(), status(row).0)).collect();
    assert_eq!(found, [("x".to_owned(), Status::Failed), ("x/2".to_owned(), Status::Failed)]);
    assert_eq!(refused.messages[1].content.as_deref(), Some("two"));
    assert!(refused.tellings.iter().all(|telling| !telling.accepted));
    // Without an id of ours it cannot be told from another one.
    let nameless = line(json!({}));
    let reading = read(&Webhook::new(nameless.to_string().as_bytes()), &ReadOptions::default());
    assert_eq!((reading.errors[0].code(), reading.errors[0].path()), (Code::MissingValue, "id"));
    assert!(reading.facts.is_empty());
    // Sent after all, under the provider's own id: two messages, and neither is counted twice.
    let taken = line(json!({"id": "x", "response": {"sentMessages": [{"id": "1"}, {"id": "2"}]}}));
    assert_eq!(rows(&[line(json!({"id": "x"})), taken]).messages.len(), 4);
    for (envelope, code) in [
        (
            json!({"provider": "twilio", "request": "To=%2B1&From=%2B2&Body=hi", "response": {"code": 21610, "message": "stopped"}}),
            "21610",
        ),
        (
            json!({"provider": "respond_io", "to": "id:7", "request": {"channelId": 3, "message": {"type": "text", "text": "hi"}},
            "response": {"code": 400, "message": "closed"}}),
            "400",
        ),
        (
            json!({"provider": "zenvia", "channel": "sms:us", "request": {"from": "us", "to": "55", "contents": []},
            "response": {"code": "VALIDATION_ERROR", "message": "empty"}}),
            "VALIDATION_ERROR",
        ),
    ] {
        let mut envelope = envelope;
        envelope["id"] = json!("ours");
        envelope["received_at"] = json!(1_782_000_000_000_i64);
        let found = rows(&[envelope]);
        let row = only(&found);
        assert_eq!((row.id.to_text().as_ref(), status(row).0), ("ours", Status::Failed));
        let failure = &row.delivery.as_ref().unwrap()[0];
        assert_eq!(failure.error_code.as_deref(), Some(code));
    }
}
