//! Keys of a device: one signs, the other opens what is sealed to it. All are made from bytes the
//! caller draws, and wiped when dropped.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, Serializable as _};
use zeroize::Zeroizing;

use crate::ids::DeviceId;

/// A signing key: of a device, of a root, or derived from an invite code.
pub struct Signer(SigningKey);

impl Signer {
    /// The key whose Ed25519 seed these bytes are. They must be random.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public half, which is the name others know it by.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        DeviceId(self.0.verifying_key().to_bytes())
    }

    /// The seed, for the keystore and for the transport, which proves the same key.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Signs `domain ‖ message`.
    pub(crate) fn sign(&self, domain: &[u8], message: &[u8]) -> [u8; 64] {
        self.0.sign(&[domain, message].concat()).to_bytes()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.id())
    }
}

/// Whether `signature` over `domain ‖ message` is the key's, by the strict rules: keys and nonces
/// of small order are refused, as are non-canonical encodings, so that no two posts ever judge a
/// signature differently.
pub(crate) fn verifies(
    key: &DeviceId,
    domain: &[u8],
    message: &[u8],
    signature: &[u8; 64],
) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&key.0) else {
        return false;
    };
    key.verify_strict(
        &[domain, message].concat(),
        &Signature::from_bytes(signature),
    )
    .is_ok()
}

/// The X25519 half of a device: ring keys are sealed to its public key. Apart from the signing key,
/// because a key serves one algorithm.
pub struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    /// The key whose X25519 secret these bytes are. They must be random.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*seed))
    }

    /// The public half, as a Grant carries it.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        X25519HkdfSha256::sk_to_pk(&self.secret()).to_bytes().into()
    }

    /// The secret bytes, for the keystore.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    pub(crate) fn secret(&self) -> <X25519HkdfSha256 as hpke::Kem>::PrivateKey {
        #[expect(
            clippy::expect_used,
            reason = "any 32 bytes are an X25519 secret: only their number is checked"
        )]
        <X25519HkdfSha256 as hpke::Kem>::PrivateKey::from_bytes(&*self.0).expect("32 bytes")
    }
}

/// Both keys of a device.
#[derive(Debug)]
pub struct DeviceKeys {
    /// Signs its entries; its public half is the device's id.
    pub signer: Signer,
    /// Opens what is sealed to it.
    pub seal: SealKey,
}

impl DeviceKeys {
    /// The keys made from two draws of 32 random bytes.
    #[must_use]
    pub fn from_seeds(signing: &[u8; 32], seal: &[u8; 32]) -> Self {
        Self {
            signer: Signer::from_seed(signing),
            seal: SealKey::from_seed(seal),
        }
    }

    /// The device.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        self.signer.id()
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(secret)")
    }
}

#[cfg(test)]
mod tests;
