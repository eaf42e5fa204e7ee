//! A million contacts with two identities each: commands, merges, quota.
//!
//! `cargo bench -p omnicontact --bench workspace`

#[path = "../tests/support/draw.rs"]
mod draw;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use draw::Draw;
use omnicontact::workspace::{Call, Command, Event, Settings, Told, Workspace};
use omnicontact::{ContactId, Identity, Instant, Origin, Profile, Source};

const MERGES: usize = 200_000;
/// Rows imported at once.
const PIECE: usize = 10_000;
/// Contacts in a snapshot that is measured.
const STORED: usize = 200_000;

fn main() {
    divan::main();
}

/// A million, or `OMNICONTACT_CONTACTS`: for a profile, where every instruction takes long.
fn contacts() -> usize {
    std::env::var("OMNICONTACT_CONTACTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap_or(Instant::MIN)
}

fn identity(channel: &str, n: usize) -> Identity {
    Identity::new(channel, format!("5939{n:08}")).unwrap_or_else(|_| unreachable!())
}

fn filled(contacts: usize) -> Workspace {
    let start = at("2025-07-01T12:00:00Z");
    let (mut workspace, _) =
        Workspace::open(Settings::new("America/Guayaquil"), start).unwrap_or_else(|_| unreachable!());
    let origin = Origin::new(Source::ContactImport).with_name("bench.csv");
    // In pieces, as a host imports: the rows and the events of all at once are several times what is kept.
    for first in (0..contacts).step_by(PIECE) {
        let rows = (first..contacts.min(first + PIECE)).map(|n| {
            Profile::named(format!("Contact {n}"))
                .phone(format!("+5939{n:08}"))
                .tag("imported")
                .identity(identity("wa", n))
                .identity(identity("fb", n))
        });
        let mut random = [1; 10];
        random[2..].copy_from_slice(&(first as u64).to_be_bytes());
        drop(workspace.import(&Call::new(start, random), rows.collect(), &origin, |_| true, &mut Vec::new()));
    }
    workspace
}

/// Processor time of this thread, where the system tells: on a machine that others use, too, the clock says little.
fn cpu_nanos() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

fn ids(workspace: &Workspace) -> Vec<ContactId> {
    workspace.contacts().map(|contact| contact.id).collect()
}

fn run(workspace: &mut Workspace, commands: Vec<Command>) -> Vec<Event> {
    let call = Call::new(at("2025-07-09T12:00:00Z"), [2; 10]);
    let mut events = Vec::with_capacity(commands.len() * 2);
    let (count, began) = (commands.len(), cpu_nanos());
    for command in commands {
        let _ = black_box(workspace.execute_into(&call, command, &mut events));
    }
    report(count, began);
    events
}

fn report(count: usize, began: Option<u64>) {
    if let (Some(began), Some(ended)) = (began, cpu_nanos()) {
        let nanos = ended.saturating_sub(began) / count.max(1) as u64;
        eprintln!("{count} commands, {nanos} ns of processor time each");
    }
}

fn merges(ids: &[ContactId], draw: &mut Draw) -> Vec<Command> {
    let merge = |_| Command::Merge {
        primary: ids[draw.below(ids.len())],
        secondaries: vec![ids[draw.below(ids.len())]],
        choices: Box::default(),
    };
    (0..MERGES.min(ids.len() / 5)).map(merge).collect()
}

/// M2: a message on a known identity, in random order, told by reference: the host keeps its message.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn receive_known(bencher: Bencher) {
    let mut workspace = filled(contacts());
    let mut draw = Draw(7);
    let call = Call::new(at("2025-07-09T12:00:00Z"), [2; 10]);
    let told = |n| Told::incoming(identity("wa", n));
    // The first message connects; what is measured is every later one.
    let mut events = Vec::new();
    for n in 0..contacts() {
        drop(workspace.tell(&call, &told(n), &mut events));
        events.clear();
    }
    bencher
        .with_inputs(|| (0..contacts()).map(|_| told(draw.below(contacts()))).collect::<Vec<_>>())
        .input_counter(|messages| ItemsCount::new(messages.len()))
        .bench_local_values(|messages| {
            let mut events = Vec::with_capacity(messages.len());
            let began = cpu_nanos();
            for told in &messages {
                let _ = black_box(workspace.tell(&call, told, &mut events));
            }
            report(messages.len(), began);
            (messages, events)
        });
}

/// The same as commands, which are used up: their memory is given back, too.

#[divan::bench(sample_count = 5, sample_size = 1)]
fn receive_known_as_commands(bencher: Bencher) {
    let mut workspace = filled(contacts());
    let mut draw = Draw(7);
    // The first message connects; what is measured is every later one.
    let tells = |draw: &mut Draw, order: &dyn Fn(usize, &mut Draw) -> usize| -> Vec<Command> {
        let tell = |n| Command::Tell(Box::new(Told::incoming(identity("wa", order(n, draw)))));
        (0..contacts()).map(tell).collect()
    };
    let connect = tells(&mut draw, &|n, _| n);
    run(&mut workspace, connect);
    bencher
        .with_inputs(|| tells(&mut draw, &|_, draw| draw.below(contacts())))
        .input_counter(|commands| ItemsCount::new(commands.len()))
        .bench_local_values(|commands| run(&mut workspace, commands));
}

/// M2: merges with record and event.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn merge_with_record(bencher: Bencher) {
    let workspace = filled(contacts());
    let commands = merges(&ids(&workspace), &mut Draw(11));
    bencher
        .with_inputs(|| (workspace.clone(), commands.clone()))
        .input_counter(|(_, commands)| ItemsCount::new(commands.len()))
        .bench_local_values(|(mut workspace, commands)| {
            let events = run(&mut workspace, commands);
            (workspace, events)
        });
}

/// M2: half of the merges undone in random order.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn unmerge(bencher: Bencher) {
    let mut workspace = filled(contacts());
    let commands = merges(&ids(&workspace), &mut Draw(11));
    run(&mut workspace, commands);
    let mut pairs: Vec<(ContactId, ContactId)> = Vec::new();
    let survivors = ids(&workspace);
    let mut roots = survivors.clone();
    while let Some(id) = roots.pop() {
        for record in workspace.merged_into(id) {
            pairs.push(record.pair());
            roots.push(record.pair().1);
        }
    }
    let mut draw = Draw(13);
    for position in (1..pairs.len()).rev() {
        pairs.swap(position, draw.below(position + 1));
    }
    pairs.truncate(pairs.len() / 2);
    let undo = |(primary, secondary)| Command::Unmerge { primary, secondary };
    let commands: Vec<Command> = pairs.into_iter().map(undo).collect();
    bencher
        .with_inputs(|| (workspace.clone(), commands.clone()))
        .input_counter(|(_, commands)| ItemsCount::new(commands.len()))
        .bench_local_values(|(mut workspace, commands)| {
            let events = run(&mut workspace, commands);
            (workspace, events)
        });
}

/// Q1: `quota(at)` with two million units, in the current month and in the next one.
#[divan::bench]
fn quota(bencher: Bencher) {
    let workspace = filled(contacts());
    let (july, august) = (at("2025-07-20T12:00:00Z"), at("2025-08-20T12:00:00Z"));
    bencher.bench_local(|| (black_box(&workspace).quota(july), black_box(&workspace).quota(august)));
}

/// Q1: the first event of a month, which carries two million units over.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn carry_over(bencher: Bencher) {
    let workspace = filled(contacts());
    let call = Call::new(at("2025-08-01T05:00:00Z"), [2; 10]);
    bencher.with_inputs(|| workspace.clone()).bench_local_values(|mut workspace| {
        let reply = workspace.execute(&call, Command::SetLimit { limit: Some(5_000_000) });
        (workspace, reply)
    });
}

/// A snapshot of 200,000 contacts.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn snapshot(bencher: Bencher) {
    let workspace = filled(STORED);
    bencher.counter(ItemsCount::new(STORED)).bench_local(|| workspace.snapshot().map(|bytes| bytes.len()));
}

/// The same, back from a snapshot.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn restore(bencher: Bencher) {
    let bytes = filled(STORED).snapshot().unwrap_or_default();
    bencher.counter(ItemsCount::new(STORED)).bench_local(|| Workspace::restore(&bytes));
}
