//! The body of a request to the local API: read as the daemon reads it, and what it asks for made into
//! changes, which must pass the guard: a program must not bring a post to write what others refuse.

use std::cell::RefCell;

use beffroi_api::request::{
    AddPeer, Archive, Create, CreateInvite, CreateTerritory, Edit as EditBody, Forget, Join,
    ListQuery, Settle, StepRequest, SyncNow,
};
use beffroi_records::{
    Automerge, Choice, Created, Edit, Kind, Origin, Part, Splice, Values, Writing, create, edit,
    read, settle, split,
};
use beffroi_trust::guard::{blank, judge, merge, stamp};
use beffroi_trust::{DeviceId, DocId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use uuid::Uuid;

use super::{mode, seed};
use crate::world::TIME_MS;
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "body",
    run,
    seeds,
    words: &[
        b"{",
        b"}",
        b"[[[[[[[[[[[[[[[[",
        b"null",
        b"true",
        b"\"set\":{",
        b"\"title\":",
        b"\"ext/x\":",
        b"\"details\":",
        b"\"quantity\":",
        b"\"place\":",
        b"\"due\":",
        b"\"tags\":[",
        b"\"stock\":",
        b"\"contact\":",
        b"1e309",
        b"-0",
        b"18446744073709551615",
        b"\"\\u0000\"",
        b"\"\\ud83d\\ude00\"",
        b"\\u202e",
        b"\"splice\":{\"details\":[",
        b"{\"at\":18446744073709551615,\"delete\":18446744073709551615,\"insert\":\"\"}",
    ],
    bytes_max: 64 << 10,
    memory_max: 48 << 20,
};

const BODIES: u8 = 12;
const AUTHOR: DeviceId = DeviceId([1; 32]);
const ID: Uuid = Uuid::from_bytes([9; 16]);

fn parsed<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Option<T> {
    let body: T = serde_json::from_slice(bytes).ok()?;
    let again = serde_json::to_vec(&body).expect("what was read can be written");
    assert!(
        serde_json::from_slice::<T>(&again).is_ok(),
        "what was written can be read"
    );
    Some(body)
}

/// Reads a body.
///
/// # Panics
/// When records take what the guard then refuses, or what they made cannot be read.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, bytes)) = mode(data) else {
        return Outcome::Refused;
    };
    let kind = Kind::RECORDS[usize::from(mode / BODIES) % Kind::RECORDS.len()];
    Outcome::taken(match mode % BODIES {
        0 => parsed::<Create>(bytes).is_some_and(|body| creates(kind, body)),
        1 => parsed::<EditBody>(bytes).is_some_and(|body| edits(kind, body)),
        2 => parsed::<Settle>(bytes).is_some_and(|body| settles(kind, body)),
        3 => parsed::<StepRequest>(bytes).is_some(),
        4 => parsed::<Archive>(bytes).is_some(),
        5 => parsed::<Forget>(bytes).is_some(),
        6 => parsed::<CreateTerritory>(bytes).is_some(),
        7 => parsed::<CreateInvite>(bytes).is_some(),
        8 => parsed::<Join>(bytes).is_some(),
        9 => parsed::<AddPeer>(bytes).is_some(),
        10 => parsed::<SyncNow>(bytes).is_some(),
        _ => parsed::<ListQuery>(bytes).is_some(),
    })
}

fn doc(kind: Kind, part: Part) -> DocId {
    DocId {
        kind: kind.wire(),
        ring: if part == Part::Shared { 1 } else { 2 },
        uuid: *ID.as_bytes(),
    }
}

/// The document with the change in it, which must be one that every post takes.
fn taken(kind: Kind, part: Part, on: &Automerge, mut raw: Vec<u8>) -> Automerge {
    let doc = doc(kind, part);
    stamp(&AUTHOR, &doc, &mut raw).expect("records wrote what may not be sent");
    let change =
        judge(on, &AUTHOR, &doc, TIME_MS, &raw).expect("records wrote what the guard refuses");
    let live = merge(on, &change).expect("records wrote what cannot be merged");
    let nobody = |_: &[u8; 16]| None::<Origin>;
    read(&live, kind, ID, &nobody);
    live
}

fn created(kind: Kind, part: Part, values: &Values) -> Option<Automerge> {
    let writing = Writing {
        time_ms: TIME_MS,
        operation: kind.in_operation().then(|| Uuid::from_bytes([4; 16])),
        created: Created {
            at: "2026-11-22T08:00:00+01:00".into(),
            by: "MAI".into(),
            ..Created::default()
        },
        ..Writing::default()
    };
    let raw = create(kind, part, ID, values, &writing).ok()?;
    Some(taken(kind, part, &blank(), raw))
}

fn creates(kind: Kind, body: Create) -> bool {
    let (shared, private) = split(kind, body.set.into_iter().collect());
    let shared = created(kind, Part::Shared, &shared).is_some();
    let private = private.is_empty() || created(kind, Part::Private, &private).is_some();
    shared && private
}

thread_local! {
    static RECORDS: RefCell<Vec<Automerge>> = RefCell::new(Kind::RECORDS.map(record).to_vec());
}

/// A record with a title and nothing else.
fn record(kind: Kind) -> Automerge {
    let mut values: Values = [(
        kind.title_field().to_owned(),
        json!("Inondation, quartier bas"),
    )]
    .into();
    if kind == Kind::Operation {
        values.insert("time_zone".into(), json!("Europe/Paris"));
    }
    let missing = || panic!("a plain {kind:?} cannot be made");
    created(kind, Part::Shared, &values).unwrap_or_else(missing)
}

fn with_record<T>(kind: Kind, work: impl FnOnce(&Automerge) -> T) -> T {
    let at = Kind::RECORDS
        .iter()
        .position(|other| *other == kind)
        .unwrap();
    RECORDS.with_borrow(|records| work(&records[at]))
}

fn edits(kind: Kind, body: EditBody) -> bool {
    let splice = |splice: &beffroi_api::request::Splice| Splice {
        at: usize::try_from(splice.at).unwrap_or(usize::MAX),
        delete: usize::try_from(splice.delete).unwrap_or(usize::MAX),
        insert: splice.insert.clone(),
    };
    let splices = body.splice.iter();
    let change = Edit {
        set: body.set.into_iter().collect(),
        unset: body.unset.into_iter().collect(),
        splice: splices
            .map(|(field, all)| (field.clone(), all.iter().map(splice).collect()))
            .collect(),
        add: body.add,
        remove: body.remove,
        append: Vec::new(),
        has_reason: false,
    };
    with_record(kind, |record| {
        match edit(
            record,
            kind,
            Part::Shared,
            &record.get_heads(),
            &change,
            TIME_MS,
        ) {
            Ok(Some(raw)) => {
                taken(kind, Part::Shared, record, raw);
                true
            }
            Ok(None) => true,
            Err(refused) => {
                drop(refused.to_string());
                false
            }
        }
    })
}

fn settles(kind: Kind, body: Settle) -> bool {
    let seen = body
        .seen
        .iter()
        .map(|text| text.parse())
        .collect::<Result<Vec<_>, _>>();
    let Ok(seen) = seen else {
        return false;
    };
    with_record(kind, |record| {
        let choice = Choice {
            field: kind.title_field().to_owned(),
            seen,
            value: body.value,
            has_reason: body.note.is_some(),
        };
        match settle(record, kind, Part::Shared, &choice, TIME_MS) {
            Ok(raw) => {
                taken(kind, Part::Shared, record, raw);
                true
            }
            Err(refused) => {
                drop(refused.to_string());
                false
            }
        }
    })
}

fn seeds() -> Vec<Seed> {
    let id = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";
    let kind = |n: u8, body: u8| n * BODIES + body;
    let text = |value: serde_json::Value| value.to_string();
    vec![
        seed(
            "honest-incident",
            kind(1, 0),
            text(
                json!({"id": id, "set": {"title": "Cave inondée", "description": "40 cm d'eau", "severity": "severe", "tags": ["eau"]}}),
            ),
        ),
        seed(
            "honest-need",
            kind(2, 0),
            text(
                json!({"id": id, "set": {"title": "Groupe", "priority": "vital", "beneficiaries": 40, "constraints": ["oxygen"]}}),
            ),
        ),
        seed(
            "honest-resource",
            kind(3, 0),
            text(json!({"id": id, "set": {"name": "Pompe", "ext/couleur": "rouge"}})),
        ),
        seed(
            "honest-edit",
            kind(2, 1),
            text(
                json!({"change_id": id, "heads": [], "set": {"priority": "normal", "details": "Avant la nuit"}, "unset": ["due"], "add": {"constraints": ["animals"]}}),
            ),
        ),
        seed(
            "honest-splice",
            kind(2, 1),
            text(
                json!({"change_id": id, "splice": {"details": [{"at": 0, "delete": 0, "insert": "é"}, {"at": 1, "delete": 0, "insert": "😀"}]}}),
            ),
        ),
        seed(
            "honest-step",
            3,
            text(
                json!({"change_id": id, "heads": [], "step": "verify", "verification": "refuted", "note": "vu"}),
            ),
        ),
        seed(
            "honest-archive",
            4,
            text(json!({"change_id": id, "reason": "doublon"})),
        ),
        seed(
            "honest-forget",
            5,
            text(json!({"change_id": id, "reason": "demandé"})),
        ),
        seed(
            "honest-territory",
            6,
            text(
                json!({"name": "Orb-sur-Lez", "post": "Mairie", "code": "MAI", "insee": ["34172"]}),
            ),
        ),
        seed(
            "honest-invite",
            7,
            text(json!({"role": "operator", "people": true, "expires_s": 86400})),
        ),
        seed(
            "honest-join",
            8,
            text(
                json!({"invite": "7KQ4-M2XR-9HWP", "post": "Croix-Rouge", "code": "CRF", "wait_s": 60}),
            ),
        ),
        seed(
            "honest-peer",
            9,
            text(json!({"address": "/ip4/10.0.0.1/tcp/7410"})),
        ),
        seed("honest-sync", 10, text(json!({"with": "CRF", "wait_s": 5}))),
        seed(
            "honest-list",
            11,
            text(json!({"q": "eau", "near": "43.6,3.9,5"})),
        ),
        seed(
            "attack-a-field-nobody-has",
            kind(1, 0),
            text(json!({"id": id, "set": {"title": "x", "__proto__": {"a": 1}}})),
        ),
        seed(
            "attack-misspelt",
            kind(1, 1),
            text(json!({"change_id": id, "sett": {}})),
        ),
        seed(
            "attack-nested-without-end",
            kind(1, 0),
            format!("{{\"id\":\"{id}\",\"set\":{}", "{\"a\":".repeat(5_000)),
        ),
        seed("attack-arrays-without-end", kind(1, 0), "[".repeat(60_000)),
        seed(
            "attack-splice-beyond-the-text",
            kind(2, 1),
            text(
                json!({"change_id": id, "splice": {"details": [{"at": u64::MAX, "delete": u64::MAX, "insert": "x"}]}}),
            ),
        ),
        seed(
            "attack-a-title-of-sixty-thousand-letters",
            kind(1, 0),
            text(json!({"id": id, "set": {"title": "a".repeat(60_000)}})),
        ),
        seed(
            "attack-a-text-of-more-operations-than-a-change-may-have",
            kind(2, 0),
            text(json!({"id": id, "set": {"title": "x", "details": "a".repeat(20_000)}})),
        ),
        seed(
            "attack-settles-what-was-never-there",
            kind(1, 2),
            text(json!({"change_id": id, "seen": ["00".repeat(32)], "value": "x"})),
        ),
        seed("attack-not-utf-8", kind(1, 0), b"{\"id\":\"\xff\xfe\"}"),
    ]
}
