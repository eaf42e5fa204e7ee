//! Names by code: what reports show for contacts, channels, users, teams and broadcasts (P9, C8).

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::{IdColumn, TextColumn, Texts};
use super::events::EventIndex;
use super::intern::{BLOCK, Dictionary, NONE};
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

/// Texts in order of code, packed: texts that are asked for often stand near each other. An empty text is a missing one.
#[derive(Debug, Default)]
struct Packed {
    ends: Vec<usize>,
    bytes: String,
}

impl Packed {
    fn get(&self, code: u32) -> Option<&str> {
        let code = code as usize;
        let end = *self.ends.get(code)?;
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        self.bytes.get(start..end).filter(|text| !text.is_empty())
    }

    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }
}

/// Names of everything, by dictionary code.
#[derive(Default)]
pub(crate) struct Names {
    /// What is shown for a contact: its current name, else its last name in an event (P9). Codes are given in order of
    /// appearance, so that the names of busy contacts share cache lines.
    contacts: Packed,
    channels: Vec<Option<Channel>>,
    users: Vec<Shown>,
    teams: Vec<Shown>,
    broadcasts: Vec<Shown>,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Names({} channels, {} users)", self.channels.len(), self.users.len())
    }
}

impl Names {
    pub(crate) fn build(
        dicts: &Dictionaries,
        contacts: Option<&ContactNames<'_>>,
        directory: &Directory,
        events: Option<&EventIndex<'_>>,
    ) -> Self {
        let channels: FxHashMap<&ForeignId, &Channel> =
            directory.channels.iter().map(|channel| (&channel.id, channel)).collect();
        Self {
            contacts: shown_names(&dicts.contacts, contacts, events),
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

    /// The contact's current name, else its last name in an event.
    pub(crate) fn contact(&self, code: u32) -> Option<&str> {
        self.contacts.get(code)
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

/// The name of each contact, by code.
fn shown_names(contacts: &Dictionary, table: Option<&ContactNames<'_>>, events: Option<&EventIndex<'_>>) -> Packed {
    let codes = contacts.len();
    let mut snapshots = Vec::new();
    if let Some(events) = events
        && let Some(names) = &events.columns.name
    {
        // Events come in order of time: the last name stays.
        snapshots = vec![NONE; codes];
        for (position, &contact) in (0_u32..).zip(&events.contacts) {
            let row = events.order.row(position);
            if names.get(row).is_some_and(|name| !name.is_empty()) {
                snapshots[contact as usize] = row_number(row);
            }
        }
    }
    let snapshot = |code: usize| {
        let row = *snapshots.get(code).filter(|&&row| row != NONE)?;
        events?.columns.name.as_ref()?.get(row as usize)
    };
    let mut rows = Vec::new();
    if let Some(table) = table {
        rows = vec![NONE; codes];
        let mut found = vec![NONE; BLOCK];
        for from in (0..table.ids.len()).step_by(BLOCK) {
            let found = &mut found[..BLOCK.min(table.ids.len() - from)];
            contacts.codes_of(&table.ids, from, found);
            for (row, &code) in (from..).zip(&*found) {
                if let Some(place) = rows.get_mut(code as usize) {
                    *place = row_number(row);
                }
            }
        }
    }
    let mut packed = Packed { ends: Vec::with_capacity(codes), bytes: String::new() };
    let mut block = Vec::with_capacity(BLOCK);
    let mut found = Vec::with_capacity(BLOCK);
    for from in (0..codes).step_by(BLOCK) {
        let to = codes.min(from + BLOCK);
        let row_of = |code: usize| rows.get(code).copied().filter(|&row| row != NONE);
        block.clear();
        block.extend((from..to).filter_map(row_of).map(|row| row as usize));
        found.clear();
        if let Some(table) = table {
            table.names.get_each(&block, &mut found);
        }
        let mut found = found.iter();
        for code in from..to {
            let current = row_of(code).and_then(|_| found.next().copied().flatten());
            let name = current.filter(|name| !name.is_empty()).or_else(|| snapshot(code));
            packed.push(name.unwrap_or_default());
        }
    }
    packed.bytes.shrink_to_fit();
    packed
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
