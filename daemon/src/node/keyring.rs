//! Ring keys: handed out to who joins, taken in when an act brings one, saved before they are used.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use beffroi_trust::ring_keys::{self, RingKeyError};
use beffroi_trust::{Act, DeviceId, Ring, RingKeys, RingSecret};

use super::Node;
use super::living::Living;
use crate::dice;

impl Living {
    /// RingKey acts that hand every key of these rings to one device.
    pub(super) fn hand_out(&self, device: DeviceId, seal: [u8; 32], rings: &[Ring]) -> Vec<Act> {
        let to = BTreeMap::from([(device, seal)]);
        self.with_ring_keys(|keys| {
            let wanted = keys.iter().filter(|(ring, _, _)| rings.contains(ring));
            let acts = wanted.flat_map(|(ring, _, key)| {
                ring_keys::hand_out(&self.id, ring, key, &[], &to, &dice::bytes()).acts
            });
            acts.collect()
        })
    }

    /// Keys that authorised acts seal to us and that we do not hold. One that opens to another key
    /// than its name says was forged by its author.
    pub(super) fn new_ring_keys(&self) -> Vec<(Ring, RingSecret)> {
        let me = self.me();
        let mut found = Vec::new();
        for act in self.chronicle.authorised_acts() {
            let Some(Act::RingKey {
                ring, epoch, to, ..
            }) = act.act
            else {
                continue;
            };
            let held = self.with_ring_keys(|keys| keys.key(*ring, epoch).is_some());
            if held || self.erasing.is_retired(*ring, epoch) {
                continue;
            }
            for (_, sealed) in to.iter().filter(|(device, _)| *device == me) {
                match ring_keys::receive(&self.keys, &self.id, *ring, epoch, sealed) {
                    Ok(key) => found.push((*ring, key)),
                    Err(RingKeyError::Unsealing) => {}
                    Err(RingKeyError::Epoch) => {
                        tracing::warn!(act = %act.id, "a ring key is not the one its name says");
                    }
                }
            }
        }
        found
    }

    pub(super) fn set_ring_keys(&self, keys: RingKeys) {
        *self
            .ring_keys
            .write()
            .unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

impl Node {
    /// Takes in the keys that acts brought, saves them, and has waiting leaves opened.
    pub(super) fn take_ring_keys(&mut self) {
        let (Some(living), Some(vault)) = (&self.living, &self.vault) else {
            return;
        };
        let new = living.new_ring_keys();
        if new.is_empty() {
            return;
        }
        let mut keys = living.with_ring_keys(RingKeys::clone);
        for (ring, key) in new {
            keys.insert(ring, key);
        }
        if let Err(error) = vault.save(&keys) {
            // Used without being saved, a key would be lost at the next start; its act is still here
            // and is tried again with the next one.
            tracing::error!(%error, "a ring key could not be saved");
            return;
        }
        living.set_ring_keys(keys);
        living.applier.unlock();
    }
}
