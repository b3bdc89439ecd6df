//! Lists: filtered and sorted over rows in memory, then the records of one page read whole.

use beffroi_api::problem::Cause;
use beffroi_api::record::StoredBy;
use beffroi_api::reply::record::RecordList;
use beffroi_api::request::{ListQuery, PAGE_ITEMS_MAX};
use beffroi_api::{Kind, Schema};
use beffroi_records::{Filter, Kind as RecordKind, Query, Record as Read, Row, Sort};
use beffroi_trust::EntryId;
use uuid::Uuid;

use super::shape::{self, record_kind};
use super::{Context, Service, blocking};
use crate::clock::parse_ms;
use crate::failure::Outcome;

/// Records on a page when the request does not say.
const PAGE_ITEMS: u64 = 100;

/// One page, before acknowledgements are counted.
struct Page {
    records: Vec<(Read, Vec<EntryId>)>,
    next: Option<String>,
    total: u64,
}

impl Service {
    /// The records of a kind.
    pub(crate) async fn list(&self, kind: Kind, query: ListQuery) -> Outcome<RecordList> {
        let context = self.context().await?;
        let asked = context.clone();
        let page = blocking(move || asked.page(record_kind(kind), &query)).await??;
        let (reads, entries): (Vec<Read>, Vec<Vec<EntryId>>) = page.records.into_iter().unzip();
        let stored = self.stored_by(entries).await?;
        let cabinet = context.view.cabinet();
        let item = |(read, stored_by): (&Read, StoredBy)| {
            shape::record(read, kind, cabinet.names(), stored_by)
        };
        let items = reads.iter().zip(stored).map(item).collect();
        Ok(RecordList {
            schema: Schema,
            items,
            next: page.next,
            total: page.total,
        })
    }
}

impl Context {
    fn page(&self, kind: RecordKind, query: &ListQuery) -> Outcome<Page> {
        let filter = self.filter(query)?;
        let sort = sort(&query.sort)?;
        let limit = number("limit", &query.limit)?
            .unwrap_or(PAGE_ITEMS)
            .clamp(1, PAGE_ITEMS_MAX);
        let after = cursor(&query.cursor)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let (ids, total, next) = self.view.rows(kind, |rows| {
            let mut rows: Vec<&Row> = rows.filter(|row| filter.matches(row)).collect();
            // A page further on begins behind a row, wherever that stands now.
            match after {
                None => sort.sort_first(&mut rows, limit),
                Some(_) => sort.sort(&mut rows),
            }
            let total = rows.len() as u64;
            let from = after.map_or(0, |after| start(&rows, after));
            let page = &rows[from.min(rows.len())..];
            let ids: Vec<Uuid> = page.iter().take(limit).map(|row| row.id).collect();
            let next = (page.len() > limit)
                .then(|| ids.last().map(Uuid::to_string))
                .flatten();
            (ids, total, next.map(|id| format!("{}.{id}", from + limit)))
        });
        Ok(Page {
            records: self.view.records(kind, &ids),
            next,
            total,
        })
    }

    fn filter(&self, query: &ListQuery) -> Outcome<Filter> {
        let words = |text: &str| -> Vec<String> {
            text.split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let since_ms = match query.since.as_str() {
            "" => None,
            text => Some(parse_ms(text).ok_or_else(|| unreadable("since", text))?),
        };
        let operation = match query.operation.as_str() {
            "" => None,
            text => Some(self.resolve(Some(RecordKind::Operation), text)?.1),
        };
        Ok(Filter {
            kinds: Vec::new(),
            statuses: words(&query.status),
            since_ms,
            near: near(&query.near)?,
            mine: (query.mine == "1").then_some(self.me.0),
            conflict: query.conflict == "1",
            archived: query.archived == "1",
            operation,
            query: (!query.q.is_empty()).then(|| Query::new(&query.q)),
        })
    }
}

/// Where a page goes on: behind the row the last page ended with; should that row have left the list,
/// where it stood.
fn start(rows: &[&Row], (place, last): (usize, Uuid)) -> usize {
    rows.iter()
        .position(|row| row.id == last)
        .map_or(place, |found| found + 1)
}

fn cursor(text: &str) -> Outcome<Option<(usize, Uuid)>> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text
        .split_once('.')
        .and_then(|(place, id)| Some((place.parse().ok()?, id.parse().ok()?)));
    parts
        .map(Some)
        .ok_or_else(|| unreadable("cursor", text).into())
}

fn sort(word: &str) -> Outcome<Sort> {
    match word {
        "" | "updated" => Ok(Sort::Updated),
        "created" => Ok(Sort::Newest),
        "number" => Ok(Sort::Number),
        "urgent" => Ok(Sort::Urgent),
        other => Err(unreadable("sort", other).into()),
    }
}

/// `lat,lon,km`.
fn near(text: &str) -> Outcome<Option<((f64, f64), f64)>> {
    if text.is_empty() {
        return Ok(None);
    }
    let numbers: Option<Vec<f64>> = text
        .split(',')
        .map(|part| part.trim().parse().ok())
        .collect();
    match numbers.as_deref() {
        Some([lat, lon, km]) if lat.abs() <= 90.0 && lon.abs() <= 180.0 && *km > 0.0 => {
            Ok(Some(((*lon, *lat), *km)))
        }
        _ => Err(unreadable("near", text).into()),
    }
}

fn number(name: &str, text: &str) -> Outcome<Option<u64>> {
    match text {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| unreadable(name, text).into()),
    }
}

fn unreadable(name: &str, value: &str) -> Cause {
    Cause::ParameterUnreadable {
        name: name.into(),
        value: value.chars().take(80).collect(),
    }
}
