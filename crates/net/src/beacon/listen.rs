//! The sockets that hear beacons: one for IPv4, one for IPv6, shared with other programs of this machine.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;

use super::GROUP;
use super::datagram::{Datagram, LENGTH};
use crate::interfaces::Interface;

/// Both sockets, as far as they could be opened.
#[derive(Debug)]
pub(crate) struct Ears {
    port: u16,
    four: Option<UdpSocket>,
    six: Option<UdpSocket>,
    joined: BTreeSet<u32>,
}

impl Ears {
    /// Deaf until [`Ears::open`] is called.
    pub(crate) fn new(port: u16) -> Self {
        Self {
            port,
            four: None,
            six: None,
            joined: BTreeSet::new(),
        }
    }

    /// Opens what is not open yet and joins the group on new interfaces. Fails when neither family can be
    /// heard; call it again later.
    pub(crate) fn open(&mut self, interfaces: &[Interface]) -> io::Result<()> {
        let mut failed = None;
        if self.four.is_none() {
            match bind(Domain::IPV4, (Ipv4Addr::UNSPECIFIED, self.port).into()) {
                Ok(socket) => self.four = Some(socket),
                Err(error) => failed = Some(error),
            }
        }
        if self.six.is_none() {
            // A machine without IPv6 is in order: only the failure of both is one.
            self.six = bind(Domain::IPV6, (Ipv6Addr::UNSPECIFIED, self.port).into()).ok();
            self.joined.clear();
        }
        self.join(interfaces);
        match failed {
            Some(error) if self.six.is_none() => Err(error),
            Some(_) | None => Ok(()),
        }
    }

    /// The membership goes with its interface: numbers that are gone are forgotten, so that an interface
    /// that comes back is joined again.
    fn join(&mut self, interfaces: &[Interface]) {
        let Some(socket) = &self.six else { return };
        let six = interfaces
            .iter()
            .filter(|interface| interface.ip.is_ipv6() && interface.up);
        let present: BTreeSet<u32> = six.map(|interface| interface.index).collect();
        self.joined.retain(|index| present.contains(index));
        for index in present {
            if !self.joined.contains(&index) {
                match SockRef::from(socket).join_multicast_v6(&GROUP, index) {
                    Ok(()) => {
                        self.joined.insert(index);
                    }
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                        self.joined.insert(index);
                    }
                    Err(error) => tracing::debug!(%error, index, "cannot join the beacon group"),
                }
            }
        }
    }

    /// The next datagram of ours and where it came from. Never ends; cancelling it loses nothing.
    pub(crate) async fn hear(&self) -> (Datagram, IpAddr) {
        loop {
            // One byte more than needed shows that a datagram is too long.
            let (mut four, mut six) = ([0; LENGTH + 1], [0; LENGTH + 1]);
            let received = tokio::select! {
                received = receive(self.four.as_ref(), &mut four) => received.map(|(n, from)| (&four[..n], from)),
                received = receive(self.six.as_ref(), &mut six) => received.map(|(n, from)| (&six[..n], from)),
            };
            match received {
                Ok((bytes, from)) => {
                    if let Some(datagram) = Datagram::decode(bytes) {
                        return (datagram, from.ip().to_canonical());
                    }
                }
                Err(error) => {
                    // An interface that went away; the socket itself stays good.
                    tracing::debug!(%error, "a beacon socket failed");
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
            }
        }
    }
}

async fn receive(socket: Option<&UdpSocket>, into: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
    match socket {
        Some(socket) => socket.recv_from(into).await,
        None => std::future::pending().await,
    }
}

fn bind(domain: Domain, address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    if domain == Domain::IPV6 {
        socket.set_only_v6(true)?;
    }
    // Several posts on one machine share the port: broadcast and multicast reach each of them.
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}
