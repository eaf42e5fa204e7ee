//! What Arrow does not promise by itself: arrays are looked through once, before anything of them is believed.
//!
//! An Arrow array that comes from another library says nothing about the size of its buffers; what they hold is checked
//! here. `arrow_door` asks pyarrow for the rest.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, GenericStringArray, OffsetSizeTrait, StringViewArray};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;
use omnicontact::{Code, Error, Result as Checked};

/// What is wrong with an array, and in which row where one can be named.
struct Flaw {
    code: Code,
    says: &'static str,
    row: Option<usize>,
}

const TEXT: &str = "the text is not UTF-8";
const PLACES: &str = "the places of the texts run backwards or past their bytes";
const ENTRY: &str = "the dictionary has no entry of that code";
const NESTED: &str = "the nested values break the rules of Arrow";

fn flaw<T>(code: Code, says: &'static str, row: impl Into<Option<usize>>) -> Result<T, Flaw> {
    Err(Flaw { code, says, row: row.into() })
}

/// Looks a column's chunk through; `before` rows came in earlier chunks.
pub(crate) fn check(chunk: &ArrayRef, field: &str, before: usize) -> Checked<()> {
    look(chunk).map_err(|Flaw { code, says, row }| {
        let error = Error::new(code, says).at(field);
        row.into_iter().fold(error, |error, row| error.at_row(before + row))
    })
}

fn look(array: &ArrayRef) -> Result<(), Flaw> {
    match array.data_type() {
        DataType::Utf8 => texts(array.as_string::<i32>()),
        DataType::LargeUtf8 => texts(array.as_string::<i64>()),
        DataType::Utf8View => views(array.as_string_view()),
        DataType::Dictionary(key, _) => match **key {
            DataType::Int8 => coded::<Int8Type>(array),
            DataType::Int16 => coded::<Int16Type>(array),
            DataType::Int32 => coded::<Int32Type>(array),
            DataType::Int64 => coded::<Int64Type>(array),
            DataType::UInt8 => coded::<UInt8Type>(array),
            DataType::UInt16 => coded::<UInt16Type>(array),
            DataType::UInt32 => coded::<UInt32Type>(array),
            _ => coded::<UInt64Type>(array),
        },
        data_type if data_type.is_nested() => match array.to_data().validate_full() {
            Ok(()) => Ok(()),
            Err(_) => flaw(Code::InvalidValue, NESTED, None),
        },
        // Of fixed width: every pattern of bits is a value.
        _ => Ok(()),
    }
}

/// Places in order and within the bytes; then all bytes at once, and row by row only where that fails: what stands under
/// a missing value is nobody's.
fn texts<O: OffsetSizeTrait>(texts: &GenericStringArray<O>) -> Result<(), Flaw> {
    let (offsets, size) = (texts.value_offsets(), texts.values().len());
    let ordered = offsets.is_sorted();
    let (Some(&first), Some(&last)) = (offsets.first(), offsets.last()) else { return Ok(()) };
    if !ordered || first < O::zero() || last.to_usize().is_none_or(|last| last > size) || size > isize::MAX as usize {
        return flaw(Code::InvalidValue, PLACES, None);
    }
    let bytes = &texts.value_data()[first.as_usize()..last.as_usize()];
    if bytes.is_ascii() {
        return Ok(());
    }
    let starts = |text: &str| offsets.iter().all(|&at| text.is_char_boundary((at - first).as_usize()));
    if std::str::from_utf8(bytes).is_ok_and(starts) {
        return Ok(());
    }
    let broken = |row: &usize| {
        let (from, to) = ((offsets[*row] - first).as_usize(), (offsets[row + 1] - first).as_usize());
        texts.is_valid(*row) && std::str::from_utf8(&bytes[from..to]).is_err()
    };
    match (0..texts.len()).find(broken) {
        Some(row) => flaw(Code::InvalidUtf8, TEXT, row),
        None => Ok(()),
    }
}

/// Four bytes of length, then the text itself if it has at most twelve, else four that begin it, the buffer, the place.
fn views(texts: &StringViewArray) -> Result<(), Flaw> {
    const INLINE: usize = 12;
    const BEYOND_ASCII: u128 = 0x8080_8080_8080_8080_8080_8080_0000_0000;
    let buffers = texts.data_buffers();
    for (row, view) in texts.views().iter().enumerate() {
        let length = u32::from_le_bytes(part(*view, 0)) as usize;
        if (length <= INLINE && view & BEYOND_ASCII == 0) || texts.is_null(row) {
            continue;
        }
        let bytes = view.to_le_bytes();
        let text = if length <= INLINE {
            Some(&bytes[4..4 + length])
        } else {
            let (buffer, from) = (u32::from_le_bytes(part(*view, 8)), u32::from_le_bytes(part(*view, 12)) as usize);
            let buffer = buffers.get(buffer as usize).filter(|buffer| isize::try_from(buffer.len()).is_ok());
            buffer.and_then(|buffer| buffer.as_slice().get(from..from + length))
        };
        let Some(text) = text else { return flaw(Code::InvalidValue, PLACES, row) };
        if std::str::from_utf8(text).is_err() {
            return flaw(Code::InvalidUtf8, TEXT, row);
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "four bytes of sixteen are asked for")]
fn part(view: u128, from: u32) -> [u8; 4] {
    ((view >> (from * 8)) as u32).to_le_bytes()
}

/// Codes of rows have entries, and the entries are right themselves.
fn coded<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> Result<(), Flaw> {
    let dictionary = array.as_dictionary::<K>();
    let (keys, entries) = (dictionary.keys(), dictionary.values());
    let code = |row: usize| keys.values()[row].to_usize();
    let known = |row: usize| code(row).is_some_and(|code| code < entries.len());
    if let Some(row) = (0..keys.len()).find(|&row| !known(row) && keys.is_valid(row)) {
        return flaw(Code::CodeOutOfRange, ENTRY, row);
    }
    look(entries).map_err(|flaw| {
        // The row that is told is one that has the entry.
        let uses = |entry: usize| (0..keys.len()).find(|&row| keys.is_valid(row) && code(row) == Some(entry));
        Flaw { row: flaw.row.and_then(uses), ..flaw }
    })
}
