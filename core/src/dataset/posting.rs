//! Posting lists: for each value of a column, the positions of its rows in ascending order.

use std::sync::OnceLock;

use super::column::IdColumn;
use super::combo::ComboCodes;
use super::intern::{BLOCK, Dictionary, Lookup, NONE};
use super::messages::row_number;
use super::order::Order;

/// Positions by code, packed: `positions[starts[code]..starts[code + 1]]`.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    starts: Vec<u32>,
    positions: Vec<u32>,
}

impl Postings {
    /// From (code, position) pairs in ascending order of position.
    pub(crate) fn new(pairs: &[(u32, u32)], codes: usize) -> Self {
        let mut starts = vec![0_u32; codes + 1];
        for (code, _) in pairs {
            starts[*code as usize + 1] += 1;
        }
        for code in 0..codes {
            starts[code + 1] += starts[code];
        }
        let mut next = starts.clone();
        let mut positions = vec![0; pairs.len()];
        for (code, position) in pairs {
            let slot = &mut next[*code as usize];
            positions[*slot as usize] = *position;
            *slot += 1;
        }
        Self { starts, positions }
    }

    /// Positions of a code, ascending.
    pub(crate) fn of(&self, code: u32) -> &[u32] {
        if code == NONE {
            return &[];
        }
        match (self.starts.get(code as usize), self.starts.get(code as usize + 1)) {
            (Some(&start), Some(&end)) => &self.positions[start as usize..end as usize],
            _ => &[],
        }
    }

    /// Positions of any of the codes within `[from, to)`, ascending.
    pub(crate) fn union(&self, codes: &[u32], from: u32, to: u32) -> Vec<u32> {
        let lists: Vec<&[u32]> = codes
            .iter()
            .map(|&code| {
                let list = self.of(code);
                &list[list.partition_point(|&p| p < from)..list.partition_point(|&p| p < to)]
            })
            .filter(|list| !list.is_empty())
            .collect();
        let mut all: Vec<u32> = Vec::with_capacity(lists.iter().map(|list| list.len()).sum());
        for list in &lists {
            all.extend_from_slice(list);
        }
        if lists.len() > 1 {
            merge_runs(&mut all);
        }
        all
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.starts.capacity() + self.positions.capacity()) * 4
    }
}

/// A column of ids with its postings: made at the build, or when a filter first asks.
#[derive(Debug)]
pub(crate) struct Posted<'a> {
    pub(crate) lookup: Option<Lookup<'a>>,
    made: OnceLock<Postings>,
}

impl<'a> Posted<'a> {
    /// With pairs (code, position) in order of position, if they are known.
    pub(crate) fn new(
        column: Option<&IdColumn<'a>>,
        name: &'static str,
        pairs: Option<Vec<(u32, u32)>>,
        dictionary: &mut Dictionary,
    ) -> Self {
        let lookup = column.map(|column| Lookup::new(column.clone(), name, dictionary));
        let made = pairs.map_or_else(OnceLock::new, |pairs| Postings::new(&pairs, dictionary.len()).into());
        Self { lookup, made }
    }

    /// The postings; `counts` says of a combination whether its rows are those of the id.
    pub(crate) fn postings(
        &self,
        dictionary: &Dictionary,
        order: &Order,
        codes: &ComboCodes,
        counts: impl Fn(u32) -> bool,
    ) -> &Postings {
        self.made.get_or_init(|| {
            let mut pairs = Vec::new();
            let Some(lookup) = &self.lookup else { return Postings::new(&pairs, dictionary.len()) };
            let mut rows = Vec::with_capacity(BLOCK);
            for from in (0..codes.len()).step_by(BLOCK) {
                let positions = row_number(from)..row_number(codes.len().min(from + BLOCK));
                rows.clear();
                rows.extend(positions.clone().map(|position| order.row(position)));
                for (position, code) in positions.zip(lookup.gather(&rows, dictionary)) {
                    if code != NONE && counts(codes.get(position as usize)) {
                        pairs.push((code, position));
                    }
                }
            }
            Postings::new(&pairs, dictionary.len())
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.made.get().map_or(0, Postings::bytes)
    }
}

/// Brings runs that follow each other into one order.
#[expect(clippy::stable_sort_primitive, reason = "the stable sort finds runs and merges them; the other starts anew")]
fn merge_runs(all: &mut [u32]) {
    all.sort();
}

/// Positions in both lists; both ascending.
pub(crate) fn intersect(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (mut i, mut j) = (0, 0);
    let mut both = Vec::with_capacity(a.len().min(b.len()));
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both.push(*x);
                i += 1;
                j += 1;
            }
        }
    }
    both
}
