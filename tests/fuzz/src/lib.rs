//! Hostile input: one function for each thing that reads bytes from outside, shared by the replay of the
//! corpus and the mutation driver (`tests/replay.rs`, `tests/mutants.rs`, on stable) and by libFuzzer
//! (`fuzz/fuzz_targets`). A target panics when the program would have: or when a claim it makes about
//! what it took does not hold.
//!
//! `fuzz/corpus/<target>/` holds the inputs. Their names say what they are: `honest-…` is taken,
//! `attack-…` is refused, `found-…` once broke something.

pub mod corpus;
#[allow(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]
pub mod counting;
pub mod driver;
pub mod mutate;
pub mod targets;
pub mod world;

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was refused somewhere on its way.
    Refused,
    /// It went all the way in.
    Taken,
}

impl Outcome {
    pub(crate) fn taken(taken: bool) -> Self {
        if taken {
            Outcome::Taken
        } else {
            Outcome::Refused
        }
    }
}

/// A seed: the name of its file, and its bytes.
pub type Seed = (String, Vec<u8>);

/// Something that reads what others send.
pub struct Target {
    /// The name of the libFuzzer binary and of the corpus folder.
    pub name: &'static str,
    /// Reads an input; panics when it must not have been read so.
    pub run: fn(&[u8]) -> Outcome,
    /// What honest code writes and known attacks, to begin from.
    pub seeds: fn() -> Vec<Seed>,
    /// Words worth putting anywhere.
    pub words: &'static [&'static [u8]],
    /// The longest input the driver makes.
    pub bytes_max: usize,
    /// The most memory a run may hold at once.
    pub memory_max: usize,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    targets::entry::TARGET,
    targets::act::TARGET,
    targets::leaf::TARGET,
    targets::change::TARGET,
    targets::frames::TARGET,
    targets::bundle::TARGET,
    targets::porch::TARGET,
    targets::keystore::TARGET,
    targets::table::TARGET,
    targets::body::TARGET,
    targets::typed::TARGET,
];

/// The target of a name.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn target(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("no target {name}"))
}
