//! Finds frames in the raw bytes of a database's files, whatever state they are in.
//!
//! sled keeps values as they are (compression is off), so a frame's bytes lie in one piece in some file,
//! often several times, and older ones beside newer. The index holds names and places; bytes are read when
//! a value is asked for.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::files;
use super::frame::{self, HEADER_BYTES, MAGIC, NoFrame, Tree};
use crate::limits::FRAME_BYTES_MAX;

/// Bytes read at once. A frame that begins in one block and ends in the next is found all the same.
const BLOCK_BYTES: usize = 1024 * 1024;
/// What is passed over when the disk cannot read a place: the usual size of a page.
const BAD_BLOCK_BYTES: usize = 4096;

/// Which piece of which version of which value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    tree: Tree,
    key: Box<[u8]>,
    /// Newest first.
    stamp: Reverse<u64>,
    piece: u8,
}

/// Where a frame lies.
#[derive(Debug, Clone, Copy)]
struct Place {
    file: usize,
    offset: u64,
    last: u8,
}

/// Every frame found in a folder.
#[derive(Debug, Default)]
pub(crate) struct Carved {
    files: Vec<File>,
    frames: BTreeMap<Name, Place>,
    /// Bytes of the files.
    pub(crate) bytes: u64,
    /// The version of a frame that a later release wrote, if there was one.
    pub(crate) newer: Option<u8>,
}

/// Reads all files below `folder` and keeps the frames with a stamp above `above`.
pub(crate) fn carve(folder: &Path, above: u64) -> std::io::Result<Carved> {
    let mut carved = Carved::default();
    for path in files::below(folder)? {
        let file = File::open(path)?;
        carved.bytes += file.metadata()?.len();
        carved.files.push(file);
        carved.read_file(above)?;
    }
    Ok(carved)
}

impl Carved {
    fn read_file(&mut self, above: u64) -> std::io::Result<()> {
        let Some(file) = self.files.last() else {
            return Ok(());
        };
        let length = file.metadata()?.len();
        let number = self.files.len() - 1;
        let mut block = vec![0; BLOCK_BYTES + FRAME_BYTES_MAX];
        let mut found = Vec::new();
        let mut start = 0;
        let mut newer = None;
        while start < length {
            let filled = read_at(file, &mut block, start);
            let mut from = 0;
            while let Some(at) = find_magic(&block[from..filled]).map(|at| from + at) {
                // The rest of a frame that begins behind the block is in the next one.
                if at >= BLOCK_BYTES {
                    break;
                }
                from = at + 1;
                match frame::decode(&block[at..filled]) {
                    Ok((frame, bytes)) => {
                        from = at + bytes;
                        let name = Name {
                            tree: frame.tree,
                            key: frame.key.into(),
                            stamp: Reverse(frame.stamp),
                            piece: frame.piece,
                        };
                        let offset = start + at as u64;
                        if frame.stamp > above {
                            found.push((
                                name,
                                Place {
                                    file: number,
                                    offset,
                                    last: frame.last,
                                },
                            ));
                        }
                    }
                    Err(NoFrame::Newer(version)) => newer = Some(version),
                    Err(NoFrame::Unreadable) => {}
                }
            }
            start += BLOCK_BYTES as u64;
            self.frames.extend(found.drain(..));
        }
        self.newer = self.newer.max(newer);
        Ok(())
    }

    /// How many frames were found, each version of a value for itself.
    pub(crate) fn frames(&self) -> usize {
        self.frames.len()
    }

    /// The keys found in a tree, ascending.
    pub(crate) fn keys(&self, tree: Tree) -> Vec<Box<[u8]>> {
        let mut keys: Vec<Box<[u8]>> = self
            .in_tree(tree)
            .map(|(name, _)| name.key.clone())
            .collect();
        keys.dedup();
        keys
    }

    fn in_tree(&self, tree: Tree) -> impl Iterator<Item = (&Name, &Place)> {
        let first = Name {
            tree,
            key: Box::default(),
            stamp: Reverse(u64::MAX),
            piece: 0,
        };
        self.frames
            .range(first..)
            .take_while(move |(name, _)| name.tree == tree)
    }

    /// The newest version of a value of which every piece was found, with its stamp.
    pub(crate) fn newest(&self, tree: Tree, key: &[u8]) -> Option<(u64, Vec<u8>)> {
        self.versions(tree, key).next()
    }

    /// The versions of a value of which every piece was found, with their stamps, newest first.
    pub(crate) fn versions(&self, tree: Tree, key: &[u8]) -> impl Iterator<Item = (u64, Vec<u8>)> {
        let first = Name {
            tree,
            key: key.into(),
            stamp: Reverse(u64::MAX),
            piece: 0,
        };
        let mut versions: BTreeMap<Reverse<u64>, Vec<&Place>> = BTreeMap::new();
        for (name, place) in self.frames.range(first..) {
            if name.tree != tree || name.key.as_ref() != key {
                break;
            }
            versions.entry(name.stamp).or_default().push(place);
        }
        versions.into_iter().filter_map(|(Reverse(stamp), places)| {
            let last = usize::from(places.first()?.last);
            if places.len() != last + 1 {
                return None;
            }
            let parts = places.into_iter().map(|place| self.read(place));
            Some((stamp, parts.collect::<Option<Vec<_>>>()?.concat()))
        })
    }

    fn read(&self, place: &Place) -> Option<Vec<u8>> {
        let mut bytes = vec![0; FRAME_BYTES_MAX];
        let filled = read_at(self.files.get(place.file)?, &mut bytes, place.offset);
        let (frame, _) = frame::decode(&bytes[..filled]).ok()?;
        Some(frame.bytes.to_vec())
    }
}

/// Reads as much as there is; what the disk cannot read is left as zeros.
fn read_at(file: &File, block: &mut [u8], start: u64) -> usize {
    let mut filled = 0;
    while filled < block.len() {
        match file.read_at(&mut block[filled..], start + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => {
                let end = block.len().min(filled + BAD_BLOCK_BYTES);
                block[filled..end].fill(0);
                filled = end;
            }
        }
    }
    filled
}

fn find_magic(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == MAGIC[0]) {
        let at = from + at;
        if bytes.len() < at + HEADER_BYTES {
            return None;
        }
        if bytes[at..].starts_with(&MAGIC) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}
