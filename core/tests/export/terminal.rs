//! Text for a terminal: nothing wider than it, nothing that it would obey.

use omnicontact::export::terminal::{TextOptions, text};
use omnicontact::{
    Component, Dataset, Direction, Directory, Filters, Instant, Message, Named, Preset, ReportOptions, Zone, report,
};
use unicode_width::UnicodeWidthStr;

use crate::data::{LOCALES, messages_report, options, reports};

#[test]
fn no_line_is_wider_than_the_terminal() {
    for locale in LOCALES {
        for report in &reports(&options().locale(locale).compare(true)) {
            for width in [0, 40, 57, 80, 100, 200] {
                let text = text(report, &TextOptions::default().width(width).log_rows(40));
                for line in text.lines() {
                    assert!(line.width() <= width.max(40), "{} of {width}: {line}", line.width());
                }
                for part in &report.components {
                    let title: String = part.title.chars().take(36).collect();
                    assert!(text.contains(&title), "{title}");
                }
            }
        }
    }
}

#[test]
fn numbers_are_aligned_and_bars_grow_with_them() {
    let [_, report] = reports(&options());
    let text = text(&report, &TextOptions::default());
    let breakdown = report.component(Component::IncomingByChannel).breakdown().unwrap();
    let lines: Vec<&str> =
        text.lines().skip_while(|line| !line.starts_with("Incoming messages by channel")).skip(3).collect();
    let mut last = usize::MAX;
    for (row, line) in breakdown.rows.iter().zip(lines) {
        assert!(line.starts_with(&row.label) && line.ends_with('%'), "{line}");
        assert_eq!(line.width(), lines_width(&text), "{line}");
        let blocks = line.chars().filter(|c| ('▏'..='█').contains(c) || *c == '█').count();
        assert!(blocks <= last);
        last = blocks;
    }
}

/// Width of the first row of the first breakdown.
fn lines_width(text: &str) -> usize {
    text.lines().skip_while(|line| !line.starts_with("Incoming messages by channel")).nth(3).unwrap().width()
}

/// A cell cut to five letters says nothing: what does not fit is left out by name instead.
#[test]
fn columns_of_a_log_can_be_read_or_are_left_out_by_name() {
    let [_, report] = reports(&options());
    let wide = text(&report, &TextOptions::default().width(400));
    assert!(!wide.contains("left out"), "all fit");
    let mut before = usize::MAX;
    for width in [60, 90, 120, 160] {
        let text = text(&report, &TextOptions::default().width(width));
        let log: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("Outgoing messages list")).collect();
        let log = &log[..log.iter().position(|line| line.is_empty()).unwrap()];
        let heads: Vec<&str> = log[3].split("  ").map(str::trim).filter(|head| !head.is_empty()).collect();
        assert_eq!(heads[0], "Timestamp");
        assert!(heads.contains(&"Content"));
        assert!(heads.iter().all(|head| !head.contains('…')), "{width}: {heads:?}");
        let at = log.iter().position(|line| line.starts_with("Columns left out for lack of room: "));
        let named: Vec<&str> = at.map_or_else(Vec::new, |at| {
            let (_, names) = log[at].split_once(": ").unwrap();
            names.split(", ").chain(log[at + 1..].iter().flat_map(|line| line.split(", "))).collect()
        });
        assert!(named.iter().all(|name| !heads.contains(&name.trim_end_matches(','))), "{width}: {named:?}");
        assert!(named.len() <= before, "more room shows no less");
        before = named.len();
    }
}

#[test]
fn colours_are_off_until_asked_for() {
    let [_, report] = reports(&options());
    assert!(!text(&report, &TextOptions::default()).contains('\u{1b}'));
    let coloured = text(&report, &TextOptions::default().colours(true));
    assert!(coloured.contains("\u{1b}[34m") && coloured.matches("\u{1b}[").count().is_multiple_of(2));
}

#[test]
fn control_characters_are_shown_not_obeyed() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let evil = "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}31m\u{202e}drow\r\nnext\u{0}";
    let rows = vec![Message::new(1, now, Direction::Incoming, 1).through(evil).saying(evil)];
    let mut directory = Directory::default();
    directory.contacts = vec![Named::new(1, evil)];
    let data = Dataset::builder().messages(&rows).directory(directory).build().unwrap();
    let options = ReportOptions::new(Zone::utc(), now, Preset::Today).filters(Filters::default().channel([evil]));
    let text = text(&report::messages(&data, &options).unwrap(), &TextOptions::default().width(200));
    assert!(text.contains("pwned"));
    assert!(text.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{text:?}");
}

#[test]
fn why_a_part_is_empty_is_said() {
    let report = messages_report(&options().filters(Filters::default().source(["user"]).team([9])));
    let text = text(&report, &TextOptions::default());
    assert!(text.contains("These filters do not apply here: Source, Team."));
    assert!(text.contains("No data for the selected filters."));
    assert!(text.contains("Source: User") && text.contains("Team: 9"), "filters are said");
}
