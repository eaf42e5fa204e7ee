//! Contacts out of a workspace and in again: CSV and back, quota in order, bad rows, odd files (S4, N4).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::io::Read;

use omnicontact::access::{Actor, Role};
use omnicontact::export::csv::{self, CsvOptions};
use omnicontact::import::{
    CONTACT_COLUMNS, ContactImport, ContactImportOptions, ImportMode, MatchBy, RowOutcome, SkipReason, UnknownColumns,
    each_contact, import_contacts, import_contacts_with, try_contacts,
};
use omnicontact::segment::{ContactField, CustomTypes, FieldRef, Sort};
use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Workspace};
use omnicontact::{
    Assignee, Code, Contact, ContactId, CustomType, CustomValue, Edit, Identity, Instant, Locale, Number, Profile,
    Subscription, SubscriptionStatus, Zone,
};
use proptest::prelude::*;

fn at() -> Instant {
    Instant::parse("2026-07-01T12:00:00Z").unwrap()
}

fn workspace() -> Workspace {
    Workspace::open(Settings::new("America/Guayaquil").country("EC"), at()).unwrap().0
}

fn call() -> Call {
    Call::new(at(), [1; 10])
}

fn import(workspace: &mut Workspace, file: impl AsRef<[u8]>, options: &ContactImportOptions) -> ContactImport {
    let mut events = Vec::new();
    let before = workspace.sequence();
    let done = import_contacts(workspace, &call(), file.as_ref(), options, &mut events).unwrap();
    assert_eq!(workspace.sequence() - before, events.len() as u64, "every change is an event");
    let counts = done.counts;
    assert_eq!(
        counts.rows,
        counts.created + counts.updated + counts.unchanged + counts.skipped + counts.refused + counts.failed
    );
    assert_eq!(counts.rows, done.rows.len() as u64);
    done
}

fn export(workspace: &Workspace, columns: &[FieldRef]) -> Vec<u8> {
    let table = workspace.table();
    let rows = table.sorted(&table.everybody(), &Sort::by(ContactField::ShownName)).unwrap();
    let mut file = Vec::new();
    let options = CsvOptions::new(Zone::new("America/Guayaquil").unwrap());
    csv::write_contacts(&table, &rows, columns, Locale::En, at(), &options, &mut file).unwrap();
    file
}

const ODD: [&str; 12] = [
    "Ana",
    "=cmd|' /C calc'!A0",
    "+1",
    "-x",
    "@sum",
    "'quoted",
    "a;b\\c",
    "line\nbreak",
    "\"Q\"",
    "Ñandú, S.A.",
    "مرحبا",
    "東京 👩‍👩‍👧",
];

prop_compose! {
    fn profile()(
        number in 0..100_000_u32, name in prop::option::of(0..12_usize), company in prop::option::of(0..12_usize),
        tags in prop::collection::btree_set(0..12_usize, 0..3), phone in any::<bool>(), email in any::<bool>(), blocked in any::<bool>(),
        text in prop::option::of(0..12_usize), score in prop::option::of(-5..5_i8), paid in prop::option::of(any::<bool>()), identity in any::<bool>(),
        team in any::<bool>(), gone in any::<bool>(), key in any::<bool>(),
    ) -> Profile {
        let mut profile = Profile::default();
        profile.name = name.map(|at| ODD[at].into());
        profile.company = company.map(|at| ODD[at].into());
        profile.tags = tags.into_iter().map(|at| ODD[at].replace('\n', " ").into()).collect();
        if phone {
            profile.phones = vec![format!("+5939{number:08}").into(), format!("+5938{number:08}").into()];
        }
        if email {
            profile.emails = vec![format!("p{number}@example.com").into()];
        }
        if identity {
            profile.identities.push(Identity::new("a:b;c", number.to_string()).unwrap());
        }
        if gone {
            let channel = "sms\\1".into();
            profile.subscriptions.push(Subscription { channel, status: SubscriptionStatus::Unsubscribed });
        }
        if key {
            profile.foreign_keys.push(omnicontact::ForeignKey::new("shop", format!("k{number}").as_str()));
        }
        profile.assignee = Some(if team { Assignee::Team("t".into()) } else { Assignee::User("u;1".into()) });
        profile.blocked = blocked;
        for (name, value) in [
            ("note", text.map(|at| CustomValue::Text(ODD[at].into()))),
            ("score", score.map(|score| CustomValue::Number(Number::new(f64::from(score) / 4.0).unwrap()))),
            ("paid", paid.map(CustomValue::Checkbox)),
        ] {
            if let Some(value) = value {
                profile.custom.insert(name.into(), value);
            }
        }
        profile
    }
}

fn columns(with_id: bool) -> Vec<FieldRef> {
    let own =
        CONTACT_COLUMNS.iter().filter(|field| with_id || **field != ContactField::Id).map(|field| (*field).into());
    own.chain(["note", "score", "paid"].map(FieldRef::custom)).collect()
}

/// What a file says of a contact, without what only the workspace knows.
fn said(contact: &Contact) -> Contact {
    let mut contact = contact.clone();
    contact.id = ContactId::mint(at(), [0; 10]);
    contact.origin = omnicontact::Origin::new(omnicontact::Source::User).into();
    contact
}

fn filled(profiles: &[Profile]) -> Workspace {
    let mut workspace = workspace();
    for (draw, profile) in profiles.iter().enumerate() {
        let call = Call::new(at(), [u8::try_from(draw).unwrap(); 10]);
        let command = Command::AddContact { profile: Box::new(profile.clone()), origin: None };
        workspace.execute(&call, command).unwrap();
    }
    workspace
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 32 } else { 256 }))]

    #[test]
    fn an_export_is_imported_as_the_same_contacts(profiles in prop::collection::vec(profile(), 0..12)) {
        let ours = filled(&profiles);
        let types = [("score", CustomType::Number), ("paid", CustomType::Checkbox), ("note", CustomType::Text)];
        let declared = types.iter().map(|(name, kind)| ((*name).into(), *kind)).collect();
        let known = ours.table().custom_fields().clone();
        let columns: Vec<FieldRef> = columns(false)
            .into_iter()
            .filter(|column| !matches!(column, FieldRef::Custom(name) if !known.contains_key(name)))
            .collect();
        let file = export(&ours, &columns);
        let mut theirs = workspace();
        let options = ContactImportOptions::default().mode(ImportMode::Create).match_by([]).custom_fields(declared);
        let done = import(&mut theirs, &file, &options);
        prop_assert_eq!(done.counts.created, ours.contacts().count() as u64, "{:?}", done.rows);
        let order = |workspace: &Workspace| -> Vec<String> {
            let mut said: Vec<String> = workspace.contacts().map(|contact| format!("{:?}", said(contact))).collect();
            said.sort();
            said
        };
        prop_assert_eq!(order(&theirs), order(&ours));
    }

    #[test]
    fn an_export_says_nothing_new_to_its_own_workspace(profiles in prop::collection::vec(profile(), 0..12)) {
        let mut ours = filled(&profiles);
        let known = ours.table().custom_fields().clone();
        let columns: Vec<FieldRef> = columns(true)
            .into_iter()
            .filter(|column| !matches!(column, FieldRef::Custom(name) if !known.contains_key(name)))
            .collect();
        let file = export(&ours, &columns);
        let before = ours.snapshot().unwrap();
        let done = import(&mut ours, &file, &ContactImportOptions::default());
        prop_assert_eq!(done.counts.unchanged, done.counts.rows, "{:?}", done.rows);
        prop_assert_eq!(ours.snapshot().unwrap(), before);
    }

    #[test]
    fn rubbish_is_answered(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut file = b"name,phones,tags,blocked\n".to_vec();
        file.extend(bytes);
        let mut workspace = workspace();
        let mut events = Vec::new();
        let read = import_contacts(&mut workspace, &call(), file.as_slice(), &ContactImportOptions::default(), &mut events);
        prop_assert_eq!(Workspace::replay(&with_opening(&events)).unwrap().snapshot().unwrap(), workspace.snapshot().unwrap());
        if let Ok(done) = read {
            prop_assert_eq!(done.counts.created, workspace.contacts().count() as u64);
        }
    }
}

fn with_opening(events: &[Event]) -> Vec<Event> {
    let (_, mut all) = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at()).unwrap();
    all.extend_from_slice(events);
    all
}

#[test]
fn the_quota_admits_rows_in_order() {
    let mut workspace = workspace();
    workspace.execute(&call(), Command::SetLimit { limit: Some(2) }).unwrap();
    let file = "name,phones\nAna,+593991234567\nEva,1\nLuz,\nSol,\nAna Vera,+593991234567\n";
    let dry = try_contacts(&workspace, &call(), file.as_bytes(), &ContactImportOptions::default()).unwrap();
    assert_eq!(workspace.contacts().count(), 0, "a rehearsal changes nothing");
    let done = import(&mut workspace, file, &ContactImportOptions::default());
    assert_eq!(dry, done, "and answers what the import will");
    assert!(matches!(done.rows[0].outcome, RowOutcome::Created { .. }));
    assert!(
        matches!(&done.rows[1].outcome, RowOutcome::Failed { code: "invalid_phone", path, .. } if path == "line[3].phones[0]")
    );
    assert!(matches!(done.rows[2].outcome, RowOutcome::Created { .. }), "a bad row takes no unit");
    assert!(matches!(
        done.rows[3].outcome,
        RowOutcome::Refused { refusal: omnicontact::Refusal::QuotaExceeded { .. } }
    ));
    assert!(matches!(done.rows[4].outcome, RowOutcome::Updated { .. }), "known contacts are served without limit");
}

#[test]
fn modes_say_what_happens_to_whom() {
    let file = "name,emails,tags\nAna,ANA@example.com,new\nEva,eva@example.com,\n";
    let one = |mode| {
        let mut workspace = workspace();
        let profile = Box::new(Profile::named("Ana").email("ana@example.com").tag("old"));
        workspace.execute(&call(), Command::AddContact { profile, origin: None }).unwrap();
        let done = import(&mut workspace, file, &ContactImportOptions::default().mode(mode));
        let tags = workspace.contacts().next().unwrap().tags.clone();
        (done, tags, workspace.contacts().count())
    };
    let (done, tags, count) = one(ImportMode::Create);
    assert!(matches!(done.rows[0].outcome, RowOutcome::Skipped { reason: SkipReason::Exists, contact: Some(_) }));
    assert_eq!((tags.len(), count), (1, 2));
    let (done, tags, count) = one(ImportMode::Update);
    assert!(matches!(done.rows[1].outcome, RowOutcome::Skipped { reason: SkipReason::NotFound, contact: None }));
    assert_eq!((tags.iter().map(|tag| &**tag).collect::<Vec<_>>(), count), (vec!["old", "new"], 1), "tags are added");
    let (done, ..) = one(ImportMode::Both);
    assert_eq!((done.counts.updated, done.counts.created), (1, 1));
}

#[test]
fn a_value_of_two_contacts_does_not_decide() {
    let mut workspace = workspace();
    for (draw, name) in ["Ana", "Eva"].into_iter().enumerate() {
        let call = Call::new(at(), [u8::try_from(draw).unwrap(); 10]);
        let profile = Box::new(Profile::named(name).phone("+593991234567").email(format!("{name}@example.com")));
        workspace.execute(&call, Command::AddContact { profile, origin: None }).unwrap();
    }
    let done = import(&mut workspace, "phones,company\n0991234567,ACME\n", &ContactImportOptions::default());
    let RowOutcome::Failed { code, path, message } = &done.rows[0].outcome else { panic!() };
    assert_eq!((*code, path.as_str()), ("ambiguous_match", "line[2].phones"));
    assert!(!message.contains("593"), "{message}");
    let by_mail = ContactImportOptions::default().match_by([MatchBy::Email, MatchBy::Phone]);
    let done = import(&mut workspace, "phones,emails,company\n0991234567,eva@example.com,ACME\n", &by_mail);
    assert_eq!(done.counts.updated, 1);
}

#[test]
fn an_id_finds_the_survivor() {
    let mut workspace = workspace();
    let ids: Vec<ContactId> = ["Ana", "Anita"]
        .into_iter()
        .enumerate()
        .map(|(draw, name)| {
            let call = Call::new(at(), [u8::try_from(draw).unwrap(); 10]);
            let profile = Box::new(Profile::named(name));
            let reply = workspace.execute(&call, Command::AddContact { profile, origin: None }).unwrap();
            let Outcome::Added { contact } = reply.outcome else { panic!() };
            contact
        })
        .collect();
    let merge = Command::Merge { primary: ids[0], secondaries: vec![ids[1]], choices: Box::default() };
    workspace.execute(&call(), merge).unwrap();
    let file = format!("id,company\n{},ACME\nnonsense,X\n", ids[1]);
    let done = import(&mut workspace, file, &ContactImportOptions::default().mode(ImportMode::Update));
    assert_eq!(done.rows[0].outcome, RowOutcome::Updated { contact: ids[0], refused: None });
    assert!(matches!(&done.rows[1].outcome, RowOutcome::Failed { path, message, .. }
        if path == "line[3].id" && !message.contains("nonsense")));
}

#[test]
fn who_may_not_import_is_refused_row_by_row() {
    let mut workspace = workspace();
    let agent = call().by(Actor::new("u1", Role::Agent));
    let done =
        import_contacts(&mut workspace, &agent, &b"name\nAna\n"[..], &ContactImportOptions::default(), &mut Vec::new());
    assert!(matches!(done.unwrap().rows[0].outcome, RowOutcome::Refused { .. }));
    assert_eq!(workspace.contacts().count(), 0);
}

#[test]
fn an_empty_cell_changes_nothing() {
    let mut workspace = workspace();
    let profile = Box::new(Profile::named("Ana").email("ana@example.com"));
    let reply = workspace.execute(&call(), Command::AddContact { profile, origin: None }).unwrap();
    let Outcome::Added { contact } = reply.outcome else { panic!() };
    workspace.execute(&call(), Command::Edit { contact, edits: vec![Edit::Block(true)] }).unwrap();
    let done = import(&mut workspace, "emails,name,blocked\nana@example.com, ,\n", &ContactImportOptions::default());
    assert_eq!(done.counts.unchanged, 1);
    let ana = workspace.contact(contact).unwrap();
    assert!(ana.blocked && ana.name.as_deref() == Some("Ana"));
}

#[test]
fn files_of_any_encoding_and_delimiter() {
    let text = "Nombre;Correo;Etiquetas\nJosé Ñandú;jose@example.com;niño\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let marked = format!("\u{feff}{text}").into_bytes();
    let tabs = text.replace(';', "\t").into_bytes();
    let commas = text.replace(';', ",").replace('\n', "\r\n").into_bytes();
    for (file, encoding) in
        [(wide, "UTF-16LE"), (latin, "windows-1252"), (marked, "UTF-8"), (tabs, "UTF-8"), (commas, "UTF-8")]
    {
        let mut workspace = workspace();
        let done = import(&mut workspace, &file, &ContactImportOptions::default());
        assert_eq!((done.encoding, done.counts.created), (encoding, 1));
        let jose = workspace.contacts().next().unwrap();
        assert_eq!((jose.name.as_deref(), &*jose.tags[0]), (Some("José Ñandú"), "niño"));
    }
    let mut workspace = workspace();
    let wrong = ContactImportOptions::default().encoding("utf-8");
    let done = import(&mut workspace, b"name,company\nJos\xe9,A\nEva,B\n", &wrong);
    assert!(
        matches!(&done.rows[0].outcome, RowOutcome::Failed { code: "invalid_utf8", path, .. } if path == "line[2].name")
    );
    assert_eq!(done.counts.created, 1, "the others are imported");
}

/// A file that is never in memory: a header, a line of a gigabyte, and a row after it.
struct Long {
    left: u64,
    tail: &'static [u8],
    head: &'static [u8],
}

impl Read for Long {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if !self.head.is_empty() {
            return self.head.read(into);
        }
        if self.left > 0 {
            let count = into.len().min(usize::try_from(self.left).unwrap());
            into[..count].fill(b'a');
            self.left -= count as u64;
            return Ok(count);
        }
        self.tail.read(into)
    }
}

#[test]
fn a_header_of_as_many_columns_as_a_sheet_has_is_read() {
    let header: Vec<String> = (0..16_384).map(|place| format!("size {place}")).collect();
    let file = format!("{}\n{}\n", header.join(","), ",".repeat(16_383));
    let options = ContactImportOptions::default().unknown_columns(UnknownColumns::Custom);
    let mut rows = 0;
    let each = |_, _, _| {
        rows += 1;
        Ok(())
    };
    each_contact(file.as_bytes(), &options, &CustomTypes::default(), &[], each).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn a_line_of_a_gigabyte_is_one_bad_row() {
    for (head, length) in [(&b"name,company\n"[..], 1 << 30), (&b"name,company\n\""[..], 1 << 26)] {
        let file = Long { head, left: length, tail: b"\nEva,ACME\n" };
        let mut rows = Vec::new();
        let options = ContactImportOptions::default();
        each_contact(file, &options, &CustomTypes::new(), &[], |row, line, read| {
            rows.push((row, line, read.map_err(|error| error.code())));
            Ok(())
        })
        .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].2.as_ref().unwrap_err(), &Code::InvalidValue);
        assert_eq!((rows[1].0, rows[1].1, rows[1].2.as_ref().unwrap().profile.name.as_deref()), (2, 3, Some("Eva")));
    }
    // What the process ever had in memory, in kilobytes; only Linux says so.
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kilobytes: u64 = most.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kilobytes < 256 * 1024, "{kilobytes} kB for a line of a gigabyte");
    }
}

#[test]
fn a_host_that_stops_is_told_what_was_done() {
    let file: String = std::iter::once("name\n".to_owned()).chain((0..5_000).map(|row| format!("N{row}\n"))).collect();
    let mut workspace = workspace();
    let (mut events, mut heard) = (Vec::new(), Vec::new());
    let done = import_contacts_with(
        &mut workspace,
        &call(),
        file.as_bytes(),
        &ContactImportOptions::default(),
        &mut events,
        |rows| {
            heard.push(rows);
            heard.len() < 2
        },
    )
    .unwrap();
    let stopped = done.stopped.unwrap();
    assert_eq!((stopped.code, heard.len()), ("cancelled", 2));
    assert_eq!(done.rows.len() as u64, heard[1]);
    assert_eq!((done.counts.created, workspace.contacts().count()), (heard[1], done.rows.len()));
    assert_eq!(done.encoding, "UTF-8");
    // A file that is wrong as a whole is an error, and nothing happens.
    let refused = import_contacts_with(
        &mut workspace,
        &call(),
        &b"nonsense\n1\n"[..],
        &ContactImportOptions::default(),
        &mut events,
        |_| true,
    );
    assert_eq!(refused.unwrap_err().code(), Code::UnknownColumn);
    assert_eq!(events.len(), done.rows.len());
}

#[test]
fn another_spelling_of_an_address_is_not_added() {
    let mut workspace = workspace();
    let profile = Box::new(Profile::named("Ana").email("ana@example.com").phone("+5215512345678"));
    workspace.execute(&call(), Command::AddContact { profile, origin: None }).unwrap();
    let file = "emails,phones,company\nANA@Example.com,+525512345678,ACME\n";
    let done = import(&mut workspace, file, &ContactImportOptions::default());
    assert_eq!(done.counts.updated, 1);
    let ana = workspace.contacts().next().unwrap();
    assert_eq!((ana.emails.len(), ana.phones.len(), ana.company.as_deref()), (1, 1, Some("ACME")));
}

/// A reader that gives so many bytes of rows and fails then.
struct Broken(usize);

impl Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0 == 0 {
            return Err(std::io::Error::other("the disk is gone"));
        }
        let count = into.len().min(self.0);
        for (byte, from) in into[..count].iter_mut().zip(b"name\nAna\n".iter().cycle()) {
            *byte = *from;
        }
        self.0 -= count;
        Ok(count)
    }
}

#[test]
fn a_reader_that_fails_names_what_was_done() {
    let mut workspace = workspace();
    let mut events = Vec::new();
    let options = ContactImportOptions::default().match_by([]).mode(ImportMode::Create);
    let done = import_contacts(&mut workspace, &call(), Broken(400_000), &options, &mut events).unwrap();
    assert_eq!(done.stopped.unwrap().code, "read_failed");
    assert!(done.rows.len() > 100, "what was read before is imported");
    assert_eq!((done.counts.created, workspace.contacts().count()), (done.rows.len() as u64, done.rows.len()));
    let again = Workspace::replay(&with_opening(&events)).unwrap();
    assert_eq!(again.snapshot().unwrap(), workspace.snapshot().unwrap(), "the events name what was imported");
    // Before any row there is nothing to tell.
    let error = import_contacts(&mut workspace, &call(), Broken(3), &options, &mut events).unwrap_err();
    assert_eq!((error.code(), done.rows.len()), (Code::ReadFailed, events.len()));
}
