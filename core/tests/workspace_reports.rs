//! A workspace seen through the reports: merge, unmerge, deletion, reset and refusal (M5, M8, N4, P7, P9, P10, R4).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use omnicontact::report::{Breakdown, Key, LogPage, LogValues};
use omnicontact::reset::ResetMode;
use omnicontact::workspace::{Call, Command, Event, Outcome, Settings, Told, Workspace};
use omnicontact::{
    Channel, ChannelKind, Component, ContactId, Dataset, Direction, Edit, Field, Filters, ForeignId, Identity, Instant,
    Message, Preset, Refusal, Report, ReportOptions, Source, report,
};

/// A host: the workspace, its stored events, its messages.
struct Host {
    workspace: Workspace,
    events: Vec<Event>,
    messages: Vec<Message>,
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn identity(channel: &str, external: &str) -> Identity {
    Identity::new(channel, external).unwrap()
}

impl Host {
    fn new() -> Self {
        let opened = Workspace::open(Settings::new("America/Guayaquil").country("EC"), at("2025-07-01T13:00:00Z"));
        let (workspace, events) = opened.unwrap();
        let mut host = Self { workspace, events, messages: Vec::new() };
        for channel in [Channel::new("wa", ChannelKind::WhatsappCloud), Channel::new("fb", ChannelKind::Facebook)] {
            host.run("2025-07-01T13:00:00Z", Command::SetChannel { channel });
        }
        host
    }

    fn run(&mut self, when: &str, command: Command) -> Outcome {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.workspace.sequence().to_be_bytes());
        let reply = self.workspace.execute(&Call::new(at(when), random), command).unwrap();
        self.events.extend(reply.events);
        reply.outcome
    }

    /// A message comes in; the host keeps it under the contact that the workspace names (M5).
    fn hear(&mut self, when: &str, identity: &Identity, name: &str) -> ContactId {
        let outcome = self.run(when, Command::Tell(Told::incoming(identity.clone()).named(name).into()));
        let Outcome::Told { contact, .. } = outcome else { panic!("{outcome:?}") };
        let number = i64::try_from(self.messages.len()).unwrap();
        let message = Message::new(number, at(when), Direction::Incoming, contact);
        self.messages.push(message.through(identity.channel.clone()));
        contact
    }

    fn merge(&mut self, when: &str, primary: ContactId, secondary: ContactId) {
        let command = Command::Merge { primary, secondaries: vec![secondary], choices: Box::default() };
        assert!(matches!(self.run(when, command), Outcome::Merged { .. }));
    }

    fn unmerge(&mut self, when: &str, primary: ContactId, secondary: ContactId) {
        let command = Command::Unmerge { primary, secondary };
        assert_eq!(self.run(when, command), Outcome::Unmerged { primary, secondary });
    }

    /// Both reports of July.
    fn reports(&self, filters: Filters) -> (Report, Report) {
        let rows = self.workspace.rows(&self.events);
        let data = Dataset::builder()
            .messages(&self.messages)
            .events(&rows)
            .merges(self.workspace.merges())
            .directory(self.workspace.directory())
            .build()
            .unwrap();
        let zone = self.workspace.zone().clone();
        let options = ReportOptions::new(zone, at("2025-08-02T12:00:00Z"), Preset::LastMonth)
            .filters(filters)
            .distinct_contacts(true);
        (report::contacts(&data, &options).unwrap(), report::messages(&data, &options).unwrap())
    }

    fn incoming(&self, filters: Filters) -> u64 {
        let (_, messages) = self.reports(filters);
        messages.component(Component::IncomingByChannel).breakdown().map_or(0, |part| part.total)
    }

    /// Added, deleted, merged.
    fn overview(&self) -> [u64; 3] {
        let (contacts, _) = self.reports(Filters::default());
        let overview = contacts.component(Component::Overview).overview().unwrap();
        [0, 1, 2].map(|row| overview.rows[row].count)
    }

    /// Key and count by channel: connected and incoming.
    fn by_channel(&self) -> [Vec<(Key, u64)>; 2] {
        let (contacts, messages) = self.reports(Filters::default());
        let counts = |part: &Breakdown| part.rows.iter().map(|row| (row.key.clone(), row.count)).collect();
        [
            counts(contacts.component(Component::ConnectedByChannel).breakdown().unwrap()),
            counts(messages.component(Component::IncomingByChannel).breakdown().unwrap()),
        ]
    }

    /// Distinct contacts of the first row: incoming by channel, and added by source.
    fn distinct(&self) -> [u64; 2] {
        let (contacts, messages) = self.reports(Filters::default());
        let first = |part: &Breakdown| part.rows[0].contacts.unwrap();
        [
            first(messages.component(Component::IncomingByChannel).breakdown().unwrap()),
            first(contacts.component(Component::AddedBySource).breakdown().unwrap()),
        ]
    }

    /// Rows of a log: contact id and name, oldest first.
    fn log(&self, component: Component) -> Vec<(String, String)> {
        let (contacts, messages) = self.reports(Filters::default());
        let (contacts, messages) = (contacts.find(component), messages.find(component));
        let page = contacts.or(messages).map(|page| (column(page, "contact_id"), column(page, "contact_name")));
        let (ids, names) = page.unwrap_or_default();
        ids.into_iter().zip(names).rev().collect()
    }
}

trait Find {
    fn find(&self, component: Component) -> Option<&LogPage>;
}

impl Find for Report {
    fn find(&self, component: Component) -> Option<&LogPage> {
        self.components.iter().find(|part| part.component == component).and_then(|part| part.outcome.log())
    }
}

fn column(page: &LogPage, name: &str) -> Vec<String> {
    let column = page.columns.iter().find(|column| column.name.as_str() == name).unwrap();
    let values: &LogValues = &column.values;
    (0..page.len()).map(|row| values.shown(row).unwrap_or_default()).collect()
}

/// Ana and Anita write on WhatsApp from two phones, Eva on Messenger.
fn three() -> (Host, [ContactId; 3], [Identity; 3]) {
    let mut host = Host::new();
    let identities = [identity("wa", "593991234567"), identity("wa", "593997654321"), identity("fb", "100017")];
    let [ana, anita, eva] = &identities;
    let ids = [
        host.hear("2025-07-02T15:00:00Z", ana, "Ana"),
        host.hear("2025-07-03T15:00:00Z", anita, "Anita"),
        host.hear("2025-07-04T15:00:00Z", eva, "Eva"),
    ];
    assert_eq!(host.hear("2025-07-05T15:00:00Z", ana, ""), ids[0]);
    (host, ids, identities)
}

#[test]
fn a_contact_filter_on_the_survivor_includes_what_it_owns_now() {
    let (mut host, [ana, anita, eva], [_, second, _]) = three();
    let of = |id: ContactId| Filters::default().contact([id]);
    assert_eq!([ana, anita, eva].map(|id| host.incoming(of(id))), [2, 1, 1]);

    host.merge("2025-07-10T15:00:00Z", ana, anita);
    assert_eq!(host.hear("2025-07-11T15:00:00Z", &second, ""), ana, "the number leads to the survivor");
    // P10: the merged-away id resolves to the primary.
    assert_eq!([ana, anita, eva].map(|id| host.incoming(of(id))), [4, 4, 1]);

    // M6: what happened since stays with the primary.
    host.unmerge("2025-07-12T15:00:00Z", ana, anita);
    assert_eq!([ana, anita, eva].map(|id| host.incoming(of(id))), [3, 1, 1]);
    assert_eq!(host.hear("2025-07-13T15:00:00Z", &second, ""), anita);
    assert_eq!([ana, anita, eva].map(|id| host.incoming(of(id))), [3, 2, 1]);
}

#[test]
fn an_id_merged_through_a_chain_resolves_to_the_last_survivor() {
    let (mut host, [ana, anita, eva], _) = three();
    host.merge("2025-07-10T15:00:00Z", ana, anita);
    host.merge("2025-07-11T15:00:00Z", eva, ana);
    let of = |id: ContactId| Filters::default().contact([id]);
    assert_eq!([ana, anita, eva].map(|id| host.incoming(of(id))), [4, 4, 4]);
    // M9: Ana comes back still holding Anita.
    host.unmerge("2025-07-12T15:00:00Z", eva, ana);
    assert_eq!([ana, anita, eva].map(|id| host.incoming(of(id))), [3, 3, 1]);
}

#[test]
fn distinct_contacts_count_merged_ones_as_one() {
    let (mut host, [ana, anita, _], _) = three();
    assert_eq!(host.distinct(), [2, 3]);
    host.merge("2025-07-10T15:00:00Z", ana, anita);
    assert_eq!(host.distinct(), [1, 2]);
    host.unmerge("2025-07-12T15:00:00Z", ana, anita);
    assert_eq!(host.distinct(), [2, 3]);
}

#[test]
fn the_sums_by_channel_are_unchanged_by_merge_and_unmerge() {
    let (mut host, [ana, anita, eva], _) = three();
    let before = host.by_channel();
    let (wa, fb) = (Key::Id(ForeignId::from("wa")), Key::Id(ForeignId::from("fb")));
    assert_eq!(before, [vec![(wa.clone(), 2), (fb.clone(), 1)], vec![(wa, 3), (fb, 1)]]);
    let used = host.workspace.quota(at("2025-07-10T15:00:00Z")).used;
    host.merge("2025-07-10T15:00:00Z", ana, anita);
    assert_eq!(host.by_channel(), before);
    host.merge("2025-07-10T16:00:00Z", eva, ana);
    assert_eq!(host.by_channel(), before);
    host.unmerge("2025-07-12T15:00:00Z", eva, ana);
    assert_eq!(host.by_channel(), before);
    host.unmerge("2025-07-12T16:00:00Z", ana, anita);
    assert_eq!(host.by_channel(), before);
    assert_eq!(host.workspace.quota(at("2025-07-12T17:00:00Z")).used, used);
}

#[test]
fn events_are_counted_as_they_happened() {
    let (mut host, [ana, anita, eva], _) = three();
    host.merge("2025-07-10T15:00:00Z", ana, anita);
    // A merge is no deletion (M4), and a later unmerge or deletion rewrites nothing (P7).
    assert_eq!(host.overview(), [3, 0, 1]);
    host.unmerge("2025-07-12T15:00:00Z", ana, anita);
    assert_eq!(host.overview(), [3, 0, 1]);
    host.merge("2025-07-13T15:00:00Z", ana, anita);
    assert_eq!(host.overview(), [3, 0, 2]);
    host.run("2025-07-14T15:00:00Z", Command::Delete { contact: ana });
    host.run("2025-07-14T16:00:00Z", Command::Delete { contact: eva });
    // D25: one event for the survivor, whoever was merged into it.
    assert_eq!(host.overview(), [3, 2, 2]);
    let [connected, _] = host.by_channel();
    assert_eq!(connected.iter().map(|(_, count)| count).sum::<u64>(), 3);
}

#[test]
fn names_are_current_but_those_of_deleted_and_merged_stay() {
    let (mut host, [ana, anita, eva], _) = three();
    host.merge("2025-07-10T15:00:00Z", ana, anita);
    let rename = vec![Edit::set(Field::Name, "Ana María")];
    host.run("2025-07-11T15:00:00Z", Command::Edit { contact: ana, edits: rename });
    host.run("2025-07-12T15:00:00Z", Command::Delete { contact: eva });
    let row = |id: ContactId, name: &str| (id.to_string(), name.to_owned());
    // Event logs show the recorded id (D9), with its current name, else the last one known (P9).
    assert_eq!(host.log(Component::AddedLog)[0], row(ana, "Ana María"));
    assert_eq!(host.log(Component::MergedLog), [row(ana, "Ana")], "the name after the merge");
    assert_eq!(host.log(Component::DeletedLog), [row(eva, "Eva")]);
    // Message logs show the survivor (D9): Anita's message is Ana's now.
    let incoming = host.log(Component::IncomingLog);
    assert_eq!(incoming[..2], [row(ana, "Ana María"), row(ana, "Ana María")]);
    assert_eq!(incoming[2], row(eva, "Eva"), "gone, her last known name");
}

#[test]
fn the_deletions_of_a_reset_show_in_the_month_that_it_closes() {
    let (mut host, [ana, anita, eva], _) = three();
    host.merge("2025-07-10T15:00:00Z", ana, anita);
    host.run("2025-07-11T15:00:00Z", Command::SetReset { mode: ResetMode::OnlyTagged });
    for contact in [ana, eva] {
        host.run("2025-07-12T15:00:00Z", Command::Edit { contact, edits: vec![Edit::tag("borrar")] });
    }
    let outcome = host.run("2025-08-01T15:00:00Z", Command::RunReset);
    let Outcome::ResetRun { purge, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(purge.iter().map(|one| one.merged.len()).collect::<Vec<_>>(), [1, 0], "Anita goes with Ana");
    assert_eq!(host.overview(), [3, 2, 1]);
    let (contacts, _) = host.reports(Filters::default());
    let page = contacts.find(Component::DeletedLog).unwrap();
    assert_eq!(column(page, "source"), ["Monthly reset", "Monthly reset"]);
    // D21: the last millisecond of July in the workspace's zone.
    let times = column(page, "timestamp");
    assert!(times.iter().all(|time| *time == times[0]), "{times:?}");
    let LogValues::Times(values) = &page.columns[0].values else { panic!("times") };
    assert_eq!(values[0], at("2025-08-01T05:00:00Z").as_millis() - 1);
    // The source filter finds them.
    let filter = Filters::default().source([Source::Reset.as_str()]);
    let (contacts, _) = host.reports(filter);
    assert_eq!(contacts.find(Component::DeletedLog).unwrap().len(), 2);
    assert!(contacts.find(Component::AddedLog).is_none());
}

#[test]
fn a_refusal_by_the_quota_is_no_added_contact() {
    let (mut host, _, _) = three();
    host.run("2025-07-10T15:00:00Z", Command::SetLimit { limit: Some(3) });
    let max = Told::incoming(identity("wa", "593980000000")).named("Max");
    let outcome = host.run("2025-07-10T16:00:00Z", Command::Tell(max.clone().into()));
    assert_eq!(outcome, Outcome::Refused(Refusal::QuotaExceeded { limit: 3, used: 3 }));
    assert_eq!(host.workspace.quota(at("2025-07-10T16:00:00Z")).refused, 1);
    assert_eq!(host.overview(), [3, 0, 0]);
    assert_eq!(host.log(Component::ConnectedLog).len(), 3);
    // Admitted later it is added, once, then.
    host.run("2025-07-11T15:00:00Z", Command::SetLimit { limit: None });
    host.run("2025-07-11T16:00:00Z", Command::Tell(max.into()));
    assert_eq!(host.overview(), [4, 0, 0]);
    assert_eq!(host.log(Component::AddedLog).len(), 4);
}
