//! The public archive of the Haiti earthquake: 3,593 real reports.

use std::collections::{BTreeMap, BTreeSet};

use beffroi_formats::{Area, DateOrder, Planner, Reason, TableFormat, plan};
use beffroi_records::Kind;

use crate::support::{self, data, options};

const FILE: &str = "ushahidi-haiti-2010/Haiti.redacted.csv";

#[test]
fn every_report_comes_in() {
    let Some(file) = data(FILE) else { return };
    let plan = support::plan(&file, options()).unwrap();
    assert_eq!(plan.survey.format, TableFormat::Ushahidi);
    assert_eq!(plan.survey.kind, Kind::Incident);
    assert_eq!(
        (plan.survey.encoding, plan.survey.encoding_guessed),
        ("UTF-8", false)
    );
    assert_eq!(plan.survey.delimiter, ',');
    assert_eq!(plan.survey.rows, 3593);
    assert_eq!(
        plan.survey.file_hash,
        blake3::hash(&file).to_hex().to_string()
    );
    assert_eq!(plan.survey.left_out_columns, Vec::<String>::new());
    assert_eq!(plan.rejected, []);
    assert_eq!(plan.records.len(), 3593);
    assert_eq!(plan.private_fields, 0);
    assert_eq!(plan.formula_cells, 23);
    let ids: BTreeSet<_> = plan.records.iter().map(|record| record.id).collect();
    assert_eq!(
        ids.len(),
        3593,
        "exact duplicates with another serial are kept"
    );
}

#[test]
fn the_column_decides_the_489_dates_that_read_both_ways() {
    let Some(file) = data(FILE) else { return };
    let plan = plan(&file, options()).unwrap();
    let dates = &plan.survey.dates;
    assert_eq!(dates.len(), 1);
    assert_eq!(
        (dates[0].order, dates[0].either),
        (DateOrder::DayFirst, 489)
    );
    assert_eq!(
        plan.records[0].fields["occurred_at"],
        "2010-07-05T17:26:00-05:00"
    );
    let times: BTreeSet<&str> = plan
        .records
        .iter()
        .map(|record| record.fields["occurred_at"].as_str().unwrap())
        .collect();
    assert!(times.first().unwrap().starts_with("2010-01-12"));
    assert!(times.last().unwrap().starts_with("2010-07-05"));
}

#[test]
fn all_47_labels_are_known_and_6_reports_have_none() {
    let Some(file) = data(FILE) else { return };
    let plan = plan(&file, options()).unwrap();
    let unknown = plan
        .notes
        .iter()
        .filter(|note| note.reason == Reason::UnknownValue)
        .count();
    assert_eq!(unknown, 0);
    let untyped = plan
        .records
        .iter()
        .filter(|record| !record.fields.contains_key("event_type"))
        .count();
    assert_eq!(untyped, 6);
    let tags: BTreeSet<&str> = plan
        .records
        .iter()
        .filter_map(|record| record.fields.get("tags"))
        .flat_map(|tags| tags.as_array().unwrap())
        .map(|tag| tag.as_str().unwrap())
        .filter(|tag| tag.starts_with("ushahidi:"))
        .collect();
    assert_eq!(tags.len(), 47);
    assert!(tags.contains("ushahidi:2c. Eau contaminee | Contaminated water"));
    assert!(tags.contains("ushahidi:4e. Assainissement eau et hygiene"));
    let mut types: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &plan.records {
        if let Some(event_type) = record.fields.get("event_type") {
            *types.entry(event_type.as_str().unwrap()).or_default() += 1;
        }
    }
    // Counted apart, from the codes, the two meanings of 2c and 6c told by hand.
    let expected = [
        ("earthquake", 9),
        ("other", 1248),
        ("person_in_danger", 298),
        ("pollution", 6),
        ("power_outage", 12),
        ("public_health", 100),
        ("public_order", 59),
        ("road_blocked", 17),
        ("structure_fire", 7),
        ("supply_shortage", 404),
        ("telecom_outage", 1),
        ("unsafe_building", 167),
        ("water_outage", 1258),
        ("welfare_check", 1),
    ];
    assert_eq!(types, BTreeMap::from(expected));
}

#[test]
fn line_numbers_agree_with_an_independent_count() {
    let Some(file) = data(FILE) else { return };
    let plan = plan(&file, options()).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(file.as_slice());
    let mut lines = Vec::new();
    let mut record = csv::ByteRecord::new();
    let mut counted = 0;
    let mut line = 1;
    while reader.read_byte_record(&mut record).unwrap() {
        let mut start = usize::try_from(record.position().unwrap().byte()).unwrap();
        while matches!(file.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        // The file has no lone CR: its lines are its line feeds.
        line += file[counted..start]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count() as u64;
        counted = start;
        lines.push(line);
    }
    assert!(
        !file
            .windows(2)
            .any(|pair| pair[0] == b'\r' && pair[1] != b'\n')
    );
    assert_eq!(lines.len(), 3594);
    let planned: Vec<u64> = plan.records.iter().map(|record| record.line).collect();
    assert_eq!(planned, lines[1..]);
}

#[test]
fn points_texts_and_flags_are_those_of_the_file() {
    let Some(file) = data(FILE) else { return };
    let mut options = options();
    options.destination.area = Some(Area::from_bounds(-74.6, 17.9, -71.6, 20.2));
    let plan = plan(&file, options).unwrap();
    let outside = plan
        .notes
        .iter()
        .filter(|note| note.reason == Reason::OutsideArea)
        .count();
    assert_eq!(outside, 13);
    let tagged = |tag: &str| {
        let has =
            |tags: &serde_json::Value| tags.as_array().unwrap().iter().any(|known| known == tag);
        plan.records
            .iter()
            .filter(|record| record.fields.get("tags").is_some_and(has))
            .count()
    };
    assert_eq!(tagged("outside_area"), 13);
    assert_eq!(tagged("not_approved"), 3);
    let verified = plan
        .records
        .iter()
        .filter(|record| record.fields["verification"] == "verified")
        .count();
    assert_eq!(verified, 216);
    let first = &plan.records[0].fields;
    assert_eq!(
        first["place"]["point"],
        serde_json::json!([-72.53333, 18.23333])
    );
    assert_eq!(first["place"]["label"], "Jacmel, Haiti");
    assert_eq!(
        first["title"],
        "* URGENT * Type O blood donations needed in #Jacmel #Haiti"
    );
    for record in &plan.records {
        let text = record.fields["description"].as_str().unwrap();
        assert!(!text.contains('\u{2028}') && !text.contains("&quot;") && !text.contains('\r'));
    }
    assert!(plan.records.iter().any(|record| {
        record.fields["description"]
            .as_str()
            .unwrap()
            .contains("<Ecole Pentecostale de Boyer>")
    }));
}

#[test]
fn two_posts_make_the_same_records_and_needs() {
    let Some(file) = data(FILE) else { return };
    let mut options = options();
    options.needs = true;
    let first = plan(&file, options.clone()).unwrap();
    let second = plan(&file, options).unwrap();
    assert_eq!(first, second);
    let needs: Vec<_> = first
        .records
        .iter()
        .filter(|record| record.kind == Kind::Need)
        .collect();
    let ids: BTreeSet<_> = first.records.iter().map(|record| record.id).collect();
    assert_eq!(ids.len(), first.records.len());
    assert_eq!(first.records.len(), 3593 + needs.len());
    let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
    for need in needs {
        *asked
            .entry(need.fields["need_type"].as_str().unwrap())
            .or_default() += 1;
    }
    let expected = [
        ("cleanup", 7),
        ("energy", 56),
        ("equipment", 305),
        ("food", 1597),
        ("medical_care", 211),
        ("psychosocial_support", 4),
        ("security", 12),
        ("shelter", 477),
        ("water", 1337),
    ];
    assert_eq!(asked, BTreeMap::from(expected));
}

#[test]
fn batches_hold_a_hundred_rows_and_add_up_to_the_plan() {
    let Some(file) = data(FILE) else { return };
    let whole = plan(&file, options()).unwrap();
    let mut planner = Planner::new(std::io::Cursor::new(&file), options()).unwrap();
    let (mut records, mut batches) = (Vec::new(), 0);
    while let Some(mut batch) = planner.next_batch().unwrap() {
        assert!(batch.records.len() <= 100);
        records.append(&mut batch.records);
        batches += 1;
    }
    assert_eq!(batches, 36);
    assert_eq!(records, whole.records);
}
