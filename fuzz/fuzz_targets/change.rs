//! See the target of the same name in tests/fuzz.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    init: {
        // libFuzzer aborts in the panic hook; the guard contains panics, which is what is tried here.
        // One that escapes still ends the process, in libFuzzer's own net.
        drop(std::panic::take_hook());
        std::panic::set_hook(Box::new(|_| {}));
    },
    |data: &[u8]| {
        (beffroi_fuzz_targets::target("change").run)(data);
    }
);
