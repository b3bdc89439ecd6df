//! Opens a stream to the daemon, over socket paths of any length.

use std::ffi::OsStr;
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::fs::{Mode, OFlags};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

use super::{Address, Why};

/// The longest path `sockaddr_un` takes on Linux, in bytes, its ending zero aside.
pub const SOCKET_PATH_BYTES_MAX: usize = 107;

/// A stream to the daemon.
pub(super) enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// Connects; says why it could not in words a person can act on.
pub(super) async fn open(address: &Address) -> Result<Stream, Why> {
    match address {
        Address::Unix(path) => open_unix(path).await.map(Stream::Unix),
        Address::Tcp { host, port, .. } => {
            let target = host.trim_matches(['[', ']']);
            TcpStream::connect((target, *port))
                .await
                .map(Stream::Tcp)
                .map_err(|error| why(&error))
        }
    }
}

async fn open_unix(path: &Path) -> Result<UnixStream, Why> {
    if path.as_os_str().len() <= SOCKET_PATH_BYTES_MAX {
        return UnixStream::connect(path)
            .await
            .map_err(|error| why_unix(path, &error));
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let name = path.file_name().unwrap_or(OsStr::from_bytes(b"api.sock"));
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let held = rustix::fs::open(folder, flags, Mode::empty())
        .map_err(|error| why(&io::Error::from(error)))?;
    let short = PathBuf::from(format!("/proc/self/fd/{}", held.as_raw_fd())).join(name);
    UnixStream::connect(&short)
        .await
        .map_err(|error| why_unix(path, &error))
}

fn why_unix(path: &Path, error: &io::Error) -> Why {
    let is_socket = std::fs::metadata(path).map(|found| found.file_type().is_socket());
    match (error.kind(), is_socket) {
        (io::ErrorKind::ConnectionRefused, Ok(false)) => Why::NotASocket,
        (_, _) => why(error),
    }
}

fn why(error: &io::Error) -> Why {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the kinds of I/O errors are an open list of the standard library"
    )]
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Why::NoSuchFile,
        io::ErrorKind::ConnectionRefused => Why::Refused,
        io::ErrorKind::PermissionDenied => Why::Denied,
        io::ErrorKind::TimedOut => Why::NoAnswer,
        _ => Why::Other(error.to_string()),
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Unix(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tcp(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Unix(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
