//! Instants (T1).

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

/// An instant in UTC, milliseconds since 1970 (T1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// First instant.
    pub const MIN: Self = Self(0);
    /// Last instant.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// From epoch milliseconds.
    pub fn from_millis(millis: i64) -> Result<Self> {
        if (Self::MIN.0..=Self::MAX.0).contains(&millis) {
            return Ok(Self(millis));
        }
        Err(Error::new(Code::InstantOutOfRange, format!("instant `{millis}` is outside the years 1970 to 9999")))
    }

    /// Epoch milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}
