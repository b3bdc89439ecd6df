//! One datagram to everybody in reach, over every interface.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use super::GROUP;
use crate::interfaces::Interface;

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
    for interface in interfaces.iter().filter(|interface| interface.up) {
        let sent = match interface.ip {
            std::net::IpAddr::V4(ip) => match interface.broadcast {
                Some(broadcast) => send_v4(datagram, ip, broadcast, port),
                // Point to point: nothing to broadcast to.
                None => continue,
            },
            std::net::IpAddr::V6(ip) => {
                // From a link-local address nobody can dial us, but `doctor` on the other side can tell.
                if interface.is_loopback() {
                    continue;
                }
                send_v6(datagram, ip, interface.index, port)
            }
        };
        match sent {
            Ok(()) => shouted.sent += 1,
            Err(error) => shouted.error = Some(format!("{}: {error}", interface.name)),
        }
    }
    shouted
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
