//! Ids that more than one provider uses.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::unite::{Own, Row};
use crate::arrange::arrange;
use crate::channel::Channel;
use crate::classify::Provider;
use crate::directory::{Directory, Named};
use crate::event::ContactEvent;
use crate::id::ForeignId;
use crate::message::Message;

/// Which providers use an id.
#[derive(Default)]
pub(super) struct Clashes(HashMap<ForeignId, BTreeSet<Provider>>);

impl Clashes {
    fn note(&mut self, provider: Provider, id: Option<&ForeignId>) {
        if let Some(id) = id {
            self.0.entry(id.clone()).or_default().insert(provider);
        }
    }

    /// The id as it is shown: with the provider's name before it where another one uses it too.
    pub(super) fn name(&self, provider: Provider, id: &ForeignId) -> ForeignId {
        match self.0.get(id) {
            Some(providers) if providers.len() > 1 => format!("{provider}:{id}").into(),
            _ => id.clone(),
        }
    }
}

/// Ids of every kind.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) messages: Clashes,
    pub(super) contacts: Clashes,
    pub(super) channels: Clashes,
    pub(super) users: Clashes,
    pub(super) teams: Clashes,
    pub(super) broadcasts: Clashes,
}

impl Shared {
    pub(super) fn of(
        rows: &[Row<'_>],
        events: &[(Provider, ContactEvent)],
        kinds: &BTreeMap<Own, Channel>,
        names: &BTreeMap<Own, String>,
    ) -> Self {
        let mut shared = Self::default();
        let mut providers = rows.iter().map(|row| row.provider).chain(kinds.keys().map(|(provider, _)| *provider));
        let first = providers.next();
        let more = events.iter().map(|(provider, _)| *provider).chain(names.keys().map(|(provider, _)| *provider));
        if providers.chain(more).all(|provider| Some(provider) == first) {
            // A provider by itself uses no id twice.
            return shared;
        }
        for Row { provider, message, .. } in rows {
            shared.messages.note(*provider, Some(&message.id));
            shared.contacts.note(*provider, Some(&message.contact));
            shared.users.note(*provider, message.user.as_ref());
            shared.teams.note(*provider, message.team.as_ref());
            shared.broadcasts.note(*provider, message.broadcast.as_ref());
        }
        for (provider, event) in events {
            shared.contacts.note(*provider, Some(&event.contact));
            shared.users.note(*provider, event.user.as_ref());
        }
        for (provider, id) in kinds.keys() {
            shared.channels.note(*provider, Some(id));
        }
        for (provider, id) in names.keys() {
            shared.contacts.note(*provider, Some(id));
        }
        shared
    }

    pub(super) fn message(&self, row: Row<'_>) -> Message {
        let Row { provider, mut message, .. } = row;
        message.id = self.messages.name(provider, &message.id);
        message.contact = self.contacts.name(provider, &message.contact);
        message.channel = message.channel.map(|id| self.channels.name(provider, &id));
        message.user = message.user.map(|id| self.users.name(provider, &id));
        message.team = message.team.map(|id| self.teams.name(provider, &id));
        message.broadcast = message.broadcast.map(|id| self.broadcasts.name(provider, &id));
        message
    }

    pub(super) fn directory(&self, kinds: BTreeMap<Own, Channel>, names: BTreeMap<Own, String>) -> Directory {
        let mut directory = Directory::default();
        for ((provider, id), mut channel) in kinds {
            channel.id = self.channels.name(provider, &id);
            directory.channels.push(channel);
        }
        for ((provider, id), name) in names {
            directory.contacts.push(Named::new(self.contacts.name(provider, &id), name));
        }
        arrange(&mut directory.channels, |a, b| a.id.cmp(&b.id));
        arrange(&mut directory.contacts, |a, b| a.id.cmp(&b.id));
        directory
    }
}
