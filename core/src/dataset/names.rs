//! Names by code: what reports show for contacts, channels, users, teams and broadcasts (P9, C8).

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::{IdColumn, TextColumn, Texts};
use super::events::EventIndex;
use super::intern::{Dictionary, NONE};
use super::messages::{Dictionaries, row_number};
use crate::channel::{Channel, ChannelKind};
use crate::directory::{Directory, Named};
use crate::id::ForeignId;

/// Contacts' current names, as columns.
#[derive(Clone)]
pub(crate) struct ContactNames<'a> {
    pub(crate) ids: IdColumn<'a>,
    pub(crate) names: TextColumn<'a>,
}

struct NamedTexts<'a>(Arc<Cow<'a, [Named]>>);

impl Texts for NamedTexts<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, row: usize) -> Option<&str> {
        self.0.get(row).and_then(|named| named.name.as_deref())
    }
}

struct NamedIds<'a>(Arc<Cow<'a, [Named]>>);

impl super::column::Ids for NamedIds<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn get(&self, row: usize) -> Option<super::column::IdRef<'_>> {
        self.0.get(row).map(|named| named.id.as_ref())
    }
}

impl<'a> ContactNames<'a> {
    pub(crate) fn from_rows(contacts: Cow<'a, [Named]>) -> Self {
        let rows = Arc::new(contacts);
        Self { ids: IdColumn::rows(Arc::new(NamedIds(Arc::clone(&rows)))), names: Arc::new(NamedTexts(rows)) }
    }
}

/// Name of a user, team or broadcast, and whether it is still there.
#[derive(Debug, Clone, Default)]
struct Shown {
    name: Option<Box<str>>,
    removed: bool,
}

/// Names of everything, by dictionary code.
#[derive(Default)]
pub(crate) struct Names<'a> {
    contacts: Option<TextColumn<'a>>,
    /// Contact code → row of the contact table.
    contact_rows: Vec<u32>,
    /// Contact code → row of the latest event with a name.
    snapshots: Vec<u32>,
    channels: Vec<Option<Channel>>,
    users: Vec<Shown>,
    teams: Vec<Shown>,
    broadcasts: Vec<Shown>,
}

impl std::fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Names({} channels, {} users)", self.channels.len(), self.users.len())
    }
}

impl<'a> Names<'a> {
    pub(crate) fn build(
        dicts: &Dictionaries,
        contacts: Option<ContactNames<'a>>,
        directory: &Directory,
        events: Option<&EventIndex<'_>>,
    ) -> Self {
        let mut contact_rows = Vec::new();
        let contacts = contacts.map(|table| {
            contact_rows = vec![NONE; dicts.contacts.len()];
            for row in 0..table.ids.len() {
                if let Some(code) = table.ids.id(row).and_then(|id| dicts.contacts.code_of(id)) {
                    contact_rows[code as usize] = row_number(row);
                }
            }
            table.names
        });
        let mut snapshots = Vec::new();
        if let Some(events) = events
            && let Some(names) = &events.columns.name
        {
            snapshots = vec![NONE; dicts.contacts.len()];
            for (position, &contact) in (0_u32..).zip(&events.contacts) {
                let row = events.order.row(position);
                if names.get(row).is_some_and(|name| !name.is_empty()) {
                    snapshots[contact as usize] = row_number(row);
                }
            }
        }
        let channels: FxHashMap<&ForeignId, &Channel> =
            directory.channels.iter().map(|channel| (&channel.id, channel)).collect();
        Self {
            contacts,
            contact_rows,
            snapshots,
            channels: dicts
                .channels
                .ids()
                .iter()
                .map(|id| channels.get(id).map(|channel| (*channel).clone()))
                .collect(),
            users: names_of(&dicts.users, &directory.users),
            teams: names_of(&dicts.teams, &directory.teams),
            broadcasts: names_of(&dicts.broadcasts, &directory.broadcasts),
        }
    }

    /// The contact's current name.
    pub(crate) fn contact(&self, code: u32) -> Option<&str> {
        let row = *self.contact_rows.get(code as usize)?;
        if row == NONE { None } else { self.contacts.as_ref()?.get(row as usize).filter(|name| !name.is_empty()) }
    }

    /// The current names of many contacts.
    pub(crate) fn contacts(&self, codes: &[u32]) -> Vec<Option<&str>> {
        let Some(names) = &self.contacts else { return vec![None; codes.len()] };
        let rows: Vec<u32> =
            codes.iter().map(|&code| self.contact_rows.get(code as usize).copied().unwrap_or(NONE)).collect();
        let name = |row: u32| if row == NONE { None } else { names.get(row as usize).filter(|name| !name.is_empty()) };
        rows.into_iter().map(name).collect()
    }

    /// Row of the event with the contact's last name snapshot.
    pub(crate) fn snapshot_row(&self, code: u32) -> Option<usize> {
        self.snapshots.get(code as usize).filter(|&&row| row != NONE).map(|&row| row as usize)
    }

    pub(crate) fn channel(&self, code: u32) -> Option<&str> {
        self.channels.get(code as usize)?.as_ref()?.name.as_deref()
    }

    pub(crate) fn channel_kind(&self, code: u32) -> Option<&ChannelKind> {
        Some(&self.channels.get(code as usize)?.as_ref()?.kind)
    }

    pub(crate) fn user(&self, code: u32) -> Option<&str> {
        self.users.get(code as usize)?.name.as_deref()
    }

    /// Name of a channel that is a filter choice; `None` for a removed one (C8).
    pub(crate) fn channel_choice(&self, code: u32) -> Option<Offer> {
        match self.channels.get(code as usize)? {
            Some(channel) if channel.removed => None,
            channel => Some(Offer(channel.as_ref().and_then(|channel| channel.name.clone()))),
        }
    }

    /// The same for a user.
    pub(crate) fn user_choice(&self, code: u32) -> Option<Offer> {
        choice(&self.users, code)
    }

    /// The same for a team.
    pub(crate) fn team_choice(&self, code: u32) -> Option<Offer> {
        choice(&self.teams, code)
    }

    /// The same for a broadcast.
    pub(crate) fn broadcast_choice(&self, code: u32) -> Option<Offer> {
        choice(&self.broadcasts, code)
    }
}

/// A filter choice: its name, where it has one.
#[derive(Debug, Clone)]
pub(crate) struct Offer(pub(crate) Option<String>);

fn choice(shown: &[Shown], code: u32) -> Option<Offer> {
    let shown = shown.get(code as usize)?;
    (!shown.removed).then(|| Offer(shown.name.as_deref().map(str::to_owned)))
}

/// Names by code; a removed one has none, so that its id is shown (C8).
fn names_of(dictionary: &Dictionary, named: &[Named]) -> Vec<Shown> {
    let by_id: FxHashMap<&ForeignId, &Named> = named.iter().map(|named| (&named.id, named)).collect();
    dictionary
        .ids()
        .iter()
        .map(|id| match by_id.get(id) {
            None => Shown::default(),
            Some(named) if named.removed => Shown { name: None, removed: true },
            Some(named) => Shown { name: named.name.as_deref().map(Into::into), removed: false },
        })
        .collect()
}
