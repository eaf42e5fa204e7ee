//! The same segments as SQL in `SQLite` select the same contacts: random trees over random contacts with missing values,
//! every type of field and every operator (S1).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

#[path = "../../../core/tests/support/draw.rs"]
mod draw;

use std::collections::{BTreeMap, BTreeSet};

use draw::Draw;
use omnicontact::segment::{
    Ago, Condition, ContactField, ContactTable, CustomTypes, FieldRef, FieldType, Operand, Operator, Segment,
    SegmentOptions, TimeUnit,
};
use omnicontact::{
    Assignee, Contact, ContactId, CustomType, CustomValue, ForeignId, Identity, Instant, Origin, Source, Zone,
};
use rusqlite::{Connection, params};

/// Noon of 15 July 2026 in Guayaquil, where clocks never change: a day is 24 hours, as in the SQL.
const NOW: i64 = 1_784_134_800_000;
const TODAY: &str = "2026-07-15";
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const OFFSET: i64 = -5 * HOUR;

const COMPANIES: [&str; 6] = ["Acme Norte", "ACME SUR", "acme", "O'Brien 100%", "under_score", "El Sol"];
const PLANS: [&str; 3] = ["Basic", "Pro", "pro plus"];
const TAGS: [&str; 4] = ["vip", "Lead", "blocked", "vip gold"];
const DATES: [&str; 6] = ["2026-07-15", "2026-07-14", "2026-07-01", "2026-06-15", "1990-02-28", "2026-07-20"];
const TIMES: [&str; 4] = ["00:00", "09:30", "18:00", "23:59"];

impl Draw {
    fn small(&mut self, end: u32) -> i64 {
        i64::try_from(self.below(end as usize)).unwrap()
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Something three times out of four.
    fn perhaps<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(4) > 0).then(|| value(self))
    }
}

fn users() -> [ForeignId; 4] {
    ["ana".into(), "7".into(), 7.into(), 8.into()]
}

fn channels() -> [ForeignId; 4] {
    ["wa".into(), "fb".into(), "1".into(), 1.into()]
}

fn people(draw: &mut Draw) -> Vec<Contact> {
    let person = |row: u16, draw: &mut Draw| {
        let at = Instant::from_millis(NOW - DAY).unwrap();
        let mut random = [0; 10];
        random[..2].copy_from_slice(&row.to_be_bytes());
        let mut contact = Contact::new(ContactId::mint(at, random), at, Origin::new(Source::User));
        contact.company = draw.perhaps(|draw| draw.one(&COMPANIES).into());
        contact.blocked = draw.below(3) == 0;
        contact.tags = TAGS.iter().filter(|_| draw.below(3) == 0).map(|tag| (*tag).into()).collect();
        contact.assignee = draw.perhaps(|draw| Assignee::User(draw.one(&users())));
        for channel in channels() {
            if draw.below(4) == 0 {
                contact.identities.push(Identity::new(channel, row.to_string()).unwrap());
            }
        }
        // Some lie in the future.
        let last = draw.perhaps(|draw| NOW + 2 * DAY - draw.small(60) * 6 * HOUR);
        contact.last_incoming = last.map(|at| Instant::from_millis(at).unwrap());
        let values = [
            ("plan", draw.perhaps(|draw| (CustomType::List, draw.one(&PLANS).to_owned()))),
            (
                "score",
                draw.perhaps(|draw| (CustomType::Number, ["-2", "-0.5", "0", "1", "2.25"][draw.below(5)].to_owned())),
            ),
            ("paid", draw.perhaps(|draw| (CustomType::Checkbox, draw.one(&["true", "false"]).to_owned()))),
            ("born", draw.perhaps(|draw| (CustomType::Date, draw.one(&DATES).to_owned()))),
            ("calls", draw.perhaps(|draw| (CustomType::Time, draw.one(&TIMES).to_owned()))),
        ];
        for (name, value) in values {
            if let Some((kind, text)) = value {
                contact.custom.insert(name.into(), CustomValue::parse(kind, &text).unwrap());
            }
        }
        contact
    };
    (0..500).map(|row| person(row, draw)).collect()
}

/// An id as the database has it: the kinds are told apart.
fn id_text(id: &ForeignId) -> String {
    match id {
        ForeignId::Int(value) => format!("i{value}"),
        other => format!("t{}", other.to_text()),
    }
}

fn database(people: &[Contact]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(
        "CREATE TABLE c(row INTEGER PRIMARY KEY, company TEXT, blocked INTEGER, assigned TEXT, last_incoming INTEGER,
           plan TEXT, score REAL, paid INTEGER, born TEXT, calls TEXT);
         CREATE TABLE tags(row INTEGER, value TEXT);
         CREATE TABLE channels(row INTEGER, value TEXT);",
    )
    .unwrap();
    for (row, contact) in people.iter().enumerate() {
        let custom = |name: &str| contact.custom.get(name);
        let text = |name: &str| custom(name).map(CustomValue::to_text);
        let row = i64::try_from(row).unwrap();
        let assigned = match &contact.assignee {
            Some(Assignee::User(user)) => Some(id_text(user)),
            _ => None,
        };
        db.execute(
            "INSERT INTO c VALUES(?,?,?,?,?,?,?,?,?,?)",
            params![
                row,
                contact.company,
                contact.blocked,
                assigned,
                contact.last_incoming.map(Instant::as_millis),
                text("plan"),
                text("score").map(|text| text.parse::<f64>().unwrap()),
                text("paid").map(|text| text == "true"),
                text("born"),
                text("calls"),
            ],
        )
        .unwrap();
        for tag in &contact.tags {
            db.execute("INSERT INTO tags VALUES(?,?)", params![row, tag]).unwrap();
        }
        for identity in &contact.identities {
            db.execute("INSERT INTO channels VALUES(?,?)", params![row, id_text(&identity.channel)]).unwrap();
        }
    }
    db
}

/// The fields that are asked for, each with its type: all types occur.
fn fields() -> Vec<(FieldRef, FieldType, &'static str)> {
    use ContactField as F;
    vec![
        (F::Company.into(), FieldType::Text, "lower(company)"),
        (FieldRef::custom("plan"), FieldType::Text, "lower(plan)"),
        (F::Tags.into(), FieldType::Texts, "lower(value)"),
        (F::AssignedUser.into(), FieldType::Id, "assigned"),
        (F::Channels.into(), FieldType::Ids, "value"),
        (FieldRef::custom("score"), FieldType::Number, "score"),
        (F::Blocked.into(), FieldType::Flag, "blocked"),
        (FieldRef::custom("paid"), FieldType::Flag, "paid"),
        (F::LastIncoming.into(), FieldType::Instant, "last_incoming"),
        (F::SinceLastIncoming.into(), FieldType::Duration, "last_incoming"),
        (FieldRef::custom("born"), FieldType::Date, "born"),
        (FieldRef::custom("calls"), FieldType::Time, "calls"),
    ]
}

fn of_field(field: &FieldRef) -> (FieldType, &'static str) {
    fields().into_iter().find(|(known, ..)| known == field).map(|(_, kind, column)| (kind, column)).unwrap()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn literal(kind: FieldType, value: &Operand) -> String {
    match (kind, value) {
        (FieldType::Id | FieldType::Ids, Operand::Int(value)) => quoted(&format!("i{value}")),
        (FieldType::Id | FieldType::Ids, Operand::Text(text)) => quoted(&format!("t{text}")),
        (_, Operand::Text(text)) => quoted(&text.to_lowercase()),
        (_, Operand::Int(value)) => value.to_string(),
        (_, Operand::Float(value)) => value.to_string(),
        (_, Operand::Flag(value)) => i32::from(*value).to_string(),
        _ => panic!("no literal: {value:?}"),
    }
}

fn length(ago: Ago) -> i64 {
    let unit = match ago.unit {
        TimeUnit::Minutes => MINUTE,
        TimeUnit::Hours => HOUR,
        TimeUnit::Days => DAY,
        TimeUnit::Weeks => 7 * DAY,
        other => panic!("no fixed length: {other}"),
    };
    i64::from(ago.amount) * unit
}

/// First and last millisecond of what a value of an instant's condition means.
fn span(value: &Operand) -> (i64, i64) {
    match value {
        Operand::Int(at) => (i64::try_from(*at).unwrap(), i64::try_from(*at).unwrap()),
        Operand::Text(text) if text.len() == 10 => {
            let start = Instant::parse(&format!("{text}T00:00:00Z")).unwrap().as_millis() - OFFSET;
            (start, start + DAY - 1)
        }
        Operand::Text(text) => (Instant::parse(text).unwrap().as_millis(), Instant::parse(text).unwrap().as_millis()),
        other => panic!("no instant: {other:?}"),
    }
}

/// What an instant must be, as SQL.
fn instants(operator: Operator, values: &[&Operand]) -> String {
    let ago = |value: &Operand| match value {
        Operand::Ago(ago) => NOW - length(*ago),
        other => panic!("no length of time: {other:?}"),
    };
    match (operator, values) {
        (Operator::WithinLast, [one]) => format!("last_incoming BETWEEN {} AND {NOW}", ago(one)),
        (Operator::OlderThan | Operator::Greater, [one]) => format!("last_incoming < {}", ago(one)),
        (Operator::Less, [one]) => format!("last_incoming > {} AND last_incoming <= {NOW}", ago(one)),
        (Operator::Between, [short @ Operand::Ago(_), long]) => {
            format!("last_incoming BETWEEN {} AND {}", ago(long), ago(short))
        }
        // A date as the end is included, an instant is not.
        (Operator::Between, [from, to @ Operand::Text(text)]) if text.len() == 10 => {
            format!("last_incoming BETWEEN {} AND {}", span(from).0, span(to).1)
        }
        (Operator::Between, [from, to]) => {
            format!("last_incoming >= {} AND last_incoming < {}", span(from).0, span(to).0)
        }
        (Operator::Before, [one]) => format!("last_incoming < {}", span(one).0),
        (Operator::After, [one]) => format!("last_incoming > {}", span(one).1),
        (_, [one]) => format!("last_incoming BETWEEN {} AND {}", span(one).0, span(one).1),
        other => panic!("{other:?}"),
    }
}

/// A condition in SQL. Its three-valued logic is brought down to two, as S1 says, by `coalesce`.
fn condition(Condition { field, operator, value }: &Condition) -> String {
    let (kind, column) = of_field(field);
    let values: Vec<&Operand> = match value {
        Some(Operand::Many(values)) => values.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let negated =
        matches!(operator, Operator::NotEqual | Operator::NotContains | Operator::NotExists | Operator::NoneOf);
    let literals = || values.iter().map(|value| literal(kind, value)).collect::<Vec<_>>();
    let ago = |value: &Operand| match value {
        Operand::Ago(Ago { amount, unit }) => {
            format!("date('{TODAY}', '-{} days')", i64::from(*amount) * if *unit == TimeUnit::Weeks { 7 } else { 1 })
        }
        other => panic!("no length of time: {other:?}"),
    };
    let test = match (kind, operator) {
        (_, Operator::Exists | Operator::NotExists) => format!("{column} IS NOT NULL"),
        (FieldType::Instant | FieldType::Duration, Operator::NotEqual) => instants(Operator::Equal, &values),
        (FieldType::Instant | FieldType::Duration, operator) => instants(*operator, &values),
        (_, Operator::WithinLast) => format!("{column} > {} AND {column} <= '{TODAY}'", ago(values[0])),
        (_, Operator::OlderThan) => format!("{column} <= {}", ago(values[0])),
        (_, Operator::Contains | Operator::NotContains) => format!("instr({column}, {}) > 0", literals()[0]),
        (_, Operator::StartsWith) => format!("instr({column}, {}) = 1", literals()[0]),
        (_, Operator::Greater | Operator::After) => format!("{column} > {}", literals()[0]),
        (_, Operator::Less | Operator::Before) => format!("{column} < {}", literals()[0]),
        (_, Operator::Between) => format!("{column} BETWEEN {}", literals().join(" AND ")),
        (_, Operator::Equal | Operator::NotEqual) => format!("{column} = {}", literals()[0]),
        (_, Operator::AnyOf | Operator::AllOf | Operator::NoneOf) => format!("{column} IN ({})", literals().join(", ")),
    };
    let table = match kind {
        FieldType::Texts => Some("tags"),
        FieldType::Ids => Some("channels"),
        _ => None,
    };
    let among = |test: &str| match table {
        Some(table) => format!("EXISTS(SELECT 1 FROM {table} AS many WHERE many.row = c.row AND {test})"),
        None => format!("coalesce({test}, 0)"),
    };
    let test = if *operator == Operator::AllOf {
        literals().iter().map(|one| among(&format!("{column} = {one}"))).collect::<Vec<_>>().join(" AND ")
    } else {
        among(&test)
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

/// A value for a condition on a field.
fn operand(draw: &mut Draw, field: &FieldRef, kind: FieldType, operator: Operator) -> Operand {
    let ago = |draw: &mut Draw| {
        let unit = if kind == FieldType::Date { TimeUnit::Days } else { draw.one(&[TimeUnit::Hours, TimeUnit::Days]) };
        let unit = if draw.below(4) == 0 { TimeUnit::Weeks } else { unit };
        Ago { amount: u32::try_from(draw.below(20) + 1).unwrap(), unit }
    };
    if matches!(operator, Operator::WithinLast | Operator::OlderThan) || kind == FieldType::Duration {
        return match operator {
            Operator::Between => {
                let mut two = [ago(draw), ago(draw)];
                two.sort_by_key(|ago| length(*ago));
                Operand::Many(two.map(Operand::Ago).to_vec())
            }
            _ => Operand::Ago(ago(draw)),
        };
    }
    let words: &[&str] = match field {
        FieldRef::Own(ContactField::Tags) => &["VIP", "gold", "lead", "vip gold", "x", "g"],
        FieldRef::Custom(_) => &["pro", "BASIC", "plus", "o p", "x"],
        FieldRef::Own(_) => &["acme", "NORTE", "acme sur", "o'b", "0%", "_", "r_s", "x"],
    };
    let single = |draw: &mut Draw| match kind {
        FieldType::Text | FieldType::Texts => Operand::from(draw.one(words)),
        FieldType::Id | FieldType::Ids => draw.one(&[
            Operand::from("ana"),
            "wa".into(),
            "7".into(),
            "1".into(),
            Operand::Int(7),
            Operand::Int(1),
            Operand::Int(99),
        ]),
        FieldType::Number => draw.one(&[
            Operand::Int(-2),
            Operand::Int(0),
            Operand::Int(1),
            Operand::Float(-0.5),
            Operand::Float(2.25),
            Operand::Float(0.1),
        ]),
        FieldType::Flag => Operand::Flag(draw.below(2) == 0),
        FieldType::Instant => match draw.below(3) {
            0 => Operand::from(draw.one(&["2026-07-05", "2026-07-10", "2026-07-14", "2026-07-15"])),
            1 => Operand::from(NOW - draw.small(60) * 6 * HOUR),
            _ => Operand::from(draw.one(&["2026-07-10T12:00:00-05:00", "2026-07-13T05:00:00Z"])),
        },
        FieldType::Date => Operand::from(draw.one(&DATES)),
        _ => Operand::from(draw.one(&TIMES)),
    };
    match operator {
        Operator::AnyOf | Operator::AllOf | Operator::NoneOf => {
            Operand::Many((0..=draw.below(3)).map(|_| single(draw)).collect())
        }
        Operator::Between => {
            let mut two = [single(draw), single(draw)];
            two.sort_by(|one, other| match (one, other) {
                _ if kind == FieldType::Instant => span(one).0.cmp(&span(other).0),
                (Operand::Text(one), Operand::Text(other)) => one.cmp(other),
                _ => literal(kind, one).parse::<f64>().unwrap().total_cmp(&literal(kind, other).parse().unwrap()),
            });
            Operand::Many(two.to_vec())
        }
        _ => single(draw),
    }
}

fn leaf(draw: &mut Draw, used: &mut BTreeSet<(&'static str, &'static str)>) -> Segment {
    let (field, kind, _) = draw.one(&fields());
    let operator = draw.one(Operator::of(kind));
    used.insert((kind.as_str(), operator.as_str()));
    match operator {
        Operator::Exists => Segment::exists(field),
        Operator::NotExists => Segment::not_exists(field),
        _ => {
            let value = operand(draw, &field, kind, operator);
            Segment::on(field, operator, value)
        }
    }
}

fn tree(draw: &mut Draw, depth: usize, used: &mut BTreeSet<(&'static str, &'static str)>) -> Segment {
    let mut parts = |draw: &mut Draw| (0..=draw.below(3)).map(|_| tree(draw, depth - 1, used)).collect::<Vec<_>>();
    match if depth == 0 { 9 } else { draw.below(6) } {
        0 | 1 => Segment::all_of(parts(draw)),
        2 | 3 => Segment::any_of(parts(draw)),
        4 => Segment::not(tree(draw, depth - 1, used)),
        _ => leaf(draw, used),
    }
}

#[test]
fn segments_select_what_sql_selects() {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let people = people(&mut draw);
    let db = database(&people);
    let types = [
        ("plan", CustomType::List),
        ("score", CustomType::Number),
        ("paid", CustomType::Checkbox),
        ("born", CustomType::Date),
        ("calls", CustomType::Time),
    ];
    let types: CustomTypes = types.map(|(name, kind)| (name.into(), kind)).into();
    let table = ContactTable::with(&people, [], types);
    let options = SegmentOptions::new(Zone::new("America/Guayaquil").unwrap(), Instant::from_millis(NOW).unwrap());
    let mut used = BTreeSet::new();
    let select = |segment: &Segment| {
        let query = format!("SELECT row FROM c WHERE {} ORDER BY row", sql(segment));
        let mut statement = db.prepare(&query).unwrap_or_else(|error| panic!("{error}\n{query}"));
        let rows = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
        let theirs: Vec<usize> = rows.map(|row| usize::try_from(row.unwrap()).unwrap()).collect();
        let ours: Vec<usize> = table.select(segment, &options).unwrap().rows().collect();
        assert_eq!(ours, theirs, "{}\n{query}", serde_json::to_string(segment).unwrap());
        ours.len()
    };
    let mut divided = 0;
    for _ in 0..500 {
        let found = select(&tree(&mut draw, 4, &mut used));
        divided += usize::from(found > 0 && found < people.len());
    }
    assert!(divided > 250, "only {divided} of the segments divide the contacts");
    // Every condition by itself as well: some values must be met, and some must not.
    let mut found: BTreeMap<(&str, &str), BTreeSet<bool>> = BTreeMap::new();
    for _ in 0..1_000 {
        let mut one = BTreeSet::new();
        let count = select(&leaf(&mut draw, &mut one));
        let seen = found.entry(one.into_iter().next().unwrap()).or_default();
        seen.extend((count > 0).then_some(true));
        seen.extend((count < people.len()).then_some(false));
    }
    for kind in FieldType::ALL {
        for operator in Operator::of(*kind) {
            let pair = (kind.as_str(), operator.as_str());
            assert!(used.contains(&pair), "no tree has {pair:?}");
            assert_eq!(found[&pair].len(), 2, "{pair:?} is met by all or by nobody");
        }
    }
}
