//! Contacts from CSV: columns mapped to fields, rows created or updated, every row answered (S4).

mod apply;
mod encoding;
mod mapping;
mod options;
mod row;

use std::io::Read;

pub use apply::{
    ContactImport, ImportCounts, ImportStop, RowAnswer, RowOutcome, SkipReason, import_contacts,
    import_contacts_watched, import_contacts_with, try_contacts,
};
pub use mapping::{CONTACT_COLUMNS, MappedBy, MappedColumn, Target, UnknownColumns};
pub use options::{ContactImportOptions, ImportMode, MatchBy};
pub use row::ContactRow;

use super::csv::CsvReader;
use super::input::Input;
use super::options::ImportOptions;
use crate::error::{Code, Error, ErrorKind, Result};
use crate::id::ForeignId;
use crate::segment::CustomTypes;
use encoding::Decoded;
use row::Reading;

/// What a reading of contacts went through.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContactsRead {
    /// The columns.
    pub columns: Vec<MappedColumn>,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// Rows, good and bad.
    pub rows: u64,
    /// Lines without any content, which are no rows.
    pub blank_lines: u64,
}

/// The columns of a file and what they become: what a host shows for correction before it imports.
///
/// # Errors
/// `empty_input`, `missing_column` for a mapping of a column that is not there, `unknown_label` for the encoding, and
/// what is wrong with the header.
///
/// # Example
/// ```
/// use omnicontact::import::{ContactImportOptions, MappedBy, contact_columns};
/// let file = "Nombre;Teléfono;Talla\nAna;0991234567;38\n";
/// let columns = contact_columns(file.as_bytes(), &ContactImportOptions::default())?;
/// assert_eq!(columns[1].by, MappedBy::Guessed);
/// assert_eq!(columns[2].by, MappedBy::Unknown);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn contact_columns(reader: impl Read, options: &ContactImportOptions) -> Result<Vec<MappedColumn>> {
    options.check()?;
    let plain = plain(options);
    let (_, header) = open(Decoded::new(reader, options.encoding.as_deref())?, &plain)?;
    mapping::mapped(&header, &options.mapping, options.unknown_columns)
}

/// Reads contacts row by row, in bounded memory. A row that cannot be read is handed over as its error, with the line in
/// the path; the reading goes on at the next line.
///
/// # Errors
/// Those of [`contact_columns`], `unknown_column` and `duplicate_column` at `column[n]`; `read_failed`; those of `each`.
///
/// # Example
/// ```
/// use omnicontact::import::{ContactImportOptions, each_contact};
/// let file = "name,phones\nAna,+593991234567\nEva\nLuz,\n";
/// let mut rows = Vec::new();
/// let read = each_contact(file.as_bytes(), &ContactImportOptions::default(), &Default::default(), &[], |row, line, read| {
///     rows.push((row, line, read.is_ok()));
///     Ok(())
/// })?;
/// assert_eq!(rows, [(1, 2, true), (2, 3, false), (3, 4, true)]);
/// assert_eq!(read.encoding, "UTF-8");
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn each_contact(
    reader: impl Read,
    options: &ContactImportOptions,
    custom: &CustomTypes,
    channels: &[ForeignId],
    each: impl FnMut(u64, u64, Result<ContactRow>) -> Result<()>,
) -> Result<ContactsRead> {
    each_contact_under(reader, options, custom, channels, &mut None, each)
}

/// What is known of a file before its rows.
struct Heading {
    columns: Vec<MappedColumn>,
    /// As far as the file was read.
    encoding: &'static str,
}

/// [`each_contact`], which leaves the heading also where the rows are not read to their end.
fn each_contact_under(
    reader: impl Read,
    options: &ContactImportOptions,
    custom: &CustomTypes,
    channels: &[ForeignId],
    heading: &mut Option<Heading>,
    each: impl FnMut(u64, u64, Result<ContactRow>) -> Result<()>,
) -> Result<ContactsRead> {
    options.check()?;
    let plain = plain(options);
    let mut decoded = Decoded::new(reader, options.encoding.as_deref())?;
    let (mut csv, header) = open(&mut decoded, &plain)?;
    let columns = mapping::mapped(&header, &options.mapping, options.unknown_columns)?;
    mapping::check(&columns)?;
    let mut types = custom.clone();
    types.extend(options.custom_fields.clone());
    let reading = Reading { columns: &columns, options, custom: &types, channels };
    let read = each_row(&mut csv, header.len(), &reading, each);
    let blank_lines = csv.input.blank_lines;
    drop(csv);
    let encoding = decoded.name();
    *heading = Some(Heading { columns: columns.clone(), encoding });
    Ok(ContactsRead { encoding, columns, rows: read?, blank_lines })
}

fn each_row<R: Read>(
    csv: &mut CsvReader<'_, R>,
    width: usize,
    reading: &Reading<'_>,
    mut each: impl FnMut(u64, u64, Result<ContactRow>) -> Result<()>,
) -> Result<u64> {
    let mut rows = 0;
    loop {
        let (line, read) = match csv.next_record() {
            Ok(None) => return Ok(rows),
            Ok(Some(record)) => {
                let line = record.line;
                let read = if record.len() == width {
                    reading.row(|place| record.cell(place)).map(|row| ContactRow { row: rows + 1, line, ..row })
                } else {
                    let words = format!("the row has {} cells, the header has {width}", record.len());
                    Err(Error::new(Code::MalformedCsv, words))
                };
                (line, read.map_err(|error| super::input::at_line(error, line)))
            }
            Err(error) if error.kind() == ErrorKind::Cancelled || error.code() == Code::ReadFailed => {
                return Err(error);
            }
            Err(error) => {
                let line = csv.record_line();
                csv.pass_over()?;
                (line, Err(error))
            }
        };
        rows += 1;
        each(rows, line, read)?;
    }
}

fn plain(options: &ContactImportOptions) -> ImportOptions {
    ImportOptions::default().delimiter(options.delimiter).max_cell_bytes(options.max_cell_bytes)
}

/// The reader behind the header, and the header.
fn open<R: Read>(reader: R, plain: &ImportOptions) -> Result<(CsvReader<'_, R>, Vec<String>)> {
    let mut input = Input::new(reader, plain);
    if input.begin()?.is_none() {
        return Err(Error::new(Code::EmptyInput, "the input has no content, not even a header"));
    }
    let mut csv = CsvReader::new(input, plain)?;
    let (header, _) = csv.read_header()?;
    Ok((csv, header))
}
