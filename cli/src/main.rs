//! `beffroi`.
fn main() {}
