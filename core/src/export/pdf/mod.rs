//! Tables as PDF: pages with a repeated header and numbers, text of any script that the fonts have (S4).
//!
//! Fonts are the host's: their bytes are handed over, the preferred one first, and each letter takes the first font that
//! has it. A letter that none has is shown as a box and stays in the text that is copied. Nothing is cut: long cells are
//! wrapped, and a row goes on on the next page where it must.

mod fonts;
mod layout;

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Size};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

pub use self::fonts::PdfFonts;
use self::fonts::{Faces, Run};
use self::layout::{Layout, Line};
use super::csv::{CsvOptions, CsvValues, cell};
use super::table::{Table, Values};
use crate::error::{Code, Error, Result};
use crate::label::{Locale, word};
use crate::time::{Instant, Zone};

/// How a table becomes PDF.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PdfOptions {
    /// Zone of the times.
    pub zone: Zone,
    /// The fonts.
    pub fonts: PdfFonts,
    /// Language of the page numbers.
    pub locale: Locale,
    /// What stands above the first page's table.
    pub title: Option<String>,
    /// How values with a key and a word are written; default `labels`.
    pub values: CsvValues,
    /// Size of the letters in points; default 8.
    pub letter_size: f32,
    /// The most rows; default 50,000: pages are in memory until all are known.
    pub max_rows: usize,
}

impl PdfOptions {
    /// The defaults.
    pub fn new(zone: Zone, fonts: PdfFonts) -> Self {
        let values = CsvValues::Labels;
        Self { zone, fonts, locale: Locale::En, title: None, values, letter_size: 8.0, max_rows: 50_000 }
    }

    /// Sets the language of the page numbers.
    pub fn locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the most rows.
    pub fn max_rows(mut self, rows: usize) -> Self {
        self.max_rows = rows;
        self
    }

    /// Whether so many rows may be written.
    pub(crate) fn check(&self, rows: usize) -> Result<()> {
        if rows > self.max_rows {
            return Err(Error::new(Code::TooLarge, format!("{rows} rows are too many for a PDF"))
                .with_hint(format!("at most {} (`max_rows`); CSV has no cap", self.max_rows)));
        }
        Ok(())
    }
}

/// Space around a page, in points.
const MARGIN: f32 = 36.0;
/// A4 across.
const PAGE: (f32, f32) = (841.89, 595.28);
/// The least width of a column.
const NARROWEST: f32 = 48.0;
/// Space on each side of a cell.
const GAP: f32 = 4.0;

/// Writes a table as PDF (S4).
///
/// # Errors
/// `missing_option` without a font, `invalid_value` at `fonts[n]` for bytes that are none, `too_large` for too many rows.
///
/// # Example
/// ```no_run
/// use omnicontact::Zone;
/// use omnicontact::export::pdf::{self, PdfFonts, PdfOptions};
/// use omnicontact::export::{Table, TableColumn, Values};
/// let table = Table { columns: vec![TableColumn::new("name", "Name", Values::Text(vec![Some("Ana".into())]))] };
/// let fonts = PdfFonts::new([std::fs::read("DejaVuSans.ttf").unwrap()]);
/// let bytes = pdf::write(&table, &PdfOptions::new(Zone::utc(), fonts).title("Contacts"))?;
/// std::fs::write("contacts.pdf", bytes).unwrap();
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn write(table: &Table, options: &PdfOptions) -> Result<Vec<u8>> {
    options.check(table.len())?;
    let faces = options.fonts.open()?;
    let texts = texts(table, options);
    let titles: Vec<String> = table.columns.iter().map(|column| clean(&column.title)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a table has few columns")]
    let width = PAGE.0.max(titles.len() as f32 * NARROWEST + 2.0 * MARGIN);
    let layout = Layout::new(&faces, options.letter_size, &titles, &texts, width - 2.0 * MARGIN);
    let head = layout.row(&titles);
    let title = options.title.as_deref().map(clean).filter(|title| !title.is_empty());
    let line_height = options.letter_size * 1.4;
    let body = PAGE.1 - 2.0 * MARGIN - line_height * 2.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page has some dozens of lines")]
    let lines_of_page = ((body / line_height) as usize).saturating_sub(head.len() + 2).max(4);
    let pages = paged(texts.iter().map(|row| layout.row(row)), lines_of_page, usize::from(title.is_some()) * 2);

    let mut document = Document::new();
    let mut metadata = Metadata::new().creator("omnicontact".to_owned());
    if let Some(title) = &title {
        metadata = metadata.title(title.clone());
    }
    document.set_metadata(metadata);
    let size = Size::from_wh(width, PAGE.1).ok_or_else(unwritable)?;
    for (number, lines) in pages.iter().enumerate() {
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        let mut pen = Pen { surface: &mut surface, faces: &faces, size: options.letter_size };
        let mut y = MARGIN + line_height;
        if let Some(title) = title.as_ref().filter(|_| number == 0) {
            let big = Pen { size: options.letter_size * 1.5, ..pen };
            let mut big = big;
            big.line(MARGIN, y, title);
            pen = Pen { size: options.letter_size, ..big };
            y += 2.0 * line_height;
        }
        #[expect(clippy::cast_precision_loss, reason = "a header has few lines")]
        let height = line_height * head.len() as f32 * 1.02;
        pen.bar(MARGIN, y - line_height * 0.95, width - 2.0 * MARGIN, height);
        for line in &head {
            pen.row(line, &layout, y);
            y += line_height;
        }
        y += line_height * 0.3;
        for (place, line) in lines.iter().enumerate() {
            if line.is_first && place > 0 {
                pen.bar(MARGIN, y - line_height * 0.78, width - 2.0 * MARGIN, 0.4);
            }
            pen.row(line, &layout, y);
            y += line_height;
        }
        let words = word("shown.page_of", options.locale).unwrap_or("{page} / {pages}");
        let words = words.replace("{page}", &(number + 1).to_string()).replace("{pages}", &pages.len().to_string());
        let right = width - MARGIN - faces.width(&words) * options.letter_size;
        pen.line(right, PAGE.1 - MARGIN, &words);
        pen.line(MARGIN, PAGE.1 - MARGIN, options.zone.name());
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| unwritable())
}

fn unwritable() -> Error {
    Error::new(Code::Internal, "the PDF cannot be written")
}

/// Lines into pages; the first one has less room. There is always a page.
fn paged(rows: impl Iterator<Item = Vec<Line>>, room: usize, less: usize) -> Vec<Vec<Line>> {
    let mut pages: Vec<Vec<Line>> = vec![Vec::new()];
    for row in rows {
        let left = |pages: &[Vec<Line>]| {
            let room = if pages.len() == 1 { room.saturating_sub(less) } else { room };
            room.saturating_sub(pages.last().map_or(0, Vec::len))
        };
        // A row stays together where a page can hold it.
        if row.len() > left(&pages) && row.len() <= room {
            pages.push(Vec::new());
        }
        for line in row {
            if left(&pages) == 0 {
                pages.push(Vec::new());
            }
            if let Some(page) = pages.last_mut() {
                page.push(line);
            }
        }
    }
    pages
}

/// The texts of all cells.
fn texts(table: &Table, options: &PdfOptions) -> Vec<Vec<String>> {
    let mut csv = CsvOptions::new(options.zone.clone()).harmless(false);
    csv.values = options.values;
    let text = |values: &Values, row: usize| match values {
        Values::Time(times) => {
            let at = times.get(row).copied().flatten().and_then(|at| Instant::from_millis(at).ok());
            // To the minute, as people read it; the zone stands below.
            at.map(|at| options.zone.format(at).chars().take(16).collect::<String>().replace('T', " "))
                .unwrap_or_default()
        }
        Values::Bool(values) => match values.get(row).copied().flatten() {
            Some(flag) => {
                let (key, plain) = if flag { ("shown.yes", "true") } else { ("shown.no", "false") };
                word(key, options.locale).unwrap_or(plain).to_owned()
            }
            None => String::new(),
        },
        values => clean(&cell(values, row, &csv)),
    };
    (0..table.len()).map(|row| table.columns.iter().map(|column| text(&column.values, row)).collect()).collect()
}

/// A text on one line: control characters and line ends are spaces.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Draws on a page.
struct Pen<'p, 's> {
    surface: &'p mut Surface<'s>,
    faces: &'p Faces<'p>,
    size: f32,
}

impl Pen<'_, '_> {
    /// A text from the left.
    fn line(&mut self, x: f32, y: f32, text: &str) {
        let runs = self.faces.runs(text);
        self.draw(x, y, &runs);
    }

    fn draw(&mut self, x: f32, y: f32, runs: &[Run]) {
        let mut x = x;
        for run in runs {
            let Some(font) = self.faces.font(run.face) else { continue };
            self.surface.draw_glyphs(Point::from_xy(x, y), &run.glyphs, font, &run.text, self.size, false);
            x += run.width * self.size;
        }
    }

    fn row(&mut self, line: &Line, layout: &Layout<'_>, y: f32) {
        let mut x = MARGIN;
        for (cell, width) in line.cells.iter().zip(&layout.widths) {
            if !cell.is_empty() {
                let runs = self.faces.runs(cell);
                let used: f32 = runs.iter().map(|run| run.width * self.size).sum();
                // What is read from the right stands there.
                let room = width - GAP * 2.0 - used;
                let indent = if fonts::is_right_to_left(cell) { room.max(0.0) } else { 0.0 };
                self.draw(x + indent, y, &runs);
            }
            x += width;
        }
    }

    /// A grey bar: behind the header, or as a thin line between rows.
    fn bar(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let mut path = PathBuilder::new();
        path.move_to(x - 2.0, y);
        path.line_to(x + width, y);
        path.line_to(x + width, y + height);
        path.line_to(x - 2.0, y + height);
        path.close();
        let fill = |level: u8| Fill {
            paint: rgb::Color::new(level, level, level).into(),
            opacity: NormalizedF32::ONE,
            rule: krilla::paint::FillRule::default(),
        };
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill(228)));
            self.surface.draw_path(&path);
            self.surface.set_fill(Some(fill(0)));
        }
    }
}
