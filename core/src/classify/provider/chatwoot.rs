//! Chatwoot: webhooks and API objects.
//!
//! Ids are integers. A time that is a number is seconds, one that is a text is ISO 8601.

use super::context::{Context, Draft};
use super::fact::{ContactEventKind, FactChannel, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::Unit;
use crate::channel::ChannelKind;
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::message::Direction;

const EVENTS: [&str; 6] = ["message_", "conversation_", "contact_", "webwidget_", "inbox_", "automation_"];

pub(super) fn is_one(body: Node<'_>) -> bool {
    let has = |key: &str| body.get(key).is_some();
    let event = body.get("event").and_then(Node::as_text);
    event.is_some_and(|name| EVENTS.iter().any(|start| name.starts_with(start)))
        || (has("payload")
            && (has("meta") || body.get("payload").is_some_and(|payload| payload.get("contact").is_some())))
        || (has("message_type") && (has("conversation_id") || has("inbox_id") || has("conversation")))
        || (has("contact_inbox") && has("inbox_id"))
        || (has("contact_inboxes") && has("id"))
        || body.get("data").is_some_and(|data| data.get("payload").is_some() && data.get("meta").is_some())
}

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    if let Some(name) = body.words("event") {
        return event(cx, body, &name);
    }
    if let Some(data) = body.get("data") {
        cx.each(data.list("payload"), |cx, found| object(cx, found, data.get("meta")));
        return Ok(());
    }
    match body.get("payload") {
        Some(list) if list.is_list() => {
            cx.each(Ok(list.items()), |cx, found| object(cx, found, body.get("meta")));
            Ok(())
        }
        Some(payload) => object(cx, payload.get("contact").unwrap_or(payload), None),
        None => object(cx, body, None),
    }
}

/// An object of the API, by its shape.
fn object(cx: &mut Context<'_>, object: Node<'_>, meta: Option<Node<'_>>) -> Result<()> {
    let has = |key: &str| object.get(key).is_some();
    if has("message_type") {
        return message(cx, object, meta);
    }
    if has("messages") || has("contact_inbox") || (has("inbox_id") && has("meta")) {
        messages_of(cx, object);
        return Ok(());
    }
    if has("id") && (has("phone_number") || has("email") || has("name") || has("contact_inboxes")) {
        let at = object.time("created_at", Unit::SecondsOrIso)?;
        cx.keep(cx.event(ContactEventKind::Created, None, contact(object)?, at));
        return Ok(());
    }
    Err(Error::new(Code::UnknownPayload, "an object that Chatwoot is not known to send").at(object.path()))
}

fn messages_of(cx: &mut Context<'_>, conversation: Node<'_>) {
    cx.each(conversation.list("messages"), |cx, found| {
        message_in(cx, found, Some(conversation), conversation.get("meta"))
    });
}

fn event(cx: &mut Context<'_>, body: Node<'_>, name: &str) -> Result<()> {
    match name {
        "message_created" | "message_updated" => return message(cx, body, None),
        "contact_created" | "contact_updated" | "contact_deleted" => {
            let (kind, key) = match name {
                "contact_created" => (ContactEventKind::Created, "created_at"),
                "contact_updated" => (ContactEventKind::Updated, "updated_at"),
                _ => (ContactEventKind::Deleted, "updated_at"),
            };
            let at = body.time(key, Unit::SecondsOrIso)?;
            cx.keep(cx.event(kind, None, contact(body)?, at));
        }
        "conversation_created" | "conversation_status_changed" | "conversation_opened" | "conversation_resolved" => {
            let status = body.words("status").unwrap_or_default();
            let kind = match name {
                "conversation_created" | "conversation_opened" => ContactEventKind::ConversationOpened,
                "conversation_resolved" => ContactEventKind::ConversationClosed,
                _ if status == "resolved" => ContactEventKind::ConversationClosed,
                _ if status == "open" => ContactEventKind::ConversationOpened,
                _ => {
                    cx.ignore(body, name, IgnoredReason::Handover);
                    messages_of(cx, body);
                    return Ok(());
                }
            };
            let at = match name {
                "conversation_created" => body.time("created_at", Unit::SecondsOrIso)?,
                _ => body.time("updated_at", Unit::SecondsOrIso)?,
            };
            let at = match at {
                Some(at) => Some(at),
                None => body.time("timestamp", Unit::SecondsOrIso)?,
            };
            let person = person(body, Some(body), body.get("meta"), cx)?;
            let channel = channel(body, Some(body))?;
            cx.keep(cx.event(kind, Some(channel), person, at));
            messages_of(cx, body);
        }
        "conversation_updated" => {
            cx.ignore(body, name, IgnoredReason::Handover);
            messages_of(cx, body);
        }
        "conversation_typing_on" | "conversation_typing_off" => cx.ignore(body, name, IgnoredReason::Presence),
        "webwidget_triggered" => {
            let found = body.get("contact").filter(|found| found.is_object());
            let Some(found) = found else {
                cx.ignore(body, name, IgnoredReason::Presence);
                return Ok(());
            };
            cx.keep(cx.event(ContactEventKind::Opened, None, contact(found)?, None));
        }
        "inbox_created" | "inbox_updated" => cx.ignore(body, name, IgnoredReason::Catalogue),
        _ => cx.ignore(body, name, IgnoredReason::UnknownKind),
    }
    Ok(())
}

fn contact(node: Node<'_>) -> Result<FactIdentity> {
    Ok(FactIdentity {
        contact: Some(node.need_number_id("id")?),
        name: node.name("name"),
        phone: node.name("phone_number"),
        email: node.name("email"),
        ..FactIdentity::default()
    })
}

fn is_contact(sender: Node<'_>) -> bool {
    let kind = sender.words("type").or_else(|| sender.words("sender_type")).unwrap_or_default();
    kind.eq_ignore_ascii_case("contact") || (kind.is_empty() && sender.get("phone_number").is_some())
}

/// The contact of a conversation.
fn person(
    message: Node<'_>,
    conversation: Option<Node<'_>>,
    meta: Option<Node<'_>>,
    cx: &Context<'_>,
) -> Result<FactIdentity> {
    let inner = conversation.and_then(|found| found.get("meta")).or(meta);
    let named =
        inner.and_then(|meta| meta.get("sender").or_else(|| meta.get("contact"))).filter(|found| found.is_object());
    let writer = message.get("sender").filter(|sender| sender.is_object() && is_contact(*sender));
    let inbox = conversation.and_then(|found| found.get("contact_inbox")).filter(|found| found.is_object());
    // Older versions name the contact beside the message.
    let beside = message.get("contact").filter(|found| found.is_object());
    let mut found = match (named.or(writer), inbox) {
        (Some(found), _) => contact(found)?,
        (None, Some(inbox)) => {
            FactIdentity { contact: Some(inbox.need_number_id("contact_id")?), ..FactIdentity::default() }
        }
        (None, None) => match (beside, cx.to) {
            (Some(found), _) => contact(found)?,
            (None, Some(to)) => {
                FactIdentity { contact: Some(super::value::numbered(to.to_owned())), ..FactIdentity::default() }
            }
            (None, None) => return Err(message.missing("conversation")),
        },
    };
    found.external = match inbox {
        Some(inbox) => inbox.id("source_id")?,
        None => None,
    };
    Ok(found)
}

fn channel(message: Node<'_>, conversation: Option<Node<'_>>) -> Result<FactChannel> {
    let inbox = message.get("inbox").filter(|inbox| inbox.is_object());
    let mut id = message.number_id("inbox_id")?;
    if let Some(inbox) = inbox {
        id = inbox.number_id("id")?.or(id);
    }
    if let (None, Some(conversation)) = (&id, conversation) {
        id = conversation.number_id("inbox_id")?;
    }
    let kind = conversation
        .and_then(|found| found.words("channel").or_else(|| found.get("meta").and_then(|meta| meta.words("channel"))))
        .or_else(|| inbox.and_then(|inbox| inbox.words("channel_type")));
    let address = conversation.and_then(|found| found.get("contact_inbox")).and_then(|inbox| inbox.words("source_id"));
    let is_whatsapp = address.is_some_and(|address| address.starts_with("whatsapp:"));
    let kind = match kind.as_deref() {
        Some("Channel::TwilioSms") if is_whatsapp => ChannelKind::TwilioWhatsapp,
        Some("Channel::TwilioSms") => ChannelKind::Twilio,
        Some("Channel::Whatsapp") => ChannelKind::Whatsapp,
        Some("Channel::FacebookPage") => ChannelKind::Facebook,
        Some("Channel::Instagram") => ChannelKind::Instagram,
        Some("Channel::Telegram") => ChannelKind::Telegram,
        Some("Channel::Line") => ChannelKind::Line,
        Some("Channel::Sms") => ChannelKind::Sms,
        Some("Channel::Email") => ChannelKind::Email,
        Some("Channel::WebWidget") => ChannelKind::WebChat,
        Some("Channel::Api") => ChannelKind::Custom,
        Some("Channel::TwitterProfile") => ChannelKind::Twitter,
        Some("Channel::Tiktok") => ChannelKind::Tiktok,
        Some("Channel::Voice") => ChannelKind::Voice,
        Some(other) => ChannelKind::Other(other.into()),
        None => ChannelKind::Other("unknown".into()),
    };
    Ok(FactChannel { id, kind, name: inbox.and_then(|inbox| inbox.name("name")), service: None })
}

fn message(cx: &mut Context<'_>, message: Node<'_>, meta: Option<Node<'_>>) -> Result<()> {
    message_in(cx, message, message.get("conversation").filter(|found| found.is_object()), meta)
}

fn message_in(
    cx: &mut Context<'_>,
    message: Node<'_>,
    conversation: Option<Node<'_>>,
    meta: Option<Node<'_>>,
) -> Result<()> {
    let word = message.words("message_type").ok_or_else(|| message.missing("message_type"))?;
    if message.flag("private") {
        cx.ignore(message, "private", IgnoredReason::Note);
        return Ok(());
    }
    let (direction, by_product) = match word.as_str() {
        "incoming" | "0" => (Direction::Incoming, false),
        "outgoing" | "1" => (Direction::Outgoing, false),
        // What the product says by itself: greetings, surveys.
        "template" | "3" => (Direction::Outgoing, true),
        "activity" | "2" => {
            cx.ignore(message, "activity", IgnoredReason::Note);
            return Ok(());
        }
        _ => {
            let found = message.need("message_type")?;
            return Err(Error::new(Code::InvalidValue, "a message type that Chatwoot does not have")
                .with_allowed(["incoming", "outgoing", "activity", "template"])
                .at(found.path()));
        }
    };
    let has_conversation = message.get("conversation_id").is_some()
        || conversation.is_some_and(|found| found.get("id").or_else(|| found.get("display_id")).is_some());
    if !has_conversation {
        // Not on its way to anybody: what a product writes outside of every conversation.
        let name = message.words("event").unwrap_or_else(|| "message".into());
        cx.ignore(message, name, IgnoredReason::UnknownKind);
        return Ok(());
    }
    let id = message.need_number_id("id")?;
    let at = message.need_time("created_at", Unit::SecondsOrIso)?;
    let channel = channel(message, conversation)?;
    let person = person(message, conversation, meta, cx)?;
    let mut draft = Draft::new(id, channel, person, at, direction).saying(message.words("content"));
    if direction == Direction::Outgoing {
        sender(&mut draft, message, by_product)?;
        if let Some(word) = message.get("status") {
            let mut fact = cx.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
            let is_first = word.as_words().is_some_and(|word| word == "sent" || word == "0");
            let changed = message.time("updated_at", Unit::SecondsOrIso)?;
            fact.at = if is_first { Some(at) } else { changed.or(cx.received_at) };
            fact.error = message.get("content_attributes").and_then(|found| found.words("external_error"));
            cx.status(fact, word)?;
        }
    }
    cx.message(draft);
    Ok(())
}

fn sender(draft: &mut Draft, message: Node<'_>, by_product: bool) -> Result<()> {
    let attributes = message.get("content_attributes").filter(|found| found.is_object());
    let more = message.get("additional_attributes").filter(|found| found.is_object());
    let part =
        |node: Option<Node<'_>>, key: &str| node.map(|node| node.number_id(key)).transpose().map(Option::flatten);
    draft.facts.is_echo = attributes.is_some_and(|found| found.flag("external_echo"));
    draft.facts.workflow = part(attributes, "automation_rule_id")?;
    draft.broadcast = part(more, "campaign_id")?;
    draft.facts.template_name =
        more.and_then(|more| more.get("template_params")).and_then(|template| template.name("name"));
    let sender = message.get("sender").filter(|sender| sender.is_object());
    let kind = sender
        .and_then(|sender| sender.words("type"))
        .or_else(|| message.words("sender_type"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let id: Option<ForeignId> = match part(sender, "id")? {
        Some(id) => Some(id),
        None => message.number_id("sender_id")?,
    };
    match kind.as_str() {
        "user" => draft.user = id,
        "agent_bot" | "agentbot" => draft.facts.bot = Some(id.unwrap_or_else(|| "agent_bot".into())),
        "captain_assistant" | "captain::assistant" => {
            draft.facts.ai_agent = Some(id.unwrap_or_else(|| "captain_assistant".into()));
        }
        _ if by_product => draft.facts.bot = Some("chatwoot".into()),
        _ => {}
    }
    Ok(())
}
