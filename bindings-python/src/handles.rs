//! What Python holds: datasets, reports, partials.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use omnicontact::import::ImportOptions;
use omnicontact::wire::{
    self, ColumnOptions, DatasetInput, DatasetRequest, ReportRequest, ReportTablesRequest, ShowRequest, TableRequest,
};
use omnicontact::{Component, Dataset as CoreDataset, Partial as CorePartial, Report as CoreReport, ReportKind, Zone};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use serde_json::json;

use crate::arrow_in::Frame;
use crate::arrow_out::Table;
use crate::convert::{Reader, at};
use crate::error::{Fault, check_signals, detached, entered};
use crate::workspace::Workspace;

/// Runs an operation on plain data; the answer is JSON text.
#[pyfunction]
#[pyo3(signature = (operation, options, given=None))]
pub(crate) fn call(
    py: Python<'_>,
    operation: &str,
    options: &Bound<'_, PyAny>,
    given: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    entered(|| {
        let reader = Reader::new(None);
        let mut request = json!({ "operation": operation, "options": reader.value(options)? });
        if let Some(given) = given {
            request["given"] = reader.value(given)?;
        }
        detached(py, || Ok(wire::call(request)?.to_string()))
    })
}

/// Messages and contact events, indexed.
#[pyclass(frozen, module = "omnicontact._native")]
pub(crate) struct Dataset {
    data: Arc<CoreDataset<'static>>,
}

impl Dataset {
    fn of(
        py: Python<'_>,
        tables: Vec<Input<'_>>,
        settings: &Bound<'_, PyAny>,
        zone: Option<&str>,
        progress: Option<&Py<PyAny>>,
    ) -> Result<Self, Fault> {
        let zone = zone.map(Zone::new).transpose()?;
        let reader = Reader::new(zone.as_ref());
        let settings = wire::read::<DatasetRequest>(reader.value(settings)?)?;
        let mut input = DatasetInput::new(settings);
        for (table, form, object, options) in tables {
            match form.as_str() {
                "rows" => {
                    let rows = reader.value(&object).map_err(|fault| at(fault, |error| error.at(&table)))?;
                    detached(py, || Ok(input.add_rows(&table, rows)?))?;
                }
                "workspace" => {
                    let workspace = object.cast::<Workspace>().map_err(PyErr::from)?.get();
                    let request: ReportTablesRequest = wire::read_text(&options)?;
                    detached(py, || Ok(workspace.add_to(&mut input, request)?))?;
                }
                "file" => {
                    let file = File::open(object.extract::<PathBuf>()?)?;
                    let options: ImportOptions = wire::read_text(&options)?;
                    let heard = Heard::new(progress.map(|callback| callback.clone_ref(py)), &table);
                    let options = heard.listen(options);
                    let read = detached(py, || Ok(input.add_file(&table, file, &options)?));
                    heard.end(read)?;
                }
                form => {
                    let frame = Frame::new(&object, zone.as_ref(), form == "copied")
                        .map_err(|fault| at(fault, |error| error.at(&table)))?;
                    let options: ColumnOptions = wire::read_text(&options)?;
                    detached(py, || Ok(input.add_table(&table, &frame, &options)?))?;
                }
            }
        }
        let data = detached(py, || Ok(input.build()?))?;
        Ok(Self { data: Arc::new(data) })
    }
}

/// How one table comes: its name, what it is (`rows`, `shared`, `copied`, `file`), the object, options as JSON.
type Input<'py> = (String, String, Bound<'py, PyAny>, String);

#[pymethods]
impl Dataset {
    #[new]
    fn new(
        py: Python<'_>,
        tables: Vec<Input<'_>>,
        settings: &Bound<'_, PyAny>,
        zone: Option<&str>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let progress = progress.map(|one| one.clone().unbind());
        entered(|| Self::of(py, tables, settings, zone, progress.as_ref()))
    }

    #[getter]
    fn message_count(&self) -> usize {
        self.data.message_count()
    }

    #[getter]
    fn event_count(&self) -> usize {
        self.data.event_count()
    }

    #[getter]
    fn folded_count(&self) -> usize {
        self.data.folded_count()
    }

    #[getter]
    fn suspicious_times(&self) -> Vec<&'static str> {
        self.data.suspicious_times()
    }

    #[getter]
    fn index_bytes(&self) -> usize {
        self.data.index_bytes()
    }

    #[getter]
    fn message_span(&self) -> Option<(i64, i64)> {
        self.data.message_span().map(|(first, last)| (first.as_millis(), last.as_millis()))
    }

    #[getter]
    fn event_span(&self) -> Option<(i64, i64)> {
        self.data.event_span().map(|(first, last)| (first.as_millis(), last.as_millis()))
    }

    fn report(&self, py: Python<'_>, kind: &str, request: &Bound<'_, PyAny>) -> PyResult<Report> {
        let request = asked(request)?;
        Ok(detached(py, || Ok(Report { report: wire::report(ReportKind::parse(kind)?, &self.data, &request)? }))?)
    }

    fn partial(&self, py: Python<'_>, kind: &str, request: &Bound<'_, PyAny>) -> PyResult<Partial> {
        let request = asked(request)?;
        Ok(detached(py, || Ok(Partial { partial: wire::partial(ReportKind::parse(kind)?, &self.data, &request)? }))?)
    }

    fn choices(&self, py: Python<'_>, request: &Bound<'_, PyAny>) -> PyResult<String> {
        let request = wire::read(Reader::new(None).value(request)?).map_err(Fault::from)?;
        Ok(detached(py, || Ok(json!(wire::choices(&self.data, &request).choices).to_string()))?)
    }

    /// The whole of a log, page by page.
    fn log(&self, py: Python<'_>, component: &str, request: &Bound<'_, PyAny>, labels: bool) -> PyResult<Table> {
        let request = asked(request)?;
        let pieces = detached(py, || {
            let component = Component::parse(component)?;
            let mut pieces = Vec::new();
            for page in wire::log(&self.data, component, &request)? {
                // Long logs end at Ctrl-C.
                check_signals()?;
                pieces.extend(wire::table(&page?, &TableRequest::rows(component))?);
            }
            if pieces.is_empty() {
                pieces.push(wire::empty_table(&TableRequest::rows(component)));
            }
            Ok(pieces)
        })?;
        Ok(Table { pieces, labels })
    }
}

fn asked(request: &Bound<'_, PyAny>) -> Result<ReportRequest, Fault> {
    Ok(wire::read(Reader::new(None).value(request)?)?)
}

/// A progress callback, and the exception that it or Ctrl-C raised.
struct Heard {
    callback: Option<Py<PyAny>>,
    table: String,
    raised: Arc<Mutex<Option<PyErr>>>,
}

impl Heard {
    fn new(callback: Option<Py<PyAny>>, table: &str) -> Self {
        Self { callback, table: table.to_owned(), raised: Arc::default() }
    }

    fn listen(&self, options: ImportOptions) -> ImportOptions {
        let callback = Python::attach(|py| self.callback.as_ref().map(|callback| callback.clone_ref(py)));
        let (table, raised) = (self.table.clone(), Arc::clone(&self.raised));
        options.on_progress(move |progress| {
            let told = Python::attach(|py| {
                py.check_signals()?;
                match &callback {
                    Some(callback) => callback.call1(py, (&table, progress.bytes, progress.rows)).map(drop),
                    None => Ok(()),
                }
            });
            match told {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
    }

    fn end(&self, read: Result<(), Fault>) -> Result<(), Fault> {
        match self.raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error.into()),
            None => read,
        }
    }
}

/// A finished report.
#[pyclass(frozen, module = "omnicontact._native")]
pub(crate) struct Report {
    report: CoreReport,
}

#[pymethods]
impl Report {
    /// The report in a format; see `ShowRequest`.
    fn show(&self, py: Python<'_>, request: &str) -> PyResult<Option<String>> {
        Ok(detached(py, || Ok(wire::show(&self.report, &wire::read_text::<ShowRequest>(request)?)?))?)
    }

    /// A table of a part, empty where there is no data; see `TableRequest`.
    fn table(&self, py: Python<'_>, request: &str, labels: bool) -> PyResult<Table> {
        let table = detached(py, || {
            let request = wire::read_text::<TableRequest>(request)?;
            Ok(wire::table(&self.report, &request)?.unwrap_or_else(|| wire::empty_table(&request)))
        })?;
        Ok(Table { pieces: vec![table], labels })
    }

    /// What the report is about and what each part is, without rows; two texts of JSON.
    fn about(&self, py: Python<'_>) -> PyResult<(String, String)> {
        let texts = || Ok((json!(wire::about(&self.report)).to_string(), json!(wire::heads(&self.report)).to_string()));
        Ok(detached(py, texts)?)
    }
}

/// A report of a part of the rows.
#[pyclass(frozen, module = "omnicontact._native")]
pub(crate) struct Partial {
    partial: CorePartial,
}

#[pymethods]
impl Partial {
    #[classmethod]
    fn from_bytes(_class: &Bound<'_, PyType>, py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        Ok(detached(py, || Ok(Self { partial: CorePartial::from_bytes(data)? }))?)
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.partial.to_bytes()))
    }

    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        Ok(detached(py, || Ok(Self { partial: self.partial.clone().merge(other.partial.clone())? }))?)
    }

    fn finish(&self, py: Python<'_>) -> PyResult<Report> {
        Ok(detached(py, || Ok(Report { report: self.partial.clone().finish() }))?)
    }

    /// Which report it is a part of.
    #[getter]
    fn kind(&self) -> &'static str {
        self.partial.report().as_str()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.partial == other.partial
    }
}
