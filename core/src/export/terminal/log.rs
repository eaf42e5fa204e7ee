//! Logs as text: the columns that fit, each wide enough to be read.

use super::TextOptions;
use super::line::{Lines, padded, plain, widest};
use crate::export::log_table;
use crate::export::shown::Shown;
use crate::report::{Column, Component, LogColumn, LogPage, LogValues, Part};

/// Between columns.
const GAP: usize = 2;
/// A column wider than this gives way to the others.
const WIDEST: usize = 48;
/// A column narrower than this, and than its cells, says nothing.
const READABLE: usize = 12;
/// The same for what people and providers write.
const READABLE_TEXT: usize = 24;
/// Columns that give way where a terminal is too narrow for all, the first one first. The time and the content of a
/// message stay, as do those that no line here names.
const GIVE_WAY: [Column; 9] = [
    Column::ContactId,
    Column::ReadAt,
    Column::DeliveredAt,
    Column::Subtype,
    Column::Type,
    Column::Source,
    Column::User,
    Column::Channel,
    Column::ContactName,
];

struct Cells {
    column: Column,
    title: String,
    texts: Vec<String>,
    width: usize,
}

impl Cells {
    fn of(column: &LogColumn, rows: usize, component: Component, shown: &Shown) -> Self {
        let title = log_table::title(column.name, component, shown.locale).to_owned();
        let texts: Vec<String> = (0..rows)
            .map(|row| match &column.values {
                LogValues::Times(times) => times.get(row).map_or_else(String::new, |&at| shown.clock(at)),
                values => plain(&values.shown(row).unwrap_or_default()),
            })
            .collect();
        let width = widest(texts.iter().chain([&title])).min(WIDEST);
        Self { column: column.name, title, texts, width }
    }

    /// Half a time would say nothing.
    fn is_time(&self) -> bool {
        matches!(self.column, Column::Timestamp | Column::DeliveredAt | Column::ReadAt)
    }

    fn least(&self) -> usize {
        if self.is_time() { self.width } else { self.width.min(self.readable()) }
    }

    fn readable(&self) -> usize {
        if matches!(self.column, Column::Content | Column::Error) { READABLE_TEXT } else { READABLE }
    }
}

pub(super) fn write(out: &mut Lines, part: &Part, page: &LogPage, shown: &Shown, options: &TextOptions) {
    let rows = page.len().min(options.log_rows);
    out.title(&part.title, '─');
    let numbers = (shown.number(rows as u64), shown.number(page.total_rows));
    out.push(&shown.fill("shown.rows_of", &[("shown", &numbers.0), ("total", &numbers.1)]));
    let mut columns: Vec<Cells> =
        page.columns.iter().map(|column| Cells::of(column, rows, part.component, shown)).collect();
    columns.retain(|cells| cells.texts.iter().any(|text| !text.is_empty()));
    let left_out = drop_what_does_not_fit(&mut columns, out.width);
    squeeze(&mut columns, out.width);
    let line = |texts: &mut dyn Iterator<Item = (&str, usize)>| {
        texts.map(|(text, width)| padded(text, width, false)).collect::<Vec<_>>().join(&" ".repeat(GAP))
    };
    out.push(&line(&mut columns.iter().map(|cells| (cells.title.as_str(), cells.width))));
    for row in 0..rows {
        out.push(&line(&mut columns.iter().map(|cells| (cells.texts[row].as_str(), cells.width))));
    }
    if !left_out.is_empty() {
        out.wrapped(&shown.named(shown.word("shown.left_out"), &left_out.join(", ")));
    }
}

fn total(widths: impl ExactSizeIterator<Item = usize>) -> usize {
    let gaps = GAP * widths.len().saturating_sub(1);
    widths.sum::<usize>() + gaps
}

/// Takes columns away until those that stay can be read; returns the titles of those that went, in their order.
fn drop_what_does_not_fit(columns: &mut Vec<Cells>, width: usize) -> Vec<String> {
    let mut gone = Vec::new();
    for column in GIVE_WAY {
        if total(columns.iter().map(Cells::least)) <= width {
            break;
        }
        if let Some(place) = columns.iter().position(|cells| cells.column == column) {
            gone.push(columns.remove(place).title);
        }
    }
    gone
}

/// The column with most to spare gives way first, until the line fits.
fn squeeze(columns: &mut [Cells], width: usize) {
    while total(columns.iter().map(|cells| cells.width)) > width {
        let can_give = columns.iter_mut().filter(|cells| !cells.is_time());
        match can_give.max_by_key(|cells| (cells.width.saturating_sub(cells.readable()), cells.width)) {
            Some(cells) if cells.width > 1 => cells.width -= 1,
            _ => break,
        }
    }
}
