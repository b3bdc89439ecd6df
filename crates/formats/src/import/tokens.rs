//! Enumerations as files write them: token, French label or English label.

use std::collections::BTreeMap;

use beffroi_records::fold;
use beffroi_records::labels::{List, Open};

/// The spellings of one list, ready to be looked up for each row.
#[derive(Clone, Debug)]
pub(crate) struct Spellings {
    list: &'static List,
    known: BTreeMap<String, &'static str>,
}

impl Spellings {
    /// Case, accents, spaces, dashes and underscores do not matter.
    pub(crate) fn new(list: &'static List) -> Self {
        let mut known = BTreeMap::new();
        for token in list.tokens {
            for spelling in [token.token, token.fr, token.en] {
                known.entry(plain(spelling)).or_insert(token.token);
            }
        }
        Self { list, known }
    }

    /// The value to store for a cell, or `None` when the list does not take it.
    pub(crate) fn find(&self, cell: &str) -> Option<String> {
        let known = self.known.get(&plain(cell)).copied();
        known.map(str::to_owned).or_else(|| {
            let taken = match self.list.open {
                Open::No => false,
                Open::Prefix(prefix) => cell.len() > prefix.len() && cell.starts_with(prefix),
                Open::Any(_) => true,
            };
            taken.then(|| cell.to_owned())
        })
    }
}

fn plain(text: &str) -> String {
    fold(text).replace(['_', '-'], " ")
}
