//! Two laptops on one cable: each has an engine that only says what to do, and a driver that does
//! it. The wire is a queue, the disk a map, the clock a number that jumps to the next thing to happen.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod founding;

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::time::Duration;

use beffroi_sync::{Config, Effect, Engine, Frame, Input, Link, Moment, PeerId, Verified};
use beffroi_trust::{Chronicle, Class, DeviceKeys, Entry, EntryId, Parcel, Placement, check};
use bytes::Bytes;

/// How long they get, on their own clock.
const PATIENCE: Moment = Moment(Duration::from_secs(60));

struct Laptop {
    engine: Engine,
    chronicle: Chronicle,
    disk: BTreeMap<EntryId, Parcel>,
    /// Frames on the wire to the other one.
    sent: VecDeque<Frame>,
}

impl Laptop {
    /// Tells the engine what happened and does what it asks, until it asks nothing more.
    fn happens(&mut self, now: Moment, input: Input) -> Result<(), Box<dyn Error>> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.engine.handle(now, input);
            while let Some(effect) = self.engine.next_effect() {
                match effect {
                    Effect::Verify(_, parcels) => {
                        inputs.push_back(Input::Verified(self.verified(&parcels)));
                    }
                    Effect::Persist(parcels) => {
                        let ids = parcels.iter().map(|parcel| parcel.id).collect();
                        self.disk.extend(parcels.into_iter().map(|it| (it.id, it)));
                        inputs.push_back(Input::Persisted(ids));
                    }
                    Effect::Load { ticket, ids, .. } => {
                        let found = ids.iter().filter_map(|id| self.disk.get(id).cloned());
                        inputs.push_back(Input::Loaded(ticket, found.collect()));
                    }
                    Effect::Send(_, frame) => self.sent.push_back(frame),
                    Effect::Tell(notice) => println!("  {notice:?}"),
                    // Copies of what is not whole here: these two laptops keep everything.
                    Effect::Mend(_, _) => {}
                    Effect::HangUp(_, reason) => return Err(reason.into()),
                }
            }
        }
        Ok(())
    }

    /// Form and signature first; then whether anybody ever let the author in.
    fn verified(&mut self, parcels: &[Parcel]) -> Verified {
        let territory = self.chronicle.genesis().territory();
        let mut verified = Verified::default();
        for parcel in parcels {
            let entry = Entry::decode(&parcel.bytes).ok();
            let checked = entry.and_then(|entry| check(&entry, &territory).ok());
            let list = match checked.map(|checked| self.chronicle.offer(&checked, None)) {
                None => &mut verified.faulty,
                Some(Placement::InSet) => &mut verified.accepted,
                Some(Placement::Known) => &mut verified.known,
                Some(Placement::Parked) => &mut verified.parked,
                Some(Placement::ParkFull) => &mut verified.overflowed,
            };
            list.push(parcel.id);
        }
        verified
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let territory = founding::territory()?;
    let genesis = &territory.1;
    let second = genesis.created_second();
    let devices = [5, 6].map(|seed| DeviceKeys::from_seeds(&[seed; 32], &[seed + 10; 32]));
    let peers = devices.each_ref().map(|device| PeerId::from(device.id()));
    let mut laptops = peers.map(|peer| Laptop {
        engine: Engine::new(peer, Config::new("example", second), [1; 32]),
        chronicle: Chronicle::new(genesis.clone()),
        disk: BTreeMap::new(),
        sent: VecDeque::new(),
    });

    println!("apart, each laptop is let in by another root and keeps that:");
    let mut now = Moment::ZERO;
    for (n, laptop) in laptops.iter_mut().enumerate() {
        let entry = founding::let_in(&territory, n, &devices[n])?;
        let parcel = Parcel::read(Bytes::from(entry.encode()), second)?;
        laptop
            .chronicle
            .offer(&check(&entry, &genesis.territory())?, None);
        laptop.happens(now, Input::Authored(vec![parcel]))?;
        println!("  {:?}: {} entry", peers[n], laptop.disk.len());
    }

    println!("the cable is plugged in:");
    for (laptop, other) in laptops.iter_mut().zip([peers[1], peers[0]]) {
        let (peer, link, wall_ms) = (other, Link::Fast, founding::NOW_MS);
        laptop.happens(
            now,
            Input::Connected {
                peer,
                link,
                wall_ms,
            },
        )?;
    }
    let [mairie, croix_rouge] = &mut laptops;
    let in_step = |one: &Laptop, other| one.engine.peer(other).is_some_and(|it| it.in_step);
    while !(in_step(mairie, &peers[1]) && in_step(croix_rouge, &peers[0])) {
        if let Some(frame) = mairie.sent.pop_front() {
            croix_rouge.happens(now, Input::Received(peers[0], frame.encode()))?;
        } else if let Some(frame) = croix_rouge.sent.pop_front() {
            mairie.happens(now, Input::Received(peers[1], frame.encode()))?;
        } else {
            // Nothing is under way: the clock jumps to what either waits for.
            let wakes = [mairie.engine.wake_at(), croix_rouge.engine.wake_at()];
            let next = wakes.into_iter().flatten().map(|(at, _)| at.max(now)).min();
            now = next
                .filter(|at| *at < PATIENCE)
                .ok_or("they do not agree")?;
            mairie.happens(now, Input::Woke)?;
            croix_rouge.happens(now, Input::Woke)?;
        }
    }
    assert_eq!(
        mairie.engine.digest(Class::Act),
        croix_rouge.engine.digest(Class::Act)
    );
    println!("equal: {} entries each", mairie.disk.len());
    Ok(())
}
