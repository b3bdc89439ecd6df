//! Text as a search sees it: case, accents, ligatures and runs of spaces do not matter.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `"  12 rue des ÉCOLES, Cœur "` → `"12 rue des ecoles, coeur"`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded text: a list folds a hundred thousand titles into one buffer.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    let start = folded.len();
    for character in text.chars() {
        if !push_common(folded, start, character) {
            folded.truncate(start);
            fold_any(text, folded);
            break;
        }
    }
    if folded.len() > start && folded.ends_with(' ') {
        folded.pop();
    }
}

/// The letters of western languages. False: another character, for the full tables of Unicode.
fn push_common(folded: &mut String, start: usize, character: char) -> bool {
    let plain = match character {
        '\0'..='\x7f' => character.to_ascii_lowercase(),
        'à'..='å' | 'À'..='Å' => 'a',
        'ç' | 'Ç' => 'c',
        'è'..='ë' | 'È'..='Ë' => 'e',
        'ì'..='ï' | 'Ì'..='Ï' => 'i',
        'ñ' | 'Ñ' => 'n',
        'ò'..='ö' | 'Ò'..='Ö' => 'o',
        'ù'..='ü' | 'Ù'..='Ü' => 'u',
        'ý' | 'ÿ' | 'Ý' | 'Ÿ' => 'y',
        '’' => '\'',
        '\u{a0}' | '\u{202f}' => ' ',
        'œ' | 'Œ' => {
            folded.push_str("oe");
            return true;
        }
        'æ' | 'Æ' => {
            folded.push_str("ae");
            return true;
        }
        'ß' => {
            folded.push_str("ss");
            return true;
        }
        _ => return false,
    };
    push(folded, start, plain);
    true
}

fn fold_any(text: &str, folded: &mut String) {
    let start = folded.len();
    for character in text
        .nfkd()
        .filter(|character| !is_combining_mark(*character))
    {
        match character {
            'ʼ' => folded.push('\''),
            'ẞ' => folded.push_str("ss"),
            other if push_common(folded, start, other) => {}
            other => other
                .to_lowercase()
                .for_each(|lower| push(folded, start, lower)),
        }
    }
}

fn push(folded: &mut String, start: usize, character: char) {
    if !character.is_whitespace() {
        folded.push(character);
    } else if folded.len() > start && !folded.ends_with(' ') {
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
        assert_eq!(fold("ŠIBENIK Ÿ"), "sibenik y");
    }

    #[test]
    fn the_short_way_folds_as_the_tables_of_unicode_do() {
        for character in (0..0x300).filter_map(char::from_u32) {
            let text = format!("a{character}b");
            let mut by_tables = String::new();
            super::fold_any(&text, &mut by_tables);
            assert_eq!(fold(&text), by_tables, "U+{:04X}", u32::from(character));
        }
    }
}
