//! Bundles: entries in a file carried by hand. Ciphertext as on the wire, in packs of the wire, each
//! with a checksum; the end has the counts, the hash of everything before it and the writer's
//! signature. Nothing is read or written here: bytes come in and go out. `docs/bundle.md` has the layout.

mod decode;
mod encode;
mod header;

pub use decode::{BundleError, Decoder, Part};
pub use encode::Encoder;
pub use header::{BundleReceipt, Counts, Ending, Header, PackFull};

use crate::limits::PACK_BYTES_MAX;

/// What every bundle begins with: a word that is no text of another program, and the version.
pub const MAGIC: [u8; 16] = *b"BEFFROI-BUNDLE\n\x01";
/// Bytes of the magic that are the same in every version.
const MAGIC_WORD: usize = 15;
/// Bytes before each part: its tag, its length (u32, little endian), its checksum.
const PART_HEAD: usize = 1 + 4 + CHECKSUM;
/// Bytes of a checksum: against a bad key, not against people; the hash at the end is.
const CHECKSUM: usize = 8;
/// A header, a receipt or an ending: three keys or hashes, a signature and some numbers, twice over.
const SMALL_PART_MAX: usize = 512;
/// A pack with its own tag and length.
const PACK_PART_MAX: usize = PACK_BYTES_MAX + 16;
/// Receipts in one bundle: one for each of the last files from every post of a large territory. Also
/// bounds what a crafted file can make a reader check.
pub const RECEIPTS_MAX: u64 = 256;

const HEADER: u8 = 1;
const RECEIPT: u8 = 2;
const PACK: u8 = 3;
const ENDING: u8 = 4;

/// The checksum of a part.
fn checksum(tag: u8, payload: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[tag]);
    hasher.update(payload);
    let mut sum = [0; CHECKSUM];
    hasher.finalize_xof().fill(&mut sum);
    sum
}

#[cfg(test)]
mod tests;
