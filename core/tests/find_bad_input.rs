//! What is wrong in segments, searches and files of contacts is named with its place, and leaves nothing half done (S1 to
//! S4): each case through the public API and through the wire.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::segment::{
    Ago, Condition, ContactField, ContactTable, CustomTypes, FieldRef, Operand, Operator, PageOptions, Segment,
    SegmentOptions,
};
use omnicontact::wire::{self, WorkspaceHandle};
use omnicontact::{Code, Contact, ContactId, CustomType, Instant, Origin, Source, Zone};
use serde_json::{Value, json};

const AT: &str = "2026-07-15T17:00:00Z";

fn options() -> SegmentOptions {
    SegmentOptions::new(Zone::utc(), Instant::parse(AT).unwrap())
}

fn named(name: &str) -> Contact {
    let at = Instant::parse(AT).unwrap();
    let mut contact = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
    contact.name = Some(name.into());
    contact
}

/// The error of a segment, the same by [`Segment::check`], by a table, and through the wire.
fn refused(segment: &Segment) -> (Code, String) {
    let types = CustomTypes::from([("score".into(), CustomType::Number)]);
    let checked = segment.check(&types, &options()).unwrap_err();
    let selected = ContactTable::with([], [], types).select(segment, &options()).unwrap_err();
    assert_eq!((checked.code(), checked.path()), (selected.code(), selected.path()));
    let asked = json!({"operation": "check_segment", "options":
        {"zone": "UTC", "now": AT, "segment": segment, "custom_fields": {"score": "number"}}});
    let through_wire = wire::call(asked).unwrap_err();
    assert_eq!(
        (through_wire.code(), through_wire.path().to_owned()),
        (checked.code(), format!("segment.{}", checked.path()))
    );
    (checked.code(), checked.path().to_owned())
}

#[test]
fn every_operator_that_does_not_fit_its_type_is_refused_with_its_place() {
    let mut pairs = 0;
    for field in ContactField::ALL {
        for operator in Operator::ALL.iter().filter(|one| !Operator::of(field.field_type()).contains(one)) {
            let wrong = Condition { field: (*field).into(), operator: *operator, value: Some("x".into()) };
            let tree = Segment::all_of([Segment::exists(ContactField::Name), Segment::not(Segment::Condition(wrong))]);
            assert_eq!(refused(&tree), (Code::UnfitOperator, "and[1].not.operator".to_owned()), "{field} {operator}");
            pairs += 1;
        }
    }
    assert!(pairs > 200, "{pairs}");
}

#[test]
fn fields_that_nobody_knows_are_named() {
    let tree = Segment::any_of([Segment::exists(ContactField::Name), Segment::exists(FieldRef::custom("size"))]);
    assert_eq!(refused(&tree), (Code::UnknownField, "or[1].field".to_owned()));
    let text = r#"{"and":[{"field":"nmae","operator":"exists"}]}"#;
    let error = wire::read_text::<Segment>(text).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::UnknownField, "and[0].field"));
    assert!(error.hint().unwrap().contains("`shown_name`"), "what there is, is said");
    let error =
        wire::read_text::<Segment>(r#"{"not":{"field":"name","operator":"matches","value":".*"}}"#).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::UnknownLabel, "not.operator"));
}

#[test]
fn values_of_the_wrong_kind_are_refused_whatever_the_type() {
    let fields: Vec<FieldRef> = vec![
        ContactField::Name.into(),
        ContactField::Tags.into(),
        ContactField::Id.into(),
        ContactField::Channels.into(),
        ContactField::Blocked.into(),
        ContactField::CreatedAt.into(),
        FieldRef::custom("score"),
    ];
    let kind = |field: &FieldRef| match field {
        FieldRef::Own(own) => own.field_type(),
        FieldRef::Custom(_) => omnicontact::segment::FieldType::Number,
    };
    for field in fields {
        for operator in Operator::of(kind(&field)) {
            // A length of time fits `within_last` and `older_than` alone, a list the operators of lists.
            let wrong = match operator {
                Operator::Exists | Operator::NotExists | Operator::WithinLast | Operator::OlderThan => {
                    Operand::Flag(true)
                }
                Operator::AnyOf | Operator::AllOf | Operator::NoneOf => Operand::Many(Vec::new()),
                Operator::Between => Operand::Many(vec![Operand::Ago(Ago::days(1)), Operand::Ago(Ago::days(2))]),
                _ => Operand::Ago(Ago::days(1)),
            };
            let condition = Condition { field: field.clone(), operator: *operator, value: Some(wrong) };
            let (code, path) = refused(&Segment::not(Segment::Condition(condition)));
            assert!(code == Code::MalformedValue && path.starts_with("not.value"), "{field} {operator}: {code} {path}");
        }
    }
}

#[test]
fn patterns_are_letters() {
    let names = [".*", "a+b", "100%", "a_b", "[a-z]", "(x", "\\d", "^a$", "plain"];
    let people: Vec<Contact> = names.iter().map(|name| named(name)).collect();
    let table = ContactTable::new(&people);
    for (row, name) in names.iter().enumerate() {
        for operator in [Operator::Equal, Operator::Contains, Operator::StartsWith] {
            let found = table.select(&Segment::on(ContactField::Name, operator, *name), &options()).unwrap();
            assert_eq!(found.rows().collect::<Vec<_>>(), [row], "{operator} {name}");
        }
        assert_eq!(table.matching(name).unwrap().rows().collect::<Vec<_>>(), [row], "search {name}");
    }
}

#[test]
fn pages_and_searches_say_what_is_wrong() {
    let table = ContactTable::new([]);
    let all = table.everybody();
    assert_eq!(table.search(" \u{301} ", &all, 1).unwrap_err().path(), "query");
    for limit in [0, 10_001, usize::MAX] {
        let error = table.page(&all, &PageOptions::default().limit(limit)).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::TooLarge, "limit"));
    }
    for cursor in ["", "{}", "null", r#"{"sort":{"field":"name"},"last":"missing","created_at":"x","id":1}"#] {
        let error = table.page(&all, &PageOptions::default().cursor(cursor)).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::InvalidCursor, "cursor"));
    }
    assert!(table.search(&"a".repeat(1 << 20), &all, usize::MAX).unwrap().hits.is_empty(), "a long text is a text");
}

fn handle() -> WorkspaceHandle {
    WorkspaceHandle::open_value(json!({"at": AT, "settings": {"zone": "UTC", "country": "EC"}})).unwrap()
}

fn import(handle: &mut WorkspaceHandle, file: &Value) -> omnicontact::Result<Value> {
    let mut request = json!({"at": AT, "random": [7, 7, 7, 7, 7, 7, 7, 7, 7, 7]});
    request.as_object_mut().unwrap().extend(file.as_object().unwrap().clone());
    handle.call("import_contact_file", request)
}

#[test]
fn a_file_with_every_kind_of_bad_row_imports_the_others_and_names_each() {
    let rows = [
        ("=cmd|' /C calc'!A0,,", Some("created")),
        ("'=1+1,,", Some("created")),
        ("\"half, quoted\" x,,", None),
        ("Nul\0,,", None),
        ("Ana,12,", None),
        ("Ana,+593991234567,not-a-mail", None),
        ("Ana,+593991234567", None),
        ("Ana,+593991234567,ana@example.com,more", None),
        ("Eva,+593991234568,eva@example.com", Some("created")),
        (" , ,", Some("skipped")),
    ];
    let text = format!("name,phones,emails\n{}\n", rows.map(|(row, _)| row).join("\n"));
    let mut handle = handle();
    let done = import(&mut handle, &json!({"text": text})).unwrap();
    let outcomes: Vec<(u64, String)> = done["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["outcome"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(outcomes.len(), rows.len(), "every row is answered: {outcomes:?}");
    for (at, (row, outcome)) in rows.iter().enumerate() {
        assert_eq!(outcomes[at].0, at as u64 + 2);
        assert_eq!(outcomes[at].1, outcome.unwrap_or("failed"), "{row:?}: {}", done["rows"][at]);
    }
    // What is in the workspace is what the list names, and nothing else.
    let created = done["rows"].as_array().unwrap().iter().filter(|row| row["outcome"] == "created").count();
    assert_eq!(handle.read("about", json!({})).unwrap()["contacts"], json!(created));
    assert_eq!(done["to"].as_u64().unwrap() + 1 - done["from"].as_u64().unwrap(), created as u64);
    for row in done["rows"].as_array().unwrap().iter().filter(|row| row["outcome"] == "failed") {
        let line = format!("line[{}]", row["line"]);
        assert!(row["path"].as_str().unwrap().starts_with(&line), "{row}");
        let message = row["message"].as_str().unwrap();
        assert!(
            !message.contains("593") && !message.contains("not-a-mail"),
            "people's data stays in the file: {message}"
        );
    }
    // What looks like a formula is a text in the workspace, and harmless again outside of it.
    let names = handle.read("export_contacts", json!({"zone": "UTC", "now": AT, "columns": ["name"]})).unwrap();
    assert!(names["text"].as_str().unwrap().contains("'=cmd|' /C calc'!A0"));
}

#[test]
fn a_file_that_is_wrong_as_a_whole_changes_nothing() {
    let files = [
        (json!({"text": ""}), "empty_input"),
        (json!({"text": "nonsense\nx\n"}), "unknown_column"),
        (json!({"text": "name,name\nx,y\n"}), "duplicate_column"),
        (json!({"text": "\"name\nx\n"}), "malformed_csv"),
        (json!({"text": "na\0me\nx\n"}), "invalid_value"),
        (json!({"text": "name\nx\n", "import": {"encoding": "klingon"}}), "unknown_label"),
        (json!({"text": "name\nx\n", "import": {"mapping": {"nmae": "name"}}}), "missing_column"),
        (json!({"text": "name\nx\n", "import": {"mapping": {"name": "created_at"}}}), "unknown_field"),
        (json!({"text": "name\nx\n", "import": {"match_by": []}}), "malformed_value"),
        (json!({"text": "name\nx\n", "import": {"mode": "replace"}}), "unknown_label"),
        (json!({"base64": "%%%"}), "malformed_value"),
    ];
    for (file, code) in files {
        let mut handle = handle();
        let before = handle.snapshot().unwrap();
        let error = import(&mut handle, &file).unwrap_err();
        assert_eq!(error.code().as_str(), code, "{file}");
        assert_eq!((handle.snapshot().unwrap() == before, handle.events().len()), (true, 1), "{file}");
    }
}
