//! Acknowledgements: never more than was said.

use beffroi_trust::OrderKey;

use super::*;
use crate::peer::PerClass;
use crate::sets::{Sets, digests_at};
use crate::testing::key;

const PEER: PeerId = PeerId([1; 32]);

fn sets(count: u64) -> Sets {
    Sets::build((0..count).map(|n| (Class::Content, key(5, n))))
}

fn position(set: &Set, number: u64) -> (EntryId, u64) {
    let OrderKey { id, .. } = key(5, number);
    (id, set.place(&id).unwrap().position)
}

#[test]
fn an_equal_heartbeat_acknowledges_what_is_here_now_and_nothing_later() {
    let PerClass {
        contents: mut set, ..
    } = sets(10);
    let mut acks = Acks::default();
    assert_eq!(acks.unacknowledged(10), 10);
    assert!(acks.all_but(set.digest(), &[], &set));
    assert!(!acks.all_but(set.digest(), &[], &set), "no news twice");
    assert_eq!(acks.unacknowledged(10), 0);
    set.insert(key(1, 10));
    let (id, place) = position(&set, 10);
    assert!(!acks.holds(&id, place));
    assert_eq!(acks.unacknowledged(11), 1);
    assert!(acks.add(id, place) && !acks.add(id, place));
    assert!(acks.holds(&id, place));
    assert_eq!(acks.unacknowledged(11), 0);
}

#[test]
fn a_session_leaves_out_what_the_peer_lacks() {
    let PerClass {
        contents: mut set, ..
    } = sets(10);
    let mut acks = Acks::default();
    let (lacking, place) = position(&set, 3);
    acks.all_but(set.digest(), &[lacking], &set);
    assert!(!acks.holds(&lacking, place));
    assert_eq!(acks.unacknowledged(10), 1);
    assert!(acks.add(lacking, place));
    assert_eq!(acks.unacknowledged(10), 0);
    assert!(acks.retract(lacking, place) && !acks.retract(lacking, place));
    assert!(!acks.holds(&lacking, place));
}

#[test]
fn receipts_survive_a_restart_and_not_another_log() {
    let PerClass {
        contents: mut set, ..
    } = sets(10);
    let mut acks = Acks::default();
    let (lacking, _) = position(&set, 3);
    acks.all_but(set.digest(), &[lacking], &set);
    set.insert(key(1, 10));
    let (later, place) = position(&set, 10);
    acks.add(later, place);
    let receipt = acks.changed_receipt(PEER, Class::Content).unwrap();
    assert_eq!(acks.changed_receipt(PEER, Class::Content), None);
    let log: Vec<EntryId> = (0..11).map(|n| key(5, n).id).collect();
    let known = digests_at(log.iter().copied(), &[10]);
    let restored = Acks::restore(&receipt, known.get(&10), &set);
    for number in 0..11 {
        let (id, place) = position(&set, number);
        assert_eq!(restored.holds(&id, place), number != 3, "entry {number}");
    }
    let other = digests_at(log.iter().rev().copied(), &[10]);
    let restored = Acks::restore(&receipt, other.get(&10), &set);
    assert_eq!(restored.unacknowledged(11), 10, "only what was listed");
    assert!(restored.holds(&later, place));
}
