//! The sentences of the pages, in French and in English.

use std::sync::LazyLock;

use beffroi_api::Language;
use beffroi_api::texts::{Argument, Catalogue};

const FRENCH: &str = include_str!("../catalogues/fr.ftl");
const ENGLISH: &str = include_str!("../catalogues/en.ftl");

static CATALOGUES: LazyLock<[Catalogue; 2]> = LazyLock::new(|| {
    [
        Catalogue::new(Language::French, FRENCH),
        Catalogue::new(Language::English, ENGLISH),
    ]
});

fn catalogue(language: Language) -> &'static Catalogue {
    let [french, english] = &*CATALOGUES;
    match language {
        Language::French => french,
        Language::English => english,
    }
}

/// The sentence under a key, with what it is about.
pub(crate) fn say(language: Language, key: &str, arguments: &[Argument<'_>]) -> String {
    catalogue(language).text(key, arguments)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn both_languages_hold_the_same_keys_with_the_same_variables() {
        let of = |language| catalogue(language).contents().clone();
        assert_eq!(of(Language::French), of(Language::English));
        for source in [FRENCH, ENGLISH] {
            let lines = source.lines();
            let keys = lines.filter(|line| line.starts_with(char::is_alphabetic));
            assert_eq!(keys.count(), of(Language::French).len(), "one was not read");
        }
    }

    /// Every file below a folder, as one text.
    fn text_of(folder: &Path) -> String {
        let mut text = String::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                text.push_str(&text_of(&path));
            } else {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
        text
    }

    #[test]
    fn every_key_is_used_and_every_key_used_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = text_of(&root.join("templates")) + &text_of(&root.join("src"));
        let keys = catalogue(Language::French).contents();
        for key in keys.keys() {
            assert!(source.contains(&format!("\"{key}\"")), "{key} is not used");
        }
        let said = source
            .split("say(")
            .skip(1)
            .chain(source.split("with(").skip(1));
        let used: BTreeSet<&str> = said
            .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
            .filter(|key| key.contains('-'))
            .collect();
        assert!(used.len() > 10);
        for key in used {
            assert!(keys.contains_key(key), "{key} is not there");
        }
    }

    #[test]
    fn no_template_has_text_unescaped_scripts_or_styles_of_its_own() {
        let templates = text_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"));
        for banned in [
            "|safe",
            "| safe",
            "escape",
            "<script",
            "<style",
            "style=",
            "javascript:",
            "http://",
            "https://",
            "onclick",
            "onload",
            "onerror",
        ] {
            assert!(!templates.contains(banned), "a template has {banned}");
        }
        assert!(templates.contains("<form"));
    }
}
