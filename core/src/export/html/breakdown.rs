//! Counts by a key: total, charts, rows.

use super::part::{Context, chart, header, number, ring, scrolled};
use crate::export::chart::{self, ChartKind, percent_of};
use crate::export::markup::Markup;
use crate::export::palette::NEUTRAL;
use crate::export::part_table::share;
use crate::export::shown::Shown;
use crate::export::svg;
use crate::report::{Breakdown, Change, Component, Key, Part, Row};

pub(super) fn write(out: &mut Markup, part: &Part, breakdown: &Breakdown, context: &Context<'_>) {
    let shown = context.shown;
    total(out, breakdown.total, breakdown.change, &breakdown.rows, context);
    if breakdown.rows.is_empty() {
        out.leaf("p", &[("class", &"empty")], shown.word("shown.no_data"));
    } else {
        chart(out, part, ChartKind::Bar, context);
        out.element("div", &[("class", &"beside")], |out| {
            ring(out, part, context);
            table(out, part, &breakdown.rows, context);
        });
    }
    if let Some(without) = breakdown.without_subtype {
        let words = shown.named(shown.word("shown.without_subtype"), &shown.number(without));
        out.leaf("p", &[("class", &"note")], &words);
    }
}

/// The total, its change, and the bucket with most.
pub(super) fn total(out: &mut Markup, total: u64, change: Option<Change>, rows: &[Row], context: &Context<'_>) {
    let shown = context.shown;
    out.element("p", &[("class", &"total")], |out| {
        out.leaf("span", &[], shown.word("shown.total"));
        out.text(" ");
        out.leaf("strong", &[], &shown.number(total));
        if let Some(change) = change {
            out.text(" ");
            out.leaf("span", &[("class", &"change")], &shown.change(change));
        }
        let sums = sums(rows);
        if let Some((bucket, most)) = sums.iter().enumerate().rev().max_by_key(|(_, count)| **count)
            && sums.len() > 1
            && *most > 0
            && let Some(label) = shown.buckets(context.report).get(bucket)
        {
            out.text(" ");
            let words = shown.named(shown.word("shown.peak"), &format!("{label} ({})", shown.number(*most)));
            out.leaf("span", &[("class", &"peak")], &words);
        }
    });
}

/// The rows added up by bucket.
pub(super) fn sums(rows: &[Row]) -> Vec<u64> {
    let mut sums = vec![0; rows.first().map_or(0, |row| row.buckets.len())];
    for row in rows {
        for (sum, count) in sums.iter_mut().zip(&row.buckets) {
            *sum += count;
        }
    }
    sums
}

/// What a row of the table shows.
struct Line {
    slot: usize,
    /// The type of a subtype.
    kind: Option<String>,
    label: String,
    count: u64,
    share: Option<f64>,
    percent: Option<f64>,
    contacts: Option<u64>,
    change: Option<Change>,
}

/// The rows, each with the colour that it has in the charts.
pub(super) fn table(out: &mut Markup, part: &Part, rows: &[Row], context: &Context<'_>) {
    let shown = context.shown;
    let has_share = rows.iter().any(|row| row.percent.is_some());
    let has_contacts = rows.iter().any(|row| row.contacts.is_some());
    let has_change = rows.iter().any(|row| row.change.is_some());
    let lines = lines(part, rows, context);
    scrolled(out, &part.title, |out| {
        out.leaf("caption", &[], &part.title);
        out.element("thead", &[], |out| {
            out.element("tr", &[], |out| {
                header(out, dimension(part.component, shown), false);
                header(out, shown.word("shown.count"), true);
                if has_share {
                    header(out, shown.word("shown.share"), true);
                }
                if has_contacts {
                    header(out, shown.word("shown.contacts"), true);
                }
                if has_change {
                    header(out, shown.word("shown.previous"), true);
                    header(out, shown.word("shown.change"), true);
                }
            });
        });
        out.element("tbody", &[], |out| {
            for line in &lines {
                out.element("tr", &[], |out| {
                    out.element("th", &[("scope", &"row"), ("class", &"key")], |out| {
                        out.append(&svg::swatch(line.slot));
                        out.leaf("bdi", &[], &line.label);
                        if let Some(kind) = &line.kind {
                            out.text(" ");
                            out.leaf("span", &[("class", &"kind")], kind);
                        }
                    });
                    number(out, &shown.number(line.count));
                    if has_share {
                        out.element("td", &[("class", &"number share")], |out| {
                            out.append(&svg::share_bar(line.share.unwrap_or(0.0), line.slot));
                            out.leaf(
                                "span",
                                &[],
                                &line.percent.map_or_else(String::new, |percent| shown.percent(percent)),
                            );
                        });
                    }
                    if has_contacts {
                        number(out, &line.contacts.map_or_else(String::new, |count| shown.number(count)));
                    }
                    if has_change {
                        number(out, &line.change.map_or_else(String::new, |change| shown.number(change.previous)));
                        number(out, &line.change.map_or_else(String::new, |change| shown.change(change)));
                    }
                });
            }
        });
    });
}

/// The first rows, and the others as one.
fn lines(part: &Part, rows: &[Row], context: &Context<'_>) -> Vec<Line> {
    let (report, shown, options) = (context.report, context.shown, context.options);
    let own = if rows.len() > options.rows.max(1) { options.rows.max(1) } else { rows.len() };
    let slots = chart::slots(report, part.component, rows);
    let mut lines: Vec<Line> = rows[..own]
        .iter()
        .zip(slots)
        .map(|(row, slot)| Line {
            slot,
            kind: match &row.key {
                Key::Pair(kind, _) => Some(shown.label(&format!("type.{kind}")).unwrap_or(kind).to_owned()),
                _ => None,
            },
            label: row.label.clone(),
            count: row.count,
            share: row.share,
            percent: row.percent,
            contacts: row.contacts,
            change: row.change,
        })
        .collect();
    let rest = &rows[own..];
    if !rest.is_empty() {
        let count = rest.iter().map(|row| row.count).sum();
        let total = rows.iter().map(|row| row.count).sum();
        lines.push(Line {
            slot: NEUTRAL,
            kind: None,
            label: shown.fill("shown.others", &[("count", &shown.number(rest.len() as u64))]),
            count,
            share: share(count, total),
            percent: percent_of(rest),
            contacts: None,
            change: None,
        });
    }
    lines
}

/// What the rows of a part are.
fn dimension(component: Component, shown: &Shown) -> &'static str {
    shown.word(match component {
        Component::ConnectedByChannel | Component::IncomingByChannel | Component::OutgoingByChannel => "column.channel",
        Component::AddedBySource | Component::OutgoingBySource => "column.source",
        Component::OutgoingByType => "column.type",
        Component::OutgoingBySubtype => "column.subtype",
        Component::Delivery => "shown.status",
        _ => "table.label",
    })
}
