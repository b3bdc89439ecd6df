//! Who was not let in, and what is told of it.

use std::time::Instant;

use libp2p::core::Multiaddr;
use libp2p::swarm::ListenError;
use libp2p::{allow_block_list, connection_limits};

use super::Node;
use crate::address::Address;
use crate::event::NetEvent;
use crate::{gate, identity};

impl Node {
    /// An incoming connection did not come to be.
    pub(super) fn incoming_failed(
        &mut self,
        error: &ListenError,
        peer: Option<libp2p::PeerId>,
        from: &Multiaddr,
    ) {
        let ListenError::Denied { cause } = error else {
            tracing::debug!(%error, "an incoming connection failed");
            return;
        };
        if cause
            .downcast_ref::<allow_block_list::NotAllowed>()
            .is_some()
        {
            self.turned_away(peer, from);
        } else if cause
            .downcast_ref::<connection_limits::Exceeded>()
            .is_some()
            || cause.downcast_ref::<gate::TooMany>().is_some()
        {
            self.counters.over_limit += 1;
        }
    }

    /// A device that is not admitted wanted in, or was found where we dialled.
    pub(super) fn turned_away(&mut self, device: Option<libp2p::PeerId>, at: &Multiaddr) {
        self.counters.turned_away += 1;
        let device = device.as_ref().and_then(identity::from_libp2p);
        if let (Some(device), Ok(address)) = (device, Address::from_multiaddr(at))
            && self.admission.tell_turned_away(device, Instant::now())
        {
            let address = address.ip();
            self.tell(NetEvent::TurnedAway { device, address });
        }
    }
}
