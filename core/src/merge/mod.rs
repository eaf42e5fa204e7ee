//! Merging two contacts and taking them apart again (M): pure functions over values.
//!
//! [`plan`] previews, [`apply`] merges, [`undo`] takes apart, [`Resolver`] reads old ids, [`suggest`] finds pairs.
//!
//! An undo is three-way: the record keeps the secondary as it was and what of the primary the merge changed, [`combine`]
//! says again what the merge wrote, and whatever differs from that by now was done since and stays.

mod carry;
mod choice;
mod combine;
mod crowd;
mod plan;
mod record;
mod resolve;
mod shift;
mod suggest;

pub use choice::{Choice, Choices, CreatedAt, Side};
pub use combine::{combine, merged_name};
pub(crate) use crowd::Crowd;
pub(crate) use plan::preview;
pub use plan::{CustomPlan, FieldPlan, MergePlan, Taken, plan};
pub use record::{MergeRecord, Undone, apply, check_undo, undo};
pub(crate) use record::{apply_boxed, back};
pub use resolve::{Forest, Resolver};
pub(crate) use shift::Shift;
pub use suggest::{CROWD, Pair, Reason, Suggestion, suggest};
