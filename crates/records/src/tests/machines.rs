//! State machines, pair by pair, against tables written out by hand.

use serde_json::json;

use super::{Post, faults, set};
use crate::labels::{INCIDENT_STATUS, List, NEED_STATUS, PHASE, RESOURCE_STATUS, VERIFICATION};
use crate::{Edit, Kind, Wants};

/// Rows are where one is, columns where one goes, both in the order of the list: `.` stay or go freely, `r` with a
/// reason, `n` with a note, `c` with a closing reason, `x` not at all.
const TABLES: [(Kind, &str, &List, &[&str]); 5] = [
    // new, in_progress, paused, closed
    (
        Kind::Incident,
        "status",
        &INCIDENT_STATUS,
        &["..xr", "x...", "x...", "xrx."],
    ),
    // unverified, checking, verified, refuted
    (
        Kind::Incident,
        "verification",
        &VERIFICATION,
        &["....", "x...", "xx.n", "xxn."],
    ),
    // open, suspended, closed
    (Kind::Need, "status", &NEED_STATUS, &["..c", "..c", ".x."]),
    // available, reserved, in_use, maintenance, unavailable
    (
        Kind::Resource,
        "status",
        &RESOURCE_STATUS,
        &[".....", ".....", ".....", ".....", "....."],
    ),
    // preparation, standby, active, recovery, after_action, closed
    (
        Kind::Operation,
        "phase",
        &PHASE,
        &[".....x", "r....x", "rr...x", "rrr..x", "rrrr..", "rrrrr."],
    ),
];

fn wanted(letter: char) -> Option<Wants> {
    match letter {
        '.' => Some(Wants::Nothing),
        'r' => Some(Wants::Reason),
        'n' => Some(Wants::Note),
        'c' => Some(Wants::ClosingReason),
        'x' => None,
        other => panic!("no such letter: {other}"),
    }
}

#[test]
fn every_pair_of_states_is_as_designed() {
    for (kind, field, list, table) in TABLES {
        let machine = kind.field(field).unwrap().machine.unwrap();
        assert_eq!(table.len(), list.tokens.len());
        for (from, row) in list.tokens.iter().zip(table) {
            for (to, letter) in list.tokens.iter().zip(row.chars()) {
                let step = machine.step(Some(from.token), to.token);
                assert_eq!(
                    step,
                    wanted(letter),
                    "{field}: {} -> {}",
                    from.token,
                    to.token
                );
                let offered = machine.next(from.token).any(|(state, _)| state == to.token);
                assert_eq!(
                    offered,
                    letter != 'x' && from != to,
                    "{field}: {} offers {}",
                    from.token,
                    to.token
                );
            }
        }
    }
}

#[test]
fn the_writer_obeys_every_pair() {
    for (kind, field, list, table) in TABLES {
        for (from, row) in list.tokens.iter().zip(table) {
            for (to, letter) in list.tokens.iter().zip(row.chars()) {
                let mut post = Post::with(
                    1,
                    kind,
                    json!({field: from.token, "mode": "lot"}).take_for(kind),
                );
                let mut bare = set(field, json!(to.token));
                bare.has_reason = false;
                let told = post
                    .try_edit(1, &bare)
                    .err()
                    .map(|refused| refused.faults()[0].code.token());
                let expected = match letter {
                    '.' => None,
                    'r' => Some("reason_required"),
                    'n' => Some("note_required"),
                    'c' => Some("closing_reason_required"),
                    _ => Some("bad_transition"),
                };
                assert_eq!(told, expected, "{field}: {} -> {}", from.token, to.token);
                if expected.is_some() && letter != 'x' {
                    let mut full = Edit {
                        has_reason: true,
                        ..bare
                    };
                    if letter == 'c' {
                        full.set
                            .insert("closing_reason".to_owned(), json!("obsolete"));
                    }
                    post.edit(1, &full);
                    assert_eq!(post.read().text(field), to.token);
                }
            }
        }
    }
}

trait TakeFor {
    fn take_for(self, kind: Kind) -> serde_json::Value;
}

impl TakeFor for serde_json::Value {
    /// Only a resource has a mode; a lot may be set to every state by hand.
    fn take_for(mut self, kind: Kind) -> serde_json::Value {
        if kind != Kind::Resource {
            self.as_object_mut().unwrap().remove("mode");
        }
        self
    }
}

#[test]
fn the_states_of_a_single_item_that_follow_from_assignments_are_not_set_by_hand() {
    let mut van = Post::with(1, Kind::Resource, json!({"mode": "unique"}));
    for state in ["reserved", "in_use"] {
        assert_eq!(
            faults(van.try_edit(1, &set("status", json!(state)))),
            ["status: set_by_assignments"]
        );
    }
    van.set(1, "status", json!("maintenance"));
    van.set(2, "status", json!("available"));
}

#[test]
fn a_state_of_a_later_version_can_be_left() {
    let machine = Kind::Incident.field("status").unwrap().machine.unwrap();
    assert_eq!(machine.step(Some("weird"), "closed"), Some(Wants::Nothing));
    assert_eq!(machine.step(None, "closed"), Some(Wants::Nothing));
    assert_eq!(machine.step(Some("new"), "weird"), None);
}
