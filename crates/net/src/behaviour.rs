//! The main swarm: who may connect comes first, then how much, then the streams.

use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identity::Keypair;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{NetworkBehaviour, StreamProtocol, Swarm};
use libp2p::{mdns, memory_connection_limits, noise};

use crate::limits::{
    ESTABLISHED_INCOMING_MAX, ESTABLISHED_MAX, ESTABLISHED_PER_PEER_MAX, MEMORY_BYTES_MAX,
    NEGOTIATING_STREAMS_MAX, PENDING_INCOMING_MAX, PENDING_INCOMING_PER_SOURCE_MAX,
    PENDING_OUTGOING_MAX, Timing,
};
use crate::{gate, streams, transport};

/// The behaviours, in the order in which they are asked.
#[derive(NetworkBehaviour)]
pub(crate) struct Main {
    /// Strangers are refused here, after Noise and before any stream.
    pub(crate) allowed: allow_block_list::Behaviour<AllowedPeers>,
    pub(crate) counts: connection_limits::Behaviour,
    pub(crate) gate: gate::Behaviour,
    pub(crate) memory: memory_connection_limits::Behaviour,
    pub(crate) mdns: Toggle<mdns::tokio::Behaviour>,
    pub(crate) streams: streams::Behaviour,
}

/// The name of the protocol, which differs from one territory to the next.
pub(crate) fn protocol(territory: &[u8; 32]) -> StreamProtocol {
    let hash = blake3::derive_key("beffroi v1 protocol name", territory);
    let name: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    #[expect(
        clippy::expect_used,
        reason = "the only condition is the leading slash"
    )]
    let protocol =
        StreamProtocol::try_from_owned(format!("/beffroi/{name}/1")).expect("a leading slash");
    protocol
}

/// The swarm of a device in a territory; it listens nowhere yet, and admits nobody.
pub(crate) fn swarm(
    keypair: &Keypair,
    territory: &[u8; 32],
    timing: &Timing,
) -> Result<Swarm<Main>, noise::Error> {
    let counts = ConnectionLimits::default()
        .with_max_pending_incoming(Some(PENDING_INCOMING_MAX))
        .with_max_pending_outgoing(Some(PENDING_OUTGOING_MAX))
        .with_max_established_incoming(Some(ESTABLISHED_INCOMING_MAX))
        .with_max_established(Some(ESTABLISHED_MAX))
        .with_max_established_per_peer(Some(ESTABLISHED_PER_PEER_MAX));
    let behaviour = Main {
        allowed: allow_block_list::Behaviour::default(),
        counts: connection_limits::Behaviour::new(counts),
        gate: gate::Behaviour::new(gate::Counting::Handshakes, PENDING_INCOMING_PER_SOURCE_MAX),
        memory: memory_connection_limits::Behaviour::with_max_bytes(MEMORY_BYTES_MAX),
        mdns: Toggle::from(None),
        streams: streams::Behaviour::new(protocol(territory), timing.handshake),
    };
    let transport = transport::build(keypair, timing.handshake, timing.tcp_user_timeout)?;
    let config = libp2p::swarm::Config::with_tokio_executor()
        .with_max_negotiating_inbound_streams(NEGOTIATING_STREAMS_MAX);
    Ok(Swarm::new(
        transport,
        behaviour,
        keypair.public().to_peer_id(),
        config,
    ))
}
