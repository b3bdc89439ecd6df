//! The power goes while the store writes: what had been acknowledged is on the disk.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a failed helper is a failed test"
)]

mod support;
mod writer;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use beffroi_store::Store;
use support::{Dice, batch, copy, last, numbers, open};
use writer::Writer;

/// Fixed: the same cuts again.
const SEED: u64 = 0xBEFF_0004;
/// Copies tried until nothing was written meanwhile.
const COPIES_MAX: u32 = 50;
/// The unit in which a disk forgets or keeps.
const PAGE_BYTES: usize = 4096;

#[test]
#[ignore = "the other tests run it as a process of its own"]
fn child_that_writes() {
    writer::write_for_ever();
}

/// A disk that promised pages it had not written: each page changed since the last flush is there or not, by
/// chance, and so is the new end of the file.
fn lying_disk(durable: &[u8], written: &[u8], dice: &mut Dice) -> Vec<u8> {
    let length = match dice.below(3) {
        0 => durable.len(),
        1 => written.len(),
        _ => durable.len() + dice.below((written.len() - durable.len()) as u64 + 1) as usize,
    };
    let mut disk = vec![0; length];
    for at in (0..length).step_by(PAGE_BYTES) {
        let kept = if dice.below(2) == 0 { durable } else { written };
        let end = length.min(at + PAGE_BYTES).min(kept.len());
        if at < end {
            disk[at..end].copy_from_slice(&kept[at..end]);
        }
    }
    disk
}

#[test]
fn pages_lost_since_the_last_flush_cost_nothing_that_was_acknowledged() {
    println!("seed {SEED:#x}");
    let place = tempfile::tempdir().unwrap();
    let mut dice = Dice(SEED);
    let (store, _) = open(place.path());
    let mut acknowledged = 0;
    for round in 0..10 {
        store
            .commit(&batch(acknowledged..acknowledged + 60))
            .unwrap();
        store.flush().unwrap();
        acknowledged += 60;
        let flushed = tempfile::tempdir().unwrap();
        copy(place.path(), flushed.path());
        // Not flushed, but much of it written: sled writes by itself when a buffer is full.
        let more = 40 + dice.below(300);
        store
            .commit(&batch(acknowledged..acknowledged + more))
            .unwrap();
        let written = fs::read(place.path().join("store/live/db")).unwrap();
        let database = flushed.path().join("store/live/db");
        let durable = fs::read(&database).unwrap();
        assert!(written.len() >= durable.len());
        fs::write(&database, lying_disk(&durable, &written, &mut dice)).unwrap();

        let (after, opened) = open(flushed.path());
        assert_eq!(
            opened.mended, None,
            "round {round}: a power cut is no damage"
        );
        let found = numbers(&after);
        let wanted = 0..acknowledged;
        assert!(
            wanted
                .clone()
                .eq(found.iter().copied().take(wanted.count())),
            "round {round}"
        );
        assert!(last(&after) >= acknowledged, "round {round}");
    }
}

/// A file system on an image file. Copying the image while it is mounted is cutting the power: the copy has
/// what reached the device, and not what the system still held in memory.
struct Image {
    place: tempfile::TempDir,
    number: u32,
}

impl Image {
    fn new() -> Option<Image> {
        let place = tempfile::tempdir().unwrap();
        let image = Image { place, number: 0 };
        fs::create_dir(image.mount_point()).unwrap();
        let file = fs::File::create(image.file()).unwrap();
        file.set_len(96 * 1024 * 1024).unwrap();
        let made = run(Command::new("mkfs.ext4")
            .args(["-q", "-F"])
            .arg(image.file()));
        (made && image.mount()).then_some(image)
    }

    fn file(&self) -> std::path::PathBuf {
        self.place.path().join(format!("image-{}", self.number))
    }

    fn mount_point(&self) -> std::path::PathBuf {
        self.place.path().join("disk")
    }

    fn mount(&self) -> bool {
        // The journal is committed when somebody syncs, not by the clock in the middle of a copy.
        let mount = ["-o", "loop,commit=60"];
        run(Command::new("mount")
            .args(mount)
            .arg(self.file())
            .arg(self.mount_point()))
    }

    /// Copies the image so that all of the copy is of one moment: the system may still be writing what was
    /// asked before, and a copy that mixes two moments is no power cut but a file system in pieces.
    fn copy_of_one_moment(&self, before: &Path) {
        let copied_at_rest = (0..COPIES_MAX).any(|_| {
            assert!(run(Command::new("cp")
                .arg("--sparse=always")
                .arg(before)
                .arg(self.file())));
            run(Command::new("cmp").arg("-s").arg(before).arg(self.file()))
        });
        assert!(copied_at_rest, "the image does not come to rest");
    }

    /// Cuts the power under a writer; returns what it had acknowledged before.
    fn cut_power(&mut self, writer: Writer) -> u64 {
        let pid = writer.child.id().to_string();
        assert!(run(Command::new("kill").args(["-STOP", &pid])));
        wait_for_the_stop(&pid);
        let acknowledged = writer.lines.try_iter().last().unwrap_or(0);
        let before = self.file();
        self.number += 1;
        self.copy_of_one_moment(&before);
        writer.kill();
        assert!(run(Command::new("umount").arg(self.mount_point())));
        fs::remove_file(before).unwrap();
        assert!(self.mount(), "the file system does not come back");
        acknowledged
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        run(Command::new("umount").arg("-l").arg(self.mount_point()));
    }
}

/// Waits until every thread has stopped: one in the middle of a flush goes on to its end.
fn wait_for_the_stop(pid: &str) {
    let is_stopped = |task: fs::DirEntry| {
        let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        let state = stat.rsplit(')').next().unwrap_or_default();
        state.trim_start().starts_with('T')
    };
    let tasks = format!("/proc/{pid}/task");
    while !fs::read_dir(&tasks).unwrap().flatten().all(is_stopped) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn run(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn check(path: &Path, acknowledged: u64) {
    let (store, opened) = open(path);
    assert_eq!(
        opened.mended, None,
        "a power cut is no damage ({acknowledged} were acknowledged)"
    );
    let found = numbers(&store).len() as u64;
    assert!(
        found >= acknowledged,
        "{acknowledged} acknowledged, {found} here"
    );
    assert!(last(&store) >= acknowledged);
}

#[test]
fn what_was_acknowledged_survives_power_cuts_on_a_real_file_system() {
    let Some(mut image) = Image::new() else {
        eprintln!("SKIPPED: an image cannot be mounted here; run as root to test power cuts");
        return;
    };
    println!("seed {SEED:#x}");
    let mut dice = Dice(SEED);
    let data = image.mount_point().join("data");
    let mut acknowledged = 0;
    for round in 0..6 {
        let writer = Writer::start(&data);
        if round != 3 {
            acknowledged = writer.wait_for(4);
        }
        std::thread::sleep(Duration::from_millis(dice.below(120)));
        acknowledged = acknowledged.max(image.cut_power(writer));
        if round % 2 == 1 {
            check(&data, acknowledged);
        }
    }
    check(&data, acknowledged);
    assert!(
        acknowledged > 100,
        "the children hardly wrote: {acknowledged}"
    );
}
