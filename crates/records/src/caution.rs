//! The cautious value: what lists, totals and exports use while two values of a critical field stand beside each
//! other. A pure function of the values and of who claimed them when, so that all posts use the same.

use serde_json::Value;

use crate::canonical::canonical_json;
use crate::decimal::Decimal;
use crate::moment::Moment;
use crate::record::Candidate;

/// In a ranking: any token this version does not know.
pub(crate) const OTHER: &str = "*";

/// How a field chooses among differing values. Except where it says so, an empty value never wins against a real one.
#[derive(Debug, Clone, Copy)]
pub enum Caution {
    /// The newest claim.
    Newest,
    /// The first token of this ranking; `*` stands for tokens this version does not know.
    Ranked(&'static [&'static str]),
    /// This token, whichever two values differ.
    WhenDiffering(&'static str),
    /// None, whichever two values differ, an empty one included.
    NullWhenDiffering,
    /// None when one of the values is empty; else the newest claim.
    NullWhenCleared,
    /// None when two real values differ.
    NoneOfSeveral,
    /// The larger quantity; none when the units differ.
    Largest,
    /// The earliest need: immediate, then as soon as available, then the earliest hour.
    MostUrgent,
}

impl Caution {
    /// The value to use. `candidates` are the distinct values, the newest claim first; `shown` is the one displayed.
    pub(crate) fn choose(self, candidates: &[Candidate], shown: &Value) -> Value {
        if candidates.len() < 2 {
            return shown.clone();
        }
        if matches!(self, Self::NullWhenDiffering) {
            return Value::Null;
        }
        if matches!(self, Self::NullWhenCleared) {
            let cleared = candidates.iter().any(|candidate| candidate.value.is_null());
            return if cleared { Value::Null } else { shown.clone() };
        }
        let real: Vec<&Candidate> = candidates
            .iter()
            .filter(|candidate| !candidate.value.is_null())
            .collect();
        if real.len() < 2 {
            return real
                .first()
                .map_or(Value::Null, |candidate| candidate.value.clone());
        }
        match self {
            Self::Newest | Self::NullWhenCleared => shown.clone(),
            Self::WhenDiffering(token) => Value::String(token.to_owned()),
            Self::NullWhenDiffering | Self::NoneOfSeveral => Value::Null,
            // `min_by_key` keeps the first of equals: the newest claim.
            Self::Ranked(ranking) => first_by(&real, |candidate| rank(ranking, &candidate.value)),
            Self::MostUrgent => first_by(&real, urgency),
            Self::Largest => largest(&real),
        }
    }
}

fn first_by<K: Ord>(candidates: &[&Candidate], key: impl Fn(&Candidate) -> K) -> Value {
    candidates
        .iter()
        .min_by_key(|candidate| key(candidate))
        .map_or(Value::Null, |candidate| candidate.value.clone())
}

/// The place of a value in a ranking; smaller is more cautious.
pub(crate) fn rank(ranking: &[&str], value: &Value) -> usize {
    let place = |token: &str| ranking.iter().position(|known| *known == token);
    value
        .as_str()
        .filter(|token| *token != OTHER)
        .and_then(place)
        .or_else(|| place(OTHER))
        .unwrap_or(ranking.len())
}

/// When a need is due: `immediate` before `asap` before any hour; what cannot be read comes last.
fn urgency(candidate: &Candidate) -> (u8, i64, String) {
    let claimed_ms = i64::try_from(candidate.origin.at_ms).unwrap_or(i64::MAX);
    let (class, deadline_ms) = deadline(&candidate.value, claimed_ms);
    (class, deadline_ms, canonical_json(&candidate.value))
}

/// Class (0 immediate, 1 as soon as available, 2 at an hour, 3 unreadable) and hour of a `due` value claimed at this
/// time.
pub(crate) fn deadline(due: &Value, claimed_ms: i64) -> (u8, i64) {
    let minutes = match due["delay"].as_str() {
        Some("immediate") => return (0, claimed_ms),
        Some("asap") => return (1, claimed_ms),
        Some("at_time") => {
            let at = due["at"].as_str().and_then(Moment::parse);
            return at.map_or((3, i64::MAX), |moment| (2, moment.epoch_ms));
        }
        Some("within_30_min") => 30,
        Some("within_45_min") => 45,
        Some("within_1_h") => 60,
        Some("within_2_h") => 120,
        Some("within_4_h") => 240,
        Some("within_8_h") => 480,
        Some("within_12_h") => 720,
        Some("within_24_h") => 1440,
        Some(_) | None => return (3, i64::MAX),
    };
    (2, claimed_ms.saturating_add(minutes * 60_000))
}

/// The largest of quantities in one unit. Values that are no quantity are passed over.
fn largest(candidates: &[&Candidate]) -> Value {
    let quantities: Vec<(Decimal, &Value)> = candidates
        .iter()
        .filter_map(|candidate| {
            Some((
                Decimal::parse(candidate.value["value"].as_str()?)?,
                &candidate.value,
            ))
        })
        .collect();
    let Some((_, first)) = quantities.first() else {
        return Value::Null;
    };
    if quantities
        .iter()
        .any(|(_, value)| value["unit"] != first["unit"])
    {
        return Value::Null;
    }
    let largest = quantities.iter().max_by_key(|(amount, _)| *amount);
    largest.map_or(Value::Null, |(_, value)| (*value).clone())
}
