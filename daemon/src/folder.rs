//! The data folder: where each thing lies, files written whole, and the mark that tells a copied
//! folder from the one it was copied from.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Only the owner reads keys, tokens and the socket.
const OWNER_ONLY: u32 = 0o600;
/// Only the owner enters the data folder.
const OWNER_ONLY_FOLDER: u32 = 0o700;
/// Tells tar, borg and restic to leave a folder out (<https://bford.info/cachedir/>): keys are never
/// backed up, since a restored key would be a second post with the same name.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # Keys of this post. They are not to be backed up: a restored machine becomes a new post.\n";

/// The data folder of one post.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The disk said no.
    #[error("{path} cannot be used ({error}): check that this user may write there")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The keys were made in another folder or on another machine.
    #[error(
        "{0} is a copy: its keys belong to another folder or machine, and two posts with one key harm \
         each other. Start with --new-post: the records stay, and this machine joins again with a new code"
    )]
    Copied(PathBuf),
}

impl Folder {
    /// Opens `root`, made with its parents when it is absent.
    pub fn open(root: &Path) -> Result<Folder, FolderError> {
        let folder = Folder {
            root: root.to_path_buf(),
        };
        for path in [
            folder.root.clone(),
            folder.keys(),
            folder.store(),
            folder.exchange(),
            folder.local(),
        ] {
            make_folder(&path)?;
        }
        let tag = folder.keys().join("CACHEDIR.TAG");
        if !tag.exists() {
            write_whole(&tag, CACHEDIR_TAG.as_bytes())?;
        }
        Ok(folder)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the keys lie.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// The keystore: device key, seal key, ring keys.
    pub fn keystore(&self) -> PathBuf {
        self.keys().join("keystore")
    }

    /// Where the entries lie.
    pub fn store(&self) -> PathBuf {
        self.root.join("store")
    }

    /// Where files wait while they are imported.
    pub fn exchange(&self) -> PathBuf {
        self.root.join("exchange")
    }

    /// What concerns this machine alone, and is never sent: who is let in by a browser.
    pub fn local(&self) -> PathBuf {
        self.root.join("local")
    }

    /// The phones let in: hashes of their cookies.
    pub fn phones(&self) -> PathBuf {
        self.local().join("phones.json")
    }

    /// Removes what a killed import or export left. Only the holder of the folder may.
    pub fn clear_exchange(&self) {
        let files = fs::read_dir(self.exchange()).into_iter().flatten();
        let ours = files.flatten().filter(|file| {
            let name = file.file_name();
            let name = name.to_string_lossy();
            name.starts_with("import-") || name.starts_with("export-")
        });
        for file in ours {
            if let Err(error) = fs::remove_file(file.path()) {
                tracing::warn!(%error, "a file left by an import or export could not be removed");
            }
        }
    }

    /// Removes keys that a killed daemon had begun to write beside the keystore: they may be without
    /// passphrase where the keystore has one. Only the holder of the folder may.
    pub fn clear_unfinished_keys(&self) -> Result<(), FolderError> {
        remove(&beside(&self.keystore()))
    }

    /// The socket of the command line.
    pub fn socket(&self) -> PathBuf {
        self.root.join("api.sock")
    }

    /// The bearer token of programs that come by TCP.
    pub fn token(&self) -> PathBuf {
        self.root.join("api.token")
    }

    /// The address that was bound, for programs.
    pub fn address(&self) -> PathBuf {
        self.root.join("api.addr")
    }

    fn mark_path(&self) -> PathBuf {
        self.keys().join("instance")
    }

    /// Compares the instance mark; it is written with the first keys.
    ///
    /// The mark is the machine's id and the inode of the key folder. The device number is left out: it
    /// changes with the order in which disks are found, and on btrfs at each mount, and would lock an
    /// honest post out after a restart.
    pub fn check_mark(&self) -> Result<(), FolderError> {
        let path = self.mark_path();
        match fs::read_to_string(&path) {
            Ok(mark) if mark == self.mark()? => Ok(()),
            Ok(_) => Err(FolderError::Copied(self.root.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(FolderError::Io { path, error }),
        }
    }

    /// Writes the instance mark of this folder on this machine.
    pub fn write_mark(&self) -> Result<(), FolderError> {
        write_whole(&self.mark_path(), self.mark()?.as_bytes())
    }

    fn mark(&self) -> Result<String, FolderError> {
        let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
        let keys = self.keys();
        let inode = fs::metadata(&keys).map_err(at(&keys))?.ino();
        Ok(format!("{} {inode}\n", machine.trim()))
    }

    /// Drops the keys and their mark: this machine becomes a new post; entries stay.
    pub fn forget_keys(&self) -> Result<(), FolderError> {
        for path in [self.keystore(), beside(&self.keystore()), self.mark_path()] {
            remove(&path)?;
        }
        sync_folder(&self.keys())
    }
}

/// Writes a file whole: beside it, flushed, renamed over it, and the folder flushed, so that a power cut
/// leaves the old content or the new, never a part. Mode 0600.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let beside = beside(path);
    let write = || -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(OWNER_ONLY)
            .open(&beside)?;
        file.set_permissions(Permissions::from_mode(OWNER_ONLY))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(at(path))?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Where a file is written before it takes the place of the old one.
fn beside(path: &Path) -> PathBuf {
    path.with_extension("new")
}

fn remove(path: &Path) -> Result<(), FolderError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn make_folder(path: &Path) -> Result<(), FolderError> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(at(path))?;
    fs::set_permissions(path, Permissions::from_mode(OWNER_ONLY_FOLDER)).map_err(at(path))
}

fn sync_folder(path: &Path) -> Result<(), FolderError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    let path = path.to_path_buf();
    move |error| FolderError::Io { path, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_folder_is_recognised_and_a_moved_one_is_not_refused() {
        let temporary = tempfile::tempdir().unwrap();
        let (first, copy) = (
            temporary.path().join("first"),
            temporary.path().join("copy"),
        );
        let folder = Folder::open(&first).unwrap();
        folder.check_mark().unwrap();
        folder.write_mark().unwrap();
        folder.check_mark().unwrap();
        let second = Folder::open(&copy).unwrap();
        fs::copy(folder.mark_path(), second.mark_path()).unwrap();
        assert!(matches!(second.check_mark(), Err(FolderError::Copied(_))));
        second.forget_keys().unwrap();
        second.check_mark().unwrap();
        let moved = temporary.path().join("moved");
        fs::rename(&first, &moved).unwrap();
        Folder::open(&moved).unwrap().check_mark().unwrap();
    }

    #[test]
    fn keys_are_the_owners_only_and_left_out_of_backups() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&temporary.path().join("post")).unwrap();
        write_whole(&folder.keystore(), b"secret").unwrap();
        let mode = fs::metadata(folder.keystore())
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(mode, OWNER_ONLY);
        let tag = fs::read_to_string(folder.keys().join("CACHEDIR.TAG")).unwrap();
        assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
    }
}
