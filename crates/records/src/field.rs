//! What a field is: its name, how it merges, what it may hold, and the fields that all kinds share.

use crate::caution::{Caution, OTHER};
use crate::labels;
use crate::limits::NOTE_CHARACTERS_MAX;
use crate::machine::Machine;
use crate::shape::Shape;

/// How a field merges, and how it is laid out at the root of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// **I**: set once, in the first change. Several values only when a record was created twice: all valid, the
    /// smallest in byte order is shown.
    Once,
    /// **R**: one value; of several, the newest claim is shown.
    Plain,
    /// **R!**: one value; two distinct ones wait for a person, and a cautious one serves meanwhile.
    Critical,
    /// **T**: collaborative text.
    Text,
    /// **S**: a set; adding beats a concurrent removal. One root key per member.
    Set,
    /// **M**: a ledger of entries that are never edited. One root key per entry.
    Ledger,
}

impl Rule {
    /// The letter of the design: `I`, `R`, `R!`, `T`, `S`, `M`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Once => "I",
            Self::Plain => "R",
            Self::Critical => "R!",
            Self::Text => "T",
            Self::Set => "S",
            Self::Ledger => "M",
        }
    }
}

/// One field of a kind.
#[derive(Debug)]
pub struct Field {
    /// Its name in documents, API and command line.
    pub name: &'static str,
    /// How it merges.
    pub rule: Rule,
    /// What it holds; for a set, what a member is; for a ledger, what an entry is.
    pub shape: Shape,
    /// True when it lives in the twin document of ring *people*.
    pub private: bool,
    /// True when a record always has it: it cannot be cleared, and creation asks for it or fills it in.
    pub required: bool,
    /// What creation writes when nobody gave a value.
    pub default: Option<&'static str>,
    /// What serves while two values stand beside each other.
    pub caution: Caution,
    /// The steps a writer may take.
    pub machine: Option<&'static Machine>,
}

impl Field {
    const fn new(name: &'static str, rule: Rule, shape: Shape) -> Self {
        Self {
            name,
            rule,
            shape,
            private: false,
            required: false,
            default: None,
            caution: Caution::Newest,
            machine: None,
        }
    }

    pub(crate) const fn once(name: &'static str, shape: Shape) -> Self {
        Self::new(name, Rule::Once, shape)
    }

    pub(crate) const fn plain(name: &'static str, shape: Shape) -> Self {
        Self::new(name, Rule::Plain, shape)
    }

    pub(crate) const fn critical(name: &'static str, shape: Shape, caution: Caution) -> Self {
        let mut field = Self::new(name, Rule::Critical, shape);
        field.caution = caution;
        field
    }

    pub(crate) const fn text(name: &'static str) -> Self {
        Self::new(name, Rule::Text, Shape::Text)
    }

    pub(crate) const fn set(name: &'static str, member: Shape) -> Self {
        Self::new(name, Rule::Set, member)
    }

    pub(crate) const fn ledger(name: &'static str, entry: Shape) -> Self {
        Self::new(name, Rule::Ledger, entry)
    }

    pub(crate) const fn private(mut self) -> Self {
        self.private = true;
        self
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) const fn default(mut self, value: &'static str) -> Self {
        self.required = true;
        self.default = Some(value);
        self
    }

    pub(crate) const fn machine(mut self, machine: &'static Machine) -> Self {
        self.machine = Some(machine);
        self
    }
}

/// The version of the layout that this code writes. A reader that meets a higher one shows the record read-only.
pub const LAYOUT_VERSION: i64 = 1;

/// The fields that all kinds share. The first two are in every document, twins and wire kinds included.
pub(crate) const COMMON: &[Field] = &[
    Field::once("v", Shape::Integer),
    Field::once("kind", Shape::Line),
    Field::once("number", Shape::Number),
    Field::once("operation", Shape::Id),
    Field::once("created", Shape::Created),
    Field::once("source", Shape::Source),
    Field::set("tags", Shape::Line),
    Field::critical("place", Shape::Place, Caution::Newest),
    Field::critical(
        "scope",
        Shape::Token(&labels::SCOPE),
        Caution::Ranked(&["restricted", "org", OTHER, "partners", "public"]),
    ),
    Field::critical("archived", Shape::Archived, Caution::NullWhenCleared),
];

/// What an import could not place, under `ext/<name>`.
pub(crate) const EXTENSION: Field = Field::plain("ext/", Shape::Lines(NOTE_CHARACTERS_MAX));
