//! Who is in, who is out, who let whom in, and what a lost device could read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Schema;
use crate::record::StoredBy;
use crate::request::{Role, Why};

/// `GET /members`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// The schema.
    pub schema: Schema,
    /// Every device that was ever let in, those that stand first.
    pub items: Vec<Member>,
}

/// What a device is to the territory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// It is in.
    Stands,
    /// It was withdrawn.
    Withdrawn,
    /// Whoever let it in had no right to: it was never in, and may be let in again.
    Void,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its key, in hexadecimal.
    pub id: String,
    /// Its name, once it has arrived.
    pub name: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// Whether it is the post that answers.
    pub this_post: bool,
    /// Whether it is in.
    pub status: MemberStatus,
    /// What it may do, or could while it was in.
    pub role: Option<Role>,
    /// Whether it reads data about people.
    pub people: bool,
    /// Who let it in; absent for a root sheet.
    pub let_in_by: Option<String>,
    /// When, by the clock of who let it in.
    pub let_in_at: Option<String>,
    /// Its withdrawal, when it is out.
    pub withdrawn: Option<WithdrawalSummary>,
    /// Whether this post alone does not speak with it.
    pub denied_here: bool,
    /// Entries it wrote that this post holds.
    pub entries: u64,
    /// Those among them that have no effect, and may be taken up.
    pub set_aside: u64,
}

/// How a device was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalSummary {
    /// By whom; absent for a root sheet.
    pub by: Option<String>,
    /// When, by that clock.
    pub at: String,
    /// The reasons given.
    pub why: Vec<Why>,
    /// How many posts said that they have the withdrawal on their disk.
    pub learnt_by: StoredBy,
}

/// `GET /members/{post}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberDetail {
    /// The schema.
    pub schema: Schema,
    /// The device.
    pub member: Member,
    /// The devices it let in, whether they stand or not.
    pub let_in: Vec<LetIn>,
    /// What it can or could read.
    pub could_read: CouldRead,
}

/// A device that another let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetIn {
    /// Its key.
    pub id: String,
    /// Its name, or the beginning of its key.
    pub name: String,
    /// Its role under that grant.
    pub role: Option<Role>,
    /// When, by the granter's clock.
    pub at: String,
    /// Whether that grant still holds.
    pub stands: bool,
}

/// What a device could read: the report of a loss.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouldRead {
    /// Records of each kind, when it reads them.
    pub records: BTreeMap<String, u64>,
    /// Records with data about people, when it reads those; `null` when this post cannot count them.
    pub people: Option<u64>,
    /// Whether it reads data about people.
    pub reads_people: bool,
}

/// `POST /members/{post}/revoke`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// The schema.
    pub schema: Schema,
    /// Nothing was done: this is what it would come to.
    pub dry_run: bool,
    /// The device, as it is now.
    pub member: Member,
    /// Entries of it that stay.
    pub kept: u64,
    /// Entries of it that are set aside.
    pub set_aside: u64,
    /// Posts withdrawn with it.
    pub also: Vec<String>,
    /// Posts it let in that still stand, to be looked at.
    pub let_in: Vec<LetIn>,
    /// Whether a grant of it holds on, because this post does not rank above it.
    pub holds_on: bool,
    /// Rings whose key was turned: `common`, `people`.
    pub keys_turned: Vec<String>,
    /// Rings whose key a coordinator who reads them must turn.
    pub keys_left: Vec<String>,
    /// What it could read.
    pub could_read: CouldRead,
}

/// `POST /members/{post}/role` and `/deny`, and a root's making of a coordinator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChanged {
    /// The schema.
    pub schema: Schema,
    /// The device, as it is now.
    pub member: Member,
}

/// `POST /members/{post}/adopt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// The schema.
    pub schema: Schema,
    /// The device whose entries were taken up.
    pub member: Member,
    /// How many.
    pub adopted: u64,
}

/// `POST /root`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootUsed {
    /// The schema.
    pub schema: Schema,
    /// The number of the sheet, from 1.
    pub sheet: u64,
    /// A withdrawal, when that was the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revoked>,
    /// The new coordinator, when that was the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<Member>,
}
