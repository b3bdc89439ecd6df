//! The tables of a document, for people.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Between these two lines of a page stand the tables.
const BEGIN: &str = "<!-- posts-bench: begin -->";
const END: &str = "<!-- posts-bench: end -->";

/// Prints the tables of a document, or puts them into a page.
pub(crate) fn make(result: &Path, into: Option<&Path>) -> Result<()> {
    let text = fs::read_to_string(result)
        .with_context(|| format!("{} cannot be read", result.display()))?;
    let document: Value = serde_json::from_str(&text)?;
    let tables = tables(&document)?;
    let Some(page) = into else {
        print!("{tables}");
        return Ok(());
    };
    let text = fs::read_to_string(page)?;
    let (before, rest) = text
        .split_once(BEGIN)
        .with_context(|| format!("{} has no line {BEGIN}", page.display()))?;
    let (_, after) = rest
        .split_once(END)
        .with_context(|| format!("{} has no line {END}", page.display()))?;
    fs::write(page, format!("{before}{BEGIN}\n{tables}{END}{after}"))?;
    Ok(())
}

fn tables(document: &Value) -> Result<String> {
    let machine = &document["machine"];
    let mut page = format!(
        "Version {}, {} build{}; {} cores, {} MB, kernel {}, data on {}; {}.\n",
        word(&document["version"]),
        word(&machine["profile"]),
        date(document),
        machine["cores"],
        machine["memory_mb"],
        word(&machine["kernel"]),
        word(&machine["data_file_system"]),
        word(&document["network"]),
    );
    let once: Vec<&Value> = list(&document["once"]).collect();
    let sizes: Vec<&Value> = list(&document["sizes"]).collect();
    ensure!(
        !once.is_empty() || !sizes.is_empty(),
        "the document holds no figures"
    );
    for scenario in once {
        let name = word(&scenario["scenario"]);
        page += &table(&name, &[(None, scenario)]);
    }
    let mut names: Vec<String> = Vec::new();
    for size in &sizes {
        for scenario in list(&size["scenarios"]) {
            let name = word(&scenario["scenario"]);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    for name in names {
        let columns: Vec<(Option<u64>, &Value)> = sizes
            .iter()
            .filter_map(|size| {
                let mut all = list(&size["scenarios"]);
                let found = all.find(|scenario| scenario["scenario"] == name.as_str())?;
                Some((size["records"].as_u64(), found))
            })
            .collect();
        page += &table(&name, &columns);
    }
    Ok(page)
}

/// One scenario: a row for each figure, a column for each size.
fn table(name: &str, columns: &[(Option<u64>, &Value)]) -> String {
    let mut page = format!("\n**{name}**");
    if let Some(how) = columns.iter().find_map(|(_, one)| one["how"].as_str()) {
        page += &format!(". {how}");
    }
    page += "\n\n| what |";
    for (size, _) in columns {
        let head = size.map_or("measured".into(), |size| grouped(&size.to_string()));
        page += &format!(" {head} |");
    }
    page += &format!("\n|---|{}\n", "---|".repeat(columns.len()));
    for (_, scenario) in columns {
        if let Some(why) = scenario["failed"].as_str() {
            page += &format!("| failed: {why} |{}\n", " |".repeat(columns.len()));
        }
    }
    let longest = columns
        .iter()
        .max_by_key(|(_, one)| list(&one["figures"]).count());
    for figure in longest.iter().flat_map(|(_, one)| list(&one["figures"])) {
        page += &format!("| {} |", word(&figure["what"]));
        for (_, scenario) in columns {
            let mut figures = list(&scenario["figures"]);
            let found = figures.find(|other| other["name"] == figure["name"]);
            page += &format!(" {} |", found.map_or("–".into(), cell));
        }
        page.push('\n');
    }
    page
}

/// `812 ms (aim < 1 000 ms: met)`.
fn cell(figure: &Value) -> String {
    let unit = word(&figure["unit"]);
    let with_unit = |number: &Value| format!("{} {unit}", short(number)).trim_end().to_owned();
    let measured = &figure["measured"];
    if measured.is_null() {
        return "not taken".into();
    }
    let Some(budget) = figure.get("budget") else {
        return with_unit(measured);
    };
    let verdict = match figure["met"].as_bool() {
        Some(true) => "met",
        Some(false) => "**not met**",
        None => "not known",
    };
    format!("{} (< {}: {verdict})", with_unit(measured), short(budget))
}

fn date(document: &Value) -> String {
    document["date"]
        .as_str()
        .map(|date| format!(", {date}"))
        .unwrap_or_default()
}

/// A number as people read it: three digits that count, thousands apart.
fn short(number: &Value) -> String {
    let number = number.as_f64().unwrap_or_default();
    let decimals = match number.abs() {
        size if size >= 100.0 || number.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    grouped(&format!("{number:.decimals$}"))
}

/// A number with its thousands apart.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_once('.').unwrap_or((number, ""));
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push('.');
        text += rest;
    }
    text
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or("?").to_owned()
}
