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

    /// Writes `missing` over the values that are not present; the first of them is the value of `row`.
    pub(crate) fn clear<T: Copy>(&self, row: usize, values: &mut [T], missing: T) {
        let from = self.offset.saturating_add(row);
        if let (Some(bytes), true) = (self.bits.get(from / 8..), from.is_multiple_of(8))
            && bytes.len() >= values.len().div_ceil(8)
        {
            // Chosen, not jumped over: where values are missing here and there, a jump is guessed wrong.
            let choose = |byte: u8, values: &mut [T]| {
                for (bit, value) in values.iter_mut().enumerate() {
                    *value = if byte >> bit & 1 == 1 { *value } else { missing };
                }
            };
            let (eights, rest) = values.as_chunks_mut::<8>();
            for (values, &byte) in eights.iter_mut().zip(bytes) {
                choose(byte, values);
            }
            if let Some(&byte) = bytes.get(eights.len()) {
                choose(byte, rest);
            }
            return;
        }
        for (place, value) in values.iter_mut().enumerate() {
            if !self.is_valid(row + place) {
                *value = missing;
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
