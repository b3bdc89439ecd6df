//! What stored words are called in the reader's language. The words and their labels are those of
//! `records`; a word it does not know is shown as it is.

use beffroi_records::labels::{DELAY, Language as Labels, UNIT};
use beffroi_records::{Kind as Fields, Shape};

use crate::{Kind, Language};

const fn labels(language: Language) -> Labels {
    match language {
        Language::French => Labels::French,
        Language::English => Labels::English,
    }
}

const fn fields(kind: Kind) -> Fields {
    match kind {
        Kind::Operation => Fields::Operation,
        Kind::Incident => Fields::Incident,
        Kind::Need => Fields::Need,
        Kind::Resource => Fields::Resource,
    }
}

/// The label of a field's value. `status` of an operation is its phase.
#[must_use]
pub fn label(kind: Kind, field: &str, value: &str, language: Language) -> String {
    let name = match (kind, field) {
        (Kind::Operation, "status") => "phase",
        (Kind::Operation | Kind::Incident | Kind::Need | Kind::Resource, _) => field,
    };
    let shape = fields(kind).field(name).map(|field| field.shape);
    let Some(Shape::Token(list)) = shape else {
        return value.to_owned();
    };
    list.label(value, labels(language)).into_owned()
}

/// Whether a field holds data about people: it is written and read apart, where such data are read.
#[must_use]
pub fn is_private(kind: Kind, field: &str) -> bool {
    fields(kind).field(field).is_some_and(|field| field.private)
}

/// The label of a quantity's unit.
#[must_use]
pub fn unit(token: &str, language: Language) -> String {
    UNIT.label(token, labels(language)).into_owned()
}

/// The label of a need's delay.
#[must_use]
pub fn delay(token: &str, language: Language) -> String {
    DELAY.label(token, labels(language)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{delay, label, unit};
    use crate::{Kind, Language};

    #[test]
    fn a_word_is_said_in_the_readers_language_and_an_unknown_one_as_it_is() {
        let severity = |word, language| label(Kind::Incident, "severity", word, language);
        assert_eq!(severity("severe", Language::French), "grave");
        assert_eq!(severity("severe", Language::English), "severe");
        assert_eq!(severity("apocalyptic", Language::French), "apocalyptic");
        assert_eq!(
            label(Kind::Operation, "status", "standby", Language::French),
            "veille"
        );
        assert_eq!(label(Kind::Need, "title", "open", Language::French), "open");
        assert_eq!(unit("each", Language::French), "unité");
        assert_eq!(delay("within_1_h", Language::English), "within 1 hour");
    }
}
