//! Real tables of another tool, through a map.

use beffroi_formats::{DateOrder, FileRefused};
use beffroi_records::Kind;
use serde_json::json;

use crate::support::{data, mapped, plan, value};

#[test]
fn a_hundred_incidents_with_two_digit_years() {
    let Some(file) = data("sahana-eden/IFRC_Train_incident_report.csv") else {
        return;
    };
    let mut wanted = mapped(&[
        "Name=title",
        "Date=occurred_at",
        "L3=place.label",
        "Lat=place.lat",
        "Lon=place.lon",
        "Type=tags",
    ]);
    wanted.destination.time_zone = "Asia/Dili".into();
    let plan = plan(file, wanted).unwrap();
    assert_eq!(plan.rejected, []);
    assert_eq!(plan.records.len(), 100);
    assert_eq!(value(&plan, 0, "title"), "Sabagulau – High Water");
    assert_eq!(value(&plan, 0, "occurred_at"), "2012-03-04T00:00:00+09:00");
    assert_eq!(plan.survey.dates[0].order, DateOrder::DayFirst);
    assert_eq!(value(&plan, 0, "tags"), &json!(["High Water"]));
}

#[test]
fn two_requests_with_american_dates_and_names_left_out() {
    let Some(file) = data("sahana-eden/IFRC_Train_inv_req.csv") else {
        return;
    };
    let mut wanted = mapped(&[
        "Request Number=id",
        "Purpose=title",
        "Date Required=due.at",
        "Priority=priority",
        "Requester=private.contact.name",
    ]);
    wanted.kind = Some(Kind::Need);
    let plan = plan(file, wanted).unwrap();
    assert_eq!(plan.records.len(), 2);
    assert_eq!(plan.survey.dates[0].order, DateOrder::MonthFirst);
    assert_eq!(value(&plan, 0, "due")["at"], "2013-01-16T00:00:00-05:00");
    assert_eq!(plan.private_fields, 2);
    assert!(!format!("{plan:?}").contains("Beatriz"));
}

#[test]
fn ten_items_with_amounts() {
    let Some(file) = data("sahana-eden/IFRC_Train_inv_req_item.csv") else {
        return;
    };
    let mut wanted = mapped(&["Item=title", "Quantity=quantity", "Pack=quantity.unit"]);
    wanted.kind = Some(Kind::Need);
    let plan = plan(file, wanted).unwrap();
    assert_eq!((plan.records.len(), plan.rejected.len()), (10, 0));
    assert_eq!(
        value(&plan, 0, "quantity"),
        &json!({"value": "2000", "unit": "each"})
    );
}

#[test]
fn forty_two_lines_of_stock() {
    let Some(file) = data("sahana-eden/IFRC_Train_inv_item.csv") else {
        return;
    };
    let mut wanted = mapped(&[
        "Item Name=name",
        "Quantity=stock",
        "Warehouse=place.label",
        "Owned By (Organisation/Branch)=owner_org",
    ]);
    wanted.kind = Some(Kind::Resource);
    let plan = plan(file, wanted).unwrap();
    assert_eq!((plan.records.len(), plan.rejected.len()), (42, 0));
    assert_eq!(value(&plan, 0, "movements")[0]["count"], "5000");
}

#[test]
fn windows_1252_is_found_and_a_header_met_twice_is_told_apart() {
    let Some(file) = data("sahana-eden/IFRC_Train_facility.csv") else {
        return;
    };
    let facilities = plan(
        file,
        mapped(&[
            "Name=title",
            "L1=place.label",
            "Lat=place.lat",
            "Lon=place.lon",
        ]),
    )
    .unwrap();
    assert_eq!(facilities.survey.encoding, "windows-1252");
    assert!(facilities.survey.encoding_guessed);
    assert_eq!(facilities.records.len(), 21);
    assert!(
        facilities
            .records
            .iter()
            .any(|record| record.fields["place"]["label"] == "Lautém")
    );

    let Some(file) = data("sahana-eden/Logistics_Demo_warehouse.csv") else {
        return;
    };
    let mut wanted = mapped(&["Name=name", "Address#2=ext.address"]);
    wanted.kind = Some(Kind::Resource);
    let warehouses = plan(file, wanted).unwrap();
    assert_eq!(warehouses.records.len(), 24);
    assert!(
        warehouses
            .survey
            .left_out_columns
            .contains(&"Phone".to_owned())
    );
}

#[test]
fn a_list_of_telephones_leaves_none_in_the_plan() {
    let Some(file) = data("sahana-eden/historic_CRMT_facility.csv") else {
        return;
    };
    let mut wanted = mapped(&[
        "Name=title",
        "Address=place.label",
        "Lat=place.lat",
        "Lon=place.lon",
        "Phone1=private.contact.phone",
        "Phone2=private.contact.note",
    ]);
    wanted.kind = Some(Kind::Need);
    let plan = plan(file, wanted).unwrap();
    assert_eq!(plan.records.len() + plan.rejected.len(), 106);
    assert!(plan.private_fields >= 100, "{}", plan.private_fields);
    assert!(!format!("{:?}", plan.records).contains("(559) 229-9533"));
}

#[test]
fn files_of_other_formats_are_refused() {
    for path in [
        "kml/sample.kml",
        "geo/communes-11-aude.geojson",
        "cap/canada.cap",
    ] {
        let Some(file) = data(path) else { continue };
        assert!(
            matches!(
                plan(file, mapped(&["a=title"])),
                Err(FileRefused::NotATable { .. })
            ),
            "{path}"
        );
    }
}
