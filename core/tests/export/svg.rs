//! Images are well-formed, readable and true to the numbers.

use omnicontact::export::svg::{SvgOptions, chart};
use omnicontact::export::{ChartKind, charts};
use omnicontact::{
    Component, Dataset, Direction, Filters, Granularity, Instant, Message, PeriodSpec, Report, ReportOptions, Zone,
    report,
};
use roxmltree::{Document, Node};

use crate::data::{LOCALES, SCRIPT, options, reports};

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}

fn texts<'a, 'i>(document: &'a Document<'i>, class: &str) -> Vec<Node<'a, 'i>> {
    document
        .descendants()
        .filter(|node| {
            node.has_tag_name(("http://www.w3.org/2000/svg", "text")) && node.attribute("class") == Some(class)
        })
        .collect()
}

/// Room that the letters of a text take at least.
fn room(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii_punctuation() || c == ' ' { 3.0 } else { 6.0 }).sum()
}

fn check(image: &str, width: u32) {
    let document = Document::parse(image).unwrap();
    let root = document.root_element();
    let view: Vec<f64> = root.attribute("viewBox").unwrap().split(' ').map(|part| part.parse().unwrap()).collect();
    assert_eq!(view[2], f64::from(width));
    assert_eq!(root.attribute("role"), Some("img"));
    assert!(!root.attribute("aria-label").unwrap().is_empty());
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(
            ["svg", "style", "text", "rect", "path", "circle", "line", "title"].contains(&name),
            "{name} has no place in a chart"
        );
        assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on") && attribute.name() != "href"));
        if name == "text" {
            let (x, y) = (number(node, "x"), number(node, "y"));
            assert!((0.0..=view[2]).contains(&x) && (0.0..=view[3]).contains(&y), "a text outside: {x} {y}");
        }
        if let Some(fill) = node.attribute("fill") {
            assert!(fill == "none" || fill == "currentColor" || fill.starts_with('#'), "a fallback colour: {fill}");
        }
        if let Some(path) = node.attribute("d") {
            assert!(!path.contains("NaN") && !path.contains("inf"));
        }
    }
    let labels = texts(&document, "x");
    for pair in labels.windows(2) {
        let [a, b] = [0, 1].map(|place| (number(pair[place], "x"), room(pair[place].text().unwrap()) / 2.0));
        assert!(a.0 + a.1 <= b.0 - b.1, "labels overlap at {} and {}", a.0, b.0);
    }
    let ticks: Vec<f64> = texts(&document, "y").iter().map(|tick| number(*tick, "y")).collect();
    assert!(ticks.windows(2).all(|pair| pair[0] - pair[1] >= 14.0), "ticks overlap: {ticks:?}");
}

#[test]
fn every_chart_is_well_formed_at_every_width_and_in_every_language() {
    for locale in LOCALES {
        for report in &reports(&options().locale(locale)) {
            for part in &report.components {
                for &kind in charts(part.component) {
                    for width in [240, 380, 720, 2000] {
                        for heading in [true, false] {
                            let options = SvgOptions::default().width(width).heading(heading);
                            check(&chart(report, part.component, kind, &options).unwrap(), width);
                        }
                    }
                }
            }
        }
    }
}

fn of_days(counts: &[u32], granularity: Granularity) -> Report {
    let first = Instant::parse("2026-01-01T00:00:00Z").unwrap();
    let day = |place: usize| first.as_millis() + i64::try_from(place).unwrap() * 86_400_000;
    let rows: Vec<Message> = counts
        .iter()
        .enumerate()
        .flat_map(|(place, &count)| {
            (0..count).map(move |number| {
                let id = u32::try_from(place).unwrap() * 1_000 + number;
                Message::new(id, Instant::from_millis(day(place)).unwrap(), Direction::Incoming, 1).through("web")
            })
        })
        .collect();
    let data = Dataset::builder().owned_messages(rows).build().unwrap();
    let period = PeriodSpec::between(first, Instant::from_millis(day(counts.len())).unwrap());
    let options = ReportOptions::new(Zone::utc(), first, period).granularity(granularity);
    report::messages(&data, &options).unwrap()
}

/// Heights of the bars of the only series.
fn heights(image: &str) -> Vec<f64> {
    let document = Document::parse(image).unwrap();
    let bars =
        document.descendants().find(|node| node.attribute("class") == Some("oc-f1") && node.attribute("d").is_some());
    bars.unwrap()
        .attribute("d")
        .unwrap()
        .split('M')
        .skip(1)
        .map(|bar| {
            let top: f64 = bar.split([' ', 'H']).nth(1).unwrap().parse().unwrap();
            let bottom: f64 = bar.split(['V', 'H']).nth(2).unwrap().parse().unwrap();
            bottom - top
        })
        .collect()
}

#[test]
fn bars_are_as_high_as_their_counts() {
    let report = of_days(&[4, 0, 2, 1], Granularity::Day);
    let image = chart(&report, Component::IncomingByChannel, ChartKind::Bar, &SvgOptions::default()).unwrap();
    let heights = heights(&image);
    assert_eq!(heights.len(), 3, "nothing is drawn for zero");
    assert!((heights[0] / heights[1] - 2.0).abs() < 0.05 && (heights[0] / heights[2] - 4.0).abs() < 0.1, "{heights:?}");
}

#[test]
fn many_buckets_are_drawn_together_and_the_image_says_so() {
    let counts = vec![1; 400];
    for granularity in [Granularity::Day, Granularity::Hour] {
        let report = of_days(&counts, granularity);
        let image = chart(&report, Component::IncomingByChannel, ChartKind::Bar, &SvgOptions::default()).unwrap();
        check(&image, 720);
        assert!(image.len() < 60_000, "{} bytes", image.len());
        assert!(image.contains("drawn as one"), "{granularity}");
        assert!(heights(&image).len() <= 220);
    }
}

#[test]
fn one_bucket_one_key_and_huge_counts_are_drawn() {
    let report = of_days(&[5], Granularity::Day);
    for kind in [ChartKind::Bar, ChartKind::Pie] {
        check(&chart(&report, Component::IncomingByChannel, kind, &SvgOptions::default()).unwrap(), 720);
    }
}

#[test]
fn why_there_is_no_chart_is_said() {
    let cases = [
        (Filters::default().source(["user"]), "These filters do not apply here: Source."),
        (Filters::default().channel(["nowhere"]), "No data for the selected filters."),
    ];
    for (filters, words) in cases {
        let [_, report] = reports(&options().filters(filters));
        let image = chart(&report, Component::IncomingByChannel, ChartKind::Bar, &SvgOptions::default()).unwrap();
        check(&image, 720);
        assert!(image.contains(words), "{image}");
    }
    let [contacts, _] = reports(&options());
    assert!(chart(&contacts, Component::Overview, ChartKind::Pie, &SvgOptions::default()).is_none());
}

#[test]
fn names_are_text() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let rows = vec![Message::new(1, now, Direction::Incoming, 1).through(format!("{SCRIPT}\u{0}\u{1b}&\"'"))];
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let options = ReportOptions::new(Zone::utc(), now, omnicontact::Preset::Last7Days);
    let report = report::messages(&data, &options).unwrap();
    for kind in [ChartKind::Bar, ChartKind::Pie] {
        let image = chart(&report, Component::IncomingByChannel, kind, &SvgOptions::default().width(900)).unwrap();
        check(&image, 900);
        let document = Document::parse(&image).unwrap();
        assert!(document.descendants().any(|node| node.text().is_some_and(|text| text.contains("<script>alert"))));
    }
}
