//! What belongs to the whole workspace and not to one contact: tags, departments, custom fields (C2, S5).
//!
//! What is deleted here goes from every contact, and from the records of merges as well: an undo does not bring it back.

use std::collections::BTreeMap;

use super::apply::misfit;
use super::{Body, Call, Change, Event, Outcome, Workspace};
use crate::contact::{Contact, CustomField, CustomFields, CustomValue, Edit, Profile};
use crate::error::{Code, Error, Result};
use crate::merge::{Choice, Choices};

/// What is taken from every contact.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shared<'a> {
    Tag(&'a str),
    Department(&'a str),
    Custom(&'a str),
}

impl Shared<'_> {
    fn is_on(self, contact: &Contact) -> bool {
        match self {
            Self::Tag(tag) => contact.tags.iter().any(|other| **other == *tag),
            Self::Department(name) => contact.department.as_deref() == Some(name),
            Self::Custom(name) => contact.custom.contains_key(name),
        }
    }

    fn take_off(self, contact: &mut Contact) {
        match self {
            Self::Tag(tag) => contact.tags.retain(|other| **other != *tag),
            Self::Department(name) => drop(contact.department.take_if(|other| **other == *name)),
            Self::Custom(name) => drop(contact.custom.remove(name)),
        }
    }
}

impl Workspace {
    /// Deletes a tag, department or custom field, if anybody has it.
    pub(super) fn delete_shared(
        &mut self,
        call: &Call,
        shared: Shared<'_>,
        events: &mut Vec<Event>,
    ) -> Result<Outcome> {
        let contacts = self.contacts().filter(|contact| shared.is_on(contact)).count() as u64;
        let is_defined = matches!(shared, Shared::Custom(name) if self.fields.get(name).is_some());
        if contacts == 0 && !is_defined && !self.records().any(|contact| shared.is_on(contact)) {
            return Ok(Outcome::Unchanged);
        }
        let change = match shared {
            Shared::Tag(tag) => Change::TagDeleted { tag: tag.into() },
            Shared::Department(department) => Change::DepartmentDeleted { department: department.into() },
            Shared::Custom(name) => Change::CustomFieldDeleted { name: name.into() },
        };
        self.emit(call.at, change, events)?;
        Ok(Outcome::TakenOff { contacts })
    }

    /// Both sides of every merge in force.
    fn records(&self) -> impl Iterator<Item = &Contact> {
        let records = self.slots.iter().filter_map(|slot| match &slot.body {
            Body::Merged { away, .. } => Some([&*away.record.primary, &*away.record.secondary]),
            _ => None,
        });
        records.flatten()
    }

    /// Takes something from every contact and every record, by the event of that number.
    pub(super) fn take_off(&mut self, shared: Shared<'_>, number: u64) {
        if let Shared::Custom(name) = shared {
            self.fields.remove(name);
        }
        for slot in &mut self.slots {
            match &mut slot.body {
                Body::Live(contact) => {
                    if shared.is_on(contact) {
                        shared.take_off(contact);
                        slot.touched = number;
                    }
                }
                Body::Merged { away, .. } => {
                    let record = &mut away.record;
                    shared.take_off(&mut record.primary);
                    shared.take_off(&mut record.secondary);
                    if let Shared::Custom(name) = shared {
                        record.choices.custom.remove(name);
                    }
                }
                Body::Deleted => {}
            }
        }
    }

    /// Defines a custom field, or changes the options of a list; its type is fixed for good.
    pub(super) fn set_field(&mut self, call: &Call, field: &CustomField, events: &mut Vec<Event>) -> Result<Outcome> {
        let field = field.check().map_err(|error| error.at("field"))?;
        let known = self.fields.get(&field.name);
        if known == Some(&field) {
            return Ok(Outcome::Unchanged);
        }
        if self.has_another_type(&field) {
            let message = format!("the field `{}` has another type, or values of another type", field.name);
            let hint = "delete the field first, or take another name";
            return Err(Error::new(Code::CustomTypeConflict, message).with_hint(hint).at("type").at("field"));
        }
        self.emit(call.at, Change::CustomFieldSet(Box::new(field)), events)?;
        Ok(Outcome::Done)
    }

    fn has_another_type(&self, field: &CustomField) -> bool {
        let differs = |value: &CustomValue| value.kind() != field.kind;
        if let Some(known) = self.fields.get(&field.name) {
            return known.kind != field.kind;
        }
        let values = self.contacts().chain(self.records()).filter_map(|contact| contact.custom.get(&field.name));
        let chosen = self.slots.iter().filter_map(|slot| match &slot.body {
            Body::Merged { away, .. } => match away.record.choices.custom.get(&field.name) {
                Some(Choice::Value(value)) => Some(value),
                _ => None,
            },
            _ => None,
        });
        values.chain(chosen).any(differs)
    }

    pub(super) fn field_set(&mut self, field: &CustomField) -> Result<()> {
        if self.has_another_type(field) {
            return Err(misfit("the custom field has another type"));
        }
        self.fields.set(field.clone());
        Ok(())
    }

    fn check_custom(&self, name: &str, value: &CustomValue) -> Result<()> {
        self.fields.check(name.trim(), value, self.settings.undefined_fields)
    }

    /// Whether a profile's custom values fit the definitions.
    pub(crate) fn check_profile(&self, profile: &Profile) -> Result<()> {
        let mut filled = profile.custom.iter().filter(|(_, value)| !value.is_blank());
        filled.try_for_each(|(name, value)| self.check_custom(name, value))
    }

    /// Edits in their stored form: the formats of C2, and the definitions of custom fields.
    pub(super) fn check_edits(&self, edits: &[Edit]) -> Result<Vec<Edit>> {
        let checked = edits.iter().map(|edit| {
            let checked = edit.check(self.settings.country.as_deref())?;
            if let Edit::SetCustom { name, value: Some(value) } = &checked {
                self.check_custom(name, value)?;
            }
            Ok(checked)
        });
        checked
            .enumerate()
            .map(|(row, edit): (_, Result<Edit>)| edit.map_err(|error| error.at_row(row).at("edits")))
            .collect()
    }

    /// Choices in their stored form: the formats of C2, and the definitions of custom fields.
    pub(super) fn check_choices(&self, choices: &Choices) -> Result<Choices> {
        let checked = choices.check(self.settings.country.as_deref())?;
        for (name, choice) in &checked.custom {
            if let Choice::Value(value) = choice {
                self.check_custom(name, value).map_err(|error| error.at("choices"))?;
            }
        }
        Ok(checked)
    }

    /// The custom fields that are defined (C2).
    pub fn custom_fields(&self) -> &CustomFields {
        &self.fields
    }

    /// Every tag and how many contacts carry it, in the order of the tags.
    ///
    /// # Example
    /// ```
    /// use omnicontact::{Instant, Profile};
    /// use omnicontact::workspace::{Call, Command, Outcome, Settings, Workspace};
    /// let at = Instant::parse("2025-07-01T12:00:00Z")?;
    /// let (mut workspace, _) = Workspace::open(Settings::new("Etc/UTC"), at)?;
    /// let call = Call::new(at, [1; 10]);
    /// for name in ["Ana", "Eva"] {
    ///     let profile = Box::new(Profile::named(name).tag("vip"));
    ///     workspace.execute(&call, Command::AddContact { profile, origin: None })?;
    /// }
    /// assert_eq!(workspace.tags()["vip"], 2);
    /// let reply = workspace.execute(&call, Command::DeleteTag { tag: "vip".into() })?;
    /// assert_eq!(reply.outcome, Outcome::TakenOff { contacts: 2 });
    /// assert!(workspace.tags().is_empty());
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn tags(&self) -> BTreeMap<Box<str>, u64> {
        let mut tags: BTreeMap<Box<str>, u64> = BTreeMap::new();
        for text in self.contacts().flat_map(|contact| &contact.tags) {
            match tags.get_mut(text) {
                Some(count) => *count += 1,
                None => drop(tags.insert(text.clone(), 1)),
            }
        }
        tags
    }
}
