//! Limits that decide whether an entry is valid. They are constants of the format: every post, now
//! and later, must reach the same verdict, so a number here is never changed, only a new version
//! of the head may bring others. Limits of patience, which only delay, live with those who wait.

/// Bytes of an encoded head. A full one (8 tips, 8 slots) takes 629: the rest is room for versions
/// to come, whose heads we carry unread.
pub const HEAD_BYTES_MAX: usize = 1 << 10;
/// Sum of the leaf sizes of an entry, forgotten leaves included: small enough to be sent whole over
/// a poor link, large enough for an import of 256 records.
pub const BODY_BYTES_MAX: u32 = 128 << 10;
/// Leaves of an entry: the nonce's leaf index and the shared signature would allow more, but an
/// entry is stored and checked in one piece.
pub const LEAVES_MAX: usize = 256;
/// Tips an entry may name as its past: one normally, more only to heal forks.
pub const PREV_MAX: usize = 8;
/// Distinct (kind, ring) of an entry: nine record kinds never all change at once.
pub const SLOTS_MAX: usize = 8;
/// Bytes of an encoded entry: the parts above, each leaf with its frame or, when it is gone, its
/// size and hash.
pub const ENTRY_BYTES_MAX: usize =
    2 + HEAD_BYTES_MAX + 64 + 16 + 2 + BODY_BYTES_MAX as usize + LEAVES_MAX * (1 + 1 + 3 + 32);

/// Bytes of a payload once unpacked. Also the bound of an unpacking, so that no packed leaf can
/// make us allocate more.
pub const PAYLOAD_BYTES_MAX: usize = 64 << 10;

/// Bytes of an encoded act: room for the largest lists below, and half of what a body may hold.
pub const ACT_BYTES_MAX: usize = 64 << 10;
/// Tips a Revoke or a Keep may name; for more, several are written, and they unite.
pub const KEEP_MAX: usize = 256;
/// Devices one RingKey seals to (112 bytes each); for more, several are written.
pub const SEALED_TO_MAX: usize = 256;
/// Epochs one RingKey may declare replaced: concurrent turnings are few, this is a hundred times
/// what partitions produce.
pub const REPLACES_MAX: usize = 256;
/// Rings of a Grant or an Invite: two exist, one per organisation may follow.
pub const RINGS_MAX: usize = 16;
/// Leaves one Forget lists for carriers; for more, several are written.
pub const FORGET_LEAVES_MAX: usize = 1_024;
/// Grants from a device to a root: longer chains would make a check unbounded.
pub const CHAIN_MAX: usize = 8;

/// Bytes of an encoded genesis: a name and at most eight roots.
pub const GENESIS_BYTES_MAX: usize = 2 << 10;
/// Bytes of a territory's name: 200 characters of the longest UTF-8 form.
pub const TERRITORY_NAME_BYTES_MAX: usize = 800;
/// Root keys of a territory: three envelopes are asked for, a federation may want more.
pub const ROOTS_MAX: usize = 8;

/// Bytes of one porch message in either direction: the porch answers strangers.
pub const PORCH_BYTES_MAX: usize = 16 << 10;
/// Entries in a porch message that tells of a withdrawal: the Revoke and the chain under it.
pub const PORCH_ENTRIES_MAX: usize = CHAIN_MAX + 1;
/// Bytes of the sealed label in a Claim: a post's name, code and organisation.
pub const LABEL_BYTES_MAX: usize = 1 << 10;
/// Address hints in a Welcome: a laptop has a handful of interfaces.
pub const ADDRESSES_MAX: usize = 16;
/// Bytes of one address hint (a multiaddress in text).
pub const ADDRESS_BYTES_MAX: usize = 256;

/// Bytes of a keystore file: some 100 per ring key and epoch, so decades of epochs.
pub const KEYSTORE_BYTES_MAX: usize = 1 << 20;
/// Ring keys in a keystore.
pub const RING_KEYS_MAX: usize = 16 << 10;
