//! Golden vectors: fixed keys, nonces and times give exactly the bytes in `golden/v1.txt`, and what
//! is stored there still opens. Those bytes are on disks and USB keys: this file only ever grows.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::collections::BTreeMap;

use beffroi_trust::author::{self, Position};
use beffroi_trust::digest::{SetDigest, device_words, territory_words};
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::invite::{Claim, InviteCode, PorchRefusal, PorchReply, PorchRequest, Present};
use beffroi_trust::invite::{Welcome, Withdrawn};
use beffroi_trust::ring_keys::{hand_out, receive};
use beffroi_trust::{
    Act, Checked, Entry, EntryId, Genesis, Keystore, KeystoreKey, Parcel, Payload, RootSeed,
    Sealed, Why, open_leaf,
};
use support::*;

const FILE: &str = include_str!("golden/v1.txt");
/// French and accented, long enough to shrink.
const LINE: &str = r#"{"channel":"radio","nature":"information","text":"L'eau monte à hauteur du pont, la route est coupée. L'eau monte à hauteur du pont."}"#;
const CODE_BITS: u64 = 0x0012_3456_789a_bcde;

fn stored() -> BTreeMap<&'static str, &'static str> {
    FILE.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(" = ").unwrap())
        .collect()
}

fn stored_bytes(name: &str) -> Vec<u8> {
    unhex(stored()[name])
}

fn acts() -> Vec<(&'static str, Act)> {
    let id = |byte| EntryId([byte; 32]);
    let Act::Grant {
        device,
        seal,
        role,
        rings,
        ..
    } = grant_to(&bob(), beffroi_trust::Role::Operator)
    else {
        unreachable!()
    };
    vec![
        (
            "act grant",
            grant_to(&alice(), beffroi_trust::Role::Coordinator),
        ),
        (
            "act grant by invite",
            Act::Grant {
                device,
                seal,
                role,
                rings,
                invite: Some(id(0x31)),
            },
        ),
        (
            "act revoke",
            Act::Revoke {
                grant: id(0x32),
                keep: vec![id(0x33), id(0x34)],
                why: Why::Lost,
            },
        ),
        (
            "act keep",
            Act::Keep {
                tips: vec![id(0x35)],
            },
        ),
        (
            "act ring key",
            Act::RingKey {
                ring: RING_PEOPLE,
                epoch: people_key().epoch(),
                replaces: vec![common_key().epoch()],
                to: vec![(bob().id(), Sealed([0x36; 80]))],
            },
        ),
        (
            "act invite",
            Act::Invite {
                key: bob().id(),
                role: beffroi_trust::Role::Observer,
                rings: vec![RING_COMMON],
                until_ms: TIME_MS + 86_400_000,
            },
        ),
        (
            "act forget",
            Act::Forget {
                doc: doc(NEED, RING_PEOPLE, 5),
                leaves: vec![(id(0x37), 0), (id(0x38), 255)],
            },
        ),
        (
            "act close",
            Act::Close {
                operation: [0x39; 16],
                purge_after_days: 30,
            },
        ),
    ]
}

fn two_records() -> Entry {
    alices(&[
        (doc(NEED, RING_COMMON, 5), Payload::Change(noise(1, 40))),
        (doc(NEED, RING_PEOPLE, 5), Payload::Change(noise(2, 30))),
        (doc(LOG, RING_COMMON, 6), Payload::Record(noise(3, 20))),
    ])
}

fn keystore() -> Keystore {
    Keystore {
        device: alice(),
        rings: ring_keys(),
    }
}

fn handed_out() -> Act {
    let devices = BTreeMap::from([(bob().id(), bob().seal.public())]);
    let mut handout = hand_out(
        &territory(),
        RING_COMMON,
        &common_key(),
        &[],
        &devices,
        &[0x44; 32],
    );
    assert_eq!(handout.unserved, []);
    handout.acts.remove(0)
}

/// What this build makes of the fixed inputs, but for bytes that zstd chooses.
fn made() -> BTreeMap<&'static str, String> {
    let mut made = BTreeMap::new();
    let mut texts = BTreeMap::new();
    let mut add = |name, bytes: &[u8]| {
        assert!(made.insert(name, hex(bytes)).is_none(), "{name} twice");
    };

    add("genesis", &genesis().encode());
    add("territory id", &territory().0);
    add("device id", &alice().id().0);
    add("seal key", &alice().seal.public());
    add("epoch", &common_key().epoch().0);
    for (name, act) in acts() {
        add(name, &act.encode());
    }

    let grant = alices_grant();
    add("grant entry", &grant.encode());
    add("grant entry id", &grant.id().0);

    let mut entry = two_records();
    add("head", &entry.head);
    add("entry id", &entry.id().0);
    add("signature", &entry.signature);
    add("body root", &entry.body.root());
    add("leaf hash", &entry.body.leaves[0].hash());
    add("sealed leaf", entry.body.leaves[0].bytes().unwrap());
    add("entry", &entry.encode());
    assert!(entry.forget(1));
    add("entry with a gone leaf", &entry.encode());

    let Act::RingKey { to, .. } = handed_out() else {
        unreachable!()
    };
    add("sealed ring key", &to[0].1.0);

    add("keystore open", &keystore().to_open().unwrap());
    let key = KeystoreKey::new("quatre mots bien à nous", [0x51; 16]).unwrap();
    add(
        "keystore sealed",
        &keystore().to_sealed(&key, [0x52; 24]).unwrap(),
    );

    let code = InviteCode::from_random(CODE_BITS);
    texts.insert("code", code.text().to_string());
    let invite = code.keys();
    add("invite key", &invite.id().0);
    let claim = Claim::new(&invite, &bob(), "Croix-Rouge".as_bytes(), [0x61; 24]).unwrap();
    add(
        "claim",
        &PorchRequest::Claim(Box::new(claim.clone())).encode(),
    );
    let chain = [alices_grant(), bobs_grant()];
    let addresses = ["/ip4/192.0.2.7/tcp/7411".to_owned()];
    let welcome =
        Welcome::new(&invite, &claim, &genesis(), &chain, &addresses, [0x62; 24]).unwrap();
    add("welcome", &PorchReply::Welcome(welcome).encode());
    add(
        "present",
        &PorchRequest::Present(Present::new(&chain).unwrap()).encode(),
    );
    add(
        "withdrawn",
        &PorchReply::Withdrawn(Withdrawn::new(&[grant]).unwrap()).encode(),
    );
    add("allowed", &PorchReply::Allowed.encode());
    add(
        "refused",
        &PorchReply::Refused(PorchRefusal::CodeUsed).encode(),
    );

    let digest = SetDigest::of((0..100).map(|n| EntryId([n; 32])));
    add("digest", &digest.0);
    texts.insert("digest words", digest.words());
    texts.insert("device words", device_words(&alice().id()));
    texts.insert("territory words", territory_words(&territory()));
    texts.insert(
        "root words",
        RootSeed::from_bytes(&[0x01; 32]).words().to_string(),
    );
    made.extend(texts);
    made
}

#[test]
fn fixed_inputs_give_the_golden_bytes() {
    let (made, stored) = (made(), stored());
    let listing: String = made
        .iter()
        .map(|(name, hex)| format!("{name} = {hex}\n"))
        .collect();
    for (name, hex) in &made {
        assert_eq!(
            stored.get(name).copied(),
            Some(hex.as_str()),
            "{name} differs from golden/v1.txt; this build makes:\n{listing}"
        );
    }
    let known: Vec<_> = stored
        .keys()
        .filter(|name| !name.starts_with("packed"))
        .collect();
    assert_eq!(known, made.keys().collect::<Vec<_>>());
}

#[test]
fn stored_entries_are_valid_and_open() {
    let entry = Entry::decode(&stored_bytes("entry")).unwrap();
    let checked = checked(&entry);
    assert_eq!(hex(checked.id()), stored()["entry id"]);
    let opened = |leaf| open_leaf(&checked, leaf, &ring_keys()).unwrap();
    assert_eq!(
        opened(0),
        (doc(NEED, RING_COMMON, 5), Payload::Change(noise(1, 40)))
    );
    assert_eq!(
        opened(1),
        (doc(NEED, RING_PEOPLE, 5), Payload::Change(noise(2, 30)))
    );
    assert_eq!(
        opened(2),
        (doc(LOG, RING_COMMON, 6), Payload::Record(noise(3, 20)))
    );

    let gone = Entry::decode(&stored_bytes("entry with a gone leaf")).unwrap();
    assert_eq!(support::checked(&gone).id(), checked.id());
    assert_eq!(gone.body.root(), entry.body.root());
}

#[test]
fn stored_packed_leaves_unpack_with_dictionary_1() {
    let dictionary = include_bytes!("../dictionaries/1.zstd-dict");
    assert_eq!(dictionary.len(), 4_096);
    assert_eq!(
        blake3::hash(dictionary).to_hex().as_str(),
        "291b802de67029f222896674beb10e8e9b35448eb2dd5fc9422e460f0e15ba6b",
        "dictionary 1 was changed: every packed leaf ever written is lost"
    );
    let entry = Entry::decode(&stored_bytes("packed entry")).unwrap();
    let checked = checked(&entry);
    assert_eq!(
        open_leaf(&checked, 0, &ring_keys()),
        Ok((
            doc(LOG, RING_COMMON, 7),
            Payload::Record(LINE.as_bytes().into())
        ))
    );
    assert!(entry.body.leaves[0].size() < LINE.len(), "it is packed");
}

#[test]
fn this_build_packs_what_it_can_unpack() {
    let entry = alices(&[(
        doc(LOG, RING_COMMON, 7),
        Payload::Record(LINE.as_bytes().into()),
    )]);
    assert!(entry.body.leaves[0].size() < LINE.len());
    let (_, payload) = open_leaf(&checked(&entry), 0, &ring_keys()).unwrap();
    assert_eq!(payload.bytes(), LINE.as_bytes());
}

#[test]
fn the_stored_ring_key_opens_for_its_device_alone() {
    let sealed = Sealed(stored_bytes("sealed ring key").try_into().unwrap());
    let (territory, epoch) = (territory(), common_key().epoch());
    assert_eq!(
        receive(&bob(), &territory, RING_COMMON, &epoch, &sealed),
        Ok(common_key())
    );
    assert!(receive(&alice(), &territory, RING_COMMON, &epoch, &sealed).is_err());
}

#[test]
fn stored_keystores_open() {
    let open = Keystore::from_open(&stored_bytes("keystore open")).unwrap();
    assert_eq!(open.device.id(), alice().id());
    assert_eq!(open.rings, ring_keys());
    let sealed = stored_bytes("keystore sealed");
    let (sealed, _) = Keystore::from_sealed(&sealed, "quatre mots bien à nous").unwrap();
    assert_eq!(sealed.device.seal.public(), alice().seal.public());
    assert_eq!(sealed.rings, ring_keys());
}

#[test]
fn a_stored_claim_and_welcome_are_believed() {
    let code: InviteCode = stored()["code"].parse().unwrap();
    let invite = code.keys();
    let PorchRequest::Claim(claim) = PorchRequest::decode(&stored_bytes("claim")).unwrap() else {
        unreachable!("a claim is stored")
    };
    let joiner = claim.open(&invite).unwrap();
    assert_eq!(
        (joiner.device, joiner.seal),
        (bob().id(), bob().seal.public())
    );
    assert_eq!(joiner.label, "Croix-Rouge".as_bytes());
    let PorchReply::Welcome(welcome) = PorchReply::decode(&stored_bytes("welcome")).unwrap() else {
        unreachable!("a welcome is stored")
    };
    let welcomed = welcome.open(&invite, &bob()).unwrap();
    assert_eq!(welcomed.genesis, genesis());
    assert_eq!(welcomed.grant, bobs_grant().id());
    assert_eq!(welcomed.addresses, ["/ip4/192.0.2.7/tcp/7411"]);
}

#[test]
fn a_parcel_reads_the_stored_entry() {
    let bytes = stored_bytes("entry");
    let parcel = Parcel::read(bytes.clone().into(), genesis().created_second()).unwrap();
    assert_eq!(hex(parcel.id), stored()["entry id"]);
    assert_eq!(parcel.second, 1_795_461_000);
    assert_eq!(parcel.author, alice().id());
    assert_eq!(parcel.class, beffroi_trust::Class::Content);
    assert_eq!(parcel.bytes, bytes);
}

#[test]
fn the_stored_genesis_names_the_territory() {
    let genesis = Genesis::decode(&stored_bytes("genesis")).unwrap();
    assert_eq!(hex(genesis.territory()), stored()["territory id"]);
    assert_eq!(genesis.name(), "Commune de Valbrune");
    assert_eq!(genesis.created_second(), 1_790_000_000);
}

#[test]
fn a_stored_grant_is_trusted_and_checked_alike() {
    let entry = Entry::decode(&stored_bytes("grant entry")).unwrap();
    assert_eq!(Checked::trusted(entry.clone()), Ok(checked(&entry)));
    let position: Position = root_position();
    let again = author::act(
        &roots().0[0].signer(),
        &position,
        checked(&entry).act().unwrap(),
    );
    assert_eq!(again, Ok(entry));
}
