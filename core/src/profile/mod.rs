//! Figures of a contact's profile: engagement by channel, interaction, tickets, satisfaction (Z1 to Z4).

mod engagement;
mod interaction;
mod satisfaction;
#[cfg(feature = "satisfaction")]
mod words;

pub use engagement::{ChannelEngagement, Engagement, EngagementPolicy, Rate, engagement};
pub use interaction::{BaseInteraction, Interaction, Tickets, base_interaction, interaction, tickets};
pub use satisfaction::{
    Judgement, Measured, Mood, MoodPrecision, SampleShare, Satisfaction, SatisfactionModel, UnknownReason,
    incoming_texts, satisfaction,
};
#[cfg(feature = "satisfaction")]
pub use words::WordModel;

use crate::error::Result;
use crate::time::{Instant, Zone};

/// The window of the figures: so many local dates that end today, as epoch milliseconds without the end.
///
/// # Errors
/// `instant_out_of_range` where it would begin before 1970.
fn window(zone: &Zone, now: Instant, days: u32) -> Result<(i64, i64)> {
    let today = zone.day_of(now);
    let out =
        || crate::Error::new(crate::Code::InstantOutOfRange, "the window leaves the years 1970 to 9999").at("days");
    let first = today.checked_sub_days(chrono::Days::new(u64::from(days.max(1)) - 1)).ok_or_else(out)?;
    let next = today.succ_opt().ok_or_else(out)?;
    let start = zone.start_of_day(first).map_err(|_| out())?;
    // The last day of all ends with the range of instants.
    let end = zone.start_of_day(next).map_or(Instant::MAX.as_millis() + 1, Instant::as_millis);
    Ok((start.as_millis(), end))
}
