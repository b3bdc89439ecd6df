//! Who may say what: signed entries, grants, revocations, keys.

#[macro_use]
mod faults;

mod domains;
mod pack;
mod stretch;
mod wire;

pub mod act;
pub mod author;
pub mod body;
pub mod check;
pub mod chronicle;
pub mod digest;
pub mod document;
pub mod entry;
pub mod genesis;
pub mod guard;
pub mod head;
pub mod ids;
pub mod invite;
pub mod keys;
pub mod keystore;
pub mod leaf;
pub mod limits;
pub mod parcel;
pub mod ring_keys;
pub mod roots;
pub mod standing;
pub mod words;

pub use act::{Act, Role, Sealed, Why};
pub use body::{Body, Leaf};
pub use check::{Checked, Invalid, check};
pub use chronicle::{Chronicle, Count, Placement, Refusal};
pub use digest::SetDigest;
pub use document::{Carried, Document, Origin};
pub use entry::Entry;
pub use genesis::{Genesis, GenesisError};
pub use guard::{Bad, Verdict};
pub use head::{Head, Opening, Slot};
pub use ids::{Class, DeviceId, DocId, EntryId, Epoch, OrderKey, ParseIdError, Ring, TerritoryId};
pub use keys::{DeviceKeys, SealKey, Signer};
pub use keystore::{Keystore, KeystoreError, KeystoreKey, Protection};
pub use leaf::{OpenError, Payload, open_leaf};
pub use parcel::Parcel;
pub use ring_keys::{RingKeys, RingSecret, WriteEpoch};
pub use roots::{RootSeed, Roots};
pub use standing::{Member, Standing, Status};
pub use wire::{DecodeError, NewerTag};
