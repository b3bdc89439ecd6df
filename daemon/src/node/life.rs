//! How a territory comes alive: from the disk at start and after a failure, or at its founding. The
//! same entries always give the same state.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, RwLock};

use beffroi_net::{Address, NetConfig};
use beffroi_store::Store;
use beffroi_sync::{Engine, Input as SyncInput, PeerId};
use beffroi_trust::{Checked, Chronicle, Class, Entry, Genesis, RingKeys};
use bytes::Bytes;

use super::input::Input;
use super::living::Living;
use super::{GENESIS, Node, REMEMBERED, SETTINGS, TYPED, receipts};
use crate::custody;
use crate::dice;
use crate::failure::Outcome;
use crate::node::internal;
use crate::vault::Vault;
use crate::view::{Applier, Arrival, View};
use crate::writer::Trouble;

/// Rows read from the store at a time.
const PAGE: usize = 1_000;
/// Entries taken into the view at a time while starting: each may hold a hundred records.
const GROUP: usize = 64;

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

impl Node {
    /// Brings a territory to life, with every entry the store holds of it.
    pub(crate) fn revive(
        &mut self,
        genesis: Genesis,
        vault: Vault,
        rings: RingKeys,
    ) -> Result<(), LifeError> {
        let ring_keys = Arc::new(RwLock::new(rings));
        let mut chronicle = Chronicle::new(genesis.clone());
        let stored = read_all(self.store.as_ref(), &mut chronicle)?;
        let view = Arc::new(View::new(self.store.clone(), ring_keys.clone()));
        // Acts must all be known before it is asked how contents count.
        for group in stored.contents.chunks(GROUP) {
            let arrivals = custody::read(self.store.as_ref(), group)?;
            let arrivals = arrivals.into_iter().map(|checked| {
                let count = chronicle.count(&checked.id());
                Arrival { checked, count }
            });
            view.absorb(arrivals.collect());
        }
        let keys = Arc::new(vault.device());
        let me: PeerId = keys.id().into();
        let config = beffroi_sync::Config::new(env!("CARGO_PKG_VERSION"), genesis.created_second());
        let receipts = receipts::read(self.store.as_ref())?;
        let mut engine = Engine::restore(me, config, dice::bytes(), stored.log, &receipts);
        let node = self.handle.clone();
        let applier = Applier::start(view.clone(), move |absorbed| {
            node.report(Input::Absorbed(absorbed))
        })?;
        let parked = self.read_parked(&mut chronicle)?;
        engine.restore_parked(parked.keys().copied());
        self.living = Some(Living {
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
        });
        self.vault = Some(vault);
        Ok(())
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

    fn read_parked(
        &self,
        chronicle: &mut Chronicle,
    ) -> Result<BTreeMap<beffroi_trust::EntryId, Bytes>, LifeError> {
        let mut parked = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.store.parked(after, PAGE)?;
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
        let Some(living) = self.living.take() else {
            return;
        };
        let Some(vault) = self.vault.take() else {
            return;
        };
        // What still waits to be written is either on the disk before it is read, or has failed.
        self.writer.settle();
        let rings = living.with_ring_keys(RingKeys::clone);
        let genesis = living.genesis.clone();
        drop(living);
        match self.revive(genesis, vault, rings) {
            Ok(()) => {
                tracing::info!("the state was read from the disk again");
                let connected: Vec<PeerId> = self.network.connected.keys().copied().collect();
                for peer in connected {
                    // The new engine knows of no link: begin each anew.
                    self.net_hang_up(peer, "the disk works again", None);
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

/// What the store holds of a territory: the log for the engine, the contents for the view.
struct Stored {
    log: Vec<(Class, beffroi_trust::OrderKey)>,
    contents: Vec<beffroi_trust::EntryId>,
}

/// Offers every stored entry to the chronicle, the acts first.
fn read_all(store: &dyn Store, chronicle: &mut Chronicle) -> Result<Stored, LifeError> {
    let created = chronicle.genesis().created_second();
    let mut ids = Vec::new();
    let mut cursor = 0;
    loop {
        let page = store.log(cursor, PAGE)?;
        ids.extend(page.iter().map(|(_, id)| beffroi_trust::EntryId(*id)));
        match page.last() {
            Some((last, _)) if page.len() == PAGE => cursor = *last,
            _ => break,
        }
    }
    let acts = acts(store)?;
    for checked in custody::read(store, &acts)? {
        chronicle.offer(&checked, None);
    }
    let mut stored = Stored {
        log: Vec::with_capacity(ids.len()),
        contents: Vec::new(),
    };
    for group in ids.chunks(GROUP) {
        for checked in custody::read(store, group)? {
            chronicle.offer(&checked, None);
            stored.log.push((checked.class(), checked.key(created)));
            if checked.class() == Class::Content {
                stored.contents.push(checked.id());
            }
        }
    }
    Ok(stored)
}

/// The ids of all acts, by second.
fn acts(store: &dyn Store) -> Result<Vec<beffroi_trust::EntryId>, LifeError> {
    let mut acts = Vec::new();
    let mut from = Bound::Unbounded;
    loop {
        let page = store.order(from, PAGE)?;
        let set = u8::from(Class::Act);
        acts.extend(
            page.iter()
                .filter(|key| key.set == set)
                .map(|key| beffroi_trust::EntryId(key.id)),
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
