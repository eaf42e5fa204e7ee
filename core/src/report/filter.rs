//! Filters, and the one table that says which filter applies to which part (P1–P3).

use serde::{Deserialize, Serialize};

use super::component::{Component, ReportKind};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::label::labels;

labels! { closed
    /// A filter of a report (D12).
    Filter, "filter" {
        /// By channel id.
        Channel = "channel",
        /// By contact id, or text in name and id.
        Contact = "contact",
        /// By source: of the event, or of the outgoing message.
        Source = "source",
        /// By type of the outgoing message.
        Type = "type",
        /// By the team of the user.
        Team = "team",
        /// By user id.
        User = "user",
        /// By broadcast id, or its name.
        Broadcast = "broadcast",
    }
}

impl Filter {
    /// The filters of a report.
    pub const fn of(report: ReportKind) -> &'static [Self] {
        match report {
            ReportKind::Contacts => &[Self::Channel, Self::Contact, Self::Source, Self::User],
            ReportKind::Messages => Self::ALL,
        }
    }
}

/// Which filters apply to a part: the one table of P2 and P3.
///
/// # Example
/// ```
/// use omnicontact::{Component, Filter, applicable_filters};
/// let incoming = applicable_filters(Component::IncomingLog, false);
/// assert_eq!(incoming, [Filter::Channel, Filter::Contact]);
/// ```
pub const fn applicable_filters(component: Component, added_has_channel: bool) -> &'static [Filter] {
    use Filter::{Broadcast, Channel, Contact, Source, Team, Type, User};
    match component {
        Component::Overview | Component::DeletedLog | Component::MergedLog => &[Contact, Source, User],
        Component::AddedBySource | Component::AddedLog if !added_has_channel => &[Contact, Source, User],
        Component::AddedBySource | Component::AddedLog | Component::ConnectedByChannel | Component::ConnectedLog => {
            &[Channel, Contact, Source, User]
        }
        Component::IncomingByChannel | Component::IncomingLog => &[Channel, Contact],
        Component::OutgoingByChannel
        | Component::OutgoingBySource
        | Component::OutgoingByType
        | Component::OutgoingBySubtype
        | Component::Delivery
        | Component::OutgoingLog
        | Component::FailedLog => &[Channel, Contact, Source, Type, Team, User, Broadcast],
    }
}

/// Values of the filters: values within a filter are alternatives, filters narrow each other; an empty list is no filter.
///
/// # Example
/// ```
/// use omnicontact::Filters;
/// let filters = Filters::default().channel(["wa-sales", "web"]).contact_text("vera");
/// assert_eq!(filters.channel.len(), 2);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Filters {
    /// Channel ids.
    pub channel: Vec<ForeignId>,
    /// Contact ids; a merged-away id means its survivor (P10).
    pub contact: Vec<ForeignId>,
    /// Texts in the contact's shown name or id, case- and accent-insensitive (D7); alternatives to `contact`.
    pub contact_text: Vec<String>,
    /// Ids of the contacts of a segment, which narrow the others; an empty list is a segment with nobody (P10).
    pub among: Option<Vec<ForeignId>>,
    /// Source keys.
    pub source: Vec<String>,
    /// Type keys of outgoing messages.
    #[serde(rename = "type")]
    pub message_type: Vec<String>,
    /// Team ids.
    pub team: Vec<ForeignId>,
    /// User ids.
    pub user: Vec<ForeignId>,
    /// Broadcast ids; a value that is no id of one is taken as its name, without case and accents.
    pub broadcast: Vec<ForeignId>,
}

impl Filters {
    /// Sets the channels.
    pub fn channel<I: Into<ForeignId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.channel = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the contacts by id.
    pub fn contact<I: Into<ForeignId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.contact = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a text to look for in contacts' names and ids.
    pub fn contact_text(mut self, text: impl Into<String>) -> Self {
        self.contact_text.push(text.into());
        self
    }

    /// Restricts the report to the contacts of a segment (P10), as `table.ids(&selection)` gives them.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::ContactTable;
    /// use omnicontact::Filters;
    /// let table = ContactTable::new([]);
    /// let filters = Filters::default().among(table.ids(&table.everybody()));
    /// assert_eq!(filters.among, Some(vec![]));
    /// ```
    pub fn among<I: Into<ForeignId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.among = Some(ids.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the sources by key.
    pub fn source<S: Into<String>>(mut self, keys: impl IntoIterator<Item = S>) -> Self {
        self.source = keys.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the types by key.
    pub fn message_type<S: Into<String>>(mut self, keys: impl IntoIterator<Item = S>) -> Self {
        self.message_type = keys.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the teams.
    pub fn team<I: Into<ForeignId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.team = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the users.
    pub fn user<I: Into<ForeignId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.user = ids.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the broadcasts.
    pub fn broadcast<I: Into<ForeignId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.broadcast = ids.into_iter().map(Into::into).collect();
        self
    }

    /// The filters that are set.
    pub fn set(&self) -> Vec<Filter> {
        let all = [
            (Filter::Channel, !self.channel.is_empty()),
            (Filter::Contact, self.has_contact()),
            (Filter::Source, !self.source.is_empty()),
            (Filter::Type, !self.message_type.is_empty()),
            (Filter::Team, !self.team.is_empty()),
            (Filter::User, !self.user.is_empty()),
            (Filter::Broadcast, !self.broadcast.is_empty()),
        ];
        all.into_iter().filter_map(|(filter, set)| set.then_some(filter)).collect()
    }

    pub(crate) fn has_contact(&self) -> bool {
        !self.contact.is_empty() || !self.contact_text.is_empty() || self.among.is_some()
    }

    /// The filters that are set and do not apply to a part.
    pub(crate) fn not_applicable(&self, component: Component, added_has_channel: bool) -> Vec<Filter> {
        let apply = applicable_filters(component, added_has_channel);
        self.set().into_iter().filter(|filter| !apply.contains(filter)).collect()
    }

    /// Checks that no value is empty (D6), and that the report has the filters at all.
    pub(crate) fn check(&self, report: ReportKind) -> Result<()> {
        for filter in self.set() {
            if !Filter::of(report).contains(&filter) {
                return Err(Error::new(Code::UnknownKey, format!("the {report} report has no filter `{filter}`"))
                    .with_allowed(Filter::of(report).iter().map(Filter::as_str))
                    .at(filter.as_str())
                    .at("filters"));
            }
        }
        let empty = |filter: &str, row: usize| {
            Err(Error::new(Code::MalformedValue, "a filter value must not be empty")
                .at_row(row)
                .at(filter)
                .at("filters"))
        };
        for (filter, texts) in
            [("contact_text", &self.contact_text), ("source", &self.source), ("type", &self.message_type)]
        {
            if let Some(row) = texts.iter().position(|text| text.trim().is_empty()) {
                return empty(filter, row);
            }
        }
        for (filter, ids) in [
            ("channel", &self.channel),
            ("contact", &self.contact),
            ("among", self.among.as_ref().unwrap_or(&Vec::new())),
            ("team", &self.team),
            ("user", &self.user),
            ("broadcast", &self.broadcast),
        ] {
            let blank = |id: &ForeignId| matches!(id, ForeignId::Text(text) if text.trim().is_empty());
            if let Some(row) = ids.iter().position(blank) {
                return empty(filter, row);
            }
        }
        Ok(())
    }
}
