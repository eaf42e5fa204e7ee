//! P13: whatever the exports say, they say in every language.

use std::fs;
use std::path::Path;

use omnicontact::{Component, Filter, Granularity, Locale, Preset, report::Column, word};

#[test]
fn every_key_that_the_exports_name_has_words() {
    let mut keys = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export"), &mut keys);
    assert!(keys.len() > 40, "{keys:?}");
    for granularity in Granularity::ALL.iter().filter(|granularity| **granularity != Granularity::Auto) {
        keys.push(format!("by.{granularity}"));
        keys.push(format!("granularity.{granularity}"));
    }
    keys.extend(Preset::ALL.iter().map(|preset| format!("period.{preset}")));
    keys.extend(Filter::ALL.iter().map(|filter| format!("filter.{filter}")));
    keys.extend(Component::ALL.iter().map(|component| format!("component.{component}")));
    keys.extend(Column::ALL.iter().map(|column| format!("column.{column}")));
    keys.extend((1..=12).map(|month| format!("month.{month:02}")));
    let columns = [
        "bucket",
        "bucket_start",
        "change",
        "code",
        "contacts",
        "count",
        "error",
        "key",
        "label",
        "percent",
        "previous",
        "relative",
        "share",
        "step",
        "subtype",
        "type",
    ];
    keys.extend(columns.map(|column| format!("table.{column}")));
    for key in keys {
        for &locale in Locale::ALL {
            assert!(word(&key, locale).is_some_and(|word| !word.is_empty()), "{key} in {locale}");
        }
    }
}

/// Literal keys in the sources of the room.
fn read(folder: &Path, keys: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, keys);
        } else if path.extension().is_some_and(|end| end == "rs") {
            for text in fs::read_to_string(&path).unwrap().split('"').skip(1).step_by(2) {
                let is_key = text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
                let groups = ["shown.", "table.", "status.", "event.", "policy.", "column."];
                if is_key && groups.iter().any(|group| text.len() > group.len() && text.starts_with(group)) {
                    keys.push(text.to_owned());
                }
            }
        }
    }
}
