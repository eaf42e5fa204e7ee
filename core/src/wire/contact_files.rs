//! Requests about files of contacts: read, rehearsed, imported, written (S4).
//!
//! A request is plain data, so bytes come and go as base64.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Read;

use serde::{Deserialize, Serialize};

use super::find::{Chosen, ExportContacts, csv_of};
use crate::access::Actor;
use crate::contact::{ContactId, Profile};
use crate::error::{Code, Error, Result};
use crate::import::{self, ContactImport, ContactImportOptions, MappedColumn, import_contacts_watched, try_contacts};
use crate::label::labels;
use crate::message::Source;
use crate::segment::{ContactTable, CustomTypes};
use crate::time::Instant;
use crate::workspace::{Call, Event, Lent, Progress, Watch, Workspace};

labels! { closed
    /// A kind of file that contacts are written as.
    FileFormat, "format" {
        /// Comma-separated values.
        Csv = "csv",
        /// Pages with a table; only in builds with the feature `pdf`.
        Pdf = "pdf",
        /// A spreadsheet; only in builds with the feature `xlsx`.
        Xlsx = "xlsx",
    }
}

/// Asks about a text of CSV with contacts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadContacts {
    /// The whole file, as text.
    pub text: Option<String>,
    /// The whole file in any encoding, as base64; instead of `text`.
    pub base64: Option<String>,
    /// How it is read.
    #[serde(default)]
    pub import: ContactImportOptions,
}

/// The columns of a file and what they become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactColumnsOf {
    /// The columns.
    pub columns: Vec<MappedColumn>,
}

/// A row of a file: what it says, or what is wrong with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadContact {
    /// Place among the rows, from 1.
    pub row: u64,
    /// Line on which it begins, from 1.
    pub line: u64,
    /// The contact's id, if the file has one.
    pub id: Option<ContactId>,
    /// What the row says; not checked against the formats yet.
    pub profile: Option<Profile>,
    /// Whether the contact is blocked, if the row says so.
    pub blocked: Option<bool>,
    /// What is wrong.
    pub error: Option<RowError>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// Stable code.
    pub code: &'static str,
    /// Where: line and field.
    pub path: String,
}

/// The rows of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadContactRows {
    /// The columns.
    pub columns: Vec<MappedColumn>,
    /// The rows, good and bad.
    pub rows: Vec<ReadContact>,
    /// Lines without any content.
    pub blank_lines: u64,
}

/// What the columns of a file become: what a host shows for correction (S4).
///
/// # Errors
/// Those of [`import::contact_columns`] under `import` where they are about options.
pub fn contact_columns(request: &ReadContacts) -> Result<ContactColumnsOf> {
    let file = bytes(request.text.as_deref(), request.base64.as_deref())?;
    let columns = import::contact_columns(&*file, &request.import)?;
    Ok(ContactColumnsOf { columns })
}

/// The rows of a file, for hosts that keep contacts elsewhere (S4).
///
/// # Errors
/// Those of [`import::each_contact`].
pub fn read_contacts(request: &ReadContacts) -> Result<ReadContactRows> {
    let file = bytes(request.text.as_deref(), request.base64.as_deref())?;
    let mut rows = Vec::new();
    let read = import::each_contact(&*file, &request.import, &CustomTypes::new(), &[], |row, line, read| {
        rows.push(match read {
            Ok(read) => {
                ReadContact { row, line, id: read.id, profile: Some(read.profile), blocked: read.blocked, error: None }
            }
            Err(error) => ReadContact {
                row,
                line,
                id: None,
                profile: None,
                blocked: None,
                error: Some(RowError { code: error.code().as_str(), path: error.path().to_owned() }),
            },
        });
        Ok(())
    })?;
    Ok(ReadContactRows { columns: read.columns, rows, blank_lines: read.blank_lines })
}

/// Asks for the contacts of a file to be imported into a workspace, or for a rehearsal of that.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportContactFile {
    /// When it happened.
    pub at: Instant,
    /// The host's present: an `at` further ahead of it than `clock_tolerance` is an error (D34).
    pub now: Option<Instant>,
    /// Ten random bytes; each new contact counts one on.
    pub random: [u8; 10],
    /// Who asks; without an actor the host itself does, and roles are not checked.
    pub actor: Option<Actor>,
    /// Where the command comes from; `user` with an actor, else `developer_api`.
    pub source: Option<Source>,
    /// The whole file, as text.
    pub text: Option<String>,
    /// The whole file in any encoding, as base64; instead of `text`.
    pub base64: Option<String>,
    /// How it is read and applied.
    #[serde(default)]
    pub import: ContactImportOptions,
}

impl ImportContactFile {
    /// The bytes of the file.
    ///
    /// # Errors
    /// `missing_option` at `text`, `malformed_value` at `base64`.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        bytes(self.text.as_deref(), self.base64.as_deref())
    }
}

/// An import with the numbers of its events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportedContactFile {
    /// The import, row by row.
    #[serde(flatten)]
    pub import: ContactImport,
    /// Number of the first event that was made.
    pub from: u64,
    /// Number of the last; less than `from` where none was made.
    pub to: u64,
}

pub(super) fn import_file(
    workspace: &mut Workspace,
    call: &Call,
    request: &ImportContactFile,
    events: &mut Vec<Event>,
    watch: &mut dyn Watch,
) -> Result<ImportedContactFile> {
    let file = request.bytes()?;
    let before = workspace.sequence();
    let read = Cell::new(0);
    let reader = Counted { bytes: &file, read: &read };
    let mut told = |_, state: Lent<'_>| watch.pause(Progress { done: read.get(), total: file.len() }, state);
    let import = import_contacts_watched(workspace, call, reader, &request.import, events, &mut told)?;
    Ok(ImportedContactFile { import, from: before + 1, to: workspace.sequence() })
}

pub(super) fn try_file(workspace: &Workspace, call: &Call, request: &ImportContactFile) -> Result<ContactImport> {
    try_contacts(workspace, call, &*request.bytes()?, &request.import)
}

/// A reader that says how far it is.
struct Counted<'b> {
    bytes: &'b [u8],
    read: &'b Cell<usize>,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.bytes.read(into)?;
        self.read.set(self.read.get() + count);
        Ok(count)
    }
}

/// Asks for contacts as a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactFileRequest {
    /// The kind of file.
    pub format: FileFormat,
    /// Which contacts and columns, and how; what is about CSV alone is not looked at for other kinds.
    pub export: ExportContacts,
    /// What stands above the table of a PDF.
    pub title: Option<String>,
    /// Fonts of a PDF: bytes of TrueType or OpenType as base64, the preferred one first.
    #[serde(default)]
    pub fonts: Vec<String>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactFile {
    /// Contacts written.
    pub rows: usize,
    /// The kind of its content, as the web names it.
    pub media_type: &'static str,
    /// The bytes.
    pub base64: String,
}

/// Contacts as a file of a kind (S4).
///
/// # Errors
/// `unknown_label` at `format` where this build does not write it; those of [`export_contacts`](super::export_contacts)
/// under `export`; `malformed_value` at `fonts[n]`; those of the format.
pub fn contact_file(table: &ContactTable<'_>, request: &ContactFileRequest) -> Result<ContactFile> {
    let chosen = Chosen::of(table, &request.export).map_err(|error| error.at("export"))?;
    let (media_type, bytes) = match request.format {
        FileFormat::Csv => ("text/csv; charset=utf-8", csv_of(table, &request.export, &chosen)?),
        FileFormat::Pdf => ("application/pdf", pdf_of(table, request, &chosen)?),
        FileFormat::Xlsx => {
            ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of(table, request, &chosen)?)
        }
    };
    Ok(ContactFile { rows: chosen.rows.len(), media_type, base64: encoded(&bytes) })
}

#[cfg(any(feature = "pdf", feature = "xlsx"))]
fn table_of(table: &ContactTable<'_>, request: &ContactFileRequest, chosen: &Chosen) -> crate::export::Table {
    let export = &request.export;
    crate::export::contact_table(table, &chosen.rows, &chosen.columns, export.locale, export.now)
}

#[cfg(feature = "pdf")]
fn pdf_of(table: &ContactTable<'_>, request: &ContactFileRequest, chosen: &Chosen) -> Result<Vec<u8>> {
    use crate::export::pdf::{self, PdfFonts, PdfOptions};
    let fonts = request.fonts.iter().enumerate();
    let fonts = fonts.map(|(row, font)| decoded(font).map_err(|error| error.at_row(row).at("fonts")));
    let fonts = PdfFonts::new(fonts.collect::<Result<Vec<_>>>()?);
    let mut options = PdfOptions::new(chosen.zone.clone(), fonts).locale(request.export.locale);
    options.title.clone_from(&request.title);
    options.values = request.export.values.unwrap_or(options.values);
    // Before the cells of all rows are made.
    options.check(chosen.rows.len())?;
    pdf::write(&table_of(table, request, chosen), &options)
}

#[cfg(feature = "xlsx")]
fn xlsx_of(table: &ContactTable<'_>, request: &ContactFileRequest, chosen: &Chosen) -> Result<Vec<u8>> {
    crate::export::xlsx::write(&table_of(table, request, chosen), &chosen.zone)
}

#[cfg(not(feature = "pdf"))]
fn pdf_of(_: &ContactTable<'_>, request: &ContactFileRequest, _: &Chosen) -> Result<Vec<u8>> {
    Err(unwritten(request.format))
}

#[cfg(not(feature = "xlsx"))]
fn xlsx_of(_: &ContactTable<'_>, request: &ContactFileRequest, _: &Chosen) -> Result<Vec<u8>> {
    Err(unwritten(request.format))
}

#[cfg(not(all(feature = "pdf", feature = "xlsx")))]
fn unwritten(format: FileFormat) -> Error {
    Error::new(Code::UnknownLabel, format!("this build writes no `{format}`")).with_allowed(["csv"]).at("format")
}

/// The bytes of a file that comes as text or as base64.
fn bytes<'r>(text: Option<&'r str>, base64: Option<&'r str>) -> Result<Cow<'r, [u8]>> {
    match (text, base64) {
        (Some(text), None) => Ok(Cow::Borrowed(text.as_bytes())),
        (None, Some(base64)) => decoded(base64).map(Cow::Owned).map_err(|error| error.at("base64")),
        (Some(_), Some(_)) => {
            Err(Error::new(Code::MalformedValue, "the file is given as `text` and as `base64`").at("base64"))
        }
        (None, None) => Err(Error::new(Code::MissingOption, "`text` is missing")
            .with_hint("the whole file, or its bytes as `base64`")
            .at("text")),
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes of base64 (RFC 4648), with or without its padding.
fn decoded(text: &str) -> Result<Vec<u8>> {
    const VALUES: [u8; 256] = {
        let mut values = [u8::MAX; 256];
        let mut at = 0_u8;
        while at < 64 {
            values[ALPHABET[at as usize] as usize] = at;
            at += 1;
        }
        values
    };
    let wrong = || Error::new(Code::MalformedValue, "not base64");
    let text = text.as_bytes();
    let letters = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    if letters.len() % 4 == 1 || (letters.len() < text.len() && !text.len().is_multiple_of(4)) {
        return Err(wrong());
    }
    let mut out = Vec::with_capacity(letters.len() / 4 * 3 + 3);
    for four in letters.chunks(4) {
        let mut bits = 0_u32;
        for letter in four {
            let value = VALUES[usize::from(*letter)];
            if value == u8::MAX {
                return Err(wrong());
            }
            bits = bits << 6 | u32::from(value);
        }
        let [_, one, two, three] = (bits << (6 * (4 - four.len()))).to_be_bytes();
        let bytes = [one, two, three];
        let (whole, rest) = bytes.split_at(four.len() - 1);
        // What is left over of the last letter must be nothing.
        if rest.iter().any(|byte| *byte != 0) {
            return Err(wrong());
        }
        out.extend_from_slice(whole);
    }
    Ok(out)
}

/// Base64 of bytes, padded.
fn encoded(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_and_comes() {
        for (bytes, text) in
            [(&b""[..], ""), (b"f", "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"\xff\xfe\x00", "//4A")]
        {
            assert_eq!(encoded(bytes), text);
            assert_eq!(decoded(text).unwrap(), bytes);
            assert_eq!(decoded(text.trim_end_matches('=')).unwrap(), bytes);
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decoded(&encoded(&all)).unwrap(), all);
        for wrong in
            ["Z", "Zg=", "Zh==", "Zm9v=", "Zm9", "Z m9v", "Zm9v\n", "ñ"].into_iter().filter(|text| *text != "Zm9")
        {
            assert_eq!(decoded(wrong).unwrap_err().code(), Code::MalformedValue, "{wrong}");
        }
        assert!(decoded("Zm9").is_err(), "a bit too much");
    }
}
