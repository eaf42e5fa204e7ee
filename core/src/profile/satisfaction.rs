//! How content people are, by their words: a seam for a model that a host brings (Z3).

use std::borrow::Cow;
use std::collections::BTreeMap;

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

labels! { closed
    /// Why a text says nothing of who wrote it (D32).
    UnknownReason, "reason of an unknown mood" {
        /// There is too little text.
        TooLittle = "too_little",
        /// It is in a language that the model has no words for.
        UnsupportedLanguage = "unsupported_language",
        /// The model was not measured to be right often enough in what it would say.
        NotMeasured = "not_measured",
    }
}

/// What a model makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Judgement {
    /// The mood.
    pub mood: Mood,
    /// How sure it is, from 0 to 1; a model that does not know says 1.
    pub certainty: f64,
    /// Why the mood is unknown; none where it is known, or where the model does not say.
    #[serde(default)]
    pub reason: Option<UnknownReason>,
}

impl Judgement {
    /// A mood, and how sure it is.
    pub const fn new(mood: Mood, certainty: f64) -> Self {
        Self { mood, certainty, reason: None }
    }

    /// No mood, and why.
    pub const fn unknown(reason: UnknownReason) -> Self {
        Self { mood: Mood::Unknown, certainty: 1.0, reason: Some(reason) }
    }
}

/// A share that was found in a sample, with the interval in which that of all texts lies, 95 times of a hundred (Wilson).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SampleShare {
    /// The part of the sample.
    pub count: u32,
    /// The sample.
    pub of: u32,
    /// The part over the sample; 0 of none.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl SampleShare {
    /// Of so many, so many.
    ///
    /// # Example
    /// ```
    /// use omnicontact::profile::SampleShare;
    /// let found = SampleShare::new(8, 10);
    /// assert_eq!((found.share, found.low, found.high), (0.8, 0.49, 0.943));
    /// ```
    pub fn new(count: u32, of: u32) -> Self {
        const Z: f64 = 1.96;
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        if of == 0 {
            return Self { count, of, share: 0.0, low: 0.0, high: 1.0 };
        }
        let (share, all) = (f64::from(count) / f64::from(of), f64::from(of));
        let middle = share + Z * Z / (2.0 * all);
        let reach = Z * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
        let scale = 1.0 + Z * Z / all;
        let (low, high) = (rounded((middle - reach) / scale), rounded((middle + reach) / scale));
        Self { count, of, share: rounded(share), low, high }
    }
}

/// How often a mood was right where it was given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MoodPrecision {
    /// The mood.
    pub mood: Mood,
    /// Texts that are labelled so.
    pub labelled: u32,
    /// Right ones of those judged so.
    pub precision: SampleShare,
}

/// How often a model was right on a set of labelled texts that it was not tuned on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Measured {
    /// The language of the texts, ISO 639-1.
    pub language: Cow<'static, str>,
    /// Which texts.
    pub set: Cow<'static, str>,
    /// How many.
    pub texts: u32,
    /// Those judged, and not unknown, of all.
    pub judged: SampleShare,
    /// Right ones of the judged.
    pub accuracy: SampleShare,
    /// What who always says the most frequent mood is right in.
    pub majority: f64,
    /// Each mood by itself.
    pub moods: Vec<MoodPrecision>,
}

impl Measured {
    /// From texts by what they are labelled (satisfied, neutral, dissatisfied) and what they were judged (the same, unknown).
    pub fn of(
        language: impl Into<Cow<'static, str>>,
        set: impl Into<Cow<'static, str>>,
        counts: &[[u32; 4]; 3],
    ) -> Self {
        let labelled: [u32; 3] = counts.map(|row| row.iter().sum());
        let texts: u32 = labelled.iter().sum();
        let unknown: u32 = counts.iter().map(|row| row[Mood::Unknown as usize]).sum();
        let right = (0..3).map(|mood| counts[mood][mood]).sum();
        let moods = [Mood::Satisfied, Mood::Neutral, Mood::Dissatisfied].map(|mood| {
            let place = mood as usize;
            let precision = SampleShare::new(counts[place][place], counts.iter().map(|row| row[place]).sum());
            MoodPrecision { mood, labelled: labelled[place], precision }
        });
        Self {
            language: language.into(),
            set: set.into(),
            texts,
            judged: SampleShare::new(texts - unknown, texts),
            accuracy: SampleShare::new(right, texts - unknown),
            majority: SampleShare::new(labelled.into_iter().max().unwrap_or(0), texts).share,
            moods: moods.into(),
        }
    }

    /// How often a mood was right; none of a mood that is not measured.
    pub fn precision(&self, mood: Mood) -> Option<SampleShare> {
        self.moods.iter().find(|found| found.mood == mood).map(|found| found.precision)
    }
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
///         Judgement::new(mood, 1.0)
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
    /// The moods that it gives beside unknown; all where it does not say.
    fn moods(&self) -> &[Mood] {
        &[Mood::Satisfied, Mood::Neutral, Mood::Dissatisfied]
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
    /// Texts that say nothing.
    pub unknown: u64,
    /// Why: texts by reason, those without one left out.
    pub unknown_reasons: BTreeMap<UnknownReason, u64>,
    /// The mood on the whole: satisfied or dissatisfied where there are more of these than of the other, neutral where
    /// there are as many, unknown where no text could be judged.
    pub mood: Mood,
    /// Satisfied texts, of those that could be judged; without a rate where the model never says satisfied (D32).
    pub index: Rate,
    /// The model.
    pub model: String,
}

impl Satisfaction {
    /// Counts judgements of a model.
    ///
    /// # Example
    /// ```
    /// use omnicontact::profile::{Judgement, Mood, Satisfaction, UnknownReason, WordModel};
    /// let judged = [Judgement::new(Mood::Neutral, 1.0), Judgement::unknown(UnknownReason::TooLittle)];
    /// let found = Satisfaction::of(&judged, &WordModel::new());
    /// assert_eq!((found.mood, found.index.of, found.unknown_reasons[&UnknownReason::TooLittle]), (Mood::Neutral, 1, 1));
    /// ```
    pub fn of(judgements: &[Judgement], model: &(impl SatisfactionModel + ?Sized)) -> Self {
        let mut counts = [0_u64; 4];
        let mut reasons = BTreeMap::new();
        for judgement in judgements {
            counts[judgement.mood as usize] += 1;
            if let Some(reason) = judgement.reason {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        let mut found = Self::counted(counts, model.name());
        found.unknown_reasons = reasons;
        if !model.moods().contains(&Mood::Satisfied) {
            found.index.rate = None;
        }
        found
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
        Self { satisfied, neutral, dissatisfied, unknown, unknown_reasons: BTreeMap::new(), mood, index, model }
    }
}

/// Judges the texts of a contact's incoming messages (Z3).
pub fn satisfaction<'t>(
    model: &(impl SatisfactionModel + ?Sized),
    texts: impl IntoIterator<Item = &'t str>,
) -> Satisfaction {
    let judgements: Vec<Judgement> = texts.into_iter().map(|text| model.judge(text)).collect();
    Satisfaction::of(&judgements, model)
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
