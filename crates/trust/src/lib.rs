//! Who may say what: signed entries, grants, revocations, keys.
//!
//! Everything a device says is an [`Entry`]: a signed [`Head`] and a detachable [`Body`] of sealed
//! leaves, or one [`Act`] in clear. Three verdicts are never mixed:
//!
//! 1. **Valid on its own**: [`check()`], constants and the signature. Then the entry is *in the set*
//!    when its author holds or held a grant that leads to a root ([`Chronicle::offer`]): the same at
//!    every post, whatever the order.
//! 2. **Counted**: roles, withdrawals, adoption ([`Chronicle::counted`]), from heads and acts alone.
//! 3. **Admitted**: each payload, opened by [`open_leaf`] and judged in its own causal past
//!    ([`Document`]).
//!
//! To write, take [`DeviceKeys`], an [`author::Position`] from the chronicle, the epoch of each ring
//! from [`RingKeys::write_epoch`], and call [`author::act`] or [`author::content`]. [`invite`] lets a
//! device in, [`Keystore`] keeps its secrets, [`Roots`] live on paper, [`SetDigest`] is what people
//! copy into the paper log. Nothing here reads a clock, draws a number or touches a file: time and
//! randomness are arguments.
//!
//! ```
//! use std::collections::BTreeMap;
//! use beffroi_trust::author::{self, Position};
//! use beffroi_trust::{ids, *};
//!
//! // A territory with its roots, and a device that root 1 lets in. Seeds must be random.
//! let roots = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]);
//! let genesis = Genesis::new("Valbrune", 1_790_000_000_000, &roots.ids(), [4; 16])?;
//! let device = DeviceKeys::from_seeds(&[5; 32], &[6; 32]);
//! let territory = genesis.territory();
//! let mut position = Position {
//!     territory,
//!     grant: EntryId::of_territory(&territory),
//!     prev: vec![],
//!     seq: 1,
//!     time_ms: 1_790_000_001_000,
//! };
//! let grant = author::act(&roots.0[0].signer(), &position, &Act::Grant {
//!     device: device.id(),
//!     seal: device.seal.public(),
//!     role: Role::Operator,
//!     rings: vec![ids::RING_COMMON],
//!     invite: None,
//! })?;
//!
//! // The device writes one record, sealed for the readers of `common`.
//! let mut keys = RingKeys::new();
//! let epoch = keys.insert(ids::RING_COMMON, RingSecret::from_bytes(&[7; 32]));
//! let line = DocId { kind: ids::KIND_RECORD | 1, ring: ids::RING_COMMON, uuid: [8; 16] };
//! let items = [(line, Payload::Record(r#"{"text":"l'eau monte"}"#.into()))];
//! position.grant = grant.id();
//! let epochs = BTreeMap::from([(ids::RING_COMMON, epoch)]);
//! let entry = author::content(&device.signer, &position, [9; 16], &items, &epochs, &keys)?;
//!
//! // Any post checks it, a reader opens it, a copy that was tampered with is refused.
//! let checked = check(&Entry::decode(&entry.encode())?, &territory)?;
//! assert_eq!(open_leaf(&checked, 0, &keys)?, items[0]);
//! let mut forged = entry;
//! forged.body.nonce[0] ^= 1;
//! assert_eq!(check(&forged, &territory), Err(Invalid::BodyRoot));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub mod statement;
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
pub use leaf::{OpenError, Payload, open_leaf, open_leaf_alone};
pub use parcel::Parcel;
pub use ring_keys::{RingKeys, RingSecret, WriteEpoch};
pub use roots::{RootSeed, Roots};
pub use standing::{Member, Standing, Status};
pub use statement::Statement;
pub use wire::{DecodeError, NewerTag};
