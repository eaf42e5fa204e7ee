//! A point in time (T1).

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::iso::{self, SHAPE, WallText};
use super::zone::Zone;
use crate::error::{Code, Error, Result};

/// A point in time: UTC milliseconds since 1970-01-01T00:00:00Z, in the years 1970 to 9999 (T1, T5, D4).
///
/// Text is RFC 3339 with milliseconds and `Z`. JSON is the number of milliseconds; an RFC 3339 text is read as well.
///
/// # Example
/// ```
/// use omnicontact::Instant;
/// let at = Instant::parse("2026-07-01T13:05:09.120-05:00").unwrap();
/// assert_eq!(at.as_millis(), 1_782_929_109_120);
/// assert_eq!(at.to_string(), "2026-07-01T18:05:09.120Z");
/// assert_eq!(serde_json::to_string(&at).unwrap(), "1782929109120");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// 1970-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(0);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The instant so many milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// `instant_out_of_range` outside 0 to 253402300799999 (T5, D4).
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Code, Instant};
    /// assert_eq!(Instant::from_millis(0).unwrap(), Instant::MIN);
    /// assert_eq!(Instant::from_millis(-1).unwrap_err().code(), Code::InstantOutOfRange);
    /// ```
    pub fn from_millis(millis: i64) -> Result<Self> {
        if (Self::MIN.0..=Self::MAX.0).contains(&millis) { Ok(Self(millis)) } else { Err(out_of_range("the instant")) }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The same instant as chrono has it.
    ///
    /// # Example
    /// ```
    /// use omnicontact::Instant;
    /// let at = Instant::from_millis(1_500).unwrap();
    /// assert_eq!(at.to_datetime().to_rfc3339(), "1970-01-01T00:00:01.500+00:00");
    /// assert_eq!(Instant::try_from(at.to_datetime()).unwrap(), at);
    /// ```
    pub fn to_datetime(self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(self.0)
    }

    /// Reads an ISO 8601 or RFC 3339 text that says its offset from UTC; digits past the millisecond are dropped.
    ///
    /// `T` or a space stands between date and time; seconds may be missing; the offset is `Z`, `±HH`, `±HHMM`,
    /// `±HH:MM` or `±HH:MM:SS`.
    ///
    /// # Errors
    /// `invalid_date` for any other text, one without an offset among them (the hint says so);
    /// `instant_out_of_range` outside the years 1970 to 9999 (T5).
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Code, Instant};
    /// let at = Instant::parse("2026-07-01 00:00:00+00:00").unwrap();
    /// assert_eq!(at, Instant::parse("2026-06-30T19:00:00-05:00").unwrap());
    ///
    /// let error = Instant::parse("2026-07-01 00:00:00").unwrap_err();
    /// assert_eq!(error.code(), Code::InvalidDate);
    /// assert!(error.hint().unwrap().contains("offset"));
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let written = read(text)?;
        let Some(offset) = written.offset else {
            return Err(Error::new(Code::InvalidDate, "the time does not say its offset from UTC")
                .with_hint("add `Z` or an offset such as `-05:00`, or say in which zone to read local times"));
        };
        Self::from_millis(written.wall - offset)
    }

    /// Like [`Instant::parse`], but a text without an offset is a local time of the zone.
    ///
    /// A local time that the clock skips is the first instant after the gap; one that it shows twice is the first.
    ///
    /// # Errors
    /// `invalid_date` for a text that is no date with a time; `instant_out_of_range` outside the years 1970 to 9999.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Zone};
    /// let paris = Zone::new("Europe/Paris").unwrap();
    /// let at = |text| Instant::parse_in(text, &paris).unwrap().to_string();
    /// assert_eq!(at("2026-07-01 00:00:00"), "2026-06-30T22:00:00.000Z");
    /// assert_eq!(at("2026-07-01 00:00:00Z"), "2026-07-01T00:00:00.000Z");
    /// assert_eq!(at("2026-03-29 02:30:00"), "2026-03-29T01:00:00.000Z"); // skipped
    /// assert_eq!(at("2026-10-25 02:30:00"), "2026-10-25T00:30:00.000Z"); // shown twice
    /// ```
    pub fn parse_in(text: &str, zone: &Zone) -> Result<Self> {
        let written = read(text)?;
        Self::from_millis(match written.offset {
            Some(offset) => written.wall - offset,
            None => zone.showing(written.wall),
        })
    }
}

fn read(text: &str) -> Result<iso::Written> {
    iso::date_time(text).map_err(|why| Error::new(Code::InvalidDate, format!("not a time: {why}")).with_hint(SHAPE))
}

/// The error of an instant outside the years 1970 to 9999 (T5).
pub(super) fn out_of_range(what: &str) -> Error {
    Error::new(Code::InstantOutOfRange, format!("{what} lies outside the years 1970 to 9999"))
        .with_hint("instants are UTC milliseconds from 0 to 253402300799999")
}

impl TryFrom<DateTime<Utc>> for Instant {
    type Error = Error;

    fn try_from(at: DateTime<Utc>) -> Result<Self> {
        Self::from_millis(at.timestamp_millis())
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(at: Instant) -> Self {
        at.to_datetime()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", WallText(self.0))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instant({self})")
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        // Formats that do not describe themselves (our own bytes) hold the number.
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(InstantVisitor)
        } else {
            deserializer.deserialize_i64(InstantVisitor)
        }
    }
}

struct InstantVisitor;

impl Visitor<'_> for InstantVisitor {
    type Value = Instant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UTC milliseconds or an RFC 3339 text")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<Instant, E> {
        Instant::from_millis(value).map_err(Error::into_serde)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<Instant, E> {
        // A number too large for i64 is out of range all the same.
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> std::result::Result<Instant, E> {
        // JavaScript has one kind of number. Whole ones in range are exact.
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and out of range stays out of range")]
        let millis = value as i64;
        if value.fract() == 0.0 {
            self.visit_i64(millis)
        } else {
            Err(E::invalid_value(de::Unexpected::Float(value), &self))
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> std::result::Result<Instant, E> {
        Instant::parse(value).map_err(Error::into_serde)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_the_years_1970_to_9999() {
        assert_eq!(Instant::MIN.to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Instant::MAX.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Instant::parse("9999-12-31T23:59:59.999999Z").unwrap(), Instant::MAX);
        for text in
            ["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "0000-01-01T00:00Z"]
        {
            assert_eq!(Instant::parse(text).unwrap_err().code(), Code::InstantOutOfRange, "{text}");
        }
        for millis in [i64::MIN, -1, Instant::MAX.0 + 1, i64::MAX] {
            assert_eq!(Instant::from_millis(millis).unwrap_err().code(), Code::InstantOutOfRange);
        }
    }

    #[test]
    fn chrono_goes_both_ways() {
        for at in [Instant::MIN, Instant(1), Instant(951_782_399_999), Instant::MAX] {
            assert_eq!(Instant::try_from(at.to_datetime()).unwrap(), at);
        }
        // Half a millisecond before 1970 is before 1970.
        let before = DateTime::UNIX_EPOCH - TimeDelta::microseconds(500);
        assert_eq!(Instant::try_from(before).unwrap_err().code(), Code::InstantOutOfRange);
        assert!(Instant::try_from(DateTime::<Utc>::MAX_UTC).is_err());
        assert!(Instant::try_from(DateTime::<Utc>::MIN_UTC).is_err());
    }

    #[test]
    fn json_takes_numbers_and_texts() {
        let read = |json: &str| serde_json::from_str::<Instant>(json);
        assert_eq!(read("1500").unwrap(), Instant(1500));
        assert_eq!(read("1500.0").unwrap(), Instant(1500));
        assert_eq!(read("\"1970-01-01T00:00:01.5Z\"").unwrap(), Instant(1500));
        for json in [
            "-1",
            "1.5",
            "1e300",
            "-1e300",
            "18446744073709551615",
            "\"1970-01-01\"",
            "\"1500\"",
            "null",
            "true",
            "[1]",
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn our_own_bytes_hold_the_number() {
        for at in [Instant::MIN, Instant(1_782_864_000_000), Instant::MAX] {
            let bytes = postcard::to_stdvec(&at).unwrap();
            assert_eq!(postcard::from_bytes::<Instant>(&bytes).unwrap(), at);
        }
        let bytes = postcard::to_stdvec(&-1_i64).unwrap();
        assert!(postcard::from_bytes::<Instant>(&bytes).is_err());
    }
}
