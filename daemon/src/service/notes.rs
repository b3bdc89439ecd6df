//! Why somebody did something: the sentence typed with a step or a choice is a line of the log, written
//! in the same entry as the change it explains, so that neither is ever without the other.

use beffroi_api::problem::FieldCode;
use beffroi_records::{Kind as RecordKind, canonical_json, clean_text};
use beffroi_store::Store;
use beffroi_trust::ids::{KIND_RECORD, RING_COMMON};
use beffroi_trust::{Count, DocId, EntryId, Payload};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Context, Service};
use crate::clock::rfc3339;
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::view::View;

/// The wire kind of a log line: an immutable record that operators may write.
const LOG: u8 = KIND_RECORD | 1;
/// Characters of a log line (records.md §5.7).
const TEXT_CHARACTERS_MAX: usize = 4_000;
/// The layout of a log line.
const LAYOUT_VERSION: u8 = 1;

impl Service {
    /// The log line for a sentence; none when nothing was said.
    pub(super) async fn note(
        &self,
        context: &Context,
        kind: RecordKind,
        id: Uuid,
        said: Option<&str>,
        time_ms: u64,
    ) -> Outcome<Option<(DocId, Payload)>> {
        let text = clean_text(said.unwrap_or_default()).trim().to_owned();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > TEXT_CHARACTERS_MAX {
            return Err(Failure::field("note", FieldCode::TooLong));
        }
        let record = context.view.record(kind, id);
        let operation = if kind == RecordKind::Operation {
            Some(id)
        } else {
            record.and_then(|record| record.operation())
        };
        let number = match operation {
            Some(operation) => Some(self.next_number(context, operation).await?.to_string()),
            None => None,
        };
        let at = rfc3339(time_ms);
        let line = json!({
            "v": LAYOUT_VERSION, "number": number, "operation": operation, "observed_at": at,
            "recorded_at": at, "nature": "action", "direction": "internal", "text": text,
            "links": [id], "scope": "org", "source": { "type": "manual" },
        });
        let doc = DocId {
            kind: LOG,
            ring: RING_COMMON,
            uuid: *dice::uuid(time_ms).as_bytes(),
        };
        Ok(Some((
            doc,
            Payload::Record(canonical_json(&line).into_bytes().into()),
        )))
    }
}

/// What was said in an entry about a record.
pub(super) fn said(view: &View, store: &dyn Store, entry: EntryId, about: Uuid) -> Vec<String> {
    let lines = view
        .payloads(store, entry, LOG, Count::Authorised)
        .into_iter();
    let lines = lines.filter_map(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let about = about.to_string();
    let links = |line: &Value| {
        let links = line.get("links").and_then(Value::as_array);
        links.is_some_and(|links| links.iter().any(|link| link == about.as_str()))
    };
    let texts = lines
        .filter(links)
        .filter_map(|line| line.get("text")?.as_str().map(str::to_owned));
    texts
        .map(|text| text.chars().take(TEXT_CHARACTERS_MAX).collect())
        .collect()
}
