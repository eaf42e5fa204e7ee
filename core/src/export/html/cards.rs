//! The numbers at the top of a report.

use super::breakdown::sums;
use crate::export::markup::Markup;
use crate::export::part_table::share;
use crate::export::shown::Shown;
use crate::export::svg;
use crate::message::Status;
use crate::report::{Change, Component, Report, ReportKind};

/// One number.
struct Card {
    name: &'static str,
    count: u64,
    change: Option<Change>,
    below: Option<String>,
    course: Vec<u64>,
}

pub(super) fn write(out: &mut Markup, report: &Report, shown: &Shown) {
    let cards = match report.report {
        ReportKind::Contacts => of_contacts(report, shown),
        ReportKind::Messages => of_messages(report, shown),
    };
    if cards.is_empty() {
        return;
    }
    out.element("ul", &[("class", &"cards")], |out| {
        for card in cards {
            out.element("li", &[], |out| {
                out.leaf("span", &[("class", &"name")], card.name);
                out.text(" ");
                out.leaf("strong", &[], &shown.number(card.count));
                if let Some(change) = card.change {
                    out.text(" ");
                    out.leaf("span", &[("class", &"change")], &shown.change(change));
                }
                if let Some(below) = &card.below {
                    out.text(" ");
                    out.leaf("span", &[("class", &"below")], below);
                }
                if card.course.len() > 1 {
                    out.append(&svg::sparkline(&card.course));
                }
            });
        }
    });
}

fn of_contacts(report: &Report, shown: &Shown) -> Vec<Card> {
    let mut cards = Vec::new();
    if let Some(overview) = report.component(Component::Overview).overview() {
        let keys = ["event.added", "event.deleted", "event.merged"];
        cards.extend(keys.into_iter().zip(&overview.rows).map(|(key, row)| Card {
            name: shown.word(key),
            count: row.count,
            change: row.change,
            below: None,
            course: row.buckets.clone(),
        }));
    }
    if let Some(connected) = report.component(Component::ConnectedByChannel).breakdown() {
        cards.push(Card {
            name: shown.word("event.connected"),
            count: connected.total,
            change: connected.change,
            below: None,
            course: sums(&connected.rows),
        });
    }
    cards
}

fn of_messages(report: &Report, shown: &Shown) -> Vec<Card> {
    let mut cards = Vec::new();
    let mut total = |component: Component, key: &str| {
        if let Some(found) = report.component(component).breakdown() {
            cards.push(Card {
                name: shown.word(key),
                count: found.total,
                change: found.change,
                below: None,
                course: sums(&found.rows),
            });
        }
    };
    total(Component::IncomingByChannel, "shown.incoming");
    total(Component::OutgoingByChannel, "shown.outgoing");
    if let Some(delivery) = report.component(Component::Delivery).delivery() {
        let funnel = delivery.funnel;
        let course = |statuses: &[Status]| {
            let rows = delivery.rows.iter().filter(|row| {
                row.key.as_text().is_some_and(|key| statuses.iter().any(|status| status.as_str() == key))
            });
            sums(&rows.cloned().collect::<Vec<_>>())
        };
        let of = |key: &str, count: u64, whole: u64| {
            share(count, whole).map(|share| shown.fill(key, &[("percent", &shown.percent(share * 100.0))]))
        };
        // Where no channel tells, zero would be a lie (K7).
        let told = |untold: u64, below: Option<String>| {
            if untold >= delivery.total { Some(shown.word("shown.not_supported").to_owned()) } else { below }
        };
        let failed = delivery.count(Status::Failed);
        // Statuses exclude each other (P6), so that what reached a step before is the sum of the rows from there on.
        let change = |statuses: &[Status]| {
            let rows = statuses.iter().map(|status| delivery.row(*status)?.change);
            let previous = rows.map(|change| change.map(|change| change.previous)).sum::<Option<u64>>()?;
            Some(Change::between(statuses.iter().map(|status| delivery.count(*status)).sum(), previous))
        };
        cards.push(Card {
            name: shown.word("step.delivered"),
            count: funnel.delivered,
            change: change(&[Status::Delivered, Status::Read]),
            below: told(delivery.not_supported.delivered, of("shown.of_sent", funnel.delivered, funnel.sent)),
            course: course(&[Status::Delivered, Status::Read]),
        });
        cards.push(Card {
            name: shown.word("step.read"),
            count: funnel.read,
            change: change(&[Status::Read]),
            below: told(delivery.not_supported.read, of("shown.of_sent", funnel.read, funnel.sent)),
            course: course(&[Status::Read]),
        });
        cards.push(Card {
            name: shown.word("step.failed"),
            count: failed,
            change: change(&[Status::Failed]),
            below: of("shown.of_total", failed, delivery.total),
            course: course(&[Status::Failed]),
        });
    }
    cards
}
