//! Samples as CSV files: written, and the ones that ship.

use std::borrow::Cow;
use std::io::Write;

use super::Workspace;
use crate::channel::Channel;
use crate::directory::Named;
use crate::error::{Code, Error, Result};
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::import::{CHANNEL_FIELDS, EVENT_FIELDS, Field, MESSAGE_FIELDS, NAMED_FIELDS};
use crate::message::{Message, Status, StatusUpdate};
use crate::time::Instant;

/// Names of the files of a workspace.
pub static FILE_NAMES: [&str; 7] =
    ["messages.csv", "events.csv", "contacts.csv", "channels.csv", "users.csv", "teams.csv", "broadcasts.csv"];

/// The sample that ships, as (name, CSV); made with the options' defaults.
///
/// # Example
/// ```
/// use omnicontact::sample;
/// let names: Vec<&str> = sample::files().iter().map(|(name, _)| *name).collect();
/// assert_eq!(names, sample::FILE_NAMES);
/// ```
pub fn files() -> &'static [(&'static str, &'static str)] {
    static FILES: [(&str, &str); 7] = [
        (FILE_NAMES[0], include_str!("../../sample/messages.csv")),
        (FILE_NAMES[1], include_str!("../../sample/events.csv")),
        (FILE_NAMES[2], include_str!("../../sample/contacts.csv")),
        (FILE_NAMES[3], include_str!("../../sample/channels.csv")),
        (FILE_NAMES[4], include_str!("../../sample/users.csv")),
        (FILE_NAMES[5], include_str!("../../sample/teams.csv")),
        (FILE_NAMES[6], include_str!("../../sample/broadcasts.csv")),
    ];
    &FILES
}

type Cell<'a> = Option<Cow<'a, str>>;

impl Workspace {
    /// Writes one of the [`FILE_NAMES`] as CSV that [`import`](crate::import) reads back exactly (with
    /// [`Ids::Integer`](crate::import::Ids), as ids of contacts, messages and users are integers).
    ///
    /// # Errors
    /// `unknown_label` for another name; `read_failed` if the writer fails.
    ///
    /// # Example
    /// ```
    /// use omnicontact::import::{self, Ids, ImportOptions};
    /// use omnicontact::sample::{SampleOptions, Workspace};
    /// let workspace = Workspace::generate(&SampleOptions::default().messages(100).contacts(30).days(10))?;
    /// let mut file = Vec::new();
    /// workspace.write_file("messages.csv", &mut file)?;
    /// let read = import::messages(file.as_slice(), &ImportOptions::default().ids(Ids::Integer))?;
    /// assert_eq!(read.rows, workspace.messages);
    /// # Ok::<(), omnicontact::Error>(())
    /// ```
    pub fn write_file(&self, name: &str, writer: impl Write) -> Result<()> {
        let names = &self.directory;
        match name {
            "messages.csv" => write(writer, MESSAGE_FIELDS, &self.messages, message_cell),
            "events.csv" => write(writer, EVENT_FIELDS, &self.events, event_cell),
            "contacts.csv" => write(writer, NAMED_FIELDS, &names.contacts, named_cell),
            "channels.csv" => write(writer, CHANNEL_FIELDS, &names.channels, channel_cell),
            "users.csv" => write(writer, NAMED_FIELDS, &names.users, named_cell),
            "teams.csv" => write(writer, NAMED_FIELDS, &names.teams, named_cell),
            "broadcasts.csv" => write(writer, NAMED_FIELDS, &names.broadcasts, named_cell),
            other => {
                let fault = Error::new(Code::UnknownLabel, format!("unknown file `{other}`"));
                Err(fault.with_allowed(FILE_NAMES).at("name"))
            }
        }
    }
}

fn write<T>(writer: impl Write, fields: &[Field], rows: &[T], cell: for<'r> fn(&'r T, &str) -> Cell<'r>) -> Result<()> {
    let failed =
        |failure: &dyn std::fmt::Display| Error::new(Code::ReadFailed, format!("the writer failed: {failure}"));
    let mut writer = csv::Writer::from_writer(writer);
    writer.write_record(fields.iter().map(|field| field.name)).map_err(|failure| failed(&failure))?;
    for row in rows {
        for field in fields {
            let cell = cell(row, field.name);
            writer.write_field(cell.as_deref().unwrap_or_default()).map_err(|failure| failed(&failure))?;
        }
        writer.write_record(None::<&[u8]>).map_err(|failure| failed(&failure))?;
    }
    writer.flush().map_err(|failure| failed(&failure))
}

fn id(id: &ForeignId) -> Cow<'_, str> {
    id.to_text()
}

fn time<'r>(at: Instant) -> Cow<'r, str> {
    at.to_string().into()
}

fn flag<'r>(flag: bool) -> Cell<'r> {
    flag.then_some("true".into())
}

fn named_cell<'r>(named: &'r Named, field: &str) -> Cell<'r> {
    match field {
        "id" => Some(id(&named.id)),
        "name" => named.name.as_deref().map(Cow::from),
        "removed" => flag(named.removed),
        _ => None,
    }
}

fn channel_cell<'r>(channel: &'r Channel, field: &str) -> Cell<'r> {
    match field {
        "id" => Some(id(&channel.id)),
        "kind" => Some(channel.kind.as_str().into()),
        "name" => channel.name.as_deref().map(Cow::from),
        "removed" => flag(channel.removed),
        _ => None,
    }
}

fn event_cell<'r>(event: &'r ContactEvent, field: &str) -> Cell<'r> {
    match field {
        "sequence" => event.sequence.map(|sequence| sequence.to_string().into()),
        "kind" => Some(event.kind.as_str().into()),
        "at" => Some(time(event.at)),
        "contact" => Some(id(&event.contact)),
        "name" => event.name.as_deref().map(Cow::from),
        "secondary" => event.secondary.as_ref().map(id),
        "source" => event.source.as_ref().map(|source| source.as_str().into()),
        "channel" => event.channel.as_ref().map(id),
        "user" => event.user.as_ref().map(id),
        _ => None,
    }
}

fn message_cell<'r>(message: &'r Message, field: &str) -> Cell<'r> {
    let facts = message.facts.as_deref();
    match field {
        "id" => Some(id(&message.id)),
        "sent_at" => Some(time(message.sent_at)),
        "direction" => Some(message.direction.as_str().into()),
        "contact" => Some(id(&message.contact)),
        "channel" => message.channel.as_ref().map(id),
        "source" => message.source.as_ref().map(|source| source.as_str().into()),
        "type" => message.message_type.as_ref().map(|kind| kind.as_str().into()),
        "subtype" => message.subtype.as_deref().map(Cow::from),
        "user" => message.user.as_ref().map(id),
        "team" => message.team.as_ref().map(id),
        "broadcast" => message.broadcast.as_ref().map(id),
        "content" => message.content.as_deref().map(Cow::from),
        "is_echo" => flag(facts?.is_echo),
        "app_id" => facts?.app_id.as_deref().map(Cow::from),
        "is_phone_app_echo" => flag(facts?.is_phone_app_echo),
        "workflow" => facts?.workflow.as_ref().map(id),
        "bot" => facts?.bot.as_ref().map(id),
        "ai_agent" => facts?.ai_agent.as_ref().map(id),
        "integration" => facts?.integration.as_deref().map(Cow::from),
        "is_api" => flag(facts?.is_api),
        "template_name" => facts?.template_name.as_deref().map(Cow::from),
        "message_tag" => facts?.message_tag.as_deref().map(Cow::from),
        "other_type" => facts?.other_type.as_deref().map(Cow::from),
        _ => history_cell(message.delivery.as_deref()?, field),
    }
}

/// A history in columns of times if it fits there, else whole as JSON.
fn history_cell<'r>(history: &'r [StatusUpdate], field: &str) -> Cell<'r> {
    let Some(status) = status_of_columns(history) else {
        return (field == "delivery").then(|| serde_json::to_string(history).ok().map(Cow::from)).flatten();
    };
    let at = |status| history.iter().find(|entry| entry.status == status)?.at.map(time);
    match field {
        "status" => Some(status.as_str().into()),
        "accepted_at" => at(Status::Sent),
        "delivered_at" => at(Status::Delivered),
        "read_at" => at(Status::Read),
        "failed_at" => at(Status::Failed),
        "error_code" => history.iter().find_map(|entry| entry.error_code.as_deref()).map(Cow::from),
        "error" => history.iter().find_map(|entry| entry.error.as_deref()).map(Cow::from),
        _ => None,
    }
}

/// The status to write beside the times, if the columns hold the history exactly: one entry a status in their order,
/// at most one of them without a time, errors with the failure only.
fn status_of_columns(history: &[StatusUpdate]) -> Option<Status> {
    let ordered = history.is_sorted_by(|a, b| a.status < b.status);
    let timed = |entry: &StatusUpdate| entry.at.is_some();
    let fits = |entry: &StatusUpdate| {
        let errors = [&entry.error_code, &entry.error];
        (entry.status != Status::Pending || !timed(entry))
            && (entry.status == Status::Failed || errors.iter().all(|error| error.is_none()))
            && errors.into_iter().flatten().all(|error| !error.is_empty())
    };
    if !ordered || !history.iter().all(fits) {
        return None;
    }
    let mut untimed = history.iter().filter(|entry| !timed(entry));
    match (untimed.next(), untimed.next()) {
        (Some(entry), None) => Some(entry.status),
        (None, _) => history.iter().map(|entry| entry.status).max_by_key(|status| status.rank()),
        _ => None,
    }
}
