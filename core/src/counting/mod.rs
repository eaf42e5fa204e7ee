//! What a workspace pays for: units, usage, admission (N).
//!
//! A [`Ledger`] keeps the counters of the current month; the units themselves stay with whoever holds them (the
//! workspace, or the host's own tables), each with its [`Counted`]. [`usage`] counts the slow way, straight from
//! facts, for hosts that have only those.

mod erased;
mod ledger;
mod month;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use erased::{mark, pseudonym};
pub(crate) use ledger::StoredLedger;
pub use ledger::{Counted, Ledger, Loss};
pub use month::Month;

use crate::contact::{ContactId, Identity};
use crate::error::Result;
use crate::label::labels;
use crate::time::{Instant, Zone};

labels! { closed
    /// Policy: what is counted (N1).
    UnitPolicy, "unit policy" {
        /// One per channel identity held by a contact; one for a contact without any.
        PerChannelIdentity = "per_channel_identity",
        /// One per contact.
        PerContact = "per_contact",
        /// One per contact that sent, or was successfully sent, a message in the month.
        MonthlyActive = "monthly_active",
    }
}

labels! { closed
    /// Why a unit was counted (N5).
    CountReason, "count reason" {
        /// The unit existed at the first instant of the month.
        Carried = "carried",
        /// A message came from an identity that nobody held.
        IncomingMessage = "incoming_message",
        /// A message went out to an identity that nobody held, or was echoed.
        OutgoingMessage = "outgoing_message",
        /// Somebody added the contact.
        Added = "added",
        /// The contact was imported.
        Imported = "imported",
        /// A known contact got a further identity.
        IdentityAdded = "identity_added",
        /// The contact lost its last identity; counted from the next month on.
        IdentityRemoved = "identity_removed",
        /// An unmerge brought it back; counted from the next month on.
        Unmerged = "unmerged",
    }
}

impl CountReason {
    /// Whether the unit counts in the month in which it came: a merge, an unmerge or a loss changes no usage (N2).
    pub const fn counts_at_once(self) -> bool {
        !matches!(self, Self::IdentityRemoved | Self::Unmerged)
    }
}

/// What is counted (N1): an identity, or a contact (which is also the unit of a contact without identities, in the
/// pseudo-channel `none`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// An identity on a channel.
    Identity(Identity),
    /// A contact.
    Contact(ContactId),
    /// An identity that was erased in the month; nobody can tell it from this, until it comes again (D35).
    Erased(Uuid),
}

/// One line of an explained usage: the unit, when it was counted and why (N5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountedUnit {
    /// The unit.
    pub unit: Unit,
    /// When it was counted; the first instant of the month for carried ones.
    pub at: Instant,
    /// Why.
    pub reason: CountReason,
}

/// The quota of a month, explained (N5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Quota {
    /// The month.
    pub month: Month,
    /// The month that decides what a command at that instant may: a later one, where something happened in it already (D34).
    pub decides: Month,
    /// What is counted.
    pub unit: UnitPolicy,
    /// Units that may be used; `None` is no limit.
    pub limit: Option<u64>,
    /// Units used: carried and new.
    pub used: u64,
    /// Units that existed at the first instant of the month.
    pub carried: u64,
    /// Units first seen in the month.
    pub new: u64,
    /// Attempts refused (D23).
    pub refused: u64,
    /// Units left; none when a lowered limit lies below the usage.
    pub remaining: Option<u64>,
}

/// Answer to new units (N4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Admission {
    /// They fit.
    Admitted,
    /// They do not.
    QuotaExceeded {
        /// The limit.
        limit: u64,
        /// Units used.
        used: u64,
    },
}

/// Whether `new_units` more fit (N4): the limit-th does, the next does not; nothing new always fits.
///
/// # Example
/// ```
/// use omnicontact::counting::{Admission, admit};
/// assert_eq!(admit(Some(3), 2, 1), Admission::Admitted);
/// assert_eq!(admit(Some(3), 3, 1), Admission::QuotaExceeded { limit: 3, used: 3 });
/// assert_eq!(admit(Some(2), 3, 0), Admission::Admitted, "a lowered limit only stops new units (N5)");
/// ```
pub fn admit(limit: Option<u64>, used: u64, new_units: u64) -> Admission {
    match limit {
        Some(limit) if new_units > 0 && used.checked_add(new_units).is_none_or(|sum| sum > limit) => {
            Admission::QuotaExceeded { limit, used }
        }
        _ => Admission::Admitted,
    }
}

/// The life of a unit: when it was first held, and when it was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitSpan {
    /// The unit.
    pub unit: Unit,
    /// When somebody first held it.
    pub from: Instant,
    /// When nobody held it any more.
    pub until: Option<Instant>,
}

/// Usage of a month straight from its definition (N2): units alive at its first instant, and units first seen in it.
///
/// # Errors
/// `instant_out_of_range` if the month lies outside the years 1970 to 9999.
///
/// # Example
/// ```
/// use omnicontact::{Identity, Instant, Zone};
/// use omnicontact::counting::{Month, Unit, UnitSpan, usage};
/// let unit = Unit::Identity(Identity::new("wa", "593")?);
/// let span = |from: &str, until: Option<&str>| -> Result<_, omnicontact::Error> {
///     let until = until.map(Instant::parse).transpose()?;
///     Ok(UnitSpan { unit: unit.clone(), from: Instant::parse(from)?, until })
/// };
/// // Here, gone, and back in the same month: one unit.
/// let spans = [span("2025-07-02T00:00:00Z", Some("2025-07-05T00:00:00Z"))?, span("2025-07-09T00:00:00Z", None)?];
/// assert_eq!(usage(&spans, Month::parse("2025-07")?, &Zone::utc())?, (0, 1));
/// assert_eq!(usage(&spans, Month::parse("2025-08")?, &Zone::utc())?, (1, 0));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn usage(spans: &[UnitSpan], month: Month, zone: &Zone) -> Result<(u64, u64)> {
    let (start, end) = (month.start(zone)?, month.end(zone));
    let alive = |span: &&UnitSpan| span.from < start && span.until.is_none_or(|until| until >= start);
    let carried: BTreeSet<&Unit> = spans.iter().filter(alive).map(|span| &span.unit).collect();
    let seen = spans.iter().filter(|span| (start..end).contains(&span.from)).map(|span| &span.unit);
    let new: BTreeSet<&Unit> = seen.filter(|unit| !carried.contains(*unit)).collect();
    Ok((carried.len() as u64, new.len() as u64))
}
