//! Writes the seeds of every target into its corpus folder. Those that were found stay as they are.

use beffroi_fuzz_targets::{TARGETS, corpus};

fn main() -> std::io::Result<()> {
    for target in TARGETS {
        let folder = corpus::folder(target);
        std::fs::create_dir_all(&folder)?;
        for (name, bytes) in (target.seeds)() {
            std::fs::write(folder.join(name), bytes)?;
        }
    }
    Ok(())
}
