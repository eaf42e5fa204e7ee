//! Errors of the core for JavaScript: as JSON, out of which the package makes an `OmnicontactError`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::Status;
use omnicontact::{Code, Error};
use serde_json::json;

/// The error as data.
#[expect(clippy::needless_pass_by_value, reason = "it goes into `map_err`")]
pub(crate) fn thrown(error: Error) -> napi::Error {
    let data = json!({
        "kind": error.kind(),
        "code": error.code().as_str(),
        "message": error.message(),
        "path": error.path(),
        "hint": error.hint(),
    });
    napi::Error::new(Status::GenericFailure, data.to_string())
}

/// Runs work of the core. A panic, which would be a bug of ours, becomes the error `internal`.
pub(crate) fn guarded<T>(work: impl FnOnce() -> omnicontact::Result<T>) -> napi::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(bug())).map_err(thrown)
}

fn bug() -> Error {
    Error::new(Code::Internal, "the library came to a state that it excludes")
        .with_hint("this is a bug: please report it")
}

/// The error of a handle that was freed.
pub(crate) fn freed(what: &str) -> Error {
    Error::new(Code::Freed, format!("the {what} was freed")).with_hint("use it before `free()`, or make a new one")
}
