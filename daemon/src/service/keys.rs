//! The keys of the post: locked, unlocked, their passphrase asked again and changed. A passphrase is
//! stretched on a thread that may block, one at a time.

use std::time::Instant;

use beffroi_api::Schema;
use beffroi_api::problem::{Cause, FieldCode};
use beffroi_api::reply::{Keys, PassphraseChanged};
use beffroi_trust::keystore::PASSPHRASE_BYTES_MAX;
use beffroi_trust::{KeystoreError, KeystoreKey, words};

use super::{Service, blocking};
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::node::{Awake, internal, unsaved};
use crate::vault::{self, Passphrase, Vault, VaultError};

/// Words proposed: 44 bits, each guess half a second and 64 MiB.
const PROPOSED_WORDS: usize = 4;

impl Service {
    /// Whether there are keys, locked or under a passphrase; and words for a new one.
    pub(crate) async fn keys(&self) -> Outcome<Keys> {
        let words = words::spell(&dice::bytes::<8>(), PROPOSED_WORDS).join(" ");
        Ok(Keys {
            proposed: Some(words),
            ..self.key_state().await?
        })
    }

    async fn key_state(&self) -> Outcome<Keys> {
        self.node
            .ask(|node| {
                let locked = node.is_locked();
                let sealed = node.vault.as_ref().is_some_and(Vault::is_sealed);
                Keys {
                    schema: Schema,
                    present: locked || node.vault.is_some(),
                    locked,
                    sealed: locked || sealed,
                    proposed: None,
                }
            })
            .await
    }

    /// Lets an act pass: when the keys have no passphrase, or this is it.
    pub(crate) async fn approve(&self, passphrase: Option<Passphrase>) -> Outcome<()> {
        let Some(key) = self.node.ask(|node| node.seal()).await?? else {
            return Ok(());
        };
        let passphrase = passphrase.ok_or(Cause::PassphraseMissing {})?;
        let mut tries = self.tries.lock().await;
        let refused = |seconds| Cause::PassphraseTries { seconds };
        tries.allowed(Instant::now()).map_err(refused)?;
        if blocking(move || key.is_made_from(&passphrase)).await? {
            return Ok(());
        }
        tries.wrong(Instant::now());
        Err(Cause::PassphraseWrong {}.into())
    }

    /// Brings a locked post to life. What is on the disk is read, and never changed by trying.
    pub(crate) async fn unlock(&self, passphrase: Option<Passphrase>) -> Outcome<Keys> {
        self.node.ask(|node| node.to_be_unlocked()).await??;
        let passphrase = passphrase.ok_or(Cause::PassphraseMissing {})?;
        let mut tries = self.tries.lock().await;
        let refused = |seconds| Cause::PassphraseTries { seconds };
        tries.allowed(Instant::now()).map_err(refused)?;
        // Another may have unlocked while this one waited for its turn.
        let genesis = self.node.ask(|node| node.to_be_unlocked()).await??;
        let folder = self.folder.clone();
        let opened = blocking(move || Vault::unlock(&folder, &passphrase)).await?;
        let (vault, keystore) = match opened {
            Ok(opened) => opened,
            Err(VaultError::Keystore(
                KeystoreError::WrongPassphrase | KeystoreError::Passphrase,
            )) => {
                tries.wrong(Instant::now());
                return Err(Cause::PassphraseWrong {}.into());
            }
            Err(error) => return Err(unsaved(&error).into()),
        };
        match genesis {
            None => {
                let take = move |node: &mut crate::node::Node| node.unlock_outside(vault);
                self.node.ask(take).await??;
            }
            Some(genesis) => {
                let (store, node) = (self.store.clone(), self.node.clone());
                let read = move || Awake::read(&store, &node, genesis, vault, keystore.rings);
                let awake = blocking(read).await?.map_err(|error| internal(&error))?;
                self.node.ask(move |node| node.unlock(awake)).await??;
            }
        }
        self.key_state().await
    }

    /// Ends the network and forgets the keys until the passphrase comes again.
    pub(crate) async fn lock(&self) -> Outcome<Keys> {
        // No passphrase is being tried or changed meanwhile.
        let _turn = self.tries.lock().await;
        let network = self.node.ask(|node| node.lock()).await??;
        if let Some(network) = network {
            // Ended to the end even when nobody waits for the answer any more.
            let ended = tokio::spawn(async move { network.shutdown().await });
            ended.await.map_err(|error| internal(&error))?;
        }
        self.key_state().await
    }

    /// Puts the keys under another passphrase, or under none. Who may was asked before.
    pub(crate) async fn change_passphrase(
        &self,
        new: Option<Passphrase>,
    ) -> Outcome<PassphraseChanged> {
        if !self.key_state().await?.present {
            return Err(Cause::TerritoryMissing {}.into());
        }
        let stale_file = match &new {
            Some(new) => self.stale_file(new).await?,
            None => None,
        };
        let sealed = new.is_some();
        let _turn = self.tries.lock().await;
        let key = stretched(new).await?;
        self.node
            .ask(move |node| node.reseal_keystore(key))
            .await??;
        tracing::info!(sealed, "the passphrase of the keys was changed");
        Ok(PassphraseChanged {
            schema: Schema,
            sealed,
            stale_file,
        })
    }

    /// The file this post takes its passphrase from, when it does not hold this one.
    async fn stale_file(&self, new: &Passphrase) -> Outcome<Option<String>> {
        let Some(path) = self.passphrase_file.clone() else {
            return Ok(None);
        };
        let new = new.clone();
        blocking(move || {
            let holds = vault::passphrase(Some(&path)).is_ok_and(|held| held == Some(new));
            (!holds).then(|| path.display().to_string())
        })
        .await
    }

    /// The passphrase for keys that are about to be made: the one of the request, else the file's.
    pub(crate) async fn key_for_new(
        &self,
        passphrase: Option<Passphrase>,
    ) -> Outcome<Option<KeystoreKey>> {
        let path = self.passphrase_file.clone();
        let from_file = blocking(move || vault::passphrase(path.as_deref())).await?;
        let from_file = from_file.map_err(|error| unsaved(&error))?;
        let passphrase = passphrase.or(from_file);
        if passphrase.is_none() {
            return Ok(None);
        }
        let _turn = self.tries.lock().await;
        stretched(passphrase).await
    }
}

/// Half a second on another thread.
async fn stretched(passphrase: Option<Passphrase>) -> Outcome<Option<KeystoreKey>> {
    let Some(passphrase) = passphrase else {
        return Ok(None);
    };
    let wrong = |code| Failure::field("passphrase", code);
    if passphrase.trim().is_empty() {
        return Err(wrong(FieldCode::Empty));
    }
    if passphrase.len() > PASSPHRASE_BYTES_MAX {
        return Err(wrong(FieldCode::TooLong));
    }
    let key = blocking(move || KeystoreKey::new(&passphrase, dice::bytes())).await?;
    key.map(Some).map_err(|error| internal(&error).into())
}
