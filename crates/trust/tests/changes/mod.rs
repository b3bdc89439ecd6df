//! Honest changes, and changes no honest writer makes: all stamped, as a member would who has
//! changed the software.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails is a test that fails"
)]

use std::cell::Cell;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{
    ActorId, Automerge, Change, ExpandedChange, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
};
use beffroi_trust::guard::{Bad, blank, judge, stamp};
use beffroi_trust::{Carried, Count, DeviceId, DocId, Document, EntryId};

pub(crate) const ALICE: DeviceId = DeviceId([1; 32]);
pub(crate) const BOB: DeviceId = DeviceId([2; 32]);
pub(crate) const MALLORY: DeviceId = DeviceId([3; 32]);
pub(crate) const TIME_MS: u64 = 1_795_461_000_456;

pub(crate) const NEED: DocId = DocId {
    kind: 2,
    ring: 1,
    uuid: [9; 16],
};

/// What an author commits on a document, stamped: the raw change.
pub(crate) fn write(
    on: &Automerge,
    by: &DeviceId,
    edit: impl FnOnce(&mut Transaction<'_>),
) -> Vec<u8> {
    write_to(&NEED, on, by, TIME_MS, edit)
}

pub(crate) fn write_to(
    document: &DocId,
    on: &Automerge,
    by: &DeviceId,
    time_ms: u64,
    edit: impl FnOnce(&mut Transaction<'_>),
) -> Vec<u8> {
    let mut raw = unstamped(on, time_ms, edit).raw_bytes().to_vec();
    stamp(by, document, &mut raw).unwrap();
    raw
}

pub(crate) fn unstamped(
    on: &Automerge,
    time_ms: u64,
    edit: impl FnOnce(&mut Transaction<'_>),
) -> Change {
    let mut draft = on.clone();
    draft.set_actor(ActorId::from([0; 16]));
    let mut transaction = draft.transaction();
    edit(&mut transaction);
    let time = i64::try_from(time_ms).unwrap();
    transaction.commit_with(CommitOptions::default().with_time(time));
    draft.get_changes(&on.get_heads()).pop().unwrap()
}

/// The same, told otherwise by `lie` before it is stamped.
pub(crate) fn forge(
    on: &Automerge,
    by: &DeviceId,
    edit: impl FnOnce(&mut Transaction<'_>),
    lie: impl FnOnce(&mut ExpandedChange),
) -> Vec<u8> {
    let mut expanded = ExpandedChange::from(&unstamped(on, TIME_MS, edit));
    expanded.hash = None;
    lie(&mut expanded);
    let change: Change = expanded.into();
    let mut raw = change.raw_bytes().to_vec();
    stamp(by, &NEED, &mut raw).unwrap();
    raw
}

/// A document with these changes applied, unguarded.
pub(crate) fn applied(on: &Automerge, raw: &[&[u8]]) -> Automerge {
    let mut document = on.clone();
    let changes: Vec<Change> = raw.iter().map(|raw| change(raw)).collect();
    document.apply_changes(changes).unwrap();
    document
}

pub(crate) fn change(raw: &[u8]) -> Change {
    Change::from_bytes(raw.to_vec()).unwrap()
}

/// A need with a title, a log and a counter, by Alice.
pub(crate) fn base() -> Automerge {
    let mut document = blank();
    for raw in base_changes() {
        document = applied(&document, &[&raw]);
    }
    document
}

/// The changes that make [`base`], causes first.
pub(crate) fn base_changes() -> Vec<Vec<u8>> {
    let first = write(&blank(), &ALICE, |tx| {
        tx.put(ROOT, "title", "need").unwrap();
        let log = tx.put_object(ROOT, "log", ObjType::List).unwrap();
        tx.insert(&log, 0, "a").unwrap();
        tx.put(ROOT, "count", ScalarValue::counter(3)).unwrap();
    });
    let document = applied(&blank(), &[&first]);
    let second = write(&document, &ALICE, |tx| {
        tx.put(ROOT, "title", "a need").unwrap()
    });
    vec![first, second]
}

/// The list or map under a key of the root.
pub(crate) fn object(of: &impl ReadDoc, key: &str) -> ObjId {
    of.get(ROOT, key).unwrap().unwrap().1
}

/// Whether the work panics, quietly.
pub(crate) fn panics<T>(work: impl FnOnce() -> T) -> bool {
    quietly(|| catch_unwind(AssertUnwindSafe(work)).is_err())
}

/// Does work whose panics are expected, without printing them.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    QUIET.set(true);
    let done = work();
    QUIET.set(false);
    done
}

/// All that a document shows, conflicts included, in an order that does not depend on arrival.
pub(crate) fn dump(document: &Automerge, object: &ObjId, depth: usize) -> String {
    if depth > 20 {
        return String::from("…");
    }
    let of = |values: Vec<(automerge::Value<'_>, ObjId)>| {
        let shown = values.into_iter().map(|(value, id)| {
            if value.is_object() {
                format!("{value:?}{{{}}}", dump(document, &id, depth + 1))
            } else {
                format!("{value:?}")
            }
        });
        let mut shown: Vec<String> = shown.collect();
        shown.sort();
        shown
    };
    match document.object_type(object) {
        Ok(ObjType::Map | ObjType::Table) => {
            let keys = document.keys(object);
            keys.map(|key| {
                let values = of(document.get_all(object, key.as_str()).unwrap());
                format!("{key}={values:?};")
            })
            .collect()
        }
        Ok(ObjType::Text) => document.text(object).unwrap(),
        Ok(ObjType::List) => (0..document.length(object))
            .map(|at| format!("{:?},", of(document.get_all(object, at).unwrap())))
            .collect(),
        Err(error) => error.to_string(),
    }
}

/// LEB128, unsigned.
pub(crate) fn leb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/// LEB128, signed, of a number that is not negative.
pub(crate) fn sleb(value: u64) -> Vec<u8> {
    let mut bytes = leb(value);
    if bytes.last().unwrap() & 0x40 != 0 {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push(0);
    }
    bytes
}

/// The chunk of a plain change around a body; the checksum is left to `stamp`.
pub(crate) fn chunk(body: &[u8]) -> Vec<u8> {
    let mut raw = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    raw.extend(leb(body.len() as u64));
    raw.extend(body);
    raw
}

/// A change without deps and these columns (specification, bytes), stamped by Mallory when the
/// bounds allow it.
pub(crate) fn columns(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0, 16];
    body.extend([0; 16]);
    body.extend([1, 1]);
    body.extend(sleb(TIME_MS));
    body.extend([0, 0]);
    body.extend(leb(columns.len() as u64));
    for (column, bytes) in columns {
        body.extend(leb(*column));
        body.extend(leb(bytes.len() as u64));
    }
    for (_, bytes) in columns {
        body.extend(bytes);
    }
    let mut raw = chunk(&body);
    stamp(&MALLORY, &NEED, &mut raw).ok();
    raw
}

/// A run: one value, so many times.
pub(crate) fn run(times: u64, value: u64) -> Vec<u8> {
    [sleb(times), leb(value)].concat()
}

/// So many empty rows.
pub(crate) fn nulls(times: u64) -> Vec<u8> {
    [vec![0], leb(times)].concat()
}

/// A list and so many inserts of null into it, in about a hundred bytes.
pub(crate) fn bomb(inserts: u64) -> Vec<u8> {
    let text = |key: &str| [vec![0x7f], leb(key.len() as u64), key.as_bytes().to_vec()].concat();
    // The first insert names the head, the second the first (2), and each next the one before.
    let elements = [nulls(1), vec![0x7e, 0, 2], sleb(inserts - 2), vec![1]].concat();
    columns(&[
        (0x01, [nulls(1), run(inserts, 0)].concat()),
        (0x02, [nulls(1), run(inserts, 1)].concat()),
        (0x11, [nulls(2), run(inserts - 1, 0)].concat()),
        (0x13, elements),
        (0x15, [text("l"), nulls(inserts)].concat()),
        (0x34, [leb(1), leb(inserts)].concat()),
        (0x42, [vec![0x7f, 2], run(inserts, 1)].concat()),
        (0x56, run(inserts + 1, 0)),
        (0x70, run(inserts + 1, 0)),
    ])
}

/// Small numbers from a seed: SplitMix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// A number from the environment, for longer runs at night.
pub(crate) fn setting(name: &str, usual: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// What the guard says of a change.
pub(crate) fn verdict(on: &Automerge, by: &DeviceId, raw: &[u8]) -> Result<(), Bad> {
    quietly(|| judge(on, by, &NEED, TIME_MS, raw)).map(|_| ())
}

/// A document offered these changes in order, each in an entry of its own that counts.
pub(crate) fn document(offered: &[(DeviceId, &[u8])]) -> Document {
    let mut document = Document::new(NEED);
    for (author, raw) in offered {
        let carried = Carried {
            entry: EntryId(*blake3::hash(raw).as_bytes()),
            leaf: 0,
            author: *author,
            time_ms: TIME_MS,
            count: Count::Authorised,
            payload: raw.to_vec().into(),
        };
        quietly(|| document.offer(carried, None));
    }
    document
}

/// Whether Automerge alone panics on the change, or makes of it a document that does not load.
pub(crate) fn harms_a_bare_document(on: &Automerge, raw: &[u8]) -> bool {
    let mut loads = true;
    let panicked = panics(|| {
        let mut document = on.clone();
        if document.apply_changes([change(raw)]).is_ok() {
            loads = Automerge::load(&document.save()).is_ok();
        }
    });
    panicked || !loads
}

/// Changes that use concurrent work they do not cite: each is told to build on `base` alone.
pub(crate) fn liars(base: &Automerge, concurrent: &Automerge) -> Vec<(&'static str, Vec<u8>)> {
    let last = base
        .get_changes(&[])
        .iter()
        .map(Change::max_op)
        .max()
        .unwrap();
    let lie = |edit: &dyn Fn(&mut Transaction<'_>)| {
        forge(concurrent, &MALLORY, edit, |forged| {
            forged.deps = base.get_heads();
            forged.start_op = NonZeroU64::new(last + 1).unwrap();
        })
    };
    vec![
        (
            "a key in a concurrent object",
            lie(&|tx| {
                let map = object(tx, "map");
                tx.put(&map, "x", 2).unwrap();
            }),
        ),
        (
            "overwrites a concurrent value",
            lie(&|tx| {
                tx.put(ROOT, "title", "over").unwrap();
            }),
        ),
        (
            "inserts after a concurrent element",
            lie(&|tx| {
                let log = object(tx, "log");
                tx.insert(&log, 2, "q").unwrap();
            }),
        ),
        (
            "splices a concurrent text",
            lie(&|tx| {
                let text = object(tx, "text");
                tx.splice_text(&text, 2, 1, "XX").unwrap();
            }),
        ),
        (
            "deletes a concurrent object",
            lie(&|tx| tx.delete(ROOT, "map").unwrap()),
        ),
    ]
}

/// A document with concurrent work of Bob, and his two changes.
pub(crate) fn with_bob(on: &Automerge) -> (Automerge, [Vec<u8>; 2]) {
    let first = write(on, &BOB, |tx| {
        let map = tx.put_object(ROOT, "map", ObjType::Map).unwrap();
        tx.put(&map, "k", 1).unwrap();
        tx.put(ROOT, "title", "bob").unwrap();
    });
    let one = applied(on, &[&first]);
    let second = write(&one, &BOB, |tx| {
        let log = object(tx, "log");
        tx.insert(&log, 1, "b").unwrap();
        tx.increment(ROOT, "count", 2).unwrap();
        let text = tx.put_object(ROOT, "text", ObjType::Text).unwrap();
        tx.splice_text(&text, 0, 0, "hello").unwrap();
    });
    (applied(&one, &[&second]), [first, second])
}
