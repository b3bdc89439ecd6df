//! Replies about the post itself: status, peers, digest, journal, doctor, version.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::membership::OperationSummary;
use crate::Schema;
use crate::finding::Finding;
use crate::request::Role;

/// `GET /status`. Answers on a post without territory too: `post` and `territory` are then `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The schema.
    pub schema: Schema,
    /// This post.
    pub post: Option<PostStatus>,
    /// Its territory.
    pub territory: Option<TerritoryName>,
    /// The digest of everything it holds, in 64 hexadecimal digits.
    pub set_digest: Option<String>,
    /// Records shown, by kind.
    pub counts: BTreeMap<String, u64>,
    /// Entries held.
    pub entries: u64,
    /// Entries that wait for a permit that has not arrived.
    pub parked: u64,
    /// Fields that wait for a person's choice.
    pub conflicts: u64,
    /// Records every other standing post said it has on disk; `null` when there is no other.
    pub stored_by_all: Option<u64>,
    /// The other posts.
    pub peers: Vec<Peer>,
    /// What a person should know, the worst first; empty when all is well.
    pub health: Vec<Finding>,
    /// Operations that are not closed.
    pub operations: Vec<OperationSummary>,
    /// Where the page is, if it is served.
    pub url: Option<String>,
    /// The version of the daemon.
    pub version: String,
    /// Changes at each start of the daemon.
    pub boot: String,
}

/// This post, in `status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostStatus {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Its device key, in hexadecimal.
    pub id: String,
    /// What it may do now; `null` when its grant was withdrawn.
    pub role: Option<Role>,
    /// Whether it reads personal data.
    #[serde(default)]
    pub people: bool,
    /// Whether its keys wait for the passphrase.
    pub locked: bool,
}

/// A territory, by name and id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryName {
    /// Its name.
    pub name: String,
    /// Its id, in hexadecimal.
    pub id: String,
}

/// Another post, as far as this one knows. Nothing is inferred from silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peer {
    /// Its name; `null` while not received.
    pub name: Option<String>,
    /// Its code; `null` while not received.
    pub code: Option<String>,
    /// Its device key, in hexadecimal.
    pub id: String,
    /// What it may do.
    pub role: Option<Role>,
    /// How it was last reached; `null` when it never was.
    pub via: Option<Via>,
    /// Whether a link is open now.
    pub connected: bool,
    /// When it was last heard.
    pub last_contact: Option<String>,
    /// Entries we lack and it has.
    pub missing_here: Option<u64>,
    /// Entries it lacks and we have.
    pub missing_there: Option<u64>,
    /// Heard within two heartbeats, sets equal, each side acknowledged.
    pub in_step: bool,
    /// When it last was in step.
    pub in_step_at: Option<String>,
    /// The same in one word.
    pub state: PeerState,
    /// What was written for it on a key, and no receipt came back for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<CarriedByHand>,
    /// Why it is `blocked`, as a sentence.
    pub reason: Option<String>,
    /// The version it runs.
    pub version: Option<String>,
    /// Its clock minus ours, in seconds.
    pub clock_offset_s: Option<i64>,
    /// Where it can be reached, as last known.
    pub addresses: Vec<String>,
}

/// Entries on the way to a peer in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedByHand {
    /// How many.
    pub entries: u64,
    /// When they were written.
    pub since: String,
}

/// How a peer is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The local network.
    Lan,
    /// Files carried by hand.
    Usb,
    /// A relay.
    Relay,
    /// A way this version does not know.
    #[serde(other)]
    Other,
}

/// The state of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeerState {
    /// Heard within two heartbeats, sets equal, each side acknowledged.
    InStep,
    /// Heard within two heartbeats, something missing.
    CatchingUp,
    /// Two heartbeats missed, or never heard.
    Silent,
    /// Silent, and a bundle for it was written whose receipt has not come.
    Carried,
    /// Withdrawn, of another territory, or of a version we cannot talk to.
    Blocked,
    /// A state this version does not know.
    #[serde(other)]
    Other,
}

/// `GET /peers`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peers {
    /// The schema.
    pub schema: Schema,
    /// The other posts.
    pub items: Vec<Peer>,
    /// Addresses typed by a person.
    pub typed: Vec<TypedAddress>,
}

/// An address typed by a person, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedAddress {
    /// The multiaddress.
    pub address: String,
    /// The post that answered there last.
    pub answered_by: Option<String>,
    /// When it was last tried.
    pub tried: Option<String>,
    /// What the last try failed on, as a sentence.
    pub error: Option<String>,
}

/// `POST /peers` (201; 200 when it was known).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerAdded {
    /// The schema.
    pub schema: Schema,
    /// The address that is kept and dialled.
    pub address: String,
}

/// `DELETE /peers/{id}`: `id` is a typed address, or a post by code, name or id, whose typed and
/// remembered addresses are forgotten. Members stay members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerRemoved {
    /// The schema.
    pub schema: Schema,
    /// The addresses forgotten.
    pub removed: Vec<String>,
}

/// `POST /sync`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Synced {
    /// The schema.
    pub schema: Schema,
    /// Whether every peer asked for is in step.
    pub in_step: bool,
    /// Entries received meanwhile.
    pub received: u64,
    /// The peers asked for, as they are now.
    pub peers: Vec<Peer>,
}

/// `GET /digest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The schema.
    pub schema: Schema,
    /// The digest of everything held, in 64 hexadecimal digits.
    pub set_digest: String,
    /// The same as six words, to say and to write on paper.
    pub words: Vec<String>,
    /// Entries held.
    pub entries: u64,
}

/// `GET /doctor`: every check, good or bad, in the order a person goes through them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctor {
    /// The schema.
    pub schema: Schema,
    /// The checks.
    pub findings: Vec<Finding>,
}

/// `GET /version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The schema.
    pub schema: Schema,
    /// The version of the daemon.
    pub version: String,
    /// The version of the API.
    pub api: String,
    /// As in [`Status`].
    pub boot: String,
}
