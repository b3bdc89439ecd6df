//! One datagram to everybody in reach, over every interface.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use super::GROUP;
use crate::interfaces::Interface;

/// IPv6 addresses of one interface that a beacon leaves from.
const V6_PER_INTERFACE: usize = 2;

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Shouted {
    /// Interfaces it left through.
    pub(crate) sent: u64,
    /// The last failure, in the system's words.
    pub(crate) error: Option<String>,
}

/// Sends a datagram through every interface that is up, each from a socket bound to an address of that
/// interface, so that its source is where the sender can be dialled.
pub(crate) fn shout(datagram: &[u8], interfaces: &[Interface], port: u16) -> Shouted {
    let mut shouted = Shouted::default();
    for interface in interfaces
        .iter()
        .filter(|interface| speaks(interface, interfaces))
    {
        let sent = match interface.ip {
            std::net::IpAddr::V4(ip) => match interface.broadcast {
                Some(broadcast) => send_v4(datagram, ip, broadcast, port),
                // Point to point: nothing to broadcast to.
                None => continue,
            },
            std::net::IpAddr::V6(ip) => send_v6(datagram, ip, interface.index, port),
        };
        match sent {
            Ok(()) => shouted.sent += 1,
            Err(error) => shouted.error = Some(format!("{}: {error}", interface.name)),
        }
    }
    shouted
}

/// Whether a beacon leaves from this address. From a link-local one nobody can dial us: it is used only
/// where the interface has no other, so that the others' `doctor` can tell why we are not reached. Of
/// many IPv6 addresses of one interface (temporary ones) the first two speak.
fn speaks(interface: &Interface, all: &[Interface]) -> bool {
    if !interface.up || (interface.ip.is_ipv6() && interface.is_loopback()) {
        return false;
    }
    let same = |other: &&Interface| other.index == interface.index && other.up;
    if interface.is_link_local() {
        return all.iter().filter(same).all(Interface::is_link_local);
    }
    let before = all
        .iter()
        .filter(same)
        .take_while(|other| other.ip != interface.ip);
    let six_before = before.filter(|other| other.ip.is_ipv6() && !other.is_link_local());
    interface.ip.is_ipv4() || six_before.count() < V6_PER_INTERFACE
}

fn send_v4(datagram: &[u8], from: Ipv4Addr, broadcast: Ipv4Addr, port: u16) -> io::Result<()> {
    let socket = UdpSocket::bind((from, 0))?;
    socket.set_broadcast(true)?;
    socket.set_nonblocking(true)?;
    socket.send_to(datagram, (broadcast, port))?;
    Ok(())
}

fn send_v6(datagram: &[u8], from: Ipv6Addr, index: u32, port: u16) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV6, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_only_v6(true)?;
    socket.set_nonblocking(true)?;
    let scope = if from.is_unicast_link_local() {
        index
    } else {
        0
    };
    socket.bind(&SocketAddr::V6(SocketAddrV6::new(from, 0, 0, scope)).into())?;
    socket.set_multicast_if_v6(index)?;
    let group = SocketAddrV6::new(GROUP, port, 0, index);
    socket.send_to(datagram, &SocketAddr::V6(group).into())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(ip: &str) -> Interface {
        Interface {
            name: "eth0".to_owned(),
            ip: ip.parse().unwrap(),
            up: true,
            index: 2,
            broadcast: None,
        }
    }

    fn speaking(ips: &[&str]) -> Vec<String> {
        let all: Vec<Interface> = ips.iter().map(|ip| interface(ip)).collect();
        let speaking = all.iter().filter(|interface| speaks(interface, &all));
        speaking.map(|interface| interface.ip.to_string()).collect()
    }

    #[test]
    fn a_link_local_address_speaks_only_where_there_is_no_other() {
        assert_eq!(speaking(&["fe80::1"]), ["fe80::1"]);
        assert_eq!(speaking(&["192.0.2.7", "fe80::1"]), ["192.0.2.7"]);
        assert_eq!(speaking(&["fd00::1", "fe80::1"]), ["fd00::1"]);
    }

    #[test]
    fn of_many_temporary_addresses_two_speak() {
        let many = ["192.0.2.7", "fd00::1", "fd00::2", "fd00::3", "fe80::1"];
        assert_eq!(speaking(&many), ["192.0.2.7", "fd00::1", "fd00::2"]);
        assert!(speaking(&["::1"]).is_empty());
    }
}
