//! The porch that is open: four conversations at once, two per source, one question a second, ten seconds.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::request_response::{self, Message, ProtocolSupport, ResponseChannel};
use libp2p::swarm::{ConnectionId, NetworkBehaviour, Swarm, SwarmEvent};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::codec::Opaque;
use super::{OpenError, PROTOCOL};
use crate::address::{Address, place, source};
use crate::limits::{
    PORCH_AT_ONCE, PORCH_BYTES_MAX, PORCH_LASTS, PORCH_PER_SOURCE, PORCH_REQUEST_EVERY,
    PORCH_SOURCES_MAX, Timing,
};
use crate::{gate, identity, listen, transport};

/// Streams of one conversation: one question, and one more so that a second is refused rather than queued.
const STREAMS_MAX: usize = 2;

/// Somebody asks.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) token: u64,
    pub(crate) from: IpAddr,
    pub(crate) bytes: Bytes,
}

/// An open porch; dropping it closes it.
pub(crate) struct Server {
    /// The port it listens on.
    pub(crate) port: u16,
    answers: mpsc::Sender<(u64, Bytes)>,
    task: JoinHandle<()>,
}

#[derive(NetworkBehaviour)]
struct Porch {
    counts: connection_limits::Behaviour,
    gate: gate::Behaviour,
    questions: request_response::Behaviour<Opaque>,
}

impl Server {
    /// Opens it. Tokens count from `first_token`; questions that find `questions` full are dropped.
    pub(crate) fn open(
        at: &[Address],
        first_token: u64,
        questions: mpsc::Sender<Question>,
        timing: &Timing,
    ) -> Result<Self, OpenError> {
        let port = listen::choose_port(at).map_err(OpenError::NowhereToListen)?;
        let mut swarm = swarm(timing)?;
        let mut listening = false;
        for address in at {
            let here = place((address.ip(), port).into());
            match swarm.listen_on(here) {
                Ok(_) => listening = true,
                Err(error) => tracing::debug!(%error, "the porch skips an address"),
            }
        }
        if !listening {
            let error = std::io::ErrorKind::AddrNotAvailable;
            return Err(OpenError::NowhereToListen(error.into()));
        }
        let (answers, answered) = mpsc::channel(8);
        let keeper = Keeper {
            swarm,
            questions,
            answered,
            token: first_token,
            open: BTreeMap::new(),
            waiting: BTreeMap::new(),
            asked: BTreeMap::new(),
        };
        Ok(Self {
            port,
            answers,
            task: tokio::spawn(keeper.run()),
        })
    }

    /// Gives an answer; dropped when the conversation is over or the answer too long.
    pub(crate) fn answer(&self, token: u64, bytes: Bytes) {
        if bytes.len() > PORCH_BYTES_MAX || self.answers.try_send((token, bytes)).is_err() {
            tracing::warn!("an answer on the porch was dropped");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn swarm(timing: &Timing) -> Result<Swarm<Porch>, OpenError> {
    let keypair = identity::throw_away().map_err(|error| OpenError::Setup(error.to_string()))?;
    let transport = transport::build(&keypair, timing.handshake, timing.tcp_user_timeout)
        .map_err(|error| OpenError::Setup(error.to_string()))?;
    let counts = ConnectionLimits::default()
        .with_max_pending_incoming(Some(PORCH_AT_ONCE))
        .with_max_established_incoming(Some(PORCH_AT_ONCE))
        .with_max_established_per_peer(Some(1));
    let requests = request_response::Config::default()
        .with_request_timeout(PORCH_LASTS)
        .with_max_concurrent_streams(STREAMS_MAX);
    let behaviour = Porch {
        counts: connection_limits::Behaviour::new(counts),
        gate: gate::Behaviour::new(gate::Counting::All, PORCH_PER_SOURCE),
        questions: request_response::Behaviour::with_codec(
            Opaque,
            [(PROTOCOL, ProtocolSupport::Inbound)],
            requests,
        ),
    };
    let config = libp2p::swarm::Config::with_tokio_executor()
        .with_max_negotiating_inbound_streams(STREAMS_MAX)
        .with_idle_connection_timeout(PORCH_LASTS);
    Ok(Swarm::new(
        transport,
        behaviour,
        keypair.public().to_peer_id(),
        config,
    ))
}

/// The task behind an open porch.
struct Keeper {
    swarm: Swarm<Porch>,
    questions: mpsc::Sender<Question>,
    answered: mpsc::Receiver<(u64, Bytes)>,
    token: u64,
    /// Bounded by the connection limits.
    open: BTreeMap<ConnectionId, (IpAddr, Instant)>,
    /// Bounded by the same: each connection waits for few answers.
    waiting: BTreeMap<u64, (ConnectionId, ResponseChannel<Bytes>)>,
    asked: BTreeMap<IpAddr, Instant>,
}

impl Keeper {
    async fn run(mut self) {
        let mut tick = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                event = self.swarm.select_next_some() => self.swarm_event(event),
                answer = self.answered.recv() => match answer {
                    Some((token, bytes)) => self.answer(token, bytes),
                    None => return,
                },
                _ = tick.tick() => self.end_long_ones(),
            }
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a swarm that only answers has few events of interest"
    )]
    fn swarm_event(&mut self, event: SwarmEvent<PorchEvent>) {
        match event {
            SwarmEvent::ConnectionEstablished {
                connection_id,
                endpoint,
                ..
            } => match Address::from_multiaddr(endpoint.get_remote_address()) {
                Ok(from) => {
                    self.open.insert(connection_id, (from.ip(), Instant::now()));
                }
                Err(_) => self.hang_up(connection_id),
            },
            SwarmEvent::ConnectionClosed { connection_id, .. } => {
                self.open.remove(&connection_id);
                self.waiting
                    .retain(|_, (connection, _)| *connection != connection_id);
            }
            SwarmEvent::Behaviour(PorchEvent::Questions(event)) => self.request_event(event),
            _ => {}
        }
    }

    fn request_event(&mut self, event: request_response::Event<Bytes, Bytes>) {
        match event {
            request_response::Event::Message {
                connection_id,
                message:
                    Message::Request {
                        request, channel, ..
                    },
                ..
            } => self.question(connection_id, request, channel),
            // Too long, too slow, or not our protocol.
            request_response::Event::InboundFailure {
                connection_id,
                error,
                ..
            } => {
                tracing::debug!(%error, "a conversation on the porch failed");
                self.hang_up(connection_id);
            }
            request_response::Event::Message {
                message: Message::Response { .. },
                ..
            }
            | request_response::Event::OutboundFailure { .. }
            | request_response::Event::ResponseSent { .. } => {}
        }
    }

    fn question(
        &mut self,
        connection: ConnectionId,
        bytes: Bytes,
        channel: ResponseChannel<Bytes>,
    ) {
        let Some((from, _)) = self.open.get(&connection).copied() else {
            return;
        };
        if !self.may_ask(from) {
            self.hang_up(connection);
            return;
        }
        let token = self.token;
        self.token = self.token.wrapping_add(1);
        let question = Question { token, from, bytes };
        if self.questions.try_send(question).is_err() {
            self.hang_up(connection);
            return;
        }
        self.waiting.insert(token, (connection, channel));
    }

    /// One question a second from one source.
    fn may_ask(&mut self, from: IpAddr) -> bool {
        let now = Instant::now();
        self.asked
            .retain(|_, last| now.duration_since(*last) < PORCH_REQUEST_EVERY);
        let source = source(from);
        if self.asked.contains_key(&source) || self.asked.len() >= PORCH_SOURCES_MAX {
            return false;
        }
        self.asked.insert(source, now);
        true
    }

    fn answer(&mut self, token: u64, bytes: Bytes) {
        let Some((_, channel)) = self.waiting.remove(&token) else {
            tracing::debug!("an answer on the porch came too late");
            return;
        };
        if self
            .swarm
            .behaviour_mut()
            .questions
            .send_response(channel, bytes)
            .is_err()
        {
            tracing::debug!("the asker has left the porch");
        }
    }

    fn end_long_ones(&mut self) {
        let now = Instant::now();
        let long = self
            .open
            .iter()
            .filter(|(_, (_, since))| now.duration_since(*since) > PORCH_LASTS);
        let long: Vec<ConnectionId> = long.map(|(connection, _)| *connection).collect();
        for connection in long {
            self.hang_up(connection);
        }
    }

    fn hang_up(&mut self, connection: ConnectionId) {
        self.swarm.close_connection(connection);
    }
}
