//! Rows that come as JSON are gathered straight into columns; whatever they hold, the answers are those of a list.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::wire::{self, ArrayTable, ColumnOptions, DatasetInput, DatasetRequest, ReportRequest};
use omnicontact::{Dataset, ReportKind};
use proptest::prelude::*;
use serde_json::{Value, json};

const START: i64 = 1_782_000_000_000;

fn time() -> impl Strategy<Value = Value> {
    // Few instants, so that messages share them; some a month late.
    prop_oneof![
        (0..40_i64).prop_map(|hours| json!(START + hours * 3_600_000)),
        Just(json!("2026-06-25T10:00:00-05:00")),
        Just(json!(START + 40 * 86_400_000))
    ]
}

fn maybe(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    prop_oneof![2 => Just(None), 1 => Just(Some(Value::Null)), 5 => value.prop_map(Some)].boxed()
}

fn update() -> impl Strategy<Value = Value> {
    let status = prop::sample::select(vec!["pending", "sent", "delivered", "read", "failed"]);
    (
        status,
        maybe(time()),
        maybe(prop::sample::select(vec!["131026", ""]).prop_map(Value::from)),
        maybe(Just(json!("no \"way\" \u{e9}"))),
    )
        .prop_map(|(status, at, code, error)| {
            let mut made = json!({"status": status});
            for (key, value) in [("at", at), ("error_code", code), ("error", error)] {
                if let Some(value) = value {
                    made[key] = value;
                }
            }
            made
        })
}

fn facts() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({"is_echo": true}),
        json!({"template_name": "promo"}),
        json!({"bot": 7}),
        json!({"is_api": true, "message_tag": "human_agent"}),
    ])
}

fn id() -> impl Strategy<Value = Value> {
    prop_oneof![4 => (-3..12_i64).prop_map(Value::from), 1 => prop::sample::select(vec![json!("a"), json!("7"), json!(u64::MAX), json!("\u{1f600}")])]
}

fn row() -> impl Strategy<Value = Value> {
    let direction = prop::sample::select(vec!["incoming", "outgoing"]);
    let channel = maybe(prop::sample::select(vec![json!("wa"), json!("fb"), json!(3)]));
    let source = maybe(prop::sample::select(vec![json!("user"), json!("bot"), json!("Intern"), json!("")]));
    let kind = maybe(prop::sample::select(vec![
        json!("session"),
        json!("whatsapp_message_template"),
        json!("poll"),
        json!(""),
    ]));
    let subtype = maybe(prop::sample::select(vec![json!("promo"), json!("")]));
    let who = (maybe(id()), maybe(id()), maybe(id()));
    let content = maybe(prop::sample::select(vec![json!(""), json!("hola"), json!("tab\t\"quoted\" \u{e9}")]));
    let delivery = maybe(prop::collection::vec(update(), 0..4).prop_map(Value::from));
    let rest = (content, delivery, maybe(facts()));
    ((0..60_i64), time(), direction, id(), channel, source, kind, subtype, who, rest).prop_map(
        |(
            number,
            at,
            direction,
            contact,
            channel,
            source,
            kind,
            subtype,
            (user, team, broadcast),
            (content, delivery, facts),
        )| {
            let mut made = json!({"id": number, "sent_at": at, "direction": direction, "contact": contact});
            let fields = [
                ("channel", channel),
                ("source", source),
                ("type", kind),
                ("subtype", subtype),
                ("user", user),
                ("team", team),
                ("broadcast", broadcast),
                ("content", content),
                ("delivery", delivery),
                ("facts", facts),
            ];
            for (key, value) in fields {
                if let Some(value) = value {
                    made[key] = value;
                }
            }
            made
        },
    )
}

fn event() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec!["added", "connected", "deleted", "merged", "unmerged"]);
    (kind, time(), (0..12_i64), (0..12_i64)).prop_map(|(kind, at, contact, other)| match kind {
        "merged" | "unmerged" => json!({"kind": kind, "at": at, "contact": contact, "secondary": other}),
        "connected" => json!({"kind": kind, "at": at, "contact": contact, "channel": "wa"}),
        _ => json!({"kind": kind, "at": at, "contact": contact}),
    })
}

fn settings(rows: Vec<Value>) -> impl Strategy<Value = (Vec<Value>, Value)> {
    (prop::sample::select(vec!["fold", "trust"]), any::<bool>(), prop::sample::select(vec!["sent", "pending"]), prop::collection::vec(event(), 0..6)).prop_map(
        move |(duplicates, derive, untracked, events)| {
            let given = json!({
                "events": events, "channels": [{"id": "wa", "kind": "whatsapp"}, {"id": "fb", "kind": "facebook"}],
                "options": {"duplicates": duplicates, "derive_connections": derive, "classify": {"untracked": untracked}},
            });
            (rows.clone(), given)
        },
    )
}

fn answers(data: &Dataset<'_>) -> Vec<Value> {
    let mut answers = vec![json!(wire::dataset_facts(data))];
    // What an index takes is no answer.
    answers[0]["index_bytes"] = Value::Null;
    for filters in [json!({}), json!({"channel": ["wa"]}), json!({"user": [1, 2]})] {
        for kind in [ReportKind::Messages, ReportKind::Contacts] {
            let asked = json!({"zone": "America/Guayaquil", "now": START + 50 * 86_400_000, "period": "all_time", "filters": filters});
            let request: ReportRequest = wire::read(asked).unwrap();
            answers.push(
                wire::report(kind, data, &request)
                    .map_or_else(|error| json!(error.to_string()), |report| json!(report)),
            );
        }
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_same_answers_as_of_a_list((rows, given) in prop::collection::vec(row(), 0..40).prop_flat_map(settings)) {
        let mut listed = given.clone();
        listed["messages"] = rows.clone().into();
        let listed = wire::read::<DatasetRequest>(listed).unwrap().build();
        let mut input = DatasetInput::new(wire::read(given).unwrap());
        input.add_rows_text("messages", &Value::from(rows).to_string()).unwrap();
        let gathered = input.build();
        match (listed, gathered) {
            (Ok(listed), Ok(gathered)) => prop_assert_eq!(answers(&listed), answers(&gathered)),
            (listed, gathered) => prop_assert_eq!(listed.unwrap_err().to_string(), gathered.unwrap_err().to_string()),
        }
    }
}

#[test]
fn what_is_wrong_says_where() {
    let row = r#"{"id": 1, "sent_at": 1, "direction": "incoming", "contact": 7}"#;
    for (text, code, path) in [
        (
            r#"[{"id": 1, "sent_at": 1, "direction": "sideways", "contact": 7}]"#.to_owned(),
            "invalid_value",
            "messages[0].direction",
        ),
        (
            format!(r#"[{row}, {{"id": 2, "sent_at": 1, "direction": "incoming"}}]"#),
            "missing_value",
            "messages[1].contact",
        ),
        (
            format!(r#"[{row}, {{"id": 2, "sent_at": -1, "direction": "incoming", "contact": 1}}]"#),
            "instant_out_of_range",
            "messages[1].sent_at",
        ),
        (
            r#"[{"id": "", "sent_at": 1, "direction": "incoming", "contact": 7}]"#.to_owned(),
            "invalid_value",
            "messages[0].id",
        ),
        (
            r#"[{"id": 1, "sent_at": 1, "direction": "incoming", "contact": 7, "colour": 1}]"#.to_owned(),
            "unknown_column",
            "messages[0].colour",
        ),
        (
            r#"[{"id": 1, "id": 1, "sent_at": 1, "direction": "incoming", "contact": 7}]"#.to_owned(),
            "invalid_value",
            "messages[0]",
        ),
        (format!("[{row},]"), "malformed_json", "messages"),
        (format!("[{row}"), "malformed_json", "messages"),
        (format!("[{row}] x"), "malformed_json", "messages"),
        ("{}".to_owned(), "invalid_value", "messages"),
    ] {
        let error = DatasetInput::default().add_rows_text("messages", &text).unwrap_err();
        assert_eq!((error.code().as_str(), error.path()), (code, path), "{text}: {error:?}");
    }
}

#[test]
fn a_later_table_takes_the_place_of_an_earlier_one() {
    let row = r#"[{"id": 1, "sent_at": 1, "direction": "incoming", "contact": 7}]"#;
    let mut input = DatasetInput::default();
    input.add_rows_text("messages", row).unwrap();
    input.add_rows_text("messages", "[]").unwrap();
    assert_eq!(input.build().unwrap().message_count(), 0);
    let mut table = ArrayTable::default();
    for (name, list) in [("sent_at", "[1, 2]"), ("direction", r#"["incoming", "incoming"]"#), ("contact", "[7, 8]")] {
        table.add_list(name, list);
    }
    let mut input = DatasetInput::default();
    input.add_rows_text("messages", row).unwrap();
    input.add_table("messages", &table, &ColumnOptions::default()).unwrap();
    assert_eq!(input.build().unwrap().message_count(), 2);
}
