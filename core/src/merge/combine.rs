//! The values of a merged contact: a function of both sides, the choices and the policy (M2, M3, D17).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::choice::{Choice, Choices, CreatedAt, Side};
use crate::contact::{
    Assignee, Contact, Conversation, CustomValue, Email, Field, FieldValue, Phone, Subscription, SubscriptionStatus,
    is_blank,
};

/// The contact that comes out of merging `secondary` into `primary`.
///
/// It is the same on every machine and at any time: [`super::undo`] calls it again to know what the merge wrote.
///
/// # Example
/// ```
/// use omnicontact::{ContactId, Instant, Origin, Profile, Source};
/// use omnicontact::merge::{Choices, CreatedAt, combine};
/// let at = Instant::from_millis(0)?;
/// let contact = |profile: Profile, random| -> Result<_, omnicontact::Error> {
///     Ok(profile.check(None)?.into_contact(ContactId::mint(at, [random; 10]), at, Origin::new(Source::User)))
/// };
/// let ana = contact(Profile::named("Ana").phone("+593991234567").tag("vip"), 1)?;
/// let twin = contact(Profile::named("Anita").phone("+593997654321").email("ana@example.org"), 2)?;
/// let merged = combine(&ana, &twin, &Choices::default(), CreatedAt::Primary);
/// assert_eq!(&*merged.shown_name(), "Ana");
/// assert_eq!(merged.phones.len(), 2, "the absorbed number still resolves");
/// assert_eq!(merged.emails[0].as_str(), "ana@example.org");
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn combine(primary: &Contact, secondary: &Contact, choices: &Choices, created_at: CreatedAt) -> Contact {
    let text = |field: Field| {
        let (own, theirs) = (primary.plain(field), secondary.plain(field));
        match choices.fields.get(&field) {
            Some(Choice::Side(Side::Primary)) => own.clone(),
            Some(Choice::Side(Side::Secondary)) => theirs.clone(),
            Some(Choice::Value(FieldValue::Text(text))) => Some(text.clone()),
            _ if own.as_deref().is_none_or(is_blank) && theirs.as_deref().is_some_and(is_filled) => theirs.clone(),
            _ => own.clone(),
        }
    };
    let mut phones = united(&primary.phones, &secondary.phones);
    put_first(&mut phones, &secondary.phones, choices.fields.get(&Field::Phone), |text| Phone::parse(text, None).ok());
    let mut emails = united(&primary.emails, &secondary.emails);
    put_first(&mut emails, &secondary.emails, choices.fields.get(&Field::Email), |text| Email::parse(text).ok());
    let takes_their_origin = choices.fields.get(&Field::Origin) == Some(&Choice::Side(Side::Secondary));
    Contact {
        id: primary.id,
        created_at: match created_at {
            CreatedAt::Primary => primary.created_at,
            CreatedAt::Earliest => primary.created_at.min(secondary.created_at),
        },
        origin: if takes_their_origin { &secondary.origin } else { &primary.origin }.clone(),
        foreign_keys: united(&primary.foreign_keys, &secondary.foreign_keys),
        name: text(Field::Name),
        first_name: text(Field::FirstName),
        last_name: text(Field::LastName),
        phones,
        emails,
        language: text(Field::Language),
        country: text(Field::Country),
        locale: text(Field::Locale),
        picture: text(Field::Picture),
        company: text(Field::Company),
        department: text(Field::Department),
        lifecycle: text(Field::Lifecycle),
        custom: custom(primary, secondary, choices),
        tags: united(&primary.tags, &secondary.tags),
        lists: united(&primary.lists, &secondary.lists),
        identities: united(&primary.identities, &secondary.identities),
        connections: joined(&primary.connections, &secondary.connections, |theirs| {
            !primary.is_connected(&theirs.channel)
        }),
        subscriptions: subscriptions(primary, secondary),
        assignee: assignee(primary, secondary, choices),
        conversation: conversation(primary, secondary).cloned(),
        blocked: primary.blocked,
        last_interaction: match (&primary.last_interaction, &secondary.last_interaction) {
            (Some(own), Some(theirs)) if own.at < theirs.at => Some(theirs.clone()),
            (None, theirs) => theirs.clone(),
            (own, _) => own.clone(),
        },
        last_incoming: primary.last_incoming.max(secondary.last_incoming),
        last_outgoing: primary.last_outgoing.max(secondary.last_outgoing),
    }
}

fn custom(primary: &Contact, secondary: &Contact, choices: &Choices) -> BTreeMap<Box<str>, CustomValue> {
    let mut merged = primary.custom.clone();
    for (name, value) in &secondary.custom {
        let own = primary.custom.get(name).filter(|value| !value.is_blank());
        if own.is_none() && !value.is_blank() {
            merged.insert(name.clone(), value.clone());
        }
    }
    for (name, choice) in &choices.custom {
        let chosen: Option<&CustomValue> = match choice {
            Choice::Side(Side::Primary) => primary.custom.get(name),
            Choice::Side(Side::Secondary) => secondary.custom.get(name),
            Choice::Value(value) => Some(value),
        };
        match chosen {
            Some(value) => merged.insert(name.clone(), value.clone()),
            None => merged.remove(name),
        };
    }
    merged
}

/// The most restrictive one per channel (M3).
fn subscriptions(primary: &Contact, secondary: &Contact) -> Vec<Subscription> {
    let mut merged = primary.subscriptions.clone();
    for entry in &secondary.subscriptions {
        match merged.iter_mut().find(|own| own.channel == entry.channel) {
            Some(own) if entry.status == SubscriptionStatus::Unsubscribed => own.status = entry.status,
            Some(_) => {}
            None => merged.push(entry.clone()),
        }
    }
    merged
}

/// The name that the merged contact will show, without making the contact (M4).
pub fn merged_name<'a>(primary: &'a Contact, secondary: &'a Contact, choices: &Choices) -> Cow<'a, str> {
    if choices.is_empty() && primary.name.as_deref().is_some_and(is_filled) {
        return primary.shown_name();
    }
    Cow::Owned(combine(primary, secondary, choices, CreatedAt::Primary).shown_name().into_owned())
}

/// At most one open conversation: the primary's, else the secondary's; closed ones where none is open (M3).
pub(super) fn conversation<'a>(primary: &'a Contact, secondary: &'a Contact) -> Option<&'a Conversation> {
    let is_open = |conversation: &&Conversation| conversation.is_open();
    let open = |contact: &'a Contact| contact.conversation.as_ref().filter(is_open);
    open(primary).or_else(|| open(secondary)).or(primary.conversation.as_ref()).or(secondary.conversation.as_ref())
}

fn is_filled(text: &str) -> bool {
    !is_blank(text)
}

fn assignee(primary: &Contact, secondary: &Contact, choices: &Choices) -> Option<Assignee> {
    match choices.fields.get(&Field::Assignee) {
        Some(Choice::Side(Side::Primary)) => primary.assignee.clone(),
        Some(Choice::Side(Side::Secondary)) => secondary.assignee.clone(),
        Some(Choice::Value(FieldValue::Assignee(assignee))) => Some(assignee.clone()),
        _ => primary.assignee.clone().or_else(|| secondary.assignee.clone()),
    }
}

/// The chosen main value first; every other one stays as an additional one (M2).
fn put_first<T: Clone + PartialEq>(
    merged: &mut Vec<T>,
    theirs: &[T],
    choice: Option<&Choice<FieldValue>>,
    parse: impl Fn(&str) -> Option<T>,
) {
    let main = match choice {
        Some(Choice::Side(Side::Secondary)) => theirs.first().cloned(),
        Some(Choice::Value(FieldValue::Text(text))) => parse(text),
        _ => None,
    };
    if let Some(main) = main {
        match merged.iter().position(|item| *item == main) {
            Some(position) => merged[..=position].rotate_right(1),
            None => merged.insert(0, main),
        }
    }
}

/// What either holds; each of them holds a thing once.
fn united<T: Clone + PartialEq>(own: &[T], theirs: &[T]) -> Vec<T> {
    joined(own, theirs, |item| !own.contains(item))
}

/// Everything of `own`, and of `theirs` what is fresh: allocated once, as large as it is.
fn joined<T: Clone>(own: &[T], theirs: &[T], is_fresh: impl Fn(&T) -> bool) -> Vec<T> {
    // Long lists are rare; which of the first 64 are fresh is found out once.
    let (mut fresh, mut count) = (0_u64, 0);
    for (row, item) in theirs.iter().enumerate() {
        if is_fresh(item) {
            count += 1;
            fresh |= 1_u64.checked_shl(u32::try_from(row).unwrap_or(u32::MAX)).unwrap_or(0);
        }
    }
    let mut merged = Vec::with_capacity(own.len() + count);
    merged.extend_from_slice(own);
    let picked = theirs.iter().enumerate().filter(|(row, item)| match row {
        0..64 => fresh >> row & 1 == 1,
        _ => is_fresh(item),
    });
    merged.extend(picked.map(|(_, item)| item.clone()));
    merged
}
