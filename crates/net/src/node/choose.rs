//! Which of several connections to one peer stays. Both ends must come to the same answer.

use std::time::Duration;

use beffroi_sync::PeerId;
use libp2p::swarm::ConnectionId;

use crate::limits::SIMULTANEOUS;

/// What the choice looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) connection: ConnectionId,
    /// Whether we dialled it.
    pub(super) dialer: bool,
    pub(super) age: Duration,
}

/// The connection that stays: when all are young, both ends dialled at the same time, and the one dialled
/// by the smaller id stays; otherwise an old path has just been replaced, and the newest stays.
pub(super) fn keep(me: &PeerId, peer: &PeerId, candidates: &[Candidate]) -> Option<ConnectionId> {
    let newest = |dialled_by_us: Option<bool>| {
        candidates
            .iter()
            .filter(|candidate| dialled_by_us.is_none_or(|wanted| candidate.dialer == wanted))
            .min_by_key(|candidate| (candidate.age, std::cmp::Reverse(candidate.connection)))
            .map(|candidate| candidate.connection)
    };
    let simultaneous = candidates
        .iter()
        .all(|candidate| candidate.age < SIMULTANEOUS);
    let preferred = simultaneous.then(|| newest(Some(me < peer))).flatten();
    preferred.or_else(|| newest(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: PeerId = PeerId([1; 32]);
    const BOB: PeerId = PeerId([2; 32]);

    fn candidate(number: usize, dialer: bool, seconds: u64) -> Candidate {
        Candidate {
            connection: ConnectionId::new_unchecked(number),
            dialer,
            age: Duration::from_secs(seconds),
        }
    }

    fn kept(me: PeerId, peer: PeerId, candidates: &[Candidate]) -> ConnectionId {
        keep(&me, &peer, candidates).unwrap()
    }

    #[test]
    fn of_a_simultaneous_dial_both_ends_keep_the_one_dialled_by_the_smaller_id() {
        // Connection 1 was dialled by Alice, connection 2 by Bob.
        let alice = [candidate(1, true, 1), candidate(2, false, 0)];
        let bob = [candidate(1, false, 0), candidate(2, true, 1)];
        assert_eq!(kept(ALICE, BOB, &alice), ConnectionId::new_unchecked(1));
        assert_eq!(kept(BOB, ALICE, &bob), ConnectionId::new_unchecked(1));
    }

    #[test]
    fn an_old_connection_gives_way_to_the_newest() {
        for (me, peer) in [(ALICE, BOB), (BOB, ALICE)] {
            for dialer in [true, false] {
                let candidates = [candidate(1, true, 60), candidate(2, dialer, 0)];
                assert_eq!(kept(me, peer, &candidates), ConnectionId::new_unchecked(2));
            }
        }
    }

    #[test]
    fn two_young_ones_from_the_same_side_leave_the_newest() {
        let candidates = [candidate(1, true, 2), candidate(2, true, 1)];
        assert_eq!(
            kept(ALICE, BOB, &candidates),
            ConnectionId::new_unchecked(2)
        );
        assert_eq!(
            kept(BOB, ALICE, &candidates),
            ConnectionId::new_unchecked(2)
        );
    }

    #[test]
    fn of_none_nothing_stays() {
        assert_eq!(keep(&ALICE, &BOB, &[]), None);
    }
}
