//! A process that writes until it is killed, for the tests that kill it or cut its power.
//!
//! It is the test binary itself, started again for one ignored test, `child_that_writes`.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use beffroi_store::Store;

use crate::support::{batch, last, open};

/// Where the child finds its folder.
const CHILD: &str = "BEFFROI_STORE_TEST_CHILD";

/// What the child does: opens, then writes batch after batch, and says each number once it is flushed.
pub(crate) fn write_for_ever() {
    let path = std::env::var_os(CHILD).unwrap();
    let (store, _) = open(path.as_ref());
    let mut out = std::io::stdout();
    loop {
        let from = last(&store);
        // Sizes that make one transaction, several, and values of many pieces.
        let count = [1, 10, 40, 250][(from % 4) as usize] + from % 3;
        store.commit(&batch(from..from + count)).unwrap();
        store.flush().unwrap();
        writeln!(out, "\nacknowledged {}", from + count).unwrap();
        out.flush().unwrap();
    }
}

/// The child, and the numbers it acknowledged.
pub(crate) struct Writer {
    pub(crate) child: Child,
    pub(crate) lines: Receiver<u64>,
}

impl Writer {
    /// Starts a child that writes into a data folder.
    pub(crate) fn start(path: &Path) -> Writer {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_writes", "--ignored", "--nocapture"])
            .env(CHILD, path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(number) = line.strip_prefix("acknowledged ") {
                    let _ = told.send(number.parse().unwrap());
                }
            }
        });
        Writer { child, lines }
    }

    /// Waits until the child has acknowledged so many batches, and returns the last number it told.
    pub(crate) fn wait_for(&self, batches: usize) -> u64 {
        let wait = || self.lines.recv_timeout(Duration::from_secs(30)).unwrap();
        (0..batches).fold(0, |_, _| wait())
    }

    /// Kills the child and returns the last number it acknowledged, 0 for none.
    pub(crate) fn kill(mut self) -> u64 {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().last().unwrap_or(0)
    }
}
