//! What the demonstration shows at its end: every post with what it holds, the disagreement, and
//! what to type next.

use beffroi_api::Schema;
use serde::Serialize;

use super::agreement::{Seen, agree, same};
use crate::commands::conflicts;
use crate::failure::{EXIT_FAILED, Failure};
use crate::output::json;
use crate::output::table::Columns;
use crate::session::Session;

/// The result as JSON.
#[derive(Serialize)]
struct Document<'a> {
    schema: Schema,
    /// All posts hold the same, list the disagreement and show the merged text.
    agree: bool,
    posts: &'a [Seen],
}

/// Every post with what it holds, and the disagreement as `conflicts` shows it.
pub(super) fn result(session: &Session, seen: &[Seen]) -> Result<(), Failure> {
    if session.screen.json().is_some() {
        let document = Document {
            schema: Schema,
            agree: agree(seen),
            posts: seen,
        };
        return json::items(&session.screen, &document, seen);
    }
    let headings = [
        "column-post",
        "demo-column-records",
        "demo-column-entries",
        "demo-column-words",
    ];
    let headings = headings.map(|key| session.texts.say(key));
    let mut columns = Columns::new(&session.screen, &headings);
    for post in seen {
        columns.row(&[
            format!("{} ({})", post.name, post.code),
            post.records.to_string(),
            post.entries.to_string(),
            post.words.join(" "),
        ]);
    }
    columns.print(&session.screen)?;
    if same(seen) {
        session.print("demo-same", &[("posts", seen.len().into())])?;
    }
    session.screen.line("")?;
    let listed = seen
        .iter()
        .map(|post| post.conflicts.as_slice())
        .max_by_key(|listed| listed.len());
    for conflict in listed.unwrap_or_default() {
        conflicts::one(session, conflict)?;
    }
    Ok(())
}

/// What differs, when patience is over.
pub(super) fn differing(session: &Session, seen: &[Seen]) -> Failure {
    let line = |post: &Seen, key: &str| {
        let arguments = [
            ("post", post.name.as_str().into()),
            ("entries", post.entries.into()),
            ("words", post.words.join(" ").into()),
        ];
        session.texts.with(key, &arguments)
    };
    let mut lines = Vec::new();
    for post in seen {
        if !same(seen) {
            lines.push(line(post, "demo-differs-holds"));
        }
        if !post.disagreement_listed {
            lines.push(line(post, "demo-differs-unlisted"));
        }
        if !post.text_merged {
            lines.push(line(post, "demo-differs-text"));
        }
    }
    let arguments = [("lines", lines.join("\n").into())];
    session.failure(EXIT_FAILED, "demo-differs", &arguments)
}

/// Where each post is, and what to type next.
pub(super) fn next(
    session: &Session,
    seen: &[Seen],
    field: &str,
    is_temporary: bool,
) -> Result<(), Failure> {
    if session.screen.json().is_some() {
        return Ok(());
    }
    for post in seen {
        let arguments = [
            ("post", post.name.as_str().into()),
            ("data", post.data.as_str().into()),
            ("url", post.url.clone().unwrap_or_default().into()),
        ];
        session.print("demo-where", &arguments)?;
    }
    let Some((post, conflict)) = seen
        .iter()
        .find_map(|post| Some((post, post.conflicts.first()?)))
    else {
        return Ok(());
    };
    let arguments = [
        ("data", post.data.as_str().into()),
        ("reference", conflict.reference.as_str().into()),
        ("field", field.into()),
    ];
    session.print("demo-next", &arguments)?;
    let key = if is_temporary {
        "demo-until-removed"
    } else {
        "demo-until-kept"
    };
    session.print(key, &[])
}
