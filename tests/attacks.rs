//! Attacks on real daemons over real sockets: a stranger at both ports, a claim with any field changed, a
//! false porch on the joiner's way, floods, tricklers, and a member who writes without end. What a member's
//! link meets on its own (oversize, trickling and endless frames) is in `crates/net/src/tests/hostile.rs`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use beffroi_net::{Address, NetConfig, NetEvent, porch};
use beffroi_tests::post::{pair, wait_equal};
use beffroi_tests::{Post, Settings, wait_until};
use beffroi_trust::invite::{Claim, InviteCode, PorchRefusal, PorchReply, PorchRequest, Welcome};
use beffroi_trust::{DeviceKeys, Genesis, Roots};
use bytes::Bytes;

/// The porch answers one question a second from one place.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(1_200);

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().unwrap()
}

fn anywhere() -> Address {
    Address::new(Ipv4Addr::LOCALHOST.into(), 0)
}

fn loopback(port: u16) -> Address {
    Address::new(Ipv4Addr::LOCALHOST.into(), port)
}

/// A node of the attacker's, that speaks the protocol of this territory.
fn attacker(seed: u8, territory: [u8; 32]) -> NetConfig {
    let mut config = NetConfig::new([seed; 32], territory);
    config.listen = vec![anywhere()];
    config.porch = vec![anywhere()];
    config.discovery.beacon = false;
    config.discovery.mdns = false;
    config
}

fn territory_of(post: &Post) -> [u8; 32] {
    let shown = post.json(&["territory", "show"]);
    let id = shown["id"].as_str().unwrap();
    let bytes: Vec<u8> = (0..id.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

/// Asks at a porch until it is not busy, and reads its answer.
async fn ask(at: Address, question: Vec<u8>) -> Option<PorchReply> {
    for _ in 0..10 {
        tokio::time::sleep(BETWEEN_QUESTIONS).await;
        match porch::ask(at, Bytes::from(question.clone())).await {
            Ok(answer) => return PorchReply::decode(&answer).ok(),
            Err(porch::AskError::HungUp(_)) => {}
            Err(_) => return None,
        }
    }
    None
}

fn members(post: &Post) -> usize {
    post.json(&["status"])["peers"].as_array().unwrap().len()
}

#[test]
fn a_stranger_who_knows_the_territory_gets_no_stream_and_only_the_porch_answers() {
    let (mairie, croix_rouge) = pair();
    wait_equal(&[&mairie, &croix_rouge]);
    let (digest, known) = (mairie.digest(), members(&mairie));
    let territory = territory_of(&mairie);
    runtime().block_on(async {
        let mut config = attacker(66, territory);
        config.peers = vec![loopback(mairie.port())];
        let (net, mut events) = beffroi_net::spawn(config).unwrap();
        // He would take anybody who let him in.
        let member = mairie.json(&["status"])["post"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        admit(&net, &member).await;
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut refused = 0;
        while refused < 2 {
            assert!(Instant::now() < deadline, "he was never refused");
            let event = tokio::time::timeout(Duration::from_secs(5), events.recv()).await;
            match event {
                Ok(Some(NetEvent::Connected { .. } | NetEvent::Frame { .. })) => {
                    panic!("a stream was opened to a stranger")
                }
                Ok(Some(NetEvent::Refused { .. })) => refused += 1,
                Ok(Some(_)) | Err(_) => {
                    net.dial(loopback(mairie.port())).await.unwrap();
                }
                Ok(None) => panic!("his node stopped"),
            }
        }
        net.shutdown().await;
    });
    // Turned away, he may ask at the porch, where he proves nothing.
    let (_, porch) = mairie.invite();
    let porch: Address = porch.parse().unwrap();
    let guess = InviteCode::from_random(1).keys();
    let thief = DeviceKeys::from_seeds(&[66; 32], &[67; 32]);
    let claim = PorchRequest::Claim(Box::new(Claim::new(&guess, &thief, b"x", [1; 24]).unwrap()));
    let answer = runtime().block_on(ask(porch, claim.encode()));
    assert!(matches!(answer, Some(PorchReply::Refused(_))), "{answer:?}");
    assert_ne!(mairie.digest(), digest, "the invitation is an act");
    assert_eq!(members(&mairie), known);
    assert!(!mairie.log().contains("panicked"));
}

/// Admits one device, by its id in hexadecimal.
async fn admit(net: &beffroi_net::NetHandle, member: &str) {
    let bytes: Vec<u8> = (0..member.len() / 2)
        .filter_map(|at| u8::from_str_radix(&member[2 * at..2 * at + 2], 16).ok())
        .collect();
    if let Ok(id) = <[u8; 32]>::try_from(bytes) {
        net.allow([beffroi_sync::PeerId(id)].into()).await.unwrap();
    }
}

#[test]
fn a_claim_with_any_field_changed_lets_nobody_in_and_the_unchanged_one_does() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let (code, porch) = mairie.invite();
    let porch: Address = porch.parse().unwrap();
    let keys = code.parse::<InviteCode>().unwrap().keys();
    let device = DeviceKeys::from_seeds(&[7; 32], &[8; 32]);
    // Name and code, each behind its length.
    let label = b"\x0bCroix-Rouge\x03CRF";
    let claim = Claim::new(&keys, &device, label, [5; 24]).unwrap();
    let honest = PorchRequest::Claim(Box::new(claim)).encode();
    // The tag, then: invite, device, seal, the label behind its length, nonce, two signatures.
    let label = honest.len() - (1 + 3 * 32 + 1 + 24 + 2 * 64);
    let fields = [
        ("invite", 1),
        ("device", 33),
        ("seal", 65),
        ("label", 98 + label / 2),
        ("nonce", 98 + label),
        ("invite's signature", 98 + label + 24),
        ("device's signature", 98 + label + 24 + 64),
    ];
    let digest = mairie.digest();
    let runtime = runtime();
    for (field, at) in fields {
        let mut changed = honest.clone();
        changed[at] ^= 1;
        let answer = runtime.block_on(ask(porch, changed));
        assert!(
            matches!(answer, Some(PorchReply::Refused(_))),
            "{field}: {answer:?}"
        );
        assert_eq!(mairie.digest(), digest, "{field}: nothing was granted");
    }
    // Signed by who knows the code, and saying nothing a post could be called by.
    let rubbish = Claim::new(&keys, &device, &[0xff; 40], [6; 24]).unwrap();
    let rubbish = PorchRequest::Claim(Box::new(rubbish)).encode();
    let answer = runtime.block_on(ask(porch, rubbish));
    assert_eq!(answer, Some(PorchReply::Refused(PorchRefusal::NotProven)));
    assert_eq!(mairie.digest(), digest, "nothing was granted");
    let answer = runtime.block_on(ask(porch, honest));
    let Some(PorchReply::Welcome(welcome)) = answer else {
        panic!("{answer:?}")
    };
    let welcomed = welcome.open(&keys, &device).unwrap();
    assert_eq!(welcomed.genesis.name(), "Orb-sur-Lez");
    assert_ne!(mairie.digest(), digest);
    // The Welcome is for this device alone.
    let thief = DeviceKeys::from_seeds(&[66; 32], &[67; 32]);
    assert!(welcome.open(&keys, &thief).is_err());
}

#[test]
fn a_false_porch_with_a_territory_of_its_own_lures_no_joiner() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    let (code, porch) = mairie.invite();
    // The attacker has a territory of the same name, answers every claim with a Welcome into it, sealed
    // as well as he can: he does not know the code.
    let roots = Roots::from_seeds(&[[1; 32], [2; 32], [3; 32]]);
    let genesis = Genesis::new("Orb-sur-Lez", 1_790_000_000_000, &roots.ids(), [4; 16]).unwrap();
    let asked = Arc::new(AtomicU64::new(0));
    let (runtime, heard) = (runtime(), asked.clone());
    let (false_porch, net) = runtime.block_on(async {
        let (net, mut events) = beffroi_net::spawn(attacker(66, genesis.territory().0)).unwrap();
        let at = net.open_porch().await.unwrap()[0];
        let (answers, net_kept) = (net.clone(), net);
        let (roots, genesis) = (roots, genesis);
        tokio::spawn(async move {
            let guess = InviteCode::from_random(2).keys();
            while let Some(event) = events.recv().await {
                let NetEvent::PorchRequest { token, bytes, .. } = event else {
                    continue;
                };
                heard.fetch_add(1, Ordering::Relaxed);
                let answer = match PorchRequest::decode(&bytes) {
                    Ok(PorchRequest::Claim(claim)) => {
                        let chain = [chain_to(&roots, &genesis)];
                        Welcome::new(&guess, &claim, &genesis, &chain, &[], [9; 24])
                            .map_or(PorchReply::Allowed, PorchReply::Welcome)
                    }
                    _ => PorchReply::Refused(PorchRefusal::NotProven),
                };
                answers
                    .answer_porch(token, answer.encode().into())
                    .await
                    .ok();
            }
        });
        (at, net_kept)
    });
    let joiner = Post::start("Croix-Rouge");
    let false_porch = false_porch.to_string();
    let lured = joiner.run(&[
        "join",
        &code,
        "--post",
        "Croix-Rouge",
        "--code",
        "CRF",
        "--peer",
        &false_porch,
        "--wait",
        "6s",
    ]);
    assert_ne!(lured.code, 0, "{}", lured.out);
    assert!(
        asked.load(Ordering::Relaxed) > 0,
        "he was asked: {}",
        lured.err
    );
    assert_ne!(
        joiner.run(&["territory", "show"]).code,
        0,
        "in no territory"
    );
    // With the false porch still there, the true one lets him in.
    let joined = joiner.run(&[
        "join",
        &code,
        "--post",
        "Croix-Rouge",
        "--code",
        "CRF",
        "--peer",
        &false_porch,
        "--peer",
        &porch,
        "--wait",
        "50s",
    ]);
    let _ = joined.ok();
    assert_eq!(territory_of(&joiner), territory_of(&mairie));
    runtime.block_on(net.shutdown());
}

/// A root's grant to a device of the attacker's.
fn chain_to(roots: &Roots, genesis: &Genesis) -> beffroi_trust::Entry {
    let device = DeviceKeys::from_seeds(&[66; 32], &[67; 32]);
    let position = beffroi_trust::author::Position {
        territory: genesis.territory(),
        grant: beffroi_trust::EntryId::of_territory(&genesis.territory()),
        prev: Vec::new(),
        seq: 1,
        time_ms: 1_790_000_001_000,
    };
    let act = beffroi_trust::Act::Grant {
        device: device.id(),
        seal: device.seal.public(),
        role: beffroi_trust::Role::Coordinator,
        rings: vec![1],
        invite: None,
    };
    beffroi_trust::author::act(&roots.0[0].signer(), &position, &act).unwrap()
}

/// How long an edit takes from one post to the other, in the middle of seven.
fn median_way(from: &Post, to: &Post, what: &str) -> Duration {
    let mut ways: Vec<Duration> = (0..7)
        .map(|number| {
            let need = from.json(&["need", "new", &format!("{what} {number}")]);
            let id = need["id"].as_str().unwrap().to_owned();
            let began = Instant::now();
            wait_until("the edit arrives", || {
                to.run(&["need", "show", &id]).code == 0
            });
            began.elapsed()
        })
        .collect();
    ways.sort();
    ways[ways.len() / 2]
}

#[test]
fn a_flooded_porch_and_crowded_ports_leave_members_as_quick_as_before() {
    let (mairie, croix_rouge) = pair();
    wait_equal(&[&mairie, &croix_rouge]);
    let (_, porch) = mairie.invite();
    let porch: Address = porch.parse().unwrap();
    let quiet = median_way(&mairie, &croix_rouge, "Calme");
    let done = Arc::new(AtomicBool::new(false));
    let tried = Arc::new(AtomicU64::new(0));
    let porch_port = porch.socket.port();
    let floods: Vec<_> = [porch_port, porch_port, mairie.port()]
        .into_iter()
        .map(|port| {
            let (done, tried) = (done.clone(), tried.clone());
            std::thread::spawn(move || {
                let mut held = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                        // Some say nothing, some say rubbish; all stay.
                        if held.len() % 2 == 0 {
                            stream.write_all(&[0x13; 512]).ok();
                        }
                        held.push(stream);
                        tried.fetch_add(1, Ordering::Relaxed);
                    }
                    if held.len() > 100 {
                        held.clear();
                    }
                    std::thread::sleep(Duration::from_millis(3));
                }
            })
        })
        .collect();
    let runtime = runtime();
    let asking = {
        let (done, tried) = (done.clone(), tried.clone());
        runtime.spawn(async move {
            while !done.load(Ordering::Relaxed) {
                porch::ask(porch, Bytes::from_static(&[0; 9])).await.ok();
                tried.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    wait_until("the flood runs", || tried.load(Ordering::Relaxed) > 200);
    let flooded = median_way(&mairie, &croix_rouge, "Crue");
    done.store(true, Ordering::Relaxed);
    floods.into_iter().for_each(|flood| flood.join().unwrap());
    runtime.block_on(asking).unwrap();
    eprintln!("{quiet:?} quiet, {flooded:?} under {tried:?} attempts");
    // The flood takes a processor of its own on the same machine; a second is far below what a person
    // notices and what a post that waits for its heartbeat would need.
    assert!(
        flooded < quiet * 5 + Duration::from_secs(1),
        "{quiet:?} before, {flooded:?} under the flood"
    );
    let peer = &mairie.json(&["status"])["peers"][0];
    assert_eq!(peer["connected"], true, "{peer}");
}

#[test]
fn oversize_and_trickling_strangers_are_hung_up_on_and_the_post_goes_on() {
    let (mairie, croix_rouge) = pair();
    wait_equal(&[&mairie, &croix_rouge]);
    let (_, porch) = mairie.invite();
    let porch: Address = porch.parse().unwrap();
    for port in [mairie.port(), porch.socket.port()] {
        // Megabytes that are no handshake.
        let mut oversize = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let chunk = vec![0xff; 64 << 10];
        let written = (0..160).take_while(|_| oversize.write_all(&chunk).is_ok());
        let written = written.count();
        assert!(written < 160, "port {port} takes ten megabytes of rubbish");
        // A byte a second: the handshake has ten seconds in all.
        let mut trickle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        trickle
            .set_read_timeout(Some(Duration::from_millis(1_000)))
            .unwrap();
        let began = Instant::now();
        // The header of the negotiation, which lets it wait for the rest.
        let words = b"\x13/multistream/1.0.0\n";
        let mut ended = false;
        for at in 0..60 {
            let byte = words.get(at).copied().unwrap_or(0x7f);
            if trickle.write_all(&[byte]).is_err() {
                ended = true;
                break;
            }
            let mut back = [0; 64];
            match trickle.read(&mut back) {
                Ok(0) => {
                    ended = true;
                    break;
                }
                Ok(_) => std::thread::sleep(Duration::from_millis(900)),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {}
                Err(_) => {
                    ended = true;
                    break;
                }
            }
        }
        assert!(
            ended,
            "port {port} still listens after {:?}",
            began.elapsed()
        );
    }
    let need = mairie.json(&["need", "new", "Après"]);
    let id = need["id"].as_str().unwrap().to_owned();
    wait_until("the edit arrives", || {
        croix_rouge.run(&["need", "show", &id]).code == 0
    });
    assert!(!mairie.log().contains("panicked"));
}

/// A table of so many small incidents.
fn table(rows: u64) -> String {
    let mut text = String::from(
        "#,INCIDENT TITLE,INCIDENT DATE,LOCATION,DESCRIPTION,CATEGORY,LATITUDE,LONGITUDE,APPROVED,VERIFIED\n",
    );
    for row in 1..=rows {
        let noise = row.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        text.push_str(&format!(
            "{row},Rue {row} inondée,2010-01-12 00:00:00,Ici,Repère {noise:x},2f,18.5,-72.3,YES,NO\n"
        ));
    }
    text
}

#[test]
fn a_member_who_writes_without_end_waits_at_others_is_named_there_and_goes_on_when_allowed() {
    let mairie = Post::start("Mairie");
    mairie.create_territory("Orb-sur-Lez", "MAI");
    // One per cent of the usual share: 500 entries, 2 MiB, 160 KiB an hour.
    let settings = Settings {
        config: "[limits]\nauthor_budget = 1\n".into(),
        ..Settings::default()
    };
    let mut croix_rouge = Post::start_with("Croix-Rouge", settings);
    croix_rouge.join(&mairie, "CRF");
    wait_equal(&[&mairie, &croix_rouge]);
    wait_until("in step", || {
        croix_rouge.json(&["status"])["peers"][0]["in_step"] == true
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signalements.csv");
    std::fs::write(&file, table(3_000)).unwrap();
    let _ = mairie
        .run(&["import", file.to_str().unwrap(), "--as", "incident"])
        .ok();
    let finding = |post: &Post| {
        let doctor = post.json(&["doctor"]);
        let findings = doctor["findings"].as_array().unwrap().clone();
        findings
            .into_iter()
            .find(|finding| finding["code"] == "author_over_budget")
    };
    wait_until("the author is named", || finding(&croix_rouge).is_some());
    let said = finding(&croix_rouge).unwrap();
    assert!(said["text"].as_str().unwrap().contains("Mairie"), "{said}");
    assert!(
        said["hint"].as_str().unwrap().contains("author_budget"),
        "{said}"
    );
    assert!(finding(&mairie).is_none(), "who writes takes his own");
    assert_ne!(mairie.digest(), croix_rouge.digest());
    // Meanwhile what this post writes goes out.
    let need = croix_rouge.json(&["need", "new", "Couvertures"]);
    let id = need["id"].as_str().unwrap().to_owned();
    wait_until("the need arrives", || {
        mairie.run(&["need", "show", &id]).code == 0
    });
    // A person raises the share.
    croix_rouge.stop();
    croix_rouge.configure("[limits]\nauthor_budget = 100\n");
    croix_rouge.restart();
    wait_equal(&[&mairie, &croix_rouge]);
    assert!(finding(&croix_rouge).is_none());
}
