//! What every command has at hand: the daemon, the language, the terminal.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use beffroi_api::client::{Address, Client, Passphrases, new_id};
use beffroi_api::texts::Argument;
use uuid::Uuid;

use crate::args::{ColorWhen, Global};
use crate::ask;
use crate::catalogue::Texts;
use crate::failure::{EXIT_FAILED, EXIT_USAGE, Failure};
use crate::locate::Places;
use crate::output::Screen;
use crate::output::time::Clock;

/// Passphrases a person may try in one command; the daemon takes few a minute.
const PASSPHRASES_MAX: u32 = 3;

/// What every command has at hand.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) texts: Texts,
    pub(crate) screen: Screen,
    pub(crate) clock: Clock,
    /// `--operation`, or `BEFFROI_OPERATION`.
    pub(crate) operation: Option<String>,
    /// `--yes`.
    pub(crate) yes: bool,
    /// `--verbose`.
    pub(crate) verbose: bool,
    asks: bool,
}

impl Session {
    /// Out of the global flags and the environment.
    ///
    /// # Errors
    /// When `--daemon` is no address.
    pub(crate) fn new(global: Global, texts: Texts) -> Result<Session, Failure> {
        let places = Places::new(global.daemon, global.data, variable);
        let address: Address = places.address().map_err(|error| {
            let arguments = [("address", error.0.into())];
            Failure::said(&texts, EXIT_USAGE, "address-unreadable", &arguments)
        })?;
        let screen = Screen::new(global.json, color(global.color), global.quiet);
        let no_input = global.no_input || variable("BEFFROI_NO_INPUT").is_some_and(|it| it != "0");
        let asks = !no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Ok(Session {
            client: Client::new(address, texts.language())
                .with_passphrases(passphrases(Texts::new(texts.language()), asks)),
            clock: Clock::here(),
            asks,
            operation: global.operation.or_else(|| variable("BEFFROI_OPERATION")),
            yes: global.yes,
            verbose: global.verbose,
            screen,
            texts,
        })
    }

    /// Whether a person is there to answer questions.
    pub(crate) const fn asks(&self) -> bool {
        self.asks
    }

    /// A result, in text.
    pub(crate) fn print(&self, key: &str, arguments: &[Argument<'_>]) -> Result<(), Failure> {
        Ok(self.screen.line(&self.texts.with(key, arguments))?)
    }

    /// Talk beside the result.
    pub(crate) fn talk(&self, key: &str, arguments: &[Argument<'_>]) {
        self.screen.talk(&self.texts.with(key, arguments));
    }

    /// A failure of the command itself.
    pub(crate) fn failure(&self, exit: u8, key: &str, arguments: &[Argument<'_>]) -> Failure {
        Failure::said(&self.texts, exit, key, arguments)
    }

    /// A fresh id for a record or a change.
    pub(crate) fn fresh_id(&self) -> Result<Uuid, Failure> {
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|error| {
            let arguments = [("error", error.to_string().into())];
            self.failure(EXIT_FAILED, "no-randomness", &arguments)
        })?;
        Ok(new_id(self.clock.unix_ms(), random))
    }
}

/// Where the passphrase comes from when an act asks for it: the file that the environment names, then
/// the person.
fn passphrases(texts: Texts, asks: bool) -> Passphrases {
    let file = passphrase_file();
    Passphrases::new(move |wrong| {
        let text = file.as_ref().filter(|_| wrong == 0);
        let text = text.and_then(|file| std::fs::read_to_string(file).ok());
        if let Some(text) = text {
            return Some(text.lines().next().unwrap_or_default().to_owned());
        }
        if !asks || wrong >= PASSPHRASES_MAX {
            return None;
        }
        let key = if wrong == 0 {
            "passphrase-question"
        } else {
            "passphrase-wrong-question"
        };
        ask::secret(&texts.say(key))
    })
}

/// The file whose first line is the passphrase.
pub(crate) fn passphrase_file() -> Option<PathBuf> {
    variable("BEFFROI_PASSPHRASE_FILE").map(PathBuf::from)
}

/// A variable of the environment; one that is empty or no text says nothing.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The colour choice of flag and environment; `NO_COLOR` and `CLICOLOR_FORCE` are read by the
/// stream itself.
pub(crate) fn color(flag: Option<ColorWhen>) -> anstream::ColorChoice {
    let named = variable("BEFFROI_COLOR");
    let from_variable = match named.as_deref() {
        Some("always") => Some(ColorWhen::Always),
        Some("never") => Some(ColorWhen::Never),
        Some(_) | None => None,
    };
    match flag.or(from_variable).unwrap_or(ColorWhen::Auto) {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    }
}

/// A session of tests: nobody is asked, nothing is connected.
#[cfg(test)]
pub(crate) fn of_tests(language: beffroi_api::Language) -> Session {
    use clap::Parser as _;

    let line = [
        "beffroi",
        "--daemon",
        "unix:/nonexistent/api.sock",
        "status",
    ];
    let arguments = crate::args::Arguments::parse_from(line);
    Session::new(arguments.global, Texts::new(language)).unwrap()
}
