//! Why the daemon did not start, said to whoever started it: what, why, and what to do next.

use std::io;

use beffroi_api::texts::Argument;
use beffroi_store::{OpenError, StoreError};
use beffroi_trust::KeystoreError;

use crate::config::ConfigError;
use crate::folder::FolderError;
use crate::node::LifeError;
use crate::texts::Texts;
use crate::vault::VaultError;

/// Why the daemon ended, for whoever started it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Ended(#[from] StartError);

impl Ended {
    /// The exit code, after sysexits.h: 75 try later, 78 configuration.
    #[must_use]
    pub fn exit(&self) -> u8 {
        self.0.exit()
    }

    /// The sentence for whoever started us.
    #[must_use]
    pub fn said(&self, texts: &Texts) -> String {
        self.0.said(texts)
    }
}

/// Why the daemon could not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The store.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The territory on the disk.
    #[error(transparent)]
    Life(#[from] LifeError),
    /// A door of the API could not be opened.
    #[error("the local interface cannot listen on {0}: {1}")]
    Door(String, io::Error),
    /// The system refuses something every program needs.
    #[error(transparent)]
    System(#[from] io::Error),
}

impl StartError {
    fn exit(&self) -> u8 {
        match self {
            StartError::Store(
                OpenError::Locked { .. } | OpenError::Full { .. } | OpenError::NoRoomToMend { .. },
            ) => 75,
            StartError::Config(_)
            | StartError::Folder(FolderError::Copied(_))
            | StartError::Store(OpenError::Newer { .. } | OpenError::Unknown { .. })
            | StartError::Vault(VaultError::PassphraseFile(..) | VaultError::Keystore(_)) => 78,
            StartError::Folder(FolderError::Io { .. })
            | StartError::Store(OpenError::Io { .. } | OpenError::Engine(_))
            | StartError::Vault(VaultError::Folder(_) | VaultError::Io(_))
            | StartError::Life(_)
            | StartError::Door(..)
            | StartError::System(_) => 1,
        }
    }

    fn said(&self, texts: &Texts) -> String {
        match self {
            StartError::Config(error) => config(texts, error),
            StartError::Folder(error) => folder(texts, error),
            StartError::Store(error) => store(texts, error),
            StartError::Vault(error) => vault(texts, error),
            StartError::Life(error) => life(texts, error),
            StartError::Door(address, error) => {
                let address = ("address", address.as_str().into());
                texts.say("door", &[address, because(error)])
            }
            StartError::System(error) => texts.say("system", &[because(error)]),
        }
    }
}

/// The system's or a library's own words, inside one of our sentences.
fn because(error: &dyn std::fmt::Display) -> Argument<'static> {
    ("error", error.to_string().into())
}

fn at(path: &std::path::Path) -> Argument<'static> {
    ("path", path.display().to_string().into())
}

fn config(texts: &Texts, error: &ConfigError) -> String {
    match error {
        ConfigError::Unreadable(path, error) => {
            texts.say("config-unreadable", &[at(path), because(error)])
        }
        ConfigError::Invalid(path, error) => {
            texts.say("config-invalid", &[at(path), because(error)])
        }
        ConfigError::ApiNotLoopback(value) => {
            texts.say("config-api", &[("value", value.as_str().into())])
        }
        ConfigError::Address(value) => {
            texts.say("config-address", &[("value", value.as_str().into())])
        }
        ConfigError::PhoneAddress(value) => {
            texts.say("config-phone-address", &[("value", value.as_str().into())])
        }
    }
}

fn folder(texts: &Texts, error: &FolderError) -> String {
    match error {
        FolderError::Io { path, error } => texts.say("folder-io", &[at(path), because(error)]),
        FolderError::Copied(path) => texts.say("folder-copied", &[at(path)]),
    }
}

fn store(texts: &Texts, error: &OpenError) -> String {
    // As text: a version or a process number is no quantity to be grouped.
    let number = |name, number: u32| (name, number.to_string().into());
    let room = |bytes: &u64| ("mebibytes", bytes.div_ceil(1 << 20).max(1).into());
    match error {
        OpenError::Locked {
            path,
            pid: Some(pid),
            name,
        } => {
            let name = name.clone().unwrap_or_else(|| "beffroid".into());
            let arguments = [at(path), ("name", name.into()), number("pid", *pid)];
            texts.say("store-locked", &arguments)
        }
        OpenError::Locked { path, .. } => texts.say("store-locked-unknown", &[at(path)]),
        OpenError::Newer { path, found, known } => {
            let versions = [number("found", *found), number("known", *known)];
            let [found, known] = versions;
            texts.say("store-newer", &[at(path), found, known])
        }
        OpenError::Unknown { path, found } => {
            texts.say("store-unknown", &[at(path), number("found", *found)])
        }
        OpenError::Full { path, needed_bytes } => {
            texts.say("store-full", &[at(path), room(needed_bytes)])
        }
        OpenError::NoRoomToMend {
            path,
            cause,
            needed_bytes,
        } => {
            let arguments = [
                at(path),
                ("cause", cause.as_str().into()),
                room(needed_bytes),
            ];
            texts.say("store-no-room-to-mend", &arguments)
        }
        OpenError::Io { path, source, .. } => texts.say("store-io", &[at(path), because(source)]),
        OpenError::Engine(error) => texts.say("store-engine", &[because(error)]),
    }
}

fn vault(texts: &Texts, error: &VaultError) -> String {
    match error {
        VaultError::PassphraseFile(path, error) => {
            let path = ("path", path.as_str().into());
            texts.say("passphrase-file", &[path, because(error)])
        }
        VaultError::Keystore(KeystoreError::Version(version)) => {
            let version = ("version", version.to_string().into());
            texts.say("keystore-newer", &[version])
        }
        VaultError::Keystore(KeystoreError::Foreign | KeystoreError::Damaged) => {
            texts.say("keystore-damaged", &[])
        }
        VaultError::Keystore(error) => texts.say("keystore-io", &[because(error)]),
        VaultError::Folder(error) => folder(texts, error),
        VaultError::Io(error) => texts.say("keystore-io", &[because(error)]),
    }
}

fn life(texts: &Texts, error: &LifeError) -> String {
    match error {
        LifeError::Store(error @ StoreError::Damaged { .. }) => {
            texts.say("store-damaged", &[because(error)])
        }
        LifeError::Store(error) => texts.say("store-engine", &[because(error)]),
        LifeError::Genesis(error) => texts.say("genesis-damaged", &[because(error)]),
        LifeError::Thread(error) => texts.say("system", &[because(error)]),
    }
}

#[cfg(test)]
mod tests {
    use beffroi_api::Language;

    use super::*;

    #[test]
    fn every_refusal_names_what_it_speaks_of_in_both_languages() {
        let path = || std::path::PathBuf::from("/d");
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        let refusals: Vec<(StartError, &str)> = vec![
            (ConfigError::Unreadable(path(), denied()).into(), "/d"),
            (
                ConfigError::ApiNotLoopback("0.0.0.0:1".into()).into(),
                "0.0.0.0:1",
            ),
            (
                ConfigError::Address("x".into()).into(),
                "/ip4/0.0.0.0/tcp/7410",
            ),
            (FolderError::Copied(path()).into(), "--new-post"),
            (
                OpenError::Locked {
                    path: path(),
                    pid: Some(12_345),
                    name: None,
                }
                .into(),
                "pid 12345",
            ),
            (
                OpenError::Full {
                    path: path(),
                    needed_bytes: 3 << 20,
                }
                .into(),
                "3 Mi",
            ),
            (
                VaultError::PassphraseFile("/etc/beffroi/pass".into(), denied()).into(),
                "/etc/beffroi/pass",
            ),
            (
                StartError::Door("127.0.0.1:1".into(), denied()),
                "127.0.0.1:1",
            ),
        ];
        for language in [Language::French, Language::English] {
            for (refusal, named) in &refusals {
                let said = refusal.said(Texts::of(language));
                assert!(said.contains(named), "{said}");
                assert!(!said.contains('$') && said.contains(' '), "{said}");
            }
        }
    }
}
