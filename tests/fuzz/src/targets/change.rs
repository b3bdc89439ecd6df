//! A change no honest writer makes, stamped by a member: the guard's verdict, the merge, what can be saved
//! and loaded, what is read, and the next honest edit.

use std::cell::RefCell;

use beffroi_records::{
    Automerge, Created, Edit, Kind, Origin, Part, Values, Writing, create, edit, read,
};
use beffroi_trust::guard::{Bad, blank, judge, merge, outline, stamp};
use beffroi_trust::{DeviceId, DocId};
use serde_json::json;
use uuid::Uuid;

use super::{mode, seed};
use crate::world::TIME_MS;
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "change",
    run,
    seeds,
    words: &[
        b"title",
        b"priority",
        b"\x15",
        b"\x34",
        b"\x42",
        b"\x56",
        b"\x57",
        b"\x70",
        b"\x71",
        b"\x73",
        b"\x7f\x01",
        b"\x7e",
    ],
    bytes_max: 60 << 10,
    memory_max: 64 << 20,
};

const ALICE: DeviceId = DeviceId([1; 32]);
const MALLORY: DeviceId = DeviceId([3; 32]);
const DOC: DocId = DocId {
    kind: 2,
    ring: 1,
    uuid: [9; 16],
};
const ID: Uuid = Uuid::from_bytes([9; 16]);
/// The changes of the guard's corpus, one a line: `base` ones make a document, the others are mutants on it.
const CORPUS: &str = include_str!("../../../../crates/trust/tests/corpus/changes.txt");

/// On the small document of the guard's corpus.
const PLAIN: u8 = 0;
/// On a need, as records write it.
const RECORD: u8 = 1;

struct Base {
    document: Automerge,
    /// Concurrent work of Alice, sound on its own.
    alices: Automerge,
}

thread_local! {
    // A document is not shared between threads.
    static BASES: RefCell<Vec<Base>> = RefCell::new(vec![plain(), record()]);
}

fn plain() -> Base {
    let mut document = blank();
    for line in CORPUS.lines().filter_map(|line| line.strip_prefix("base ")) {
        let raw = from_hex(line);
        let change = judge(&document, &ALICE, &DOC, TIME_MS, &raw).unwrap();
        document = merge(&document, &change).unwrap();
    }
    Base {
        alices: document.clone(),
        document,
    }
}

fn need() -> Vec<u8> {
    let values: Values = [
        ("title", json!("Groupe électrogène")),
        ("need_type", json!("energy")),
        ("details", json!("Pour la salle des fêtes, avant la nuit.")),
        ("priority", json!("urgent")),
        ("beneficiaries", json!(40)),
        ("constraints", json!(["oxygen", "animals"])),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let writing = Writing {
        time_ms: TIME_MS,
        operation: Some(Uuid::from_bytes([4; 16])),
        created: Created {
            at: "2026-11-22T08:00:00+01:00".into(),
            by: "alice".into(),
            ..Created::default()
        },
        ..Writing::default()
    };
    create(Kind::Need, Part::Shared, ID, &values, &writing).unwrap()
}

fn taken(on: &Automerge, mut raw: Vec<u8>) -> Automerge {
    stamp(&ALICE, &DOC, &mut raw).unwrap();
    merge(on, &judge(on, &ALICE, &DOC, TIME_MS, &raw).unwrap()).unwrap()
}

fn set(fields: &[(&str, serde_json::Value)]) -> Edit {
    let set = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Edit {
        set: set.collect(),
        ..Edit::default()
    }
}

fn edited(on: &Automerge, change: &Edit) -> Vec<u8> {
    edit(
        on,
        Kind::Need,
        Part::Shared,
        &on.get_heads(),
        change,
        TIME_MS,
    )
    .unwrap()
    .unwrap()
}

fn record() -> Base {
    let document = taken(&blank(), need());
    let alices = taken(
        &document,
        edited(
            &document,
            &set(&[
                ("priority", json!("vital")),
                ("details", json!("Pour la salle, avant la nuit. Merci.")),
            ]),
        ),
    );
    Base { document, alices }
}

/// The chunk of a plain change around a body: its checksum and actor are for `stamp`.
fn chunk(body: &[u8]) -> Vec<u8> {
    let mut raw = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
    let mut length = body.len();
    while length >= 0x80 {
        raw.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    raw.push(u8::try_from(length).unwrap());
    raw.extend(body);
    raw
}

fn body(raw: &[u8]) -> &[u8] {
    let length = raw[9..]
        .iter()
        .take_while(|byte| **byte & 0x80 != 0)
        .count()
        + 1;
    &raw[9 + length..]
}

/// Judges a change.
///
/// # Panics
/// When the verdict depends on concurrent work, or what was taken harms what comes after.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, body)) = mode(data) else {
        return Outcome::Refused;
    };
    let mut raw = chunk(body);
    if stamp(&MALLORY, &DOC, &mut raw).is_err() {
        return Outcome::Refused;
    }
    let time_ms = outline(&raw).map(|outline| u64::try_from(outline.time_ms).unwrap_or(0));
    let time_ms = time_ms.expect("what can be stamped has an outline");
    BASES.with_borrow(|bases| {
        let kind = mode % 2;
        let base = &bases[usize::from(kind)];
        let verdict = judge(&base.document, &MALLORY, &DOC, time_ms, &raw);
        let beside = judge(&base.alices, &MALLORY, &DOC, time_ms, &raw);
        if matches!(verdict, Err(Bad::MissingDeps)) {
            return Outcome::Refused; // "Not yet": no verdict.
        }
        assert_eq!(
            verdict.as_ref().err(),
            beside.as_ref().err(),
            "the verdict depends on concurrent work"
        );
        let change = match verdict {
            Ok(change) => change,
            Err(bad) => {
                assert!(
                    bad != Bad::Checksum && bad != Bad::Actor,
                    "the target stamps wrongly"
                );
                return Outcome::Refused;
            }
        };
        let live = merge(&base.alices, &change).expect("sound, and cannot be merged");
        let loaded = Automerge::load(&live.save()).expect("sound, and cannot be loaded again");
        assert_eq!(loaded.get_heads(), live.get_heads());
        let nobody = |_: &[u8; 16]| None::<Origin>;
        let shown = read(&live, Kind::Need, ID, &nobody);
        assert_eq!(
            shown,
            read(&loaded, Kind::Need, ID, &nobody),
            "shown otherwise once loaded"
        );
        if kind == RECORD {
            the_next_edit_is_sound(&live);
        }
        Outcome::Taken
    })
}

/// A change of status, a new text and another tag, at the heads that are there now.
fn the_next_edit_is_sound(live: &Automerge) {
    let mut next = set(&[
        ("title", json!("Deux groupes")),
        ("priority", json!("normal")),
    ]);
    next.splice.insert(
        "details".into(),
        vec![beffroi_records::Splice {
            at: 0,
            delete: 0,
            insert: "Vite. ".into(),
        }],
    );
    next.add
        .insert("constraints".into(), vec!["difficult_access".into()]);
    match edit(
        live,
        Kind::Need,
        Part::Shared,
        &live.get_heads(),
        &next,
        TIME_MS,
    ) {
        Ok(Some(raw)) => drop(taken(live, raw)),
        Ok(None) => {}
        // A member may write a newer layout, or take away a field: then a person is told.
        Err(refused) => drop(refused.to_string()),
    }
}

fn from_hex(hex: &str) -> Vec<u8> {
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let (mut sound, mut refused) = (0, 0);
    for line in CORPUS.lines() {
        let (number, every, verdict) = match line.split(' ').next() {
            Some("sound") => (&mut sound, 4, "honest-enough"),
            Some("refused") => (&mut refused, 6, "attack"),
            _ => continue,
        };
        *number += 1;
        if *number % every == 0 {
            let raw = from_hex(line.split(' ').nth(1).unwrap());
            seeds.push(seed(
                &format!("{verdict}-mutant-{number:03}"),
                PLAIN,
                body(&raw),
            ));
        }
    }
    let base = record();
    let edits = [
        ("title", set(&[("title", json!("Deux"))])),
        (
            "text",
            set(&[("details", json!("Pour la salle des fêtes et la mairie."))]),
        ),
        (
            "two-fields",
            set(&[("priority", json!("normal")), ("beneficiaries", json!(60))]),
        ),
        (
            "members-of-a-set",
            set(&[("constraints", json!(["animals", "difficult_access"]))]),
        ),
        (
            "cleared",
            Edit {
                unset: ["beneficiaries".to_owned()].into(),
                ..Edit::default()
            },
        ),
    ];
    for (name, change) in edits {
        let raw = edited(&base.document, &change);
        seeds.push(seed(&format!("honest-edit-{name}"), RECORD, body(&raw)));
    }
    // A creation in a document that has one: two first changes side by side.
    seeds.push(seed("honest-second-creation", RECORD, body(&need())));
    // Work on what only Alice's document holds.
    let over = edited(&base.alices, &set(&[("priority", json!("normal"))]));
    seeds.push(seed(
        "attack-builds-on-what-is-not-in-its-past",
        RECORD,
        body(&over),
    ));
    for (name, body) in crafted() {
        seeds.push(seed(name, PLAIN, body));
    }
    seeds
}

/// Changes without deps that ask for much in few bytes.
fn crafted() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "attack-a-million-inserts-in-a-hundred-bytes",
            bomb(1_000_000),
        ),
        (
            "attack-inserts-up-to-the-limit-by-start-op-of-4-thousand-million",
            start_op(&bomb(100), &[0xff, 0xff, 0xff, 0xff, 0x0f]),
        ),
        ("attack-start-op-zero", start_op(&bomb(100), &[0])),
        (
            "attack-claims-2-to-the-63-actions",
            columns(&[(
                0x42,
                vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
            )]),
        ),
        (
            "attack-claims-deps-without-end",
            vec![0xff, 0xff, 0xff, 0xff, 0x0f],
        ),
        (
            "attack-a-deflated-column",
            columns(&[(0x4a, vec![1, 2, 3])]),
        ),
        (
            "attack-keys-written-out-to-gigabytes",
            columns(&[
                (
                    0x15,
                    [leb_signed(9_000), vec![100], vec![b'k'; 100]].concat(),
                ),
                (0x42, [leb_signed(9_000), vec![1]].concat()),
            ]),
        ),
    ]
}

fn start_op(body: &[u8], number: &[u8]) -> Vec<u8> {
    // Deps 0, actor length and actor, sequence: the number of the first operation stands at 19.
    let mut other = body.to_vec();
    other.splice(19..20, number.iter().copied());
    other
}

fn leb(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

fn leb_signed(value: u64) -> Vec<u8> {
    let mut bytes = leb(value);
    if let Some(last) = bytes.last_mut().filter(|last| **last & 0x40 != 0) {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

fn columns(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0, 16];
    body.extend([0; 16]);
    body.extend([1, 1]);
    body.extend(leb_signed(TIME_MS));
    body.extend([0, 0]);
    body.extend(leb(columns.len() as u64));
    for (column, bytes) in columns {
        body.extend(leb(*column));
        body.extend(leb(bytes.len() as u64));
    }
    columns.iter().for_each(|(_, bytes)| body.extend(bytes));
    body
}

/// A list and so many inserts of null into it.
fn bomb(inserts: u64) -> Vec<u8> {
    let nulls = |times| [vec![0], leb(times)].concat();
    let run = |times, value| [leb_signed(times), leb(value)].concat();
    let elements = [nulls(1), vec![0x7e, 0, 2], leb_signed(inserts - 2), vec![1]].concat();
    columns(&[
        (0x01, [nulls(1), run(inserts, 0)].concat()),
        (0x02, [nulls(1), run(inserts, 1)].concat()),
        (0x11, [nulls(2), run(inserts - 1, 0)].concat()),
        (0x13, elements),
        (0x15, [vec![0x7f, 1, b'l'], nulls(inserts)].concat()),
        (0x34, [leb(1), leb(inserts)].concat()),
        (0x42, [vec![0x7f, 2], run(inserts, 1)].concat()),
        (0x56, run(inserts + 1, 0)),
        (0x70, run(inserts + 1, 0)),
    ])
}
