//! Formats of the other fields: language, country, locale, tag, custom field names (C2).

use std::borrow::Cow;

use super::{codes, plan};
use crate::error::{Code, Error, Result};

/// A language in ISO 639-1, in lower case.
///
/// # Errors
/// `invalid_language` names the value.
pub fn language(text: &str) -> Result<Box<str>> {
    let code = text.trim().to_ascii_lowercase();
    match codes::LANGUAGES.binary_search(&code.as_str()) {
        Ok(_) => Ok(code.into()),
        Err(_) => {
            Err(Error::new(Code::InvalidLanguage, format!("`{}` is no language", shown(text))).with_hint("ISO 639-1"))
        }
    }
}

/// A country in ISO 3166-1 alpha-2, in upper case.
///
/// # Errors
/// `invalid_country` names the value.
pub fn country(text: &str) -> Result<Box<str>> {
    let code = text.trim().to_ascii_uppercase();
    match plan::country(&code) {
        Some(_) => Ok(code.into()),
        None => Err(Error::new(Code::InvalidCountry, format!("`{}` is no country", shown(text)))
            .with_hint("ISO 3166-1 alpha-2")),
    }
}

/// A locale in BCP 47 with the usual case: `es-EC`, `zh-Hant-TW`.
///
/// # Errors
/// `invalid_locale` names the value.
pub fn locale(text: &str) -> Result<Box<str>> {
    let refuse =
        || Error::new(Code::InvalidLocale, format!("`{}` is no locale", shown(text))).with_hint("BCP 47, as `es-EC`");
    let mut out = String::with_capacity(text.len());
    // 0 language, 1 after language, 2 after script, 3 after region or variant, 4 in an extension, 5 private use
    let mut stage = 0;
    let mut wants_more = false;
    for tag in text.trim().split('-') {
        let alpha = tag.bytes().all(|b| b.is_ascii_alphabetic());
        let digit = tag.bytes().all(|b| b.is_ascii_digit());
        if tag.is_empty() || tag.len() > 8 || !tag.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(refuse());
        }
        let lower = tag.to_ascii_lowercase();
        if stage == 0 {
            let known = codes::LANGUAGES.binary_search(&lower.as_str()).is_ok();
            if !alpha || !(known || tag.len() == 3) {
                return Err(refuse());
            }
            out.push_str(&lower);
            stage = 1;
            continue;
        }
        out.push('-');
        match (stage, tag.len()) {
            (1..=4, 1) if !wants_more => {
                out.push_str(&lower);
                stage = if lower == "x" { 5 } else { 4 };
                wants_more = true;
                continue;
            }
            (4, 2..) | (5, _) => out.push_str(&lower),
            (1, 4) if alpha => {
                out.push_str(&lower[..1].to_ascii_uppercase());
                out.push_str(&lower[1..]);
                stage = 2;
            }
            (1 | 2, 2) if alpha => {
                out.push_str(&tag.to_ascii_uppercase());
                stage = 3;
            }
            (1 | 2, 3) if digit => {
                out.push_str(tag);
                stage = 3;
            }
            (1..=3, 4..) if tag.len() > 4 || tag.as_bytes()[0].is_ascii_digit() => {
                out.push_str(&lower);
                stage = 3;
            }
            _ => return Err(refuse()),
        }
        wants_more = false;
    }
    if wants_more {
        return Err(refuse());
    }
    Ok(out.into())
}

/// A tag (or the name of a list): 1 to 255 characters after trimming, none of them a control character.
///
/// # Errors
/// `invalid_tag` names the value.
pub fn tag(text: &str) -> Result<Box<str>> {
    tag_of(text.into())
}

/// [`tag`] of a text of one's own, which is the tag itself where it needs no trimming.
pub(super) fn tag_of(text: Box<str>) -> Result<Box<str>> {
    named(text, 255, Code::InvalidTag, "tag")
}

/// A text without white space around it; none where nothing is left.
pub(super) fn trimmed(text: Box<str>) -> Option<Box<str>> {
    match text.trim() {
        "" => None,
        same if same.len() == text.len() => Some(text),
        inner => Some(inner.into()),
    }
}

/// The name of a custom field: 1 to 50 characters after trimming, none of them a control character.
///
/// # Errors
/// `invalid_custom_field` names the value.
pub fn custom_field_name(text: &str) -> Result<Box<str>> {
    named(text.into(), 50, Code::InvalidCustomField, "custom field name")
}

fn named(text: Box<str>, longest: usize, code: Code, noun: &str) -> Result<Box<str>> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > longest || name.contains(char::is_control) {
        return Err(Error::new(code, format!("`{}` is no {noun}", shown(name)))
            .with_hint(format!("1 to {longest} characters, no control characters")));
    }
    Ok(if name.len() == text.len() { text } else { name.into() })
}

/// A value as a message names it: a value of any length must not make a message of any length.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Whether a text says nothing: empty or white space (D14).
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::super::plans::COUNTRIES;
    use super::*;

    #[test]
    fn locales_are_bcp_47() {
        for (given, expected) in [
            ("ES-ec", "es-EC"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("es-419", "es-419"),
            ("de-1996", "de-1996"),
            ("sl-rozaj", "sl-rozaj"),
            ("en-u-ca-gregory", "en-u-ca-gregory"),
            ("qu-x-Mine", "qu-x-mine"),
            ("cmn-Hans-CN", "cmn-Hans-CN"),
        ] {
            assert_eq!(&*locale(given).unwrap(), expected);
        }
        for bad in ["", "es_EC", "e", "es-", "es-E", "es-EC-EC", "xx", "es-u", "419", "es-x"] {
            assert_eq!(locale(bad).unwrap_err().code(), Code::InvalidLocale, "{bad}");
        }
    }

    #[test]
    fn a_tag_counts_characters_not_bytes() {
        assert!(tag(&"ñ".repeat(255)).is_ok());
        assert_eq!(tag(&"n".repeat(256)).unwrap_err().code(), Code::InvalidTag);
        assert_eq!(tag(" \t").unwrap_err().code(), Code::InvalidTag);
        assert!(custom_field_name(&"ñ".repeat(50)).is_ok());
        assert_eq!(custom_field_name(&"n".repeat(51)).unwrap_err().code(), Code::InvalidCustomField);
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(codes::LANGUAGES.is_sorted());
        assert!(COUNTRIES.is_sorted_by_key(|country| country.code));
        assert_eq!((codes::LANGUAGES.len(), COUNTRIES.len()), (183, 249));
    }
}
