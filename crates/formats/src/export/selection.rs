//! Which records go out, and what is said of those that do not.

use beffroi_records::{Kind, Record};

/// How far the records of an export may go, from the widest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only what is `public`.
    Public,
    /// And what is for `partners`: the default.
    Partners,
    /// And what stays in the `org`anisation.
    Org,
    /// And what is `restricted`.
    Restricted,
}

impl Reach {
    /// The reach of a `scope` token. A token of a later version is never taken for a wide one.
    pub fn of_scope(token: &str) -> Self {
        match token {
            "public" => Self::Public,
            "partners" => Self::Partners,
            "org" => Self::Org,
            _ => Self::Restricted,
        }
    }
}

/// Which records an export takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Records whose scope is wider than this, or this, go out.
    pub reach: Reach,
    /// Archived records too.
    pub archived: bool,
    /// True for the records of an exercise: each of them is then marked.
    pub exercise: bool,
}

impl Selection {
    /// Public and partners, without archives.
    pub fn usual(exercise: bool) -> Self {
        Self {
            reach: Reach::Partners,
            archived: false,
            exercise,
        }
    }
}

/// A record to export, with what it takes other records to know.
#[derive(Clone, Debug)]
pub struct Exported<'a> {
    /// The record.
    pub record: &'a Record,
    /// What follows from other records.
    pub derived: Derived,
    /// Fields of its private twin: never exported, counted.
    pub private_fields: u64,
}

/// What follows from ledgers and other records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// A need: the quantity delivered, as decimal text in the unit of the need.
    pub delivered: Option<String>,
    /// A lot: what is left, site by site. One row of a table each.
    pub stock: Vec<Stock>,
}

/// What is left of a lot at one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    /// The place of the site, when it has another than the lot's.
    pub place: Option<serde_json::Value>,
    /// Decimal text, in the unit of the lot.
    pub amount: String,
}

impl<'a> Exported<'a> {
    /// A record without anything derived nor private.
    pub fn plain(record: &'a Record) -> Self {
        Self {
            record,
            derived: Derived::default(),
            private_fields: 0,
        }
    }
}

/// What an export held, and what stayed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The kinds asked for, and how many records of each were written.
    pub exported: Vec<(Kind, u64)>,
    /// Records written that no map can show: they have neither point nor outline. Not counted in a
    /// table, where it means nothing.
    pub without_place: u64,
    /// Records left out because of their scope.
    pub out_of_scope: u64,
    /// Archived records left out.
    pub archived: u64,
    /// Private fields left out of the records written.
    pub private_fields: u64,
    /// Values in conflict, written as the cautious one.
    pub conflicts: u64,
}

impl Summary {
    pub(crate) fn new(kinds: &[Kind]) -> Self {
        let mut exported: Vec<(Kind, u64)> = Vec::new();
        for kind in kinds {
            if exported.iter().all(|(named, _)| named != kind) {
                exported.push((*kind, 0));
            }
        }
        Self {
            exported,
            without_place: 0,
            out_of_scope: 0,
            archived: 0,
            private_fields: 0,
            conflicts: 0,
        }
    }

    /// Records written, of all kinds.
    pub fn total(&self) -> u64 {
        self.exported.iter().map(|(_, count)| count).sum()
    }

    /// Counts a record; true when it goes out. One of a kind that was not asked for does not count.
    pub(crate) fn admits(&mut self, exported: &Exported<'_>, selection: Selection) -> bool {
        let record = exported.record;
        let of_kind = self
            .exported
            .iter()
            .position(|(kind, _)| *kind == record.kind);
        let Some(of_kind) = of_kind else {
            return false;
        };
        if Reach::of_scope(record.scope()) > selection.reach {
            self.out_of_scope += 1;
            return false;
        }
        if record.is_archived() && !selection.archived {
            self.archived += 1;
            return false;
        }
        self.exported[of_kind].1 += 1;
        self.private_fields += exported.private_fields;
        self.private_fields += private_readings(record).count() as u64;
        self.conflicts += conflicts(record).count() as u64;
        true
    }
}

/// Names of the fields about which a person must choose.
pub(crate) fn conflicts(record: &Record) -> impl Iterator<Item = &str> {
    let shared = record.conflicts().filter(|reading| !reading.private);
    shared.map(|reading| reading.name.as_ref())
}

/// Private values, should the record have been read together with its twin.
fn private_readings(record: &Record) -> impl Iterator<Item = &beffroi_records::Reading> {
    record
        .readings
        .iter()
        .filter(|reading| reading.private && !reading.used.is_null())
}
