//! Which column gives what: the format's own columns, then what a person maps.

use std::collections::BTreeMap;

use beffroi_records::Kind;

use super::date_order::{DateOrder, OrderVotes};
use super::header::Header;
use super::numbers::{DecimalMark, MarkVotes};
use super::options::{ImportOptions, TableFormat};
use super::refused::FileRefused;
use super::target::Target;
use super::text::Cleaning;
use super::{own, ushahidi};
use crate::limits::MAP_PAIRS_MAX;

/// The word that stands for every column of dates in a map: `DATE=mdy`.
const ALL_DATES: &str = "DATE";

/// One column of the file.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// What it gives; `None`: left out.
    pub(crate) target: Option<Target>,
    /// The order of its dates, when a person said it.
    pub(crate) order: Option<DateOrder>,
    /// What its cells say of the order of dates.
    pub(crate) order_votes: OrderVotes,
    /// What its cells say of the decimal mark.
    pub(crate) mark_votes: MarkVotes,
    /// How its cells are read.
    pub(crate) cleaning: Cleaning,
}

impl Column {
    /// The decimal mark of its numbers. Coordinates and numbers of ours have no thousands.
    pub(crate) fn mark(&self) -> DecimalMark {
        let coordinate = self.target.as_ref().is_some_and(Target::is_coordinate);
        if coordinate || self.cleaning == Cleaning::Own {
            self.mark_votes.mark_without_thousands()
        } else {
            self.mark_votes.mark()
        }
    }

    /// The order of its dates. Columns where nothing decides are refused before rows are read.
    pub(crate) fn date_order(&self) -> DateOrder {
        self.order
            .or_else(|| self.order_votes.decide())
            .unwrap_or(DateOrder::DayFirst)
    }
}

/// The format of the file, what its rows become, and its columns.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) format: TableFormat,
    pub(crate) kind: Kind,
    pub(crate) cleaning: Cleaning,
    pub(crate) columns: Vec<Column>,
}

impl Layout {
    /// Recognises the header and applies the map. Every mistake in the map is found here, before
    /// any row is read.
    pub(crate) fn read(header: &Header, options: &ImportOptions) -> Result<Self, FileRefused> {
        if options.map.len() > MAP_PAIRS_MAX {
            return Err(FileRefused::MapTooLong);
        }
        let recognised = recognise(header, options)?;
        let kind = recognised.kind;
        if !matches!(kind, Kind::Incident | Kind::Need | Kind::Resource) {
            return Err(FileRefused::KindNotImported { kind: kind.token() });
        }
        let mut columns = columns(header, &recognised)?;
        let mapped = apply_map(header, &mut columns, kind, &options.map)?;
        if recognised.fields.is_empty() && !mapped {
            return Err(FileRefused::Unrecognised);
        }
        refuse_fields_given_twice(&columns)?;
        refuse_records_without_a_name(&columns, kind)?;
        Ok(Self {
            format: recognised.format,
            kind,
            cleaning: recognised.cleaning,
            columns,
        })
    }

    /// True when a column gives the rows' own identity.
    pub(crate) fn has_key(&self) -> bool {
        self.columns
            .iter()
            .any(|column| matches!(column.target, Some(Target::Key)))
    }

    /// Columns that nobody mapped.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let left_out = self.columns.iter().filter(|column| column.target.is_none());
        left_out.map(|column| column.name.clone()).collect()
    }
}

/// What the header alone says.
pub(crate) struct Recognised {
    pub(crate) format: TableFormat,
    pub(crate) kind: Kind,
    pub(crate) cleaning: Cleaning,
    /// Column and the field it gives.
    pub(crate) fields: BTreeMap<usize, String>,
}

fn recognise(header: &Header, options: &ImportOptions) -> Result<Recognised, FileRefused> {
    let wants_ushahidi = options.format == Some(TableFormat::Ushahidi);
    if let Some(missing) = ushahidi::missing_column(header).filter(|_| wants_ushahidi) {
        return Err(FileRefused::MissingColumn {
            column: missing.to_owned(),
        });
    }
    if wants_ushahidi || (options.format.is_none() && ushahidi::is_header(header)) {
        return Ok(ushahidi_columns(header, options));
    }
    if let Some((kind, fields)) = own::recognise(header, options.kind) {
        return Ok(Recognised {
            format: TableFormat::Csv,
            kind,
            cleaning: Cleaning::Own,
            fields,
        });
    }
    Ok(Recognised {
        format: TableFormat::Csv,
        kind: options.kind.unwrap_or(Kind::Incident),
        cleaning: Cleaning::Foreign,
        fields: BTreeMap::new(),
    })
}

fn ushahidi_columns(header: &Header, options: &ImportOptions) -> Recognised {
    let kind = options.kind.unwrap_or(Kind::Incident);
    let mut fields = BTreeMap::new();
    for (name, field) in ushahidi::COLUMNS {
        if let Some(at) = header.find(name) {
            let taken = fields.values().any(|known: &String| known == field);
            if !taken && Target::read(kind, field).is_some() {
                fields.insert(at, (*field).to_owned());
            }
        }
    }
    Recognised {
        format: TableFormat::Ushahidi,
        kind,
        cleaning: Cleaning::Foreign,
        fields,
    }
}

fn columns(header: &Header, recognised: &Recognised) -> Result<Vec<Column>, FileRefused> {
    let mut columns = Vec::with_capacity(header.names().len());
    for (at, name) in header.names().iter().enumerate() {
        let target = match recognised.fields.get(&at) {
            Some(field) => Some(match own::target(field) {
                Some(target) => target,
                None => target(recognised.kind, field)?,
            }),
            None => None,
        };
        columns.push(Column {
            name: name.clone(),
            target,
            order: None,
            order_votes: OrderVotes::default(),
            mark_votes: MarkVotes::default(),
            cleaning: recognised.cleaning,
        });
    }
    Ok(columns)
}

fn target(kind: Kind, field: &str) -> Result<Target, FileRefused> {
    Target::read(kind, field).ok_or_else(|| FileRefused::UnknownField {
        kind: kind.token(),
        field: field.to_owned(),
    })
}

/// Applies COLUMN=FIELD pairs, then the orders of dates. True when a field was mapped.
fn apply_map(
    header: &Header,
    columns: &mut [Column],
    kind: Kind,
    map: &[(String, String)],
) -> Result<bool, FileRefused> {
    let mut mapped = false;
    for (name, field) in map {
        if DateOrder::from_token(field).is_none() {
            columns[find(header, name)?].target = Some(target(kind, field)?);
            mapped = true;
        }
    }
    for (name, token) in map {
        let Some(order) = DateOrder::from_token(token) else {
            continue;
        };
        match header.find(name) {
            Some(at) => columns[at].order = Some(order),
            None if name == ALL_DATES => {
                columns
                    .iter_mut()
                    .for_each(|column| column.order = Some(order));
            }
            None => return Err(unknown_column(name)),
        }
    }
    Ok(mapped)
}

fn find(header: &Header, name: &str) -> Result<usize, FileRefused> {
    header.find(name).ok_or_else(|| unknown_column(name))
}

fn unknown_column(name: &str) -> FileRefused {
    FileRefused::UnknownColumn {
        column: name.to_owned(),
    }
}

fn refuse_fields_given_twice(columns: &[Column]) -> Result<(), FileRefused> {
    let mut seen = Vec::new();
    for target in columns.iter().filter_map(|column| column.target.as_ref()) {
        if target.may_repeat() {
            continue;
        }
        let name = target.name();
        if seen.contains(&name) {
            return Err(FileRefused::FieldTwice { field: name });
        }
        seen.push(name);
    }
    Ok(())
}

/// Without a title, a text or a place, every row would be rejected: better said at once.
fn refuse_records_without_a_name(columns: &[Column], kind: Kind) -> Result<(), FileRefused> {
    let title = kind.title_field();
    let text = text_field(kind);
    let names_it = |target: &Target| {
        matches!(target, Target::PlaceLabel)
            || matches!(target, Target::Line(field, _) if *field == title)
            || matches!(target, Target::Text(field, _) if Some(*field) == text)
    };
    if columns
        .iter()
        .filter_map(|column| column.target.as_ref())
        .any(names_it)
    {
        return Ok(());
    }
    Err(FileRefused::MissingColumn {
        column: title.to_owned(),
    })
}

/// The text that tells what the record is about.
pub(crate) fn text_field(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Incident => Some("description"),
        Kind::Need => Some("details"),
        Kind::Operation | Kind::Resource | Kind::Post | Kind::Territory => None,
    }
}
