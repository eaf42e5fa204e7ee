//! What fuzzing found, run again: `tests/fuzz/findings/TARGET/`. See `bash tests/fuzz/run`.

use std::path::Path;

#[path = "../../tests/fuzz/src/targets.rs"]
#[expect(unreachable_pub, reason = "the fuzzer has them from a library")]
mod targets;

/// A target, by its name.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 8] = [
    ("contacts", targets::contacts),
    ("partial", targets::partial),
    ("rows", targets::rows),
    ("segment", targets::segment),
    ("snapshot", targets::snapshot),
    ("webhook", targets::webhook),
    ("wire", targets::wire),
    ("workspace", targets::workspace),
];

#[test]
fn what_was_found_is_found_no_more() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz");
    for file in std::fs::read_dir(folder.join("fuzz_targets")).unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let target =
            TARGETS.iter().find(|(target, _)| *target == name).unwrap_or_else(|| panic!("`{name}` is not run"));
        let Ok(findings) = std::fs::read_dir(folder.join("findings").join(&name)) else { continue };
        for finding in findings {
            target.1(&std::fs::read(finding.unwrap().path()).unwrap());
        }
    }
}
