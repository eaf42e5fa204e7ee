//! Counting by key: rows, shares, percentages, buckets, changes (P4, P11).

use std::collections::BTreeSet;

use omnicontact::ForeignId;
use omnicontact::report::Key;

use super::answer::{Counts, Line};

/// One thing counted: its key, its time, whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) key: Key,
    pub(crate) at: i64,
    pub(crate) contact: ForeignId,
}

/// The period: buckets, and whether there is one to compare with.
pub(crate) struct Frame {
    pub(crate) period: (i64, i64),
    pub(crate) previous: Option<(i64, i64)>,
    pub(crate) buckets: Vec<(String, i64, i64)>,
    pub(crate) distinct: bool,
}

impl Frame {
    pub(crate) fn holds(&self, at: i64) -> bool {
        self.period.0 <= at && at < self.period.1
    }

    pub(crate) fn held(&self, at: i64) -> bool {
        self.previous.is_some_and(|(start, end)| start <= at && at < end)
    }

    /// Rows in P4's order; `always` are listed without a count, too.
    pub(crate) fn rows(&self, items: &[Item], always: &[Key], label: impl Fn(&Key) -> String) -> Vec<Line> {
        let now: Vec<&Item> = items.iter().filter(|item| self.holds(item.at)).collect();
        let keys: BTreeSet<&Key> = now.iter().map(|item| &item.key).chain(always).collect();
        let mut rows = Vec::new();
        for key in keys {
            let mine: Vec<&&Item> = now.iter().filter(|item| item.key == *key).collect();
            let before = items.iter().filter(|item| self.held(item.at) && item.key == *key).count();
            let contacts: BTreeSet<&ForeignId> = mine.iter().map(|item| &item.contact).collect();
            rows.push(Line {
                key: key.clone(),
                label: label(key),
                count: mine.len() as u64,
                share: None,
                percent: None,
                contacts: self.distinct.then_some(contacts.len() as u64),
                buckets: self.split(&mine),
                change: self.change(mine.len(), before),
            });
        }
        rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        rows
    }

    fn split(&self, items: &[&&Item]) -> Vec<u64> {
        let count = |start: i64, end: i64| items.iter().filter(|item| start <= item.at && item.at < end).count() as u64;
        self.buckets.iter().map(|&(_, start, end)| count(start, end)).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub(crate) fn change(&self, now: usize, before: usize) -> Option<(u64, i64, Option<f64>)> {
        self.previous?;
        let absolute = i64::try_from(now).unwrap() - i64::try_from(before).unwrap();
        Some((before as u64, absolute, (before > 0).then(|| absolute as f64 / before as f64)))
    }

    /// Rows that are parts of one whole.
    pub(crate) fn breakdown(&self, items: &[Item], always: &[Key], label: impl Fn(&Key) -> String) -> Counts {
        let mut rows = self.rows(items, always, label);
        share(&mut rows);
        let now = items.iter().filter(|item| self.holds(item.at)).count();
        let before = items.iter().filter(|item| self.held(item.at)).count();
        Counts { total: Some(now as u64), rows, without_subtype: None, change: self.change(now, before), extra: None }
    }
}

/// Largest remainder over hundredths of a percent; ties to the larger count, then key (P4).
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(rows: &mut [Line]) {
    let total: u64 = rows.iter().map(|row| row.count).sum();
    if total == 0 {
        return;
    }
    let mut hundredths: Vec<u64> = rows.iter().map(|row| 10_000 * row.count / total).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| {
        let left = |row: usize| 10_000 * rows[row].count % total;
        let (a, b) = ((left(b), rows[b].count, &rows[a].key), (left(a), rows[a].count, &rows[b].key));
        a.cmp(&b)
    });
    let missing = 10_000 - hundredths.iter().sum::<u64>();
    for &row in order.iter().take(usize::try_from(missing).unwrap()) {
        hundredths[row] += 1;
    }
    for (row, hundredths) in rows.iter_mut().zip(hundredths) {
        row.share = Some(row.count as f64 / total as f64);
        row.percent = Some(hundredths as f64 / 100.0);
    }
}
