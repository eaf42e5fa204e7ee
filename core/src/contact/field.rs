//! The fields that hold one value, by name: what edits set and merges choose between (C1, M2).

use serde::{Deserialize, Serialize};

use super::{Assignee, Contact, Email, Phone, format, is_blank};
use crate::error::{Code, Error, Result};
use crate::label::labels;

labels! { closed
    /// A field that holds one value (C1). `phone` and `email` are the main ones of their lists.
    Field, "field" {
        /// Name.
        Name = "name",
        /// First name.
        FirstName = "first_name",
        /// Last name.
        LastName = "last_name",
        /// Main phone.
        Phone = "phone",
        /// Main e-mail address.
        Email = "email",
        /// Language.
        Language = "language",
        /// Country.
        Country = "country",
        /// Locale.
        Locale = "locale",
        /// Picture.
        Picture = "picture",
        /// Company.
        Company = "company",
        /// Department.
        Department = "department",
        /// Lifecycle stage.
        Lifecycle = "lifecycle",
        /// User or team that answers.
        Assignee = "assignee",
        /// How the contact entered.
        Origin = "origin",
    }
}

/// Value of a [`Field`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// A text, in the field's format.
    Text(Box<str>),
    /// A user or team.
    Assignee(Assignee),
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl Field {
    /// The fields that are plain texts on the contact.
    pub(crate) const TEXTS: [Self; 10] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Language,
        Self::Country,
        Self::Locale,
        Self::Picture,
        Self::Company,
        Self::Department,
        Self::Lifecycle,
    ];

    /// Checks a value against the field's format and gives it in its stored form (C2); a blank text is no value.
    ///
    /// # Errors
    /// The code of the format (`invalid_phone`, …) with the field as path; `malformed_value` for a value of another
    /// kind, or for `origin`, which is never set.
    pub fn check(self, value: &FieldValue, country: Option<&str>) -> Result<Option<FieldValue>> {
        let text = match (self, value) {
            (Self::Assignee, FieldValue::Assignee(_)) => return Ok(Some(value.clone())),
            (Self::Assignee, _) => return Err(self.mismatch("a user or a team")),
            (Self::Origin, _) => return Err(self.mismatch("one side of a merge")),
            (_, FieldValue::Assignee(_)) => return Err(self.mismatch("a text")),
            (_, FieldValue::Text(text)) => text,
        };
        if is_blank(text) {
            return Ok(None);
        }
        let checked: Result<Box<str>> = match self {
            Self::Phone => Phone::parse(text, country).map(|phone| phone.as_str().into()),
            Self::Email => Email::parse(text).map(|email| email.as_str().into()),
            Self::Language => format::language(text),
            Self::Country => format::country(text),
            Self::Locale => format::locale(text),
            _ => Ok(text.trim().into()),
        };
        checked.map(|text| Some(FieldValue::Text(text))).map_err(|error| error.at(self.as_str()))
    }

    fn mismatch(self, wanted: &str) -> Error {
        Error::new(Code::MalformedValue, format!("`{self}` takes {wanted}")).at(self.as_str())
    }
}

impl Contact {
    /// The value of a field as a text; users and teams by their ids, the origin by its source.
    pub fn text(&self, field: Field) -> Option<std::borrow::Cow<'_, str>> {
        use std::borrow::Cow;
        match field {
            Field::Phone => self.phones.first().map(|phone| Cow::Borrowed(phone.as_str())),
            Field::Email => self.emails.first().map(|email| Cow::Borrowed(email.as_str())),
            Field::Assignee => self.assignee.as_ref().map(|(Assignee::User(id) | Assignee::Team(id))| id.to_text()),
            Field::Origin => Some(Cow::Borrowed(self.origin.source.as_str())),
            _ => self.plain(field).as_deref().map(Cow::Borrowed),
        }
    }

    /// The slot of a plain text field; the name's for fields that are none.
    #[expect(clippy::ref_option, reason = "the slot itself is compared and cloned from")]
    pub(crate) fn plain(&self, field: Field) -> &Option<Box<str>> {
        match field {
            Field::FirstName => &self.first_name,
            Field::LastName => &self.last_name,
            Field::Language => &self.language,
            Field::Country => &self.country,
            Field::Locale => &self.locale,
            Field::Picture => &self.picture,
            Field::Company => &self.company,
            Field::Department => &self.department,
            Field::Lifecycle => &self.lifecycle,
            Field::Name | Field::Phone | Field::Email | Field::Assignee | Field::Origin => &self.name,
        }
    }

    /// The slot of a plain text field, to write.
    pub(crate) fn plain_mut(&mut self, field: Field) -> &mut Option<Box<str>> {
        match field {
            Field::FirstName => &mut self.first_name,
            Field::LastName => &mut self.last_name,
            Field::Language => &mut self.language,
            Field::Country => &mut self.country,
            Field::Locale => &mut self.locale,
            Field::Picture => &mut self.picture,
            Field::Company => &mut self.company,
            Field::Department => &mut self.department,
            Field::Lifecycle => &mut self.lifecycle,
            Field::Name | Field::Phone | Field::Email | Field::Assignee | Field::Origin => &mut self.name,
        }
    }
}
