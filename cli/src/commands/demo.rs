//! `demo`: a few real posts on this machine, an invented flood, one of them cut off, and what they
//! hold when they hear each other again.

mod agreement;
mod cut;
mod fleet;
mod play;
mod post;
mod scenario;
mod shown;
mod wait;

use tokio::signal::unix::{Signal, SignalKind, signal};

use self::agreement::{Seen, agree};
use self::fleet::Fleet;
use self::play::Play;
use self::scenario::Scenario;
use super::DONE;
use crate::args::DemoArgs;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::session::Session;

pub(super) async fn run(session: &Session, args: DemoArgs) -> Outcome {
    let scenario = Scenario::embedded();
    let mut asked = Asked::listen(session)?;
    let mut fleet = Fleet::prepare(session, &args, &scenario)?;
    let outcome = tokio::select! {
        outcome = show(session, &args, &mut fleet, &scenario) => outcome,
        () = asked.wait_for_end() => Err(session.failure(EXIT_FAILED, "demo-interrupted", &[])),
    };
    if outcome.is_ok() && !args.once {
        asked.wait_for_end().await;
    }
    session.talk("demo-ending", &[]);
    let ended = fleet.end(session).await;
    let exit = outcome?;
    ended.map(|()| exit)
}

async fn show(
    session: &Session,
    args: &DemoArgs,
    fleet: &mut Fleet,
    scenario: &Scenario,
) -> Outcome {
    session.talk("demo-starting", &[("posts", fleet.posts.len().into())]);
    let seen = played(session, fleet, scenario).await?;
    shown::result(session, &seen)?;
    if !agree(&seen) {
        return Err(shown::differing(session, &seen));
    }
    if !args.once {
        shown::next(session, &seen, &scenario.apart.field, fleet.is_temporary())?;
    }
    Ok(DONE)
}

async fn played(
    session: &Session,
    fleet: &mut Fleet,
    scenario: &Scenario,
) -> Result<Vec<Seen>, Failure> {
    fleet.gather(session, scenario).await?;
    let mut play = Play::open(session, fleet, scenario).await?;
    play.all(fleet).await?;
    cut::apart_and_together(session, fleet, scenario, &play).await
}

/// The ways in which a person or the system asks the demonstration to end. While one of these is
/// kept, none of them ends the process by itself, so that no post is left behind.
struct Asked {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Asked {
    fn listen(session: &Session) -> Result<Asked, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                let arguments = [("error", error.to_string().into())];
                session.failure(EXIT_FAILED, "no-runtime", &arguments)
            })
        };
        Ok(Asked {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn wait_for_end(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
