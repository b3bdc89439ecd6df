//! Where a post can be reached: an IP address, a TCP port, and, when known, whose it is.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use beffroi_sync::PeerId;
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;

use crate::identity;

/// The TCP port of the main swarm and the UDP port of the beacon, when nothing else is said.
pub const MAIN_PORT: u16 = 7410;
/// The TCP port of the porch, when nothing else is said.
pub const PORCH_PORT: u16 = 7413;

/// An address of a post. Written `/ip4/192.0.2.7/tcp/7410`, with `/p2p/…` behind it when the peer is known;
/// `192.0.2.7:7410` and `192.0.2.7` (port 7410) are understood too. Names are not: nothing here asks a DNS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// IP address and TCP port.
    pub socket: SocketAddr,
    /// The only peer that is to be accepted there.
    pub peer: Option<PeerId>,
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither a multiaddress nor `ip:port` nor an IP address.
    #[error("not an address: write it like 192.0.2.7:7410 or /ip4/192.0.2.7/tcp/7410")]
    Malformed,
    /// A host name, which this program never resolves.
    #[error("names are not looked up here: give the address in numbers, like 192.0.2.7:7410")]
    Name,
    /// A transport other than TCP.
    #[error("posts speak TCP only: write the address like /ip4/192.0.2.7/tcp/7410")]
    NotTcp,
    /// The `/p2p/` part names a key that is not Ed25519.
    #[error("the part after /p2p/ is not the key of a post: leave it out")]
    Peer,
}

/// Why an address is not dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undialable {
    /// IPv6 link-local: libp2p has no place for the interface it belongs to.
    #[error(
        "IPv6 link-local addresses cannot be dialled: give the interface an IPv4 or a fd00::/8 address"
    )]
    LinkLocal,
    /// Unspecified, multicast, broadcast, or port 0.
    #[error("not the address of one machine")]
    NotOneMachine,
}

impl Address {
    /// An address where any admitted peer may answer.
    pub fn new(ip: IpAddr, port: u16) -> Self {
        Self {
            socket: SocketAddr::new(ip.to_canonical(), port),
            peer: None,
        }
    }

    /// The same place, expecting this peer.
    #[must_use]
    pub fn of(self, peer: PeerId) -> Self {
        Self {
            peer: Some(peer),
            ..self
        }
    }

    /// The IP address.
    pub fn ip(&self) -> IpAddr {
        self.socket.ip()
    }

    /// Whether one can dial it.
    pub fn dialable(&self) -> Result<(), Undialable> {
        let ip = self.ip();
        let broadcast = matches!(ip, IpAddr::V4(four) if four.is_broadcast());
        if self.socket.port() == 0 || ip.is_unspecified() || ip.is_multicast() || broadcast {
            return Err(Undialable::NotOneMachine);
        }
        if link_local(&ip) {
            return Err(Undialable::LinkLocal);
        }
        Ok(())
    }

    /// The place alone, without the peer, in libp2p's form.
    pub(crate) fn place(&self) -> Multiaddr {
        place(self.socket)
    }

    /// From libp2p's form; the peer is kept when it is named.
    pub(crate) fn from_multiaddr(address: &Multiaddr) -> Result<Self, AddressError> {
        let mut parts = address.iter();
        let ip = match parts.next() {
            Some(Protocol::Ip4(ip)) => IpAddr::V4(ip),
            Some(Protocol::Ip6(ip)) => IpAddr::V6(ip),
            Some(
                Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_) | Protocol::Dnsaddr(_),
            ) => {
                return Err(AddressError::Name);
            }
            Some(_) | None => return Err(AddressError::Malformed),
        };
        let Some(Protocol::Tcp(port)) = parts.next() else {
            return Err(AddressError::NotTcp);
        };
        let place = Self::new(ip, port);
        match (parts.next(), parts.next()) {
            (None, _) => Ok(place),
            (Some(Protocol::P2p(peer)), None) => {
                Ok(place.of(identity::from_libp2p(&peer).ok_or(AddressError::Peer)?))
            }
            (Some(_), _) => Err(AddressError::NotTcp),
        }
    }
}

/// A socket address in libp2p's form.
pub(crate) fn place(socket: SocketAddr) -> Multiaddr {
    Multiaddr::from(socket.ip()).with(Protocol::Tcp(socket.port()))
}

/// Whether it is an IPv6 link-local address.
pub(crate) fn link_local(ip: &IpAddr) -> bool {
    matches!(ip, IpAddr::V6(six) if six.is_unicast_link_local())
}

/// Who counts as one source: an IPv4 address or an IPv6 /64, which one machine may use freely.
pub(crate) fn source(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) & !u128::from(u64::MAX)).into()),
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.starts_with('/') {
            let address = text
                .parse::<Multiaddr>()
                .map_err(|_| AddressError::Malformed)?;
            return Self::from_multiaddr(&address);
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return Ok(Self::new(socket.ip(), socket.port()));
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(Self::new(ip, MAIN_PORT));
        }
        if text.contains(|letter: char| letter.is_ascii_alphabetic())
            && !text.contains(char::is_whitespace)
        {
            return Err(AddressError::Name);
        }
        Err(AddressError::Malformed)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.place())?;
        match &self.peer {
            Some(peer) => write!(formatter, "/p2p/{}", identity::to_libp2p(peer)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn people_may_write_it_in_three_ways() {
        assert_eq!(parsed("192.0.2.7").to_string(), "/ip4/192.0.2.7/tcp/7410");
        assert_eq!(parsed("192.0.2.7:99").to_string(), "/ip4/192.0.2.7/tcp/99");
        assert_eq!(parsed("[fd00::1]:99").to_string(), "/ip6/fd00::1/tcp/99");
        assert_eq!(parsed(" /ip4/192.0.2.7/tcp/99 "), parsed("192.0.2.7:99"));
    }

    #[test]
    fn the_peer_survives_being_written_and_read() {
        let address = parsed("192.0.2.7").of(identity::peer_id([3; 32]));
        assert_eq!(parsed(&address.to_string()), address);
    }

    #[test]
    fn what_is_no_address_says_what_to_write() {
        let refused = |text: &str| text.parse::<Address>().unwrap_err();
        assert_eq!(refused("mairie.local:7410"), AddressError::Name);
        assert_eq!(refused("/dns4/mairie.local/tcp/7410"), AddressError::Name);
        assert_eq!(refused("/ip4/192.0.2.7/udp/7410"), AddressError::NotTcp);
        assert_eq!(refused("/ip4/192.0.2.7/tcp/7410/ws"), AddressError::NotTcp);
        assert_eq!(refused("192.0.2"), AddressError::Malformed);
        assert_eq!(refused(""), AddressError::Malformed);
    }

    #[test]
    fn only_the_address_of_one_machine_is_dialled() {
        assert_eq!(parsed("127.0.0.1").dialable(), Ok(()));
        assert_eq!(
            parsed("[fe80::1]:7410").dialable(),
            Err(Undialable::LinkLocal)
        );
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "ff02::1",
            "192.0.2.7:0",
        ] {
            assert_eq!(
                parsed(text).dialable(),
                Err(Undialable::NotOneMachine),
                "{text}"
            );
        }
    }

    #[test]
    fn one_machine_with_many_ipv6_addresses_is_one_source() {
        let (a, b) = (
            "fd00::1:2".parse().unwrap(),
            "fd00::ffff:3".parse().unwrap(),
        );
        assert_eq!(source(a), source(b));
        assert_ne!(source(a), source("fd00:0:0:1::1".parse().unwrap()));
        assert_eq!(
            source("::ffff:192.0.2.7".parse().unwrap()),
            source("192.0.2.7".parse().unwrap())
        );
    }
}
