//! The one loop: takes an input, lets the node turn to it, sleeps until the next or until the engine's
//! deadline. Nothing here decides anything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use crate::node::{Inputs, Node};

/// Without any deadline the loop still turns this often, so that a supervisor sees it alive and timers of
/// the porch are looked at.
const IDLE: std::time::Duration = std::time::Duration::from_secs(5);

/// Runs until `ending` turns true or nobody can send inputs any more; gives the node back to be closed.
pub(crate) async fn run(
    mut node: Node,
    mut inputs: Inputs,
    mut ending: watch::Receiver<bool>,
    turned: Arc<Mutex<Instant>>,
) -> Node {
    // Kept over inputs: programs that ask without a pause must not put the timers off for ever.
    let mut idle = Instant::now() + IDLE;
    loop {
        let now = Instant::now();
        *turned.lock().unwrap_or_else(PoisonError::into_inner) = now;
        let due = node.wake_at().map_or(idle, |at| at.min(idle));
        tokio::select! {
            input = inputs.next() => match input {
                Some(input) => node.handle(input),
                None => return node,
            },
            () = tokio::time::sleep_until(due.into()) => {
                node.woke();
                idle = Instant::now() + IDLE;
            }
            _ = ending.changed() => return node,
        }
    }
}
