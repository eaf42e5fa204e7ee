//! Phones: E.164, from what people type and a default country (C2, M10).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Short, codes, format};
use crate::error::{Code, Error, Result};

/// A phone number in E.164: `+`, calling code, national number, 7 to 15 digits.
///
/// The rule is small and the same everywhere: spaces, dots, dashes, slashes and brackets are dropped; a leading `+` or
/// `00` means international; any other number is national and needs the default country, whose calling code replaces
/// its trunk prefix (`0` in most countries, `8` in Russia, none in Spain). The calling code must exist. Numbering
/// plans below it are not checked: a well-formed number may belong to nobody.
///
/// # Example
/// ```
/// use omnicontact::{Code, Phone};
/// assert_eq!(Phone::parse("099 123 4567", Some("EC"))?.as_str(), "+593991234567");
/// assert_eq!(Phone::parse("(0)20 7946-0958", Some("GB"))?.as_str(), "+442079460958");
/// assert_eq!(Phone::parse("00593 99 123 4567", None)?.as_str(), "+593991234567");
/// assert_eq!(Phone::parse("099 123 4567", None).unwrap_err().code(), Code::InvalidPhone);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Phone(Short);

impl Phone {
    /// A phone from what was typed; national numbers take the calling code of `country` (ISO 3166-1 alpha-2).
    ///
    /// # Errors
    /// `invalid_phone` names the value; `invalid_country` if `country` is no country.
    pub fn parse(text: &str, country: Option<&str>) -> Result<Self> {
        let refuse =
            |why: &str| Error::new(Code::InvalidPhone, format!("`{}` is no phone: {why}", format::shown(text)));
        let mut digits = String::with_capacity(16);
        let mut plus = false;
        for c in text.trim().chars() {
            match c {
                '+' if digits.is_empty() && !plus => plus = true,
                '0'..='9' => digits.push(c),
                ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{2010}' | '\u{2011}' | '\u{202f}' => {}
                _ => return Err(refuse("only digits, `+`, spaces, dots, dashes, slashes and brackets are allowed")),
            }
        }
        if !plus && let Some(rest) = digits.strip_prefix("00") {
            digits = rest.into();
            plus = true;
        }
        if !plus {
            let Some(country) = country else {
                return Err(refuse("a national number needs a default country").with_hint("write it as `+593…`"));
            };
            let country = codes::country(country).ok_or_else(|| {
                Error::new(Code::InvalidCountry, format!("`{}` is no country", format::shown(country)))
                    .with_hint("ISO 3166-1 alpha-2")
            })?;
            if country.calling.is_empty() {
                return Err(refuse("the default country has no calling code"));
            }
            let national = match digits.strip_prefix(country.trunk) {
                // In the North American plan ten digits are a whole number, whatever they begin with.
                Some(rest) if !(country.calling == "1" && digits.len() == 10) => rest,
                _ => &digits,
            };
            digits = format!("{}{national}", country.calling);
        }
        if !(7..=15).contains(&digits.len()) {
            return Err(refuse("E.164 has 7 to 15 digits"));
        }
        if digits.starts_with('0') || !codes::has_calling_code(&digits) {
            return Err(refuse("no country has that calling code"));
        }
        digits.insert(0, '+');
        Ok(Self(digits.as_str().into()))
    }

    /// The number in E.164.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What two spellings of one line share: the mobile marks that Mexico (`1`), Argentina (`9`) and Brazil (ninth
    /// digit) add for some systems and not for others are left out. For look-ups and suggestions only (D16, M10).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Phone;
    /// let one = Phone::parse("+52 1 55 1234 5678", None)?;
    /// let two = Phone::parse("+52 55 1234 5678", None)?;
    /// assert_ne!(one, two);
    /// assert_eq!(one.match_key(), two.match_key());
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn match_key(&self) -> String {
        self.key().into_owned()
    }
}

impl Phone {
    /// [`match_key`](Self::match_key), without a copy where it is the number itself.
    pub(crate) fn key(&self) -> Cow<'_, str> {
        let digits = &self.as_str()[1..];
        match digits.len() {
            13 if digits.starts_with("521") => format!("+52{}", &digits[3..]).into(),
            13 if digits.starts_with("549") => format!("+54{}", &digits[3..]).into(),
            13 if digits.starts_with("55") && digits.as_bytes()[4] == b'9' => {
                format!("+{}{}", &digits[..4], &digits[5..]).into()
            }
            _ => self.as_str().into(),
        }
    }

    /// Whether two spellings share their [`match_key`](Self::match_key).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self == other || self.key() == other.key()
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?, None).map_err(Error::into_serde)
    }
}
