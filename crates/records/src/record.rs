//! A record as it is read: for each field what is shown, what is used, and every value that stands beside it.

use std::borrow::Cow;

use automerge::ChangeHash;
use serde_json::Value;
use uuid::Uuid;

use crate::field::{Field, LAYOUT_VERSION, Rule};
use crate::kind::Kind;
use crate::labels::default_category;

/// Who made a change, and when by his own claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Origin {
    /// The device that signed it; zeros when unknown.
    pub author: [u8; 32],
    /// Claimed time in milliseconds since 1970.
    pub at_ms: u64,
}

/// One of the distinct values of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The value; `Null` when the field was cleared.
    pub value: Value,
    /// Who claimed it last.
    pub origin: Origin,
    /// The change of that claim.
    pub change: ChangeHash,
    /// Every change that holds this value, in order of hash.
    pub changes: Vec<ChangeHash>,
}

/// An entry of a ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    /// Its id: a UUIDv7, or whatever a foreign writer put.
    pub id: String,
    /// What counts: the first value in byte order.
    pub value: Value,
    /// The other values written under the same id; an honest post writes none.
    pub others: Vec<Value>,
    /// Who wrote what counts.
    pub origin: Origin,
    /// The change that holds it.
    pub change: ChangeHash,
}

/// One field as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The field's name; for a key no table knows, the key.
    pub name: Cow<'static, str>,
    /// How it merges. Unknown keys read as plain ones.
    pub rule: Rule,
    /// True when the field belongs in the private twin.
    pub private: bool,
    /// What people are shown. A set is an array of its members, a ledger an array of its entries with their `id`.
    pub shown: Value,
    /// What lists, totals and exports use: the cautious value while a conflict waits, else what is shown.
    pub used: Value,
    /// The distinct values, the newest claim first. Empty for sets and ledgers.
    pub candidates: Vec<Candidate>,
    /// The entries, by id. Empty but for ledgers.
    pub entries: Vec<LedgerEntry>,
    /// True when a person must choose: an item of *À trancher*.
    pub conflict: bool,
}

/// A record, read from its changes. The same changes give the same record, in whatever order they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: Kind,
    /// The layout's version. Above [`LAYOUT_VERSION`] the record is read-only.
    pub version: i64,
    /// The heads, sorted: an edit names those it was made on.
    pub heads: Vec<ChangeHash>,
    /// The latest claimed time of its changes, in milliseconds since 1970.
    pub updated_ms: u64,
    /// True when someone archived it and someone else changed it without knowing: it counts as not archived.
    pub changed_after_archive: bool,
    /// The fields that hold something, in the order of the kind's table; `ext/…` and unknown keys last.
    pub readings: Vec<Reading>,
}

const NULL: &Value = &Value::Null;

impl Record {
    /// The reading of a field, if it holds anything.
    pub fn field(&self, name: &str) -> Option<&Reading> {
        self.readings.iter().find(|reading| reading.name == name)
    }

    /// What people are shown; `Null` when absent.
    pub fn shown(&self, name: &str) -> &Value {
        self.field(name).map_or(NULL, |reading| &reading.shown)
    }

    /// What lists, totals and exports use; `Null` when absent.
    pub fn used(&self, name: &str) -> &Value {
        self.field(name).map_or(NULL, |reading| &reading.used)
    }

    /// The text used for a field; empty when absent or no text.
    pub fn text(&self, name: &str) -> &str {
        self.used(name).as_str().unwrap_or_default()
    }

    /// The members of a set.
    pub fn members(&self, name: &str) -> impl Iterator<Item = &str> {
        self.used(name)
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
    }

    /// The entries of a ledger.
    pub fn entries(&self, name: &str) -> &[LedgerEntry] {
        self.field(name)
            .map(|reading| reading.entries.as_slice())
            .unwrap_or_default()
    }

    /// The fields about which a person must choose.
    pub fn conflicts(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().filter(|reading| reading.conflict)
    }

    /// The title or name.
    pub fn title(&self) -> &str {
        self.text(self.kind.title_field())
    }

    /// Every number given to the record, the one shown first. All are valid and searchable.
    pub fn numbers(&self) -> Vec<&str> {
        let Some(reading) = self.field("number") else {
            return Vec::new();
        };
        let mut numbers: Vec<&str> = reading
            .candidates
            .iter()
            .filter_map(|candidate| candidate.value.as_str())
            .collect();
        numbers.sort_unstable();
        numbers
    }

    /// The operation to which the record belongs; an operation is its own.
    pub fn operation(&self) -> Option<Uuid> {
        match self.kind {
            Kind::Operation => Some(self.id),
            Kind::Incident | Kind::Need | Kind::Resource | Kind::Post | Kind::Territory => {
                Uuid::try_parse(self.text("operation")).ok()
            }
        }
    }

    /// The state token used: `status`, or an operation's `phase`.
    pub fn status(&self) -> &str {
        self.kind.status_field().map_or("", |name| self.text(name))
    }

    /// True when the record is closed beyond doubt: an unknown state never counts as closed.
    pub fn is_closed(&self) -> bool {
        self.status() == "closed"
    }

    /// True when the record is archived and nobody changed it without knowing.
    pub fn is_archived(&self) -> bool {
        !self.used("archived").is_null()
    }

    /// How far the record may go. Without a value: `partners`.
    pub fn scope(&self) -> &str {
        let scope = self.text("scope");
        if scope.is_empty() { "partners" } else { scope }
    }

    /// The CAP categories: the members of `category`, or what the event type stands for when it has none.
    pub fn categories(&self) -> Vec<&str> {
        let members: Vec<&str> = self.members("category").collect();
        if members.is_empty() {
            default_category(self.text("event_type"))
                .into_iter()
                .collect()
        } else {
            members
        }
    }

    /// The longitude and latitude used.
    pub fn point(&self) -> Option<(f64, f64)> {
        let point = self.used("place").get("point")?;
        let (longitude, latitude) = (point.get(0)?.as_f64()?, point.get(1)?.as_f64()?);
        let right = longitude.abs() <= 180.0
            && latitude.abs() <= 90.0
            && (longitude != 0.0 || latitude != 0.0);
        right.then_some((longitude, latitude))
    }

    /// The devices that created it: one, or several when an import was made twice.
    pub fn creators(&self) -> Vec<[u8; 32]> {
        let candidates = self
            .field("created")
            .map(|reading| reading.candidates.as_slice())
            .unwrap_or_default();
        candidates
            .iter()
            .map(|candidate| candidate.origin.author)
            .collect()
    }

    /// True when the record has a layout this version cannot write.
    pub fn is_read_only(&self) -> bool {
        self.version > LAYOUT_VERSION
    }
}

impl Reading {
    pub(crate) fn of(field: &'static Field, name: Cow<'static, str>) -> Self {
        Self::empty(name, field.rule, field.private)
    }

    pub(crate) fn empty(name: Cow<'static, str>, rule: Rule, private: bool) -> Self {
        Self {
            name,
            rule,
            private,
            shown: Value::Null,
            used: Value::Null,
            candidates: Vec::new(),
            entries: Vec::new(),
            conflict: false,
        }
    }
}
