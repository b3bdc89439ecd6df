//! One spelling for every value: cleaned text, and JSON with sorted keys and no spaces. Equal values are equal bytes.

use std::collections::BTreeMap;

use serde_json::{Number, Value};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Text as it is stored: NFC, line ends as line feeds, no control character but line feed and tab.
pub fn clean_text(text: &str) -> String {
    let unclean = |character: char| {
        (character.is_control() && !matches!(character, '\n' | '\t'))
            || matches!(character, '\u{2028}' | '\u{2029}')
    };
    if !text.contains(unclean) {
        return if is_nfc(text) {
            text.to_owned()
        } else {
            text.nfc().collect()
        };
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            other if unclean(other) => {}
            other => cleaned.push(other),
        }
    }
    cleaned.nfc().collect()
}

/// A one-line value as it is stored: cleaned, line feeds and tabs as spaces, trimmed.
pub fn clean_line(text: &str) -> String {
    let cleaned = clean_text(text);
    let trimmed = cleaned.trim();
    if trimmed.contains(['\n', '\t']) {
        trimmed
            .split(['\n', '\t'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        trimmed.to_owned()
    }
}

/// The canonical JSON text of a value: keys in byte order at every level, no spaces, whole numbers without a point.
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            // Sorted here: the order of serde_json's own map is decided by whoever else builds it.
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            text.push('{');
            for (index, (key, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                write(member, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Number(number) => text.push_str(&plain_number(number).to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

/// A number with a whole value as an integer, so that `2` and `2.0` are one value.
pub(crate) fn plain_number(number: &Number) -> Number {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else {
        return number.clone();
    };
    // Below 2⁵³ the cast is exact.
    if float.fract() == 0.0 && float.abs() < 9.0e15 {
        Number::from(float as i64)
    } else {
        number.clone()
    }
}

/// The value with its numbers in one form, as a stored composite reads back.
pub(crate) fn plain_value(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(plain_number(&number)),
        Value::Array(items) => Value::Array(items.into_iter().map(plain_value).collect()),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, member)| (key, plain_value(member)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{canonical_json, clean_line, clean_text};

    #[test]
    fn equal_values_are_equal_bytes() {
        let one = json!({"b": [1, 2.5, {"z": null, "a": "é\n"}], "a": 2.0});
        let two: serde_json::Value = serde_json::from_str(
            "{ \"a\": 2, \"b\": [1.0, 2.50, {\"a\":\"\\u00e9\\n\", \"z\":null}] }",
        )
        .unwrap();
        assert_eq!(canonical_json(&one), canonical_json(&two));
        assert_eq!(
            canonical_json(&one),
            r#"{"a":2,"b":[1,2.5,{"a":"é\n","z":null}]}"#
        );
        assert_eq!(canonical_json(&json!(-0.0)), "0");
    }

    #[test]
    fn text_is_composed_and_without_control_characters() {
        assert_eq!(
            clean_text("e\u{301}cole\u{0}\r\nB\u{2028}C\rD\tE\u{1b}[31m\u{85}"),
            "école\nB\nC\nD\tE[31m"
        );
        assert_eq!(clean_text("inchangé\n"), "inchangé\n");
        assert_eq!(
            clean_line(" 12 rue\r\n des\tÉcoles \n"),
            "12 rue des Écoles"
        );
    }
}
