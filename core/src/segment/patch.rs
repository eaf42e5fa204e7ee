//! Changes of single contacts written into an index that was kept, so that they cost what changed and not the table.
//!
//! No field is read a second way: the new value of a row is a column of that row alone, made as every column is, and put
//! into the kept one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::check::{NO_DAY, NO_INSTANT, NO_MINUTE};
use super::column::{self, BITS, Codes, Column};
use super::field::ContactField;
use super::table::{Columns, ContactColumns, Custom};
use super::words::MISSING;
use crate::contact::{Contact, ContactId, CustomType};

/// More contacts than this are not put in one by one: their columns are built again.
const MOST_CONTACTS: usize = 1 << 16;
/// More bytes than this are not read to find the entries of new texts: a column is built again in about that time.
const MOST_BYTES: usize = 1 << 28;

/// What of an index changes of contacts have made wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stale {
    /// Contacts went or came back, or what is known of channels and custom fields changed: nothing can be kept.
    pub(crate) everything: bool,
    /// Fields whose values changed, nobody knows on whom.
    pub(crate) fields: BTreeSet<ContactField>,
    /// Contacts that came, in their order.
    pub(crate) added: Vec<ContactId>,
    /// Fields whose values changed on a contact.
    pub(crate) changed: BTreeMap<ContactId, Touched>,
}

/// What changed on a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Fields.
    pub(crate) fields: BTreeSet<ContactField>,
    /// Whether a custom field is among them.
    pub(crate) custom: bool,
}

impl Stale {
    /// Notes changes on a contact.
    pub(crate) fn note(&mut self, contact: ContactId, fields: &[ContactField], custom: bool) {
        if self.changed.len() > MOST_CONTACTS {
            self.everything = true;
        }
        let touched = self.changed.entry(contact).or_default();
        touched.fields.extend(fields);
        touched.custom |= custom;
    }
}

/// A contact in the row that it has now.
pub(crate) type InRow<'c> = (usize, &'c Contact);

impl ContactColumns {
    /// The index with what changed put into it; what cannot be put in is left out, and built when it is asked for.
    /// `last` is the contact of the last row, `added` are those of new rows after it; `row_of` finds all of them. None
    /// where nothing can be kept.
    pub(crate) fn patched<'c>(
        self,
        stale: &Stale,
        last: Option<&Contact>,
        added: &[&'c Contact],
        row_of: impl Fn(ContactId) -> Option<InRow<'c>>,
    ) -> Option<Self> {
        if stale.everything || stale.added.len() != added.len() {
            return None;
        }
        let (mut columns, rows) = self.into_parts();
        let mut by_field: BTreeMap<ContactField, Vec<InRow<'c>>> = BTreeMap::new();
        let mut with_custom: Vec<InRow<'c>> = Vec::new();
        for (id, touched) in &stale.changed {
            let in_row @ (row, _) = row_of(*id)?;
            // A new row is put in as a whole.
            if row >= rows {
                continue;
            }
            for field in &touched.fields {
                by_field.entry(*field).or_default().push(in_row);
            }
            with_custom.extend(touched.custom.then_some(in_row));
        }
        let new: Vec<InRow<'c>> = (rows..).zip(added.iter().copied()).collect();
        let all = rows + new.len();
        let none = Vec::new();
        for field in ContactField::ALL {
            let place = *field as usize;
            let changed = by_field.get(field).unwrap_or(&none);
            let is_kept = !stale.fields.contains(field)
                && put(&mut columns.own[place], all, changed, &new, |contact| {
                    Column::of(*field, &[contact], &columns.channels)
                });
            if !is_kept {
                columns.own[place] = OnceLock::new();
                columns.orders[place] = OnceLock::new();
            }
            if let (Some(column), Some(order)) = (columns.own[place].get(), columns.orders[place].get_mut()) {
                Arc::make_mut(order).adopt(column);
            }
        }
        let of_names = [ContactField::Name, ContactField::FirstName, ContactField::LastName];
        let mut changed: Vec<InRow<'c>> =
            of_names.iter().filter_map(|field| by_field.get(field)).flatten().copied().collect();
        changed.sort_unstable_by_key(|(row, _)| *row);
        changed.dedup_by_key(|(row, _)| *row);
        if of_names.iter().any(|field| stale.fields.contains(field))
            || !put(&mut columns.names, all, &changed, &new, |contact| column::names(&[contact]))
        {
            columns.names = OnceLock::new();
        }
        with_custom.sort_unstable_by_key(|(row, _)| *row);
        put_custom(&mut columns, all, &with_custom, &new);
        if let (false, Some(ties)) = (new.is_empty(), columns.ties.get())
            && !ties.go_on(last, added)
        {
            columns.ties = OnceLock::new();
        }
        Some(Self::new(columns, all))
    }
}

/// Puts rows into a column that was built; whether it could.
fn put<'c>(
    column: &mut OnceLock<Arc<Column>>,
    rows: usize,
    changed: &[InRow<'c>],
    new: &[InRow<'c>],
    of: impl Fn(&'c Contact) -> Column,
) -> bool {
    if changed.is_empty() && new.is_empty() {
        return true;
    }
    column.get_mut().is_none_or(|column| Arc::make_mut(column).put(rows, changed, new, of))
}

/// Puts values of custom fields in, where the fields and their types stay what they are.
fn put_custom(columns: &mut Columns, rows: usize, changed: &[InRow<'_>], new: &[InRow<'_>]) {
    let new_have = new.iter().any(|(_, contact)| !contact.custom.is_empty());
    if changed.is_empty() && new.is_empty() {
        return;
    }
    let declared = &columns.declared;
    let Some(customs) = columns.custom.get_mut() else { return };
    // A type that follows from the values may change with each of them: only values of declared fields are put in.
    let is_declared = |(_, contact): &InRow<'_>| contact.custom.keys().all(|name| declared.contains_key(name));
    let all_declared = customs.keys().all(|name| declared.contains_key(name));
    let stays = if changed.is_empty() {
        !new_have || new.iter().all(is_declared)
    } else {
        all_declared && changed.iter().chain(new).all(is_declared)
    };
    let of_all = |customs: &mut BTreeMap<Box<str>, Custom>| {
        customs.iter_mut().all(|(name, custom)| {
            let of = |kind: CustomType| move |contact: &Contact| Column::custom(name, kind, &[contact]);
            let kind = custom.kind;
            let is_put = custom.column.get_mut().is_none_or(|column| column.put(rows, changed, new, of(kind)))
                && custom.text.get_mut().is_none_or(|column| column.put(rows, changed, new, of(CustomType::Text)));
            if let (Some(column), Some(order)) = (custom.column.get(), custom.order.get_mut()) {
                order.adopt(column);
            }
            is_put
        })
    };
    if !(stays && of_all(Arc::make_mut(customs))) {
        columns.custom = OnceLock::new();
        columns.fields = OnceLock::new();
    }
}

impl Column {
    /// Puts the values of rows in; new rows come after the last one, so that there are `rows` of them. Whether it could: if
    /// not, the column must be built again.
    fn put<'c>(
        &mut self,
        rows: usize,
        changed: &[InRow<'c>],
        new: &[InRow<'c>],
        of: impl Fn(&'c Contact) -> Self,
    ) -> bool {
        self.grow(rows);
        let mut all: Vec<InRow<'c>> = changed.iter().chain(new).copied().collect();
        all.sort_unstable_by_key(|(row, _)| *row);
        if self.words().is_some_and(|words| words.is_crowded() || words.bytes().saturating_mul(all.len()) > MOST_BYTES)
        {
            return false;
        }
        let mut lists: Vec<(usize, Vec<u32>)> = Vec::new();
        for (row, contact) in all {
            match (&mut *self, of(contact)) {
                (Self::One { codes, words }, Self::One { codes: its, words: theirs }) => {
                    let entry = its.get(0);
                    let missing = entry == MISSING as usize;
                    codes.set(row, if missing { MISSING } else { words.adopt(theirs.text(entry)) });
                }
                (Self::Many { words, .. }, Self::Many { codes: its, words: theirs, .. }) => {
                    lists.push((row, its.iter().map(|entry| words.adopt(theirs.text(*entry as usize))).collect()));
                }
                (Self::Numbers(values), Self::Numbers(its)) => values[row] = its[0],
                (Self::Flags(values), Self::Flags(its)) => values[row] = its[0],
                (Self::Instants(values), Self::Instants(its)) => values[row] = its[0],
                (Self::Days(values), Self::Days(its)) => values[row] = its[0],
                (Self::Minutes(values), Self::Minutes(its)) => values[row] = its[0],
                // A custom field of another type.
                _ => return false,
            }
        }
        if let Self::Many { starts, codes, bits, words } = self {
            if words.len() > BITS {
                *bits = None;
            }
            if let Some(bits) = bits {
                for (row, list) in &lists {
                    bits[*row] = list.iter().fold(0, |bits, code| bits | 1 << code);
                }
            }
            splice(starts, codes, &lists);
        }
        true
    }

    /// Makes room for rows after the last one, without values.
    fn grow(&mut self, rows: usize) {
        match self {
            Self::One { codes: Codes::U8(codes), .. } => codes.resize(rows, 0),
            Self::One { codes: Codes::U16(codes), .. } => codes.resize(rows, 0),
            Self::One { codes: Codes::U32(codes), .. } => codes.resize(rows, MISSING),
            Self::Many { starts, bits, .. } => {
                starts.resize(rows + 1, starts.last().copied().unwrap_or_default());
                if let Some(bits) = bits {
                    bits.resize(rows, 0);
                }
            }
            Self::Numbers(values) => values.resize(rows, f64::NAN),
            Self::Flags(values) => values.resize(rows, 2),
            Self::Instants(values) => values.resize(rows, NO_INSTANT),
            Self::Days(values) => values.resize(rows, NO_DAY),
            Self::Minutes(values) => values.resize(rows, NO_MINUTE),
        }
    }
}

impl Codes {
    /// Sets the code of a row; wider ones take its place where it does not fit.
    fn set(&mut self, row: usize, code: u32) {
        match (&mut *self, u8::try_from(code), u16::try_from(code)) {
            (Self::U8(codes), Ok(code), _) => codes[row] = code,
            (Self::U16(codes), _, Ok(code)) => codes[row] = code,
            (Self::U32(codes), ..) => codes[row] = code,
            (narrow, ..) => {
                let mut codes: Vec<u32> = match narrow {
                    Self::U8(codes) => codes.iter().map(|code| u32::from(*code)).collect(),
                    Self::U16(codes) => codes.iter().map(|code| u32::from(*code)).collect(),
                    Self::U32(codes) => std::mem::take(codes),
                };
                codes[row] = code;
                *self = Self::narrow(codes, code as usize);
            }
        }
    }
}

/// Puts lists of rows, in ascending order, in the place of those that are there.
fn splice(starts: &mut [u32], codes: &mut Vec<u32>, lists: &[(usize, Vec<u32>)]) {
    let span = |starts: &[u32], row: usize| starts[row] as usize..starts[row + 1] as usize;
    if lists.iter().all(|(row, list)| span(starts, *row).len() == list.len()) {
        for (row, list) in lists {
            codes[span(starts, *row)].copy_from_slice(list);
        }
        return;
    }
    // One way through all that follows the first of them, however many there are.
    let Some((first, _)) = lists.first() else { return };
    let tail = codes.split_off(starts[*first] as usize);
    let (from, mut copied) = (codes.len(), 0);
    let place = |codes: &[u32]| u32::try_from(codes.len()).unwrap_or(u32::MAX);
    for (at, (row, list)) in lists.iter().enumerate() {
        let old = span(starts, *row);
        codes.extend_from_slice(&tail[copied..old.start - from]);
        starts[*row] = place(codes);
        codes.extend_from_slice(list);
        copied = old.end - from;
        // The rows up to the next of them move together; the next one is needed as it was until its turn.
        let moved = i64::from(place(codes)) - i64::from(starts[row + 1]);
        let until = lists.get(at + 1).map_or(starts.len(), |(next, _)| *next);
        for start in &mut starts[row + 1..until] {
            *start = u32::try_from(i64::from(*start) + moved).unwrap_or(u32::MAX);
        }
    }
    codes.extend_from_slice(&tail[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_length_take_the_place_of_others() {
        let rows: [&[u32]; 6] = [&[1, 2], &[], &[3], &[4, 5, 6], &[], &[7]];
        let lists: [&[u32]; 4] = [&[], &[8], &[8, 9], &[8, 9, 10, 11]];
        // Every choice of changed rows, each with every list.
        for choice in 0..5_usize.pow(6) {
            let chosen = |row: usize| choice / 5_usize.pow(u32::try_from(row).unwrap()) % 5;
            let (mut starts, mut codes) = (vec![0], Vec::new());
            for row in rows {
                codes.extend_from_slice(row);
                starts.push(u32::try_from(codes.len()).unwrap());
            }
            let changed = (0..6).filter_map(|row| Some((row, lists.get(chosen(row))?.to_vec()))).collect::<Vec<_>>();
            splice(&mut starts, &mut codes, &changed);
            for (row, was) in rows.iter().enumerate() {
                let expected = lists.get(chosen(row)).unwrap_or(was);
                assert_eq!(codes[starts[row] as usize..starts[row + 1] as usize], **expected, "{choice}, {row}");
            }
            assert_eq!(starts[6] as usize, codes.len());
        }
    }

    #[test]
    fn codes_grow_wider_where_they_must() {
        let mut codes = Codes::U8(vec![1, 0, 255]);
        codes.set(1, 256);
        assert!(matches!(&codes, Codes::U16(codes) if codes == &[1, 256, 255]));
        codes.set(0, 70_000);
        assert!(matches!(&codes, Codes::U32(codes) if codes == &[70_000, 256, 255]));
    }
}
