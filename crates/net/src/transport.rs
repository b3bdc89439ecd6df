//! TCP, then Noise, then Yamux: the one transport of both swarms.

use std::time::Duration;

use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::{Boxed, upgrade::Version};
use libp2p::identity::Keypair;
use libp2p::{PeerId, Transport, noise, tcp, yamux};
use socket2::{SockRef, TcpKeepalive};

use crate::limits::YAMUX_STREAMS_MAX;

/// How long an idle connection rests before the kernel asks whether the other end is still there. Longer
/// than the engine's heartbeat of 15 s, so that it costs nothing where heartbeats flow.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(30);
/// Between two such questions.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(10);

/// Builds it for an identity. `handshake` bounds dial and negotiation together.
pub(crate) fn build(
    keypair: &Keypair,
    handshake: Duration,
    user_timeout: Duration,
) -> Result<Boxed<(PeerId, StreamMuxerBox)>, noise::Error> {
    let noise = noise::Config::new(keypair)?;
    let mut multiplexer = yamux::Config::default();
    multiplexer.set_max_num_streams(YAMUX_STREAMS_MAX);
    let tcp = tcp::tokio::Transport::new(tcp::Config::new().nodelay(true));
    Ok(tcp
        .map(move |stream, _| {
            notice_dead_ends(&stream.0, user_timeout);
            stream
        })
        .upgrade(Version::V1Lazy)
        .authenticate(noise)
        .multiplex(multiplexer)
        .timeout(handshake)
        .map(|(peer, multiplexer), _| (peer, StreamMuxerBox::new(multiplexer)))
        .boxed())
}

/// Asks the kernel to give up on a silent path in seconds rather than in a quarter of an hour. A system
/// that refuses is left as it is: the engine's heartbeats and our stall timer still end the link.
fn notice_dead_ends(stream: &tokio::net::TcpStream, user_timeout: Duration) {
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_AFTER)
        .with_interval(KEEPALIVE_EVERY);
    if let Err(error) = socket.set_tcp_keepalive(&keepalive) {
        tracing::debug!(%error, "no TCP keepalive");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = socket.set_tcp_user_timeout(Some(user_timeout)) {
        tracing::debug!(%error, "no TCP user timeout");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = user_timeout;
}
