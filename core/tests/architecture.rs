//! The house rules that a compiler does not check: arrows point down, files stay readable, nothing panics on purpose.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, lowest first; a room may use those of lower rank, and those of its own rank that it is listed after.
const RANKS: &[&[&str]] = &[
    &["arrange", "error", "label", "letters"],
    &["id"],
    &["time", "channel"],
    &["contact", "message", "directory"],
    &["event", "access", "refusal"],
    &["merge", "classify"],
    &["counting", "segment", "dataset"],
    &["report", "reset", "profile"],
    &["workspace", "export", "import", "sample"],
    &["wire"],
];

/// Arrows within one rank, from the left to the right.
const BESIDE: &[(&str, &str)] = &[
    ("label", "error"),
    // A contact says where it came from in the words of messages.
    ("contact", "message"),
    ("refusal", "access"),
    ("sample", "import"),
    // An import of contacts reads what an export wrote, and puts it into a workspace.
    ("import", "export"),
    ("import", "workspace"),
];

fn rank(room: &str) -> Option<usize> {
    RANKS.iter().position(|rooms| rooms.contains(&room))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn room_of(source: &Path, file: &Path) -> String {
    let first = file.strip_prefix(source).unwrap().components().next().unwrap();
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Code without comments: what a rule speaks about.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(row, line)| (row + 1, line))
}

#[test]
fn arrows_point_down() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in sources(&source) {
        let room = room_of(&source, &file);
        if room == "lib" {
            continue;
        }
        let here = rank(&room).unwrap_or_else(|| panic!("room `{room}` has no rank in this test"));
        let text = fs::read_to_string(&file).unwrap();
        for (row, line) in code(&text) {
            for (at, _) in line.match_indices("crate::") {
                let rest = &line[at + "crate::".len()..];
                let target = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                let Some(there) = rank(target) else { continue };
                let allowed =
                    there < here || target == room || (there == here && BESIDE.contains(&(room.as_str(), target)));
                if !allowed {
                    wrong.push(format!("{}:{row}: {room} uses {target}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point sideways or up:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut long = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        for file in sources(&root.join(folder)) {
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            if lines > 700 {
                long.push(format!("{}: {lines} lines", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "files over 700 lines:\n{}", long.join("\n"));
}

#[test]
fn rooms_are_named_by_nouns_of_the_domain() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in sources(&source) {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "helpers", "helper", "common", "manager", "misc"].contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn core_reads_no_clock_no_file_and_no_environment() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let forbidden = [
        "SystemTime::now",
        "Utc::now",
        "Local::now",
        "Zoned::now",
        "std::fs",
        "std::env",
        "std::net",
        "std::thread",
        "static mut",
        "thread_local!",
    ];
    for file in sources(&source) {
        let text = fs::read_to_string(&file).unwrap();
        let tests = text.find("#[cfg(test)]").unwrap_or(text.len());
        for (row, line) in code(&text[..tests]) {
            for word in forbidden {
                assert!(!line.contains(word), "{}:{row}: {word}", file.display());
            }
        }
    }
}

#[test]
fn the_machines_own_time_zones_are_never_read() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let jiff = manifest.lines().find(|line| line.starts_with("jiff =")).unwrap();
    assert!(jiff.contains("default-features = false"), "{jiff}");
    assert!(!jiff.contains("tz-system") && !jiff.contains("tzdb-zoneinfo"), "{jiff}");
}
