//! The keystore on the disk: read once, written whole each time a ring key comes. Open (mode 0600), or
//! sealed under a passphrase that a file gives.

use std::fs;
use std::io;
use std::path::Path;

use beffroi_trust::{DeviceKeys, Keystore, KeystoreError, KeystoreKey, Protection, RingKeys};
use zeroize::Zeroizing;

use crate::dice;
use crate::folder::{Folder, FolderError, write_whole};

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    /// The file of the passphrase cannot be read.
    #[error("the passphrase file {0} cannot be read ({1}): check its path and who may read it")]
    PassphraseFile(String, io::Error),
    /// The keystore is sealed, and nobody gave a passphrase.
    #[error(
        "the keys of this post have a passphrase: put it in a file and name it in BEFFROI_PASSPHRASE_FILE"
    )]
    PassphraseMissing,
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
pub(crate) fn passphrase(file: Option<&Path>) -> Result<Option<Zeroizing<String>>, VaultError> {
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

/// Where the keys of this post are kept, and how they are saved again.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: Folder,
    key: Option<KeystoreKey>,
    seeds: [Zeroizing<[u8; 32]>; 2],
}

impl Vault {
    /// The keys of this post; `None` when it has none yet.
    pub(crate) fn open(
        folder: &Folder,
        passphrase: Option<&str>,
    ) -> Result<Option<(Vault, Keystore)>, VaultError> {
        let file = match fs::read(folder.keystore()) {
            Ok(file) => Zeroizing::new(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (keystore, key) = match Keystore::protection(&file)? {
            Protection::Open => (Keystore::from_open(&file)?, None),
            Protection::Sealed => {
                let passphrase = passphrase.ok_or(VaultError::PassphraseMissing)?;
                let (keystore, key) = Keystore::from_sealed(&file, passphrase)?;
                (keystore, Some(key))
            }
        };
        let seeds = [keystore.device.signer.seed(), keystore.device.seal.seed()];
        Ok(Some((
            Vault {
                folder: folder.clone(),
                key,
                seeds,
            },
            keystore,
        )))
    }

    /// Draws the keys of a new device and saves them, with the mark of this folder.
    pub(crate) fn create(folder: &Folder, passphrase: Option<&str>) -> Result<Vault, VaultError> {
        let key = passphrase
            .map(|passphrase| KeystoreKey::new(passphrase, dice::bytes()))
            .transpose()?;
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
