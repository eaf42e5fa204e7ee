//! What a user may choose when merging, and the policies (M2, M3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contact::{CustomValue, Field, FieldValue, custom_field_name};
use crate::error::{Code, Error, Result};
use crate::label::labels;

labels! { closed
    /// A side of a merge.
    Side, "side" {
        /// The contact that stays.
        Primary = "primary",
        /// The contact that is merged in.
        Secondary = "secondary",
    }
}

/// Which value a field gets: one side's, or a third one (M2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice<V> {
    /// That side's value, also if it is blank.
    Side(Side),
    /// A third value.
    Value(V),
}

/// The choices of a merge; fields without one take the default (M2).
///
/// # Example
/// ```
/// use omnicontact::Field;
/// use omnicontact::merge::{Choices, Side};
/// let choices = Choices::default().side(Field::Name, Side::Secondary).value(Field::Company, "ACME");
/// assert!(choices.check(None).is_ok());
/// assert!(Choices::default().value(Field::Country, "Ecuador").check(None).is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Choices {
    /// Choices for fields.
    pub fields: BTreeMap<Field, Choice<FieldValue>>,
    /// Choices for custom fields.
    pub custom: BTreeMap<Box<str>, Choice<CustomValue>>,
}

impl Choices {
    /// Takes a side's value for a field.
    pub fn side(mut self, field: Field, side: Side) -> Self {
        self.fields.insert(field, Choice::Side(side));
        self
    }

    /// Sets a third value for a text field.
    pub fn value(mut self, field: Field, text: &str) -> Self {
        self.fields.insert(field, Choice::Value(text.into()));
        self
    }

    /// Takes a side's value for a custom field.
    pub fn custom_side(mut self, name: &str, side: Side) -> Self {
        self.custom.insert(name.into(), Choice::Side(side));
        self
    }

    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.custom.is_empty()
    }

    /// Checks the third values against the formats of C2 and gives the choices in their stored form.
    ///
    /// # Errors
    /// The code of the format, with `choices` and the field as path; `malformed_value` for a blank third value.
    pub fn check(&self, country: Option<&str>) -> Result<Self> {
        let mut checked = Self::default();
        for (field, choice) in &self.fields {
            let choice = match choice {
                Choice::Side(side) => Choice::Side(*side),
                Choice::Value(value) => {
                    let value = field.check(value, country).map_err(|error| error.at("choices"))?;
                    Choice::Value(value.ok_or_else(|| {
                        Error::new(Code::MalformedValue, "a third value must not be blank")
                            .at(field.as_str())
                            .at("choices")
                    })?)
                }
            };
            checked.fields.insert(*field, choice);
        }
        for (name, choice) in &self.custom {
            let name = custom_field_name(name).map_err(|error| error.at("custom").at("choices"))?;
            checked.custom.insert(name, choice.clone());
        }
        Ok(checked)
    }
}

labels! { closed
    /// Policy: when the survivor was created (M3).
    CreatedAt, "policy" {
        /// When the primary was.
        Primary = "primary",
        /// When the earlier of the two was.
        Earliest = "earliest",
    }
}
