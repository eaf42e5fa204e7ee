//! How mass sends fare, by channel: delivered, opened, clicked, answered (Z1).

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::window;
use crate::arrange::arrange;
use crate::channel::{Channel, ChannelKind};
use crate::classify::{self, Untracked};
use crate::error::Result;
use crate::id::ForeignId;
use crate::message::{Direction, Message, Source, Status};
use crate::time::{Instant, Zone};

/// Policies of engagement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct EngagementPolicy {
    /// Local dates of the window, which end today; default 90.
    pub days: u32,
    /// Hours within which an incoming message answers a send; default 72.
    pub answer_hours: u32,
    /// What a send without any history counts as (D5); default `sent`.
    pub untracked: Untracked,
}

impl Default for EngagementPolicy {
    fn default() -> Self {
        Self { days: 90, answer_hours: 72, untracked: Untracked::Sent }
    }
}

/// A part of a whole, with both counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Rate {
    /// The part.
    pub count: u64,
    /// The whole.
    pub of: u64,
    /// The part over the whole; none where the whole is zero.
    pub rate: Option<f64>,
}

impl Rate {
    #[expect(clippy::cast_precision_loss, reason = "counts of messages stay far below 2^53")]
    pub(super) fn new(count: u64, of: u64) -> Self {
        Self { count, of, rate: (of > 0).then(|| count as f64 / of as f64) }
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.count + other.count, self.of + other.of)
    }
}

/// Figures of one channel, or of all; a rate is absent where no channel can tell it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChannelEngagement {
    /// The channel; none for all of them together.
    pub channel: Option<ForeignId>,
    /// Mass sends in the window.
    pub attempted: u64,
    /// Delivered or better, of attempted: SMS, WhatsApp, RCS, e-mail.
    pub delivery: Option<Rate>,
    /// Read, of delivered or better: WhatsApp, RCS, e-mail.
    pub open: Option<Rate>,
    /// Sends with a click, of delivered or better: WhatsApp, RCS, e-mail.
    pub click: Option<Rate>,
    /// Answered, of delivered or better: SMS, WhatsApp.
    pub response: Option<Rate>,
}

/// Engagement in a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Engagement {
    /// First instant of the window.
    pub start: i64,
    /// First instant after it.
    pub end: i64,
    /// Channels with mass sends, in the order of their ids; channels of kinds without any of the rates are left out.
    pub channels: Vec<ChannelEngagement>,
    /// All of these together.
    pub total: ChannelEngagement,
}

/// What a kind of channel can tell (Z1).
struct Tells {
    delivery: bool,
    open: bool,
    response: bool,
}

fn tells(kind: &ChannelKind) -> Option<Tells> {
    use ChannelKind as K;
    let told = |delivery, open, response| Some(Tells { delivery, open, response });
    match kind {
        kind if kind.is_whatsapp() => told(true, true, true),
        kind if kind.is_mail() => told(true, true, false),
        K::Rcs => told(true, true, false),
        K::Sms | K::Twilio | K::MessageBird | K::Nexmo => told(true, false, true),
        _ => None,
    }
}

#[derive(Default)]
struct Counts {
    attempted: u64,
    delivered: u64,
    read: u64,
    clicked: u64,
    answered: u64,
}

/// Engagement of one contact, or of all whose messages are given (Z1): mass sends in the last days, by channel.
///
/// A mass send is an outgoing message of a broadcast. Its answer is the first incoming message of the contact on that
/// channel after the send, before the next mass send there, and within the policy's hours; each send has at most one.
/// An incoming message at the same instant comes before the send (D19). `clicked` are the ids of messages with a click.
///
/// # Errors
/// `instant_out_of_range` at `days` for a window that begins before 1970.
///
/// # Example
/// ```
/// use omnicontact::profile::{EngagementPolicy, engagement};
/// use omnicontact::{Channel, ChannelKind, Direction, Instant, Message, Source, Status, StatusUpdate, Zone};
/// let at = |text| Instant::parse(text).unwrap();
/// let mut send = Message::new(1, at("2026-07-01T12:00:00Z"), Direction::Outgoing, "ana");
/// send.channel = Some("wa".into());
/// send.source = Some(Source::Broadcast);
/// send.delivery = Some(vec![StatusUpdate::new(Status::Read, None)]);
/// let mut answer = Message::new(2, at("2026-07-02T12:00:00Z"), Direction::Incoming, "ana");
/// answer.channel = Some("wa".into());
/// let channels = [Channel::new("wa", ChannelKind::WhatsappCloud)];
/// let zone = Zone::new("America/Guayaquil")?;
/// let found = engagement(&[send, answer], &channels, &[], &zone, at("2026-07-15T00:00:00Z"), &EngagementPolicy::default())?;
/// assert_eq!(found.total.open.unwrap().rate, Some(1.0));
/// assert_eq!(found.channels[0].response.unwrap().count, 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn engagement(
    messages: &[Message],
    channels: &[Channel],
    clicked: &[ForeignId],
    zone: &Zone,
    now: Instant,
    policy: &EngagementPolicy,
) -> Result<Engagement> {
    let (start, end) = window(zone, now, policy.days)?;
    let kinds: HashMap<&ForeignId, &ChannelKind> =
        channels.iter().map(|channel| (&channel.id, &channel.kind)).collect();
    let clicked: HashSet<&ForeignId> = clicked.iter().collect();
    // Sends and incoming messages of a contact on a channel, in their order.
    let mut talks: HashMap<(&ForeignId, &ForeignId), Vec<&Message>> = HashMap::new();
    for message in messages {
        let Some(channel) = &message.channel else { continue };
        if is_mass(message) || message.direction == Direction::Incoming {
            talks.entry((channel, &message.contact)).or_default().push(message);
        }
    }
    let within = i64::from(policy.answer_hours) * 3_600_000;
    let mut counts: BTreeMap<&ForeignId, Counts> = BTreeMap::new();
    for ((channel, _), mut talk) in talks {
        if kinds.get(channel).and_then(|kind| tells(kind)).is_none() {
            continue;
        }
        arrange(&mut talk, |one, other| {
            let key = |message: &Message| (message.sent_at, message.direction == Direction::Outgoing);
            key(one).cmp(&key(other))
        });
        for (place, send) in talk.iter().enumerate() {
            let at = send.sent_at.as_millis();
            if send.direction == Direction::Incoming || !(start..end).contains(&at) {
                continue;
            }
            let status = classify::delivery(send.sent_at, send.delivery.as_deref(), policy.untracked).status;
            let delivered = matches!(status, Status::Delivered | Status::Read);
            let next = talk.get(place + 1).filter(|next| next.direction == Direction::Incoming);
            let answered = delivered && next.is_some_and(|next| next.sent_at.as_millis() - at <= within);
            let count = counts.entry(channel).or_default();
            count.attempted += 1;
            count.delivered += u64::from(delivered);
            count.read += u64::from(status == Status::Read);
            count.clicked += u64::from(delivered && clicked.contains(&send.id));
            count.answered += u64::from(answered);
        }
    }
    let mut total =
        ChannelEngagement { channel: None, attempted: 0, delivery: None, open: None, click: None, response: None };
    let mut rows = Vec::with_capacity(counts.len());
    for (channel, count) in counts {
        let Some(tells) = kinds.get(channel).and_then(|kind| tells(kind)) else { continue };
        let rate = |told: bool, part: u64, whole: u64| told.then(|| Rate::new(part, whole));
        let row = ChannelEngagement {
            channel: Some(channel.clone()),
            attempted: count.attempted,
            delivery: rate(tells.delivery, count.delivered, count.attempted),
            open: rate(tells.open, count.read, count.delivered),
            click: rate(tells.open, count.clicked, count.delivered),
            response: rate(tells.response, count.answered, count.delivered),
        };
        total.attempted += row.attempted;
        for (sum, one) in [
            (&mut total.delivery, row.delivery),
            (&mut total.open, row.open),
            (&mut total.click, row.click),
            (&mut total.response, row.response),
        ] {
            if let Some(one) = one {
                *sum = Some(sum.unwrap_or_default().plus(one));
            }
        }
        rows.push(row);
    }
    Ok(Engagement { start, end, channels: rows, total })
}

fn is_mass(message: &Message) -> bool {
    message.direction == Direction::Outgoing
        && (message.source == Some(Source::Broadcast) || (message.source.is_none() && message.broadcast.is_some()))
}
