//! A figure that was measured, beside what is aimed at, and the scenario it belongs to.

use std::time::Duration;

use serde_json::{Map, Value, json};

/// What a scenario measured, in the order in which it is shown.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    list: Vec<Value>,
}

impl Figures {
    /// A figure without an aim. `None`: not taken, which is said as `null` and never as 0.
    pub(crate) fn put(&mut self, name: &str, unit: &str, what: &str, measured: Option<f64>) {
        self.push(name, unit, what, measured, None);
    }

    /// A figure that should stay under `budget`. Without a budget (the design names sizes for which
    /// it holds) it is a figure like the others.
    pub(crate) fn aim(
        &mut self,
        name: &str,
        unit: &str,
        what: &str,
        measured: Option<f64>,
        budget: Option<f64>,
    ) {
        self.push(name, unit, what, measured, budget);
    }

    /// Median, 95th percentile and maximum of a list of times, each with its budget, in milliseconds.
    pub(crate) fn spread(
        &mut self,
        name: &str,
        what: &str,
        times: &[Duration],
        median_max: Option<f64>,
        p95_max: Option<f64>,
    ) {
        let mut sorted = times.to_vec();
        sorted.sort();
        let at = |percent: usize| {
            let last = sorted.len().checked_sub(1)?;
            sorted.get((sorted.len() * percent / 100).min(last))
        };
        let rows = [
            ("median", at(50), median_max),
            ("p95", at(95), p95_max),
            ("max", sorted.last(), None),
        ];
        for (word, time, budget) in rows {
            self.push(
                &format!("{name}_{word}"),
                "ms",
                &format!("{what}: {word}"),
                time.copied().map(milliseconds),
                budget,
            );
        }
    }

    fn push(
        &mut self,
        name: &str,
        unit: &str,
        what: &str,
        measured: Option<f64>,
        budget: Option<f64>,
    ) {
        let mut figure = Map::new();
        figure.insert("name".into(), name.into());
        figure.insert("what".into(), what.into());
        figure.insert("unit".into(), unit.into());
        figure.insert("measured".into(), measured.map_or(Value::Null, rounded));
        if let Some(budget) = budget {
            figure.insert("budget".into(), rounded(budget));
            let met = measured.map(|measured| measured < budget);
            figure.insert("met".into(), met.into());
        }
        let shown = measured.map_or("not taken".into(), |measured| rounded(measured).to_string());
        eprintln!("    {name}: {shown} {unit}");
        self.list.push(Value::Object(figure));
    }

    /// The scenario as it stands in the document.
    pub(crate) fn into_json(self, name: &str, how: &str) -> Value {
        json!({"scenario": name, "how": how, "figures": self.list})
    }
}

/// Three decimals: finer than anything here repeats.
fn rounded(number: f64) -> Value {
    let rounded = (number * 1_000.0).round() / 1_000.0;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        return Value::from(rounded as i64);
    }
    Value::from(rounded)
}

/// A time in milliseconds.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A count as a figure.
pub(crate) fn count(number: u64) -> f64 {
    number as f64
}

/// Bytes as megabytes of a million, as the budgets count them.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
