//! Viber bots: callbacks, and messages of ours with the answer to them.
//!
//! Times are milliseconds. A message token is an integer beyond what a float holds. A callback does not name the bot:
//! the host names the channel, else there is one channel, `viber`.

use super::context::{Context, Draft};
use super::fact::{ContactEventKind, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::Unit;
use crate::channel::ChannelKind;
use crate::error::Result;
use crate::message::{Direction, Status};

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    let event = body.need_id("event")?;
    let channel = cx.account(ChannelKind::Viber);
    let at = || body.need_time("timestamp", Unit::Millis);
    match event.as_str() {
        "message" => {
            let person = someone(body.object("sender")?)?;
            let message = body.object("message")?;
            let id = body.need_number_id("message_token")?;
            cx.message(Draft::new(id, channel, person, at()?, Direction::Incoming).saying(content(message)));
        }
        "delivered" | "seen" | "failed" => {
            let person = FactIdentity { external: Some(body.need_id("user_id")?), ..FactIdentity::default() };
            let mut fact = cx.status_fact(body.need_number_id("message_token")?, channel, person);
            fact.at = Some(at()?);
            fact.error = body.words("desc");
            return cx.status(fact, body.need("event")?);
        }
        "subscribed" | "conversation_started" => {
            let person = someone(body.object("user")?)?;
            let kind = if event == "subscribed" { ContactEventKind::Subscribed } else { ContactEventKind::Opened };
            let at = cx.event_time(body, "timestamp", Unit::Millis)?;
            let mut fact = cx.event(kind, Some(channel), person, at);
            fact.detail = body.words("context");
            cx.keep(fact);
        }
        "unsubscribed" => {
            let person = FactIdentity { external: Some(body.need_id("user_id")?), ..FactIdentity::default() };
            let at = cx.event_time(body, "timestamp", Unit::Millis)?;
            cx.keep(cx.event(ContactEventKind::Unsubscribed, Some(channel), person, at));
        }
        "webhook" => cx.ignore(body, event, IgnoredReason::Verification),
        "client_status" | "action" => cx.ignore(body, event, IgnoredReason::Extra),
        _ => cx.ignore(body, event, IgnoredReason::UnknownKind),
    }
    Ok(())
}

fn someone(user: Node<'_>) -> Result<FactIdentity> {
    Ok(FactIdentity { external: Some(user.need_id("id")?), name: user.name("name"), ..FactIdentity::default() })
}

fn content(message: Node<'_>) -> Option<String> {
    message.words("text").or_else(|| message.words("file_name"))
}

/// A message of ours.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let request = request.ok_or_else(|| root.missing("request"))?;
    let token = match response {
        Some(response) => response.number_id("message_token")?,
        None => None,
    };
    let id = token.or_else(|| cx.id.cloned()).ok_or_else(|| root.missing("response"))?;
    let person = FactIdentity { external: Some(request.need_id("receiver")?), ..FactIdentity::default() };
    let channel = cx.account(ChannelKind::Viber);
    let draft =
        Draft::new(id, channel, person, cx.arrival()?, Direction::Outgoing).saying(content(request)).sent_by(cx.sender);
    if let Some(response) = response {
        let code = response.words("status").unwrap_or_default();
        if code == "0" {
            cx.status_of(&draft, Status::Sent, "ok");
        } else {
            let code = Some(code).filter(|code| !code.is_empty());
            cx.refused(&draft, code, response.words("status_message"));
        }
    } else {
        cx.status_of(&draft, Status::Pending, "request");
    }
    cx.message(draft);
    Ok(())
}
