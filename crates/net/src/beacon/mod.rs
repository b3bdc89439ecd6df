//! The beacon: a datagram of 30 bytes that says "a post is here", readable as a name only by members.
//!
//! Each post sends it to the broadcast address of each subnet, and to a link-local multicast group over
//! IPv6; whoever hears it takes the address from the datagram's source. Nothing in it is trusted: it is a
//! hint where to dial.

mod datagram;
mod listen;
mod send;
mod task;

pub(crate) use datagram::Datagram;
pub(crate) use listen::Ears;
pub(crate) use send::shout;
pub use task::BeaconCounters;
pub(crate) use task::{BeaconHandle, BeaconSettings, Heard, spawn};

use std::net::Ipv6Addr;

/// The group for IPv6: link-local, temporary, ours ("bf").
pub(crate) const GROUP: Ipv6Addr = Ipv6Addr::new(0xff12, 0, 0, 0, 0, 0, 0xbf, 0x7410);
