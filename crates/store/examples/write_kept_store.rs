//! Writes the store that every later release must open: run once per format, into `tests/stores/v<format>`.
#![allow(
    clippy::unwrap_used,
    reason = "a tool for the one who keeps the format"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use beffroi_store::Store;

fn main() {
    let path = std::env::args_os().nth(1).unwrap();
    let (store, _) = support::open(path.as_ref());
    for batch in support::kept_store() {
        store.commit(&batch).unwrap();
        store.flush().unwrap();
    }
    support::check_kept_store(&store);
    store.close().unwrap();
}
