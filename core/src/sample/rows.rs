//! Messages while the sample is made, and as the rows they become.

use super::cast::{self, FACEBOOK, LINES};
use super::delivery::History;
use super::people::contact_id;
use super::words::{ANSWERS, CAMPAIGNS, GREETINGS, NOTICES, QUESTIONS, SCRIPTS, TAGS, TEMPLATES, filled};
use crate::error::Result;
use crate::message::{Direction, Facts, Message, MessageType, Source};
use crate::time::Instant;

/// Who or what a message comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Contact,
    Ad,
    User(u8),
    Echo,
    Api,
    Zapier,
    Make,
    N8n,
    Workflow,
    Bot,
    AiAgent,
    Broadcast(u16),
}

impl Origin {
    pub(super) fn is_incoming(self) -> bool {
        matches!(self, Self::Contact | Self::Ad)
    }

    pub(super) fn source(self) -> Source {
        match self {
            Self::Contact => Source::IncomingMessage,
            Self::Ad => Source::ClickToChatAds,
            Self::User(_) => Source::User,
            Self::Echo => Source::EchoMessage,
            Self::Api => Source::DeveloperApi,
            Self::Zapier => Source::Zapier,
            Self::Make => Source::Make,
            Self::N8n => Source::N8n,
            Self::Workflow => Source::Workflow,
            Self::Bot => Source::Bot,
            Self::AiAgent => Source::AiAgent,
            Self::Broadcast(_) => Source::Broadcast,
        }
    }
}

/// What kind of message it is; positions are those in [`words`](super::words).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Session,
    Template(usize),
    Campaign(usize),
    Tag(usize),
    Other(&'static str),
}

/// What it says; positions are those in [`words`](super::words).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    None,
    Question(usize),
    Foreign(usize, usize),
    Answer(usize),
    Greeting(usize),
    Notice(usize),
    Campaign(usize),
}

/// Whether a row is a whole message or one of two rows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    First,
    Update,
}

/// A message that is to become a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    /// When the row was written; rows stand in this order.
    pub(super) row_at: i64,
    /// Which message it is, in the order in which they were thought of.
    pub(super) serial: u64,
    pub(super) part: Part,
    pub(super) sent_at: i64,
    pub(super) person: usize,
    pub(super) line: usize,
    pub(super) origin: Origin,
    pub(super) kind: Kind,
    pub(super) text: Text,
    pub(super) number: u32,
    pub(super) history: History,
}

impl Draft {
    /// The row, at a moment given in per mille of the sample.
    pub(super) fn row(&self, id: u64, moment: i64) -> Result<Message> {
        let incoming = self.origin.is_incoming();
        let direction = if incoming { Direction::Incoming } else { Direction::Outgoing };
        let mut row = Message::new(id, Instant::from_millis(self.sent_at)?, direction, contact_id(self.person));
        row.delivery = if incoming { None } else { self.history.updates(self.line)? };
        // A second row tells what is new only; what the first row told stays (D10).
        if self.part == Part::Update {
            return Ok(row);
        }
        row.channel = Some(LINES[self.line].id.into());
        row.content = self.content();
        match self.origin {
            Origin::User(user) => {
                row.user = Some(cast::user_id(user));
                row.team = cast::team_id(user, moment);
            }
            Origin::Broadcast(number) => row.broadcast = Some(cast::broadcast_id(number.into())),
            _ => {}
        }
        if self.is_raw() {
            row.facts = Some(Box::new(self.facts())).filter(|facts| **facts != Facts::default());
        } else if !incoming {
            row.source = Some(self.origin.source());
            let (message_type, subtype) = self.message_type();
            row.message_type = Some(message_type);
            row.subtype = subtype.map(str::to_owned);
        } else if self.origin == Origin::Ad {
            row.source = Some(Source::ClickToChatAds);
        }
        Ok(row)
    }

    /// Whether the host hands over raw facts for it.
    fn is_raw(&self) -> bool {
        let tagged_or_echo = matches!(self.kind, Kind::Tag(_)) || self.origin == Origin::Echo;
        !self.origin.is_incoming() && (LINES[self.line].raw || (self.line == FACEBOOK && tagged_or_echo))
    }

    fn message_type(&self) -> (MessageType, Option<&'static str>) {
        match self.kind {
            Kind::Session => (MessageType::Session, None),
            Kind::Template(at) => (MessageType::WhatsappMessageTemplate, Some(TEMPLATES[at])),
            Kind::Campaign(at) => (MessageType::WhatsappMessageTemplate, Some(CAMPAIGNS[at].1)),
            Kind::Tag(at) => (MessageType::FacebookMessageTag, Some(TAGS[at])),
            Kind::Other(name) => (MessageType::Other(name.into()), None),
        }
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        match self.origin {
            Origin::Echo if LINES[self.line].kind.is_whatsapp() => facts.is_phone_app_echo = true,
            Origin::Echo => {
                facts.is_echo = true;
                facts.app_id = Some("263902037430900".to_owned());
            }
            Origin::Api => facts.is_api = true,
            Origin::Zapier | Origin::Make | Origin::N8n => {
                facts.integration = Some(self.origin.source().as_str().to_owned());
            }
            Origin::Workflow => facts.workflow = Some("bienvenida".into()),
            Origin::Bot => facts.bot = Some("menu-principal".into()),
            Origin::AiAgent => facts.ai_agent = Some("asistente-1".into()),
            Origin::User(_) | Origin::Broadcast(_) | Origin::Contact | Origin::Ad => {}
        }
        let (message_type, subtype) = self.message_type();
        let subtype = subtype.map(str::to_owned);
        match message_type {
            MessageType::WhatsappMessageTemplate => facts.template_name = subtype,
            MessageType::FacebookMessageTag => facts.message_tag = subtype,
            MessageType::Other(name) => facts.other_type = Some(name.into()),
            MessageType::Session => {}
        }
        facts
    }

    fn content(&self) -> Option<String> {
        let text = match self.text {
            Text::None => return None,
            Text::Question(at) => QUESTIONS[at],
            Text::Foreign(script, at) => SCRIPTS[script].says[at],
            Text::Answer(at) => ANSWERS[at],
            Text::Greeting(at) => GREETINGS[at],
            Text::Notice(at) => NOTICES[at],
            Text::Campaign(at) => CAMPAIGNS[at].2,
        };
        Some(filled(text, self.number))
    }
}
