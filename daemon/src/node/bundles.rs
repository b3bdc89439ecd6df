//! Files carried by hand, as the node knows them: what was written for whom, which receipts came back,
//! and entries taken in from a file. Everything kept here is this post's own truth, never synchronised.

use std::collections::BTreeMap;
use std::sync::Arc;

use beffroi_store::{Batch, Change, Held, Store, StoreError};
use beffroi_sync::bundle::{BundleReceipt, Counts, Ending, Header, RECEIPTS_MAX};
use beffroi_sync::{Digest, Input as SyncInput, PeerId};
use beffroi_trust::chronicle::Placement;
use beffroi_trust::{Checked, Class, DeviceId, DeviceKeys, EntryId, Genesis};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Kept, Node};
use crate::clock::now_ms;
use crate::failure::Outcome;
use crate::writer::Job;

/// The namespace of everything kept about bundles.
const BUNDLES: &str = "bundles";
/// Before the hash of a bundle written here: what it was.
const WRITTEN: u8 = b'w';
/// Before the hash and a number: some ids of a bundle written here.
const LISTED: u8 = b'i';
/// Before the writer and the hash of a bundle read here: the receipt for it.
const READ: u8 = b'r';
/// Rows read at a time.
const PAGE: usize = 1_000;
/// Ids in one row: 256 KiB is the most a value holds.
const IDS_PER_ROW: usize = 4_096;
/// Ids of one bundle kept one by one, for a receipt by another post than the one meant: as many as the
/// engine remembers one by one.
const IDS_KEPT_MAX: usize = 65_536;

/// A bundle written here.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Written {
    to: Option<DeviceId>,
    created_ms: u64,
    entries: u64,
    /// The sets when it was written: who has a bundle of everything has these.
    acts: (u64, [u8; 16]),
    contents: (u64, [u8; 16]),
}

/// What was written for a post, as long as it said nothing of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnTheWay {
    pub(crate) entries: u64,
    pub(crate) since_ms: u64,
}

/// What a bundle is to hold.
pub(crate) struct Packing {
    pub(crate) genesis: Genesis,
    pub(crate) keys: Arc<DeviceKeys>,
    pub(crate) to: Option<PeerId>,
    pub(crate) acts: Vec<EntryId>,
    pub(crate) contents: Vec<EntryId>,
    sets: [Digest; 2],
}

/// What became of some entries of a file.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) new: u64,
    pub(crate) known: u64,
    pub(crate) parked: u64,
    /// No room aside for entries of unknown authors.
    pub(crate) no_room: u64,
}

impl Node {
    /// What a bundle for a post, or for anybody, is to hold now.
    pub(crate) fn packing(&mut self, to: Option<PeerId>) -> Option<Packing> {
        let living = self.living.as_mut()?;
        let sets = [Class::Act, Class::Content].map(|class| living.engine.digest(class));
        let of = |class| {
            let ids = living.engine.ids(class).copied();
            let lacks = |id: &EntryId| to.is_none_or(|to| !living.engine.acknowledged(&to, id));
            ids.filter(lacks).collect()
        };
        Some(Packing {
            acts: of(Class::Act),
            contents: of(Class::Content),
            genesis: living.genesis.clone(),
            keys: living.keys.clone(),
            to,
            sets,
        })
    }

    /// Remembers a bundle that was written, so that its receipt can be understood.
    pub(crate) fn bundle_written(
        &mut self,
        packing: &Packing,
        header: &Header,
        ending: &Ending,
        ids: &[EntryId],
    ) {
        let [acts, contents] = packing.sets.map(|digest| (digest.count, digest.root));
        let written = Written {
            to: header.to,
            created_ms: header.created_ms,
            entries: ending.counts.entries(),
            acts,
            contents,
        };
        let mut batch = Batch::new();
        if let Ok(bytes) = postcard::to_allocvec(&written) {
            batch.put(BUNDLES, &key(WRITTEN, &[&ending.hash]), &bytes);
        }
        if written.to.is_some() && ids.len() <= IDS_KEPT_MAX {
            for (number, ids) in (0_u8..).zip(ids.chunks(IDS_PER_ROW)) {
                let bytes: Vec<u8> = ids.iter().flat_map(|id| id.0).collect();
                batch.put(BUNDLES, &key(LISTED, &[&ending.hash, &[number]]), &bytes);
            }
        }
        self.writer.keep(Job {
            ids: Vec::new(),
            batch,
        });
        if let (Some(to), 1..) = (written.to, written.entries) {
            let on_the_way = OnTheWay {
                entries: written.entries,
                since_ms: written.created_ms,
            };
            self.on_the_way.insert(to.into(), on_the_way);
            self.tell_peer(to.into());
        }
    }

    /// Takes in entries of a file, whose sender is nobody: they share no peer's room.
    pub(crate) fn take_from_file(&mut self, entries: Vec<Checked>) -> Outcome<(Taken, Kept)> {
        self.refuse_in_trouble()?;
        let mut taken = Taken::default();
        let mut parcels = Vec::new();
        let mut park = Batch::new();
        let mut wait = Vec::new();
        if let Some(living) = &mut self.living {
            let mut parked = Vec::new();
            for checked in entries {
                let id = checked.id();
                match living.chronicle.offer(&checked, None) {
                    Placement::InSet => {
                        taken.new += 1;
                        wait.push(id);
                        parcels.extend(living.parcel(&checked));
                        living.stage(checked);
                    }
                    Placement::Known => {
                        taken.known += 1;
                        if living.staged.contains_key(&id) {
                            wait.push(id);
                        }
                    }
                    Placement::Parked => {
                        taken.parked += 1;
                        let bytes = checked.entry().encode();
                        park.push(Change::Park(Held {
                            id: id.0,
                            received_ms: now_ms(),
                            note: Vec::new(),
                            bytes: bytes.clone(),
                        }));
                        living.parked.insert(id, Bytes::from(bytes));
                        parked.push(id);
                    }
                    Placement::ParkFull => taken.no_room += 1,
                }
            }
            living.engine.restore_parked(parked);
            let woken = living.wake();
            wait.extend(woken.iter().map(|parcel| parcel.id));
            parcels.extend(woken);
        }
        if !park.changes.is_empty() {
            self.writer.keep(Job {
                ids: Vec::new(),
                batch: park,
            });
        }
        let kept = self.waiting.for_entries(wait);
        if !parcels.is_empty() {
            self.sync(SyncInput::Woken(parcels));
        }
        Ok((taken, kept))
    }

    /// The writer of a bundle signed that it has these: it counts as having acknowledged them.
    pub(crate) fn writer_has(&mut self, writer: DeviceId, ids: &[EntryId]) {
        let peer = PeerId::from(writer);
        let Some(living) = &mut self.living else {
            return;
        };
        if writer == living.me() || living.chronicle.standing().member(&writer).is_none() {
            return;
        }
        for class in [Class::Act, Class::Content] {
            living.engine.holds(peer, class, ids);
        }
        self.peers.brought(peer, now_ms());
        self.receipts_changed(peer);
    }

    /// Keeps the receipt for a bundle that was read whole, to be carried back. Of its own bundle a post
    /// makes none.
    pub(crate) fn sign_receipt(
        &mut self,
        header: &Header,
        ending: &Ending,
    ) -> Option<BundleReceipt> {
        let living = self.living.as_ref()?;
        if header.writer == living.me() {
            return None;
        }
        let receipt = BundleReceipt::sign(&living.keys.signer, header, ending, now_ms());
        let mut batch = Batch::new();
        let key = key(READ, &[&header.writer.0, &ending.hash]);
        batch.put(BUNDLES, &key, &receipt.encode());
        self.writer.keep(Job {
            ids: Vec::new(),
            batch,
        });
        Some(receipt)
    }

    /// The receipts to be carried back, the newest first: for one post, or for all.
    pub(crate) fn receipts_to_carry(&self, to: Option<PeerId>) -> Vec<BundleReceipt> {
        let prefix = to.map_or_else(|| vec![READ], |to| key(READ, &[&to.0]));
        let mut receipts = Vec::new();
        each(self.store.as_ref(), &prefix, |_, value| {
            receipts.extend(BundleReceipt::decode(value));
        })
        .unwrap_or_else(|error| tracing::error!(%error, "receipts cannot be read"));
        // A writer that was in step since knows all of it.
        receipts.retain(|receipt| {
            let writer = PeerId::from(receipt.said.writer);
            let in_step = self.peers.of(&writer).in_step_ms;
            in_step.is_none_or(|at| at < receipt.said.at_ms)
        });
        receipts.sort_by_key(|receipt| std::cmp::Reverse(receipt.said.at_ms));
        receipts.truncate(usize::try_from(RECEIPTS_MAX).unwrap_or(usize::MAX));
        receipts
    }

    /// A receipt came. It counts when its reader signed it, stands or stood, and it is for a bundle that was
    /// written here; how many entries it acknowledges.
    pub(crate) fn take_receipt(&mut self, receipt: &BundleReceipt) -> Option<u64> {
        let living = self.living.as_mut()?;
        let said = &receipt.said;
        let known = living.chronicle.standing().member(&said.reader).is_some();
        if said.writer != living.me()
            || said.territory != living.id
            || said.reader == said.writer
            || !known
            || !receipt.is_signed()
        {
            return None;
        }
        let kept = self.store.value(BUNDLES, &key(WRITTEN, &[&said.bundle]));
        let written: Written = postcard::from_bytes(&kept.ok()??).ok()?;
        let reader = PeerId::from(said.reader);
        if written.to.is_none_or(|to| to == said.reader) {
            let sets = [
                (Class::Act, written.acts),
                (Class::Content, written.contents),
            ];
            for (class, (count, root)) in sets {
                living
                    .engine
                    .holds_first(reader, class, Digest { count, root });
            }
        } else {
            let listed = key(LISTED, &[&said.bundle]);
            let engine = &mut living.engine;
            each(self.store.as_ref(), &listed, |_, value| {
                let ids: Vec<EntryId> = value.as_chunks().0.iter().copied().map(EntryId).collect();
                for class in [Class::Act, Class::Content] {
                    engine.holds(reader, class, &ids);
                }
            })
            .ok()?;
        }
        self.peers.brought(reader, now_ms());
        self.arrived_at(reader, written.created_ms);
        self.receipts_changed(reader);
        Some(written.entries)
    }

    /// A post has what was written for it up to then: it is on the way no more.
    fn arrived_at(&mut self, peer: PeerId, created_ms: u64) {
        let newest = self.on_the_way.get(&peer);
        if newest.is_some_and(|newest| newest.since_ms <= created_ms) {
            self.on_the_way.remove(&peer);
        }
        let mut batch = Batch::new();
        each(self.store.as_ref(), &[WRITTEN], |row, value| {
            let written: Option<Written> = postcard::from_bytes(value).ok();
            let Some(hash) = row.get(1..) else { return };
            let is_here = |written: &Written| {
                written.to == Some(peer.into()) && written.created_ms <= created_ms
            };
            if written.as_ref().is_some_and(is_here) {
                batch.put(BUNDLES, &key(b'd', &[hash]), &[]);
            }
        })
        .unwrap_or_else(|error| tracing::error!(%error, "bundles cannot be read"));
        if !batch.changes.is_empty() {
            self.writer.keep(Job {
                ids: Vec::new(),
                batch,
            });
        }
    }

    /// A post was in step: nothing written for it before matters any more.
    pub(crate) fn nothing_on_the_way(&mut self, peer: PeerId) {
        if self.on_the_way.contains_key(&peer) {
            self.arrived_at(peer, u64::MAX);
        }
    }
}

/// What is on the way, from the disk.
pub(crate) fn read(store: &dyn Store) -> Result<BTreeMap<PeerId, OnTheWay>, StoreError> {
    let mut arrived = Vec::new();
    each(store, b"d", |row, _| {
        arrived.extend(row.get(1..).map(<[u8]>::to_vec))
    })?;
    let mut on_the_way = BTreeMap::<PeerId, OnTheWay>::new();
    each(store, &[WRITTEN], |row, value| {
        let written: Option<Written> = postcard::from_bytes(value).ok();
        let Some((written, to)) = written
            .and_then(|written| Some((written.to?, written)))
            .map(|(to, written)| (written, to))
        else {
            return;
        };
        let hash = row.get(1..).unwrap_or_default();
        if written.entries == 0 || arrived.iter().any(|arrived| arrived == hash) {
            return;
        }
        let newest = OnTheWay {
            entries: written.entries,
            since_ms: written.created_ms,
        };
        let known = on_the_way.entry(to.into()).or_insert(newest);
        if known.since_ms < newest.since_ms {
            *known = newest;
        }
    })?;
    Ok(on_the_way)
}

/// Does something with every row whose key begins so.
fn each(
    store: &dyn Store,
    prefix: &[u8],
    mut take: impl FnMut(&[u8], &[u8]),
) -> Result<(), StoreError> {
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = store.values(BUNDLES, prefix, after.as_deref(), PAGE)?;
        for row in &page {
            take(&row.key, &row.value);
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.key.clone()),
            _ => return Ok(()),
        }
    }
}

fn key(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![tag];
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

/// The counts of an entry: what of it a bundle holds.
pub(crate) fn count(counts: &mut Counts, entry: &beffroi_trust::Entry) {
    let Ok(head) = beffroi_trust::Head::decode(&entry.head) else {
        // Of a later version: carried, and counted as contents.
        counts.contents += 1;
        return;
    };
    match head.class {
        Class::Act => counts.acts += 1,
        Class::Content => counts.contents += 1,
    }
    let private = |leaf: &beffroi_trust::Leaf| {
        let slot = head.slots.get(usize::from(leaf.slot()));
        leaf.bytes().is_some()
            && slot.is_some_and(|slot| slot.ring == beffroi_trust::ids::RING_PEOPLE)
    };
    let leaves = entry.body.leaves.iter().filter(|leaf| private(leaf));
    counts.private_leaves += leaves.count() as u64;
}
