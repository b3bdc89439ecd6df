//! `member`: who is in, who let whom in, who is shut out; what a lost device could read.

use std::time::Duration;

use beffroi_api::Kind;
use beffroi_api::reply::{CouldRead, LetIn, Member, MemberStatus, Revoked};
use beffroi_api::request::{ChangeRole, Deny, Revoke, Role, Why};

use super::invite::role_key;
use super::{DONE, as_json};
use crate::args::parse::{self, Since};
use crate::args::{DenyArgs, MemberVerb, RevokeArgs, RoleArgs};
use crate::ask;
use crate::failure::{EXIT_USAGE, Failure, Outcome};
use crate::output::json;
use crate::output::table::{Columns, printable};
use crate::session::Session;

/// How long the command watches who has learnt of a withdrawal: those who are connected answer within it.
const WATCHED: Duration = Duration::from_secs(2);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn run(session: &Session, verb: MemberVerb) -> Outcome {
    match verb {
        MemberVerb::List => list(session).await,
        MemberVerb::Show(args) => show(session, &args.member).await,
        MemberVerb::Role(args) => role(session, &args).await,
        MemberVerb::Revoke(args) => revoke(session, args).await,
        MemberVerb::Adopt(args) => adopt(session, &args.member).await,
        MemberVerb::Deny(args) => deny(session, &args).await,
    }
}

async fn list(session: &Session) -> Outcome {
    let members = session.client.members().await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &members, &members.items)?;
        return Ok(DONE);
    }
    let headings = [
        "column-post",
        "column-code",
        "column-role",
        "column-let-in",
        "column-state",
    ];
    let mut headings: Vec<String> = headings.map(|key| session.texts.say(key)).into();
    if session.verbose {
        headings.push(session.texts.say("column-id"));
    }
    let mut columns = Columns::new(&session.screen, &headings);
    for member in &members.items {
        let mut row = vec![
            named(member),
            member.code.clone().unwrap_or_default(),
            rights(session, member),
            let_in(session, member),
            state(session, member),
        ];
        if session.verbose {
            row.push(member.id.clone());
        }
        columns.row(&row);
    }
    columns.print(&session.screen)?;
    Ok(DONE)
}

/// A device as people call it.
fn named(member: &Member) -> String {
    let digits = || member.id.chars().take(8).collect();
    member.name.clone().unwrap_or_else(digits)
}

fn rights(session: &Session, member: &Member) -> String {
    let role = member.role.map(|role| session.texts.say(role_key(role)));
    let mut role = role.unwrap_or_else(|| "?".to_owned());
    if member.people {
        role.push_str(&session.texts.say("member-people"));
    }
    role
}

fn let_in(session: &Session, member: &Member) -> String {
    let at = member
        .let_in_at
        .as_deref()
        .map(|at| session.clock.short(at));
    let by = member.let_in_by.clone();
    let by = by.unwrap_or_else(|| session.texts.say("member-by-root"));
    format!("{} {by}", at.unwrap_or_default())
}

fn state(session: &Session, member: &Member) -> String {
    let mut parts = Vec::new();
    match member.status {
        MemberStatus::Stands if member.this_post => {
            parts.push(session.texts.say("member-this-post"));
        }
        MemberStatus::Stands => parts.push(session.texts.say("member-in")),
        MemberStatus::Void => parts.push(session.texts.say("member-void")),
        MemberStatus::Withdrawn => parts.push(withdrawn(session, member)),
    }
    if member.denied_here {
        parts.push(session.texts.say("member-denied"));
    }
    if member.set_aside > 0 {
        let arguments = [("count", member.set_aside.into())];
        parts.push(session.texts.with("member-set-aside", &arguments));
    }
    parts.join(", ")
}

fn withdrawn(session: &Session, member: &Member) -> String {
    let Some(withdrawal) = &member.withdrawn else {
        return session.texts.say("member-out");
    };
    let why: Vec<String> = withdrawal
        .why
        .iter()
        .map(|why| session.texts.say(why_key(*why)))
        .collect();
    let arguments = [
        ("why", why.join(", ").into()),
        ("at", session.clock.short(&withdrawal.at).into()),
        ("learnt", withdrawal.learnt_by.acknowledged.into()),
        ("posts", withdrawal.learnt_by.posts.into()),
    ];
    session.texts.with("member-withdrawn", &arguments)
}

const fn why_key(why: Why) -> &'static str {
    match why {
        Why::Lost => "why-lost",
        Why::Left => "why-left",
        Why::Abuse => "why-abuse",
        Why::Replaced => "why-replaced",
    }
}

async fn show(session: &Session, typed: &str) -> Outcome {
    let detail = session.client.member(typed).await?;
    if let Some(result) = as_json(session, &detail) {
        return result.map(|()| DONE);
    }
    let member = &detail.member;
    session.screen.line(&printable(&head(session, member)))?;
    let mut columns = Columns::bare(&session.screen);
    let mut add = |key: &str, text: String| columns.row(&[session.texts.say(key), text]);
    add("column-let-in", let_in(session, member));
    add("column-state", state(session, member));
    add("member-wrote", member.entries.to_string());
    add("member-reads", readable(session, &detail.could_read));
    columns.print(&session.screen)?;
    let_in_lines(session, "member-let-in", &detail.let_in)?;
    Ok(DONE)
}

fn head(session: &Session, member: &Member) -> String {
    let code = member.code.clone().unwrap_or_default();
    format!("{} ({code})   {}", named(member), rights(session, member))
}

fn let_in_lines(session: &Session, key: &str, let_in: &[LetIn]) -> Result<(), Failure> {
    if let_in.is_empty() {
        return Ok(());
    }
    session.print(key, &[])?;
    let mut columns = Columns::bare(&session.screen);
    for one in let_in {
        let role = one.role.map(|role| session.texts.say(role_key(role)));
        let stands = if one.stands {
            "member-in"
        } else {
            "member-out"
        };
        columns.row(&[
            one.name.clone(),
            role.unwrap_or_default(),
            session.clock.short(&one.at),
            session.texts.say(stands),
        ]);
    }
    Ok(columns.print(&session.screen)?)
}

/// What a device could read, counted.
fn readable(session: &Session, could: &CouldRead) -> String {
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        if let Some(count) = could.records.get(kind.token()) {
            let arguments = [("count", (*count).into()), ("kind", kind.token().into())];
            parts.push(session.texts.with("member-records", &arguments));
        }
    }
    if could.reads_people {
        parts.push(match could.people {
            Some(count) => {
                let arguments = [("count", count.into())];
                session.texts.with("member-people-count", &arguments)
            }
            None => session.texts.say("member-people-some"),
        });
    }
    if parts.is_empty() {
        return session.texts.say("member-reads-nothing");
    }
    parts.join(", ")
}

async fn role(session: &Session, args: &RoleArgs) -> Outcome {
    let wanted = Role::ALL
        .into_iter()
        .find(|role| role.token() == args.new_role);
    let Some(role) = wanted else {
        let arguments = [("role", printable(&args.new_role).into())];
        return Err(session.failure(EXIT_USAGE, "role-unknown", &arguments));
    };
    let change = ChangeRole {
        role,
        people: args.people,
    };
    let changed = session.client.change_role(&args.member, &change).await?;
    if let Some(result) = as_json(session, &changed) {
        return result.map(|()| DONE);
    }
    let arguments = [
        ("post", printable(&named(&changed.member)).into()),
        ("role", rights(session, &changed.member).into()),
    ];
    session.print("member-role-is", &arguments)?;
    Ok(DONE)
}

/// When it is not to be believed any more, and why: as typed, else as asked.
pub(super) fn circumstances(
    session: &Session,
    since: Option<Since>,
    why: Option<&str>,
) -> Result<(Option<String>, Why), Failure> {
    let since = match since {
        Some(since) => Some(since),
        None if session.asks() && !session.yes => asked_since(session),
        None => None,
    };
    let since = since.map(|since| match since {
        Since::At(time) => time,
        Since::Ago(ago) => session.clock.before(ago),
    });
    let of_token = |token: &str| Why::ALL.into_iter().find(|why| why.token() == token);
    let why = match why.and_then(of_token) {
        Some(why) => why,
        None if session.asks() && !session.yes => asked_why(session)?,
        None => Why::Lost,
    };
    Ok((since, why))
}

/// Asked until it is a time or nothing.
fn asked_since(session: &Session) -> Option<Since> {
    let question = session.texts.say("revoke-since");
    loop {
        let answer = ask::line(&question)?;
        if answer.is_empty() {
            return None;
        }
        if let Ok(since) = parse::since(&answer) {
            return Some(since);
        }
        session.talk("revoke-since-unreadable", &[]);
    }
}

fn asked_why(session: &Session) -> Result<Why, Failure> {
    for (n, why) in Why::ALL.into_iter().enumerate() {
        session
            .screen
            .talk(&format!("  {}  {}", n + 1, session.texts.say(why_key(why))));
    }
    let answer = ask::line(&session.texts.say("revoke-why"));
    let chosen = answer.and_then(|answer| answer.parse::<usize>().ok());
    chosen
        .and_then(|n| Why::ALL.get(n.checked_sub(1)?).copied())
        .ok_or_else(|| session.failure(EXIT_USAGE, "not-done", &[]))
}

async fn revoke(session: &Session, args: RevokeArgs) -> Outcome {
    let (since, why) = circumstances(session, args.revoke_since, args.why.as_deref())?;
    let mut request = Revoke {
        since,
        why,
        also: args.also,
        dry_run: true,
    };
    let weighed = session.client.revoke(&args.member, &request).await?;
    if args.revoke_dry_run {
        if let Some(result) = as_json(session, &weighed) {
            return result.map(|()| DONE);
        }
        weight(session, &weighed)?;
        return Ok(DONE);
    }
    if session.asks() && session.screen.json().is_none() {
        weight(session, &weighed)?;
    }
    let arguments = [("post", printable(&named(&weighed.member)).into())];
    ask::confirmed(session, &session.texts.with("revoke-really", &arguments))?;
    request.dry_run = false;
    // By its id: what was weighed is what is done.
    let done = session.client.revoke(&weighed.member.id, &request).await?;
    revoked(session, done).await
}

/// What a withdrawal would come to.
fn weight(session: &Session, revoked: &Revoked) -> Result<(), Failure> {
    session
        .screen
        .line(&printable(&head(session, &revoked.member)))?;
    let arguments = [
        ("kept", revoked.kept.into()),
        ("aside", revoked.set_aside.into()),
    ];
    session.print("revoke-weight", &arguments)?;
    let arguments = [("what", readable(session, &revoked.could_read).into())];
    session.print("revoke-could-read", &arguments)?;
    let_in_lines(session, "revoke-let-in", &revoked.let_in)
}

/// A withdrawal that was done, and who has learnt of it.
pub(super) async fn revoked(session: &Session, mut done: Revoked) -> Outcome {
    let until = std::time::Instant::now() + WATCHED;
    while std::time::Instant::now() < until {
        let learnt = done.member.withdrawn.as_ref().map(|it| it.learnt_by);
        if learnt.is_some_and(|learnt| learnt.acknowledged == learnt.posts) {
            break;
        }
        tokio::time::sleep(LOOK).await;
        done.member = session.client.member(&done.member.id).await?.member;
    }
    if let Some(result) = as_json(session, &done) {
        return result.map(|()| DONE);
    }
    let name = printable(&named(&done.member));
    session.print("revoked", &[("post", name.clone().into())])?;
    if let Some(withdrawal) = &done.member.withdrawn {
        let arguments = [
            ("learnt", withdrawal.learnt_by.acknowledged.into()),
            ("posts", withdrawal.learnt_by.posts.into()),
        ];
        session.print("revoked-learnt", &arguments)?;
    }
    let arguments = [("kept", done.kept.into()), ("aside", done.set_aside.into())];
    session.print("revoked-entries", &arguments)?;
    let arguments = [("what", readable(session, &done.could_read).into())];
    session.print("revoke-could-read", &arguments)?;
    if !done.keys_turned.is_empty() {
        session.print("revoked-keys", &[])?;
    }
    if !done.keys_left.is_empty() {
        session.print("revoked-keys-left", &[])?;
    }
    if done.holds_on {
        session.print("revoked-holds-on", &[("post", name.into())])?;
    }
    for also in &done.also {
        session.print("revoked", &[("post", printable(also).into())])?;
    }
    let_in_lines(session, "revoke-let-in", &done.let_in)?;
    Ok(DONE)
}

async fn adopt(session: &Session, typed: &str) -> Outcome {
    let adopted = session.client.adopt(typed).await?;
    if let Some(result) = as_json(session, &adopted) {
        return result.map(|()| DONE);
    }
    let arguments = [
        ("post", printable(&named(&adopted.member)).into()),
        ("count", adopted.adopted.into()),
    ];
    session.print("member-adopted", &arguments)?;
    Ok(DONE)
}

async fn deny(session: &Session, args: &DenyArgs) -> Outcome {
    let deny = Deny {
        denied: !args.deny_end,
    };
    let changed = session.client.deny(&args.member, &deny).await?;
    if let Some(result) = as_json(session, &changed) {
        return result.map(|()| DONE);
    }
    let key = if deny.denied {
        "denied"
    } else {
        "denied-no-more"
    };
    let arguments = [("post", printable(&named(&changed.member)).into())];
    session.print(key, &arguments)?;
    Ok(DONE)
}
