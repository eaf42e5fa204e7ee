//! A text as words in bare letters, faces, and the marks that end a thought.

use std::borrow::Cow;

use crate::letters;

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    /// A word of Latin letters, without case and accents.
    Word(Cow<'t, str>),
    /// An emoji or a face of letters, by its weight.
    Face(f64),
    /// A full stop, a semicolon, a question mark, an exclamation mark.
    End,
    /// A comma.
    Comma,
}

impl Token<'_> {
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// Emoji by their weight; our own choice. Tears and worry go with requests for help and say nothing of contentment.
const EMOJI: [(f64, &str); 2] = [(2.0, "❤😍🥰😘💖🤩🎉👏🏆👍🙌"), (-2.0, "😡🤬😠👎🖕🙄😤🤮🤦💔")];

/// Faces of letters and marks, in small letters, at the end of what stands between blanks.
const FACES: [(&str, f64); 4] = [(":d", 2.0), ("<3", 2.0), (">:(", -2.0), ("d:<", -2.0)];

fn emoji(letter: char) -> Option<f64> {
    EMOJI.iter().find(|(_, all)| all.contains(letter)).map(|(weight, _)| *weight)
}

/// A face at the end, and what stands before it. Faces of letters alone stand by themselves.
fn face(part: &str) -> Option<(&str, f64)> {
    let bare = part.trim_end_matches(['.', ',', '!', '?']);
    FACES.iter().find_map(|(face, weight)| {
        let before = bare.strip_suffix(face)?;
        let is_apart = before.is_empty() || !face.ends_with(|last: char| last.is_ascii_alphabetic());
        is_apart.then_some((before, *weight))
    })
}

/// Letters and brackets that are drawn out count twice at most, and brackets once: `:)))`, `goooood`.
fn shortened(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut last, mut run) = ('\0', 0);
    for letter in text.chars() {
        run = if letter == last { run + 1 } else { 1 };
        last = letter;
        let most = if matches!(letter, '(' | ')') { 1 } else { 2 };
        if run <= most || !(letter.is_ascii_alphabetic() || most == 1) {
            out.push(letter);
        }
    }
    out
}

/// Reads a text. Addresses and names of accounts are no words.
pub(super) fn tokens(text: &str) -> Vec<Token<'static>> {
    let bare = letters::bare(text);
    let mut tokens = Vec::new();
    for part in bare.split_whitespace() {
        if part.starts_with("http:") || part.starts_with("https:") || part.starts_with("www.") || part.starts_with('@')
        {
            continue;
        }
        let part = shortened(part);
        let (part, weight) = face(&part).map_or((part.as_str(), None), |(before, weight)| (before, Some(weight)));
        words(part, &mut tokens);
        tokens.extend(weight.map(Token::Face));
    }
    tokens
}

fn words(part: &str, tokens: &mut Vec<Token<'static>>) {
    let mut word = String::new();
    for letter in part.chars() {
        match letter {
            'a'..='z' => {
                word.push(letter);
                continue;
            }
            // don't, it's
            '\'' | '’' => continue,
            _ => {}
        }
        if !word.is_empty() {
            tokens.push(Token::Word(Cow::Owned(std::mem::take(&mut word))));
        }
        match letter {
            '.' | ';' | '?' | '!' | '…' => tokens.push(Token::End),
            ',' => tokens.push(Token::Comma),
            other if !other.is_ascii() => tokens.extend(emoji(other).map(Token::Face)),
            _ => {}
        }
    }
    if !word.is_empty() {
        tokens.push(Token::Word(Cow::Owned(word)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |token: &Token<'_>| match token {
            Token::Word(word) => word.to_string(),
            Token::Face(weight) => format!("{weight:+}"),
            Token::End => ".".into(),
            Token::Comma => ",".into(),
        };
        tokens(text).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_text_is_words_faces_and_marks() {
        for (text, expected) in [
            ("¡Qué BUENO, señor!", "que bueno , senor ."),
            ("Don't https://a.b/c @ana www.x.y", "dont"),
            ("bueeeeno <3 gracias", "bueeno +2 gracias"),
            (":D abc:D 👍🏽❤️", "+2 abc d +2 +2"),
            ("12 cajas/3 días", "cajas dias"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
