//! Taking a composite value apart: only known parts, each checked, faults named by their path.

use serde_json::{Map, Value};

use super::{Shape, fault};
use crate::refused::{Code, Fault};

/// A composite value being read from a writer, and the stored form being built.
pub(super) struct Parts<'a> {
    given: &'a Map<String, Value>,
    stored: Map<String, Value>,
}

impl<'a> Parts<'a> {
    /// Opens an object that has no other parts than these.
    pub(super) fn open(value: &'a Value, known: &[&str]) -> Result<Self, Fault> {
        let given = value.as_object().ok_or_else(|| fault(Code::WrongForm))?;
        if let Some(unknown) = given.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(Fault::new(unknown.clone(), Code::UnknownPart));
        }
        Ok(Self {
            given,
            stored: Map::new(),
        })
    }

    /// What was given for a part.
    pub(super) fn given(&self, name: &str) -> Option<&'a Value> {
        self.given.get(name).filter(|value| !value.is_null())
    }

    /// Takes a part that may be absent. Returns whether it is there.
    pub(super) fn optional(&mut self, name: &str, shape: Shape) -> Result<bool, Fault> {
        self.taken(name, |value| shape.written(value))
    }

    /// Takes a part that must be there.
    pub(super) fn required(&mut self, name: &str, shape: Shape) -> Result<(), Fault> {
        if self.optional(name, shape)? {
            Ok(())
        } else {
            Err(Fault::new(name, Code::Required))
        }
    }

    /// Takes a part by a check of its own. Returns whether it is there.
    pub(super) fn taken(
        &mut self,
        name: &str,
        check: impl FnOnce(&Value) -> Result<Value, Fault>,
    ) -> Result<bool, Fault> {
        let Some(given) = self.given(name) else {
            return Ok(false);
        };
        let value = check(given).map_err(|fault| fault.within(name))?;
        let there = !value.is_null();
        if there {
            self.stored.insert(name.to_owned(), value);
        }
        Ok(there)
    }

    /// Stores a part that was not given.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.stored.insert(name.to_owned(), value);
    }

    /// The stored form; `Null` when every part is absent.
    pub(super) fn close(self) -> Value {
        if self.stored.is_empty() {
            Value::Null
        } else {
            Value::Object(self.stored)
        }
    }
}
