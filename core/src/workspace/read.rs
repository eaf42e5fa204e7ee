//! What a workspace can be asked.

use std::cmp::Ordering;

use super::{Body, Change, Event, Workspace};
use crate::arrange::arrange;
use crate::channel::Channel;
use crate::contact::{Contact, ContactId, Identity};
use crate::counting::{CountedUnit, Ledger, Month, Quota, Unit, UnitPolicy};
use crate::directory::{Directory, Named};
use crate::error::{Code, Error, Result};
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::merge::{self, Choices, MergePlan, MergeRecord, Resolver, Suggestion};
use crate::refusal::Refusal;
use crate::reset::{self, ResetMode, ResetPlan};
use crate::segment::ContactTable;
use crate::time::Instant;

impl Workspace {
    /// The contact of an id: a merged-away id gives the survivor, whose id says so (M5); none if unknown or deleted.
    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        self.live(self.root(self.find(id).ok()?))
    }

    /// Who holds an identity.
    pub fn holder_of(&self, identity: &Identity) -> Option<ContactId> {
        self.id_of(self.holder(identity)?.slot)
    }

    /// The survivor of an id (M5).
    ///
    /// # Errors
    /// [`Refusal::ContactUnknown`], [`Refusal::ContactDeleted`].
    pub fn resolve(&self, id: ContactId) -> std::result::Result<ContactId, Refusal> {
        let slot = self.root(self.find(id)?);
        Ok(self.id_of(slot).unwrap_or(id))
    }

    /// Every contact that is there by its own id, in the order in which they were added.
    pub fn contacts(&self) -> impl Iterator<Item = &Contact> + Clone {
        self.with_added().map(|(contact, _)| contact)
    }

    pub(super) fn with_added(&self) -> impl Iterator<Item = (&Contact, Instant)> + Clone {
        self.slots.iter().zip(&self.cards).filter_map(|(slot, card)| match &slot.body {
            Body::Live(contact) => Some((&**contact, card.added_at)),
            _ => None,
        })
    }

    /// The contacts merged into one and still in it, in order: the candidates of an unmerge.
    pub fn merged_into(&self, id: ContactId) -> Vec<&MergeRecord> {
        let merged_in = self.index.get(&id).map(|slot| self.merged_in(*slot)).unwrap_or_default();
        merged_in.iter().filter_map(|slot| self.record(*slot)).collect()
    }

    /// The contacts with an index for segments, search and pages, which know the channels and the custom fields (S1, S2,
    /// S3). The index is built anew for each table; [`Workspace::table_with`] keeps it.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::{ContactField, Operator, Segment, SegmentOptions};
    /// use omnicontact::workspace::{Call, Command, Settings, Workspace};
    /// use omnicontact::{Edit, Instant, Profile};
    /// let at = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let (mut workspace, _) = Workspace::open(Settings::new("America/Guayaquil"), at)?;
    /// let call = Call::new(at, [1; 10]);
    /// let profile = Box::new(Profile::named("Ana").tag("lead"));
    /// workspace.execute(&call, Command::AddContact { profile, origin: None })?;
    ///
    /// // A bulk action on a segment.
    /// let leads = Segment::on(ContactField::Tags, Operator::AnyOf, ["lead"]);
    /// let options = SegmentOptions::new(workspace.zone().clone(), at);
    /// let table = workspace.table();
    /// let ids = table.ids(&table.select(&leads, &options)?).collect();
    /// workspace.edit_all(&call, ids, &[Edit::tag("called")], |_| true, &mut Vec::new());
    /// assert_eq!(workspace.contacts().next().unwrap().tags.len(), 2);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn table(&self) -> ContactTable<'_> {
        let channels = self.books.iter().filter_map(|book| book.channel.clone());
        let types = self.custom_fields().iter().map(|field| (field.name.clone(), field.kind)).collect();
        ContactTable::with(self.contacts(), channels, types)
    }

    /// The channels, described ones and those that only identities name.
    pub fn channels(&self) -> impl Iterator<Item = (&ForeignId, Option<&Channel>)> {
        self.books.iter().map(|book| (&book.id, book.channel.as_ref()))
    }

    /// The quota of the month of `at`, explained (N5); nothing is scanned.
    pub fn quota(&self, at: Instant) -> Quota {
        self.ledger.quota(at, &self.zone)
    }

    /// The very list of the units of the month of `at`, with when and why each was counted, in the order of the units
    /// (N5): as many as [`quota`](Self::quota) says are used. Of a month that has not begun yet, those that it would
    /// begin with.
    ///
    /// # Errors
    /// `month_closed` for a month before that of the last event: a workspace replayed up to its end lists it.
    pub fn units(&self, at: Instant) -> Result<Vec<CountedUnit>> {
        let month = Month::of(at, &self.zone);
        match month.cmp(&self.ledger.month()) {
            Ordering::Less => Err(Error::new(Code::MonthClosed, format!("the month `{month}` is closed"))
                .with_hint("replay the events up to its end and ask that workspace")
                .at("at")),
            Ordering::Equal => Ok(self.units_in(&self.ledger)),
            Ordering::Greater => Ok(self.units_in(&self.ledger.opened_in(month, &self.zone))),
        }
    }

    /// The units that a ledger counts in its month.
    fn units_in(&self, ledger: &Ledger) -> Vec<CountedUnit> {
        let mut lines = ledger.gone(&self.zone);
        let policy = ledger.policy();
        let month = ledger.month().number();
        if policy == UnitPolicy::PerChannelIdentity {
            for book in &self.books {
                lines.extend(book.holders.iter().filter_map(|(external, holder)| {
                    let identity = Identity::new(book.id.clone(), external.as_str()).ok()?;
                    ledger.line(Unit::Identity(identity), holder.counted, &self.zone)
                }));
            }
        }
        for (slot, card) in self.slots.iter().zip(&self.cards) {
            let Some(counted) = card.unit else { continue };
            let is_in_usage = match (policy, &slot.body) {
                (UnitPolicy::PerContact, Body::Merged { away, .. }) => away.month == month,
                (UnitPolicy::MonthlyActive, _) => counted.month == month,
                _ => true,
            };
            if is_in_usage {
                lines.extend(ledger.line(Unit::Contact(card.id), counted, &self.zone));
            }
        }
        arrange(&mut lines, |a, b| a.unit.cmp(&b.unit));
        lines
    }

    /// The reset mode in force for a month (R3).
    pub fn reset_mode(&self, month: Month) -> ResetMode {
        self.schedule.mode(month)
    }

    /// The earliest month whose reset is due at `at` (R2).
    pub fn reset_due(&self, at: Instant) -> Option<Month> {
        self.schedule.due(Month::of(at, &self.zone).max(self.ledger.month()))
    }

    /// Rehearses the reset of a month with the mode in force for it (R4).
    pub fn plan_reset(&self, month: Month) -> ResetPlan {
        reset::plan(self.with_added(), month, self.schedule.mode(month), &self.settings.reset_tag, &self.zone)
    }

    /// Previews a merge (M1); merged-away ids stand for their survivors (D18).
    ///
    /// # Errors
    /// The outer result: choices that are malformed. The inner one: the refusals of a merge.
    pub fn plan_merge(
        &self,
        primary: ContactId,
        secondary: ContactId,
        choices: &Choices,
    ) -> Result<std::result::Result<MergePlan, Refusal>> {
        let choices = self.check_choices(choices)?;
        let side = |id| -> std::result::Result<&Contact, Refusal> {
            let slot = self.root(self.find(id)?);
            self.live(slot).ok_or(Refusal::ContactDeleted { contact: id })
        };
        let plan = || {
            self.may_merge(&[primary, secondary])?;
            let (own, theirs) = (side(primary)?, side(secondary)?);
            // Merged already is no refusal of the merge either: nothing would move.
            let is_one = own.id == theirs.id;
            let (own_choices, policy) = (Choices::default(), self.settings.created_at);
            Ok(merge::preview(own, theirs, if is_one { &own_choices } else { &choices }, policy))
        };
        Ok(plan())
    }

    /// Suggests merges (M10); dismissed pairs do not come back.
    pub fn suggest(&self) -> Vec<Suggestion> {
        merge::suggest(self.contacts(), |pair| self.dismissed.contains(&pair))
    }

    /// Resolves merged-away ids for the reports (M5).
    ///
    /// # Errors
    /// Never in a workspace that was not tampered with.
    pub fn resolver(&self) -> Result<Resolver> {
        Resolver::new(self.merges())
    }

    /// Who is merged into whom, as [`crate::dataset::DatasetBuilder::merges`] takes it.
    pub fn merges(&self) -> Vec<(ForeignId, ForeignId)> {
        let pairs = self.slots.iter().zip(&self.cards).filter_map(|(slot, card)| match &slot.body {
            Body::Merged { into, .. } => Some((card.id.into(), self.id_of(*into)?.into())),
            _ => None,
        });
        pairs.collect()
    }

    /// Current names of contacts and channels for the reports (P9).
    pub fn directory(&self) -> Directory {
        let mut directory = Directory::default();
        // Who is merged away keeps a name of its own: event logs show the recorded contact (D9, D38).
        let named = self.slots.iter().filter_map(|slot| match &slot.body {
            Body::Live(contact) => Some(&**contact),
            Body::Merged { away, .. } => Some(&*away.record.secondary),
            Body::Deleted => None,
        });
        directory.contacts.extend(named.filter_map(|contact| Some(Named::new(contact.id, contact.own_name()?))));
        directory.channels.extend(self.books.iter().filter_map(|book| book.channel.clone()));
        directory
    }

    /// Stored events as rows of the Contacts report; with `erase_names` the names of deleted contacts are blank (C9).
    pub fn rows(&self, events: &[Event]) -> Vec<ContactEvent> {
        let erase = |contact: ContactId| self.settings.erase_names && self.find(contact).is_err();
        let rows = events.iter().filter_map(|event| {
            let mut row = event.to_row()?;
            let contact = match &event.change {
                Change::Added { contact, .. } => Some(contact.id),
                Change::Connected { contact, .. } | Change::Deleted { contact, .. } => Some(*contact),
                Change::Merged(merged) => Some(merged.primary),
                Change::Unmerged(undone) => Some(undone.primary),
                _ => None,
            };
            if contact.is_some_and(erase) {
                row.name = None;
            }
            Some(row)
        });
        rows.collect()
    }
}
