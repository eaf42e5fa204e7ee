//! Who and what the workspace consists of, besides its contacts.

use super::random::Random;
use super::words::{
    CAMPAIGNS, EMAIL_FAILURES, FACEBOOK_FAILURES, Failure, OTHER_FAILURES, SMS_FAILURES, WHATSAPP_FAILURES,
};
use crate::channel::{Channel, ChannelKind};
use crate::directory::Named;
use crate::id::ForeignId;

/// A channel and how it behaves.
pub(super) struct Line {
    pub(super) id: &'static str,
    name: &'static str,
    pub(super) kind: &'static ChannelKind,
    /// Weight among the channels through which contacts arrive.
    pub(super) arrivals: u64,
    /// How many of a thousand sends are refused at once or later.
    pub(super) failures: u64,
    /// How many of a thousand accepted messages arrive, where the kind tells.
    pub(super) delivered: u64,
    /// How many of a thousand of these are read, where the kind tells.
    pub(super) read: u64,
    pub(super) failure_texts: &'static [Failure],
    /// Whether the host tracks the delivery at all.
    pub(super) tracked: bool,
    /// Whether the host hands over raw facts instead of sources and types.
    pub(super) raw: bool,
}

pub(super) const WA_SALES: usize = 0;
pub(super) const FACEBOOK: usize = 2;
pub(super) const WEB: usize = 5;
pub(super) const EMAIL: usize = 6;
pub(super) const SMS: usize = 7;
/// The number of a fair, which is removed after it.
pub(super) const WA_FAIR: usize = 8;

const fn line(id: &'static str, name: &'static str, kind: &'static ChannelKind, arrivals: u64) -> Line {
    Line {
        id,
        name,
        kind,
        arrivals,
        failures: 18,
        delivered: 970,
        read: 650,
        failure_texts: OTHER_FAILURES,
        tracked: true,
        raw: false,
    }
}

pub(super) static LINES: [Line; 9] = [
    Line {
        failures: 38,
        read: 780,
        failure_texts: WHATSAPP_FAILURES,
        ..line("wa-ventas", "WhatsApp Ventas", &ChannelKind::WhatsappCloud, 340)
    },
    Line {
        failures: 24,
        read: 820,
        failure_texts: WHATSAPP_FAILURES,
        raw: true,
        ..line("wa-soporte", "WhatsApp Soporte", &ChannelKind::WhatsappCloud, 180)
    },
    Line {
        failure_texts: FACEBOOK_FAILURES,
        ..line("fb-pagina", "Facebook Almacenes Mitad", &ChannelKind::Facebook, 120)
    },
    Line {
        read: 700,
        failure_texts: FACEBOOK_FAILURES,
        ..line("ig-mitad", "@almacenes.mitad", &ChannelKind::Instagram, 110)
    },
    line("tg-bot", "Telegram", &ChannelKind::Telegram, 45),
    Line { tracked: false, ..line("web", "Chat del sitio", &ChannelKind::WebChat, 80) },
    Line {
        failures: 30,
        read: 350,
        failure_texts: EMAIL_FAILURES,
        ..line("correo", "hola@mitad.example", &ChannelKind::Email, 60)
    },
    Line { failures: 50, delivered: 940, failure_texts: SMS_FAILURES, ..line("sms", "SMS", &ChannelKind::Twilio, 25) },
    Line {
        failure_texts: WHATSAPP_FAILURES,
        ..line("wa-feria", "WhatsApp Feria 2026", &ChannelKind::Whatsapp360dialog, 60)
    },
];

pub(super) fn channels() -> Vec<Channel> {
    let channel = |(at, line): (usize, &Line)| {
        let channel = Channel::new(line.id, line.kind.clone()).named(line.name);
        if at == WA_FAIR { channel.removed() } else { channel }
    };
    LINES.iter().enumerate().map(channel).collect()
}

/// A user: id, name, teams (until and from the middle of the sample), when removed in per mille of the sample.
struct Agent {
    id: u32,
    name: &'static str,
    teams: [Option<&'static str>; 2],
    leaves: Option<i64>,
}

const SALES: Option<&str> = Some("ventas");
const SUPPORT: Option<&str> = Some("soporte");
const COLLECTIONS: Option<&str> = Some("cobranzas");
const FAIR: Option<&str> = Some("feria");

static AGENTS: [Agent; 9] = [
    Agent { id: 11, name: "Lucía Andrade", teams: [SALES, SALES], leaves: None },
    Agent { id: 12, name: "Iván Solórzano", teams: [SALES, SALES], leaves: None },
    Agent { id: 13, name: "Ñusta Caiza", teams: [SUPPORT, SUPPORT], leaves: None },
    // Changes team: a message keeps the team that its user had when sending (K4).
    Agent { id: 14, name: "Pedro Álava", teams: [SALES, SUPPORT], leaves: None },
    Agent { id: 15, name: "Rosa Mina", teams: [COLLECTIONS, COLLECTIONS], leaves: None },
    Agent { id: 16, name: "Jürgen Weiß", teams: [FAIR, SALES], leaves: None },
    Agent { id: 17, name: "Tomás Vera", teams: [SUPPORT, SUPPORT], leaves: Some(600) },
    Agent { id: 18, name: "Elsa Pin", teams: [FAIR, FAIR], leaves: Some(440) },
    Agent { id: 19, name: "Gerencia", teams: [None, None], leaves: None },
];

pub(super) fn users() -> Vec<Named> {
    let named = |agent: &Agent| {
        let user = Named::new(agent.id, agent.name);
        if agent.leaves.is_some() { user.removed() } else { user }
    };
    AGENTS.iter().map(named).collect()
}

pub(super) fn teams() -> Vec<Named> {
    vec![
        Named::new("ventas", "Ventas"),
        Named::new("soporte", "Soporte"),
        Named::new("cobranzas", "Cobranzas"),
        Named::new("feria", "Feria 2026").removed(),
    ]
}

/// A user at work at a moment, given in per mille of the sample.
pub(super) fn working(random: &mut Random, moment: i64) -> u8 {
    let weights: [u64; AGENTS.len()] = std::array::from_fn(|at| match AGENTS[at].leaves {
        Some(leaves) if leaves <= moment => 0,
        _ => 100 / u64::from(AGENTS[at].id - 10),
    });
    u8::try_from(random.weighted(&weights)).unwrap_or_default()
}

pub(super) fn user_id(user: u8) -> ForeignId {
    AGENTS[usize::from(user)].id.into()
}

/// The user's team at a moment, given in per mille of the sample.
pub(super) fn team_id(user: u8, moment: i64) -> Option<ForeignId> {
    AGENTS[usize::from(user)].teams[usize::from(moment >= 500)].map(ForeignId::from)
}

/// Name of a broadcast; the campaigns come round again.
pub(super) fn broadcast(number: usize) -> Named {
    let (name, ..) = CAMPAIGNS[number % CAMPAIGNS.len()];
    let round = number / CAMPAIGNS.len();
    let name = if round == 0 { name.to_owned() } else { format!("{name} ({})", round + 1) };
    let broadcast = Named::new(broadcast_id(number), name);
    if number % CAMPAIGNS.len() == 3 { broadcast.removed() } else { broadcast }
}

pub(super) fn broadcast_id(number: usize) -> ForeignId {
    format!("difusion-{:03}", number + 1).into()
}
