//! Root keys, which live on paper: each is a sheet of 24 French words (BIP39), and any one may act.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::ids::DeviceId;
use crate::keys::Signer;
use crate::words;

/// Words on a sheet: 256 bits of seed and 8 of checksum.
pub const SHEET_WORDS: usize = 24;
/// Sheets of a territory, kept in three places.
pub const SHEETS: usize = 3;

/// Why words on a sheet were not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// Not 24 words.
    #[error("a sheet has {SHEET_WORDS} words, {count} were typed")]
    Count {
        /// How many there were.
        count: usize,
    },
    /// A word that is not of the list.
    #[error("word {position} is not one of the list: look at the sheet again")]
    Unknown {
        /// Which one, from 1.
        position: usize,
    },
    /// All are of the list, and do not belong together.
    #[error("the words do not belong together: one is wrong, or two are swapped")]
    Checksum,
}

/// The secret of one root, as one sheet holds it. Wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct RootSeed(Zeroizing<[u8; 32]>);

impl RootSeed {
    /// The seed these bytes are. They must be random.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key that acts.
    #[must_use]
    pub fn signer(&self) -> Signer {
        Signer::from_seed(&self.0)
    }

    /// The public half, as the genesis lists it.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        self.signer().id()
    }

    /// The words to print.
    #[must_use]
    pub fn words(&self) -> Zeroizing<String> {
        let mut bits = Zeroizing::new([0; 33]);
        bits[..32].copy_from_slice(&*self.0);
        bits[32] = checksum(&self.0);
        let list = Zeroizing::new(words::spell(&*bits, SHEET_WORDS));
        Zeroizing::new(list.join(" "))
    }

    /// Reads the words of a sheet: any white space between them, capitals and accents as one likes.
    ///
    /// # Errors
    /// Which word is wrong, or that they do not belong together.
    pub fn from_words(sheet: &str) -> Result<Self, SheetError> {
        let count = sheet.split_whitespace().count();
        if count != SHEET_WORDS {
            return Err(SheetError::Count { count });
        }
        let mut bits = Zeroizing::new([0_u8; 33]);
        for (n, word) in sheet.split_whitespace().enumerate() {
            let number = words::number_of(word).ok_or(SheetError::Unknown { position: n + 1 })?;
            for bit in 0..11 {
                if number >> (10 - bit) & 1 == 1 {
                    let at = n * 11 + bit;
                    bits[at / 8] |= 0x80 >> (at % 8);
                }
            }
        }
        let mut seed = Self(Zeroizing::new([0; 32]));
        seed.0.copy_from_slice(&bits[..32]);
        if checksum(&seed.0) != bits[32] {
            return Err(SheetError::Checksum);
        }
        Ok(seed)
    }
}

/// BIP39: the first eight bits of the seed's SHA-256.
fn checksum(seed: &[u8; 32]) -> u8 {
    Sha256::digest(seed)[0]
}

/// The three roots of a territory, while its sheets are printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Roots(pub [RootSeed; SHEETS]);

impl Roots {
    /// The roots whose seeds these are. Each must be 32 random bytes.
    #[must_use]
    pub fn from_seeds(seeds: &[[u8; 32]; SHEETS]) -> Self {
        Self(seeds.each_ref().map(RootSeed::from_bytes))
    }

    /// The public halves, for the genesis.
    #[must_use]
    pub fn ids(&self) -> [DeviceId; SHEETS] {
        self.0.each_ref().map(RootSeed::id)
    }
}
