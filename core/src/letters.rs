//! Texts without case and marks, so that `Jose` finds `JOSÉ` and `STRASSE` finds `Straße`: the one folding for search,
//! segments, text filters, tags, header words and suggestions (S2, D7, D39).

use std::borrow::Cow;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A text in its bare letters: full case folding, compatibility forms decomposed (NFKD), marks left out.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    bare_into(text, &mut out);
    out
}

/// The same, without a copy where the text is bare already.
pub(crate) fn bared(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) { text.into() } else { bare(text).into() }
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

/// The bare letters of `À` to `ÿ`, which most texts with accents are made of; 0 where there is more to say.
const LATIN: &[u8; 64] = b"aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y";

/// Adds the bare letters of a character: none for a mark, several for a ligature.
pub(crate) fn bare_char(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let latin = u32::from(c).checked_sub(0xC0).and_then(|place| LATIN.get(place as usize));
    if let Some(&letter) = latin.filter(|letter| **letter != 0) {
        out.push(letter.into());
        return;
    }
    folded(c, &mut |part| {
        decompose_compatible(part, |letter| {
            if is_combining_mark(letter) {
                return;
            }
            // A compatibility form may hide a capital letter, as `℡` does.
            folded(letter, &mut |letter| out.push(letter));
        });
    });
}

/// Full case folding, out of the case mappings of the standard library: folding leads all letters that have an upper case in
/// common to one text, and so does this, but for the dotless `ı`. (Found by comparing
/// all characters with the case folding of Python's `unicodedata`.)
fn folded(c: char, push: &mut dyn FnMut(char)) {
    match c {
        c if c.is_ascii() => push(c.to_ascii_lowercase()),
        // Its upper case is that of `i`, but folding keeps the two apart. Han, kana, Hangul and what stands between them know
        // no case.
        'ı' | '\u{2E80}'..='\u{A63F}' | '\u{AC00}'..='\u{D7FF}' => push(c),
        // By way of the lower case, for capital letters whose small one has two capitals: `ẞ`.
        c => c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase).for_each(push),
    }
}

/// Levenshtein's: how many bytes to add, take or change.
pub(crate) fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let change = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
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
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("GROẞ", "gross"),
            ("ﬀ ﬃ ﬅ", "ff ffi st"),
            ("ŉ ǰ", "ʼn j"),
            ("ᾳ ᾼ ΑΙ", "αι αι αι"),
            ("և ԵՒ", "եւ եւ"),
            ("ſ K Å Ω ϐ ϑ", "s k a ω β θ"),
            ("𝐀 ℡", "a tel"),
            ("Ꭰ", "Ꭰ"),
            ("ꭰ", "Ꭰ"),
            ("Ა", "ა"),
            ("ᲀ", "в"),
            ("Æ Ø Ð Þ ÷ × ÿ", "æ ø ð þ ÷ × y"),
        ] {
            assert_eq!(bare(text), bare(expected), "{text}");
            if !"Ꭰꭰ".contains(text) {
                assert_eq!(bare(text), expected, "{text}");
            }
            assert_eq!(bared(text), bare(text), "{text}");
        }
        assert_eq!(bare("각"), bare("각"), "composed or not");
        // Full folding keeps the dotless letter; only Turkic folding knows the two as capital and small.
        assert_ne!(bare("ı"), bare("i"));
    }

    #[test]
    fn the_table_of_latin_letters_is_what_folding_says() {
        for c in 'À'..='ÿ' {
            let mut expected = String::new();
            folded(c, &mut |part| {
                decompose_compatible(part, |letter| {
                    if !is_combining_mark(letter) {
                        expected.push(letter);
                    }
                });
            });
            assert_eq!(bare(&c.to_string()), expected, "{c}");
        }
    }

    #[test]
    fn what_is_bare_stays_so() {
        for c in '\u{80}'..='\u{2FFFF}' {
            let once = bare(&c.to_string());
            assert_eq!(bare(&once), once, "{c} {:x}", u32::from(c));
        }
    }

    #[test]
    fn letters_without_case_are_left_alone_rightly() {
        for c in ('\u{2E80}'..='\u{A63F}').chain('\u{AC00}'..='\u{D7FF}') {
            assert!(c.to_lowercase().eq([c]) && c.to_uppercase().eq([c]), "{c}");
        }
    }
}
