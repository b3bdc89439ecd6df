//! How one value lies on the disk: a frame that says by itself what it is, so that it can be found again in
//! the raw bytes of a damaged file.
//!
//! ```text
//! magic 4 ‖ version 1 ‖ payload length 2 ‖ crc32c 4 ‖ payload            (numbers little endian)
//! payload = tree 1 ‖ piece 1 ‖ last piece 1 ‖ stamp 6 ‖ key length 1 ‖ key ‖ bytes
//! ```
//! The checksum covers version, length and payload. A value longer than one frame is cut into pieces 0 to
//! `last`. The stamp rises with every change, so the newest of several frames found under one key is known.

use crate::limits::{FRAME_BYTES_MAX, PIECES_MAX};

/// The first bytes of every frame: unlikely in text, in ciphertext no likelier than any others.
pub(crate) const MAGIC: [u8; 4] = [0xBE, 0xFF, 0x20, 0x1A];
/// The version of frames this release writes.
pub(crate) const VERSION: u8 = 1;
/// Magic, version, length, checksum.
pub(crate) const HEADER_BYTES: usize = 11;
/// The payload before the key.
const PREFIX_BYTES: usize = 10;

/// The trees, with the numbers that stand for them in frames: never renumbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tree {
    /// Entry id → head, place, records.
    Entries,
    /// Entry id ‖ leaf → leaf or mark.
    Leaves,
    /// Set ‖ second ‖ id → append number. Derived.
    Order,
    /// Append number → id. Derived.
    Log,
    /// Record ‖ second ‖ id → nothing. Derived.
    ByRecord,
    /// Id → held entry.
    Parked,
    /// Id → held entry.
    Refused,
    /// Namespace ‖ 0 ‖ key → value, and the counters.
    Local,
}

impl Tree {
    /// Every tree, in the order of their numbers.
    pub(crate) const ALL: [Tree; 8] = [
        Tree::Entries,
        Tree::Leaves,
        Tree::Order,
        Tree::Log,
        Tree::ByRecord,
        Tree::Parked,
        Tree::Refused,
        Tree::Local,
    ];
    /// The trees whose values are frames; the others are rebuilt from them.
    pub(crate) const FRAMED: [Tree; 5] = [
        Tree::Entries,
        Tree::Leaves,
        Tree::Parked,
        Tree::Refused,
        Tree::Local,
    ];

    /// The tree's name in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Tree::Entries => "entries",
            Tree::Leaves => "leaves",
            Tree::Order => "order",
            Tree::Log => "log",
            Tree::ByRecord => "by_record",
            Tree::Parked => "parked",
            Tree::Refused => "refused",
            Tree::Local => "local",
        }
    }

    /// The tree's number in frames, from 1.
    fn number(self) -> u8 {
        self as u8 + 1
    }

    fn from_number(number: u8) -> Option<Tree> {
        Tree::ALL.into_iter().find(|tree| tree.number() == number)
    }
}

/// A frame read from bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) tree: Tree,
    pub(crate) key: &'a [u8],
    pub(crate) piece: u8,
    pub(crate) last: u8,
    pub(crate) stamp: u64,
    pub(crate) bytes: &'a [u8],
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoFrame {
    /// They do not begin like one, or are cut short, or the checksum differs.
    Unreadable,
    /// A later release wrote it.
    Newer(u8),
}

/// How many bytes of a value fit one frame under a key of that length.
pub(crate) fn piece_bytes_max(key_bytes: usize) -> usize {
    FRAME_BYTES_MAX - HEADER_BYTES - PREFIX_BYTES - key_bytes
}

/// Cuts a value into frames, or `None` when key or value exceed what frames can hold.
pub(crate) fn encode(tree: Tree, key: &[u8], stamp: u64, value: &[u8]) -> Option<Vec<Vec<u8>>> {
    let key_length = u8::try_from(key.len()).ok()?;
    let size = piece_bytes_max(key.len());
    let count = value.len().div_ceil(size).max(1);
    if count > PIECES_MAX {
        return None;
    }
    let last = u8::try_from(count - 1).ok()?;
    let mut frames = Vec::with_capacity(count);
    for piece in 0..=last {
        let from = usize::from(piece) * size;
        let bytes = &value[from..value.len().min(from + size)];
        let mut payload = Vec::with_capacity(PREFIX_BYTES + key.len() + bytes.len());
        payload.extend([tree.number(), piece, last]);
        payload.extend_from_slice(&stamp.to_le_bytes()[..6]);
        payload.push(key_length);
        payload.extend_from_slice(key);
        payload.extend_from_slice(bytes);
        frames.push(seal(&payload)?);
    }
    Some(frames)
}

fn seal(payload: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(payload.len()).ok()?.to_le_bytes();
    let mut frame = Vec::with_capacity(HEADER_BYTES + payload.len());
    frame.extend_from_slice(&MAGIC);
    frame.push(VERSION);
    frame.extend_from_slice(&length);
    frame.extend_from_slice(&checksum(VERSION, length, payload).to_le_bytes());
    frame.extend_from_slice(payload);
    Some(frame)
}

fn checksum(version: u8, length: [u8; 2], payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&[version, length[0], length[1]]), payload)
}

/// Reads the frame at the beginning of `bytes`, and how long it is.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Frame<'_>, usize), NoFrame> {
    let header = bytes
        .first_chunk::<HEADER_BYTES>()
        .ok_or(NoFrame::Unreadable)?;
    let [m0, m1, m2, m3, version, l0, l1, c0, c1, c2, c3] = *header;
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    let end = HEADER_BYTES + length;
    if [m0, m1, m2, m3] != MAGIC || end > FRAME_BYTES_MAX {
        return Err(NoFrame::Unreadable);
    }
    let payload = bytes.get(HEADER_BYTES..end).ok_or(NoFrame::Unreadable)?;
    if checksum(version, [l0, l1], payload) != u32::from_le_bytes([c0, c1, c2, c3]) {
        return Err(NoFrame::Unreadable);
    }
    if version != VERSION {
        return Err(NoFrame::Newer(version));
    }
    Ok((open(payload).ok_or(NoFrame::Unreadable)?, end))
}

fn open(payload: &[u8]) -> Option<Frame<'_>> {
    let (prefix, rest) = payload.split_first_chunk::<PREFIX_BYTES>()?;
    let [tree, piece, last, s0, s1, s2, s3, s4, s5, key_length] = *prefix;
    let (key, bytes) = rest.split_at_checked(usize::from(key_length))?;
    if piece > last {
        return None;
    }
    Some(Frame {
        tree: Tree::from_number(tree)?,
        key,
        piece,
        last,
        stamp: u64::from_le_bytes([s0, s1, s2, s3, s4, s5, 0, 0]),
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_from_its_frames() {
        for size in [0, 1, 4_000, 4_043, 4_044, 4_100, 100_000] {
            let value: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let frames = encode(Tree::Leaves, &[7; 32], 0xABCD_EF01_2345, &value).unwrap();
            let mut back = Vec::new();
            for (piece, bytes) in frames.iter().enumerate() {
                assert!(bytes.len() <= FRAME_BYTES_MAX);
                let (frame, length) = decode(bytes).unwrap();
                assert_eq!(length, bytes.len());
                assert_eq!((frame.tree, frame.key), (Tree::Leaves, &[7; 32][..]));
                assert_eq!(usize::from(frame.piece), piece);
                assert_eq!(usize::from(frame.last), frames.len() - 1);
                assert_eq!(frame.stamp, 0xABCD_EF01_2345);
                back.extend_from_slice(frame.bytes);
            }
            assert_eq!(back, value);
        }
    }

    #[test]
    fn a_changed_bit_anywhere_is_noticed() {
        let frame = encode(Tree::Local, b"settings", 3, b"value")
            .unwrap()
            .remove(0);
        for bit in 0..frame.len() * 8 {
            let mut changed = frame.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&changed), Err(NoFrame::Unreadable), "bit {bit}");
        }
        for length in 0..frame.len() {
            assert_eq!(
                decode(&frame[..length]),
                Err(NoFrame::Unreadable),
                "length {length}"
            );
        }
    }

    #[test]
    fn a_frame_of_a_later_release_is_told_from_a_damaged_one() {
        let mut frame = encode(Tree::Local, b"k", 1, b"v").unwrap().remove(0);
        frame[4] = 2;
        let sum = checksum(2, [frame[5], frame[6]], &frame[HEADER_BYTES..]);
        frame[7..11].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(decode(&frame), Err(NoFrame::Newer(2)));
    }

    #[test]
    fn what_frames_cannot_hold_is_not_cut_short() {
        assert_eq!(encode(Tree::Local, &[0; 256], 1, b""), None);
        assert_eq!(
            encode(Tree::Local, b"k", 1, &vec![0; PIECES_MAX * FRAME_BYTES_MAX]),
            None
        );
    }
}
