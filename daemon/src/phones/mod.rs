//! The phones of a post: who is let in, and on which address they are served. Off until somebody turns it
//! on; what is let in is kept in `DATA/local/phones.json`, which never leaves this machine.

mod address;
mod book;
mod tries;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beffroi_api::problem::Cause;
use tokio::sync::watch;

pub(crate) use address::{PORT, Wanted, choose};
pub(crate) use book::{Cap, Entered, LINK_LIFE_MS, Refusal, SESSION_LIFE_MS, Session, form_token};

use self::book::Book;
use crate::clock::{now_ms, today};
use crate::dice;
use crate::folder::{Folder, write_whole};
use crate::node::internal;

/// The phones of this post.
#[derive(Debug)]
pub(crate) struct Phones {
    folder: Folder,
    inner: Mutex<Inner>,
    /// Moves when a session ends, so that its open streams look.
    ended: watch::Sender<u64>,
}

#[derive(Debug)]
struct Inner {
    book: Book,
    door: Option<OpenDoor>,
    /// Somebody turned phones off since the start: what the configuration says no longer counts.
    turned_off: bool,
}

/// The listener, while phones are on.
#[derive(Debug)]
pub(crate) struct OpenDoor {
    /// The address that was bound.
    pub(crate) address: SocketAddr,
    /// Dropped or told, the listener and all its connections end.
    pub(crate) task: tokio::task::AbortHandle,
}

impl Drop for OpenDoor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Phones {
    /// What the disk holds; a file that cannot be read lets nobody in.
    pub(crate) fn open(folder: &Folder) -> Arc<Phones> {
        let kept = std::fs::read(folder.phones()).ok();
        let book = kept.and_then(|bytes| {
            let book = Book::read(&bytes);
            if book.is_none() {
                tracing::warn!("the list of phones was unreadable: all of them enter again");
            }
            book
        });
        let inner = Inner {
            book: book.unwrap_or_else(|| Book::new(dice::bytes())),
            door: None,
            turned_off: false,
        };
        Arc::new(Phones {
            folder: folder.clone(),
            inner: Mutex::new(inner),
            ended: watch::Sender::new(0),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads, or changes what is not kept on the disk.
    fn with<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        work(&mut self.lock().book)
    }

    /// Changes the book; when it cannot be written nothing changed.
    fn change<T>(&self, work: impl FnOnce(&mut Book) -> T) -> Result<T, Cause> {
        let mut inner = self.lock();
        let mut book = inner.book.clone();
        let done = work(&mut book);
        let bytes = book.write().map_err(|error| internal(&error))?;
        write_whole(&self.folder.phones(), &bytes).map_err(|error| {
            tracing::error!(%error, "the list of phones could not be written");
            Cause::DiskFailed {
                path: self.folder.root().display().to_string(),
            }
        })?;
        inner.book = book;
        Ok(done)
    }

    /// The address phones are served on.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.lock().door.as_ref().map(|door| door.address)
    }

    /// Takes a listener into use; the one before ends.
    pub(crate) fn opened(&self, door: OpenDoor) {
        self.lock().door = Some(door);
    }

    /// Ends the listener, every session, and the code of the day.
    pub(crate) fn off(&self) -> Result<(), Cause> {
        let fresh = Book::new(dice::bytes());
        self.change(|book| *book = fresh)?;
        let mut inner = self.lock();
        (inner.door, inner.turned_off) = (None, true);
        drop(inner);
        self.ended.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Whether somebody turned phones off since the start.
    pub(crate) fn were_turned_off(&self) -> bool {
        self.lock().turned_off
    }

    /// Ends the listener only: the daemon ends.
    pub(crate) fn close(&self) {
        self.lock().door = None;
    }

    /// The code of the day.
    pub(crate) fn code(&self) -> String {
        self.with(|book| book.code(&today()))
    }

    /// The book on the disk, so that a code and a link given out stay good.
    pub(crate) fn keep(&self) -> Result<(), Cause> {
        self.change(|_| ())
    }

    /// What a one-time link carries.
    pub(crate) fn link(&self) -> String {
        self.with(|book| book.link(now_ms(), dice::bytes()))
    }

    /// Those let in.
    pub(crate) fn sessions(&self) -> Vec<Session> {
        self.with(|book| book.sessions(now_ms()))
    }

    /// Lets a phone in by the code of the day.
    pub(crate) fn enter_by_code(
        &self,
        typed: &str,
        from: IpAddr,
        label: String,
    ) -> Result<Result<Entered, Refusal>, Cause> {
        let (now, day) = (now_ms(), today());
        // A wrong code writes nothing: guessing must not wear the disk.
        let tried = self.with(|book| book.try_code(typed, &day, from, now));
        match tried {
            Err(refusal) => Ok(Err(refusal)),
            Ok(()) => self.change(|book| book.enter(label, now, dice::bytes())),
        }
    }

    /// Lets a phone in by a one-time link.
    pub(crate) fn enter_by_link(
        &self,
        once: &str,
        label: String,
    ) -> Result<Result<Entered, Refusal>, Cause> {
        let now = now_ms();
        if !self.with(|book| book.take_link(once, now)) {
            return Ok(Err(Refusal::LinkOver));
        }
        self.change(|book| book.enter(label, now, dice::bytes()))
    }

    /// The session of a cookie.
    pub(crate) fn session(&self, cookie: &str) -> Option<Session> {
        self.with(|book| book.session(cookie, now_ms()))
    }

    /// Ends a session; false when there is none of that name.
    pub(crate) fn end(&self, id: &str) -> Result<bool, Cause> {
        if !self.with(|book| book.sessions(now_ms()).iter().any(|it| it.id == id)) {
            return Ok(false);
        }
        let ended = self.change(|book| book.end(id))?;
        self.ended.send_modify(|count| *count += 1);
        Ok(ended)
    }

    /// Returns when a session is no longer let in.
    pub(crate) async fn ended(self: Arc<Self>, cookie: String) {
        let mut changes = self.ended.subscribe();
        while let Some(session) = self.session(&cookie) {
            let left = session.ends_ms().saturating_sub(now_ms());
            let over = tokio::time::sleep(std::time::Duration::from_millis(left + 1));
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = over => {}
            }
        }
    }
}
