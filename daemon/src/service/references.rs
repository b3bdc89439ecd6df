//! What a person types to name a record: a number in any case, the source of an import, the name of an
//! operation, or an unambiguous beginning of the id.

use beffroi_api::problem::{Candidate, Cause};
use beffroi_records::{Kind, Number, Row, fold};
use beffroi_trust::DeviceId;
use uuid::Uuid;

use super::Context;
use super::shape::api_kind;
use crate::failure::{Failure, Outcome};

/// Fewer characters of an id name too many records.
const ID_BEGINNING_MIN: usize = 4;
/// Candidates listed when a reference is ambiguous.
const CANDIDATES_MAX: usize = 10;

impl Context {
    /// The record a reference names, of one kind or of any.
    pub(crate) fn resolve(&self, kind: Option<Kind>, reference: &str) -> Outcome<(Kind, Uuid)> {
        let reference = reference.trim();
        if let Some(found) = self.by_id(kind, reference) {
            return Ok(found);
        }
        let wanted = Wanted::new(reference);
        let mut found = self.search(&wanted, kind);
        if let Some(rank) = wanted.rank {
            found = found.into_iter().nth(rank).into_iter().collect();
        }
        match found.as_slice() {
            [only] => Ok((only.kind, only.id)),
            [] => Err(self.unknown(kind, &wanted, reference)),
            _ => Err(Failure::Ambiguous(
                reference.to_owned(),
                self.candidates(&found),
            )),
        }
    }

    fn by_id(&self, kind: Option<Kind>, reference: &str) -> Option<(Kind, Uuid)> {
        let id: Uuid = reference.parse().ok()?;
        let kinds = Kind::RECORDS
            .into_iter()
            .filter(|known| kind.is_none_or(|kind| kind == *known));
        let cabinet = self.view.cabinet();
        kinds
            .filter(|kind| cabinet.row(*kind, id).is_some())
            .map(|kind| (kind, id))
            .next()
    }

    /// The rows a reference may mean, by id.
    fn search(&self, wanted: &Wanted, kind: Option<Kind>) -> Vec<Row> {
        let kinds = Kind::RECORDS
            .into_iter()
            .filter(|known| kind.is_none_or(|kind| kind == *known));
        let mut found: Vec<Row> = kinds
            .flat_map(|kind| {
                self.view.rows(kind, |rows| {
                    rows.filter(|row| wanted.is_meant(row))
                        .cloned()
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        found.sort_by_key(|row| row.id);
        found
    }

    fn unknown(&self, kind: Option<Kind>, wanted: &Wanted, reference: &str) -> Failure {
        let other = kind.and_then(|_| self.search(wanted, None).into_iter().next());
        match other {
            Some(other) => Cause::RecordOfOtherKind {
                reference: reference.into(),
                kind: other.kind.token().into(),
            }
            .into(),
            None => Cause::RecordUnknown {
                reference: reference.chars().take(80).collect(),
            }
            .into(),
        }
    }

    fn candidates(&self, rows: &[Row]) -> Vec<Candidate> {
        let candidate = |(rank, row): (usize, &Row)| {
            let number = Number::parse(&row.reference);
            Some(Candidate {
                reference: number.map_or_else(|| row.id.to_string(), |number| number.shown(rank)),
                kind: api_kind(row.kind)?,
                title: row.title.to_string(),
                post: self.creator(row),
            })
        };
        rows.iter()
            .enumerate()
            .take(CANDIDATES_MAX)
            .filter_map(candidate)
            .collect()
    }

    fn creator(&self, row: &Row) -> Option<String> {
        let record = self.view.record(row.kind, row.id)?;
        let creator = DeviceId(*record.creators().first()?);
        Some(self.view.cabinet().names().shown(&creator))
    }
}

/// A reference, read once.
struct Wanted {
    text: String,
    folded: String,
    number: Option<Number>,
    /// Of several rows with this number, the one with this rank.
    rank: Option<usize>,
}

impl Wanted {
    fn new(reference: &str) -> Wanted {
        let (number, rank) = Number::parse_shown(reference)
            .map_or((None, None), |(number, rank)| (Some(number), rank));
        Wanted {
            text: reference.to_lowercase(),
            folded: fold(reference),
            number,
            rank,
        }
    }

    fn is_meant(&self, row: &Row) -> bool {
        if let Some(number) = &self.number {
            return row
                .references()
                .filter_map(Number::parse)
                .any(|known| known == *number);
        }
        let by_source = row
            .references()
            .any(|known| known.to_lowercase() == self.text);
        let by_name = row.kind == Kind::Operation && fold(&row.title) == self.folded;
        let by_id =
            self.text.len() >= ID_BEGINNING_MIN && row.id.to_string().starts_with(&self.text);
        by_source || by_name || by_id
    }
}
