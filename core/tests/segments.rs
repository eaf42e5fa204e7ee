//! Segments against a naive reading of S1, laws of negation, searches against a naive scan, pages that change (S1–S3).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::segment::{
    Ago, ContactField, ContactTable, CustomTypes, Operand, Operator, PageOptions, Segment, SegmentOptions, Sort,
};
use omnicontact::{
    Code, Contact, ContactId, CustomType, CustomValue, Email, Instant, Number, Origin, Phone, Source, Zone,
};
use proptest::prelude::*;

const NOW: i64 = 1_784_134_800_000;
const DAY: i64 = 86_400_000;

fn options() -> SegmentOptions {
    SegmentOptions::new(Zone::new("America/Guayaquil").unwrap(), Instant::from_millis(NOW).unwrap())
}

fn contact(draw: u16) -> Contact {
    let at = Instant::from_millis(NOW - i64::from(draw % 7) * DAY).unwrap();
    let mut random = [0; 10];
    random[..2].copy_from_slice(&draw.to_be_bytes());
    Contact::new(ContactId::mint(at, random), at, Origin::new(Source::User))
}

const NAMES: [&str; 6] = ["Ana Vera", "ÁNA MARÍA", "Luis", "José", "jose luis", "Ñandú"];
const TAGS: [&str; 4] = ["vip", "VIP", "lead", "ví"];

prop_compose! {
    fn person()(
        draw in any::<u16>(), name in prop::option::of(0..6_usize), country in prop::option::of(0..2_usize), blocked in any::<bool>(),
        tags in prop::collection::vec(0..4_usize, 0..3), seen in prop::option::of(0..20_i64), score in prop::option::of(-2..3_i8),
    ) -> Contact {
        let mut contact = contact(draw);
        contact.name = name.map(|at| NAMES[at].into());
        contact.country = country.map(|at| ["EC", "PE"][at].into());
        contact.blocked = blocked;
        for tag in tags {
            if !contact.tags.iter().any(|has| &**has == TAGS[tag]) {
                contact.tags.push(TAGS[tag].into());
            }
        }
        contact.last_incoming = seen.map(|days| Instant::from_millis(NOW - days * DAY / 2).unwrap());
        if let Some(score) = score {
            contact.custom.insert("score".into(), CustomValue::Number(Number::new(score.into()).unwrap()));
        }
        contact
    }
}

/// A condition, and what S1 says of it, straight from the contact.
type Told = (Segment, fn(&Contact) -> bool);

fn plain(text: &str) -> String {
    let strip = |c: char| match c {
        'á' | 'Á' => 'a',
        'é' | 'É' => 'e',
        'í' | 'Í' => 'i',
        'ú' | 'Ú' => 'u',
        'ñ' | 'Ñ' => 'n',
        c => c.to_ascii_lowercase(),
    };
    text.chars().map(strip).collect()
}

fn score(contact: &Contact) -> Option<f64> {
    match contact.custom.get("score") {
        Some(CustomValue::Number(number)) => Some(number.get()),
        _ => None,
    }
}

fn tagged(contact: &Contact, tag: &str) -> bool {
    contact.tags.iter().any(|has| plain(has) == tag)
}

fn ago(contact: &Contact) -> Option<i64> {
    contact.last_incoming.map(|at| NOW - at.as_millis())
}

fn conditions() -> Vec<Told> {
    use ContactField as F;
    use Operator as O;
    let score_field = || omnicontact::segment::FieldRef::custom("score");
    vec![
        (Segment::on(F::Name, O::Equal, "JOSE"), |c| c.name.as_deref().is_some_and(|name| plain(name) == "jose")),
        (Segment::on(F::Name, O::NotEqual, "José"), |c| c.name.as_deref().is_none_or(|name| plain(name) != "jose")),
        (Segment::on(F::Name, O::Contains, "an"), |c| c.name.as_deref().is_some_and(|name| plain(name).contains("an"))),
        (Segment::on(F::Name, O::NotContains, "AN"), |c| {
            c.name.as_deref().is_none_or(|name| !plain(name).contains("an"))
        }),
        (Segment::on(F::Name, O::StartsWith, "ána"), |c| {
            c.name.as_deref().is_some_and(|name| plain(name).starts_with("ana"))
        }),
        (Segment::exists(F::Country), |c| c.country.is_some()),
        (Segment::not_exists(F::Country), |c| c.country.is_none()),
        (Segment::on(F::Country, O::AnyOf, ["ec", "xx"]), |c| c.country.as_deref() == Some("EC")),
        (Segment::on(F::Country, O::NoneOf, ["EC", "XX"]), |c| c.country.as_deref() != Some("EC")),
        (Segment::on(F::Tags, O::AnyOf, ["vip", "no"]), |c| tagged(c, "vip")),
        (Segment::on(F::Tags, O::AllOf, ["vip", "lead"]), |c| tagged(c, "vip") && tagged(c, "lead")),
        (Segment::on(F::Tags, O::NoneOf, ["lead", "vi"]), |c| !tagged(c, "lead") && !tagged(c, "vi")),
        (Segment::on(F::Tags, O::StartsWith, "vi"), |c| c.tags.iter().any(|tag| plain(tag).starts_with("vi"))),
        (Segment::on(F::Blocked, O::Equal, true), |c| c.blocked),
        (Segment::on(F::LastIncoming, O::WithinLast, Ago::days(3)), |c| ago(c).is_some_and(|ago| ago <= 3 * DAY)),
        (Segment::on(F::LastIncoming, O::OlderThan, Ago::hours(72)), |c| ago(c).is_some_and(|ago| ago > 3 * DAY)),
        (Segment::on(F::SinceLastIncoming, O::Greater, Ago::days(3)), |c| ago(c).is_some_and(|ago| ago > 3 * DAY)),
        (Segment::on(F::SinceLastIncoming, O::Less, Ago::days(3)), |c| ago(c).is_some_and(|ago| ago < 3 * DAY)),
        (Segment::on(F::LastIncoming, O::Before, NOW - DAY), |c| ago(c).is_some_and(|ago| ago > DAY)),
        (Segment::on(F::LastIncoming, O::After, NOW - DAY), |c| ago(c).is_some_and(|ago| ago < DAY)),
        (Segment::on(score_field(), O::Greater, 0), |c| score(c).is_some_and(|score| score > 0.0)),
        (Segment::on(score_field(), O::Less, -0.5), |c| score(c).is_some_and(|score| score < -0.5)),
        (Segment::on(score_field(), O::Between, [-1, 1]), |c| score(c).is_some_and(|s| (-1.0..=1.0).contains(&s))),
        (Segment::on(score_field(), O::NotEqual, 1), |c| score(c) != Some(1.0)),
        (Segment::on(score_field(), O::AnyOf, [-2, 2]), |c| score(c).is_some_and(|score| score.abs() > 1.5)),
    ]
}

#[derive(Debug, Clone)]
enum Shape {
    One(usize),
    And(Vec<Shape>),
    Or(Vec<Shape>),
    Not(Box<Shape>),
}

fn shape() -> impl Strategy<Value = Shape> {
    (0..conditions().len()).prop_map(Shape::One).prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::And),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::Or),
            inner.prop_map(|inner| Shape::Not(Box::new(inner))),
        ]
    })
}

impl Shape {
    fn segment(&self, told: &[Told]) -> Segment {
        match self {
            Self::One(at) => told[*at].0.clone(),
            Self::And(parts) => Segment::all_of(parts.iter().map(|part| part.segment(told))),
            Self::Or(parts) => Segment::any_of(parts.iter().map(|part| part.segment(told))),
            Self::Not(part) => Segment::not(part.segment(told)),
        }
    }

    fn met(&self, told: &[Told], contact: &Contact) -> bool {
        match self {
            Self::One(at) => told[*at].1(contact),
            Self::And(parts) => parts.iter().all(|part| part.met(told, contact)),
            Self::Or(parts) => parts.iter().any(|part| part.met(told, contact)),
            Self::Not(part) => !part.met(told, contact),
        }
    }
}

fn table(contacts: &[Contact]) -> ContactTable<'_> {
    ContactTable::with(contacts, [], CustomTypes::from([("score".into(), CustomType::Number)]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 48 } else { 512 }))]

    #[test]
    fn a_tree_selects_what_the_rule_says(people in prop::collection::vec(person(), 0..200), shape in shape()) {
        let told = conditions();
        let segment = shape.segment(&told);
        let table = table(&people);
        let selection = table.select(&segment, &options()).unwrap();
        let naive: Vec<usize> = (0..people.len()).filter(|row| shape.met(&told, &people[*row])).collect();
        prop_assert_eq!(selection.rows().collect::<Vec<_>>(), naive);
        for row in 0..people.len().min(5) {
            let why = table.explain(&segment, row, &options()).unwrap();
            prop_assert_eq!(why.met, selection.contains(row));
            prop_assert_eq!(why.nodes[0].met, why.met);
        }
        // Data in and out.
        let text = serde_json::to_string(&segment).unwrap();
        prop_assert_eq!(serde_json::from_str::<Segment>(&text).unwrap(), segment);
    }

    #[test]
    fn a_segment_and_its_negation_split_everybody(people in prop::collection::vec(person(), 0..150), shape in shape()) {
        let table = table(&people);
        let segment = shape.segment(&conditions());
        let one = table.select(&segment, &options()).unwrap();
        let other = table.select(&Segment::not(segment), &options()).unwrap();
        prop_assert_eq!(one.count() + other.count(), people.len());
        prop_assert!(one.and(&other).is_empty());
    }

    #[test]
    fn opposite_operators_split_those_that_have_the_value(people in prop::collection::vec(person(), 0..150), value in -3..4_i64) {
        let table = table(&people);
        let count = |operator, value: Operand| {
            let segment = Segment::on(omnicontact::segment::FieldRef::custom("score"), operator, value);
            table.select(&segment, &options()).unwrap().count()
        };
        let have = people.iter().filter(|contact| score(contact).is_some()).count();
        let (less, equal, greater) =
            (count(Operator::Less, value.into()), count(Operator::Equal, value.into()), count(Operator::Greater, value.into()));
        prop_assert_eq!(less + equal + greater, have);
        prop_assert_eq!(count(Operator::NotEqual, value.into()), people.len() - equal, "true where it is missing");
    }

    #[test]
    fn a_search_finds_what_a_scan_finds(people in prop::collection::vec(person(), 0..150), query in "[aAáeijlnoñrsuv ]{1,4}") {
        prop_assume!(!query.trim().is_empty());
        let table = table(&people);
        let wanted = plain(query.trim());
        let holds = |contact: &Contact| {
            contact.name.as_deref().is_some_and(|name| plain(name).contains(&wanted))
                || contact.tags.iter().any(|tag| plain(tag).contains(&wanted))
        };
        let naive: Vec<usize> = (0..people.len()).filter(|row| holds(&people[*row])).collect();
        prop_assert_eq!(table.matching(&query).unwrap().rows().collect::<Vec<_>>(), naive.clone());
        let found = table.search(&query, &table.everybody(), 1_000).unwrap();
        prop_assert_eq!(found.total, naive.len());
        prop_assert!(found.hits.is_sorted_by_key(|hit| hit.fit), "better ones come first");
        for hit in &found.hits {
            prop_assert!(!hit.highlights.is_empty());
            for highlight in &hit.highlights {
                let chars: Vec<char> = highlight.text.chars().collect();
                for (start, end) in &highlight.ranges {
                    prop_assert_eq!(plain(&chars[*start..*end].iter().collect::<String>()), wanted.clone());
                }
            }
        }
    }

    #[test]
    fn pages_add_up_to_the_whole(
        people in prop::collection::vec(person(), 0..120), field in 0..5_usize, descending in any::<bool>(), limit in 1..20_usize,
    ) {
        let field = [ContactField::Name, ContactField::Country, ContactField::LastIncoming, ContactField::Tags, ContactField::ShownName][field];
        let people = unique(people);
        let table = table(&people);
        let sort = Sort { field: field.into(), descending };
        let whole = table.sorted(&table.everybody(), &sort).unwrap();
        let mut rows = Vec::new();
        let mut options = PageOptions::default().sort(sort.clone()).limit(limit);
        loop {
            let page = table.page(&table.everybody(), &options).unwrap();
            prop_assert_eq!(page.total, people.len());
            rows.extend(page.rows);
            let Some(cursor) = page.cursor else { break };
            options = options.cursor(cursor);
        }
        prop_assert_eq!(&rows, &whole);
        // The same people in another order come in the same order.
        let turned: Vec<Contact> = people.iter().rev().cloned().collect();
        let again = self::table(&turned);
        let again: Vec<ContactId> = again.sorted(&again.everybody(), &sort).unwrap().into_iter().map(|row| turned[row].id).collect();
        prop_assert_eq!(again, whole.iter().map(|row| people[*row].id).collect::<Vec<_>>());
    }

    #[test]
    fn a_cursor_stays_right_when_rows_change(
        people in prop::collection::vec(person(), 2..80), gone in prop::collection::vec(any::<bool>(), 80),
        more in prop::collection::vec(person(), 0..10), descending in any::<bool>(), limit in 1..10_usize,
    ) {
        let people = unique(people);
        let sort = Sort { field: ContactField::Name.into(), descending };
        let options = PageOptions::default().sort(sort.clone()).limit(limit);
        let before = table(&people);
        let first = before.page(&before.everybody(), &options).unwrap();
        let Some(cursor) = first.cursor else { return Ok(()) };
        let shown: Vec<ContactId> = first.rows.iter().map(|row| people[*row].id).collect();
        // Some go, the last one that was shown among them perhaps, and some come.
        let mut after: Vec<Contact> =
            people.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(contact, _)| contact.clone()).collect();
        // Nobody comes back under another name: that would be another contact.
        after.extend(more.into_iter().filter(|new| people.iter().all(|known| known.id != new.id)));
        let after = unique(after);
        let table = table(&after);
        let mut seen = Vec::new();
        let mut options = options.cursor(cursor);
        loop {
            let page = table.page(&table.everybody(), &options).unwrap();
            seen.extend(page.rows.iter().map(|row| after[*row].id));
            let Some(cursor) = page.cursor else { break };
            options = options.cursor(cursor);
        }
        for contact in people.iter().filter(|contact| after.iter().any(|one| one.id == contact.id)) {
            let times = seen.iter().filter(|id| **id == contact.id).count();
            prop_assert_eq!(times, usize::from(!shown.contains(&contact.id)), "shown once: before, or now");
        }
    }
}

fn unique(people: Vec<Contact>) -> Vec<Contact> {
    let mut seen = std::collections::HashSet::new();
    people.into_iter().filter(|contact| seen.insert(contact.id)).collect()
}

fn refused(segment: &Segment, options: &SegmentOptions) -> (Code, String) {
    let error = segment.check(&CustomTypes::new(), options).unwrap_err();
    let other = ContactTable::new([]).select(segment, options).unwrap_err();
    assert_eq!((error.code(), error.path()), (other.code(), other.path()));
    (error.code(), error.path().to_owned())
}

#[test]
fn ten_thousand_conditions_are_refused_or_allowed_by_the_policy() {
    let parts = (0..10_000).map(|at| Segment::on(ContactField::Company, Operator::Contains, at.to_string().as_str()));
    let many = Segment::any_of(parts);
    assert_eq!(refused(&many, &options()), (Code::TooLarge, "or[5000]".to_owned()));
    let mut ana = contact(1);
    ana.company = Some("Nr 9999".into());
    let people = [ana];
    let selection = ContactTable::new(&people).select(&many, &options().max_conditions(10_000)).unwrap();
    assert_eq!(selection.count(), 1);
}

#[test]
fn a_depth_bomb_is_refused_with_its_place() {
    let mut deep = Segment::exists(ContactField::Name);
    for _ in 0..2_000 {
        deep = Segment::not(deep);
    }
    let (code, path) = refused(&deep, &options());
    assert_eq!((code, path.matches("not").count()), (Code::TooLarge, 32));
    let text =
        format!("{}{}{}", r#"{"not":"#.repeat(100_000), r#"{"field":"name","operator":"exists"}"#, "}".repeat(100_000));
    assert!(serde_json::from_str::<Segment>(&text).is_err(), "no stack is long enough");
    let request = format!(r#"{{"operation":"check_segment","options":{{"zone":"UTC","now":0,"segment":{text}}}}}"#);
    assert_eq!(omnicontact::wire::call_text(&request).unwrap_err().code(), Code::MalformedJson);
    // As a value, which knows no limit of its own.
    let mut value = serde_json::json!({"field": "name", "operator": "exists"});
    for _ in 0..200 {
        value = serde_json::json!({"not": value});
    }
    let error = omnicontact::wire::read::<Segment>(value).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
}

#[test]
fn as_deep_as_the_policy_allows() {
    let mut deep = Segment::exists(ContactField::Name);
    for _ in 0..500 {
        deep = Segment::not(deep);
    }
    let people = [contact(1)];
    assert!(ContactTable::new(&people).select(&deep, &options().max_depth(501)).unwrap().is_empty());
}

#[test]
fn many_tags_are_kept_without_bits() {
    let mut people: Vec<Contact> = (0..200).map(contact).collect();
    for (at, person) in people.iter_mut().enumerate() {
        person.tags = (0..at % 5).map(|tag| format!("tag {}", (at + tag) % 100).into()).collect();
    }
    let table = ContactTable::new(&people);
    let count = |operator, tags: &[&str]| {
        let values: Vec<Operand> = tags.iter().map(|tag| Operand::from(*tag)).collect();
        table.select(&Segment::on(ContactField::Tags, operator, values), &options()).unwrap().count()
    };
    let has = |person: &Contact, tag: &str| person.tags.iter().any(|one| &**one == tag);
    let naive = |test: &dyn Fn(&Contact) -> bool| people.iter().filter(|person| test(person)).count();
    assert_eq!(count(Operator::AnyOf, &["tag 3", "tag 77"]), naive(&|p| has(p, "tag 3") || has(p, "tag 77")));
    assert_eq!(count(Operator::AllOf, &["tag 3", "tag 4"]), naive(&|p| has(p, "tag 3") && has(p, "tag 4")));
    assert_eq!(count(Operator::NoneOf, &["tag 3"]), naive(&|p| !has(p, "tag 3")));
    let segment = Segment::not_exists(ContactField::Tags);
    assert_eq!(table.select(&segment, &options()).unwrap().count(), naive(&|p| p.tags.is_empty()));
}

#[test]
fn the_index_can_be_kept() {
    let people: Vec<Contact> = (0..10).map(contact).collect();
    let table = ContactTable::new(&people);
    let segment = Segment::on(ContactField::CreatedAt, Operator::WithinLast, Ago::days(2));
    let before = table.select(&segment, &options()).unwrap();
    let again = ContactTable::again(&people, &table.columns()).unwrap();
    assert_eq!(again.select(&segment, &options()).unwrap(), before);
    assert_eq!(ContactTable::again(&people[1..], &table.columns()).unwrap_err().code(), Code::LengthMismatch);
}

#[test]
fn phones_and_mails_are_found() {
    let mut ana = contact(1);
    ana.phones = vec![Phone::parse("+593991234567", None).unwrap()];
    ana.emails = vec![Email::parse("Ana@Example.com").unwrap()];
    let people = [ana];
    let table = ContactTable::new(&people);
    for query in ["0991234567", "593 99", "(99) 123-45", "ana@", "EXAMPLE", "+593991234567", "00593991234567"] {
        assert_eq!(table.matching(query).unwrap().count(), 1, "{query}");
    }
    for query in ["5939912345678", "Ana 99", "7f", "vera"] {
        assert_eq!(table.matching(query).unwrap().count(), 0, "{query}");
    }
}
