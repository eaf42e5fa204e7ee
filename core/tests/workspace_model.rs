//! A workspace against a model as simple as the rules: who holds what, which units are counted, who is where, over
//! thousands of random commands (N1, N2, N4, M5, M6, M8, M9, D18, D20, D23), and the same again from its events.
#![expect(clippy::unwrap_used, clippy::panic, clippy::similar_names, reason = "a test stops at the first surprise")]

#[path = "support/draw.rs"]
mod draw;

use std::collections::{BTreeMap, BTreeSet};

use draw::Draw;
use omnicontact::counting::{Month, Unit};
use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{ContactId, Identity, Instant, Profile};

#[derive(Clone, PartialEq, Debug)]
enum State {
    Live,
    /// Merged into a contact, with the identities at the merge and the number of the merge.
    In(ContactId, Vec<Identity>, u64),
    Deleted,
}

/// Sets and maps; every question is answered by looking at everything.
#[derive(Default)]
struct Model {
    state: BTreeMap<ContactId, State>,
    held: BTreeMap<Identity, ContactId>,
    /// Who brought an identity: merges leave it as it is.
    brought: BTreeMap<Identity, ContactId>,
    /// Contacts whose own unit is held, merged away or not: no identity is their own.
    bare: BTreeSet<ContactId>,
    counted: BTreeSet<Unit>,
    undone: BTreeSet<(ContactId, ContactId)>,
    limit: Option<usize>,
    month: Option<Month>,
}

type Answer = Result<&'static str, &'static str>;

impl Model {
    fn roll(&mut self, month: Month) {
        if self.month < Some(month) {
            self.month = Some(month);
            self.counted = self.held.keys().cloned().map(Unit::Identity).collect();
            self.counted.extend(self.bare.iter().copied().map(Unit::Contact));
        }
    }

    fn admit(&self, new: usize) -> Result<(), &'static str> {
        let is_full = self.limit.is_some_and(|limit| new > 0 && self.counted.len() + new > limit);
        if is_full { Err("quota_exceeded") } else { Ok(()) }
    }

    fn root(&self, contact: ContactId) -> Result<ContactId, &'static str> {
        match self.state.get(&contact) {
            None => Err("contact_unknown"),
            Some(State::Deleted) => Err("contact_deleted"),
            Some(State::Live) => Ok(contact),
            Some(State::In(into, ..)) => self.root(*into),
        }
    }

    fn identities(&self, contact: ContactId) -> Vec<Identity> {
        self.held.iter().filter(|(_, holder)| **holder == contact).map(|(identity, _)| identity.clone()).collect()
    }

    fn add(&mut self, contact: ContactId, identity: Option<&Identity>) -> Answer {
        let unit = identity.map_or(Unit::Contact(contact), |identity| Unit::Identity(identity.clone()));
        if identity.is_some_and(|identity| self.held.contains_key(identity)) {
            return Err("identity_conflict");
        }
        self.admit(usize::from(!self.counted.contains(&unit)))?;
        self.state.insert(contact, State::Live);
        match identity {
            Some(identity) => {
                self.held.insert(identity.clone(), contact);
                self.brought.insert(identity.clone(), contact);
            }
            None => drop(self.bare.insert(contact)),
        }
        self.counted.insert(unit);
        Ok("added")
    }

    fn give(&mut self, contact: ContactId, identity: &Identity) -> Answer {
        let root = self.root(contact)?;
        match self.held.get(identity) {
            Some(holder) if *holder == root => return Ok("unchanged"),
            Some(_) => return Err("identity_conflict"),
            None => {}
        }
        let owner = self.owner(root, identity);
        let (own, unit) = (Unit::Contact(owner), Unit::Identity(identity.clone()));
        let is_known = self.counted.contains(&unit);
        // The first identity takes the place of its owner's unit (N1), also beside absorbed ones (D41).
        let replaces = self.bare.contains(&owner) && self.counted.contains(&own) && !is_known;
        self.admit(usize::from(!is_known && !replaces))?;
        self.bare.remove(&owner);
        if replaces {
            self.counted.remove(&own);
        }
        self.counted.insert(unit);
        self.held.insert(identity.clone(), root);
        self.brought.insert(identity.clone(), owner);
        Ok("edited")
    }

    /// Whose an identity is that comes to a contact: whoever brought it to a merge still in force has it back (D17).
    fn owner(&self, contact: ContactId, identity: &Identity) -> ContactId {
        let claims = self.state.iter().filter_map(|(id, state)| match state {
            State::In(into, theirs, number) if *into == contact && theirs.contains(identity) => Some((number, *id)),
            _ => None,
        });
        claims.max().map_or(contact, |(_, claim)| self.owner(claim, identity))
    }

    /// Who is left without an identity of its own holds a unit of its own; the month's usage stays.
    fn settle(&mut self, contact: ContactId) {
        if self.brought.values().any(|owner| *owner == contact) {
            self.bare.remove(&contact);
        } else {
            self.bare.insert(contact);
        }
    }

    fn take(&mut self, identity: &Identity) -> &'static str {
        if self.held.remove(identity).is_none() {
            return "unchanged";
        }
        let owner = self.brought.remove(identity).unwrap();
        self.settle(owner);
        "edited"
    }

    fn merge(&mut self, primary: ContactId, secondary: ContactId, number: u64) -> Answer {
        if let Some(nobody) = [primary, secondary].iter().find(|id| !self.state.contains_key(id)) {
            return self.root(*nobody).map(|_| "");
        }
        let (into, out) = (self.root(primary)?, self.root(secondary)?);
        if primary == secondary {
            return Err("same_contact");
        }
        if into == out {
            return Ok("already_merged");
        }
        let moved = self.identities(out);
        for identity in &moved {
            self.held.insert(identity.clone(), into);
        }
        self.state.insert(out, State::In(into, moved, number));
        Ok("merged")
    }

    fn unmerge(&mut self, primary: ContactId, secondary: ContactId) -> Answer {
        if let Some(nobody) = [primary, secondary].iter().find(|id| !self.state.contains_key(id)) {
            return self.root(*nobody).map(|_| "");
        }
        self.root(primary)?;
        self.root(secondary)?;
        if primary == secondary {
            return Err("same_contact");
        }
        let State::In(into, brought, number) = self.state[&secondary].clone() else {
            return Err(if self.undone.contains(&(primary, secondary)) { "already_unmerged" } else { "not_merged" });
        };
        if into != primary {
            // Deeper inside: the merge of what it is in stands in the way.
            let mut at = into;
            while let State::In(above, ..) = &self.state[&at] {
                if *above == primary {
                    return Err("superseded");
                }
                at = *above;
            }
            return Err(if self.undone.contains(&(primary, secondary)) { "already_unmerged" } else { "not_merged" });
        }
        if self.state[&primary] != State::Live {
            return Err("superseded");
        }
        for identity in &brought {
            let is_elsewhere = self.held.get(identity).is_some_and(|holder| *holder != primary);
            let is_claimed = self.state.values().any(|state| {
                matches!(state, State::In(into, theirs, later)
                    if *into == primary && *later > number && theirs.contains(identity))
            });
            if is_elsewhere || is_claimed {
                return Err("identity_conflict");
            }
        }
        self.state.insert(secondary, State::Live);
        for identity in brought {
            let owner = self.brought.get(&identity).copied();
            if owner.is_none_or(|owner| self.root(owner) != Ok(secondary)) {
                // It left the one who brought it since, and goes back.
                let rightful = self.owner(secondary, &identity);
                self.brought.insert(identity.clone(), rightful);
                self.settle(rightful);
                if let Some(owner) = owner {
                    self.settle(owner);
                }
            }
            self.held.insert(identity, secondary);
        }
        self.undone.insert((primary, secondary));
        Ok("unmerged")
    }

    fn delete(&mut self, contact: ContactId) -> Answer {
        if self.root(contact)? != contact {
            return Err("merged_away");
        }
        self.held.retain(|_, holder| *holder != contact);
        let tree: Vec<ContactId> =
            self.state.keys().copied().filter(|id| self.root(*id).is_ok_and(|root| root == contact)).collect();
        self.brought.retain(|_, owner| !tree.contains(owner));
        for id in tree {
            self.bare.remove(&id);
            self.state.insert(id, State::Deleted);
        }
        Ok("deleted")
    }
}

fn word(outcome: &Outcome) -> Answer {
    match outcome {
        Outcome::Refused(refusal) => Err(refusal.as_str()),
        Outcome::Added { .. } | Outcome::Told { is_new: true, .. } => Ok("added"),
        Outcome::Told { .. } => Ok("told"),
        Outcome::Edited { .. } => Ok("edited"),
        Outcome::Unchanged => Ok("unchanged"),
        Outcome::Merged { .. } => Ok("merged"),
        Outcome::AlreadyMerged { .. } => Ok("already_merged"),
        Outcome::Unmerged { .. } => Ok("unmerged"),
        Outcome::Deleted { .. } => Ok("deleted"),
        other => panic!("{other:?}"),
    }
}

#[expect(clippy::too_many_lines, reason = "one arm a command")]
fn live(seed: u64, steps: usize, seen: &mut BTreeMap<&'static str, usize>) {
    let mut draw = Draw(seed);
    let mut now = Instant::parse("2025-01-20T12:00:00Z").unwrap().as_millis();
    let opened = Workspace::open(Settings::new("America/Santiago"), Instant::from_millis(now).unwrap());
    let (mut workspace, mut events): (Workspace, Vec<Event>) = opened.unwrap();
    let identities: Vec<Identity> =
        (0..14).map(|n| Identity::new(["wa", "fb"][n % 2], format!("person {n}")).unwrap()).collect();
    let mut model = Model::default();
    let mut known: Vec<ContactId> = vec![ContactId::mint(Instant::MIN, [9; 10])];
    for step in 0..steps {
        now += i64::try_from(draw.below(5)).unwrap() * 3_600_000;
        let at = Instant::from_millis(now).unwrap();
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(step as u64).to_be_bytes());
        let identity = identities[draw.below(identities.len())].clone();
        // The latest contacts meet more often: chains grow, and the old ones are asked for, too.
        let mut pick = || match draw.below(4) {
            0 => known[draw.below(known.len())],
            _ => known[known.len() - 1 - draw.below(known.len().min(9))],
        };
        let (one, two) = (pick(), pick());
        model.roll(Month::of(at, workspace.zone()));
        let number = workspace.sequence() + 1;
        let fresh = ContactId::mint(at, random);
        let (command, expected) = match draw.below(40) {
            0..4 => {
                let profile = Box::new(Profile::named("bare"));
                (Command::AddContact { profile, origin: None }, model.add(fresh, None))
            }
            4..8 => {
                let profile = Box::new(Profile::named("somebody").identity(identity.clone()));
                (Command::AddContact { profile, origin: None }, model.add(fresh, Some(&identity)))
            }
            8..14 => {
                let expected =
                    if model.held.contains_key(&identity) { Ok("told") } else { model.add(fresh, Some(&identity)) };
                (Command::Tell(Told::incoming(identity).into()), expected)
            }
            14..18 => {
                let expected = model.give(one, &identity);
                (Command::AddIdentity { contact: one, identity }, expected)
            }
            18..20 => {
                let expected = Ok(model.take(&identity));
                (Command::RemoveIdentity { identity }, expected)
            }
            20..29 => {
                let expected = model.merge(one, two, number);
                (Command::Merge { primary: one, secondaries: vec![two], choices: Box::default() }, expected)
            }
            29..37 => {
                // Mostly a pair that is merged, so that undoing is seen as often as refusing.
                let merged: Vec<(ContactId, ContactId)> = model
                    .state
                    .iter()
                    .filter_map(|(id, state)| match state {
                        State::In(into, ..) => Some((*into, *id)),
                        _ => None,
                    })
                    .collect();
                let undone: Vec<(ContactId, ContactId)> = model.undone.iter().copied().collect();
                let (primary, secondary) = match (draw.below(9), merged.len(), undone.len()) {
                    (0..5, len @ 1.., _) => merged[draw.below(len)],
                    (5..7, _, len @ 1..) => undone[draw.below(len)],
                    _ => (one, two),
                };
                (Command::Unmerge { primary, secondary }, model.unmerge(primary, secondary))
            }
            37 => (Command::Delete { contact: one }, model.delete(one)),
            _ => {
                model.limit = Some(draw.below(24)).filter(|limit| *limit > 3);
                let limit = model.limit.map(|limit| limit as u64);
                let reply = workspace.execute(&Call::new(at, random), Command::SetLimit { limit }).unwrap();
                events.extend(reply.events);
                continue;
            }
        };
        let reply = workspace.execute(&Call::new(at, random), command.clone()).unwrap();
        events.extend(reply.events);
        assert_eq!(word(&reply.outcome), expected, "step {step} of seed {seed}: {command:?}");
        *seen.entry(expected.unwrap_or_else(|word| word)).or_default() += 1;
        if expected == Ok("added") {
            known.push(fresh);
        }
        // N5: the very units, not only their number.
        let quota = workspace.quota(at);
        assert_eq!(quota.used, model.counted.len() as u64, "step {step} of seed {seed}: {command:?}");
        assert_eq!(quota.used, quota.carried + quota.new);
        assert!(quota.remaining.is_none_or(|left| left == quota.limit.unwrap_or(0).saturating_sub(quota.used)));
        for identity in &identities {
            assert_eq!(workspace.holder_of(identity), model.held.get(identity).copied(), "step {step} of seed {seed}");
        }
        for id in &known {
            let resolved = workspace.resolve(*id).map_err(|refusal| refusal.as_str());
            assert_eq!(resolved, model.root(*id), "step {step} of seed {seed}");
        }
        if step % 50 == 0 && Some(quota.month) == model.month {
            let units: BTreeSet<Unit> = workspace.units(at).unwrap().into_iter().map(|line| line.unit).collect();
            assert_eq!(units, model.counted, "step {step} of seed {seed}");
            let bytes = workspace.snapshot().unwrap();
            // Go on with what came out of the snapshot: it must behave alike.
            workspace = Workspace::restore(&bytes).unwrap();
            assert_eq!(workspace.snapshot().unwrap(), bytes);
        }
    }
    let replayed = Workspace::replay(&events).unwrap();
    assert_eq!(replayed.snapshot().unwrap(), workspace.snapshot().unwrap(), "replay = state");
}

#[test]
fn a_workspace_does_what_a_simple_model_does() {
    let mut seen = BTreeMap::new();
    for seed in 1..=4_u64 {
        live(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed), 2_000, &mut seen);
    }
    // A model that never says no, or never undoes, proves nothing.
    for word in [
        "added",
        "told",
        "edited",
        "unchanged",
        "merged",
        "already_merged",
        "unmerged",
        "deleted",
        "quota_exceeded",
        "identity_conflict",
        "superseded",
        "not_merged",
        "already_unmerged",
        "same_contact",
        "merged_away",
        "contact_deleted",
        "contact_unknown",
    ] {
        assert!(seen.get(word).is_some_and(|count| *count > 0), "`{word}` never happened: {seen:?}");
    }
}
