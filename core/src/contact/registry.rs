//! The custom fields that a workspace defines: name, type, and the options of a list (C2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::custom::{CustomType, CustomValue};
use super::format;
use crate::error::{Code, Error, Result};
use crate::label::labels;

labels! { closed
    /// Policy: what becomes of a custom field that nobody defined.
    UndefinedFields, "policy" {
        /// It is taken, with any type.
        Accept = "accept",
        /// It is refused.
        Refuse = "refuse",
    }
}

#[expect(clippy::derivable_impls, reason = "the labels derive the same for every set")]
impl Default for UndefinedFields {
    fn default() -> Self {
        Self::Accept
    }
}

/// Definition of a custom field: a name of 1 to 50 characters, a type, and for a list its options (C2).
///
/// # Example
/// ```
/// use omnicontact::{Code, CustomField, CustomType, CustomValue};
/// let plan = CustomField::new("Plan", CustomType::List).options(["basic", "pro"]).check()?;
/// assert_eq!(plan.parse("pro")?, CustomValue::List("pro".into()));
/// assert_eq!(plan.parse("gold").unwrap_err().code(), Code::InvalidCustomValue);
/// assert!(plan.fits(&CustomValue::Text("pro".into())).is_err(), "the type is part of the value");
/// assert!(CustomField::new("Born", CustomType::Date).options(["today"]).check().is_err(), "only lists have options");
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CustomField {
    /// The name, compared as it is written.
    pub name: Box<str>,
    /// The type, fixed for good.
    #[serde(rename = "type")]
    pub kind: CustomType,
    /// What a list may hold, in the order in which it is shown; empty for every other type.
    #[serde(default)]
    pub options: Vec<Box<str>>,
}

impl CustomField {
    /// A field of a type; a list needs options, too.
    pub fn new(name: impl Into<Box<str>>, kind: CustomType) -> Self {
        Self { name: name.into(), kind, options: Vec::new() }
    }

    /// Sets the options of a list.
    pub fn options<T: Into<Box<str>>>(mut self, options: impl IntoIterator<Item = T>) -> Self {
        self.options = options.into_iter().map(Into::into).collect();
        self
    }

    /// Checks name and options and gives the definition in its stored form; an option given twice is kept once.
    ///
    /// # Errors
    /// `invalid_custom_field` at `name` or `options`: a list without options, options of another type, an option that is
    /// not 1 to 255 characters.
    pub fn check(&self) -> Result<Self> {
        let name = format::custom_field_name(&self.name).map_err(|error| error.at("name"))?;
        let refuse = |why: &str| Error::new(Code::InvalidCustomField, format!("the field `{name}` {why}"));
        if (self.kind == CustomType::List) == self.options.is_empty() {
            let why = if self.options.is_empty() { "is a list without options" } else { "is no list and has options" };
            return Err(refuse(why).at("options"));
        }
        let mut options: Vec<Box<str>> = Vec::with_capacity(self.options.len());
        for (row, option) in self.options.iter().enumerate() {
            let option = format::tag(option)
                .map_err(|error| error.with_code(Code::InvalidCustomField).at_row(row).at("options"))?;
            if !options.contains(&option) {
                options.push(option);
            }
        }
        Ok(Self { name, kind: self.kind, options })
    }

    /// Whether a value has the type, and is one of the options of a list.
    ///
    /// # Errors
    /// `invalid_custom_value` names field and type; the hint names the options.
    pub fn fits(&self, value: &CustomValue) -> Result<()> {
        let refuse = |message| Error::new(Code::InvalidCustomValue, message);
        let (name, kind) = (&self.name, self.kind);
        if value.kind() != kind {
            return Err(refuse(format!("the field `{name}` is a {kind}, the value is a {}", value.kind())));
        }
        match value {
            CustomValue::List(text) if !self.options.contains(text) => {
                let refusal = refuse(format!("`{}` is no option of the field `{name}`", format::shown(text)));
                Err(refusal.with_allowed(self.options.iter().map(|option| &**option)))
            }
            _ => Ok(()),
        }
    }

    /// Reads a value of the field from its text, as an import finds it.
    ///
    /// # Errors
    /// As [`CustomValue::parse`] and [`CustomField::fits`].
    pub fn parse(&self, text: &str) -> Result<CustomValue> {
        let value = CustomValue::parse(self.kind, text)?;
        self.fits(&value)?;
        Ok(value)
    }
}

/// The definitions of a workspace, by name.
///
/// # Example
/// ```
/// use omnicontact::{CustomField, CustomFields, CustomType, CustomValue, UndefinedFields};
/// let mut fields = CustomFields::default();
/// fields.set(CustomField::new("Born", CustomType::Date).check()?);
/// let date = fields.parse("Born", "1990-02-28", UndefinedFields::Refuse)?;
/// assert_eq!(fields.check("Born", &date, UndefinedFields::Refuse).is_ok(), true);
/// assert!(fields.check("Born", &CustomValue::Checkbox(true), UndefinedFields::Accept).is_err());
/// let error = fields.parse("Shoe size", "43", UndefinedFields::Refuse).unwrap_err();
/// assert_eq!(error.path(), "custom.Shoe size");
/// # Ok::<(), omnicontact::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomFields(BTreeMap<Box<str>, CustomField>);

impl CustomFields {
    /// Defines a field, or changes the options of a known one; the definition must have been checked.
    pub fn set(&mut self, field: CustomField) {
        self.0.insert(field.name.clone(), field);
    }

    /// Takes a definition away.
    pub fn remove(&mut self, name: &str) -> Option<CustomField> {
        self.0.remove(name)
    }

    /// The definition of a name.
    pub fn get(&self, name: &str) -> Option<&CustomField> {
        self.0.get(name)
    }

    /// Every definition, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = &CustomField> {
        self.0.values()
    }

    /// Whether a value fits the definition of its name (C2).
    ///
    /// # Errors
    /// `invalid_custom_value` as [`CustomField::fits`]; `invalid_custom_field` for an undefined name where the policy
    /// refuses those. The path is `custom` and the name.
    pub fn check(&self, name: &str, value: &CustomValue, undefined: UndefinedFields) -> Result<()> {
        match self.known(name, undefined)? {
            Some(field) => field.fits(value).map_err(|error| error.at(name).at("custom")),
            None => Ok(()),
        }
    }

    /// Reads a value from its text by the definition of its name; a text where nobody defined it.
    ///
    /// # Errors
    /// As [`CustomFields::check`].
    pub fn parse(&self, name: &str, text: &str, undefined: UndefinedFields) -> Result<CustomValue> {
        match self.known(name, undefined)? {
            Some(field) => field.parse(text).map_err(|error| error.at(name).at("custom")),
            None => CustomValue::parse(CustomType::Text, text),
        }
    }

    fn known(&self, name: &str, undefined: UndefinedFields) -> Result<Option<&CustomField>> {
        match (self.0.get(name), undefined) {
            (None, UndefinedFields::Refuse) => {
                let message = format!("nobody defined the field `{}`", format::shown(name));
                let error = Error::new(Code::InvalidCustomField, message);
                Err(error.with_allowed(self.0.keys().map(|name| &**name)).at(name).at("custom"))
            }
            (found, _) => Ok(found),
        }
    }
}
