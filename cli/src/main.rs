//! `beffroi`: one command line, one request, one answer.
//!
//! The command line holds no rule of the domain and never touches the daemon's disk, save to find
//! its socket and token.

mod args;
mod ask;
mod catalogue;
mod commands;
mod failure;
mod help;
mod locate;
mod output;
mod qr;
mod session;
mod usage;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::args::Arguments;
use crate::catalogue::Texts;
use crate::failure::{EXIT_USAGE, Failure};

fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let language = catalogue::choose(&typed, session::variable);
    let texts = Texts::new(language);
    let matches = help::command(&texts).try_get_matches_from(&typed);
    let arguments = matches.and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(error) => return misused(&error, &typed, &texts),
    };
    let color = session::color(arguments.global.color);
    let outcome = commands::run(arguments, texts);
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            report(&failure, &Texts::new(language), color);
            failure.exit().into()
        }
    }
}

/// What cannot be printed has no reader, so failures to print are passed over here.
fn misused(error: &clap::Error, typed: &[OsString], texts: &Texts) -> ExitCode {
    let color = session::color(None);
    match usage::failure(error, typed, texts) {
        Some(failure) => {
            report(&failure, texts, color);
            failure.exit().into()
        }
        // Help that was asked for is no failure.
        None => {
            let _ = error.print();
            if error.use_stderr() {
                EXIT_USAGE.into()
            } else {
                ExitCode::SUCCESS
            }
        }
    }
}

fn report(failure: &Failure, texts: &Texts, color: anstream::ColorChoice) {
    if let Some(text) = failure.text(texts) {
        let mut stream = anstream::AutoStream::new(std::io::stderr(), color);
        let _ = stream.write_all(text.as_bytes());
    }
}
