//! Bundles for a USB key: written to a file of ours and flushed before the first byte is given out;
//! read only after the whole file was found sound.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use axum::body::Body;
use beffroi_api::problem::Cause;
use beffroi_api::reply::bundle::{
    BundleRead, BundleReceiptShown, BundleShown, BundleWritten, Refused,
};
use beffroi_api::request::IMPORT_BYTES_MAX;
use beffroi_api::{Language, Schema};
use beffroi_store::Store;
use beffroi_sync::bundle::{
    BundleError, BundleReceipt, Counts, Decoder, Encoder, Ending, Header, Part,
};
use beffroi_trust::{Checked, DeviceId, Entry, EntryId, TerritoryId, check};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::runtime::Handle;
use tokio_util::io::ReaderStream;

use super::{Service, blocking};
use crate::clock::{now_ms, rfc3339};
use crate::custody;
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::node::{Kept, NodeHandle, Packing, counted, internal};
use crate::texts::Texts;

/// Entries read from the store and packed together: as many as a pack holds.
const TOGETHER: usize = beffroi_sync::limits::PACK_ENTRIES_MAX;
/// Bytes of entries read together: a pack.
const TOGETHER_BYTES: usize = beffroi_sync::limits::PACK_BYTES_MAX / 2;
/// Above this a group of signatures is worth a second thread.
const SPLIT_ABOVE: usize = 64;

/// A bundle to be streamed.
pub(crate) struct Bundled {
    pub(crate) said: BundleWritten,
    pub(crate) bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

impl Service {
    /// Writes a bundle: of everything, of what a post never acknowledged, or of receipts alone.
    pub(crate) async fn write_bundle(
        &self,
        named: Option<String>,
        receipts_only: bool,
    ) -> Outcome<Bundled> {
        self.context_of_any_post().await?;
        let wanted = named.clone();
        let to = self
            .node
            .ask(move |node| named.map(|named| node.peer_named(&named)))
            .await?;
        let to = match to {
            Some(None) => {
                return Err(Cause::PeerUnknown {
                    peer: wanted.unwrap_or_default().chars().take(80).collect(),
                }
                .into());
            }
            Some(to) => to,
            None => None,
        };
        let (packing, receipts, name) = self
            .node
            .ask(move |node| {
                let name = to.and_then(|to| node.shown_name(&to.into()));
                (node.packing(to), node.receipts_to_carry(to), name)
            })
            .await?;
        let mut packing = packing.ok_or(Cause::TerritoryMissing {})?;
        if receipts_only {
            packing.acts.clear();
            packing.contents.clear();
        }
        let path = self.exchange_file("bundle");
        let store = self.store.clone();
        let target = path.clone();
        let written = blocking(move || {
            let written = pack(&target, store.as_ref(), &packing, &receipts);
            (written, packing)
        })
        .await;
        let file = File::open(&path);
        // The open file outlives its name.
        let _ = std::fs::remove_file(&path);
        let (written, packing) = written?;
        let (header, ending, ids) = written?;
        let said = BundleWritten {
            schema: Schema,
            bundle: hex(&ending.hash),
            to: name,
            acts: ending.counts.acts,
            contents: ending.counts.contents,
            private_leaves: ending.counts.private_leaves,
            receipts: ending.counts.receipts,
        };
        if ending.counts.entries() > 0 {
            self.node
                .ask(move |node| node.bundle_written(&packing, &header, &ending, &ids))
                .await?;
        }
        let file = file.map_err(|error| internal(&error))?;
        Ok(Bundled {
            said,
            bytes: ReaderStream::new(tokio::fs::File::from_std(file)).boxed(),
        })
    }

    fn exchange_file(&self, word: &str) -> PathBuf {
        let name = format!("{word}-{}", dice::uuid(now_ms()));
        self.folder.exchange().join(name)
    }

    /// What a file says of itself, once found whole. Nothing is stored; no key is needed.
    pub(crate) async fn show_bundle(&self, language: Language, body: Body) -> Outcome<BundleShown> {
        let upload = self.receive(body).await?;
        let (header, ending, receipts) = blocking(move || sound(upload.path(), language)).await??;
        let (writer, to, here) = self
            .node
            .ask(move |node| {
                let name = |device| node.shown_name(&device);
                let here = node.living.as_ref().map(|living| living.id);
                let to = header
                    .to
                    .map(|to| name(to).unwrap_or_else(|| to.to_string()));
                (name(header.writer), to, here)
            })
            .await?;
        Ok(BundleShown {
            schema: Schema,
            bundle: hex(&ending.hash),
            territory: header.territory.to_string(),
            ours: here == Some(header.territory),
            writer: header.writer.to_string(),
            writer_name: writer,
            to,
            created: rfc3339(header.created_ms),
            acts: ending.counts.acts,
            contents: ending.counts.contents,
            private_leaves: ending.counts.private_leaves,
            receipts: receipts.len() as u64,
        })
    }

    /// Takes in a bundle. The answer counts what is on the disk, and nothing else.
    pub(crate) async fn read_bundle(&self, language: Language, body: Body) -> Outcome<BundleRead> {
        self.context_of_any_post().await?;
        self.node.ask(|node| node.refuse_in_trouble()).await??;
        let upload = self.receive(body).await?;
        let here = self
            .node
            .ask(|node| node.living.as_ref().map(|living| living.id))
            .await?
            .ok_or(Cause::TerritoryMissing {})?;
        let node = self.node.clone();
        let runtime = Handle::current();
        blocking(move || {
            let (header, ending, receipts) = sound(upload.path(), language)?;
            if header.territory != here {
                return Err(refused(BundleError::Foreign(header.territory), language));
            }
            let reading = Reading {
                node,
                runtime,
                territory: here,
                report: BundleRead {
                    schema: Schema,
                    new: 0,
                    known: 0,
                    parked: 0,
                    refused: Vec::new(),
                    receipts: 0,
                    receipt: None,
                },
            };
            reading.run(upload.path(), language, header, ending, receipts)
        })
        .await?
    }
}

/// Writes the file, whole and flushed, and says what is in it.
fn pack(
    path: &Path,
    store: &dyn Store,
    packing: &Packing,
    receipts: &[BundleReceipt],
) -> Outcome<(Header, Ending, Vec<EntryId>)> {
    let not_written = |error: std::io::Error| {
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        let path = path.display().to_string();
        Failure::from(if full {
            Cause::DiskFull { path }
        } else {
            Cause::DiskFailed { path }
        })
    };
    let header = Header {
        territory: packing.genesis.territory(),
        writer: packing.keys.id(),
        created_ms: now_ms(),
        to: packing.to.map(DeviceId::from),
    };
    let mut file = BufWriter::new(File::create(path).map_err(not_written)?);
    let mut counts = Counts {
        receipts: receipts.len() as u64,
        ..Counts::default()
    };
    let (mut encoder, begin) = Encoder::begin(&header);
    let mut length = begin.len() as u64;
    file.write_all(&begin).map_err(not_written)?;
    for receipt in receipts {
        let part = encoder.receipt(receipt);
        length += part.len() as u64;
        file.write_all(&part).map_err(not_written)?;
    }
    let mut ids = packing.acts.clone();
    ids.extend(&packing.contents);
    let mut left: &[EntryId] = &ids;
    while !left.is_empty() {
        let group = &left[..left.len().min(TOGETHER)];
        let created = packing.genesis.created_second();
        let parcels = custody::load(store, group, TOGETHER_BYTES, created);
        let matching = parcels
            .iter()
            .zip(group)
            .all(|(parcel, id)| parcel.id == *id);
        if parcels.is_empty() || !matching {
            // A stored entry cannot be read: a bundle without it would be told as whole.
            return Err(Cause::DiskFailed {
                path: "store".into(),
            }
            .into());
        }
        for parcel in &parcels {
            if let Ok(entry) = Entry::decode(&parcel.bytes) {
                counted(&mut counts, &entry);
            }
        }
        let mut entries: Vec<Bytes> = parcels.into_iter().map(|parcel| parcel.bytes).collect();
        left = &left[entries.len()..];
        while !entries.is_empty() {
            let (part, taken) = encoder
                .entries(&entries)
                .map_err(|error| internal(&error))?;
            length += part.len() as u64;
            file.write_all(&part).map_err(not_written)?;
            entries.drain(..taken);
        }
    }
    let (end, ending) = encoder.end(&packing.keys.signer, counts);
    length += end.len() as u64;
    if length > IMPORT_BYTES_MAX {
        return Err(Cause::FileTooLarge {
            limit: IMPORT_BYTES_MAX >> 20,
        }
        .into());
    }
    file.write_all(&end).map_err(not_written)?;
    let file = file
        .into_inner()
        .map_err(|error| not_written(error.into_error()))?;
    file.sync_all().map_err(not_written)?;
    Ok((header, ending, ids))
}

/// Reads a file to its end, giving out each part.
fn walk(path: &Path, language: Language, mut part: impl FnMut(Part) -> Outcome<()>) -> Outcome<()> {
    let file = File::open(path).map_err(|error| internal(&error))?;
    let mut file = BufReader::new(file);
    let mut decoder = Decoder::default();
    let mut bytes = Vec::new();
    while decoder.wants() > 0 {
        bytes.clear();
        let wanted = decoder.wants() as u64;
        file.by_ref()
            .take(wanted)
            .read_to_end(&mut bytes)
            .map_err(|error| internal(&error))?;
        if let Some(read) = decoder.take(&bytes).map_err(|why| refused(why, language))? {
            part(read)?;
        }
    }
    let more = file.read(&mut [0]).map_err(|error| internal(&error))?;
    if more > 0 {
        return Err(refused(BundleError::Damaged, language));
    }
    Ok(())
}

/// Finds a whole file sound before anything of it is believed: every checksum, the hash of all, the
/// counts, the writer's signature.
fn sound(path: &Path, language: Language) -> Outcome<(Header, Ending, Vec<BundleReceipt>)> {
    let (mut header, mut ending, mut receipts) = (None, None, Vec::new());
    walk(path, language, |part| {
        match part {
            Part::Header(read) => header = Some(read),
            Part::Receipt(read) => receipts.push(*read),
            Part::Entries(_) => {}
            Part::Ending(read) => ending = Some(read),
        }
        Ok(())
    })?;
    match (header, ending) {
        (Some(header), Some(ending)) => Ok((header, ending, receipts)),
        _ => Err(refused(BundleError::Damaged, language)),
    }
}

/// The sentence for a file that is not taken.
fn refused(why: BundleError, language: Language) -> Failure {
    let texts = Texts::of(language);
    let why = match why {
        BundleError::NotOne => texts.say("bundle-not-one", &[]),
        BundleError::Version(version) => {
            texts.say("bundle-newer", &[("version", version.to_string().into())])
        }
        BundleError::Cut => texts.say("bundle-cut", &[]),
        BundleError::Damaged => texts.say("bundle-damaged", &[]),
        BundleError::Forged => texts.say("bundle-forged", &[]),
        BundleError::Foreign(_) => texts.say("bundle-foreign", &[]),
    };
    Cause::FileRefused { why }.into()
}

/// A sound bundle being taken in.
struct Reading {
    node: NodeHandle,
    runtime: Handle,
    territory: TerritoryId,
    report: BundleRead,
}

impl Reading {
    fn run(
        mut self,
        path: &Path,
        language: Language,
        header: Header,
        ending: Ending,
        receipts: Vec<BundleReceipt>,
    ) -> Outcome<BundleRead> {
        let mut faulty = 0;
        let mut no_room = 0;
        let writer = header.writer;
        walk(path, language, |part| {
            if let Part::Entries(entries) = part {
                let given = entries.len() as u64;
                let checked = checked(&entries, &self.territory);
                faulty += given.saturating_sub(checked.len() as u64);
                no_room += self.take(checked, writer)?;
            }
            Ok(())
        })?;
        self.settle()?;
        for (reason, count) in [("invalid", faulty), ("no_room", no_room)] {
            if count > 0 {
                self.report.refused.push(Refused {
                    reason: reason.into(),
                    count,
                });
            }
        }
        for receipt in receipts {
            let taken = self.ask(move |node| node.take_receipt(&receipt))?;
            self.report.receipts += u64::from(taken.is_some());
        }
        // What others have on disk is told from now on: it must outlive a power cut like the entries.
        self.ask(|node| node.keep_receipts())?;
        self.settle()?;
        let whole = self.report.refused.is_empty() && self.report.parked == 0;
        if whole && ending.counts.entries() > 0 {
            let receipt = self.ask(move |node| node.sign_receipt(&header, &ending))?;
            self.report.receipt = receipt.map(|receipt| BundleReceiptShown {
                bundle: hex(&receipt.said.bundle),
                writer: receipt.said.writer.to_string(),
                entries: receipt.said.entries,
                at: rfc3339(receipt.said.at_ms),
            });
            self.settle()?;
        }
        Ok(self.report)
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut crate::node::Node) -> T + Send + 'static,
    ) -> Outcome<T> {
        self.runtime.block_on(self.node.ask(question))
    }

    /// Takes in a pack, and waits until it is on the disk; how many had no room.
    fn take(&mut self, entries: Vec<Checked>, writer: DeviceId) -> Outcome<u64> {
        let ids: Vec<EntryId> = entries.iter().map(Checked::id).collect();
        let (taken, kept): (_, Kept) = self.ask(move |node| node.take_from_file(entries))??;
        self.runtime
            .block_on(kept)
            .map_err(|_| Failure::from(Cause::Ending {}))??;
        self.ask(move |node| node.writer_has(writer, &ids))?;
        self.report.new += taken.new;
        self.report.known += taken.known;
        self.report.parked += taken.parked;
        Ok(taken.no_room)
    }

    /// Waits until what was put aside, and the receipt, are on the disk too.
    fn settle(&self) -> Outcome<()> {
        self.ask(|node| node.writer.settle())?;
        // What the writer reported is turned to before this question.
        self.ask(|node| node.refuse_in_trouble())?
    }
}

/// Those of the entries that are valid on their own, checked on two threads.
fn checked(entries: &[Bytes], territory: &TerritoryId) -> Vec<Checked> {
    let some = |entries: &[Bytes]| -> Vec<Checked> {
        let valid = |bytes: &Bytes| check(&Entry::decode(bytes).ok()?, territory).ok();
        entries.iter().filter_map(valid).collect()
    };
    if entries.len() <= SPLIT_ABOVE {
        return some(entries);
    }
    let (left, right) = entries.split_at(entries.len() / 2);
    std::thread::scope(|scope| {
        let right = scope.spawn(|| some(right));
        let mut all = some(left);
        all.extend(right.join().unwrap_or_default());
        all
    })
}

impl crate::node::Node {
    /// What a device is called, when its name has arrived.
    pub(crate) fn shown_name(&self, device: &DeviceId) -> Option<String> {
        let cabinet = self.living.as_ref()?.view.cabinet();
        cabinet.names().of(device).map(|post| post.name.clone())
    }
}

fn hex(bytes: &[u8; 32]) -> String {
    EntryId(*bytes).to_string()
}
