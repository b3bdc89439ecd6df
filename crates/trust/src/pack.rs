//! Making payloads small: zstd, each leaf alone, with a dictionary of what records begin with.
//! Ciphertext no longer shrinks in a sync pack, so it must shrink before it is sealed.

use std::cell::RefCell;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{self, CParameter};

use crate::limits::PAYLOAD_BYTES_MAX;

/// Dictionary 1, made once from invented records by `examples/dictionary/`. Sealed leaves need
/// these very bytes to be read again: they are never changed.
const DICTIONARY_1: &[u8] = include_bytes!("../dictionaries/1.zstd-dict");

/// The level leaves are packed at: payloads are some hundred bytes, so the time is in the set-up.
const LEVEL: i32 = 12;

/// Dictionary 1, digested once: a constant of the program, like the bytes it is made from.
static READ: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(DICTIONARY_1));
static WRITE: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY_1, LEVEL));

/// Room for one payload, whatever its frame claims.
type Room = Box<[u8; PAYLOAD_BYTES_MAX]>;

// Setting up a context costs more than packing or unpacking a payload, so each thread keeps its own;
// every frame begins anew in it, also after one that failed.
thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<(Decompressor<'static>, Room)>> = const { RefCell::new(None) };
}

/// The packed form, if it is smaller than the plain one. Other builds of zstd may choose other
/// bytes; all unpack alike.
pub(crate) fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    let packed = PACKER.with_borrow_mut(|kept| {
        let mut packer = match kept.take() {
            Some(packer) => packer,
            None => packer()?,
        };
        let packed = packer.compress(plain).ok()?;
        // Kept only if it did its work.
        *kept = Some(packer);
        Some(packed)
    })?;
    (packed.len() < plain.len()).then_some(packed)
}

fn packer() -> Option<Compressor<'static>> {
    let mut packer = Compressor::with_prepared_dictionary(&WRITE).ok()?;
    // The payload's tag names the dictionary, and the sealing checks integrity better than a sum.
    packer.set_parameter(CParameter::DictIdFlag(false)).ok()?;
    packer.set_parameter(CParameter::ChecksumFlag(false)).ok()?;
    Some(packer)
}

/// The plain form of one packed payload: a single frame, nothing behind it, at most
/// [`PAYLOAD_BYTES_MAX`] bytes. Nothing is allocated by what the frame claims.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    if zstd_safe::find_frame_compressed_size(packed).ok()? != packed.len() {
        return None;
    }
    UNPACKER.with_borrow_mut(|kept| {
        let (mut unpacker, mut room) = match kept.take() {
            Some(unpacker) => unpacker,
            None => unpacker()?,
        };
        let bytes = unpacker.decompress_to_buffer(packed, &mut room[..]).ok()?;
        let plain = room.get(..bytes)?.to_vec();
        // Kept only if it did its work.
        *kept = Some((unpacker, room));
        Some(plain)
    })
}

fn unpacker() -> Option<(Decompressor<'static>, Room)> {
    let unpacker = Decompressor::with_prepared_dictionary(&READ).ok()?;
    let room: Box<[u8]> = vec![0; PAYLOAD_BYTES_MAX].into();
    Some((unpacker, room.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(number: usize) -> Vec<u8> {
        let text = format!("douze lits de camp, demande {number}; ");
        text.repeat(1 + number % 40).into_bytes()
    }

    /// The bytes of a context made for this payload alone.
    fn packed_alone(plain: &[u8]) -> Option<Vec<u8>> {
        let packed = packer()?.compress(plain).ok()?;
        (packed.len() < plain.len()).then_some(packed)
    }

    #[test]
    fn what_a_thread_packed_before_leaves_no_trace() {
        for number in 0..200 {
            let plain = plain(number);
            let packed = pack(&plain);
            assert_eq!(packed, packed_alone(&plain), "payload {number}");
            if let Some(packed) = packed {
                assert_eq!(unpack(&packed), Some(plain), "payload {number}");
            }
        }
    }

    #[test]
    fn a_frame_that_fails_spoils_no_later_one() {
        let good = plain(30);
        let packed = pack(&good).unwrap();
        let too_large = packer()
            .unwrap()
            .compress(&vec![7; PAYLOAD_BYTES_MAX + 1])
            .unwrap();
        for at in 0..packed.len() {
            let mut bad = packed.clone();
            bad[at] ^= 0xff;
            unpack(&bad);
            assert_eq!(unpack(&packed[..at]), None);
            assert_eq!(unpack(&too_large), None);
            assert_eq!(unpack(&packed), Some(good.clone()), "after byte {at}");
        }
    }
}
