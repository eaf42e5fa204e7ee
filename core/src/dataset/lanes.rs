//! Loops over a block of rows that work on as many rows at once as the processor can.
//!
//! They are plain loops over plain slices; which instructions they become is chosen at run time, so that a portable
//! build is as fast as one for this very processor.
#![expect(clippy::needless_bitwise_bool, reason = "both sides are cheap, and a jump between them is guessed wrong")]

use fearless_simd::{Level, Simd, dispatch};

use super::column::NULL_TIME;
use super::messages::STATUS_WINDOW;

/// Runs a loop compiled for each kind of processor, on the kind that this one is.
#[expect(clippy::inline_always, reason = "only what is inlined is compiled for the processor at hand")]
#[inline(always)]
fn wide<R>(level: Level, work: impl FnOnce() -> R) -> R {
    dispatch!(level, simd => simd.vectorize(work))
}

/// Which kind of processor this is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lanes(Level);

impl Lanes {
    pub(crate) fn new() -> Self {
        Self(Level::new())
    }

    /// Sets a bit of `receipts` where an update is there and within the window of its message (K6). Answers all bits of
    /// the instants that are there.
    pub(crate) fn receipts(self, sent: &[i64], at: &[i64], present: &[i8], bit: u32, receipts: &mut [u32]) -> i64 {
        wide(
            self.0,
            #[inline(always)]
            || {
                let mut all = 0;
                for (((&sent, &at), &present), receipts) in sent.iter().zip(at).zip(present).zip(receipts) {
                    let there = (present != 0) & (at != NULL_TIME);
                    all |= if there { at } else { 0 };
                    *receipts |= u32::from(there & (at.wrapping_sub(sent) <= STATUS_WINDOW)) << bit;
                }
                all
            },
        )
    }

    /// All bits of the instants that are there.
    pub(crate) fn bits(self, at: &[i64], present: &[i8]) -> i64 {
        wide(
            self.0,
            #[inline(always)]
            || {
                let mut all = 0;
                for (&at, &present) in at.iter().zip(present) {
                    all |= if (present != 0) & (at != NULL_TIME) { at } else { 0 };
                }
                all
            },
        )
    }

    /// Whether every instant is there.
    pub(crate) fn whole(self, at: &[i64], present: &[i8]) -> bool {
        wide(
            self.0,
            #[inline(always)]
            || {
                let mut whole = true;
                for (&at, &present) in at.iter().zip(present) {
                    whole &= (present != 0) & (at != NULL_TIME);
                }
                whole
            },
        )
    }

    /// Whether each value is at least the one before it, and whether any equals it.
    pub(crate) fn rises(self, values: &[i64]) -> (bool, bool) {
        let Some((_, later)) = values.split_first() else { return (true, false) };
        wide(
            self.0,
            #[inline(always)]
            || {
                let (mut falls, mut equal) = (false, false);
                for (&before, &value) in values.iter().zip(later) {
                    falls |= before > value;
                    equal |= before == value;
                }
                (!falls, equal)
            },
        )
    }

    /// Puts the columns of a block into one number a row: each takes the lowest bits after shifting the ones before.
    pub(crate) fn pack(self, columns: &[&[u32]], bits: &[u32], out: &mut [u32]) {
        wide(
            self.0,
            #[inline(always)]
            || {
                out.fill(0);
                for (column, &bits) in columns.iter().zip(bits) {
                    for (slot, value) in out.iter_mut().zip(*column) {
                        *slot = slot.wrapping_shl(bits) | value.wrapping_add(1);
                    }
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Instants around the window, missing ones among them.
    fn updates(sent: &[i64]) -> (Vec<i64>, Vec<i8>) {
        let steps = [0, 1, STATUS_WINDOW - 1, STATUS_WINDOW, STATUS_WINDOW + 1, -5];
        let at = |row: usize| if row % 7 == 3 { NULL_TIME } else { sent[row] + steps[row % steps.len()] };
        ((0..sent.len()).map(at).collect(), (0..sent.len()).map(|row| -i8::from(row % 5 != 2)).collect())
    }

    #[test]
    fn receipts_count_up_to_the_last_moment_of_the_window() {
        for len in [0, 1, 7, 8, 31, 64, 1000] {
            let sent: Vec<i64> = (0..len).map(|row| 1_751_371_200_000 + row * 977).collect();
            let (at, present) = updates(&sent);
            let mut receipts = vec![1; sent.len()];
            let bits = Lanes::new().receipts(&sent, &at, &present, 2, &mut receipts);
            let mut all = 0;
            for row in 0..sent.len() {
                let there = present[row] == -1 && at[row] != NULL_TIME;
                all |= if there { at[row] } else { 0 };
                let counted = there && at[row] - sent[row] <= STATUS_WINDOW;
                assert_eq!(receipts[row], 1 | u32::from(counted) << 2, "row {row} of {len}");
            }
            assert_eq!((bits, Lanes::new().bits(&at, &present)), (all, all));
            let whole = present.iter().zip(&at).all(|(&present, &at)| present == -1 && at != NULL_TIME);
            assert_eq!(Lanes::new().whole(&at, &present), whole);
        }
    }

    #[test]
    fn a_value_missing_at_the_end_is_seen() {
        let (mut at, mut present) = (vec![5; 100], vec![-1; 100]);
        assert!(Lanes::new().whole(&at, &present));
        present[99] = 0;
        assert!(!Lanes::new().whole(&at, &present));
        (at[99], present[99]) = (NULL_TIME, -1);
        assert!(!Lanes::new().whole(&at, &present));
    }

    #[test]
    fn a_fall_and_an_equal_pair_are_seen_wherever_they_are() {
        for place in 1..70 {
            let mut values: Vec<i64> = (0..70).collect();
            assert_eq!(Lanes::new().rises(&values), (true, false));
            values[place] = values[place - 1];
            assert_eq!(Lanes::new().rises(&values), (true, true));
            values[place] -= 1;
            assert!(!Lanes::new().rises(&values).0);
        }
    }

    #[test]
    fn columns_are_packed_with_the_missing_value_as_zero() {
        let (a, b) = (vec![2, u32::MAX, 0], vec![u32::MAX, 5, 7]);
        let mut out = vec![9; 3];
        Lanes::new().pack(&[&a, &b], &[4, 3], &mut out);
        assert_eq!(out, [3 << 3, 6, 1 << 3 | 8]);
    }
}
