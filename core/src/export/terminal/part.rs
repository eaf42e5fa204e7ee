//! The parts of a report as text.

use super::line::{Lines, padded, plain, widest};
use super::{TextOptions, log};
use crate::export::part_table::share;
use crate::export::shown::Shown;
use crate::report::{Change, ComponentData, Delivery, Part, Row};

pub(super) fn write(out: &mut Lines, part: &Part, data: &ComponentData, shown: &Shown, options: &TextOptions) {
    match data {
        ComponentData::Overview(overview) => {
            out.title(&part.title, '─');
            bars(out, &overview.rows, shown, overview.rows.len());
        }
        ComponentData::Breakdown(breakdown) => {
            out.title(&part.title, '─');
            total(out, breakdown.total, breakdown.change, shown);
            bars(out, &breakdown.rows, shown, options.rows);
            if let Some(without) = breakdown.without_subtype {
                out.push(&shown.named(shown.word("shown.without_subtype"), &shown.number(without)));
            }
        }
        ComponentData::Delivery(delivery) => {
            out.title(&part.title, '─');
            total(out, delivery.total, delivery.change, shown);
            bars(out, &delivery.rows, shown, delivery.rows.len());
            beside_delivery(out, delivery, shown, options.rows);
        }
        ComponentData::Log(page) => log::write(out, part, page, shown, options),
    }
}

fn total(out: &mut Lines, total: u64, change: Option<Change>, shown: &Shown) {
    let change = change.map_or_else(String::new, |change| format!("  {}", shown.change(change)));
    out.push(&shown.named(shown.word("shown.total"), &format!("{}{change}", shown.number(total))));
}

/// A line for each row: name, bar, count, percentage, change.
fn bars(out: &mut Lines, rows: &[Row], shown: &Shown, limit: usize) {
    let limit = limit.max(1);
    let own = if rows.len() > limit { limit - 1 } else { rows.len() };
    let mut lines: Vec<(String, u64, [String; 3])> = rows[..own]
        .iter()
        .map(|row| {
            let percent = row.percent.map_or_else(String::new, |percent| shown.percent(percent));
            let change = row.change.map_or_else(String::new, |change| shown.change(change));
            (plain(&row.label), row.count, [shown.number(row.count), percent, change])
        })
        .collect();
    if own < rows.len() {
        let count = rows[own..].iter().map(|row| row.count).sum();
        let label = shown.fill("shown.others", &[("count", &shown.number((rows.len() - own) as u64))]);
        let percent = crate::export::chart::percent_of(&rows[own..]);
        let percent = percent.map_or_else(String::new, |percent| shown.percent(percent));
        lines.push((label, count, [shown.number(count), percent, String::new()]));
    }
    let most = lines.iter().map(|line| line.1).max().unwrap_or(0);
    let widths = [0, 1, 2].map(|column| widest(lines.iter().map(|line| &line.2[column])));
    let numbers: usize = widths.iter().filter(|&&width| width > 0).map(|width| width + 2).sum();
    let label = widest(lines.iter().map(|line| &line.0)).min((out.width.saturating_sub(numbers + 8)).max(8));
    let bar = out.width.saturating_sub(label + 1 + numbers).min(40);
    for (name, count, texts) in &lines {
        let mut after = String::new();
        for (text, width) in texts.iter().zip(widths).filter(|(_, width)| *width > 0) {
            after.push_str("  ");
            after.push_str(&padded(text, width, true));
        }
        let blocks = padded(&blocks(*count, most, bar), bar, false);
        out.painted(&format!("{} ", padded(name, label, false)), &blocks, &after);
    }
}

/// A bar of block characters, an eighth of a column fine.
fn blocks(count: u64, most: u64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if most == 0 || count == 0 {
        return String::new();
    }
    let eighths = u128::from(count) * width as u128 * 8 / u128::from(most);
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX).clamp(1, (width * 8).max(1));
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

fn beside_delivery(out: &mut Lines, delivery: &Delivery, shown: &Shown, limit: usize) {
    out.blank();
    out.push(shown.word("shown.funnel"));
    let funnel = delivery.funnel;
    let steps = [("step.sent", funnel.sent), ("step.delivered", funnel.delivered), ("step.read", funnel.read)];
    let names: Vec<String> = steps.iter().map(|(key, _)| shown.word(key).to_owned()).collect();
    let counts: Vec<String> = steps.iter().map(|(_, count)| shown.number(*count)).collect();
    let widths = (widest(&names), widest(&counts));
    for (place, (_, count)) in steps.iter().enumerate() {
        let of_sent = share(*count, funnel.sent).map_or_else(String::new, |share| shown.percent(share * 100.0));
        let (name, count) = (padded(&names[place], widths.0, false), padded(&counts[place], widths.1, true));
        out.push(&format!("  {name}  {count}  {of_sent}"));
    }
    for note in shown.not_supported(delivery) {
        out.wrapped(&note);
    }
    if !delivery.failures.is_empty() {
        out.blank();
        out.push(shown.word("shown.failures"));
        let counts: Vec<String> =
            delivery.failures.iter().take(limit.max(1)).map(|row| shown.number(row.count)).collect();
        let width = widest(&counts);
        for (row, count) in delivery.failures.iter().zip(&counts) {
            let text = match (&row.code, &row.error) {
                (Some(code), Some(error)) => format!("{code} {error}"),
                (Some(text), None) | (None, Some(text)) => text.clone(),
                (None, None) => shown.word("shown.no_error").to_owned(),
            };
            out.push(&format!("  {}  {}", padded(count, width, true), plain(&text)));
        }
    }
}
