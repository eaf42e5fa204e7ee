//! Who is merged into whom: a million contacts, 200,000 merges, half of them undone in random order, then everybody
//! resolved. [`Forest`] beside a hash map with the same algorithm and, where `python3` is there, beside
//! `tests/bench/merges.py`: the same operations, the same digest.
//!
//! `cargo bench -p omnicontact --bench merges -- [ROUNDS]`

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use omnicontact::merge::Forest;

const CONTACTS: u32 = 1_000_000;
const MERGES: u32 = 200_000;

/// Python's generator (MT19937 seeded with one number), so that both sides do the same.
struct Draw {
    state: [u32; 624],
    next: usize,
}

impl Draw {
    fn seeded(seed: u32) -> Self {
        let mut state = [0_u32; 624];
        state[0] = 19_650_218;
        let step = |before: u32| before ^ (before >> 30);
        for i in 1..624_u32 {
            let at = i as usize;
            state[at] = 1_812_433_253_u32.wrapping_mul(step(state[at - 1])).wrapping_add(i);
        }
        let mut i = 1;
        for _ in 0..624 {
            state[i] = (state[i] ^ step(state[i - 1]).wrapping_mul(1_664_525)).wrapping_add(seed);
            i += 1;
            if i == 624 {
                state[0] = state[623];
                i = 1;
            }
        }
        for _ in 0..623 {
            let number = u32::try_from(i).unwrap_or(0);
            state[i] = (state[i] ^ step(state[i - 1]).wrapping_mul(1_566_083_941)).wrapping_sub(number);
            i += 1;
            if i == 624 {
                state[0] = state[623];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
        Self { state, next: 624 }
    }

    fn word(&mut self) -> u32 {
        if self.next == 624 {
            for i in 0..624 {
                let mixed = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % 624] & 0x7fff_ffff);
                let odd = if mixed & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[i] = self.state[(i + 397) % 624] ^ (mixed >> 1) ^ odd;
            }
            self.next = 0;
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn below(&mut self, end: u32) -> u32 {
        loop {
            let drawn = self.word() >> end.leading_zeros();
            if drawn < end {
                return drawn;
            }
        }
    }
}

struct Work {
    merges: Vec<(u32, u32)>,
    undone: Vec<usize>,
}

fn work() -> Work {
    let mut draw = Draw::seeded(11);
    let merges = (0..MERGES).map(|_| (draw.below(CONTACTS), draw.below(CONTACTS))).collect();
    let mut pool: Vec<usize> = (0..MERGES as usize).collect();
    let mut undone = Vec::new();
    for left in (MERGES / 2 + 1..=MERGES).rev() {
        let at = draw.below(left) as usize;
        undone.push(pool[at]);
        pool[at] = pool[left as usize - 1];
    }
    Work { merges, undone }
}

/// Milliseconds of merging, undoing and resolving, and everybody's survivor.
type Run = ([f64; 3], Vec<u32>);

fn since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

fn forest(work: &Work) -> Run {
    let began = Instant::now();
    let mut forest = Forest::new(CONTACTS as usize);
    let mut done = vec![u32::MAX; work.merges.len()];
    for (row, &(primary, secondary)) in work.merges.iter().enumerate() {
        let secondary = forest.root(secondary);
        if forest.merge(primary, secondary) {
            done[row] = secondary;
        }
    }
    let merged = since(began);
    let began = Instant::now();
    for &row in &work.undone {
        forest.unmerge(done[row]);
    }
    let undone = since(began);
    let began = Instant::now();
    let roots = forest.roots();
    ([merged, undone, since(began)], roots)
}

/// What one writes first: a map of parents and a walk to the root, children in sets.
fn hash_map(work: &Work) -> Run {
    let root = |parents: &HashMap<u32, u32>, mut at: u32| {
        while let Some(parent) = parents.get(&at) {
            at = *parent;
        }
        at
    };
    let began = Instant::now();
    let mut parents: HashMap<u32, u32> = HashMap::new();
    let mut children: HashMap<u32, HashSet<u32>> = HashMap::new();
    let mut done: HashMap<usize, u32> = HashMap::new();
    for (row, &(primary, secondary)) in work.merges.iter().enumerate() {
        let (primary, secondary) = (root(&parents, primary), root(&parents, secondary));
        if primary != secondary {
            parents.insert(secondary, primary);
            children.entry(primary).or_default().insert(secondary);
            done.insert(row, secondary);
        }
    }
    let merged = since(began);
    let began = Instant::now();
    for row in &work.undone {
        if let Some(secondary) = done.remove(row)
            && let Some(primary) = parents.remove(&secondary)
            && let Some(children) = children.get_mut(&primary)
        {
            children.remove(&secondary);
        }
    }
    let undone = since(began);
    let began = Instant::now();
    let roots = (0..CONTACTS).map(|contact| root(&parents, contact)).collect();
    ([merged, undone, since(began)], roots)
}

fn digest(roots: &[u32]) -> String {
    let text: Vec<String> = roots.iter().map(u32::to_string).collect();
    sha1_smol::Sha1::from(text.join(",")).digest().to_string()[..10].to_owned()
}

/// Total and digest of one run of the script, from its only line.
fn python() -> Option<(f64, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bench/merges.py");
    let output = Command::new("python3").arg(script).args(["--reps", "1"]).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    let total = line.split("total").nth(1)?.split_whitespace().next()?.parse().ok()?;
    Some((total, line.split_whitespace().next_back()?.to_owned()))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let rounds = std::env::args().find_map(|text| text.parse().ok()).unwrap_or(5);
    let work = work();
    let mut times: [Vec<[f64; 4]>; 2] = Default::default();
    let (mut ratios, mut pythons) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let runs = [forest(&work), hash_map(&work)];
        let digests = runs.each_ref().map(|(_, roots)| digest(roots));
        assert_eq!(digests[0], digests[1], "both must give the same survivors");
        let totals = runs.each_ref().map(|(parts, _)| parts.iter().sum::<f64>());
        for (list, ((parts, _), total)) in times.iter_mut().zip(runs.iter().zip(totals)) {
            list.push([parts[0], parts[1], parts[2], total]);
        }
        ratios.push(totals[1] / totals[0]);
        if let Some((total, theirs)) = python() {
            assert_eq!(digests[0], theirs, "the script must give the same survivors");
            pythons.push((total, total / totals[0]));
        }
    }
    println!("milliseconds, medians of {rounds}: merge, unmerge, resolve all, total");
    for (name, list) in ["forest", "hash map"].iter().zip(&times) {
        let parts = [0, 1, 2, 3].map(|part| median(list.iter().map(|times| times[part]).collect()));
        println!("{name:9} {:7.1} {:7.1} {:7.1} {:7.1}", parts[0], parts[1], parts[2], parts[3]);
    }
    println!("hash map over forest: {:.1} times", median(ratios));
    if pythons.is_empty() {
        println!("python3 is not there: its figures are left out");
    } else {
        let (totals, ratios): (Vec<f64>, Vec<f64>) = pythons.into_iter().unzip();
        println!("python    {:.1} ms in all, {:.1} times", median(totals), median(ratios));
    }
}
