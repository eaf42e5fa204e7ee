//! Stored events are of one workspace and of whole commands (M6), the host's clock is heard (D34), and a forged snapshot is
//! no snapshot.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use omnicontact::workspace::{Bulk, BulkAction, Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{Code, ContactId, Identity, Instant, Origin, Profile, Source};

fn at() -> Instant {
    Instant::parse("2025-07-09T12:00:00Z").unwrap()
}

fn settings(n: u8) -> Settings {
    Settings::new("America/Guayaquil").country("EC").id(ContactId::mint(at(), [n; 10]).as_uuid())
}

fn later(minutes: i64) -> Instant {
    Instant::from_millis(at().as_millis() + minutes * 60_000).unwrap()
}

fn told(external: &str) -> Command {
    Command::Tell(Told::incoming(Identity::new("wa", external).unwrap()).into())
}

fn three(n: u8) -> (Workspace, Vec<Event>) {
    let (mut workspace, mut events) = Workspace::open(settings(n), at()).unwrap();
    for random in 1..=3 {
        workspace.execute_into(&Call::new(at(), [random; 10]), told(&format!("{random}")), &mut events).unwrap();
    }
    (workspace, events)
}

#[test]
fn half_a_command_is_an_error_that_names_the_event() {
    let (mut workspace, mut events) = three(1);
    let before = workspace.snapshot().unwrap();
    let ids: Vec<ContactId> = workspace.contacts().map(|contact| contact.id).collect();
    let merge = Command::Merge { primary: ids[0], secondaries: ids[1..].to_vec(), choices: Box::default() };
    workspace.execute_into(&Call::new(at(), [9; 10]), merge, &mut events).unwrap();
    let following: Vec<u32> = events.iter().map(|event| event.following).collect();
    assert_eq!(following, [0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 1, 0]);
    for cut in 1..events.len() {
        let replayed = Workspace::replay(&events[..cut]);
        match events[cut - 1].following {
            0 => drop(replayed.unwrap().snapshot().unwrap()),
            more => {
                let error = replayed.unwrap_err();
                assert_eq!((error.code(), error.path()), (Code::HalfCommand, &*format!("events[{}]", cut - 1)));
                let said = error.to_string();
                assert!(
                    said.contains(&format!("`{}`", events[cut - 1].sequence)) && said.contains(&format!("`{more}`"))
                );
            }
        }
    }
    // On a snapshot: nothing can be done until the rest is there.
    let mut restored = Workspace::restore(&before).unwrap();
    restored.apply(&events[10]).unwrap();
    assert_eq!(restored.snapshot().unwrap_err().code(), Code::HalfCommand);
    assert_eq!(restored.execute(&Call::new(at(), [9; 10]), told("9")).unwrap_err().code(), Code::HalfCommand);
    let mut other = restored.clone();
    restored.apply(&events[11]).unwrap();
    assert_eq!(restored.snapshot().unwrap(), workspace.snapshot().unwrap());
    let mut alone = events[11].clone();
    alone.following = 5;
    assert_eq!(other.apply(&alone).unwrap_err().code(), Code::HalfCommand);
}

#[test]
fn events_of_another_workspace_do_not_fit() {
    let ((workspace, mine), (_, theirs)) = (three(1), three(2));
    assert_eq!(mine.len(), theirs.len());
    let mixed: Vec<Event> = mine[..4].iter().chain(&theirs[4..]).cloned().collect();
    let error = Workspace::replay(&mixed).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::ForeignEvent, "events[4]"));
    assert!(error.to_string().contains("`5`"));
    let mut more = theirs.clone();
    let mut other = Workspace::replay(&theirs).unwrap();
    other.execute_into(&Call::new(at(), [9; 10]), told("9"), &mut more).unwrap();
    let mut restored = Workspace::restore(&workspace.snapshot().unwrap()).unwrap();
    assert_eq!(restored.apply(&more[theirs.len()]).unwrap_err().code(), Code::ForeignEvent);
    // Two that are opened alike, without an id of their own, are one.
    let open = || Workspace::open(Settings::new("Etc/UTC"), at()).unwrap().0.settings().id;
    assert!(!open().is_nil() && open() == open());
}

#[test]
fn what_lies_ahead_of_the_hosts_clock_changes_nothing() {
    let (mut workspace, mut events) = three(1);
    let before = (workspace.snapshot().unwrap(), events.len());
    let ids: Vec<ContactId> = workspace.contacts().map(|contact| contact.id).collect();
    let ahead = Call::new(later(11), [9; 10]).on_clock(at());
    let error = workspace.execute_into(&ahead, told("9"), &mut events).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::ClockAhead, "at"));
    let message = Told::incoming(Identity::new("wa", "1").unwrap());
    assert_eq!(workspace.tell(&ahead, &message, &mut events).unwrap_err().code(), Code::ClockAhead, "nor a known one");
    let bulk = Bulk::new(ids, BulkAction::Tag(vec!["vip".into()]));
    assert_eq!(workspace.bulk(&ahead, &bulk, |_| true, &mut events).unwrap_err().code(), Code::ClockAhead);
    let origin = Origin::new(Source::ContactImport);
    let rows = workspace.import(&ahead, vec![Profile::named("Ana")], &origin, |_| true, &mut events);
    assert_eq!(rows.items[0].as_ref().unwrap_err().code(), Code::ClockAhead);
    assert_eq!((workspace.snapshot().unwrap(), events.len()), before);
    // Ten minutes are allowed, and so is whatever happened before; without `now` everything is.
    let fits = Call::new(later(10), [9; 10]).on_clock(at());
    assert!(matches!(workspace.execute(&fits, told("9")).unwrap().outcome, Outcome::Told { is_new: true, .. }));
    let late = Call::new(at(), [8; 10]).on_clock(later(100_000));
    workspace.execute(&late, told("9")).unwrap();
    workspace.execute(&Call::new(later(60_000), [7; 10]), told("9")).unwrap();
    // The quota says which month decides.
    let quota = workspace.quota(at());
    assert_eq!((quota.month.to_string(), quota.decides.to_string()), ("2025-07".into(), "2025-08".into()));
    let mut strict = settings(3);
    strict.clock_tolerance = 0;
    let (mut strict, _) = Workspace::open(strict, at()).unwrap();
    let call = Call::new(Instant::from_millis(at().as_millis() + 1).unwrap(), [1; 10]).on_clock(at());
    assert_eq!(strict.execute(&call, told("1")).unwrap_err().code(), Code::ClockAhead);
}

/// As the library sums: CRC-64/XZ, bit by bit.
fn sum(bytes: &[u8]) -> u64 {
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
fn a_forged_snapshot_with_a_right_sum_is_refused_or_works() {
    let (mut workspace, mut events) = three(1);
    let ids: Vec<ContactId> = workspace.contacts().map(|contact| contact.id).collect();
    let call = Call::new(at(), [9; 10]);
    let pairs = [(ids[1], ids[2]), (ids[0], ids[1])];
    for (primary, secondary) in pairs {
        let merge = Command::Merge { primary, secondaries: vec![secondary], choices: Box::default() };
        workspace.execute_into(&call, merge, &mut events).unwrap();
    }
    let mut dropped = 0;
    let whole = workspace.snapshot().unwrap();
    for place in 24..whole.len() {
        for value in [0, 1, 2, 3, 0x7f, 0x80, 0xff, whole[place] ^ 1, whole[place].wrapping_add(1)] {
            let mut forged = whole.clone();
            forged[place] = value;
            let right = sum(&forged[24..]);
            forged[16..24].copy_from_slice(&right.to_le_bytes());
            let Ok(mut found) = Workspace::restore(&forged) else {
                dropped += 1;
                continue;
            };
            // It is a state of its own, then: whatever is asked of it ends, and keeps it whole.
            for id in &ids {
                let _ = found.resolve(*id);
            }
            let _ = (found.quota(later(0)), found.units(later(100_000)), found.suggest(), found.merges());
            let _ = found.execute(&Call::new(later(50_000), [8; 10]), told("77"));
            for (primary, secondary) in pairs.iter().rev() {
                let _ = found.execute(&call, Command::Unmerge { primary: *primary, secondary: *secondary });
            }
            for contact in &ids {
                let _ = found.execute(&call, Command::Delete { contact: *contact });
            }
            if let Ok(again) = found.snapshot() {
                assert_eq!(Workspace::restore(&again).unwrap().snapshot().unwrap(), again, "byte {place} as {value}");
            }
        }
    }
    assert!(dropped > whole.len(), "only {dropped} of them were refused");
}
