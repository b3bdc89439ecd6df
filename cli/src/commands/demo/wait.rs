//! Waits that end: by what was waited for, or by an error that says what did not come.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::failure::{EXIT_FAILED, Failure};
use crate::session::Session;

/// Longest wait for anything: on two shared cores the slowest takes a few seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// How often is looked.
const LOOKED_EVERY: Duration = Duration::from_millis(50);

/// Looks again and again until there is an answer.
///
/// # Errors
/// After [`PATIENCE`], naming `what`; and whatever looking fails with.
pub(super) async fn until<T>(
    session: &Session,
    what: &str,
    look: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    match within_patience(look).await? {
        Some(found) => Ok(found),
        None => {
            let arguments = [
                ("seconds", PATIENCE.as_secs().into()),
                ("what", what.into()),
            ];
            Err(session.failure(EXIT_FAILED, "demo-waited", &arguments))
        }
    }
}

/// The same, with nothing at the end of patience.
pub(super) async fn within_patience<T>(
    mut look: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<Option<T>, Failure> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(Some(found));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        sleep(LOOKED_EVERY).await;
    }
}
