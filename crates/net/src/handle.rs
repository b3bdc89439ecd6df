//! The two ends that the daemon holds: [`NetHandle`] to say what it wants, [`NetEvents`] to hear what
//! happened.

use std::collections::BTreeSet;
use std::time::Duration;

use beffroi_sync::PeerId;
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::address::{Address, Undialable};
use crate::event::{Delivery, NetEvent};
use crate::porch::OpenError;
use crate::status::NetStatus;

/// What the daemon may ask of the node.
pub(crate) enum Command {
    Allow(BTreeSet<PeerId>),
    HangUp(PeerId, String, Option<Duration>),
    Dial(Address),
    Learn(PeerId, Vec<Address>),
    AddPeer(Address, oneshot::Sender<Result<(), AddPeerError>>),
    RemovePeer(Address, oneshot::Sender<bool>),
    OpenPorch(oneshot::Sender<Result<Vec<Address>, OpenError>>),
    ClosePorch,
    AnswerPorch(u64, Bytes),
    Status(oneshot::Sender<NetStatus>),
    Shutdown(oneshot::Sender<()>),
}

/// Why a typed address was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddPeerError {
    /// It is not an address that can be dialled.
    #[error(transparent)]
    Undialable(#[from] Undialable),
    /// There are too many.
    #[error("too many addresses: remove one with `peer remove`")]
    TooMany,
    /// The node has stopped.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The node has stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the network has been shut down")]
pub struct Stopped;

/// Says what is wanted. Cheap to clone; when the last one is dropped the node stops.
#[derive(Clone)]
pub struct NetHandle {
    pub(crate) me: PeerId,
    pub(crate) commands: mpsc::Sender<Command>,
}

impl NetHandle {
    /// This device.
    pub fn me(&self) -> PeerId {
        self.me
    }

    /// Sets who may connect: the devices now standing. Links of anybody else end at once.
    pub async fn allow(&self, peers: BTreeSet<PeerId>) -> Result<(), Stopped> {
        self.command(Command::Allow(peers)).await
    }

    /// Ends the links of a peer. With `ban` it may not come back for so long.
    pub async fn hang_up(
        &self,
        peer: PeerId,
        reason: impl Into<String>,
        ban: Option<Duration>,
    ) -> Result<(), Stopped> {
        self.command(Command::HangUp(peer, reason.into(), ban))
            .await
    }

    /// Dials an address once, now.
    pub async fn dial(&self, address: Address) -> Result<(), Stopped> {
        self.command(Command::Dial(address)).await
    }

    /// Takes addresses of a member that a neighbour told.
    pub async fn learn(&self, peer: PeerId, addresses: Vec<Address>) -> Result<(), Stopped> {
        self.command(Command::Learn(peer, addresses)).await
    }

    /// Takes an address that a person typed: it is dialled until it is removed.
    pub async fn add_peer(&self, address: Address) -> Result<(), AddPeerError> {
        self.ask(|reply| Command::AddPeer(address, reply)).await?
    }

    /// Takes a typed address back; `false` when it was not there.
    pub async fn remove_peer(&self, address: Address) -> Result<bool, Stopped> {
        self.ask(|reply| Command::RemovePeer(address, reply)).await
    }

    /// Opens the porch, or finds it open, and says where it is.
    pub async fn open_porch(&self) -> Result<Vec<Address>, OpenError> {
        self.ask(Command::OpenPorch).await?
    }

    /// Closes the porch.
    pub async fn close_porch(&self) -> Result<(), Stopped> {
        self.command(Command::ClosePorch).await
    }

    /// Answers a [`NetEvent::PorchRequest`]; too late or too long, and it is dropped.
    pub async fn answer_porch(&self, token: u64, answer: Bytes) -> Result<(), Stopped> {
        self.command(Command::AnswerPorch(token, answer)).await
    }

    /// Everything the network knows about itself.
    pub async fn status(&self) -> Result<NetStatus, Stopped> {
        self.ask(Command::Status).await
    }

    /// Where others can reach us, to be told to neighbours.
    pub async fn addresses(&self) -> Result<Vec<Address>, Stopped> {
        Ok(self.status().await?.addresses)
    }

    /// Ends every link and stops; returns when that is done, within about a second.
    pub async fn shutdown(&self) {
        // An error means that it had stopped before.
        let _ = self.ask(Command::Shutdown).await;
    }

    async fn command(&self, command: Command) -> Result<(), Stopped> {
        self.commands.send(command).await.map_err(|_| Stopped)
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.command(command(reply)).await?;
        answer.await.map_err(|_| Stopped)
    }
}

/// Tells what happened, in order. As long as nobody receives, little is read from the peers.
pub struct NetEvents {
    pub(crate) deliveries: mpsc::Receiver<Delivery>,
}

impl NetEvents {
    /// The next event; `None` when the node has stopped. Cancelling it loses nothing.
    pub async fn recv(&mut self) -> Option<NetEvent> {
        let event = match self.deliveries.recv().await? {
            Delivery::Event(event) => event,
            Delivery::Frame { peer, bytes, room } => {
                drop(room);
                NetEvent::Frame { peer, bytes }
            }
        };
        Some(event)
    }
}
