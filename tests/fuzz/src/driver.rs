//! Runs one input as the tests do: panics caught, memory and time held against their bounds.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Once;
use std::time::{Duration, Instant};

use crate::counting::peak_of;
use crate::{Outcome, Target};

/// The longest a run may take of a processor: inputs are at most some tens of kB, and the slowest thing a
/// bound allows (a change of 10,000 operations, tried) takes a quarter of a second without optimisation.
pub const TIME_MAX: Duration = Duration::from_secs(5);

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps the words of a panic instead of printing them: the guard contains thousands in a run.
pub fn hush() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let ours = LAST_PANIC.try_with(|last| *last.borrow_mut() = info.to_string());
            if ours.is_err() || !hushed() {
                loud(info);
            }
        }));
    });
}

thread_local! {
    static HUSHED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

fn hushed() -> bool {
    HUSHED.try_with(std::cell::Cell::get).unwrap_or(false)
}

/// What this thread has had of a processor, where the system tells: a busy machine must fail no run.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Runs an input.
///
/// # Errors
/// What went wrong, in words.
pub fn run(target: &Target, data: &[u8]) -> Result<Outcome, String> {
    hush();
    let (wall, processor) = (Instant::now(), processor_time());
    HUSHED.set(true);
    let (done, memory) = peak_of(|| catch_unwind(AssertUnwindSafe(|| (target.run)(data))));
    let took = match (processor, processor_time()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => wall.elapsed(),
    };
    // What is made once for all runs counts for none of them.
    let memory = match memory > target.memory_max {
        true => peak_of(|| catch_unwind(AssertUnwindSafe(|| (target.run)(data)))).1,
        false => memory,
    };
    HUSHED.set(false);
    let outcome = done.map_err(|_| LAST_PANIC.with(|last| last.borrow().clone()))?;
    if memory > target.memory_max {
        return Err(format!(
            "it took {memory} bytes of memory; {} are allowed",
            target.memory_max
        ));
    }
    if took > TIME_MAX {
        return Err(format!(
            "it took {took:?} of a processor; {TIME_MAX:?} are allowed"
        ));
    }
    Ok(outcome)
}

/// Keeps an input that failed; its path, to be printed.
///
/// # Panics
/// When it cannot be kept.
#[must_use]
pub fn keep(target: &Target, data: &[u8]) -> PathBuf {
    let hash = blake3::hash(data).to_hex();
    let path = std::env::temp_dir().join(format!("beffroi-fuzz-{}-{}", target.name, &hash[..16]));
    std::fs::write(&path, data).unwrap();
    path
}

/// The same failure from fewer bytes, as long as it is found quickly.
#[must_use]
pub fn shrink(target: &Target, data: &[u8]) -> Vec<u8> {
    let started = Instant::now();
    let mut least = data.to_vec();
    let mut piece = least.len() / 2;
    while piece > 0 && started.elapsed() < Duration::from_secs(20) {
        let mut at = 0;
        while at < least.len() && started.elapsed() < Duration::from_secs(20) {
            let mut fewer = least.clone();
            fewer.drain(at..(at + piece).min(fewer.len()));
            if run(target, &fewer).is_err() {
                least = fewer;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    least
}
