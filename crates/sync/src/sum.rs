//! Sums of ids modulo 2²⁵⁶, and the hashes made of them.

use beffroi_trust::EntryId;

use crate::wire::{Digest, Fingerprint};

// Domains of hashing, unlike every one of `trust/src/domains.rs`.
const ROOT: &str = "beffroi v1 set root";
const SESSION: &str = "beffroi v1 sync session";

/// How many ids, and their sum modulo 2²⁵⁶: the same in any order, and two can be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Total {
    pub(crate) count: u64,
    sum: [u64; 4],
}

impl Total {
    pub(crate) fn add(&mut self, id: &[u8; 32]) {
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(id.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        self.join(&Total {
            count: 1,
            sum: words,
        });
    }

    pub(crate) fn join(&mut self, other: &Total) {
        let mut carry = false;
        for (mine, theirs) in self.sum.iter_mut().zip(other.sum) {
            let (sum, over) = mine.overflowing_add(theirs);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            *mine = sum;
            carry = over | over_again;
        }
        self.count += other.count;
    }

    fn feed(&self, hasher: &mut blake3::Hasher) {
        for word in self.sum {
            hasher.update(&word.to_le_bytes());
        }
        hasher.update(&self.count.to_le_bytes());
    }

    /// What a heartbeat says of the set.
    pub(crate) fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key(ROOT);
        self.feed(&mut hasher);
        let mut root = [0; 16];
        hasher.finalize_xof().fill(&mut root);
        Digest {
            count: self.count,
            root,
        }
    }
}

/// How the fingerprints of one session are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measure {
    key: [u8; 32],
    /// Whether each id is hashed with the key before it is summed. Cached sums can be forged by
    /// who computes long enough; these cannot, and cost a hash for each id.
    pub(crate) audit: bool,
}

impl Measure {
    pub(crate) fn new(session: &[u8; 16], audit: bool) -> Self {
        Self {
            key: blake3::derive_key(SESSION, session),
            audit,
        }
    }

    pub(crate) fn keyed(&self, id: &EntryId) -> [u8; 32] {
        blake3::keyed_hash(&self.key, &id.0).into()
    }

    pub(crate) fn fingerprint(&self, total: &Total) -> Fingerprint {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        total.feed(&mut hasher);
        let mut fingerprint = [0; 12];
        hasher.finalize_xof().fill(&mut fingerprint);
        fingerprint
    }
}
