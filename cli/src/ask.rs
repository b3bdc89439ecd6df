//! Questions to a person at a terminal. They go to stderr; answers come from stdin.

use std::io::Write as _;

use crate::failure::{EXIT_FAILED, Failure};
use crate::session::Session;

/// Longest answer taken, in characters; the rest of the line is dropped.
const ANSWER_CHARACTERS_MAX: usize = 1000;

/// One line from the person; `None` at the end of the input.
pub(crate) fn line(question: &str) -> Option<String> {
    let mut error = std::io::stderr();
    // A terminal that cannot show the question will not bring an answer either.
    let _ = write!(error, "{question} ");
    let _ = error.flush();
    let mut answer = String::new();
    match std::io::stdin().read_line(&mut answer) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(answer.trim().chars().take(ANSWER_CHARACTERS_MAX).collect()),
    }
}

/// One line that is not shown while it is typed; `None` at the end of the input.
pub(crate) fn secret(question: &str) -> Option<String> {
    rpassword::prompt_password(format!("{question} ")).ok()
}

/// Whether to go on with something that withdraws or removes. `--yes` and scripts are taken at
/// their word.
pub(crate) fn confirmed(session: &Session, question: &str) -> Result<(), Failure> {
    if session.yes || !session.asks() {
        return Ok(());
    }
    let answer = line(&format!("{question} {}", session.texts.say("yes-or-no")));
    if answer.as_deref().is_some_and(is_yes) {
        Ok(())
    } else {
        Err(session.failure(EXIT_FAILED, "not-done", &[]))
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.to_lowercase().as_str(), "y" | "yes" | "o" | "oui")
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_a_clear_yes_is_one() {
        for answer in ["y", "YES", "o", "Oui"] {
            assert!(is_yes(answer));
        }
        for answer in ["", "n", "ouais", "yes please"] {
            assert!(!is_yes(answer));
        }
    }
}
