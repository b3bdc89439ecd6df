//! Where a daemon is: a socket, or a loopback address with a token.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a daemon is.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// A TCP address.
    Tcp {
        /// A name or an IP literal, brackets included.
        host: String,
        /// The port.
        port: u16,
        /// The bearer token, once known.
        token: Option<String>,
    },
}

impl Address {
    /// The same address with a token; a socket takes none.
    #[must_use]
    pub fn with_token(self, token: Option<String>) -> Address {
        match self {
            Address::Unix(path) => Address::Unix(path),
            Address::Tcp { host, port, .. } => Address::Tcp { host, port, token },
        }
    }

    /// What stands in the `Host` header.
    pub(crate) fn host(&self) -> String {
        match self {
            Address::Unix(_) => "localhost".to_owned(),
            Address::Tcp { host, port, .. } => format!("{host}:{port}"),
        }
    }

    pub(crate) fn token(&self) -> Option<&str> {
        match self {
            Address::Unix(_) => None,
            Address::Tcp { token, .. } => token.as_deref(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(formatter, "{}", path.display()),
            Address::Tcp { host, port, .. } => write!(formatter, "http://{host}:{port}"),
        }
    }
}

impl fmt::Debug for Address {
    /// As displayed: the token stays out of every log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is no address of a daemon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no address of a daemon: write http://127.0.0.1:7411 or unix:/path/api.sock")]
pub struct AddressError(pub String);

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || AddressError(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:") {
            if path.is_empty() {
                return Err(refused());
            }
            return Ok(Address::Unix(PathBuf::from(path)));
        }
        let rest = text.strip_prefix("http://").ok_or_else(refused)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = rest.rsplit_once(':').ok_or_else(refused)?;
        let port: u16 = port.parse().map_err(|_error| refused())?;
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        if host.is_empty() || port == 0 || !(bracketed || host.bytes().all(plain)) {
            return Err(refused());
        }
        Ok(Address::Tcp {
            host: host.to_owned(),
            port,
            token: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_a_socket_or_a_loopback_url() {
        let socket: Address = "unix:/run/beffroi/api.sock".parse().unwrap();
        assert_eq!(socket.to_string(), "/run/beffroi/api.sock");
        let url: Address = "http://127.0.0.1:7411/".parse().unwrap();
        assert_eq!(url.host(), "127.0.0.1:7411");
        assert!("http://[::1]:7411".parse::<Address>().is_ok());
        for refused in [
            "",
            "unix:",
            "127.0.0.1:7411",
            "http://127.0.0.1",
            "http://a b:1",
            "http://h:0",
            "https://h:1",
        ] {
            assert!(refused.parse::<Address>().is_err(), "{refused}");
        }
    }

    #[test]
    fn a_token_is_never_shown() {
        let url: Address = "http://127.0.0.1:7411".parse().unwrap();
        let url = url.with_token(Some("secret".into()));
        assert_eq!(url.token(), Some("secret"));
        assert!(!format!("{url} {url:?}").contains("secret"));
    }
}
