//! Who may pass a door. The socket is guarded by its file mode and the peer's uid; the loopback
//! address by `Host` (a page of another site cannot make a browser send ours) and a bearer token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_api::problem::Cause;
use tokio::net::{UnixListener, UnixStream};

use crate::failure::Failure;

/// What a program must show at the loopback address.
pub(crate) struct Loopback {
    /// The address that was bound.
    pub(crate) address: SocketAddr,
    /// The token in `DATA/api.token`.
    pub(crate) token: String,
}

impl Loopback {
    /// The names under which a program on this machine may call us: the address itself and
    /// `localhost`, with the port, and any `CODE.localhost`, which browsers resolve to this machine.
    fn knows_host(&self, host: &str) -> bool {
        let Some((name, port)) = host.rsplit_once(':') else {
            return false;
        };
        let code = name.strip_suffix(".localhost").unwrap_or_default();
        let own_name = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        port == self.address.port().to_string()
            && (own_name || ["127.0.0.1", "localhost", "[::1]"].contains(&name))
    }

    fn admits(&self, headers: &HeaderMap) -> Result<(), Cause> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &axum::http::HeaderValue| value.to_str().ok())
        };
        let host = text(header::HOST).unwrap_or_default();
        if !self.knows_host(host) {
            return Err(Cause::HostForeign {
                host: host.chars().take(80).collect(),
            });
        }
        let bearer = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        match bearer {
            // Hashes are compared, so that the time taken tells nothing of the token.
            Some(sent) if digest(sent) == digest(&self.token) => Ok(()),
            _ => Err(Cause::TokenWrong {}),
        }
    }
}

fn digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// The layer of the loopback door.
pub(crate) async fn loopback(
    State(door): State<Arc<Loopback>>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path() == super::HEALTH {
        return next.run(request).await;
    }
    match door.admits(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(cause) => Failure::from(cause).into_response(),
    }
}

/// The socket in the data folder, for our own user and root.
pub(crate) struct OwnUser(pub(crate) UnixListener);

impl axum::serve::Listener for OwnUser {
    type Io = UnixStream;
    type Addr = tokio::net::unix::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
            let uid = stream.peer_cred().map(|credentials| credentials.uid());
            let ours = rustix::process::getuid().as_raw();
            match uid {
                Ok(uid) if uid == ours || uid == 0 => return (stream, address),
                Ok(_) | Err(_) => tracing::warn!("another user of this machine was turned away"),
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door() -> Loopback {
        Loopback {
            address: "127.0.0.1:7411".parse().unwrap(),
            token: "secret".into(),
        }
    }

    fn admits(host: &str, authorization: Option<&str>) -> Result<(), Cause> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        }
        door().admits(&headers)
    }

    #[test]
    fn a_foreign_host_is_turned_away_even_with_the_token() {
        for host in [
            "evil.test:7411",
            "127.0.0.1.nip.io:7411",
            "localhost.:7411",
            "localhost",
            "127.0.0.1:7412",
            "192.168.1.2:7411",
            "a.b.localhost:7411",
            ".localhost:7411",
        ] {
            let refused = admits(host, Some("Bearer secret"));
            assert!(matches!(refused, Err(Cause::HostForeign { .. })), "{host}");
        }
        for host in [
            "127.0.0.1:7411",
            "localhost:7411",
            "[::1]:7411",
            "mai.localhost:7411",
        ] {
            assert_eq!(admits(host, Some("Bearer secret")), Ok(()), "{host}");
        }
    }

    #[test]
    fn only_the_token_opens() {
        for sent in [
            None,
            Some("Bearer "),
            Some("Bearer secrets"),
            Some("Basic secret"),
            Some("secret"),
        ] {
            assert_eq!(
                admits("localhost:7411", sent),
                Err(Cause::TokenWrong {}),
                "{sent:?}"
            );
        }
    }
}
