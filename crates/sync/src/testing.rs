//! What the tests of several modules share.

use beffroi_trust::{EntryId, OrderKey};
use proptest::test_runner::{Config, RngSeed};

/// A fixed number of cases from a fixed seed, which proptest prints when one fails.
pub(crate) fn config(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(20_261_123),
        failure_persistence: None,
        ..Config::default()
    }
}

/// An id that looks random and is a function of the number.
pub(crate) fn id(number: u64) -> EntryId {
    EntryId(blake3::hash(&number.to_le_bytes()).into())
}

/// A key of the given second.
pub(crate) fn key(second: u32, number: u64) -> OrderKey {
    OrderKey {
        second,
        id: id(number),
    }
}
