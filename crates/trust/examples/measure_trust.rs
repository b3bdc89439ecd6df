//! What the rules and the guard cost, on one core: `cargo run --release -p beffroi-trust --example
//! measure_trust`. Sizes are those of a busy territory: 100,000 entries of 100 devices.
#![expect(clippy::print_stdout, reason = "prints its measures")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::{Duration, Instant};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ObjType, ROOT, ReadDoc};
use beffroi_trust::author::{self, Position};
use beffroi_trust::guard::{blank, outline, stamp};
use beffroi_trust::ids::Class;
use beffroi_trust::{
    Act, Carried, Checked, Chronicle, Count, DeviceId, DocId, Document, Entry, EntryId, Genesis,
    Payload, RingKeys, RingSecret, Role, Signer, TerritoryId, Why,
};

const DEVICES: u8 = 100;
const ENTRIES: usize = 100_000;
const CREATIONS: u32 = 10_000;
const EDITS: u32 = 2_000;
const TIME_MS: u64 = 1_795_461_000_456;
const AUTHOR: DeviceId = DeviceId([7; 32]);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    chronicle()?;
    creations()?;
    for changes in [30, 200, 1_000] {
        edits(changes)?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// What the work took of a core, whoever else used it meanwhile: in hundredths of a second.
fn on_core<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = core_time();
    let done = work();
    (done, core_time().saturating_sub(start))
}

fn core_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(10 * ticks)
}

/// A need as a person fills it in: sixteen root keys, and a text of some hundred characters, each an
/// operation.
fn need(number: u32, id: &DocId) -> Outcome<Vec<u8>> {
    let fields = [
        ("kind", "need".to_owned()),
        ("number", format!("MAI-{number:05}")),
        ("operation", "01935a6e-0c00-7000-8000-000000000001".into()),
        (
            "created",
            r#"{"at":"2026-11-23T18:40:00+01:00","by":"pm","org":"Mairie"}"#.into(),
        ),
        ("source", r#"{"type":"manual"}"#.into()),
        (
            "title",
            format!(
                "{} couvertures pour {} rue du Pont-Neuf",
                number % 200,
                number % 90
            ),
        ),
        ("need_type", "equipment".into()),
        ("item", "couvertures".into()),
        (
            "quantity",
            format!(r#"{{"unit":"each","value":"{}"}}"#, number % 200),
        ),
        ("priority", "vital".into()),
        ("due", r#"{"delay":"within_4_h"}"#.into()),
        ("requester_org", "Croix-Rouge".into()),
        (
            "place",
            r#"{"label":"24 rue du Pont-Neuf","point":[3.10000,43.50000]}"#.into(),
        ),
        ("status", "open".into()),
    ];
    commit(&blank(), id, |tx| {
        tx.put(ROOT, "v", 1)?;
        tx.put(ROOT, "beneficiaries", i64::from(number % 120))?;
        tx.put(ROOT, "constraints/animals", vec![7; 12])?;
        for (field, value) in fields {
            tx.put(ROOT, field, value)?;
        }
        let details = tx.put_object(ROOT, "details", ObjType::Text)?;
        let text = format!(
            "Demande {number}. Sur place le gymnase est plein, l'eau monte encore dans la rue. \
             Rappeler le poste avant l'envoi, compter 4 personnes pour décharger."
        );
        tx.splice_text(&details, 0, 0, &text)
    })
}

/// What each step of judging a first change takes.
fn steps(made: &[(DocId, Vec<u8>)]) -> Outcome<()> {
    let each = |name: &str, work: &mut dyn FnMut(&[u8])| {
        let ((), took) = on_core(|| made.iter().for_each(|(_, raw)| work(raw)));
        println!("  {name}: {:?} each", took / CREATIONS);
    };
    let decode = |raw: &[u8]| Change::from_bytes(raw.to_vec());
    let apply = |change: Change| {
        let mut document = blank();
        document.apply_changes([change]).map(|()| document)
    };
    each("outline", &mut |raw| {
        drop(std::hint::black_box(outline(raw)))
    });
    each("decode", &mut |raw| drop(std::hint::black_box(decode(raw))));
    let (_, raw) = made.first().ok_or("nothing made")?;
    let change = decode(raw)?;
    each("a blank document", &mut |_| {
        drop(std::hint::black_box(blank()))
    });
    each("write out the operations", &mut |_| {
        drop(std::hint::black_box(change.decode()))
    });
    let expanded = change.decode();
    each("encode again", &mut |_| {
        drop(std::hint::black_box(Change::from(expanded.clone())))
    });
    each("apply", &mut |_| {
        drop(std::hint::black_box(apply(change.clone())))
    });
    let document = apply(change.clone())?;
    each("clone", &mut |_| {
        drop(std::hint::black_box(document.clone()))
    });
    each("heads and number of changes", &mut |_| {
        std::hint::black_box((document.get_heads(), document.stats().num_changes));
    });
    each("save", &mut |_| {
        drop(std::hint::black_box(document.save_nocompress()))
    });
    let saved = document.save_nocompress();
    each("load", &mut |_| {
        drop(std::hint::black_box(Automerge::load(&saved)))
    });
    Ok(())
}

/// A need filled in by hand: the first change of its document.
fn creations() -> Outcome<()> {
    let mut made = Vec::new();
    for number in 0..CREATIONS {
        let id = document_id(number);
        made.push((id, need(number, &id)?));
    }
    steps(&made)?;
    let bytes = made.first().map_or(0, |(_, raw)| raw.len());
    let ((), outlining) = on_core(|| {
        for (_, raw) in &made {
            std::hint::black_box(outline(raw)).ok();
        }
    });
    let before = resident_bytes();
    let (mut documents, judging) = on_core(|| {
        let documents = made.iter().zip(0..).map(|((id, raw), number)| {
            let mut document = Document::new(*id);
            document.offer(carried(number, raw), None);
            document
        });
        documents.collect::<Vec<Document>>()
    });
    let held = resident_bytes().saturating_sub(before);
    let mut verdicts = Vec::new();
    for document in &mut documents {
        verdicts.push(document.judged().first().map(|judged| judged.verdict));
        document.rest();
    }
    let resting = documents.clone();
    let rest_bytes = resident_bytes().saturating_sub(before + held);
    let (restarted, loading) = on_core(|| {
        let all = verdicts.iter().zip(&made).zip(0..);
        let restarted = all.map(|((verdict, (id, raw)), number)| {
            let mut document = Document::new(*id);
            document.offer(carried(number, raw), *verdict);
            document.live();
            document.rest();
            document
        });
        restarted.collect::<Vec<Document>>()
    });
    let refused: usize = restarted
        .iter()
        .map(|document| document.refused().count())
        .sum();
    println!(
        "{CREATIONS} creations of {bytes} B: outline {:?}, judged and applied {:?} each = {:.0}/s, {} B of memory each, {} B at rest; \
         again from stored verdicts {:?} each; {refused} refused",
        outlining / CREATIONS,
        judging / CREATIONS,
        f64::from(CREATIONS) / judging.as_secs_f64(),
        held / CREATIONS as usize,
        rest_bytes / resting.len(),
        loading / CREATIONS,
    );
    Ok(())
}

/// Edits of one field of a document that has so many changes, on its heads and beside them.
fn edits(changes: u32) -> Outcome<()> {
    let id = document_id(0);
    let mut document = Document::new(id);
    for number in 0..changes {
        let raw = commit(document.live(), &id, |tx| {
            tx.put(
                ROOT,
                format!("field_{:02}", number % 12),
                format!("value {number}"),
            )
        })?;
        document.offer(carried(number, &raw), None);
    }
    let rounds = EDITS / changes.max(20);
    let (mut on_heads, mut beside) = (Duration::ZERO, Duration::ZERO);
    for round in 0..rounds {
        let mut copy = document.clone();
        let raw = commit(copy.live(), &id, |tx| {
            tx.put(ROOT, "field_00", format!("edit {round}"))
        })?;
        let other = commit(copy.live(), &id, |tx| {
            tx.put(ROOT, "field_01", format!("beside {round}"))
        })?;
        on_heads += on_core(|| copy.offer(carried(changes, &raw), None)).1;
        beside += on_core(|| copy.offer(carried(changes + 1, &other), None)).1;
    }
    println!(
        "an edit of a document of {changes} changes: {:?}, a concurrent one {:?}",
        on_heads / rounds,
        beside / rounds
    );
    Ok(())
}

fn document_id(number: u32) -> DocId {
    DocId {
        kind: 1,
        ring: 1,
        uuid: u128::from(number).to_be_bytes(),
    }
}

fn carried(number: u32, raw: &[u8]) -> Carried {
    Carried {
        entry: EntryId(*blake3::hash(&number.to_be_bytes()).as_bytes()),
        leaf: 0,
        author: AUTHOR,
        time_ms: TIME_MS,
        count: Count::Authorised,
        payload: raw.to_vec().into(),
    }
}

fn commit(
    on: &Automerge,
    id: &DocId,
    edit: impl FnOnce(
        &mut automerge::transaction::Transaction<'_>,
    ) -> Result<(), automerge::AutomergeError>,
) -> Outcome<Vec<u8>> {
    let mut draft = on.clone();
    draft.set_actor(ActorId::from([0; 16]));
    let mut transaction = draft.transaction();
    edit(&mut transaction)?;
    transaction.commit_with(CommitOptions::default().with_time(i64::try_from(TIME_MS)?));
    let change = draft
        .get_changes(&on.get_heads())
        .pop()
        .ok_or("nothing was edited")?;
    let mut raw = change.raw_bytes().to_vec();
    stamp(&AUTHOR, id, &mut raw)?;
    Ok(raw)
}

/// One device of the measured territory.
struct Writer {
    signer: Signer,
    grant: EntryId,
    tip: Option<EntryId>,
    seq: u64,
}

fn chronicle() -> Outcome<()> {
    let root = Signer::from_seed(&[1; 32]);
    let genesis = Genesis::new("Mesures", 1, &[root.id()], [0; 16])?;
    let territory = genesis.territory();
    let (acts, mut writers) = members(&root, &territory)?;
    let contents = contents(&mut writers, &territory)?;
    let before = resident_bytes();
    let mut chronicle = Chronicle::new(genesis);
    let ((), founding) = timed(|| {
        acts.iter().for_each(|act| {
            chronicle.offer(act, None);
        })
    });
    chronicle.recounted();
    let ((), offering) = timed(|| {
        contents.iter().for_each(|entry| {
            chronicle.offer(entry, None);
        })
    });
    let held = resident_bytes().saturating_sub(before);
    let counted = chronicle.contents(Count::Authorised).len();
    println!(
        "{} acts offered in {founding:?}, {} contents in {offering:?} ({counted} count), {:.1} MB of memory",
        chronicle.len(Class::Act),
        chronicle.len(Class::Content),
        held as f64 / 1e6
    );
    let seen: BTreeSet<EntryId> = contents.iter().take(ENTRIES / 2).map(Checked::id).collect();
    let first = writers.first().ok_or("no writer")?;
    for victims in [1, 99] {
        let mut copy = chronicle.clone();
        for writer in writers.iter().skip(1).take(victims) {
            let seen = |id: &EntryId| seen.contains(id);
            let plan = copy.withdraw(&first.signer.id(), &writer.signer.id(), Why::Lost, &seen)?;
            for (cites, act) in plan.revokes {
                let (prev, seq) = copy.tips(&first.signer.id(), Class::Act);
                let position = Position {
                    territory,
                    grant: cites,
                    prev,
                    seq,
                    time_ms: TIME_MS,
                };
                let entry = author::act(&first.signer, &position, &act)?;
                copy.offer(&Checked::trusted(entry)?, None);
            }
        }
        let (_, settling) = timed(|| copy.standing().devices().count());
        let (changed, telling) = timed(|| copy.recounted());
        println!(
            "{victims} devices withdrawn: settled in {settling:?}, {} contents recounted in {telling:?}",
            changed.len()
        );
    }
    Ok(())
}

fn members(root: &Signer, territory: &TerritoryId) -> Outcome<(Vec<Checked>, Vec<Writer>)> {
    let (mut acts, mut writers): (Vec<Checked>, Vec<Writer>) = (Vec::new(), Vec::new());
    let mut tip: Option<(EntryId, u64)> = None;
    for number in 1..=DEVICES {
        let signer = Signer::from_seed(&[number; 32]);
        let role = if number == 1 {
            Role::Coordinator
        } else {
            Role::Operator
        };
        let act = Act::Grant {
            device: signer.id(),
            seal: [number; 32],
            role,
            rings: vec![1],
            invite: None,
        };
        let (by, grant) = match writers.first() {
            Some(coordinator) => (&coordinator.signer, coordinator.grant),
            None => (root, EntryId::of_territory(territory)),
        };
        let (prev, seq) = tip.map_or((vec![], 0), |(id, seq)| (vec![id], seq));
        let position = Position {
            territory: *territory,
            grant,
            prev,
            seq: seq + 1,
            time_ms: TIME_MS,
        };
        let entry: Entry = author::act(by, &position, &act)?;
        let id = entry.id();
        tip = (number > 1).then_some((id, seq + 1));
        acts.push(Checked::trusted(entry)?);
        writers.push(Writer {
            signer,
            grant: id,
            tip: None,
            seq: 0,
        });
    }
    Ok((acts, writers))
}

fn contents(writers: &mut [Writer], territory: &TerritoryId) -> Outcome<Vec<Checked>> {
    let mut keys = RingKeys::new();
    let epoch = keys.insert(1, RingSecret::from_bytes(&[3; 32]));
    let epochs = BTreeMap::from([(1, epoch)]);
    let mut contents = Vec::with_capacity(ENTRIES);
    for (number, at) in (0..ENTRIES).zip((0..writers.len()).cycle()) {
        let writer = writers.get_mut(at).ok_or("no writer")?;
        writer.seq += 1;
        let position = Position {
            territory: *territory,
            grant: writer.grant,
            prev: writer.tip.into_iter().collect(),
            seq: writer.seq,
            time_ms: TIME_MS + number as u64,
        };
        let payload = Payload::Change(vec![7; 20].into());
        let items = [(document_id(u32::try_from(number)?), payload)];
        let nonce = (number as u128).to_be_bytes();
        let entry = author::content(&writer.signer, &position, nonce, &items, &epochs, &keys)?;
        writer.tip = Some(entry.id());
        contents.push(Checked::trusted(entry)?);
    }
    Ok(contents)
}

/// The memory of this process, where the system tells; 0 elsewhere.
fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
    kib.unwrap_or(0) << 10
}
