//! The columns of an encoded change, as far as creations use them. Reading them directly costs a tenth of building the
//! document; whatever is not of that plain form is left to Automerge.
//!
//! Format: <https://automerge.org/automerge-binary-format-spec/>, change chunks. Nothing is allocated from a claimed
//! length, and rows are bounded.

use std::str::from_utf8;

use crate::limits::CHANGE_OPERATIONS_MAX;

/// What one operation does, in a change without a past.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Written<'a> {
    /// Writes a scalar under a root key.
    Put(&'a str, Scalar<'a>),
    /// Makes a Text object under a root key.
    MakeText(&'a str),
    /// Inserts a string into the Text object that this operation made, after this element (0: at the head).
    Insert {
        object: u64,
        after: u64,
        text: &'a str,
    },
}

/// A scalar of the types that posts write.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHUNK_CHANGE: u8 = 1;
const ACTION_PUT: u64 = 1;
const ACTION_MAKE_TEXT: u64 = 4;

/// The operations of a change that has no past, knows no other actor and covers nothing; `None` for any other.
/// Operations are numbered from 1.
pub(crate) fn rows(raw: &[u8]) -> Option<Vec<Written<'_>>> {
    let mut columns = Columns::open(raw)?;
    let mut rows = Vec::new();
    while !columns.action.is_done() {
        if rows.len() == CHANGE_OPERATIONS_MAX {
            return None;
        }
        rows.push(columns.next()?);
    }
    Some(rows)
}

struct Columns<'a> {
    object_actor: Runs<'a, u64>,
    object_counter: Runs<'a, u64>,
    key_actor: Runs<'a, u64>,
    key_counter: Runs<'a, i64>,
    key_text: Runs<'a, &'a str>,
    insert: Flags<'a>,
    action: Runs<'a, u64>,
    value_meta: Runs<'a, u64>,
    value: Bytes<'a>,
    covered: Runs<'a, u64>,
    /// The sum of `key_counter`'s differences.
    key_counter_sum: i64,
}

impl<'a> Columns<'a> {
    fn open(raw: &'a [u8]) -> Option<Self> {
        let mut chunk = Bytes(raw);
        let head = chunk.take(9)?;
        let length = chunk.unsigned()?;
        if head[..4] != MAGIC || head[8] != CHUNK_CHANGE || length != chunk.0.len() as u64 {
            return None;
        }
        let dependencies = chunk.unsigned()?;
        let actor_bytes = chunk.unsigned()?;
        chunk.take(actor_bytes)?;
        let (sequence, first_operation) = (chunk.unsigned()?, chunk.unsigned()?);
        chunk.signed()?;
        let message_bytes = chunk.unsigned()?;
        let other_actors = chunk.unsigned()?;
        let plain = (
            dependencies,
            sequence,
            first_operation,
            message_bytes,
            other_actors,
        );
        if plain != (0, 1, 1, 0, 0) {
            return None;
        }
        let mut specifications = Vec::new();
        for _ in 0..chunk.unsigned()? {
            specifications.push((chunk.unsigned()?, chunk.unsigned()?));
        }
        let mut columns = Self {
            object_actor: Runs::empty(Bytes::unsigned),
            object_counter: Runs::empty(Bytes::unsigned),
            key_actor: Runs::empty(Bytes::unsigned),
            key_counter: Runs::empty(Bytes::signed),
            key_text: Runs::empty(Bytes::text),
            insert: Flags::default(),
            action: Runs::empty(Bytes::unsigned),
            value_meta: Runs::empty(Bytes::unsigned),
            value: Bytes(&[]),
            covered: Runs::empty(Bytes::unsigned),
            key_counter_sum: 0,
        };
        for (specification, length) in specifications {
            let bytes = Bytes(chunk.take(length)?);
            match specification {
                0x01 => columns.object_actor.bytes = bytes,
                0x02 => columns.object_counter.bytes = bytes,
                0x11 => columns.key_actor.bytes = bytes,
                0x13 => columns.key_counter.bytes = bytes,
                0x15 => columns.key_text.bytes = bytes,
                0x34 => columns.insert.bytes = bytes,
                0x42 => columns.action.bytes = bytes,
                0x56 => columns.value_meta.bytes = bytes,
                0x57 => columns.value = bytes,
                0x70 => columns.covered.bytes = bytes,
                _ => return None,
            }
        }
        chunk.0.is_empty().then_some(columns)
    }

    fn next(&mut self) -> Option<Written<'a>> {
        let action = self.action.next()??;
        let object = (self.object_actor.next()?, self.object_counter.next()?);
        let key_actor = self.key_actor.next()?;
        let key_counter = match self.key_counter.next()? {
            Some(difference) => {
                self.key_counter_sum = self.key_counter_sum.checked_add(difference)?;
                Some(u64::try_from(self.key_counter_sum).ok()?)
            }
            None => None,
        };
        let key_text = self.key_text.next()?;
        let insert = self.insert.next()?;
        let scalar = self.scalar()?;
        if self.covered.next()?.is_some_and(|covered| covered != 0) {
            return None;
        }
        match (object, key_actor, key_counter, key_text, insert, action) {
            ((None, None), None, None, Some(key), false, ACTION_PUT) => {
                Some(Written::Put(key, scalar))
            }
            ((None, None), None, None, Some(key), false, ACTION_MAKE_TEXT) => {
                Some(Written::MakeText(key))
            }
            ((Some(0), Some(object)), actor, Some(after), None, true, ACTION_PUT) => {
                // The head has no actor and the number 0; any element has one of both.
                let (Scalar::Text(text), true) = (scalar, actor == (after > 0).then_some(0)) else {
                    return None;
                };
                Some(Written::Insert {
                    object,
                    after,
                    text,
                })
            }
            _ => None,
        }
    }

    fn scalar(&mut self) -> Option<Scalar<'a>> {
        let meta = self.value_meta.next()??;
        let mut bytes = Bytes(self.value.take(meta >> 4)?);
        let scalar = match meta & 15 {
            0 => Scalar::Null,
            1 => Scalar::Bool(false),
            2 => Scalar::Bool(true),
            4 => Scalar::Int(bytes.signed()?),
            6 => Scalar::Text(from_utf8(bytes.rest()).ok()?),
            7 => Scalar::Bytes(bytes.rest()),
            _ => return None,
        };
        bytes.0.is_empty().then_some(scalar)
    }
}

/// Bytes still to be read.
#[derive(Default)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let mut value = 0_i64;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0;
                return Some(if negative {
                    value | (-1 << (shift + 7).min(63))
                } else {
                    value
                });
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.unsigned()?;
        from_utf8(self.take(length)?).ok()
    }
}

/// A column of run-length encoded values. An empty column holds nulls only.
struct Runs<'a, T> {
    bytes: Bytes<'a>,
    decode: fn(&mut Bytes<'a>) -> Option<T>,
    /// Rows left in the run, and the run's value; `None` in a run of literals.
    left: u64,
    run: Option<Option<T>>,
    is_null: bool,
}

impl<'a, T: Copy> Runs<'a, T> {
    fn empty(decode: fn(&mut Bytes<'a>) -> Option<T>) -> Self {
        Self {
            bytes: Bytes(&[]),
            decode,
            left: 0,
            run: None,
            is_null: true,
        }
    }

    fn is_done(&self) -> bool {
        self.left == 0 && self.bytes.0.is_empty()
    }

    /// The next row's value: `Some(None)` is null, `None` a column that cannot be read or ends too early.
    fn next(&mut self) -> Option<Option<T>> {
        if self.left == 0 {
            if self.bytes.0.is_empty() {
                return self.is_null.then_some(None);
            }
            self.is_null = false;
            let count = self.bytes.signed()?;
            (self.left, self.run) = match count {
                0 => (self.bytes.unsigned()?, Some(None)),
                1.. => (
                    count.unsigned_abs(),
                    Some(Some((self.decode)(&mut self.bytes)?)),
                ),
                _ => (count.unsigned_abs(), None),
            };
        }
        self.left = self.left.checked_sub(1)?;
        match self.run {
            Some(value) => Some(value),
            None => Some(Some((self.decode)(&mut self.bytes)?)),
        }
    }
}

/// A column of flags: lengths of runs, of false and true by turns. An empty column holds false only.
#[derive(Default)]
struct Flags<'a> {
    bytes: Bytes<'a>,
    left: u64,
    flag: bool,
    started: bool,
}

impl Flags<'_> {
    fn next(&mut self) -> Option<bool> {
        while self.left == 0 {
            if self.bytes.0.is_empty() {
                return (!self.started).then_some(false);
            }
            self.flag = self.started && !self.flag;
            self.started = true;
            self.left = self.bytes.unsigned()?;
        }
        self.left -= 1;
        Some(self.flag)
    }
}
