//! What happens to contacts: they arrive, are merged, taken apart, deleted, and reset.

use super::cast::{self, EMAIL, LINES, SMS};
use super::people::{Name, Person, State, bit, contact_id};
use super::rows::Origin;
use super::simulation::{Arrival, Simulation};
use crate::error::Result;
use crate::event::{ContactEvent, EventKind};
use crate::message::Source;
use crate::time::Instant;

/// A merge that can be undone: what the primary was before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Merge {
    primary: usize,
    secondary: usize,
    lines: u16,
    connected: u16,
}

impl Simulation<'_> {
    pub(super) fn event(&self, kind: EventKind, at: i64, person: usize) -> Result<ContactEvent> {
        let mut event = ContactEvent::new(kind, Instant::from_millis(at)?, contact_id(person));
        event.name = self.people[person].name().snapshot();
        Ok(event)
    }

    /// A new contact, and its first messages if it comes with some.
    pub(super) fn arrive(&mut self, at: i64, arrival: &Arrival) -> Result<()> {
        // A full sample has no room for messages: the contact comes in by the API.
        let opening = arrival.opening.filter(|_| self.kept < self.options.messages);
        let source = if opening == arrival.opening { arrival.source.clone() } else { Source::DeveloperApi };
        let line = self.arrival_line(opening.unwrap_or(Origin::Api), at);
        let mut lines = bit(line);
        for (other, per_mille) in [(SMS, 90), (EMAIL, 110)] {
            if self.random.chance(per_mille) {
                lines |= bit(other);
            }
        }
        // Some are typed in without any number or address.
        if opening.is_none() && source == Source::User && self.random.chance(150) {
            lines = 0;
        }
        let (name, twin) = self.name(line, at);
        let person = self.people.len();
        self.people.push(Person::new(name, lines));
        self.twins.extend(twin.map(|twin| (twin, person)));
        self.note_reach(person, lines);
        let mut event = self.event(EventKind::Added, at, person)?.from_source(source.clone());
        if source == Source::User {
            event = event.by_user(cast::user_id(self.worker(at)));
        }
        if opening.is_some_and(|opening| opening.is_incoming() || opening == Origin::Echo) {
            event = event.through(LINES[line].id);
        }
        self.events.push(event);
        match opening {
            // The message follows on the adding, except where it is what adds.
            Some(origin) if origin.is_incoming() || origin == Origin::Echo => {
                self.converse(person, line, at, arrival.length, origin)
            }
            Some(origin) => self.converse(person, line, (at + 1500).min(self.end - 1), arrival.length, origin),
            None => Ok(()),
        }
    }

    /// A name; now and then that of somebody who is known on another channel already.
    fn name(&mut self, line: usize, at: i64) -> (Name, Option<usize>) {
        if self.random.chance(65) && !self.people.is_empty() {
            let twin = self.random.index(self.people.len());
            let known = &self.people[twin];
            if known.state == State::Alive && known.lines & bit(line) == 0 && known.lines != 0 && known.busy_until < at
            {
                return (known.name(), Some(twin));
            }
        }
        (Name::new(&mut self.random), None)
    }

    fn note_reach(&mut self, person: usize, lines: u16) {
        for line in 0..LINES.len() {
            if lines & bit(line) != 0 {
                self.reach[line].extend(u32::try_from(person));
            }
        }
    }

    /// A user or the API, for what both can do.
    fn signed(&mut self, event: ContactEvent, at: i64) -> ContactEvent {
        if self.random.chance(150) {
            return event.from_source(Source::DeveloperApi);
        }
        let user = self.worker(at);
        event.by_user(cast::user_id(user))
    }

    /// Merges a pair of twins (M4).
    pub(super) fn merge(&mut self, at: i64) -> Result<()> {
        let Some((primary, secondary)) = self.ready_twins(at) else { return Ok(()) };
        let event = self.event(EventKind::Merged, at, primary)?.with_secondary(contact_id(secondary));
        let event = self.signed(event, at);
        self.events.push(event);
        let before = self.people[primary];
        let taken = self.people[secondary];
        let survivor = &mut self.people[primary];
        survivor.lines |= taken.lines;
        // A merge connects nothing anew (K8).
        survivor.connected |= taken.connected;
        survivor.messages += taken.messages;
        self.people[secondary].state = State::MergedInto(primary);
        self.note_reach(primary, taken.lines & !before.lines);
        if self.random.chance(250) {
            let days = self.random.between(1, 9);
            let merge = Merge { primary, secondary, lines: before.lines, connected: before.connected };
            self.regrets.push((at + days * super::calendar::DAY, merge));
        }
        Ok(())
    }

    /// The pair of twins that has waited longest, if it is at rest; others wait on, and pairs that are none any more go.
    fn ready_twins(&mut self, at: i64) -> Option<(usize, usize)> {
        for _ in 0..self.twins.len().min(16) {
            let (primary, secondary) = self.twins.pop_front()?;
            let (first, second) = (&self.people[primary], &self.people[secondary]);
            if first.is_idle(at) && second.is_idle(at) {
                return Some((primary, secondary));
            }
            if first.state == State::Alive && second.state == State::Alive {
                self.twins.push_back((primary, secondary));
            }
        }
        None
    }

    /// Takes merges apart that are due (M6): each side has its own channels and connections again (D19).
    pub(super) fn unmerge(&mut self, at: i64) -> Result<()> {
        let Some(position) = self.regrets.iter().position(|(due, _)| *due <= at) else { return Ok(()) };
        let (_, merge) = self.regrets.remove(position);
        let Merge { primary, secondary, .. } = merge;
        let together = self.people[secondary].state == State::MergedInto(primary);
        if !together || !self.people[primary].is_idle(at) {
            return Ok(());
        }
        let event = self.event(EventKind::Unmerged, at, primary)?.with_secondary(contact_id(secondary));
        let user = self.worker(at);
        self.events.push(event.by_user(cast::user_id(user)));
        let released = self.people[secondary];
        self.people[secondary].state = State::Alive;
        self.people[secondary].busy_until = at;
        let survivor = &mut self.people[primary];
        survivor.lines &= !(released.lines & !merge.lines);
        survivor.connected &= !(released.connected & !merge.connected);
        survivor.messages -= released.messages;
        Ok(())
    }

    /// Deletes a contact that is at rest (C9).
    pub(super) fn delete(&mut self, at: i64) -> Result<()> {
        for _ in 0..8 {
            let person = self.random.index(self.people.len());
            if self.people.get(person).is_some_and(|person| person.is_idle(at)) {
                let event = self.event(EventKind::Deleted, at, person)?;
                let event = self.signed(event, at);
                self.remove(person, event);
                return Ok(());
            }
        }
        Ok(())
    }

    /// The monthly reset of the contacts that carry the tag: one in fifty (R1, R4).
    pub(super) fn reset(&mut self, at: i64) -> Result<()> {
        for person in 0..self.people.len() {
            if self.people[person].is_idle(at) && self.random.chance(20) {
                let event = self.event(EventKind::Deleted, at, person)?.from_source(Source::Reset);
                self.remove(person, event);
            }
        }
        Ok(())
    }

    /// The contact goes, and its messages with it.
    fn remove(&mut self, person: usize, event: ContactEvent) {
        self.events.push(event);
        self.people[person].state = State::Deleted;
        self.kept -= self.people[person].messages;
    }
}
