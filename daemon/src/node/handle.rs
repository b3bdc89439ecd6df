//! How the rest of the daemon speaks to the event loop.

use beffroi_api::problem::Cause;
use tokio::sync::{mpsc, oneshot};

use super::Node;
use super::input::Input;
use crate::failure::Outcome;

/// A way to the event loop. Cheap to clone.
#[derive(Clone)]
pub(crate) struct NodeHandle {
    inputs: mpsc::Sender<Input>,
}

impl NodeHandle {
    pub(crate) fn new(inputs: mpsc::Sender<Input>) -> NodeHandle {
        NodeHandle { inputs }
    }

    /// Does something with the node and gives back what came of it.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Node) -> T + Send + 'static,
    ) -> Outcome<T> {
        let (answer, wait) = oneshot::channel();
        let task = move |node: &mut Node| {
            // Who asked may have given up.
            let _ = answer.send(question(node));
        };
        self.send(Input::Task(Box::new(task))).await?;
        wait.await.map_err(|_| Cause::Ending {}.into())
    }

    /// Hands an input over; waits when the loop is behind.
    pub(crate) async fn send(&self, input: Input) -> Outcome<()> {
        self.inputs
            .send(input)
            .await
            .map_err(|_| Cause::Ending {}.into())
    }

    /// The same from a thread that may block. Nothing happens when the loop has ended.
    pub(crate) fn send_blocking(&self, input: Input) {
        let _ = self.inputs.blocking_send(input);
    }
}
