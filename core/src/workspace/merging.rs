//! Merges and their undoing, decided (M, D18).

use rustc_hash::FxHashSet;

use super::decide::Decided;
use super::event::{Merged, Unmerged};
use super::{Body, Call, Change, Event, Outcome, Slot, Workspace};
use crate::contact::{Contact, ContactId, Conversation};
use crate::merge::{Choices, merged_name};
use crate::refusal::Refusal;

impl Workspace {
    pub(super) fn merge(
        &mut self,
        call: &Call,
        primary: ContactId,
        secondaries: &[ContactId],
        choices: &Choices,
        events: &mut Vec<Event>,
    ) -> Decided {
        let choices = self.check_choices(choices)?;
        if secondaries.is_empty() {
            return Err(crate::Error::new(crate::Code::MissingOption, "nobody to merge").at("secondaries").into());
        }
        let ids: Vec<ContactId> = std::iter::once(primary).chain(secondaries.iter().copied()).collect();
        self.may_merge(&ids)?;
        let root = self.root(self.find(primary)?);
        let (mut roots, mut seen) = (Vec::new(), FxHashSet::from_iter([root]));
        for secondary in secondaries {
            let slot = self.root(self.find(*secondary)?);
            if seen.insert(slot) {
                roots.push(slot);
            }
        }
        let Some(survivor) = self.id_of(root) else { return Ok(Outcome::Unchanged) };
        let mut merges = Vec::new();
        for place in roots {
            let (Some(own), Some(theirs)) = (self.live(root), self.live(place)) else { continue };
            let is_open = |contact: &Contact| contact.conversation.as_ref().is_some_and(Conversation::is_open);
            let change = Merged {
                primary: survivor,
                secondary: theirs.id,
                name: merged_name(own, theirs, &choices).into(),
                source: call.source.clone(),
                user: call.user(),
                choices: choices.clone(),
                closed_conversation: is_open(own) && is_open(theirs),
                automation: false,
            };
            self.emit(call.at, Change::Merged(Box::new(change)), events)?;
            merges.push(self.sequence);
        }
        if merges.is_empty() {
            return Ok(Outcome::AlreadyMerged { survivor });
        }
        Ok(Outcome::Merged { survivor, merges })
    }

    /// What stands in the way of merging the others into the first: unknown, deleted, same contact, in this order, each
    /// looked for over all ids (D18, D41). The preview asks the same.
    pub(super) fn may_merge(&self, ids: &[ContactId]) -> std::result::Result<(), Refusal> {
        if let Some(&contact) = ids.iter().find(|id| !self.index.contains_key(id)) {
            return Err(Refusal::ContactUnknown { contact });
        }
        ids.iter().try_for_each(|id| self.find(*id).map(drop))?;
        match ids.split_first() {
            Some((primary, secondaries)) if secondaries.contains(primary) => Err(Refusal::SameContact),
            _ => Ok(()),
        }
    }

    pub(super) fn unmerge(
        &mut self,
        call: &Call,
        primary: ContactId,
        secondary: ContactId,
        events: &mut Vec<Event>,
    ) -> Decided {
        for contact in [primary, secondary] {
            if !self.index.contains_key(&contact) {
                return Err(Refusal::ContactUnknown { contact }.into());
            }
        }
        let (into, out) = (self.find(primary)?, self.find(secondary)?);
        if into == out {
            return Err(Refusal::SameContact.into());
        }
        let record = match self.slot(out) {
            Some(Slot { body: Body::Merged { into: parent, away }, .. }) if *parent == into => &away.record,
            Some(slot) => return Err(self.why_not(into, slot, primary, secondary).into()),
            None => return Ok(Outcome::Unchanged),
        };
        if let Some(record) = self.record(into) {
            return Err(Refusal::Superseded { merge: record.merge }.into());
        }
        if !self.is_untouched(into, record.merge) {
            self.may_undo(into, out)?;
        }
        let undone = Unmerged {
            merge: record.merge,
            primary,
            secondary,
            name: Box::default(),
            source: call.source.clone(),
            user: call.user(),
            automation: false,
        };
        self.emit(call.at, Change::Unmerged(Box::new(undone)), events)?;
        // The name after the undo (D41): what it lays over the state does not depend on it.
        if let (Some(contact), Some(Event { change: Change::Unmerged(undone), .. })) =
            (self.live(into), events.last_mut())
        {
            undone.name = contact.shown_name().into();
        }
        Ok(Outcome::Unmerged { primary, secondary })
    }

    /// Why a contact cannot be taken out of one that it is not directly in (M9, D18).
    fn why_not(&self, into: u32, slot: &Slot, primary: ContactId, secondary: ContactId) -> Refusal {
        let mut body = &slot.body;
        while let Body::Merged { into: parent, .. } = body {
            let Some(next) = self.slot(*parent) else { break };
            body = &next.body;
            if let Body::Merged { into: above, away } = body
                && *above == into
            {
                return Refusal::Superseded { merge: away.record.merge };
            }
        }
        if self.undone.contains(&(primary, secondary)) { Refusal::AlreadyUnmerged } else { Refusal::NotMerged }
    }
}
