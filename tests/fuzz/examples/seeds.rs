//! Writes what the fuzzer begins with to `corpus/TARGET/`: samples, vectors, and bytes that the library itself makes.
//!
//! `cargo run --example seeds`, which `bash tests/fuzz/run` does.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use omnicontact::sample::{SampleOptions, Workspace};
use omnicontact::wire::WorkspaceHandle;
use omnicontact::{Dataset, Preset, ReportOptions, Zone, report};
use serde_json::Value;

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let house = here.join("../..");
    for provider in fs::read_dir(house.join("core/tests/payloads"))? {
        for file in files(&provider?.path())? {
            let text = fs::read_to_string(file)?;
            keep("webhook", serde_json::from_str::<Value>(&text)?.to_string().as_bytes())?;
        }
    }
    for folder in files(&house.join("tests/vectors"))? {
        for file in files(&folder)? {
            for vector in serde_json::from_str::<Vec<Value>>(&fs::read_to_string(file)?)? {
                vector_of(&vector)?;
            }
        }
    }
    for (name, kind) in [("messages", 0), ("events", 1), ("channels", 2), ("users", 3)] {
        let file = fs::read_to_string(house.join(format!("core/sample/{name}.csv")))?;
        let head: String = file.lines().take(6).flat_map(|line| [line, "\n"]).collect();
        keep("rows", &[&[kind], head.as_bytes()].concat())?;
        keep("contacts", head.as_bytes())?;
    }
    let line = r#"{"id": 1, "sent_at": 1772460900000, "direction": "outgoing", "contact": "c", "delivery": [{"status": "read", "at": null}]}"#;
    keep("rows", &[&[0], line.as_bytes()].concat())?;
    keep("contacts", "\u{feff}Nombre;Teléfono;Correo;Etiquetas;Talla\n\"Ana, \"\"A\"\"\";0991234567;a@example.org;\"vip;nuevo\";38\nEva\n".as_bytes())?;
    keep("contacts", b"first_name,last_name,phones,emails,birthday\r\nJos\xe9,,+593991234567,,2001-02-03\r\n")?;
    partials()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    Ok(fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}

/// One file a seed, under a name that follows from what stands in it.
fn keep(target: &str, bytes: &[u8]) -> Done {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    Ok(fs::write(folder.join(format!("{sum:016x}")), bytes)?)
}

/// A vector: its call, its segment, or the steps of its workspace and the state after them.
fn vector_of(vector: &Value) -> Done {
    let mut call = vector["call"].clone();
    if let Some(segment) = call["options"].get("segment") {
        keep("segment", segment.to_string().as_bytes())?;
    }
    let Some(steps) = vector["given"]["steps"].as_array() else {
        if let Some(given) = vector.get("given") {
            call["given"] = given.clone();
        }
        return keep("wire", call.to_string().as_bytes());
    };
    // Names of contacts stand for ids that the steps before made.
    let mut names: Vec<(String, String)> = Vec::new();
    let named = |value: &Value, names: &[(String, String)]| {
        names.iter().fold(value.to_string(), |text, (name, id)| text.replace(&format!("\"${name}\""), &format!("\"{id}\"")))
    };
    let mut lines = String::new();
    let opened = r#"{"at":"2025-07-01T00:00:00Z","settings":{"zone":"America/Guayaquil"}}"#;
    let mut handle = WorkspaceHandle::open_text(opened)?;
    for step in steps {
        if step.get("do").is_none() {
            continue;
        }
        let command = named(&step["do"], &names);
        let random: Vec<u8> = (0..10).map(|place| u8::try_from((names.len() + place) % 256).unwrap_or(0)).collect();
        let options = serde_json::json!({"at": step["at"], "random": random, "command": serde_json::from_str::<Value>(&command)?});
        lines.push_str(&format!("execute {options}\n"));
        if let (Ok(answer), Some(name)) = (handle.call("execute", options), step["save"].as_str()) {
            let id = answer["contact"].as_str().or_else(|| answer["events"][0]["contact"].as_str());
            names.extend(id.map(|id| (name.to_owned(), id.to_owned())));
        }
    }
    lines.push_str(&format!("{} {}", call["operation"].as_str().unwrap_or("contacts"), named(&call["options"], &names)));
    keep("workspace", lines.as_bytes())?;
    let stored = handle.snapshot()?;
    keep("snapshot", &stored[24..])
}

fn partials() -> Done {
    let sample = Workspace::generate(&SampleOptions::default())?;
    let now = sample.messages.iter().map(|message| message.sent_at).max().ok_or("no message")?;
    let (messages, events) = (&sample.messages[..40.min(sample.messages.len())], &sample.events[..40.min(sample.events.len())]);
    let data = Dataset::builder().messages(messages).events(events).build()?;
    let options = ReportOptions::new(Zone::new("America/Guayaquil")?, now, Preset::Last30Days);
    for partial in [report::messages_partial(&data, &options)?, report::contacts_partial(&data, &options)?] {
        keep("partial", &partial.to_bytes()[10..])?;
    }
    Ok(())
}
