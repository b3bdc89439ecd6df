//! The JSON of requests, as programs other than ours write it.

use serde_json::json;

use super::{Create, Edit, Export, Import, ListQuery, Step, StepRequest};
use crate::Kind;

const ID: &str = "0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001";

#[test]
fn an_edit_says_only_what_it_changes() {
    let written = json!({
        "change_id": ID, "heads": ["ab"], "set": {"severity": "severe"}, "unset": ["caller"],
        "splice": {"description": [{"at": 3, "delete": 1, "insert": "é"}]}
    });
    let edit: Edit = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(edit.splice["description"][0].insert, "é");
    assert_eq!(serde_json::to_value(&edit).unwrap(), written);
    let misspelt = json!({"change_id": ID, "sett": {}});
    assert!(serde_json::from_value::<Edit>(misspelt).is_err());
}

#[test]
fn a_creation_without_id_is_refused() {
    assert!(serde_json::from_value::<Create>(json!({"set": {"title": "x"}})).is_err());
    assert!(serde_json::from_value::<Create>(json!({"id": ID, "set": {"title": "x"}})).is_ok());
}

#[test]
fn a_step_is_named_by_one_word() {
    let written = json!({"change_id": ID, "heads": [], "step": "verify", "verification": "refuted", "note": "vu"});
    let step: StepRequest = serde_json::from_value(written.clone()).unwrap();
    let expected = Step::Verify {
        verification: "refuted".into(),
        note: Some("vu".into()),
    };
    assert_eq!(step.step, expected);
    assert_eq!(serde_json::to_value(&step).unwrap(), written);
    let without_reason = json!({"change_id": ID, "step": "reopen"});
    assert!(serde_json::from_value::<StepRequest>(without_reason).is_err());
}

#[test]
fn queries_carry_what_was_asked_and_nothing_else() {
    let query = ListQuery {
        q: "eau".into(),
        near: "43.6,3.9,5".into(),
        ..ListQuery::default()
    };
    assert_eq!(
        query.path(Kind::Need),
        "/api/v1/needs?q=eau&near=43.6%2C3.9%2C5"
    );
    let import = Import {
        kind: Kind::Incident,
        format: None,
        name: "signalements.csv".into(),
        dry_run: true,
        strict: false,
        update: false,
        operation: None,
        map: vec!["Nom=title".into(), "DATE=dmy".into()],
    };
    assert_eq!(
        import.path(),
        "/api/v1/imports?as=incident&name=signalements.csv&dry_run=1&map=Nom%3Dtitle&map=DATE%3Ddmy"
    );
    let export = Export {
        format: "csv".into(),
        what: vec![Kind::Need, Kind::Incident],
        excel: true,
        operation: None,
    };
    assert_eq!(
        export.path(),
        "/api/v1/exports/csv?what=need&what=incident&excel=1"
    );
}
