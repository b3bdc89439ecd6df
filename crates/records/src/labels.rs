//! The enumerations: every token with its French and English labels and its code in other tools' lists.
//! Records store tokens only; labels are for people and never written down.

mod common;
mod incident;
mod need;
mod operation;
mod resource;

pub use common::{DIRECTOR, PRECISION, SCOPE, SOURCE_TYPE, UNIT};
pub use incident::{
    CATEGORY, CHANNEL, EVENT_TYPE, INCIDENT_STATUS, SEVERITY, URGENCY, VERIFICATION,
    default_category,
};
pub use need::{CLOSING_REASON, CONSTRAINTS, DELAY, NEED_STATUS, NEED_TYPE, PRIORITY};
pub use operation::PHASE;
pub use resource::{BASIS, MODE, MOVEMENT_REASON, RESOURCE_STATUS, RESOURCE_TYPE};

use std::borrow::Cow;

use crate::fold::fold;

/// A language in which labels exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// French, the default.
    French,
    /// English.
    English,
}

/// One token of an enumeration.
#[derive(Debug, PartialEq, Eq)]
pub struct Token {
    /// What is stored and exchanged: English `snake_case`.
    pub token: &'static str,
    /// The French label.
    pub fr: &'static str,
    /// The English label.
    pub en: &'static str,
    /// The code in the list named beside the tokens (CAP, EMSI or CISU); empty when there is none.
    pub code: &'static str,
}

/// Which values outside its tokens a list takes from a writer. Readers keep any value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// None.
    No,
    /// Those that begin so: `emsi:<code>`, `language:<xx>`.
    Prefix(&'static str),
    /// Any, with this prefix having a label of its own.
    Any(&'static str),
}

/// An enumeration.
#[derive(Debug, PartialEq, Eq)]
pub struct List {
    /// The name of the list, unique among [`LISTS`].
    pub name: &'static str,
    /// The tokens, in the order in which people are shown them.
    pub tokens: &'static [Token],
    /// What else a writer may put.
    pub open: Open,
}

/// All enumerations, for forms and for the test that each token has both labels.
pub const LISTS: &[&List] = &[
    &SCOPE,
    &PRECISION,
    &UNIT,
    &SOURCE_TYPE,
    &DIRECTOR,
    &PHASE,
    &EVENT_TYPE,
    &CATEGORY,
    &SEVERITY,
    &URGENCY,
    &VERIFICATION,
    &INCIDENT_STATUS,
    &CHANNEL,
    &NEED_TYPE,
    &PRIORITY,
    &DELAY,
    &NEED_STATUS,
    &CLOSING_REASON,
    &CONSTRAINTS,
    &RESOURCE_TYPE,
    &MODE,
    &RESOURCE_STATUS,
    &BASIS,
    &MOVEMENT_REASON,
];

impl List {
    /// The token spelled exactly so, if the list has it.
    pub fn token(&self, token: &str) -> Option<&'static Token> {
        self.tokens.iter().find(|known| known.token == token)
    }

    /// The label of a stored value. A value that is not in the list is shown raw.
    pub fn label<'a>(&self, token: &'a str, language: Language) -> Cow<'a, str> {
        if let Some(known) = self.token(token) {
            return Cow::Borrowed(match language {
                Language::French => known.fr,
                Language::English => known.en,
            });
        }
        match (self.open, token.split_once(':')) {
            (Open::Any("language:"), Some(("language", code))) => Cow::Owned(match language {
                Language::French => format!("langue : {code}"),
                Language::English => format!("language: {code}"),
            }),
            (Open::Prefix("emsi:"), Some(("emsi", code))) => Cow::Borrowed(code),
            (Open::No | Open::Prefix(_) | Open::Any(_), _) => Cow::Borrowed(token),
        }
    }

    /// The token meant by what a person or a file wrote: a token, a French or an English label; case, accents,
    /// spaces and dashes do not matter.
    pub fn find(&self, text: &str) -> Option<&'static Token> {
        let wanted = plain(text);
        let same = |candidate: &str| plain(candidate) == wanted;
        self.tokens
            .iter()
            .find(|known| same(known.token) || same(known.fr) || same(known.en))
    }

    /// The token as the writer stores it, or `None` when the list does not take it. `-` may stand for `_`.
    pub(crate) fn written(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if self.token(text).is_some() {
            return Some(text.to_owned());
        }
        let spelled = text.to_lowercase().replace('-', "_");
        if self.token(&spelled).is_some() {
            return Some(spelled);
        }
        let taken = match self.open {
            Open::No => false,
            Open::Prefix(prefix) => text
                .strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty()),
            Open::Any(_) => !text.is_empty(),
        };
        taken.then(|| text.to_owned())
    }
}

fn plain(text: &str) -> String {
    fold(text).replace(['_', '-'], " ")
}

/// A token without a code elsewhere.
const fn plain_token(token: &'static str, fr: &'static str, en: &'static str) -> Token {
    coded(token, fr, en, "")
}

/// A token with its code in another tool's list.
const fn coded(
    token: &'static str,
    fr: &'static str,
    en: &'static str,
    code: &'static str,
) -> Token {
    Token {
        token,
        fr,
        en,
        code,
    }
}
