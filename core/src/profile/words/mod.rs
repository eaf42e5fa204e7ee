//! The shipped model: words with weights, for customer care in English (Z3, D32).

mod language;
mod measured;
mod table;
mod token;

use self::language::Language;
use super::satisfaction::{Judgement, Measured, Mood, SatisfactionModel, UnknownReason};
use crate::contact;
use crate::error::Result;
use table::{Role, Table};
use token::Token;

/// Judges texts of customers by weighted words and emoji; negation turns a weight, words such as "very" raise it.
///
/// Made for what people write to customer care, in English, without case and accents. Discontent is a feeling, a reproach
/// or sarcasm. That something is lost, broken or late is a problem and says nothing of the mood, nor do greetings, thanks,
/// questions and requests for help: they are neutral, and one weak word is no judgement (D32). It knows no irony and no
/// context, and finds fewer than half of the discontented.
///
/// [`Mood::Unknown`] has its [reason](Judgement::reason): too little text; a language other than English, told by its common
/// words; or praise, since [satisfied](Mood::Satisfied) is a mood that was too rare in the measured texts to say how often
/// the model is right in it. [`measured`](SatisfactionModel::measured) says how often it was right, and on which texts.
///
/// # Example
/// ```
/// use omnicontact::profile::{Mood, SatisfactionModel, UnknownReason, WordModel};
/// let model = WordModel::new();
/// for (text, mood) in [
///     ("This is ridiculous, the worst service ever", Mood::Dissatisfied),
///     ("My order is lost, please help", Mood::Neutral),
///     ("Good morning", Mood::Neutral),
/// ] {
///     assert_eq!(model.judge(text).mood, mood, "{text}");
/// }
/// for (text, reason) in [
///     ("ok", UnknownReason::TooLittle),
///     ("¿A qué hora abren el sábado?", UnknownReason::UnsupportedLanguage),
///     ("I love it, excellent service", UnknownReason::NotMeasured),
/// ] {
///     assert_eq!(model.judge(text).reason, Some(reason), "{text}");
/// }
/// ```
#[derive(Debug, Clone)]
pub struct WordModel {
    table: Table,
    languages: Language,
    /// Whether the texts are in English, if it is known.
    english: Option<bool>,
    measured: Vec<Measured>,
}

/// A text with this sum of weights or less is of somebody who is not content: one strong word, or two weak ones.
const DISSATISFIED: f64 = -4.0;
/// A text with this sum or more is praise.
const PRAISE: f64 = 4.0;
/// What negation makes of a weight.
const NOT: f64 = -0.5;
/// So many words later negation ends.
const REACH: usize = 2;
const VERY: f64 = 1.3;
const HARDLY: f64 = 0.6;

impl Default for WordModel {
    fn default() -> Self {
        Self::new()
    }
}

impl WordModel {
    /// For texts whose language is found by their words.
    pub fn new() -> Self {
        Self {
            table: Table::read(table::ENGLISH),
            languages: Language::read(),
            english: None,
            measured: measured::rows(),
        }
    }

    /// For texts of one language, ISO 639-1. Texts in another than English are not judged.
    ///
    /// # Errors
    /// `invalid_language` at `language` for what is no code of a language (C2).
    ///
    /// # Example
    /// ```
    /// use omnicontact::profile::{Mood, SatisfactionModel, WordModel};
    /// let model = WordModel::new().in_language("de")?;
    /// assert_eq!(model.judge("awful terrible service").mood, Mood::Unknown);
    /// assert_eq!(WordModel::new().in_language("deutsch").unwrap_err().path(), "language");
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn in_language(mut self, language: &str) -> Result<Self> {
        let language = contact::language(language).map_err(|error| error.at("language"))?;
        self.english = Some(&*language == "en");
        Ok(self)
    }

    /// How often a mood was right where it was given.
    fn precision(&self, mood: Mood) -> f64 {
        self.measured.iter().find_map(|row| row.precision(mood)).map_or(0.0, |found| found.share)
    }
}

/// What the words of a text weigh together.
fn weight(table: &Table, tokens: &[Token<'_>]) -> f64 {
    let (mut sum, mut place, mut words) = (0.0, 0, 0);
    let mut turned: Option<usize> = None;
    let mut before: Option<&str> = None;
    while let Some(token) = tokens.get(place) {
        place += 1;
        let word = match token {
            Token::Face(weight) => {
                sum += weight;
                continue;
            }
            Token::End => {
                (turned, before) = (None, None);
                continue;
            }
            Token::Comma => continue,
            Token::Word(word) => &**word,
        };
        words += 1;
        if let Some((weight, length)) = table.phrase(&tokens[place - 1..]) {
            sum += weight;
            place += length - 1;
            (turned, before) = (None, None);
            continue;
        }
        if table.has(Role::Not, word) {
            turned = Some(words);
        } else if let Some(mut weight) = table.weight(word) {
            if let Some(before) = before {
                if table.has(Role::Very, before) {
                    weight *= VERY;
                } else if table.has(Role::Hardly, before) {
                    weight *= HARDLY;
                }
            }
            if turned.is_some_and(|turned| words - turned <= REACH) {
                weight *= NOT;
            }
            sum += weight;
        }
        before = Some(word);
    }
    sum
}

impl SatisfactionModel for WordModel {
    fn name(&self) -> &'static str {
        "words/2"
    }

    fn languages(&self) -> &[&str] {
        &["en"]
    }

    fn moods(&self) -> &[Mood] {
        &[Mood::Neutral, Mood::Dissatisfied]
    }

    fn measured(&self) -> &[Measured] {
        &self.measured
    }

    /// The certainty of a mood is how often it was right where that was measured.
    fn judge(&self, text: &str) -> Judgement {
        let tokens = token::tokens(text);
        let words: Vec<&str> = tokens.iter().filter_map(Token::word).collect();
        let english = self.english.unwrap_or_else(|| self.languages.is_english(&words));
        let sum = weight(&self.table, &tokens);
        // A word or two in a language that nobody told: a word of weight tells it.
        let tells = words.iter().any(|word| self.table.weight(word).is_some());
        if words.len() < 2 && sum > DISSATISFIED {
            let other = self.english == Some(false) || (words.is_empty() && text.chars().any(char::is_alphabetic));
            return Judgement::unknown(if other {
                UnknownReason::UnsupportedLanguage
            } else {
                UnknownReason::TooLittle
            });
        }
        let english = english || (self.english.is_none() && tells && self.languages.is_open(&words));
        if !english {
            return Judgement::unknown(UnknownReason::UnsupportedLanguage);
        }
        if sum <= DISSATISFIED {
            Judgement::new(Mood::Dissatisfied, self.precision(Mood::Dissatisfied))
        } else if sum >= PRAISE {
            Judgement::unknown(UnknownReason::NotMeasured)
        } else {
            Judgement::new(Mood::Neutral, self.precision(Mood::Neutral))
        }
    }
}
