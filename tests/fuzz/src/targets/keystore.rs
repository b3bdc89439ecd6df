//! A keystore file that somebody altered, its sum as it is or mended.

use beffroi_trust::ids::RING_COMMON;
use beffroi_trust::{Keystore, KeystoreKey, Protection, RingSecret};

use super::{mode, seed};
use crate::world::{alice, common};
use crate::{Outcome, Seed, Target};

/// The target.
pub const TARGET: Target = Target {
    name: "keystore",
    run,
    seeds,
    words: &[&[0xff; 5], &[0x80, 0x80, 0x01], &[0x00], &[0x01]],
    bytes_max: 8 << 10,
    memory_max: 4 << 20,
};

const AS_IT_IS: u8 = 0;
const MENDED: u8 = 1;
/// The sum at its end.
const SUM_BYTES: usize = 8;

/// Reads a file. A sealed one is not unlocked: that takes half a second, and its contents are
/// authenticated.
///
/// # Panics
/// When an open one is written otherwise than it was read.
pub fn run(data: &[u8]) -> Outcome {
    let Some((mode, file)) = mode(data) else {
        return Outcome::Refused;
    };
    let mut file = file.to_vec();
    if mode % 2 == MENDED && file.len() > SUM_BYTES {
        let at = file.len() - SUM_BYTES;
        let sum = blake3::hash(&file[..at]);
        file[at..].copy_from_slice(&sum.as_bytes()[..SUM_BYTES]);
    }
    match Keystore::protection(&file) {
        Err(_) => Outcome::Refused,
        Ok(Protection::Sealed) => Outcome::taken(Keystore::from_open(&file).is_err()),
        Ok(Protection::Open) => {
            let Ok(keystore) = Keystore::from_open(&file) else {
                return Outcome::Refused;
            };
            let written = keystore.to_open().expect("what was read can be written");
            let again = Keystore::from_open(&written).expect("what was written can be read");
            assert_eq!(again.device.id(), keystore.device.id());
            assert_eq!(again.rings.iter().count(), keystore.rings.iter().count());
            Outcome::Taken
        }
    }
}

fn seeds() -> Vec<Seed> {
    let mut keystore = Keystore::new(alice());
    keystore.rings.insert(RING_COMMON, common());
    keystore.rings.insert(7, RingSecret::from_bytes(&[9; 32]));
    let open = keystore.to_open().unwrap();
    let key = KeystoreKey::new("quatre mots sans suite", [3; 16]).unwrap();
    let sealed = keystore.to_sealed(&key, [4; 24]).unwrap();
    let cut = &open[..open.len() / 2];
    let changed = |at: usize, to: u8| {
        let mut other = open.to_vec();
        other[at] = to;
        other
    };
    // Magic, version, protection, two seeds: then how many ring keys there are.
    let rings_at = open.len() - SUM_BYTES - 2 * 33 - 1;
    vec![
        seed("honest-open", AS_IT_IS, &*open),
        seed("honest-sealed", AS_IT_IS, &sealed),
        seed(
            "honest-without-rings",
            AS_IT_IS,
            &*Keystore::new(alice()).to_open().unwrap(),
        ),
        seed("attack-one-byte-changed", AS_IT_IS, changed(20, 7)),
        seed(
            "attack-more-ring-keys-than-there-are",
            MENDED,
            changed(rings_at, 0x7f),
        ),
        seed("attack-cut-in-half", MENDED, cut),
        seed("attack-empty", AS_IT_IS, []),
        seed("attack-another-file", AS_IT_IS, b"SQLite format 3"),
    ]
}
