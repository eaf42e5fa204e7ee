//! Telegram bots: updates, and messages of ours with the answer to them.
//!
//! Times are seconds. A message's id is unique in its chat only, a chat of a business account in its connection only, and
//! an update does not name the bot: the host names the channel, else there is one channel, `telegram`.

use super::context::{Context, Draft};
use super::fact::{ContactEventKind, FactChannel, FactIdentity, IgnoredReason};
use super::tape::Node;
use super::value::{Unit, joined};
use crate::channel::ChannelKind;
use crate::error::Result;
use crate::id::ForeignId;
use crate::message::{Direction, Facts, Status};

/// What a message may hold that is one; anything else is a line of service.
const CONTENTS: &[&str] = &[
    "text",
    "photo",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "animation",
    "video_note",
    "location",
    "venue",
    "contact",
    "poll",
    "dice",
    "story",
    "game",
    "invoice",
    "successful_payment",
    "paid_media",
    "web_app_data",
    "checklist",
    "gift",
    "users_shared",
    "chat_shared",
    "passport_data",
];

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    if let Some(list) = body.get("result").filter(|found| found.is_list()) {
        // Updates that were asked for instead of pushed.
        cx.each(Ok(list.items()), update);
        return Ok(());
    }
    update(cx, body)
}

fn update(cx: &mut Context<'_>, update: Node<'_>) -> Result<()> {
    // One kind an update, says Telegram; whoever keeps all keys has null in the others.
    let mut is_empty = true;
    let kinds = update.entries().filter(|(key, value)| key != "update_id" && !value.is_null());
    for (name, value) in kinds {
        is_empty = false;
        let outcome = if value.is_object() { kind(cx, &name, value) } else { Err(value.wrong("an object")) };
        cx.note(outcome);
    }
    if is_empty { Err(update.missing("message")) } else { Ok(()) }
}

fn kind(cx: &mut Context<'_>, name: &str, value: Node<'_>) -> Result<()> {
    match name {
        "message" => message(cx, value, false),
        "business_message" => message(cx, value, true),
        "callback_query" => {
            let mut fact =
                cx.event(ContactEventKind::ButtonPressed, Some(bot(cx)), someone(value.object("from")?)?, None);
            fact.detail = value.words("data");
            cx.keep(fact);
            Ok(())
        }
        "my_chat_member" => member(cx, value),
        "edited_message" | "edited_business_message" | "deleted_business_messages" | "edited_channel_post" => {
            cx.ignore(value, name, IgnoredReason::Revision);
            Ok(())
        }
        "channel_post" => {
            cx.ignore(value, name, IgnoredReason::Feed);
            Ok(())
        }
        "message_reaction" | "message_reaction_count" => {
            cx.ignore(value, name, IgnoredReason::Reaction);
            Ok(())
        }
        "chat_member" | "chat_join_request" | "chat_boost" | "removed_chat_boost" => {
            cx.ignore(value, name, IgnoredReason::Group);
            Ok(())
        }
        "inline_query"
        | "chosen_inline_result"
        | "shipping_query"
        | "pre_checkout_query"
        | "purchased_paid_media"
        | "poll"
        | "poll_answer" => {
            cx.ignore(value, name, IgnoredReason::Extra);
            Ok(())
        }
        "business_connection" => {
            cx.ignore(value, name, IgnoredReason::Account);
            Ok(())
        }
        _ => {
            cx.ignore(value, name, IgnoredReason::UnknownKind);
            Ok(())
        }
    }
}

fn bot(cx: &Context<'_>) -> FactChannel {
    cx.account(ChannelKind::Telegram)
}

fn someone(user: Node<'_>) -> Result<FactIdentity> {
    let name = [user.name("first_name"), user.name("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { user.words("title").or_else(|| user.name("username")) } else { Some(name) };
    Ok(FactIdentity { external: Some(user.need_id("id")?), name, ..FactIdentity::default() })
}

/// The id of a message: with the bot, the business account's connection and the chat before it.
fn message_id(channel: &FactChannel, chat: &str, message: Node<'_>) -> Result<ForeignId> {
    let bot = channel.id.as_ref().map_or_else(|| "telegram".into(), ForeignId::to_text);
    let (connection, id) = (message.id("business_connection_id")?, message.need_id("message_id")?);
    Ok(match connection {
        Some(connection) => joined(&[&bot, &connection, chat, &id]).into(),
        None => joined(&[&bot, chat, &id]).into(),
    })
}

fn content(message: Node<'_>) -> Option<String> {
    let title = |key: &str, name: &str| message.get(key).and_then(|found| found.words(name));
    message
        .words("text")
        .or_else(|| message.words("caption"))
        .or_else(|| title("sticker", "emoji"))
        .or_else(|| title("venue", "title"))
        .or_else(|| title("poll", "question"))
        .or_else(|| title("document", "file_name"))
}

fn message(cx: &mut Context<'_>, message: Node<'_>, is_business: bool) -> Result<()> {
    if !CONTENTS.iter().any(|key| message.get(key).is_some()) && message.entries().any(|(key, _)| is_service(&key)) {
        cx.ignore(message, "service_message", IgnoredReason::Group);
        return Ok(());
    }
    let chat = message.object("chat")?;
    let room = chat.need_id("id")?;
    let channel = bot(cx);
    let id = message_id(&channel, &room, message)?;
    let at = message.need_time("date", Unit::Seconds)?;
    let from = message.get("from").filter(|from| from.is_object());
    // In a private chat the chat is the person: whoever else writes there is on our side.
    let is_private = chat.says("type", "private");
    let author = match from {
        Some(from) => from.id("id")?,
        None => None,
    };
    let is_ours =
        from.is_some_and(|from| from.flag("is_bot")) || (is_business && is_private && author.as_ref() != Some(&room));
    let person = if let Some(from) = from.filter(|_| !is_ours && !is_private) {
        someone(from)?
    } else {
        let mut person = someone(chat)?;
        if let Some(from) = from.filter(|_| !is_ours) {
            person.name = someone(from)?.name.or(person.name);
        }
        person
    };
    let direction = if is_ours { Direction::Outgoing } else { Direction::Incoming };
    let mut draft = Draft::new(id, channel, person, at, direction).saying(content(message));
    if is_ours {
        if message.get("sender_business_bot").is_none() && is_business {
            draft.facts = Facts { is_phone_app_echo: true, ..Facts::default() };
        } else {
            draft = draft.sent_by(cx.sender);
        }
        cx.status_of(&draft, Status::Sent, "date");
    }
    cx.message(draft);
    Ok(())
}

fn is_service(key: &str) -> bool {
    [
        "new_chat_",
        "left_chat_",
        "group_chat_",
        "supergroup_chat_",
        "channel_chat_",
        "delete_chat_",
        "migrate_",
        "forum_topic_",
        "general_forum_",
        "video_chat_",
        "giveaway",
        "chat_background",
        "boost_",
    ]
    .iter()
    .any(|start| key.starts_with(start))
        || matches!(
            key,
            "pinned_message"
                | "message_auto_delete_timer_changed"
                | "connected_website"
                | "write_access_allowed"
                | "proximity_alert_triggered"
        )
}

/// The person stopped the bot, or started it again.
fn member(cx: &mut Context<'_>, change: Node<'_>) -> Result<()> {
    let chat = change.object("chat")?;
    if !chat.says("type", "private") {
        cx.ignore(change, "my_chat_member", IgnoredReason::Group);
        return Ok(());
    }
    let status = change.object("new_chat_member")?;
    let gone = status.says("status", "kicked") || status.says("status", "left");
    let kind = if gone { ContactEventKind::Unsubscribed } else { ContactEventKind::Subscribed };
    let at = cx.event_time(change, "date", Unit::Seconds)?;
    cx.keep(cx.event(kind, Some(bot(cx)), someone(chat)?, at));
    Ok(())
}

/// A message of ours: Telegram answers with the message itself.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let response = response.ok_or_else(|| root.missing("response"))?;
    if let Some(result) = response.get("result").filter(|_| response.flag("ok")) {
        if !result.is_object() {
            cx.ignore(response, "result", IgnoredReason::Extra);
            return Ok(());
        }
        return message(cx, result, false);
    }
    let request = request.ok_or_else(|| root.missing("request"))?;
    let id = cx.refused_id()?;
    let to = FactIdentity { external: Some(request.need_id("chat_id")?), ..FactIdentity::default() };
    let draft =
        Draft::new(id, bot(cx), to, cx.arrival()?, Direction::Outgoing).saying(content(request)).sent_by(cx.sender);
    cx.refused(&draft, response.words("error_code"), response.words("description"));
    cx.message(draft);
    Ok(())
}
