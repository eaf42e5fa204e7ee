//! The sums of P4 and P5 on a report.

use omnicontact::report::Breakdown;
use omnicontact::{Component, Report, Status};

fn breakdown(report: &Report, component: Component) -> Option<&Breakdown> {
    report.component(component).breakdown()
}

fn total(report: &Report, component: Component) -> u64 {
    breakdown(report, component).map_or(0, |breakdown| breakdown.total)
}

fn log_total(report: &Report, component: Component) -> u64 {
    report.component(component).log().map_or(0, |page| page.total_rows)
}

/// Every sum that must hold in a Messages report; `Err` says which does not.
pub(crate) fn messages(report: &Report) -> Result<(), String> {
    let equal = |what: &str, a: u64, b: u64| if a == b { Ok(()) } else { Err(format!("{what}: {a} is not {b}")) };
    let outgoing = total(report, Component::OutgoingByChannel);
    equal("by source", total(report, Component::OutgoingBySource), outgoing)?;
    equal("by type", total(report, Component::OutgoingByType), outgoing)?;
    let without = breakdown(report, Component::OutgoingBySubtype).and_then(|part| part.without_subtype).unwrap_or(0);
    equal("by subtype and without", total(report, Component::OutgoingBySubtype) + without, outgoing)?;
    equal("outgoing log", log_total(report, Component::OutgoingLog), outgoing)?;
    let incoming = total(report, Component::IncomingByChannel);
    equal("incoming log", log_total(report, Component::IncomingLog), incoming)?;
    if let Some(delivery) = report.component(Component::Delivery).delivery() {
        equal("statuses", delivery.rows.iter().map(|row| row.count).sum(), delivery.total)?;
        equal("five statuses", delivery.rows.len() as u64, 5)?;
        let failed = delivery.count(Status::Failed);
        equal("failures by error", delivery.failures.iter().map(|row| row.count).sum(), failed)?;
        if !report.policies.count_all_attempts {
            equal("funnel", delivery.funnel.sent, outgoing)?;
        }
        if delivery.funnel.delivered > delivery.funnel.sent || delivery.funnel.read > delivery.funnel.delivered {
            return Err("the funnel widens".to_owned());
        }
    }
    shares(report)
}

/// Every sum that must hold in a Contacts report.
pub(crate) fn contacts(report: &Report) -> Result<(), String> {
    let equal = |what: &str, a: u64, b: u64| if a == b { Ok(()) } else { Err(format!("{what}: {a} is not {b}")) };
    let rows =
        report.component(Component::Overview).overview().map(|overview| overview.rows.clone()).unwrap_or_default();
    let count =
        |key: &str| rows.iter().find(|row| row.key.as_text().as_deref() == Some(key)).map_or(0, |row| row.count);
    equal("added by source", total(report, Component::AddedBySource), count("added"))?;
    equal("added log", log_total(report, Component::AddedLog), count("added"))?;
    equal("deleted log", log_total(report, Component::DeletedLog), count("deleted"))?;
    equal("merged log", log_total(report, Component::MergedLog), count("merged"))?;
    let connected = total(report, Component::ConnectedByChannel);
    equal("connected log", log_total(report, Component::ConnectedLog), connected)?;
    shares(report)
}

/// Rows add to the total, buckets to their row, percentages to exactly 100 (P4).
fn shares(report: &Report) -> Result<(), String> {
    for part in &report.components {
        let Some(breakdown) = part.outcome.breakdown() else { continue };
        let name = part.component;
        if breakdown.rows.iter().map(|row| row.count).sum::<u64>() != breakdown.total {
            return Err(format!("{name}: rows do not add to the total"));
        }
        if let Some(row) = breakdown.rows.iter().find(|row| row.buckets.iter().sum::<u64>() != row.count) {
            return Err(format!("{name}: buckets of {} do not add to its count", row.label));
        }
        let hundredths: f64 = breakdown.rows.iter().filter_map(|row| row.percent).map(|p| (p * 100.0).round()).sum();
        if breakdown.total > 0 && hundredths.to_bits() != 10_000_f64.to_bits() {
            return Err(format!("{name}: percentages add to {}", hundredths / 100.0));
        }
    }
    Ok(())
}
