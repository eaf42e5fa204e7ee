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

/// Runs work of the core with the interpreter lock released. A panic, which would be a bug of ours or memory that
/// changed underneath, becomes the error `internal`.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work))).unwrap_or_else(|_| {
        Err(Error::new(Code::Internal, "the library came to a state that it excludes")
            .with_hint("if no input was changed while in use, this is a bug: please report it")
            .into())
    })
}
