//! Contacts as a table: chosen columns of chosen rows (S3, S4).

use super::table::{Table, TableColumn, Values};
use crate::channel::Channel;
use crate::contact::{Contact, CustomValue, SubscriptionStatus};
use crate::id::ForeignId;
use crate::label::{Locale, word};
use crate::report::Entry;
use crate::segment::{ContactField, ContactTable, FieldRef, FieldType};
use crate::time::Instant;

/// What stands between the values of a cell that holds several.
pub const LIST_SEPARATOR: char = ';';

/// Columns of rows of contacts, under their stable names, with titles in a language.
///
/// Fields of several values are one text: `;` between the values, `\` before a `;` or `\` within one. Identities are
/// written `channel:external`. Channels and sources have their name or word beside the key. The time since the last
/// incoming message is in whole hours.
///
/// # Example
/// ```
/// use omnicontact::export::{Values, contact_table};
/// use omnicontact::segment::{ContactField, ContactTable};
/// use omnicontact::{Contact, ContactId, Instant, Locale, Origin, Source};
/// let at = Instant::parse("2026-07-01T12:00:00Z")?;
/// let mut ana = Contact::new(ContactId::mint(at, [1; 10]), at, Origin::new(Source::User));
/// ana.name = Some("Ana".into());
/// ana.tags = vec!["vip".into(), "a;b".into()];
/// let contacts = [ana];
/// let table = ContactTable::new(&contacts);
/// let columns = [ContactField::ShownName.into(), ContactField::Tags.into()];
/// let shown = contact_table(&table, &[0], &columns, Locale::Es, at);
/// assert_eq!(shown.columns[0].title, "Nombre");
/// assert_eq!(shown.column("tags"), Some(&Values::Text(vec![Some(r"vip;a\;b".to_owned())])));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn contact_table(
    table: &ContactTable<'_>,
    rows: &[usize],
    columns: &[FieldRef],
    locale: Locale,
    now: Instant,
) -> Table {
    let contacts: Vec<&Contact> = rows.iter().filter_map(|row| table.contact(*row)).collect();
    let column = |field: &FieldRef| {
        let values = match field {
            FieldRef::Own(own) => own_values(*own, &contacts, table.channels(), locale, now),
            FieldRef::Custom(name) => {
                let kind = table.custom_fields().get(name).copied();
                custom_values(name, kind.map_or(FieldType::Text, FieldType::from), &contacts)
            }
        };
        TableColumn::new(field.to_string(), contact_title(field, locale), values)
    };
    Table { columns: columns.iter().map(column).collect() }
}

/// The title of a column of contacts in a language; the name of a custom field.
pub fn contact_title(field: &FieldRef, locale: Locale) -> String {
    match field {
        FieldRef::Own(own) => word(&format!("contact_field.{own}"), locale).unwrap_or(own.as_str()).to_owned(),
        FieldRef::Custom(name) => name.to_string(),
    }
}

fn own_values(
    field: ContactField,
    contacts: &[&Contact],
    channels: &[Channel],
    locale: Locale,
    now: Instant,
) -> Values {
    use ContactField as F;
    let texts = |value: &dyn Fn(&Contact) -> Option<String>| Values::Text(contacts.iter().map(|c| value(c)).collect());
    match field {
        F::Phones => texts(&|contact| list(contact.phones.iter().map(|phone| phone.as_str().to_owned()))),
        F::Emails => texts(&|contact| list(contact.emails.iter().map(|email| email.as_str().to_owned()))),
        F::Tags => texts(&|contact| list(contact.tags.iter().map(ToString::to_string))),
        F::Lists => texts(&|contact| list(contact.lists.iter().map(ToString::to_string))),
        F::Identities => texts(&|contact| {
            list(contact.identities.iter().map(|identity| {
                let channel = identity.channel.to_text().replace('\\', "\\\\").replace(':', "\\:");
                format!("{channel}:{}", identity.external())
            }))
        }),
        F::ForeignKeys => {
            texts(&|contact| list(contact.foreign_keys.iter().map(|key| format!("{}:{}", key.system, key.key))))
        }
        F::Channels => texts(&|contact| {
            let mut ids: Vec<&ForeignId> = Vec::new();
            for identity in &contact.identities {
                if !ids.contains(&&identity.channel) {
                    ids.push(&identity.channel);
                }
            }
            list(ids.into_iter().map(|id| channel_name(id, channels)))
        }),
        F::ConnectedChannels => texts(&|contact| {
            list(contact.connections.iter().map(|connection| channel_name(&connection.channel, channels)))
        }),
        F::Unsubscribed => texts(&|contact| {
            let gone = contact.subscriptions.iter().filter(|entry| entry.status == SubscriptionStatus::Unsubscribed);
            list(gone.map(|entry| entry.channel.to_text().into_owned()))
        }),
        F::ChannelKinds => texts(&|contact| {
            let mut kinds: Vec<String> = Vec::new();
            for identity in &contact.identities {
                let channel = channels.iter().find(|channel| channel.id == identity.channel);
                if let Some(kind) = channel.map(|channel| channel.kind.to_string())
                    && !kinds.contains(&kind)
                {
                    kinds.push(kind);
                }
            }
            list(kinds.into_iter())
        }),
        F::Blocked => Values::Bool(contacts.iter().map(|contact| Some(contact.blocked)).collect()),
        F::SinceLastIncoming => {
            let hours = |at: Instant| (now.as_millis() - at.as_millis()).max(0) / 3_600_000;
            Values::Int(contacts.iter().map(|contact| contact.last_incoming.map(hours)).collect())
        }
        F::LastChannel | F::OriginChannel => {
            let id = |contact: &&Contact| field.id(contact);
            category(contacts.iter().map(id), |id| channel_label(id, channels))
        }
        F::Origin => {
            let key = |contact: &&Contact| ForeignId::text(contact.origin.source.as_str()).ok();
            category(contacts.iter().map(key), |key| word(&format!("source.{key}"), locale).map(str::to_owned))
        }
        _ => match field.field_type() {
            FieldType::Instant => {
                Values::Time(contacts.iter().map(|contact| field.instant(contact).map(Instant::as_millis)).collect())
            }
            FieldType::Id => Values::Id(contacts.iter().map(|contact| field.id(contact)).collect()),
            _ => Values::Text(contacts.iter().map(|contact| field.text(contact).map(Into::into)).collect()),
        },
    }
}

fn custom_values(name: &str, field_type: FieldType, contacts: &[&Contact]) -> Values {
    let values = contacts.iter().map(|contact| contact.custom.get(name));
    match field_type {
        FieldType::Number => Values::Float(
            values
                .map(|value| if let Some(CustomValue::Number(number)) = value { Some(number.get()) } else { None })
                .collect(),
        ),
        FieldType::Flag => Values::Bool(
            values
                .map(|value| if let Some(CustomValue::Checkbox(flag)) = value { Some(*flag) } else { None })
                .collect(),
        ),
        _ => Values::Text(values.map(|value| value.map(CustomValue::to_text)).collect()),
    }
}

/// The values of a cell as one text; none where there are none.
fn list(values: impl Iterator<Item = String>) -> Option<String> {
    let mut cell = String::new();
    let mut any = false;
    for value in values {
        if any {
            cell.push(LIST_SEPARATOR);
        }
        any = true;
        for c in value.chars() {
            if c == LIST_SEPARATOR || c == '\\' {
                cell.push('\\');
            }
            cell.push(c);
        }
    }
    any.then_some(cell)
}

fn channel_label(id: &ForeignId, channels: &[Channel]) -> Option<String> {
    channels.iter().find(|channel| channel.id == *id).and_then(|channel| channel.name.clone())
}

fn channel_name(id: &ForeignId, channels: &[Channel]) -> String {
    channel_label(id, channels).unwrap_or_else(|| id.to_text().into_owned())
}

fn category(keys: impl Iterator<Item = Option<ForeignId>>, label: impl Fn(&ForeignId) -> Option<String>) -> Values {
    let mut places: std::collections::HashMap<ForeignId, u32> = std::collections::HashMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    let codes = keys
        .map(|key| {
            let key = key?;
            Some(*places.entry(key).or_insert_with_key(|key| {
                entries.push(Entry { key: key.clone(), label: label(key) });
                u32::try_from(entries.len() - 1).unwrap_or(u32::MAX)
            }))
        })
        .collect();
    Values::Category { codes, entries }
}
