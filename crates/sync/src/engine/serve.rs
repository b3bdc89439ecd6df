//! Answering what peers ask for: read from the disk, packed, sent.

use beffroi_trust::{Class, EntryId, OrderKey, Parcel};
use bytes::Bytes;

use super::Engine;
use crate::ask::COPIES;
use crate::effect::{Effect, Notice, Ticket};
use crate::index::{LOWEST, successor};
use crate::limits::{
    PACK_BYTES_FAST, PACK_BYTES_THIN, PACK_ENTRIES_MAX, PART_ENTRIES_MIN, PARTS_MAX, SERVING_MAX,
    WINDOW_MAX,
};
use crate::peer::{Link, PeerId};
use crate::wire::{Bound, Cause, Entries, Frame, List, Outline, Pack, Stream, Want};

/// A reading of the disk for a peer.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) peer: PeerId,
    number: u32,
    kind: Kind,
    /// How many bytes were asked for.
    bytes: usize,
}

#[derive(Debug, Clone)]
enum Kind {
    Ids,
    /// Entries that were pushed and not acknowledged.
    Push(Class),
    /// The keys asked from the disk, and whether the part goes on behind them.
    Part {
        keys: Vec<OrderKey>,
        goes_on: bool,
    },
}

/// Keys read at once for a stream: what half a mebibyte of the smallest entries holds.
const KEYS_AT_ONCE: usize = 4 * PACK_ENTRIES_MAX;

impl Engine {
    pub(super) fn wanted(&mut self, peer: PeerId, want: &Want) {
        let mut found: Vec<(Class, EntryId)> = Vec::new();
        let mut lost = Vec::new();
        for prefix in want.ids.iter() {
            if let Some((class, id)) = self.sets.find(*prefix) {
                if want.number & COPIES == 0 && self.retract(peer, class, id) {
                    lost.push(id);
                }
                found.push((class, id));
            }
        }
        if !lost.is_empty() {
            self.tell(Notice::Retracted(peer, lost));
        }
        let place = |(class, id): &(Class, EntryId)| self.sets.at(*class).place(id).copied();
        match self.links.get(&peer).map(|link| link.link) {
            // Parents before children: they arrived here in that order.
            Some(Link::Fast) => {
                found.sort_by_key(|entry| (entry.0, place(entry).map(|at| at.position)))
            }
            Some(Link::Thin) => found.sort_by_key(|entry| {
                (entry.0, std::cmp::Reverse(place(entry).map(|at| at.second)))
            }),
            None => return,
        }
        let ids = found.into_iter().map(|(_, id)| id).collect();
        self.load(peer, want.number, Kind::Ids, ids, want.bytes);
    }

    pub(super) fn surveyed(&mut self, peer: PeerId, class: Class) {
        let index = &self.sets.at(class).index;
        let parts = index.total().count / PART_ENTRIES_MIN;
        let parts = parts.clamp(1, PARTS_MAX as u64);
        let cuts = index.cuts(&LOWEST, &None, parts);
        let mut seconds: Vec<u32> = cuts.into_iter().map(|key| key.second).collect();
        seconds.dedup();
        let seconds = List::first(seconds);
        self.send(peer, Frame::Outline(Outline { class, seconds }));
    }

    pub(super) fn streamed(&mut self, peer: PeerId, stream: &Stream) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&peer) else {
            return;
        };
        link.streamed_at = Some(now);
        let end: Bound = stream.to_second.map(|second| OrderKey {
            second,
            id: LOWEST.id,
        });
        let index = &self.sets.at(stream.class).index;
        let inside = end.is_none_or(|end| stream.from < end);
        let range = inside.then(|| index.range(&stream.from, &end));
        let mut keys: Vec<OrderKey> = range
            .into_iter()
            .flatten()
            .take(KEYS_AT_ONCE + 1)
            .copied()
            .collect();
        let goes_on = keys.len() > KEYS_AT_ONCE;
        keys.truncate(KEYS_AT_ONCE);
        let ids = keys.iter().map(|key| key.id).collect();
        let kind = Kind::Part { keys, goes_on };
        self.load(peer, stream.number, kind, ids, stream.bytes);
    }

    /// Pushes entries again that a peer did not acknowledge.
    pub(super) fn push_again(&mut self, peer: PeerId, class: Class, ids: Vec<EntryId>) {
        let bytes = u32::try_from(PACK_BYTES_FAST).unwrap_or(u32::MAX);
        self.load(peer, 0, Kind::Push(class), ids, bytes);
    }

    /// Has entries read for a peer, unless too much is being read for it already.
    fn load(&mut self, peer: PeerId, number: u32, kind: Kind, ids: Vec<EntryId>, bytes: u32) {
        if self.jobs.values().filter(|job| job.peer == peer).count() >= SERVING_MAX {
            return;
        }
        let bytes = usize::try_from(bytes).unwrap_or(WINDOW_MAX).min(WINDOW_MAX);
        let job = Job {
            peer,
            number,
            kind,
            bytes,
        };
        if ids.is_empty() {
            return self.answer(&job, &[]);
        }
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.jobs.insert(ticket, job);
        self.effects.push_back(Effect::Load {
            ticket,
            ids,
            bytes_max: bytes,
        });
    }

    pub(super) fn loaded(&mut self, ticket: Ticket, parcels: &[Parcel]) {
        if let Some(job) = self.jobs.remove(&ticket) {
            self.answer(&job, parcels);
        }
    }

    fn answer(&mut self, job: &Job, parcels: &[Parcel]) {
        let Some(link) = self.links.get(&job.peer) else {
            return;
        };
        let pack_bytes = match link.link {
            Link::Fast => (job.bytes / 4).clamp(PACK_BYTES_THIN, PACK_BYTES_FAST),
            Link::Thin => PACK_BYTES_THIN,
        };
        let entries: Vec<Bytes> = parcels.iter().map(|parcel| parcel.bytes.clone()).collect();
        let mut rest = entries.as_slice();
        loop {
            let (pack, taken) = Pack::build(rest, pack_bytes);
            rest = rest.get(taken..).unwrap_or_default();
            let last = rest.is_empty();
            let cause = match &job.kind {
                Kind::Push(class) => Cause::Pushed {
                    class: *class,
                    digest: self.sets.at_mut(*class).digest(),
                },
                Kind::Ids => Cause::Wanted {
                    number: job.number,
                    last,
                },
                Kind::Part { keys, goes_on } => Cause::Streamed {
                    number: job.number,
                    last,
                    next: reached(keys, *goes_on, parcels.last()),
                },
            };
            self.send(job.peer, Frame::Entries(Entries { cause, pack }));
            if last {
                return;
            }
        }
    }
}

/// Where a stream goes on behind what was read; none when the part is complete. What was asked of
/// the disk and is not there is passed over.
fn reached(keys: &[OrderKey], goes_on: bool, last: Option<&Parcel>) -> Option<OrderKey> {
    let end = keys.last().copied();
    let reached = last.map(Parcel::key).or(end);
    reached
        .filter(|_| goes_on || reached != end)
        .map(|key| successor(&key))
}
