//! Writing a bundle: parts as bytes, in the order they are to stand in the file.

use beffroi_trust::Signer;
use bytes::Bytes;

use super::header::{BundleReceipt, Counts, Ending, Header, PackFull, encoded};
use super::{ENDING, HEADER, MAGIC, PACK, RECEIPT, checksum};
use crate::limits::PACK_BYTES_MAX;
use crate::wire::Pack;

/// Makes the bytes of a bundle, part by part: the caller writes each where it wants them.
#[derive(Debug)]
pub struct Encoder {
    hasher: blake3::Hasher,
}

impl Encoder {
    /// The beginning of a bundle: magic and header.
    #[must_use]
    pub fn begin(header: &Header) -> (Self, Vec<u8>) {
        let mut encoder = Self {
            hasher: blake3::Hasher::new(),
        };
        encoder.hasher.update(&MAGIC);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(encoder.part(HEADER, &encoded(header)));
        (encoder, bytes)
    }

    /// A receipt.
    pub fn receipt(&mut self, receipt: &BundleReceipt) -> Vec<u8> {
        self.part(RECEIPT, &receipt.encode())
    }

    /// As many of the entries, from the first, as one pack holds, and how many that were.
    ///
    /// # Errors
    /// When not even the first fits.
    pub fn entries(&mut self, entries: &[Bytes]) -> Result<(Vec<u8>, usize), PackFull> {
        let (pack, taken) = Pack::build(entries, PACK_BYTES_MAX);
        if taken == 0 {
            return Err(PackFull);
        }
        Ok((self.part(PACK, &encoded(&pack)), taken))
    }

    /// The end: the counts, the hash of all before, and the writer's signature.
    #[must_use]
    pub fn end(mut self, signer: &Signer, counts: Counts) -> (Vec<u8>, Ending) {
        let hash = *self.hasher.finalize().as_bytes();
        let ending = Ending::sign(signer, counts, hash);
        (self.part(ENDING, &encoded(&ending)), ending)
    }

    fn part(&mut self, tag: u8, payload: &[u8]) -> Vec<u8> {
        // A payload is bounded by its part: far below 4 GiB.
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let mut bytes = vec![tag];
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&checksum(tag, payload));
        bytes.extend_from_slice(payload);
        self.hasher.update(&bytes);
        bytes
    }
}
