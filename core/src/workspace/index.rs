//! An index over the contacts of a workspace that is kept between questions.

use std::sync::{Arc, PoisonError, RwLock};

use super::{Body, Change, Event, Workspace};
use crate::contact::{Contact, ContactId, Edit, Field};
use crate::segment::{ContactColumns, ContactField, ContactHolder, ContactTable, InRow, Stale};

/// What [`Workspace::table_with`] keeps from one question to the next: columns of the fields that were asked for, 1 to 60
/// bytes a contact each. It belongs to one workspace, and may be read by several threads at once.
#[derive(Debug, Default)]
pub struct TableIndex(RwLock<Option<Kept>>);

#[derive(Debug, Clone)]
struct Kept {
    /// Number of the last event that it knows.
    sequence: u64,
    /// The slot of each row.
    places: Arc<[u32]>,
    columns: ContactColumns,
}

impl Clone for TableIndex {
    fn clone(&self) -> Self {
        Self(RwLock::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl ContactHolder for Workspace {
    fn contact_at(&self, place: u32) -> Option<&Contact> {
        self.live(place)
    }
}

impl Workspace {
    /// [`Workspace::table`] with an index that is kept: columns are built when a question first needs them; what messages
    /// and edits change on single contacts, and contacts that enter, is put into them. `events` are those that the host holds, in order; where they do not
    /// reach back to the last question, everything is built anew.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::{ContactField, Operator, Segment, SegmentOptions};
    /// use omnicontact::workspace::{Call, Command, Settings, TableIndex, Workspace};
    /// use omnicontact::{Edit, Instant, Profile};
    /// let at = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let (mut workspace, mut events) = Workspace::open(Settings::new("America/Guayaquil"), at)?;
    /// let call = Call::new(at, [1; 10]);
    /// let profile = Box::new(Profile::named("Ana"));
    /// workspace.execute_into(&call, Command::AddContact { profile, origin: None }, &mut events)?;
    ///
    /// let index = TableIndex::default();
    /// let vip = Segment::on(ContactField::Tags, Operator::Equal, "vip");
    /// let options = SegmentOptions::new(workspace.zone().clone(), at);
    /// assert!(workspace.table_with(&index, &events).select(&vip, &options)?.is_empty());
    /// let contact = workspace.contacts().next().unwrap().id;
    /// workspace.execute_into(&call, Command::Edit { contact, edits: vec![Edit::tag("vip")] }, &mut events)?;
    /// assert_eq!(workspace.table_with(&index, &events).select(&vip, &options)?.count(), 1);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn table_with(&self, index: &TableIndex, events: &[Event]) -> ContactTable<'_> {
        let known = || {
            let types = self.custom_fields().iter().map(|field| (field.name.clone(), field.kind)).collect();
            (self.books.iter().filter_map(|book| book.channel.clone()).collect(), types)
        };
        if let Some(kept) = &*index.0.read().unwrap_or_else(PoisonError::into_inner)
            && kept.sequence == self.sequence
        {
            return ContactTable::held(self, Arc::clone(&kept.places), Some(&kept.columns), known);
        }
        let mut held = index.0.write().unwrap_or_else(PoisonError::into_inner);
        // Taken out, so that nobody else holds the columns and they are changed where they are. Another thread may have
        // done so in between.
        let still = held.take().and_then(|kept| match kept.sequence {
            sequence if sequence == self.sequence => Some((kept.places, kept.columns)),
            _ => self.patched(kept, events),
        });
        let (places, columns) = match still {
            Some((places, columns)) => (places, Some(columns)),
            None => (self.places(), None),
        };
        let table = ContactTable::held(self, Arc::clone(&places), columns.as_ref(), known);
        // The columns that this question builds are in it, too.
        *held = Some(Kept { sequence: self.sequence, places, columns: table.columns() });
        table
    }

    /// What was kept, with what happened since.
    fn patched(&self, kept: Kept, events: &[Event]) -> Option<(Arc<[u32]>, ContactColumns)> {
        let stale = stale(&kept, self.sequence, events)?;
        let Kept { places: before, columns, .. } = kept;
        let mut added = Vec::with_capacity(stale.added.len());
        let mut places = Arc::clone(&before);
        if !stale.added.is_empty() {
            let mut all = before.to_vec();
            for id in &stale.added {
                let slot = *self.index.get(id)?;
                // Who came back under an id that was there before stands elsewhere.
                if all.last().is_some_and(|last| *last >= slot) {
                    return None;
                }
                added.push(self.live(slot)?);
                all.push(slot);
            }
            places = all.into();
        }
        let row_of = |id: ContactId| -> Option<InRow<'_>> {
            let slot = *self.index.get(&id)?;
            Some((places.binary_search(&slot).ok()?, self.live(slot)?))
        };
        let last = before.last().and_then(|slot| self.live(*slot));
        let columns = columns.patched(&stale, last, &added, row_of)?;
        Some((places, columns))
    }

    /// Slots of the contacts that are there by their own id.
    fn places(&self) -> Arc<[u32]> {
        let live = self.slots.iter().zip(0_u32..).filter(|(slot, _)| matches!(slot.body, Body::Live(_)));
        live.map(|(_, place)| place).collect()
    }
}

/// What the events since then made wrong; none where they are not all there.
fn stale(kept: &Kept, now: u64, events: &[Event]) -> Option<Stale> {
    let count = now.checked_sub(kept.sequence)?;
    let first = events.partition_point(|event| event.sequence <= kept.sequence);
    let since = events.get(first..)?;
    let is_whole = since.first().is_some_and(|event| event.sequence == kept.sequence + 1)
        && u64::try_from(since.len()) == Ok(count);
    if !is_whole {
        return None;
    }
    let mut stale = Stale::default();
    for event in since {
        event.change.spoil(&mut stale);
        if stale.everything {
            break;
        }
    }
    Some(stale)
}

impl Change {
    /// Notes which fields of contacts the change may have changed.
    fn spoil(&self, stale: &mut Stale) {
        use ContactField as F;
        match self {
            Self::Told { contact, .. } => {
                let times =
                    [F::LastInteraction, F::LastIncoming, F::LastOutgoing, F::SinceLastIncoming, F::LastChannel];
                stale.note(*contact, &times, false);
            }
            Self::Connected { contact, .. } => stale.note(*contact, &[F::ConnectedChannels], false),
            Self::IdentityAdded { contact, .. } => stale.note(*contact, &IDENTITIES, false),
            // The event does not say whose it was.
            Self::IdentityRemoved { .. } => stale.fields.extend(IDENTITIES),
            Self::TagDeleted { .. } => drop(stale.fields.insert(F::Tags)),
            Self::DepartmentDeleted { .. } => drop(stale.fields.insert(F::Department)),
            Self::Edited { contact, edit } => {
                let (fields, custom) = edit.touched();
                stale.note(*contact, fields, custom);
            }
            Self::Added { contact, .. } => stale.added.push(contact.id),
            // The contacts are deleted already.
            Self::Erased { .. }
            | Self::Refused { .. }
            | Self::Dismissed(_)
            | Self::LimitSet(_)
            | Self::ResetSet { .. }
            | Self::ResetRun { .. } => {}
            Self::Opened(_)
            | Self::Merged(_)
            | Self::Unmerged(_)
            | Self::Deleted { .. }
            | Self::ChannelSet(_)
            | Self::CustomFieldSet(_)
            | Self::CustomFieldDeleted { .. } => stale.everything = true,
        }
    }
}

/// What follows from the identities of a contact.
const IDENTITIES: [ContactField; 3] = [ContactField::Channels, ContactField::ChannelKinds, ContactField::Identities];

impl Edit {
    /// Which fields the edit may have changed, and whether a custom one is among them.
    fn touched(&self) -> (&'static [ContactField], bool) {
        use ContactField as F;
        let fields: &[F] = match self {
            Self::Set { field, .. } => match field {
                Field::Name => &[F::Name, F::ShownName],
                Field::FirstName => &[F::FirstName, F::ShownName],
                Field::LastName => &[F::LastName, F::ShownName],
                Field::Phone => &[F::Phones, F::ShownName],
                Field::Email => &[F::Emails, F::ShownName],
                Field::Language => &[F::Language],
                Field::Country => &[F::Country],
                Field::Locale => &[F::Locale],
                Field::Picture => &[F::Picture],
                Field::Company => &[F::Company],
                Field::Department => &[F::Department],
                Field::Lifecycle => &[F::Lifecycle],
                Field::Assignee => &[F::Assignee, F::AssignedUser, F::AssignedTeam],
                Field::Origin => &[F::Origin, F::OriginName, F::OriginDetail, F::OriginChannel, F::OriginUser],
            },
            Self::SetCustom { .. } => return (&[], true),
            Self::AddTags(_) | Self::RemoveTags(_) => &[F::Tags],
            Self::AddToLists(_) | Self::RemoveFromLists(_) => &[F::Lists],
            Self::AddPhone(_) | Self::RemovePhone(_) => &[F::Phones, F::ShownName],
            Self::AddEmail(_) | Self::RemoveEmail(_) => &[F::Emails, F::ShownName],
            Self::AddForeignKey(_) => &[F::ForeignKeys],
            Self::Subscribe { .. } => &[F::Unsubscribed],
            Self::Block(_) => &[F::Blocked],
            Self::OpenConversation { .. } | Self::CloseConversation { .. } => {
                &[F::ConversationStatus, F::ConversationOpenedAt, F::ConversationClosedAt, F::CloseReason]
            }
        };
        (fields, false)
    }
}
