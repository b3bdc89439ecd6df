//! Making payloads small: zstd, each leaf alone, with a dictionary of what records begin with.
//! Ciphertext no longer shrinks in a sync pack, so it must shrink before it is sealed.

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

/// The packed form, if it is smaller than the plain one. Other builds of zstd may choose other
/// bytes; all unpack alike.
pub(crate) fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = Compressor::with_prepared_dictionary(&WRITE).ok()?;
    // The payload's tag names the dictionary, and the sealing checks integrity better than a sum.
    compressor
        .set_parameter(CParameter::DictIdFlag(false))
        .ok()?;
    compressor
        .set_parameter(CParameter::ChecksumFlag(false))
        .ok()?;
    let packed = compressor.compress(plain).ok()?;
    (packed.len() < plain.len()).then_some(packed)
}

/// The plain form of one packed payload: a single frame, nothing behind it, at most
/// [`PAYLOAD_BYTES_MAX`] bytes. Nothing is allocated by what the frame claims.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    if zstd_safe::find_frame_compressed_size(packed).ok()? != packed.len() {
        return None;
    }
    let mut plain = Vec::with_capacity(PAYLOAD_BYTES_MAX);
    let mut decompressor = Decompressor::with_prepared_dictionary(&READ).ok()?;
    decompressor.decompress_to_buffer(packed, &mut plain).ok()?;
    plain.shrink_to_fit();
    Some(plain)
}
