//! `peer`: other posts and the addresses typed for them.

use beffroi_api::request::AddPeer;

use super::{DONE, as_json};
use crate::args::PeerVerb;
use crate::ask;
use crate::failure::Outcome;
use crate::output::table::{Columns, printable};
use crate::output::{json, peer};
use crate::session::Session;

pub(super) async fn run(session: &Session, verb: PeerVerb) -> Outcome {
    match verb {
        PeerVerb::Add(args) => add(session, args.address).await,
        PeerVerb::List => list(session).await,
        PeerVerb::Remove(args) => remove(session, &args.peer).await,
    }
}

async fn add(session: &Session, address: String) -> Outcome {
    let added = session.client.add_peer(&AddPeer { address }).await?;
    if let Some(result) = as_json(session, &added) {
        return result.map(|()| DONE);
    }
    let arguments = [("address", printable(&added.address).into())];
    session.print("peer-added", &arguments)?;
    Ok(DONE)
}

async fn list(session: &Session) -> Outcome {
    let peers = session.client.peers().await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &peers, &peers.items)?;
        return Ok(DONE);
    }
    if peers.items.is_empty() && peers.typed.is_empty() {
        session.talk("peers-none", &[]);
        return Ok(DONE);
    }
    if !peers.items.is_empty() {
        peer::table(session, &session.clock, &peers.items)?;
    }
    if peers.typed.is_empty() {
        return Ok(DONE);
    }
    session.screen.line("")?;
    let headings = [
        "column-address",
        "column-post",
        "column-tried",
        "column-error",
    ];
    let mut columns = Columns::new(&session.screen, &headings.map(|key| session.texts.say(key)));
    for typed in &peers.typed {
        let tried = typed.tried.as_deref().map(|at| session.clock.short(at));
        columns.row(&[
            typed.address.clone(),
            typed.answered_by.clone().unwrap_or_default(),
            tried.unwrap_or_default(),
            typed.error.clone().unwrap_or_default(),
        ]);
    }
    columns.print(&session.screen)?;
    Ok(DONE)
}

async fn remove(session: &Session, typed: &str) -> Outcome {
    let arguments = [("peer", printable(typed).into())];
    ask::confirmed(
        session,
        &session.texts.with("peer-remove-really", &arguments),
    )?;
    let removed = session.client.remove_peer(typed).await?;
    if let Some(result) = as_json(session, &removed) {
        return result.map(|()| DONE);
    }
    let arguments = [("addresses", printable(&removed.removed.join(", ")).into())];
    session.print("peer-removed", &arguments)?;
    Ok(DONE)
}
