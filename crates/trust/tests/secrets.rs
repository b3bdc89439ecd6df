//! Keys at rest and on paper: keystores, root sheets, ring keys and the choice among them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use std::collections::BTreeMap;

use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::limits::SEALED_TO_MAX;
use beffroi_trust::ring_keys::{Announced, RingKeyError, hand_out, receive};
use beffroi_trust::roots::SheetError;
use beffroi_trust::{
    Act, DeviceId, DeviceKeys, Epoch, Keystore, KeystoreError, KeystoreKey, Protection, RingKeys,
    RingSecret, RootSeed, Sealed, TerritoryId, WriteEpoch,
};
use bip39::{Language, Mnemonic};
use proptest::prelude::*;
use support::*;

fn keystore() -> Keystore {
    Keystore {
        device: alice(),
        rings: ring_keys(),
    }
}

#[test]
fn an_open_keystore_is_read_back() {
    let bytes = keystore().to_open().unwrap();
    assert_eq!(Keystore::protection(&bytes), Ok(Protection::Open));
    let read = Keystore::from_open(&bytes).unwrap();
    assert_eq!(read.device.id(), alice().id());
    assert_eq!(read.device.seal.public(), alice().seal.public());
    assert_eq!(read.rings, ring_keys());
    let refused = Keystore::from_sealed(&bytes, "a passphrase").map(|_| ());
    assert_eq!(refused, Err(KeystoreError::NotSealed));
}

#[test]
fn a_sealed_keystore_opens_for_its_passphrase_alone_and_can_be_saved_again() {
    let key = KeystoreKey::new("pont-neuf bleu", [1; 16]).unwrap();
    let bytes = keystore().to_sealed(&key, [2; 24]).unwrap();
    assert_eq!(Keystore::protection(&bytes), Ok(Protection::Sealed));
    assert_eq!(
        Keystore::from_open(&bytes).map(|_| ()),
        Err(KeystoreError::Locked)
    );
    let wrong = Keystore::from_sealed(&bytes, "pont-neuf bleue").map(|_| ());
    assert_eq!(wrong, Err(KeystoreError::WrongPassphrase));

    let (mut read, again) = Keystore::from_sealed(&bytes, "pont-neuf bleu").unwrap();
    read.rings.insert(7, RingSecret::from_bytes(&[7; 32]));
    let saved = read.to_sealed(&again, [3; 24]).unwrap();
    let (read, _) = Keystore::from_sealed(&saved, "pont-neuf bleu").unwrap();
    assert_eq!(read.rings.iter().count(), 3);
    assert!(again.is_made_from("pont-neuf bleu"));
    assert!(!again.is_made_from("pont-neuf"));
    assert!(!again.is_made_from(""));
}

#[test]
fn a_keystore_hides_its_keys_under_a_passphrase() {
    let key = KeystoreKey::new("x", [1; 16]).unwrap();
    let sealed = hex(keystore().to_sealed(&key, [2; 24]).unwrap());
    for secret in [[0xa1; 8], [0xa2; 8], [0xc1; 8], [0xc2; 8]] {
        assert!(!sealed.contains(&hex(secret)));
        assert!(hex(&*keystore().to_open().unwrap()).contains(&hex(secret)));
    }
    assert!(!format!("{:?} {key:?}", keystore()).contains("161, 161"));
}

#[test]
fn a_damaged_keystore_is_told_from_a_wrong_passphrase() {
    let key = KeystoreKey::new("x", [1; 16]).unwrap();
    let files = [
        keystore().to_sealed(&key, [2; 24]).unwrap(),
        keystore().to_open().unwrap().to_vec(),
    ];
    for file in files {
        for length in 1..file.len() {
            let cut = Keystore::protection(&file[..length]);
            assert_eq!(cut, Err(KeystoreError::Damaged), "cut at {length}");
        }
        for at in 0..file.len() {
            let mut flipped = file.clone();
            flipped[at] ^= 1;
            let expected = match at {
                0..16 => KeystoreError::Foreign,
                16 => KeystoreError::Version(0),
                _ => KeystoreError::Damaged,
            };
            assert_eq!(Keystore::protection(&flipped), Err(expected), "byte {at}");
        }
    }
    assert_eq!(Keystore::protection(b""), Err(KeystoreError::Foreign));
    assert_eq!(
        Keystore::protection(b"#!/bin/sh"),
        Err(KeystoreError::Foreign)
    );
    assert_eq!(
        KeystoreKey::new("", [0; 16]).map(|_| ()),
        Err(KeystoreError::Passphrase)
    );
    let long = "é".repeat(600);
    assert_eq!(
        KeystoreKey::new(&long, [0; 16]).map(|_| ()),
        Err(KeystoreError::Passphrase)
    );
}

#[test]
fn keystores_of_any_ring_keys_are_read_back() {
    let keys = proptest::collection::vec((any::<u64>(), any::<[u8; 32]>()), 0..40);
    runner(64)
        .run(
            &(any::<[u8; 32]>(), any::<[u8; 32]>(), keys),
            |(signing, seal, keys)| {
                let mut rings = RingKeys::new();
                for (ring, key) in &keys {
                    rings.insert(*ring, RingSecret::from_bytes(key));
                }
                let device = DeviceKeys::from_seeds(&signing, &seal);
                let bytes = Keystore {
                    device,
                    rings: rings.clone(),
                }
                .to_open()
                .unwrap();
                let read = Keystore::from_open(&bytes).unwrap();
                prop_assert_eq!(*read.device.signer.seed(), signing);
                prop_assert_eq!(*read.device.seal.seed(), seal);
                prop_assert_eq!(read.rings, rings);
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn a_sheet_is_a_bip39_mnemonic_and_is_read_back() {
    runner(16)
        .run(&any::<[u8; 32]>(), |bytes| {
            let seed = RootSeed::from_bytes(&bytes);
            let words = seed.words();
            let oracle = Mnemonic::from_entropy_in(Language::French, &bytes).unwrap();
            prop_assert_eq!(
                Mnemonic::parse_in(Language::French, words.as_str()),
                Ok(oracle)
            );
            prop_assert!(RootSeed::from_words(&words) == Ok(seed.clone()));
            let typed = words.to_uppercase().replace('É', "E").replace(' ', " \n");
            prop_assert!(RootSeed::from_words(&typed) == Ok(seed));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_wrong_sheet_is_said_to_be_wrong_and_where() {
    let words = RootSeed::from_bytes(&[0x5a; 32]).words();
    let list: Vec<&str> = words.split(' ').collect();
    let read = |list: &[&str]| RootSeed::from_words(&list.join(" ")).map(|_| ());
    assert_eq!(read(&list), Ok(()));
    assert_eq!(read(&list[1..]), Err(SheetError::Count { count: 23 }));
    assert_eq!(read(&[]), Err(SheetError::Count { count: 0 }));
    let mut wrong = list.clone();
    wrong[3] = "beffroi";
    assert_eq!(read(&wrong), Err(SheetError::Unknown { position: 4 }));
    let mut swapped = list.clone();
    swapped.swap(0, 23);
    assert_eq!(read(&swapped), Err(SheetError::Checksum));
}

#[test]
fn a_ring_key_reaches_those_it_is_sealed_to() {
    let devices = BTreeMap::from([
        (alice().id(), alice().seal.public()),
        (bob().id(), bob().seal.public()),
    ]);
    let key = common_key();
    let out = hand_out(
        &territory(),
        RING_COMMON,
        &key,
        &[Epoch([9; 16])],
        &devices,
        &[5; 32],
    );
    assert_eq!(out.unserved, []);
    let [
        Act::RingKey {
            ring,
            epoch,
            replaces,
            to,
        },
    ] = out.acts.as_slice()
    else {
        unreachable!("one act")
    };
    assert_eq!(
        (*ring, *epoch, replaces.as_slice()),
        (RING_COMMON, key.epoch(), &[Epoch([9; 16])][..])
    );
    let copy = |of: DeviceId| to.iter().find(|(device, _)| *device == of).unwrap().1;
    let (hers, his) = (copy(alice().id()), copy(bob().id()));
    assert_ne!(hers, his);
    let open = |keys: &DeviceKeys, ring, epoch: &Epoch, sealed| {
        receive(keys, &territory(), ring, epoch, sealed)
    };
    assert_eq!(open(&alice(), RING_COMMON, epoch, &hers), Ok(key.clone()));
    assert_eq!(open(&bob(), RING_COMMON, epoch, &his), Ok(key));

    let not_ours = Err(RingKeyError::Unsealing);
    assert_eq!(
        open(&bob(), RING_COMMON, epoch, &hers),
        not_ours,
        "another's copy"
    );
    assert_eq!(
        open(&bob(), RING_PEOPLE, epoch, &his),
        not_ours,
        "another ring"
    );
    assert_eq!(
        open(&bob(), RING_COMMON, &Epoch([1; 16]), &his),
        not_ours,
        "another epoch"
    );
    let elsewhere = TerritoryId([1; 32]);
    assert_eq!(
        receive(&bob(), &elsewhere, RING_COMMON, epoch, &his),
        not_ours
    );
    for at in 0..80 {
        let mut bent = his;
        bent.0[at] ^= 1;
        assert!(
            receive(&bob(), &territory(), RING_COMMON, epoch, &bent).is_err(),
            "byte {at}"
        );
    }
}

#[test]
fn a_key_other_than_its_epoch_names_is_refused() {
    // What a member would do who hands one device another key: seal it under the good one's name.
    use hpke::rand_core::{TryCryptoRng, TryRng};
    use hpke::{Deserializable as _, Serializable as _};
    struct Fixed;
    impl TryRng for Fixed {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(7)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(7)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(7);
            Ok(())
        }
    }
    impl TryCryptoRng for Fixed {}
    type Kem = hpke::kem::X25519HkdfSha256;
    let good = common_key().epoch();
    let about = [
        &territory().0[..],
        &RING_COMMON.to_be_bytes(),
        &good.0,
        &bob().id().0,
    ]
    .concat();
    let public = <Kem as hpke::Kem>::PublicKey::from_bytes(&bob().seal.public()).unwrap();
    let seal = |key: [u8; 32]| {
        let (encapped, text) = hpke::single_shot_seal_with_rng::<
            hpke::aead::ChaCha20Poly1305,
            hpke::kdf::HkdfSha256,
            Kem,
        >(
            &hpke::OpModeS::Base,
            &public,
            b"beffroi/ring-key/1",
            &key,
            &about,
            &mut Fixed,
        )
        .unwrap();
        Sealed(
            [encapped.to_bytes().as_slice(), &text]
                .concat()
                .try_into()
                .unwrap(),
        )
    };
    let receive = |sealed| receive(&bob(), &territory(), RING_COMMON, &good, &sealed);
    assert_eq!(
        receive(seal([0xc1; 32])),
        Ok(common_key()),
        "sealed as the design says"
    );
    assert_eq!(receive(seal([0xee; 32])), Err(RingKeyError::Epoch));
}

#[test]
fn a_device_with_an_unusable_key_does_not_stop_the_others() {
    let devices = BTreeMap::from([
        (DeviceId([1; 32]), [0; 32]),
        (bob().id(), bob().seal.public()),
    ]);
    let out = hand_out(
        &territory(),
        RING_COMMON,
        &common_key(),
        &[],
        &devices,
        &[5; 32],
    );
    assert_eq!(out.unserved, [DeviceId([1; 32])]);
    assert!(matches!(out.acts.as_slice(), [Act::RingKey { to, .. }] if to.len() == 1));
}

#[test]
fn many_devices_are_served_by_several_acts() {
    let seal = bob().seal.public();
    let devices: BTreeMap<_, _> = (0..=SEALED_TO_MAX as u16)
        .map(|n| {
            let mut id = [0; 32];
            id[..2].copy_from_slice(&n.to_be_bytes());
            (DeviceId(id), seal)
        })
        .collect();
    let out = hand_out(
        &territory(),
        RING_COMMON,
        &common_key(),
        &[],
        &devices,
        &[5; 32],
    );
    assert_eq!(out.acts.len(), 2);
    assert!(
        out.acts
            .iter()
            .all(|act| Act::decode(&act.encode()).is_ok())
    );
}

/// Keys one to nine of ring `common`, by ascending epoch.
fn ascending() -> Vec<RingSecret> {
    let mut keys: Vec<_> = (1..=9).map(|n| RingSecret::from_bytes(&[n; 32])).collect();
    keys.sort_by_key(RingSecret::epoch);
    keys
}

fn announced(key: &RingSecret, replaces: &[&RingSecret], to: &[DeviceId]) -> Announced {
    Announced {
        ring: RING_COMMON,
        epoch: key.epoch(),
        replaces: replaces.iter().map(|key| key.epoch()).collect(),
        to: to.to_vec(),
    }
}

#[test]
fn the_epoch_to_write_with_is_current_sound_and_lowest() {
    let keys = ascending();
    let (me, thief) = (alice().id(), DeviceId([0xee; 32]));
    let mut bag = RingKeys::new();
    keys[..5].iter().for_each(|key| {
        bag.insert(RING_COMMON, key.clone());
    });
    let fallen = |device: &DeviceId| *device == thief;
    let choose = |acts: &[Announced]| bag.write_epoch(RING_COMMON, acts, fallen);
    let sound = |n: usize| Some(WriteEpoch::Sound(keys[n].epoch()));
    let stale = |n: usize| Some(WriteEpoch::Stale(keys[n].epoch()));

    assert_eq!(
        choose(&[]),
        None,
        "nothing authorised, though keys are held"
    );
    let plain = |n: usize| announced(&keys[n], &[], &[me]);
    assert_eq!(
        choose(&[plain(3), plain(2)]),
        sound(2),
        "of several the lowest"
    );
    let turned = announced(&keys[3], &[&keys[2]], &[me]);
    assert_eq!(
        choose(&[plain(2), turned.clone()]),
        sound(3),
        "the replaced one no more"
    );
    let leaked = announced(&keys[1], &[], &[me, thief]);
    assert_eq!(
        choose(&[leaked.clone(), plain(4)]),
        sound(4),
        "the thief's no more"
    );
    assert_eq!(
        choose(std::slice::from_ref(&leaked)),
        stale(1),
        "availability first"
    );
    let again = announced(&keys[1], &[], &[me]);
    assert_eq!(
        choose(&[again, leaked]),
        stale(1),
        "one act without the thief does not help"
    );
    let unheld = announced(&keys[7], &[&keys[2]], &[me]);
    assert_eq!(
        choose(std::slice::from_ref(&unheld)),
        None,
        "its key has not come"
    );
    assert_eq!(
        choose(&[plain(2), unheld]),
        stale(2),
        "until it comes, the old one"
    );
    let circle = announced(&keys[2], &[&keys[3]], &[me]);
    assert_eq!(
        choose(&[turned, circle]),
        stale(2),
        "two that replace each other"
    );
    assert_eq!(
        bag.write_epoch(RING_PEOPLE, &[plain(2)], fallen),
        None,
        "another ring"
    );
}

#[test]
fn a_destroyed_ring_key_is_gone() {
    let mut bag = ring_keys();
    assert!(bag.destroy(RING_COMMON, &common_key().epoch()));
    assert!(!bag.destroy(RING_COMMON, &common_key().epoch()));
    assert_eq!(bag.key(RING_COMMON, &common_key().epoch()), None);
    assert!(bag.key(RING_PEOPLE, &people_key().epoch()).is_some());
}
