//! Many merges into one contact, and all of them undone: seconds, memory, size of the snapshot.
//!
//! `cargo run --release --example many_merges -- [MERGES] [last|first|random]`
#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

use std::time::Instant as Clock;

use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{ContactId, Edit, Identity, Instant};

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn run(workspace: &mut Workspace, command: Command, events: &mut Vec<Event>) -> Outcome {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&workspace.sequence().to_be_bytes());
    let at = Instant::from_millis(1_700_000_000_000 + i64::try_from(workspace.sequence()).unwrap()).unwrap();
    workspace.execute_into(&Call::new(at, random), command, events).unwrap()
}

fn main() {
    let merges = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000_usize);
    let order = std::env::args().nth(2).unwrap_or_else(|| "last".to_owned());
    let at = Instant::from_millis(1_700_000_000_000).unwrap();
    let (mut workspace, mut events) = Workspace::open(Settings::new("UTC"), at).unwrap();
    let mut contacts: Vec<ContactId> = Vec::with_capacity(merges + 1);
    for number in 0..=merges {
        let told = Told::incoming(Identity::new("wa", number.to_string()).unwrap()).named("Ana").into();
        let outcome = run(&mut workspace, Command::Tell(told), &mut events);
        let Outcome::Told { contact, .. } = outcome else { return };
        let edits = vec![Edit::AddPhone(format!("+593991{number:06}").into()), Edit::tag("vip")];
        run(&mut workspace, Command::Edit { contact, edits }, &mut events);
        contacts.push(contact);
    }
    let (ana, others) = contacts.split_first().unwrap();
    println!("{merges} contacts: {} MB, snapshot {} MB", resident(), workspace.snapshot().unwrap().len() >> 20);
    events.clear();
    let began = Clock::now();
    for secondary in others {
        let command = Command::Merge { primary: *ana, secondaries: vec![*secondary], choices: Box::default() };
        run(&mut workspace, command, &mut events);
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("merged in {seconds:.2} s: {} MB, snapshot {} MB", resident(), workspace.snapshot().unwrap().len() >> 20);
    let mut others = others.to_vec();
    match order.as_str() {
        "first" => {}
        "random" => {
            let mut drawn = 88_172_645_463_325_252_u64;
            for last in (1..others.len()).rev() {
                drawn ^= drawn << 13;
                drawn ^= drawn >> 7;
                drawn ^= drawn << 17;
                others.swap(last, usize::try_from(drawn % (last as u64 + 1)).unwrap_or(0));
            }
        }
        _ => others.reverse(),
    }
    let began = Clock::now();
    for secondary in others {
        let outcome = run(&mut workspace, Command::Unmerge { primary: *ana, secondary }, &mut events);
        assert!(matches!(outcome, Outcome::Unmerged { .. }), "{outcome:?}");
    }
    println!("undone, {order} first, in {:.2} s: {} MB", began.elapsed().as_secs_f64(), resident());
}
