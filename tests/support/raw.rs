//! Requests as bytes, over real sockets: what no honest client sends.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Longest wait for bytes of an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer, taken apart.
#[derive(Debug, Clone)]
pub struct Raw {
    /// Its status; 0 when the connection was closed without one.
    pub status: u16,
    /// Its head, as it came.
    pub head: String,
    /// Its body, chunks joined.
    pub body: String,
}

impl Raw {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn read(bytes: &[u8]) -> Raw {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut raw = Raw {
            status: status.unwrap_or(0),
            head: head.to_owned(),
            body: body.to_owned(),
        };
        if raw.header("transfer-encoding") == Some("chunked") {
            raw.body = joined(body);
        }
        raw
    }
}

/// The chunks of a body, as far as they came.
fn joined(body: &str) -> String {
    let (mut rest, mut out) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        match after.get(..size) {
            Some(chunk) if size > 0 => out.push_str(chunk),
            _ => break,
        }
        rest = after.get(size + 2..).unwrap_or_default();
    }
    out
}

/// A connection that bytes are sent on.
#[derive(Debug)]
pub enum Line {
    /// To an address.
    Tcp(TcpStream),
    /// To a socket.
    Unix(UnixStream),
}

impl Line {
    /// Connects to an address.
    ///
    /// # Panics
    /// When nobody listens.
    #[must_use]
    pub fn tcp(address: SocketAddr) -> Line {
        let stream = TcpStream::connect(address).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Line::Tcp(stream)
    }

    /// Connects to a socket.
    ///
    /// # Panics
    /// When nobody listens.
    #[must_use]
    pub fn unix(path: &Path) -> Line {
        let stream = UnixStream::connect(path).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Line::Unix(stream)
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// When the other side is gone.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Line::Tcp(stream) => stream.write_all(bytes),
            Line::Unix(stream) => stream.write_all(bytes),
        }
    }

    /// Some bytes; none when the other side closed.
    ///
    /// # Errors
    /// When it broke off, or nothing came for a minute.
    pub fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 64 * 1024];
        let read = match self {
            Line::Tcp(stream) => stream.read(&mut bytes),
            Line::Unix(stream) => stream.read(&mut bytes),
        }?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Everything until the other side closes.
    #[must_use]
    pub fn all(&mut self) -> Raw {
        let mut bytes = Vec::new();
        // A connection that is cut after its answer is an answer.
        while let Ok(more) = self.receive() {
            if more.is_empty() {
                break;
            }
            bytes.extend(more);
        }
        Raw::read(&bytes)
    }

    /// Reads until `wanted` has come; false when the other side closed before.
    #[must_use]
    pub fn until(&mut self, wanted: &str) -> bool {
        let mut text = String::new();
        while !text.contains(wanted) {
            match self.receive() {
                Ok(more) if !more.is_empty() => text.push_str(&String::from_utf8_lossy(&more)),
                Ok(_) | Err(_) => return false,
            }
        }
        true
    }

    /// Sends one request and reads its answer; the connection is closed after it.
    #[must_use]
    pub fn ask(mut self, request: &str) -> Raw {
        // A door that refuses early may close before everything is sent.
        let _ = self.send(request.as_bytes());
        self.all()
    }
}

/// A request as text: the connection is closed after it.
#[must_use]
pub fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text + "Connection: close\r\n\r\n" + body
}
