//! Every code has its sentences, its status and its exit.

use super::{Cause, Code, FieldCode, Problem};
use crate::Language;

#[test]
fn every_code_has_a_cause_a_status_and_an_exit() {
    let exits = [1, 2, 3, 4, 5, 65, 75];
    for code in Code::ALL {
        assert!((400..600).contains(&code.status()), "{code:?}");
        assert!(exits.contains(&code.exit()), "{code:?}");
        assert!(Cause::CODES.contains(code), "no cause has {code:?}");
        let json = serde_json::to_value(code).unwrap();
        assert_eq!(json, code.token());
    }
    assert_eq!(Code::ALL.len(), 28);
}

#[test]
fn a_cause_is_said_in_both_languages_with_what_it_is_about() {
    let cause = Cause::RecordUnknown {
        reference: "MAI-099".into(),
    };
    let french = Problem::new(Language::French, &cause);
    let english = Problem::new(Language::English, &cause);
    assert_eq!(french.urn, "urn:beffroi:problem:not_found");
    assert_eq!(french.status, 404);
    assert_eq!(french.code.exit(), 3);
    assert!(french.detail.contains("MAI-099"));
    assert!(english.detail.contains("MAI-099"));
    assert_ne!(french.detail, english.detail);
    assert_ne!(french.title, english.title);
    assert_ne!(french.hint, english.hint);
}

#[test]
fn fields_at_fault_are_named_one_by_one() {
    let faults = vec![
        ("quantity".to_owned(), FieldCode::NotAQuantity),
        ("due".to_owned(), FieldCode::NotATime),
    ];
    let problem = Problem::invalid_fields(Language::English, faults);
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(json["status"], 422);
    assert_eq!(json["fields"][0]["field"], "quantity");
    assert_eq!(json["fields"][0]["code"], "not_a_quantity");
    assert!(problem.detail.contains("quantity, due"));
    assert!(json.get("candidates").is_none());
    assert_eq!(serde_json::from_value::<Problem>(json).unwrap(), problem);
}
