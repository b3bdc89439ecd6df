//! The journal as lines of JSON that a program without Beffroi can check: every signed byte, and what the
//! acts say. `docs/journal.md` has the format.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Bound;
use std::path::Path;

use beffroi_store::{OrderKey, Store};
use beffroi_sync::bundle::Counts;
use beffroi_trust::{Act, Checked, Class, EntryId, Genesis, Leaf, SetDigest};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::{Value, json};
use tokio_util::io::ReaderStream;

use super::{Service, blocking};
use crate::clock::now_ms;
use crate::custody;
use crate::dice;
use crate::failure::Outcome;
use crate::node::{counted, internal};

/// The version of the lines.
const VERSION: u8 = 1;
/// Entries in memory at a time.
const TOGETHER: usize = 200;

/// Why the journal could not be written out.
#[derive(Debug, thiserror::Error)]
enum NotExported {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] beffroi_store::StoreError),
}

impl Service {
    /// The journal, written beside the data first, so that it is whole or a problem.
    pub(crate) async fn journal_export(
        &self,
    ) -> Outcome<BoxStream<'static, std::io::Result<Bytes>>> {
        self.context_of_any_post().await?;
        let genesis = self
            .node
            .ask(|node| node.living.as_ref().map(|living| living.genesis.clone()))
            .await?
            .ok_or(beffroi_api::problem::Cause::TerritoryMissing {})?;
        let name = format!("journal-{}", dice::uuid(now_ms()));
        let path = self.folder.exchange().join(name);
        let (store, target) = (self.store.clone(), path.clone());
        let written = blocking(move || write(&target, store.as_ref(), &genesis)).await;
        let file = File::open(&path);
        // The open file outlives its name.
        let _ = std::fs::remove_file(&path);
        written?.map_err(|error| internal(&error))?;
        let file = file.map_err(|error| internal(&error))?;
        Ok(ReaderStream::new(tokio::fs::File::from_std(file)).boxed())
    }
}

fn write(path: &Path, store: &dyn Store, genesis: &Genesis) -> Result<(), NotExported> {
    let mut file = BufWriter::new(File::create(path)?);
    let head = json!({
        "beffroi_journal": VERSION,
        "territory": genesis.territory(),
        "genesis": hex(&genesis.encode()),
        "roots": genesis.roots(),
    });
    line(&mut file, &head)?;
    let mut counts = Counts::default();
    let mut ids: Vec<EntryId> = Vec::new();
    let mut from = Bound::Unbounded;
    loop {
        let page: Vec<OrderKey> = store.order(from, TOGETHER)?;
        let group: Vec<EntryId> = page.iter().map(|key| EntryId(key.id)).collect();
        for checked in custody::read(store, &group)? {
            counted(&mut counts, checked.entry());
            ids.push(checked.id());
            line(&mut file, &entry(&checked))?;
        }
        match page.last() {
            Some(last) if page.len() == TOGETHER => from = Bound::Excluded(*last),
            _ => break,
        }
    }
    let digest = SetDigest::of(ids.iter().copied());
    let end = json!({
        "end": true,
        "entries": ids.len(),
        "acts": counts.acts,
        "contents": counts.contents,
        "private_leaves": counts.private_leaves,
        "set_digest": digest.to_string(),
        "words": digest.words(),
    });
    line(&mut file, &end)?;
    file.flush()?;
    Ok(())
}

fn line(file: &mut impl Write, value: &Value) -> Result<(), NotExported> {
    serde_json::to_writer(&mut *file, value)?;
    file.write_all(b"\n")?;
    Ok(())
}

/// One line: the signed bytes, and beside them what they say, which a verifier does not believe.
fn entry(checked: &Checked) -> Value {
    let entry = checked.entry();
    let leaf = |leaf: &Leaf| match leaf {
        Leaf::Here { slot, bytes } => json!({"slot": slot, "bytes": hex(bytes)}),
        Leaf::Gone { slot, size, hash } => json!({"slot": slot, "size": size, "hash": hex(hash)}),
    };
    let head = checked.head();
    let mut said = json!({
        "id": checked.id(),
        "class": match checked.class() {
            Class::Act => "act",
            Class::Content => "content",
        },
        "author": checked.author(),
        "time_ms": checked.time_ms(),
        "seq": head.map(|head| head.seq),
        "head": hex(&entry.head),
        "signature": hex(&entry.signature),
        "nonce": hex(&entry.body.nonce),
        "leaves": entry.body.leaves.iter().map(leaf).collect::<Vec<_>>(),
    });
    if let (Some(act), Some(said)) = (checked.act(), said.as_object_mut()) {
        said.insert("act".into(), act_said(act));
    }
    said
}

fn act_said(act: &Act) -> Value {
    serde_json::to_value(act).unwrap_or(Value::Null)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
