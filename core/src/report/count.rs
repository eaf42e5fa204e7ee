//! The one pass: rows per combination and bucket, rolled up into every breakdown at once.

use crate::dataset::{ComboCodes, NONE};

/// The slot that collects what a breakdown does not count.
pub(crate) const TRASH: u32 = 0;

/// Which counters a combination adds to; [`TRASH`] for none.
pub(crate) type Slots<const N: usize> = [u32; N];

/// Rows by bucket and slot.
#[derive(Debug)]
pub(crate) struct Tally {
    width: usize,
    counts: Vec<u64>,
}

impl Tally {
    pub(crate) fn new(buckets: usize, width: usize) -> Self {
        Self { width, counts: vec![0; buckets.max(1) * width] }
    }

    fn row(&mut self, bucket: usize) -> &mut [u64] {
        &mut self.counts[bucket * self.width..(bucket + 1) * self.width]
    }

    /// Count of a slot in every bucket.
    pub(crate) fn slot(&self, slot: u32) -> impl Iterator<Item = u64> + '_ {
        self.counts.iter().skip(slot as usize).step_by(self.width).copied()
    }

    /// Count of a slot over all buckets.
    pub(crate) fn total(&self, slot: u32) -> u64 {
        self.slot(slot).sum()
    }
}

/// Rows of a range of positions: all of it, or chosen ones in ascending order.
#[derive(Debug)]
pub(crate) enum Selection {
    All,
    Positions(Vec<u32>),
}

/// Counts rows into a tally. `cuts` are the positions where buckets begin and end (one more than there are buckets).
///
/// Returns the rows of each combination in all buckets together.
pub(crate) fn count<const N: usize>(
    codes: &ComboCodes,
    slots: &[Slots<N>],
    cuts: &[usize],
    selection: &Selection,
    tally: &mut Tally,
) -> Vec<u64> {
    if let Selection::Positions(positions) = selection {
        return count_positions(codes, slots, cuts, positions, tally);
    }
    match codes {
        ComboCodes::Narrow(codes) => count_narrow(codes, slots, cuts, tally),
        ComboCodes::Wide(codes) => count_wide(codes, slots, cuts, tally),
    }
}

fn count_positions<const N: usize>(
    codes: &ComboCodes,
    slots: &[Slots<N>],
    cuts: &[usize],
    positions: &[u32],
    tally: &mut Tally,
) -> Vec<u64> {
    let mut totals = vec![0; slots.len()];
    let mut rest = positions;
    for (bucket, cut) in cuts.windows(2).enumerate() {
        let start = rest.partition_point(|&position| (position as usize) < cut[0]);
        let end = start + rest[start..].partition_point(|&position| (position as usize) < cut[1]);
        // All codes are read before any is counted, so that memory is read for several at once.
        count_few(&codes.gather(&rest[start..end]), slots, tally.row(bucket), &mut totals);
        rest = &rest[end..];
    }
    totals
}

/// Adds what a histogram counted to the slots of its combinations.
struct Rollup<const N: usize> {
    /// Combinations that count somewhere, and where.
    wanted: Vec<(usize, Slots<N>)>,
    /// Places in `wanted` with rows, and how many.
    counted: Vec<(u32, u32)>,
    /// Slots of the bucket for every second combination: additions to one slot wait for each other.
    other: Vec<u64>,
    totals: Vec<u64>,
}

impl<const N: usize> Rollup<N> {
    fn new(slots: &[Slots<N>], width: usize) -> Self {
        let counts = |slots: &Slots<N>| slots.iter().any(|&slot| slot != TRASH);
        let wanted: Vec<(usize, Slots<N>)> =
            slots.iter().copied().enumerate().filter(|(_, slots)| counts(slots)).collect();
        Self { counted: vec![(0, 0); wanted.len()], wanted, other: vec![0; width], totals: vec![0; slots.len()] }
    }

    /// Takes the counts of both halves of a histogram and leaves zeros.
    fn take<C: Copy + Default + Into<u32>>(&mut self, even: &mut [C], odd: &mut [C], row: &mut [u64]) {
        // Every combination is written, and the place moves on where it has rows: on most days about one in four has,
        // in no order that the processor could guess.
        let mut kept = 0;
        for (place, (code, _)) in (0_u32..).zip(&self.wanted) {
            let rows = even[*code].into() + odd[*code].into();
            self.counted[kept] = (place, rows);
            kept += usize::from(rows != 0);
        }
        even[..self.totals.len()].fill(C::default());
        odd[..self.totals.len()].fill(C::default());
        let mut add = |&(place, rows): &(u32, u32), row: &mut [u64]| {
            let (code, slots) = &self.wanted[place as usize];
            self.totals[*code] += u64::from(rows);
            for &slot in slots {
                row[slot as usize] += u64::from(rows);
            }
        };
        let (pairs, rest) = self.counted[..kept].as_chunks::<2>();
        for [one, two] in pairs {
            add(one, row);
            add(two, &mut self.other);
        }
        for one in rest {
            add(one, row);
        }
        for (sum, other) in row.iter_mut().zip(&mut self.other) {
            *sum += std::mem::take(other);
        }
    }
}

/// Rows of a run too short for a histogram.
fn count_few<C: Copy + Into<u32>, const N: usize>(run: &[C], slots: &[Slots<N>], row: &mut [u64], totals: &mut [u64]) {
    for &code in run {
        let code = code.into() as usize;
        totals[code] += 1;
        for &slot in &slots[code] {
            row[slot as usize] += 1;
        }
    }
}

/// Rows per combination in two interleaved tables, so that equal neighbours do not wait for each other.
///
/// The tables have a place for every value of a code, so that there is nothing to check, and counters of two bytes, so
/// that some thousand combinations fit the first-level cache. Places that no combination has are never touched.
fn count_narrow<const N: usize>(codes: &[u16], slots: &[Slots<N>], cuts: &[usize], tally: &mut Tally) -> Vec<u64> {
    const CODES: usize = 1 << 16;
    /// Half of these rows go to each table: no counter can overflow.
    const ROWS: usize = 1 << 16;
    let mut rollup = Rollup::new(slots, tally.width);
    let (mut even, mut odd) = (vec![0_u16; CODES], vec![0_u16; CODES]);
    let (Some(even), Some(odd)) = (even.first_chunk_mut::<CODES>(), odd.first_chunk_mut::<CODES>()) else {
        return rollup.totals;
    };
    for (bucket, cut) in cuts.windows(2).enumerate() {
        let row = tally.row(bucket);
        for run in codes[cut[0]..cut[1]].chunks(ROWS) {
            if run.len() < slots.len() / 8 {
                count_few(run, slots, row, &mut rollup.totals);
                continue;
            }
            let (eights, rest) = run.as_chunks::<8>();
            for &[a, b, c, d, e, f, g, h] in eights {
                // One by one: where code is compiled to be small, a loop over them would stay a loop.
                add_two(even, odd, a, b);
                add_two(even, odd, c, d);
                add_two(even, odd, e, f);
                add_two(even, odd, g, h);
            }
            for &code in rest {
                even[usize::from(code)] += 1;
            }
            rollup.take(even, odd, row);
        }
    }
    rollup.totals
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "four of them are the innermost loop of every report")]
fn add_two<const CODES: usize>(even: &mut [u16; CODES], odd: &mut [u16; CODES], to_even: u16, to_odd: u16) {
    let (even, odd) = (&mut even[usize::from(to_even)], &mut odd[usize::from(to_odd)]);
    *even = even.wrapping_add(1);
    *odd = odd.wrapping_add(1);
}

/// The same where there are more combinations than two bytes can tell.
fn count_wide<const N: usize>(codes: &[u32], slots: &[Slots<N>], cuts: &[usize], tally: &mut Tally) -> Vec<u64> {
    let mut rollup = Rollup::new(slots, tally.width);
    let (mut even, mut odd) = (vec![0_u32; slots.len()], vec![0_u32; slots.len()]);
    for (bucket, cut) in cuts.windows(2).enumerate() {
        let run = &codes[cut[0]..cut[1]];
        let row = tally.row(bucket);
        if run.len() < slots.len() / 8 {
            count_few(run, slots, row, &mut rollup.totals);
            continue;
        }
        let (pairs, rest) = run.as_chunks::<2>();
        for &[to_even, to_odd] in pairs {
            even[to_even as usize] += 1;
            odd[to_odd as usize] += 1;
        }
        for &code in rest {
            even[code as usize] += 1;
        }
        rollup.take(&mut even, &mut odd, row);
    }
    rollup.totals
}

/// The newest positions whose combination passes, newest first, at most `limit`.
pub(crate) fn newest(codes: &ComboCodes, passes: &[bool], candidates: &Candidates<'_>, limit: usize) -> Vec<u32> {
    fn of<C: Copy + Into<u32>>(codes: &[C], passes: &[bool], candidates: &Candidates<'_>, limit: usize) -> Vec<u32> {
        const BLOCK: usize = 512;
        let mut picks = Vec::with_capacity(limit.min(candidates.len()) + BLOCK);
        let mut left = candidates.len();
        while left > 0 && picks.len() < limit {
            let from = left.saturating_sub(BLOCK);
            // Every candidate is written, and the place moves on where it passes: which ones pass cannot be guessed,
            // and a wrong guess costs more than the write.
            let mut block = [0; BLOCK];
            let mut kept = 0;
            match candidates {
                Candidates::Range(range) => {
                    let start = range.start + from;
                    let mut position = super::select::position(range.start + left);
                    for &code in codes[start..range.start + left].iter().rev() {
                        position -= 1;
                        block[kept] = position;
                        kept += usize::from(passes[code.into() as usize]);
                    }
                }
                Candidates::Listed(positions) => {
                    for &position in positions[from..left].iter().rev() {
                        block[kept] = position;
                        kept += usize::from(passes[codes[position as usize].into() as usize]);
                    }
                }
            }
            picks.extend_from_slice(&block[..kept]);
            left = from;
        }
        picks.truncate(limit);
        picks
    }
    match codes {
        ComboCodes::Narrow(codes) => of(codes, passes, candidates, limit),
        ComboCodes::Wide(codes) => of(codes, passes, candidates, limit),
    }
}

/// Where the rows of a log are looked for, oldest first.
#[derive(Debug, Clone)]
pub(crate) enum Candidates<'s> {
    Range(std::ops::Range<usize>),
    Listed(&'s [u32]),
}

impl<'s> Candidates<'s> {
    /// Those of a selection within a range.
    pub(crate) fn of(selection: &'s Selection, range: &std::ops::Range<usize>) -> Self {
        match selection {
            Selection::All => Self::Range(range.clone()),
            Selection::Positions(positions) => Self::Listed(positions).within(range),
        }
    }

    /// Those at positions within a range.
    pub(crate) fn within(&self, range: &std::ops::Range<usize>) -> Self {
        match self {
            Self::Range(own) => {
                let start = own.start.max(range.start);
                Self::Range(start..own.end.min(range.end).max(start))
            }
            Self::Listed(positions) => {
                let from = positions.partition_point(|&position| (position as usize) < range.start);
                let to = positions.partition_point(|&position| (position as usize) < range.end).max(from);
                Self::Listed(&positions[from..to])
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Listed(positions) => positions.len(),
        }
    }
}

/// Positions where the buckets with these edges begin and end.
pub(crate) fn cuts(times: &[i64], edges: &[i64]) -> Vec<usize> {
    let (mut from, mut rows) = (0, times.len() / 2);
    edges
        .iter()
        .map(|&edge| {
            let cut = from + first_from(&times[from..], edge, rows);
            (rows, from) = (cut - from, cut);
            cut
        })
        .collect()
}

/// The first place with a time of `edge` or later, looked for from a guess: buckets have about as many rows as the one
/// before, and a search of the whole rest would read memory far away for each of them.
fn first_from(times: &[i64], edge: i64, guess: usize) -> usize {
    let (mut low, mut high) = (0, times.len());
    let mut step = guess / 16 + 8;
    let mut probe = guess;
    while probe < high {
        if times[probe] < edge {
            low = probe + 1;
            probe += step;
        } else {
            high = probe;
            if low > 0 || probe == 0 {
                break;
            }
            probe = probe.saturating_sub(step);
        }
        step *= 2;
    }
    low + times[low..high].partition_point(|&at| at < edge)
}

/// Distinct contacts of each slot, as a set of contact codes.
pub(crate) fn distinct<const N: usize>(
    codes: &ComboCodes,
    slots: &[Slots<N>],
    width: usize,
    range: std::ops::Range<usize>,
    selection: &Selection,
    contact: impl Fn(usize) -> u32,
) -> Vec<roaring::RoaringBitmap> {
    // Bit tables while they are small enough, else compressed sets directly.
    let mut sets = vec![roaring::RoaringBitmap::new(); width];
    let mut visit = |position: usize| {
        let contact = contact(position);
        if contact == NONE {
            return;
        }
        for &slot in &slots[codes.get(position) as usize] {
            if slot != TRASH {
                sets[slot as usize].insert(contact);
            }
        }
    };
    match selection {
        Selection::All => range.for_each(&mut visit),
        Selection::Positions(positions) => {
            positions
                .iter()
                .map(|&position| position as usize)
                .filter(|position| range.contains(position))
                .for_each(visit);
        }
    }
    sets
}
