//! Requests about single contacts: formats, ids, shown names, edits (C), for hosts with contacts in a database.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::contact::{
    self, ChannelState, Contact, ContactId, CustomType, CustomValue, Edit, Email, Origin, Phone, Profile,
    SubscriptionStatus,
};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;
use crate::label::labels;
use crate::message::Source;
use crate::time::Instant;

/// Asks for a phone in E.164.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormalisePhone {
    /// What was typed.
    pub text: String,
    /// Country whose calling code a national number takes.
    pub country: Option<String>,
}

/// A phone, and what other spellings of the same line share with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NormalisedPhone {
    /// In E.164.
    pub phone: Phone,
    /// For look-ups and suggestions only (D16).
    pub match_key: String,
}

/// A phone in E.164 (C2).
///
/// # Errors
/// `invalid_phone` at `text`, `invalid_country` at `country`.
pub fn normalise_phone(request: &NormalisePhone) -> Result<NormalisedPhone> {
    let phone = Phone::parse(&request.text, request.country.as_deref()).map_err(|error| {
        let at = if error.code() == Code::InvalidCountry { "country" } else { "text" };
        error.at(at)
    })?;
    Ok(NormalisedPhone { match_key: phone.match_key(), phone })
}

/// Asks for an e-mail address in its stored form.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormaliseEmail {
    /// What was typed.
    pub text: String,
}

/// An e-mail address, and what other spellings share with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NormalisedEmail {
    /// As it is stored.
    pub email: Email,
    /// For look-ups and suggestions only (M10).
    pub match_key: String,
}

/// An e-mail address in its stored form (C2).
///
/// # Errors
/// `invalid_email` at `text`.
pub fn normalise_email(request: &NormaliseEmail) -> Result<NormalisedEmail> {
    let email = Email::parse(&request.text).map_err(|error| error.at("text"))?;
    Ok(NormalisedEmail { match_key: email.match_key(), email })
}

labels! { closed
    /// A format of C2 that a text may be checked against.
    TextFormat, "text format" {
        /// ISO 639-1.
        Language = "language",
        /// ISO 3166-1 alpha-2.
        Country = "country",
        /// BCP 47.
        Locale = "locale",
        /// 1 to 255 characters.
        Tag = "tag",
        /// 1 to 50 characters.
        CustomFieldName = "custom_field_name",
    }
}

/// Asks whether a text has a format.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckFormat {
    /// The format.
    pub format: TextFormat,
    /// The text.
    pub text: String,
}

/// A text in its stored form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckedText {
    /// The text.
    pub value: Box<str>,
}

/// A text in the stored form of its format (C2).
///
/// # Errors
/// `invalid_language` and the like, at `text`.
pub fn check_format(request: &CheckFormat) -> Result<CheckedText> {
    let check = match request.format {
        TextFormat::Language => contact::language,
        TextFormat::Country => contact::country,
        TextFormat::Locale => contact::locale,
        TextFormat::Tag => contact::tag,
        TextFormat::CustomFieldName => contact::custom_field_name,
    };
    let value = check(&request.text).map_err(|error| error.at("text"))?;
    Ok(CheckedText { value })
}

/// Asks for the value of a custom field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckCustomValue {
    /// Type of the field.
    #[serde(rename = "type")]
    pub kind: CustomType,
    /// The value as text.
    pub text: String,
}

/// The value of a custom field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckedCustomValue {
    /// The value with its type.
    pub value: CustomValue,
}

/// The value of a custom field (C2).
///
/// # Errors
/// `invalid_custom_value` at `text`.
pub fn check_custom_value(request: &CheckCustomValue) -> Result<CheckedCustomValue> {
    let value = CustomValue::parse(request.kind, &request.text).map_err(|error| error.at("text"))?;
    Ok(CheckedCustomValue { value })
}

/// Asks for a new contact id.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MintContactId {
    /// Now.
    pub at: Instant,
    /// Ten random bytes.
    pub random: [u8; 10],
}

/// Asks for the id of a contact that another system has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignContactId {
    /// The system.
    pub system: String,
    /// Its id there.
    pub key: ForeignId,
}

/// A contact id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MintedId {
    /// The id.
    pub contact: ContactId,
}

/// A contact id of version 7 (C1).
pub fn mint_contact_id(request: &MintContactId) -> MintedId {
    MintedId { contact: ContactId::mint(request.at, request.random) }
}

/// The id of version 5 of a foreign key, the same on every machine (C1).
pub fn foreign_contact_id(request: &ForeignContactId) -> MintedId {
    MintedId { contact: ContactId::from_foreign(&request.system, &request.key) }
}

/// Asks for a contact out of a profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// What is known.
    pub profile: Profile,
    /// When it is created.
    pub at: Instant,
    /// Its id, where the host has one.
    pub id: Option<ContactId>,
    /// Ten random bytes, for an id that neither the host nor a foreign key gives.
    pub random: Option<[u8; 10]>,
    /// Country whose calling code national phones take.
    pub country: Option<String>,
    /// How it enters; `developer_api` where absent.
    pub origin: Option<Origin>,
}

/// A contact with what is shown of it (C3).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactCard<'a> {
    /// The contact.
    pub contact: Cow<'a, Contact>,
    /// The name that is shown.
    pub shown_name: String,
    /// Initials for the avatar, where there is no picture.
    pub initials: String,
}

impl<'a> From<Cow<'a, Contact>> for ContactCard<'a> {
    fn from(contact: Cow<'a, Contact>) -> Self {
        Self { shown_name: contact.shown_name().into_owned(), initials: contact.initials(), contact }
    }
}

/// A contact out of a profile, every format checked (C1, C2).
///
/// # Errors
/// The code of the format, at the field inside `profile`; `missing_option` at `random` if an id has to be minted.
pub fn new_contact(request: NewContact) -> Result<ContactCard<'static>> {
    let NewContact { profile, at, id, random, country, origin } = request;
    let checked = profile.check(country.as_deref()).map_err(|error| error.at("profile"))?;
    let id = match (id.or_else(|| checked.foreign_id()), random) {
        (Some(id), _) => id,
        (None, Some(random)) => ContactId::mint(at, random),
        (None, None) => {
            return Err(Error::new(Code::MissingOption, "an id needs random bytes")
                .with_hint("give `id`, a foreign key, or ten bytes")
                .at("random"));
        }
    };
    let origin = origin.unwrap_or_else(|| Origin::new(Source::DeveloperApi));
    Ok(Cow::<Contact>::Owned(checked.into_contact(id, at, origin)).into())
}

/// Asks for a contact with changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditContact {
    /// The contact.
    pub contact: Box<Contact>,
    /// The changes, all or none.
    pub edits: Vec<Edit>,
    /// Country whose calling code national phones take.
    pub country: Option<String>,
}

/// A contact with changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditedContact {
    /// The contact.
    pub contact: Contact,
    /// The edits that changed something, in their stored form.
    pub edits: Vec<Edit>,
}

/// A contact with changes, every format checked (C2).
///
/// # Errors
/// The code of the format, at `edits[row].field`.
pub fn edit_contact(request: EditContact) -> Result<EditedContact> {
    let EditContact { contact, edits, country } = request;
    let mut edited = EditedContact { contact: *contact, edits: Vec::new() };
    for (row, edit) in edits.iter().enumerate() {
        let at = |error: Error| error.at_row(row).at("edits");
        let edit = edit.check(country.as_deref()).map_err(at)?;
        let before = edited.contact.clone();
        edit.apply(&mut edited.contact).map_err(at)?;
        if edited.contact != before {
            edited.edits.push(edit);
        }
    }
    Ok(edited)
}

/// Asks what is shown of a contact, and what its channels are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DescribeContact {
    /// The contact.
    pub contact: Box<Contact>,
    /// Channels to tell the state of.
    #[serde(default)]
    pub channels: Vec<Channel>,
}

/// State of a channel on a contact, and whether messages may go there (C5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelOfContact {
    /// The channel.
    pub channel: ForeignId,
    /// Connected, could be opened, or not.
    pub state: ChannelState,
    /// Whether the contact takes messages there.
    pub subscription: SubscriptionStatus,
}

/// What is shown of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactDescription {
    /// The name that is shown.
    pub shown_name: String,
    /// Initials for the avatar, where there is no picture.
    pub initials: String,
    /// The channels that were asked about.
    pub channels: Vec<ChannelOfContact>,
}

/// What is shown of a contact (C3, C5).
pub fn describe_contact(request: &DescribeContact) -> ContactDescription {
    let contact = &request.contact;
    ContactDescription {
        shown_name: contact.shown_name().into_owned(),
        initials: contact.initials(),
        channels: channels_of(contact, request.channels.iter()),
    }
}

pub(super) fn channels_of<'a>(contact: &Contact, channels: impl Iterator<Item = &'a Channel>) -> Vec<ChannelOfContact> {
    let state = |channel: &Channel| ChannelOfContact {
        channel: channel.id.clone(),
        state: contact.channel_state(channel),
        subscription: contact.subscription(&channel.id),
    };
    channels.map(state).collect()
}
