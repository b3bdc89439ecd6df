//! See the target of the same name in tests/fuzz.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    (beffroi_fuzz_targets::target("typed").run)(data);
});
