//! Every bound of this crate on one screen, each with its reason.

use std::time::Duration;

/// Frames that may wait for one peer. The engine keeps at most a few packs outstanding; more than this
/// means that it speaks faster than the link carries, and to begin the session again is cheaper.
pub const QUEUE_FRAMES_MAX: usize = 512;
/// Bytes that may wait for one peer: eight times what the engine leaves outstanding on a fast link (1 MiB).
pub const QUEUE_BYTES_MAX: usize = 8 << 20;
/// Events that wait for the consumer. When it is full nothing more is read from the peers.
pub(crate) const EVENTS_MAX: usize = 256;
/// Frames that wait for the consumer, in KiB, of all peers together: without it 256 events could hold
/// 256 MiB. Each link holds one frame more.
pub(crate) const INBOX_KIB_MAX: usize = 16 << 10;
/// Events of the node itself that wait for a place in that channel; beyond it the swarm is not polled.
pub(crate) const OUTBOX_MAX: usize = 256;
/// Commands that wait for the node.
pub(crate) const COMMANDS_MAX: usize = 256;

/// Bytes given to the multiplexer at once: at 1 kB/s one piece takes 8 s, so a thin link is not "stalled".
pub(crate) const WRITE_PIECE_BYTES: usize = 8 << 10;
/// First allocation for an incoming frame, and its step of growth: nothing is reserved from a claimed length.
pub(crate) const READ_STEP_BYTES: usize = 64 << 10;

/// Connections that have not finished their handshake (sync.md, "Limits").
pub(crate) const PENDING_INCOMING_MAX: u32 = 64;
/// The same from one source (IPv4 address or IPv6 /64), so that one machine cannot take all of them.
pub(crate) const PENDING_INCOMING_PER_SOURCE_MAX: usize = 16;
/// Outgoing handshakes at once (sync.md, "Limits").
pub(crate) const PENDING_OUTGOING_MAX: u32 = 32;
/// Established connections (sync.md, "Limits").
pub(crate) const ESTABLISHED_MAX: u32 = 160;
/// Established connections that others opened: the rest stays free for our own dials.
pub(crate) const ESTABLISHED_INCOMING_MAX: u32 = 128;
/// Per peer: one live, one dying on a dead path, and two of a simultaneous dial. With fewer, the two of a
/// simultaneous dial can refuse each other while the dead one is still being closed.
pub(crate) const ESTABLISHED_PER_PEER_MAX: u32 = 4;
/// Links of one peer whose events the consumer has not taken yet; a peer that reconnects faster is hung up on.
pub(crate) const LINK_TASKS_PER_PEER_MAX: usize = 4;
/// Resident memory above which no connection is taken (sync.md, "Limits").
pub(crate) const MEMORY_BYTES_MAX: usize = 512 << 20;
/// Streams being negotiated on one connection (sync.md, "Limits").
pub(crate) const NEGOTIATING_STREAMS_MAX: usize = 32;
/// Yamux streams on one connection (sync.md, "Limits"); we use two.
pub(crate) const YAMUX_STREAMS_MAX: usize = 64;

/// Dials of the address book in flight.
pub(crate) const DIALS_MAX: usize = 16;
/// Addresses tried in one dial of a peer.
pub(crate) const DIAL_ADDRESSES_MAX: usize = 8;
/// Addresses of a peer at which we reached it, newest first (sync.md, "Finding each other").
pub const REMEMBERED_ADDRESSES_MAX: usize = 8;
/// Addresses of a peer told by beacon or mDNS: four interfaces; a forger can push out no other kind.
pub(crate) const HEARD_ADDRESSES_MAX: usize = 4;
/// Addresses of a peer told by neighbours.
pub(crate) const TOLD_ADDRESSES_MAX: usize = 4;
/// Peers in the address book; as many as a territory is measured for.
pub(crate) const BOOK_PEERS_MAX: usize = 4_096;
/// Typed addresses.
pub const TYPED_ADDRESSES_MAX: usize = 256;
/// Seconds before the 1st, 2nd … attempt (sync.md, "Finding each other"); the last one repeats.
pub(crate) const BACK_OFF: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(60),
];
/// A beacon does not make us dial a peer again sooner than this after the last attempt.
pub(crate) const HEARD_REDIAL_GAP: Duration = Duration::from_secs(2);
/// A link that lasted less does not count as a success for the back-off: two machines with one key
/// would otherwise take the link from each other once a second.
pub(crate) const LINK_PROVEN_AFTER: Duration = Duration::from_secs(30);

/// Two connections younger than this are a simultaneous dial (sync.md, "Links that die").
pub(crate) const SIMULTANEOUS: Duration = Duration::from_secs(5);
/// Between two dials beside a link in doubt.
pub(crate) const SECOND_DIAL_EVERY: Duration = Duration::from_secs(10);
/// How long a beacon from the address of a link speaks for that link.
pub(crate) const VOUCHED_FOR: Duration = Duration::from_secs(60);
/// Between two looks at the interfaces.
pub(crate) const INTERFACES_EVERY: Duration = Duration::from_secs(2);
/// Looks that must miss an address of ours before the links over it are ended.
pub(crate) const INTERFACE_MISSES: u8 = 2;
/// Between two attempts to listen on an address that could not be bound.
pub(crate) const LISTEN_EVERY: Duration = Duration::from_secs(5);

/// Devices turned away that are remembered, so that each is told of once a minute.
pub(crate) const TURNED_AWAY_MAX: usize = 64;
/// Between two events about the same device turned away.
pub(crate) const TURNED_AWAY_EVERY: Duration = Duration::from_secs(60);
/// Bans at once; when full the one that ends first gives way.
pub(crate) const BANS_MAX: usize = 1_024;
/// Porches heard that are remembered.
pub(crate) const PORCHES_MAX: usize = 64;
/// How long a porch is remembered after its last beacon: two of the longest intervals.
pub(crate) const PORCH_FRESH: Duration = Duration::from_secs(60);

/// Beacons that wait for the node; more are dropped, the next ones come.
pub(crate) const HEARD_QUEUE_MAX: usize = 64;
/// Beacons of our territory compared with the members in one second: 4,096 members cost about 1 ms each.
pub(crate) const TRIALS_PER_SECOND: u32 = 64;
/// Sources of foreign beacons that are told apart.
pub(crate) const FOREIGN_SOURCES_MAX: usize = 64;
/// How long a foreign source is counted after its last beacon.
pub(crate) const FOREIGN_FRESH: Duration = Duration::from_secs(600);
/// mDNS records taken before mDNS is switched off for a while: libp2p's list of them has no bound.
pub(crate) const MDNS_RECORDS_MAX: usize = 512;
/// How long mDNS stays off after a flood.
pub(crate) const MDNS_PAUSE: Duration = Duration::from_secs(600);

/// Bytes of a request or an answer on the porch (trust.md §10).
pub const PORCH_BYTES_MAX: usize = 16 << 10;
/// Conversations on the porch at once (trust.md §10).
pub(crate) const PORCH_AT_ONCE: u32 = 4;
/// The same from one source, so that one machine cannot fill the porch.
pub(crate) const PORCH_PER_SOURCE: usize = 2;
/// Between two requests from one source (trust.md §10).
pub(crate) const PORCH_REQUEST_EVERY: Duration = Duration::from_secs(1);
/// A conversation on the porch lasts no longer (trust.md §10).
pub(crate) const PORCH_LASTS: Duration = Duration::from_secs(10);
/// Sources remembered for the rate; when full, newcomers wait.
pub(crate) const PORCH_SOURCES_MAX: usize = 256;

/// The waiting times that a test shortens. The defaults are those of sync.md.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// A piece that is not taken, or a frame that does not go on, for this long ends the link. 20 s.
    pub stall: Duration,
    /// Time for TCP, Noise, Yamux, and again for the two streams. 10 s.
    pub handshake: Duration,
    /// Unacknowledged TCP data older than this ends the connection. 20 s.
    pub tcp_user_timeout: Duration,
    /// Silence on a link after which a beacon from the same peer at another address makes us dial it. 20 s.
    pub doubtful: Duration,
    /// Shortest wait between two beacons after the burst at start. 15 s.
    pub beacon_min: Duration,
    /// Longest wait between two beacons. 30 s.
    pub beacon_max: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(20),
            handshake: Duration::from_secs(10),
            tcp_user_timeout: Duration::from_secs(20),
            doubtful: Duration::from_secs(20),
            beacon_min: Duration::from_secs(15),
            beacon_max: Duration::from_secs(30),
        }
    }
}
