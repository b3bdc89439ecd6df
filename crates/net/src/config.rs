//! What a node is started with.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use beffroi_sync::PeerId;

use crate::address::{Address, MAIN_PORT, PORCH_PORT};
use crate::limits::Timing;

/// Everything a node is told at start. The members come by `allow` before anybody can connect.
#[derive(Clone)]
pub struct NetConfig {
    /// Seed of the device's Ed25519 key.
    pub seed: [u8; 32],
    /// Id of the territory.
    pub territory: [u8; 32],
    /// Where the main swarm listens. Port 0 takes a free one.
    pub listen: Vec<Address>,
    /// Where the porch listens while it is open; a free port when this one is taken.
    pub porch: Vec<Address>,
    /// How others are looked for.
    pub discovery: Discovery,
    /// Addresses that people typed.
    pub peers: Vec<Address>,
    /// Addresses at which peers were reached before, newest first.
    pub remembered: Vec<(PeerId, Address)>,
    /// Waiting times.
    pub timing: Timing,
}

/// How others are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Discovery {
    /// Our own beacon.
    pub beacon: bool,
    /// mDNS as libp2p speaks it.
    pub mdns: bool,
    /// UDP port of the beacon, the same for all posts of a territory.
    pub beacon_port: u16,
}

impl NetConfig {
    /// The defaults of a post for this device and territory: all interfaces, ports 7410 and 7413.
    pub fn new(seed: [u8; 32], territory: [u8; 32]) -> Self {
        Self {
            seed,
            territory,
            listen: everywhere(MAIN_PORT),
            porch: everywhere(PORCH_PORT),
            discovery: Discovery::default(),
            peers: Vec::new(),
            remembered: Vec::new(),
            timing: Timing::default(),
        }
    }
}

impl Default for Discovery {
    fn default() -> Self {
        Self {
            beacon: true,
            mdns: true,
            beacon_port: MAIN_PORT,
        }
    }
}

/// Every address of the machine, both families.
fn everywhere(port: u16) -> Vec<Address> {
    vec![
        Address::new(Ipv4Addr::UNSPECIFIED.into(), port),
        Address::new(Ipv6Addr::UNSPECIFIED.into(), port),
    ]
}

/// Without the seed.
impl fmt::Debug for NetConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NetConfig")
            .field("listen", &self.listen)
            .field("porch", &self.porch)
            .field("discovery", &self.discovery)
            .field("peers", &self.peers)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}
