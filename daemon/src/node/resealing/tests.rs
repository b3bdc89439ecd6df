//! What a coordinator owes, on chronicles made for it.

use beffroi_trust::author::{self, Position};
use beffroi_trust::ring_keys::hand_out;
use beffroi_trust::{
    Chronicle, DeviceKeys, EntryId, Genesis, RingSecret, Role, Roots, Signer, Why, check,
};

use super::*;

const CREATED_MS: u64 = 1_790_000_000_000;

/// A territory whose acts are written one after the other.
struct Town {
    chronicle: Chronicle,
    keys: RingKeys,
}

impl Town {
    fn new() -> Town {
        let roots = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]);
        let genesis = Genesis::new("Orb-sur-Lez", CREATED_MS, &roots.ids(), [9; 16]).unwrap();
        Town {
            chronicle: Chronicle::new(genesis),
            keys: RingKeys::new(),
        }
    }

    /// Signs an act; `prev` other than the tips makes a hole.
    fn act_after(&mut self, by: &Signer, act: &Act, prev: Option<Vec<EntryId>>) -> EntryId {
        let territory = self.chronicle.genesis().territory();
        let (tips, seq) = self.chronicle.tips(&by.id(), Class::Act);
        let position = Position {
            territory,
            grant: self.chronicle.may_act(&by.id(), act).unwrap(),
            prev: prev.unwrap_or(tips),
            seq,
            time_ms: CREATED_MS + 1,
        };
        let entry = author::act(by, &position, act).unwrap();
        let checked = check(&entry, &territory).unwrap();
        self.chronicle.offer(&checked, None);
        checked.id()
    }

    fn act(&mut self, by: &Signer, act: &Act) -> EntryId {
        self.act_after(by, act, None)
    }

    fn grant(&mut self, by: &Signer, device: &DeviceKeys, role: Role, rings: &[Ring]) -> EntryId {
        let grant = Act::Grant {
            device: device.id(),
            seal: device.seal.public(),
            role,
            rings: rings.to_vec(),
            invite: None,
        };
        self.act(by, &grant)
    }

    fn hand(&mut self, by: &Signer, ring: Ring, key: &RingSecret, to: &[&DeviceKeys]) {
        let territory = self.chronicle.genesis().territory();
        let to = to.iter().map(|keys| (keys.id(), keys.seal.public()));
        let to: BTreeMap<_, _> = to.collect();
        for act in hand_out(&territory, ring, key, &[], &to, &[7; 32]).acts {
            self.act(by, &act);
        }
        self.keys.insert(ring, key.clone());
    }

    fn owed_by(&self, device: &DeviceKeys) -> Owed {
        Owed::by(&device.id(), &self.chronicle, &self.keys)
    }
}

fn device(n: u8) -> DeviceKeys {
    DeviceKeys::from_seeds(&[n; 32], &[n + 100; 32])
}

fn root() -> Signer {
    Signer::from_seed(&[1; 32])
}

#[test]
fn a_reader_admitted_elsewhere_is_owed_every_key_of_its_rings_and_no_other() {
    let mut town = Town::new();
    let (alice, bob, nina, relay) = (device(10), device(11), device(12), device(13));
    let both = [RING_COMMON, RING_PEOPLE];
    town.grant(&root(), &alice, Role::Coordinator, &both);
    town.grant(&alice.signer, &bob, Role::Coordinator, &both);
    let (old, new) = (
        RingSecret::from_bytes(&[1; 32]),
        RingSecret::from_bytes(&[2; 32]),
    );
    let people = RingSecret::from_bytes(&[3; 32]);
    for key in [&old, &new] {
        town.hand(&alice.signer, RING_COMMON, key, &[&alice, &bob]);
    }
    town.hand(&alice.signer, RING_PEOPLE, &people, &[&alice, &bob]);
    assert!(town.owed_by(&alice).is_nothing());
    town.grant(&bob.signer, &nina, Role::Operator, &[RING_COMMON]);
    town.grant(&bob.signer, &relay, Role::Relay, &[]);
    let owed = town.owed_by(&alice);
    let owed_keys: BTreeSet<_> = owed.copies.keys().copied().collect();
    let expected = [old.epoch(), new.epoch()].map(|epoch| (RING_COMMON, epoch));
    assert_eq!(owed_keys, BTreeSet::from(expected));
    for to in owed.copies.values() {
        assert_eq!(to.keys().collect::<Vec<_>>(), [&nina.id()]);
    }
    assert!(owed.turned.is_empty() && !owed.hole);
    // Who has no right to hand keys out owes none, nor who holds none.
    assert!(town.owed_by(&nina).is_nothing());
    town.keys = RingKeys::new();
    assert!(town.owed_by(&alice).is_nothing());
}

#[test]
fn a_key_that_a_withdrawn_device_holds_is_turned() {
    let mut town = Town::new();
    let (alice, thief) = (device(10), device(12));
    town.grant(&root(), &alice, Role::Coordinator, &[RING_COMMON]);
    let grant = town.grant(&alice.signer, &thief, Role::Operator, &[RING_COMMON]);
    let key = RingSecret::from_bytes(&[1; 32]);
    town.hand(&alice.signer, RING_COMMON, &key, &[&alice, &thief]);
    assert!(town.owed_by(&alice).is_nothing());
    let revoke = Act::Revoke {
        grant,
        keep: Vec::new(),
        why: Why::Lost,
    };
    town.act(&root(), &revoke);
    let owed = town.owed_by(&alice);
    assert_eq!(owed.turned, BTreeSet::from([RING_COMMON]));
    assert!(
        owed.copies.is_empty(),
        "and nothing is sealed to it any more"
    );
}

#[test]
fn while_acts_of_who_turned_a_key_are_missing_a_reader_waits_longer() {
    let mut town = Town::new();
    let (alice, bob, thief) = (device(10), device(11), device(12));
    town.grant(&root(), &alice, Role::Coordinator, &[RING_COMMON]);
    town.grant(&alice.signer, &bob, Role::Coordinator, &[RING_COMMON]);
    town.grant(&alice.signer, &thief, Role::Operator, &[RING_COMMON]);
    let key = RingSecret::from_bytes(&[1; 32]);
    let readers = [&alice, &bob, &thief];
    town.hand(&alice.signer, RING_COMMON, &key, &readers);
    // Bob withdrew the thief, then turned the key; the withdrawal has not arrived.
    let turned = RingSecret::from_bytes(&[2; 32]);
    let territory = town.chronicle.genesis().territory();
    let to = BTreeMap::from([alice.id(), bob.id()].map(|id| {
        let seal = if id == bob.id() { &bob } else { &alice };
        (id, seal.seal.public())
    }));
    let replaces = [key.epoch()];
    let acts = hand_out(&territory, RING_COMMON, &turned, &replaces, &to, &[8; 32]).acts;
    town.act_after(&bob.signer, &acts[0], Some(vec![EntryId([0xee; 32])]));
    town.keys.insert(RING_COMMON, turned.clone());
    let owed = town.owed_by(&alice);
    assert!(owed.hole, "the thief would be served");
    let lacking: Vec<_> = owed.copies.keys().copied().collect();
    assert_eq!(lacking, [(RING_COMMON, turned.epoch())]);
}
