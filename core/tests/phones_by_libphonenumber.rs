//! Phones as another library reads them (D30): the same E.164, or refused. Prints how many of each.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::BTreeMap;

use omnicontact::Phone;
use rlibphonenumber::PHONE_NUMBER_UTIL as LIBRARY;
use rlibphonenumber::enums::{NumberLengthType, PhoneNumberFormat, PhoneNumberType, Region};

/// Numbers that look random and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % limit
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }
}

/// What the library makes of a text: a number of a possible length, or none.
fn theirs(text: &str, region: Region) -> Option<(String, bool)> {
    let number = LIBRARY.parse(text, Some(region)).ok()?;
    let is_possible = LIBRARY.is_possible_number_with_reason(&number) == Ok(NumberLengthType::IsPossible);
    is_possible
        .then(|| (LIBRARY.format(&number, PhoneNumberFormat::E164).into_owned(), LIBRARY.is_valid_number(&number)))
}

#[test]
fn every_number_is_what_libphonenumber_says_or_is_refused() {
    let numbers: usize = std::env::var("PHONES").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let mut regions: Vec<Region> = LIBRARY.get_supported_regions().collect();
    // Ascension, Tristan da Cunha and Kosovo are no countries of ISO 3166 (C2).
    regions.retain(|region| ![Region::AC, Region::TA, Region::XK].contains(region));
    regions.sort_unstable_by_key(ToString::to_string);
    let mut random = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for _ in 0..numbers {
        let region = regions[random.below(regions.len())];
        let calling = LIBRARY.get_country_code_for_region(region).unwrap().to_string();
        // What most countries dial before a national number, Russia, and North America.
        let trunk = ["0", "0", "8", "1", ""][random.below(5)];
        let kinds = [PhoneNumberType::Mobile, PhoneNumberType::FixedLine, PhoneNumberType::TollFree];
        let example = LIBRARY.get_example_number_for_type_and_region(region, kinds[random.below(3)]).ok();
        let national = if let Some(number) = example.filter(|_| random.below(10) < 6) {
            let digits = number.get_national_significant_number();
            format!("{}{}", &digits[..digits.len().saturating_sub(3)], random.digits(3))
        } else {
            let count = 3 + random.below(12);
            random.digits(count)
        };
        let text = match random.below(6) {
            0 => format!("+{calling}{national}"),
            1 => format!("{trunk}{national}"),
            2 => format!("{calling}{national}"),
            3 => national,
            4 => format!("+{calling}{trunk}{national}"),
            _ => format!("00{calling}{national}"),
        };
        // `00` is international for us everywhere (D30); the library knows each country's own way.
        let as_they_dial = text.strip_prefix("00").map_or_else(|| text.clone(), |rest| format!("+{rest}"));
        let ours = Phone::parse(&text, Some(&region.to_string())).ok();
        let kind = match (ours, theirs(&as_they_dial, region)) {
            (None, None) => "refused by both",
            (Some(ours), Some((theirs, _))) if ours.as_str() == theirs => "the same",
            // Longer than E.164 allows, or none of the plan's numbers where the length alone would do.
            (None, Some((theirs, _))) if theirs.len() > 16 => "refused, over 15 digits",
            (None, Some((_, false))) => "refused, no number of the plan",
            (Some(_), _) if calling == "52" || text.starts_with("+52") || text.starts_with("0052") => {
                "Mexico's home forms"
            }
            (ours, theirs) => {
                wrong.push(format!("{region} {text}: {ours:?}, not {theirs:?}"));
                "otherwise"
            }
        };
        *found.entry(kind).or_default() += 1;
    }
    println!("{numbers} numbers: {found:?}\n{}", wrong.join("\n"));
    // Where `0` alone, or `01` and a digit, dials abroad (Samoa, Cape Verde, Singapore, Israel), a number may be read either way.
    assert!(wrong.len() * 20_000 <= numbers, "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}
