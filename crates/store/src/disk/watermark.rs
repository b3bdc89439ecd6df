//! How far the store had come when it was last flushed, kept beside it.
//!
//! A database cut short at its end, or replaced by an older one, looks like a whole database. The mark is
//! written after each flush and never synced: it may lag behind after a power cut, it never runs ahead.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Stamp, and its checksum.
const MARK_BYTES: usize = 12;

/// The mark of one store.
#[derive(Debug)]
pub(crate) struct Watermark {
    file: File,
}

impl Watermark {
    /// Opens the mark in a folder, or makes one.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join("flushed");
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        Ok(Watermark { file })
    }

    /// The last stamp that was flushed, 0 when it is not known.
    pub(crate) fn stamp(&self) -> u64 {
        let mut mark = [0; MARK_BYTES];
        if self.file.read_exact_at(&mut mark, 0).is_err() {
            return 0;
        }
        let [s0, s1, s2, s3, s4, s5, s6, s7, sum @ ..] = mark;
        let stamp = [s0, s1, s2, s3, s4, s5, s6, s7];
        let whole = crc32c::crc32c(&stamp) == u32::from_le_bytes(sum);
        if whole { u64::from_le_bytes(stamp) } else { 0 }
    }

    /// Notes a flush. A failure is not the store's: the mark then lags behind.
    pub(crate) fn set(&self, stamp: u64) {
        let stamp = stamp.to_le_bytes();
        let mut mark = [0; MARK_BYTES];
        mark[..8].copy_from_slice(&stamp);
        mark[8..].copy_from_slice(&crc32c::crc32c(&stamp).to_le_bytes());
        if let Err(error) = self.file.write_all_at(&mark, 0) {
            tracing::debug!(%error, "the mark of the last flush was not written");
        }
    }

    /// Notes where a store begins that was just opened: after damage that may be lower than before.
    pub(crate) fn reset(&self, stamp: u64) -> io::Result<()> {
        if self.stamp() > stamp {
            self.set(stamp);
            self.file.sync_data()?;
        }
        Ok(())
    }
}
