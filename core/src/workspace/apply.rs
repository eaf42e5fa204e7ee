//! Events into state: the one way in which a workspace changes, live and in a replay.

use super::catalog::Shared;
use super::event::{Merged, Unmerged};
use super::{Away, Body, Card, Change, Event, Holder, NO_BOOK, Slot, UNKNOWN, Workspace};
use crate::contact::{Connection, Contact, ContactId, Edit, Identity};
use crate::counting::{CountReason, Counted, Loss, Unit, UnitPolicy};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::merge::{Shift, apply_boxed as merge, back, check_undo};
use crate::message::Direction;
use crate::refusal::Refusal;
use crate::time::Instant;

pub(super) fn misfit(what: &str) -> Error {
    Error::new(Code::InvalidEvent, format!("the event does not fit the workspace: {what}"))
}

impl Workspace {
    /// Lays one stored event over the state.
    ///
    /// # Errors
    /// `invalid_event` if its number does not follow, or it does not fit what came before. The workspace must not be
    /// used any further then: begin again from a snapshot.
    pub fn apply(&mut self, event: &Event) -> Result<()> {
        if event.workspace != self.settings.id {
            let message = format!("event `{}` belongs to another workspace", event.sequence);
            return Err(Error::new(Code::ForeignEvent, message));
        }
        if event.sequence != self.sequence + 1 {
            let (wanted, got) = (self.sequence + 1, event.sequence);
            return Err(misfit(&format!("number `{got}` where `{wanted}` follows")));
        }
        if self.awaited > 0 && event.following != self.awaited - 1 {
            return Err(self.half_command());
        }
        self.ledger.roll(event.at, &self.zone);
        match &event.change {
            Change::Opened(_) => return Err(misfit("a workspace begins only once")),
            Change::Added { contact, reason, .. } => self.added(contact, event.at, *reason)?,
            Change::Connected { contact, channel, .. } => {
                let slot = self.place(*contact)?;
                let book = self.book_mut(channel).ok_or_else(|| misfit("too many channels"))?;
                let connection = Connection { channel: book.id.clone(), at: event.at };
                self.live_at(slot)?.connections.push(connection);
                self.gained(slot, 1);
            }
            Change::Told { contact, channel, direction } => {
                let slot = self.place(*contact)?;
                let book = self.channels.get(channel).copied().unwrap_or(NO_BOOK);
                self.told(slot, *direction, event.at, channel, book)?;
            }
            Change::Edited { contact, edit } => {
                let slot = self.place(*contact)?;
                edit.apply(self.live_at(slot)?)?;
                let items = match &**edit {
                    Edit::AddTags(items) | Edit::AddToLists(items) => items.len(),
                    _ => 1,
                };
                self.gained(slot, items);
            }
            Change::IdentityAdded { contact, identity, reason } => {
                let slot = self.place(*contact)?;
                self.identity_added(slot, identity, event.at, *reason)?;
            }
            Change::IdentityRemoved { identity } => self.identity_removed(identity, event.at)?,
            Change::Merged(merged) => self.merged(merged, event)?,
            Change::Unmerged(undone) => self.unmerged(undone, event.at)?,
            Change::Deleted { contact, reset, .. } => {
                let slot = self.place(*contact)?;
                let reset = reset.filter(|_| self.settings.late_reset_releases);
                self.deleted(slot, reset.map_or(Loss::Deleted, Loss::Reset))?;
            }
            Change::Erased { contacts, key, marks, state } => {
                self.ledger.erase(contacts, *key, marks);
                self.forget_identities(*key, marks);
                if let Some(state) = state {
                    *self = self.checkpoint(state, event.sequence)?;
                }
            }
            Change::Refused { .. } => self.ledger.refuse(),
            Change::Dismissed(pair) => drop(self.dismissed.insert(*pair)),
            Change::LimitSet(limit) => self.ledger.set_limit(*limit),
            Change::ResetSet { mode, from } => self.schedule.set(*mode, *from),
            Change::ResetRun { month } => self.schedule.mark_done(*month),
            Change::TagDeleted { tag } => self.take_off(Shared::Tag(tag), event.sequence),
            Change::DepartmentDeleted { department } => self.take_off(Shared::Department(department), event.sequence),
            Change::CustomFieldSet(field) => self.field_set(field)?,
            Change::CustomFieldDeleted { name } => self.take_off(Shared::Custom(name), event.sequence),
            Change::ChannelSet(channel) => {
                let book = self.book_mut(&channel.id).ok_or_else(|| misfit("too many channels"))?;
                book.channel = Some((**channel).clone());
            }
        }
        self.sequence = event.sequence;
        self.awaited = event.following;
        Ok(())
    }

    pub(super) fn half_command(&self) -> Error {
        let message = format!("the command of event `{}` is not whole: `{}` more follow", self.sequence, self.awaited);
        Error::new(Code::HalfCommand, message).with_hint("store and replay all events of a command, or none")
    }

    fn place(&self, contact: ContactId) -> Result<u32> {
        self.index.get(&contact).copied().ok_or_else(|| misfit(&format!("no contact `{contact}`")))
    }

    /// The live contact in a slot, to be changed by the event that is being laid over the state.
    fn live_at(&mut self, slot: u32) -> Result<&mut Contact> {
        let now = self.sequence + 1;
        if let Some(slot) = self.slot_mut(slot) {
            slot.touched = now;
        }
        self.live_mut(slot).ok_or_else(|| misfit("the contact is deleted or merged away"))
    }

    fn hold(&mut self, identity: &Identity, holder: Holder) -> Result<()> {
        let book = self.book_mut(&identity.channel).ok_or_else(|| misfit("too many channels"))?;
        match book.holders.entry(identity.key().clone()) {
            std::collections::hash_map::Entry::Occupied(_) => return Err(misfit("an identity is held already")),
            std::collections::hash_map::Entry::Vacant(place) => drop(place.insert(holder)),
        }
        if let Some(card) = self.card_mut(holder.slot) {
            card.own += 1;
        }
        Ok(())
    }

    fn per_identity(&self) -> bool {
        self.ledger.policy() == UnitPolicy::PerChannelIdentity
    }

    fn added(&mut self, contact: &Contact, at: Instant, reason: CountReason) -> Result<()> {
        let slot = match self.index.get(&contact.id) {
            Some(&slot) if self.slot(slot).is_some_and(|slot| matches!(slot.body, Body::Deleted)) => slot,
            Some(_) => return Err(misfit("the contact is there already")),
            None => {
                let slot = u32::try_from(self.slots.len()).map_err(|_| misfit("too many contacts"))?;
                self.slots.push(Slot { body: Body::Deleted, touched: 0, last_book: NO_BOOK });
                self.cards.push(Card { id: contact.id, added_at: at, merged_in: Vec::new(), unit: None, own: 0 });
                self.index.insert(contact.id, slot);
                slot
            }
        };
        // Contacts share the text of their channels' ids.
        let mut own_channels = Box::new(contact.clone());
        for identity in &mut own_channels.identities {
            let book = self.book_mut(&identity.channel).ok_or_else(|| misfit("too many channels"))?;
            identity.channel = book.id.clone();
        }
        let own = Unit::Contact(contact.id);
        let known = || self.ledger.known_person(at, contact.id, &contact.identities);
        let unit = match self.ledger.policy() {
            UnitPolicy::PerChannelIdentity if contact.identities.is_empty() => Some(self.ledger.gain(&own, at, reason)),
            UnitPolicy::PerChannelIdentity => None,
            policy => {
                let known = known().and_then(|person| self.ledger.inherit(person, contact.id));
                known.or_else(|| (policy == UnitPolicy::PerContact).then(|| self.ledger.gain(&own, at, reason)))
            }
        };
        if let Some(card) = self.card_mut(slot) {
            card.added_at = at;
            card.unit = unit;
            card.merged_in.clear();
        }
        for identity in &contact.identities {
            let counted = self.count_identity(identity, at, reason);
            self.hold(identity, Holder { slot, connected: false, counted })?;
        }
        let now = self.sequence + 1;
        if let Some(slot) = self.slot_mut(slot) {
            *slot = Slot { body: Body::Live(own_channels), touched: now, last_book: NO_BOOK };
        }
        Ok(())
    }

    fn count_identity(&mut self, identity: &Identity, at: Instant, reason: CountReason) -> Counted {
        if self.per_identity() {
            self.ledger.gain(&Unit::Identity(identity.clone()), at, reason)
        } else {
            self.ledger.later(at, reason)
        }
    }

    /// Notes a message of the next event and gives whose it is; `book` is the channel's.
    pub(super) fn told(
        &mut self,
        slot: u32,
        direction: Direction,
        at: Instant,
        channel: &ForeignId,
        book: u32,
    ) -> Result<ContactId> {
        let now = self.sequence + 1;
        let place = self.slots.get_mut(slot as usize).ok_or_else(|| misfit("no such place"))?;
        let Body::Live(contact) = &mut place.body else {
            return Err(misfit("the contact is deleted or merged away"));
        };
        place.touched = now;
        let is_late = contact.last_interaction.as_ref().is_some_and(|last| last.at > at);
        if place.last_book == book && book != NO_BOOK && !is_late {
            // The most frequent case by far: another message on the channel of the one before.
            contact.touch_again(direction, at);
        } else {
            let shared = self.books.get(book as usize).map_or(channel, |book| &book.id);
            contact.touch(direction, at, Some(shared));
            place.last_book = if is_late { NO_BOOK } else { book };
        }
        let id = contact.id;
        if is_late {
            for secondary in self.merged_in(slot).to_vec() {
                if let Some(Slot { body: Body::Merged { away, .. }, .. }) = self.slot_mut(secondary) {
                    away.record.note_late(direction, at, Some(channel));
                }
            }
        }
        if self.ledger.policy() == UnitPolicy::MonthlyActive {
            self.active(slot, at);
        }
        Ok(id)
    }

    /// A contact is active once a month. The unit of somebody merged in stands for the survivor as well: that is noted, so
    /// that nobody is looked for again, until an undo parts them (N1, N2).
    fn active(&mut self, slot: u32, at: Instant) {
        let month = self.ledger.month().number();
        if self.card(slot).is_some_and(|card| card.unit.is_some_and(|counted| counted.month == month)) {
            return;
        }
        let is_covered = self.tree(slot).iter().any(|slot| self.is_active(*slot));
        if !is_covered {
            self.ledger.activate();
        }
        let reason = if is_covered { CountReason::Unmerged } else { CountReason::IncomingMessage };
        let counted = self.ledger.later(at, reason);
        if let Some(card) = self.card_mut(slot) {
            card.unit = Some(counted);
        }
    }

    /// Whether somebody is counted as active in this month, and not only covered by another one's unit.
    fn is_active(&self, slot: u32) -> bool {
        let month = self.ledger.month().number();
        let unit = self.card(slot).and_then(|card| card.unit);
        unit.is_some_and(|counted| counted.month == month && counted.reason.counts_at_once())
    }

    /// To whom an identity belongs that comes to a contact: to whoever brought it to a merge still in force (D17), the last
    /// one if there were several, else to the contact itself.
    pub(super) fn owner(&self, slot: u32, identity: &Identity) -> u32 {
        let mut at = slot;
        let brought =
            |slot: &&u32| self.record(**slot).is_some_and(|record| record.secondary.identities.contains(identity));
        while let Some(slot) = self.merged_in(at).iter().rev().find(brought) {
            at = *slot;
        }
        at
    }

    fn identity_added(&mut self, slot: u32, identity: &Identity, at: Instant, reason: CountReason) -> Result<()> {
        self.live_at(slot)?.identities.push(identity.clone());
        self.gained(slot, 1);
        self.give(self.owner(slot, identity), identity, at, reason)
    }

    /// Somebody has an identity of its own. The first one takes the place of `none` (N1), also while absorbed ones are
    /// there (D41).
    fn give(&mut self, owner: u32, identity: &Identity, at: Instant, reason: CountReason) -> Result<()> {
        let per_identity = self.per_identity();
        let card = self.card_mut(owner).filter(|_| per_identity);
        let none = card.and_then(|card| Some((Unit::Contact(card.id), card.unit.take()?)));
        let counted = match none {
            Some((_, none))
                if self.ledger.is_counted(none) && !self.ledger.is_known(at, &Unit::Identity(identity.clone())) =>
            {
                none
            }
            // It stays in its month when that identity was counted there already (D20).
            Some((own, none)) => {
                self.ledger.lose(own, none, Loss::TakenOff);
                self.count_identity(identity, at, reason)
            }
            None => self.count_identity(identity, at, reason),
        };
        self.hold(identity, Holder { slot: owner, connected: false, counted })
    }

    fn identity_removed(&mut self, identity: &Identity, at: Instant) -> Result<()> {
        let holder = self.holder(identity).ok_or_else(|| misfit("nobody holds the identity"))?;
        let slot = holder.slot;
        let contact = self.id_of(slot).ok_or_else(|| misfit("no such place"))?;
        self.live_at(slot)?.identities.retain(|other| other != identity);
        if self.per_identity() {
            let unit = Unit::Identity(identity.clone());
            self.ledger.lose_with(unit, holder.counted, Loss::TakenOff, Some(contact));
        } else {
            self.remember(identity, self.covering(slot), contact);
        }
        if let Some(holder) = self.take(identity) {
            self.left_with_nothing(holder.slot, at, CountReason::IdentityRemoved);
        }
        Ok(())
    }

    /// Takes an identity off whoever brought it.
    fn take(&mut self, identity: &Identity) -> Option<Holder> {
        let holder = self.book_mut(&identity.channel)?.holders.remove(identity.key())?;
        if let Some(card) = self.card_mut(holder.slot) {
            card.own = card.own.saturating_sub(1);
        }
        Some(holder)
    }

    /// Who has no identity of its own any more has a unit of its own (N1): from the next month on (D38).
    fn left_with_nothing(&mut self, slot: u32, at: Instant, reason: CountReason) {
        let Some(card) = self.card(slot).filter(|card| card.own == 0 && card.unit.is_none()) else { return };
        if !self.per_identity() {
            return;
        }
        let own = Unit::Contact(card.id);
        let unit = self.ledger.gain(&own, at, reason);
        if let Some(card) = self.card_mut(slot) {
            card.unit = Some(unit);
        }
    }

    /// Whether somebody is a unit of the month, where contacts are units.
    fn is_unit(&self, slot: u32) -> bool {
        let Some(counted) = self.card(slot).and_then(|card| card.unit) else { return false };
        match (self.ledger.policy(), self.slot(slot).map(|slot| &slot.body)) {
            (UnitPolicy::MonthlyActive, _) => self.is_active(slot),
            // Merged in this month it was counted as well; earlier, the survivor's unit stands for both.
            (_, Some(Body::Merged { away, .. })) => {
                away.month == self.ledger.month().number() && self.ledger.is_counted(counted)
            }
            _ => self.ledger.is_counted(counted),
        }
    }

    /// The unit that stands for everybody in a contact, where contacts are units.
    fn covering(&self, slot: u32) -> Option<ContactId> {
        let unit = self.tree(slot).into_iter().find(|slot| self.is_unit(*slot))?;
        self.id_of(unit)
    }

    /// Remembers which unit stood behind an identity: that of whoever brought it, else the one that covers it.
    fn remember(&mut self, identity: &Identity, covering: Option<ContactId>, with: ContactId) {
        if self.per_identity() {
            return;
        }
        let brought = self.book(&identity.channel).and_then(|book| book.holders.get(identity.key()));
        let own =
            brought.map(|holder| holder.slot).filter(|slot| self.is_unit(*slot)).and_then(|slot| self.id_of(slot));
        self.ledger.remember(identity, own.or(covering), with);
    }

    fn take_live(&mut self, slot: u32) -> Result<Box<Contact>> {
        let body = &mut self.slot_mut(slot).ok_or_else(|| misfit("no such place"))?.body;
        match std::mem::replace(body, Body::Deleted) {
            Body::Live(contact) => Ok(contact),
            other => {
                *body = other;
                Err(misfit("the contact is deleted or merged away"))
            }
        }
    }

    fn take_away(&mut self, slot: u32) -> Result<Box<Away>> {
        let body = &mut self.slot_mut(slot).ok_or_else(|| misfit("no such place"))?.body;
        match std::mem::replace(body, Body::Deleted) {
            Body::Merged { away, .. } => Ok(away),
            other => {
                *body = other;
                Err(misfit("the contact is not merged"))
            }
        }
    }

    fn merged(&mut self, merged: &Merged, event: &Event) -> Result<()> {
        let (primary, secondary) = (self.place(merged.primary)?, self.place(merged.secondary)?);
        if primary == secondary {
            return Err(misfit("a contact merged into itself"));
        }
        let mut crowd = self.crowd(primary);
        let (own, theirs) = (self.take_live(primary)?, self.take_live(secondary)?);
        let policy = self.settings.created_at;
        let (survivor, record) = merge(own, theirs, &merged.choices, policy, event.sequence, event.at, crowd.as_mut())
            .map_err(|refusal| misfit(refusal.as_str()))?;
        self.crowds.extend(crowd.map(|crowd| (primary, crowd)));
        let month = self.ledger.month().number();
        let mut before = UNKNOWN;
        if let Some(slot) = self.slot_mut(primary) {
            slot.body = Body::Live(survivor);
            slot.last_book = NO_BOOK;
            before = slot.touched;
            slot.touched = event.sequence;
        }
        if let Some(slot) = self.slot_mut(secondary) {
            slot.body = Body::Merged { into: primary, away: Box::new(Away { month, before, record }) };
        }
        if let Some(card) = self.card_mut(primary) {
            card.merged_in.push(secondary);
        }
        if self.ledger.policy() == UnitPolicy::PerContact {
            self.ledger.hold(false);
        }
        Ok(())
    }

    fn unmerged(&mut self, undone: &Unmerged, at: Instant) -> Result<()> {
        let (primary, secondary) = (self.place(undone.primary)?, self.place(undone.secondary)?);
        let Some(Slot { body: Body::Merged { into, away }, .. }) = self.slot(secondary) else {
            return Err(misfit("the contact is not merged"));
        };
        if *into != primary || away.record.merge != undone.merge {
            return Err(misfit("another merge is in force"));
        }
        let (month, before) = (away.month, away.before);
        let is_untouched = self.is_untouched(primary, undone.merge);
        let (own, theirs) = self.restored(primary, secondary, is_untouched, at)?;
        // Nothing in between: both are as they were, exactly (M8).
        let touched = if is_untouched { before } else { self.sequence + 1 };
        let (this_month, per_contact) = (self.ledger.month().number(), self.ledger.policy() == UnitPolicy::PerContact);
        if let Some(slot) = self.slot_mut(primary) {
            slot.body = Body::Live(own);
            slot.last_book = NO_BOOK;
            slot.touched = touched;
        }
        if let Some(card) = self.card_mut(primary) {
            // What came last goes first, mostly.
            if let Some(at) = card.merged_in.iter().rposition(|other| *other == secondary) {
                card.merged_in.remove(at);
            }
        }
        let returns_later = self.ledger.later(at, CountReason::Unmerged);
        if let Some(slot) = self.slot_mut(secondary) {
            // Its own `touched` stands: nothing else changes a contact that is merged away.
            slot.body = Body::Live(theirs);
            slot.last_book = NO_BOOK;
        }
        let is_counted = |counted: Counted| month == this_month && self.ledger.is_counted(counted);
        let is_unit = self.card(secondary).is_some_and(|card| card.unit.is_some_and(is_counted));
        if per_contact
            && !is_unit
            && let Some(card) = self.card_mut(secondary)
        {
            // The month began without it: it counts from the next one on.
            card.unit = Some(returns_later);
        }
        if per_contact {
            self.ledger.hold(true);
        }
        // The unit that covered the primary may be the secondary's (N1).
        let is_covered = self.ledger.policy() == UnitPolicy::MonthlyActive && !self.is_active(primary);
        if is_covered && let Some(card) = self.card_mut(primary) {
            card.unit = None;
        }
        self.undone.insert((undone.primary, undone.secondary));
        Ok(())
    }

    /// Whether a merge is the last thing that happened to its survivor: then no later merge is in it, no edit, message
    /// or identity came or went, and an undo gives back what the record holds.
    pub(super) fn is_untouched(&self, survivor: u32, merge: u64) -> bool {
        self.slot(survivor).is_some_and(|slot| slot.touched == merge)
    }

    /// What stands in the way of an undo (D17).
    pub(super) fn may_undo(&self, primary: u32, secondary: u32) -> std::result::Result<(), Refusal> {
        let Some(record) = self.record(secondary) else { return Ok(()) };
        // What the secondary, or whoever is in it, holds still was taken by nobody.
        let is_at_home = |identity: &Identity| {
            let brought = self.book(&identity.channel).and_then(|book| book.holders.get(identity.key()));
            brought.is_some_and(|holder| self.is_in(holder.slot, secondary))
        };
        if record.secondary.identities.iter().all(is_at_home) {
            return Ok(());
        }
        let later = self.merged_in(primary).iter().skip_while(|slot| **slot != secondary).skip(1);
        let later = later.filter_map(|slot| self.record(*slot));
        check_undo(record, later, |identity| self.holder(identity).and_then(|holder| self.id_of(holder.slot)))
    }

    /// Both contacts after an undo; the later merges that it concerns are rewritten (D15).
    fn restored(
        &mut self,
        primary: u32,
        secondary: u32,
        is_untouched: bool,
        at: Instant,
    ) -> Result<(Box<Contact>, Box<Contact>)> {
        if !is_untouched {
            // Who holds what goes back is asked while everybody is in place.
            self.may_undo(primary, secondary).map_err(|refusal| misfit(refusal.as_str()))?;
        }
        let mut crowd = self.crowd(primary);
        let mut survivor = self.take_live(primary)?;
        let record = self.take_away(secondary)?.record;
        let mut shift = Shift::of(&record);
        let merged_in = self.merged_in(primary);
        let first = merged_in.iter().rposition(|slot| *slot == secondary).map_or(merged_in.len(), |at| at + 1);
        for place in first..merged_in.len() {
            if shift.is_over(crowd.as_ref()) {
                break;
            }
            let next = self.merged_in(primary).get(place).copied();
            if let Some(Slot { body: Body::Merged { away, .. }, .. }) = next.and_then(|slot| self.slot_mut(slot)) {
                shift.pass(&mut away.record);
            }
        }
        if let Some(crowd) = &mut crowd {
            crowd.leaves(&record);
        }
        self.crowds.extend(crowd.map(|crowd| (primary, crowd)));
        let theirs = back(&mut survivor, record, &shift);
        if !is_untouched {
            // Connections may have gone with the secondary (D19): what is known of the primary's is looked up again.
            let lost = shift.lost_channels();
            for identity in survivor.identities.iter().filter(|identity| lost.contains(&identity.channel)) {
                if let Some(holder) = self.holder_mut(identity) {
                    holder.connected = false;
                }
            }
            self.give_back(&theirs.identities, secondary, at)?;
        }
        Ok((survivor, theirs))
    }

    /// Gives a contact that is taken out of another one its identities back.
    fn give_back(&mut self, identities: &[Identity], secondary: u32, at: Instant) -> Result<()> {
        let mut is_moved = false;
        for identity in identities {
            let held = self.holder(identity).is_some_and(|holder| holder.slot == secondary);
            if held {
                // Whoever brought it and is in the secondary still does.
                if let Some(holder) = self.holder_mut(identity) {
                    holder.connected = false;
                }
                continue;
            }
            is_moved = true;
            let owner = self.owner(secondary, identity);
            let held = self.take(identity);
            // An undo changes no usage (N2): the unit of whoever had nothing else stays in its month.
            if self.per_identity()
                && let Some(card) = self.card_mut(owner)
                && let Some(none) = card.unit.take()
            {
                let own = Unit::Contact(card.id);
                self.ledger.lose(own, none, Loss::TakenOff);
            }
            let counted = match &held {
                Some(holder) => holder.counted,
                None => self.count_identity(identity, at, CountReason::Unmerged),
            };
            self.hold(identity, Holder { slot: owner, connected: false, counted })?;
            if let Some(holder) = held {
                self.left_with_nothing(holder.slot, at, CountReason::Unmerged);
            }
        }
        if is_moved {
            // Who brought it to the secondary is forgotten: the next undo there has to look again.
            let now = self.sequence + 1;
            if let Some(slot) = self.slot_mut(secondary) {
                slot.touched = now;
            }
        }
        Ok(())
    }

    /// Whether a slot is another one, or merged into it, however deep.
    fn is_in(&self, slot: u32, other: u32) -> bool {
        let mut at = slot;
        while at != other {
            match self.slot(at) {
                Some(Slot { body: Body::Merged { into, .. }, .. }) => at = *into,
                _ => return false,
            }
        }
        true
    }

    fn deleted(&mut self, slot: u32, loss: Loss) -> Result<()> {
        let tree = self.tree(slot);
        let covering = if self.per_identity() { None } else { self.covering(slot) };
        let contact = self.take_live(slot)?;
        for identity in &contact.identities {
            self.remember(identity, covering, contact.id);
            let holder = self.take(identity).ok_or_else(|| misfit("nobody holds the identity"))?;
            if self.per_identity() {
                self.ledger.lose_with(Unit::Identity(identity.clone()), holder.counted, loss, Some(contact.id));
            }
        }
        let this_month = self.ledger.month().number();
        for (depth, at) in tree.into_iter().enumerate() {
            let (Some(place), Some(card)) = (self.slots.get_mut(at as usize), self.cards.get_mut(at as usize)) else {
                continue;
            };
            let merged = match &place.body {
                Body::Merged { away, .. } => away.month,
                _ => this_month,
            };
            let (unit, counted) = (Unit::Contact(card.id), card.unit.take());
            place.body = Body::Deleted;
            card.merged_in.clear();
            card.own = 0;
            self.crowds.remove(&at);
            let Some(counted) = counted else { continue };
            let with = Some(contact.id);
            match self.ledger.policy() {
                UnitPolicy::PerChannelIdentity => self.ledger.lose_with(unit, counted, loss, with),
                UnitPolicy::PerContact if depth == 0 => self.ledger.lose_with(unit, counted, loss, with),
                // Merged in this month it was counted as well; earlier, the survivor's unit stands for both since.
                UnitPolicy::PerContact if merged == this_month => self.ledger.lose_count(unit, counted, loss, with),
                UnitPolicy::PerContact => drop(self.ledger.release_closed(counted, loss, merged)),
                UnitPolicy::MonthlyActive if counted.month == this_month => {
                    // Nothing is carried: no reset has handed it on.
                    self.ledger.lose_count(unit, counted, Loss::Deleted, with);
                }
                UnitPolicy::MonthlyActive => {}
            }
        }
        Ok(())
    }
}
