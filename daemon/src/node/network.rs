//! Between the event loop and the network: events in, orders out. Orders that the network takes in its
//! own time are sent from tasks, so that the loop never waits for it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::{Duration, Instant};

use beffroi_net::porch::ask;
use beffroi_net::{Address, LinkSender, NetEvent, NetHandle, PORCH_PORT};
use beffroi_store::Batch;
use beffroi_sync::wire::Address as ToldAddress;
use beffroi_sync::{Input as SyncInput, Link, PeerId};
use beffroi_trust::invite::{PorchReply, PorchRequest, Present};
use beffroi_trust::{DeviceId, Entry};
use bytes::Bytes;
use tokio::sync::mpsc;

use super::input::Input;
use super::living::Living;
use super::{Node, REMEMBERED};
use crate::clock::now_ms;
use crate::config::Link as ConfiguredLink;
use crate::custody;
use crate::writer::Job;

/// Addresses kept for each peer across restarts (sync.md).
const REMEMBERED_MAX: usize = 8;
/// How long the porch stays open for a device that the main port did not know.
const PORCH_OPEN: Duration = Duration::from_secs(120);
/// Members whose addresses are told to neighbours at once.
const TOLD_MAX: usize = beffroi_sync::limits::ADDRESSES_MAX;

type Order = Box<dyn FnOnce(NetHandle) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// What the loop knows of the network.
#[derive(Default)]
pub(crate) struct Network {
    pub(crate) handle: Option<NetHandle>,
    orders: Option<mpsc::UnboundedSender<Order>>,
    pub(crate) listening: BTreeSet<Address>,
    pub(crate) connected: BTreeMap<PeerId, LinkSender>,
    /// Where each peer was reached, newest first; on the disk too.
    pub(crate) remembered: BTreeMap<PeerId, Vec<Address>>,
    pub(crate) porch: Vec<Address>,
    /// Where a porch of each address was heard.
    porches: BTreeMap<IpAddr, Address>,
    porch_until: Option<Instant>,
    /// Devices to which this post has presented its grants and not yet heard back.
    presenting: BTreeSet<PeerId>,
}

impl Node {
    pub(super) fn on_net(&mut self, event: NetEvent) {
        match event {
            NetEvent::Connected {
                peer,
                address: _,
                dialer: _,
                interface,
                link,
            } => {
                self.connected(peer, interface.as_deref(), link);
            }
            NetEvent::Disconnected { peer, reason } => {
                tracing::info!(%peer, %reason, "a link ended");
                self.network.connected.remove(&peer);
                self.sync(SyncInput::Disconnected(peer));
                self.tell_peer(peer);
            }
            NetEvent::Frame { peer, bytes } => {
                self.peers.heard(peer, now_ms());
                self.sync(SyncInput::Received(peer, bytes));
            }
            NetEvent::AddressLearned { peer, address } => self.remember(peer, address),
            NetEvent::Refused { peer, address } => self.present(peer, address),
            NetEvent::TurnedAway { device, address: _ } => {
                tracing::info!(%device, "a device we do not know was turned away: the porch is open for it");
                self.keep_porch_open();
                self.open_porch();
            }
            NetEvent::PorchRequest {
                token,
                from: _,
                bytes,
            } => self.at_the_porch(token, &bytes),
            NetEvent::PorchHeard {
                porch,
                main: _,
                peer: _,
            } => {
                self.network.porches.insert(porch.ip(), porch);
            }
            NetEvent::Listening(address) => {
                tracing::info!(%address, "reachable");
                self.network.listening.insert(address);
                self.tell_addresses();
            }
            NetEvent::Unlisted(address) => {
                tracing::info!(%address, "no longer reachable");
                self.network.listening.remove(&address);
                self.tell_addresses();
            }
            NetEvent::ListenFailed { address, error } => {
                tracing::warn!(%address, %error, "an address could not be bound");
            }
        }
    }

    fn connected(&mut self, peer: PeerId, interface: Option<&str>, sender: LinkSender) {
        tracing::info!(%peer, "a link stands");
        let link = self.link_of(peer, interface);
        self.network.connected.insert(peer, sender);
        self.network.presenting.remove(&peer);
        self.peers.heard(peer, now_ms());
        self.sync(SyncInput::Connected {
            peer,
            link,
            wall_ms: now_ms(),
        });
        self.tell_addresses();
        self.tell_peer(peer);
    }

    /// A link is thin when its interface or its post's code is configured so.
    fn link_of(&self, peer: PeerId, interface: Option<&str>) -> Link {
        let code = self.living.as_ref().and_then(|living| {
            let device: DeviceId = peer.into();
            living
                .view
                .cabinet()
                .names()
                .of(&device)
                .map(|post| post.code.clone())
        });
        let names = code.as_deref().into_iter().chain(interface);
        match names
            .filter_map(|name| self.config.links.get(name).copied())
            .next()
        {
            Some(ConfiguredLink::Thin) => Link::Thin,
            None => Link::Fast,
        }
    }

    /// Keeps an address for the next start.
    fn remember(&mut self, peer: PeerId, address: Address) {
        let known = self.network.remembered.entry(peer).or_default();
        if known.first() == Some(&address) {
            return;
        }
        known.retain(|known| *known != address);
        known.insert(0, address);
        known.truncate(REMEMBERED_MAX);
        let text = known
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        let mut batch = Batch::new();
        batch.put(REMEMBERED, &peer.0, text.as_bytes());
        self.writer.keep(Job {
            ids: Vec::new(),
            batch,
        });
        self.tell_addresses();
    }

    /// Tells neighbours where members can be dialled: this post, and those it reached itself.
    fn tell_addresses(&mut self) {
        let Some(living) = &self.living else {
            return;
        };
        let me: PeerId = living.me().into();
        let ours = self.network.listening.iter().map(|address| (me, *address));
        let theirs = self.network.remembered.iter();
        let theirs = theirs.flat_map(|(peer, known)| known.iter().map(|address| (*peer, *address)));
        let all = ours
            .chain(theirs)
            .filter(|(_, address)| address.dialable().is_ok());
        let told = all.filter_map(|(peer, address)| ToldAddress::new(peer, &address.to_string()));
        let told = told.take(TOLD_MAX).collect();
        self.sync(SyncInput::Reachable(told));
    }

    pub(super) fn addresses_told(&mut self, by: PeerId, addresses: &[ToldAddress]) {
        tracing::debug!(%by, count = addresses.len(), "addresses were told");
        let mut learned: BTreeMap<PeerId, Vec<Address>> = BTreeMap::new();
        for told in addresses {
            if let Ok(address) = told.address.parse() {
                learned.entry(PeerId(told.peer)).or_default().push(address);
            }
        }
        self.with_net(|net| async move {
            for (peer, addresses) in learned {
                let _ = net.learn(peer, addresses).await;
            }
        });
    }

    /// Shows our grants at the porch of a post that turned us away: it may not have heard of them.
    fn present(&mut self, peer: PeerId, address: Address) {
        let usual = Address::new(address.ip(), PORCH_PORT);
        let porch = self
            .network
            .porches
            .get(&address.ip())
            .copied()
            .unwrap_or(usual);
        let Some(chain) = self
            .living
            .as_ref()
            .and_then(|living| self.own_chain(living))
        else {
            return;
        };
        let Ok(present) = Present::new(&chain) else {
            return;
        };
        if !self.network.presenting.insert(peer) {
            return;
        }
        let node = self.handle.clone();
        let request = Bytes::from(PorchRequest::Present(present).encode());
        tokio::spawn(async move {
            let answer = ask(porch, request).await;
            let task = move |node: &mut Node| node.presented(peer, address, answer.ok());
            let _ = node.ask(task).await;
        });
    }

    fn own_chain(&self, living: &Living) -> Option<Vec<Entry>> {
        let grant = living.chronicle.standing().member(&living.me())?.cites?;
        self.chain_entries(living, &grant)
    }

    fn presented(&mut self, peer: PeerId, address: Address, answer: Option<Bytes>) {
        self.network.presenting.remove(&peer);
        match answer.as_deref().map(PorchReply::decode) {
            Some(Ok(PorchReply::Allowed)) => self.with_net(move |net| async move {
                let _ = net.dial(address).await;
            }),
            Some(Ok(PorchReply::Withdrawn(withdrawn))) => {
                let Some(living) = &self.living else {
                    return;
                };
                if let Ok(entries) = withdrawn.open(&living.id) {
                    self.take_acts(entries);
                }
            }
            Some(_) | None => {}
        }
    }

    /// Takes in acts that were shown at a porch.
    fn take_acts(&mut self, entries: Vec<beffroi_trust::Checked>) {
        let Some(living) = &mut self.living else {
            return;
        };
        let mut parcels = Vec::new();
        for checked in entries {
            if living.chronicle.offer(&checked, None) == beffroi_trust::Placement::InSet {
                parcels.extend(living.parcel(&checked));
                living.stage(checked);
            }
        }
        parcels.extend(living.wake());
        if !parcels.is_empty() {
            self.sync(SyncInput::Woken(parcels));
        }
    }

    fn at_the_porch(&mut self, token: u64, bytes: &[u8]) {
        match PorchRequest::decode(bytes) {
            Ok(PorchRequest::Claim(claim)) => self.claimed(token, *claim),
            Ok(PorchRequest::Present(present)) => self.shown(token, &present),
            Err(error) => {
                tracing::debug!(%error, "nonsense at the porch");
                self.answer_porch(
                    token,
                    &PorchReply::Refused(beffroi_trust::invite::PorchRefusal::NotProven),
                );
            }
        }
    }

    /// A member shows its grants. Taken, they are acts like any others.
    fn shown(&mut self, token: u64, present: &Present) {
        use beffroi_trust::invite::PorchRefusal;
        let Some(living) = &self.living else {
            return;
        };
        let Ok((device, chain)) = present.open(&living.genesis) else {
            self.answer_porch(token, &PorchReply::Refused(PorchRefusal::NotProven));
            return;
        };
        self.take_acts(chain);
        let reply =
            self.living
                .as_ref()
                .map_or(PorchReply::Refused(PorchRefusal::Busy), |living| {
                    if living.chronicle.standing().stands(&device) {
                        return PorchReply::Allowed;
                    }
                    self.proof_of_withdrawal(living, &device).map_or(
                        PorchReply::Refused(PorchRefusal::NotProven),
                        PorchReply::Withdrawn,
                    )
                });
        self.members_changed();
        self.answer_porch(token, &reply);
    }

    fn proof_of_withdrawal(
        &self,
        living: &Living,
        device: &DeviceId,
    ) -> Option<beffroi_trust::invite::Withdrawn> {
        let standing = living.chronicle.standing();
        let member = standing.member(device)?;
        let revoke = member.grants.iter().find_map(|grant| {
            standing
                .permit(grant)?
                .cut
                .as_ref()?
                .revokes
                .first()
                .copied()
        })?;
        let cites = living.chronicle.act(&revoke)?.grant;
        let mut entries = if cites == standing.territory() {
            Vec::new()
        } else {
            self.chain_entries(living, &cites)?
        };
        entries.extend(self.stored_entries(&[revoke])?);
        beffroi_trust::invite::Withdrawn::new(&entries).ok()
    }

    /// The grants from the root to this one, the root's first.
    pub(super) fn chain_entries(
        &self,
        living: &Living,
        grant: &beffroi_trust::EntryId,
    ) -> Option<Vec<Entry>> {
        let mut chain = living.chronicle.chain(grant);
        chain.reverse();
        self.stored_entries(&chain)
    }

    fn stored_entries(&self, ids: &[beffroi_trust::EntryId]) -> Option<Vec<Entry>> {
        let stored = self
            .store
            .entries(&ids.iter().map(|id| id.0).collect::<Vec<_>>())
            .ok()?;
        stored
            .iter()
            .map(|stored| custody::entry(stored.as_ref()?).ok())
            .collect()
    }

    /// The devices now standing are let in, all others put out.
    pub(super) fn members_changed(&mut self) {
        let Some(living) = &self.living else {
            return;
        };
        let me = living.me();
        let devices = living
            .chronicle
            .standing()
            .devices()
            .filter(|device| **device != me);
        let allowed: BTreeSet<PeerId> = devices.map(|device| PeerId::from(*device)).collect();
        self.with_net(|net| async move {
            let _ = net.allow(allowed).await;
        });
        self.events.tell(|_| beffroi_api::event::Event::Members {});
    }

    pub(super) fn net_send(&mut self, peer: PeerId, frame: Bytes) {
        let Some(link) = self.network.connected.get(&peer) else {
            return;
        };
        // A link that takes no more is being ended, and its end is told.
        if let Err(error) = link.send(frame) {
            tracing::debug!(%peer, %error, "a frame was not sent");
        }
    }

    pub(super) fn net_hang_up(&mut self, peer: PeerId, reason: &str, ban: Option<Duration>) {
        let reason = reason.to_owned();
        self.with_net(move |net| async move {
            let _ = net.hang_up(peer, reason, ban).await;
        });
    }

    /// Takes addresses of a member and dials them now.
    pub(super) fn learn(&self, peer: PeerId, addresses: &[String]) {
        let addresses: Vec<Address> = addresses
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect();
        self.with_net(move |net| async move {
            let _ = net.learn(peer, addresses.clone()).await;
            for address in addresses {
                let _ = net.dial(address).await;
            }
        });
    }

    pub(super) fn open_porch(&mut self) {
        let node = self.handle.clone();
        self.with_net(|net| async move {
            match net.open_porch().await {
                Ok(porch) => {
                    let _ = node
                        .ask(move |node: &mut Node| node.network.porch = porch)
                        .await;
                }
                Err(error) => tracing::warn!(%error, "the porch could not be opened"),
            }
        });
    }

    /// The porch does not close for a while, whatever becomes of the codes.
    pub(super) fn keep_porch_open(&mut self) {
        self.network.porch_until = Some(Instant::now() + PORCH_OPEN);
    }

    pub(super) fn close_porch_if_idle(&mut self) {
        let waiting = self
            .network
            .porch_until
            .is_some_and(|until| until > Instant::now());
        if waiting || self.invites.any_open(now_ms()) || self.network.porch.is_empty() {
            return;
        }
        self.network.porch.clear();
        self.with_net(|net| async move {
            let _ = net.close_porch().await;
        });
    }

    pub(super) fn answer_porch(&self, token: u64, reply: &PorchReply) {
        let answer = Bytes::from(reply.encode());
        self.with_net(move |net| async move {
            let _ = net.answer_porch(token, answer).await;
        });
    }

    /// Where this post's main port can be reached.
    pub(super) fn main_addresses(&self) -> Vec<String> {
        let most = beffroi_trust::limits::ADDRESSES_MAX;
        self.network
            .listening
            .iter()
            .take(most)
            .map(ToString::to_string)
            .collect()
    }

    /// Gives the network an order; orders are taken in the order given.
    pub(super) fn with_net<F: Future<Output = ()> + Send + 'static>(
        &self,
        work: impl FnOnce(NetHandle) -> F + Send + 'static,
    ) {
        if let Some(orders) = &self.network.orders {
            let order: Order = Box::new(move |net| Box::pin(work(net)));
            // The network has stopped: so has the daemon, nearly.
            let _ = orders.send(order);
        }
    }

    /// Takes the network into use: its events come to the loop one by one (while the loop is behind,
    /// nothing is read from the peers), and orders go to it one by one.
    pub(super) fn use_network(&mut self, net: NetHandle, mut events: beffroi_net::NetEvents) {
        let node = self.handle.clone();
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if node.send(Input::Net(event)).await.is_err() {
                    return;
                }
            }
        });
        // Unbounded, since the loop must not wait for the network, which waits for the loop. Each order
        // answers one event or one request, and those are bounded.
        let (orders, mut waiting) = mpsc::unbounded_channel::<Order>();
        let worker = net.clone();
        tokio::spawn(async move {
            while let Some(order) = waiting.recv().await {
                order(worker.clone()).await;
            }
        });
        self.network.handle = Some(net);
        self.network.orders = Some(orders);
    }
}
