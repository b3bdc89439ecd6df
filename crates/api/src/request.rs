//! The bodies and queries a program sends.

mod keys;
mod members;

use std::collections::BTreeMap;

pub use keys::ChangePassphrase;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Kind;
use crate::path;

pub use members::{ALSO_MAX, ChangeRole, Deny, Revoke, RootAct, SHEET_WORDS, UseRoot, Why};

/// The largest body of a request that is not a stream, in bytes: a record with every field filled
/// is a few KiB, and 64 KiB leaves room for long descriptions.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Names the person who opens private fields, in the note that the post keeps of it. A claim: at most
/// [`BY_CHARACTERS_MAX`] characters, [`path::escape`]d.
pub const BY_HEADER: &str = "x-beffroi-by";

/// Characters of [`BY_HEADER`] that are kept: a name or initials.
pub const BY_CHARACTERS_MAX: usize = 80;

/// The passphrase of the keys, [`path::escape`]d: opens them, and acts ask for it again.
pub const PASSPHRASE_HEADER: &str = "x-beffroi-passphrase";

/// The largest imported file, in bytes.
pub const IMPORT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Records on one page of a list.
pub const PAGE_ITEMS_MAX: u64 = 500;

/// `POST /{kinds}`: creates a record. Sent again with the same `id` it changes nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// A `UUIDv7` made by the client, so that a retry is the same record.
    pub id: Uuid,
    /// The operation it belongs to, by reference; may be absent while only one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Field by field. A set (`tags`) is an array; a text field is the text.
    pub set: Map<String, Value>,
}

/// `PATCH /{kinds}/{ref}`: changes fields, at the heads the editor saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// A UUID made by the client: the same again gets the first answer.
    pub change_id: Uuid,
    /// The heads seen; empty means those of now.
    #[serde(default)]
    pub heads: Vec<String>,
    /// Fields and their new value, written whole. On a text field the smallest change that makes
    /// this text out of the one seen; on a set, what was added to and taken from the one seen.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub set: Map<String, Value>,
    /// Fields to clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unset: Vec<String>,
    /// Changes inside text fields, in order, each at the text the ones before it made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub splice: BTreeMap<String, Vec<Splice>>,
    /// Members to add to sets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub add: BTreeMap<String, Vec<String>>,
    /// Members to take out of sets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remove: BTreeMap<String, Vec<String>>,
}

impl Edit {
    /// Whether it asks for nothing at all.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.set.is_empty()
            && self.unset.is_empty()
            && self.splice.is_empty()
            && self.add.is_empty()
            && self.remove.is_empty()
    }
}

/// One change inside a text, counted in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Splice {
    /// Characters before the change.
    pub at: u64,
    /// Characters taken out.
    pub delete: u64,
    /// What is put in.
    pub insert: String,
}

/// `POST /{kinds}/{ref}/archive`: takes a record out of lists. Nothing is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// As in [`Edit`].
    pub change_id: Uuid,
    /// As in [`Edit`].
    #[serde(default)]
    pub heads: Vec<String>,
    /// Why; required.
    pub reason: String,
}

/// `POST /{kinds}/{ref}/forget`: erases the private fields of a record, at every post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forget {
    /// As in [`Edit`].
    pub change_id: Uuid,
    /// Why, without any name: it is a line of the log, which stays. Required.
    pub reason: String,
    /// The record itself too.
    #[serde(default)]
    pub all: bool,
}

/// Days between the close of an operation and the end of its data about people, when nothing else is said.
pub const PURGE_DAYS: u16 = 30;
/// The fewest: the time in which a root can undo a dishonest coordinator.
pub const PURGE_DAYS_MIN: u16 = 3;
/// The most: ten years, more than any such record is kept.
pub const PURGE_DAYS_MAX: u16 = 3_650;

/// `POST /operations/{ref}/close`: ends an operation, and after some days the data about people in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseOperation {
    /// As in [`Edit`].
    pub change_id: Uuid,
    /// Days until every post destroys the data about people, from [`PURGE_DAYS_MIN`] to [`PURGE_DAYS_MAX`].
    pub purge_after_days: u16,
    /// A sentence for the log, without any name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `POST /{kinds}/{ref}/steps`: one step of a state machine, checked by the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRequest {
    /// As in [`Edit`].
    pub change_id: Uuid,
    /// As in [`Edit`].
    #[serde(default)]
    pub heads: Vec<String>,
    /// The step.
    #[serde(flatten)]
    pub step: Step,
}

/// A step, by the word in `step`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Incident and need: done with. A need keeps `reason` as its `closing_reason`.
    Close {
        /// A token: why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// A sentence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A closed incident or need goes on.
    Reopen {
        /// Why; required.
        note: String,
    },
    /// Incident: what is known of its truth.
    Verify {
        /// `unverified`, `checking`, `verified` or `refuted`.
        verification: String,
        /// Required between `verified` and `refuted`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Any other state, by its token: `in_progress`, `paused`, `suspended`, `maintenance`; of an
    /// operation, the phase.
    Status {
        /// The state to reach.
        status: String,
        /// A sentence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
}

/// `POST /conflicts/{ref}/{field}`: settles a disagreement over exactly the values seen, so that
/// one that arrives meanwhile opens it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    /// As in [`Edit`].
    pub change_id: Uuid,
    /// The `change` of each value that was shown.
    pub seen: Vec<String>,
    /// The value to keep, one of those seen or another.
    pub value: Value,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a list is narrowed to: `GET /{kinds}?…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListQuery {
    /// Words to find in titles, names, texts, places and numbers.
    pub q: String,
    /// A state, by its token.
    pub status: String,
    /// An operation, by reference.
    pub operation: String,
    /// Changed since then: RFC 3339.
    pub since: String,
    /// `lat,lon,km`.
    pub near: String,
    /// `1`: only those in disagreement.
    pub conflict: String,
    /// `1`: archived ones too.
    pub archived: String,
    /// `1`: only those created at this post.
    pub mine: String,
    /// At most so many, up to [`PAGE_ITEMS_MAX`].
    pub limit: String,
    /// Where the page before ended.
    pub cursor: String,
    /// `updated` (newest first, the default), `created` or `number`.
    pub sort: String,
}

impl ListQuery {
    /// The path that asks for a list so narrowed.
    #[must_use]
    pub fn path(&self, kind: Kind) -> String {
        path::with_query(
            &path::records(kind),
            &[
                ("q", self.q.clone()),
                ("status", self.status.clone()),
                ("operation", self.operation.clone()),
                ("since", self.since.clone()),
                ("near", self.near.clone()),
                ("conflict", self.conflict.clone()),
                ("archived", self.archived.clone()),
                ("mine", self.mine.clone()),
                ("limit", self.limit.clone()),
                ("cursor", self.cursor.clone()),
                ("sort", self.sort.clone()),
            ],
        )
    }
}

/// `POST /territory`: founds a territory, its first operation, and makes this post its first
/// coordinator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTerritory {
    /// Its name ("Orb-sur-Lez").
    pub name: String,
    /// The name of this post ("Mairie").
    pub post: String,
    /// The code of this post (`MAI`): 2 to 6 characters, A–Z and 0–9, a letter first.
    pub code: String,
    /// INSEE codes of the communes; may be empty.
    #[serde(default)]
    pub insee: Vec<String>,
}

/// `POST /invites`: makes a code for one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// What the device may do.
    pub role: Role,
    /// Whether it reads the ring of personal data; a coordinator or operator only.
    #[serde(default)]
    pub people: bool,
    /// Seconds the code lives.
    pub expires_s: u64,
}

/// What a device may do in a territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and writes all, lets posts in and out.
    Coordinator,
    /// Reads and writes all but members and decisions.
    Operator,
    /// Reads.
    Observer,
    /// Carries what it cannot read.
    Relay,
}

impl Role {
    /// Every role, the widest first.
    pub const ALL: [Role; 4] = [
        Role::Coordinator,
        Role::Operator,
        Role::Observer,
        Role::Relay,
    ];

    /// The word for it in JSON and on the command line.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Role::Coordinator => "coordinator",
            Role::Operator => "operator",
            Role::Observer => "observer",
            Role::Relay => "relay",
        }
    }
}

/// `POST /join`: enters a territory by a code. Answers when the grant is stored and acts and
/// operations have been received, or after `wait_s`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The invite code, as typed.
    pub invite: String,
    /// The name of this post ("Croix-Rouge").
    pub post: String,
    /// The code of this post (`CRF`).
    pub code: String,
    /// Multiaddresses to ask beside those heard on the network.
    #[serde(default)]
    pub peers: Vec<String>,
    /// Seconds to go on looking.
    pub wait_s: u64,
}

/// `POST /peers`: an address to keep dialling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPeer {
    /// A multiaddress (`/ip4/192.168.1.20/tcp/7410`).
    pub address: String,
}

/// `POST /phones`: phones may come in from now on, until the daemon ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnPhonesOn {
    /// The address of this machine to serve them on, with or without a port; absent: the only one on a local
    /// network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// `POST /sync`: reconciles now with every reachable peer, or one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncNow {
    /// A peer by its code, name, or id; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Seconds to wait for being in step; 0 answers at once.
    #[serde(default)]
    pub wait_s: u64,
}

/// `POST /imports?…`: how the streamed body is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The kind its rows become.
    pub kind: Kind,
    /// A format token (`ushahidi`, `hxl`, `csv`, `geojson`, `cap`); absent: recognised.
    pub format: Option<String>,
    /// The file's name, whose stem labels the source.
    pub name: String,
    /// Stop before the first write.
    pub dry_run: bool,
    /// Refuse the whole file when one row is rejected.
    pub strict: bool,
    /// Write what differs in records already here, at the heads the import before left.
    pub update: bool,
    /// The operation, by reference.
    pub operation: Option<String>,
    /// `COLUMN=FIELD`, in order.
    pub map: Vec<String>,
}

impl Import {
    /// The path with its query: `as`, `format`, `name`, `dry_run`, `strict`, `update`,
    /// `operation`, and `map` once for each column.
    #[must_use]
    pub fn path(&self) -> String {
        let flag = |on: bool| if on { "1".to_owned() } else { String::new() };
        let mut pairs = vec![
            ("as", self.kind.token().to_owned()),
            ("format", self.format.clone().unwrap_or_default()),
            ("name", self.name.clone()),
            ("dry_run", flag(self.dry_run)),
            ("strict", flag(self.strict)),
            ("update", flag(self.update)),
            ("operation", self.operation.clone().unwrap_or_default()),
        ];
        pairs.extend(self.map.iter().map(|map| ("map", map.clone())));
        path::with_query(&path::fixed("imports"), &pairs)
    }
}

/// `GET /exports/{format}?…`: what the streamed answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// `geojson` or `csv`.
    pub format: String,
    /// Kinds; empty: incidents, needs and resources in GeoJSON, incidents in CSV, whose files hold
    /// one kind.
    pub what: Vec<Kind>,
    /// CSV as French spreadsheets read it: BOM, `;`, CRLF.
    pub excel: bool,
    /// The operation, by reference.
    pub operation: Option<String>,
}

impl Export {
    /// The header of the answer that says what went out and what stayed, [`path::escape`]d: it is
    /// known before the first byte, and the body is the file alone.
    pub const SUMMARY_HEADER: &'static str = "x-beffroi-summary";

    /// The path with its query: `what` once for each kind, `excel`, `operation`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut pairs: Vec<(&str, String)> = self
            .what
            .iter()
            .map(|kind| ("what", kind.token().to_owned()))
            .collect();
        if self.excel {
            pairs.push(("excel", "1".to_owned()));
        }
        pairs.push(("operation", self.operation.clone().unwrap_or_default()));
        path::with_query(&path::member_of("exports", &self.format), &pairs)
    }
}

#[cfg(test)]
mod tests;
