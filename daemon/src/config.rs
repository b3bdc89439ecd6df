//! What a person may set: one struct, defaults by hand, then the file, the environment, the flags.
//! `docs/config.toml` is the default with every key explained; a test keeps it equal.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Everything `beffroid` reads from its configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Multiaddresses on which other posts reach this one.
    pub listen: Vec<String>,
    /// Multiaddresses of the porch, where a newcomer shows a code. If a port is taken, a free one is used.
    pub porch: Vec<String>,
    /// Loopback address of the local API; `off` leaves only the socket in the data folder.
    pub api: String,
    /// Who may use the socket in the data folder.
    pub socket: Socket,
    /// Phones that reach this post by a browser.
    pub phones: Phones,
    /// Addresses dialled besides those found on the LAN.
    pub peers: Vec<String>,
    /// Ways of finding posts that nobody typed.
    pub discovery: Discovery,
    /// Where the passphrase of the keystore comes from when nobody is there to type it.
    pub keystore: Keystore,
    /// How much is logged, and how it looks.
    pub log: Log,
    /// What the daemon keeps free or bounded.
    pub limits: Limits,
    /// Interfaces or post codes whose link is weak: `"thin"` is the one value known.
    pub links: BTreeMap<String, Link>,
}

/// Ways of finding posts on the LAN.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discovery {
    /// Multicast DNS (UDP 5353).
    pub mdns: bool,
    /// Our own datagram, to each subnet.
    pub beacon: bool,
    /// UDP port of the beacon; equal on all posts of a territory.
    pub beacon_port: u16,
}

/// Who may use the socket in the data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Socket {
    /// In a service: the group that may use it, by its file mode alone. Without: our own user and root.
    pub group: Option<String>,
}

/// Phones that reach this post by a browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Phones {
    /// Whether they are on from the start.
    pub enabled: bool,
    /// The address they are served on; without it, the only one on a local network.
    pub address: Option<String>,
}

/// Where the keystore's passphrase comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keystore {
    /// A file whose first line is the passphrase.
    pub passphrase_file: Option<PathBuf>,
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `beffroi_net=debug`.
    pub level: String,
    /// `auto` is text; `json` is one object a line.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text, coloured on a terminal.
    Auto,
    /// One JSON object a line.
    Json,
}

/// What the daemon keeps free.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Room kept on the disk so that the store can always be opened.
    pub disk_reserve: Size,
    /// Per cent of the usual budgets of one author that this post takes.
    pub author_budget: u64,
}

/// How strong a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// A radio mesh or a telephone: few bytes, long silences.
    Thin,
}

/// A size as people write it: `16 MiB`, `64 KiB`, `512 B`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Size(pub u64);

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let explain = || format!("“{text}” is not a size: write for example 16 MiB");
        let digits = text
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .trim();
        let value: u64 = digits.parse().map_err(|_| explain())?;
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim();
        let factor = match unit {
            "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return Err(explain()),
        };
        value.checked_mul(factor).map(Size).ok_or_else(explain)
    }
}

impl Default for Config {
    fn default() -> Self {
        let both = |port: u16| {
            vec![
                format!("/ip4/0.0.0.0/tcp/{port}"),
                format!("/ip6/::/tcp/{port}"),
            ]
        };
        Config {
            listen: both(7410),
            porch: both(7413),
            api: "127.0.0.1:7411".into(),
            socket: Socket::default(),
            phones: Phones::default(),
            peers: Vec::new(),
            discovery: Discovery::default(),
            keystore: Keystore::default(),
            log: Log::default(),
            limits: Limits::default(),
            links: BTreeMap::new(),
        }
    }
}

impl From<Discovery> for beffroi_net::Discovery {
    fn from(discovery: Discovery) -> Self {
        let Discovery {
            mdns,
            beacon,
            beacon_port,
        } = discovery;
        beffroi_net::Discovery {
            beacon,
            mdns,
            beacon_port,
        }
    }
}

impl Default for Discovery {
    fn default() -> Self {
        Discovery {
            mdns: true,
            beacon: true,
            beacon_port: 7410,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Log {
            level: "info".into(),
            format: LogFormat::Auto,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            disk_reserve: Size(16 << 20),
            author_budget: 100,
        }
    }
}

/// Why a configuration was refused. The daemon exits with 78.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file was named and is not there: silence would hide a typing error.
    #[error("the configuration {0} cannot be read ({1}): check the path, or leave --config out")]
    Unreadable(PathBuf, std::io::Error),
    /// The file is not what we expect.
    #[error("the configuration {0} is not understood: {1}")]
    Invalid(PathBuf, toml::de::Error),
    /// The API may only be heard on this machine.
    #[error(
        "api = \"{0}\" is refused: the API listens on this machine only; write 127.0.0.1:PORT, [::1]:PORT or off"
    )]
    ApiNotLoopback(String),
    /// A listen address is not a multiaddress.
    #[error(
        "\"{0}\" is not an address posts can listen on: write for example /ip4/0.0.0.0/tcp/7410"
    )]
    Address(String),
    /// Phones may not be served on that address.
    #[error(
        "phones.address = \"{0}\" is refused: write an address of this machine on the post's own Wi-Fi, \
         for example 192.168.1.20"
    )]
    PhoneAddress(String),
}

impl Config {
    /// Reads `path`; without one the default is used.
    pub fn read(path: Option<&Path>) -> Result<Config, ConfigError> {
        let Some(path) = path else {
            return Ok(Config::default());
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Unreadable(path.into(), error))?;
        toml::from_str(&text).map_err(|error| ConfigError::Invalid(path.into(), error))
    }

    /// The loopback address of the API, or `None` when it is off.
    pub fn api_address(&self) -> Result<Option<SocketAddr>, ConfigError> {
        if self.api == "off" {
            return Ok(None);
        }
        let refused = || ConfigError::ApiNotLoopback(self.api.clone());
        let address: SocketAddr = self.api.parse().map_err(|_| refused())?;
        if address.ip().is_loopback() {
            Ok(Some(address))
        } else {
            Err(refused())
        }
    }

    /// Checks what the types alone cannot.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.api_address()?;
        if let Some(address) = &self.phones.address
            && crate::phones::choose(Some(address), &[]).is_err()
        {
            return Err(ConfigError::PhoneAddress(address.clone()));
        }
        for address in self.listen.iter().chain(&self.porch).chain(&self.peers) {
            if address.parse::<beffroi_net::Address>().is_err() {
                return Err(ConfigError::Address(address.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commented_default_is_the_default() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/config.toml");
        let documented = Config::read(Some(Path::new(path))).unwrap();
        assert_eq!(documented, Config::default());
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(Size::try_from("16 MiB".to_string()), Ok(Size(16 << 20)));
        assert_eq!(Size::try_from("64KiB".to_string()), Ok(Size(64 << 10)));
        for bad in ["", "MiB", "16", "16 MB", "-1 B", "99999999999999 GiB"] {
            assert!(Size::try_from(bad.to_string()).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_api_is_heard_on_this_machine_only() {
        let on = |api: &str| {
            Config {
                api: api.into(),
                ..Config::default()
            }
            .api_address()
        };
        assert!(on("127.0.0.1:0").unwrap().is_some());
        assert!(on("[::1]:7411").unwrap().is_some());
        assert!(on("off").unwrap().is_none());
        assert!(on("0.0.0.0:7411").is_err());
        assert!(on("192.168.1.2:7411").is_err());
        assert!(on("localhost").is_err());
    }

    #[test]
    fn phones_are_off_and_never_on_every_address() {
        assert!(!Config::default().phones.enabled);
        let on = |address: &str| {
            toml::from_str::<Config>(&format!(
                "phones = {{ enabled = true, address = \"{address}\" }}"
            ))
        };
        assert!(on("192.168.1.20:7412").unwrap().check().is_ok());
        assert!(matches!(
            on("0.0.0.0:7412").unwrap().check(),
            Err(ConfigError::PhoneAddress(_))
        ));
    }

    #[test]
    fn an_unknown_key_and_a_missing_file_are_errors() {
        assert!(toml::from_str::<Config>("lisen = []").is_err());
        assert!(matches!(
            Config::read(Some(Path::new("/nonexistent/b.toml"))),
            Err(ConfigError::Unreadable(..))
        ));
    }
}
