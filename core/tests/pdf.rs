//! PDF of tables: any script, wrapped cells, pages, bad fonts; what a reader of PDF finds in it (S4).
//!
//! Fonts are those of `PDF_FONTS`, separated by `:`; without it only what needs none is tested. With `PDF_OUT` the pages
//! of scripts are left there, to be looked at.
#![cfg(feature = "pdf")]
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::io::Write;
use std::process::{Command, Stdio};

use omnicontact::export::pdf::{self, PdfFonts, PdfOptions};
use omnicontact::export::{Table, TableColumn, Values};
use omnicontact::{Code, Locale, Zone};

fn fonts() -> Option<PdfFonts> {
    let files = std::env::var("PDF_FONTS").ok()?;
    Some(PdfFonts::new(files.split(':').map(|file| std::fs::read(file).unwrap())))
}

/// Names in many scripts, and what they must not break.
const NAMES: [&str; 22] = [
    "José Ñandú Vélez",
    "Nguyễn Thị Ánh, Łódź, Çağrı Öğün",
    "Анна Каренина",
    "Ελένη Παπαδοπούλου",
    "محمد بن سلمان",
    "محمد (Sales) 123",
    "שרה כהן 42",
    "王小明",
    "東京 太郎",
    "김민수",
    "สมชาย ใจดี",
    "अमित शर्मा",
    "Ana 🎉 Pérez",
    "👩‍👩‍👧 🇪🇨 👍🏽",
    "=HYPERLINK(\"x\")",
    "e\u{301}a\u{308} combined",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://example.com/a/very/long/path/without/any/space/that/goes/on/and/on?and=on&and=on&and=on&more=1",
    "line\nbreak\tand tab",
    "\u{e000}\u{10ffff} nobody has these",
    "fi ffi office – “quotes” … €",
    "A very long name that goes on and on and on, beyond what any column of any page could hold, and then some more",
];

fn texts(rows: usize, text: impl Fn(usize) -> String) -> Values {
    Values::Text((0..rows).map(|row| Some(text(row)).filter(|text| !text.is_empty())).collect())
}

fn table(rows: usize) -> Table {
    let times = (0_i64..).take(rows).map(|row| Some(1_793_509_200_000 + row * 60_000)).collect();
    Table {
        columns: vec![
            TableColumn::new("shown_name", "Nombre", texts(rows, |row| NAMES[row % NAMES.len()].to_owned())),
            TableColumn::new("phones", "Teléfonos", texts(rows, |row| format!("+5939{row:08}"))),
            TableColumn::new("tags", "Etiquetas", texts(rows, |row| "vip;lead;cliente frecuente;".repeat(row % 5))),
            TableColumn::new("created_at", "Creado el", Values::Time(times)),
            TableColumn::new("blocked", "Bloqueado", Values::Bool((0..rows).map(|row| Some(row % 3 == 0)).collect())),
        ],
    }
}

fn options(fonts: PdfFonts) -> PdfOptions {
    PdfOptions::new(Zone::new("America/Guayaquil").unwrap(), fonts).locale(Locale::Es).title("Contactos · العملاء")
}

/// The text of a PDF as `pdftotext` reads it, one piece a page; none where that program is missing.
fn read(bytes: &[u8]) -> Option<Vec<String>> {
    let mut program = Command::new("pdftotext");
    let mut child = program
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complaints.is_empty(), "{complaints}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect())
}

#[test]
fn what_is_no_font_is_an_error() {
    let options = |fonts| PdfOptions::new(Zone::utc(), fonts);
    let error = pdf::write(&table(1), &options(PdfFonts::default())).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::MissingOption, "fonts"));
    let error = pdf::write(&table(1), &options(PdfFonts::new([b"no font".to_vec()]))).unwrap_err();
    assert_eq!((error.code(), error.path()), (Code::InvalidValue, "fonts[0]"));
    let error = pdf::write(&table(3), &options(PdfFonts::default()).max_rows(2)).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
}

#[test]
fn pages_are_written() {
    let Some(fonts) = fonts() else { return };
    let options = options(fonts);
    let bytes = pdf::write(&table(120), &options).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(bytes, pdf::write(&table(120), &options).unwrap(), "the same input gives the same bytes");
    if let Ok(path) = std::env::var("PDF_OUT") {
        std::fs::write(path, bytes).unwrap();
    }
}

/// The text without the marks of direction that a reader puts in.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')).collect()
}

#[test]
fn a_reader_finds_every_text() {
    let Some(fonts) = fonts() else { return };
    let Some(pages) = read(&pdf::write(&table(NAMES.len() * 4), &options(fonts)).unwrap()) else { return };
    assert!(pages.len() > 2);
    let whole = plain(&pages.join("\n"));
    // Those that stand on one line, whatever their script.
    for name in &NAMES[..14] {
        // Brackets between letters that are read from the right are shown turned round.
        let name = if name.contains('(') {
            "محمد"
        } else if name.starts_with('ש') {
            "שרה כהן"
        } else {
            name.split('🎉').next().unwrap_or(name).trim_end()
        };
        assert_eq!(whole.matches(name).count() % 4, 0, "{name}");
        assert!(whole.contains(name), "{name}\n{whole}");
    }
    assert!(whole.contains("=HYPERLINK(\"x\")") && whole.contains("line break and tab"));
    // Long words are cut between letters, and none is lost.
    let joined: String = whole.split_whitespace().collect();
    assert!(joined.contains("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamt"));
    assert!(whole.contains("engesellschaft"));
    // Header, number and zone on every page, the title on the first.
    for (number, page) in pages.iter().enumerate() {
        for title in ["Nombre", "Teléfonos", "Etiquetas", "Creado el", "Bloqueado", "America/Guayaquil"] {
            assert_eq!(page.matches(title).count(), 1, "{title} on page {}", number + 1);
        }
        assert!(page.contains(&format!("Página {} de {}", number + 1, pages.len())));
        assert_eq!(page.contains("Contactos"), number == 0);
    }
    // Times in the zone, and every row once.
    assert!(whole.contains("2026-11-01 00:00") && whole.contains("2026-11-01 01:27"));
    for row in 0..NAMES.len() * 4 {
        assert_eq!(whole.matches(&format!("+5939{row:08}")).count(), 1, "row {row}");
    }
}

#[test]
fn thousands_of_rows() {
    let Some(fonts) = fonts() else { return };
    let Some(pages) = read(&pdf::write(&table(5_000), &options(fonts)).unwrap()) else { return };
    assert!((100..300).contains(&pages.len()), "{} pages", pages.len());
    let last = pages.last().unwrap();
    assert!(last.contains(&format!("Página {0} de {0}", pages.len())) && last.contains("+593900004999"));
}

#[test]
fn no_rows_are_a_page_too() {
    let Some(fonts) = fonts() else { return };
    let options = options(fonts);
    let Some(pages) = read(&pdf::write(&table(0), &options).unwrap()) else { return };
    assert!(pages.len() == 1 && pages[0].contains("Nombre") && pages[0].contains("Página 1 de 1"));
    assert_eq!(read(&pdf::write(&Table::default(), &options).unwrap()).map(|pages| pages.len()), Some(1));
}

#[test]
fn many_columns_and_a_cell_longer_than_a_page() {
    let Some(fonts) = fonts() else { return };
    let columns = (0..40).map(|at| {
        TableColumn::new(format!("c{at}"), format!("Column {at}"), texts(3, |row| format!("cell {at} {row}")))
    });
    let wide = Table { columns: columns.collect() };
    let Some(pages) = read(&pdf::write(&wide, &options(fonts.clone())).unwrap()) else { return };
    let words: String = pages.concat().split_whitespace().collect();
    assert!(words.contains("cell") && pages.len() == 1, "the page is as wide as forty columns need");
    let long = (0..4_000).map(|word| format!("word{word}")).collect::<Vec<_>>().join(" ");
    let tall = Table {
        columns: vec![
            TableColumn::new("a", "A", texts(1, |_| long.clone())),
            TableColumn::new("b", "B", texts(1, |_| "b".into())),
        ],
    };
    let pages = read(&pdf::write(&tall, &options(fonts)).unwrap()).unwrap();
    let found = pages.concat();
    assert!(pages.len() > 1 && (0..4_000).all(|word| found.contains(&format!("word{word}"))), "nothing is cut");
}

#[test]
fn a_letter_that_no_font_has_stays_in_the_text() {
    let Some(files) = std::env::var("PDF_FONTS").ok() else { return };
    // One font alone: most scripts are boxes then.
    let first = std::fs::read(files.split(':').next().unwrap()).unwrap();
    let Some(pages) = read(&pdf::write(&table(NAMES.len()), &options(PdfFonts::new([first]))).unwrap()) else { return };
    let whole = plain(&pages.concat());
    assert!(whole.contains("José Ñandú Vélez") && whole.contains("王小明"), "{whole}");
}
