//! A page: the commands in its `console` blocks, and what stands below each.

use std::ops::Range;

/// One command and its output.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The line of the command, from 1.
    pub(super) line: usize,
    /// Who types it: the word before `$`.
    pub(super) post: String,
    pub(super) command: String,
    pub(super) expected: Vec<String>,
    /// The lines of the output, from 0: what a blessing replaces.
    pub(super) output: Range<usize>,
}

/// The commands of a page, in order.
pub(super) fn steps(text: &str) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    // Inside a `console` block, whether a command has been seen; outside, none.
    let mut block: Option<bool> = None;
    for (at, line) in text.lines().enumerate() {
        let Some(seen) = block else {
            block = (line == "```console").then_some(false);
            continue;
        };
        if line == "```" {
            block = None;
        } else if let Some((post, command)) = prompt(line) {
            block = Some(true);
            steps.push(Step {
                line: at + 1,
                post: post.to_owned(),
                command: command.to_owned(),
                expected: Vec::new(),
                output: at + 1..at + 1,
            });
        } else {
            let step = steps
                .last_mut()
                .filter(|_| seen)
                .ok_or_else(|| format!("line {}: output without a command", at + 1))?;
            match line.strip_prefix("> ").filter(|_| step.expected.is_empty()) {
                Some(more) => {
                    step.command = format!("{}\n{more}", step.command);
                    step.output = at + 1..at + 1;
                }
                None => {
                    step.expected.push(line.trim_end().to_owned());
                    step.output.end = at + 1;
                }
            }
        }
    }
    match block {
        None => Ok(steps),
        Some(_) => Err("a block is never closed".to_owned()),
    }
}

/// `mairie$ beffroi status` in its two parts.
fn prompt(line: &str) -> Option<(&str, &str)> {
    let (post, command) = line.split_once("$ ")?;
    let named = post.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
    (named && !post.is_empty()).then_some((post, command))
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn a_page_is_its_commands_each_with_who_types_it_and_its_output() {
        let text = "# Title\n\n```console\nmairie$ cat > a <<'E'\n> x;y\n> E\nmairie$ beffroi list need\nNothing.\n  to show\n```\n\n```sh\ncrf$ not run\n```\n";
        let steps = steps(text).unwrap();
        assert_eq!(steps.len(), 2);
        assert_eq!(steps[0].command, "cat > a <<'E'\nx;y\nE");
        assert_eq!((steps[0].line, steps[0].output.clone()), (4, 6..6));
        assert_eq!(steps[1].post, "mairie");
        assert_eq!(steps[1].expected, ["Nothing.", "  to show"]);
        assert_eq!((steps[1].line, steps[1].output.clone()), (7, 7..9));
    }

    #[test]
    fn a_block_without_command_or_without_end_is_refused() {
        assert!(steps("```console\nhello\n```\n").is_err());
        assert!(steps("```console\nmairie$ true\n```\n\n```console\nhello\n```\n").is_err());
        assert!(steps("```console\nmairie$ true\n").is_err());
    }
}
