//! The phones of a post.

use serde::{Deserialize, Serialize};

use crate::Schema;

/// `GET /phones`: whether phones are on, and which are in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phones {
    /// The schema.
    pub schema: Schema,
    /// Whether phones are on.
    pub on: bool,
    /// What a phone opens (`http://192.168.1.20:7412`); none when they are off.
    pub url: Option<String>,
    /// The code of the day (`ABCD-EFGH`); none when they are off.
    pub code: Option<String>,
    /// Those that are in.
    pub items: Vec<PhoneSession>,
}

/// `POST /phones`: phones are on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhonesOn {
    /// The schema.
    pub schema: Schema,
    /// What a phone opens (`http://192.168.1.20:7412`).
    pub url: String,
    /// The code of the day (`ABCD-EFGH`), the same until midnight.
    pub code: String,
    /// A link that lets one phone in, once: shown as a QR code.
    pub link: String,
    /// When the link is over, RFC 3339.
    pub link_expires: String,
    /// How many phones are in.
    pub sessions: u64,
}

/// One phone that is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneSession {
    /// What ends it: `DELETE /phones/{id}`.
    pub id: String,
    /// What kind of device it said it is.
    pub label: String,
    /// When it was let in, RFC 3339.
    pub since: String,
    /// When it ends by itself, RFC 3339.
    pub until: String,
    /// When it last asked for something, RFC 3339; none: not since the daemon started.
    pub seen: Option<String>,
}

/// `DELETE /phones`, `DELETE /phones/{id}`: which ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhonesEnded {
    /// The schema.
    pub schema: Schema,
    /// The sessions that ended.
    pub ended: Vec<String>,
}
