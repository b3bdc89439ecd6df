//! Connections, from the handshake to their end, and the links that run on them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use beffroi_sync::PeerId;
use libp2p::Stream;
use libp2p::core::ConnectedPoint;
use libp2p::swarm::{ConnectionError, ConnectionId};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Node;
use super::choose::{self, Candidate};
use crate::address::Address;
use crate::event::{Ended, NetEvent};
use crate::limits::{INBOX_KIB_MAX, LINK_TASKS_PER_PEER_MAX};
use crate::link::{self, Link, Reports, Traffic};
use crate::queue::{self, LinkSender};
use crate::streams::{Negotiated, StreamEvent};
use crate::{identity, interfaces};

/// One connection past its handshake.
pub(super) struct Connection {
    pub(super) peer: PeerId,
    pub(super) address: Address,
    pub(super) dialer: bool,
    pub(super) since: Instant,
    /// Our end of it.
    local: Option<IpAddr>,
    /// The interface that has that address.
    pub(super) interface: Option<String>,
    outbound: Option<Stream>,
    inbound: Option<Stream>,
    /// The peer took our stream: it admits us.
    accepted: bool,
    pub(super) link: Option<Running>,
    /// We have ended it; what still happens on it does not matter.
    closing: bool,
}

/// The link on a connection.
pub(super) struct Running {
    stop: Option<oneshot::Sender<Ended>>,
    pub(super) traffic: Arc<Traffic>,
    pub(super) sender: LinkSender,
}

/// All of them. Bounded by the connection limits.
pub(super) struct Connections {
    all: BTreeMap<ConnectionId, Connection>,
    ended: mpsc::UnboundedSender<(ConnectionId, Ended)>,
    inbox: Arc<Semaphore>,
    /// The newest link task of each peer, and how many before it the consumer has not heard the end of.
    tasks: BTreeMap<PeerId, Vec<tokio::task::AbortHandle>>,
    newest: BTreeMap<PeerId, JoinHandle<()>>,
}

impl Connections {
    pub(super) fn new(ended: mpsc::UnboundedSender<(ConnectionId, Ended)>) -> Self {
        Self {
            all: BTreeMap::new(),
            ended,
            inbox: Arc::new(Semaphore::new(INBOX_KIB_MAX)),
            tasks: BTreeMap::new(),
            newest: BTreeMap::new(),
        }
    }

    pub(super) fn all(&self) -> Vec<ConnectionId> {
        self.all.keys().copied().collect()
    }

    /// Those of a peer that we have not ended.
    fn of(&self, peer: &PeerId) -> impl Iterator<Item = (&ConnectionId, &Connection)> {
        self.all
            .iter()
            .filter(move |(_, connection)| connection.peer == *peer && !connection.closing)
    }

    /// Whether a peer is connected, or about to be.
    pub(super) fn has(&self, peer: &PeerId) -> bool {
        self.of(peer).next().is_some()
    }

    /// The connections with a link.
    pub(super) fn links(&self) -> impl Iterator<Item = (&Connection, &Running)> {
        let open = self.all.values().filter(|connection| !connection.closing);
        open.filter_map(|connection| connection.link.as_ref().map(|link| (connection, link)))
    }

    /// The link of a peer.
    pub(super) fn link(&self, peer: &PeerId) -> Option<(&Connection, &Running)> {
        self.links()
            .find(|(connection, _)| connection.peer == *peer)
    }

    /// Those whose end is an address that we no longer have.
    fn over(&self, gone: &[IpAddr]) -> Vec<ConnectionId> {
        let lost = |connection: &Connection| connection.local.is_some_and(|ip| gone.contains(&ip));
        self.all
            .iter()
            .filter(|(_, connection)| lost(connection))
            .map(|(id, _)| *id)
            .collect()
    }

    fn prune_tasks(&mut self) {
        self.tasks.retain(|_, tasks| {
            tasks.retain(|task| !task.is_finished());
            !tasks.is_empty()
        });
        self.newest.retain(|_, task| !task.is_finished());
    }
}

impl Node {
    /// A handshake is done, and the behaviours have let it pass.
    pub(super) fn established(
        &mut self,
        libp2p_id: libp2p::PeerId,
        id: ConnectionId,
        endpoint: &ConnectedPoint,
    ) {
        let attempt = self.attempts.remove(&id);
        let address = Address::from_multiaddr(endpoint.get_remote_address());
        let (Some(peer), Ok(address)) = (identity::from_libp2p(&libp2p_id), address) else {
            // Neither a device nor TCP over IP: the allow-list holds devices only.
            self.swarm.close_connection(id);
            return;
        };
        let local = match endpoint {
            ConnectedPoint::Dialer { .. } => interfaces::local_ip_towards(address.socket),
            ConnectedPoint::Listener { local_addr, .. } => Address::from_multiaddr(local_addr)
                .ok()
                .map(|local| local.ip()),
        };
        let connection = Connection {
            peer,
            address: Address {
                peer: Some(peer),
                ..address
            },
            dialer: endpoint.is_dialer(),
            since: Instant::now(),
            local,
            interface: local.and_then(|ip| self.interfaces.name_of(ip)),
            outbound: None,
            inbound: None,
            accepted: false,
            link: None,
            closing: false,
        };
        self.connections.all.insert(id, connection);
        if let Some(attempt) = attempt {
            self.reached(&attempt, peer);
        }
        self.keep_one(&peer);
    }

    fn keep_one(&mut self, peer: &PeerId) {
        let candidates: Vec<Candidate> = self
            .connections
            .of(peer)
            .map(|(id, connection)| Candidate {
                connection: *id,
                dialer: connection.dialer,
                age: connection.since.elapsed(),
            })
            .collect();
        if candidates.len() < 2 {
            return;
        }
        let kept = choose::keep(&self.me, peer, &candidates);
        for candidate in candidates {
            if Some(candidate.connection) != kept {
                self.end(candidate.connection, Ended::Replaced);
            }
        }
    }

    /// Something about the two streams of a connection.
    pub(super) fn stream_event(&mut self, event: StreamEvent) {
        let id = event.connection;
        let Some(connection) = self.connections.all.get_mut(&id) else {
            return;
        };
        if connection.closing {
            return;
        }
        match event.what {
            Negotiated::Outbound(stream) => {
                connection.accepted = true;
                connection.outbound = Some(stream);
            }
            Negotiated::Inbound(stream) => connection.inbound = Some(stream),
            Negotiated::OtherProtocol => {
                let peer = connection.peer;
                self.counters.other_protocol += 1;
                let error = "speaks for another territory, or another version of the protocol";
                self.book.hopeless(&peer, error.to_owned(), Instant::now());
                self.end(id, Ended::HungUp(error.to_owned()));
                return;
            }
            Negotiated::Failed => {
                // A refused dial ends this way as well; the closing of the connection tells which it was.
                tracing::debug!(peer = %connection.peer, "no stream could be opened");
                return;
            }
            Negotiated::SecondStream => {
                self.end(id, Ended::SecondStream);
                return;
            }
        }
        self.begin_link(id);
    }

    /// Begins the link once both streams are there.
    fn begin_link(&mut self, id: ConnectionId) {
        self.connections.prune_tasks();
        let Some(connection) = self.connections.all.get_mut(&id) else {
            return;
        };
        if connection.outbound.is_none() || connection.inbound.is_none() {
            return;
        }
        let (Some(outbound), Some(inbound)) =
            (connection.outbound.take(), connection.inbound.take())
        else {
            return;
        };
        let peer = connection.peer;
        if self
            .connections
            .tasks
            .get(&peer)
            .is_some_and(|tasks| tasks.len() >= LINK_TASKS_PER_PEER_MAX)
        {
            self.end(
                id,
                Ended::HungUp("reconnects faster than we can follow".to_owned()),
            );
            return;
        }
        let traffic = Arc::new(Traffic::new());
        let (stop, stopped) = oneshot::channel();
        let (sender, queue) = queue::new();
        let link = Link {
            peer,
            connection: id,
            address: connection.address,
            dialer: connection.dialer,
            interface: connection.interface.clone(),
            sender: sender.clone(),
            queue,
            outbound,
            inbound,
            traffic: Arc::clone(&traffic),
            stall: self.config.timing.stall,
        };
        connection.link = Some(Running {
            stop: Some(stop),
            traffic,
            sender,
        });
        let (dialer, address) = (connection.dialer, connection.address);
        let reports = Reports {
            deliveries: self.deliveries.clone(),
            inbox: Arc::clone(&self.connections.inbox),
            ended: self.connections.ended.clone(),
        };
        let before = self.connections.newest.remove(&peer);
        let task = tokio::spawn(link::run(link, reports, stopped, before));
        self.connections
            .tasks
            .entry(peer)
            .or_default()
            .push(task.abort_handle());
        self.connections.newest.insert(peer, task);
        self.counters.links += 1;
        tracing::debug!(%peer, dialer, "a link is up");
        if dialer && self.book.remember(peer, address.socket, Instant::now()) {
            self.tell(NetEvent::AddressLearned { peer, address });
        }
    }

    /// The task of a link has ended by itself or because we stopped it.
    pub(super) fn link_ended(&mut self, id: ConnectionId, reason: &Ended) {
        if reason.is_violation() {
            self.counters.violations += 1;
        }
        if let Some(connection) = self.connections.all.get_mut(&id) {
            let (peer, age) = (connection.peer, connection.since.elapsed());
            tracing::debug!(%peer, %reason, "a link has ended");
            connection.closing = true;
            self.swarm.close_connection(id);
            let now = Instant::now();
            self.book.lost(&peer, age, now);
            self.is_missing(peer, now);
        }
    }

    /// Ends a connection, with or without a link.
    pub(super) fn end(&mut self, id: ConnectionId, reason: Ended) {
        let Some(connection) = self.connections.all.get_mut(&id) else {
            return;
        };
        if reason.is_violation() && connection.link.is_none() {
            self.counters.violations += 1;
        }
        connection.closing = true;
        if let Some(stop) = connection.link.as_mut().and_then(|link| link.stop.take()) {
            // The task has ended already: it has its own reason.
            let _ = stop.send(reason);
        }
        connection.outbound = None;
        connection.inbound = None;
        self.swarm.close_connection(id);
    }

    /// Ends all connections of a peer.
    pub(super) fn end_peer(&mut self, peer: &PeerId, reason: &Ended) {
        let all: Vec<ConnectionId> = self.connections.of(peer).map(|(id, _)| *id).collect();
        for id in all {
            self.end(id, reason.clone());
        }
    }

    /// A connection is closed.
    pub(super) fn closed(&mut self, id: ConnectionId, cause: Option<ConnectionError>) {
        let Some(mut connection) = self.connections.all.remove(&id) else {
            return;
        };
        let (peer, address) = (connection.peer, connection.address);
        if connection.closing {
            return;
        }
        let now = Instant::now();
        if let Some(stop) = connection.link.as_mut().and_then(|link| link.stop.take()) {
            // The task has ended already: it has its own reason.
            let _ = stop.send(why_closed(cause));
            self.book.lost(&peer, connection.since.elapsed(), now);
            self.is_missing(peer, now);
        } else if connection.dialer && !connection.accepted && !self.connections.has(&peer) {
            self.counters.refused += 1;
            let error = "hung up at once: it does not know this post yet, or is full";
            self.book
                .failed(crate::book::Target::Peer(peer), error.to_owned());
            self.tell(NetEvent::Refused { peer, address });
        }
    }

    /// Ends connections whose streams did not come.
    pub(super) fn end_unfinished(&mut self, now: Instant) {
        let patience = self.config.timing.handshake;
        let late = |connection: &Connection| {
            connection.link.is_none()
                && !connection.closing
                && now.duration_since(connection.since) > patience
        };
        let late: Vec<ConnectionId> = {
            let all = self.connections.all.iter();
            all.filter(|(_, connection)| late(connection))
                .map(|(id, _)| *id)
                .collect()
        };
        for id in late {
            self.end(id, Ended::Stalled);
        }
    }

    /// Ends what ran over addresses that we no longer have.
    pub(super) fn end_over(&mut self, gone: &[IpAddr]) {
        for id in self.connections.over(gone) {
            self.end(id, Ended::InterfaceGone);
        }
    }
}

/// The multiplexer has one error for "the other side said goodbye", which only its text tells from others.
fn why_closed(cause: Option<ConnectionError>) -> Ended {
    match cause {
        None => Ended::ByPeer,
        Some(ConnectionError::KeepAliveTimeout) => Ended::Lost("idle".to_owned()),
        Some(ConnectionError::IO(error)) => match error.to_string() {
            closed if closed == "connection is closed" => Ended::ByPeer,
            other => Ended::Lost(other),
        },
    }
}
