//! A whole workspace in memory: commands in, events out, all or nothing.
//!
//! Nothing here reads a clock, draws randomness, or touches a disk: a [`Call`] brings both, and the host stores the
//! events (the durable truth: [`Workspace::replay`] gives the state back) and, to shorten that, snapshots.

mod apply;
mod bulk;
mod catalog;
mod command;
mod decide;
mod erase;
mod event;
mod index;
mod merging;
mod people;
mod read;
mod store;

use std::collections::{BTreeSet, HashMap};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use bulk::{Answers, Bulk, BulkAction, Lent, Progress, Watch};
pub use command::{Call, Command, Outcome, Purge, Told};
pub use erase::erased_events;
pub use event::{Change, Event, Merged, Unmerged};
pub use index::TableIndex;
pub use store::SNAPSHOT_VERSION;

use crate::channel::Channel;
use crate::contact::{Contact, ContactId, CustomFields, Short, UndefinedFields, country};
use crate::counting::{Counted, Ledger, UnitPolicy};
use crate::error::Result;
use crate::id::ForeignId;
use crate::merge::{CreatedAt, Crowd, MergeRecord, Pair};
use crate::reset::{DEFAULT_TAG, Schedule};
use crate::time::{Instant, Zone};

/// The settings of a workspace, fixed when it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// IANA name of the zone (T1).
    pub zone: Box<str>,
    /// Country whose calling code national phones take.
    #[serde(default)]
    pub country: Option<Box<str>>,
    /// Policy: what is counted (N1).
    pub unit: UnitPolicy,
    /// Policy: deletion releases units at once (N2).
    #[serde(default)]
    pub release_on_delete: bool,
    /// Policy: when a survivor was created (M3).
    pub created_at: CreatedAt,
    /// Policy: the tag of the reset (R1).
    pub reset_tag: Box<str>,
    /// Policy: a late reset releases what its month should not have handed on (D21).
    pub late_reset_releases: bool,
    /// Policy: the names of deleted contacts are blanked (C9).
    #[serde(default)]
    pub erase_names: bool,
    /// Policy: what becomes of custom fields that nobody defined (C2).
    #[serde(default)]
    pub undefined_fields: UndefinedFields,
    /// Policy: how many milliseconds what happened may lie ahead of the host's present (D34).
    #[serde(default = "tolerance")]
    pub clock_tolerance: u64,
    /// Id of the workspace, which its events bear; [`Workspace::open`] makes one of the other settings and the instant
    /// where it is nil, so give your own where two of them could be alike.
    #[serde(default)]
    pub id: Uuid,
}

/// Ten minutes.
fn tolerance() -> u64 {
    600_000
}

impl Settings {
    /// Settings with the default policies.
    pub fn new(zone: impl Into<Box<str>>) -> Self {
        Self {
            zone: zone.into(),
            country: None,
            unit: UnitPolicy::PerChannelIdentity,
            release_on_delete: false,
            created_at: CreatedAt::Primary,
            reset_tag: DEFAULT_TAG.into(),
            late_reset_releases: true,
            erase_names: false,
            undefined_fields: UndefinedFields::Accept,
            clock_tolerance: tolerance(),
            id: Uuid::nil(),
        }
    }

    /// Sets the default country.
    pub fn country(mut self, country: impl Into<Box<str>>) -> Self {
        self.country = Some(country.into());
        self
    }

    /// Sets the id of the workspace.
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = id;
        self
    }

    /// Sets what is counted.
    pub fn unit(mut self, unit: UnitPolicy) -> Self {
        self.unit = unit;
        self
    }
}

/// A workspace in memory.
///
/// # Example
/// ```
/// use omnicontact::{Identity, Instant};
/// use omnicontact::workspace::{Call, Command, Outcome, Settings, Told, Workspace};
/// let at = Instant::parse("2025-07-01T12:00:00Z")?;
/// let (mut workspace, opened) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at)?;
/// let ana = Identity::new("wa-sales", "593991234567")?;
/// let tell = Command::Tell(Told::incoming(ana).named("Ana").into());
/// let reply = workspace.execute(&Call::new(at, [1; 10]), tell)?;
/// let Outcome::Told { contact, is_new: true, connected: true, .. } = reply.outcome else { panic!() };
/// assert_eq!(&*workspace.contact(contact).unwrap().shown_name(), "Ana");
/// assert_eq!(workspace.quota(at).used, 1);
///
/// // The events are the truth.
/// let mut events = opened;
/// events.extend(reply.events);
/// assert_eq!(Workspace::replay(&events)?.snapshot()?, workspace.snapshot()?);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Workspace {
    settings: Settings,
    zone: Zone,
    sequence: u64,
    /// How many events of a stored command are still to be laid over the state. Never stored.
    awaited: u32,
    slots: Vec<Slot>,
    cards: Vec<Card>,
    index: FxHashMap<ContactId, u32>,
    books: Vec<Book>,
    channels: FxHashMap<ForeignId, u32>,
    ledger: Ledger,
    schedule: Schedule,
    fields: CustomFields,
    dismissed: BTreeSet<Pair>,
    undone: FxHashSet<(ContactId, ContactId)>,
    /// What the long lists of survivors may hold, by their slots. Never stored.
    crowds: FxHashMap<u32, Crowd>,
}

/// Answer to a command, with the events that it made: store them before answering anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The answer.
    pub outcome: Outcome,
    /// What happened; empty if nothing did.
    pub events: Vec<Event>,
}

/// A place in the table of contacts: what a message looks at. It stays for good, so that deleted ids are known as
/// deleted.
#[derive(Debug, Clone)]
struct Slot {
    body: Body,
    /// Number of the last event that changed the contact; [`UNKNOWN`] after a restore. Never stored.
    touched: u64,
    /// Book of the contact's last channel, if somebody has looked. Never stored.
    last_book: u32,
}

/// What else there is to know of the contact in the slot of the same number.
#[derive(Debug, Clone)]
struct Card {
    id: ContactId,
    /// When the contact was added, whatever merges say of `created_at`: a reset goes by it (D21).
    added_at: Instant,
    /// Contacts merged into this one and still in force, in order.
    merged_in: Vec<u32>,
    /// The contact's own unit: `none` where no identity is its own, the contact under `per_contact`, activity under
    /// `monthly_active`.
    unit: Option<Counted>,
    /// How many identities are its own, also while it is merged away: those that it brought. Never stored.
    own: u32,
}

#[derive(Debug, Clone)]
enum Body {
    Live(Box<Contact>),
    Merged { into: u32, away: Box<Away> },
    Deleted,
}

/// A contact that is merged away.
#[derive(Debug, Clone)]
struct Away {
    /// Number of the quota month in which it happened.
    month: u32,
    /// `touched` of the primary before the merge. Never stored.
    before: u64,
    record: MergeRecord,
}

/// A channel, and who holds which identity on it.
#[derive(Debug, Clone)]
struct Book {
    id: ForeignId,
    channel: Option<Channel>,
    // The keys come from strangers: the standard hasher withstands chosen ones.
    holders: HashMap<Short, Holder>,
}

#[derive(Debug, Clone, Copy)]
struct Holder {
    /// Who brought the identity: merges and undos leave it as it is, and the survivor of this slot holds it.
    slot: u32,
    /// The contact is known to be connected on the channel; false where nobody has looked yet. Never stored.
    connected: bool,
    counted: Counted,
}

/// No channel is known to be the last one.
const NO_BOOK: u32 = u32::MAX;
/// Nobody remembers which event changed a contact last.
const UNKNOWN: u64 = u64::MAX;

impl Workspace {
    /// Begins a workspace; the event is the first one to store.
    ///
    /// # Errors
    /// `unknown_zone`, `invalid_country`.
    pub fn open(settings: Settings, at: Instant) -> Result<(Self, Vec<Event>)> {
        let mut settings = settings;
        settings.country = settings.country.as_deref().map(country).transpose().map_err(|error| error.at("country"))?;
        if settings.id.is_nil() {
            let described = postcard::to_stdvec(&(&settings, at));
            settings.id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &described.unwrap_or_default());
        }
        let workspace = Self::begin(settings.clone(), at)?;
        let id = settings.id;
        let opened = Event { sequence: 1, workspace: id, following: 0, at, change: Change::Opened(Box::new(settings)) };
        Ok((workspace, vec![opened]))
    }

    fn begin(settings: Settings, at: Instant) -> Result<Self> {
        let zone = Zone::new(&settings.zone)?;
        Ok(Self { sequence: 1, ..Self::without_contacts(settings, zone, at) })
    }

    /// What stands where this one was, while it is lent.
    fn vacant(&self) -> Self {
        Self::without_contacts(self.settings.clone(), self.zone.clone(), Instant::MIN)
    }

    fn without_contacts(settings: Settings, zone: Zone, at: Instant) -> Self {
        Self {
            ledger: Ledger::new(settings.unit, settings.release_on_delete, at, &zone),
            zone,
            settings,
            sequence: 1,
            awaited: 0,
            slots: Vec::new(),
            cards: Vec::new(),
            index: FxHashMap::default(),
            books: Vec::new(),
            channels: FxHashMap::default(),
            schedule: Schedule::default(),
            fields: CustomFields::default(),
            dismissed: BTreeSet::new(),
            undone: FxHashSet::default(),
            crowds: FxHashMap::default(),
        }
    }

    /// Number of the last event.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
}
