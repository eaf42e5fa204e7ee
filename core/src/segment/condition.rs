//! A condition: a field, an operator, and what the field is compared with (S1).

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::{FieldRef, FieldType};
use crate::error::{Code, Error};
use crate::label::labels;

labels! { closed
    /// How a condition compares (S1). On a missing value `not_exists`, `not_equal`, `not_contains` and `none_of` are
    /// true, all others false. A field of several values meets a condition if one of them does, and the negative
    /// ones if none of them does.
    Operator, "operator" {
        /// Equal to the value.
        Equal = "equal",
        /// Not equal to the value.
        NotEqual = "not_equal",
        /// Holds the text.
        Contains = "contains",
        /// Does not hold the text.
        NotContains = "not_contains",
        /// Begins with the text.
        StartsWith = "starts_with",
        /// Has a value.
        Exists = "exists",
        /// Has no value.
        NotExists = "not_exists",
        /// Greater than the value.
        Greater = "greater",
        /// Less than the value.
        Less = "less",
        /// From the first to the second value; the second is included but for points in time.
        Between = "between",
        /// Earlier than the value.
        Before = "before",
        /// Later than the value.
        After = "after",
        /// Not longer ago than the value, and not in the future.
        WithinLast = "within_last",
        /// Longer ago than the value.
        OlderThan = "older_than",
        /// One of the values.
        AnyOf = "any_of",
        /// Each of the values.
        AllOf = "all_of",
        /// None of the values.
        NoneOf = "none_of",
    }
}

impl Operator {
    /// The operators that fit a type, in the order of [`Operator::ALL`].
    pub const fn of(field_type: FieldType) -> &'static [Self] {
        use Operator::{
            After, AllOf, AnyOf, Before, Between, Contains, Equal, Exists, Greater, Less, NoneOf, NotContains,
            NotEqual, NotExists, OlderThan, StartsWith, WithinLast,
        };
        match field_type {
            FieldType::Text => &[Equal, NotEqual, Contains, NotContains, StartsWith, Exists, NotExists, AnyOf, NoneOf],
            FieldType::Texts => {
                &[Equal, NotEqual, Contains, NotContains, StartsWith, Exists, NotExists, AnyOf, AllOf, NoneOf]
            }
            FieldType::Id => &[Equal, NotEqual, Exists, NotExists, AnyOf, NoneOf],
            FieldType::Ids => &[Equal, NotEqual, Exists, NotExists, AnyOf, AllOf, NoneOf],
            FieldType::Number => &[Equal, NotEqual, Exists, NotExists, Greater, Less, Between, AnyOf, NoneOf],
            FieldType::Flag => &[Equal, NotEqual, Exists, NotExists],
            FieldType::Instant => &[Equal, NotEqual, Exists, NotExists, Between, Before, After, WithinLast, OlderThan],
            FieldType::Duration => &[Exists, NotExists, Greater, Less, Between],
            FieldType::Date => {
                &[Equal, NotEqual, Exists, NotExists, Between, Before, After, WithinLast, OlderThan, AnyOf, NoneOf]
            }
            FieldType::Time => &[Equal, NotEqual, Exists, NotExists, Between, Before, After, AnyOf, NoneOf],
        }
    }

    /// The operator that says the opposite and is true on a missing value, for the negative ones.
    pub(super) const fn positive(self) -> (Self, bool) {
        match self {
            Self::NotEqual => (Self::Equal, true),
            Self::NotContains => (Self::Contains, true),
            Self::NotExists => (Self::Exists, true),
            Self::NoneOf => (Self::AnyOf, true),
            other => (other, false),
        }
    }
}

labels! { closed
    /// Unit of a length of time. Days and longer ones go by the calendar of the zone.
    TimeUnit, "unit" {
        /// Minutes.
        Minutes = "minutes",
        /// Hours.
        Hours = "hours",
        /// Days.
        Days = "days",
        /// Weeks.
        Weeks = "weeks",
        /// Months.
        Months = "months",
        /// Years.
        Years = "years",
    }
}

/// A length of time before now; as JSON `{"days": 7}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ago {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: TimeUnit,
}

impl Ago {
    /// So many days.
    pub const fn days(amount: u32) -> Self {
        Self { amount, unit: TimeUnit::Days }
    }

    /// So many hours.
    pub const fn hours(amount: u32) -> Self {
        Self { amount, unit: TimeUnit::Hours }
    }
}

/// What a condition compares with, as it was given: its field's type decides how it is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text; also a date, a time of day, or a point in time in ISO 8601.
    Text(Box<str>),
    /// A whole number; also an id, or a point in time in epoch milliseconds.
    Int(i128),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Flag(bool),
    /// A length of time before now.
    Ago(Ago),
    /// Several values.
    Many(Vec<Operand>),
}

impl From<&str> for Operand {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<i64> for Operand {
    fn from(value: i64) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Operand {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<bool> for Operand {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<Ago> for Operand {
    fn from(value: Ago) -> Self {
        Self::Ago(value)
    }
}

impl<T: Into<Operand>, const N: usize> From<[T; N]> for Operand {
    fn from(values: [T; N]) -> Self {
        Self::Many(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Operand>> From<Vec<T>> for Operand {
    fn from(values: Vec<T>) -> Self {
        Self::Many(values.into_iter().map(Into::into).collect())
    }
}

/// A condition on one field. `exists` and `not_exists` take no value, all others need one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// The field.
    pub field: FieldRef,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Operand>,
}

impl Serialize for Ago {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map([(self.unit, self.amount)])
    }
}

impl Serialize for Operand {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_i128(*value),
            },
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Flag(value) => serializer.serialize_bool(*value),
            Self::Ago(ago) => ago.serialize(serializer),
            Self::Many(values) => serializer.collect_seq(values),
        }
    }
}

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(OperandVisitor { inside: false })
    }
}

/// A value within a list: not a list again, so that no list is deep.
struct Single(Operand);

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(OperandVisitor { inside: true }).map(Single)
    }
}

struct OperandVisitor {
    inside: bool,
}

impl<'de> Visitor<'de> for OperandVisitor {
    type Value = Operand;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.inside {
            "a text, number, truth value or length of time"
        } else {
            "a text, number, truth value, length of time, or a list of such"
        })
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> std::result::Result<Operand, E> {
        Ok(Operand::Flag(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<Operand, E> {
        Ok(Operand::Int(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<Operand, E> {
        Ok(Operand::Int(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> std::result::Result<Operand, E> {
        Ok(Operand::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> std::result::Result<Operand, E> {
        Ok(Operand::Text(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Operand, A::Error> {
        if self.inside {
            return Err(de::Error::invalid_type(de::Unexpected::Seq, &self));
        }
        let mut values = Vec::new();
        while let Some(Single(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Operand::Many(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Operand, A::Error> {
        let wrong = || {
            Error::new(Code::MalformedValue, "a length of time has one unit")
                .with_hint("as `{\"days\": 7}`")
                .into_serde::<A::Error>()
        };
        let unit: TimeUnit = map.next_key()?.ok_or_else(wrong)?;
        let amount: u32 = map.next_value()?;
        if map.next_key::<de::IgnoredAny>()?.is_some() {
            return Err(wrong());
        }
        Ok(Operand::Ago(Ago { amount, unit }))
    }
}
