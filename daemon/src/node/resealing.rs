//! What a coordinator's post owes to the readers of a ring: a copy of each key they lack, and a new key
//! when a reader was put out. After a random delay, so that two coordinators seldom do it twice; doing it
//! twice harms nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use beffroi_trust::chronicle::Chronicle;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{Act, Class, DeviceId, Epoch, Ring, RingKeys, WriteEpoch};

use super::Node;
use super::living::Living;
use crate::dice;

/// The shortest wait: whoever let the newcomer in hands out the keys right after.
const DELAY_MS: u64 = 1_000;
/// Added to it by chance, up to this.
const SPREAD_MS: u64 = 4_000;
/// The wait while acts are missing of whoever turned a key: what is missing may be the withdrawal of the
/// very device that would be served. A hole that nobody fills must not leave a reader without keys.
const HOLE_DELAY: Duration = Duration::from_secs(300);
/// Acts written in one turn: each is a signature and an entry for every post; the rest waits for the next.
const ACTS_MAX: usize = 32;

/// When what is owed will be done.
#[derive(Debug, Default)]
pub(crate) struct Resealing {
    pub(crate) due: Option<Instant>,
}

/// What this post owes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Owed {
    /// By key held here, the devices to seal it to.
    copies: BTreeMap<(Ring, Epoch), BTreeMap<DeviceId, [u8; 32]>>,
    /// Rings whose every key was sealed to somebody who no longer stands.
    turned: BTreeSet<Ring>,
    /// Whether an act is missing of somebody who announced a key that is owed.
    hole: bool,
}

impl Owed {
    fn is_nothing(&self) -> bool {
        self.copies.is_empty() && self.turned.is_empty()
    }

    /// What a device with these keys owes.
    fn by(me: &DeviceId, chronicle: &Chronicle, keys: &RingKeys) -> Owed {
        let announced = chronicle.announced();
        let stands = |device: &DeviceId| chronicle.standing().stands(device);
        let may = |ring: Ring| {
            let act = Act::RingKey {
                ring,
                epoch: Epoch([0; 16]),
                replaces: Vec::new(),
                to: Vec::new(),
            };
            chronicle.may_act(me, &act).is_ok()
        };
        let mut copies = chronicle.unserved();
        copies.retain(|(ring, epoch), _| keys.key(*ring, epoch).is_some() && may(*ring));
        let leaked = |ring: &Ring| {
            let epoch = keys.write_epoch(*ring, &announced, |device| !stands(device));
            matches!(epoch, Some(WriteEpoch::Stale(_))) && may(*ring)
        };
        let turned = [RING_COMMON, RING_PEOPLE].into_iter().filter(leaked);
        let turned: BTreeSet<Ring> = turned.collect();
        let holes: BTreeSet<DeviceId> = chronicle
            .holes()
            .into_iter()
            .filter(|hole| hole.class == Class::Act)
            .map(|hole| hole.author)
            .collect();
        let hole = chronicle.authorised_acts().any(|view| {
            let Some(Act::RingKey { ring, epoch, .. }) = view.act else {
                return false;
            };
            holes.contains(&view.author) && copies.contains_key(&(*ring, *epoch))
        });
        Owed {
            copies,
            turned,
            hole,
        }
    }
}

impl Living {
    fn owed(&self) -> Owed {
        self.with_ring_keys(|keys| Owed::by(&self.me(), &self.chronicle, keys))
    }
}

impl Node {
    /// Who stands or which keys are held has changed: what is owed is done after a while.
    pub(super) fn duties_changed(&mut self) {
        let Some(living) = &self.living else {
            return;
        };
        let owed = living.owed();
        let now = Instant::now();
        self.resealing.due = match self.resealing.due {
            _ if owed.is_nothing() => None,
            _ if owed.hole => Some(now + HOLE_DELAY),
            Some(due) if due <= now + Duration::from_millis(DELAY_MS + SPREAD_MS) => Some(due),
            Some(_) | None => Some(now + delay()),
        };
    }

    /// The time has come, perhaps: does what is still owed by now.
    pub(super) fn reseal_in_time(&mut self) {
        let due = self.resealing.due.filter(|due| *due <= Instant::now());
        if due.is_none() {
            return;
        }
        self.resealing.due = None;
        let Some(living) = &self.living else {
            return;
        };
        let owed = living.owed();
        let turned: Vec<Ring> = owed.turned.iter().copied().collect();
        let mut acts: Vec<Act> = Vec::new();
        for ((ring, epoch), devices) in &owed.copies {
            acts.extend(living.copies(*ring, epoch, devices));
        }
        match self.turn_ring_keys(&turned) {
            Ok(new) => acts.splice(0..0, new).for_each(drop),
            Err(_) => tracing::warn!("a ring key that is owed could not be made: tried again"),
        }
        let more = acts.len() > ACTS_MAX;
        acts.truncate(ACTS_MAX);
        let count = acts.len();
        if count == 0 {
            return;
        }
        match self.act(acts) {
            Ok(_) => tracing::info!(count, "ring keys were handed to readers who lacked them"),
            Err(_) => tracing::warn!("ring keys that are owed were not written: tried again"),
        }
        // What was written is asked about again when it is on the disk.
        if more || self.trouble.is_some() {
            self.resealing.due = Some(Instant::now() + delay());
        }
    }
}

fn delay() -> Duration {
    let chance = u64::from_le_bytes(dice::bytes()) % (SPREAD_MS + 1);
    Duration::from_millis(DELAY_MS + chance)
}

#[cfg(test)]
mod tests;
