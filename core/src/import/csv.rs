//! CSV split into cells, in place: RFC 4180 with any line end, and strict about quotes.
//!
//! Own splitting instead of the `csv` crate's, whose leniency hides what an import has to name: an open quote at the
//! end (it becomes content), text after a closing quote (the quote vanishes), blank lines (skipped uncounted, and the
//! next row's line is wrong then), and a cell without end (memory). On well-formed input both agree, by test.

use std::io::Read;
use std::ops::Range;

use super::input::{Input, at_line};
use super::options::{Delimiter, ImportOptions};
use crate::error::{Code, Error, Result};

const QUOTE: u8 = b'"';
/// As many columns as the largest spreadsheets have.
const MAX_CELLS: usize = 16_384;

/// A reader of records.
pub(super) struct CsvReader<'o, R> {
    pub(super) input: Input<'o, R>,
    delimiter: u8,
    max_cell: usize,
    header: Vec<String>,
    /// Whether the end of the current line is still to come.
    in_line: bool,
    /// Line of the record that was asked for last, and whether it still stands at the start of the window.
    at_line: u64,
    stuck: bool,
    cells: Vec<Range<usize>>,
    /// Positions in `cells` that hold doubled quotes.
    escaped: Vec<usize>,
}

/// A record: its line, its text, and where its cells are in the text.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    pub(super) line: u64,
    text: &'r str,
    cells: &'r [Range<usize>],
}

impl<'r> Record<'r> {
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The cell at a position; empty past the end.
    pub(super) fn cell(&self, position: usize) -> &'r str {
        // A cell begins and ends beside an ASCII character, so never inside another one.
        self.cells.get(position).and_then(|range| self.text.get(range.clone())).unwrap_or_default()
    }
}

/// How a look for the end of a record ended.
enum Look {
    /// After so many bytes, among them so many line feeds.
    Found { length: usize, line_feeds: u64 },
    /// The window is too short to say.
    Unfinished,
}

impl<'o, R: Read> CsvReader<'o, R> {
    /// A reader of what follows [`Input::begin`].
    pub(super) fn new(mut input: Input<'o, R>, options: &ImportOptions) -> Result<Self> {
        let delimiter = match options.delimiter {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Auto => commonest_delimiter(&mut input)?,
        };
        Ok(Self {
            input,
            delimiter,
            max_cell: options.max_cell_bytes,
            header: Vec::new(),
            in_line: false,
            at_line: 1,
            stuck: false,
            cells: Vec::new(),
            escaped: Vec::new(),
        })
    }

    /// Reads the header; its line is the other result.
    pub(super) fn read_header(&mut self) -> Result<(Vec<String>, u64)> {
        let Some(record) = self.next_record()? else { return Ok((Vec::new(), 1)) };
        let line = record.line;
        let header: Vec<String> = (0..record.len()).map(|position| record.cell(position).to_owned()).collect();
        self.header.clone_from(&header);
        Ok((header, line))
    }

    /// The next record; blank lines are counted and passed over.
    pub(super) fn next_record(&mut self) -> Result<Option<Record<'_>>> {
        if !self.begin_record()? {
            return Ok(None);
        }
        self.at_line = self.input.line;
        self.stuck = true;
        let (length, line_feeds) = loop {
            match self.look()? {
                Look::Found { length, line_feeds } => break (length, line_feeds),
                Look::Unfinished => self.input.more()?,
            }
        };
        self.unescape();
        self.input.take(length);
        self.in_line = true;
        self.stuck = false;
        let line = self.input.line;
        self.input.line += line_feeds;
        let record = self.input.taken(length);
        if memchr::memchr(0, record).is_some() {
            let holds = |cell: &Range<usize>| record.get(cell.clone()).is_some_and(|bytes| bytes.contains(&0));
            let position = self.cells.iter().position(holds).unwrap_or_default();
            let fault = Error::new(Code::InvalidValue, "the cell holds a NUL byte");
            return Err(at_line(fault.at(self.column(position)), line));
        }
        let text = std::str::from_utf8(record).map_err(|fault| {
            let position = self.cells.iter().position(|cell| fault.valid_up_to() < cell.end).unwrap_or_default();
            let fault = Error::new(Code::InvalidUtf8, "the cell is not UTF-8")
                .with_hint("save the file as UTF-8; it looks like Latin-1 or Windows-1252 now");
            at_line(fault.at(self.column(position)), line)
        })?;
        Ok(Some(Record { line, text, cells: &self.cells }))
    }

    /// Line of the record that was asked for last.
    pub(super) fn record_line(&self) -> u64 {
        self.at_line
    }

    /// Goes on after a record that could not be read: to the end of the line on which it begins, a piece at a time, so
    /// that a line of any length needs no memory.
    pub(super) fn pass_over(&mut self) -> Result<()> {
        while std::mem::take(&mut self.stuck) {
            let window = self.input.window();
            let end = memchr::memchr2(b'\n', b'\r', window);
            let length = end.unwrap_or(window.len());
            self.input.take(length);
            if end.is_none() && !self.input.ended() {
                self.input.more()?;
                self.stuck = true;
            }
            self.in_line = true;
        }
        Ok(())
    }

    /// Moves to the start of the next record; `false` where there is none.
    fn begin_record(&mut self) -> Result<bool> {
        loop {
            // Two bytes tell a lone carriage return from a pair.
            while self.input.window().len() < 2 && !self.input.ended() {
                self.input.more()?;
            }
            let taken = match self.input.window() {
                [] => return Ok(false),
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => return Ok(true),
            };
            self.input.take(taken);
            self.input.line += 1;
            self.input.blank_lines += u64::from(!self.in_line);
            self.in_line = false;
        }
    }

    /// Finds the cells of the record at the start of the window.
    fn look(&mut self) -> Result<Look> {
        let window = self.input.window();
        let ended = self.input.ended();
        self.cells.clear();
        self.escaped.clear();
        let mut at = 0;
        let mut line_feeds = 0;
        loop {
            let rest = window.get(at..).unwrap_or_default();
            let quoted = rest.first() == Some(&QUOTE);
            let (length, closed) = if quoted {
                let (length, doubled) = closing_quote(rest);
                if doubled {
                    self.escaped.push(self.cells.len());
                }
                // A quote at the very end of the window may be the first of two.
                let closed = length.is_some_and(|length| ended || length + 2 < rest.len());
                (length.unwrap_or(rest.len() - 1), closed)
            } else {
                let end = memchr::memchr3(self.delimiter, b'\n', b'\r', rest);
                (end.unwrap_or(rest.len()), end.is_some() || ended)
            };
            let line = self.input.line + line_feeds;
            let here = |fault: Error| at_line(fault.at(self.column(self.cells.len())), line);
            if length > self.max_cell {
                let fault = Error::new(Code::InvalidValue, format!("the cell is longer than {} bytes", self.max_cell));
                return Err(here(fault.with_hint(
                    "raise `max_cell_bytes` if cells of that size are meant, or look for a quote that is not closed",
                )));
            }
            if !closed && !ended {
                return Ok(Look::Unfinished);
            }
            if !closed {
                return Err(here(Error::new(Code::MalformedCsv, "the quote that opens this cell is never closed")));
            }
            let next = rest.get(length + 2).filter(|_| quoted);
            if next.is_some_and(|byte| ![self.delimiter, b'\n', b'\r'].contains(byte)) {
                let fault = Error::new(Code::MalformedCsv, "text stands after the quote that closes this cell");
                return Err(here(fault.with_hint("write a quote inside a quoted cell twice")));
            }
            if quoted {
                let cell = &rest[1..=length];
                line_feeds += count(cell, b'\n');
                self.cells.push(at + 1..at + 1 + length);
                at += length + 2;
            } else {
                self.cells.push(at..at + length);
                at += length;
            }
            if self.cells.len() > MAX_CELLS {
                return Err(self.input.fault(Code::MalformedCsv, format!("the row has more than {MAX_CELLS} cells")));
            }
            match window.get(at) {
                None | Some(b'\n' | b'\r') => return Ok(Look::Found { length: at, line_feeds }),
                Some(_) => at += 1,
            }
        }
    }

    /// Makes one quote of two in the cells that hold such.
    fn unescape(&mut self) {
        let window = self.input.window_mut();
        for position in &self.escaped {
            let Some(range) = self.cells.get_mut(*position) else { continue };
            let Some(cell) = window.get_mut(range.clone()) else { continue };
            let (mut from, mut to) = (0, 0);
            while from < cell.len() {
                cell[to] = cell[from];
                from += if cell[from] == QUOTE { 2 } else { 1 };
                to += 1;
            }
            // What is left over must stay UTF-8.
            cell[to..].fill(b' ');
            range.end = range.start + to;
        }
    }

    /// What the column at a position is called.
    fn column(&self, position: usize) -> String {
        self.header.get(position).cloned().unwrap_or_else(|| format!("column[{}]", position + 1))
    }
}

/// For bytes that begin with a quote: how many bytes stand between it and the closing one, and whether there are
/// doubled quotes among them.
fn closing_quote(bytes: &[u8]) -> (Option<usize>, bool) {
    let mut doubled = false;
    let mut from = 1;
    loop {
        let Some(length) = bytes.get(from..).and_then(|rest| memchr::memchr(QUOTE, rest)) else {
            return (None, doubled);
        };
        if bytes.get(from + length + 1) != Some(&QUOTE) {
            return (Some(from + length - 1), doubled);
        }
        doubled = true;
        from += length + 2;
    }
}

fn count(bytes: &[u8], wanted: u8) -> u64 {
    memchr::memchr_iter(wanted, bytes).count() as u64
}

/// The delimiter that the first line has most of, outside quotes; a comma if it has none.
fn commonest_delimiter<R: Read>(input: &mut Input<'_, R>) -> Result<u8> {
    loop {
        let window = input.window();
        let begin = window.iter().take_while(|byte| byte.is_ascii_whitespace() && **byte != b'\t').count();
        let mut quoted = false;
        let mut seen = [(b',', 0), (b';', 0), (b'\t', 0)];
        let end = window.iter().skip(begin).position(|byte| {
            quoted ^= *byte == QUOTE;
            if let Some((_, count)) = seen.iter_mut().find(|(delimiter, _)| !quoted && delimiter == byte) {
                *count += 1;
            }
            !quoted && matches!(byte, b'\n' | b'\r')
        });
        if end.is_some() || input.ended() {
            let most = seen.iter().map(|(_, count)| *count).max().unwrap_or(0);
            return Ok(seen.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter));
        }
        input.more()?;
    }
}
