//! The columns of every table that can be read: name, kind of value, whether it must be there.

/// A column of a table, under the name that the library uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Name of the column, and of the key in JSON.
    pub name: &'static str,
    /// What its cells hold.
    pub value: FieldValue,
    /// Whether every row needs it.
    pub required: bool,
    /// What it means, in one sentence.
    pub about: &'static str,
    /// Where JSON may hold it as well, as rows written by this library do: `facts.is_echo`.
    pub nested: Option<&'static str>,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValue {
    /// An id: a text, or an integer (see [`Ids`](crate::import::Ids)).
    Id,
    /// An instant (see [`TimeFormat`](crate::import::TimeFormat)).
    Time,
    /// A label; which ones are allowed depends on the column.
    Label,
    /// `true` or `false`, also `True`, `TRUE`, `1` and the like.
    Flag,
    /// A whole number, zero or more.
    Number,
    /// Any text.
    Text,
    /// A code as the provider gives it: a text, or in JSON also an integer.
    Code,
    /// A list in JSON, also inside a CSV cell.
    List,
}

/// Defines a table: its columns in order, and an enum of their positions.
macro_rules! fields {
    ($(#[$doc:meta])* $table:ident, $positions:ident {
        $($name:literal $position:ident $value:ident $(($required:ident))? $(in $group:literal)?: $about:literal;)*
    }) => {
        $(#[$doc])*
        pub static $table: &[Field] = &[$(Field {
            name: $name,
            value: FieldValue::$value,
            required: fields!(@required $($required)?),
            about: $about,
            nested: fields!(@nested $name $($group)?),
        },)*];
        #[derive(Clone, Copy)]
        pub(super) enum $positions { $($position,)* }
        impl From<$positions> for usize {
            fn from(position: $positions) -> usize { position as usize }
        }
    };
    (@required required) => { true };
    (@required) => { false };
    (@nested $name:literal $group:literal) => { Some(concat!($group, ".", $name)) };
    (@nested $name:literal) => { None };
}

fields! {
    /// Columns of a table of messages.
    MESSAGE_FIELDS, MessageField {
        "id" Id Id (required): "id of the message; a later row with the same id updates the earlier one";
        "sent_at" SentAt Time (required): "when it was sent or received";
        "direction" Direction Label (required): "`incoming` or `outgoing`";
        "contact" Contact Id (required): "id of the contact that owned the identity when it happened";
        "channel" Channel Id: "id of the channel it went through";
        "source" Source Label: "source of the message, any text; else it follows from the raw facts";
        "type" Type Label: "type of the message, any text; else it follows from the raw facts";
        "subtype" Subtype Text: "template name or message tag; else it follows from the raw facts";
        "user" User Id: "id of the user who sent it";
        "team" Team Id: "id of the user's team when sending";
        "broadcast" Broadcast Id: "id of the broadcast it belongs to";
        "status" Status Label: "current delivery status: `pending`, `sent`, `delivered`, `read` or `failed`";
        "accepted_at" AcceptedAt Time: "when the provider accepted it";
        "delivered_at" DeliveredAt Time: "when it arrived on the contact's device";
        "read_at" ReadAt Time: "when the contact read it";
        "failed_at" FailedAt Time: "when it was refused or found undeliverable";
        "error_code" ErrorCode Code: "the provider's error code, as it came";
        "error" Error Text: "the provider's error text";
        "delivery" Delivery List: "the whole delivery history as JSON, instead of the columns from `status` to `error`";
        "content" Content Text: "text shown in logs";
        "is_echo" IsEcho Flag in "facts": "the provider calls the message an echo";
        "app_id" AppId Code in "facts": "app id on the echo";
        "is_phone_app_echo" IsPhoneAppEcho Flag in "facts": "echo of the phone app that shares the number";
        "workflow" Workflow Id in "facts": "workflow that sent it";
        "bot" Bot Id in "facts": "bot that sent it";
        "ai_agent" AiAgent Id in "facts": "AI agent that sent it";
        "integration" Integration Text in "facts": "integration that sent it, such as `zapier`";
        "is_api" IsApi Flag in "facts": "sent through the developer API";
        "template_name" TemplateName Text in "facts": "name of the template used";
        "message_tag" MessageTag Text in "facts": "message tag, as it came";
        "other_type" OtherType Text in "facts": "a kind outside sessions, tags and templates, such as `call`";
    }
}

fields! {
    /// Columns of a table of contact events.
    EVENT_FIELDS, EventField {
        "sequence" Sequence Number: "position in the log, which orders events at the same instant";
        "kind" Kind Label (required): "`added`, `connected`, `deleted`, `merged`, `unmerged` or `refused`";
        "at" At Time (required): "when it happened";
        "contact" Contact Id (required): "id of the contact; for merged and unmerged the primary";
        "name" Name Text: "name of the contact at the event";
        "secondary" Secondary Id: "id of the secondary contact of merged and unmerged";
        "source" Source Label: "where the event came from, any text";
        "channel" Channel Id: "id of the channel";
        "user" User Id: "id of the user";
    }
}

fields! {
    /// Columns of a list of contacts, users, teams or broadcasts.
    NAMED_FIELDS, NamedField {
        "id" Id Id (required): "the id that rows use";
        "name" Name Text: "the shown name; the id stands in where there is none";
        "removed" Removed Flag: "whether it was removed; missing means no";
    }
}

fields! {
    /// Columns of a list of channels.
    CHANNEL_FIELDS, ChannelField {
        "id" Id Id (required): "the id that rows use";
        "kind" Kind Label (required): "kind of the channel, any text, such as `whatsapp_cloud`";
        "name" Name Text: "the shown name; the id stands in where there is none";
        "removed" Removed Flag: "whether it was removed; missing means no";
    }
}
