//! Ushahidi v2: the columns of its CSV export, and what its category labels mean.

use beffroi_records::fold;

use super::header::Header;

/// Columns without which a table is not an Ushahidi export; the first is `Serial` or `#`.
const SIGNATURE: [&str; 2] = ["INCIDENT TITLE", "INCIDENT DATE"];

/// Column names and the fields they give (formats.md §3). `CATEGORY`, `APPROVED` and `VERIFIED`
/// have a reading of their own.
pub(crate) const COLUMNS: &[(&str, &str)] = &[
    ("Serial", "id"),
    ("#", "id"),
    ("INCIDENT TITLE", "title"),
    ("INCIDENT DATE", "occurred_at"),
    ("LOCATION", "place.label"),
    ("DESCRIPTION", "description"),
    ("CATEGORY", "ushahidi.category"),
    ("LATITUDE", "place.lat"),
    ("LONGITUDE", "place.lon"),
    ("APPROVED", "ushahidi.approved"),
    ("VERIFIED", "ushahidi.verified"),
    ("FIRST NAME", "private.caller.first_name"),
    ("LAST NAME", "private.caller.name"),
    ("EMAIL", "private.caller.note"),
];

/// True when the header is that of an Ushahidi export.
pub(crate) fn is_header(header: &Header) -> bool {
    missing_column(header).is_none()
}

/// The first column that an Ushahidi export has and this header has not.
pub(crate) fn missing_column(header: &Header) -> Option<&'static str> {
    if key_column(header).is_none() {
        return Some("Serial");
    }
    SIGNATURE
        .into_iter()
        .find(|name| header.find(name).is_none())
}

/// The column of the row's identity.
fn key_column(header: &Header) -> Option<usize> {
    header.find("Serial").or_else(|| header.find("#"))
}

/// What a category label means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// Token of `event_type`.
    pub(crate) event_type: &'static str,
    /// Token of `need_type`, when the label asks for something.
    pub(crate) need_type: Option<&'static str>,
}

const fn event(event_type: &'static str) -> Meaning {
    Meaning {
        event_type,
        need_type: None,
    }
}

const fn need(event_type: &'static str, need_type: &'static str) -> Meaning {
    Meaning {
        event_type,
        need_type: Some(need_type),
    }
}

/// Meanings by the English part of the label, code left out: the codes 2c and 6c have two meanings
/// each, so a code is no key. All 47 labels of the public Haiti archive are here.
const MEANINGS: &[(&str, Meaning)] = &[
    ("emergency", event("other")),
    ("highly vulnerable", event("welfare_check")),
    (
        "medical emergency",
        need("person_in_danger", "medical_care"),
    ),
    ("people trapped", event("person_in_danger")),
    ("fire", event("structure_fire")),
    ("vital lines", event("other")),
    ("food shortage", need("supply_shortage", "food")),
    ("water shortage", need("water_outage", "water")),
    ("contaminated water", need("pollution", "water")),
    ("security concern", need("public_order", "security")),
    ("shelter needed", need("other", "shelter")),
    ("fuel shortage", need("supply_shortage", "energy")),
    ("power outage", need("power_outage", "energy")),
    ("public health", event("public_health")),
    ("infectious human disease", event("public_health")),
    ("chronic care needs", need("public_health", "medical_care")),
    (
        "medical equipment and supply needs",
        need("public_health", "equipment"),
    ),
    ("obgyn/women's health", event("public_health")),
    (
        "psychiatric need",
        need("public_health", "psychosocial_support"),
    ),
    ("security threats", event("public_order")),
    ("looting", event("public_order")),
    ("group violence", event("public_order")),
    (
        "water sanitation and hygiene promotion",
        event("public_health"),
    ),
    ("infrastructure damage", event("unsafe_building")),
    ("collapsed structure", event("unsafe_building")),
    ("unstable structure", event("unsafe_building")),
    ("road blocked", event("road_blocked")),
    ("compromised bridge", event("road_blocked")),
    ("communication lines down", event("telecom_outage")),
    ("natural hazards", event("other")),
    ("deaths", event("other")),
    ("missing persons", event("missing_person")),
    ("asking to forward a message", event("other")),
    ("earthquake and aftershocks", event("earthquake")),
    ("services available", event("other")),
    ("food distribution point", event("other")),
    ("water distribution point", event("other")),
    ("non-food aid distribution point", event("other")),
    ("hospital/clinics operating", event("other")),
    ("human remains management", event("other")),
    ("rubble removal", need("other", "cleanup")),
    ("other", event("other")),
    ("idp concentration", event("other")),
    ("price gouging", event("public_order")),
    ("search and rescue", event("person_in_danger")),
    ("persons news", event("other")),
];

/// One label of a CATEGORY cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label<'a> {
    /// The whole label: the key, and what the tag holds.
    pub(crate) text: &'a str,
    /// True when its code has no letter (`2. Vital Lines`): it heads a group of labels.
    pub(crate) heading: bool,
    name: &'a str,
    english: &'a str,
}

impl<'a> Label<'a> {
    /// The labels of a cell, empty ones dropped (the cells end with a comma).
    pub(crate) fn all(cell: &'a str) -> impl Iterator<Item = Self> {
        cell.split(',')
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(Self::read)
    }

    fn read(text: &'a str) -> Self {
        let (code, name) = match text.split_once('.') {
            Some((code, name)) if is_code(code) => (Some(code), name),
            Some(_) | None => (None, text),
        };
        let heading = code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
        let english = name.rsplit('|').next().unwrap_or(name).trim();
        Self {
            text,
            heading,
            name: name.trim(),
            english,
        }
    }

    /// What the label means; `None` when it is not of this archive.
    pub(crate) fn meaning(&self) -> Option<Meaning> {
        let wanted = fold(self.english);
        MEANINGS
            .iter()
            .find(|(english, _)| *english == wanted)
            .map(|(_, meaning)| *meaning)
    }

    /// What may name one of our own event types: each language, and the whole.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &'a str> {
        let parts = self.name.split('|').map(str::trim);
        parts.chain(std::iter::once(self.name))
    }

    /// The label as it goes into a tag: whole, or its first language when both are too long.
    pub(crate) fn for_tag(&self, characters_max: usize) -> &'a str {
        match self.text.split_once('|') {
            Some((first, _)) if self.text.chars().count() > characters_max => first.trim(),
            Some(_) | None => self.text,
        }
    }
}

/// `2`, `2c`, `12a`.
fn is_code(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let letters_only = digits.bytes().all(|byte| byte.is_ascii_alphabetic());
    digits.len() < text.len() && digits.len() <= 1 && letters_only
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_used_twice_is_told_apart_by_its_label() {
        let meaning = |text| Label::read(text).meaning().unwrap();
        assert_eq!(
            meaning("2c. Eau contaminee | Contaminated water"),
            need("pollution", "water")
        );
        assert_eq!(
            meaning("2c. Probleme de securite | Security Concern"),
            need("public_order", "security")
        );
        assert_eq!(
            meaning("6c. Seisme et repliques | Earthquake and aftershocks"),
            event("earthquake")
        );
        assert_eq!(
            meaning("6c. Demandant de transmettre un message | Asking to forward a message"),
            event("other")
        );
    }

    #[test]
    fn a_cell_ends_with_a_comma_and_a_heading_has_no_letter() {
        let labels: Vec<_> =
            Label::all("1. Urgences | Emergency, 1a. Highly vulnerable, Flooding, ").collect();
        assert_eq!(
            labels.iter().map(|label| label.heading).collect::<Vec<_>>(),
            [true, false, false]
        );
        assert_eq!(labels[1].meaning(), Some(event("welfare_check")));
        assert_eq!(labels[2].meaning(), None);
    }

    #[test]
    fn a_label_too_long_for_a_tag_gives_its_first_language() {
        let text = "4e. Assainissement eau et hygiene | Water sanitation and hygiene promotion";
        assert_eq!(
            Label::read(text).for_tag(71),
            "4e. Assainissement eau et hygiene"
        );
        assert_eq!(Label::read(text).for_tag(80), text);
    }

    #[test]
    fn every_meaning_is_a_token_that_records_know() {
        for (english, meaning) in MEANINGS {
            assert_eq!(*english, fold(english));
            assert!(
                beffroi_records::labels::EVENT_TYPE
                    .token(meaning.event_type)
                    .is_some(),
                "{english}"
            );
            if let Some(need_type) = meaning.need_type {
                assert!(
                    beffroi_records::labels::NEED_TYPE
                        .token(need_type)
                        .is_some(),
                    "{english}"
                );
            }
        }
    }
}
