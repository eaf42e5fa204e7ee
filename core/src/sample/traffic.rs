//! Conversations, notices and broadcasts: who writes to whom, what, when, and what becomes of it.

use super::calendar::{HOUR, MINUTE};
use super::cast::{self, EMAIL, FACEBOOK, LINES, SMS, WA_FAIR, WA_SALES, WEB};
use super::delivery::{History, history};
use super::people::{State, bit};
use super::rows::{Draft, Kind, Origin, Part, Text};
use super::simulation::Simulation;
use super::words::{ANSWERS, CAMPAIGNS, GREETINGS, NOTICES, QUESTIONS, SCRIPTS, TAGS, TEMPLATES};
use crate::error::Result;
use crate::event::EventKind;

/// A first success on a channel, before it is known to be the first: earlier ones, and incoming ones, come first (D19).
type Success = (i64, bool, Origin);

impl Simulation<'_> {
    /// A contact that can talk at an instant, most often one that has talked a lot: each earlier conversation draws as
    /// strongly as any other, which makes the counts follow Zipf's law (Simon's process).
    pub(super) fn somebody(&mut self, at: i64) -> Option<(usize, usize)> {
        for attempt in 0..24 {
            let person = if self.visits.is_empty() || attempt >= 8 || self.random.chance(80) {
                self.random.index(self.people.len())
            } else {
                let visit = self.random.index(self.visits.len());
                self.visits[visit] as usize
            };
            let person = self.survivor(person);
            let Some(line) = self.line_of(person, at) else { continue };
            if self.people[person].is_idle(at) {
                return Some((person, line));
            }
        }
        None
    }

    /// Who holds a contact's identities now.
    pub(super) fn survivor(&self, mut person: usize) -> usize {
        while let Some(State::MergedInto(primary)) = self.people.get(person).map(|person| person.state) {
            person = primary;
        }
        person
    }

    /// One of the contact's channels that is in use.
    pub(super) fn line_of(&mut self, person: usize, at: i64) -> Option<usize> {
        let lines = self.people.get(person)?.lines;
        let usable = |line: usize| lines & bit(line) != 0 && (line != WA_FAIR || at < self.fair_end);
        let weights: [u64; LINES.len()] =
            std::array::from_fn(|line| if usable(line) { LINES[line].arrivals } else { 0 });
        if weights.iter().all(|weight| *weight == 0) {
            return None;
        }
        Some(self.random.weighted(&weights))
    }

    /// A conversation of so many messages, or fewer if the sample is full.
    pub(super) fn converse(
        &mut self,
        person: usize,
        line: usize,
        start: i64,
        length: u64,
        opening: Origin,
    ) -> Result<()> {
        let user = self.worker(start);
        let mut at = start;
        let mut origin = opening;
        let mut successes = Vec::new();
        for number in 0..length {
            let kind = self.kind_of(line, origin, number == 0);
            let text = self.text_of(person, origin, kind);
            if let Some(success) = self.send(person, line, at, origin, kind, text) {
                successes.push(success);
            }
            let (next, delay) = self.reply(origin, number, user);
            origin = next;
            at = (at + delay).min(self.end - 1);
        }
        self.visits.extend(u32::try_from(person));
        self.connect(person, line, &successes)
    }

    /// Who writes next, and after how long.
    fn reply(&mut self, last: Origin, number: u64, user: u8) -> (Origin, i64) {
        let random = &mut self.random;
        let quick = random.between(900, 4000);
        let answered = random.delay(&[(60, 20, 600), (30, 600, 3600), (10, 3600, 18_000)]);
        match last {
            Origin::Contact | Origin::Ad if number == 0 => match random.weighted(&[30, 14, 16, 40]) {
                0 => (Origin::Workflow, quick),
                1 => (Origin::Bot, quick),
                2 => (Origin::AiAgent, quick + 2000),
                _ => (Origin::User(user), answered),
            },
            Origin::Contact | Origin::Ad => match random.weighted(&[150, 650, 60, 60, 60]) {
                0 => (Origin::Contact, quick + 5000),
                1 => (Origin::User(user), answered),
                2 => (Origin::AiAgent, quick + 3000),
                3 => (Origin::Bot, quick),
                _ => (Origin::Echo, answered),
            },
            Origin::Workflow | Origin::Bot | Origin::AiAgent if random.chance(350) => (Origin::User(user), answered),
            Origin::User(_) if random.chance(150) => (Origin::User(user), quick + 4000),
            _ => (Origin::Contact, answered),
        }
    }

    fn kind_of(&mut self, line: usize, origin: Origin, first: bool) -> Kind {
        let random = &mut self.random;
        if origin.is_incoming() {
            return Kind::Session;
        }
        let automatic = matches!(origin, Origin::Api | Origin::Zapier | Origin::Make | Origin::N8n);
        if LINES[line].kind.is_whatsapp() && origin != Origin::Echo {
            // A template inside the 24 hours is still one (K2).
            if random.chance(if automatic || first { 900 } else { 25 }) {
                return Kind::Template(random.index(TEMPLATES.len()));
            }
            if matches!(origin, Origin::User(_)) && random.chance(15) {
                return Kind::Other("call");
            }
        }
        if line == FACEBOOK && origin != Origin::Echo {
            if random.chance(if automatic || first { 500 } else { 60 }) {
                return Kind::Tag(random.weighted(&[4, 6, 4, 8, 1]).min(TAGS.len() - 1));
            }
            if random.chance(12) {
                return Kind::Other("messenger_template");
            }
        }
        Kind::Session
    }

    fn text_of(&mut self, person: usize, origin: Origin, kind: Kind) -> Text {
        let random = &mut self.random;
        if matches!(kind, Kind::Other("call")) || random.chance(45) {
            return Text::None;
        }
        match origin {
            Origin::Contact | Origin::Ad => {
                let script = self.people[person].name().script;
                match SCRIPTS[script].says {
                    [] => Text::Question(random.index(QUESTIONS.len())),
                    says => Text::Foreign(script, random.index(says.len())),
                }
            }
            Origin::User(_) | Origin::Echo => Text::Answer(random.index(ANSWERS.len())),
            Origin::Workflow | Origin::Bot | Origin::AiAgent => Text::Greeting(random.index(GREETINGS.len())),
            Origin::Api | Origin::Zapier | Origin::Make | Origin::N8n => Text::Notice(random.index(NOTICES.len())),
            Origin::Broadcast(number) => Text::Campaign(usize::from(number) % CAMPAIGNS.len()),
        }
    }

    /// Sends a message, or receives one; `None` without a success, or if the sample is full.
    fn send(&mut self, person: usize, line: usize, at: i64, origin: Origin, kind: Kind, text: Text) -> Option<Success> {
        if self.kept >= self.options.messages {
            return None;
        }
        self.kept += 1;
        self.people[person].messages += 1;
        let mut history = match origin {
            // The host hears of echoes only, not of what becomes of them.
            Origin::Contact | Origin::Ad | Origin::Echo => History::default(),
            _ => history(&mut self.random, line, at, self.end),
        };
        let number = 1000 + u32::try_from(self.random.below(9000)).unwrap_or_default();
        self.serial += 1;
        let success = history.success(at);
        let mut draft = Draft {
            row_at: at,
            serial: self.serial,
            part: Part::Whole,
            sent_at: at,
            person,
            line,
            origin,
            kind,
            text,
            number,
            history,
        };
        if history.tracked && self.random.chance(14) {
            if let Some((first, rest)) = history.split(&mut self.random) {
                let row_at = (at + self.random.between(MINUTE, 6 * HOUR)).min(self.end - 1);
                self.pending.push(Draft { row_at, part: Part::Update, history: rest, ..draft });
                draft.part = Part::First;
                history = first;
            }
        } else if history.tracked && self.random.chance(8) {
            history = history.tangled();
        }
        draft.history = history;
        self.pending.push(draft);
        let until = success.unwrap_or(at).max(at);
        let busy = &mut self.people[person].busy_until;
        *busy = until.max(*busy);
        success.map(|success| (success, !origin.is_incoming(), origin))
    }

    /// Notes the connection, if these are the first successes on the channel (K8).
    fn connect(&mut self, person: usize, line: usize, successes: &[Success]) -> Result<()> {
        let Some((at, _, origin)) = successes.iter().min_by_key(|(at, outgoing, _)| (*at, *outgoing)) else {
            return Ok(());
        };
        if self.people[person].connected & bit(line) != 0 {
            return Ok(());
        }
        self.people[person].connected |= bit(line);
        let mut event = self.event(EventKind::Connected, *at, person)?.through(LINES[line].id);
        event = match origin {
            Origin::User(user) => event.by_user(cast::user_id(*user)),
            origin => event.from_source(origin.source()),
        };
        self.events.push(event);
        Ok(())
    }

    /// A broadcast to so many contacts, or to as many as the channel reaches; a few of them answer.
    pub(super) fn broadcast(&mut self, number: usize, start: i64, audience: u64) -> Result<()> {
        let line = match number % 5 {
            3 => SMS,
            4 => EMAIL,
            _ => WA_SALES,
        };
        let campaign = number % CAMPAIGNS.len();
        let kind = if LINES[line].kind.is_whatsapp() { Kind::Campaign(campaign) } else { Kind::Session };
        let origin = Origin::Broadcast(u16::try_from(number).unwrap_or(u16::MAX));
        let pause = (2 * HOUR / i64::try_from(audience.max(1)).unwrap_or(i64::MAX)).clamp(1, 150);
        let reached = std::mem::take(&mut self.reach[line]);
        let offset = self.random.index(reached.len());
        let mut sent = 0;
        for person in reached.iter().cycle().skip(offset).take(reached.len()) {
            let person = *person as usize;
            let at = start + i64::try_from(sent).unwrap_or_default() * pause;
            if sent >= audience || at >= self.end {
                break;
            }
            if !self.people[person].is_idle(at) || self.people[person].lines & bit(line) == 0 {
                continue;
            }
            sent += 1;
            let text = Text::Campaign(campaign);
            let success = self.send(person, line, at, origin, kind, text);
            self.connect(person, line, success.as_slice())?;
            if self.random.chance(50) {
                let answer = self.people[person].busy_until + self.random.between(2 * MINUTE, 3 * HOUR);
                let length = 1 + self.random.below(3);
                if answer < self.end {
                    self.converse(person, line, answer, length, Origin::Contact)?;
                }
            }
        }
        self.reach[line] = reached;
        Ok(())
    }

    /// A channel through which a contact of an origin arrives.
    pub(super) fn arrival_line(&mut self, origin: Origin, at: i64) -> usize {
        let opens = |line: usize| match origin {
            _ if line == WA_FAIR && at >= self.fair_end => false,
            Origin::Contact | Origin::Workflow => true,
            // Ads lead to messengers, and only those echo what their own apps send.
            Origin::Ad | Origin::Echo => ![WEB, EMAIL, SMS].contains(&line),
            // Whoever writes first needs a channel that allows it (C5).
            _ => LINES[line].kind.can_open(),
        };
        let weights: [u64; LINES.len()] =
            std::array::from_fn(|line| if opens(line) { LINES[line].arrivals } else { 0 });
        self.random.weighted(&weights)
    }
}
