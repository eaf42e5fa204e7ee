//! Combinations: every distinct (direction, channel, source, type, subtype, status) of a message gets one small code;
//! so does every distinct (kind, source, channel) of a contact event.
//!
//! A table has millions of rows and a few thousand combinations. Counting rows per combination and rolling the
//! combinations up into every breakdown afterwards touches two bytes a row, however many components a report has.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use super::intern::NONE;
use super::lanes::Lanes;
use crate::event::EventKind;
use crate::message::Status;

/// What all messages of one combination have in common. Codes are those of the dataset's dictionaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Combo {
    pub(crate) outgoing: bool,
    pub(crate) channel: u32,
    /// Outgoing only, like all below.
    pub(crate) source: u32,
    pub(crate) message_type: u32,
    pub(crate) subtype: u32,
    pub(crate) status: Status,
    pub(crate) accepted: bool,
}

impl Combo {
    pub(crate) const fn incoming(channel: u32) -> Self {
        Self {
            outgoing: false,
            channel,
            source: NONE,
            message_type: NONE,
            subtype: NONE,
            status: Status::Sent,
            accepted: true,
        }
    }
}

/// What all contact events of one combination have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EventCombo {
    pub(crate) kind: EventKind,
    pub(crate) source: u32,
    pub(crate) channel: u32,
}

/// Codes of the dimensions of a row, before they become one.
pub(crate) type RawCombo<const N: usize> = [u32; N];

/// Largest direct table: 4 Mi entries of 4 bytes.
const DIRECT_LIMIT: usize = 1 << 22;

/// Gives combinations their codes.
#[derive(Debug)]
pub(crate) struct Combiner<C, const N: usize> {
    /// Bits of each dimension in the direct table (one value of each stands for "missing").
    bits: [u32; N],
    /// Code + 1; 0 where the combination has none yet. Zeroed memory costs nothing until it is touched.
    direct: Vec<u32>,
    other: FxHashMap<RawCombo<N>, u32>,
    known: FxHashMap<C, u32>,
    combos: Vec<C>,
}

impl<C: Copy + Eq + Hash, const N: usize> Combiner<C, N> {
    pub(crate) fn new() -> Self {
        Self {
            bits: [0; N],
            direct: Vec::new(),
            other: FxHashMap::default(),
            known: FxHashMap::default(),
            combos: Vec::new(),
        }
    }

    /// Makes room for dimensions of these sizes; what is known so far is kept.
    pub(crate) fn reserve(&mut self, sizes: [usize; N]) {
        // Codes from 0 to the size, which is that of the last value: "missing" is 0.
        let needed = sizes.map(|size| usize::BITS - size.leading_zeros());
        if needed.iter().zip(&self.bits).all(|(needed, bits)| needed <= bits) {
            return;
        }
        for (bits, needed) in self.bits.iter_mut().zip(needed) {
            *bits = (*bits).max(needed);
        }
        let total: u32 = self.bits.iter().sum();
        self.direct = match 1_usize.checked_shl(total) {
            Some(entries) if entries <= DIRECT_LIMIT => vec![0; entries],
            _ => Vec::new(),
        };
    }

    /// The code of a raw combination; `make` says what it stands for, the first time it is seen.
    pub(crate) fn code(&mut self, raw: RawCombo<N>, make: impl FnOnce() -> C) -> u32 {
        if self.direct.is_empty() {
            if let Some(&code) = self.other.get(&raw) {
                return code;
            }
            let code = self.add(make());
            self.other.insert(raw, code);
            return code;
        }
        let slot =
            raw.iter().zip(self.bits).fold(0, |slot, (value, bits)| slot << bits | value.wrapping_add(1) as usize);
        if self.direct[slot] == 0 {
            self.direct[slot] = self.add(make()) + 1;
        }
        self.direct[slot] - 1
    }

    /// The codes of a block of rows, given column by column.
    pub(crate) fn combine(
        &mut self,
        columns: [&[u32]; N],
        out: &mut [u32],
        lanes: Lanes,
        make: impl Fn(RawCombo<N>) -> C,
    ) {
        let raw = |row: usize| columns.map(|column| column[row]);
        if self.direct.is_empty() {
            for (row, out) in out.iter_mut().enumerate() {
                *out = self.code(raw(row), || make(raw(row)));
            }
            return;
        }
        lanes.pack(&columns, &self.bits, out);
        for (row, out) in out.iter_mut().enumerate() {
            let slot = *out as usize;
            if self.direct[slot] == 0 {
                self.direct[slot] = self.add(make(raw(row))) + 1;
            }
            *out = self.direct[slot] - 1;
        }
    }

    fn add(&mut self, combo: C) -> u32 {
        let next = u32::try_from(self.combos.len()).unwrap_or(NONE - 2);
        let code = *self.known.entry(combo).or_insert(next);
        if code == next {
            self.combos.push(combo);
        }
        code
    }

    pub(crate) fn into_combos(self) -> Vec<C> {
        self.combos
    }
}

/// One combination code a row: two bytes where they suffice, else four.
#[derive(Debug)]
pub(crate) enum ComboCodes {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl ComboCodes {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self::Narrow(Vec::with_capacity(rows))
    }

    /// Adds a block of codes; turns to four bytes when one does not fit.
    pub(crate) fn extend(&mut self, codes: &[u32]) {
        if let Self::Narrow(narrow) = self {
            if u16::try_from(codes.iter().fold(0, |all, code| all | code)).is_ok() {
                #[expect(clippy::cast_possible_truncation, reason = "checked above")]
                narrow.extend(codes.iter().map(|&code| code as u16));
                return;
            }
            let mut wide: Vec<u32> = Vec::with_capacity(narrow.capacity());
            wide.extend(narrow.iter().map(|&code| u32::from(code)));
            *self = Self::Wide(wide);
        }
        if let Self::Wide(wide) = self {
            wide.extend_from_slice(codes);
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, position: usize) -> u32 {
        match self {
            Self::Narrow(codes) => u32::from(codes[position]),
            Self::Wide(codes) => codes[position],
        }
    }

    /// Codes at these positions.
    pub(crate) fn gather(&self, positions: &[u32]) -> Vec<u32> {
        match self {
            Self::Narrow(codes) => positions.iter().map(|&position| codes[position as usize].into()).collect(),
            Self::Wide(codes) => positions.iter().map(|&position| codes[position as usize]).collect(),
        }
    }

    /// The same codes in another order.
    pub(crate) fn permuted(&self, order: &[u32]) -> Self {
        match self {
            Self::Narrow(codes) => Self::Narrow(order.iter().map(|&row| codes[row as usize]).collect()),
            Self::Wide(codes) => Self::Wide(order.iter().map(|&row| codes[row as usize]).collect()),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.capacity() * 2,
            Self::Wide(codes) => codes.capacity() * 4,
        }
    }
}
