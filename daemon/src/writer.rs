//! The one thread that writes: collects what arrives together, commits it, flushes once, and only then
//! says that it is kept. A disk that fails is reported, and tried again until it works.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use beffroi_store::{Batch, Store, StoreError};
use beffroi_trust::EntryId;

/// Jobs that wait at once. Each holds at most a pack of entries (1 MiB), so this bounds memory; a full
/// queue makes the event loop wait, which pushes back on peers and programs.
const JOBS_MAX: usize = 64;
/// Jobs that share one flush: enough that a burst of edits costs one, few enough that none waits long.
const GROUP_MAX: usize = 32;
/// How often a stopped store is tried again.
const RECOVERY_EVERY: Duration = Duration::from_secs(2);

/// What the thread is asked for.
#[derive(Debug)]
enum Order {
    Keep(Job),
    /// To say when everything before it is done.
    Settle(SyncSender<()>),
}

/// Something to be kept.
#[derive(Debug)]
pub(crate) struct Job {
    /// The entries in the batch, for the answer.
    pub ids: Vec<EntryId>,
    /// What is written.
    pub batch: Batch,
}

/// What became of jobs.
#[derive(Debug)]
pub(crate) enum Written {
    /// On the disk, with the highest append number given to any of them, 0 for none.
    Kept(Vec<EntryId>, u64),
    /// Not on the disk.
    Failed(Vec<EntryId>, Trouble),
    /// The store that had stopped works again.
    Recovered,
}

/// Why nothing can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No room: nothing was written, reading goes on.
    Full,
    /// The disk failed.
    Failed,
}

/// Hands jobs to the writing thread.
#[derive(Debug)]
pub(crate) struct Writer {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. `report` is called from it, once for each job and each recovery.
    pub(crate) fn start(
        store: Arc<dyn Store>,
        report: impl Fn(Written) + Send + 'static,
    ) -> std::io::Result<Writer> {
        let (orders, waiting) = sync_channel(JOBS_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                Work {
                    store,
                    report,
                    trouble: None,
                    tried: Instant::now(),
                }
                .run(&waiting)
            })?;
        Ok(Writer {
            orders: Some(orders),
            thread: Some(thread),
        })
    }

    /// Queues a job; waits when the queue is full.
    pub(crate) fn keep(&self, job: Job) {
        self.order(Order::Keep(job));
    }

    /// Waits until everything queued is on the disk or has failed, and is reported.
    pub(crate) fn settle(&self) {
        let (done, wait) = sync_channel(1);
        self.order(Order::Settle(done));
        let _ = wait.recv();
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // The thread ends only after this sender is dropped, so sending cannot fail before.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Writer {
    /// Waits until everything queued is on the disk.
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work<R> {
    store: Arc<dyn Store>,
    report: R,
    trouble: Option<Trouble>,
    /// When recovery was tried last.
    tried: Instant,
}

impl<R: Fn(Written)> Work<R> {
    fn run(&mut self, waiting: &Receiver<Order>) {
        loop {
            match waiting.recv_timeout(RECOVERY_EVERY) {
                Ok(first) => self.take(first, waiting),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // Also while jobs keep coming: peers that ask again must not put it off for ever.
            if self.trouble.is_some() && self.tried.elapsed() >= RECOVERY_EVERY {
                self.tried = Instant::now();
                self.try_recovery();
            }
        }
    }

    /// Writes the jobs that have come together.
    fn take(&mut self, first: Order, waiting: &Receiver<Order>) {
        let mut group = Vec::new();
        let mut settled = Vec::new();
        let rest = waiting.try_iter().take(GROUP_MAX - 1);
        for order in std::iter::once(first).chain(rest) {
            match order {
                Order::Keep(job) => group.push(job),
                Order::Settle(done) => settled.push(done),
            }
        }
        self.write(group);
        for done in settled {
            let _ = done.send(());
        }
    }

    fn write(&mut self, group: Vec<Job>) {
        let mut committed = Vec::new();
        for job in group {
            match self.store.commit(&job.batch) {
                Ok(done) => {
                    let last = done.appended.iter().map(|(_, append)| *append).max();
                    committed.push((job.ids, last.unwrap_or(0)));
                }
                Err(error) => self.fail(job.ids, &error),
            }
        }
        if committed.is_empty() {
            return;
        }
        match self.store.flush() {
            Ok(()) => committed
                .into_iter()
                .for_each(|(ids, last)| (self.report)(Written::Kept(ids, last))),
            Err(error) => committed
                .into_iter()
                .for_each(|(ids, _)| self.fail(ids, &error)),
        }
    }

    fn fail(&mut self, ids: Vec<EntryId>, error: &StoreError) {
        let trouble = trouble(error);
        if self.trouble != Some(Trouble::Failed) {
            self.trouble = Some(trouble);
        }
        tracing::error!(%error, entries = ids.len(), "nothing was kept");
        (self.report)(Written::Failed(ids, trouble));
    }

    /// A full disk needs no recovery of the engine, but somebody must notice that there is room again.
    fn try_recovery(&mut self) {
        let works = match self.trouble {
            None => return,
            Some(Trouble::Full) => self.store.sizes().is_ok_and(|sizes| sizes.writable),
            Some(Trouble::Failed) => match self.store.recover() {
                Ok(()) => true,
                Err(error) => {
                    tracing::warn!(%error, "the store does not work yet");
                    false
                }
            },
        };
        if works {
            self.trouble = None;
            tracing::info!("the store works again");
            (self.report)(Written::Recovered);
        }
    }
}

/// Whether an error is a full disk or something worse.
fn trouble(error: &StoreError) -> Trouble {
    match error {
        StoreError::Full { .. } => Trouble::Full,
        StoreError::Stopped { .. }
        | StoreError::TooLarge { .. }
        | StoreError::Namespace(_)
        | StoreError::NotHere { .. }
        | StoreError::Damaged { .. }
        | StoreError::Engine(_)
        | StoreError::Closed => Trouble::Failed,
    }
}
