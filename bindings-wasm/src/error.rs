//! Errors of the core for JavaScript: as JSON, out of which the package makes an `OmnicontactError`.

use omnicontact::Error;
use serde_json::json;
use wasm_bindgen::JsValue;

/// What JavaScript gets: a value, or the error as a text.
pub(crate) type Answer<T> = Result<T, JsValue>;

/// The error as data.
#[expect(clippy::needless_pass_by_value, reason = "it goes into `map_err`")]
pub(crate) fn thrown(error: Error) -> JsValue {
    let data = json!({
        "kind": error.kind(),
        "code": error.code().as_str(),
        "message": error.message(),
        "path": error.path(),
        "hint": error.hint(),
    });
    JsValue::from_str(&data.to_string())
}

/// Runs work of the core.
pub(crate) fn guarded<T>(work: impl FnOnce() -> omnicontact::Result<T>) -> Answer<T> {
    work().map_err(thrown)
}
