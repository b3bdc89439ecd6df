//! Erasures: hidden at once, destroyed after the delay, undone with their author.

use super::story::{ALICE, BOB, NINA, ROOT, Story};
use super::world::territory;
use crate::act::{Act, Role};
use crate::chronicle::erasures::FORGET_DELAY_MS;
use crate::ids::{DocId, EntryId};

const DOC: DocId = DocId {
    kind: 1,
    ring: 2,
    uuid: [5; 16],
};
const OTHER: DocId = DocId {
    uuid: [6; 16],
    ..DOC
};
const SLOT: (u8, u64) = (1, 2);

fn leaf(n: u8) -> (EntryId, u8) {
    (EntryId([n; 32]), n)
}

fn forget(leaves: &[(EntryId, u8)]) -> Act {
    Act::Forget {
        doc: DOC,
        leaves: leaves.to_vec(),
    }
}

#[test]
fn a_document_is_hidden_at_once_and_destroyed_after_the_delay_by_the_posts_own_clock() {
    let (mut story, alice, _) = Story::founded();
    let act = story.acts(ALICE, alice, forget(&[leaf(1)]));
    let erasures = story.post().erasures();
    assert!(erasures.forgets(&DOC) && !erasures.forgets(&OTHER));
    let received = |id: &EntryId| (*id == act).then_some(1_000);
    let before = erasures.due(999 + FORGET_DELAY_MS, received);
    assert!(before.is_empty() && !before.takes(&leaf(1), SLOT, Some(&DOC)));
    let due = erasures.due(1_000 + FORGET_DELAY_MS, received);
    assert!(
        due.takes(&leaf(1), SLOT, None),
        "a carrier goes by the list"
    );
    assert!(
        due.takes(&leaf(2), SLOT, Some(&DOC)),
        "a reader by the document"
    );
    assert!(!due.takes(&leaf(2), SLOT, None));
    assert!(
        erasures.due(u64::MAX, |_| None).is_empty(),
        "no receipt, no end"
    );
}

#[test]
fn a_listing_that_lies_destroys_nothing_where_it_can_be_seen_through() {
    let (mut story, alice, _) = Story::founded();
    story.acts(ALICE, alice, forget(&[leaf(1)]));
    let due = story.post().erasures().due(u64::MAX, |_| Some(0));
    assert!(!due.takes(&leaf(1), SLOT, Some(&OTHER)));
    assert!(!due.takes(&leaf(1), (1, 1), None), "of another ring");
    assert!(!due.takes(&leaf(1), (3, 2), None), "of another kind");
}

#[test]
fn a_forget_is_cancelled_when_its_author_is_cut() {
    let (mut story, alice, _) = Story::founded();
    story.acts(ALICE, alice, forget(&[leaf(1)]));
    assert!(story.post().erasures().forgets(&DOC));
    story.revokes(ROOT, territory(), alice, &[]);
    let after = story.post().erasures();
    assert!(!after.forgets(&DOC));
    assert!(
        !after.explains(&leaf(1), SLOT, Some(&DOC)),
        "the leaf is a gap"
    );
    assert!(after.due(u64::MAX, |_| Some(0)).is_empty());
}

#[test]
fn who_is_no_coordinator_or_does_not_hold_the_ring_forgets_nothing() {
    let (mut story, alice, _) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    story.acts(NINA, nina, forget(&[leaf(1)]));
    let bob = story.grants_rings(ALICE, alice, BOB, Role::Coordinator, &[1]);
    story.acts(BOB, bob, forget(&[leaf(1)]));
    assert!(!story.post().erasures().forgets(&DOC));
}

#[test]
fn leaves_no_act_lists_are_owed_a_further_forget() {
    let (mut story, alice, bob) = Story::founded();
    story.acts(ALICE, alice, forget(&[leaf(1)]));
    let erasures = story.post().erasures();
    assert_eq!(erasures.unlisted(&DOC, [leaf(1), leaf(2)]), [leaf(2)]);
    story.acts(BOB, bob, forget(&[leaf(2)]));
    let both = story.post().erasures();
    assert!(both.unlisted(&DOC, [leaf(1), leaf(2)]).is_empty());
    assert_eq!(both.acts().len(), 2);
}
