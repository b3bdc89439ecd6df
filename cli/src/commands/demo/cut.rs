//! Cuts the last post off, lets two posts edit the same need apart, and brings them together again.

use beffroi_api::Kind;
use serde_json::Value;

use super::agreement::{self, Seen};
use super::fleet::Fleet;
use super::play::Play;
use super::scenario::Scenario;
use crate::failure::Failure;
use crate::session::Session;

/// What the posts hold once they agree, or at the end of patience.
pub(super) async fn apart_and_together(
    session: &Session,
    fleet: &mut Fleet,
    scenario: &Scenario,
    play: &Play<'_>,
) -> Result<Vec<Seen>, Failure> {
    agreement::wait_equal(session, &fleet.posts).await?;
    session.talk("demo-all-equal", &[("posts", fleet.posts.len().into())]);
    let apart = &scenario.apart;
    let need = play.played(&apart.on)?;
    let Some((last, others)) = fleet.posts.split_last_mut() else {
        return Ok(Vec::new());
    };
    let Some(first) = others.first() else {
        return Ok(Vec::new());
    };
    last.stop().await;
    last.start(session, true).await?;
    session.talk("demo-cut", &[("post", last.name.as_str().into())]);
    play.edit(first, need, apart.here.clone()).await?;
    play.edit(last, need, apart.there.clone()).await?;
    let reported = play
        .create(last, Kind::Incident, apart.incident.clone())
        .await?;
    for (post, set) in [(first, &apart.here), (&*last, &apart.there)] {
        let value = set.get(&apart.field).unwrap_or(&Value::Null);
        let reader = crate::output::record::reader(session, need.kind);
        let arguments = [
            ("post", post.name.as_str().into()),
            ("field", reader.name(&apart.field).into()),
            ("value", reader.text(&apart.field, value).into()),
        ];
        session.talk("demo-wrote-apart", &arguments);
    }
    let arguments = [
        ("post", last.name.as_str().into()),
        ("reference", reported.reference.into()),
        (
            "title",
            reported
                .fields
                .get("title")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .into(),
        ),
    ];
    session.talk("demo-reported-apart", &arguments);
    last.stop().await;
    last.start(session, false).await?;
    session.talk("demo-heard-again", &[("post", last.name.as_str().into())]);
    agreement::wait_settled(&fleet.posts, need, apart).await
}
