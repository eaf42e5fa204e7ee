//! Rows of each table out of their cells.

use super::cell::Cells;
use super::field::{
    CHANNEL_FIELDS, ChannelField, EVENT_FIELDS, EventField, Field, MESSAGE_FIELDS, MessageField as F, NAMED_FIELDS,
    NamedField,
};
use super::history;
use crate::channel::{Channel, ChannelKind};
use crate::directory::Named;
use crate::error::Result;
use crate::event::{ContactEvent, EventKind};
use crate::message::{Direction, Facts, Message, MessageType, Source};

/// A row of a table that can be read.
pub(super) trait FromCells: Sized {
    /// The table's columns.
    fn table() -> &'static [Field];
    /// The row; errors bear the column.
    fn read(cells: &Cells<'_>) -> Result<Self>;
}

impl FromCells for Message {
    fn table() -> &'static [Field] {
        MESSAGE_FIELDS
    }

    fn read(cells: &Cells<'_>) -> Result<Self> {
        Ok(Self {
            id: cells.required_id(F::Id)?,
            sent_at: cells.required_time(F::SentAt)?,
            direction: cells.required_label(F::Direction, Direction::parse)?,
            contact: cells.required_id(F::Contact)?,
            channel: cells.id(F::Channel)?,
            source: cells.label(F::Source, Source::parse)?,
            message_type: cells.label(F::Type, MessageType::parse)?,
            subtype: cells.text(F::Subtype)?,
            user: cells.id(F::User)?,
            team: cells.id(F::Team)?,
            broadcast: cells.id(F::Broadcast)?,
            delivery: history::read(cells)?,
            content: cells.text(F::Content)?,
            facts: facts(cells)?,
        })
    }
}

/// The raw facts; none where no cell says anything.
fn facts(cells: &Cells<'_>) -> Result<Option<Box<Facts>>> {
    let facts = Facts {
        is_echo: cells.flag(F::IsEcho)?.unwrap_or_default(),
        app_id: cells.code(F::AppId)?,
        is_phone_app_echo: cells.flag(F::IsPhoneAppEcho)?.unwrap_or_default(),
        workflow: cells.id(F::Workflow)?,
        bot: cells.id(F::Bot)?,
        ai_agent: cells.id(F::AiAgent)?,
        integration: cells.text(F::Integration)?,
        is_api: cells.flag(F::IsApi)?.unwrap_or_default(),
        template_name: cells.text(F::TemplateName)?,
        message_tag: cells.text(F::MessageTag)?,
        other_type: cells.text(F::OtherType)?,
    };
    Ok((facts != Facts::default()).then(|| Box::new(facts)))
}

impl FromCells for ContactEvent {
    fn table() -> &'static [Field] {
        EVENT_FIELDS
    }

    fn read(cells: &Cells<'_>) -> Result<Self> {
        Ok(Self {
            sequence: cells.number(EventField::Sequence)?,
            kind: cells.required_label(EventField::Kind, EventKind::parse)?,
            at: cells.required_time(EventField::At)?,
            contact: cells.required_id(EventField::Contact)?,
            name: cells.text(EventField::Name)?,
            secondary: cells.id(EventField::Secondary)?,
            source: cells.label(EventField::Source, Source::parse)?,
            channel: cells.id(EventField::Channel)?,
            user: cells.id(EventField::User)?,
        })
    }
}

impl FromCells for Named {
    fn table() -> &'static [Field] {
        NAMED_FIELDS
    }

    fn read(cells: &Cells<'_>) -> Result<Self> {
        Ok(Self {
            id: cells.required_id(NamedField::Id)?,
            name: cells.text(NamedField::Name)?,
            removed: cells.flag(NamedField::Removed)?.unwrap_or_default(),
        })
    }
}

impl FromCells for Channel {
    fn table() -> &'static [Field] {
        CHANNEL_FIELDS
    }

    fn read(cells: &Cells<'_>) -> Result<Self> {
        Ok(Self {
            id: cells.required_id(ChannelField::Id)?,
            kind: cells.required_label(ChannelField::Kind, ChannelKind::parse)?,
            name: cells.text(ChannelField::Name)?,
            removed: cells.flag(ChannelField::Removed)?.unwrap_or_default(),
        })
    }
}
