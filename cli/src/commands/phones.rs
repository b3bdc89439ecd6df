//! `phones`: turned on and off; which are in; one ended.

use beffroi_api::reply::PhonesOn;
use beffroi_api::request::TurnPhonesOn;

use super::{DONE, as_json};
use crate::args::PhonesVerb;
use crate::failure::{Failure, Outcome};
use crate::output::json;
use crate::output::table::{Columns, printable};
use crate::qr;
use crate::session::Session;

pub(super) async fn run(session: &Session, verb: PhonesVerb) -> Outcome {
    match verb {
        PhonesVerb::On(args) => on(session, args.phones_address).await,
        PhonesVerb::Off => off(session).await,
        PhonesVerb::List => list(session).await,
        PhonesVerb::End(args) => end(session, &args.phone).await,
    }
}

async fn on(session: &Session, address: Option<String>) -> Outcome {
    let on = session
        .client
        .turn_phones_on(&TurnPhonesOn { address })
        .await?;
    if let Some(result) = as_json(session, &on) {
        return result.map(|()| DONE);
    }
    said(session, &on)?;
    qr::print(session, &on.link)?;
    session.talk("phones-seen", &[]);
    Ok(DONE)
}

fn said(session: &Session, on: &PhonesOn) -> Result<(), Failure> {
    session.print("phones-address", &[("url", on.url.as_str().into())])?;
    session.print("phones-code", &[("code", on.code.as_str().into())])?;
    let arguments = [
        ("link", on.link.as_str().into()),
        ("until", session.clock.short(&on.link_expires).into()),
    ];
    session.print("phones-link", &arguments)
}

async fn off(session: &Session) -> Outcome {
    let ended = session.client.turn_phones_off().await?;
    if let Some(result) = as_json(session, &ended) {
        return result.map(|()| DONE);
    }
    let count = i64::try_from(ended.ended.len()).unwrap_or(i64::MAX);
    session.print("phones-are-off", &[("count", count.into())])?;
    Ok(DONE)
}

async fn list(session: &Session) -> Outcome {
    let phones = session.client.phones().await?;
    if session.screen.json().is_some() {
        json::items(&session.screen, &phones, &phones.items)?;
        return Ok(DONE);
    }
    match (&phones.url, &phones.code) {
        (Some(url), Some(code)) => {
            session.print("phones-address", &[("url", url.as_str().into())])?;
            session.print("phones-code", &[("code", code.as_str().into())])?;
        }
        _ => session.print("phones-off-now", &[])?,
    }
    if phones.items.is_empty() {
        session.talk("phones-none", &[]);
        return Ok(DONE);
    }
    let headings = [
        "column-id",
        "column-device",
        "column-since",
        "column-until",
        "column-seen",
    ];
    let mut columns = Columns::new(&session.screen, &headings.map(|key| session.texts.say(key)));
    for phone in &phones.items {
        let seen = phone.seen.as_deref().map(|at| session.clock.short(at));
        columns.row(&[
            phone.id.clone(),
            phone.label.clone(),
            session.clock.short(&phone.since),
            session.clock.short(&phone.until),
            seen.unwrap_or_default(),
        ]);
    }
    columns.print(&session.screen)?;
    Ok(DONE)
}

async fn end(session: &Session, phone: &str) -> Outcome {
    let ended = session.client.end_phone(phone).await?;
    if let Some(result) = as_json(session, &ended) {
        return result.map(|()| DONE);
    }
    session.print("phone-ended", &[("phone", printable(phone).into())])?;
    Ok(DONE)
}
