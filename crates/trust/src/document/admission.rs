//! Which changes of one document are applied: a function of the changes carried, of which entries
//! count, and of the guard's verdict on each change. It knows nothing of Automerge; it says what to
//! judge next, is told the verdicts, and says what became admitted.

use std::collections::BTreeSet;

use super::sorted::SortedMap;
use crate::chronicle::Count;
use crate::guard::{Bad, ChangeId};
use crate::ids::EntryId;

/// Where a change was carried: entry and leaf number.
pub(crate) type Carrier = (EntryId, u8);

#[derive(Debug, Clone)]
struct Node {
    deps: Box<[ChangeId]>,
    carriers: SortedMap<Carrier, Count>,
    verdict: Option<Result<(), Bad>>,
    /// A counted entry carries it, or a wanted change builds on it: only then is it judged.
    wanted: bool,
    admitted: bool,
}

impl Node {
    fn is_counted(&self) -> bool {
        let calls_in = fault!(AnyoneCallsIn) && !self.deps.is_empty();
        self.carriers.iter().any(|(_, count)| count.is_counted()) || calls_in
    }

    fn is_sound(&self) -> bool {
        self.verdict == Some(Ok(()))
    }
}

/// The changes of one document, and which of them are admitted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Admission {
    nodes: SortedMap<ChangeId, Node>,
    /// Each (change, who builds on it), ascending; the change may not be here.
    children: Vec<(ChangeId, ChangeId)>,
    /// Wanted, not judged, everything they build on sound.
    ready: BTreeSet<ChangeId>,
    /// Admitted since last asked, causes first.
    fresh: Vec<ChangeId>,
}

impl Admission {
    /// A change was carried somewhere, perhaps once more. What it builds on may be missing.
    pub(crate) fn carry(
        &mut self,
        change: ChangeId,
        deps: &[ChangeId],
        carrier: Carrier,
        count: Count,
    ) {
        if !self.nodes.contains(&change) {
            let node = Node {
                deps: deps.into(),
                carriers: SortedMap::default(),
                verdict: None,
                wanted: false,
                admitted: false,
            };
            self.nodes.insert(change, node);
            for dep in deps {
                let edge = (*dep, change);
                if let Err(place) = self.children.binary_search(&edge) {
                    self.children.insert(place, edge);
                }
            }
        }
        if let Some(node) = self.nodes.get_mut(&change) {
            node.carriers.insert(carrier, count);
        }
        let is_wanted = |id| self.nodes.get(id).is_some_and(|node| node.wanted);
        let called_in = self.children_of(&change).any(is_wanted);
        let counted = self.nodes.get(&change).is_some_and(Node::is_counted);
        if counted || called_in {
            self.want(change);
        }
        if counted {
            self.admit(change);
        }
    }

    /// The change to judge next: all it builds on is here and sound.
    pub(crate) fn next_to_judge(&self) -> Option<ChangeId> {
        self.ready.first().copied()
    }

    /// The verdict on the change that was to be judged.
    pub(crate) fn decided(&mut self, change: ChangeId, verdict: Result<(), Bad>) {
        self.ready.remove(&change);
        if self.ready.is_empty() {
            // An emptied set keeps a node of 400 bytes: more than the rest of a small document.
            self.ready = BTreeSet::new();
        }
        let Some(node) = self.nodes.get_mut(&change) else {
            return;
        };
        node.verdict = Some(verdict);
        if verdict.is_err() {
            return;
        }
        let counted = node.is_counted();
        let children: Vec<ChangeId> = self.children_of(&change).copied().collect();
        for child in children {
            self.make_ready(child);
        }
        if counted {
            self.admit(change);
        }
    }

    /// An entry counts otherwise than it did. `true` if changes ceased to be admitted: the document
    /// is to be made anew. Changes that became admitted come out of [`fresh`](Self::fresh).
    pub(crate) fn recount(&mut self, entry: EntryId, count: Count) -> bool {
        let mut carried = Vec::new();
        for (id, node) in self.nodes.iter_mut() {
            let mut changed = false;
            for (carrier, was) in node.carriers.iter_mut() {
                if carrier.0 == entry && *was != count {
                    *was = count;
                    changed = true;
                }
            }
            if changed {
                carried.push(*id);
            }
        }
        if !count.is_counted() && !carried.is_empty() {
            return self.begin_again();
        }
        for id in carried {
            self.want(id);
            self.admit(id);
        }
        false
    }

    /// Settles everything anew from carriers and verdicts; whether something ceased to be admitted.
    fn begin_again(&mut self) -> bool {
        let before: BTreeSet<ChangeId> = self.admitted().copied().collect();
        self.ready.clear();
        self.fresh.clear();
        for (_, node) in self.nodes.iter_mut() {
            node.wanted = false;
            node.admitted = false;
        }
        let counted = self.nodes.iter().filter(|(_, node)| node.is_counted());
        let counted: Vec<ChangeId> = counted.map(|(id, _)| *id).collect();
        for id in &counted {
            self.want(*id);
        }
        for id in counted {
            self.admit(id);
        }
        let is_admitted = |id: &ChangeId| self.nodes.get(id).is_some_and(|node| node.admitted);
        if before.iter().all(is_admitted) {
            self.fresh.retain(|id| !before.contains(id));
            return false;
        }
        true
    }

    fn children_of(&self, change: &ChangeId) -> impl Iterator<Item = &ChangeId> {
        let from = self.children.partition_point(|(of, _)| of < change);
        let edges = self.children.iter().skip(from);
        edges
            .take_while(move |(of, _)| of == change)
            .map(|(_, child)| child)
    }

    /// Wants a change and all it builds on that is here.
    fn want(&mut self, change: ChangeId) {
        let mut to_do = vec![change];
        while let Some(id) = to_do.pop() {
            let Some(node) = self.nodes.get_mut(&id).filter(|node| !node.wanted) else {
                continue;
            };
            node.wanted = true;
            to_do.extend(&node.deps);
            self.make_ready(id);
        }
    }

    fn make_ready(&mut self, change: ChangeId) {
        let Some(node) = self.nodes.get(&change) else {
            return;
        };
        let sound = |dep: &ChangeId| self.nodes.get(dep).is_some_and(Node::is_sound);
        if node.wanted && node.verdict.is_none() && node.deps.iter().all(sound) {
            self.ready.insert(change);
        }
    }

    /// Admits a sound change with all it builds on, causes first.
    fn admit(&mut self, change: ChangeId) {
        let outside = |nodes: &SortedMap<ChangeId, Node>, id: &ChangeId| {
            nodes
                .get(id)
                .is_some_and(|node| node.is_sound() && !node.admitted)
        };
        let mut path = vec![change];
        while let Some(id) = path.last().copied() {
            if !outside(&self.nodes, &id) {
                path.pop();
                continue;
            }
            let deps = self.nodes.get(&id).map(|node| &*node.deps);
            let before: Vec<ChangeId> = deps
                .unwrap_or_default()
                .iter()
                .filter(|dep| outside(&self.nodes, dep))
                .copied()
                .collect();
            if before.is_empty() {
                path.pop();
                if let Some(node) = self.nodes.get_mut(&id) {
                    node.admitted = true;
                }
                self.fresh.push(id);
            } else {
                path.extend(before);
            }
        }
    }

    /// What became admitted since last asked, causes first.
    pub(crate) fn fresh(&mut self) -> Vec<ChangeId> {
        std::mem::take(&mut self.fresh)
    }

    /// Every admitted change, ascending.
    pub(crate) fn admitted(&self) -> impl Iterator<Item = &ChangeId> {
        self.nodes
            .iter()
            .filter(|(_, node)| node.admitted)
            .map(|(id, _)| id)
    }

    pub(crate) fn is_admitted(&self, change: &ChangeId) -> bool {
        self.nodes.get(change).is_some_and(|node| node.admitted)
    }

    pub(crate) fn deps(&self, change: &ChangeId) -> &[ChangeId] {
        let node = self.nodes.get(change);
        node.map_or(&[], |node| &*node.deps)
    }

    /// Where a change was carried; of several, how the best counts, then the lowest entry.
    pub(crate) fn origin(&self, change: &ChangeId) -> Option<(Carrier, Count)> {
        let carriers = self.nodes.get(change)?.carriers.iter();
        let best = carriers.min_by_key(|(carrier, count)| (**count, **carrier))?;
        Some((*best.0, *best.1))
    }

    /// Wanted changes the guard refuses.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&ChangeId, Bad)> {
        self.nodes
            .iter()
            .filter_map(|(id, node)| match node.verdict {
                Some(Err(bad)) if node.wanted => Some((id, bad)),
                Some(Err(_) | Ok(())) | None => None,
            })
    }

    /// Wanted changes that wait, each with what it waits for: missing, refused, or waiting itself.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (&ChangeId, Vec<ChangeId>)> {
        let waits = |node: &&Node| node.wanted && node.verdict.is_none();
        self.nodes
            .iter()
            .filter(move |(_, node)| waits(node))
            .map(|(id, node)| {
                let unsound = |dep: &&ChangeId| !self.nodes.get(*dep).is_some_and(Node::is_sound);
                (id, node.deps.iter().filter(unsound).copied().collect())
            })
    }

    /// Whether a change is here, admitted or not.
    pub(crate) fn holds(&self, change: &ChangeId) -> bool {
        self.nodes.contains(change)
    }

    /// A change and all it builds on that is here, each once, causes first.
    pub(crate) fn past(&self, changes: &[ChangeId]) -> Vec<ChangeId> {
        let (mut done, mut order) = (BTreeSet::new(), Vec::new());
        let mut path: Vec<(ChangeId, bool)> = changes.iter().map(|id| (*id, false)).collect();
        while let Some((id, ready)) = path.pop() {
            if ready {
                order.push(id);
            } else if self.holds(&id) && done.insert(id) {
                path.push((id, true));
                path.extend(self.deps(&id).iter().map(|dep| (*dep, false)));
            }
        }
        order
    }
}
