//! The monthly reset: modes, deadline, who goes (R).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contact::{Contact, ContactId};
use crate::counting::Month;
use crate::id::ForeignId;
use crate::label::labels;
use crate::letters;
use crate::time::{Instant, Zone};

labels! { closed
    /// Who goes at the end of a month (R1).
    ResetMode, "reset mode" {
        /// Nobody.
        Off = "off",
        /// Everybody.
        All = "all",
        /// Contacts that carry the tag.
        OnlyTagged = "only_tagged",
        /// Contacts that carry the tag if any does, else everybody; for compatibility.
        AllOrTagged = "all_or_tagged",
    }
}

/// The tag that marks contacts for the reset, where no policy names another (R1).
pub const DEFAULT_TAG: &str = "Borrar";

/// Which mode is in force for which month, and which months are done (R2, R3, D22).
///
/// # Example
/// ```
/// use omnicontact::{Instant, Zone};
/// use omnicontact::counting::Month;
/// use omnicontact::reset::{ResetMode, Schedule};
/// let zone = Zone::new("America/Guayaquil")?;
/// let mut schedule = Schedule::default();
/// // 30 July is one day too late for July: the reset begins with August.
/// let from = schedule.request(ResetMode::All, Instant::parse("2025-07-30T12:00:00Z")?, &zone);
/// assert_eq!(from, Month::parse("2025-08")?);
/// assert_eq!(schedule.due(Month::parse("2025-08")?), None, "August is not over");
/// assert_eq!(schedule.due(Month::parse("2025-09")?), Some(Month::parse("2025-08")?));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Modes with the month from which they are in force, in order.
    modes: Vec<(Month, ResetMode)>,
    /// Last month whose reset was run.
    done: Option<Month>,
}

impl Schedule {
    /// Asks for a mode: in force from this month on until the local date (last day − 2), from the next one later (R3);
    /// `off` at once, also for months that were missed (D22). Gives the first month in force.
    pub fn request(&mut self, mode: ResetMode, at: Instant, zone: &Zone) -> Month {
        let month = Month::of(at, zone);
        let from = if mode == ResetMode::Off || zone.day_of(at) <= month.deadline() { month } else { month.next() };
        self.set(mode, from);
        from
    }

    pub(crate) fn set(&mut self, mode: ResetMode, from: Month) {
        if mode == ResetMode::Off {
            self.modes.clear();
            return;
        }
        self.modes.retain(|(month, _)| *month < from);
        self.modes.push((from, mode));
    }

    /// The mode in force for a month.
    pub fn mode(&self, month: Month) -> ResetMode {
        let last = self.modes.iter().rev().find(|(from, _)| *from <= month);
        last.map_or(ResetMode::Off, |(_, mode)| *mode)
    }

    /// The earliest month before `current` whose reset has not been run.
    pub fn due(&self, current: Month) -> Option<Month> {
        let (first, _) = *self.modes.first()?;
        let candidate = match self.done {
            Some(done) if done >= first => done.next(),
            _ => first,
        };
        (candidate < current).then_some(candidate)
    }

    /// Notes that the reset of a month was run: once is enough (R2).
    pub fn mark_done(&mut self, month: Month) {
        self.done = self.done.max(Some(month));
    }
}

/// One contact that would go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Going {
    /// The contact.
    pub contact: ContactId,
    /// Its shown name.
    pub name: String,
    /// Its channels.
    pub channels: Vec<ForeignId>,
    /// Its tags.
    pub tags: Vec<Box<str>>,
}

/// Who would go at the reset of a month; nothing is changed (R4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ResetPlan {
    /// The month that the reset closes.
    pub month: Month,
    /// The mode in force.
    pub mode: ResetMode,
    /// First instant of the next month: only contacts added before it go (D21).
    pub boundary: Instant,
    /// Who would go, in the order in which they were added.
    pub going: Vec<Going>,
    /// How many of them hold an identity on each channel.
    pub by_channel: Vec<(ForeignId, u64)>,
    /// How many of them carry each tag.
    pub by_tag: Vec<(Box<str>, u64)>,
}

/// Whether a contact carries the tag: compared trimmed and whole, without case and marks (R1, D39).
///
/// # Example
/// ```
/// use omnicontact::reset::carries;
/// assert!(carries(&[" BORRAR ".into()], "Borrar"));
/// assert!(!carries(&["no borrar".into()], "Borrar"));
/// ```
pub fn carries(tags: &[Box<str>], tag: &str) -> bool {
    let wanted = letters::bare(tag.trim());
    tags.iter().any(|tag| letters::bared(tag.trim()) == wanted)
}

/// Which of the contacts go (R1), each given with the instant when it was added.
pub fn who_goes<'a>(
    contacts: impl Iterator<Item = (&'a Contact, Instant)> + Clone,
    mode: ResetMode,
    tag: &str,
    boundary: Instant,
) -> Vec<&'a Contact> {
    let old = contacts.filter(|(_, added)| *added < boundary).map(|(contact, _)| contact);
    let tagged_only = match mode {
        ResetMode::Off => return Vec::new(),
        ResetMode::All => false,
        ResetMode::OnlyTagged => true,
        ResetMode::AllOrTagged => old.clone().any(|contact| carries(&contact.tags, tag)),
    };
    old.filter(|contact| !tagged_only || carries(&contact.tags, tag)).collect()
}

/// Rehearses the reset of a month (R4).
///
/// # Example
/// ```
/// use omnicontact::{ContactId, Instant, Origin, Profile, Source, Zone};
/// use omnicontact::counting::Month;
/// use omnicontact::reset::{DEFAULT_TAG, ResetMode, plan};
/// let added = Instant::parse("2025-07-31T23:59:59Z")?;
/// let ana = Profile::named("Ana").tag("borrar").check(None)?;
/// let ana = ana.into_contact(ContactId::mint(added, [1; 10]), added, Origin::new(Source::User));
/// let july = Month::parse("2025-07")?;
/// let going = plan([(&ana, added)].into_iter(), july, ResetMode::OnlyTagged, DEFAULT_TAG, &Zone::utc());
/// assert_eq!(going.going.len(), 1, "what arrived on the last day may go");
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn plan<'a>(
    contacts: impl Iterator<Item = (&'a Contact, Instant)> + Clone,
    month: Month,
    mode: ResetMode,
    tag: &str,
    zone: &Zone,
) -> ResetPlan {
    let boundary = month.end(zone);
    let mut by_channel: BTreeMap<ForeignId, u64> = BTreeMap::new();
    let mut by_tag: BTreeMap<Box<str>, u64> = BTreeMap::new();
    let mut going = Vec::new();
    for contact in who_goes(contacts, mode, tag, boundary) {
        let mut channels: Vec<ForeignId> = Vec::new();
        for identity in &contact.identities {
            if !channels.contains(&identity.channel) {
                channels.push(identity.channel.clone());
            }
        }
        for channel in &channels {
            *by_channel.entry(channel.clone()).or_default() += 1;
        }
        for tag in &contact.tags {
            *by_tag.entry(tag.clone()).or_default() += 1;
        }
        let name = contact.shown_name().into_owned();
        going.push(Going { contact: contact.id, name, channels, tags: contact.tags.clone() });
    }
    ResetPlan {
        month,
        mode,
        boundary,
        going,
        by_channel: by_channel.into_iter().collect(),
        by_tag: by_tag.into_iter().collect(),
    }
}
