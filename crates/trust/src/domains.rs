//! Every domain-separation string of the crate, in one place: two uses of one key or hash must
//! never share a string, and a string never changes once entries exist.

/// BLAKE3 context of a territory's id, over the genesis bytes.
pub(crate) const TERRITORY: &str = "beffroi v1 territory";
/// BLAKE3 context of an entry's id, over its head bytes.
pub(crate) const ENTRY_ID: &str = "beffroi v1 entry id";
/// BLAKE3 context of a leaf's hash, over its bytes as carried.
pub(crate) const LEAF: &str = "beffroi v1 leaf";
/// BLAKE3 context of a body root, over the nonce and the leaf list.
pub(crate) const BODY: &str = "beffroi v1 body";
/// BLAKE3 context of an epoch, over the ring key it commits to.
pub(crate) const EPOCH: &str = "beffroi v1 epoch";
/// BLAKE3 context of a one-shot actor, over author, document and change.
pub(crate) const ONE_SHOT_ACTOR: &str = "beffroi v1 one-shot actor";
/// BLAKE3 context of the digest of both sets, over their sorted ids.
pub(crate) const DIGEST: &str = "beffroi v1 digest";
/// BLAKE3 context of the seed of an invite's signing key.
pub(crate) const INVITE_SIGN: &str = "beffroi v1 invite sign";
/// BLAKE3 context of the key that seals a welcome.
pub(crate) const INVITE_WELCOME: &str = "beffroi v1 invite welcome";

/// Prefix of the bytes an entry's signature covers.
pub(crate) const ENTRY_SIGNATURE: &[u8] = b"beffroi/entry/1\0";
/// Prefix of a sealed leaf's associated data.
pub(crate) const LEAF_SEALING: &[u8] = b"beffroi/leaf/1\0";
/// Prefix of the bytes a claim's signatures cover, and of its label's associated data.
pub(crate) const CLAIM: &[u8] = b"beffroi/claim/1\0";
/// Prefix of a welcome's associated data.
pub(crate) const WELCOME: &[u8] = b"beffroi/welcome/1";
/// HPKE info of a sealed ring key.
pub(crate) const RING_KEY: &[u8] = b"beffroi/ring-key/1";
/// Argon2 salt of an invite code: fixed, because the joiner has nothing but the code.
pub(crate) const INVITE_SALT: &[u8; 16] = b"beffroi/invite/1";
/// Prefix of a sealed keystore's associated data.
pub(crate) const KEYSTORE: &[u8] = b"beffroi/keystore/1";
/// Prefix of the bytes the signature at the end of a bundle covers.
pub(crate) const BUNDLE: &[u8] = b"beffroi/bundle/1\0";
/// Prefix of the bytes the signature of a bundle's receipt covers.
pub(crate) const BUNDLE_RECEIPT: &[u8] = b"beffroi/bundle-receipt/1\0";
