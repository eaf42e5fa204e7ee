//! A workspace as JavaScript holds it.

use omnicontact::wire::WorkspaceHandle;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::error::{Answer, guarded};

/// A workspace.
#[wasm_bindgen]
pub struct Workspace {
    pub(crate) handle: WorkspaceHandle,
}

#[wasm_bindgen]
impl Workspace {
    /// Begins a workspace.
    pub fn open(request: &str) -> Answer<Workspace> {
        guarded(|| Ok(Self { handle: WorkspaceHandle::open_text(request)? }))
    }

    /// The state that stored events give.
    pub fn replay(request: &str) -> Answer<Workspace> {
        guarded(|| Ok(Self { handle: WorkspaceHandle::replay_text(request)? }))
    }

    /// The state of a snapshot and of the stored events after it.
    pub fn restore(snapshot: &[u8], request: &str) -> Answer<Workspace> {
        guarded(|| Ok(Self { handle: WorkspaceHandle::restore_text(snapshot, request)? }))
    }

    /// The whole state as bytes.
    pub fn snapshot(&self) -> Answer<Vec<u8>> {
        guarded(|| self.handle.snapshot())
    }

    /// Runs any operation.
    pub fn call(&mut self, operation: &str, options: &str) -> Answer<String> {
        guarded(|| self.handle.call_text(operation, options))
    }
}
