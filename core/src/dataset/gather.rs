//! Values of many rows at once, for logs: short loops over plain slices.
//!
//! The rows of a log lie anywhere in tables far larger than the caches. A loop of few instructions lets the processor
//! wait for a dozen rows at the same time; a call for each row makes it wait for one after the other.

use super::buffer::Validity;
use super::column::{Codes, IdChunk, IdColumn, NULL_TIME, TimeColumn};
use super::intern::{Dictionary, Lookup, NONE};
use crate::id::ForeignId;

impl TimeColumn<'_> {
    /// Milliseconds of the rows; [`NULL_TIME`] where missing.
    pub(crate) fn gather(&self, rows: &[usize]) -> Vec<i64> {
        match self.as_millis() {
            Some(values) => rows.iter().map(|&row| values[row]).collect(),
            None => rows.iter().map(|&row| self.millis(row).unwrap_or(NULL_TIME)).collect(),
        }
    }
}

impl IdColumn<'_> {
    /// Ids of the rows; `missing` is asked with the place in `rows` where there is none.
    pub(crate) fn gather(&self, rows: &[usize], missing: impl Fn(usize) -> ForeignId) -> Vec<ForeignId> {
        fn plain<T: Copy + Into<i128>>(values: &[T], rows: &[usize]) -> Vec<ForeignId> {
            rows.iter().map(|&row| ForeignId::Int(values[row].into())).collect()
        }
        match self.chunks() {
            [IdChunk::I32(chunk)] if chunk.validity.is_none() => plain(&chunk.values, rows),
            [IdChunk::I64(chunk)] if chunk.validity.is_none() => plain(&chunk.values, rows),
            [IdChunk::U64(chunk)] if chunk.validity.is_none() => plain(&chunk.values, rows),
            _ => {
                let id = |(place, &row): (usize, &usize)| self.get(row).unwrap_or_else(|| missing(place));
                rows.iter().enumerate().map(id).collect()
            }
        }
    }
}

impl Lookup<'_> {
    /// Codes of the rows in the dictionary that the column was read into.
    pub(crate) fn gather(&self, rows: &[usize], dictionary: &Dictionary) -> Vec<u32> {
        fn mapped<T: Copy + TryInto<usize>>(
            codes: &[T],
            validity: Option<&Validity<'_>>,
            remap: &[u32],
            rows: &[usize],
        ) -> Vec<u32> {
            let code = |row: usize| {
                let code = codes[row].try_into().ok().and_then(|code: usize| remap.get(code).copied());
                code.unwrap_or(NONE)
            };
            match validity {
                None => rows.iter().map(|&row| code(row)).collect(),
                Some(validity) => {
                    rows.iter().map(|&row| if validity.is_valid(row) { code(row) } else { NONE }).collect()
                }
            }
        }
        if let ([IdChunk::Coded(codes, validity, _)], [remap]) = (self.column().chunks(), self.remaps()) {
            let validity = validity.as_ref();
            return match codes {
                Codes::U8(codes) => mapped(codes, validity, remap, rows),
                Codes::U16(codes) => mapped(codes, validity, remap, rows),
                Codes::U32(codes) => mapped(codes, validity, remap, rows),
                Codes::I8(codes) => mapped(codes, validity, remap, rows),
                Codes::I16(codes) => mapped(codes, validity, remap, rows),
                Codes::I32(codes) => mapped(codes, validity, remap, rows),
            };
        }
        rows.iter().map(|&row| self.code(row, dictionary)).collect()
    }
}
