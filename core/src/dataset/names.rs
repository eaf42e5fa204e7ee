//! Names by code: what reports show for channels, users, teams and broadcasts (C8).

use rustc_hash::FxHashMap;

use super::intern::Dictionary;
use super::messages::Dictionaries;
use crate::channel::{Channel, ChannelKind};
use crate::directory::{Directory, Named};
use crate::id::ForeignId;
use crate::letters;

/// Name of a user, team or broadcast, and whether it is still there.
#[derive(Debug, Clone, Default)]
struct Shown {
    name: Option<Box<str>>,
    removed: bool,
}

/// Names of everything, by dictionary code.
#[derive(Default)]
pub(crate) struct Names {
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
    pub(crate) fn build(dicts: &Dictionaries, directory: &Directory) -> Self {
        let channels: FxHashMap<&ForeignId, &Channel> =
            directory.channels.iter().map(|channel| (&channel.id, channel)).collect();
        Self {
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

    pub(crate) fn channel(&self, code: u32) -> Option<&str> {
        self.channels.get(code as usize)?.as_ref()?.name.as_deref()
    }

    pub(crate) fn channel_kind(&self, code: u32) -> Option<&ChannelKind> {
        Some(&self.channels.get(code as usize)?.as_ref()?.kind)
    }

    pub(crate) fn user(&self, code: u32) -> Option<&str> {
        self.users.get(code as usize)?.name.as_deref()
    }

    /// Codes of the broadcasts with a name, given in bare letters.
    pub(crate) fn broadcasts_called(&self, bare: &str) -> Vec<u32> {
        let is_called = |shown: &Shown| shown.name.as_deref().is_some_and(|name| letters::bared(name.trim()) == bare);
        (0..).zip(&self.broadcasts).filter(|(_, shown)| is_called(shown)).map(|(code, _)| code).collect()
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
