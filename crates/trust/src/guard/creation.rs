//! The plain creation, which nearly every document begins with: values and texts under root keys,
//! nothing overwritten. Its saved document is written out from the change itself and loaded, which
//! costs a third of decoding, applying, saving and loading.
//!
//! Loading computes the hash of the change anew from the operations: what loads with that hash is
//! this very change in Automerge's own encoding. Of a change of this form the slow way makes the
//! same document, to the byte, as tests hold. Anything else is none of it, and goes the slow way.

use std::collections::BTreeSet;

use automerge::{ActorId, Automerge, ChangeHash, ReadDoc as _};
use sha2::{Digest as _, Sha256};

use super::ActorBytes;
use super::Bad;
use super::limits::{ACTOR_BYTES, CHANGE_OPERATIONS_MAX};
use super::outline::{ACTIONS, KEYS, MAGIC, Outline, VALUE_KINDS, VALUES};
use super::reader::{Reader, rows};
use super::trial::{contained, sorted_heads};

/// Actions of operations.
const PUT: u64 = 1;
const MAKE_TEXT: u64 = 4;
/// Kinds of values: the low four bits of their number, above which stands their length in bytes.
const KIND_BITS: u32 = 4;
const STRING: u64 = 6;
/// The most bytes of one character.
const CHARACTER_BYTES_MAX: usize = 4;

/// One operation; its number is its place, from 1.
struct Operation<'a> {
    number: u64,
    /// The root key; none for a character.
    key: Option<&'a [u8]>,
    /// The text that a character belongs to.
    text: u64,
    /// What a character stands behind: 0 is the beginning of the text.
    behind: u64,
    action: u64,
    kind: u64,
    value: &'a [u8],
}

/// The document of a change that builds on nothing, if it is a plain creation and sound. `None` says
/// nothing about the change.
pub(crate) fn created(raw: &[u8], outline: &Outline) -> Option<Automerge> {
    let saved = document_of(raw, outline)?;
    let loaded = contained(|| Automerge::load(&saved).map_err(|_| Bad::Corrupt)).ok()?;
    let stats = loaded.stats();
    let is_it = sorted_heads(&loaded) == [ChangeHash(outline.hash)]
        && stats.num_changes == 1
        && stats.num_ops == outline.operations;
    is_it.then(|| loaded.with_actor(ActorId::from(ActorBytes::default())))
}

/// The saved form of the document that a plain creation makes.
fn document_of(raw: &[u8], outline: &Outline) -> Option<Vec<u8>> {
    if !outline.deps.is_empty() || outline.start_operation != 1 {
        return None;
    }
    let mut operations = operations(raw, outline)?;
    // Automerge keeps the root first, by key, then each text in its order.
    operations.sort_by_key(|operation| (operation.text, operation.key, operation.number));
    let mut body = vec![1];
    unsigned(&mut body, ACTOR_BYTES as u64);
    body.extend(outline.actor);
    body.push(1);
    body.extend(outline.hash);
    let changes = change_columns(outline);
    let columns = operation_columns(&operations);
    for columns in [&changes, &columns] {
        unsigned(&mut body, columns.len() as u64);
        for (specification, bytes) in columns {
            unsigned(&mut body, *specification);
            unsigned(&mut body, bytes.len() as u64);
        }
    }
    for (_, bytes) in changes.iter().chain(&columns) {
        body.extend(bytes);
    }
    body.push(0);
    let mut checked = vec![0];
    unsigned(&mut checked, body.len() as u64);
    checked.extend(body);
    let checksum = Sha256::digest(&checked);
    Some([&MAGIC, checksum.get(..4)?, &checked].concat())
}

/// The operations, if they are those of a plain creation. Columns not read here are those that such
/// operations have, or the hash will tell.
fn operations<'a>(raw: &'a [u8], outline: &Outline) -> Option<Vec<Operation<'a>>> {
    let count = usize::try_from(outline.operations.min(CHANGE_OPERATIONS_MAX)).ok()?;
    let column = |specification| outline.column(raw, specification);
    let keys = rows(column(KEYS), count, Reader::text_bytes)?;
    let actions = rows(column(ACTIONS), count, Reader::unsigned)?;
    let kinds = rows(column(VALUE_KINDS), count, Reader::unsigned)?;
    let mut values = Reader::new(column(VALUES));
    let (mut text, mut behind, mut names) = (None, 0, BTreeSet::new());
    let mut operations = Vec::with_capacity(keys.len());
    for (((key, action), kind), number) in keys.into_iter().zip(actions).zip(kinds).zip(1..) {
        let (action, kind) = (action?, kind?);
        let value = values.take(kind >> KIND_BITS).ok()?;
        let operation = match key {
            Some(name) => {
                let is_new = !name.is_empty() && names.insert(name);
                let makes_text = action == MAKE_TEXT && kind == 0;
                let puts = action == PUT && is_plain(kind, value);
                if !is_new || std::str::from_utf8(name).is_err() || !(makes_text || puts) {
                    return None;
                }
                text = makes_text.then_some(number);
                behind = 0;
                (0, 0)
            }
            None => {
                if action != PUT || !is_character(kind, value) {
                    return None;
                }
                let place = (text?, behind);
                behind = number;
                place
            }
        };
        operations.push(Operation {
            number,
            key,
            text: operation.0,
            behind: operation.1,
            action,
            kind,
            value,
        });
    }
    (operations.len() == count && values.left() == 0).then_some(operations)
}

fn is_character(kind: u64, value: &[u8]) -> bool {
    let characters = || std::str::from_utf8(value).map(|text| text.chars().count());
    kind & 0xf == STRING && value.len() <= CHARACTER_BYTES_MAX && characters() == Ok(1)
}

/// A value in its one encoding: null, false, true, numbers, strings, bytes.
fn is_plain(kind: u64, value: &[u8]) -> bool {
    let mut written = Vec::new();
    match kind & 0xf {
        0..=2 => value.is_empty(),
        3 => Reader::new(value).unsigned().is_ok_and(|number| {
            unsigned(&mut written, number);
            written == value
        }),
        4 => Reader::new(value).signed().is_ok_and(|number| {
            signed(&mut written, number);
            written == value
        }),
        5 => <[u8; 8]>::try_from(value).is_ok_and(|bytes| f64::from_le_bytes(bytes).is_finite()),
        STRING => std::str::from_utf8(value).is_ok(),
        7 => true,
        _ => false,
    }
}

type Columns = Vec<(u64, Vec<u8>)>;

/// The one change: actor, sequence number, last operation, time, no deps, no further bytes.
fn change_columns(outline: &Outline) -> Columns {
    let one = |number: i64| run_lengths([Some(number)], signed);
    let one_unsigned = |number: u64| run_lengths([Some(number)], unsigned);
    vec![
        (0x01, one_unsigned(0)),
        (0x03, one(1)),
        (
            0x13,
            one(i64::try_from(outline.last_operation()).unwrap_or(0)),
        ),
        (0x23, one(outline.time_ms)),
        (0x40, one_unsigned(0)),
        (0x56, one_unsigned(7)),
    ]
}

fn operation_columns(operations: &[Operation<'_>]) -> Columns {
    let character = |operation: &Operation<'_>| operation.key.is_none();
    let in_text = |number: fn(&Operation<'_>) -> u64| {
        operations
            .iter()
            .map(move |of| character(of).then(|| number(of)))
    };
    let every =
        |number: fn(&Operation<'_>) -> u64| operations.iter().map(move |of| Some(number(of)));
    let behind_actor = operations
        .iter()
        .map(|of| (character(of) && of.behind > 0).then_some(0));
    let texts = operations.iter().any(character);
    let mut columns = Columns::new();
    if texts {
        columns.push((0x01, run_lengths(in_text(|_| 0), unsigned)));
        columns.push((0x02, run_lengths(in_text(|of| of.text), unsigned)));
        let behind_actor = run_lengths(behind_actor.clone(), unsigned);
        columns.extend((operations.iter().any(|of| of.behind > 0)).then_some((0x11, behind_actor)));
        columns.push((0x13, differences(in_text(|of| of.behind))));
    }
    let keys = operations.iter().map(|of| of.key);
    columns.push((
        KEYS,
        run_lengths(keys, |out, key| {
            unsigned(out, key.len() as u64);
            out.extend(key);
        }),
    ));
    columns.push((0x21, run_lengths(every(|_| 0), unsigned)));
    columns.push((0x23, differences(every(|of| of.number))));
    columns.push((0x34, inserts(operations)));
    columns.push((ACTIONS, run_lengths(every(|of| of.action), unsigned)));
    columns.push((VALUE_KINDS, run_lengths(every(|of| of.kind), unsigned)));
    let values: Vec<u8> = operations.iter().flat_map(|of| of.value).copied().collect();
    columns.extend((!values.is_empty()).then_some((VALUES, values)));
    columns.push((0x80, run_lengths(every(|_| 0), unsigned)));
    columns
}

/// Root keys are not inserted, characters are: a run of each.
fn inserts(operations: &[Operation<'_>]) -> Vec<u8> {
    let at_root = operations.iter().filter(|of| of.key.is_some()).count() as u64;
    let mut out = Vec::new();
    unsigned(&mut out, at_root);
    if operations.len() as u64 > at_root {
        unsigned(&mut out, operations.len() as u64 - at_root);
    }
    out
}

/// Each number less the last one there was.
fn differences(numbers: impl Iterator<Item = Option<u64>>) -> Vec<u8> {
    let mut last = 0_u64;
    let steps = numbers.map(|number| {
        let number = number?;
        let step = number.wrapping_sub(last).cast_signed();
        last = number;
        Some(step)
    });
    run_lengths(steps, signed)
}

/// The column of these rows in its one encoding: equal rows as one run, different ones as another.
fn run_lengths<T: PartialEq + Copy>(
    rows: impl IntoIterator<Item = Option<T>>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut single: Vec<T> = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while let Some(row) = rows.next() {
        let mut times = 1_u64;
        while rows.next_if(|next| *next == row).is_some() {
            times += 1;
        }
        if let (Some(value), 1) = (row, times) {
            single.push(value);
            continue;
        }
        literal(&mut out, &mut single, &mut write);
        match row {
            Some(value) => {
                signed(&mut out, times.cast_signed());
                write(&mut out, value);
            }
            None => {
                signed(&mut out, 0);
                unsigned(&mut out, times);
            }
        }
    }
    literal(&mut out, &mut single, &mut write);
    out
}

fn literal<T: Copy>(
    out: &mut Vec<u8>,
    values: &mut Vec<T>,
    write: &mut impl FnMut(&mut Vec<u8>, T),
) {
    if !values.is_empty() {
        signed(out, -(values.len() as u64).cast_signed());
        values.drain(..).for_each(|value| write(out, value));
    }
}

fn unsigned(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn signed(out: &mut Vec<u8>, mut number: i64) {
    while !(-0x40..0x40).contains(&number) {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0] & 0x7f);
}

#[cfg(test)]
mod tests;
