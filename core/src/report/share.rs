//! Percentages that add up: largest remainder to two decimals (P4).

use crate::arrange::arrange;

/// Hundredths of a percent for each count, adding to exactly 10,000; nothing for a zero total.
///
/// `counts` are in the order that breaks ties: count descending, then key.
pub(crate) fn hundredths(counts: &[u64]) -> Vec<Option<u32>> {
    let total: u128 = counts.iter().map(|&count| u128::from(count)).sum();
    if total == 0 {
        return vec![None; counts.len()];
    }
    let mut parts = Vec::with_capacity(counts.len());
    let mut remainders: Vec<(u128, usize)> = Vec::with_capacity(counts.len());
    let mut left: u32 = 10_000;
    for (row, &count) in counts.iter().enumerate() {
        let scaled = u128::from(count) * 10_000;
        let part = u32::try_from(scaled / total).unwrap_or(10_000);
        left -= part;
        parts.push(part);
        remainders.push((scaled % total, row));
    }
    arrange(&mut remainders, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, row) in remainders.into_iter().take(left as usize) {
        parts[row] += 1;
    }
    parts.into_iter().map(Some).collect()
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    fn of(counts: &[u64]) -> Vec<u32> {
        hundredths(counts).into_iter().flatten().collect()
    }

    #[test]
    fn thirds_add_to_a_hundred_percent() {
        assert_eq!(of(&[1, 1, 1]), [3334, 3333, 3333]);
    }

    #[test]
    fn equal_remainders_go_to_the_larger_count_first() {
        // 5/6 and 1/6: 83.333… and 16.666…
        assert_eq!(of(&[5, 1]), [8333, 1667]);
        assert_eq!(of(&[3, 3, 1]), [4286, 4286, 1428]);
        assert_eq!(of(&[2, 2, 2, 1]), [2857, 2857, 2857, 1429]);
    }

    #[test]
    fn zero_total_has_no_share_and_huge_counts_do_not_overflow() {
        assert_eq!(hundredths(&[0, 0]), [None, None]);
        assert_eq!(of(&[u64::MAX, u64::MAX]), [5000, 5000]);
        assert_eq!(of(&[9, 0]), [10_000, 0]);
    }
}
