//! Output compared with a page that has holes: `[..]` is any text of a line, `[NAME]` a word that
//! must be the same wherever it stands, `...` alone any number of lines.

use std::collections::BTreeMap;

/// A line of a page that stands for any number of lines.
const ANY_LINES: &str = "...";

/// What the named holes hold so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holes(BTreeMap<String, String>);

impl Holes {
    pub(super) fn fill(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// A command with what its holes hold.
    pub(super) fn filled(&self, text: &str) -> String {
        let replace = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("[{name}]"), value)
        };
        self.0.iter().fold(text.to_owned(), replace)
    }

    /// The contrary: a line of output with its known words as holes.
    fn opened(&self, text: &str) -> String {
        let replace = |text: String, (name, value): (&String, &String)| {
            text.replace(value, &format!("[{name}]"))
        };
        self.0.iter().fold(text.to_owned(), replace)
    }
}

/// A piece of a line of a page.
enum Piece<'a> {
    Text(&'a str),
    Anything,
    Named(&'a str),
}

/// The first piece of a line, and the rest.
fn first_piece(pattern: &str) -> (Piece<'_>, &str) {
    let starts = pattern.match_indices('[').map(|(at, _)| at);
    for at in starts {
        let Some(length) = pattern[at..].find(']') else {
            break;
        };
        let name = &pattern[at + 1..at + length];
        let named = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if name != ".." && !named {
            continue;
        }
        if at > 0 {
            return (Piece::Text(&pattern[..at]), &pattern[at..]);
        }
        let rest = &pattern[length + 1..];
        return match name {
            ".." => (Piece::Anything, rest),
            _ => (Piece::Named(name), rest),
        };
    }
    (Piece::Text(pattern), "")
}

/// Whether one line is what the page says; its named holes are then filled.
pub(super) fn line_matches(pattern: &str, line: &str, holes: &mut Holes) -> bool {
    if pattern.is_empty() {
        return line.is_empty();
    }
    let (piece, rest) = first_piece(pattern);
    match piece {
        Piece::Text(text) => line
            .strip_prefix(text)
            .is_some_and(|line| line_matches(rest, line, holes)),
        Piece::Anything => ends(line).any(|at| line_matches(rest, &line[at..], holes)),
        Piece::Named(name) => match holes.0.get(name).cloned() {
            Some(value) => line
                .strip_prefix(value.as_str())
                .is_some_and(|line| line_matches(rest, line, holes)),
            None => {
                let word = line.find(char::is_whitespace).unwrap_or(line.len());
                let ends: Vec<usize> = ends(&line[..word]).filter(|&at| at > 0).collect();
                ends.into_iter().rev().any(|at| {
                    let mut trial = holes.clone();
                    trial.fill(name, &line[..at]);
                    let found = line_matches(rest, &line[at..], &mut trial);
                    if found {
                        *holes = trial;
                    }
                    found
                })
            }
        },
    }
}

/// Every place where a beginning of the text may end.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}

/// Whether an output is what the page says; its named holes are then filled.
pub(super) fn matches(expected: &[String], answer: &[String], holes: &mut Holes) -> bool {
    let Some((pattern, patterns)) = expected.split_first() else {
        return answer.is_empty();
    };
    let mut trial = holes.clone();
    let found = if pattern == ANY_LINES {
        (0..=answer.len()).any(|at| matches(patterns, &answer[at..], &mut trial))
    } else {
        answer.split_first().is_some_and(|(line, lines)| {
            line_matches(pattern, line, &mut trial) && matches(patterns, lines, &mut trial)
        })
    };
    if found {
        *holes = trial;
    }
    found
}

/// A line of the page, of the answer, or of both.
enum Aligned<'a> {
    Both(&'a str, &'a str),
    Page(&'a str),
    Answer(&'a str),
}

/// The longest common sequence of lines, and what stands beside it on either side.
fn aligned<'a>(expected: &'a [String], answer: &'a [String], holes: &Holes) -> Vec<Aligned<'a>> {
    let same = |at: usize, to: usize| line_matches(&expected[at], &answer[to], &mut holes.clone());
    let (rows, columns) = (expected.len(), answer.len());
    let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
    for at in (0..rows).rev() {
        for to in (0..columns).rev() {
            longest[at][to] = if same(at, to) {
                longest[at + 1][to + 1] + 1
            } else {
                longest[at + 1][to].max(longest[at][to + 1])
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    let mut lines = Vec::new();
    while at < rows || to < columns {
        if at < rows && to < columns && same(at, to) {
            lines.push(Aligned::Both(&expected[at], &answer[to]));
            (at, to) = (at + 1, to + 1);
        } else if to == columns || (at < rows && longest[at + 1][to] >= longest[at][to + 1]) {
            lines.push(Aligned::Page(&expected[at]));
            at += 1;
        } else {
            lines.push(Aligned::Answer(&answer[to]));
            to += 1;
        }
    }
    lines
}

/// What the page says and what was answered, side by side: `-` the page, `+` the answer.
pub(super) fn diff(expected: &[String], answer: &[String], holes: &Holes) -> String {
    let shown = aligned(expected, answer, holes)
        .into_iter()
        .map(|line| match line {
            Aligned::Both(_, answer) => format!("  {answer}"),
            Aligned::Page(page) => format!("- {page}"),
            Aligned::Answer(answer) => format!("+ {answer}"),
        });
    shown.collect::<Vec<_>>().join("\n")
}

/// The output for the page: lines that were right keep their holes, the others are taken over.
pub(super) fn rewritten(expected: &[String], answer: &[String], holes: &mut Holes) -> Vec<String> {
    let lines = aligned(expected, answer, holes);
    let mut output = Vec::new();
    for line in lines {
        match line {
            Aligned::Both(page, answer) => {
                // Lines right each on their own may disagree on a name: the answer then stands.
                let agrees = line_matches(page, answer, holes);
                output.push(if agrees {
                    page.to_owned()
                } else {
                    holes.opened(answer)
                });
            }
            Aligned::Page(_) => {}
            Aligned::Answer(answer) => output.push(holes.opened(answer)),
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::{Holes, diff, line_matches, matches, rewritten};

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn any_text_fits_a_dotted_hole_and_nothing_else_is_forgiven() {
        let fits = |pattern, line| line_matches(pattern, line, &mut Holes::default());
        assert!(fits("in step, [..] ago", "in step, 4 s ago"));
        assert!(fits("[..]", ""));
        assert!(!fits("in step, [..] ago", "in step, 4 s"));
        assert!(!fits("in step", "in step."));
        assert!(fits("\"tags\":[] [a]", "\"tags\":[] [a]"));
        assert!(!fits("[a]", "b"));
    }

    #[test]
    fn a_named_hole_is_one_word_the_same_wherever_it_stands() {
        let mut holes = Holes::default();
        assert!(line_matches(
            "code [CODE], once",
            "code 7KQ4, once",
            &mut holes
        ));
        assert_eq!(holes.filled("beffroi join [CODE]"), "beffroi join 7KQ4");
        assert!(line_matches("join [CODE]", "join 7KQ4", &mut holes));
        assert!(!line_matches("join [CODE]", "join 7KQ5", &mut holes));
        assert!(!line_matches("[OTHER]", "two words", &mut holes));
        assert!(!line_matches("[A] [A]", "x y", &mut Holes::default()));
    }

    #[test]
    fn three_dots_stand_for_any_lines_and_the_rest_must_still_come() {
        let fits = |page, answer| matches(&lines(page), &lines(answer), &mut Holes::default());
        assert!(fits("a\n...\nd", "a\nb\nc\nd"));
        assert!(fits("a\n...\nd", "a\nd"));
        assert!(!fits("a\n...\nd", "a\nb"));
        assert!(!fits("a", "a\nb"));
        assert!(!fits("a\nb", "a"));
    }

    #[test]
    fn a_difference_is_shown_and_a_blessing_keeps_the_holes_that_were_right() {
        let mut holes = Holes::default();
        let page = lines("code [CODE]\nold\ntime [..]");
        let answer = lines("code 7KQ4\nnew for 7KQ4\ntime 17:40");
        assert_eq!(
            diff(&page, &answer, &holes),
            "  code 7KQ4\n- old\n+ new for 7KQ4\n  time 17:40"
        );
        assert_eq!(
            rewritten(&page, &answer, &mut holes),
            ["code [CODE]", "new for [CODE]", "time [..]"]
        );
    }
}
