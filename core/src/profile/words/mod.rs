//! The shipped model: words with weights, in English, Spanish and Portuguese (Z3).

mod measured;
mod table;
mod token;

use super::satisfaction::{Judgement, Measured, Mood, SatisfactionModel};
use crate::error::{Code, Error, Result};
use table::{Role, Table};
use token::Token;

/// Judges texts by weighted words, emoji and faces; negation turns a weight, words such as "very" raise it.
///
/// Made for messages of customers in English, Spanish and Portuguese, without case and accents. The language is the
/// contact's where it is given ([`in_language`](Self::in_language)), else the one whose common words are most. A text is
/// [`Mood::Unknown`] where none of the three is recognised, or where too little stands in it: less than three words
/// without a word of weight, or one word that is mere courtesy. It knows no irony and no context.
///
/// [`measured`](SatisfactionModel::measured) says how often it was right, and on which texts; for Portuguese no public
/// labelled set is known to us that a package carries, so nothing is said. The weights come in part from lexica under
/// permissive licences: see `NOTICE.md` of this crate.
///
/// # Example
/// ```
/// use omnicontact::profile::{Mood, SatisfactionModel, WordModel};
/// let model = WordModel::new();
/// for (text, mood) in [
///     ("Excelente atención, muy rápidos 😍", Mood::Satisfied),
///     ("El producto no funciona y nadie me responde", Mood::Dissatisfied),
///     ("¿A qué hora abren el sábado?", Mood::Neutral),
///     ("péssimo atendimento, quero meu dinheiro de volta", Mood::Dissatisfied),
///     ("the delivery was not good at all", Mood::Dissatisfied),
///     ("ok", Mood::Unknown),
///     ("どうもありがとう", Mood::Unknown),
/// ] {
///     assert_eq!(model.judge(text).mood, mood, "{text}");
/// }
/// ```
#[derive(Debug, Clone)]
pub struct WordModel {
    tables: [Table; 3],
    /// The language of the texts, if it is known.
    language: Option<usize>,
}

const LANGUAGES: [&str; 3] = ["en", "es", "pt"];

/// A text with this score or more is satisfied.
const SATISFIED: f64 = 1.5;
/// A text with this score or less is not.
const DISSATISFIED: f64 = -0.5;
/// What negation makes of praise, and of blame.
const NOT_GOOD: f64 = -1.0;
const NOT_BAD: f64 = -0.5;
/// So many words later negation ends.
const REACH: usize = 2;
const VERY: f64 = 1.3;
const HARDLY: f64 = 0.6;
/// What an exclamation mark adds, three times at most.
const LOUD: f64 = 0.3;
/// A text of fewer words without weight says too little.
const FEW: usize = 3;
/// A single word of less weight says too little.
const COURTESY: f64 = 3.0;

impl Default for WordModel {
    fn default() -> Self {
        Self::new()
    }
}

impl WordModel {
    /// The model for texts of any of its languages.
    pub fn new() -> Self {
        Self { tables: table::ALL.map(Table::read), language: None }
    }

    /// For texts of one language: the contact's. Words of the others are not looked at.
    ///
    /// # Errors
    /// `unknown_label` at `language` for one that the model does not know.
    ///
    /// # Example
    /// ```
    /// use omnicontact::profile::WordModel;
    /// assert!(WordModel::new().in_language("pt").is_ok());
    /// assert_eq!(WordModel::new().in_language("de").unwrap_err().path(), "language");
    /// ```
    pub fn in_language(mut self, language: &str) -> Result<Self> {
        let found = LANGUAGES.iter().position(|known| *known == language);
        self.language = Some(found.ok_or_else(|| {
            Error::new(Code::UnknownLabel, format!("the model knows no `{language}`"))
                .with_allowed(LANGUAGES)
                .at("language")
        })?);
        Ok(self)
    }

    /// The language of a text: the one whose common words are most, else the one whose words of weight are.
    fn language_of(&self, tokens: &[Token<'_>]) -> Option<usize> {
        let most = |counts: &dyn Fn(&Table, &str) -> bool| {
            let words = || tokens.iter().filter_map(Token::word);
            let counts = self.tables.each_ref().map(|table| words().filter(|word| counts(table, word)).count());
            // Of equal ones the first: no order of words can matter.
            (0..3).rev().max_by_key(|place| counts[*place]).filter(|place| counts[*place] > 0)
        };
        most(&|table, word| table.has(Role::Common, word)).or_else(|| most(&|table, word| table.weight(word).is_some()))
    }
}

/// What the words of a text weigh together.
#[derive(Default)]
struct Sum {
    weight: f64,
    hits: u32,
}

impl Sum {
    fn add(&mut self, weight: f64) {
        self.weight += weight;
        self.hits += 1;
    }

    /// The sum, by the root of how many weights it has: twice as many words are not twice as much.
    fn score(&self, marks: usize) -> f64 {
        let loud = LOUD * f64::from(u8::try_from(marks.min(3)).unwrap_or(3));
        let loud = if self.weight == 0.0 { 0.0 } else { loud * self.weight.signum() };
        (self.weight + loud) / f64::from(self.hits.max(1)).sqrt()
    }
}

fn sum(table: &Table, tokens: &[Token<'_>]) -> Sum {
    let mut sum = Sum::default();
    let (mut place, mut words) = (0, 0);
    let mut turned: Option<usize> = None;
    let mut before: Option<&str> = None;
    while let Some(token) = tokens.get(place) {
        place += 1;
        let word = match token {
            Token::Face(weight) => {
                sum.add(*weight);
                continue;
            }
            Token::End | Token::Loud => {
                (turned, before) = (None, None);
                continue;
            }
            Token::Comma => continue,
            Token::Word(word) => &**word,
        };
        words += 1;
        if let Some((weight, length)) = table.phrase(&tokens[place - 1..]) {
            sum.add(weight);
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
                weight *= if weight > 0.0 { NOT_GOOD } else { NOT_BAD };
            }
            sum.add(weight);
        }
        before = Some(word);
    }
    sum
}

impl SatisfactionModel for WordModel {
    fn name(&self) -> &'static str {
        "words/1"
    }

    fn languages(&self) -> &[&str] {
        &LANGUAGES
    }

    fn measured(&self) -> &[Measured] {
        measured::ROWS
    }

    /// The certainty grows with the distance of the score from the borders of neutral; it is no probability.
    fn judge(&self, text: &str) -> Judgement {
        const UNKNOWN: Judgement = Judgement { mood: Mood::Unknown, certainty: 1.0 };
        let tokens = token::tokens(text);
        let words = tokens.iter().filter(|token| token.word().is_some()).count();
        let has_face = tokens.iter().any(|token| matches!(token, Token::Face(_)));
        let language = match self.language.or_else(|| self.language_of(&tokens)) {
            Some(language) => language,
            // Faces are the same everywhere.
            None if has_face => 0,
            None => return UNKNOWN,
        };
        let sum = sum(&self.tables[language], &tokens);
        let marks = tokens.iter().filter(|token| matches!(token, Token::Loud)).count();
        let score = sum.score(marks);
        let too_little = if sum.hits == 0 { words < FEW } else { words < 2 && score.abs() < COURTESY && !has_face };
        if too_little {
            return UNKNOWN;
        }
        let (mood, distance) = if score >= SATISFIED {
            (Mood::Satisfied, score - SATISFIED)
        } else if score <= DISSATISFIED {
            (Mood::Dissatisfied, DISSATISFIED - score)
        } else {
            (Mood::Neutral, (score - DISSATISFIED).min(SATISFIED - score))
        };
        Judgement { mood, certainty: 0.5 + 0.5 * distance / (distance + 1.0) }
    }
}
