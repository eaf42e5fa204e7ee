//! The counters of the current month, and the summaries of the closed ones (N2 to N5).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Admission, CountReason, CountedUnit, Month, Quota, Unit, UnitPolicy, admit, mark};
use crate::arrange::{arrange, arrange_all};
use crate::contact::{ContactId, Identity};
use crate::time::{Instant, Zone};

/// When and why a unit was counted; kept by whoever holds the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counted {
    /// Number of the month.
    pub(crate) month: u32,
    /// When.
    pub(crate) at: Instant,
    /// Why.
    pub(crate) reason: CountReason,
}

/// How a unit was given up: it decides whether the month forgets it (N2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It was taken off a contact, or an identity took its place: the month keeps it, whatever the policies say.
    TakenOff,
    /// Its contact was deleted: the month keeps it, unless `release_on_delete` is on.
    Deleted,
    /// The reset of this month took its contact: where it runs late, what the month handed on goes from every later one
    /// (D21).
    Reset(Month),
}

/// The books of a workspace: what is used, what may be (N).
///
/// # Example
/// ```
/// use omnicontact::{Identity, Instant, Zone};
/// use omnicontact::counting::{Admission, CountReason, Ledger, Loss, Unit, UnitPolicy};
/// let zone = Zone::utc();
/// let july = Instant::parse("2025-07-09T12:00:00Z")?;
/// let mut ledger = Ledger::new(UnitPolicy::PerChannelIdentity, false, july, &zone);
/// ledger.set_limit(Some(1));
/// let unit = Unit::Identity(Identity::new("wa", "593")?);
/// assert_eq!(ledger.admit(july, 1), Admission::Admitted);
/// let counted = ledger.gain(&unit, july, CountReason::IncomingMessage);
/// assert!(matches!(ledger.admit(july, 1), Admission::QuotaExceeded { .. }));
/// // Deletion releases nothing; back again it is not counted twice.
/// ledger.lose(unit.clone(), counted, Loss::Deleted);
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
    // Strangers choose identities: the standard hasher withstands chosen ones.
    /// Units counted this month that nobody holds any more.
    gone: HashMap<Unit, Gone>,
    /// Where contacts are units: which of them stood behind an identity that is gone.
    behind: HashMap<Unit, Behind>,
    /// Where contacts are units: who took over a unit that was gone.
    heirs: HashMap<ContactId, ContactId>,
    /// The key of the month's erased identities, if there are any (D35).
    key: Option<Uuid>,
    closed: Vec<Quota>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Gone {
    counted: Counted,
    /// The contact that it went with.
    with: Option<ContactId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Behind {
    unit: ContactId,
    /// The contact that the identity went with.
    with: ContactId,
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
    gone: Vec<(Unit, Gone)>,
    behind: Vec<(Unit, Behind)>,
    heirs: Vec<(ContactId, ContactId)>,
    key: Option<Uuid>,
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
            gone: HashMap::default(),
            behind: HashMap::default(),
            heirs: HashMap::default(),
            key: None,
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
            gone: HashMap::default(),
            behind: HashMap::default(),
            heirs: HashMap::default(),
            key: None,
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
            self.gone = HashMap::default();
            self.behind = HashMap::default();
            self.heirs = HashMap::default();
            self.key = None;
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
        at < self.month_end && (self.gone.contains_key(unit) || self.erased(unit, &self.gone).is_some())
    }

    /// The name of an identity among those erased in the month, if it is among them.
    fn erased<T>(&self, unit: &Unit, map: &HashMap<Unit, T>) -> Option<Unit> {
        match (self.key, unit) {
            (Some(key), Unit::Identity(identity)) => {
                Some(Unit::Erased(mark(key, identity))).filter(|unit| map.contains_key(unit))
            }
            _ => None,
        }
    }

    fn take(&mut self, unit: &Unit) -> Option<Counted> {
        let gone = self.gone.remove(unit).or_else(|| {
            let erased = self.erased(unit, &self.gone)?;
            self.gone.remove(&erased)
        });
        gone.map(|gone| gone.counted)
    }

    /// Forgets the identities that went with contacts, or without any contact those that the marks tell, save for what
    /// tells them when they come again (D35).
    pub(crate) fn erase(&mut self, contacts: &[ContactId], key: Uuid, marks: &[Uuid]) {
        let key = *self.key.get_or_insert(key);
        let hidden = |unit: &Unit, with: Option<ContactId>| {
            let Unit::Identity(identity) = unit else { return None };
            let is_theirs = with.is_some_and(|with| contacts.contains(&with));
            if !is_theirs && !contacts.is_empty() {
                return None;
            }
            Some(mark(key, identity)).filter(|mark| is_theirs || marks.contains(mark)).map(Unit::Erased)
        };
        let gone = self.gone.iter().filter_map(|(unit, gone)| Some((unit.clone(), hidden(unit, gone.with)?)));
        for (unit, erased) in gone.collect::<Vec<_>>() {
            self.gone.remove(&unit).map(|gone| self.gone.insert(erased, gone));
        }
        let behind =
            self.behind.iter().filter_map(|(unit, behind)| Some((unit.clone(), hidden(unit, Some(behind.with))?)));
        for (unit, erased) in behind.collect::<Vec<_>>() {
            self.behind.remove(&unit).map(|behind| self.behind.insert(erased, behind));
        }
    }

    /// The key under which the month's erased identities are known, and the identities that went with a contact.
    pub(crate) fn gone_with(&self, contact: ContactId) -> (Option<Uuid>, Vec<&Identity>) {
        let gone = self.gone.iter().filter(|(_, gone)| gone.with == Some(contact)).map(|(unit, _)| unit);
        let behind = self.behind.iter().filter(|(_, behind)| behind.with == contact).map(|(unit, _)| unit);
        let identities = gone.chain(behind).filter_map(|unit| match unit {
            Unit::Identity(identity) => Some(identity),
            _ => None,
        });
        (self.key, identities.collect())
    }

    /// Whether a unit counted in `counted` is in the usage of the month of `at`.
    pub(crate) fn is_counted_at(&self, at: Instant, counted: Counted) -> bool {
        at >= self.month_end || self.is_counted(counted)
    }

    /// Whether a unit of this `Counted` is in the usage of the current month.
    pub fn is_counted(&self, counted: Counted) -> bool {
        counted.month < self.month.number() || counted.reason.counts_at_once()
    }

    /// The unit that the month has counted for a contact that comes (again), where contacts are units: its own, or the one
    /// that stood behind an identity of it.
    pub(crate) fn known_person(&self, at: Instant, contact: ContactId, identities: &[Identity]) -> Option<ContactId> {
        if at >= self.month_end || self.gone.is_empty() {
            return None;
        }
        let is_gone = |unit: &ContactId| self.gone.contains_key(&Unit::Contact(*unit));
        if is_gone(&contact) {
            return Some(contact);
        }
        identities.iter().find_map(|identity| {
            let unit = Unit::Identity(identity.clone());
            let behind = self.behind.get(&unit).or_else(|| self.behind.get(&self.erased(&unit, &self.behind)?))?;
            let mut person = behind.unit;
            while let Some(heir) = self.heirs.get(&person) {
                person = *heir;
            }
            Some(person).filter(is_gone)
        })
    }

    /// A contact takes over a unit that the month has counted; whether it is held is the policy's.
    pub(crate) fn inherit(&mut self, person: ContactId, heir: ContactId) -> Option<Counted> {
        let counted = self.take(&Unit::Contact(person))?;
        // Whoever has its own unit again is nobody's heir, nor has one.
        self.heirs.remove(&heir);
        if person != heir {
            self.heirs.insert(person, heir);
        }
        if self.policy == UnitPolicy::PerContact {
            self.live += 1;
        }
        Some(counted)
    }

    /// Somebody holds a unit now: counted, unless the month has counted it already (N2).
    pub fn gain(&mut self, unit: &Unit, at: Instant, reason: CountReason) -> Counted {
        self.live += 1;
        if let Some(counted) = self.take(unit) {
            return counted;
        }
        if reason.counts_at_once() {
            self.new += 1;
        }
        Counted { month: self.month.number(), at, reason }
    }

    /// Nobody holds the unit any more. It stays in the month's usage (N2), unless the contact was deleted and the policy
    /// releases it, or a late reset takes what its month should not have handed on (D21).
    pub fn lose(&mut self, unit: Unit, counted: Counted, loss: Loss) {
        self.lose_with(unit, counted, loss, None);
    }

    /// As [`Ledger::lose`], with the contact that it goes with.
    pub(crate) fn lose_with(&mut self, unit: Unit, counted: Counted, loss: Loss, with: Option<ContactId>) {
        self.live = self.live.saturating_sub(1);
        self.lose_count(unit, counted, loss, with);
    }

    /// As [`Ledger::lose_with`], for a unit that was counted and is held by nobody already.
    pub(crate) fn lose_count(&mut self, unit: Unit, counted: Counted, loss: Loss, with: Option<ContactId>) {
        let is_released = self.release_closed(counted, loss, self.month.number());
        if !self.is_counted(counted) {
            return;
        }
        let is_carried = counted.month < self.month.number();
        if is_released || (self.release_on_delete && loss != Loss::TakenOff) {
            let side = if is_carried { &mut self.carried } else { &mut self.new };
            *side = side.saturating_sub(1);
        } else {
            self.gone.insert(unit, Gone { counted, with });
        }
    }

    /// Takes what a late reset should not have let its month hand on from the closed months that began with it, the last
    /// of them `until`; whether it is such a unit.
    pub(crate) fn release_closed(&mut self, counted: Counted, loss: Loss, until: u32) -> bool {
        let Loss::Reset(month) = loss else { return false };
        if counted.month > month.number() || month >= self.month {
            return false;
        }
        for closed in self.closed.iter_mut().filter(|closed| closed.month > month && closed.month.number() <= until) {
            closed.carried = closed.carried.saturating_sub(1);
            closed.used = closed.carried + closed.new;
            closed.remaining = closed.limit.map(|limit| limit.saturating_sub(closed.used));
        }
        true
    }

    /// Remembers which unit stood behind an identity that goes, where contacts are units.
    pub(crate) fn remember(&mut self, identity: &Identity, unit: Option<ContactId>, with: ContactId) {
        let name = Unit::Identity(identity.clone());
        if let Some(erased) = self.erased(&name, &self.behind) {
            self.behind.remove(&erased);
        }
        match unit {
            Some(unit) => drop(self.behind.insert(name, Behind { unit, with })),
            None => drop(self.behind.remove(&name)),
        }
    }

    /// A contact was active in the month: counted as new, nothing is held (`monthly_active`).
    pub(crate) fn activate(&mut self) {
        self.new += 1;
    }

    /// One unit more, or one less, is held, and no usage changes: unmerge and merge under `per_contact`.
    pub(crate) fn hold(&mut self, more: bool) {
        self.live = if more { self.live + 1 } else { self.live.saturating_sub(1) };
    }

    /// A `Counted` of somebody who is no unit of its own in this month.
    pub(crate) fn later(&self, at: Instant, reason: CountReason) -> Counted {
        Counted { month: self.month.number(), at, reason }
    }

    /// The month's own explanation.
    fn current(&self) -> Quota {
        self.explain(self.month, self.carried, self.new, self.refused)
    }

    fn explain(&self, month: Month, carried: u64, new: u64, refused: u64) -> Quota {
        let used = carried + new;
        let remaining = self.limit.map(|limit| limit.saturating_sub(used));
        let (unit, limit, decides) = (self.policy, self.limit, month.max(self.month));
        Quota { month, decides, unit, limit, used, carried, new, refused, remaining }
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
        closed.map(|closed| Quota { decides: self.month, ..closed.clone() }).unwrap_or(Quota {
            limit: None,
            remaining: None,
            ..self.explain(month, 0, 0, 0)
        })
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
            self.gone.iter().filter_map(|(unit, gone)| self.line(unit.clone(), gone.counted, zone)).collect();
        arrange(&mut lines, |a, b| a.unit.cmp(&b.unit));
        lines
    }

    pub(crate) fn store(&self) -> StoredLedger {
        let mut gone: Vec<_> = self.gone.iter().map(|(unit, gone)| (unit.clone(), *gone)).collect();
        arrange(&mut gone, |a, b| a.0.cmp(&b.0));
        let mut behind: Vec<_> = self.behind.iter().map(|(unit, behind)| (unit.clone(), *behind)).collect();
        arrange(&mut behind, |a, b| a.0.cmp(&b.0));
        let mut heirs: Vec<_> = self.heirs.iter().map(|(person, heir)| (*person, *heir)).collect();
        arrange_all(&mut heirs);
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
            behind,
            heirs,
            key: self.key,
            closed: self.closed.clone(),
        }
    }

    /// Books as they were stored; `None` if they contradict themselves, or count further than anybody can.
    pub(crate) fn load(stored: StoredLedger, zone: &Zone) -> Option<Self> {
        let counts = [stored.live, stored.carried, stored.new, stored.refused];
        let closed = stored.closed.iter().flat_map(|quota| [quota.used, quota.carried, quota.new, quota.refused]);
        if counts.into_iter().chain(closed).any(|count| count > MOST) {
            return None;
        }
        let first = stored.month.number().checked_sub(u32::try_from(stored.closed.len()).ok()?)?;
        let months = stored.closed.iter().map(|quota| quota.month.number());
        if !months.eq(first..stored.month.number()) {
            return None;
        }
        let sizes = (stored.gone.len(), stored.behind.len(), stored.heirs.len());
        let ledger = Self {
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
            behind: stored.behind.into_iter().collect(),
            heirs: stored.heirs.into_iter().collect(),
            key: stored.key,
            closed: stored.closed,
        };
        let is_whole = sizes == (ledger.gone.len(), ledger.behind.len(), ledger.heirs.len());
        (is_whole && ledger.heirs_end()).then_some(ledger)
    }

    /// Whether heirs follow one another to an end, and never in a circle.
    fn heirs_end(&self) -> bool {
        let mut ended: HashSet<ContactId> = HashSet::new();
        self.heirs.keys().all(|person| {
            let mut walked = Vec::new();
            let mut at = *person;
            while let Some(heir) = self.heirs.get(&at).filter(|_| !ended.contains(&at)) {
                if walked.len() > self.heirs.len() {
                    return false;
                }
                walked.push(at);
                at = *heir;
            }
            ended.extend(walked);
            true
        })
    }

    /// Whether the books hold as many units as somebody counted.
    pub(crate) fn holds(&self, live: u64, policy: UnitPolicy, release_on_delete: bool) -> bool {
        (self.live, self.policy, self.release_on_delete) == (live, policy, release_on_delete)
    }
}

/// More than anybody counts, and far from where sums overflow.
const MOST: u64 = 1 << 53;
