//! The status, put together when it is asked for.

use std::time::Instant;

use super::Node;
use crate::address::Address;
use crate::beacon::BeaconHandle;
use crate::status::{LinkStatus, NetStatus, PeerReach, TypedAddress};

impl Node {
    /// Everything at this moment.
    pub(super) fn report(&self) -> NetStatus {
        let info = self.swarm.network_info();
        let connections = info.connection_counters();
        NetStatus {
            addresses: self.own_addresses(),
            listen_errors: self.listeners.errors(),
            interfaces: self.interfaces.seen().to_vec(),
            links: self.report_links(),
            peers: self.report_peers(),
            typed: self.report_typed(),
            connections: connections.num_established(),
            pending: connections.num_pending(),
            beacon: self.beacon.as_ref().map(BeaconHandle::counters),
            mdns: self.mdns.report(),
            porch: self.porch_addresses(),
            porches: self.hearsay.porches(),
            counters: self.counters,
        }
    }

    fn report_links(&self) -> Vec<LinkStatus> {
        use std::sync::atomic::Ordering::Relaxed;
        let links = self
            .connections
            .links()
            .map(|(connection, link)| LinkStatus {
                peer: connection.peer,
                address: connection.address,
                dialer: connection.dialer,
                interface: connection.interface.clone(),
                up_for: link.traffic.age(),
                silent_for: link.traffic.silent_for(),
                frames_in: link.traffic.frames_in.load(Relaxed),
                bytes_in: link.traffic.bytes_in.load(Relaxed),
                bytes_waiting: link.sender.waiting(),
            });
        links.collect()
    }

    fn report_peers(&self) -> Vec<PeerReach> {
        let now = Instant::now();
        let peers = self.book.peers().map(|(peer, known)| {
            let connected = self.connections.link(peer).is_some();
            let waits = !connected && self.admission.admits(peer);
            let addresses = self.book.addresses(peer).into_iter();
            PeerReach {
                peer: *peer,
                connected,
                addresses: addresses
                    .map(|(socket, origin)| {
                        (Address::new(socket.ip(), socket.port()).of(*peer), origin)
                    })
                    .collect(),
                error: known.error.clone().filter(|_| !connected),
                next_attempt: waits.then(|| known.back_off.next().saturating_duration_since(now)),
            }
        });
        peers.collect()
    }

    fn report_typed(&self) -> Vec<TypedAddress> {
        let typed = self.book.typed().map(|(socket, typed)| {
            let place = Address::new(socket.ip(), socket.port());
            TypedAddress {
                address: Address {
                    peer: typed.named,
                    ..place
                },
                found: typed.found,
                error: typed.error.clone(),
            }
        });
        typed.collect()
    }
}
