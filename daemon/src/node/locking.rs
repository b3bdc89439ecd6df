//! Locking and unlocking: the territory and its keys leave the memory, and come back with the passphrase.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use beffroi_api::problem::Cause;
use beffroi_net::NetHandle;
use beffroi_trust::{Genesis, KeystoreKey, RingKeys};

use super::authoring::internal;
use super::{Awake, Invites, Network, Node, Peers, Resealing, life};
use crate::failure::Outcome;
use crate::vault::{Vault, VaultError};

impl Node {
    /// Why there is no territory to ask about.
    pub(crate) fn absent(&self) -> Cause {
        if self.is_locked() {
            Cause::KeysLocked {}
        } else {
            Cause::TerritoryMissing {}
        }
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Relaxed)
    }

    /// No keys are made over those that wait for their passphrase.
    pub(super) fn refuse_locked(&self) -> Outcome<()> {
        if self.is_locked() {
            return Err(Cause::KeysLocked {}.into());
        }
        Ok(())
    }

    /// The stretched passphrase of the keys; none when they have none.
    ///
    /// # Errors
    /// While they are locked.
    pub(crate) fn seal(&self) -> Outcome<Option<KeystoreKey>> {
        self.refuse_locked()?;
        Ok(self.vault.as_ref().and_then(Vault::seal))
    }

    /// The territory on the disk, for whoever has the keys and will bring it to life.
    pub(crate) fn to_be_unlocked(&self) -> Outcome<Option<Genesis>> {
        if !self.is_locked() {
            return Err(Cause::UnlockedAlready {}.into());
        }
        life::genesis(self.store.as_ref()).map_err(|error| internal(&error).into())
    }

    /// Takes up life again, with the network.
    pub(crate) fn unlock(&mut self, awake: Awake) -> Outcome<()> {
        self.take_up(|node| node.live_as(awake))?;
        self.start_network();
        tracing::info!("unlocked");
        Ok(())
    }

    /// Takes up the keys of a post that is in no territory yet.
    pub(crate) fn unlock_outside(&mut self, vault: Vault) -> Outcome<()> {
        self.take_up(|node| node.vault = Some(vault))
    }

    /// Two who unlock at once are one: the second is told that nothing is to be done.
    fn take_up(&mut self, take: impl FnOnce(&mut Node)) -> Outcome<()> {
        if !self.locked.swap(false, Ordering::Relaxed) {
            return Err(Cause::UnlockedAlready {}.into());
        }
        take(self);
        Ok(())
    }

    /// Ends the network and forgets keys, codes and everything decrypted. What is in hand is on the disk
    /// before. Gives the network, which is to be waited for.
    pub(crate) fn lock(&mut self) -> Outcome<Option<NetHandle>> {
        if self.is_locked() {
            return Ok(None);
        }
        let sealed = self.vault.as_ref().is_some_and(Vault::is_sealed);
        if !sealed {
            return Err(Cause::PassphraseNone {}.into());
        }
        self.keep_receipts();
        self.writer.settle();
        self.locked.store(true, Ordering::Relaxed);
        let network: Network = std::mem::take(&mut self.network);
        let net = network.handle.clone();
        let living = self.living.take();
        self.vault = None;
        self.invites = Invites::default();
        self.peers = Peers::default();
        self.resealing = Resealing::default();
        self.on_the_way = BTreeMap::new();
        // Dropping the threads that show waits for what they have in hand, and the loop must not.
        tokio::task::spawn_blocking(move || drop((living, network)));
        tracing::info!("locked: the keys wait for their passphrase");
        Ok(net)
    }

    /// Saves the keys under another passphrase, or none.
    pub(crate) fn reseal_keystore(&mut self, key: Option<KeystoreKey>) -> Outcome<()> {
        let rings = self.living.as_ref();
        let rings = rings.map_or_else(RingKeys::new, |living| {
            living.with_ring_keys(RingKeys::clone)
        });
        let absent = self.absent();
        let vault = self.vault.as_mut().ok_or(absent)?;
        vault.reseal(key, &rings).map_err(|error| unsaved(&error))?;
        Ok(())
    }
}

/// Why keys could not be read or written, for the person who tried.
pub(crate) fn unsaved(error: &VaultError) -> Cause {
    tracing::error!(%error, "the file of the keys");
    Cause::KeysUnreadable {
        error: error.to_string(),
    }
}
