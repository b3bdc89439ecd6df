//! Shutting posts out, changing what they may do, taking up what they wrote, and speaking as a root.

use serde::{Deserialize, Serialize};

use super::Role;

/// Words on a root sheet; more are refused unread.
pub const SHEET_WORDS: usize = 24;

/// Posts withdrawn together with the one named: those it let in, each with a tick.
pub const ALSO_MAX: usize = 64;

/// Why a post is withdrawn, as shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The device is lost or stolen.
    Lost,
    /// Its people left.
    Left,
    /// It was misused.
    Abuse,
    /// Another grant or another device takes its place.
    Replaced,
}

impl Why {
    /// Every reason.
    pub const ALL: [Why; 4] = [Why::Lost, Why::Left, Why::Abuse, Why::Replaced];

    /// The word for it in JSON and on the command line.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Why::Lost => "lost",
            Why::Left => "left",
            Why::Abuse => "abuse",
            Why::Replaced => "replaced",
        }
    }
}

/// `POST /members/{post}/revoke`: shuts a post out. What this post received of it before `since`
/// stays; what came later is set aside, and may be taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Since when it is not to be believed, by this post's own receipts (RFC 3339); absent: all that
    /// was received until now stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why.
    pub why: Why,
    /// Posts it let in that are withdrawn with it, by code, name or id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// Only say what it would come to.
    #[serde(default)]
    pub dry_run: bool,
}

/// `POST /members/{post}/role`: gives a post another role, or lets in again one that was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// What it may do from now on.
    pub role: Role,
    /// Whether it reads and writes data about people.
    #[serde(default)]
    pub people: bool,
}

/// `POST /members/{post}/deny`: this post alone speaks with it no more, or again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deny {
    /// No more.
    pub denied: bool,
}

/// `POST /root`: one act of a root, whose words are on a sheet. The daemon keeps neither
/// the words nor the key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UseRoot {
    /// The words of the sheet, in order.
    pub words: Vec<String>,
    /// What the root says.
    pub says: RootAct,
}

impl std::fmt::Debug for UseRoot {
    /// Whoever holds the words is root: they stay out of every log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("UseRoot")
            .field("says", &self.says)
            .finish_non_exhaustive()
    }
}

/// What a root says, by the word in `act`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum RootAct {
    /// Nothing: are these the words of a sheet of this territory?
    Check,
    /// Withdraws a post, coordinators too. What it did since then to others falls with it.
    Revoke {
        /// The post, by code, name or id.
        post: String,
        /// As in [`Revoke`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<String>,
        /// Why.
        why: Why,
    },
    /// Makes a post coordinator, when no other is left.
    Coordinator {
        /// The post, by code, name or id.
        post: String,
    },
}

#[cfg(test)]
mod tests {
    use super::{RootAct, UseRoot};

    #[test]
    fn the_words_of_a_sheet_stay_out_of_debug_text() {
        let request = UseRoot {
            words: vec!["abaisser".into()],
            says: RootAct::Check,
        };
        assert!(!format!("{request:?}").contains("abaisser"));
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(text, r#"{"words":["abaisser"],"says":{"act":"check"}}"#);
        assert_eq!(serde_json::from_str::<UseRoot>(&text).unwrap(), request);
    }
}
