//! Whether an address can be listened on. libp2p shares ports (SO_REUSEPORT), so two daemons of one user
//! would both "succeed" and take each other's connections: this asks first, without sharing.

use std::io;
use std::net::{IpAddr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

use crate::address::Address;
use crate::interfaces::Interface;

/// Free ports tried when the wanted one is taken.
const TRIES: usize = 8;

/// Fails as listening there would fail; returns the port that was bound.
pub(crate) fn probe(place: SocketAddr) -> io::Result<u16> {
    let socket = Socket::new(
        Domain::for_address(place),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if place.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // As libp2p does: what lingers from a former run is no obstacle, a listener is.
    socket.set_reuse_address(true)?;
    socket.bind(&place.into())?;
    let bound = socket.local_addr()?.as_socket();
    Ok(bound.map_or(place.port(), |bound| bound.port()))
}

/// A port on which every one of these addresses that this machine has can be listened on: the wanted one,
/// else a free one.
pub(crate) fn choose_port(listen: &[Address]) -> io::Result<u16> {
    let wanted = listen
        .iter()
        .map(|address| address.socket.port())
        .find(|port| *port != 0);
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for attempt in 0..=TRIES {
        let candidate = if attempt == 0 { wanted.unwrap_or(0) } else { 0 };
        match port_for_all(listen, candidate) {
            Ok(port) => return Ok(port),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn port_for_all(listen: &[Address], candidate: u16) -> io::Result<u16> {
    let mut port = candidate;
    let mut last = None;
    let mut bound = false;
    for address in listen {
        match probe(SocketAddr::new(address.ip(), port)) {
            Ok(chosen) => {
                port = chosen;
                bound = true;
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // A family or an address that this machine does not have.
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) if !bound => Err(error),
        None if !bound => Err(io::ErrorKind::AddrNotAvailable.into()),
        Some(_) | None => Ok(port),
    }
}

/// Where others reach a port that is listened on at these addresses.
pub(crate) fn reachable(listen: &[Address], port: u16, interfaces: &[Interface]) -> Vec<Address> {
    let mut reached: Vec<Address> = Vec::new();
    for address in listen {
        if !address.ip().is_unspecified() {
            reached.push(Address::new(address.ip(), port));
            continue;
        }
        let same_family = |ip: &IpAddr| ip.is_ipv4() == address.ip().is_ipv4();
        let usable = interfaces.iter().filter(|interface| {
            interface.up && !interface.is_loopback() && !interface.is_link_local()
        });
        let ips = usable.map(|interface| interface.ip).filter(same_family);
        reached.extend(ips.map(|ip| Address::new(ip, port)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_that_is_taken_is_noticed_and_another_found() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = taken.local_addr().unwrap();
        assert_eq!(probe(place).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        let wanted = Address::new(place.ip(), place.port());
        let chosen = choose_port(&[wanted]).unwrap();
        assert!(chosen != 0 && chosen != place.port());
        drop(taken);
        assert_eq!(choose_port(&[wanted]).unwrap(), place.port());
    }

    #[test]
    fn nothing_to_listen_on_is_an_error() {
        assert!(choose_port(&[]).is_err());
        assert!(choose_port(&["192.0.2.77:1".parse().unwrap()]).is_err());
    }
}
