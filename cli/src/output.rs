//! What is shown: results on stdout, talk on stderr.

pub(crate) mod json;
pub(crate) mod peer;
pub(crate) mod record;
pub(crate) mod table;
pub(crate) mod time;
pub(crate) mod value;

use std::io::{self, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};

use crate::args::JsonStyle;

/// Columns taken when the terminal does not say its width.
const WIDTH_DEFAULT: u16 = 80;

/// Where results and talk go.
pub(crate) struct Screen {
    json: Option<JsonStyle>,
    color: ColorChoice,
    quiet: bool,
    terminal: bool,
}

impl Screen {
    /// A screen on this process's stdout and stderr.
    pub(crate) fn new(json: Option<JsonStyle>, color: ColorChoice, quiet: bool) -> Screen {
        Screen {
            json,
            color,
            quiet,
            terminal: io::stdout().is_terminal(),
        }
    }

    /// The JSON style asked for.
    pub(crate) const fn json(&self) -> Option<JsonStyle> {
        self.json
    }

    /// Whether a person reads the results as they come.
    pub(crate) const fn is_live(&self) -> bool {
        self.terminal && self.json.is_none()
    }

    /// The columns of the terminal; `None` when there is none, so that nothing is cut.
    pub(crate) fn width(&self) -> Option<u16> {
        self.terminal.then(|| {
            terminal_size::terminal_size()
                .map_or(WIDTH_DEFAULT, |(terminal_size::Width(width), _)| width)
        })
    }

    /// One line of the result.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout(), self.color);
        stream.write_all(text.as_bytes())?;
        stream.write_all(b"\n")?;
        stream.flush()
    }

    /// Clears the terminal before the next picture.
    pub(crate) fn clear(&self) -> io::Result<()> {
        if !self.is_live() {
            return Ok(());
        }
        let mut stream = io::stdout();
        stream.write_all(b"\x1b[H\x1b[2J")?;
        stream.flush()
    }

    /// An empty line between two pictures that follow each other in a file.
    pub(crate) fn gap(&self) -> io::Result<()> {
        if self.terminal || self.json.is_some() {
            return Ok(());
        }
        self.line("")
    }

    /// A line beside the result.
    pub(crate) fn talk(&self, text: &str) {
        if self.quiet {
            return;
        }
        let mut stream = AutoStream::new(io::stderr(), self.color);
        // Talk that nobody can read is no reason to fail.
        let _ = writeln!(stream, "{text}");
    }
}
