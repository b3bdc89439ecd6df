//! The verbs of command line and pages, as edits: close, reopen, verify, archive.

use serde_json::{Value, json};

use crate::edit::Edit;
use crate::kind::Kind;
use crate::refused::{Code, Refused};

/// Closes a record. A need asks for a closing reason; an operation closes after its review.
pub fn close(kind: Kind, closing_reason: Option<&str>, has_reason: bool) -> Result<Edit, Refused> {
    let mut edit = match kind {
        Kind::Incident => set("status", "closed", has_reason),
        Kind::Need => set("status", "closed", has_reason),
        Kind::Operation => set("phase", "closed", has_reason),
        Kind::Resource | Kind::Post | Kind::Territory => return Err(no_such_verb("close")),
    };
    if let Some(token) = closing_reason {
        edit.set
            .insert("closing_reason".to_owned(), Value::String(token.to_owned()));
    }
    Ok(edit)
}

/// Opens a closed record again.
pub fn reopen(kind: Kind, has_reason: bool) -> Result<Edit, Refused> {
    match kind {
        Kind::Incident => Ok(set("status", "in_progress", has_reason)),
        Kind::Need => {
            let mut edit = set("status", "open", has_reason);
            edit.unset.insert("closing_reason".to_owned());
            Ok(edit)
        }
        Kind::Operation => Ok(set("phase", "after_action", has_reason)),
        Kind::Resource | Kind::Post | Kind::Territory => Err(no_such_verb("reopen")),
    }
}

/// Says what is known of an incident's truth.
pub fn verify(kind: Kind, verification: &str, has_reason: bool) -> Result<Edit, Refused> {
    match kind {
        Kind::Incident => Ok(set("verification", verification, has_reason)),
        Kind::Operation | Kind::Need | Kind::Resource | Kind::Post | Kind::Territory => {
            Err(no_such_verb("verify"))
        }
    }
}

/// Puts a record away. `at` is an RFC 3339 time, `by` a pseudonym or empty.
pub fn archive(kind: Kind, reason: &str, at: &str, by: &str) -> Result<Edit, Refused> {
    if !Kind::RECORDS.contains(&kind) {
        return Err(no_such_verb("archive"));
    }
    let mut edit = Edit {
        has_reason: true,
        ..Edit::default()
    };
    edit.set.insert(
        "archived".to_owned(),
        json!({"reason": reason, "at": at, "by": by}),
    );
    Ok(edit)
}

/// Takes an archived record out again.
pub fn unarchive(kind: Kind) -> Result<Edit, Refused> {
    if !Kind::RECORDS.contains(&kind) {
        return Err(no_such_verb("unarchive"));
    }
    let mut edit = Edit::default();
    edit.unset.insert("archived".to_owned());
    Ok(edit)
}

fn set(field: &str, token: &str, has_reason: bool) -> Edit {
    let mut edit = Edit {
        has_reason,
        ..Edit::default()
    };
    edit.set
        .insert(field.to_owned(), Value::String(token.to_owned()));
    edit
}

fn no_such_verb(verb: &str) -> Refused {
    Refused::field(verb, Code::NoSuchVerb)
}
