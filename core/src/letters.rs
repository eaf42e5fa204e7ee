//! Texts without case and accents, so that `Jose` finds `JOSÉ` (S2, D7).

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A text in its bare letters: compatibility forms decomposed, marks left out, in lower case.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    bare_into(text, &mut out);
    out
}

/// Adds the bare letters of a text.
pub(crate) fn bare_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let from = out.len();
        out.push_str(text);
        out[from..].make_ascii_lowercase();
        return;
    }
    for c in text.chars() {
        bare_char(c, out);
    }
}

/// Adds the bare letters of a character: none for a mark, several for a ligature.
pub(crate) fn bare_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    decompose_compatible(c, |part| {
        if is_combining_mark(part) {
            return;
        }
        // The final form of a letter is the letter.
        out.extend(part.to_lowercase().map(|lower| if lower == 'ς' { 'σ' } else { lower }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_forms_go() {
        for (text, expected) in [
            ("JOSÉ", "jose"),
            ("e\u{301}", "e"),
            ("ﬁn Ⅳ", "fin iv"),
            ("İstanbul", "istanbul"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("Οδυσσεύς", "οδυσσευσ"),
            ("Ёлка", "елка"),
            ("ＡＢ", "ab"),
            ("東京", "東京"),
            ("👩‍👩‍👧", "👩‍👩‍👧"),
        ] {
            assert_eq!(bare(text), expected, "{text}");
        }
        assert_eq!(bare("각"), bare("각"), "composed or not");
    }
}
