//! Fields of all contacts as dense columns, built when somebody first asks for one.

use std::borrow::Cow;

use chrono::Datelike;

use super::check::{NO_DAY, NO_INSTANT, NO_MINUTE};
use super::field::{ContactField, FieldType};
use super::words::{MISSING, WordList, Words, id_word};
use crate::channel::Channel;
use crate::contact::{Assignee, Contact, CustomType, CustomValue, SubscriptionStatus};
use crate::id::ForeignId;
use crate::time::Instant;

/// A field of all contacts, one value a row.
#[derive(Debug, Clone)]
pub(super) enum Column {
    /// One text or id a row, or the entry of a missing one.
    One { codes: Codes, words: Words },
    /// Any number of texts or ids a row: those of row `r` are `codes[starts[r]..starts[r + 1]]`.
    Many { starts: Vec<u32>, codes: Vec<u32>, bits: Option<Vec<u64>>, words: Words },
    /// Numbers; NaN where missing.
    Numbers(Vec<f64>),
    /// 0 false, 1 true, 2 missing.
    Flags(Vec<u8>),
    /// Epoch milliseconds.
    Instants(Vec<i64>),
    /// Days of the common era.
    Days(Vec<i32>),
    /// Minutes of the day.
    Minutes(Vec<u16>),
}

/// Codes as narrow as they fit.
#[derive(Debug, Clone)]
pub(super) enum Codes {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Codes {
    #[expect(clippy::cast_possible_truncation, reason = "the last code fits, by the match")]
    pub(super) fn narrow(codes: Vec<u32>, last: usize) -> Self {
        match last {
            0..=0xFF => Self::U8(codes.into_iter().map(|code| code as u8).collect()),
            0x100..=0xFFFF => Self::U16(codes.into_iter().map(|code| code as u16).collect()),
            _ => Self::U32(codes),
        }
    }

    pub(super) fn get(&self, row: usize) -> usize {
        match self {
            Self::U8(codes) => codes[row].into(),
            Self::U16(codes) => codes[row].into(),
            Self::U32(codes) => codes[row] as usize,
        }
    }
}

/// The most entries for which a row's values are also kept as bits.
pub(super) const BITS: usize = 64;

impl Column {
    /// The entries of a row, for columns of texts and ids.
    pub(super) fn entries(&self, row: usize) -> impl Iterator<Item = usize> {
        let (one, many): (Option<usize>, &[u32]) = match self {
            Self::One { codes, .. } => (Some(codes.get(row)).filter(|code| *code != MISSING as usize), &[]),
            Self::Many { starts, codes, .. } => (None, &codes[starts[row] as usize..starts[row + 1] as usize]),
            _ => (None, &[]),
        };
        one.into_iter().chain(many.iter().map(|code| *code as usize))
    }

    /// The texts or ids, where it is a column of such.
    pub(super) fn words(&self) -> Option<&Words> {
        match self {
            Self::One { words, .. } | Self::Many { words, .. } => Some(words),
            _ => None,
        }
    }

    /// Whether a row has a value.
    pub(super) fn has(&self, row: usize) -> bool {
        match self {
            Self::One { .. } | Self::Many { .. } => self.entries(row).next().is_some(),
            Self::Numbers(values) => !values[row].is_nan(),
            Self::Flags(values) => values[row] < 2,
            Self::Instants(values) => values[row] != NO_INSTANT,
            Self::Days(values) => values[row] != NO_DAY,
            Self::Minutes(values) => values[row] != NO_MINUTE,
        }
    }

    /// The column of a field.
    pub(super) fn of(field: ContactField, contacts: &[&Contact], channels: &[Channel]) -> Self {
        use ContactField as F;
        match field {
            F::Phones => many(contacts, false, |contact, add| {
                contact.phones.iter().for_each(|phone| add(phone.as_str().into()));
            }),
            F::Emails => many(contacts, false, |contact, add| {
                contact.emails.iter().for_each(|email| add(email.as_str().into()));
            }),
            F::Tags => many(contacts, false, |contact, add| contact.tags.iter().for_each(|tag| add((&**tag).into()))),
            F::Lists => {
                many(contacts, false, |contact, add| contact.lists.iter().for_each(|list| add((&**list).into())))
            }
            F::Identities => many(contacts, false, |contact, add| {
                contact.identities.iter().for_each(|identity| add(identity.external().into()));
            }),
            F::Channels => many(contacts, true, |contact, add| {
                contact.identities.iter().for_each(|identity| add(id_word(&identity.channel).into()));
            }),
            F::ChannelKinds => many(contacts, false, |contact, add| {
                for identity in &contact.identities {
                    if let Some(channel) = channels.iter().find(|channel| channel.id == identity.channel) {
                        add(channel.kind.as_str().into());
                    }
                }
            }),
            F::ConnectedChannels => many(contacts, true, |contact, add| {
                contact.connections.iter().for_each(|connection| add(id_word(&connection.channel).into()));
            }),
            F::Unsubscribed => many(contacts, true, |contact, add| {
                let gone =
                    contact.subscriptions.iter().filter(|entry| entry.status == SubscriptionStatus::Unsubscribed);
                gone.for_each(|entry| add(id_word(&entry.channel).into()));
            }),
            F::ForeignKeys => many(contacts, true, |contact, add| {
                for key in &contact.foreign_keys {
                    add(id_word(&format!("{}:{}", key.system, key.key).into()).into());
                }
            }),
            F::Blocked => Self::Flags(contacts.iter().map(|contact| u8::from(contact.blocked)).collect()),
            field if matches!(field.field_type(), FieldType::Instant | FieldType::Duration) => {
                let at = |contact: &&Contact| field.instant(contact).map_or(NO_INSTANT, Instant::as_millis);
                Self::Instants(contacts.iter().map(at).collect())
            }
            field if field.field_type() == FieldType::Id => {
                one(contacts, true, |contact| field.id(contact).map(|id| id_word(&id).into()))
            }
            field => one(contacts, false, |contact| field.text(contact)),
        }
    }

    /// The column of a custom field of a type; values of other types are read as theirs where they can be.
    pub(super) fn custom(name: &str, kind: CustomType, contacts: &[&Contact]) -> Self {
        let value = |contact: &Contact| {
            let value = contact.custom.get(name)?;
            if FieldType::from(value.kind()) == FieldType::from(kind) {
                return Some(value.clone());
            }
            CustomValue::parse(kind, &value.to_text()).ok()
        };
        match FieldType::from(kind) {
            FieldType::Flag => Self::Flags(each(contacts, |contact| match value(contact) {
                Some(CustomValue::Checkbox(flag)) => u8::from(flag),
                _ => 2,
            })),
            FieldType::Number => Self::Numbers(each(contacts, |contact| match value(contact) {
                Some(CustomValue::Number(number)) => number.get(),
                _ => f64::NAN,
            })),
            FieldType::Date => Self::Days(each(contacts, |contact| match value(contact) {
                Some(CustomValue::Date(date)) => date.num_days_from_ce(),
                _ => NO_DAY,
            })),
            FieldType::Time => Self::Minutes(each(contacts, |contact| match value(contact) {
                Some(CustomValue::Time(minute)) => minute.of_day(),
                _ => NO_MINUTE,
            })),
            _ => one(contacts, false, |contact| match contact.custom.get(name)? {
                CustomValue::Text(text) | CustomValue::List(text) => Some(Cow::Borrowed(&**text)),
                CustomValue::Email(email) => Some(Cow::Borrowed(email.as_str())),
                CustomValue::Url(url) => Some(Cow::Borrowed(url.as_str())),
                other => Some(Cow::Owned(other.to_text())),
            }),
        }
    }
}

fn each<T>(contacts: &[&Contact], value: impl Fn(&Contact) -> T) -> Vec<T> {
    contacts.iter().map(|contact| value(contact)).collect()
}

fn one<'c>(contacts: &[&'c Contact], ids: bool, value: impl Fn(&'c Contact) -> Option<Cow<'c, str>>) -> Column {
    let mut list = WordList::default();
    let codes: Vec<u32> = contacts
        .iter()
        .map(|contact| match value(contact).filter(|text| !text.trim().is_empty()) {
            Some(text) => list.code(text),
            None => MISSING,
        })
        .collect();
    let words = list.finish(ids);
    Column::One { codes: Codes::narrow(codes, words.len() - 1), words }
}

fn many<'c>(contacts: &[&'c Contact], ids: bool, values: impl Fn(&'c Contact, &mut dyn FnMut(Cow<'c, str>))) -> Column {
    let mut list = WordList::default();
    let mut starts = Vec::with_capacity(contacts.len() + 1);
    let mut codes: Vec<u32> = Vec::new();
    starts.push(0);
    for contact in contacts {
        let from = codes.len();
        values(contact, &mut |text| {
            let code = list.code(text);
            if !codes[from..].contains(&code) {
                codes.push(code);
            }
        });
        starts.push(u32::try_from(codes.len()).unwrap_or(u32::MAX));
    }
    let words = list.finish(ids);
    let bits = (words.len() <= BITS).then(|| {
        let row =
            |pair: &[u32]| codes[pair[0] as usize..pair[1] as usize].iter().fold(0, |bits, code| bits | 1 << code);
        starts.windows(2).map(row).collect()
    });
    Column::Many { starts, codes, bits, words }
}

/// The names of contacts that have one; what stands in for a name is none.
pub(super) fn names(contacts: &[&Contact]) -> Column {
    one(contacts, false, name)
}

/// The name of a contact, or its first and last name.
pub(super) fn name(contact: &Contact) -> Option<Cow<'_, str>> {
    let filled = |text: &Option<Box<str>>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let named = filled(&contact.name) || filled(&contact.first_name) || filled(&contact.last_name);
    named.then(|| contact.shown_name())
}

impl ContactField {
    /// The instant of a field of points in time; for a length of time the instant that it counts from.
    pub fn instant(self, contact: &Contact) -> Option<Instant> {
        match self {
            ContactField::CreatedAt => Some(contact.created_at),
            ContactField::LastInteraction => contact.last_interaction.as_ref().map(|last| last.at),
            ContactField::LastIncoming | ContactField::SinceLastIncoming => contact.last_incoming,
            ContactField::LastOutgoing => contact.last_outgoing,
            ContactField::ConversationOpenedAt => {
                contact.conversation.as_ref().filter(|conversation| conversation.is_open()).map(|open| open.opened_at)
            }
            ContactField::ConversationClosedAt => contact.conversation.as_ref().and_then(|last| last.closed_at),
            _ => None,
        }
    }

    /// The id of a field of ids.
    pub fn id(self, contact: &Contact) -> Option<ForeignId> {
        match self {
            ContactField::Id => Some(contact.id.into()),
            ContactField::LastChannel => contact.last_channel().cloned(),
            ContactField::OriginChannel => contact.origin.channel.clone(),
            ContactField::OriginUser => contact.origin.user.clone(),
            _ => match (self, contact.assignee.as_ref()?) {
                (ContactField::Assignee | ContactField::AssignedUser, Assignee::User(id))
                | (ContactField::Assignee | ContactField::AssignedTeam, Assignee::Team(id)) => Some(id.clone()),
                _ => None,
            },
        }
    }

    /// The text of a field of texts that holds one.
    pub fn text(self, contact: &Contact) -> Option<Cow<'_, str>> {
        use ContactField as F;
        let text = match self {
            F::ShownName => return Some(contact.shown_name()),
            F::ConversationStatus => {
                return Some(if contact.conversation.as_ref()?.is_open() { "open" } else { "closed" }.into());
            }
            F::Origin => return Some(contact.origin.source.as_str().into()),
            F::Name => &contact.name,
            F::FirstName => &contact.first_name,
            F::LastName => &contact.last_name,
            F::Language => &contact.language,
            F::Country => &contact.country,
            F::Locale => &contact.locale,
            F::Picture => &contact.picture,
            F::Company => &contact.company,
            F::Department => &contact.department,
            F::Lifecycle => &contact.lifecycle,
            F::CloseReason => &contact.conversation.as_ref()?.reason,
            F::OriginName => &contact.origin.name,
            F::OriginDetail => &contact.origin.detail,
            _ => return None,
        };
        text.as_deref().map(Cow::Borrowed)
    }
}
