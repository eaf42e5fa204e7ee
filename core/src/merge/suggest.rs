//! Pairs that may be one person (M10).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::arrange::arrange;
use crate::contact::{Contact, ContactId};

/// Why two contacts may be one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They share a normalised phone.
    Phone(String),
    /// They share a normalised e-mail address.
    Email(String),
}

/// Two contacts in the order of their ids: the form in which dismissals are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pair([ContactId; 2]);

impl Pair {
    /// The pair of two contacts, whichever comes first.
    pub fn new(a: ContactId, b: ContactId) -> Self {
        Self(if a <= b { [a, b] } else { [b, a] })
    }

    /// Both ids, the smaller first.
    pub const fn ids(self) -> [ContactId; 2] {
        self.0
    }
}

/// A suggestion: the pair, the reasons, and whether a host may merge it without asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The pair.
    pub pair: Pair,
    /// Every phone and address that they share.
    pub reasons: Vec<Reason>,
    /// False where one system has different foreign keys for them: such a pair is never merged automatically.
    pub automatic: bool,
}

/// Suggests pairs that share a normalised phone or e-mail address, in the order of their ids (M10).
///
/// A value that more than [`CROWD`] contacts share (a switchboard, a family address) suggests only the pairs of each
/// contact with the one of the smallest id, so that the answer stays linear.
///
/// # Example
/// ```
/// use omnicontact::{ContactId, Instant, Origin, Profile, Source};
/// use omnicontact::merge::suggest;
/// let at = Instant::from_millis(0)?;
/// let contact = |email: &str, random| -> Result<_, omnicontact::Error> {
///     let id = ContactId::mint(at, [random; 10]);
///     Ok(Profile::named("x").email(email).check(None)?.into_contact(id, at, Origin::new(Source::User)))
/// };
/// let contacts = [contact("ana@example.org", 1)?, contact("ANA@Example.org", 2)?, contact("b@example.org", 3)?];
/// let suggestions = suggest(&contacts, |_| false);
/// assert_eq!(suggestions.len(), 1);
/// let dismissed = suggestions[0].pair;
/// assert!(suggest(&contacts, |pair| pair == dismissed).is_empty());
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn suggest<'a>(
    contacts: impl IntoIterator<Item = &'a Contact>,
    is_dismissed: impl Fn(Pair) -> bool,
) -> Vec<Suggestion> {
    let mut sharing: BTreeMap<Reason, Vec<&Contact>> = BTreeMap::new();
    for contact in contacts {
        let phones = contact.phones.iter().map(|phone| Reason::Phone(phone.match_key()));
        let emails = contact.emails.iter().map(|email| Reason::Email(email.match_key()));
        for reason in phones.chain(emails) {
            let group = sharing.entry(reason).or_default();
            if group.last().is_none_or(|last| last.id != contact.id) {
                group.push(contact);
            }
        }
    }
    let mut pairs: BTreeMap<Pair, Suggestion> = BTreeMap::new();
    for (reason, mut group) in sharing {
        arrange(&mut group, |one, other| one.id.cmp(&other.id));
        let firsts = if group.len() > CROWD { 1 } else { group.len() };
        for (position, a) in group.iter().take(firsts).enumerate() {
            for b in &group[position + 1..] {
                let pair = Pair::new(a.id, b.id);
                if a.id == b.id || is_dismissed(pair) {
                    continue;
                }
                let suggestion = pairs.entry(pair).or_insert_with(|| Suggestion {
                    pair,
                    reasons: Vec::new(),
                    automatic: !differ_in_one_system(a, b),
                });
                suggestion.reasons.push(reason.clone());
            }
        }
    }
    pairs.into_values().collect()
}

/// Contacts that may share a value before it counts as a crowd's.
pub const CROWD: usize = 20;

fn differ_in_one_system(a: &Contact, b: &Contact) -> bool {
    a.foreign_keys
        .iter()
        .any(|own| b.foreign_keys.iter().any(|other| own.system == other.system && own.key != other.key))
}
