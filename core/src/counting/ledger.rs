//! The counters of the current month, and the summaries of the closed ones (N2 to N5).

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Admission, CountReason, CountedUnit, Month, Quota, Unit, UnitPolicy, admit};
use crate::arrange::{arrange, arrange_all};
use crate::contact::{ContactId, Identity};
use crate::time::{Instant, Zone};

/// When and why a unit was counted; kept by whoever holds the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Number of the month.
    pub(crate) month: u32,
    /// When.
    pub(crate) at: Instant,
    /// Why.
    pub(crate) reason: CountReason,
}

/// The books of a workspace: what is used, what may be (N).
///
/// # Example
/// ```
/// use omnicontact::{Identity, Instant, Zone};
/// use omnicontact::counting::{Admission, CountReason, Ledger, Unit, UnitPolicy};
/// let zone = Zone::utc();
/// let july = Instant::parse("2025-07-09T12:00:00Z")?;
/// let mut ledger = Ledger::new(UnitPolicy::PerChannelIdentity, false, july, &zone);
/// ledger.set_limit(Some(1));
/// let unit = Unit::Identity(Identity::new("wa", "593")?);
/// assert_eq!(ledger.admit(july, 1), Admission::Admitted);
/// let counted = ledger.gain(&unit, july, CountReason::IncomingMessage);
/// assert!(matches!(ledger.admit(july, 1), Admission::QuotaExceeded { .. }));
/// // Deletion releases nothing; back again it is not counted twice.
/// ledger.lose(unit.clone(), counted, None);
/// assert!(ledger.is_known(july, &unit));
/// assert_eq!(ledger.quota(july, &zone).used, 1);
/// let august = Instant::parse("2025-08-01T00:00:00Z")?;
/// assert_eq!(ledger.quota(august, &zone).used, 0);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    policy: UnitPolicy,
    release_on_delete: bool,
    limit: Option<u64>,
    month: Month,
    month_end: Instant,
    /// Units held by somebody now: what the next month begins with.
    live: u64,
    carried: u64,
    new: u64,
    refused: u64,
    /// Units counted this month that nobody holds any more.
    gone: FxHashMap<Unit, Counted>,
    /// Where contacts are units: who stood behind an identity that is gone.
    people: FxHashMap<Identity, ContactId>,
    closed: Vec<Quota>,
}

/// What of a ledger is stored; maps as sorted lists, so that equal books are equal bytes.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredLedger {
    policy: UnitPolicy,
    release_on_delete: bool,
    limit: Option<u64>,
    month: Month,
    live: u64,
    carried: u64,
    new: u64,
    refused: u64,
    gone: Vec<(Unit, Counted)>,
    people: Vec<(Identity, ContactId)>,
    closed: Vec<Quota>,
}

impl Ledger {
    /// Empty books that begin with the month of `at`.
    pub fn new(policy: UnitPolicy, release_on_delete: bool, at: Instant, zone: &Zone) -> Self {
        let month = Month::of(at, zone);
        Self {
            policy,
            release_on_delete,
            limit: None,
            month,
            month_end: month.end(zone),
            live: 0,
            carried: 0,
            new: 0,
            refused: 0,
            gone: FxHashMap::default(),
            people: FxHashMap::default(),
            closed: Vec::new(),
        }
    }

    /// What is counted.
    pub fn policy(&self) -> UnitPolicy {
        self.policy
    }

    /// The current month.
    pub fn month(&self) -> Month {
        self.month
    }

    /// Sets the limit; it works at once (N5).
    pub fn set_limit(&mut self, limit: Option<u64>) {
        self.limit = limit;
    }

    /// The books as they would be in a later month in which nothing has happened yet.
    pub(crate) fn opened_in(&self, month: Month, zone: &Zone) -> Self {
        Self {
            month,
            month_end: month.end(zone),
            carried: self.carried_over(),
            new: 0,
            refused: 0,
            gone: FxHashMap::default(),
            people: FxHashMap::default(),
            closed: Vec::new(),
            ..*self
        }
    }

    /// Closes months until `at` lies in the current one; a clock that goes back changes nothing (M6).
    ///
    /// What is held now is carried over (N2, N3). No unit is looked at.
    pub fn roll(&mut self, at: Instant, zone: &Zone) {
        while at >= self.month_end && self.month_end < Instant::MAX {
            let closing = self.current();
            self.closed.push(closing);
            self.month = self.month.next();
            self.month_end = self.month.end(zone);
            self.carried = self.carried_over();
            self.new = 0;
            self.refused = 0;
            self.gone = FxHashMap::default();
            self.people = FxHashMap::default();
        }
    }

    fn carried_over(&self) -> u64 {
        if self.policy == UnitPolicy::MonthlyActive { 0 } else { self.live }
    }

    /// Whether `units` new ones fit at an instant (N4).
    pub fn admit(&self, at: Instant, units: u64) -> Admission {
        let used = if at >= self.month_end { self.carried_over() } else { self.carried + self.new };
        admit(self.limit, used, units)
    }

    /// Notes a refused attempt (D23).
    pub fn refuse(&mut self) {
        self.refused += 1;
    }

    /// Whether the month has counted a unit that nobody holds any more: it is let in again at the quota (D23).
    pub fn is_known(&self, at: Instant, unit: &Unit) -> bool {
        at < self.month_end && self.gone.contains_key(unit)
    }

    /// Whether a unit counted in `counted` is in the usage of the month of `at`.
    pub(crate) fn is_counted_at(&self, at: Instant, counted: Counted) -> bool {
        at >= self.month_end || self.is_counted(counted)
    }

    /// Whether a unit of this `Counted` is in the usage of the current month.
    pub fn is_counted(&self, counted: Counted) -> bool {
        counted.month < self.month.number() || counted.reason.counts_at_once()
    }

    /// The contact unit behind an identity that went with its contact this month.
    pub(crate) fn person_behind(&self, at: Instant, identity: &Identity) -> Option<ContactId> {
        if at >= self.month_end {
            return None;
        }
        let person = *self.people.get(identity)?;
        self.gone.contains_key(&Unit::Contact(person)).then_some(person)
    }

    /// Somebody holds a unit now: counted, unless the month has counted it already (N2).
    pub fn gain(&mut self, unit: &Unit, at: Instant, reason: CountReason) -> Counted {
        self.live += 1;
        if let Some(counted) = self.gone.remove(unit) {
            return counted;
        }
        if reason.counts_at_once() {
            self.new += 1;
        }
        Counted { month: self.month.number(), at, reason }
    }

    /// Nobody holds the unit any more. It stays in the month's usage (N2), unless the policy releases it, or a late
    /// reset of `reset` takes what that month should not have handed on (D21).
    pub fn lose(&mut self, unit: Unit, counted: Counted, reset: Option<Month>) {
        self.live = self.live.saturating_sub(1);
        self.lose_count(unit, counted, reset);
    }

    /// As [`Ledger::lose`], for a unit that was counted and is held by nobody already.
    pub(crate) fn lose_count(&mut self, unit: Unit, counted: Counted, reset: Option<Month>) {
        if !self.is_counted(counted) {
            return;
        }
        let is_carried = counted.month < self.month.number();
        let is_released = reset.is_some_and(|month| counted.month <= month.number() && month < self.month);
        if is_released || self.release_on_delete {
            let side = if is_carried { &mut self.carried } else { &mut self.new };
            *side = side.saturating_sub(1);
        } else {
            self.gone.insert(unit, counted);
        }
        if let Some(month) = reset.filter(|_| is_released) {
            for closed in self.closed.iter_mut().filter(|closed| closed.month > month) {
                closed.carried = closed.carried.saturating_sub(1);
                closed.used = closed.carried + closed.new;
                closed.remaining = closed.limit.map(|limit| limit.saturating_sub(closed.used));
            }
        }
    }

    /// Remembers who stood behind an identity that goes with its contact.
    pub(crate) fn remember(&mut self, identity: Identity, person: ContactId) {
        if self.policy != UnitPolicy::PerChannelIdentity && !self.release_on_delete {
            self.people.insert(identity, person);
        }
    }

    /// A contact was active in the month: counted as new, nothing is held (`monthly_active`).
    pub(crate) fn activate(&mut self) {
        self.new += 1;
    }

    /// An active contact is gone (`monthly_active`).
    pub(crate) fn lose_active(&mut self, unit: Unit, counted: Counted) {
        if counted.month == self.month.number() {
            self.lose_count(unit, counted, None);
        }
    }

    /// A unit that the month has counted passes to its new holder, where nothing is held.
    pub(crate) fn take_gone(&mut self, unit: &Unit) -> Option<Counted> {
        self.gone.remove(unit)
    }

    /// One unit more, or one less, is held, and no usage changes: unmerge and merge under `per_contact`.
    pub(crate) fn hold(&mut self, more: bool) {
        self.live = if more { self.live + 1 } else { self.live.saturating_sub(1) };
    }

    /// A `Counted` that starts to count with the next month.
    pub(crate) fn later(&self, at: Instant, reason: CountReason) -> Counted {
        Counted { month: self.month.number(), at, reason }
    }

    fn current(&self) -> Quota {
        self.explain(self.month, self.carried, self.new, self.refused)
    }

    fn explain(&self, month: Month, carried: u64, new: u64, refused: u64) -> Quota {
        let used = carried + new;
        let remaining = self.limit.map(|limit| limit.saturating_sub(used));
        Quota { month, unit: self.policy, limit: self.limit, used, carried, new, refused, remaining }
    }

    /// The quota of the month of `at`, explained (N5): a closed month's summary, the current month, or what a later
    /// month would begin with. Constant time.
    pub fn quota(&self, at: Instant, zone: &Zone) -> Quota {
        let month = Month::of(at, zone);
        if month == self.month {
            return self.current();
        }
        if month > self.month {
            return self.explain(month, self.carried_over(), 0, 0);
        }
        let back = (self.month.number() - month.number()) as usize;
        let closed = self.closed.len().checked_sub(back).and_then(|row| self.closed.get(row));
        closed.cloned().unwrap_or(Quota { limit: None, remaining: None, ..self.explain(month, 0, 0, 0) })
    }

    /// The line of a unit in the current month's explained usage; `None` if it is not counted.
    pub fn line(&self, unit: Unit, counted: Counted, zone: &Zone) -> Option<CountedUnit> {
        if !self.is_counted(counted) {
            return None;
        }
        if counted.month < self.month.number() {
            let at = self.month.start(zone).unwrap_or(Instant::MIN);
            return Some(CountedUnit { unit, at, reason: CountReason::Carried });
        }
        Some(CountedUnit { unit, at: counted.at, reason: counted.reason })
    }

    /// Units that the month has counted and that nobody holds any more, in order.
    pub fn gone(&self, zone: &Zone) -> Vec<CountedUnit> {
        let mut lines: Vec<CountedUnit> =
            self.gone.iter().filter_map(|(unit, counted)| self.line(unit.clone(), *counted, zone)).collect();
        arrange(&mut lines, |a, b| a.unit.cmp(&b.unit));
        lines
    }

    pub(crate) fn store(&self) -> StoredLedger {
        let mut gone: Vec<_> = self.gone.iter().map(|(unit, counted)| (unit.clone(), *counted)).collect();
        arrange(&mut gone, |a, b| a.0.cmp(&b.0));
        let mut people: Vec<_> = self.people.iter().map(|(identity, id)| (identity.clone(), *id)).collect();
        arrange_all(&mut people);
        StoredLedger {
            policy: self.policy,
            release_on_delete: self.release_on_delete,
            limit: self.limit,
            month: self.month,
            live: self.live,
            carried: self.carried,
            new: self.new,
            refused: self.refused,
            gone,
            people,
            closed: self.closed.clone(),
        }
    }

    pub(crate) fn load(stored: StoredLedger, zone: &Zone) -> Self {
        Self {
            policy: stored.policy,
            release_on_delete: stored.release_on_delete,
            limit: stored.limit,
            month: stored.month,
            month_end: stored.month.end(zone),
            live: stored.live,
            carried: stored.carried,
            new: stored.new,
            refused: stored.refused,
            gone: stored.gone.into_iter().collect(),
            people: stored.people.into_iter().collect(),
            closed: stored.closed,
        }
    }
}
