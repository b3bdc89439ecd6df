//! Replies about records: one, many, their history and their disagreements.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Kind, Record, Schema};

/// `GET /{kinds}/{ref}`, `GET /records/{ref}` and `POST /{kinds}`: the record, with the schema
/// beside it. A creation answers 201, the same again 200 with `replayed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordReply {
    /// The schema.
    pub schema: Schema,
    /// This answers a request that was answered before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replayed: bool,
    /// The record, flattened.
    #[serde(flatten)]
    pub record: Record,
}

/// `PATCH`, `…/archive`, `…/steps` and the settling of a conflict: the record after it, and what
/// the change met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    /// The schema.
    pub schema: Schema,
    /// This answers a request that was answered before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replayed: bool,
    /// The values were there already: nothing was written.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unchanged: bool,
    /// Fields that others changed after the heads the editor had seen.
    #[serde(default)]
    pub changed_meanwhile: Vec<String>,
    /// Fields that this change put in disagreement. The record's own `conflicts` lists all.
    #[serde(default)]
    pub conflicts_caused: Vec<String>,
    /// The record, flattened.
    #[serde(flatten)]
    pub record: Record,
}

/// `GET /{kinds}`: one page of records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordList {
    /// The schema.
    pub schema: Schema,
    /// The records.
    pub items: Vec<Record>,
    /// The cursor of the next page; `null` on the last.
    pub next: Option<String>,
    /// How many there are on all pages.
    pub total: u64,
}

/// `GET /{kinds}/{ref}/history`: every change of a record, the oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The schema.
    pub schema: Schema,
    /// The record.
    pub id: Uuid,
    /// What a person types to name it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// The changes.
    pub items: Vec<HistoryChange>,
}

/// One change of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryChange {
    /// Its hash, in hexadecimal.
    pub change: String,
    /// The author's claim of when.
    pub at: Option<String>,
    /// Who typed it.
    pub by: Option<String>,
    /// The post that signed it.
    pub post: Option<String>,
    /// Written after the author's withdrawal and taken up by another.
    #[serde(default, skip_serializing_if = "is_false")]
    pub adopted: bool,
    /// What it did to each field.
    pub fields: Vec<FieldChange>,
}

/// What one change did to one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// What the author saw there; `null` when nothing.
    pub from: Value,
    /// What he left there; `null` when nothing.
    pub to: Value,
}

/// `GET /conflicts`: what waits for a person's choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflicts {
    /// The schema.
    pub schema: Schema,
    /// One for each field in disagreement.
    pub items: Vec<Conflict>,
}

/// A field on which two posts disagree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// What a person types to name the record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The kind of the record.
    pub kind: Kind,
    /// The number of the record.
    pub number: Option<String>,
    /// What the record is about, to recognise it.
    #[serde(default)]
    pub title: String,
    /// The field.
    pub field: String,
    /// The cautious value that serves meanwhile; `null` when none does.
    pub used: Value,
    /// The values that stand beside each other, in a stable order.
    pub values: Vec<ConflictValue>,
}

/// One of the values of a disagreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConflictValue {
    /// Its place in the list, from 1: what `--take` names.
    pub n: u64,
    /// The value.
    pub value: Value,
    /// Who typed it.
    pub by: Option<String>,
    /// The post that signed it.
    pub post: Option<String>,
    /// The author's claim of when.
    pub at: Option<String>,
    /// The hash of the change that wrote it: what `seen` holds when it is settled.
    pub change: String,
}

/// For `skip_serializing_if`, which hands a reference.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field by reference"
)]
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}
