//! What JavaScript holds: inputs, datasets, reports, partials. Requests are JSON texts.

use js_sys::Array;
use omnicontact::wire::{
    self, ArrayTable, ChoicesRequest, ColumnOptions, DatasetInput, DatasetRequest, PackedColumn, ReportRequest,
    ShowRequest, TableRequest,
};
use omnicontact::{
    Component, Dataset as CoreDataset, Partial as CorePartial, Report as CoreReport, ReportKind, Result as Checked,
};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::columns;
use crate::error::{Answer, guarded};
#[cfg(feature = "whole")]
use crate::workspace::Workspace;

/// Runs an operation on plain data.
#[cfg(feature = "whole")]
#[wasm_bindgen]
pub fn call(request: &str) -> Answer<String> {
    guarded(|| wire::call_text(request))
}

/// Tables on their way into a dataset.
#[wasm_bindgen]
pub struct Input {
    input: DatasetInput<'static>,
    table: ArrayTable,
}

#[wasm_bindgen]
impl Input {
    /// Starts with merges and options.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &str) -> Answer<Self> {
        let request = guarded(|| wire::read_text::<DatasetRequest>(settings))?;
        Ok(Self { input: DatasetInput::new(request), table: ArrayTable::default() })
    }

    /// Adds rows as JSON.
    #[wasm_bindgen(js_name = addRows)]
    pub fn add_rows(&mut self, table: &str, rows: &str) -> Answer<()> {
        guarded(|| self.input.add_rows_text(table, rows))
    }

    /// Adds rows as JSON in UTF-8.
    #[wasm_bindgen(js_name = addJson)]
    pub fn add_json(&mut self, table: &str, bytes: &[u8]) -> Answer<()> {
        guarded(|| self.input.add_rows_json(table, bytes))
    }

    /// Adds CSV or NDJSON.
    #[cfg(feature = "whole")]
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&mut self, table: &str, bytes: &[u8], options: &str) -> Answer<()> {
        guarded(|| self.input.add_file(table, bytes, &wire::read_text(options)?))
    }

    /// Adds a column of numbers to the table that comes next.
    #[wasm_bindgen(js_name = addNumbers)]
    pub fn add_numbers(&mut self, name: &str, of: &str, bytes: &[u8]) -> Answer<()> {
        guarded(|| self.table.add_numbers(name, of, bytes))
    }

    /// Adds a column of codes to the table that comes next.
    #[wasm_bindgen(js_name = addCodes)]
    pub fn add_codes(&mut self, name: &str, of: &str, bytes: &[u8], list: &str) -> Answer<()> {
        guarded(|| self.table.add_codes(name, of, bytes, list))
    }

    /// Adds a column of texts to the table that comes next.
    #[wasm_bindgen(js_name = addTexts)]
    pub fn add_texts(&mut self, name: &str, bytes: &[u8], ends: &[u8]) -> Answer<()> {
        guarded(|| self.table.add_texts(name, bytes, ends))
    }

    /// Adds a column of anything to the table that comes next.
    #[wasm_bindgen(js_name = addList)]
    pub fn add_list(&mut self, name: &str, list: &str) {
        self.table.add_list(name, list);
    }

    /// Adds the columns as a table.
    #[wasm_bindgen(js_name = addTable)]
    pub fn add_table(&mut self, table: &str, options: &str) -> Answer<()> {
        let columns = std::mem::take(&mut self.table);
        guarded(|| self.input.add_table(table, &columns, &wire::read_text::<ColumnOptions>(options)?))
    }

    /// Adds what reports take of a workspace.
    #[cfg(feature = "whole")]
    #[wasm_bindgen(js_name = addWorkspace)]
    pub fn add_workspace(&mut self, workspace: &Workspace, request: &str) -> Answer<()> {
        let request = guarded(|| wire::read_text(request))?;
        self.input.add_workspace(&workspace.handle, request);
        Ok(())
    }

    /// Builds the dataset.
    pub fn build(&mut self) -> Answer<Dataset> {
        let input = std::mem::take(&mut self.input);
        guarded(|| Ok(Dataset { data: input.build()? }))
    }
}

/// Messages and contact events, indexed.
#[wasm_bindgen]
pub struct Dataset {
    data: CoreDataset<'static>,
}

fn asked(kind: &str, request: &str) -> Checked<(ReportKind, ReportRequest)> {
    Ok((ReportKind::parse(kind)?, wire::read_text(request)?))
}

#[wasm_bindgen]
impl Dataset {
    /// Counts and spans.
    pub fn about(&self) -> Answer<String> {
        guarded(|| wire::write_text(&wire::dataset_facts(&self.data)))
    }

    /// A report.
    pub fn report(&self, kind: &str, request: &str) -> Answer<Report> {
        guarded(|| report(&self.data, kind, request))
    }

    /// A partial report.
    pub fn partial(&self, kind: &str, request: &str) -> Answer<Partial> {
        guarded(|| {
            let (kind, request) = asked(kind, request)?;
            Ok(Partial { partial: wire::partial(kind, &self.data, &request)? })
        })
    }

    /// What a filter offers.
    pub fn choices(&self, request: &str) -> Answer<String> {
        guarded(|| {
            let request: ChoicesRequest = wire::read_text(request)?;
            wire::write_text(&wire::choices(&self.data, &request))
        })
    }

    /// The whole of a log: the columns of each page.
    pub fn log(&self, component: &str, request: &str) -> Answer<Array> {
        let pages = guarded(|| pages(&self.data, component, request))?;
        Ok(pages.into_iter().map(columns).collect())
    }
}

fn report(data: &CoreDataset<'_>, kind: &str, request: &str) -> Checked<Report> {
    let (kind, request) = asked(kind, request)?;
    Ok(Report { report: wire::report(kind, data, &request)? })
}

fn pages(data: &CoreDataset<'_>, component: &str, request: &str) -> Checked<Vec<Vec<PackedColumn>>> {
    let (component, request) = (Component::parse(component)?, wire::read_text(request)?);
    let asked = TableRequest::rows(component);
    let mut pages = Vec::new();
    for page in wire::log(data, component, &request)? {
        pages.push(wire::packed(&page?, &asked)?);
    }
    Ok(pages)
}

#[cfg(feature = "whole")]
use wire::show;
#[cfg(not(feature = "whole"))]
use wire::show_data as show;

/// A finished report.
#[wasm_bindgen]
pub struct Report {
    report: CoreReport,
}

#[wasm_bindgen]
impl Report {
    /// What the report is about, and its parts without rows.
    pub fn about(&self) -> Answer<String> {
        guarded(|| {
            let report = &self.report;
            wire::write_text(&(wire::about(report), wire::heads(report)))
        })
    }

    /// The report in a format.
    pub fn show(&self, request: &str) -> Answer<Option<String>> {
        guarded(|| show(&self.report, &wire::read_text::<ShowRequest>(request)?))
    }

    /// A table of a part.
    pub fn table(&self, request: &str) -> Answer<Array> {
        guarded(|| wire::packed(&self.report, &wire::read_text::<TableRequest>(request)?)).map(columns)
    }
}

/// A report of a part of the rows.
#[wasm_bindgen]
pub struct Partial {
    partial: CorePartial,
}

#[wasm_bindgen]
impl Partial {
    /// Reads what `to_bytes` wrote.
    pub fn of(bytes: &[u8]) -> Answer<Partial> {
        guarded(|| Ok(Partial { partial: CorePartial::from_bytes(bytes)? }))
    }

    /// The partial as bytes.
    #[wasm_bindgen(js_name = toBytes)]
    pub fn to_bytes(&self) -> Answer<Vec<u8>> {
        guarded(|| Ok(self.partial.to_bytes()))
    }

    /// The partial of the rows of both.
    pub fn merge(&self, other: &Partial) -> Answer<Partial> {
        guarded(|| Ok(Partial { partial: self.partial.clone().merge(other.partial.clone())? }))
    }

    /// The report.
    pub fn finish(&self) -> Answer<Report> {
        guarded(|| Ok(Report { report: self.partial.clone().finish() }))
    }

    /// Which report it is a part of.
    pub fn kind(&self) -> Answer<String> {
        guarded(|| Ok(self.partial.report().as_str().to_owned()))
    }
}
