//! The reserve: a file that holds disk space back, so that the store can be opened when the disk is full.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::FallocateFlags;

use super::files;
use crate::error::StoreError;
use crate::limits::OPENING_ROOM_BYTES;

/// The reserve of one store.
#[derive(Debug)]
pub(crate) struct Reserve {
    folder: PathBuf,
    file: PathBuf,
    bytes: u64,
    /// Whether the file is there, known without asking the disk.
    present: AtomicBool,
}

impl Reserve {
    /// The reserve in a folder, as it is.
    pub(crate) fn new(folder: &Path, bytes: u64) -> Self {
        let file = folder.join("reserve");
        let here = fs::metadata(&file).is_ok_and(|found| found.len() >= bytes);
        Reserve {
            folder: folder.to_path_buf(),
            file,
            bytes,
            present: here.into(),
        }
    }

    /// Bytes this program may still write on the file system.
    pub(crate) fn free_bytes(&self) -> io::Result<u64> {
        let system = rustix::fs::statvfs(&self.folder)?;
        Ok(system.f_bavail.saturating_mul(system.f_frsize))
    }

    /// Lets go of the reserve when there is not room enough to open without it. Says whether it did.
    pub(crate) fn drop_if_full(&self) -> io::Result<bool> {
        if self.free_bytes()? >= OPENING_ROOM_BYTES {
            return Ok(false);
        }
        self.present.store(false, Ordering::Relaxed);
        files::remove_file(&self.file)
    }

    /// Whether there is room to write: the reserve is there, and as much again is free.
    pub(crate) fn check_room(&self) -> Result<(), StoreError> {
        let free = self
            .free_bytes()
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        let wanted = if self.present.load(Ordering::Relaxed) {
            self.bytes
        } else {
            2 * self.bytes
        };
        if free < wanted {
            let missing_bytes = wanted - free;
            return Err(StoreError::Full {
                path: self.folder.clone(),
                missing_bytes,
            });
        }
        self.restore()
    }

    /// Makes the reserve again when it is gone.
    fn restore(&self) -> Result<(), StoreError> {
        if self.present.load(Ordering::Relaxed) {
            return Ok(());
        }
        match fill(&self.file, self.bytes) {
            Ok(()) => {
                self.present.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "the disk reserve could not be made");
                Err(StoreError::Full {
                    path: self.folder.clone(),
                    missing_bytes: self.bytes,
                })
            }
        }
    }
}

/// Makes a file that really takes its length on the disk.
fn fill(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file = File::create(path)?;
    if bytes == 0 {
        return Ok(());
    }
    let made = match rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, bytes) {
        Ok(()) => Ok(()),
        // Not every file system can: then bytes are written, which none of them stores as a hole.
        Err(rustix::io::Errno::OPNOTSUPP) => {
            let block: Vec<u8> = (0..=u8::MAX).cycle().take(64 * 1024).collect();
            let blocks = bytes.div_ceil(block.len() as u64);
            (0..blocks).try_for_each(|_| file.write_all(&block))
        }
        Err(error) => Err(error.into()),
    };
    let made = made.and_then(|()| file.sync_all());
    if made.is_err() {
        files::remove_file(path)?;
    }
    made
}
