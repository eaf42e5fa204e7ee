//! Every history of a few commands over three contacts, two channels and two fields: the laws of merging (M8), counting
//! (N2), deletion (C9), replay and refusals hold after each command.
//!
//! Histories that differ only in what contacts and channels are called are one; those that lead to the same state go on
//! as one and are counted by their number. The bound is three commands here, more by hand:
//! `EXHAUSTION=6 cargo test --release -p omnicontact --test exhaustion -- --nocapture`
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant as Clock;

use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{Contact, ContactId, Edit, Field, Identity, Instant, Profile};

const MONTH: i64 = 40 * 86_400_000;

fn at(millis: i64) -> Instant {
    Instant::from_millis(1_700_000_000_000 + millis).unwrap()
}

fn identity(channel: usize, external: usize) -> Identity {
    Identity::new(["wa", "fb"][channel], external.to_string()).unwrap()
}

#[derive(Clone)]
struct State {
    workspace: Workspace,
    events: Vec<Event>,
    contacts: Vec<ContactId>,
    /// Identities and channels that were named so far.
    named: (usize, usize),
    /// Histories that lead here.
    histories: u64,
}

impl State {
    fn run(&mut self, command: Command) -> Outcome {
        let mut random = [0; 10];
        random[9] = u8::try_from(self.contacts.len()).unwrap();
        let reply = self.workspace.execute(&Call::new(at(0), random), command).unwrap();
        self.events.extend(reply.events);
        match &reply.outcome {
            Outcome::Added { contact } | Outcome::Told { contact, is_new: true, .. } => self.contacts.push(*contact),
            _ => {}
        }
        reply.outcome
    }

    fn commands(&self) -> Vec<Command> {
        let mut commands = Vec::new();
        let is_full = self.contacts.len() == 3;
        if !is_full {
            commands.push(Command::AddContact { profile: Profile::default().into(), origin: None });
        }
        for external in 0..(self.named.0 + 1).min(3) {
            for channel in 0..(self.named.1 + 1).min(2) {
                let identity = identity(channel, external);
                let holder = self.workspace.holder_of(&identity);
                if holder.is_some() || !is_full {
                    commands.push(Command::Tell(Told::incoming(identity.clone()).into()));
                }
                if holder.is_some() {
                    commands.push(Command::RemoveIdentity { identity: identity.clone() });
                }
                for contact in &self.contacts {
                    commands.push(Command::AddIdentity { contact: *contact, identity: identity.clone() });
                }
            }
        }
        for &contact in &self.contacts {
            let edits =
                [Edit::set(Field::Company, "ACME"), Edit::empty(Field::Company), Edit::tag("t"), Edit::untag("t")];
            commands.extend(edits.map(|edit| Command::Edit { contact, edits: vec![edit] }));
            commands.push(Command::Delete { contact });
            for &other in self.contacts.iter().filter(|other| **other != contact) {
                let secondaries = vec![other];
                commands.push(Command::Merge { primary: contact, secondaries, choices: Box::default() });
                commands.push(Command::Unmerge { primary: contact, secondary: other });
            }
        }
        commands
    }

    fn everybody(&self) -> BTreeMap<ContactId, Contact> {
        self.workspace.contacts().map(|contact| (contact.id, contact.clone())).collect()
    }

    fn used(&self) -> (u64, u64) {
        (self.workspace.quota(at(0)).used, self.workspace.quota(at(MONTH)).carried)
    }

    /// Every identity, and who holds it: each once.
    fn held(&self) -> BTreeMap<Identity, ContactId> {
        let mut held = BTreeMap::new();
        for contact in self.workspace.contacts() {
            for identity in &contact.identities {
                assert_eq!(self.workspace.holder_of(identity), Some(contact.id));
                assert_eq!(held.insert(identity.clone(), contact.id), None, "held by two");
            }
        }
        held
    }
}

/// What must hold after a command, whatever came before.
fn hold(before: &State, bytes: &[u8], after: &State, command: &Command, outcome: &Outcome) {
    let now = after.workspace.snapshot().unwrap();
    let told: BTreeSet<u64> = after.events.iter().map(|event| event.sequence).collect();
    assert_eq!(told.len(), after.events.len());
    assert_eq!(Workspace::replay(&after.events).unwrap().snapshot().unwrap(), now, "{command:?}");
    assert_eq!(Workspace::restore(&now).unwrap().snapshot().unwrap(), now, "{command:?}");
    if let Outcome::Refused(_) | Outcome::Unchanged | Outcome::AlreadyMerged { .. } = outcome {
        assert_eq!(now, bytes, "{command:?} changed something: {outcome:?}");
        return;
    }
    let (held_before, held) = (before.held(), after.held());
    assert!(after.used().0 >= before.used().0, "the set only grows (N2): {command:?}");
    match (command, outcome) {
        (Command::Merge { primary, secondaries, .. }, Outcome::Merged { survivor, .. }) => {
            assert_eq!(after.used(), before.used(), "{command:?}");
            assert!(held.keys().eq(held_before.keys()), "{command:?}");
            assert_eq!(before.workspace.resolve(*primary), Ok(*survivor));
            assert_eq!(after.workspace.resolve(secondaries[0]), Ok(*survivor));
            // M8: with nothing in between an undo gives both back exactly.
            let mut undone = after.clone();
            let secondary = before.workspace.resolve(secondaries[0]).unwrap();
            let outcome = undone.run(Command::Unmerge { primary: *survivor, secondary });
            assert_eq!(outcome, Outcome::Unmerged { primary: *survivor, secondary });
            assert_eq!(undone.everybody(), before.everybody(), "{command:?}");
            assert_eq!((undone.used(), undone.held()), (before.used(), before.held()), "{command:?}");
        }
        (Command::Unmerge { secondary, .. }, Outcome::Unmerged { .. }) => {
            assert_eq!(after.used().0, before.used().0, "{command:?}");
            // What was taken off since and nobody holds goes back (D17); nothing is lost.
            assert!(held_before.keys().all(|identity| held.contains_key(identity)), "{command:?}");
            assert_eq!(after.workspace.resolve(*secondary), Ok(*secondary));
        }
        (Command::Delete { contact }, Outcome::Deleted { purge }) => {
            let gone: Vec<ContactId> = std::iter::once(*contact).chain(purge[0].merged.iter().copied()).collect();
            for id in before.contacts.iter().filter(|id| before.workspace.resolve(**id) == Ok(*contact)) {
                assert!(gone.contains(id), "what is merged in goes along (C9)");
            }
            assert!(gone.iter().all(|id| after.workspace.contact(*id).is_none()));
            let left = held_before.iter().filter(|(_, holder)| *holder != contact);
            assert!(held.iter().eq(left), "its identities go along, others' stay (C9)");
        }
        _ => {}
    }
}

#[test]
fn every_short_history_keeps_the_laws() {
    let bound = std::env::var("EXHAUSTION").ok().and_then(|text| text.parse().ok()).unwrap_or(3_usize);
    let began = Clock::now();
    let (workspace, events) = Workspace::open(Settings::new("UTC"), at(0)).unwrap();
    let start = State { workspace, events, contacts: Vec::new(), named: (0, 0), histories: 1 };
    let mut level = vec![start];
    for length in 1..=bound {
        let mut next: HashMap<(Vec<u8>, (usize, usize)), State> = HashMap::new();
        let (mut histories, mut checked) = (0_u64, 0_u64);
        for before in &level {
            let bytes = before.workspace.snapshot().unwrap();
            for command in before.commands() {
                let mut after = before.clone();
                let outcome = after.run(command.clone());
                if let Command::Tell(told) = &command {
                    after.named = named(before.named, &told.identity);
                } else if let Command::AddIdentity { identity, .. } = &command {
                    after.named = named(before.named, identity);
                }
                hold(before, &bytes, &after, &command, &outcome);
                histories += before.histories;
                checked += 1;
                let key = (after.workspace.snapshot().unwrap(), after.named);
                next.entry(key).and_modify(|known| known.histories += before.histories).or_insert(after);
            }
        }
        level = next.into_values().collect();
        let seconds = began.elapsed().as_secs_f64();
        println!("{length} commands: {histories} histories, {checked} steps, {} states, {seconds:.1} s", level.len());
    }
    assert!(!level.is_empty());
}

fn named((externals, channels): (usize, usize), identity: &Identity) -> (usize, usize) {
    let external: usize = identity.external().parse().unwrap();
    let channel = usize::from(*identity.channel.to_text() == *"fb");
    (externals.max(external + 1), channels.max(channel + 1))
}
