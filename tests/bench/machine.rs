//! What the figures were taken on.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Flushes timed for comparison.
const FLUSHES: usize = 40;
/// What each of them writes.
const FLUSHED: [u8; 4096] = [b'x'; 4096];

/// What the disk itself takes to keep one small write, beside the posts' data: the floor under every
/// figure that holds a flush, and as noisy as they are.
pub(crate) fn flush_times() -> Result<Vec<Duration>> {
    let mut file = tempfile::tempfile()?;
    let mut times = Vec::with_capacity(FLUSHES);
    for _ in 0..FLUSHES {
        let start = Instant::now();
        file.write_all(&FLUSHED)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    Ok(times)
}

/// The machine, as it stands in the document.
pub(crate) fn describe() -> Result<Value> {
    let folder = std::env::temp_dir();
    Ok(json!({
        "cores": std::thread::available_parallelism()?.get(),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease")?.trim(),
        "memory_mb": memory_mb()?,
        "profile": profile()?,
        "data_file_system": file_system(&folder)?,
    }))
}

/// Fails, saying what to type, when the programs to be measured are not beside this one.
pub(crate) fn programs_are_here() -> Result<()> {
    let me = std::env::current_exe()?;
    let folder = me.parent().context("a program lies in a folder")?;
    let flag = if cfg!(debug_assertions) {
        ""
    } else {
        " --release"
    };
    for program in ["beffroid", "beffroi"] {
        ensure!(
            folder.join(program).exists(),
            "{program} is not beside this program: run `cargo build{flag}` first"
        );
    }
    Ok(())
}

/// The folder of the profile that cargo built this with.
fn profile() -> Result<String> {
    let me = std::env::current_exe()?;
    let folder = me.parent().and_then(Path::file_name);
    let folder = folder.context("a program lies in a folder")?;
    Ok(folder.to_string_lossy().into_owned())
}

fn memory_mb() -> Result<u64> {
    let text = fs::read_to_string("/proc/meminfo")?;
    let total = text.split_whitespace().nth(1).context("no MemTotal")?;
    Ok(total.parse::<u64>()? * 1024 / 1_000_000)
}

/// The file system that holds a folder: the longest mount point above it.
fn file_system(folder: &Path) -> Result<String> {
    let folder = folder.canonicalize()?;
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    let above = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        folder
            .starts_with(point)
            .then(|| (point.len(), kind.to_owned()))
    });
    let (_, kind) = above.max().context("no mount point")?;
    Ok(kind)
}
