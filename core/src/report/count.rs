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
pub(crate) fn count<const N: usize>(
    codes: &ComboCodes,
    slots: &[Slots<N>],
    cuts: &[usize],
    selection: &Selection,
    tally: &mut Tally,
) {
    if let Selection::Positions(positions) = selection {
        return count_positions(codes, slots, cuts, positions, tally);
    }
    match codes {
        ComboCodes::Narrow(codes) => count_runs(codes, slots, cuts, tally),
        ComboCodes::Wide(codes) => count_runs(codes, slots, cuts, tally),
    }
}

fn count_positions<const N: usize>(
    codes: &ComboCodes,
    slots: &[Slots<N>],
    cuts: &[usize],
    positions: &[u32],
    tally: &mut Tally,
) {
    let mut rest = positions;
    for (bucket, cut) in cuts.windows(2).enumerate() {
        let start = rest.partition_point(|&position| (position as usize) < cut[0]);
        let end = rest.partition_point(|&position| (position as usize) < cut[1]);
        let row = tally.row(bucket);
        for &position in &rest[start..end] {
            for &slot in &slots[codes.get(position as usize) as usize] {
                row[slot as usize] += 1;
            }
        }
        rest = &rest[end..];
    }
}

/// Rows per combination in two interleaved tables, so that equal neighbours do not wait for each other.
fn count_runs<C: Copy + Into<u32>, const N: usize>(codes: &[C], slots: &[Slots<N>], cuts: &[usize], tally: &mut Tally) {
    let combos = slots.len();
    let mut even = vec![0_u32; combos];
    let mut odd = vec![0_u32; combos];
    for (bucket, cut) in cuts.windows(2).enumerate() {
        let run = &codes[cut[0]..cut[1]];
        let row = tally.row(bucket);
        if run.len() < combos / 4 {
            for &code in run {
                for &slot in &slots[code.into() as usize] {
                    row[slot as usize] += 1;
                }
            }
            continue;
        }
        // A run has fewer than 2^32 rows: no counter can overflow.
        let mut pairs = run.chunks_exact(4);
        for four in &mut pairs {
            let [a, b, c, d] = [four[0].into(), four[1].into(), four[2].into(), four[3].into()];
            even[a as usize] = even[a as usize].wrapping_add(1);
            odd[b as usize] = odd[b as usize].wrapping_add(1);
            even[c as usize] = even[c as usize].wrapping_add(1);
            odd[d as usize] = odd[d as usize].wrapping_add(1);
        }
        for &code in pairs.remainder() {
            even[code.into() as usize] += 1;
        }
        for ((even, odd), slots) in even.iter_mut().zip(&mut odd).zip(slots) {
            if *even | *odd != 0 {
                let rows = u64::from(*even) + u64::from(*odd);
                *even = 0;
                *odd = 0;
                for &slot in slots {
                    row[slot as usize] += rows;
                }
            }
        }
    }
}

/// Positions where the buckets with these edges begin and end.
pub(crate) fn cuts(times: &[i64], edges: &[i64]) -> Vec<usize> {
    let mut from = 0;
    edges
        .iter()
        .map(|&edge| {
            from += times[from..].partition_point(|&at| at < edge);
            from
        })
        .collect()
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
