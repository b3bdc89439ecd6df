//! One long-lived stream per direction and connection: opened by us towards the peer, and by the peer
//! towards us. This behaviour only negotiates them and hands them out; `link` speaks on them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use libp2p::core::transport::PortUse;
use libp2p::core::upgrade::ReadyUpgrade;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::handler::{
    ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound,
};
use libp2p::swarm::{
    ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm,
    NetworkBehaviour, Stream, StreamProtocol, StreamUpgradeError, SubstreamProtocol, THandler,
    THandlerInEvent, THandlerOutEvent, ToSwarm,
};

/// What happened to the streams of a connection.
#[derive(Debug)]
pub(crate) enum Negotiated {
    /// The peer took our stream: it knows us, and speaks our protocol for our territory.
    Outbound(Stream),
    /// The peer opened its stream.
    Inbound(Stream),
    /// The peer does not speak our protocol: another territory, or another version.
    OtherProtocol,
    /// Our stream could not be opened.
    Failed,
    /// The peer opened a second stream, which no honest post does.
    SecondStream,
}

/// A [`Negotiated`] and the connection it is about.
#[derive(Debug)]
pub(crate) struct StreamEvent {
    pub(crate) connection: ConnectionId,
    pub(crate) what: Negotiated,
}

/// The behaviour.
pub(crate) struct Behaviour {
    protocol: StreamProtocol,
    handshake: Duration,
    events: VecDeque<StreamEvent>,
}

impl Behaviour {
    /// For one protocol name; `handshake` bounds the negotiation of our stream.
    pub(crate) fn new(protocol: StreamProtocol, handshake: Duration) -> Self {
        Self {
            protocol,
            handshake,
            events: VecDeque::new(),
        }
    }

    fn handler(&self) -> Handler {
        Handler {
            protocol: self.protocol.clone(),
            handshake: self.handshake,
            asked: false,
            inbound: false,
            failed: false,
            events: VecDeque::new(),
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = StreamEvent;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: libp2p::PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler())
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: libp2p::PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.handler())
    }

    fn on_swarm_event(&mut self, _: FromSwarm) {}

    fn on_connection_handler_event(
        &mut self,
        _: libp2p::PeerId,
        connection: ConnectionId,
        what: THandlerOutEvent<Self>,
    ) {
        self.events.push_back(StreamEvent { connection, what });
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        match self.events.pop_front() {
            Some(event) => Poll::Ready(ToSwarm::GenerateEvent(event)),
            None => Poll::Pending,
        }
    }
}

/// One connection's part of the behaviour.
pub(crate) struct Handler {
    protocol: StreamProtocol,
    handshake: Duration,
    asked: bool,
    inbound: bool,
    failed: bool,
    /// At most four: one stream each way, and one failure of each kind.
    events: VecDeque<Negotiated>,
}

impl Handler {
    fn fail(&mut self, what: Negotiated) {
        if !self.failed {
            self.failed = true;
            self.events.push_back(what);
        }
    }
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Infallible;
    type ToBehaviour = Negotiated;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), ())
    }

    /// The node decides when a connection ends; a connection without streams is ended by its own timer.
    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn poll(
        &mut self,
        _: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Self::ToBehaviour>> {
        if let Some(event) = self.events.pop_front() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(event));
        }
        if self.asked {
            return Poll::Pending;
        }
        self.asked = true;
        let protocol = SubstreamProtocol::new(ReadyUpgrade::new(self.protocol.clone()), ())
            .with_timeout(self.handshake);
        Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol })
    }

    fn on_behaviour_event(&mut self, event: Self::FromBehaviour) {
        match event {}
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<Self::InboundProtocol, Self::OutboundProtocol>,
    ) {
        match event {
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound {
                protocol, ..
            }) => {
                self.events.push_back(Negotiated::Outbound(protocol));
            }
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound {
                protocol, ..
            }) => {
                if self.inbound {
                    self.fail(Negotiated::SecondStream);
                } else {
                    self.inbound = true;
                    self.events.push_back(Negotiated::Inbound(protocol));
                }
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { error, .. }) => match error {
                StreamUpgradeError::NegotiationFailed => self.fail(Negotiated::OtherProtocol),
                StreamUpgradeError::Timeout | StreamUpgradeError::Io(_) => {
                    self.fail(Negotiated::Failed);
                }
                StreamUpgradeError::Apply(never) => match never {},
            },
            ConnectionEvent::ListenUpgradeError(_)
            | ConnectionEvent::AddressChange(_)
            | ConnectionEvent::LocalProtocolsChange(_)
            | ConnectionEvent::RemoteProtocolsChange(_)
            | _ => {}
        }
    }
}
