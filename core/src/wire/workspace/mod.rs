//! A workspace as a handle: what a binding holds, with one entry for all its operations.

mod ids;
mod operation;
mod read;
mod request;

pub use operation::{WORKSPACE_CHANGES, WORKSPACE_READS};
pub use read::{
    AboutWorkspace, AccessOf, AdmitAt, ChannelOfWorkspace, ChannelStates, ContactAt, ContactPage, ContactsRequest,
    DefinedFields, EventPage, EventsRequest, FoundContact, HolderOf, IdentityHolder, ListedChannels, PlanMergeOf,
    PlanResetOf, QuotaAt, Records, ReportTables, ReportTablesRequest, ResetAt, ResetStatus, Resolved, TagCounts,
    UnitList,
};
pub use request::{
    BulkAnswer, BulkItem, BulkRequest, ErasedEvents, Execute, Forget, Forgotten, ImportContacts, NoOptions,
    OpenWorkspace, ReplayWorkspace, SettingsRequest, erased_events,
};

use serde_json::Value;

use super::contact_files::{self, ImportContactFile, ImportedContactFile};
use super::door;
use crate::contact::{ContactId, Origin, Profile};
use crate::error::{Code, Error, Result};
use crate::import::{ContactImport, ImportStop};
use crate::message::Source;
use crate::time::Instant;
use crate::workspace::{Bulk, Call, Event, Lent, Progress, Reply, Settings, TableIndex, Watch, Workspace};

/// A workspace with the events that it has made since it was opened: what a binding holds.
///
/// Operations that only read go through [`read`](Self::read), the others through [`call`](Self::call), which takes both;
/// their names are [`WORKSPACE_READS`] and [`WORKSPACE_CHANGES`].
///
/// # Example
/// ```
/// use omnicontact::wire::WorkspaceHandle;
/// use serde_json::json;
/// let mut workspace = WorkspaceHandle::open_value(json!({
///     "at": "2025-07-01T12:00:00Z", "settings": {"zone": "America/Guayaquil", "country": "EC"},
/// }))?;
/// let reply = workspace.call("execute", json!({
///     "at": "2025-07-01T12:00:00Z", "random": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
///     "command": {"add_contact": {"profile": {"name": "Ana", "phones": ["099 123 4567"]}}},
/// }))?;
/// assert_eq!(reply["outcome"]["kind"], "added");
/// let found = workspace.read("contact", json!({"contact": reply["outcome"]["contact"]}))?;
/// assert_eq!(found["contact"]["phones"][0], "+593991234567");
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct WorkspaceHandle {
    workspace: Workspace,
    events: Vec<Event>,
    /// What questions about contacts leave for the next ones.
    index: TableIndex,
}

impl WorkspaceHandle {
    /// Begins a workspace. Its first event is the first of [`events`](Self::events): store it.
    ///
    /// # Errors
    /// `unknown_zone`, `invalid_country`, inside `settings`.
    pub fn open(request: OpenWorkspace) -> Result<Self> {
        let mut settings = Settings::from(request.settings);
        settings.id = request.random.map_or(settings.id, |random| ContactId::mint(request.at, random).as_uuid());
        let opened = Workspace::open(settings, request.at);
        let (workspace, events) = opened.map_err(|error| error.at("settings"))?;
        Ok(Self { workspace, events, index: TableIndex::default() })
    }

    /// [`open`](Self::open) with a JSON value.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and of the shape.
    #[expect(clippy::needless_pass_by_value, reason = "a request is handed over")]
    pub fn open_value(request: Value) -> Result<Self> {
        Self::open(door::from_value(&request)?)
    }

    /// [`open`](Self::open) with JSON text.
    ///
    /// # Errors
    /// As [`open_value`](Self::open_value); `malformed_json`.
    pub fn open_text(request: &str) -> Result<Self> {
        Self::open(door::from_text(request)?)
    }

    /// The state that stored events give; they are remembered.
    ///
    /// # Errors
    /// `empty_input`, `invalid_event` at `events[row]`.
    pub fn replay(request: ReplayWorkspace) -> Result<Self> {
        let workspace = Workspace::replay(&request.events).map_err(|error| match error.path() {
            "" => error.at("events"),
            _ => error,
        })?;
        Ok(Self { workspace, events: request.events, index: TableIndex::default() })
    }

    /// [`replay`](Self::replay) with JSON text.
    ///
    /// # Errors
    /// Those of [`replay`](Self::replay); `malformed_json`.
    pub fn replay_text(request: &str) -> Result<Self> {
        Self::replay(door::from_text(request)?)
    }

    /// The state of a snapshot, and of the stored events after it; whole, or not at all. Events that the snapshot has
    /// already are remembered only.
    ///
    /// # Errors
    /// `damaged`, `unsupported_version`, `unknown_zone`; `invalid_event` at `events[row]`.
    pub fn restore(snapshot: &[u8], request: ReplayWorkspace) -> Result<Self> {
        let mut workspace = Workspace::restore(snapshot)?;
        for (row, event) in request.events.iter().enumerate() {
            if event.sequence > workspace.sequence() || event.workspace != workspace.settings().id {
                workspace.apply(event).map_err(|error| error.at_row(row).at("events"))?;
            }
        }
        if let Some(last) = request.events.len().checked_sub(1) {
            workspace.whole().map_err(|error| error.at_row(last).at("events"))?;
        }
        Ok(Self { workspace, events: request.events, index: TableIndex::default() })
    }

    /// [`restore`](Self::restore) with JSON text.
    ///
    /// # Errors
    /// Those of [`restore`](Self::restore); `malformed_json`.
    pub fn restore_text(snapshot: &[u8], request: &str) -> Result<Self> {
        Self::restore(snapshot, door::from_text(request)?)
    }

    /// The whole state as bytes; the events that are remembered are no part of it.
    ///
    /// # Errors
    /// Never in practice; see [`Workspace::snapshot`].
    pub fn snapshot(&self) -> Result<Vec<u8>> {
        self.workspace.snapshot()
    }

    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The events that are remembered: all since the workspace was opened or given, but those forgotten.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Whether an operation only reads.
    pub fn is_read(operation: &str) -> bool {
        WORKSPACE_READS.contains(&operation)
    }

    /// Runs an operation that only reads.
    ///
    /// # Errors
    /// `unknown_label` at `operation`; the shape's, and the operation's own.
    pub fn read(&self, operation: &str, options: Value) -> Result<Value> {
        operation::read(self, operation, options)
    }

    /// [`read`](Self::read) with JSON text.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); `malformed_json`.
    pub fn read_text(&self, operation: &str, options: &str) -> Result<String> {
        operation::read(self, operation, options)
    }

    /// Runs any operation.
    ///
    /// # Errors
    /// Those of [`read`](Self::read). Then nothing was changed.
    pub fn call(&mut self, operation: &str, options: Value) -> Result<Value> {
        self.call_with(operation, options, &mut |_| true)
    }

    /// [`call`](Self::call) with JSON text.
    ///
    /// # Errors
    /// Those of [`call`](Self::call); `malformed_json`.
    pub fn call_text(&mut self, operation: &str, options: &str) -> Result<String> {
        self.call_text_with(operation, options, &mut |_| true)
    }

    /// [`call`](Self::call), and the host hears of progress and says whether to go on. Where it stops an operation on many,
    /// the answer holds what was done before, which stays, and says so in `stopped`.
    ///
    /// # Errors
    /// Those of [`call`](Self::call).
    pub fn call_with(
        &mut self,
        operation: &str,
        options: Value,
        mut progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Value> {
        operation::change(self, operation, options, &mut progress)
    }

    /// [`call_with`](Self::call_with) for a host whose readers see the state between two items; see [`lend`](Self::lend).
    ///
    /// # Errors
    /// Those of [`call`](Self::call).
    pub fn call_watched(&mut self, operation: &str, options: Value, watch: &mut dyn Watch) -> Result<Value> {
        operation::change(self, operation, options, watch)
    }

    /// A handle of the state in the middle of work on many, for readers; it has to be [given back](Self::give_back).
    pub fn lend(state: &mut Lent<'_>) -> Self {
        let (workspace, events) = state.take();
        Self { workspace, events, index: TableIndex::default() }
    }

    /// Gives back what [`lend`](Self::lend) took.
    pub fn give_back(self, state: &mut Lent<'_>) {
        state.give_back(self.workspace, self.events);
    }

    /// [`call_with`](Self::call_with) with JSON text.
    ///
    /// # Errors
    /// Those of [`call_with`](Self::call_with); `malformed_json`.
    pub fn call_text_with(
        &mut self,
        operation: &str,
        options: &str,
        mut progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<String> {
        operation::change(self, operation, options, &mut progress)
    }

    /// Carries out a command, as a whole or not at all. Ids that are UUIDs become texts, as answers show them.
    ///
    /// # Errors
    /// What is malformed, with the path inside the command.
    pub fn execute(&mut self, request: Execute) -> Result<Reply> {
        let Execute { at, now, random, actor, source, mut command } = request;
        ids::of_command(&mut command);
        let call = self.call_of(at, now, random, actor, source);
        let reply = self.workspace.execute(&call, command)?;
        self.events.extend_from_slice(&reply.events);
        Ok(reply)
    }

    #[expect(clippy::unused_self, reason = "it reads like the other doors")]
    fn call_of(
        &self,
        at: Instant,
        now: Option<Instant>,
        random: [u8; 10],
        actor: Option<crate::access::Actor>,
        source: Option<Source>,
    ) -> Call {
        let mut call = Call::new(at, random);
        call.now = now;
        if let Some(mut actor) = actor {
            ids::of_actor(&mut actor);
            call = call.by(actor);
        }
        match source {
            Some(source) => call.from_source(source),
            None => call,
        }
    }

    /// Imports contacts in order; a bad or refused row does not stop the others (N4, S4).
    ///
    /// A row's own error is that row's answer. Where the host stops, the rows before stay and are answered, and `stopped`
    /// says that others were not reached.
    ///
    /// # Errors
    /// `clock_ahead`, before anything happens.
    pub fn import_contacts(
        &mut self,
        request: ImportContacts,
        mut progress: impl FnMut(Progress) -> bool,
    ) -> Result<BulkAnswer> {
        self.import_contacts_watched(request, &mut progress)
    }

    pub(in crate::wire) fn import_contacts_watched(
        &mut self,
        request: ImportContacts,
        watch: &mut dyn Watch,
    ) -> Result<BulkAnswer> {
        let ImportContacts { at, now, random, actor, source, rows, origin } = request;
        let call = self.call_of(at, now, random, actor, source);
        self.workspace.ready(&call)?;
        let mut origin = origin.unwrap_or_else(|| Origin::new(Source::ContactImport));
        ids::of_origin(&mut origin);
        // A row that is no profile is that row's mistake: the others go on around it.
        let mut profiles = Vec::with_capacity(rows.len());
        let mut unreadable = Vec::new();
        for (row, value) in rows.into_iter().enumerate() {
            match door::from_text::<Profile>(value.get()) {
                Ok(mut profile) => {
                    ids::of_profile(&mut profile);
                    profiles.push(profile);
                }
                Err(error) => unreadable.push((row, error.at_row(row).at("rows"))),
            }
        }
        let before = self.workspace.sequence();
        let total = profiles.len() + unreadable.len();
        let passed = unreadable.len();
        let mut told = Shifted { passed, total, watch };
        let answers = self.workspace.import_watched(&call, profiles, &origin, &mut told, &mut self.events);
        let is_stopped = answers.stopped.is_some();
        let mut answers = answers.items.into_iter();
        let mut wrong = unreadable.into_iter().peekable();
        let mut items = Vec::with_capacity(total);
        for row in 0..total {
            let item = match wrong.next_if(|(at, _)| *at == row) {
                Some((_, error)) => Err(error),
                None => match answers.next() {
                    Some(answer) => answer,
                    None => break,
                },
            };
            items.push(BulkItem::of(item, row));
        }
        // Counted with the rows that could not be read.
        let stopped = is_stopped.then(|| {
            let done = items.len();
            Error::new(Code::Cancelled, format!("stopped after {done} of {total}")).into()
        });
        Ok(BulkAnswer { items, stopped, from: before + 1, to: self.workspace.sequence() })
    }

    /// Imports the contacts of a file, row by row: a bad or refused one does not stop the others (S4, N4). Progress is in
    /// bytes of the file.
    ///
    /// # Errors
    /// What is wrong with the file as a whole or with the request, before anything happens. Where the host stops, the
    /// answer names the rows before, which stay, and says in `stopped` that it is not the whole file.
    pub fn import_contact_file(
        &mut self,
        request: ImportContactFile,
        mut progress: impl FnMut(Progress) -> bool,
    ) -> Result<ImportedContactFile> {
        self.import_contact_file_watched(request, &mut progress)
    }

    pub(in crate::wire) fn import_contact_file_watched(
        &mut self,
        mut request: ImportContactFile,
        watch: &mut dyn Watch,
    ) -> Result<ImportedContactFile> {
        let call = self.call_of(request.at, request.now, request.random, request.actor.take(), request.source.take());
        contact_files::import_file(&mut self.workspace, &call, &request, &mut self.events, watch)
    }

    /// Rehearses [`import_contact_file`](Self::import_contact_file): the same answers, and nothing is changed.
    ///
    /// # Errors
    /// Those of [`import_contact_file`](Self::import_contact_file).
    pub fn try_contact_file(&self, mut request: ImportContactFile) -> Result<ContactImport> {
        let call = self.call_of(request.at, request.now, request.random, request.actor.take(), request.source.take());
        contact_files::try_file(&self.workspace, &call, &request)
    }

    /// Does the same with every contact of a selection, each by itself (S3).
    ///
    /// Where the host stops, the contacts before stay done and are answered, and `stopped` says that others were not
    /// reached.
    ///
    /// # Errors
    /// What is malformed in the action, before anything happens.
    pub fn bulk(&mut self, request: BulkRequest, mut progress: impl FnMut(Progress) -> bool) -> Result<BulkAnswer> {
        self.bulk_watched(request, &mut progress)
    }

    pub(in crate::wire) fn bulk_watched(&mut self, request: BulkRequest, watch: &mut dyn Watch) -> Result<BulkAnswer> {
        let BulkRequest { at, now, random, actor, source, contacts, mut action } = request;
        let call = self.call_of(at, now, random, actor, source);
        ids::of_action(&mut action);
        let before = self.workspace.sequence();
        let answers = self.workspace.bulk_watched(&call, &Bulk::new(contacts, action), watch, &mut self.events)?;
        let items = answers.items.into_iter().map(BulkItem::Outcome).collect();
        let stopped = answers.stopped.map(ImportStop::from);
        Ok(BulkAnswer { items, stopped, from: before + 1, to: self.workspace.sequence() })
    }

    /// Forgets events that the host has stored.
    pub fn forget_events(&mut self, request: &Forget) -> Forgotten {
        let before = self.events.len();
        self.events.retain(|event| event.sequence > request.to);
        Forgotten { forgotten: before - self.events.len() }
    }
}

/// Progress counted with the rows that could not be read.
struct Shifted<'w> {
    passed: usize,
    total: usize,
    watch: &'w mut dyn Watch,
}

impl Watch for Shifted<'_> {
    fn pause(&mut self, told: Progress, state: Lent<'_>) -> bool {
        self.watch.pause(Progress { done: told.done + self.passed, total: self.total }, state)
    }
}
