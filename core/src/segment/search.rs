//! Search over names, channels, e-mails, phones, tags and custom fields (S2).

use serde::Serialize;
use unicode_normalization::char::is_combining_mark;

use super::column::{self, Column};
use super::field::{ContactField, FieldRef};
use super::selection::Selection;
use super::table::ContactTable;
use crate::contact::{Contact, ContactId};
use crate::error::{Code, Error, Result};
use crate::label::labels;
use crate::letters;

labels! { closed
    /// How well a contact fits a search; better ones come first.
    Fit, "fit" {
        /// A whole value is what was looked for.
        Exact = "exact",
        /// A value begins with it.
        Prefix = "prefix",
        /// A value holds it.
        Inside = "inside",
    }
}

/// Where a value fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// The field; `channels` for the name of a channel.
    pub field: FieldRef,
    /// The value.
    pub text: String,
    /// Start and end of each place, in Unicode characters (code points) of the value.
    pub ranges: Vec<(usize, usize)>,
}

/// A contact that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// Its row in the table.
    #[serde(skip)]
    pub row: usize,
    /// Its id.
    pub contact: ContactId,
    /// How well it fits.
    pub fit: Fit,
    /// Every value that fits.
    pub highlights: Vec<Highlight>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// How many contacts.
    pub total: usize,
    /// The best ones.
    pub hits: Vec<Hit>,
}

/// The fields that are searched, the most telling first; custom fields come after them.
const FIELDS: [ContactField; 5] =
    [ContactField::Name, ContactField::Emails, ContactField::Phones, ContactField::Tags, ContactField::Channels];

/// What is looked for, in bare letters, and as digits where it may be a phone.
struct Needle {
    bare: String,
    digits: Vec<String>,
}

impl Needle {
    fn new(query: &str) -> Result<Self> {
        let query = query.trim();
        let bare = letters::bare(query);
        if bare.is_empty() {
            return Err(Error::new(Code::MalformedValue, "there is nothing to look for").at("query"));
        }
        let is_phone = query.chars().all(|c| c.is_ascii_digit() || " +-./()\u{a0}\u{2010}\u{2011}\u{202f}".contains(c));
        let all: String = query.chars().filter(char::is_ascii_digit).collect();
        let mut digits = Vec::new();
        if is_phone && !all.is_empty() {
            // What people dial before a number, abroad or at home, is not part of it.
            let number = all.trim_start_matches('0');
            if number.len() < all.len() && !number.is_empty() {
                digits.push(number.to_owned());
            }
            digits.push(all);
        }
        Ok(Self { bare, digits })
    }
}

/// The fit of a row that nothing fits.
const NONE: u8 = u8::MAX;
/// Fits of one kind, by field, stand together.
const STEP: u8 = 16;

impl ContactTable<'_> {
    /// Finds the contacts in which some value holds the text, whatever its case and accents (S2). The fields are the
    /// name (as it is shown; not the phone, e-mail or id that stand in for one), e-mails, phones by their digits, tags,
    /// names of channels, and custom fields but check boxes.
    ///
    /// Exact fits come before those at the start of a value, these before others; among equal ones names come first,
    /// then e-mails, phones, tags, channels, custom fields, and then the rows in their order.
    ///
    /// # Errors
    /// `malformed_value` at `query` if it is blank.
    ///
    /// # Example
    /// ```
    /// use omnicontact::segment::{ContactTable, Fit};
    /// use omnicontact::{Contact, ContactId, Instant, Origin, Phone, Source};
    /// let at = Instant::parse("2026-07-01T12:00:00Z")?;
    /// let mut jose = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
    /// jose.name = Some("María José".into());
    /// jose.phones = vec![Phone::parse("+593991234567", None)?];
    /// let contacts = [jose];
    /// let table = ContactTable::new(&contacts);
    /// let found = table.search("jose", &table.everybody(), 10)?;
    /// assert_eq!((found.total, found.hits[0].fit), (1, Fit::Inside));
    /// assert_eq!(found.hits[0].highlights[0].ranges, [(6, 10)]);
    /// assert_eq!(table.search("099 123", &table.everybody(), 10)?.hits[0].highlights[0].ranges, [(4, 9)]);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn search(&self, query: &str, within: &Selection, limit: usize) -> Result<Found> {
        let needle = Needle::new(query)?;
        let fits = self.fits(&needle);
        let mut best: Vec<Vec<usize>> = vec![Vec::new(); usize::from(NONE)];
        let mut total = 0;
        for row in within.rows() {
            let Some(fit) = fits.get(row).filter(|fit| **fit != NONE) else { continue };
            total += 1;
            let equal = &mut best[usize::from(*fit)];
            if equal.len() < limit {
                equal.push(row);
            }
        }
        let rows = best.into_iter().enumerate().flat_map(|(fit, rows)| rows.into_iter().map(move |row| (fit, row)));
        let hits = rows.take(limit).filter_map(|(fit, row)| {
            let contact = self.contact(row)?;
            let fit = Fit::ALL[fit / usize::from(STEP)];
            Some(Hit { row, contact: contact.id, fit, highlights: self.highlights(contact, &needle) })
        });
        Ok(Found { total, hits: hits.collect() })
    }

    /// The rows that a search finds, to combine with a segment and to sort by a column.
    ///
    /// # Errors
    /// `malformed_value` at `query` if it is blank.
    pub fn matching(&self, query: &str) -> Result<Selection> {
        let fits = self.fits(&Needle::new(query)?);
        let mut words = vec![0_u64; fits.len().div_ceil(64)];
        for (word, fits) in words.iter_mut().zip(fits.chunks(64)) {
            *word = fits.iter().rev().fold(0, |bits, fit| bits << 1 | u64::from(*fit != NONE));
        }
        Ok(Selection { words })
    }

    /// The best fit of each row.
    fn fits(&self, needle: &Needle) -> Vec<u8> {
        let mut fits = vec![NONE; self.len()];
        for (place, field) in (0..).zip(FIELDS) {
            let column = match field {
                ContactField::Name => self.names(),
                field => match self.column(&field.into()) {
                    Some(column) => column,
                    None => continue,
                },
            };
            let Some(words) = column.words() else { continue };
            let mut ranks = vec![0; words.len()];
            let any = match field {
                ContactField::Channels => self.rank_channels(needle, column, &mut ranks),
                ContactField::Phones => {
                    let mut any = false;
                    for digits in &needle.digits {
                        any |= words.rank(digits, &mut ranks);
                    }
                    if any {
                        // The plus sign before the digits does not count.
                        for (entry, rank) in ranks.iter_mut().enumerate().filter(|(_, rank)| **rank == 3) {
                            let number = words.text(entry).trim_start_matches('+');
                            let fits = needle.digits.iter().find(|digits| number.starts_with(digits.as_str()));
                            *rank = fits.map_or(3, |digits| if number.len() == digits.len() { 1 } else { 2 });
                        }
                    }
                    any
                }
                _ => words.rank(&needle.bare, &mut ranks),
            };
            if any {
                note(&mut fits, column, &ranks, place);
            }
        }
        for column in self.custom_texts() {
            let Some(words) = column.words() else { continue };
            let mut ranks = vec![0; words.len()];
            if words.rank(&needle.bare, &mut ranks) {
                note(&mut fits, column, &ranks, STEP - 1);
            }
        }
        fits
    }

    fn rank_channels(&self, needle: &Needle, column: &Column, ranks: &mut [u8]) -> bool {
        let mut any = false;
        let Some(words) = column.words() else { return false };
        for (entry, rank) in ranks.iter_mut().enumerate().take(words.len()) {
            let Some(id) = words.id(entry) else { continue };
            let channel = self.columns.channels.iter().find(|channel| channel.id == id);
            let Some(name) = channel.and_then(|channel| channel.name.as_deref()) else { continue };
            let name = letters::bare(name);
            *rank = match name.find(&needle.bare) {
                Some(0) if name.len() == needle.bare.len() => 1,
                Some(0) => 2,
                Some(_) => 3,
                None => continue,
            };
            any = true;
        }
        any
    }

    fn highlights(&self, contact: &Contact, needle: &Needle) -> Vec<Highlight> {
        let mut found = Vec::new();
        let mut look = |field: FieldRef, text: &str, needles: &[String]| {
            let ranges = needles.iter().map(|needle| ranges(text, needle)).max_by_key(Vec::len).unwrap_or_default();
            if !ranges.is_empty() {
                found.push(Highlight { field, text: text.to_owned(), ranges });
            }
        };
        let bare = std::slice::from_ref(&needle.bare);
        if let Some(name) = column::name(contact) {
            look(ContactField::Name.into(), &name, bare);
        }
        contact.emails.iter().for_each(|email| look(ContactField::Emails.into(), email.as_str(), bare));
        contact.phones.iter().for_each(|phone| look(ContactField::Phones.into(), phone.as_str(), &needle.digits));
        contact.tags.iter().for_each(|tag| look(ContactField::Tags.into(), tag, bare));
        let mut seen = Vec::new();
        for identity in &contact.identities {
            let channel = self.columns.channels.iter().find(|channel| channel.id == identity.channel);
            if let Some(name) = channel.and_then(|channel| channel.name.as_deref())
                && !seen.contains(&&identity.channel)
            {
                seen.push(&identity.channel);
                look(ContactField::Channels.into(), name, bare);
            }
        }
        for (name, value) in &contact.custom {
            if !matches!(value, crate::contact::CustomValue::Checkbox(_)) {
                look(FieldRef::Custom(name.clone()), &value.to_text(), bare);
            }
        }
        found
    }
}

/// Keeps the better fit of each row.
fn note(fits: &mut [u8], column: &Column, ranks: &[u8], place: u8) {
    let fit = |rank: u8| (rank.wrapping_sub(1)).saturating_mul(STEP).saturating_add(place);
    match column {
        Column::One { codes, .. } => {
            for (row, best) in fits.iter_mut().enumerate() {
                let rank = ranks[codes.get(row)];
                if rank > 0 {
                    *best = (*best).min(fit(rank));
                }
            }
        }
        Column::Many { starts, codes, .. } => {
            for (best, pair) in fits.iter_mut().zip(starts.windows(2)) {
                for code in &codes[pair[0] as usize..pair[1] as usize] {
                    let rank = ranks[*code as usize];
                    if rank > 0 {
                        *best = (*best).min(fit(rank));
                    }
                }
            }
        }
        _ => {}
    }
}

/// Where a text holds another in bare letters, in characters; marks belong to the letter before them.
fn ranges(text: &str, needle: &str) -> Vec<(usize, usize)> {
    let mut bare = String::with_capacity(text.len());
    // For each byte of the bare text the character that it comes from.
    let mut origins = Vec::with_capacity(text.len());
    for (place, c) in text.chars().enumerate() {
        letters::bare_char(c, &mut bare);
        origins.resize(bare.len(), place);
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    while let Some(at) = bare.get(from..).and_then(|rest| rest.find(needle)) {
        let (first, last) = (from + at, from + at + needle.len() - 1);
        let end = origins[last] + 1;
        let marks = text.chars().skip(end).take_while(|c| is_combining_mark(*c)).count();
        let (start, end) = (origins[first], end + marks);
        match found.last_mut() {
            // Two letters may come from one character.
            Some(range) if range.1 > start => range.1 = end,
            _ => found.push((start, end)),
        }
        from = last + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn ranges_are_of_the_text_as_it_is_written() {
        assert_eq!(ranges("José jose", "jose"), [(0, 4), (5, 9)]);
        assert_eq!(ranges("Jose\u{301} x", "jose"), [(0, 5)], "the mark belongs to the letter");
        assert_eq!(ranges("oﬁn", "f"), [(1, 2)]);
        assert_eq!(ranges("ﬁﬁ", "if"), [(0, 2)]);
        assert_eq!(ranges("東京都", "京"), [(1, 2)]);
        assert!(ranges("", "a").is_empty());
    }
}
