//! Bytes of a file as UTF-8, whatever encoding it is in: named, told by its first bytes, or by what is no UTF-8.

use std::io::{self, Read};

use crate::error::{Code, Error, Result};

/// Bytes that are read at once.
const STEP: usize = 64 * 1024;

/// A reader that gives UTF-8.
///
/// A byte order mark decides; else a byte of zero beside each letter means UTF-16; else the first bytes that are not
/// ASCII: valid UTF-8 or Windows-1252, which Latin-1 is part of.
pub(super) struct Decoded<R> {
    reader: R,
    state: State,
    out: Vec<u8>,
    taken: usize,
    /// Bytes of a letter that is not whole yet.
    tail: Vec<u8>,
    ended: bool,
}

enum State {
    Begin,
    Ascii,
    Utf8,
    #[cfg(feature = "encodings")]
    Other(Box<encoding_rs::Decoder>),
}

impl<R: Read> Decoded<R> {
    /// A reader of a named encoding, or of one that shows itself.
    pub(super) fn new(reader: R, label: Option<&str>) -> Result<Self> {
        let state = match label {
            None => State::Begin,
            Some(label) => named(label)?,
        };
        Ok(Self { reader, state, out: Vec::new(), taken: 0, tail: Vec::new(), ended: false })
    }

    /// The name of the encoding, as far as the file was read.
    pub(super) fn name(&self) -> &'static str {
        match &self.state {
            #[cfg(feature = "encodings")]
            State::Other(decoder) => decoder.encoding().name(),
            _ => "UTF-8",
        }
    }

    fn more(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.tail);
        let read = self.reader.by_ref().take(STEP as u64).read_to_end(&mut bytes)?;
        self.ended = read == 0;
        self.out.clear();
        self.taken = 0;
        self.state = match std::mem::replace(&mut self.state, State::Utf8) {
            State::Begin => first(&bytes, self.ended),
            State::Ascii => later(&bytes, self.ended),
            state @ State::Utf8 => state,
            #[cfg(feature = "encodings")]
            state @ State::Other(_) => state,
        };
        if matches!(self.state, State::Ascii) && !bytes.is_ascii() {
            // A letter that the end of the piece cuts is looked at with the next piece.
            let plain = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len());
            self.tail = bytes.split_off(plain);
        }
        match &mut self.state {
            #[cfg(feature = "encodings")]
            State::Other(decoder) => {
                let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(STEP * 4));
                let _ = decoder.decode_to_string(&bytes, &mut text, self.ended);
                self.out = text.into_bytes();
            }
            _ => self.out = bytes,
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.out.len() && !self.ended {
            self.more()?;
        }
        let rest = &self.out[self.taken..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(feature = "encodings")]
fn named(label: &str) -> Result<State> {
    let encoding = encoding_rs::Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
        Error::new(Code::UnknownLabel, format!("unknown encoding `{label}`"))
            .with_hint("a label of the web: `utf-8`, `windows-1252`, `utf-16le`, `gbk`, `shift_jis` …")
            .at("encoding")
    })?;
    Ok(if encoding == encoding_rs::UTF_8 { State::Utf8 } else { State::Other(Box::new(encoding.new_decoder())) })
}

#[cfg(not(feature = "encodings"))]
fn named(label: &str) -> Result<State> {
    if label.trim().eq_ignore_ascii_case("utf-8") {
        return Ok(State::Utf8);
    }
    Err(Error::new(Code::UnknownLabel, format!("this build reads no `{label}`")).with_allowed(["utf-8"]).at("encoding"))
}

#[cfg(feature = "encodings")]
fn first(bytes: &[u8], ended: bool) -> State {
    let other = |encoding: &'static encoding_rs::Encoding| State::Other(Box::new(encoding.new_decoder()));
    match (encoding_rs::Encoding::for_bom(bytes), bytes) {
        (Some((encoding, _)), _) if encoding == encoding_rs::UTF_8 => State::Utf8,
        (Some((encoding, _)), _) => other(encoding),
        (None, [one, 0, two, 0, ..]) if *one > 0 && *two > 0 => other(encoding_rs::UTF_16LE),
        (None, [0, one, 0, two, ..]) if *one > 0 && *two > 0 => other(encoding_rs::UTF_16BE),
        _ => later(bytes, ended),
    }
}

#[cfg(feature = "encodings")]
fn later(bytes: &[u8], ended: bool) -> State {
    match std::str::from_utf8(bytes) {
        Err(fault) if ended || fault.error_len().is_some() => {
            State::Other(Box::new(encoding_rs::WINDOWS_1252.new_decoder()))
        }
        Err(fault) if bytes[..fault.valid_up_to()].is_ascii() => State::Ascii,
        Ok(text) if text.is_ascii() => State::Ascii,
        _ => State::Utf8,
    }
}

#[cfg(not(feature = "encodings"))]
fn first(bytes: &[u8], ended: bool) -> State {
    later(bytes, ended)
}

#[cfg(not(feature = "encodings"))]
fn later(bytes: &[u8], _: bool) -> State {
    if bytes.is_ascii() { State::Ascii } else { State::Utf8 }
}

#[cfg(all(test, feature = "encodings"))]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], label: Option<&str>) -> (String, &'static str) {
        let mut reader = Decoded::new(bytes, label).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        (text, reader.name())
    }

    #[test]
    fn the_encoding_shows_itself() {
        assert_eq!(decoded("niño".as_bytes(), None), ("niño".to_owned(), "UTF-8"));
        assert_eq!(decoded(b"ni\xf1o \x80", None), ("niño €".to_owned(), "windows-1252"));
        let wide = |text: &str, low: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|unit| if low { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
        };
        assert_eq!(decoded(&wide("name;ñ", true), None), ("name;ñ".to_owned(), "UTF-16LE"));
        assert_eq!(decoded(&wide("name;ñ", false), None), ("name;ñ".to_owned(), "UTF-16BE"));
        assert_eq!(decoded(&wide("\u{feff}ñ", true), None), ("ñ".to_owned(), "UTF-16LE"));
        assert_eq!(decoded(b"\x93\x8c\x8b\x9e", Some("shift_jis")), ("東京".to_owned(), "Shift_JIS"));
        assert_eq!(decoded(b"", None), (String::new(), "UTF-8"));
        let error = Decoded::new(&b""[..], Some("klingon")).err().unwrap();
        assert_eq!((error.code(), error.path()), (Code::UnknownLabel, "encoding"));
    }

    #[test]
    fn a_letter_cut_by_a_piece_stays_whole() {
        let text = format!("{}ñandú", "a".repeat(STEP - 1));
        assert_eq!(decoded(text.as_bytes(), None), (text.clone(), "UTF-8"));
        let mut late = vec![b'a'; STEP * 2];
        late.push(0xf1);
        assert!(decoded(&late, None).0.ends_with('ñ'));
    }
}
