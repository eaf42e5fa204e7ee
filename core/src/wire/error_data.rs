//! An error among the answers.

use serde::Serialize;

use crate::error::{Error, ErrorKind};

/// An error as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorData {
    /// The kind of the code.
    pub kind: ErrorKind,
    /// The stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Where in the input.
    pub path: String,
    /// What would be allowed, or what to do.
    pub hint: Option<String>,
}

impl From<&Error> for ErrorData {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            code: error.code().as_str(),
            message: error.message().to_owned(),
            path: error.path().to_owned(),
            hint: error.hint().map(str::to_owned),
        }
    }
}
