//! Columns as hosts have them: instants, ids and labels, texts. Any number of chunks, nothing copied.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::buffer::{Buffer, Chunk, Validity};
use crate::error::{Code, Error, Result};
use crate::id::{ForeignId, IdRef};

/// A missing instant in a column of plain integers.
pub const NULL_TIME: i64 = i64::MIN;

/// Unit of a column of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeUnit {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    #[default]
    Milliseconds,
    /// Microseconds since 1970, cut to the millisecond.
    Microseconds,
    /// Nanoseconds since 1970, cut to the millisecond.
    Nanoseconds,
}

impl TimeUnit {
    /// Milliseconds, or `None` where the product leaves 64 bits.
    pub(crate) fn to_millis(self, value: i64) -> Option<i64> {
        match self {
            Self::Seconds => value.checked_mul(1000),
            Self::Milliseconds => Some(value),
            Self::Microseconds => Some(value.div_euclid(1000)),
            Self::Nanoseconds => Some(value.div_euclid(1_000_000)),
        }
    }
}

/// Positions of chunks within a column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layout {
    starts: Vec<usize>,
    len: usize,
}

impl Layout {
    fn push(&mut self, len: usize) {
        self.starts.push(self.len);
        self.len += len;
    }

    /// Chunk and position inside it.
    fn find(&self, row: usize) -> (usize, usize) {
        if self.starts.len() <= 1 {
            return (0, row);
        }
        let chunk = self.starts.partition_point(|&start| start <= row).saturating_sub(1);
        (chunk, row - self.starts[chunk])
    }

    /// The pieces of `[from, from + len)` as (chunk, start in chunk, start in the range, length).
    fn pieces(&self, from: usize, len: usize, mut visit: impl FnMut(usize, usize, usize, usize)) {
        let (mut chunk, mut inside) = self.find(from);
        let mut done = 0;
        while done < len && chunk < self.starts.len() {
            let end = self.starts.get(chunk + 1).copied().unwrap_or(self.len);
            let here = (end - self.starts[chunk] - inside).min(len - done);
            if here > 0 {
                visit(chunk, inside, done, here);
            }
            done += here;
            chunk += 1;
            inside = 0;
        }
    }
}

/// Instants since 1970 in UTC, in any unit; missing where invalid or [`NULL_TIME`].
///
/// # Example
/// ```
/// use omnicontact::dataset::{TimeColumn, TimeUnit};
/// let millis = vec![1_751_371_200_000_i64, 1_751_371_260_000];
/// let column = TimeColumn::from(&millis);
/// assert_eq!(column.len(), 2);
/// let micros = TimeColumn::new(TimeUnit::Microseconds).chunk(vec![1_751_371_200_000_123_i64]);
/// assert_eq!(micros.millis(0), Some(1_751_371_200_000));
/// ```
#[derive(Debug, Clone, Default)]
pub struct TimeColumn<'a> {
    chunks: Vec<Chunk<'a, i64>>,
    unit: TimeUnit,
    layout: Layout,
}

impl<'a> TimeColumn<'a> {
    /// An empty column.
    pub fn new(unit: TimeUnit) -> Self {
        Self { unit, ..Self::default() }
    }

    /// Adds values that are all present (or [`NULL_TIME`]).
    pub fn chunk(self, values: impl Into<Buffer<'a, i64>>) -> Self {
        self.chunk_with(values, None)
    }

    /// Adds values, some of them missing.
    pub fn chunk_with(mut self, values: impl Into<Buffer<'a, i64>>, validity: Option<Validity<'a>>) -> Self {
        let chunk = Chunk::new(values).with_validity(validity);
        self.layout.push(chunk.values.len());
        self.chunks.push(chunk);
        self
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.layout.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.layout.len == 0
    }

    /// The row's instant in epoch milliseconds.
    pub fn millis(&self, row: usize) -> Option<i64> {
        let (chunk, row) = self.layout.find(row);
        let chunk = self.chunks.get(chunk)?;
        let value = *chunk.values.get(row)?;
        if value == NULL_TIME || !chunk.is_valid(row) { None } else { self.unit.to_millis(value) }
    }

    /// The whole column as one slice of milliseconds, if it is one.
    pub(crate) fn as_millis(&self) -> Option<&[i64]> {
        match &self.chunks[..] {
            [chunk] if chunk.validity.is_none() && self.unit == TimeUnit::Milliseconds => Some(&chunk.values),
            _ => None,
        }
    }

    /// Milliseconds from `from` on, and which of them are there (-1; [`NULL_TIME`] is missing, too): the host's own
    /// where they lie in one piece, else read into scratch.
    ///
    /// A value whose milliseconds leave 64 bits becomes `i64::MAX`, which no range check lets pass.
    pub(crate) fn block<'b>(
        &'b self,
        from: usize,
        values: &'b mut [i64],
        present: &'b mut [i8],
    ) -> (&'b [i64], &'b [i8]) {
        let (chunk, inside) = self.layout.find(from);
        if let Some(chunk) = self.chunks.get(chunk)
            && self.unit == TimeUnit::Milliseconds
            && let Some(lent) = chunk.values.get(inside..inside + values.len())
        {
            match &chunk.validity {
                None => present.fill(-1),
                Some(validity) => validity.read(inside, present),
            }
            return (lent, present);
        }
        self.read(from, values);
        present.fill(-1);
        (values, present)
    }

    /// All of it as milliseconds, in one piece.
    pub(crate) fn to_millis(&self) -> Vec<i64> {
        let mut all = Vec::with_capacity(self.len());
        for (chunk, start) in self.chunks.iter().zip(&self.layout.starts) {
            let values = &chunk.values;
            if self.unit == TimeUnit::Milliseconds && chunk.validity.is_none() {
                all.extend_from_slice(values);
            } else {
                all.resize(start + values.len(), NULL_TIME);
                self.read(*start, &mut all[*start..]);
            }
        }
        all
    }

    /// Fills `out` with milliseconds from `from` on; [`NULL_TIME`] where missing.
    ///
    /// A value whose milliseconds leave 64 bits becomes `i64::MAX`, which no range check lets pass.
    pub(crate) fn read(&self, from: usize, out: &mut [i64]) {
        let len = out.len();
        self.layout.pieces(from, len, |chunk, inside, done, here| {
            let chunk = &self.chunks[chunk];
            let values = &chunk.values[inside..inside + here];
            let out = &mut out[done..done + here];
            if self.unit == TimeUnit::Milliseconds {
                out.copy_from_slice(values);
            } else {
                for (out, &value) in out.iter_mut().zip(values) {
                    *out = if value == NULL_TIME { value } else { self.unit.to_millis(value).unwrap_or(i64::MAX) };
                }
            }
            if let Some(validity) = &chunk.validity {
                validity.clear(inside, out, NULL_TIME);
            }
        });
    }
}

impl<'a> From<&'a Vec<i64>> for TimeColumn<'a> {
    fn from(values: &'a Vec<i64>) -> Self {
        Self::default().chunk(values)
    }
}

impl<'a> From<&'a [i64]> for TimeColumn<'a> {
    fn from(values: &'a [i64]) -> Self {
        Self::default().chunk(values)
    }
}

impl From<Vec<i64>> for TimeColumn<'_> {
    fn from(values: Vec<i64>) -> Self {
        Self::default().chunk(values)
    }
}

/// Texts of a column, read only for the rows that a log shows.
pub trait Texts: Send + Sync {
    /// Number of rows.
    fn len(&self) -> usize;
    /// The row's text; `None` where missing.
    fn get(&self, row: usize) -> Option<&str>;
    /// Adds the texts of many rows, in order. One call for all of them lets memory be read for several at once; there is
    /// seldom a reason to write another one.
    fn get_each<'t>(&'t self, rows: &[usize], into: &mut Vec<Option<&'t str>>) {
        into.extend(rows.iter().map(|&row| self.get(row)));
    }
    /// Whether there are no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

macro_rules! texts {
    ($($item:ty => |$value:ident| $get:expr;)*) => {$(
        impl Texts for [$item] {
            fn len(&self) -> usize { <[$item]>::len(self) }
            fn get(&self, row: usize) -> Option<&str> { <[$item]>::get(self, row).and_then(|$value| $get) }
        }
        impl Texts for Vec<$item> {
            fn len(&self) -> usize { Vec::len(self) }
            fn get(&self, row: usize) -> Option<&str> { <[$item]>::get(self, row).and_then(|$value| $get) }
        }
    )*};
}
texts! {
    String => |value| Some(value.as_str());
    Option<String> => |value| value.as_deref();
    &str => |value| Some(*value);
    Option<&str> => |value| *value;
}

/// A column of texts that a host lends.
pub type TextColumn<'a> = Arc<dyn Texts + 'a>;

/// Dictionary codes of any width.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Codes<'a> {
    U8(Buffer<'a, u8>),
    U16(Buffer<'a, u16>),
    U32(Buffer<'a, u32>),
    I8(Buffer<'a, i8>),
    I16(Buffer<'a, i16>),
    I32(Buffer<'a, i32>),
}

impl Codes<'_> {
    fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
            Self::I8(codes) => codes.len(),
            Self::I16(codes) => codes.len(),
            Self::I32(codes) => codes.len(),
        }
    }

    pub(crate) fn get(&self, row: usize) -> i64 {
        match self {
            Self::U8(codes) => i64::from(codes[row]),
            Self::U16(codes) => i64::from(codes[row]),
            Self::U32(codes) => i64::from(codes[row]),
            Self::I8(codes) => i64::from(codes[row]),
            Self::I16(codes) => i64::from(codes[row]),
            Self::I32(codes) => i64::from(codes[row]),
        }
    }
}

/// Ids that live inside the host's own rows.
pub trait Ids: Send + Sync {
    /// Number of rows.
    fn len(&self) -> usize;
    /// The row's id; `None` where missing.
    fn get(&self, row: usize) -> Option<IdRef<'_>>;
    /// Whether there are no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[derive(Clone)]
pub(crate) enum IdChunk<'a> {
    I32(Chunk<'a, i32>),
    I64(Chunk<'a, i64>),
    U64(Chunk<'a, u64>),
    Uuid(Chunk<'a, [u8; 16]>),
    Text(TextColumn<'a>),
    Rows(Arc<dyn Ids + 'a>),
    Coded(Codes<'a>, Option<Validity<'a>>, Arc<[ForeignId]>),
}

impl fmt::Debug for IdChunk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdChunk({} rows)", self.len())
    }
}

impl IdChunk<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::I32(chunk) => chunk.values.len(),
            Self::I64(chunk) => chunk.values.len(),
            Self::U64(chunk) => chunk.values.len(),
            Self::Uuid(chunk) => chunk.values.len(),
            Self::Text(texts) => texts.len(),
            Self::Rows(ids) => ids.len(),
            Self::Coded(codes, ..) => codes.len(),
        }
    }

    pub(crate) fn get(&self, row: usize) -> Option<IdRef<'_>> {
        match self {
            Self::I32(chunk) if chunk.is_valid(row) => Some(IdRef::Int(chunk.values[row].into())),
            Self::I64(chunk) if chunk.is_valid(row) => Some(IdRef::Int(chunk.values[row].into())),
            Self::U64(chunk) if chunk.is_valid(row) => Some(IdRef::Int(chunk.values[row].into())),
            Self::Uuid(chunk) if chunk.is_valid(row) => Some(IdRef::Uuid(Uuid::from_bytes(chunk.values[row]))),
            Self::Text(texts) => texts.get(row).map(IdRef::Text),
            Self::Rows(ids) => ids.get(row),
            Self::Coded(codes, validity, dictionary) if validity.as_ref().is_none_or(|v| v.is_valid(row)) => {
                let code = usize::try_from(codes.get(row)).ok()?;
                dictionary.get(code).map(ForeignId::as_ref)
            }
            _ => None,
        }
    }
}

/// A column of ids or labels: integers, texts, UUIDs, or dictionary codes, in any number of chunks.
///
/// # Example
/// ```
/// use omnicontact::dataset::{Codes, IdColumn};
/// let ids = IdColumn::from(vec![11_i64, 12, 13]);
/// assert_eq!(ids.len(), 3);
/// let codes = vec![0_u8, 1, 0];
/// let channels = IdColumn::coded(Codes::U8((&codes).into()), ["wa-sales", "web"]);
/// assert_eq!(channels.get(1), Some("web".into()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct IdColumn<'a> {
    chunks: Vec<IdChunk<'a>>,
    layout: Layout,
}

impl<'a> IdColumn<'a> {
    /// A column of one chunk of dictionary codes.
    pub fn coded<I: Into<ForeignId>>(codes: Codes<'a>, dictionary: impl IntoIterator<Item = I>) -> Self {
        Self::default().coded_chunk(codes, None, dictionary.into_iter().map(Into::into).collect())
    }

    /// A column over ids that live inside the host's rows.
    pub fn rows(ids: Arc<dyn Ids + 'a>) -> Self {
        Self::default().push(IdChunk::Rows(ids))
    }

    /// A column of texts.
    pub fn texts(texts: TextColumn<'a>) -> Self {
        Self::default().text_chunk(texts)
    }

    fn push(mut self, chunk: IdChunk<'a>) -> Self {
        self.layout.push(chunk.len());
        self.chunks.push(chunk);
        self
    }

    /// Adds 32-bit integers.
    pub fn i32_chunk(self, values: impl Into<Buffer<'a, i32>>, validity: Option<Validity<'a>>) -> Self {
        self.push(IdChunk::I32(Chunk::new(values).with_validity(validity)))
    }

    /// Adds 64-bit integers.
    pub fn i64_chunk(self, values: impl Into<Buffer<'a, i64>>, validity: Option<Validity<'a>>) -> Self {
        self.push(IdChunk::I64(Chunk::new(values).with_validity(validity)))
    }

    /// Adds unsigned 64-bit integers.
    pub fn u64_chunk(self, values: impl Into<Buffer<'a, u64>>, validity: Option<Validity<'a>>) -> Self {
        self.push(IdChunk::U64(Chunk::new(values).with_validity(validity)))
    }

    /// Adds UUIDs as 16 bytes each.
    pub fn uuid_chunk(self, values: impl Into<Buffer<'a, [u8; 16]>>, validity: Option<Validity<'a>>) -> Self {
        self.push(IdChunk::Uuid(Chunk::new(values).with_validity(validity)))
    }

    /// Adds texts.
    pub fn text_chunk(self, texts: TextColumn<'a>) -> Self {
        self.push(IdChunk::Text(texts))
    }

    /// Adds dictionary codes with their dictionary; each chunk may have its own.
    pub fn coded_chunk(self, codes: Codes<'a>, validity: Option<Validity<'a>>, dictionary: Arc<[ForeignId]>) -> Self {
        self.push(IdChunk::Coded(codes, validity, dictionary))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.layout.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.layout.len == 0
    }

    /// The row's id; `None` where missing.
    pub fn get(&self, row: usize) -> Option<ForeignId> {
        self.id(row).map(IdRef::to_owned)
    }

    pub(crate) fn id(&self, row: usize) -> Option<IdRef<'_>> {
        let (chunk, row) = self.layout.find(row);
        self.chunks.get(chunk).and_then(|chunk| if row < chunk.len() { chunk.get(row) } else { None })
    }

    /// Chunk of a row, and the row's place in it.
    pub(crate) fn place(&self, row: usize) -> Option<(usize, usize)> {
        (row < self.layout.len).then(|| self.layout.find(row))
    }

    pub(crate) fn chunks(&self) -> &[IdChunk<'a>] {
        &self.chunks
    }

    /// The pieces of a range of rows, chunk by chunk.
    pub(crate) fn pieces(&self, from: usize, len: usize, visit: impl FnMut(usize, usize, usize, usize)) {
        self.layout.pieces(from, len, visit);
    }

    /// Whether every chunk is one of dictionary codes.
    pub(crate) fn is_coded(&self) -> bool {
        self.chunks.iter().all(|chunk| matches!(chunk, IdChunk::Coded(..)))
    }

    /// Whether all values are integers and none is missing: nothing in it can be wrong.
    pub(crate) fn is_plain(&self) -> bool {
        self.chunks.iter().all(|chunk| match chunk {
            IdChunk::I32(chunk) => chunk.validity.is_none(),
            IdChunk::I64(chunk) => chunk.validity.is_none(),
            IdChunk::U64(chunk) => chunk.validity.is_none(),
            _ => false,
        })
    }

    /// Whether all values are integers, there, and each larger than the one before.
    pub(crate) fn ascends(&self) -> bool {
        fn rises<T: Copy + Ord + Into<i128>>(chunk: &Chunk<'_, T>, last: &mut Option<i128>) -> bool {
            let values = &chunk.values;
            let (Some(&first), Some(&end)) = (values.first(), values.last()) else { return true };
            let before = last.replace(end.into());
            before.is_none_or(|last| last < first.into()) && values.windows(2).all(|pair| pair[0] < pair[1])
        }
        let mut last = None;
        self.is_plain()
            && self.chunks.iter().all(|chunk| match chunk {
                IdChunk::I32(chunk) => rises(chunk, &mut last),
                IdChunk::I64(chunk) => rises(chunk, &mut last),
                IdChunk::U64(chunk) => rises(chunk, &mut last),
                _ => false,
            })
    }

    /// The row's dictionary code, mapped by the table of its chunk; the largest number where there is none.
    pub(crate) fn mapped(&self, row: usize, remaps: &[Vec<u32>]) -> u32 {
        let code = || {
            let (chunk, row) = self.place(row)?;
            match &self.chunks[chunk] {
                IdChunk::Coded(codes, validity, _) if validity.as_ref().is_none_or(|valid| valid.is_valid(row)) => {
                    remaps.get(chunk)?.get(usize::try_from(codes.get(row)).ok()?).copied()
                }
                _ => None,
            }
        };
        code().unwrap_or(u32::MAX)
    }

    /// Whether every row has a value.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_plain() || self.chunks.iter().all(|chunk| (0..chunk.len()).all(|row| chunk.get(row).is_some()))
    }

    /// The first row whose value is there and no integer.
    pub(crate) fn first_that_is_no_integer(&self) -> Option<usize> {
        let mut start = 0;
        for chunk in &self.chunks {
            if !matches!(chunk, IdChunk::I32(_) | IdChunk::I64(_) | IdChunk::U64(_)) {
                let wrong = |row: &usize| chunk.get(*row).is_some_and(|id| !matches!(id, IdRef::Int(_)));
                if let Some(row) = (0..chunk.len()).find(wrong) {
                    return Some(start + row);
                }
            }
            start += chunk.len();
        }
        None
    }

    /// Checks that the column has `rows` rows.
    pub(crate) fn check_len(&self, rows: usize, name: &str) -> Result<()> {
        check_len(self.len(), rows, name)
    }
}

/// Checks that a column has as many rows as the table.
pub(crate) fn check_len(len: usize, rows: usize, name: &str) -> Result<()> {
    if len == rows {
        return Ok(());
    }
    Err(Error::new(Code::LengthMismatch, format!("column `{name}` has {len} rows where the table has {rows}")).at(name))
}

impl From<Vec<i64>> for IdColumn<'_> {
    fn from(values: Vec<i64>) -> Self {
        Self::default().i64_chunk(values, None)
    }
}

impl<'a> From<&'a Vec<i64>> for IdColumn<'a> {
    fn from(values: &'a Vec<i64>) -> Self {
        Self::default().i64_chunk(values, None)
    }
}

impl<'a> From<&'a Vec<i32>> for IdColumn<'a> {
    fn from(values: &'a Vec<i32>) -> Self {
        Self::default().i32_chunk(values, None)
    }
}

impl<'a> From<&'a Vec<String>> for IdColumn<'a> {
    fn from(values: &'a Vec<String>) -> Self {
        struct Lent<'a>(&'a [String]);
        impl Texts for Lent<'_> {
            fn len(&self) -> usize {
                self.0.len()
            }
            fn get(&self, row: usize) -> Option<&str> {
                self.0.get(row).map(String::as_str)
            }
        }
        Self::texts(Arc::new(Lent(values)))
    }
}

impl From<Vec<ForeignId>> for IdColumn<'_> {
    fn from(values: Vec<ForeignId>) -> Self {
        Self::rows(Arc::new(values))
    }
}

impl Ids for Vec<ForeignId> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn get(&self, row: usize) -> Option<IdRef<'_>> {
        <[ForeignId]>::get(self, row).map(ForeignId::as_ref)
    }
}

impl Ids for Vec<Option<ForeignId>> {
    fn len(&self) -> usize {
        Vec::len(self)
    }
    fn get(&self, row: usize) -> Option<IdRef<'_>> {
        <[Option<ForeignId>]>::get(self, row).and_then(Option::as_ref).map(ForeignId::as_ref)
    }
}
