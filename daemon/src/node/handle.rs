//! How the rest of the daemon speaks to the event loop: orders wait when the loop is behind, reports
//! never do.

use beffroi_api::problem::Cause;
use tokio::sync::{mpsc, oneshot};

use super::Node;
use super::input::Input;
use crate::failure::Outcome;

/// Orders that wait for the loop. Full, it makes the network and the API wait.
const INPUTS_MAX: usize = 256;

/// A way to the event loop. Cheap to clone.
#[derive(Clone)]
pub(crate) struct NodeHandle {
    inputs: mpsc::Sender<Input>,
    reports: mpsc::UnboundedSender<Input>,
}

/// What comes to the event loop, reports first: work that has ended makes room for more.
pub(crate) struct Inputs {
    inputs: mpsc::Receiver<Input>,
    reports: mpsc::UnboundedReceiver<Input>,
}

impl Inputs {
    /// The next input. Never ends while a handle is there, and the node holds one.
    pub(crate) async fn next(&mut self) -> Option<Input> {
        tokio::select! {
            biased;
            Some(report) = self.reports.recv() => Some(report),
            input = self.inputs.recv() => input,
        }
    }
}

impl NodeHandle {
    /// A handle, and where its inputs come out.
    pub(crate) fn new() -> (NodeHandle, Inputs) {
        let (inputs, waiting) = mpsc::channel(INPUTS_MAX);
        let (reports, reported) = mpsc::unbounded_channel();
        let inputs_out = Inputs {
            inputs: waiting,
            reports: reported,
        };
        (NodeHandle { inputs, reports }, inputs_out)
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

    /// Reports that work the loop gave out has ended. It never waits: the loop may itself be waiting for
    /// this very thread to take more work. There are no more reports than jobs, and those are bounded.
    pub(crate) fn report(&self, input: Input) {
        // Nothing happens when the loop has ended.
        let _ = self.reports.send(input);
    }
}
