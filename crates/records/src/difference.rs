//! What to change in a text so that it becomes another: few, whole words, so that two people's edits merge readably.

use crate::limits::DIFFERENCE_TOKENS_MAX;

/// One change in a text. Positions and lengths count Unicode characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// Where.
    pub at: usize,
    /// How many characters go.
    pub delete: usize,
    /// What comes in their place.
    pub insert: String,
}

/// The splices, to be applied one after the other, that turn `old` into `new`.
pub(crate) fn difference(old: &str, new: &str) -> Vec<Splice> {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let head = common(old_tokens.iter(), new_tokens.iter());
    let (old_rest, new_rest) = (&old_tokens[head..], &new_tokens[head..]);
    let tail = common(old_rest.iter().rev(), new_rest.iter().rev());
    let old_middle = &old_rest[..old_rest.len() - tail];
    let new_middle = &new_rest[..new_rest.len() - tail];
    let mut walk = Walk {
        at: width(&old_tokens[..head]),
        splices: Vec::new(),
    };
    if old_middle.len() <= DIFFERENCE_TOKENS_MAX && new_middle.len() <= DIFFERENCE_TOKENS_MAX {
        walk.by_tokens(old_middle, new_middle);
    } else {
        walk.replace(&old_middle.concat(), &new_middle.concat());
    }
    walk.splices
}

/// Words, and every other character alone.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest
            .find(|character: char| !character.is_alphanumeric())
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(if word == 0 { first.len_utf8() } else { word });
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn width(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.chars().count()).sum()
}

fn common<T: PartialEq>(one: impl Iterator<Item = T>, other: impl Iterator<Item = T>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

struct Walk {
    /// Position in the text as changed so far.
    at: usize,
    splices: Vec<Splice>,
}

impl Walk {
    /// Keeps a longest common subsequence of the tokens and replaces what lies between.
    fn by_tokens(&mut self, old: &[&str], new: &[&str]) {
        let columns = new.len() + 1;
        // lengths[i][j]: longest common subsequence of old[i..] and new[j..]; at most 2,000 fits in u16.
        let mut lengths = vec![0_u16; (old.len() + 1) * columns];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                lengths[i * columns + j] = if old[i] == new[j] {
                    lengths[(i + 1) * columns + j + 1] + 1
                } else {
                    lengths[(i + 1) * columns + j].max(lengths[i * columns + j + 1])
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < old.len() || j < new.len() {
            let (from_old, from_new) = (i, j);
            while (i < old.len() || j < new.len())
                && !(i < old.len() && j < new.len() && old[i] == new[j])
            {
                let drop_old = j == new.len()
                    || (i < old.len()
                        && lengths[(i + 1) * columns + j] >= lengths[i * columns + j + 1]);
                if drop_old { i += 1 } else { j += 1 }
            }
            self.replace(&old[from_old..i].concat(), &new[from_new..j].concat());
            while i < old.len() && j < new.len() && old[i] == new[j] {
                self.at += old[i].chars().count();
                i += 1;
                j += 1;
            }
        }
    }

    /// Replaces one stretch, sparing the characters that both have at its ends.
    fn replace(&mut self, old: &str, new: &str) {
        let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
        let head = common(old.iter(), new.iter());
        let tail = common(old[head..].iter().rev(), new[head..].iter().rev());
        let delete = old.len() - head - tail;
        let insert: String = new[head..new.len() - tail].iter().collect();
        if delete > 0 || !insert.is_empty() {
            self.splices.push(Splice {
                at: self.at + head,
                delete,
                insert,
            });
        }
        self.at += new.len();
    }
}

/// The text after one splice, or `None` when it reaches outside.
pub(crate) fn spliced(text: &str, splice: &Splice) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let until = splice
        .at
        .checked_add(splice.delete)
        .filter(|until| *until <= characters.len())?;
    let mut result: String = characters[..splice.at].iter().collect();
    result.push_str(&splice.insert);
    result.extend(&characters[until..]);
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::{Splice, difference, spliced};
    use crate::tests::Seeded;

    fn applied(old: &str, new: &str) -> Vec<Splice> {
        let splices = difference(old, new);
        let result = splices.iter().fold(old.to_owned(), |text, splice| {
            spliced(&text, splice).unwrap()
        });
        assert_eq!(result, new, "{old:?} -> {new:?} by {splices:?}");
        splices
    }

    fn one(at: usize, delete: usize, insert: &str) -> Vec<Splice> {
        vec![Splice {
            at,
            delete,
            insert: insert.to_owned(),
        }]
    }

    #[test]
    fn only_what_differs_is_touched() {
        assert_eq!(applied("même", "même"), []);
        assert_eq!(applied("Cave inonde", "Cave inondée"), one(10, 0, "é"));
        assert_eq!(
            applied("3 personnes au sous-sol", "4 personnes au sous-sol"),
            one(0, 1, "4")
        );
        assert_eq!(applied("", "tout"), one(0, 0, "tout"));
        assert_eq!(applied("tout", ""), one(0, 4, ""));
        assert_eq!(
            applied("un deux trois quatre", "un DEUX trois QUATRE").len(),
            2
        );
    }

    #[test]
    fn any_text_becomes_any_other() {
        for seed in 0..400 {
            let mut dice = Seeded::new(seed);
            let mut words = |count| {
                let pick = |dice: &mut Seeded| {
                    ["eau", "é", " ", "\n", "pompe", "👩‍🚒", ".", "rue 3"][dice.below(8)]
                };
                (0..count).map(|_| pick(&mut dice)).collect::<String>()
            };
            let (old, new) = (words(30), words(25));
            applied(&old, &new);
        }
        let long = "mot ".repeat(4_000);
        let mut other = "autre ".repeat(1_500);
        other.push_str(&long[..2_000]);
        applied(&long, &other);
    }

    #[test]
    fn a_splice_outside_the_text_is_refused() {
        for (at, delete) in [(5, 0), (4, 1), (0, 5), (usize::MAX, 1)] {
            let splice = Splice {
                at,
                delete,
                insert: String::new(),
            };
            assert_eq!(spliced("eau!", &splice), None);
        }
    }
}
