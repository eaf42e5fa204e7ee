//! Which contact holds which connections over time: merges hand them on, an undo takes them back, a deletion ends
//! them (K8, D19).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::event::{ContactEvent, EventKind};
use crate::id::ForeignId;

/// A contact's place in one [`Lives`].
pub(super) type Node = usize;

/// A contact, the life it is in (a deletion begins the next one), and a channel.
pub(super) type Pair<'a> = (&'a ForeignId, u32, &'a ForeignId);

/// The forest of merges at one moment of the log.
#[derive(Default)]
pub(super) struct Lives<'a> {
    nodes: FxHashMap<&'a ForeignId, Node>,
    ids: Vec<&'a ForeignId>,
    life: Vec<u32>,
    /// Grows whenever a contact may have lost a connection.
    version: Vec<u32>,
    parent: Vec<Option<Node>>,
    children: Vec<FxHashSet<Node>>,
}

impl<'a> Lives<'a> {
    pub(super) fn node(&mut self, id: &'a ForeignId) -> Node {
        let next = self.ids.len();
        let node = *self.nodes.entry(id).or_insert(next);
        if node == next {
            self.ids.push(id);
            self.life.push(0);
            self.version.push(0);
            self.parent.push(None);
            self.children.push(FxHashSet::default());
        }
        node
    }

    pub(super) fn id(&self, node: Node) -> &'a ForeignId {
        self.ids[node]
    }

    pub(super) fn pair(&self, node: Node, channel: &'a ForeignId) -> Pair<'a> {
        (self.ids[node], self.life[node], channel)
    }

    /// As [`Lives::pair`], but another one after each event that may have taken a connection away.
    pub(super) fn versioned(&self, node: Node, channel: &'a ForeignId) -> Pair<'a> {
        (self.ids[node], self.version[node], channel)
    }

    /// The survivor of everything that the contact is merged into (M5).
    pub(super) fn survivor(&self, node: Node) -> Node {
        self.ancestors(node).last().unwrap_or(node)
    }

    /// The contact and all that is merged into it.
    pub(super) fn held(&self, node: Node) -> Vec<Node> {
        let mut held = vec![node];
        let mut next = 0;
        while let Some(node) = held.get(next) {
            held.extend(&self.children[*node]);
            next += 1;
        }
        held
    }

    /// Takes a merge, an unmerge or a deletion into account; any other event changes nothing.
    pub(super) fn apply(&mut self, event: &'a ContactEvent) {
        let contact = self.node(&event.contact);
        let secondary = event.secondary.as_ref().map(|id| self.node(id));
        match (event.kind, secondary) {
            (EventKind::Merged, Some(secondary)) => {
                let absorbed = self.survivor(secondary);
                if absorbed != self.survivor(contact) {
                    self.parent[absorbed] = Some(contact);
                    self.children[contact].insert(absorbed);
                }
            }
            (EventKind::Unmerged, Some(secondary)) => self.detach(secondary),
            (EventKind::Deleted, _) => {
                self.detach(contact);
                // D25: what is merged in goes along.
                for node in self.held(contact) {
                    self.life[node] += 1;
                    self.version[node] += 1;
                    self.parent[node] = None;
                    self.children[node].clear();
                }
            }
            _ => {}
        }
    }

    fn ancestors(&self, node: Node) -> impl Iterator<Item = Node> + use<'_, 'a> {
        std::iter::successors(self.parent[node], |parent| self.parent[*parent])
    }

    fn detach(&mut self, node: Node) {
        for above in self.ancestors(node).collect::<Vec<_>>() {
            self.version[above] += 1;
        }
        if let Some(parent) = self.parent[node].take() {
            self.children[parent].remove(&node);
        }
    }
}
