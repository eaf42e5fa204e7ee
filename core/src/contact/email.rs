//! E-mail addresses, and what two spellings of one share (C2, M10).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::Short;
use super::format::shown;
use crate::error::{Code, Error, Result};

/// An e-mail address: trimmed, in Unicode normal form C, the domain in lower case; the local part as it was typed.
///
/// Two addresses match (look-ups, suggestions) when they are equal with the local part in lower case and the domain's
/// labels decoded from punycode. Dots and `+tags` in the local part are kept: providers differ on them.
///
/// # Example
/// ```
/// use omnicontact::Email;
/// let email = Email::parse(" Ana.Perez@Bücher.EXAMPLE ")?;
/// assert_eq!(email.as_str(), "Ana.Perez@bücher.example");
/// assert_eq!(email.match_key(), Email::parse("ana.perez@xn--bcher-kva.example")?.match_key());
/// assert!(Email::parse("ana@").is_err());
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(Short);

impl Email {
    /// An address from what was typed.
    ///
    /// # Errors
    /// `invalid_email` names the value.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse =
            |why: &str| Error::new(Code::InvalidEmail, format!("`{}` is no e-mail address: {why}", shown(text.trim())));
        // Plain letters are in every normal form already.
        let text = text.trim();
        let address: Cow<'_, str> = if text.is_ascii() { text.into() } else { text.nfc().collect() };
        let (local, domain) = address.rsplit_once('@').ok_or_else(|| refuse("it has no `@`"))?;
        if local.is_empty() || local.len() > 64 {
            return Err(refuse("the part before `@` has 1 to 64 bytes"));
        }
        let forbidden = |c: char| match c {
            '@' | '"' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '[' | '\\' | ']' => true,
            c => c.is_whitespace() || c.is_control(),
        };
        if local.contains(forbidden) || local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return Err(refuse("the part before `@` has a character or a dot that it must not have"));
        }
        let domain: Cow<'_, str> = match domain {
            lower if lower.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) => lower.into(),
            plain if plain.is_ascii() => plain.to_ascii_lowercase().into(),
            other => other.to_lowercase().nfc().collect(),
        };
        let label_is_fine = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || is_mark(c))
        };
        if !domain.contains('.') || !domain.split('.').all(label_is_fine) {
            return Err(refuse("the domain needs at least two labels of letters, digits and inner dashes"));
        }
        if local.len() + 1 + domain.len() > 254 {
            return Err(refuse("it is longer than 254 bytes"));
        }
        if address.ends_with(&*domain) {
            return Ok(Self((&*address).into()));
        }
        Ok(Self(format!("{local}@{domain}").as_str().into()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// What two spellings of one address share.
    pub fn match_key(&self) -> String {
        self.key().into_owned()
    }

    /// [`match_key`](Self::match_key), without a copy where it is the address itself.
    pub(crate) fn key(&self) -> Cow<'_, str> {
        let text = self.as_str();
        if text.is_ascii() && !text.contains("xn--") {
            if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                return text.to_ascii_lowercase().into();
            }
            return text.into();
        }
        let (local, domain) = self.as_str().rsplit_once('@').unwrap_or((self.as_str(), ""));
        let mut key = local.to_lowercase();
        key.push('@');
        for (position, label) in domain.split('.').enumerate() {
            if position > 0 {
                key.push('.');
            }
            match label.strip_prefix("xn--").and_then(punycode) {
                Some(decoded) => key.extend(decoded.to_lowercase().nfc()),
                None => key.push_str(label),
            }
        }
        key.into()
    }
}

/// Combining marks are no letters, and still part of words in many scripts.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Decodes punycode (RFC 3492); `None` where the text is not punycode.
fn punycode(text: &str) -> Option<String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut rest = extended.bytes().peekable();
    while rest.peek().is_some() {
        let (start, mut weight, mut k) = (i, 1_u32, 36_u32);
        loop {
            let digit = match rest.next()? {
                letter @ b'a'..=b'z' => u32::from(letter - b'a'),
                digit @ b'0'..=b'9' => u32::from(digit - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(i - start, length, start == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

fn adapt(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

impl Email {
    /// Whether two spellings share their [`match_key`](Self::match_key).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self == other || self.key() == other.key()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(Error::into_serde)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punycode_decodes_the_samples_of_its_rfc() {
        assert_eq!(punycode("bcher-kva").as_deref(), Some("bücher"));
        assert_eq!(punycode("egbpdaj6bu4bxfgehfvwxn").as_deref(), Some("ليهمابتكلموشعربي؟"));
        assert_eq!(punycode("ihqwcrb4cv8a8dqg056pqjye").as_deref(), Some("他们为什么不说中文"));
        assert_eq!(punycode("99999999"), None);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "a", "a@", "@b.co", "a@b", "a b@c.co", "a@b..co", ".a@b.co", "a.@b.co", "a@-b.co", "a@b@c.co"] {
            assert_eq!(Email::parse(bad).unwrap_err().code(), Code::InvalidEmail, "{bad}");
        }
    }
}
