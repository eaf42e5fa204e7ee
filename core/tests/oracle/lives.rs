//! One message: its rows folded (D10), its delivery (K5, K6, D5, D11), its source, type and subtype (K1 to K4, D9, D13).

use std::collections::HashMap;

use omnicontact::classify::{ClassifyPolicy, Untracked};
use omnicontact::{ChannelKind, Direction, Facts, ForeignId, Message, MessageType, Source, Status, StatusUpdate};

/// 30 × 24 h (K6).
const LATE: i64 = 30 * 24 * 3_600_000;

/// What became of an outgoing message.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) status: Status,
    pub(crate) accepted: bool,
    pub(crate) delivered: bool,
    pub(crate) read: bool,
    pub(crate) delivered_at: Option<i64>,
    pub(crate) read_at: Option<i64>,
    /// When the failed log shows it, if it failed.
    pub(crate) failed_at: i64,
    pub(crate) code: Option<String>,
    pub(crate) error: Option<String>,
    /// Earliest time of a success.
    pub(crate) success_at: Option<i64>,
}

/// What an outgoing message is.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) source: Source,
    pub(crate) message_type: MessageType,
    pub(crate) subtype: Option<String>,
    pub(crate) user: Option<ForeignId>,
    pub(crate) team: Option<ForeignId>,
}

fn present(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

pub(crate) fn life(message: &Message, untracked: Untracked) -> Life {
    let sent_at = message.sent_at.as_millis();
    let assumed = [StatusUpdate::new(Status::Sent, Some(message.sent_at))];
    let history = match (&message.delivery, untracked) {
        (Some(history), _) => history.as_slice(),
        (None, Untracked::Sent) => &assumed,
        (None, Untracked::Pending) => &[],
    };
    let counted: Vec<&StatusUpdate> =
        history.iter().filter(|update| update.at.is_none_or(|at| at.as_millis() - sent_at <= LATE)).collect();
    let order = [Status::Read, Status::Delivered, Status::Failed, Status::Sent];
    let has = |status: Status| counted.iter().any(|update| update.status == status);
    let first = |statuses: &[Status]| {
        let of = counted.iter().filter(|update| statuses.contains(&update.status));
        of.filter_map(|update| update.at).map(omnicontact::Instant::as_millis).min()
    };
    // D41: the earliest failure that has a text tells both, of two alike the one that has a code; where there is no text, the
    // earliest that has a code.
    let mut failures: Vec<(i64, Option<String>, Option<String>)> = counted
        .iter()
        .filter(|update| update.status == Status::Failed)
        .map(|update| {
            let at = update.at.unwrap_or(message.sent_at).as_millis();
            (at, present(update.error.as_ref()), present(update.error_code.as_ref()))
        })
        .collect();
    failures.sort_by_key(|(at, error, code)| (*at, error.clone(), code.is_none(), code.clone()));
    let told = failures.iter().find(|failure| failure.1.is_some());
    let coded = failures.iter().filter(|failure| failure.2.is_some()).min_by_key(|failure| (failure.0, &failure.2));
    Life {
        status: order.into_iter().find(|&status| has(status)).unwrap_or(Status::Pending),
        accepted: has(Status::Sent) || has(Status::Delivered) || has(Status::Read),
        delivered: has(Status::Delivered) || has(Status::Read),
        read: has(Status::Read),
        delivered_at: first(&[Status::Delivered]),
        read_at: first(&[Status::Read]),
        failed_at: first(&[Status::Failed]).unwrap_or(sent_at),
        code: told.or(coded).and_then(|failure| failure.2.clone()),
        error: told.and_then(|failure| failure.1.clone()),
        success_at: first(&[Status::Sent, Status::Delivered, Status::Read]),
    }
}

pub(crate) fn class(message: &Message, kind: Option<&ChannelKind>, policy: &ClassifyPolicy) -> Class {
    let nothing = Facts::default();
    let facts = message.facts.as_deref().unwrap_or(&nothing);
    let source = match &message.source {
        Some(source) if !source.as_str().is_empty() => source.clone(),
        _ => source(message, facts, policy),
    };
    let whatsapp = kind.is_some_and(|kind| kind.as_str().contains("whatsapp"));
    let tags = kind == Some(&ChannelKind::Facebook) || policy.instagram_tags && kind == Some(&ChannelKind::Instagram);
    let template = present(facts.template_name.as_ref());
    let tag = present(facts.message_tag.as_ref()).map(|tag| spelled(&tag));
    let counts = tag.as_ref().filter(|tag| !(policy.human_agent_as_session && *tag == "HUMAN_AGENT"));
    let derived = match (&template, counts, present(facts.other_type.as_ref())) {
        (Some(_), _, _) if whatsapp => MessageType::WhatsappMessageTemplate,
        (_, Some(_), _) if tags => MessageType::FacebookMessageTag,
        (_, _, Some(other)) => MessageType::parse(&other).unwrap(),
        _ => MessageType::Session,
    };
    let ready = message.message_type.clone().filter(|ready| !ready.as_str().is_empty());
    let message_type = ready.unwrap_or(derived);
    // A ready type, too, takes the subtype that is missing from the facts.
    let subtype = present(message.subtype.as_ref()).or(match message_type {
        MessageType::WhatsappMessageTemplate => template,
        MessageType::FacebookMessageTag => tag,
        _ => None,
    });
    let of_user = source == Source::User;
    Class {
        subtype: subtype.filter(|_| message_type != MessageType::Session),
        user: message.user.clone().filter(|_| of_user),
        team: message.team.clone().filter(|_| of_user),
        source,
        message_type,
    }
}

/// Today's four tags in upper snake case, every other as it came (K3).
fn spelled(tag: &str) -> String {
    let four = ["CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE", "ACCOUNT_UPDATE", "HUMAN_AGENT"];
    four.iter().find(|known| known.eq_ignore_ascii_case(tag)).map_or(tag, |known| known).to_owned()
}

fn source(message: &Message, facts: &Facts, policy: &ClassifyPolicy) -> Source {
    let ours = present(facts.app_id.as_ref()).is_some_and(|id| policy.own_app_ids.contains(&id));
    let integration = present(facts.integration.as_ref());
    if facts.is_phone_app_echo || facts.is_echo && !ours {
        Source::EchoMessage
    } else if message.broadcast.is_some() {
        Source::Broadcast
    } else if facts.workflow.is_some() {
        Source::Workflow
    } else if facts.bot.is_some() {
        Source::Bot
    } else if facts.ai_agent.is_some() {
        Source::AiAgent
    } else if let Some(name) = integration {
        Source::parse(&name).unwrap()
    } else if facts.is_api {
        Source::DeveloperApi
    } else if message.user.is_some() {
        Source::User
    } else {
        Source::Unknown
    }
}

/// One row a message id (D10, K1).
pub(crate) fn fold(rows: &[Message]) -> Vec<Message> {
    let mut order: Vec<&ForeignId> = Vec::new();
    let mut groups: HashMap<&ForeignId, Vec<&Message>> = HashMap::new();
    for row in rows {
        groups.entry(&row.id).or_insert_with(|| {
            order.push(&row.id);
            Vec::new()
        });
        groups.get_mut(&row.id).unwrap().push(row);
    }
    order.into_iter().map(|id| unite(&groups[id])).collect()
}

fn is_echo(row: &Message) -> bool {
    let facts = row.facts.as_deref();
    row.source == Some(Source::EchoMessage) || facts.is_some_and(|facts| facts.is_echo || facts.is_phone_app_echo)
}

fn unite(rows: &[&Message]) -> Message {
    let (echoes, own): (Vec<&Message>, Vec<&Message>) = rows.iter().partition(|row| is_echo(row));
    // A row that says nothing but where, when and what became of it is an update, whoever's message it is.
    let says = |row: &&Message| {
        let mut bare = Message::new(row.id.clone(), row.sent_at, row.direction, row.contact.clone());
        over(&mut bare, row);
        (bare.channel, bare.delivery) = (None, None);
        bare.facts = bare.facts.filter(|facts| **facts != Facts::default());
        bare != Message::new(row.id.clone(), row.sent_at, row.direction, row.contact.clone())
    };
    let ours = own.iter().any(says);
    // What counts less comes first, and is overwritten.
    let mut found = echoes.iter().chain(&own).fold(None, |found: Option<Message>, row| {
        let Some(mut found) = found else { return Some((*row).clone()) };
        over(&mut found, row);
        Some(found)
    });
    let found = found.as_mut().unwrap();
    if ours {
        if found.source == Some(Source::EchoMessage) {
            found.source = None;
        }
        if let Some(facts) = &mut found.facts {
            (facts.is_echo, facts.is_phone_app_echo, facts.app_id) = (false, false, None);
        }
    }
    found.clone()
}

fn over(found: &mut Message, row: &Message) {
    fn put<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
        if let Some(new) = new {
            *old = Some(new.clone());
        }
    }
    (found.sent_at, found.direction) = (row.sent_at, row.direction);
    found.contact.clone_from(&row.contact);
    put(&mut found.channel, row.channel.as_ref());
    put(&mut found.source, row.source.as_ref().filter(|source| !source.as_str().is_empty()));
    put(&mut found.message_type, row.message_type.as_ref().filter(|kind| !kind.as_str().is_empty()));
    put(&mut found.subtype, present(row.subtype.as_ref()).as_ref());
    put(&mut found.user, row.user.as_ref());
    put(&mut found.team, row.team.as_ref());
    put(&mut found.broadcast, row.broadcast.as_ref());
    put(&mut found.content, present(row.content.as_ref()).as_ref());
    if let Some(history) = &row.delivery {
        found.delivery.get_or_insert_with(Vec::new).extend(history.iter().cloned());
    }
    if let Some(new) = &row.facts {
        let old = found.facts.get_or_insert_with(Box::default);
        old.is_echo |= new.is_echo;
        old.is_phone_app_echo |= new.is_phone_app_echo;
        old.is_api |= new.is_api;
        put(&mut old.app_id, present(new.app_id.as_ref()).as_ref());
        put(&mut old.workflow, new.workflow.as_ref());
        put(&mut old.bot, new.bot.as_ref());
        put(&mut old.ai_agent, new.ai_agent.as_ref());
        put(&mut old.integration, present(new.integration.as_ref()).as_ref());
        put(&mut old.template_name, present(new.template_name.as_ref()).as_ref());
        put(&mut old.message_tag, present(new.message_tag.as_ref()).as_ref());
        put(&mut old.other_type, present(new.other_type.as_ref()).as_ref());
    }
}

/// First success of a message (K8): an incoming one at its own time.
pub(crate) fn success(message: &Message, untracked: Untracked) -> Option<i64> {
    let own = message.sent_at.as_millis();
    if message.direction == Direction::Incoming {
        return Some(own);
    }
    let life = life(message, untracked);
    life.accepted.then(|| life.success_at.unwrap_or(own))
}
