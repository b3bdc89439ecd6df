//! A disk that is really full: a small tmpfs, filled by the store itself or by somebody else.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a failed helper is a failed test"
)]

mod support;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use beffroi_store::{Config, DataFolder, OpenError, Opened, SledStore, Store, StoreError};
use support::{batch, last, numbers};

const MIB: u64 = 1024 * 1024;
const RESERVE: u64 = 6 * MIB;

/// A file system in memory, unmounted when the test ends, however it ends.
struct Disk {
    place: tempfile::TempDir,
}

impl Disk {
    /// `None` when this user may not mount: the test is then skipped, loudly.
    fn new(mib: u64) -> Option<Disk> {
        let place = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"])
            .arg(place.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk { place });
        }
        eprintln!("SKIPPED: a tmpfs cannot be mounted here; run as root to test a full disk");
        None
    }

    fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    fn ballast(&self) -> PathBuf {
        self.place.path().join("ballast")
    }

    /// Somebody else fills the disk to the last byte.
    fn fill(&self) {
        let mut file = File::create(self.ballast()).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(self.place.path())
            .status();
    }
}

/// A process that another test starts holds our lock between its fork and its exec: asked again.
fn open(path: &Path, reserve_bytes: u64) -> Result<(SledStore, Opened), OpenError> {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        match open_once(path, reserve_bytes) {
            Err(OpenError::Locked { .. }) if Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

fn open_once(path: &Path, reserve_bytes: u64) -> Result<(SledStore, Opened), OpenError> {
    SledStore::open(
        DataFolder::open(path)?,
        Config {
            reserve_bytes,
            ..Config::default()
        },
    )
}

/// Writes until it is refused; returns how many entries were acknowledged, and the refusal.
fn write_until_refused(store: &SledStore, mut from: u64) -> (u64, StoreError) {
    loop {
        match store
            .commit(&batch(from..from + 100))
            .and_then(|_| store.flush())
        {
            Ok(()) => from += 100,
            Err(error) => return (from, error),
        }
    }
}

fn assert_kept(store: &SledStore, acknowledged: u64) {
    let found = numbers(store).len() as u64;
    assert!(
        found >= acknowledged,
        "{acknowledged} acknowledged, {found} here"
    );
}

#[test]
fn the_store_stops_before_the_reserve_is_touched_and_goes_on_when_there_is_room() {
    let Some(disk) = Disk::new(40) else { return };
    let (store, opened) = open(&disk.data(), RESERVE).unwrap();
    assert!(!opened.reserve_dropped);
    let ballast = vec![1; 22 * MIB as usize];
    fs::write(disk.ballast(), ballast).unwrap();
    let (acknowledged, error) = write_until_refused(&store, 0);
    assert!(acknowledged > 100);
    let StoreError::Full { missing_bytes, .. } = &error else {
        panic!("{error}")
    };
    assert!(
        *missing_bytes > 0 && error.to_string().contains("free 1 MiB"),
        "{error}"
    );
    let sizes = store.sizes().unwrap();
    assert!(!sizes.writable && sizes.free_bytes < RESERVE && sizes.free_bytes > RESERVE / 2);
    assert_kept(&store, acknowledged);
    disk.make_room();
    store
        .commit(&batch(acknowledged..acknowledged + 500))
        .unwrap();
    store.flush().unwrap();
    assert!(store.sizes().unwrap().writable);
    assert_kept(&store, acknowledged + 500);
}

#[test]
fn a_full_disk_lets_the_store_open_and_read_thanks_to_the_reserve() {
    let Some(disk) = Disk::new(48) else { return };
    let (store, _) = open(&disk.data(), RESERVE).unwrap();
    store.commit(&batch(0..2_000)).unwrap();
    store.flush().unwrap();
    disk.fill();
    assert!(matches!(
        store.commit(&batch(2_000..2_001)),
        Err(StoreError::Full { .. })
    ));
    assert_kept(&store, 2_000);
    drop(store);

    for _ in 0..2 {
        let (store, opened) = open(&disk.data(), RESERVE).unwrap();
        assert_eq!(opened.mended, None);
        assert_kept(&store, 2_000);
        assert!(!store.sizes().unwrap().writable);
        assert!(matches!(
            store.commit(&batch(2_000..2_001)),
            Err(StoreError::Full { .. })
        ));
        assert!(matches!(store.scrub(), Err(StoreError::Full { .. })));
    }
    assert!(
        !disk.data().join("store/reserve").exists(),
        "the reserve gave the room to open"
    );

    disk.make_room();
    let (store, opened) = open(&disk.data(), RESERVE).unwrap();
    assert_eq!((opened.mended, opened.reserve_dropped), (None, false));
    store.commit(&batch(2_000..2_100)).unwrap();
    store.flush().unwrap();
    assert_kept(&store, 2_100);
    assert_eq!(
        fs::metadata(disk.data().join("store/reserve"))
            .unwrap()
            .len(),
        RESERVE
    );
}

#[test]
fn a_write_that_meets_the_full_disk_stops_all_writing_until_recovered() {
    let Some(disk) = Disk::new(24) else { return };
    // With nothing held back the engine itself runs into the end of the disk.
    let (store, _) = open(&disk.data(), 0).unwrap();
    let (mut acknowledged, _) = (1_000, store.commit(&batch(0..1_000)).unwrap());
    store.flush().unwrap();
    for round in 0..3 {
        disk.fill();
        let (reached, error) = write_until_refused(&store, acknowledged);
        assert!(
            matches!(error, StoreError::Stopped { .. }),
            "round {round}: {error}"
        );
        acknowledged = reached;
        assert!(matches!(
            store.commit(&batch(0..1)),
            Err(StoreError::Stopped { .. })
        ));
        assert!(matches!(store.flush(), Err(StoreError::Stopped { .. })));
        assert!(!store.sizes().unwrap().writable);
        // With nothing held back there is no room to open again: the engine reads what it can.
        match store.entries(&[support::id(0)]) {
            Ok(read) => assert!(support::is_entry(read[0].as_ref().unwrap(), 0)),
            Err(error) => assert!(matches!(error, StoreError::Engine(_)), "{error}"),
        }

        disk.make_room();
        store.recover().unwrap();
        assert_kept(&store, acknowledged);
        assert!(last(&store) >= acknowledged);
        // What was not acknowledged is committed again: known where it survived, new where it did not.
        store
            .commit(&batch(acknowledged..acknowledged + 200))
            .unwrap();
        store.flush().unwrap();
        acknowledged += 200;
    }
    drop(store);
    let (store, opened) = open(&disk.data(), 0).unwrap();
    assert_eq!(opened.mended, None);
    assert_kept(&store, acknowledged);
}

#[test]
fn recovering_on_a_disk_that_is_still_full_loses_nothing() {
    let Some(disk) = Disk::new(24) else { return };
    let (store, _) = open(&disk.data(), 0).unwrap();
    store.commit(&batch(0..1_000)).unwrap();
    store.flush().unwrap();
    disk.fill();
    let (acknowledged, _) = write_until_refused(&store, 1_000);
    for _ in 0..3 {
        if let Err(error) = store.recover() {
            assert!(matches!(error, StoreError::Stopped { .. }), "{error}");
            assert!(error.to_string().contains("disk is full"), "{error}");
        }
    }
    disk.make_room();
    store.recover().unwrap();
    assert_kept(&store, acknowledged);
    let (more, _) = (
        acknowledged + 100,
        store.commit(&batch(acknowledged..acknowledged + 100)),
    );
    store.flush().unwrap();
    assert_kept(&store, more);
}

/// Where the child finds its folder.
const CHILD: &str = "BEFFROI_STORE_TEST_CHILD";

#[test]
#[ignore = "another test runs it as a process of its own"]
fn child_that_opens() {
    let path = std::env::var_os(CHILD).unwrap();
    let error = open(path.as_ref(), MIB).err().unwrap();
    assert!(
        matches!(
            error,
            OpenError::Full { .. } | OpenError::NoRoomToMend { .. }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("free "), "{error}");
}

#[test]
fn a_damaged_store_on_a_full_disk_is_left_as_it_is_until_there_is_room() {
    // Mending writes beside what it mends: twice what the store takes, and room to open.
    let Some(disk) = Disk::new(40) else { return };
    let (store, _) = open(&disk.data(), MIB).unwrap();
    store.commit(&batch(0..2_000)).unwrap();
    store.close().unwrap();
    drop(store);
    // The engine lets go of its last files in its own time, and with them of their room.
    std::thread::sleep(Duration::from_millis(300));
    let database = disk.data().join("store/live/db");
    let mut bytes = fs::read(&database).unwrap();
    bytes
        .chunks_mut(200_000)
        .for_each(|part| part[..900].fill(0));
    fs::write(&database, &bytes).unwrap();
    disk.fill();
    // In a process of its own, as a daemon that gives up: an engine that fails to open may keep its files,
    // and with them their room, for as long as its process lives.
    for _ in 0..2 {
        let refused = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_opens", "--ignored", "--nocapture"])
            .env(CHILD, disk.data())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[refused.stdout, refused.stderr].concat()).into_owned();
        assert!(
            refused.status.success() && said.contains("1 passed"),
            "{said}"
        );
    }
    disk.make_room();
    let (store, opened) = open(&disk.data(), MIB).unwrap();
    // Each of the some thirty spots zeroed costs the entries that lay there, two or three.
    assert!(opened.mended.unwrap().entries > 1_800);
    assert!(numbers(&store).len() > 1_800);
}

#[test]
fn when_others_fill_the_disk_during_a_write_reading_goes_on() {
    let Some(disk) = Disk::new(48) else { return };
    let (store, _) = open(&disk.data(), RESERVE).unwrap();
    let done = AtomicBool::new(false);
    let (acknowledged, error) = std::thread::scope(|scope| {
        // Somebody takes all the room and gives it back, again and again, until a write was hit.
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                disk.fill();
                if !done.load(Ordering::Relaxed) {
                    disk.make_room();
                    std::thread::sleep(Duration::from_millis(8));
                }
            }
        });
        let mut reached = 0;
        let end = Instant::now() + Duration::from_secs(20);
        let hit = loop {
            let (more, error) = write_until_refused(&store, reached);
            reached = more;
            match error {
                StoreError::Full { .. } if Instant::now() < end => {}
                StoreError::Full { .. }
                | StoreError::Stopped { .. }
                | StoreError::TooLarge { .. }
                | StoreError::Namespace(_)
                | StoreError::NotHere { .. }
                | StoreError::Damaged { .. }
                | StoreError::Engine(_)
                | StoreError::Closed => break error,
            }
        };
        done.store(true, Ordering::Relaxed);
        (reached, hit)
    });
    if matches!(error, StoreError::Full { .. }) {
        eprintln!("SKIPPED: in 20 s no write was hit by the filling disk");
        return;
    }
    assert!(matches!(error, StoreError::Stopped { .. }), "{error}");
    if !disk.ballast().exists() {
        disk.fill();
    }
    // The filler may have taken the room of the reopening as well: then nothing is read until there is room.
    let reads = store.log(0, 1).is_ok();
    if reads {
        assert_kept(&store, acknowledged);
        assert!(matches!(
            store.commit(&batch(0..1)),
            Err(StoreError::Stopped { .. })
        ));
        store.recover().unwrap();
        assert_kept(&store, acknowledged);
        assert!(matches!(
            store.commit(&batch(0..1)),
            Err(StoreError::Full { .. })
        ));
    }
    disk.make_room();
    if !reads {
        store.recover().unwrap();
        assert_kept(&store, acknowledged);
    }
    store.commit(&batch(0..acknowledged + 100)).unwrap();
    store.flush().unwrap();
    assert_kept(&store, acknowledged + 100);
}
