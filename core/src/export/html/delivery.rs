//! Delivery: statuses, funnel, what channels cannot tell, failures.

use super::PageOptions;
use super::breakdown::{self, table};
use super::part::{Context, chart, header, number, scrolled};
use crate::export::chart::ChartKind;
use crate::export::markup::Markup;
use crate::export::part_table::share;
use crate::export::shown::Shown;
use crate::export::svg;
use crate::report::{Delivery, Part};

pub(super) fn write(out: &mut Markup, part: &Part, delivery: &Delivery, context: &Context<'_>) {
    let shown = context.shown;
    breakdown::total(out, delivery.total, delivery.change, &delivery.rows, context);
    chart(out, part, ChartKind::Line, context);
    table(out, part, &delivery.rows, context);
    out.element("div", &[("class", &"pair")], |out| {
        out.element("div", &[], |out| {
            out.leaf(context.level.below(), &[], shown.word("shown.funnel"));
            funnel(out, delivery, shown);
            for note in shown.not_supported(delivery) {
                out.leaf("p", &[("class", &"note")], &note);
            }
        });
        if !delivery.failures.is_empty() {
            out.element("div", &[], |out| {
                out.leaf(context.level.below(), &[], shown.word("shown.failures"));
                failures(out, delivery, shown, context.options);
            });
        }
    });
}

fn funnel(out: &mut Markup, delivery: &Delivery, shown: &Shown) {
    let funnel = delivery.funnel;
    let steps = [("step.sent", funnel.sent, 0), ("step.delivered", funnel.delivered, 2), ("step.read", funnel.read, 3)];
    scrolled(out, shown.word("shown.funnel"), |out| {
        out.leaf("caption", &[], shown.word("shown.funnel"));
        out.element("thead", &[], |out| {
            out.element("tr", &[], |out| {
                header(out, shown.word("table.step"), false);
                header(out, shown.word("shown.count"), true);
                header(out, shown.word("shown.share"), true);
            });
        });
        out.element("tbody", &[], |out| {
            for (key, count, slot) in steps {
                let share = share(count, funnel.sent);
                out.element("tr", &[], |out| {
                    out.element("th", &[("scope", &"row"), ("class", &"key")], |out| {
                        out.append(&svg::swatch(slot));
                        out.text(shown.word(key));
                    });
                    number(out, &shown.number(count));
                    out.element("td", &[("class", &"number share")], |out| {
                        out.append(&svg::share_bar(share.unwrap_or(0.0), slot));
                        out.leaf("span", &[], &share.map_or_else(String::new, |share| shown.percent(share * 100.0)));
                    });
                });
            }
        });
    });
}

fn failures(out: &mut Markup, delivery: &Delivery, shown: &Shown, options: &PageOptions) {
    let most = options.rows.max(1);
    scrolled(out, shown.word("shown.failures"), |out| {
        out.leaf("caption", &[], shown.word("shown.failures"));
        out.element("thead", &[], |out| {
            out.element("tr", &[], |out| {
                header(out, shown.word("table.error"), false);
                header(out, shown.word("table.code"), false);
                header(out, shown.word("shown.count"), true);
            });
        });
        out.element("tbody", &[], |out| {
            for row in delivery.failures.iter().take(most) {
                out.element("tr", &[], |out| {
                    let error = row.error.as_deref().unwrap_or_else(|| shown.word("shown.no_error"));
                    out.leaf("th", &[("scope", &"row"), ("class", &"words"), ("dir", &"auto")], error);
                    out.leaf("td", &[], row.code.as_deref().unwrap_or_default());
                    number(out, &shown.number(row.count));
                });
            }
            let rest = delivery.failures.get(most..).unwrap_or_default();
            if !rest.is_empty() {
                out.element("tr", &[], |out| {
                    let label = shown.fill("shown.others", &[("count", &shown.number(rest.len() as u64))]);
                    out.leaf("th", &[("scope", &"row")], &label);
                    out.leaf("td", &[], "");
                    number(out, &shown.number(rest.iter().map(|row| row.count).sum()));
                });
            }
        });
    });
}
