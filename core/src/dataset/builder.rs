//! From rows or columns to a dataset.

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::Dataset;
use super::column::{IdColumn, TextColumn};
use super::contacts::{ContactNames, Contacts};
use super::deriving;
use super::events::{EventColumns, EventIndex};
use super::gathered::MessageRows;
use super::messages::{Dictionaries, MessageColumns, MessageIndex};
use super::names::Names;
use super::rows::{self, Derived, Rows};
use crate::channel::ChannelKind;
use crate::classify::{self, ClassifyPolicy, Untracked};
use crate::directory::Directory;
use crate::error::Result;
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::label::labels;
use crate::message::{Message, Status};

labels! { closed
    /// What to do with rows that share a message id (D10).
    Duplicates, "duplicates" {
        /// The later row updates the earlier one; it never counts twice.
        Fold = "fold",
        /// The owner of the rows vouches that ids are unique: nobody looks whether they are.
        Trust = "trust",
    }
}

labels! { closed
    /// When indexes are made that not every report needs: contacts by code, messages by user, team and broadcast.
    Indexing, "indexing" {
        /// With the dataset, so that every report is equally fast.
        Ahead = "ahead",
        /// When a report asks for them, or would have to look for names row by row a second time: a dataset that one
        /// report is made of seldom pays for them.
        OnDemand = "on_demand",
    }
}

/// How rows become a dataset.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DatasetOptions {
    /// Rows that share a message id; default `fold`.
    pub duplicates: Duplicates,
    /// Policies of classification, that of untracked delivery included (K1, K2, D5).
    pub classify: ClassifyPolicy,
    /// Whether connected events are derived from message rows for contacts and channels where the host's event rows
    /// have none; default yes (K8), for rows and columns alike (D28).
    pub derive_connections: bool,
    /// When indexes are made; default `on_demand`. The reports are the same.
    pub index: Indexing,
}

impl Default for DatasetOptions {
    fn default() -> Self {
        Self {
            duplicates: Duplicates::Fold,
            classify: ClassifyPolicy::default(),
            derive_connections: true,
            index: Indexing::OnDemand,
        }
    }
}

impl DatasetOptions {
    /// Sets what to do with rows that share a message id.
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Sets the policies of classification.
    pub fn classify(mut self, classify: ClassifyPolicy) -> Self {
        self.classify = classify;
        self
    }

    /// Sets when indexes are made.
    pub fn index(mut self, index: Indexing) -> Self {
        self.index = index;
        self
    }

    /// Sets whether connected events are derived from message rows where the host gives none.
    pub fn derive_connections(mut self, derive: bool) -> Self {
        self.derive_connections = derive;
        self
    }
}

/// Messages as they came.
enum Given<'a> {
    Columns(Box<MessageColumns<'a>>),
    List(Cow<'a, [Message]>),
    Gathered(Box<MessageRows>),
}

enum Source<'a, Row: Clone, Columns> {
    Rows(Cow<'a, [Row]>),
    Columns(Columns),
}

/// Collects what a dataset is made of; [`build`](Self::build) checks and indexes it.
///
/// # Example
/// ```
/// use omnicontact::{ContactEvent, Dataset, Directory, EventKind, Instant, Named};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let mut directory = Directory::default();
/// directory.contacts.push(Named::new("ana", "Ana Vera"));
/// let data = Dataset::builder()
///     .owned_events(vec![ContactEvent::new(EventKind::Added, at, "ana")])
///     .directory(directory)
///     .build()?;
/// assert_eq!(data.event_count(), 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Default)]
pub struct DatasetBuilder<'a> {
    messages: Option<Source<'a, Message, MessageColumns<'a>>>,
    events: Option<Source<'a, ContactEvent, EventColumns<'a>>>,
    directory: Directory,
    contacts: Option<ContactNames<'a>>,
    merges: Option<Vec<(ForeignId, ForeignId)>>,
    options: DatasetOptions,
    gathered: Option<Box<MessageRows>>,
}

impl std::fmt::Debug for DatasetBuilder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatasetBuilder").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<'a> DatasetBuilder<'a> {
    /// Message rows. They are copied only if some share an id and must be folded.
    pub fn messages(mut self, rows: &'a [Message]) -> Self {
        self.messages = Some(Source::Rows(Cow::Borrowed(rows)));
        self
    }

    /// Message rows that the dataset keeps.
    pub fn owned_messages(mut self, rows: Vec<Message>) -> Self {
        self.messages = Some(Source::Rows(Cow::Owned(rows)));
        self
    }

    /// Message rows that were gathered into columns.
    pub(crate) fn gathered_messages(mut self, rows: MessageRows) -> Self {
        self.messages = None;
        self.gathered = Some(Box::new(rows));
        self
    }

    /// Message columns. They stay where they are unless ids repeat: then the rows are folded like any others (D10, D28).
    /// Whether they do costs a look at the ids; `duplicates = trust` saves it.
    pub fn message_columns(mut self, columns: MessageColumns<'a>) -> Self {
        self.messages = Some(Source::Columns(columns));
        self
    }

    /// Contact event rows.
    pub fn events(mut self, rows: &'a [ContactEvent]) -> Self {
        self.events = Some(Source::Rows(Cow::Borrowed(rows)));
        self
    }

    /// Contact event rows that the dataset keeps.
    pub fn owned_events(mut self, rows: Vec<ContactEvent>) -> Self {
        self.events = Some(Source::Rows(Cow::Owned(rows)));
        self
    }

    /// Contact event columns.
    pub fn event_columns(mut self, columns: EventColumns<'a>) -> Self {
        self.events = Some(Source::Columns(columns));
        self
    }

    /// Names of contacts, channels, users, teams and broadcasts.
    pub fn directory(mut self, mut directory: Directory) -> Self {
        let contacts = std::mem::take(&mut directory.contacts);
        if !contacts.is_empty() {
            self.contacts = Some(ContactNames::from_rows(Cow::Owned(contacts)));
        }
        self.directory = directory;
        self
    }

    /// Current names of contacts as columns, for large tables; instead of those of the directory.
    pub fn contact_names(mut self, ids: IdColumn<'a>, names: TextColumn<'a>) -> Self {
        self.contacts = Some(ContactNames::new(ids, names));
        self
    }

    /// Who was merged into whom: (merged-away id, the id it went into). Without it, the Merged and Unmerged events tell.
    pub fn merges(mut self, pairs: Vec<(ForeignId, ForeignId)>) -> Self {
        self.merges = Some(pairs);
        self
    }

    /// Sets the options.
    pub fn options(mut self, options: DatasetOptions) -> Self {
        self.options = options;
        self
    }

    /// Checks everything and builds the index.
    ///
    /// # Errors
    /// `length_mismatch`, `code_out_of_range`, `missing_value`, `invalid_value`, `instant_out_of_range` with the table,
    /// row and column as the path; `merge_cycle`; `too_large` beyond four billion rows.
    pub fn build(self) -> Result<Dataset<'a>> {
        let Self { messages, events, directory, contacts, merges, options, gathered } = self;
        let kinds: FxHashMap<ForeignId, ChannelKind> =
            directory.channels.iter().map(|channel| (channel.id.clone(), channel.kind.clone())).collect();
        if let Some(contacts) = &contacts {
            super::column::check_len(contacts.names.len(), contacts.ids.len(), "name")
                .map_err(|error| error.at("contacts"))?;
        }
        let mut dicts = Dictionaries::default();
        dicts.list(&directory);
        let mut folded = 0;
        let untracked = match options.classify.untracked {
            Untracked::Sent => Status::Sent,
            Untracked::Pending => Status::Pending,
        };

        let on_demand = options.index == Indexing::OnDemand;
        let (mut untyped_templates, mut derived_events) = (0, Vec::new());
        let mut connected = None;
        let given = given(messages, gathered, options.duplicates)?;
        let mut listed = None;
        if let (Some(Source::Columns(columns)), true, true) = (&events, options.derive_connections, given.is_some()) {
            columns.check_lengths().map_err(|error| error.at("events"))?;
            listed = deriving::events(columns);
        }
        let host = match &events {
            _ if !options.derive_connections => None,
            None => Some(&[][..]),
            Some(Source::Rows(events)) => Some(&**events),
            Some(Source::Columns(_)) => listed.as_deref(),
        };
        let message_columns = match given {
            None => None,
            Some(Given::Columns(columns)) => {
                if let Some(host) = host
                    && let Some(connecting) = deriving::connecting(&columns, host, untracked)
                {
                    derived_events = classify::connections(connecting.iter(), host, &options.classify);
                }
                Some(*columns)
            }
            Some(Given::Gathered(rows)) => {
                if let Some([]) = host {
                    connected = rows.connected(&options.classify);
                } else if let Some(host) = host {
                    let connecting = rows.connecting(host, &options.classify);
                    derived_events = derived(&connecting, host, &options.classify);
                }
                let columns;
                (columns, untyped_templates) = rows.into_columns(&kinds, &options);
                Some(columns)
            }
            Some(Given::List(rows)) => {
                let before = rows.len();
                let rows = match (options.duplicates, rows) {
                    (Duplicates::Trust, rows) => rows,
                    (Duplicates::Fold, Cow::Borrowed(rows)) => classify::fold_slice(rows),
                    (Duplicates::Fold, Cow::Owned(rows)) => Cow::Owned(classify::fold_messages(rows).messages),
                };
                folded = before - rows.len();
                if let Some(host) = host {
                    derived_events = derived(&rows, host, &options.classify);
                }
                let rows: Rows<'a, Message> = Arc::new(rows);
                let derived = derive(&rows, &kinds, &options);
                untyped_templates = derived.untyped_templates;
                Some(rows::message_columns(&rows, derived))
            }
        };
        let messages = message_columns
            .map(|columns| {
                MessageIndex::build(columns, untracked, &mut dicts, on_demand).map_err(|error| error.at("messages"))
            })
            .transpose()?;

        let derived = connected.as_ref().map_or(derived_events.len(), |columns: &EventColumns<'a>| columns.at.len());
        let event_columns = told(events, connected, derived_events, listed);
        let events = event_columns
            .map(|columns| EventIndex::build(columns, &mut dicts).map_err(|error| error.at("events")))
            .transpose()?;

        let coded = OnceLock::new();
        if !on_demand || merges.is_some() || !Contacts::can_wait(messages.as_ref(), events.as_ref()) {
            let made = Contacts::build(messages.as_ref(), events.as_ref(), contacts.as_ref(), merges.as_deref())?;
            let _ = coded.set(made);
        }
        let names = Names::build(&dicts, &directory);
        Ok(Dataset {
            messages,
            events,
            dicts,
            contacts: coded,
            table: contacts,
            names,
            folded,
            untyped_templates,
            merges_given: merges.is_some(),
            derived,
            read: AtomicBool::new(false),
        })
    }
}

/// The host's events, and those that follow from messages: the latter have no sequence (D27).
fn followed<'a>(mut rows: Vec<ContactEvent>, mut derived: Vec<ContactEvent>) -> EventColumns<'a> {
    let hosted = (0_u64..).zip(&rows).map(|(row, event)| event.sequence.unwrap_or(row).into());
    let following = (0..derived.len()).map(|place| super::events::derived_number(place, derived.len()));
    let sequence: Vec<ForeignId> = hosted.chain(following).collect();
    let says = |event: &ContactEvent| event.name.is_some() || event.secondary.is_some();
    let unnumbered = rows.iter().any(|event| event.sequence.is_none() && says(event));
    rows.append(&mut derived);
    let mut columns = rows::event_columns(&Arc::new(Cow::Owned(rows)));
    columns.sequence = Some(sequence.into());
    columns.unnumbered = unnumbered;
    columns
}

/// The connected events that follow from messages, in order of time and message id (K8, D27).
fn derived(messages: &[Message], host: &[ContactEvent], policy: &ClassifyPolicy) -> Vec<ContactEvent> {
    let mut found = classify::connecting(messages, host, policy);
    found.sort_by(|(one, id), (other, by)| (one.at, id).cmp(&(other.at, by)));
    found.into_iter().map(|(event, _)| event).collect()
}

/// Messages as they are indexed: rows of one id that stand in columns become a list, which is folded.
fn given<'a>(
    messages: Option<Source<'a, Message, MessageColumns<'a>>>,
    gathered: Option<Box<MessageRows>>,
    duplicates: Duplicates,
) -> Result<Option<Given<'a>>> {
    Ok(match (messages, gathered) {
        (Some(Source::Columns(columns)), _) => {
            columns.check_lengths().map_err(|error| error.at("messages"))?;
            let repeats = duplicates == Duplicates::Fold && columns.id.as_ref().is_some_and(deriving::have_repeats);
            Some(match repeats.then(|| deriving::messages(&columns)).flatten() {
                Some(rows) => Given::List(Cow::Owned(rows)),
                None => Given::Columns(Box::new(columns)),
            })
        }
        (Some(Source::Rows(rows)), _) => Some(Given::List(rows)),
        (None, Some(rows)) if duplicates == Duplicates::Fold && rows.have_repeats() => {
            Some(Given::List(Cow::Owned(rows.into_messages())))
        }
        (None, rows) => rows.map(Given::Gathered),
    })
}

/// The events that the host tells, and those that follow from messages; `listed` are those of its columns.
fn told<'a>(
    events: Option<Source<'a, ContactEvent, EventColumns<'a>>>,
    connected: Option<EventColumns<'a>>,
    derived_events: Vec<ContactEvent>,
    listed: Option<Vec<ContactEvent>>,
) -> Option<EventColumns<'a>> {
    match events {
        // The host gave no event at all.
        _ if connected.is_some() => connected,
        Some(Source::Columns(columns)) if derived_events.is_empty() => Some(columns),
        Some(Source::Columns(columns)) => match listed {
            Some(rows) => Some(followed(rows, derived_events)),
            None => Some(columns),
        },
        Some(Source::Rows(rows)) if derived_events.is_empty() => Some(rows::event_columns(&Arc::new(rows))),
        Some(Source::Rows(rows)) => Some(followed(rows.into_owned(), derived_events)),
        None if derived_events.is_empty() => None,
        None => Some(EventColumns { derived: true, ..rows::event_columns(&Arc::new(Cow::Owned(derived_events))) }),
    }
}

/// Classifies every row.
fn derive(rows: &[Message], kinds: &FxHashMap<ForeignId, ChannelKind>, options: &DatasetOptions) -> Derived {
    let mut derived = Derived::with_capacity(rows.len());
    for message in rows {
        let (source, message_type, subtype) = if rows::is_outgoing(message) {
            let kind = message.channel.as_ref().and_then(|channel| kinds.get(channel));
            let found = classify::outgoing(message, kind, &options.classify);
            derived.untyped_templates += usize::from(classify::lacks_kind(message, kind));
            (found.source, found.message_type, found.subtype)
        } else {
            (None, None, None)
        };
        derived.source.push(source.as_ref().map(|source| source.as_str()));
        derived.message_type.push(message_type.as_ref().map(|kind| kind.as_str()));
        derived.subtype.push(subtype.as_deref());
        let delivery = classify::delivery(message.sent_at, message.delivery.as_deref(), options.classify.untracked);
        let accepted = delivery.sent_at.or_else(|| delivery.accepted.then_some(message.sent_at));
        derived.status.push(Some(delivery.status.as_str()));
        derived.accepted_at.push(rows::time(accepted));
        derived.delivered_at.push(rows::time(delivery.delivered_at));
        derived.read_at.push(rows::time(delivery.read_at));
        derived.failed_at.push(rows::time(delivery.failed_at));
        derived.error_code.push(delivery.error_code);
        derived.error.push(delivery.error);
    }
    derived
}
