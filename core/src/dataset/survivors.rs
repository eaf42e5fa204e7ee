//! Merged-away contacts and who they are now, over contact codes (M5, D9, P10).

use super::events::EventIndex;
use super::intern::Dictionary;
use crate::arrange::arrange;
use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::id::ForeignId;

/// Contact code → code of the contact that owns its history now.
#[derive(Debug, Default)]
pub(crate) struct Survivors {
    /// Empty where nobody is merged.
    codes: Vec<u32>,
}

impl Survivors {
    /// From pairs (merged-away id, the id it went into), direct or through chains.
    pub(crate) fn from_pairs(pairs: &[(ForeignId, ForeignId)], contacts: &mut Dictionary) -> Result<Self> {
        let mut into: Vec<(u32, u32)> = Vec::with_capacity(pairs.len());
        for (row, (away, survivor)) in pairs.iter().enumerate() {
            let (away, survivor) = (contacts.intern(away.as_ref()), contacts.intern(survivor.as_ref()));
            if away == survivor {
                return Err(cycle(contacts, away).at_row(row).at("merges"));
            }
            into.push((away, survivor));
        }
        Self::resolve(into, contacts).map_err(|error| error.at("merges"))
    }

    /// From the Merged and Unmerged events of the log, in their order.
    pub(crate) fn from_events(
        events: &EventIndex<'_>,
        primaries: &[u32],
        secondaries: &[u32],
        contacts: &Dictionary,
    ) -> Result<Self> {
        let mut told: Vec<(u32, u32)> = (0_u32..)
            .zip(secondaries.iter().copied())
            .filter(|(position, _)| matches!(events.kind(*position), EventKind::Merged | EventKind::Unmerged))
            .collect();
        // Ordering is by sequence, not by clock, where every one of them has a sequence (M6).
        if let Some(sequences) = &events.columns.sequence {
            let sequence = |position: u32| sequences.id(events.order.row(position));
            if told.iter().all(|(position, _)| sequence(*position).is_some()) {
                arrange(&mut told, |a, b| sequence(a.0).cmp(&sequence(b.0)));
            }
        }
        let mut into = rustc_hash::FxHashMap::default();
        for (position, secondary) in told {
            match events.kind(position) {
                EventKind::Merged if secondary != super::intern::NONE => {
                    let primary = primaries[position as usize];
                    if primary == secondary {
                        return Err(cycle(contacts, primary).at_row(events.order.row(position)).at("events"));
                    }
                    into.insert(secondary, primary);
                }
                EventKind::Unmerged => {
                    into.remove(&secondary);
                }
                _ => {}
            }
        }
        Self::resolve(into.into_iter().collect(), contacts).map_err(|error| error.at("events"))
    }

    fn resolve(into: Vec<(u32, u32)>, contacts: &Dictionary) -> Result<Self> {
        if into.is_empty() {
            return Ok(Self::default());
        }
        let mut codes: Vec<u32> = (0..u32::try_from(contacts.len()).unwrap_or(u32::MAX)).collect();
        for (away, survivor) in into {
            codes[away as usize] = survivor;
        }
        let mut chain = Vec::new();
        for start in 0..codes.len() {
            let mut code = start;
            chain.clear();
            while codes[code] as usize != code {
                chain.push(code);
                code = codes[code] as usize;
                if code == start || chain.len() > codes.len() {
                    return Err(cycle(contacts, u32::try_from(start).unwrap_or(0)));
                }
            }
            let end = u32::try_from(code).unwrap_or(0);
            for &link in &chain {
                codes[link] = end;
            }
        }
        Ok(Self { codes })
    }

    /// Whether nobody is merged.
    pub(crate) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The merged-away contacts, each with its survivor.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0_u32..).zip(self.codes.iter().copied()).filter(|(contact, survivor)| contact != survivor)
    }

    /// Who the contact is now.
    #[inline]
    pub(crate) fn of(&self, contact: u32) -> u32 {
        self.codes.get(contact as usize).copied().unwrap_or(contact)
    }
}

fn cycle(contacts: &Dictionary, code: u32) -> Error {
    let id = contacts.ids().get(code as usize).map(|id| id.to_text().into_owned()).unwrap_or_default();
    Error::new(Code::MergeCycle, format!("the merges of contact `{id}` lead back to it"))
}
