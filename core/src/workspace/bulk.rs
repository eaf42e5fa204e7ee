//! Many at once: each item by itself, with progress, and an answer for every one.

use serde::{Deserialize, Serialize};

use super::decide::step;
use super::{Call, Command, Event, Outcome, Workspace};
use crate::access::Action;
use crate::contact::{Assignee, ContactId, Edit, Field, FieldValue, Origin, Profile};
use crate::error::{Code, Error, Result};
use crate::refusal::Refusal;

/// How far a bulk command is; the host answers whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Items done.
    pub done: usize,
    /// Items in all.
    pub total: usize,
}

/// Hears of work on many between two items: how far it is, and whether it goes on. Every `FnMut(Progress) -> bool` is one.
pub trait Watch {
    /// Whether the work goes on. Meanwhile a host may lend the state so far to its readers.
    fn pause(&mut self, progress: Progress, state: Lent<'_>) -> bool;
}

impl<F: FnMut(Progress) -> bool> Watch for F {
    fn pause(&mut self, progress: Progress, _: Lent<'_>) -> bool {
        self(progress)
    }
}

/// A workspace in the middle of work on many, with the events so far: for a host whose readers need not wait for its end.
/// What is taken has to be given back, unchanged, before the work goes on.
#[derive(Debug)]
pub struct Lent<'w> {
    pub(crate) workspace: &'w mut Workspace,
    pub(crate) events: &'w mut Vec<Event>,
}

impl Lent<'_> {
    /// The state; an empty one stands in for it.
    pub fn take(&mut self) -> (Workspace, Vec<Event>) {
        let vacant = self.workspace.vacant();
        (std::mem::replace(self.workspace, vacant), std::mem::take(self.events))
    }

    /// Gives back what was taken.
    pub fn give_back(&mut self, workspace: Workspace, events: Vec<Event>) {
        (*self.workspace, *self.events) = (workspace, events);
    }
}

/// The answers for many items, as far as the host let them be done: what has an answer is done and stays.
#[derive(Debug, Clone)]
pub struct Answers<T> {
    /// One for each item that was reached, in order.
    pub items: Vec<T>,
    /// Why the items after these were not reached: `cancelled` where the host asked to stop. None where all were.
    pub stopped: Option<Error>,
}

/// The same for every contact of a selection (S3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// The selection.
    pub contacts: Vec<ContactId>,
    /// What is done.
    pub action: BulkAction,
}

impl Bulk {
    /// An action on a selection.
    pub fn new(contacts: impl IntoIterator<Item = ContactId>, action: BulkAction) -> Self {
        Self { contacts: contacts.into_iter().collect(), action }
    }
}

/// What is done with every contact of a selection (S3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BulkAction {
    /// Adds tags.
    Tag(Vec<Box<str>>),
    /// Removes tags.
    Untag(Vec<Box<str>>),
    /// Assigns to a user or team, or to nobody.
    Assign(Option<Assignee>),
    /// Any edits.
    Edit(Vec<Edit>),
    /// Deletes (C9).
    Delete,
}

/// Items between two reports of progress.
const STRIDE: usize = 256;

impl Workspace {
    /// Imports contacts in order; a bad or refused row does not stop the others (N4, S4).
    ///
    /// A row's own error is that row's answer. Where the host asks to stop (`progress` answers `false`), the rows before
    /// stay and are answered, their events are in the list, and [`Answers::stopped`] says so.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Origin, Profile, Source};
    /// use omnicontact::workspace::{Call, Outcome, Settings, Workspace};
    /// let at = Instant::parse("2025-07-01T12:00:00Z")?;
    /// let (mut workspace, _) = Workspace::open(Settings::new("Etc/UTC"), at)?;
    /// let rows = vec![Profile::named("Ana"), Profile::named("Eva").phone("?"), Profile::named("Luz")];
    /// let origin = Origin::new(Source::ContactImport).with_name("customers.csv");
    /// let mut events = Vec::new();
    /// let answers = workspace.import(&Call::new(at, [1; 10]), rows, &origin, |_| true, &mut events);
    /// assert!(matches!(answers.items[0], Ok(Outcome::Added { .. })));
    /// assert_eq!(answers.items[1].as_ref().unwrap_err().path(), "rows[1].phones[0]");
    /// assert_eq!((events.len(), answers.stopped.is_none()), (2, true));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn import(
        &mut self,
        call: &Call,
        rows: Vec<Profile>,
        origin: &Origin,
        mut progress: impl FnMut(Progress) -> bool,
        events: &mut Vec<Event>,
    ) -> Answers<Result<Outcome>> {
        self.import_watched(call, rows, origin, &mut progress, events)
    }

    /// [`import`](Self::import) for a host that lends the state between two rows.
    pub fn import_watched(
        &mut self,
        call: &Call,
        rows: Vec<Profile>,
        origin: &Origin,
        watch: &mut dyn Watch,
        events: &mut Vec<Event>,
    ) -> Answers<Result<Outcome>> {
        if let Some(refusal) = refused(call, Action::ImportContacts) {
            return Answers { items: vec![Ok(Outcome::Refused(refusal)); rows.len()], stopped: None };
        }
        // Who may import may add: the rows themselves are not asked again.
        let mut own = Call { actor: None, ..call.clone() };
        let origin = Origin { user: origin.user.clone().or_else(|| call.user()), ..origin.clone() };
        self.each(rows, events, watch, |workspace, events, row| {
            let profile = Box::new(row);
            let command = Command::AddContact { profile, origin: Some(Box::new(origin.clone())) };
            let answer = workspace.execute_into(&own, command, events);
            step(&mut own.random, 1);
            answer
        })
    }

    /// Does the same with every contact of a selection, each by itself, and answers for each in its order (S3): `edited`,
    /// `unchanged`, `deleted`, or why it was refused. Where the host asks to stop, the contacts before stay done and are
    /// answered, as in [`Workspace::import`].
    ///
    /// # Errors
    /// What is malformed in the action, before anything happens.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{ContactId, Instant, Profile};
    /// use omnicontact::workspace::{Bulk, BulkAction, Call, Command, Outcome, Settings, Workspace};
    /// let at = Instant::parse("2025-07-01T12:00:00Z")?;
    /// let (mut workspace, mut events) = Workspace::open(Settings::new("Etc/UTC"), at)?;
    /// let call = Call::new(at, [1; 10]);
    /// let profile = Box::new(Profile::named("Ana"));
    /// let reply = workspace.execute(&call, Command::AddContact { profile, origin: None })?;
    /// let Outcome::Added { contact: ana } = reply.outcome else { panic!() };
    /// events.extend(reply.events);
    ///
    /// let nobody = ContactId::mint(at, [9; 10]);
    /// let bulk = Bulk::new([ana, nobody, ana], BulkAction::Tag(vec!["vip".into()]));
    /// let answers = workspace.bulk(&call, &bulk, |_| true, &mut events)?;
    /// assert!(matches!(answers.items[..], [Outcome::Edited { .. }, Outcome::Refused(_), Outcome::Unchanged]));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn bulk(
        &mut self,
        call: &Call,
        bulk: &Bulk,
        mut progress: impl FnMut(Progress) -> bool,
        events: &mut Vec<Event>,
    ) -> Result<Answers<Outcome>> {
        self.bulk_watched(call, bulk, &mut progress, events)
    }

    /// [`bulk`](Self::bulk) for a host that lends the state between two contacts.
    ///
    /// # Errors
    /// Those of [`bulk`](Self::bulk).
    pub fn bulk_watched(
        &mut self,
        call: &Call,
        bulk: &Bulk,
        watch: &mut dyn Watch,
        events: &mut Vec<Event>,
    ) -> Result<Answers<Outcome>> {
        let edits = match &bulk.action {
            BulkAction::Tag(tags) => vec![Edit::AddTags(tags.clone())],
            BulkAction::Untag(tags) => vec![Edit::RemoveTags(tags.clone())],
            BulkAction::Assign(assignee) => {
                vec![Edit::Set { field: Field::Assignee, value: assignee.clone().map(FieldValue::Assignee) }]
            }
            BulkAction::Edit(edits) => edits.clone(),
            BulkAction::Delete => Vec::new(),
        };
        self.ready(call)?;
        // Once for all: what is left to go wrong differs from contact to contact, and is an answer.
        let edits = self.check_edits(&edits)?;
        let is_deletion = matches!(bulk.action, BulkAction::Delete);
        let done = self.each(bulk.contacts.clone(), events, watch, |workspace, events, contact| {
            if is_deletion {
                return workspace.execute_into(call, Command::Delete { contact }, events);
            }
            workspace.edit_checked(call, contact, &edits, events)
        });
        let mut answers = Answers { items: Vec::with_capacity(done.items.len()), stopped: done.stopped };
        for item in done.items {
            match item {
                Ok(outcome) => answers.items.push(outcome),
                // What is malformed was found before: this would be a fault of ours, and hides no answer either.
                Err(error) => {
                    answers.stopped = Some(error);
                    break;
                }
            }
        }
        Ok(answers)
    }

    /// Makes the same edits on many contacts, each by itself; what is wrong with one is its own answer. Stops as
    /// [`Workspace::import`].
    pub fn edit_all(
        &mut self,
        call: &Call,
        contacts: Vec<ContactId>,
        edits: &[Edit],
        mut progress: impl FnMut(Progress) -> bool,
        events: &mut Vec<Event>,
    ) -> Answers<Result<Outcome>> {
        self.each(contacts, events, &mut progress, |workspace, events, contact| {
            workspace.execute_into(call, Command::Edit { contact, edits: edits.to_vec() }, events)
        })
    }

    fn each<T>(
        &mut self,
        items: Vec<T>,
        events: &mut Vec<Event>,
        watch: &mut dyn Watch,
        mut one: impl FnMut(&mut Self, &mut Vec<Event>, T) -> Result<Outcome>,
    ) -> Answers<Result<Outcome>> {
        let total = items.len();
        let mut answers = Answers { items: Vec::with_capacity(total), stopped: None };
        for (row, item) in items.into_iter().enumerate() {
            answers.items.push(one(self, events, item).map_err(|error| error.at_row(row).at("rows")));
            let done = row + 1;
            if !done.is_multiple_of(STRIDE) && done < total {
                continue;
            }
            if !watch.pause(Progress { done, total }, Lent { workspace: self, events }) && done < total {
                answers.stopped = Some(Error::new(Code::Cancelled, format!("stopped after {done} of {total}")));
                break;
            }
        }
        answers
    }
}

fn refused(call: &Call, action: Action) -> Option<Refusal> {
    crate::access::check(call.actor.as_ref()?, action, None).err().map(Refusal::Forbidden)
}
