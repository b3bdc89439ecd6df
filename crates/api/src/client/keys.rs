//! The keys of the post: locked, unlocked, their passphrase changed.

use serde_json::Map;

use super::{ANSWER_MARGIN, ANSWER_WAIT, Client, ClientError, JOURNAL_WAIT};
use crate::path;
use crate::reply::{Keys, PassphraseChanged};
use crate::request::ChangePassphrase;

#[expect(
    clippy::missing_errors_doc,
    reason = "every method fails in the same ways, said at the other methods"
)]
impl Client {
    /// `GET /passphrase`: whether the keys have one, and words for a new one.
    pub async fn keys(&self) -> Result<Keys, ClientError> {
        self.get(&path::fixed("passphrase"), ANSWER_WAIT).await
    }

    /// `POST /unlock`: the daemon asks for the passphrase, and reads all its entries then.
    pub async fn unlock(&self) -> Result<Keys, ClientError> {
        let nothing = Map::new();
        self.post(&path::fixed("unlock"), &nothing, JOURNAL_WAIT)
            .await
    }

    /// `POST /lock`.
    pub async fn lock(&self) -> Result<Keys, ClientError> {
        let nothing = Map::new();
        self.post(&path::fixed("lock"), &nothing, JOURNAL_WAIT)
            .await
    }

    /// `POST /passphrase`.
    pub async fn change_passphrase(
        &self,
        change: &ChangePassphrase,
    ) -> Result<PassphraseChanged, ClientError> {
        let wait = ANSWER_WAIT + ANSWER_MARGIN;
        self.post(&path::fixed("passphrase"), change, wait).await
    }
}
