//! The tree of conditions as data (S1): JSON in and out, and a builder.

use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::condition::{Condition, Operand, Operator};
use super::field::FieldRef;
use crate::error::{Code, Error};

/// Deeper trees are not read at all, whatever the policy says: reading goes down the stack.
pub(super) const DEEPEST: usize = 128;

/// A segment: a tree of and / or / not over conditions (S1).
///
/// As JSON: `{"and": [...]}`, `{"or": [...]}`, `{"not": ...}`, or a condition `{"field", "operator", "value"}`.
///
/// # Example
/// ```
/// use omnicontact::segment::{Ago, ContactField, Operator, Segment};
/// let quiet = Segment::all_of([
///     Segment::on(ContactField::Tags, Operator::AnyOf, ["vip", "lead"]),
///     Segment::on(ContactField::LastIncoming, Operator::OlderThan, Ago::days(7)),
///     Segment::not(Segment::on(ContactField::Blocked, Operator::Equal, true)),
/// ]);
/// let json = serde_json::to_value(&quiet).unwrap();
/// assert_eq!(json["and"][1], serde_json::json!({"field": "last_incoming", "operator": "older_than", "value": {"days": 7}}));
/// assert_eq!(serde_json::from_value::<Segment>(json).unwrap(), quiet);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    /// All of them.
    And(Vec<Segment>),
    /// At least one of them.
    Or(Vec<Segment>),
    /// Everybody else.
    Not(Box<Segment>),
    /// A condition.
    Condition(Condition),
}

impl Segment {
    /// A condition with a value.
    pub fn on(field: impl Into<FieldRef>, operator: Operator, value: impl Into<Operand>) -> Self {
        Self::Condition(Condition { field: field.into(), operator, value: Some(value.into()) })
    }

    /// The field has a value.
    pub fn exists(field: impl Into<FieldRef>) -> Self {
        Self::Condition(Condition { field: field.into(), operator: Operator::Exists, value: None })
    }

    /// The field has no value.
    pub fn not_exists(field: impl Into<FieldRef>) -> Self {
        Self::Condition(Condition { field: field.into(), operator: Operator::NotExists, value: None })
    }

    /// All of several.
    pub fn all_of(parts: impl IntoIterator<Item = Segment>) -> Self {
        Self::And(parts.into_iter().collect())
    }

    /// At least one of several.
    pub fn any_of(parts: impl IntoIterator<Item = Segment>) -> Self {
        Self::Or(parts.into_iter().collect())
    }

    /// Everybody else.
    #[expect(clippy::should_implement_trait, reason = "a builder, beside `all_of` and `any_of`")]
    pub fn not(part: Segment) -> Self {
        Self::Not(Box::new(part))
    }
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let (key, parts) = match self {
            Self::And(parts) => ("and", parts),
            Self::Or(parts) => ("or", parts),
            Self::Not(part) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("not", part)?;
                return map.end();
            }
            Self::Condition(condition) => return condition.serialize(serializer),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(key, parts)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Segment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Seed(DEEPEST).deserialize(deserializer)
    }
}

/// Reads a tree, so many levels deep.
struct Seed(usize);

/// Reads a list of trees.
struct ListSeed(usize);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Segment;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Segment, D::Error> {
        if self.0 == 0 {
            return Err(too_deep().into_serde());
        }
        deserializer.deserialize_map(self)
    }
}

pub(super) fn too_deep() -> Error {
    Error::new(Code::TooLarge, "the segment is nested too deeply")
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    And,
    Or,
    Not,
    Field,
    Operator,
    Value,
}

impl<'de> Visitor<'de> for Seed {
    type Value = Segment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition, or an object with `and`, `or` or `not`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Segment, A::Error> {
        let (mut field, mut operator, mut value) = (None, None, None);
        let mut group = None;
        while let Some(key) = map.next_key::<Key>()? {
            let below = self.0 - 1;
            let twice = match key {
                Key::And => group.replace(Segment::And(map.next_value_seed(ListSeed(below))?)).is_some(),
                Key::Or => group.replace(Segment::Or(map.next_value_seed(ListSeed(below))?)).is_some(),
                Key::Not => group.replace(Segment::Not(Box::new(map.next_value_seed(Seed(below))?))).is_some(),
                Key::Field => field.replace(map.next_value::<FieldRef>()?).is_some(),
                Key::Operator => operator.replace(map.next_value::<Operator>()?).is_some(),
                Key::Value => value.replace(map.next_value::<Operand>()?).is_some(),
            };
            if twice || (group.is_some() && (field.is_some() || operator.is_some() || value.is_some())) {
                return Err(Error::new(Code::MalformedValue, "an object of a segment is one group or one condition")
                    .with_hint("`and`, `or` or `not` alone, or `field`, `operator` and `value`")
                    .into_serde());
            }
        }
        if let Some(group) = group {
            return Ok(group);
        }
        let field = field.ok_or_else(|| de::Error::missing_field("field"))?;
        let operator = operator.ok_or_else(|| de::Error::missing_field("operator"))?;
        Ok(Segment::Condition(Condition { field, operator, value }))
    }
}

impl<'de> DeserializeSeed<'de> for ListSeed {
    type Value = Vec<Segment>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Vec<Segment>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed {
    type Value = Vec<Segment>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of conditions and groups")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Vec<Segment>, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element_seed(Seed(self.0))? {
            parts.push(part);
        }
        Ok(parts)
    }
}
