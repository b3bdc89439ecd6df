//! Who a row is: the same file imported by two posts makes the same records.

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// The namespace of imported records: UUIDv5(URL, `urn:beffroi:import:1`).
pub const NAMESPACE: Uuid = Uuid::from_u128(0x0858_9c6c_a826_5bad_b9a0_a31d_519b_d262);

/// Endings that computers add to the name of a copied file.
const COPY_MARKS: &[&str] = &[" - copie", " - copy", " copie", " copy", ".rejected"];

/// The id of the record made from one row: UUIDv5 of the canonical JSON of these five texts.
pub fn record_id(operation: Uuid, kind: &str, format: &str, source: &str, key: &str) -> Uuid {
    Uuid::new_v5(
        &NAMESPACE,
        canonical(&[&operation.to_string(), kind, format, source, key]).as_bytes(),
    )
}

/// The id of a ledger entry that an import writes in a record, such as a first head-count.
pub(crate) fn ledger_entry_id(record: Uuid, ledger: &str) -> Uuid {
    Uuid::new_v5(
        &NAMESPACE,
        canonical(&[&record.to_string(), ledger]).as_bytes(),
    )
}

/// The key of a row that has no identity of its own: its cells, and its rank among the identical
/// rows above it, from 0.
pub(crate) fn content_key(cells: &[impl AsRef<str>], rank: u64) -> String {
    let mut texts: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    let rank = rank.to_string();
    texts.push(&rank);
    canonical(&texts)
}

/// Canonical JSON of a list of texts: no spaces, NFC.
fn canonical(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| text.nfc().collect()).collect();
    serde_json::Value::from(texts).to_string()
}

/// The source label that a file name proposes: without folder, extension, nor the marks of a copy
/// (`Haiti (1).csv`, `Haiti - copie.csv` and `Haiti.rejected.csv` are all `Haiti`).
pub fn source_label(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut label = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        Some(_) | None => name,
    };
    while let Some(shorter) = without_copy_mark(label) {
        label = shorter;
    }
    label.trim().nfc().collect()
}

fn without_copy_mark(label: &str) -> Option<&str> {
    let label = label.trim_end();
    let shorter = match label
        .strip_suffix(')')
        .and_then(|open| open.rsplit_once(" ("))
    {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => Some(stem),
        Some(_) | None => COPY_MARKS.iter().find_map(|mark| {
            let at = label.len().checked_sub(mark.len())?;
            let end = label.get(at..)?;
            end.eq_ignore_ascii_case(mark).then(|| &label[..at])
        }),
    };
    shorter.filter(|stem| !stem.is_empty())
}

#[cfg(test)]
mod tests;
