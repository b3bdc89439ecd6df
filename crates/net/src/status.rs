//! What the network knows about itself, for `status` and `doctor`.

use std::time::Duration;

use beffroi_sync::PeerId;

use crate::address::Address;
use crate::beacon::BeaconCounters;
use crate::book::Origin;
use crate::interfaces::Interface;

/// Everything at one moment.
#[derive(Clone, Debug, Default)]
pub struct NetStatus {
    /// Where others can reach us: listened addresses that are not loopback nor IPv6 link-local.
    pub addresses: Vec<Address>,
    /// Configured addresses that could not be bound, with what the system said.
    pub listen_errors: Vec<(Address, String)>,
    /// The interfaces, one line per address.
    pub interfaces: Vec<Interface>,
    /// The links that are up.
    pub links: Vec<LinkStatus>,
    /// Every peer we have heard of or been told of.
    pub peers: Vec<PeerReach>,
    /// The addresses that people typed.
    pub typed: Vec<TypedAddress>,
    /// Connections past their handshake, those being closed included.
    pub connections: u32,
    /// Connections being made, both ways.
    pub pending: u32,
    /// What the beacon did; `None` when it is off.
    pub beacon: Option<BeaconCounters>,
    /// What mDNS did; `None` when it is off.
    pub mdns: Option<MdnsStatus>,
    /// Where our porch is; `None` while it is closed.
    pub porch: Option<Vec<Address>>,
    /// Porches heard in the last minute.
    pub porches: Vec<Address>,
    /// Other counts since the start.
    pub counters: Counters,
}

/// One link.
#[derive(Clone, Debug)]
pub struct LinkStatus {
    /// With whom.
    pub peer: PeerId,
    /// The other end.
    pub address: Address,
    /// Whether we dialled.
    pub dialer: bool,
    /// The name of our interface that it runs over, when it can be told.
    pub interface: Option<String>,
    /// How long it has been up.
    pub up_for: Duration,
    /// Since the last frame came.
    pub silent_for: Duration,
    /// Frames that came.
    pub frames_in: u64,
    /// Bytes of frames that came.
    pub bytes_in: u64,
    /// Bytes that wait to be sent.
    pub bytes_waiting: usize,
}

/// How a peer can be reached.
#[derive(Clone, Debug)]
pub struct PeerReach {
    /// Who.
    pub peer: PeerId,
    /// Whether a link is up.
    pub connected: bool,
    /// Where it may be, and how we know.
    pub addresses: Vec<(Address, Origin)>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// Until the next attempt; `None` when connected or not admitted.
    pub next_attempt: Option<Duration>,
}

/// A typed address.
#[derive(Clone, Debug)]
pub struct TypedAddress {
    /// What was typed.
    pub address: Address,
    /// Who answered there last.
    pub found: Option<PeerId>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// What mDNS did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MdnsStatus {
    /// Records heard, of whomever.
    pub heard: u64,
    /// Records of members.
    pub from_members: u64,
    /// Why it is not running: the system's words, or that it is paused after a flood.
    pub error: Option<String>,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections refused because the device is not admitted.
    pub turned_away: u64,
    /// Connections refused because there were too many.
    pub over_limit: u64,
    /// Our dials that were hung up on before any stream.
    pub refused: u64,
    /// Peers that spoke another protocol or for another territory.
    pub other_protocol: u64,
    /// Links that came up.
    pub links: u64,
    /// Links ended because the peer broke a rule of the protocol.
    pub violations: u64,
    /// Members told of whose only known address is IPv6 link-local, which cannot be dialled.
    pub link_local: u64,
}
