//! The order of a table: by time, then id. Most tables are appended in it already.

use super::column::{IdColumn, IdRef, TimeColumn};
use super::intern::BLOCK;
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
    /// Finds the order; rows without ids keep theirs at the same instant.
    pub(crate) fn of(times: &TimeColumn<'_>, ids: Option<&IdColumn<'_>>) -> Self {
        let rows = times.len();
        let tie = |a: usize, b: usize| ids.map_or(std::cmp::Ordering::Equal, |ids| id_at(ids, a).cmp(&id_at(ids, b)));
        let mut block = vec![0; BLOCK];
        let mut all: Option<Vec<i64>> = times.as_millis().is_none().then(|| Vec::with_capacity(rows));
        let mut sorted = true;
        let (mut from, mut last) = (0, i64::MIN);
        while from < rows && (sorted || all.is_some()) {
            let len = BLOCK.min(rows - from);
            let block = &mut block[..len];
            times.read(from, block);
            if let Some(all) = &mut all {
                all.extend_from_slice(block);
            }
            if sorted {
                let ascending = block[0] >= last && block.windows(2).all(|pair| pair[0] <= pair[1]);
                sorted = ascending
                    && (0..len).all(|row| {
                        let before = if row == 0 { last } else { block[row - 1] };
                        before != block[row] || from + row == 0 || tie(from + row - 1, from + row).is_le()
                    });
                last = block[len - 1];
            }
            from += len;
        }
        if sorted {
            return Self { times: all, rows: None };
        }
        let at = |row: usize| times.millis(row).unwrap_or(0);
        let mut keyed: Vec<(i64, u32)> = (0..rows).map(|row| (at(row), row_number(row))).collect();
        keyed.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| tie(a.1 as usize, b.1 as usize)).then_with(|| a.1.cmp(&b.1))
        });
        Self {
            times: Some(keyed.iter().map(|(at, _)| *at).collect()),
            rows: Some(keyed.iter().map(|(_, row)| *row).collect()),
        }
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

fn id_at<'s>(ids: &'s IdColumn<'_>, row: usize) -> Option<IdRef<'s>> {
    ids.id(row)
}

/// The position of each row.
pub(crate) fn inverse(permutation: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; permutation.len()];
    for (position, &row) in permutation.iter().enumerate() {
        inverse[row as usize] = row_number(position);
    }
    inverse
}
