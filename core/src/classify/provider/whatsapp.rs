//! WhatsApp Cloud API: webhooks, and messages of ours with the answer to them.
//!
//! Times are whole seconds, written as texts. A person is known by the phone (`wa_id`), by a user id of the business
//! (`US.134…`), or by both; neither need be there.

use std::borrow::Cow;
use std::collections::HashMap;

use super::context::{Context, Draft, channel};
use super::fact::{
    ContactEventKind, Fact, FactChannel, FactIdentity, IdentityChangeFact, IgnoredReason, Pricing, StatusFact,
    TAKEN_BACK,
};
use super::tape::Node;
use super::value::Unit;
use crate::arrange::arrange_all;
use crate::channel::ChannelKind;
use crate::error::{Code, Error, Result};
use crate::message::{Direction, Facts, Status};

pub(super) fn read(cx: &mut Context<'_>, body: Node<'_>) -> Result<()> {
    if body.get("entry").is_none() {
        return Err(body.missing("entry"));
    }
    cx.each(body.list("entry"), |cx, entry| {
        cx.each(entry.list("changes"), change);
        Ok(())
    });
    Ok(())
}

fn change(cx: &mut Context<'_>, change: Node<'_>) -> Result<()> {
    let field = change.need("field")?;
    let Some(field) = field.as_text() else { return Err(field.wrong("a text")) };
    match &*field {
        // Standby holds what another app answers: the messages are the same.
        "messages" | "smb_message_echoes" | "message_echoes" | "standby" | "history" | "calls" | "user_id_update"
        | "user_preferences" | "smb_app_state_sync" => {
            let value = change.object("value")?;
            let before = cx.told();
            value_of(cx, value);
            if cx.told() == before {
                cx.ignore(change, field, IgnoredReason::UnknownKind);
            }
            Ok(())
        }
        other => {
            cx.ignore(change, other, reason(other));
            Ok(())
        }
    }
}

fn reason(field: &str) -> IgnoredReason {
    if field.contains("template") {
        return IgnoredReason::Template;
    }
    match field {
        "account_alerts"
        | "account_review_update"
        | "account_update"
        | "account_settings_update"
        | "business_capability_update"
        | "business_status_update"
        | "business_username_update"
        | "phone_number_name_update"
        | "phone_number_quality_update"
        | "security"
        | "partner_solutions"
        | "payment_configuration_update"
        | "tracking_events" => IgnoredReason::Account,
        "flows" | "automatic_events" => IgnoredReason::Extra,
        "messaging_handovers" => IgnoredReason::Handover,
        field if field.starts_with("group_") => IgnoredReason::Group,
        _ => IgnoredReason::UnknownKind,
    }
}

/// What stands beside the messages of a value: the number, and what is said of its people.
struct Beside<'j> {
    number: Option<FactChannel>,
    value: Node<'j>,
    contacts: Vec<Node<'j>>,
    /// Where there are many contacts: by each of their ids.
    by_id: HashMap<Cow<'j, str>, usize>,
}

/// As many contacts are looked through one by one.
const FEW: usize = 8;

impl<'j> Beside<'j> {
    fn of(cx: &mut Context<'_>, value: Node<'j>) -> Self {
        let contacts: Vec<Node<'j>> = match value.list("contacts") {
            Ok(contacts) => contacts.collect(),
            Err(error) => {
                cx.note(Err(error));
                Vec::new()
            }
        };
        let mut by_id = HashMap::new();
        if contacts.len() > FEW {
            for (place, contact) in contacts.iter().enumerate() {
                for id in CONTACT_IDS.into_iter().filter_map(|key| contact.get(key)?.as_text()) {
                    by_id.entry(id).or_insert(place);
                }
            }
        }
        let metadata = value.get("metadata");
        let id = metadata.and_then(|metadata| metadata.id("phone_number_id").ok().flatten());
        let number = id.map(|id| {
            let mut found = channel(id, ChannelKind::WhatsappCloud);
            found.name = metadata.and_then(|metadata| metadata.name("display_phone_number"));
            found
        });
        Self { number, value, contacts, by_id }
    }

    fn number(&self) -> Result<FactChannel> {
        match &self.number {
            Some(number) => Ok(number.clone()),
            None => Err(self.value.object("metadata")?.missing("phone_number_id")),
        }
    }

    /// What is said of the person with one of these ids.
    fn contact(&self, found: &[Option<String>; 3]) -> Result<Option<(Node<'j>, [Option<String>; 3])>> {
        if self.contacts.len() > FEW {
            let place = found.iter().flatten().find_map(|id| self.by_id.get(id.as_str()));
            let contact = place.and_then(|place| self.contacts.get(*place)).copied();
            return contact.map(|contact| Ok((contact, ids(contact, CONTACT_IDS)?))).transpose();
        }
        for contact in &self.contacts {
            let theirs = ids(*contact, CONTACT_IDS)?;
            let is_same = theirs.iter().flatten().any(|id| found.iter().flatten().any(|ours| ours == id));
            // The only contact is the person, unless the ids say otherwise.
            let fits = || theirs.iter().zip(found).all(|(a, b)| a.is_none() || b.is_none() || a == b);
            if is_same || (self.contacts.len() == 1 && fits()) {
                return Ok(Some((*contact, theirs)));
            }
        }
        Ok(None)
    }
}

/// The lists that a value may hold.
const LISTS: &[&str] = &[
    "contacts",
    "messages",
    "message_echoes",
    "statuses",
    "calls",
    "user_id_update",
    "user_preferences",
    "state_sync",
    "history",
    "errors",
];

const CONTACT_IDS: [&str; 3] = ["wa_id", "user_id", "parent_user_id"];

fn value_of(cx: &mut Context<'_>, value: Node<'_>) {
    let beside = &Beside::of(cx, value);
    cx.each(value.list("messages"), |cx, message| incoming(cx, beside, message));
    cx.each(value.list("message_echoes"), |cx, message| echo(cx, beside, message));
    cx.each(value.list("statuses"), |cx, status| status_of(cx, beside, status));
    cx.each(value.list("calls"), |cx, found| call(cx, beside, found));
    cx.each(value.list("user_id_update"), |cx, update| renamed(cx, beside, update));
    cx.each(value.list("user_preferences"), |cx, preference| preferred(cx, beside, preference));
    cx.each(value.list("state_sync"), |cx, state| state_of(cx, beside, state));
    cx.each(value.list("history"), |cx, history| {
        cx.each(history.list("threads"), |cx, thread| {
            let person = thread.id("id")?;
            cx.each(thread.list("messages"), |cx, message| past(cx, beside, person.as_deref(), message));
            Ok(())
        });
        for error in history.list("errors")? {
            cx.ignore(error, "history", IgnoredReason::Account);
        }
        Ok(())
    });
    let unknown = value.entries().filter(|(key, list)| list.is_list() && !LISTS.contains(&&**key));
    for (key, list) in unknown {
        cx.ignore(list, key, IgnoredReason::UnknownKind);
    }
    match value.list("errors") {
        Ok(errors) => errors.for_each(|error| cx.ignore(error, "errors", IgnoredReason::Account)),
        Err(error) => cx.note(Err(error)),
    }
}

/// A person by every id that is there; the phone first.
fn identity(ids: impl IntoIterator<Item = Option<String>>) -> FactIdentity {
    let mut found = FactIdentity::default();
    for id in ids.into_iter().flatten() {
        if found.external.is_none() {
            found.external = Some(id);
        } else if found.external.as_ref() != Some(&id) && !found.aliases.contains(&id) {
            found.aliases.push(id);
        }
    }
    found.phone = found.external.as_ref().filter(|id| is_phone(id)).map(|id| format!("+{id}"));
    found
}

fn is_phone(id: &str) -> bool {
    (7..=15).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The ids under these keys of an object.
fn ids(node: Node<'_>, keys: [&str; 3]) -> Result<[Option<String>; 3]> {
    Ok([node.id(keys[0])?, node.id(keys[1])?, node.id(keys[2])?])
}

fn someone(identity: FactIdentity, node: Node<'_>, key: &str) -> Result<FactIdentity> {
    if identity.external.is_some() { Ok(identity) } else { Err(node.missing(key)) }
}

/// The person of a message, with what the contacts beside the messages say of the same person.
fn author(beside: &Beside<'_>, found: [Option<String>; 3]) -> Result<FactIdentity> {
    let (mut name, mut more) = (None, [None, None, None]);
    if let Some((contact, theirs)) = beside.contact(&found)? {
        let profile = contact.get("profile");
        name = profile.and_then(|profile| profile.name("name").or_else(|| profile.name("username")));
        more = theirs;
    }
    // The phone first, wherever it stands.
    let [phone, user, parent] = found;
    let [wa, wa_user, wa_parent] = more;
    let mut identity = identity([phone, wa, user, wa_user, parent, wa_parent]);
    identity.name = name;
    Ok(identity)
}

fn incoming(cx: &mut Context<'_>, beside: &Beside<'_>, message: Node<'_>) -> Result<()> {
    let channel = beside.number()?;
    let kind = message.get("type").and_then(Node::as_text).unwrap_or("unknown".into());
    let at = message.need_time("timestamp", Unit::Seconds)?;
    match &*kind {
        "system" => return system(cx, channel, message, at),
        kind if is_no_message(cx, message, kind) => return Ok(()),
        "request_welcome" => {
            let found = author(beside, ids(message, ["from", "from_user_id", "from_parent_user_id"])?)?;
            let person = someone(found, message, "from")?;
            cx.keep(cx.event(ContactEventKind::Opened, Some(channel), person, Some(at)));
            return Ok(());
        }
        _ => {}
    }
    let id = message.need_id("id")?;
    let found = author(beside, ids(message, ["from", "from_user_id", "from_parent_user_id"])?)?;
    let mut draft = Draft::new(id, channel, someone(found, message, "from")?, at, Direction::Incoming)
        .saying(content(message, &kind));
    draft.is_from_ad = message.get("referral").is_some_and(|referral| referral.says("source_type", "ad"));
    cx.message(draft);
    Ok(())
}

/// What is told like a message and is none: what came before is edited or taken back. It is ignored by its name.
fn is_no_message(cx: &mut Context<'_>, message: Node<'_>, kind: &str) -> bool {
    let reason = match kind {
        "edit" | "revoke" => IgnoredReason::Revision,
        "reaction" if is_taken_back(message) => IgnoredReason::Reaction,
        _ => return false,
    };
    cx.ignore(message, kind, reason);
    true
}

/// D40: a reaction whose emoji is empty, or not there, takes the reaction back.
fn is_taken_back(message: Node<'_>) -> bool {
    let reaction = message.get("reaction");
    reaction.is_some_and(|reaction| reaction.words("emoji").is_none_or(|emoji| emoji.trim().is_empty()))
}

/// What a log shows of a message.
fn content(message: Node<'_>, kind: &str) -> Option<String> {
    let body = message.get(kind)?;
    match kind {
        "text" => body.words("body"),
        "button" | "order" => body.words("text"),
        "reaction" => body.words("emoji"),
        "location" => body.words("name").or_else(|| body.words("address")),
        "contacts" => body.items().next()?.get("name")?.words("formatted_name"),
        "interactive" => {
            let reply =
                ["button_reply", "list_reply", "nfm_reply", "product", "body"].iter().find_map(|key| body.get(key))?;
            reply.words("title").or_else(|| reply.words("body")).or_else(|| reply.words("text"))
        }
        "template" => body.words("name"),
        _ => body.words("caption").or_else(|| body.words("filename")),
    }
}

fn system(cx: &mut Context<'_>, channel: FactChannel, message: Node<'_>, at: crate::time::Instant) -> Result<()> {
    let system = message.object("system")?;
    let name = system.words("type").unwrap_or_else(|| "system".into());
    if !matches!(name.as_str(), "user_changed_number" | "customer_changed_number" | "user_changed_user_id") {
        // The key of the device changed, the person did not.
        let is_key = matches!(name.as_str(), "customer_identity_changed" | "user_identity_changed");
        let reason = if is_key { IgnoredReason::Account } else { IgnoredReason::UnknownKind };
        cx.ignore(message, name, reason);
        return Ok(());
    }
    let current = ids(system, ["wa_id", "user_id", "parent_user_id"])?.into_iter().chain([system.id("new_wa_id")?]);
    let current: Vec<String> = current.flatten().collect();
    let before = ids(message, ["from", "from_user_id", "from_parent_user_id"])?;
    let named = ids(system, ["previous_wa_id", "previous_user_id", "previous_parent_user_id"])?;
    let mut previous: Vec<String> = before.into_iter().chain(named).flatten().collect();
    if previous.is_empty() {
        previous.extend(system.id("user_id")?.and_then(|user| earlier_user(&system.words("body")?, &user)));
    }
    changed(cx, system, channel, previous, current, at, name)
}

/// The user id before, where the line says it and no field does: `User Ana changed from US.1 to US.2`.
///
/// The line is read from its end, where the ids stand: the name before them is the person's to choose.
fn earlier_user(line: &str, current: &str) -> Option<String> {
    let before = line.trim_end().strip_suffix(current)?.trim_end().strip_suffix("to")?.trim_end();
    let (rest, id) = before.rsplit_once(' ')?;
    rest.trim_end().ends_with(" from").then_some(())?;
    let (country, user) = id.split_once('.')?;
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_user = !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    (is_country && is_user && id != current).then(|| id.to_owned())
}

/// A change of ids, of which both sides must be known. An id on both sides did not change.
fn changed(
    cx: &mut Context<'_>,
    node: Node<'_>,
    channel: FactChannel,
    mut previous: Vec<String>,
    mut current: Vec<String>,
    at: crate::time::Instant,
    name: String,
) -> Result<()> {
    arrange_all(&mut previous);
    previous.dedup();
    arrange_all(&mut current);
    current.dedup();
    if previous.is_empty() {
        return Err(node.missing("previous_user_id"));
    }
    if current.is_empty() {
        return Err(node.missing("user_id"));
    }
    let provider = cx.provider;
    cx.push(Fact::IdentityChange(Box::new(IdentityChangeFact { provider, channel, previous, current, at, name })));
    Ok(())
}

fn renamed(cx: &mut Context<'_>, beside: &Beside<'_>, update: Node<'_>) -> Result<()> {
    let channel = beside.number()?;
    let at = update.need_time("timestamp", Unit::Seconds)?;
    let (mut previous, mut current) = (Vec::new(), Vec::new());
    // The phone stays: it is known on both sides.
    previous.extend(update.id("wa_id")?);
    for key in ["user_id", "parent_user_id"] {
        if let Some(pair) = update.get(key) {
            previous.extend(pair.id("previous")?);
            current.extend(pair.id("current")?);
        }
    }
    changed(cx, update, channel, previous, current, at, "user_id_update".into())
}

fn preferred(cx: &mut Context<'_>, beside: &Beside<'_>, preference: Node<'_>) -> Result<()> {
    let channel = beside.number()?;
    let found = author(beside, ids(preference, ["wa_id", "user_id", "parent_user_id"])?)?;
    let person = someone(found, preference, "wa_id")?;
    let at = preference.time("timestamp", Unit::Seconds)?;
    let kind = match preference.words("value").as_deref() {
        Some("stop") => ContactEventKind::Unsubscribed,
        // Resumed, or asked for in the first place.
        Some("resume" | "signup") => ContactEventKind::Subscribed,
        _ => {
            cx.ignore(preference, "user_preferences", IgnoredReason::UnknownKind);
            return Ok(());
        }
    };
    let mut event = cx.event(kind, Some(channel), person, at);
    event.detail = preference.words("category");
    cx.keep(event);
    Ok(())
}

/// An entry of the phone's address book.
fn state_of(cx: &mut Context<'_>, beside: &Beside<'_>, state: Node<'_>) -> Result<()> {
    let channel = beside.number()?;
    let Some(contact) = state.get("contact").filter(|_| state.says("action", "add")) else {
        cx.ignore(state, "smb_app_state_sync", IgnoredReason::Catalogue);
        return Ok(());
    };
    let phone = contact.need_id("phone_number")?;
    let mut person = identity([Some(phone.trim_start_matches('+').to_owned())]);
    person.name = contact.words("full_name").or_else(|| contact.words("first_name"));
    let at = match state.get("metadata") {
        Some(metadata) => metadata.time("timestamp", Unit::Seconds)?,
        None => None,
    };
    cx.keep(cx.event(ContactEventKind::Updated, Some(channel), person, at));
    Ok(())
}

/// Written in the phone app, or on a device beside it.
fn echo(cx: &mut Context<'_>, beside: &Beside<'_>, message: Node<'_>) -> Result<()> {
    let kind = message.words("type").unwrap_or_else(|| "unknown".into());
    if is_no_message(cx, message, &kind) {
        return Ok(());
    }
    let found = author(beside, ids(message, ["to", "to_user_id", "to_parent_user_id"])?)?;
    let person = someone(found, message, "to")?;
    let at = message.need_time("timestamp", Unit::Seconds)?;
    let draft = Draft::new(message.need_id("id")?, beside.number()?, person, at, Direction::Outgoing)
        .saying(content(message, &kind))
        .with(Facts { is_phone_app_echo: true, ..Facts::default() });
    cx.status_of(&draft, Status::Sent, "echo");
    cx.message(draft);
    Ok(())
}

/// A message from before the number was shared with the phone app.
fn past(cx: &mut Context<'_>, beside: &Beside<'_>, thread: Option<&str>, message: Node<'_>) -> Result<()> {
    let channel = beside.number()?;
    let kind = message.words("type").unwrap_or_else(|| "unknown".into());
    if is_no_message(cx, message, &kind) {
        return Ok(());
    }
    let at = message.need_time("timestamp", Unit::Seconds)?;
    let from = message.id("from")?;
    let is_ours = message.get("to").is_some() && thread.is_none_or(|thread| from.as_deref() != Some(thread));
    let side = if is_ours {
        ["to", "to_user_id", "to_parent_user_id"]
    } else {
        ["from", "from_user_id", "from_parent_user_id"]
    };
    let [phone, user, parent] = ids(message, side)?;
    let person = author(beside, [phone.or_else(|| thread.map(str::to_owned)), user, parent])?;
    let person = someone(person, message, side[0])?;
    let direction = if is_ours { Direction::Outgoing } else { Direction::Incoming };
    let mut draft = Draft::new(message.need_id("id")?, channel, person, at, direction).saying(content(message, &kind));
    if is_ours {
        draft.facts.is_phone_app_echo = true;
        let word = message.get("history_context").and_then(|context| context.words("status"));
        // The time of a receipt of the past is not told; that it was sent is.
        let status = match word.as_deref() {
            Some("ERROR") => Status::Failed,
            Some("DELIVERED") => Status::Delivered,
            Some("READ" | "PLAYED") => Status::Read,
            Some("PENDING") => Status::Pending,
            _ => Status::Sent,
        };
        let mut fact = cx.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
        fact.status = Some(status);
        fact.word = word.unwrap_or_else(|| "history".into());
        cx.push(Fact::Status(Box::new(fact)));
    }
    cx.message(draft);
    Ok(())
}

fn call(cx: &mut Context<'_>, beside: &Beside<'_>, call: Node<'_>) -> Result<()> {
    let is_ours = call.says("direction", "BUSINESS_INITIATED");
    let side = if is_ours {
        ["to", "to_user_id", "to_parent_user_id"]
    } else {
        ["from", "from_user_id", "from_parent_user_id"]
    };
    let person = someone(author(beside, ids(call, side)?)?, call, side[0])?;
    let at = call.need_time("timestamp", Unit::Seconds)?;
    let direction = if is_ours { Direction::Outgoing } else { Direction::Incoming };
    let facts = Facts { other_type: is_ours.then(|| "call".into()), ..Facts::default() };
    let draft = Draft::new(call.need_id("id")?, beside.number()?, person, at, direction).with(facts);
    if is_ours {
        cx.status_of(&draft, Status::Sent, "call");
    }
    cx.message(draft);
    Ok(())
}

fn status_of(cx: &mut Context<'_>, beside: &Beside<'_>, status: Node<'_>) -> Result<()> {
    let word = status.need("status")?;
    if status.says("type", "call") {
        cx.ignore(status, "call", IgnoredReason::NotDelivery);
        return Ok(());
    }
    let side = ids(status, ["recipient_id", "recipient_user_id", "recipient_parent_user_id"])?;
    // Of a message to a group the receipt names the participant; the message went to the group.
    let person = author(beside, side)?;
    let mut fact = cx.status_fact(status.need_id("id")?.into(), beside.number()?, person);
    fact.at = Some(status.need_time("timestamp", Unit::Seconds)?);
    if let Some(error) = status.list("errors")?.next() {
        fact.error_code = error.words("code");
        fact.error = reason_of(error);
    }
    if let Some(pricing) = status.get("pricing") {
        fact.pricing = Some(Pricing {
            model: pricing.words("pricing_model"),
            price_type: pricing.words("type"),
            category: pricing.words("category"),
            billable: pricing.get("billable").map(Node::is_true),
        });
    }
    cx.status(fact, word)
}

/// The most telling words of an error.
fn reason_of(error: Node<'_>) -> Option<String> {
    let details = error.get("error_data").and_then(|data| data.words("details"));
    details.or_else(|| error.words("message")).or_else(|| error.words("title"))
}

/// A message of ours: what was asked, and what was answered.
pub(super) fn sent(
    cx: &mut Context<'_>,
    root: Node<'_>,
    request: Option<Node<'_>>,
    response: Option<Node<'_>>,
) -> Result<()> {
    let request = request.ok_or_else(|| root.missing("request"))?;
    if request.get("message_id").is_some() && request.get("status").is_some() {
        cx.ignore(request, "read", IgnoredReason::Presence);
        return Ok(());
    }
    let account = cx.channel.clone().ok_or_else(|| root.missing("channel"))?;
    let failure = response.and_then(|response| response.get("error"));
    let answer = match response {
        Some(response) => response.list("messages")?.next(),
        None => None,
    };
    let trace = failure.and_then(|error| error.words("fbtrace_id")).map(Into::into);
    let id = match answer {
        Some(answer) => Some(answer.need_id("id")?.into()),
        None => cx.id.cloned().or(trace),
    };
    let id = id.ok_or_else(|| root.missing("response"))?;
    let contact = match response {
        Some(response) => response.list("contacts")?.next(),
        None => None,
    };
    let theirs = match contact {
        Some(contact) => ids(contact, ["wa_id", "user_id", "parent_user_id"])?,
        None => [None, None, None],
    };
    let [wa, user, parent] = theirs;
    let to = request.id("to")?.map(|to| digits(&to).into_owned());
    // Who takes the message is what WhatsApp says; what was dialled is the same person.
    let person = identity([wa, to, user, request.id("recipient")?, parent]);
    let person = someone(person, request, "to")?;
    let kind = request.words("type").unwrap_or_else(|| "text".into());
    let template = request.get("template").filter(|_| kind == "template");
    let content = content(request, &kind).filter(|_| template.is_none());
    let mut draft =
        Draft::new(id, channel(account, ChannelKind::WhatsappCloud), person, cx.arrival()?, Direction::Outgoing)
            .saying(content)
            .sent_by(cx.sender);
    if kind == "reaction" && is_taken_back(request) {
        // The answer gave it an id, of which statuses may tell: they are of no message.
        let fact = cx.status_fact(draft.id, draft.channel, draft.identity);
        cx.push(Fact::Status(Box::new(StatusFact { at: Some(draft.at), word: TAKEN_BACK.into(), ..fact })));
        cx.ignore(request, kind, IgnoredReason::Reaction);
        return Ok(());
    }
    if let Some(template) = template {
        draft.facts.template_name = Some(template.need_id("name")?);
    }
    if let Some(error) = failure {
        cx.refused(&draft, error.words("code"), reason_of(error));
    } else if let Some(word) = answer.and_then(|answer| answer.get("message_status")) {
        let mut fact = cx.status_fact(draft.id.clone(), draft.channel.clone(), draft.identity.clone());
        fact.at = Some(draft.at);
        cx.status(fact, word)?;
    } else if answer.is_some() {
        cx.status_of(&draft, Status::Pending, "accepted");
    } else if response.is_some() {
        return Err(Error::new(Code::UnknownPayload, "neither messages nor an error").at("response"));
    } else {
        cx.status_of(&draft, Status::Pending, "request");
    }
    cx.message(draft);
    Ok(())
}

/// A phone as WhatsApp writes it: digits alone.
fn digits(to: &str) -> Cow<'_, str> {
    if to.starts_with('+') { Cow::Owned(to.chars().filter(char::is_ascii_digit).collect()) } else { Cow::Borrowed(to) }
}
