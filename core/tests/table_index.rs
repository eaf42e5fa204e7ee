//! An index that is kept answers as a new one does, whatever happened to the contacts in between.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[path = "support/draw.rs"]
mod draw;

use std::collections::BTreeSet;

use draw::Draw;
use omnicontact::segment::{ContactField, ContactTable, FieldRef, Segment, SegmentOptions, Sort};
use omnicontact::wire::WorkspaceHandle;
use omnicontact::workspace::{Call, Change, Command, Event, Settings, TableIndex, Told, Workspace};
use omnicontact::{
    Assignee, Channel, ChannelKind, ContactId, CustomField, CustomType, CustomValue, Edit, Field, FieldValue, Identity,
    Instant, Profile, Source, SubscriptionStatus, Zone,
};
use serde_json::json;

const WORDS: [&str; 5] = ["ana", "Éva", "luz", "es", "EC"];

fn word(draw: &mut Draw) -> Box<str> {
    WORDS[draw.below(5)].into()
}

fn identity(draw: &mut Draw) -> Identity {
    Identity::new(["wa", "fb", "sms"][draw.below(3)], draw.below(30).to_string()).unwrap()
}

fn edit(draw: &mut Draw) -> Edit {
    let at = Instant::from_millis(1_784_134_800_000 + i64::try_from(draw.below(1_000)).unwrap()).unwrap();
    let texts = [Field::Name, Field::FirstName, Field::LastName, Field::Company, Field::Department, Field::Lifecycle];
    match draw.below(18) {
        0..=3 => Edit::Set { field: texts[draw.below(6)], value: Some(FieldValue::Text(word(draw))) },
        4 => Edit::Set { field: texts[draw.below(6)], value: None },
        5 => Edit::set(Field::Language, ["es", "en"][draw.below(2)]),
        6 => Edit::set(Field::Country, ["EC", "PE"][draw.below(2)]),
        7 => {
            let assignee = if draw.below(2) == 0 { Assignee::User(7.into()) } else { Assignee::Team("t".into()) };
            Edit::Set { field: Field::Assignee, value: Some(FieldValue::Assignee(assignee)) }
        }
        8 => Edit::AddTags(vec![word(draw)]),
        9 => Edit::RemoveTags(vec![word(draw)]),
        10 => Edit::AddToLists(vec![word(draw)]),
        11 => Edit::AddPhone(format!("+59399000{:04}", draw.below(50)).into()),
        12 => Edit::AddEmail(format!("p{}@example.com", draw.below(50)).into()),
        13 => Edit::Subscribe { channel: "wa".into(), status: SubscriptionStatus::ALL[draw.below(2)] },
        14 => Edit::Block(draw.below(2) == 0),
        15 => Edit::OpenConversation { at },
        16 => Edit::CloseConversation { at, reason: Some(word(draw)) },
        _ => Edit::SetCustom { name: "plan".into(), value: Some(CustomValue::Text(word(draw))) },
    }
}

fn command(draw: &mut Draw, ids: &[ContactId], merged: &[(ContactId, ContactId)]) -> Command {
    let one = |draw: &mut Draw| ids[draw.below(ids.len())];
    match draw.below(24) {
        0..=2 => {
            let mut profile =
                Profile::named(word(draw)).tag(word(draw)).phone(format!("+59399000{:04}", draw.below(50)));
            profile.foreign_keys =
                vec![omnicontact::ForeignKey::new("shop", draw.below(1_000_000).to_string().as_str())];
            Command::AddContact { profile: Box::new(profile), origin: None }
        }
        3..=5 => Command::Tell(Told::incoming(identity(draw)).named(word(draw)).into()),
        6 => Command::Tell(Told::outgoing(identity(draw), Source::User).into()),
        7..=13 => Command::Edit { contact: one(draw), edits: vec![edit(draw), edit(draw)] },
        14 => Command::AddIdentity { contact: one(draw), identity: identity(draw) },
        15 => Command::RemoveIdentity { identity: identity(draw) },
        16 => Command::Merge { primary: one(draw), secondaries: vec![one(draw)], choices: Box::default() },
        17 if !merged.is_empty() => {
            let (primary, secondary) = merged[draw.below(merged.len())];
            Command::Unmerge { primary, secondary }
        }
        18 => Command::Delete { contact: one(draw) },
        19 => {
            let mut channel = Channel::new(["wa", "fb", "sms"][draw.below(3)], ChannelKind::WhatsappCloud);
            channel.name = Some(format!("Quito {}", draw.below(3)));
            Command::SetChannel { channel }
        }
        20 => Command::DeleteTag { tag: word(draw) },
        21 => Command::DeleteDepartment { department: word(draw) },
        22 => Command::SetCustomField { field: CustomField::new("score", CustomType::Number) },
        _ => Command::DeleteCustomField { name: ["plan", "score"][draw.below(2)].into() },
    }
}

/// What a table says: who has a value of each field, in which order, and who is found.
fn said(table: &ContactTable<'_>, options: &SegmentOptions) -> Vec<String> {
    let own = ContactField::ALL.iter().map(|field| FieldRef::Own(*field));
    let custom = table.custom_fields().keys().map(|name| FieldRef::Custom(name.clone()));
    let mut said: Vec<String> = own
        .chain(custom)
        .map(|field| {
            let has = table.select(&Segment::exists(field.clone()), options).unwrap();
            let order = table.sorted(&table.everybody(), &Sort::by(field.clone())).unwrap();
            format!("{field} {:?} {order:?}", has.rows().collect::<Vec<_>>())
        })
        .collect();
    for query in ["ana", "eva", "quito", "990000", "p1"] {
        said.push(format!("{query} {:?}", table.search(query, &table.everybody(), 5).unwrap()));
    }
    said
}

#[test]
fn a_kept_index_answers_as_a_new_one() {
    let at = Instant::parse("2026-07-15T17:00:00Z").unwrap();
    let (mut workspace, mut events) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at).unwrap();
    let options = SegmentOptions::new(Zone::new("America/Guayaquil").unwrap(), at);
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let index = TableIndex::default();
    let mut ids = vec![ContactId::mint(at, [0; 10])];
    let (mut merged, mut happened) = (Vec::new(), BTreeSet::new());
    for turn in 0..250_u16 {
        let before = events.len();
        for step in 0..=draw.below(2) {
            let mut random = [u8::try_from(step).unwrap(); 10];
            random[..2].copy_from_slice(&turn.to_be_bytes());
            let now = Instant::from_millis(at.as_millis() + i64::from(turn) * 60_000).unwrap();
            // What does not fit is refused or an error: then nothing happens.
            let _ = workspace.execute_into(&Call::new(now, random), command(&mut draw, &ids, &merged), &mut events);
        }
        for event in &events[before..] {
            let word = serde_json::to_value(&event.change).unwrap();
            happened.insert(word.as_object().and_then(|map| map.keys().next().cloned()).unwrap_or_default());
            match &event.change {
                Change::Added { contact, .. } => ids.push(contact.id),
                Change::Merged(pair) => merged.push((pair.primary, pair.secondary)),
                _ => {}
            }
        }
        assert_eq!(
            said(&workspace.table_with(&index, &events), &options),
            said(&workspace.table(), &options),
            "after {:?}",
            &events[before..]
        );
    }
    for change in [
        "added",
        "told",
        "connected",
        "edited",
        "identity_added",
        "identity_removed",
        "merged",
        "unmerged",
        "deleted",
        "tag_deleted",
        "department_deleted",
        "channel_set",
        "custom_field_set",
        "custom_field_deleted",
    ] {
        assert!(happened.contains(change), "nothing was `{change}`: {happened:?}");
    }
}

#[test]
fn events_that_are_not_all_there_are_noticed() {
    let at = Instant::parse("2026-07-15T17:00:00Z").unwrap();
    let (mut workspace, mut events) = Workspace::open(Settings::new("UTC"), at).unwrap();
    let options = SegmentOptions::new(Zone::utc(), at);
    let index = TableIndex::default();
    let tagged = Segment::exists(ContactField::Tags);
    let count = |workspace: &Workspace, events: &[Event]| {
        workspace.table_with(&index, events).select(&tagged, &options).unwrap().count()
    };
    let add = Command::AddContact { profile: Box::new(Profile::named("Ana")), origin: None };
    workspace.execute_into(&Call::new(at, [1; 10]), add, &mut events).unwrap();
    let contact = workspace.contacts().next().unwrap().id;
    assert_eq!(count(&workspace, &events), 0);
    let tag = |name: &str| Command::Edit { contact, edits: vec![Edit::tag(name)] };
    workspace.execute_into(&Call::new(at, [1; 10]), tag("vip"), &mut events).unwrap();
    events.clear();
    assert_eq!(count(&workspace, &events), 1, "forgotten events");
    workspace.execute_into(&Call::new(at, [1; 10]), tag("lead"), &mut Vec::new()).unwrap();
    workspace.execute_into(&Call::new(at, [1; 10]), Command::SetLimit { limit: None }, &mut events).unwrap();
    let lead = Segment::on(ContactField::Tags, omnicontact::segment::Operator::Equal, "lead");
    assert_eq!(
        workspace.table_with(&index, &events).select(&lead, &options).unwrap().count(),
        1,
        "the middle is missing"
    );
}

#[test]
fn a_handle_sees_every_change() {
    let at = "2026-07-15T17:00:00Z";
    let mut handle = WorkspaceHandle::open_value(json!({"at": at, "settings": {"zone": "UTC"}})).unwrap();
    let count = |handle: &WorkspaceHandle| {
        let segment = json!({"field": "tags", "operator": "equal", "value": "vip"});
        let asked = json!({"zone": "UTC", "now": at, "segment": segment});
        handle.read("select_contacts", asked).unwrap()["total"].as_u64().unwrap()
    };
    assert_eq!(count(&handle), 0);
    let file = json!({"at": at, "random": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "text": "name,tags\nAna,vip\nEva,lead\n"});
    handle.call("import_contact_file", file).unwrap();
    assert_eq!(count(&handle), 1);
    let eva = handle.read("search_contacts", json!({"query": "eva"})).unwrap()["hits"][0]["contact"].clone();
    let bulk =
        json!({"at": at, "random": [2, 1, 1, 1, 1, 1, 1, 1, 1, 1], "contacts": [eva], "action": {"tag": ["vip"]}});
    handle.call("bulk", bulk).unwrap();
    let copy = handle.clone();
    assert_eq!((count(&handle), count(&copy)), (2, 2));
    handle.call("forget_events", json!({"to": 100})).unwrap();
    let delete = json!({"at": at, "random": [3, 1, 1, 1, 1, 1, 1, 1, 1, 1], "command": {"delete": {"contact": eva}}});
    handle.call("execute", delete).unwrap();
    assert_eq!((count(&handle), count(&copy)), (1, 2), "a copy has an index of its own");
}

/// Only changes that are put into the columns, of values that are mostly new: entries, codes and lists outgrow what was
/// made for them.
#[test]
fn what_is_put_into_an_index_is_what_a_new_one_reads() {
    let at = Instant::parse("2026-07-15T17:00:00Z").unwrap();
    let (mut workspace, mut events) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at).unwrap();
    let options = SegmentOptions::new(Zone::new("America/Guayaquil").unwrap(), at);
    let mut draw = Draw(0x2545_f491_4f6c_dd1d);
    let fields = [("plan", CustomType::Text), ("score", CustomType::Number), ("born", CustomType::Date)];
    for (name, kind) in fields {
        let command = Command::SetCustomField { field: CustomField::new(name, kind) };
        workspace.execute_into(&Call::new(at, [0; 10]), command, &mut events).unwrap();
    }
    let (index, mut ids) = (TableIndex::default(), Vec::new());
    for turn in 0..120_u16 {
        for step in 0..draw.below(if turn == 60 { 300 } else { 12 }) {
            let mut random = [7; 10];
            random[..2].copy_from_slice(&turn.to_be_bytes());
            random[2..4].copy_from_slice(&u16::try_from(step).unwrap().to_be_bytes());
            // Contacts enter in the order of the clock most of the time, and at times before others.
            let back = if draw.below(10) == 0 { 3_600_000 } else { 0 };
            let now = Instant::from_millis(at.as_millis() + i64::from(turn) * 60_000 - back).unwrap();
            let new = |draw: &mut Draw, what: &str| format!("{what}{}", draw.below(400));
            let command = match draw.below(12) {
                0..=2 => {
                    let name = new(&mut draw, "Ñá");
                    let mut profile = Profile::named(name).tag(new(&mut draw, "t"));
                    if draw.below(3) == 0 {
                        profile = profile.custom("plan", CustomValue::Text(new(&mut draw, "p").into()));
                    }
                    Command::AddContact { profile: Box::new(profile), origin: None }
                }
                3 | 4 => {
                    let identity = Identity::new("wa", new(&mut draw, "5939")).unwrap();
                    Command::Tell(Told::incoming(identity).named(new(&mut draw, "n")).into())
                }
                _ if ids.is_empty() => continue,
                choice => {
                    let contact = ids[draw.below(ids.len())];
                    let value = (draw.below(4) > 0).then(|| FieldValue::Text(new(&mut draw, "Ö").into()));
                    let edit = match choice {
                        5 => Edit::Set { field: [Field::Name, Field::Company, Field::FirstName][draw.below(3)], value },
                        6 => Edit::AddTags((0..draw.below(4)).map(|_| new(&mut draw, "t").into()).collect()),
                        7 => Edit::RemoveTags((0..400).map(|tag| format!("t{tag}").into()).collect()),
                        8 => Edit::AddEmail(format!("{}@example.com", new(&mut draw, "e")).into()),
                        9 => Edit::SetCustom {
                            name: "plan".into(),
                            value: (draw.below(3) > 0).then(|| CustomValue::Text(new(&mut draw, "p").into())),
                        },
                        10 => Edit::SetCustom {
                            name: "score".into(),
                            value: CustomValue::parse(CustomType::Number, &draw.below(90).to_string()).ok(),
                        },
                        _ => Edit::Subscribe { channel: "wa".into(), status: SubscriptionStatus::ALL[draw.below(2)] },
                    };
                    Command::Edit { contact, edits: vec![edit] }
                }
            };
            let _ = workspace.execute_into(&Call::new(now, random), command, &mut events);
        }
        ids = workspace.contacts().map(|contact| contact.id).collect();
        // A copy shares the columns: what is put into one must not be seen in the other.
        let copy = index.clone();
        let expected = said(&workspace.table(), &options);
        assert_eq!(said(&workspace.table_with(&index, &events), &options), expected, "turn {turn}");
        assert_eq!(said(&workspace.table_with(&copy, &events), &options), expected, "the copy, turn {turn}");
        let page = |table: &ContactTable<'_>| {
            let sort = Sort::descending(ContactField::Name);
            let asked = omnicontact::segment::PageOptions::default().sort(sort).limit(20);
            let first = table.page(&table.everybody(), &asked).unwrap();
            let next = first.cursor.clone().map(|cursor| table.page(&table.everybody(), &asked.clone().cursor(cursor)));
            (first, next.map(Result::unwrap))
        };
        assert_eq!(page(&workspace.table_with(&index, &events)), page(&workspace.table()), "turn {turn}");
    }
    assert!(ids.len() > 256, "{}", ids.len());
}
