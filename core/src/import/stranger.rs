//! Columns that nobody knows: all of them at once, each with the field that was probably meant.

use super::field::Field;
use super::plan::shown;
use crate::error::{Code, Error};
use crate::letters::distance;

/// Whether a column is the row numbers that pandas writes beside a table: it says nothing of the row.
pub(crate) fn is_row_number(name: &str, place: usize) -> bool {
    let counted = |prefix: &str, end: &str| {
        let digits = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(end));
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    (name.is_empty() && place == 0) || counted("__index_level_", "__") || counted("Unnamed: ", "")
}

/// The error of columns that nobody knows; there is at least one.
pub(crate) fn unknown_columns(names: &[&str], fields: &[&str]) -> Error {
    let words = match names {
        [] | [""] => "a column of the header has no name".to_owned(),
        [name] => format!("unknown column {}", shown(name)),
        _ => format!("unknown columns {}", names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ")),
    };
    let meant: Vec<String> = names
        .iter()
        .filter_map(|name| Some(format!("{} is perhaps `{}`", shown(name), nearest(name, fields)?)))
        .collect();
    let meant = if meant.is_empty() { String::new() } else { format!("{}; ", meant.join(", ")) };
    let allowed: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    let hint = format!(
        "{meant}allowed: {}; map the column, or ignore it (`ignored_columns`), or all that are unknown (`ignore_unknown`)",
        allowed.join(", ")
    );
    Error::new(Code::UnknownColumn, words).with_hint(hint)
}

pub(super) fn names_of(table: &'static [Field]) -> Vec<&'static str> {
    table.iter().map(|field| field.name).collect()
}

/// The field that differs by a letter or two, or whose words are among those of the name: `message_id` is `id`.
fn nearest<'f>(name: &str, fields: &[&'f str]) -> Option<&'f str> {
    let plain = plain(name);
    if plain.is_empty() || plain.len() > 64 {
        return None;
    }
    let bare = |text: &str| text.replace('_', "");
    let wanted = bare(&plain);
    let limit = (wanted.len() / 4).min(2);
    let close = fields.iter().map(|field| (distance(wanted.as_bytes(), bare(field).as_bytes()), *field));
    close.filter(|(distance, _)| *distance <= limit).min().map(|(_, field)| field).or_else(|| {
        let padded = format!("_{plain}_");
        let inside = fields.iter().copied().filter(|field| padded.contains(&format!("_{field}_")));
        inside.max_by_key(|field| field.len())
    })
}

/// Words in lower case with `_` between them: `MessageId`, `message id` and `message-id` are `message_id`.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut was_lower = false;
    for letter in name.trim().chars() {
        if letter.is_uppercase() && was_lower {
            plain.push('_');
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
        if letter.is_alphanumeric() { plain.extend(letter.to_lowercase()) } else { plain.push('_') }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_was_meant_is_found() {
        let fields = ["id", "sent_at", "direction", "contact", "channel", "content"];
        for (name, meant) in [
            ("message_id", Some("id")),
            ("ContactId", Some("contact")),
            ("contact id", Some("contact")),
            ("SentAt", Some("sent_at")),
            ("chanel", Some("channel")),
            ("direccion", Some("direction")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &fields), meant, "{name}");
        }
    }

    #[test]
    fn row_numbers_of_pandas_are_no_columns() {
        assert!(is_row_number("__index_level_0__", 4) && is_row_number("Unnamed: 0", 2) && is_row_number("", 0));
        assert!(!is_row_number("", 1) && !is_row_number("Unnamed: x", 0) && !is_row_number("index", 0));
    }
}
