//! What the network tells: [`NetEvent`], and why a link ended.

use std::fmt;
use std::net::IpAddr;

use beffroi_sync::PeerId;
use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use crate::address::Address;
use crate::queue::LinkSender;

/// Everything the network tells its consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetEvent {
    /// Both streams to an admitted peer are open: frames can flow.
    Connected {
        /// Who it is, proved by its key.
        peer: PeerId,
        /// The other end of the connection; its port is the peer's own only when we dialled.
        address: Address,
        /// Whether we dialled.
        dialer: bool,
        /// The name of our interface that it runs over, when it can be told.
        interface: Option<String>,
        /// Carries frames to the peer, over this link only.
        link: LinkSender,
    },
    /// The link is over. It is told before the next link of the same peer.
    Disconnected {
        /// Who it was.
        peer: PeerId,
        /// Why.
        reason: Ended,
    },
    /// A frame came, at most `FRAME_BYTES_MAX` long, otherwise unread.
    Frame {
        /// From whom.
        peer: PeerId,
        /// What.
        bytes: Bytes,
    },
    /// We reached a peer at an address by dialling it: worth remembering.
    AddressLearned {
        /// Whose address it is.
        peer: PeerId,
        /// The address.
        address: Address,
    },
    /// We dialled a peer, it proved its key, and hung up before any stream: it does not know us, or is
    /// full. A member then presents itself at the porch of that machine.
    Refused {
        /// Who hung up.
        peer: PeerId,
        /// Where.
        address: Address,
    },
    /// A device that we do not admit was turned away (or found at an address we dialled); once a minute
    /// for each device, and not for banned ones.
    TurnedAway {
        /// Its key, proved.
        device: PeerId,
        /// From where.
        address: IpAddr,
    },
    /// Somebody asks at our porch; answer by `porch_answer` with the token within ten seconds.
    PorchRequest {
        /// Names the conversation.
        token: u64,
        /// Who asks, as far as one can tell.
        from: IpAddr,
        /// At most `PORCH_BYTES_MAX`.
        bytes: Bytes,
    },
    /// A beacon says that a machine has its porch open; told again when it changes.
    PorchHeard {
        /// Where to ask.
        porch: Address,
        /// The main port of the same machine.
        main: Address,
        /// Which member it is, when it is one of ours.
        peer: Option<PeerId>,
    },
    /// We can be reached here from now on.
    Listening(Address),
    /// We can no longer be reached here.
    Unlisted(Address),
    /// An address to listen on could not be bound; tried again every few seconds, told once.
    ListenFailed {
        /// The configured address.
        address: Address,
        /// What the system said.
        error: String,
    },
}

/// Why a link ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// `hang_up` was called, with this reason.
    HungUp(String),
    /// The peer closed it.
    ByPeer,
    /// The connection failed, in the system's words.
    Lost(String),
    /// The peer is not admitted any more.
    NotAllowed,
    /// Another connection to the same peer took its place.
    Replaced,
    /// More was sent than the link carries.
    QueueFull,
    /// Nothing moved for too long while something should.
    Stalled,
    /// The peer announced a frame longer than allowed.
    FrameTooLong {
        /// The length it claimed.
        bytes: u32,
    },
    /// The peer opened more streams than the one it may.
    SecondStream,
    /// Our address on this link is gone.
    InterfaceGone,
    /// The node is shutting down.
    Shutdown,
}

impl Ended {
    /// Whether the peer broke a rule of the protocol, which is not a matter of a bad link.
    pub fn is_violation(&self) -> bool {
        match self {
            Self::FrameTooLong { .. } | Self::SecondStream => true,
            Self::HungUp(_)
            | Self::ByPeer
            | Self::Lost(_)
            | Self::NotAllowed
            | Self::Replaced
            | Self::QueueFull
            | Self::Stalled
            | Self::InterfaceGone
            | Self::Shutdown => false,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HungUp(reason) => write!(formatter, "hung up: {reason}"),
            Self::ByPeer => formatter.write_str("closed by the peer"),
            Self::Lost(error) => write!(formatter, "connection lost: {error}"),
            Self::NotAllowed => formatter.write_str("the peer is not admitted"),
            Self::Replaced => formatter.write_str("replaced by another connection"),
            Self::QueueFull => formatter.write_str("the peer takes less than is sent"),
            Self::Stalled => formatter.write_str("nothing moved for too long"),
            Self::FrameTooLong { bytes } => {
                write!(formatter, "a frame of {bytes} bytes was announced")
            }
            Self::SecondStream => formatter.write_str("the peer opened a second stream"),
            Self::InterfaceGone => formatter.write_str("our address on this link is gone"),
            Self::Shutdown => formatter.write_str("shutting down"),
        }
    }
}

/// An event on its way to the consumer.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// As it is.
    Event(NetEvent),
    /// A frame, with the room it takes until it is handed out.
    Frame {
        peer: PeerId,
        bytes: Bytes,
        room: OwnedSemaphorePermit,
    },
}
