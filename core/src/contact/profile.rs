//! A profile as a host hands it in: checked at the door, field by field (C2).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Assignee, Contact, ContactId, CustomValue, Email, Field, FieldValue, ForeignKey, Identity, Origin, Phone};
use super::{Subscription, format};
use crate::error::{Code, Error, Result};
use crate::time::Instant;

/// What a host knows of a contact that it adds: plain texts, not checked yet.
///
/// # Example
/// ```
/// use omnicontact::{Code, Profile};
/// let error = Profile::named("Ana").tag("vip").tag(" ").check(None).unwrap_err();
/// assert_eq!((error.code(), error.path()), (Code::InvalidTag, "tags[1]"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Profile {
    /// What another system calls the contact; its id follows from the first one.
    pub foreign_keys: Vec<ForeignKey>,
    /// Name.
    pub name: Option<Box<str>>,
    /// First name.
    pub first_name: Option<Box<str>>,
    /// Last name.
    pub last_name: Option<Box<str>>,
    /// Phones, the main one first.
    pub phones: Vec<Box<str>>,
    /// E-mail addresses, the main one first.
    pub emails: Vec<Box<str>>,
    /// Language.
    pub language: Option<Box<str>>,
    /// Country; national phones take its calling code.
    pub country: Option<Box<str>>,
    /// Locale.
    pub locale: Option<Box<str>>,
    /// Picture.
    pub picture: Option<Box<str>>,
    /// Company.
    pub company: Option<Box<str>>,
    /// Department.
    pub department: Option<Box<str>>,
    /// Lifecycle stage.
    pub lifecycle: Option<Box<str>>,
    /// Custom fields by name.
    pub custom: BTreeMap<Box<str>, CustomValue>,
    /// Tags.
    pub tags: Vec<Box<str>>,
    /// Lists.
    pub lists: Vec<Box<str>>,
    /// Identities on channels.
    pub identities: Vec<Identity>,
    /// Subscriptions per channel.
    pub subscriptions: Vec<Subscription>,
    /// Who answers.
    pub assignee: Option<Assignee>,
    /// Whether messages from the contact are ignored.
    pub blocked: bool,
}

impl Profile {
    /// A profile with a name.
    pub fn named(name: impl Into<Box<str>>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// Adds a phone.
    pub fn phone(mut self, phone: impl Into<Box<str>>) -> Self {
        self.phones.push(phone.into());
        self
    }

    /// Adds an e-mail address.
    pub fn email(mut self, email: impl Into<Box<str>>) -> Self {
        self.emails.push(email.into());
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, tag: impl Into<Box<str>>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Adds an identity.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identities.push(identity);
        self
    }

    /// Adds what another system calls the contact.
    pub fn foreign_key(mut self, key: ForeignKey) -> Self {
        self.foreign_keys.push(key);
        self
    }

    /// Sets a custom field.
    pub fn custom(mut self, name: impl Into<Box<str>>, value: CustomValue) -> Self {
        self.custom.insert(name.into(), value);
        self
    }

    /// Checks every format and gives the profile in its stored form; the same phone, tag or list twice is kept once.
    ///
    /// National phones take the calling code of the profile's country, else of `country`.
    ///
    /// # Errors
    /// The code of the format, with the field (and its position) as path; `invalid_identity` for one given twice.
    pub fn check(self, country: Option<&str>) -> Result<CheckedProfile> {
        let contact = Contact::new(ContactId::from(uuid::Uuid::nil()), Instant::MIN, Origin::new(crate::Source::User));
        self.checked_into(contact, country).map(CheckedProfile)
    }

    /// [`check`](Self::check) into a contact that has its id, time and origin, and nothing else.
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    pub(crate) fn checked_into(mut self, mut contact: Contact, country: Option<&str>) -> Result<Contact> {
        let own_country = self.country.as_deref().map(format::country).transpose();
        let own_country = own_country.map_err(|error| error.at("country"))?;
        let country = own_country.as_deref().or(country);
        for (field, value) in [
            (Field::Name, self.name.take()),
            (Field::FirstName, self.first_name.take()),
            (Field::LastName, self.last_name.take()),
            (Field::Language, self.language.take()),
            (Field::Locale, self.locale.take()),
            (Field::Picture, self.picture.take()),
            (Field::Company, self.company.take()),
            (Field::Department, self.department.take()),
            (Field::Lifecycle, self.lifecycle.take()),
        ] {
            let Some(text) = value else { continue };
            *contact.plain_mut(field) = match field {
                Field::Language | Field::Locale => match field.check(&FieldValue::Text(text), None)? {
                    Some(FieldValue::Text(text)) => Some(text),
                    _ => None,
                },
                // Any text is right, and kept without a copy.
                _ => format::trimmed(text),
            };
        }
        for (row, text) in self.phones.iter().enumerate() {
            let phone = Phone::parse(text, country).map_err(|error| error.at_row(row).at("phones"))?;
            push_once(&mut contact.phones, phone);
        }
        for (row, text) in self.emails.iter().enumerate() {
            let email = Email::parse(text).map_err(|error| error.at_row(row).at("emails"))?;
            push_once(&mut contact.emails, email);
        }
        for (row, text) in std::mem::take(&mut self.tags).into_iter().enumerate() {
            push_once(&mut contact.tags, format::tag_of(text).map_err(|error| error.at_row(row).at("tags"))?);
        }
        for (row, text) in std::mem::take(&mut self.lists).into_iter().enumerate() {
            push_once(&mut contact.lists, format::tag_of(text).map_err(|error| error.at_row(row).at("lists"))?);
        }
        for (name, value) in std::mem::take(&mut self.custom) {
            let name = format::custom_field_name(&name).map_err(|error| error.at("custom"))?;
            if !value.is_blank() {
                contact.custom.insert(name, value);
            }
        }
        for (row, identity) in self.identities.iter().enumerate() {
            identity.check().map_err(|error| error.at_row(row).at("identities"))?;
            if contact.identities.contains(identity) {
                let twice = format!("`{}` is given twice", format::shown(identity.external()));
                return Err(Error::new(Code::InvalidIdentity, twice).at_row(row).at("identities"));
            }
            contact.identities.push(identity.clone());
        }
        for subscription in self.subscriptions {
            contact.subscriptions.retain(|entry| entry.channel != subscription.channel);
            contact.subscriptions.push(subscription);
        }
        for key in self.foreign_keys {
            push_once(&mut contact.foreign_keys, key);
        }
        contact.country = own_country;
        contact.assignee = self.assignee;
        contact.blocked = self.blocked;
        Ok(contact)
    }
}

fn push_once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A profile whose formats were checked.
#[derive(Debug, Clone)]
pub struct CheckedProfile(Contact);

impl CheckedProfile {
    /// Makes it a contact.
    pub fn into_contact(self, id: ContactId, created_at: Instant, origin: impl Into<Arc<Origin>>) -> Contact {
        Contact { id, created_at, origin: origin.into(), ..self.0 }
    }

    /// The id that follows from the first foreign key, if there is one (C1).
    pub fn foreign_id(&self) -> Option<ContactId> {
        self.0.foreign_keys.first().map(ForeignKey::contact_id)
    }

    /// The identities.
    pub fn identities(&self) -> &[Identity] {
        &self.0.identities
    }
}
