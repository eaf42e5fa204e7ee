//! Sorting of lists that are short, or seldom sorted: one sort for all of them.
//!
//! The standard library's sort is compiled anew for every kind of list and every comparison, several kilobytes each, and
//! in a browser that is loaded over a network. Here the places of a list are sorted, by one sort, and then the list is
//! put into their order. What is sorted for every row of a report sorts for itself.

use std::cmp::Ordering;

/// Sorts a list; what compares equal stays in order.
pub(crate) fn arrange<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if list.is_sorted_by(|one, other| compare(one, other) != Ordering::Greater) {
        return;
    }
    let mut places: Vec<usize> = (0..list.len()).collect();
    arrange_places(&mut places, &|one, other| compare(&list[one], &list[other]));
    // Each cycle of places is walked once; a place that was filled points at itself.
    for start in 0..places.len() {
        let mut at = start;
        while places[at] != start {
            let from = places[at];
            list.swap(at, from);
            places[at] = at;
            at = from;
        }
        places[at] = at;
    }
}

/// Sorts a list by its own order.
pub(crate) fn arrange_all<T: Ord>(list: &mut [T]) {
    arrange(list, T::cmp);
}

#[inline(never)]
fn arrange_places(places: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_by(|one, other| compare(*one, *other));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_stable_sort(mut list in proptest::collection::vec((0_u8..20, any::<u16>()), 0..200)) {
            let mut sorted = list.clone();
            sorted.sort_by_key(|(key, _)| *key);
            arrange(&mut list, |one, other| one.0.cmp(&other.0));
            prop_assert_eq!(&list, &sorted);
            sorted.sort_unstable();
            arrange_all(&mut list);
            prop_assert_eq!(list, sorted);
        }
    }
}
