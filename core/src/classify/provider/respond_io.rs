//! respond.io: webhooks, API objects and lists, pushes of a custom channel, and messages of ours with the answer.
//!
//! Ids are integers. The id of a message is the microsecond at which it was made, so that it is unique within a contact
//! only, and stands behind the contact's; other times come in seconds, milliseconds or microseconds in one and the same
//! field, so that each is taken for the one that lies between the years 2005 and 2100.

use super::context::{Context, Draft};
use super::fact::{ContactEventKind, FactChannel, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::{Unit, joined};
use crate::channel::ChannelKind;
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::message::{Direction, Source, Status};
use crate::time::Instant;

pub(super) fn is_one(body: Node<'_>) -> bool {
    let has = |key: &str| body.get(key).is_some();
    (has("event_type") && (has("contact") || has("event_id") || has("message")))
        || (has("messageId") && (has("traffic") || has("contactId")))
        || (body.get("items").is_some_and(Node::is_list) && has("pagination"))
        || (has("channelId") && has("contactId") && has("events"))
        || (has("id") && has("firstName") && (has("created_at") || has("custom_fields") || has("isBlocked")))
}

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    if body.get("items").is_some() {
        cx.each(body.list("items"), object);
        return Ok(());
    }
    match body.words("event_type") {
        Some(name) => event(cx, body, &name),
        None if body.get("events").is_some() => pushed(cx, body),
        None => object(cx, body),
    }
}

/// An object of the API, by its shape.
fn object(cx: &mut Context<'_>, object: Node<'_>) -> Result<()> {
    let has = |key: &str| object.get(key).is_some();
    if has("messageId") {
        return message(cx, object, object, None);
    }
    if has("firstName") || has("custom_fields") || has("isBlocked") {
        let at = object.time("created_at", Unit::Mixed)?;
        cx.keep(cx.event(ContactEventKind::Created, None, contact(object)?, at));
        return Ok(());
    }
    if has("source") || has("role") || has("dataType") || has("languageCode") || has("category") {
        cx.ignore(object, "object", IgnoredReason::Catalogue);
        return Ok(());
    }
    Err(Error::new(Code::UnknownPayload, "an object that respond.io is not known to send").at(object.path()))
}

fn contact(contact: Node<'_>) -> Result<FactIdentity> {
    let names = [contact.name("firstName"), contact.name("lastName")];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    Ok(FactIdentity {
        contact: Some(contact.need_number_id("id")?),
        name: Some(name).filter(|name| !name.is_empty()),
        phone: contact.name("phone"),
        email: contact.name("email"),
        ..FactIdentity::default()
    })
}

fn channel(message: Node<'_>, beside: Node<'_>) -> Result<Option<FactChannel>> {
    let described = beside.get("channel").filter(|channel| channel.is_object());
    let id = match described {
        Some(channel) => channel.number_id("id")?,
        None => None,
    };
    let id = match id {
        Some(id) => Some(id),
        None => message.number_id("channelId")?,
    };
    let kind = described.and_then(|channel| channel.words("source")).map(|source| ChannelKind::parse(&source));
    let kind = match kind {
        Some(kind) => kind?,
        // The kind of a message tells the kind of its channel.
        None => kind_by(message.get("message")),
    };
    let name = described.and_then(|channel| channel.name("name"));
    Ok(id.map(|id| FactChannel { id: Some(id), kind, name, service: None }))
}

fn kind_by(body: Option<Node<'_>>) -> ChannelKind {
    let kind = body.and_then(|body| body.words("type")).unwrap_or_default();
    if kind.starts_with("whatsapp_") {
        ChannelKind::Whatsapp
    } else if kind == "facebook_template" || body.is_some_and(|body| body.get("messageTag").is_some()) {
        ChannelKind::Facebook
    } else {
        ChannelKind::Other("unknown".into())
    }
}

/// When a message was made: its own time, else the microsecond in its id.
fn made_at(cx: &Context<'_>, message: Node<'_>) -> Result<Instant> {
    if let Some(at) = message.time("timestamp", Unit::Mixed)? {
        return Ok(at);
    }
    match message.time("messageId", Unit::Mixed) {
        Ok(Some(at)) => Ok(at),
        _ => cx.arrival(),
    }
}

/// A broadcast makes many messages in a microsecond, each to another contact.
fn message_id(person: &FactIdentity, id: &str) -> ForeignId {
    let contact = person.contact.as_ref().map(ForeignId::to_text).unwrap_or_default();
    joined(&[&contact, id]).into()
}

fn message(cx: &mut Context<'_>, message: Node<'_>, beside: Node<'_>, person: Option<FactIdentity>) -> Result<()> {
    let id = message.need_id("messageId")?;
    let person = match person {
        Some(person) => person,
        None => FactIdentity { contact: Some(message.need_number_id("contactId")?), ..FactIdentity::default() },
    };
    let id = message_id(&person, &id);
    let channel = channel(message, beside)?.ok_or_else(|| message.missing("channelId"))?;
    let at = made_at(cx, message)?;
    let direction = match message.words("traffic").as_deref() {
        Some("incoming") => Direction::Incoming,
        Some("outgoing") => Direction::Outgoing,
        Some(_) => {
            let found = message.need("traffic")?;
            return Err(Error::new(Code::InvalidValue, "expected `incoming` or `outgoing`").at(found.path()));
        }
        None => return Err(message.missing("traffic")),
    };
    let body = message.get("message");
    let mut draft = Draft::new(id, channel, person, at, direction).saying(body.and_then(content));
    if direction == Direction::Outgoing {
        sender(&mut draft, message, beside)?;
        if let Some(body) = body {
            draft.facts.message_tag = body.words("messageTag");
            draft.facts.template_name = body.get("template").and_then(|template| template.name("name"));
            draft.facts.other_type = body.says("type", "facebook_template").then(|| "messenger_template".into());
        }
        for entry in message.list("status")? {
            let mut fact = cx.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
            fact.at = entry.time("timestamp", Unit::Mixed)?;
            fact.error = entry.words("message");
            let word = entry.need("value")?;
            cx.status(fact, word)?;
        }
    }
    cx.message(draft);
    Ok(())
}

fn content(body: Node<'_>) -> Option<String> {
    body.words("text")
        .or_else(|| body.words("title"))
        .or_else(|| body.words("subject"))
        .or_else(|| {
            body.get("attachment").and_then(|file| file.words("description").or_else(|| file.words("fileName")))
        })
        .or_else(|| body.words("address"))
}

/// Who sent it, by the product's own words.
fn sender(draft: &mut Draft, message: Node<'_>, beside: Node<'_>) -> Result<()> {
    let sender = message.get("sender").or_else(|| beside.get("sender")).filter(|sender| sender.is_object());
    let user = match (sender, beside.get("user").filter(|user| user.is_object())) {
        (Some(sender), user) => match (sender.number_id("userId")?, user) {
            (None, Some(user)) => user.number_id("id")?,
            (found, _) => found,
        },
        (None, Some(user)) => user.number_id("id")?,
        (None, None) => None,
    };
    let source = sender.and_then(|sender| sender.words("source")).or_else(|| beside.words("source"));
    let id = |key: &str, word: &str| -> Result<Option<ForeignId>> {
        let found = sender.map(|sender| sender.number_id(key)).transpose()?.flatten();
        Ok(Some(found.unwrap_or_else(|| word.into())))
    };
    match source.as_deref() {
        None | Some("user") => draft.user = user,
        Some("workflow") => draft.facts.workflow = id("workflowId", "workflow")?,
        Some("broadcast") => draft.broadcast = id("broadcastHistoryId", "broadcast")?,
        Some("bot") => draft.facts.bot = id("botId", "bot")?,
        Some("ai_agent") => draft.facts.ai_agent = id("aiAgentId", "ai_agent")?,
        Some("api") => draft.facts.is_api = true,
        Some("echo") => draft.facts.is_echo = true,
        Some(other) => draft.facts.integration = Some(other.to_owned()),
    }
    if draft.user.is_some() {
        draft.team = sender.map(|sender| sender.number_id("teamId")).transpose()?.flatten();
    }
    Ok(())
}

fn event(cx: &mut Context<'_>, body: Node<'_>, name: &str) -> Result<()> {
    let person = || contact(body.object("contact")?);
    let kind = match name {
        "message.received" | "message.sent" => {
            let person = match body.get("contact") {
                Some(found) if found.is_object() => Some(contact(found)?),
                _ => None,
            };
            return message(cx, body.object("message")?, body, person);
        }
        "contact.created" => {
            let at = body.object("contact")?.time("created_at", Unit::Mixed)?;
            cx.keep(cx.event(ContactEventKind::Created, None, person()?, at));
            return Ok(());
        }
        "contact.deleted" => ContactEventKind::Deleted,
        "contact.updated" => ContactEventKind::Updated,
        "contact.assignee.updated" => ContactEventKind::Assigned,
        "contact.tag.updated" if body.says("action", "remove") => ContactEventKind::Untagged,
        "contact.tag.updated" => ContactEventKind::Tagged,
        "contact.lifecycle.updated" => ContactEventKind::Lifecycle,
        "conversation.opened" => ContactEventKind::ConversationOpened,
        "conversation.closed" => ContactEventKind::ConversationClosed,
        "comment.created" => {
            cx.ignore(body, name, IgnoredReason::Note);
            return Ok(());
        }
        _ => {
            cx.ignore(body, name, IgnoredReason::UnknownKind);
            return Ok(());
        }
    };
    let conversation = body.get("conversation").filter(|found| found.is_object());
    let at = match conversation {
        Some(found) if kind == ContactEventKind::ConversationOpened => found.time("openedTime", Unit::Mixed)?,
        Some(found) if kind == ContactEventKind::ConversationClosed => found.time("closedTime", Unit::Mixed)?,
        _ => None,
    };
    let at = match at {
        Some(at) => Some(at),
        None => body.time("timestamp", Unit::Mixed)?,
    };
    let word = |keys: [&str; 2]| conversation.and_then(|found| keys.into_iter().find_map(|key| found.words(key)));
    let source = match kind {
        ContactEventKind::ConversationOpened => word(["openedSource", "source"]),
        ContactEventKind::ConversationClosed => word(["closedSource", "source"]),
        _ => None,
    };
    let detail = match kind {
        ContactEventKind::Tagged | ContactEventKind::Untagged => body.words("tag"),
        ContactEventKind::Lifecycle => body.words("lifecycle"),
        _ => None,
    };
    let mut fact = cx.event(kind, None, person()?, at);
    fact.source = source.map(|word| source_of(&word)).transpose()?;
    fact.detail = detail;
    if let Some(user) = body.get("user").filter(|user| user.is_object()) {
        fact.user = user.number_id("id")?;
    }
    cx.keep(fact);
    Ok(())
}

/// The product's words for where a conversation came from.
fn source_of(word: &str) -> Result<Source> {
    Ok(match word {
        "contact" => Source::IncomingMessage,
        "api" => Source::DeveloperApi,
        "ctc_ads" => Source::ClickToChatAds,
        "echo" => Source::EchoMessage,
        other => Source::parse(other)?,
    })
}

/// What a custom channel pushes: messages from its people.
fn pushed(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    let channel =
        FactChannel { id: body.number_id("channelId")?, kind: ChannelKind::Custom, name: None, service: None };
    let external = body.need_id("contactId")?;
    cx.each(body.list("events"), |cx, event| {
        if !event.says("type", "message") {
            cx.ignore(event, event.words("type").unwrap_or_else(|| "event".into()), IgnoredReason::UnknownKind);
            return Ok(());
        }
        let person = FactIdentity { external: Some(external.clone()), ..FactIdentity::default() };
        let at = event.need_time("timestamp", Unit::Millis)?;
        let content = event.get("message").and_then(content);
        // The integrator's own id, of which nobody says how far it is unique.
        let account = channel.id.as_ref().map(ForeignId::to_text).unwrap_or_default();
        let id = joined(&[&account, &external, &event.need_id("mId")?]);
        cx.message(Draft::new(id, channel.clone(), person, at, Direction::Incoming).saying(content));
        Ok(())
    });
    Ok(())
}

/// A message of ours: the request names channel and message, the host the contact, the answer the id.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let request = request.ok_or_else(|| root.missing("request"))?;
    let response = response.ok_or_else(|| root.missing("response"))?;
    let failure = response.get("messageId").is_none().then(|| response.words("message")).flatten();
    let to = cx.to.ok_or_else(|| root.missing("to"))?;
    let contact = to.strip_prefix("id:").unwrap_or(to);
    let person = FactIdentity { contact: Some(super::value::numbered(contact.to_owned())), ..FactIdentity::default() };
    let id = match failure {
        Some(_) => cx.refused_id()?,
        None => message_id(&person, &response.need_id("messageId")?),
    };
    let channel = if let Some(channel) = channel(request, request)? {
        channel
    } else {
        let id = cx.channel.clone().ok_or_else(|| request.missing("channelId"))?;
        FactChannel { id: Some(id), kind: kind_by(request.get("message")), name: None, service: None }
    };
    let at = match response.time("messageId", Unit::Mixed) {
        Ok(Some(at)) => at,
        _ => cx.arrival()?,
    };
    let body = request.object("message")?;
    let mut draft = Draft::new(id, channel, person, at, Direction::Outgoing).saying(content(body)).sent_by(cx.sender);
    draft.facts.message_tag = body.words("messageTag");
    draft.facts.template_name = body.get("template").and_then(|template| template.name("name"));
    draft.facts.other_type = body.says("type", "facebook_template").then(|| "messenger_template".into());
    if failure.is_some() {
        cx.refused(&draft, response.words("code"), failure);
    } else {
        cx.status_of(&draft, Status::Pending, "messageId");
    }
    cx.message(draft);
    Ok(())
}
