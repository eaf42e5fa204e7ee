//! Tables as XLSX, by `rust_xlsxwriter` (S4).

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::csv::{CsvOptions, cell};
use super::table::{Table, Values};
use crate::error::{Code, Error, Result};
use crate::time::Zone;

/// The most rows of a sheet, the header among them.
const ROWS: usize = 1_048_576;
/// The most characters of a cell.
const CELL: usize = 32_767;

/// Writes a table as a workbook with one sheet: bold titles that stay in sight, numbers and truth values as such, times as
/// text in ISO 8601 with their offset, as a spreadsheet knows no zones. Texts are texts: nothing is run as a formula.
///
/// # Errors
/// `too_large` for more rows, columns or characters than a sheet holds.
///
/// # Example
/// ```
/// use omnicontact::Zone;
/// use omnicontact::export::{Table, TableColumn, Values, xlsx};
/// let table = Table { columns: vec![TableColumn::new("name", "Name", Values::Text(vec![Some("=1+1".into())]))] };
/// let bytes = xlsx::write(&table, &Zone::utc())?;
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn write(table: &Table, zone: &Zone) -> Result<Vec<u8>> {
    if table.len() >= ROWS || table.columns.len() > 16_384 {
        return Err(Error::new(Code::TooLarge, "the table is larger than a sheet")
            .with_hint("1,048,575 rows and 16,384 columns; CSV has no cap"));
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, table, zone)?;
    book.save_to_buffer().map_err(|_| Error::new(Code::Internal, "the workbook cannot be written"))
}

fn fill(sheet: &mut Worksheet, table: &Table, zone: &Zone) -> Result<()> {
    let bold = Format::new().set_bold();
    let options = CsvOptions::new(zone.clone()).harmless(false);
    let failed = |fault: XlsxError| match fault {
        XlsxError::MaxStringLengthExceeded => {
            Error::new(Code::TooLarge, format!("a cell holds at most {CELL} characters"))
        }
        _ => Error::new(Code::Internal, "a cell cannot be written"),
    };
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (place, column) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, place, &column.title, &bold).map_err(failed)?;
        for (row, line) in (0..table.len()).zip(1_u32..) {
            match &column.values {
                Values::Float(values) => {
                    if let Some(value) = values[row] {
                        sheet.write_number(line, place, value).map_err(failed)?;
                    }
                }
                #[expect(clippy::cast_precision_loss, reason = "a spreadsheet's numbers are f64")]
                Values::Int(values) => {
                    if let Some(value) = values[row] {
                        sheet.write_number(line, place, value as f64).map_err(failed)?;
                    }
                }
                Values::Bool(values) => {
                    if let Some(value) = values[row] {
                        sheet.write_boolean(line, place, value).map_err(failed)?;
                    }
                }
                values => {
                    let text = cell(values, row, &options);
                    if !text.is_empty() {
                        sheet
                            .write_string(line, place, text)
                            .map_err(|fault| failed(fault).at_row(row).at(&column.name))?;
                    }
                }
            }
        }
    }
    Ok(())
}
