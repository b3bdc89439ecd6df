//! The two languages people are spoken to in, and how one is chosen.

use std::fmt;
use std::str::FromStr;

/// French or English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// French, the default.
    #[default]
    French,
    /// English.
    English,
}

impl Language {
    /// Both languages.
    pub const ALL: [Language; 2] = [Language::French, Language::English];

    /// `fr` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::French => "fr",
            Language::English => "en",
        }
    }

    /// English when the locale (`en_GB.UTF-8`, `en`) begins with `en`, else French.
    #[must_use]
    pub fn from_locale(locale: &str) -> Language {
        let head = locale.get(..2).unwrap_or_default();
        if head.eq_ignore_ascii_case("en") {
            Language::English
        } else {
            Language::French
        }
    }

    /// The language an `Accept-Language` header prefers among ours; French when it names neither.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Language {
        let mut best = (0.0_f32, Language::French);
        for choice in header.split(',').take(ACCEPTED_MAX) {
            let mut parts = choice.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let Some(language) = Language::of_tag(tag) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    fn of_tag(tag: &str) -> Option<Language> {
        let primary = tag.split('-').next().unwrap_or_default();
        Language::ALL
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }
}

/// Choices read from one `Accept-Language` header; browsers send fewer than ten.
const ACCEPTED_MAX: usize = 32;

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.tag())
    }
}

/// The word is neither `fr` nor `en`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language of Beffroi: fr or en")]
pub struct UnknownLanguage(pub String);

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == word)
            .ok_or_else(|| UnknownLanguage(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_locale_that_begins_with_en_is_english_and_any_other_french() {
        assert_eq!(Language::from_locale("en_GB.UTF-8"), Language::English);
        assert_eq!(Language::from_locale("fr_FR.UTF-8"), Language::French);
        assert_eq!(Language::from_locale("C"), Language::French);
        assert_eq!(Language::from_locale("é"), Language::French);
    }

    #[test]
    fn accept_language_is_weighed() {
        let of = Language::from_accept_language;
        assert_eq!(of("en"), Language::English);
        assert_eq!(of("fr-CH, fr;q=0.9, en;q=0.8"), Language::French);
        assert_eq!(of("de, en-US;q=0.8, fr;q=0.5"), Language::English);
        assert_eq!(of("de"), Language::French);
        assert_eq!(of("en;q=0"), Language::French);
        assert_eq!(of(""), Language::French);
    }
}
