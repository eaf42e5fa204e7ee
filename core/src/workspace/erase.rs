//! Deleting, and erasing: what was known of a person goes from the state, and from what a host has stored (C9, D35).

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::decide::Decided;
use super::{Body, Call, Change, Event, Outcome, Purge, Workspace};
use crate::access::Action;
use crate::arrange::arrange_all;
use crate::contact::{Contact, ContactId, Edit, Identity, Origin};
use crate::counting::{Month, mark, pseudonym};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::merge::Choices;
use crate::message::Source;
use crate::refusal::Refusal;

impl Workspace {
    pub(super) fn delete(&mut self, call: &Call, contact: ContactId, events: &mut Vec<Event>) -> Decided {
        let slot = self.find(contact)?;
        self.allow(call, Action::DeleteContacts, Some(self.root(slot)))?;
        if self.live(slot).is_none() {
            let survivor = self.id_of(self.root(slot)).unwrap_or(contact);
            return Err(Refusal::MergedAway { survivor }.into());
        }
        let purge = vec![self.purge(slot)];
        let change = self.deletion(slot, contact, call.source.clone(), call.user(), None);
        self.emit(call.at, change, events)?;
        Ok(Outcome::Deleted { purge })
    }

    pub(super) fn deletion(
        &self,
        slot: u32,
        contact: ContactId,
        source: Source,
        user: Option<ForeignId>,
        reset: Option<Month>,
    ) -> Change {
        let name = self.live(slot).filter(|_| !self.settings.erase_names).map(|contact| contact.shown_name().into());
        Change::Deleted { contact, name, source, user, reset }
    }

    pub(super) fn purge(&self, slot: u32) -> Purge {
        let ids = self.tree(slot).into_iter().filter_map(|slot| self.id_of(slot));
        let identities = self.live(slot).map(|contact| contact.identities.clone()).unwrap_or_default();
        let mut ids = ids.collect::<Vec<_>>().into_iter();
        let contact = ids.next().unwrap_or(ContactId::from(uuid::Uuid::nil()));
        Purge { contact, merged: ids.collect(), identities }
    }

    pub(super) fn erase(&mut self, call: &Call, contact: ContactId, events: &mut Vec<Event>) -> Decided {
        self.allow(call, Action::DeleteContacts, self.find(contact).ok().map(|slot| self.root(slot)))?;
        let Some(&slot) = self.index.get(&contact) else { return Err(Refusal::ContactUnknown { contact }.into()) };
        let mut contacts = vec![contact];
        let mut purge = Vec::new();
        match self.slot(slot).map(|slot| &slot.body) {
            Some(Body::Merged { .. }) => {
                let survivor = self.id_of(self.root(slot)).unwrap_or(contact);
                return Err(Refusal::MergedAway { survivor }.into());
            }
            Some(Body::Live(_)) => {
                let gone = self.purge(slot);
                contacts.extend_from_slice(&gone.merged);
                purge.push(gone);
                // Never with its name, whatever the policy says of deletions.
                let change = match self.deletion(slot, contact, call.source.clone(), call.user(), None) {
                    Change::Deleted { contact, source, user, reset, .. } => {
                        Change::Deleted { contact, name: None, source, user, reset }
                    }
                    other => other,
                };
                self.emit(call.at, change, events)?;
            }
            Some(Body::Deleted) | None => {}
        }
        let (known, lost) = self.ledger.gone_with(contact);
        let key = known.unwrap_or_else(|| ContactId::mint(call.at, call.random).as_uuid());
        let held = purge.iter().flat_map(|gone| &gone.identities);
        let mut marks: Vec<Uuid> = held.chain(lost).map(|identity| mark(key, identity)).collect();
        arrange_all(&mut marks);
        marks.dedup();
        self.emit(call.at, Change::Erased { contacts, key, marks, state: None }, events)?;
        Ok(Outcome::Erased { purge })
    }

    /// Takes erased identities from the records of merges: whoever had one before does not have it back (D17).
    pub(super) fn forget_identities(&mut self, key: Uuid, marks: &[Uuid]) {
        let is_kept = |identity: &Identity| !marks.contains(&mark(key, identity));
        for slot in &mut self.slots {
            if let Body::Merged { away, .. } = &mut slot.body {
                away.record.primary.identities.retain(is_kept);
                away.record.secondary.identities.retain(is_kept);
            }
        }
    }

    pub(super) fn erase_identity(&mut self, call: &Call, identity: Identity, events: &mut Vec<Event>) -> Decided {
        self.allow(call, Action::DeleteContacts, None)?;
        identity.check().map_err(|error| error.at("identity"))?;
        if let Some(holder) = self.holder(&identity).and_then(|holder| self.id_of(holder.slot)) {
            return Err(Refusal::IdentityConflict { identity, holder }.into());
        }
        let key = self.ledger.gone_with(ContactId::from(Uuid::nil())).0;
        let key = key.unwrap_or_else(|| ContactId::mint(call.at, call.random).as_uuid());
        let marks = vec![mark(key, &identity)];
        self.emit(call.at, Change::Erased { contacts: Vec::new(), key, marks, state: None }, events)?;
        Ok(Outcome::Erased { purge: Vec::new() })
    }
}

/// Stored events without what was erased: as many, with their numbers, times, ids, sources and channels, for the reports;
/// they replay to the same state (D35). Give all of them, from the first.
///
/// Contacts lose every value, their identities are replaced by names that nobody can tell anything from, also in refusals
/// and in the events of those who had an identity before. An identity that went on to somebody else stays that one's. Where
/// an erased contact had been merged into one that is still there, and the rewritten values would not give the same state,
/// the last `erased` event holds the state, and a replay begins there.
///
/// # Errors
/// As [`Workspace::replay`].
///
/// # Example
/// ```
/// use omnicontact::{Identity, Instant};
/// use omnicontact::workspace::{Call, Command, Settings, Told, Workspace, erased_events};
/// let at = Instant::parse("2025-07-01T12:00:00Z")?;
/// let (mut workspace, mut events) = Workspace::open(Settings::new("Etc/UTC"), at)?;
/// let call = Call::new(at, [1; 10]);
/// let told = Told::incoming(Identity::new("wa", "593991234567")?).named("Ana");
/// workspace.tell(&call, &told, &mut events)?;
/// let contact = workspace.contacts().next().unwrap().id;
/// workspace.execute_into(&call, Command::Erase { contact }, &mut events)?;
///
/// let stored = erased_events(&events)?;
/// let text = serde_json::to_string(&stored).unwrap();
/// assert!(!text.contains("Ana") && !text.contains("593991234567"));
/// assert_eq!(Workspace::replay(&stored)?.snapshot()?, workspace.snapshot()?);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn erased_events(events: &[Event]) -> Result<Vec<Event>> {
    let state = Workspace::replay(events)?;
    let last = events.iter().rposition(|event| matches!(event.change, Change::Erased { .. }));
    let Some(last) = last else { return Ok(events.to_vec()) };
    let erasures = Erasures::of(events);
    let mut within = Within::default();
    let mut rewritten: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        within.follow(event);
        rewritten.push(erasures.rewrite(event, &within));
    }
    let same = Workspace::replay(&rewritten).is_ok_and(|found| found.snapshot().ok() == state.snapshot().ok());
    if !same && let (Some(before), Some(event)) = (events.get(..=last), rewritten.get_mut(last)) {
        let text = hex(&Workspace::replay(before)?.snapshot()?);
        if let Change::Erased { state, .. } = &mut event.change {
            *state = Some(text.into());
        }
        // What cannot be is a fault of ours, and must not be stored.
        if Workspace::replay(&rewritten)?.snapshot()? != state.snapshot()? {
            return Err(Error::new(Code::Internal, "the rewritten events give another state"));
        }
    }
    Ok(rewritten)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' + half - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let half = |byte: u8| char::from(byte).to_digit(16).and_then(|half| u8::try_from(half).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some((half(*pair.first()?)? << 4) | half(*pair.get(1)?)?)).collect()
}

/// Who is merged into whom, as far as the events have been read.
#[derive(Default)]
struct Within {
    into: HashMap<ContactId, ContactId>,
}

impl Within {
    fn follow(&mut self, event: &Event) {
        match &event.change {
            Change::Merged(merged) => drop(self.into.insert(merged.secondary, merged.primary)),
            Change::Unmerged(undone) => drop(self.into.remove(&undone.secondary)),
            Change::Deleted { contact, .. } => self.into.retain(|_, into| into != contact),
            _ => {}
        }
    }

    fn root(&self, contact: ContactId) -> ContactId {
        let mut at = contact;
        while let Some(into) = self.into.get(&at) {
            at = *into;
        }
        at
    }
}

/// What was erased, and by which event: only what came before it is rewritten.
#[derive(Default)]
struct Erasures {
    contacts: HashMap<ContactId, u64>,
    /// Keys of the months in order, with the marks under each and the last event that erased them.
    keys: Vec<(Uuid, HashMap<Uuid, u64>)>,
}

impl Erasures {
    fn of(events: &[Event]) -> Self {
        let mut erasures = Self::default();
        let mut within = Within::default();
        // Who got an identity last, and who went together.
        let mut had: HashMap<&Identity, ContactId> = HashMap::new();
        let mut together: HashMap<ContactId, Vec<ContactId>> = HashMap::new();
        for event in events {
            match &event.change {
                Change::Added { contact, .. } => {
                    had.extend(contact.identities.iter().map(|identity| (identity, contact.id)));
                }
                Change::IdentityAdded { contact, identity, .. } => drop(had.insert(identity, *contact)),
                Change::Deleted { contact, .. } => {
                    let inside = within.into.keys().filter(|id| within.root(**id) == *contact);
                    together.insert(*contact, inside.copied().collect());
                }
                Change::Erased { contacts, key, marks, .. } => {
                    let inside = contacts.iter().filter_map(|contact| together.get(contact)).flatten();
                    let people: HashSet<ContactId> = contacts.iter().chain(inside).copied().collect();
                    let theirs = had.iter().filter(|(_, contact)| people.contains(contact));
                    let lost: Vec<Uuid> = theirs.map(|(identity, _)| mark(*key, identity)).collect();
                    erasures.contacts.extend(people.iter().map(|contact| (*contact, event.sequence)));
                    let at = erasures.keys.iter().position(|(other, _)| other == key).unwrap_or_else(|| {
                        erasures.keys.push((*key, HashMap::new()));
                        erasures.keys.len() - 1
                    });
                    if let Some((_, hidden)) = erasures.keys.get_mut(at) {
                        hidden.extend(marks.iter().chain(&lost).map(|mark| (*mark, event.sequence)));
                    }
                }
                _ => {}
            }
            within.follow(event);
        }
        erasures
    }

    fn hides(&self, contact: ContactId, sequence: u64) -> bool {
        self.contacts.get(&contact).is_some_and(|erased| *erased > sequence)
    }

    fn identity(&self, identity: &Identity, sequence: u64) -> Identity {
        let mark = self.keys.iter().find_map(|(key, hidden)| {
            let mark = mark(*key, identity);
            hidden.get(&mark).is_some_and(|erased| *erased > sequence).then_some(mark)
        });
        let renamed = mark.and_then(|mark| Identity::new(identity.channel.clone(), pseudonym(mark)).ok());
        renamed.unwrap_or_else(|| identity.clone())
    }

    fn rewrite(&self, event: &Event, within: &Within) -> Event {
        let number = event.sequence;
        let hides = |contact: &ContactId| self.hides(*contact, number);
        // Whoever holds a merged-in contact shows its values.
        let shows = |contact: &ContactId| {
            hides(contact) || self.contacts.keys().any(|erased| hides(erased) && within.root(*erased) == *contact)
        };
        let renamed = |identity: &Identity| self.identity(identity, number);
        let mut event = event.clone();
        match &mut event.change {
            Change::Added { contact, .. } => {
                let identities = contact.identities.iter().map(renamed).collect();
                if hides(&contact.id) {
                    let origin = Origin { name: None, detail: None, ..(*contact.origin).clone() };
                    **contact = Contact::new(contact.id, contact.created_at, origin);
                }
                contact.identities = identities;
            }
            Change::Connected { contact, name, .. } if shows(contact) => *name = "".into(),
            Change::Edited { contact, edit } if shows(contact) => **edit = Edit::RemoveTags(Vec::new()),
            Change::IdentityAdded { identity, .. } | Change::IdentityRemoved { identity } => {
                **identity = renamed(identity);
            }
            Change::Merged(merged) if shows(&merged.primary) || hides(&merged.secondary) => {
                merged.name = "".into();
                merged.choices = Choices::default();
            }
            Change::Unmerged(undone) if shows(&undone.primary) || hides(&undone.secondary) => undone.name = "".into(),
            Change::Deleted { contact, name, .. } if shows(contact) => *name = None,
            Change::Refused { identities, .. } => {
                for identity in identities {
                    *identity = renamed(identity);
                }
            }
            _ => {}
        }
        event
    }
}
