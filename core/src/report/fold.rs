//! What both reports share on the way from a dataset to a partial: the question, breakdown rows, log rows.

use rustc_hash::FxHashMap;

use super::breakdown::Key;
use super::component::{Component, ReportKind};
use super::count::{self, Candidates, Tally};
use super::options::ReportOptions;
use super::page::{Cursor, Entry, LogValues, NO_ENTRY};
use super::partial::{Counted, Question, write_set};
use crate::RULES_VERSION;
use crate::dataset::{ComboCodes, NONE};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::time::{Buckets, Instant, PeriodSpec, Preset};

/// Whether a report is of all rows, or of a part of them that will be merged with others (P12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    Part,
}

impl Extent {
    /// `all_time` is what the rows say, and those of a part say something else (D41).
    pub(crate) fn check(self, options: &ReportOptions) -> Result<()> {
        if self == Self::Part && options.period == PeriodSpec::Preset(Preset::AllTime) {
            return Err(Error::new(Code::NotMergeable, "`all_time` is another period in every part")
                .with_hint("give the first and the last date of all rows")
                .at("period"));
        }
        Ok(())
    }
}

/// Resolves period, buckets and comparison; `span` is the first and last record of the input.
pub(crate) fn question(
    report: ReportKind,
    options: &ReportOptions,
    span: Option<(Instant, Instant)>,
) -> Result<(Question, Option<Cursor>)> {
    let cursor = options.check(report)?;
    let period = options.period.resolve(&options.zone, options.now, span, &options.period_policy)?;
    let buckets = Buckets::new(&period, options.granularity, &options.zone, &options.period_policy)?;
    let previous = if options.compare {
        options.period.previous(&options.zone, options.now, span, &options.period_policy)?
    } else {
        None
    };
    let question = Question {
        report,
        rules_version: RULES_VERSION,
        zone: options.zone.name().to_owned(),
        tzdb: options.zone.database_version().to_owned(),
        now: options.now.as_millis(),
        preset: period.preset(),
        start: period.start().as_millis(),
        end: period.end().as_millis(),
        dates: period.dates(),
        previous: previous.map(|period| (period.start().as_millis(), period.end().as_millis())),
        compare: options.compare,
        distinct: options.distinct_contacts,
        granularity: buckets.granularity(),
        edges: buckets.edges().to_vec(),
        bucket_keys: buckets.keys().to_vec(),
        filters: options.filters.clone(),
        policies: options.policies.clone(),
        log_limit: options.logs.limit,
        log_columns: options.logs.columns.clone(),
        cursor: cursor.clone(),
        components: Component::of(report).filter(|component| options.wants(*component)).collect(),
        locale: options.locale,
    };
    Ok((question, cursor))
}

impl Question {
    /// Whether a part was asked for and no filter stands against it.
    pub(crate) fn computes(&self, component: Component) -> bool {
        self.components.contains(&component)
            && self.filters.not_applicable(component, self.policies.added_has_channel).is_empty()
    }

    pub(crate) fn buckets(&self) -> usize {
        self.bucket_keys.len()
    }
}

/// Sets of distinct contacts while a partial is built: contact codes, and their places in the partial.
#[derive(Debug, Default)]
pub(crate) struct ContactPlaces {
    places: FxHashMap<u32, u32>,
    codes: Vec<u32>,
}

impl ContactPlaces {
    pub(crate) fn set(&mut self, contacts: &roaring::RoaringBitmap) -> Vec<u8> {
        let set: roaring::RoaringBitmap = contacts
            .iter()
            .map(|code| {
                let next = u32::try_from(self.codes.len()).unwrap_or(NONE);
                let place = *self.places.entry(code).or_insert(next);
                if place == next {
                    self.codes.push(code);
                }
                place
            })
            .collect();
        write_set(&set)
    }

    pub(crate) fn into_ids(self, ids: &[ForeignId]) -> Vec<ForeignId> {
        self.codes.into_iter().filter_map(|code| ids.get(code as usize).cloned()).collect()
    }
}

/// Where the rows of breakdowns come from.
pub(crate) struct Counts<'t> {
    pub(crate) tally: &'t Tally,
    pub(crate) previous: Option<&'t Tally>,
    pub(crate) distinct: Option<&'t [roaring::RoaringBitmap]>,
}

impl Counts<'_> {
    /// A row over one or several slots; `None` if it counts nothing, now and before.
    pub(crate) fn row(
        &self,
        slots: &[u32],
        places: &mut ContactPlaces,
        key: impl FnOnce() -> (Key, Option<String>),
    ) -> Option<Counted> {
        let total: u64 = slots.iter().map(|&slot| self.tally.total(slot)).sum();
        let previous = self.previous.map_or(0, |tally| slots.iter().map(|&slot| tally.total(slot)).sum());
        if total == 0 && previous == 0 {
            return None;
        }
        let mut buckets: Vec<u64> = Vec::new();
        for &slot in slots {
            if buckets.is_empty() {
                buckets.extend(self.tally.slot(slot));
            } else {
                for (sum, count) in buckets.iter_mut().zip(self.tally.slot(slot)) {
                    *sum += count;
                }
            }
        }
        let contacts = self.distinct.map(|sets| {
            let mut all = roaring::RoaringBitmap::new();
            for &slot in slots {
                all |= &sets[slot as usize];
            }
            places.set(&all)
        });
        let (key, name) = key();
        Some(Counted { key, name, buckets, previous, contacts })
    }
}

/// Which rows a log shows.
pub(crate) struct Shown<'s> {
    pub(crate) codes: &'s ComboCodes,
    /// For each combination, whether its rows are shown.
    pub(crate) passes: &'s [bool],
    pub(crate) times: &'s [i64],
    pub(crate) limit: usize,
}

impl Shown<'_> {
    /// Positions of the newest rows, from the cursor on.
    pub(crate) fn newest(
        &self,
        candidates: &Candidates<'_>,
        cursor: Option<&Cursor>,
        tie: impl Fn(u32) -> ForeignId,
    ) -> Vec<u32> {
        let Some(cursor) = cursor else {
            return count::newest(self.codes, self.passes, candidates, self.limit);
        };
        // Rows of the cursor's own instant are judged one by one; everything before it follows.
        let from = self.times.partition_point(|&at| at < cursor.at);
        let to = self.times.partition_point(|&at| at <= cursor.at);
        let mut met = 0;
        let mut picks = count::newest(self.codes, self.passes, &candidates.within(&(from..to)), usize::MAX);
        picks.retain(|&position| cursor.lets_pass(cursor.at, || tie(position), &mut met));
        picks.truncate(self.limit);
        let left = self.limit - picks.len();
        picks.append(&mut count::newest(self.codes, self.passes, &candidates.within(&(0..from)), left));
        picks
    }
}

/// A coded log column: only the entries that its rows use, each with the name that `name` knows.
pub(crate) fn coded<'n>(
    codes: impl ExactSizeIterator<Item = u32>,
    ids: &[ForeignId],
    name: &dyn Fn(u32) -> Option<&'n str>,
) -> LogValues {
    let mut local = vec![NO_ENTRY; ids.len()];
    let mut entries: Vec<Entry> = Vec::new();
    let mut found = vec![NO_ENTRY; codes.len()];
    for (found, code) in found.iter_mut().zip(codes) {
        let Some(place) = local.get_mut(code as usize) else { continue };
        if *place == NO_ENTRY {
            *place = u32::try_from(entries.len()).unwrap_or(NO_ENTRY);
            entries.push(Entry { key: ids[code as usize].clone(), label: name(code).map(str::to_owned) });
        }
        *found = *place;
    }
    LogValues::Coded { codes: found, entries }
}

/// Key of an id, or of a missing one.
pub(crate) fn id_key(ids: &[ForeignId], code: u32) -> Key {
    ids.get(code as usize).map_or(Key::None, |id| Key::Id(id.clone()))
}

/// The label with this code.
pub(crate) fn label_of(ids: &[ForeignId], code: u32) -> String {
    ids.get(code as usize).map(|id| id.to_text().into_owned()).unwrap_or_default()
}
