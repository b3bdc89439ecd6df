//! What a device must never lose nor show: its keys and the ring keys it was given. As bytes for a
//! file, open or under a passphrase; the file itself is the daemon's.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload as Sealing};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::domains;
use crate::ids::Ring;
use crate::keys::DeviceKeys;
use crate::limits::{KEYSTORE_BYTES_MAX, RING_KEYS_MAX};
use crate::ring_keys::{RingKeys, RingSecret};
use crate::stretch::stretch;
use crate::wire;

/// Bytes of passphrase that are taken: more is a mistake of the caller, a file perhaps.
pub const PASSPHRASE_BYTES_MAX: usize = 1 << 10;

const MAGIC: &[u8; 16] = b"beffroi keystore";
const VERSION: u8 = 1;
const OPEN: u8 = 0;
const SEALED: u8 = 1;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const SUM_BYTES: usize = 16;

/// The secrets of a device.
#[derive(Debug)]
pub struct Keystore {
    /// Its own keys.
    pub device: DeviceKeys,
    /// The ring keys it was given.
    pub rings: RingKeys,
}

/// Why a keystore did not open. Nothing is ever changed or destroyed by trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// Not a keystore at all.
    #[error("this file is not a keystore")]
    Foreign,
    /// Written by a newer version.
    #[error("the keystore is of version {0}: update this post")]
    Version(u8),
    /// Some bytes are missing or changed.
    #[error(
        "the keystore is damaged or cut short: put the file back as it was, or join again with a new code"
    )]
    Damaged,
    /// Sealed under another passphrase.
    #[error("wrong passphrase: nothing was changed, try again")]
    WrongPassphrase,
    /// It is sealed, and no passphrase was given.
    #[error("the keystore is locked: unlock it with its passphrase")]
    Locked,
    /// A passphrase was given, and it has none.
    #[error("the keystore has no passphrase: it is open")]
    NotSealed,
    /// Empty, or longer than [`PASSPHRASE_BYTES_MAX`].
    #[error("a passphrase has 1 to {PASSPHRASE_BYTES_MAX} bytes")]
    Passphrase,
    /// More than [`RING_KEYS_MAX`] ring keys.
    #[error("the keystore is full: destroy ring keys that no leaf uses")]
    Full,
}

/// How the bytes of a keystore are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Not at all: whoever reads the file is the device.
    Open,
    /// By a passphrase.
    Sealed,
}

/// A passphrase, stretched once so that saving again needs it no more. Wiped when dropped.
#[derive(Clone)]
pub struct KeystoreKey {
    key: Zeroizing<[u8; 32]>,
    salt: [u8; SALT_BYTES],
}

impl KeystoreKey {
    /// Stretches a new passphrase (half a second). `salt` must be random.
    ///
    /// # Errors
    /// When the passphrase is empty or longer than [`PASSPHRASE_BYTES_MAX`].
    pub fn new(passphrase: &str, salt: [u8; SALT_BYTES]) -> Result<Self, KeystoreError> {
        if passphrase.is_empty() || passphrase.len() > PASSPHRASE_BYTES_MAX {
            return Err(KeystoreError::Passphrase);
        }
        let key = stretch(passphrase.as_bytes(), &salt);
        Ok(Self { key, salt })
    }

    /// Whether this is the passphrase again, as acts ask for it (half a second). Compared through
    /// hashes, so that the time taken tells nothing.
    #[must_use]
    pub fn is_made_from(&self, passphrase: &str) -> bool {
        Self::new(passphrase, self.salt)
            .is_ok_and(|again| blake3::hash(&*again.key) == blake3::hash(&*self.key))
    }
}

impl fmt::Debug for KeystoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeystoreKey(secret)")
    }
}

/// The contents in the order of the format.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Contents {
    signing: [u8; 32],
    seal: [u8; 32],
    #[serde(deserialize_with = "wire::at_most::<_, _, RING_KEYS_MAX>")]
    rings: Vec<(Ring, [u8; 32])>,
}

impl Keystore {
    /// A device without ring keys.
    #[must_use]
    pub fn new(device: DeviceKeys) -> Self {
        Self {
            device,
            rings: RingKeys::new(),
        }
    }

    /// The bytes of an open keystore.
    ///
    /// # Errors
    /// When it holds too many ring keys.
    pub fn to_open(&self) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let head = header(OPEN);
        let contents = self.contents()?;
        Ok(Zeroizing::new(with_sum(&[&head, &contents])))
    }

    /// The bytes of a keystore sealed under a passphrase. `nonce` must be random at each writing.
    ///
    /// # Errors
    /// When it holds too many ring keys.
    pub fn to_sealed(
        &self,
        key: &KeystoreKey,
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, KeystoreError> {
        let head = [&header(SEALED)[..], &key.salt, &nonce].concat();
        let contents = self.contents()?;
        #[expect(
            clippy::expect_used,
            reason = "XChaCha20-Poly1305 fails above 256 GiB only"
        )]
        let sealed = XChaCha20Poly1305::new((&*key.key).into())
            .encrypt(
                &XNonce::from(nonce),
                Sealing {
                    msg: &contents,
                    aad: &[domains::KEYSTORE, &head].concat(),
                },
            )
            .expect("a keystore is small");
        Ok(with_sum(&[&head, &sealed]))
    }

    /// How these bytes are protected.
    ///
    /// # Errors
    /// When they are no keystore, of a newer version, or damaged.
    pub fn protection(file: &[u8]) -> Result<Protection, KeystoreError> {
        match split(file)? {
            Parts::Open { .. } => Ok(Protection::Open),
            Parts::Sealed { .. } => Ok(Protection::Sealed),
        }
    }

    /// Reads an open keystore.
    ///
    /// # Errors
    /// When it is locked, no keystore, of a newer version, or damaged.
    pub fn from_open(file: &[u8]) -> Result<Self, KeystoreError> {
        match split(file)? {
            Parts::Open { contents } => Self::from_contents(contents),
            Parts::Sealed { .. } => Err(KeystoreError::Locked),
        }
    }

    /// Unlocks a sealed keystore (half a second), and gives the key to save it with.
    ///
    /// # Errors
    /// When the passphrase is wrong, or the bytes are no sealed keystore, newer, or damaged.
    pub fn from_sealed(
        file: &[u8],
        passphrase: &str,
    ) -> Result<(Self, KeystoreKey), KeystoreError> {
        let Parts::Sealed {
            head,
            salt,
            nonce,
            sealed,
        } = split(file)?
        else {
            return Err(KeystoreError::NotSealed);
        };
        let key = KeystoreKey::new(passphrase, salt)?;
        let contents = XChaCha20Poly1305::new((&*key.key).into())
            .decrypt(
                &XNonce::from(nonce),
                Sealing {
                    msg: sealed,
                    aad: &[domains::KEYSTORE, head].concat(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| KeystoreError::WrongPassphrase)?;
        Ok((Self::from_contents(&contents)?, key))
    }

    fn contents(&self) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let rings: Vec<_> = self
            .rings
            .iter()
            .map(|(ring, _, key)| (ring, *key.bytes()))
            .collect();
        let contents = Contents {
            signing: *self.device.signer.seed(),
            seal: *self.device.seal.seed(),
            rings,
        };
        if contents.rings.len() > RING_KEYS_MAX {
            return Err(KeystoreError::Full);
        }
        Ok(Zeroizing::new(wire::encode(&contents)))
    }

    fn from_contents(bytes: &[u8]) -> Result<Self, KeystoreError> {
        let (contents, rest) =
            postcard::take_from_bytes::<Contents>(bytes).map_err(|_| KeystoreError::Damaged)?;
        if !rest.is_empty() {
            return Err(KeystoreError::Damaged);
        }
        let mut rings = RingKeys::new();
        for (ring, key) in &contents.rings {
            rings.insert(*ring, RingSecret::from_bytes(key));
        }
        Ok(Self {
            device: DeviceKeys::from_seeds(&contents.signing, &contents.seal),
            rings,
        })
    }
}

/// A keystore's bytes, their sum found right.
enum Parts<'a> {
    Open {
        contents: &'a [u8],
    },
    Sealed {
        head: &'a [u8],
        salt: [u8; SALT_BYTES],
        nonce: [u8; NONCE_BYTES],
        sealed: &'a [u8],
    },
}

fn header(protection: u8) -> Vec<u8> {
    [&MAGIC[..], &[VERSION, protection]].concat()
}

/// The sum tells a damaged file from a wrong passphrase; it protects nothing.
fn with_sum(parts: &[&[u8]]) -> Vec<u8> {
    let bytes: usize = parts.iter().map(|part| part.len()).sum();
    // In full at once: growing would leave a copy of an open keystore behind in freed memory.
    let mut file = Vec::with_capacity(bytes + SUM_BYTES);
    parts.iter().for_each(|part| file.extend_from_slice(part));
    let sum = blake3::hash(&file);
    file.extend_from_slice(&sum.as_bytes()[..SUM_BYTES]);
    file
}

fn split(file: &[u8]) -> Result<Parts<'_>, KeystoreError> {
    if !file.starts_with(&MAGIC[..file.len().min(MAGIC.len())]) || file.is_empty() {
        return Err(KeystoreError::Foreign);
    }
    if file.len() > KEYSTORE_BYTES_MAX {
        return Err(KeystoreError::Damaged);
    }
    let (file, sum) = file
        .split_last_chunk::<SUM_BYTES>()
        .ok_or(KeystoreError::Damaged)?;
    let (&[version, protection], rest) = file
        .get(MAGIC.len()..)
        .and_then(<[u8]>::split_first_chunk::<2>)
        .ok_or(KeystoreError::Damaged)?;
    if version != VERSION {
        return Err(KeystoreError::Version(version));
    }
    if blake3::hash(file).as_bytes()[..SUM_BYTES] != *sum {
        return Err(KeystoreError::Damaged);
    }
    match protection {
        OPEN => Ok(Parts::Open { contents: rest }),
        SEALED => {
            let (salt, rest) = rest.split_first_chunk().ok_or(KeystoreError::Damaged)?;
            let (nonce, sealed) = rest.split_first_chunk().ok_or(KeystoreError::Damaged)?;
            Ok(Parts::Sealed {
                head: &file[..file.len() - sealed.len()],
                salt: *salt,
                nonce: *nonce,
                sealed,
            })
        }
        _ => Err(KeystoreError::Damaged),
    }
}
