//! The data folder: one holder, a known format, nothing left over from a killed opening.
#![allow(clippy::unwrap_used, reason = "a failed helper is a failed test")]

mod support;

use std::fs;

use beffroi_store::{DataFolder, OpenError, Store};
use support::{batch, copy, numbers, open, try_open};

#[test]
fn a_second_holder_is_refused_and_told_who_holds_it() {
    let place = tempfile::tempdir().unwrap();
    let first = DataFolder::open(place.path()).unwrap();
    let error = DataFolder::open(place.path()).unwrap_err();
    let OpenError::Locked { pid, name, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(*pid, Some(std::process::id()));
    assert!(name.as_ref().is_some_and(|name| !name.is_empty()));
    assert!(
        error
            .to_string()
            .contains(&format!("pid {}", std::process::id()))
    );
    drop(first);
    DataFolder::open(place.path()).unwrap();
}

#[test]
fn a_store_holds_its_folder_until_it_is_dropped() {
    let place = tempfile::tempdir().unwrap();
    let (store, _) = open(place.path());
    assert!(matches!(
        try_open(place.path()),
        Err(OpenError::Locked { .. })
    ));
    store.close().unwrap();
    drop(store);
    open(place.path());
}

#[test]
fn a_newer_format_is_refused_untouched() {
    let place = tempfile::tempdir().unwrap();
    let (store, _) = open(place.path());
    store.close().unwrap();
    drop(store);
    assert_eq!(
        fs::read_to_string(place.path().join("FORMAT")).unwrap(),
        "1\n"
    );
    fs::write(place.path().join("FORMAT"), "2\n").unwrap();
    let before = fs::read(place.path().join("store/live/db")).unwrap();
    let error = try_open(place.path()).err().unwrap();
    assert!(
        matches!(
            error,
            OpenError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("format 2"));
    assert_eq!(
        fs::read(place.path().join("store/live/db")).unwrap(),
        before
    );

    fs::write(place.path().join("FORMAT"), "0\n").unwrap();
    assert!(matches!(
        try_open(place.path()),
        Err(OpenError::Unknown { found: 0, .. })
    ));
}

#[test]
fn a_lost_format_is_written_anew_and_reported() {
    let place = tempfile::tempdir().unwrap();
    let (store, opened) = open(place.path());
    assert!(!opened.format_restored);
    store.commit(&batch(0..9)).unwrap();
    store.close().unwrap();
    drop(store);
    for damage in [None, Some(&b""[..]), Some(&b"\xFF\xFE garbage"[..])] {
        match damage {
            Some(bytes) => fs::write(place.path().join("FORMAT"), bytes).unwrap(),
            None => fs::remove_file(place.path().join("FORMAT")).unwrap(),
        }
        let (store, opened) = open(place.path());
        assert!(opened.format_restored);
        assert_eq!(numbers(&store).len(), 9);
        store.close().unwrap();
    }
    assert_eq!(
        fs::read_to_string(place.path().join("FORMAT")).unwrap(),
        "1\n"
    );
}

#[test]
fn a_store_closed_cleanly_is_trusted_and_one_that_was_not_is_checked() {
    let place = tempfile::tempdir().unwrap();
    let (store, opened) = open(place.path());
    assert!(!opened.checked);
    store.commit(&batch(0..100)).unwrap();
    store.close().unwrap();
    drop(store);

    let (store, opened) = open(place.path());
    assert_eq!(opened, beffroi_store::Opened::default());
    store.commit(&batch(100..120)).unwrap();
    store.flush().unwrap();
    drop(store);

    let (store, opened) = open(place.path());
    assert!(opened.checked && opened.mended.is_none() && !opened.derived_rebuilt);
    assert_eq!(numbers(&store).len(), 120);
}

#[test]
fn leftovers_of_a_killed_opening_do_not_stop_the_next() {
    let place = tempfile::tempdir().unwrap();
    let (store, _) = open(place.path());
    store.commit(&batch(0..50)).unwrap();
    store.close().unwrap();
    drop(store);
    let live = place.path().join("store/live");
    for closed in [true, false] {
        fs::write(
            live.join("snap.0000000000000FFF.generating"),
            b"half a snapshot",
        )
        .unwrap();
        let (store, opened) = open(place.path());
        assert!(opened.mended.is_none());
        assert_eq!(numbers(&store).len(), 50);
        if closed {
            store.close().unwrap();
        }
    }
}

#[test]
fn whatever_moment_a_swap_is_cut_the_store_is_there() {
    let place = tempfile::tempdir().unwrap();
    let (store, _) = open(place.path());
    store.commit(&batch(0..50)).unwrap();
    store.close().unwrap();
    drop(store);
    let root = place.path().join("store");
    let original = tempfile::tempdir().unwrap();
    copy(&root.join("live"), original.path());
    let put = |name: &str| copy(original.path(), &root.join(name));
    let spoil = |name: &str| fs::write(root.join(name).join("db"), b"cut short").unwrap();
    let check = |damaged: usize| {
        let (store, opened) = open(place.path());
        assert!(opened.mended.is_none());
        assert_eq!(numbers(&store).len(), 50);
        drop(store);
        let mut names: Vec<_> = fs::read_dir(&root).unwrap().flatten().collect();
        names.retain(|entry| entry.file_type().unwrap().is_dir());
        assert_eq!(names.len(), 1 + damaged, "{names:?}");
    };
    // A copy that was not finished, one that was while sled was changing the original.
    put("copying");
    spoil("copying");
    check(0);
    put("before");
    spoil("live");
    check(0);
    // The same with the damaged original gone already.
    fs::rename(root.join("live"), root.join("before")).unwrap();
    check(0);
    // A mended store that waits for its place, before and after the damaged one was moved aside.
    put("mended");
    spoil("live");
    check(1);
    fs::rename(root.join("live"), root.join("mended")).unwrap();
    check(1);
    // A scrubbed one.
    put("scrubbed");
    put("dropped");
    spoil("live");
    check(1);
    put("mending");
    spoil("mending");
    check(1);
}

#[test]
fn the_store_of_release_0_1_opens() {
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/v1");
    for closed_cleanly in [true, false] {
        let place = tempfile::tempdir().unwrap();
        copy(&kept, place.path());
        if !closed_cleanly {
            fs::remove_file(place.path().join("store/clean")).unwrap();
        }
        let (store, opened) = open(place.path());
        assert_eq!(opened.checked, !closed_cleanly);
        assert!(opened.mended.is_none() && !opened.derived_rebuilt && !opened.format_restored);
        support::check_kept_store(&store);
        store.commit(&batch(500..520)).unwrap();
        store.flush().unwrap();
        drop(store);
        let (store, _) = open(place.path());
        assert_eq!(support::all(&store).len(), 32);
    }
}

#[test]
fn who_reads_while_the_files_are_written_anew_is_never_turned_away() {
    let place = tempfile::tempdir().unwrap();
    let (store, _) = open(place.path());
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut readings = 0_u32;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                store.log(0, 10).expect("a reading during a scrub");
                readings += 1;
            }
            readings
        });
        for _ in 0..10 {
            store.scrub().unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
}
