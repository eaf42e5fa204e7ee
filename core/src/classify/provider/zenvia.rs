//! Zenvia: message, status and contact events, and messages of ours with the answer to them.
//!
//! Times are ISO 8601. A channel is a kind and a sender on it; a status event names the kind alone.

use super::context::{Context, Draft, person};
use super::fact::{ContactEventKind, FactChannel, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::Unit;
use crate::channel::ChannelKind;
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::message::Direction;
use crate::time::Instant;

pub(super) fn is_one(body: Node<'_>) -> bool {
    let kind = body.get("type").and_then(Node::as_text);
    kind.is_some_and(|kind| {
        let is_known = matches!(&*kind, "MESSAGE" | "MESSAGE_STATUS" | "CONTACT" | "CONVERSION")
            || kind.starts_with("CONVERSATION_")
            || kind.starts_with("SUPPORT_");
        is_known
            && ["subscriptionId", "message", "messageStatus", "contact", "conversation"]
                .iter()
                .any(|key| body.get(key).is_some())
    })
}

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    let kind = body.need_id("type")?;
    match kind.as_str() {
        "MESSAGE" => {
            let found = body.object("message")?;
            let at = match found.time("timestamp", Unit::Iso)? {
                Some(at) => at,
                None => body.need_time("timestamp", Unit::Iso)?,
            };
            message(cx, found, body, at)
        }
        "MESSAGE_STATUS" => status(cx, body),
        "CONTACT" => contact(cx, body),
        "CONVERSION" => {
            cx.ignore(body, kind, IgnoredReason::Extra);
            Ok(())
        }
        kind if kind.starts_with("CONVERSATION_") || kind.starts_with("SUPPORT_") => {
            cx.ignore(body, kind, IgnoredReason::Handover);
            Ok(())
        }
        kind => {
            cx.ignore(body, kind, IgnoredReason::UnknownKind);
            Ok(())
        }
    }
}

fn kind_of(channel: &str) -> ChannelKind {
    match channel {
        "whatsapp" => ChannelKind::Whatsapp,
        "sms" => ChannelKind::Sms,
        "facebook" => ChannelKind::Facebook,
        "instagram" => ChannelKind::Instagram,
        "rcs" => ChannelKind::Rcs,
        "email" => ChannelKind::Email,
        "telegram" => ChannelKind::Telegram,
        "gbm" => ChannelKind::GoogleBusiness,
        "voice" => ChannelKind::Voice,
        "webchat" => ChannelKind::WebChat,
        other => ChannelKind::Other(other.into()),
    }
}

fn message(cx: &mut Context<'_>, message: Node<'_>, event: Node<'_>, at: Instant) -> Result<()> {
    // A message without an id of its own is told by one event alone, whose id it then has.
    let Some(id) = message.id("id")?.or(event.id("id")?) else { return Err(message.missing("id")) };
    let Some(word) = message.get("direction").or_else(|| event.get("direction")) else {
        return Err(message.missing("direction"));
    };
    let direction = match word.as_text().as_deref() {
        Some("IN") => Direction::Incoming,
        Some("OUT") => Direction::Outgoing,
        _ => return Err(Error::new(Code::InvalidValue, "expected `IN` or `OUT`").at(word.path())),
    };
    let kind = message.id("channel")?.or(event.id("channel")?).ok_or_else(|| message.missing("channel"))?;
    let (from, to) = (message.need_id("from")?, message.need_id("to")?);
    let (ours, theirs) = if direction == Direction::Incoming { (to, from) } else { (from, to) };
    // One sender may stand on several kinds.
    let channel =
        FactChannel { id: Some(format!("{kind}:{ours}").into()), kind: kind_of(&kind), name: None, service: None };
    let mut identity = person(theirs);
    identity.name = message.get("visitor").and_then(|visitor| visitor.name("name"));
    let mut draft = Draft::new(id, channel, identity, at, direction).saying(content(message));
    if direction == Direction::Outgoing {
        draft = draft.sent_by(cx.sender);
        draft.facts.template_name = template_of(message)?;
    } else {
        draft.is_from_ad = message
            .get("referral")
            .is_some_and(|referral| referral.words("sourceType").is_some_and(|kind| kind.eq_ignore_ascii_case("ad")));
    }
    cx.message(draft);
    Ok(())
}

fn content(message: Node<'_>) -> Option<String> {
    let contents = message.get("contents")?;
    contents.items().find_map(|part| {
        part.words("text")
            .or_else(|| part.words("fileCaption"))
            .or_else(|| part.words("caption"))
            .or_else(|| part.words("subject"))
    })
}

fn status(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    let id = body.need_id("messageId")?;
    let status = body.object("messageStatus")?;
    let kind = body.id("channel")?.or(status.id("channel")?).unwrap_or_else(|| "unknown".into());
    let channel = FactChannel { id: None, kind: kind_of(&kind), name: None, service: None };
    let mut fact = cx.status_fact(id.into(), channel, FactIdentity::default());
    fact.at = match status.time("timestamp", Unit::Iso)? {
        Some(at) => Some(at),
        None => body.time("timestamp", Unit::Iso)?,
    };
    let word = status.need("code")?;
    // The causes of a click are what was clicked.
    if let Some(cause) = status.list("causes")?.next().filter(|_| !status.says("code", "CLICKED")) {
        fact.error_code = cause.words("channelErrorCode").or_else(|| cause.words("code"));
        fact.error = cause.words("details").or_else(|| cause.words("reason")).or_else(|| cause.words("description"));
    }
    cx.status(fact, word)
}

fn contact(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    let contact = body.object("contact")?;
    let (kind, key) = match body.words("action").as_deref() {
        Some("CREATED") => (ContactEventKind::Created, "createdAt"),
        Some("UPDATED") => (ContactEventKind::Updated, "updatedAt"),
        Some("DELETED") => (ContactEventKind::Deleted, "deletedAt"),
        Some(other) => {
            cx.ignore(body, format!("CONTACT {other}"), IgnoredReason::UnknownKind);
            return Ok(());
        }
        None => return Err(body.missing("action")),
    };
    let names = [contact.name("firstName"), contact.name("lastName")];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let person = FactIdentity {
        contact: Some(contact.need_id("id")?.into()),
        name: Some(name).filter(|name| !name.is_empty()),
        phone: contact.get("channels").and_then(|channels| channels.name("mobile")),
        email: contact.get("channels").and_then(|channels| channels.name("email")),
        ..FactIdentity::default()
    };
    let at = match contact.time(key, Unit::Iso)? {
        Some(at) => Some(at),
        None => body.time("timestamp", Unit::Iso)?,
    };
    cx.keep(cx.event(kind, None, person, at));
    Ok(())
}

/// A message of ours: Zenvia answers with the message itself.
pub(super) fn sent(cx: &mut Context<'_>, request: Option<Node<'_>>, response: Node<'_>) -> Result<()> {
    let Some(request) = request.filter(|_| response.get("id").is_none() && response.get("code").is_some()) else {
        return message(cx, response, response, cx.arrival()?);
    };
    // The request names the sender, its address the kind of channel: `channel` says both, `whatsapp:tienda`.
    let ours = request.need_id("from")?;
    let named = cx.channel.as_ref().map(ForeignId::to_text);
    let kind = named.as_deref().and_then(|named| named.split_once(':')).map_or("unknown", |(kind, _)| kind);
    let channel =
        FactChannel { id: Some(format!("{kind}:{ours}").into()), kind: kind_of(kind), name: None, service: None };
    let to = person(request.need_id("to")?);
    let mut draft = Draft::new(cx.refused_id()?, channel, to, cx.arrival()?, Direction::Outgoing)
        .saying(content(request))
        .sent_by(cx.sender);
    draft.facts.template_name = template_of(request)?;
    cx.refused(&draft, response.words("code"), response.words("message"));
    cx.message(draft);
    Ok(())
}

fn template_of(message: Node<'_>) -> Result<Option<String>> {
    let mut contents = message.list("contents")?;
    Ok(contents.find(|found| found.says("type", "template")).and_then(|found| found.words("templateId")))
}
