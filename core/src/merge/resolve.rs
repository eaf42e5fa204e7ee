//! From merged-away ids to survivors (M5): a lookup over pairs, and a forest that changes.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::error::{Code, Error, Result};
use crate::id::ForeignId;

/// Resolves merged-away ids to their survivors, through chains, in constant time.
///
/// # Example
/// ```
/// use omnicontact::ForeignId;
/// use omnicontact::merge::Resolver;
/// let id = |text: &str| ForeignId::from(text);
/// let resolver = Resolver::new([(id("b"), id("a")), (id("a"), id("c"))])?;
/// assert_eq!(resolver.resolve(&id("b")), &id("c"));
/// assert_eq!(resolver.resolve(&id("z")), &id("z"), "everybody else is itself");
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolver<Id: Eq + Hash = ForeignId> {
    // Every merged-away id and its survivor, chains already followed.
    survivors: FxHashMap<Id, Id>,
}

impl<Id: Eq + Hash + Clone + std::fmt::Display> Resolver<Id> {
    /// A resolver over pairs (merged-away id, the id that it was merged into).
    ///
    /// # Errors
    /// `merge_cycle` if the pairs lead back to where they began, `invalid_value` if one id was merged into two.
    pub fn new(pairs: impl IntoIterator<Item = (Id, Id)>) -> Result<Self> {
        let mut parents: FxHashMap<Id, Id> = FxHashMap::default();
        for (row, (from, into)) in pairs.into_iter().enumerate() {
            if from == into {
                return Err(cycle(&from).at_row(row));
            }
            if let Some(known) = parents.get(&from)
                && *known != into
            {
                return Err(Error::new(Code::InvalidValue, format!("`{from}` is merged into two contacts")).at_row(row));
            }
            parents.insert(from, into);
        }
        let mut survivors: FxHashMap<Id, Id> = FxHashMap::default();
        survivors.reserve(parents.len());
        let mut path: Vec<&Id> = Vec::new();
        for start in parents.keys() {
            let mut at = start;
            let survivor = loop {
                if let Some(known) = survivors.get(at) {
                    break known.clone();
                }
                match parents.get(at) {
                    None => break at.clone(),
                    Some(_) if path.len() > parents.len() => return Err(cycle(at)),
                    Some(next) => {
                        path.push(at);
                        at = next;
                    }
                }
            };
            for id in path.drain(..) {
                survivors.insert(id.clone(), survivor.clone());
            }
        }
        Ok(Self { survivors })
    }

    /// The survivor of an id; the id itself if it was not merged away.
    pub fn resolve<'a>(&'a self, id: &'a Id) -> &'a Id {
        self.survivors.get(id).unwrap_or(id)
    }

    /// Whether the id was merged away.
    pub fn is_merged(&self, id: &Id) -> bool {
        self.survivors.contains_key(id)
    }

    /// Every merged-away id with its survivor, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Id, &Id)> {
        self.survivors.iter()
    }

    /// How many ids were merged away.
    pub fn len(&self) -> usize {
        self.survivors.len()
    }

    /// Whether nothing was merged.
    pub fn is_empty(&self) -> bool {
        self.survivors.is_empty()
    }
}

fn cycle(id: &impl std::fmt::Display) -> Error {
    Error::new(Code::MergeCycle, format!("the merges of `{id}` lead back to it"))
}

/// Who is merged into whom, over dense numbers: four bytes a contact.
///
/// # Example
/// ```
/// use omnicontact::merge::Forest;
/// let mut forest = Forest::new(4);
/// assert!(forest.merge(0, 1));
/// assert!(forest.merge(2, 1), "1 is in 0 by now: 0 goes into 2");
/// assert_eq!(forest.root(1), 2);
/// assert!(!forest.merge(2, 1), "already one");
/// assert!(forest.unmerge(0));
/// assert_eq!((forest.root(1), forest.root(2)), (0, 2));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    const NONE: u32 = u32::MAX;

    /// A forest of `len` single contacts.
    pub fn new(len: usize) -> Self {
        Self { parents: vec![Self::NONE; len] }
    }

    /// Adds a single contact and gives its number.
    pub fn push(&mut self) -> usize {
        self.parents.push(Self::NONE);
        self.parents.len() - 1
    }

    /// How many contacts there are, merged-away ones included.
    pub fn len(&self) -> usize {
        self.parents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// The survivor of a contact; a number that is not in the forest is its own.
    pub fn root(&self, contact: u32) -> u32 {
        let mut at = contact;
        while let Some(&next) = self.parents.get(at as usize) {
            if next == Self::NONE {
                break;
            }
            at = next;
        }
        at
    }

    /// Merges the survivors of both; false if they are one already, or not in the forest.
    pub fn merge(&mut self, primary: u32, secondary: u32) -> bool {
        let (primary, secondary) = (self.root(primary), self.root(secondary));
        if primary == secondary || primary as usize >= self.parents.len() {
            return false;
        }
        match self.parents.get_mut(secondary as usize) {
            Some(parent) => *parent = primary,
            None => return false,
        }
        true
    }

    /// Takes a merged-away contact out of the one it was merged into; false if it is not merged.
    pub fn unmerge(&mut self, secondary: u32) -> bool {
        match self.parents.get_mut(secondary as usize) {
            Some(parent) if *parent != Self::NONE => {
                *parent = Self::NONE;
                true
            }
            _ => false,
        }
    }

    /// The survivors of all contacts, each step taken once.
    pub fn roots(&self) -> Vec<u32> {
        let len = u32::try_from(self.parents.len()).unwrap_or(Self::NONE);
        let mut roots: Vec<u32> = (0..len).collect();
        for contact in 0..len {
            // Who is merged away and still its own survivor here was not walked from yet.
            let is_new = |at: u32, roots: &[u32]| self.parents[at as usize] != Self::NONE && roots[at as usize] == at;
            let mut at = contact;
            while is_new(at, &roots) {
                at = self.parents[at as usize];
            }
            let root = roots[at as usize];
            let mut at = contact;
            while is_new(at, &roots) {
                roots[at as usize] = root;
                at = self.parents[at as usize];
            }
        }
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_wherever_they_begin() {
        let id = |n: i32| ForeignId::from(n);
        for pairs in [vec![(1, 1)], vec![(1, 2), (2, 1)], vec![(9, 1), (1, 2), (2, 3), (3, 1)]] {
            let pairs = pairs.into_iter().map(|(from, into)| (id(from), id(into)));
            assert_eq!(Resolver::new(pairs).unwrap_err().code(), Code::MergeCycle);
        }
        let twice = [(id(1), id(2)), (id(1), id(3))];
        assert_eq!(Resolver::new(twice).unwrap_err().code(), Code::InvalidValue);
        let same = [(id(1), id(2)), (id(1), id(2))];
        assert_eq!(Resolver::new(same).unwrap().len(), 1);
        let long = (0..100_000).map(|n| (id(n), id(n + 1)));
        let resolver = Resolver::new(long).unwrap();
        assert_eq!(resolver.resolve(&id(0)), &id(100_000));
    }
}
