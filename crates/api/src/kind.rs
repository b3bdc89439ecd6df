//! The kinds of records the API serves, with their token and their plural in paths.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What is happening, over which territory; an exercise is one.
    Operation,
    /// Something that was reported.
    Incident,
    /// Something that is asked for.
    Need,
    /// A means: people, a vehicle, a stock, a place.
    Resource,
}

impl Kind {
    /// Every kind, in the order lists show them.
    pub const ALL: [Kind; 4] = [Kind::Operation, Kind::Incident, Kind::Need, Kind::Resource];

    /// The word for it in JSON and on the command line.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Kind::Operation => "operation",
            Kind::Incident => "incident",
            Kind::Need => "need",
            Kind::Resource => "resource",
        }
    }

    /// The word for it in paths.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::Operation => "operations",
            Kind::Incident => "incidents",
            Kind::Need => "needs",
            Kind::Resource => "resources",
        }
    }

    /// The kind whose plural stands in a path.
    #[must_use]
    pub fn from_plural(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.plural() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.token())
    }
}

/// The word is the token or the plural of no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind of record: operation, incident, need or resource")]
pub struct UnknownKind(pub String);

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Kind::ALL
            .into_iter()
            .find(|kind| kind.token() == word || kind.plural() == word)
            .ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn token_plural_and_json_name_the_same_kind() {
        for kind in Kind::ALL {
            assert_eq!(kind.token().parse(), Ok(kind));
            assert_eq!(kind.plural().parse(), Ok(kind));
            assert_eq!(Kind::from_plural(kind.plural()), Some(kind));
            assert_eq!(Kind::from_plural(kind.token()), None);
            let json = serde_json::to_value(kind).unwrap();
            assert_eq!(json, kind.token());
        }
        assert!("incidence".parse::<Kind>().is_err());
    }
}
