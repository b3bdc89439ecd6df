//! The kinds of records, their tokens, their bytes on the wire and their tables of fields.
//! To add a kind: a variant here, a table in `kinds/`, its enumerations in `labels/`. Nothing else names a kind.

use crate::field::{COMMON, EXTENSION, Field};
use crate::kinds::{incident, need, operation, post, resource, territory};
use crate::labels::Language;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An event in which a command post works; every other record belongs to one.
    Operation,
    /// Something that happened or is feared.
    Incident,
    /// Something that is asked for.
    Need,
    /// Something that can be used.
    Resource,
    /// What others call a post: written by coordinators, no record for people.
    Post,
    /// The territory's name and area: written by coordinators, no record for people.
    Territory,
}

/// Which of a record's two documents: they share the id and the layout, not the readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The record itself, ring *common*: no personal field.
    Shared,
    /// Its twin with the private fields, ring *people*.
    Private,
}

/// Bit of a kind's wire byte that only coordinators may write.
const COMMAND: u8 = 0x80;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Operation,
        Self::Incident,
        Self::Need,
        Self::Resource,
        Self::Post,
        Self::Territory,
    ];

    /// The kinds that people list and open.
    pub const RECORDS: [Self; 4] = [Self::Operation, Self::Incident, Self::Need, Self::Resource];

    /// The token in documents, API and command line.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Incident => "incident",
            Self::Need => "need",
            Self::Resource => "resource",
            Self::Post => "post",
            Self::Territory => "territory",
        }
    }

    /// The plural in the API's paths.
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Operation => "operations",
            Self::Incident => "incidents",
            Self::Need => "needs",
            Self::Resource => "resources",
            Self::Post => "posts",
            Self::Territory => "territories",
        }
    }

    /// The kind with this token or plural.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.token() == word || kind.plural() == word)
    }

    /// The label for people.
    pub const fn label(self, language: Language) -> &'static str {
        let (fr, en) = match self {
            Self::Operation => ("événement", "operation"),
            Self::Incident => ("signalement", "incident"),
            Self::Need => ("besoin", "need"),
            Self::Resource => ("moyen", "resource"),
            Self::Post => ("poste", "post"),
            Self::Territory => ("territoire", "territory"),
        };
        match language {
            Language::French => fr,
            Language::English => en,
        }
    }

    /// The byte in the trust layer's slots and document ids. Bit 0x80: coordinators only.
    pub const fn wire(self) -> u8 {
        match self {
            Self::Incident => 1,
            Self::Need => 2,
            Self::Resource => 3,
            Self::Operation => COMMAND | 1,
            Self::Post => COMMAND | 2,
            Self::Territory => COMMAND | 3,
        }
    }

    /// The kind behind a wire byte. `None`: a kind of a later version, carried and not shown.
    pub fn from_wire(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.wire() == byte)
    }

    /// The fields of this kind alone, in the order in which they are shown. [`Kind::fields`] adds the common ones.
    pub(crate) const fn own_fields(self) -> &'static [Field] {
        match self {
            Self::Operation => operation::FIELDS,
            Self::Incident => incident::FIELDS,
            Self::Need => need::FIELDS,
            Self::Resource => resource::FIELDS,
            Self::Post => post::FIELDS,
            Self::Territory => territory::FIELDS,
        }
    }

    /// The common fields this kind has: the two wire kinds have only the layout's version and the kind.
    pub(crate) const fn common_fields(self) -> &'static [Field] {
        match self {
            Self::Operation | Self::Incident | Self::Need | Self::Resource => COMMON,
            Self::Post | Self::Territory => COMMON.split_at(2).0,
        }
    }

    /// All fields: its own, then the common ones. `ext/…` are not listed.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        self.own_fields().iter().chain(self.common_fields())
    }

    /// The field of this name; `ext/<name>` finds the field that all extensions share.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        if name.starts_with(EXTENSION_PREFIX) && !matches!(self, Self::Post | Self::Territory) {
            return Some(&EXTENSION);
        }
        self.fields().find(|field| field.name == name)
    }

    /// The field that names the record for people.
    pub const fn title_field(self) -> &'static str {
        match self {
            Self::Incident | Self::Need => "title",
            Self::Operation | Self::Resource | Self::Post | Self::Territory => "name",
        }
    }

    /// The field that tells the record's type, where there is one (`--type` on the command line).
    pub const fn type_field(self) -> Option<&'static str> {
        match self {
            Self::Incident => Some("event_type"),
            Self::Need => Some("need_type"),
            Self::Resource => Some("resource_type"),
            Self::Operation | Self::Post | Self::Territory => None,
        }
    }

    /// The field that tells where the record stands.
    pub const fn status_field(self) -> Option<&'static str> {
        match self {
            Self::Operation => Some("phase"),
            Self::Incident | Self::Need | Self::Resource => Some("status"),
            Self::Post | Self::Territory => None,
        }
    }

    /// True when records of this kind name the operation to which they belong.
    pub const fn in_operation(self) -> bool {
        matches!(self, Self::Incident | Self::Need | Self::Resource)
    }
}

/// What stands before the name of a value that an import could not place.
pub const EXTENSION_PREFIX: &str = "ext/";
