//! A made-up workspace for the export tests and the example: a few months of messages and contact events, names in many
//! scripts, and texts that mean harm.

use omnicontact::{
    Channel, ChannelKind, ContactEvent, Dataset, Direction, Directory, EventKind, Instant, Locale, Message,
    MessageType, Named, Preset, Report, ReportOptions, Source, Status, StatusUpdate, Zone, report,
};

/// 2026-07-15T16:00:00Z.
pub(crate) const NOW: i64 = 1_784_131_200_000;
const DAY: i64 = 86_400_000;

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// A place in weights.
    fn pick(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }
}

pub(crate) const SCRIPT: &str = "<script>alert('x')</script>";

const CHANNELS: [(&str, ChannelKind, &str); 6] = [
    ("wa-sales", ChannelKind::WhatsappCloud, "WhatsApp Sales"),
    ("wa-support", ChannelKind::WhatsappCloud, "WhatsApp Support"),
    ("ig", ChannelKind::Instagram, "Instagram"),
    ("fb", ChannelKind::Facebook, "Facebook Messenger"),
    ("sms", ChannelKind::Twilio, "SMS"),
    ("web", ChannelKind::WebChat, "Web chat"),
];
const NAMES: [&str; 12] = [
    "Ana Vera",
    "Luis Cárdenas",
    "Zoë Brontë-O’Neill",
    "محمد الأحمد",
    "山田 太郎",
    "Ольга Петрова",
    "👩‍👩‍👧 Familia Paz",
    "=cmd|' /C calc'!A0",
    SCRIPT,
    "Σωκράτης",
    "किरण राव",
    "José \"Pepe\" & hijos",
];
const TEXTS: [&str; 8] = [
    "Hola, ¿tienen disponibilidad para mañana?",
    "Thanks, that works for me!",
    "Your order 4711 is on its way. Track it at https://example.com/t/4711",
    "<img src=x onerror=alert(1)>",
    "+593 99 123 4567",
    "どうもありがとうございます。明日の午後にお願いします。",
    "line one\nline two\r\nline three",
    "Perfecto 👍🏽",
];
const TEMPLATES: [&str; 12] = [
    "order_update",
    "welcome_es",
    "payment_reminder",
    "cart_recovery",
    "appointment_confirm",
    "review_request",
    "shipping_delay",
    "promo_july",
    "otp",
    "survey_nps",
    "vip_offer",
    "back_in_stock",
];

pub(crate) fn directory() -> Directory {
    let mut directory = Directory::default();
    directory.channels = CHANNELS.iter().map(|(id, kind, name)| Channel::new(*id, kind.clone()).named(*name)).collect();
    directory.contacts = (0..300)
        .map(|number: usize| {
            let name = NAMES[number % NAMES.len()];
            let name = if number < NAMES.len() { name.to_owned() } else { format!("{name} {number}") };
            Named::new(u32::try_from(number).unwrap(), name)
        })
        .collect();
    directory.users = vec![Named::new(1, "Lucía Andrade"), Named::new(2, "Tomás"), Named::new(3, "Gone").removed()];
    directory
}

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

/// A moment of the last days: more in the afternoon, fewer on weekends.
fn moment(numbers: &mut Numbers, days: u64) -> i64 {
    loop {
        let day = numbers.below(days).cast_signed();
        let time = [numbers.below(86_400_000), numbers.below(86_400_000)].into_iter().sum::<u64>().cast_signed() / 2;
        let moment = NOW - NOW % DAY - day * DAY + time;
        let weekend = (moment / DAY + 4) % 7 % 6 == 0;
        if moment <= NOW && !(weekend && numbers.below(3) > 0) {
            return moment;
        }
    }
}

pub(crate) fn messages(count: u32) -> Vec<Message> {
    let mut numbers = Numbers(7);
    (0..count)
        .map(|id| {
            let moment = moment(&mut numbers, 75);
            let contact = u32::try_from(numbers.below(300)).unwrap();
            let channel = CHANNELS[numbers.pick(&[30, 22, 14, 12, 8, 5])].0;
            let text = TEXTS[numbers.pick(&[6, 6, 4, 1, 1, 2, 1, 3])];
            if numbers.below(100) < 46 {
                let message = Message::new(id, at(moment), Direction::Incoming, contact).saying(text);
                return if numbers.below(60) == 0 { message } else { message.through(channel) };
            }
            outgoing(
                &mut numbers,
                Message::new(id, at(moment), Direction::Outgoing, contact).saying(text),
                channel,
                moment,
            )
        })
        .collect()
}

fn outgoing(numbers: &mut Numbers, message: Message, channel: &str, moment: i64) -> Message {
    let mut message = message.through(channel);
    message = match numbers.pick(&[40, 20, 14, 10, 6, 4, 2, 1]) {
        0 => message.by_user(u32::try_from(1 + numbers.below(3)).unwrap(), None),
        1 => message.from_source(Source::Broadcast),
        2 => message.from_source(Source::Workflow),
        3 => message.from_source(Source::AiAgent),
        4 => message.from_source(Source::DeveloperApi),
        5 => message.from_source(Source::EchoMessage),
        6 => message.from_source(Source::Zapier),
        _ => message.from_source(Source::Other("pipedream <b>".into())),
    };
    message = match channel {
        "wa-sales" | "wa-support" if numbers.below(3) == 0 => {
            let template = TEMPLATES[numbers.pick(&[30, 22, 15, 12, 9, 7, 5, 4, 3, 2, 1, 1])];
            message.of_type(MessageType::WhatsappMessageTemplate, Some(template))
        }
        "fb" if numbers.below(4) == 0 => {
            let tag = ["HUMAN_AGENT", "ACCOUNT_UPDATE"][numbers.pick(&[3, 1])];
            message.of_type(MessageType::FacebookMessageTag, Some(tag))
        }
        _ => message.of_type(MessageType::Session, None),
    };
    let step = |minutes: u64| Some(at(moment + minutes.cast_signed() * 60_000));
    match numbers.pick(&[3, 12, 30, 48, 5]) {
        0 => message.updated(StatusUpdate::new(Status::Pending, step(0))),
        1 => message.updated(StatusUpdate::new(Status::Sent, step(0))),
        2 => message
            .updated(StatusUpdate::new(Status::Sent, step(0)))
            .updated(StatusUpdate::new(Status::Delivered, step(numbers.below(30)))),
        3 => message
            .updated(StatusUpdate::new(Status::Sent, step(0)))
            .updated(StatusUpdate::new(Status::Delivered, step(1)))
            .updated(StatusUpdate::new(Status::Read, step(2 + numbers.below(600)))),
        _ => {
            let (code, error) = [
                ("131026", Some("Message undeliverable")),
                (
                    "131047",
                    Some("Re-engagement message: more than 24 hours have passed since the customer last replied"),
                ),
                ("30003", Some("Unreachable destination handset")),
                ("=1+1", Some("<b>bold</b>")),
                ("", None),
            ][numbers.pick(&[8, 5, 4, 1, 1])];
            let mut update = StatusUpdate::new(Status::Failed, step(0));
            update.error_code = (!code.is_empty()).then(|| code.to_owned());
            update.error = error.map(str::to_owned);
            message.updated(update)
        }
    }
}

pub(crate) fn events() -> Vec<ContactEvent> {
    let mut numbers = Numbers(11);
    (0..520_u32)
        .map(|place| {
            let moment = at(moment(&mut numbers, 75));
            let contact = u32::try_from(numbers.below(300)).unwrap();
            let kind = [EventKind::Added, EventKind::Connected, EventKind::Deleted, EventKind::Merged];
            let kind = kind[numbers.pick(&[50, 36, 8, 6])];
            let event = ContactEvent::new(kind, moment, contact)
                .numbered(u64::from(place))
                .named(NAMES[contact as usize % NAMES.len()]);
            let event = match kind {
                EventKind::Connected => event.through(CHANNELS[numbers.pick(&[30, 22, 14, 12, 8, 5])].0),
                // No contact is merged twice.
                EventKind::Merged => event.with_secondary(1_000 + place),
                _ => event,
            };
            match numbers.pick(&[20, 30, 12, 8, 5]) {
                0 => event.by_user(u32::try_from(1 + numbers.below(3)).unwrap()),
                1 => event.from_source(Source::IncomingMessage),
                2 => event.from_source(Source::ContactImport),
                3 => event.from_source(Source::DeveloperApi),
                _ => event.from_source(Source::ClickToChatAds),
            }
        })
        .collect()
}

pub(crate) fn dataset(count: u32) -> Dataset<'static> {
    Dataset::builder().owned_messages(messages(count)).owned_events(events()).directory(directory()).build().unwrap()
}

pub(crate) fn options() -> ReportOptions {
    ReportOptions::new(Zone::new("America/Guayaquil").unwrap(), at(NOW), Preset::Last30Days)
}

/// Both reports of the workspace.
pub(crate) fn reports(options: &ReportOptions) -> [Report; 2] {
    let data = dataset(6_000);
    [report::contacts(&data, options).unwrap(), report::messages(&data, options).unwrap()]
}

/// The Messages report alone, for what only it can be asked.
pub(crate) fn messages_report(options: &ReportOptions) -> Report {
    report::messages(&dataset(6_000), options).unwrap()
}

pub(crate) const LOCALES: [Locale; 4] = [Locale::En, Locale::Es, Locale::Fr, Locale::Pt];
