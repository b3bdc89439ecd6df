//! Serves a door. Every step of a connection has its time, and every number its bound, so that no client
//! holds up another: axum's own server has neither.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::connections::{Bounds, Connections, Place};
use super::patient::Patient;

/// How long the head of a request may take, and how long a connection may stay silent before its next.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of a request's head. A browser sends below 2 KiB, and our longest path is a list of filters.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Header lines of a request. A browser sends about 20.
const HEADERS_MAX: usize = 64;
/// Pause after the system gave no connection: it lacks descriptors, and some come back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The socket in the data folder and the loopback address: one person's programs. Silent ones make room.
pub(crate) const LOCAL: Bounds = Bounds {
    in_all: 128,
    per_address: 128,
};
/// The phones: a browser opens six connections, and some phones share an address.
pub(crate) const PHONES: Bounds = Bounds {
    in_all: 128,
    per_address: 24,
};

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A process of this machine, at the socket.
    Process(Option<i32>),
    /// An address.
    Address(IpAddr),
}

impl Peer {
    fn address(self) -> Option<IpAddr> {
        match self {
            Peer::Process(_) => None,
            Peer::Address(address) => Some(address),
        }
    }
}

/// Where connections come from.
#[derive(Debug)]
pub(crate) enum Listener {
    /// The socket in the data folder, for our own user and root.
    OwnUser(UnixListener),
    /// The socket of a service: its file mode says who may.
    Group(UnixListener),
    /// An address.
    Tcp(TcpListener),
}

enum Stream {
    Unix(UnixStream),
    Tcp(tokio::net::TcpStream),
}

impl Listener {
    async fn accept(&self) -> io::Result<Option<(Stream, Peer)>> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                let peer = Peer::Address(address.ip().to_canonical());
                Ok(Some((Stream::Tcp(stream), peer)))
            }
            Listener::Group(listener) => {
                let (stream, _) = listener.accept().await?;
                let peer = Peer::Process(stream.peer_cred().ok().and_then(|peer| peer.pid()));
                Ok(Some((Stream::Unix(stream), peer)))
            }
            Listener::OwnUser(listener) => {
                let (stream, _) = listener.accept().await?;
                let credentials = stream.peer_cred()?;
                let ours = rustix::process::getuid().as_raw();
                if ![ours, 0].contains(&credentials.uid()) {
                    tracing::warn!("another user of this machine was turned away");
                    return Ok(None);
                }
                Ok(Some((
                    Stream::Unix(stream),
                    Peer::Process(credentials.pid()),
                )))
            }
        }
    }
}

/// Serves until `ending`; then lets each connection end its request.
pub(crate) async fn serve(
    listener: Listener,
    router: Router,
    bounds: Bounds,
    ending: watch::Receiver<bool>,
) {
    let connections = Connections::new(bounds);
    let mut running = JoinSet::new();
    let mut end = ending.clone();
    loop {
        let accepted = tokio::select! {
            () = over(&mut end) => break,
            Some(_) = running.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(Some(accepted)) => accepted,
            Ok(None) => continue,
            Err(error) => {
                tracing::debug!(%error, "no connection could be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(place) = connections.admit(peer.address()) else {
            tracing::debug!("a door is full: every connection is at work");
            continue;
        };
        let (router, ending) = (router.clone(), ending.clone());
        match stream {
            Stream::Unix(stream) => {
                running.spawn(connection(stream, peer, place, router, ending));
            }
            Stream::Tcp(stream) => {
                // An answer is written whole: waiting for more to send would only delay it.
                let _ = stream.set_nodelay(true);
                running.spawn(connection(stream, peer, place, router, ending));
            }
        }
    }
    drop(listener);
    while running.join_next().await.is_some() {}
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    place: Place,
    router: Router,
    mut ending: watch::Receiver<bool>,
) {
    let place = Arc::new(place);
    let worker = place.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(worker.clone());
        router.clone().oneshot(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(Patient::new(stream)), service);
    tokio::pin!(served);
    // How a connection ended is its client's affair.
    tokio::select! {
        _ = served.as_mut() => {}
        () = place.told_to_leave() => {}
        () = over(&mut ending) => {
            served.as_mut().graceful_shutdown();
            let _ = served.await;
        }
    }
}

/// Returns when the daemon ends.
async fn over(ending: &mut watch::Receiver<bool>) {
    // What is waited for is not kept: it is a lock.
    let _ = ending.wait_for(|over| *over).await;
}
