//! `join`: enter a territory by a code.

use beffroi_api::request::Join;

use super::invite::role_sentence_key;
use super::{DONE, as_json, keys};
use crate::args::JoinArgs;
use crate::failure::Outcome;
use crate::output::table::printable;
use crate::session::Session;

pub(super) async fn run(session: &Session, args: JoinArgs) -> Outcome {
    let request = Join {
        invite: args.invite_code,
        post: args.post,
        code: args.code,
        peers: args.join_peers,
        wait_s: args.wait.as_secs(),
    };
    let passphrase = keys::for_new_keys(session).await?;
    session.talk("join-looking", &[("seconds", request.wait_s.into())]);
    let joined = session.client.join(&request, passphrase.as_deref()).await?;
    if let Some(result) = as_json(session, &joined) {
        return result.map(|()| DONE);
    }
    let arguments = [
        ("post", printable(&joined.from).into()),
        ("address", printable(&joined.address).into()),
        ("territory", printable(&joined.territory.name).into()),
    ];
    session.print("join-found", &arguments)?;
    if let Some(role) = joined.post.role {
        session.print(role_sentence_key(role), &[])?;
    }
    let arguments = [
        ("received", joined.received.into()),
        ("offered", joined.offered.unwrap_or(joined.received).into()),
    ];
    session.print("join-received", &arguments)?;
    let arguments = [("post", printable(&joined.from).into())];
    let key = if joined.in_step {
        "join-in-step"
    } else {
        "join-goes-on"
    };
    session.print(key, &arguments)?;
    Ok(DONE)
}
