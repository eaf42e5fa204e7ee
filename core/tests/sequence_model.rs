//! Names and connections go by sequence, not by clock (M6, P9, K8, D19, D38, D41): a naive reading of the list of events
//! and rows alone, compared with what every log shows on random histories of a workspace.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/draw.rs"]
mod draw;

use std::collections::{BTreeMap, BTreeSet};

use draw::Draw;
use omnicontact::report::LogValues;
use omnicontact::reset::ResetMode;
use omnicontact::workspace::{Call, Change, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{
    Component, ContactEvent, ContactId, Dataset, DatasetOptions, Edit, EventKind, Field, FieldValue, ForeignId,
    Identity, Instant, Message, Preset, Profile, ReportOptions, Source, Zone, report,
};

/// What happened to a contact's name: set, or taken from a contact that was merged in and has none of its own.
#[derive(Clone)]
enum Naming {
    Set(Option<String>),
    Merge(ContactId, Option<String>),
}

/// The names, from the list of events alone.
#[derive(Default)]
struct Names {
    of: BTreeMap<ContactId, Vec<Naming>>,
    /// What a row of the log says, by its number.
    snapshots: BTreeMap<u64, (ContactId, EventKind, Option<String>)>,
    gone: BTreeSet<ContactId>,
    into: BTreeMap<ContactId, ContactId>,
}

impl Names {
    /// As if the merges that were undone had never happened (M7).
    fn now(&self, id: ContactId) -> Option<String> {
        self.of.get(&id)?.iter().fold(None, |name, naming| match naming {
            Naming::Set(name) => name.clone(),
            Naming::Merge(_, theirs) => name.or_else(|| theirs.clone()),
        })
    }

    fn event(&mut self, event: &Event) {
        let snapshot = |names: &Self, id: ContactId, kind| (event.sequence, (id, kind, names.now(id)));
        let row = match &event.change {
            Change::Added { contact, .. } => {
                self.of.insert(contact.id, vec![Naming::Set(contact.name.as_deref().map(str::to_owned))]);
                self.gone.remove(&contact.id);
                snapshot(self, contact.id, EventKind::Added)
            }
            Change::Connected { contact, .. } => snapshot(self, *contact, EventKind::Connected),
            Change::Edited { contact, edit } => {
                if let Edit::Set { field: Field::Name, value } = &**edit {
                    let text = value.as_ref().and_then(|value| match value {
                        FieldValue::Text(text) => Some(text.to_string()),
                        FieldValue::Assignee(_) => None,
                    });
                    self.of.get_mut(contact).unwrap().push(Naming::Set(text));
                }
                return;
            }
            Change::Merged(merged) => {
                let theirs = self.now(merged.secondary);
                self.of.get_mut(&merged.primary).unwrap().push(Naming::Merge(merged.secondary, theirs));
                self.into.insert(merged.secondary, merged.primary);
                snapshot(self, merged.primary, EventKind::Merged)
            }
            Change::Unmerged(undone) => {
                let is_it = |naming: &Naming| matches!(naming, Naming::Merge(id, _) if *id == undone.secondary);
                self.of.get_mut(&undone.primary).unwrap().retain(|naming| !is_it(naming));
                self.into.remove(&undone.secondary);
                snapshot(self, undone.primary, EventKind::Unmerged)
            }
            Change::Deleted { contact, .. } => {
                let row = snapshot(self, *contact, EventKind::Deleted);
                let root = |mut id: ContactId| {
                    while let Some(next) = self.into.get(&id) {
                        id = *next;
                    }
                    id
                };
                let all: Vec<ContactId> = self.of.keys().copied().filter(|id| root(*id) == *contact).collect();
                for id in all {
                    self.gone.insert(id);
                    self.into.remove(&id);
                }
                row
            }
            _ => return,
        };
        self.snapshots.insert(row.0, row.1);
    }

    /// What the last event of the contact, by number, says that it is called.
    fn last(&self, id: ContactId) -> Option<String> {
        self.snapshots.values().rfind(|(contact, ..)| *contact == id).and_then(|(.., name)| name.clone())
    }

    /// P9: of deleted and merged the snapshot; else the current one, where a host gives it; else the last.
    fn shown(&self, sequence: u64, is_current: bool) -> Option<String> {
        let (id, kind, name) = &self.snapshots[&sequence];
        if matches!(kind, EventKind::Deleted | EventKind::Merged) {
            return name.clone();
        }
        let current = self.now(*id).filter(|_| is_current && !self.gone.contains(id));
        current.or_else(|| self.last(*id))
    }
}

struct World {
    workspace: Workspace,
    events: Vec<Event>,
    messages: Vec<Message>,
    now: i64,
    /// Whether merges have an instant of their own.
    apart: bool,
}

const START: i64 = 1_700_000_000_000;
const DAY: i64 = 86_400_000;

impl World {
    fn new(apart: bool) -> Self {
        let at = Instant::from_millis(START).unwrap();
        let (workspace, events) = Workspace::open(Settings::new("UTC"), at).unwrap();
        let mut world = Self { workspace, events, messages: Vec::new(), now: START, apart };
        world.run(Command::SetReset { mode: ResetMode::OnlyTagged });
        world
    }

    fn run(&mut self, command: Command) -> Outcome {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.workspace.sequence().to_be_bytes());
        let at = Instant::from_millis(self.now).unwrap();
        let reply = self.workspace.execute(&Call::new(at, random), command).unwrap();
        self.events.extend(reply.events);
        reply.outcome
    }

    fn known(&self) -> Vec<ContactId> {
        let added = self.events.iter().filter_map(|event| match &event.change {
            Change::Added { contact, .. } => Some(contact.id),
            _ => None,
        });
        added.collect()
    }

    /// One random command; `step` says how the clock goes.
    fn step(&mut self, draw: &mut Draw, number: u64, step: &dyn Fn(&mut Draw) -> i64) {
        self.now = (self.now + step(draw)).max(START);
        let known = self.known();
        let any = |draw: &mut Draw| known[draw.below(known.len())];
        let kind = if known.len() < 2 { 0 } else { draw.below(16) };
        // Rows have no number: what comes in the very millisecond of a merge, an undo or a reset is for nobody to place.
        let is_apart = self.apart && matches!(kind, 6..=11 | 14);
        self.now += i64::from(is_apart);
        match kind {
            0..=4 => {
                let identity = Identity::new(["wa", "fb"][draw.below(2)], draw.below(5).to_string()).unwrap();
                let mut told = Told::incoming(identity.clone());
                if draw.below(2) == 0 {
                    told = told.named(format!("told {number}"));
                }
                if draw.below(4) == 0 && !known.is_empty() {
                    told = Told::outgoing(identity.clone(), Source::User).to(any(draw));
                }
                let direction = told.direction;
                if let Outcome::Told { contact, .. } = self.run(Command::Tell(told.into())) {
                    let at = Instant::from_millis(self.now).unwrap();
                    let message =
                        Message::new(i64::try_from(number).unwrap(), at, direction, contact).through(identity.channel);
                    self.messages.push(message);
                }
            }
            5 => {
                let mut profile = Profile::default();
                if draw.below(2) == 0 {
                    profile = Profile::named(format!("added {number}"));
                }
                self.run(Command::AddContact { profile: profile.into(), origin: None });
            }
            6..=8 => {
                let (primary, secondaries) = (any(draw), vec![any(draw)]);
                self.run(Command::Merge { primary, secondaries, choices: Box::default() });
            }
            9..=11 => {
                let open: Vec<(ContactId, ContactId)> = known
                    .iter()
                    .flat_map(|id| {
                        self.workspace.merged_into(*id).into_iter().map(omnicontact::merge::MergeRecord::pair)
                    })
                    .collect();
                if !open.is_empty() {
                    let (primary, secondary) = open[draw.below(open.len())];
                    self.run(Command::Unmerge { primary, secondary });
                }
            }
            12 => {
                let edit = match draw.below(3) {
                    0 => Edit::empty(Field::Name),
                    _ => Edit::set(Field::Name, &format!("renamed {number}")),
                };
                self.run(Command::Edit { contact: any(draw), edits: vec![edit] });
            }
            13 => {
                let contact = any(draw);
                self.run(Command::Edit { contact, edits: vec![Edit::tag("borrar")] });
            }
            14 => {
                self.run(Command::RunReset);
            }
            _ if draw.below(3) == 0 => {
                self.run(Command::Delete { contact: any(draw) });
            }
            _ => {}
        }
        self.now += i64::from(is_apart);
    }

    fn rows(&self) -> Vec<ContactEvent> {
        self.workspace.rows(&self.events)
    }
}

const LOGS: [Component; 4] =
    [Component::AddedLog, Component::ConnectedLog, Component::DeletedLog, Component::MergedLog];

/// Number, contact and name of every row of the four logs.
fn logs(data: &Dataset<'_>) -> Vec<(u64, String, Option<String>)> {
    let options =
        ReportOptions::new(Zone::new("UTC").unwrap(), Instant::from_millis(START * 2).unwrap(), Preset::AllTime);
    let report = report::contacts(data, &options).unwrap();
    let mut found = Vec::new();
    for page in LOGS.iter().filter_map(|log| report.component(*log).log()) {
        let values = |name: &str| -> &LogValues {
            &page.columns.iter().find(|column| column.name.as_str() == name).unwrap().values
        };
        let (contacts, names) = (values("contact_id"), values("contact_name"));
        for row in 0..page.len() {
            let number = page.ids.get(row).cloned().flatten().map(|id| id.to_text().into_owned());
            let number = number.and_then(|number| number.parse().ok()).unwrap_or(0);
            found.push((number, contacts.shown(row).unwrap_or_default(), names.shown(row)));
        }
    }
    found.sort();
    found
}

fn millis(draw: &mut Draw, days: i64) -> i64 {
    i64::try_from(draw.below(usize::try_from(days * DAY).unwrap())).unwrap()
}

/// How the clock goes from one command to the next.
type Clock = Box<dyn Fn(&mut Draw) -> i64>;

fn ways() -> [Clock; 3] {
    [
        Box::new(|draw| 1 + millis(draw, 4)),
        Box::new(|draw| if draw.below(2) == 0 { 0 } else { millis(draw, 5) }),
        Box::new(|draw| millis(draw, 9) - 3 * DAY),
    ]
}

fn cases() -> u64 {
    std::env::var("HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(150)
}

#[test]
fn every_log_shows_the_names_that_the_events_alone_give() {
    for seed in 0..cases() {
        for (way, step) in ways().iter().enumerate() {
            let mut draw = Draw((seed * 3 + way as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut world = World::new(false);
            for number in 1..60 {
                world.step(&mut draw, number, step);
            }
            let mut names = Names::default();
            world.events.iter().for_each(|event| names.event(event));
            let rows = world.rows();
            for is_current in [true, false] {
                let mut builder = Dataset::builder().events(&rows);
                if is_current {
                    builder = builder.directory(world.workspace.directory());
                }
                let mut expected: Vec<_> = rows
                    .iter()
                    .filter(|row| !matches!(row.kind, EventKind::Unmerged | EventKind::Refused))
                    .map(|row| {
                        let number = row.sequence.unwrap();
                        (number, row.contact.to_string(), names.shown(number, is_current))
                    })
                    .collect();
                expected.sort();
                assert_eq!(logs(&builder.build().unwrap()), expected, "seed {seed}, way {way}, directory {is_current}");
            }
        }
    }
}

type Found = BTreeSet<(ForeignId, ForeignId, Instant)>;

fn connected(rows: &[ContactEvent]) -> Found {
    let rows = rows.iter().filter(|row| row.kind == EventKind::Connected);
    rows.map(|row| (row.contact.clone(), row.channel.clone().unwrap(), row.at)).collect()
}

/// K8, D19: where the host's own connections are left out, its rows give the very same ones; where they are there, none
/// is added. Late resets bear an earlier time than what came before them.
#[test]
fn rows_give_the_connections_that_the_workspace_told() {
    let policy = DatasetOptions::default().classify;
    for seed in 0..cases() {
        for (way, step) in ways().iter().enumerate().take(2) {
            let mut draw = Draw((seed * 3 + way as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut world = World::new(true);
            for number in 1..60 {
                world.step(&mut draw, number, step);
            }
            let rows = world.rows();
            let beside = omnicontact::classify::connections(&world.messages, &rows, &policy);
            assert_eq!(connected(&beside), Found::new(), "seed {seed}, way {way}: the host has them all");
            if way == 0 {
                let others: Vec<ContactEvent> =
                    rows.iter().filter(|row| row.kind != EventKind::Connected).cloned().collect();
                let derived = omnicontact::classify::connections(&world.messages, &others, &policy);
                assert_eq!(connected(&derived), connected(&rows), "seed {seed}");
            }
        }
    }
}
