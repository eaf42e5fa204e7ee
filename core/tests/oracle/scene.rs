//! Random small workspaces and questions about them.

use chrono::{NaiveDate, TimeDelta};
use omnicontact::classify::{ClassifyPolicy, Untracked};
use omnicontact::report::{Column, log_columns};
use omnicontact::{
    Channel, ChannelKind, Component, ContactEvent, DatasetOptions, Direction, Directory, EventKind, Facts, Filters,
    ForeignId, Granularity, Instant, Locale, LogOptions, Message, MessageType, Named, PeriodPolicy, PeriodSpec, Preset,
    ReportKind, ReportOptions, ReportPolicies, Source, Status, StatusUpdate, Weekday, Zone,
};
use proptest::collection::vec;
use proptest::option::{self, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use super::workspace::Workspace;

/// A workspace with a question.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) workspace: Workspace,
    pub(crate) kind: ReportKind,
    pub(crate) options: ReportOptions,
}

impl std::fmt::Debug for Scene {
    /// Rows as JSON, one a line, and what the question says beside its defaults.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Workspace { messages, events, merges, options, .. } = &self.workspace;
        for message in messages {
            writeln!(f, "  {} {}", message.sent_at, serde_json::to_string(message).unwrap())?;
        }
        for event in events {
            writeln!(f, "  {} {}", event.at, serde_json::to_string(event).unwrap())?;
        }
        writeln!(f, "  merges {merges:?}, {options:?}")?;
        let ReportOptions { zone, now, period, granularity, filters, period_policy, policies, logs, .. } =
            &self.options;
        writeln!(
            f,
            "  {} {} at {now} in {zone:?} by {granularity}, {period_policy:?}, {policies:?}",
            self.kind, period
        )?;
        writeln!(f, "  {filters:?}, {logs:?}, compare {}", self.options.compare)
    }
}

/// Zones, each with a date at which something happens to its clocks.
const PLACES: &[(&str, &str)] = &[
    ("UTC", "2026-07-15"),
    ("America/Guayaquil", "2026-03-01"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/St_Johns", "2009-11-01"),
    ("Pacific/Apia", "2011-12-30"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Europe/Lisbon", "2026-10-25"),
];

/// A place in time: local days off the date, hours into the day, milliseconds more.
type Moment = (i64, i64, i64);

fn moment() -> impl Strategy<Value = Moment> {
    let day = prop_oneof![6 => -2_i64..3, 2 => -35_i64..35, 1 => -70_i64..-30];
    (day, select(vec![0_i64, 0, 1, 12, 23]), select(vec![0_i64, 0, 0, 1, -1, 61_000, 1_800_000]))
}

struct Place {
    zone: Zone,
    date: NaiveDate,
}

impl Place {
    fn date(&self, days: i64) -> NaiveDate {
        self.date + TimeDelta::days(days)
    }

    fn at(&self, (day, hour, millis): Moment) -> Instant {
        let start = self.zone.start_of_day(self.date(day)).unwrap().as_millis();
        Instant::from_millis(start + hour * 3_600_000 + millis).unwrap()
    }
}

fn uuid(number: u128) -> ForeignId {
    Uuid::from_u128(number << 64 | 7).into()
}

pub(crate) fn contacts() -> Vec<ForeignId> {
    vec![1.into(), 2.into(), "1".into(), "ana".into(), "Zoë-9".into(), uuid(3), uuid(1), (-5).into()]
}

fn channels() -> Vec<ForeignId> {
    let texts = ["wa", "fb", "ig", "sms", "tg", "lost", "10"].map(ForeignId::from);
    texts.into_iter().chain([10.into(), uuid(2)]).collect()
}

fn users() -> Vec<ForeignId> {
    vec![7.into(), "u2".into(), "ghost".into(), "7".into()]
}

fn teams() -> Vec<ForeignId> {
    vec!["t1".into(), 2.into(), "lost".into()]
}

fn broadcasts() -> Vec<ForeignId> {
    vec!["b1".into(), 3.into(), "lost".into()]
}

/// Some names are missing, some things were removed, some are not listed.
pub(crate) fn directory() -> Directory {
    let mut directory = Directory::default();
    directory.contacts = vec![Named::new(1, "Ana Vera"), Named::new("ana", "ÑANDÚ José"), Named::new(uuid(3), "")];
    directory.channels = vec![
        Channel::new("wa", ChannelKind::WhatsappCloud).named("WhatsApp Sales"),
        Channel::new("fb", ChannelKind::Facebook).named("Page"),
        Channel::new("ig", ChannelKind::Instagram),
        Channel::new("sms", ChannelKind::Twilio).named("Short"),
        Channel::new("tg", ChannelKind::Telegram).named("Gone").removed(),
        Channel::new(10, ChannelKind::TwilioWhatsapp).named("Ten"),
        Channel::new(uuid(2), ChannelKind::Other("carrier_pigeon".into())).named("Pigeons"),
    ];
    directory.users = vec![Named::new(7, "Lucía"), Named::new("u2", "Left").removed()];
    directory
}

fn message_id(index: u32) -> ForeignId {
    match index % 4 {
        0 => (index / 4).into(),
        1 => format!("m{}", index / 4).into(),
        2 => (index / 4).to_string().into(),
        _ => uuid(u128::from(index)),
    }
}

fn facts(message: &mut Message, set: impl FnOnce(&mut Facts)) {
    set(message.facts.get_or_insert_default());
}

/// Who sent it, in every way in which a row can say so.
fn sender(message: &mut Message, choice: usize, user: usize) {
    let user = users()[user % 3].clone();
    let team = teams()[choice % 3].clone();
    let broadcast = broadcasts()[choice % 3].clone();
    let known = Source::KNOWN.to_vec();
    match choice {
        0..=17 => message.source = Some(known[choice].clone()),
        18 | 19 => (message.source, message.user, message.team) = (Some(Source::User), Some(user), Some(team)),
        20 => (message.source, message.user, message.team) = (Some(Source::Bot), Some(user), Some(team)),
        21 => (message.source, message.broadcast) = (Some(Source::Broadcast), Some(broadcast)),
        22 => message.source = Some(Source::Other("telepathy".into())),
        23 => message.source = Some(Source::Other("".into())),
        24 => facts(message, |facts| facts.workflow = Some(1.into())),
        25 => facts(message, |facts| (facts.is_echo, facts.app_id) = (true, Some("theirs".into()))),
        26 => facts(message, |facts| (facts.is_echo, facts.app_id) = (true, Some("ours".into()))),
        27 => facts(message, |facts| facts.integration = Some("make".into())),
        28 => facts(message, |facts| facts.integration = Some("pipedream".into())),
        29 => {
            facts(message, |facts| facts.is_api = true);
            message.user = Some(user);
        }
        30 => (message.user, message.team) = (Some(user), Some(team)),
        31 => (message.user, message.broadcast) = (Some(user), Some(broadcast)),
        32 => facts(message, |facts| (facts.bot, facts.ai_agent) = (Some(1.into()), Some(1.into()))),
        33 => facts(message, |facts| facts.is_phone_app_echo = true),
        _ => {}
    }
}

/// What it is, in every way in which a row can say so.
fn typed(message: &mut Message, choice: usize) {
    let kinds = [MessageType::Session, MessageType::FacebookMessageTag, MessageType::WhatsappMessageTemplate];
    match choice {
        0..=2 => message.message_type = Some(kinds[choice].clone()),
        3..=5 => (message.message_type, message.subtype) = (Some(kinds[choice - 3].clone()), Some("promo".into())),
        6 => message.subtype = Some("promo".into()),
        7 => message.message_type = Some(MessageType::Other("call".into())),
        8 => (message.message_type, message.subtype) = (Some(MessageType::Other("call".into())), Some("promo".into())),
        9 | 10 => facts(message, |facts| facts.template_name = Some("Order_Ready".into())),
        11 => facts(message, |facts| facts.message_tag = Some("human_agent".into())),
        12 => facts(message, |facts| facts.message_tag = Some("Shipping_Update".into())),
        13 => facts(message, |facts| facts.other_type = Some("messenger_template".into())),
        14 => facts(message, |facts| {
            facts.message_tag = Some("ACCOUNT_UPDATE".into());
            facts.template_name = Some("promo".into());
            facts.other_type = Some("call".into());
        }),
        15 => facts(message, |facts| facts.message_tag = Some(String::new())),
        _ => {}
    }
}

const DAY: i64 = 86_400_000;

fn update() -> impl Strategy<Value = (Status, Option<i64>, usize, usize)> {
    let after = vec![-1000_i64, 0, 1, 5000, 3_600_000, 2 * DAY, 30 * DAY, 30 * DAY + 1, 31 * DAY];
    (select(Status::ALL), weighted(0.85, select(after)), 0_usize..4, 0_usize..4)
}

fn history(at: Instant, updates: &[(Status, Option<i64>, usize, usize)]) -> Vec<StatusUpdate> {
    let known = |status: Status, words: [Option<&str>; 4], choice: usize| {
        words[choice].filter(|_| status == Status::Failed).map(str::to_owned)
    };
    let read = |&(status, after, code, error): &(Status, Option<i64>, usize, usize)| StatusUpdate {
        error_code: known(status, [None, Some("131047"), Some("30003"), Some("")], code),
        error: known(status, [None, Some("window closed"), Some("Ñ no"), Some("")], error),
        ..StatusUpdate::new(status, after.map(|after| Instant::from_millis(at.as_millis() + after).unwrap()))
    };
    updates.iter().map(read).collect()
}

type RawMessage =
    (u32, Moment, bool, usize, Option<usize>, usize, usize, usize, Option<Vec<(Status, Option<i64>, usize, usize)>>);

fn raw_message() -> impl Strategy<Value = RawMessage> {
    (
        0_u32..60,
        moment(),
        proptest::bool::weighted(0.7),
        0_usize..8,
        weighted(0.85, 0_usize..9),
        0_usize..38,
        0_usize..20,
        0_usize..6,
        weighted(0.8, vec(update(), 0..4)),
    )
}

fn message(place: &Place, raw: &RawMessage) -> Message {
    let (id, moment, outgoing, contact, channel, by, of, content, updates) = raw;
    let at = place.at(*moment);
    let direction = if *outgoing { Direction::Outgoing } else { Direction::Incoming };
    let mut message = Message::new(message_id(*id), at, direction, contacts()[*contact].clone());
    message.channel = channel.map(|channel| channels()[channel].clone());
    message.content =
        [None, Some(""), Some("hola"), Some("línea\n2")].get(*content).copied().flatten().map(str::to_owned);
    sender(&mut message, *by, *content);
    typed(&mut message, *of);
    message.delivery = updates.as_ref().map(|updates| history(at, updates));
    message
}

type RawEvent = (usize, Moment, usize, usize, usize, Option<usize>, usize, u64);

fn raw_event() -> impl Strategy<Value = RawEvent> {
    (0_usize..12, moment(), 0_usize..8, 0_usize..8, 0_usize..5, weighted(0.6, 0_usize..9), 0_usize..20, any::<u64>())
}

/// Events in the order of their times; merges that M9 would accept.
fn events(place: &Place, raw: &[RawEvent], numbered: Numbered, connected: bool, joins: bool) -> Vec<ContactEvent> {
    let mut raw: Vec<&RawEvent> = raw.iter().collect();
    raw.sort_by_key(|event| place.at(event.1));
    let mut parents: Vec<(usize, usize)> = Vec::new();
    let mut events: Vec<(u64, ContactEvent)> = Vec::new();
    for &&(kind, moment, mut contact, other, name, channel, by, shuffle) in &raw {
        let merged = |contact: usize| parents.iter().any(|pair| pair.0 == contact);
        let mut secondary = None;
        let kind = match kind {
            4 | 5 if connected => EventKind::Connected,
            // Who a message of a contact that went along with its survivor belongs to is for nobody to say.
            6 if parents.iter().all(|&(away, into)| away != contact && into != contact) => EventKind::Deleted,
            7 | 8 if joins && contact != other && !merged(contact) && !merged(other) => {
                parents.push((other, contact));
                secondary = Some(other);
                EventKind::Merged
            }
            9 if joins && !parents.is_empty() => {
                let pair = parents.remove(other % parents.len());
                (secondary, contact) = (Some(pair.0), pair.1);
                EventKind::Unmerged
            }
            10 => EventKind::Refused,
            _ => EventKind::Added,
        };
        // Nothing else happens in the very millisecond of a merge.
        let apart = i64::try_from(events.len()).unwrap() + 2;
        let at = if secondary.is_some() {
            Instant::from_millis(place.at(moment).as_millis() + apart).unwrap()
        } else {
            place.at(moment)
        };
        let mut event = ContactEvent::new(kind, at, contacts()[contact].clone());
        event.secondary = secondary.map(|secondary| contacts()[secondary].clone());
        event.name = [None, Some("Vera"), Some("Señor Ex"), Some("")].get(name).copied().flatten().map(str::to_owned);
        event.channel = channel.map(|channel| channels()[channel].clone());
        event.source = Source::KNOWN.get(by).cloned();
        event.user = (by % 3 == 0).then(|| users()[by % 4].clone());
        // Of those that are partly numbered, the others are too low to meet a number.
        if numbered == Numbered::All || numbered == Numbered::Some && (secondary.is_some() || shuffle % 3 > 0) {
            event.sequence = Some(1000 + 7 * events.len() as u64);
        }
        events.push((shuffle, event));
    }
    if numbered != Numbered::None {
        events.sort_by_key(|event| event.0);
    }
    events.into_iter().map(|event| event.1).collect()
}

fn ids(pool: Vec<ForeignId>) -> impl Strategy<Value = Vec<ForeignId>> {
    let pool = pool.into_iter().chain(["nobody".into()]).collect::<Vec<_>>();
    prop_oneof![6 => Just(Vec::new()), 1 => vec(select(pool), 1..4)]
}

fn texts(pool: &[&str]) -> impl Strategy<Value = Vec<String>> + use<> {
    let pool: Vec<String> = pool.iter().map(|&word| word.to_owned()).collect();
    prop_oneof![2 => Just(Vec::new()), 1 => vec(select(pool), 1..3)]
}

fn words(pool: &[&str]) -> impl Strategy<Value = Vec<String>> + use<> {
    let pool: Vec<String> = pool.iter().map(|&word| word.to_owned()).collect();
    prop_oneof![6 => Just(Vec::new()), 1 => vec(select(pool), 1..4)]
}

fn filters() -> impl Strategy<Value = Filters> {
    let texts = texts(&["ana", "NANDU", "ñ", "señor", "1", "00000", "zoe", "nothing like it", "e"]);
    let sources = words(&["user", "bot", "unknown", "telepathy", "broadcast", "echo_message", "incoming_message"]);
    let types = words(&["session", "call", "whatsapp_message_template", "facebook_message_tag", "nonsense"]);
    let by_id = (ids(channels()), ids(contacts()), ids(teams()), ids(users()), ids(broadcasts()));
    let some = (by_id, texts, sources, types).prop_map(
        |((channel, contact, team, user, broadcast), texts, sources, types)| {
            let filters =
                Filters::default().channel(channel).contact(contact).team(team).user(user).broadcast(broadcast);
            texts.into_iter().fold(filters.source(sources).message_type(types), Filters::contact_text)
        },
    );
    prop_oneof![1 => Just(Filters::default()), 1 => some]
}

#[derive(Debug, Clone)]
enum Span {
    Preset(Preset),
    Dates(i64, i64),
    Instants(Moment, Moment),
}

fn span() -> impl Strategy<Value = Span> {
    let presets: Vec<Preset> = Preset::ALL.iter().copied().filter(|preset| *preset != Preset::Custom).collect();
    prop_oneof![
        4 => select(presets).prop_map(Span::Preset),
        3 => (-40_i64..5, 0_i64..60).prop_map(|(from, days)| Span::Dates(from, from + days)),
        1 => (-3_i64..4, 0_i64..3).prop_map(|(from, days)| Span::Dates(from, from + days)),
        2 => (moment(), moment()).prop_map(|(start, end)| Span::Instants(start, end)),
    ]
}

fn spec(place: &Place, span: &Span) -> PeriodSpec {
    match span {
        Span::Preset(preset) => (*preset).into(),
        Span::Dates(from, to) => PeriodSpec::dates(place.date(*from), place.date(*to)),
        Span::Instants(start, end) => {
            let (start, end) = (place.at(*start), place.at(*end));
            PeriodSpec::between(start.min(end), start.max(end))
        }
    }
}

/// Columns with the timestamp among them, so that every log has one.
fn columns(kind: ReportKind) -> impl Strategy<Value = Option<Vec<Column>>> {
    let mut all = Vec::new();
    for column in Component::of(kind).flat_map(log_columns) {
        if *column != Column::Timestamp && !all.contains(column) {
            all.push(*column);
        }
    }
    let some = (subsequence(all.clone(), 0..all.len()), any::<prop::sample::Index>()).prop_map(|(mut some, at)| {
        some.insert(at.index(some.len() + 1), Column::Timestamp);
        some
    });
    weighted(0.3, some)
}

fn options(kind: ReportKind) -> impl Strategy<Value = (Span, Moment, ReportOptions)> {
    let parts: Vec<Component> = Component::of(kind).collect();
    let limit = prop_oneof![1_usize..6, Just(10_000)];
    let logs = (limit, columns(kind)).prop_map(|(limit, columns)| {
        let logs = LogOptions::default().limit(limit);
        match columns {
            Some(columns) => logs.columns(columns),
            None => logs,
        }
    });
    let period = (any::<bool>(), any::<bool>(), select(Weekday::ALL)).prop_map(|(today, whole, start)| {
        PeriodPolicy::default().include_today(today).whole_unit(whole).week_start(start)
    });
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let asked = weighted(0.2, subsequence(parts.clone(), 0..=parts.len()));
    let rest = (filters(), period, flags, logs, asked, select(Locale::ALL), select(Granularity::ALL));
    (span(), moment(), rest).prop_map(move |(span, now, (filters, policy, flags, logs, asked, locale, granularity))| {
        let mut filters = filters;
        if kind == ReportKind::Contacts {
            (filters.message_type, filters.team, filters.broadcast) = (Vec::new(), Vec::new(), Vec::new());
        }
        let policies = ReportPolicies::default().count_all_attempts(flags.0).added_has_channel(flags.1);
        let mut options = ReportOptions::new(Zone::utc(), Instant::MIN, Preset::Today)
            .granularity(granularity)
            .filters(filters)
            .period_policy(policy)
            .policies(policies)
            .compare(flags.2)
            .distinct_contacts(flags.3)
            .logs(logs)
            .locale(locale);
        options.components = asked;
        (span, now, options)
    })
}

/// Which events have a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbered {
    None,
    Some,
    All,
}

/// What of a workspace is random beside its rows.
#[derive(Debug, Clone)]
struct Shape {
    numbered: Numbered,
    connected: bool,
    /// Pairs by hand, as indices of contacts; the events tell otherwise.
    pairs: Option<Vec<usize>>,
    untracked: bool,
    derive: bool,
    classify: (bool, bool, bool),
}

fn shape() -> impl Strategy<Value = Shape> {
    let pairs = option::weighted(0.25, vec(0_usize..8, 8));
    let numbered = select(vec![Numbered::None, Numbered::Some, Numbered::All]);
    (numbered, any::<bool>(), pairs, any::<bool>(), any::<bool>(), any::<(bool, bool, bool)>()).prop_map(
        |(numbered, connected, pairs, untracked, derive, classify)| Shape {
            numbered,
            connected,
            pairs,
            untracked,
            derive,
            classify,
        },
    )
}

fn workspace(place: &Place, shape: &Shape, messages: &[RawMessage], raw: &[RawEvent]) -> Workspace {
    let (own_apps, instagram, human) = shape.classify;
    let untracked = if shape.untracked { Untracked::Pending } else { Untracked::Sent };
    let classify =
        ClassifyPolicy::default().instagram_tags(instagram).human_agent_as_session(human).untracked(untracked);
    let classify = if own_apps { classify.own_app_ids(["ours"]) } else { classify };
    let pool = contacts();
    // Each contact goes into a later one, or nowhere: no cycles.
    let pairs = shape.pairs.as_ref().map(|pairs| {
        let into = pairs.iter().enumerate().filter(|&(away, &into)| into > away);
        into.map(|(away, &into)| (pool[away].clone(), pool[into].clone())).collect::<Vec<_>>()
    });
    // Whose life a host's own connection counts for is plain where nobody was merged.
    let derive = shape.derive && pairs.is_none();
    let joins = !(derive && shape.connected);
    Workspace {
        messages: messages.iter().map(|raw| message(place, raw)).collect(),
        events: events(place, raw, shape.numbered, shape.connected, joins),
        directory: directory(),
        merges: pairs,
        options: DatasetOptions::default().classify(classify).derive_connections(derive),
    }
}

/// A scene of one kind of report; every message id comes once if `unique`.
pub(crate) fn scene(kind: ReportKind, unique: bool) -> impl Strategy<Value = Scene> {
    let rows = (vec(raw_message(), 0..40), vec(raw_event(), 0..30));
    (select(PLACES), shape(), rows, options(kind)).prop_map(
        move |((zone, date), shape, (mut messages, raw), (span, now, options))| {
            if unique {
                let mut seen = std::collections::HashSet::new();
                messages.retain(|raw| seen.insert(raw.0));
            }
            let place = Place { zone: Zone::new(zone).unwrap(), date: date.parse().unwrap() };
            let mut options = options;
            options.zone = place.zone.clone();
            options.now = place.at(now);
            options.period = spec(&place, &span);
            Scene { workspace: workspace(&place, &shape, &messages, &raw), kind, options }
        },
    )
}
