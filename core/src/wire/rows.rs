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

/// The keys of the fields, as they are written usually.
const KEYS: [&str; 14] = [
    "\"id\":",
    "\"sent_at\":",
    "\"direction\":",
    "\"contact\":",
    "\"channel\":",
    "\"source\":",
    "\"type\":",
    "\"subtype\":",
    "\"user\":",
    "\"team\":",
    "\"broadcast\":",
    "\"delivery\":",
    "\"content\":",
    "\"facts\":",
];
const ID: usize = 0;
const SENT_AT: usize = 1;
const DIRECTION: usize = 2;
const CONTACT: usize = 3;
const CHANNEL: usize = 4;
const SOURCE: usize = 5;
const TYPE: usize = 6;
const SUBTYPE: usize = 7;
const USER: usize = 8;
const TEAM: usize = 9;
const BROADCAST: usize = 10;
const DELIVERY: usize = 11;
const CONTENT: usize = 12;

/// Fields without which there is no row, a bit for each.
const REQUIRED: u16 = 1 << ID | 1 << SENT_AT | 1 << DIRECTION | 1 << CONTACT;

/// After that many rows the length of the text tells how many there will be.
const SOME: usize = 4096;

/// An id as rows have it.
enum Key<'t> {
    Int(i64),
    Text(Cow<'t, str>),
}

/// The rows of a list, if they are as usual.
pub(super) fn messages(text: &str) -> Option<MessageRows> {
    let mut scan = Scan::new(text);
    let mut rows = MessageRows::default();
    let mut order = Order::default();
    if scan.peek()? != b'[' {
        return None;
    }
    scan.open().ok()?;
    while scan.next(b']', rows.len() == 0).ok()? {
        message(&mut scan, &mut order, &mut rows)?;
        if rows.len() == SOME {
            rows.expect(scan.at(), text.len() - scan.at());
        }
    }
    scan.close(b']').ok()?;
    scan.end().ok()?;
    Some(rows)
}

/// Which field followed which in the rows before: those that come are mostly in the same order.
#[derive(Default)]
struct Order {
    /// Behind each field, and last at the start of a row.
    next: [usize; KEYS.len() + 1],
    /// The field that was read last.
    last: usize,
}

impl Order {
    /// The field whose key comes next, if it is one of them.
    #[inline]
    fn field(&mut self, scan: &mut Scan<'_>) -> Option<usize> {
        let guess = self.next[self.last];
        if scan.pass(KEYS[guess]) {
            self.last = guess;
            return Some(guess);
        }
        let key = match scan.key().ok()? {
            Cow::Borrowed(key) => key,
            Cow::Owned(_) => return None,
        };
        let field = KEYS.iter().position(|usual| usual[1..].strip_suffix("\":") == Some(key))?;
        self.next[self.last] = field;
        self.last = field;
        Some(field)
    }
}

// A call for each row: engines of WebAssembly exchange code for faster code between calls only.
#[inline(never)]
fn message(scan: &mut Scan<'_>, order: &mut Order, rows: &mut MessageRows) -> Option<()> {
    if scan.peek()? != b'{' {
        return None;
    }
    scan.open().ok()?;
    let row = rows.len();
    let (mut seen, mut is_first) = (0_u16, true);
    let mut sent_at = None;
    order.last = KEYS.len();
    while scan.next(b'}', is_first).ok()? {
        is_first = false;
        let field = order.field(scan)?;
        let bit = 1_u16 << field;
        if seen & bit != 0 {
            return None;
        }
        let byte = scan.peek()?;
        if byte == b'n' {
            // Null is missing, where something may be.
            scan.literal("null").ok()?;
            if bit & REQUIRED != 0 {
                return None;
            }
            continue;
        }
        seen |= bit;
        match field {
            ID | CONTACT => {
                let keys = if field == ID { &mut rows.id } else { &mut rows.contact };
                match id(scan, byte)? {
                    Key::Int(value) => keys.push_int(value),
                    Key::Text(text) => keys.push_text(&text),
                }
            }
            SENT_AT => sent_at = Some(instant(scan, byte)?),
            DIRECTION => rows.outgoing.push(match &*word(scan, byte)? {
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
                match id(scan, byte)? {
                    Key::Int(value) => coder.push_int(value),
                    Key::Text(text) => coder.push(Some(&text)),
                }
            }
            SOURCE => rows.source.push(Some(&word(scan, byte)?)),
            TYPE => rows.message_type.push(Some(&word(scan, byte)?)),
            SUBTYPE => rows.subtype.push(Some(&word(scan, byte)?)),
            CONTENT => rows.content.push(Some(&word(scan, byte)?)),
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
        if seen & (1 << field) == 0 {
            coder.push(None);
        }
    }
    if seen & (1 << CONTENT) == 0 {
        rows.content.push(None);
    }
    Some(())
}

fn word<'t>(scan: &mut Scan<'t>, first: u8) -> Option<Cow<'t, str>> {
    if first == b'"' { scan.text().ok() } else { None }
}

fn id<'t>(scan: &mut Scan<'t>, first: u8) -> Option<Key<'t>> {
    match first {
        b'"' => scan.text().ok().filter(|text| !text.is_empty()).map(Key::Text),
        b'-' | b'0'..=b'9' => match scan.number().ok()? {
            Number::Unsigned(value) => i64::try_from(value).ok().map(Key::Int),
            Number::Signed(value) => Some(Key::Int(value)),
            Number::Float(_) => None,
        },
        _ => None,
    }
}

fn instant(scan: &mut Scan<'_>, first: u8) -> Option<i64> {
    match first {
        b'"' => Instant::parse(&scan.text().ok()?).ok().map(Instant::as_millis),
        b'0'..=b'9' => match scan.number().ok()? {
            Number::Unsigned(value) => Instant::from_millis(i64::try_from(value).ok()?).ok().map(Instant::as_millis),
            _ => None,
        },
        _ => None,
    }
}
