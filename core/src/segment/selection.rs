//! A set of rows, one bit each.

/// Rows of a [`ContactTable`](super::ContactTable).
///
/// # Example
/// ```
/// use omnicontact::segment::Selection;
/// let some: Selection = [1, 64, 3].into_iter().collect();
/// assert_eq!((some.count(), some.contains(64), some.contains(2)), (3, true, false));
/// assert_eq!(some.rows().collect::<Vec<_>>(), [1, 3, 64]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub(super) words: Vec<u64>,
}

impl PartialEq for Selection {
    /// Equal if they hold the same rows.
    fn eq(&self, other: &Self) -> bool {
        let most = self.words.len().max(other.words.len());
        (0..most).all(|at| self.words.get(at).unwrap_or(&0) == other.words.get(at).unwrap_or(&0))
    }
}

impl Eq for Selection {}

impl Selection {
    /// The first so many rows.
    pub fn first(rows: usize) -> Self {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = words.last_mut()
            && !rows.is_multiple_of(64)
        {
            *last = (1 << (rows % 64)) - 1;
        }
        Self { words }
    }

    /// How many rows.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many of the first so many rows.
    pub(super) fn rows_below(&self, end: usize) -> usize {
        let whole = &self.words[..self.words.len().min(end / 64)];
        let rest = self.words.get(end / 64).map_or(0, |word| word & ((1 << (end % 64)) - 1));
        whole.iter().chain(&[rest]).map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether a row is in it.
    pub fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// The rows, ascending.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| Bits(*word).map(move |bit| at * 64 + bit))
    }

    /// The rows that are in both.
    pub fn and(&self, other: &Self) -> Self {
        Self { words: self.words.iter().zip(&other.words).map(|(one, other)| one & other).collect() }
    }
}

impl FromIterator<usize> for Selection {
    fn from_iter<I: IntoIterator<Item = usize>>(rows: I) -> Self {
        let mut words: Vec<u64> = Vec::new();
        for row in rows {
            if row / 64 >= words.len() {
                words.resize(row / 64 + 1, 0);
            }
            words[row / 64] |= 1 << (row % 64);
        }
        Self { words }
    }
}

/// The places of the set bits.
pub(super) struct Bits(pub(super) u64);

impl Iterator for Bits {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
