//! Messenger Platform and Instagram messaging: webhooks, and messages of ours with the answer to them.
//!
//! Times are milliseconds; only the form `changes` of Instagram has seconds. Delivery and read receipts are watermarks
//! on Messenger; Instagram names the message that was read.

use super::context::{Context, Draft, channel, person};
use super::fact::{ContactEventKind, Fact, FactChannel, FactIdentity, IgnoredReason, WatermarkFact};
use super::tape::Node;
use super::value::{Unit, joined};
use crate::channel::ChannelKind;
use crate::classify::Provider;
use crate::error::{Code, Error, Result};
use crate::id::{ForeignId, foreign_uuid};
use crate::message::{Direction, Facts, Source, Status};
use crate::time::Instant;

/// What the same app of Meta is told beside messages: profiles, permissions, its own state.
const APP_OBJECTS: &[&str] = &["user", "permissions", "application", "payments", "certificate_transparency"];

/// Whether a payload is one of an app of Meta that has nothing to do with messages.
pub(super) fn is_of_app(object: &str, body: Node<'_>) -> bool {
    APP_OBJECTS.contains(&object) && body.get("entry").is_some_and(Node::is_list)
}

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    if body.get("entry").is_none() {
        return Err(body.missing("entry"));
    }
    if body.get("object").and_then(Node::as_text).is_some_and(|object| is_of_app(&object, body)) {
        cx.each(body.list("entry"), |cx, entry| {
            for change in entry.list("changes")? {
                let field = change.words("field").unwrap_or_else(|| "changes".into());
                cx.ignore(change, field, IgnoredReason::Account);
            }
            for field in entry.list("changed_fields")? {
                cx.ignore(field, field.as_words().unwrap_or_else(|| "changed_fields".into()), IgnoredReason::Account);
            }
            Ok(())
        });
        return Ok(());
    }
    cx.each(body.list("entry"), |cx, entry| {
        let id = entry.id("id")?;
        let id = id.as_deref();
        cx.each(entry.list("messaging"), |cx, event| messaging(cx, id, event, Unit::Millis));
        // Another app answers here; what the person writes is the same.
        cx.each(entry.list("standby"), |cx, event| messaging(cx, id, event, Unit::Millis));
        if ["messaging", "standby", "changes"].iter().all(|key| entry.get(key).is_none()) {
            cx.ignore(entry, "entry", IgnoredReason::UnknownKind);
        }
        cx.each(entry.list("changes"), |cx, change| {
            let field = change.need_id("field")?;
            let value = change.get("value").filter(|value| value.is_object());
            if let Some(value) = value.filter(|value| field == "messages" && value.get("sender").is_some()) {
                return messaging(cx, id, value, Unit::Seconds);
            }
            cx.ignore(change, field, IgnoredReason::Feed);
            Ok(())
        });
        Ok(())
    });
    Ok(())
}

fn kind(cx: &Context<'_>) -> ChannelKind {
    if cx.provider == Provider::Instagram { ChannelKind::Instagram } else { ChannelKind::Facebook }
}

/// Whose event it is: the channel, the person, and when.
struct Sides {
    channel: FactChannel,
    identity: FactIdentity,
    at: Instant,
}

/// A plug-in's visitor: the page chose the text, so it must not be taken for an id of Meta's.
fn visitor(reference: &str) -> String {
    format!("user_ref:{reference}")
}

/// A person by the id, and by what a plug-in called the same person before there was one.
fn known(id: Option<String>, reference: Option<String>) -> Option<FactIdentity> {
    let reference = reference.map(|reference| visitor(&reference));
    match id {
        Some(id) => {
            let mut found = person(id);
            found.aliases.extend(reference);
            Some(found)
        }
        None => reference.map(person),
    }
}

/// The person's side of an event.
fn theirs(event: Node<'_>, key: &str) -> Result<FactIdentity> {
    // The first message of who came by a plug-in names the plug-in's visitor.
    let prior = event.get("prior_message").filter(|prior| prior.says("source", "checkbox_plugin"));
    let mut reference = prior.map(|prior| prior.id("identifier")).transpose()?.flatten();
    if let Some(optin) = event.get("optin") {
        reference = optin.id("user_ref")?.or(reference);
    }
    let node = match event.get(key) {
        None if reference.is_some() => None,
        _ => Some(event.object(key)?),
    };
    let id = node.map(|node| node.id("id")).transpose()?.flatten();
    let named = node.map(|node| node.id("user_ref")).transpose()?.flatten();
    known(id, named.or(reference)).ok_or_else(|| node.unwrap_or(event).missing("id"))
}

/// Our side, which the entry names where the event does not.
fn account(entry: Option<&str>, event: Node<'_>, ours: &str) -> Result<String> {
    match event.get(ours) {
        Some(_) => event.object(ours)?.need_id("id"),
        None => entry.map(str::to_owned).ok_or_else(|| event.missing(ours)),
    }
}

fn sides(cx: &Context<'_>, entry: Option<&str>, event: Node<'_>, unit: Unit, is_echo: bool) -> Result<Sides> {
    let (ours, key) = if is_echo { ("sender", "recipient") } else { ("recipient", "sender") };
    let account = account(entry, event, ours)?;
    let at = event.need_time("timestamp", unit)?;
    Ok(Sides { channel: channel(account, kind(cx)), identity: theirs(event, key)?, at })
}

/// Channel and person of an event that came from the person.
fn whose(cx: &Context<'_>, entry: Option<&str>, event: Node<'_>) -> Result<(FactChannel, FactIdentity)> {
    Ok((channel(account(entry, event, "recipient")?, kind(cx)), theirs(event, "sender")?))
}

fn messaging(cx: &mut Context<'_>, entry: Option<&str>, event: Node<'_>, unit: Unit) -> Result<()> {
    if let Some(message) = event.get("message") {
        return written(cx, entry, event, message, unit);
    }
    if let Some(postback) = event.get("postback") {
        return pressed(cx, entry, event, postback, unit);
    }
    let said = [("delivery", Status::Delivered), ("read", Status::Read)];
    let said = said.map(|(key, status)| event.get(key).map(|receipt| (receipt, status)));
    if said.iter().any(Option::is_some) {
        for (receipt, status) in said.into_iter().flatten() {
            let outcome = receipts(cx, entry, event, receipt, status, unit);
            cx.note(outcome);
        }
        return Ok(());
    }
    if let Some(referral) = event.get("referral") {
        let (channel, identity) = whose(cx, entry, event)?;
        let at = cx.event_time(event, "timestamp", unit)?;
        let mut fact = cx.event(ContactEventKind::Referred, Some(channel), identity, at);
        fact.source = is_ad(referral).then_some(Source::ClickToChatAds);
        fact.detail = referral.words("ad_id").or_else(|| referral.words("ref"));
        cx.keep(fact);
        return Ok(());
    }
    if let Some(optin) = event.get("optin") {
        let (channel, identity) = whose(cx, entry, event)?;
        let at = cx.event_time(event, "timestamp", unit)?;
        let stops = optin.says("notification_messages_status", "STOP_NOTIFICATIONS");
        let kind = if stops { ContactEventKind::Unsubscribed } else { ContactEventKind::Subscribed };
        let mut fact = cx.event(kind, Some(channel), identity, at);
        fact.detail = optin.words("type").or_else(|| optin.words("ref"));
        cx.keep(fact);
        return Ok(());
    }
    let (name, reason) = ignored(event);
    cx.ignore(event, name, reason);
    Ok(())
}

fn ignored(event: Node<'_>) -> (String, IgnoredReason) {
    const KNOWN: &[(&str, IgnoredReason)] = &[
        ("reaction", IgnoredReason::Reaction),
        ("message_edit", IgnoredReason::Revision),
        ("pass_thread_control", IgnoredReason::Handover),
        ("take_thread_control", IgnoredReason::Handover),
        ("request_thread_control", IgnoredReason::Handover),
        ("app_roles", IgnoredReason::Handover),
        ("account_linking", IgnoredReason::Account),
        ("policy_enforcement", IgnoredReason::Account),
        ("policy-enforcement", IgnoredReason::Account),
        ("game_play", IgnoredReason::Extra),
        ("payment", IgnoredReason::Extra),
        ("pre_checkout", IgnoredReason::Extra),
        ("checkout_update", IgnoredReason::Extra),
        ("response_feedback", IgnoredReason::Extra),
        ("messaging_feedback", IgnoredReason::Extra),
        ("message_context", IgnoredReason::Extra),
        ("typing", IgnoredReason::Presence),
    ];
    if let Some((name, reason)) = KNOWN.iter().find(|(name, _)| event.get(name).is_some()) {
        return ((*name).to_owned(), *reason);
    }
    let beside = ["sender", "recipient", "timestamp"];
    let name = event.entries().map(|(key, _)| key).find(|key| !beside.contains(&&**key));
    (name.map_or_else(|| "messaging".into(), std::borrow::Cow::into_owned), IgnoredReason::UnknownKind)
}

fn is_ad(referral: Node<'_>) -> bool {
    referral.says("source", "ADS") || referral.get("ads_context_data").is_some() || referral.get("ad_id").is_some()
}

fn written(cx: &mut Context<'_>, entry: Option<&str>, event: Node<'_>, message: Node<'_>, unit: Unit) -> Result<()> {
    if message.flag("is_deleted") {
        cx.ignore(message, "is_deleted", IgnoredReason::Revision);
        return Ok(());
    }
    let is_echo = message.flag("is_echo");
    let Sides { channel, identity, at } = sides(cx, entry, event, unit, is_echo)?;
    let id = message.need_id("mid")?;
    if !is_echo {
        let referral = message.get("referral").or_else(|| event.get("referral"));
        let mut draft = Draft::new(id, channel, identity, at, Direction::Incoming).saying(content(message));
        draft.is_from_ad = referral.is_some_and(is_ad);
        cx.message(draft);
        return Ok(());
    }
    let facts = Facts { is_echo: true, app_id: message.id("app_id")?, ..Facts::default() };
    let draft = Draft::new(id, channel, identity, at, Direction::Outgoing).saying(content(message)).with(facts);
    // What is echoed has gone.
    cx.status_of(&draft, Status::Sent, "echo");
    cx.message(draft);
    Ok(())
}

fn content(message: Node<'_>) -> Option<String> {
    message.words("text").or_else(|| {
        let first = message.get("attachments")?.items().next()?;
        first.words("title").or_else(|| first.get("payload")?.words("title"))
    })
}

/// A button was pressed, which writes its title into the chat.
fn pressed(cx: &mut Context<'_>, entry: Option<&str>, event: Node<'_>, postback: Node<'_>, unit: Unit) -> Result<()> {
    let Sides { channel, identity, at } = sides(cx, entry, event, unit, false)?;
    let (title, payload) = (postback.words("title"), postback.words("payload"));
    // Older versions give the press no id: which button of whom, where and when is one, the same at each delivery.
    let id = postback.id("mid")?.unwrap_or_else(|| {
        let account = channel.id.as_ref().map(ForeignId::to_text).unwrap_or_default();
        let who = identity.external.as_deref().unwrap_or_default();
        let mut words = vec![title.clone().unwrap_or_default(), payload.clone().unwrap_or_default()];
        if let Some(referral) = postback.get("referral") {
            let keys = ["ref", "source", "type", "ad_id", "referer_uri"];
            words.extend(keys.into_iter().map(|key| referral.words(key).unwrap_or_default()));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // Words may be long: they count, and need not be read.
        let button = foreign_uuid("meta", "postback", &joined(&words).into()).simple().to_string();
        joined(&["postback", &account, who, &at.as_millis().to_string(), &button[..12]])
    });
    let mut draft = Draft::new(id, channel, identity, at, Direction::Incoming).saying(title.or(payload));
    draft.is_from_ad = postback.get("referral").is_some_and(is_ad);
    cx.message(draft);
    Ok(())
}

fn receipts(
    cx: &mut Context<'_>,
    entry: Option<&str>,
    event: Node<'_>,
    receipt: Node<'_>,
    status: Status,
    unit: Unit,
) -> Result<()> {
    let watermark = receipt.time("watermark", unit)?;
    // Old deliveries bear no time of their own.
    let stamped = match event.get("timestamp") {
        Some(_) => None,
        None => watermark,
    };
    let Sides { channel, identity, at } = match stamped {
        Some(at) => Sides {
            channel: channel(account(entry, event, "recipient")?, kind(cx)),
            identity: theirs(event, "sender")?,
            at,
        },
        None => sides(cx, entry, event, unit, false)?,
    };
    let word = status.as_str();
    let mut named: Vec<String> = Vec::new();
    for mid in receipt.list("mids")? {
        named.extend(mid.as_id()?);
    }
    named.extend(receipt.id("mid")?);
    if named.is_empty() && watermark.is_none() {
        return Err(receipt.missing("watermark"));
    }
    for id in named {
        let mut fact = cx.status_fact(id.into(), channel.clone(), identity.clone());
        fact.at = Some(at);
        fact.status = Some(status);
        fact.word = word.into();
        cx.push(Fact::Status(Box::new(fact)));
    }
    if let Some(up_to) = watermark {
        let provider = cx.provider;
        cx.push(Fact::Watermark(Box::new(WatermarkFact { provider, channel, identity, at, up_to, status })));
    }
    Ok(())
}

/// A message of ours by the Send API.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let request = request.ok_or_else(|| root.missing("request"))?;
    let Some(message) = request.get("message") else {
        let name = request.words("sender_action").unwrap_or_else(|| "request".into());
        cx.ignore(request, name, IgnoredReason::Presence);
        return Ok(());
    };
    let account = cx.channel.clone().ok_or_else(|| root.missing("channel"))?;
    let failure = response.and_then(|response| response.get("error"));
    let answered = match response {
        Some(response) => response.id("message_id")?,
        None => None,
    };
    let trace = failure.and_then(|error| error.words("fbtrace_id")).map(Into::into);
    let id = answered.clone().map(Into::into).or_else(|| cx.id.cloned()).or(trace);
    let id = id.ok_or_else(|| root.missing("response"))?;
    let recipient = request.object("recipient")?;
    let to = match response.map(|response| response.id("recipient_id")).transpose()?.flatten() {
        Some(to) => Some(to),
        None => recipient.id("id")?.or_else(|| cx.to.map(str::to_owned)),
    };
    // A message to a plug-in's visitor: the answer says who that is.
    let to = known(to, recipient.id("user_ref")?).ok_or_else(|| recipient.missing("id"))?;
    let template = message.get("template").filter(|template| template.is_object());
    let is_notification = recipient.get("notification_messages_token").is_some();
    let mut draft = Draft::new(id, channel(account, kind(cx)), to, cx.arrival()?, Direction::Outgoing)
        .saying(content(message))
        .sent_by(cx.sender);
    draft.facts.message_tag = request.words("tag");
    draft.facts.template_name = template.and_then(|template| template.words("name"));
    draft.facts.other_type = match (template, is_notification) {
        (Some(_), _) => Some("messenger_template".into()),
        (None, true) => Some("notification_message".into()),
        (None, false) => None,
    };
    if let Some(error) = failure {
        cx.refused(&draft, error.words("code"), error.words("message"));
    } else if answered.is_some() {
        cx.status_of(&draft, Status::Sent, "message_id");
    } else if response.is_some() {
        return Err(Error::new(Code::UnknownPayload, "neither a message id nor an error").at("response"));
    } else {
        cx.status_of(&draft, Status::Pending, "request");
    }
    cx.message(draft);
    Ok(())
}
