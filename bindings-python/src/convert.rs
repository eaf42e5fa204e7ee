//! Python objects as plain values.

use std::cell::Cell;

use omnicontact::{Code, Error, Instant, Zone};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};
use serde_json::{Map, Value};

use crate::error::Fault;

/// Whole numbers up to here are exact as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// As deep as lists and dicts may stand in one another: as in a text of JSON. What leads back to itself ends here, too.
const DEEPEST: usize = 127;

/// Values between two looks at Ctrl-C.
const STRIDE: usize = 1 << 16;

/// Reads Python objects; local times are those of `zone`.
pub(crate) struct Reader<'z> {
    zone: Option<&'z Zone>,
    /// Whether a UUID is read as its text.
    has_text_uuids: bool,
    /// Values read so far.
    seen: Cell<usize>,
}

impl Reader<'static> {
    /// Reads UUIDs as texts, as contact ids are written.
    pub(crate) fn texts() -> Self {
        Self { has_text_uuids: true, ..Self::new(None) }
    }
}

impl<'z> Reader<'z> {
    pub(crate) fn new(zone: Option<&'z Zone>) -> Self {
        Self { zone, has_text_uuids: false, seen: Cell::new(0) }
    }

    /// The object as a plain value: `NaN`, `NaT` and `NA` are missing, whole floats are integers, datetimes are epoch
    /// milliseconds, UUIDs are marked as such, arrays are lists.
    ///
    /// Half a surrogate pair, which UTF-8 cannot say, becomes U+FFFD.
    pub(crate) fn value(&self, object: &Bound<'_, PyAny>) -> Result<Value, Fault> {
        self.value_at(object, DEEPEST)
    }

    /// `room` is how many lists and dicts may still stand in one another.
    fn value_at(&self, object: &Bound<'_, PyAny>, room: usize) -> Result<Value, Fault> {
        self.seen.set(self.seen.get().wrapping_add(1));
        if self.seen.get().is_multiple_of(STRIDE) {
            object.py().check_signals()?;
        }
        if object.is_none() {
            return Ok(Value::Null);
        }
        if let Ok(text) = object.cast::<PyString>() {
            return Self::text(text).map(Value::String);
        }
        if let Ok(flag) = object.cast::<PyBool>() {
            return Ok(Value::Bool(flag.is_true()));
        }
        if object.is_instance_of::<PyInt>() {
            return integer(object);
        }
        if let Ok(number) = object.cast::<PyFloat>() {
            return Ok(float(number.value()));
        }
        if let Ok(map) = object.cast::<PyDict>() {
            let (room, size) = (deeper(room)?, map.len());
            let mut fields = Map::new();
            for (key, value) in map {
                let Ok(key) = key.cast::<PyString>() else {
                    return Err(unusable("a key that is no text", "keys are the names of fields"));
                };
                let key = Self::text(key)?;
                let value = self.value_at(&value, room).map_err(|fault| at(fault, |error| error.at(&key)))?;
                // Objects on the way run code of their own.
                if map.len() != size {
                    return Err(unusable("a dict that changes while it is read", "read it after it is complete"));
                }
                fields.insert(key, value);
            }
            return Ok(Value::Object(fields));
        }
        if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
            return self.list_at(object, None, deeper(room)?).map(Value::Array);
        }
        self.special(object, room)
    }

    /// The items of a list, each as a plain value; a column is at `[row].name` in errors.
    pub(crate) fn list(&self, items: &Bound<'_, PyAny>, column: Option<&str>) -> Result<Vec<Value>, Fault> {
        self.list_at(items, column, DEEPEST)
    }

    fn list_at(&self, items: &Bound<'_, PyAny>, column: Option<&str>, room: usize) -> Result<Vec<Value>, Fault> {
        let read = |(row, item): (usize, PyResult<Bound<'_, PyAny>>)| {
            let place = |error: Error| column.into_iter().fold(error, Error::at).at_row(row);
            self.value_at(&item?, room).map_err(|fault| at(fault, place))
        };
        items.try_iter()?.enumerate().map(read).collect()
    }

    /// A text of Python, whose strings may hold what UTF-8 cannot say.
    pub(crate) fn text(text: &Bound<'_, PyString>) -> Result<String, Fault> {
        if let Ok(text) = text.extract::<String>() {
            return Ok(text);
        }
        mended(text)
    }

    fn special(&self, object: &Bound<'_, PyAny>, room: usize) -> Result<Value, Fault> {
        let py = object.py();
        let name = type_name(object);
        if matches!(name.as_str(), "NaTType" | "NAType") {
            return Ok(Value::Null);
        }
        if object.is_instance(class(py, &DATETIME, "datetime", "datetime")?)? {
            return self.datetime(object);
        }
        if object.is_instance(class(py, &DATE, "datetime", "date")?)? {
            return Ok(Value::String(object.str()?.extract()?));
        }
        if object.is_instance(class(py, &UUID, "uuid", "UUID")?)? {
            if self.has_text_uuids {
                return Ok(Value::String(object.str()?.extract()?));
            }
            return Ok(Value::Object(Map::from_iter([("uuid".to_owned(), object.str()?.extract::<String>()?.into())])));
        }
        if name == "datetime64" {
            // Of any unit; Python's own datetimes know no nanoseconds.
            let plain = object.call_method1("astype", ("datetime64[us]",))?.call_method0("item")?;
            return self.value_at(&plain, deeper(room)?);
        }
        if let Some(number) = tried(py, object.call_method0("__index__"))? {
            return integer(&number);
        }
        for method in ["item", "tolist", "as_py"] {
            if object.hasattr(method)?
                && let Some(plain) = tried(py, object.call_method0(method))?
                && !plain.get_type().is(object.get_type())
            {
                // An object may give ever another.
                return self.value_at(&plain, deeper(room)?);
            }
        }
        if object.hasattr("__float__")? {
            // Decimals and fractions: exact where whole.
            let whole = object.call_method0("__int__")?;
            return if whole.eq(object)? { integer(&whole) } else { Ok(float(object.extract()?)) };
        }
        Err(unusable(&format!("a value of type `{name}`"), "use numbers, texts, datetimes, UUIDs, lists and dicts"))
    }

    fn datetime(&self, object: &Bound<'_, PyAny>) -> Result<Value, Fault> {
        let py = object.py();
        if object.call_method0("utcoffset")?.is_none() {
            let text: String = object.call_method0("isoformat")?.extract()?;
            return Ok(match self.zone {
                Some(zone) => Instant::parse_in(&text, zone)?.as_millis().into(),
                // The core says that its offset is missing, and where.
                None => Value::String(text),
            });
        }
        let datetime = py.import("datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        let epoch = datetime.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
        let step = datetime.getattr("timedelta")?.call1((0, 0, 0, 1))?;
        integer(&object.sub(epoch)?.floor_div(step)?)
    }
}

/// One list or dict further in.
fn deeper(room: usize) -> Result<usize, Fault> {
    room.checked_sub(1).ok_or_else(|| {
        Error::new(Code::TooLarge, format!("lists and dicts stand in one another more than {DEEPEST} deep"))
            .with_hint("something may contain itself")
            .into()
    })
}

/// What a method of the host gave, if it could; what asks Python to end goes on.
fn tried<'py>(py: Python<'py>, given: PyResult<Bound<'py, PyAny>>) -> PyResult<Option<Bound<'py, PyAny>>> {
    match given {
        Ok(given) => Ok(Some(given)),
        Err(error) if error.is_instance_of::<PyException>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A text in which each half of a surrogate pair is U+FFFD; halves that stand together are one character.
fn mended(text: &Bound<'_, PyString>) -> Result<String, Fault> {
    let units = text.call_method1("encode", ("utf-16-le", "surrogatepass"))?.cast_into::<PyBytes>();
    let units = units.map_err(PyErr::from)?;
    let units = units.as_bytes().as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    Ok(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static UUID: PyOnceLock<Py<PyType>> = PyOnceLock::new();

fn class<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyType>>,
    module: &str,
    name: &str,
) -> PyResult<&'py Bound<'py, PyType>> {
    cell.import(py, module, name)
}

fn integer(object: &Bound<'_, PyAny>) -> Result<Value, Fault> {
    if let Ok(value) = object.extract::<i64>() {
        return Ok(value.into());
    }
    match object.extract::<u64>() {
        Ok(value) => Ok(value.into()),
        Err(_) => Err(Error::new(Code::InvalidValue, "the integer needs more than 64 bits")
            .with_hint("integers go from -2^63 to 2^64 - 1; longer ids are texts")
            .into()),
    }
}

fn float(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range of i64")]
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return (number as i64).into();
    }
    // NaN and the infinities have no number in JSON: they are missing.
    serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn unusable(what: &str, hint: &str) -> Fault {
    Error::new(Code::InvalidValue, format!("{what} cannot be used")).with_hint(hint).into()
}

/// Puts a place before the path of an error of the core.
pub(crate) fn at(fault: Fault, place: impl FnOnce(Error) -> Error) -> Fault {
    match fault {
        Fault::Core(error) => place(error).into(),
        other @ Fault::Python(_) => other,
    }
}

fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The error of an object that is no table.
pub(crate) fn no_table(object: &Bound<'_, PyAny>) -> Fault {
    let name = type_name(object);
    Error::new(Code::MalformedValue, format!("`{name}` is no table"))
        .with_hint("pass an Arrow table, a frame, a list of dicts, a dict of columns, or a path")
        .into()
}
