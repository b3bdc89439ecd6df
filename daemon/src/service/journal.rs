//! The journal read again from the disk: every signature and hash, then all rules over it anew. What is
//! missing, set aside or erased is told with it.

mod findings;

use std::collections::{BTreeMap, BTreeSet};

use beffroi_api::Schema;
use beffroi_api::problem::Cause;
use beffroi_api::reply::{FindingKind, Journal, JournalChain, JournalJudged};
use beffroi_store::{Store, StoreError};
use beffroi_trust::chronicle::LeafAt;
use beffroi_trust::{
    Checked, Chronicle, Class, DeviceId, Entry, EntryId, Genesis, TerritoryId, check,
};

use super::{Service, blocking};
use crate::custody;
use crate::failure::Outcome;
use crate::node::{Node, internal};
use crate::view::Names;
use findings::Findings;

/// Entries read at a time.
const PAGE: usize = 500;

/// Where an entry stands: whose it is, in which chain, at which place.
type Place = (DeviceId, Class, u64);

/// What reading the disk gave.
struct Read {
    /// The rules, over what was found whole.
    chronicle: Chronicle,
    entries: u64,
    verified: u64,
    chains: BTreeMap<(DeviceId, Class), (u64, u64)>,
    places: BTreeMap<EntryId, Place>,
    damaged: Vec<EntryId>,
}

/// What this post says beside.
struct Said {
    genesis: Genesis,
    names: Names,
    parked: Vec<Checked>,
    /// The leaves that are not here, with why.
    gone: Vec<(LeafAt, FindingKind)>,
    judged: JournalJudged,
    refused: Vec<LeafAt>,
}

impl Service {
    /// Reads and checks everything.
    pub(crate) async fn journal(&self) -> Outcome<Journal> {
        let context = self.context_of_any_post().await?;
        let said = self
            .node
            .ask(|node| node.said())
            .await?
            .ok_or(Cause::Internal {})?;
        let store = self.store.clone();
        let (read, said) = blocking(move || {
            let territory = said.genesis.territory();
            let read = read(store.as_ref(), &said.genesis, &territory);
            (read, said)
        })
        .await?;
        let read = read.map_err(|error| internal(&error))?;
        let aside = read.set_aside();
        let view = context.view.clone();
        let called_in = blocking(move || view.called_in(&aside)).await?;
        let (digest, _) = self.set_digest().await?;
        let words = digest.words();
        let (counts, findings) = Findings::of(&read, &said, &called_in).told();
        Ok(Journal {
            schema: Schema,
            ok: read.damaged.is_empty(),
            entries: read.entries,
            verified: read.verified,
            parked: said.parked.len() as u64,
            chains: read.chains(&said.names),
            judged: said.judged,
            counts,
            findings,
            set_digest: digest.to_string(),
            words: words.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

fn read(store: &dyn Store, genesis: &Genesis, territory: &TerritoryId) -> Result<Read, StoreError> {
    let mut read = Read {
        chronicle: Chronicle::new(genesis.clone()),
        entries: 0,
        verified: 0,
        chains: BTreeMap::new(),
        places: BTreeMap::new(),
        damaged: Vec::new(),
    };
    let mut cursor = 0;
    loop {
        let page = store.log(cursor, PAGE)?;
        let ids: Vec<_> = page.iter().map(|(_, id)| *id).collect();
        for (id, stored) in ids.iter().zip(store.entries(&ids)?) {
            let entry = stored.and_then(|stored| custody::entry(&stored).ok());
            let checked = entry.and_then(|entry| check(&entry, territory).ok());
            read.take(EntryId(*id), checked);
        }
        match page.last() {
            Some((last, _)) if page.len() == PAGE => cursor = *last,
            _ => return Ok(read),
        }
    }
}

impl Read {
    fn take(&mut self, id: EntryId, checked: Option<Checked>) {
        self.entries += 1;
        let Some(checked) = checked.filter(|checked| checked.id() == id) else {
            self.damaged.push(id);
            return;
        };
        self.verified += 1;
        let seq = checked.head().map_or(0, |head| head.seq);
        let (author, class) = (checked.author(), checked.class());
        let chain = self.chains.entry((author, class)).or_default();
        *chain = (chain.0 + 1, chain.1.max(seq));
        self.places.insert(id, (author, class, seq));
        self.chronicle.offer(&checked, None);
    }

    fn set_aside(&self) -> BTreeSet<EntryId> {
        let aside = self.chronicle.contents(beffroi_trust::Count::SetAside);
        aside.into_iter().collect()
    }

    fn chains(&self, names: &Names) -> Vec<JournalChain> {
        let chain = |((author, class), (entries, last_seq)): (&(DeviceId, Class), &(u64, u64))| {
            JournalChain {
                post: names.of(author).map(|post| post.name.clone()),
                author: author.to_string(),
                class: class_word(*class).to_owned(),
                entries: *entries,
                last_seq: *last_seq,
            }
        };
        self.chains.iter().map(chain).collect()
    }
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
        let gaps = living.gaps();
        let gone = living.leaves.gone().map(|(at, slot)| {
            let kind = match gaps.contains(&at) {
                true => FindingKind::Gap,
                false if living.erasing.explains(&at, slot) => FindingKind::Erased,
                false => FindingKind::Carried,
            };
            (at, kind)
        });
        let parked = living.parked.values().filter_map(|bytes| {
            let entry = Entry::decode(bytes).ok()?;
            Checked::trusted(entry).ok()
        });
        let (opened, refused, unjudged) = living.view.cabinet().judged();
        let judged = JournalJudged {
            opened,
            refused: refused.len() as u64,
            unjudged,
        };
        Some(Said {
            genesis: living.genesis.clone(),
            names: living.view.cabinet().names().clone(),
            parked: parked.collect(),
            gone: gone.collect(),
            judged,
            refused,
        })
    }
}
