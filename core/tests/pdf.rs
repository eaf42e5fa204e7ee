//! PDF of tables: any script, wrapped cells, bad fonts (S4). Fonts come from the folders of `PDF_FONTS`.
#![cfg(feature = "pdf")]
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use omnicontact::export::pdf::{self, PdfFonts, PdfOptions};
use omnicontact::export::{Table, TableColumn, Values};
use omnicontact::{Code, Locale, Zone};

fn fonts() -> Option<PdfFonts> {
    let files = std::env::var("PDF_FONTS").ok()?;
    Some(PdfFonts::new(files.split(':').map(|file| std::fs::read(file).unwrap())))
}

fn table(rows: usize) -> Table {
    const NAMES: [&str; 8] = [
        "José Ñandú Vélez",
        "Анна Каренина",
        "Ελένη Παπαδοπούλου",
        "محمد بن سلمان 123",
        "王小明 東京",
        "👩‍👩‍👧 familia 🎉",
        "=HYPERLINK(\"x\")",
        "A very long name that goes on and on and on, beyond what any column of any page could hold, and then some more",
    ];
    let names = (0..rows).map(|row| Some(NAMES[row % 8].to_owned())).collect();
    let phones = (0..rows).map(|row| Some(format!("+5939{row:08}"))).collect();
    let tags = (0..rows).map(|row| Some("vip;lead;cliente frecuente;".repeat(row % 5))).collect();
    let times = (0..rows).map(|row| Some(1_793_509_200_000 + row as i64 * 60_000)).collect();
    Table {
        columns: vec![
            TableColumn::new("shown_name", "Nombre", Values::Text(names)),
            TableColumn::new("phones", "Teléfonos", Values::Text(phones)),
            TableColumn::new("tags", "Etiquetas", Values::Text(tags)),
            TableColumn::new("created_at", "Creado el", Values::Time(times)),
        ],
    }
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
    let options = PdfOptions::new(Zone::new("America/Guayaquil").unwrap(), fonts).locale(Locale::Es).title("Contactos");
    let bytes = pdf::write(&table(120), &options).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(bytes, pdf::write(&table(120), &options).unwrap(), "the same input gives the same bytes");
    if let Ok(path) = std::env::var("PDF_OUT") {
        std::fs::write(path, bytes).unwrap();
    }
    assert!(pdf::write(&table(0), &options).unwrap().starts_with(b"%PDF-"), "no rows are a page, too");
    assert!(pdf::write(&Table::default(), &options).is_ok());
}
