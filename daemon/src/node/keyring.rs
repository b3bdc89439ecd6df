//! Ring keys: handed out to who joins, taken in when an act brings one, drawn anew when somebody is put
//! out; saved before they are used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use beffroi_trust::limits::REPLACES_MAX;
use beffroi_trust::ring_keys::{self, RingKeyError};
use beffroi_trust::{Act, DeviceId, Epoch, Ring, RingKeys, RingSecret};

use super::Node;
use super::authoring::internal;
use super::living::Living;
use crate::dice;
use crate::failure::Outcome;

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

    /// RingKey acts that hand one key to devices that lack it.
    pub(super) fn copies(
        &self,
        ring: Ring,
        epoch: &Epoch,
        devices: &BTreeMap<DeviceId, [u8; 32]>,
    ) -> Vec<Act> {
        self.with_ring_keys(|keys| {
            let key = keys.key(ring, epoch);
            key.map_or_else(Vec::new, |key| {
                ring_keys::hand_out(&self.id, ring, key, &[], devices, &dice::bytes()).acts
            })
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

    /// The epochs of a ring that a new one takes the place of: every one known, and of more than an act
    /// may name those first that nobody replaced yet.
    fn replaced_by_a_new_one(&self, ring: Ring) -> Vec<Epoch> {
        let announced = self.chronicle.announced();
        let ours = || announced.iter().filter(|act| act.ring == ring);
        let replaced: BTreeSet<Epoch> = ours().flat_map(|act| act.replaces.clone()).collect();
        let mut known: BTreeSet<Epoch> = ours().map(|act| act.epoch).collect();
        self.with_ring_keys(|keys| {
            let held = keys.iter().filter(|(of, _, _)| *of == ring);
            known.extend(held.map(|(_, epoch, _)| epoch));
        });
        let (old, current): (Vec<Epoch>, Vec<Epoch>) = known
            .into_iter()
            .partition(|epoch| replaced.contains(epoch));
        let mut all = [current, old].concat();
        all.truncate(REPLACES_MAX);
        all
    }

    /// The devices that stand and may read a ring, with their X25519 keys.
    fn readers(&self, ring: Ring) -> BTreeMap<DeviceId, [u8; 32]> {
        let readers = self.chronicle.standing().readers(ring);
        readers
            .filter_map(|(device, member)| Some((*device, member.seal?)))
            .collect()
    }

    /// Acts that give a ring a new key, and the key.
    fn turn(&self, ring: Ring) -> (RingSecret, Vec<Act>) {
        let key = RingSecret::from_bytes(&dice::bytes());
        let replaces = self.replaced_by_a_new_one(ring);
        let readers = self.readers(ring);
        let handout =
            ring_keys::hand_out(&self.id, ring, &key, &replaces, &readers, &dice::bytes());
        if !handout.unserved.is_empty() {
            let count = handout.unserved.len();
            tracing::warn!(count, "devices with unusable keys get no ring key");
        }
        (key, handout.acts)
    }

    pub(super) fn set_ring_keys(&self, keys: RingKeys) {
        *self
            .ring_keys
            .write()
            .unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

impl Node {
    /// Draws a new key for each of these rings that this device reads, saves them, and gives the acts that
    /// hand them to every device now standing that reads the ring. Whom a withdrawal puts out no longer
    /// stands once [`Node::act`] took it, so it comes first and these acts after it. Rings this device
    /// does not read are left out: it cannot hand out what it does not hold.
    ///
    /// # Errors
    /// When the keys cannot be saved: nothing was handed out then.
    pub(super) fn turn_ring_keys(&mut self, rings: &[Ring]) -> Outcome<Vec<Act>> {
        let living = self.living.as_ref().ok_or_else(|| self.absent())?;
        let vault = self.vault.as_ref().ok_or_else(|| self.absent())?;
        let mut keys = living.with_ring_keys(RingKeys::clone);
        let mut acts = Vec::new();
        let rings: BTreeSet<Ring> = rings.iter().copied().collect();
        for ring in rings.into_iter().filter(|ring| living.reads(*ring)) {
            let (key, handout) = living.turn(ring);
            keys.insert(ring, key);
            acts.extend(handout);
        }
        if !acts.is_empty() {
            vault.save(&keys).map_err(|error| internal(&error))?;
            living.set_ring_keys(keys);
        }
        Ok(acts)
    }

    /// Takes in the keys that acts brought, saves them, and has waiting leaves opened.
    pub(super) fn take_ring_keys(&mut self) {
        let (Some(living), Some(vault)) = (&self.living, &self.vault) else {
            return;
        };
        // Who is out takes nothing, or it would take again what it has to destroy.
        if !living.chronicle.standing().stands(&living.me()) {
            return;
        }
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
