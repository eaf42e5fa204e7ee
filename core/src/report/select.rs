//! Filters compiled against a dataset: which combinations pass, which contacts, which positions (P1, P10, D7).

use std::ops::Range;

use super::count::Selection;
use super::filter::Filters;
use crate::dataset::{Dataset, Dictionary, NONE, intersect};
use crate::id::ForeignId;

/// A set of codes of one dictionary; `None` lets everything pass.
#[derive(Debug)]
pub(crate) struct CodeSet(Option<Vec<bool>>);

impl CodeSet {
    /// Ids that the dictionary does not know match nothing (P1).
    pub(crate) fn of_ids(ids: &[ForeignId], dictionary: &Dictionary) -> Self {
        Self::of(ids.iter().filter_map(|id| dictionary.code_of(id.as_ref())), ids.is_empty(), dictionary.len())
    }

    /// Broadcasts by id, or by name as people know them: without case and accents, all that are called so.
    pub(crate) fn of_broadcasts(ids: &[ForeignId], data: &Dataset<'_>) -> Self {
        let dictionary = &data.dicts.broadcasts;
        let codes = ids.iter().flat_map(|id| match dictionary.code_of(id.as_ref()) {
            Some(code) => vec![code],
            None => data.names.broadcasts_called(&folded(id.to_text().trim())),
        });
        Self::of(codes, ids.is_empty(), dictionary.len())
    }

    /// The same for label keys.
    pub(crate) fn of_labels(keys: &[String], dictionary: &Dictionary) -> Self {
        let codes = keys.iter().filter_map(|key| dictionary.code_of(crate::dataset::IdRef::Text(key)));
        Self::of(codes, keys.is_empty(), dictionary.len())
    }

    fn of(codes: impl Iterator<Item = u32>, everything: bool, len: usize) -> Self {
        if everything {
            return Self(None);
        }
        let mut set = vec![false; len];
        for code in codes {
            set[code as usize] = true;
        }
        Self(Some(set))
    }

    pub(crate) fn passes(&self, code: u32) -> bool {
        match &self.0 {
            None => true,
            Some(set) => set.get(code as usize).copied().unwrap_or(false),
        }
    }

    /// The codes in it, if it narrows anything.
    fn codes(&self) -> Option<Vec<u32>> {
        let set = self.0.as_ref()?;
        Some((0_u32..).zip(set).filter_map(|(code, &is_in)| is_in.then_some(code)).collect())
    }
}

/// Case and accents taken away, so that `Jose` finds `JOSÉ`.
pub(crate) fn folded(text: &str) -> String {
    crate::letters::bare(text)
}

/// Contacts that the contact filter and the segment let pass, by code; `None` where neither is set.
pub(crate) fn contacts(data: &Dataset<'_>, filters: &Filters) -> Option<Vec<bool>> {
    match (named(data, filters), among(data, filters)) {
        (Some(mut named), Some(among)) => {
            named.iter_mut().zip(among).for_each(|(named, among)| *named &= among);
            Some(named)
        }
        (named, among) => named.or(among),
    }
}

/// Contacts of the segment that the report is restricted to (P10).
pub(crate) fn among(data: &Dataset<'_>, filters: &Filters) -> Option<Vec<bool>> {
    let ids = filters.among.as_ref()?;
    let contacts = data.contacts();
    let dictionary = &contacts.dictionary;
    let mut wanted = vec![false; dictionary.len()];
    for id in ids {
        if let Some(code) = dictionary.code_of(id.as_ref()) {
            wanted[contacts.survivors.of(code) as usize] = true;
        }
    }
    Some((0..).zip(dictionary.ids()).map(|(code, _)| wanted[contacts.survivors.of(code) as usize]).collect())
}

/// Contacts that the contact filter lets pass, by code; `None` where it is not set.
pub(crate) fn named(data: &Dataset<'_>, filters: &Filters) -> Option<Vec<bool>> {
    if filters.contact.is_empty() && filters.contact_text.is_empty() {
        return None;
    }
    let contacts = data.contacts();
    let dictionary = &contacts.dictionary;
    let mut wanted = vec![false; dictionary.len()];
    // A merged-away id means its survivor, and a survivor everything that it owns now (P10).
    for id in &filters.contact {
        if let Some(code) = dictionary.code_of(id.as_ref()) {
            wanted[contacts.survivors.of(code) as usize] = true;
        }
    }
    let mut set: Vec<bool> = if filters.contact.is_empty() {
        vec![false; dictionary.len()]
    } else {
        (0..).zip(dictionary.ids()).map(|(code, _)| wanted[contacts.survivors.of(code) as usize]).collect()
    };
    if !filters.contact_text.is_empty() {
        let needles: Vec<String> = filters.contact_text.iter().map(|text| folded(text)).collect();
        let found: Vec<bool> = (0..)
            .zip(dictionary.ids())
            .map(|(code, id)| {
                let name = contacts.name(code).map(folded);
                let id = folded(&id.to_text());
                needles.iter().any(|needle| {
                    name.as_ref().is_some_and(|name| name.contains(needle.as_str())) || id.contains(needle.as_str())
                })
            })
            .collect();
        for (code, passes) in (0..).zip(set.iter_mut()) {
            // The recorded contact and the resolved one (D7).
            *passes |= found[code as usize] || found[contacts.survivors.of(code) as usize];
        }
    }
    Some(set)
}

/// Positions that pass the filters by user, team, broadcast and contact, within a range.
pub(crate) fn positions(
    data: &Dataset<'_>,
    filters: &Filters,
    contacts: Option<&[bool]>,
    range: &Range<usize>,
) -> Selection {
    let Some(index) = &data.messages else { return Selection::All };
    let (from, to) = (position(range.start), position(range.end));
    let mut chosen: Option<Vec<u32>> = None;
    let dicts = &data.dicts;
    let sets = [
        CodeSet::of_ids(&filters.user, &dicts.users),
        CodeSet::of_ids(&filters.team, &dicts.teams),
        CodeSet::of_broadcasts(&filters.broadcast, data),
    ];
    for (place, set) in sets.iter().enumerate() {
        if let Some(codes) = set.codes() {
            let postings = match place {
                0 => index.by_user(&dicts.users),
                1 => index.by_team(&dicts.teams),
                _ => index.by_broadcast(&dicts.broadcasts),
            };
            let list = postings.union(&codes, from, to);
            chosen = Some(match chosen {
                None => list,
                Some(chosen) => intersect(&chosen, &list),
            });
        }
    }
    let codes = if contacts.is_some() { &data.contacts().of_messages[..] } else { &[] };
    by_contact(chosen, contacts, codes, range)
}

/// The same for contact events, which have no team and no broadcast.
pub(crate) fn event_positions(
    data: &Dataset<'_>,
    filters: &Filters,
    matches: Option<impl Fn(usize) -> bool>,
    range: &Range<usize>,
) -> Selection {
    let Some(index) = &data.events else { return Selection::All };
    let (from, to) = (position(range.start), position(range.end));
    let chosen =
        CodeSet::of_ids(&filters.user, &data.dicts.users).codes().map(|codes| index.by_user.union(&codes, from, to));
    match (chosen, matches) {
        (None, None) => Selection::All,
        (Some(chosen), None) => Selection::Positions(chosen),
        (Some(chosen), Some(matches)) => {
            Selection::Positions(chosen.into_iter().filter(|&position| matches(position as usize)).collect())
        }
        (None, Some(matches)) => Selection::Positions(range.clone().filter(|&at| matches(at)).map(position).collect()),
    }
}

fn by_contact(chosen: Option<Vec<u32>>, contacts: Option<&[bool]>, codes: &[u32], range: &Range<usize>) -> Selection {
    let passes = |code: u32, set: &[bool]| set.get(code as usize).copied().unwrap_or(false);
    match (chosen, contacts) {
        (None, None) => Selection::All,
        (Some(chosen), None) => Selection::Positions(chosen),
        (Some(mut chosen), Some(set)) => {
            chosen.retain(|&position| passes(codes[position as usize], set));
            Selection::Positions(chosen)
        }
        (None, Some(set)) => Selection::Positions(
            (position(range.start)..)
                .zip(&codes[range.clone()])
                .filter_map(|(position, &code)| passes(code, set).then_some(position))
                .collect(),
        ),
    }
}

/// A position as the index stores it; tables have fewer rows than that type can hold.
pub(crate) fn position(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(NONE)
}
