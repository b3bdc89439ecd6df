//! `beffroid`: reads the command line, starts the daemon, and ends it on SIGTERM or Ctrl-C.

use std::process::ExitCode;

use beffroi_daemon::options::Options;
use beffroi_daemon::texts::Texts;

fn main() -> ExitCode {
    let texts = Texts::of_environment();
    let options = Options::from_matches(&Options::command(texts).get_matches());
    match beffroi_daemon::start::main(&options) {
        Ok(said) => {
            if let Some(said) = said {
                eprintln!("{said}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let what = ("what", error.said(texts).into());
            eprintln!("{}", texts.say("error", &[what]));
            ExitCode::from(error.exit())
        }
    }
}
