//! What a column gives: a field of the record, a part of one, or the row's identity.

use beffroi_records::labels::List;
use beffroi_records::{Field, Kind, Rule, Shape};

use super::tokens::Spellings;
use crate::limits::{
    EXTRA_CHARACTERS_MAX, TAG_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, TITLE_CHARACTERS_MAX,
};

/// What one column gives. Field names are those of the records; a dot leads to a part.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// `id`: the row's own identity, kept as `source.id`.
    Key,
    /// A text of one line.
    Line(&'static str, usize),
    /// A text of several lines.
    Text(&'static str, usize),
    /// One token of a list.
    Token(&'static str, Spellings),
    /// Several tokens of a list, cut by `;` `,` or `|`.
    Tokens(&'static str, Spellings),
    /// Several words, cut likewise: `tags`, `skills`.
    Words(&'static str),
    /// A date and time.
    Moment(&'static str),
    /// A whole number, zero or more.
    Integer(&'static str),
    /// The id of another record.
    Id(&'static str),
    /// A code of another tool's list.
    Code(&'static str),
    /// `place.label`
    PlaceLabel,
    /// `place.insee`
    PlaceInsee,
    /// `place.precision`
    PlacePrecision(Spellings),
    /// `place.lat`
    Latitude,
    /// `place.lon`
    Longitude,
    /// The number of a quantity: `quantity`, `capacity`.
    Amount(&'static str),
    /// Its unit: `quantity.unit`.
    AmountUnit(&'static str, Spellings),
    /// `due.delay`
    DueDelay(Spellings),
    /// `due.at`
    DueAt,
    /// `stock`: the first count of a lot.
    StockCount,
    /// A figure of one observation: `observations.missing`.
    Figure(&'static str),
    /// A part of a private person: `private.caller.phone`.
    Person(&'static str, PersonPart),
    /// `ext.branch`: kept on purpose, under this name.
    Extra(String),
    /// CATEGORY of Ushahidi.
    Category(Spellings),
    /// APPROVED of Ushahidi.
    Approved,
    /// VERIFIED of Ushahidi.
    Verified,
    /// `exercise` of our own files.
    Exercise,
    /// A column of our own files that says what other records add up to, or who the record is.
    Derived,
}

/// A part of a private person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PersonPart {
    /// Given name, put before the name.
    FirstName,
    /// Name.
    Name,
    /// Telephone, as typed.
    Phone,
    /// Anything else, an e-mail address for one.
    Note,
}

impl Target {
    /// Reads the FIELD of a map for a kind: `title`, `place.lat`, `private.caller.phone`,
    /// `ext.branch`. `None` when the kind has no such field, or one that a cell cannot give.
    pub(crate) fn read(kind: Kind, name: &str) -> Option<Self> {
        if let Some(extra) = name.strip_prefix("ext.") {
            let short = !extra.trim().is_empty() && extra.chars().count() <= TAG_CHARACTERS_MAX;
            let plain = !extra.contains(|c: char| c.is_control() || c == '/');
            return (short && plain).then(|| Self::Extra(extra.to_owned()));
        }
        match name {
            "id" => return Some(Self::Key),
            "stock" if kind == Kind::Resource => return Some(Self::StockCount),
            "ushahidi.category" if kind == Kind::Incident => {
                return Some(Self::Category(spellings(kind, "event_type")?));
            }
            "ushahidi.approved" if kind == Kind::Incident => return Some(Self::Approved),
            "ushahidi.verified" if kind == Kind::Incident => return Some(Self::Verified),
            _ => {}
        }
        match name.split_once('.') {
            Some(("private", rest)) => person(kind, rest),
            Some((field, part)) => part_of(kind.field(field)?, part),
            None => whole(kind.field(name)?),
        }
    }

    /// What is given, to tell whether two columns give the same.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Key => "id".to_owned(),
            Self::Line(field, _)
            | Self::Text(field, _)
            | Self::Token(field, _)
            | Self::Tokens(field, _)
            | Self::Words(field)
            | Self::Moment(field)
            | Self::Integer(field)
            | Self::Id(field)
            | Self::Code(field)
            | Self::Amount(field) => (*field).to_owned(),
            Self::AmountUnit(field, _) => format!("{field}.unit"),
            Self::PlaceLabel => "place.label".to_owned(),
            Self::PlaceInsee => "place.insee".to_owned(),
            Self::PlacePrecision(_) => "place.precision".to_owned(),
            Self::Latitude => "place.lat".to_owned(),
            Self::Longitude => "place.lon".to_owned(),
            Self::DueDelay(_) => "due.delay".to_owned(),
            Self::DueAt => "due.at".to_owned(),
            Self::StockCount => "stock".to_owned(),
            Self::Figure(figure) => format!("observations.{figure}"),
            Self::Person(field, part) => format!("private.{field}.{part:?}"),
            Self::Extra(name) => format!("ext.{name}"),
            Self::Category(_) => "event_type".to_owned(),
            Self::Approved => "ushahidi.approved".to_owned(),
            Self::Verified => "verification".to_owned(),
            Self::Exercise => "exercise".to_owned(),
            Self::Derived => "derived".to_owned(),
        }
    }

    /// True when the column holds personal data: nothing of its cells is ever shown.
    pub(crate) fn is_private(&self) -> bool {
        matches!(self, Self::Person(_, _))
    }

    /// True for cells that people wrote freely, where a spreadsheet may see a formula.
    pub(crate) fn is_free_text(&self) -> bool {
        matches!(
            self,
            Self::Line(_, _)
                | Self::Text(_, _)
                | Self::Extra(_)
                | Self::Words(_)
                | Self::PlaceLabel
                | Self::Person(_, _)
        )
    }

    /// True when several columns may give it.
    pub(crate) fn may_repeat(&self) -> bool {
        matches!(self, Self::Words(_) | Self::Tokens(_, _) | Self::Derived)
            || matches!(self, Self::Person(_, PersonPart::Note))
    }

    /// True for cells that hold a number, where a comma may be a decimal mark.
    pub(crate) fn is_decimal(&self) -> bool {
        matches!(self, Self::Amount(_) | Self::StockCount) || self.is_coordinate()
    }

    /// True for a latitude or a longitude.
    pub(crate) fn is_coordinate(&self) -> bool {
        matches!(self, Self::Latitude | Self::Longitude)
    }

    /// True for cells that hold a date.
    pub(crate) fn is_moment(&self) -> bool {
        matches!(self, Self::Moment(_) | Self::DueAt)
    }
}

/// A field that one cell gives whole.
fn whole(field: &'static Field) -> Option<Target> {
    if field.private || WRITTEN_BY_US.contains(&field.name) {
        return None;
    }
    let name = field.name;
    match (&field.shape, field.rule) {
        (Shape::Token(list), Rule::Set) => Some(Target::Tokens(name, Spellings::new(list))),
        (Shape::Line, Rule::Set) => Some(Target::Words(name)),
        (Shape::Token(list), _) => Some(Target::Token(name, Spellings::new(list))),
        (Shape::Title, _) => Some(Target::Line(name, TITLE_CHARACTERS_MAX)),
        (Shape::Line, _) => Some(Target::Line(name, TITLE_CHARACTERS_MAX)),
        (Shape::Code, _) => Some(Target::Code(name)),
        (Shape::Text, _) => Some(Target::Text(name, TEXT_CHARACTERS_MAX)),
        (Shape::Lines(_), _) => Some(Target::Text(name, EXTRA_CHARACTERS_MAX)),
        (Shape::Moment, _) => Some(Target::Moment(name)),
        (Shape::Integer, _) => Some(Target::Integer(name)),
        (Shape::Id, _) => Some(Target::Id(name)),
        (Shape::Quantity, _) => Some(Target::Amount(name)),
        _ => None,
    }
}

/// Fields that an import fills itself.
const WRITTEN_BY_US: &[&str] = &[
    "v",
    "kind",
    "number",
    "operation",
    "created",
    "source",
    "archived",
];

/// A part of a composite field.
fn part_of(field: &'static Field, part: &str) -> Option<Target> {
    match (field.name, part) {
        ("place", "label") => Some(Target::PlaceLabel),
        ("place", "insee") => Some(Target::PlaceInsee),
        ("place", "lat") => Some(Target::Latitude),
        ("place", "lon") => Some(Target::Longitude),
        ("place", "precision") => Some(Target::PlacePrecision(Spellings::new(
            &beffroi_records::labels::PRECISION,
        ))),
        ("due", "delay") => Some(Target::DueDelay(Spellings::new(
            &beffroi_records::labels::DELAY,
        ))),
        ("due", "at") => Some(Target::DueAt),
        ("observations", figure) => FIGURES
            .iter()
            .find(|known| **known == figure)
            .map(|known| Target::Figure(known)),
        (name, "unit") if matches!(field.shape, Shape::Quantity) => Some(Target::AmountUnit(
            name,
            Spellings::new(&beffroi_records::labels::UNIT),
        )),
        _ => None,
    }
}

/// Figures of an observation (records.md §5.2).
const FIGURES: &[&str] = &[
    "involved",
    "seriously_injured",
    "slightly_injured",
    "deceased",
    "missing",
    "evacuated",
    "to_shelter",
    "water_level_cm",
];

fn person(kind: Kind, name: &str) -> Option<Target> {
    let (field, part) = name.split_once('.')?;
    let field = kind.field(field).filter(|field| field.private)?;
    let part = match (&field.shape, part) {
        (Shape::Person, "first_name") => PersonPart::FirstName,
        (Shape::Person, "name") => PersonPart::Name,
        (Shape::Person, "phone") => PersonPart::Phone,
        (Shape::Person, "note") => PersonPart::Note,
        _ => return None,
    };
    Some(Target::Person(field.name, part))
}

fn spellings(kind: Kind, field: &str) -> Option<Spellings> {
    list_of(kind, field).map(Spellings::new)
}

/// The list that a field takes its values from.
pub(crate) fn list_of(kind: Kind, field: &str) -> Option<&'static List> {
    if let Shape::Token(list) = kind.field(field)?.shape {
        return Some(list);
    }
    None
}
