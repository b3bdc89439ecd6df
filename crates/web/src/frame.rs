//! What stands around every page: the language, the post, the band of an exercise.

use beffroi_api::Language;

use crate::texts;

/// What stands around every page.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The language it is in.
    pub language: Language,
    /// The name of this post; empty before it has one.
    pub post: &'a str,
    /// The name of the territory; empty before there is one.
    pub territory: &'a str,
    /// Whether an open operation is an exercise: said on every page.
    pub exercise: bool,
    /// The path of this page, for the link to the other language.
    pub here: &'a str,
}

impl Frame<'_> {
    pub(crate) fn say(&self, key: &str) -> String {
        texts::say(self.language, key, &[])
    }

    pub(crate) fn style(&self) -> &'static str {
        crate::STYLE_PATH
    }

    pub(crate) fn other(&self) -> Language {
        match self.language {
            Language::French => Language::English,
            Language::English => Language::French,
        }
    }
}
