//! What a sample should be like.

use crate::error::{Code, Error, Result};
use crate::time::{Instant, Zone};

/// Most contacts of a sample; all of it is in memory at once.
pub const MOST_CONTACTS: u32 = 2_000_000;

/// Most messages of a sample.
pub const MOST_MESSAGES: u64 = 20_000_000;

/// What a sample should be like: how many contacts and messages, over how many local days, and until when.
///
/// # Example
/// ```
/// use omnicontact::sample::{SampleOptions, Workspace};
/// let options = SampleOptions::default().messages(200).contacts(40).days(30).seed(7);
/// let workspace = Workspace::generate(&options)?;
/// assert_eq!(workspace, Workspace::generate(&options)?);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SampleOptions {
    /// The same seed gives the same workspace, on every machine.
    pub seed: u64,
    /// Contacts that enter the workspace, among them those deleted or merged later.
    pub contacts: u32,
    /// Distinct messages left at the end; a few have a second row that updates the first.
    pub messages: u64,
    /// Local days before `end`.
    pub days: u32,
    /// When the sample ends: nothing has happened at or after it.
    pub end: Instant,
    /// The workspace's time zone.
    pub zone: Zone,
}

impl Default for SampleOptions {
    /// 4,000 messages of 700 contacts over 120 days, to the end of June 2026 in Guayaquil.
    fn default() -> Self {
        Self {
            seed: 1,
            contacts: 700,
            messages: 4000,
            days: 120,
            end: Instant::from_millis(1_782_882_000_000).unwrap_or(Instant::MAX),
            zone: Zone::new("America/Guayaquil").unwrap_or_else(|_| Zone::utc()),
        }
    }
}

impl SampleOptions {
    /// Sets the seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the number of contacts, at most [`MOST_CONTACTS`].
    pub fn contacts(mut self, contacts: u32) -> Self {
        self.contacts = contacts;
        self
    }

    /// Sets the number of messages, at most [`MOST_MESSAGES`].
    pub fn messages(mut self, messages: u64) -> Self {
        self.messages = messages;
        self
    }

    /// Sets the number of local days, 1 to 3,650.
    pub fn days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    /// Sets the end.
    pub fn end(mut self, end: Instant) -> Self {
        self.end = end;
        self
    }

    /// Sets the time zone.
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if !(1..=3650).contains(&self.days) {
            let fault = Error::new(Code::MalformedValue, format!("a sample of {} days cannot be made", self.days));
            return Err(fault.with_hint("allowed: 1 to 3650").at("days"));
        }
        for (name, found, most) in [
            ("contacts", u64::from(self.contacts), u64::from(MOST_CONTACTS)),
            ("messages", self.messages, MOST_MESSAGES),
        ] {
            if found > most {
                let fault = Error::new(Code::TooLarge, format!("a sample of {found} {name} is too large"));
                return Err(fault.with_hint(format!("at most {most}")).at(name));
            }
        }
        if self.contacts == 0 && self.messages > 0 {
            return Err(Error::new(Code::MalformedValue, "messages need at least one contact").at("contacts"));
        }
        Ok(())
    }
}
