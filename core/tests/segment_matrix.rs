//! The shared vectors cover S1: every operator that fits a type meets a value, misses one, and meets a missing one; and
//! every field of a contact is asked for.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use omnicontact::segment::{ContactField, FieldRef, FieldType, Operator, Segment, SegmentOptions};
use omnicontact::wire::{self, FindIn, SelectContacts};
use omnicontact::{ContactId, Zone};
use serde_json::Value;

/// What a vector shows of a condition: the value is missing or not, and the contact is expected or not.
type Case = (bool, bool);

fn vectors() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/find");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        found.extend(serde_json::from_str::<Vec<Value>>(&text).unwrap());
    }
    found
}

#[test]
fn vectors_cover_every_operator_of_every_type_and_every_field() {
    let mut cases: BTreeMap<(FieldType, Operator), BTreeSet<Case>> = BTreeMap::new();
    let mut fields = BTreeSet::new();
    for vector in vectors() {
        if vector["call"]["operation"] != "select_contacts" || vector.get("expect").is_none() {
            continue;
        }
        let given: FindIn = wire::read(vector["given"].clone()).unwrap();
        let asked: SelectContacts = wire::read(vector["call"]["options"].clone()).unwrap();
        fields.extend(asked.segment.fields());
        let Segment::Condition(condition) = &asked.segment else { continue };
        let expected: Vec<ContactId> = serde_json::from_value(vector["expect"]["contacts"].clone()).unwrap();
        let table = given.table();
        let kind = match &condition.field {
            FieldRef::Own(own) => own.field_type(),
            FieldRef::Custom(name) => table.custom_fields()[name].into(),
        };
        let options = SegmentOptions::new(Zone::new(&asked.zone).unwrap(), asked.now).policy(asked.policies);
        for (row, contact) in given.contacts.iter().enumerate() {
            let why = table.explain(&asked.segment, row, &options).unwrap();
            let case = (why.nodes[0].missing.unwrap(), expected.contains(&contact.id));
            cases.entry((kind, condition.operator)).or_default().insert(case);
        }
    }
    let mut missing = Vec::new();
    for kind in FieldType::ALL {
        for operator in Operator::of(*kind) {
            // On a missing value these are true, all others false (S1).
            let on_missing =
                matches!(operator, Operator::NotExists | Operator::NotEqual | Operator::NotContains | Operator::NoneOf);
            let wanted: &[Case] = match operator {
                Operator::Exists => &[(false, true), (true, false)],
                Operator::NotExists => &[(false, false), (true, true)],
                _ => &[(false, true), (false, false), (true, on_missing)],
            };
            let found = cases.get(&(*kind, *operator)).cloned().unwrap_or_default();
            let wrong = (true, !on_missing);
            assert!(!found.contains(&wrong), "{kind} {operator}: a vector says otherwise of a missing value");
            let without = wanted.iter().filter(|case| !found.contains(case));
            missing.extend(without.map(|(no_value, met)| format!("{kind} {operator}: missing {no_value}, met {met}")));
        }
    }
    assert!(missing.is_empty(), "no vector for\n{}", missing.join("\n"));
    let fields_missing: Vec<&str> = ContactField::ALL
        .iter()
        .filter(|field| !fields.contains(&FieldRef::Own(**field)))
        .map(ContactField::as_str)
        .collect();
    assert!(fields_missing.is_empty(), "no vector asks for {fields_missing:?}");
}
