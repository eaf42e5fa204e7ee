//! What becomes of a message that was sent.

use super::calendar::{DAY, HOUR, MINUTE};
use super::cast::{EMAIL, LINES};
use super::random::Random;
use crate::arrange::arrange;
use crate::error::Result;
use crate::message::{Status, StatusUpdate};
use crate::time::Instant;

/// An update that came in: when, and for a failure which text of the channel's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Update {
    pub(super) status: Status,
    /// `None` where the host did not note the time.
    pub(super) at: Option<i64>,
    pub(super) failure: usize,
}

/// A history of at most six updates, in the order in which they came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct History {
    updates: [Option<Update>; 6],
    /// Whether the host tracks the message at all (D5).
    pub(super) tracked: bool,
}

/// Updates later than this are ignored (K6).
const TOO_LATE: i64 = 30 * DAY;

impl History {
    fn push(&mut self, status: Status, at: i64, end: i64) {
        self.put(Update { status, at: Some(at), failure: 0 }, end);
    }

    /// Adds an update, unless it lies after the end of the sample.
    fn put(&mut self, update: Update, end: i64) {
        if update.at.is_some_and(|at| at >= end) {
            return;
        }
        if let Some(free) = self.updates.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(update);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Update> {
        self.updates.into_iter().flatten()
    }

    fn of(updates: impl IntoIterator<Item = Update>) -> Self {
        let mut history = Self { tracked: true, ..Self::default() };
        for (slot, update) in history.updates.iter_mut().zip(updates) {
            *slot = Some(update);
        }
        history
    }

    /// The first instant that proves success, for a message sent at an instant (K8, K6, D5).
    pub(super) fn success(&self, sent_at: i64) -> Option<i64> {
        if !self.tracked {
            return Some(sent_at);
        }
        let proofs = self.iter().filter(|update| update.status.proves_accepted());
        proofs.filter_map(|update| update.at).filter(|at| at - sent_at <= TOO_LATE).min()
    }

    /// What came in first, and the rest as a second row: now and then in the wrong order or twice.
    pub(super) fn split(&self, random: &mut Random) -> Option<(Self, Self)> {
        let mut updates: Vec<Update> = self.iter().collect();
        if updates.len() < 2 {
            return None;
        }
        if random.chance(300) {
            updates.reverse();
        }
        let mut rest = updates.split_off(1);
        if random.chance(300) {
            rest.extend_from_slice(&updates);
        }
        arrange(&mut rest, |one, other| one.status.cmp(&other.status));
        Some((Self::of(updates), Self::of(rest)))
    }

    /// The same in the wrong order, with one update twice.
    pub(super) fn tangled(&self) -> Self {
        let mut updates: Vec<Update> = self.iter().collect();
        updates.reverse();
        let again = updates.first().copied().filter(|_| updates.len() < self.updates.len());
        Self::of(updates.into_iter().chain(again.map(|update| Update { at: update.at.map(|at| at + 1), ..update })))
    }

    /// The history as a row has it.
    pub(super) fn updates(&self, line: usize) -> Result<Option<Vec<StatusUpdate>>> {
        if !self.tracked {
            return Ok(None);
        }
        let entry = |update: Update| {
            let mut entry = StatusUpdate::new(update.status, update.at.map(Instant::from_millis).transpose()?);
            if update.status == Status::Failed {
                let (code, text) = LINES[line].failure_texts[update.failure];
                entry.error_code = Some(code.to_owned());
                entry.error = Some(text.to_owned());
            }
            Ok(entry)
        };
        self.iter().map(entry).collect::<Result<_>>().map(Some)
    }
}

/// What becomes of a message sent at an instant through a channel, as known at the end of the sample.
pub(super) fn history(random: &mut Random, line: usize, sent_at: i64, end: i64) -> History {
    let history = course(random, line, sent_at, end);
    let mut updates: Vec<Update> = history.iter().collect();
    arrange(&mut updates, |one, other| one.status.cmp(&other.status));
    History { tracked: history.tracked, ..History::of(updates) }
}

fn course(random: &mut Random, line: usize, sent_at: i64, end: i64) -> History {
    let facts = &LINES[line];
    let receipts = facts.kind.receipts();
    let mut history = History { tracked: facts.tracked, ..History::default() };
    if !facts.tracked {
        return history;
    }
    let accepted = sent_at + random.between(150, 2500) + if line == EMAIL { random.between(0, 20_000) } else { 0 };
    if accepted >= end || random.chance(4) {
        history.put(Update { status: Status::Pending, at: None, failure: 0 }, end);
        return history;
    }
    if random.chance(facts.failures) {
        let failure = random.index(facts.failure_texts.len());
        let at_once = random.chance(600);
        let at = accepted + if at_once { 0 } else { random.delay(&[(6, 2, 60), (3, 60, 3600), (1, 3600, 172_800)]) };
        if !at_once {
            history.push(Status::Sent, accepted, end);
        }
        history.put(Update { status: Status::Failed, at: Some(at), failure }, end);
        // Another device of the contact may take it after all.
        if !at_once && receipts.delivered && random.chance(250) {
            history.push(Status::Delivered, at + random.between(MINUTE, 5 * HOUR), end);
        }
        return history;
    }
    history.push(Status::Sent, accepted, end);
    let mut arrived = accepted;
    if receipts.delivered {
        if !random.chance(facts.delivered) {
            return history;
        }
        arrived += random.delay(&[(700, 0, 8), (200, 8, 900), (80, 900, 36_000), (20, 36_000, 1_800_000)]);
    }
    let read = receipts.read && random.chance(facts.read);
    // Where both come at once, the provider tells of the reading only.
    if receipts.delivered && !(read && random.chance(30)) {
        history.push(Status::Delivered, arrived, end);
    }
    if read {
        let delay = random.delay(&[(420, 1, 300), (340, 300, 14_400), (180, 14_400, 86_400), (50, 86_400, 1_700_000)]);
        // Some read a month later, which no longer counts (K6).
        let late = if random.chance(12) { random.between(31 * DAY, 50 * DAY) } else { 0 };
        let noted = !(line == EMAIL && random.chance(100));
        let at = arrived + delay + late;
        if at < end {
            history.put(Update { status: Status::Read, at: noted.then_some(at), failure: 0 }, end);
        }
    }
    history
}
