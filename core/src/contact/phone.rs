//! Phones: E.164, from what people type and a default country (C2, M10).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Short, format, plan, plans};
use crate::error::{Code, Error, Result};

/// A phone number in E.164: `+`, calling code, national number, at most 15 digits.
///
/// The rule is the same everywhere (D30). Spaces, dots, dashes, slashes and brackets are dropped, digits of any script
/// are digits, `tel:` in front is dropped. A leading `+` or `00` (or what the default country dials instead, as `011`)
/// means international. Other digits need a default country: where they begin with its calling code and are longer than
/// its longest national number, or are no number of its plan while the rest is one, they are international; else
/// national, without its trunk prefix, home forms rewritten (Argentina's `15`, Mexico's `044`, `045`, `01` and `1`, Brazil's
/// carriers). The length must be one of the plan; a number that is read as national must also look like one of the plan's,
/// as its calling code is our reading, not the writer's. A well-formed number may still belong to nobody.
///
/// A decimal tail of a spreadsheet (`.0`, `,0`) is cut. Other fractions, `5.9E+11`, letters and extensions are refused.
///
/// # Example
/// ```
/// use omnicontact::{Code, Phone};
/// assert_eq!(Phone::parse("099 123 4567", Some("EC"))?.as_str(), "+593991234567");
/// assert_eq!(Phone::parse("593991234567", Some("EC"))?.as_str(), "+593991234567");
/// assert_eq!(Phone::parse("(0)20 7946-0958", Some("GB"))?.as_str(), "+442079460958");
/// assert_eq!(Phone::parse("00593 99 123 4567", None)?.as_str(), "+593991234567");
/// assert_eq!(Phone::parse("99 123 4567.0", Some("EC"))?.as_str(), "+593991234567");
/// assert_eq!(Phone::parse("099 123 4567", None).unwrap_err().code(), Code::InvalidPhone);
/// assert_eq!(Phone::parse("98000", Some("EC")).unwrap_err().code(), Code::InvalidPhone);
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Phone(Short);

/// E.164.
const LONGEST: usize = 15;

impl Phone {
    /// A phone from what was typed; national numbers take the calling code of `country` (ISO 3166-1 alpha-2).
    ///
    /// # Errors
    /// `invalid_phone` names the value; `invalid_country` if `country` is no country.
    pub fn parse(text: &str, country: Option<&str>) -> Result<Self> {
        let refuse =
            |why: &str| Error::new(Code::InvalidPhone, format!("`{}` is no phone: {why}", format::shown(text)));
        let (mut plus, mut digits) = typed(text).map_err(refuse)?;
        if digits.len() > plan::MOST_DIGITS {
            return Err(refuse("E.164 has at most 15 digits"));
        }
        let country = match country.filter(|_| !plus) {
            Some(code) => Some(plan::country(code).ok_or_else(|| {
                Error::new(Code::InvalidCountry, format!("`{}` is no country", format::shown(code)))
                    .with_hint("ISO 3166-1 alpha-2")
            })?),
            None => None,
        };
        if !plus
            && let Some(rest) =
                country.and_then(|own| own.reading().after_abroad(&digits)).or_else(|| digits.strip_prefix("00"))
        {
            digits = rest.into();
            plus = true;
        }
        if !plus {
            let Some(own) = country else {
                return Err(refuse("a national number needs a default country").with_hint("write it as `+593…`"));
            };
            if own.calling.is_empty() {
                return Err(refuse("the default country has no calling code"));
            }
            let Some(rest) = own.reading().after_calling(&digits) else {
                let national = own.reading().dialled(&digits);
                // The whole plan under the calling code is dialled alike: Canada from the United States.
                if !(own.has(&national) || own.leading().has(&national)) {
                    return Err(refuse("the country's plan has no such number"));
                }
                return Self::of(own.calling, &national).ok_or_else(|| refuse("E.164 has at most 15 digits"));
            };
            digits = format!("{}{rest}", own.calling);
        }
        let Some((leading, rest)) = plan::of_number(&digits) else {
            return Err(refuse("no country has that calling code"));
        };
        let national = leading.dialled(rest);
        if !leading.has_length(&national) {
            return Err(refuse("the country's plan has no number of that length"));
        }
        Self::of(leading.calling, &national).ok_or_else(|| refuse("E.164 has at most 15 digits"))
    }

    fn of(calling: &str, national: &str) -> Option<Self> {
        let number = format!("+{calling}{national}");
        (number.len() <= LONGEST + 1).then(|| Self(number.as_str().into()))
    }

    /// The number in E.164.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What two spellings of one line share: the mobile marks that Argentina (`9`) and Brazil (ninth digit) add for some
    /// systems and not for others are left out, and Mexico's `1` of numbers stored before. For look-ups and suggestions
    /// only (D16, M10).
    ///
    /// # Example
    /// ```
    /// use omnicontact::Phone;
    /// let one = Phone::parse("+54 9 11 5744 7700", None)?;
    /// let two = Phone::parse("+54 11 5744 7700", None)?;
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
    /// A number in E.164 is read as it stands, as plans change and stored contacts stay; any other text is parsed.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::stored(&text).map_err(Error::into_serde)
    }
}

impl Phone {
    /// A number that was checked when it came in.
    pub(crate) fn stored(text: &str) -> Result<Self> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let is_whole = (4..=LONGEST).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_whole && plan::of_number(digits).is_some() { Ok(Self(text.into())) } else { Self::parse(text, None) }
    }
}

/// The digits of what was typed, and whether a `+` stands before them.
fn typed(text: &str) -> std::result::Result<(bool, String), &'static str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_hidden(c));
    let text = match text.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest,
        _ => text,
    };
    let text = without_tail(text)?;
    let mut digits = String::with_capacity(16);
    let mut plus = false;
    for c in text.chars() {
        match c {
            '+' | '\u{ff0b}' if digits.is_empty() && !plus => plus = true,
            '0'..='9' => digits.push(c),
            ' ' | '.' | '-' | '/' | '(' | ')' => {}
            c if c.is_ascii() => {
                return Err("only digits, `+`, spaces, dots, dashes, slashes and brackets are allowed");
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0e}' | '\u{ff0f}' => {}
            c if c.is_whitespace() || is_hidden(c) => {}
            c => {
                digits
                    .push(digit(c).ok_or("only digits, `+`, spaces, dots, dashes, slashes and brackets are allowed")?);
            }
        }
    }
    if digits.is_empty() { Err("there are no digits") } else { Ok((plus, digits)) }
}

/// Marks of direction and width, which phones that are copied from a screen come with.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A digit of any script.
fn digit(c: char) -> Option<char> {
    let zero = plans::ZEROS.get(plans::ZEROS.partition_point(|zero| *zero <= c).checked_sub(1)?)?;
    char::from_digit(u32::from(c) - u32::from(*zero), 10)
}

/// What a spreadsheet adds to a number is cut; a fraction is none of a phone.
fn without_tail(text: &str) -> std::result::Result<&str, &'static str> {
    let Some(place) = text.rfind(['.', ',']) else { return Ok(text) };
    let (head, tail) = (&text[..place], &text[place + 1..]);
    let is_zero = !tail.is_empty() && tail.bytes().all(|byte| byte == b'0');
    // A dot also parts the groups of a number; behind a whole number it begins a fraction.
    let is_group = text[place..].starts_with('.')
        && (head.bytes().filter(u8::is_ascii_digit).count() < 7 || (head.contains('.') && tail != "0"));
    match (is_group, is_zero) {
        (true, _) => Ok(text),
        (false, true) => Ok(head),
        (false, false) => Err("a phone is a whole number"),
    }
}
