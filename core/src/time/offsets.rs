//! The offsets of a zone over a stretch of time, and the one place that turns wall time into instants (T3).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar::{DAY, HOUR};

/// No zone is further from UTC than this: the zone data format stops below 26 hours.
const REACH: i64 = 26 * HOUR;
/// The calendar, and with it every rule of the form "last Sunday in March", repeats after 400 years.
const CYCLE: i64 = 146_097 * DAY;
/// 9999-01-01T00:00:00Z: from here on instants are looked up one cycle earlier, because jiff stops a day before
/// the year 9999 does.
const FOLD: i64 = 253_370_764_800_000;

/// The offset from UTC at an instant, in milliseconds.
pub(super) fn offset_at(zone: &TimeZone, at: i64) -> i64 {
    let known = if at < FOLD { at } else { at - CYCLE };
    millis(zone.to_offset(timestamp(known)))
}

fn millis(offset: jiff::tz::Offset) -> i64 {
    i64::from(offset.seconds()) * 1000
}

/// Whole seconds: offsets change on them only.
fn timestamp(at: i64) -> Timestamp {
    // Callers stay within jiff's range.
    Timestamp::from_second(at.div_euclid(1000)).unwrap_or_default()
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// First instant of the stretch.
    from: i64,
    /// Wall time minus UTC.
    offset: i64,
}

/// Every offset that a zone has in a window, in milliseconds; at least one.
#[derive(Debug)]
pub(super) struct Offsets {
    stretches: Vec<Stretch>,
}

impl Offsets {
    /// Reads the zone once, for all days that touch `[from, to]` and their neighbours.
    pub(super) fn around(zone: &TimeZone, from: i64, to: i64) -> Self {
        // A day's start is looked for from a reach before its midnight, its end until a reach after the next one.
        let (low, high) = (from - 2 * REACH - 2 * DAY, to + 2 * REACH + 2 * DAY);
        let mut stretches = vec![Stretch { from: low, offset: offset_at(zone, low) }];
        if low < FOLD {
            append(&mut stretches, zone, low, high.min(FOLD), 0);
        }
        if high > FOLD {
            append(&mut stretches, zone, low.max(FOLD), high, CYCLE);
        }
        Self { stretches }
    }

    /// Index of the stretch that holds an instant.
    fn index(&self, at: i64) -> usize {
        self.stretches.partition_point(|stretch| stretch.from <= at).saturating_sub(1)
    }

    /// The stretches that hold or follow an instant, each with its end.
    fn from(&self, at: i64) -> impl Iterator<Item = (Stretch, i64)> {
        let rest = &self.stretches[self.index(at)..];
        let ends = rest.iter().skip(1).map(|next| next.from).chain(std::iter::once(i64::MAX));
        rest.iter().copied().zip(ends)
    }

    /// What the wall clock shows at an instant, as milliseconds since 1970-01-01T00:00 on that clock.
    pub(super) fn wall(&self, at: i64) -> i64 {
        at + self.stretches[self.index(at)].offset
    }

    /// Whether the clock is never changed strictly inside `(start, end)`.
    pub(super) fn steady(&self, start: i64, end: i64) -> bool {
        self.index(start) == self.index(end - 1)
    }

    /// The earliest instant whose wall time is `wall` or later.
    fn earliest(&self, wall: i64) -> i64 {
        self.from(wall - REACH)
            .map(|(stretch, end)| (stretch.from.max(wall - stretch.offset), end))
            .find(|(at, end)| at < end)
            // The last stretch has no end.
            .map_or(i64::MAX, |(at, _)| at)
    }

    /// start(d): the earliest instant whose local date is the day's or later (T3).
    pub(super) fn start(&self, day: i64) -> i64 {
        self.earliest(day * DAY)
    }

    /// The day d with start(d) <= at < start(d+1): the latest date that any clock reading up to `at` showed (T3, D1).
    pub(super) fn day(&self, at: i64) -> i64 {
        let here = self.index(at);
        let shown = self.wall(at).div_euclid(DAY);
        // Only a change within two reaches can have shown a later date than the clock shows now.
        (1..=here)
            .rev()
            .take_while(|&index| self.stretches[index].from > at - 2 * REACH)
            .map(|index| (self.stretches[index].from - 1 + self.stretches[index - 1].offset).div_euclid(DAY))
            .fold(shown, i64::max)
    }

    /// The first instant at which the clock shows `wall`; where it never does, the first instant after the gap.
    pub(super) fn showing(&self, wall: i64) -> i64 {
        self.from(wall - REACH)
            .take_while(|(stretch, _)| stretch.from <= wall + REACH)
            .map(|(stretch, end)| (stretch.from, wall - stretch.offset, end))
            .find(|(from, at, end)| from <= at && at < end)
            .map_or_else(|| self.earliest(wall), |(_, at, _)| at)
    }
}

/// Appends the changes in `(after, until]`, looked up `shift` earlier.
fn append(stretches: &mut Vec<Stretch>, zone: &TimeZone, after: i64, until: i64, shift: i64) {
    let mut before = after;
    for change in zone.following(timestamp(after - shift)) {
        let from = change.timestamp().as_millisecond() + shift;
        // Past the last change of rules without a footer, jiff gives that change again and again.
        if from > until || from <= before {
            break;
        }
        before = from;
        let (latest, offset) = (stretches[stretches.len() - 1], millis(change.offset()));
        if from > latest.from && offset != latest.offset {
            stretches.push(Stretch { from, offset });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_without_a_footer_come_to_an_end() {
        // TZif, version 1: five hours behind, no changes, nothing about later times.
        let mut rules = b"TZif\0".to_vec();
        rules.extend([0; 15]);
        rules.extend([0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).as_flattened());
        rules.extend((-18_000_i32).to_be_bytes());
        rules.extend(*b"\0\0XXX\0");
        let zone = TimeZone::tzif("Somewhere", &rules).unwrap();
        let offsets = Offsets::around(&zone, 0, 0);
        assert_eq!((offsets.stretches.len(), offsets.day(0), offsets.start(1)), (1, -1, DAY + 5 * HOUR));
    }
}
