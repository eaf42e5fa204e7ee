//! Who is who on a channel, when ids change and one person has several.
//!
//! An id belongs to somebody for a while: a change of ids ends it. So an id is cut into stretches at its changes, and
//! stretches that a change or a message names together are one person. A number that is given to somebody else later
//! is somebody else.

use std::collections::HashMap;

use crate::classify::Provider;
use crate::id::ForeignId;
use crate::time::Instant;

/// A channel of a provider; ids are compared within one.
pub(super) type Scope<'f> = (Provider, Option<&'f ForeignId>);

/// A stretch of an id.
type Stretch<'f> = (Scope<'f>, &'f str, usize);

// The keys come from strangers: the standard hasher withstands chosen ones.
#[derive(Debug, Default)]
pub(super) struct People<'f> {
    /// When an id stopped to be its person's, in order.
    ends: HashMap<(Scope<'f>, &'f str), Vec<Instant>>,
    places: HashMap<Stretch<'f>, usize>,
    nodes: Vec<Known<'f>>,
    above: Vec<usize>,
}

/// When a stretch was first met, and how: as the id itself before as another one of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Known<'f> {
    first: Instant,
    is_other: bool,
    external: &'f str,
    stretch: usize,
}

impl<'f> People<'f> {
    /// Notes that an id ended; all ends must be noted before anything else.
    pub(super) fn end(&mut self, scope: Scope<'f>, external: &'f str, at: Instant) {
        let ends = self.ends.entry((scope, external)).or_default();
        if let Err(place) = ends.binary_search(&at) {
            ends.insert(place, at);
        }
    }

    /// The stretch of an id at a time: an end is the last instant of what it ends.
    fn stretch(&self, scope: Scope<'f>, external: &'f str, at: Instant) -> usize {
        let ends = if self.ends.is_empty() { None } else { self.ends.get(&(scope, external)) };
        ends.map_or(0, |ends| ends.partition_point(|end| *end < at))
    }

    fn place(&mut self, scope: Scope<'f>, external: &'f str, stretch: usize, at: Instant, is_other: bool) -> usize {
        let known = Known { first: at, is_other, external, stretch };
        let next = self.nodes.len();
        let place = *self.places.entry((scope, external, stretch)).or_insert(next);
        if place == next {
            self.nodes.push(known);
            self.above.push(next);
        } else if known < self.nodes[place] {
            self.nodes[place] = known;
        }
        place
    }

    fn top(&mut self, mut place: usize) -> usize {
        while self.above[place] != place {
            self.above[place] = self.above[self.above[place]];
            place = self.above[place];
        }
        place
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.top(a), self.top(b));
        self.above[a.max(b)] = a.min(b);
    }

    /// Meets a person under an id and other ids at a time.
    pub(super) fn meet(&mut self, scope: Scope<'f>, external: &'f str, others: &'f [String], at: Instant) {
        let stretch = self.stretch(scope, external, at);
        let first = self.place(scope, external, stretch, at, false);
        for other in others {
            let stretch = self.stretch(scope, other, at);
            let other = self.place(scope, other, stretch, at, true);
            self.join(first, other);
        }
    }

    /// Ids up to a time, and ids from then on, are one person's.
    pub(super) fn change(&mut self, scope: Scope<'f>, previous: &'f [String], current: &'f [String], at: Instant) {
        let before = previous.iter().map(|external| (external, self.stretch(scope, external, at)));
        let before: Vec<(&'f String, usize)> = before.collect();
        let later = Instant::from_millis(at.as_millis() + 1).unwrap_or(at);
        let after: Vec<(&'f String, usize)> =
            current.iter().map(|external| (external, self.stretch(scope, external, later))).collect();
        let mut first = None;
        for (external, stretch) in before.into_iter().chain(after) {
            let place = self.place(scope, external, stretch, at, false);
            match first {
                None => first = Some(place),
                Some(first) => self.join(first, place),
            }
        }
    }

    /// Settles who is who. A person is called by the id that was met first.
    pub(super) fn settle(mut self) -> Settled<'f> {
        let tops: Vec<usize> = (0..self.nodes.len()).map(|place| self.top(place)).collect();
        let mut names: HashMap<usize, Known<'f>> = HashMap::default();
        for (known, top) in self.nodes.iter().zip(&tops) {
            names.entry(*top).and_modify(|name| *name = (*known).min(*name)).or_insert(*known);
        }
        let name_of = |place: usize| tops.get(place).and_then(|top| names.get(top)).copied();
        let stretches =
            self.places.into_iter().filter_map(|(stretch, place)| Some((stretch, name_of(place)?))).collect();
        Settled { ends: self.ends, names: stretches }
    }
}

/// Who is who.
#[derive(Debug)]
pub(super) struct Settled<'f> {
    ends: HashMap<(Scope<'f>, &'f str), Vec<Instant>>,
    names: HashMap<Stretch<'f>, Known<'f>>,
}

/// A person on a channel: the id that was met first, and which of its stretches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Person<'f> {
    pub(super) external: &'f str,
    pub(super) stretch: usize,
}

impl<'f> Settled<'f> {
    /// Whose id it is at a time.
    pub(super) fn person(&self, scope: Scope<'f>, external: &'f str, at: Instant) -> Person<'f> {
        let ends = if self.ends.is_empty() { None } else { self.ends.get(&(scope, external)) };
        let stretch = ends.map_or(0, |ends| ends.partition_point(|end| *end < at));
        match self.names.get(&(scope, external, stretch)) {
            Some(known) => Person { external: known.external, stretch: known.stretch },
            None => Person { external, stretch },
        }
    }
}

impl Person<'_> {
    /// The person as an id on the channel; of a later stretch with its number.
    pub(super) fn id(self) -> String {
        // An id with a mark of its own must not be taken for a later stretch, nor for one that looks escaped.
        let external = if ["#", "%23", "%25"].iter().any(|mark| self.external.contains(mark)) {
            self.external.replace('%', "%25").replace('#', "%23")
        } else {
            self.external.to_owned()
        };
        if self.stretch == 0 { external } else { format!("{external}#{}", self.stretch + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: Scope<'static> = (Provider::Whatsapp, None);

    fn at(seconds: i64) -> Instant {
        Instant::from_millis(1_751_371_200_000 + seconds * 1000).unwrap()
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn an_id_given_to_somebody_else_later_is_somebody_else() {
        let (old, new) = (ids(&["1"]), ids(&["2"]));
        let mut people = People::default();
        people.end(SCOPE, "1", at(10));
        people.meet(SCOPE, "1", &[], at(0));
        people.change(SCOPE, &old, &new, at(10));
        people.meet(SCOPE, "2", &[], at(20));
        people.meet(SCOPE, "1", &[], at(30));
        let settled = people.settle();
        let who = |external, seconds| settled.person(SCOPE, external, at(seconds)).id();
        assert_eq!(who("1", 0), "1");
        assert_eq!(who("1", 10), "1");
        assert_eq!(who("2", 20), "1");
        assert_eq!(who("1", 30), "1#2");
    }

    #[test]
    fn a_message_with_two_ids_joins_them_and_nobody_else() {
        let user = ids(&["US.1"]);
        let mut people = People::default();
        people.meet(SCOPE, "US.1", &[], at(0));
        people.meet(SCOPE, "593", &user, at(5));
        people.meet(SCOPE, "594", &[], at(5));
        let settled = people.settle();
        let who = |external| settled.person(SCOPE, external, at(9)).id();
        assert_eq!((who("593"), who("US.1"), who("594")), ("US.1".into(), "US.1".into(), "594".into()));
        // Whatever is inside: different ids stay different.
        let odd = ["a#2", "a%232", "a%25232", "a%2", "a%25", "a"];
        let shown: std::collections::BTreeSet<String> =
            odd.iter().map(|external| settled.person(SCOPE, external, at(9)).id()).collect();
        assert_eq!((who("a#2").as_str(), shown.len()), ("a%232", odd.len()));
    }
}
