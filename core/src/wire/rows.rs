//! Message rows as JSON, straight into columns: no row is made, no text is copied twice.
//!
//! It reads what rows usually are. Whatever else there may be, and whatever is wrong, is left to the reader of requests:
//! it says what, and where.

use std::borrow::Cow;

use serde::Deserialize;

use super::reader::Reader;
use super::scan::{Number, Scan};
use crate::dataset::MessageRows;
use crate::message::{Facts, StatusUpdate};
use crate::time::Instant;

const ID: u16 = 1;
const SENT_AT: u16 = 1 << 1;
const DIRECTION: u16 = 1 << 2;
const CONTACT: u16 = 1 << 3;
const REQUIRED: u16 = ID | SENT_AT | DIRECTION | CONTACT;
const CHANNEL: u16 = 1 << 4;
const SOURCE: u16 = 1 << 5;
const TYPE: u16 = 1 << 6;
const SUBTYPE: u16 = 1 << 7;
const USER: u16 = 1 << 8;
const TEAM: u16 = 1 << 9;
const BROADCAST: u16 = 1 << 10;
const DELIVERY: u16 = 1 << 11;
const CONTENT: u16 = 1 << 12;
const FACTS: u16 = 1 << 13;

/// An id as rows have it.
enum Key<'t> {
    Int(i64),
    Text(Cow<'t, str>),
}

/// The rows of a list, if they are as usual.
pub(super) fn messages(text: &str) -> Option<MessageRows> {
    let mut scan = Scan::new(text);
    let mut rows = MessageRows::default();
    if scan.peek()? != b'[' {
        return None;
    }
    scan.open().ok()?;
    while scan.next(b']', rows.len() == 0).ok()? {
        message(&mut scan, &mut rows)?;
    }
    scan.close(b']').ok()?;
    scan.end().ok()?;
    Some(rows)
}

fn message(scan: &mut Scan<'_>, rows: &mut MessageRows) -> Option<()> {
    if scan.peek()? != b'{' {
        return None;
    }
    scan.open().ok()?;
    let row = rows.len();
    let (mut seen, mut is_first) = (0_u16, true);
    let mut sent_at = None;
    while scan.next(b'}', is_first).ok()? {
        is_first = false;
        let key = match scan.key().ok()? {
            Cow::Borrowed(key) => key,
            Cow::Owned(_) => return None,
        };
        let field = match key {
            "id" => ID,
            "sent_at" => SENT_AT,
            "direction" => DIRECTION,
            "contact" => CONTACT,
            "channel" => CHANNEL,
            "source" => SOURCE,
            "type" => TYPE,
            "subtype" => SUBTYPE,
            "user" => USER,
            "team" => TEAM,
            "broadcast" => BROADCAST,
            "delivery" => DELIVERY,
            "content" => CONTENT,
            "facts" => FACTS,
            _ => return None,
        };
        if seen & field != 0 {
            return None;
        }
        if scan.peek()? == b'n' {
            // Null is missing, where something may be.
            scan.literal("null").ok()?;
            if field & REQUIRED != 0 {
                return None;
            }
            continue;
        }
        seen |= field;
        match field {
            ID | CONTACT => {
                let keys = if field == ID { &mut rows.id } else { &mut rows.contact };
                match id(scan)? {
                    Key::Int(value) => keys.push_int(value),
                    Key::Text(text) => keys.push_text(&text),
                }
            }
            SENT_AT => sent_at = Some(instant(scan)?),
            DIRECTION => rows.outgoing.push(match &*word(scan)? {
                "incoming" => false,
                "outgoing" => true,
                _ => return None,
            }),
            CHANNEL | USER | TEAM | BROADCAST => {
                let coder = match field {
                    CHANNEL => &mut rows.channel,
                    USER => &mut rows.user,
                    TEAM => &mut rows.team,
                    _ => &mut rows.broadcast,
                };
                match id(scan)? {
                    Key::Int(value) => coder.push_int(value),
                    Key::Text(text) => coder.push(Some(&text)),
                }
            }
            SOURCE => rows.source.push(Some(&word(scan)?)),
            TYPE => rows.message_type.push(Some(&word(scan)?)),
            SUBTYPE => rows.subtype.push(Some(&word(scan)?)),
            CONTENT => rows.content.push(Some(&word(scan)?)),
            DELIVERY => rows.delivery.push((row, Vec::<StatusUpdate>::deserialize(Reader(scan)).ok()?)),
            _ => rows.facts.push((row, Box::<Facts>::deserialize(Reader(scan)).ok()?)),
        }
    }
    if seen & REQUIRED != REQUIRED || !scan.close(b'}').ok()? {
        return None;
    }
    rows.sent_at.push(sent_at?);
    for (field, coder) in [
        (CHANNEL, &mut rows.channel),
        (SOURCE, &mut rows.source),
        (TYPE, &mut rows.message_type),
        (SUBTYPE, &mut rows.subtype),
        (USER, &mut rows.user),
        (TEAM, &mut rows.team),
        (BROADCAST, &mut rows.broadcast),
    ] {
        if seen & field == 0 {
            coder.push(None);
        }
    }
    if seen & CONTENT == 0 {
        rows.content.push(None);
    }
    Some(())
}

fn word<'t>(scan: &mut Scan<'t>) -> Option<Cow<'t, str>> {
    if scan.peek()? == b'"' { scan.text().ok() } else { None }
}

fn id<'t>(scan: &mut Scan<'t>) -> Option<Key<'t>> {
    match scan.peek()? {
        b'"' => scan.text().ok().filter(|text| !text.is_empty()).map(Key::Text),
        b'-' | b'0'..=b'9' => match scan.number().ok()? {
            Number::Unsigned(value) => i64::try_from(value).ok().map(Key::Int),
            Number::Signed(value) => Some(Key::Int(value)),
            Number::Float(_) => None,
        },
        _ => None,
    }
}

fn instant(scan: &mut Scan<'_>) -> Option<i64> {
    match scan.peek()? {
        b'"' => Instant::parse(&scan.text().ok()?).ok().map(Instant::as_millis),
        b'0'..=b'9' => match scan.number().ok()? {
            Number::Unsigned(value) => Instant::from_millis(i64::try_from(value).ok()?).ok().map(Instant::as_millis),
            _ => None,
        },
        _ => None,
    }
}
