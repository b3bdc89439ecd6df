//! Every bound of the engine, with its reason. A peer that breaks one is hung up on.

use std::time::Duration;

/// What the frames mean. A peer that speaks another number is not talked to.
pub const PROTOCOL: u16 = 1;

/// A frame: one allocation of the receiver, checked by `net` before it is made.
pub const FRAME_BYTES_MAX: usize = 1 << 20;
/// A pack, opened or not: half a frame, and four times the largest entry.
pub const PACK_BYTES_MAX: usize = 512 << 10;
/// Entries in a pack: a group of signatures that is checked together (trust.md §10).
pub const PACK_ENTRIES_MAX: usize = 256;
/// Below this a zstd frame saves less than it costs (its header is 9 bytes; heads repeat 118).
pub(crate) const PACK_PLAIN_BELOW: usize = 600;
/// Above level 3 sealed entries pack no smaller; measured.
pub(crate) const PACK_LEVEL: i32 = 3;
/// A window of 1 MiB: more than a pack, so no peer can ask for more memory.
pub(crate) const PACK_WINDOW_LOG: u32 = 20;
/// What one frame of an answer carries at most on a fast link: small enough for a heartbeat to
/// pass. Packs are a quarter of what was asked for, so that a slow link shows that it moves.
pub(crate) const PACK_BYTES_FAST: usize = 128 << 10;
/// The same on a thin link: 4 s at 1 kB/s.
pub(crate) const PACK_BYTES_THIN: usize = 4 << 10;

/// Parts into which a range that differs is cut: measured best with `LEAF`.
pub(crate) const BRANCHES: u64 = 16;
/// Up to this many ids a range is listed rather than cut.
pub(crate) const LEAF: u64 = 16;
/// Ids a peer may list in one range: room for a larger leaf one day.
pub const LEAF_IDS_MAX: usize = 64;
/// Ids in the answer to one list: what fits a message.
pub const LISTED_IDS_MAX: usize = MESSAGE_BYTES_MAX / 16;
/// Ranges in a message: a hostile one costs at most this many sums.
pub const MESSAGE_RANGES_MAX: usize = 4_096;
/// Bytes of a message: two seconds on a 30 kB/s link.
pub const MESSAGE_BYTES_MAX: usize = 64 << 10;
/// Messages of a session: 16⁵ leaves are reached in six steps each way.
pub const SESSION_STEPS_MAX: u8 = 12;
/// Life of a session, then both forget it.
pub const SESSION_LIFE: Duration = Duration::from_secs(60);
/// How long an answer to a session's message is waited for on a fast link.
pub(crate) const REPLY_WAIT: Duration = Duration::from_secs(1);
/// How often a message, or the reply to a repeated one, is sent again; the wait doubles. Only a
/// link that loses in silence needs it.
pub(crate) const REPEATS_MAX: u32 = 3;
/// The same on a thin link: a full message at 1 kB/s.
pub(crate) const REPLY_WAIT_THIN: Duration = Duration::from_secs(60);

/// Chunk of the index: an insert moves at most twice this many keys.
pub(crate) const CHUNK_KEYS: usize = 512;

/// How often a post is heard: two missed ones are noticed within a minute.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// The same on a thin link: 10 bytes a minute.
pub const HEARTBEAT_THIN: Duration = Duration::from_secs(300);
/// The longest interval a peer may announce, else it could never be silent.
pub const HEARTBEAT_MAX: Duration = Duration::from_secs(600);
/// The shortest: the jitter of a busy machine.
pub(crate) const HEARTBEAT_MIN: Duration = Duration::from_secs(1);
/// How long an asked summary is waited for before it is asked again; it
/// doubles twice.
pub(crate) const SUMMARY_WAIT: Duration = Duration::from_secs(1);
/// How often a summary is asked for in vain, before it is left to the heartbeat.
pub(crate) const SUMMARY_TIMES_MAX: u32 = 6;
/// Between two summaries that were asked for or follow a change: one round trip must fit.
pub(crate) const SUMMARY_SPACING: Duration = Duration::from_secs(1);
/// How often each neighbour is audited by keyed sums.
pub const AUDIT_EVERY: Duration = Duration::from_secs(3_600);

/// Neighbours that get a new entry whole at once; measured: K = 4 reaches a full mesh of 30 with a
/// seventh of the bytes of telling all.
pub const PUSH_PEERS: usize = 4;
/// Largest entry that is pushed; larger ones are announced and pulled.
pub const PUSH_BYTES_MAX: usize = 4 << 10;
/// Entries that are pushed again when no acknowledgement came: 8 kB of small ones.
pub(crate) const PUSH_AGAIN_MAX: usize = 16;
/// More new entries at once are an import or a heal: they are announced, not pushed.
pub(crate) const PUSH_BATCH_MAX: usize = 32;
/// Ids are gathered for a span between these two before they are sent on their own.
pub(crate) const HAVE_DELAY: (Duration, Duration) =
    (Duration::from_millis(200), Duration::from_millis(500));
/// Ids in one announcement: 4 kB.
pub const HAVE_IDS_MAX: usize = 256;
/// More ids waiting than this are cheaper found by reconciliation.
pub(crate) const HAVE_WAITING_MAX: usize = 1_024;
/// Told and unacknowledged ids remembered per peer; the heartbeat finds the others.
pub(crate) const TOLD_MAX: usize = 256;
/// First wait for an acknowledgement of what was told; it doubles.
pub(crate) const TELL_AGAIN: Duration = Duration::from_secs(1);
/// The same on a thin link, where an answer queues behind bulk.
pub(crate) const TELL_AGAIN_THIN: Duration = Duration::from_secs(30);
/// How often it is told again, at growing intervals up to four times the first, before a
/// comparison is asked for.
pub(crate) const TELL_TIMES_MAX: u32 = 6;

/// Entries in one request: one group of signatures.
pub const WANT_IDS_MAX: usize = 256;
/// Copies asked for in one request: several answers of one entry each are still a short exchange.
pub(crate) const COPIES_IDS_MAX: usize = 64;
/// Entries of which copies are looked for at once: more than a crisis has with data about people.
pub(crate) const COPIES_KNOWN_MAX: usize = 65_536;
/// How often one peer is asked for the same copies: like an audit, for what seldom changes.
pub const COPIES_EVERY: Duration = Duration::from_secs(3_600);
/// Ids one peer can make us remember as wanted: 16 full messages, 1 MiB of ids.
pub(crate) const WANTED_PER_PEER_MAX: usize = 65_536;
/// Neighbours remembered as holders of one wanted entry.
pub(crate) const HOLDERS_MAX: usize = 8;
/// Times an entry is asked for before it is left to the next reconciliation.
pub(crate) const ASK_TIMES_MAX: u8 = 6;
/// Bytes in flight from one peer: the first window, and its bounds. It doubles when an answer
/// came within a second and halves when it took four.
pub(crate) const WINDOW_FIRST: usize = 64 << 10;
/// The largest window on a fast link.
pub(crate) const WINDOW_MAX: usize = 1 << 20;
/// The largest window on a thin link: half a minute at 1 kB/s.
pub(crate) const WINDOW_THIN: usize = 32 << 10;
/// The smallest window.
pub(crate) const WINDOW_MIN: usize = 4 << 10;
/// One request: two of them fill the largest window, so the link rests neither way.
pub(crate) const REQUEST_BYTES_MAX: usize = 512 << 10;
/// How long nothing may come of a request on a fast link, before the next holder is asked; it
/// doubles twice while nothing comes.
pub(crate) const OVERDUE: Duration = Duration::from_secs(1);
/// The same on a thin link.
pub(crate) const OVERDUE_THIN: Duration = Duration::from_secs(60);
/// Requests of one peer that are being read from the disk; further ones are not answered.
pub(crate) const SERVING_MAX: usize = 4;
/// Unasked entries of one peer waiting for their check or their flush; further ones are dropped,
/// and found by reconciliation.
pub(crate) const BACKLOG_BYTES_MAX: usize = 4 << 20;

/// A set this many times larger than ours is streamed, not reconciled. A stream sends again what
/// we hold: by number less than a hundredth, and no more bytes than we lack even if ours are all
/// batches of an import (each weighs about 140 edits) and the others all edits. Reconciling costs
/// 34 B for each entry lacking up to some thousands, a tenth of a typed one, and 100 B beyond.
pub(crate) const BULK_RATIO: u64 = 128;
/// And larger than this: below, one list is enough.
pub(crate) const BULK_MIN: u64 = 64;
/// Parts of a streamed set: a slow holder holds up one sixteenth.
pub const PARTS_MAX: usize = 16;
/// Entries of a part at least: one request.
pub(crate) const PART_ENTRIES_MIN: u64 = 256;

/// Ids outside the set (parked by the daemon) that are remembered, so as not to be asked again;
/// above the daemon's own bound.
pub(crate) const PARKED_MAX: usize = 65_536;
/// Acknowledged ids remembered one by one per peer and set; a whole-set acknowledgement clears them.
pub(crate) const ACKS_LISTED_MAX: usize = 65_536;

/// What a peer may send unasked: a burst.
pub(crate) const UNASKED_BURST: u64 = 8 << 20;
/// And bytes a second after it.
pub(crate) const UNASKED_RATE: u64 = 512 << 10;
/// Sessions a peer may open: a burst of these, then one a second.
pub(crate) const SESSIONS_BURST: u64 = 16;
/// Audits cost a hash per entry: one each ten minutes, two at once.
pub(crate) const AUDITS_BURST: u64 = 2;
/// See `AUDITS_BURST`.
pub(crate) const AUDIT_REFILL: Duration = Duration::from_secs(600);
/// How long a peer that broke a rule is left alone.
pub const BAN: Duration = Duration::from_secs(600);

/// A version text.
pub const VERSION_BYTES_MAX: usize = 64;
/// An address text: a multiaddress with a key is under 128.
pub const ADDRESS_BYTES_MAX: usize = 256;
/// Addresses in one frame: 8 for each of 16 members.
pub const ADDRESSES_MAX: usize = 128;
