//! Samples: a seeded generator of realistic workspaces of any size, and a small one that ships with the library.
//!
//! The made-up shop writes Spanish in Guayaquil. Its contacts arrive in every way that C6 knows, over nine channels
//! (two `WhatsApp` numbers and a third that is removed half-way, Facebook, Instagram, Telegram, web chat, e-mail, SMS),
//! talk as unevenly as people do, more at noon than at night and more every month. Sources, types, templates and tags
//! are those of real traffic; one channel hands over raw facts instead. Deliveries follow what each channel can tell,
//! fail with the providers' codes, come late, twice or in the wrong order, and some messages have a second row that
//! updates the first. Events fit the messages: a contact connects with its first success on a channel (K8), merges
//! move identities and some are taken apart, contacts are deleted by users and by the monthly reset, and take their
//! messages along (C9).
//!
//! The same options give the same workspace on every machine.
//!
//! # Example
//! ```
//! use omnicontact::import::{self, ImportOptions};
//! use omnicontact::sample::{self, SampleOptions, Workspace};
//!
//! // The sample that ships: seven CSV files.
//! let (_, file) = sample::files().iter().find(|(name, _)| *name == "messages.csv").unwrap();
//! let shipped = import::messages(file.as_bytes(), &ImportOptions::default())?.rows;
//! assert!(shipped.len() > 4000);
//!
//! // One of your own.
//! let workspace = Workspace::generate(&SampleOptions::default().seed(42).contacts(50).messages(300).days(30))?;
//! assert!(workspace.messages.len() >= 300);
//! # Ok::<(), omnicontact::Error>(())
//! ```

mod calendar;
mod cast;
mod delivery;
mod files;
mod lives;
mod options;
mod people;
mod random;
mod rows;
mod simulation;
#[cfg(test)]
mod tests;
mod traffic;
mod words;

pub use files::{FILE_NAMES, files};
pub use options::{MOST_CONTACTS, MOST_MESSAGES, SampleOptions};

use crate::directory::{Directory, Named};
use crate::error::Result;
use crate::event::ContactEvent;
use crate::message::Message;
use people::{State, contact_id};
use simulation::Simulation;

/// A workspace as a host would have it: messages, the log of contact events, and the directory of names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Workspace {
    /// Messages in the order in which their rows were written; some rows update an earlier one (D10).
    pub messages: Vec<Message>,
    /// Contact events by sequence.
    pub events: Vec<ContactEvent>,
    /// Contacts at the end (neither deleted nor merged into another), channels, users, teams, broadcasts.
    pub directory: Directory,
}

impl Workspace {
    /// Makes a workspace. Ten million messages take some seconds and several gigabytes.
    ///
    /// # Errors
    /// `malformed_value` at `days` or `contacts`, `instant_out_of_range` at `end` or `days` if the sample would begin
    /// before 1970.
    ///
    /// # Example
    /// ```
    /// use omnicontact::EventKind;
    /// use omnicontact::sample::{SampleOptions, Workspace};
    /// let workspace = Workspace::generate(&SampleOptions::default())?;
    /// assert!(workspace.events.iter().any(|event| event.kind == EventKind::Merged));
    /// assert_eq!(workspace.directory.channels.len(), 9);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn generate(options: &SampleOptions) -> Result<Self> {
        let made = Simulation::run(options)?;
        let alive = made.people.iter().enumerate().filter(|(_, person)| person.state == State::Alive);
        let contacts =
            alive.map(|(at, person)| Named { id: contact_id(at), name: person.name().current(), removed: false });
        let directory = Directory {
            contacts: contacts.collect(),
            channels: cast::channels(),
            users: cast::users(),
            teams: cast::teams(),
            broadcasts: (0..made.broadcasts).map(cast::broadcast).collect(),
        };
        Ok(Self { messages: made.rows, events: made.events, directory })
    }
}
