//! Measures what the design promises: 100,000 entries of 300 bytes, durable each 100. Run with `--release`:
//! `cargo run --release -p beffroi-store --example durable_writes -- [entries] [folder]`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that prints, run by hand"
)]

use std::path::Path;
use std::time::Instant;

use beffroi_store::{Batch, Config, DataFolder, Id, LeafBytes, NewEntry, SledStore, Store};

/// Entries made durable together.
const GROUP: u64 = 100;
/// Head and leaf: 300 bytes in all.
const HEAD_BYTES: usize = 200;
const LEAF_BYTES: usize = 100;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count = arguments
        .next()
        .map_or(100_000, |text| text.parse().unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let path = arguments
        .next()
        .map_or(temporary.path().to_path_buf(), Into::into);
    bare_engine(&path.join("bare"), count);
    write(&path, count);
    read(&path, "closed cleanly", count);
    read(&path, "not closed, so checked", count);
}

/// The same engine with one bare row an entry, for comparison in the same minute on the same disk.
fn bare_engine(path: &Path, count: u64) {
    let config = sled::Config::new().path(path).cache_capacity(64 << 20);
    let database = config
        .mode(sled::Mode::LowSpace)
        .flush_every_ms(None)
        .open()
        .unwrap();
    let file = std::fs::File::open(path.join("db")).unwrap();
    let (start, before, worked) = (Instant::now(), device_bytes(), processor_seconds());
    for from in (0..count).step_by(GROUP as usize) {
        let mut batch = sled::Batch::default();
        for number in from..count.min(from + GROUP) {
            let entry = entry(number);
            let LeafBytes::Here(leaf) = &entry.leaves[0] else {
                continue;
            };
            batch.insert(&entry.id, [entry.head.as_slice(), leaf].concat());
        }
        database.apply_batch(batch).unwrap();
        database.flush().unwrap();
        file.sync_data().unwrap();
    }
    println!(
        "the engine alone, one row an entry: {:.2} s, {:.2} s of processor, {:.0} MB to the device, \
         {:.0} MB on the disk",
        start.elapsed().as_secs_f64(),
        processor_seconds() - worked,
        megabytes(device_bytes() - before),
        megabytes(database.size_on_disk().unwrap()),
    );
}

fn write(path: &Path, count: u64) {
    let (store, _) = open(path);
    let (start, before, worked) = (Instant::now(), device_bytes(), processor_seconds());
    let mut slowest = 0.0_f64;
    for from in (0..count).step_by(GROUP as usize) {
        let group = Instant::now();
        let mut batch = Batch::new();
        (from..count.min(from + GROUP)).for_each(|number| _ = batch.append(entry(number)));
        store.commit(&batch).unwrap();
        store.flush().unwrap();
        slowest = slowest.max(group.elapsed().as_secs_f64());
    }
    let seconds = start.elapsed().as_secs_f64();
    let sizes = store.sizes().unwrap();
    println!(
        "{count} entries of {} B, durable each {GROUP}: {seconds:.2} s ({:.0}/s, slowest group {:.0} ms), \
         {:.2} s of processor, \
         {:.0} MB to the device, {:.0} MB on the disk, {:.0} MB resident",
        HEAD_BYTES + LEAF_BYTES,
        count as f64 / seconds,
        slowest * 1e3,
        processor_seconds() - worked,
        megabytes(device_bytes() - before),
        megabytes(sizes.disk_bytes),
        megabytes(resident_bytes()),
    );
    let start = Instant::now();
    store.close().unwrap();
    println!("closed in {:.2} s", start.elapsed().as_secs_f64());
}

fn read(path: &Path, how: &str, count: u64) {
    let start = Instant::now();
    let (store, opened) = open(path);
    let opening = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let mut cursor = 0;
    let mut found = 0;
    loop {
        let page = store.log(cursor, 1_000).unwrap();
        let Some((last, _)) = page.last() else { break };
        cursor = *last;
        let ids: Vec<Id> = page.into_iter().map(|(_, id)| id).collect();
        found += store.entries(&ids).unwrap().into_iter().flatten().count() as u64;
    }
    assert_eq!(found, count);
    println!(
        "{how}: opened in {opening:.2} s (checked: {}), all entries read in {:.2} s, {:.0} MB resident",
        opened.checked,
        start.elapsed().as_secs_f64(),
        megabytes(resident_bytes()),
    );
}

fn open(path: &Path) -> (SledStore, beffroi_store::Opened) {
    SledStore::open(DataFolder::open(path).unwrap(), Config::default()).unwrap()
}

fn entry(number: u64) -> NewEntry {
    // Ids and ciphertext are spread like hashes and do not compress.
    let mut state = number;
    let mut bytes = |count: usize| -> Vec<u8> {
        std::iter::repeat_with(|| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            (mixed ^ (mixed >> 27)).to_le_bytes()
        })
        .flatten()
        .take(count)
        .collect()
    };
    NewEntry {
        id: bytes(32).try_into().unwrap(),
        set: 1,
        second: 1_780_000_000 + (number / 10) as u32,
        head: bytes(HEAD_BYTES),
        leaves: vec![LeafBytes::Here(bytes(LEAF_BYTES))],
        received_ms: 1_780_000_000_000 + number,
        records: vec![bytes(32).try_into().unwrap()],
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Bytes this process had written to a device, as Linux counts them.
fn device_bytes() -> u64 {
    number_after("/proc/self/io", "write_bytes:")
}

/// Seconds of processor this process has used, in all its threads.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses: the 12th and 13th are user and system time, in hundredths.
    let fields = text
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

fn resident_bytes() -> u64 {
    number_after("/proc/self/status", "VmRSS:") * 1024
}

fn number_after(file: &str, label: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
