//! `status` and `doctor`: what is true now, and what to do about it.

use std::time::Duration;

use anstyle::{AnsiColor, Style};
use beffroi_api::finding::{Finding, Level};
use beffroi_api::reply::{PeerState, Status};

use super::invite::role_key;
use super::{DONE, as_json};
use crate::args::StatusArgs;
use crate::args::parse::FailIf;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::output::table::printable;
use crate::output::time::Clock;
use crate::output::{json, peer};
use crate::session::Session;

/// Longest time between two pictures of `--watch` when nothing happens: ages grow meanwhile.
const PICTURE_EVERY: Duration = Duration::from_secs(5);

/// Shortest time between two pictures of `--watch`.
const PICTURE_REST: Duration = Duration::from_secs(1);

pub(super) async fn run(session: &Session, args: &StatusArgs) -> Outcome {
    if args.watch {
        return watch(session).await;
    }
    let status = session.client.status().await?;
    show(session, &session.clock, &status)?;
    match args
        .fail_if
        .iter()
        .find(|condition| holds(**condition, session, &status))
    {
        None => Ok(DONE),
        Some(condition) => {
            let key = match condition {
                FailIf::Silent(_) => "fails-silent",
                FailIf::Conflicts => "fails-conflicts",
                FailIf::Parked => "fails-parked",
            };
            Err(session.failure(EXIT_FAILED, key, &[]))
        }
    }
}

fn holds(condition: FailIf, session: &Session, status: &Status) -> bool {
    match condition {
        FailIf::Conflicts => status.conflicts > 0,
        FailIf::Parked => status.parked > 0,
        FailIf::Silent(limit) => status.peers.iter().any(|peer| {
            let heard = peer.last_contact.as_deref();
            let ago = heard.and_then(|at| session.clock.seconds_since(at));
            peer.state != PeerState::Blocked && ago.is_none_or(|ago| ago >= limit.as_secs())
        }),
    }
}

/// A new picture when something happened, until interrupted or the daemon ends.
async fn watch(session: &Session) -> Outcome {
    loop {
        let mut events = session.client.events(None).await?;
        loop {
            let status = session.client.status().await?;
            session.screen.clear()?;
            show(session, &Clock::here(), &status)?;
            session.screen.gap()?;
            tokio::time::sleep(PICTURE_REST).await;
            match tokio::time::timeout(PICTURE_EVERY, events.next()).await {
                Ok(Ok(Some(_))) | Err(_) => {}
                // Closed: the next round says whether the daemon is still there.
                Ok(Ok(None) | Err(_)) => break,
            }
        }
    }
}

fn show(session: &Session, clock: &Clock, status: &Status) -> Result<(), Failure> {
    if session.screen.json().is_some() {
        return json::document(&session.screen, status);
    }
    heading(session, status)?;
    stored(session, status)?;
    if !status.peers.is_empty() {
        session.screen.line("")?;
        peer::table(session, clock, &status.peers)?;
    }
    if !status.health.is_empty() {
        session.screen.line("")?;
        findings(session, &status.health)?;
    }
    Ok(())
}

fn heading(session: &Session, status: &Status) -> Result<(), Failure> {
    let texts = &session.texts;
    for operation in status
        .operations
        .iter()
        .filter(|operation| operation.exercise)
    {
        let arguments = [("operation", printable(&operation.name).into())];
        session.print("status-exercise", &arguments)?;
    }
    if status.post.as_ref().is_some_and(|post| post.locked) {
        return match &status.territory {
            None => session.print("status-locked", &[]),
            Some(territory) => {
                let arguments = [("territory", printable(&territory.name).into())];
                session.print("status-locked-in", &arguments)
            }
        };
    }
    let (Some(post), Some(territory)) = (&status.post, &status.territory) else {
        return session.print("status-nowhere", &[]);
    };
    let role = post.role.map_or("role-none", role_key);
    let records: u64 = status.counts.values().sum();
    let arguments = [
        ("post", printable(&post.name).into()),
        ("code", printable(&post.code).into()),
        ("territory", printable(&territory.name).into()),
        ("role", texts.say(role).into()),
        ("records", records.into()),
        ("conflicts", status.conflicts.into()),
        ("parked", status.parked.into()),
    ];
    session.print("status-heading", &arguments)?;
    if session.verbose {
        let digest = status.set_digest.clone().unwrap_or_default();
        let arguments = [
            ("entries", status.entries.into()),
            ("digest", digest.into()),
            ("boot", status.boot.as_str().into()),
        ];
        session.print("status-more", &arguments)?;
    }
    Ok(())
}

fn stored(session: &Session, status: &Status) -> Result<(), Failure> {
    if let Some(records) = status.stored_by_all {
        session.print("status-stored-by-all", &[("records", records.into())])?;
    } else if status.territory.is_some() && status.post.as_ref().is_some_and(|post| !post.locked) {
        session.print("status-alone", &[])?;
    }
    if let Some(url) = &status.url {
        session.screen.line(&printable(url))?;
    }
    Ok(())
}

pub(super) async fn doctor(session: &Session) -> Outcome {
    let doctor = session.client.doctor().await?;
    let failed = doctor
        .findings
        .iter()
        .any(|finding| finding.level == Level::Fail);
    let exit = if failed { EXIT_FAILED } else { DONE };
    if let Some(result) = as_json(session, &doctor) {
        return result.map(|()| exit);
    }
    findings(session, &doctor.findings)?;
    Ok(exit)
}

fn findings(session: &Session, findings: &[Finding]) -> Result<(), Failure> {
    let topic = |finding: &Finding| session.texts.say(&format!("topic-{}", finding.topic));
    let width = findings
        .iter()
        .map(|finding| topic(finding).chars().count())
        .max();
    let width = width.unwrap_or_default();
    for finding in findings {
        let (word, style) = match finding.level {
            Level::Ok => ("ok  ", Style::new()),
            Level::Warn => (
                "warn",
                Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            ),
            Level::Fail => (
                "FAIL",
                Style::new().fg_color(Some(AnsiColor::Red.into())).bold(),
            ),
        };
        let (topic, text) = (topic(finding), printable(&finding.text));
        session
            .screen
            .line(&format!("{style}{word}{style:#}  {topic:width$}  {text}"))?;
        if !finding.hint.is_empty() {
            let hint = printable(&finding.hint);
            let (label, indent) = (session.texts.say("label-try"), width + 8);
            session
                .screen
                .line(&format!("{:indent$}{label} {hint}", ""))?;
        }
    }
    Ok(())
}
