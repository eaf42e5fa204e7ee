//! The order of rows by a column, and pages that stay right when rows change (S3).

use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::field::{ContactField, FieldRef};
use super::selection::Selection;
use super::table::ContactTable;
use crate::contact::ContactId;
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
#[derive(Debug)]
pub(super) struct Order {
    entries: Vec<u32>,
    places: Vec<u32>,
}

impl Order {
    #[expect(clippy::cast_possible_truncation, reason = "entries are numbered by u32")]
    pub(super) fn of(column: &Column) -> Self {
        let Some(words) = column.words() else { return Self { entries: Vec::new(), places: Vec::new() } };
        let mut entries: Vec<u32> = (0..words.len() as u32).collect();
        if words.ids {
            entries.sort_by_cached_key(|entry| words.id(*entry as usize));
        } else {
            entries.sort_unstable_by(|one, other| {
                let (one, other) = (*one as usize, *other as usize);
                words.bare(one).cmp(words.bare(other)).then_with(|| words.text(one).cmp(words.text(other)))
            });
        }
        let mut places = vec![0; entries.len()];
        for (place, entry) in entries.iter().enumerate() {
            places[*entry as usize] = place as u32;
        }
        Self { entries, places }
    }
}

/// What a row is sorted by: missing ones last, then the value, turned over where the greatest comes first.
type Key = (bool, u64);

struct Sorter<'t> {
    column: &'t Column,
    order: &'t Order,
    turned: bool,
}

impl Sorter<'_> {
    fn key(&self, row: usize) -> Key {
        match self.value(row) {
            Some(value) => (false, if self.turned { !value } else { value }),
            None => (true, 0),
        }
    }

    /// The value as a number of the same order. Entries take odd ones: between two there is room for a text that is gone.
    fn value(&self, row: usize) -> Option<u64> {
        if !self.column.has(row) {
            return None;
        }
        Some(match self.column {
            Column::One { .. } | Column::Many { .. } => {
                let entry = self.column.entries(row).next()?;
                u64::from(self.order.places[entry]) * 2 + 1
            }
            Column::Numbers(values) => {
                let bits = (values[row] + 0.0).to_bits();
                if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
            }
            Column::Flags(values) => values[row].into(),
            Column::Instants(values) => values[row].cast_unsigned() ^ 1 << 63,
            Column::Days(values) => i64::from(values[row]).cast_unsigned() ^ 1 << 63,
            Column::Minutes(values) => values[row].into(),
        })
    }

    /// The key after which a page starts.
    fn after(&self, text: &str, sort: &Sort) -> Result<(Key, i64, ContactId)> {
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
        let key = match value {
            Some(value) => (false, if self.turned { !value } else { value }),
            None => (true, 0),
        };
        Ok((key, cursor.created_at, cursor.id))
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
                words.bare(entry).cmp(&bare).then_with(|| words.text(entry).cmp(text))
            }
        });
        Some(match found {
            Ok(place) => place as u64 * 2 + 1,
            Err(place) => place as u64 * 2,
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

fn wrong_cursor() -> Error {
    Error::new(Code::InvalidCursor, "not a cursor of this table")
        .with_hint("pass the `cursor` of the page before, unchanged, with the same sort")
        .at("cursor")
}

/// A row among those that are kept: the greatest is the first to go.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    key: Key,
    created_at: i64,
    id: ContactId,
    row: usize,
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
        // The kind of column is looked at once, not in every row.
        let turned = |value: u64| if sorter.turned { !value } else { value };
        let some = |value: Option<u64>| value.map_or((true, 0), |value| (false, turned(value)));
        let (rows, left) = match sorter.column {
            Column::Instants(values) => self.best(selection, options.limit, after, |row| {
                let at = values[row];
                if at == super::check::NO_INSTANT { (true, 0) } else { (false, turned(at.cast_unsigned() ^ (1 << 63))) }
            }),
            Column::One { codes, words } => self.best(selection, options.limit, after, |row| {
                let entry = codes.get(row);
                let place = sorter.order.places.get(entry).filter(|_| entry < words.len());
                some(place.map(|place| u64::from(*place) * 2 + 1))
            }),
            _ => self.best(selection, options.limit, after, |row| some(sorter.value(row))),
        };
        let total = selection.rows_below(self.len());
        let cursor =
            rows.last().filter(|_| left > rows.len()).and_then(|row| self.cursor(*row, &options.sort, &sorter));
        Ok(RowPage { rows, total, cursor })
    }

    /// The first rows after a place, in order, and how many there are after it.
    fn best(
        &self,
        selection: &Selection,
        limit: usize,
        after: Option<(Key, i64, ContactId)>,
        key: impl Fn(usize) -> Key,
    ) -> (Vec<usize>, usize) {
        let created = self.created();
        let mut kept: BinaryHeap<Kept> = BinaryHeap::with_capacity(limit + 1);
        let mut left = 0;
        let mut worst = (true, u64::MAX);
        for row in selection.rows() {
            let Some(contact) = self.contacts.get(row) else { break };
            let key = key(row);
            let at = || (created[row], contact.id);
            if let Some((last, created_at, id)) = &after
                && (key < *last || (key == *last && at() <= (*created_at, *id)))
            {
                continue;
            }
            left += 1;
            if kept.len() == limit
                && (key > worst
                    || (key == worst && kept.peek().is_some_and(|worst| at() >= (worst.created_at, worst.id))))
            {
                continue;
            }
            kept.push(Kept { key, created_at: created[row], id: contact.id, row });
            if kept.len() > limit {
                kept.pop();
            }
            if kept.len() == limit {
                worst = kept.peek().map_or(worst, |kept| kept.key);
            }
        }
        (kept.into_sorted_vec().into_iter().map(|kept| kept.row).collect(), left)
    }

    /// All rows of a selection, sorted: what an export writes (S4).
    ///
    /// # Errors
    /// `unknown_field` for a custom field that nobody knows.
    pub fn sorted(&self, selection: &Selection, sort: &Sort) -> Result<Vec<usize>> {
        let sorter = self.sorter(sort)?;
        let created = self.created();
        let rows = selection.rows().filter_map(|row| Some((sorter.key(row), row, self.contact(row)?.id)));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_unstable_by(|(key, row, id), (other, at, other_id)| {
            key.cmp(other).then_with(|| (created[*row], *id).cmp(&(created[*at], *other_id)))
        });
        Ok(rows.into_iter().map(|(_, row, _)| row).collect())
    }

    fn created(&self) -> &[i64] {
        match self.column(&FieldRef::Own(ContactField::CreatedAt)) {
            Some(Column::Instants(values)) => values,
            _ => &[],
        }
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
