//! Chance, drawn from the system here and nowhere else.

use uuid::Uuid;

/// Random bytes.
///
/// The system's generator fails only where there is none (a kernel before 3.17 without `/dev/urandom`);
/// no key may be made then, so the daemon ends.
#[must_use]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness no key may be made")]
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// A UUID version 7 (RFC 9562 §5.7): the time first, so that ids sort by it.
#[must_use]
pub(crate) fn uuid(now_ms: u64) -> Uuid {
    let mut random = [0; 10];
    random.copy_from_slice(&bytes::<10>());
    uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid()
}
