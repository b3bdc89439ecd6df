//! Who may say what: signed entries, grants, revocations, keys.

mod domains;

pub mod act;
pub mod body;
pub mod entry;
pub mod genesis;
pub mod head;
pub mod ids;
pub mod limits;
pub mod parcel;
mod wire;

pub use act::{Act, NewerTag, Role, Sealed, Why};
pub use body::{Body, Leaf};
pub use entry::Entry;
pub use genesis::{Genesis, GenesisError};
pub use head::{Head, Opening, Slot};
pub use ids::{Class, DeviceId, DocId, EntryId, Epoch, OrderKey, ParseIdError, Ring, TerritoryId};
pub use parcel::Parcel;
pub use wire::DecodeError;
