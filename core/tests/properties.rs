//! Laws of both reports on random workspaces (P1, P4, P5, P6, P8, P12, C8).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is missing")]

#[path = "oracle/answer.rs"]
mod answer;
#[path = "oracle/columns.rs"]
mod columns;
#[path = "oracle/scene.rs"]
mod scene;
#[path = "oracle/workspace.rs"]
mod workspace;

use answer::{Answer, Counts, Part, ask};
use columns::{Dice, columnar, event_columns, message_columns, receipts};
use omnicontact::dataset::Indexing;
use omnicontact::report::{self, LogPage, Outcome};
use omnicontact::{
    Code, Component, ContactEvent, Dataset, EventKind, Filter, Filters, ForeignId, Message, Named, Partial, PeriodSpec,
    Preset, Report, ReportKind, ReportOptions, Status, StatusUpdate,
};
use proptest::prelude::*;
use scene::{Scene, contacts, scene};

/// Or `PROPTEST_CASES`.
fn config(cases: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn either(unique: bool) -> impl Strategy<Value = Scene> {
    prop_oneof![scene(ReportKind::Messages, unique), scene(ReportKind::Contacts, unique)]
}

fn shuffle<T>(dice: &mut Dice, values: &mut [T]) {
    for last in (1..values.len()).rev() {
        values.swap(last, dice.roll(last + 1));
    }
}

fn same(expected: &Answer, found: &Answer) -> Result<(), TestCaseError> {
    for (expected, found) in expected.parts.iter().zip(&found.parts) {
        prop_assert!(expected == found, "expected {expected:?}\n found    {found:?}");
    }
    prop_assert!(expected == found, "expected {expected:?}\n found    {found:?}");
    Ok(())
}

fn counts(answer: &Answer, component: Component) -> Option<&Counts> {
    answer.parts.iter().find_map(|(found, part)| match part {
        Part::Counts(counts) if *found == component => Some(counts),
        _ => None,
    })
}

/// How many things a component speaks of; none if it does not apply.
fn size(answer: &Answer, component: Component) -> Option<u64> {
    let part = answer.parts.iter().find(|(found, _)| *found == component).map(|(_, part)| part)?;
    match part {
        Part::NotApplicable(_) => None,
        Part::NoData(_) => Some(0),
        Part::Log(rows) => Some(rows.len() as u64),
        Part::Counts(counts) => {
            let total = counts.total.unwrap_or_else(|| counts.rows.iter().map(|row| row.count).sum());
            Some(total + counts.without_subtype.unwrap_or(0))
        }
    }
}

/// P4: order, shares, buckets.
fn hold_counts(counts: &Counts, is_overview: bool, buckets: usize) -> Result<(), TestCaseError> {
    let total: u64 = counts.rows.iter().map(|row| row.count).sum();
    for row in &counts.rows {
        prop_assert_eq!(row.buckets.len(), buckets);
        prop_assert_eq!(row.buckets.iter().sum::<u64>(), row.count);
        if let Some(contacts) = row.contacts {
            prop_assert!(contacts <= row.count && (contacts > 0 || row.count == 0));
        }
        if let (Some(share), Some(percent)) = (row.share, row.percent) {
            prop_assert!((percent - 100.0 * share).abs() < 0.01 + 1e-9, "{percent} for {share}");
        }
        prop_assert_eq!(row.percent.is_some(), !is_overview && total > 0);
        if let Some((previous, absolute, relative)) = row.change {
            prop_assert_eq!(i64::try_from(row.count).unwrap() - i64::try_from(previous).unwrap(), absolute);
            prop_assert_eq!(relative.is_some(), previous > 0);
        }
    }
    if is_overview {
        return Ok(());
    }
    prop_assert_eq!(counts.total, Some(total));
    if total > 0 {
        let hundredths: f64 =
            counts.rows.iter().filter_map(|row| row.percent).map(|percent| (percent * 100.0).round()).sum();
        prop_assert!((hundredths - 10_000.0).abs() < 0.5, "{hundredths} hundredths");
    }
    for pair in counts.rows.windows(2) {
        prop_assert!(
            (std::cmp::Reverse(pair[0].count), &pair[0].key) < (std::cmp::Reverse(pair[1].count), &pair[1].key)
        );
    }
    Ok(())
}

fn run(kind: ReportKind, data: &Dataset<'_>, options: &ReportOptions) -> Report {
    match kind {
        ReportKind::Messages => report::messages(data, options).unwrap(),
        ReportKind::Contacts => report::contacts(data, options).unwrap(),
    }
}

fn partial(kind: ReportKind, data: &Dataset<'_>, options: &ReportOptions) -> Partial {
    match kind {
        ReportKind::Messages => report::messages_partial(data, options).unwrap(),
        ReportKind::Contacts => report::contacts_partial(data, options).unwrap(),
    }
}

/// Brings a scene to what parts can answer alone: numbered events, names and merges that every part knows, fixed dates.
fn divisible(scene: &mut Scene) {
    let given = &mut scene.workspace;
    for (row, event) in given.events.iter_mut().enumerate() {
        event.sequence = Some(event.sequence.unwrap_or(row as u64));
    }
    if given.merges.is_none() {
        let mut merges: Vec<&ContactEvent> = given.events.iter().filter(|event| event.secondary.is_some()).collect();
        merges.sort_by_key(|event| event.sequence);
        let mut pairs: Vec<(ForeignId, ForeignId)> = Vec::new();
        for event in merges {
            let secondary = event.secondary.clone().unwrap();
            pairs.retain(|pair| pair.0 != secondary);
            if event.kind == EventKind::Merged {
                pairs.push((secondary, event.contact.clone()));
            }
        }
        given.merges = Some(pairs);
    }
    for (number, id) in contacts().into_iter().enumerate() {
        given.directory.contacts.retain(|contact| contact.id != id);
        given.directory.contacts.push(Named::new(id, format!("Name {number}")));
    }
    given.options.derive_connections = false;
    if scene.options.period == PeriodSpec::from(Preset::AllTime) {
        scene.options.period = PeriodSpec::parse("2009-01-01..2027-01-01").unwrap();
        scene.options.granularity = omnicontact::Granularity::Month;
    }
}

/// The report of rows dealt to parts, merged in any order, some on the way as bytes.
fn in_parts(scene: &Scene, dice: &mut Dice) -> Result<Report, TestCaseError> {
    let parts = 1 + dice.roll(5);
    let mut messages: Vec<Vec<Message>> = vec![Vec::new(); parts];
    let mut events: Vec<Vec<ContactEvent>> = vec![Vec::new(); parts];
    for message in &scene.workspace.messages {
        messages[dice.roll(parts)].push(message.clone());
    }
    for event in &scene.workspace.events {
        events[dice.roll(parts)].push(event.clone());
    }
    let mut partials = Vec::new();
    for (messages, events) in messages.into_iter().zip(events) {
        let part = workspace::Workspace { messages, events, ..scene.workspace.clone() };
        partials.push(partial(scene.kind, &part.dataset(), &scene.options));
    }
    while partials.len() > 1 {
        let one = partials.swap_remove(dice.roll(partials.len()));
        let at = dice.roll(partials.len());
        let mut merged = one.merge(partials.swap_remove(at)).unwrap();
        if dice.roll(2) == 0 {
            let read = Partial::from_bytes(&merged.to_bytes()).unwrap();
            prop_assert_eq!(&read, &merged);
            merged = read;
        }
        partials.push(merged);
    }
    Ok(partials.pop().unwrap().finish())
}

fn logs(report: &Report) -> impl Iterator<Item = &LogPage> {
    report.components.iter().filter_map(|part| part.outcome.log())
}

/// Takes values of the wanted filters from `more` where the base has none.
fn narrowed(base: &Filters, more: &Filters) -> Filters {
    fn pick<T: Clone>(base: &[T], more: &[T]) -> Vec<T> {
        if base.is_empty() { more.to_vec() } else { base.to_vec() }
    }
    let mut filters = base.clone();
    filters.channel = pick(&base.channel, &more.channel);
    filters.source = pick(&base.source, &more.source);
    filters.message_type = pick(&base.message_type, &more.message_type);
    filters.team = pick(&base.team, &more.team);
    filters.user = pick(&base.user, &more.user);
    filters.broadcast = pick(&base.broadcast, &more.broadcast);
    if base.contact.is_empty() && base.contact_text.is_empty() {
        (filters.contact, filters.contact_text) = (more.contact.clone(), more.contact_text.clone());
    }
    filters
}

/// Takes the values of both where both filter.
fn widened(base: &Filters, more: &Filters) -> Filters {
    fn join<T: Clone>(base: &[T], more: &[T]) -> Vec<T> {
        if base.is_empty() { Vec::new() } else { base.iter().chain(more).cloned().collect() }
    }
    let mut filters = base.clone();
    filters.channel = join(&base.channel, &more.channel);
    filters.source = join(&base.source, &more.source);
    filters.message_type = join(&base.message_type, &more.message_type);
    filters.team = join(&base.team, &more.team);
    filters.user = join(&base.user, &more.user);
    filters.broadcast = join(&base.broadcast, &more.broadcast);
    if !(base.contact.is_empty() && base.contact_text.is_empty()) {
        filters.contact.extend(more.contact.iter().cloned());
        filters.contact_text.extend(more.contact_text.iter().cloned());
    }
    filters
}

/// Breakdowns whose keys are values of a filter.
const FILTERED: [(Component, Filter); 6] = [
    (Component::IncomingByChannel, Filter::Channel),
    (Component::OutgoingByChannel, Filter::Channel),
    (Component::OutgoingBySource, Filter::Source),
    (Component::OutgoingByType, Filter::Type),
    (Component::AddedBySource, Filter::Source),
    (Component::ConnectedByChannel, Filter::Channel),
];

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn order_of_rows_does_not_matter(scene in either(true), seed in any::<u64>()) {
        let expected = ask(&scene.workspace.dataset(), scene.kind, &scene.options).unwrap();
        let mut dice = Dice(seed);
        let mut other = scene.workspace.clone();
        shuffle(&mut dice, &mut other.messages);
        if other.events.iter().all(|event| event.sequence.is_some()) {
            shuffle(&mut dice, &mut other.events);
        }
        for message in &mut other.messages {
            if let Some(history) = &mut message.delivery {
                shuffle(&mut dice, history);
            }
        }
        same(&expected, &ask(&other.dataset(), scene.kind, &scene.options).unwrap())?;
    }

    #[test]
    fn columns_answer_as_rows(scene in either(true), seed in any::<u64>()) {
        let mut scene = scene;
        let given = &mut scene.workspace;
        given.options.derive_connections = false;
        let mut dice = Dice(seed);
        let tracked = dice.roll(4) > 0;
        for message in &mut given.messages {
            message.facts = None;
            if tracked { columnar(message) } else { receipts(message) }
        }
        let messages = given.messages.clone();
        // What the table says beside receipts is what an untracked message counts as (D5).
        let assumed = given.options.classify.untracked == omnicontact::classify::Untracked::Sent;
        for message in given.messages.iter_mut().filter(|_| assumed && !tracked) {
            // A failure in time speaks for itself.
            let late = message.sent_at.as_millis() + 30 * 24 * 3_600_000;
            let in_time = |update: &&StatusUpdate| update.at.is_none_or(|at| at.as_millis() <= late);
            if message.delivery.iter().flatten().filter(in_time).any(|update| update.status == Status::Failed) {
                continue;
            }
            let sent = StatusUpdate::new(Status::Sent, Some(message.sent_at));
            message.delivery.get_or_insert_default().push(sent);
        }
        let expected = ask(&given.dataset(), scene.kind, &scene.options).unwrap();
        let mut builder = Dataset::builder()
            .message_columns(message_columns(&mut dice, &messages, tracked))
            .event_columns(event_columns(&mut dice, &given.events))
            .options(given.options.clone());
        if let Some(pairs) = &given.merges {
            builder = builder.merges(pairs.clone());
        }
        let mut directory = given.directory.clone();
        if dice.roll(2) == 0 {
            let ids: Vec<_> = directory.contacts.iter().map(|contact| Some(contact.id.clone())).collect();
            let names: Vec<_> = directory.contacts.iter().map(|contact| contact.name.clone()).collect();
            builder = builder.contact_names(dice.ids(&ids), std::sync::Arc::new(names));
            directory.contacts.clear();
        }
        let data = builder.directory(directory).build().unwrap();
        same(&expected, &ask(&data, scene.kind, &scene.options).unwrap())?;
    }

    #[test]
    fn indexes_on_demand_answer_as_those_made_ahead(scene in either(true), seed in any::<u64>()) {
        let mut scene = scene;
        let given = &mut scene.workspace;
        given.options.derive_connections = false;
        // Contacts as integers, none of them merged or called otherwise before: nothing that must be made ahead.
        let mut known: Vec<ForeignId> = Vec::new();
        let mut number = |id: &mut ForeignId| {
            let place = known.iter().position(|known| known == id).unwrap_or_else(|| {
                known.push(id.clone());
                known.len() - 1
            });
            *id = ForeignId::from(i64::try_from(place).unwrap() * 3 - 5);
        };
        for message in &mut given.messages {
            message.facts = None;
            receipts(message);
            number(&mut message.contact);
        }
        for event in &mut given.events {
            number(&mut event.contact);
        }
        given.directory.contacts.iter_mut().for_each(|contact| number(&mut contact.id));
        scene.options.filters.contact.iter_mut().for_each(&mut number);
        let given = &scene.workspace;
        let plain = |id: &ForeignId| match id {
            ForeignId::Int(number) => i64::try_from(*number).unwrap(),
            other => panic!("{other}"),
        };
        let build = |index: Indexing| {
            let mut dice = Dice(seed);
            let mut messages = message_columns(&mut dice, &given.messages, false);
            let mut events = event_columns(&mut dice, &given.events);
            messages.contact = given.messages.iter().map(|row| plain(&row.contact)).collect::<Vec<_>>().into();
            events.contact = given.events.iter().map(|row| plain(&row.contact)).collect::<Vec<_>>().into();
            (events.name, events.secondary) = (None, None);
            let mut directory = given.directory.clone();
            let contacts = std::mem::take(&mut directory.contacts);
            let mut builder = Dataset::builder().message_columns(messages).event_columns(events);
            let mut ids: Vec<i64> = contacts.iter().map(|contact| plain(&contact.id)).collect();
            let mut names: Vec<Option<String>> = contacts.iter().map(|contact| contact.name.clone()).collect();
            if dice.roll(2) == 0 {
                // In order, as tables mostly are.
                let mut rows: Vec<usize> = (0..ids.len()).collect();
                rows.sort_by_key(|&row| ids[row]);
                ids = rows.iter().map(|&row| ids[row]).collect();
                names = rows.iter().map(|&row| names[row].clone()).collect();
            }
            builder = builder.contact_names(ids.into(), std::sync::Arc::new(names));
            builder.directory(directory).options(given.options.clone().index(index)).build().unwrap()
        };
        let (ahead, later) = (build(Indexing::Ahead), build(Indexing::OnDemand));
        let mut open = scene.options.clone();
        (open.filters, open.distinct_contacts) = (Filters::default(), false);
        // Before anything is made; what makes it, as the first question and as a later one; and after.
        for options in [&open, &scene.options, &open] {
            same(&ask(&ahead, scene.kind, options).unwrap(), &ask(&later, scene.kind, options).unwrap())?;
        }
        let later = build(Indexing::OnDemand);
        for options in [&scene.options, &open] {
            same(&ask(&ahead, scene.kind, options).unwrap(), &ask(&later, scene.kind, options).unwrap())?;
        }
    }

    #[test]
    fn sums_hold(scene in either(false)) {
        let mut scene = scene;
        scene.options.components = None;
        let answer = ask(&scene.workspace.dataset(), scene.kind, &scene.options).unwrap();
        for (component, part) in &answer.parts {
            if let Part::Counts(counts) = part {
                hold_counts(counts, *component == Component::Overview, answer.buckets.len())?;
            }
        }
        if scene.kind == ReportKind::Contacts {
            prop_assert_eq!(size(&answer, Component::ConnectedByChannel), size(&answer, Component::ConnectedLog));
            prop_assert_eq!(size(&answer, Component::AddedBySource), size(&answer, Component::AddedLog));
            let logs = [Component::AddedLog, Component::DeletedLog, Component::MergedLog];
            if let (Some(overview), []) = (counts(&answer, Component::Overview), &*scene.options.filters.channel) {
                for (row, log) in overview.rows.iter().zip(logs) {
                    prop_assert_eq!(Some(row.count), size(&answer, log));
                }
            }
            return Ok(());
        }
        prop_assert_eq!(size(&answer, Component::IncomingByChannel), size(&answer, Component::IncomingLog));
        let outgoing = size(&answer, Component::OutgoingLog).unwrap();
        let parts = [
            Component::OutgoingByChannel,
            Component::OutgoingBySource,
            Component::OutgoingByType,
            Component::OutgoingBySubtype,
        ];
        for part in parts {
            prop_assert_eq!(size(&answer, part), Some(outgoing));
        }
        let attempts = size(&answer, Component::Delivery).unwrap();
        let Some(delivery) = counts(&answer, Component::Delivery) else {
            prop_assert_eq!((attempts, outgoing), (0, 0));
            return Ok(());
        };
        prop_assert_eq!(delivery.rows.len(), 5);
        let extra = delivery.extra.as_ref().unwrap();
        let [sent, delivered, read] = extra.funnel;
        prop_assert!(attempts >= sent && sent >= delivered && delivered >= read);
        prop_assert_eq!(outgoing, if scene.options.policies.count_all_attempts { attempts } else { sent });
        let count = |status: &str| {
            delivery.rows.iter().find(|row| row.key == report::Key::Label(status.to_owned())).unwrap().count
        };
        prop_assert_eq!(extra.failures.iter().map(|failure| failure.2).sum::<u64>(), count("failed"));
        prop_assert_eq!((read, delivered), (count("read"), count("read") + count("delivered")));
    }

    #[test]
    fn any_split_answers_as_the_whole(scene in either(true), seed in any::<u64>()) {
        let mut scene = scene;
        divisible(&mut scene);
        let mut dice = Dice(seed);
        let data = scene.workspace.dataset();
        let whole = run(scene.kind, &data, &scene.options);
        let found = in_parts(&scene, &mut dice)?;
        prop_assert_eq!(serde_json::to_value(&whole).unwrap(), serde_json::to_value(&found).unwrap());
        // Later pages too.
        let cursors: Vec<String> = logs(&whole).filter_map(|page| page.cursor.clone()).collect();
        for cursor in cursors {
            scene.options.logs.cursor = Some(cursor);
            let whole = run(scene.kind, &data, &scene.options);
            let found = in_parts(&scene, &mut dice)?;
            prop_assert_eq!(serde_json::to_value(&whole).unwrap(), serde_json::to_value(&found).unwrap());
        }
    }

    /// The same values, and equal as values of Rust: nothing is left of rows that no page shows.
    #[test]
    fn any_split_equals_the_whole(scene in either(true), seed in any::<u64>()) {
        let mut scene = scene;
        divisible(&mut scene);
        let whole = run(scene.kind, &scene.workspace.dataset(), &scene.options);
        let found = in_parts(&scene, &mut Dice(seed))?;
        let whole_logs: Vec<&LogPage> = logs(&whole).collect();
        let found_logs: Vec<&LogPage> = logs(&found).collect();
        prop_assert_eq!(whole_logs, found_logs);
        prop_assert!(whole == found);
    }

    #[test]
    fn pages_add_to_the_whole_log(scene in either(false), limit in 1_usize..9) {
        let mut scene = scene;
        let data = scene.workspace.dataset();
        scene.options.logs.limit = 10_000;
        let whole = ask(&data, scene.kind, &scene.options).unwrap();
        scene.options.logs.limit = limit;
        same(&whole, &ask(&data, scene.kind, &scene.options).unwrap())?;
    }

    #[test]
    fn a_filter_never_adds_and_a_value_never_takes_away(scene in either(false), other in either(false)) {
        let mut scene = scene;
        let mut more = other.options.filters;
        if scene.kind == ReportKind::Contacts {
            (more.message_type, more.team, more.broadcast) = (Vec::new(), Vec::new(), Vec::new());
        }
        scene.options.components = None;
        let data = scene.workspace.dataset();
        let base = ask(&data, scene.kind, &scene.options).unwrap();
        let filters = scene.options.filters.clone();
        scene.options.filters = narrowed(&filters, &more);
        let narrow = ask(&data, scene.kind, &scene.options).unwrap();
        scene.options.filters = widened(&filters, &more);
        let wide = ask(&data, scene.kind, &scene.options).unwrap();
        for (component, _) in &base.parts {
            let (base, narrow, wide) = (size(&base, *component), size(&narrow, *component), size(&wide, *component));
            // A part that a filter does not apply to stays so when filters are added.
            prop_assert!(narrow.is_none() || narrow <= base, "{component}: {base:?}, narrowed {narrow:?}");
            prop_assert_eq!(base.is_some(), wide.is_some());
            prop_assert!(wide >= base, "{component}: {base:?}, widened {wide:?}");
        }
    }

    #[test]
    fn a_locale_changes_words_only(scene in either(false), locale in prop::sample::select(omnicontact::Locale::ALL)) {
        let mut scene = scene;
        let data = scene.workspace.dataset();
        let before = wordless(&run(scene.kind, &data, &scene.options));
        scene.options.locale = locale;
        prop_assert_eq!(before, wordless(&run(scene.kind, &data, &scene.options)));
    }

    #[test]
    fn choices_are_what_filters_find(scene in either(false)) {
        let data = scene.workspace.dataset();
        for filter in Filter::ALL {
            let choices = report::choices(&data, scene.kind, *filter, scene.options.locale);
            prop_assert!(choices.windows(2).all(|pair| (&pair[0].label, &pair[0].key) < (&pair[1].label, &pair[1].key)));
            let directory = &scene.workspace.directory;
            let removed = match filter {
                Filter::Channel => directory.channels.iter().any(|channel| {
                    channel.removed && choices.iter().any(|choice| choice.key == channel.id)
                }),
                Filter::User => {
                    directory.users.iter().any(|user| user.removed && choices.iter().any(|choice| choice.key == user.id))
                }
                _ => false,
            };
            prop_assert!(!removed, "{filter} offers what was removed");
        }
        // Whatever a breakdown shows can be filtered by, and is found by it.
        let mut options = scene.options.clone();
        (options.filters, options.components) = (Filters::default(), None);
        options.policies = options.policies.count_all_attempts(true);
        let shown = ask(&data, scene.kind, &options).unwrap();
        for (component, filter) in FILTERED {
            let Some(counts) = counts(&shown, component) else { continue };
            let choices = report::choices(&data, scene.kind, filter, scene.options.locale);
            for row in &counts.rows {
                let key = match &row.key {
                    report::Key::Id(id) => id.clone(),
                    report::Key::Label(label) => label.as_str().into(),
                    _ => continue,
                };
                let choice = choices.iter().find(|choice| choice.key == key);
                let removed = scene.workspace.directory.channels.iter().any(|channel| channel.removed && channel.id == key);
                prop_assert_eq!(choice.map(|choice| &choice.label), (!removed).then_some(&row.label));
                let mut options = options.clone().components([component]);
                options.filters = match (&key, filter) {
                    (_, Filter::Channel) => Filters::default().channel([key]),
                    (ForeignId::Text(text), Filter::Type) => Filters::default().message_type([&**text]),
                    (ForeignId::Text(text), _) => Filters::default().source([&**text]),
                    _ => continue,
                };
                prop_assert_eq!(size(&ask(&data, scene.kind, &options).unwrap(), component), Some(row.count));
            }
        }
    }

    #[test]
    fn damaged_bytes_are_refused(scene in either(true), seed in any::<u64>()) {
        let mut scene = scene;
        divisible(&mut scene);
        let data = scene.workspace.dataset();
        let bytes = partial(scene.kind, &data, &scene.options).to_bytes();
        let mut dice = Dice(seed);
        let refused = |bytes: &[u8]| {
            let code = Partial::from_bytes(bytes).map_err(|error| (error.code(), error.path().to_owned()));
            matches!(code, Err((Code::Damaged | Code::UnsupportedVersion, path)) if path == "partial")
        };
        for _ in 0..20 {
            let cut = dice.roll(bytes.len());
            prop_assert!(refused(&bytes[..cut]), "cut to {cut} of {}", bytes.len());
            prop_assert!(refused(&bytes[cut + 1..]), "without the first {cut}");
            let mut flipped = bytes.clone();
            let at = dice.roll(bytes.len());
            flipped[at] ^= 1 << dice.roll(8);
            prop_assert!(refused(&flipped), "a bit of byte {at} of {}", bytes.len());
            let mut grown = bytes.clone();
            grown.push(u8::try_from(dice.roll(256)).unwrap());
            prop_assert!(refused(&grown));
        }
    }

    /// A partial with a right checksum and wrong contents: an error, or some report; never a panic.
    #[test]
    fn forged_bytes_never_panic(scene in either(true), seed in any::<u64>()) {
        let mut scene = scene;
        divisible(&mut scene);
        scene.options.distinct_contacts = true;
        let data = scene.workspace.dataset();
        let honest = partial(scene.kind, &data, &scene.options);
        let bytes = honest.to_bytes();
        let mut dice = Dice(seed);
        for _ in 0..20 {
            let mut forged = bytes.clone();
            for _ in 0..=dice.roll(3) {
                let at = 10 + dice.roll(forged.len() - 10);
                if dice.roll(2) == 0 {
                    forged[at] = u8::try_from(dice.roll(256)).unwrap();
                } else {
                    // The largest numbers, as they are written.
                    let large = [&[0xff; 9][..], &[0xff; 4]][dice.roll(2)];
                    let last = if large.len() == 9 { 1 } else { 0x0f };
                    forged.splice(at..=at, large.iter().copied().chain([last]));
                }
            }
            let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&forged[10..]).to_le_bytes();
            forged[6..10].copy_from_slice(&checksum);
            let Ok(read) = Partial::from_bytes(&forged) else { continue };
            let _ = read.clone().merge(honest.clone()).map(Partial::finish);
            let _ = honest.clone().merge(read.clone()).map(Partial::finish);
            let _ = serde_json::to_string(&read.finish());
        }
    }
}

/// P13: whatever a report can show has its word in every language, and the word is not the key.
#[test]
fn every_key_has_its_words() {
    let mut keys: Vec<String> = Vec::new();
    let mut add = |group: &str, labels: Vec<&str>| keys.extend(labels.iter().map(|label| format!("{group}.{label}")));
    add("source", omnicontact::Source::KNOWN.iter().map(omnicontact::Source::as_str).collect());
    add("type", omnicontact::MessageType::KNOWN.iter().map(omnicontact::MessageType::as_str).collect());
    add("status", Status::ALL.iter().map(Status::as_str).collect());
    add("direction", omnicontact::Direction::ALL.iter().map(omnicontact::Direction::as_str).collect());
    add("component", Component::ALL.iter().map(Component::as_str).collect());
    add("column", report::Column::ALL.iter().map(report::Column::as_str).collect());
    add("filter", Filter::ALL.iter().map(Filter::as_str).collect());
    add("period", Preset::ALL.iter().map(Preset::as_str).collect());
    add("granularity", omnicontact::Granularity::ALL.iter().map(omnicontact::Granularity::as_str).collect());
    add("report", ReportKind::ALL.iter().map(ReportKind::as_str).collect());
    add("event", vec!["added", "connected", "deleted", "merged"]);
    add("note", report::Note::ALL.iter().map(report::Note::as_str).collect());
    add("shown", vec!["none", "total", "without_subtype", "no_data", "no_records", "outside", "not_applicable"]);
    for key in keys {
        for locale in omnicontact::Locale::ALL {
            let word = omnicontact::word(&key, *locale);
            assert!(word.is_some_and(|word| !word.is_empty() && !word.contains('_')), "{key} in {locale}: {word:?}");
        }
    }
}

/// A row and a column of the same say the same: no type means a session, which has no subtype (K2, D9).
#[test]
fn a_subtype_without_a_type_is_dropped_in_rows_and_columns() {
    let at = omnicontact::Instant::parse("2026-07-15T10:00:00Z").unwrap();
    let mut row = Message::new(1, at, omnicontact::Direction::Outgoing, "ana").through("wa");
    row.subtype = Some("promo".to_owned());
    let rows = vec![row];
    let mut directory = omnicontact::Directory::default();
    directory.channels.push(omnicontact::Channel::new("wa", omnicontact::ChannelKind::Whatsapp));
    let options = ReportOptions::new(omnicontact::Zone::utc(), at, Preset::Today);
    let by_rows = Dataset::builder().messages(&rows).directory(directory.clone()).build().unwrap();
    let by_columns =
        Dataset::builder().message_columns(message_columns(&mut Dice(1), &rows, true)).directory(directory);
    let by_columns = by_columns.build().unwrap();
    let expected = ask(&by_rows, ReportKind::Messages, &options).unwrap();
    assert_eq!(counts(&expected, Component::OutgoingByType).unwrap().rows[0].label, "Session");
    assert_eq!(expected, ask(&by_columns, ReportKind::Messages, &options).unwrap());
}

/// A report without its words.
fn wordless(report: &Report) -> Vec<serde_json::Value> {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                map.remove("label");
                map.values_mut().for_each(strip);
            }
            serde_json::Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let outcome = |outcome: &Outcome| {
        let mut value = serde_json::to_value(outcome).unwrap();
        strip(&mut value);
        value
    };
    report.components.iter().map(|part| outcome(&part.outcome)).collect()
}
