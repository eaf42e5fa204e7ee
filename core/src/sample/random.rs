//! Random numbers that are the same on every machine and with every version of every dependency.

/// `SplitMix64`: small, and fixed for good, so that a seed means the same workspace for ever.
#[derive(Debug, Clone)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, or 0 if that is 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        let scaled = u128::from(self.next()) * u128::from(limit);
        u64::try_from(scaled >> 64).unwrap_or_default()
    }

    /// A position in a list of so many; 0 in an empty one.
    pub(super) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or_default()
    }

    /// True so many times in a thousand.
    pub(super) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.index(list.len())]
    }

    /// A position, as often as its weight says; 0 if all weights are 0.
    pub(super) fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (position, weight) in weights.iter().enumerate() {
            if left < *weight {
                return position;
            }
            left -= weight;
        }
        0
    }

    /// A delay in milliseconds: one of some ranges of seconds, as often as its weight says.
    pub(super) fn delay(&mut self, ranges: &[(u64, i64, i64)]) -> i64 {
        let mut left = self.below(ranges.iter().map(|(weight, ..)| weight).sum());
        for (weight, low, high) in ranges {
            if left < *weight {
                return self.between(low * 1000, high * 1000);
            }
            left -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_means_the_same_numbers_for_ever() {
        // The numbers that the algorithm's other implementations give for this seed.
        let mut random = Random::new(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::new(7);
        for _ in 0..1000 {
            assert!(random.below(3) < 3);
            assert!((-2..=2).contains(&random.between(-2, 2)));
            assert!((1000..=2000).contains(&random.delay(&[(1, 1, 2)])));
            assert_ne!(random.weighted(&[1, 0, 1]), 1);
        }
        assert_eq!((random.below(0), random.weighted(&[]), random.index(0)), (0, 0, 0));
        assert!(!random.chance(0) && random.chance(1000));
    }
}
