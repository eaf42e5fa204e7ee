//! The life of a workspace, day by day: what is planned for a day, in which order it happens, which rows it leaves.

use std::collections::VecDeque;

use chrono::Datelike;
use rustc_hash::FxHashMap;

use super::calendar::{LocalDay, local_days};
use super::cast::{self, LINES};
use super::lives::Merge;
use super::options::SampleOptions;
use super::people::{Person, State, person_of};
use super::random::Random;
use super::rows::{Draft, Origin, Part};
use crate::arrange::{arrange, arrange_all};
use crate::error::Result;
use crate::event::ContactEvent;
use crate::message::{Message, Source};

/// First message id; the others follow.
const FIRST_ID: u64 = 1_000_001;

pub(super) struct Simulation<'o> {
    pub(super) options: &'o SampleOptions,
    pub(super) random: Random,
    start: i64,
    pub(super) end: i64,
    /// When the channel of the fair is removed.
    pub(super) fair_end: i64,
    pub(super) people: Vec<Person>,
    pub(super) events: Vec<ContactEvent>,
    /// Messages that are no rows yet.
    pub(super) pending: Vec<Draft>,
    pub(super) serial: u64,
    /// Messages so far, without those of deleted contacts.
    pub(super) kept: u64,
    /// The contact of each conversation.
    pub(super) visits: Vec<u32>,
    /// By channel: contacts that could once be reached there.
    pub(super) reach: Vec<Vec<u32>>,
    /// Contacts that are one person, to be merged.
    pub(super) twins: VecDeque<(usize, usize)>,
    /// Merges to be taken apart, with the instant from which on.
    pub(super) regrets: Vec<(i64, Merge)>,
    pub(super) broadcasts: usize,
    rows: Vec<Message>,
    next_id: u64,
    /// Ids of messages whose second row is still to come, by serial.
    halves: FxHashMap<u64, u64>,
}

/// How a contact enters.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) source: Source,
    /// Who writes first, if anybody does.
    pub(super) opening: Option<Origin>,
    pub(super) length: u64,
}

/// Something planned for an instant.
enum Plan {
    Arrive(Arrival),
    Chat { opening: Origin, length: u64 },
    Broadcast { audience: u64 },
    Merge,
    Unmerge,
    Delete,
}

/// What is made: rows, events, and the contacts at the end.
pub(super) struct Outcome {
    pub(super) rows: Vec<Message>,
    pub(super) events: Vec<ContactEvent>,
    pub(super) people: Vec<Person>,
    pub(super) broadcasts: usize,
}

impl<'o> Simulation<'o> {
    /// Lives through all days.
    pub(super) fn run(options: &'o SampleOptions) -> Result<Outcome> {
        options.check()?;
        let days = local_days(options)?;
        let start = days.first().map_or(0, |day| day.start);
        let end = options.end.as_millis();
        let mut life = Self {
            options,
            random: Random::new(options.seed),
            start,
            end,
            fair_end: start + (end - start) / 100 * 45,
            people: Vec::with_capacity(options.contacts as usize),
            events: Vec::new(),
            pending: Vec::new(),
            serial: 0,
            kept: 0,
            visits: Vec::new(),
            reach: vec![Vec::new(); LINES.len()],
            twins: VecDeque::new(),
            regrets: Vec::new(),
            broadcasts: 0,
            rows: Vec::with_capacity(usize::try_from(options.messages).unwrap_or_default()),
            next_id: FIRST_ID,
            halves: FxHashMap::default(),
        };
        for number in 0..days.len() {
            life.live(&days, number)?;
        }
        Ok(life.finish())
    }

    /// How far an instant is into the sample, in per mille.
    pub(super) fn moment(&self, at: i64) -> i64 {
        (at - self.start) * 1000 / (self.end - self.start).max(1)
    }

    fn live(&mut self, days: &[LocalDay], number: usize) -> Result<()> {
        let day = days[number];
        let mut plan = self.plan(days, number);
        arrange(&mut plan, |(one, _), (other, _)| one.cmp(other));
        for (at, plan) in plan {
            match plan {
                Plan::Arrive(arrival) => self.arrive(at, &arrival)?,
                Plan::Chat { opening, length } => {
                    self.chat(at, opening, length)?;
                }
                Plan::Broadcast { audience } => {
                    let number = self.broadcasts;
                    self.broadcasts += 1;
                    self.broadcast(number, at, audience)?;
                }
                Plan::Merge => self.merge(at)?,
                Plan::Unmerge => self.unmerge(at)?,
                Plan::Delete => self.delete(at)?,
            }
        }
        match days.get(number + 1) {
            // The reset belongs to the month it closes (R2); the first month has none.
            Some(next) if next.date.day() == 1 && number >= 20 => self.reset(day.end - 1)?,
            Some(_) => {}
            None => self.fill(&day)?,
        }
        self.write_rows(if number + 1 == days.len() { i64::MAX } else { day.end })
    }

    /// A conversation of somebody who is at rest; `false` where nobody is found.
    fn chat(&mut self, at: i64, opening: Origin, length: u64) -> Result<bool> {
        let Some((person, line)) = self.somebody(at) else { return Ok(false) };
        self.converse(person, line, at, length, opening)?;
        Ok(true)
    }

    fn plan(&mut self, days: &[LocalDay], number: usize) -> Vec<(i64, Plan)> {
        let day = days[number];
        let mut plan = Vec::new();
        let messages = share(days, number, self.options.messages - self.kept);
        let mut left = self.plan_arrivals(days, number, messages, &mut plan);
        // Broadcasts, every sixth day, never on the last ones.
        if number % 6 == 4 && number + 3 < days.len() {
            let audience = (self.options.messages * 6 / days.len() as u64 / 8).min(left);
            left -= audience;
            plan.push((day.office_instant(&mut self.random), Plan::Broadcast { audience }));
        }
        // Notices of other systems: orders, invoices, appointments.
        for _ in 0..messages / 12 {
            if left > 0 {
                let senders = [Origin::Api, Origin::Api, Origin::Api, Origin::Zapier, Origin::Make, Origin::N8n];
                let opening = *self.random.pick(&senders);
                plan.push((day.busy_instant(&mut self.random), Plan::Chat { opening, length: 1 }));
                left -= 1;
            }
        }
        while left > 0 {
            let length = self.length().min(left);
            let opening = if self.random.chance(110) { Origin::User(self.worker(day.start)) } else { Origin::Contact };
            plan.push((day.busy_instant(&mut self.random), Plan::Chat { opening, length }));
            left -= length;
        }
        for _ in 0..even(self.options.contacts / 20, days.len(), number) {
            plan.push((day.office_instant(&mut self.random), Plan::Merge));
        }
        let due = self.regrets.iter().filter(|(from, _)| *from < day.end).count();
        for _ in 0..due {
            plan.push((day.office_instant(&mut self.random), Plan::Unmerge));
        }
        if number + 2 < days.len() {
            for _ in 0..even(self.options.contacts / 60, days.len(), number) {
                plan.push((day.office_instant(&mut self.random), Plan::Delete));
            }
        }
        plan
    }

    /// Plans who arrives; gives back how many messages are left for others.
    fn plan_arrivals(&mut self, days: &[LocalDay], number: usize, messages: u64, plan: &mut Vec<(i64, Plan)>) -> u64 {
        let day = days[number];
        let arrived = self.people.len() as u64;
        let mut due = share(days, number, u64::from(self.options.contacts) - arrived);
        let last = number + 1 == days.len();
        // Two files of contacts: one at the beginning, one half-way.
        if !last && (number == 0 || number == days.len() / 2) {
            let file = (u64::from(self.options.contacts) / 16).min(u64::from(self.options.contacts) - arrived);
            let begin = day.office_instant(&mut self.random);
            for row in 0..file {
                let arrival = Arrival { source: Source::ContactImport, opening: None, length: 0 };
                plan.push((begin + i64::try_from(row / 50).unwrap_or_default(), Plan::Arrive(arrival)));
            }
            due = due.min(u64::from(self.options.contacts).saturating_sub(arrived + file));
        }
        let mut left = messages;
        for _ in 0..due {
            let mut arrival = self.arrival(day.start);
            arrival.length = arrival.length.min(left);
            if arrival.length == 0 && arrival.opening.take().is_some_and(Origin::is_incoming) {
                // No room for its message: the contact comes in by the API.
                arrival.source = Source::DeveloperApi;
            }
            left -= arrival.length;
            plan.push((day.busy_instant(&mut self.random), Plan::Arrive(arrival)));
        }
        left
    }

    /// How a contact enters, as often as it is so (C6).
    fn arrival(&mut self, at: i64) -> Arrival {
        let user = Origin::User(self.worker(at));
        let ways = [
            (540, Source::IncomingMessage, Some(Origin::Contact), 1000),
            (110, Source::ClickToChatAds, Some(Origin::Ad), 1000),
            (40, Source::EchoMessage, Some(Origin::Echo), 1000),
            (40, Source::GrowthWidget, Some(Origin::Contact), 1000),
            (70, Source::DeveloperApi, Some(Origin::Api), 500),
            (60, Source::User, Some(user), 500),
            (25, Source::Zapier, Some(Origin::Zapier), 600),
            (20, Source::Make, Some(Origin::Make), 600),
            (15, Source::N8n, Some(Origin::N8n), 600),
            (15, Source::Workflow, Some(Origin::Workflow), 800),
            (10, Source::AiAgent, Some(Origin::AiAgent), 800),
            (10, Source::Bot, Some(Origin::Bot), 800),
            (15, Source::App, None, 0),
            (15, Source::Campaign, None, 0),
            (15, Source::Other("facebook_lead_ads".into()), None, 0),
        ];
        let weights: Vec<u64> = ways.iter().map(|(weight, ..)| *weight).collect();
        let (_, source, opening, writes) = ways[self.random.weighted(&weights)].clone();
        let opening = opening.filter(|_| self.random.chance(writes));
        let length = if opening.is_some() { self.length() } else { 0 };
        Arrival { source, opening, length }
    }

    /// A user at work.
    pub(super) fn worker(&mut self, at: i64) -> u8 {
        let moment = self.moment(at);
        cast::working(&mut self.random, moment)
    }

    /// How many messages a conversation has.
    fn length(&mut self) -> u64 {
        *self.random.pick(&[1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 8, 11])
    }

    /// Fills what deletions and busy contacts have left open, on the last day.
    fn fill(&mut self, day: &LocalDay) -> Result<()> {
        while self.kept < self.options.messages {
            let at = day.busy_instant(&mut self.random);
            let length = self.length().min(self.options.messages - self.kept);
            if self.chat(at, Origin::Contact, length)? {
                continue;
            }
            // Nobody is at rest: somebody writes once more, whoever it is.
            let person = self.random.index(self.people.len());
            let alive = self.people.get(person).is_some_and(|person| person.state == State::Alive);
            match self.line_of(person, at) {
                Some(line) if alive => self.converse(person, line, at, length, Origin::Contact)?,
                _ => {
                    let arrival = Arrival { source: Source::IncomingMessage, opening: Some(Origin::Contact), length };
                    self.arrive(at, &arrival)?;
                }
            }
        }
        Ok(())
    }

    /// Makes rows of the messages up to an instant.
    fn write_rows(&mut self, until: i64) -> Result<()> {
        let mut order: Vec<(i64, u64, usize)> = Vec::new();
        for (position, draft) in self.pending.iter().enumerate() {
            if draft.row_at < until {
                order.push((draft.row_at, draft.serial, position));
            }
        }
        arrange_all(&mut order);
        for (_, serial, position) in order {
            let draft = self.pending[position];
            let id = self.halves.remove(&serial).unwrap_or(self.next_id);
            self.next_id += u64::from(draft.part != Part::Update);
            if draft.part == Part::First {
                self.halves.insert(serial, id);
            }
            let row = draft.row(id, self.moment(draft.sent_at))?;
            self.rows.push(row);
        }
        self.pending.retain(|draft| draft.row_at >= until);
        Ok(())
    }

    fn finish(mut self) -> Outcome {
        // Deletion takes the messages along, also those of contacts merged in (C9).
        let gone: Vec<bool> =
            (0..self.people.len()).map(|person| self.people[self.survivor(person)].state == State::Deleted).collect();
        self.rows.retain(|row| !person_of(&row.contact).is_some_and(|person| gone[person]));
        arrange(&mut self.events, |one, other| one.at.cmp(&other.at));
        for (event, sequence) in self.events.iter_mut().zip(1..) {
            event.sequence = Some(sequence);
        }
        Outcome { rows: self.rows, events: self.events, people: self.people, broadcasts: self.broadcasts }
    }
}

/// The day's share of something that is left for this day and those after it.
fn share(days: &[LocalDay], number: usize, left: u64) -> u64 {
    let rest: u64 = days[number..].iter().map(|day| day.weight).sum();
    let share = u128::from(left) * u128::from(days[number].weight) / u128::from(rest.max(1));
    u64::try_from(share).unwrap_or(left)
}

/// The day's part of so many things spread evenly.
fn even(count: u32, days: usize, number: usize) -> usize {
    let until = |day: usize| count as usize * day / days.max(1);
    until(number + 1) - until(number)
}
