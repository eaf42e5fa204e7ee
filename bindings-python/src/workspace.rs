//! A workspace as Python holds it.

use std::sync::{PoisonError, RwLock};

use omnicontact::wire::{self, ReportTablesRequest, WorkspaceHandle};
use omnicontact::workspace::Progress;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyType};

use crate::convert::Reader;
use crate::error::{Fault, check_signals, detached};

/// A workspace; any number of threads may read it, and one at a time change it.
#[pyclass(frozen, module = "omnicontact._native")]
pub(crate) struct Workspace {
    handle: RwLock<WorkspaceHandle>,
}

impl Workspace {
    fn of(handle: WorkspaceHandle) -> Self {
        Self { handle: RwLock::new(handle) }
    }

    fn reading<T>(&self, read: impl FnOnce(&WorkspaceHandle) -> T) -> T {
        read(&self.handle.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What reports take of it.
    pub(crate) fn add_to(&self, input: &mut wire::DatasetInput<'_>, request: ReportTablesRequest) {
        self.reading(|handle| input.add_workspace(handle, request));
    }
}

/// Gives an exception what was done before it; one that takes no attributes is raised without.
fn carry(py: Python<'_>, error: &PyErr, answer: &str) {
    error.value(py).setattr("_answer", answer).ok();
}

#[pymethods]
impl Workspace {
    /// Begins a workspace; see `OpenWorkspace`.
    #[classmethod]
    fn open(_class: &Bound<'_, PyType>, request: &Bound<'_, PyAny>) -> PyResult<Self> {
        let request = Reader::texts().value(request)?;
        Ok(Self::of(WorkspaceHandle::open_value(request).map_err(Fault::from)?))
    }

    /// The state that stored events give, as text: `{"events": […]}`.
    #[classmethod]
    fn replay(_class: &Bound<'_, PyType>, py: Python<'_>, request: &str) -> PyResult<Self> {
        Ok(detached(py, || Ok(Self::of(WorkspaceHandle::replay_text(request)?)))?)
    }

    /// The state of a snapshot and of the stored events after it.
    #[classmethod]
    fn restore(_class: &Bound<'_, PyType>, py: Python<'_>, snapshot: &[u8], request: &str) -> PyResult<Self> {
        Ok(detached(py, || Ok(Self::of(WorkspaceHandle::restore_text(snapshot, request)?)))?)
    }

    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = detached(py, || Ok(self.reading(WorkspaceHandle::snapshot)?))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Runs any operation; the answer is JSON text. A progress that answers `False` ends work on many; where it raises, the
    /// exception carries the answer so far as `_answer`.
    #[pyo3(signature = (operation, options, progress=None))]
    fn call(
        &self,
        py: Python<'_>,
        operation: &str,
        options: &Bound<'_, PyAny>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let options = Reader::texts().value(options)?;
        let progress = progress.map(|callback| callback.clone().unbind());
        let answer = detached(py, || {
            if WorkspaceHandle::is_read(operation) {
                // Answers may be large: they become text at once.
                return Ok(self.reading(|handle| handle.read_text(operation, &options.to_string()))?);
            }
            let mut raised = None;
            let mut told = |at: Progress| {
                let heard = Python::attach(|py| {
                    py.check_signals()?;
                    let Some(callback) = &progress else { return Ok(true) };
                    let heard = callback.call1(py, (at.done, at.total))?;
                    Ok(!heard.bind(py).is(PyBool::new(py, false)))
                });
                match heard {
                    Ok(goes_on) => goes_on,
                    Err(error) => {
                        raised = Some(error);
                        false
                    }
                }
            };
            let mut handle = self.handle.write().unwrap_or_else(PoisonError::into_inner);
            let answer = handle.call_with(operation, options, &mut told);
            drop(handle);
            match raised {
                Some(error) => {
                    if let Ok(answer) = answer {
                        Python::attach(|py| carry(py, &error, &answer.to_string()));
                    }
                    Err(Fault::Python(error))
                }
                None => Ok(answer?.to_string()),
            }
        })?;
        match check_signals() {
            Ok(()) => Ok(answer),
            Err(error) => {
                if !WorkspaceHandle::is_read(operation) {
                    carry(py, &error, &answer);
                }
                Err(error)
            }
        }
    }

    #[getter]
    fn sequence(&self) -> u64 {
        self.reading(|handle| handle.workspace().sequence())
    }

    #[getter]
    fn event_count(&self) -> usize {
        self.reading(|handle| handle.events().len())
    }
}
