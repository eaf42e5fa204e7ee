//! The order of rows by a column, and pages that stay right when rows change (S3).

use serde::{Deserialize, Serialize};

use super::check::NO_INSTANT;
use super::column::{Codes, Column};
use super::field::{ContactField, FieldRef};
use super::plan::packed;
use super::selection::{Bits, Selection};
use super::table::ContactTable;
use super::words::{MISSING as MISSING_ENTRY, Words};
use crate::contact::{Contact, ContactId};
use crate::error::{Code, Error, Result};
use crate::letters;

/// Rows of a page by default (S3).
pub const PAGE: usize = 100;
/// The most rows of a page.
pub const PAGE_LIMIT: usize = 10_000;

/// By which column rows are sorted.
///
/// Missing values come last in both directions, and equal ones in the order in which the contacts were created, then by
/// id: no two contacts are equal, so the same rows come in the same order wherever they come from.
///
/// Texts are compared without case and accents, letter by letter in the order of Unicode code points, which knows no
/// locale; texts that are equal then are compared as they are. So `Álvaro` stands between `Alma` and `Amanda`, digits
/// before Latin before Greek before Cyrillic before Arabic before Chinese letters. Numbers and times go by value, ids
/// as in logs (P8), a field of several values by the first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sort {
    /// The column.
    pub field: FieldRef,
    /// Greatest first.
    #[serde(default)]
    pub descending: bool,
}

impl Sort {
    /// Least first.
    pub fn by(field: impl Into<FieldRef>) -> Self {
        Self { field: field.into(), descending: false }
    }

    /// Greatest first.
    pub fn descending(field: impl Into<FieldRef>) -> Self {
        Self { field: field.into(), descending: true }
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self::by(ContactField::ShownName)
    }
}

/// Which rows of a table are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageOptions {
    /// The order.
    pub sort: Sort,
    /// Rows of the page.
    pub limit: usize,
    /// Where the page starts: the cursor of the one before.
    pub cursor: Option<String>,
}

impl Default for PageOptions {
    fn default() -> Self {
        Self { sort: Sort::default(), limit: PAGE, cursor: None }
    }
}

impl PageOptions {
    /// Sets the order.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Sets the rows of the page.
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = rows;
        self
    }

    /// Sets where the page starts.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }
}

/// Rows of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPage {
    /// The rows, in order.
    pub rows: Vec<usize>,
    /// How many rows there are in all pages.
    pub total: usize,
    /// Where the next page starts; none after the last one.
    pub cursor: Option<String>,
}

/// Places of a column's entries in the order of their texts; empty for columns of numbers and times.
#[derive(Debug, Clone)]
pub(super) struct Order {
    entries: Vec<u32>,
    places: Vec<u32>,
}

impl Order {
    #[expect(clippy::cast_possible_truncation, reason = "entries are numbered by u32")]
    pub(super) fn of(column: &Column) -> Self {
        let Some(words) = column.words() else { return Self { entries: Vec::new(), places: Vec::new() } };
        let mut entries: Vec<u32> = (MISSING_ENTRY + 1..words.len() as u32).collect();
        if words.ids {
            entries.sort_by_cached_key(|entry| words.id(*entry as usize));
        } else {
            // The first letters decide nearly always, and stand side by side.
            let mut keyed: Vec<(u64, u32)> =
                entries.iter().map(|entry| (first_bytes(words.bare(*entry as usize)), *entry)).collect();
            keyed.sort_unstable_by(|(one_key, one), (other_key, other)| {
                one_key.cmp(other_key).then_with(|| in_order(words, *one, *other))
            });
            entries.clear();
            entries.extend(keyed.into_iter().map(|(_, entry)| entry));
        }
        let mut order = Self { entries, places: Vec::new() };
        order.number(words.len());
        order
    }

    /// Writes down where each entry stands.
    #[expect(clippy::cast_possible_truncation, reason = "entries are numbered by u32")]
    fn number(&mut self, entries: usize) {
        self.places.resize(entries, 0);
        for (place, entry) in self.entries.iter().enumerate() {
            self.places[*entry as usize] = place as u32;
        }
    }

    /// Puts the entries that came since in their places.
    pub(super) fn adopt(&mut self, column: &Column) {
        let Some(words) = column.words() else { return };
        let Ok(from) = u32::try_from(self.places.len()) else { return };
        let new = from..u32::try_from(words.len()).unwrap_or(from);
        if new.is_empty() {
            return;
        }
        for entry in new {
            let before = |one: &u32| in_order(words, *one, entry).is_lt();
            self.entries.insert(self.entries.partition_point(before), entry);
        }
        self.number(words.len());
    }
}

/// Which of two entries comes first.
fn in_order(words: &Words, one: u32, other: u32) -> std::cmp::Ordering {
    let (one, other) = (one as usize, other as usize);
    if words.ids {
        return words.id(one).cmp(&words.id(other));
    }
    words.bare(one).cmp(words.bare(other)).then_with(|| words.exact(one).cmp(words.exact(other)))
}

/// The order of the rows where a column leaves it open: by when the contacts were created, then by id.
#[derive(Debug)]
pub(super) enum Ties {
    /// The rows come in it.
    InOrder,
    /// The place of each row.
    Places(Vec<u32>),
}

impl Ties {
    #[expect(clippy::cast_possible_truncation, reason = "rows are numbered by u32")]
    pub(super) fn of(contacts: &[&Contact]) -> Self {
        if contacts.is_sorted_by(|one, other| tie_of(one) <= tie_of(other)) {
            return Self::InOrder;
        }
        let mut rows: Vec<_> = contacts.iter().zip(0_u32..).map(|(contact, row)| (tie_of(contact), row)).collect();
        rows.sort_unstable();
        let mut places = vec![0; rows.len()];
        for (place, (_, row)) in rows.iter().enumerate() {
            places[*row as usize] = place as u32;
        }
        Self::Places(places)
    }

    /// Whether the order stays what it is with rows added after the last one.
    pub(super) fn go_on(&self, last: Option<&Contact>, added: &[&Contact]) -> bool {
        matches!(self, Self::InOrder) && last.into_iter().chain(added.iter().copied()).is_sorted_by_key(tie_of)
    }

    #[expect(clippy::cast_possible_truncation, reason = "rows are numbered by u32")]
    fn place(&self, row: usize) -> u32 {
        match self {
            Self::InOrder => row as u32,
            Self::Places(places) => places[row],
        }
    }
}

/// What decides where a column does not.
fn tie_of(contact: &Contact) -> (i64, ContactId) {
    (contact.created_at.as_millis(), contact.id)
}

/// The first eight bytes of a text as a number of the same order.
fn first_bytes(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let count = text.len().min(8);
    first[..count].copy_from_slice(&text[..count]);
    u64::from_be_bytes(first)
}

/// What a row is sorted by: the value as a number of the same order, turned over where the greatest comes first.
type Key = u64;
/// The key of a missing value, which comes last either way; no value has it.
const MISSING: Key = Key::MAX;

struct Sorter<'t> {
    column: &'t Column,
    order: &'t Order,
    turned: bool,
}

/// Entries have even numbers: between two there is room for a text that is gone.
fn of_entry(place: u32) -> u64 {
    u64::from(place) * 2 + 2
}

fn of_number(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn of_instant(at: i64) -> u64 {
    at.cast_unsigned() ^ 1 << 63
}

/// Small numbers begin with 1: turned over they are not the key of a missing value.
fn of_small(value: u16) -> u64 {
    u64::from(value) + 1
}

impl Sorter<'_> {
    fn key(&self, row: usize) -> Key {
        self.value(row).map_or(MISSING, |value| self.turn(value))
    }

    fn turn(&self, value: u64) -> Key {
        if self.turned { !value } else { value }
    }

    /// The value as a number of the same order.
    fn value(&self, row: usize) -> Option<u64> {
        if !self.column.has(row) {
            return None;
        }
        Some(match self.column {
            Column::One { .. } | Column::Many { .. } => of_entry(self.order.places[self.column.entries(row).next()?]),
            Column::Numbers(values) => of_number(values[row]),
            Column::Flags(values) => of_small(values[row].into()),
            Column::Instants(values) => of_instant(values[row]),
            Column::Days(values) => of_instant(values[row].into()),
            Column::Minutes(values) => of_small(values[row]),
        })
    }

    /// The keys of neighbouring rows. The kind of column is looked at once, not in every row.
    fn keys(&self, from: usize, keys: &mut [Key]) {
        let rows = from..from + keys.len();
        let turn = if self.turned { u64::MAX } else { 0 };
        match self.column {
            Column::Instants(values) => {
                for (key, at) in keys.iter_mut().zip(&values[rows]) {
                    *key = if *at == NO_INSTANT { MISSING } else { of_instant(*at) ^ turn };
                }
            }
            Column::One { codes: Codes::U8(codes), .. } => self.entry_keys(&codes[rows], keys),
            Column::One { codes: Codes::U16(codes), .. } => self.entry_keys(&codes[rows], keys),
            Column::One { codes: Codes::U32(codes), .. } => self.entry_keys(&codes[rows], keys),
            _ => keys.iter_mut().zip(rows).for_each(|(key, row)| *key = self.key(row)),
        }
    }

    fn entry_keys<C: Copy + Into<u32>>(&self, codes: &[C], keys: &mut [Key]) {
        for (key, code) in keys.iter_mut().zip(codes) {
            let code: u32 = (*code).into();
            *key = match self.order.places.get(code as usize) {
                Some(place) if code != MISSING_ENTRY => self.turn(of_entry(*place)),
                _ => MISSING,
            };
        }
    }

    /// The key after which a page starts.
    fn after(&self, text: &str, sort: &Sort) -> Result<After> {
        let cursor: Cursor = serde_json::from_str(text).map_err(|_| wrong_cursor())?;
        if cursor.sort != *sort {
            return Err(wrong_cursor());
        }
        let value = match (&cursor.last, self.column.words()) {
            (Stored::Missing, _) => None,
            (Stored::Text(text), Some(_)) => self.place_of_text(text),
            (Stored::Value(value), None) => Some(*value),
            _ => return Err(wrong_cursor()),
        };
        let key = value.map_or(MISSING, |value| self.turn(value));
        Ok(After { key, created_at: cursor.created_at, id: cursor.id })
    }

    fn place_of_text(&self, text: &str) -> Option<u64> {
        let words = self.column.words()?;
        let bare = letters::bare(text);
        let id = Stored::id(text);
        let found = self.order.entries.binary_search_by(|entry| {
            let entry = *entry as usize;
            if words.ids {
                words.id(entry).cmp(&id)
            } else {
                words.bare(entry).cmp(bare.as_bytes()).then_with(|| words.exact(entry).cmp(text.as_bytes()))
            }
        });
        Some(match found {
            Ok(place) => place as u64 * 2 + 2,
            Err(place) => place as u64 * 2 + 1,
        })
    }
}

/// Where a page ended: the last row's value as it was, so that the place is found again whatever changed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor {
    sort: Sort,
    last: Stored,
    created_at: i64,
    id: ContactId,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    Missing,
    Text(String),
    Value(u64),
}

impl Stored {
    fn id(word: &str) -> Option<crate::id::ForeignId> {
        let text = word.get(1..)?;
        match word.as_bytes().first()? {
            b'#' => text.parse().ok().map(crate::id::ForeignId::Int),
            b'u' => text.parse().ok().map(crate::id::ForeignId::Uuid),
            _ => crate::id::ForeignId::text(text).ok(),
        }
    }
}

/// One bit for each key that meets a test.
fn bits_where(keys: &[Key; 64], test: impl Fn(&Key) -> bool) -> u64 {
    let mut flags = [0; 64];
    for (flag, key) in flags.iter_mut().zip(keys) {
        *flag = u8::from(test(key));
    }
    packed(&flags)
}

fn wrong_cursor() -> Error {
    Error::new(Code::InvalidCursor, "not a cursor of this table")
        .with_hint("pass the `cursor` of the page before, unchanged, with the same sort")
        .at("cursor")
}

/// Where a page starts: behind this key, among equal ones behind this contact.
struct After {
    key: Key,
    created_at: i64,
    id: ContactId,
}

impl ContactTable<'_> {
    fn sorter(&self, sort: &Sort) -> Result<Sorter<'_>> {
        let unknown =
            || Error::new(Code::UnknownField, format!("unknown field `{}`", sort.field)).at("field").at("sort");
        let column = self.column(&sort.field).ok_or_else(unknown)?;
        let order = self.order(&sort.field).ok_or_else(unknown)?;
        // The longest time since is the earliest instant.
        let turned = sort.descending ^ (sort.field == FieldRef::Own(ContactField::SinceLastIncoming));
        Ok(Sorter { column, order, turned })
    }

    /// The rows of a page, sorted (S3). A cursor holds the value at which the page before ended, so that pages stay
    /// right when contacts come, go and change in between: none that stays in its place is shown twice or left out.
    ///
    /// # Errors
    /// `unknown_field` for a custom field that nobody knows, `too_large` for the limit, `invalid_cursor`.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::{ContactField, ContactTable, PageOptions, Sort};
    /// use omnicontact::{Contact, ContactId, Instant, Origin, Source};
    /// let at = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let named = |draw: u8, name: &str| {
    ///     let mut contact = Contact::new(ContactId::mint(at, [draw; 10]), at, Origin::new(Source::User));
    ///     contact.name = Some(name.into());
    ///     contact
    /// };
    /// let contacts = [named(1, "Zoé"), named(2, "álvaro"), named(3, "Beatriz")];
    /// let table = ContactTable::new(&contacts);
    /// let options = PageOptions::default().sort(Sort::by(ContactField::Name)).limit(2);
    /// let page = table.page(&table.everybody(), &options)?;
    /// assert_eq!((page.rows.as_slice(), page.total), ([1, 2].as_slice(), 3));
    /// let next = table.page(&table.everybody(), &options.cursor(page.cursor.unwrap()))?;
    /// assert_eq!((next.rows.as_slice(), next.cursor), ([0].as_slice(), None));
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn page(&self, selection: &Selection, options: &PageOptions) -> Result<RowPage> {
        if options.limit > PAGE_LIMIT || options.limit == 0 {
            return Err(Error::new(Code::TooLarge, format!("a page cannot have {} rows", options.limit))
                .with_hint(format!("1 to {PAGE_LIMIT}; an export has no cap"))
                .at("limit"));
        }
        let sorter = self.sorter(&options.sort)?;
        let after = options.cursor.as_deref().map(|text| sorter.after(text, &options.sort)).transpose()?;
        let (rows, left) = self.best(&sorter, selection, options.limit, after.as_ref());
        let total = selection.rows_below(self.len());
        let cursor =
            rows.last().filter(|_| left > rows.len()).and_then(|row| self.cursor(*row, &options.sort, &sorter));
        Ok(RowPage { rows, total, cursor })
    }

    /// The first rows after a place, in order, and how many there are after it.
    ///
    /// Sixty-four rows at a time are compared with the worst of the best so far; what passes is collected, and now and
    /// then the best of it are kept. Whatever the order of the rows, that is a few comparisons a row.
    fn best(
        &self,
        sorter: &Sorter<'_>,
        selection: &Selection,
        limit: usize,
        after: Option<&After>,
    ) -> (Vec<usize>, usize) {
        let ties = self.ties();
        let room = limit + limit.max(256);
        let mut kept: Vec<(Key, u32, usize)> = Vec::with_capacity(room.min(self.len()));
        let mut worst: Option<(Key, u32, usize)> = None;
        let mut left = 0;
        let mut keys = [MISSING; 64];
        for (word, mask) in selection.words.iter().enumerate() {
            let from = word * 64;
            let Some(count) = self.len().checked_sub(from).filter(|count| *count > 0) else { break };
            let count = count.min(64);
            let mut wanted = mask & u64::MAX >> (64 - count);
            if wanted == 0 {
                continue;
            }
            sorter.keys(from, &mut keys[..count]);
            if let Some(After { key, created_at, id }) = after {
                let mut behind = bits_where(&keys, |of| *of > *key);
                for bit in Bits(bits_where(&keys, |of| *of == *key) & wanted) {
                    let is_behind =
                        self.contact(from + bit).is_some_and(|contact| tie_of(contact) > (*created_at, *id));
                    behind |= u64::from(is_behind) << bit;
                }
                wanted &= behind;
            }
            left += wanted.count_ones() as usize;
            if let Some((key, ..)) = worst {
                wanted &= bits_where(&keys, |of| *of <= key);
            }
            for bit in Bits(wanted) {
                let candidate = (keys[bit], ties.place(from + bit), from + bit);
                if worst.is_some_and(|worst| candidate > worst) {
                    continue;
                }
                kept.push(candidate);
                if kept.len() == room {
                    kept.select_nth_unstable(limit - 1);
                    kept.truncate(limit);
                    worst = kept.last().copied();
                }
            }
        }
        kept.sort_unstable();
        kept.truncate(limit);
        (kept.into_iter().map(|(.., row)| row).collect(), left)
    }

    /// All rows of a selection, sorted: what an export writes (S4).
    ///
    /// # Errors
    /// `unknown_field` for a custom field that nobody knows.
    pub fn sorted(&self, selection: &Selection, sort: &Sort) -> Result<Vec<usize>> {
        let sorter = self.sorter(sort)?;
        let ties = self.ties();
        let rows = selection.rows().take_while(|row| *row < self.len());
        let mut rows: Vec<(Key, u32, usize)> = rows.map(|row| (sorter.key(row), ties.place(row), row)).collect();
        rows.sort_unstable();
        Ok(rows.into_iter().map(|(.., row)| row).collect())
    }

    fn cursor(&self, row: usize, sort: &Sort, sorter: &Sorter<'_>) -> Option<String> {
        let contact = self.contact(row)?;
        let last = match (sorter.value(row), sorter.column.words()) {
            (None, _) => Stored::Missing,
            (Some(_), Some(words)) => Stored::Text(words.text(sorter.column.entries(row).next()?).to_owned()),
            (Some(value), None) => Stored::Value(value),
        };
        let created_at = contact.created_at.as_millis();
        serde_json::to_string(&Cursor { sort: sort.clone(), last, created_at, id: contact.id }).ok()
    }
}
