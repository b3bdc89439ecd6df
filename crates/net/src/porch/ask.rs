//! One question at one porch, from an identity that is thrown away afterwards.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use libp2p::request_response::{self, Message, OutboundFailure, ProtocolSupport};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{Swarm, SwarmEvent};
use tokio::time::timeout;

use super::PROTOCOL;
use super::codec::{Opaque, TooLong};
use crate::address::{Address, Undialable};
use crate::limits::{PORCH_BYTES_MAX, PORCH_LASTS, Timing};
use crate::{identity, transport};

/// More than the porch itself allows, so that its own end is seen first.
const PATIENCE: Duration = Duration::from_secs(PORCH_LASTS.as_secs() + 2);

/// Why a porch gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The question is longer than a porch accepts.
    #[error("a question may have {PORCH_BYTES_MAX} bytes at most")]
    TooLong,
    /// The answer is longer than a porch may give.
    #[error("the answer is longer than a porch may give: this is no post")]
    AnswerTooLong,
    /// The address cannot be dialled.
    #[error(transparent)]
    Undialable(#[from] Undialable),
    /// Nobody answers at this address.
    #[error("nobody answers at {address}: {error}")]
    Unreachable {
        /// Where.
        address: Address,
        /// What the system said.
        error: String,
    },
    /// Somebody answers, but it is no porch: the main port of a post, perhaps.
    #[error("there is no porch at {0}: it is the address of something else")]
    NoPorch(Address),
    /// The porch hung up: it is busy, or you asked a moment ago.
    #[error("the porch at {0} is busy: try again in a few seconds")]
    HungUp(Address),
    /// No answer came in time.
    #[error("the porch at {0} did not answer in time")]
    TimedOut(Address),
    /// Nothing could be set up on this machine.
    #[error("could not be set up: {0}")]
    Setup(String),
}

type Asking = Swarm<request_response::Behaviour<Opaque>>;

/// Asks at a porch and returns its answer. Takes twelve seconds at most. Dropping it hangs up.
pub async fn ask(porch: Address, question: Bytes) -> Result<Bytes, AskError> {
    if question.len() > PORCH_BYTES_MAX {
        return Err(AskError::TooLong);
    }
    porch.dialable()?;
    let mut swarm = swarm()?;
    let place = DialOpts::unknown_peer_id().address(porch.place());
    let unreachable = |error: String| AskError::Unreachable {
        address: porch,
        error,
    };
    swarm
        .dial(place.allocate_new_port().build())
        .map_err(|error| unreachable(error.to_string()))?;
    match timeout(PATIENCE, converse(&mut swarm, porch, question)).await {
        Ok(answer) => answer,
        Err(_) => Err(AskError::TimedOut(porch)),
    }
}

fn swarm() -> Result<Asking, AskError> {
    let keypair = identity::throw_away().map_err(|error| AskError::Setup(error.to_string()))?;
    let timing = Timing::default();
    let transport = transport::build(&keypair, timing.handshake, timing.tcp_user_timeout)
        .map_err(|error| AskError::Setup(error.to_string()))?;
    let behaviour = request_response::Behaviour::with_codec(
        Opaque,
        [(PROTOCOL, ProtocolSupport::Outbound)],
        request_response::Config::default().with_request_timeout(PATIENCE),
    );
    let config = libp2p::swarm::Config::with_tokio_executor();
    Ok(Swarm::new(
        transport,
        behaviour,
        keypair.public().to_peer_id(),
        config,
    ))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a swarm that only dials once has four events of interest"
)]
async fn converse(swarm: &mut Asking, porch: Address, question: Bytes) -> Result<Bytes, AskError> {
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => {
                swarm
                    .behaviour_mut()
                    .send_request(&peer_id, question.clone());
            }
            SwarmEvent::OutgoingConnectionError { error, .. } => {
                let error = crate::words::dial_error(&error);
                return Err(AskError::Unreachable {
                    address: porch,
                    error,
                });
            }
            SwarmEvent::Behaviour(request_response::Event::Message {
                message: Message::Response { response, .. },
                ..
            }) => return Ok(response),
            SwarmEvent::Behaviour(request_response::Event::OutboundFailure { error, .. }) => {
                return Err(failure(&error, porch));
            }
            SwarmEvent::ConnectionClosed { .. } => return Err(AskError::HungUp(porch)),
            _ => {}
        }
    }
}

fn failure(error: &OutboundFailure, porch: Address) -> AskError {
    match error {
        OutboundFailure::UnsupportedProtocols => AskError::NoPorch(porch),
        OutboundFailure::Timeout => AskError::TimedOut(porch),
        OutboundFailure::Io(error)
            if error.get_ref().is_some_and(|inner| inner.is::<TooLong>()) =>
        {
            AskError::AnswerTooLong
        }
        OutboundFailure::Io(_)
        | OutboundFailure::ConnectionClosed
        | OutboundFailure::DialFailure => AskError::HungUp(porch),
    }
}
