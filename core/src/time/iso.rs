//! ISO 8601 as dates and times are written: strict, and with a reason where a text is refused.
//!
//! The text itself stays out of the reasons: it may come from a mapped-by-mistake column of personal data.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::calendar::{DAY, HOUR, YearText, date_of, day_number};

/// The shapes that [`date_time`] reads, for hints.
pub(super) const SHAPE: &str = "write it like `2026-07-01T13:05:09.120Z` or `2026-07-01 13:05:09-05:00`";

/// A wall time as written, in milliseconds since 1970-01-01T00:00 on that clock, and its offset if one was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) wall: i64,
    pub(super) offset: Option<i64>,
}

/// Why a text is not read.
pub(super) type Refusal = &'static str;

/// Reads `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Result<NaiveDate, Refusal> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let date = scanner.date()?;
    scanner.end()?;
    Ok(date)
}

/// Reads `YYYY-MM-DD`, `T` or a space, `HH:MM`, optionally `:SS` and a fraction, optionally `Z` or `±HH[:MM[:SS]]`.
///
/// Digits past the millisecond are dropped.
pub(super) fn date_time(text: &str) -> Result<Written, Refusal> {
    let mut scanner = Scanner { rest: text.as_bytes() };
    let date = scanner.date()?;
    if !scanner.skip(b"Tt ") {
        return Err("the date has no time");
    }
    let time = scanner.time()?;
    let offset = scanner.offset()?;
    scanner.end()?;
    Ok(Written { wall: day_number(date) * DAY + time, offset })
}

struct Scanner<'a> {
    rest: &'a [u8],
}

impl Scanner<'_> {
    /// Takes one byte if it is among `wanted`.
    fn skip(&mut self, wanted: &[u8]) -> bool {
        match self.rest {
            [first, rest @ ..] if wanted.contains(first) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes exactly `count` digits.
    fn number(&mut self, count: usize) -> Result<u32, Refusal> {
        let (digits, rest) = self.rest.split_at_checked(count).ok_or("the text is too short")?;
        let mut value = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return Err("a digit is missing");
            }
            value = value * 10 + u32::from(digit - b'0');
        }
        self.rest = rest;
        Ok(value)
    }

    /// Takes two digits below `limit`.
    fn pair(&mut self, limit: u32) -> Result<i64, Refusal> {
        let value = self.number(2)?;
        if value < limit { Ok(i64::from(value)) } else { Err("an hour, minute or second is too large") }
    }

    fn date(&mut self) -> Result<NaiveDate, Refusal> {
        let year = self.number(4)?.cast_signed();
        let dashed = "the date is not written as YYYY-MM-DD";
        let month = if self.skip(b"-") { self.number(2)? } else { return Err(dashed) };
        let day = if self.skip(b"-") { self.number(2)? } else { return Err(dashed) };
        NaiveDate::from_ymd_opt(year, month, day).ok_or("the calendar has no such date")
    }

    /// Milliseconds since the clock's midnight.
    fn time(&mut self) -> Result<i64, Refusal> {
        let hours = self.pair(24)?;
        if !self.skip(b":") {
            return Err("the time is not written as HH:MM:SS");
        }
        let minutes = self.pair(60)?;
        let mut millis = hours * HOUR + minutes * 60_000;
        if self.skip(b":") {
            millis += self.pair(60)? * 1000;
            if self.skip(b".,") {
                millis += self.fraction()?;
            }
        }
        Ok(millis)
    }

    /// A fraction of a second of any length, in whole milliseconds.
    fn fraction(&mut self) -> Result<i64, Refusal> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return Err("a digit is missing");
        }
        let (fraction, rest) = self.rest.split_at(digits);
        self.rest = rest;
        let digit = |place: usize| i64::from(fraction.get(place).map_or(0, |byte| byte - b'0'));
        Ok(digit(0) * 100 + digit(1) * 10 + digit(2))
    }

    /// Milliseconds ahead of UTC; none where the text ends here.
    fn offset(&mut self) -> Result<Option<i64>, Refusal> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        // As BigQuery and Fivetran write it: `2023-05-09 23:17:40.768000 UTC`.
        if self.rest == b" UTC" {
            self.rest = &[];
            return Ok(Some(0));
        }
        if self.skip(b"Zz") {
            return Ok(Some(0));
        }
        let sign = match self.rest.first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err("after the time only `Z` or an offset may follow"),
        };
        self.skip(b"+-");
        let mut millis = self.pair(24)? * HOUR;
        if !self.rest.is_empty() {
            let colons = self.skip(b":");
            millis += self.pair(60)? * 60_000;
            if colons && self.skip(b":") {
                millis += self.pair(60)? * 1000;
            }
        }
        Ok(Some(sign * millis))
    }

    fn end(&self) -> Result<(), Refusal> {
        if self.rest.is_empty() { Ok(()) } else { Err("the text goes on after its end") }
    }
}

/// A date as `YYYY-MM-DD`.
pub(super) struct DateText(pub(super) NaiveDate);

impl fmt::Display for DateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        if !(0..=9999).contains(&year) {
            return write!(f, "{}-{month:02}-{day:02}", YearText(year));
        }
        let mut text = *b"0000-00-00";
        put(&mut text[..4], i64::from(year));
        put(&mut text[5..7], i64::from(month));
        put(&mut text[8..], i64::from(day));
        write_ascii(f, &text)
    }
}

/// A wall time as `YYYY-MM-DDTHH:MM:SS.mmm`.
pub(super) struct WallText(pub(super) i64);

impl fmt::Display for WallText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DateText(date_of(self.0.div_euclid(DAY))).fmt(f)?;
        let millis = self.0.rem_euclid(DAY);
        let seconds = millis / 1000;
        let mut text = *b"T00:00:00.000";
        put(&mut text[1..3], seconds / 3600);
        put(&mut text[4..6], seconds / 60 % 60);
        put(&mut text[7..9], seconds % 60);
        put(&mut text[10..], millis % 1000);
        write_ascii(f, &text)
    }
}

/// Writes a number's last digits over as many zeros; exports write millions of times, and `{:02}` is slow.
fn put(zeros: &mut [u8], mut value: i64) {
    for zero in zeros.iter_mut().rev() {
        *zero = b"0123456789"[usize::try_from(value % 10).unwrap_or(0)];
        value /= 10;
    }
}

fn write_ascii(f: &mut fmt::Formatter<'_>, text: &[u8]) -> fmt::Result {
    f.write_str(std::str::from_utf8(text).map_err(|_| fmt::Error)?)
}

/// An offset in milliseconds as `±HH:MM`, with `:SS` where a zone had such an offset (Africa/Monrovia until 1972).
pub(super) struct OffsetText(pub(super) i64);

impl fmt::Display for OffsetText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let seconds = self.0.abs() / 1000;
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_in_every_common_shape() {
        let offset = |text: &str| date_time(text).unwrap().offset;
        assert_eq!(offset("2026-07-01T00:00"), None);
        assert_eq!(offset("2026-07-01T00:00Z"), Some(0));
        assert_eq!(offset("2026-07-01t00:00:00z"), Some(0));
        assert_eq!(offset("2023-05-09 23:17:40.768000 UTC"), Some(0));
        assert_eq!(offset("2026-07-01 00:00:00-00:00"), Some(0));
        assert_eq!(offset("2026-07-01 00:00:00+00"), Some(0));
        assert_eq!(offset("2026-07-01 00:00:00.5+0545"), Some(20_700_000));
        assert_eq!(offset("2026-07-01T00:00:00-05:00"), Some(-18_000_000));
        assert_eq!(offset("1971-07-01T00:00:00-00:44:30"), Some(-2_670_000));
    }

    #[test]
    fn digits_past_the_millisecond_are_dropped() {
        let millis = |text: &str| date_time(text).unwrap().wall.rem_euclid(1000);
        assert_eq!(millis("2026-07-01T00:00:00.1Z"), 100);
        assert_eq!(millis("2026-07-01T00:00:00,12Z"), 120);
        assert_eq!(millis("2026-07-01T00:00:00.999999999Z"), 999);
        assert_eq!(millis("2026-07-01T00:00:00.0009"), 0);
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "2026",
            "2026-07-01",
            "2026-07-01T",
            "2026-07-01T13",
            "2026-07-01T13Z",
            "2026-07-01T24:00:00Z",
            "2026-07-01T23:60:00Z",
            "2026-07-01T23:59:60Z",
            "2026-07-01T00:00:00.Z",
            "2026-07-01T00:00.5Z",
            "2026-07-01T00:00:00+24:00",
            "2026-07-01T00:00:00+5",
            "2026-07-01T00:00:00+05:0",
            "2026-07-01T00:00:00+0500:00",
            "2026-07-01T00:00:00 Z",
            "2026-07-01T00:00:00ZZ",
            "2026-07-01  00:00:00Z",
            "2026-7-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "20260701T000000Z",
            "+002026-07-01T00:00:00Z",
            "2026-07-01T00:00:00[America/Lima]",
            "２０２６-07-01T00:00:00Z",
            "1782864000000",
        ] {
            assert!(date_time(text).is_err(), "{text}");
        }
        for text in ["", "2026-7-1", "2026-02-30", "2026-07-01 ", "2026-07-01T", "+2026-07-01", "2026/07/01", "2026-07"]
        {
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!(date("2024-02-29").unwrap().to_string(), "2024-02-29");
    }

    #[test]
    fn written_texts_are_read_back() {
        for wall in [-1, 0, 951_782_400_123, 253_402_300_799_999] {
            assert_eq!(date_time(&WallText(wall).to_string()), Ok(Written { wall, offset: None }));
        }
        for offset in [-43_200_000, -2_670_000, -1_800_000, 0, 20_700_000, 50_400_000] {
            let text = format!("{}{}", WallText(0), OffsetText(offset));
            assert_eq!(date_time(&text), Ok(Written { wall: 0, offset: Some(offset) }), "{text}");
        }
    }
}
