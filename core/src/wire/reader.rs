//! Reads JSON text into shapes, and knows where it was when something is wrong.
//!
//! One concrete deserializer for all of them: every further one would be compiled for every shape once more. It reads
//! what a shape asks for and nothing else: a list is no object, whatever serde would let pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Expected, IgnoredAny, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::scan::{Number, Scan, Syntax};

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Row(usize),
}

/// What serde says is wrong, and where.
#[derive(Debug)]
pub(super) struct Fault {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    words: String,
    /// From the innermost step to the outermost.
    steps: Vec<Step>,
}

impl Fault {
    pub(super) fn new(words: String) -> Self {
        Self { inner: Box::new(Inner { words, steps: Vec::new() }) }
    }

    pub(super) fn inside(mut self, step: Step) -> Self {
        self.inner.steps.push(step);
        self
    }

    pub(super) fn words(&self) -> &str {
        &self.inner.words
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.inner.steps
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.words)
    }
}

impl std::error::Error for Fault {}

impl From<Syntax> for Fault {
    fn from(_: Syntax) -> Self {
        Self::new("no JSON".to_owned())
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self::new(words.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        match found {
            Unexpected::Unit => Self::new(format!("invalid type: null, expected {expected}")),
            found => Self::new(format!("invalid type: {found}, expected {expected}")),
        }
    }
}

type Read<T> = Result<T, Fault>;

/// Reads a text that holds one value.
pub(super) fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Read<T> {
    whole(Scan::new(text))
}

/// Reads what a value in memory was written as.
pub(super) fn read_value<'t, T: Deserialize<'t>>(text: &'t str) -> Read<T> {
    whole(Scan::of_value(text))
}

fn whole<'t, T: Deserialize<'t>>(mut scan: Scan<'t>) -> Read<T> {
    let read = T::deserialize(Reader(&mut scan))?;
    scan.end()?;
    Ok(read)
}

/// Reads the value that comes next.
pub(super) struct Reader<'s, 't>(pub(super) &'s mut Scan<'t>);

impl<'t> Reader<'_, 't> {
    /// What is there instead of what was asked for.
    #[cold]
    #[inline(never)]
    fn unfit(self, expected: &dyn Expected) -> Fault {
        let found = match self.0.peek() {
            Some(b'n') => self.0.literal("null").map(|()| Unexpected::Unit),
            Some(b't') => self.0.literal("true").map(|()| Unexpected::Bool(true)),
            Some(b'f') => self.0.literal("false").map(|()| Unexpected::Bool(false)),
            Some(b'[') => Ok(Unexpected::Seq),
            Some(b'{') => Ok(Unexpected::Map),
            Some(b'"') => {
                return match self.0.text() {
                    Ok(text) => de::Error::invalid_type(Unexpected::Str(&text), expected),
                    Err(fault) => fault.into(),
                };
            }
            _ => self.0.number().map(|number| match number {
                Number::Unsigned(value) => Unexpected::Unsigned(value),
                Number::Signed(value) => Unexpected::Signed(value),
                Number::Float(value) => Unexpected::Float(value),
            }),
        };
        match found {
            Ok(found) => de::Error::invalid_type(found, expected),
            Err(fault) => fault.into(),
        }
    }

    fn visit_number<V: Visitor<'t>>(self, visitor: V) -> Read<V::Value> {
        match self.0.number()? {
            Number::Unsigned(value) => visitor.visit_u64(value),
            Number::Signed(value) => visitor.visit_i64(value),
            Number::Float(value) => visitor.visit_f64(value),
        }
    }

    fn visit_text<V: Visitor<'t>>(self, visitor: V) -> Read<V::Value> {
        match self.0.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn visit_items<V: Visitor<'t>>(self, visitor: V) -> Read<V::Value> {
        self.0.open()?;
        let read = visitor.visit_seq(Items { scan: self.0, row: 0 })?;
        if self.0.close(b']')? {
            return Ok(read);
        }
        Err(de::Error::custom("invalid length, expected fewer elements in array"))
    }

    fn visit_fields<V: Visitor<'t>>(self, visitor: V) -> Read<V::Value> {
        self.0.open()?;
        let read = visitor.visit_map(Fields { scan: self.0, row: 0, key: Cow::Borrowed("") })?;
        if self.0.close(b'}')? {
            return Ok(read);
        }
        Err(de::Error::custom("invalid length, expected fewer elements in map"))
    }
}

/// What reads one kind of value, and refuses all others.
macro_rules! only {
    ($($method:ident: $first:pat => $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            match self.0.peek() {
                Some($first) => self.$visit(visitor),
                _ => Err(self.unfit(&visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0.peek() {
            Some(b'"') => self.visit_text(visitor),
            Some(b'{') => self.visit_fields(visitor),
            Some(b'[') => self.visit_items(visitor),
            Some(b'n') => {
                self.0.literal("null")?;
                visitor.visit_unit()
            }
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            _ => self.visit_number(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0.peek() {
            Some(b't') => {
                self.0.literal("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.0.literal("false")?;
                visitor.visit_bool(false)
            }
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.0.peek() == Some(b'n') {
            self.0.literal("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        // JSON kept as it is (`RawValue`) is an agreement of serde_json with itself.
        if name.starts_with("$serde_json::") {
            self.0.peek();
            let from = self.0.at();
            IgnoredAny::deserialize(Reader(self.0))?;
            let raw = self.0.since(from);
            let mut reader = serde_json::Deserializer::from_str(raw);
            return reader.deserialize_newtype_struct(name, visitor).map_err(de::Error::custom);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.0.peek() {
            Some(b'"') => {
                let name = self.0.text()?;
                visitor.visit_enum(Variant { name, content: None })
            }
            Some(b'{') => {
                self.0.open()?;
                let one = || de::Error::invalid_value(Unexpected::Map, &"map with a single key");
                if self.0.close(b'}')? {
                    return Err(one());
                }
                let name = self.0.key()?;
                let read = visitor.visit_enum(Variant { name, content: Some(Reader(self.0)) })?;
                if self.0.close(b'}')? { Ok(read) } else { Err(one()) }
            }
            _ => Err(self.unfit(&"string or map")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    only! {
        deserialize_str: b'"' => visit_text;
        deserialize_string: b'"' => visit_text;
        deserialize_identifier: b'"' => visit_text;
        deserialize_seq: b'[' => visit_items;
        deserialize_map: b'{' => visit_fields;
        deserialize_u8: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u16: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u32: b'-' | b'0'..=b'9' => visit_number;
        deserialize_u64: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i8: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i16: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i32: b'-' | b'0'..=b'9' => visit_number;
        deserialize_i64: b'-' | b'0'..=b'9' => visit_number;
        deserialize_f32: b'-' | b'0'..=b'9' => visit_number;
        deserialize_f64: b'-' | b'0'..=b'9' => visit_number;
    }

    forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple_struct ignored_any
    }
}

struct Items<'s, 't> {
    scan: &'s mut Scan<'t>,
    row: usize,
}

impl<'t> SeqAccess<'t> for Items<'_, 't> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if !self.scan.next(b']', self.row == 0)? {
            return Ok(None);
        }
        let row = self.row;
        self.row += 1;
        match seed.deserialize(Reader(self.scan)) {
            Ok(read) => Ok(Some(read)),
            Err(fault) => Err(fault.inside(Step::Row(row))),
        }
    }
}

struct Fields<'s, 't> {
    scan: &'s mut Scan<'t>,
    row: usize,
    key: Cow<'t, str>,
}

impl Fields<'_, '_> {
    #[cold]
    #[inline(never)]
    fn inside(&self, fault: Fault) -> Fault {
        fault.inside(Step::Key(self.key.clone().into_owned()))
    }
}

impl<'t> MapAccess<'t> for Fields<'_, 't> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if !self.scan.next(b'}', self.row == 0)? {
            return Ok(None);
        }
        self.row += 1;
        self.key = self.scan.key()?;
        let name: CowStrDeserializer<'_, Fault> = self.key.clone().into_deserializer();
        match seed.deserialize(name) {
            Ok(read) => Ok(Some(read)),
            Err(fault) => Err(self.inside(fault)),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Read<T::Value> {
        match seed.deserialize(Reader(self.scan)) {
            Ok(read) => Ok(read),
            Err(fault) => Err(self.inside(fault)),
        }
    }
}

struct Variant<'s, 't> {
    name: Cow<'t, str>,
    content: Option<Reader<'s, 't>>,
}

impl<'t> EnumAccess<'t> for Variant<'_, 't> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'t>>(self, seed: V) -> Read<(V::Value, Self)> {
        let name: CowStrDeserializer<'_, Fault> = self.name.clone().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'t> Variant<'_, 't> {
    /// Reads what the variant holds.
    fn held<T>(self, expected: &'static str, read: impl FnOnce(Reader<'_, 't>) -> Read<T>) -> Read<T> {
        let Some(content) = self.content else {
            return Err(de::Error::invalid_type(Unexpected::UnitVariant, &expected));
        };
        read(content).map_err(|fault| fault.inside(Step::Key(self.name.into_owned())))
    }
}

impl<'t> VariantAccess<'t> for Variant<'_, 't> {
    type Error = Fault;

    fn unit_variant(self) -> Read<()> {
        let Some(content) = self.content else { return Ok(()) };
        if content.0.peek() == Some(b'n') {
            return Ok(content.0.literal("null")?);
        }
        Err(content.unfit(&"unit variant"))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'t>>(self, seed: T) -> Read<T::Value> {
        self.held("newtype variant", |content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'t>>(self, _len: usize, visitor: V) -> Read<V::Value> {
        self.held("tuple variant", |content| content.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'t>>(self, _fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.held("struct variant", |content| content.deserialize_map(visitor))
    }
}
