//! Where arrays of other libraries come in: the Arrow `PyCapsule` interface. The three places of this crate that are not
//! safe are here, because the interface is one of C: whoever offers a capsule of that name vouches for its memory.

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::{Array, ArrayReader, ArrayRef, make_array};
use arrow_schema::{ArrowError, DataType};
use omnicontact::{Code, Error};
use pyo3::exceptions::{PyException, PyUnicodeDecodeError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::convert::no_table;
use crate::error::{Fault, caught, check_signals, detached};

/// As deep as types may stand in one another; reading them recurs.
const DEEPEST: usize = 127;

/// Type and chunks of whatever object speaks the Arrow `PyCapsule` interface.
pub(crate) fn chunks(object: &Bound<'_, PyAny>) -> Result<(DataType, Vec<ArrayRef>), Fault> {
    let object = &vouched(object)?;
    if object.hasattr("__arrow_c_stream__")? {
        let capsule = object.call_method0("__arrow_c_stream__").map_err(|error| typed(object.py(), error))?;
        return stream(&capsule.cast_into::<PyCapsule>().map_err(PyErr::from)?);
    }
    if !object.hasattr("__arrow_c_array__")? {
        return Err(no_table(object));
    }
    let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) =
        object.call_method0("__arrow_c_array__")?.extract()?;
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
    let array = whole(|| {
        #[expect(
            unsafe_code,
            reason = "the names of the capsules vouch for the types; the array is moved out of its own"
        )]
        let (schema, array) = unsafe { (schema.as_ref(), FFI_ArrowArray::from_raw(array.as_ptr())) };
        shallow(schema)?;
        #[expect(unsafe_code, reason = "what is in the buffers is looked through before it is used")]
        let data = unsafe { from_ffi(array, schema) };
        Ok(make_array(data.map_err(arrow)?))
    })?;
    Ok((array.data_type().clone(), vec![array]))
}

fn stream(capsule: &Bound<'_, PyCapsule>) -> Result<(DataType, Vec<ArrayRef>), Fault> {
    let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<FFI_ArrowArrayStream>();
    let reader = whole(|| {
        #[expect(unsafe_code, reason = "the name of the capsule vouches for the type; the stream is moved out of it")]
        let mut stream = unsafe { FFI_ArrowArrayStream::from_raw(stream.as_ptr()) };
        if let (Some(_), Some(get_schema)) = (stream.release(), stream.get_schema()) {
            let mut schema = FFI_ArrowSchema::empty();
            #[expect(unsafe_code, reason = "a stream's own function is asked for its schema, as the interface says")]
            let given = unsafe { get_schema(&raw mut stream, &raw mut schema) };
            if given == 0 {
                shallow(&schema)?;
            }
        }
        ArrayStreamReader::try_new(stream).map_err(arrow)
    })?;
    let data_type = reader.field().data_type().clone();
    let mut reader = reader;
    let chunks = detached(capsule.py(), move || {
        let mut chunks = Vec::new();
        // Reading may take long: Ctrl-C ends it.
        while let Some(chunk) = whole(|| reader.next().transpose().map_err(arrow))? {
            check_signals()?;
            chunks.push(chunk);
        }
        Ok(chunks)
    })?;
    Ok((data_type, chunks))
}

/// The object, or what stands for it; pyarrow knows the sizes of its buffers, of which the interface says nothing.
fn vouched<'py>(object: &Bound<'py, PyAny>) -> Result<Bound<'py, PyAny>, Fault> {
    let py = object.py();
    let module = object.get_type().module().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match module.split('.').next() {
        Some("pyarrow") => (),
        Some("pandas") if object.hasattr("columns")? => {
            // As its own interface makes the table, which is looked at on the way.
            let table = py.import("pyarrow")?.getattr("Table")?.call_method1("from_pandas", (object,));
            return vouched(&table.map_err(|error| typed(py, error))?);
        }
        _ => return Ok(object.clone()),
    }
    let broken = |error: PyErr| {
        if error.is_instance_of::<PyUnicodeDecodeError>(py) {
            Error::new(Code::InvalidUtf8, "the name of a column is not UTF-8").into()
        } else if error.is_instance_of::<PyException>(py) {
            unreadable("its buffers are shorter than it says")
        } else {
            Fault::Python(error)
        }
    };
    if object.hasattr("schema")? {
        object.getattr("schema")?.getattr("names").map_err(broken)?;
    }
    if object.hasattr("validate")? {
        object.call_method0("validate").map_err(broken)?;
        return Ok(object.clone());
    }
    // A reader of batches: each is looked at.
    if object.hasattr("read_next_batch")? {
        let mut batches = Vec::new();
        for batch in object.try_iter()? {
            let batch = batch.map_err(|error| typed(py, error))?;
            batch.call_method0("validate").map_err(broken)?;
            batches.push(batch);
        }
        let schema = object.getattr("schema")?;
        return Ok(py.import("pyarrow")?.getattr("Table")?.call_method1("from_batches", (batches, schema))?);
    }
    Ok(object.clone())
}

/// An error of pyarrow under ours: its words quote values, so that only the column's name is taken of them.
fn typed(py: Python<'_>, error: PyErr) -> Fault {
    let is_of_arrow = py
        .import("pyarrow")
        .and_then(|pyarrow| pyarrow.getattr("ArrowException"))
        .is_ok_and(|class| error.matches(py, class).unwrap_or(false));
    if !is_of_arrow {
        return error.into();
    }
    let words = error.value(py).str().map(|words| words.to_string_lossy().into_owned()).unwrap_or_default();
    let column = words.rsplit_once("Conversion failed for column ").and_then(|(_, rest)| rest.split_once(" with type"));
    let error = Error::new(Code::InvalidValue, "pyarrow cannot read the values of a column as one type")
        .with_hint("give the column one type");
    column.into_iter().fold(error, |error, (column, _)| error.at(column)).into()
}

/// Types are read by recursion: what is too deep is refused before.
fn shallow(schema: &FFI_ArrowSchema) -> Result<(), Fault> {
    let mut waiting = vec![(schema, DEEPEST)];
    while let Some((schema, room)) = waiting.pop() {
        let Some(room) = room.checked_sub(1) else {
            return Err(
                Error::new(Code::TooLarge, format!("types stand in one another more than {DEEPEST} deep")).into()
            );
        };
        waiting.extend(schema.children().chain(schema.dictionary()).map(|inner| (inner, room)));
    }
    Ok(())
}

/// A check of arrow's own that fails by a panic is a mistake in what came.
fn whole<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    caught(read).unwrap_or_else(|| Err(unreadable("its parts do not fit together")))
}

fn unreadable(why: &str) -> Fault {
    Error::new(Code::InvalidValue, format!("the Arrow data cannot be read: {why}"))
        .with_hint("`validate(full=True)` of pyarrow names the mistake")
        .into()
}

#[expect(clippy::needless_pass_by_value, reason = "it goes into `map_err`")]
pub(crate) fn arrow(error: ArrowError) -> Fault {
    // Its words may quote values.
    match error {
        ArrowError::CDataInterface(_) | ArrowError::ExternalError(_) | ArrowError::IoError(..) => {
            Error::new(Code::ReadFailed, format!("the source of the Arrow data failed: {error}")).into()
        }
        ArrowError::NotYetImplemented(_) => unreadable("it has a type that is not known"),
        _ => unreadable("it breaks the rules of Arrow"),
    }
}
