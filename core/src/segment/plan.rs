//! A segment compiled against a table: tests over dense columns, run block by block.

use super::check::{Checked, Letters, Want};
use super::column::{Codes, Column};
use super::condition::Operand;
use super::selection::{Bits, Selection};
use super::words::{MISSING, Words};
use crate::id::ForeignId;

/// Words of 64 rows in a block: 4,096 rows, whose columns stay in the nearest cache.
const BLOCK: usize = 64;
/// With fewer rows left than this in a word, they are looked at one by one.
const FEW: u32 = 8;

/// A compiled tree.
pub(super) enum Plan<'t> {
    And(Vec<Plan<'t>>),
    Or(Vec<Plan<'t>>),
    Not(Box<Plan<'t>>),
    Test(Box<dyn Test + 't>),
}

/// A test of rows.
pub(super) trait Test: Sync {
    /// Sets in `out` the bits of `mask` whose rows meet it; the first word begins at row `base`.
    fn run(&self, base: usize, mask: &[u64], out: &mut [u64]);
    /// Whether a row meets it.
    fn met(&self, row: usize) -> bool;
}

/// A test of one value a row.
struct Each<'t, T, F> {
    values: &'t [T],
    test: F,
}

impl<T: Sync, F: Fn(&T) -> bool + Sync> Test for Each<'_, T, F> {
    fn run(&self, base: usize, mask: &[u64], out: &mut [u64]) {
        for (word, (mask, out)) in mask.iter().zip(out).enumerate() {
            let from = base + word * 64;
            let Some(values) = self.values.get(from..(from + 64).min(self.values.len())) else {
                *out = 0;
                continue;
            };
            if mask.count_ones() < FEW {
                *out = Bits(*mask)
                    .filter(|bit| values.get(*bit).is_some_and(&self.test))
                    .fold(0, |bits, bit| bits | 1 << bit);
                continue;
            }
            let mut flags = [0_u8; 64];
            for (flag, value) in flags.iter_mut().zip(values) {
                *flag = u8::from((self.test)(value));
            }
            *out = packed(&flags) & mask;
        }
    }

    fn met(&self, row: usize) -> bool {
        self.values.get(row).is_some_and(&self.test)
    }
}

/// One bit for each of 64 bytes that are 0 or 1.
pub(super) fn packed(flags: &[u8; 64]) -> u64 {
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        let byte = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | byte
    })
}

/// A test of rows with any number of values.
struct Lists<'t> {
    starts: &'t [u32],
    codes: &'t [u32],
    /// One byte an entry; none asks for any value at all.
    hits: Option<Vec<u8>>,
}

impl Test for Lists<'_> {
    fn run(&self, base: usize, mask: &[u64], out: &mut [u64]) {
        for (word, (mask, out)) in mask.iter().zip(out).enumerate() {
            let from = base + word * 64;
            *out = Bits(*mask).filter(|bit| self.met(from + bit)).fold(0, |bits, bit| bits | 1 << bit);
        }
    }

    fn met(&self, row: usize) -> bool {
        let (Some(from), Some(to)) = (self.starts.get(row), self.starts.get(row + 1)) else { return false };
        let codes = &self.codes[*from as usize..*to as usize];
        match &self.hits {
            Some(hits) => codes.iter().any(|code| hits[*code as usize] > 0),
            None => !codes.is_empty(),
        }
    }
}

impl<'t> Plan<'t> {
    fn each<T: Sync>(values: &'t [T], test: impl Fn(&T) -> bool + Sync + 't) -> Self {
        Self::Test(Box::new(Each { values, test }))
    }

    pub(super) fn negated(self, negated: bool) -> Self {
        if negated { Self::Not(Box::new(self)) } else { self }
    }

    /// The test of a condition over the column of its field.
    pub(super) fn of(checked: Checked, column: &'t Column, letters: Letters) -> Self {
        let Checked { want, negated } = checked;
        let plan = match (want, column) {
            (Want::Texts { texts, place, all: true }, _) => {
                let parts = texts.into_iter().map(|text| Want::Texts { texts: vec![text], place, all: false });
                Self::And(parts.map(|want| Self::of(Checked { want, negated: false }, column, letters)).collect())
            }
            (Want::Ids { ids, all: true }, _) => {
                let parts = ids.into_iter().map(|id| Want::Ids { ids: vec![id], all: false });
                Self::And(parts.map(|want| Self::of(Checked { want, negated: false }, column, letters)).collect())
            }
            (Want::Texts { texts, place, .. }, Column::One { words, .. } | Column::Many { words, .. }) => {
                let mut hits = vec![0; words.len()];
                for text in &texts {
                    words.mark(text, place, letters, &mut hits);
                }
                hits[MISSING as usize] = 0;
                Self::entries(hits, column)
            }
            (Want::Ids { ids, .. }, Column::One { words, .. } | Column::Many { words, .. }) => {
                Self::entries(id_hits(&ids, words), column)
            }
            (Want::Exists, Column::One { words, .. }) => {
                let mut hits = vec![1; words.len()];
                hits[MISSING as usize] = 0;
                Self::entries(hits, column)
            }
            (Want::Exists, Column::Many { bits: Some(bits), .. }) => Self::each(bits, |bits| *bits != 0),
            (Want::Exists, Column::Many { starts, codes, .. }) => {
                Self::Test(Box::new(Lists { starts, codes, hits: None }))
            }
            (Want::Exists, Column::Numbers(values)) => Self::each(values, |value| !value.is_nan()),
            (Want::Exists, Column::Flags(values)) => Self::each(values, |value| *value < 2),
            (Want::Exists, Column::Instants(values)) => Self::each(values, |value| *value != super::check::NO_INSTANT),
            (Want::Exists, Column::Days(values)) => Self::each(values, |value| *value != super::check::NO_DAY),
            (Want::Exists, Column::Minutes(values)) => Self::each(values, |value| *value != super::check::NO_MINUTE),
            (Want::Flag(flag), Column::Flags(values)) => {
                let wanted = u8::from(flag);
                Self::each(values, move |value| *value == wanted)
            }
            (Want::Numbers(ranges), Column::Numbers(values)) => Self::ranges(values, ranges),
            (Want::Days(ranges), Column::Days(values)) => Self::ranges(values, ranges),
            (Want::Minutes(ranges), Column::Minutes(values)) => Self::ranges(values, ranges),
            (Want::Instants(ranges), Column::Instants(values)) => {
                let (low, high) = ranges.first().copied().unwrap_or((0, 0));
                Self::each(values, move |value| low <= *value && *value < high)
            }
            // Types were checked: what is wanted and the column go together.
            _ => Self::Or(Vec::new()),
        };
        plan.negated(negated)
    }

    fn ranges<T: PartialOrd + Copy + Sync>(values: &'t [T], ranges: Vec<(T, T)>) -> Self {
        match ranges.as_slice() {
            &[(low, high)] => Self::each(values, move |value| low <= *value && *value <= high),
            _ => Self::each(values, move |value| ranges.iter().any(|(low, high)| low <= value && value <= high)),
        }
    }

    /// A test by entry: one byte an entry.
    fn entries(hits: Vec<u8>, column: &'t Column) -> Self {
        match column {
            Column::One { codes: Codes::U8(codes), .. } => {
                let mut table = [0; 256];
                table[..hits.len()].copy_from_slice(&hits);
                Self::each(codes, move |code| table[usize::from(*code)] > 0)
            }
            Column::One { codes: Codes::U16(codes), .. } => {
                let mut table = hits;
                table.resize(0x1_0000, 0);
                Self::each(codes, move |code| table[usize::from(*code)] > 0)
            }
            Column::One { codes: Codes::U32(codes), .. } => Self::each(codes, move |code| hits[*code as usize] > 0),
            Column::Many { bits: Some(bits), words, .. } => {
                let wanted =
                    (0..words.len()).filter(|entry| hits[*entry] > 0).fold(0_u64, |bits, entry| bits | 1 << entry);
                Self::each(bits, move |bits| bits & wanted != 0)
            }
            Column::Many { starts, codes, .. } => Self::Test(Box::new(Lists { starts, codes, hits: Some(hits) })),
            _ => Self::Or(Vec::new()),
        }
    }

    /// Sets in `out` the bits of `mask` whose rows are in the segment.
    fn run(&self, base: usize, mask: &[u64], out: &mut [u64]) {
        match self {
            Self::Test(test) => test.run(base, mask, out),
            Self::Not(part) => {
                part.run(base, mask, out);
                out.iter_mut().zip(mask).for_each(|(out, mask)| *out = mask & !*out);
            }
            Self::And(parts) => {
                out.copy_from_slice(mask);
                let mut left = [0; BLOCK];
                let left = &mut left[..mask.len()];
                for part in parts {
                    left.copy_from_slice(out);
                    if left.iter().all(|word| *word == 0) {
                        return;
                    }
                    part.run(base, left, out);
                }
            }
            Self::Or(parts) => {
                out.fill(0);
                let (mut left, mut found) = ([0; BLOCK], [0; BLOCK]);
                let (left, found) = (&mut left[..mask.len()], &mut found[..mask.len()]);
                for part in parts {
                    left.iter_mut().zip(mask).zip(&*out).for_each(|((left, mask), out)| *left = mask & !out);
                    if left.iter().all(|word| *word == 0) {
                        return;
                    }
                    part.run(base, left, found);
                    out.iter_mut().zip(&*found).for_each(|(out, found)| *out |= found);
                }
            }
        }
    }

    /// Whether a row is in the segment.
    pub(super) fn met(&self, row: usize) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.met(row)),
            Self::Or(parts) => parts.iter().any(|part| part.met(row)),
            Self::Not(part) => !part.met(row),
            Self::Test(test) => test.met(row),
        }
    }

    /// The rows of a table in the segment.
    pub(super) fn select(&self, rows: usize) -> Selection {
        let all = Selection::first(rows);
        let mut words = vec![0; all.words.len()];
        for (block, (mask, out)) in all.words.chunks(BLOCK).zip(words.chunks_mut(BLOCK)).enumerate() {
            self.run(block * BLOCK * 64, mask, out);
        }
        Selection { words }
    }
}

/// Marks the entries that are one of the ids; a text also means the UUID that it writes.
fn id_hits(ids: &[Operand], words: &Words) -> Vec<u8> {
    let mut hits = vec![0; words.len()];
    for id in ids {
        let found: Vec<String> = match id {
            Operand::Int(value) => vec![super::words::id_word(&ForeignId::Int(*value))],
            Operand::Text(text) => {
                let uuid = text.parse().ok().map(|uuid| super::words::id_word(&ForeignId::Uuid(uuid)));
                std::iter::once(format!("t{text}")).chain(uuid).collect()
            }
            _ => Vec::new(),
        };
        for word in found {
            words.mark(&word, super::check::Place::Whole, Letters::Exact, &mut hits);
        }
    }
    hits
}
