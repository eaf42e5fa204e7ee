//! What counts as missing: null, and an empty text, id or label (D13).

use crate::id::ForeignId;
use crate::message::{MessageType, Source};

pub(super) fn text(value: Option<&str>) -> Option<&str> {
    value.filter(|text| !text.is_empty())
}

pub(super) fn id(value: Option<&ForeignId>) -> Option<&ForeignId> {
    value.filter(|id| is_id(id))
}

pub(super) fn is_id(id: &ForeignId) -> bool {
    !matches!(id, ForeignId::Text(text) if text.is_empty())
}

pub(super) fn source(value: Option<&Source>) -> Option<&Source> {
    value.filter(|source| !source.as_str().is_empty())
}

pub(super) fn message_type(value: Option<&MessageType>) -> Option<&MessageType> {
    value.filter(|message_type| !message_type.as_str().is_empty())
}
