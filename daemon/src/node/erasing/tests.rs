//! One record of a batch forgotten, on a real store, with the clock as argument.

use beffroi_store::{Config, DataFolder, SledStore};
use beffroi_trust::author::{self, Position};
use beffroi_trust::chronicle::FORGET_DELAY_MS;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{
    Act, Checked, Chronicle, Genesis, Payload, RingKeys, RingSecret, Role, Roots, Signer,
    TerritoryId, check, open_leaf,
};

use beffroi_store::Batch;

use super::destroying::UNSCRUBBED;
use super::forgetting::forgets;
use super::*;
use crate::node::SETTINGS;

const CREATED_MS: u64 = 1_790_000_000_000;
const RECEIVED_MS: u64 = 1_795_000_000_000;

const FLOOD: OperationId = [7; 16];

struct Territory {
    id: TerritoryId,
    chronicle: Chronicle,
    coordinator: Signer,
    grant: EntryId,
    keys: RingKeys,
}

impl Territory {
    fn new() -> Territory {
        let roots = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]);
        let genesis = Genesis::new("Orb-sur-Lez", CREATED_MS, &roots.ids(), [9; 16]).unwrap();
        let coordinator = Signer::from_seed(&[4; 32]);
        let id = genesis.territory();
        let mut keys = RingKeys::new();
        keys.insert(RING_COMMON, RingSecret::from_bytes(&[5; 32]));
        keys.insert(RING_PEOPLE, RingSecret::from_bytes(&[6; 32]));
        let mut territory = Territory {
            id,
            chronicle: Chronicle::new(genesis),
            coordinator,
            grant: EntryId::of_territory(&id),
            keys,
        };
        let grant = Act::Grant {
            device: territory.coordinator.id(),
            seal: [7; 32],
            role: Role::Coordinator,
            rings: vec![RING_COMMON, RING_PEOPLE],
            invite: None,
        };
        let root = Signer::from_seed(&[1; 32]);
        territory.grant = territory.act(&root, &grant).id();
        territory
    }

    fn position(&self, grant: EntryId) -> Position {
        Position {
            territory: self.id,
            grant,
            prev: Vec::new(),
            seq: 1,
            time_ms: RECEIVED_MS,
        }
    }

    fn act(&mut self, by: &Signer, act: &Act) -> Checked {
        let entry = author::act(by, &self.position(self.grant), act).unwrap();
        let checked = check(&entry, &self.id).unwrap();
        self.chronicle.offer(&checked, None);
        checked
    }

    /// A hundred records about people, as an import writes them.
    fn batch(&mut self) -> Checked {
        let items: Vec<_> = (0..100)
            .map(|n| (doc(n), Payload::Change(vec![n; 64].into())))
            .collect();
        let epochs = self.keys.iter().map(|(ring, epoch, _)| (ring, epoch));
        let position = self.position(self.grant);
        let entry = author::content(
            &self.coordinator,
            &position,
            [8; 16],
            &items,
            &epochs.collect(),
            &self.keys,
        );
        let checked = check(&entry.unwrap(), &self.id).unwrap();
        self.chronicle.offer(&checked, None);
        checked
    }

    fn forget(&mut self, leaf: LeafAt) -> Checked {
        let act = Act::Forget {
            doc: doc(leaf.1),
            leaves: vec![leaf],
        };
        let by = Signer::from_seed(&[4; 32]);
        self.act(&by, &act)
    }

    fn close(&mut self, days: u16) -> Checked {
        let act = Act::Close {
            operation: FLOOD,
            purge_after_days: days,
        };
        let by = Signer::from_seed(&[4; 32]);
        self.act(&by, &act)
    }

    fn told_to(&self, erasing: &mut Erasing, store: &dyn Store) {
        let (erasures, closings) = (self.chronicle.erasures(), self.chronicle.closings());
        erasing.learn(store, erasures, closings);
    }

    fn document_of(&self, checked: &Checked, n: usize) -> Option<DocId> {
        open_leaf(checked, n, &self.keys).ok().map(|(doc, _)| doc)
    }
}

fn doc(n: u8) -> DocId {
    DocId {
        kind: 1,
        ring: RING_PEOPLE,
        uuid: [n; 16],
    }
}

fn doomed(at: LeafAt, doc: Option<DocId>, why: Why) -> Doomed {
    Doomed { at, doc, why }
}

fn left(refused: Option<(beffroi_trust::Entry, Batch)>, territory: &TerritoryId) -> Checked {
    check(&refused.unwrap().0, territory).unwrap()
}

fn keep(store: &dyn Store, checked: &Checked) {
    let mut batch = Batch::new();
    batch.append(custody::row(checked, 0, RECEIVED_MS));
    store.commit(&batch).unwrap();
    store.flush().unwrap();
}

fn open(folder: &std::path::Path) -> SledStore {
    let held = DataFolder::open(folder).unwrap();
    SledStore::open(held, Config::default()).unwrap().0
}

/// Whether these bytes are in any file of a folder.
fn on_disk(folder: &std::path::Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|found| {
        if found.path().is_dir() {
            return on_disk(&found.path(), bytes);
        }
        let file = std::fs::read(found.path()).unwrap_or_default();
        file.windows(bytes.len()).any(|part| part == bytes)
    })
}

fn here(store: &dyn Store, entry: &Checked) -> Checked {
    let stored = store.entries(&[entry.id().0]).unwrap().remove(0).unwrap();
    custody::checked(&stored).unwrap()
}

fn gone(entry: &Checked) -> Vec<usize> {
    let leaves = entry.entry().body.leaves.iter().enumerate();
    leaves
        .filter(|(_, leaf)| leaf.bytes().is_none())
        .map(|(n, _)| n)
        .collect()
}

#[test]
fn one_record_of_a_hundred_is_forgotten_and_carrier_and_reader_end_alike() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let leaf = (batch.id(), 42);
    let sealed = batch.entry().body.leaves[42].bytes().unwrap().clone();
    let neighbour = batch.entry().body.leaves[41].bytes().unwrap().clone();
    let forget = territory.forget(leaf);
    let mut ends = Vec::new();
    for known in [Some(doc(42)), None] {
        let temporary = tempfile::tempdir().unwrap();
        let store = open(temporary.path());
        keep(&store, &batch);
        keep(&store, &forget);
        let mut erasing = Erasing::default();
        territory.told_to(&mut erasing, &store);
        erasing.look(RECEIVED_MS + FORGET_DELAY_MS - 1);
        let leaves = [doomed(leaf, known, Why::Forgotten)];
        assert_eq!(
            destroy(&store, &erasing.due, &leaves).unwrap().count,
            0,
            "not yet"
        );
        assert!(on_disk(temporary.path(), &sealed));
        erasing.look(RECEIVED_MS + FORGET_DELAY_MS);
        assert_eq!(destroy(&store, &erasing.due, &leaves).unwrap().count, 1);
        assert!(
            !on_disk(temporary.path(), &sealed),
            "the bytes are in no file"
        );
        assert!(on_disk(temporary.path(), &neighbour), "its neighbours stay");
        let left = here(&store, &batch);
        assert_eq!(gone(&left), [42]);
        check(left.entry(), &territory.id).expect("the signature verifies");
        ends.push(left.entry().encode());
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn an_old_post_does_not_bring_a_forgotten_leaf_back() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let forget = territory.forget((batch.id(), 42));
    let temporary = tempfile::tempdir().unwrap();
    let store = open(temporary.path());
    keep(&store, &forget);
    let mut erasing = Erasing::default();
    territory.told_to(&mut erasing, &store);
    erasing.look(RECEIVED_MS);
    let reads = |n| territory.document_of(&batch, n);
    assert!(
        erasing.refused(&batch, reads, |_| None).is_none(),
        "taken whole until it is due"
    );
    erasing.look(RECEIVED_MS + FORGET_DELAY_MS);
    for entry in [
        erasing.refused(&batch, reads, |_| None),
        erasing.refused(&batch, |_| None, |_| None),
    ] {
        let left = check(&entry.unwrap().0, &territory.id).unwrap();
        assert_eq!(gone(&left), [42]);
        assert_eq!(left.id(), batch.id());
    }
    assert!(
        erasing.owed.values().all(BTreeSet::is_empty),
        "it was listed"
    );
}

#[test]
fn a_leaf_that_no_act_lists_is_owed_a_further_forget() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let forget = Act::Forget {
        doc: doc(42),
        leaves: Vec::new(),
    };
    let by = Signer::from_seed(&[4; 32]);
    let forget = territory.act(&by, &forget);
    let temporary = tempfile::tempdir().unwrap();
    let store = open(temporary.path());
    keep(&store, &forget);
    let mut erasing = Erasing::default();
    territory.told_to(&mut erasing, &store);
    erasing.look(RECEIVED_MS + FORGET_DELAY_MS);
    let reads = |n| territory.document_of(&batch, n);
    assert_eq!(
        gone(&left(
            erasing.refused(&batch, reads, |_| None),
            &territory.id
        )),
        [42]
    );
    let owed: Vec<_> = erasing.owed[&doc(42)].iter().copied().collect();
    assert_eq!(owed, [(batch.id(), 42)]);
    assert_eq!(forgets(doc(42), &owed).len(), 1);
}

#[test]
fn a_crash_between_the_marks_and_the_new_files_is_finished_by_the_next_look() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let sealed = batch.entry().body.leaves[42].bytes().unwrap().clone();
    let temporary = tempfile::tempdir().unwrap();
    let store = open(temporary.path());
    keep(&store, &batch);
    let mut marks = Batch::new();
    marks.forget(batch.id().0, 42, custody::mark(&sealed));
    marks.put(SETTINGS, UNSCRUBBED, &[1]);
    store.commit(&marks).unwrap();
    store.flush().unwrap();
    assert_eq!(destroy(&store, &Due::default(), &[]).unwrap().count, 0);
    assert!(!on_disk(temporary.path(), &sealed));
    assert_eq!(store.value(SETTINGS, UNSCRUBBED).unwrap(), None);
}

/// The first ten records of the batch belong to the closed operation.
fn of_flood(doc: &DocId) -> Option<OperationId> {
    (doc.uuid[0] < 10).then_some(FLOOD)
}

const DAY_MS: u64 = 86_400_000;

#[test]
fn data_about_people_of_a_closed_operation_are_destroyed_after_its_days_and_over_a_crash() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let close = territory.close(30);
    let temporary = tempfile::tempdir().unwrap();
    let store = open(temporary.path());
    keep(&store, &batch);
    keep(&store, &close);
    let mut erasing = Erasing::read(&store).unwrap();
    territory.told_to(&mut erasing, &store);
    erasing.look(RECEIVED_MS + 30 * DAY_MS - 1);
    assert!(erasing.ended().is_empty(), "not yet");
    assert_eq!(
        erasing.end_ms(Uuid::from_bytes(FLOOD)),
        Some(RECEIVED_MS + 30 * DAY_MS)
    );
    erasing.look(RECEIVED_MS + 30 * DAY_MS);
    assert!(erasing.ended().contains(&Uuid::from_bytes(FLOOD)));
    // Killed after the first half, it goes on where it was.
    let all: Vec<Doomed> = (0..10)
        .map(|n| doomed((batch.id(), n), Some(doc(n)), Why::Ended(FLOOD)))
        .collect();
    let mut marks = Batch::new();
    for one in &all[..5] {
        let bytes = batch.entry().body.leaves[usize::from(one.at.1)]
            .bytes()
            .unwrap();
        marks.forget(one.at.0.0, one.at.1, custody::mark(bytes));
    }
    marks.put(SETTINGS, UNSCRUBBED, &[1]);
    store.commit(&marks).unwrap();
    store.flush().unwrap();
    drop(store);
    let store = open(temporary.path());
    let destroyed = destroy(&store, &erasing.due, &all).unwrap();
    assert_eq!(destroyed.count, 5);
    for n in 0..100 {
        let bytes = batch.entry().body.leaves[n].bytes().unwrap();
        assert_eq!(on_disk(temporary.path(), bytes), n >= 10, "{n}");
    }
    let left = here(&store, &batch);
    assert_eq!(gone(&left), (0..10).collect::<Vec<_>>());
    check(left.entry(), &territory.id).expect("the signature verifies");
}

#[test]
fn an_old_post_does_not_bring_people_of_an_ended_operation_back_and_why_is_remembered() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let close = territory.close(30);
    let temporary = tempfile::tempdir().unwrap();
    let store = open(temporary.path());
    keep(&store, &close);
    let mut erasing = Erasing::read(&store).unwrap();
    territory.told_to(&mut erasing, &store);
    let reads = |n| territory.document_of(&batch, n);
    erasing.look(RECEIVED_MS + DAY_MS);
    assert!(
        erasing.refused(&batch, reads, of_flood).is_none(),
        "in time"
    );
    erasing.look(RECEIVED_MS + 30 * DAY_MS);
    assert!(
        erasing.refused(&batch, |_| None, of_flood).is_none(),
        "who cannot read does not know"
    );
    let (entry, notes) = erasing.refused(&batch, reads, of_flood).unwrap();
    let left = check(&entry, &territory.id).unwrap();
    assert_eq!(gone(&left), (0..10).collect::<Vec<_>>());
    // It is no gap, now or after a restart, as long as the closing counts.
    store.commit(&notes).unwrap();
    let slot = batch.head().unwrap().slots[0];
    let mut again = Erasing::read(&store).unwrap();
    assert!(!again.explains(&(batch.id(), 3), &slot), "no act is known");
    territory.told_to(&mut again, &store);
    for erasing in [&erasing, &again] {
        assert!(erasing.explains(&(batch.id(), 3), &slot));
        assert!(!erasing.explains(&(batch.id(), 30), &slot));
    }
    let grant = territory.grant;
    let root = Signer::from_seed(&[1; 32]);
    territory.grant = EntryId::of_territory(&territory.id);
    let revoke = Act::Revoke {
        grant,
        keep: Vec::new(),
        why: beffroi_trust::Why::Lost,
    };
    territory.act(&root, &revoke);
    territory.told_to(&mut again, &store);
    again.look(u64::MAX);
    assert!(again.ended().is_empty(), "cancelled with its author");
    assert!(!again.explains(&(batch.id(), 3), &slot), "it is a gap");
}

#[test]
fn a_carrier_drops_what_it_cannot_read_after_thirty_days_and_a_reader_does_not() {
    let mut territory = Territory::new();
    let batch = territory.batch();
    let mut carrier = |role, rings: &[Ring]| {
        let device = Signer::from_seed(&[rings.len() as u8 + 20; 32]);
        let act = Act::Grant {
            device: device.id(),
            seal: [7; 32],
            role,
            rings: rings.to_vec(),
            invite: None,
        };
        let by = Signer::from_seed(&[4; 32]);
        territory.act(&by, &act);
        territory.chronicle.carrying(&device.id()).unwrap()
    };
    let observer = carrier(Role::Observer, &[RING_COMMON]);
    let reader = carrier(Role::Operator, &[RING_COMMON, RING_PEOPLE]);
    let temporary = tempfile::tempdir().unwrap();
    let store = open(temporary.path());
    keep(&store, &batch);
    let month = RECEIVED_MS + beffroi_trust::chronicle::CARRIED_FOR_MS;
    let ids = [batch.id()];
    let due = Due::default();
    assert!(
        carried(&store, &observer, &ids, month - 1)
            .unwrap()
            .is_empty()
    );
    assert!(carried(&store, &reader, &ids, u64::MAX).unwrap().is_empty());
    let doomed = carried(&store, &observer, &ids, month).unwrap();
    assert_eq!(destroy(&store, &due, &doomed).unwrap().count, 100);
    let left = here(&store, &batch);
    assert_eq!(gone(&left).len(), 100);
    check(left.entry(), &territory.id).expect("the signature verifies");
    let sealed = batch.entry().body.leaves[42].bytes().unwrap();
    assert!(!on_disk(temporary.path(), sealed));
    assert!(
        carried(&store, &observer, &ids, u64::MAX)
            .unwrap()
            .is_empty()
    );
}
