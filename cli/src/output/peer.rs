//! Other posts, as far as this one knows.

use std::io;

use beffroi_api::reply::{Peer, PeerState, Via};

use super::table::{Columns, printable};
use super::time::Clock;
use crate::session::Session;

/// How many characters of a device key are shown for a post whose name has not arrived.
const KEY_SHOWN: usize = 8;

/// What a peer is called.
fn name(peer: &Peer) -> String {
    let key = || peer.id.chars().take(KEY_SHOWN).collect();
    printable(&peer.name.clone().unwrap_or_else(key))
}

/// Peers in columns.
pub(crate) fn table(session: &Session, clock: &Clock, peers: &[Peer]) -> io::Result<()> {
    let headings = [
        "column-post",
        "column-via",
        "column-last-contact",
        "column-we-lack",
        "column-they-lack",
        "column-state",
    ];
    let headings = headings.map(|key| session.texts.say(key));
    let mut columns = Columns::new(&session.screen, &headings);
    columns.break_only(&[0, headings.len() - 1]);
    for peer in peers {
        columns.row(&[
            name(peer),
            peer.via.map(via).unwrap_or("–").to_owned(),
            contact(session, clock, peer).unwrap_or_else(|| "–".to_owned()),
            count(session, peer.missing_here),
            count(session, peer.missing_there),
            state(session, clock, peer),
        ]);
    }
    columns.print(&session.screen)
}

const fn via(via: Via) -> &'static str {
    match via {
        Via::Lan => "lan",
        Via::Usb => "usb",
        Via::Relay => "relay",
        Via::Other => "?",
    }
}

fn contact(session: &Session, clock: &Clock, peer: &Peer) -> Option<String> {
    clock.ago(peer.last_contact.as_deref()?, &session.texts)
}

fn count(session: &Session, missing: Option<u64>) -> String {
    missing.map_or_else(
        || session.texts.say("unknown"),
        |count| session.texts.with("number", &[("number", count.into())]),
    )
}

/// The state in words: what is known, and when it was known.
fn state(session: &Session, clock: &Clock, peer: &Peer) -> String {
    let texts = &session.texts;
    match peer.state {
        PeerState::InStep => texts.say("state-in-step"),
        PeerState::CatchingUp => {
            let arguments = [
                ("here", count(session, peer.missing_here).into()),
                ("there", count(session, peer.missing_there).into()),
            ];
            texts.with("state-catching-up", &arguments)
        }
        PeerState::Silent => silent(session, clock, peer),
        PeerState::Carried => {
            let carried = peer.carried.as_ref();
            let arguments = [
                (
                    "entries",
                    carried.map_or(0, |carried| carried.entries).into(),
                ),
                (
                    "at",
                    carried
                        .map_or_else(String::new, |carried| clock.short(&carried.since))
                        .into(),
                ),
            ];
            texts.with("state-carried", &arguments)
        }
        PeerState::Blocked => printable(
            &peer
                .reason
                .clone()
                .unwrap_or_else(|| texts.say("state-blocked")),
        ),
        PeerState::Other => texts.say("unknown"),
    }
}

fn silent(session: &Session, clock: &Clock, peer: &Peer) -> String {
    let texts = &session.texts;
    let Some(ago) = contact(session, clock, peer) else {
        return texts.say("state-never-heard");
    };
    let silent = texts.with("state-silent", &[("ago", ago.into())]);
    match &peer.in_step_at {
        Some(at) => {
            let at = clock.short(at);
            format!(
                "{silent}; {}",
                texts.with("state-was-in-step", &[("at", at.into())])
            )
        }
        None => silent,
    }
}

#[cfg(test)]
mod tests;
