//! The values of a merged contact: a function of both sides, the choices and the policy (M2, M3, D17).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::choice::{Choice, Choices, CreatedAt, Side};
use super::crowd::{Crowd, Kind};
use crate::arrange::arrange_all;
use crate::contact::{
    Assignee, Connection, Contact, Conversation, CustomValue, Email, Field, FieldValue, ForeignKey, Identity, Phone,
    SubscriptionStatus, is_blank,
};
use crate::id::ForeignId;

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
    let mut crowd = Crowd::is_needed(primary).then(|| Crowd::of(primary, std::iter::empty()));
    *absorb(Box::new(primary.clone()), secondary, choices, created_at, crowd.as_mut()).0
}

/// As [`combine`], in place: the survivor, and what of the primary it takes to undo the merge.
///
/// Of the primary stay its single values, and of each list the short ones whole; of a long one only what the secondary
/// has as well, and what stood before a main value that moved to the front: all else is on the survivor still. So many
/// merges into one contact take room in proportion to what they bring.
pub(super) fn absorb(
    mut primary: Box<Contact>,
    secondary: &Contact,
    choices: &Choices,
    created_at: CreatedAt,
    mut crowd: Option<&mut Crowd>,
) -> (Box<Contact>, Box<Contact>) {
    let mut survivor = Box::new(single(&primary, secondary, choices, created_at));
    macro_rules! unite {
        ($field:ident, $kind:ident, $key:expr, $main:expr) => {{
            survivor.$field = std::mem::take(&mut primary.$field);
            let has = |own: &[_], item: &_| {
                let key = $key;
                let may_hold = || crowd.as_deref().is_none_or(|crowd| crowd.may_hold(Kind::$kind, key(item)));
                if own.len() > SHORT && !may_hold() {
                    None
                } else {
                    own.iter().position(|other| key(other) == key(item))
                }
            };
            primary.$field = unite(&mut survivor.$field, &secondary.$field, $main, has);
        }};
    }
    unite!(foreign_keys, ForeignKey, itself::<ForeignKey>, (None, SHORT));
    unite!(phones, Phone, itself::<Phone>, (main_phone(secondary, choices), SHORT_ORDERED));
    unite!(emails, Email, itself::<Email>, (main_email(secondary, choices), SHORT_ORDERED));
    unite!(tags, Tag, itself::<Box<str>>, (None, SHORT));
    unite!(lists, List, itself::<Box<str>>, (None, SHORT));
    unite!(identities, Identity, itself::<Identity>, (None, SHORT));
    unite!(connections, Connection, channel_of, (None, SHORT));
    subscriptions(&mut primary, &mut survivor, secondary, crowd.as_deref());
    custom(&mut primary, &mut survivor, secondary, choices);
    if let Some(crowd) = &mut crowd {
        crowd.brings(secondary, choices);
        crowd.gains(&survivor, 1);
    }
    (survivor, primary)
}

/// The merged contact's fields that hold one value; its lists are empty.
pub(super) fn single(primary: &Contact, secondary: &Contact, choices: &Choices, created_at: CreatedAt) -> Contact {
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
    let takes_their_origin = choices.fields.get(&Field::Origin) == Some(&Choice::Side(Side::Secondary));
    Contact {
        id: primary.id,
        created_at: match created_at {
            CreatedAt::Primary => primary.created_at,
            CreatedAt::Earliest => primary.created_at.min(secondary.created_at),
        },
        origin: if takes_their_origin { &secondary.origin } else { &primary.origin }.clone(),
        foreign_keys: Vec::new(),
        name: text(Field::Name),
        first_name: text(Field::FirstName),
        last_name: text(Field::LastName),
        phones: Vec::new(),
        emails: Vec::new(),
        language: text(Field::Language),
        country: text(Field::Country),
        locale: text(Field::Locale),
        picture: text(Field::Picture),
        company: text(Field::Company),
        department: text(Field::Department),
        lifecycle: text(Field::Lifecycle),
        custom: BTreeMap::new(),
        tags: Vec::new(),
        lists: Vec::new(),
        identities: Vec::new(),
        connections: Vec::new(),
        subscriptions: Vec::new(),
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

/// Lists of at most so many items are kept whole in the record of a merge.
pub(super) const SHORT: usize = 32;
/// The same for phones and addresses, whose order matters: the first one is the main one (M7).
pub(super) const SHORT_ORDERED: usize = 256;

/// Adds to `own` what of `theirs` it does not hold, and puts the chosen main value first (M2). Gives what a record keeps
/// of the list as it was. `has` finds an item in a list.
fn unite<T: Clone + PartialEq>(
    own: &mut Vec<T>,
    theirs: &[T],
    (main, short): (Option<T>, usize),
    has: impl Fn(&[T], &T) -> Option<usize>,
) -> Vec<T> {
    let before = own.len();
    let is_short = before <= short;
    let mut kept = if is_short { own.clone() } else { Vec::new() };
    let mut shared = Vec::new();
    if is_short {
        own.reserve_exact(theirs.len());
    }
    for item in theirs {
        match has(&own[..before], item) {
            Some(at) if !is_short => shared.push(at),
            Some(_) => {}
            None => own.push(item.clone()),
        }
    }
    arrange_all(&mut shared);
    kept.extend(shared.iter().map(|at| own[*at].clone()));
    if let Some(main) = main {
        // The main value gives way, and comes back with an undo.
        if let Some(first) = own.first().filter(|first| !is_short && !kept.contains(first)) {
            kept.insert(0, first.clone());
        }
        match own.iter().position(|item| *item == main) {
            Some(0) => {}
            Some(at) => {
                if !is_short && at < before {
                    kept.retain(|item| !own[..=at].contains(item));
                    kept.splice(0..0, own[..=at].iter().cloned());
                }
                own[..=at].rotate_right(1);
            }
            None => own.insert(0, main),
        }
    }
    kept
}

fn itself<T>(item: &T) -> &T {
    item
}

fn channel_of(connection: &Connection) -> &ForeignId {
    &connection.channel
}

/// The main phone that was chosen, if it is not the primary's own.
pub(super) fn main_phone(secondary: &Contact, choices: &Choices) -> Option<Phone> {
    chosen(&secondary.phones, choices.fields.get(&Field::Phone), |text| Phone::stored(text).ok())
}

/// The main address that was chosen, if it is not the primary's own.
pub(super) fn main_email(secondary: &Contact, choices: &Choices) -> Option<Email> {
    chosen(&secondary.emails, choices.fields.get(&Field::Email), |text| Email::parse(text).ok())
}

fn chosen<T: Clone>(theirs: &[T], choice: Option<&Choice<FieldValue>>, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    match choice? {
        Choice::Side(Side::Secondary) => theirs.first().cloned(),
        Choice::Value(FieldValue::Text(text)) => parse(text),
        _ => None,
    }
}

/// A custom field of the merged contact: like the others (M3).
pub(super) fn custom_value(
    own: Option<&CustomValue>,
    theirs: Option<&CustomValue>,
    choice: Option<&Choice<CustomValue>>,
) -> Option<CustomValue> {
    let filled = |value: Option<&CustomValue>| value.is_some_and(|value| !value.is_blank());
    let value = match choice {
        Some(Choice::Side(Side::Secondary)) => theirs,
        Some(Choice::Value(value)) => Some(value),
        None if !filled(own) && filled(theirs) => theirs,
        Some(Choice::Side(Side::Primary)) | None => own,
    };
    value.cloned()
}

fn custom(kept: &mut Contact, survivor: &mut Contact, secondary: &Contact, choices: &Choices) {
    survivor.custom = std::mem::take(&mut kept.custom);
    let is_short = survivor.custom.len() <= SHORT;
    if is_short {
        kept.custom.clone_from(&survivor.custom);
    }
    let names =
        secondary.custom.keys().chain(choices.custom.keys().filter(|name| !secondary.custom.contains_key(*name)));
    for name in names {
        let own = survivor.custom.get(name);
        let value = custom_value(own, secondary.custom.get(name), choices.custom.get(name));
        if let (false, Some(own)) = (is_short, own) {
            kept.custom.insert(name.clone(), own.clone());
        }
        match value {
            Some(value) => drop(survivor.custom.insert(name.clone(), value)),
            None => drop(survivor.custom.remove(name)),
        }
    }
}

/// The most restrictive one of a channel (M3).
pub(super) fn strictest(
    own: Option<SubscriptionStatus>,
    theirs: Option<SubscriptionStatus>,
) -> Option<SubscriptionStatus> {
    match (own, theirs) {
        (Some(own), Some(SubscriptionStatus::Subscribed) | None) => Some(own),
        (_, theirs) => theirs,
    }
}

fn subscriptions(kept: &mut Contact, survivor: &mut Contact, secondary: &Contact, crowd: Option<&Crowd>) {
    survivor.subscriptions = std::mem::take(&mut kept.subscriptions);
    let own = &mut survivor.subscriptions;
    let before = own.len();
    if before <= SHORT {
        kept.subscriptions.clone_from(own);
    }
    for entry in &secondary.subscriptions {
        let is_new = before > SHORT && crowd.is_some_and(|crowd| !crowd.may_hold(Kind::Subscription, &entry.channel));
        let place = if is_new { None } else { own[..before].iter().position(|own| own.channel == entry.channel) };
        match place {
            Some(at) => {
                if before > SHORT {
                    kept.subscriptions.push(own[at].clone());
                }
                own[at].status = strictest(Some(own[at].status), Some(entry.status)).unwrap_or(entry.status);
            }
            None => own.push(entry.clone()),
        }
    }
}

/// The name that the merged contact will show, without making the contact (M4).
pub fn merged_name<'a>(primary: &'a Contact, secondary: &'a Contact, choices: &Choices) -> Cow<'a, str> {
    if choices.is_empty() && primary.name.as_deref().is_some_and(is_filled) {
        return primary.shown_name();
    }
    // Of phones and addresses only the main ones matter.
    let mut shown = single(primary, secondary, choices, CreatedAt::Primary);
    let first = primary.phones.first().or(secondary.phones.first());
    shown.phones.extend(main_phone(secondary, choices).or_else(|| first.cloned()));
    let first = primary.emails.first().or(secondary.emails.first());
    shown.emails.extend(main_email(secondary, choices).or_else(|| first.cloned()));
    Cow::Owned(shown.shown_name().into_owned())
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
