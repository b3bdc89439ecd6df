//! A small file system in memory, for disks that fill up. Unmounted when dropped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::system;

/// A mounted tmpfs of a given size.
#[derive(Debug)]
pub struct Tmpfs {
    folder: TempDir,
}

impl Tmpfs {
    /// Mounts one of `mebibytes` MiB.
    #[must_use]
    pub fn mount(mebibytes: u32) -> Tmpfs {
        let folder = tempfile::tempdir().expect("a temporary folder");
        system(&format!(
            "mount -t tmpfs -o size={mebibytes}m tmpfs {}",
            folder.path().display()
        ));
        Tmpfs { folder }
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }

    /// Fills what is left, to the last block.
    pub fn fill(&self) {
        let mut block = 1 << 20;
        let mut file = fs::File::options()
            .create(true)
            .append(true)
            .open(self.filler())
            .expect("a filler");
        while block >= 512 {
            if std::io::Write::write_all(&mut file, &vec![0; block]).is_err() {
                block /= 2;
            }
        }
    }

    /// Gives the room back.
    pub fn empty(&self) {
        let _ = fs::remove_file(self.filler());
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(self.folder.path())
            .output();
    }
}
