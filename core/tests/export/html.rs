//! The page: complete, well-formed, and nothing in it but text (P1, P4, K7, S4).

use std::collections::BTreeSet;

use omnicontact::export::html::{PageOptions, page};
use omnicontact::{
    Channel, ChannelKind, Component, ContactEvent, Dataset, Direction, Directory, EventKind, Filters, Instant, Locale,
    Message, Preset, Report, ReportOptions, ReportPolicies, Status, StatusUpdate, Zone, report,
};
use roxmltree::{Document, Node, ParsingOptions};

use crate::data::{LOCALES, SCRIPT, options, reports};

fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap()
}

fn both(options: &ReportOptions) -> String {
    let [contacts, messages] = reports(options);
    page(&[&contacts, &messages], &PageOptions::default())
}

fn section<'a, 'i>(document: &'a Document<'i>, component: Component) -> Node<'a, 'i> {
    document.descendants().find(|node| node.attribute("id") == Some(component.as_str())).unwrap()
}

fn words(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect::<Vec<_>>().join(" ")
}

fn named<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

/// What holds for every page.
fn check(text: &str) {
    assert!(text.starts_with("<!DOCTYPE html>\n<html lang="));
    let document = parse(text);
    let root = document.root_element();
    let mut ids = BTreeSet::new();
    let mut level = 0;
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(!["script", "iframe", "img", "link", "object", "embed", "form", "base"].contains(&name), "{name}");
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on"), "{}", attribute.name());
            assert!(!["src", "style", "srcset", "action"].contains(&attribute.name()), "{}", attribute.name());
            if attribute.name() == "href" {
                let target = attribute.value().strip_prefix('#').unwrap();
                assert!(document.descendants().any(|node| node.attribute("id") == Some(target)), "{target}");
            }
        }
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id), "{id} twice");
        }
        if let Some(labelled) = node.attribute("aria-labelledby") {
            assert!(document.descendants().any(|node| node.attribute("id") == Some(labelled)));
        }
        if let Some(next) = name.strip_prefix('h').and_then(|level| level.parse::<u32>().ok()) {
            assert!(next <= level + 1, "h{next} after h{level}");
            level = next;
        }
    }
    assert_eq!(named(root, "h1").count(), 1);
    assert!(!text.contains("url(") && !text.contains("@import"), "nothing is loaded");
    for table in named(root, "table") {
        assert!(!words(named(table, "caption").next().unwrap()).is_empty());
        let head = named(table, "thead").next().unwrap();
        assert!(named(head, "th").all(|cell| cell.attribute("scope") == Some("col")));
        let width = named(head, "th").count();
        for row in named(named(table, "tbody").next().unwrap(), "tr") {
            assert_eq!(row.children().filter(Node::is_element).count(), width, "a row as wide as the head");
            assert!(named(row, "th").all(|cell| cell.attribute("scope") == Some("row")));
        }
        assert!(table.parent().unwrap().attribute("tabindex") == Some("0"), "a keyboard can scroll it");
    }
    for svg in named(root, "svg") {
        let is_named = svg.attribute("role") == Some("img") && svg.attribute("aria-label").is_some();
        assert!(is_named || svg.attribute("aria-hidden") == Some("true"));
    }
}

#[test]
fn every_part_is_shown_in_every_language() {
    for locale in LOCALES {
        let [contacts, messages] = reports(&options().locale(locale).compare(true).distinct_contacts(true));
        let text = page(&[&contacts, &messages], &PageOptions::default());
        check(&text);
        let document = parse(&text);
        assert_eq!(document.root_element().attribute("lang"), Some(locale.as_str()));
        for &component in Component::ALL {
            let section = section(&document, component);
            let report = [&contacts, &messages].into_iter().find(|report| report.report == component.report()).unwrap();
            let part = report.components.iter().find(|part| part.component == component).unwrap();
            assert!(words(section).starts_with(&part.title), "{component}");
            assert!(named(section, "table").count() > 0, "{component}");
            let figures = named(section, "figure").count();
            assert_eq!(figures > 0, !component.is_log(), "{component}");
        }
        let all = words(document.root_element());
        for word in ["America/Guayaquil", &contacts.tzdb_version] {
            assert!(all.contains(word), "{word}");
        }
    }
}

#[test]
fn shares_shown_add_to_a_hundred() {
    let text = both(&options());
    let document = parse(&text);
    for &component in Component::ALL.iter().filter(|part| !part.is_log() && **part != Component::Overview) {
        let table = named(section(&document, component), "table").next().unwrap();
        let hundredths: u32 = named(table, "td")
            .filter(|cell| cell.attribute("class") == Some("number share"))
            .map(|cell| words(cell).trim().trim_end_matches('%').replace('.', "").parse::<u32>().unwrap())
            .sum();
        assert_eq!(hundredths, 10_000, "{component}");
    }
}

#[test]
fn numbers_and_dates_are_written_as_the_language_writes_them() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let rows: Vec<_> = (0..1_234).map(|id| Message::new(id, now, Direction::Incoming, 1)).collect();
    let data = Dataset::builder().messages(&rows).build().unwrap();
    let cases = [
        (Locale::En, "1,234", "100.00%", "Jul 1, 2026"),
        (Locale::Es, "1.234", "100,00\u{a0}%", "1 jul 2026"),
        (Locale::Fr, "1\u{202f}234", "100,00\u{202f}%", "1 juil. 2026"),
        (Locale::Pt, "1.234", "100,00%", "1 jul. 2026"),
    ];
    for (locale, count, percent, date) in cases {
        let options = ReportOptions::new(Zone::utc(), now, Preset::Today).locale(locale);
        let text = page(&[&report::messages(&data, &options).unwrap()], &PageOptions::default());
        check(&text);
        let document = parse(&text);
        let incoming = words(section(&document, Component::IncomingByChannel));
        assert!(incoming.contains(count) && incoming.contains(percent), "{incoming}");
        assert!(words(named(document.root_element(), "header").next().unwrap()).contains(date));
    }
}

#[test]
fn what_people_write_is_text() {
    let text = page(
        &reports(&options().filters(Filters::default().contact_text(SCRIPT))).iter().collect::<Vec<_>>(),
        &PageOptions::default().owner(format!("{SCRIPT}\u{0}")).log_rows(10_000),
    );
    check(&text);
    assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("<b>"));
    let document = parse(&text);
    let all = words(document.root_element());
    assert!(all.contains(SCRIPT) && all.contains("\u{fffd}"));
    let log = words(section(&document, Component::IncomingLog));
    assert!(log.contains("<img src=x onerror=alert(1)>"), "the content is shown as it was written");
    let policy = named(document.root_element(), "meta")
        .find(|meta| meta.attribute("http-equiv") == Some("Content-Security-Policy"))
        .unwrap();
    assert!(policy.attribute("content").unwrap().contains("default-src 'none'"));
}

#[test]
fn why_a_part_is_empty_is_said_in_words() {
    let [_, messages] = reports(&options().filters(Filters::default().source(["user"]).channel(["wa-sales"])));
    let text = page(&[&messages], &PageOptions::default());
    check(&text);
    let document = parse(&text);
    let incoming = words(section(&document, Component::IncomingByChannel));
    assert!(incoming.contains("These filters do not apply here: Source."), "{incoming}");
    let header = words(named(document.root_element(), "header").next().unwrap());
    assert!(header.contains("Channel: WhatsApp Sales") && header.contains("Source: User"), "{header}");

    let early = ReportOptions::new(Zone::utc(), Instant::parse("2020-01-01T12:00:00Z").unwrap(), Preset::Today);
    for report in &reports(&early.locale(Locale::Es)) {
        let text = page(&[report], &PageOptions::default());
        check(&text);
        let document = parse(&text);
        for part in &report.components {
            let words = words(section(&document, part.component));
            assert!(words.contains("El período es anterior al primer registro (2 may 2026)."), "{words}");
        }
    }
    let [contacts, _] = reports(&options().filters(Filters::default().user([404])));
    let text = page(&[&contacts], &PageOptions::default());
    check(&text);
    assert!(words(section(&parse(&text), Component::AddedLog)).contains("No data for the selected filters."));
}

#[test]
fn logs_show_their_first_rows_and_how_many_there_are() {
    let [_, messages] = reports(&options());
    let text = page(&[&messages], &PageOptions::default().log_rows(7));
    let document = parse(&text);
    for component in [Component::IncomingLog, Component::OutgoingLog, Component::FailedLog] {
        let total = messages.component(component).log().unwrap().total_rows;
        let section = section(&document, component);
        assert_eq!(named(named(section, "tbody").next().unwrap(), "tr").count(), 7);
        let total = if total < 1_000 { total.to_string() } else { format!("{},{:03}", total / 1_000, total % 1_000) };
        assert!(words(section).contains(&format!("7 of {total} rows")));
        let time = named(section, "time").next().unwrap().attribute("datetime").unwrap();
        assert!(time.ends_with("-05:00"), "{time}");
    }
}

#[test]
fn long_breakdowns_end_with_the_rest() {
    let text = page(&reports(&options()).iter().collect::<Vec<_>>(), &PageOptions::default().rows(3));
    check(&text);
    let document = parse(&text);
    let table = named(section(&document, Component::OutgoingBySubtype), "table").next().unwrap();
    assert_eq!(named(named(table, "tbody").next().unwrap(), "tr").count(), 4);
    assert!(words(table).contains("Others (10)"), "{}", words(table));
}

#[test]
fn what_channels_cannot_tell_is_said() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let rows = vec![
        Message::new(1, now, Direction::Outgoing, 1)
            .through("sms")
            .updated(StatusUpdate::new(Status::Delivered, Some(now))),
    ];
    let mut directory = Directory::default();
    directory.channels = vec![Channel::new("sms", ChannelKind::Twilio)];
    let data = Dataset::builder().messages(&rows).directory(directory).build().unwrap();
    let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, Preset::Today)).unwrap();
    let text = page(&[&report], &PageOptions::default());
    check(&text);
    let all = words(parse(&text).root_element());
    assert!(all.contains("Messages on channels that do not report reading: 1."));
    assert!(all.contains("Not supported by the channel"), "0 % would be a lie");
    assert!(!all.contains("do not report delivery"));
}

#[test]
fn facts_that_differ_stand_by_their_report() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let data = Dataset::builder().owned_events(vec![ContactEvent::new(EventKind::Added, now, 1)]).build().unwrap();
    let of = |preset: Preset| -> Report {
        let policies = ReportPolicies::default().added_has_channel(true);
        report::contacts(&data, &ReportOptions::new(Zone::utc(), now, preset).policies(policies)).unwrap()
    };
    let (this, last) = (of(Preset::ThisMonth), of(Preset::LastMonth));
    let text = page(&[&this, &last], &PageOptions::default());
    check(&text);
    let document = parse(&text);
    let articles: Vec<String> = named(document.root_element(), "article").map(words).collect();
    assert!(articles[0].contains("This month") && articles[1].contains("Last month"));
    assert!(articles[0].contains("The channel filter applies to added contacts: Yes"));
    assert!(text.contains("id=\"1-overview\"") && text.contains("id=\"2-overview\""));
}

#[test]
fn a_zone_of_the_host_is_used_or_times_say_utc() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let data = Dataset::builder().owned_events(vec![ContactEvent::new(EventKind::Added, now, 1)]).build().unwrap();
    // TZif, version 1: one type, five hours behind, no changes.
    let mut rules = b"TZif\0".to_vec();
    rules.extend([0; 15]);
    rules.extend([0_u32, 0, 0, 0, 1, 4].map(u32::to_be_bytes).as_flattened());
    rules.extend((-18_000_i32).to_be_bytes());
    rules.extend([0, 0]);
    rules.extend(b"XXX\0");
    let zone = Zone::from_tzif("America/Guayaquil", &rules).unwrap();
    let report = report::contacts(&data, &ReportOptions::new(zone.clone(), now, Preset::Today)).unwrap();
    let with = page(&[&report], &PageOptions::default().zone(zone));
    let without = page(&[&report], &PageOptions::default());
    check(&with);
    check(&without);
    assert!(with.contains("Jul 1, 2026, 07:00:00<") && without.contains("Jul 1, 2026, 12:00:00 UTC<"));
}

#[test]
fn no_report_and_an_empty_period_are_pages_too() {
    assert!(page(&[], &PageOptions::default()).starts_with("<!DOCTYPE html>"));
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let data = Dataset::builder().build().unwrap();
    for preset in [Preset::AllTime, Preset::Today] {
        let report = report::messages(&data, &ReportOptions::new(Zone::utc(), now, preset)).unwrap();
        check(&page(&[&report], &PageOptions::default()));
    }
}

#[test]
fn a_log_begins_with_what_is_asked_for_and_leaves_out_what_is_empty() {
    let now = Instant::parse("2026-07-01T12:00:00Z").unwrap();
    let mut failed = StatusUpdate::new(Status::Failed, Some(now));
    failed.error = Some("window closed".into());
    let rows = vec![Message::new(1, now, Direction::Outgoing, 5).through("wa").updated(failed)];
    let merged = ContactEvent::new(EventKind::Merged, now, 5);
    let data = Dataset::builder().messages(&rows).owned_events(vec![merged]).build().unwrap();
    let options = ReportOptions::new(Zone::utc(), now, Preset::Today).compare(true);
    let messages = report::messages(&data, &options).unwrap();
    let contacts = report::contacts(&data, &options).unwrap();
    let text = page(&[&contacts, &messages], &PageOptions::default());
    check(&text);
    let document = parse(&text);
    let headers = |component| -> Vec<String> {
        named(section(&document, component), "th").map(words).filter(|text| !text.is_empty()).collect()
    };
    // No name, no user, no subtype: no columns. The message has no words and says so.
    let expected = ["Timestamp", "Content", "Error", "Channel", "Source", "Type", "Contact ID"];
    assert_eq!(headers(Component::FailedLog), expected);
    assert!(words(section(&document, Component::FailedLog)).contains("no text"));
    assert!(headers(Component::MergedLog).contains(&"Primary contact ID".to_owned()));
    let delivery = words(section(&document, Component::Delivery));
    assert!(delivery.contains("Delivered or read") && delivery.contains("30 days after the message"), "{delivery}");
    // Each card has its comparison (P11).
    let cards: Vec<String> = named(document.root_element(), "ul")
        .filter(|list| list.attribute("class") == Some("cards"))
        .flat_map(|list| named(list, "li").map(words).collect::<Vec<_>>())
        .collect();
    assert!(cards.iter().any(|card| card.starts_with("Failed") && card.contains("+1")), "{cards:?}");
}
