//! The splitting of CSV against the `csv` crate's.

use proptest::prelude::*;

use super::super::csv::{CsvReader, Record};
use super::input::Input;
use super::*;

type Table = Vec<Vec<String>>;

fn split(file: &[u8], options: &ImportOptions) -> Result<(Table, u64)> {
    let mut input = Input::new(file, options);
    input.begin()?;
    let mut reader = CsvReader::new(input, options)?;
    let mut table = Vec::new();
    let cells = |record: Record<'_>| (0..record.len()).map(|at| record.cell(at).to_owned()).collect();
    while let Some(record) = reader.next_record()? {
        table.push(cells(record));
    }
    Ok((table, reader.input.line))
}

/// As the `csv` crate has it.
fn theirs(file: &[u8], delimiter: u8) -> Table {
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(file);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c\",;\t\r\n ñ😀]{0,8}", "[a-z0-9]{0,12}", ".{0,20}".prop_map(|text| text.replace('\0', "")),]
}

fn table() -> impl Strategy<Value = Table> {
    (1..5_usize).prop_flat_map(|width| proptest::collection::vec(proptest::collection::vec(cell(), width), 1..6))
}

proptest! {
    #[test]
    fn what_the_csv_crate_writes_is_read_back(
        table in table(),
        always in any::<bool>(),
        crlf in any::<bool>(),
        delimiter in prop_oneof![Just(Delimiter::Comma), Just(Delimiter::Semicolon), Just(Delimiter::Tab)],
    ) {
        let byte = match delimiter { Delimiter::Semicolon => b';', Delimiter::Tab => b'\t', _ => b',' };
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(byte)
            .quote_style(if always { ::csv::QuoteStyle::Always } else { ::csv::QuoteStyle::Necessary })
            .terminator(if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let file = writer.into_inner().unwrap();
        prop_assume!(!file.starts_with(b"\xef\xbb\xbf"));
        let options = ImportOptions::default().delimiter(delimiter);
        let (ours, _) = split(&file, &options).unwrap();
        prop_assert_eq!(&ours, &table);
        prop_assert_eq!(ours, theirs(&file, byte));
    }

    /// On any text that both read: the same cells, unless the crate's leniency was needed.
    #[test]
    fn any_text_is_split_as_the_csv_crate_does(file in "[ab\",\r\n]{0,24}") {
        if let Ok((ours, line)) = split(file.as_bytes(), &ImportOptions::default().delimiter(Delimiter::Comma)) {
            prop_assert_eq!(ours, theirs(file.as_bytes(), b','), "{:?}", &file);
            if !file.contains('\r') {
                prop_assert_eq!(line, 1 + file.bytes().filter(|byte| *byte == b'\n').count() as u64);
            }
        }
    }
}
