//! Keys of rings: sealing them to devices, opening those sealed to us, keeping all of them, and
//! choosing the one to write with.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, OpModeR, OpModeS, Serializable as _};
use zeroize::Zeroizing;

use crate::act::{Act, Sealed};
use crate::domains;
use crate::ids::{DeviceId, Epoch, Ring, TerritoryId};
use crate::keys::DeviceKeys;
use crate::limits::SEALED_TO_MAX;

type PublicKey = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type EncappedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// The secret of one epoch of a ring.
#[derive(Clone, PartialEq, Eq)]
pub struct RingSecret(Zeroizing<[u8; 32]>);

impl RingSecret {
    /// The key these bytes are. They must be random, or come out of a keystore.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key's name, which commits to it: two members cannot be handed different keys under one
    /// name.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        let hash = blake3::derive_key(domains::EPOCH, &*self.0);
        let mut epoch = [0; 16];
        epoch.copy_from_slice(&hash[..16]);
        Epoch(epoch)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for RingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RingSecret({})", self.epoch())
    }
}

/// Why a sealed ring key was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RingKeyError {
    /// Not sealed to this device, or for another ring, epoch or territory.
    #[error("the ring key does not open with this device's keys")]
    Unsealing,
    /// It opens, and is not the key its epoch names: whoever sealed it is at fault.
    #[error("the ring key is not the one its epoch names")]
    Epoch,
}

/// Acts that hand a ring's key out, and the devices that could not be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handout {
    /// RingKey acts, as few as the limits allow.
    pub acts: Vec<Act>,
    /// Devices whose Grant names no usable X25519 key: nothing can be sealed to them.
    pub unserved: Vec<DeviceId>,
}

/// Seals a ring's key to devices, given with their X25519 keys. `randomness` must be drawn for this
/// call alone.
#[must_use]
pub fn hand_out(
    territory: &TerritoryId,
    ring: Ring,
    key: &RingSecret,
    replaces: &[Epoch],
    devices: &BTreeMap<DeviceId, [u8; 32]>,
    randomness: &[u8; 32],
) -> Handout {
    let epoch = key.epoch();
    let mut draws = Draws::new(randomness);
    let (mut sealed, mut unserved) = (Vec::new(), Vec::new());
    for (device, public) in devices {
        let about = associated_data(territory, ring, &epoch, device);
        match seal(key, public, &about, &mut draws) {
            Some(copy) => sealed.push((*device, copy)),
            None => unserved.push(*device),
        }
    }
    let acts = sealed
        .chunks(SEALED_TO_MAX)
        .map(|to| Act::RingKey {
            ring,
            epoch,
            replaces: replaces.to_vec(),
            to: to.to_vec(),
        })
        .collect();
    Handout { acts, unserved }
}

/// Opens a ring key sealed to this device, and holds it against the epoch it goes by.
///
/// # Errors
/// When it does not open, or is another key than the epoch names.
pub fn receive(
    keys: &DeviceKeys,
    territory: &TerritoryId,
    ring: Ring,
    epoch: &Epoch,
    sealed: &Sealed,
) -> Result<RingSecret, RingKeyError> {
    let (encapped, ciphertext) = sealed.0.split_at(32);
    let encapped = EncappedKey::from_bytes(encapped).map_err(|_| RingKeyError::Unsealing)?;
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &keys.seal.secret(),
        &encapped,
        domains::RING_KEY,
        ciphertext,
        &associated_data(territory, ring, epoch, &keys.id()),
    );
    let opened = Zeroizing::new(opened.map_err(|_| RingKeyError::Unsealing)?);
    let bytes: &[u8; 32] = opened
        .as_slice()
        .try_into()
        .map_err(|_| RingKeyError::Unsealing)?;
    let key = RingSecret::from_bytes(bytes);
    if key.epoch() != *epoch {
        return Err(RingKeyError::Epoch);
    }
    Ok(key)
}

fn associated_data(
    territory: &TerritoryId,
    ring: Ring,
    epoch: &Epoch,
    device: &DeviceId,
) -> Vec<u8> {
    [&territory.0[..], &ring.to_be_bytes(), &epoch.0, &device.0].concat()
}

fn seal(key: &RingSecret, public: &[u8; 32], about: &[u8], draws: &mut Draws) -> Option<Sealed> {
    let public = PublicKey::from_bytes(public).ok()?;
    let (encapped, ciphertext) =
        hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            domains::RING_KEY,
            key.bytes(),
            about,
            draws,
        )
        .ok()?;
    let sealed = [encapped.to_bytes().as_slice(), &ciphertext].concat();
    Some(Sealed(sealed.try_into().ok()?))
}

/// The caller's 32 random bytes stretched by BLAKE3: chance stays an argument.
struct Draws(blake3::OutputReader);

impl Draws {
    fn new(seed: &[u8; 32]) -> Self {
        Self(blake3::Hasher::new_keyed(seed).finalize_xof())
    }
}

impl TryRng for Draws {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Draws {}

/// All ring keys a device ever got. Epochs only grow: every reader keeps all, because the past
/// must stay readable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RingKeys(BTreeMap<(Ring, Epoch), RingSecret>);

/// An authorised RingKey act, as far as choosing an epoch needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The ring.
    pub ring: Ring,
    /// The epoch handed out.
    pub epoch: Epoch,
    /// Epochs it replaces.
    pub replaces: Vec<Epoch>,
    /// Whom it was sealed to.
    pub to: Vec<DeviceId>,
}

/// The epoch to write with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteEpoch {
    /// Nobody replaced it, and everyone it was sealed to still stands.
    Sound(Epoch),
    /// The best there is, to be used with a warning: writing goes on, because a device put out
    /// cannot connect anyway.
    Stale(Epoch),
}

impl WriteEpoch {
    /// The epoch, sound or not.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        match self {
            WriteEpoch::Sound(epoch) | WriteEpoch::Stale(epoch) => *epoch,
        }
    }
}

impl RingKeys {
    /// A bag without keys: a relay's.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key. Returns its epoch.
    pub fn insert(&mut self, ring: Ring, key: RingSecret) -> Epoch {
        let epoch = key.epoch();
        self.0.insert((ring, epoch), key);
        epoch
    }

    /// A key, if it ever came.
    #[must_use]
    pub fn key(&self, ring: Ring, epoch: &Epoch) -> Option<&RingSecret> {
        self.0.get(&(ring, *epoch))
    }

    /// All keys, by ring and epoch.
    pub fn iter(&self) -> impl Iterator<Item = (Ring, Epoch, &RingSecret)> {
        self.0
            .iter()
            .map(|((ring, epoch), key)| (*ring, *epoch, key))
    }

    /// Destroys a key, once no leaf uses its epoch or the device is told that it is out.
    pub fn destroy(&mut self, ring: Ring, epoch: &Epoch) -> bool {
        self.0.remove(&(ring, *epoch)).is_some()
    }

    /// The epoch to write to a ring with, among those we hold the key of: one that nobody replaced
    /// and that was sealed to no device that has lost standing; else one that nobody replaced;
    /// else any. Of several the lowest, so that writers agree. `announced` holds the *authorised*
    /// RingKey acts only: an epoch nobody authorised is never written with.
    #[must_use]
    pub fn write_epoch(
        &self,
        ring: Ring,
        announced: &[Announced],
        has_lost_standing: impl Fn(&DeviceId) -> bool,
    ) -> Option<WriteEpoch> {
        let ours = announced.iter().filter(|act| act.ring == ring);
        let (mut held, mut replaced, mut leaked) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for act in ours {
            replaced.extend(&act.replaces);
            if self.0.contains_key(&(ring, act.epoch)) {
                held.insert(act.epoch);
            }
            if act.to.iter().any(&has_lost_standing) {
                leaked.insert(act.epoch);
            }
        }
        let current = || held.difference(&replaced);
        if let Some(epoch) = current().find(|epoch| !leaked.contains(epoch)) {
            return Some(WriteEpoch::Sound(*epoch));
        }
        let best = current().next().or_else(|| held.first())?;
        Some(WriteEpoch::Stale(*best))
    }
}
