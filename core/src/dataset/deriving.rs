//! What must be asked of the rows of a host's columns as a whole (D28): whether two have one id (D10), and which of them
//! prove a connection (K8). Only the rows that the answer needs are made.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};

use super::coding;
use super::column::{IdColumn, NULL_TIME, TimeColumn};
use super::connecting::First;
use super::events::EventColumns;
use super::intern::{BLOCK, Dictionary, NONE, Reader};
use super::messages::{MessageColumns, STATUS_WINDOW, row_number};
use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;
use crate::message::{Direction, Message, MessageType, Source, Status, StatusUpdate};
use crate::time::Instant;

/// Whether two rows have one id. Ids that rise prove themselves; of others the hashes are sorted, and only where two are
/// equal are the ids looked at.
pub(super) fn have_repeats(ids: &IdColumn<'_>) -> bool {
    let each = || (0..ids.len()).filter_map(|row| ids.id(row));
    if ids.ascends() || each().is_sorted_by(|one, next| one < next) {
        return false;
    }
    let mut hashes: Vec<u64> = each()
        .map(|id| {
            let mut hasher = FxHasher::default();
            id.hash(&mut hasher);
            hasher.finish()
        })
        .collect();
    hashes.sort_unstable();
    if hashes.windows(2).all(|pair| pair[0] != pair[1]) {
        return false;
    }
    let mut seen = FxHashSet::default();
    !each().all(|id| seen.insert(id))
}

/// The rows as a list; none where one is wrong, as the index then says.
pub(super) fn messages(columns: &MessageColumns<'_>) -> Option<Vec<Message>> {
    (0..columns.sent_at.len())
        .map(|row| {
            let mut message = message(columns, row)?;
            message.content = columns.content.as_ref().and_then(|texts| texts.get(row)).map(str::to_owned);
            Some(message)
        })
        .collect()
}

/// The events as a list; none where one is wrong, as the index then says.
pub(super) fn events(columns: &EventColumns<'_>) -> Option<Vec<ContactEvent>> {
    (0..columns.at.len())
        .map(|row| {
            let kind = EventKind::parse(&columns.kind.get(row)?.to_text()).ok()?;
            let at = Instant::from_millis(columns.at.millis(row)?).ok()?;
            let mut event = ContactEvent::new(kind, at, columns.contact.get(row)?);
            event.sequence = match columns.sequence.as_ref().and_then(|column| column.get(row)) {
                Some(ForeignId::Int(value)) => u64::try_from(value).ok(),
                _ => None,
            };
            event.name = columns.name.as_ref().and_then(|names| names.get(row)).map(str::to_owned);
            event.secondary = id(columns.secondary.as_ref(), row);
            event.source = word(columns.source.as_ref(), row).and_then(|word| Source::parse(&word).ok());
            event.channel = id(columns.channel.as_ref(), row);
            event.user = id(columns.user.as_ref(), row);
            Some(event)
        })
        .collect()
}

fn id(column: Option<&IdColumn<'_>>, row: usize) -> Option<ForeignId> {
    column?.get(row).filter(|id| !matches!(id, ForeignId::Text(text) if text.is_empty()))
}

fn word(column: Option<&IdColumn<'_>>, row: usize) -> Option<String> {
    id(column, row).map(|id| id.to_text().into_owned())
}

/// A row but for its content.
fn message(columns: &MessageColumns<'_>, row: usize) -> Option<Message> {
    let direction = Direction::parse(&columns.direction.get(row)?.to_text()).ok()?;
    let sent_at = Instant::from_millis(columns.sent_at.millis(row)?).ok()?;
    let own = id(columns.id.as_ref(), row).unwrap_or_else(|| ForeignId::from(row as u64));
    let mut message = Message::new(own, sent_at, direction, id(Some(&columns.contact), row)?);
    message.channel = id(columns.channel.as_ref(), row);
    message.source = word(columns.source.as_ref(), row).and_then(|word| Source::parse(&word).ok());
    message.message_type = word(columns.message_type.as_ref(), row).and_then(|word| MessageType::parse(&word).ok());
    message.subtype = word(columns.subtype.as_ref(), row);
    message.user = id(columns.user.as_ref(), row);
    message.team = id(columns.team.as_ref(), row);
    message.broadcast = id(columns.broadcast.as_ref(), row);
    message.delivery = match direction {
        Direction::Outgoing => history(columns, row)?,
        Direction::Incoming => None,
    };
    Some(message)
}

/// One entry for each time, one without a time for a status whose time is missing; the outer none is a status that
/// nobody knows.
#[expect(clippy::option_option, reason = "what is wrong is not what is missing")]
fn history(columns: &MessageColumns<'_>, row: usize) -> Option<Option<Vec<StatusUpdate>>> {
    let status = match word(columns.status.as_ref(), row) {
        Some(word) => Some(Status::parse(&word).ok()?),
        None => None,
    };
    let mut history = Vec::new();
    for (step, times) in [
        (Status::Pending, &None),
        (Status::Sent, &columns.accepted_at),
        (Status::Delivered, &columns.delivered_at),
        (Status::Read, &columns.read_at),
        (Status::Failed, &columns.failed_at),
    ] {
        let at = match times.as_ref().and_then(|times: &TimeColumn<'_>| times.millis(row)) {
            Some(at) => Some(Instant::from_millis(at).ok()?),
            None => None,
        };
        if at.is_some() || status == Some(step) {
            history.push(StatusUpdate::new(step, at));
        }
    }
    if let Some(failure) = history.iter_mut().find(|entry| entry.status == Status::Failed) {
        failure.error_code = word(columns.error_code.as_ref(), row);
        failure.error = word(columns.error.as_ref(), row);
    }
    Some((!history.is_empty()).then_some(history))
}

/// Rows that are enough to find every connection: of a contact to whom nothing happened, the first success on each
/// channel; of the others all. None where a row is wrong, as the index then says.
pub(super) fn connecting(
    columns: &MessageColumns<'_>,
    events: &[ContactEvent],
    untracked: Status,
) -> Option<Vec<Message>> {
    let Some(channel) = &columns.channel else { return Some(Vec::new()) };
    let (contacts, contact_dictionary) = codes(&columns.contact, "contact")?;
    let (channels, channel_dictionary) = codes(channel, "channel")?;
    let mut eventful = vec![false; contact_dictionary.len()];
    for event in events {
        if matches!(event.kind, EventKind::Merged | EventKind::Unmerged | EventKind::Deleted) {
            for id in event.secondary.iter().chain([&event.contact]) {
                if let Some(known) = contact_dictionary.code_of(id.as_ref()) {
                    eventful[known as usize] = true;
                }
            }
        }
    }
    let has_eventful = eventful.contains(&true);
    let rows = columns.sent_at.len();
    let (outgoing, successes) = successes(columns, untracked)?;
    let stride = channel_dictionary.len();
    let mut first = First::new(contact_dictionary.len().saturating_mul(stride), rows);
    let mut wanted = Vec::new();
    // While rows are in order of time: the latest instant, and the first row of it.
    let (mut is_ordered, mut latest, mut run) = (true, i64::MIN, 0);
    for row in 0..rows {
        let (at, contact, channel) = (successes[row], contacts[row], channels[row]);
        if at == NULL_TIME || channel == NONE || contact == NONE {
            continue;
        }
        if at != latest {
            is_ordered &= at > latest;
            (latest, run) = (at, row);
        }
        if has_eventful && eventful[contact as usize] {
            wanted.push(row_number(row));
            continue;
        }
        let kept = first.of(contact as usize * stride + channel as usize);
        let earlier = *kept as usize;
        if *kept == u32::MAX {
            *kept = row_number(row);
            continue;
        }
        if is_ordered && earlier < run {
            continue;
        }
        // D19: incoming before outgoing, then the message id.
        let order = |row: usize| (successes[row], outgoing[row]);
        let is_first = match order(row).cmp(&order(earlier)) {
            std::cmp::Ordering::Equal => columns.id.as_ref().is_some_and(|ids| ids.id(row) < ids.id(earlier)),
            order => order.is_lt(),
        };
        if is_first {
            *kept = row_number(row);
        }
    }
    wanted.extend(first.into_rows());
    wanted.sort_unstable();
    wanted.into_iter().map(|row| message(columns, row as usize)).collect()
}

/// The code of every row, and what the codes stand for.
fn codes(column: &IdColumn<'_>, name: &'static str) -> Option<(Vec<u32>, Dictionary)> {
    let mut dictionary = Dictionary::default();
    dictionary.prepare(column);
    let reader = Reader::new(column, name, &mut dictionary);
    let mut codes = vec![NONE; column.len()];
    for (block, from) in codes.chunks_mut(BLOCK).zip((0..).step_by(BLOCK)) {
        reader.read(from, block, &mut dictionary).ok()?;
    }
    Some((codes, dictionary))
}

/// Which rows are outgoing, and when each succeeded; [`NULL_TIME`] where it did not.
fn successes(columns: &MessageColumns<'_>, untracked: Status) -> Option<(Vec<bool>, Vec<i64>)> {
    let (directions, labels) = codes(&columns.direction, "direction")?;
    let is_outgoing: Vec<bool> = labels.ids().iter().map(|id| &*id.to_text() == Direction::Outgoing.as_str()).collect();
    let outgoing: Vec<bool> =
        directions.iter().map(|code| is_outgoing.get(*code as usize).is_some_and(|is| *is)).collect();
    drop(directions);
    let mut successes = columns.sent_at.to_millis();
    let updates = [&columns.accepted_at, &columns.delivered_at, &columns.read_at, &columns.failed_at];
    if columns.status.is_none() && updates.iter().all(|column| column.is_none()) {
        if untracked == Status::Pending {
            for (at, _) in successes.iter_mut().zip(&outgoing).filter(|(_, outgoing)| **outgoing) {
                *at = NULL_TIME;
            }
        }
        return Some((outgoing, successes));
    }
    let tracks_acceptance = columns.status.is_some() || columns.accepted_at.is_some();
    let statuses = columns.status.as_ref().map(|column| codes(column, "status"));
    let (stated, words) = match statuses {
        Some(found) => found?,
        None => (Vec::new(), Dictionary::default()),
    };
    let parsed: Vec<Option<Status>> = words.ids().iter().map(|id| Status::parse(&id.to_text()).ok()).collect();
    let mut scratch: [Vec<i64>; 4] = std::array::from_fn(|_| vec![NULL_TIME; BLOCK]);
    for from in (0..successes.len()).step_by(BLOCK) {
        let len = BLOCK.min(successes.len() - from);
        for (column, scratch) in updates.iter().zip(&mut scratch) {
            if let Some(column) = column {
                column.read(from, &mut scratch[..len]);
            }
        }
        for row in 0..len {
            let at = &mut successes[from + row];
            if !outgoing[from + row] || *at == NULL_TIME {
                continue;
            }
            let status = stated.get(from + row).and_then(|code| parsed.get(*code as usize)).copied().flatten();
            let times: [i64; 4] = std::array::from_fn(|place| scratch[place][row]);
            let (_, accepted) = coding::delivery(*at, status, times, tracks_acceptance, untracked);
            let counted = |time: &i64| *time != NULL_TIME && time.saturating_sub(*at) <= STATUS_WINDOW;
            *at = match times[..3].iter().filter(|time| counted(time)).min() {
                _ if !accepted => NULL_TIME,
                Some(time) => *time,
                None => *at,
            };
        }
    }
    Some((outgoing, successes))
}
