//! Reads JSON values into shapes, and knows where it was when something is wrong.
//!
//! One concrete deserializer for all of them: a wrapper around serde's own would be compiled for every shape once more.

use std::fmt;

use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Row(usize),
}

/// What serde says is wrong, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) words: String,
    /// From the innermost step to the outermost.
    pub(super) steps: Vec<Step>,
}

impl Fault {
    fn inside(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self { words: words.to_string(), steps: Vec::new() }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match found {
            Unexpected::Unit => Self::custom(format_args!("invalid type: null, expected {expected}")),
            found => Self::custom(format_args!("invalid type: {found}, expected {expected}")),
        }
    }
}

type Read<T> = Result<T, Fault>;

/// Reads a value.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Read<T> {
    T::deserialize(Reader(value))
}

struct Reader(Value);

fn found(value: &Value) -> Unexpected<'_> {
    match value {
        Value::Null => Unexpected::Unit,
        Value::Bool(flag) => Unexpected::Bool(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Unexpected::Unsigned(number),
            (_, Some(number)) => Unexpected::Signed(number),
            _ => Unexpected::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Unexpected::Str(text),
        Value::Array(_) => Unexpected::Seq,
        Value::Object(_) => Unexpected::Map,
    }
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (_, Some(number)) => visitor.visit_i64(number),
                _ => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => {
                let len = items.len();
                let mut items = Items { items: items.into_iter(), row: 0 };
                let read = visitor.visit_seq(&mut items)?;
                if items.items.len() == 0 {
                    return Ok(read);
                }
                Err(de::Error::invalid_length(len, &"fewer elements in array"))
            }
            Value::Object(map) => {
                let len = map.len();
                let mut fields = Fields { fields: map.into_iter(), next: None };
                let read = visitor.visit_map(&mut fields)?;
                if fields.fields.len() == 0 {
                    return Ok(read);
                }
                Err(de::Error::invalid_length(len, &"fewer elements in map"))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        // JSON kept as it is (`RawValue`) is an agreement of serde_json with itself.
        if name.starts_with("$serde_json::") {
            return self.0.deserialize_newtype_struct(name, visitor).map_err(de::Error::custom);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, content: None }),
            Value::Object(map) => {
                let mut fields = map.into_iter();
                match (fields.next(), fields.next()) {
                    (Some((name, content)), None) => visitor.visit_enum(Variant { name, content: Some(content) }),
                    _ => Err(de::Error::invalid_value(Unexpected::Map, &"map with a single key")),
                }
            }
            other => Err(de::Error::invalid_type(found(&other), &"string or map")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

struct Items {
    items: std::vec::IntoIter<Value>,
    row: usize,
}

impl<'de> SeqAccess<'de> for &mut Items {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let row = self.row;
        self.row += 1;
        seed.deserialize(Reader(item)).map(Some).map_err(|fault| fault.inside(Step::Row(row)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Fields {
    fields: <Map<String, Value> as IntoIterator>::IntoIter,
    next: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for &mut Fields {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some((key, value)) = self.fields.next() else { return Ok(None) };
        self.next = Some((key.clone(), value));
        let name: StringDeserializer<Fault> = key.clone().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|fault| fault.inside(Step::Key(key)))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        let Some((key, value)) = self.next.take() else { return Err(de::Error::custom("a value without a key")) };
        seed.deserialize(Reader(value)).map_err(|fault| fault.inside(Step::Key(key)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.fields.len())
    }
}

struct Variant {
    name: String,
    content: Option<Value>,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Fault;
    type Variant = Content;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Content)> {
        let name: StringDeserializer<Fault> = self.name.clone().into_deserializer();
        let variant = seed.deserialize(name)?;
        Ok((variant, Content { name: self.name, content: self.content }))
    }
}

/// What a variant holds.
struct Content {
    name: String,
    content: Option<Value>,
}

impl<'de> VariantAccess<'de> for Content {
    type Error = Fault;

    fn unit_variant(self) -> Read<()> {
        match self.content {
            None | Some(Value::Null) => Ok(()),
            Some(other) => Err(de::Error::invalid_type(found(&other), &"unit variant")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        match self.content {
            Some(value) => seed.deserialize(Reader(value)).map_err(|fault| fault.inside(Step::Key(self.name))),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &"newtype variant")),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Read<V::Value> {
        match self.content {
            Some(value @ Value::Array(_)) => {
                Reader(value).deserialize_any(visitor).map_err(|fault| fault.inside(Step::Key(self.name)))
            }
            Some(other) => Err(de::Error::invalid_type(found(&other), &"tuple variant")),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &"tuple variant")),
        }
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        match self.content {
            Some(value @ Value::Object(_)) => {
                Reader(value).deserialize_any(visitor).map_err(|fault| fault.inside(Step::Key(self.name)))
            }
            Some(other) => Err(de::Error::invalid_type(found(&other), &"struct variant")),
            None => Err(de::Error::invalid_type(Unexpected::UnitVariant, &"struct variant")),
        }
    }
}
