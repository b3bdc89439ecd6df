//! Starting and ending: folder, lock, store, keys, territory, doors, in this order; then the loop; then
//! everything closed in the reverse order.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::future::Future;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use beffroi_store::{Config as StoreConfig, DataFolder, SledStore, Store, StoreError};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::dice;
use crate::event_loop;
use crate::events::EventLog;
use crate::folder::{Folder, write_whole};
use crate::http::{doors, guard, router, sealed_door, server};
use crate::node::{self, Input, LifeError, Network, Node, NodeHandle, Peers, verdicts};
use crate::options::Options;
use crate::phones::Phones;
use crate::refusal::{Ended, StartError};
use crate::service::Service;
use crate::streams::Streams;
use crate::texts::Texts;
use crate::vault::Found;
use crate::writer::Writer;

/// Runs the daemon until SIGTERM or Ctrl-C. Gives a sentence to print when there is one.
pub fn main(options: &Options) -> Result<Option<String>, Ended> {
    Ok(start(options)?)
}

fn start(options: &Options) -> Result<Option<String>, StartError> {
    let config = options.configuration()?;
    log(&config);
    quiet_contained_panics();
    if options.check {
        let folder = Folder::open(&options.data)?;
        folder.check_mark()?;
        return Ok(Some(Texts::of_environment().say("fine", &[])));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        let shutdown = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        tokio::pin!(shutdown);
        match run(options, &config, &mut shutdown).await {
            Err(StartError::Life(LifeError::Store(error @ StoreError::Damaged { .. })))
                if !options.repair =>
            {
                tracing::error!(%error, "the store is damaged: it is written anew from what can be read");
                let repair = Options {
                    repair: true,
                    ..options.clone()
                };
                run(&repair, &config, &mut shutdown).await
            }
            ended => ended,
        }
    })?;
    Ok(None)
}

/// Runs the daemon until `shutdown` is done.
async fn run(
    options: &Options,
    config: &Config,
    shutdown: impl Future<Output = ()>,
) -> Result<(), StartError> {
    let folder = Folder::open(&options.data)?;
    let held = DataFolder::open(folder.root())?;
    folder.clear_exchange();
    folder.clear_unfinished_keys()?;
    if options.new_post {
        folder.forget_keys()?;
    }
    folder.check_mark()?;
    let reserve_bytes = config.limits.disk_reserve.0;
    let (store, opened) = SledStore::open(
        held,
        StoreConfig {
            reserve_bytes,
            repair: options.repair,
            ..StoreConfig::default()
        },
    )?;
    if let Some(mended) = &opened.mended {
        tracing::error!(
            ?mended,
            "the store was damaged: what could be read was kept, the rest comes from other posts"
        );
    }
    let store: Arc<dyn Store> = Arc::new(store);
    if opened.mended.is_some() {
        verdicts::forget(store.as_ref()).map_err(LifeError::from)?;
    }
    let passphrase_file = config.keystore.passphrase_file.clone();
    let keys = Found::at_start(&folder, passphrase_file.as_deref())?;
    let locked = Arc::new(AtomicBool::new(false));
    let boot = dice::uuid(crate::clock::now_ms()).to_string();
    let events = Arc::new(EventLog::new(boot.clone(), last_append(store.as_ref())));
    let (handle, inputs) = NodeHandle::new();
    let reports = handle.clone();
    let writer = Writer::start(store.clone(), move |written| {
        reports.report(Input::Written(written))
    })?;
    let mut node = Node {
        folder: folder.clone(),
        config: config.clone(),
        store: store.clone(),
        writer,
        handle: handle.clone(),
        started: Instant::now(),
        locked: locked.clone(),
        vault: None,
        living: None,
        network: Network::default(),
        peers: Peers::default(),
        invites: node::Invites::default(),
        waiting: node::Waiting::default(),
        trouble: None,
        ahead_of_disk: false,
        events: events.clone(),
        offline: options.offline,
        on_the_way: BTreeMap::new(),
        receipts_changed: false,
        receipts_kept: Instant::now(),
        numbers: node::Numbers::default(),
        outcast_since: None,
        resealing: node::Resealing::default(),
    };
    live(&mut node, keys)?;
    let (end, ending) = watch::channel(false);
    let turned = Arc::new(Mutex::new(Instant::now()));
    let door = loopback_door(config, &folder).await?;
    let service = Service {
        node: handle,
        events,
        store: store.clone(),
        folder: folder.clone(),
        discovery: config.discovery.clone(),
        boot,
        url_port: door.as_ref().map(|(_, address, _)| address.port()),
        turned: turned.clone(),
        mended: opened.mended,
        phones: Phones::open(&folder),
        streams: Streams::default(),
        ending: ending.clone(),
        under_way: Mutex::new(BTreeSet::new()),
        locked,
        passphrase_file,
        tries: tokio::sync::Mutex::default(),
    };
    let service = Arc::new(service);
    let served = serve(&service, door, (config, &folder), &ending)?;
    if config.phones.enabled {
        let named = config.phones.address.clone();
        tokio::spawn(service.clone().phones_on_at_start(named));
    }
    let running = tokio::spawn(event_loop::run(node, inputs, ending, turned));
    tracing::info!("ready");
    shutdown.await;
    tracing::info!("ending");
    let _ = end.send(true);
    service.phones.close();
    close(running, served, &store, &folder).await;
    Ok(())
}

/// Brings the territory on the disk to life, if there is one and its keys are here.
fn live(node: &mut Node, keys: Found) -> Result<(), StartError> {
    let genesis = node::genesis(node.store.as_ref())?;
    match (genesis, keys) {
        (_, Found::Locked) => node.locked.store(true, Ordering::Relaxed),
        (Some(genesis), Found::Open(keys)) => {
            let (vault, keystore) = *keys;
            node.revive(genesis, vault, keystore.rings)?;
            node.start_network();
        }
        (None, Found::Open(keys)) => node.vault = Some(keys.0),
        (Some(_), Found::None) => {
            tracing::warn!(
                "entries are here and keys are not: this machine joins again with a new code"
            );
        }
        (None, Found::None) => {}
    }
    Ok(())
}

fn last_append(store: &dyn Store) -> u64 {
    store.sizes().map_or(0, |sizes| sizes.entries)
}

/// The loopback door, bound; none when it is off.
type Door = Option<(tokio::net::TcpListener, SocketAddr, guard::Door)>;

async fn loopback_door(config: &Config, folder: &Folder) -> Result<Door, StartError> {
    let Some(address) = config.api_address()? else {
        return Ok(None);
    };
    let refused = |error| StartError::Door(address.to_string(), error);
    let listener = doors::loopback(address).await.map_err(refused)?;
    let address = listener.local_addr()?;
    let token = token(folder)?;
    write_whole(&folder.address(), format!("{address}\n").as_bytes())?;
    let door = guard::Door::Loopback { address, token };
    Ok(Some((listener, address, door)))
}

/// The token of programs that come by TCP, made once.
fn token(folder: &Folder) -> Result<String, StartError> {
    if let Ok(token) = std::fs::read_to_string(folder.token())
        && !token.trim().is_empty()
    {
        return Ok(token.trim().to_owned());
    }
    let token: String = dice::bytes::<32>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    write_whole(&folder.token(), format!("{token}\n").as_bytes())?;
    Ok(token)
}

fn serve(
    service: &Arc<Service>,
    door: Door,
    (config, folder): (&Config, &Folder),
    ending: &watch::Receiver<bool>,
) -> Result<Vec<tokio::task::JoinHandle<()>>, StartError> {
    let socket = folder.socket();
    let group = config.socket.group.as_deref();
    let listener = doors::unix(&socket, group)
        .map_err(|error| StartError::Door(socket.display().to_string(), error))?;
    let listener = match group {
        None => server::Listener::OwnUser(listener),
        Some(_) => server::Listener::Group(listener),
    };
    let router = router(service.clone());
    let serve = |listener, door| {
        let guarded = sealed_door(router.clone(), Arc::new(door));
        tokio::spawn(server::serve(
            listener,
            guarded,
            server::LOCAL,
            ending.clone(),
        ))
    };
    let mut served = vec![serve(listener, guard::Door::Socket)];
    if let Some((listener, _, loopback)) = door {
        served.push(serve(server::Listener::Tcp(listener), loopback));
    }
    Ok(served)
}

/// What still runs when the doors close gets this long.
const LAST_REQUESTS: std::time::Duration = std::time::Duration::from_secs(3);

async fn close(
    running: tokio::task::JoinHandle<Node>,
    served: Vec<tokio::task::JoinHandle<()>>,
    store: &Arc<dyn Store>,
    folder: &Folder,
) {
    let Ok(node) = running.await else {
        tracing::error!("the loop ended by a panic");
        return;
    };
    if let Some(net) = node.network.handle.clone() {
        net.shutdown().await;
    }
    for task in served {
        let _ = tokio::time::timeout(LAST_REQUESTS, task).await;
    }
    let mut node = node;
    node.keep_receipts();
    let living = node.living.as_ref();
    let seen = living.map(|living| (living.view.clone(), living.held_keys()));
    // Dropping the node ends the threads that write and show, after what they have in hand. They report
    // to the loop, which is gone, so they are not waited for on it.
    let _ = tokio::task::spawn_blocking(move || drop(node)).await;
    let note = seen.and_then(|(view, keys)| view.note(keys));
    if let Some(Err(error)) = note.map(|note| store.commit(&verdicts::batch(&note))) {
        tracing::warn!(%error, "verdicts were not noted: the next start takes longer");
    }
    if let Err(error) = store.close() {
        tracing::error!(%error, "the store was not closed cleanly");
    }
    for path in [folder.socket(), folder.address()] {
        let _ = std::fs::remove_file(path);
    }
}

/// Libraries log at their own levels: Automerge calls hostile input an error, libp2p every dial news.
const QUIET: &str = "info,automerge=off,libp2p=warn,libp2p_swarm=warn";

fn log(config: &Config) {
    let level = std::env::var("BEFFROI_LOG").unwrap_or_else(|_| config.log.level.clone());
    let filter =
        EnvFilter::try_new(format!("{QUIET},{level}")).unwrap_or_else(|_| EnvFilter::new(QUIET));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let set = match config.log.format {
        LogFormat::Auto => subscriber
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    // In tests several daemons share a process, and the first sets the log.
    drop(set);
}

/// The guard contains Automerge's panics; one line says where, without what was in the change.
fn quiet_contained_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}
