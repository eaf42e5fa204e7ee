//! Contacts of the sample, and what is known of each while it is made.

use super::random::Random;
use super::words::{SCRIPTS, Script};
use crate::id::ForeignId;

/// Where a contact is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Alive,
    MergedInto(usize),
    Deleted,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    name: Name,
    /// Channels on which the contact can be reached, and those on which it is connected; a bit each.
    pub(super) lines: u16,
    pub(super) connected: u16,
    /// Until when a conversation or an update of it is under way.
    pub(super) busy_until: i64,
    /// Messages that would go with it: its own and those of contacts merged into it.
    pub(super) messages: u64,
    pub(super) state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) script: usize,
    first: usize,
    last: usize,
    /// Some have no name at all.
    known: bool,
    /// Some are called differently since.
    renamed: bool,
}

impl Name {
    pub(super) fn new(random: &mut Random) -> Self {
        let weights: [u64; SCRIPTS.len()] = std::array::from_fn(|at| SCRIPTS[at].weight);
        let script = random.weighted(&weights);
        let Script { first, last, .. } = &SCRIPTS[script];
        Self {
            script,
            first: random.index(first.len()),
            last: random.index(last.len()),
            known: !random.chance(60),
            renamed: random.chance(30),
        }
    }

    /// The name when something happened to the contact.
    pub(super) fn snapshot(self) -> Option<String> {
        let script = &SCRIPTS[self.script];
        let (first, last) = (script.first[self.first], script.last[self.last]);
        let name = match (script.joined, last) {
            (true, _) => format!("{last}{first}"),
            (false, "") => first.to_owned(),
            (false, _) => format!("{first} {last}"),
        };
        self.known.then_some(name)
    }

    /// The name now.
    pub(super) fn current(self) -> Option<String> {
        let name = self.snapshot()?;
        Some(if self.renamed { format!("{name} (mayorista)") } else { name })
    }
}

impl Person {
    pub(super) fn new(name: Name, lines: u16) -> Self {
        Self { name, lines, connected: 0, busy_until: i64::MIN, messages: 0, state: State::Alive }
    }

    pub(super) fn name(&self) -> Name {
        self.name
    }

    pub(super) fn is_idle(&self, at: i64) -> bool {
        self.state == State::Alive && self.busy_until < at
    }
}

/// First contact id; the others follow.
const FIRST_ID: u64 = 70_001;

/// The id of a contact by its position.
pub(super) fn contact_id(person: usize) -> ForeignId {
    (FIRST_ID + person as u64).into()
}

/// The position of a contact by its id.
pub(super) fn person_of(id: &ForeignId) -> Option<usize> {
    let ForeignId::Int(id) = id else { return None };
    usize::try_from(id - i128::from(FIRST_ID)).ok()
}

/// The bit of a channel.
pub(super) const fn bit(line: usize) -> u16 {
    1 << line
}
