//! Tables as CSV: RFC 4180, UTF-8, ISO 8601 times with their offset, nothing that a spreadsheet would run (S4).

use std::borrow::Cow;
use std::io::{self, Write};

use super::contact_table::contact_table;
use super::shown::Shown;
use super::table::{Table, Values};
use crate::label::{Locale, labels};
use crate::report::Report;
use crate::segment::{ContactTable, FieldRef};
use crate::time::{Instant, Zone};

labels! { closed
    /// The first line of a CSV file.
    CsvHeader, "header" {
        /// The stable keys of the columns.
        Names = "names",
        /// Their titles in the report's language.
        Titles = "titles",
        /// No header, to add to a file that has one.
        Absent = "absent",
    }
}

labels! { closed
    /// How values that have a key and a word are written: sources, types, channels, users.
    CsvValues, "values" {
        /// The name or word that reports show; the key where there is none.
        Labels = "labels",
        /// The stable key.
        Keys = "keys",
    }
}

labels! { closed
    /// What stands between cells.
    CsvDelimiter, "delimiter" {
        /// `,`
        Comma = "comma",
        /// `;`, which spreadsheets expect where the comma is the decimal sign.
        Semicolon = "semicolon",
        /// A tab.
        Tab = "tab",
        /// `|`
        Pipe = "pipe",
    }
}

impl CsvDelimiter {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// How a table becomes CSV.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CsvOptions {
    /// Zone of the times.
    pub zone: Zone,
    /// The first line; default `names`.
    pub header: CsvHeader,
    /// Values with a key and a word; default `labels`.
    pub values: CsvValues,
    /// What stands between cells; default `comma`.
    pub delimiter: CsvDelimiter,
    /// Whether to begin with a byte order mark, by which Excel knows UTF-8; default no.
    pub bom: bool,
    /// Whether texts that a spreadsheet would run as a formula are made [`harmless`]; default yes.
    pub harmless: bool,
}

impl CsvOptions {
    /// The defaults, with times in this zone.
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            header: CsvHeader::Names,
            values: CsvValues::Labels,
            delimiter: CsvDelimiter::Comma,
            bom: false,
            harmless: true,
        }
    }

    /// The defaults, with times in the zone of a report; in UTC where the host handed in the rules of the zone, as
    /// a report does not hold them: use [`CsvOptions::new`] there.
    pub fn for_report(report: &Report) -> Self {
        Self::new(Shown::new(report, None).zone().clone())
    }

    /// Sets the first line.
    pub fn header(mut self, header: CsvHeader) -> Self {
        self.header = header;
        self
    }

    /// Sets how values with a key and a word are written.
    pub fn values(mut self, values: CsvValues) -> Self {
        self.values = values;
        self
    }

    /// Sets what stands between cells.
    pub fn delimiter(mut self, delimiter: CsvDelimiter) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Sets whether to begin with a byte order mark.
    pub fn bom(mut self, bom: bool) -> Self {
        self.bom = bom;
        self
    }

    /// Sets whether texts that look like formulas are made harmless; turn it off for readers that are no spreadsheet.
    pub fn harmless(mut self, harmless: bool) -> Self {
        self.harmless = harmless;
        self
    }
}

/// Writes a table as CSV (S4): lines end in CR LF, cells are quoted where they must be, missing values are empty.
///
/// Texts and ids that a spreadsheet would run are made [`harmless`]; numbers stay numbers, negative ones too. Times are
/// ISO 8601 with milliseconds and offset, shares are fractions with a decimal point, truth values `true` and `false`.
///
/// # Errors
/// Only those of the writer.
///
/// # Example
/// ```
/// use omnicontact::Zone;
/// use omnicontact::export::csv::{self, CsvOptions};
/// use omnicontact::export::{Table, TableColumn, Values};
/// let table = Table {
///     columns: vec![
///         TableColumn::new("at", "At", Values::Time(vec![Some(0), None])),
///         TableColumn::new("content", "Content", Values::Text(vec![Some("=1+1, \"two\"".into()), Some("hi".into())])),
///         TableColumn::new("change", "Change", Values::Int(vec![Some(-5), Some(5)])),
///     ],
/// };
/// let mut file = Vec::new();
/// csv::write(&table, &CsvOptions::new(Zone::new("America/Guayaquil").unwrap()), &mut file).unwrap();
/// assert_eq!(
///     String::from_utf8(file).unwrap(),
///     "at,content,change\r\n1969-12-31T19:00:00.000-05:00,\"'=1+1, \"\"two\"\"\",-5\r\n,hi,5\r\n"
/// );
/// ```
pub fn write(table: &Table, options: &CsvOptions, mut out: impl Write) -> io::Result<()> {
    if table.columns.is_empty() {
        return Ok(());
    }
    if options.bom && options.header != CsvHeader::Absent {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut writer = ::csv::WriterBuilder::new()
        .delimiter(options.delimiter.byte())
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    let text = |text: &str| if options.harmless { harmless(text).into_owned() } else { text.to_owned() };
    match options.header {
        CsvHeader::Names => writer.write_record(table.columns.iter().map(|column| text(&column.name)))?,
        CsvHeader::Titles => writer.write_record(table.columns.iter().map(|column| text(&column.title)))?,
        CsvHeader::Absent => {}
    }
    for row in 0..table.len() {
        for column in &table.columns {
            writer.write_field(&*cell(&column.values, row, options))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// Writes contacts as CSV (S4), some thousand rows at a time, so that memory holds no table of all.
///
/// # Errors
/// Only those of the writer.
///
/// # Example
/// ```
/// use omnicontact::export::csv::{self, CsvOptions};
/// use omnicontact::segment::{ContactField, ContactTable};
/// use omnicontact::{Contact, ContactId, Instant, Locale, Origin, Phone, Source, Zone};
/// let at = Instant::parse("2026-07-01T12:00:00Z")?;
/// let mut ana = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
/// ana.phones = vec![Phone::parse("+593991234567", None)?];
/// let contacts = [ana];
/// let table = ContactTable::new(&contacts);
/// let columns = [ContactField::Phones.into(), ContactField::CreatedAt.into()];
/// let options = CsvOptions::new(Zone::new("America/Guayaquil")?);
/// let mut file = Vec::new();
/// csv::write_contacts(&table, &[0], &columns, Locale::En, at, &options, &mut file).unwrap();
/// assert_eq!(
///     String::from_utf8(file).unwrap(),
///     "phones,created_at\r\n'+593991234567,2026-07-01T07:00:00.000-05:00\r\n"
/// );
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn write_contacts(
    table: &ContactTable<'_>,
    rows: &[usize],
    columns: &[FieldRef],
    locale: Locale,
    now: Instant,
    options: &CsvOptions,
    mut out: impl Write,
) -> io::Result<()> {
    let mut options = options.clone();
    let first = rows.len().min(CHUNK);
    write(&contact_table(table, &rows[..first], columns, locale, now), &options, &mut out)?;
    options.header = CsvHeader::Absent;
    for rows in rows[first..].chunks(CHUNK) {
        write(&contact_table(table, rows, columns, locale, now), &options, &mut out)?;
    }
    Ok(())
}

/// Rows that are written at a time.
const CHUNK: usize = 4_096;

/// The text of a cell.
pub(super) fn cell<'v>(values: &'v Values, row: usize, options: &CsvOptions) -> Cow<'v, str> {
    let guarded = |text: Cow<'v, str>| match text {
        Cow::Borrowed(text) if options.harmless => harmless(text),
        Cow::Owned(text) if options.harmless => Cow::Owned(harmless(&text).into_owned()),
        text => text,
    };
    let found: Option<Cow<'v, str>> = match values {
        Values::Text(values) => values.get(row).and_then(Option::as_deref).map(|text| guarded(text.into())),
        Values::Int(values) => values.get(row).copied().flatten().map(|value| value.to_string().into()),
        Values::Float(values) => values.get(row).copied().flatten().map(|value| value.to_string().into()),
        Values::Bool(values) => values.get(row).copied().flatten().map(|value| value.to_string().into()),
        Values::Time(values) => values
            .get(row)
            .copied()
            .flatten()
            .and_then(|at| Instant::from_millis(at).ok())
            .map(|at| options.zone.format(at).into()),
        Values::Id(values) => values.get(row).and_then(Option::as_ref).map(|id| match id {
            crate::id::ForeignId::Int(value) => value.to_string().into(),
            id => guarded(id.to_text()),
        }),
        Values::Category { codes, entries } => {
            codes.get(row).copied().flatten().and_then(|code| entries.get(code as usize)).map(|entry| {
                guarded(match options.values {
                    CsvValues::Labels => entry.shown(),
                    CsvValues::Keys => entry.key.to_text(),
                })
            })
        }
    };
    found.unwrap_or_default()
}

/// A text that no spreadsheet runs as a formula: one that begins with `=`, `+`, `-` or `@` (also full-width, also after
/// white space), or with a tab or line break, gets an apostrophe in front (S4).
///
/// Such a text that has apostrophes in front already gets one more, so that [`original`] gives every text back.
///
/// # Example
/// ```
/// use omnicontact::export::csv::{harmless, original};
/// assert_eq!(harmless("=HYPERLINK(\"http://example.com\")"), "'=HYPERLINK(\"http://example.com\")");
/// assert_eq!(harmless("  +593991234567"), "'  +593991234567");
/// assert_eq!(harmless("1 - 1"), "1 - 1");
/// assert_eq!(original("'=1"), "=1");
/// assert_eq!(original("'tis"), "'tis");
/// ```
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_run(text.trim_start_matches('\'')) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`harmless`] was given: what an import reads.
pub fn original(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_run(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

/// Whether a spreadsheet may run the text.
fn is_run(text: &str) -> bool {
    let hidden = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start_matches(hidden)
            .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}
