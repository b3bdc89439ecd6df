//! The sentences of the command line, French and English, and which of the two is spoken.

use beffroi_api::Language;
use beffroi_api::texts::{Argument, Catalogue};

/// One language's sentences.
pub(crate) struct Texts {
    language: Language,
    catalogue: Catalogue,
}

impl Texts {
    /// The sentences of a language.
    pub(crate) fn new(language: Language) -> Texts {
        let source = match language {
            Language::French => include_str!("../catalogues/fr.ftl"),
            Language::English => include_str!("../catalogues/en.ftl"),
        };
        Texts {
            language,
            catalogue: Catalogue::new(language, source),
        }
    }

    /// Which language it is.
    pub(crate) const fn language(&self) -> Language {
        self.language
    }

    /// The sentence under a key.
    pub(crate) fn say(&self, key: &str) -> String {
        self.catalogue.text(key, &[])
    }

    /// The sentence under a key, with what it is about.
    pub(crate) fn with(&self, key: &str, arguments: &[Argument<'_>]) -> String {
        self.catalogue.text(key, arguments)
    }

    /// The sentence under a key, where there is one.
    pub(crate) fn find(&self, key: &str) -> Option<String> {
        self.catalogue.find(key, &[])
    }
}

/// The language to speak, before anything is parsed: `--lang`, else `BEFFROI_LANG`, else the
/// locale, else French.
pub(crate) fn choose(
    arguments: &[std::ffi::OsString],
    variable: impl Fn(&str) -> Option<String>,
) -> Language {
    if let Some(language) = typed(arguments).or_else(|| variable("BEFFROI_LANG")?.parse().ok()) {
        return language;
    }
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|locale| !locale.is_empty()))
        .map(|locale| Language::from_locale(&locale))
        .unwrap_or_default()
}

fn typed(arguments: &[std::ffi::OsString]) -> Option<Language> {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        if word == "--" {
            return None;
        }
        if word == "--lang" {
            return words.next()?.parse().ok();
        }
        if let Some(language) = word.strip_prefix("--lang=") {
            return language.parse().ok();
        }
    }
    None
}

#[cfg(test)]
mod tests;
