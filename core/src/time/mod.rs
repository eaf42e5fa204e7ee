//! Time: instants, zones, periods and buckets (T1 to T6, D1 to D4).
//!
//! The library never reads a clock and never the machine's own zone rules: `now` and the zone are passed in.

mod buckets;
mod calendar;
mod instant;
mod iso;
mod offsets;
mod period;
mod preset;
mod spelling;
mod zone;

pub use buckets::Buckets;
pub use instant::Instant;
pub use period::{Period, PeriodPolicy, PeriodSpec};
pub use preset::{Granularity, Preset, Weekday};
pub use zone::Zone;
