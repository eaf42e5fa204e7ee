//! JSON as a tape: one flat list of positions in the text, so that a payload is checked once, copied nowhere, and every
//! complaint can say where it arose.
//!
//! Numbers stay the digits that were sent: ids over 2^53 are exact. Of a key that stands twice the last one counts, as
//! in every common reader.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use super::scan::{Cell, DEEPEST, Kind, Scanner};
use super::shown::shown;
use crate::error::{Code, Error, Result};

pub(super) use super::scan::Memory;

/// So much of a key is shown in a path.
const LONGEST_KEY: usize = 64;

/// So many bytes of a name are kept.
const LONGEST_NAME: usize = 1024;

/// So many paths are looked for one by one; for more, the place of every value is worked out once.
const FEW_PATHS: u32 = 8;

/// A JSON text and its tape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tape<'j> {
    text: &'j str,
    memory: &'j Memory,
}

/// One value on a tape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'j> {
    tape: Tape<'j>,
    at: u32,
}

impl<'j> Tape<'j> {
    /// Reads a whole text; anything behind the value is refused.
    pub(super) fn read(text: &'j str, memory: &'j mut Memory) -> Result<Self> {
        memory.cells.clear();
        memory.open.clear();
        memory.places.take();
        *memory.paths.get_mut() = 0;
        if u32::try_from(text.len()).is_err() {
            return Err(Error::new(Code::TooLarge, "a payload of more than 4 GiB"));
        }
        let mut scanner = Scanner { text: text.as_bytes(), at: 0 };
        if let Err(words) = scanner.document(memory) {
            return Err(malformed(text, scanner.at, words));
        }
        Ok(Self { text, memory })
    }

    pub(super) fn root(self) -> Node<'j> {
        Node { tape: self, at: 0 }
    }

    fn cell(self, at: u32) -> Cell {
        self.memory.cells.get(at as usize).copied().unwrap_or(Cell { kind: Kind::Null, start: 0, end: 0 })
    }

    fn raw(self, cell: Cell) -> &'j str {
        self.text.get(cell.start as usize..cell.end as usize).unwrap_or_default()
    }

    /// The node behind a whole value.
    fn behind(self, at: u32) -> u32 {
        let cell = self.cell(at);
        if matches!(cell.kind, Kind::List | Kind::Object) { cell.end } else { at + 1 }
    }
}

fn malformed(text: &str, at: usize, words: &str) -> Error {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    Error::new(Code::MalformedJson, format!("not JSON: {words}, at line {line} column {column}"))
}

impl<'j> Node<'j> {
    fn cell(self) -> Cell {
        self.tape.cell(self.at)
    }

    pub(super) fn is_object(self) -> bool {
        self.cell().kind == Kind::Object
    }

    pub(super) fn is_list(self) -> bool {
        self.cell().kind == Kind::List
    }

    pub(super) fn is_null(self) -> bool {
        self.cell().kind == Kind::Null
    }

    pub(super) fn is_true(self) -> bool {
        self.cell().kind == Kind::True
    }

    /// What it is, with its article.
    pub(super) fn noun(self) -> &'static str {
        match self.cell().kind {
            Kind::Null => "null",
            Kind::True | Kind::False => "a boolean",
            Kind::Number => "a number",
            Kind::Text | Kind::Escaped => "a text",
            Kind::List => "a list",
            Kind::Object => "an object",
        }
    }

    /// The values of a list; none of anything else.
    pub(super) fn items(self) -> Children<'j> {
        let cell = self.cell();
        let (next, end) = if cell.kind == Kind::List { (self.at + 1, cell.end) } else { (0, 0) };
        Children { tape: self.tape, next, end }
    }

    /// The keys and values of an object; none of anything else.
    pub(super) fn entries(self) -> impl Iterator<Item = (Cow<'j, str>, Node<'j>)> {
        let cell = self.cell();
        let (next, end) = if cell.kind == Kind::Object { (self.at + 1, cell.end) } else { (0, 0) };
        let mut children = Children { tape: self.tape, next, end };
        std::iter::from_fn(move || {
            let key = children.next()?;
            Some((key.as_text().unwrap_or_default(), children.next()?))
        })
    }

    /// The value of a key; null is no value.
    pub(super) fn get(self, key: &str) -> Option<Node<'j>> {
        let cell = self.cell();
        if cell.kind != Kind::Object {
            return None;
        }
        let mut found = None;
        let mut at = self.at + 1;
        while at < cell.end {
            let name = self.tape.cell(at);
            if self.is_key(name, key) {
                found = Some(at + 1);
            }
            at = self.tape.behind(at + 1);
        }
        let node = Node { tape: self.tape, at: found? };
        (!node.is_null()).then_some(node)
    }

    fn is_key(self, name: Cell, key: &str) -> bool {
        if (name.end - name.start) as usize == key.len() {
            let written = self.tape.text.as_bytes().get(name.start as usize..name.end as usize);
            if written == Some(key.as_bytes()) {
                return true;
            }
        }
        name.kind == Kind::Escaped && unescaped(self.tape.raw(name)) == key
    }

    /// A text, as it is meant.
    pub(super) fn as_text(self) -> Option<Cow<'j, str>> {
        let cell = self.cell();
        match cell.kind {
            Kind::Text => Some(Cow::Borrowed(self.tape.raw(cell))),
            Kind::Escaped => Some(Cow::Owned(unescaped(self.tape.raw(cell)))),
            _ => None,
        }
    }

    /// The beginning of a text, so much of it as a name can have: names are copied into every fact about their bearer.
    pub(super) fn as_name(self) -> Option<String> {
        let cell = self.cell();
        let raw = match cell.kind {
            Kind::Text | Kind::Escaped | Kind::Number => self.tape.raw(cell),
            _ => return None,
        };
        let mut end = raw.floor_char_boundary(LONGEST_NAME);
        let raw = if end == raw.len() {
            raw
        } else {
            // No half of an escape, nor of a pair of them.
            end = raw[..end].rfind('\\').filter(|at| end - at < 12).unwrap_or(end);
            &raw[..end]
        };
        let text = if cell.kind == Kind::Escaped { unescaped(raw) } else { raw.to_owned() };
        (!text.is_empty()).then_some(text)
    }

    /// How many bytes a text or number takes at least, without reading it.
    pub(super) fn least_len(self) -> usize {
        let cell = self.cell();
        let written = (cell.end as usize).saturating_sub(cell.start as usize);
        // An escape is at most six bytes for one.
        if cell.kind == Kind::Escaped { written / 6 } else { written }
    }

    /// The digits of a number, as they were sent.
    pub(super) fn as_number(self) -> Option<&'j str> {
        let cell = self.cell();
        (cell.kind == Kind::Number).then(|| self.tape.raw(cell))
    }

    /// Where it stands: `entry[0].changes[1].value`.
    pub(super) fn path(self) -> String {
        let memory = self.tape.memory;
        let asked = memory.paths.fetch_add(1, Ordering::Relaxed);
        if asked < FEW_PATHS && memory.places.get().is_none() {
            return self.path_from_root();
        }
        let places = memory.places.get_or_init(|| places(&memory.cells));
        let mut above = Vec::new();
        let mut at = self.at;
        while at != 0 && above.len() <= DEEPEST {
            let Some((parent, row)) = places.get(at as usize).copied() else { break };
            above.push((at, parent, row));
            at = parent;
        }
        let mut path = String::new();
        for (at, parent, row) in above.into_iter().rev() {
            self.step(&mut path, parent, at, row);
        }
        path
    }

    /// Goes down to it, past the values that stand before it: for the few paths that most payloads ask for.
    fn path_from_root(self) -> String {
        let mut path = String::new();
        let mut parent = 0;
        while parent != self.at {
            let is_object = match self.tape.cell(parent).kind {
                Kind::Object => true,
                Kind::List => false,
                _ => break,
            };
            let (mut at, mut row) = (parent + 1 + u32::from(is_object), 0);
            loop {
                let behind = self.tape.behind(at);
                if behind > self.at || behind <= at {
                    break;
                }
                at = behind + u32::from(is_object);
                row += 1;
            }
            self.step(&mut path, parent, at, row);
            parent = at;
        }
        path
    }

    /// Adds a value's key, or its place in a list, to a path.
    fn step(self, path: &mut String, parent: u32, at: u32, row: u32) {
        if self.tape.cell(parent).kind == Kind::Object {
            let key = Node { tape: self.tape, at: at - 1 };
            if !path.is_empty() {
                path.push('.');
            }
            // A key is whatever the sender wrote: a path is for people and logs.
            path.push_str(&shown(&key.as_text().unwrap_or_default(), LONGEST_KEY));
        } else {
            path.push('[');
            path.push_str(&row.to_string());
            path.push(']');
        }
    }
}

/// What each value stands in, and as which of the values there; made once, so that many mistakes cost no more than one.
fn places(cells: &[Cell]) -> Vec<(u32, u32)> {
    let mut places = vec![(0, 0); cells.len()];
    // Of each object and list that has not ended: where it is, where it ends, how many values it had so far.
    let mut open: Vec<(u32, u32, u32)> = Vec::new();
    let mut at = 0_u32;
    while let Some(cell) = cells.get(at as usize) {
        while open.last().is_some_and(|(_, end, _)| at >= *end) {
            open.pop();
        }
        if let Some((above, _, row)) = open.last_mut() {
            if cells.get(*above as usize).is_some_and(|cell| cell.kind == Kind::Object) && *row % 2 == 0 {
                // A key.
                *row += 1;
                at += 1;
                continue;
            }
            if let Some(place) = places.get_mut(at as usize) {
                *place = (*above, *row);
            }
            *row += 1;
        }
        if matches!(cell.kind, Kind::List | Kind::Object) {
            open.push((at, cell.end, 0));
        }
        at += 1;
    }
    places
}

/// The values of a list.
#[derive(Debug, Clone)]
pub(super) struct Children<'j> {
    tape: Tape<'j>,
    next: u32,
    end: u32,
}

impl<'j> Iterator for Children<'j> {
    type Item = Node<'j>;

    fn next(&mut self) -> Option<Node<'j>> {
        let node = (self.next < self.end).then_some(Node { tape: self.tape, at: self.next })?;
        self.next = self.tape.behind(self.next);
        Some(node)
    }
}

/// A text without its escapes; half of a surrogate pair becomes the replacement character.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = rest[at + 1..].chars().next();
        rest = rest.get(at + 2..).unwrap_or_default();
        match escape {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let first = unit(rest);
                rest = rest.get(4..).unwrap_or_default();
                let second = rest.strip_prefix("\\u").map(unit).filter(|unit| (0xDC00..0xE000).contains(unit));
                match (first, second) {
                    (0xD800..0xDC00, Some(second)) => {
                        rest = rest.get(6..).unwrap_or_default();
                        let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                        text.push(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    _ => text.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text.push_str(rest);
    text
}

fn unit(rest: &str) -> u32 {
    rest.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xFFFD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// The tape as a value, for comparison with another reader.
    fn value(node: Node<'_>) -> Value {
        let cell = node.cell();
        match cell.kind {
            Kind::Null => Value::Null,
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Number => serde_json::from_str(node.as_number().unwrap()).unwrap_or(Value::Null),
            Kind::Text | Kind::Escaped => Value::String(node.as_text().unwrap().into_owned()),
            Kind::List => node.items().map(value).collect(),
            Kind::Object => node.entries().map(|(key, node)| (key.into_owned(), value(node))).collect(),
        }
    }

    fn agree(text: &str) {
        let mut memory = Memory::default();
        match (Tape::read(text, &mut memory), serde_json::from_str::<Value>(text)) {
            (Ok(tape), Ok(expected)) => assert_eq!(value(tape.root()), expected, "{text}"),
            (Err(_), Err(_)) => {}
            // Numbers beyond a float, and half surrogates, are texts like any other here.
            (Ok(_), Err(error)) => {
                let words = error.to_string();
                assert!(
                    words.contains("range") || words.contains("surrogate") || words.contains("hex"),
                    "{text}: {error}"
                );
            }
            (Err(error), Ok(_)) => panic!("{text}: {error}"),
        }
    }

    #[test]
    fn it_reads_what_other_readers_read() {
        for text in [
            "",
            " ",
            "{",
            "}",
            "[",
            "[]",
            "{}",
            "[1,]",
            "[,1]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "-",
            "-0",
            "1.",
            "1.5e",
            "1.5e+3",
            ".5",
            "1e400",
            "truee",
            "tru",
            "nul",
            "\"",
            "\"\\\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\u{1}\"",
            "\"a\tb\"",
            "[1] 2",
            "[[[]]]",
            "{\"a\":{\"b\":[null,true]}}",
            "\"12345678\\n12345678\"",
            "\"ñandú 😀 \\u00e9\"",
            "{\"\\u0061\":1}",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "\u{feff}{}",
        ] {
            agree(text);
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_a_stack() {
        let mut memory = Memory::default();
        assert!(Tape::read(&("[".repeat(128) + &"]".repeat(128)), &mut memory).is_ok());
        let error = Tape::read(&"[".repeat(1_000_000), &mut memory).unwrap_err();
        assert_eq!(error.code(), Code::MalformedJson);
    }

    #[test]
    fn an_object_as_wide_as_a_table_is_refused() {
        let wide = |keys: usize| {
            let keys: Vec<String> = (0..keys).map(|key| format!("\"k{key}\":{key}")).collect();
            format!("[{{}},{{{}}}]", keys.join(","))
        };
        let mut memory = Memory::default();
        assert!(Tape::read(&wide(4096), &mut memory).is_ok());
        assert!(Tape::read(&wide(4097), &mut memory).is_err());
    }

    #[test]
    fn the_last_of_two_keys_counts_and_escaped_keys_are_keys() {
        let mut memory = Memory::default();
        let tape = Tape::read(r#"{"a": 1, "\u0061": 2, "b": null, "b\n": 9007199254740993}"#, &mut memory).unwrap();
        let root = tape.root();
        assert_eq!(root.get("a").unwrap().as_number(), Some("2"));
        assert!(root.get("b").is_none());
        assert_eq!(root.get("b\n").unwrap().as_number(), Some("9007199254740993"));
    }

    #[test]
    fn a_path_leads_to_every_value() {
        let mut memory = Memory::default();
        let tape =
            Tape::read(r#"{"x": [0], "entry": [{"id": "1"}, {"changes": [[], {"value": {"k": 7}}]}]}"#, &mut memory);
        let entry = tape.unwrap().root().get("entry").unwrap();
        let change = entry.items().nth(1).unwrap().get("changes").unwrap().items().nth(1).unwrap();
        assert_eq!(change.get("value").unwrap().get("k").unwrap().path(), "entry[1].changes[1].value.k");
        assert_eq!(entry.path(), "entry");
    }

    fn all<'j>(node: Node<'j>, found: &mut Vec<Node<'j>>) {
        found.push(node);
        node.items().for_each(|item| all(item, found));
        node.entries().for_each(|(_, value)| all(value, found));
    }

    #[test]
    fn a_path_is_the_same_whether_few_or_many_are_asked_for() {
        let mut memory = Memory::default();
        let text = r#"{"a": {"b": [[], [1, {"c": "x", "d": {}}], 3]}, "e\n": [[[2]], {}], "f": null}"#;
        let tape = Tape::read(text, &mut memory).unwrap();
        let mut nodes = Vec::new();
        all(tape.root(), &mut nodes);
        assert!(nodes.len() > 12);
        let one_by_one: Vec<String> = nodes.iter().map(|node| node.path_from_root()).collect();
        assert_eq!(nodes.iter().filter(|node| node.path() == "a.b[1][1].c").count(), 1);
        let at_once: Vec<String> = nodes.iter().map(|node| node.path()).collect();
        assert!(tape.memory.places.get().is_some());
        assert_eq!(one_by_one, at_once);
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_others_read_it(text in r#"([\[\]{}:,"\\u0-9a-f \-.eE+tn]|true|null|"k":){0,40}"#) {
            agree(&text);
        }

        #[test]
        fn any_value_comes_back(tree in tree()) {
            agree(&tree.to_string());
            agree(&serde_json::to_string_pretty(&tree).unwrap());
        }
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,9}", inner, 0..5).prop_map(|map| map.into_iter().collect::<Value>()),
            ]
        })
    }
}
