//! Rows that are one message: what wins, what is united, what an echo may do (D10, K1, K5).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::borrow::Cow;

use omnicontact::classify::{self, ClassifyPolicy, Untracked, fold_messages, fold_slice};
use omnicontact::{Direction, Facts, Instant, Message, MessageType, Source, Status, StatusUpdate};

fn at(millis: i64) -> Instant {
    Instant::from_millis(1_751_371_200_000 + millis).unwrap()
}

fn row(id: i64) -> Message {
    Message::new(id, at(0), Direction::Outgoing, "c")
}

fn update(status: Status, after: i64) -> StatusUpdate {
    StatusUpdate::new(status, Some(at(after)))
}

fn echo(id: i64, app_id: Option<&str>) -> Message {
    row(id).with_facts(Facts { is_echo: true, app_id: app_id.map(str::to_owned), ..Facts::default() })
}

/// The one row that the given ones become.
fn united(rows: impl IntoIterator<Item = Message>) -> Message {
    let folded = fold_messages(rows);
    assert_eq!(folded.messages.len(), 1);
    folded.messages.into_iter().next().unwrap()
}

fn source(row: &Message) -> String {
    classify::outgoing(row, None, &ClassifyPolicy::default()).source.unwrap().to_string()
}

#[test]
fn rows_without_repeats_come_back_as_they_are() {
    let rows = vec![row(2).saying("b"), row(1), row(3)];
    let folded = fold_messages(rows.clone());
    assert_eq!((folded.messages, folded.folded), (rows.clone(), 0));
    assert!(matches!(fold_slice(&rows), Cow::Borrowed(_)));
    assert_eq!(fold_messages([]).messages, []);
}

#[test]
fn a_message_stands_where_its_first_row_stood() {
    let rows = [row(1), row(2), row(1).saying("later"), row(3), row(2), row(1)];
    let folded = fold_messages(rows.clone());
    let ids: Vec<String> = folded.messages.iter().map(|row| row.id.to_string()).collect();
    assert_eq!((ids, folded.folded), (vec!["1".into(), "2".into(), "3".into()], 3));
    assert_eq!(fold_slice(&rows), folded.messages);
}

#[test]
fn an_id_as_number_and_as_text_are_two_messages() {
    let text = Message::new("1", at(0), Direction::Outgoing, "c");
    assert_eq!(fold_messages([row(1), text]).messages.len(), 2);
}

#[test]
fn later_present_values_win_and_missing_ones_take_nothing_away() {
    let first = row(1).through("wa").saying("helo").of_type(MessageType::WhatsappMessageTemplate, Some("promo"));
    let second = Message::new(1, at(5), Direction::Outgoing, "d").saying("hello");
    let found = united([first, second]);
    assert_eq!(found.content.as_deref(), Some("hello"));
    assert_eq!((found.contact, found.sent_at), ("d".into(), at(5)));
    assert_eq!((found.channel, found.subtype.as_deref()), (Some("wa".into()), Some("promo")));
}

#[test]
fn a_later_direction_wins_too() {
    let incoming = Message::new(1, at(0), Direction::Incoming, "c");
    assert_eq!(united([row(1), incoming.clone()]).direction, Direction::Incoming);
    assert_eq!(united([incoming, row(1)]).direction, Direction::Outgoing);
}

#[test]
fn empty_texts_do_not_overwrite() {
    let first = row(1).saying("hello").through("wa").by_user(7, None);
    let second = row(1).saying("").through("").by_user("", None).from_source(Source::Other("".into()));
    assert_eq!(united([first.clone(), second]), first);
}

#[test]
fn histories_are_united_and_equal_entries_stand_once() {
    let first = row(1).updated(update(Status::Sent, 1)).updated(update(Status::Delivered, 2));
    let second = row(1).updated(update(Status::Delivered, 2)).updated(update(Status::Delivered, 9));
    let expected = [update(Status::Sent, 1), update(Status::Delivered, 2), update(Status::Delivered, 9)];
    assert_eq!(united([first, second]).delivery.as_deref(), Some(expected.as_slice()));
}

#[test]
fn a_row_without_a_history_leaves_the_other_rows_one() {
    let tracked = row(1).updated(update(Status::Failed, 1));
    assert_eq!(united([row(1), tracked.clone()]).delivery, tracked.delivery);
    assert_eq!(united([tracked.clone(), row(1)]).delivery, tracked.delivery);
    assert_eq!(united([row(1), row(1)]).delivery, None);
    let mut known = row(1);
    known.delivery = Some(vec![]);
    assert_eq!(united([row(1), known]).delivery, Some(vec![]));
}

#[test]
fn an_echo_of_our_own_message_is_folded_in_whichever_came_first() {
    let ours = row(1).by_user(7, Some(1.into())).saying("hello").updated(update(Status::Sent, 1));
    for app_id in [None, Some("42")] {
        let echo = echo(1, app_id).saying("hello.").updated(update(Status::Delivered, 2));
        for rows in [[ours.clone(), echo.clone()], [echo.clone(), ours.clone()]] {
            let found = united(rows);
            assert_eq!((source(&found).as_str(), found.user.clone()), ("user", Some(7.into())));
            assert_eq!(found.content.as_deref(), Some("hello"));
            assert_eq!(found.facts, None);
            let delivery = classify::delivery(at(0), found.delivery.as_deref(), Untracked::Sent);
            assert_eq!((delivery.status, delivery.sent_at), (Status::Delivered, Some(at(1))));
        }
    }
}

#[test]
fn an_echo_never_overrides_a_record_without_a_source() {
    let ours = row(1).saying("hello");
    for rows in [[ours.clone(), echo(1, None)], [echo(1, None), ours.clone()]] {
        assert_eq!(source(&united(rows)), "unknown");
    }
}

#[test]
fn an_echo_fills_in_what_our_record_leaves_open() {
    let mut sent_elsewhere = echo(1, None).through("fb").saying("hello");
    sent_elsewhere.facts.as_mut().unwrap().message_tag = Some("ACCOUNT_UPDATE".into());
    let found = united([sent_elsewhere, row(1).by_user(7, None)]);
    assert_eq!((found.channel.clone(), found.content.as_deref()), (Some("fb".into()), Some("hello")));
    assert_eq!(found.facts.as_ref().unwrap().message_tag.as_deref(), Some("ACCOUNT_UPDATE"));
    assert_eq!(source(&found), "user");
}

#[test]
fn a_ready_echo_source_is_an_echo_too() {
    let ready = row(1).from_source(Source::EchoMessage);
    let ours = row(1).from_source(Source::Workflow);
    assert_eq!(source(&united([ready.clone(), ours.clone()])), "workflow");
    assert_eq!(source(&united([ours, ready])), "workflow");
}

#[test]
fn a_status_update_leaves_an_echo_an_echo() {
    let status = row(1).through("fb").updated(update(Status::Read, 3));
    for rows in [[echo(1, None), status.clone()], [status.clone(), echo(1, None)]] {
        let found = united(rows);
        assert_eq!(source(&found), "echo_message");
        assert_eq!(found.delivery.as_ref().map(Vec::len), Some(1));
    }
}

#[test]
fn echoes_alone_stay_an_echo() {
    let found = united([echo(1, Some("9")), echo(1, None), echo(1, None).saying("hi")]);
    assert_eq!((source(&found).as_str(), found.content.as_deref()), ("echo_message", Some("hi")));
}

#[test]
fn facts_are_united_one_by_one() {
    let with = |facts: Facts| row(1).with_facts(facts);
    let template = with(Facts { template_name: Some("promo".into()), is_api: true, ..Facts::default() });
    let bot = with(Facts { bot: Some(4.into()), template_name: Some(String::new()), ..Facts::default() });
    let expected = Facts { template_name: Some("promo".into()), is_api: true, bot: Some(4.into()), ..Facts::default() };
    assert_eq!(*united([template, bot]).facts.unwrap(), expected);
}

#[test]
fn many_rows_of_one_message_take_linear_time() {
    let rows = (0..100_000).map(|i| row(1).updated(update(Status::Sent, i)).updated(update(Status::Sent, i / 2)));
    let echoes = (0..100_000).map(|_| echo(1, None));
    let found = united(rows.chain(echoes));
    assert_eq!(found.delivery.unwrap().len(), 100_000);
}
