//! The verdict on a change looks at its causal past alone, never at what else this post holds.
#![allow(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod changes;

use changes::{
    ALICE, BOB, MALLORY, base, base_changes, document, harms_a_bare_document, liars, verdict,
    with_bob,
};

#[test]
fn verdict_ignores_concurrency() {
    let on = base();
    let (with_bob, [first, second]) = with_bob(&on);
    let history = base_changes();
    let mut taken_when_present = 0;
    for (name, raw) in liars(&on, &with_bob) {
        taken_when_present += usize::from(!harms_a_bare_document(&with_bob, &raw));
        assert_eq!(
            verdict(&on, &MALLORY, &raw),
            verdict(&with_bob, &MALLORY, &raw),
            "{name}"
        );
        assert!(verdict(&on, &MALLORY, &raw).is_err(), "{name}");
        let before = [(ALICE, &history[0][..]), (ALICE, &history[1][..])];
        let late = document(&[
            before[0],
            before[1],
            (BOB, &first),
            (BOB, &second),
            (MALLORY, &raw),
        ]);
        let early = document(&[
            before[0],
            before[1],
            (MALLORY, &raw),
            (BOB, &first),
            (BOB, &second),
        ]);
        assert_eq!(
            late.live().get_heads(),
            early.live().get_heads(),
            "{name}: posts split"
        );
        assert_eq!(late.refused().count(), 1, "{name}");
        assert!(late.refused().eq(early.refused()), "{name}");
    }
    assert!(
        taken_when_present >= 2,
        "tried on the live document, some would be taken"
    );
}
