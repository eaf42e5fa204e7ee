//! The preview of a merge: every field's candidates, the default, and what will move (M1).

use std::hash::Hash;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::choice::{Choice, Choices, CreatedAt, Side};
use super::combine::combine;
use crate::contact::{Connection, Contact, Conversation, CustomValue, Field, Identity, is_blank};
use crate::label::labels;
use crate::refusal::Refusal;

labels! { closed
    /// Where the value of a field comes from in a merge.
    Taken, "side" {
        /// The primary.
        Primary = "primary",
        /// The secondary.
        Secondary = "secondary",
        /// A third value.
        Value = "value",
    }
}

impl From<Side> for Taken {
    fn from(side: Side) -> Self {
        match side {
            Side::Primary => Self::Primary,
            Side::Secondary => Self::Secondary,
        }
    }
}

/// One field in a preview.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldPlan {
    /// The field.
    pub field: Field,
    /// The primary's value.
    pub primary: Option<String>,
    /// The secondary's value.
    pub secondary: Option<String>,
    /// The side taken where nothing is chosen (M2).
    pub default: Side,
    /// The side taken by the choices given.
    pub taken: Taken,
    /// The value of the merged contact.
    pub value: Option<String>,
}

/// One custom field in a preview.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomPlan {
    /// Name of the field.
    pub name: Box<str>,
    /// The primary's value.
    pub primary: Option<CustomValue>,
    /// The secondary's value.
    pub secondary: Option<CustomValue>,
    /// The side taken where nothing is chosen.
    pub default: Side,
    /// The value of the merged contact.
    pub value: Option<CustomValue>,
}

/// The preview of a merge; nothing is changed (M1).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MergePlan {
    /// The primary.
    pub primary: Contact,
    /// The secondary.
    pub secondary: Contact,
    /// Every field that holds one value.
    pub fields: Vec<FieldPlan>,
    /// Every custom field of either.
    pub custom: Vec<CustomPlan>,
    /// Tags that the primary gains.
    pub tags_gained: Vec<Box<str>>,
    /// Lists that the primary gains.
    pub lists_gained: Vec<Box<str>>,
    /// Identities that move to the primary.
    pub identities_moved: Vec<Identity>,
    /// Connections that the primary gains.
    pub connections_gained: Vec<Connection>,
    /// Whether the secondary's open conversation will be closed with reason `merged`.
    pub closes_conversation: bool,
    /// The merged contact.
    pub merged: Contact,
}

/// Previews a merge (M1).
///
/// # Errors
/// [`Refusal::SameContact`].
pub fn plan(
    primary: &Contact,
    secondary: &Contact,
    choices: &Choices,
    created_at: CreatedAt,
) -> Result<MergePlan, Refusal> {
    if primary.id == secondary.id {
        return Err(Refusal::SameContact);
    }
    Ok(preview(primary, secondary, choices, created_at))
}

/// As [`plan`], also of a contact with itself, where nothing moves.
pub(crate) fn preview(primary: &Contact, secondary: &Contact, choices: &Choices, created_at: CreatedAt) -> MergePlan {
    let merged = combine(primary, secondary, choices, created_at);
    let text = |contact: &Contact, field| contact.text(field).map(std::borrow::Cow::into_owned);
    let fields = Field::ALL.iter().map(|&field| {
        let (own, theirs) = (text(primary, field), text(secondary, field));
        let filled = |value: &Option<String>| value.as_deref().is_some_and(|text| !is_blank(text));
        let default = if !filled(&own) && filled(&theirs) { Side::Secondary } else { Side::Primary };
        let taken = match choices.fields.get(&field) {
            Some(Choice::Value(_)) => Taken::Value,
            Some(Choice::Side(side)) => (*side).into(),
            None => default.into(),
        };
        FieldPlan { field, primary: own, secondary: theirs, default, taken, value: text(&merged, field) }
    });
    let fields = fields.collect();
    let names = primary.custom.keys().chain(secondary.custom.keys().filter(|name| !primary.custom.contains_key(*name)));
    let custom = names.map(|name| {
        let own = primary.custom.get(name).cloned();
        let blank = own.as_ref().is_none_or(CustomValue::is_blank);
        let theirs = secondary.custom.get(name).cloned();
        let default = if blank && theirs.as_ref().is_some_and(|value| !value.is_blank()) {
            Side::Secondary
        } else {
            Side::Primary
        };
        let value = merged.custom.get(name).cloned();
        CustomPlan { name: name.clone(), primary: own, secondary: theirs, default, value }
    });
    let is_open = |contact: &Contact| contact.conversation.as_ref().is_some_and(Conversation::is_open);
    MergePlan {
        fields,
        custom: custom.collect(),
        tags_gained: gained(&primary.tags, &merged.tags),
        lists_gained: gained(&primary.lists, &merged.lists),
        identities_moved: gained(&primary.identities, &merged.identities),
        connections_gained: gained(&primary.connections, &merged.connections),
        closes_conversation: primary.id != secondary.id && is_open(primary) && is_open(secondary),
        primary: primary.clone(),
        secondary: secondary.clone(),
        merged,
    }
}

fn gained<T: Clone + Eq + Hash>(before: &[T], after: &[T]) -> Vec<T> {
    let before: FxHashSet<&T> = before.iter().collect();
    after.iter().filter(|item| !before.contains(item)).cloned().collect()
}
