//! The journal read again from the disk: every signature, both chains of each device, what is missing,
//! forked, set aside or damaged.

use std::collections::BTreeMap;

use beffroi_api::Schema;
use beffroi_api::reply::status::{Fault, FaultKind, Journal, JournalChain};
use beffroi_store::Store;
use beffroi_trust::chronicle::{Fork, Hole};
use beffroi_trust::{Class, Count, DeviceId, EntryId, TerritoryId, check};

use super::{Service, blocking};
use crate::custody;
use crate::failure::Outcome;
use crate::node::{Node, internal};
use crate::view::Names;

/// Entries read at a time.
const PAGE: usize = 500;

/// What reading the disk gave.
#[derive(Default)]
struct Read {
    entries: u64,
    verified: u64,
    chains: BTreeMap<(DeviceId, Class), (u64, u64)>,
    places: BTreeMap<EntryId, (DeviceId, Class, u64)>,
    damaged: Vec<EntryId>,
}

/// What the chronicle says beside.
struct Said {
    territory: TerritoryId,
    names: Names,
    holes: Vec<Hole>,
    forks: Vec<Fork>,
    set_aside: Vec<EntryId>,
    parked: u64,
}

impl Service {
    /// Reads and checks everything.
    pub(crate) async fn journal(&self) -> Outcome<Journal> {
        self.context_of_any_post().await?;
        let said = self
            .node
            .ask(|node| node.said())
            .await?
            .ok_or(beffroi_api::problem::Cause::Internal {})?;
        let store = self.store.clone();
        let (read, said) = blocking(move || {
            let read = read(store.as_ref(), &said.territory);
            (read, said)
        })
        .await?;
        let read = read.map_err(|error| internal(&error))?;
        let (digest, _) = self.set_digest().await?;
        let faults = faults(&read, &said);
        Ok(Journal {
            schema: Schema,
            ok: faults
                .iter()
                .all(|fault| matches!(fault.kind, FaultKind::Hole | FaultKind::SetAside)),
            entries: read.entries,
            verified: read.verified,
            parked: said.parked,
            chains: chains(&read, &said.names),
            faults,
            set_digest: digest.to_string(),
            words: digest
                .words()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }
}

fn read(store: &dyn Store, territory: &TerritoryId) -> Result<Read, beffroi_store::StoreError> {
    let mut read = Read::default();
    let mut cursor = 0;
    loop {
        let page = store.log(cursor, PAGE)?;
        let ids: Vec<_> = page.iter().map(|(_, id)| *id).collect();
        for (id, stored) in ids.iter().zip(store.entries(&ids)?) {
            read.entries += 1;
            let entry = stored.and_then(|stored| custody::entry(&stored).ok());
            let Some(checked) = entry.and_then(|entry| check(&entry, territory).ok()) else {
                read.damaged.push(EntryId(*id));
                continue;
            };
            read.verified += 1;
            let seq = checked.head().map_or(0, |head| head.seq);
            let chain = read
                .chains
                .entry((checked.author(), checked.class()))
                .or_default();
            *chain = (chain.0 + 1, chain.1.max(seq));
            read.places
                .insert(checked.id(), (checked.author(), checked.class(), seq));
        }
        match page.last() {
            Some((last, _)) if page.len() == PAGE => cursor = *last,
            _ => return Ok(read),
        }
    }
}

fn chains(read: &Read, names: &Names) -> Vec<JournalChain> {
    let chain =
        |((author, class), (entries, last_seq)): (&(DeviceId, Class), &(u64, u64))| JournalChain {
            post: names.of(author).map(|post| post.name.clone()),
            author: author.to_string(),
            class: class_word(*class).to_owned(),
            entries: *entries,
            last_seq: *last_seq,
        };
    read.chains.iter().map(chain).collect()
}

fn faults(read: &Read, said: &Said) -> Vec<Fault> {
    let fault = |kind, author: DeviceId, class, entries: Vec<EntryId>| Fault {
        kind,
        post: said.names.of(&author).map(|post| post.name.clone()),
        author: author.to_string(),
        class: class_word(class).to_owned(),
        seq: entries
            .first()
            .and_then(|id| read.places.get(id))
            .map_or(0, |(_, _, seq)| *seq),
        entries: entries.iter().map(ToString::to_string).collect(),
    };
    let damaged = read.damaged.iter().map(|id| {
        fault(
            FaultKind::Damaged,
            DeviceId([0; 32]),
            Class::Content,
            vec![*id],
        )
    });
    let holes = said
        .holes
        .iter()
        .map(|hole| fault(FaultKind::Hole, hole.author, hole.class, vec![hole.missing]));
    let forks = said
        .forks
        .iter()
        .map(|fork| fault(FaultKind::Fork, fork.author, fork.class, fork.tips.clone()));
    let aside = said.set_aside.iter().filter_map(|id| {
        let (author, class, _) = read.places.get(id)?;
        Some(fault(FaultKind::SetAside, *author, *class, vec![*id]))
    });
    damaged.chain(forks).chain(holes).chain(aside).collect()
}

fn class_word(class: Class) -> &'static str {
    match class {
        Class::Act => "act",
        Class::Content => "content",
    }
}

impl Node {
    fn said(&self) -> Option<Said> {
        let living = self.living.as_ref()?;
        let chronicle = &living.chronicle;
        let acts = chronicle.acts_set_aside().copied();
        Some(Said {
            territory: living.id,
            names: living.view.cabinet().names().clone(),
            holes: chronicle.holes().into_iter().collect(),
            forks: chronicle.forks(),
            set_aside: acts.chain(chronicle.contents(Count::SetAside)).collect(),
            parked: self.parked_count(),
        })
    }
}
