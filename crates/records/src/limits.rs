//! Every bound of the crate on one screen, each with its reason. Readers accept more: these bind the writer.

/// Characters of a title, a name, an organisation. The longest title of 3,593 real reports has 161.
pub const TITLE_CHARACTERS_MAX: usize = 200;
/// Characters of a place's label. The longest of 3,593 real reports has 194.
pub const PLACE_CHARACTERS_MAX: usize = 300;
/// Characters of a collaborative text. The longest description of 3,593 real reports has 4,423.
pub const TEXT_CHARACTERS_MAX: usize = 10_000;
/// Characters of an `ext/…` value, of a note or of a reason: a long paragraph.
pub const NOTE_CHARACTERS_MAX: usize = 2_000;
/// Characters of a set's member (a tag, a skill) and of the name behind `ext/`.
pub const MEMBER_CHARACTERS_MAX: usize = 80;
/// Characters of a telephone as it was typed, extension included.
pub const PHONE_CHARACTERS_MAX: usize = 80;
/// Characters of a code taken from another tool's list. The longest of EMSI's 601 resource classes has 29.
pub const CODE_CHARACTERS_MAX: usize = 80;
/// Positions of a place's geometry. The largest feature seen in real outlines has 251.
pub const POSITIONS_MAX: usize = 500;
/// Rings and parts of a geometry: a part needs at least one position.
pub const PARTS_MAX: usize = POSITIONS_MAX;
/// Digits before the decimal point of a quantity: a million million is beyond any stock.
pub const INTEGER_DIGITS_MAX: usize = 12;
/// Digits after the decimal point of a quantity.
pub const DECIMALS_MAX: usize = 3;
/// Largest plain integer: what a JSON reader holds exactly in a double (2⁵³ − 1).
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;
/// Entries that one count of a ledger may cover: the ledger's own bound before a continuation record.
pub const COVERS_MAX: usize = 2_000;
/// Entries at which a ledger asks for a count and a continuation record.
pub const LEDGER_ENTRIES_WARN: usize = 2_000;
/// Bytes of one change: the trust layer's bound on a payload.
pub const CHANGE_BYTES_MAX: usize = 64 << 10;
/// Operations of one change: the trust layer's bound (one character of text is one operation).
pub const CHANGE_OPERATIONS_MAX: usize = 10_000;
/// Characters of a search text: longer ones come from no keyboard.
pub const QUERY_CHARACTERS_MAX: usize = 200;
/// Tokens compared one by one when a whole text replaces another; beyond, the differing middle is replaced at once.
pub const DIFFERENCE_TOKENS_MAX: usize = 2_000;
/// Heads on which one change stands: the trust layer's bound. A record with more is gathered in several edits.
pub const HEADS_MAX: usize = 64;
