//! The plan of a stream: disjoint parts, cursors that outlive their holders.

use super::*;
use crate::testing::key;

const ANN: PeerId = PeerId([1; 32]);
const BOB: PeerId = PeerId([2; 32]);

fn divided() -> Bulk {
    let mut bulk = Bulk::default();
    bulk.join(ANN);
    bulk.join(BOB);
    assert_eq!(bulk.next(ANN), Some(Next::Survey));
    assert_eq!(bulk.next(BOB), None, "one survey is enough");
    bulk.divide(&[10, 20, 20, 15]);
    bulk
}

fn part(place: usize, from: OrderKey, to_second: Option<u32>) -> Option<Next> {
    Some(Next::Part {
        place,
        from,
        to_second,
    })
}

fn start(second: u32) -> OrderKey {
    OrderKey {
        second,
        id: LOWEST.id,
    }
}

#[test]
fn holders_get_disjoint_parts() {
    let mut bulk = divided();
    assert_eq!(bulk.next(ANN), part(0, start(0), Some(10)));
    assert_eq!(bulk.next(BOB), part(1, start(10), Some(20)));
    bulk.advanced(0, None);
    assert_eq!(bulk.next(ANN), part(2, start(20), None));
    bulk.advanced(2, None);
    assert_eq!(bulk.next(ANN), None, "the last part is being streamed");
    assert!(!bulk.is_done());
    bulk.advanced(1, None);
    assert!(bulk.is_done());
}

#[test]
fn another_goes_on_where_the_first_broke_off() {
    let mut bulk = divided();
    bulk.next(ANN);
    bulk.advanced(0, Some(key(4, 1)));
    bulk.left(ANN);
    assert_eq!(bulk.next(BOB), part(0, key(4, 1), Some(10)));
    bulk.left(BOB);
    assert!(!bulk.is_active());
    bulk.join(ANN);
    assert_eq!(bulk.next(ANN), part(0, key(4, 1), Some(10)));
}

#[test]
fn a_cursor_that_stands_still_ends_the_part() {
    let mut bulk = divided();
    bulk.next(ANN);
    bulk.advanced(0, Some(start(0)));
    assert_eq!(bulk.next(ANN), part(1, start(10), Some(20)));
}
