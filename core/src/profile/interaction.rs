//! How often a contact writes, how much of the base does, and tickets (Z2, Z4).

use std::collections::BTreeSet;

use serde::Serialize;

use super::engagement::Rate;
use super::window;
use crate::contact::{Contact, Conversation};
use crate::error::Result;
use crate::message::{Direction, Message};
use crate::time::{Instant, Zone};

/// Interaction of one contact: days with an incoming message, of days with any message (Z2; a definition of this
/// library).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interaction {
    /// Days, counted in the window.
    pub days: Rate,
}

/// Interaction of the base: contacts with an interaction in the window, of all contacts (Z2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BaseInteraction {
    /// Contacts, counted.
    pub contacts: Rate,
}

/// Tickets (Z4): a ticket is a conversation; all are the open and the resolved ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tickets {
    /// Open ones.
    pub open: u64,
    /// Closed ones.
    pub resolved: u64,
    /// Both.
    pub all: u64,
}

/// Interaction of the contact whose messages are given, over so many local dates that end today (Z2).
///
/// # Errors
/// `instant_out_of_range` at `days` for a window that begins before 1970.
///
/// # Example
/// ```
/// use omnicontact::profile::interaction;
/// use omnicontact::{Direction, Instant, Message, Zone};
/// let at = |text| Instant::parse(text).unwrap();
/// let messages = [
///     Message::new(1, at("2026-07-01T12:00:00Z"), Direction::Outgoing, "ana"),
///     Message::new(2, at("2026-07-01T13:00:00Z"), Direction::Incoming, "ana"),
///     Message::new(3, at("2026-07-02T12:00:00Z"), Direction::Outgoing, "ana"),
/// ];
/// let found = interaction(&messages, &Zone::utc(), at("2026-07-15T00:00:00Z"), 90)?;
/// assert_eq!((found.days.count, found.days.of, found.days.rate), (1, 2, Some(0.5)));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn interaction(messages: &[Message], zone: &Zone, now: Instant, days: u32) -> Result<Interaction> {
    let (start, end) = window(zone, now, days)?;
    let (mut any, mut incoming) = (BTreeSet::new(), BTreeSet::new());
    for message in messages.iter().filter(|message| (start..end).contains(&message.sent_at.as_millis())) {
        let day = zone.day_of(message.sent_at);
        any.insert(day);
        if message.direction == Direction::Incoming {
            incoming.insert(day);
        }
    }
    let count = |days: &BTreeSet<_>| u64::try_from(days.len()).unwrap_or(u64::MAX);
    Ok(Interaction { days: Rate::new(count(&incoming), count(&any)) })
}

/// Interaction of a base of contacts, over so many local dates that end today (Z2).
///
/// # Errors
/// `instant_out_of_range` at `days` for a window that begins before 1970.
pub fn base_interaction<'c>(
    contacts: impl IntoIterator<Item = &'c Contact>,
    zone: &Zone,
    now: Instant,
    days: u32,
) -> Result<BaseInteraction> {
    let (start, end) = window(zone, now, days)?;
    let (mut active, mut all) = (0, 0);
    for contact in contacts {
        all += 1;
        let last = contact.last_interaction.as_ref().map(|last| last.at.as_millis());
        active += u64::from(last.is_some_and(|at| (start..end).contains(&at)));
    }
    Ok(BaseInteraction { contacts: Rate::new(active, all) })
}

/// Counts tickets (Z4): of a contact, or of a base by all their conversations.
///
/// # Example
/// ```
/// use omnicontact::profile::tickets;
/// use omnicontact::{Conversation, Instant};
/// let open = Conversation::open(Instant::from_millis(0)?);
/// let closed = Conversation { closed_at: Some(Instant::from_millis(1)?), ..open.clone() };
/// let counted = tickets([&open, &closed, &closed]);
/// assert_eq!((counted.open, counted.resolved, counted.all), (1, 2, 3));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn tickets<'c>(conversations: impl IntoIterator<Item = &'c Conversation>) -> Tickets {
    let mut tickets = Tickets::default();
    for conversation in conversations {
        tickets.all += 1;
        if conversation.is_open() {
            tickets.open += 1;
        } else {
            tickets.resolved += 1;
        }
    }
    tickets
}
