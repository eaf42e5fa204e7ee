//! A report as one HTML page: nothing to load, no script, light and dark, phone and paper.

mod breakdown;
mod cards;
mod delivery;
mod log;
mod part;

use self::part::{Context, Level};
use super::markup::Markup;
use super::palette;
use super::shown::Shown;
use crate::report::Report;
use crate::time::Zone;

/// How a page shows its reports.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PageOptions {
    /// Rows of each log; the page says how many there are. Default 25.
    pub log_rows: usize,
    /// Rows of each breakdown; the rest is added up in a last row. Default 40.
    pub rows: usize,
    /// Whose report it is, such as the workspace's name; shown above the title.
    pub owner: Option<String>,
    /// The zone with its rules, where the host handed them in: a report holds but their name, and its times are
    /// written in UTC without them.
    pub zone: Option<Zone>,
}

impl Default for PageOptions {
    fn default() -> Self {
        Self { log_rows: 25, rows: 40, owner: None, zone: None }
    }
}

impl PageOptions {
    /// Sets the rows of each log.
    pub fn log_rows(mut self, rows: usize) -> Self {
        self.log_rows = rows;
        self
    }

    /// Sets the rows of each breakdown.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Sets whose report it is.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Sets the zone with the host's rules.
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
        self
    }
}

/// One page of one report or several, in the language of the first.
///
/// Every part is shown: its numbers, charts and rows, or why there are none (P1). Whatever is in names and messages is
/// text, never markup, and a content security policy inside the page forbids scripts and requests. The page is
/// well-formed XML, too.
///
/// # Example
/// ```
/// use omnicontact::export::html::{self, PageOptions};
/// use omnicontact::{Dataset, Direction, Instant, Locale, Message, Preset, ReportOptions, Zone, report};
/// let now = Instant::parse("2026-07-01T12:00:00Z")?;
/// let rows = vec![Message::new(1, now, Direction::Incoming, "ana").through("web").saying("<script>alert(1)</script>")];
/// let data = Dataset::builder().messages(&rows).build()?;
/// let options = ReportOptions::new(Zone::utc(), now, Preset::Last7Days).locale(Locale::Es);
/// let reports = [report::contacts(&data, &options)?, report::messages(&data, &options)?];
/// let page = html::page(&[&reports[0], &reports[1]], &PageOptions::default().owner("Acme"));
/// assert!(page.contains("<html lang=\"es\">") && !page.contains("<script"));
/// # Ok::<(), omnicontact::Error>(())
/// ```
pub fn page(reports: &[&Report], options: &PageOptions) -> String {
    let mut out = Markup::default();
    out.constant("<!DOCTYPE html>\n");
    let Some(first) = reports.first() else {
        out.element("html", &[], |out| {
            out.element("head", &[], |out| out.leaf("title", &[], ""));
            out.element("body", &[], |_| {});
        });
        return out.into_string();
    };
    let shown = Shown::new(first, options.zone.as_ref());
    let title = if reports.iter().all(|report| report.report == first.report) {
        shown.report_title(first.report)
    } else {
        shown.word("shown.report")
    };
    out.element("html", &[("lang", &shown.locale)], |out| {
        out.element("head", &[], |out| head(out, title, &shown.period(first), options));
        out.line();
        out.element("body", &[], |out| {
            let facts: Vec<Vec<Fact>> = reports.iter().map(|report| facts(report, options)).collect();
            let is_common = reports.iter().zip(&facts).all(|(report, of_report)| {
                report.period == first.period && report.locale == first.locale && *of_report == facts[0]
            });
            out.element("header", &[("class", &"page")], |out| {
                if let Some(owner) = &options.owner {
                    out.leaf("p", &[("class", &"owner"), ("dir", &"auto")], owner);
                }
                out.leaf("h1", &[], title);
                if is_common {
                    out.leaf("p", &[("class", &"period")], &shown.period_text(first));
                    list(out, &facts[0]);
                }
            });
            out.line();
            out.element("main", &[], |out| {
                for (place, (report, facts)) in reports.iter().zip(&facts).enumerate() {
                    let is_again = reports.iter().filter(|other| other.report == report.report).count() > 1;
                    let context = Context {
                        report,
                        shown: &Shown::new(report, options.zone.as_ref()),
                        options,
                        level: if reports.len() > 1 { Level::Third } else { Level::Second },
                        prefix: if is_again { format!("{}-", place + 1) } else { String::new() },
                    };
                    article(out, &context, if is_common { &[] } else { facts });
                }
            });
            out.line();
            footer(out, first, &shown);
        });
    });
    out.line();
    out.into_string()
}

fn head(out: &mut Markup, title: &str, period: &str, options: &PageOptions) {
    out.empty("meta", &[("charset", &"utf-8")]);
    out.empty("meta", &[("name", &"viewport"), ("content", &"width=device-width, initial-scale=1")]);
    out.empty("meta", &[("name", &"color-scheme"), ("content", &"light dark")]);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    out.empty("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &policy)]);
    out.empty("meta", &[("name", &"generator"), ("content", &concat!("omnicontact ", env!("CARGO_PKG_VERSION")))]);
    let owner = options.owner.as_ref().map_or_else(String::new, |owner| format!(" · {owner}"));
    out.leaf("title", &[], &format!("{title} · {period}{owner}"));
    out.element("style", &[], |out| {
        out.line();
        out.constant(include_str!("style.css"));
        out.text(&palette::style());
        out.line();
    });
}

/// Something that a report says about itself.
type Fact = (String, Vec<String>);

fn facts(report: &Report, options: &PageOptions) -> Vec<Fact> {
    let shown = Shown::new(report, options.zone.as_ref());
    let mut facts: Vec<Fact> = Vec::new();
    let mut fact = |name: &str, values: Vec<String>| facts.push((shown.word(name).to_owned(), values));
    fact("shown.zone", vec![shown.zone_text(report)]);
    if let Some((start, end)) = report.period.previous {
        fact("shown.compared_with", vec![shown.span(start, end)]);
    }
    let filters = shown.filters(report);
    fact(
        "shown.filters",
        if filters.is_empty() {
            vec![shown.word("shown.none").to_owned()]
        } else {
            filters.into_iter().map(|(name, values)| shown.named(name, &values)).collect()
        },
    );
    fact("shown.as_of", vec![shown.date_time(report.now)]);
    facts
}

fn list(out: &mut Markup, facts: &[Fact]) {
    out.element("dl", &[("class", &"facts")], |out| {
        for (name, values) in facts {
            out.element("div", &[], |out| {
                out.leaf("dt", &[], name);
                for value in values {
                    out.leaf("dd", &[("dir", &"auto")], value);
                }
            });
        }
    });
}

fn article(out: &mut Markup, context: &Context<'_>, facts: &[Fact]) {
    let Context { report, shown, .. } = context;
    out.element("article", &[("lang", &shown.locale), ("class", &report.report)], |out| {
        if context.level == Level::Third {
            out.leaf("h2", &[("class", &"report")], shown.report_title(report.report));
        }
        if !facts.is_empty() {
            out.leaf("p", &[("class", &"period")], &shown.period_text(report));
            list(out, facts);
        }
        cards::write(out, report, shown);
        if report.components.len() > 1 {
            let label = shown.named(shown.word("shown.contents"), shown.report_title(report.report));
            out.element("nav", &[("aria-label", &label)], |out| {
                out.element("ul", &[], |out| {
                    for part in &report.components {
                        let to = format!("#{}{}", context.prefix, part.component);
                        out.element("li", &[], |out| out.leaf("a", &[("href", &to)], &part.title));
                    }
                });
            });
        }
        for part in &report.components {
            out.line();
            part::write(out, part, context);
        }
        for note in shown.notes(report) {
            out.leaf("p", &[("class", &"note")], note);
        }
        out.leaf("p", &[("class", &"note")], &shown.policy(report));
    });
}

fn footer(out: &mut Markup, report: &Report, shown: &Shown) {
    let rules = shown.fill("shown.rules_version", &[("version", &report.rules_version.to_string())]);
    let words = format!("{rules} · omnicontact {}", env!("CARGO_PKG_VERSION"));
    out.leaf("footer", &[], &words);
}
