//! Many at once: each item by itself, with progress, and an answer for every one.

use super::decide::step;
use super::{Call, Command, Event, Outcome, Workspace};
use crate::access::Action;
use crate::contact::{ContactId, Edit, Origin, Profile};
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

/// Items between two reports of progress.
const STRIDE: usize = 256;

impl Workspace {
    /// Imports contacts in order; a bad or refused row does not stop the others (N4, S4).
    ///
    /// # Errors
    /// `cancelled` if the host asked to stop: the rows before stay, their events are in the list. A row's own error is
    /// that row's answer.
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
    /// let answers = workspace.import(&Call::new(at, [1; 10]), rows, &origin, |_| true, &mut events)?;
    /// assert!(matches!(answers[0], Ok(Outcome::Added { .. })));
    /// assert_eq!(answers[1].as_ref().unwrap_err().path(), "rows[1].phones[0]");
    /// assert_eq!(events.len(), 2);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn import(
        &mut self,
        call: &Call,
        rows: Vec<Profile>,
        origin: &Origin,
        progress: impl FnMut(Progress) -> bool,
        events: &mut Vec<Event>,
    ) -> Result<Vec<Result<Outcome>>> {
        if let Some(refusal) = refused(call, Action::ImportContacts) {
            return Ok(vec![Ok(Outcome::Refused(refusal)); rows.len()]);
        }
        // Who may import may add: the rows themselves are not asked again.
        let mut own = Call { actor: None, ..call.clone() };
        let origin = Origin { user: origin.user.clone().or_else(|| call.user()), ..origin.clone() };
        self.each(rows, progress, |workspace, row| {
            let profile = Box::new(row);
            let command = Command::AddContact { profile, origin: Some(Box::new(origin.clone())) };
            let answer = workspace.execute_into(&own, command, events);
            step(&mut own.random, 1);
            answer
        })
    }

    /// Makes the same edits on many contacts.
    ///
    /// # Errors
    /// As [`Workspace::import`].
    pub fn edit_all(
        &mut self,
        call: &Call,
        contacts: Vec<ContactId>,
        edits: &[Edit],
        progress: impl FnMut(Progress) -> bool,
        events: &mut Vec<Event>,
    ) -> Result<Vec<Result<Outcome>>> {
        self.each(contacts, progress, |workspace, contact| {
            workspace.execute_into(call, Command::Edit { contact, edits: edits.to_vec() }, events)
        })
    }

    fn each<T>(
        &mut self,
        items: Vec<T>,
        mut progress: impl FnMut(Progress) -> bool,
        mut one: impl FnMut(&mut Self, T) -> Result<Outcome>,
    ) -> Result<Vec<Result<Outcome>>> {
        let total = items.len();
        let mut answers = Vec::with_capacity(total);
        for (row, item) in items.into_iter().enumerate() {
            answers.push(one(self, item).map_err(|error| error.at_row(row).at("rows")));
            let done = row + 1;
            if (done % STRIDE == 0 || done == total) && !progress(Progress { done, total }) && done < total {
                return Err(Error::new(Code::Cancelled, format!("stopped after {done} of {total}")));
            }
        }
        Ok(answers)
    }
}

fn refused(call: &Call, action: Action) -> Option<Refusal> {
    crate::access::check(call.actor.as_ref()?, action, None).err().map(Refusal::Forbidden)
}
