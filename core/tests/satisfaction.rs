//! What the shipped model says of itself, and what it makes of real messages (Z3, D32).
#![cfg(feature = "satisfaction")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use omnicontact::profile::{Judgement, Measured, Mood, Satisfaction, SatisfactionModel, WordModel, satisfaction};

#[test]
fn a_mood_is_given_only_where_it_was_measured() {
    let model = WordModel::new();
    for language in model.languages() {
        let found: Vec<&Measured> = model.measured().iter().filter(|row| row.language == *language).collect();
        assert!(!found.is_empty(), "{language}");
        for row in found {
            assert!(row.texts >= 300 && row.accuracy.low > row.majority, "{row:?}");
            for mood in model.moods() {
                assert!(row.precision(*mood).unwrap().share >= 0.8, "{mood} {row:?}");
            }
        }
    }
    // No text whatever makes it give another.
    for text in ["I love it", "perfect, thank you so much!!! 👍🎉❤", "great great great great", "best service, amazing"]
    {
        assert!(model.judge(text).mood != Mood::Satisfied, "{text}");
    }
}

#[test]
fn a_model_of_a_host_that_gives_satisfied_has_an_index() {
    struct Always;
    impl SatisfactionModel for Always {
        fn name(&self) -> &'static str {
            "always"
        }
        fn languages(&self) -> &[&str] {
            &["en"]
        }
        fn judge(&self, _: &str) -> Judgement {
            Judgement::new(Mood::Satisfied, 1.0)
        }
    }
    let found = satisfaction(&Always, ["a", "b"]);
    assert_eq!((found.mood, found.index.rate), (Mood::Satisfied, Some(1.0)));
    assert_eq!(Satisfaction::of(&[], &Always).index.rate, None);
}

/// Incoming messages of customer care: texts that are not ours, looked for beside the project.
#[test]
fn real_messages_give_what_the_model_says_of_itself() {
    let house = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::env::var_os("OMNICONTACT_DATA").map_or_else(|| house.join("../shared/data"), PathBuf::from);
    let Ok(file) = std::fs::read(folder.join("twitter_care.csv")) else {
        println!("skipped: no twitter_care.csv in {}; OMNICONTACT_DATA names the folder", folder.display());
        return;
    };
    let model = WordModel::new();
    let mut rows = csv::Reader::from_reader(&file[..]);
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for row in rows.deserialize() {
        let row: BTreeMap<String, String> = row.unwrap();
        if row["direction"] == "incoming" {
            texts.insert(row["message_id"].clone(), row["content"].replace("&amp;", "&"));
        }
    }
    let all = satisfaction(&model, texts.values().map(String::as_str));
    assert_eq!(all.satisfied, 0, "none of fifty that were read by hand was");

    let labels = std::fs::read_to_string(house.join("tests/satisfaction/care.tsv")).unwrap();
    let mut counts = [[0_u32; 4]; 3];
    for line in labels.lines().filter(|line| line.contains("\tmeasured\t")) {
        let [id, _, mood] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let mood = Mood::ALL.iter().find(|known| known.as_str() == mood).unwrap();
        let text = texts[id].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        counts[*mood as usize][model.judge(&text).mood as usize] += 1;
    }
    assert_eq!(Measured::of("en", "twitter_care", &counts), model.measured()[0]);
}
