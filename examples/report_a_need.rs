//! One need, from what a person typed to the disk and back: `records` makes the change, `trust`
//! seals and signs it, `store` keeps it. The daemon does the same, in this order.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod founding;

use std::collections::BTreeMap;
use std::error::Error;

use beffroi_records::{Created, Kind, Number, Origin, Part, Values, Writing, create, read};
use beffroi_store::{Batch, Config, DataFolder, LeafBytes, NewEntry, SledStore, Store};
use beffroi_trust::{
    Carried, Chronicle, DeviceKeys, DocId, Document, Entry, Payload, RingKeys, RingSecret, author,
    check, guard, ids, open_leaf,
};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    // A territory, one device that its first root lets in, and the key that members read with.
    let founded = founding::territory()?;
    let genesis = &founded.1;
    let territory = genesis.territory();
    let device = DeviceKeys::from_seeds(&[5; 32], &[6; 32]);
    let grant = founding::let_in(&founded, 0, &device)?;
    let mut keys = RingKeys::new();
    let epoch = keys.insert(ids::RING_COMMON, RingSecret::from_bytes(&[7; 32]));

    // What a person typed. Fields are checked here, against the table of the kind.
    let need = Uuid::from_u128(0x40);
    let typed = Values::from([
        ("title".to_owned(), "40 lits de camp".into()),
        ("priority".to_owned(), "urgent".into()),
    ]);
    let writing = Writing {
        time_ms: founding::NOW_MS,
        operation: Some(Uuid::from_u128(1)),
        number: Number::parse("MAI-001"),
        created: Created {
            at: "2026-11-22T17:40:04+01:00".into(),
            post: "Mairie".into(),
            ..Created::default()
        },
        ..Writing::default()
    };
    let mut change = create(Kind::Need, Part::Shared, need, &typed, &writing)?;

    // The change becomes the device's own, is sealed for the members and signed.
    let document = DocId {
        kind: Kind::Need.wire(),
        ring: ids::RING_COMMON,
        uuid: *need.as_bytes(),
    };
    guard::stamp(&device.id(), &document, &mut change)?;
    let items = [(document, Payload::Change(change.into()))];
    let epochs = BTreeMap::from([(ids::RING_COMMON, epoch)]);
    let position = founding::first_of(genesis, grant.id());
    let entry = author::content(&device.signer, &position, [9; 16], &items, &epochs, &keys)?;

    // On the disk. Only after the flush may anybody be told that it is kept.
    let place = tempfile::tempdir()?;
    let config = || Config {
        reserve_bytes: 0,
        ..Config::default()
    };
    let (store, _) = SledStore::open(DataFolder::open(place.path())?, config())?;
    let mut batch = Batch::new();
    for entry in [&grant, &entry] {
        let checked = check(entry, &territory)?;
        batch.append(NewEntry {
            id: checked.id().0,
            set: checked.class().into(),
            second: checked.key(genesis.created_second()).second,
            head: Vec::new(),
            // The store looks into nothing: here an entry is one piece.
            leaves: vec![LeafBytes::Here(entry.encode())],
            received_ms: founding::NOW_MS,
            records: Vec::new(),
        });
    }
    store.commit(&batch)?;
    store.flush()?;
    println!("kept here: {} entries", store.sizes()?.entries);
    store.close()?;
    drop(store);

    // The next start. Everything shown is computed from the entries, in whatever order they come.
    let (store, _) = SledStore::open(DataFolder::open(place.path())?, config())?;
    let mut chronicle = Chronicle::new(genesis.clone());
    let mut shown = Document::new(document);
    let logged: Vec<_> = store.log(0, 100)?.into_iter().map(|(_, id)| id).collect();
    for stored in store.entries(&logged)?.into_iter().flatten() {
        let Some(LeafBytes::Here(bytes)) = stored.leaves.first() else {
            continue;
        };
        let checked = check(&Entry::decode(bytes)?, &territory)?;
        chronicle.offer(&checked, None);
        if checked.act().is_some() {
            continue;
        }
        let (_, payload) = open_leaf(&checked, 0, &keys)?;
        let carried = Carried {
            entry: checked.id(),
            leaf: 0,
            author: checked.author(),
            time_ms: checked.time_ms(),
            count: chronicle.count(&checked.id()),
            payload: payload.bytes().clone(),
        };
        shown.offer(carried, None);
    }
    let origin = |actor: &[u8; 16]| {
        let origin = shown.origin(actor)?;
        Some(Origin {
            author: origin.author.0,
            at_ms: origin.time_ms,
        })
    };
    let record = read(shown.live(), Kind::Need, need, &origin);
    println!(
        "{}   {}   {}   {}",
        record.numbers().join(" "),
        record.title(),
        record.text("priority"),
        record.status()
    );
    Ok(())
}
