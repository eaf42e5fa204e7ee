//! Newline-delimited JSON: one object a line, its values laid out in slots; only keys that somebody knows are kept.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::field::FieldValue;
use super::input::{Input, at_line};
use super::plan::{Known, Plan};
use crate::error::{Code, Error, Result};
use crate::id::ForeignId;

/// A value of a JSON row.
#[derive(Debug, Clone)]
pub(super) enum Slot<'j> {
    /// Null, or no such key.
    Missing,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Cow<'j, str>),
    /// An object where none is expected.
    Object,
    /// A list where none is expected.
    List,
    /// A value kept whole, for a field that takes a list.
    Tree(serde_json::Value),
    /// An id written as an object, as UUIDs are.
    Id(ForeignId),
}

/// A reader of lines.
pub(super) struct LineReader<'o, R> {
    pub(super) input: Input<'o, R>,
}

impl<R: Read> LineReader<'_, R> {
    /// The next line that is not blank, with its number.
    pub(super) fn next_line(&mut self) -> Result<Option<(&str, u64)>> {
        loop {
            let found = loop {
                match self.input.window().iter().position(|byte| *byte == b'\n') {
                    Some(length) => break length,
                    None if self.input.ended() => break self.input.window().len(),
                    None => self.input.more()?,
                }
            };
            let at_end = found == self.input.window().len();
            if at_end && found == 0 {
                return Ok(None);
            }
            let line = self.input.line;
            let blank = self.input.window()[..found].iter().all(u8::is_ascii_whitespace);
            self.input.take(found + usize::from(!at_end));
            self.input.line += u64::from(!at_end);
            if blank {
                self.input.blank_lines += 1;
                continue;
            }
            let bytes = &self.input.taken(found + usize::from(!at_end))[..found];
            return match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Some((text, line))),
                Err(_) => Err(at_line(Error::new(Code::InvalidUtf8, "the line is not UTF-8"), line)),
            };
        }
    }
}

/// Reads an object into slots. Errors bear the path inside the object.
pub(super) fn read_object<'j>(text: &'j str, plan: &Plan, slots: &mut Vec<Slot<'j>>) -> Result<()> {
    slots.clear();
    slots.resize(plan.columns.len(), Slot::Missing);
    let mut fault = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Value { plan, known: &ROOT, path: "", slots, fault: &mut fault };
    let read = seed.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    ended(read, fault)
}

/// Reads the objects of a list, each into slots that `each` is given. Errors bear the path inside the list.
pub(super) fn read_list(text: &str, plan: &Plan, each: impl FnMut(&[Slot<'_>]) -> Result<()>) -> Result<()> {
    let mut fault = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let list = List { plan, each, fault: &mut fault };
    let read = deserializer.deserialize_seq(list).and_then(|()| deserializer.end());
    ended(read, fault)
}

/// What a row is: an object with known keys below it.
const ROOT: Known = Known { slot: None, parent: true, ignored: false };

/// The rows of a list.
struct List<'p, 'f, F> {
    plan: &'p Plan,
    each: F,
    fault: &'f mut Option<Error>,
}

impl<'j, F: FnMut(&[Slot<'_>]) -> Result<()>> Visitor<'j> for List<'_, '_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'j>>(mut self, mut list: A) -> std::result::Result<(), A::Error> {
        let plan = self.plan;
        let mut slots = Vec::new();
        for row in 0.. {
            slots.clear();
            slots.resize(plan.columns.len(), Slot::Missing);
            let seed = Value { plan, known: &ROOT, path: "", slots: &mut slots, fault: self.fault };
            match list.next_element_seed(seed) {
                Ok(None) => break,
                Ok(Some(())) => {}
                Err(broken) => {
                    *self.fault = self.fault.take().map(|fault| fault.at_row(row));
                    return Err(broken);
                }
            }
            if let Err(fault) = (self.each)(&slots) {
                *self.fault = Some(fault.at_row(row));
                return Err(de::Error::custom(""));
            }
        }
        Ok(())
    }
}

/// The error of a reading, ours if there is one.
fn ended(read: serde_json::Result<()>, fault: Option<Error>) -> Result<()> {
    match (read, fault) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(fault)) => Err(fault),
        (Err(broken), None) => {
            let words = broken.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            Err(Error::new(Code::MalformedJson, format!("broken JSON at character {}: {words}", broken.column())))
        }
    }
}

/// Reads one value, into its slot or, for an object with known keys, into the slots below it.
struct Value<'p, 's, 'j> {
    plan: &'p Plan,
    known: &'p Known,
    path: &'p str,
    slots: &'s mut Vec<Slot<'j>>,
    fault: &'s mut Option<Error>,
}

impl<'j> Value<'_, '_, 'j> {
    /// Ends the reading with an error of ours; serde's own carries no path.
    fn fail<T, E: de::Error>(&mut self, code: Code, message: String) -> std::result::Result<T, E> {
        let fault = Error::new(code, message);
        *self.fault = Some(if self.path.is_empty() { fault } else { fault.at(self.path) });
        Err(E::custom(""))
    }

    fn store<E: de::Error>(mut self, slot: Slot<'j>) -> std::result::Result<(), E> {
        let Some(at) = self.known.slot else {
            if matches!(slot, Slot::Missing) && !self.path.is_empty() {
                return Ok(());
            }
            let code = if self.path.is_empty() { Code::MalformedJson } else { Code::InvalidValue };
            return self.fail(code, format!("expected an object, found {}", slot.kind()));
        };
        if !matches!(self.slots[at], Slot::Missing) {
            return self.fail(Code::DuplicateColumn, "the key stands twice in one object".to_owned());
        }
        self.slots[at] = slot;
        Ok(())
    }

    fn takes_list(&self) -> bool {
        self.known.slot.is_some_and(|slot| self.plan.feeds(slot, FieldValue::List))
    }

    fn takes_id(&self) -> bool {
        self.known.slot.is_some_and(|slot| self.plan.feeds(slot, FieldValue::Id))
    }
}

impl Slot<'_> {
    /// The kind of the value, with its article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Slot::Missing => "null",
            Slot::Bool(_) => "a boolean",
            Slot::Int(_) | Slot::Float(_) => "a number",
            Slot::Text(_) => "a text",
            Slot::Object | Slot::Id(_) => "an object",
            Slot::List => "a list",
            Slot::Tree(value) => {
                if value.is_array() {
                    "a list"
                } else {
                    "an object"
                }
            }
        }
    }
}

impl<'j> DeserializeSeed<'j> for Value<'_, '_, 'j> {
    type Value = ();

    fn deserialize<D: Deserializer<'j>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'j> Visitor<'j> for Value<'_, '_, 'j> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> std::result::Result<(), E> {
        self.store(Slot::Missing)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> std::result::Result<(), E> {
        self.store(Slot::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> std::result::Result<(), E> {
        self.store(Slot::Int(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> std::result::Result<(), E> {
        self.store(Slot::Int(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> std::result::Result<(), E> {
        self.store(Slot::Float(value))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'j str) -> std::result::Result<(), E> {
        self.store(Slot::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> std::result::Result<(), E> {
        self.store(Slot::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'j>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        if self.takes_list() {
            let tree = serde_json::Value::deserialize(SeqAccessDeserializer::new(list))?;
            return self.store(Slot::Tree(tree));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.store(Slot::List)
    }

    fn visit_map<A: MapAccess<'j>>(mut self, mut map: A) -> std::result::Result<(), A::Error> {
        if self.takes_list() {
            let tree = serde_json::Value::deserialize(MapAccessDeserializer::new(map))?;
            return self.store(Slot::Tree(tree));
        }
        if self.takes_id() {
            if let Ok(id) = ForeignId::deserialize(MapAccessDeserializer::new(map)) {
                return self.store(Slot::Id(id));
            }
            let words = "expected an id (an integer or a text), found an object";
            return self.fail(Code::InvalidValue, words.to_owned());
        }
        if !self.known.parent {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.store(Slot::Object);
        }
        let mut unknown = Vec::new();
        while let Some(found) = map.next_key_seed(Key { plan: self.plan, above: self.known, prefix: self.path })? {
            match found {
                Found::Ignored => {
                    map.next_value::<IgnoredAny>()?;
                }
                Found::Known(path, known) => {
                    let plan = self.plan;
                    map.next_value_seed(Value { plan, known, path, slots: self.slots, fault: self.fault })?;
                }
                Found::Unknown(path) => {
                    map.next_value::<IgnoredAny>()?;
                    unknown.push(path);
                }
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
        *self.fault = Some(self.plan.unknown_columns(&unknown));
        Err(de::Error::custom(""))
    }
}

/// Looks a key up.
struct Key<'p> {
    plan: &'p Plan,
    above: &'p Known,
    prefix: &'p str,
}

enum Found<'p> {
    Known(&'p str, &'p Known),
    Ignored,
    Unknown(String),
}

impl<'j, 'p> DeserializeSeed<'j> for Key<'p> {
    type Value = Found<'p>;

    fn deserialize<D: Deserializer<'j>>(self, deserializer: D) -> std::result::Result<Found<'p>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Key<'p> {
    type Value = Found<'p>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> std::result::Result<Found<'p>, E> {
        let path = match self.prefix {
            "" => Cow::Borrowed(key),
            prefix => Cow::Owned(format!("{prefix}.{key}")),
        };
        Ok(match self.plan.known.get_key_value(path.as_ref()) {
            Some((path, known)) if known.slot.is_some() || known.parent => Found::Known(path, known),
            Some(_) => Found::Ignored,
            None if self.plan.ignore_unknown || self.above.ignored => Found::Ignored,
            None => Found::Unknown(path.into_owned()),
        })
    }
}
