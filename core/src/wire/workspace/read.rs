//! What a workspace can be asked at the border.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{NoOptions, WorkspaceHandle, ids};
use crate::access::{self, Action, Actor, Ownership};
use crate::channel::Channel;
use crate::contact::{Assignee, Contact, ContactId, CustomField, Identity};
use crate::counting::{self, Admission, CountedUnit, Month, Quota};
use crate::directory::{Directory, Named};
use crate::error::{Error, Result};
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::merge::{Choices, MergePlan, MergeRecord};
use crate::reset::{ResetMode, ResetPlan};
use crate::segment::ContactTable;
use crate::time::Instant;
use crate::wire::contact::{ChannelOfContact, ContactCard, channels_of};
use crate::wire::counting::{Access, one};
use crate::wire::merge::{OrRefusal, Suggestions};
use crate::workspace::{Event, Settings, Workspace};

/// What a workspace is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AboutWorkspace<'a> {
    /// Its settings.
    pub settings: &'a Settings,
    /// Number of the last event.
    pub sequence: u64,
    /// Contacts that are there by their own id.
    pub contacts: usize,
    /// Events that are remembered.
    pub events: usize,
}

/// Asks about one contact.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactAt {
    /// Its id; a merged-away id asks about the survivor.
    pub contact: ContactId,
}

/// A contact with what is shown of it; nulls where the id is unknown or deleted.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FoundContact<'a> {
    /// The contact; its own id says whether another one was merged into it.
    pub contact: Option<&'a Contact>,
    /// The name that is shown.
    pub shown_name: Option<String>,
    /// Initials for the avatar, where there is no picture.
    pub initials: Option<String>,
}

/// Asks for contacts, page by page.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContactsRequest {
    /// Contacts to pass over.
    pub offset: usize,
    /// Contacts of a page.
    pub limit: usize,
}

impl Default for ContactsRequest {
    fn default() -> Self {
        Self { offset: 0, limit: 1000 }
    }
}

/// A page of contacts, in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactPage<'a> {
    /// The contacts.
    pub contacts: Vec<ContactCard<'a>>,
    /// Contacts in all.
    pub total: usize,
    /// Where the next page starts.
    pub next: Option<usize>,
}

/// State of the described channels on a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelStates {
    /// By channel; empty where the contact is unknown or deleted.
    pub channels: Vec<ChannelOfContact>,
}

/// The survivor of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The survivor; the id itself if it was not merged away.
    pub survivor: ContactId,
}

/// Asks who holds an identity.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderOf {
    /// The identity.
    pub identity: Identity,
}

/// Who holds an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct IdentityHolder {
    /// The holder; null where nobody does.
    pub contact: Option<ContactId>,
}

/// Merges into a contact that are in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Records<'a> {
    /// The records, in order.
    pub records: Vec<&'a MergeRecord>,
}

/// A channel of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelOfWorkspace<'a> {
    /// Its id.
    pub id: &'a ForeignId,
    /// Its description; null where only identities name it.
    pub channel: Option<&'a Channel>,
}

/// The channels of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedChannels<'a> {
    /// Described ones, and those that only identities name.
    pub channels: Vec<ChannelOfWorkspace<'a>>,
}

/// Every tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagCounts {
    /// How many contacts carry each tag.
    pub tags: BTreeMap<Box<str>, u64>,
}

/// The custom fields of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DefinedFields<'a> {
    /// The definitions, in the order of their names.
    pub custom_fields: Vec<&'a CustomField>,
}

/// Asks for the quota of a month.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaAt {
    /// An instant in the month.
    pub at: Instant,
}

/// Asks whether new units would fit.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmitAt {
    /// When.
    pub at: Instant,
    /// How many.
    #[serde(default = "one")]
    pub units: u64,
}

/// The units of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitList {
    /// Each with when and why it was counted.
    pub units: Vec<CountedUnit>,
}

/// Asks for the preview of a merge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanMergeOf {
    /// The contact that stays.
    pub primary: ContactId,
    /// The contact that is merged in.
    pub secondary: ContactId,
    /// What was chosen.
    #[serde(default)]
    pub choices: Choices,
}

/// Asks who would go.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanResetOf {
    /// The month.
    pub month: Month,
}

/// Asks for the reset in force.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetAt {
    /// When.
    pub at: Instant,
}

/// The reset in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ResetStatus {
    /// The month.
    pub month: Month,
    /// The mode in force for it.
    pub mode: ResetMode,
    /// The earliest month whose reset is due.
    pub due: Option<Month>,
}

/// Asks whether somebody may do something.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessOf {
    /// Who asks.
    pub actor: Actor,
    /// What is wanted.
    pub action: Action,
    /// The contact that it is about; none where no contact is meant.
    pub contact: Option<ContactId>,
}

/// Asks for remembered events.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventsRequest {
    /// Number of the first event.
    pub from: u64,
    /// Events of a page.
    pub limit: usize,
}

impl Default for EventsRequest {
    fn default() -> Self {
        Self { from: 1, limit: 10_000 }
    }
}

/// A page of events: the durable truth, to be stored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventPage<'a> {
    /// The events.
    pub events: &'a [Event],
    /// Number at which the next page starts.
    pub next: Option<u64>,
}

/// Asks for what reports take of a workspace.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportTablesRequest {
    /// Earlier events, which the handle does not remember (any more).
    pub events: Vec<Event>,
}

/// What reports take of a workspace, as a [`DatasetRequest`](crate::wire::DatasetRequest) has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportTables {
    /// Rows of the Contacts report.
    pub events: Vec<ContactEvent>,
    /// Current names of contacts.
    pub contacts: Vec<Named>,
    /// The described channels.
    pub channels: Vec<Channel>,
    /// Who is merged into whom.
    pub merges: Vec<(ForeignId, ForeignId)>,
}

impl WorkspaceHandle {
    /// What the workspace is.
    pub fn about(&self, _: &NoOptions) -> AboutWorkspace<'_> {
        AboutWorkspace {
            settings: self.workspace.settings(),
            sequence: self.workspace.sequence(),
            contacts: self.workspace.contacts().count(),
            events: self.events.len(),
        }
    }

    /// One contact (M5).
    pub fn contact(&self, request: &ContactAt) -> FoundContact<'_> {
        let Some(contact) = self.workspace.contact(request.contact) else { return FoundContact::default() };
        FoundContact {
            contact: Some(contact),
            shown_name: Some(contact.shown_name().into_owned()),
            initials: Some(contact.initials()),
        }
    }

    /// A page of contacts.
    pub fn contacts(&self, request: &ContactsRequest) -> ContactPage<'_> {
        let total = self.workspace.contacts().count();
        let end = request.offset.saturating_add(request.limit);
        let page = self.workspace.contacts().skip(request.offset).take(request.limit);
        ContactPage {
            contacts: page.map(|contact| Cow::Borrowed(contact).into()).collect(),
            total,
            next: (end < total).then_some(end),
        }
    }

    /// State of every described channel on a contact (C5).
    pub fn channel_states(&self, request: &ContactAt) -> ChannelStates {
        let contact = self.workspace.contact(request.contact);
        let described = self.workspace.channels().filter_map(|(_, channel)| channel);
        ChannelStates { channels: contact.map(|contact| channels_of(contact, described)).unwrap_or_default() }
    }

    /// The survivor of an id (M5).
    pub fn resolve(&self, request: &ContactAt) -> OrRefusal<Resolved> {
        self.workspace.resolve(request.contact).map(|survivor| Resolved { survivor }).into()
    }

    /// Who holds an identity (C4).
    pub fn holder(&self, mut request: HolderOf) -> IdentityHolder {
        ids::of_identity(&mut request.identity);
        IdentityHolder { contact: self.workspace.holder_of(&request.identity) }
    }

    /// Merges into a contact that are in force: the candidates of an unmerge (M6).
    pub fn merged_into(&self, request: &ContactAt) -> Records<'_> {
        Records { records: self.workspace.merged_into(request.contact) }
    }

    /// The channels.
    pub fn channels(&self, _: &NoOptions) -> ListedChannels<'_> {
        let channels = self.workspace.channels().map(|(id, channel)| ChannelOfWorkspace { id, channel });
        ListedChannels { channels: channels.collect() }
    }

    /// Every tag and how many contacts carry it.
    pub fn tags(&self, _: &NoOptions) -> TagCounts {
        TagCounts { tags: self.workspace.tags() }
    }

    /// The custom fields that were defined (C2).
    pub fn custom_fields(&self, _: &NoOptions) -> DefinedFields<'_> {
        DefinedFields { custom_fields: self.workspace.custom_fields().iter().collect() }
    }

    /// The contacts with an index, for segments, searches and pages (S1 to S3). The index is kept: what a question built is
    /// there for the next one, until an event changes its field.
    pub fn table(&self) -> ContactTable<'_> {
        self.workspace.table_with(&self.index, &self.events)
    }

    /// The quota of a month, explained (N5).
    pub fn quota(&self, request: &QuotaAt) -> Quota {
        self.workspace.quota(request.at)
    }

    /// Whether new units would fit (N4).
    pub fn admit(&self, request: &AdmitAt) -> Admission {
        let quota = self.workspace.quota(request.at);
        counting::admit(quota.limit, quota.used, request.units)
    }

    /// The units of the month of an instant, each with when and why it was counted (N5). A month that is closed is
    /// told by its events.
    ///
    /// # Errors
    /// `month_closed` for a closed month where events up to its end are not remembered.
    pub fn units(&self, request: &QuotaAt) -> Result<UnitList> {
        let listed = self.workspace.units(request.at).or_else(|closed| {
            let end = Month::of(request.at, self.workspace.zone()).end(self.workspace.zone());
            let until = self.events.iter().take_while(|event| event.at < end);
            let Ok(then) = Workspace::replay(until) else { return Err(closed) };
            then.units(request.at)
        });
        Ok(UnitList { units: listed? })
    }

    /// The preview of a merge (M1).
    ///
    /// # Errors
    /// Malformed choices.
    pub fn plan_merge(&self, mut request: PlanMergeOf) -> Result<OrRefusal<MergePlan>> {
        ids::of_choices(&mut request.choices);
        Ok(self.workspace.plan_merge(request.primary, request.secondary, &request.choices)?.into())
    }

    /// Pairs that may be one person (M10).
    pub fn suggest_merges(&self, _: &NoOptions) -> Suggestions {
        Suggestions { suggestions: self.workspace.suggest() }
    }

    /// Who would go at the reset of a month (R4).
    pub fn plan_reset(&self, request: &PlanResetOf) -> ResetPlan {
        self.workspace.plan_reset(request.month)
    }

    /// The reset in force, and the one that is due (R2, R3).
    pub fn reset_status(&self, request: &ResetAt) -> ResetStatus {
        let month = Month::of(request.at, self.workspace.zone());
        ResetStatus { month, mode: self.workspace.reset_mode(month), due: self.workspace.reset_due(request.at) }
    }

    /// Whether somebody may do something, to a contact or in general (S5).
    pub fn check_access(&self, mut request: AccessOf) -> Access {
        ids::of_actor(&mut request.actor);
        let owner = request.contact.map(|contact| match self.workspace.contact(contact).map(|one| &one.assignee) {
            Some(Some(Assignee::User(user))) => Ownership { user: Some(user), team: None },
            Some(Some(Assignee::Team(team))) => Ownership { user: None, team: Some(team) },
            _ => Ownership::default(),
        });
        access::check(&request.actor, request.action, owner).into()
    }

    /// A page of the remembered events.
    pub fn event_page(&self, request: &EventsRequest) -> EventPage<'_> {
        let start = self.events.partition_point(|event| event.sequence < request.from);
        let end = start.saturating_add(request.limit).min(self.events.len());
        let events = self.events.get(start..end).unwrap_or_default();
        EventPage { events, next: self.events.get(end).map(|event| event.sequence) }
    }

    /// What reports take of the workspace: event rows, names, channels, merges (P7, P9, M5).
    pub fn report_tables(&self, request: ReportTablesRequest) -> ReportTables {
        let first = self.events.first().map_or(u64::MAX, |event| event.sequence);
        let mut earlier = request.events;
        earlier.retain(|event| event.sequence < first);
        let mut events = self.workspace.rows(&earlier);
        events.extend(self.workspace.rows(&self.events));
        let Directory { contacts, channels, .. } = self.workspace.directory();
        ReportTables { events, contacts, channels, merges: self.workspace.merges() }
    }
}

impl ReportTables {
    /// Contact ids as texts, as they are in a host's rows where those are no UUIDs.
    pub(in crate::wire) fn with_text_ids(mut self) -> Self {
        for event in &mut self.events {
            ids::of_id(&mut event.contact);
            event.secondary.iter_mut().for_each(ids::of_id);
        }
        self.contacts.iter_mut().for_each(|contact| ids::of_id(&mut contact.id));
        for (from, into) in &mut self.merges {
            ids::of_id(from);
            ids::of_id(into);
        }
        self
    }
}

/// Paths into a command start inside it, as those of the workspace do.
pub(super) fn inside_the_command(error: Error) -> Error {
    let Some(inside) = error.path().strip_prefix("command.") else { return error };
    let inside = match inside.split_once('.') {
        Some(("add_contact", rest)) => rest.strip_prefix("profile.").unwrap_or(rest).to_owned(),
        Some((_, rest)) => rest.to_owned(),
        None => return error,
    };
    error.relocated(inside)
}
