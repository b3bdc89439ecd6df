//! The tables themselves: complete, and of one mind.

use std::collections::BTreeSet;

use crate::labels::{CATEGORY, CONSTRAINTS, EVENT_TYPE, LISTS, Language, UNIT, default_category};
use crate::{Code, Kind, Rule, Shape};

#[test]
fn every_token_has_both_labels_and_every_list_a_name() {
    let names: BTreeSet<&str> = LISTS.iter().map(|list| list.name).collect();
    assert_eq!(names.len(), LISTS.len());
    for list in LISTS {
        let tokens: BTreeSet<&str> = list.tokens.iter().map(|token| token.token).collect();
        assert_eq!(tokens.len(), list.tokens.len(), "{}", list.name);
        for token in list.tokens {
            assert!(
                !token.fr.is_empty() && !token.en.is_empty(),
                "{}: {}",
                list.name,
                token.token
            );
            let spelled = token
                .token
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit());
            assert!(spelled, "{}: {}", list.name, token.token);
            assert_eq!(
                list.find(token.fr).map(|found| found.fr),
                Some(token.fr),
                "{}",
                list.name
            );
            assert_eq!(list.written(token.token).as_deref(), Some(token.token));
        }
    }
}

#[test]
fn the_lists_are_as_long_as_the_design_says() {
    let lengths: Vec<(&str, usize)> = LISTS
        .iter()
        .map(|list| (list.name, list.tokens.len()))
        .collect();
    assert_eq!(
        lengths,
        [
            ("scope", 4),
            ("precision", 5),
            ("unit", 17),
            ("source_type", 2),
            ("director", 2),
            ("phase", 6),
            ("event_type", 25),
            ("category", 12),
            ("severity", 5),
            ("urgency", 5),
            ("verification", 4),
            ("incident_status", 4),
            ("channel", 9),
            ("need_type", 16),
            ("priority", 4),
            ("delay", 11),
            ("need_status", 3),
            ("closing_reason", 8),
            ("constraints", 4),
            ("resource_type", 20),
            ("mode", 2),
            ("resource_status", 5),
            ("basis", 6),
            ("movement_reason", 5),
        ]
    );
}

#[test]
fn labels_are_found_and_unknown_tokens_shown_raw() {
    assert_eq!(EVENT_TYPE.label("flood", Language::French), "inondation");
    assert_eq!(EVENT_TYPE.label("flood", Language::English), "flood");
    assert_eq!(EVENT_TYPE.label("meteor", Language::French), "meteor");
    assert_eq!(
        CONSTRAINTS.label("language:ar", Language::French),
        "langue : ar"
    );
    assert_eq!(UNIT.label("emsi:LSV/TON", Language::English), "LSV/TON");
    assert_eq!(
        EVENT_TYPE.find("FEU DE FORET").map(|token| token.token),
        Some("wildfire")
    );
    assert_eq!(
        EVENT_TYPE.find("Road blocked").map(|token| token.token),
        Some("road_blocked")
    );
    assert_eq!(UNIT.written("emsi:"), None);
}

#[test]
fn every_event_type_has_a_category() {
    for event in EVENT_TYPE.tokens {
        let category =
            default_category(event.token).unwrap_or_else(|| panic!("{} has none", event.token));
        assert!(CATEGORY.token(category).is_some(), "{category}");
    }
    assert_eq!(default_category("meteor"), None);
}

#[test]
fn the_tables_of_fields_are_of_one_mind() {
    for kind in Kind::ALL {
        let mut names = BTreeSet::new();
        for field in kind.fields() {
            assert!(
                names.insert(field.name),
                "{}: {} twice",
                kind.token(),
                field.name
            );
            assert!(!field.name.contains('/'), "{}", field.name);
            assert_eq!(
                field.machine.is_some(),
                matches!(field.name, "phase" | "status" | "verification"),
                "{}",
                field.name
            );
            assert_eq!(
                field.rule == Rule::Text,
                matches!(field.shape, Shape::Text),
                "{}",
                field.name
            );
            if let Some(default) = field.default {
                let written = field.shape.written(&serde_json::json!(default)).unwrap();
                assert!(!written.is_null(), "{}", field.name);
            }
            if let (Some(machine), Shape::Token(list)) = (field.machine, field.shape) {
                let states = machine
                    .steps
                    .iter()
                    .flat_map(|steps| steps.from.iter().copied().chain([steps.to]));
                for state in states {
                    assert!(list.token(state).is_some(), "{}: {state}", field.name);
                }
            }
        }
        assert!(
            kind.field(kind.title_field())
                .is_some_and(|field| field.required)
        );
        for name in [kind.type_field(), kind.status_field()]
            .into_iter()
            .flatten()
        {
            assert!(kind.field(name).is_some(), "{name}");
        }
    }
}

#[test]
fn every_field_of_the_design_is_there_with_its_rule() {
    let spelled = |kind: Kind| {
        let own = kind.own_fields().iter().map(|field| {
            format!(
                "{}{} {}",
                if field.private { "-" } else { "" },
                field.name,
                field.rule.letter()
            )
        });
        own.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        spelled(Kind::Operation),
        "name R, exercise I, phase R!, hazards S, territory S, time_zone I, director R, activated_at R, closed_at R, \
         instructions T, -director_name R"
    );
    assert_eq!(
        spelled(Kind::Incident),
        "title R, description T, event_type R, emsi_etype R, category S, severity R!, urgency R, verification R!, \
         status R!, duplicate_of R!, parent R, occurred_at R, reported_at R, channel R, chosen_observation R, \
         observations M, -caller R"
    );
    assert_eq!(
        spelled(Kind::Need),
        "title R, details T, need_type R!, item R, emsi_rclass R, quantity R!, priority R!, due R!, beneficiaries R, \
         incident R, site R, requester_org R, constraints S, status R!, closing_reason R, -contact R"
    );
    assert_eq!(
        spelled(Kind::Resource),
        "name R, resource_type R, emsi_rclass R, mode I, owner_org R!, status R!, unit I, capacity R, home_site R, \
         conditions T, skills S, basis R, movements M"
    );
    assert_eq!(spelled(Kind::Post), "name R, code R!, org R");
    assert_eq!(spelled(Kind::Territory), "name R, area S");
    let common: Vec<_> = Kind::Incident
        .common_fields()
        .iter()
        .map(|field| (field.name, field.rule.letter()))
        .collect();
    assert_eq!(
        common,
        [
            ("v", "I"),
            ("kind", "I"),
            ("number", "I"),
            ("operation", "I"),
            ("created", "I"),
            ("source", "I"),
            ("tags", "S"),
            ("place", "R!"),
            ("scope", "R!"),
            ("archived", "R!"),
        ]
    );
}

#[test]
fn kinds_are_found_by_token_plural_and_wire_byte() {
    let wires: Vec<u8> = Kind::ALL.into_iter().map(Kind::wire).collect();
    assert_eq!(wires, [0x81, 1, 2, 3, 0x82, 0x83]);
    for kind in Kind::ALL {
        assert_eq!(Kind::from_wire(kind.wire()), Some(kind));
        assert_eq!(
            (Kind::find(kind.token()), Kind::find(kind.plural())),
            (Some(kind), Some(kind))
        );
        assert!(
            !kind.label(Language::French).is_empty() && !kind.label(Language::English).is_empty()
        );
    }
    assert_eq!(Kind::from_wire(0x41), None);
    assert_eq!(Kind::find("log"), None);
}

#[test]
fn every_code_has_its_own_word() {
    let words: BTreeSet<&str> = Code::ALL.into_iter().map(Code::token).collect();
    assert_eq!(words.len(), Code::ALL.len());
}
