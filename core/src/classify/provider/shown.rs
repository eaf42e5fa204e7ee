//! What a stranger wrote, where people and logs read it: in a path, in the name of what was ignored, in an error.

use std::borrow::Cow;

use crate::error::Error;

/// So much of an error's words is shown.
const LONGEST: usize = 512;

/// Whether a letter moves a terminal or turns the words around it: controls, and marks of direction and width.
fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The text with harmful letters written out, cut after so many letters.
pub(super) fn shown(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest && !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut found = String::with_capacity(text.len().min(longest));
    for (place, letter) in text.chars().enumerate() {
        if place == longest {
            found.push('…');
            break;
        }
        if is_harmful(letter) {
            found.extend(letter.escape_unicode());
        } else {
            found.push(letter);
        }
    }
    Cow::Owned(found)
}

/// The error with nothing in it that does more than to be read.
pub(super) fn harmless(error: Error) -> Error {
    let is_plain = |text: &str| matches!(shown(text, LONGEST), Cow::Borrowed(_));
    if is_plain(error.message()) && error.hint().is_none_or(is_plain) {
        return error;
    }
    let mut plain = Error::new(error.code(), shown(error.message(), LONGEST)).relocated(error.path().to_owned());
    if let Some(hint) = error.hint() {
        plain = plain.with_hint(shown(hint, LONGEST));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn what_would_move_a_terminal_is_written_out() {
        assert_eq!(shown("a.b é 日本", 64), "a.b é 日本");
        assert_eq!(shown("\u{1b}[2J\n\u{202e}x", 64), "\\u{1b}[2J\\u{a}\\u{202e}x");
        assert_eq!(shown("abcdef", 3), "abc…");
        let error = harmless(Error::new(Code::UnknownKey, "unknown key `\r`").with_hint("\u{7}").at("body"));
        assert_eq!(error.to_string(), "body: unknown key `\\u{d}` (\\u{7})");
    }
}
