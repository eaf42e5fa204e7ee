//! What was erased is nowhere: not in a snapshot, not in rewritten events; and the state is the same (D35). Every byte is
//! searched, over random histories of merges, undos, deletions and people who come again.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

#[path = "support/draw.rs"]
mod draw;

use std::collections::{BTreeMap, BTreeSet};

use draw::Draw;
use omnicontact::counting::{Unit, UnitPolicy};
use omnicontact::workspace::{Call, Change, Command, Event, Outcome, Reply, Settings, Told, Workspace, erased_events};
use omnicontact::{ContactId, CustomValue, Edit, Field, ForeignKey, Identity, Instant, Profile, Refusal};

const HOUR: i64 = 3_600_000;

struct World {
    workspace: Workspace,
    events: Vec<Event>,
    at: i64,
    draw: u64,
    /// What must not be found of whom, once the contact is erased.
    values: BTreeMap<ContactId, Vec<String>>,
    had: BTreeMap<String, ContactId>,
}

impl World {
    fn new(unit: UnitPolicy) -> Self {
        let at = Instant::parse("2025-01-20T12:00:00Z").unwrap();
        let (workspace, events) =
            Workspace::open(Settings::new("America/Santiago").country("CL").unit(unit), at).unwrap();
        let at = at.as_millis();
        Self { workspace, events, at, draw: 0, values: BTreeMap::new(), had: BTreeMap::new() }
    }

    fn run(&mut self, command: Command) -> Outcome {
        self.draw += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.draw.to_be_bytes());
        let call = Call::new(Instant::from_millis(self.at).unwrap(), random);
        let Reply { outcome, events } = self.workspace.execute(&call, command).unwrap();
        self.events.extend(events);
        outcome
    }

    /// Somebody with values that nobody else has.
    fn add(&mut self, bare: bool) -> ContactId {
        let n = self.draw;
        let values =
            vec![format!("Canary{n}x"), format!("c{n}x@example.org"), format!("+5693{n:07}"), format!("secret{n}x")];
        let mut profile = Profile::named(&*values[0]).email(&*values[1]).phone(&*values[2]);
        profile.custom.insert("note".into(), CustomValue::Text((*values[3]).into()));
        let mut external = None;
        if !bare {
            let who = format!("person{n}x");
            profile = profile.identity(Identity::new("wa", &who).unwrap());
            external = Some(who);
        }
        let Outcome::Added { contact } = self.run(Command::AddContact { profile: Box::new(profile), origin: None })
        else {
            panic!("nobody was added")
        };
        self.values.insert(contact, values);
        self.had.extend(external.map(|who| (who, contact)));
        contact
    }

    /// Erases somebody, and searches.
    fn erase(&mut self, contact: ContactId) {
        let outcome = self.run(Command::Erase { contact });
        let purge = match outcome {
            Outcome::Erased { purge } => purge,
            Outcome::Refused(Refusal::MergedAway { .. }) => return,
            other => panic!("{other:?}"),
        };
        let with: BTreeSet<ContactId> = purge
            .iter()
            .flat_map(|gone| gone.merged.iter().chain([&gone.contact]))
            .chain([&contact])
            .copied()
            .collect();
        let mut canaries: Vec<String> = with.iter().filter_map(|id| self.values.remove(id)).flatten().collect();
        for gone in purge {
            canaries.extend(gone.identities.iter().map(|identity| identity.external().to_owned()));
        }
        let rewritten = erased_events(&self.events).unwrap();
        assert_eq!(rewritten.len(), self.events.len());
        let stored = serde_json::to_string(&rewritten).unwrap();
        let snapshot = self.workspace.snapshot().unwrap();
        for canary in &canaries {
            assert!(!stored.contains(canary), "`{canary}` is in the events");
            let is_there = snapshot.windows(canary.len()).any(|bytes| bytes == canary.as_bytes());
            assert!(!is_there, "`{canary}` is in the snapshot");
        }
        assert!(Workspace::replay(&rewritten).unwrap().snapshot().unwrap() == snapshot, "the same state");
        for (before, after) in self.events.iter().zip(&rewritten) {
            assert_eq!((before.sequence, before.at, before.following), (after.sequence, after.at, after.following));
            let (before, after) = (before.to_row(), after.to_row());
            assert_eq!(before.is_some(), after.is_some(), "reports have the same rows");
            if let (Some(before), Some(after)) = (before, after)
                && before.kind != omnicontact::EventKind::Refused
            {
                let same = (before.kind, before.contact, before.channel, before.source, before.user, before.secondary);
                assert_eq!(same, (after.kind, after.contact, after.channel, after.source, after.user, after.secondary));
            }
        }
        // What was rewritten is rewritten to itself, and goes on.
        assert!(erased_events(&rewritten).unwrap() == rewritten);
        self.events = rewritten;
    }
}

fn live(unit: UnitPolicy, seed: u64) {
    let mut draw = Draw(seed);
    let mut world = World::new(unit);
    let mut known = vec![world.add(false)];
    for _ in 0..40 {
        world.at += if draw.below(14) == 0 { 300 * HOUR } else { HOUR };
        let (one, two) = (known[draw.below(known.len())], known[draw.below(known.len())]);
        match draw.below(20) {
            0..5 => known.push(world.add(draw.below(4) == 0)),
            5..8 => {
                let who: Vec<String> = world.had.keys().cloned().collect();
                let who = &who[draw.below(who.len())];
                let told = Told::incoming(Identity::new("wa", who).unwrap());
                if let Outcome::Told { contact, is_new: true, .. } = world.run(Command::Tell(told.into())) {
                    known.push(contact);
                }
            }
            8 => {
                let external = format!("further{}x", world.draw);
                let identity = Identity::new("wa", &external).unwrap();
                world.run(Command::AddIdentity { contact: one, identity });
                world.had.insert(external, one);
            }
            9 => {
                let who: Vec<String> = world.had.keys().cloned().collect();
                let identity = Identity::new("wa", &who[draw.below(who.len())]).unwrap();
                world.run(Command::RemoveIdentity { identity });
            }
            10 => {
                let text = format!("edited{}x", world.draw);
                let edits =
                    vec![Edit::set(Field::Company, &text), Edit::tag("lead"), Edit::RemovePhone("+56930000000".into())];
                let outcome = world.run(Command::Edit { contact: one, edits });
                if let Outcome::Edited { contact, .. } = outcome {
                    world.values.entry(contact).or_default().push(text);
                }
            }
            11..14 => {
                world.run(Command::Merge { primary: one, secondaries: vec![two], choices: Box::default() });
            }
            14..17 => {
                let inside: Vec<_> = world.workspace.merged_into(one).iter().map(|record| record.pair()).collect();
                if let Some((primary, secondary)) = inside.first().copied() {
                    world.run(Command::Unmerge { primary, secondary });
                }
            }
            17 => drop(world.run(Command::Delete { contact: one })),
            _ => world.erase(one),
        }
    }
    let replayed = Workspace::replay(&world.events).unwrap();
    assert!(replayed.snapshot().unwrap() == world.workspace.snapshot().unwrap());
}

#[test]
fn nothing_is_left_of_whoever_was_erased() {
    for seed in 1..=60_u64 {
        for unit in UnitPolicy::ALL {
            live(*unit, 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        }
    }
}

#[test]
fn an_erased_identity_is_known_until_the_month_turns() {
    let mut world = World::new(UnitPolicy::PerChannelIdentity);
    let ana = world.add(false);
    world.erase(ana);
    let at = |world: &World| Instant::from_millis(world.at).unwrap();
    let units = world.workspace.units(at(&world)).unwrap();
    assert!(matches!(units[..], [ref line] if matches!(line.unit, Unit::Erased(_))), "{units:?}");
    let who = world.had.keys().next().unwrap().clone();
    let told = Told::incoming(Identity::new("wa", &who).unwrap());
    assert!(matches!(world.run(Command::Tell(told.into())), Outcome::Told { is_new: true, .. }));
    assert_eq!(world.workspace.quota(at(&world)).used, 1, "not counted twice (N2)");
    world.at += 800 * HOUR;
    assert_eq!(world.workspace.quota(at(&world)).used, 1);
}

#[test]
fn whoever_was_refused_can_be_erased_as_well() {
    let mut world = World::new(UnitPolicy::PerChannelIdentity);
    world.run(Command::SetLimit { limit: Some(0) });
    let identity = Identity::new("wa", "stranger77x").unwrap();
    let told = Told::incoming(identity.clone());
    assert!(matches!(world.run(Command::Tell(told.into())), Outcome::Refused(_)));
    world.run(Command::EraseIdentity { identity });
    let stored = serde_json::to_string(&erased_events(&world.events).unwrap()).unwrap();
    assert!(!stored.contains("stranger77x"));
}

#[test]
fn a_deleted_contact_can_be_erased_and_nobody_knows_its_key() {
    let mut world = World::new(UnitPolicy::PerContact);
    let profile = Profile::named("Key Holder").foreign_key(ForeignKey::new("shop", "customer-4711"));
    let Outcome::Added { contact } = world.run(Command::AddContact { profile: Box::new(profile), origin: None }) else {
        panic!("nobody was added")
    };
    world.run(Command::Delete { contact });
    let stored = serde_json::to_string(&world.events).unwrap();
    assert!(stored.contains("customer-4711"));
    assert!(matches!(world.run(Command::Erase { contact }), Outcome::Erased { purge } if purge.is_empty()));
    let stored = serde_json::to_string(&erased_events(&world.events).unwrap()).unwrap();
    assert!(!stored.contains("customer-4711") && !stored.contains("Key Holder"));
}

#[test]
fn an_undone_merge_with_somebody_erased_keeps_the_state() {
    // The edit says what the merge had written: an undo takes it back (D14), which blank values alone would not show.
    let mut world = World::new(UnitPolicy::PerChannelIdentity);
    let profile = Profile::default().identity(Identity::new("fb", "1").unwrap());
    let Outcome::Added { contact: primary } =
        world.run(Command::AddContact { profile: Box::new(profile), origin: None })
    else {
        panic!("nobody was added")
    };
    let secondary = world.add(false);
    world.run(Command::Merge { primary, secondaries: vec![secondary], choices: Box::default() });
    for name in ["Somebody", "Canary1x"] {
        world.run(Command::Edit { contact: primary, edits: vec![Edit::set(Field::Name, name)] });
    }
    world.run(Command::Unmerge { primary, secondary });
    assert_eq!(world.workspace.contact(primary).unwrap().name, None);
    world.erase(secondary);
    assert!(!serde_json::to_string(&world.events).unwrap().contains("Canary1x"));
    assert!(world.events.iter().any(|event| matches!(event.change, Change::Erased { .. })));
}
