//! What belongs to the whole workspace: tags, departments, custom fields, and bulk commands (C2, S3, S5, M6 to M8).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use omnicontact::merge::Choices;
use omnicontact::workspace::{Bulk, BulkAction, Call, Command, Event, Outcome, Settings, Workspace};
use omnicontact::{
    Code, ContactId, CustomField, CustomType, CustomValue, Edit, Field, Instant, Origin, Profile, Refusal, Source,
};

struct Host {
    workspace: Workspace,
    events: Vec<Event>,
    draws: u8,
}

fn at() -> Instant {
    Instant::parse("2025-07-09T12:00:00Z").unwrap()
}

impl Host {
    fn new() -> Self {
        let (workspace, events) = Workspace::open(Settings::new("Etc/UTC"), at()).unwrap();
        Self { workspace, events, draws: 0 }
    }

    fn attempt(&mut self, command: Command) -> omnicontact::Result<Outcome> {
        self.draws += 1;
        let reply = self.workspace.execute(&Call::new(at(), [self.draws; 10]), command)?;
        self.events.extend(reply.events);
        Ok(reply.outcome)
    }

    fn run(&mut self, command: Command) -> Outcome {
        self.attempt(command).unwrap()
    }

    fn add(&mut self, profile: Profile) -> ContactId {
        match self.run(Command::AddContact { profile: Box::new(profile), origin: None }) {
            Outcome::Added { contact } => contact,
            other => panic!("{other:?}"),
        }
    }

    fn merge(&mut self, primary: ContactId, secondary: ContactId, choices: Choices) {
        let command = Command::Merge { primary, secondaries: vec![secondary], choices: Box::new(choices) };
        assert!(matches!(self.run(command), Outcome::Merged { .. }));
    }

    fn unmerge(&mut self, primary: ContactId, secondary: ContactId) {
        let command = Command::Unmerge { primary, secondary };
        assert!(matches!(self.run(command), Outcome::Unmerged { .. }));
    }

    fn edit(&mut self, contact: ContactId, edit: Edit) {
        assert!(matches!(self.run(Command::Edit { contact, edits: vec![edit] }), Outcome::Edited { .. }));
    }

    fn tags(&self, contact: ContactId) -> Vec<&str> {
        self.workspace.contact(contact).unwrap().tags.iter().map(|tag| &**tag).collect()
    }

    /// Replay and a snapshot give the same state.
    fn holds(&self) {
        let state = self.workspace.snapshot().unwrap();
        assert_eq!(Workspace::replay(&self.events).unwrap().snapshot().unwrap(), state);
        assert_eq!(Workspace::restore(&state).unwrap().snapshot().unwrap(), state);
    }
}

#[test]
fn a_deleted_tag_is_gone_from_contacts_records_and_later_undos() {
    let mut host = Host::new();
    let [a, b, c] = ["x", "shared", "own"].map(|tag| host.add(Profile::named(tag).tag("gone").tag(tag)));
    let before: Vec<_> = host.workspace.contacts().cloned().collect();
    host.merge(a, b, Choices::default());
    host.merge(c, a, Choices::default());
    let deleted = host.events.len();
    assert_eq!(host.run(Command::DeleteTag { tag: "gone".into() }), Outcome::TakenOff { contacts: 1 });
    assert_eq!(host.events.len(), deleted + 1, "one event, however many contacts");
    assert_eq!(host.tags(c), ["own", "x", "shared"]);
    host.holds();
    host.unmerge(c, a);
    host.unmerge(a, b);
    host.holds();
    // As if nobody had ever carried it: everything else is as it was before the merges (M8).
    for mut contact in before {
        contact.tags.retain(|tag| &**tag != "gone");
        assert_eq!(host.workspace.contact(contact.id), Some(&contact));
    }
    host.edit(a, Edit::tag("gone"));
    assert_eq!(host.tags(a), ["x", "gone"], "deleting forbids nothing");
}

#[test]
fn a_deleted_department_is_an_edit_that_an_undo_respects() {
    let mut host = Host::new();
    let mut sales = Profile::named("A");
    sales.department = Some("Sales".into());
    let (a, b) = (host.add(sales), host.add(Profile::named("B")));
    host.edit(b, Edit::set(Field::Department, "Support"));
    host.merge(a, b, Choices::default());
    assert_eq!(host.run(Command::DeleteDepartment { department: "Sales".into() }), Outcome::TakenOff { contacts: 1 });
    host.unmerge(a, b);
    let department = |host: &Host, id| host.workspace.contact(id).unwrap().department.clone();
    assert_eq!((department(&host, a), department(&host, b).as_deref()), (None, Some("Support")));
    host.holds();
    // A third value that is deleted since does not come back either.
    host.merge(a, b, Choices::default().value(Field::Department, "Sales"));
    host.run(Command::DeleteDepartment { department: "Sales".into() });
    host.unmerge(a, b);
    assert_eq!((department(&host, a), department(&host, b).as_deref()), (None, Some("Support")));
    host.holds();
}

#[test]
fn a_deleted_custom_field_leaves_choices_and_records() {
    let mut host = Host::new();
    let value = |number: f64| CustomValue::Number(omnicontact::Number::new(number).unwrap());
    let a = host.add(Profile::named("A").custom("size", value(1.0)));
    let b = host.add(Profile::named("B").custom("size", value(2.0)).custom("kept", value(3.0)));
    let mut choices = Choices::default();
    choices.custom.insert("size".into(), omnicontact::merge::Choice::Value(value(9.0)));
    host.merge(a, b, choices);
    // Taken off the survivor, it is still in the record.
    host.edit(a, Edit::SetCustom { name: "size".into(), value: None });
    let text = || Command::SetCustomField { field: CustomField::new("size", CustomType::Text) };
    assert_eq!(host.attempt(text()).unwrap_err().code(), Code::CustomTypeConflict);
    assert_eq!(host.run(Command::DeleteCustomField { name: "size".into() }), Outcome::TakenOff { contacts: 0 });
    assert_eq!(host.run(text()), Outcome::Done);
    host.holds();
    host.unmerge(a, b);
    host.holds();
    for (id, names) in [(a, vec![]), (b, vec!["kept"])] {
        let custom: Vec<&str> = host.workspace.contact(id).unwrap().custom.keys().map(|name| &**name).collect();
        assert_eq!(custom, names);
    }
}

#[test]
fn options_may_change_and_the_values_that_were_chosen_stay() {
    let mut host = Host::new();
    let plan = |options: &[&str]| Command::SetCustomField {
        field: CustomField::new("plan", CustomType::List).options(options.iter().copied()),
    };
    host.run(plan(&["basic", "pro", "basic"]));
    assert_eq!(host.workspace.custom_fields().get("plan").unwrap().options.len(), 2, "twice is once");
    let list = |text: &str| CustomValue::List(text.into());
    let a = host.add(Profile::named("A").custom("plan", list("pro")));
    host.run(plan(&["basic", "gold"]));
    assert_eq!(host.workspace.contact(a).unwrap().custom["plan"], list("pro"));
    let set = |text| Command::Edit {
        contact: a,
        edits: vec![Edit::SetCustom { name: "plan".into(), value: Some(list(text)) }],
    };
    let error = host.attempt(set("pro")).unwrap_err();
    assert_eq!((error.code(), error.hint()), (Code::InvalidCustomValue, Some("allowed: `basic`, `gold`")));
    assert!(matches!(host.run(set("gold")), Outcome::Edited { .. }));
    host.holds();
}

#[test]
fn an_import_names_the_row_whose_value_has_another_type() {
    let mut host = Host::new();
    host.run(Command::SetCustomField { field: CustomField::new("born", CustomType::Date) });
    let born = |text: &str| Profile::named("x").custom("born", CustomValue::Text(text.into()));
    let rows = vec![Profile::named("fine"), born("soon"), Profile::named("fine, too")];
    let origin = Origin::new(Source::ContactImport);
    let answers = host.workspace.import(&Call::new(at(), [1; 10]), rows, &origin, |_| true, &mut host.events).items;
    let error = answers[1].as_ref().unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidCustomValue, "rows[1].custom.born"));
    assert!(answers[2].is_ok());
    host.holds();
}

#[test]
fn a_selection_reports_progress_and_stops_when_asked() {
    let mut host = Host::new();
    let ids: Vec<ContactId> = (0..600)
        .map(|n| {
            let rows = vec![Profile::named(format!("{n}"))];
            let mut random = [7; 10];
            random[..4].copy_from_slice(&u32::to_be_bytes(n));
            let origin = Origin::new(Source::ContactImport);
            let call = Call::new(at(), random);
            let answers = host.workspace.import(&call, rows, &origin, |_| true, &mut host.events).items;
            match answers[0] {
                Ok(Outcome::Added { contact }) => contact,
                ref other => panic!("{other:?}"),
            }
        })
        .collect();
    let call = Call::new(at(), [1; 10]);
    let mut seen = Vec::new();
    let tag = |tag: &str| Bulk::new(ids.clone(), BulkAction::Tag(vec![tag.into()]));
    let answers = host.workspace.bulk(
        &call,
        &tag("all"),
        |progress| {
            seen.push((progress.done, progress.total));
            true
        },
        &mut host.events,
    );
    let answers = answers.unwrap();
    assert!(answers.items.iter().all(|answer| matches!(answer, Outcome::Edited { .. })));
    assert_eq!((answers.items.len(), answers.stopped.is_none()), (600, true));
    assert_eq!(seen.last(), Some(&(600, 600)));
    assert!(seen.len() > 2 && seen.is_sorted());
    // Stopped in the middle: what was done is done and answered, and its events are with the host.
    let before = host.events.len();
    let answers = host.workspace.bulk(&call, &tag("some"), |_| false, &mut host.events).unwrap();
    let stopped = answers.stopped.unwrap();
    assert_eq!((stopped.code(), stopped.message()), (Code::Cancelled, "stopped after 256 of 600"));
    assert!(answers.items.iter().all(|answer| matches!(answer, Outcome::Edited { .. })));
    let done = host.workspace.tags()["some"];
    assert_eq!((answers.items.len(), done), (256, 256));
    assert_eq!(host.events.len() - before, 256);
    for (place, id) in ids.iter().enumerate() {
        let tags = &host.workspace.contact(*id).unwrap().tags;
        assert_eq!(tags.iter().any(|tag| &**tag == "some"), place < 256, "{place}");
    }
    host.holds();
    // Who goes on with the rest does it once for each.
    let rest = Bulk::new(ids[answers.items.len()..].to_vec(), BulkAction::Tag(vec!["some".into()]));
    let answers = host.workspace.bulk(&call, &rest, |_| true, &mut host.events).unwrap();
    assert_eq!((answers.items.len(), answers.stopped.is_none(), host.workspace.tags()["some"]), (344, true, 600));
    // A stop that comes with the last of them is none.
    let answers = host.workspace.bulk(&call, &tag("late"), |at| at.done < at.total, &mut host.events).unwrap();
    assert_eq!((answers.items.len(), answers.stopped.is_none()), (600, true));
    // So are edits and imports.
    let mut told = 0;
    let answers = host.workspace.edit_all(
        &call,
        ids.clone(),
        &[Edit::tag("once")],
        |at| {
            told = at.done;
            told < 512
        },
        &mut host.events,
    );
    assert_eq!((answers.items.len(), told, host.workspace.tags()["once"]), (512, 512, 512));
    assert_eq!(answers.stopped.unwrap().code(), Code::Cancelled);
    let rows = vec![Profile::named("new").tag("new"); 300];
    let answers = host.workspace.import(
        &Call::new(at(), [8; 10]),
        rows,
        &Origin::new(Source::ContactImport),
        |_| false,
        &mut host.events,
    );
    assert_eq!((answers.items.len(), host.workspace.tags()["new"]), (256, 256));
    assert!(answers.items.iter().all(|answer| matches!(answer, Ok(Outcome::Added { .. }))));
    assert_eq!(answers.stopped.unwrap().code(), Code::Cancelled);
    host.holds();
    let new = host.workspace.contacts().filter(|contact| contact.tags.iter().any(|tag| &**tag == "new"));
    let new: Vec<ContactId> = new.map(|contact| contact.id).collect();
    host.workspace.bulk(&call, &Bulk::new(new, BulkAction::Delete), |_| true, &mut host.events).unwrap();
    // Every one by itself: a refused one does not stop the others.
    host.run(Command::Delete { contact: ids[0] });
    let answers = host.workspace.bulk(&call, &tag("more"), |_| true, &mut host.events).unwrap();
    assert_eq!(answers.items[0], Outcome::Refused(Refusal::ContactDeleted { contact: ids[0] }));
    assert_eq!(host.workspace.tags()["more"], 599);
    let answers = host.workspace.bulk(&call, &Bulk::new(ids, BulkAction::Delete), |_| true, &mut host.events).unwrap();
    assert_eq!(answers.items.iter().filter(|answer| matches!(answer, Outcome::Deleted { .. })).count(), 599);
    assert_eq!(host.workspace.contacts().count(), 0);
    host.holds();
}
