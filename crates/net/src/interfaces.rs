//! The network interfaces of this machine, looked at again and again: no event is relied upon.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use if_addrs::IfAddr;

use crate::address::link_local;
use crate::limits::INTERFACE_MISSES;

/// One address of one interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interface {
    /// Its name, like `wlan0`.
    pub name: String,
    /// The address.
    pub ip: IpAddr,
    /// Whether the interface is on and has a carrier.
    pub up: bool,
    /// Its number, for multicast.
    pub(crate) index: u32,
    /// Where a broadcast goes.
    pub(crate) broadcast: Option<Ipv4Addr>,
}

impl Interface {
    /// Whether it leads nowhere but to this machine.
    pub fn is_loopback(&self) -> bool {
        self.ip.is_loopback()
    }

    /// Whether the address is IPv6 link-local, which libp2p cannot dial.
    pub fn is_link_local(&self) -> bool {
        link_local(&self.ip)
    }
}

/// Every address of every interface of this machine, as it is now.
///
/// # Errors
/// When the system does not tell.
pub fn enumerate() -> io::Result<Vec<Interface>> {
    let mut found: Vec<Interface> = if_addrs::get_if_addrs()?
        .into_iter()
        .map(|interface| Interface {
            up: interface.is_oper_up(),
            index: interface.index.unwrap_or(0),
            broadcast: broadcast(&interface.addr),
            ip: interface.addr.ip(),
            name: interface.name,
        })
        .collect();
    found.sort();
    Ok(found)
}

fn broadcast(address: &IfAddr) -> Option<Ipv4Addr> {
    match address {
        // The loopback interface has no broadcast flag, but the kernel delivers its broadcast address to
        // every socket of the machine: so several posts on one machine hear each other.
        IfAddr::V4(four) if four.ip.is_loopback() => Some(Ipv4Addr::new(127, 255, 255, 255)),
        IfAddr::V4(four) => four.broadcast,
        IfAddr::V6(_) => None,
    }
}

/// What changed between two looks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// An address came, or an interface got its carrier back.
    pub(crate) gained: bool,
    /// Addresses that were missing for several looks in a row.
    pub(crate) gone: Vec<IpAddr>,
}

/// The interfaces as last seen.
#[derive(Debug, Default)]
pub(crate) struct Interfaces {
    seen: Vec<Interface>,
    /// Usable addresses, with the looks that have missed them since.
    usable: BTreeMap<IpAddr, u8>,
}

impl Interfaces {
    /// Takes the result of a new look.
    pub(crate) fn update(&mut self, seen: Vec<Interface>) -> Changes {
        let mut changes = Changes::default();
        for misses in self.usable.values_mut() {
            *misses = misses.saturating_add(1);
        }
        for interface in seen.iter().filter(|interface| interface.up) {
            let before = self.usable.insert(interface.ip, 0);
            changes.gained |= before.is_none_or(|misses| misses > 1);
        }
        self.usable.retain(|ip, misses| {
            let gone = *misses >= INTERFACE_MISSES;
            if gone {
                changes.gone.push(*ip);
            }
            !gone
        });
        self.seen = seen;
        changes
    }

    /// The name of the interface that has this address.
    pub(crate) fn name_of(&self, ip: IpAddr) -> Option<String> {
        let found = self.seen.iter().find(|interface| interface.ip == ip);
        found.map(|interface| interface.name.clone())
    }

    /// All of them.
    pub(crate) fn seen(&self) -> &[Interface] {
        &self.seen
    }
}

/// The address of ours from which the kernel would speak to that one; nothing is sent.
pub(crate) fn local_ip_towards(remote: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = match remote {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(remote).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(ip: &str, up: bool) -> Interface {
        Interface {
            name: "eth0".to_owned(),
            ip: ip.parse().unwrap(),
            up,
            index: 2,
            broadcast: None,
        }
    }

    #[test]
    fn a_new_address_is_gained_once() {
        let mut interfaces = Interfaces::default();
        assert!(interfaces.update(vec![interface("192.0.2.7", true)]).gained);
        assert_eq!(
            interfaces.update(vec![interface("192.0.2.7", true)]),
            Changes::default()
        );
    }

    #[test]
    fn one_missed_look_ends_nothing_and_two_do() {
        let mut interfaces = Interfaces::default();
        interfaces.update(vec![interface("192.0.2.7", true)]);
        assert_eq!(
            interfaces.update(vec![interface("192.0.2.7", false)]),
            Changes::default()
        );
        let changes = interfaces.update(vec![interface("192.0.2.7", false)]);
        assert_eq!(changes.gone, vec!["192.0.2.7".parse::<IpAddr>().unwrap()]);
        assert!(interfaces.update(vec![interface("192.0.2.7", true)]).gained);
    }

    #[test]
    fn this_machine_has_a_loopback_address() {
        assert!(enumerate().unwrap().iter().any(Interface::is_loopback));
    }

    #[test]
    fn the_way_to_loopback_starts_at_loopback() {
        let way = local_ip_towards("127.0.0.1:7410".parse().unwrap()).unwrap();
        assert!(way.is_loopback());
    }
}
