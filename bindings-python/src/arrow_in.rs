//! Tables of Python as columns of the core. Fixed-width buffers of Arrow are shared, not copied.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type};
use arrow_array::types::{UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, Int64Array, LargeStringArray, StringArray, StringViewArray, make_array,
};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use arrow_data::ArrayData;
use arrow_schema::{DataType, TimeUnit as ArrowUnit};
use omnicontact::dataset::{Buffer, Codes, IdColumn, NULL_TIME, TextColumn, Texts, TimeColumn, TimeUnit, Validity};
use omnicontact::wire::{self, HostTable};
use omnicontact::{Code, Error, ForeignId, Result as Checked, Zone};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use serde_json::Value;

use crate::arrow_check::check;
use crate::arrow_door::chunks;
use crate::convert::{Reader, at};
use crate::error::Fault;

/// A column: chunks of Arrow, or plain values.
enum Column {
    Arrow(Vec<ArrayRef>),
    Values(Vec<Value>),
}

/// A table of Python.
pub(crate) struct Frame {
    names: Vec<String>,
    columns: Vec<Column>,
    zone: Option<Zone>,
    /// Whether fixed-width buffers are copied, because their owner may write into them.
    copies: bool,
}

impl Frame {
    /// A table with the Arrow `PyCapsule` interface, or a dict of columns.
    pub(crate) fn new(object: &Bound<'_, PyAny>, zone: Option<&Zone>, copies: bool) -> Result<Self, Fault> {
        let zone_of = zone.cloned();
        if let Ok(dict) = object.cast::<PyDict>() {
            let (mut names, mut columns) = (Vec::new(), Vec::new());
            // A list of its own: columns run code of the host when they are asked.
            for pair in dict.items() {
                let (name, column) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
                let Ok(name) = name.cast::<PyString>() else {
                    let error = Error::new(Code::InvalidValue, "the name of a column is no text");
                    return Err(error.with_hint("the keys of a dict of columns are their names").into());
                };
                let name = Reader::text(name)?;
                columns.push(column_of(&column, &name, zone)?);
                names.push(name);
            }
            return Ok(Self { names, columns, zone: zone_of, copies });
        }
        let (data_type, chunks) = chunks(object)?;
        let (names, columns) = table(&data_type, &chunks)?;
        Ok(Self { names, columns, zone: zone_of, copies })
    }

    fn shared<T: ArrowNativeType>(&self, data: &ArrayData) -> Buffer<'static, T> {
        let values = ScalarBuffer::<T>::new(data.buffers()[0].clone(), data.offset(), data.len());
        if self.copies { values.to_vec().into() } else { Buffer::shared(Arc::new(values)) }
    }

    fn id_chunk(
        &self,
        column: IdColumn<'static>,
        chunk: &ArrayRef,
        field: &str,
        before: usize,
    ) -> Checked<IdColumn<'static>> {
        let data = chunk.to_data();
        Ok(match chunk.data_type() {
            DataType::Int32 => column.i32_chunk(self.shared::<i32>(&data), validity(chunk)),
            DataType::Int64 => column.i64_chunk(self.shared::<i64>(&data), validity(chunk)),
            DataType::UInt64 => column.u64_chunk(self.shared::<u64>(&data), validity(chunk)),
            DataType::FixedSizeBinary(16) => {
                let bytes = data.buffers()[0].slice_with_length(data.offset() * 16, data.len() * 16);
                column.uuid_chunk(Buffer::shared(Arc::new(Uuids(bytes))), validity(chunk))
            }
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                column.text_chunk(Arc::new(strings(chunk, field)?))
            }
            DataType::Dictionary(key, _) => {
                let values = make_array(data.child_data()[0].clone());
                let entries = self.id_chunk(IdColumn::default(), &values, field, 0)?;
                // A missing entry is the empty text, which means missing.
                let entry = |row| entries.get(row).unwrap_or_else(|| ForeignId::Text("".into()));
                let entries: Arc<[ForeignId]> = (0..entries.len()).map(entry).collect();
                column.coded_chunk(self.codes(key, &data), validity(chunk), entries)
            }
            _ => {
                let whole: ArrayRef = Arc::new(integers(chunk, field, before)?);
                return self.id_chunk(column, &whole, field, before);
            }
        })
    }

    fn codes(&self, key: &DataType, data: &ArrayData) -> Codes<'static> {
        match key {
            DataType::Int8 => Codes::I8(self.shared(data)),
            DataType::UInt8 => Codes::U8(self.shared(data)),
            DataType::Int16 => Codes::I16(self.shared(data)),
            DataType::UInt16 => Codes::U16(self.shared(data)),
            DataType::Int32 => Codes::I32(self.shared(data)),
            DataType::UInt32 => Codes::U32(self.shared(data)),
            // No dictionary has that many entries.
            DataType::Int64 => {
                Codes::U32(self.shared::<i64>(data).iter().map(|&code| narrow(code)).collect::<Vec<_>>().into())
            }
            _ => Codes::U32(self.shared::<u64>(data).iter().map(|&code| narrow(code)).collect::<Vec<_>>().into()),
        }
    }
}

fn narrow(code: impl TryInto<u32>) -> u32 {
    code.try_into().unwrap_or(u32::MAX)
}

/// Names and columns of a table; one without rows may have no chunks.
fn table(data_type: &DataType, chunks: &[ArrayRef]) -> Result<(Vec<String>, Vec<Column>), Fault> {
    let DataType::Struct(fields) = data_type else {
        return Err(Error::new(Code::MalformedValue, "a single column is no table").into());
    };
    let names = fields.iter().map(|field| field.name().clone()).collect();
    let column = |place: usize| {
        let part = |chunk: &ArrayRef| Some(Arc::clone(chunk.as_struct_opt()?.column(place)));
        Column::Arrow(chunks.iter().filter_map(part).collect())
    };
    Ok((names, (0..fields.len()).map(column).collect()))
}

/// A column of a dict: an Arrow array or series, a numpy array, or a list of anything.
fn column_of(object: &Bound<'_, PyAny>, name: &str, zone: Option<&Zone>) -> Result<Column, Fault> {
    if object.hasattr("__arrow_c_stream__")? || object.hasattr("__arrow_c_array__")? {
        let chunks = chunks(object).map_err(|fault| at(fault, |error| error.at(name)))?;
        return Ok(Column::Arrow(chunks.1));
    }
    if object.hasattr("dtype")? && object.hasattr("astype")? {
        let dtype = object.getattr("dtype")?;
        let kind: String = dtype.getattr("kind")?.extract()?;
        let layout: String = dtype.getattr("str")?.extract()?;
        if kind == "i" || kind == "M" {
            let unit = match layout.get(3..) {
                _ if kind == "i" => None,
                Some("[ns]") => Some(ArrowUnit::Nanosecond),
                Some("[ms]") => Some(ArrowUnit::Millisecond),
                Some("[s]") => Some(ArrowUnit::Second),
                _ => Some(ArrowUnit::Microsecond),
            };
            let object = match unit {
                Some(ArrowUnit::Microsecond) => object.call_method1("astype", ("<M8[us]",))?,
                _ => object.clone(),
            };
            let bytes = object.call_method1("astype", ("<i8",))?.call_method0("tobytes")?.cast_into::<PyBytes>();
            let bytes = bytes.map_err(PyErr::from)?;
            let values = bytes.as_bytes().as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes));
            // The smallest integer is numpy's NaT.
            let values = match unit {
                Some(_) => values.map(|value| (value != NULL_TIME).then_some(value)).collect::<Int64Array>(),
                None => values.collect(),
            };
            let data = values.into_data().into_builder();
            let data = data.data_type(unit.map_or(DataType::Int64, |unit| DataType::Timestamp(unit, None)));
            return Ok(Column::Arrow(vec![make_array(data.build().map_err(crate::arrow_door::arrow)?)]));
        }
    }
    let plain = if object.hasattr("tolist")? { object.call_method0("tolist")? } else { object.clone() };
    Ok(Column::Values(Reader::new(zone).list(&plain, Some(name))?))
}

/// UUIDs as sixteen bytes each.
struct Uuids(arrow_buffer::Buffer);

impl AsRef<[[u8; 16]]> for Uuids {
    fn as_ref(&self) -> &[[u8; 16]] {
        self.0.as_chunks().0
    }
}

fn validity(chunk: &ArrayRef) -> Option<Validity<'static>> {
    let nulls = chunk.nulls()?;
    let bits: Buffer<'static, u8> = Buffer::shared(Arc::new(Bits(nulls.buffer().clone())));
    Some(Validity::new(bits, nulls.offset()))
}

struct Bits(arrow_buffer::Buffer);

impl AsRef<[u8]> for Bits {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn unfit(chunk: &ArrayRef, wanted: &str, field: &str) -> Error {
    Error::new(Code::InvalidValue, format!("a column of `{}` holds no {wanted}", chunk.data_type())).at(field)
}

/// Ids of any other numeric type, as integers: whole floats and decimals, short integers, columns of nulls.
fn integers(chunk: &ArrayRef, field: &str, before: usize) -> Checked<Int64Array> {
    fn of<T: ArrowPrimitiveType>(
        chunk: &ArrayRef,
        read: impl Fn(T::Native) -> Option<Option<i64>>,
    ) -> Result<Int64Array, usize> {
        let read = |(row, value): (usize, Option<T::Native>)| value.map_or(Ok(None), |value| read(value).ok_or(row));
        chunk.as_primitive::<T>().iter().enumerate().map(read).collect()
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range in which floats are exact")]
    let whole = |value: f64| match value {
        value if value.is_nan() => Some(None),
        value if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 => Some(Some(value as i64)),
        _ => None,
    };
    let found = match chunk.data_type() {
        DataType::Null => Ok(Int64Array::new_null(chunk.len())),
        DataType::Int8 => of::<Int8Type>(chunk, |value| Some(Some(value.into()))),
        DataType::Int16 => of::<Int16Type>(chunk, |value| Some(Some(value.into()))),
        DataType::UInt8 => of::<UInt8Type>(chunk, |value| Some(Some(value.into()))),
        DataType::UInt16 => of::<UInt16Type>(chunk, |value| Some(Some(value.into()))),
        DataType::UInt32 => of::<UInt32Type>(chunk, |value| Some(Some(value.into()))),
        DataType::Float32 => of::<Float32Type>(chunk, |value| whole(value.into())),
        DataType::Float64 => of::<Float64Type>(chunk, whole),
        DataType::Decimal128(_, 0) => of::<Decimal128Type>(chunk, |value| i64::try_from(value).ok().map(Some)),
        _ => return Err(unfit(chunk, "ids", field).with_hint("ids are integers, texts or UUIDs; cast the column")),
    };
    found.map_err(|row| {
        Error::new(Code::InvalidValue, "the number is no whole number of 64 bits").at(field).at_row(before + row)
    })
}

/// Texts of Arrow.
enum Strings {
    Utf8(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
    Coded(Vec<u32>, Box<Strings>),
    Missing(usize),
}

impl Texts for Strings {
    fn len(&self) -> usize {
        match self {
            Self::Utf8(texts) => texts.len(),
            Self::Large(texts) => texts.len(),
            Self::View(texts) => texts.len(),
            Self::Coded(codes, _) => codes.len(),
            Self::Missing(rows) => *rows,
        }
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Utf8(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::Large(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::View(texts) => (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row)),
            Self::Coded(codes, entries) => entries.get(*codes.get(row)? as usize),
            Self::Missing(_) => None,
        }
    }
}

fn strings(chunk: &ArrayRef, field: &str) -> Checked<Strings> {
    Ok(match chunk.data_type() {
        DataType::Utf8 => Strings::Utf8(chunk.as_string().clone()),
        DataType::LargeUtf8 => Strings::Large(chunk.as_string().clone()),
        DataType::Utf8View => Strings::View(chunk.as_string_view().clone()),
        DataType::Null => Strings::Missing(chunk.len()),
        DataType::Dictionary(..) => {
            let codes = chunk.as_any_dictionary();
            let valid = |row: usize| codes.keys().is_valid(row);
            // Codes under missing values may be anything, and without entries there is nothing to clamp them to.
            let keys = if codes.values().is_empty() { vec![0; codes.len()] } else { codes.normalized_keys() };
            let keys = keys.into_iter().enumerate().map(|(row, key)| if valid(row) { narrow(key) } else { u32::MAX });
            Strings::Coded(keys.collect(), Box::new(strings(codes.values(), field)?))
        }
        _ => return Err(unfit(chunk, "texts", field)),
    })
}

/// Texts in chunks.
struct Chunks {
    starts: Vec<usize>,
    chunks: Vec<Strings>,
}

impl Chunks {
    fn new(chunks: &[ArrayRef], field: &str) -> Checked<Self> {
        let chunks = chunks.iter().map(|chunk| strings(chunk, field)).collect::<Checked<Vec<_>>>()?;
        let starts = chunks.iter().scan(0, |end, chunk| Some(std::mem::replace(end, *end + chunk.len()))).collect();
        Ok(Self { starts, chunks })
    }
}

impl Texts for Chunks {
    fn len(&self) -> usize {
        self.chunks.iter().map(Texts::len).sum()
    }

    fn get(&self, row: usize) -> Option<&str> {
        let chunk = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        self.chunks[chunk].get(row - self.starts[chunk])
    }
}

impl Frame {
    /// The chunks of a column, looked through; plain values otherwise.
    fn arrow(&self, column: usize, field: &str) -> Checked<std::result::Result<&[ArrayRef], &Vec<Value>>> {
        match &self.columns[column] {
            Column::Values(values) => Ok(Err(values)),
            Column::Arrow(chunks) => {
                let mut before = 0;
                for chunk in chunks {
                    check(chunk, field, before)?;
                    before += chunk.len();
                }
                Ok(Ok(chunks))
            }
        }
    }
}

impl HostTable<'static> for Frame {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn times(&self, column: usize, field: &str) -> Checked<TimeColumn<'static>> {
        let chunks = match self.arrow(column, field)? {
            Err(values) => return wire::time_values(values.clone(), self.zone.as_ref(), field),
            Ok(chunks) => chunks,
        };
        let Some(first) = chunks.first() else { return Ok(TimeColumn::default()) };
        let unit = match first.data_type() {
            DataType::Timestamp(ArrowUnit::Second, _) => TimeUnit::Seconds,
            DataType::Timestamp(ArrowUnit::Microsecond, _) => TimeUnit::Microseconds,
            DataType::Timestamp(ArrowUnit::Nanosecond, _) => TimeUnit::Nanoseconds,
            DataType::Timestamp(ArrowUnit::Millisecond, _) | DataType::Int64 => TimeUnit::Milliseconds,
            DataType::Null => return Ok(vec![NULL_TIME; chunks.iter().map(Array::len).sum()].into()),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
                return wire::time_texts(&Chunks::new(chunks, field)?, self.zone.as_ref(), field);
            }
            _ => {
                let hint = "times are timestamps, epoch milliseconds as 64-bit integers, or ISO 8601 texts";
                return Err(unfit(first, "times", field).with_hint(hint));
            }
        };
        let chunk = |column: TimeColumn<'static>, chunk: &ArrayRef| {
            column.chunk_with(self.shared::<i64>(&chunk.to_data()), validity(chunk))
        };
        let times = chunks.iter().fold(TimeColumn::new(unit), chunk);
        match (first.data_type(), &self.zone) {
            (DataType::Timestamp(_, None), Some(zone)) if zone.name() == "UTC" => Ok(times),
            (DataType::Timestamp(_, None), zone) => {
                let walls = (0..times.len()).map(|row| times.millis(row).unwrap_or(NULL_TIME)).collect();
                wire::local_times(walls, zone.as_ref(), field)
            }
            _ => Ok(times),
        }
    }

    fn ids(&self, column: usize, field: &str) -> Checked<IdColumn<'static>> {
        match self.arrow(column, field)? {
            Err(values) => wire::id_values(values.clone(), field),
            Ok(chunks) => chunks.iter().try_fold(IdColumn::default(), |column, chunk| {
                self.id_chunk(column.clone(), chunk, field, column.len())
            }),
        }
    }

    fn texts(&self, column: usize, field: &str) -> Checked<TextColumn<'static>> {
        Ok(match self.arrow(column, field)? {
            Err(values) => wire::text_values(values.clone(), field)?,
            Ok(chunks) => Arc::new(Chunks::new(chunks, field)?),
        })
    }

    fn flags(&self, column: usize, field: &str) -> Checked<Vec<bool>> {
        let chunks = match self.arrow(column, field)? {
            Err(values) => return wire::flag_values(values.clone(), field),
            Ok(chunks) => chunks,
        };
        let mut flags = Vec::new();
        for chunk in chunks {
            match chunk.as_boolean_opt() {
                Some(values) => flags.extend(values.iter().map(|flag| flag.unwrap_or(false))),
                None if *chunk.data_type() == DataType::Null => flags.extend(vec![false; chunk.len()]),
                None => return Err(unfit(chunk, "truth values", field)),
            }
        }
        Ok(flags)
    }
}
