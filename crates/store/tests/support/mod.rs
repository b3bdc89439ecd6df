//! What the tests share: entries that can be recognised, stores in temporary folders, a seeded dice.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;

use beffroi_store::{
    Batch, Change, Config, DataFolder, Held, Id, LeafBytes, NewEntry, OpenError, Opened, SledStore,
    Store, StoredEntry,
};

/// A seeded sequence of numbers (SplitMix64): the same everywhere, and printed by whoever uses it.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The id of entry `number`: spread like a hash, and telling its number.
pub(crate) fn id(number: u64) -> Id {
    let mut id = [0; 32];
    let mut dice = Dice(number);
    id.chunks_mut(8)
        .for_each(|part| part.copy_from_slice(&dice.roll().to_le_bytes()));
    id[24..].copy_from_slice(&number.to_le_bytes());
    id
}

/// Entry `number`: everything in it follows from the number, so a stored one can be told from a wrong one.
pub(crate) fn entry(number: u64) -> NewEntry {
    let mut dice = Dice(number ^ 0x5EED);
    let mut bytes = |count: u64| (0..count).map(|_| dice.roll() as u8).collect::<Vec<u8>>();
    // Every fiftieth has leaves longer than one frame, as an import has.
    let (leaves, long) = if number % 50 == 7 {
        (3, 9_000)
    } else {
        (1 + number % 2, 80)
    };
    NewEntry {
        id: id(number),
        set: (number % 2) as u8,
        second: 1_780_000_000 + (number % 1_000) as u32,
        head: bytes(220),
        leaves: (0..leaves)
            .map(|leaf| LeafBytes::Here(bytes(long + leaf)))
            .collect(),
        received_ms: 1_780_000_000_000 + number,
        records: vec![id(number % 10 + 1_000_000)],
    }
}

/// Whether a stored entry is entry `number`, byte for byte.
pub(crate) fn is_entry(stored: &StoredEntry, number: u64) -> bool {
    let new = entry(number);
    stored.id == new.id
        && (stored.set, stored.second) == (new.set, new.second)
        && stored.head == new.head
        && stored.leaves == new.leaves
        && stored.received_ms == new.received_ms
        && stored.records == new.records
}

/// A batch of entries with these numbers, and a value that says so.
pub(crate) fn batch(numbers: std::ops::Range<u64>) -> Batch {
    let mut batch = Batch::new();
    let last = numbers.end;
    numbers.for_each(|number| _ = batch.append(entry(number)));
    batch.put("test", b"last", &last.to_le_bytes());
    batch
}

/// The value `batch` left.
pub(crate) fn last(store: &dyn Store) -> u64 {
    let value = store.value("test", b"last").unwrap();
    value.map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().unwrap()))
}

/// A small reserve, so that tests do not fill a small disk with it.
pub(crate) fn config() -> Config {
    Config {
        reserve_bytes: 64 * 1024,
        ..Config::default()
    }
}

pub(crate) fn open(path: &Path) -> (SledStore, Opened) {
    try_open(path).unwrap()
}

pub(crate) fn try_open(path: &Path) -> Result<(SledStore, Opened), OpenError> {
    SledStore::open(DataFolder::open(path)?, config())
}

/// Every entry in append order.
pub(crate) fn all(store: &dyn Store) -> Vec<StoredEntry> {
    let mut entries = Vec::new();
    let mut cursor = 0;
    loop {
        let page = store.log(cursor, 500).unwrap();
        let Some((append, _)) = page.last() else {
            return entries;
        };
        cursor = *append;
        let ids: Vec<Id> = page.iter().map(|(_, id)| *id).collect();
        entries.extend(store.entries(&ids).unwrap().into_iter().map(Option::unwrap));
    }
}

/// The number an entry was made from.
pub(crate) fn number(stored: &StoredEntry) -> u64 {
    u64::from_le_bytes(stored.id[24..].try_into().unwrap())
}

/// The numbers of all entries, ascending, after checking each entry, and that the derived trees agree.
pub(crate) fn numbers(store: &dyn Store) -> Vec<u64> {
    let entries = all(store);
    let mut numbers: Vec<u64> = entries.iter().map(number).collect();
    for (stored, number) in entries.iter().zip(&numbers) {
        assert!(
            is_entry(stored, *number),
            "entry {number} is not as it was written"
        );
    }
    numbers.sort_unstable();
    assert!(
        numbers.windows(2).all(|pair| pair[0] < pair[1]),
        "an entry stands twice in the log"
    );
    assert_eq!(store.sizes().unwrap().entries, numbers.len() as u64);
    let order = store.order(std::ops::Bound::Unbounded, 10_000).unwrap();
    assert_eq!(order.len(), numbers.len());
    assert!(order.is_sorted());
    let by_record = (0..10).map(|record| {
        store
            .by_record(&id(record + 1_000_000), None, 10_000)
            .unwrap()
            .len()
    });
    assert_eq!(by_record.sum::<usize>(), numbers.len());
    numbers
}

/// Copies a folder and all below it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What the store kept in `tests/stores/v1` holds: written by `write_kept_store` of the release, read by
/// every later one.
pub(crate) fn kept_store() -> Vec<Batch> {
    let held = |number: u64| Held {
        id: id(number),
        received_ms: number,
        note: b"a note".to_vec(),
        bytes: vec![number as u8; 300],
    };
    let mut second = Batch::new();
    second.forget(id(3), 1, b"the mark".to_vec());
    second.push(Change::Index {
        id: id(4),
        records: vec![[0xAB; 32]],
    });
    second
        .push(Change::Park(held(70)))
        .push(Change::Park(held(71)))
        .push(Change::Unpark(id(70)));
    second.push(Change::Refuse(held(80)));
    second
        .put("receipts", b"a peer", &[5; 5_000])
        .delete("test", b"last");
    vec![batch(0..12), second]
}

/// Checks that a store holds what `kept_store` wrote.
pub(crate) fn check_kept_store(store: &dyn Store) {
    let entries = all(store);
    assert_eq!(
        entries.iter().map(number).collect::<Vec<_>>(),
        (0..12).collect::<Vec<_>>()
    );
    for stored in &entries {
        let mut wanted = entry(number(stored));
        match number(stored) {
            3 => wanted.leaves[1] = LeafBytes::Gone(b"the mark".to_vec()),
            4 => wanted.records.push([0xAB; 32]),
            _ => assert!(is_entry(stored, number(stored))),
        }
        wanted.records.sort_unstable();
        assert_eq!(
            (&stored.leaves, &stored.records),
            (&wanted.leaves, &wanted.records)
        );
    }
    assert_eq!(
        store.by_record(&[0xAB; 32], None, 9).unwrap(),
        [(entry(4).second, id(4))]
    );
    assert_eq!(store.parked(None, 9).unwrap()[0].bytes, [71; 300]);
    assert_eq!(store.refused(None, 9).unwrap()[0].note, b"a note");
    assert_eq!(
        store.value("receipts", b"a peer").unwrap(),
        Some(vec![5; 5_000])
    );
    assert_eq!(store.value("test", b"last").unwrap(), None);
    assert_eq!(store.sizes().unwrap().entries, 12);
}
