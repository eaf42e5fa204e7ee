//! S4: RFC 4180, times with their offset, nothing that a spreadsheet would run.

use omnicontact::export::csv::{CsvDelimiter, CsvHeader, CsvOptions, CsvValues, harmless, original, write};
use omnicontact::export::{Table, TableColumn, Values};
use omnicontact::report::Entry;
use omnicontact::{Component, ForeignId, Instant, Locale, Zone};
use proptest::prelude::*;

use crate::data::{options, reports};

fn text(table: &Table, options: &CsvOptions) -> String {
    let mut file = Vec::new();
    write(table, options, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

fn utc() -> CsvOptions {
    CsvOptions::new(Zone::utc())
}

fn one(values: Values) -> Table {
    Table { columns: vec![TableColumn::new("a", "Á", values)] }
}

/// A reader straight from RFC 4180.
fn parse(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut rest) = (false, text.chars().peekable());
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            c if quoted => cell.push(c),
            '"' if cell.is_empty() => quoted = true,
            c if c == delimiter => row.push(std::mem::take(&mut cell)),
            '\r' if rest.peek() == Some(&'\n') => {
                rest.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "the last line does not end");
    rows
}

#[test]
fn cells_are_quoted_where_they_must_be() {
    let cells = ["plain", "a,b", "say \"hi\"", "two\nlines", "two\r\nlines", "", " spaced "];
    let table = one(Values::Text(cells.iter().map(|cell| Some((*cell).to_owned())).collect()));
    assert_eq!(
        text(&table, &utc()),
        "a\r\nplain\r\n\"a,b\"\r\n\"say \"\"hi\"\"\"\r\n\"two\nlines\"\r\n\"two\r\nlines\"\r\n\"\"\r\n spaced \r\n"
    );
}

#[test]
fn formulas_are_made_harmless_and_numbers_stay_numbers() {
    let dangerous = [
        "=1+1",
        "+593991234567",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u{a0}=1",
        "\u{feff}=1",
        "＝1",
        "-5",
        "'=1",
    ];
    for cell in dangerous {
        let safe = harmless(cell);
        assert_eq!(safe, format!("'{cell}"), "{cell:?}");
        assert_eq!(original(&safe), cell);
    }
    for cell in ["", "a=b", "1-1", "'", "'quoted'", "#N/A", "(=1)", "−5"] {
        assert_eq!(harmless(cell), cell);
        assert_eq!(original(cell), cell);
    }
    let ids = vec![Some(ForeignId::from(-5)), Some(ForeignId::from("-5")), None];
    assert_eq!(text(&one(Values::Id(ids)), &utc()), "a\r\n-5\r\n'-5\r\n\"\"\r\n");
    assert_eq!(text(&one(Values::Int(vec![Some(-5)])), &utc()), "a\r\n-5\r\n");
    assert_eq!(text(&one(Values::Float(vec![Some(-0.25)])), &utc()), "a\r\n-0.25\r\n");
    assert_eq!(text(&one(Values::Bool(vec![Some(true)])), &utc()), "a\r\ntrue\r\n");
    let entries = vec![Entry { key: ForeignId::from("=k"), label: Some("@l".to_owned()) }];
    let table = one(Values::Category { codes: vec![Some(0), None, Some(7)], entries });
    assert_eq!(text(&table, &utc()), "a\r\n'@l\r\n\"\"\r\n\"\"\r\n");
    assert_eq!(text(&table, &utc().values(CsvValues::Keys)), "a\r\n'=k\r\n\"\"\r\n\"\"\r\n");
    assert_eq!(text(&table, &utc().values(CsvValues::Keys).harmless(false)), "a\r\n=k\r\n\"\"\r\n\"\"\r\n");
}

#[test]
fn times_bear_the_offset_of_the_zone() {
    let at = Instant::parse("2026-07-01T00:00:00.5Z").unwrap().as_millis();
    let table = one(Values::Time(vec![Some(at), None]));
    let zone = |name: &str| CsvOptions::new(Zone::new(name).unwrap());
    assert_eq!(text(&table, &utc()), "a\r\n2026-07-01T00:00:00.500+00:00\r\n\"\"\r\n");
    assert_eq!(text(&table, &zone("America/Guayaquil")), "a\r\n2026-06-30T19:00:00.500-05:00\r\n\"\"\r\n");
    assert_eq!(text(&table, &zone("Asia/Kathmandu")), "a\r\n2026-07-01T05:45:00.500+05:45\r\n\"\"\r\n");
    let [_, report] = reports(&options());
    assert_eq!(CsvOptions::for_report(&report).zone.name(), "America/Guayaquil");
}

#[test]
fn header_mark_and_delimiter_are_chosen() {
    let table = Table {
        columns: vec![
            TableColumn::new("a", "Á", Values::Int(vec![Some(1)])),
            TableColumn::new("b", "=B", Values::Text(vec![Some("x;y".to_owned())])),
        ],
    };
    assert_eq!(text(&table, &utc()), "a,b\r\n1,x;y\r\n");
    let semicolon = utc().delimiter(CsvDelimiter::Semicolon).header(CsvHeader::Titles).bom(true);
    assert_eq!(text(&table, &semicolon), "\u{feff}Á;'=B\r\n1;\"x;y\"\r\n");
    assert_eq!(text(&table, &semicolon.header(CsvHeader::Absent)), "1;\"x;y\"\r\n", "no mark inside a file");
    assert_eq!(text(&table, &utc().delimiter(CsvDelimiter::Tab)), "a\tb\r\n1\tx;y\r\n");
}

#[test]
fn every_table_of_a_report_reads_back() {
    let reports = reports(&options().locale(Locale::Es));
    for report in &reports {
        for part in &report.components {
            let table = Table::from_part(report, part.component).unwrap();
            let rows = parse(&text(&table, &CsvOptions::for_report(report).header(CsvHeader::Titles)), ',');
            assert_eq!(rows.len(), table.len() + 1);
            assert_eq!(rows[0], table.columns.iter().map(|column| column.title.clone()).collect::<Vec<_>>());
            for (place, column) in table.columns.iter().enumerate() {
                let Values::Text(values) = &column.values else { continue };
                for (row, value) in values.iter().enumerate() {
                    assert_eq!(original(&rows[row + 1][place]), value.as_deref().unwrap_or_default());
                }
            }
        }
    }
    let source = Table::from_part(&reports[1], Component::OutgoingLog).unwrap();
    assert!(text(&source, &utc()).contains(",Difusión,") || text(&source, &utc()).contains(",Transmisión,"));
    assert!(text(&source, &utc().values(CsvValues::Keys)).contains(",broadcast,"));
}

proptest! {
    #[test]
    fn any_text_reads_back_and_never_runs(
        cells in proptest::collection::vec(proptest::option::of("[=+\\-@'\"\t\r\n ,;|a-z＝é]{0,8}|\\PC{0,12}"), 1..40),
        delimiter in proptest::sample::select(CsvDelimiter::ALL),
    ) {
        let numbers = (0..).take(cells.len()).map(|number: i64| Some(number - 3)).collect();
        let table = Table {
            columns: vec![
                TableColumn::new("text", "Text", Values::Text(cells.clone())),
                TableColumn::new("number", "Number", Values::Int(numbers)),
            ],
        };
        let separator = match delimiter {
            CsvDelimiter::Comma => ',',
            CsvDelimiter::Semicolon => ';',
            CsvDelimiter::Tab => '\t',
            CsvDelimiter::Pipe => '|',
        };
        let rows = parse(&text(&table, &utc().delimiter(delimiter)), separator);
        prop_assert_eq!(rows.len(), cells.len() + 1);
        for (place, cell) in cells.iter().enumerate() {
            let read = &rows[place + 1];
            prop_assert_eq!(original(&read[0]), cell.as_deref().unwrap_or_default());
            prop_assert!(!read[0].trim_start().starts_with(['=', '+', '-', '@']));
            prop_assert!(!read[0].starts_with(['\t', '\r', '\n']));
            prop_assert_eq!(&read[1], &(place.cast_signed() - 3).to_string());
        }
    }
}
