//! The laws of merging as pure functions: M7, M8, D14, D15, D17.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use omnicontact::merge::{Choices, CreatedAt, MergeRecord, Resolver, Side, apply, combine, plan, suggest, undo};
use omnicontact::{
    Assignee, Connection, Contact, ContactId, Conversation, CustomValue, Direction, Edit, Email, Field, ForeignKey,
    Identity, Instant, LastInteraction, Origin, Phone, Profile, Refusal, Source, Subscription, SubscriptionStatus,
};
use proptest::prelude::*;

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis).unwrap()
}

fn id(n: u8) -> ContactId {
    ContactId::mint(at(1), [n; 10])
}

fn contact(n: u8) -> Contact {
    Contact::new(id(n), at(i64::from(n)), Origin::new(Source::User))
}

fn text() -> impl Strategy<Value = Option<Box<str>>> {
    prop_oneof![Just(None), Just(Some(" ".into())), "[a-c]".prop_map(|text| Some(text.into()))]
}

fn few<T: std::fmt::Debug + Clone + 'static>(pool: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let len = pool.len();
    proptest::sample::subsequence(pool, 0..=len).prop_shuffle()
}

/// Contacts that share much, so that everything collides; identities are each contact's own.
fn any_contact(n: u8) -> impl Strategy<Value = Contact> {
    let phones = ["+593991234501", "+593991234502", "+593991234503"];
    let phones = phones.map(|text| Phone::parse(text, None).unwrap()).to_vec();
    let emails = ["a@b.co", "c@d.co"].map(|text| Email::parse(text).unwrap()).to_vec();
    let tags: Vec<Box<str>> = ["t1", "t2", "t3"].map(Into::into).to_vec();
    let texts = (text(), text(), text(), text());
    let lists = (few(phones), few(emails), few(tags.clone()), few(tags));
    let numbers = (0_i64..4, 0_i64..4, 0_i64..4, any::<bool>(), 0_u8..8);
    (texts, lists, numbers, 0_usize..3).prop_map(move |(texts, lists, numbers, identities)| {
        let mut contact = contact(n);
        (contact.name, contact.company, contact.language, contact.lifecycle) = texts;
        (contact.phones, contact.emails, contact.tags, contact.lists) = lists;
        let (incoming, outgoing, opened, blocked, flags) = numbers;
        contact.identities =
            (0..identities).map(|i| Identity::new(format!("ch{i}"), format!("{n}-{i}")).unwrap()).collect();
        contact.blocked = blocked;
        contact.last_incoming = (incoming > 0).then(|| at(incoming));
        contact.last_outgoing = (outgoing > 0).then(|| at(outgoing));
        contact.last_interaction = contact
            .last_incoming
            .max(contact.last_outgoing)
            .map(|at| LastInteraction { at, channel: Some(format!("ch{flags}").as_str().into()) });
        if opened > 1 {
            contact.conversation = Some(Conversation::open(at(opened)));
        }
        if flags & 1 != 0 {
            contact.connections.push(Connection { channel: "ch0".into(), at: at(incoming) });
            contact.assignee = Some(Assignee::User(n.to_string().into()));
        }
        if flags & 2 != 0 {
            let status = if blocked { SubscriptionStatus::Unsubscribed } else { SubscriptionStatus::Subscribed };
            contact.subscriptions.push(Subscription { channel: "ch0".into(), status });
            contact.custom.insert("c1".into(), CustomValue::Checkbox(blocked));
        }
        if flags & 4 != 0 {
            contact.custom.insert("c2".into(), CustomValue::Text(if blocked { " ".into() } else { "v".into() }));
            contact.foreign_keys.push(ForeignKey::new("shop", i32::from(n)));
        }
        contact
    })
}

/// The same with lists that are too long for a record to keep whole.
fn long(n: u8, contact: Contact) -> Contact {
    let mut contact = contact;
    for item in 0..40 {
        contact.tags.push(format!("long {n} {item}").into());
        contact.phones.push(Phone::parse(&format!("+5939921{item:03}{n:02}"), None).unwrap());
        contact.emails.push(Email::parse(&format!("{item}@{n}.co")).unwrap());
        contact.identities.push(Identity::new("long", format!("{} {item}", contact.id)).unwrap());
        contact.connections.push(Connection { channel: format!("long {item}").as_str().into(), at: at(item) });
        let status = SubscriptionStatus::Subscribed;
        contact.subscriptions.push(Subscription { channel: format!("long {item}").as_str().into(), status });
        contact.custom.insert(format!("long {item}").into(), CustomValue::Checkbox(true));
        contact.foreign_keys.push(ForeignKey::new("long", item));
    }
    contact
}

fn any_choices() -> impl Strategy<Value = Choices> {
    (0_u8..32).prop_map(|bits| {
        let mut choices = Choices::default();
        if bits & 1 != 0 {
            choices = choices.side(Field::Name, Side::Secondary).side(Field::Phone, Side::Secondary);
        }
        if bits & 2 != 0 {
            choices = choices.value(Field::Company, "third").value(Field::Email, "third@d.co");
        }
        if bits & 4 != 0 {
            choices = choices.side(Field::Origin, Side::Secondary).side(Field::Assignee, Side::Secondary);
        }
        if bits & 8 != 0 {
            choices = choices.custom_side("c1", Side::Secondary).custom_side("c2", Side::Secondary);
        }
        if bits & 16 != 0 {
            choices = choices.side(Field::Language, Side::Secondary);
        }
        choices
    })
}

fn sorted(contact: &Contact) -> Contact {
    let mut contact = contact.clone();
    contact.phones.sort();
    contact.emails.sort();
    contact.tags.sort();
    contact.lists.sort();
    contact.identities.sort();
    contact.connections.sort_by(|a, b| a.channel.cmp(&b.channel));
    contact.subscriptions.sort_by(|a, b| a.channel.cmp(&b.channel));
    contact.foreign_keys.sort_by(|a, b| (&a.system, &a.key).cmp(&(&b.system, &b.key)));
    contact
}

const SECONDARIES: u8 = 5;

fn crowd() -> impl Strategy<Value = Vec<(Contact, Choices)>> {
    (1..=SECONDARIES).map(|n| (any_contact(n), any_choices())).collect::<Vec<_>>()
}

/// Undoes the merge at `position` of those in force.
fn undo_at(now: Contact, records: &mut Vec<MergeRecord>, position: usize) -> (Contact, Contact) {
    let record = records.remove(position);
    let mut later: Vec<&mut MergeRecord> = records[position..].iter_mut().collect();
    let undone = undo(now, record, &mut later, |_| None).unwrap();
    (undone.primary, undone.secondary)
}

proptest! {
    /// M8, D15: nothing in between, any number of merges into one primary, undone in any order.
    #[test]
    fn undone_in_any_order_both_sides_are_exactly_back(
        primary in any_contact(9), crowd in crowd(), order in prop::collection::vec(any::<prop::sample::Index>(), 5),
        earliest in any::<bool>(),
    ) {
        let policy = if earliest { CreatedAt::Earliest } else { CreatedAt::Primary };
        let mut now = primary.clone();
        let mut records = Vec::new();
        for (number, (secondary, choices)) in crowd.iter().enumerate() {
            let (survivor, record) = apply(now, secondary.clone(), choices, policy, number as u64, at(0)).unwrap();
            records.push(record);
            now = survivor;
        }
        for pick in order {
            let position = pick.index(records.len());
            let original = records[position].secondary.id;
            let (survivor, secondary) = undo_at(now, &mut records, position);
            now = survivor;
            prop_assert_eq!(&secondary, &crowd.iter().find(|(contact, _)| contact.id == original).unwrap().0);
            // As if the undone merges had never happened: merging the remaining ones afresh gives the same contact.
            let mut afresh = primary.clone();
            for record in &records {
                afresh = combine(&afresh, &record.secondary, &record.choices, policy);
            }
            prop_assert_eq!(&now, &afresh);
        }
        prop_assert_eq!(now, primary);
    }

    /// The same of a contact with long lists: after each undo they hold the same, after the last they are exactly back.
    #[test]
    fn long_lists_are_exactly_back_as_well(
        primary in any_contact(9), crowd in crowd(), order in prop::collection::vec(any::<prop::sample::Index>(), 5),
        is_long in prop::collection::vec(any::<bool>(), 5),
    ) {
        let primary = long(9, primary);
        let crowd: Vec<_> = crowd
            .into_iter()
            .zip(is_long)
            .map(|((contact, choices), is_long)| (if is_long { long(8, contact) } else { contact }, choices))
            .collect();
        let mut now = primary.clone();
        let mut records = Vec::new();
        for (number, (secondary, choices)) in crowd.iter().enumerate() {
            let whole = combine(&now, secondary, choices, CreatedAt::Primary);
            let (survivor, record) =
                apply(now, secondary.clone(), choices, CreatedAt::Primary, number as u64, at(0)).unwrap();
            prop_assert_eq!(&survivor, &whole);
            records.push(record);
            now = survivor;
        }
        for pick in order {
            let position = pick.index(records.len());
            let original = records[position].secondary.id;
            let (survivor, secondary) = undo_at(now, &mut records, position);
            now = survivor;
            prop_assert_eq!(&secondary, &crowd.iter().find(|(contact, _)| contact.id == original).unwrap().0);
            let mut afresh = primary.clone();
            for record in &records {
                afresh = combine(&afresh, &record.secondary, &record.choices, CreatedAt::Primary);
            }
            prop_assert_eq!(sorted(&now), sorted(&afresh));
        }
        prop_assert_eq!(now, primary);
    }

    /// M7, D15: edits in between stay, and the rest is as if the undone merges had never happened. Edited values are
    /// fresh, so that values and histories agree (D14).
    #[test]
    fn edits_stay_and_the_rest_is_as_if_never_merged(
        primary in any_contact(9), crowd in crowd(),
        steps in prop::collection::vec((0_u8..6, any::<prop::sample::Index>()), 1..30),
    ) {
        #[derive(Clone)]
        enum Step { Merge(usize), Edit(Edit), Message(Direction, Instant) }
        let mut log: Vec<Step> = Vec::new();
        let mut records: Vec<MergeRecord> = Vec::new();
        let mut waiting: Vec<usize> = (0..crowd.len()).collect();
        let mut now = primary.clone();
        for (fresh, (kind, pick)) in steps.into_iter().enumerate() {
            match kind {
                0 | 1 if !waiting.is_empty() => {
                    let which = waiting.remove(pick.index(waiting.len()));
                    let (secondary, choices) = &crowd[which];
                    let (survivor, record) =
                        apply(now, secondary.clone(), choices, CreatedAt::Primary, fresh as u64, at(0)).unwrap();
                    now = survivor;
                    records.push(record);
                    log.push(Step::Merge(which));
                }
                2 if !records.is_empty() => {
                    let position = pick.index(records.len());
                    let gone = records[position].secondary.id;
                    let (survivor, secondary) = undo_at(now, &mut records, position);
                    now = survivor;
                    let which = crowd.iter().position(|(contact, _)| contact.id == gone).unwrap();
                    prop_assert_eq!(&secondary, &crowd[which].0);
                    log.retain(|step| !matches!(step, Step::Merge(merged) if *merged == which));
                    waiting.push(which);
                }
                3 => {
                    let edit = match fresh % 5 {
                        0 => Edit::set(Field::Name, &format!("edit {fresh}")),
                        1 => Edit::tag(&format!("edit {fresh}")),
                        2 => Edit::SetCustom { name: "c1".into(), value: Some(CustomValue::Text(format!("{fresh}").into())) },
                        3 => Edit::AddPhone(format!("+5939900000{fresh:02}").into()),
                        _ => Edit::set(Field::Company, &format!("edit {fresh}")),
                    };
                    edit.apply(&mut now).unwrap();
                    log.push(Step::Edit(edit));
                }
                4 => {
                    let when = at(1000 + i64::try_from(fresh).unwrap());
                    now.touch(Direction::Incoming, when, None);
                    log.push(Step::Message(Direction::Incoming, when));
                }
                _ => {}
            }
            let mut expected = primary.clone();
            for step in log.clone() {
                match step {
                    Step::Merge(which) => {
                        expected = combine(&expected, &crowd[which].0, &crowd[which].1, CreatedAt::Primary);
                    }
                    Step::Edit(edit) => edit.apply(&mut expected).unwrap(),
                    Step::Message(direction, when) => expected.touch(direction, when, None),
                }
            }
            // Lists hold the same; where edits came between, the order may be that in which things were seen.
            prop_assert_eq!(sorted(&now), sorted(&expected));
        }
    }

    /// M2, M3: no phone, e-mail, tag, list, identity of either is lost.
    #[test]
    fn nothing_is_lost(a in any_contact(1), b in any_contact(2), choices in any_choices()) {
        let merged = combine(&a, &b, &choices, CreatedAt::Primary);
        for side in [&a, &b] {
            prop_assert!(side.phones.iter().all(|item| merged.phones.contains(item)));
            prop_assert!(side.emails.iter().all(|item| merged.emails.contains(item)));
            prop_assert!(side.tags.iter().all(|item| merged.tags.contains(item)));
            prop_assert!(side.identities.iter().all(|item| merged.identities.contains(item)));
        }
        prop_assert_eq!(merged.blocked, a.blocked);
        let preview = plan(&a, &b, &choices, CreatedAt::Primary).unwrap();
        prop_assert_eq!(preview.merged, merged);
    }
}

fn merged(a: &Contact, b: &Contact) -> (Contact, MergeRecord) {
    apply(a.clone(), b.clone(), &Choices::default(), CreatedAt::Primary, 1, at(5)).unwrap()
}

#[test]
fn changed_away_and_back_counts_as_untouched() {
    let (a, mut b) = (contact(1), contact(2));
    b.company = Some("ACME".into());
    let (mut survivor, record) = merged(&a, &b);
    Edit::set(Field::Company, "Other").apply(&mut survivor).unwrap();
    Edit::set(Field::Company, "ACME").apply(&mut survivor).unwrap();
    assert_eq!(undo(survivor, record, &mut [], |_| None).unwrap().primary, a);
}

/// M7, field by field: the main phone is a field, whatever else came to the list or went since.
#[test]
fn the_main_phone_and_address_go_back_whatever_else_was_touched() {
    let [shared, own_one, third_one] = ["+593991000001", "+593991000002", "+593991000003"];
    let phone = |text: &str| Phone::parse(text, None).unwrap();
    let (mut a, mut b) = (contact(1), contact(2));
    a.phones = vec![phone(own_one), phone(shared)];
    b.phones = vec![phone(shared)];
    a.emails = ["p@b.co", "x@b.co"].map(|text| Email::parse(text).unwrap()).to_vec();
    b.emails = vec![Email::parse("x@b.co").unwrap()];
    let choices = Choices::default().side(Field::Phone, Side::Secondary).side(Field::Email, Side::Secondary);
    let merge = || apply(a.clone(), b.clone(), &choices, CreatedAt::Primary, 1, at(5)).unwrap();
    let after = |edits: &[Edit]| {
        let (mut survivor, record) = merge();
        for edit in edits {
            edit.apply(&mut survivor).unwrap();
        }
        let primary = undo(survivor, record, &mut [], |_| None).unwrap().primary;
        let phones = primary.phones.iter().map(|phone| phone.as_str().to_owned()).collect::<Vec<_>>();
        (phones, primary.emails.iter().map(|email| email.as_str().to_owned()).collect::<Vec<_>>())
    };
    let own = vec!["p@b.co".to_owned(), "x@b.co".to_owned()];
    let add = [Edit::AddPhone(third_one.into()), Edit::AddEmail("z@b.co".into())];
    let with_z = vec!["p@b.co".to_owned(), "x@b.co".to_owned(), "z@b.co".to_owned()];
    assert_eq!(after(&add), (vec![own_one.to_owned(), shared.to_owned(), third_one.to_owned()], with_z));
    // One that somebody made the main one since stays so, and the others stand as without the merge.
    assert_eq!(
        after(&[Edit::AddPhone(third_one.into()), Edit::set(Field::Phone, third_one)]).0,
        [third_one, own_one, shared]
    );
    assert_eq!(after(&[Edit::set(Field::Phone, own_one)]), (vec![own_one.to_owned(), shared.to_owned()], own.clone()));
    assert_eq!(after(&[Edit::RemovePhone(own_one.into())]), (vec![shared.to_owned()], own.clone()));
    assert_eq!(
        after(&[Edit::RemovePhone(own_one.into()), Edit::AddPhone(third_one.into()), Edit::AddPhone(own_one.into())]).0
            [0],
        own_one
    );
    assert_eq!(after(&[]), (vec![own_one.to_owned(), shared.to_owned()], own));
    // A third value goes again.
    let third = Choices::default().value(Field::Phone, third_one);
    let (mut survivor, record) = apply(a.clone(), b.clone(), &third, CreatedAt::Primary, 1, at(5)).unwrap();
    Edit::AddPhone("+593991000004".into()).apply(&mut survivor).unwrap();
    let primary = undo(survivor, record, &mut [], |_| None).unwrap().primary;
    assert_eq!(primary.phones, [own_one, shared, "+593991000004"].map(phone));
}

#[test]
fn an_emptied_field_is_an_edit_and_stays_empty() {
    let (mut a, mut b) = (contact(1), contact(2));
    a.company = Some("Mine".into());
    b.company = Some("ACME".into());
    let (mut survivor, record) = merged(&a, &b);
    Edit::empty(Field::Company).apply(&mut survivor).unwrap();
    assert_eq!(undo(survivor, record, &mut [], |_| None).unwrap().primary.company, None);
}

#[test]
fn false_and_zero_are_values_and_white_space_is_none() {
    let (mut a, mut b) = (contact(1), contact(2));
    a.custom.insert("agreed".into(), CustomValue::Checkbox(false));
    b.custom.insert("agreed".into(), CustomValue::Checkbox(true));
    a.custom.insert("note".into(), CustomValue::Text(" ".into()));
    b.custom.insert("note".into(), CustomValue::Text("x".into()));
    a.name = Some("\u{a0}".into());
    b.name = Some("Ana".into());
    let (survivor, _) = merged(&a, &b);
    assert_eq!(survivor.custom["agreed"], CustomValue::Checkbox(false));
    assert_eq!(survivor.custom["note"], CustomValue::Text("x".into()));
    assert_eq!(survivor.name.as_deref(), Some("Ana"));
}

#[test]
fn only_one_conversation_is_open_and_the_closed_one_opens_again() {
    let (mut a, mut b) = (contact(1), contact(2));
    b.conversation = Some(Conversation::open(at(3)));
    assert_eq!(merged(&a, &b).0.conversation, b.conversation, "the only open one moves along");
    a.conversation = Some(Conversation::open(at(4)));
    let (survivor, record) = merged(&a, &b);
    assert_eq!(survivor.conversation, a.conversation);
    assert!(plan(&a, &b, &Choices::default(), CreatedAt::Primary).unwrap().closes_conversation);
    let undone = undo(survivor, record, &mut [], |_| None).unwrap();
    assert_eq!((undone.primary, undone.secondary), (a, b));
}

#[test]
fn subscriptions_are_the_most_restrictive_and_go_back() {
    let (mut a, mut b) = (contact(1), contact(2));
    let entry = |status| Subscription { channel: "sms".into(), status };
    a.subscriptions.push(entry(SubscriptionStatus::Subscribed));
    b.subscriptions.push(entry(SubscriptionStatus::Unsubscribed));
    let (survivor, record) = merged(&a, &b);
    assert_eq!(survivor.subscription(&"sms".into()), SubscriptionStatus::Unsubscribed);
    assert_eq!(merged(&b, &a).0.subscription(&"sms".into()), SubscriptionStatus::Unsubscribed);
    assert_eq!(undo(survivor, record, &mut [], |_| None).unwrap().primary, a);
}

#[test]
fn what_was_removed_from_the_survivor_since_stays_removed_and_comes_back_on_the_secondary() {
    let a = Profile::named("A").tag("own").tag("both").phone("+593991234501");
    let b = Profile::named("B").tag("theirs").tag("both").phone("+593991234502");
    let make = |profile: Profile, n| profile.check(None).unwrap().into_contact(id(n), at(0), Origin::new(Source::User));
    let (a, b) = (make(a, 1), make(b, 2));
    let (mut survivor, record) = merged(&a, &b);
    for edit in [Edit::untag("own"), Edit::untag("both"), Edit::tag("new"), Edit::RemovePhone("+593991234502".into())] {
        edit.apply(&mut survivor).unwrap();
    }
    let undone = undo(survivor, record, &mut [], |_| None).unwrap();
    let tags: Vec<&str> = undone.primary.tags.iter().map(|tag| &**tag).collect();
    assert_eq!(tags, ["new"]);
    assert_eq!(undone.secondary, b);
    assert_eq!(undone.primary.phones, a.phones);
}

#[test]
fn an_identity_goes_back_unless_somebody_else_holds_it() {
    let (a, mut b) = (contact(1), contact(2));
    let identity = Identity::new("wa", "593").unwrap();
    b.identities.push(identity.clone());
    let (mut survivor, record) = merged(&a, &b);
    survivor.identities.clear();
    let undone = undo(survivor.clone(), record.clone(), &mut [], |_| None).unwrap();
    assert_eq!(undone.secondary.identities, std::slice::from_ref(&identity), "nobody holds it: it goes back");
    let refusal = undo(survivor.clone(), record.clone(), &mut [], |_| Some(id(7))).unwrap_err();
    assert_eq!(refusal, Refusal::IdentityConflict { identity: identity.clone(), holder: id(7) });
    // Somebody took it and was merged into the same survivor: it is theirs first.
    let mut c = contact(3);
    c.identities.push(identity.clone());
    let (survivor, mut later) = apply(survivor, c, &Choices::default(), CreatedAt::Primary, 2, at(6)).unwrap();
    let refusal = undo(survivor, record, &mut [&mut later], |_| Some(id(1))).unwrap_err();
    assert_eq!(refusal, Refusal::IdentityConflict { identity, holder: id(3) });
}

#[test]
fn a_record_survives_storage() {
    let (mut a, b) = (contact(1), contact(2));
    a.custom.insert("n".into(), CustomValue::Number(omnicontact::Number::new(0.1).unwrap()));
    let (_, record) = merged(&a, &b);
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<MergeRecord>(&json).unwrap(), record);
    let bytes = postcard::to_stdvec(&record).unwrap();
    assert_eq!(postcard::from_bytes::<MergeRecord>(&bytes).unwrap(), record);
}

#[test]
fn suggestions_name_reasons_and_spare_different_foreign_keys() {
    let make = |n: u8, phone: &str, key: i32| {
        let profile = Profile::named("x").phone(phone).email("A@b.co").foreign_key(ForeignKey::new("shop", key));
        profile.check(None).unwrap().into_contact(id(n), at(0), Origin::new(Source::User))
    };
    let contacts = [make(2, "+5215512345678", 1), make(1, "+525512345678", 2)];
    let found = suggest(&contacts, |_| false);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reasons.len(), 2, "both reasons on one pair");
    assert!(!found[0].automatic, "one shop, two keys");
    assert_eq!(found[0].pair.ids(), [id(1), id(2)]);
    let crowd: Vec<Contact> = (0..100).map(|n| make(n, "+593991234501", 1)).collect();
    assert!(suggest(&crowd, |_| false).len() < 200, "a switchboard does not suggest everybody with everybody");
    assert!(suggest(&crowd[..2], |_| false)[0].automatic);
}

#[test]
fn the_same_contact_is_refused_and_resolvers_follow_chains() {
    let a = contact(1);
    assert_eq!(
        apply(a.clone(), a, &Choices::default(), CreatedAt::Primary, 1, at(0)).unwrap_err(),
        Refusal::SameContact
    );
    let resolver = Resolver::new([(id(1), id(2)), (id(2), id(3))]).unwrap();
    assert_eq!(resolver.resolve(&id(1)), &id(3));
}
