//! What happens when its time has come, and how a post's effects are performed: the daemon's part.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use beffroi_sync::{Effect, Frame, Input, Moment, Notice, PeerId, Reason, Verified};
use beffroi_trust::{EntryId, Parcel};

use crate::entry;
use crate::world::{Event, Post, World, encode, link_of, peer_id, post_of};

/// A flush, measured on real disks.
const FLUSH: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(12));
/// A reading of entries.
const LOAD: (Duration, Duration) = (Duration::from_micros(200), Duration::from_millis(2));
/// A signature on one of two cores.
const VERIFY: Duration = Duration::from_micros(25);
/// How soon a link is dialled again.
const REDIAL: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3));

impl World {
    pub(crate) fn happen(&mut self, event: Event) {
        match event {
            Event::Deliver {
                from,
                to,
                epoch,
                bytes,
            } => {
                let wire = self.wires.get(&(from.min(to), from.max(to)));
                if wire.is_some_and(|wire| wire.is_up && wire.epoch == epoch) {
                    self.count_delivery(from, to, &bytes);
                    self.input(to, Input::Received(peer_id(from), bytes));
                }
            }
            Event::Input { post, life, input } => {
                if self.posts[post].life == life {
                    self.input(post, input);
                }
            }
            Event::Flushed {
                post,
                life,
                failures,
                parcels,
            } => {
                let this = &self.posts[post];
                // A crash or a failure between write and flush: it never happened.
                if this.life == life && this.failures == failures && this.engine.is_some() {
                    self.flushed(post, &parcels);
                }
            }
            Event::Load {
                post,
                life,
                ticket,
                parcels,
            } => {
                if self.posts[post].life == life {
                    self.input(post, Input::Loaded(ticket, parcels));
                }
            }
            Event::Wake(post) => {
                if self.posts[post].wakes_at == Some(self.now) {
                    self.posts[post].wakes_at = None;
                    self.input(post, Input::Woke);
                    let this = &mut self.posts[post];
                    if let Some(engine) = &mut this.engine {
                        this.disk.keep_receipts(engine.changed_receipts());
                    }
                }
            }
            Event::Connect(one, other) => self.bring_up(one, other),
        }
    }

    fn count_delivery(&mut self, from: usize, to: usize, bytes: &[u8]) {
        if let Ok(Frame::Entries(entries)) = Frame::decode(bytes) {
            for bytes in entries.pack.open().unwrap_or_default() {
                if let Ok(parcel) = entry::read(bytes, 0) {
                    self.tally.delivered(&parcel.id, from, to);
                }
            }
        }
    }

    /// Hands an input to a post that runs, and performs what it asks.
    pub(crate) fn input(&mut self, post: usize, input: Input) {
        let now = self.now;
        let Some(engine) = &mut self.posts[post].engine else {
            return;
        };
        engine.handle(now, input);
        let effects: Vec<Effect> = std::iter::from_fn(|| engine.next_effect()).collect();
        let wakes_at = engine.wake_at().map(|(at, _)| at.max(now));
        for effect in effects {
            self.perform(post, effect);
        }
        let this = &mut self.posts[post];
        if let Some(at) = wakes_at
            && this.wakes_at.is_none_or(|before| at < before)
        {
            this.wakes_at = Some(at);
            self.schedule(at, Event::Wake(post));
        }
    }

    fn later(&mut self, post: usize, wait: Duration, input: Input) {
        let life = self.posts[post].life;
        self.schedule(self.now + wait, Event::Input { post, life, input });
    }

    fn perform(&mut self, post: usize, effect: Effect) {
        match effect {
            Effect::Verify(_, parcels) => self.verify(post, parcels),
            Effect::Persist(_) if self.posts[post].refuses => {
                self.later(post, Duration::ZERO, Input::PersistFailed);
            }
            Effect::Persist(parcels) => {
                let parcels = parcels.into_iter().map(Arc::new).collect();
                let Post {
                    life,
                    failures,
                    flushed_at,
                    ..
                } = self.posts[post];
                let at = self.now.max(flushed_at) + self.chance.span(FLUSH);
                self.posts[post].flushed_at = at;
                self.schedule(
                    at,
                    Event::Flushed {
                        post,
                        life,
                        failures,
                        parcels,
                    },
                );
            }
            Effect::Load {
                ticket,
                ids,
                bytes_max,
            } => {
                let parcels = self.load(post, &ids, bytes_max);
                let life = self.posts[post].life;
                let at = self.now + self.chance.span(LOAD);
                self.schedule(
                    at,
                    Event::Load {
                        post,
                        life,
                        ticket,
                        parcels,
                    },
                );
            }
            // Bodies of the simulation are always whole: it asks for no copies.
            Effect::Mend(..) => {}
            Effect::Send(peer, frame) => self.send(post, post_of(&peer), frame),
            Effect::Tell(notice) => self.notice(post, notice),
            Effect::HangUp(peer, reason) => self.hang_up(post, post_of(&peer), reason),
        }
    }

    fn verify(&mut self, post: usize, parcels: Vec<Parcel>) {
        let wait = VERIFY * u32::try_from(parcels.len()).unwrap_or(u32::MAX);
        let mut verified = Verified::default();
        let (park_max, author_max) = (self.park_max, self.author_max);
        let this = &mut self.posts[post];
        // A grant makes its author known to those behind it, as in the real membership.
        let mut authors = this.authors.clone();
        let mut written = BTreeMap::<u32, usize>::new();
        for parcel in this.disk.parcels() {
            *written.entry(entry::author(parcel)).or_default() += 1;
        }
        for parcel in parcels {
            let id = parcel.id;
            if !entry::is_whole(&parcel) {
                verified.faulty.push(id);
            } else if this.disk.has(&id) {
                verified.known.push(id);
            } else if entry::author(&parcel) != 0
                && authors.contains(&entry::author(&parcel))
                && written.get(&entry::author(&parcel)).copied().unwrap_or(0) >= author_max
            {
                verified.deferred.push(id);
            } else if authors.contains(&entry::author(&parcel)) {
                *written.entry(entry::author(&parcel)).or_default() += 1;
                authors.extend(entry::grants(&parcel));
                verified.accepted.push(id);
            } else if this.disk.park(Arc::new(parcel), park_max) {
                verified.parked.push(id);
            } else {
                verified.overflowed.push(id);
            }
        }
        self.later(post, wait, Input::Verified(verified));
    }

    fn load(&self, post: usize, ids: &[EntryId], bytes_max: usize) -> Vec<Parcel> {
        let mut parcels: Vec<Parcel> = Vec::new();
        let mut bytes = 0;
        for parcel in ids.iter().filter_map(|id| self.posts[post].disk.read(id)) {
            bytes += parcel.bytes.len();
            if bytes > bytes_max && !parcels.is_empty() {
                break;
            }
            parcels.push(parcel.as_ref().clone());
        }
        parcels
    }

    fn flushed(&mut self, post: usize, parcels: &[Arc<Parcel>]) {
        let this = &mut self.posts[post];
        if this.disk.full {
            this.failures += 1;
            this.refuses = true;
            return self.input(post, Input::PersistFailed);
        }
        let news = self.posts[post].disk.flush(parcels);
        let posts = self.posts.len();
        for parcel in parcels.iter().filter(|parcel| news.contains(&parcel.id)) {
            self.held += 1;
            self.model
                .entry(parcel.id)
                .or_insert_with(|| parcel.clone());
            self.tally.flushed(&parcel.id, posts, self.now);
        }
        let granted: Vec<_> = parcels
            .iter()
            .filter_map(|parcel| entry::grants(parcel))
            .collect();
        self.posts[post].authors.extend(&granted);
        self.input(
            post,
            Input::Persisted(parcels.iter().map(|parcel| parcel.id).collect()),
        );
        if !granted.is_empty() {
            self.wake_parked(post);
        }
    }

    fn wake_parked(&mut self, post: usize) {
        let this = &self.posts[post];
        let known = |parcel: &&Arc<Parcel>| this.authors.contains(&entry::author(parcel));
        let woken: Vec<Parcel> = this
            .disk
            .parked()
            .filter(known)
            .map(|parcel| parcel.as_ref().clone())
            .collect();
        if !woken.is_empty() {
            self.input(post, Input::Woken(woken));
        }
    }

    fn send(&mut self, from: usize, to: usize, frame: Frame) {
        let key = (from.min(to), from.max(to));
        if !self.wires.get(&key).is_some_and(|wire| wire.is_up) {
            return;
        }
        let lie = self.posts[from].lie;
        if self.watched && lie.is_none() {
            self.check_frame(from, &frame);
        }
        let counted = frame.clone();
        let Some(bytes) = encode(frame, lie, &mut self.chance) else {
            return;
        };
        self.tally.sent(&counted, bytes.len());
        let Some(wire) = self.wires.get_mut(&key) else {
            return;
        };
        let (now, epoch) = (self.now, wire.epoch);
        let arrivals = wire.carry(usize::from(from > to), bytes.len(), now, &mut self.chance);
        for at in arrivals {
            let bytes = bytes.clone();
            self.schedule(
                at,
                Event::Deliver {
                    from,
                    to,
                    epoch,
                    bytes,
                },
            );
        }
    }

    fn notice(&mut self, post: usize, notice: Notice) {
        if self.watched {
            self.check_notice(post, &notice);
        }
        if self.posts[post].notices.len() < 10_000 {
            self.posts[post].notices.push(notice);
        }
    }

    fn hang_up(&mut self, post: usize, other: usize, reason: Reason) {
        self.posts[post].hung_up.push((other, reason));
        let wait = self.chance.span(REDIAL);
        let at = self.now + wait.max(reason.ban().unwrap_or_default());
        self.take_down(post, other);
        if let Some(wire) = self.wires.get_mut(&(post.min(other), post.max(other))) {
            wire.banned_until = at;
        }
        self.schedule(at, Event::Connect(post, other));
    }

    /// Both posts learn that their line is gone.
    pub(crate) fn take_down(&mut self, one: usize, other: usize) {
        let Some(wire) = self.wires.get_mut(&(one.min(other), one.max(other))) else {
            return;
        };
        if std::mem::take(&mut wire.is_up) {
            for (post, peer) in [(one, other), (other, one)] {
                self.later(post, Duration::ZERO, Input::Disconnected(peer_id(peer)));
            }
        }
    }

    fn bring_up(&mut self, one: usize, other: usize) {
        let running = [one, other]
            .iter()
            .all(|post| self.posts[*post].engine.is_some());
        let now = self.now;
        let Some(wire) = self.wires.get_mut(&(one.min(other), one.max(other))) else {
            return;
        };
        if !running || wire.is_up || wire.is_cut || wire.banned_until > now {
            return;
        }
        wire.is_up = true;
        wire.epoch += 1;
        let link = link_of(wire.quality);
        for (post, other) in [(one, other), (other, one)] {
            let wall_ms = self.wall_ms(post, now);
            let peer = peer_id(other);
            self.input(
                post,
                Input::Connected {
                    peer,
                    link,
                    wall_ms,
                },
            );
        }
    }

    fn wall_ms(&self, post: usize, now: Moment) -> u64 {
        let right = i64::from(crate::world::START_SECOND) * 1_000;
        let passed = i64::try_from(now.0.as_millis()).unwrap_or(0);
        u64::try_from(right + passed + self.posts[post].skew * 1_000).unwrap_or(0)
    }

    /// The peers a post's engine has met.
    #[must_use]
    pub fn peers_of(&self, post: usize) -> Vec<PeerId> {
        let engine = self.posts[post].engine.as_ref();
        engine.map_or_else(Vec::new, |engine| engine.known_peers().copied().collect())
    }
}
