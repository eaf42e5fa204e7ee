//! First success of a contact on a channel, through merges, undos and deletions (K8, D19).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use omnicontact::classify::{ClassifyPolicy, Untracked, connections};
use omnicontact::{ContactEvent, Direction, EventKind, Facts, Instant, Message, Source, Status, StatusUpdate};

fn at(seconds: i64) -> Instant {
    Instant::from_millis(1_751_371_200_000 + seconds * 1000).unwrap()
}

fn incoming(id: i64, seconds: i64, contact: &str, channel: &str) -> Message {
    Message::new(id, at(seconds), Direction::Incoming, contact).through(channel)
}

fn outgoing(id: i64, seconds: i64, contact: &str, channel: &str) -> Message {
    Message::new(id, at(seconds), Direction::Outgoing, contact).through(channel)
}

fn update(status: Status, seconds: i64) -> StatusUpdate {
    StatusUpdate::new(status, Some(at(seconds)))
}

fn event(kind: EventKind, seconds: i64, contact: &str) -> ContactEvent {
    ContactEvent::new(kind, at(seconds), contact)
}

fn merged(seconds: i64, primary: &str, secondary: &str) -> ContactEvent {
    event(EventKind::Merged, seconds, primary).with_secondary(secondary)
}

fn unmerged(seconds: i64, primary: &str, secondary: &str) -> ContactEvent {
    event(EventKind::Unmerged, seconds, primary).with_secondary(secondary)
}

/// Seconds, contact and channel of each event found.
fn found(messages: &[Message], events: &[ContactEvent]) -> Vec<(i64, String, String)> {
    connections(messages, events, &ClassifyPolicy::default()).into_iter().map(|event| shown(&event)).collect()
}

fn shown(event: &ContactEvent) -> (i64, String, String) {
    let seconds = (event.at.as_millis() - at(0).as_millis()) / 1000;
    (seconds, event.contact.to_string(), event.channel.as_ref().unwrap().to_string())
}

fn is(seconds: i64, contact: &str, channel: &str) -> (i64, String, String) {
    (seconds, contact.to_owned(), channel.to_owned())
}

fn only_source(message: &Message) -> (Option<Source>, Option<String>) {
    let events = connections([message], &[], &ClassifyPolicy::default());
    assert_eq!(events.len(), 1);
    (events[0].source.clone(), events[0].user.as_ref().map(ToString::to_string))
}

#[test]
fn one_event_a_contact_and_channel_at_the_first_success() {
    let messages = [
        incoming(3, 9, "a", "wa"),
        incoming(1, 5, "a", "wa"),
        incoming(2, 7, "a", "fb"),
        incoming(4, 6, "b", "wa"),
        Message::new(5, at(1), Direction::Incoming, "a"),
    ];
    assert_eq!(found(&messages, &[]), [is(5, "a", "wa"), is(6, "b", "wa"), is(7, "a", "fb")]);
}

#[test]
fn an_outgoing_message_connects_at_the_time_of_its_success() {
    let sent = outgoing(1, 0, "a", "wa").updated(update(Status::Delivered, 8)).updated(update(Status::Sent, 4));
    assert_eq!(found(&[sent], &[]), [is(4, "a", "wa")]);
    let read = outgoing(1, 0, "a", "wa").updated(update(Status::Read, 8));
    assert_eq!(found(&[read], &[]), [is(8, "a", "wa")]);
    let untimed = outgoing(1, 3, "a", "wa").updated(StatusUpdate::new(Status::Sent, None));
    assert_eq!(found(&[untimed], &[]), [is(3, "a", "wa")]);
}

#[test]
fn a_failed_or_pending_message_connects_nothing() {
    let failed = outgoing(1, 0, "a", "wa").updated(update(Status::Failed, 1));
    let pending = outgoing(2, 0, "a", "wa").updated(update(Status::Pending, 1));
    let mut empty = outgoing(3, 0, "a", "wa");
    empty.delivery = Some(vec![]);
    let late = outgoing(4, 0, "a", "wa").updated(update(Status::Sent, 31 * 86_400));
    assert_eq!(found(&[failed.clone(), pending, empty, late], &[]), []);
    assert_eq!(found(&[failed, incoming(5, 9, "a", "wa")], &[]), [is(9, "a", "wa")]);
}

#[test]
fn a_message_that_was_sent_and_failed_later_did_connect() {
    let message = outgoing(1, 0, "a", "wa").updated(update(Status::Sent, 2)).updated(update(Status::Failed, 5));
    assert_eq!(found(&[message], &[]), [is(2, "a", "wa")]);
}

#[test]
fn an_untracked_message_connects_at_its_own_time_unless_the_policy_says_pending() {
    let message = outgoing(1, 3, "a", "wa");
    assert_eq!(found(std::slice::from_ref(&message), &[]), [is(3, "a", "wa")]);
    let pending = ClassifyPolicy::default().untracked(Untracked::Pending);
    assert_eq!(connections([&message], &[], &pending), []);
}

#[test]
fn a_late_receipt_of_an_early_message_can_come_after_a_later_message() {
    let early = outgoing(1, 0, "a", "wa").updated(update(Status::Sent, 50));
    let found = connections([&early, &incoming(2, 10, "a", "wa")], &[], &ClassifyPolicy::default());
    assert_eq!((found[0].at, found[0].source.clone()), (at(10), Some(Source::IncomingMessage)));
}

#[test]
fn at_the_same_instant_incoming_comes_first_then_the_smaller_id() {
    let by_user = outgoing(1, 5, "a", "wa").by_user(7, None);
    let messages = [by_user, incoming(9, 5, "a", "wa"), incoming(10, 5, "b", "wa"), outgoing(2, 5, "c", "wa")];
    let events = connections(&messages, &[], &ClassifyPolicy::default());
    let contacts: Vec<String> = events.iter().map(|event| event.contact.to_string()).collect();
    assert_eq!(contacts, ["a", "b", "c"]);
    assert_eq!(events[0].source, Some(Source::IncomingMessage));
}

#[test]
fn the_source_is_the_messages() {
    for source in Source::KNOWN.iter().chain([&Source::Other("Intern".into())]) {
        let message = outgoing(1, 0, "a", "wa").by_user(7, None).from_source(source.clone());
        let user = (*source == Source::User).then(|| "7".to_owned());
        assert_eq!(only_source(&message), (Some(source.clone()), user));
    }
    let facts = Facts { bot: Some(1.into()), ..Facts::default() };
    let mut by_bot = outgoing(1, 0, "a", "wa").with_facts(facts);
    by_bot.user = Some(7.into());
    assert_eq!(only_source(&by_bot), (Some(Source::Bot), None));
}

#[test]
fn an_incoming_message_is_incoming_or_tells_what_led_to_it() {
    let from = |source: Source| only_source(&incoming(1, 0, "a", "wa").by_user(7, None).from_source(source));
    assert_eq!(only_source(&incoming(1, 0, "a", "wa")), (Some(Source::IncomingMessage), None));
    assert_eq!(from(Source::ClickToChatAds), (Some(Source::ClickToChatAds), None));
    assert_eq!(from(Source::GrowthWidget), (Some(Source::GrowthWidget), None));
    assert_eq!(from(Source::User), (Some(Source::IncomingMessage), None));
}

#[test]
fn the_hosts_own_event_stands_alone_also_if_it_comes_later() {
    let hosted = |seconds| event(EventKind::Connected, seconds, "a").through("wa");
    let messages = [incoming(1, 5, "a", "wa"), incoming(2, 6, "a", "fb")];
    for seconds in [1, 5, 100] {
        assert_eq!(found(&messages, &[hosted(seconds)]), [is(6, "a", "fb")]);
    }
}

#[test]
fn the_hosts_event_of_another_contact_or_channel_does_not_count() {
    let events = [
        event(EventKind::Connected, 1, "b").through("wa"),
        event(EventKind::Connected, 1, "a").through("fb"),
        event(EventKind::Connected, 1, "a"),
    ];
    assert_eq!(found(&[incoming(1, 5, "a", "wa")], &events), [is(5, "a", "wa")]);
}

#[test]
fn a_connection_that_the_host_records_late_is_handed_on_by_a_merge() {
    let messages = [incoming(1, 1, "b", "wa"), incoming(2, 20, "a", "wa")];
    let events = [merged(10, "a", "b"), event(EventKind::Connected, 30, "b").through("wa")];
    assert_eq!(found(&messages, &events), []);
}

#[test]
fn a_success_after_a_deletion_connects_anew() {
    let messages = [incoming(1, 5, "a", "wa"), incoming(2, 15, "a", "wa"), incoming(3, 25, "a", "wa")];
    let deleted = event(EventKind::Deleted, 10, "a");
    assert_eq!(found(&messages, std::slice::from_ref(&deleted)), [is(5, "a", "wa"), is(15, "a", "wa")]);
    // The host recorded the first life only, or the second only.
    let first = event(EventKind::Connected, 5, "a").through("wa");
    assert_eq!(found(&messages, &[deleted.clone(), first]), [is(15, "a", "wa")]);
    let second = event(EventKind::Connected, 30, "a").through("wa");
    assert_eq!(found(&messages, &[deleted, second]), [is(5, "a", "wa")]);
}

#[test]
fn the_instant_of_a_deletion_belongs_to_the_life_that_ends() {
    let deleted = event(EventKind::Deleted, 10, "a");
    let messages = [incoming(1, 5, "a", "wa"), incoming(2, 10, "a", "wa")];
    assert_eq!(found(&messages, std::slice::from_ref(&deleted)), [is(5, "a", "wa")]);
    assert_eq!(found(&[incoming(2, 10, "a", "wa")], &[deleted]), [is(10, "a", "wa")]);
}

#[test]
fn a_merge_adds_none() {
    let messages = [incoming(1, 1, "b", "wa"), incoming(2, 20, "a", "wa"), incoming(3, 30, "a", "fb")];
    let merge = [merged(10, "a", "b")];
    assert_eq!(found(&messages, &merge), [is(1, "b", "wa"), is(30, "a", "fb")]);
    // Also where the host recorded the secondary's connection, and at the very instant of the merge.
    let hosted = [event(EventKind::Connected, 1, "b").through("wa"), merged(20, "a", "b")];
    assert_eq!(found(&messages[1..], &hosted), [is(30, "a", "fb")]);
}

#[test]
fn a_merged_away_id_stands_for_its_survivor() {
    let messages = [incoming(1, 20, "b", "wa"), incoming(2, 21, "a", "wa")];
    assert_eq!(found(&messages, &[merged(10, "a", "b")]), [is(20, "a", "wa")]);
}

#[test]
fn an_undo_takes_back_what_only_the_secondary_brought() {
    let messages = [
        incoming(1, 1, "b", "wa"),
        incoming(2, 2, "a", "fb"),
        incoming(3, 20, "a", "wa"),
        incoming(4, 21, "a", "tg"),
        incoming(5, 40, "a", "wa"),
        incoming(6, 41, "a", "fb"),
        incoming(7, 42, "a", "tg"),
        incoming(8, 43, "b", "wa"),
        incoming(9, 44, "b", "tg"),
    ];
    let events = [merged(10, "a", "b"), unmerged(30, "a", "b")];
    let expected = [is(1, "b", "wa"), is(2, "a", "fb"), is(21, "a", "tg"), is(40, "a", "wa"), is(44, "b", "tg")];
    assert_eq!(found(&messages, &events), expected);
}

#[test]
fn chains_hand_connections_on() {
    let messages = [incoming(1, 1, "b", "wa"), incoming(2, 30, "c", "wa"), incoming(3, 50, "c", "wa")];
    let chain = [merged(10, "a", "b"), merged(20, "c", "a")];
    assert_eq!(found(&messages, &chain), [is(1, "b", "wa")]);
    let undone = [merged(10, "a", "b"), merged(20, "c", "a"), unmerged(40, "c", "a")];
    assert_eq!(found(&messages, &undone), [is(1, "b", "wa"), is(50, "c", "wa")]);
    let inner = [merged(10, "a", "b"), merged(20, "c", "a"), unmerged(40, "a", "b")];
    assert_eq!(found(&messages, &inner), [is(1, "b", "wa"), is(50, "c", "wa")]);
}

#[test]
fn a_deleted_survivor_takes_the_merged_in_ones_along() {
    let messages = [incoming(1, 1, "b", "wa"), incoming(2, 30, "b", "wa"), incoming(3, 31, "a", "wa")];
    let events = [merged(10, "a", "b"), event(EventKind::Deleted, 20, "a")];
    assert_eq!(found(&messages, &events), [is(1, "b", "wa"), is(30, "b", "wa"), is(31, "a", "wa")]);
}

#[test]
fn the_sequence_orders_events_of_one_instant() {
    let messages = [incoming(1, 1, "b", "wa"), incoming(2, 30, "a", "wa")];
    let undone = [unmerged(10, "a", "b").numbered(2), merged(10, "a", "b").numbered(1)];
    assert_eq!(found(&messages, &undone), [is(1, "b", "wa"), is(30, "a", "wa")]);
    let again = [unmerged(10, "a", "b").numbered(1), merged(10, "a", "b").numbered(2), merged(5, "a", "b")];
    assert_eq!(found(&messages, &again), [is(1, "b", "wa")]);
}

#[test]
fn odd_logs_do_no_harm() {
    let messages = [incoming(1, 50, "a", "wa")];
    let events = [
        merged(1, "a", "a"),
        merged(2, "a", "b"),
        merged(3, "b", "a"),
        unmerged(4, "x", "y"),
        event(EventKind::Merged, 5, "a"),
        event(EventKind::Connected, 6, "a"),
        event(EventKind::Added, 7, "a").through("wa"),
        event(EventKind::Deleted, 8, "b"),
        event(EventKind::Deleted, 8, "b"),
    ];
    assert_eq!(found(&messages, &events), [is(50, "a", "wa")]);
}
