//! Replies about the territory and who is in it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::status::TerritoryName;
use crate::Schema;
use crate::path;
use crate::request::Role;

/// `POST /territory` (201). The only answer that ever holds the root sheets: the daemon forgets
/// them when it has sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryCreated {
    /// The schema.
    pub schema: Schema,
    /// The territory.
    pub territory: TerritoryName,
    /// This post.
    pub post: PostSummary,
    /// The operation opened with it.
    pub operation: OperationSummary,
    /// What people compare by voice, and what stands on each sheet.
    pub fingerprint: String,
    /// The three root sheets.
    pub roots: Vec<RootSheet>,
}

/// One root key, as words to print and put in an envelope.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootSheet {
    /// Its number on the sheet, from 1.
    pub number: u64,
    /// The words, in order.
    pub words: Vec<String>,
}

impl std::fmt::Debug for RootSheet {
    /// Whoever holds the words is root: they stay out of every log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RootSheet")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// A post of this territory: this one, or whoever answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostSummary {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Its device key, in hexadecimal.
    pub id: String,
    /// What it may do.
    pub role: Option<Role>,
}

/// An operation, in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationSummary {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: Option<String>,
    /// Its name.
    pub name: String,
    /// Its phase.
    pub phase: Option<String>,
    /// Whether it is an exercise.
    pub exercise: bool,
}

/// `GET /territory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Territory {
    /// The schema.
    pub schema: Schema,
    /// Its name.
    pub name: String,
    /// Its id, in hexadecimal.
    pub id: String,
    /// What people compare by voice.
    pub fingerprint: String,
    /// When it was founded.
    pub created: Option<String>,
    /// INSEE codes of its communes.
    pub insee: Vec<String>,
    /// Whether someone confirmed at this post that the root sheets are on paper; `null` on a post
    /// that never held them.
    pub sheets_confirmed: Option<bool>,
    /// This post.
    pub post: PostSummary,
    /// Its operations.
    pub operations: Vec<OperationSummary>,
}

/// `POST /territory/confirm-sheets`, which takes an empty object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetsConfirmed {
    /// The schema.
    pub schema: Schema,
    /// When they were confirmed first.
    pub confirmed: String,
}

/// `POST /invites` (201): a code, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The schema.
    pub schema: Schema,
    /// The code, `7KQ4-M2XR-9HW3`.
    pub code: String,
    /// What cancels it.
    pub id: String,
    /// What the device that uses it may do.
    pub role: Role,
    /// Whether it will read personal data.
    pub people: bool,
    /// When the code dies.
    pub expires: String,
    /// Multiaddresses of this post's porch, for who cannot hear it.
    pub addresses: Vec<String>,
}

/// Addresses carried by a QR code: more would make it too dense for a screen of 80 columns.
const LINK_ADDRESSES_MAX: usize = 2;

impl Invite {
    /// What the QR code holds: the code, and where to ask.
    #[must_use]
    pub fn link(&self) -> String {
        let mut pairs = vec![("code", self.code.clone())];
        let addresses = self.addresses.iter().take(LINK_ADDRESSES_MAX);
        pairs.extend(addresses.map(|address| ("peer", address.clone())));
        path::with_query("beffroi:join", &pairs)
    }
}

impl std::fmt::Debug for Invite {
    /// The code lets a device in: it stays out of every log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Invite")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// `GET /invites`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invites {
    /// The schema.
    pub schema: Schema,
    /// Those of this post, the newest first.
    pub items: Vec<InviteSummary>,
}

/// An invite without its code, as `GET /invites` lists it and `DELETE /invites/{id}` answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteSummary {
    /// What cancels it.
    pub id: String,
    /// What the device that uses it may do.
    pub role: Role,
    /// Whether it will read personal data.
    pub people: bool,
    /// When it was made.
    pub created: Option<String>,
    /// When it dies.
    pub expires: String,
    /// What became of it.
    pub state: InviteState,
    /// The name of the post that used it.
    pub used_by: Option<String>,
}

/// What became of an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// Waits for a device.
    Open,
    /// A device used it.
    Used,
    /// Someone cancelled it.
    Cancelled,
    /// Its time is over, or the daemon that made it stopped.
    Expired,
}

impl InviteState {
    /// The word for it in JSON.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            InviteState::Open => "open",
            InviteState::Used => "used",
            InviteState::Cancelled => "cancelled",
            InviteState::Expired => "expired",
        }
    }
}

/// `POST /join`: this post is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedTerritory {
    /// The schema.
    pub schema: Schema,
    /// The territory.
    pub territory: TerritoryName,
    /// This post, with the role it was given.
    pub post: PostSummary,
    /// Whether it reads personal data.
    pub people: bool,
    /// The name of the post that let it in.
    pub from: String,
    /// Where that post answered, as an address people recognise (`192.168.1.20`).
    pub address: String,
    /// Entries received and on disk.
    pub received: u64,
    /// Entries that post has, as far as known.
    pub offered: Option<u64>,
    /// Whether both posts hold the same.
    pub in_step: bool,
}

#[cfg(test)]
mod tests {
    use super::{Invite, RootSheet};
    use crate::Schema;
    use crate::request::Role;

    #[test]
    fn secrets_stay_out_of_debug_text() {
        let sheet = RootSheet {
            number: 1,
            words: vec!["abaisser".into()],
        };
        assert!(!format!("{sheet:?}").contains("abaisser"));
        let invite = Invite {
            schema: Schema,
            code: "7KQ4-M2XR-9HW3".into(),
            id: "1".into(),
            role: Role::Operator,
            people: false,
            expires: "2026-11-23T17:40:00Z".into(),
            addresses: vec!["/ip4/192.168.1.20/tcp/7412".into()],
        };
        assert!(!format!("{invite:?}").contains("7KQ4"));
        assert_eq!(
            invite.link(),
            "beffroi:join?code=7KQ4-M2XR-9HW3&peer=%2Fip4%2F192.168.1.20%2Ftcp%2F7412"
        );
    }
}
