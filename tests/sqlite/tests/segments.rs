//! The same segments as SQL in SQLite select the same contacts (S1).
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::segment::{
    Ago, Condition, ContactField, ContactTable, FieldRef, Operand, Operator, Segment, SegmentOptions,
};
use omnicontact::{Contact, ContactId, CustomValue, Instant, Number, Origin, Source, Zone};
use rusqlite::{Connection, params};

const NOW: i64 = 1_784_134_800_000;
const DAY: i64 = 86_400_000;
const NAMES: [&str; 6] = ["Ana Vera", "ANA MARIA", "Luis", "Jose", "jose luis", "O'Brien 100%"];
const TAGS: [&str; 4] = ["vip", "lead", "blocked", "vip gold"];

struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn some(&mut self) -> bool {
        self.below(4) > 0
    }
}

fn people(draw: &mut Draw) -> Vec<Contact> {
    let person = |row: u16, draw: &mut Draw| {
        let at = Instant::from_millis(NOW - DAY).unwrap();
        let mut random = [0; 10];
        random[..2].copy_from_slice(&row.to_be_bytes());
        let mut contact = Contact::new(ContactId::mint(at, random), at, Origin::new(Source::User));
        contact.name = draw.some().then(|| NAMES[draw.below(6) as usize].into());
        contact.country = draw.some().then(|| ["EC", "PE", "CO"][draw.below(3) as usize].into());
        contact.blocked = draw.below(3) == 0;
        contact.tags = TAGS.iter().filter(|_| draw.below(3) == 0).map(|tag| (*tag).into()).collect();
        contact.last_incoming =
            draw.some().then(|| Instant::from_millis(NOW - i64::try_from(draw.below(20)).unwrap() * DAY / 2).unwrap());
        if draw.some() {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let score = draw.below(5) as f64 - 2.0;
            contact.custom.insert("score".into(), CustomValue::Number(Number::new(score).unwrap()));
        }
        contact
    };
    (0..500).map(|row| person(row, draw)).collect()
}

fn database(people: &[Contact]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(
        "CREATE TABLE c(row INTEGER PRIMARY KEY, name TEXT, country TEXT, blocked INTEGER, last_incoming INTEGER, score REAL);
         CREATE TABLE t(row INTEGER, tag TEXT);",
    )
    .unwrap();
    for (row, contact) in people.iter().enumerate() {
        let score = match contact.custom.get("score") {
            Some(CustomValue::Number(number)) => Some(number.get()),
            _ => None,
        };
        let last = contact.last_incoming.map(Instant::as_millis);
        let row = i64::try_from(row).unwrap();
        let values = params![row, contact.name, contact.country, contact.blocked, last, score];
        db.execute("INSERT INTO c VALUES(?,?,?,?,?,?)", values).unwrap();
        for tag in &contact.tags {
            db.execute("INSERT INTO t VALUES(?,?)", params![row, tag]).unwrap();
        }
    }
    db
}

fn text(value: &Operand) -> String {
    match value {
        Operand::Text(text) => format!("'{}'", text.to_lowercase().replace('\'', "''")),
        Operand::Int(value) => value.to_string(),
        Operand::Float(value) => value.to_string(),
        Operand::Flag(value) => i32::from(*value).to_string(),
        Operand::Ago(ago) => (NOW - i64::from(ago.amount) * DAY).to_string(),
        Operand::Many(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
    }
}

/// A condition in SQL. Three-valued logic is brought down to two, as S1 says, by `coalesce`.
fn condition(Condition { field, operator, value }: &Condition) -> String {
    let value = value.as_ref().map(text).unwrap_or_default();
    let is_tags = *field == FieldRef::Own(ContactField::Tags);
    let column = match field {
        FieldRef::Own(ContactField::Name) => "lower(name)",
        FieldRef::Own(ContactField::Country) => "lower(country)",
        FieldRef::Own(ContactField::Tags) => "lower(tag)",
        FieldRef::Own(ContactField::Blocked) => "blocked",
        FieldRef::Own(ContactField::LastIncoming) => "last_incoming",
        _ => "score",
    };
    let (test, negated) = match operator {
        Operator::Equal => (format!("{column} = {value}"), false),
        Operator::NotEqual => (format!("{column} = {value}"), true),
        Operator::Contains => (format!("instr({column}, {value}) > 0"), false),
        Operator::NotContains => (format!("instr({column}, {value}) > 0"), true),
        Operator::StartsWith => (format!("instr({column}, {value}) = 1"), false),
        Operator::Exists => (format!("{column} IS NOT NULL"), false),
        Operator::NotExists => (format!("{column} IS NOT NULL"), true),
        Operator::Greater | Operator::After => (format!("{column} > {value}"), false),
        Operator::Less | Operator::Before | Operator::OlderThan => (format!("{column} < {value}"), false),
        Operator::Between => (format!("{column} BETWEEN {}", value.replace(", ", " AND ")), false),
        Operator::WithinLast => (format!("{column} BETWEEN {value} AND {NOW}"), false),
        Operator::AnyOf | Operator::AllOf => (format!("{column} IN ({value})"), false),
        Operator::NoneOf => (format!("{column} IN ({value})"), true),
    };
    let test = if *operator == Operator::AllOf {
        let each =
            value.split(", ").map(|one| format!("EXISTS(SELECT 1 FROM t WHERE t.row = c.row AND {column} = {one})"));
        each.collect::<Vec<_>>().join(" AND ")
    } else if is_tags {
        format!("EXISTS(SELECT 1 FROM t WHERE t.row = c.row AND {test})")
    } else {
        format!("coalesce({test}, 0)")
    };
    if negated { format!("NOT ({test})") } else { format!("({test})") }
}

fn sql(segment: &Segment) -> String {
    let joined = |parts: &[Segment], word: &str| format!("({})", parts.iter().map(sql).collect::<Vec<_>>().join(word));
    match segment {
        Segment::And(parts) => joined(parts, " AND "),
        Segment::Or(parts) => joined(parts, " OR "),
        Segment::Not(part) => format!("NOT ({})", sql(part)),
        Segment::Condition(one) => condition(one),
    }
}

fn leaf(draw: &mut Draw) -> Segment {
    use ContactField as F;
    use Operator as O;
    let score = || FieldRef::custom("score");
    let words = ["ana", "JOSE", "luis", "o'b", "0%", "x"];
    let word = words[draw.below(6) as usize];
    let texts = [O::Equal, O::NotEqual, O::Contains, O::NotContains, O::StartsWith][draw.below(5) as usize];
    let lists = [O::AnyOf, O::AllOf, O::NoneOf][draw.below(3) as usize];
    let number = i64::try_from(draw.below(6)).unwrap() - 3;
    let ago = Ago::days(u32::try_from(draw.below(10)).unwrap() + 1);
    match draw.below(11) {
        0 => Segment::on(F::Name, texts, word),
        1 => Segment::on(F::Tags, texts, ["vip", "gold", "lead", "x"][draw.below(4) as usize]),
        2 => Segment::on(F::Tags, lists, ["vip", ["lead", "blocked"][draw.below(2) as usize]]),
        3 => Segment::on(F::Country, [O::AnyOf, O::NoneOf][draw.below(2) as usize], ["ec", "PE"]),
        4 => Segment::on(F::Blocked, [O::Equal, O::NotEqual][draw.below(2) as usize], draw.below(2) == 0),
        5 => Segment::on(F::LastIncoming, [O::WithinLast, O::OlderThan][draw.below(2) as usize], ago),
        6 => Segment::on(F::LastIncoming, [O::Before, O::After][draw.below(2) as usize], NOW - DAY * 3),
        7 => Segment::on(score(), [O::Equal, O::NotEqual, O::Greater, O::Less][draw.below(4) as usize], number),
        8 => Segment::on(score(), O::Between, [number, number + 2]),
        9 => Segment::exists(
            [F::Name.into(), F::Tags.into(), F::LastIncoming.into(), score()][draw.below(4) as usize].clone(),
        ),
        _ => Segment::not_exists([F::Country.into(), F::Tags.into(), score()][draw.below(3) as usize].clone()),
    }
}

fn tree(draw: &mut Draw, depth: u32) -> Segment {
    match if depth == 0 { 9 } else { draw.below(6) } {
        0 | 1 => Segment::all_of((0..=draw.below(3)).map(|_| tree(draw, depth - 1)).collect::<Vec<_>>()),
        2 | 3 => Segment::any_of((0..=draw.below(3)).map(|_| tree(draw, depth - 1)).collect::<Vec<_>>()),
        4 => Segment::not(tree(draw, depth - 1)),
        _ => leaf(draw),
    }
}

#[test]
fn segments_select_what_sql_selects() {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let people = people(&mut draw);
    let db = database(&people);
    let table = ContactTable::new(&people);
    // A zone without clock changes: a day is 24 hours there, as in the SQL.
    let options = SegmentOptions::new(Zone::new("America/Guayaquil").unwrap(), Instant::from_millis(NOW).unwrap());
    let (mut empty, mut full) = (0, 0);
    for _ in 0..500 {
        let segment = tree(&mut draw, 4);
        let query = format!("SELECT row FROM c WHERE {} ORDER BY row", sql(&segment));
        let mut statement = db.prepare(&query).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
        let theirs: Vec<usize> = rows.map(|row| usize::try_from(row.unwrap()).unwrap()).collect();
        let ours: Vec<usize> = table.select(&segment, &options).unwrap().rows().collect();
        assert_eq!(ours, theirs, "{}\n{query}", serde_json::to_string(&segment).unwrap());
        empty += usize::from(ours.is_empty());
        full += usize::from(ours.len() == people.len());
    }
    assert!(empty + full < 250, "most of the segments divide the contacts: {empty} empty, {full} full");
}
