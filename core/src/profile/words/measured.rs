//! How often the shipped model was right: what `bash tests/satisfaction/measure` printed.

use std::borrow::Cow;

use crate::profile::satisfaction::Measured;

pub(super) const ROWS: &[Measured] = &[
    row("en", "vader_amazon", 1854, 0.982, 0.604, 0.569, 0.471),
    row("en", "vader_tweets", 2100, 0.983, 0.762, 0.682, 0.55),
    row("es", "evomsa_tweets", 500, 0.92, 0.496, 0.451, 0.542),
];

const fn row(
    language: &'static str,
    set: &'static str,
    texts: u32,
    judged: f64,
    accuracy: f64,
    macro_f1: f64,
    majority: f64,
) -> Measured {
    let (language, set) = (Cow::Borrowed(language), Cow::Borrowed(set));
    Measured { language, set, texts, judged, accuracy, macro_f1, majority }
}
