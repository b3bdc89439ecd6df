//! The chronicle fed with real signed entries, checked as they arrive.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

use std::collections::BTreeMap;

use beffroi_trust::author::{self, Position};
use beffroi_trust::chronicle::Alarm;
use beffroi_trust::ring_keys::hand_out;
use beffroi_trust::{
    Act, Carried, Checked, Chronicle, Class, Count, DeviceKeys, DocId, Document, Entry, EntryId,
    Epoch, Genesis, Payload, Placement, Refusal, RingKeys, RingSecret, Role, Signer, Status, Why,
    WriteEpoch, check, open_leaf,
};

const LOG: u8 = 0x41;
const DECISION: u8 = 0xc1;
const TIME_MS: u64 = 1_795_461_000_456;

/// A post's view of the territory, and a way to write in it.
struct Town {
    chronicle: Chronicle,
    entries: BTreeMap<EntryId, Checked>,
    keys: RingKeys,
    epochs: BTreeMap<u64, Epoch>,
    nonce: u128,
}

fn root() -> Signer {
    Signer::from_seed(&[0xf0; 32])
}

fn device(seed: u8) -> DeviceKeys {
    DeviceKeys::from_seeds(&[seed; 32], &[seed + 1; 32])
}

impl Town {
    fn founded() -> Self {
        let roots = [root().id(), Signer::from_seed(&[0xf1; 32]).id()];
        let genesis = Genesis::new("Commune de Valbrune", 1_000, &roots, [5; 16]).unwrap();
        let mut keys = RingKeys::new();
        let epochs = [1, 2].map(|ring| (ring, keys.insert(ring, RingSecret::from_bytes(&[7; 32]))));
        Self {
            chronicle: Chronicle::new(genesis),
            entries: BTreeMap::new(),
            keys,
            epochs: epochs.into(),
            nonce: 0,
        }
    }

    fn position(&self, signer: &Signer, grant: EntryId, class: Class) -> Position {
        let (prev, seq) = self.chronicle.tips(&signer.id(), class);
        Position {
            territory: self.chronicle.genesis().territory(),
            grant,
            prev,
            seq,
            time_ms: TIME_MS,
        }
    }

    fn take(&mut self, entry: &Entry) -> (EntryId, Placement) {
        let territory = self.chronicle.genesis().territory();
        let checked = check(&Entry::decode(&entry.encode()).unwrap(), &territory).unwrap();
        let placement = self.chronicle.offer(&checked, None);
        let id = checked.id();
        self.entries.insert(id, checked);
        (id, placement)
    }

    fn act(&mut self, signer: &Signer, act: &Act) -> EntryId {
        let grant = self.chronicle.may_act(&signer.id(), act).unwrap();
        let position = self.position(signer, grant, Class::Act);
        let (id, placement) = self.take(&author::act(signer, &position, act).unwrap());
        assert_eq!(placement, Placement::InSet);
        assert!(self.chronicle.standing().authorised(&id));
        id
    }

    fn grant(&mut self, by: &Signer, to: &DeviceKeys, role: Role, rings: &[u64]) -> EntryId {
        let act = Act::Grant {
            device: to.id(),
            seal: to.seal.public(),
            role,
            rings: rings.to_vec(),
            invite: None,
        };
        self.act(by, &act)
    }

    fn log_line(&mut self, by: &Signer, grant: EntryId, kind: u8, ring: u64) -> EntryId {
        self.nonce += 1;
        let document = DocId {
            kind,
            ring,
            uuid: [4; 16],
        };
        let items = [(document, Payload::Record(b"a line".to_vec().into()))];
        let position = self.position(by, grant, Class::Content);
        let nonce = self.nonce.to_be_bytes();
        let entry = author::content(by, &position, nonce, &items, &self.epochs, &self.keys);
        self.take(&entry.unwrap()).0
    }
}

#[test]
fn signed_entries_count_by_their_role_kind_and_ring() {
    let mut town = Town::founded();
    let (alice, nina) = (device(0xa0), device(0xb0));
    town.grant(&root(), &alice, Role::Coordinator, &[1, 2]);
    let grant = town.grant(&alice.signer, &nina, Role::Operator, &[1]);
    let may = |town: &Town, kind, ring| town.chronicle.may_write(&nina.id(), &[(kind, ring)]);
    assert_eq!(may(&town, LOG, 1), Ok(grant));
    assert_eq!(may(&town, DECISION, 1), Err(Refusal::Role));
    assert_eq!(may(&town, LOG, 2), Err(Refusal::Ring(2)));
    let fine = town.log_line(&nina.signer, grant, LOG, 1);
    let decision = town.log_line(&nina.signer, grant, DECISION, 1);
    let private = town.log_line(&nina.signer, grant, LOG, 2);
    for (entry, count) in [
        (fine, Count::Authorised),
        (decision, Count::SetAside),
        (private, Count::SetAside),
    ] {
        assert_eq!(town.chronicle.count(&entry), count);
    }
    assert!(town.chronicle.holes().is_empty() && town.chronicle.forks().is_empty());
    assert_eq!(
        town.chronicle.tips(&nina.id(), Class::Content),
        (vec![private], 4)
    );
    let again = town.entries[&fine].clone();
    assert_eq!(town.chronicle.offer(&again, None), Placement::Known);
}

#[test]
fn a_withdrawn_post_is_cut_where_it_was_last_seen() {
    let mut town = Town::founded();
    let (alice, nina) = (device(0xa0), device(0xb0));
    town.grant(&root(), &alice, Role::Coordinator, &[1]);
    let grant = town.grant(&alice.signer, &nina, Role::Operator, &[1]);
    let seen = town.log_line(&nina.signer, grant, LOG, 1);
    let unseen = town.log_line(&nina.signer, grant, LOG, 1);
    town.chronicle.recounted();
    let plan = town
        .chronicle
        .withdraw(&alice.id(), &nina.id(), Why::Lost, &|id| *id != unseen)
        .unwrap();
    assert!(plan.beyond.is_empty() && plan.granted.is_empty());
    for (_, act) in &plan.revokes {
        town.act(&alice.signer, act);
    }
    assert_eq!(town.chronicle.recounted(), [unseen]);
    assert!(town.chronicle.counted(&seen));
    assert_eq!(
        town.chronicle.standing().member(&nina.id()).unwrap().status,
        Status::Withdrawn
    );
    assert_eq!(
        town.chronicle.may_write(&nina.id(), &[(LOG, 1)]),
        Err(Refusal::Withdrawn)
    );
    town.grant(&alice.signer, &nina, Role::Operator, &[1]);
    let lost = |alarm: &Alarm| matches!(alarm, Alarm::LostDeviceGranted { device, .. } if *device == nina.id());
    assert!(town.chronicle.alarms().iter().any(lost));
}

#[test]
fn a_posts_entries_wait_for_its_grant_and_then_show() {
    let mut here = Town::founded();
    let mut there = Town::founded();
    let (alice, nina) = (device(0xa0), device(0xb0));
    let founding = there.grant(&root(), &alice, Role::Coordinator, &[1]);
    let grant = there.grant(&alice.signer, &nina, Role::Operator, &[1]);
    let line = there.log_line(&nina.signer, grant, LOG, 1);
    let sender = Some(alice.id());
    let mut give = |id: &EntryId| here.chronicle.offer(&there.entries[id], sender);
    assert_eq!(give(&line), Placement::Parked);
    assert_eq!(give(&line), Placement::Parked);
    assert_eq!(
        give(&grant),
        Placement::Parked,
        "its author is not known either"
    );
    assert_eq!(give(&founding), Placement::InSet);
    let mut woken = here.chronicle.woken();
    woken.sort_unstable();
    let mut expected = vec![line, grant];
    expected.sort_unstable();
    assert_eq!(woken, expected);
    let entry = &there.entries[&line];
    let (id, payload) = open_leaf(entry, 0, &there.keys).unwrap();
    let mut document = Document::new(id);
    let carried = Carried {
        entry: line,
        leaf: 0,
        author: entry.author(),
        time_ms: entry.time_ms(),
        count: here.chronicle.count(&line),
        payload: payload.bytes().clone(),
    };
    document.offer(carried, None);
    let shown: Vec<&[u8]> = document.records().map(|(_, bytes)| &bytes[..]).collect();
    assert_eq!(shown, [b"a line"]);
}

#[test]
fn ring_keys_are_owed_to_readers_and_turned_when_one_leaves() {
    let mut town = Town::founded();
    let (alice, nina) = (device(0xa0), device(0xb0));
    town.grant(&root(), &alice, Role::Coordinator, &[1, 2]);
    let territory = town.chronicle.genesis().territory();
    let first = RingSecret::from_bytes(&[7; 32]);
    let readers = |town: &Town| {
        let readers = town.chronicle.standing().readers(1);
        readers
            .map(|(device, member)| (*device, member.seal.unwrap()))
            .collect::<BTreeMap<_, _>>()
    };
    for act in hand_out(&territory, 1, &first, &[], &readers(&town), &[1; 32]).acts {
        town.act(&alice.signer, &act);
    }
    assert!(town.chronicle.unserved().is_empty());
    let grant = town.grant(&alice.signer, &nina, Role::Operator, &[1]);
    let owed = town.chronicle.unserved();
    assert_eq!(
        owed[&(1, first.epoch())].keys().collect::<Vec<_>>(),
        [&nina.id()]
    );
    for act in hand_out(
        &territory,
        1,
        &first,
        &[],
        &owed[&(1, first.epoch())],
        &[2; 32],
    )
    .acts
    {
        town.act(&alice.signer, &act);
    }
    assert!(town.chronicle.unserved().is_empty());
    let copies = town.chronicle.sealed_to(&nina.id());
    assert_eq!(
        (copies.len(), copies[0].ring, copies[0].epoch),
        (1, 1, first.epoch())
    );
    let lost_standing = |town: &Town| {
        let standing = town.chronicle.standing().clone();
        move |device: &_| !standing.stands(device)
    };
    let choice = |town: &Town| {
        town.keys
            .write_epoch(1, &town.chronicle.announced(), lost_standing(town))
    };
    assert_eq!(choice(&town), Some(WriteEpoch::Sound(first.epoch())));
    let revoke = Act::Revoke {
        grant,
        keep: vec![],
        why: Why::Left,
    };
    town.act(&alice.signer, &revoke);
    assert_eq!(
        choice(&town),
        Some(WriteEpoch::Stale(first.epoch())),
        "she can read it"
    );
    let second = RingSecret::from_bytes(&[8; 32]);
    let replaces = [first.epoch()];
    for act in hand_out(&territory, 1, &second, &replaces, &readers(&town), &[3; 32]).acts {
        town.act(&alice.signer, &act);
    }
    town.keys.insert(1, second.clone());
    assert_eq!(choice(&town), Some(WriteEpoch::Sound(second.epoch())));
    assert_eq!(
        town.chronicle.sealed_to(&nina.id()).len(),
        1,
        "and none of the new one"
    );
}
