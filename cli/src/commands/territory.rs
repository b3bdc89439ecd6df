//! `territory`: found one, show it, say that its root sheets are on paper.

use beffroi_api::reply::{RootSheet, TerritoryCreated};
use beffroi_api::request::CreateTerritory;

use super::sheets::Printer;
use super::{DONE, as_json, keys};
use crate::args::{CreateTerritoryArgs, TerritoryVerb};
use crate::ask;
use crate::failure::{Failure, Outcome};
use crate::output::table::{Columns, printable};
use crate::session::Session;

/// Wrong answers taken before the check of the sheets is left for later.
const TRIES_MAX: u32 = 3;

pub(super) async fn run(session: &Session, verb: TerritoryVerb) -> Outcome {
    match verb {
        TerritoryVerb::Create(args) => create(session, args).await,
        TerritoryVerb::Show => show(session).await,
        TerritoryVerb::ConfirmSheets => confirm(session).await,
    }
}

async fn create(session: &Session, args: CreateTerritoryArgs) -> Outcome {
    // The words come once: what could keep them from paper is found out before they exist.
    let printer = args.sheets.map(|folder| Printer::prepare(session, folder));
    let printer = printer.transpose()?;
    let request = CreateTerritory {
        name: args.territory_name,
        post: args.post,
        code: args.code,
        insee: args.insee_codes,
    };
    let passphrase = keys::for_new_keys(session).await?;
    let created = session
        .client
        .create_territory(&request, passphrase.as_deref())
        .await?;
    let written = printer
        .as_ref()
        .map(|printer| printer.write(session, &created));
    if let Some(result) = as_json(session, &created) {
        result?;
        return written.unwrap_or(Ok(DONE));
    }
    said(session, &created)?;
    match written {
        Some(Ok(_)) => {}
        Some(Err(failure)) => {
            words(session, &created.roots)?;
            return Err(failure);
        }
        None => words(session, &created.roots)?,
    }
    if session.asks() && words_come_back(session, &created.roots) {
        session.client.confirm_sheets().await?;
        session.talk("sheets-confirmed", &[]);
    } else {
        session.talk("sheets-later", &[]);
    }
    Ok(DONE)
}

fn said(session: &Session, created: &TerritoryCreated) -> Result<(), Failure> {
    let arguments = [
        ("territory", printable(&created.territory.name).into()),
        ("post", printable(&created.post.name).into()),
        ("code", created.post.code.as_str().into()),
        ("operation", printable(&created.operation.name).into()),
    ];
    session.print("territory-created", &arguments)?;
    let arguments = [("fingerprint", created.fingerprint.as_str().into())];
    session.print("territory-fingerprint", &arguments)
}

/// The words on the screen, when no folder was given for pages.
fn words(session: &Session, roots: &[RootSheet]) -> Result<(), Failure> {
    session.talk("sheets-on-screen", &[]);
    for sheet in roots {
        let arguments = [("number", sheet.number.into())];
        session.print("sheet-heading", &arguments)?;
        for line in super::sheets::grid(&sheet.words) {
            session.screen.line(&line)?;
        }
    }
    Ok(())
}

/// Asks two words of each sheet; true when all were right.
fn words_come_back(session: &Session, roots: &[RootSheet]) -> bool {
    session.talk("sheets-check", &[]);
    for sheet in roots {
        for position in asked_positions(sheet) {
            if !word_comes_back(session, sheet, position) {
                return false;
            }
        }
    }
    true
}

/// One word of the first half and one of the second, other ones for each sheet.
fn asked_positions(sheet: &RootSheet) -> [usize; 2] {
    let half = (sheet.words.len() / 2).max(1);
    // Which words are asked is no secret: only that nobody learns them by heart from one sheet.
    let turn = usize::try_from(sheet.number).unwrap_or_default();
    [(turn * 5) % half, half + (turn * 7) % half]
}

fn word_comes_back(session: &Session, sheet: &RootSheet, position: usize) -> bool {
    let Some(word) = sheet.words.get(position) else {
        return false;
    };
    let arguments = [
        ("word", (position + 1).into()),
        ("sheet", sheet.number.into()),
    ];
    let question = session.texts.with("sheet-question", &arguments);
    for _try in 0..TRIES_MAX {
        match ask::line(&question) {
            None => return false,
            Some(answer) if answer.eq_ignore_ascii_case(word) => return true,
            Some(_) => session.talk("sheet-wrong", &[]),
        }
    }
    false
}

async fn show(session: &Session) -> Outcome {
    let territory = session.client.territory().await?;
    if let Some(result) = as_json(session, &territory) {
        return result.map(|()| DONE);
    }
    session.screen.line(&printable(&territory.name))?;
    let mut columns = Columns::bare(&session.screen);
    let mut add = |key: &str, text: String| columns.row(&[session.texts.say(key), text]);
    add("shown-fingerprint", territory.fingerprint.clone());
    if let Some(created) = &territory.created {
        add("shown-created", session.clock.long(created));
    }
    if !territory.insee.is_empty() {
        add("shown-communes", territory.insee.join(" "));
    }
    let post = &territory.post;
    add(
        "shown-post",
        printable(&format!("{} ({})", post.name, post.code)),
    );
    for operation in &territory.operations {
        let number = operation.number.iter().map(String::as_str);
        let words: Vec<&str> = number.chain([operation.name.as_str()]).collect();
        add("shown-operation", printable(&words.join("   ")));
    }
    if let Some(confirmed) = territory.sheets_confirmed {
        let key = if confirmed {
            "sheets-are-on-paper"
        } else {
            "sheets-not-confirmed"
        };
        add("shown-sheets", session.texts.say(key));
    }
    columns.print(&session.screen)?;
    Ok(DONE)
}

async fn confirm(session: &Session) -> Outcome {
    ask::confirmed(session, &session.texts.say("sheets-really"))?;
    let confirmed = session.client.confirm_sheets().await?;
    if let Some(result) = as_json(session, &confirmed) {
        return result.map(|()| DONE);
    }
    session.print("sheets-confirmed", &[])?;
    Ok(DONE)
}

#[cfg(test)]
mod tests {
    use super::{RootSheet, asked_positions};

    #[test]
    fn two_words_of_each_sheet_are_asked_one_of_each_half() {
        for number in 1..=3 {
            let sheet = RootSheet {
                number,
                words: vec![String::new(); 24],
            };
            let [first, second] = asked_positions(&sheet);
            assert!(first < 12 && (12..24).contains(&second));
        }
    }
}
