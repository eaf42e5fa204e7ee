//! Numbering plans: which national numbers a country has, what is dialled before them, and how they are found (D30).
//!
//! Patterns are those of libphonenumber: digits, `\d`, `[…]`, groups, `|`, `?`, `{n,m}`, `$`. They are matched by sets of
//! positions, in one walk over the pattern, so that no number takes long.

use super::plans::{COUNTRIES, OTHERS};

/// The plan of a country, or of a calling code without one.
pub(super) struct Plan {
    /// ISO 3166-1 alpha-2; empty where it is no country.
    pub(super) code: &'static str,
    /// Calling code; empty where there is none.
    pub(super) calling: &'static str,
    /// Whether numbers from abroad under the calling code go by this plan.
    leads: bool,
    /// Lengths of national numbers, one bit each.
    lengths: u32,
    /// What national numbers look like; empty where the plan is that of the country that leads.
    national: &'static str,
    /// What is dialled before a national number, and no part of it.
    trunk: &'static str,
    /// What is dialled before a number abroad, where it is not `00`.
    abroad: &'static str,
    /// A home form that is rewritten.
    home: Option<Home>,
}

/// A way to write numbers at home: what stands before, is kept, and stands after, and what is put in front.
struct Home {
    before: &'static str,
    kept: &'static str,
    after: &'static str,
    put: &'static str,
}

pub(super) const fn p(
    code: &'static str,
    calling: &'static str,
    leads: bool,
    lengths: u32,
    national: &'static str,
    trunk: &'static str,
) -> Plan {
    Plan { code, calling, leads, lengths, national, trunk, abroad: "", home: None }
}

impl Plan {
    pub(super) const fn abroad(self, abroad: &'static str) -> Self {
        Self { abroad, ..self }
    }

    pub(super) const fn home(
        self,
        before: &'static str,
        kept: &'static str,
        after: &'static str,
        put: &'static str,
    ) -> Self {
        Self { home: Some(Home { before, kept, after, put }), ..self }
    }

    /// Whether a national number has a length of the plan.
    pub(super) fn has_length(&self, digits: &str) -> bool {
        digits.len() < 32 && self.lengths >> digits.len() & 1 == 1
    }

    /// Whether a number is longer than the plan's longest.
    fn is_longer(&self, digits: &str) -> bool {
        digits.len() >= 32 || self.lengths >> digits.len() == 0
    }

    /// Whether the plan has national numbers like this one.
    pub(super) fn has(&self, digits: &str) -> bool {
        self.has_length(digits) && ends(self.national, digits, 1) >> digits.len() & 1 == 1
    }

    /// A number that is written with the country's own way to dial abroad, without it.
    pub(super) fn after_abroad<'d>(&self, digits: &'d str) -> Option<&'d str> {
        let end = longest(ends(self.abroad, digits, 1)).filter(|end| *end > 0)?;
        digits.get(end..).filter(|rest| !rest.starts_with('0'))
    }

    /// A national number out of a home form, without what is dialled before it.
    pub(super) fn national(&self, digits: &str) -> String {
        let rewritten = self.home.as_ref().and_then(|home| home.rewritten(digits));
        let bare = rewritten.or_else(|| {
            let end = longest(ends(self.trunk, digits, 1)).filter(|end| *end > 0)?;
            digits.get(end..).map(str::to_owned)
        });
        match bare {
            // A number that is whole as it stands is not made into one that is none.
            Some(bare) if self.has(&bare) || !self.has(digits) => bare,
            _ => digits.to_owned(),
        }
    }

    /// The national number after the country's own calling code, where a number without `+` has it in front: it is longer
    /// than any national number, or none of the plan's while the rest is one.
    pub(super) fn after_calling(&self, digits: &str) -> Option<String> {
        let rest = self.national(digits.strip_prefix(self.calling)?);
        (self.is_longer(digits) || (!self.has(digits) && self.has(&rest))).then_some(rest)
    }

    /// The national number of what was dialled at home, or was left in behind a calling code; as it is where nothing of a
    /// length of the plan is left.
    pub(super) fn dialled(&self, digits: &str) -> String {
        let bare = self.national(digits);
        if self.has_length(&bare) || self.is_longer(&bare) { bare } else { digits.to_owned() }
    }

    /// The plan by which numbers are read at home; a country without one of its own dials as the one that leads.
    pub(super) fn reading(&self) -> &Plan {
        if self.national.is_empty() { self.leading() } else { self }
    }

    /// The plan that numbers of the calling code go by: this one, or that of the country that leads.
    pub(super) fn leading(&self) -> &Plan {
        if self.leads { self } else { by_calling(self.calling).unwrap_or(self) }
    }
}

impl Home {
    fn rewritten(&self, digits: &str) -> Option<String> {
        let begins = ends(self.before, digits, 1);
        // What can be taken is taken, as people dial it.
        for begin in places(begins) {
            for end in places(ends(self.kept, digits, 1 << begin)) {
                if let Some(after) = longest(ends(self.after, digits, 1 << end)) {
                    let (kept, rest) = (digits.get(begin..end)?, digits.get(after..)?);
                    return Some(format!("{}{kept}{rest}", self.put));
                }
            }
        }
        None
    }
}

/// The positions of a set, the last one first.
fn places(set: u64) -> impl Iterator<Item = usize> {
    (0..64).rev().filter(move |place| set >> place & 1 == 1)
}

fn longest(set: u64) -> Option<usize> {
    places(set).next()
}

/// More digits are no number, and positions have to fit a set.
pub(super) const MOST_DIGITS: usize = 40;

/// Where a pattern may end that begins at one of these positions.
fn ends(pattern: &str, digits: &str, from: u64) -> u64 {
    let mut at = [0_u64; 10];
    for (place, digit) in digits.bytes().enumerate().take(MOST_DIGITS) {
        if let Some(places) = at.get_mut(usize::from(digit.wrapping_sub(b'0'))) {
            *places |= 1 << place;
        }
    }
    Matching { pattern: pattern.as_bytes(), place: 0, at, length: digits.len().min(MOST_DIGITS) }.any(from)
}

/// A walk over a pattern.
struct Matching<'p> {
    pattern: &'p [u8],
    place: usize,
    /// For each digit where it stands.
    at: [u64; 10],
    length: usize,
}

impl Matching<'_> {
    fn next(&self) -> Option<u8> {
        self.pattern.get(self.place).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is = self.next() == Some(byte);
        self.place += usize::from(is);
        is
    }

    /// Patterns with `|` between them.
    fn any(&mut self, from: u64) -> u64 {
        let mut found = 0;
        loop {
            let mut one = from;
            while self.next().is_some_and(|byte| byte != b'|' && byte != b')') {
                one = self.repeated(one);
            }
            found |= one;
            if !self.takes(b'|') {
                return found;
            }
        }
    }

    /// A piece, as often as is said behind it.
    fn repeated(&mut self, from: u64) -> u64 {
        let start = self.place;
        let mut set = self.piece(from);
        if self.takes(b'?') {
            return from | set;
        }
        if !self.takes(b'{') {
            return set;
        }
        let least = self.number();
        let most = if self.takes(b',') { self.number() } else { least };
        self.takes(b'}');
        let end = self.place;
        let mut found = if least == 0 { from } else { 0 };
        for time in 1..=most {
            if time > 1 {
                self.place = start;
                set = self.piece(set);
            }
            found |= if time >= least { set } else { 0 };
        }
        self.place = end;
        found
    }

    fn number(&mut self) -> usize {
        let mut number = 0;
        while let Some(digit) = self.next().filter(u8::is_ascii_digit) {
            number = number * 10 + usize::from(digit - b'0');
            self.place += 1;
        }
        number
    }

    fn piece(&mut self, from: u64) -> u64 {
        let byte = self.next();
        self.place += 1;
        let digits = match byte {
            Some(b'(') => {
                if self.takes(b'?') {
                    self.takes(b':');
                }
                let found = self.any(from);
                self.takes(b')');
                return found;
            }
            Some(b'$') => return from & 1 << self.length,
            Some(b'[') => self.class(),
            Some(b'\\') => {
                self.place += 1;
                !0
            }
            Some(digit) => self.where_is(digit, digit),
            None => 0,
        };
        // No position lies behind the end.
        (from & digits & ((1 << self.length) - 1)) << 1
    }

    fn class(&mut self) -> u64 {
        let mut digits = 0;
        while let Some(first) = self.next().filter(|byte| *byte != b']') {
            self.place += 1;
            let mut last = first;
            if self.takes(b'-') {
                last = self.next().unwrap_or(first);
                self.place += 1;
            }
            digits |= self.where_is(first, last);
        }
        self.takes(b']');
        digits
    }

    fn where_is(&self, first: u8, last: u8) -> u64 {
        let range = usize::from(first.wrapping_sub(b'0'))..=usize::from(last.wrapping_sub(b'0'));
        self.at.get(range).unwrap_or_default().iter().fold(0, |places, one| places | one)
    }
}

/// The plan that numbers of a calling code go by.
pub(super) fn by_calling(calling: &str) -> Option<&'static Plan> {
    if calling.is_empty() {
        return None;
    }
    match *LEADING.get(place(calling.as_bytes()))? {
        0 => None,
        row => all(usize::from(row) - 1),
    }
}

/// The plan of a number that begins with a calling code, and what follows the code.
pub(super) fn of_number(digits: &str) -> Option<(&'static Plan, &str)> {
    (1..=3).find_map(|length| {
        let (calling, rest) = digits.split_at_checked(length)?;
        Some((by_calling(calling)?, rest))
    })
}

fn all(row: usize) -> Option<&'static Plan> {
    COUNTRIES.get(row).or_else(|| OTHERS.get(row.checked_sub(COUNTRIES.len())?))
}

/// For each calling code, by [`place`], one more than the row of the plan that leads it.
static LEADING: [u16; 1_110] = {
    let mut leading = [0; 1_110];
    let mut row: u16 = 0;
    while (row as usize) < COUNTRIES.len() + OTHERS.len() {
        let at = row as usize;
        let plan = if at < COUNTRIES.len() { &COUNTRIES[at] } else { &OTHERS[at - COUNTRIES.len()] };
        row += 1;
        if plan.leads {
            leading[place(plan.calling.as_bytes())] = row;
        }
    }
    leading
};

/// The place of one to three digits: those of one digit first.
const fn place(digits: &[u8]) -> usize {
    let (mut number, mut before, mut at) = (0, 0, 0);
    while at < digits.len() {
        number = number * 10 + digits[at].wrapping_sub(b'0') as usize;
        before = before * 10 + 10;
        at += 1;
    }
    // 10, 110, 1110 for one, two, three digits: those before are none, 10, 110.
    number + (before - 10) / 10
}

/// The country of a code in upper case.
pub(super) fn country(code: &str) -> Option<&'static Plan> {
    // Two bytes are compared as a number: codes are looked up for every row of a file.
    let number = |code: &str| <[u8; 2]>::try_from(code.as_bytes()).ok().map(u16::from_be_bytes);
    let wanted = number(code)?;
    COUNTRIES.binary_search_by(|country| number(country.code).cmp(&Some(wanted))).ok().map(|row| &COUNTRIES[row])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pattern: &str, digits: &str) -> bool {
        ends(pattern, digits, 1) >> digits.len() & 1 == 1
    }

    #[test]
    fn patterns_say_what_they_say() {
        assert!(whole(r"1\d{9,10}|(?:[2-7]|9\d)\d{7}", "991234567"));
        assert!(!whole(r"1\d{9,10}|(?:[2-7]|9\d)\d{7}", "891234567"));
        assert!(whole(r"4(?:2\d?|3){2}", "4293") && !whole(r"4(?:2\d?|3){2}", "42"));
        assert!(whole("(?:12)?3{0,2}", "") && whole("(?:12)?3{0,2}", "1233") && !whole("(?:12)?3{0,2}", "12333"));
        assert_eq!(ends("0|90$", "900", 1), 0);
        assert_eq!(longest(ends("8|80?", "8055", 1)), Some(2));
    }

    #[test]
    fn every_plan_is_read_to_its_end() {
        for plan in COUNTRIES.iter().chain(OTHERS) {
            let home = plan.home.as_ref().map_or([""; 3], |home| [home.before, home.kept, home.after]);
            for pattern in [plan.national, plan.trunk, plan.abroad].into_iter().chain(home) {
                let mut walk = Matching { pattern: pattern.as_bytes(), place: 0, at: [0; 10], length: 0 };
                walk.any(1);
                assert_eq!(walk.place, pattern.len(), "{pattern}");
                assert!(pattern.bytes().all(|byte| br"0123456789\d[]-(?:)|{,}$".contains(&byte)), "{pattern}");
            }
        }
    }

    #[test]
    fn every_calling_code_is_led_by_one_plan() {
        for plan in COUNTRIES.iter().chain(OTHERS).filter(|plan| !plan.calling.is_empty()) {
            let leading = by_calling(plan.calling).unwrap();
            assert!(leading.leads && leading.calling == plan.calling, "{}", plan.calling);
            assert!(!leading.national.is_empty() && leading.lengths > 0, "{}", plan.calling);
        }
        let led = (0..1_000).filter(|number| by_calling(&number.to_string()).is_some()).count();
        assert_eq!(led, COUNTRIES.iter().chain(OTHERS).filter(|plan| plan.leads).count());
        assert!(by_calling("").is_none() && by_calling("ab").is_none() && of_number("").is_none());
    }

    #[test]
    fn every_country_is_found_and_nothing_else() {
        for one in COUNTRIES {
            assert!(country(one.code).is_some_and(|found| found.code == one.code));
        }
        for code in ["", "E", "ec", "ECU", "ZZ", "é", "AA"] {
            assert!(country(code).is_none(), "{code}");
        }
    }
}
