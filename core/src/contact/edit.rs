//! Edits of a contact: what users, imports and automations change (C1, C2).

use serde::{Deserialize, Serialize};

use super::{
    Contact, Conversation, CustomValue, Email, Field, FieldValue, ForeignKey, Phone, Subscription, SubscriptionStatus,
    format,
};
use crate::error::{Error, Result};
use crate::id::ForeignId;
use crate::time::Instant;

/// One change of a contact. Changes that change nothing are no events.
///
/// # Example
/// ```
/// use omnicontact::{Code, Edit, Field};
/// let edit = Edit::set(Field::Language, "ES");
/// assert_eq!(edit.check(None)?, Edit::set(Field::Language, "es"), "in its stored form");
/// let error = Edit::set(Field::Language, "spanish").check(None).unwrap_err();
/// assert_eq!((error.code(), error.path()), (Code::InvalidLanguage, "language"));
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Edit {
    /// Sets a field, or empties it. Setting `phone` or `email` replaces the main one.
    Set {
        /// The field.
        field: Field,
        /// The value; `None` or blank empties.
        value: Option<FieldValue>,
    },
    /// Sets a custom field, or empties it.
    SetCustom {
        /// Name of the field.
        name: Box<str>,
        /// The value.
        value: Option<CustomValue>,
    },
    /// Adds tags.
    AddTags(Vec<Box<str>>),
    /// Removes tags.
    RemoveTags(Vec<Box<str>>),
    /// Puts the contact on lists.
    AddToLists(Vec<Box<str>>),
    /// Takes the contact off lists.
    RemoveFromLists(Vec<Box<str>>),
    /// Adds an additional phone.
    AddPhone(Box<str>),
    /// Removes a phone.
    RemovePhone(Box<str>),
    /// Adds an additional e-mail address.
    AddEmail(Box<str>),
    /// Removes an e-mail address.
    RemoveEmail(Box<str>),
    /// Adds what another system calls the contact.
    AddForeignKey(ForeignKey),
    /// Sets the subscription on a channel.
    Subscribe {
        /// The channel.
        channel: ForeignId,
        /// Whether messages may go there.
        status: SubscriptionStatus,
    },
    /// Blocks or unblocks the contact.
    Block(bool),
    /// Opens a conversation.
    OpenConversation {
        /// Since when.
        at: Instant,
    },
    /// Closes the open conversation.
    CloseConversation {
        /// When.
        at: Instant,
        /// Why.
        reason: Option<Box<str>>,
    },
}

impl Edit {
    /// Sets a text field.
    pub fn set(field: Field, text: &str) -> Self {
        Self::Set { field, value: Some(text.into()) }
    }

    /// Empties a field.
    pub fn empty(field: Field) -> Self {
        Self::Set { field, value: None }
    }

    /// Adds a tag.
    pub fn tag(tag: &str) -> Self {
        Self::AddTags(vec![tag.into()])
    }

    /// Removes a tag.
    pub fn untag(tag: &str) -> Self {
        Self::RemoveTags(vec![tag.into()])
    }

    /// Checks the formats of C2 and gives the edit in its stored form; national phones take `country`'s calling code.
    ///
    /// # Errors
    /// The code of the format, with the field as path.
    pub fn check(&self, country: Option<&str>) -> Result<Self> {
        let phone = |text: &str| {
            Phone::parse(text, country).map(|phone| phone.as_str().into()).map_err(|error| error.at("phone"))
        };
        let email =
            |text: &str| Email::parse(text).map(|email| email.as_str().into()).map_err(|error| error.at("email"));
        Ok(match self {
            Self::Set { field, value: Some(value) } => Self::Set { field: *field, value: field.check(value, country)? },
            // Emptying the origin is refused like setting it.
            Self::Set { field: Field::Origin, value: None } => {
                Self::Set { field: Field::Origin, value: Field::Origin.check(&"".into(), None)? }
            }
            Self::SetCustom { name, value } => {
                let name = format::custom_field_name(name).map_err(|error| error.at("custom"))?;
                Self::SetCustom { name, value: value.clone().filter(|value| !value.is_blank()) }
            }
            Self::AddTags(tags) => Self::AddTags(all_tags(tags, "tags")?),
            Self::RemoveTags(tags) => Self::RemoveTags(all_tags(tags, "tags")?),
            Self::AddToLists(lists) => Self::AddToLists(all_tags(lists, "lists")?),
            Self::RemoveFromLists(lists) => Self::RemoveFromLists(all_tags(lists, "lists")?),
            Self::AddPhone(text) => Self::AddPhone(phone(text)?),
            Self::RemovePhone(text) => Self::RemovePhone(phone(text)?),
            Self::AddEmail(text) => Self::AddEmail(email(text)?),
            Self::RemoveEmail(text) => Self::RemoveEmail(email(text)?),
            other => other.clone(),
        })
    }

    /// Whether the edit, which was checked, would change the contact.
    pub(crate) fn changes(&self, contact: &Contact) -> bool {
        let open = || contact.conversation.as_ref().is_some_and(Conversation::is_open);
        match self {
            Self::Set { field, value } => match (field, value) {
                (Field::Assignee, Some(FieldValue::Assignee(assignee))) => contact.assignee.as_ref() != Some(assignee),
                (Field::Assignee, _) => contact.assignee.is_some(),
                (Field::Phone | Field::Email, Some(FieldValue::Text(text))) => {
                    contact.text(*field).as_deref() != Some(&**text)
                }
                (Field::Phone, _) => !contact.phones.is_empty(),
                (Field::Email, _) => !contact.emails.is_empty(),
                (_, Some(FieldValue::Text(text))) => contact.plain(*field).as_ref() != Some(text),
                (_, _) => contact.plain(*field).is_some(),
            },
            Self::SetCustom { name, value } => contact.custom.get(name) != value.as_ref(),
            Self::AddTags(tags) => !all_in(tags, &contact.tags),
            Self::RemoveTags(tags) => any_in(tags, &contact.tags),
            Self::AddToLists(lists) => !all_in(lists, &contact.lists),
            Self::RemoveFromLists(lists) => any_in(lists, &contact.lists),
            Self::AddPhone(text) => !contact.phones.iter().any(|phone| phone.as_str() == &**text),
            Self::RemovePhone(text) => contact.phones.iter().any(|phone| phone.as_str() == &**text),
            Self::AddEmail(text) => !contact.emails.iter().any(|email| email.as_str() == &**text),
            Self::RemoveEmail(text) => contact.emails.iter().any(|email| email.as_str() == &**text),
            Self::AddForeignKey(key) => !contact.foreign_keys.contains(key),
            Self::Subscribe { channel, status } => {
                let entry = contact.subscriptions.iter().find(|entry| entry.channel == *channel);
                entry.is_none_or(|entry| entry.status != *status)
            }
            Self::Block(blocked) => contact.blocked != *blocked,
            Self::OpenConversation { .. } => !open(),
            Self::CloseConversation { .. } => open(),
        }
    }

    /// Makes the change; the edit must have been checked.
    ///
    /// # Errors
    /// As [`Edit::check`], for an edit that was not checked; the contact is then as it was.
    pub fn apply(&self, contact: &mut Contact) -> Result<()> {
        match self {
            Self::Set { field, value } => contact.set(*field, value.as_ref())?,
            Self::SetCustom { name, value: Some(value) } => {
                contact.custom.insert(name.clone(), value.clone());
            }
            Self::SetCustom { name, value: None } => {
                contact.custom.remove(name);
            }
            Self::AddTags(tags) => add(&mut contact.tags, tags),
            Self::RemoveTags(tags) => contact.tags.retain(|tag| !tags.contains(tag)),
            Self::AddToLists(lists) => add(&mut contact.lists, lists),
            Self::RemoveFromLists(lists) => contact.lists.retain(|list| !lists.contains(list)),
            Self::AddPhone(text) => add(&mut contact.phones, &[Phone::stored(text)?]),
            Self::RemovePhone(text) => contact.phones.retain(|phone| phone.as_str() != &**text),
            Self::AddEmail(text) => add(&mut contact.emails, &[Email::parse(text)?]),
            Self::RemoveEmail(text) => contact.emails.retain(|email| email.as_str() != &**text),
            Self::AddForeignKey(key) => add(&mut contact.foreign_keys, std::slice::from_ref(key)),
            Self::Subscribe { channel, status } => {
                match contact.subscriptions.iter_mut().find(|entry| entry.channel == *channel) {
                    Some(entry) => entry.status = *status,
                    None => contact.subscriptions.push(Subscription { channel: channel.clone(), status: *status }),
                }
            }
            Self::Block(blocked) => contact.blocked = *blocked,
            Self::OpenConversation { at } => {
                if !contact.conversation.as_ref().is_some_and(Conversation::is_open) {
                    contact.conversation = Some(Conversation::open(*at));
                }
            }
            Self::CloseConversation { at, reason } => {
                if let Some(open) = contact.conversation.as_mut().filter(|conversation| conversation.is_open()) {
                    open.closed_at = Some(*at);
                    open.reason.clone_from(reason);
                }
            }
        }
        Ok(())
    }
}

fn all_in(items: &[Box<str>], list: &[Box<str>]) -> bool {
    items.iter().all(|item| list.contains(item))
}

fn any_in(items: &[Box<str>], list: &[Box<str>]) -> bool {
    items.iter().any(|item| list.contains(item))
}

fn all_tags(tags: &[Box<str>], path: &str) -> Result<Vec<Box<str>>> {
    let checked =
        tags.iter().enumerate().map(|(row, tag)| format::tag(tag).map_err(|error| error.at_row(row).at(path)));
    checked.collect()
}

fn add<T: Clone + PartialEq>(list: &mut Vec<T>, items: &[T]) {
    for item in items {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}

/// Puts `item` first: in place of the first one, or moved there if the list has it already.
fn put_first<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if let Some(position) = list.iter().position(|other| *other == item) {
        list[..=position].rotate_right(1);
    } else if let Some(first) = list.first_mut() {
        *first = item;
    } else {
        list.push(item);
    }
}

impl Contact {
    fn set(&mut self, field: Field, value: Option<&FieldValue>) -> Result<()> {
        let checked = match value {
            Some(value) => field.check(value, None)?,
            None => None,
        };
        let text = match checked {
            Some(FieldValue::Assignee(assignee)) => {
                self.assignee = Some(assignee);
                return Ok(());
            }
            Some(FieldValue::Text(text)) => Some(text),
            None => None,
        };
        match (field, text) {
            (Field::Phone, Some(text)) => put_first(&mut self.phones, Phone::stored(&text)?),
            (Field::Email, Some(text)) => put_first(&mut self.emails, Email::parse(&text)?),
            (Field::Phone, None) => drop(self.phones.drain(..self.phones.len().min(1))),
            (Field::Email, None) => drop(self.emails.drain(..self.emails.len().min(1))),
            (Field::Assignee, _) => self.assignee = None,
            (Field::Origin, _) => {
                return Err(Error::new(crate::error::Code::MalformedValue, "the origin is never set").at("origin"));
            }
            (field, text) => *self.plain_mut(field) = text,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ContactId, Origin};
    use super::*;
    use proptest::prelude::*;

    fn edits() -> Vec<Edit> {
        let (one, two) = ("+593991234501", "+593991234502");
        let assignee = |id: &str| Edit::Set {
            field: Field::Assignee,
            value: Some(FieldValue::Assignee(super::super::Assignee::User(id.into()))),
        };
        let list = |items: &[&str]| items.iter().map(|item| Box::from(*item)).collect::<Vec<Box<str>>>();
        let custom = |value| Edit::SetCustom { name: "c".into(), value };
        let status = |status| Edit::Subscribe { channel: "wa".into(), status };
        vec![
            Edit::set(Field::Name, "Ana"),
            Edit::set(Field::Name, "Eva"),
            Edit::empty(Field::Name),
            Edit::set(Field::Company, "ACME"),
            Edit::set(Field::Phone, one),
            Edit::set(Field::Phone, two),
            Edit::empty(Field::Phone),
            Edit::AddPhone(two.into()),
            Edit::RemovePhone(one.into()),
            Edit::set(Field::Email, "a@b.co"),
            Edit::empty(Field::Email),
            Edit::AddEmail("c@d.co".into()),
            Edit::RemoveEmail("a@b.co".into()),
            assignee("lucia"),
            assignee("diego"),
            Edit::empty(Field::Assignee),
            custom(Some(CustomValue::Checkbox(true))),
            custom(Some(CustomValue::Checkbox(false))),
            custom(None),
            Edit::AddTags(list(&["a", "b"])),
            Edit::tag("a"),
            Edit::RemoveTags(list(&["b", "z"])),
            Edit::AddToLists(list(&["a"])),
            Edit::RemoveFromLists(list(&["a", "b"])),
            Edit::AddForeignKey(ForeignKey::new("shop", 7)),
            status(SubscriptionStatus::Subscribed),
            status(SubscriptionStatus::Unsubscribed),
            Edit::Block(true),
            Edit::Block(false),
            Edit::OpenConversation { at: Instant::MIN },
            Edit::CloseConversation { at: Instant::MIN, reason: None },
        ]
    }

    proptest! {
        /// An edit is announced exactly when it changes something.
        #[test]
        fn an_edit_changes_what_it_says(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..60)) {
            let id = ContactId::mint(Instant::MIN, [1; 10]);
            let mut contact = Contact::new(id, Instant::MIN, Origin::new(crate::Source::User));
            let edits = edits();
            for pick in picks {
                let edit = pick.get(&edits).check(None).unwrap();
                let (before, announced) = (contact.clone(), edit.changes(&contact));
                edit.apply(&mut contact).unwrap();
                prop_assert_eq!(announced, before != contact, "{:?}", edit);
            }
        }
    }
}
