//! Rows that are one message become one row (D10, K1).

use std::borrow::Cow;
use std::mem;

use rustc_hash::{FxHashMap, FxHashSet};

use super::present;
use crate::id::ForeignId;
use crate::message::{Facts, Message, MessageType, Source, StatusUpdate};

/// Rows with unique ids, and how many rows were folded into another.
///
/// # Example
/// ```
/// use omnicontact::classify::{Folded, fold_messages};
/// assert_eq!(fold_messages([]), Folded::default());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folded {
    /// One row a message, in the order of each message's first row.
    pub messages: Vec<Message>,
    /// How many rows went into an earlier one; 0 where no id came twice.
    pub folded: usize,
}

/// Unites the rows that have one message id (D10), in linear time; where no id comes twice nothing is copied.
///
/// Later present values win, facts included, field by field; null and empty texts are not present. So a later row may
/// also correct time, direction and contact, which every row has. Histories are united, equal entries once; a row
/// without a history takes nothing away. The row stands where the first one stood.
///
/// The provider's echo of a message that we sent is that message (K1): rows that are an echo only fill in what other
/// rows leave open, whichever came first, and the message is an echo no longer. It stays one if the other rows say
/// nothing but times and delivery, as a later status update does.
///
/// # Example
/// ```
/// use omnicontact::classify::fold_messages;
/// use omnicontact::{Direction, Instant, Message, Status, StatusUpdate};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let sent = Message::new(1, at, Direction::Outgoing, "c").by_user(7, None).saying("hello");
/// let update = Message::new(1, at, Direction::Outgoing, "c").updated(StatusUpdate::new(Status::Sent, Some(at)));
/// let folded = fold_messages([sent, update]);
/// assert_eq!((folded.messages.len(), folded.folded), (1, 1));
/// assert_eq!(folded.messages[0].content.as_deref(), Some("hello"));
/// assert_eq!(folded.messages[0].delivery.as_ref().unwrap().len(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn fold_messages(rows: impl IntoIterator<Item = Message>) -> Folded {
    let rows: Vec<Message> = rows.into_iter().collect();
    let repeats = repeats(&rows);
    if repeats.is_empty() {
        return Folded { messages: rows, folded: 0 };
    }
    fold(rows, repeats)
}

/// As [`fold_messages`], for borrowed rows: they are copied only where some id comes twice.
///
/// # Example
/// ```
/// use omnicontact::classify::fold_slice;
/// use omnicontact::{Direction, Instant, Message};
/// use std::borrow::Cow;
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let rows = [Message::new(1, at, Direction::Incoming, "c"), Message::new(2, at, Direction::Incoming, "c")];
/// assert!(matches!(fold_slice(&rows), Cow::Borrowed(_)));
/// let twice = [rows[0].clone(), rows[0].clone()];
/// assert_eq!(fold_slice(&twice).len(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn fold_slice(rows: &[Message]) -> Cow<'_, [Message]> {
    let repeats = repeats(rows);
    if repeats.is_empty() {
        return Cow::Borrowed(rows);
    }
    Cow::Owned(fold(rows.to_vec(), repeats).messages)
}

/// A row whose id came before, and the place of that message among the folded ones.
struct Repeat {
    row: usize,
    place: usize,
}

fn repeats(rows: &[Message]) -> Vec<Repeat> {
    let mut places: FxHashMap<&ForeignId, usize> = FxHashMap::default();
    places.reserve(rows.len());
    let mut repeats = Vec::new();
    for (row, message) in rows.iter().enumerate() {
        let next = places.len();
        let place = *places.entry(&message.id).or_insert(next);
        if place != next {
            repeats.push(Repeat { row, place });
        }
    }
    repeats
}

fn fold(rows: Vec<Message>, repeats: Vec<Repeat>) -> Folded {
    let folded = repeats.len();
    let mut messages: Vec<Message> = Vec::with_capacity(rows.len() - folded);
    // Echo rows of a message that has other rows too are set aside, so that the order between the two cannot matter.
    let mut echoes: FxHashMap<usize, Message> = FxHashMap::default();
    let mut is_united = vec![false; rows.len() - folded];
    let mut repeats = repeats.into_iter().peekable();
    for (row, mut later) in rows.into_iter().enumerate() {
        let Some(Repeat { place, .. }) = repeats.next_if(|repeat| repeat.row == row) else {
            messages.push(later);
            continue;
        };
        is_united[place] = true;
        let kept = &mut messages[place];
        match (is_echo(kept), is_echo(&later)) {
            (true, true) | (false, false) => unite(kept, later),
            (true, false) => {
                mem::swap(kept, &mut later);
                echoes.insert(place, later);
            }
            (false, true) => match echoes.get_mut(&place) {
                Some(echo) => unite(echo, later),
                None => {
                    echoes.insert(place, later);
                }
            },
        }
    }
    for (place, mut echo) in echoes {
        let kept = &mut messages[place];
        if is_record(kept) {
            forget_echo(&mut echo);
        }
        // Ours comes later, so to say: its values win.
        mem::swap(kept, &mut echo);
        unite(kept, echo);
    }
    let united = messages.iter_mut().zip(is_united).filter_map(|(row, is_united)| is_united.then_some(row));
    for history in united.filter_map(|row| row.delivery.as_mut()) {
        drop_equal(history);
    }
    Folded { messages, folded }
}

/// Whether the row by itself is an echo (K1), ours or not.
fn is_echo(row: &Message) -> bool {
    match present::source(row.source.as_ref()) {
        Some(source) => *source == Source::EchoMessage,
        None => row.facts.as_ref().is_some_and(|facts| facts.is_echo || facts.is_phone_app_echo),
    }
}

/// Whether the row says more about the message than where, when and what became of it: our own record.
fn is_record(row: &Message) -> bool {
    present::source(row.source.as_ref()).is_some()
        || present::message_type(row.message_type.as_ref()).is_some()
        || [&row.subtype, &row.content].into_iter().any(|text| present::text(text.as_deref()).is_some())
        || [&row.user, &row.team, &row.broadcast].into_iter().any(|id| present::id(id.as_ref()).is_some())
        || row.facts.as_deref().is_some_and(says_something)
}

/// Whether a fact is there that is not missing: empty texts are (D13).
fn says_something(facts: &Facts) -> bool {
    let mut said = Facts::default();
    fill_facts(&mut said, facts);
    said != Facts::default()
}

fn forget_echo(row: &mut Message) {
    row.source = None;
    if let Some(facts) = &mut row.facts {
        facts.is_echo = false;
        facts.is_phone_app_echo = false;
        facts.app_id = None;
    }
    row.facts = row.facts.take().filter(|facts| says_something(facts));
}

/// Later present values win (D10). Equal history entries are dropped once, at the end.
fn unite(kept: &mut Message, later: Message) {
    // Named one by one, so that a new field cannot be forgotten.
    let Message {
        id: _,
        sent_at,
        direction,
        contact,
        channel,
        source,
        message_type,
        subtype,
        user,
        team,
        broadcast,
        delivery,
        content,
        facts,
    } = later;
    kept.sent_at = sent_at;
    kept.direction = direction;
    kept.contact = contact;
    take_id(&mut kept.channel, channel);
    take(&mut kept.source, source, |source: &Source| !source.as_str().is_empty());
    take(&mut kept.message_type, message_type, |name: &MessageType| !name.as_str().is_empty());
    take_text(&mut kept.subtype, subtype);
    take_id(&mut kept.user, user);
    take_id(&mut kept.team, team);
    take_id(&mut kept.broadcast, broadcast);
    take_text(&mut kept.content, content);
    match (&mut kept.delivery, delivery) {
        (Some(history), Some(more)) => history.extend(more),
        (history @ None, more) => *history = more,
        (Some(_), None) => {}
    }
    match (&mut kept.facts, facts) {
        (Some(kept), Some(mut later)) => {
            // What comes later is known first, so to say.
            fill_facts(&mut later, kept);
            *kept = later;
        }
        (kept @ None, later) => *kept = later,
        (Some(_), None) => {}
    }
}

/// Takes over what is not known yet; empty texts are not known (D13).
pub(super) fn fill_facts(known: &mut Facts, more: &Facts) {
    // Named one by one, so that a new field cannot be forgotten.
    let Facts {
        is_echo,
        app_id,
        is_phone_app_echo,
        workflow,
        bot,
        ai_agent,
        integration,
        is_api,
        template_name,
        message_tag,
        other_type,
    } = more;
    known.is_echo |= is_echo;
    known.is_phone_app_echo |= is_phone_app_echo;
    known.is_api |= is_api;
    for (known, more) in [(&mut known.workflow, workflow), (&mut known.bot, bot), (&mut known.ai_agent, ai_agent)] {
        if present::id(known.as_ref()).is_none() {
            *known = present::id(more.as_ref()).cloned();
        }
    }
    for (known, more) in [
        (&mut known.app_id, app_id),
        (&mut known.integration, integration),
        (&mut known.template_name, template_name),
        (&mut known.message_tag, message_tag),
        (&mut known.other_type, other_type),
    ] {
        if present::text(known.as_deref()).is_none() {
            *known = present::text(more.as_deref()).map(str::to_owned);
        }
    }
}

fn take<T>(kept: &mut Option<T>, later: Option<T>, is_present: impl Fn(&T) -> bool) {
    if let Some(later) = later.filter(is_present) {
        *kept = Some(later);
    }
}

fn take_text(kept: &mut Option<String>, later: Option<String>) {
    take(kept, later, |text: &String| !text.is_empty());
}

fn take_id(kept: &mut Option<ForeignId>, later: Option<ForeignId>) {
    take(kept, later, present::is_id);
}

/// Histories up to this length are compared entry by entry, longer ones by hash.
const SHORT: usize = 16;

fn drop_equal(history: &mut Vec<StatusUpdate>) {
    if history.len() <= SHORT {
        let mut next = 1;
        while next < history.len() {
            if history[..next].contains(&history[next]) {
                history.remove(next);
            } else {
                next += 1;
            }
        }
        return;
    }
    let mut seen = FxHashSet::default();
    let first: Vec<bool> = history.iter().map(|update| seen.insert(update)).collect();
    let mut first = first.into_iter();
    history.retain(|_| first.next().unwrap_or(true));
}
