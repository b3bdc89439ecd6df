//! `invite`: a code for one device; which ones there are; one taken back.

use beffroi_api::reply::{Invite, InviteState};
use beffroi_api::request::{CreateInvite, Role};

use super::{DONE, as_json};
use crate::args::InviteArgs;
use crate::ask;
use crate::failure::{EXIT_USAGE, Failure, Outcome};
use crate::output::json;
use crate::output::table::{Columns, printable};
use crate::qr;
use crate::session::Session;

pub(super) async fn create(session: &Session, args: &InviteArgs) -> Outcome {
    let typed = args.role.as_deref().unwrap_or_default();
    let role = Role::ALL.into_iter().find(|role| role.token() == typed);
    let Some(role) = role else {
        return Err(session.failure(EXIT_USAGE, "role-unknown", &[("role", typed.into())]));
    };
    let request = CreateInvite {
        role,
        people: args.people,
        expires_s: args.expires.as_secs(),
    };
    let invite = session.client.invite(&request).await?;
    if let Some(result) = as_json(session, &invite) {
        return result.map(|()| DONE);
    }
    said(session, &invite)?;
    if args.qr {
        qr::print(session, &invite.link())?;
    }
    Ok(DONE)
}

fn said(session: &Session, invite: &Invite) -> Result<(), Failure> {
    let arguments = [
        ("code", invite.code.as_str().into()),
        ("role", session.texts.say(role_key(invite.role)).into()),
        ("until", session.clock.long(&invite.expires).into()),
    ];
    session.print("invite-code", &arguments)?;
    let arguments = [("code", invite.code.as_str().into())];
    session.print("invite-elsewhere", &arguments)?;
    if let Some(address) = invite.addresses.first() {
        session.print("invite-address", &[("address", address.as_str().into())])?;
    }
    let key = if invite.people {
        "invite-people"
    } else {
        role_sentence_key(invite.role)
    };
    session.talk(key, &[]);
    session.talk("invite-lives", &[]);
    Ok(())
}

/// The key of a role's name.
pub(super) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "role-coordinator",
        Role::Operator => "role-operator",
        Role::Observer => "role-observer",
        Role::Relay => "role-relay",
    }
}

/// The key of the one sentence that says what a role may do.
pub(super) const fn role_sentence_key(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "may-coordinator",
        Role::Operator => "may-operator",
        Role::Observer => "may-observer",
        Role::Relay => "may-relay",
    }
}

pub(super) async fn list(session: &Session) -> Outcome {
    let invites = session.client.invites().await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &invites, &invites.items)?;
        return Ok(DONE);
    }
    if invites.items.is_empty() {
        session.talk("invites-none", &[]);
        return Ok(DONE);
    }
    let headings = ["column-id", "column-role", "column-until", "column-state"];
    let mut columns = Columns::new(&session.screen, &headings.map(|key| session.texts.say(key)));
    for invite in &invites.items {
        let state = session.texts.say(state_key(invite.state));
        let state = match &invite.used_by {
            Some(post) => format!("{state}: {post}"),
            None => state,
        };
        columns.row(&[
            invite.id.clone(),
            session.texts.say(role_key(invite.role)),
            session.clock.short(&invite.expires),
            state,
        ]);
    }
    columns.print(&session.screen)?;
    Ok(DONE)
}

const fn state_key(state: InviteState) -> &'static str {
    match state {
        InviteState::Open => "invite-open",
        InviteState::Used => "invite-used",
        InviteState::Cancelled => "invite-cancelled",
        InviteState::Expired => "invite-expired",
    }
}

pub(super) async fn cancel(session: &Session, id: &str) -> Outcome {
    let arguments = [("id", printable(id).into())];
    ask::confirmed(
        session,
        &session.texts.with("invite-cancel-really", &arguments),
    )?;
    let invite = session.client.cancel_invite(id).await?;
    if let Some(result) = as_json(session, &invite) {
        return result.map(|()| DONE);
    }
    session.print("invite-is-cancelled", &arguments)?;
    Ok(DONE)
}
