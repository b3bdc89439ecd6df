//! Where the main swarm listens: tried again until it works, since interfaces come and go.

use std::net::SocketAddr;
use std::time::Instant;

use libp2p::core::Multiaddr;
use libp2p::core::transport::ListenerId;

use super::Node;
use crate::address::{Address, place};
use crate::event::NetEvent;
use crate::interfaces;
use crate::limits::{INTERFACES_EVERY, LISTEN_EVERY};
use crate::listen::{probe, reachable};

/// One configured address.
struct Listener {
    wanted: Address,
    /// The port that was bound, which a wanted port 0 does not say.
    bound: Option<(ListenerId, u16)>,
    error: Option<String>,
}

/// All configured addresses.
pub(super) struct Listeners {
    all: Vec<Listener>,
    next_try: Instant,
}

impl Listeners {
    pub(super) fn new(wanted: &[Address]) -> Self {
        let listener = |wanted: &Address| Listener {
            wanted: *wanted,
            bound: None,
            error: None,
        };
        Self {
            all: wanted.iter().map(listener).collect(),
            next_try: Instant::now(),
        }
    }

    /// The main port, for the beacon: IPv4 and IPv6 have the same one unless configured otherwise.
    fn port(&self) -> Option<u16> {
        self.all
            .iter()
            .find_map(|listener| listener.bound.map(|(_, port)| port))
    }

    /// The addresses with that port; one port is announced.
    fn ips(&self) -> Vec<std::net::IpAddr> {
        let port = self.port();
        let announced = self
            .all
            .iter()
            .filter(|listener| listener.bound.map(|(_, bound)| bound) == port);
        announced
            .filter(|listener| listener.bound.is_some())
            .map(|listener| listener.wanted.ip())
            .collect()
    }

    /// What could not be bound.
    pub(super) fn errors(&self) -> Vec<(Address, String)> {
        let failed = |listener: &Listener| Some((listener.wanted, listener.error.clone()?));
        self.all.iter().filter_map(failed).collect()
    }
}

impl Node {
    /// Tries the addresses that are not listened on.
    pub(super) fn listen_again(&mut self, now: Instant) {
        if now < self.listeners.next_try {
            return;
        }
        self.listeners.next_try = now + LISTEN_EVERY;
        for index in 0..self.listeners.all.len() {
            if self.listeners.all[index].bound.is_none() {
                self.listen(index);
            }
        }
        self.announce_port();
    }

    fn listen(&mut self, index: usize) {
        let wanted = self.listeners.all[index].wanted;
        let listened = probe(wanted.socket)
            .map_err(|error| error.to_string())
            .and_then(|port| {
                let here = place(SocketAddr::new(wanted.ip(), port));
                let id = self
                    .swarm
                    .listen_on(here)
                    .map_err(|error| error.to_string())?;
                Ok((id, port))
            });
        let listener = &mut self.listeners.all[index];
        match listened {
            Ok(bound) => {
                listener.bound = Some(bound);
                listener.error = None;
            }
            Err(error) => {
                let first = listener.error.is_none();
                listener.error = Some(error.clone());
                if first {
                    tracing::warn!(address = %wanted, %error, "cannot listen here: trying again");
                    self.tell(NetEvent::ListenFailed {
                        address: wanted,
                        error,
                    });
                }
            }
        }
    }

    fn announce_port(&mut self) {
        let (port, listening) = (self.listeners.port().unwrap_or(0), self.listeners.ips());
        if let Some(beacon) = &self.beacon {
            beacon.announce(|announcement| {
                announcement.main_port = port;
                announcement.listening = listening;
            });
        }
    }

    /// The swarm listens on one more address.
    pub(super) fn listening(&mut self, address: &Multiaddr) {
        if let Ok(address) = Address::from_multiaddr(address) {
            self.tell(NetEvent::Listening(address));
            self.next_look = Instant::now();
        }
    }

    /// The swarm listens on one address less.
    pub(super) fn unlisted(&mut self, address: &Multiaddr) {
        if let Ok(address) = Address::from_multiaddr(address) {
            self.tell(NetEvent::Unlisted(address));
            self.next_look = Instant::now();
        }
    }

    /// A listener has ended, which it does not do by itself.
    pub(super) fn listener_closed(
        &mut self,
        id: ListenerId,
        addresses: &[Multiaddr],
        reason: std::io::Result<()>,
    ) {
        for address in addresses {
            self.unlisted(address);
        }
        for listener in &mut self.listeners.all {
            if listener.bound.is_some_and(|(bound, _)| bound == id) {
                listener.bound = None;
                listener.error = reason.as_ref().err().map(ToString::to_string);
            }
        }
    }

    /// Looks at the interfaces: ends what ran over lost addresses, and hurries when one has come.
    pub(super) fn look_at_interfaces(&mut self, now: Instant) {
        self.next_look = now + INTERFACES_EVERY;
        let seen = match interfaces::enumerate() {
            Ok(seen) => seen,
            Err(error) => {
                tracing::debug!(%error, "cannot look at the interfaces");
                return;
            }
        };
        let changes = self.interfaces.update(seen);
        if !changes.gone.is_empty() {
            self.end_over(&changes.gone);
        }
        if changes.gained {
            self.listeners.next_try = now;
            self.book.hasten_all(now);
            if let Some(beacon) = &self.beacon {
                beacon.announce(|announcement| announcement.burst += 1);
            }
        }
    }

    /// Where others can reach the main port.
    pub(super) fn own_addresses(&self) -> Vec<Address> {
        let mut all = Vec::new();
        for listener in &self.listeners.all {
            if let Some((_, port)) = listener.bound {
                all.extend(reachable(&[listener.wanted], port, self.interfaces.seen()));
            }
        }
        all
    }
}
