//! The one error type: data, not prose. Kind, stable code, message, path into the input, hint.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What went wrong, coarsely: what a host maps to an exception class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option, filter or argument that is not allowed.
    InvalidArgument,
    /// A row, column, cell or payload that cannot be read.
    InvalidData,
    /// A state that forbids what was asked.
    Conflict,
    /// A role or restriction that forbids what was asked.
    Forbidden,
    /// Bytes of ours (partial, snapshot) that are damaged or of another version.
    Corrupt,
    /// The host asked to stop.
    Cancelled,
    /// A fault of this library, never of the input.
    Internal,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::InvalidArgument,
        Self::InvalidData,
        Self::Conflict,
        Self::Forbidden,
        Self::Corrupt,
        Self::Cancelled,
        Self::Internal,
    ];

    /// Stable snake_case label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::InvalidData => "invalid_data",
            Self::Conflict => "conflict",
            Self::Forbidden => "forbidden",
            Self::Corrupt => "corrupt",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $label:literal, $kind:ident;)*) => {
        /// Stable code of an error; the same word in every language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Stable snake_case label.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// The kind that the code belongs to.
            pub const fn kind(self) -> ErrorKind {
                match self { $(Self::$name => ErrorKind::$kind,)* }
            }
        }
    };
}

codes! {
    /// The zone name is not in the zone database (T5, D4).
    UnknownZone = "unknown_zone", InvalidArgument;
    /// The zone bytes handed in are not TZif data (T6).
    InvalidZoneData = "invalid_zone_data", InvalidArgument;
    /// A period that ends before it starts (T5).
    PeriodReversed = "period_reversed", InvalidArgument;
    /// An instant outside the years 1970 to 9999 (T5, D4).
    InstantOutOfRange = "instant_out_of_range", InvalidArgument;
    /// A time of a provider's payload that its unit puts before the year 2005 (D29).
    TimeOutOfRange = "time_out_of_range", InvalidData;
    /// A text that is no date, time or instant.
    InvalidDate = "invalid_date", InvalidArgument;
    /// A key that does not exist; the allowed ones are named.
    UnknownKey = "unknown_key", InvalidArgument;
    /// A label outside its closed set; the allowed ones are named.
    UnknownLabel = "unknown_label", InvalidArgument;
    /// A field that no contact can have, or a custom field that nobody knows (S1).
    UnknownField = "unknown_field", InvalidArgument;
    /// An operator that does not fit the type of its field (S1).
    UnfitOperator = "unfit_operator", InvalidArgument;
    /// A required option is missing.
    MissingOption = "missing_option", InvalidArgument;
    /// An option or filter of the wrong type, null or empty (D6).
    MalformedValue = "malformed_value", InvalidArgument;
    /// More buckets, columns or rows than can be asked for at once.
    TooLarge = "too_large", InvalidArgument;
    /// A cursor that this report did not give (P8).
    InvalidCursor = "invalid_cursor", InvalidArgument;
    /// Partial reports of different questions cannot be merged (P12).
    IncompatiblePartials = "incompatible_partials", InvalidArgument;
    /// A partial report whose answer depends on rows of other parts (P12).
    NotMergeable = "not_mergeable", InvalidArgument;
    /// Columns of one table differ in length.
    LengthMismatch = "length_mismatch", InvalidData;
    /// A dictionary code without an entry.
    CodeOutOfRange = "code_out_of_range", InvalidData;
    /// A required value is missing in a row.
    MissingValue = "missing_value", InvalidData;
    /// A value that cannot be read as the column's type.
    InvalidValue = "invalid_value", InvalidData;
    /// A required column is missing.
    MissingColumn = "missing_column", InvalidData;
    /// A column that nobody knows and no mapping names.
    UnknownColumn = "unknown_column", InvalidData;
    /// Two columns for the same field.
    DuplicateColumn = "duplicate_column", InvalidData;
    /// Input without any content.
    EmptyInput = "empty_input", InvalidData;
    /// Text that is not UTF-8.
    InvalidUtf8 = "invalid_utf8", InvalidData;
    /// CSV that breaks its own rules.
    MalformedCsv = "malformed_csv", InvalidData;
    /// JSON that breaks its own rules.
    MalformedJson = "malformed_json", InvalidData;
    /// A payload that no provider is known to send, or that another one sends.
    UnknownPayload = "unknown_payload", InvalidData;
    /// The host's reader failed.
    ReadFailed = "read_failed", InvalidData;
    /// A row of an import that fits several contacts (S4).
    AmbiguousMatch = "ambiguous_match", InvalidData;
    /// Merges that lead back to where they began (M5).
    MergeCycle = "merge_cycle", InvalidData;
    /// A phone that is not E.164 and cannot be made so (C2).
    InvalidPhone = "invalid_phone", InvalidData;
    /// A text that is no e-mail address (C2).
    InvalidEmail = "invalid_email", InvalidData;
    /// A language outside ISO 639-1 (C2).
    InvalidLanguage = "invalid_language", InvalidData;
    /// A country outside ISO 3166-1 alpha-2 (C2).
    InvalidCountry = "invalid_country", InvalidData;
    /// A locale that is not BCP 47 (C2).
    InvalidLocale = "invalid_locale", InvalidData;
    /// A tag that is empty or longer than 255 characters (C2).
    InvalidTag = "invalid_tag", InvalidData;
    /// A custom field's name that is empty or longer than 50 characters (C2).
    InvalidCustomField = "invalid_custom_field", InvalidData;
    /// A value that does not fit the type of its custom field (C2).
    InvalidCustomValue = "invalid_custom_value", InvalidData;
    /// A channel identity without external id, or given twice (C4).
    InvalidIdentity = "invalid_identity", InvalidData;
    /// Events that do not follow one another, or do not fit the state they are replayed on.
    InvalidEvent = "invalid_event", InvalidData;
    /// An event of another workspace (M6).
    ForeignEvent = "foreign_event", InvalidData;
    /// Some events of a command without the others: each happens as a whole or not at all.
    HalfCommand = "half_command", InvalidData;
    /// A command that is to have happened after the host's present (D34).
    ClockAhead = "clock_ahead", InvalidArgument;
    /// A module that its host has not loaded yet.
    NotReady = "not_ready", Conflict;
    /// A handle that its host freed before.
    Freed = "freed", Conflict;
    /// A command while another one runs the host's own code.
    Busy = "busy", Conflict;
    /// A month that is closed: what it counted is told by its events (N5).
    MonthClosed = "month_closed", Conflict;
    /// A custom field that has another type already, or whose values have (C2).
    CustomTypeConflict = "custom_type_conflict", Conflict;
    /// Bytes that are cut short or altered.
    Damaged = "damaged", Corrupt;
    /// Bytes written by a version that this one cannot read.
    UnsupportedVersion = "unsupported_version", Corrupt;
    /// The host asked to stop.
    Cancelled = "cancelled", Cancelled;
    /// A fault of this library.
    Internal = "internal", Internal;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where in the input, as a path of keys and positions: `messages[17].sent_at`.
///
/// # Example
/// ```
/// use omnicontact::{Code, Zone};
/// let error = Zone::new("america/guayaquil").unwrap_err();
/// assert_eq!(error.code(), Code::UnknownZone);
/// assert_eq!(error.path(), "zone");
/// assert!(error.hint().is_some());
/// ```
#[derive(Clone)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    code: Code,
    message: String,
    path: String,
    hint: Option<String>,
}

/// Result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with a message in lower case, without full stop, input in backticks.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { inner: Box::new(Inner { code, message: message.into(), path: String::new(), hint: None }) }
    }

    /// Puts `segment` before the path: a key, or a position as `[17]`.
    pub fn at(mut self, segment: impl AsRef<str>) -> Self {
        let segment = segment.as_ref();
        let path = &self.inner.path;
        self.inner.path = if path.is_empty() {
            segment.to_owned()
        } else if path.starts_with('[') {
            format!("{segment}{path}")
        } else {
            format!("{segment}.{path}")
        };
        self
    }

    /// Puts a position before the path.
    pub fn at_row(self, row: usize) -> Self {
        self.at(format!("[{row}]"))
    }

    /// Says what would be allowed, or what to do.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.inner.hint = Some(hint.into());
        self
    }

    /// Names the allowed values as the hint.
    pub fn with_allowed<'a>(self, allowed: impl IntoIterator<Item = &'a str>) -> Self {
        let list: Vec<String> = allowed.into_iter().map(|word| format!("`{word}`")).collect();
        self.with_hint(format!("allowed: {}", list.join(", ")))
    }

    /// The error for serde, whose errors are texts: code, message and hint, so that [`of_serde`](Self::of_serde) finds
    /// them again.
    pub(crate) fn into_serde<E: serde::de::Error>(self) -> E {
        let Inner { code, message, hint, .. } = *self.inner;
        match hint {
            Some(hint) => E::custom(format_args!("{code}: {message} ({hint})")),
            None => E::custom(format_args!("{code}: {message}")),
        }
    }

    /// Reads what [`into_serde`](Self::into_serde) wrote; `None` for serde's own words.
    pub(crate) fn of_serde(text: &str) -> Option<Self> {
        let (code, rest) = text.split_once(": ")?;
        let code = *Code::ALL.iter().find(|known| known.as_str() == code)?;
        let (message, hint) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
            Some((message, hint)) => (message, Some(hint.to_owned())),
            None => (rest, None),
        };
        let mut error = Self::new(code, message);
        error.inner.hint = hint;
        Some(error)
    }

    /// The same error at another place.
    pub(crate) fn relocated(mut self, path: String) -> Self {
        self.inner.path = path;
        self
    }

    /// The same error under another code.
    pub(crate) fn with_code(mut self, code: Code) -> Self {
        self.inner.code = code;
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.inner.code
    }

    /// The kind of the code.
    pub fn kind(&self) -> ErrorKind {
        self.inner.code.kind()
    }

    /// The message, without path and hint.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// Where in the input; empty when the whole input is meant.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// What would be allowed, or what to do.
    pub fn hint(&self) -> Option<&str> {
        self.inner.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.inner.path.is_empty() {
            write!(f, "{}: ", self.inner.path)?;
        }
        f.write_str(&self.inner.message)?;
        match &self.inner.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.inner.code.as_str())
            .field("path", &self.inner.path)
            .field("message", &self.inner.message)
            .field("hint", &self.inner.hint)
            .finish()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn codes_are_unique_snake_case() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()));
        }
    }

    #[test]
    fn a_path_reads_like_the_input() {
        let error = Error::new(Code::InvalidValue, "bad").at("sent_at").at_row(17).at("messages");
        assert_eq!(error.path(), "messages[17].sent_at");
        assert_eq!(error.to_string(), "messages[17].sent_at: bad");
    }
}
