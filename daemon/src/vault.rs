//! The keystore on the disk: read once, written whole each time a ring key comes or the passphrase changes.
//! Open (mode 0600), or sealed under a passphrase that a file gives at the start, or a person later.

use std::fs;
use std::io;
use std::path::Path;

use beffroi_trust::{DeviceKeys, Keystore, KeystoreError, KeystoreKey, Protection, RingKeys};
use zeroize::Zeroizing;

use crate::dice;
use crate::folder::{Folder, FolderError, write_whole};

/// A passphrase in memory, wiped when dropped.
pub(crate) type Passphrase = Zeroizing<String>;

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    /// The file of the passphrase cannot be read.
    #[error("the passphrase file {0} cannot be read ({1}): check its path and who may read it")]
    PassphraseFile(String, io::Error),
    /// The keystore did not open.
    #[error(transparent)]
    Keystore(#[from] KeystoreError),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The file cannot be read.
    #[error("the keys of this post cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// The first line of the passphrase file.
pub(crate) fn passphrase(file: Option<&Path>) -> Result<Option<Passphrase>, VaultError> {
    let Some(file) = file else {
        return Ok(None);
    };
    let text = fs::read_to_string(file)
        .map(Zeroizing::new)
        .map_err(|error| VaultError::PassphraseFile(file.display().to_string(), error))?;
    Ok(Some(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    )))
}

/// The keys of this post as they are found at the start.
#[derive(Debug)]
pub(crate) enum Found {
    /// There are none yet.
    None,
    /// They are at hand.
    Open(Box<(Vault, Keystore)>),
    /// They wait for the passphrase.
    Locked,
}

impl Found {
    /// Opens the keys without a person: those without passphrase, or those the file opens. A file that
    /// does not open them leaves them locked, so that a person still can.
    pub(crate) fn at_start(folder: &Folder, file: Option<&Path>) -> Result<Found, VaultError> {
        let passphrase = passphrase(file)?;
        let Some(bytes) = read(folder)? else {
            return Ok(Found::None);
        };
        if Keystore::protection(&bytes)? == Protection::Sealed && passphrase.is_none() {
            tracing::warn!("the keys wait for their passphrase: beffroi unlock");
            return Ok(Found::Locked);
        }
        match Vault::open_bytes(folder, &bytes, passphrase.as_deref().map(String::as_str)) {
            Ok(opened) => Ok(Found::Open(Box::new(opened))),
            Err(VaultError::Keystore(
                KeystoreError::WrongPassphrase | KeystoreError::Passphrase,
            )) => {
                tracing::error!(
                    "the passphrase file does not open the keys: correct it, or type beffroi unlock"
                );
                Ok(Found::Locked)
            }
            Err(error) => Err(error),
        }
    }
}

fn read(folder: &Folder) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    match fs::read(folder.keystore()) {
        Ok(file) => Ok(Some(Zeroizing::new(file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Where the keys of this post are kept, and how they are saved again.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: Folder,
    key: Option<KeystoreKey>,
    seeds: [Zeroizing<[u8; 32]>; 2],
}

impl Vault {
    /// Opens sealed keys with the passphrase a person gave (half a second). Nothing is changed by trying.
    pub(crate) fn unlock(
        folder: &Folder,
        passphrase: &str,
    ) -> Result<(Vault, Keystore), VaultError> {
        let missing = || VaultError::Io(io::ErrorKind::NotFound.into());
        let bytes = read(folder)?.ok_or_else(missing)?;
        Vault::open_bytes(folder, &bytes, Some(passphrase))
    }

    fn open_bytes(
        folder: &Folder,
        bytes: &[u8],
        passphrase: Option<&str>,
    ) -> Result<(Vault, Keystore), VaultError> {
        let (keystore, key) = match (Keystore::protection(bytes)?, passphrase) {
            (Protection::Open, _) => (Keystore::from_open(bytes)?, None),
            (Protection::Sealed, None) => return Err(KeystoreError::Locked.into()),
            (Protection::Sealed, Some(passphrase)) => {
                let (keystore, key) = Keystore::from_sealed(bytes, passphrase)?;
                (keystore, Some(key))
            }
        };
        let seeds = [keystore.device.signer.seed(), keystore.device.seal.seed()];
        let vault = Vault {
            folder: folder.clone(),
            key,
            seeds,
        };
        Ok((vault, keystore))
    }

    /// Draws the keys of a new device and saves them, with the mark of this folder.
    pub(crate) fn create(folder: &Folder, key: Option<KeystoreKey>) -> Result<Vault, VaultError> {
        let seeds = [Zeroizing::new(dice::bytes()), Zeroizing::new(dice::bytes())];
        let vault = Vault {
            folder: folder.clone(),
            key,
            seeds,
        };
        vault.save(&RingKeys::new())?;
        folder.write_mark()?;
        Ok(vault)
    }

    /// Saves everything under another passphrase, or under none. Whatever ends it in the middle, the file
    /// is the one of before or the one of after, whole.
    pub(crate) fn reseal(
        &mut self,
        key: Option<KeystoreKey>,
        rings: &RingKeys,
    ) -> Result<(), VaultError> {
        let old = std::mem::replace(&mut self.key, key);
        let saved = self.save(rings);
        if saved.is_err() {
            self.key = old;
        }
        saved
    }

    /// The stretched passphrase, to hold another against; `None` for open keys.
    #[must_use]
    pub(crate) fn seal(&self) -> Option<KeystoreKey> {
        self.key.clone()
    }

    /// The keys of this device.
    #[must_use]
    pub(crate) fn device(&self) -> DeviceKeys {
        let [signing, seal] = &self.seeds;
        DeviceKeys::from_seeds(signing, seal)
    }

    /// Whether a passphrase protects the file.
    #[must_use]
    pub(crate) fn is_sealed(&self) -> bool {
        self.key.is_some()
    }

    /// Saves the device's keys and these ring keys, whole.
    pub(crate) fn save(&self, rings: &RingKeys) -> Result<(), VaultError> {
        let keystore = Keystore {
            device: self.device(),
            rings: rings.clone(),
        };
        let bytes = match &self.key {
            None => keystore.to_open()?,
            Some(key) => Zeroizing::new(keystore.to_sealed(key, dice::bytes())?),
        };
        Ok(write_whole(&self.folder.keystore(), &bytes)?)
    }
}

#[cfg(test)]
mod tests;
