//! Custom fields: a name and a typed value (C2).

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer, Serialize};

use super::email::Email;
use super::format::{is_blank, shown};
use crate::error::{Code, Error, Result};
use crate::label::labels;

labels! { closed
    /// Type of a custom field (C2).
    CustomType, "custom field type" {
        /// Any text.
        Text = "text",
        /// One of a list of texts.
        List = "list",
        /// True or false.
        Checkbox = "checkbox",
        /// An e-mail address.
        Email = "email",
        /// A finite number.
        Number = "number",
        /// An absolute http or https address.
        Url = "url",
        /// A date, `YYYY-MM-DD`.
        Date = "date",
        /// A time of day, `HH:MM`.
        Time = "time",
    }
}

/// Value of a custom field, valid by construction.
///
/// # Example
/// ```
/// use omnicontact::{Code, CustomType, CustomValue};
/// let value = CustomValue::parse(CustomType::Date, "2025-07-01")?;
/// assert_eq!(serde_json::to_string(&value).unwrap(), r#"{"date":"2025-07-01"}"#);
/// assert_eq!(CustomValue::parse(CustomType::Date, "1/7/2025").unwrap_err().code(), Code::InvalidCustomValue);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomValue {
    /// Any text.
    Text(Box<str>),
    /// One of a list of texts.
    List(Box<str>),
    /// True or false.
    Checkbox(bool),
    /// An e-mail address.
    #[serde(deserialize_with = "read_email")]
    Email(Email),
    /// A finite number.
    Number(Number),
    /// An absolute http or https address.
    Url(Url),
    /// A date, `YYYY-MM-DD`.
    #[serde(deserialize_with = "read_date")]
    Date(NaiveDate),
    /// A time of day, `HH:MM`.
    Time(Minute),
}

impl CustomValue {
    /// Reads a value of a type from its text.
    ///
    /// # Errors
    /// `invalid_custom_value` names the value and the format.
    pub fn parse(kind: CustomType, text: &str) -> Result<Self> {
        let refuse = |hint: &str| {
            Error::new(Code::InvalidCustomValue, format!("`{}` is no {kind}", shown(text))).with_hint(hint)
        };
        let trimmed = text.trim();
        Ok(match kind {
            CustomType::Text => Self::Text(text.into()),
            CustomType::List => Self::List(trimmed.into()),
            CustomType::Checkbox => match trimmed.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Self::Checkbox(true),
                "false" | "no" | "0" => Self::Checkbox(false),
                _ => return Err(refuse("`true` or `false`")),
            },
            CustomType::Email => Self::Email(Email::parse(trimmed).map_err(|_| refuse("an e-mail address"))?),
            CustomType::Number => Self::Number(
                trimmed
                    .parse()
                    .ok()
                    .and_then(Number::new)
                    .ok_or_else(|| refuse("digits, with a point before decimals"))?,
            ),
            CustomType::Url => Self::Url(Url::parse(trimmed).ok_or_else(|| refuse("as `https://example.org/page`"))?),
            CustomType::Date => Self::Date(day(trimmed).ok_or_else(|| refuse("`YYYY-MM-DD`"))?),
            CustomType::Time => Self::Time(Minute::parse(trimmed).ok_or_else(|| refuse("`HH:MM`"))?),
        })
    }

    /// The type of the value.
    pub fn kind(&self) -> CustomType {
        match self {
            Self::Text(_) => CustomType::Text,
            Self::List(_) => CustomType::List,
            Self::Checkbox(_) => CustomType::Checkbox,
            Self::Email(_) => CustomType::Email,
            Self::Number(_) => CustomType::Number,
            Self::Url(_) => CustomType::Url,
            Self::Date(_) => CustomType::Date,
            Self::Time(_) => CustomType::Time,
        }
    }

    /// The value as a text, as [`CustomValue::parse`] reads it.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) | Self::List(text) => text.to_string(),
            Self::Checkbox(flag) => flag.to_string(),
            Self::Email(email) => email.to_string(),
            Self::Number(number) => number.get().to_string(),
            Self::Url(url) => url.0.to_string(),
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Time(minute) => minute.to_text(),
        }
    }

    /// Whether the value says nothing; false and 0 are values (D14).
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) | Self::List(text) if is_blank(text))
    }
}

/// What comes as data and is no value, with the code of such.
fn no_value<E: serde::de::Error>(why: &str) -> E {
    Error::new(Code::InvalidCustomValue, why).into_serde()
}

fn read_email<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Email, D::Error> {
    Email::parse(&String::deserialize(deserializer)?).map_err(|_| no_value("not an e-mail address"))
}

fn read_date<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<NaiveDate, D::Error> {
    day(&String::deserialize(deserializer)?).ok_or_else(|| no_value("not `YYYY-MM-DD`"))
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

/// A finite number.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(into = "f64")]
pub struct Number(f64);

impl Number {
    /// A number, if it is finite.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value))
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl From<Number> for f64 {
    fn from(value: Number) -> Self {
        value.0
    }
}

impl TryFrom<f64> for Number {
    type Error = &'static str;
    fn try_from(value: f64) -> std::result::Result<Self, Self::Error> {
        Self::new(value).ok_or("a number must be finite")
    }
}

/// An absolute http or https address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Url(Box<str>);

impl Url {
    /// An address, if it is absolute, http or https, has a host, and no white space.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let fine = known
            && !host.is_empty()
            && text.len() <= 2048
            && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        fine.then(|| Self(text.into()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Url> for String {
    fn from(value: Url) -> Self {
        value.0.into()
    }
}

impl TryFrom<String> for Url {
    type Error = &'static str;
    fn try_from(value: String) -> std::result::Result<Self, Self::Error> {
        Self::parse(&value).ok_or("not an absolute http or https address")
    }
}

/// A time of day to the minute, written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Minute(NaiveTime);

impl Minute {
    /// A time of day from `HH:MM`.
    pub fn parse(text: &str) -> Option<Self> {
        NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5).map(Self)
    }

    /// The minute of the day, from 0 to 1439.
    pub fn of_day(self) -> u16 {
        use chrono::Timelike;
        u16::try_from(self.0.num_seconds_from_midnight() / 60).unwrap_or(0)
    }

    /// The time as `HH:MM`.
    pub fn to_text(self) -> String {
        self.0.format("%H:%M").to_string()
    }
}

impl From<Minute> for String {
    fn from(value: Minute) -> Self {
        value.to_text()
    }
}

impl TryFrom<String> for Minute {
    type Error = &'static str;
    fn try_from(value: String) -> std::result::Result<Self, Self::Error> {
        Self::parse(&value).ok_or("not `HH:MM`")
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::try_from(f64::deserialize(deserializer)?).map_err(no_value)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(no_value)
    }
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(no_value)
    }
}
