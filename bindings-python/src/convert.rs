//! Python objects as plain values.

use omnicontact::{Code, Error, Instant, Zone};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType};
use serde_json::{Map, Value};

use crate::error::Fault;

/// Whole numbers up to here are exact as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads Python objects; local times are those of `zone`.
pub(crate) struct Reader<'z> {
    zone: Option<&'z Zone>,
    /// Whether a UUID is read as its text.
    has_text_uuids: bool,
}

impl Reader<'static> {
    /// Reads UUIDs as texts, as contact ids are written.
    pub(crate) fn texts() -> Self {
        Self { zone: None, has_text_uuids: true }
    }
}

impl<'z> Reader<'z> {
    pub(crate) fn new(zone: Option<&'z Zone>) -> Self {
        Self { zone, has_text_uuids: false }
    }

    /// The object as a plain value: `NaN`, `NaT` and `NA` are missing, whole floats are integers, datetimes are epoch
    /// milliseconds, UUIDs are marked as such, arrays are lists.
    pub(crate) fn value(&self, object: &Bound<'_, PyAny>) -> Result<Value, Fault> {
        if object.is_none() {
            return Ok(Value::Null);
        }
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(Value::String(text.extract()?));
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
            let mut fields = Map::new();
            for (key, value) in map {
                let Ok(key) = key.extract::<String>() else {
                    return Err(unusable("a key that is no text", "keys are the names of fields"));
                };
                let value = self.value(&value).map_err(|fault| at(fault, |error| error.at(&key)))?;
                fields.insert(key, value);
            }
            return Ok(Value::Object(fields));
        }
        if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
            return self.list(object, None).map(Value::Array);
        }
        self.special(object)
    }

    /// The items of a list, each as a plain value; a column is at `[row].name` in errors.
    pub(crate) fn list(&self, items: &Bound<'_, PyAny>, column: Option<&str>) -> Result<Vec<Value>, Fault> {
        let read = |(row, item): (usize, PyResult<Bound<'_, PyAny>>)| {
            let place = |error: Error| column.into_iter().fold(error, Error::at).at_row(row);
            self.value(&item?).map_err(|fault| at(fault, place))
        };
        items.try_iter()?.enumerate().map(read).collect()
    }

    fn special(&self, object: &Bound<'_, PyAny>) -> Result<Value, Fault> {
        let py = object.py();
        let name: String = object.get_type().name()?.extract()?;
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
            return self.value(&object.call_method1("astype", ("datetime64[us]",))?.call_method0("item")?);
        }
        if let Ok(number) = object.call_method0("__index__") {
            return integer(&number);
        }
        for method in ["item", "tolist", "as_py"] {
            if object.hasattr(method)?
                && let Ok(plain) = object.call_method0(method)
                && !plain.get_type().is(object.get_type())
            {
                return self.value(&plain);
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

/// The error of an object that is no table.
pub(crate) fn no_table(object: &Bound<'_, PyAny>) -> Fault {
    let name = object.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    Error::new(Code::MalformedValue, format!("`{name}` is no table"))
        .with_hint("pass an Arrow table, a frame, a list of dicts, a dict of columns, or a path")
        .into()
}
