//! JSON as a tape: one flat list of positions in the text, so that a payload is checked once, copied nowhere, and every
//! complaint can say where it arose.
//!
//! Numbers stay the digits that were sent: ids over 2^53 are exact. Of a key that stands twice the last one counts, as
//! in every common reader.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::error::{Code, Error, Result};

/// How deep objects and lists may be nested.
const DEEPEST: usize = 128;
/// How many keys an object may have: keys are looked for one after the other.
const WIDEST: u32 = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    True,
    False,
    Number,
    /// A text without escapes.
    Text,
    /// A text with escapes.
    Escaped,
    List,
    Object,
}

/// A value: where it begins in the text, and where it ends; of a list or object instead the next node behind it.
#[derive(Debug, Clone, Copy)]
struct Cell {
    kind: Kind,
    start: u32,
    end: u32,
}

/// The memory of a tape, kept from payload to payload.
#[derive(Debug, Default)]
pub(super) struct Memory {
    cells: Vec<Cell>,
    open: Vec<Open>,
    /// Of each value, once somebody asks for a path: what it stands in, and as which of the values there.
    places: OnceLock<Vec<(u32, u32)>>,
}

/// An object or list that has not ended, and how many keys it has.
#[derive(Debug, Clone, Copy)]
struct Open {
    at: u32,
    keys: u32,
}

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

struct Scanner<'j> {
    text: &'j [u8],
    at: usize,
}

type Scanned<T> = std::result::Result<T, &'static str>;

impl Scanner<'_> {
    fn document(&mut self, memory: &mut Memory) -> Scanned<()> {
        let Memory { cells, open, .. } = memory;
        'value: loop {
            self.blank();
            match self.peek() {
                Some(b'{') => {
                    self.enter(cells, open, Kind::Object)?;
                    if self.peek() == Some(b'}') {
                        self.leave(cells, open);
                    } else {
                        self.key(cells, open)?;
                        continue 'value;
                    }
                }
                Some(b'[') => {
                    self.enter(cells, open, Kind::List)?;
                    if self.peek() == Some(b']') {
                        self.leave(cells, open);
                    } else {
                        continue 'value;
                    }
                }
                Some(b'"') => self.string(cells)?,
                Some(b'-' | b'0'..=b'9') => self.number(cells)?,
                Some(b't') => self.word(cells, b"true", Kind::True)?,
                Some(b'f') => self.word(cells, b"false", Kind::False)?,
                Some(b'n') => self.word(cells, b"null", Kind::Null)?,
                Some(_) => return Err("a value is missing"),
                None => return Err("the text ends too early"),
            }
            loop {
                self.blank();
                let Some(above) = open.last().and_then(|above| cells.get(above.at as usize)) else {
                    return if self.at == self.text.len() { Ok(()) } else { Err("the text goes on after its end") };
                };
                let is_object = above.kind == Kind::Object;
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if is_object {
                            self.blank();
                            self.key(cells, open)?;
                        }
                        continue 'value;
                    }
                    Some(b'}') if is_object => self.leave(cells, open),
                    Some(b']') if !is_object => self.leave(cells, open),
                    Some(_) => return Err("a comma or an end is missing"),
                    None => return Err("the text ends too early"),
                }
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn position(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX)
    }

    fn enter(&mut self, cells: &mut Vec<Cell>, open: &mut Vec<Open>, kind: Kind) -> Scanned<()> {
        if open.len() == DEEPEST {
            return Err("it is nested more than 128 deep");
        }
        open.push(Open { at: u32::try_from(cells.len()).unwrap_or(u32::MAX), keys: 0 });
        cells.push(Cell { kind, start: self.position(), end: 0 });
        self.at += 1;
        self.blank();
        Ok(())
    }

    fn leave(&mut self, cells: &mut [Cell], open: &mut Vec<Open>) {
        self.at += 1;
        let behind = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        if let Some(cell) = open.pop().and_then(|above| cells.get_mut(above.at as usize)) {
            cell.end = behind;
        }
    }

    /// A key and its colon.
    fn key(&mut self, cells: &mut Vec<Cell>, open: &mut [Open]) -> Scanned<()> {
        if let Some(object) = open.last_mut() {
            object.keys += 1;
            if object.keys > WIDEST {
                return Err("an object has more than 4096 keys");
            }
        }
        if self.peek() != Some(b'"') {
            return Err("a key is missing");
        }
        self.string(cells)?;
        self.blank();
        if self.peek() != Some(b':') {
            return Err("a colon is missing");
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self, cells: &mut Vec<Cell>) -> Scanned<()> {
        self.at += 1;
        let start = self.position();
        let mut kind = Kind::Text;
        loop {
            self.plain();
            match self.peek() {
                Some(b'"') => {
                    cells.push(Cell { kind, start, end: self.position() });
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    kind = Kind::Escaped;
                    self.escape()?;
                }
                Some(_) => return Err("a control character stands in a text"),
                None => return Err("a text does not end"),
            }
        }
    }

    /// Goes on to the next quote, backslash or control character, eight bytes at a time.
    fn plain(&mut self) {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        while let Some(chunk) = self.text.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_le_bytes(*chunk);
            let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
            let found = zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control;
            if found != 0 {
                // The lowest mark is a true one: borrows only reach upwards.
                self.at += (found.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
        }
        while let Some(byte) = self.peek() {
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                return;
            }
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Scanned<()> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let digits = self.text.get(self.at + 1..self.at + 5).unwrap_or_default();
                if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err("an escape without its four digits");
                }
                self.at += 5;
            }
            _ => return Err("an escape that does not exist"),
        }
        Ok(())
    }

    fn number(&mut self, cells: &mut Vec<Cell>) -> Scanned<()> {
        let start = self.position();
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err("a number without digits"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        cells.push(Cell { kind: Kind::Number, start, end: self.position() });
        Ok(())
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Scanned<()> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err("a number without digits");
        }
        self.digits();
        Ok(())
    }

    fn word(&mut self, cells: &mut Vec<Cell>, word: &[u8], kind: Kind) -> Scanned<()> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err("a value is missing");
        }
        let start = self.position();
        self.at += word.len();
        cells.push(Cell { kind, start, end: self.position() });
        Ok(())
    }
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
            if self.tape.raw(name) == key || (name.kind == Kind::Escaped && unescaped(self.tape.raw(name)) == key) {
                found = Some(at + 1);
            }
            at = self.tape.behind(at + 1);
        }
        let node = Node { tape: self.tape, at: found? };
        (!node.is_null()).then_some(node)
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

    /// The digits of a number, as they were sent.
    pub(super) fn as_number(self) -> Option<&'j str> {
        let cell = self.cell();
        (cell.kind == Kind::Number).then(|| self.tape.raw(cell))
    }

    /// Where it stands: `entry[0].changes[1].value`.
    pub(super) fn path(self) -> String {
        let places = self.tape.memory.places.get_or_init(|| places(&self.tape.memory.cells));
        let mut above = Vec::new();
        let mut at = self.at;
        while at != 0 && above.len() <= DEEPEST {
            let Some((parent, row)) = places.get(at as usize).copied() else { break };
            above.push((at, parent, row));
            at = parent;
        }
        let mut path = String::new();
        for (at, parent, row) in above.into_iter().rev() {
            if self.tape.cell(parent).kind == Kind::Object {
                let key = Node { tape: self.tape, at: at - 1 };
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&key.as_text().unwrap_or_default());
            } else {
                path.push('[');
                path.push_str(&row.to_string());
                path.push(']');
            }
        }
        path
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
