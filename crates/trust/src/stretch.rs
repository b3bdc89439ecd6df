//! Argon2id, at the one cost used here: what people remember or type is made expensive to guess.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

/// Memory of one guess, in KiB: 64 MiB, which the smallest laptop has and a guessing chip has not.
const MEMORY_KIB: u32 = 64 << 10;
/// Passes over that memory: half a second on the laptops at hand.
const PASSES: u32 = 3;

/// The key stretched from a secret that may be short.
pub(crate) fn stretch(secret: &[u8], salt: &[u8; 16]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    #[expect(
        clippy::expect_used,
        reason = "fails on bad parameters or lengths only, and all are constants or bounded"
    )]
    Params::new(MEMORY_KIB, PASSES, 1, Some(32))
        .and_then(|params| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(secret, salt, &mut *key)
        })
        .expect("the parameters are constants");
    key
}
