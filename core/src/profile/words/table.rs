//! The words of a language.

use rustc_hash::{FxHashMap, FxHashSet};

use super::token::Token;

/// What a word does beside weighing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It turns what comes next.
    Not,
    /// It raises what comes next.
    Very,
    /// It lowers what comes next.
    Hardly,
}

/// Words of a language, from its file.
#[derive(Debug, Clone)]
pub(super) struct Table {
    words: FxHashMap<&'static str, f64>,
    /// Beginnings of words.
    stems: FxHashMap<&'static str, f64>,
    /// Several words, `_` between them.
    phrases: FxHashMap<&'static str, f64>,
    /// Words that begin one of these.
    first: FxHashSet<&'static str>,
    roles: [FxHashSet<&'static str>; 3],
}

/// The words of English.
pub(super) const ENGLISH: &str = include_str!("en.txt");

/// The most words of a phrase.
const LONGEST: usize = 4;

impl Table {
    pub(super) fn read(text: &'static str) -> Self {
        let mut table = Self {
            words: FxHashMap::default(),
            stems: FxHashMap::default(),
            phrases: FxHashMap::default(),
            first: FxHashSet::default(),
            roles: [const { FxHashSet::with_hasher(rustc_hash::FxBuildHasher) }; 3],
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let head = words.next().unwrap_or_default();
            let role = match head {
                "not" => Role::Not,
                "very" => Role::Very,
                "hardly" => Role::Hardly,
                weight => {
                    let weight = weight.parse().unwrap_or_default();
                    words.for_each(|word| table.weigh(word, weight));
                    continue;
                }
            };
            table.roles[role as usize].extend(words);
        }
        table
    }

    /// What was said first counts.
    fn weigh(&mut self, word: &'static str, weight: f64) {
        if let Some((first, _)) = word.split_once('_') {
            self.phrases.entry(word).or_insert(weight);
            self.first.insert(first);
        } else if let Some(stem) = word.strip_suffix('*') {
            self.stems.entry(stem).or_insert(weight);
        } else {
            self.words.entry(word).or_insert(weight);
        }
    }

    pub(super) fn has(&self, role: Role, word: &str) -> bool {
        self.roles[role as usize].contains(word)
    }

    /// The weight of a word: as it stands, by its longest stem, or without letters that are drawn out.
    pub(super) fn weight(&self, word: &str) -> Option<f64> {
        self.plain(word).or_else(|| {
            let mut letters: Vec<char> = word.chars().collect();
            letters.dedup();
            if letters.len() == word.len() { None } else { self.plain(&letters.into_iter().collect::<String>()) }
        })
    }

    fn plain(&self, word: &str) -> Option<f64> {
        let by_stem = || (3..=word.len()).rev().find_map(|end| self.stems.get(word.get(..end)?).copied());
        self.words.get(word).copied().or_else(by_stem)
    }

    /// The longest phrase that the tokens begin with: its weight, and how many they are. Its last word may be a stem.
    pub(super) fn phrase(&self, tokens: &[Token<'_>]) -> Option<(f64, usize)> {
        let first = tokens.first()?.word()?;
        if !self.first.contains(first) {
            return None;
        }
        let words = tokens.iter().take(LONGEST).map_while(Token::word);
        let mut joined = String::new();
        let mut found = None;
        for (place, word) in words.enumerate() {
            if place > 0 {
                joined.push('_');
            }
            joined.push_str(word);
            if place == 0 {
                continue;
            }
            let start = joined.len() - word.len();
            let by_stem = || {
                (start + 2..=joined.len())
                    .rev()
                    .find_map(|end| self.phrases.get(format!("{}*", joined.get(..end)?).as_str()))
            };
            if let Some(weight) = self.phrases.get(joined.as_str()).or_else(by_stem) {
                found = Some((*weight, place + 1));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_words_in_bare_letters() {
        for line in ENGLISH.lines().filter(|line| !line.starts_with('#')) {
            let (head, words) = line.split_once(' ').unwrap();
            let is_role = ["not", "very", "hardly"].contains(&head);
            let is_weight = head.parse::<f64>().is_ok_and(|weight| weight.abs() <= 4.0 && weight != 0.0);
            assert!(is_role || is_weight, "{line}");
            for word in words.split(' ') {
                let letters = word.strip_suffix('*').unwrap_or(word);
                assert!(letters.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{word}");
                assert!(letters.len() >= 3 || !word.ends_with('*'), "{word}");
                assert!(word.split('_').count() <= LONGEST, "{word}");
            }
        }
    }

    #[test]
    fn a_word_weighs_by_itself_by_its_stem_or_drawn_out() {
        let table = Table::read("# x\n+3 bueno excelent*\n-3 no_funciona de_lo_peor no_llega*\nnot no\n-1 bueno\n");
        assert_eq!(table.weight("bueno"), Some(3.0));
        assert_eq!(table.weight("bueeno"), Some(3.0));
        assert_eq!(table.weight("excelentisimo"), Some(3.0));
        assert_eq!(table.weight("nada"), None);
        let phrase = |text: &str| table.phrase(&super::super::token::tokens(text));
        assert_eq!(phrase("no funciona nada"), Some((-3.0, 2)));
        assert_eq!(phrase("no llegue"), None);
        assert_eq!(phrase("no llegaba"), Some((-3.0, 2)));
        assert_eq!(phrase("de lo peor"), Some((-3.0, 3)));
        assert_eq!(phrase("de lo mejor"), None);
        assert!(table.has(Role::Not, "no") && !table.has(Role::Very, "no"));
    }
}
