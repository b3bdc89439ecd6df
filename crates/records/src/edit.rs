//! Editing a record at the heads its editor saw: a value he never saw is not overwritten, it stands beside his.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{Automerge, ChangeHash, ROOT, ReadDoc, ScalarValue};
use serde_json::Value;
use uuid::Uuid;

use crate::create::{Values, is_extension, is_extension_name};
use crate::difference::Splice;
use crate::document::{at_heads, commit, scalar, values_at};
use crate::field::{Field, LAYOUT_VERSION, Rule};
use crate::kind::{Kind, Part};
use crate::members::{entry, fresh, members};
use crate::refused::{Code, Fault, Refused};
use crate::step::{Step, perform, put};
use crate::text;
use crate::transition;

/// What an editor changes. Fields are named as in the kind's table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edit {
    /// New values. A text is compared with the old one and only what differs is written; a set given whole gains and
    /// loses the members that differ.
    pub set: Values,
    /// Fields to clear.
    pub unset: BTreeSet<String>,
    /// Changes inside texts, applied one after the other.
    pub splice: BTreeMap<String, Vec<Splice>>,
    /// Members to add to sets. Adding one that is there makes it stand against a concurrent removal.
    pub add: BTreeMap<String, Vec<String>>,
    /// Members to remove from sets.
    pub remove: BTreeMap<String, Vec<String>>,
    /// Entries to append to ledgers. Entries of one transfer belong in one edit.
    pub append: Vec<Append>,
    /// True when the writer adds a log entry with a reason or note: some steps of state ask for one.
    pub has_reason: bool,
}

/// An entry for a ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Append {
    /// The ledger.
    pub field: String,
    /// The entry's id, a UUIDv7.
    pub id: Uuid,
    /// The entry.
    pub entry: Value,
}

/// One change that makes this edit on the state with these heads: bytes under the zero actor, for the trust layer to
/// stamp and sign. `None` when the record holds all of it already.
pub fn edit(
    document: &Automerge,
    kind: Kind,
    part: Part,
    heads: &[ChangeHash],
    edit: &Edit,
    time_ms: u64,
) -> Result<Option<Vec<u8>>, Refused> {
    let base = at_heads(document, heads)?;
    writable(&base)?;
    let mut planner = Planner {
        base: &base,
        kind,
        part,
        edit,
        stamp: stamp(&base, time_ms),
        steps: Vec::new(),
        faults: Vec::new(),
    };
    planner.plan()?;
    let Planner { steps, faults, .. } = planner;
    if !faults.is_empty() {
        return Err(Refused::Fields(faults));
    }
    commit(base, time_ms, |transaction| perform(transaction, steps))
}

/// Refuses a record of a newer layout.
pub(crate) fn writable(base: &Automerge) -> Result<(), Refused> {
    for (value, _) in base.get_all(ROOT, "v")? {
        if let Some(version) = value.as_i64().filter(|version| *version > LAYOUT_VERSION) {
            return Err(Refused::ReadOnly(version));
        }
    }
    Ok(())
}

fn stamp(base: &Automerge, time_ms: u64) -> [u8; 12] {
    let heads: Vec<u8> = base.get_heads().iter().flat_map(|head| head.0).collect();
    fresh(time_ms, &heads)
}

struct Planner<'a> {
    base: &'a Automerge,
    kind: Kind,
    part: Part,
    edit: &'a Edit,
    stamp: [u8; 12],
    steps: Vec<Step>,
    faults: Vec<Fault>,
}

impl Planner<'_> {
    fn plan(&mut self) -> Result<(), Refused> {
        let edit = self.edit;
        for name in edit
            .unset
            .iter()
            .filter(|name| !edit.set.contains_key(*name))
        {
            if let Some(field) = self.named(name) {
                self.clear(field, name)?;
            }
        }
        for (name, value) in &edit.set {
            if let Some(field) = self.named(name) {
                self.set(field, name, value)?;
            }
        }
        for (name, splices) in &edit.splice {
            if let Some(field) = self.of_rule(name, Rule::Text) {
                self.outcome(text::splice(self.base, field, splices))?;
            }
        }
        for name in edit
            .remove
            .keys()
            .chain(edit.add.keys())
            .collect::<BTreeSet<_>>()
        {
            if let Some(field) = self.of_rule(name, Rule::Set) {
                let words = |map: &BTreeMap<String, Vec<String>>| {
                    let words = map.get(name).map(Vec::as_slice).unwrap_or_default();
                    Value::Array(words.iter().cloned().map(Value::String).collect())
                };
                self.change_set(field, &words(&edit.remove), &words(&edit.add))?;
            }
        }
        for append in &edit.append {
            if let Some(field) = self.of_rule(&append.field, Rule::Ledger) {
                self.append(field, append)?;
            }
        }
        Ok(())
    }

    /// The field of this name, if this part of the record has it.
    fn named(&mut self, name: &str) -> Option<&'static Field> {
        let code = match self.kind.field(name) {
            None => Code::UnknownField,
            Some(_) if is_extension(name) && !is_extension_name(name) => Code::UnknownField,
            Some(field) if field.private && self.part == Part::Shared => Code::Private,
            Some(field) if !field.private && self.part == Part::Private => Code::NotPrivate,
            Some(field) => return Some(field),
        };
        self.fault(name, code);
        None
    }

    fn of_rule(&mut self, name: &str, rule: Rule) -> Option<&'static Field> {
        let field = self.named(name)?;
        if field.rule != rule {
            self.fault(name, Code::WrongOperation);
            return None;
        }
        Some(field)
    }

    fn fault(&mut self, name: &str, code: Code) {
        self.faults.push(Fault::new(name, code));
    }

    /// Keeps the steps of a field, or its faults; any other refusal ends the edit.
    fn outcome(&mut self, steps: Result<Vec<Step>, Refused>) -> Result<(), Refused> {
        match steps {
            Ok(steps) => self.steps.extend(steps),
            Err(Refused::Fields(faults)) => self.faults.extend(faults),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn clear(&mut self, field: &'static Field, name: &str) -> Result<(), Refused> {
        match field.rule {
            Rule::Once => self.fault(name, Code::SetOnce),
            Rule::Ledger => self.fault(name, Code::WrongOperation),
            Rule::Plain | Rule::Critical if field.required => self.fault(name, Code::Required),
            // Never deleted: a deletion leaves no trace beside a concurrent write.
            Rule::Plain | Rule::Critical => {
                self.outcome(put(self.base, name, ScalarValue::Null))?
            }
            // The object stays, so that a concurrent edit inside it is not lost.
            Rule::Text => self.outcome(text::replace(self.base, field, ""))?,
            Rule::Set => {
                let there = self.members_there(field);
                self.steps.extend(there.into_iter().map(Step::Delete));
            }
        }
        Ok(())
    }

    fn set(&mut self, field: &'static Field, name: &str, value: &Value) -> Result<(), Refused> {
        match field.rule {
            Rule::Ledger => {
                self.fault(name, Code::WrongOperation);
                return Ok(());
            }
            Rule::Set => return self.replace_set(field, value),
            Rule::Once | Rule::Plain | Rule::Critical | Rule::Text => {}
        }
        let value = match field.shape.written(value) {
            Ok(value) => value,
            Err(fault) => {
                self.faults.push(fault.within(name));
                return Ok(());
            }
        };
        if value.is_null() {
            return self.clear(field, name);
        }
        match field.rule {
            Rule::Text => self.outcome(text::replace(
                self.base,
                field,
                value.as_str().unwrap_or_default(),
            )),
            Rule::Once => self.set_once(field, name, &value),
            Rule::Plain | Rule::Critical | Rule::Set | Rule::Ledger => {
                if let Err(fault) =
                    transition::check(self.base, self.kind, field, &value, self.edit)?
                {
                    self.faults.push(fault);
                }
                self.outcome(put(self.base, name, scalar(&value, field.shape)))
            }
        }
    }

    /// Only a number may come after the first change, and only once.
    fn set_once(
        &mut self,
        field: &'static Field,
        name: &str,
        value: &Value,
    ) -> Result<(), Refused> {
        let there = values_at(self.base, name, field.shape)?;
        if there.contains(value) {
            return Ok(());
        }
        if name != "number" || there.iter().any(|value| !value.is_null()) {
            self.fault(name, Code::SetOnce);
            return Ok(());
        }
        self.outcome(put(self.base, name, scalar(value, field.shape)))
    }

    /// The keys of a set's members.
    fn members_there(&self, field: &'static Field) -> Vec<String> {
        let (from, until) = (format!("{}/", field.name), format!("{}0", field.name));
        self.base
            .map_range(ROOT, from..until)
            .map(|item| item.key.into_owned())
            .collect()
    }

    fn replace_set(&mut self, field: &'static Field, value: &Value) -> Result<(), Refused> {
        match members(field, value) {
            Ok(members) => {
                let wanted: BTreeSet<String> = members
                    .into_iter()
                    .map(|member| format!("{}/{member}", field.name))
                    .collect();
                let there: BTreeSet<String> = self.members_there(field).into_iter().collect();
                self.steps
                    .extend(there.difference(&wanted).cloned().map(Step::Delete));
                for key in wanted.difference(&there) {
                    self.add_member(key.clone())?;
                }
            }
            Err(fault) => self.faults.push(fault),
        }
        Ok(())
    }

    fn change_set(
        &mut self,
        field: &'static Field,
        remove: &Value,
        add: &Value,
    ) -> Result<(), Refused> {
        match (removed(remove), members(field, add)) {
            (removed, Ok(added)) => {
                for member in removed.iter().filter(|member| !added.contains(member)) {
                    let key = format!("{}/{member}", field.name);
                    if self.base.get(ROOT, key.as_str())?.is_some() {
                        self.steps.push(Step::Delete(key));
                    }
                }
                for member in added {
                    self.add_member(format!("{}/{member}", field.name))?;
                }
            }
            (_, Err(fault)) => self.faults.push(fault),
        }
        Ok(())
    }

    fn add_member(&mut self, key: String) -> Result<(), Refused> {
        let mut stamp = self.stamp;
        let there = self.base.get_all(ROOT, key.as_str())?;
        while there
            .iter()
            .any(|(value, _)| value.as_bytes().is_some_and(|bytes| bytes == stamp))
        {
            stamp[11] = stamp[11].wrapping_add(1);
        }
        self.steps
            .push(Step::Put(key, ScalarValue::Bytes(stamp.to_vec())));
        Ok(())
    }

    fn append(&mut self, field: &'static Field, append: &Append) -> Result<(), Refused> {
        let value = match entry(field, &append.entry) {
            Ok(value) => value,
            Err(fault) => {
                self.faults.push(fault);
                return Ok(());
            }
        };
        let key = format!("{}/{}", field.name, append.id.hyphenated());
        let there = values_at(self.base, &key, field.shape)?;
        let twice = self
            .edit
            .append
            .iter()
            .filter(|other| other.field == append.field && other.id == append.id);
        if twice.count() > 1 || there.iter().any(|known| *known != value) {
            self.fault(&append.field, Code::AlreadyThere);
        } else if there.is_empty() {
            self.steps.push(Step::Put(key, scalar(&value, field.shape)));
        }
        Ok(())
    }
}

/// Members to remove, spelled as they may stand: what a foreign writer put need not fit the field's list.
fn removed(words: &Value) -> Vec<String> {
    let words = words.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut spelled: Vec<String> = words
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    spelled.extend(
        words
            .iter()
            .filter_map(Value::as_str)
            .map(crate::canonical::clean_line),
    );
    spelled.sort_unstable();
    spelled.dedup();
    spelled
}
