//! The command line of `beffroid`: few flags, the rest is in the configuration file.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};

use crate::config::{Config, ConfigError};
use crate::texts::Texts;

/// What the command line and the environment said.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// The configuration file, when one was named.
    pub config: Option<PathBuf>,
    /// Replaces the configured addresses when not empty.
    pub listen: Vec<String>,
    /// Replaces the configured API address.
    pub api: Option<String>,
    /// Checks configuration and data, and ends.
    pub check: bool,
    /// Keeps the entries and drops the keys: this machine becomes a new post.
    pub new_post: bool,
    /// Opens no link to other posts.
    pub offline: bool,
    /// Writes the store anew from what can be read of it.
    pub repair: bool,
    /// The first line of this file opens the keystore.
    pub passphrase_file: Option<PathBuf>,
}

impl Options {
    /// The command, with its help in one language.
    #[must_use]
    pub fn command(texts: &'static Texts) -> Command {
        let text = |name: &'static str| {
            let help = texts.say(&format!("option-{name}"), &[]);
            Arg::new(name).long(name).help(help)
        };
        let path = |name| {
            text(name)
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::AnyPath)
        };
        Command::new("beffroid")
            .version(env!("CARGO_PKG_VERSION"))
            .about(texts.say("about", &[]))
            .after_help(texts.say("after-help", &[]))
            .arg(path("data").value_name("DIR").env("BEFFROI_DATA"))
            .arg(path("config").value_name("FILE").env("BEFFROI_CONFIG"))
            .arg(
                text("listen")
                    .value_name("MULTIADDR")
                    .action(ArgAction::Append),
            )
            .arg(text("api").value_name("ADDR"))
            .arg(text("check").action(ArgAction::SetTrue))
            .arg(text("new-post").action(ArgAction::SetTrue))
            .arg(text("offline").action(ArgAction::SetTrue))
            .arg(text("repair").action(ArgAction::SetTrue))
            .arg(
                path("passphrase-file")
                    .value_name("FILE")
                    .env("BEFFROI_PASSPHRASE_FILE"),
            )
    }

    /// Reads what clap understood. Without `--data`: the folder systemd gives a service, else the
    /// user's own.
    #[must_use]
    pub fn from_matches(matches: &ArgMatches) -> Options {
        let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
        let all = matches.get_many::<String>("listen").unwrap_or_default();
        Options {
            data: path("data").unwrap_or_else(default_data),
            config: path("config"),
            listen: all.cloned().collect(),
            api: matches.get_one::<String>("api").cloned(),
            check: matches.get_flag("check"),
            new_post: matches.get_flag("new-post"),
            offline: matches.get_flag("offline"),
            repair: matches.get_flag("repair"),
            passphrase_file: path("passphrase-file"),
        }
    }

    /// The configuration with these options over it, checked.
    pub fn configuration(&self) -> Result<Config, ConfigError> {
        let mut config = Config::read(self.config.as_deref())?;
        if !self.listen.is_empty() {
            config.listen.clone_from(&self.listen);
        }
        if let Some(api) = &self.api {
            config.api.clone_from(api);
        }
        if let Some(file) = &self.passphrase_file {
            config.keystore.passphrase_file = Some(file.clone());
        }
        config.check()?;
        Ok(config)
    }
}

fn default_data() -> PathBuf {
    if let Some(state) = std::env::var_os("STATE_DIRECTORY") {
        return state.into();
    }
    use etcetera::BaseStrategy;
    etcetera::choose_base_strategy().map_or_else(
        |_| PathBuf::from("beffroi-data"),
        |folders| folders.data_dir().join("beffroi"),
    )
}

#[cfg(test)]
mod tests {
    use beffroi_api::Language;

    use super::*;

    #[test]
    fn the_command_is_well_formed_in_both_languages() {
        for language in [Language::French, Language::English] {
            Options::command(Texts::of(language)).debug_assert();
        }
    }

    #[test]
    fn flags_replace_what_the_file_says() {
        let command = Options::command(Texts::of(Language::English));
        let words = [
            "beffroid",
            "--data",
            "/d",
            "--listen",
            "/ip4/127.0.0.1/tcp/0",
            "--api",
            "off",
        ];
        let options = Options::from_matches(&command.get_matches_from(words));
        assert_eq!(options.data, PathBuf::from("/d"));
        assert_eq!(options.listen, ["/ip4/127.0.0.1/tcp/0"]);
        assert_eq!(options.api.as_deref(), Some("off"));
    }
}
