//! The distinct texts of a column in one buffer, so that one search over bytes finds all entries that hold a text.

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::memmem;

use super::check::{Letters, Place};
use crate::id::ForeignId;
use crate::letters;

/// Stands before and after every entry; no text holds this byte.
const EDGE: u8 = 0xFF;

/// The entry of a missing value: the first one, which no text has.
pub(super) const MISSING: u32 = 0;

/// Entries, one after the other, each between two edges.
#[derive(Debug, Clone)]
struct Buffer {
    bytes: Vec<u8>,
    /// Where each entry begins, and where one more would.
    starts: Vec<usize>,
}

impl Buffer {
    fn new() -> Self {
        Self { bytes: vec![EDGE], starts: vec![1] }
    }

    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(EDGE);
        self.starts.push(self.bytes.len());
    }

    fn get(&self, entry: usize) -> &[u8] {
        let (Some(start), Some(next)) = (self.starts.get(entry), self.starts.get(entry + 1)) else { return &[] };
        &self.bytes[*start..next - 1]
    }

    /// Calls `each` for every entry that holds the text at the place, with where in the entry it begins first.
    fn find(&self, text: &str, place: Place, mut each: impl FnMut(usize, usize)) {
        let mut needle = Vec::with_capacity(text.len() + 2);
        if place != Place::Inside {
            needle.push(EDGE);
        }
        needle.extend_from_slice(text.as_bytes());
        if place == Place::Whole {
            needle.push(EDGE);
        }
        let finder = memmem::Finder::new(&needle);
        let (mut from, mut entry) = (0, 0);
        while let Some(found) = self.bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + found + usize::from(place != Place::Inside);
            // Entries are passed over by doubling steps: hits may be dense or far apart.
            let mut step = 1;
            while self.starts.get(entry + step).is_some_and(|start| *start <= at) {
                entry += step;
                step *= 2;
            }
            while step > 1 {
                step /= 2;
                if self.starts.get(entry + step).is_some_and(|start| *start <= at) {
                    entry += step;
                }
            }
            each(entry, at - self.starts[entry]);
            let Some(next) = self.starts.get(entry + 1) else { return };
            entry += 1;
            // The edge before the next entry may begin the next hit.
            from = next - 1;
        }
    }
}

/// The distinct texts of a column, as they are and in bare letters.
#[derive(Debug, Clone)]
pub(super) struct Words {
    exact: Buffer,
    /// None where every text is in bare letters already.
    bare: Option<Buffer>,
    pub(super) ids: bool,
    /// Entries that came after the column was built; others may have no row any more.
    late: usize,
}

impl Words {
    /// Number of entries, that of a missing value among them.
    pub(super) fn len(&self) -> usize {
        self.exact.starts.len() - 1
    }

    /// Whether so many entries came late that the column should be built anew, without those that no row has.
    pub(super) fn is_crowded(&self) -> bool {
        self.late > self.len() / 2 + 1_024
    }

    /// Bytes that a look for a text reads.
    pub(super) fn bytes(&self) -> usize {
        self.exact.bytes.len()
    }

    /// The entry of a text, a new one if there is none.
    pub(super) fn adopt(&mut self, text: &str) -> u32 {
        let mut found = None;
        self.exact.find(text, Place::Whole, |entry, _| {
            found.get_or_insert(entry);
        });
        let entry = found.unwrap_or_else(|| self.push(text));
        u32::try_from(entry).unwrap_or(u32::MAX)
    }

    fn push(&mut self, text: &str) -> usize {
        let entry = self.len();
        self.late += 1;
        if !self.ids {
            let bare = letters::bare(text);
            if self.bare.is_none() && bare != text {
                // So far every text was in bare letters.
                self.bare = Some(self.exact.clone());
            }
            if let Some(buffer) = &mut self.bare {
                buffer.push(&bare);
            }
        }
        self.exact.push(text);
        entry
    }

    /// An entry as it is.
    pub(super) fn text(&self, entry: usize) -> &str {
        std::str::from_utf8(self.exact.get(entry)).unwrap_or_default()
    }

    /// The bytes of an entry as it is, whose order is that of its characters.
    pub(super) fn exact(&self, entry: usize) -> &[u8] {
        self.exact.get(entry)
    }

    /// The bytes of an entry in bare letters.
    pub(super) fn bare(&self, entry: usize) -> &[u8] {
        self.bare.as_ref().unwrap_or(&self.exact).get(entry)
    }

    /// Marks the entries that hold the text.
    pub(super) fn mark(&self, text: &str, place: Place, letters: Letters, hits: &mut [u8]) {
        let buffer = match letters {
            Letters::Bare => self.bare.as_ref().unwrap_or(&self.exact),
            Letters::Exact => &self.exact,
        };
        buffer.find(text, place, |entry, _| hits[entry] = 1);
    }

    /// Ranks the entries that hold the text in bare letters: 1 the text itself, 2 at the start, 3 inside.
    pub(super) fn rank(&self, text: &str, ranks: &mut [u8]) -> bool {
        let buffer = self.bare.as_ref().unwrap_or(&self.exact);
        let mut any = false;
        buffer.find(text, Place::Inside, |entry, at| {
            any = true;
            ranks[entry] = match (at, buffer.starts[entry + 1] - 1 - buffer.starts[entry]) {
                (0, length) if length == text.len() => 1,
                (0, _) => 2,
                _ => 3,
            };
        });
        any
    }

    /// An id of an id column.
    pub(super) fn id(&self, entry: usize) -> Option<ForeignId> {
        let text = self.text(entry);
        match text.as_bytes().first()? {
            b'#' => text[1..].parse().ok().map(ForeignId::Int),
            b'u' => text[1..].parse().ok().map(ForeignId::Uuid),
            _ => ForeignId::text(&text[1..]).ok(),
        }
    }
}

/// The text under which an id column holds an id: kinds are told apart.
pub(super) fn id_word(id: &ForeignId) -> String {
    match id {
        ForeignId::Int(value) => format!("#{value}"),
        ForeignId::Text(text) => format!("t{text}"),
        ForeignId::Uuid(uuid) => format!("u{uuid}"),
    }
}

/// Collects distinct texts and gives each its code, from 1 on.
#[derive(Default)]
pub(super) struct WordList<'k> {
    // The texts come from strangers: the standard hasher withstands chosen ones.
    codes: HashMap<Cow<'k, str>, u32>,
    texts: Vec<Cow<'k, str>>,
}

impl<'k> WordList<'k> {
    pub(super) fn code(&mut self, text: Cow<'k, str>) -> u32 {
        if let Some(code) = self.codes.get(&text) {
            return *code;
        }
        self.texts.push(text.clone());
        let code = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.codes.insert(text, code);
        code
    }

    pub(super) fn finish(self, ids: bool) -> Words {
        let mut exact = Buffer::new();
        let mut bare = Buffer::new();
        // The entry of a missing value.
        exact.push("");
        bare.push("");
        let (mut differs, mut letters) = (false, String::new());
        for text in &self.texts {
            exact.push(text);
            if !ids {
                letters.clear();
                letters::bare_into(text, &mut letters);
                differs |= letters != **text;
                bare.push(&letters);
            }
        }
        Words { exact, bare: differs.then_some(bare), ids, late: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: &[&'static str]) -> Words {
        let mut list = WordList::default();
        for text in texts {
            list.code(Cow::Borrowed(text));
        }
        list.finish(false)
    }

    #[test]
    fn a_text_is_found_in_the_entry_that_holds_it() {
        let words = words(&["Ana", "anana", "Banana", "na", "Ñandú"]);
        let hits = |text: &str, place, letters| {
            let mut hits = vec![0; words.len()];
            words.mark(text, place, letters, &mut hits);
            hits
        };
        assert_eq!(hits("ana", Place::Inside, Letters::Bare), [0, 1, 1, 1, 0, 0]);
        assert_eq!(hits("ana", Place::Inside, Letters::Exact), [0, 0, 1, 1, 0, 0]);
        assert_eq!(hits("ana", Place::Start, Letters::Bare), [0, 1, 1, 0, 0, 0]);
        assert_eq!(hits("ana", Place::Whole, Letters::Bare), [0, 1, 0, 0, 0, 0]);
        assert_eq!(hits("na", Place::Whole, Letters::Bare), [0, 0, 0, 0, 1, 0]);
        assert_eq!(hits("nandu", Place::Whole, Letters::Bare), [0, 0, 0, 0, 0, 1]);
        assert_eq!(hits("zz", Place::Inside, Letters::Bare), [0; 6]);
        let mut ranks = vec![0; words.len()];
        assert!(words.rank("na", &mut ranks));
        assert_eq!(ranks, [0, 3, 3, 3, 1, 2]);
    }

    #[test]
    fn a_text_that_comes_later_has_an_entry_as_the_others_have() {
        let mut words = words(&["ana", "eva"]);
        assert_eq!([words.adopt("eva"), words.adopt("luz"), words.adopt("luz"), words.adopt("Éva")], [2, 3, 3, 4]);
        let texts: Vec<(&str, &[u8])> = (0..words.len()).map(|entry| (words.text(entry), words.bare(entry))).collect();
        let expected: [(&str, &[u8]); 5] =
            [("", b""), ("ana", b"ana"), ("eva", b"eva"), ("luz", b"luz"), ("Éva", b"eva")];
        assert_eq!(texts, expected);
    }
}
