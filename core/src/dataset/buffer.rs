//! Buffers: fixed-width values that a host lends or hands over, in one or several chunks.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Values of a column: borrowed from the host, or shared with it (reference-counted), never copied.
#[derive(Clone)]
pub struct Buffer<'a, T> {
    owner: Owner<'a, T>,
}

#[derive(Clone)]
enum Owner<'a, T> {
    Borrowed(&'a [T]),
    Shared(Arc<dyn AsRef<[T]> + Send + Sync + 'a>),
}

impl<'a, T> Buffer<'a, T> {
    /// Shares whatever keeps the values alive, for example a buffer of a foreign table.
    pub fn shared(owner: Arc<dyn AsRef<[T]> + Send + Sync + 'a>) -> Self {
        Self { owner: Owner::Shared(owner) }
    }
}

impl<T> Deref for Buffer<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.owner {
            Owner::Borrowed(values) => values,
            Owner::Shared(owner) => (**owner).as_ref(),
        }
    }
}

impl<'a, T> From<&'a [T]> for Buffer<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self { owner: Owner::Borrowed(values) }
    }
}

impl<'a, T> From<&'a Vec<T>> for Buffer<'a, T> {
    fn from(values: &'a Vec<T>) -> Self {
        Self { owner: Owner::Borrowed(values) }
    }
}

impl<'a, T: Send + Sync + 'a> From<Vec<T>> for Buffer<'a, T> {
    fn from(values: Vec<T>) -> Self {
        Self::shared(Arc::new(values))
    }
}

impl<T> fmt::Debug for Buffer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} values)", self.len())
    }
}

/// The bits of a byte as eight numbers, the lowest first: -1 where set.
const SPREAD: [[i8; 8]; 256] = {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte][bit] = -1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};

/// Which values of a chunk are present: one bit a row, least significant first, set where present.
#[derive(Debug, Clone)]
pub struct Validity<'a> {
    bits: Buffer<'a, u8>,
    offset: usize,
}

impl<'a> Validity<'a> {
    /// Bits starting `offset` bits into the buffer.
    pub fn new(bits: impl Into<Buffer<'a, u8>>, offset: usize) -> Self {
        Self { bits: bits.into(), offset }
    }

    /// Whether the row's value is present; `false` beyond the buffer.
    pub fn is_valid(&self, row: usize) -> bool {
        let Some(bit) = self.offset.checked_add(row) else { return false };
        self.bits.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    }

    /// Writes -1 for the values that are present and 0 for the others; the first of them is the value of `row`.
    pub(crate) fn read(&self, row: usize, present: &mut [i8]) {
        let from = self.offset.saturating_add(row);
        let (eights, rest) = present.as_chunks_mut::<8>();
        let bytes = self.bits.get(from / 8..).unwrap_or_default();
        let whole = if from.is_multiple_of(8) { bytes.len() } else { bytes.len().saturating_sub(1) };
        if whole < eights.len() {
            for (place, present) in present.iter_mut().enumerate() {
                *present = -i8::from(self.is_valid(row + place));
            }
            return;
        }
        if from.is_multiple_of(8) {
            for (present, &byte) in eights.iter_mut().zip(bytes) {
                *present = SPREAD[usize::from(byte)];
            }
        } else {
            // Eight bits that lie in two bytes.
            for (present, pair) in eights.iter_mut().zip(bytes.windows(2)) {
                let both = u16::from_le_bytes([pair[0], pair[1]]) >> (from % 8);
                *present = SPREAD[usize::from(both & 0xff)];
            }
        }
        let done = eights.len() * 8;
        for (place, present) in rest.iter_mut().enumerate() {
            *present = -i8::from(self.is_valid(row + done + place));
        }
    }

    /// Writes `missing` over the values that are not present; the first of them is the value of `row`.
    pub(crate) fn clear<T: Copy>(&self, row: usize, values: &mut [T], missing: T) {
        let mut present = [0; 256];
        for (place, values) in values.chunks_mut(present.len()).enumerate() {
            let present = &mut present[..values.len()];
            self.read(row + place * 256, present);
            // Chosen, not jumped over: where values are missing here and there, a jump is guessed wrong.
            for (value, &present) in values.iter_mut().zip(&*present) {
                *value = if present == 0 { missing } else { *value };
            }
        }
    }

    /// How many rows the bits can speak for.
    pub fn capacity(&self) -> usize {
        (self.bits.len() * 8).saturating_sub(self.offset)
    }
}

/// One chunk of values with its validity.
#[derive(Debug, Clone)]
pub struct Chunk<'a, T> {
    pub(crate) values: Buffer<'a, T>,
    pub(crate) validity: Option<Validity<'a>>,
}

impl<'a, T> Chunk<'a, T> {
    /// Values that are all present.
    pub fn new(values: impl Into<Buffer<'a, T>>) -> Self {
        Self { values: values.into(), validity: None }
    }

    /// Sets which values are present.
    pub fn with_validity(mut self, validity: Option<Validity<'a>>) -> Self {
        self.validity = validity;
        self
    }

    pub(crate) fn is_valid(&self, row: usize) -> bool {
        self.validity.as_ref().is_none_or(|validity| validity.is_valid(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_at_any_place_and_are_missing_beyond_the_buffer() {
        let bytes: Vec<u8> = (0..9_u8).map(|n| n.wrapping_mul(73).wrapping_add(41)).collect();
        for offset in 0..20 {
            let validity = Validity::new(&bytes, offset);
            for row in 0..24 {
                for len in 0..90 {
                    let mut present = vec![7; len];
                    validity.read(row, &mut present);
                    let expected: Vec<i8> = (row..row + len).map(|row| -i8::from(validity.is_valid(row))).collect();
                    assert_eq!(present, expected, "offset {offset}, row {row}, {len} values");
                }
            }
        }
    }

    #[test]
    fn what_is_missing_is_written_over_across_pieces() {
        let bytes = vec![0b0101_0101; 200];
        let mut values: Vec<u32> = (0..700).collect();
        Validity::new(&bytes, 1).clear(2, &mut values, u32::MAX);
        assert!((0..).zip(&values).all(|(n, &value)| value == if n % 2 == 1 { n } else { u32::MAX }));
    }
}
