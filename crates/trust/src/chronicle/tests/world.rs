//! Worlds nobody would wish for: a few devices and roots, honest or not, that write anything and
//! cite anything, with forks, holes and other people's entries as their past. A seed makes a world.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::act::{Act, Role, Why};
use crate::chronicle::Chronicle;
use crate::chronicle::facts::{Facts, Shape, Substance};
use crate::genesis::Genesis;
use crate::guard::ChangeId;
use crate::ids::{DeviceId, EntryId, KIND_COMMAND, Ring};

/// The roots are devices 100 and 101.
pub(super) fn genesis() -> &'static Genesis {
    static GENESIS: LazyLock<Genesis> = LazyLock::new(|| {
        Genesis::new("Orb-sur-Lez", 0, &[device(100), device(101)], [7; 16]).unwrap()
    });
    &GENESIS
}

pub(super) fn device(number: u8) -> DeviceId {
    DeviceId([number; 32])
}

pub(super) fn territory() -> EntryId {
    static TERRITORY: LazyLock<EntryId> =
        LazyLock::new(|| EntryId::of_territory(&genesis().territory()));
    *TERRITORY
}

/// The seeds of the worlds each property sees: few and fixed on every change; more with
/// `BEFFROI_WORLDS`, others with `BEFFROI_SEED`.
pub(super) fn seeds(usual: u64) -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let first = number("BEFFROI_SEED").unwrap_or(0);
    first..first + number("BEFFROI_WORLDS").unwrap_or(usual)
}

/// Small numbers from a seed: SplitMix64.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// One change in an entry: as a reader of its ring sees it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) document: Document,
    pub(super) change: ChangeId,
    pub(super) deps: Vec<ChangeId>,
}

/// Group, ring and number stand for a document's id.
pub(super) type Document = (bool, Ring, u8);

/// Everything anybody wrote, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) log: Vec<Facts>,
    pub(super) leaves: BTreeMap<EntryId, Vec<Leaf>>,
    changes: BTreeMap<Document, Vec<ChangeId>>,
}

impl World {
    /// A world of at most `steps` entries by anybody; most begin with a founding.
    pub(super) fn random(dice: &mut Dice, steps: usize) -> Self {
        let mut world = Self::default();
        if dice.chance(75) {
            let (coordinator, operator) = (Role::Coordinator, Role::Operator);
            for (number, role) in [
                (102, coordinator),
                (103, coordinator),
                (104, operator),
                (105, operator),
            ] {
                world.write(
                    device(100),
                    territory(),
                    vec![],
                    grant(number, role, &[1, 2]),
                );
            }
        }
        let anybody: Vec<u8> = (100..110).collect();
        let devices: Vec<u8> = (102..110).collect();
        world.go_on(dice, steps, &anybody, &devices);
        world
    }

    /// More entries by `authors`, who grant to `devices`.
    pub(super) fn go_on(&mut self, dice: &mut Dice, steps: usize, authors: &[u8], devices: &[u8]) {
        for _ in 0..dice.below(steps + 1) {
            let author = device(dice.one_of(authors));
            let grant = self.some_grant(dice, &author);
            let prev = self.some_past(dice, &author);
            match dice.below(6) {
                0 | 1 => {
                    let role = dice.one_of(&[
                        Role::Coordinator,
                        Role::Coordinator,
                        Role::Operator,
                        Role::Observer,
                        Role::Relay,
                    ]);
                    let rings: &[Ring] = if dice.chance(33) { &[1] } else { &[1, 2] };
                    let act = self::grant(dice.one_of(devices), role, rings);
                    self.write(author, grant, prev, act);
                }
                2 => {
                    let act = Act::Revoke {
                        grant: self.any_entry(dice),
                        keep: vec![self.any_entry(dice), self.any_entry(dice)],
                        why: Why::Lost,
                    };
                    self.write(author, grant, prev, act);
                }
                3 => {
                    let act = Act::Keep {
                        tips: vec![self.any_entry(dice)],
                    };
                    self.write(author, grant, prev, act);
                }
                _ => {
                    self.some_content(dice, author, grant, prev);
                }
            }
        }
    }

    fn some_grant(&self, dice: &mut Dice, author: &DeviceId) -> EntryId {
        let names = |facts: &&Facts| matches!(&facts.substance, Substance::Act(Act::Grant { device, .. }) if device == author);
        let hers: Vec<EntryId> = self
            .log
            .iter()
            .filter(names)
            .map(|facts| facts.id)
            .collect();
        if genesis().is_root(author) {
            territory()
        } else if hers.is_empty() || dice.chance(3) {
            self.any_entry(dice)
        } else {
            dice.one_of(&hers)
        }
    }

    /// Her own entries, of either class; now and then anybody's, and one nobody has.
    fn some_past(&self, dice: &mut Dice, author: &DeviceId) -> Vec<EntryId> {
        let hers = self.log.iter().filter(|facts| facts.author == *author);
        let hers: Vec<EntryId> = hers.map(|facts| facts.id).collect();
        if hers.is_empty() {
            vec![]
        } else if dice.chance(6) {
            vec![self.any_entry(dice), EntryId([3; 32])]
        } else if dice.chance(50) {
            vec![*hers.last().unwrap()]
        } else {
            vec![dice.one_of(&hers)]
        }
    }

    pub(super) fn any_entry(&self, dice: &mut Dice) -> EntryId {
        if self.log.is_empty() {
            return EntryId([9; 32]);
        }
        self.log[dice.below(self.log.len())].id
    }

    fn some_content(
        &mut self,
        dice: &mut Dice,
        author: DeviceId,
        grant: EntryId,
        prev: Vec<EntryId>,
    ) {
        let slots: &[(bool, Ring)] = match dice.below(4) {
            0 => &[(true, 1)],
            1 => &[(false, 1), (false, 2)],
            2 => &[(false, 1)],
            _ => &[(false, 2)],
        };
        let mut leaves = Vec::new();
        for leaf in 0..1 + dice.below(3) {
            let (command, ring) = slots[leaf % slots.len()];
            let number = u8::try_from(dice.below(3)).unwrap();
            let document = (command, ring, number);
            let known = self.changes.get(&document).cloned().unwrap_or_default();
            let mut deps = Vec::new();
            if !known.is_empty() {
                deps = vec![dice.one_of(&known), dice.one_of(&known)];
                deps.sort_unstable();
                deps.dedup();
            }
            leaves.push((document, deps));
        }
        self.write_content(author, grant, prev, leaves);
    }

    /// Appends an act; its id.
    pub(super) fn write(
        &mut self,
        author: DeviceId,
        grant: EntryId,
        prev: Vec<EntryId>,
        act: Act,
    ) -> EntryId {
        self.append(author, grant, prev, Substance::Act(act))
    }

    /// Appends a content with one change for each (document, deps); its id.
    pub(super) fn write_content(
        &mut self,
        author: DeviceId,
        grant: EntryId,
        prev: Vec<EntryId>,
        changes: Vec<(Document, Vec<ChangeId>)>,
    ) -> EntryId {
        let kind = |command: bool| if command { KIND_COMMAND | 1 } else { 1 };
        let slots = changes
            .iter()
            .map(|((command, ring, _), _)| (kind(*command), *ring));
        let shape = Shape::of(slots);
        let salt = self.log.len();
        let leaves: Vec<Leaf> = changes
            .into_iter()
            .enumerate()
            .map(|(leaf, (document, deps))| Leaf {
                document,
                change: hash(&(author, document, &deps, salt, leaf)),
                deps,
            })
            .collect();
        for leaf in &leaves {
            self.changes
                .entry(leaf.document)
                .or_default()
                .push(leaf.change);
        }
        let id = self.append(author, grant, prev, Substance::Content(shape));
        self.leaves.insert(id, leaves);
        id
    }

    fn append(
        &mut self,
        author: DeviceId,
        grant: EntryId,
        prev: Vec<EntryId>,
        substance: Substance,
    ) -> EntryId {
        let number = self.log.len();
        let id = EntryId(hash(&(author, grant, &prev, number, &substance)));
        let above = self.log.iter().filter(|facts| prev.contains(&facts.id));
        let seq = 1 + above.map(|facts| facts.seq).max().unwrap_or(0);
        self.log.push(Facts {
            id,
            author,
            grant,
            prev,
            seq,
            time_ms: number as u64,
            bytes: 300,
            substance,
        });
        id
    }

    pub(super) fn facts(&self, id: &EntryId) -> Option<&Facts> {
        self.log.iter().find(|facts| facts.id == *id)
    }

    /// The Grants that name a device, whatever they are worth.
    pub(super) fn grants_of(&self, device: &DeviceId) -> Vec<EntryId> {
        let grants = self.log.iter().filter(|facts| {
            matches!(&facts.substance, Substance::Act(Act::Grant { device: to, .. }) if to == device)
        });
        grants.map(|facts| facts.id).collect()
    }

    /// A chronicle that was offered the whole log in order.
    pub(super) fn chronicle(&self) -> Chronicle {
        told(&self.log)
    }
}

/// A chronicle that was offered these, in this order.
pub(super) fn told(log: &[Facts]) -> Chronicle {
    let mut chronicle = Chronicle::new(genesis().clone());
    tell(&mut chronicle, log);
    chronicle
}

pub(super) fn tell(chronicle: &mut Chronicle, log: &[Facts]) {
    for facts in log {
        if !chronicle.contains(&facts.id) && !chronicle.park.contains(&facts.id) {
            chronicle.place(facts.clone(), None);
        }
    }
}

pub(super) fn grant(to: u8, role: Role, rings: &[Ring]) -> Act {
    Act::Grant {
        device: device(to),
        seal: [to; 32],
        role,
        rings: rings.to_vec(),
        invite: None,
    }
}

fn hash(of: &impl std::fmt::Debug) -> [u8; 32] {
    *blake3::hash(format!("{of:?}").as_bytes()).as_bytes()
}
