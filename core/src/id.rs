//! Ids: what a host calls its things ([`ForeignId`]), and the UUIDs that this library mints (C1).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::error::{Code, Error, Result};

/// An id as the host has it: an integer, a text or a UUID. It comes back exactly as it came in.
///
/// As JSON: a number or a text; a UUID is written as its text, and read as one where it stands as `{"uuid": "…"}`.
///
/// Order: integers by value, before texts by code point (P8). A UUID is one id with its text (36 small letters, digits and
/// dashes), whichever of the two somewhere stands.
///
/// # Example
/// ```
/// use omnicontact::ForeignId;
/// let number = ForeignId::from(4711);
/// let text = ForeignId::from("4711");
/// assert_ne!(number, text);
/// assert_eq!(serde_json::to_string(&number).unwrap(), "4711");
/// assert_eq!(serde_json::to_string(&text).unwrap(), "\"4711\"");
/// assert!(ForeignId::from(9) < ForeignId::from(10));
/// assert!(ForeignId::from("10") < ForeignId::from("9"));
/// ```
#[derive(Clone)]
pub enum ForeignId {
    /// An integer, between `i64::MIN` and `u64::MAX`.
    Int(i128),
    /// Any text but the empty one.
    Text(Arc<str>),
    /// A UUID handed over as such (a text that looks like one comes back as a text).
    Uuid(Uuid),
}

impl ForeignId {
    /// An id from a text.
    ///
    /// # Errors
    /// `malformed_value` if the text is empty.
    pub fn text(value: impl Into<Arc<str>>) -> Result<Self> {
        let value = value.into();
        if value.is_empty() {
            return Err(Error::new(Code::MalformedValue, "an id must not be empty"));
        }
        Ok(Self::Text(value))
    }

    /// The id as a text: decimal digits, the text itself, or the hyphenated UUID.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Text(value) => Cow::Borrowed(value),
            Self::Uuid(value) => Cow::Owned(value.to_string()),
        }
    }
}

/// An id where it stands: the borrowed form of [`ForeignId`], equal, ordered and hashed as it is.
#[derive(Debug, Clone, Copy)]
pub enum IdRef<'a> {
    /// An integer.
    Int(i128),
    /// A text.
    Text(&'a str),
    /// A UUID.
    Uuid(Uuid),
}

impl IdRef<'_> {
    /// The id as a value of its own.
    pub fn to_owned(self) -> ForeignId {
        match self {
            Self::Int(value) => ForeignId::Int(value),
            Self::Text(value) => ForeignId::Text(value.into()),
            Self::Uuid(value) => ForeignId::Uuid(value),
        }
    }
}

impl ForeignId {
    /// The borrowed form.
    pub fn as_ref(&self) -> IdRef<'_> {
        match self {
            Self::Int(value) => IdRef::Int(*value),
            Self::Text(value) => IdRef::Text(value),
            Self::Uuid(value) => IdRef::Uuid(*value),
        }
    }
}

/// A UUID as a text, without a place of its own in memory.
pub(crate) struct Spelling([u8; 36]);

impl Spelling {
    pub(crate) fn of(uuid: Uuid) -> Self {
        let mut bytes = [0; 36];
        uuid.hyphenated().encode_lower(&mut bytes);
        Self(bytes)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The UUID that a text spells, if it spells one as this library does.
pub(crate) fn spelt(text: &str) -> Option<Uuid> {
    if text.len() != 36 {
        return None;
    }
    Uuid::try_parse(text).ok().filter(|uuid| Spelling::of(*uuid).as_str() == text)
}

impl PartialEq for IdRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Uuid(a), Self::Uuid(b)) => a == b,
            (Self::Text(text), Self::Uuid(uuid)) | (Self::Uuid(uuid), Self::Text(text)) => {
                text.len() == 36 && Spelling::of(*uuid).as_str() == *text
            }
            _ => false,
        }
    }
}

impl Eq for IdRef<'_> {}

impl Hash for IdRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Int(value) => value.hash(state),
            Self::Text(text) => text.hash(state),
            Self::Uuid(uuid) => Spelling::of(*uuid).as_str().hash(state),
        }
    }
}

impl Ord for IdRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Int(_), _) => Ordering::Less,
            (_, Self::Int(_)) => Ordering::Greater,
            // UTF-8 sorts by code point, and UUIDs by their bytes as their texts do.
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Uuid(a), Self::Uuid(b)) => a.cmp(b),
            (Self::Text(text), Self::Uuid(uuid)) => (*text).cmp(Spelling::of(*uuid).as_str()),
            (Self::Uuid(uuid), Self::Text(text)) => Spelling::of(*uuid).as_str().cmp(text),
        }
    }
}

impl PartialOrd for IdRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ForeignId {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for ForeignId {}

impl Hash for ForeignId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl Ord for ForeignId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_ref().cmp(&other.as_ref())
    }
}

impl PartialOrd for ForeignId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ForeignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for ForeignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Uuid(value) => write!(f, "uuid:{value}"),
        }
    }
}

macro_rules! from_int {
    ($($int:ty),*) => {$(
        impl From<$int> for ForeignId {
            fn from(value: $int) -> Self {
                Self::Int(i128::from(value))
            }
        }
    )*};
}
from_int!(i32, u32, i64, u64);

impl From<&str> for ForeignId {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for ForeignId {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Uuid> for ForeignId {
    fn from(value: Uuid) -> Self {
        Self::Uuid(value)
    }
}

// The binary form (partials) must tell a UUID from a text; the readable one shows both as text.
#[derive(Serialize, Deserialize)]
enum Binary<'a> {
    Int(i128),
    #[serde(borrow)]
    Text(Cow<'a, str>),
    Uuid(Uuid),
}

impl Serialize for ForeignId {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return match self {
                Self::Int(value) => Binary::Int(*value),
                Self::Text(value) => Binary::Text(Cow::Borrowed(value)),
                Self::Uuid(value) => Binary::Uuid(*value),
            }
            .serialize(serializer);
        }
        match self {
            Self::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_i128(*value),
            },
            Self::Text(value) => serializer.serialize_str(value),
            Self::Uuid(value) => serializer.collect_str(value),
        }
    }
}

/// A UUID in JSON, which has none: a host that has them says so.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tagged {
    uuid: Uuid,
}

struct IdVisitor;

impl<'de> Visitor<'de> for IdVisitor {
    type Value = ForeignId;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id: an integer or a text that is not empty")
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<ForeignId, E> {
        Ok(ForeignId::from(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<ForeignId, E> {
        Ok(ForeignId::from(value))
    }
    fn visit_str<E: de::Error>(self, value: &str) -> std::result::Result<ForeignId, E> {
        ForeignId::text(value).map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> std::result::Result<ForeignId, A::Error> {
        Tagged::deserialize(de::value::MapAccessDeserializer::new(map)).map(|id| ForeignId::Uuid(id.uuid))
    }
}

impl<'de> Deserialize<'de> for ForeignId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Ok(match Binary::deserialize(deserializer)? {
                Binary::Int(value) => Self::Int(value),
                Binary::Text(value) => Self::Text(value.into()),
                Binary::Uuid(value) => Self::Uuid(value),
            });
        }
        deserializer.deserialize_any(IdVisitor)
    }
}

/// Reads an optional id of a row: null and an empty text are missing (D13).
pub(crate) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<ForeignId>, D::Error> {
    struct Present(Option<ForeignId>);
    struct PresentVisitor;
    impl<'de> Visitor<'de> for PresentVisitor {
        type Value = Present;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            IdVisitor.expecting(f)
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<Present, E> {
            IdVisitor.visit_i64(value).map(|id| Present(Some(id)))
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<Present, E> {
            IdVisitor.visit_u64(value).map(|id| Present(Some(id)))
        }
        fn visit_str<E: de::Error>(self, value: &str) -> std::result::Result<Present, E> {
            if value.is_empty() { Ok(Present(None)) } else { IdVisitor.visit_str(value).map(|id| Present(Some(id))) }
        }
        fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> std::result::Result<Present, A::Error> {
            IdVisitor.visit_map(map).map(|id| Present(Some(id)))
        }
    }
    impl<'de> Deserialize<'de> for Present {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
            deserializer.deserialize_any(PresentVisitor)
        }
    }
    if deserializer.is_human_readable() {
        Ok(Option::<Present>::deserialize(deserializer)?.and_then(|id| id.0))
    } else {
        Option::deserialize(deserializer)
    }
}

/// The UUID of a foreign key, the same on every machine: version 5 over system, kind and key (C1).
///
/// # Example
/// ```
/// use omnicontact::{ForeignId, foreign_uuid};
/// let a = foreign_uuid("respond.io", "contact", &ForeignId::from(4711));
/// assert_eq!(a, foreign_uuid("respond.io", "contact", &ForeignId::from("4711")));
/// assert_ne!(a, foreign_uuid("respond.io", "channel", &ForeignId::from(4711)));
/// assert_eq!(a.get_version_num(), 5);
/// ```
pub fn foreign_uuid(system: &str, kind: &str, key: &ForeignId) -> Uuid {
    /// Namespace of this library: version 5 of the DNS name `omnicontact.dev`.
    const NAMESPACE: Uuid = Uuid::from_u128(0x6f6d_6e69_636f_5e74_8163_7400_0000_0001);
    // Lengths keep ("ab", "c") and ("a", "bc") apart.
    let name = format!("{}:{system}{}:{kind}{}", system.len(), kind.len(), key.to_text());
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}
