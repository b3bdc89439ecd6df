//! `sync`: reconcile now, and say how far it came.

use beffroi_api::request::SyncNow;

use super::DONE;
use crate::args::SyncArgs;
use crate::failure::{EXIT_LATER, Outcome};
use crate::output::time::Clock;
use crate::output::{json, peer};
use crate::session::Session;

pub(super) async fn run(session: &Session, args: SyncArgs) -> Outcome {
    let request = SyncNow {
        with: args.with,
        wait_s: args.wait.as_secs(),
    };
    let synced = session.client.sync(&request).await?;
    let exit = if synced.in_step { DONE } else { EXIT_LATER };
    if session.screen.json().is_some() {
        json::document(&session.screen, &synced)?;
        return Ok(exit);
    }
    session.print("sync-received", &[("received", synced.received.into())])?;
    if !synced.peers.is_empty() {
        peer::table(session, &Clock::here(), &synced.peers)?;
    }
    if !synced.in_step {
        session.talk("sync-not-in-step", &[]);
    }
    Ok(exit)
}
