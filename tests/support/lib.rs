//! What the tests of the whole share: real daemons in temporary folders, the real command line,
//! machines made of network namespaces, and small file systems that fill up.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

pub mod clock;
pub mod keys;
pub mod lab;
pub mod post;
pub mod raw;
pub mod tmpfs;
pub mod walkthrough;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use post::{Answer, Post, Settings};

/// How long a test waits for something that should come within a second or two. Generous, because
/// the check runs on two shared cores; nothing is measured with it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A built program: beside the running one, or one folder up when that is a test.
///
/// # Panics
/// When they are not there: a test of the whole needs `cargo build --bins` first.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let me = std::env::current_exe().expect("a running program has a path");
    // A test lies in target/<profile>/deps, a program in target/<profile>.
    let folders = me.ancestors().skip(1).take(2);
    let found = folders
        .map(|folder| folder.join(name))
        .find(|path| path.exists());
    found.unwrap_or_else(|| {
        panic!(
            "{name} is missing beside {}: run `cargo build --bins` first",
            me.display()
        )
    })
}

/// Waits until `reached` says so.
///
/// # Panics
/// After [`PATIENCE`], naming what did not come.
pub fn wait_until(what: &str, mut reached: impl FnMut() -> bool) {
    let start = Instant::now();
    while !reached() {
        assert!(
            start.elapsed() < PATIENCE,
            "waited {} s for: {what}",
            PATIENCE.as_secs()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The folder of real data beside the project, when this machine has it.
#[must_use]
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not on this machine", path.display());
    None
}

/// Whether this process may make network namespaces and mounts; says so when it may not.
#[must_use]
pub fn is_root() -> bool {
    let root = std::fs::metadata("/proc/self")
        .is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if !root {
        eprintln!("SKIPPED: network namespaces and small file systems need root");
    }
    root
}

/// Runs a system command and expects it to work.
///
/// # Panics
/// With what it printed, when it fails.
pub fn system(command: &str) -> String {
    let mut words = command.split_whitespace();
    let program = words.next().expect("a command has a name");
    let output = std::process::Command::new(program)
        .args(words)
        .output()
        .unwrap_or_else(|error| panic!("{command}: {error}"));
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
