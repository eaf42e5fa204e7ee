//! Work on many items that the host stops: what was done is answered, stays, and is in the events; the rest is untouched.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::wire::WorkspaceHandle;
use omnicontact::workspace::{Progress, Workspace};
use serde_json::{Value, json};

const AT: &str = "2025-07-01T12:00:00Z";
const RANDOM: [u8; 10] = [1; 10];

fn opened() -> WorkspaceHandle {
    WorkspaceHandle::open_value(json!({ "at": AT, "settings": { "zone": "America/Guayaquil", "country": "EC" } }))
        .unwrap()
}

/// A host that stops when so many items are done.
fn until(most: usize) -> impl FnMut(Progress) -> bool {
    move |at| at.done < most
}

fn count(workspace: &WorkspaceHandle) -> u64 {
    workspace.read("about", json!({})).unwrap()["contacts"].as_u64().unwrap()
}

fn is_whole(workspace: &WorkspaceHandle) {
    let replayed = Workspace::replay(workspace.events()).unwrap();
    assert_eq!(replayed.snapshot().unwrap(), workspace.snapshot().unwrap());
}

#[test]
fn a_stopped_bulk_answers_for_what_was_done() {
    for as_text in [false, true] {
        let mut workspace = opened();
        let rows: Vec<Value> = (0..1000).map(|row| json!({ "name": format!("c{row}") })).collect();
        let added = workspace.call("import_contacts", json!({ "at": AT, "random": RANDOM, "rows": rows })).unwrap();
        assert_eq!(added["stopped"], Value::Null);
        let ids: Vec<&Value> = added["items"].as_array().unwrap().iter().map(|item| &item["contact"]).collect();
        let before = workspace.events().len();
        let request = |contacts: &[&Value]| json!({ "at": AT, "random": RANDOM, "contacts": contacts, "action": { "tag": ["vip"] } });
        let mut run = |contacts: &[&Value], most| -> Value {
            let request = request(contacts);
            if as_text {
                let text = workspace.call_text_with("bulk", &request.to_string(), &mut until(most)).unwrap();
                serde_json::from_str(&text).unwrap()
            } else {
                workspace.call_with("bulk", request, &mut until(most)).unwrap()
            }
        };
        let done = run(&ids, 500);
        let items = done["items"].as_array().unwrap();
        assert_eq!(items.len(), 512, "the next look after 500");
        assert!(items.iter().all(|item| item["kind"] == "edited"));
        assert_eq!(done["stopped"], json!({ "code": "cancelled", "message": "stopped after 512 of 1000", "path": "" }));
        assert_eq!(done["to"].as_u64().unwrap() + 1 - done["from"].as_u64().unwrap(), 512);
        // Who goes on with what has no answer has done it once for each.
        let rest = run(&ids[items.len()..], usize::MAX);
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["stopped"]), (488, &Value::Null));
        assert_eq!(workspace.events().len() - before, 1000);
        assert_eq!(workspace.read("tags", json!({})).unwrap()["tags"]["vip"], 1000);
        is_whole(&workspace);
    }
}

#[test]
fn a_stopped_import_answers_for_its_unreadable_rows_too() {
    let mut workspace = opened();
    // Every tenth row is no profile: 900 are.
    let row =
        |row: usize| if row.is_multiple_of(10) { json!({ "nme": "?" }) } else { json!({ "name": format!("c{row}") }) };
    let rows: Vec<Value> = (0..1000).map(row).collect();
    let request = json!({ "at": AT, "random": RANDOM, "rows": rows });
    let mut seen = Vec::new();
    let mut told = |at: Progress| {
        seen.push((at.done, at.total));
        seen.len() < 2
    };
    let done = workspace.call_with("import_contacts", request.clone(), &mut told).unwrap();
    assert!(seen.iter().all(|(_, total)| *total == 1000));
    let items = done["items"].as_array().unwrap();
    // Each item stands where its row does, up to the first row that was not reached.
    for (place, item) in items.iter().enumerate() {
        if place.is_multiple_of(10) {
            assert_eq!(item["error"]["path"], json!(format!("rows[{place}].nme")));
        } else {
            assert_eq!(item["kind"], "added", "{place}");
        }
    }
    let added = items.iter().filter(|item| item["kind"] == "added").count();
    assert_eq!(added, 512);
    assert_eq!(count(&workspace), 512);
    assert_eq!(done["stopped"]["code"], "cancelled");
    assert_eq!(done["stopped"]["message"], json!(format!("stopped after {} of 1000", items.len())));
    is_whole(&workspace);
    // The rows after it are the rest.
    let rest = &request["rows"].as_array().unwrap()[items.len()..];
    let rest = json!({ "at": AT, "random": vec![2; 10], "rows": rest });
    workspace.call("import_contacts", rest).unwrap();
    assert_eq!(count(&workspace), 900);
    is_whole(&workspace);
}

#[test]
fn a_stop_that_comes_with_the_last_item_is_none() {
    let mut workspace = opened();
    for rows in [0, 1, 256] {
        let rows: Vec<Value> = (0..rows).map(|_| json!({ "name": "Ana" })).collect();
        let request = json!({ "at": AT, "random": RANDOM, "rows": rows });
        let done = workspace.call_with("import_contacts", request, &mut |at| at.done < at.total).unwrap();
        assert_eq!((done["items"].as_array().unwrap().len(), &done["stopped"]), (rows.len(), &Value::Null));
    }
}

#[test]
fn a_stopped_file_names_the_rows_before() {
    let mut workspace = opened();
    let rows = (0..5000).map(|row| format!("c{row}")).collect::<Vec<_>>().join("\n");
    let request =
        json!({ "at": AT, "random": RANDOM, "text": format!("name\n{rows}"), "import": { "mode": "create" } });
    let done = workspace.call_with("import_contact_file", request, &mut |_| false).unwrap();
    let rows = done["rows"].as_array().unwrap();
    assert_eq!((rows.len(), done["stopped"]["code"].as_str()), (1024, Some("cancelled")));
    assert_eq!(count(&workspace), 1024);
    is_whole(&workspace);
}
