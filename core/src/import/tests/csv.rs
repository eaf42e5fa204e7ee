//! Files as such: what is around the cells.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

const HEADER: &str = "id,sent_at,direction,contact,content\n";

fn contents(file: impl AsRef<[u8]>) -> Vec<Option<String>> {
    read(file).unwrap().rows.into_iter().map(|row| row.content).collect()
}

#[test]
fn an_empty_file_is_an_error_and_a_header_alone_is_none() {
    for file in ["", "\n\n", "\u{feff}", " \r\n\t"] {
        refused(file, Code::EmptyInput, "");
    }
    let none = read(HEADER).unwrap();
    assert_eq!((none.rows.len(), none.counts.rows, none.counts.bytes), (0, 0, 37));
    assert_eq!(read(HEADER.trim_end()).unwrap().counts.rows, 0);
}

#[test]
fn a_missing_column_is_named_with_what_the_file_has() {
    let error = refusal("id,sent_at,text\n");
    assert_eq!((error.code(), error.path()), (Code::UnknownColumn, "line[1].text"));
    let error = refusal("\nid,sent_at\n");
    assert_eq!((error.code(), error.path()), (Code::MissingColumn, "line[2].direction"));
    assert_eq!(error.message(), "no column for `direction`, `contact`");
    assert!(error.hint().unwrap().contains("`id`, `sent_at`"), "{error}");
}

#[test]
fn an_unknown_column_is_named_with_the_allowed_ones() {
    let error = refusal(with_column("canal", ""));
    assert_eq!((error.code(), error.path()), (Code::UnknownColumn, "line[1].canal"));
    assert!(error.hint().unwrap().contains("`channel`"), "{error}");
    refused("id,sent_at,direction,contact,\nm,0,incoming,c,\n", Code::UnknownColumn, "line[1]");
    // Names are compared exactly.
    refused("ID,sent_at,direction,contact\n", Code::UnknownColumn, "line[1].ID");
    refused("id, sent_at,direction,contact\n", Code::UnknownColumn, "line[1]. sent_at");
    // A name as long as a message is no name to repeat.
    let error = refusal(format!("{}\n", "x".repeat(500)));
    assert_eq!(error.path(), "line[1]");
    assert!(error.to_string().len() < 700, "{error}");
}

#[test]
fn unknown_columns_are_ignored_on_demand_only() {
    let file = "note,id,sent_at,direction,contact,,note\nx,m,1000,incoming,c,y,z\n";
    assert_eq!(refusal(file).code(), Code::UnknownColumn);
    let named = ImportOptions::default().ignore(["note", ""]);
    let all = ImportOptions::default().ignore_unknown();
    for options in [named, all] {
        assert_eq!(messages(file.as_bytes(), &options).unwrap().rows[0].id, "m".into());
    }
    // A field of ours can be ignored as well, but not one that is required.
    let file = with_column("status", "whatever");
    assert!(messages(file.as_bytes(), &ImportOptions::default().ignore(["status"])).is_ok());
    let error = messages(file.as_bytes(), &ImportOptions::default().ignore(["contact"])).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::MissingColumn, "line[1].contact"));
}

#[test]
fn a_column_twice_is_refused() {
    refused("id,sent_at,direction,contact,id\n", Code::DuplicateColumn, "line[1].id");
}

#[test]
fn a_row_has_as_many_cells_as_the_header() {
    for row in ["m,0,incoming,c", "m,0,incoming,c,hi,more", "m", ",,,"] {
        refused(format!("{HEADER}m,0,incoming,c,\n{row}\n"), Code::MalformedCsv, "line[3]");
    }
    let error = refusal(format!("{HEADER}m,0,incoming\n"));
    assert_eq!(error.message(), "the row has 3 cells, the header has 5");
    refused("x,".repeat(20_000), Code::MalformedCsv, "line[1]");
}

#[test]
fn blank_lines_are_counted_and_do_not_shift_line_numbers() {
    let file = format!("\n\r\n{HEADER}\nm,0,incoming,c,hi\n\n\nm,x,incoming,c,hi\n");
    refused(&file, Code::InvalidValue, "line[8].sent_at");
    let read = read(file.replace('x', "0")).unwrap();
    assert_eq!((read.counts.rows, read.counts.blank_lines), (2, 5));
    // A line of separators is a row, and a bad one.
    refused(format!("{HEADER},,,,\n"), Code::MissingValue, "line[2].id");
    refused(format!("{HEADER}   \n"), Code::MalformedCsv, "line[2]");
}

#[test]
fn every_line_end_and_the_byte_order_mark_are_read() {
    let rows = format!("{HEADER}1,0,incoming,c,a\n2,0,incoming,c,\"b\"\n3,0,incoming,c,d");
    for end in ["\n", "\r\n", "\r"] {
        for mark in ["", "\u{feff}"] {
            for tail in ["", end] {
                let file = format!("{mark}{}{tail}", rows.replace('\n', end));
                let read = read(&file).unwrap();
                let texts: Vec<_> = read.rows.iter().filter_map(|row| row.content.as_deref()).collect();
                assert_eq!((texts, read.counts.blank_lines), (vec!["a", "b", "d"], 0), "{file:?}");
            }
        }
    }
    let file = format!("{HEADER}1,0,incoming,c,\r\n\r\n\r2,x,incoming,c,\n");
    refused(file, Code::InvalidValue, "line[5].sent_at");
}

#[test]
fn content_keeps_quotes_separators_and_line_ends() {
    let file = format!(
        "{HEADER}1,0,incoming,c,\"a \"\"b\"\", c;\n\r\nd\t\"\n2,0,incoming,c,say \"hi\"\n3,0,incoming,c,\"\"\"\"\n"
    );
    assert_eq!(contents(&file), [Some("a \"b\", c;\n\r\nd\t".into()), Some("say \"hi\"".into()), Some("\"".into())]);
    // Line numbers go on behind a cell of several lines; an error is at the line where its row begins.
    refused(file + "4,x,incoming,c,\n", Code::InvalidValue, "line[7].sent_at");
    refused(
        format!("{HEADER}1,0,incoming,c,\"\n\n\"\n1,x,incoming,c,\"\n\n\"\n"),
        Code::InvalidValue,
        "line[5].sent_at",
    );
}

#[test]
fn an_open_quote_at_the_end_is_an_error_where_it_opens() {
    for tail in ["\"open", "\"open\nand on\n", "\"", "\"a\"\"", "\"a\"\"\"\"\n"] {
        refused(
            format!("{HEADER}1,0,incoming,c,\"x\ny\"\n2,0,incoming,c,{tail}"),
            Code::MalformedCsv,
            "line[4].content",
        );
    }
    refused(format!("{HEADER}2,0,incoming,\"a\nb\",\"open"), Code::MalformedCsv, "line[3].content");
    refused("id,\"sent", Code::MalformedCsv, "line[1].column[2]");
}

#[test]
fn text_after_a_closing_quote_is_an_error() {
    for cell in ["\"a\"b", "\"a\" ", "\"he said \"hi\"\""] {
        refused(format!("{HEADER}1,0,incoming,c,{cell}\n"), Code::MalformedCsv, "line[2].content");
    }
}

#[test]
fn bytes_that_are_no_text_are_named_by_line_and_column() {
    let mut file = format!("{HEADER}1,0,incoming,c,").into_bytes();
    file.extend(b"caf\xe9\n");
    refused(&file, Code::InvalidUtf8, "line[2].content");
    assert!(refusal(&file).hint().unwrap().contains("Windows-1252"));
    // A character cut by a separator.
    refused(b"id,sent_at,direction,contact,content\n\xc3,0,incoming,c,\xa9\n", Code::InvalidUtf8, "line[2].id");
    refused(b"id,caf\xe9\n", Code::InvalidUtf8, "line[1].column[2]");
    refused(format!("{HEADER}1,0,incoming,c,a\0b\n"), Code::InvalidValue, "line[2].content");
    refused(format!("{HEADER}1\0,0,incoming,c,\n"), Code::InvalidValue, "line[2].id");
    for file in [&b"\xff\xfei\0d\0"[..], b"\xfe\xff\0i", b"i\0d\0", b"\0i\0d"] {
        refused(file, Code::InvalidUtf8, "line[1]");
        assert_eq!(refusal(file).hint(), Some("it looks like UTF-16"));
    }
}

#[test]
fn a_megabyte_fits_into_a_cell_and_more_is_a_setting() {
    let long = "ñ".repeat(512 * 1024);
    assert_eq!(contents(format!("{HEADER}1,0,incoming,c,{long}\n")), [Some(long.clone())]);
    assert_eq!(contents(format!("{HEADER}1,0,incoming,c,\"{long}\"")), [Some(long)]);

    let small = ImportOptions::default().max_cell_bytes(10);
    let read = |file: String| messages(file.as_bytes(), &small);
    // Wherever the cell stands in the window.
    for id in (1..20).map(|length| "x".repeat(length.min(10)) + ",0,incoming,c") {
        assert!(read(format!("{HEADER}{id},0123456789\n{id},\"0123456789\"\n")).is_ok());
        assert!(read(format!("{HEADER}{id},\"0123456789\"")).is_ok());
    }
    for cell in ["01234567890", "\"01234567890\"", "\"0123456789\n0123456789\n"] {
        let error = read(format!("{HEADER}1,0,incoming,c,{cell}\n")).unwrap_err();
        assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[2].content"), "{error}");
        assert!(error.hint().unwrap().contains("max_cell_bytes"), "{error}");
    }
    // A row of many cells without an end does not fill the memory either.
    let error = read(",".repeat(1000)).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "line[1]"), "{error}");
}

#[test]
fn the_delimiter_is_found_or_given() {
    for (written, name) in [(",", Delimiter::Comma), (";", Delimiter::Semicolon), ("\t", Delimiter::Tab)] {
        let file = format!("{HEADER}1,0,incoming,c,\"a,b;c\td\"\n").replacen(HEADER, &HEADER.replace(',', written), 1);
        let file = file.replace("1,0,incoming,c,", &"1,0,incoming,c,".replace(',', written));
        for delimiter in [Delimiter::Auto, name] {
            let options = ImportOptions::default().delimiter(delimiter);
            let rows = messages(file.as_bytes(), &options).unwrap().rows;
            assert_eq!(rows[0].content.as_deref(), Some("a,b;c\td"));
        }
    }
    let quoted = "\"id\";\"a,b,c,d,e,f\"\n1;2\n";
    let options = ImportOptions::default().ignore_unknown();
    assert_eq!(named(quoted.as_bytes(), &options).unwrap().rows[0].id, "1".into());
    assert_eq!(named("\n\nid\n1\n".as_bytes(), &options).unwrap().rows[0].id, "1".into());
    let error = messages(HEADER.as_bytes(), &ImportOptions::default().delimiter(Delimiter::Tab)).unwrap_err();
    assert_eq!(error.code(), Code::UnknownColumn);
}

#[test]
fn a_failing_reader_is_an_error_of_its_own() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let error = messages(HEADER.as_bytes().chain(Failing), &ImportOptions::default()).unwrap_err();
    assert_eq!(error.code(), Code::ReadFailed);
    assert!(error.message().contains("unplugged"));
}

#[test]
fn progress_is_told_and_can_cancel() {
    let file = HEADER.to_owned() + &"1,0,incoming,c,\n".repeat(100);
    let seen = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
    let told = Arc::clone(&seen);
    let options = ImportOptions::default().on_progress(move |progress| {
        told.0.store(progress.bytes, Ordering::Relaxed);
        told.1.store(progress.rows, Ordering::Relaxed);
        ControlFlow::Continue(())
    });
    messages(file.as_bytes(), &options).unwrap();
    assert_eq!(seen.0.load(Ordering::Relaxed), u64::try_from(file.len()).unwrap());
    assert_eq!(seen.1.load(Ordering::Relaxed), 100);

    let options = options
        .on_progress(|progress| if progress.rows >= 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) });
    let mut rows = 0;
    let result = each_message(file.as_bytes(), &options, |_| {
        rows += 1;
        Ok(())
    });
    assert_eq!(result.unwrap_err().code(), Code::Cancelled);
    assert!((10..20).contains(&rows), "{rows}");
}

#[test]
fn an_error_of_the_host_ends_the_reading() {
    let file = format!("{HEADER}1,0,incoming,c,\n2,0,incoming,c,\n");
    let mut rows = 0;
    let result = each_message(file.as_bytes(), &ImportOptions::default(), |_| {
        rows += 1;
        Err(Error::new(Code::Cancelled, "enough"))
    });
    assert_eq!((result.unwrap_err().message(), rows), ("enough", 1));
    let result = each_event("kind,at,contact\nadded,0,c\n".as_bytes(), &ImportOptions::default(), |_| {
        Err(Error::new(Code::Cancelled, "enough"))
    });
    assert_eq!(result.unwrap_err().message(), "enough");
}
