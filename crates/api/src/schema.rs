//! The word that opens every JSON document of Beffroi.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name and version of the JSON surface. Fields are added under it, never renamed.
pub const SCHEMA: &str = "beffroi/1";

/// The field `"schema":"beffroi/1"`; anything else is refused when read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schema;

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(SCHEMA)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        if word == SCHEMA {
            Ok(Schema)
        } else {
            Err(D::Error::custom(format!(
                "this document is of schema {word:?}, not {SCHEMA:?}: client and daemon are of different versions"
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Schema;

    #[test]
    fn the_schema_is_one_word_and_no_other_is_read() {
        assert_eq!(serde_json::to_string(&Schema).unwrap(), "\"beffroi/1\"");
        assert!(serde_json::from_str::<Schema>("\"beffroi/1\"").is_ok());
        assert!(serde_json::from_str::<Schema>("\"beffroi/2\"").is_err());
    }
}
