//! Stock from the ledger of movements.

use serde_json::json;
use uuid::Uuid;

use super::{Post, Seeded};
use crate::{Append, ChangeHash, Decimal, Edit, Kind, LedgerEntry, Origin, covers, stock};

fn entry(id: &str, value: serde_json::Value) -> LedgerEntry {
    LedgerEntry {
        id: id.to_owned(),
        value,
        others: Vec::new(),
        origin: Origin::default(),
        change: ChangeHash([0; 32]),
    }
}

fn delta(id: &str, delta: &str) -> LedgerEntry {
    entry(id, json!({ "delta": delta }))
}

fn count(id: &str, count: &str, covers: &[&str]) -> LedgerEntry {
    entry(id, json!({"count": count, "covers": covers}))
}

fn amount(entries: &[LedgerEntry]) -> (String, bool) {
    let stocks = stock(entries);
    assert_eq!(stocks.len(), 1);
    (stocks[0].amount.to_string(), stocks[0].recount)
}

#[test]
fn without_a_count_the_movements_are_summed() {
    assert_eq!(
        amount(&[delta("a", "40"), delta("b", "-2.5"), delta("c", "0.125")]),
        ("37.625".to_owned(), false)
    );
}

#[test]
fn a_count_replaces_what_it_covers_and_later_movements_add_to_it() {
    let ledger = [
        delta("a", "40"),
        delta("b", "-5"),
        count("c", "30", &["a", "b"]),
        delta("d", "-2"),
    ];
    assert_eq!(amount(&ledger), ("28".to_owned(), false));
    assert_eq!(covers(&ledger, None), ["c", "d"]);
    // The next count lists the last one and what came since; the rest it covers through that one.
    let next = [
        &ledger[..],
        &[count("e", "27", &["c", "d"]), delta("f", "1")],
    ]
    .concat();
    assert_eq!(amount(&next), ("28".to_owned(), false));
}

#[test]
fn a_movement_that_arrives_late_is_added_to_the_count_that_did_not_see_it() {
    let ledger = [
        delta("a", "40"),
        count("c", "38", &["a"]),
        delta("late", "-10"),
    ];
    assert_eq!(amount(&ledger), ("28".to_owned(), false));
}

#[test]
fn of_two_counts_apart_the_smaller_is_used_until_a_third_covers_both() {
    let apart = [
        delta("a", "40"),
        count("c", "38", &["a"]),
        count("d", "35", &["a"]),
        delta("e", "-1"),
    ];
    let stocks = stock(&apart);
    assert_eq!(
        stocks[0]
            .by_count
            .iter()
            .map(|(id, n)| format!("{id}={n}"))
            .collect::<Vec<_>>(),
        ["c=37", "d=34"]
    );
    assert_eq!(amount(&apart), ("34".to_owned(), true));
    let list = covers(&apart, None);
    assert_eq!(list, ["c", "d", "e"]);
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    let settled = [&apart[..], &[count("f", "36", &list)]].concat();
    assert_eq!(amount(&settled), ("36".to_owned(), false));
}

#[test]
fn less_than_nothing_is_shown_to_be_counted_again() {
    assert_eq!(
        amount(&[delta("a", "5"), delta("b", "-9")]),
        ("-4".to_owned(), true)
    );
}

#[test]
fn sites_are_apart_and_a_transfer_moves_between_them() {
    let at = |id: &str, site: &str, delta: &str| {
        entry(id, json!({"delta": delta, "site": site, "pair": "p"}))
    };
    let stocks = stock(&[delta("a", "7"), at("b", "hall", "-3"), at("c", "gym", "3")]);
    let told: Vec<_> = stocks
        .iter()
        .map(|one| (one.site.as_deref(), one.amount))
        .collect();
    let whole = Decimal::whole;
    assert_eq!(
        told,
        [
            (None, whole(7)),
            (Some("gym"), whole(3)),
            (Some("hall"), whole(-3))
        ]
    );
    assert_eq!(
        covers(&[at("b", "hall", "-3")], Some("gym")),
        Vec::<String>::new()
    );
}

#[test]
fn counts_that_cover_one_another_in_a_circle_still_give_a_stock() {
    let circle = [
        delta("a", "9"),
        count("c", "5", &["d", "a"]),
        count("d", "4", &["c"]),
        count("e", "3", &["e"]),
    ];
    assert_eq!(
        amount(&circle),
        ("12".to_owned(), false),
        "the one outside the circle stands alone, with what it missed"
    )
}

#[test]
fn what_cannot_be_read_is_counted_and_left_out() {
    let stocks = stock(&[delta("a", "5"), entry("b", json!("x")), delta("c", "many")]);
    assert_eq!(
        (stocks[0].amount, stocks[0].unreadable),
        (Decimal::whole(5), 2)
    );
}

#[test]
fn the_order_of_entries_does_not_matter() {
    for seed in 0..50 {
        let mut dice = Seeded::new(seed);
        let ids: Vec<String> = (0..12).map(|n| format!("e{n:02}")).collect();
        let mut ledger: Vec<LedgerEntry> = ids
            .iter()
            .map(|id| {
                if dice.below(3) == 0 {
                    let covered: Vec<&str> = ids
                        .iter()
                        .filter(|_| dice.below(3) == 0)
                        .map(String::as_str)
                        .collect();
                    count(id, &dice.below(50).to_string(), &covered)
                } else {
                    delta(id, &(dice.below(40) as i64 - 20).to_string())
                }
            })
            .collect();
        let first = stock(&ledger);
        for place in (1..ledger.len()).rev() {
            ledger.swap(place, dice.below(place + 1));
        }
        assert_eq!(stock(&ledger), first, "seed {seed}");
    }
}

#[test]
fn a_lot_is_kept_through_real_changes() {
    let mut alice = Post::with(1, Kind::Resource, json!({"unit": "box"}));
    let mut bob = alice.copied(2);
    let write = |post: &mut Post, id: u128, entry: serde_json::Value| {
        let append = vec![Append {
            field: "movements".to_owned(),
            id: Uuid::from_u128(id),
            entry,
        }];
        post.edit(
            id as u64,
            &Edit {
                append,
                ..Edit::default()
            },
        );
    };
    let (at, by) = ("2026-11-22T17:00:00Z", "op-1");
    write(
        &mut alice,
        1,
        json!({"at": at, "by": by, "delta": 100, "reason": "received"}),
    );
    alice.meet(&mut bob);
    write(
        &mut bob,
        2,
        json!({"at": at, "by": by, "delta": "-30", "reason": "issued"}),
    );
    let seen = covers(alice.read().entries("movements"), None);
    write(
        &mut alice,
        3,
        json!({"at": at, "by": by, "count": 98, "covers": seen}),
    );
    alice.meet(&mut bob);
    assert_eq!(
        stock(alice.read().entries("movements"))[0].amount,
        Decimal::whole(68)
    );
}
