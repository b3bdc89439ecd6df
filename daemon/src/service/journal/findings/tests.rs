//! Each kind of finding, from real entries of an invented territory.

use beffroi_api::reply::JournalJudged;
use beffroi_trust::author::{self, Position};
use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{
    Act, Checked, Chronicle, DocId, Genesis, Payload, RingKeys, RingSecret, Role, Roots, Signer,
    Why, check,
};

use super::*;

const AT_MS: u64 = 1_795_000_000_000;

struct Territory {
    genesis: Genesis,
    keys: RingKeys,
    read: Read,
}

impl Territory {
    fn new() -> Territory {
        let roots = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]);
        let genesis = Genesis::new("Orb", 1_790_000_000_000, &roots.ids(), [9; 16]).unwrap();
        let mut keys = RingKeys::new();
        keys.insert(RING_COMMON, RingSecret::from_bytes(&[5; 32]));
        let read = Read {
            chronicle: Chronicle::new(genesis.clone()),
            entries: 0,
            verified: 0,
            chains: BTreeMap::new(),
            places: BTreeMap::new(),
            damaged: Vec::new(),
        };
        Territory {
            genesis,
            keys,
            read,
        }
    }

    fn position(&self, grant: EntryId, prev: &[EntryId], seq: u64) -> Position {
        Position {
            territory: self.genesis.territory(),
            grant,
            prev: prev.to_vec(),
            seq,
            time_ms: AT_MS,
        }
    }

    fn root(&self) -> EntryId {
        EntryId::of_territory(&self.genesis.territory())
    }

    fn take(&mut self, entry: beffroi_trust::Entry) -> EntryId {
        let checked = check(&entry, &self.genesis.territory()).unwrap();
        let id = checked.id();
        self.read.take(id, Some(checked));
        id
    }

    fn act(&mut self, by: &Signer, position: &Position, act: &Act) -> EntryId {
        self.take(author::act(by, position, act).unwrap())
    }

    fn grant(&mut self, device: &Signer, role: Role, prev: &[EntryId]) -> EntryId {
        let act = Act::Grant {
            device: device.id(),
            seal: [7; 32],
            role,
            rings: vec![RING_COMMON],
            invite: None,
        };
        let position = self.position(self.root(), prev, 1 + prev.len() as u64);
        self.act(&Signer::from_seed(&[1; 32]), &position, &act)
    }

    fn content(&self, by: &Signer, position: &Position, number: u8) -> beffroi_trust::Entry {
        let doc = DocId {
            kind: 1,
            ring: RING_COMMON,
            uuid: [number; 16],
        };
        let items = [(doc, Payload::Change(vec![number; 64].into()))];
        let epochs = self.keys.iter().map(|(ring, epoch, _)| (ring, epoch));
        let epochs = epochs.collect();
        author::content(by, position, [number; 16], &items, &epochs, &self.keys).unwrap()
    }

    fn told(&self, said: &Said, called_in: &[LeafAt]) -> (Vec<JournalCount>, Vec<Finding>) {
        Findings::of(&self.read, said, called_in).told()
    }
}

fn signer(n: u8) -> Signer {
    Signer::from_seed(&[n; 32])
}

#[test]
fn every_kind_is_counted_and_named_with_its_device_and_entries() {
    let mut territory = Territory::new();
    let (ann, bob, out, stranger) = (signer(10), signer(11), signer(12), signer(13));
    let of_ann = territory.grant(&ann, Role::Coordinator, &[]);
    let of_bob = territory.grant(&bob, Role::Operator, &[of_ann]);
    let of_out = territory.grant(&out, Role::Operator, &[of_bob]);
    let write = |territory: &mut Territory, by: &Signer, grant, prev: &[EntryId], number| {
        let position = territory.position(grant, prev, 1 + prev.len() as u64);
        let entry = territory.content(by, &position, number);
        territory.take(entry)
    };
    // Two ends of one chain; a citation of what is not here.
    let fork = [1, 2].map(|n| write(&mut territory, &bob, of_bob, &[], n));
    let absent = EntryId([77; 32]);
    let cites = write(&mut territory, &ann, of_ann, &[absent], 3);
    // Put out, keeping nothing: one of two entries is adopted.
    let aside = [4, 5].map(|n| write(&mut territory, &out, of_out, &[], n));
    let position = territory.position(of_ann, &[], 1);
    let revoke = Act::Revoke {
        grant: of_out,
        keep: Vec::new(),
        why: Why::Lost,
    };
    let revoked = territory.act(&ann, &position, &revoke);
    let position = territory.position(of_ann, &[revoked], 2);
    let tips = vec![aside[1]];
    territory.act(&ann, &position, &Act::Keep { tips });
    // An act of somebody who may do none.
    let position = territory.position(of_bob, &[], 1);
    let keep = Act::Keep { tips: vec![cites] };
    let no_right = territory.act(&bob, &position, &keep);
    territory.read.take(EntryId([88; 32]), None);
    let parked = {
        let position = territory.position(of_ann, &[], 1);
        let entry = territory.content(&stranger, &position, 6);
        check(&entry, &territory.genesis.territory()).unwrap()
    };
    let parked_id = Checked::id(&parked);
    let said = Said {
        genesis: territory.genesis.clone(),
        names: Names::default(),
        parked: vec![parked],
        gone: vec![
            ((fork[0], 0), FindingKind::Gap),
            ((fork[1], 0), FindingKind::Erased),
            ((cites, 0), FindingKind::Carried),
        ],
        judged: JournalJudged::default(),
        refused: vec![(fork[0], 0)],
    };
    let (counts, findings) = territory.told(&said, &[(aside[0], 0)]);
    let of = |kind, device: &Signer| {
        let mut found = findings.iter().filter(|one| one.kind == kind);
        let found = found.find(|one| one.author == device.id().to_string());
        found.map(|one| (one.count, one.entries.clone()))
    };
    let one = |id: EntryId| Some((1, vec![id.to_string()]));
    let (_, tips) = of(FindingKind::Fork, &bob).unwrap();
    let mut ends: Vec<String> = fork.iter().map(ToString::to_string).collect();
    ends.sort_unstable();
    assert_eq!(tips, ends);
    assert_eq!(of(FindingKind::Hole, &ann), one(absent));
    assert_eq!(of(FindingKind::SetAside, &out), one(aside[0]));
    assert_eq!(of(FindingKind::SetAside, &bob), one(no_right));
    assert_eq!(of(FindingKind::Adopted, &out), one(aside[1]));
    assert_eq!(of(FindingKind::CalledIn, &out), one(aside[0]));
    assert_eq!(of(FindingKind::Parked, &stranger), one(parked_id));
    assert_eq!(of(FindingKind::Gap, &bob), one(fork[0]));
    assert_eq!(of(FindingKind::Erased, &bob), one(fork[1]));
    assert_eq!(of(FindingKind::Carried, &ann), one(cites));
    assert_eq!(of(FindingKind::Refused, &bob), one(fork[0]));
    let damaged = findings.iter().find(|one| one.kind == FindingKind::Damaged);
    assert_eq!(damaged.unwrap().entries, [EntryId([88; 32]).to_string()]);
    let count = |kind| {
        counts
            .iter()
            .find(|one| one.kind == kind)
            .map(|one| one.count)
    };
    assert_eq!(count(FindingKind::SetAside), Some(2));
    for kind in FindingKind::ALL {
        assert_eq!(
            count(*kind).is_some(),
            *kind != FindingKind::Other,
            "{kind:?}"
        );
    }
}
