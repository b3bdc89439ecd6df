//! Text as a search sees it: case, accents, ligatures and runs of spaces do not matter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `"  12 rue des ÉCOLES, Cœur "` → `"12 rue des ecoles, coeur"`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for character in text.chars() {
            push(&mut folded, character.to_ascii_lowercase());
        }
    } else {
        for character in text
            .nfkd()
            .filter(|character| !is_combining_mark(*character))
        {
            match character {
                'œ' | 'Œ' => folded.push_str("oe"),
                'æ' | 'Æ' => folded.push_str("ae"),
                'ß' | 'ẞ' => folded.push_str("ss"),
                '’' | 'ʼ' => folded.push('\''),
                other => other
                    .to_lowercase()
                    .for_each(|lower| push(&mut folded, lower)),
            }
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn push(folded: &mut String, character: char) {
    if !character.is_whitespace() {
        folded.push(character);
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_case_ligatures_and_spaces_do_not_matter() {
        assert_eq!(
            fold("  12 rue des  ÉCOLES,\u{a0}Cœur "),
            "12 rue des ecoles, coeur"
        );
        assert_eq!(fold("L’Haÿ-les-Roses"), fold("l'hay-les-roses"));
        assert_eq!(fold("e\u{301}cole"), fold("École"));
        assert_eq!(fold("STRASSE"), fold("straße"));
        assert_eq!(fold(""), "");
    }
}
