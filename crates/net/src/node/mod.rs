//! The node: one task that owns the swarm and everything around it, and one loop over what can happen.

mod choose;
mod commands;
mod connections;
mod dialling;
mod discovery;
mod listening;
mod refusals;
mod report;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use beffroi_sync::PeerId;
use futures::StreamExt;
use libp2p::Swarm;
use libp2p::swarm::{ConnectionId, SwarmEvent};
use tokio::sync::{mpsc, oneshot};

use crate::admission::Admission;
use crate::beacon::{self, BeaconHandle, BeaconSettings, Heard};
use crate::behaviour::{self, Main, MainEvent};
use crate::book::Book;
use crate::config::NetConfig;
use crate::event::{Delivery, Ended, NetEvent};
use crate::handle::{Command, NetEvents, NetHandle};
use crate::identity;
use crate::interfaces::Interfaces;
use crate::limits::{COMMANDS_MAX, EVENTS_MAX, HEARD_QUEUE_MAX, OUTBOX_MAX};
use crate::porch;
use crate::status::Counters;
use connections::Connections;
use discovery::{Hearsay, Mdns};
use listening::Listeners;

/// Between two rounds of the timers that need no precision.
const TICK: Duration = Duration::from_millis(250);
/// How long a shutdown waits for connections to close.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Why a node cannot be started at all.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The handshake could not be set up with this key.
    #[error("the encryption could not be set up: {0}")]
    Noise(String),
}

/// Starts a node. Must be called inside a tokio runtime.
pub fn spawn(config: NetConfig) -> Result<(NetHandle, NetEvents), SpawnError> {
    let keypair = identity::keypair(config.seed);
    let me = identity::peer_id(config.seed);
    let swarm = behaviour::swarm(&keypair, &config.territory, &config.timing)
        .map_err(|error| SpawnError::Noise(error.to_string()))?;
    let (commands, commanded) = mpsc::channel(COMMANDS_MAX);
    let (deliveries, delivered) = mpsc::channel(EVENTS_MAX);
    let (heard, hearing) = mpsc::channel(HEARD_QUEUE_MAX);
    let (questions, asked) = mpsc::channel(HEARD_QUEUE_MAX);
    let (ended, ending) = mpsc::unbounded_channel();
    let beacon = config.discovery.beacon.then(|| {
        let settings = BeaconSettings {
            me,
            territory: config.territory,
            port: config.discovery.beacon_port,
            least: config.timing.beacon_min,
            most: config.timing.beacon_max,
        };
        beacon::spawn(settings, heard)
    });
    let node = Node {
        me,
        swarm,
        commands: commanded,
        deliveries,
        outbox: VecDeque::new(),
        admission: Admission::default(),
        book: Book::default(),
        attempts: BTreeMap::new(),
        connections: Connections::new(ended),
        ending,
        interfaces: Interfaces::default(),
        next_look: Instant::now(),
        listeners: Listeners::new(&config.listen),
        beacon,
        hearing,
        hearsay: Hearsay::default(),
        mdns: Mdns::new(config.discovery.mdns),
        porch: None,
        questions,
        asked,
        porch_openings: 0,
        counters: Counters::default(),
        config,
    };
    tokio::spawn(node.run());
    let handle = NetHandle { me, commands };
    let events = NetEvents {
        deliveries: delivered,
    };
    Ok((handle, events))
}

/// The state of the node. Each file of this folder adds what belongs to one subject.
struct Node {
    me: PeerId,
    config: NetConfig,
    swarm: Swarm<Main>,
    commands: mpsc::Receiver<Command>,
    deliveries: mpsc::Sender<Delivery>,
    /// Events of our own that wait for a place in `deliveries`: the node itself never waits.
    outbox: VecDeque<NetEvent>,
    admission: Admission,
    book: Book,
    attempts: BTreeMap<ConnectionId, dialling::InFlight>,
    connections: Connections,
    ending: mpsc::UnboundedReceiver<(ConnectionId, Ended)>,
    interfaces: Interfaces,
    next_look: Instant,
    listeners: Listeners,
    beacon: Option<BeaconHandle>,
    hearing: mpsc::Receiver<Heard>,
    hearsay: Hearsay,
    mdns: Mdns,
    porch: Option<porch::Server>,
    questions: mpsc::Sender<porch::Question>,
    asked: mpsc::Receiver<porch::Question>,
    porch_openings: u32,
    counters: Counters,
}

/// What the loop does after a step.
enum Step {
    Go,
    Stop(Option<oneshot::Sender<()>>),
}

impl Node {
    async fn run(mut self) {
        self.start();
        let deliveries = self.deliveries.clone();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let has_room = self.outbox.len() < OUTBOX_MAX;
            let step = tokio::select! {
                command = self.commands.recv() => self.command(command),
                event = self.swarm.select_next_some(), if has_room => {
                    self.swarm_event(event);
                    Step::Go
                }
                Some((connection, reason)) = self.ending.recv() => {
                    self.link_ended(connection, &reason);
                    Step::Go
                }
                Some(heard) = self.hearing.recv(), if has_room => {
                    self.beacon_heard(heard);
                    Step::Go
                }
                Some(question) = self.asked.recv(), if has_room => {
                    self.question(question);
                    Step::Go
                }
                permit = deliveries.reserve(), if !self.outbox.is_empty() => match permit {
                    Ok(permit) => {
                        if let Some(event) = self.outbox.pop_front() {
                            permit.send(Delivery::Event(event));
                        }
                        Step::Go
                    }
                    Err(_) => Step::Stop(None),
                },
                _ = tick.tick() => self.tick(),
            };
            if let Step::Stop(done) = step {
                self.stop().await;
                if let Some(done) = done {
                    // Nobody waits any more: fine.
                    let _ = done.send(());
                }
                return;
            }
        }
    }

    fn start(&mut self) {
        let now = Instant::now();
        let config = self.config.clone();
        for address in &config.peers {
            if let Err(error) = self.add_typed(*address, now) {
                tracing::warn!(%address, %error, "a configured peer is left out");
            }
        }
        // Oldest first, so that the newest ends up in front.
        for (peer, address) in config.remembered.iter().rev() {
            if address.dialable().is_ok() {
                self.book.remember(*peer, address.socket, now);
            }
        }
        self.look_at_interfaces(now);
    }

    /// Tells the consumer something that belongs to no link.
    fn tell(&mut self, event: NetEvent) {
        self.outbox.push_back(event);
    }

    fn tick(&mut self) -> Step {
        if self.deliveries.is_closed() {
            return Step::Stop(None);
        }
        let now = Instant::now();
        if now >= self.next_look {
            self.look_at_interfaces(now);
        }
        self.listen_again(now);
        self.end_bans(now);
        self.end_unfinished(now);
        self.dial_what_is_due(now);
        self.tend_mdns(now);
        self.hearsay.forget_old(now);
        self.say_whether_searching(now);
        Step::Go
    }

    fn swarm_event(&mut self, event: SwarmEvent<MainEvent>) {
        match event {
            SwarmEvent::Behaviour(MainEvent::Streams(event)) => self.stream_event(event),
            SwarmEvent::Behaviour(MainEvent::Mdns(event)) => self.mdns_event(event),
            SwarmEvent::Behaviour(
                MainEvent::Allowed(never)
                | MainEvent::Counts(never)
                | MainEvent::Gate(never)
                | MainEvent::Memory(never),
            ) => match never {},
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                ..
            } => self.established(peer_id, connection_id, &endpoint),
            SwarmEvent::ConnectionClosed {
                connection_id,
                cause,
                ..
            } => self.closed(connection_id, cause),
            SwarmEvent::IncomingConnectionError {
                error,
                peer_id,
                send_back_addr,
                ..
            } => self.incoming_failed(&error, peer_id, &send_back_addr),
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                peer_id,
                error,
            } => self.dial_failed(connection_id, peer_id, &error),
            SwarmEvent::NewListenAddr { address, .. } => self.listening(&address),
            SwarmEvent::ExpiredListenAddr { address, .. } => self.unlisted(&address),
            SwarmEvent::ListenerClosed {
                listener_id,
                addresses,
                reason,
            } => self.listener_closed(listener_id, &addresses, reason),
            SwarmEvent::ListenerError { error, .. } => tracing::debug!(%error, "a listener"),
            SwarmEvent::IncomingConnection { .. }
            | SwarmEvent::Dialing { .. }
            | SwarmEvent::NewExternalAddrCandidate { .. }
            | SwarmEvent::ExternalAddrConfirmed { .. }
            | SwarmEvent::ExternalAddrExpired { .. }
            | SwarmEvent::NewExternalAddrOfPeer { .. }
            | _ => {}
        }
    }

    /// Ends every link and lets the connections close.
    async fn stop(mut self) {
        self.porch = None;
        self.beacon = None;
        for connection in self.connections.all() {
            self.end(connection, Ended::Shutdown);
        }
        let deadline = tokio::time::Instant::now() + LAST_WORDS;
        while self
            .swarm
            .network_info()
            .connection_counters()
            .num_established()
            > 0
        {
            let next = tokio::time::timeout_at(deadline, self.swarm.select_next_some());
            if next.await.is_err() {
                break;
            }
        }
    }
}
