//! What a stranger says at the porch, and what a stranger's porch answers.

use std::sync::LazyLock;

use beffroi_trust::invite::{
    Claim, InviteCode, InviteKeys, PorchRefusal, PorchReply, PorchRequest, Present, Welcome,
    Withdrawn,
};
use beffroi_trust::{Act, Genesis, Why, author};

use super::{mode, seed};
use crate::world::{WORLD, alice, bob};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "porch",
    run,
    seeds,
    words: &[&[0xff; 5], &[0x00], &[0x01, 0x08], &[0x02]],
    bytes_max: 17 << 10,
    memory_max: 4 << 20,
};

const REQUEST: u8 = 0;
const REPLY: u8 = 1;
const GENESIS: u8 = 2;

/// The keys of a code: half a second, once.
static INVITE: LazyLock<InviteKeys> =
    LazyLock::new(|| InviteCode::from_random(0x1234_5678_9abc).keys());

/// Reads a message.
///
/// # Panics
/// When one is taken that has two forms.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, bytes)) = mode(data) else {
        return Outcome::Refused;
    };
    Outcome::taken(match mode % 3 {
        REQUEST => request(bytes),
        REPLY => reply(bytes),
        _ => Genesis::decode(bytes).is_ok_and(|genesis| {
            assert_eq!(genesis.encode(), bytes, "a genesis has one form");
            true
        }),
    })
}

fn request(bytes: &[u8]) -> bool {
    let Ok(request) = PorchRequest::decode(bytes) else {
        return false;
    };
    assert_eq!(request.encode(), bytes, "a request has one form");
    match request {
        PorchRequest::Claim(claim) => claim.open(&INVITE).is_ok(),
        PorchRequest::Present(present) => match present.open(&WORLD.genesis) {
            Ok((_, chain)) => {
                let mut chronicle = WORLD.chronicle.clone();
                for grant in &chain {
                    chronicle.offer(grant, None);
                }
                chronicle.standing();
                true
            }
            Err(_) => false,
        },
    }
}

fn reply(bytes: &[u8]) -> bool {
    let Ok(reply) = PorchReply::decode(bytes) else {
        return false;
    };
    assert_eq!(reply.encode(), bytes, "a reply has one form");
    match reply {
        PorchReply::Welcome(welcome) => welcome.open(&INVITE, &bob()).is_ok(),
        PorchReply::Withdrawn(withdrawn) => match withdrawn.open(&WORLD.territory) {
            Ok(entries) => {
                let mut chronicle = WORLD.chronicle.clone();
                for entry in &entries {
                    chronicle.offer(entry, None);
                }
                chronicle.standing();
                true
            }
            Err(_) => false,
        },
        PorchReply::Allowed | PorchReply::Refused(_) => true,
    }
}

fn seeds() -> Vec<Seed> {
    let chain = [WORLD.alices_grant.clone(), WORLD.bobs_grant.clone()];
    let claim = Claim::new(&INVITE, &bob(), b"Croix-Rouge", [5; 24]).unwrap();
    let present = PorchRequest::Present(Present::new(&chain).unwrap());
    let welcome = Welcome::new(
        &INVITE,
        &claim,
        &WORLD.genesis,
        &chain,
        &["/ip4/10.0.0.1/tcp/7410".into()],
        [6; 24],
    );
    let revoke = Act::Revoke {
        grant: WORLD.bobs_grant.id(),
        keep: vec![],
        why: Why::Lost,
    };
    let revoke = author::act(&alice().signer, &WORLD.position(), &revoke).unwrap();
    let withdrawn = Withdrawn::new(&[WORLD.alices_grant.clone(), revoke]).unwrap();
    let mut strange = PorchRequest::Claim(Box::new(claim.clone())).encode();
    strange[40] ^= 1;
    let other = Claim::new(&InviteCode::from_random(7).keys(), &bob(), b"x", [5; 24]).unwrap();
    let turned = Present::new(&[WORLD.bobs_grant.clone(), WORLD.alices_grant.clone()]).unwrap();
    vec![
        seed(
            "honest-claim",
            REQUEST,
            PorchRequest::Claim(Box::new(claim)).encode(),
        ),
        seed("honest-present", REQUEST, present.encode()),
        seed(
            "honest-welcome",
            REPLY,
            PorchReply::Welcome(welcome.unwrap()).encode(),
        ),
        seed(
            "honest-withdrawn",
            REPLY,
            PorchReply::Withdrawn(withdrawn).encode(),
        ),
        seed("honest-allowed", REPLY, PorchReply::Allowed.encode()),
        seed(
            "honest-refused",
            REPLY,
            PorchReply::Refused(PorchRefusal::CodeUsed).encode(),
        ),
        seed("honest-genesis", GENESIS, WORLD.genesis.encode()),
        seed("attack-claim-of-another-device", REQUEST, strange),
        seed(
            "attack-claim-with-another-code",
            REQUEST,
            PorchRequest::Claim(Box::new(other)).encode(),
        ),
        seed(
            "attack-chain-upside-down",
            REQUEST,
            PorchRequest::Present(turned).encode(),
        ),
        seed(
            "attack-claims-a-chain-of-4-thousand-million",
            REQUEST,
            [1, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ),
        seed(
            "attack-genesis-of-endless-name",
            GENESIS,
            [1, 0xff, 0xff, 0xff, 0xff, 0x0f, b'x'],
        ),
        seed("attack-seventeen-kibibytes", REQUEST, vec![0; 17 << 10]),
    ]
}
