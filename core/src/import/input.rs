//! The bytes of the input: a window that grows to hold a whole row, counted, bounded, and open to cancelling.

use std::io::Read;

use super::options::{ImportOptions, Progress};
use crate::error::{Code, Error, Result};

/// How much is asked of the reader at once. Little in tests, so that each of them meets every end of a window.
const STEP: usize = if cfg!(test) { 5 } else { 256 * 1024 };

/// The part of the input that is in memory: from the row that is being read on.
pub(super) struct Input<'o, R> {
    reader: R,
    options: &'o ImportOptions,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    /// Line at `start`, from 1.
    pub(super) line: u64,
    pub(super) blank_lines: u64,
    pub(super) bytes: u64,
    pub(super) rows: u64,
}

impl<'o, R: Read> Input<'o, R> {
    pub(super) fn new(reader: R, options: &'o ImportOptions) -> Self {
        let buffer = Vec::new();
        Self { reader, options, buffer, start: 0, ended: false, line: 1, blank_lines: 0, bytes: 0, rows: 0 }
    }

    /// What is in memory and not taken yet.
    pub(super) fn window(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// The same, to write in.
    pub(super) fn window_mut(&mut self) -> &mut [u8] {
        &mut self.buffer[self.start..]
    }

    /// Whether the window reaches to the end of the input.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Takes bytes off the window.
    pub(super) fn take(&mut self, count: usize) {
        self.start += count;
    }

    /// The bytes taken last.
    pub(super) fn taken(&self, count: usize) -> &[u8] {
        &self.buffer[self.start - count..self.start]
    }

    /// Lengthens the window; at the end of the input it only notes that.
    pub(super) fn more(&mut self) -> Result<()> {
        if self.window().len() > self.options.max_row_bytes() {
            let limit = self.options.max_row_bytes();
            return Err(self.fault(Code::InvalidValue, format!("the row is longer than {limit} bytes")).with_hint(
                "raise `max_cell_bytes` (a row may have eight times as many) if rows of that size are meant",
            ));
        }
        self.report()?;
        // Doubling keeps the number of times that a long row is looked at again small.
        let step = STEP.max(self.window().len());
        self.buffer.drain(..self.start);
        self.start = 0;
        let had = self.buffer.len();
        let asked = u64::try_from(step).unwrap_or(u64::MAX);
        match self.reader.by_ref().take(asked).read_to_end(&mut self.buffer) {
            Ok(0) => self.ended = true,
            Ok(_) => self.bytes += u64::try_from(self.buffer.len() - had).unwrap_or(u64::MAX),
            Err(failure) => return Err(self.fault(Code::ReadFailed, format!("the reader failed: {failure}"))),
        }
        Ok(())
    }

    /// Tells the host how far it is, and stops if the host says so.
    pub(super) fn report(&self) -> Result<()> {
        let Some(heard) = &self.options.on_progress else { return Ok(()) };
        if heard(Progress { bytes: self.bytes, rows: self.rows }).is_break() {
            return Err(Error::new(Code::Cancelled, "the reading was cancelled"));
        }
        Ok(())
    }

    /// An error at the current line.
    pub(super) fn fault(&self, code: Code, message: impl Into<String>) -> Error {
        at_line(Error::new(code, message), self.line)
    }

    /// Drops a byte order mark, and finds the first byte that is not blank.
    pub(super) fn begin(&mut self) -> Result<Option<u8>> {
        while !self.ended && self.window().len() < 4 {
            self.more()?;
        }
        match self.window() {
            [0xEF, 0xBB, 0xBF, ..] => self.take(3),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..] | [_, 0, ..] => {
                return Err(self.fault(Code::InvalidUtf8, "the input is not UTF-8").with_hint("it looks like UTF-16"));
            }
            _ => {}
        }
        loop {
            if let Some(first) = self.window().iter().find(|byte| !byte.is_ascii_whitespace()) {
                return Ok(Some(*first));
            }
            if self.ended {
                return Ok(None);
            }
            self.more()?;
        }
    }
}

/// Puts a line before the path: `line[17].sent_at`.
pub(super) fn at_line(error: Error, line: u64) -> Error {
    error.at(format!("[{line}]")).at("line")
}
