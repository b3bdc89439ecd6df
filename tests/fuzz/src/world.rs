//! A small invented territory with fixed keys, and a member who signs whatever he likes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use beffroi_trust::author::{self, Position};
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::{
    Act, Body, Checked, Chronicle, Class, DeviceKeys, DocId, Entry, EntryId, Epoch, Genesis, Head,
    Payload, Ring, RingKeys, RingSecret, Role, Roots, TerritoryId, check,
};
use ed25519_dalek::{Signer as _, SigningKey};

/// When the territory was made.
pub const CREATED_MS: u64 = 1_790_000_000_123;
/// When everybody writes.
pub const TIME_MS: u64 = 1_795_461_000_456;

const ALICE_SEED: [u8; 32] = [0xa1; 32];
const BOB_SEED: [u8; 32] = [0xb1; 32];
const STRANGER_SEED: [u8; 32] = [0xe1; 32];
const ROOT_SEEDS: [[u8; 32]; 3] = [[0x01; 32], [0x02; 32], [0x03; 32]];

/// The coordinator.
#[must_use]
pub fn alice() -> DeviceKeys {
    DeviceKeys::from_seeds(&ALICE_SEED, &[0xa2; 32])
}

/// The operator.
#[must_use]
pub fn bob() -> DeviceKeys {
    DeviceKeys::from_seeds(&BOB_SEED, &[0xb2; 32])
}

/// The territory, with Alice's and Bob's grants in it.
pub struct World {
    /// Its genesis.
    pub genesis: Genesis,
    /// Its id.
    pub territory: TerritoryId,
    /// What a post knows that holds both grants.
    pub chronicle: Chronicle,
    /// Alice's grant by root 1.
    pub alices_grant: Entry,
    /// Bob's by Alice.
    pub bobs_grant: Entry,
    /// The keys of both rings.
    pub keys: RingKeys,
}

/// The one world all targets share.
pub static WORLD: LazyLock<World> = LazyLock::new(World::new);

impl World {
    fn new() -> Self {
        let roots = Roots::from_seeds(&ROOT_SEEDS);
        let genesis = Genesis::new("Valbrune", CREATED_MS, &roots.ids(), [0x11; 16]).unwrap();
        let territory = genesis.territory();
        let from_root = Position {
            territory,
            grant: EntryId::of_territory(&territory),
            prev: Vec::new(),
            seq: 1,
            time_ms: TIME_MS,
        };
        let let_in = |keys: &DeviceKeys, role| Act::Grant {
            device: keys.id(),
            seal: keys.seal.public(),
            role,
            rings: vec![RING_COMMON, RING_PEOPLE],
            invite: None,
        };
        let act = let_in(&alice(), Role::Coordinator);
        let alices_grant = author::act(&roots.0[0].signer(), &from_root, &act).unwrap();
        let from_alice = Position {
            grant: alices_grant.id(),
            ..from_root
        };
        let act = let_in(&bob(), Role::Operator);
        let bobs_grant = author::act(&alice().signer, &from_alice, &act).unwrap();
        let mut chronicle = Chronicle::new(genesis.clone());
        for entry in [&alices_grant, &bobs_grant] {
            chronicle.offer(&check(entry, &territory).unwrap(), None);
        }
        let mut keys = RingKeys::new();
        keys.insert(RING_COMMON, common());
        keys.insert(RING_PEOPLE, RingSecret::from_bytes(&[0xc2; 32]));
        Self {
            genesis,
            territory,
            chronicle,
            alices_grant,
            bobs_grant,
            keys,
        }
    }

    /// Where Alice writes next.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            territory: self.territory,
            grant: self.alices_grant.id(),
            prev: vec![self.bobs_grant.id()],
            seq: 2,
            time_ms: TIME_MS,
        }
    }

    /// The epochs everybody writes with.
    #[must_use]
    pub fn epochs(&self) -> BTreeMap<Ring, Epoch> {
        self.keys
            .iter()
            .map(|(ring, epoch, _)| (ring, epoch))
            .collect()
    }

    /// Alice's entry with these payloads.
    ///
    /// # Panics
    /// When they are none an author may write.
    #[must_use]
    pub fn content(&self, items: &[(DocId, Payload)]) -> Entry {
        let position = Position {
            prev: Vec::new(),
            seq: 1,
            ..self.position()
        };
        author::content(
            &alice().signer,
            &position,
            [0x22; 16],
            items,
            &self.epochs(),
            &self.keys,
        )
        .unwrap()
    }

    /// A checked copy.
    ///
    /// # Panics
    /// When it is not valid.
    #[must_use]
    pub fn checked(&self, entry: &Entry) -> Checked {
        check(entry, &self.territory).unwrap()
    }
}

/// The key of ring `common`.
#[must_use]
pub fn common() -> RingSecret {
    RingSecret::from_bytes(&[0xc1; 32])
}

/// Who signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Root 1.
    Root,
    /// The coordinator.
    Alice,
    /// The operator.
    Bob,
    /// Nobody knows him.
    Stranger,
}

impl Who {
    /// One of them, for any byte.
    #[must_use]
    pub fn of(byte: u8) -> Self {
        [Who::Root, Who::Alice, Who::Bob, Who::Stranger][usize::from(byte) % 4]
    }

    fn key(self) -> SigningKey {
        SigningKey::from_bytes(match self {
            Who::Root => &ROOT_SEEDS[0],
            Who::Alice => &ALICE_SEED,
            Who::Bob => &BOB_SEED,
            Who::Stranger => &STRANGER_SEED,
        })
    }

    /// The grant he writes under.
    #[must_use]
    pub fn grant(self) -> EntryId {
        match self {
            Who::Root => EntryId::of_territory(&WORLD.territory),
            Who::Alice | Who::Stranger => WORLD.alices_grant.id(),
            Who::Bob => WORLD.bobs_grant.id(),
        }
    }

    /// The head, changed so that it fits the territory, him and the body, and signed by him.
    #[must_use]
    pub fn signs(self, mut head: Head, body: Body) -> Entry {
        let key = self.key();
        head.territory = WORLD.territory;
        head.author.0 = key.verifying_key().to_bytes();
        head.size = u32::try_from(body.size()).unwrap_or(u32::MAX);
        head.body = body.root();
        self.signs_bytes(head.encode(), body)
    }

    /// Any bytes as a head, signed by him.
    #[must_use]
    pub fn signs_bytes(self, head: Vec<u8>, body: Body) -> Entry {
        let message = [b"beffroi/entry/1\0".as_slice(), &head].concat();
        Entry {
            signature: self.key().sign(&message).to_bytes(),
            head: head.into(),
            body,
        }
    }

    /// A head of his, before it is made to fit.
    #[must_use]
    pub fn head(self, class: Class) -> Head {
        Head {
            v: 1,
            class,
            territory: WORLD.territory,
            author: alice().id(),
            time_ms: TIME_MS,
            grant: self.grant(),
            prev: Vec::new(),
            seq: 1,
            slots: Vec::new(),
            size: 0,
            body: [0; 32],
        }
    }
}
