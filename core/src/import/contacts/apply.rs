//! Rows of contacts into a workspace: met, created, updated, and answered one by one.

use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::mapping::MappedColumn;
use super::options::{ContactImportOptions, ImportMode, MatchBy};
use super::row::ContactRow;
use super::{Heading, each_contact_under};
use crate::access::{self, Action};
use crate::contact::{Contact, ContactId, Edit, Email, Field, FieldValue, ForeignKey, Origin, Phone, Profile};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::label::labels;
use crate::message::Source;
use crate::refusal::Refusal;
use crate::workspace::{Call, Command, Event, Lent, Outcome, Workspace};

labels! { closed
    /// Why a row was skipped.
    SkipReason, "reason" {
        /// It meets a contact, and only new ones were asked for.
        Exists = "exists",
        /// It meets none, and only known ones were asked for.
        NotFound = "not_found",
        /// It says nothing: all of its cells are empty.
        Empty = "empty",
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
#[non_exhaustive]
pub enum RowOutcome {
    /// A contact was created.
    Created {
        /// The contact.
        contact: ContactId,
    },
    /// A contact was changed.
    Updated {
        /// The contact.
        contact: ContactId,
        /// Why its identities of this row were not all taken, if they were not.
        #[serde(skip_serializing_if = "Option::is_none")]
        refused: Option<Refusal>,
    },
    /// The contact was so already.
    Unchanged {
        /// The contact.
        contact: ContactId,
    },
    /// Nothing was asked for this row.
    Skipped {
        /// Why.
        reason: SkipReason,
        /// The contact that it meets.
        #[serde(skip_serializing_if = "Option::is_none")]
        contact: Option<ContactId>,
    },
    /// The workspace refused it: the quota, a role, a contact that is deleted.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The row is wrong.
    Failed {
        /// Stable code.
        code: &'static str,
        /// What is wrong; values are not part of it.
        message: String,
        /// Where: line and field.
        path: String,
    },
}

impl RowOutcome {
    /// The words of `outcome`.
    pub const KINDS: &'static [&'static str] = &["created", "updated", "unchanged", "skipped", "refused", "failed"];
}

/// A row and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RowAnswer {
    /// Place among the rows, from 1; the header is none.
    pub row: u64,
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: RowOutcome,
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportCounts {
    /// Rows.
    pub rows: u64,
    /// Created.
    pub created: u64,
    /// Updated.
    pub updated: u64,
    /// Unchanged.
    pub unchanged: u64,
    /// Skipped.
    pub skipped: u64,
    /// Refused.
    pub refused: u64,
    /// Failed.
    pub failed: u64,
    /// Lines without any content, which are no rows.
    pub blank_lines: u64,
}

/// Why work on many items ended before all were reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImportStop {
    /// Stable code: `cancelled` where the host stopped it, `read_failed` where the reader failed.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// Where.
    pub path: String,
}

impl From<Error> for ImportStop {
    fn from(error: Error) -> Self {
        Self { code: error.code().as_str(), message: error.message().to_owned(), path: error.path().to_owned() }
    }
}

/// An import, row by row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ContactImport {
    /// How many rows came to what.
    pub counts: ImportCounts,
    /// What each column became.
    pub columns: Vec<MappedColumn>,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// Every row that was reached.
    pub rows: Vec<RowAnswer>,
    /// Why the rows after these were not reached; none where the file was read to its end.
    pub stopped: Option<ImportStop>,
}

/// Imports contacts into a workspace (S4, N4). Rows go in their order, each by itself: a bad or refused one is answered
/// with its number and reason and stops no other. Tags, lists, phones, e-mails and identities are added, never removed;
/// an empty cell changes nothing.
///
/// A row meets a contact by the first of `match_by` that finds one: its id (or the id that follows from an id in another
/// system), a phone, an e-mail address. Several contacts with that phone or e-mail are an error of the row.
///
/// # Errors
/// Those of [`each_contact`](super::each_contact) about the file as a whole, before any row is applied. A reader that fails later is no error:
/// the rows before it stay, are answered, and [`ContactImport::stopped`] says that others may follow.
///
/// # Example
/// ```
/// use omnicontact::Instant;
/// use omnicontact::import::{ContactImportOptions, RowOutcome, import_contacts};
/// use omnicontact::workspace::{Call, Settings, Workspace};
/// let at = Instant::parse("2026-07-01T12:00:00Z")?;
/// let (mut workspace, _) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at)?;
/// let file = "Nombre;Celular;Etiquetas\nAna;0991234567;vip\nAna Vera;+593 99 123 4567;lead\nEva;12;\n";
/// let mut events = Vec::new();
/// let options = ContactImportOptions::default().file_name("clientes.csv");
/// let done = import_contacts(&mut workspace, &Call::new(at, [1; 10]), file.as_bytes(), &options, &mut events)?;
/// assert_eq!((done.counts.created, done.counts.updated, done.counts.failed), (1, 1, 1));
/// let RowOutcome::Failed { code, path, .. } = &done.rows[2].outcome else { panic!() };
/// assert_eq!((*code, path.as_str()), ("invalid_phone", "line[4].phones[0]"));
/// let ana = workspace.contacts().next().unwrap();
/// assert_eq!((ana.name.as_deref(), ana.tags.len()), (Some("Ana Vera"), 2));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn import_contacts(
    workspace: &mut Workspace,
    call: &Call,
    reader: impl Read,
    options: &ContactImportOptions,
    events: &mut Vec<Event>,
) -> Result<ContactImport> {
    import_contacts_with(workspace, call, reader, options, events, |_| true)
}

/// [`import_contacts`], and the host hears now and then how many rows are done and says whether to go on. Where it does
/// not, the rows so far stay and are answered, and [`ContactImport::stopped`] says `cancelled`.
///
/// # Errors
/// As [`import_contacts`].
pub fn import_contacts_with(
    workspace: &mut Workspace,
    call: &Call,
    reader: impl Read,
    options: &ContactImportOptions,
    events: &mut Vec<Event>,
    mut progress: impl FnMut(u64) -> bool,
) -> Result<ContactImport> {
    import_contacts_watched(workspace, call, reader, options, events, &mut |row, _| progress(row))
}

/// [`import_contacts_with`] for a host that lends the state between two rows.
///
/// # Errors
/// As [`import_contacts`].
pub fn import_contacts_watched(
    workspace: &mut Workspace,
    call: &Call,
    reader: impl Read,
    options: &ContactImportOptions,
    events: &mut Vec<Event>,
    progress: &mut dyn FnMut(u64, Lent<'_>) -> bool,
) -> Result<ContactImport> {
    workspace.ready(call)?;
    let refusal = call.actor.as_ref().and_then(|actor| access::check(actor, Action::ImportContacts, None).err());
    let (custom, channels) = (workspace.table().custom_fields().clone(), channels(workspace));
    let mut origin = Origin::new(Source::ContactImport);
    origin.name = options.file_name.as_deref().map(Into::into);
    origin.user = call.actor.as_ref().filter(|_| call.source == Source::User).map(|actor| actor.user.clone());
    let mut run = Run {
        people: People::of(workspace, options),
        country: workspace.settings().country.clone(),
        workspace,
        // Who may import may add and change: the rows themselves are not asked again.
        call: Call { actor: None, ..call.clone() },
        origin: origin.into(),
        options,
        events,
    };
    let (mut rows, mut counts) = (Vec::new(), ImportCounts::default());
    let sink = |row, line, read: Result<ContactRow>| {
        let outcome = match (&refusal, read) {
            (Some(refusal), _) => RowOutcome::Refused { refusal: Refusal::Forbidden(*refusal) },
            (None, read) => read.and_then(|read| run.row(read)).unwrap_or_else(|error| failed(&error, line)),
        };
        counts.note(&outcome);
        rows.push(RowAnswer { row, line, outcome });
        if row % STRIDE == 0 && !progress(row, Lent { workspace: run.workspace, events: run.events }) {
            return Err(Error::new(Code::Cancelled, format!("stopped after {row} rows")));
        }
        Ok(())
    };
    let mut heading = None;
    let read = each_contact_under(reader, options, &custom, &channels, &mut heading, sink);
    let Some(Heading { columns, encoding }) = heading else {
        return Err(read.err().unwrap_or_else(|| Error::new(Code::Internal, "a file without a heading was read")));
    };
    let (encoding, stopped) = match read {
        Ok(read) => {
            counts.blank_lines = read.blank_lines;
            (read.encoding, None)
        }
        Err(error) => (encoding, Some(error.into())),
    };
    Ok(ContactImport { counts, columns, encoding, rows, stopped })
}

/// Rows between two looks at whether the host goes on.
const STRIDE: u64 = 1_024;

/// Rehearses an import: the same answers, and a workspace that is as before. It is run on a copy, which needs as much
/// memory again.
///
/// # Errors
/// As [`import_contacts`].
pub fn try_contacts(
    workspace: &Workspace,
    call: &Call,
    reader: impl Read,
    options: &ContactImportOptions,
) -> Result<ContactImport> {
    import_contacts(&mut workspace.clone(), call, reader, options, &mut Vec::new())
}

fn channels(workspace: &Workspace) -> Vec<ForeignId> {
    workspace.channels().map(|(id, _)| id.clone()).collect()
}

fn failed(error: &Error, line: u64) -> RowOutcome {
    let path = match error.path() {
        path if path.starts_with("line[") => path.to_owned(),
        "" => format!("line[{line}]"),
        path => format!("line[{line}].{path}"),
    };
    // The message may quote the value: people's data stays in the file.
    let message = error.message().split('`').enumerate().map(|(at, part)| if at % 2 == 1 { "…" } else { part });
    RowOutcome::Failed { code: error.code().as_str(), message: message.collect::<Vec<_>>().join("`"), path }
}

impl ImportCounts {
    fn note(&mut self, outcome: &RowOutcome) {
        self.rows += 1;
        let count = match outcome {
            RowOutcome::Created { .. } => &mut self.created,
            RowOutcome::Updated { .. } => &mut self.updated,
            RowOutcome::Unchanged { .. } => &mut self.unchanged,
            RowOutcome::Skipped { .. } => &mut self.skipped,
            RowOutcome::Refused { .. } => &mut self.refused,
            RowOutcome::Failed { .. } => &mut self.failed,
        };
        *count += 1;
    }
}

/// Who has which phone and e-mail address. Two contacts are enough to know that a value does not decide.
///
/// Values are known by a hash that nobody can aim at; who is found by it is looked at before it counts.
#[derive(Default)]
struct People {
    by_phone: bool,
    by_email: bool,
    hasher: RandomState,
    /// Everybody, in the order in which they came.
    ids: Vec<ContactId>,
    /// Place in `ids` by the hash of a value, and whether several have it: small, as every row looks at some of them.
    phones: FxHashMap<u64, Place>,
    emails: FxHashMap<u64, Place>,
}

/// A place among people; the last bit says whether it does not decide.
#[derive(Clone, Copy)]
struct Place(u32);

impl Place {
    fn of(at: usize) -> Self {
        // As many contacts fit no workspace.
        Self(u32::try_from(at).unwrap_or(u32::MAX) << 1)
    }

    fn at(self) -> usize {
        (self.0 >> 1) as usize
    }
}

impl People {
    fn of(workspace: &Workspace, options: &ContactImportOptions) -> Self {
        let mut people = Self {
            by_phone: options.match_by.contains(&MatchBy::Phone),
            by_email: options.match_by.contains(&MatchBy::Email),
            ..Self::default()
        };
        workspace.contacts().for_each(|contact| people.add(contact));
        people
    }

    fn add(&mut self, contact: &Contact) {
        let Self { by_phone, by_email, hasher, ids, phones, emails } = self;
        let own = Place::of(ids.len());
        ids.push(contact.id);
        let add = |map: &mut FxHashMap<u64, Place>, key: &str| {
            let place = map.entry(hasher.hash_one(key)).or_insert(own);
            place.0 |= u32::from(ids[place.at()] != contact.id);
        };
        if *by_phone {
            contact.phones.iter().for_each(|phone| add(phones, &phone.key()));
        }
        if *by_email {
            contact.emails.iter().for_each(|email| add(emails, &email.key()));
        }
    }

    fn with(&self, map: &FxHashMap<u64, Place>, key: &str) -> Option<(ContactId, bool)> {
        let place = map.get(&self.hasher.hash_one(key))?;
        Some((*self.ids.get(place.at())?, place.0 & 1 == 1))
    }

    fn with_phone(&self, phone: &Phone) -> Option<(ContactId, bool)> {
        self.with(&self.phones, &phone.key())
    }

    fn with_email(&self, email: &Email) -> Option<(ContactId, bool)> {
        self.with(&self.emails, &email.key())
    }
}

struct Run<'r> {
    workspace: &'r mut Workspace,
    people: People,
    country: Option<Box<str>>,
    call: Call,
    origin: Arc<Origin>,
    options: &'r ContactImportOptions,
    events: &'r mut Vec<Event>,
}

impl Run<'_> {
    fn row(&mut self, row: ContactRow) -> Result<RowOutcome> {
        // Everything is checked before anything happens.
        let ContactRow { id, mut profile, blocked, .. } = row;
        if id.is_none() && blocked.is_none() && profile == Profile::default() {
            return Ok(RowOutcome::Skipped { reason: SkipReason::Empty, contact: None });
        }
        profile.blocked = blocked.unwrap_or_default();
        let misfit = self.workspace.check_profile(&profile);
        let own_id = ContactId::mint(self.call.at, [0; 10]);
        let contact = Contact::new(own_id, self.call.at, Arc::clone(&self.origin));
        let wanted = profile.checked_into(contact, self.country.as_deref())?;
        match (self.meet(id, &wanted)?, self.options.mode) {
            (Some(contact), ImportMode::Create) => {
                Ok(RowOutcome::Skipped { reason: SkipReason::Exists, contact: Some(contact) })
            }
            (None, ImportMode::Update) => Ok(RowOutcome::Skipped { reason: SkipReason::NotFound, contact: None }),
            (Some(contact), _) => self.update(contact, &wanted, blocked),
            (None, _) => misfit.and_then(|()| self.create(wanted)),
        }
    }

    /// The contact that a row is about.
    fn meet(&self, id: Option<ContactId>, wanted: &Contact) -> Result<Option<ContactId>> {
        for by in &self.options.match_by {
            let found = match by {
                MatchBy::Id => {
                    let mut ids = id.into_iter().chain(wanted.foreign_keys.iter().map(ForeignKey::contact_id));
                    ids.find_map(|id| self.workspace.resolve(id).ok())
                }
                MatchBy::Phone => {
                    let has = |contact: &Contact, phone: &Phone| contact.phones.iter().any(|one| one.is_same(phone));
                    self.decided(&wanted.phones, "phones", |phone| self.people.with_phone(phone), has)?
                }
                MatchBy::Email => {
                    let has = |contact: &Contact, email: &Email| contact.emails.iter().any(|one| one.is_same(email));
                    self.decided(&wanted.emails, "emails", |email| self.people.with_email(email), has)?
                }
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The one contact that the values point at.
    fn decided<T>(
        &self,
        values: &[T],
        field: &str,
        known: impl Fn(&T) -> Option<(ContactId, bool)>,
        has: impl Fn(&Contact, &T) -> bool,
    ) -> Result<Option<ContactId>> {
        let mut met = None;
        for value in values {
            let Some((id, several)) = known(value) else { continue };
            let Some(contact) = self.workspace.contact(id).filter(|contact| several || has(contact, value)) else {
                continue;
            };
            if several || met.is_some_and(|met| met != contact.id) {
                return Err(Error::new(Code::AmbiguousMatch, "several contacts have these values").at(field));
            }
            met = Some(contact.id);
        }
        Ok(met)
    }

    fn create(&mut self, wanted: Contact) -> Result<RowOutcome> {
        let outcome = self.workspace.add_ready(&self.call, Box::new(wanted), self.events)?;
        step(&mut self.call.random);
        Ok(match outcome {
            Outcome::Added { contact } => {
                if let Some(contact) = self.workspace.contact(contact) {
                    self.people.add(contact);
                }
                RowOutcome::Created { contact }
            }
            Outcome::Exists { contact } => RowOutcome::Skipped { reason: SkipReason::Exists, contact: Some(contact) },
            Outcome::Refused(refusal) => RowOutcome::Refused { refusal },
            _ => return Err(Error::new(Code::Internal, "an added contact has another answer")),
        })
    }

    fn update(&mut self, id: ContactId, wanted: &Contact, blocked: Option<bool>) -> Result<RowOutcome> {
        let Some(contact) = self.workspace.contact(id) else {
            return Err(Error::new(Code::Internal, "a contact that was met is gone"));
        };
        let (id, edits) = (contact.id, edits(contact, wanted, blocked));
        let new: Vec<_> = wanted.identities.iter().filter(|one| !contact.identities.contains(one)).cloned().collect();
        let mut changed = false;
        if !edits.is_empty() {
            match self.workspace.execute_into(&self.call, Command::Edit { contact: id, edits }, self.events)? {
                Outcome::Edited { .. } => changed = true,
                Outcome::Refused(refusal) => return Ok(RowOutcome::Refused { refusal }),
                _ => {}
            }
        }
        let mut refused = None;
        for identity in new {
            let command = Command::AddIdentity { contact: id, identity };
            match self.workspace.execute_into(&self.call, command, self.events)? {
                Outcome::Refused(refusal) => refused = refused.or(Some(refusal)),
                Outcome::Unchanged => {}
                _ => changed = true,
            }
        }
        if changed && let Some(contact) = self.workspace.contact(id) {
            self.people.add(contact);
        }
        Ok(match (changed, refused) {
            (false, Some(refusal)) => RowOutcome::Refused { refusal },
            (false, None) => RowOutcome::Unchanged { contact: id },
            (true, refused) => RowOutcome::Updated { contact: id, refused },
        })
    }
}

/// What a row changes on a contact; nothing is removed.
fn edits(contact: &Contact, wanted: &Contact, blocked: Option<bool>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for field in Field::TEXTS {
        let value = wanted.plain(field);
        if value.is_some() && value != contact.plain(field) {
            edits.push(Edit::Set { field, value: value.clone().map(FieldValue::Text) });
        }
    }
    // Another spelling of a number or address that is there already says nothing new.
    let has = |phone: &Phone| contact.phones.iter().any(|known| known.is_same(phone));
    let phones = wanted.phones.iter().filter(|phone| !has(phone));
    edits.extend(phones.map(|phone: &Phone| Edit::AddPhone(phone.as_str().into())));
    let has = |email: &Email| contact.emails.iter().any(|known| known.is_same(email));
    let emails = wanted.emails.iter().filter(|email| !has(email));
    edits.extend(emails.map(|email: &Email| Edit::AddEmail(email.as_str().into())));
    let missing = |wanted: &[Box<str>], has: &[Box<str>]| -> Vec<Box<str>> {
        wanted.iter().filter(|one| !has.contains(one)).cloned().collect()
    };
    let (tags, lists) = (missing(&wanted.tags, &contact.tags), missing(&wanted.lists, &contact.lists));
    edits.extend((!tags.is_empty()).then_some(Edit::AddTags(tags)));
    edits.extend((!lists.is_empty()).then_some(Edit::AddToLists(lists)));
    let custom = wanted.custom.iter().filter(|(name, value)| contact.custom.get(*name) != Some(*value));
    edits.extend(custom.map(|(name, value)| Edit::SetCustom { name: name.clone(), value: Some(value.clone()) }));
    let gone = wanted.subscriptions.iter().filter(|entry| contact.subscription(&entry.channel) != entry.status);
    edits.extend(gone.map(|entry| Edit::Subscribe { channel: entry.channel.clone(), status: entry.status }));
    if let Some(assignee) = wanted.assignee.as_ref().filter(|_| wanted.assignee != contact.assignee) {
        edits.push(Edit::Set { field: Field::Assignee, value: Some(FieldValue::Assignee(assignee.clone())) });
    }
    edits.extend(blocked.filter(|blocked| *blocked != contact.blocked).map(Edit::Block));
    let keys = wanted.foreign_keys.iter().filter(|key| !contact.foreign_keys.contains(key));
    edits.extend(keys.cloned().map(Edit::AddForeignKey));
    edits
}

/// The next random bytes: rows must not share an id.
fn step(random: &mut [u8; 10]) {
    for byte in random.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            break;
        }
    }
}
