//! Whose turn it is: one command at a time, and none from inside the host's own code that a command runs.
//!
//! No lock is held while that code runs. The state then stands where readers find it; who has the turn is written beside.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use omnicontact::wire::WorkspaceHandle;
use omnicontact::workspace::{Lent, Progress, Watch};
use omnicontact::{Code, Error};

use crate::error::{Fault, check_signals};

/// How long a command waits while the host's own code has the turn: that code may be waiting for the command.
const PATIENCE: Duration = Duration::from_secs(1);

/// Between two looks at Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// A workspace that is read by many and changed by one.
pub(crate) struct Shared {
    /// Never empty but while the one who has the turn holds the lock.
    state: RwLock<Option<WorkspaceHandle>>,
    turn: Mutex<Option<Turn>>,
    over: Condvar,
}

/// Whose turn it is, and since when the host's own code runs in it.
struct Turn {
    thread: ThreadId,
    hosted: Option<Instant>,
}

impl Shared {
    pub(crate) fn new(handle: WorkspaceHandle) -> Self {
        Self { state: RwLock::new(Some(handle)), turn: Mutex::new(None), over: Condvar::new() }
    }

    /// Reads the state, in the middle of work on many the state so far. Never with the interpreter lock held: who has the
    /// state may be waiting for it.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&WorkspaceHandle) -> T) -> Result<T, Error> {
        self.readable().as_ref().map(read).ok_or_else(lost)
    }

    /// Changes the state in a turn of its own; `told` runs the host's own code and says whether to go on.
    pub(crate) fn change<T>(
        &self,
        told: &mut dyn FnMut(Progress) -> bool,
        change: impl FnOnce(&mut WorkspaceHandle, &mut dyn Watch) -> Result<T, Error>,
    ) -> Result<T, Fault> {
        let _turn = self.take_turn()?;
        let mut work = Work { shared: self, guard: Some(self.writable()), told };
        let mut handle = work.guard.as_mut().and_then(|state| state.take()).ok_or_else(lost)?;
        // A panic leaves the state as far as it came, as it always did, and not a workspace without one.
        let done = crate::error::caught(|| change(&mut handle, &mut work));
        if let Some(state) = work.guard.as_mut() {
            **state = Some(handle);
        }
        drop(work);
        Ok(done.ok_or_else(lost)??)
    }

    fn readable(&self) -> RwLockReadGuard<'_, Option<WorkspaceHandle>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writable(&self) -> RwLockWriteGuard<'_, Option<WorkspaceHandle>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, Option<Turn>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_turn(&self) -> Result<Over<'_>, Fault> {
        let me = thread::current().id();
        let mut turn = self.turn();
        while let Some(now) = &*turn {
            if now.thread == me || now.hosted.is_some_and(|since| since.elapsed() >= PATIENCE) {
                return Err(busy().into());
            }
            turn = self.over.wait_timeout(turn, LOOK).unwrap_or_else(PoisonError::into_inner).0;
            if turn.is_some() {
                drop(turn);
                check_signals()?;
                turn = self.turn();
            }
        }
        *turn = Some(Turn { thread: me, hosted: None });
        Ok(Over(self))
    }

    fn hosts(&self, since: Option<Instant>) {
        if let Some(turn) = &mut *self.turn() {
            turn.hosted = since;
        }
    }
}

/// Ends the turn, whatever happened in it.
struct Over<'s>(&'s Shared);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        *self.0.turn() = None;
        self.0.over.notify_one();
    }
}

/// Work on many: between two items the state is put where readers find it.
struct Work<'s, 't> {
    shared: &'s Shared,
    guard: Option<RwLockWriteGuard<'s, Option<WorkspaceHandle>>>,
    told: &'t mut dyn FnMut(Progress) -> bool,
}

impl Watch for Work<'_, '_> {
    fn pause(&mut self, progress: Progress, mut state: Lent<'_>) -> bool {
        if let Some(mut guard) = self.guard.take() {
            *guard = Some(WorkspaceHandle::lend(&mut state));
        }
        self.shared.hosts(Some(Instant::now()));
        let goes_on = (self.told)(progress);
        self.shared.hosts(None);
        let mut guard = self.shared.writable();
        if let Some(handle) = guard.take() {
            handle.give_back(&mut state);
        }
        self.guard = Some(guard);
        goes_on
    }
}

fn busy() -> Error {
    Error::new(Code::Busy, "a command is under way, and code that it runs asks for another one").with_hint(
        "reads are answered meanwhile; give commands after it, or in another thread that it does not wait for",
    )
}

fn lost() -> Error {
    Error::new(Code::Internal, "the library came to a state that it excludes")
}
