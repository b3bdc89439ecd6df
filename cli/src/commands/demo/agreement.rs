//! Whether all posts hold the same, list the same disagreement, and show the same merged text.

use beffroi_api::reply::Conflict;
use serde::Serialize;

use super::play::Played;
use super::post::Post;
use super::scenario::Apart;
use super::wait;
use crate::failure::Failure;
use crate::session::Session;

/// What one post holds.
#[derive(Serialize)]
pub(super) struct Seen {
    pub(super) name: String,
    pub(super) code: String,
    /// Its data folder.
    pub(super) data: String,
    /// Where it answers on loopback.
    pub(super) url: Option<String>,
    pub(super) records: u64,
    pub(super) entries: u64,
    pub(super) set_digest: String,
    pub(super) words: Vec<String>,
    /// What it lists as disagreements.
    pub(super) conflicts: Vec<Conflict>,
    /// Whether the disagreement of the exercise is among them.
    pub(super) disagreement_listed: bool,
    /// Whether it shows the text that both edits together make.
    pub(super) text_merged: bool,
}

/// Whether all hold the same, and each lists the disagreement and shows the merged text.
pub(super) fn agree(seen: &[Seen]) -> bool {
    same(seen)
        && seen
            .iter()
            .all(|post| post.disagreement_listed && post.text_merged)
}

/// Whether all hold the same entries.
pub(super) fn same(seen: &[Seen]) -> bool {
    seen.windows(2)
        .all(|pair| pair[0].set_digest == pair[1].set_digest)
}

/// Waits until the digests of all posts are equal.
pub(super) async fn wait_equal(session: &Session, posts: &[Post]) -> Result<(), Failure> {
    let what = session.texts.say("demo-wait-equal");
    wait::until(session, &what, async || {
        let mut digests = Vec::new();
        for post in posts {
            digests.push(post.client.digest().await?.set_digest);
        }
        Ok(digests
            .windows(2)
            .all(|pair| pair[0] == pair[1])
            .then_some(()))
    })
    .await
}

/// Waits until all agree; at the end of patience, what each holds then.
pub(super) async fn wait_settled(
    posts: &[Post],
    need: &Played,
    apart: &Apart,
) -> Result<Vec<Seen>, Failure> {
    let settled = wait::within_patience(async || {
        let seen = look(posts, need, apart).await?;
        Ok(agree(&seen).then_some(seen))
    })
    .await?;
    match settled {
        Some(seen) => Ok(seen),
        None => look(posts, need, apart).await,
    }
}

async fn look(posts: &[Post], need: &Played, apart: &Apart) -> Result<Vec<Seen>, Failure> {
    let mut seen = Vec::new();
    for post in posts {
        seen.push(look_at(post, need, apart).await?);
    }
    Ok(seen)
}

async fn look_at(post: &Post, need: &Played, apart: &Apart) -> Result<Seen, Failure> {
    let status = post.client.status().await?;
    let conflicts = post.client.conflicts().await?.items;
    let record = post
        .client
        .record(Some(need.kind), &need.id.to_string())
        .await?
        .value
        .record;
    let digest = post.client.digest().await?;
    let here = apart.here.get(&apart.field);
    let there = apart.there.get(&apart.field);
    let disagreement_listed = conflicts.iter().any(|conflict| {
        let holds = |wanted| conflict.values.iter().any(|it| Some(&it.value) == wanted);
        conflict.reference == record.reference
            && conflict.field == apart.field
            && conflict.values.len() == 2
            && holds(here)
            && holds(there)
    });
    Ok(Seen {
        name: post.name.clone(),
        code: post.code.clone(),
        data: post.data.display().to_string(),
        url: status.url,
        records: status.counts.values().sum(),
        entries: digest.entries,
        set_digest: digest.set_digest,
        words: digest.words,
        text_merged: record.text("details") == Some(&apart.merged),
        conflicts,
        disagreement_listed,
    })
}
