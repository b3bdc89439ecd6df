//! Who may say what: signed entries, grants, revocations, keys.

mod domains;
mod pack;
mod wire;

pub mod act;
pub mod body;
pub mod check;
pub mod entry;
pub mod genesis;
pub mod head;
pub mod ids;
pub mod keys;
pub mod leaf;
pub mod limits;
pub mod parcel;
pub mod ring_keys;

pub use act::{Act, NewerTag, Role, Sealed, Why};
pub use body::{Body, Leaf};
pub use check::{Checked, Invalid, check};
pub use entry::Entry;
pub use genesis::{Genesis, GenesisError};
pub use head::{Head, Opening, Slot};
pub use ids::{Class, DeviceId, DocId, EntryId, Epoch, OrderKey, ParseIdError, Ring, TerritoryId};
pub use keys::{DeviceKeys, SealKey, Signer};
pub use leaf::{OpenError, Payload, open_leaf};
pub use parcel::Parcel;
pub use ring_keys::{RingKeys, RingSecret, WriteEpoch};
pub use wire::DecodeError;
