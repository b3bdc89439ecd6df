//! Replies about the private fields of a record: for posts that read data about people.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::record::{Conflict, is_false};
use crate::record::PrivateFields;
use crate::{Kind, Schema};

/// `GET /{kinds}/{ref}/private`: what the private fields hold. That they were opened is noted at the post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrivateReply {
    /// The schema.
    pub schema: Schema,
    /// The record they belong to.
    pub id: Uuid,
    /// What a person types to name it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// The hashes of the last changes of the private fields; empty when none was ever written.
    pub heads: Vec<String>,
    /// The fields, by name; of one in disagreement the value that serves meanwhile.
    pub fields: Map<String, Value>,
    /// The newest claimed time of a change, RFC 3339 UTC.
    pub updated: Option<String>,
    /// The disagreements on them. They stand in no other list.
    pub conflicts: Vec<Conflict>,
}

/// `PATCH /{kinds}/{ref}/private`: what the change met. It tells no value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrivateEdited {
    /// The schema.
    pub schema: Schema,
    /// This answers a request that was answered before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replayed: bool,
    /// The values were there already: nothing was written.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unchanged: bool,
    /// The record they belong to.
    pub id: Uuid,
    /// What a person types to name it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// Fields that others changed after the heads the editor had seen.
    #[serde(default)]
    pub changed_meanwhile: Vec<String>,
    /// Fields that this change put in disagreement.
    #[serde(default)]
    pub conflicts_caused: Vec<String>,
    /// The private fields after the change.
    pub private: PrivateFields,
}

/// `GET /journal/openings`: who opened private fields at this post, the newest first. It never leaves the
/// post, and holds nothing of what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Openings {
    /// The schema.
    pub schema: Schema,
    /// How many are kept at most: the oldest make room.
    pub kept_max: u64,
    /// The openings.
    pub items: Vec<Opening>,
}

/// Somebody read the private fields of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// This post's clock, RFC 3339 UTC.
    pub at: String,
    /// Who, as he or his program said; `null` when nothing was said.
    pub by: Option<String>,
    /// The kind of the record.
    pub kind: Kind,
    /// Its id.
    pub id: Uuid,
    /// What a person types to name it; `null` when it is not here any more.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Whether the history was read too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub history: bool,
}

/// `POST /operations/{ref}/close`: the operation is closed, and until when its data about people stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationClosed {
    /// The schema.
    pub schema: Schema,
    /// This answers a request that was answered before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replayed: bool,
    /// The operation.
    pub id: Uuid,
    /// What a person types to name it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When this post destroys the data about people, RFC 3339 UTC. Each post counts from its own receipt, and
    /// of several closings the first to be due decides.
    pub purged_at: String,
}

/// `POST /{kinds}/{ref}/forget`: what is erased. Nobody is shown it any more; its bytes go later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// The schema.
    pub schema: Schema,
    /// This answers a request that was answered before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replayed: bool,
    /// The record.
    pub id: Uuid,
    /// What a person types to name it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its kind.
    pub kind: Kind,
    /// Whether the record itself is erased too.
    pub all: bool,
    /// When this post destroys the bytes, RFC 3339 UTC. Each post counts from its own receipt.
    pub destroyed_at: String,
}
