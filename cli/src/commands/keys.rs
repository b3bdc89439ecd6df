//! `unlock`, `lock`, `passphrase`: the keys of the post, and the passphrase proposed for new ones.

use std::path::Path;

use beffroi_api::request::ChangePassphrase;

use super::{DONE, as_json};
use crate::args::PassphraseArgs;
use crate::ask;
use crate::failure::{EXIT_USAGE, Failure, Outcome};
use crate::session::{Session, passphrase_file};

/// Times a person may mistype the second copy of a new passphrase.
const TRIES_MAX: u32 = 3;

/// What a person types for no passphrase at all.
const NONE: &str = "-";

pub(super) async fn unlock(session: &Session) -> Outcome {
    let keys = session.client.unlock().await?;
    if let Some(result) = as_json(session, &keys) {
        return result.map(|()| DONE);
    }
    session.print("unlocked", &[])?;
    Ok(DONE)
}

pub(super) async fn lock(session: &Session) -> Outcome {
    let keys = session.client.lock().await?;
    if let Some(result) = as_json(session, &keys) {
        return result.map(|()| DONE);
    }
    session.print("locked", &[])?;
    Ok(DONE)
}

pub(super) async fn passphrase(session: &Session, args: &PassphraseArgs) -> Outcome {
    let new = match &args.new_file {
        _ if args.remove => {
            ask::confirmed(session, &session.texts.say("passphrase-remove-really"))?;
            None
        }
        Some(file) => Some(first_line(session, file)?),
        None => {
            let proposed = session.client.keys().await?.proposed;
            if !session.asks() {
                return Err(session.failure(EXIT_USAGE, "passphrase-not-asked", &[]));
            }
            choose(session, &proposed.unwrap_or_default())?
        }
    };
    let changed = session
        .client
        .change_passphrase(&ChangePassphrase { new })
        .await?;
    if let Some(result) = as_json(session, &changed) {
        return result.map(|()| DONE);
    }
    let key = if changed.sealed {
        "passphrase-set"
    } else {
        "passphrase-removed"
    };
    session.print(key, &[])?;
    if let Some(file) = changed.stale_file {
        session.talk("passphrase-file-stale", &[("file", file.into())]);
    }
    Ok(DONE)
}

/// The passphrase for keys that are about to be made: from the file that the environment names, else
/// from the person; none where nobody is there.
pub(super) async fn for_new_keys(session: &Session) -> Result<Option<String>, Failure> {
    if let Some(file) = passphrase_file() {
        return first_line(session, &file).map(Some);
    }
    if !session.asks() {
        return Ok(None);
    }
    let keys = session.client.keys().await?;
    if keys.sealed {
        // Made by an earlier try, which asked.
        return Ok(None);
    }
    choose(session, &keys.proposed.unwrap_or_default())
}

/// Proposes a passphrase and takes what the person answers.
fn choose(session: &Session, proposed: &str) -> Result<Option<String>, Failure> {
    session.talk("passphrase-propose", &[("proposed", proposed.into())]);
    let not_done = || session.failure(crate::failure::EXIT_FAILED, "not-done", &[]);
    let question = session.texts.say("passphrase-choose");
    let typed = ask::secret(&question).ok_or_else(not_done)?;
    match typed.trim() {
        "" => return Ok(Some(proposed.to_owned())),
        NONE => {
            session.talk("passphrase-without", &[]);
            return Ok(None);
        }
        _ => {}
    }
    let question = session.texts.say("passphrase-again");
    for _try in 0..TRIES_MAX {
        if ask::secret(&question).ok_or_else(not_done)? == typed {
            return Ok(Some(typed));
        }
        session.talk("passphrase-differs", &[]);
    }
    Err(not_done())
}

fn first_line(session: &Session, file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let arguments = [
            ("file", file.display().to_string().into()),
            ("error", error.to_string().into()),
        ];
        session.failure(EXIT_USAGE, "passphrase-file-unreadable", &arguments)
    })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
