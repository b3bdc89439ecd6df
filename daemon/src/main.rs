//! `beffroid`.
fn main() {}
