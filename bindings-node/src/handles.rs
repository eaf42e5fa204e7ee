//! What JavaScript holds: inputs, datasets, reports, partials. Requests are JSON texts.

use std::sync::{Arc, Mutex, PoisonError};

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, BufferSlice, Result};
use napi_derive::napi;
use omnicontact::import::ImportOptions;
use omnicontact::wire::{
    self, ArrayTable, ChoicesRequest, ColumnOptions, DatasetInput, DatasetRequest, PackedColumn, ReportRequest,
    ShowRequest, TableRequest,
};
use omnicontact::{
    Component, Dataset as CoreDataset, Partial as CorePartial, Report as CoreReport, ReportKind, Result as Checked,
};

use crate::convert::{Column, Watch, Work, columns};
use crate::error::{freed, guarded};
use crate::workspace::Workspace;

/// Runs an operation on plain data.
#[napi]
pub fn call(request: String) -> Result<String> {
    guarded(|| wire::call_text(&request))
}

/// Runs an operation on plain data, off the event loop.
#[napi]
pub fn call_later(request: String, watch: &Watch) -> AsyncTask<Work<String>> {
    let watch = watch.clone();
    AsyncTask::new(Work::new(move || {
        watch.check()?;
        let answer = wire::call_text(&request)?;
        watch.check()?;
        Ok(answer)
    }))
}

/// Tables on their way into a dataset.
#[napi]
pub struct Input {
    data: DatasetInput<'static>,
    table: ArrayTable,
    later: Vec<Step>,
}

/// What is left for the thread that builds.
enum Step {
    Rows(String, Vec<u8>),
    File(String, Vec<u8>, String),
}

#[napi]
#[expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is owned")]
impl Input {
    /// Starts with merges and options.
    #[napi(constructor)]
    pub fn new(settings: String) -> Result<Self> {
        let request = guarded(|| wire::read_text::<DatasetRequest>(&settings))?;
        Ok(Self { data: DatasetInput::new(request), table: ArrayTable::default(), later: Vec::new() })
    }

    /// Adds rows as JSON.
    #[napi]
    pub fn add_rows(&mut self, table: String, rows: String) -> Result<()> {
        guarded(|| self.data.add_rows_text(&table, &rows))
    }

    /// Adds rows as JSON in UTF-8.
    #[napi]
    pub fn add_json(&mut self, table: String, bytes: &[u8]) -> Result<()> {
        guarded(|| self.data.add_rows_json(&table, bytes))
    }

    /// Adds CSV or NDJSON.
    #[napi]
    pub fn add_file(&mut self, table: String, bytes: &[u8], options: String) -> Result<()> {
        guarded(|| self.data.add_file(&table, bytes, &wire::read_text(&options)?))
    }

    /// Adds rows as JSON in UTF-8 when the dataset is built; the bytes are copied.
    #[napi]
    pub fn add_json_later(&mut self, table: String, bytes: &[u8]) {
        self.later.push(Step::Rows(table, bytes.to_vec()));
    }

    /// Adds CSV or NDJSON when the dataset is built; the bytes are copied.
    #[napi]
    pub fn add_file_later(&mut self, table: String, bytes: &[u8], options: String) {
        self.later.push(Step::File(table, bytes.to_vec(), options));
    }

    /// Adds a column of numbers to the table that comes next.
    #[napi]
    pub fn add_numbers(&mut self, name: String, of: String, bytes: &[u8]) -> Result<()> {
        guarded(|| self.table.add_numbers(&name, &of, bytes))
    }

    /// Adds a column of codes to the table that comes next.
    #[napi]
    pub fn add_codes(&mut self, name: String, of: String, bytes: &[u8], list: String) -> Result<()> {
        guarded(|| self.table.add_codes(&name, &of, bytes, &list))
    }

    /// Adds a column of texts to the table that comes next.
    #[napi]
    pub fn add_texts(&mut self, name: String, bytes: &[u8], ends: &[u8]) -> Result<()> {
        guarded(|| self.table.add_texts(&name, bytes, ends))
    }

    /// Adds a column of anything to the table that comes next.
    #[napi]
    pub fn add_list(&mut self, name: String, list: String) {
        self.table.add_list(&name, list);
    }

    /// Adds the columns as a table.
    #[napi]
    pub fn add_table(&mut self, table: String, options: String) -> Result<()> {
        let columns = std::mem::take(&mut self.table);
        guarded(|| self.data.add_table(&table, &columns, &wire::read_text::<ColumnOptions>(&options)?))
    }

    /// Adds what reports take of a workspace.
    #[napi]
    pub fn add_workspace(&mut self, workspace: &Workspace, request: String) -> Result<()> {
        let request = guarded(|| wire::read_text(&request))?;
        guarded(|| {
            workspace.using(|handle| {
                self.data.add_workspace(handle, request);
                Ok(())
            })
        })
    }

    /// Builds the dataset.
    #[napi]
    pub fn build(&mut self) -> Result<Dataset> {
        let work = self.work(None);
        guarded(work)
    }

    /// Builds the dataset off the event loop.
    #[napi]
    pub fn build_later(&mut self, watch: &Watch) -> AsyncTask<Work<Dataset>> {
        AsyncTask::new(Work::new(self.work(Some(watch.clone()))))
    }

    fn work(&mut self, watch: Option<Watch>) -> impl FnOnce() -> Checked<Dataset> + Send + 'static {
        let (mut input, later) = (std::mem::take(&mut self.data), std::mem::take(&mut self.later));
        move || {
            for (step, file) in later.into_iter().zip(0..) {
                if let Some(watch) = &watch {
                    watch.check()?;
                    watch.begin(file);
                }
                match step {
                    Step::Rows(table, bytes) => input.add_rows_json(&table, &bytes)?,
                    Step::File(table, bytes, options) => {
                        let options: ImportOptions = wire::read_text(&options)?;
                        let options = watch.iter().fold(options, |options, watch| watch.listen(options));
                        input.add_file(&table, bytes.as_slice(), &options)?;
                    }
                }
            }
            watch.as_ref().map_or(Ok(()), Watch::check)?;
            Ok(Dataset { data: Mutex::new(Some(Arc::new(input.build()?))) })
        }
    }
}

/// Messages and contact events, indexed.
#[napi]
pub struct Dataset {
    /// Behind a lock, as work on a thread holds the object while it runs.
    data: Mutex<Option<Arc<CoreDataset<'static>>>>,
}

fn asked(kind: &str, request: &str) -> Checked<(ReportKind, ReportRequest)> {
    Ok((ReportKind::parse(kind)?, wire::read_text(request)?))
}

impl Dataset {
    fn data(&self) -> Checked<Arc<CoreDataset<'static>>> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(|| freed("dataset"))
    }
}

#[napi]
#[expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is owned")]
impl Dataset {
    /// Gives the memory back.
    #[napi]
    pub fn free(&self) {
        *self.data.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Counts and spans.
    #[napi]
    pub fn about(&self) -> Result<String> {
        guarded(|| wire::write_text(&wire::dataset_facts(&*self.data()?)))
    }

    /// A report.
    #[napi]
    pub fn report(&self, kind: String, request: String) -> Result<Report> {
        guarded(|| report(&*self.data()?, &kind, &request))
    }

    /// A report, off the event loop.
    #[napi]
    pub fn report_later(&self, kind: String, request: String, watch: &Watch) -> AsyncTask<Work<Report>> {
        let (data, watch) = (self.data(), watch.clone());
        AsyncTask::new(Work::new(move || {
            watch.check()?;
            let found = report(&*data?, &kind, &request)?;
            watch.check()?;
            Ok(found)
        }))
    }

    /// A partial report.
    #[napi]
    pub fn partial(&self, kind: String, request: String) -> Result<Partial> {
        guarded(|| {
            let (kind, request) = asked(&kind, &request)?;
            Ok(Partial { partial: Some(wire::partial(kind, &*self.data()?, &request)?) })
        })
    }

    /// What a filter offers.
    #[napi]
    pub fn choices(&self, request: String) -> Result<String> {
        guarded(|| {
            let request: ChoicesRequest = wire::read_text(&request)?;
            wire::write_text(&wire::choices(&*self.data()?, &request))
        })
    }

    /// The whole of a log: the columns of each page.
    #[napi]
    pub fn log<'env>(&self, env: &'env Env, component: String, request: String) -> Result<Vec<Vec<Column<'env>>>> {
        let pages = guarded(|| pages(&*self.data()?, &component, &request, None))?;
        pages.into_iter().map(|page| columns(env, page)).collect()
    }
}

fn report(data: &CoreDataset<'_>, kind: &str, request: &str) -> Checked<Report> {
    let (kind, request) = asked(kind, request)?;
    Ok(Report { report: Some(Arc::new(wire::report(kind, data, &request)?)) })
}

fn pages(
    data: &CoreDataset<'_>,
    component: &str,
    request: &str,
    watch: Option<&Watch>,
) -> Checked<Vec<Vec<PackedColumn>>> {
    let (component, request) = (Component::parse(component)?, wire::read_text(request)?);
    let asked = TableRequest::rows(component);
    let mut pages = Vec::new();
    for page in wire::log(data, component, &request)? {
        watch.map_or(Ok(()), Watch::check)?;
        pages.push(wire::packed(&page?, &asked)?);
    }
    Ok(pages)
}

/// A finished report.
#[napi]
pub struct Report {
    report: Option<Arc<CoreReport>>,
}

impl Report {
    fn report(&self) -> Checked<&CoreReport> {
        self.report.as_deref().ok_or_else(|| freed("report"))
    }
}

#[napi]
#[expect(clippy::needless_pass_by_value, reason = "what comes from JavaScript is owned")]
impl Report {
    /// Gives the memory back.
    #[napi]
    pub fn free(&mut self) {
        self.report = None;
    }

    /// What the report is about, and its parts without rows.
    #[napi]
    pub fn about(&self) -> Result<String> {
        guarded(|| {
            let report = self.report()?;
            wire::write_text(&(wire::about(report), wire::heads(report)))
        })
    }

    /// The report in a format.
    #[napi]
    pub fn show(&self, request: String) -> Result<Option<String>> {
        guarded(|| wire::show(self.report()?, &wire::read_text::<ShowRequest>(&request)?))
    }

    /// A table of a part.
    #[napi]
    pub fn table<'env>(&self, env: &'env Env, request: String) -> Result<Vec<Column<'env>>> {
        let packed = guarded(|| wire::packed(self.report()?, &wire::read_text::<TableRequest>(&request)?))?;
        columns(env, packed)
    }
}

/// A report of a part of the rows.
#[napi]
pub struct Partial {
    partial: Option<CorePartial>,
}

impl Partial {
    fn partial(&self) -> Checked<&CorePartial> {
        self.partial.as_ref().ok_or_else(|| freed("partial"))
    }
}

#[napi]
impl Partial {
    /// Reads what `to_bytes` wrote.
    #[napi]
    pub fn of(bytes: &[u8]) -> Result<Partial> {
        guarded(|| Ok(Partial { partial: Some(CorePartial::from_bytes(bytes)?) }))
    }

    /// Gives the memory back.
    #[napi]
    pub fn free(&mut self) {
        self.partial = None;
    }

    /// The partial as bytes.
    #[napi]
    pub fn to_bytes<'env>(&self, env: &'env Env) -> Result<BufferSlice<'env>> {
        let bytes = guarded(|| Ok(self.partial()?.to_bytes()))?;
        BufferSlice::copy_from(env, bytes)
    }

    /// The partial of the rows of both.
    #[napi]
    pub fn merge(&self, other: &Partial) -> Result<Partial> {
        guarded(|| Ok(Partial { partial: Some(self.partial()?.clone().merge(other.partial()?.clone())?) }))
    }

    /// The report.
    #[napi]
    pub fn finish(&self) -> Result<Report> {
        guarded(|| Ok(Report { report: Some(Arc::new(self.partial()?.clone().finish())) }))
    }

    /// Which report it is a part of.
    #[napi]
    pub fn kind(&self) -> Result<String> {
        guarded(|| Ok(self.partial()?.report().as_str().to_owned()))
    }
}
