//! The inputs on the disk.

use std::path::PathBuf;

use crate::{Seed, Target};

/// The folder of a target's inputs.
#[must_use]
pub fn folder(target: &Target) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("fuzz/corpus").join(target.name)
}

/// Every input of a target, by name.
///
/// # Panics
/// When they cannot be read.
#[must_use]
pub fn read(target: &Target) -> Vec<Seed> {
    let folder = folder(target);
    let files =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<Seed> = files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect();
    seeds.sort();
    seeds
}
