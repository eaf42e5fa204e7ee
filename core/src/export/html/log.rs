//! The newest rows of a log.

use super::part::{Context, header, scrolled};
use crate::dataset::NULL_TIME;
use crate::export::log_table;
use crate::export::markup::Markup;
use crate::export::shown::Shown;
use crate::report::{Column, LogPage, LogValues, Part};

pub(super) fn write(out: &mut Markup, part: &Part, page: &LogPage, context: &Context<'_>) {
    let shown = context.shown;
    let rows = page.len().min(context.options.log_rows);
    let numbers = (shown.number(rows as u64), shown.number(page.total_rows));
    let words = shown.fill("shown.rows_of", &[("shown", &numbers.0), ("total", &numbers.1)]);
    out.leaf("p", &[("class", &"total")], &words);
    if rows == 0 {
        return;
    }
    scrolled(out, &part.title, |out| {
        out.leaf("caption", &[], &part.title);
        out.element("thead", &[], |out| {
            out.element("tr", &[], |out| {
                for column in &page.columns {
                    header(out, log_table::title(column.name, shown.locale), false);
                }
            });
        });
        out.element("tbody", &[], |out| {
            for row in 0..rows {
                out.element("tr", &[], |out| {
                    for column in &page.columns {
                        cell(out, column.name, &column.values, row, shown);
                    }
                });
            }
        });
    });
}

fn cell(out: &mut Markup, column: Column, values: &LogValues, row: usize, shown: &Shown) {
    if let LogValues::Times(times) = values {
        let at = times.get(row).copied().filter(|&at| at != NULL_TIME);
        out.element("td", &[("class", &"time")], |out| {
            if let Some(iso) = at.and_then(|at| shown.iso(at)) {
                out.leaf("time", &[("datetime", &iso)], &shown.cell(values, row));
            }
        });
        return;
    }
    let class = match column {
        Column::Content | Column::Error => "words",
        Column::ContactId => "id",
        _ => "text",
    };
    out.leaf("td", &[("class", &class), ("dir", &"auto")], &shown.cell(values, row));
}
