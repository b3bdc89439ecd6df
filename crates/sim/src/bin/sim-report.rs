//! Prints the qualities of the protocol: `sim-report [--json] [--small]`. The seed is fixed, so that
//! two versions are compared on the same runs.

use std::process::ExitCode;

use beffroi_sim::report::{MESHES, Qualities, live_edits, partition};

const SEED: u64 = 20_261_123;

#[expect(clippy::print_stdout, reason = "the report is this program's output")]
fn show(json: bool, report: &Qualities) {
    if json {
        println!("{}", serde_json::to_string(report).unwrap_or_default());
        return;
    }
    println!(
        "{:44} loss {:2} %  {:7.0} B/delivery (entry {} B)  {:8} B/post  repeats {:.2}  hops {:.1}/{}  everywhere {} / {} ms  agree {} ms  sessions {}",
        report.scenario,
        report.loss_percent,
        report.bytes_per_delivery,
        report.entry_bytes,
        report.bytes_per_post,
        report.repeats,
        report.hops,
        report.hops_max,
        report.everywhere_ms_median,
        report.everywhere_ms_max,
        report
            .agree_ms
            .map_or_else(|| "never".to_owned(), |ms| ms.to_string()),
        report.sessions,
    );
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    if arguments
        .iter()
        .any(|argument| !["--json", "--small"].contains(&argument.as_str()))
    {
        eprintln!("usage: sim-report [--json] [--small]");
        return ExitCode::from(2);
    }
    let json = has("--json");
    for mesh in MESHES {
        for loss in [0, 30, 50] {
            show(json, &live_edits(mesh, loss, SEED));
        }
    }
    if !has("--small") {
        for base in [100, 1_000] {
            show(json, &partition(1_000, base, 300, SEED));
        }
    }
    ExitCode::SUCCESS
}
