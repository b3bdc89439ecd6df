//! Tables that Beffroi wrote: recognised by their columns, in field names or in either language.

use std::collections::BTreeMap;

use beffroi_records::labels::Language;
use beffroi_records::{Kind, fold};

use super::header::Header;
use super::target::Target;
use crate::Sentences;
use crate::export::columns::{KINDS, NOT_READ_BACK, columns};

/// The kind and the fields of the columns, when the header is one of ours. Columns that somebody
/// added are left out like any other.
pub(crate) fn recognise(
    header: &Header,
    wanted: Option<Kind>,
) -> Option<(Kind, BTreeMap<usize, String>)> {
    let catalogues = [Language::French, Language::English].map(Sentences::new);
    KINDS
        .into_iter()
        .filter(|kind| wanted.is_none_or(|wanted| wanted == *kind))
        .find_map(|kind| Some((kind, fields(header, kind, &catalogues)?)))
}

fn fields(
    header: &Header,
    kind: Kind,
    catalogues: &[Sentences],
) -> Option<BTreeMap<usize, String>> {
    let mut fields = BTreeMap::new();
    for column in columns(kind) {
        let headings = catalogues.iter().map(|sentences| sentences.heading(column));
        let found = std::iter::once(column.to_owned())
            .chain(headings)
            .find_map(|name| position(header, &name));
        match found {
            Some(at) => {
                fields.insert(at, column.to_owned());
            }
            None if is_signature(kind, column) => return None,
            None => {}
        }
    }
    Some(fields)
}

/// The columns that make a table ours.
fn is_signature(kind: Kind, column: &str) -> bool {
    let named = [Some(kind.title_field()), kind.type_field()];
    matches!(column, "id" | "exercise") || named.contains(&Some(column))
}

fn position(header: &Header, name: &str) -> Option<usize> {
    let wanted = fold(name);
    header
        .names()
        .iter()
        .position(|known| fold(known) == wanted)
}

/// What a column of ours gives, when no map of a person could ask for it.
pub(crate) fn target(column: &str) -> Option<Target> {
    if column == "exercise" {
        return Some(Target::Exercise);
    }
    NOT_READ_BACK.contains(&column).then_some(Target::Derived)
}
