//! The state of a peer: what is known, never more.

use beffroi_api::Language;
use beffroi_api::reply::{Peer, PeerState};
use serde_json::json;

use super::{name, state};
use crate::session::{Session, of_tests};

fn peer(state: &str) -> Peer {
    serde_json::from_value(json!({
        "name": "Gymnase", "code": "GYM", "id": "ab12cd34ef56", "role": "operator", "via": "lan",
        "connected": false, "last_contact": null, "missing_here": null, "missing_there": 92,
        "in_step": false, "in_step_at": null, "state": state, "reason": null, "version": null,
        "clock_offset_s": null, "addresses": []
    }))
    .unwrap()
}

fn said(session: &Session, peer: &Peer) -> String {
    state(session, &session.clock, peer)
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    let session = of_tests(Language::English);
    assert_eq!(
        said(&session, &peer("catching_up")),
        "we lack unknown, they lack 92"
    );
    assert_eq!(said(&session, &peer("silent")), "never heard from here");
    assert_eq!(said(&session, &peer("in_step")), "in step");
    let mut silent = peer("silent");
    silent.last_contact = Some(
        session
            .clock
            .before(std::time::Duration::from_secs(3 * 3600)),
    );
    assert_eq!(said(&session, &silent), "silent for 3 h");
    assert_eq!(
        said(&of_tests(Language::French), &silent),
        "muet depuis 3 h"
    );
}

#[test]
fn a_blocked_peer_says_why_and_one_without_name_is_its_key() {
    let session = of_tests(Language::English);
    let mut blocked = peer("blocked");
    blocked.reason = Some("withdrawn".into());
    assert_eq!(said(&session, &blocked), "withdrawn");
    blocked.name = None;
    assert_eq!(name(&blocked), "ab12cd34");
}

#[test]
fn a_state_of_a_later_version_is_unknown() {
    let later = peer("hibernating");
    assert_eq!(later.state, PeerState::Other);
    assert_eq!(said(&of_tests(Language::English), &later), "unknown");
}
