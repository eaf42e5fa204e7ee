//! The order of a table: by time, then id. Most tables are appended in it already.

use super::column::{IdColumn, TimeColumn};
use super::intern::BLOCK;
use super::lanes::Lanes;
use super::messages::row_number;

/// Times in order, and which row stands at which position.
#[derive(Debug)]
pub(crate) struct Order {
    /// Ascending; `None` where the host's own column is it.
    times: Option<Vec<i64>>,
    /// Row at each position; `None` where they are the same.
    rows: Option<Vec<u32>>,
}

impl Order {
    /// Finds the order; rows without ids keep theirs at the same instant. `sorted` is what a [`Watch`] saw.
    pub(crate) fn of(times: &TimeColumn<'_>, ids: Option<&IdColumn<'_>>, sorted: bool) -> Self {
        if sorted && times.as_millis().is_some() {
            return Self { times: None, rows: None };
        }
        let all = times.to_millis();
        if sorted {
            return Self { times: Some(all), rows: None };
        }
        let (ordered, mut rows) = by_time(all);
        if let Some(ids) = ids {
            let mut from = 0;
            for run in ordered.chunk_by(i64::eq) {
                let to = from + run.len();
                if run.len() > 1 {
                    // Stable: rows of the same id keep their order.
                    rows[from..to].sort_by(|&a, &b| ids.id(a as usize).cmp(&ids.id(b as usize)));
                }
                from = to;
            }
        }
        Self { times: Some(ordered), rows: Some(rows) }
    }

    /// Times in order; `column` is the one the order was found for.
    pub(crate) fn times<'s>(&'s self, column: &'s TimeColumn<'_>) -> &'s [i64] {
        match &self.times {
            Some(times) => times,
            None => column.as_millis().unwrap_or(&[]),
        }
    }

    pub(crate) fn permutation(&self) -> Option<&[u32]> {
        self.rows.as_deref()
    }

    /// The host's row at a position.
    #[inline]
    pub(crate) fn row(&self, position: u32) -> usize {
        match &self.rows {
            Some(rows) => rows[position as usize] as usize,
            None => position as usize,
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.times.as_ref().map_or(0, |times| times.capacity() * 8)
            + self.rows.as_ref().map_or(0, |rows| rows.capacity() * 4)
    }
}

/// Times in order, and their rows; those of the same instant as they stand.
fn by_time(times: Vec<i64>) -> (Vec<i64>, Vec<u32>) {
    let low = times.iter().copied().min().unwrap_or(0);
    let high = times.iter().copied().max().unwrap_or(0);
    let row_bits = usize::BITS - times.len().leading_zeros();
    let bits = u64::BITS - high.abs_diff(low).leading_zeros() + row_bits;
    if bits > u64::BITS {
        let mut rows: Vec<u32> = (0..row_number(times.len())).collect();
        rows.sort_by_key(|&row| times[row as usize]);
        return (rows.iter().map(|&row| times[row as usize]).collect(), rows);
    }
    // Time and row in one word: what is sorted is small, and no two are equal.
    let keys: Vec<u64> = times.iter().zip(0_u64..).map(|(at, row)| at.abs_diff(low) << row_bits | row).collect();
    drop(times);
    let keys = sorted(keys, bits);
    let mask = (1_u64 << row_bits) - 1;
    let time = |key: &u64| low + (key >> row_bits).cast_signed();
    let row = |key: &u64| u32::try_from(key & mask).unwrap_or(0);
    (keys.iter().map(time).collect(), keys.iter().map(row).collect())
}

/// Sorts words of so many bits: dealt out by their first bits, each pile fits a cache.
fn sorted(mut keys: Vec<u64>, bits: u32) -> Vec<u64> {
    const PILE_BITS: u32 = 11;
    if keys.len() < 1 << 16 || bits <= PILE_BITS {
        keys.sort_unstable();
        return keys;
    }
    let pile = |key: u64| usize::try_from(key >> (bits - PILE_BITS)).unwrap_or(0);
    let mut starts = vec![0_usize; (1 << PILE_BITS) + 1];
    for &key in &keys {
        starts[pile(key) + 1] += 1;
    }
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    let mut next = starts.clone();
    let mut dealt = vec![0; keys.len()];
    for key in keys {
        let place = &mut next[pile(key)];
        dealt[*place] = key;
        *place += 1;
    }
    for ends in starts.windows(2) {
        dealt[ends[0]..ends[1]].sort_unstable();
    }
    dealt
}

/// Looks on while blocks of a table are read, and says whether rows stand in the order of (time, id).
pub(crate) struct Watch<'c, 'a> {
    ids: Option<&'c IdColumn<'a>>,
    last: i64,
    sorted: bool,
    lanes: Lanes,
}

impl<'c, 'a> Watch<'c, 'a> {
    pub(crate) fn new(ids: Option<&'c IdColumn<'a>>) -> Self {
        Self { ids, last: i64::MIN, sorted: true, lanes: Lanes::new() }
    }

    /// The next rows: `from` is the number of the first one.
    pub(crate) fn see(&mut self, times: &[i64], from: usize) {
        let Some((&first, &last)) = times.first().zip(times.last()) else { return };
        if !self.sorted {
            return;
        }
        let (rises, equal) = self.lanes.rises(times);
        self.sorted = first >= self.last && rises;
        let tie = |row: usize| self.ids.is_none_or(|ids| row == 0 || ids.id(row - 1) <= ids.id(row));
        self.sorted = self.sorted
            && (first != self.last || tie(from))
            && (!equal || (from + 1..).zip(times.windows(2)).all(|(row, pair)| pair[0] != pair[1] || tie(row)));
        self.last = last;
    }

    pub(crate) fn is_sorted(&self) -> bool {
        self.sorted
    }

    /// The same for a whole table.
    pub(crate) fn over(times: &TimeColumn<'_>, ids: Option<&'c IdColumn<'a>>) -> bool {
        let mut watch = Self::new(ids);
        let mut block = vec![0; BLOCK];
        for from in (0..times.len()).step_by(BLOCK) {
            let block = &mut block[..BLOCK.min(times.len() - from)];
            times.read(from, block);
            watch.see(block, from);
        }
        watch.sorted
    }
}

/// Positions of a few rows, given in ascending order.
pub(crate) fn positions(permutation: &[u32], rows: impl Iterator<Item = u32>) -> Vec<u32> {
    // One bit a row stays in a cache where a position a row does not.
    let mut wanted = vec![0_u64; permutation.len() / 64 + 1];
    for row in rows {
        wanted[row as usize / 64] |= 1 << (row % 64);
    }
    let mut found: Vec<(u32, u32)> = permutation
        .iter()
        .zip(0_u32..)
        .filter(|(row, _)| wanted[**row as usize / 64] >> (**row % 64) & 1 == 1)
        .map(|(&row, position)| (row, position))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, position)| position).collect()
}

/// The position of each row.
pub(crate) fn inverse(permutation: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; permutation.len()];
    for (position, &row) in permutation.iter().enumerate() {
        inverse[row as usize] = row_number(position);
    }
    inverse
}
