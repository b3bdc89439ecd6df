//! Bounds what one source may have open, before any handshake is paid for: libp2p's own limits count all
//! sources together, so a single machine could fill them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::task::{Context, Poll};

use libp2p::core::transport::PortUse;
use libp2p::core::{Endpoint, Multiaddr};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm, dummy,
};

use crate::address::{Address, source};

/// Which incoming connections are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Until the handshake is done.
    Handshakes,
    /// Until they are closed.
    All,
}

/// One source has too much open.
#[derive(Debug, thiserror::Error)]
#[error("too many connections from one source")]
pub(crate) struct TooMany;

/// The behaviour.
pub(crate) struct Behaviour {
    counting: Counting,
    per_source_max: usize,
    /// Bounded by the connection limits that stand beside it.
    open: BTreeMap<ConnectionId, IpAddr>,
}

impl Behaviour {
    /// At most so many from one source.
    pub(crate) fn new(counting: Counting, per_source_max: usize) -> Self {
        Self {
            counting,
            per_source_max,
            open: BTreeMap::new(),
        }
    }

    fn enter(&mut self, connection: ConnectionId, from: &Multiaddr) -> Result<(), TooMany> {
        let Ok(address) = Address::from_multiaddr(from) else {
            return Ok(());
        };
        let source = source(address.ip());
        if self.open.values().filter(|open| **open == source).count() >= self.per_source_max {
            return Err(TooMany);
        }
        self.open.insert(connection, source);
        Ok(())
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        from: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        self.enter(connection, from).map_err(ConnectionDenied::new)
    }

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: libp2p::PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        if self.counting == Counting::Handshakes {
            self.open.remove(&connection);
        }
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: libp2p::PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "two of libp2p's seventeen notices say that an incoming connection is over"
    )]
    fn on_swarm_event(&mut self, event: FromSwarm) {
        match event {
            FromSwarm::ListenFailure(failure) => {
                self.open.remove(&failure.connection_id);
            }
            FromSwarm::ConnectionClosed(closed) => {
                self.open.remove(&closed.connection_id);
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: libp2p::PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(ip: &str) -> Multiaddr {
        format!("/ip4/{ip}/tcp/4000").parse().unwrap()
    }

    #[test]
    fn one_source_is_bounded_and_leaves_room_for_others() {
        let mut gate = Behaviour::new(Counting::All, 2);
        let ids: Vec<_> = (0..4).map(ConnectionId::new_unchecked).collect();
        assert!(gate.enter(ids[0], &from("192.0.2.7")).is_ok());
        assert!(gate.enter(ids[1], &from("192.0.2.7")).is_ok());
        assert!(gate.enter(ids[2], &from("192.0.2.7")).is_err());
        assert!(gate.enter(ids[3], &from("192.0.2.8")).is_ok());
        gate.open.remove(&ids[0]);
        assert!(gate.enter(ids[2], &from("192.0.2.7")).is_ok());
    }
}
