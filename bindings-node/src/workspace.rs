//! A workspace as JavaScript holds it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::{AsyncTask, Buffer, Result};
use napi_derive::napi;
use omnicontact::Result as Checked;
use omnicontact::wire::WorkspaceHandle;

use crate::convert::{Watch, Work};
use crate::error::{freed, guarded};

/// A workspace; work on a thread and on the event loop takes turns.
#[napi]
pub struct Workspace {
    /// Behind a lock of its own, as work on a thread holds the object while it runs.
    handle: Mutex<Option<Arc<Mutex<WorkspaceHandle>>>>,
}

impl Workspace {
    fn of(handle: WorkspaceHandle) -> Self {
        Self { handle: Mutex::new(Some(Arc::new(Mutex::new(handle)))) }
    }

    fn shared(&self) -> Checked<Arc<Mutex<WorkspaceHandle>>> {
        self.handle.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(|| freed("workspace"))
    }

    pub(crate) fn using<T>(&self, work: impl FnOnce(&mut WorkspaceHandle) -> Checked<T>) -> Checked<T> {
        let shared = self.shared()?;
        work(&mut held(&shared))
    }
}

fn held(handle: &Mutex<WorkspaceHandle>) -> MutexGuard<'_, WorkspaceHandle> {
    handle.lock().unwrap_or_else(PoisonError::into_inner)
}

#[napi]
#[expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is owned")]
impl Workspace {
    /// Begins a workspace.
    #[napi]
    pub fn open(request: String) -> Result<Workspace> {
        guarded(|| WorkspaceHandle::open_text(&request).map(Self::of))
    }

    /// The state that stored events give.
    #[napi]
    pub fn replay(request: String) -> Result<Workspace> {
        guarded(|| WorkspaceHandle::replay_text(&request).map(Self::of))
    }

    /// The state of a snapshot and of the stored events after it.
    #[napi]
    pub fn restore(snapshot: &[u8], request: String) -> Result<Workspace> {
        guarded(|| WorkspaceHandle::restore_text(snapshot, &request).map(Self::of))
    }

    /// Gives the memory back.
    #[napi]
    pub fn free(&self) {
        *self.handle.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The whole state as bytes.
    #[napi]
    pub fn snapshot(&self) -> Result<Buffer> {
        guarded(|| self.using(|handle| handle.snapshot())).map(Buffer::from)
    }

    /// Runs any operation.
    #[napi]
    pub fn call(&self, operation: String, options: String) -> Result<String> {
        guarded(|| self.using(|handle| handle.call_text(&operation, &options)))
    }

    /// Runs any operation on a thread.
    #[napi]
    pub fn call_later(&self, operation: String, options: String, watch: &Watch) -> AsyncTask<Work<String>> {
        let (handle, watch) = (self.shared(), watch.clone());
        AsyncTask::new(Work::new(move || {
            watch.check()?;
            let handle = handle?;
            let mut handle = held(&handle);
            // The signal may have come while other work was done on the workspace: then nothing is begun.
            watch.check()?;
            let mut told = |at: omnicontact::workspace::Progress| watch.tell(at.done, at.total);
            handle.call_text_with(&operation, &options, &mut told)
        }))
    }
}
