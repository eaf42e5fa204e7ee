//! Errors of the core as Python exceptions; the classes are in `omnicontact._errors`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use omnicontact::{Code, Error};
use pyo3::prelude::*;

/// What can go wrong on the way in: the core's error, or a Python exception passing through.
pub(crate) enum Fault {
    Core(Error),
    Python(PyErr),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Python(error.into())
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        let error = match fault {
            Fault::Python(error) => return error,
            Fault::Core(error) => error,
        };
        Python::attach(|py| {
            let arguments = (error.kind().as_str(), error.code().as_str(), error.message(), error.path(), error.hint());
            py.import("omnicontact._errors")
                .and_then(|errors| errors.call_method1("of", arguments))
                .map_or_else(|error| error, PyErr::from_value)
        })
    }
}

/// Runs work of the core with the interpreter lock released.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
    py.detach(|| whole(work))
}

/// What every entry from Python runs in: no panic crosses into Python.
pub(crate) fn entered<T>(work: impl FnOnce() -> Result<T, Fault>) -> PyResult<T> {
    Ok(whole(work)?)
}

/// A panic, which would be a bug of ours or memory that changed underneath, becomes the error `internal`. It is not
/// hidden: the hook of panics has written where it arose before.
fn whole<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    caught(work).unwrap_or_else(|| {
        Err(Error::new(Code::Internal, "the library came to a state that it excludes")
            .with_hint("if no input was changed while in use, this is a bug: please report it")
            .into())
    })
}

/// What the work gives; none if it panics.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Ctrl-C as the exception that it is, from within detached work.
pub(crate) fn check_signals() -> PyResult<()> {
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method alone is not general enough")]
    Python::attach(|py| py.check_signals())
}
