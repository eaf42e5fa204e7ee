//! Which language a text is in, as far as it must be known: English, or another.

use rustc_hash::FxHashMap;

/// Common words of English and of its neighbours in Latin letters.
#[derive(Debug, Clone)]
pub(super) struct Language {
    /// A bit for each language that has the word.
    words: FxHashMap<&'static str, u8>,
}

/// As the file has them; English first.
const ORDER: [&str; 7] = ["en", "es", "pt", "fr", "de", "it", "nl"];

impl Language {
    pub(super) fn read() -> Self {
        let mut words: FxHashMap<&'static str, u8> = FxHashMap::default();
        for line in include_str!("languages.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut all = line.split(' ');
            let head = all.next().unwrap_or_default();
            let Some(place) = ORDER.iter().position(|language| *language == head) else { continue };
            for word in all {
                *words.entry(word).or_default() |= 1 << place;
            }
        }
        Self { words }
    }

    fn counts(&self, words: &[&str]) -> [usize; 7] {
        let mut counts = [0; 7];
        for bits in words.iter().filter_map(|word| self.words.get(word)) {
            for (place, count) in counts.iter_mut().enumerate() {
                *count += usize::from(bits >> place & 1);
            }
        }
        counts
    }

    /// Whether English has more of the words than any other, and at least one in five.
    pub(super) fn is_english(&self, words: &[&str]) -> bool {
        let [english, others @ ..] = self.counts(words);
        english * 5 >= words.len() && others.iter().all(|other| *other < english)
    }

    /// Whether no language has any of the words.
    pub(super) fn is_open(&self, words: &[&str]) -> bool {
        self.counts(words) == [0; 7]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_of_a_known_language_in_bare_letters() {
        for line in include_str!("languages.txt").lines().filter(|line| !line.starts_with('#')) {
            let (head, words) = line.split_once(' ').unwrap();
            assert!(ORDER.contains(&head), "{line}");
            assert!(words.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' '), "{line}");
        }
    }

    #[test]
    fn english_is_told_from_its_neighbours() {
        let language = Language::read();
        let is_english = |text: &str| language.is_english(&text.split(' ').collect::<Vec<_>>());
        for text in ["i cannot log in", "please help", "where is my order", "windows update broke my pc again"] {
            assert!(is_english(text), "{text}");
        }
        for text in
            ["no me sirve", "boa tarde", "ou est ma commande", "mijn bestelling is te laat", "wo ist es", "a che ora"]
        {
            assert!(!is_english(text), "{text}");
        }
    }
}
