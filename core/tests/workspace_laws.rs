//! The laws of a workspace under random commands: M8, N2 to N4, R2, replay, snapshots, refusals.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use omnicontact::counting::{CountReason, Month, UnitPolicy};
use omnicontact::merge::Choices;
use omnicontact::reset::ResetMode;
use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{
    Code, Contact, ContactId, CustomField, CustomType, CustomValue, Edit, Field, ForeignKey, Identity, Instant,
    Profile, Refusal, Source, Subscription, SubscriptionStatus,
};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

#[derive(Debug, Clone)]
enum Step {
    Add(u8, bool),
    Tell(u8, bool, bool),
    Give(u8, u8),
    Take(u8),
    Edit(u8, u8),
    Share(u8),
    Merge(u8, u8),
    Unmerge(u8, u8),
    Delete(u8),
    Limit(u8),
    Mode(u8),
    Reset,
    Wait(i32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u8..12, any::<bool>()).prop_map(|(n, bare)| Step::Add(n, bare)),
        6 => (0_u8..12, any::<bool>(), any::<bool>()).prop_map(|(n, out, ok)| Step::Tell(n, out, ok)),
        2 => (0_u8..8, 0_u8..12).prop_map(|(who, n)| Step::Give(who, n)),
        1 => (0_u8..12).prop_map(Step::Take),
        4 => (0_u8..8, 0_u8..10).prop_map(|(who, what)| Step::Edit(who, what)),
        1 => (0_u8..9).prop_map(Step::Share),
        6 => (0_u8..8, 0_u8..8).prop_map(|(a, b)| Step::Merge(a, b)),
        6 => (0_u8..8, 0_u8..8).prop_map(|(a, b)| Step::Unmerge(a, b)),
        1 => (0_u8..8).prop_map(Step::Delete),
        1 => (0_u8..10).prop_map(Step::Limit),
        1 => (0_u8..4).prop_map(Step::Mode),
        1 => Just(Step::Reset),
        // Forward by up to two weeks, and back by hours: a clock may.
        2 => (-48_i32..340).prop_map(Step::Wait),
    ]
}

fn identity(n: u8) -> Identity {
    Identity::new(["wa", "fb", "sms"][usize::from(n % 3)], format!("person {}", n / 3)).unwrap()
}

struct World {
    workspace: Workspace,
    events: Vec<Event>,
    known: Vec<ContactId>,
    at: i64,
    draw: u64,
}

impl World {
    fn new(unit: UnitPolicy) -> Self {
        let at = Instant::parse("2025-01-20T12:00:00Z").unwrap();
        let settings = Settings::new("America/Santiago").country("CL").unit(unit);
        let (workspace, events) = Workspace::open(settings, at).unwrap();
        Self { workspace, events, known: Vec::new(), at: at.as_millis(), draw: 0 }
    }

    fn now(&self) -> Instant {
        Instant::from_millis(self.at).unwrap()
    }

    fn run(&mut self, command: Command) -> Outcome {
        self.attempt(command).unwrap()
    }

    fn attempt(&mut self, command: Command) -> omnicontact::Result<Outcome> {
        self.draw += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.draw.to_be_bytes());
        let reply = self.workspace.execute(&Call::new(self.now(), random), command)?;
        self.events.extend(reply.events);
        match reply.outcome {
            Outcome::Added { contact } | Outcome::Told { contact, .. } if !self.known.contains(&contact) => {
                self.known.push(contact);
            }
            _ => {}
        }
        Ok(reply.outcome)
    }

    fn who(&self, n: u8) -> ContactId {
        match self.known.len() {
            0 => ContactId::mint(self.now(), [9; 10]),
            len => self.known[usize::from(n) % len],
        }
    }

    fn command(&self, step: &Step) -> Option<Command> {
        Some(match *step {
            Step::Add(n, bare) => {
                let mut profile = Profile::named(format!("name {n}")).tag(format!("t{}", n % 3));
                if !bare {
                    profile = profile.identity(identity(n)).phone(format!("+5693333440{n:02}"));
                }
                if n > 9 {
                    profile = profile.foreign_key(ForeignKey::new("shop", i32::from(n)));
                }
                Command::AddContact { profile: Box::new(profile), origin: None }
            }
            Step::Tell(n, false, _) => Command::Tell(Told::incoming(identity(n)).named("from afar").into()),
            Step::Tell(n, true, ok) => {
                let told = Told::outgoing(identity(n), Source::User);
                Command::Tell(if ok { told } else { told.not_accepted() }.into())
            }
            Step::Give(who, n) => Command::AddIdentity { contact: self.who(who), identity: identity(n) },
            Step::Take(n) => Command::RemoveIdentity { identity: identity(n) },
            Step::Edit(who, what) => {
                let edit = match what {
                    0 => Edit::tag("Borrar"),
                    1 => Edit::untag("t1"),
                    2 => Edit::set(Field::Name, &format!("edited {}", self.draw)),
                    3 => Edit::OpenConversation { at: self.now() },
                    4 => Edit::CloseConversation { at: self.now(), reason: None },
                    5 => Edit::set(Field::Department, "Sales"),
                    6 => Edit::SetCustom { name: "size".into(), value: Some(CustomValue::Text("large".into())) },
                    7 => {
                        let number = omnicontact::Number::new(f64::from(u32::try_from(self.draw).unwrap())).unwrap();
                        Edit::SetCustom { name: "size".into(), value: Some(CustomValue::Number(number)) }
                    }
                    8 => Edit::SetCustom { name: "plan".into(), value: Some(CustomValue::List("p".into())) },
                    _ => Edit::Subscribe { channel: "wa".into(), status: SubscriptionStatus::Unsubscribed },
                };
                Command::Edit { contact: self.who(who), edits: vec![edit] }
            }
            Step::Share(what) => match what {
                0 => Command::DeleteTag { tag: "t1".into() },
                1 => Command::DeleteTag { tag: "Borrar".into() },
                2 => Command::DeleteDepartment { department: "Sales".into() },
                3 => Command::DeleteCustomField { name: "size".into() },
                4 | 5 => Command::SetCustomField { field: CustomField::new("size", CustomType::Number) },
                6 => Command::SetCustomField { field: CustomField::new("size", CustomType::Text) },
                _ => Command::SetCustomField {
                    field: CustomField::new("plan", CustomType::List).options([format!("p{what}"), "p".to_owned()]),
                },
            },
            Step::Merge(a, b) => Command::Merge {
                primary: self.who(a),
                secondaries: vec![self.who(b)],
                choices: Box::new(Choices::default()),
            },
            Step::Unmerge(a, b) => Command::Unmerge { primary: self.who(a), secondary: self.who(b) },
            Step::Delete(n) => Command::Delete { contact: self.who(n) },
            Step::Limit(n) => Command::SetLimit { limit: (n < 9).then_some(u64::from(n)) },
            Step::Mode(n) => Command::SetReset { mode: ResetMode::ALL[usize::from(n)] },
            Step::Reset => Command::RunReset,
            Step::Wait(_) => return None,
        })
    }
}

fn identities(workspace: &Workspace) -> BTreeMap<Identity, ContactId> {
    let mut held = BTreeMap::new();
    for contact in workspace.contacts() {
        for identity in &contact.identities {
            assert!(held.insert(identity.clone(), contact.id).is_none(), "held twice");
            assert_eq!(workspace.holder_of(identity), Some(contact.id));
        }
    }
    held
}

/// C2: a value of a defined field has its type, whatever was merged, undone or deleted before.
fn defined_fields_hold(workspace: &Workspace) {
    for (name, value) in workspace.contacts().flat_map(|contact| &contact.custom) {
        if let Some(field) = workspace.custom_fields().get(name) {
            assert!(field.fits(value).is_ok(), "{field:?} {value:?}");
        }
    }
}

fn check(unit: UnitPolicy, steps: &[Step]) {
    let mut world = World::new(unit);
    let mut limit = None;
    let mut last = None;
    for step in steps {
        if let Step::Wait(hours) = step {
            world.at += i64::from(*hours) * HOUR;
            continue;
        }
        let before = world.workspace.snapshot().unwrap();
        let held = identities(&world.workspace);
        let used = world.workspace.quota(world.now()).used;
        let command = world.command(step).unwrap();
        let attempt = world.attempt(command.clone());
        let after = world.workspace.snapshot().unwrap();
        let outcome = match attempt {
            Ok(outcome) => outcome,
            Err(error) => {
                let allowed = [Code::CustomTypeConflict, Code::InvalidCustomValue];
                assert!(allowed.contains(&error.code()), "{error:?}");
                assert_eq!(before, after, "a malformed command leaves the state byte-identical");
                continue;
            }
        };
        defined_fields_hold(&world.workspace);
        match &outcome {
            Outcome::Refused(Refusal::QuotaExceeded { limit: named, used: then }) => {
                assert_eq!(Some(*named), limit);
                assert!(*then >= *named || matches!(step, Step::Add(..)));
                assert_eq!(identities(&world.workspace), held, "nothing half-made");
            }
            Outcome::Refused(_) | Outcome::Unchanged | Outcome::Exists { .. } | Outcome::AlreadyMerged { .. } => {
                assert_eq!(before, after, "a refused command leaves the state byte-identical");
            }
            Outcome::Merged { .. } => {
                assert_eq!(identities(&world.workspace).len(), held.len(), "no identity is lost");
            }
            Outcome::Unmerged { .. } => {
                assert!(identities(&world.workspace).len() >= held.len());
            }
            _ => {}
        }
        if let Command::SetLimit { limit: new } = command {
            limit = new;
        }
        let quota = world.workspace.quota(world.now());
        if matches!(outcome, Outcome::Merged { .. } | Outcome::Unmerged { .. }) {
            assert_eq!(quota.used, used, "merge and unmerge change no usage");
        }
        // N4: never above the limit by anything new; only `monthly_active` serves known ones beyond it (D24).
        if let (Some(limit), true) = (limit, unit != UnitPolicy::MonthlyActive) {
            assert!(quota.used <= limit.max(used), "{} of {limit}, was {used}", quota.used);
        }
        // Within a month usage only grows (N2), save for what a late reset takes back (D21).
        if let Some((month, last)) = last
            && month == quota.month
            && !matches!(outcome, Outcome::ResetRun { .. })
        {
            assert!(quota.used >= last, "used fell");
        }
        last = Some((quota.month, quota.used));
        // A month lists what it counts, and so does one that has not begun. (A clock that went back asks for a month
        // that is closed: its events tell.)
        let now = world.now();
        let latest = world.events.iter().map(|event| Month::of(event.at, world.workspace.zone())).max().unwrap();
        assert_eq!(world.workspace.units(now).is_err(), quota.month < latest);
        let next = quota.month.end(world.workspace.zone());
        for now in [now, next] {
            let quota = world.workspace.quota(now);
            let Ok(units) = world.workspace.units(now) else { continue };
            assert_eq!(units.len() as u64, quota.used, "{units:#?}");
            let names: BTreeSet<_> = units.iter().map(|line| &line.unit).collect();
            assert_eq!(names.len(), units.len());
            let carried = units.iter().filter(|line| line.reason == CountReason::Carried).count();
            assert_eq!(carried as u64, quota.carried);
        }
        assert_eq!(Workspace::restore(&after).unwrap().snapshot().unwrap(), after);
    }
    let replayed = Workspace::replay(&world.events).unwrap();
    assert_eq!(replayed.snapshot().unwrap(), world.workspace.snapshot().unwrap(), "replay = state");
    for (position, event) in world.events.iter().enumerate() {
        assert_eq!(event.sequence, position as u64 + 1);
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
        let bytes = postcard::to_stdvec(event).unwrap();
        assert_eq!(&postcard::from_bytes::<Event>(&bytes).unwrap(), event);
    }
    world.workspace.resolver().unwrap();
}

proptest! {
    #[test]
    fn a_workspace_keeps_its_laws_per_identity(steps in prop::collection::vec(step(), 1..40)) {
        check(UnitPolicy::PerChannelIdentity, &steps);
    }

    #[test]
    fn a_workspace_keeps_its_laws_per_contact(steps in prop::collection::vec(step(), 1..40)) {
        check(UnitPolicy::PerContact, &steps);
    }

    #[test]
    fn a_workspace_keeps_its_laws_per_active_contact(steps in prop::collection::vec(step(), 1..40)) {
        check(UnitPolicy::MonthlyActive, &steps);
    }

    /// What a workspace remembers beside its state makes undoing quick and changes no answer: one from a snapshot, which
    /// remembers nothing, gives the same bytes.
    #[test]
    fn an_undo_gives_the_same_with_and_without_a_memory(
        steps in prop::collection::vec(step(), 1..60),
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 12),
    ) {
        let mut world = World::new(UnitPolicy::PerChannelIdentity);
        for step in &steps {
            match (step, world.command(step)) {
                (_, Some(command)) => drop(world.attempt(command)),
                (Step::Wait(hours), None) => world.at += i64::from(*hours) * HOUR,
                _ => {}
            }
        }
        for (who, which) in picks {
            let ids: Vec<ContactId> =
                world.workspace.contacts().map(|one| one.id).filter(|id| !world.workspace.merged_into(*id).is_empty()).collect();
            if ids.is_empty() {
                break;
            }
            let primary = *who.get(&ids);
            let (_, secondary) = which.get(&world.workspace.merged_into(primary)).pair();
            let mut forgetful = Workspace::restore(&world.workspace.snapshot().unwrap()).unwrap();
            let command = Command::Unmerge { primary, secondary };
            let call = Call::new(world.now(), [7; 10]);
            let reply = world.workspace.execute(&call, command.clone()).unwrap();
            prop_assert_eq!(&reply, &forgetful.execute(&call, command).unwrap());
            prop_assert_eq!(world.workspace.snapshot().unwrap(), forgetful.snapshot().unwrap());
        }
    }

    /// M8: merges in chains of any shape, undone in any order that M9 allows, give every contact back exactly.
    #[test]
    fn chains_undone_in_any_permitted_order_give_everybody_back(
        people in prop::collection::vec((any::<bool>(), 0_u8..4), 3..9),
        merges in prop::collection::vec((0_u8..9, 0_u8..9), 1..12),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 40),
    ) {
        let mut world = World::new(UnitPolicy::PerChannelIdentity);
        for (n, (bare, tag)) in people.iter().enumerate() {
            let n = u8::try_from(n).unwrap();
            let mut profile = Profile::named(format!("name {n}")).tag(format!("t{tag}")).tag("shared");
            if !bare {
                profile = profile.identity(identity(n)).phone(format!("+5693333440{n:02}"));
                profile.subscriptions.push(Subscription { channel: "wa".into(), status: SubscriptionStatus::ALL[usize::from(n % 2)] });
            }
            world.run(Command::AddContact { profile: Box::new(profile), origin: None });
            if !bare {
                world.at += 1;
                world.run(Command::Tell(Told::incoming(identity(n)).into()));
            }
        }
        let everybody: Vec<Contact> = world.workspace.contacts().cloned().collect();
        let used = world.workspace.quota(world.now()).used;
        let mut in_force: Vec<(ContactId, ContactId)> = Vec::new();
        for (a, b) in merges {
            let (a, b) = (world.who(a), world.who(b));
            let (into, out) = (world.workspace.resolve(a).unwrap(), world.workspace.resolve(b).unwrap());
            let merge = Command::Merge { primary: a, secondaries: vec![b], choices: Box::default() };
            match world.run(merge.clone()) {
                Outcome::Merged { survivor, .. } => {
                    prop_assert_eq!(survivor, into);
                    in_force.push((into, out));
                    let again = world.run(merge);
                    prop_assert_eq!(again, Outcome::AlreadyMerged { survivor });
                }
                Outcome::Refused(Refusal::SameContact) => prop_assert_eq!(a, b),
                Outcome::AlreadyMerged { .. } => prop_assert_eq!(into, out),
                other => prop_assert!(false, "{:?}", other),
            }
            prop_assert_eq!(world.workspace.quota(world.now()).used, used);
        }
        for pick in picks {
            if in_force.is_empty() {
                break;
            }
            let position = pick.index(in_force.len());
            let (primary, secondary) = in_force[position];
            let is_away = in_force.iter().any(|(_, out)| *out == primary);
            match world.run(Command::Unmerge { primary, secondary }) {
                Outcome::Unmerged { .. } => {
                    prop_assert!(!is_away);
                    in_force.remove(position);
                    let again = world.run(Command::Unmerge { primary, secondary });
                    prop_assert_eq!(again, Outcome::Refused(Refusal::AlreadyUnmerged));
                }
                Outcome::Refused(Refusal::Superseded { .. }) => prop_assert!(is_away),
                other => prop_assert!(false, "{:?}", other),
            }
            prop_assert_eq!(world.workspace.quota(world.now()).used, used);
        }
        // Whatever order was drawn, the rest from the outermost inwards.
        while let Some(position) = in_force.iter().position(|(into, _)| !in_force.iter().any(|(_, out)| out == into)) {
            let (primary, secondary) = in_force.remove(position);
            let outcome = world.run(Command::Unmerge { primary, secondary });
            prop_assert_eq!(outcome, Outcome::Unmerged { primary, secondary });
        }
        let back: Vec<Contact> = world.workspace.contacts().cloned().collect();
        prop_assert_eq!(back, everybody);
    }
}
