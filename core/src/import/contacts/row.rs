//! A row of a file as what is known of a contact.

use super::mapping::{MappedColumn, Target};
use super::options::ContactImportOptions;
use crate::contact::{
    Assignee, ContactId, CustomType, CustomValue, ForeignKey, Identity, Profile, Subscription, SubscriptionStatus,
};
use crate::error::{Code, Error, Result};
use crate::export::csv::original;
use crate::id::ForeignId;
use crate::import::Ids;
use crate::letters;
use crate::segment::{ContactField, CustomTypes, FieldRef};

/// A row that was read: not checked against the formats yet.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ContactRow {
    /// Place among the rows, from 1; the header is none.
    pub row: u64,
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// The contact's id, if the file has one.
    pub id: Option<ContactId>,
    /// What the row says.
    pub profile: Profile,
    /// Whether it says that the contact is blocked, or is not.
    pub blocked: Option<bool>,
}

/// What is needed to read cells.
pub(super) struct Reading<'r> {
    pub(super) columns: &'r [MappedColumn],
    pub(super) options: &'r ContactImportOptions,
    /// Types of custom fields.
    pub(super) custom: &'r CustomTypes,
    /// Ids of known channels.
    pub(super) channels: &'r [ForeignId],
}

impl Reading<'_> {
    /// Reads the cells of a row.
    pub(super) fn row<'c>(&self, cell: impl Fn(usize) -> &'c str) -> Result<ContactRow> {
        let mut row = ContactRow::default();
        let mut shown = None;
        for (place, column) in self.columns.iter().enumerate() {
            let Some(Target::Field(field)) = &column.target else { continue };
            let text = cell(place);
            let text = if self.options.harmless { original(text) } else { text };
            if text.trim().is_empty() {
                continue;
            }
            let read = match field {
                FieldRef::Custom(name) => self.custom_value(name, text).map(|value| {
                    row.profile.custom.insert(name.clone(), value);
                }),
                FieldRef::Own(ContactField::ShownName) => {
                    shown = Some(text.trim());
                    Ok(())
                }
                FieldRef::Own(own) => self.own(*own, text.trim(), &mut row),
            };
            read.map_err(|error| error.at(field.to_string()))?;
        }
        // A phone, e-mail or id that stands where a name is shown is no name (C3).
        if let Some(shown) = shown {
            let stands_in = row.profile.phones.iter().chain(&row.profile.emails).any(|value| **value == *shown)
                || ContactId::parse(shown).is_ok();
            if !stands_in && row.profile.name.is_none() {
                row.profile.name = Some(shown.into());
            }
        }
        Ok(row)
    }

    fn custom_value(&self, name: &str, text: &str) -> Result<CustomValue> {
        CustomValue::parse(self.custom.get(name).copied().unwrap_or(CustomType::Text), text)
    }

    fn own(&self, field: ContactField, text: &str, row: &mut ContactRow) -> Result<()> {
        let profile = &mut row.profile;
        let list = |text: &str| parts(text, self.options.separator());
        match field {
            ContactField::Id => row.id = Some(ContactId::parse(text)?),
            ContactField::Name => profile.name = Some(text.into()),
            ContactField::FirstName => profile.first_name = Some(text.into()),
            ContactField::LastName => profile.last_name = Some(text.into()),
            ContactField::Language => profile.language = Some(text.into()),
            ContactField::Country => profile.country = Some(text.into()),
            ContactField::Locale => profile.locale = Some(text.into()),
            ContactField::Picture => profile.picture = Some(text.into()),
            ContactField::Company => profile.company = Some(text.into()),
            ContactField::Department => profile.department = Some(text.into()),
            ContactField::Lifecycle => profile.lifecycle = Some(text.into()),
            // A guarded phone in the middle of a list keeps its apostrophe off as well.
            ContactField::Phones => profile.phones.extend(list(text).into_iter().map(|part| match original(&part) {
                same if same.len() == part.len() => part,
                bare => bare.into(),
            })),
            ContactField::Emails => profile.emails.extend(list(text)),
            ContactField::Tags => profile.tags.extend(list(text)),
            ContactField::Lists => profile.lists.extend(list(text)),
            ContactField::Blocked => row.blocked = Some(truth(text)?),
            ContactField::AssignedUser => profile.assignee = Some(Assignee::User(self.id(text)?)),
            ContactField::AssignedTeam => profile.assignee = Some(Assignee::Team(self.id(text)?)),
            ContactField::Unsubscribed => {
                for part in list(text) {
                    let channel = self.channel(&part)?;
                    let entry = Subscription { channel, status: SubscriptionStatus::Unsubscribed };
                    if !profile.subscriptions.contains(&entry) {
                        profile.subscriptions.push(entry);
                    }
                }
            }
            ContactField::Identities => {
                for part in list(text) {
                    let (channel, external) = split_once(&part).ok_or_else(|| {
                        Error::new(Code::InvalidIdentity, "an identity is written `channel:external`")
                    })?;
                    let identity = Identity::new(self.channel(&channel)?, external)?;
                    if !profile.identities.contains(&identity) {
                        profile.identities.push(identity);
                    }
                }
            }
            ContactField::ForeignKeys => {
                for part in list(text) {
                    let (system, key) = part.split_once(':').ok_or_else(|| {
                        Error::new(Code::InvalidValue, "an id in another system is written `system:id`")
                    })?;
                    profile.foreign_keys.push(ForeignKey::new(system, self.id(key)?));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn id(&self, text: &str) -> Result<ForeignId> {
        match (self.options.ids, text.parse::<i64>()) {
            (Ids::Integer, Ok(value)) => Ok(value.into()),
            (Ids::Integer, Err(_)) => Err(Error::new(Code::InvalidValue, "an id is a whole number")),
            _ => ForeignId::text(text),
        }
    }

    /// A channel that is known under this text, else one of that id.
    fn channel(&self, text: &str) -> Result<ForeignId> {
        match self.channels.iter().find(|id| id.to_text() == text) {
            Some(id) => Ok(id.clone()),
            None => self.id(text),
        }
    }
}

/// The values of a cell that holds several; `\` takes the separator after it into a value.
fn parts(text: &str, separator: char) -> Vec<Box<str>> {
    if !text.contains(separator) && !text.contains('\\') {
        let text = text.trim();
        return if text.is_empty() { Vec::new() } else { vec![text.into()] };
    }
    if !text.contains('\\') {
        return text.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(Into::into).collect();
    }
    let mut found = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = found.len() - 1;
        match c {
            '\\' if chars.peek().is_some_and(|next| *next == separator || *next == '\\') => {
                found[last].extend(chars.next());
            }
            c if c == separator => found.push(String::new()),
            c => found[last].push(c),
        }
    }
    found.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).map(Into::into).collect()
}

/// A channel and what stands after the first colon that is not taken by a `\`.
fn split_once(text: &str) -> Option<(String, &str)> {
    let mut channel = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => channel.extend(chars.next().map(|(_, next)| next)),
            ':' => return Some((channel, &text[at + 1..])),
            c => channel.push(c),
        }
    }
    None
}

/// A truth value in four languages.
fn truth(text: &str) -> Result<bool> {
    match letters::bare(text).as_str() {
        "true" | "yes" | "y" | "1" | "x" | "si" | "verdadero" | "oui" | "vrai" | "sim" | "verdadeiro" => Ok(true),
        "false" | "no" | "n" | "0" | "falso" | "non" | "faux" | "nao" => Ok(false),
        _ => Err(Error::new(Code::InvalidValue, "no truth value").with_hint("`true` or `false`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_several_values() {
        let parts = |text, separator| -> Vec<String> { parts(text, separator).into_iter().map(Into::into).collect() };
        assert_eq!(parts(r"vip; a\;b ;;c\\d;e\f", ';'), ["vip", "a;b", r"c\d", r"e\f"]);
        assert_eq!(parts("a, b", ','), ["a", "b"]);
        assert_eq!(parts(" a ;; b;", ';'), ["a", "b"]);
        assert_eq!(parts(" a b ", ';'), ["a b"]);
        assert_eq!(parts("  ", ';'), [""; 0]);
        assert_eq!(parts(r"\", ';'), [r"\"]);
        assert_eq!(split_once(r"a\:b:c:d"), Some(("a:b".to_owned(), "c:d")));
        assert_eq!(split_once("abc"), None);
        assert!(truth("SÍ").unwrap() && truth("Oui").unwrap() && !truth("não").unwrap());
        assert!(truth("maybe").is_err());
    }
}
