//! The scanner of JSON: grammar, depth and width are checked here, in one pass and without recursion.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

/// How deep objects and lists may be nested.
pub(super) const DEEPEST: usize = 128;
/// How many keys an object may have: keys are looked for one after the other.
const WIDEST: u32 = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
pub(super) struct Cell {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The memory of a tape, kept from payload to payload.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) cells: Vec<Cell>,
    pub(super) open: Vec<Open>,
    /// Of each value, once somebody asks for a path: what it stands in, and as which of the values there.
    pub(super) places: OnceLock<Vec<(u32, u32)>>,
    /// How many paths were asked for.
    pub(super) paths: AtomicU32,
}

/// An object or list that has not ended, and how many keys it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    at: u32,
    keys: u32,
}

/// Goes through a text once and lays down a cell a value.
pub(super) struct Scanner<'j> {
    pub(super) text: &'j [u8],
    pub(super) at: usize,
}

/// Why a text is no JSON.
pub(super) type Scanned<T> = std::result::Result<T, &'static str>;

impl Scanner<'_> {
    pub(super) fn document(&mut self, memory: &mut Memory) -> Scanned<()> {
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
