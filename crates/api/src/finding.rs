//! One line of `status` and `doctor`: what was found, how bad it is, what to type.

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::texts::{self, Argument};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// A person should know.
    Warn,
    /// A person must act.
    Fail,
}

impl Level {
    /// The word for it in JSON.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Warn => "warn",
            Level::Fail => "fail",
        }
    }
}

/// What was found, as people and programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What programs tell findings apart by.
    pub code: String,
    /// How bad it is.
    pub level: Level,
    /// What it is about, in one word: `post`, `disk`, `clock`, `network`, `peers`, `data`.
    pub topic: String,
    /// The finding, as a sentence.
    pub text: String,
    /// What to type or do; empty when all is well.
    #[serde(default)]
    pub hint: String,
}

impl Finding {
    /// The finding, said in a language.
    #[must_use]
    pub fn new(language: Language, code: &FindingCode) -> Finding {
        let catalogue = texts::own(language);
        let (key, arguments) = (code.key(), code.arguments());
        let hint = catalogue.find(&format!("finding-{key}.hint"), &arguments);
        Finding {
            code: key.to_owned(),
            level: code.level(),
            topic: code.topic().to_owned(),
            text: catalogue.text(&format!("finding-{key}"), &arguments),
            hint: hint.unwrap_or_default(),
        }
    }
}

macro_rules! findings {
    ($($(#[$doc:meta])* $variant:ident = $key:literal, $level:ident, $topic:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty),*
    })*) => {
        /// Everything `status` and `doctor` know to say.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum FindingCode {
            $($(#[$doc])* $variant { $($(#[$field_doc])* $field: $type),* },)*
        }

        impl FindingCode {
            /// The word for it in JSON.
            #[must_use]
            pub const fn key(&self) -> &'static str {
                match self { $(FindingCode::$variant { .. } => $key,)* }
            }

            /// How bad it is.
            #[must_use]
            pub const fn level(&self) -> Level {
                match self { $(FindingCode::$variant { .. } => Level::$level,)* }
            }

            /// What it is about.
            #[must_use]
            pub const fn topic(&self) -> &'static str {
                match self { $(FindingCode::$variant { .. } => $topic,)* }
            }

            fn arguments(&self) -> Vec<Argument<'_>> {
                match self {
                    $(FindingCode::$variant { $($field),* } => {
                        vec![$((stringify!($field), $field.clone().into())),*]
                    })*
                }
            }

            /// Every key with the variables its sentences may take.
            #[cfg(test)]
            pub(crate) const KEYS: &'static [(&'static str, &'static [&'static str])] =
                &[$(($key, &[$(stringify!($field)),*])),*];

            /// Whether the finding under this key needs no remedy.
            #[cfg(test)]
            pub(crate) fn is_good(key: &str) -> bool {
                [$(($key, Level::$level)),*].contains(&(key, Level::Ok))
            }
        }
    };
}

findings! {
    /// The post is a member, its keys at hand.
    PostOk = "post_ok", Ok, "post" {
        /// Its name.
        name: String,
        /// Its code.
        code: String,
        /// Its role, by its token.
        role: String
    }
    /// The post is in no territory.
    NoTerritory = "no_territory", Warn, "post" {}
    /// The grant was withdrawn.
    Withdrawn = "withdrawn", Fail, "post" {}
    /// The keys lie on the disk without passphrase.
    KeystoreOpen = "keystore_open", Warn, "post" {}
    /// The keys wait for the passphrase.
    KeystoreLocked = "keystore_locked", Fail, "post" {}
    /// A root key acted after the founding: an envelope was opened.
    RootActed = "root_acted", Warn, "post" {
        /// How often.
        count: u64
    }
    /// Two devices were let in by one code.
    CodeUsedTwice = "code_used_twice", Fail, "post" {
        /// Their names.
        posts: String
    }
    /// A device that was lost or misused is in again.
    LostLetIn = "lost_let_in", Fail, "post" {
        /// Its name.
        post: String
    }
    /// A device writes along many lines at once: cloned, or dishonest.
    ManyForks = "many_forks", Fail, "post" {
        /// Its name.
        post: String
    }
    /// Nobody confirmed that the root sheets are on paper.
    SheetsUnconfirmed = "sheets_unconfirmed", Warn, "post" {}
    /// Two posts use one code.
    CodeShared = "code_shared", Warn, "post" {
        /// The code.
        code: String,
        /// The other post.
        other: String
    }
    /// The key of a ring this post may read has not arrived.
    RingKeyMissing = "ring_key_missing", Warn, "post" {}
    /// The disk has room and took the last write.
    DiskOk = "disk_ok", Ok, "disk" {
        /// Free space, with its unit.
        free: String
    }
    /// Room is short.
    DiskLow = "disk_low", Warn, "disk" {
        /// Free space, with its unit.
        free: String,
        /// The data folder.
        path: String
    }
    /// No write is taken any more.
    DiskFull = "disk_full", Fail, "disk" {
        /// The data folder.
        path: String
    }
    /// The last write failed.
    DiskFailed = "disk_failed", Fail, "disk" {
        /// The data folder.
        path: String
    }
    /// The store was damaged, and was written anew from what could be read.
    StoreMended = "store_mended", Warn, "disk" {
        /// Entries read back.
        entries: u64,
        /// Entries that were there before and are not now.
        missing: u64,
        /// Where the damaged files are kept.
        path: String
    }
    /// Records have grown so large that no more of them is taken here.
    RecordsFull = "records_full", Warn, "data" {
        /// How many.
        count: u64
    }
    /// The clock agrees with those of the peers heard.
    ClockOk = "clock_ok", Ok, "clock" {
        /// Peers compared with.
        peers: u64
    }
    /// No peer to compare the clock with.
    ClockAlone = "clock_alone", Ok, "clock" {}
    /// The clock is ahead of a peer's.
    ClockAhead = "clock_ahead", Warn, "clock" {
        /// By so many minutes.
        minutes: u64,
        /// The peer.
        peer: String
    }
    /// The clock is behind a peer's.
    ClockBehind = "clock_behind", Warn, "clock" {
        /// By so many minutes.
        minutes: u64,
        /// The peer.
        peer: String
    }
    /// The post listens and has addresses.
    NetworkOk = "network_ok", Ok, "network" {
        /// Where it can be reached.
        addresses: String
    }
    /// No interface has an address.
    NetworkNone = "network_none", Fail, "network" {}
    /// The port could not be taken.
    PortTaken = "port_taken", Fail, "network" {
        /// The address asked for.
        address: String
    }
    /// Neither a beacon nor an mDNS answer was heard.
    NobodyHeard = "nobody_heard", Warn, "network" {}
    /// Only the box answers.
    ClientsIsolated = "clients_isolated", Fail, "network" {
        /// The network.
        network: String
    }
    /// Posts of another territory are near.
    OtherTerritory = "other_territory", Warn, "network" {
        /// How many machines.
        machines: u64
    }
    /// Everything leaves through a VPN.
    VpnRoute = "vpn_route", Warn, "network" {
        /// The interface.
        interface: String
    }
    /// Every other post is in step.
    PeersOk = "peers_ok", Ok, "peers" {
        /// How many.
        peers: u64
    }
    /// There is no other post yet.
    PeersNone = "peers_none", Ok, "peers" {}
    /// A post is catching up.
    PeerCatchingUp = "peer_catching_up", Ok, "peers" {
        /// Which.
        peer: String
    }
    /// A post has not been heard.
    PeerSilent = "peer_silent", Warn, "peers" {
        /// Which.
        peer: String
    }
    /// A post cannot be talked to.
    PeerBlocked = "peer_blocked", Warn, "peers" {
        /// Which.
        peer: String,
        /// Why, as a sentence.
        reason: String
    }
    /// A post runs another version.
    PeerVersion = "peer_version", Warn, "peers" {
        /// Which.
        peer: String,
        /// The version it runs.
        version: String
    }
    /// Entries wait for a permit that has not arrived.
    EntriesParked = "entries_parked", Warn, "data" {
        /// How many.
        count: u64
    }
    /// An author filled his share of this post: what he writes further waits.
    AuthorOverBudget = "author_over_budget", Warn, "data" {
        /// Who: a post's name, or the beginning of a device's id.
        author: String,
        /// Entries that wait.
        count: u64
    }
    /// Disagreements wait for a person.
    ConflictsWait = "conflicts_wait", Warn, "data" {
        /// How many.
        count: u64
    }
    /// Others can open the socket.
    SocketOpen = "socket_open", Fail, "data" {
        /// Its path.
        path: String
    }
    /// The socket is for its owner, or for the service's group.
    SocketOk = "socket_ok", Ok, "data" {
        /// Its path.
        path: String
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, FindingCode, Level};
    use crate::Language;

    #[test]
    fn a_bad_finding_says_what_to_do_and_a_good_one_does_not() {
        let bad = FindingCode::ClockAhead {
            minutes: 4,
            peer: "Croix-Rouge".into(),
        };
        let finding = Finding::new(Language::French, &bad);
        assert_eq!(
            (finding.level, finding.topic.as_str()),
            (Level::Warn, "clock")
        );
        assert!(finding.text.contains("Croix-Rouge") && finding.text.contains('4'));
        assert!(!finding.hint.is_empty());
        let good = Finding::new(Language::English, &FindingCode::PeersNone {});
        assert_eq!(good.hint, "");
    }
}
