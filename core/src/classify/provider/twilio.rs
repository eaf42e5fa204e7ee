//! Twilio: callbacks of SMS and of channels behind addresses (`whatsapp:+593…`), and the message resource.
//!
//! Callbacks are forms and tell no time: the host says when they came. The resource has times as in an e-mail.

use super::context::{Context, Draft, channel, person};
use super::fact::{ContactEventKind, FactChannel, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::Unit;
use crate::channel::ChannelKind;
use crate::error::Result;
use crate::message::Direction;

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    if let Some(messages) = body.get("messages").filter(|found| found.is_list()) {
        cx.each(Ok(messages.items()), |cx, message| resource(cx, message, None));
        return Ok(());
    }
    if body.get("sid").is_some() {
        return resource(cx, body, None);
    }
    let Some(id) = body.id("MessageSid")?.or(body.id("SmsSid")?).or(body.id("SmsMessageSid")?) else {
        return Err(body.missing("MessageSid"));
    };
    let word = body.get("MessageStatus").or_else(|| body.get("SmsStatus"));
    let text = word.and_then(Node::as_words).unwrap_or_default().to_ascii_lowercase();
    if word.is_none() || matches!(text.as_str(), "received" | "receiving") {
        return incoming(cx, body, id);
    }
    let word = word.ok_or_else(|| body.missing("MessageStatus"))?;
    let (from, to) = (body.id("From")?, body.id("To")?);
    let (ours, theirs) = (from.or(body.id("MessagingServiceSid")?), to);
    let (channel, identity) = match (ours, theirs) {
        (Some(ours), Some(theirs)) => (account(&ours, &theirs), address(&theirs)),
        (Some(ours), None) => (account(&ours, &ours), FactIdentity::default()),
        (None, theirs) => {
            let theirs = theirs.ok_or_else(|| body.missing("To"))?;
            (FactChannel { id: None, kind: kind_of(&theirs), name: None }, address(&theirs))
        }
    };
    let mut fact = cx.status_fact(id.into(), channel, identity);
    fact.at = cx.received_at;
    fact.error_code = body.words("ErrorCode").filter(|code| code != "0");
    fact.error = body.words("ErrorMessage");
    cx.status(fact, word)
}

/// The kind of channel behind an address.
fn kind_of(address: &str) -> ChannelKind {
    match address.split_once(':').map(|(prefix, _)| prefix) {
        Some("whatsapp") => ChannelKind::TwilioWhatsapp,
        Some("messenger") => ChannelKind::Facebook,
        Some("instagram") => ChannelKind::Instagram,
        Some("rcs") => ChannelKind::Rcs,
        Some("viber") => ChannelKind::Viber,
        _ => ChannelKind::Twilio,
    }
}

/// Our address is the channel; where a messaging service stands for it, their address tells the kind.
fn account(ours: &str, theirs: &str) -> FactChannel {
    let kind = kind_of(if ours.contains(':') { ours } else { theirs });
    channel(ours, kind)
}

fn address(theirs: &str) -> FactIdentity {
    let mut found = person(theirs);
    let bare = theirs.rsplit_once(':').map_or(theirs, |(_, bare)| bare);
    found.phone = bare.starts_with('+').then(|| bare.to_owned());
    found
}

fn incoming(cx: &mut Context<'_>, body: Node<'_>, id: String) -> Result<()> {
    let (ours, theirs) = (body.need_id("To")?, body.need_id("From")?);
    let mut identity = address(&theirs);
    identity.name = body.words("ProfileName");
    let channel = account(&ours, &theirs);
    let at = cx.arrival()?;
    let kind = match body.words("OptOutType").as_deref() {
        Some("STOP") => Some(ContactEventKind::Unsubscribed),
        Some("START") => Some(ContactEventKind::Subscribed),
        _ => None,
    };
    if let Some(kind) = kind {
        cx.keep(cx.event(kind, Some(channel.clone()), identity.clone(), Some(at)));
    }
    let mut draft = Draft::new(id, channel, identity, at, Direction::Incoming).saying(body.words("Body"));
    draft.is_from_ad = body.says("ReferralSourceType", "ad");
    cx.message(draft);
    Ok(())
}

/// A message as the API gives it.
fn resource(cx: &mut Context<'_>, body: Node<'_>, template: Option<String>) -> Result<()> {
    if body.get("from").is_none() && body.get("to").is_none() {
        cx.ignore(body, "resource", IgnoredReason::UnknownKind);
        return Ok(());
    }
    let id = body.need_id("sid")?;
    let is_incoming = body.says("direction", "inbound");
    let (from, to) = (body.id("from")?.or(body.id("messaging_service_sid")?), body.id("to")?);
    let (ours, theirs) = if is_incoming { (to, from) } else { (from, to) };
    let theirs = theirs.ok_or_else(|| body.missing(if is_incoming { "from" } else { "to" }))?;
    let channel = match ours {
        Some(ours) => account(&ours, &theirs),
        None => FactChannel { id: None, kind: kind_of(&theirs), name: None },
    };
    let created = body.time("date_created", Unit::Mail)?;
    let at = match body.time("date_sent", Unit::Mail)?.or(created) {
        Some(at) => at,
        None => cx.arrival()?,
    };
    let direction = if is_incoming { Direction::Incoming } else { Direction::Outgoing };
    let mut draft = Draft::new(id, channel, address(&theirs), at, direction).saying(body.words("body"));
    if !is_incoming {
        draft = draft.sent_by(cx.sender);
        if let Some(word) = body.get("status") {
            let mut fact = cx.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
            fact.at = body.time("date_updated", Unit::Mail)?.or(Some(at));
            fact.error_code = body.words("error_code");
            fact.error = body.words("error_message");
            cx.status(fact, word)?;
        }
        draft.facts.template_name = template.or_else(|| body.words("content_sid"));
    }
    cx.message(draft);
    Ok(())
}

/// A message of ours: Twilio answers with the resource; the template stands in the request alone.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let response = response.ok_or_else(|| root.missing("response"))?;
    if response.get("sid").is_none() && response.get("code").is_some() {
        return refused(cx, request.ok_or_else(|| root.missing("request"))?, response);
    }
    resource(cx, response, request.and_then(|request| request.words("ContentSid")))
}

/// The answer is an error alone: who should have had what stands in the request.
fn refused(cx: &mut Context<'_>, request: Node<'_>, response: Node<'_>) -> Result<()> {
    let id = cx.refused_id()?;
    let theirs = request.need_id("To")?;
    let channel = match request.id("From")?.or(request.id("MessagingServiceSid")?) {
        Some(ours) => account(&ours, &theirs),
        None => cx.account(kind_of(&theirs)),
    };
    let mut draft = Draft::new(id, channel, address(&theirs), cx.arrival()?, Direction::Outgoing)
        .saying(request.words("Body"))
        .sent_by(cx.sender);
    draft.facts.template_name = request.words("ContentSid");
    cx.refused(&draft, response.words("code"), response.words("message"));
    cx.message(draft);
    Ok(())
}
