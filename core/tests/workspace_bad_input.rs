//! Bytes and events that are cut, altered, forged or mixed up: an error each time, never a panic, never half a workspace.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use omnicontact::reset::ResetMode;
use omnicontact::workspace::{Call, Change, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{
    Code, ContactId, CustomField, CustomType, Edit, Identity, Instant, Profile, Refusal, Source, Subscription,
    SubscriptionStatus,
};

fn at(millis: i64) -> Instant {
    Instant::from_millis(1_751_371_200_000 + millis).unwrap()
}

/// A small workspace with something of everything, and its events.
fn rich() -> (Workspace, Vec<Event>) {
    let (mut workspace, mut events) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at(0)).unwrap();
    let mut draws = 0;
    let mut run = |millis: i64, command: Command| {
        draws += 1;
        let reply = workspace.execute(&Call::new(at(millis), [draws; 10]), command).unwrap();
        events.extend(reply.events);
        reply.outcome
    };
    let identity = |n: i32| Identity::new("wa", format!("59399000000{n}")).unwrap();
    let mut ids: Vec<ContactId> = Vec::new();
    for n in 0..4 {
        let mut profile = Profile::named(format!("name {n}")).tag("t").email("a@b.co");
        profile.subscriptions.push(Subscription { channel: "sms".into(), status: SubscriptionStatus::Unsubscribed });
        if n > 0 {
            profile = profile.identity(identity(n));
        }
        match run(i64::from(n), Command::AddContact { profile: Box::new(profile), origin: None }) {
            Outcome::Added { contact } => ids.push(contact),
            other => panic!("{other:?}"),
        }
    }
    let merge = |a, b| Command::Merge { primary: a, secondaries: vec![b], choices: Box::default() };
    run(10, Command::Tell(Told::incoming(identity(1)).into()));
    run(11, Command::SetCustomField { field: CustomField::new("born", CustomType::Date) });
    run(12, merge(ids[0], ids[1]));
    run(13, Command::Edit { contact: ids[0], edits: vec![Edit::tag("x")] });
    run(14, merge(ids[2], ids[0]));
    run(15, Command::Dismiss { a: ids[2], b: ids[3] });
    run(16, Command::SetLimit { limit: Some(4) });
    run(17, Command::Tell(Told::incoming(Identity::new("fb", "1").unwrap()).into()));
    run(18, Command::SetReset { mode: ResetMode::OnlyTagged });
    run(19, Command::Delete { contact: ids[3] });
    run(20, Command::Unmerge { primary: ids[2], secondary: ids[0] });
    run(3_000_000_000, Command::Tell(Told::outgoing(identity(2), Source::User).into()));
    (workspace, events)
}

/// Reads everything that a host may ask for.
fn ask(workspace: &Workspace) {
    let _ = workspace.units(Instant::MIN);
    let _ = workspace.units(Instant::MAX);
    let _ = workspace.quota(at(0));
    let _ = workspace.quota(Instant::MAX);
    let _ = workspace.resolver();
    let _ = workspace.suggest();
    let _ = workspace.directory();
    let _ = workspace.tags();
    let _ = workspace.reset_due(at(9_000_000_000));
    for contact in workspace.contacts() {
        let _ = workspace.merged_into(contact.id).len();
    }
}

#[test]
fn the_units_of_a_closed_month_are_told_by_its_events() {
    let (workspace, events) = rich();
    // The last event is of August.
    let error = workspace.units(at(20)).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::MonthClosed, "at"));
    let then = Workspace::replay(events.iter().take_while(|event| event.at <= at(20))).unwrap();
    let quota = workspace.quota(at(20));
    assert_eq!(then.units(at(20)).unwrap().len() as u64, quota.used);
    assert!(quota.used > 0);
}

#[test]
fn a_snapshot_that_is_cut_or_altered_anywhere_is_refused() {
    let (workspace, _) = rich();
    let bytes = workspace.snapshot().unwrap();
    for end in 0..bytes.len() {
        assert_eq!(Workspace::restore(&bytes[..end]).unwrap_err().code(), Code::Damaged, "{end}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(Workspace::restore(&longer).unwrap_err().code(), Code::Damaged);
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut altered = bytes.clone();
            altered[position] ^= 1 << bit;
            let code = Workspace::restore(&altered).unwrap_err().code();
            let expected = if (6..8).contains(&position) { Code::UnsupportedVersion } else { Code::Damaged };
            assert_eq!(code, expected, "byte {position}, bit {bit}");
        }
    }
}

/// CRC-64/XZ, a bit at a time: what a forger would write.
fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = !0_u64;
    for byte in bytes {
        sum ^= u64::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xC96C_5795_D787_0F42 } else { sum >> 1 };
        }
    }
    !sum
}

#[test]
fn a_forged_snapshot_with_a_right_checksum_never_panics() {
    let (workspace, _) = rich();
    let bytes = workspace.snapshot().unwrap();
    assert_eq!(bytes[16..24], checksum(&bytes[24..]).to_le_bytes());
    let (mut refused, mut loaded) = (0, 0);
    for position in 24..bytes.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff, bytes[position] ^ 1] {
            let mut forged = bytes.clone();
            forged[position] = value;
            let sum = checksum(&forged[24..]);
            forged[16..24].copy_from_slice(&sum.to_le_bytes());
            match Workspace::restore(&forged) {
                Ok(workspace) => {
                    ask(&workspace);
                    let again = workspace.snapshot().unwrap();
                    assert_eq!(Workspace::restore(&again).unwrap().snapshot().unwrap(), again, "whole");
                    loaded += 1;
                }
                Err(error) => {
                    assert!(matches!(error.code(), Code::Damaged | Code::UnknownZone), "{error:?}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 500 && loaded > 500, "{refused} refused, {loaded} loaded");
}

#[test]
fn events_that_are_missing_twice_or_out_of_order_are_refused_by_their_place() {
    let (workspace, events) = rich();
    assert_eq!(Workspace::replay(&events).unwrap().snapshot().unwrap(), workspace.snapshot().unwrap());
    assert_eq!(Workspace::replay(&[]).unwrap_err().code(), Code::EmptyInput);
    for position in 0..events.len() {
        let mut missing = events.clone();
        missing.remove(position);
        if position < events.len() - 1 {
            let error = Workspace::replay(&missing).unwrap_err();
            assert_eq!((error.code(), error.path()), (Code::InvalidEvent, &*format!("events[{position}]")));
        }
        let mut twice = events.clone();
        twice.insert(position, events[position].clone());
        let error = Workspace::replay(&twice).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::InvalidEvent, &*format!("events[{}]", position + 1)));
    }
}

#[test]
fn events_of_another_story_never_panic() {
    let (_, events) = rich();
    // Leaves out one event, or moves it, and numbers the rest again: the numbers are right, the story is not.
    for from in 1..events.len() {
        for to in 1..=events.len() {
            let mut mixed = events.clone();
            let event = mixed.remove(from);
            if to < mixed.len() {
                mixed.insert(to, event);
            }
            for (row, event) in mixed.iter_mut().enumerate() {
                event.sequence = row as u64 + 1;
            }
            match Workspace::replay(&mixed) {
                Ok(workspace) => ask(&workspace),
                Err(error) => assert!(error.path().starts_with("events["), "{error:?}"),
            }
        }
    }
}

#[test]
fn a_clock_that_goes_back_changes_no_order_and_opens_no_old_month() {
    let (mut workspace, opened) = Workspace::open(Settings::new("Etc/UTC"), at(0)).unwrap();
    let call = |millis, random| Call::new(at(millis), [random; 10]);
    let tell = |n: u8| Command::Tell(Told::incoming(Identity::new("wa", n.to_string()).unwrap()).into());
    let mut events = opened;
    let month = 31 * 86_400_000;
    for (millis, n) in [(0, 1), (month, 2), (month - 86_400_000 * 3, 1), (5, 3), (month, 1)] {
        events.extend(workspace.execute(&call(millis, n), tell(n)).unwrap().events);
    }
    let numbers: Vec<u64> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    let quota = workspace.quota(at(month));
    assert_eq!((quota.carried, quota.new), (1, 2), "August goes on, whatever the clock says of its latest event");
    let first = workspace.contacts().next().unwrap();
    assert_eq!(first.last_incoming, Some(at(month)));
    assert_eq!(Workspace::replay(&events).unwrap().snapshot().unwrap(), workspace.snapshot().unwrap());
}

#[test]
fn deleting_twice_and_taking_an_identity_that_went_elsewhere_are_refused() {
    let (mut workspace, _) = Workspace::open(Settings::new("Etc/UTC"), at(0)).unwrap();
    let mut draws = 0;
    let mut run = |command| {
        draws += 1;
        workspace.execute(&Call::new(at(0), [draws; 10]), command).unwrap().outcome
    };
    let identity = Identity::new("wa", "1").unwrap();
    let mut add = |profile: Profile| match run(Command::AddContact { profile: Box::new(profile), origin: None }) {
        Outcome::Added { contact } => contact,
        other => panic!("{other:?}"),
    };
    let (a, b, c) =
        (add(Profile::named("a")), add(Profile::named("b").identity(identity.clone())), add(Profile::named("c")));
    run(Command::Merge { primary: a, secondaries: vec![b], choices: Box::default() });
    run(Command::RemoveIdentity { identity: identity.clone() });
    run(Command::AddIdentity { contact: c, identity: identity.clone() });
    assert_eq!(
        run(Command::Unmerge { primary: a, secondary: b }),
        Outcome::Refused(Refusal::IdentityConflict { identity, holder: c })
    );
    assert!(matches!(run(Command::Delete { contact: a }), Outcome::Deleted { .. }));
    for contact in [a, b] {
        assert_eq!(run(Command::Delete { contact }), Outcome::Refused(Refusal::ContactDeleted { contact }));
    }
}

#[test]
fn an_event_in_json_names_what_it_does_not_know() {
    let (_, events) = rich();
    let json = serde_json::to_value(&events[1]).unwrap();
    let mut unknown = json.clone();
    unknown["more"] = 1.into();
    assert!(serde_json::from_value::<Event>(unknown).unwrap_err().to_string().contains("more"));
    let mut unknown = json;
    unknown["change"] = serde_json::json!({ "vanished": {} });
    assert!(serde_json::from_value::<Event>(unknown).unwrap_err().to_string().contains("vanished"));
    assert!(matches!(events[0].change, Change::Opened(_)));
}
