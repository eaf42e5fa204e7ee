//! Tables of the core as Arrow streams.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::UInt32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray,
    TimestampMillisecondArray,
};
use arrow_schema::{ArrowError, Field, Schema};
use omnicontact::ForeignId;
use omnicontact::export::{self, Values};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// A table, in one piece or several: anything that reads Arrow streams reads it.
#[pyclass(frozen, module = "omnicontact._native")]
pub(crate) struct Table {
    pub(crate) pieces: Vec<export::Table>,
    /// Whether names and words stand in for keys.
    pub(crate) labels: bool,
}

#[pymethods]
impl Table {
    /// The table as a capsule of the Arrow C stream interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface allows to ignore what a consumer would like best.
        drop(requested_schema);
        let stream = py.detach(|| self.stream()).map_err(|error| PyValueError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn __len__(&self) -> usize {
        self.pieces.iter().map(export::Table::len).sum()
    }

    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.pieces.first().map(|table| table.columns.iter().map(|column| &*column.name).collect()).unwrap_or_default()
    }

    /// Titles of the columns, in the report's language.
    #[getter]
    fn titles(&self) -> Vec<&str> {
        self.pieces.first().map(|table| table.columns.iter().map(|column| &*column.title).collect()).unwrap_or_default()
    }
}

impl Table {
    fn stream(&self) -> Result<FFI_ArrowArrayStream, ArrowError> {
        // A column has one type in all pieces.
        let columns = self.pieces.first().map_or(0, |table| table.columns.len());
        let whole: Vec<bool> = (0..columns)
            .map(|place| self.pieces.iter().all(|table| table.columns.get(place).is_some_and(|c| is_whole(&c.values))))
            .collect();
        let batches = self.pieces.iter().map(|table| self.batch(table, &whole)).collect::<Result<Vec<_>, _>>()?;
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        let batches = batches.into_iter().map(Ok);
        Ok(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(batches, schema))))
    }

    fn batch(&self, table: &export::Table, whole: &[bool]) -> Result<RecordBatch, ArrowError> {
        let columns: Vec<ArrayRef> =
            table.columns.iter().zip(whole).map(|(column, &whole)| self.array(&column.values, whole)).collect();
        let fields: Vec<Field> = table
            .columns
            .iter()
            .zip(&columns)
            .map(|(column, array)| {
                let title = HashMap::from([("title".to_owned(), column.title.clone())]);
                Field::new(&column.name, array.data_type().clone(), true).with_metadata(title)
            })
            .collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }

    /// Ids are integers where `whole`, else texts.
    fn array(&self, values: &Values, whole: bool) -> ArrayRef {
        match values {
            Values::Text(texts) => Arc::new(StringArray::from_iter(texts)),
            Values::Int(numbers) => Arc::new(Int64Array::from_iter(numbers.iter().copied())),
            Values::Float(numbers) => Arc::new(Float64Array::from_iter(numbers.iter().copied())),
            Values::Time(times) => {
                Arc::new(TimestampMillisecondArray::from_iter(times.iter().copied()).with_timezone("UTC"))
            }
            Values::Bool(flags) => Arc::new(BooleanArray::from_iter(flags.iter().copied())),
            Values::Id(ids) if whole => {
                Arc::new(ids.iter().map(|id| id.as_ref().and_then(integer)).collect::<Int64Array>())
            }
            Values::Id(ids) => {
                Arc::new(ids.iter().map(|id| id.as_ref().map(ForeignId::to_text)).collect::<StringArray>())
            }
            Values::Category { codes, entries } if whole && !self.labels => {
                let key = |code: &Option<u32>| integer(&entries.get((*code)? as usize)?.key);
                Arc::new(codes.iter().map(key).collect::<Int64Array>())
            }
            Values::Category { codes, entries } => {
                let shown: Vec<_> =
                    entries.iter().map(|entry| if self.labels { entry.shown() } else { entry.key.to_text() }).collect();
                let mut builder = StringDictionaryBuilder::<UInt32Type>::new();
                builder.extend(codes.iter().map(|code| shown.get((*code)? as usize)));
                Arc::new(builder.finish())
            }
        }
    }
}

fn integer(id: &ForeignId) -> Option<i64> {
    match id {
        ForeignId::Int(value) => i64::try_from(*value).ok(),
        _ => None,
    }
}

/// Whether a column of ids holds integers only, and at least one.
fn is_whole(values: &Values) -> bool {
    match values {
        Values::Id(ids) => ids.iter().any(Option::is_some) && ids.iter().flatten().all(|id| integer(id).is_some()),
        Values::Category { entries, .. } => {
            !entries.is_empty() && entries.iter().all(|entry| integer(&entry.key).is_some())
        }
        _ => false,
    }
}
