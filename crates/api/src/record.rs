//! The record on the wire: what every kind has, and the kind's own fields beside it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Kind;

/// One record as this post shows it.
///
/// `fields` holds the kind's own fields and stands flattened beside the common ones. A field in
/// disagreement shows its newest value here and its name in `conflicts`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The id it was created with.
    pub id: Uuid,
    /// Its kind.
    pub kind: Kind,
    /// The number said on the radio (`MAI-014`); none on an imported record nobody worked on.
    pub number: Option<String>,
    /// What a person types to name it: its number (with `/b` when two posts share it), else its
    /// import source (`USH:4052`), else an unambiguous beginning of its id.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The operation it belongs to; none on an operation.
    pub operation: Option<Uuid>,
    /// The hashes of the last changes, in hexadecimal, sorted: what an edit says it has seen.
    pub heads: Vec<String>,
    /// The state shown (of an operation: its phase).
    pub status: Option<String>,
    /// The kind's own fields, by name.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
    /// When, by whom and where it was created.
    pub created: Created,
    /// The newest claimed time of a change, RFC 3339 UTC.
    pub updated: Option<String>,
    /// The names of the fields that wait for a person's choice.
    pub conflicts: Vec<String>,
    /// How many other posts said that they have it on disk.
    pub stored_by: StoredBy,
    /// Its private fields, told only where data about people are read, and in no list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<PrivateFields>,
}

/// Which private fields a record has: never what they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateFields {
    /// The hashes of their last changes, sorted: what an edit of them says it has seen.
    pub heads: Vec<String>,
    /// The fields that hold something.
    pub fields: Vec<String>,
    /// Those of them that wait for a person's choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<String>,
    /// Whether they were erased for good: nothing can be written in them any more.
    #[serde(default, skip_serializing_if = "crate::reply::record::is_false")]
    pub forgotten: bool,
}

impl Record {
    /// A field of the kind as text, when it is text.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    /// What a person calls it: its title or its name; empty when it has neither.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text("title")
            .or_else(|| self.text("name"))
            .unwrap_or_default()
    }
}

/// When, by whom and where a record was created: the author's claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// RFC 3339.
    pub at: Option<String>,
    /// The pseudonym of who typed it.
    pub by: Option<String>,
    /// The organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// The name of the post.
    pub post: Option<String>,
}

/// Acknowledgements of a record by other posts. Lower bounds: silence is not storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredBy {
    /// Other posts now standing that said they have all of it on disk.
    pub acknowledged: u64,
    /// Other posts now standing, relays included.
    pub posts: u64,
}

#[cfg(test)]
mod tests {
    use super::Record;
    use serde_json::json;

    fn sample() -> serde_json::Value {
        json!({
            "id": "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "kind": "incident", "number": "MAI-014", "ref": "MAI-014",
            "operation": "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000", "heads": ["ab"], "status": "new",
            "title": "Cave inondée", "place": {"label": "12 rue des Écoles"},
            "created": {"at": "2026-11-22T17:40:04Z", "by": "CL", "post": "Mairie"},
            "updated": "2026-11-22T17:40:04Z", "conflicts": ["severity"],
            "stored_by": {"acknowledged": 1, "posts": 2}
        })
    }

    #[test]
    fn the_kinds_own_fields_stand_beside_the_common_ones() {
        let record: Record = serde_json::from_value(sample()).unwrap();
        assert_eq!(record.title(), "Cave inondée");
        assert_eq!(record.fields.len(), 2);
        assert_eq!(serde_json::to_value(&record).unwrap(), sample());
    }
}
