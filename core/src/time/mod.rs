//! Time: instants.

mod instant;

pub use instant::Instant;
