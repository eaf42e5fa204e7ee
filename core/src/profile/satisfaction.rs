//! How content people are, by their words: a seam for a model that a host brings (Z3).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::engagement::Rate;
use super::window;
use crate::error::Result;
use crate::label::labels;
use crate::message::{Direction, Message};
use crate::time::{Instant, Zone};

labels! { closed
    /// What a text says of who wrote it (Z3).
    Mood, "mood" {
        /// Content.
        Satisfied = "satisfied",
        /// Neither.
        Neutral = "neutral",
        /// Not content.
        Dissatisfied = "dissatisfied",
        /// There is too little text to say.
        Unknown = "unknown",
    }
}

/// What a model makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The mood.
    pub mood: Mood,
    /// How sure it is, from 0 to 1; a model that does not know says 1.
    pub certainty: f64,
}

/// How often a model was right on a set of labelled texts that it was not tuned on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// The language of the texts, ISO 639-1.
    pub language: Cow<'static, str>,
    /// Which texts.
    pub set: Cow<'static, str>,
    /// How many.
    pub texts: u32,
    /// Share of them that was judged, and not unknown.
    pub judged: f64,
    /// Share of the judged ones that was judged as labelled.
    pub accuracy: f64,
    /// Mean of the F1 of satisfied, neutral and dissatisfied, over all texts.
    pub macro_f1: f64,
    /// What who always says the most frequent mood is right in.
    pub majority: f64,
}

/// Judges texts by their words, locally (Z3). A model says for which languages it is made and how often it was right.
/// [`WordModel`](super::WordModel) is the shipped one, with the feature `satisfaction`; a host may bring its own.
///
/// # Example
/// ```
/// use omnicontact::profile::{Judgement, Mood, SatisfactionModel, satisfaction};
/// struct Thanks;
/// impl SatisfactionModel for Thanks {
///     fn name(&self) -> &str {
///         "thanks"
///     }
///     fn languages(&self) -> &[&str] {
///         &["es"]
///     }
///     fn judge(&self, text: &str) -> Judgement {
///         let mood = match text.split_whitespace().count() {
///             0 | 1 => Mood::Unknown,
///             _ if text.contains("gracias") => Mood::Satisfied,
///             _ => Mood::Neutral,
///         };
///         Judgement { mood, certainty: 1.0 }
///     }
/// }
/// let found = satisfaction(&Thanks, ["muchas gracias", "ok", "a qué hora"]);
/// assert_eq!((found.satisfied, found.neutral, found.unknown), (1, 1, 1));
/// assert_eq!((found.mood, found.index.rate), (Mood::Satisfied, Some(0.5)));
/// assert_eq!(satisfaction(&Thanks, ["ok"]).mood, Mood::Unknown);
/// ```
pub trait SatisfactionModel {
    /// Its name and version.
    fn name(&self) -> &str;
    /// The languages that it is made for, ISO 639-1.
    fn languages(&self) -> &[&str];
    /// How often it was right on labelled texts, by language and set; none where that was not measured.
    fn measured(&self) -> &[Measured] {
        &[]
    }
    /// Judges a text; `unknown` on too little of it.
    fn judge(&self, text: &str) -> Judgement;
}

/// Moods of a contact's texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Satisfaction {
    /// Texts of each mood.
    pub satisfied: u64,
    /// Texts that say neither.
    pub neutral: u64,
    /// Texts of people who are not content.
    pub dissatisfied: u64,
    /// Texts that were too short to say.
    pub unknown: u64,
    /// The mood on the whole: satisfied or dissatisfied where there are more of these than of the other, neutral where
    /// there are as many, unknown where no text could be judged.
    pub mood: Mood,
    /// Satisfied texts, of those that could be judged.
    pub index: Rate,
    /// The model.
    pub model: String,
}

impl Satisfaction {
    /// Counts judgements, by the model of that name.
    ///
    /// # Example
    /// ```
    /// use omnicontact::profile::{Judgement, Mood, Satisfaction};
    /// let judged = [Mood::Satisfied, Mood::Unknown].map(|mood| Judgement { mood, certainty: 1.0 });
    /// let found = Satisfaction::of(&judged, "by hand");
    /// assert_eq!((found.mood, found.index.count, found.index.of), (Mood::Satisfied, 1, 1));
    /// ```
    pub fn of(judgements: &[Judgement], model: &str) -> Self {
        let mut counts = [0_u64; 4];
        for judgement in judgements {
            counts[judgement.mood as usize] += 1;
        }
        Self::counted(counts, model)
    }

    /// From how many texts are satisfied, neutral, dissatisfied and unknown, as a host counted them.
    ///
    /// # Example
    /// ```
    /// use omnicontact::profile::{Mood, Satisfaction};
    /// let found = Satisfaction::counted([1, 0, 3, 7], "survey");
    /// assert_eq!((found.mood, found.index.rate, found.model.as_str()), (Mood::Dissatisfied, Some(0.25), "survey"));
    /// ```
    pub fn counted(counts: [u64; 4], model: &str) -> Self {
        let [satisfied, neutral, dissatisfied, unknown] = counts;
        let judged = satisfied.saturating_add(neutral).saturating_add(dissatisfied);
        let mood = match satisfied.cmp(&dissatisfied) {
            _ if judged == 0 => Mood::Unknown,
            std::cmp::Ordering::Greater => Mood::Satisfied,
            std::cmp::Ordering::Less => Mood::Dissatisfied,
            std::cmp::Ordering::Equal => Mood::Neutral,
        };
        let (index, model) = (Rate::new(satisfied, judged), model.to_owned());
        Self { satisfied, neutral, dissatisfied, unknown, mood, index, model }
    }
}

/// Judges the texts of a contact's incoming messages (Z3).
pub fn satisfaction<'t>(
    model: &(impl SatisfactionModel + ?Sized),
    texts: impl IntoIterator<Item = &'t str>,
) -> Satisfaction {
    let judgements: Vec<Judgement> = texts.into_iter().map(|text| model.judge(text)).collect();
    Satisfaction::of(&judgements, model.name())
}

/// Texts of the incoming messages of the last days, in the order of the rows: what a model judges for a profile (Z3).
///
/// The window is that of the other figures: so many local dates that end today. Messages without a text, or with a blank
/// one, have none. Rows with one message id should be [folded](crate::classify::fold_slice) before, as for every figure.
///
/// # Errors
/// `instant_out_of_range` at `days` for a window that begins before 1970.
///
/// # Example
/// ```
/// use omnicontact::profile::incoming_texts;
/// use omnicontact::{Direction, Instant, Message, Zone};
/// let at = |text| Instant::parse(text).unwrap();
/// let messages = [
///     Message::new(1, at("2026-01-01T12:00:00Z"), Direction::Incoming, "ana").saying("long ago"),
///     Message::new(2, at("2026-07-01T12:00:00Z"), Direction::Incoming, "ana").saying("muchas gracias"),
///     Message::new(3, at("2026-07-01T13:00:00Z"), Direction::Outgoing, "ana").saying("a ti"),
/// ];
/// assert_eq!(incoming_texts(&messages, &Zone::utc(), at("2026-07-15T00:00:00Z"), 90)?, ["muchas gracias"]);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn incoming_texts<'m>(messages: &'m [Message], zone: &Zone, now: Instant, days: u32) -> Result<Vec<&'m str>> {
    let (start, end) = window(zone, now, days)?;
    let incoming = messages.iter().filter(|message| {
        message.direction == Direction::Incoming && (start..end).contains(&message.sent_at.as_millis())
    });
    Ok(incoming.filter_map(|message| message.content.as_deref()).filter(|text| !text.trim().is_empty()).collect())
}
