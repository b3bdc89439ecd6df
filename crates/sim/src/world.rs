//! A world: posts, lines, virtual time. Every story drives one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use beffroi_sync::{
    Address, Config, Engine, Frame, Input, Link, Moment, Notice, PeerId, Reason, Ticket,
};
use beffroi_trust::{Class, EntryId, Parcel};
use bytes::Bytes;

use crate::chance::Chance;
use crate::disk::Disk;
use crate::entry::{self, Author, Draft};
use crate::liar::Lie;
use crate::tally::Tally;
use crate::wire::{Quality, Wire};

/// The second at which every story begins, on a right clock.
pub const START_SECOND: u32 = 1_790_000_000;

/// One post.
pub struct Post {
    /// Its engine; none while it is down.
    pub(crate) engine: Option<Engine>,
    /// What survives it.
    pub disk: Disk,
    /// Counts starts: answers to an earlier life are lost.
    pub(crate) life: u64,
    pub(crate) wakes_at: Option<Moment>,
    /// Counts the times its disk failed: what was being written then is not flushed later.
    pub(crate) failures: u64,
    /// Whether its disk failed and has not been resumed.
    pub(crate) refuses: bool,
    /// When the last flush will be done: they end in order.
    pub(crate) flushed_at: Moment,
    /// Seconds by which its clock is wrong.
    pub(crate) skew: i64,
    pub(crate) lie: Option<Lie>,
    pub(crate) authors: BTreeSet<Author>,
    /// What it was told by its engine.
    pub notices: Vec<Notice>,
    /// On whom it hung up, and why.
    pub hung_up: Vec<(usize, Reason)>,
}

/// Something that will happen.
pub(crate) enum Event {
    Deliver {
        from: usize,
        to: usize,
        epoch: u64,
        bytes: Bytes,
    },
    Input {
        post: usize,
        life: u64,
        input: Input,
    },
    Flushed {
        post: usize,
        life: u64,
        failures: u64,
        parcels: Vec<Arc<Parcel>>,
    },
    Load {
        post: usize,
        life: u64,
        ticket: Ticket,
        parcels: Vec<Parcel>,
    },
    Wake(usize),
    Connect(usize, usize),
}

/// A whole mesh in one thread.
pub struct World {
    /// The seed it was made from, for messages.
    pub seed: u64,
    /// How far it has run.
    pub now: Moment,
    pub(crate) chance: Chance,
    pub(crate) queue: BTreeMap<(Moment, u64), Event>,
    pub(crate) events: u64,
    /// Its posts.
    pub posts: Vec<Post>,
    pub(crate) wires: BTreeMap<(usize, usize), Wire>,
    pub(crate) neighbours: Vec<Vec<usize>>,
    /// Every entry that was ever flushed where it was written: what all posts must end with.
    pub model: BTreeMap<EntryId, Arc<Parcel>>,
    next_number: u64,
    /// Flushed copies of entries of the model, over all posts.
    pub(crate) held: usize,
    /// What was sent since the start or [`World::start_tally`].
    pub tally: Tally,
    /// Whether every acknowledgement and every frame is compared with the disks.
    pub watched: bool,
    /// Entries of unknown authors that a post keeps.
    pub park_max: usize,
    /// Entries of one author, not the root, that a post takes; it can be raised.
    pub author_max: usize,
}

impl World {
    /// A world of posts without lines.
    #[must_use]
    pub fn new(seed: u64, posts: usize) -> Self {
        let mut world = Self {
            seed,
            now: Moment::ZERO,
            chance: Chance::new(seed),
            queue: BTreeMap::new(),
            events: 0,
            posts: Vec::new(),
            wires: BTreeMap::new(),
            neighbours: vec![Vec::new(); posts],
            model: BTreeMap::new(),
            next_number: 0,
            held: 0,
            tally: Tally::default(),
            watched: true,
            park_max: 1_000,
            author_max: usize::MAX,
        };
        for _ in 0..posts {
            world.posts.push(Post {
                engine: None,
                disk: Disk::default(),
                life: 0,
                wakes_at: None,
                failures: 0,
                refuses: false,
                flushed_at: Moment::ZERO,
                skew: 0,
                lie: None,
                authors: BTreeSet::from([0]),
                notices: Vec::new(),
                hung_up: Vec::new(),
            });
        }
        world
    }

    /// Puts the same entries on these posts' disks before they start.
    pub fn preload(&mut self, posts: impl IntoIterator<Item = usize>, count: u64) {
        let parcels: Vec<Arc<Parcel>> = (0..count)
            .map(|age| {
                let second = START_SECOND - u32::try_from(count - age).unwrap_or(0);
                Arc::new(self.draft(Class::Content, second, 0, 0).parcel())
            })
            .collect();
        for parcel in &parcels {
            self.model.insert(parcel.id, parcel.clone());
        }
        for post in posts {
            self.held += self.posts[post].disk.flush(&parcels).len();
        }
    }

    /// A new entry's content, unlike any other.
    pub(crate) fn draft(
        &mut self,
        class: Class,
        second: u32,
        author: Author,
        grants: Author,
    ) -> Draft {
        self.next_number += 1;
        Draft {
            class,
            second,
            author,
            number: self.next_number,
            grants,
            filling: 180 + self.chance.below(240),
        }
    }

    /// Lays a line between two posts.
    pub fn lay(&mut self, one: usize, other: usize, quality: Quality) {
        let (low, high) = (one.min(other), one.max(other));
        if low == high || self.wires.contains_key(&(low, high)) {
            return;
        }
        self.wires.insert((low, high), Wire::new(quality));
        self.neighbours[low].push(high);
        self.neighbours[high].push(low);
    }

    /// Starts every post that is down, in random order, within a second.
    pub fn start(&mut self) {
        for post in 0..self.posts.len() {
            self.restart(post);
        }
    }

    /// Starts a post that is down, from its disk.
    pub fn restart(&mut self, post: usize) {
        if self.posts[post].engine.is_some() {
            return;
        }
        let seed = self.chance.seed();
        let config = Config {
            read: entry::read,
            ..Config::new("sim", 0)
        };
        let this = &mut self.posts[post];
        let disk = &this.disk;
        let receipts = disk.receipts();
        let mut engine = Engine::restore(peer_id(post), config, seed, disk.log(), &receipts);
        engine.restore_parked(disk.parked().map(|parcel| parcel.id));
        this.authors = disk
            .parcels()
            .filter_map(|parcel| entry::grants(parcel))
            .collect();
        this.authors.insert(0);
        this.engine = Some(engine);
        this.life += 1;
        this.refuses = false;
        this.wakes_at = None;
        for other in self.neighbours[post].clone() {
            let wait = self.chance.span((Duration::ZERO, Duration::from_secs(1)));
            self.schedule(self.now + wait, Event::Connect(post, other));
        }
    }

    /// The power of a post fails: what was not flushed is lost.
    pub fn crash(&mut self, post: usize) {
        self.posts[post].engine = None;
        for other in self.neighbours[post].clone() {
            self.take_down(post, other);
        }
    }

    /// Cuts or mends the line between two posts.
    pub fn cut(&mut self, one: usize, other: usize, is_cut: bool) {
        let Some(wire) = self.wires.get_mut(&(one.min(other), one.max(other))) else {
            return;
        };
        wire.is_cut = is_cut;
        if is_cut {
            self.take_down(one, other);
        } else {
            let wait = self.chance.span((Duration::ZERO, Duration::from_secs(1)));
            self.schedule(self.now + wait, Event::Connect(one, other));
        }
    }

    /// Lets a line swallow everything, without either post being told.
    pub fn mute(&mut self, one: usize, other: usize, is_mute: bool) {
        if let Some(wire) = self.wires.get_mut(&(one.min(other), one.max(other))) {
            wire.is_mute = is_mute;
        }
    }

    /// Cuts every line between the two sides, or mends it.
    pub fn partition(&mut self, side: &dyn Fn(usize) -> bool, is_cut: bool) {
        let across: Vec<_> = self.wires.keys().copied().collect();
        for (one, other) in across {
            if side(one) != side(other) {
                self.cut(one, other, is_cut);
            }
        }
    }

    /// Sets what all lines do to frames.
    pub fn set_quality(&mut self, quality: Quality) {
        for wire in self.wires.values_mut() {
            wire.quality = quality;
        }
    }

    /// Makes a post lie from now on.
    pub fn lies(&mut self, post: usize, lie: Lie) {
        self.posts[post].lie = Some(lie);
    }

    /// Sets a post's clock wrong by this many seconds.
    pub fn skew(&mut self, post: usize, seconds: i64) {
        self.posts[post].skew = seconds;
    }

    /// A post loses an entry from its disk, as one that withholds it would seem to.
    pub fn forget(&mut self, post: usize, id: &EntryId) {
        if self.posts[post].disk.forget(id) {
            self.held -= 1;
        }
    }

    /// A post's disk is replaced by an earlier copy of it.
    pub fn put_back(&mut self, post: usize, disk: Disk) {
        self.held -= self.posts[post].disk.len();
        self.held += disk.len();
        self.posts[post].disk = disk;
    }

    /// Fills a post's disk, or frees it.
    pub fn fill_disk(&mut self, post: usize, full: bool) {
        self.posts[post].disk.full = full;
        if !full && std::mem::take(&mut self.posts[post].refuses) {
            self.input(post, Input::Resumed);
        }
    }

    /// Every post takes more of each author from now on.
    pub fn raise_author_max(&mut self, most: usize) {
        self.author_max = most;
        let authors: BTreeSet<_> = self.model.values().map(|parcel| parcel.author).collect();
        for post in 0..self.posts.len() {
            let authors = authors.iter().copied().collect();
            self.input(post, Input::Patience(authors));
        }
    }

    /// A post writes some contents under the root's key.
    pub fn write(&mut self, post: usize, count: usize) -> Vec<EntryId> {
        self.write_as(post, count, 0)
    }

    /// A post writes some contents as an author.
    pub fn write_as(&mut self, post: usize, count: usize, author: Author) -> Vec<EntryId> {
        let second = self.clock(post);
        let drafts: Vec<Draft> = (0..count)
            .map(|_| self.draft(Class::Content, second, author, 0))
            .collect();
        self.authored(post, &drafts)
    }

    /// A post writes an act that makes an author known.
    pub fn grant(&mut self, post: usize, author: Author) -> EntryId {
        let second = self.clock(post);
        let draft = self.draft(Class::Act, second, 0, author);
        self.authored(post, &[draft])[0]
    }

    fn clock(&self, post: usize) -> u32 {
        let right = i64::from(START_SECOND) + i64::try_from(self.now.0.as_secs()).unwrap_or(0);
        u32::try_from(right + self.posts[post].skew).unwrap_or(0)
    }

    fn authored(&mut self, post: usize, drafts: &[Draft]) -> Vec<EntryId> {
        let parcels: Vec<Parcel> = drafts.iter().map(Draft::parcel).collect();
        let ids = parcels.iter().map(|parcel| parcel.id).collect();
        for parcel in &parcels {
            self.tally.authored(parcel.id, post, self.now);
        }
        self.input(post, Input::Authored(parcels));
        ids
    }

    /// Begins counting anew.
    pub fn start_tally(&mut self) {
        self.tally = Tally::default();
    }

    /// A post learns an address of another, and may tell it.
    pub fn reachable(&mut self, post: usize, other: usize, address: &str) {
        let address = Address::new(peer_id(other), address);
        self.input(post, Input::Reachable(address.into_iter().collect()));
    }

    /// A post's engine; none while it is down.
    #[must_use]
    pub fn engine(&self, post: usize) -> Option<&Engine> {
        self.posts[post].engine.as_ref()
    }

    /// Runs for a span of virtual time.
    pub fn run(&mut self, span: Duration) {
        let end = self.now + span;
        while self.step(end) {}
        self.now = end;
    }

    /// Runs until every running post has every entry, or the span has passed; how long it took.
    pub fn run_until_equal(&mut self, span: Duration) -> Option<Duration> {
        let (start, end) = (self.now, self.now + span);
        while !self.are_equal() {
            if !self.step(end) {
                self.now = end;
                return None;
            }
        }
        Some(self.now.since(start))
    }

    /// Whether every post holds every entry of the model, liars and posts that are down included.
    #[must_use]
    pub fn are_equal(&self) -> bool {
        self.held == self.posts.len() * self.model.len()
    }

    pub(crate) fn schedule(&mut self, at: Moment, event: Event) {
        self.events += 1;
        self.queue.insert((at.max(self.now), self.events), event);
    }

    /// Lets the next thing happen, if it happens before the end.
    fn step(&mut self, end: Moment) -> bool {
        match self.queue.first_key_value() {
            Some(((at, _), _)) if *at <= end => {}
            Some(_) | None => return false,
        }
        if let Some(((at, _), event)) = self.queue.pop_first() {
            self.now = at;
            self.happen(event);
        }
        true
    }
}

/// The key of a post: small numbers sort as the posts do.
#[must_use]
pub fn peer_id(post: usize) -> PeerId {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&(post as u64 + 1).to_be_bytes());
    PeerId(id)
}

/// The post of a key.
#[must_use]
pub fn post_of(peer: &PeerId) -> usize {
    let mut number = [0; 8];
    number.copy_from_slice(&peer.0[..8]);
    usize::try_from(u64::from_be_bytes(number).saturating_sub(1)).unwrap_or(usize::MAX)
}

/// The link that a line is for the engines.
pub(crate) fn link_of(quality: Quality) -> Link {
    if quality.thin { Link::Thin } else { Link::Fast }
}

/// A frame as bytes, altered by a liar.
pub(crate) fn encode(frame: Frame, lie: Option<Lie>, chance: &mut Chance) -> Option<Bytes> {
    match lie {
        None => Some(frame.encode()),
        Some(lie) => lie.alter(frame, chance),
    }
}
