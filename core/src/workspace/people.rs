//! Finding contacts and holders inside a workspace.

use std::collections::HashMap;

use super::{Body, Book, Card, Holder, Slot, Workspace};
use crate::contact::{Contact, ContactId, Identity};
use crate::id::ForeignId;
use crate::merge::{Crowd, MergeRecord};
use crate::refusal::Refusal;

impl Workspace {
    pub(super) fn slot(&self, at: u32) -> Option<&Slot> {
        self.slots.get(at as usize)
    }

    pub(super) fn slot_mut(&mut self, at: u32) -> Option<&mut Slot> {
        self.slots.get_mut(at as usize)
    }

    pub(super) fn card(&self, at: u32) -> Option<&Card> {
        self.cards.get(at as usize)
    }

    pub(super) fn card_mut(&mut self, at: u32) -> Option<&mut Card> {
        self.cards.get_mut(at as usize)
    }

    /// The record of the merge that took the contact in a slot away.
    pub(super) fn record(&self, at: u32) -> Option<&MergeRecord> {
        match &self.slot(at)?.body {
            Body::Merged { away, .. } => Some(&away.record),
            _ => None,
        }
    }

    /// The records of the merges into the contact in a slot that are in force, in order.
    pub(super) fn records_in(&self, at: u32) -> impl Iterator<Item = &MergeRecord> + Clone {
        self.merged_in(at).iter().filter_map(|slot| self.record(*slot))
    }

    /// Takes out what is known of the long lists of a contact, made where it has some and it was not.
    pub(super) fn crowd(&mut self, at: u32) -> Option<Crowd> {
        if let Some(crowd) = self.crowds.remove(&at) {
            return Some(crowd);
        }
        let contact = self.live(at).filter(|contact| Crowd::is_needed(contact))?;
        Some(Crowd::of(contact, self.records_in(at)))
    }

    /// Takes note that up to that many items came to a list of a contact.
    pub(super) fn gained(&mut self, at: u32, items: usize) {
        if let Some(crowd) = self.crowds.get_mut(&at)
            && let Some(Slot { body: Body::Live(contact), .. }) = self.slots.get(at as usize)
        {
            crowd.gains(contact, items);
        }
    }

    /// The contacts merged into the one in a slot and still in force, in order.
    pub(super) fn merged_in(&self, at: u32) -> &[u32] {
        self.card(at).map(|card| card.merged_in.as_slice()).unwrap_or_default()
    }

    /// The live contact in a slot.
    pub(super) fn live(&self, at: u32) -> Option<&Contact> {
        match &self.slot(at)?.body {
            Body::Live(contact) => Some(contact),
            _ => None,
        }
    }

    pub(super) fn live_mut(&mut self, at: u32) -> Option<&mut Contact> {
        match &mut self.slot_mut(at)?.body {
            Body::Live(contact) => Some(contact),
            _ => None,
        }
    }

    /// The slot of the survivor.
    pub(super) fn root(&self, slot: u32) -> u32 {
        let mut at = slot;
        while let Some(Slot { body: Body::Merged { into, .. }, .. }) = self.slot(at) {
            at = *into;
        }
        at
    }

    /// The slot of an id, whatever became of it; refused where nobody has it, or it was deleted.
    pub(super) fn find(&self, contact: ContactId) -> Result<u32, Refusal> {
        let Some(&slot) = self.index.get(&contact) else { return Err(Refusal::ContactUnknown { contact }) };
        match self.slot(slot).map(|slot| &slot.body) {
            Some(Body::Deleted) | None => Err(Refusal::ContactDeleted { contact }),
            Some(_) => Ok(slot),
        }
    }

    pub(super) fn book(&self, channel: &ForeignId) -> Option<&Book> {
        self.books.get(*self.channels.get(channel)? as usize)
    }

    /// The book of a channel, opened if there is none.
    pub(super) fn book_mut(&mut self, channel: &ForeignId) -> Option<&mut Book> {
        let at = if let Some(at) = self.channels.get(channel) {
            *at
        } else {
            let at = u32::try_from(self.books.len()).ok()?;
            self.books.push(Book { id: channel.clone(), channel: None, holders: HashMap::default() });
            self.channels.insert(channel.clone(), at);
            at
        };
        self.books.get_mut(at as usize)
    }

    /// Who holds an identity: the survivor's slot.
    pub(super) fn holder(&self, identity: &Identity) -> Option<Holder> {
        let holder = *self.book(&identity.channel)?.holders.get(identity.key())?;
        Some(Holder { slot: self.root(holder.slot), ..holder })
    }

    pub(super) fn holder_mut(&mut self, identity: &Identity) -> Option<&mut Holder> {
        let book = *self.channels.get(&identity.channel)?;
        self.books.get_mut(book as usize)?.holders.get_mut(identity.key())
    }

    pub(super) fn id_of(&self, slot: u32) -> Option<ContactId> {
        self.card(slot).map(|card| card.id)
    }

    /// The slot and every slot merged into it, however deep.
    pub(super) fn tree(&self, slot: u32) -> Vec<u32> {
        let mut tree = vec![slot];
        let mut next = 0;
        while let Some(&at) = tree.get(next) {
            tree.extend_from_slice(self.merged_in(at));
            next += 1;
        }
        tree
    }
}
