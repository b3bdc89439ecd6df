//! Between the event loop and the network: events in, orders out. Orders that the network takes in its
//! own time are sent from tasks, so that the loop never waits for it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::{Duration, Instant};

use beffroi_net::{Address, LinkSender, NetEvent, NetHandle};
use beffroi_store::Batch;
use beffroi_sync::wire::Address as ToldAddress;
use beffroi_sync::{Input as SyncInput, Link, PeerId};
use beffroi_trust::DeviceId;
use bytes::Bytes;
use tokio::sync::mpsc;

use super::input::Input;
use super::{Node, REMEMBERED};
use crate::clock::now_ms;
use crate::config::Link as ConfiguredLink;
use crate::writer::Job;

/// Addresses kept for each peer across restarts (sync.md).
const REMEMBERED_MAX: usize = 8;
/// Members whose addresses are told to neighbours at once.
const TOLD_MAX: usize = beffroi_sync::limits::ADDRESSES_MAX;

/// How long a link outlives the standing of its peer: the act that ended it reaches the peer, which is told
/// and locks; a second is promised, and nothing new is sealed for the peer meanwhile.
const LAST_WORD: Duration = Duration::from_millis(300);

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
    pub(super) porches: BTreeMap<IpAddr, Address>,
    pub(super) porch_until: Option<Instant>,
    /// Devices to which this post has presented its grants and not yet heard back.
    pub(super) presenting: BTreeSet<PeerId>,
    /// Linked devices that no longer stand, and have been sent the act that says so.
    leaving: BTreeSet<PeerId>,
    /// Devices this post alone does not speak with; on the disk too.
    pub(crate) denied: BTreeSet<PeerId>,
}

impl Node {
    pub(super) fn on_net(&mut self, event: NetEvent) {
        if self.network.handle.is_none() {
            // Of a network that was ended by locking.
            return;
        }
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
                self.network.leaving.remove(&peer);
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
        let allowed = devices.map(|device| PeerId::from(*device));
        let allowed: BTreeSet<PeerId> = allowed
            .filter(|peer| !self.network.denied.contains(peer))
            .collect();
        let network = &mut self.network;
        let leaving = network.connected.keys().copied();
        let leaving: BTreeSet<PeerId> = leaving
            .filter(|peer| !allowed.contains(peer) && !network.denied.contains(peer))
            // Once each: the next acts must not give another delay.
            .filter(|peer| network.leaving.insert(*peer))
            .collect();
        self.with_net(|net| async move {
            if !leaving.is_empty() {
                // What puts them out was just sent to them: they should read it before the link ends.
                let still = allowed.union(&leaving).copied().collect();
                let _ = net.allow(still).await;
                tokio::time::sleep(LAST_WORD).await;
            }
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
