//! The values of a merged contact: a function of both sides, the choices and the policy (M2, M3, D17).

use std::borrow::Cow;

use super::choice::{Choice, Choices, CreatedAt, Side};
use crate::contact::{
    Assignee, Contact, Conversation, CustomValue, Email, Field, FieldValue, Phone, SubscriptionStatus, is_blank,
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
    let mut merged = primary.clone();
    combine_into(&mut merged, primary, secondary, choices, created_at);
    merged
}

/// As [`combine`], over a copy of the primary.
pub(super) fn combine_into(
    merged: &mut Contact,
    primary: &Contact,
    secondary: &Contact,
    choices: &Choices,
    created_at: CreatedAt,
) {
    for field in Field::TEXTS {
        let own = primary.plain(field);
        let chosen = match choices.fields.get(&field) {
            Some(Choice::Side(Side::Primary)) => own,
            Some(Choice::Side(Side::Secondary)) => secondary.plain(field),
            Some(Choice::Value(FieldValue::Text(text))) => {
                *merged.plain_mut(field) = Some(text.clone());
                continue;
            }
            _ if own.as_deref().is_none_or(is_blank) && secondary.plain(field).as_deref().is_some_and(is_filled) => {
                secondary.plain(field)
            }
            _ => own,
        };
        if !std::ptr::eq(chosen, own) {
            merged.plain_mut(field).clone_from(chosen);
        }
    }
    main_first(&mut merged.phones, &secondary.phones, choices.fields.get(&Field::Phone), |text| {
        Phone::parse(text, None).ok()
    });
    main_first(&mut merged.emails, &secondary.emails, choices.fields.get(&Field::Email), |text| {
        Email::parse(text).ok()
    });
    merged.assignee = assignee(primary, secondary, choices);
    if choices.fields.get(&Field::Origin) == Some(&Choice::Side(Side::Secondary)) {
        merged.origin = secondary.origin.clone();
    }
    for (name, value) in &secondary.custom {
        let own = primary.custom.get(name).filter(|value| !value.is_blank());
        if own.is_none() && !value.is_blank() {
            merged.custom.insert(name.clone(), value.clone());
        }
    }
    for (name, choice) in &choices.custom {
        let chosen: Option<&CustomValue> = match choice {
            Choice::Side(Side::Primary) => primary.custom.get(name),
            Choice::Side(Side::Secondary) => secondary.custom.get(name),
            Choice::Value(value) => Some(value),
        };
        match chosen {
            Some(value) => merged.custom.insert(name.clone(), value.clone()),
            None => merged.custom.remove(name),
        };
    }
    union(&mut merged.tags, &secondary.tags);
    union(&mut merged.lists, &secondary.lists);
    union(&mut merged.foreign_keys, &secondary.foreign_keys);
    union(&mut merged.identities, &secondary.identities);
    for connection in &secondary.connections {
        if !primary.is_connected(&connection.channel) {
            merged.connections.push(connection.clone());
        }
    }
    for entry in &secondary.subscriptions {
        match merged.subscriptions.iter_mut().find(|own| own.channel == entry.channel) {
            Some(own) if entry.status == SubscriptionStatus::Unsubscribed => own.status = entry.status,
            Some(_) => {}
            None => merged.subscriptions.push(entry.clone()),
        }
    }
    merged.conversation = conversation(primary, secondary).cloned();
    if created_at == CreatedAt::Earliest {
        merged.created_at = primary.created_at.min(secondary.created_at);
    }
    if let Some(theirs) = &secondary.last_interaction
        && primary.last_interaction.as_ref().is_none_or(|own| own.at < theirs.at)
    {
        merged.last_interaction = Some(theirs.clone());
    }
    merged.last_incoming = primary.last_incoming.max(secondary.last_incoming);
    merged.last_outgoing = primary.last_outgoing.max(secondary.last_outgoing);
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
fn main_first<T: Clone + PartialEq>(
    own: &mut Vec<T>,
    theirs: &[T],
    choice: Option<&Choice<FieldValue>>,
    parse: impl Fn(&str) -> Option<T>,
) {
    let main = match choice {
        Some(Choice::Side(Side::Secondary)) => theirs.first().cloned(),
        Some(Choice::Value(FieldValue::Text(text))) => parse(text),
        _ => None,
    };
    union(own, theirs);
    if let Some(main) = main {
        match own.iter().position(|item| *item == main) {
            Some(position) => own[..=position].rotate_right(1),
            None => own.insert(0, main),
        }
    }
}

fn union<T: Clone + PartialEq>(own: &mut Vec<T>, theirs: &[T]) {
    let before = own.len();
    own.reserve_exact(theirs.iter().filter(|item| !own.contains(item)).count());
    for item in theirs {
        // What `theirs` holds it holds once.
        if !own[..before].contains(item) {
            own.push(item.clone());
        }
    }
}
