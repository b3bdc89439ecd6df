//! What `beffroid` says at a terminal, in French and in English, from its catalogues.

use std::sync::LazyLock;

use beffroi_api::Language;
use beffroi_api::texts::{Argument, Catalogue};

const FRENCH: &str = include_str!("../catalogues/fr.ftl");
const ENGLISH: &str = include_str!("../catalogues/en.ftl");

/// The sentences of one language.
pub struct Texts(Catalogue);

impl Texts {
    /// The sentences of a language.
    #[must_use]
    pub fn of(language: Language) -> &'static Texts {
        static TEXTS: LazyLock<[Texts; 2]> = LazyLock::new(|| {
            let french = Catalogue::new(Language::French, FRENCH);
            let english = Catalogue::new(Language::English, ENGLISH);
            [Texts(french), Texts(english)]
        });
        let [french, english] = &*TEXTS;
        match language {
            Language::French => french,
            Language::English => english,
        }
    }

    /// The sentences of whoever started us: `BEFFROI_LANG`, else the locale.
    #[must_use]
    pub fn of_environment() -> &'static Texts {
        let set = ["BEFFROI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Texts::of(Language::from_locale(&set.unwrap_or_default()))
    }

    /// The sentence under a key.
    #[must_use]
    pub fn say(&self, key: &str, arguments: &[Argument<'_>]) -> String {
        self.0.text(key, arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_sentences_with_the_same_values() {
        let of = |language| Texts::of(language).0.contents().clone();
        assert_eq!(of(Language::French), of(Language::English));
        for source in [FRENCH, ENGLISH] {
            let lines = source.lines();
            let keys = lines.filter(|line| line.starts_with(char::is_alphabetic));
            assert_eq!(keys.count(), of(Language::French).len(), "one was not read");
        }
    }
}
