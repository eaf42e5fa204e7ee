//! Measures the shipped model of satisfaction (Z3) on labelled texts from standard input, one JSON object a line:
//! `{"set": "…", "language": "es", "mood": "satisfied", "text": "…"}`.
//!
//! `bash tests/satisfaction/measure` fetches public ones and hands them over.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, stdin};

use omnicontact::profile::{Measured, Mood, SampleShare, SatisfactionModel, WordModel};
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
        let found = Measured::of(language, set, &[counts[0], counts[1], counts[2]]);
        println!("\n{} ({}), {} texts, {} of them judged", found.set, found.language, found.texts, found.judged.count);
        show("accuracy of the judged", found.accuracy);
        println!("  {:<26} {:.3}", "always the most frequent", found.majority);
        for mood in &found.moods {
            show(&format!("{} is right", mood.mood), mood.precision);
        }
        match model.measured().iter().find(|row| row.set == found.set) {
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

fn show(what: &str, found: SampleShare) {
    let SampleShare { count, of, share, low, high, .. } = found;
    println!("  {what:<26} {share:.3}  [{low:.3}, {high:.3}]  {count} of {of}");
}
