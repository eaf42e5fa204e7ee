//! Values of payloads as providers write them: ids, times in their units, texts.

use chrono::DateTime;

use super::tape::Node;
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::time::Instant;

/// In what a field tells the time. Each field of each provider has one; sizes decide nothing but where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Whole seconds since 1970, as a number or a text.
    Seconds,
    /// Milliseconds since 1970, as a number or a text.
    Millis,
    /// ISO 8601 with an offset.
    Iso,
    /// A number is seconds, a text is ISO 8601: the two forms of one product.
    SecondsOrIso,
    /// Seconds, milliseconds or microseconds, between the years 2005 and 2100: where a provider mixes them in one field.
    Mixed,
    /// As in an e-mail: `Fri, 24 May 2019 17:18:27 +0000`.
    Mail,
}

/// Ids are copied into facts, so they have an end, as those of every provider have.
const LONGEST_ID: usize = 1024;

/// 2005-01-01, in milliseconds: no provider is older, so an earlier time was written in another unit (D29).
const EARLIEST: i64 = 1_104_537_600_000;

/// 2005-01-01 and 2100-01-01, in microseconds.
const MIXED: std::ops::Range<i128> = 1_104_537_600_000_000..4_102_444_800_000_000;

impl<'j> Node<'j> {
    /// An error at this value.
    pub(super) fn wrong(self, expected: &str) -> Error {
        Error::new(Code::InvalidValue, format!("expected {expected}, found {}", self.noun())).at(self.path())
    }

    /// An error about a key that is not there.
    pub(super) fn missing(self, key: &str) -> Error {
        let path = self.path();
        let error = Error::new(Code::MissingValue, format!("`{key}` is missing")).at(key);
        if path.is_empty() { error } else { error.at(path) }
    }

    /// The value of a key that must be there.
    pub(super) fn need(self, key: &str) -> Result<Self> {
        self.get(key).ok_or_else(|| self.missing(key))
    }

    /// The object of a key that must be there.
    pub(super) fn object(self, key: &str) -> Result<Self> {
        let found = self.need(key)?;
        if found.is_object() { Ok(found) } else { Err(found.wrong("an object")) }
    }

    /// The list of a key: none if the key is missing, an error if it is something else.
    pub(super) fn list(self, key: &str) -> Result<impl Iterator<Item = Node<'j>> + use<'j>> {
        match self.get(key) {
            Some(found) if !found.is_list() => Err(found.wrong("a list")),
            found => Ok(found.into_iter().flat_map(Node::items)),
        }
    }

    /// A text or a number as a text, if there is one and it is not empty.
    pub(super) fn words(self, key: &str) -> Option<String> {
        self.get(key)?.as_words()
    }

    pub(super) fn as_words(self) -> Option<String> {
        let text = match self.as_text() {
            Some(text) => text.into_owned(),
            None => self.as_number()?.to_owned(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// Whether a key's value is this text.
    pub(super) fn says(self, key: &str, word: &str) -> bool {
        self.get(key).and_then(Node::as_text).is_some_and(|text| text == word)
    }

    /// Whether a key's value is true, however it is written.
    pub(super) fn flag(self, key: &str) -> bool {
        self.get(key).is_some_and(|node| {
            node.is_true() || node.as_number() == Some("1") || node.as_text().is_some_and(|text| text == "true")
        })
    }

    /// An id at a key, as a text whichever way it is written; none if it is missing or empty.
    pub(super) fn id(self, key: &str) -> Result<Option<String>> {
        self.get(key).map_or(Ok(None), Node::as_id)
    }

    /// A name at a key, or another text that is copied into every fact about its bearer: the beginning of a long one.
    pub(super) fn name(self, key: &str) -> Option<String> {
        self.get(key)?.as_name()
    }

    pub(super) fn as_id(self) -> Result<Option<String>> {
        let too_long = || Error::new(Code::InvalidValue, "an id of more than 1024 bytes").at(self.path());
        if self.least_len() > LONGEST_ID {
            return Err(too_long());
        }
        let text = match (self.as_text(), self.as_number()) {
            (Some(text), _) => text.into_owned(),
            (None, Some(digits)) if is_integer(digits) => digits.to_owned(),
            _ => return Err(self.wrong("an id")),
        };
        if text.len() > LONGEST_ID {
            return Err(too_long());
        }
        Ok((!text.trim().is_empty()).then_some(text))
    }

    /// An id that must be there, as a text.
    pub(super) fn need_id(self, key: &str) -> Result<String> {
        self.id(key)?.ok_or_else(|| self.missing(key))
    }

    /// The id of a product that numbers its things: an integer, also where it is written as a text.
    pub(super) fn number_id(self, key: &str) -> Result<Option<ForeignId>> {
        Ok(self.id(key)?.map(numbered))
    }

    /// The same, and it must be there.
    pub(super) fn need_number_id(self, key: &str) -> Result<ForeignId> {
        self.number_id(key)?.ok_or_else(|| self.missing(key))
    }

    /// A time at a key; none if it is missing or empty.
    pub(super) fn time(self, key: &str, unit: Unit) -> Result<Option<Instant>> {
        match self.get(key) {
            Some(node) if node.as_text().is_none_or(|text| !text.is_empty()) => node.as_time(unit).map(Some),
            _ => Ok(None),
        }
    }

    /// A time that must be there.
    pub(super) fn need_time(self, key: &str, unit: Unit) -> Result<Instant> {
        self.time(key, unit)?.ok_or_else(|| self.missing(key))
    }

    /// A time of the provider's (D29).
    fn as_time(self, unit: Unit) -> Result<Instant> {
        let at = self.as_written(unit)?;
        if at.as_millis() < EARLIEST { Err(too_early(unit).at(self.path())) } else { Ok(at) }
    }

    /// A time as it is written, be it the host's own.
    pub(super) fn as_written(self, unit: Unit) -> Result<Instant> {
        let text = self.as_text();
        let Some(written) = text.as_deref().or(self.as_number()) else { return Err(self.wrong("a time")) };
        let refused = |words: &str| Error::new(Code::InvalidValue, words.to_owned()).at(self.path());
        let found = match unit {
            Unit::Iso => iso(written),
            Unit::SecondsOrIso if self.as_number().is_none() && counted(written).is_none() => iso(written),
            Unit::Mail => {
                DateTime::parse_from_rfc2822(written).ok().and_then(|at| millis(at.timestamp_millis().into()))
            }
            Unit::Seconds | Unit::SecondsOrIso => counted(written).and_then(|micros| millis(micros / 1000)),
            Unit::Millis => counted(written).and_then(|micros| millis(micros / 1_000_000)),
            Unit::Mixed => {
                let micros = counted(written).unwrap_or(-1);
                let fits =
                    [micros, micros / 1000, micros / 1_000_000].into_iter().find(|micros| MIXED.contains(micros));
                fits.and_then(|micros| millis(micros / 1000))
            }
        };
        match found {
            Some(at) => Ok(at),
            None if unit == Unit::Mixed && counted(written).is_some() => Err(too_early(unit).at(self.path())),
            None => Err(refused(match unit {
                Unit::Iso => "not a time in ISO 8601 with an offset",
                Unit::Mail => "not a time as in an e-mail",
                Unit::Seconds => "not a time in seconds since 1970",
                Unit::SecondsOrIso => "neither seconds since 1970 nor a time in ISO 8601",
                Unit::Millis => "not a time in milliseconds since 1970",
                Unit::Mixed => "not a time in seconds, milliseconds or microseconds since 1970",
            })),
        }
    }
}

/// D29: the unit of a field is known, so a time that it puts before every provider is a time in another one.
fn too_early(unit: Unit) -> Error {
    let (words, hint) = match unit {
        Unit::Seconds => ("a time before 2005", "the field is in seconds since 1970"),
        Unit::SecondsOrIso => ("a time before 2005", "a number here is seconds since 1970"),
        Unit::Millis => ("a time before 2005", "the field is in milliseconds since 1970: are these seconds?"),
        Unit::Iso | Unit::Mail => ("a time before 2005", "no provider was there then"),
        Unit::Mixed => {
            ("a time outside 2005 to 2100", "the field is in seconds, milliseconds or microseconds since 1970")
        }
    };
    Error::new(Code::TimeOutOfRange, words).with_hint(hint)
}

/// An id out of parts: no part can be taken for two, so different parts make different ids.
pub(super) fn joined(parts: &[&str]) -> String {
    let mut id = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            id.push('/');
        }
        for letter in part.chars() {
            match letter {
                '%' => id.push_str("%25"),
                '/' => id.push_str("%2F"),
                other => id.push(other),
            }
        }
    }
    id
}

fn iso(text: &str) -> Option<Instant> {
    match text.strip_suffix(" UTC") {
        Some(bare) => Instant::parse(&format!("{bare}Z")).ok(),
        None => Instant::parse(text).ok(),
    }
}

fn millis(millis: i128) -> Option<Instant> {
    i64::try_from(millis).ok().and_then(|millis| Instant::from_millis(millis).ok())
}

/// A count with up to six decimals, in millionths; none of a negative one or one with an exponent.
fn counted(text: &str) -> Option<i128> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 20 || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    // As nearly all are written.
    if decimals.is_empty() && whole.len() <= 18 {
        return Some(
            i128::from(whole.bytes().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'))) * 1_000_000,
        );
    }
    let millionths = decimals.bytes().chain(std::iter::repeat(b'0')).take(6);
    let fraction = millionths.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    Some(whole.parse::<i128>().ok()? * 1_000_000 + fraction)
}

fn is_integer(digits: &str) -> bool {
    digits.len() <= 40 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// An integer id, however it is written, else the text.
pub(super) fn numbered(text: String) -> ForeignId {
    let canonical = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
    canonical.map_or_else(|| ForeignId::from(text), ForeignId::from)
}

/// A form (`application/x-www-form-urlencoded`) as a JSON object of texts; none if the text is no form.
pub(super) fn form(text: &str) -> Option<String> {
    let fields = text.trim().split('&').map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-%[]".contains(&byte));
        is_name.then(|| Some((decoded(name)?, serde_json::Value::String(decoded(value)?))))?
    });
    let fields: Option<serde_json::Map<String, serde_json::Value>> = fields.collect();
    serde_json::to_string(&fields?).ok()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok())?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &rest[2..];
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tape::{Memory, Tape};
    use super::*;

    fn time(value: &str, unit: Unit) -> Option<i64> {
        let text = format!(r#"{{"at": {value}}}"#);
        let mut memory = Memory::default();
        let found = Tape::read(&text, &mut memory).unwrap().root().need_time("at", unit);
        found.map(Instant::as_millis).ok()
    }

    #[test]
    fn a_time_is_read_in_the_unit_of_its_field_and_no_other() {
        for (value, unit, millis) in [
            ("1751371200", Unit::Seconds, Some(1_751_371_200_000)),
            (r#""1751371200""#, Unit::Seconds, Some(1_751_371_200_000)),
            ("1751371200.25", Unit::Seconds, Some(1_751_371_200_250)),
            // Milliseconds as seconds lie beyond the year 9999, and are refused, not divided.
            ("1751371200000", Unit::Seconds, None),
            ("1751371200000", Unit::Millis, Some(1_751_371_200_000)),
            (r#""1751371200000""#, Unit::Millis, Some(1_751_371_200_000)),
            // Seconds as milliseconds lie in 1970, and are refused, not multiplied (D29).
            ("1751371200", Unit::Millis, None),
            ("1104537600000", Unit::Millis, Some(1_104_537_600_000)),
            ("1104537599999", Unit::Millis, None),
            ("1104537599", Unit::Seconds, None),
            (r#""2004-12-31T23:59:59Z""#, Unit::Iso, None),
            (r#""Fri, 31 Dec 2004 23:59:59 +0000""#, Unit::Mail, None),
            ("1751371200", Unit::Mixed, Some(1_751_371_200_000)),
            ("1751371200123", Unit::Mixed, Some(1_751_371_200_123)),
            ("1751371200123456", Unit::Mixed, Some(1_751_371_200_123)),
            ("1262965", Unit::Mixed, None),
            (r#""2025-07-01T12:00:00Z""#, Unit::Iso, Some(1_751_371_200_000)),
            (r#""2025-07-01 12:00:00 UTC""#, Unit::SecondsOrIso, Some(1_751_371_200_000)),
            ("1751371200", Unit::SecondsOrIso, Some(1_751_371_200_000)),
            (r#""1751371200""#, Unit::SecondsOrIso, Some(1_751_371_200_000)),
            ("1751371200", Unit::Iso, None),
            (r#""Tue, 01 Jul 2025 12:00:00 +0000""#, Unit::Mail, Some(1_751_371_200_000)),
            ("-1", Unit::Seconds, None),
            ("1e9", Unit::Seconds, None),
            ("[]", Unit::Seconds, None),
            ("true", Unit::Iso, None),
            ("99999999999999999999999", Unit::Millis, None),
        ] {
            assert_eq!(time(value, unit), millis, "{value} {unit:?}");
        }
    }

    #[test]
    fn different_parts_make_different_ids() {
        assert_eq!(joined(&["bot", "-42", "7"]), "bot/-42/7");
        assert_eq!(joined(&["a/b", "c"]), "a%2Fb/c");
        assert_ne!(joined(&["a/b", "c"]), joined(&["a", "b/c"]));
        assert_ne!(joined(&["a%2Fb", "c"]), joined(&["a/b", "c"]));
        assert_ne!(joined(&["a", "", "b"]), joined(&["a", "b"]));
    }

    #[test]
    fn ids_are_the_same_as_numbers_and_as_texts() {
        let text = r#"{"a": 9007199254740993, "b": "9007199254740993", "c": 1.5, "d": "", "e": null, "f": "007"}"#;
        let mut memory = Memory::default();
        let root = Tape::read(text, &mut memory).unwrap().root();
        assert_eq!(root.id("a").unwrap(), root.id("b").unwrap());
        assert_eq!(root.number_id("a").unwrap(), Some(9_007_199_254_740_993_u64.into()));
        assert_eq!(root.number_id("a").unwrap(), root.number_id("b").unwrap());
        assert_eq!(root.id("c").unwrap_err().path(), "c");
        assert_eq!((root.id("d").unwrap(), root.id("e").unwrap()), (None, None));
        assert_eq!(root.number_id("f").unwrap(), Some("007".into()));
        assert_eq!(root.need_id("e").unwrap_err().code(), Code::MissingValue);
    }

    #[test]
    fn a_form_is_an_object_of_texts() {
        assert_eq!(form("Body=a+b%26&From=%2B1").unwrap(), r#"{"Body":"a b&","From":"+1"}"#);
        for text in ["", "Body", "=x", "a=%zz", "a=%ff", "a b=c", "{\"a\"=1}"] {
            assert_eq!(form(text), None, "{text}");
        }
    }
}
