//! Closing an operation.

use super::{ANSWER_WAIT, Client, ClientError};
use crate::reply::OperationClosed;
use crate::request::CloseOperation;
use crate::{Kind, path};

impl Client {
    /// `POST /operations/{ref}/close`.
    pub async fn close_operation(
        &self,
        reference: &str,
        close: &CloseOperation,
    ) -> Result<OperationClosed, ClientError> {
        let path = path::record_part(Kind::Operation, reference, "close");
        self.post(&path, close, ANSWER_WAIT).await
    }
}
