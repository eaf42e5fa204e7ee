//! What samples promise.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Timelike};
use proptest::prelude::*;

use super::*;
use crate::classify::{self, ClassifyPolicy};
use crate::import::{self, Ids, ImportOptions};
use crate::{Code, Direction, EventKind, ForeignId, Instant, MessageType, Source, Status, StatusUpdate, Zone};

const DAY: i64 = 86_400_000;

fn shipped() -> Workspace {
    Workspace::generate(&SampleOptions::default()).unwrap()
}

/// A larger one, for shares and shapes.
fn large() -> Workspace {
    Workspace::generate(&SampleOptions::default().messages(30_000).contacts(4000).seed(3)).unwrap()
}

fn written(workspace: &Workspace, name: &str) -> String {
    let mut file = Vec::new();
    workspace.write_file(name, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

#[test]
fn the_shipped_files_are_what_the_generator_makes() {
    let workspace = shipped();
    let mut size = 0;
    for (name, file) in files() {
        assert!(written(&workspace, name) == *file, "{name} is out of date: run the command of its README");
        size += file.len();
    }
    assert!(size < 1_500_000, "{size} bytes");
    let error = workspace.write_file("photos.csv", Vec::new()).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::UnknownLabel, "name"));
}

#[test]
fn the_readme_names_every_file_and_header() {
    let readme = include_str!("../../sample/README.md");
    for (name, file) in files() {
        assert!(readme.contains(name), "{name}");
        for column in file.lines().next().unwrap().split(',') {
            assert!(readme.contains(&format!("| `{column}` |")), "{column} of {name}");
        }
    }
}

#[test]
fn the_shipped_files_are_read_back_exactly() {
    let workspace = shipped();
    let options = ImportOptions::default().ids(Ids::Integer);
    let file = |name: &str| files().iter().find(|(file, _)| *file == name).unwrap().1.as_bytes();
    assert!(import::messages(file("messages.csv"), &options).unwrap().rows == workspace.messages);
    assert!(import::events(file("events.csv"), &options).unwrap().rows == workspace.events);
    let names = &workspace.directory;
    assert_eq!(import::channels(file("channels.csv"), &options).unwrap().rows, names.channels);
    for (name, rows) in [
        ("contacts.csv", &names.contacts),
        ("users.csv", &names.users),
        ("teams.csv", &names.teams),
        ("broadcasts.csv", &names.broadcasts),
    ] {
        assert_eq!(import::named(file(name), &options).unwrap().rows, *rows, "{name}");
    }
}

/// One row a message.
fn folded(workspace: &Workspace) -> BTreeMap<ForeignId, Message> {
    let folded = classify::fold_slice(&workspace.messages);
    folded.iter().map(|message| (message.id.clone(), message.clone())).collect()
}

#[test]
fn numbers_are_as_asked_for() {
    let zones = ["America/Guayaquil", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"];
    let ends = [1_782_882_000_000, 1_257_300_000_000, 1_325_400_000_000, 1_325_400_000_001];
    for (seed, (messages, contacts, days)) in
        (0..).zip([(0, 0, 1), (0, 50, 10), (1, 1, 1), (300, 1, 2), (1000, 3, 3), (5, 300, 30), (1500, 200, 40)])
    {
        for (zone, end) in zones.iter().zip(ends) {
            let end = Instant::from_millis(end).unwrap();
            let zone = Zone::new(zone).unwrap();
            let options = SampleOptions::default().messages(messages).contacts(contacts).days(days).seed(seed);
            let workspace = Workspace::generate(&options.end(end).zone(zone.clone())).unwrap();
            assert_eq!(folded(&workspace).len() as u64, messages, "{contacts} contacts, {days} days");
            let added = workspace.events.iter().filter(|event| event.kind == EventKind::Added).count();
            assert!(added as u64 >= u64::from(contacts), "{added} of {contacts}");
            assert!(added as u64 <= u64::from(contacts) + 1);
            let first = zone.day_of(end) - chrono::TimeDelta::days(i64::from(days));
            let start = zone.start_of_day(first).unwrap();
            let times = workspace
                .messages
                .iter()
                .flat_map(|row| row.delivery.iter().flatten().filter_map(|entry| entry.at).chain([row.sent_at]));
            for at in times.chain(workspace.events.iter().map(|event| event.at)) {
                assert!((start..end).contains(&at), "{at} is not within {start} and {end}");
            }
        }
    }
}

#[test]
fn options_that_make_no_sample_are_refused() {
    let refused = |options: SampleOptions| {
        let error = Workspace::generate(&options).unwrap_err();
        (error.code(), error.path().to_owned())
    };
    let options = SampleOptions::default;
    assert_eq!(refused(options().days(0)), (Code::MalformedValue, "days".into()));
    assert_eq!(refused(options().days(4000)), (Code::MalformedValue, "days".into()));
    assert_eq!(refused(options().contacts(0)), (Code::MalformedValue, "contacts".into()));
    assert_eq!(refused(options().end(Instant::MIN)), (Code::InstantOutOfRange, "end".into()));
    let early = Instant::from_millis(10 * DAY).unwrap();
    assert_eq!(refused(options().end(early)).0, Code::InstantOutOfRange);
}

#[test]
fn everything_that_rules_speak_of_occurs() {
    let workspace = shipped();
    let sources = |kind: EventKind| -> BTreeSet<String> {
        let events = workspace.events.iter().filter(|event| event.kind == kind);
        events.filter_map(|event| Some(event.source.as_ref()?.as_str().to_owned())).collect()
    };
    for source in Source::KNOWN {
        let never = matches!(source, Source::Broadcast | Source::Reset | Source::Unknown);
        assert_eq!(sources(EventKind::Added).contains(source.as_str()), !never, "{source}");
    }
    assert!(sources(EventKind::Added).contains("facebook_lead_ads"));
    assert_eq!(Vec::from_iter(sources(EventKind::Deleted)), ["developer_api", "reset", "user"]);
    assert!(sources(EventKind::Connected).len() >= 9, "{:?}", sources(EventKind::Connected));
    assert!(workspace.events.iter().filter(|event| event.kind == EventKind::Unmerged).count() >= 2);

    let messages = folded(&workspace);
    let has = |wanted: &dyn Fn(&Message) -> bool| messages.values().any(wanted);
    assert!(workspace.messages.len() > messages.len());
    assert!(has(&|row| row.direction == Direction::Outgoing && row.delivery.is_none()));
    assert!(has(&|row| row.content.as_deref().is_some_and(|text| text.starts_with('='))));
    assert!(has(&|row| row.content.as_deref().is_some_and(|text| text.contains('"') && text.contains(','))));
    assert!(has(&|row| row.content.as_deref().is_some_and(|text| text.contains('\n'))));
    assert!(has(&|row| matches!(&row.message_type, Some(MessageType::Other(_)))));
    let facts = |row: &Message| row.facts.clone();
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.is_echo && facts.app_id.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.is_phone_app_echo)));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.workflow.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.bot.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.ai_agent.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.integration.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.is_api && facts.template_name.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.message_tag.is_some())));
    assert!(has(&|row| facts(row).is_some_and(|facts| facts.other_type.is_some())));

    let entries = |row: &Message| row.delivery.clone().unwrap_or_default();
    let entry = |row: &Message, status| entries(row).into_iter().find(|entry| entry.status == status);
    for status in Status::ALL {
        assert!(has(&|row| entry(row, *status).is_some()), "{status}");
    }
    let late = |row: &Message, entry: &StatusUpdate| {
        entry.at.is_some_and(|at| at.as_millis() - row.sent_at.as_millis() > 30 * DAY)
    };
    assert!(has(&|row| entries(row).iter().any(|entry| late(row, entry))));
    assert!(has(&|row| entry(row, Status::Read).is_some() && entry(row, Status::Delivered).is_none()));
    assert!(has(&|row| entry(row, Status::Failed).is_some() && entry(row, Status::Delivered).is_some()));
    assert!(has(&|row| entry(row, Status::Failed).is_some_and(|entry| entry.error.is_some())));
    assert!(has(&|row| entries(row).iter().any(|entry| entry.at.is_none() && entry.status == Status::Read)));
    assert!(has(&|row| !entries(row).is_sorted_by_key(|entry| entry.at)));
    let twice = |row: &Message| {
        let statuses = entries(row).into_iter().map(|entry| entry.status);
        statuses.clone().count() > statuses.collect::<BTreeSet<_>>().len()
    };
    assert!(has(&twice));

    let names = &workspace.directory;
    for list in [&names.users, &names.teams, &names.broadcasts] {
        assert!(list.iter().any(|named| named.removed) && list.iter().any(|named| !named.removed));
    }
    assert_eq!(names.channels.iter().filter(|channel| channel.removed).count(), 1);
    assert!(names.contacts.iter().any(|contact| contact.name.is_none()));
    let letters: BTreeSet<char> =
        names.contacts.iter().filter_map(|contact| contact.name.as_ref()?.chars().next()).collect();
    for range in ['А'..='я', '一'..='龥', 'ا'..='ي', 'א'..='ת', 'अ'..='ह'] {
        assert!(letters.iter().any(|letter| range.contains(letter)), "{range:?}");
    }
}

#[test]
fn people_write_unevenly_by_day_hour_month_and_contact() {
    let workspace = large();
    let zone = Zone::new("America/Guayaquil").unwrap();
    let mut hours = [0; 24];
    let mut weekdays = [0; 7];
    let mut months = [0; 13];
    let mut contacts: HashMap<&ForeignId, usize> = HashMap::new();
    for row in &workspace.messages {
        let local =
            Instant::from_millis(row.sent_at.as_millis() + zone.offset_millis(row.sent_at)).unwrap().to_datetime();
        hours[local.hour() as usize] += 1;
        weekdays[local.weekday().num_days_from_monday() as usize] += 1;
        months[local.month() as usize] += 1;
        *contacts.entry(&row.contact).or_default() += 1;
    }
    assert!(hours[11] > 10 * hours[3] && hours[11] > hours[20], "{hours:?}");
    assert!(weekdays[2] > 2 * weekdays[6], "{weekdays:?}");
    assert!(months[4] < months[5] && months[5] < months[6], "{months:?}");
    let mut counts: Vec<usize> = contacts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let top: usize = counts.iter().take(counts.len() / 10).sum();
    assert!(top * 10 > workspace.messages.len() * 4, "the first tenth of the contacts write {top}");
    assert!(counts[0] * 10 < workspace.messages.len(), "{}", counts[0]);
}

#[test]
fn channels_tell_what_their_kind_can_tell() {
    let workspace = large();
    let kinds: HashMap<_, _> =
        workspace.directory.channels.iter().map(|channel| (channel.id.clone(), channel.kind.clone())).collect();
    for row in folded(&workspace).values() {
        let receipts = kinds[row.channel.as_ref().unwrap()].receipts();
        for entry in row.delivery.iter().flatten() {
            assert!(entry.status != Status::Delivered || receipts.delivered, "{row:?}");
            assert!(entry.status != Status::Read || receipts.read, "{row:?}");
        }
        assert!(row.delivery.is_none() || row.direction == Direction::Outgoing);
        assert!(row.team.is_none() || row.user.is_some());
    }
}

/// Who has been merged into whom, and who is deleted.
#[derive(Default)]
struct Lives<'w> {
    survivors: HashMap<&'w ForeignId, &'w ForeignId>,
    deleted: BTreeSet<&'w ForeignId>,
}

impl<'w> Lives<'w> {
    fn survivor(&self, contact: &'w ForeignId) -> &'w ForeignId {
        self.survivors.get(contact).map_or(contact, |primary| self.survivor(primary))
    }

    fn is_gone(&self, contact: &'w ForeignId) -> bool {
        self.deleted.contains(self.survivor(contact))
    }

    fn happen(&mut self, event: &'w ContactEvent) {
        assert!(self.survivor(&event.contact) == &event.contact && !self.is_gone(&event.contact), "{event:?}");
        match (event.kind, &event.secondary) {
            (EventKind::Merged, Some(secondary)) => {
                assert!(self.survivor(secondary) == secondary && !self.is_gone(secondary), "{event:?}");
                self.survivors.insert(secondary, &event.contact);
            }
            (EventKind::Unmerged, Some(secondary)) => {
                assert_eq!(self.survivors.remove(secondary), Some(&event.contact), "{event:?}");
            }
            (EventKind::Deleted, None) => {
                self.deleted.insert(&event.contact);
            }
            (EventKind::Added | EventKind::Connected, None) => {}
            _ => panic!("{event:?}"),
        }
    }
}

#[test]
fn events_fit_the_messages() {
    for workspace in [shipped(), large()] {
        let mut lives = Lives::default();
        let mut rows = workspace.messages.iter().filter(|row| row.channel.is_some()).peekable();
        for (event, sequence) in workspace.events.iter().zip(1..) {
            assert_eq!(event.sequence, Some(sequence));
            assert_eq!(event.user.is_some(), event.source == Some(Source::User));
            while let Some(row) = rows.next_if(|row| row.sent_at <= event.at) {
                assert_eq!(lives.survivor(&row.contact), &row.contact, "{row:?} is of a merged-away contact");
            }
            lives.happen(event);
        }
        assert!(workspace.events.is_sorted_by_key(|event| event.at));

        // What the rules derive from the messages (K8, D19) is what the log says, but for those who are gone, whose
        // messages went with them (C9).
        let messages = folded(&workspace);
        assert!(messages.values().all(|row| !lives.is_gone(&row.contact)));
        let (log, expected): (Vec<ContactEvent>, Vec<ContactEvent>) = workspace
            .events
            .iter()
            .cloned()
            .partition(|event| event.kind != EventKind::Connected || lives.is_gone(&event.contact));
        let found = classify::connections(messages.values(), &log, &ClassifyPolicy::default());
        let key = |event: &ContactEvent| (event.at, event.contact.clone());
        let mut found: Vec<_> =
            found.into_iter().map(|event| ContactEvent { name: None, sequence: None, ..event }).collect();
        let mut expected: Vec<_> =
            expected.into_iter().map(|event| ContactEvent { name: None, sequence: None, ..event }).collect();
        found.sort_by_key(key);
        expected.sort_by_key(key);
        assert_eq!(found, expected);

        let listed: BTreeSet<_> = workspace.directory.contacts.iter().map(|contact| &contact.id).collect();
        for event in workspace.events.iter().filter(|event| event.kind == EventKind::Added) {
            let alive = lives.survivor(&event.contact) == &event.contact && !lives.is_gone(&event.contact);
            assert_eq!(listed.contains(&event.contact), alive, "{event:?}");
        }
    }
}

fn history() -> impl Strategy<Value = Vec<StatusUpdate>> {
    let entry =
        (0..Status::ALL.len(), proptest::option::of(0..3_i64), proptest::option::of("[a\"]{0,2}"), any::<bool>());
    proptest::collection::vec(entry, 0..4).prop_map(|entries| {
        let entries = entries.into_iter().map(|(status, at, error, coded)| StatusUpdate {
            error_code: error.clone().filter(|_| coded),
            error,
            ..StatusUpdate::new(Status::ALL[status], at.map(|at| Instant::from_millis(at).unwrap()))
        });
        entries.collect()
    })
}

proptest! {
    /// Whatever the history, in columns or whole: what is written is read back.
    #[test]
    fn any_history_is_read_back(history in proptest::option::of(history())) {
        let mut message = Message::new(1, Instant::MIN, Direction::Outgoing, 2);
        // An empty text is missing.
        let full = |text: Option<String>| text.filter(|text| !text.is_empty());
        message.delivery = history.map(|entries| {
            let entries = entries.into_iter();
            entries.map(|entry| StatusUpdate { error_code: full(entry.error_code), error: full(entry.error), ..entry }).collect()
        });
        let workspace = Workspace { messages: vec![message], ..Workspace::default() };
        let file = written(&workspace, "messages.csv");
        let read = import::messages(file.as_bytes(), &ImportOptions::default().ids(Ids::Integer)).unwrap();
        prop_assert_eq!(read.rows, workspace.messages, "{}", file);
    }
}
