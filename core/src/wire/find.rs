//! Requests that find contacts: segments, search, pages of the table, files of it (S1 to S4).

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::contact::{Contact, ContactId, Profile};
use crate::error::{Code, Error, Result};
use crate::export::csv::{self, CsvDelimiter, CsvHeader, CsvOptions, CsvValues};
use crate::export::{Table, contact_table};
use crate::import::{self, ContactImportOptions, MappedColumn};
use crate::label::Locale;
use crate::segment::{
    ContactTable, CustomTypes, Explanation, FieldRef, Found, PAGE, PageOptions, Segment, SegmentOptions, SegmentPolicy,
    Selection, Sort, check_columns, shown_columns,
};
use crate::time::{Instant, Zone};

/// The contacts that are looked at, as plain data.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FindIn {
    /// The contacts.
    pub contacts: Vec<Contact>,
    /// Channels, with names and kinds.
    pub channels: Vec<Channel>,
    /// Types of custom fields, also of those that no contact has.
    pub custom_fields: CustomTypes,
}

impl FindIn {
    /// The contacts with an index.
    pub fn table(&self) -> ContactTable<'_> {
        ContactTable::with(&self.contacts, self.channels.iter().cloned(), self.custom_fields.clone())
    }
}

/// Asks for the contacts in a segment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectContacts {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// The segment.
    pub segment: Segment,
    /// Policies of segments.
    #[serde(default)]
    pub policies: SegmentPolicy,
}

/// The contacts in a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Selected {
    /// How many.
    pub total: usize,
    /// Their ids, in the order of the contacts.
    pub contacts: Vec<ContactId>,
}

/// Asks which conditions of a segment a contact meets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplainSegment {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// The segment.
    pub segment: Segment,
    /// The contact.
    pub contact: ContactId,
    /// Policies of segments.
    #[serde(default)]
    pub policies: SegmentPolicy,
}

/// Asks whether a segment can be used.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckSegment {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// The segment.
    pub segment: Segment,
    /// Types of custom fields.
    #[serde(default)]
    pub custom_fields: CustomTypes,
    /// Policies of segments.
    #[serde(default)]
    pub policies: SegmentPolicy,
}

/// A segment that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedSegment {
    /// The fields that it speaks of, each once.
    pub fields: Vec<FieldRef>,
}

/// Asks for the contacts that hold a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchContacts {
    /// The text.
    pub query: String,
    /// How many of the best ones are told; default 100.
    #[serde(default = "page")]
    pub limit: usize,
}

/// Asks for a page of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactsPage {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// Who is shown; everybody where absent.
    pub segment: Option<Segment>,
    /// A text that the shown ones hold.
    pub search: Option<String>,
    /// The columns; the shown name is always among them.
    #[serde(default)]
    pub columns: Vec<FieldRef>,
    /// The order.
    #[serde(default)]
    pub sort: Sort,
    /// Rows of the page; default 100.
    #[serde(default = "page")]
    pub limit: usize,
    /// Where the page starts.
    pub cursor: Option<String>,
    /// Language of titles.
    #[serde(default = "english")]
    pub locale: Locale,
    /// Policies of segments.
    #[serde(default)]
    pub policies: SegmentPolicy,
}

/// A page of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownContacts {
    /// How many contacts there are on all pages.
    pub total: usize,
    /// Ids of the rows.
    pub contacts: Vec<ContactId>,
    /// The chosen columns.
    pub table: Table,
    /// Where the next page starts.
    pub cursor: Option<String>,
}

/// Asks for contacts as CSV.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportContacts {
    /// IANA time zone.
    pub zone: String,
    /// The present.
    pub now: Instant,
    /// Who is written; everybody where absent.
    pub segment: Option<Segment>,
    /// A text that the written ones hold.
    pub search: Option<String>,
    /// The columns; the shown name is always among them.
    #[serde(default)]
    pub columns: Vec<FieldRef>,
    /// The order.
    #[serde(default)]
    pub sort: Sort,
    /// First line of CSV; default `names`.
    pub header: Option<CsvHeader>,
    /// How values with a key and a word are written; default `labels`.
    pub values: Option<CsvValues>,
    /// What stands between cells; default `comma`.
    pub delimiter: Option<CsvDelimiter>,
    /// Whether to begin with a byte order mark.
    #[serde(default)]
    pub bom: bool,
    /// Whether texts that a spreadsheet would run are made harmless; default yes.
    #[serde(default = "yes")]
    pub harmless: bool,
    /// Language of titles.
    #[serde(default = "english")]
    pub locale: Locale,
    /// Policies of segments.
    #[serde(default)]
    pub policies: SegmentPolicy,
}

/// Text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportedContacts {
    /// Contacts written.
    pub rows: usize,
    /// The text.
    pub text: String,
}

/// Asks about a text of CSV with contacts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadContacts {
    /// The whole file.
    pub text: String,
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
    let columns = import::contact_columns(request.text.as_bytes(), &request.import)?;
    Ok(ContactColumnsOf { columns })
}

/// The rows of a file, for hosts that keep contacts elsewhere (S4).
///
/// # Errors
/// Those of [`import::each_contact`].
pub fn read_contacts(request: &ReadContacts) -> Result<ReadContactRows> {
    let mut rows = Vec::new();
    let read =
        import::each_contact(request.text.as_bytes(), &request.import, &CustomTypes::new(), &[], |row, line, read| {
            rows.push(match read {
                Ok(read) => ReadContact {
                    row,
                    line,
                    id: read.id,
                    profile: Some(read.profile),
                    blocked: read.blocked,
                    error: None,
                },
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

const fn page() -> usize {
    PAGE
}

const fn english() -> Locale {
    Locale::En
}

const fn yes() -> bool {
    true
}

fn options(zone: &str, now: Instant, policy: SegmentPolicy) -> Result<SegmentOptions> {
    Ok(SegmentOptions::new(Zone::new(zone)?, now).policy(policy))
}

fn select(table: &ContactTable<'_>, segment: &Segment, options: &SegmentOptions) -> Result<Selection> {
    table.select(segment, options).map_err(|error| error.at("segment"))
}

/// The contacts in a segment (S1).
///
/// # Errors
/// `unknown_zone`; those of [`ContactTable::select`] under `segment`.
pub fn select_contacts(table: &ContactTable<'_>, request: &SelectContacts) -> Result<Selected> {
    let selection = select(table, &request.segment, &options(&request.zone, request.now, request.policies)?)?;
    let contacts: Vec<ContactId> = table.ids(&selection).collect();
    Ok(Selected { total: contacts.len(), contacts })
}

/// Which conditions a contact meets (S1).
///
/// # Errors
/// `malformed_value` at `contact` if there is no such contact; those of [`ContactTable::explain`] under `segment`.
pub fn explain_segment(table: &ContactTable<'_>, request: &ExplainSegment) -> Result<Explanation> {
    let options = options(&request.zone, request.now, request.policies)?;
    let row = (0..table.len()).find(|row| table.contact(*row).is_some_and(|contact| contact.id == request.contact));
    let row = row.ok_or_else(|| Error::new(Code::MalformedValue, "there is no such contact").at("contact"))?;
    table.explain(&request.segment, row, &options).map_err(|error| error.at("segment"))
}

/// Checks a segment without any contact (S1).
///
/// # Errors
/// Those of [`Segment::check`] under `segment`.
pub fn check_segment(request: &CheckSegment) -> Result<CheckedSegment> {
    let options = options(&request.zone, request.now, request.policies)?;
    request.segment.check(&request.custom_fields, &options).map_err(|error| error.at("segment"))?;
    Ok(CheckedSegment { fields: request.segment.fields() })
}

/// The contacts that hold a text, the best first (S2).
///
/// # Errors
/// Those of [`ContactTable::search`].
pub fn search_contacts(table: &ContactTable<'_>, request: &SearchContacts) -> Result<Found> {
    table.search(&request.query, &table.everybody(), request.limit)
}

/// Who is shown: those of the segment that hold the searched text.
fn shown(
    table: &ContactTable<'_>,
    segment: Option<&Segment>,
    search: Option<&str>,
    options: &SegmentOptions,
) -> Result<Selection> {
    let among = segment.map_or_else(|| Ok(table.everybody()), |segment| select(table, segment, options))?;
    match search {
        None => Ok(among),
        Some(query) => {
            let found =
                table.matching(query).map_err(|error| Error::new(error.code(), error.message()).at("search"))?;
            Ok(among.and(&found))
        }
    }
}

/// A page of the table (S3).
///
/// # Errors
/// Those of [`ContactTable::select`] under `segment`, of [`ContactTable::search`] under `search`, of
/// [`ContactTable::page`]; `unknown_field` at `columns[n]`.
pub fn contacts_page(table: &ContactTable<'_>, request: &ContactsPage) -> Result<ShownContacts> {
    let options = options(&request.zone, request.now, request.policies)?;
    check_columns(&request.columns, table.custom_fields())?;
    let selection = shown(table, request.segment.as_ref(), request.search.as_deref(), &options)?;
    let mut asked = PageOptions::default().sort(request.sort.clone()).limit(request.limit);
    asked.cursor.clone_from(&request.cursor);
    let page = table.page(&selection, &asked)?;
    let contacts = page.rows.iter().filter_map(|row| Some(table.contact(*row)?.id)).collect();
    let columns = shown_columns(&request.columns);
    let shown = contact_table(table, &page.rows, &columns, request.locale, request.now);
    Ok(ShownContacts { total: page.total, contacts, table: shown, cursor: page.cursor })
}

/// Contacts as CSV (S4): rows are written as they are made, so that memory holds the text and no table beside it.
///
/// # Errors
/// As [`contacts_page`].
pub fn export_contacts(table: &ContactTable<'_>, request: &ExportContacts) -> Result<ExportedContacts> {
    let options = options(&request.zone, request.now, request.policies)?;
    check_columns(&request.columns, table.custom_fields())?;
    let selection = shown(table, request.segment.as_ref(), request.search.as_deref(), &options)?;
    let rows = table.sorted(&selection, &request.sort)?;
    let columns = shown_columns(&request.columns);
    let mut csv_options = CsvOptions::new(options.zone).bom(request.bom).harmless(request.harmless);
    csv_options.header = request.header.unwrap_or(csv_options.header);
    csv_options.values = request.values.unwrap_or(csv_options.values);
    csv_options.delimiter = request.delimiter.unwrap_or(csv_options.delimiter);
    let mut file = Vec::new();
    csv::write_contacts(table, &rows, &columns, request.locale, request.now, &csv_options, &mut file)
        .map_err(|_| Error::new(Code::Internal, "a text cannot be written"))?;
    let text = String::from_utf8(file).map_err(|_| Error::new(Code::Internal, "the file is not UTF-8"))?;
    Ok(ExportedContacts { rows: rows.len(), text })
}
