//! Measures the shipped model of satisfaction (Z3) on labelled texts from standard input, one JSON object a line:
//! `{"set": "…", "language": "es", "mood": "satisfied", "text": "…"}`.
//!
//! `bash tests/satisfaction/measure` fetches public ones and hands them over.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, stdin};

use omnicontact::profile::{Measured, Mood, SatisfactionModel, WordModel};
use serde::Deserialize;

#[derive(Deserialize)]
struct Labelled {
    set: String,
    language: String,
    mood: Mood,
    text: String,
}

const MOODS: [Mood; 3] = [Mood::Satisfied, Mood::Neutral, Mood::Dissatisfied];

/// Texts by what they are labelled and what they were judged.
type Counts = [[u32; 4]; 4];

fn main() -> Result<(), Box<dyn Error>> {
    let model = WordModel::new();
    let mut sets: BTreeMap<(String, String), Counts> = BTreeMap::new();
    for line in stdin().lock().lines() {
        let row: Labelled = serde_json::from_str(&line?)?;
        let counts = sets.entry((row.language, row.set)).or_default();
        counts[row.mood as usize][model.judge(&row.text).mood as usize] += 1;
    }
    println!("model {}, languages {}", model.name(), model.languages().join(", "));
    for ((language, set), counts) in sets {
        let found = measured(&language, &set, &counts);
        println!("\n{set} ({language}), {} texts", found.texts);
        println!("  judged    {:6.3}", found.judged);
        println!("  accuracy  {:6.3}  of the judged; {:.3} of all", found.accuracy, found.accuracy * found.judged);
        println!("  macro F1  {:6.3}", found.macro_f1);
        println!(
            "  majority  {:6.3}  always the most frequent mood; its macro F1 {:.3}",
            found.majority,
            f1_of_majority(found.majority)
        );
        let said = model.measured().iter().find(|row| row.set == set);
        match said {
            Some(said) if *said == found => println!("  the model says the same of itself"),
            Some(said) => println!("  the model says of itself: {said:?}"),
            None => println!("  the model says nothing of this set"),
        }
        println!(
            "  {:>12} | judged {:>9} {:>9} {:>12} {:>8}",
            "labelled", "satisfied", "neutral", "dissatisfied", "unknown"
        );
        for mood in MOODS {
            let [satisfied, neutral, dissatisfied, unknown] = counts[mood as usize];
            println!("  {:>12} |        {satisfied:>9} {neutral:>9} {dissatisfied:>12} {unknown:>8}", mood.as_str());
        }
    }
    Ok(())
}

fn share(part: u32, whole: u32) -> f64 {
    let exact = f64::from(part) / f64::from(whole.max(1));
    (exact * 1000.0).round() / 1000.0
}

fn f1_of_majority(majority: f64) -> f64 {
    2.0 * majority / (1.0 + majority) / 3.0
}

fn measured(language: &str, set: &str, counts: &Counts) -> Measured {
    let labelled = |mood: Mood| counts[mood as usize].iter().sum::<u32>();
    let texts = MOODS.iter().map(|mood| labelled(*mood)).sum();
    let unknown: u32 = MOODS.iter().map(|mood| counts[*mood as usize][Mood::Unknown as usize]).sum();
    let right: u32 = MOODS.iter().map(|mood| counts[*mood as usize][*mood as usize]).sum();
    let f1 = |mood: Mood| {
        let judged: u32 = counts.iter().map(|row| row[mood as usize]).sum();
        2.0 * f64::from(counts[mood as usize][mood as usize]) / f64::from((judged + labelled(mood)).max(1))
    };
    let mean = MOODS.iter().map(|mood| f1(*mood)).sum::<f64>() / 3.0;
    Measured {
        language: language.to_owned().into(),
        set: set.to_owned().into(),
        texts,
        judged: share(texts - unknown, texts),
        accuracy: share(right, texts - unknown),
        macro_f1: (mean * 1000.0).round() / 1000.0,
        majority: share(MOODS.iter().map(|mood| labelled(*mood)).max().unwrap_or(0), texts),
    }
}
