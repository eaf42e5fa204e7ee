//! Operations by name: the doors for JSON values and JSON text.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::dataset::DatasetRequest;
use super::report::ReportRequest;
use super::{
    classify, contact, contact_files, counting, door, export, files, find, merge, profile, provider, report, sample,
    time, vocabulary,
};
use crate::error::{Code, Error, Result};
use crate::report::{Report, ReportKind};

/// One way in and out: JSON values or JSON text.
pub(in crate::wire) trait Door {
    type Answer;
    fn read<T: DeserializeOwned>(self) -> Result<T>;
    fn write<T: Serialize>(answer: &T) -> Result<Self::Answer>;
}

impl Door for Value {
    type Answer = Value;
    fn read<T: DeserializeOwned>(self) -> Result<T> {
        door::from_value(&self)
    }
    fn write<T: Serialize>(answer: &T) -> Result<Value> {
        serde_json::to_value(answer).map_err(|_| unwritable())
    }
}

impl Door for &RawValue {
    type Answer = String;
    fn read<T: DeserializeOwned>(self) -> Result<T> {
        door::from_text(self.get())
    }
    fn write<T: Serialize>(answer: &T) -> Result<String> {
        serde_json::to_string(answer).map_err(|_| unwritable())
    }
}

impl Door for &str {
    type Answer = String;
    fn read<T: DeserializeOwned>(self) -> Result<T> {
        door::from_text(self)
    }
    fn write<T: Serialize>(answer: &T) -> Result<String> {
        <&RawValue as Door>::write(answer)
    }
}

fn unwritable() -> Error {
    Error::new(Code::Internal, "the answer cannot be written as JSON")
}

/// Defines the operations: their names, and what each does with what is given and the options.
macro_rules! operations {
    (|$given:ident, $options:ident| $($name:literal => $answer:expr,)*) => {
        /// Names of the operations that [`call`] knows.
        pub const OPERATIONS: &[&str] = &[$($name,)*];

        fn run<D: Door>(operation: &str, $given: Option<D>, $options: D) -> Result<D::Answer> {
            match operation {
                $($name => D::write(&$answer),)*
                _ => Err(Error::new(Code::UnknownLabel, format!("unknown operation `{operation}`"))
                    .with_allowed(OPERATIONS.iter().copied())
                    .at("operation")),
            }
        }
    };
}

operations! { |given, options|
    "messages_report" => report_of(ReportKind::Messages, dataset(given)?, options.read()?)?,
    "contacts_report" => report_of(ReportKind::Contacts, dataset(given)?, options.read()?)?,
    "choices" => report::choices(&dataset(given)?.build()?, &options.read()?),
    "show_report" => {
        let data = dataset(given)?;
        let asked: export::ShowReportRequest = options.read()?;
        let report = report_of(asked.report, data, asked.options).map_err(|error| error.at("options"))?;
        export::Shown { text: export::show(&report, &asked.show).map_err(|error| error.at("show"))? }
    },
    "resolve_period" => time::resolve_period(&alone(given.is_some(), options)?)?,
    "buckets" => time::buckets(&alone(given.is_some(), options)?)?,
    "day_of" => time::day_of(&alone(given.is_some(), options)?)?,
    "start_of_day" => time::start_of_day(&alone(given.is_some(), options)?)?,
    "classify_message" => classify::classify_message(&alone(given.is_some(), options)?),
    "delivery_status" => classify::delivery_status(&alone(given.is_some(), options)?),
    "fold_messages" => classify::fold_messages(alone(given.is_some(), options)?),
    "connections" => classify::connections(&alone(given.is_some(), options)?),
    "provider_status" => classify::provider_status(&alone(given.is_some(), options)?)?,
    "read_webhooks" => provider::read_webhooks(&alone(given.is_some(), options)?)?,
    "journal" => provider::journal(alone(given.is_some(), options)?)?,
    "normalise_phone" => contact::normalise_phone(&alone(given.is_some(), options)?)?,
    "normalise_email" => contact::normalise_email(&alone(given.is_some(), options)?)?,
    "check_format" => contact::check_format(&alone(given.is_some(), options)?)?,
    "check_custom_value" => contact::check_custom_value(&alone(given.is_some(), options)?)?,
    "mint_contact_id" => contact::mint_contact_id(&alone(given.is_some(), options)?),
    "foreign_contact_id" => contact::foreign_contact_id(&alone(given.is_some(), options)?),
    "new_contact" => contact::new_contact(alone(given.is_some(), options)?)?,
    "edit_contact" => contact::edit_contact(alone(given.is_some(), options)?)?,
    "describe_contact" => contact::describe_contact(&alone(given.is_some(), options)?),
    "plan_merge" => merge::plan_merge(&alone(given.is_some(), options)?)?,
    "apply_merge" => merge::apply_merge(alone(given.is_some(), options)?)?,
    "undo_merge" => merge::undo_merge(alone(given.is_some(), options)?),
    "resolve_ids" => merge::resolve_ids(&alone(given.is_some(), options)?)?,
    "suggest_merges" => merge::suggest_merges(&alone(given.is_some(), options)?),
    "admit_units" => counting::admit_units(&alone(given.is_some(), options)?),
    "erased_events" => super::erased_events(&options.read()?)?,
    "month_usage" => counting::month_usage(&alone(given.is_some(), options)?)?,
    "month_of" => counting::month_of(&alone(given.is_some(), options)?)?,
    "schedule_reset" => counting::schedule_reset(&alone(given.is_some(), options)?)?,
    "plan_reset" => counting::plan_reset(&alone(given.is_some(), options)?)?,
    "check_access" => counting::check_access(&alone(given.is_some(), options)?),
    "import_messages" => files::import_messages(&alone(given.is_some(), options)?)?,
    "import_events" => files::import_events(&alone(given.is_some(), options)?)?,
    "import_channels" => files::import_channels(&alone(given.is_some(), options)?)?,
    "import_named" => files::import_named(&alone(given.is_some(), options)?)?,
    "select_contacts" => find::select_contacts(&people(given)?.table(), &options.read()?)?,
    "explain_segment" => find::explain_segment(&people(given)?.table(), &options.read()?)?,
    "check_segment" => find::check_segment(&alone(given.is_some(), options)?)?,
    "search_contacts" => find::search_contacts(&people(given)?.table(), &options.read()?)?,
    "contacts_page" => find::contacts_page(&people(given)?.table(), &options.read()?)?,
    "export_contacts" => find::export_contacts(&people(given)?.table(), &options.read()?)?,
    "contact_file" => contact_files::contact_file(&people(given)?.table(), &options.read()?)?,
    "contact_columns" => contact_files::contact_columns(&alone(given.is_some(), options)?)?,
    "read_contacts" => contact_files::read_contacts(&alone(given.is_some(), options)?)?,
    "profile_figures" => {
        let given: profile::ProfileOf = given.map_or_else(|| Ok(profile::ProfileOf::default()), D::read)?;
        profile::profile_figures(&given, &options.read()?)?
    },
    "judge_texts" => profile::judge_texts(&alone(given.is_some(), options)?)?,
    "sample" => sample::sample(&alone(given.is_some(), options)?)?,
    "vocabulary" => vocabulary::vocabulary(&alone(given.is_some(), options)?),
}

fn report_of(kind: ReportKind, mut data: DatasetRequest, mut request: ReportRequest) -> Result<Report> {
    request.policies.hand_over(&mut data.options);
    report::report(kind, &data.build()?, &request)
}

fn dataset<D: Door>(given: Option<D>) -> Result<DatasetRequest> {
    given.map_or_else(|| Ok(DatasetRequest::default()), D::read)
}

fn people<D: Door>(given: Option<D>) -> Result<find::FindIn> {
    given.map_or_else(|| Ok(find::FindIn::default()), D::read)
}

/// The options of an operation that reads no data.
fn alone<D: Door, T: DeserializeOwned>(given: bool, options: D) -> Result<T> {
    if given {
        return Err(Error::new(Code::UnknownKey, "the operation reads no data").at("given"));
    }
    options.read()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    operation: String,
    given: Option<Value>,
    options: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextCall<'t> {
    operation: String,
    #[serde(borrow)]
    given: Option<&'t RawValue>,
    #[serde(borrow)]
    options: &'t RawValue,
}

/// Runs an operation: `{operation, given, options}`, where `given` is a [`DatasetRequest`] and only for operations that
/// read data. See [`OPERATIONS`].
///
/// # Errors
/// `unknown_label` at `operation`, `unknown_key`, `missing_option`, `malformed_value`, and those of the operation; paths
/// start inside `given` and `options`.
#[expect(clippy::needless_pass_by_value, reason = "a request is handed over")]
pub fn call(request: Value) -> Result<Value> {
    let Call { operation, given, options } = door::from_value(&request)?;
    run(&operation, given, options)
}

/// [`call`] with JSON text.
///
/// # Errors
/// Those of [`call`]; `malformed_json`.
///
/// # Example
/// ```
/// use omnicontact::wire;
/// let request = r#"{"operation": "day_of", "options": {"zone": "Pacific/Apia", "at": "2011-12-30T10:00:00Z"}}"#;
/// assert_eq!(wire::call_text(request)?, r#"{"date":"2011-12-31"}"#);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn call_text(request: &str) -> Result<String> {
    let TextCall { operation, given, options } = door::from_borrowed_text(request)?;
    run(&operation, given, options)
}

/// Reads a request of any operation from a JSON value.
///
/// # Errors
/// `unknown_key`, `missing_option`, `malformed_value` and the like, with the path of what is wrong.
///
/// # Example
/// ```
/// use omnicontact::wire::{self, ReportRequest};
/// use serde_json::json;
/// let error = wire::read::<ReportRequest>(json!({"zone": "UTC", "now": 0, "filters": {"chanel": []}})).unwrap_err();
/// assert_eq!((error.code().as_str(), error.path()), ("unknown_key", "filters.chanel"));
/// ```
#[expect(clippy::needless_pass_by_value, reason = "a request is handed over")]
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    door::from_value(&value)
}

/// Writes an answer as JSON text.
///
/// # Errors
/// `internal`: what this library answers can be written.
///
/// # Example
/// ```
/// use omnicontact::wire;
/// let read = wire::call_text(r#"{"operation": "day_of", "options": {"zone": "UTC", "at": 0}}"#)?;
/// assert_eq!(wire::write_text(&serde_json::json!({"date": "1970-01-01"}))?, read);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn write_text<T: Serialize>(answer: &T) -> Result<String> {
    <&str as Door>::write(answer)
}

/// Reads a request of any operation from JSON text.
///
/// # Errors
/// Those of [`read`]; `malformed_json`.
///
/// # Example
/// ```
/// use omnicontact::wire::{self, ReportRequest};
/// let request: ReportRequest = wire::read_text(r#"{"zone": "UTC", "now": 0}"#)?;
/// assert!(!request.compare);
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn read_text<T: DeserializeOwned>(text: &str) -> Result<T> {
    door::from_text(text)
}
