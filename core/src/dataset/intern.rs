//! Dictionaries: every distinct value of a column gets a dense code, in order of first appearance.

use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::column::{Codes, IdChunk, IdColumn};
use crate::error::{Code, Error, Result};
use crate::id::{ForeignId, IdRef, Spelling, spelt};

/// Rows read at a time: the scratch of a block stays in the first-level cache.
pub(crate) const BLOCK: usize = 2048;

/// The code of a missing value.
pub(crate) const NONE: u32 = u32::MAX;

/// In a remap table: the host's dictionary has no such entry.
const BAD: u32 = u32::MAX - 1;

/// A growing dictionary.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    ids: Vec<ForeignId>,
    texts: FxHashMap<Box<str>, u32>,
    ints: FxHashMap<i128, u32>,
    uuids: FxHashMap<Uuid, u32>,
    /// Whether some text spells a UUID: the two are one id.
    spells: bool,
    /// For integers in a narrow range: first value, and a code per value.
    dense: Option<(i64, Vec<u32>)>,
}

impl Dictionary {
    /// The code of an id; an empty text is a missing one (D13).
    pub(crate) fn intern(&mut self, id: IdRef<'_>) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(BAD - 1);
        let code = match id {
            IdRef::Text("") => return NONE,
            IdRef::Text(text) => {
                if let Some(code) = self.texts.get(text) {
                    return *code;
                }
                let uuid = spelt(text);
                self.spells |= uuid.is_some();
                let known = uuid.and_then(|uuid| self.uuids.get(&uuid)).copied();
                let code = known.unwrap_or(next);
                self.texts.insert(text.into(), code);
                code
            }
            IdRef::Int(value) => match self.dense_slot(value) {
                Some(slot) if *slot != NONE => return *slot,
                Some(slot) => {
                    *slot = next;
                    next
                }
                None => *self.ints.entry(value).or_insert(next),
            },
            IdRef::Uuid(value) => {
                if let Some(code) = self.uuids.get(&value) {
                    return *code;
                }
                let code = self.code_of(id).unwrap_or(next);
                self.uuids.insert(value, code);
                code
            }
        };
        if code == next {
            self.ids.push(id.to_owned());
        }
        code
    }

    /// The codes of many integers. Known ones in a narrow range take a look into its table, for several of them at once.
    fn intern_each<T: Copy + Into<i64>>(&mut self, values: &[T], out: &mut [u32]) {
        self.find_each(values, out);
        for (out, &value) in out.iter_mut().zip(values) {
            if *out == NONE {
                *out = self.intern(IdRef::Int(value.into().into()));
            }
        }
    }

    /// The codes of integers that stand in the table of a narrow range; `NONE` for all others.
    pub(crate) fn find_each<T: Copy + Into<i64>>(&self, values: &[T], out: &mut [u32]) {
        let Some((base, table)) = &self.dense else { return out.fill(NONE) };
        for (out, &value) in out.iter_mut().zip(values) {
            // Values below the range wrap to places beyond the table.
            let place = usize::try_from(value.into().wrapping_sub(*base).cast_unsigned());
            *out = place.ok().and_then(|place| table.get(place)).copied().unwrap_or(NONE);
        }
    }

    fn dense_slot(&mut self, value: i128) -> Option<&mut u32> {
        let (base, table) = self.dense.as_mut()?;
        let offset = usize::try_from(value - i128::from(*base)).ok()?;
        table.get_mut(offset)
    }

    /// The code of an id that is there already.
    pub(crate) fn code_of(&self, id: IdRef<'_>) -> Option<u32> {
        match id {
            IdRef::Text(text) => self.texts.get(text).copied().or_else(|| {
                let uuid = if self.uuids.is_empty() { None } else { spelt(text) };
                self.uuids.get(&uuid?).copied()
            }),
            IdRef::Uuid(value) => self.uuids.get(&value).copied().or_else(|| {
                let text = self.spells.then(|| Spelling::of(value))?;
                self.texts.get(text.as_str()).copied()
            }),
            IdRef::Int(value) => {
                if let Some((base, table)) = &self.dense
                    && let Ok(offset) = usize::try_from(value - i128::from(*base))
                    && let Some(&code) = table.get(offset)
                {
                    return (code != NONE).then_some(code);
                }
                self.ints.get(&value).copied()
            }
        }
    }

    /// Codes of the rows of a column from `from` on; `NONE` where the dictionary does not know the id.
    pub(crate) fn codes_of(&self, column: &IdColumn<'_>, from: usize, out: &mut [u32]) {
        let len = out.len();
        column.pieces(from, len, |chunk, inside, done, here| {
            let out = &mut out[done..done + here];
            let chunk = &column.chunks()[chunk];
            match chunk {
                IdChunk::I64(values) if values.validity.is_none() => {
                    self.find_each(&values.values[inside..inside + here], out);
                }
                IdChunk::I32(values) if values.validity.is_none() => {
                    self.find_each(&values.values[inside..inside + here], out);
                }
                _ => out.fill(NONE),
            }
            for (row, out) in (inside..).zip(out) {
                if *out == NONE {
                    *out = chunk.get(row).and_then(|id| self.code_of(id)).unwrap_or(NONE);
                }
            }
        });
    }

    pub(crate) fn ids(&self) -> &[ForeignId] {
        &self.ids
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Makes room for integers of a narrow range, if the column has such.
    pub(crate) fn prepare(&mut self, column: &IdColumn<'_>) {
        if self.dense.is_some() || !self.ints.is_empty() {
            return;
        }
        let mut range: Option<(i64, i64)> = None;
        for chunk in column.chunks() {
            let found = match chunk {
                IdChunk::I64(chunk) => min_max(chunk.values.iter().copied()),
                IdChunk::I32(chunk) => min_max(chunk.values.iter().map(|&value| i64::from(value))),
                _ => None,
            };
            if let Some((low, high)) = found {
                range = Some(range.map_or((low, high), |(l, h)| (l.min(low), h.max(high))));
            }
        }
        if let Some((low, high)) = range {
            let span = i128::from(high) - i128::from(low) + 1;
            let limit = column.len().saturating_mul(2).saturating_add(1024);
            if let Ok(span) = usize::try_from(span)
                && span <= limit
            {
                self.dense = Some((low, vec![NONE; span]));
            }
        }
    }
}

fn min_max(values: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    let mut range = (i64::MAX, i64::MIN);
    let mut any = false;
    for value in values {
        range = (range.0.min(value), range.1.max(value));
        any = true;
    }
    any.then_some(range)
}

/// Reads one column block by block into the codes of a dictionary.
#[derive(Debug)]
pub(crate) struct Reader<'c, 'a> {
    column: &'c IdColumn<'a>,
    name: &'static str,
    /// For each chunk of dictionary codes: the host's code → ours, padded so that every narrow code has an entry.
    remaps: Vec<Vec<u32>>,
}

impl<'c, 'a> Reader<'c, 'a> {
    pub(crate) fn new(column: &'c IdColumn<'a>, name: &'static str, dictionary: &mut Dictionary) -> Self {
        let remaps = column
            .chunks()
            .iter()
            .map(|chunk| match chunk {
                IdChunk::Coded(codes, _, entries) => {
                    let mut remap: Vec<u32> = entries.iter().map(|id| dictionary.intern(id.as_ref())).collect();
                    if matches!(codes, Codes::I8(_)) {
                        // The upper half is what codes below zero look at.
                        remap.truncate(128);
                    }
                    if matches!(codes, Codes::U8(_) | Codes::I8(_)) && remap.len() < 256 {
                        remap.resize(256, BAD);
                    }
                    remap
                }
                _ => Vec::new(),
            })
            .collect();
        Self { column, name, remaps }
    }

    /// The same for a column that may be absent.
    pub(crate) fn optional(
        column: Option<&'c IdColumn<'a>>,
        name: &'static str,
        dictionary: &mut Dictionary,
    ) -> Option<Self> {
        column.map(|column| Self::new(column, name, dictionary))
    }

    /// Whether every chunk has a dictionary of its own, so that reading adds nothing to ours.
    pub(crate) fn is_coded(&self) -> bool {
        self.column.is_coded()
    }

    /// Checks the rows from `from` on without reading them, where a look at the largest code is enough.
    pub(crate) fn check(&self, from: usize, scratch: &mut [u32], dictionary: &mut Dictionary) -> Result<()> {
        let mut fits = true;
        self.column.pieces(from, scratch.len(), |chunk, inside, _, here| {
            // A code below zero is above all others.
            let (largest, entries) = match &self.column.chunks()[chunk] {
                IdChunk::Coded(Codes::U8(codes), _, entries) => {
                    (codes[inside..inside + here].iter().fold(0, |largest, &code| largest.max(code)), entries.len())
                }
                IdChunk::Coded(Codes::I8(codes), _, entries) => {
                    let codes = codes[inside..inside + here].iter().map(|code| code.cast_unsigned());
                    (codes.fold(0, u8::max), entries.len().min(128))
                }
                _ => (0, 0),
            };
            fits &= usize::from(largest) < entries;
        });
        if fits { Ok(()) } else { self.read(from, scratch, dictionary) }
    }

    /// The code of one row of a column of codes that was checked.
    pub(crate) fn code(&self, row: usize) -> u32 {
        self.column.mapped(row, &self.remaps)
    }

    /// Codes of the rows from `from` on; `NONE` where missing.
    pub(crate) fn read(&self, from: usize, out: &mut [u32], dictionary: &mut Dictionary) -> Result<()> {
        let mut bad = None;
        let len = out.len();
        self.column.pieces(from, len, |chunk_index, inside, done, here| {
            let out = &mut out[done..done + here];
            let chunk = &self.column.chunks()[chunk_index];
            match chunk {
                IdChunk::Coded(codes, validity, _) => {
                    let remap = &self.remaps[chunk_index];
                    map_codes(codes, inside, out, remap);
                    if let Some(validity) = validity {
                        validity.clear(inside, out, NONE);
                    }
                    if bad.is_none() && out.contains(&BAD) {
                        bad = out.iter().position(|&code| code == BAD).map(|row| from + done + row);
                    }
                }
                IdChunk::I64(values) if values.validity.is_none() => {
                    dictionary.intern_each(&values.values[inside..inside + here], out);
                }
                IdChunk::I32(values) if values.validity.is_none() => {
                    dictionary.intern_each(&values.values[inside..inside + here], out);
                }
                other => {
                    for (row, out) in out.iter_mut().enumerate() {
                        *out = other.get(inside + row).map_or(NONE, |id| dictionary.intern(id));
                    }
                }
            }
        });
        match bad {
            None => Ok(()),
            Some(row) => {
                Err(Error::new(Code::CodeOutOfRange, format!("column `{}` has a code without an entry", self.name))
                    .with_hint("codes count the entries of the column's dictionary from 0")
                    .at(self.name)
                    .at_row(row))
            }
        }
    }
}

/// The codes of a column that a report looks up row by row.
#[derive(Debug)]
pub(crate) struct Lookup<'a> {
    column: IdColumn<'a>,
    remaps: Vec<Vec<u32>>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(column: IdColumn<'a>, name: &'static str, dictionary: &mut Dictionary) -> Self {
        let remaps = Reader::new(&column, name, dictionary).remaps;
        Self { column, remaps }
    }

    pub(crate) fn column(&self) -> &IdColumn<'a> {
        &self.column
    }

    /// For each chunk of dictionary codes: the host's code → ours.
    pub(crate) fn remaps(&self) -> &[Vec<u32>] {
        &self.remaps
    }

    /// The row's code in the dictionary that the column was read into.
    pub(crate) fn code(&self, row: usize, dictionary: &Dictionary) -> u32 {
        match self.column.place(row) {
            Some((chunk, _)) if matches!(self.column.chunks()[chunk], IdChunk::Coded(..)) => {
                self.column.mapped(row, &self.remaps)
            }
            _ => self.column.id(row).and_then(|id| dictionary.code_of(id)).unwrap_or(NONE),
        }
    }
}

fn map_codes(codes: &Codes<'_>, inside: usize, out: &mut [u32], remap: &[u32]) {
    fn wide<T: Copy + TryInto<usize>>(codes: &[T], out: &mut [u32], remap: &[u32]) {
        for (out, &code) in out.iter_mut().zip(codes) {
            *out = code.try_into().ok().and_then(|code: usize| remap.get(code).copied()).unwrap_or(BAD);
        }
    }
    let end = inside + out.len();
    match codes {
        Codes::U8(codes) => match <&[u32; 256]>::try_from(remap) {
            Ok(table) => {
                for (out, &code) in out.iter_mut().zip(&codes[inside..end]) {
                    *out = table[usize::from(code)];
                }
            }
            Err(_) => wide(&codes[inside..end], out, remap),
        },
        Codes::U16(codes) => wide(&codes[inside..end], out, remap),
        Codes::U32(codes) => {
            for (out, &code) in out.iter_mut().zip(&codes[inside..end]) {
                *out = remap.get(code as usize).copied().unwrap_or(BAD);
            }
        }
        Codes::I8(codes) => match <&[u32; 256]>::try_from(remap) {
            Ok(table) => {
                for (out, &code) in out.iter_mut().zip(&codes[inside..end]) {
                    // A code below zero stands behind all entries.
                    *out = table[usize::from(code.cast_unsigned())];
                }
            }
            Err(_) => wide(&codes[inside..end], out, remap),
        },
        Codes::I16(codes) => wide(&codes[inside..end], out, remap),
        Codes::I32(codes) => wide(&codes[inside..end], out, remap),
    }
}
