//! Files in and out of a real post: several kinds in one map, one kind a table, and reports that say
//! what they had no room for.

use std::fs;
use std::path::Path;

use beffroi_tests::Post;
use serde_json::Value;

fn post_with_records() -> Post {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    for (kind, arguments) in [
        (
            "incident",
            ["Cave inondée", "--at", "43.61,3.87"].as_slice(),
        ),
        ("incident", &["Route coupée"]),
        ("need", &["40 lits de camp"]),
        ("resource", &["Pompe"]),
    ] {
        let _ = mairie.json(&[&[kind, "new"], arguments].concat());
    }
    mairie
}

fn export(post: &Post, file: &Path, arguments: &[&str]) -> (Value, String) {
    let name = file.to_str().expect("a plain path");
    let said = post.json(&[&["export", "-o", name], arguments].concat());
    let text = fs::read_to_string(file).expect("the file");
    assert_eq!(said["bytes"], text.len());
    (said, text)
}

fn kinds(text: &str) -> Vec<String> {
    let collection: Value = serde_json::from_str(text).expect("GeoJSON");
    let features = collection["features"].as_array().expect("features");
    let kind = |feature: &Value| feature["properties"]["kind"].as_str().map(str::to_owned);
    features.iter().filter_map(kind).collect()
}

#[test]
fn one_map_holds_several_kinds_and_each_record_says_its_own() {
    let mairie = post_with_records();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.geojson");
    let (said, text) = export(&mairie, &file, &["--format", "geojson"]);
    assert_eq!(kinds(&text), ["incident", "incident", "need", "resource"]);
    assert_eq!(
        said["summary"],
        "2 incidents exported; 1 need exported; 1 resource exported; 3 without a place on the map"
    );
    let line = [
        "--format", "geojson", "--what", "resource", "--what", "need", "--what", "need",
    ];
    let (_, text) = export(&mairie, &file, &line);
    assert_eq!(
        kinds(&text),
        ["resource", "need"],
        "as asked, each kind once"
    );
    let (_, text) = export(
        &mairie,
        &file,
        &["--format", "geojson", "--what", "operation"],
    );
    assert_eq!(kinds(&text), ["operation"]);
}

#[test]
fn a_table_holds_one_kind_and_says_how_to_get_the_others() {
    let mairie = post_with_records();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("out.csv");
    let (said, text) = export(&mairie, &file, &["--format", "csv"]);
    assert_eq!(
        (text.lines().count(), &said["summary"]),
        (3, &"2 incidents exported".into())
    );
    let (_, needs) = export(&mairie, &file, &["--format", "csv", "--what", "need"]);
    assert_eq!(needs.lines().count(), 2);
    let name = file.to_str().expect("a plain path");
    let both = [
        "export",
        "--format",
        "csv",
        "--what",
        "need,resource",
        "-o",
        name,
    ];
    let refused = mairie.run(&both);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(
        refused.err.contains("one kind of records"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("--what need -o needs.csv"),
        "{}",
        refused.err
    );
    assert_eq!(
        fs::read_to_string(&file).expect("the file"),
        needs,
        "left as it was"
    );
    let shown = mairie
        .run(&["export", "--format", "csv", "--what", "need", "-o", "-"])
        .ok();
    assert_eq!(shown.out, needs);
    assert_eq!(shown.err, "1 need exported\n");
}

#[test]
fn a_report_with_more_rejected_rows_than_it_lists_says_so() {
    const BAD: usize = 10_001;
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("calls.csv");
    let rows = "Cave;last night\n".repeat(BAD);
    fs::write(&file, format!("What;When\n{rows}Toit;22/11/2026 17h40\n")).expect("a table");
    let name = file.to_str().expect("a plain path");
    let line = [
        "import",
        name,
        "--as",
        "incident",
        "--map",
        "What=title",
        "--map",
        "When=occurred_at",
    ];
    let report = mairie.json(&line);
    assert_eq!(report["created"], 1);
    assert_eq!(report["rejected_total"], BAD);
    assert_eq!(report["rejected"].as_array().map(Vec::len), Some(10_000));
    let cut = "10001 rows are rejected: the report lists the first 10000";
    assert_eq!(report["notes"][0]["text"], cut);
    assert_eq!(report["notes"][0]["line"], Value::Null);
    let mended = fs::read_to_string(folder.path().join("calls.rejected.csv")).expect("the rows");
    assert_eq!(
        mended.lines().count(),
        BAD + 1,
        "the file holds all of them"
    );
    let shown = mairie.run(&line).ok();
    assert!(shown.out.contains("rejected 10,001"), "{}", shown.out);
    assert!(shown.out.contains(cut), "{}", shown.out);
}
