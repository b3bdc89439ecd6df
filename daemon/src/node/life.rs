//! How a territory comes alive: from the disk at start and after a failure, or at its founding. The
//! same entries always give the same state.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, RwLock};

use beffroi_net::{Address, NetConfig};
use beffroi_store::Store;
use beffroi_sync::{Engine, Input as SyncInput, PeerId};
use beffroi_trust::{Checked, Chronicle, Class, Entry, EntryId, Genesis, OrderKey, RingKeys};
use bytes::Bytes;

use super::erasing::Erasing;
use super::input::Input;
use super::leaves::Leaves;
use super::living::Living;
use super::patience::Patience;
use super::verdicts::{self, LastNote};
use super::{DENIED, GENESIS, Node, NodeHandle, REMEMBERED, SETTINGS, TYPED, bundles, receipts};
use crate::custody;
use crate::dice;
use crate::failure::Outcome;
use crate::node::internal;
use crate::vault::Vault;
use crate::view::{Applier, Arrival, View};
use crate::writer::Trouble;

/// Rows read from the store at a time.
const PAGE: usize = 1_000;
/// Entries read at a time while starting.
const GROUP: usize = 64;
/// Leaves taken into the view together while starting: enough for two cores, few enough to be small.
const LEAVES_TOGETHER: usize = 4_096;

/// Why a territory could not be brought to life from the disk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LifeError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] beffroi_store::StoreError),
    /// The founding statement is damaged.
    #[error("the founding statement on the disk is damaged: {0}")]
    Genesis(#[from] beffroi_trust::GenesisError),
    /// A thread could not be started.
    #[error("the system gives no thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// The founding statement of the territory on the disk.
pub(crate) fn genesis(store: &dyn Store) -> Result<Option<Genesis>, LifeError> {
    let bytes = store.value(SETTINGS, GENESIS)?;
    Ok(bytes.map(|bytes| Genesis::decode(&bytes)).transpose()?)
}

/// A territory as the disk tells it, not yet the node's.
pub(crate) struct Awake {
    living: Living,
    vault: Vault,
    on_the_way: BTreeMap<PeerId, bundles::OnTheWay>,
}

impl Awake {
    /// Reads every entry the store holds of a territory. With many of them it takes seconds: while the loop
    /// runs, on a thread that may block.
    pub(crate) fn read(
        store: &Arc<dyn Store>,
        node: &NodeHandle,
        genesis: Genesis,
        vault: Vault,
        rings: RingKeys,
    ) -> Result<Awake, LifeError> {
        let ring_keys = Arc::new(RwLock::new(rings));
        let mut chronicle = Chronicle::new(genesis.clone());
        let note = verdicts::read(store.as_ref())?;
        let held = verdicts::held(&ring_keys);
        let note = note.as_deref().map(|note| (note, &held));
        let view = Arc::new(View::new(store.clone(), ring_keys.clone(), note));
        let mut leaves = Leaves::default();
        let log = read_all(store.as_ref(), &mut chronicle, &view, &mut leaves)?;
        let keys = Arc::new(vault.device());
        let me: PeerId = keys.id().into();
        let config = beffroi_sync::Config::new(env!("CARGO_PKG_VERSION"), genesis.created_second());
        let receipts = receipts::read(store.as_ref())?;
        let mut engine = Engine::restore(me, config, dice::bytes(), log, &receipts);
        let node = node.clone();
        let applier = Applier::start(view.clone(), move |applied| {
            node.report(Input::Applied(applied))
        })?;
        let parked = read_parked(store.as_ref(), &mut chronicle)?;
        engine.restore_parked(parked.keys().copied());
        let on_the_way = bundles::read(store.as_ref())?;
        let upto = view.taken_in();
        let living = Living {
            id: genesis.territory(),
            genesis,
            keys,
            ring_keys,
            chronicle,
            engine,
            view,
            applier,
            staged: BTreeMap::new(),
            parked,
            last_note: LastNote::new(upto),
            erasing: Erasing::read(store.as_ref())?,
            leaves,
            incomplete: BTreeSet::new(),
            patience: Patience::default(),
        };
        Ok(Awake {
            living,
            vault,
            on_the_way,
        })
    }
}

impl Node {
    /// Brings a territory to life, with every entry the store holds of it.
    pub(crate) fn revive(
        &mut self,
        genesis: Genesis,
        vault: Vault,
        rings: RingKeys,
    ) -> Result<(), LifeError> {
        let awake = Awake::read(&self.store, &self.handle, genesis, vault, rings)?;
        self.live_as(awake);
        Ok(())
    }

    /// Lives as the disk told.
    pub(super) fn live_as(&mut self, awake: Awake) {
        self.on_the_way = awake.on_the_way;
        let mut living = awake.living;
        living.patience = Patience::new(self.config.limits.author_budget);
        self.living = Some(living);
        self.vault = Some(awake.vault);
        self.own_standing_changed();
        self.erasures_changed();
        self.recall_at_start();
        self.name_incomplete();
        self.duties_changed();
    }

    /// The same for a territory just founded or entered, and its network.
    pub(super) fn come_alive(
        &mut self,
        genesis: Genesis,
        vault: Vault,
        rings: RingKeys,
    ) -> Outcome<()> {
        self.revive(genesis, vault, rings)
            .map_err(|error| internal(&error))?;
        self.start_network();
        Ok(())
    }

    /// Starts the network of the territory. Without any interface it starts as well.
    pub(crate) fn start_network(&mut self) {
        let Some(living) = &self.living else {
            return;
        };
        if self.offline {
            tracing::warn!("started offline: no other post is looked for");
            return;
        }
        let mut config = NetConfig::new(*living.keys.signer.seed(), living.id.0);
        config.listen = addresses(&self.config.listen);
        config.porch = addresses(&self.config.porch);
        config.discovery = self.config.discovery.clone().into();
        config.peers = addresses(&self.config.peers);
        config.peers.extend(self.typed_peers());
        config.remembered = self.remembered();
        self.network.denied = self.denied();
        match beffroi_net::spawn(config) {
            Ok((net, events)) => {
                self.use_network(net, events);
                self.members_changed();
            }
            Err(error) => tracing::error!(%error, "the network cannot be started"),
        }
    }

    /// Addresses a person typed, from the disk.
    pub(crate) fn typed_peers(&self) -> Vec<Address> {
        let named = self
            .store
            .values(TYPED, &[], None, PAGE)
            .unwrap_or_default();
        named
            .iter()
            .filter_map(|named| std::str::from_utf8(&named.key).ok()?.parse().ok())
            .collect()
    }

    /// Devices this post alone does not speak with, from the disk.
    fn denied(&self) -> BTreeSet<PeerId> {
        let named = self.store.values(DENIED, &[], None, PAGE);
        let keys = named.unwrap_or_default().into_iter();
        keys.filter_map(|named| named.key.as_slice().try_into().ok().map(PeerId))
            .collect()
    }

    fn remembered(&mut self) -> Vec<(PeerId, Address)> {
        let named = self
            .store
            .values(REMEMBERED, &[], None, PAGE)
            .unwrap_or_default();
        for named in named {
            let peer = named.key.as_slice().try_into().ok().map(PeerId);
            let text = String::from_utf8(named.value).unwrap_or_default();
            let known: Vec<Address> = text.lines().filter_map(|line| line.parse().ok()).collect();
            if let Some(peer) = peer {
                self.network.remembered.insert(peer, known);
            }
        }
        let all = self.network.remembered.iter();
        all.flat_map(|(peer, known)| known.iter().map(|address| (*peer, *address)))
            .collect()
    }

    /// The disk works again. What was in hand when it failed is not on it and must be received or typed
    /// again: if there was any, the state is made anew from the disk.
    pub(super) fn recover(&mut self) {
        self.trouble = None;
        if !std::mem::take(&mut self.ahead_of_disk) {
            return;
        }
        let rings = self
            .living
            .as_ref()
            .map(|living| living.with_ring_keys(RingKeys::clone));
        self.read_anew(rings.unwrap_or_default());
    }

    /// Makes the state anew from the disk, with these ring keys: what was in hand is either there, or has
    /// failed.
    pub(super) fn read_anew(&mut self, rings: RingKeys) {
        let Some(living) = self.living.take() else {
            return;
        };
        let Some(vault) = self.vault.take() else {
            return;
        };
        // What still waits to be written is either on the disk before it is read, or has failed.
        self.writer.settle();
        let genesis = living.genesis.clone();
        drop(living);
        match self.revive(genesis, vault, rings) {
            Ok(()) => {
                tracing::info!("the state was read from the disk again");
                let connected: Vec<PeerId> = self.network.connected.keys().copied().collect();
                for peer in connected {
                    // The new engine knows of no link: begin each anew.
                    self.net_hang_up(peer, "the state was read again", None);
                }
                self.sync(SyncInput::Resumed);
            }
            Err(error) => {
                self.trouble = Some(Trouble::Failed);
                tracing::error!(%error, "the state cannot be read from the disk: restart beffroid");
            }
        }
    }
}

fn read_parked(
    store: &dyn Store,
    chronicle: &mut Chronicle,
) -> Result<BTreeMap<EntryId, Bytes>, LifeError> {
    let mut parked = BTreeMap::new();
    let mut after = None;
    loop {
        let page = store.parked(after, PAGE)?;
        for held in &page {
            let entry = Entry::decode(&held.bytes).ok();
            if let Some(checked) = entry.and_then(|entry| Checked::trusted(entry).ok()) {
                let sender = held
                    .note
                    .as_slice()
                    .try_into()
                    .ok()
                    .map(beffroi_trust::DeviceId);
                chronicle.offer(&checked, sender);
                parked.insert(checked.id(), Bytes::from(held.bytes.clone()));
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(last.id),
            _ => return Ok(parked),
        }
    }
}

/// Takes in every stored entry: the acts first, since how a content counts is theirs to say. Gives the log
/// for the engine.
fn read_all(
    store: &dyn Store,
    chronicle: &mut Chronicle,
    view: &View,
    kept: &mut Leaves,
) -> Result<Vec<(Class, OrderKey)>, LifeError> {
    let created = chronicle.genesis().created_second();
    for checked in custody::read(store, &acts(store)?)? {
        chronicle.offer(&checked, None);
    }
    let mut log = Vec::new();
    let mut waiting = Vec::new();
    let mut leaves = 0;
    let all = appended(store)?;
    for group in all.chunks(GROUP) {
        let ids: Vec<EntryId> = group.iter().map(|(_, id)| *id).collect();
        let appends: BTreeMap<EntryId, u64> =
            group.iter().map(|(append, id)| (*id, *append)).collect();
        for checked in custody::read(store, &ids)? {
            chronicle.offer(&checked, None);
            kept.note(&checked);
            log.push((checked.class(), checked.key(created)));
            if checked.class() == Class::Content {
                let append = appends.get(&checked.id());
                leaves += checked.entry().body.leaves.len();
                waiting.push(Arrival {
                    count: chronicle.count(&checked.id()),
                    was_judged: append.is_some_and(|append| view.was_judged(*append)),
                    checked,
                });
            }
        }
        let upto = group.last().map_or(0, |(append, _)| *append);
        if leaves >= LEAVES_TOGETHER {
            view.absorb(std::mem::take(&mut waiting), upto);
            leaves = 0;
        }
    }
    view.absorb(waiting, all.last().map_or(0, |(append, _)| *append));
    // Contents whose count a later one changed, as an entry does that closes a gap.
    let recounted = chronicle.recounted().into_iter();
    view.recount(&recounted.map(|id| (id, chronicle.count(&id))).collect());
    Ok(log)
}

/// Every entry by its append number.
fn appended(store: &dyn Store) -> Result<Vec<(u64, EntryId)>, LifeError> {
    let mut all: Vec<(u64, EntryId)> = Vec::new();
    loop {
        let cursor = all.last().map_or(0, |(append, _)| *append);
        let page = store.log(cursor, PAGE)?;
        all.extend(page.iter().map(|(append, id)| (*append, EntryId(*id))));
        if page.len() < PAGE {
            return Ok(all);
        }
    }
}

/// The ids of all acts, by second.
fn acts(store: &dyn Store) -> Result<Vec<EntryId>, LifeError> {
    let mut acts = Vec::new();
    let mut from = Bound::Unbounded;
    loop {
        let page = store.order(from, PAGE)?;
        let set = u8::from(Class::Act);
        acts.extend(
            page.iter()
                .filter(|key| key.set == set)
                .map(|key| EntryId(key.id)),
        );
        match page.last() {
            Some(last) if page.len() == PAGE && last.set == set => from = Bound::Excluded(*last),
            _ => return Ok(acts),
        }
    }
}

fn addresses(texts: &[String]) -> Vec<Address> {
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}
