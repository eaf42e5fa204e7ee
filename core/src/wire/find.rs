//! Requests that find contacts: segments, search, pages of the table, files of it (S1 to S4).

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::contact::{Contact, ContactId};
use crate::error::{Code, Error, Result};
use crate::export::csv::{self, CsvDelimiter, CsvHeader, CsvOptions, CsvValues};
use crate::export::{Table, contact_table};
use crate::label::Locale;
use crate::segment::{
    ContactTable, CustomTypes, Explanation, FieldRef, Found, PAGE, PageOptions, Segment, SegmentOptions, SegmentPolicy,
    Selection, Sort, check_columns, shown_columns, usual_columns,
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
    /// The columns, [`usual_columns`] where absent; the shown name is always among them.
    #[serde(default = "usual_columns")]
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
    /// The columns, [`usual_columns`] where absent; the shown name is always among them.
    #[serde(default = "usual_columns")]
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
    let chosen = Chosen::of(table, request)?;
    let text = String::from_utf8(csv_of(table, request, &chosen)?)
        .map_err(|_| Error::new(Code::Internal, "the file is not UTF-8"))?;
    Ok(ExportedContacts { rows: chosen.rows.len(), text })
}

/// What an export writes.
pub(super) struct Chosen {
    /// Zone of the times.
    pub(super) zone: Zone,
    /// The rows, in their order.
    pub(super) rows: Vec<usize>,
    /// The columns, the name among them.
    pub(super) columns: Vec<FieldRef>,
}

impl Chosen {
    pub(super) fn of(table: &ContactTable<'_>, request: &ExportContacts) -> Result<Self> {
        let options = options(&request.zone, request.now, request.policies)?;
        check_columns(&request.columns, table.custom_fields())?;
        let selection = shown(table, request.segment.as_ref(), request.search.as_deref(), &options)?;
        let rows = table.sorted(&selection, &request.sort)?;
        Ok(Self { zone: options.zone, rows, columns: shown_columns(&request.columns) })
    }
}

pub(super) fn csv_of(table: &ContactTable<'_>, request: &ExportContacts, chosen: &Chosen) -> Result<Vec<u8>> {
    let mut options = CsvOptions::new(chosen.zone.clone()).bom(request.bom).harmless(request.harmless);
    options.header = request.header.unwrap_or(options.header);
    options.values = request.values.unwrap_or(options.values);
    options.delimiter = request.delimiter.unwrap_or(options.delimiter);
    let mut file = Vec::new();
    csv::write_contacts(table, &chosen.rows, &chosen.columns, request.locale, request.now, &options, &mut file)
        .map_err(|_| Error::new(Code::Internal, "a text cannot be written"))?;
    Ok(file)
}
