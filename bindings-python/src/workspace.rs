//! A workspace as Python holds it.

use omnicontact::wire::{self, ReportTablesRequest, WorkspaceHandle};
use omnicontact::workspace::Progress;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyType};

use crate::convert::Reader;
use crate::error::{Fault, detached, entered};
use crate::turn::Shared;

/// A workspace; any number of threads may read it, and one at a time change it.
#[pyclass(frozen, module = "omnicontact._native")]
pub(crate) struct Workspace {
    shared: Shared,
}

impl Workspace {
    fn of(handle: WorkspaceHandle) -> Self {
        Self { shared: Shared::new(handle) }
    }

    /// What reports take of it.
    pub(crate) fn add_to(
        &self,
        input: &mut wire::DatasetInput<'_>,
        request: ReportTablesRequest,
    ) -> Result<(), omnicontact::Error> {
        self.shared.read(|handle| input.add_workspace(handle, request))
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
        entered(|| {
            let request = Reader::texts().value(request)?;
            Ok(Self::of(WorkspaceHandle::open_value(request)?))
        })
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
        let bytes = detached(py, || Ok(self.shared.read(WorkspaceHandle::snapshot)??))?;
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
        entered(|| {
            let options = Reader::texts().value(options)?;
            if WorkspaceHandle::is_read(operation) {
                // Answers may be large: they become text at once.
                let read = |handle: &WorkspaceHandle| handle.read_text(operation, &options.to_string());
                let answer = detached(py, || Ok(self.shared.read(read)??))?;
                py.check_signals()?;
                return Ok(answer);
            }
            let progress = progress.map(|callback| callback.clone().unbind());
            let answer = detached(py, || self.change(operation, options, progress.as_ref()))?;
            py.check_signals().inspect_err(|error| carry(py, error, &answer))?;
            Ok(answer)
        })
    }

    #[getter]
    fn sequence(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(detached(py, || Ok(self.shared.read(|handle| handle.workspace().sequence())?))?)
    }

    #[getter]
    fn event_count(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(detached(py, || Ok(self.shared.read(|handle| handle.events().len())?))?)
    }
}

impl Workspace {
    /// A command, without the interpreter lock but while the progress runs.
    fn change(
        &self,
        operation: &str,
        options: serde_json::Value,
        progress: Option<&Py<PyAny>>,
    ) -> Result<String, Fault> {
        let mut raised = None;
        let mut told = |at: Progress| {
            let heard = Python::attach(|py| {
                py.check_signals()?;
                let Some(callback) = progress else { return Ok(true) };
                let heard = callback.call1(py, (at.done, at.total))?;
                Ok(!heard.bind(py).is(PyBool::new(py, false)))
            });
            heard.unwrap_or_else(|error| {
                raised = Some(error);
                false
            })
        };
        let answer = self.shared.change(&mut told, |handle, watch| handle.call_watched(operation, options, watch));
        let Some(error) = raised else { return Ok(answer?.to_string()) };
        if let Ok(answer) = answer {
            Python::attach(|py| carry(py, &error, &answer.to_string()));
        }
        Err(error.into())
    }
}
