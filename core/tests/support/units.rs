//! Units by the rules, from events alone: sets, looked through from end to end. It knows nothing of the ledger.

use std::collections::{BTreeMap, BTreeSet};

use omnicontact::counting::{CountReason, Month, Unit, UnitPolicy};
use omnicontact::workspace::{Change, Event, Settings};
use omnicontact::{ContactId, Identity, Instant, Zone};

/// A unit from when it is first held; it may change its name when an identity takes the place of `none`.
type Token = usize;

#[derive(Clone, Default)]
pub(crate) struct Usage {
    carried: BTreeSet<Token>,
    new: BTreeSet<Token>,
    pub(crate) refused: u64,
    names: BTreeMap<Token, Unit>,
}

impl Usage {
    pub(crate) fn carried(&self) -> u64 {
        self.carried.len() as u64
    }

    pub(crate) fn fresh(&self) -> u64 {
        self.new.len() as u64
    }

    pub(crate) fn used(&self) -> u64 {
        self.carried() + self.fresh()
    }

    pub(crate) fn names(&self) -> Vec<Unit> {
        let mut names: Vec<Unit> = self.carried.union(&self.new).map(|token| self.names[token].clone()).collect();
        names.sort();
        names
    }

    fn has(&self, token: Token) -> bool {
        self.carried.contains(&token) || self.new.contains(&token)
    }
}

/// A merge in force.
#[derive(Clone)]
struct In {
    into: ContactId,
    /// What the secondary held then.
    brought: Vec<Identity>,
    number: u64,
}

#[derive(Clone)]
pub(crate) struct Units {
    settings: Settings,
    zone: Zone,
    pub(crate) limit: Option<u64>,
    month: Month,
    months: BTreeMap<Month, Usage>,
    /// Everybody who is not deleted, live or merged away, with the unit that is the contact's own, if there is one.
    people: BTreeMap<ContactId, Option<Token>>,
    away: BTreeMap<ContactId, In>,
    /// Who brought an identity, and its unit where identities are units.
    held: BTreeMap<Identity, (ContactId, Option<Token>)>,
    /// Where contacts are units: the unit behind an identity that somebody had in this month.
    behind: BTreeMap<Identity, Token>,
    names: BTreeMap<Token, Unit>,
    next: Token,
}

impl Units {
    pub(crate) fn begin(settings: Settings, opened: &Event) -> Self {
        let zone = Zone::new(&settings.zone).unwrap();
        let month = Month::of(opened.at, &zone);
        Self {
            settings,
            zone,
            limit: None,
            month,
            months: BTreeMap::from([(month, Usage::default())]),
            people: BTreeMap::new(),
            away: BTreeMap::new(),
            held: BTreeMap::new(),
            behind: BTreeMap::new(),
            names: BTreeMap::new(),
            next: 0,
        }
    }

    /// Merges that may be undone, or not: pairs that are merged.
    pub(crate) fn pairs(&self) -> Vec<(ContactId, ContactId)> {
        self.away.iter().map(|(id, away)| (away.into, *id)).collect()
    }

    /// Every month until the one after that of `at`, by its first instant.
    pub(crate) fn months(&self, at: Instant) -> Vec<(Instant, Usage)> {
        let last = Month::of(at, &self.zone).max(self.month).next();
        let mut months = Vec::new();
        let mut month = *self.months.keys().next().unwrap();
        while month <= last {
            let start = month.start(&self.zone).unwrap();
            months.push((start, self.quota(start)));
            month = month.next();
        }
        months
    }

    pub(crate) fn quota(&self, at: Instant) -> Usage {
        let month = Month::of(at, &self.zone);
        let mut usage = match self.months.get(&month) {
            Some(usage) => usage.clone(),
            None if month > self.month => Usage { carried: self.handed_on(), ..Usage::default() },
            None => Usage::default(),
        };
        usage.names = self.names.clone();
        usage
    }

    /// The usage that decides on a command: a clock that went back leaves the month as it is (M6).
    pub(crate) fn deciding(&self, at: Instant) -> Usage {
        if Month::of(at, &self.zone) > self.month { self.quota(at) } else { self.months[&self.month].clone() }
    }

    /// What a month that begins now begins with (N2, D24).
    fn handed_on(&self) -> BTreeSet<Token> {
        match self.settings.unit {
            UnitPolicy::PerChannelIdentity => {
                let identities = self.held.values().filter_map(|(_, token)| *token);
                identities.chain(self.people.values().filter_map(|token| *token)).collect()
            }
            UnitPolicy::PerContact => {
                let live = self.people.iter().filter(|(id, _)| !self.away.contains_key(id));
                live.filter_map(|(_, token)| *token).collect()
            }
            UnitPolicy::MonthlyActive => BTreeSet::new(),
        }
    }

    fn usage(&mut self) -> &mut Usage {
        self.months.get_mut(&self.month).unwrap()
    }

    fn counts(&self, token: Token) -> bool {
        self.months[&self.month].has(token)
    }

    /// A unit that the month has under this name, and that nobody holds any more.
    fn known(&self, name: &Unit) -> Option<Token> {
        let usage = &self.months[&self.month];
        let mut units = usage.carried.union(&usage.new).copied();
        units.find(|token| self.names[token] == *name && !self.is_held(*token))
    }

    fn is_held(&self, token: Token) -> bool {
        let mut all = self.held.values().map(|(_, token)| *token).chain(self.people.values().copied());
        all.any(|other| other == Some(token))
    }

    /// A unit by this name: the month's own where it has it already (N2); new now, or from the next month on.
    fn unit(&mut self, name: Unit, is_new: bool) -> Token {
        if let Some(token) = self.known(&name) {
            return token;
        }
        self.next += 1;
        let token = self.next;
        self.names.insert(token, name);
        if is_new {
            self.usage().new.insert(token);
        }
        token
    }

    fn root(&self, id: ContactId) -> ContactId {
        self.away.get(&id).map_or(id, |away| self.root(away.into))
    }

    fn tree(&self, id: ContactId) -> Vec<ContactId> {
        let mut tree = vec![id];
        let mut next = 0;
        while next < tree.len() {
            let mut into: Vec<_> = self.away.iter().filter(|(_, away)| away.into == tree[next]).collect();
            into.sort_by_key(|(_, away)| away.number);
            tree.extend(into.into_iter().map(|(id, _)| *id));
            next += 1;
        }
        tree
    }

    /// To whom an identity belongs that comes to a contact: to whoever brought it to a merge still in force (D17), the
    /// last one if there were several, else to the contact itself.
    fn owner(&self, id: ContactId, identity: &Identity) -> ContactId {
        let claims = self.away.iter().filter(|(_, away)| away.into == id && away.brought.contains(identity));
        match claims.max_by_key(|(_, away)| away.number) {
            Some((claim, _)) => self.owner(*claim, identity),
            None => id,
        }
    }

    /// N1 of one person: `none` where nothing is theirs, and not beside something that is.
    fn give(&mut self, owner: ContactId, identity: &Identity, is_new: bool) {
        let mut token = None;
        if self.settings.unit == UnitPolicy::PerChannelIdentity {
            let name = Unit::Identity(identity.clone());
            let none = self.people.get_mut(&owner).unwrap().take();
            token = Some(match none {
                // The first identity takes the place of `none`; a unit that the month has already stays beside it (D20), and
                // what an undo gives back changes no usage (N2).
                Some(none) if is_new && self.counts(none) && self.known(&name).is_none() => {
                    self.names.insert(none, name);
                    none
                }
                _ => self.unit(name, is_new),
            });
        }
        self.held.insert(identity.clone(), (owner, token));
    }

    /// Whoever is left without anything counts `none`: from the next month on (D38).
    fn left_with_nothing(&mut self, owner: ContactId) {
        let has_any = self.held.values().any(|(other, _)| *other == owner);
        if self.settings.unit == UnitPolicy::PerChannelIdentity && !has_any && self.people[&owner].is_none() {
            let none = self.unit(Unit::Contact(owner), false);
            self.people.insert(owner, Some(none));
        }
    }

    /// Where contacts are units: which of the month stands behind an identity.
    fn remember(&mut self, identity: &Identity) {
        if self.settings.unit == UnitPolicy::PerChannelIdentity {
            return;
        }
        let owner = self.held[identity].0;
        let tree = self.tree(self.root(owner));
        let behind = [owner].into_iter().chain(tree).filter_map(|id| self.people[&id]).find(|unit| self.counts(*unit));
        match behind {
            Some(token) => drop(self.behind.insert(identity.clone(), token)),
            None => drop(self.behind.remove(identity)),
        }
    }

    pub(crate) fn feed(&mut self, event: &Event) {
        while Month::of(event.at, &self.zone) > self.month {
            let carried = self.handed_on();
            self.month = self.month.next();
            self.months.insert(self.month, Usage { carried, ..Usage::default() });
            self.behind.clear();
            if self.settings.unit == UnitPolicy::MonthlyActive {
                self.people.values_mut().for_each(|active| *active = None);
            }
        }
        match &event.change {
            Change::Added { contact, reason, .. } => {
                assert!(*reason != CountReason::Carried);
                self.added(contact.id, &contact.identities);
            }
            Change::IdentityAdded { contact, identity, .. } => {
                let owner = self.owner(*contact, identity);
                self.give(owner, identity, true);
            }
            Change::IdentityRemoved { identity } => {
                self.remember(identity);
                let (owner, _) = self.held.remove(&**identity).unwrap();
                self.left_with_nothing(owner);
            }
            Change::Told { contact, .. } if self.settings.unit == UnitPolicy::MonthlyActive => {
                let is_active = self.tree(*contact).iter().any(|id| self.people[id].is_some());
                if !is_active {
                    let token = self.unit(Unit::Contact(*contact), true);
                    self.people.insert(*contact, Some(token));
                }
            }
            Change::Merged(merged) => {
                let tree = self.tree(merged.secondary);
                let brought = self.held.iter().filter(|(_, (owner, _))| tree.contains(owner));
                let brought = brought.map(|(identity, _)| identity.clone()).collect();
                self.away.insert(merged.secondary, In { into: merged.primary, brought, number: event.sequence });
            }
            Change::Unmerged(undone) => self.unmerged(undone.secondary),
            Change::Deleted { contact, reset, .. } => self.deleted(*contact, *reset),
            Change::Refused { .. } => self.usage().refused += 1,
            Change::LimitSet(limit) => self.limit = *limit,
            _ => {}
        }
    }

    fn added(&mut self, id: ContactId, identities: &[Identity]) {
        self.people.insert(id, None);
        let own = Unit::Contact(id);
        let token = match self.settings.unit {
            UnitPolicy::PerChannelIdentity => identities.is_empty().then(|| self.unit(own, true)),
            _ if self.known(&own).is_some() => self.known(&own),
            policy => {
                let mut behind = identities.iter().filter_map(|identity| self.behind.get(identity).copied());
                let behind = behind.find(|token| self.counts(*token) && !self.is_held(*token));
                if let Some(token) = behind {
                    self.names.insert(token, own.clone());
                }
                behind.or_else(|| (policy == UnitPolicy::PerContact).then(|| self.unit(own, true)))
            }
        };
        self.people.insert(id, token);
        for identity in identities {
            self.give(id, identity, true);
        }
    }

    fn unmerged(&mut self, secondary: ContactId) {
        let away = self.away.remove(&secondary).unwrap();
        for identity in &away.brought {
            let owner = self.held.get(identity).map(|(owner, _)| *owner);
            if owner.is_some_and(|owner| self.root(owner) == secondary) {
                continue;
            }
            // What was taken off since goes back, from nobody or from the primary (D17).
            let rightful = self.owner(secondary, identity);
            match self.held.remove(identity) {
                Some((owner, token)) => {
                    self.people.entry(rightful).and_modify(|none| {
                        if self.settings.unit == UnitPolicy::PerChannelIdentity {
                            *none = None;
                        }
                    });
                    self.held.insert(identity.clone(), (rightful, token));
                    self.left_with_nothing(owner);
                }
                None => self.give(rightful, identity, false),
            }
        }
        if self.settings.unit == UnitPolicy::PerContact && !self.people[&secondary].is_some_and(|own| self.counts(own))
        {
            // The month began without it: it counts from the next one on.
            let later = self.unit(Unit::Contact(secondary), false);
            self.people.insert(secondary, Some(later));
        }
    }

    fn deleted(&mut self, id: ContactId, reset: Option<Month>) {
        let tree = self.tree(id);
        let identities: Vec<Identity> =
            self.held.iter().filter(|(_, (owner, _))| tree.contains(owner)).map(|(one, _)| one.clone()).collect();
        for identity in &identities {
            self.remember(identity);
        }
        let mut units: Vec<Token> = identities.iter().filter_map(|identity| self.held.remove(identity)?.1).collect();
        for id in tree {
            self.away.remove(&id);
            units.extend(self.people.remove(&id).unwrap());
        }
        if let Some(reset) = reset.filter(|_| self.settings.late_reset_releases) {
            // What the closed month handed on goes from every later one (D21, D41).
            let handed_on = self.months.get(&reset.next()).map(|usage| usage.carried.clone()).unwrap_or_default();
            for (_, usage) in self.months.range_mut(reset.next()..) {
                usage.carried.retain(|unit| !(units.contains(unit) && handed_on.contains(unit)));
            }
        }
        if self.settings.release_on_delete {
            let now = self.usage();
            for unit in units {
                now.carried.remove(&unit);
                now.new.remove(&unit);
            }
        }
    }
}
