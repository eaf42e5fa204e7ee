//! LINE official accounts: webhooks, and messages of ours with the answer to them.
//!
//! Times are milliseconds. An event that is delivered again bears the ids that it had.

use super::context::{Context, Draft, channel, person};
use super::fact::{ContactEventKind, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::Unit;
use crate::channel::ChannelKind;
use crate::error::Result;
use crate::message::{Direction, Status};

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    let destination = body.need_id("destination")?;
    // An empty list is the provider's test of the address.
    if body.list("events")?.next().is_none() {
        cx.ignore(body, "events", IgnoredReason::Verification);
        return Ok(());
    }
    cx.each(body.list("events"), |cx, event| one(cx, &destination, event));
    Ok(())
}

fn one(cx: &mut Context<'_>, destination: &str, event: Node<'_>) -> Result<()> {
    let name = event.need_id("type")?;
    let account = channel(destination, ChannelKind::Line);
    match name.as_str() {
        "message" => {
            let message = event.object("message")?;
            let id = message.need_id("id")?;
            let at = event.need_time("timestamp", Unit::Millis)?;
            cx.message(Draft::new(id, account, source(event)?, at, Direction::Incoming).saying(content(message)));
        }
        "follow" | "unfollow" => {
            let kind = if name == "follow" { ContactEventKind::Subscribed } else { ContactEventKind::Unsubscribed };
            let at = cx.event_time(event, "timestamp", Unit::Millis)?;
            cx.keep(cx.event(kind, Some(account), source(event)?, at));
        }
        "postback" => {
            let at = cx.event_time(event, "timestamp", Unit::Millis)?;
            let mut fact = cx.event(ContactEventKind::ButtonPressed, Some(account), source(event)?, at);
            fact.detail = event.get("postback").and_then(|postback| postback.words("data"));
            cx.keep(fact);
        }
        "unsend" | "messageEdited" => cx.ignore(event, name, IgnoredReason::Revision),
        "join" | "leave" | "memberJoined" | "memberLeft" => cx.ignore(event, name, IgnoredReason::Group),
        "activated" | "deactivated" | "botSuspended" | "botResumed" | "accountLink" | "membership" => {
            cx.ignore(event, name, IgnoredReason::Account);
        }
        // A receipt for a message by phone number names a hashed number and no message.
        "delivery" => cx.ignore(event, name, IgnoredReason::NotDelivery),
        "videoPlayComplete" | "beacon" | "things" | "module" => cx.ignore(event, name, IgnoredReason::Extra),
        _ => cx.ignore(event, name, IgnoredReason::UnknownKind),
    }
    Ok(())
}

/// Who it is: a user, else the group or room where somebody unnamed wrote.
fn source(event: Node<'_>) -> Result<FactIdentity> {
    let source = event.object("source")?;
    match source.id("userId")?.or(source.id("groupId")?).or(source.id("roomId")?) {
        Some(id) => Ok(person(id)),
        None => Err(source.missing("userId")),
    }
}

fn content(message: Node<'_>) -> Option<String> {
    message
        .words("text")
        .or_else(|| message.words("fileName"))
        .or_else(|| message.words("title"))
        .or_else(|| message.words("altText"))
}

/// Messages of ours: up to five by one request, in the order of the answer.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let request = request.ok_or_else(|| root.missing("request"))?;
    let response = response.ok_or_else(|| root.missing("response"))?;
    let account = cx.account(ChannelKind::Line);
    // A reply names a token, no person.
    let to = match request.id("to")? {
        Some(to) => to,
        None => cx.to.map(str::to_owned).ok_or_else(|| root.missing("to"))?,
    };
    let at = cx.arrival()?;
    let mut asked = request.list("messages")?;
    if response.get("sentMessages").is_none() {
        let Some(reason) = response.words("message") else { return Err(response.missing("sentMessages")) };
        // Refused is the whole request, with one reason and no id.
        let id = cx.refused_id()?;
        for (place, message) in asked.enumerate() {
            let id = if place == 0 { id.clone() } else { format!("{id}/{}", place + 1).into() };
            let draft = Draft::new(id, account.clone(), person(to.clone()), at, Direction::Outgoing)
                .saying(content(message))
                .sent_by(cx.sender);
            cx.refused(&draft, None, Some(reason_of(response, place).unwrap_or_else(|| reason.clone())));
            cx.message(draft);
        }
        return Ok(());
    }
    for answer in response.list("sentMessages")? {
        let draft = Draft::new(answer.need_id("id")?, account.clone(), person(to.clone()), at, Direction::Outgoing)
            .saying(asked.next().and_then(content))
            .sent_by(cx.sender);
        cx.status_of(&draft, Status::Sent, "sentMessages");
        cx.message(draft);
    }
    Ok(())
}

/// What is wrong with one message of a request that was refused, where the answer says: `messages[0].text`.
fn reason_of(response: Node<'_>, place: usize) -> Option<String> {
    let start = format!("messages[{place}]");
    let details = response.get("details")?.items();
    details
        .filter(|detail| detail.words("property").is_some_and(|path| path.starts_with(&start)))
        .find_map(|detail| detail.words("message"))
}
