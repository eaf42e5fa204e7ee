//! A text of JSON, from front to back: what comes next, and no more of it than is asked for.

use std::borrow::Cow;

/// As deep as lists and objects may stand in one another in a text from outside.
const DEEPEST: u32 = 127;

/// The same where a value was in memory already.
const DEEPEST_VALUE: u32 = 1000;

/// The text breaks the rules of JSON; where, only who reads all of it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax;

/// A number, as exact as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// A place in a text of JSON.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// How much deeper it may go.
    room: u32,
}

impl<'t> Scan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, room: DEEPEST }
    }

    /// The text of a value that was in memory.
    pub(super) fn of_value(text: &'t str) -> Self {
        Self { text, at: 0, room: DEEPEST_VALUE }
    }

    /// The first byte of what comes next, behind blanks.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a call costs more than what it does, and small code has no other inlining"
    )]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => self.behind_blanks(),
        }
    }

    #[inline(never)]
    fn behind_blanks(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Where it is, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The text from a place up to here.
    pub(super) fn since(&self, from: usize) -> &'t str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// Takes the byte that comes next.
    pub(super) fn take(&mut self, wanted: u8) -> Result<(), Syntax> {
        if self.peek() != Some(wanted) {
            return Err(Syntax);
        }
        self.at += 1;
        Ok(())
    }

    /// Nothing is left.
    pub(super) fn end(&mut self) -> Result<(), Syntax> {
        if self.peek().is_none() { Ok(()) } else { Err(Syntax) }
    }

    pub(super) fn literal(&mut self, word: &str) -> Result<(), Syntax> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Syntax);
        }
        self.at += word.len();
        Ok(())
    }

    /// Goes into the list or object that comes next.
    pub(super) fn open(&mut self) -> Result<(), Syntax> {
        self.room = self.room.checked_sub(1).ok_or(Syntax)?;
        self.at += 1;
        Ok(())
    }

    /// Goes out of a list or object, if it ends here.
    pub(super) fn close(&mut self, end: u8) -> Result<bool, Syntax> {
        match self.peek() {
            Some(byte) if byte == end => {
                self.at += 1;
                self.room += 1;
                Ok(true)
            }
            Some(_) => Ok(false),
            None => Err(Syntax),
        }
    }

    /// Whether another element follows, which is then the next; the end of the list or object stays where it is.
    pub(super) fn next(&mut self, end: u8, is_first: bool) -> Result<bool, Syntax> {
        match self.peek() {
            Some(byte) if byte == end => Ok(false),
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                self.at += 1;
                match self.peek() {
                    Some(byte) if byte != end => Ok(true),
                    _ => Err(Syntax),
                }
            }
            _ => Err(Syntax),
        }
    }

    /// A key, and the colon behind it.
    pub(super) fn key(&mut self) -> Result<Cow<'t, str>, Syntax> {
        if self.peek() != Some(b'"') {
            return Err(Syntax);
        }
        let key = self.text()?;
        self.take(b':')?;
        Ok(key)
    }

    /// Goes behind a key and its colon, if they stand just here as they are written usually: `"key":`.
    #[inline]
    pub(super) fn pass(&mut self, usual: &str) -> bool {
        let is_here = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(usual.as_bytes()));
        if is_here {
            self.at += usual.len();
        }
        is_here
    }

    /// The text that comes next; its quotation mark is the next byte.
    #[inline]
    pub(super) fn text(&mut self) -> Result<Cow<'t, str>, Syntax> {
        let from = self.at + 1;
        let to = plain(self.text.as_bytes(), from);
        match self.text.as_bytes().get(to) {
            Some(b'"') => {
                self.at = to + 1;
                self.text.get(from..to).map(Cow::Borrowed).ok_or(Syntax)
            }
            Some(b'\\') => self.escaped(from, to).map(Cow::Owned),
            _ => Err(Syntax),
        }
    }

    /// A text with escapes: `from` is behind its quotation mark, `to` at its first escape.
    #[cold]
    fn escaped(&mut self, mut from: usize, mut to: usize) -> Result<String, Syntax> {
        let bytes = self.text.as_bytes();
        let mut read = String::new();
        loop {
            read.push_str(self.text.get(from..to).ok_or(Syntax)?);
            match bytes.get(to) {
                Some(b'"') => {
                    self.at = to + 1;
                    return Ok(read);
                }
                Some(b'\\') => {}
                _ => return Err(Syntax),
            }
            from = to + 2;
            read.push(match bytes.get(to + 1) {
                Some(b'n') => '\n',
                Some(b't') => '\t',
                Some(b'r') => '\r',
                Some(b'b') => '\u{8}',
                Some(b'f') => '\u{c}',
                Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
                Some(b'u') => {
                    let mut unit = unit(bytes, from)?;
                    from += 4;
                    if (0xd800..0xdc00).contains(&unit) && bytes.get(from..from + 2) == Some(b"\\u") {
                        let low = self::unit(bytes, from + 2)?;
                        if !(0xdc00..0xe000).contains(&low) {
                            return Err(Syntax);
                        }
                        unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                        from += 6;
                    }
                    char::from_u32(unit).ok_or(Syntax)?
                }
                _ => return Err(Syntax),
            });
            to = plain(bytes, from);
        }
    }

    /// The number that comes next.
    pub(super) fn number(&mut self) -> Result<Number, Syntax> {
        let bytes = self.text.as_bytes();
        let from = self.at;
        let is_negative = bytes.get(from) == Some(&b'-');
        let first = from + usize::from(is_negative);
        let mut at = first;
        let digit = |at: usize| bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10);
        // Nineteen digits fit whatever they are.
        let mut fitting = 0_u64;
        if let Some(eight) = bytes.get(at..).and_then(eight_digits) {
            fitting = eight;
            at += 8;
        }
        while let (Some(digit), true) = (digit(at), at - first < 19) {
            fitting = fitting.wrapping_mul(10).wrapping_add(digit.into());
            at += 1;
        }
        let mut value = Some(fitting);
        while let Some(digit) = digit(at) {
            value = value.and_then(|value| value.checked_mul(10)?.checked_add(digit.into()));
            at += 1;
        }
        if at == first || (bytes[first] == b'0' && at > first + 1) {
            return Err(Syntax);
        }
        self.at = at;
        if !matches!(bytes.get(at), Some(b'.' | b'e' | b'E')) {
            match value {
                Some(value) if !is_negative => return Ok(Number::Unsigned(value)),
                Some(value) if value != 0 && value <= i64::MIN.unsigned_abs() => {
                    return Ok(Number::Signed(0_i64.wrapping_sub_unsigned(value)));
                }
                _ => {}
            }
        }
        self.float(from)
    }

    /// A number with a fraction or an exponent, or beyond the integers; behind its first digits.
    #[cold]
    fn float(&mut self, from: usize) -> Result<Number, Syntax> {
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            let first = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            if at == first { Err(Syntax) } else { Ok(at) }
        };
        if bytes.get(self.at) == Some(&b'.') {
            self.at = digits(self.at + 1)?;
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(self.at + 1), Some(b'+' | b'-')));
            self.at = digits(self.at + 1 + sign)?;
        }
        let value: f64 = self.since(from).parse().map_err(|_| Syntax)?;
        if value.is_finite() { Ok(Number::Float(value)) } else { Err(Syntax) }
    }
}

/// The number that eight digits are, if that many come next.
#[inline]
fn eight_digits(bytes: &[u8]) -> Option<u64> {
    let word = u64::from_le_bytes(*bytes.first_chunk::<8>()?);
    let digits = word ^ 0x3030_3030_3030_3030;
    // Neither a high half nor a low half beyond nine.
    if (digits | digits.wrapping_add(0x0606_0606_0606_0606)) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    // Tens and ones become pairs, pairs become fours, fours the whole; the first digit is the lowest byte.
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

/// Four digits of a code unit.
fn unit(bytes: &[u8], from: usize) -> Result<u32, Syntax> {
    let digits = bytes.get(from..from + 4).ok_or(Syntax)?;
    digits.iter().try_fold(0, |unit, digit| Ok(unit * 16 + char::from(*digit).to_digit(16).ok_or(Syntax)?))
}

/// Where the plain letters of a text end: at a quotation mark, a backslash, a control character or the end.
#[inline]
fn plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Eight letters at a time: a byte that is zero after the difference was one that was looked for.
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*eight);
        let zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c)) | control) & HIGH;
        if found != 0 {
            // Borrowing reaches only bytes behind the first one found.
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::reader::read;

    #[track_caller]
    fn same(text: &str) {
        let (ours, theirs) = (read::<Value>(text), serde_json::from_str::<Value>(text));
        match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text:?}"),
            (Err(_), Err(_)) => {}
            _ => panic!("{text:?}: {ours:?} and {theirs:?}"),
        }
    }

    #[test]
    fn json_is_read_as_serde_json_reads_it() {
        let texts = [
            "",
            " ",
            "null",
            "nul",
            "nulll",
            "true",
            "false",
            "tru",
            " [ ] ",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1",
            "]",
            "{}",
            "{",
            r#"{"a":1}"#,
            r#"{"a":1,}"#,
            r#"{"a" 1}"#,
            "{a:1}",
            r#"{"a":1 "b":2}"#,
            "{,}",
            r#"{"a":{"b":[]}} "#,
            "{}x",
            "0",
            "-0",
            "-",
            "01",
            "-01",
            "1.",
            ".5",
            "1.5",
            "1e5",
            "1E+5",
            "1e-5",
            "1e",
            "1e+",
            "1e999",
            "-1e999",
            "1e-999",
            "+1",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "0.1",
            "123456789012345678901234567890",
            "1234567890123456789",
            "12345678901234567890",
            "12345678",
            "1234567",
            "1234567:",
            "1234567/",
            "-87654321",
            "00000001",
            "99999999.5",
            "123456781e2",
            "1719792000123",
            "9007199254740993",
            r#""""#,
            r#""a"#,
            r#""\"#,
            r#""\x""#,
            r#""\n\t\r\b\f\/\\\"""#,
            r#""\u0041""#,
            r#""\u00e9\u20AC""#,
            r#""\ud83d\ude00""#,
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ud83d\u0041""#,
            r#""\ude00""#,
            r#""\u12""#,
            r#""\u12g4""#,
            "\"a\nb\"",
            "\"a\u{7f}b\"",
            "\"\u{1f}\"",
            "\"ol\u{e1} mundo, ol\u{e1} \u{1f600}\"",
            "\u{feff}1",
            "NaN",
            "Infinity",
            "'a'",
        ];
        texts.into_iter().for_each(same);
        for depth in [1, 100, 126, 127, 128, 129, 400] {
            same(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
            same(&format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(texts in proptest::collection::vec(".{0,40}", 0..5), numbers in proptest::collection::vec(any::<f64>(), 0..5), whole in any::<i64>()) {
            let numbers: Vec<f64> = numbers.into_iter().filter(|number| number.is_finite()).collect();
            let value = serde_json::json!({"texts": texts, "numbers": numbers, "whole": [whole, whole.unsigned_abs()]});
            prop_assert_eq!(read::<Value>(&value.to_string()).unwrap(), value.clone());
            prop_assert_eq!(read::<Value>(&serde_json::to_string_pretty(&value).unwrap()).unwrap(), value);
        }

        #[test]
        fn rubbish_is_refused_or_read_alike(text in r#"[\[\]{}",:0-9eE.+\-\\untrfals \u{e9}]{0,30}"#) {
            same(&text);
        }
    }
}
