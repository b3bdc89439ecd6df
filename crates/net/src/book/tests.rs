//! What the address book remembers, and whom it sends us to.

use super::*;

const ALICE: PeerId = PeerId([1; 32]);
const BOB: PeerId = PeerId([2; 32]);

fn place(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 7410))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn hearsay_never_pushes_out_what_has_proved_itself() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.remember(ALICE, place(1), now);
    book.add_typed(place(2), Some(ALICE), now);
    for forged in 10..200 {
        book.hear(ALICE, place(forged), now, Duration::ZERO);
        book.tell(ALICE, place(forged), now);
    }
    let known = book.addresses(&ALICE);
    assert!(known.contains(&(place(1), Origin::Remembered)));
    assert!(known.contains(&(place(2), Origin::Typed)));
    assert!(known.len() <= 2 + HEARD_ADDRESSES_MAX + TOLD_ADDRESSES_MAX);
    let dialled = &book.due(now, 9, |_| true)[0].addresses;
    assert!(dialled.len() <= DIAL_ADDRESSES_MAX);
    assert!(dialled.contains(&place(2)) && dialled.contains(&place(1)));
}

#[test]
fn the_last_eight_addresses_of_a_peer_are_remembered() {
    let (mut book, now) = (Book::default(), Instant::now());
    for last in 1..=20 {
        assert!(book.remember(ALICE, place(last), now));
    }
    assert!(!book.remember(ALICE, place(20), now), "known already");
    let known: Vec<_> = book
        .addresses(&ALICE)
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    assert_eq!(known, (13..=20).rev().map(place).collect::<Vec<_>>());
}

#[test]
fn a_peer_is_dialled_with_all_its_addresses_and_then_backed_off() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.remember(ALICE, place(1), now);
    book.hear(ALICE, place(2), now, Duration::ZERO);
    let attempts = book.due(now, 9, |_| true);
    let expected = Attempt {
        target: Target::Peer(ALICE),
        addresses: vec![place(2), place(1)],
    };
    assert_eq!(attempts, vec![expected]);
    assert!(book.due(now, 9, |_| true).is_empty());
    assert_eq!(book.due(now + seconds(2), 9, |_| true).len(), 1);
}

#[test]
fn nobody_unwanted_is_dialled() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.remember(ALICE, place(1), now);
    book.remember(BOB, place(2), now);
    let attempts = book.due(now, 9, |peer| *peer == BOB);
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0].target, Target::Peer(BOB));
}

#[test]
fn a_typed_address_without_a_name_is_dialled_until_somebody_answers_there() {
    let (mut book, now) = (Book::default(), Instant::now());
    book.add_typed(place(1), None, now);
    assert_eq!(
        book.due(now, 9, |_| true)[0].target,
        Target::Typed(place(1))
    );
    book.remember(ALICE, place(1), now);
    book.found(&place(1), Some(ALICE));
    let later = now + seconds(100);
    assert!(
        book.due(later, 9, |_| false).is_empty(),
        "Alice is connected: no need to knock"
    );
    book.not_here(&ALICE, &place(1));
    assert_eq!(
        book.due(later, 9, |_| false)[0].target,
        Target::Typed(place(1))
    );
}

#[test]
fn the_number_of_dials_is_capped_and_the_rest_comes_later() {
    let (mut book, now) = (Book::default(), Instant::now());
    for peer in 1..=9 {
        book.remember(PeerId([peer; 32]), place(peer), now);
    }
    assert_eq!(book.due(now, 4, |_| true).len(), 4);
    assert_eq!(book.due(now, 9, |_| true).len(), 5);
}

#[test]
fn a_short_link_does_not_shorten_the_waits() {
    let (mut book, mut now) = (Book::default(), Instant::now());
    book.remember(ALICE, place(1), now);
    for _ in 0..6 {
        assert_eq!(book.due(now, 9, |_| true).len(), 1);
        book.lost(&ALICE, seconds(1), now);
        now += seconds(80);
    }
    book.due(now, 9, |_| true);
    book.lost(&ALICE, seconds(1), now);
    assert!(book.due(now + seconds(20), 9, |_| true).is_empty());
    book.lost(&ALICE, seconds(3_600), now);
    assert_eq!(book.due(now + seconds(2), 9, |_| true).len(), 1);
}

#[test]
fn typed_addresses_are_bounded() {
    let (mut book, now) = (Book::default(), Instant::now());
    for port in 0..TYPED_ADDRESSES_MAX {
        let place = SocketAddr::from(([192, 0, 2, 1], u16::try_from(port).unwrap()));
        assert!(book.add_typed(place, None, now));
    }
    assert!(!book.add_typed(place(9), None, now));
    assert!(
        book.remove_typed(&SocketAddr::from(([192, 0, 2, 1], 3)))
            .is_some()
    );
    assert!(book.add_typed(place(9), None, now));
}
