//! The targets: each a `run` for any bytes, and the seeds it begins from.

pub mod act;
pub mod body;
pub mod bundle;
pub mod change;
pub mod entry;
pub mod frames;
pub mod keystore;
pub mod leaf;
pub mod porch;
pub mod table;
pub mod typed;

use crate::Seed;

/// The first byte says how the rest is to be taken.
fn mode(data: &[u8]) -> Option<(u8, &[u8])> {
    data.split_first().map(|(mode, rest)| (*mode, rest))
}

/// A seed.
fn seed(name: &str, mode: u8, bytes: impl AsRef<[u8]>) -> Seed {
    (name.to_owned(), [&[mode], bytes.as_ref()].concat())
}

/// Pieces behind their lengths (two bytes, little endian); a length beyond the end takes what is there.
fn pieces(mut data: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some((length, rest)) = data.split_first_chunk() {
        let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
        let (piece, rest) = rest.split_at(length);
        pieces.push(piece);
        data = rest;
    }
    pieces
}

/// The reverse of [`pieces`].
fn joined(pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut data = Vec::new();
    for piece in pieces {
        data.extend(u16::try_from(piece.len()).unwrap().to_le_bytes());
        data.extend(piece);
    }
    data
}
