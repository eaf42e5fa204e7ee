//! The newest rows of a log.

use super::part::{Context, header, scrolled};
use crate::arrange::arrange;
use crate::dataset::NULL_TIME;
use crate::export::log_table;
use crate::export::markup::Markup;
use crate::export::shown::Shown;
use crate::report::{Column, LogColumn, LogPage, LogValues, Part};

pub(super) fn write(out: &mut Markup, part: &Part, page: &LogPage, context: &Context<'_>) {
    let shown = context.shown;
    let rows = page.len().min(context.options.log_rows);
    let numbers = (shown.number(rows as u64), shown.number(page.total_rows));
    let words = shown.fill("shown.rows_of", &[("shown", &numbers.0), ("total", &numbers.1)]);
    out.leaf("p", &[("class", &"total")], &words);
    if rows == 0 {
        return;
    }
    let columns = columns(page, rows);
    scrolled(out, &part.title, |out| {
        out.leaf("caption", &[], &part.title);
        out.element("thead", &[], |out| {
            out.element("tr", &[], |out| {
                for column in &columns {
                    header(out, log_table::title(column.name, part.component, shown.locale), false);
                }
            });
        });
        out.element("tbody", &[], |out| {
            let first = page.column(Column::Timestamp);
            for row in 0..rows {
                let at = first.and_then(|times| time(times, row));
                out.element("tr", &[], |out| {
                    for column in &columns {
                        match &column.values {
                            LogValues::Times(_) if column.name == Column::Timestamp => moment(out, at, None, shown),
                            values @ LogValues::Times(_) => moment(out, time(values, row), at, shown),
                            values => cell(out, column.name, values, row, shown),
                        }
                    }
                });
            }
        });
    });
}

/// The columns in the order in which a reader asks for them: when, who, what, why it failed, and then where and how; ids
/// last. A column that has nothing in any of the rows is left out, but for the content: a message without words says so.
fn columns(page: &LogPage, rows: usize) -> Vec<&LogColumn> {
    let place = |column: &&LogColumn| match column.name {
        Column::Timestamp => 0,
        Column::ContactName => 1,
        Column::Content => 2,
        Column::Error => 3,
        Column::Channel => 4,
        Column::Source => 5,
        Column::User => 6,
        Column::DeliveredAt => 7,
        Column::ReadAt => 8,
        Column::Type => 9,
        Column::Subtype => 10,
        Column::ContactId => 11,
    };
    let has_something = |column: &&LogColumn| {
        column.name == Column::Content
            || (0..rows).any(|row| match &column.values {
                values @ LogValues::Times(_) => time(values, row).is_some(),
                values => values.shown(row).is_some_and(|text| !text.is_empty()),
            })
    };
    let mut columns: Vec<&LogColumn> = page.columns.iter().filter(has_something).collect();
    arrange(&mut columns, |one, other| place(one).cmp(&place(other)));
    columns
}

/// The row's instant.
fn time(values: &LogValues, row: usize) -> Option<i64> {
    match values {
        LogValues::Times(times) => times.get(row).copied().filter(|&at| at != NULL_TIME),
        _ => None,
    }
}

/// An instant; without its date where that is the date of the row.
fn moment(out: &mut Markup, at: Option<i64>, row: Option<i64>, shown: &Shown) {
    out.element("td", &[("class", &"time")], |out| {
        if let Some(at) = at
            && let Some(iso) = shown.iso(at)
        {
            let day = row.and_then(|row| shown.iso(row)).filter(|row| row.get(..10) == iso.get(..10));
            let text = match (day, iso.get(11..19)) {
                (Some(_), Some(time)) => time.to_owned(),
                _ => shown.date_time(at),
            };
            out.leaf("time", &[("datetime", &iso)], &text);
        }
    });
}

fn cell(out: &mut Markup, column: Column, values: &LogValues, row: usize, shown: &Shown) {
    let class = match column {
        Column::Content | Column::Error => "words".to_owned(),
        Column::ContactId => "id".to_owned(),
        column => format!("text {column}"),
    };
    match values.shown(row) {
        // Of a picture, a voice message: there is a message, it has no words.
        None if column == Column::Content => {
            out.leaf("td", &[("class", &"words none")], shown.word("shown.no_text"));
        }
        text => out.leaf("td", &[("class", &class), ("dir", &"auto")], &text.unwrap_or_default()),
    }
}
