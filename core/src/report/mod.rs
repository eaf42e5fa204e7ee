//! The two daily reports: Contacts and Messages (P).

mod breakdown;
mod choice;
mod component;
mod contact_log;
mod contacts;
mod count;
mod filter;
mod finish;
mod fold;
mod message_log;
mod messages;
mod options;
mod page;
mod partial;
mod select;
mod share;

pub use breakdown::{Breakdown, Change, Delivery, FailureRow, Funnel, Key, NotSupported, Overview, Row};
pub use choice::{Choice, choices};
pub use component::{Component, ComponentData, NoData, Note, Outcome, ReportKind};
pub use contacts::contacts_partial;
pub use filter::{Filter, Filters, applicable_filters};
pub use finish::{Bucket, Part, Report, ReportPeriod};
pub use messages::messages_partial;
pub use options::{LogOptions, MAX_CELLS, MOST_CELLS, ReportOptions, ReportPolicies};
pub use page::{Column, Entry, LOG_LIMIT, LogColumn, LogPage, LogValues, NO_ENTRY, TextList, log_columns};
pub use partial::Partial;

use crate::dataset::Dataset;
use crate::error::Result;

/// The Messages report of a dataset (P3).
///
/// One pass over the rows of the period, whatever the number of parts; content and names are read for the rows that
/// logs show.
///
/// # Errors
/// Those of [`ReportOptions`]: period, filters, cursor, limits; each with its path.
///
/// # Example
/// ```
/// use omnicontact::{Component, Dataset, Direction, Instant, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![
///     Message::new(1, now, Direction::Incoming, "ana").through("web"),
///     Message::new(2, now, Direction::Outgoing, "ana").through("web").by_user("lucia", None),
/// ];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today))?;
/// let sources = report.component(Component::OutgoingBySource).breakdown().unwrap();
/// assert_eq!(sources.rows[0].label, "User");
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn messages(data: &Dataset<'_>, options: &ReportOptions) -> Result<Report> {
    Ok(messages::folded(data, options, fold::Extent::Whole)?.finish())
}

/// The Contacts report of a dataset (P2).
///
/// # Errors
/// Those of [`ReportOptions`]: period, filters, cursor, limits; each with its path.
///
/// # Example
/// ```
/// use omnicontact::{Component, ContactEvent, Dataset, EventKind, Instant, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![ContactEvent::new(EventKind::Added, now, "ana").by_user("lucia")];
/// let data = Dataset::builder().events(&rows).build()?;
/// let report = report::contacts(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today))?;
/// assert_eq!(report.component(Component::Overview).overview().unwrap().rows[0].count, 1);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn contacts(data: &Dataset<'_>, options: &ReportOptions) -> Result<Report> {
    Ok(contacts::folded(data, options, fold::Extent::Whole)?.finish())
}
