//! Stock, computed from the ledger `movements`: arrivals and departures commute, a count resets.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::decimal::Decimal;
use crate::record::LedgerEntry;

/// Counts that stand beside each other, at most: beyond, the first by id. Honest posts leave a handful, and each costs a
/// walk through the ledger.
const COUNTS_MAX: usize = 64;

/// The stock at one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// The site's record id; `None` for movements that name none.
    pub site: Option<String>,
    /// What to use: with two counts that do not know of each other, the smaller result.
    pub amount: Decimal,
    /// The result of each count that no other covers, by its id; empty when nothing was counted.
    pub by_count: Vec<(String, Decimal)>,
    /// True when it is to be counted again: two counts stand beside each other, or more left than came.
    pub recount: bool,
    /// Entries that could not be read and are in no sum.
    pub unreadable: usize,
}

/// The stock at each site, in order of site.
pub fn stock(entries: &[LedgerEntry]) -> Vec<Stock> {
    by_site(entries)
        .into_iter()
        .map(|(site, ledger)| ledger.stock(site))
        .collect()
}

/// What a count of this site made now has to list in `covers`: the counts it sees that no other covers, and the
/// movements it sees that no count covers. Coverage is transitive, so the list stays short.
pub fn covers(entries: &[LedgerEntry], site: Option<&str>) -> Vec<String> {
    let sites = by_site(entries);
    let Some(ledger) = sites.get(&site.map(str::to_owned)) else {
        return Vec::new();
    };
    let covered = ledger.listed();
    let uncovered = |id: &&str| !covered.contains(id);
    let deltas = ledger.deltas.keys().copied().filter(uncovered);
    let mut list: Vec<String> = ledger
        .top_counts()
        .into_iter()
        .chain(deltas)
        .map(str::to_owned)
        .collect();
    list.sort_unstable();
    list
}

#[derive(Default)]
struct Ledger<'a> {
    deltas: BTreeMap<&'a str, Decimal>,
    /// The counted amount and what the count covers.
    counts: BTreeMap<&'a str, (Decimal, Vec<&'a str>)>,
    unreadable: usize,
}

fn by_site(entries: &[LedgerEntry]) -> BTreeMap<Option<String>, Ledger<'_>> {
    let mut sites: BTreeMap<Option<String>, Ledger<'_>> = BTreeMap::new();
    for entry in entries {
        let amount = |part: &str| entry.value[part].as_str().and_then(Decimal::parse);
        let ledger = sites
            .entry(entry.value["site"].as_str().map(str::to_owned))
            .or_default();
        if let Some(count) = amount("count") {
            let covers = entry.value["covers"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let covers = covers.iter().filter_map(Value::as_str).collect();
            ledger.counts.insert(&entry.id, (count, covers));
        } else if let Some(delta) = amount("delta") {
            ledger.deltas.insert(&entry.id, delta);
        } else {
            ledger.unreadable += 1;
        }
    }
    sites
}

impl<'a> Ledger<'a> {
    /// Every entry that a count covers, through the counts it covers too. A count that covers itself by a cycle, which
    /// no honest post writes, is not its own cover.
    fn covered_by(&self, count: &'a str) -> BTreeSet<&'a str> {
        let mut covered = BTreeSet::new();
        let mut waiting = vec![count];
        while let Some(next) = waiting.pop() {
            for entry in self
                .counts
                .get(next)
                .map(|(_, covers)| covers.as_slice())
                .unwrap_or_default()
            {
                if covered.insert(*entry) {
                    waiting.push(entry);
                }
            }
        }
        covered.remove(count);
        covered
    }

    /// Every entry that some other count lists, and with it what that entry covers.
    fn listed(&self) -> BTreeSet<&'a str> {
        let lists = self
            .counts
            .iter()
            .flat_map(|(id, (_, covers))| covers.iter().filter(move |listed| *listed != id));
        lists.copied().collect()
    }

    /// The counts that no other covers; all of them when each is covered by a cycle.
    fn top_counts(&self) -> Vec<&'a str> {
        let listed = self.listed();
        let mut top: Vec<&str> = self
            .counts
            .keys()
            .copied()
            .filter(|count| !listed.contains(count))
            .collect();
        if top.is_empty() {
            top = self.counts.keys().copied().collect();
        }
        top.truncate(COUNTS_MAX);
        top
    }

    fn stock(&self, site: Option<String>) -> Stock {
        let by_count: Vec<(String, Decimal)> = self
            .top_counts()
            .into_iter()
            .filter_map(|count| {
                let (counted, _) = self.counts.get(count)?;
                let covered = self.covered_by(count);
                let since = self
                    .deltas
                    .iter()
                    .filter(|(id, _)| !covered.contains(*id))
                    .map(|(_, delta)| *delta);
                Some((
                    count.to_owned(),
                    since.fold(*counted, |sum, delta| sum + delta),
                ))
            })
            .collect();
        let moved = || {
            self.deltas
                .values()
                .fold(Decimal::default(), |sum, delta| sum + *delta)
        };
        let amount = by_count
            .iter()
            .map(|(_, result)| *result)
            .min()
            .unwrap_or_else(moved);
        Stock {
            site,
            amount,
            recount: by_count.len() > 1 || amount.is_negative(),
            by_count,
            unreadable: self.unreadable,
        }
    }
}
