//! Packs: several entries behind each other, compressed when that helps.

use std::io::Read;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::bounded::Blob;
use crate::limits::{
    PACK_BYTES_MAX, PACK_ENTRIES_MAX, PACK_LEVEL, PACK_PLAIN_BELOW, PACK_WINDOW_LOG,
};

/// Entries, each behind its length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pack {
    /// As they are.
    Plain(Blob<PACK_BYTES_MAX>),
    /// As one zstd frame.
    Zstd(Blob<PACK_BYTES_MAX>),
}

/// Why a pack cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The compressed bytes are broken, or hold more than a pack may.
    #[error("compressed bytes are broken or too large")]
    Compression,
    /// A length does not fit what is there, or there are too many entries.
    #[error("entries do not fit the pack")]
    Lengths,
}

impl Pack {
    /// Packs as many of the entries, from the first, as stay within `bytes_max` (one at least) and
    /// returns how many that were.
    #[must_use]
    pub fn build(entries: &[Bytes], bytes_max: usize) -> (Pack, usize) {
        let bytes_max = bytes_max.min(PACK_BYTES_MAX);
        let mut plain = Vec::new();
        let mut taken = 0;
        for entry in entries.iter().take(PACK_ENTRIES_MAX) {
            let after = plain.len() + entry.len() + LENGTH_BYTES_MAX;
            if after > PACK_BYTES_MAX || (taken > 0 && after > bytes_max) {
                break;
            }
            push_length(&mut plain, entry.len());
            plain.extend_from_slice(entry);
            taken += 1;
        }
        (Pack::squeeze(plain), taken)
    }

    fn squeeze(plain: Vec<u8>) -> Pack {
        if plain.len() >= PACK_PLAIN_BELOW {
            let squeezed = zstd::bulk::compress(&plain, PACK_LEVEL).ok();
            let shorter = squeezed.filter(|bytes| bytes.len() < plain.len());
            if let Some(blob) = shorter.and_then(|bytes| Blob::new(bytes.into())) {
                return Pack::Zstd(blob);
            }
        }
        // `build` keeps within the bound: the default is never met.
        Pack::Plain(Blob::new(plain.into()).unwrap_or_default())
    }

    /// The entries. Decompression stops at the bound whatever the bytes promise.
    ///
    /// # Errors
    /// When the bytes are not a pack within its bounds.
    pub fn open(&self) -> Result<Vec<Bytes>, PackError> {
        match self {
            Pack::Plain(blob) => split(blob),
            Pack::Zstd(blob) => split(&inflate(blob)?),
        }
    }
}

/// A length of at most [`PACK_BYTES_MAX`] takes at most this many bytes.
const LENGTH_BYTES_MAX: usize = 4;

fn push_length(plain: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        plain.push(u8::try_from(length & 0x7f).unwrap_or(0) | 0x80);
        length >>= 7;
    }
    plain.push(u8::try_from(length).unwrap_or(0));
}

fn inflate(squeezed: &[u8]) -> Result<Vec<u8>, PackError> {
    let broken = |_| PackError::Compression;
    let mut decoder = zstd::stream::read::Decoder::with_buffer(squeezed).map_err(broken)?;
    decoder.window_log_max(PACK_WINDOW_LOG).map_err(broken)?;
    let mut plain = Vec::new();
    let bound = u64::try_from(PACK_BYTES_MAX + 1).unwrap_or(u64::MAX);
    decoder
        .single_frame()
        .take(bound)
        .read_to_end(&mut plain)
        .map_err(broken)?;
    if plain.len() > PACK_BYTES_MAX {
        return Err(PackError::Compression);
    }
    Ok(plain)
}

fn split(mut plain: &[u8]) -> Result<Vec<Bytes>, PackError> {
    let mut entries = Vec::new();
    while !plain.is_empty() {
        if entries.len() == PACK_ENTRIES_MAX {
            return Err(PackError::Lengths);
        }
        let (entry, rest) =
            postcard::take_from_bytes::<&[u8]>(plain).map_err(|_| PackError::Lengths)?;
        entries.push(Bytes::copy_from_slice(entry));
        plain = rest;
    }
    Ok(entries)
}
