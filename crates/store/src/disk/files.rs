//! Files and folders: written whole, moved, copied, made durable.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::limits::OPENING_ROOM_BYTES;

/// Turns a system's answer into an `OpenError` that names the file.
pub(crate) fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_path_buf();
    move |source| {
        if matches!(
            source.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded
        ) {
            return OpenError::Full {
                path,
                needed_bytes: OPENING_ROOM_BYTES,
            };
        }
        OpenError::Io { what, path, source }
    }
}

/// Every regular file below a folder, in order of path. A folder that is not there has none.
pub(crate) fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Bytes the files below a folder take on the disk.
pub(crate) fn disk_bytes(folder: &Path) -> io::Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let mut bytes = 0;
    for path in below(folder)? {
        // A file may go away between listing and asking: sled removes old snapshots.
        bytes += fs::metadata(path).map_or(0, |file| file.blocks() * 512);
    }
    Ok(bytes)
}

/// Makes a folder's list of names durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes every file below a folder durable, and the folder's names.
pub(crate) fn sync_all(folder: &Path) -> io::Result<()> {
    for path in below(folder)? {
        File::open(path)?.sync_all()?;
    }
    let blobs = folder.join("blobs");
    if blobs.exists() {
        sync_folder(&blobs)?;
    }
    sync_folder(folder)
}

/// Forgets what the system remembers of the files below a folder, so that they are read from the disk:
/// after a failed sync, memory may hold what the disk never got.
pub(crate) fn forget_cached(folder: &Path) -> io::Result<()> {
    for path in below(folder)? {
        let file = File::open(path)?;
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    }
    Ok(())
}

/// Writes a small file so that it is there whole or not at all, also after a power cut.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Removes a folder and all below it, if it is there.
pub(crate) fn remove_folder(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Removes a file, if it is there; says whether it was.
pub(crate) fn remove_file(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Copies a folder and all below it to a place where there is none.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for path in below(from)? {
        let Ok(name) = path.strip_prefix(from) else {
            continue;
        };
        let target = to.join(name);
        target.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(&path, target)?;
    }
    Ok(())
}

/// Removes what a kill while opening leaves behind: with it, every later opening of sled fails (20 of 20).
pub(crate) fn remove_generating(folder: &Path) -> io::Result<usize> {
    let mut removed = 0;
    for path in below(folder)? {
        if path
            .extension()
            .is_some_and(|extension| extension == "generating")
        {
            removed += usize::from(remove_file(&path)?);
        }
    }
    Ok(removed)
}

/// A checksum over names, lengths and bytes of all files below a folder.
pub(crate) fn fingerprint(folder: &Path) -> io::Result<u32> {
    use io::Read;
    let mut sum = 0;
    let mut block = vec![0; 1024 * 1024];
    for path in below(folder)? {
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .as_os_str()
            .as_encoded_bytes();
        let mut file = File::open(&path)?;
        sum = crc32c::crc32c_append(sum, name);
        sum = crc32c::crc32c_append(sum, &file.metadata()?.len().to_le_bytes());
        loop {
            let filled = file.read(&mut block)?;
            if filled == 0 {
                break;
            }
            sum = crc32c::crc32c_append(sum, &block[..filled]);
        }
    }
    Ok(sum)
}
