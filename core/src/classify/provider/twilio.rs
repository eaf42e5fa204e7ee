//! Twilio: callbacks of SMS and of channels behind addresses (`whatsapp:+593…`), and the message resource.
//!
//! Callbacks are forms and tell no time: the host says when they came. The resource has times as in an e-mail. An id
//! (`SM…`, `MM…`) is unique at Twilio. A messaging service (`MG…`) is no channel of its own but stands for its numbers: see
//! [`services`](super::services).

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
    let identity = somebody(body, body.id("To")?)?;
    let channel = sender(body.id("From")?, body.id("MessagingServiceSid")?, identity.external.as_deref());
    if identity.external.is_none() && channel.id.is_none() {
        return Err(body.missing("To"));
    }
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

/// Our address is the channel. A messaging service stands for it until the address is known; theirs tells the kind then.
fn sender(ours: Option<String>, service: Option<String>, theirs: Option<&str>) -> FactChannel {
    let address = ours.as_deref().filter(|ours| ours.contains(':')).or(theirs).or(ours.as_deref());
    let kind = address.map_or(ChannelKind::Twilio, kind_of);
    let service = service.filter(|service| ours.as_ref() != Some(service));
    match (ours, service) {
        (Some(ours), service) => FactChannel { service: service.map(Into::into), ..channel(ours, kind) },
        (None, Some(service)) => channel(service, kind),
        (None, None) => FactChannel { id: None, kind, name: None, service: None },
    }
}

fn address(theirs: &str) -> FactIdentity {
    let mut found = person(theirs);
    let bare = theirs.rsplit_once(':').map_or(theirs, |(_, bare)| bare);
    found.phone = bare.starts_with('+').then(|| bare.to_owned());
    found
}

/// The person of a callback: by the address, and on WhatsApp by the user id, which may be all there is.
fn somebody(body: Node<'_>, theirs: Option<String>) -> Result<FactIdentity> {
    let user = body.id("ExternalUserId")?.map(|id| if id.contains(':') { id } else { format!("whatsapp:{id}") });
    let phone = body.id("WaId")?.map(|digits| format!("whatsapp:+{}", digits.trim_start_matches('+')));
    let Some(first) = theirs.or_else(|| user.clone()) else { return Ok(FactIdentity::default()) };
    let mut found = address(&first);
    for other in [phone, user].into_iter().flatten() {
        if other != first && !found.aliases.contains(&other) {
            if found.phone.is_none() {
                found.phone = address(&other).phone;
            }
            found.aliases.push(other);
        }
    }
    Ok(found)
}

fn incoming(cx: &mut Context<'_>, body: Node<'_>, id: String) -> Result<()> {
    let mut identity = somebody(body, body.id("From")?)?;
    if identity.external.is_none() {
        return Err(body.missing("From"));
    }
    identity.name = body.name("ProfileName");
    let channel = sender(Some(body.need_id("To")?), body.id("MessagingServiceSid")?, identity.external.as_deref());
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
    let (from, to) = (body.id("from")?, body.id("to")?);
    let (ours, theirs) = if is_incoming { (to, from) } else { (from, to) };
    let theirs = theirs.ok_or_else(|| body.missing(if is_incoming { "from" } else { "to" }))?;
    let channel = sender(ours, body.id("messaging_service_sid")?, Some(&theirs));
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
    let mut channel = sender(request.id("From")?, request.id("MessagingServiceSid")?, Some(&theirs));
    if channel.id.is_none() {
        channel = cx.account(kind_of(&theirs));
    }
    let mut draft = Draft::new(id, channel, address(&theirs), cx.arrival()?, Direction::Outgoing)
        .saying(request.words("Body"))
        .sent_by(cx.sender);
    draft.facts.template_name = request.words("ContentSid");
    cx.refused(&draft, response.words("code"), response.words("message"));
    cx.message(draft);
    Ok(())
}
