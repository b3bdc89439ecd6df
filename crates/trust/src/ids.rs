//! Names of things: entries, territories, devices, epochs, documents. All are hashes or keys, all
//! print as lower-case hex, none can be told from random bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of readers, named by number: who may read is who holds one of the ring's keys.
pub type Ring = u64;
/// The ring every member but relays reads.
pub const RING_COMMON: Ring = 1;
/// The ring of personal data, ticked per member.
pub const RING_PEOPLE: Ring = 2;

/// Bit of a kind: set for the *command* group, which only coordinators may write.
pub const KIND_COMMAND: u8 = 0x80;
/// Bit of a kind: set when its documents are immutable records, clear when they are changes.
pub const KIND_RECORD: u8 = 0x40;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hexadecimal digits")]
pub struct ParseIdError {
    /// How many digits this kind of id has.
    pub expected: usize,
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = [pair[0], pair[1]].map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(bytes)
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $bytes]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }
        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                from_hex(text).map(Self).ok_or(ParseIdError { expected: 2 * $bytes })
            }
        }
        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
                } else {
                    <[u8; $bytes]>::deserialize(deserializer).map(Self)
                }
            }
        }
    };
}

id!(
    /// The hash of an entry's head: what sync reconciles and every reference cites.
    EntryId, 32
);
id!(
    /// The hash of a territory's genesis.
    TerritoryId, 32
);
id!(
    /// The Ed25519 public key of a device, or of a root: whoever signs.
    DeviceId, 32
);
id!(
    /// One key of a ring, named by a hash that commits to it.
    Epoch, 16
);

impl EntryId {
    /// The citation a root writes in place of a grant: its right comes from the genesis.
    #[must_use]
    pub fn of_territory(territory: &TerritoryId) -> Self {
        Self(territory.0)
    }
}

/// A document: kind and ring are part of its name, so an entry that lies about either merely
/// speaks of another document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocId {
    /// Wire kind; trust reads only its two group bits.
    pub kind: u8,
    /// Who can read it.
    pub ring: Ring,
    /// The record's own id; a record and its private twin share it.
    pub uuid: [u8; 16],
}

impl DocId {
    /// The 25 bytes that are hashed: kind ‖ ring (big endian) ‖ uuid.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 25] {
        let mut bytes = [0; 25];
        bytes[0] = self.kind;
        bytes[1..9].copy_from_slice(&self.ring.to_be_bytes());
        bytes[9..].copy_from_slice(&self.uuid);
        bytes
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}/{}/", self.kind, self.ring)?;
        write_hex(f, &self.uuid)
    }
}

/// Which of the two sets, and of the author's two chains, an entry belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Class {
    /// Grants, revocations, keys: small, in clear, always synchronised first.
    Act,
    /// Sealed payloads.
    Content,
}

impl From<Class> for u8 {
    fn from(class: Class) -> u8 {
        match class {
            Class::Act => 0,
            Class::Content => 1,
        }
    }
}

impl TryFrom<u8> for Class {
    type Error = &'static str;
    fn try_from(byte: u8) -> Result<Self, Self::Error> {
        match byte {
            0 => Ok(Class::Act),
            1 => Ok(Class::Content),
            _ => Err("a class is 0 or 1: there are two sets"),
        }
    }
}

/// A place in the order by which sets are reconciled: a function of the entry and the territory
/// alone, so that no post ever sorts an entry elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderKey {
    /// The author's claimed second, clamped to the territory's creation and to `u32::MAX`.
    pub second: u32,
    /// The entry.
    pub id: EntryId,
}

/// The second an entry sorts under: its claimed milliseconds, clamped by constants.
#[must_use]
pub fn order_second(time_ms: u64, created_second: u32) -> u32 {
    u32::try_from(time_ms / 1_000)
        .unwrap_or(u32::MAX)
        .max(created_second)
}
