//! From the address book to dials, and from their outcome back to the address book.

use std::net::SocketAddr;
use std::time::Instant;

use beffroi_sync::PeerId;
use libp2p::core::Multiaddr;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, DialError};

use super::Node;
use crate::address::{Address, place};
use crate::book::{Attempt, Target};
use crate::handle::AddPeerError;
use crate::limits::DIALS_MAX;
use crate::{identity, words};

/// A dial that has no outcome yet.
#[derive(Debug)]
pub(super) struct InFlight {
    /// `None` for a dial that was asked for once.
    target: Option<Target>,
    addresses: Vec<SocketAddr>,
}

impl Node {
    /// A person typed an address.
    pub(super) fn add_typed(&mut self, address: Address, now: Instant) -> Result<(), AddPeerError> {
        address.dialable()?;
        if !self.book.add_typed(address.socket, address.peer, now) {
            return Err(AddPeerError::TooMany);
        }
        if let Some(peer) = address.peer {
            self.swarm
                .behaviour_mut()
                .counts
                .bypass_peer_id(&identity::to_libp2p(&peer));
        }
        Ok(())
    }

    /// A person took an address back.
    pub(super) fn remove_typed(&mut self, address: &Address) -> bool {
        let Some(removed) = self.book.remove_typed(&address.socket) else {
            return false;
        };
        if let Some(peer) = removed.peer() {
            self.swarm
                .behaviour_mut()
                .counts
                .remove_peer_id(&identity::to_libp2p(&peer));
        }
        true
    }

    /// Dials what the address book says is due.
    pub(super) fn dial_what_is_due(&mut self, now: Instant) {
        let room = DIALS_MAX.saturating_sub(self.attempts.len());
        let (admission, connections) = (&self.admission, &self.connections);
        let attempts = self.book.due(now, room, |peer| {
            admission.admits(peer) && !connections.has(peer)
        });
        for Attempt { target, addresses } in attempts {
            let options = match target {
                Target::Peer(peer) => {
                    to_peer(&peer, &addresses, PeerCondition::DisconnectedAndNotDialing)
                }
                Target::Typed(socket) => to_whomever(socket),
            };
            let target = Some(target);
            self.dial(options, InFlight { target, addresses });
        }
    }

    /// Dials an address once, whatever the back-off says.
    pub(super) fn dial_once(&mut self, address: Address) {
        if let Err(error) = address.dialable() {
            tracing::debug!(%address, %error, "not dialled");
            return;
        }
        let addresses = vec![address.socket];
        match address.peer {
            Some(peer) if !self.admission.admits(&peer) => {}
            Some(peer) => {
                let options = to_peer(&peer, &addresses, PeerCondition::Always);
                let target = Some(Target::Peer(peer));
                self.dial(options, InFlight { target, addresses });
            }
            None => {
                let in_flight = InFlight {
                    target: None,
                    addresses,
                };
                self.dial(to_whomever(address.socket), in_flight);
            }
        }
    }

    fn dial(&mut self, options: DialOpts, in_flight: InFlight) {
        let connection = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => {
                self.attempts.insert(connection, in_flight);
            }
            Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(error) => self.note_failure(&in_flight, &error),
        }
    }

    /// A dial has led to a peer.
    pub(super) fn reached(&mut self, in_flight: &InFlight, peer: PeerId) {
        if let Some(Target::Typed(socket)) = in_flight.target {
            self.book.found(&socket, Some(peer));
            self.swarm
                .behaviour_mut()
                .counts
                .bypass_peer_id(&identity::to_libp2p(&peer));
        }
    }

    /// A dial has come to nothing.
    pub(super) fn dial_failed(
        &mut self,
        connection: ConnectionId,
        peer: Option<libp2p::PeerId>,
        error: &DialError,
    ) {
        let Some(in_flight) = self.attempts.remove(&connection) else {
            return;
        };
        if let DialError::Denied { cause } = error
            && cause
                .downcast_ref::<libp2p::allow_block_list::NotAllowed>()
                .is_some()
            && let Some(at) = in_flight.addresses.first()
        {
            self.turned_away(peer, &place(*at));
        }
        if let (DialError::WrongPeerId { obtained, address }, Some(Target::Peer(peer))) =
            (error, in_flight.target)
        {
            self.somebody_else(&peer, obtained, address);
        }
        if let (DialError::LocalPeerId { address }, Some(Target::Peer(peer))) =
            (error, in_flight.target)
            && let Ok(address) = Address::from_multiaddr(address)
        {
            self.book.not_here(&peer, &address.socket);
        }
        self.note_failure(&in_flight, error);
    }

    /// Another post answers where this one was: an address passed on, or a forged beacon.
    fn somebody_else(&mut self, peer: &PeerId, obtained: &libp2p::PeerId, at: &Multiaddr) {
        let Ok(at) = Address::from_multiaddr(at) else {
            return;
        };
        self.book.not_here(peer, &at.socket);
        if let Some(other) = identity::from_libp2p(obtained)
            && self.admission.admits(&other)
        {
            self.book.tell(other, at.socket, Instant::now());
        }
    }

    fn note_failure(&mut self, in_flight: &InFlight, error: &DialError) {
        let words = words::dial_error(error);
        tracing::debug!(target = ?in_flight.target, error = %words, "a dial failed");
        if let Some(target) = in_flight.target {
            self.book.failed(target, words);
        }
    }
}

/// From a new port: to reuse the listening one can end in a simultaneous open with two initiators.
fn to_peer(peer: &PeerId, addresses: &[SocketAddr], condition: PeerCondition) -> DialOpts {
    DialOpts::peer_id(identity::to_libp2p(peer))
        .addresses(addresses.iter().map(|socket| place(*socket)).collect())
        .condition(condition)
        .allocate_new_port()
        .build()
}

fn to_whomever(socket: SocketAddr) -> DialOpts {
    DialOpts::unknown_peer_id()
        .address(place(socket))
        .allocate_new_port()
        .build()
}
