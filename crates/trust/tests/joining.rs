//! Joining: a code, a claim, a welcome; what an eavesdropper, a wrong code, a fake territory or a
//! bent byte gets out of it.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod support;

use beffroi_trust::digest::SetDigest;
use beffroi_trust::invite::{
    ChainError, Claim, ClaimError, InviteCode, InviteKeys, Present, Welcome, WelcomeError,
    Withdrawn, verify_chain,
};
use beffroi_trust::limits::{ADDRESSES_MAX, LABEL_BYTES_MAX};
use beffroi_trust::{Act, Entry, EntryId, Genesis, GenesisError, Invalid, Role, Why, author};
use bytes::Bytes;
use support::*;

fn code() -> InviteCode {
    InviteCode::from_random(0x0012_3456_789a_bcde)
}

fn claim(invite: &InviteKeys) -> Claim {
    Claim::new(invite, &bob(), b"Croix-Rouge", [6; 24]).unwrap()
}

fn chain() -> [Entry; 2] {
    [alices_grant(), bobs_grant()]
}

fn encoded(chain: &[Entry]) -> Vec<Bytes> {
    chain.iter().map(|entry| entry.encode().into()).collect()
}

/// Alice's Grant to Bob under another grant, or by another hand.
fn grant_under(grant: EntryId, role: Role) -> Entry {
    author::act(&alice().signer, &position(grant), &grant_to(&bob(), role)).unwrap()
}

#[test]
fn who_types_the_code_is_let_in() {
    let inviter = code().keys();
    let typed: InviteCode = code().text().to_lowercase().parse().unwrap();
    let joiner = typed.keys();
    assert_eq!(joiner.id(), inviter.id());

    let claim = Claim::decode(&claim(&joiner).encode()).unwrap();
    assert_eq!(claim.invite(), inviter.id());
    let asks = claim.open(&inviter).unwrap();
    assert_eq!(asks.device, bob().id());
    assert_eq!(asks.label, b"Croix-Rouge");

    let addresses = ["/ip4/192.0.2.1/tcp/7411".to_owned()];
    let welcome =
        Welcome::new(&inviter, &claim, &genesis(), &chain(), &addresses, [1; 24]).unwrap();
    let welcome = Welcome::decode(&welcome.encode()).unwrap();
    let welcomed = welcome.open(&joiner, &bob()).unwrap();
    assert_eq!(welcomed.genesis.territory(), territory());
    assert_eq!(welcomed.grant, bobs_grant().id());
    assert_eq!(welcomed.chain.len(), 2);
    assert_eq!(welcomed.addresses, addresses);
}

#[test]
fn the_label_travels_sealed() {
    let claim = claim(&code().keys()).encode();
    assert!(!hex(claim).contains(&hex("Croix-Rouge")));
}

#[test]
fn every_flipped_byte_of_a_claim_is_refused() {
    let invite = code().keys();
    let bytes = claim(&invite).encode();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        let opened = Claim::decode(&flipped).map(|claim| claim.open(&invite));
        assert!(!matches!(opened, Ok(Ok(_))), "byte {at}");
    }
}

#[test]
fn every_flipped_byte_of_a_welcome_is_refused() {
    let invite = code().keys();
    let welcome =
        Welcome::new(&invite, &claim(&invite), &genesis(), &chain(), &[], [1; 24]).unwrap();
    let bytes = welcome.encode();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        let opened = Welcome::decode(&flipped).map(|welcome| welcome.open(&invite, &bob()));
        assert!(!matches!(opened, Ok(Ok(_))), "byte {at}");
    }
}

#[test]
fn another_code_opens_nothing() {
    let (invite, other) = (
        code().keys(),
        InviteCode::from_random(0x0012_3456_789a_bcdf).keys(),
    );
    let claim = claim(&invite);
    assert_eq!(claim.open(&other), Err(ClaimError::OtherInvite));
    let welcome = Welcome::new(&invite, &claim, &genesis(), &chain(), &[], [1; 24]).unwrap();
    assert_eq!(welcome.open(&other, &bob()), Err(WelcomeError::Unsealing));
    // One who does not know the code, and answers all the same.
    let forged = Welcome::new(&other, &claim, &genesis(), &chain(), &[], [1; 24]).unwrap();
    assert_eq!(forged.open(&invite, &bob()), Err(WelcomeError::Unsealing));
}

#[test]
fn a_claim_is_not_carried_over_to_another_device() {
    let invite = code().keys();
    let (hers, his) = (
        Claim::new(&invite, &alice(), b"", [6; 24])
            .unwrap()
            .encode(),
        claim(&invite).encode(),
    );
    // Bob's device in Alice's claim.
    let mixed = [&hers[..32], &his[32..64], &hers[64..]].concat();
    let opened = Claim::decode(&mixed).unwrap().open(&invite);
    assert_eq!(opened, Err(ClaimError::Signature));
}

#[test]
fn a_welcome_is_for_the_device_that_asked() {
    let invite = code().keys();
    let welcome =
        Welcome::new(&invite, &claim(&invite), &genesis(), &chain(), &[], [1; 24]).unwrap();
    assert_eq!(
        welcome.open(&invite, &alice()),
        Err(WelcomeError::Unsealing)
    );

    // The inviter sends a chain that ends at herself, or one that names other keys of Bob's.
    let open = |chain: &[Entry]| {
        Welcome::new(&invite, &claim(&invite), &genesis(), chain, &[], [1; 24])
            .unwrap()
            .open(&invite, &bob())
            .map(|_| ())
    };
    assert_eq!(open(&[alices_grant()]), Err(WelcomeError::OtherDevice));
    let act = Act::Grant {
        device: bob().id(),
        seal: alice().seal.public(),
        role: Role::Operator,
        rings: vec![],
        invite: None,
    };
    let other_seal = author::act(&alice().signer, &position(alices_grant().id()), &act).unwrap();
    assert_eq!(
        open(&[alices_grant(), other_seal]),
        Err(WelcomeError::OtherDevice)
    );
    assert_eq!(open(&[]), Err(WelcomeError::Chain(ChainError::Length)));
    assert_eq!(
        open(&[bobs_grant()]),
        Err(WelcomeError::Chain(ChainError::Broken))
    );
}

#[test]
fn a_fake_territory_does_not_pass_with_true_grants() {
    let invite = code().keys();
    let fake = Genesis::new("Commune de Valbrune", CREATED_MS, &[alice().id()], [0; 16]).unwrap();
    let welcome = Welcome::new(&invite, &claim(&invite), &fake, &chain(), &[], [1; 24]).unwrap();
    assert_eq!(
        welcome.open(&invite, &bob()),
        Err(WelcomeError::Chain(ChainError::Invalid(Invalid::Territory)))
    );
}

#[test]
fn a_chain_leads_from_a_root_through_coordinators() {
    let verdict = |chain: &[Entry]| verify_chain(&genesis(), &encoded(chain)).map(|(d, _)| d);
    assert_eq!(verdict(&[alices_grant()]), Ok(alice().id()));
    assert_eq!(verdict(&chain()), Ok(bob().id()));
    let broken = Err(ChainError::Broken);
    assert_eq!(
        verdict(&[bobs_grant(), alices_grant()]),
        broken,
        "the wrong way round"
    );
    let not_hers = grant_under(EntryId([1; 32]), Role::Operator);
    assert_eq!(
        verdict(&[alices_grant(), not_hers]),
        broken,
        "under another grant"
    );
    // Bob, an operator, lets himself in again.
    let his = grant_to(&bob(), Role::Coordinator);
    let by_operator = author::act(&bob().signer, &position(bobs_grant().id()), &his).unwrap();
    assert_eq!(
        verdict(&[alices_grant(), bobs_grant(), by_operator]),
        broken
    );
    // Bob, named by nobody, signs under Alice's grant.
    let stolen = author::act(&bob().signer, &position(alices_grant().id()), &his).unwrap();
    assert_eq!(verdict(&[alices_grant(), stolen]), broken);
    // Alice, who is no root, speaks as one.
    let as_root = author::act(&alice().signer, &root_position(), &his).unwrap();
    assert_eq!(verdict(&[as_root]), broken);
    assert_eq!(
        verdict(&[alices_grant(), alices_change()]),
        broken,
        "no grant"
    );
    assert_eq!(verdict(&[]), Err(ChainError::Length));
}

#[test]
fn a_chain_has_at_most_eight_grants() {
    let mut chain = vec![alices_grant()];
    while chain.len() < 9 {
        let above = chain.last().unwrap().id();
        let act = grant_to(&alice(), Role::Coordinator);
        chain.push(author::act(&alice().signer, &position(above), &act).unwrap());
    }
    assert!(verify_chain(&genesis(), &encoded(&chain[..8])).is_ok());
    assert_eq!(
        verify_chain(&genesis(), &encoded(&chain)),
        Err(ChainError::Length)
    );
    assert_eq!(Present::new(&chain).map(|_| ()), Err(ChainError::Length));
    assert!(
        Withdrawn::new(&chain).is_ok(),
        "a withdrawal adds its Revoke"
    );
    chain.push(alices_grant());
    assert_eq!(Withdrawn::new(&chain).map(|_| ()), Err(ChainError::Length));
}

#[test]
fn a_member_shows_its_grants_and_may_be_shown_their_end() {
    let present = Present::new(&chain()).unwrap();
    let (device, shown) = present.open(&genesis()).unwrap();
    assert_eq!((device, shown.len()), (bob().id(), 2));

    let revoke = Act::Revoke {
        grant: bobs_grant().id(),
        keep: vec![],
        why: Why::Lost,
    };
    let revoke = author::act(&alice().signer, &position(alices_grant().id()), &revoke).unwrap();
    let withdrawn = Withdrawn::new(&[alices_grant(), revoke.clone()]).unwrap();
    let told = withdrawn.open(&territory()).unwrap();
    assert_eq!(told.last().map(|entry| entry.id()), Some(revoke.id()));
    let mut forged = revoke;
    forged.signature[0] ^= 1;
    let forged = Withdrawn::new(&[forged]).unwrap().open(&territory());
    assert_eq!(forged, Err(ChainError::Invalid(Invalid::Signature)));
}

#[test]
fn labels_and_addresses_are_bounded() {
    let invite = code().keys();
    let label = |size| Claim::new(&invite, &bob(), &vec![b'x'; size], [6; 24]);
    let asks = label(LABEL_BYTES_MAX).unwrap().open(&invite).unwrap();
    assert_eq!(asks.label.len(), LABEL_BYTES_MAX);
    assert_eq!(
        label(LABEL_BYTES_MAX + 1).map(|_| ()),
        Err(ClaimError::Label)
    );

    let welcome = |addresses: &[String]| {
        Welcome::new(
            &invite,
            &claim(&invite),
            &genesis(),
            &chain(),
            addresses,
            [1; 24],
        )
        .map(|_| ())
    };
    let address = |size| "a".repeat(size);
    assert_eq!(welcome(&vec![address(256); ADDRESSES_MAX]), Ok(()));
    let many = vec![address(5); ADDRESSES_MAX + 1];
    assert_eq!(welcome(&many), Err(WelcomeError::TooLarge));
    assert_eq!(welcome(&[address(257)]), Err(WelcomeError::TooLarge));
    let heavy = Act::Revoke {
        grant: EntryId([1; 32]),
        keep: vec![EntryId([2; 32]); 256],
        why: Why::Lost,
    };
    let heavy = author::act(&alice().signer, &root_position(), &heavy).unwrap();
    let over = Welcome::new(
        &invite,
        &claim(&invite),
        &genesis(),
        &[heavy.clone(), heavy],
        &[],
        [1; 24],
    );
    assert_eq!(over.map(|_| ()), Err(WelcomeError::TooLarge));
}

#[test]
fn a_genesis_obeys_its_rules() {
    let ids = roots().ids();
    let new = |name: &str, roots: &[_]| Genesis::new(name, 0, roots, [0; 16]).map(|_| ());
    assert_eq!(new("X", &ids), Ok(()));
    assert_eq!(new("", &ids), Err(GenesisError::Name));
    assert_eq!(new(&"é".repeat(401), &ids), Err(GenesisError::Name));
    assert_eq!(new("X", &[]), Err(GenesisError::Roots));
    assert_eq!(new("X", &[ids[0], ids[0]]), Err(GenesisError::Roots));
    let nine: Vec<_> = (0..9).map(|n| beffroi_trust::DeviceId([n; 32])).collect();
    assert_eq!(new("X", &nine), Err(GenesisError::Roots));

    let bytes = genesis().encode();
    let decode = |bytes: &[u8]| Genesis::decode(bytes).map(|_| ());
    assert_eq!(decode(&bytes), Ok(()));
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err());
    }
    let mut two_of_three = bytes.clone();
    let threshold = bytes.len() - 17;
    assert_eq!(two_of_three[threshold], 1);
    two_of_three[threshold] = 2;
    assert_eq!(decode(&two_of_three), Err(GenesisError::Threshold));
    let mut newer = bytes.clone();
    newer[0] = 2;
    let version = beffroi_trust::DecodeError::Version(2);
    assert_eq!(decode(&newer), Err(GenesisError::Decode(version)));
    assert!(genesis().is_root(&ids[2]) && !genesis().is_root(&alice().id()));
}

#[test]
fn a_digest_is_that_of_the_set() {
    let ids: Vec<EntryId> = (0..50).map(|n| EntryId([n; 32])).collect();
    let digest = SetDigest::of(ids.iter().copied());
    assert_eq!(
        SetDigest::of(ids.iter().rev().copied().chain([ids[3]])),
        digest
    );
    assert_ne!(SetDigest::of(ids[1..].iter().copied()), digest);
    assert_eq!(digest.words().split(' ').count(), 6);
    assert_eq!(digest.to_string().len(), 64);
}
