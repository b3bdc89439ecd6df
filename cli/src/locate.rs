//! Which daemon is asked: `--daemon`, else `--data`, else the same from the environment, else the
//! user's data folder if it has a socket, else the service's.

use std::path::{Path, PathBuf};

use beffroi_api::client::{Address, AddressError};
use etcetera::BaseStrategy as _;

/// The data folder of the system service.
pub(crate) const SERVICE_FOLDER: &str = "/var/lib/beffroi";

/// The name of the socket in a data folder.
const SOCKET: &str = "api.sock";

/// The name of the token in a data folder.
const TOKEN: &str = "api.token";

/// Longest token file read, in bytes: a token is 64 characters and a line feed.
const TOKEN_BYTES_MAX: u64 = 4096;

/// Everything the choice depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// `--daemon`.
    pub(crate) daemon_flag: Option<String>,
    /// `--data`.
    pub(crate) data_flag: Option<PathBuf>,
    /// `BEFFROI_DAEMON`.
    pub(crate) daemon_variable: Option<String>,
    /// `BEFFROI_DATA`.
    pub(crate) data_variable: Option<PathBuf>,
    /// `BEFFROI_TOKEN`.
    pub(crate) token: Option<String>,
    /// The user's data folder.
    pub(crate) user_folder: Option<PathBuf>,
}

impl Places {
    /// What flags and environment say; an empty variable says nothing.
    pub(crate) fn new(
        daemon_flag: Option<String>,
        data_flag: Option<PathBuf>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Places {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        Places {
            daemon_flag,
            data_flag,
            daemon_variable: set("BEFFROI_DAEMON"),
            data_variable: set("BEFFROI_DATA").map(PathBuf::from),
            token: set("BEFFROI_TOKEN"),
            user_folder: user_folder(),
        }
    }

    /// The daemon to ask.
    ///
    /// # Errors
    /// When a URL is none.
    pub(crate) fn address(&self) -> Result<Address, AddressError> {
        if let Some(url) = &self.daemon_flag {
            return self.of_url(url);
        }
        if let Some(folder) = &self.data_flag {
            return Ok(socket(folder));
        }
        if let Some(url) = &self.daemon_variable {
            return self.of_url(url);
        }
        Ok(socket(&self.folder()))
    }

    fn of_url(&self, url: &str) -> Result<Address, AddressError> {
        let address: Address = url.parse()?;
        let token = self.token.clone().or_else(|| self.stored_token());
        Ok(address.with_token(token))
    }

    /// The data folder that holds the socket, or the token.
    fn folder(&self) -> PathBuf {
        if let Some(folder) = self.data_flag.as_ref().or(self.data_variable.as_ref()) {
            return folder.clone();
        }
        let with_socket = |folder: &&PathBuf| folder.join(SOCKET).exists();
        let user = self.user_folder.as_ref().filter(with_socket);
        user.cloned()
            .unwrap_or_else(|| PathBuf::from(SERVICE_FOLDER))
    }

    fn stored_token(&self) -> Option<String> {
        let path = self.folder().join(TOKEN);
        if std::fs::metadata(&path).ok()?.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let text = std::fs::read_to_string(path).ok()?;
        Some(text.trim().to_owned()).filter(|token| !token.is_empty())
    }
}

/// The folder where a post of this user keeps its data.
pub(crate) fn user_folder() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.data_dir().join("beffroi"))
}

fn socket(folder: &Path) -> Address {
    Address::Unix(folder.join(SOCKET))
}

#[cfg(test)]
mod tests {
    use super::{Places, SERVICE_FOLDER};
    use std::path::PathBuf;

    fn places() -> Places {
        Places {
            user_folder: Some(PathBuf::from("/nowhere/beffroi")),
            ..Places::default()
        }
    }

    fn shown(places: &Places) -> String {
        places.address().unwrap().to_string()
    }

    #[test]
    fn a_flag_beats_the_environment_and_a_url_a_folder() {
        let mut places = places();
        assert_eq!(shown(&places), format!("{SERVICE_FOLDER}/api.sock"));
        places.data_variable = Some("/env".into());
        assert_eq!(shown(&places), "/env/api.sock");
        places.daemon_variable = Some("unix:/env/other.sock".into());
        assert_eq!(shown(&places), "/env/other.sock");
        places.data_flag = Some("/flag".into());
        assert_eq!(shown(&places), "/flag/api.sock");
        places.daemon_flag = Some("http://127.0.0.1:7411".into());
        assert_eq!(shown(&places), "http://127.0.0.1:7411");
        places.daemon_flag = Some("7411".into());
        assert!(places.address().is_err());
    }

    #[test]
    fn the_users_folder_counts_only_with_a_socket_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut places = places();
        places.user_folder = Some(folder.path().to_owned());
        assert_eq!(shown(&places), format!("{SERVICE_FOLDER}/api.sock"));
        std::fs::write(folder.path().join("api.sock"), "").unwrap();
        assert_eq!(
            shown(&places),
            folder.path().join("api.sock").display().to_string()
        );
    }

    #[test]
    fn a_url_takes_its_token_from_the_environment_or_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("api.token"), "abc\n").unwrap();
        let mut places = places();
        places.data_flag = Some(folder.path().to_owned());
        assert_eq!(places.stored_token().as_deref(), Some("abc"));
        std::fs::write(folder.path().join("api.token"), "x".repeat(5000)).unwrap();
        assert_eq!(places.stored_token(), None);
    }

    #[test]
    fn an_empty_variable_says_nothing() {
        let places = Places::new(None, None, |_name| Some(String::new()));
        assert!(places.daemon_variable.is_none() && places.data_variable.is_none());
    }
}
