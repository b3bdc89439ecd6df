//! The bounds of a change, at and over each; and what honest changes look like under them.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod changes;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ROOT};
use beffroi_trust::guard::{
    AutomergeVersion, Bad, CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_COLUMNS_MAX,
    CHANGE_DEPS_MAX, CHANGE_KEY_BYTES_MAX, CHANGE_OPERATIONS_MAX, CHANGE_PREDECESSORS_MAX, Verdict,
    blank, judge, outline, stamp,
};
use changes::{
    ALICE, MALLORY, NEED, TIME_MS, applied, base, bomb, chunk, columns, leb, nulls, run, sleb,
    write,
};

fn refusal(raw: &[u8]) -> Option<Bad> {
    outline(raw).err()
}

/// Stamped or not, what the bounds say of a body.
fn refusal_of_body(body: &[u8]) -> Option<Bad> {
    let mut raw = chunk(body);
    stamp(&MALLORY, &NEED, &mut raw).err()
}

/// A body up to the number of other actors, and what may be wrong with it.
fn head_of_body(deps: u64, actor_bytes: u64, seq: u64, message: u64) -> Vec<u8> {
    let mut body = leb(deps);
    body.extend(vec![7; usize::try_from(deps).unwrap() * 32]);
    body.extend(leb(actor_bytes));
    body.extend(vec![0; usize::try_from(actor_bytes).unwrap()]);
    body.extend([leb(seq), leb(1), sleb(TIME_MS), leb(message)].concat());
    body
}

#[test]
fn an_honest_change_says_what_it_is() {
    let on = base();
    let raw = write(&on, &ALICE, |tx| {
        tx.put(ROOT, "title", "x").unwrap();
        tx.put(ROOT, "place", "y").unwrap();
    });
    let outline = outline(&raw).unwrap();
    let change = changes::change(&raw);
    assert_eq!(outline.hash, change.hash().0);
    assert_eq!(outline.operations, 2);
    assert_eq!(outline.last_operation(), change.max_op());
    assert_eq!(
        outline.deps,
        on.get_heads().iter().map(|head| head.0).collect::<Vec<_>>()
    );
    assert_eq!(outline.actor.as_slice(), change.actor_id().to_bytes());
    assert_eq!(u64::try_from(outline.time_ms), Ok(TIME_MS));
    assert!(judge(&on, &ALICE, &NEED, TIME_MS, &raw).is_ok());
}

#[test]
fn stamping_is_a_function_of_author_document_and_content() {
    let on = base();
    let edit = |by| write(&on, by, |tx| tx.put(ROOT, "title", "x").unwrap());
    assert_eq!(edit(&ALICE), edit(&ALICE));
    assert_ne!(edit(&ALICE), edit(&MALLORY));
    let mut again = edit(&ALICE);
    stamp(&ALICE, &NEED, &mut again).unwrap();
    assert_eq!(again, edit(&ALICE), "stamping twice changes nothing");
}

#[test]
fn every_bit_flipped_is_noticed() {
    let raw = write(&base(), &ALICE, |tx| tx.put(ROOT, "title", "x").unwrap());
    for at in 0..raw.len() {
        for bit in 0..8 {
            let mut other = raw.clone();
            other[at] ^= 1 << bit;
            assert!(outline(&other).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn every_cut_is_noticed() {
    let raw = write(&base(), &ALICE, |tx| tx.put(ROOT, "title", "x").unwrap());
    for length in 0..raw.len() {
        assert!(outline(&raw[..length]).is_err(), "{length} bytes");
    }
    assert_eq!(refusal(&[raw, vec![0]].concat()), Some(Bad::Trailing));
}

#[test]
fn bytes_are_bounded() {
    let text = |bytes: usize| {
        let mut raw = changes::unstamped(&blank(), TIME_MS, |tx| {
            tx.put(ROOT, "title", "a".repeat(bytes)).unwrap();
        })
        .raw_bytes()
        .to_vec();
        stamp(&ALICE, &NEED, &mut raw).map(|()| raw.len())
    };
    let frame = text(60_000).unwrap() - 60_000;
    assert_eq!(text(CHANGE_BYTES_MAX - frame), Ok(CHANGE_BYTES_MAX));
    assert_eq!(text(CHANGE_BYTES_MAX - frame + 1), Err(Bad::Bytes));
}

#[test]
fn operations_are_bounded() {
    assert_eq!(refusal(&bomb(CHANGE_OPERATIONS_MAX - 1)), None);
    assert_eq!(refusal(&bomb(CHANGE_OPERATIONS_MAX)), Some(Bad::Operations));
    assert_eq!(refusal(&columns(&[])), Some(Bad::Operations), "none at all");
    let actions = |bytes: Vec<u8>| refusal(&columns(&[(0x42, bytes)]));
    assert_eq!(actions(run(CHANGE_OPERATIONS_MAX, 1)), None);
    assert_eq!(actions(run(u64::MAX >> 1, 1)), Some(Bad::Operations));
    assert_eq!(actions(nulls(u64::MAX)), Some(Bad::Operations));
    assert_eq!(
        actions([run(6_000, 1), run(6_000, 1)].concat()),
        Some(Bad::Operations)
    );
    // A literal run of nearly 2⁶³ values: the count is refused before a value is read.
    let literal = [vec![0x80; 9], vec![0x7f]].concat();
    assert_eq!(actions(literal), Some(Bad::Operations));
}

#[test]
fn predecessors_are_bounded() {
    let with = |groups: Vec<u8>| refusal(&columns(&[(0x42, run(2, 1)), (0x70, groups)]));
    assert_eq!(with(run(2, CHANGE_PREDECESSORS_MAX / 2)), None);
    assert_eq!(
        with(run(2, CHANGE_PREDECESSORS_MAX / 2 + 1)),
        Some(Bad::TooManyPredecessors)
    );
    assert_eq!(with(run(2, u64::MAX)), Some(Bad::TooManyPredecessors));
    assert_eq!(
        with(run(CHANGE_OPERATIONS_MAX + 1, 0)),
        Some(Bad::TooManyPredecessors)
    );
}

#[test]
fn keys_are_bounded_as_written_out() {
    let key = "k".repeat(60_000);
    let with = |times: u64| {
        let keys = [sleb(times), leb(60_000), key.clone().into_bytes()].concat();
        refusal(&columns(&[(0x15, keys), (0x42, run(times, 1))]))
    };
    assert_eq!(with(CHANGE_KEY_BYTES_MAX / 60_000), None);
    assert_eq!(with(CHANGE_KEY_BYTES_MAX / 60_000 + 1), Some(Bad::KeyBytes));
}

#[test]
fn deps_actors_and_columns_are_bounded() {
    let over = head_of_body(CHANGE_DEPS_MAX + 1, 16, 1, 0);
    assert_eq!(refusal_of_body(&over), Some(Bad::TooManyDeps));
    let within = head_of_body(CHANGE_DEPS_MAX, 16, 1, 0);
    let actors = |count: u64| {
        let actors = (0..count).flat_map(|_| [vec![16], vec![7; 16]].concat());
        [within.clone(), leb(count), actors.collect()].concat()
    };
    let column = [leb(1), leb(0x42), leb(2), run(1, 1)].concat();
    assert_eq!(
        refusal_of_body(&[actors(CHANGE_ACTORS_MAX), column.clone()].concat()),
        None
    );
    let over = [actors(CHANGE_ACTORS_MAX + 1), column].concat();
    assert_eq!(refusal_of_body(&over), Some(Bad::TooManyActors));
    let many = [actors(0), leb(CHANGE_COLUMNS_MAX + 1)].concat();
    assert_eq!(refusal_of_body(&many), Some(Bad::Columns));
}

#[test]
fn what_is_claimed_beyond_the_bytes_is_refused() {
    let head = |actor_bytes, seq, message| head_of_body(0, actor_bytes, seq, message);
    assert_eq!(refusal_of_body(&head(15, 1, 0)), Some(Bad::Actor));
    assert_eq!(refusal_of_body(&head(16, 2, 0)), Some(Bad::Sequence));
    assert_eq!(refusal_of_body(&head(16, 1, 9)), Some(Bad::Message));
    let actions = |columns: Vec<u8>| refusal_of_body(&[head(16, 1, 0), leb(0), columns].concat());
    let claims = [leb(1), leb(0x42), leb(u64::MAX), run(1, 1)].concat();
    assert_eq!(actions(claims), Some(Bad::Truncated));
    let extra = [leb(1), leb(0x42), leb(2), run(1, 1), vec![0]].concat();
    assert_eq!(
        actions(extra),
        Some(Bad::Trailing),
        "bytes after the columns"
    );
    let twice = [
        leb(2),
        leb(0x42),
        leb(2),
        leb(0x42),
        leb(2),
        run(1, 1),
        run(9, 1),
    ]
    .concat();
    assert_eq!(
        actions(twice),
        Some(Bad::Columns),
        "which of the two would be counted?"
    );
    let deflated = [leb(1), leb(0x4a), leb(2), run(1, 1)].concat();
    assert_eq!(actions(deflated), Some(Bad::Columns));
    let mut raw = write(&blank(), &ALICE, |tx| tx.put(ROOT, "t", 1).unwrap());
    raw[4] ^= 1;
    assert_eq!(refusal(&raw), Some(Bad::Checksum));
}

#[test]
fn a_conflict_among_twenty_can_be_settled_in_one_change() {
    let on = base();
    let many: Vec<Vec<u8>> = (0..20)
        .map(|value| write(&on, &ALICE, |tx| tx.put(ROOT, "title", value).unwrap()))
        .collect();
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    let document = applied(&on, &many);
    let settled = write(&document, &MALLORY, |tx| {
        tx.put(ROOT, "title", "one").unwrap()
    });
    assert_eq!(outline(&settled).unwrap().deps.len(), 20);
    assert!(judge(&document, &MALLORY, &NEED, TIME_MS, &settled).is_ok());
}

#[test]
fn deps_must_be_the_heads_of_their_past() {
    let first = write(&blank(), &ALICE, |tx| tx.put(ROOT, "title", "x").unwrap());
    let one = applied(&blank(), &[&first]);
    let second = write(&one, &ALICE, |tx| tx.put(ROOT, "title", "y").unwrap());
    let two = applied(&one, &[&second]);
    let ancestor = one.get_heads()[0];
    let raw = changes::forge(
        &two,
        &MALLORY,
        |tx| tx.put(ROOT, "title", "z").unwrap(),
        |forged| {
            forged.deps.push(ancestor);
            forged.deps.sort();
        },
    );
    let judged = judge(&two, &MALLORY, &NEED, TIME_MS, &raw).map(|_| ());
    assert_eq!(judged, Err(Bad::Deps), "a dep that is another's ancestor");
}

#[test]
fn the_verdict_names_the_release_of_automerge_that_is_pinned() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let AutomergeVersion {
        major,
        minor,
        patch,
    } = AutomergeVersion::CURRENT;
    let pin = format!("automerge = \"={major}.{minor}.{patch}\"");
    assert!(manifest.contains(&pin), "the workspace does not pin {pin}");
    let verdict = Verdict::now(Err(Bad::Corrupt));
    let stored = postcard::to_allocvec(&verdict).unwrap();
    assert_eq!(postcard::from_bytes::<Verdict>(&stored), Ok(verdict));
    assert_eq!(verdict.outcome_if_current(), Some(Err(Bad::Corrupt)));
    let older = AutomergeVersion {
        minor: minor - 1,
        ..verdict.version
    };
    let of_older = Verdict {
        version: older,
        ..verdict
    };
    assert_eq!(
        of_older.outcome_if_current(),
        None,
        "judged again after an upgrade"
    );
    let not_yet = Verdict::now(Err(Bad::MissingDeps));
    assert_eq!(not_yet.outcome_if_current(), None, "no verdict at all");
}

#[test]
fn a_change_of_another_actor_length_is_refused() {
    let mut draft = Automerge::load(&base().save()).unwrap();
    draft.set_actor(ActorId::from([7; 8]));
    let heads = draft.get_heads();
    let mut transaction = draft.transaction();
    transaction.put(ROOT, "title", "x").unwrap();
    transaction.commit_with(CommitOptions::default());
    let raw = draft.get_changes(&heads)[0].raw_bytes().to_vec();
    assert_eq!(refusal(&raw), Some(Bad::Actor));
}

#[test]
fn the_one_shot_actor_is_that_of_the_golden_vector() {
    let raw = columns(&[
        (0x15, [vec![0x7f, 1], b"t".to_vec()].concat()),
        (0x42, run(1, 1)),
    ]);
    assert_eq!(raw.len(), 48);
    // Magic, checksum, type and length take ten bytes; deps and the actor's length two more.
    let zeroed = [&raw[10..12], &[0; 16], &raw[28..]].concat();
    let document = [&[2, 0, 0, 0, 0, 0, 0, 0, 1][..], &[9; 16]].concat();
    let said = [&[3; 32][..], &document, &zeroed].concat();
    let derived = blake3::derive_key("beffroi v1 one-shot actor", &said);
    let actor = outline(&raw).unwrap().actor;
    assert_eq!(actor, derived[..16]);
    let actor: String = actor.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(actor, "3c014bde9e8f090fa5f3c7f4aec8f09e");
}
