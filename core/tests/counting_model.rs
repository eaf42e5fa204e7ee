//! The ledger against a second implementation that is as naive as the rules: which units a month has, from the list of
//! events alone, as sets (N1, N2, N4, D20, D21, D23, D24, D38, D41, M8). Every month is compared after every step of
//! thousands of random histories, under each unit policy, with and without `release_on_delete`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/draw.rs"]
mod draw;
#[path = "support/units.rs"]
mod units;

use std::collections::BTreeMap;

use draw::Draw;
use omnicontact::counting::UnitPolicy;
use omnicontact::reset::ResetMode;
use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{ContactId, Edit, ForeignKey, Identity, Instant, Profile, Refusal, Source};
use units::Units;

const HOUR: i64 = 3_600_000;
const HISTORIES: u64 = 400;
const STEPS: usize = 45;

struct History {
    workspace: Workspace,
    model: Units,
    events: Vec<Event>,
    known: Vec<ContactId>,
    seen: BTreeMap<&'static str, usize>,
}

impl History {
    fn begin(settings: Settings, at: Instant) -> Self {
        let (workspace, events) = Workspace::open(settings, at).unwrap();
        let model = Units::begin(workspace.settings().clone(), &events[0]);
        let nobody = ContactId::mint(Instant::MIN, [9; 10]);
        Self { workspace, model, events, known: vec![nobody], seen: BTreeMap::new() }
    }

    fn step(&mut self, call: &Call, command: &Command) {
        let before = self.model.clone();
        let (used_before, limit) = (before.deciding(call.at).used(), before.limit);
        let mut unlimited = None;
        if limit.is_some() {
            let mut free = self.workspace.clone();
            let open = free.execute(call, Command::SetLimit { limit: None }).unwrap();
            let reply = free.execute(call, command.clone()).unwrap();
            let mut model = before.clone();
            open.events.iter().chain(&reply.events).for_each(|event| model.feed(event));
            unlimited = Some(model.deciding(call.at).used());
        }
        let reply = self.workspace.execute(call, command.clone()).unwrap();
        reply.events.iter().for_each(|event| self.model.feed(event));
        self.events.extend(reply.events);
        *self.seen.entry(word(&reply.outcome)).or_default() += 1;
        match reply.outcome {
            // N4: refused exactly where it would not have fitted.
            Outcome::Refused(Refusal::QuotaExceeded { limit: named, used }) => {
                assert_eq!((Some(named), used), (limit, used_before));
                assert!(unlimited.unwrap() > named.max(used), "{command:?} would have fitted");
            }
            ref outcome => {
                let is_active = self.workspace.settings().unit == UnitPolicy::MonthlyActive;
                if let (Some(limit), false, false) = (limit, is_active, matches!(command, Command::SetLimit { .. })) {
                    let used = self.model.deciding(call.at).used();
                    assert!(used <= limit.max(used_before), "{command:?} went over {limit}: {outcome:?}");
                }
            }
        }
        if let Outcome::Added { contact } | Outcome::Told { contact, .. } = reply.outcome
            && !self.known.contains(&contact)
        {
            self.known.push(contact);
        }
        self.compare(call.at);
    }

    fn compare(&self, at: Instant) {
        let ledger = &self.workspace;
        for (start, usage) in self.model.months(at) {
            let quota = ledger.quota(start);
            let got = (quota.carried, quota.new, quota.refused);
            assert_eq!(got, (usage.carried(), usage.fresh(), usage.refused), "month {}", quota.month);
            assert_eq!(quota.used, usage.used());
            // N5: the very units, where the month is not closed.
            if let Ok(lines) = ledger.units(start) {
                let mut got: Vec<_> = lines.into_iter().map(|line| line.unit).collect();
                got.sort();
                assert_eq!(got, usage.names(), "month {}", quota.month);
            }
        }
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Refused(refusal) => refusal.as_str(),
        Outcome::Added { .. } => "added",
        Outcome::Told { is_new: true, .. } => "came",
        Outcome::Told { .. } => "told",
        Outcome::Edited { .. } => "edited",
        Outcome::Merged { .. } => "merged",
        Outcome::Unmerged { .. } => "unmerged",
        Outcome::Deleted { .. } => "deleted",
        Outcome::ResetRun { purge, .. } if !purge.is_empty() => "reset",
        _ => "other",
    }
}

fn live(policy: UnitPolicy, releases: bool, seed: u64) -> BTreeMap<&'static str, usize> {
    let mut draw = Draw(seed);
    let mut settings = Settings::new("America/Santiago").unit(policy);
    settings.release_on_delete = releases;
    settings.late_reset_releases = draw.below(4) > 0;
    let mut now = Instant::parse("2025-01-20T12:00:00Z").unwrap().as_millis();
    let mut history = History::begin(settings, Instant::from_millis(now).unwrap());
    let identities: Vec<Identity> =
        (0..7).map(|n| Identity::new(["wa", "fb"][n % 2], format!("person {n}")).unwrap()).collect();
    for step in 0..STEPS {
        now += match draw.below(12) {
            0 => 9 * 24 * HOUR,
            1 => 24 * 24 * HOUR,
            // A clock may go back.
            2 => -30 * HOUR,
            _ => HOUR,
        };
        let at = Instant::from_millis(now).unwrap();
        let mut random = [0; 10];
        random[2..].copy_from_slice(&(step as u64).to_be_bytes());
        let call = Call::new(at, random);
        let identity = identities[draw.below(identities.len())].clone();
        let known = &history.known;
        let mut pick = || known[known.len() - 1 - draw.below(known.len().min(7))];
        let (one, two) = (pick(), pick());
        let command = match draw.below(44) {
            0..3 => add(Profile::named("bare")),
            3..6 => add(Profile::named("somebody").identity(identity)),
            6 => {
                let other = identities[draw.below(identities.len())].clone();
                let profile = Profile::named("two").identity(identity.clone());
                add(if other == identity { profile } else { profile.identity(other) })
            }
            7..9 => {
                let profile =
                    Profile::named("known elsewhere").foreign_key(ForeignKey::new("shop", draw.below(3) as u64));
                add(if draw.below(2) == 0 { profile } else { profile.identity(identity) })
            }
            9..15 => Command::Tell(Told::incoming(identity).into()),
            15..18 => {
                let told = Told::outgoing(identity, Source::User);
                let told = if draw.below(3) == 0 { told.not_accepted() } else { told };
                Command::Tell(if draw.below(2) == 0 { told.to(one) } else { told }.into())
            }
            18..22 => Command::AddIdentity { contact: one, identity },
            22..25 => Command::RemoveIdentity { identity },
            25..31 => Command::Merge { primary: one, secondaries: vec![two], choices: Box::default() },
            31..36 => match history.model.pairs() {
                pairs if !pairs.is_empty() => {
                    let (primary, secondary) = pairs[draw.below(pairs.len())];
                    Command::Unmerge { primary, secondary }
                }
                _ => continue,
            },
            36..38 => Command::Delete { contact: one },
            38 => Command::SetLimit { limit: [None, Some(2), Some(4), Some(6)][draw.below(4)] },
            39 => Command::SetReset { mode: ResetMode::ALL[draw.below(4)] },
            40..42 => Command::RunReset,
            _ => Command::Edit { contact: one, edits: vec![Edit::tag("Borrar")] },
        };
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| history.step(&call, &command)));
        if let Err(error) = told {
            for event in &history.events {
                println!("{} {} {:?}", event.sequence, event.at, event.change);
            }
            println!("step {step} of seed {seed}, {policy:?}, releases {releases}: {command:?}");
            std::panic::resume_unwind(error);
        }
        if step % 20 == 19 {
            // Go on with what came out of a snapshot: it must behave alike.
            history.workspace = Workspace::restore(&history.workspace.snapshot().unwrap()).unwrap();
        }
    }
    let replayed = Workspace::replay(&history.events).unwrap();
    assert_eq!(replayed.snapshot().unwrap(), history.workspace.snapshot().unwrap(), "replay = state");
    history.seen
}

fn add(profile: Profile) -> Command {
    Command::AddContact { profile: Box::new(profile), origin: None }
}

fn compare(policy: UnitPolicy) {
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    for releases in [false, true] {
        for seed in 1..=HISTORIES {
            let words = live(policy, releases, 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
            for (word, count) in words {
                *seen.entry(word).or_default() += count;
            }
        }
    }
    for word in ["added", "came", "told", "edited", "merged", "unmerged", "deleted", "reset", "quota_exceeded"] {
        assert!(seen.get(word).is_some_and(|count| *count > 20), "`{word}` was hardly seen: {seen:?}");
    }
}

#[test]
fn every_month_counts_what_the_events_say_per_channel_identity() {
    compare(UnitPolicy::PerChannelIdentity);
}

#[test]
fn every_month_counts_what_the_events_say_per_contact() {
    compare(UnitPolicy::PerContact);
}

#[test]
fn every_month_counts_what_the_events_say_per_active_contact() {
    compare(UnitPolicy::MonthlyActive);
}
