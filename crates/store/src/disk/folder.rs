//! The data folder: held by one process at a time, and of a format this release knows.
//!
//! `FORMAT` holds one number. It is written before anything else, so every byte of a store has a version.
//! A newer number is refused untouched. An older one is brought forward by the release that changes the
//! format: `check_format` gets an arm that reads the old frames, writes them anew beside the old store (as
//! `mend` does with carved ones: a copy, flushed, then swapped) and keeps the old until the next clean stop.
//! Format 1 is the first, so there is no such arm.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;

use super::files::{self, failed};
use crate::error::OpenError;

/// The format this release writes.
pub const FORMAT_VERSION: u32 = 1;

/// A lock file holds a process number: more than this is not ours.
const LOCK_BYTES_MAX: u64 = 64;
/// `FORMAT` holds a number: more than this is not ours.
const FORMAT_BYTES_MAX: u64 = 64;

/// A data folder that this process holds, of a known format. Letting go of it lets others in.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// The lock lives as long as this handle.
    _lock: File,
    format_restored: bool,
}

impl DataFolder {
    /// Creates the folder if it is not there (for its owner only), takes its lock and checks `FORMAT`. What
    /// else must be checked before the store is opened, such as the instance mark, comes after this.
    ///
    /// # Errors
    /// `Locked` names the process that holds it; `Newer` the format that needs a later version.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        create_private(path)?;
        let lock = take_lock(path)?;
        let format_restored = check_format(path)?;
        Ok(DataFolder {
            path: path.to_path_buf(),
            _lock: lock,
            format_restored,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether `FORMAT` was missing or unreadable beside a store, and was written anew.
    pub(crate) fn format_restored(&self) -> bool {
        self.format_restored
    }
}

/// Creates a folder that only its owner may enter.
pub(crate) fn create_private(path: &Path) -> Result<(), OpenError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path);
    made.map_err(failed("create", path))
}

fn take_lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join("lock");
    let mut options = OpenOptions::new();
    let opened = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path);
    let mut file = opened.map_err(failed("open", &path))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(locked(folder, &file)),
        Err(error) => return Err(failed("lock", &path)(error.into())),
    }
    // On a full disk the number may not fit; the lock holds all the same.
    let written = file
        .set_len(0)
        .and_then(|()| writeln!(file, "{}", std::process::id()));
    if let Err(error) = written {
        tracing::warn!(%error, "the process number could not be written into the lock file");
    }
    Ok(file)
}

fn locked(folder: &Path, file: &File) -> OpenError {
    let mut text = String::new();
    let read = file.take(LOCK_BYTES_MAX).read_to_string(&mut text);
    let pid = read.ok().and_then(|_| text.trim().parse::<u32>().ok());
    let name = pid.and_then(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).ok());
    OpenError::Locked {
        path: folder.to_path_buf(),
        pid,
        name: name.map(|name| name.trim().to_owned()),
    }
}

/// Refuses an unknown format, writes the number where there is none. Says whether it had been lost.
fn check_format(folder: &Path) -> Result<bool, OpenError> {
    let path = folder.join("FORMAT");
    let mut text = String::new();
    let read =
        File::open(&path).and_then(|file| file.take(FORMAT_BYTES_MAX).read_to_string(&mut text));
    match read {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {}
        Err(error) => return Err(failed("read", &path)(error)),
    }
    match text.trim().parse::<u32>() {
        Ok(FORMAT_VERSION) => Ok(false),
        Ok(found) if found > FORMAT_VERSION => Err(OpenError::Newer {
            path: folder.to_path_buf(),
            found,
            known: FORMAT_VERSION,
        }),
        Ok(found) => Err(OpenError::Unknown {
            path: folder.to_path_buf(),
            found,
        }),
        Err(_) => {
            // Lost or damaged: the frames say their version themselves, and a newer one is refused there.
            files::write_whole(&path, format!("{FORMAT_VERSION}\n").as_bytes())
                .map_err(failed("write", &path))?;
            Ok(folder.join("store").exists())
        }
    }
}
