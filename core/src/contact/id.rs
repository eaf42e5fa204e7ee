//! Contact ids: UUID version 7 from the caller's clock and randomness, version 5 for foreign keys (C1).

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Code, Error, Result};
use crate::id::{ForeignId, foreign_uuid};
use crate::time::Instant;

/// Id of a contact: a UUID (C1).
///
/// # Example
/// ```
/// use omnicontact::{ContactId, Instant};
/// let at = Instant::from_millis(1_751_371_200_000)?;
/// let id = ContactId::mint(at, [7; 10]);
/// assert_eq!(id, ContactId::mint(at, [7; 10]), "the caller's clock and randomness decide");
/// assert_eq!(id.as_uuid().get_version_num(), 7);
/// let foreign = ContactId::from_foreign("respond.io", &4711.into());
/// assert_eq!(foreign.as_uuid().get_version_num(), 5);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactId(Uuid);

impl ContactId {
    /// A version 7 id from the caller's clock and random bytes.
    pub fn mint(at: Instant, random: [u8; 10]) -> Self {
        let millis = u64::try_from(at.as_millis()).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The version 5 id of a contact that another system calls `key`, the same on every machine.
    pub fn from_foreign(system: &str, key: &ForeignId) -> Self {
        Self(foreign_uuid(system, "contact", key))
    }

    /// An id from its hyphenated text.
    ///
    /// # Errors
    /// `malformed_value` if the text is no UUID.
    pub fn parse(text: &str) -> Result<Self> {
        Uuid::parse_str(text)
            .map(Self)
            .map_err(|_| Error::new(Code::MalformedValue, format!("`{text}` is no contact id")).with_hint("a UUID"))
    }

    /// The UUID.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for ContactId {
    fn from(value: Uuid) -> Self {
        Self(value)
    }
}

impl From<ContactId> for ForeignId {
    fn from(value: ContactId) -> Self {
        Self::Uuid(value.0)
    }
}

impl fmt::Display for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What another system calls the contact; kept and shown (C1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// The system: `respond.io`, `shopify`.
    pub system: Box<str>,
    /// Its id there.
    pub key: ForeignId,
}

impl ForeignKey {
    /// A key of a system.
    pub fn new(system: impl Into<Box<str>>, key: impl Into<ForeignId>) -> Self {
        Self { system: system.into(), key: key.into() }
    }

    /// The contact id that follows from the key.
    pub fn contact_id(&self) -> ContactId {
        ContactId::from_foreign(&self.system, &self.key)
    }
}
