//! The wall clock of a daemon under test, set ahead: delays are counted in days, and the real program is to be
//! seen after them.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::Post;

/// What stands between the daemon and the system's clock.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    static int (*of_system)(clockid_t, struct timespec *);
    if (!of_system)
        of_system = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = of_system(id, at);
    const char *ahead = getenv("BEFFROI_TEST_AHEAD_S");
    if (!failed && id == CLOCK_REALTIME && ahead)
        at->tv_sec += atol(ahead);
    return failed;
}
"#;

/// The shim as a library; none, said once, on a machine without a C compiler.
fn shim() -> Option<&'static PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().ok()?.keep();
        let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
        std::fs::write(&source, SHIM).ok()?;
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&library, &source])
            .arg("-ldl")
            .status();
        if built.is_ok_and(|status| status.success()) {
            return Some(library);
        }
        eprintln!("SKIPPED: setting a clock ahead needs a C compiler (cc)");
        None
    });
    built.as_ref()
}

/// Whether clocks can be set ahead here; says so when they cannot.
#[must_use]
pub fn can_be_set() -> bool {
    shim().is_some()
}

/// From its next start on, a post believes that it is so many days later.
///
/// # Panics
/// When clocks cannot be set here: ask [`can_be_set`] first.
pub fn set_ahead(post: &mut Post, days: u64) {
    let library = shim().expect("asked before");
    let seconds = (days * 24 * 60 * 60).to_string();
    post.set_environment("LD_PRELOAD", library.to_str().expect("a plain path"));
    post.set_environment("BEFFROI_TEST_AHEAD_S", &seconds);
}
