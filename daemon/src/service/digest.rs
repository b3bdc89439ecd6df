//! The digest of everything held: two posts that show the same hold the same.

use beffroi_api::Schema;
use beffroi_api::reply::status::Digest;
use beffroi_trust::{Class, EntryId, SetDigest};

use super::{Service, blocking};
use crate::failure::Outcome;
use crate::node::Node;

impl Service {
    /// The digest, in digits and in words.
    pub(crate) async fn digest(&self) -> Outcome<Digest> {
        self.context_of_any_post().await?;
        let (digest, entries) = self.set_digest().await?;
        let words = digest
            .words()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        Ok(Digest {
            schema: Schema,
            set_digest: digest.to_string(),
            words,
            entries,
        })
    }

    pub(crate) async fn set_digest(&self) -> Outcome<(SetDigest, u64)> {
        let ids = self.node.ask(|node| node.all_ids()).await?;
        let entries = ids.len() as u64;
        Ok((blocking(move || SetDigest::of(ids)).await?, entries))
    }
}

impl Node {
    /// The ids on the disk, of both sets.
    fn all_ids(&self) -> Vec<EntryId> {
        let living = self.living.as_ref();
        living.map_or_else(Vec::new, |living| {
            let acts = living.engine.ids(Class::Act);
            acts.chain(living.engine.ids(Class::Content))
                .copied()
                .collect()
        })
    }
}
